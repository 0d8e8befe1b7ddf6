"""The tables of evaluation runs as safe HTML. Pure functions; every word of a record passes through `html.escape`.

The plots are in charts.py, the questions in questions.py, how it all looks in frame.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from app.ui.runs import Bin, Figure, KindFigures, Moves, Refusals, System

#: The figures that are always shown, by key, and what each says in plain words.
MAIN: Mapping[str, str] = {
    "right": "",
    "hit@5": "the evidence is among the first five passages found",
    "nDCG@10": "how high the evidence is ranked; 1 at best",
    "all facts": "every required fact is stated",
    "citation recall": "of the answers’ sentences, those that cite the evidence",
    "citation precision": "of the citations, those of the evidence",
    "refusal recall": "of the questions that the sources do not answer, those refused",
    "false refusals": "of those that they do answer, the ones refused",
    "AUROC, right": "how well the confidence tells right from wrong; 1 at best, 0.5 by chance",
    "words an answer": "",
    "seconds, median": "",
}
#: What a group of the refusal table is, and what is wanted of it.
_GROUPS: Mapping[str, tuple[str, str]] = {
    "near misses": ("Near misses", "the sources say something close, and no answer"),
    "off topic": ("Off topic", "the sources say nothing of it"),
    "answerable": ("Answerable", "here a refusal is wrong"),
}
_NONE = "–"


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in an element that scrolls sideways; the first column is text, the others are figures.

    Args:
        header: text, a column each.
        rows: safe HTML, a cell each.
    """
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    name = escape(caption)
    return (
        f'<div class="scores" role="region" tabindex="0" aria-label="{name}"><table><caption>{name}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def figures_table(caption: str, columns: Mapping[str, System], *, main: bool, change: bool = False) -> str:
    """The main figures, or all others, of several systems, a column each under its heading.

    With `change`, a last column has what the first system's figures are above those of the second.
    """
    by_system = [{figure.key: figure for figure in system.figures} for system in columns.values()]
    keys = [key for key in MAIN if key in by_system[0]] if main else [k for k in by_system[0] if k not in MAIN]
    rows = []
    for key in keys:
        cells = [figures.get(key) for figures in by_system]
        figure = by_system[0][key]
        if change:
            rows.append((escape(figure.name), *map(shown, cells), difference(figure, cells[1])))
        else:
            rows.append((_named(figure.name, MAIN.get(key, "")), str(figure.n), *map(shown, cells)))
    return table(caption, ("", *columns, "change") if change else ("", "questions", *columns), rows)


def _named(name: str, about: str) -> str:
    return f'{escape(name)} <span class="about">{escape(about)}</span>' if about else escape(name)


def shown(figure: Figure | None) -> str:
    """A figure as a cell, its interval after it.

    >>> shown(Figure("hit@5", "hit@5, %", 108, 0.92, 0.868, 0.96))
    '92 % <span class="interval">87–96</span>'
    >>> shown(Figure("x", "x", 0, None, None, None))
    '–'
    """
    if figure is None or figure.value is None:
        return _NONE
    value = f"{_scaled(figure, figure.value)}{figure.unit}"
    if figure.low is None or figure.high is None:
        return value
    return f'{value} <span class="interval">{_scaled(figure, figure.low)}–{_scaled(figure, figure.high)}</span>'


def difference(after: Figure, before: Figure | None) -> str:
    """How much a figure has moved, in its own unit; a percentage moves by points.

    >>> was, now = Figure("x", "x, %", 9, 0.5, 0.4, 0.6), Figure("x", "x, %", 9, 0.75, 0.7, 0.8)
    >>> difference(now, was), difference(was, now), difference(now, now), difference(now, None)
    ('+25', '−25', '0', '–')
    """
    if before is None or after.value is None or before.value is None:
        return _NONE
    moved = _scaled(after, after.value - before.value)
    return f"{'' if moved.startswith('-') or not float(moved) else '+'}{moved}".replace("-", "−")


def _scaled(figure: Figure, value: float) -> str:
    return f"{figure.scale * value:z.{figure.digits}f}"


def moves_line(moved: Moves) -> str:
    """What changed between two runs, question by question, in one line of HTML."""
    return (
        f"<p>Of the {moved.shared} questions in both runs, <b>{len(moved.gained)} became right</b> "
        f"and <b>{len(moved.lost)} became wrong</b>.</p>"
    )


def kinds_table(kinds: Sequence[KindFigures]) -> str:
    """The figures for each kind of question."""
    names = list(dict.fromkeys(name for kind in kinds for name in kind.figures))
    rows = [
        (
            f'{escape(plain(kind.kind))} <span class="n">{kind.n}</span>',
            *(_percent(kind.figures.get(name)) for name in names),
        )
        for kind in kinds
    ]
    return table("By kind of question, and how many", ("", *names), rows)


def refusals_table(groups: Sequence[Refusals]) -> str:
    """What was asked and what was refused, by group."""
    rows = [
        (
            _named(*_GROUPS.get(group.group, (group.group, ""))),
            str(group.n),
            str(group.refused),
            _percent(group.refused / group.n if group.n else None),
        )
        for group in groups
    ]
    return table("Refusals", ("", "questions", "refused", "share"), rows)


def calibration_table(bins: Sequence[Bin]) -> str:
    """The calibration plot as a table."""
    rows = [
        (
            f"{100 * one.low:.0f}–{100 * one.high:.0f} %",
            str(one.n),
            _percent(one.stated),
            f'{_percent(one.right)} <span class="interval">{100 * one.right_low:.0f}–{100 * one.right_high:.0f}</span>',
        )
        for one in bins
    ]
    return table("Stated confidence and right answers", ("stated", "questions", "mean", "right"), rows)


def _percent(share: float | None) -> str:
    return _NONE if share is None else f"{100 * share:z.0f} %"


def plain(kind: str) -> str:
    """A kind's name for people.

    >>> plain("why_how"), plain("follow_up"), plain("factoid")
    ('why or how', 'follow-up', 'factoid')
    """
    return {"why_how": "why or how", "follow_up": "follow-up"}.get(kind, kind.replace("_", " "))
