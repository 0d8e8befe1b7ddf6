"""A quoted Answer as safe HTML: its sentences, citation buttons, remarks, certainty and uncited passages.

Pure functions, no Streamlit. Every word that comes from a question or a source passes through `html.escape`.
A button says in `data-open` which place it opens: "c2" is citation 2, "p0" the best passage, "w2" citation 2 of the
written answer; `place` turns that into a Place. One with `data-card` makes a card of such a place, or takes it back.
Written answers are in written.py; how it all looks and what a press does is in talk_view.py and chat.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from app.answer import Answer, Certainty, Citation, Sentence
from app.saved import SavedPassage, Standing, State
from ingest.documents import Span
from vectorstore.search import Hit

#: A shape for each degree of certainty, so that it is never told by colour or words alone.
_SHAPES: dict[Certainty, str] = {Certainty.HIGH: "●", Certainty.MEDIUM: "◐", Certainty.LOW: "○"}
#: What a citation says whose source is not what it was.
_STALE: dict[State, str] = {State.SAME: "", State.CHANGED: "△ source changed", State.GONE: "✕ source gone"}
_MOST_NEAREST = 3
_LONGEST_PASSAGE = 420


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a source that can be opened beside the chat; the citation that names it, if one does."""

    source_id: str
    span: Span
    citation: Citation | None = None


def answer_html(
    answer: Answer,
    standings: Mapping[int, Standing] | None = None,
    lost: Sequence[SavedPassage] = (),
    *,
    cards: bool = False,
) -> str:
    """The whole answer, or the refusal with its reason and the nearest passages.

    Args:
        standings: how the citations stand in the sources of now, by number; those that are missing stand as they did.
        lost: passages of a kept answer that the sources no longer have so.
        cards: whether its sentences can be made into cards.
    """
    parts = ['<article aria-label="Answer">']
    if _folded(answer.understood) != _folded(answer.question):
        parts.append(f'<p class="understood">Understood as: {escape(answer.understood)}</p>')
    parts += _refusal(answer, lost) if answer.refused else _answered(answer, standings or {}, lost, cards)
    parts.append("</article>")
    return "".join(parts)


def place(answer: Answer, opens: str, written: Answer | None = None) -> Place | None:
    """The place that a button's `data-open` stands for; None if it stands for nothing in these answers."""
    kind, number = opens[:1], opens[1:]
    if not number.isdecimal():
        return None
    citations = {"c": answer.citations, "w": written.citations if written is not None else ()}.get(kind, ())
    for citation in citations:
        if citation.n == int(number):
            return Place(citation.source_id, citation.span, citation)
    if kind == "p" and int(number) < len(answer.passages):
        passage = answer.passages[int(number)].passage
        return Place(passage.source_id, passage.span)
    return None


def citation_buttons(citations: Sequence[Citation], standings: Mapping[int, Standing], kind: str = "c") -> str:
    """The row of buttons under an answer, one for each citation."""
    buttons = "".join(_citation(citation, standings.get(citation.n), kind) for citation in citations)
    return f'<div class="citations" role="group" aria-label="Citations">{buttons}</div>'


def number_buttons(sentence: Sentence, known: Mapping[int, Citation], kind: str = "c") -> str:
    """The numbers behind a sentence; one that is no citation of the answer is never shown."""
    return "".join(
        f'<button type="button" class="number" data-open="{kind}{c.n}"'
        f' aria-label="Open citation {c.n}: {escape(_where(c.label or c.source_id, c.place))}">[{c.n}]</button>'
        for c in (known[n] for n in sentence.citations if n in known)
    )


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def card_button(sentence: Sentence, known: Mapping[int, Citation], kind: str = "c") -> str:
    """The button that makes a card of what a sentence cites first, and takes it back; which of them, the view says."""
    cited = next((n for n in sentence.citations if n in known), None)
    if cited is None:
        return ""
    return (
        f' <button type="button" class="keep" data-card="{kind}{cited}" data-off="Make a card"'
        ' data-on="✓ In your cards. Undo" aria-pressed="false">Make a card</button>'
    )


