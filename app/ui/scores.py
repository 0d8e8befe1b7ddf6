"""Evaluation runs as safe HTML: the tables, the list of questions, one question opened. Pure functions.

Every word that comes from a record passes through `html.escape`. Right and wrong, found and missing are each
a word and a shape. A button says in `data-open` what it opens: in the list "q12" is the row at 12; in a
question "e0", "n0" and "c0" are its first evidence, near miss and citation. The plots are in charts.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from app.ui.reading import Highlight, HighlightKind
from app.ui.runs import Bin, Figure, KindFigures, Outcome, Quote, Refusals, Row, Run, System, Texts, moves
from ingest.documents import Document, Span

_RIGHT, _WRONG, _REFUSED = "✓", "✗", "⊘"

#: What a group of the refusal table is, and what is wanted of it.
_GROUPS: dict[str, str] = {
    "near misses": "Near misses: the sources say something close",
    "off topic": "Off topic: the sources say nothing of it",
    "answerable": "Answerable: a refusal is wrong",
}
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


# ------------------------------------------------------------------ tables


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in an element that scrolls sideways. The first column is text, the others are figures."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    name = escape(caption)
    return (
        f'<div class="scores" role="region" tabindex="0" aria-label="{name}"><table><caption>{name}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def shown(figure: Figure | None) -> str:
    """A figure as a cell, its interval in brackets.

    >>> shown(Figure("hit@5", "hit@5, %", 108, 0.92, 0.868, 0.96)), shown(Figure("x", "x", 0, None, None, None))
    ('92 [87–96]', '–')
    """
    if figure is None or figure.value is None:
        return "–"
    value, low, high = (
        None if x is None else f"{figure.scale * x:z.{figure.digits}f}" for x in (figure.value, figure.low, figure.high)
    )
    return f"{value} [{low}–{high}]" if low is not None and high is not None else f"{value}"


def figures_table(run: Run) -> str:
    """Each figure of each system of a run."""
    by_system = [{figure.key: figure for figure in system.figures} for system in run.systems]
    rows = [
        (figure.label, str(figure.n), *(shown(figures.get(figure.key)) for figures in by_system))
        for figure in run.systems[0].figures
    ]
    return table("Figures, with 95 % intervals", ("", "n", *(system.name for system in run.systems)), rows)


def comparison_table(run: Run, other: Run) -> str:
    """The tutor's figures in two runs and the difference from `other` to `run`."""
    before = {figure.key: figure for figure in other.systems[0].figures}
    rows = [
        (
            figure.label,
            str(figure.n),
            shown(before.get(figure.key)),
            shown(figure),
            difference(figure, before.get(figure.key)),
        )
        for figure in run.systems[0].figures
    ]
    return table("Figures, with 95 % intervals", ("", "n", "B", "A", "A − B"), rows)


def difference(after: Figure, before: Figure | None) -> str:
    """How much a figure has moved; marked where the two intervals do not even touch.

    >>> was, now = Figure("x", "x", 9, 0.5, 0.4, 0.6), Figure("x", "x", 9, 0.75, 0.7, 0.8)
    >>> difference(now, was), difference(was, now), difference(now, now), difference(now, None)
    ('▲ +25, apart', '▼ -25, apart', '0', '–')
    """
    if before is None or after.value is None or before.value is None:
        return "–"
    moved = f"{after.scale * (after.value - before.value):+z.{after.digits}f}"
    if float(moved) == 0:
        return moved.lstrip("+")
    ends = (after.low, after.high, before.low, before.high)
    low, high, was_low, was_high = (0.0 if end is None else end for end in ends)
    apart = None not in ends and (low > was_high or high < was_low)
    return f"{'▲' if moved[0] == '+' else '▼'} {moved}{', apart' if apart else ''}"


def moves_line(run: Run, other: Run) -> str:
    """What moved between two runs, in one line of HTML."""
    moved = moves(other.systems[0], run.systems[0])
    if not moved.shared:
        return '<p class="meta">The two runs have no question in common: only their figures can be compared.</p>'
    gained, lost = len(moved.gained), len(moved.lost)
    if not gained and not lost:
        return f'<p class="meta">None of the {moved.shared} questions of both went from wrong to right or back.</p>'
    sure = "less than 0.01" if moved.p < 0.01 else f"{moved.p:.2f}"
    return (
        f'<p class="meta">Of the {moved.shared} questions of both, <b>▲ {gained} became right</b> and '
        f"<b>▼ {lost} became wrong</b>. The chance of as lopsided a change by luck is {sure} (sign test).</p>"
    )


def kinds_table(system: System) -> str:
    """The figures for each kind of question, in per cent."""
    names = list(dict.fromkeys(name for kind in system.by_kind for name in kind.figures))
    rows = [(plain(kind.kind), str(kind.n), *(_share(kind, name) for name in names)) for kind in system.by_kind]
    return table("By kind of question, %", ("", "n", *names), rows)


def _share(kind: KindFigures, name: str) -> str:
    value = kind.figures.get(name)
    return "–" if value is None else f"{100 * value:z.0f}"


