"""The tables of the Evaluation page, cell by cell."""

from __future__ import annotations

from html.parser import HTMLParser

from app.ui.runs import Bin, Figure, KindFigures, Moves, Refusals, System
from app.ui.scores import calibration_table, figures_table, kinds_table, moves_line, refusals_table, table


class _Cells(HTMLParser):
    """The text of a table's cells, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def cells(html: str) -> list[list[str]]:
    """The cells of a table."""
    parser = _Cells()
    parser.feed(html)
    return parser.rows


def system(name: str, *figures: Figure) -> System:
    return System(name, figures, (), (), (), ())


HIT = Figure("hit@5", "hit@5, %", 8, 0.75, 0.5, 1.0)
NDCG = Figure("nDCG@10", "nDCG@10", 8, 0.625, 0.25, 0.875, scale=1, digits=2)
OTHER = Figure("<x>", "<x>, %", 0, None, None, None)


def test_the_main_figures_say_what_they_are_and_the_others_are_apart() -> None:
    columns = {"tutor": system("tutor", NDCG, OTHER, HIT), "<b>": system("<b>", HIT)}
    html = figures_table("Figures", columns, main=True)
    assert "<b>" not in html
    assert cells(html) == [
        ["", "questions", "tutor", "<b>"],
        ["hit@5 the evidence is among the first five passages found", "8", "75 % 50–100", "75 % 50–100"],
        ["nDCG@10 how high the evidence is ranked; 1 at best", "8", "0.62 0.25–0.88", "–"],
    ]
    html = figures_table("More", columns, main=False)
    assert "<x>" not in html
    assert cells(html) == [["", "questions", "tutor", "<b>"], ["<x>", "0", "–", "–"]]


def test_two_runs_and_what_changed() -> None:
    now = system("tutor", HIT, NDCG)
    was = system("tutor", Figure("hit@5", "hit@5, %", 8, 0.875, 0.5, 1.0))
    assert cells(figures_table("Figures", {"Now": now, "Then": was}, main=True, change=True)) == [
        ["", "Now", "Then", "change"],
        ["hit@5", "75 % 50–100", "88 % 50–100", "−12"],
        ["nDCG@10", "0.62 0.25–0.88", "–", "–"],
    ]
    assert moves_line(Moves(9, ("a", "b"), ("c",))) == (
        "<p>Of the 9 questions in both runs, <b>2 became right</b> and <b>1 became wrong</b>.</p>"
    )


def test_kinds_refusals_and_confidence() -> None:
    kinds = (KindFigures("why_how", 4, {"hit@5": 1.0}), KindFigures("unanswerable", 2, {"hit@5": None, "refused": 0.5}))
    assert cells(kinds_table(kinds)) == [
        ["", "hit@5", "refused"],
        ["why or how 4", "100 %", "–"],
        ["unanswerable 2", "–", "50 %"],
    ]
    groups = (Refusals("near misses", 3, 1), Refusals("<new>", 0, 0))
    assert cells(refusals_table(groups)) == [
        ["", "questions", "refused", "share"],
        ["Near misses the sources say something close, and no answer", "3", "1", "33 %"],
        ["<new>", "0", "0", "–"],
    ]
    assert cells(calibration_table((Bin(0.9, 1.0, 7, 0.95, 0.857, 0.42, 1.0),))) == [
        ["stated", "questions", "mean", "right"],
        ["90–100 %", "7", "95 %", "86 % 42–100"],
    ]


def test_a_table_scrolls_by_keyboard_and_has_a_name() -> None:
    html = table("<name>", ("", "n"), [("x", "1")])
    assert html.startswith('<div class="scores" role="region" tabindex="0" aria-label="&lt;name&gt;"><table>')
    assert '<th scope="row">x</th><td>1</td>' in html
