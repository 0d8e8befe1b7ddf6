"""A checked text on a terminal: the summary on top, then each piece with its mark, what differs, and the quotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.answer import Citation
from app.check.report import Report
from app.check.verdict import Judgement
from app.check.words import PASSED, difference_lines, nearest_line, passed_text, place, shown_quote, summary, sure
from app.marks import VERDICTS
from ingest.documents import Document


def report_lines(report: Report, documents: Mapping[str, Document]) -> Iterator[str]:
    """The lines of a report; `documents` are the indexed ones by id."""
    yield summary(report)
    for item in report.items:
        yield ""
        if item.judgement is not None:
            yield from _judged(item.judgement, documents)
        else:
            yield f"- {passed_text(item)}"
            yield f"    passed over: {PASSED[item.piece.kind].why}"


def _judged(judgement: Judgement, documents: Mapping[str, Document]) -> Iterator[str]:
    mark = VERDICTS[judgement.verdict]
    yield f"{mark.shape} {mark.word}: {judgement.claim}"
    quotes = [shown_quote(citation, documents) for citation in judgement.citations]
    for line in difference_lines(judgement, quotes[0] if quotes else ""):
        yield f"    {line}"
    for conflict in judgement.conflicts:
        yield f"    The sources disagree: {conflict}"
    for citation, quote in zip(judgement.citations, quotes, strict=True):
        yield from _quoted(citation, quote)
    if judgement.nearest is not None:
        yield f"    {nearest_line(judgement)}"
        yield from _quoted(judgement.nearest, shown_quote(judgement.nearest, documents))
    yield f"    {sure(judgement)}"


def _quoted(citation: Citation, quote: str) -> Iterator[str]:
    where = f"{citation.source_id}:{citation.span.start}-{citation.span.end}"
    yield f"    “{quote}”"
    yield f"      {place(citation)}  ({where})"
