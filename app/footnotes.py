"""What every exported document is made of: escaped text, footnotes that open their sources, the head of a page.

All that comes from users, sources and models is escaped, so that it is shown character for character: nothing of it
becomes a link, an image, a heading or a tag. What a document says is for export.py and check/export.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from html import escape
from urllib.parse import urlencode

from app.answer import Citation
from app.saved import Standing, State, standings
from ingest.documents import Document


@dataclass(frozen=True, slots=True)
class Footnote:
    """A cited place: `source` names its document, `link` opens it in the tutor, `remark` says what has changed."""

    number: int
    source: str
    section: str
    locator: str
    quote: str
    link: str
    remark: str = ""


@dataclass
class Footnotes:
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
            locator=citation.locator,
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


def date_line(when: datetime, zone: tzinfo | None) -> str:
    """A date as a document shows it; `zone` is that of this machine if None."""
    local = when.astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M}"


def flat(text: str) -> str:
    """The text on one line; what a page or a paragraph would show of its white space."""
    return " ".join(text.split())


# -- Markdown --------------------------------------------------------------------------------------------------------

# Characters that mean something to one Markdown renderer or another.
_SPECIAL = re.compile(r"([\\`*_\[\]~^$|#{}@])")
# These become entities, which hold also where somebody pastes the text into HTML.
_TAGS = re.compile(r"[<>]|&(?=#?\w)")
_OPENING = re.compile(r"^([-+=:]|\d+(?=[.)]))")  # begins a list, a rule or a heading, where it begins a block
_ADDRESS = re.compile(r":(?=//)|(?<=\bwww)\.", re.IGNORECASE)  # some renderers make links of bare addresses


def md(text: str) -> str:
    """Text that every Markdown renderer shows character for character, on one line that something stands before."""
    return md_piece(flat(text))


def md_piece(text: str) -> str:
    """A piece of such a line, its white space kept."""
    shown = _TAGS.sub(lambda found: escape(found.group()), _SPECIAL.sub(r"\\\1", text))
    return _ADDRESS.sub(lambda found: "\\" + found.group(), shown)


def md_block(text: str) -> str:
    """Such text where it begins a paragraph."""
    return _OPENING.sub(lambda found: _opened(found.group()), md(text))


def _opened(begins: str) -> str:
    return f"{begins}\\" if begins[0].isdecimal() else f"\\{begins}"


def md_footnote(footnote: Footnote, quote: str = "") -> str:
    """A footnote, a block of its own; `quote` is its quote in Markdown, if that is to look otherwise."""
    section = f", “{md(footnote.section)}”" if footnote.section else ""
    section += f", {md(footnote.locator)}" if footnote.locator else ""
    remark = f" *{md(footnote.remark)}*" if footnote.remark else ""
    said = quote or md(footnote.quote)
    link = footnote.link.replace("(", "%28").replace(")", "%29")
    return f"[^{footnote.number}]: {md_block(footnote.source)}{section}: “{said}” [Open]({link}){remark}"


# -- HTML ------------------------------------------------------------------------------------------------------------

CSS = """
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


def html_head(title: str, css: str = CSS) -> str:
    """A page that loads nothing and runs nothing, up to where its content begins."""
    return _HEAD.format(title=escape(flat(title)), css=css)


#: Where it ends.
HTML_FOOT = "</main></body></html>"


def html_place(footnote: Footnote) -> str:
    """The source of a footnote and the place in it."""
    section = f", “{escape(footnote.section)}”" if footnote.section else ""
    locator = f", {escape(footnote.locator)}" if footnote.locator else ""
    return f"{escape(footnote.source)}{section}{locator}"


def html_footnote(footnote: Footnote) -> str:
    """A footnote as an item of a list."""
    remark = f" <i>{escape(footnote.remark)}</i>" if footnote.remark else ""
    return (
        f'<li id="fn{footnote.number}">{html_place(footnote)}: <q>{escape(footnote.quote)}</q>'
        f' <a href="{escape(footnote.link)}">Open</a>{remark}</li>'
    )
