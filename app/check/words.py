"""What is said of a checked text, in words: the summary, how a claim and its source differ, why a piece is passed over.

The command line, the page and the exports all take their words from here; the marks are in app/marks.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.answer import Citation
from app.check.pieces import Kind
from app.check.report import Checked, Report
from app.check.verdict import Difference, Judgement, Verdict
from app.details import Detail, numbers
from app.marks import VERDICTS
from ingest.documents import BlockKind, Document, Source, Span
from ingest.markdown_blocks import parse_markdown
from vectorstore.words import FUNCTION_WORDS, fold


@dataclass(frozen=True, slots=True)
class Passed:
    """A kind that is passed over: what one is called, what several are, and why it is."""

    one: str
    many: str
    why: str


PASSED: Mapping[Kind, Passed] = {
    Kind.QUESTION: Passed("question", "questions", "A question claims nothing."),
    Kind.OPINION: Passed("opinion", "opinions", "An opinion is no statement of fact."),
    Kind.HEADING: Passed("heading", "headings", "A heading claims nothing."),
    Kind.FRAGMENT: Passed("fragment", "fragments", "This is no whole sentence."),
    Kind.TABLE: Passed("row of a table", "rows of tables", "Tables are not checked. Say in sentences what it says."),
    Kind.CODE: Passed("piece of code", "pieces of code", "Code is not checked."),
    Kind.REFERENCE: Passed("reference", "references", "A list of references claims nothing."),
    Kind.FOREIGN: Passed(
        "passage in another language",
        "passages in other languages",
        "This is not English, the language that is checked.",
    ),
}


_TITLE, _LONGEST = 80, 300  # characters
_EVEN = 0.5  # of confidence; below it a number under a verdict would speak against it
_HEAD = 2_000  # characters of a text in which its heading stands


def title_of(text: str) -> str:
    """What a text without a name is called: the heading that it begins with, without its marks; or its first words."""
    head = text.lstrip("\ufeff \t\r\n")[:_HEAD]
    parsed = parse_markdown(head)
    first = parsed.pieces[0] if parsed.pieces else None
    if first is None or first.kind is not BlockKind.HEADING:
        return _cut(text, _TITLE)
    document = Document(Source("text", "", Path("text.md")), head, "", (), (), parsed.marks)
    return _cut(document.plain(first.span), _TITLE) or _cut(text, _TITLE)


def summary(report: Report) -> str:
    """One line on what came of it: "7 claims: 4 supported, 1 contradicted, 2 not in the sources; 1 question and 1
    opinion passed over"."""
    counts = ", ".join(
        f"{report.count(verdict)} {mark.word}" for verdict, mark in VERDICTS.items() if report.count(verdict)
    )
    claims = _counted(report.claims, "claim", "claims")
    parts = [f"{claims}: {counts}" if counts else claims]
    if passed := passed_over(report):
        parts.append(f"{passed} passed over")
    if report.stopped:
        parts.append("stopped before the end")
    return "; ".join(parts)


def passed_over(report: Report) -> str:
    """What was passed over, counted: "2 questions, 1 opinion and 1 table"; "" if nothing was."""
    counted = [_counted(n, about.one, about.many) for kind, about in PASSED.items() if (n := report.passed_over(kind))]
    return _listed(counted, "and")


def _listed(parts: Sequence[str], before_last: str) -> str:
    return f" {before_last} ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def passed_text(item: Checked) -> str:
    """The words of a piece that is passed over, on one line; of a long one its beginning."""
    return _cut(item.piece.statement, _LONGEST)


