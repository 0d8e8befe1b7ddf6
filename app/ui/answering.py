"""An Answer as safe HTML: its sentences, citation buttons, remarks, certainty and uncited passages.

Pure functions, no Streamlit. Every word that comes from a question or a source passes through `html.escape`.
A button says in `data-open` which place it opens: "c2" is citation 2, "p0" the best passage; `place` turns
that into a Place. How it looks and what a press does is in components.py and chat.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from app.answer import Answer, Certainty, Citation, Sentence
from ingest.documents import Span
from vectorstore.search import Hit

#: A shape for each degree of certainty, so that it is never told by colour or words alone.
_SHAPES: dict[Certainty, str] = {Certainty.HIGH: "●", Certainty.MEDIUM: "◐", Certainty.LOW: "○"}
_MOST_NEAREST = 3
_LONGEST_PASSAGE = 420


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a source that can be opened beside the chat."""

    source_id: str
    span: Span


def answer_html(answer: Answer) -> str:
    """The whole answer, or the refusal with its reason and the nearest passages."""
    parts = ['<article aria-label="Answer">']
    if _folded(answer.understood) != _folded(answer.question):
        parts.append(f'<p class="understood">Understood as: {escape(answer.understood)}</p>')
    parts += _refusal(answer) if answer.refused else _answered(answer)
    parts.append("</article>")
    return "".join(parts)


def place(answer: Answer, opens: str) -> Place | None:
    """The place that a button's `data-open` stands for; None if it stands for nothing in this answer."""
    kind, number = opens[:1], opens[1:]
    if not number.isdecimal():
        return None
    if kind == "c":
        for citation in answer.citations:
            if citation.n == int(number):
                return Place(citation.source_id, citation.span)
    if kind == "p" and int(number) < len(answer.passages):
        passage = answer.passages[int(number)].passage
        return Place(passage.source_id, passage.span)
    return None


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _answered(answer: Answer) -> list[str]:
    known = {citation.n: citation for citation in answer.citations}
    parts = [_sentence(sentence, known) for sentence in answer.sentences]
    parts += [f'<p class="note"><span>Note</span> {escape(note)}</p>' for note in answer.notes]
    certainty = answer.certainty
    parts.append(
        f'<p class="certainty"><span class="shape" aria-hidden="true">{_SHAPES[certainty]}</span>'
        f"{escape(certainty.value.capitalize())}</p>"
    )
    parts.append('<div class="citations" role="group" aria-label="Citations">')
    parts += [_citation(citation) for citation in answer.citations]
    parts.append("</div>")
    rest = [(i, hit) for i, hit in enumerate(answer.passages) if not _cited(hit, answer.citations)]
    if rest:
        parts.append(_passages(f"Passages found but not cited ({len(rest)})", rest, opened=False))
    return parts


def _cited(hit: Hit, citations: Sequence[Citation]) -> bool:
    """Whether a citation stands in this passage."""
    passage = hit.passage
    return any(c.source_id == passage.source_id and c.span.overlaps(passage.span) for c in citations)


def _refusal(answer: Answer) -> list[str]:
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
    if answer.passages:
        nearest = list(enumerate(answer.passages))[:_MOST_NEAREST]
        parts.append(_passages("Nearest passages", nearest, opened=True))
    return parts


def _sentence(sentence: Sentence, known: dict[int, Citation]) -> str:
    cited = [known[n] for n in sentence.citations if n in known]
    numbers = "".join(
        f'<button type="button" class="number" data-open="c{c.n}"'
        f' aria-label="Open citation {c.n}: {escape(_where(c.label or c.source_id, c.section))}">[{c.n}]</button>'
        for c in cited
    )
    return f'<p><span class="sentence">{escape(sentence.text)}</span>{numbers}</p>'


def _citation(citation: Citation) -> str:
    section, title = escape(citation.section), escape(citation.source_title)
    named = f'<span>·</span><span class="section">{section}</span>' if section else ""
    return (
        f'<button type="button" data-open="c{citation.n}" title="{title}{": " if section else ""}{section}">'
        f'<span class="n">{citation.n}</span><span>·</span>'
        f'<span class="id">{escape(citation.label or citation.source_id)}</span>{named}</button>'
    )


def _passages(summary: str, hits: Sequence[tuple[int, Hit]], opened: bool) -> str:
    rows = "".join(_passage(i, hit) for i, hit in hits)
    state = " open" if opened else ""
    return f'<details class="passages"{state}><summary>{summary}</summary><ol>{rows}</ol></details>'


def _passage(i: int, hit: Hit) -> str:
    text = hit.plain
    if len(text) > _LONGEST_PASSAGE:
        text = text[:_LONGEST_PASSAGE].rsplit(" ", 1)[0] + " …"
    where = escape(_where(hit.document.source.label, hit.passage.section))
    return (
        f'<li><p class="where">{where}</p><p>{escape(text)}</p>'
        f'<button type="button" class="open" data-open="p{i}" aria-label="Open in the source: {where}">'
        "Open in the source</button></li>"
    )


def _where(label: str, section: str) -> str:
    return f"{label} · {section}" if section else label
