"""What a format leaves of articles, and whether questions are answered right from it: values, marks and the table.

"Right" is the same thing for every format, for offsets differ from one to the next: an accepted answer stands, as whole
words, in a cited sentence. What tools set otherwise (quotes, dashes, blanks) is no difference. Writing the formats is
format_files.py's, asking formats.py's.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.figures import Measure
from evals.format_files import Page
from evals.report import Table
from evals.spans import normalised, says
from evals.squad_file import Question
from ingest.documents import NOT_CONTENT, Document
from ingest.sentences import sentence_spans

BOUND = 0.03  # a format may lose so much of the share that is right


@dataclass(frozen=True, slots=True)
class Row:
    """One question put to one version. `said` is what was cited."""

    id: str
    question: Question
    right: bool
    said: str = ""
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What of the articles is left in a version: the sentences that stand whole in one block, of all that there are;
    the words of its content that no article has, of all its words; the titles that the loader found by itself."""

    whole: int
    sentences: int
    strange: int
    words: int
    titled: int
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One version: its documents, what is left in them, and every question. `failures` are files that went not in."""

    name: str
    documents: int
    kept: Kept
    rows: tuple[Row, ...]
    failures: tuple[str, ...] = ()


RIGHT: Measure[Row] = Measure("right", "right, %", lambda row: True, lambda row: row.right, digits=1)


def right(quotes: Iterable[str], accepted: Sequence[str]) -> bool:
    """Whether an accepted answer stands, as whole words, in one of the cited sentences.

    >>> right(["It was Kim’s."], ["Kim's"]), right(["It was", "Kim's."], ["was Kim's"]), right([], ["Kim's"])
    (True, False, False)
    """
    wordings = [as_typed(answer) for answer in accepted]
    return any(says(as_typed(quote), wordings) for quote in quotes)


def as_typed(text: str) -> str:
    """A text with a typewriter's quotes and dashes, no soft hyphens, and single blanks: what tools set otherwise.

    Characters that are one and the same in Unicode are made so: fonts say U+037E for a semicolon.

    >>> as_typed("the\\u00a0“old” co\\u00adop’s  1936–37 … plan")
    'the "old" coop\\'s 1936-37 ... plan'
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_TYPED).split())


_TYPED = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "…": "...", "\u00ad": None}
)


def kept(pages: Sequence[Page], documents: Mapping[str, Document], titled: int = 0) -> Kept:
    """What of the pages stands in the documents of the same names. A page without a document is all broken."""
    broken: list[str] = []
    sentences = strange = words = 0
    for page in pages:
        content = _content(documents.get(page.name))
        mine = list(_sentences(page))
        sentences += len(mine)
        broken += (sentence for sentence in mine if sentence not in content)
        found, written = (Counter(normalised(as_typed(text)).split()) for text in (content, " ".join(page.paragraphs)))
        strange += (found - written).total()
        words += found.total()
    return Kept(sentences - len(broken), sentences, strange, words, titled, tuple(broken))


def _content(document: Document | None) -> str:
    """The blocks that a question may be answered from, a line each."""
    blocks = document.blocks if document else ()
    return "\n".join(
        as_typed(document.plain(block.span)) for block in blocks if document and block.kind not in NOT_CONTENT
    )


def _sentences(page: Page) -> Iterator[str]:
    for paragraph in page.paragraphs:
        for span in sentence_spans(paragraph, 0, len(paragraph)):
            yield as_typed(paragraph[span.start : span.end])


def table(outcomes: Sequence[Outcome], seed: int) -> Table:
    """A line for each version, the text first; the last column is the difference to it, pair by pair."""
    text = outcomes[0]
    rows = []
    for one in outcomes:
        left = one.kept
        pairs = RIGHT.pairs(one.rows, text.rows)
        rows.append(
            (
                one.name,
                str(one.documents),
                str(left.titled),
                f"{100 * left.whole / max(1, left.sentences):.1f}",
                f"{100 * left.strange / max(1, left.words):.1f}",
                RIGHT.show(RIGHT.value(one.rows)),
                RIGHT.show_difference(pairs, seed) if one is not text else "",
            )
        )
    title = f"{text.documents} articles, {text.kept.sentences} sentences, {len(text.rows)} questions"
    header = ("", "documents", "titles found", "sentences whole, %", "words added, %", "right, %", "minus text")
    return Table(title, header, tuple(rows))


def note(titles: Iterable[str]) -> str:
    """What has to be said with the table of these articles."""
    lines = [
        f"Articles: {', '.join(titles)}.",
        "Sentences whole: the share of the articles' sentences that stand in one block as they were written. Words",
        "added: of the words that a question may be answered from, those that the article does not have (running",
        "heads, titles not seen as such, words cut in two). Right: an accepted answer stands, as whole words, in a",
        "cited sentence. In brackets: the 95 % bootstrap interval of the difference over the same questions.",
    ]
    return "\n".join(lines)


def lost(text: Outcome, other: Outcome) -> str:
    """What is to be said of a version that falls too far below the text, "" if it does not.

    A file that did not go in, and a question that failed, are said too.
    """
    difference = RIGHT.difference(RIGHT.pairs(other.rows, text.rows))
    errors = [row.error for row in other.rows if row.error]
    far = difference < -BOUND - 1e-9
    said = [f"{100 * -difference:.1f} points below the text, at most {100 * BOUND:g}"] if far else []
    said += other.failures[:1]
    said += [f"{len(errors)} questions failed, the first with {errors[0]}"] if errors else []
    return f"{other.name}: {'; '.join(said)}" if said else ""


def wrong(text: Outcome, other: Outcome) -> Iterator[str]:
    """The sentences that a version broke but the text did not, and the questions that it lost."""
    yield f"{other.name}: sentences broken"
    yield from (f"  {sentence}" for sentence in other.kept.broken if sentence not in text.kept.broken)
    yield f"{other.name}: questions lost"
    theirs = {row.id: row for row in text.rows}
    for row in other.rows:
        if theirs[row.id].right and not row.right:
            yield f"  {row.question.text} ({' / '.join(row.question.accepted)})"
            yield f"    text: {theirs[row.id].said}"
            yield f"    here: {row.said or row.error}"