def refusals_table(groups: Sequence[Refusals]) -> str:
    """What was asked and what was refused, by group."""
    rows = [
        (_GROUPS.get(group.group, group.group), str(group.n), str(group.refused), f"{_percent(group.refused, group.n)}")
        for group in groups
    ]
    return table("Refusals", ("", "asked", "refused", "%"), rows)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}" if whole else "–"


def calibration_table(bins: Sequence[Bin]) -> str:
    """The calibration plot as a table."""
    rows = [
        (
            f"{100 * one.low:.0f}–{100 * one.high:.0f}",
            str(one.n),
            f"{100 * one.stated:.0f}",
            f"{100 * one.right:.0f} [{100 * one.right_low:.0f}–{100 * one.right_high:.0f}]",
        )
        for one in bins
    ]
    return table("Confidence, and how often it was right, %", ("stated", "n", "stated, mean", "right"), rows)


def plain(name: str) -> str:
    """A kind's name for people: "why_how" is "why how"."""
    return name.replace("_", " ")


# ------------------------------------------------------------------ the list


def chosen(rows: Sequence[Row], kind: str = "", show: Show = Show.ALL, words: str = "") -> tuple[int, ...]:
    """The rows to list, by place: of one kind ("" for all), wrong or refused ones, holding all of `words`.

    Words are looked for in the id, the question, the turns before it and the answer, without regard to case.
    """
    wanted = words.casefold().split()
    return tuple(
        i
        for i, row in enumerate(rows)
        if (not kind or row.kind == kind)
        and (show is not Show.WRONG or not row.right)
        and (show is not Show.REFUSED or row.outcome.is_refusal)
        and all(word in _searched(row) for word in wanted)
    )


def _searched(row: Row) -> str:
    texts = row.texts
    if texts is None:
        return row.id.casefold()
    said = (sentence.text for sentence in texts.sentences)
    return "\n".join((row.id, texts.question, *texts.history, texts.understood, *said)).casefold()


def list_html(rows: Sequence[Row], places: Sequence[int]) -> str:
    """The rows at `places` as buttons, one a question."""
    items = []
    for i in places:
        row, texts = rows[i], rows[i].texts
        before = (
            f'<span class="before">{escape(" / ".join(texts.history))} / </span>' if texts and texts.history else ""
        )
        question = f"{before}{escape(texts.question)}" if texts else escape(row.id)
        items.append(
            f'<li><button type="button" data-open="q{i}">{verdict(row)}<span class="text">{question}</span>'
            f'<span class="kind">{escape(plain(row.kind))}</span></button></li>'
        )
    return f'<ol class="questions" aria-label="Questions">{"".join(items)}</ol>'


def verdict(row: Row) -> str:
    """Right or wrong, as a shape and a word."""
    name = "right" if row.right else "wrong"
    shape = _RIGHT if row.right else _WRONG
    return (
        f'<span class="verdict {name}"><span class="shape" aria-hidden="true">{shape}</span>{name.capitalize()}</span>'
    )


# ------------------------------------------------------------------ one question


@dataclass(frozen=True, slots=True)
class Opening:
    """A quote that a button opens: what its mark is, and the word that stands before the marked words."""

    quote: Quote
    kind: HighlightKind
    label: str


def openings(texts: Texts) -> dict[str, Opening]:
    """Every place of a question, by the `data-open` of its button: the evidence, near misses, citations."""
    found: dict[str, Opening] = {}
    for letter, label, quotes in (("e", "evidence", texts.evidence), ("n", "comes near", texts.near)):
        found |= {f"{letter}{i}": Opening(quote, HighlightKind.EVIDENCE, label) for i, quote in enumerate(quotes)}
    for i, cited in enumerate(texts.citations):
        found[f"c{i}"] = Opening(cited.quote, HighlightKind.CITED, f"cited {cited.n}")
    return found


def located(document: Document, quote: Quote) -> Span | None:
    """Where a quote stands in the document as it is now: where it stood, else where its words are; else None."""
    if document.text[quote.span.start : quote.span.end] == quote.text:
        return quote.span
    at = document.text.find(quote.text) if quote.text else -1
    return Span(at, at + len(quote.text)) if at >= 0 else None


def highlights(document: Document, texts: Texts, opened: str) -> tuple[Highlight, ...]:
    """The marks of a question in one document; the reader scrolls to the place that `opened` names."""
    marks = []
    for key, place in openings(texts).items():
        span = located(document, place.quote) if place.quote.source_id == document.id else None
        if span is not None:
            marks.append(Highlight(span, place.kind, label=place.label))
            if key == opened:
                marks.append(Highlight(span, HighlightKind.HERE))
    return tuple(dict.fromkeys(marks))


