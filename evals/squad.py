"""`python -m evals squad FILE.json`: a SQuAD-format file asked as one collection, by the tutor as a user meets it.

Every paragraph of the file goes through the product's own ingest into one index, and each question is put to
`Tutor.ask` without a word about where its answer stands. Marked are where the answer was looked for, what was cited,
what was said, and whether questions that their paragraph does not answer were refused. The index is kept under the
tutor's home, by the file's content and the model, so that a second run embeds nothing but the questions.

What it does not see: another paragraph may answer a question too, and only the paragraph that the question was
written for counts. Comparing answers is spans.py's, retrieval and refusals are metrics.py's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from math import isnan, nan
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import TYPE_CHECKING, Any, TypeVar

from evals.cases import Place
from evals.metrics import (
    Outcome,
    auroc,
    bootstrap_interval,
    cites_evidence,
    false_refusals,
    hit_at,
    outcome,
    refusal_recall,
    words,
)
from evals.report import Table
from evals.spans import exact_match, says, span_f1
from ingest.documents import Document, Span
from ingest.errors import IndexUnavailable, TutorError

if TYPE_CHECKING:
    from app.answer import Answer
    from app.settings import Settings
    from app.tutor import Tutor
    from ingest.pipeline import Progress as IngestProgress
    from vectorstore.embedding import Embedder

T = TypeVar("T")

# ---------------------------------------------------------------- the file


class SquadError(TutorError):
    """A file that cannot be read or is no SQuAD-format file."""


@dataclass(frozen=True, slots=True)
class Gold:
    """An accepted answer and where it stands in its paragraph, in characters."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the file; `answers` is empty if its paragraph does not answer it."""

    id: str
    text: str
    answers: tuple[Gold, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether its paragraph answers it."""
        return bool(self.answers)

    @property
    def accepted(self) -> tuple[str, ...]:
        """The accepted wordings, each once, in order."""
        return tuple(dict.fromkeys(gold.text for gold in self.answers))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and the questions that were written for it."""

    text: str
    questions: tuple[Question, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Article:
    """The paragraphs of one subject."""

    title: str
    paragraphs: tuple[Paragraph, ...] = field(repr=False)


def read_squad(path: Path) -> tuple[Article, ...]:
    """The articles of a SQuAD-format file, 1.1 or 2.0, in its order.

    Raises:
        SquadError: it cannot be read, is no JSON, has another shape (the place is named), or holds no question.
    """
    return parse_squad(_read(path), path)


def parse_squad(data: bytes, path: Path) -> tuple[Article, ...]:
    """What `read_squad` does once the bytes are read; the path is for the message only.

    Raises:
        SquadError: see `read_squad`.
    """
    try:
        articles = tuple(map(_article, _items(_Node("", json.loads(data)), "data")))
    except json.JSONDecodeError as error:
        raise SquadError(f"{path} is not JSON: {error.msg} at line {error.lineno}. {_NAME_ONE}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise SquadError(f"{path} is not JSON. {_NAME_ONE}") from error
    except ValueError as error:
        raise SquadError(f"{path} is no SQuAD-format file: {error}. {_NAME_ONE}") from error
    if not any(paragraph.questions for article in articles for paragraph in article.paragraphs):
        raise SquadError(f"{path} holds no question. {_NAME_ONE}")
    return articles


_NAME_ONE = "Name a SQuAD-format JSON file."


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        raise SquadError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}. {_NAME_ONE}") from error


@dataclass(frozen=True, slots=True)
class _Node:
    """A piece of the file and where it stands: "data[0].paragraphs[2]"."""

    where: str
    value: Any


def _items(node: _Node, key: str) -> Iterator[_Node]:
    rows = _field(node, key, list, "a list")
    return (_Node(f"{_at(node, key)}[{i}]", row) for i, row in enumerate(rows))


def _field(node: _Node, key: str, kind: type[T], named: str, default: T | None = None) -> T:
    if not isinstance(node.value, dict):
        raise ValueError(f"{node.where or 'it'} is not an object")
    value = node.value.get(key, default)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{_at(node, key)} {'is missing' if key not in node.value else f'is not {named}'}")
    return value


def _at(node: _Node, key: str) -> str:
    return f"{node.where}.{key}".lstrip(".")


def _article(node: _Node) -> Article:
    return Article(_string(node, "title", ""), tuple(map(_paragraph, _items(node, "paragraphs"))))


def _paragraph(node: _Node) -> Paragraph:
    text = _string(node, "context")
    return Paragraph(text, tuple(_question(row, text) for row in _items(node, "qas")))


def _question(node: _Node, context: str) -> Question:
    text = _string(node, "question").strip()
    impossible = _field(node, "is_impossible", bool, "true or false", default=False)
    answers = [_gold(row, context) for row in _items(node, "answers")]
    return Question(_string(node, "id", node.where), text, () if impossible else tuple(answers))


def _gold(node: _Node, context: str) -> Gold:
    """The answer at its offset; where other words stand there, at the nearest place that has them."""
    text, start = _string(node, "text"), _field(node, "answer_start", int, "a whole number")
    if not text.strip():
        raise ValueError(f"{_at(node, 'text')} is empty")
    at = max(start, 0)
    places = [place for place in (context.find(text, at), context.rfind(text, 0, at + len(text))) if place >= 0]
    if not places:
        raise ValueError(f"{node.where}: {text[:60]!r} does not stand in its paragraph")
    nearest = min(places, key=lambda place: abs(place - at))
    return Gold(text, nearest, nearest + len(text))


def _string(node: _Node, key: str, default: str | None = None) -> str:
    """A string in which every character can stand in a text file; none is added or taken away, offsets count."""
    text = _field(node, key, str, "a string", default)
    return text.translate(_UNSTORABLE).encode("utf-8", "replace").decode("utf-8")


_UNSTORABLE = {0: "\ufffd", 0xFEFF: " "}  # null; the byte order mark, which a loader drops at the start of a file

# --------------------------------------------------------------- the index


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the title of its article, and where its answers stand in the indexed text."""

    question: Question
    article: str
    evidence: tuple[Place, ...] = ()


def index_folder(home: Path, data: bytes, model: str) -> Path:
    """Where the index of a file is kept: by its content and by the model that embeds it."""
    mark = hashlib.sha256(model.encode() + b"\0" + data).hexdigest()
    return home / "squad" / mark[:16]


def write_sources(articles: Sequence[Article], folder: Path) -> list[str]:
    """Each article as a text file with a blank line between paragraphs, and a catalog; their ids, "" for an empty one.

    They are numbered, not named: "in Fresno, California" would be taken for the name of a source, and searched there.

    Raises:
        SquadError: the folder cannot be written.
    """
    ids = []
    catalog = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, article in enumerate(articles, start=1):
            name = f"squad-{number:04}" if any(p.text.strip() for p in article.paragraphs) else ""
            ids.append(name)
            if name:
                text = "\n\n".join(paragraph.text for paragraph in article.paragraphs)
                (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
                catalog.append(f'[[source]]\nid = "{name}"\nfile = "{name}.txt"\ntitle = "{name}"\n')
        (folder / "catalog.toml").write_text("\n".join(catalog), encoding="utf-8")
    except OSError as error:
        raise SquadError(
            f"{folder} cannot be written ({error.strerror}). Set TUTOR_HOME to a folder you can write."
        ) from error
    return ids


def build_index(settings: Settings, embedder: Embedder, sources: Path, *, fresh: bool) -> None:
    """The product's ingest of the sources into `settings.index`; nothing is done again that is up to date.

    Raises:
        TutorError: a file could not be indexed, or the index cannot be written.
    """
    from app.build import rebuild_index, update_index
    from vectorstore.store import IndexBusy, exists

    show = _percentage("indexing")
    try:
        make = rebuild_index if fresh and exists(settings.index) else update_index
        report = make(settings, embedder, [sources], show)
    except IndexBusy:
        raise
    except IndexUnavailable:  # damaged, or of another version's format: it is only a cache
        report = rebuild_index(settings, embedder, [sources], show)
    if report.failures:
        raise SquadError(report.failures[0].message)
    print(f"index: {report.summary}", file=sys.stderr)


def located(articles: Sequence[Article], ids: Sequence[str], documents: Mapping[str, Document]) -> list[Asked]:
    """Every question of the file, in order, with its answers' places in the canonical texts.

    Raises:
        SquadError: an indexed text does not hold a paragraph of the file.
    """
    found = []
    for article, source_id in zip(articles, ids, strict=True):
        text = _Solid(documents[source_id].text if source_id else "")
        at = 0
        for paragraph in article.paragraphs:
            mine = _Solid(paragraph.text)
            begin = text.characters.find(mine.characters, at)
            if begin < 0:
                raise SquadError(f"the index of {article.title!r} lacks the paragraph {paragraph.text[:40]!r}")
            at = begin + len(mine.characters)
            for question in paragraph.questions:
                spans = (text.span(begin + mine.before(g.start), begin + mine.before(g.end)) for g in question.answers)
                places = tuple(dict.fromkeys(Place(source_id, span) for span in spans))
                found.append(Asked(question, article.title, places))
    return found


class _Solid:
    """A text without its white space, which a loader may set otherwise, and where each character stood."""

    def __init__(self, text: str) -> None:
        self.characters = "".join(text.split())
        self._offsets = [i for i, character in enumerate(text) if not character.isspace()]

    def before(self, offset: int) -> int:
        """How many characters stand before an offset of the text."""
        return bisect_left(self._offsets, offset)

    def span(self, first: int, after: int) -> Span:
        """Where the characters first..after stood in the text."""
        return Span(self._offsets[first], self._offsets[after - 1] + 1)


def draw(asked: Sequence[Asked], limit: int | None, seed: int) -> list[Asked]:
    """At most `limit` questions at random, answerable and unanswerable ones in the file's proportion, in its order.

    >>> pool = [Asked(Question(str(i), "?", (Gold("a", 0, 1),) * (i < 15)), "") for i in range(20)]
    >>> [len(draw(pool, 4, seed=1)), sum(row.question.answerable for row in draw(pool, 4, seed=1))]
    [4, 3]
    """
    if limit is None or limit >= len(asked):
        return list(asked)
    chance = random.Random(seed)
    answerable = [i for i, row in enumerate(asked) if row.question.answerable]
    others = [i for i, row in enumerate(asked) if not row.question.answerable]
    share = round(limit * len(answerable) / len(asked))
    return [asked[i] for i in sorted([*chance.sample(answerable, share), *chance.sample(others, limit - share)])]


# ----------------------------------------------------------------- asking


@dataclass(frozen=True, slots=True)
class Row:
    """One question's marks. A refusal says nothing: its span is "", its words are 0.

    `span` is what the answer marks as the words that answer, or its first sentence if it marks none (`marked`).
    `seconds` is the time on the wall of one `Tutor.ask`. `error` is "" unless that failed.
    """

    id: str
    article: str
    question: str
    accepted: tuple[str, ...]
    outcome: Outcome
    confidence: float
    hit_at_1: bool = False
    hit_at_5: bool = False
    cites_answer: bool = False
    says_answer: bool = False
    span: str = ""
    marked: bool = False
    exact: bool = False
    f1: float = 0.0
    words: int = 0
    text: str = ""
    seconds: float = 0.0
    error: str = ""

    @property
    def answerable(self) -> bool:
        """Whether its paragraph answers it."""
        return bool(self.accepted)


Progress = Callable[[int, int], None]


def ask_all(
    asked: Sequence[Asked],
    tutor: Tutor,
    progress: Progress | None = None,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Row, ...]:
    """Every question put to the tutor, in order. One that fails, or misquotes a source, is a row with its error."""
    documents = {source.id: tutor.document(source.id) for source in tutor.sources()}
    rows = []
    for done, one in enumerate(asked, start=1):
        began = clock()
        took = nan
        try:
            answer = tutor.ask(one.question.text)
            took = clock() - began
            row = score(one, answer, documents)
        except Exception as error:  # whatever it is, the other questions go on
            row = failed(one, error)
        rows.append(replace(row, seconds=clock() - began if isnan(took) else took))
        if progress:
            progress(done, len(asked))
    return tuple(rows)


def score(asked: Asked, answer: Answer, documents: Mapping[str, Document]) -> Row:
    """The marks of one answer.

    Raises:
        ValueError: a citation is not what its source says there.
    """
    for citation in answer.citations:
        if documents[citation.source_id].text[citation.span.start : citation.span.end] != citation.quote:
            raise ValueError(f"citation {citation.n} is not what {citation.source_id!r} says there")
    question = asked.question
    passages = [Place(hit.passage.source_id, hit.passage.span) for hit in answer.passages]
    citations = [Place(citation.source_id, citation.span) for citation in answer.citations]
    sentences = () if answer.refused else tuple(sentence.text for sentence in answer.sentences)
    marked = "" if answer.refused else _marked(answer)
    span = marked or next(iter(sentences), "")
    return Row(
        id=question.id,
        article=asked.article,
        question=question.text,
        accepted=question.accepted,
        outcome=outcome(question.answerable, answer.refused),
        confidence=answer.confidence,
        hit_at_1=hit_at(1, passages, asked.evidence),
        hit_at_5=hit_at(5, passages, asked.evidence),
        cites_answer=not answer.refused and cites_evidence(citations, asked.evidence),
        says_answer=any(says(sentence, question.accepted) for sentence in sentences),
        span=span,
        marked=bool(marked),
        exact=exact_match(span, question.accepted),
        f1=span_f1(span, question.accepted),
        words=sum(map(words, sentences)),
        text=answer.text,
    )


def _marked(answer: Answer) -> str:
    """The words that an answer marks as what answers: its `span`, a text or something that has one; "" if none."""
    span = getattr(answer, "span", None)
    return str(getattr(span, "text", span) or "")


def failed(asked: Asked, error: Exception) -> Row:
    """The row of a question that failed: nothing found, nothing refused, and the least fitting confidence."""
    question = asked.question
    return Row(
        id=question.id,
        article=asked.article,
        question=question.text,
        accepted=question.accepted,
        outcome=outcome(question.answerable, refused=False),
        confidence=0.0 if question.answerable else 1.0,
        error=f"{type(error).__name__}: {error}",
    )


# ----------------------------------------------------------------- figures


def recall_at(share: float, answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """The share of the unanswerable questions refused if at most `share` of the answerable ones may be.

    Both are confidences; refused is what lies below a threshold. nan where either is empty.

    >>> recall_at(0.25, [0.2, 0.6, 0.7, 0.9], [0.1, 0.5, 0.6, 0.8])  # below 0.6
    0.5
    >>> recall_at(0.1, [0.2, 0.6, 0.7, 0.9], [0.1, 0.5, 0.6, 0.8])  # below 0.2
    0.25
    """
    if not answerable or not unanswerable:
        return nan
    threshold = sorted(answerable)[min(int(share * len(answerable) + 1e-9), len(answerable) - 1)]
    return fmean(confidence < threshold for confidence in unanswerable)


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the table: over which questions, what counts of each row, and what is made of it, else the mean."""

    key: str
    label: str
    over: Callable[[Row], bool]
    mark: Callable[[Row], Any]
    of: Callable[[Sequence[Any]], float] = fmean
    scale: float = 100  # shown in per cent
    digits: int = 0


def _answerable(row: Row) -> bool:
    return row.answerable


def _unanswerable(row: Row) -> bool:
    return not row.answerable


def _any(row: Row) -> bool:
    return True


def _answered(row: Row) -> bool:
    return not row.error  # the time of a question that failed says nothing


def _sureness(row: Row) -> tuple[float, bool]:
    return row.confidence, row.answerable


def _auroc(marks: Sequence[tuple[float, bool]]) -> float:
    return auroc([sure for sure, _ in marks], [answerable for _, answerable in marks])


def _recall_at_tenth(marks: Sequence[tuple[float, bool]]) -> float:
    return recall_at(0.1, [sure for sure, yes in marks if yes], [sure for sure, yes in marks if not yes])


def _p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]


MEASURES = (
    Measure("hit@1", "hit@1, %", _answerable, lambda row: row.hit_at_1),
    Measure("hit@5", "hit@5, %", _answerable, lambda row: row.hit_at_5),
    Measure("answer cited", "answer's sentence cited, %", _answerable, lambda row: row.cites_answer),
    Measure("answer said", "an accepted answer said, %", _answerable, lambda row: row.says_answer),
    Measure("f1", "span F1, %", _answerable, lambda row: row.f1, digits=1),
    Measure("exact", "exact match, %", _answerable, lambda row: row.exact, digits=1),
    Measure("words", "words an answer", _answerable, lambda row: row.words, scale=1),
    Measure("false refusals", "false refusals, %", _answerable, lambda row: row.outcome, false_refusals, digits=1),
    Measure("refusal recall", "refusal recall, %", _unanswerable, lambda row: row.outcome, refusal_recall, digits=1),
    Measure("auroc", "AUROC of the confidence", _any, _sureness, _auroc, scale=1, digits=3),
    Measure("recall at 10 %", "refusal recall at 10 % false refusals, %", _any, _sureness, _recall_at_tenth, digits=1),
    Measure("all f1", "span F1 of all, a refusal saying nothing, %", _any, lambda row: row.f1, digits=1),
    Measure("all exact", "exact match of all, the same, %", _any, lambda row: row.exact, digits=1),
    Measure("median ms", "milliseconds an answer, median", _answered, lambda row: row.seconds, median, scale=1000),
    Measure("p95 ms", "milliseconds an answer, 95 of 100", _answered, lambda row: row.seconds, _p95, scale=1000),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure's value over `n` questions and its 95 % interval; nan where nothing counts."""

    measure: Measure
    n: int
    value: float = nan
    low: float = nan
    high: float = nan

    @property
    def cell(self) -> str:
        """As it is shown: "83 [75–90]", "–" where nothing counts."""
        if isnan(self.value):
            return "–"
        shown = (f"{self.measure.scale * x:.{self.measure.digits}f}" for x in (self.value, self.low, self.high))
        return "{} [{}–{}]".format(*shown)

    def as_json(self) -> dict[str, Any]:
        """In the shape in which `python -m evals` writes figures."""
        ends = {name: None if isnan(x := getattr(self, name)) else x for name in ("value", "low", "high")}
        about = self.measure
        return {
            "key": about.key,
            "label": about.label,
            "n": self.n,
            **ends,
            "scale": about.scale,
            "digits": about.digits,
        }


def figures(rows: Sequence[Row], seed: int) -> tuple[Figure, ...]:
    """Every measure of the rows."""
    found = []
    for measure in MEASURES:
        marks = [measure.mark(row) for row in rows if measure.over(row)]
        value = measure.of(marks) if marks else nan
        if isnan(value):
            found.append(Figure(measure, len(marks)))
            continue
        interval = bootstrap_interval(marks, seed, statistic=measure.of)
        found.append(Figure(measure, len(marks), value, interval.low, interval.high))
    return tuple(found)


def table(title: str, found: Sequence[Figure]) -> Table:
    """The figures, a line each."""
    return Table(title, ("", "n", "tutor"), tuple((f.measure.label, str(f.n), f.cell) for f in found))


def notes(rows: Sequence[Row]) -> str:
    """What has to be said with the figures of these rows."""
    answers = [row for row in rows if row.span]
    unmarked = sum(not row.marked for row in answers)
    lines = [
        "All paragraphs are one index; a place counts only in the paragraph that the question was written for. In",
        "brackets: 95 % bootstrap intervals. Unanswerable questions are near misses of their own paragraph.",
    ]
    if unmarked:
        lines.append(f"{unmarked} of {len(answers)} answers mark no span: their first sentence counts as it.")
    if errors := Counter(row.error.partition(":")[0] for row in rows if row.error):
        named = ", ".join(f"{name} ({n})" for name, n in errors.most_common())
        lines.append(f"{errors.total()} of {len(rows)} questions failed, and got the worst marks: {named}")
    return "\n".join(lines)


# ----------------------------------------------------------------- command


def main(argv: Sequence[str], settings: Settings | None = None, embedder: Embedder | None = None) -> int:
    """Runs the command and returns its exit status: 0, or 2 with one line on a mistake."""
    args = _parser().parse_args(argv)
    try:
        _run(args, settings, embedder)
    except TutorError as error:
        print(f"evals: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals squad", description="Ask a SQuAD-format file's questions of all its paragraphs together."
    )
    add = parser.add_argument
    add("file", type=Path, metavar="FILE.json", help="SQuAD 1.1 or 2.0 format")
    add("--limit", type=_positive, metavar="N", help="ask so many of its questions, drawn at random (all)")
    add("--seed", type=int, default=1, metavar="S", help="of what is drawn and of the intervals (1)")
    add("--fresh", action="store_true", help="make the index anew, not only what changed")
    add("--json", type=Path, metavar="OUT", help="write the figures and every question's marks here")
    add("--markdown", action="store_true", help="print the table as Markdown")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


_positive.__name__ = "number above 0"  # argparse: "invalid number above 0 value: '0'"


def _run(args: argparse.Namespace, settings: Settings | None, embedder: Embedder | None) -> None:
    from app.build import build_embedder, build_store
    from app.settings import Settings
    from app.tutor import Tutor

    path: Path = args.file
    data = _read(path)
    articles = parse_squad(data, path)
    if args.json and not args.json.absolute().parent.is_dir():
        raise SquadError(f"{args.json}: there is no such folder. Make it, or give --json another file.")
    settings = settings or Settings.read(os.environ)
    embedder = embedder or build_embedder(settings)
    folder = index_folder(settings.home, data, embedder.name)
    settings = replace(settings, index=folder / "index")
    ids = write_sources(articles, folder / "sources")
    build_index(settings, embedder, folder / "sources", fresh=args.fresh)
    store = build_store(settings, embedder)
    try:
        tutor = Tutor(store, embedder)
        documents = {source.id: tutor.document(source.id) for source in tutor.sources()}
        asked = draw(located(articles, ids, documents), args.limit, args.seed)
        tutor.warm()
        rows = ask_all(asked, tutor, _progress("tutor"))
    finally:
        store.close()
    found = figures(rows, args.seed)
    count = sum(len(article.paragraphs) for article in articles)
    answerable = sum(row.answerable for row in rows)
    title = f"{path.name}: {len(rows)} questions, {answerable} answerable, over {count} paragraphs"
    shown = table(title, found)
    print(f"{shown.as_markdown() if args.markdown else shown.as_text()}\n\n{notes(rows)}")
    if args.json:
        _write(args.json, _as_json(path, args, rows, found))
        print(f"wrote {args.json}", file=sys.stderr)


def _as_json(path: Path, args: argparse.Namespace, rows: Sequence[Row], found: Sequence[Figure]) -> dict[str, Any]:
    return {
        "dataset": path.name,
        "questions": len(rows),
        "answerable": sum(row.answerable for row in rows),
        "seed": args.seed,
        "limit": args.limit,
        "systems": [
            {
                "name": "tutor",
                "figures": [figure.as_json() for figure in found],
                "rows": [{**asdict(row), "answerable": row.answerable} for row in rows],
            }
        ],
    }


def _write(path: Path, content: Mapping[str, Any]) -> None:
    from vectorstore.records import write_atomically

    try:
        write_atomically(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise SquadError(f"{path}: cannot be written ({error.strerror}). Give --json another file.") from error


def _progress(name: str) -> Progress:
    """A counter on stderr: one line that is written over in a terminal, every 25th question in a log."""
    terminal = sys.stderr.isatty()

    def show(done: int, total: int) -> None:
        if terminal or done % 25 == 0 or done == total:
            end = "\r" if terminal and done < total else "\n"
            print(f"{name}: {done} of {total} questions", end=end, file=sys.stderr, flush=True)

    return show


def _percentage(name: str) -> Callable[[IngestProgress], None]:
    """The same of an ingest, in tenths of the bytes."""
    shown = -1

    def show(progress: IngestProgress) -> None:
        nonlocal shown
        tenth = 10 * progress.done // progress.total
        if tenth > shown:
            shown = tenth
            print(f"{name}: {10 * tenth} %", file=sys.stderr, flush=True)

    return show


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
