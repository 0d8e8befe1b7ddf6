"""Student answers to short items, with the outcome that a teacher would give: rows of datasets, and their items.

A row names its item by a place of a bundled source (a question about it, or the words that are left out of it), or by a
question of a SQuAD-format file, whose text stays in that file. Grading them is in app/study/grading.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.answer import Citation
from app.study.card import BLANK, Asked
from app.study.item import Difficulty, Item, ItemKind, Outcome
from app.study.shown import shown_text
from app.study.written import kind_of
from evals.cases import CaseError
from evals.squad_file import read_squad
from evals.squad_index import build_index, located, write_sources
from ingest.documents import Span

if TYPE_CHECKING:
    from app.settings import Settings
    from app.tutor import Tutor
    from vectorstore.embedding import Embedder

BENCHMARKS = Path(__file__).resolve().parents[2] / "shared" / "benchmarks"
OUTCOMES = (Outcome.RIGHT, Outcome.PARTLY, Outcome.WRONG)


@dataclass(frozen=True, slots=True)
class Row:
    """What a student gave. `item` says which item it is of, as the file has it; `file` is the SQuAD-format file that it
    is in, "" for the bundled sources; `kind` what the answer is like: "format", "slip", "near" ..."""

    id: str
    item: Mapping[str, Any]
    given: str
    outcome: Outcome
    kind: str

    @property
    def file(self) -> str:
        """The name of the SQuAD-format file, "" for the bundled sources."""
        return str(self.item.get("file", ""))


def read_rows(path: Path) -> tuple[Row, ...]:
    """The rows of a file.

    Raises:
        CaseError: it cannot be read, or a row is not as the datasets' README has it.
    """
    rows: dict[str, Row] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CaseError(f"{path} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, start=1):
        try:
            row = _row(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise CaseError(f"{path}: row {number} is no answer of a student.") from error
        if row.id in rows:
            raise CaseError(f"{path}: row {number} has the id of an earlier one.")
        rows[row.id] = row
    return tuple(rows.values())


_KEYS = (
    {"file", "question"},
    {*"source start end asked answer prompt".split()},
    {*"source start end asked answer nth".split()},
)


def _row(data: Any) -> Row:
    fits = set(data) == {"id", "item", "given", "outcome", "kind"} and set(data["item"]) in _KEYS
    outcome = Outcome(data["outcome"])
    texts = (data["id"], data["given"], data["kind"])
    if not fits or outcome not in OUTCOMES or not all(isinstance(text, str) and text for text in texts):
        raise ValueError(data)
    return Row(data["id"], data["item"], data["given"], outcome, data["kind"])


def expected_answers(rows: Sequence[Row]) -> dict[str, str]:
    """The answers that are expected, by the rows' ids, without an index; none for files that are not there."""
    answers = {row.id: str(row.item["answer"]) for row in rows if not row.file}
    for file in dict.fromkeys(row.file for row in rows if row.file and (BENCHMARKS / row.file).is_file()):
        questions = (q for a in read_squad(BENCHMARKS / file) for p in a.paragraphs for q in p.questions if q.answers)
        golds = {question.id: question.answers[0].text for question in questions}
        answers |= {row.id: golds[row.item["question"]] for row in rows if row.file == file}
    return answers


def bundled_item(row: Row, tutor: Tutor) -> Item:
    """The item of a row about a bundled source.

    Raises:
        CaseError: the source does not have it.
    """
    data, place = row.item, Span(row.item["start"], row.item["end"])
    hit = tutor.searcher().hit(data["source"], place)
    if hit is None:
        raise CaseError(f"{row.id}: {data['source']} has no such place.")
    answer, prompt = data["answer"], data.get("prompt", "")
    if not prompt:
        parts = shown_text(hit.document, place).split(answer)
        if len(parts) < data["nth"] + 2:
            raise CaseError(f"{row.id}: its answer does not stand in its sentence.")
        prompt = answer.join(parts[: data["nth"] + 1]) + BLANK + answer.join(parts[data["nth"] + 1 :])
    return _item(row.id, Asked(data["asked"]), prompt, answer, Citation.at(hit, place, 1))


def _item(name: str, asked: Asked, prompt: str, answer: str, citation: Citation) -> Item:
    return Item(name, ItemKind.SHORT, asked, Difficulty.MEDIUM, prompt, answer, citation)


def squad_tutor(rows: Sequence[Row], settings: Settings, embedder: Embedder) -> tuple[Tutor, dict[str, Item]]:
    """A tutor over the articles that rows of SQuAD-format files are about, and the items by the rows' ids.

    Raises:
        SquadError: a file cannot be read, or not be indexed.
        CaseError: a file does not have a question.
    """
    from app.build import build_store
    from app.tutor import Tutor

    wanted = {row.item["question"] for row in rows}
    files = dict.fromkeys(row.file for row in rows)
    articles = [
        article
        for file in files
        for article in read_squad(BENCHMARKS / file)
        if any(question.id in wanted for paragraph in article.paragraphs for question in paragraph.questions)
    ]
    sources = settings.index.parent / "sources"
    ids = write_sources(articles, sources)
    build_index(settings, embedder, sources, fresh=False)
    tutor = Tutor(build_store(settings, embedder), embedder)
    documents = {source.id: tutor.document(source.id) for source in tutor.sources()}
    asked = {one.question.id: one for one in located(articles, ids, documents) if one.question.id in wanted}
    items = {}
    for row in rows:
        if row.item["question"] not in asked or not asked[row.item["question"]].evidence:
            raise CaseError(f"{row.id}: {row.file} has no such question.")
        one = asked[row.item["question"]]
        answer = one.question.answers[0].text
        place = one.evidence[0]
        items[row.id] = _item(
            row.id, kind_of(answer), one.question.text, answer, _sentence(tutor, place.source_id, place.span)
        )
    return tutor, items


def _sentence(tutor: Tutor, source_id: str, span: Span) -> Citation:
    """The sentence of a source that a place is in."""
    hit = tutor.searcher().hit(source_id, span)
    if hit is None:
        raise CaseError(f"{source_id} has no passage at {span.start}.")
    return Citation.at(hit, next(one for one in hit.passage.sentences if one.overlaps(span)), 1)


def by_tutor(
    rows: Sequence[Row], tutor: Tutor, settings: Settings, embedder: Embedder
) -> Iterator[tuple[Tutor, list[tuple[Row, Item]]]]:
    """The rows with their items, by the tutor whose sources they are about: `tutor` over the bundled ones, and one over
    articles, whose index goes to `settings.index`. Rows of files that are not there are left out.

    Raises:
        TutorError: as `bundled_item` and `squad_tutor`.
    """
    yield tutor, [(row, bundled_item(row, tutor)) for row in rows if not row.file]
    others = [row for row in rows if row.file and (BENCHMARKS / row.file).is_file()]
    if others:
        squad, items = squad_tutor(others, settings, embedder)
        yield squad, [(row, items[row.id]) for row in others]