def legend(marks: Sequence[Highlight]) -> str:
    """What the marks of a document mean, in words beside each look."""
    looks = {mark.kind for mark in marks}
    names = {mark.label for mark in marks if mark.kind is HighlightKind.EVIDENCE}
    evidence = "comes near" if names == {"comes near"} else "evidence"
    rows = []
    if HighlightKind.EVIDENCE in looks:
        rows.append(f'<span><mark class="evidence">{evidence}</mark> lines above and below</span>')
    if HighlightKind.CITED in looks:
        rows.append('<span><mark class="cited">citation</mark> underlined</span>')
    return f'<p class="legend" aria-label="The marks">{"".join(rows)}</p>' if rows else ""


def row_html(row: Row, texts: Texts) -> str:
    """One question opened: what was asked, answered, wanted, and where it stands."""
    parts = [f'<article tabindex="-1" aria-label="Question {escape(row.id)}">', _head(row), _asked(row, texts)]
    parts += ["<h3>Answer</h3>", *_answer(row, texts)]
    if row.answerable:
        parts += ["<h3>Required facts</h3><ul>", *(_fact(fact.found, fact.wordings) for fact in texts.facts), "</ul>"]
    else:
        parts.append("<h3>Expected</h3><p>A refusal: the sources don’t say.</p>")
    parts += _quotes("Evidence", "e", texts.evidence)
    parts += _quotes("Comes near, but does not answer", "n", texts.near)
    if texts.citations:
        rows = "".join(_cited(i, texts) for i in range(len(texts.citations)))
        parts.append(f'<h3>Citations</h3><ol class="quotes">{rows}</ol>')
    parts.append("</article>")
    return "".join(parts)


def _head(row: Row) -> str:
    details = (
        escape(_OUTCOMES[row.outcome] if not row.error else "failed"),
        f"confidence {100 * row.confidence:.0f} %",
        escape(plain(row.kind)),
        escape(row.id),
    )
    return f'<p class="head">{verdict(row)}<span>{" · ".join(details)}</span></p>'


def _asked(row: Row, texts: Texts) -> str:
    before = "".join(f"<li>{escape(turn)}</li>" for turn in texts.history)
    parts = [f'<p class="soft">Asked before</p><ol class="history">{before}</ol>' if before else ""]
    parts.append(f'<h2 class="asked">{escape(texts.question)}</h2>')
    if texts.understood and texts.understood.casefold() != texts.question.casefold():
        parts.append(f'<p class="soft">Understood as: {escape(texts.understood)}</p>')
    if texts.note:
        parts.append(f'<p class="soft">Remark of the dataset: {escape(texts.note)}</p>')
    return "".join(parts)


def _answer(row: Row, texts: Texts) -> list[str]:
    if row.error:
        return [f"<p>The question failed: {escape(row.error)}</p>"]
    if row.outcome.is_refusal:
        reason = texts.reason or "The sources don’t say."
        return [f'<p><span class="shape" aria-hidden="true">{_REFUSED}</span>Refused: {escape(reason)}</p>']
    places = {cited.n: i for i, cited in enumerate(texts.citations)}
    return [
        f'<p><span class="sentence">{escape(said.text)}</span>'
        + "".join(
            f'<button type="button" class="number" data-open="c{places[n]}"'
            f' aria-label="Open citation {n}">[{n}]</button>'
            for n in said.citations
            if n in places
        )
        + "</p>"
        for said in texts.sentences
    ] + [f'<p class="note"><span>Note</span> {escape(note)}</p>' for note in texts.notes]


def _fact(found: bool, wordings: Sequence[str]) -> str:
    name, shape = ("found", _RIGHT) if found else ("missing", _WRONG)
    first, *others = wordings or ("",)
    also = f' <span class="soft">or {escape(", ".join(others))}</span>' if others else ""
    return (
        f'<li class="fact"><span class="verdict {name}"><span class="shape" aria-hidden="true">{shape}</span>'
        f"{name.capitalize()}</span><span>{escape(first)}{also}</span></li>"
    )


def _quotes(heading: str, letter: str, quotes: Sequence[Quote]) -> list[str]:
    rows = "".join(_quote(f"{letter}{i}", quote.source_id, quote.text, "") for i, quote in enumerate(quotes))
    return [f'<h3>{heading}</h3><ol class="quotes">{rows}</ol>'] if rows else []


def _cited(i: int, texts: Texts) -> str:
    """A citation. For one that shares words with the evidence the line says so."""
    cited = texts.citations[i]
    quote = cited.quote
    meets = any(quote.source_id == e.source_id and quote.span.overlaps(e.span) for e in texts.evidence)
    where = f"{cited.n} · {quote.source_id}{f' · {cited.section}' if cited.section else ''}"
    return _quote(f"c{i}", where, quote.text, "at the evidence" if meets else "")


def _quote(opens: str, where: str, text: str, remark: str) -> str:
    said = f" · {remark}" if remark else ""
    return (
        f'<li><p class="where">{escape(where)}{said}</p><blockquote>{escape(" ".join(text.split()))}</blockquote>'
        f'<button type="button" class="open" data-open="{opens}" aria-label="Show in the source: {escape(where)}">'
        "Show in the source</button></li>"
    )
