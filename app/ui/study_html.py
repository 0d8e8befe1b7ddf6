"""What the Study page says, as safe HTML. Pure functions; every word of a source or a question passes `html.escape`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from html import escape
from urllib.parse import urlencode

from app.study.card import BLANK, Card, CardKind
from app.study.progress import LEARNT, SectionProgress
from app.study.queue import Plan
from app.study.schedule import when_words
from app.ui.scores import table
from ingest.documents import Document, Span

STYLE = """
<style>
.stElementContainer:has(.tally), .stElementContainer:has(.card) { width: 100%; }
:has(> .st-key-study-keys) { position: absolute; }
.st-key-study-part [data-testid=stButtonGroup] button, .st-key-study-part button { padding: 0 .75rem; }
.tally ul { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; list-style: none; margin: 0; padding: 0; }
.tally li { margin: 0; padding: 0; font-size: .95rem; font-variant-numeric: tabular-nums; }
.card { border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.3rem 1.2rem; margin: .2rem 0;
  min-height: 9rem; overflow-wrap: anywhere; }
.card .of { font-size: .875rem; opacity: .75; margin: 0 0 .7rem; }
.card .asked { font-size: 1.2rem; line-height: 1.55; margin: 0; max-width: 42rem; text-wrap: pretty; }
.card .gap { display: inline-block; min-width: 4.5rem; border-bottom: 2px solid var(--accent); }
.card mark { color: inherit; font-weight: 600; padding: .05em .15em; border-bottom: 2px solid var(--accent);
  background: color-mix(in srgb, var(--accent) 18%, transparent); }
.card .answer { border-top: 1px solid var(--line); margin: 1rem 0 0; padding: .9rem 0 0; font-size: 1.1rem;
  line-height: 1.55; max-width: 42rem; }
.card blockquote { border-left: 3px solid var(--line); color: inherit; opacity: 1; max-width: 42rem; line-height: 1.6;
  margin: .9rem 0 0; padding: .1rem 0 .1rem .9rem; font-family: "Source Serif", Georgia, "Noto Serif CJK KR", serif; }
.card .from { font-size: .875rem; margin: .8rem 0 0; }
.card .from b { margin-right: .3em; }
.missed { font-weight: 600; margin: 0; }
.st-key-study-ratings button { min-height: 3rem; }
.st-key-study-done h2 { padding-top: 0; }
.progress .bar { display: inline-block; width: 6rem; height: .55rem; vertical-align: middle; border-radius: 3px;
  border: 1px solid currentColor; overflow: hidden; }