def _cut(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rsplit(" ", 1)[0] + " …"


def _counted(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


# -- what differs ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sides:
    """The words that differ: `said` in the claim, `instead` in its source, each "" where nothing stands there."""

    said: str
    instead: str


#: What is said of words that have nothing in their place in the source, by the kind of detail.
_NOTHING: Mapping[Detail, str] = {
    Detail.NUMBER: "has no such number",
    Detail.DATE: "has no such date",
    Detail.NAME: "does not name it",
    Detail.NEGATION: "does not say so",
    Detail.CLAUSE: "does not say this",
}


def sides(difference: Difference, claim: str, quote: str) -> Sides:
    """The words that differ as they stand in claim and quote; a number with what it counts: "39 echelons"."""
    said, instead = (" ".join(words.split()) for words in (difference.said, difference.instead))
    if difference.kind is not Detail.NUMBER:
        return Sides(said, instead)
    return Sides(_with_noun(said, claim), _with_noun(instead, quote))


def difference_line(difference: Difference, claim: str, quote: str, between: str = "; ") -> str:
    """A difference in words: "says 30 echelons; the source: 39 echelons".

    Args:
        difference: of the claim from the quote.
        claim: as it was given.
        quote: the source's words, plain.
        between: what stands between the two.
    """
    both = sides(difference, claim, quote)
    if not both.said:
        return f"the source has “{both.instead}”, the claim leaves it out"
    instead = f"the source: {both.instead}" if both.instead else f"the source {_NOTHING[difference.kind]}"
    said = f"“{both.said}”" if difference.kind is Detail.CLAUSE else both.said
    return f"says {said}{between}{instead}"


def difference_lines(judgement: Judgement, quote: str, between: str = "; ") -> tuple[str, ...]:
    """How a contradicted claim differs from the source that it is held against, a line each; () for others."""
    if judgement.verdict is not Verdict.CONTRADICTED:
        return ()
    return tuple(dict.fromkeys(difference_line(one, judgement.claim, quote, between) for one in judgement.differences))


def nearest_line(judgement: Judgement) -> str:
    """What stands above the nearest place of a claim that is not in the sources: which of its details are not there."""
    kinds = (Detail.NUMBER, Detail.DATE, Detail.NAME)
    lacking = dict.fromkeys(f"“{one.said}”" for one in judgement.differences if one.kind in kinds and one.said)
    without = f", without {_listed(list(lacking), 'or')}" if lacking else ""
    return f"Nearest in the sources{without}:"


def differing(judgement: Judgement, quote: str) -> tuple[list[str], list[str]]:
    """The words of a claim and of the quote it is held against that are to be marked."""
    if not difference_lines(judgement, quote):
        return [], []
    both = [sides(one, judgement.claim, quote) for one in judgement.differences]
    return [one.said for one in both if one.said], [one.instead for one in both if one.instead]


def _with_noun(number: str, text: str) -> str:
    """A number by itself with the word behind it, if that is what it counts."""
    alone = any(one.span == Span(0, len(number)) for one in numbers(number))
    found = _place(number, text) if alone else None
    if found is None:
        return number
    behind = re.match(r"\s+([^\W\d_]+(?:[-’'][^\W\d_]+)*)", text[found[1] :])
    if behind is None or fold(behind[1]) in FUNCTION_WORDS:
        return number
    return f"{number} {behind[1]}"


def marked(text: str, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, each with whether it is one of the words that differ; joined they are the text."""
    places = sorted(found for one in words if one and (found := _place(one, text)))
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in places:
        if end <= at:
            continue
        pieces += [(text[at : max(start, at)], False), (text[max(start, at) : end], True)]
        at = end
    pieces.append((text[at:], False))
    return tuple(piece for piece in pieces if piece[0])


def _place(words: str, text: str) -> tuple[int, int] | None:
    """Where words stand in a text, as whole words, whatever white space is between them."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text) or re.search(pattern, text, re.IGNORECASE)
    return found.span() if found else None


# -- where it stands -------------------------------------------------------------------------------------------------


def shown_quote(citation: Citation, documents: Mapping[str, Document]) -> str:
    """A quote as a reader sees it, without markup; as it was cited where its document is not at hand."""
    document = documents.get(citation.source_id)
    if document is None or document.text[citation.span.start : citation.span.end] != citation.quote:
        return " ".join(citation.quote.split())
    return document.plain(citation.span)


def place(citation: Citation) -> str:
    """The source of a citation and its place in it, in one line."""
    return " · ".join(filter(None, (citation.label or citation.source_title, citation.place)))


def sure(judgement: Judgement) -> str:
    """How sure a verdict is: of ten such verdicts, how many are right; that it is unsure if that is less than half."""
    if judgement.confidence < _EVEN:
        quoted = judgement.citations or judgement.nearest is not None
        return "Unsure: read the quote." if quoted else "Unsure."
    return f"Of verdicts like this one, about {min(9, round(10 * judgement.confidence))} in 10 are right."
