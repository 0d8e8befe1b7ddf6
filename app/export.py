"""A conversation as a document to keep: Markdown with footnotes, or one HTML page to print.

Both say the same: each question, its answers, and one footnote for each place that is cited, numbered through the
whole. All that comes from users, sources and models is escaped, so that it is shown character for character:
nothing of it becomes a link, an image, a heading or a tag. Where conversations are kept is history.py's affair.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from html import escape
from urllib.parse import urlencode

from app.answer import Answer, Citation, Sentence
from app.conversation import Conversation, SavedTurn
from app.mode import Mode
from app.saved import SavedError, Standing, State, restore, standings
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
class Footnote:
    """A cited place: `source` names its document, `link` opens it in the tutor, `remark` says what has changed."""

    number: int
    source: str
    section: str
    quote: str
    link: str
    remark: str = ""


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
    blocks = [f"# {_md(report.title)}", _md(report.date)]
    for question, replies in report.exchanges:
        blocks.append(f"## {_md(question)}")
        for reply in replies:
            blocks += [f"*{_md(reply.byline)}*"] if reply.byline else []
            blocks += [" ".join(map(_md_line, reply.lines))] if reply.lines else []
            blocks += [f"*Note:* {_md(remark)}" for remark in reply.remarks]
    blocks += [_md_footnote(footnote) for footnote in report.footnotes]
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
    title = escape(_flat(report.title))
    parts = [_HEAD.format(title=title, css=_CSS), f"<h1>{title}</h1>", f'<p class="date">{escape(report.date)}</p>']
    for question, replies in report.exchanges:
        parts.append(f"<section><h2>{escape(_flat(question))}</h2>")
        for reply in replies:
            parts += [f'<p class="byline">{escape(reply.byline)}</p>'] if reply.byline else []
            parts += [f"<p>{' '.join(map(_html_line, reply.lines))}</p>"] if reply.lines else []
            parts += [f'<p class="note"><b>Note:</b> {escape(remark)}</p>' for remark in reply.remarks]
        parts.append("</section>")
    if report.footnotes:
        parts.append('<section class="footnotes"><h2>Sources</h2><ol>')
        parts += map(_html_footnote, report.footnotes)
        parts.append("</ol></section>")
    return "\n".join([*parts, "</main></body></html>"]) + "\n"


# -- what is said ----------------------------------------------------------------------------------------------------


@dataclass
class _Footnotes:
    """Numbers for cited places, given once each."""

    documents: Mapping[str, Document] | None
    base: str
    found: dict[tuple[str, int, int, str], Footnote] = field(default_factory=dict)

    def number(self, citation: Citation) -> int:
        place = (citation.source_id, citation.span.start, citation.span.end, citation.quote)
        if place not in self.found:
            self.found[place] = self._made(citation, len(self.found) + 1)
        return self.found[place].number

    def _made(self, citation: Citation, number: int) -> Footnote:
        document = (self.documents or {}).get(citation.source_id)
        by = ", ".join(filter(None, (document.source.author, document.source.year))) if document else ""
        stands = {} if self.documents is None else standings([citation], self.documents)
        standing = stands.get(citation.n, Standing(State.SAME, citation.span))
        span = standing.span or citation.span
        link = urlencode({"source": citation.source_id, "start": span.start, "end": span.end})
        return Footnote(
            number=number,
            source=f"{citation.source_title} ({by})" if by else citation.source_title,
            section=citation.section,
            quote=citation.quote,
            link=f"{self.base}?{link}",
            remark=_remark(standing),
        )


def _remark(standing: Standing) -> str:
    if standing.state is State.GONE:
        return "This source is no longer there."
    if standing.state is State.CHANGED:
        moved = "; the quote stands elsewhere in it now" if standing.span else " and no longer has these words there"
        return f"This source has changed since{moved}."
    return ""


def _report(
    conversation: Conversation, documents: Mapping[str, Document] | None, base: str, zone: tzinfo | None
) -> Report:
    footnotes = _Footnotes(documents, base)
    exchanges = tuple((turn.question, _replies(turn, footnotes)) for turn in conversation.turns)
    return Report(
        title=conversation.title,
        date=_date(conversation.created, zone),
        exchanges=exchanges,
        footnotes=tuple(footnotes.found.values()),
    )


def _date(when: datetime, zone: tzinfo | None) -> str:
    local = when.astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M}"


def _replies(turn: SavedTurn, footnotes: _Footnotes) -> tuple[Reply, ...]:
    replies = [_reply(saved, footnotes) for saved in (turn.quoted, turn.written) if saved is not None]
    if turn.error:
        replies.append(Reply("", (), (turn.error,)))
    return tuple(replies) or (Reply("", (), ("This question was not answered.",)),)


def _reply(saved: str, footnotes: _Footnotes) -> Reply:
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
    return _flat(text).casefold()


def _flat(text: str) -> str:
    """The text on one line; what a page or a paragraph would show of its white space."""
    return " ".join(text.split())


# -- Markdown --------------------------------------------------------------------------------------------------------

# Characters that mean something to one Markdown renderer or another.
_SPECIAL = re.compile(r"([\\`*_\[\]~^$|#{}@])")
# These become entities, which hold also where somebody pastes the text into HTML.
_TAGS = re.compile(r"[<>]|&(?=#?\w)")
_OPENING = re.compile(r"^([-+=:]|\d+(?=[.)]))")  # begins a list, a rule or a heading, where it begins a block
_ADDRESS = re.compile(r":(?=//)|(?<=\bwww)\.", re.IGNORECASE)  # some renderers make links of bare addresses


def _md(text: str) -> str:
    """Text that every Markdown renderer shows character for character, on one line that something stands before."""
    shown = _TAGS.sub(lambda found: escape(found.group()), _SPECIAL.sub(r"\\\1", _flat(text)))
    return _ADDRESS.sub(lambda found: "\\" + found.group(), shown)


def _md_block(text: str) -> str:
    """Such text where it begins a paragraph."""
    return _OPENING.sub(lambda found: _opened(found.group()), _md(text))


def _opened(begins: str) -> str:
    return f"{begins}\\" if begins[0].isdecimal() else f"\\{begins}"


def _md_line(line: Line) -> str:
    doubt = f" *({_md(line.doubt)})*" if line.doubt else ""
    return _md_block(line.text) + doubt + "".join(f"[^{number}]" for number in line.footnotes)


def _md_footnote(footnote: Footnote) -> str:
    section = f", “{_md(footnote.section)}”" if footnote.section else ""
    remark = f" *{_md(footnote.remark)}*" if footnote.remark else ""
    link = footnote.link.replace("(", "%28").replace(")", "%29")
    return (
        f"[^{footnote.number}]: {_md_block(footnote.source)}{section}: “{_md(footnote.quote)}” [Open]({link}){remark}"
    )


# -- HTML ------------------------------------------------------------------------------------------------------------

_CSS = """
@page { margin: 2cm; }
body { margin: 0; background: #fff; color: #1a1a1a; font: 11pt/1.55 Georgia, "Noto Serif CJK KR", serif; }
main { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1, h2 { font-family: system-ui, sans-serif; line-height: 1.3; break-after: avoid; }
h1 { font-size: 1.5em; margin-bottom: .2em; }
h2 { font-size: 1.15em; margin-top: 1.8em; }
.date, .byline, .note, .footnotes { font-size: .9em; }
.date, .byline { color: #555; }
.byline { font-style: italic; margin-bottom: -.6em; }
.doubt { font-style: italic; }
.note { border-left: 2px solid #888; padding-left: .7em; }
sup { font-size: .75em; line-height: 0; }
a { color: inherit; }
sup a { text-decoration: none; }
.footnotes { border-top: 1px solid #888; margin-top: 2.5em; }
.footnotes li { margin-bottom: .6em; break-inside: avoid; }
@media print { main { margin: 0; padding: 0; max-width: none; } }
"""
_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>{css}</style></head><body><main>"""


def _html_line(line: Line) -> str:
    doubt = f' <span class="doubt">({escape(line.doubt)})</span>' if line.doubt else ""
    marks = "".join(f'<sup><a href="#fn{number}">[{number}]</a></sup>' for number in line.footnotes)
    return escape(line.text) + doubt + marks


def _html_footnote(footnote: Footnote) -> str:
    section = f", “{escape(footnote.section)}”" if footnote.section else ""
    remark = f" <i>{escape(footnote.remark)}</i>" if footnote.remark else ""
    return (
        f'<li id="fn{footnote.number}">{escape(footnote.source)}{section}: <q>{escape(footnote.quote)}</q>'
        f' <a href="{escape(footnote.link)}">Open</a>{remark}</li>'
    )