.progress .bar i { display: block; float: left; height: 100%; }
.progress .bar .learnt { background: var(--accent); }
.progress .bar .seen { background: repeating-linear-gradient(135deg, var(--accent) 0 2px, transparent 2px 5px); }
.progress table { margin-bottom: 1.2rem; }
.progress a { color: var(--accent); }
.progress ul { list-style: none; margin: 0; padding: 0; }
.progress li { border-top: 1px solid var(--line); margin: 0; padding: .6rem 0; line-height: 1.5; max-width: 42rem; }
.progress li p { margin: 0; }
.progress li a { font-size: .875rem; display: inline-block; padding: .15rem 0; }
@media (max-width: 40rem) {
  .card { padding: .8rem .9rem .9rem; min-height: 0; }
  .card .asked { font-size: 1.08rem; }
  .card .answer { font-size: 1.02rem; }
  .st-key-study-part button { padding: 0 .5rem; }
  .st-key-study-part button p { font-size: .85rem; }
  .st-key-study-ratings > div { flex: 1 1 42%; }
  .st-key-study-ratings button { width: 100%; }
  .progress .bar { width: 3.5rem; }
}
</style>
"""

#: How a card is called by how it came to be.
KINDS: dict[CardKind, str] = {
    CardKind.CLOZE: "Fill in the gap",
    CardKind.QUESTION: "Questions",
    CardKind.SAVED: "My own, from the chat",
    CardKind.WRITTEN: "Written by a model",
}
GAP = '<span class="gap" role="img" aria-label="blank">&nbsp;</span>'
_CHANGED = "The source has changed or gone since this card was made; it is shown as it was."


def card_html(card: Card, *, shown: bool, document: Document | None, stale: bool) -> str:
    """A card: what it asks and, if it is shown, its answer, the sentence that it stands on, and where that is.

    Args:
        document: its source as it is now, None if it is gone.
        stale: whether the source no longer says so there.
    """
    cited = card.citation
    answer = f"<mark>{escape(card.answer)}</mark>" if shown else GAP
    asked = answer.join(escape(part) for part in card.prompt.split(BLANK))
    parts = [f'<p class="of">{escape(KINDS[card.kind])}</p>', f'<p class="asked">{asked}</p>']
    if shown:
        quote = _quote(card, None if stale else document)
        filled = card.prompt.replace(BLANK, card.answer)
        if BLANK not in card.prompt and card.answer != quote:
            parts.append(f'<p class="answer">{escape(card.answer)}</p>')
        if _folded(filled) != _folded(quote):
            parts.append(f"<blockquote>{_marked(quote, card.answer)}</blockquote>")
        where = " · ".join(filter(None, (cited.label or cited.source_id, cited.section)))
        remark = f"<b>Changed</b>{escape(_CHANGED)} " if stale else ""
        parts.append(f'<p class="from">{remark}{escape(where)}</p>')
    return f'<article class="card" aria-label="Card" aria-live="polite">{"".join(parts)}</article>'


def _quote(card: Card, document: Document | None) -> str:
    """The cited sentence without its markup."""
    span = card.citation.span
    if document is not None and document.text[span.start : span.end] == card.citation.quote:
        return document.plain(span)
    return _spaced(card.citation.quote)


def _marked(text: str, words: str) -> str:
    """Text with the first place of some words marked."""
    before, found, after = text.partition(words)
    if not found or found == text:
        return escape(text)
    return f"{escape(before)}<mark>{escape(found)}</mark>{escape(after)}"


def _folded(text: str) -> str:
    return re.sub(r"[\s\[\]]+", " ", text).strip().casefold()


def _spaced(text: str) -> str:
    return " ".join(text.split())


def tally_html(plan: Plan, streak: int) -> str:
    """What is left today, and the streak."""
    parts = [f"<b>{plan.left}</b> left today"]
    for count, word in ((plan.due, "due"), (plan.learning, "being learnt"), (plan.new, "new")):
        if count:
            parts.append(f"{count} {word}")
    if streak:
        parts.append("1 day in a row" if streak == 1 else f"{streak} days in a row")
    items = "".join(f"<li>{part}</li>" for part in parts)
    return f'<div class="tally" role="status" aria-label="Today"><ul>{items}</ul></div>'


def done_html(plan: Plan, now: datetime, total: int) -> str:
    """What is said when nothing is left: when the next card comes; `total` is how many cards there are at all."""
    if not total:
        head, rest = "There are no cards", "Index a document, or make cards from sentences in the Chat."
    elif plan.next_at is None:
        head, rest = "Nothing to do", "No card is due, and no new one comes as you have set it."
    else:
        head, rest = "Done for now", f"The next card comes {when_words(plan.next_at, now)}."
    return f'<h2>{head}</h2><p class="meta" role="status">{escape(rest)}</p>'


def forecast_words(days: Sequence[tuple[date, int]]) -> str:
    """The forecast in a line, for who does not see the chart."""
    first = days[0][0]
    week = sum(n for day, n in days if day < first + timedelta(days=7))
    return f"Due today {days[0][1]}, within 7 days {week}, within {len(days)} days {sum(n for _, n in days)}."


def line_html(card: Card) -> str:
    """A card in a line: what it asks, with its answer."""
    filled = escape(card.prompt.replace(BLANK, card.answer))
    return f'<p class="meta">{filled if BLANK in card.prompt else f"{filled} <b>{escape(card.answer)}</b>"}</p>'


def summary_html(sections: Sequence[SectionProgress], streak: int, days: int) -> str:
    """What was done at all, in a line."""
    cards, seen, learnt, weak = (
        sum(getattr(one, name) for one in sections) for name in ("cards", "seen", "learnt", "weak")
    )
    if not cards:
        return '<p class="meta" role="status">There are no cards yet. Index a document, or make some in the Chat.</p>'
    studied = "1 day" if days == 1 else f"{days} days"
    return (
        f'<p class="lead" role="status">{seen:,} of {cards:,} cards seen, {learnt:,} learnt, {weak:,} weak. '
        f"Studied on {studied}, {streak} in a row.</p>"
    )


def progress_html(sections: Sequence[SectionProgress]) -> str:
    """How far each section is, as one table for each source."""
    sources = list(dict.fromkeys(one.source_id for one in sections))
    tables = []
    for source in sources:
        rows = [one for one in sections if one.source_id == source]
        tables.append(_table(rows[0].source_title, rows))
    about = (
        f'<p class="meta">Learnt: it will still be known in {LEARNT:.0f} days or more. Weak: answered wrong last, '
        "forgotten and not learnt again, or reviewed often without lasting.</p>"
    )
    return f'<div class="progress">{"".join(tables)}{about if tables else ""}</div>'


def _table(title: str, rows: Sequence[SectionProgress]) -> str:
    head = ["Section", "Cards", "Seen", "Learnt", "Weak"]
    body = [
        [
            f'<a href="{escape(link(row.source_id, row.place.span))}">{escape(row.section or "At the beginning")}</a>'
            f"<br>{_bar(row)}",
            *(str(n) for n in (row.cards, row.seen, row.learnt, row.weak)),
        ]
        for row in rows
    ]
    return table(title, head, body)


def _bar(row: SectionProgress) -> str:
    learnt, seen = (100 * n / row.cards for n in (row.learnt, row.seen - row.learnt))
    return (
        f'<span class="bar" aria-hidden="true"><i class="learnt" style="width:{learnt:.0f}%"></i>'
        f'<i class="seen" style="width:{seen:.0f}%"></i></span>'
    )


def weak_html(cards: Sequence[Card], most: int = 20) -> str:
    """The weak cards, each with its answer and a link to its sentence."""
    if not cards:
        return ""
    items = "".join(
        f"<li><p>{escape(card.prompt.replace(BLANK, '…'))} <b>{escape(card.answer)}</b></p>"
        f'<a href="{escape(link(card.citation.source_id, card.citation.span))}">'
        f"{escape(' · '.join(filter(None, (card.citation.label or card.citation.source_id, card.section))))}</a></li>"
        for card in cards[:most]
    )
    more = f'<p class="meta">and {len(cards) - most} more</p>' if len(cards) > most else ""
    return f'<h2>Read these again</h2><div class="progress"><ul>{items}</ul>{more}</div>'


def link(source_id: str, span: Span) -> str:
    """The address of the Sources page that opens a place."""
    return f"sources?{urlencode({'source': source_id, 'start': span.start, 'end': span.end})}"