def _answered(
    answer: Answer, standings: Mapping[int, Standing], lost: Sequence[SavedPassage], cards: bool
) -> list[str]:
    known = {citation.n: citation for citation in answer.citations}
    parts = [
        f'<p><span class="sentence">{escape(sentence.text)}</span>{number_buttons(sentence, known)}'
        f"{card_button(sentence, known) if cards else ''}</p>"
        for sentence in answer.sentences
    ]
    parts += [f'<p class="note"><span>Note</span> {escape(note)}</p>' for note in answer.notes]
    certainty = answer.certainty
    parts.append(
        f'<p class="certainty"><span class="shape" aria-hidden="true">{_SHAPES[certainty]}</span>'
        f"{escape(certainty.value.capitalize())}</p>"
    )
    parts.append(citation_buttons(answer.citations, standings))
    rest = [
        _passage(i, hit)
        for i, hit in enumerate(answer.passages)
        if not _cited(hit.passage.source_id, hit.passage.span, answer.citations)
    ]
    rest += [_lost(one) for one in lost if not _cited(one.source_id, one.span, answer.citations)]
    if rest:
        parts.append(_passages(f"Passages found but not cited ({len(rest)})", rest, opened=False))
    return parts


def _cited(source_id: str, span: Span, citations: Sequence[Citation]) -> bool:
    """Whether a citation stands in this passage."""
    return any(c.source_id == source_id and c.span.overlaps(span) for c in citations)


def _refusal(answer: Answer, lost: Sequence[SavedPassage]) -> list[str]:
    """The reason, whose first sentence stands out, and the passages that came nearest."""
    head, dot, rest = answer.reason.partition(". ")
    said = escape(head + dot.rstrip())
    parts = [
        f'<p class="refusal"><span class="shape" aria-hidden="true">⊘</span>{said}</p>',
        f'<p class="sentence">{escape(rest)}</p>' if rest.strip() else "",
    ]
    missing = [word for word in answer.unknown if word.casefold() not in answer.reason.casefold()]
    if missing:
        words = ", ".join(f"“{escape(word)}”" for word in missing)
        parts.append(f'<p class="unknown">Nowhere in the sources: {words}</p>')
    nearest = [_passage(i, hit) for i, hit in enumerate(answer.passages)] + [_lost(one) for one in lost]
    if nearest:
        parts.append(_passages("Nearest passages", nearest[:_MOST_NEAREST], opened=True))
    return parts


def _citation(citation: Citation, standing: Standing | None, kind: str) -> str:
    section, title, locator = escape(citation.section), escape(citation.source_title), escape(citation.locator)
    named = f"<span>·</span><span>{locator}</span>" if locator else ""
    named += f'<span>·</span><span class="section">{section}</span>' if section else ""
    remark = _STALE[standing.state] if standing is not None else ""
    stale = f'<span class="stale">{remark}</span>' if remark else ""
    return (
        f'<button type="button" data-open="{kind}{citation.n}" title="{title}{": " if section else ""}{section}">'
        f'<span class="n">{citation.n}</span><span>·</span>'
        f'<span class="id">{escape(citation.label or citation.source_id)}</span>{named}{stale}</button>'
    )


def _passages(summary: str, rows: Sequence[str], opened: bool) -> str:
    state = " open" if opened else ""
    return f'<details class="passages"{state}><summary>{summary}</summary><ol>{"".join(rows)}</ol></details>'


def _passage(i: int, hit: Hit) -> str:
    cited = Citation.at(hit, hit.passage.span, i)
    where = escape(_where(cited.label, cited.place))
    return (
        f'<li><p class="where">{where}</p><p>{escape(_shortened(hit.plain))}</p>'
        f'<button type="button" class="open" data-open="p{i}" aria-label="Open in the source: {where}">'
        "Open in the source</button></li>"
    )


def _lost(passage: SavedPassage) -> str:
    """A passage that the sources no longer have: as it was, with nothing to open."""
    where = escape(_where(passage.source_id, passage.section))
    return (
        f'<li><p class="where">{where} <span class="stale">△ the source has changed since</span></p>'
        f"<p>{escape(_shortened(passage.text))}</p></li>"
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_PASSAGE else text[:_LONGEST_PASSAGE].rsplit(" ", 1)[0] + " …"


def _where(label: str, section: str) -> str:
    return f"{label} · {section}" if section else label
