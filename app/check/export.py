"""A checked text as a document to keep: Markdown with footnotes, or one HTML page to print.

Both say the same: the summary, then the text's pieces in order, each claim with its verdict in words, what differs
from the source, the quotes with the differing words marked and a link that opens them, how sure the verdict is, and why
the others were passed over. How text is escaped is in app/footnotes.py, how things are worded in words.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from html import escape
from pathlib import Path

from app.answer import Citation
from app.check.pieces import CheckError
from app.check.report import Checked, Report
from app.check.words import (
    PASSED,
    difference_lines,
    differing,
    marked,
    nearest_line,
    passed_text,
    shown_quote,
    summary,
    sure,
)
from app.footnotes import (
    CSS,
    HTML_FOOT,
    Footnote,
    Footnotes,
    date_line,
    flat,
    html_head,
    html_place,
    md,
    md_footnote,
    md_piece,
)
from app.marks import VERDICTS
from ingest.documents import Document

Writer = Callable[..., str]

_TOLD = "A program compared each claim with the sources. It errs, and so may they: follow the links and read."
_LINKS = "Its links open the sources on the machine where it was made, while the tutor runs there: tutor serve"
_DISAGREE = "The sources disagree:"
_PASSED = "Passed over:"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote as it is shown: where it is from, and its words in pieces with whether they differ from the claim."""

    footnote: Footnote
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A piece of the text, ready to be set: text only, nothing of it escaped yet.

    `verdict` is "" where it was passed over, and `why` says why; `nearest` stands above quotes that only come near, and
    `sure` says how sure the verdict is.
    """

    pieces: tuple[tuple[str, bool], ...]
    verdict: str = ""
    differs: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    quotes: tuple[Quoted, ...] = ()
    nearest: str = ""
    why: str = ""
    sure: str = ""


def writer(path: Path) -> Writer:
    """What writes a report into a file of this name: `as_markdown` or `as_html`.

    Raises:
        CheckError: its ending names neither.
    """
    suffix = path.suffix.lower()
    if suffix not in WRITERS:
        raise CheckError(f"{path} is neither Markdown nor HTML. Name the report .md or .html.")
    if path.is_dir():
        raise CheckError(f"{path} is a folder. Name a file for the report.")
    return WRITERS[suffix]


def as_markdown(
    report: Report,
    documents: Mapping[str, Document],
    *,
    base: str = "",
    made: datetime | None = None,
    zone: tzinfo | None = None,
) -> str:
    """The report as Markdown with footnotes.

    Args:
        documents: the indexed documents by id.
        base: where the tutor is served; links are `base?source=ID&start=..&end=..`.
        made: when it was checked, if that is to stand in it; `zone` is that of this machine if None.
    """
    found = entries(report, documents, base)
    blocks = [
        f"# {md(report.title)}",
        *([md(date_line(made, zone))] if made else []),
        f"**{md(summary(report))}**",
        _told(found),
    ]
    for entry in found:
        blocks += _md_entry(entry)
    return "\n\n".join([*blocks, *_md_footnotes(found)]) + "\n"


def as_html(
    report: Report,
    documents: Mapping[str, Document],
    *,
    base: str = "",
    made: datetime | None = None,
    zone: tzinfo | None = None,
) -> str:
    """The report as one page to print, which loads nothing and runs nothing; arguments as `as_markdown`."""
    date = [f'<p class="date">{escape(date_line(made, zone))}</p>'] if made else []
    parts = [html_head(report.title, CSS + _CSS), f"<h1>{escape(flat(report.title))}</h1>", *date]
    found = entries(report, documents, base)
    parts += [f'<p class="summary"><b>{escape(summary(report))}</b></p>', f'<p class="date">{escape(_told(found))}</p>']
    parts += map(_html_entry, found)
    return "\n".join([*parts, HTML_FOOT]) + "\n"


#: The ending of a file -> what writes a report into it.
WRITERS: Mapping[str, Writer] = {".md": as_markdown, ".markdown": as_markdown, ".html": as_html, ".htm": as_html}


# -- what is said ----------------------------------------------------------------------------------------------------


def entries(report: Report, documents: Mapping[str, Document], base: str) -> tuple[Entry, ...]:
    """The pieces of a report, ready to be set."""
    footnotes = Footnotes(documents, base)
    return tuple(_entry(item, documents, footnotes) for item in report.items)


def _told(found: Sequence[Entry]) -> str:
    """What stands above it all; of links only where there are any."""
    return f"{_TOLD} {_LINKS}" if any(entry.quotes for entry in found) else _TOLD


def _entry(item: Checked, documents: Mapping[str, Document], footnotes: Footnotes) -> Entry:
    judgement = item.judgement
    if judgement is None:
        return Entry(((passed_text(item), False),), why=PASSED[item.piece.kind].why)
    mark = VERDICTS[judgement.verdict]
    nearest = not judgement.citations and judgement.nearest is not None
    cited = (judgement.nearest,) if nearest and judgement.nearest else judgement.citations
    first = shown_quote(cited[0], documents) if cited else ""
    claim = flat(judgement.claim)
    said, instead = differing(judgement, first)
    return Entry(
        pieces=marked(claim, said),
        verdict=f"{mark.shape} {mark.word}",
        differs=difference_lines(judgement, first),
        conflicts=judgement.conflicts,
        quotes=tuple(_quoted(citation, instead, documents, footnotes) for citation in cited),
        nearest=nearest_line(judgement) if nearest else "",
        sure=sure(judgement),
    )


def _quoted(
    citation: Citation, instead: Sequence[str], documents: Mapping[str, Document], footnotes: Footnotes
) -> Quoted:
    number = footnotes.number(citation)
    footnote = next(one for one in footnotes.found.values() if one.number == number)
    quote = shown_quote(citation, documents)
    return Quoted(replace(footnote, quote=quote), marked(quote, instead))


# -- Markdown --------------------------------------------------------------------------------------------------------


def _md_entry(entry: Entry) -> list[str]:
    text = _md_marked(entry.pieces)
    if not entry.verdict:
        return [f"*{_PASSED}* {text} *({md(entry.why)})*"]
    notes = "".join(f"[^{quoted.footnote.number}]" for quoted in entry.quotes)
    near = f" *{md(entry.nearest)}*{notes}" if entry.nearest else notes
    blocks = [f"**{entry.verdict}:** {text}{near}"]
    blocks += [f"*Differs:* {md(line)}" for line in entry.differs]
    blocks += [f"*{_DISAGREE}* {md(line)}" for line in entry.conflicts]
    return [*blocks, f"*{md(entry.sure)}*"]


def _md_footnotes(found: Sequence[Entry]) -> list[str]:
    """One for each place; where several claims differ from it, the words of all are marked."""
    places: dict[int, tuple[Footnote, list[str]]] = {}
    for quoted in (quoted for entry in found for quoted in entry.quotes):
        _, words = places.setdefault(quoted.footnote.number, (quoted.footnote, []))
        words += [piece for piece, differs in quoted.pieces if differs]
    return [md_footnote(one, _md_marked(marked(one.quote, words))) for _, (one, words) in sorted(places.items())]


def _md_marked(pieces: Sequence[tuple[str, bool]]) -> str:
    """Pieces of a line, those that differ in bold, where Markdown can begin and end that."""
    out = []
    for n, (piece, differs) in enumerate(pieces):
        before = pieces[n - 1][0][-1:] if n else ""
        after = pieces[n + 1][0][:1] if n + 1 < len(pieces) else ""
        bold = differs and _meets(before, piece[0]) and _meets(after, piece[-1])
        out.append(f"**{md_piece(piece)}**" if bold else md_piece(piece))
    return "".join(out)


def _meets(outside: str, inside: str) -> bool:
    return not inside.isspace() and (inside.isalnum() or not outside.isalnum())


# -- HTML ------------------------------------------------------------------------------------------------------------

_CSS = """
.entry { margin: 1.2em 0; break-inside: avoid; }
.entry p { margin: .2em 0; }
.verdict { white-space: nowrap; }
.differs { font-weight: 600; }
.passed { color: #555; font-size: .9em; }
blockquote { margin: .3em 0 .5em; padding-left: .8em; border-left: 2px solid #888; }
.place { font-size: .85em; color: #555; }
mark { background: none; color: inherit; font-weight: 700; text-decoration: underline 2px; text-underline-offset: 3px; }
"""


def _html_entry(entry: Entry) -> str:
    text = _html_marked(entry.pieces)
    if not entry.verdict:
        return f'<div class="entry passed"><p><i>{_PASSED}</i> {text} <i>({escape(entry.why)})</i></p></div>'
    parts = [f'<p><b class="verdict">{escape(entry.verdict)}:</b> {text}</p>']
    parts += [f'<p class="differs">{escape(line)}</p>' for line in entry.differs]
    parts += [f'<p class="note"><b>{_DISAGREE}</b> {escape(line)}</p>' for line in entry.conflicts]
    parts += [f'<p class="place">{escape(entry.nearest)}</p>'] if entry.nearest else []
    parts += map(_html_quoted, entry.quotes)
    parts.append(f'<p class="place">{escape(entry.sure)}</p>')
    return f'<div class="entry">{"".join(parts)}</div>'


def _html_quoted(quoted: Quoted) -> str:
    one = quoted.footnote
    remark = f" <i>{escape(one.remark)}</i>" if one.remark else ""
    return (
        f'<blockquote><p>{_html_marked(quoted.pieces)}</p><p class="place">{html_place(one)}'
        f' <a href="{escape(one.link)}">Open</a>{remark}</p></blockquote>'
    )


def _html_marked(pieces: Sequence[tuple[str, bool]]) -> str:
    return "".join(f"<mark>{escape(piece)}</mark>" if differs else escape(piece) for piece, differs in pieces)
