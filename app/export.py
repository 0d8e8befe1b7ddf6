"""A conversation as a document to keep: Markdown with footnotes, or one HTML page to print.

Both say the same: each question, its answers, and one footnote for each place that is cited, numbered through the
whole. How text is escaped and what a footnote holds is in footnotes.py, where conversations are kept in history.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from html import escape

from app.answer import Answer, Citation, Sentence
from app.conversation import Conversation, SavedTurn
from app.footnotes import (
    HTML_FOOT,
    Footnote,
    Footnotes,
    date_line,
    flat,
    html_footnote,
    html_head,
    md,
    md_block,
    md_footnote,
)
from app.mode import Mode
from app.saved import SavedError, restore
from app.support import Support
from ingest.documents import Document

_MODES: dict[Mode, str] = {
    Mode.QUOTED: "in the sources’ own words",
    Mode.SIMPLE: "explained simply",
    Mode.DEPTH: "in depth",
    Mode.SOCRATIC: "by questions back",
}
_OUTCOMES: dict[Support | None, str] = {
    None: "",
    Support.SUPPORTED: "",
    Support.PARTLY: "only partly supported by the sources",
    Support.NOT_FOUND: "not found in the sources",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as it is shown, what is to be said against it, and the numbers of its footnotes."""

    text: str
    doubt: str = ""
    footnotes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: who wrote it and how ("" if it is quoted), its lines, and remarks of the tutor's."""

    byline: str
    lines: tuple[Line, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A conversation, ready to be set: text only, nothing of it escaped yet."""

    title: str
    date: str
    exchanges: tuple[tuple[str, tuple[Reply, ...]], ...]
    footnotes: tuple[Footnote, ...]


def as_markdown(
    conversation: Conversation,
    documents: Mapping[str, Document] | None = None,
    *,
    base: str = "",
    zone: tzinfo | None = None,
) -> str:
    """The conversation as Markdown with footnotes.

    Args:
        documents: the indexed documents by id: authors and years are taken from them, and a citation whose source
            has changed since says so. None if they are not at hand.
        base: where the tutor is served; links are `base?source=ID&start=..&end=..`.
        zone: of the dates; that of this machine if None.
    """
    report = _report(conversation, documents, base, zone)
    blocks = [f"# {md(report.title)}", md(report.date)]
    for question, replies in report.exchanges:
        blocks.append(f"## {md(question)}")
        for reply in replies:
            blocks += [f"*{md(reply.byline)}*"] if reply.byline else []
            blocks += [" ".join(map(_md_line, reply.lines))] if reply.lines else []
            blocks += [f"*Note:* {md(remark)}" for remark in reply.remarks]
    blocks += [md_footnote(footnote) for footnote in report.footnotes]
    return "\n\n".join(blocks) + "\n"


def as_html(
    conversation: Conversation,
    documents: Mapping[str, Document] | None = None,
    *,
    base: str = "",
    zone: tzinfo | None = None,
) -> str:
    """The conversation as one page to print, which loads nothing and runs nothing; arguments as `as_markdown`."""
    report = _report(conversation, documents, base, zone)
    title = escape(flat(report.title))
    parts = [html_head(report.title), f"<h1>{title}</h1>", f'<p class="date">{escape(report.date)}</p>']
    for question, replies in report.exchanges:
        parts.append(f"<section><h2>{escape(flat(question))}</h2>")
        for reply in replies:
            parts += [f'<p class="byline">{escape(reply.byline)}</p>'] if reply.byline else []
            parts += [f"<p>{' '.join(map(_html_line, reply.lines))}</p>"] if reply.lines else []
            parts += [f'<p class="note"><b>Note:</b> {escape(remark)}</p>' for remark in reply.remarks]
        parts.append("</section>")
    if report.footnotes:
        parts.append('<section class="footnotes"><h2>Sources</h2><ol>')
        parts += map(html_footnote, report.footnotes)
        parts.append("</ol></section>")
    return "\n".join([*parts, HTML_FOOT]) + "\n"


# -- what is said ----------------------------------------------------------------------------------------------------


def _report(
    conversation: Conversation, documents: Mapping[str, Document] | None, base: str, zone: tzinfo | None
) -> Report:
    footnotes = Footnotes(documents, base)
    exchanges = tuple((turn.question, _replies(turn, footnotes)) for turn in conversation.turns)
    return Report(
        title=conversation.title,
        date=date_line(conversation.created, zone),
        exchanges=exchanges,
        footnotes=tuple(footnotes.found.values()),
    )


def _replies(turn: SavedTurn, footnotes: Footnotes) -> tuple[Reply, ...]:
    replies = [_reply(saved, footnotes) for saved in (turn.quoted, turn.written) if saved is not None]
    if turn.error:
        replies.append(Reply("", (), (turn.error,)))
    return tuple(replies) or (Reply("", (), ("This question was not answered.",)),)


def _reply(saved: str, footnotes: Footnotes) -> Reply:
    try:
        answer = restore(saved).answer
    except SavedError as error:
        return Reply("", (), (str(error),))
    byline = f"Written by {answer.model}, {_MODES[answer.mode]}" if answer.model else ""
    stopped = ("This answer was stopped before its end.",) if answer.stopped else ()
    understood = answer.understood if _folded(answer.understood) != _folded(answer.question) else ""
    remarks = (*((f"Understood as: {understood}",) if understood else ()), *answer.notes, *stopped)
    if answer.refused:
        return Reply(byline, (Line(_reason(answer)),), remarks)
    numbers = {citation.n: footnotes.number(citation) for citation in _cited(answer)}
    return Reply(byline, tuple(_line(sentence, numbers) for sentence in answer.sentences), remarks)


def _reason(answer: Answer) -> str:
    """Why there is no answer, without the pointer to passages that a document does not show."""
    return answer.reason.replace(" The nearest passages are below.", "") or "The sources don't say."


def _cited(answer: Answer) -> Sequence[Citation]:
    """The citations in the order in which the sentences name them."""
    known = {citation.n: citation for citation in answer.citations}
    named = dict.fromkeys(n for sentence in answer.sentences for n in sentence.citations)
    return [known[n] for n in named if n in known]


def _line(sentence: Sentence, numbers: Mapping[int, int]) -> Line:
    outcome = _OUTCOMES[sentence.support]
    doubt = f"{outcome}: {sentence.remark}" if outcome and sentence.remark else outcome
    return Line(sentence.text, doubt, tuple(dict.fromkeys(numbers[n] for n in sentence.citations if n in numbers)))


def _folded(text: str) -> str:
    return flat(text).casefold()


# -- Markdown --------------------------------------------------------------------------------------------------------


def _md_line(line: Line) -> str:
    doubt = f" *({md(line.doubt)})*" if line.doubt else ""
    return md_block(line.text) + doubt + "".join(f"[^{number}]" for number in line.footnotes)


# -- HTML ------------------------------------------------------------------------------------------------------------


def _html_line(line: Line) -> str:
    doubt = f' <span class="doubt">({escape(line.doubt)})</span>' if line.doubt else ""
    marks = "".join(f'<sup><a href="#fn{number}">[{number}]</a></sup>' for number in line.footnotes)
    return escape(line.text) + doubt + marks
