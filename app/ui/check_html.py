"""A checked text as safe HTML: the summary, and each piece with its mark, what differs, and its quotes to open.

Pure functions; every word of the text and of the sources passes through `html.escape`. How it looks and what a press
does is in check_view.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from html import escape

from app.answer import Citation
from app.check.report import Checked, Report
from app.check.verdict import Judgement, Verdict
from app.check.words import (
    PASSED,
    difference_lines,
    differing,
    marked,
    nearest_line,
    passed_over,
    passed_text,
    place,
    shown_quote,
    sure,
)
from app.marks import VERDICTS, mark_html
from ingest.documents import Document

_PASSED_SHAPE = "–"


class Filter(StrEnum):
    """Which pieces are shown."""

    ALL = "all"
    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_IN_SOURCES = "not_in_sources"
    PASSED = "passed"

    @property
    def label(self) -> str:
        """What the filter is called on the page."""
        if self is Filter.ALL:
            return "All"
        if self is Filter.PASSED:
            return f"{_PASSED_SHAPE} passed over"
        mark = VERDICTS[Verdict(self.value)]
        return f"{mark.shape} {mark.word}"

    def admits(self, item: Checked) -> bool:
        """Whether a piece is shown."""
        if self is Filter.ALL:
            return True
        if item.judgement is None:
            return self is Filter.PASSED
        return item.judgement.verdict == self.value


def summary_html(report: Report) -> str:
    """How many claims got which verdict, and what was passed over."""
    counts = "".join(
        f"<li><b>{report.count(verdict):,}</b> {mark_html(verdict)}</li>"
        for verdict in VERDICTS
        if report.count(verdict)
    )
    claims = f"{report.claims:,} {'claim' if report.claims == 1 else 'claims'}"
    passed = passed_over(report)
    over = f'<p class="meta soft">{escape(passed[:1].upper() + passed[1:])} passed over.</p>' if passed else ""
    stopped = '<p class="meta">Stopped before the end of the text.</p>' if report.stopped else ""
    return f'<div class="counts" role="status"><ul><li><b>{claims}</b></li>{counts}</ul>{over}{stopped}</div>'


def item_html(n: int, item: Checked, documents: Mapping[str, Document]) -> str:
    """A piece of the text; the buttons that open its places carry `data-open="N-K"`, K counting `places`."""
    if item.judgement is None:
        said = escape(passed_text(item))
        why_html = f'<p class="why">Passed over: {escape(PASSED[item.piece.kind].why)}</p>'
        return f'<article class="passed"><p class="claim">{said}</p>{why_html}</article>'
    return _judged(n, item.judgement, documents)


def places(item: Checked) -> tuple[Citation, ...]:
    """The places of a piece that can be opened: what bears it out or contradicts it, or what comes nearest."""
    judgement = item.judgement
    if judgement is None:
        return ()
    return judgement.citations or ((judgement.nearest,) if judgement.nearest is not None else ())


def opened_place(report: Report, button: str) -> Citation | None:
    """The place that the button with this `data-open` stands for; None if there is none."""
    n, _, k = button.partition("-")
    if not (n.isdecimal() and k.isdecimal()) or int(n) >= len(report.items):
        return None
    found = places(report.items[int(n)])
    return found[int(k)] if int(k) < len(found) else None


def _judged(n: int, judgement: Judgement, documents: Mapping[str, Document]) -> str:
    cited = judgement.citations
    nearest = () if cited or judgement.nearest is None else (judgement.nearest,)
    quotes = [shown_quote(one, documents) for one in (*cited, *nearest)]
    first = quotes[0] if quotes else ""
    said, instead = differing(judgement, first)
    lines = difference_lines(judgement, first, between=" · ")
    parts = [
        f'<p class="verdict">{mark_html(judgement.verdict)}</p>',
        f'<p class="claim">{_marked(judgement.claim, said)}</p>',
        *(f'<p class="differs">{escape(line[:1].upper() + line[1:])}</p>' for line in lines),
        *(f'<p class="note"><span>The sources disagree:</span> {escape(line)}</p>' for line in judgement.conflicts),
    ]
    if nearest:
        parts.append(f'<p class="why">{escape(nearest_line(judgement))}</p>')
    for k, (citation, quote) in enumerate(zip((*cited, *nearest), quotes, strict=True)):
        parts.append(_quoted(f"{n}-{k}", citation, quote, instead))
    parts.append(f'<p class="sure">{escape(sure(judgement))}</p>')
    return f'<article class="{judgement.verdict}">{"".join(parts)}</article>'


def _quoted(button: str, citation: Citation, quote: str, instead: Sequence[str]) -> str:
    return (
        f"<blockquote>{_marked(quote, instead)}</blockquote>"
        f'<button type="button" class="open" data-open="{button}">{escape(place(citation))}</button>'
    )


def _marked(text: str, words: Sequence[str]) -> str:
    pieces = marked(" ".join(text.split()), words)
    return "".join(f"<mark>{escape(piece)}</mark>" if differs else escape(piece) for piece, differs in pieces)
