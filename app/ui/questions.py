"""The questions of an evaluation run as safe HTML: which to list, the list, and one opened. Pure functions.

Every word of a record passes through `html.escape`. Right and wrong, found and missing are each a word and a
shape. A button says in `data-open` what it opens: in the list "q12" is the row at 12; in a question "e0", "n0" and
"c0" are its first evidence, near miss and citation. How it looks is in questions_view.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from app.ui.reading import Highlight, HighlightKind
from app.ui.runs import Fact, Outcome, Quote, Row
from app.ui.scores import plain
from ingest.documents import Document, Span

_YES, _NO = "✓", "✗"
_OUTCOMES: dict[Outcome, str] = {
    Outcome.ANSWERED: "answered",
    Outcome.FALSE_REFUSAL: "refused, though the sources say",
    Outcome.REFUSED: "refused, as it should be",
    Outcome.INVENTED: "answered, though the sources don’t say",
}


class Show(StrEnum):
    """Which questions are listed; the value is what the page calls it."""

    ALL = "All"
    WRONG = "Wrong only"
    REFUSED = "Refused only"
    CHANGED = "Changed only"  # right in one of two runs, wrong in the other


def chosen(
    rows: Sequence[Row],
    kind: str = "",
    show: Show = Show.ALL,
    words: str = "",
    changed: Collection[str] = (),
) -> tuple[int, ...]:
    """The rows to list, by place: of one kind ("" for all), wrong, refused or `changed` ones, with all of `words`.

    Words are looked for in the id, the question, the turns before it and the answer, without regard to case.
    """
    wanted = words.casefold().split()
    return tuple(
        i
        for i, row in enumerate(rows)
        if (not kind or row.kind == kind)
        and _shows(show, row, changed)
        and all(word in _searched(row) for word in wanted)
    )


def _shows(show: Show, row: Row, changed: Collection[str]) -> bool:
    return {
        Show.ALL: True,
        Show.WRONG: not row.right,
        Show.REFUSED: row.refused,
        Show.CHANGED: row.id in changed,
    }[show]


def _searched(row: Row) -> str:
    said = (sentence.text for sentence in row.sentences)
    return "\n".join((row.id, row.question, *row.history, row.understood, *said)).casefold()


def list_html(rows: Sequence[Row], places: Sequence[int]) -> str:
    """The rows at `places` as buttons, one a question."""
    items = (
        f'<li><button type="button" data-open="q{i}">{_verdict(rows[i].right, "right", "wrong")}'
        f'<span class="text">{_before(rows[i])}{escape(rows[i].question)}</span>'
        f'<span class="kind">{escape(plain(rows[i].kind))}</span></button></li>'
        for i in places
    )
    return f'<ol class="questions" aria-label="Questions">{"".join(items)}</ol>'


def _before(row: Row) -> str:
    return f'<span class="before">{escape(" / ".join(row.history))} / </span>' if row.history else ""


def _verdict(good: bool, yes: str, no: str) -> str:
    shape, word, name = (_YES, yes, "good") if good else (_NO, no, "bad")
    return (
        f'<span class="verdict {name}"><span class="shape" aria-hidden="true">{shape}</span>{word.capitalize()}</span>'
    )


# ------------------------------------------------------------------ the places of a question


@dataclass(frozen=True, slots=True)
class Opening:
    """A quote that a button opens: what its mark is, and the word that stands before the marked words."""

    quote: Quote
    kind: HighlightKind
    label: str


def openings(row: Row) -> dict[str, Opening]:
    """Every place of a question, by the `data-open` of its button: the evidence, near misses, citations."""
    found: dict[str, Opening] = {}
    for letter, label, quotes in (("e", "evidence", row.evidence), ("n", "comes near", row.near)):
        found |= {f"{letter}{i}": Opening(quote, HighlightKind.EVIDENCE, label) for i, quote in enumerate(quotes)}
    cited = enumerate(row.citations)
    return found | {f"c{i}": Opening(quote, HighlightKind.CITED, f"cited {quote.n}") for i, quote in cited}


def located(document: Document, quote: Quote) -> Span | None:
    """Where a quote stands in the document as it is now: where it stood, else where its words are; else None."""
    if document.text[quote.start : quote.end] == quote.quote:
        return quote.span
    at = document.text.find(quote.quote) if quote.quote else -1
    return Span(at, at + len(quote.quote)) if at >= 0 else None


def highlights(document: Document, row: Row, opened: str) -> tuple[Highlight, ...]:
    """The marks of a question in one document; the reader scrolls to the place that `opened` names."""
    marks = []
    for key, place in openings(row).items():
        span = located(document, place.quote) if place.quote.source == document.id else None
        if span is not None:
            marks.append(Highlight(span, place.kind, label=place.label))
            if key == opened:
                marks.append(Highlight(span, HighlightKind.HERE))
    return tuple(dict.fromkeys(marks))


# ------------------------------------------------------------------ one question


def row_html(row: Row, words: Callable[[Quote], str]) -> str:
    """One question opened: what was asked, answered, wanted, and where it stands.

    `words` says how a quote is shown: without the markup of its source, where that is at hand.
    """
    facts = "".join(map(_fact, row.facts))
    expected = f'<h3>Required facts</h3><ul class="facts">{facts}</ul>'
    if not row.answerable:
        expected = "<h3>Expected</h3><p>A refusal: the sources don’t say.</p>"
    cited = "".join(_citation(i, row) for i in range(len(row.citations)))
    parts = (
        f'<article tabindex="-1" aria-label="Question {escape(row.id)}">{_asked(row)}',
        f"<h3>Answer</h3>{_answer(row)}{expected}",
        _quotes("Evidence", "e", row.evidence, words),
        _quotes("Comes near, but does not answer", "n", row.near, words),
        f'<h3>Citations</h3><ol class="quotes">{cited}</ol>' if cited else "",
        "</article>",
    )
    return "".join(parts)


def _asked(row: Row) -> str:
    details = (
        "failed" if row.error else _OUTCOMES[row.outcome],
        f"confidence {100 * row.confidence:.0f} %",
        plain(row.kind),
        row.id,
    )
    parts = [
        f'<p class="head">{_verdict(row.right, "right", "wrong")}<span>{escape(" · ".join(details))}</span></p>',
        *(f'<p class="soft">Asked before: {escape(turn)}</p>' for turn in row.history),
        f'<h2 class="asked">{escape(row.question)}</h2>',
    ]
    if row.understood and row.understood.casefold() != row.question.casefold():
        parts.append(f'<p class="soft">Understood as: {escape(row.understood)}</p>')
    if row.note:
        parts.append(f'<p class="soft">Remark of the dataset: {escape(row.note)}</p>')
    return "".join(parts)


def _answer(row: Row) -> str:
    if row.error:
        return f"<p>The question failed: {escape(row.error)}</p>"
    if row.refused:
        return f"<p>Refused: {escape(row.reason or 'the sources don’t say.')}</p>"
    places = {quote.n: i for i, quote in enumerate(row.citations)}
    parts = []
    for said in row.sentences:
        numbers = "".join(_number(n, places[n]) for n in said.citations if n in places)
        parts.append(f'<p><span class="sentence">{escape(said.text)}</span>{numbers}</p>')
    parts += [f'<p class="note"><span>Note</span> {escape(note)}</p>' for note in row.notes]
    return "".join(parts)


def _number(n: int, place: int) -> str:
    return f'<button type="button" class="number" data-open="c{place}" aria-label="Open citation {n}">[{n}]</button>'


def _fact(fact: Fact) -> str:
    first, *others = fact.wordings
    also = f' <span class="soft">or {escape(", ".join(others))}</span>' if others else ""
    return f"<li>{_verdict(fact.found, 'found', 'missing')}<span>{escape(first)}{also}</span></li>"


def _quotes(heading: str, letter: str, quotes: Sequence[Quote], words: Callable[[Quote], str]) -> str:
    rows = "".join(
        f"<li><blockquote>{escape(words(quote))}</blockquote>{_opener(f'{letter}{i}', f'Show in {quote.source}')}</li>"
        for i, quote in enumerate(quotes)
    )
    return f'<h3>{heading}</h3><ol class="quotes">{rows}</ol>' if rows else ""


def _citation(i: int, row: Row) -> str:
    """The place of a citation; its words are in the answer. It says whether they share some with the evidence."""
    quote = row.citations[i]
    meets = any(quote.source == one.source and quote.span.overlaps(one.span) for one in row.evidence)
    where = " · ".join(part for part in (quote.source, quote.section) if part)
    remark = ' <span class="soft">· meets the evidence</span>' if meets else ""
    return f"<li>{_opener(f'c{i}', f'[{quote.n}] {where}')}{remark}</li>"


def _opener(opens: str, label: str) -> str:
    return f'<button type="button" class="open" data-open="{opens}">{escape(label)}</button>'
