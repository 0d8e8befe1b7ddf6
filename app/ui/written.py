"""A written answer as safe HTML, in parts: who wrote it, its sentences with their outcomes, what checking did.

Pure functions, no Streamlit. Parts that stand do not change while more of the answer comes, so a page only adds to
what it shows. Every word of a model's passes through `html.escape`: nothing of it becomes a link, an image or a tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from app.answer import Answer, Checks, Citation, Sentence
from app.marks import mark_html
from app.mode import Mode
from app.saved import Standing
from app.support import Support
from app.ui.answering import card_button, citation_buttons, number_buttons
from app.writing import Writing

#: How a byline names a mode.
MANNERS: dict[Mode, str] = {
    Mode.QUOTED: "in the sources’ words",
    Mode.SIMPLE: "explained simply",
    Mode.DEPTH: "in depth",
    Mode.SOCRATIC: "with questions back",
}


def writing_parts(
    writing: Writing, standings: Mapping[int, Standing] | None = None, *, cards: bool = False
) -> list[str]:
    """A written answer as far as it is, each part one block of HTML. `cards`: whether its sentences can become some."""
    answer = writing.answer
    known = {citation.n: citation for citation in answer.citations}
    parts = [_byline(answer)]
    if answer.refused:
        parts.append(f'<p class="refusal"><span class="shape" aria-hidden="true">⊘</span>{escape(answer.reason)}</p>')
    parts += [_sentence(sentence, known, cards) for sentence in answer.sentences]
    if writing.done:
        parts += _ending(answer, standings or {})
    elif writing.tail.strip():
        parts.append(f'<p class="tail" aria-hidden="true"><span class="sentence">{escape(writing.tail)}</span></p>')
    elif not answer.sentences:
        parts.append('<p class="tail waiting">Waiting for its first words…</p>')
    return parts


def _byline(answer: Answer) -> str:
    return (
        f'<p class="byline">Written by <b>{escape(answer.model)}</b>, {MANNERS[answer.mode]}; '
        "every sentence checked against the sources</p>"
    )


def _sentence(sentence: Sentence, known: Mapping[int, Citation], cards: bool) -> str:
    numbers = number_buttons(sentence, known, "w")
    said = f'<span class="sentence">{escape(sentence.text)}</span>{numbers}'
    if sentence.support is None:  # it claims nothing
        return f"<p>{said}</p>"
    mark = mark_html(sentence.support)
    if sentence.support is Support.SUPPORTED:
        card = card_button(sentence, known, "w") if cards else ""
        return f'<p>{said}<span class="outcome">{mark}</span>{card}</p>'
    remark = f'<span class="remark">: {escape(sentence.remark)}</span>' if sentence.remark else ""
    return f'<p class="doubted">{said}<span class="outcome">{mark}{remark}</span></p>'


def _ending(answer: Answer, standings: Mapping[int, Standing]) -> list[str]:
    """What stands under the last sentence."""
    parts = [f'<p class="note"><span>Note</span> {escape(note)}</p>' for note in answer.notes]
    if answer.stopped:
        parts.append('<p class="stopped"><span class="shape" aria-hidden="true">■</span>Stopped before its end.</p>')
    if said := checked(answer):
        parts.append(f'<p class="checked">{said}</p>')
    if answer.citations:
        parts.append(citation_buttons(answer.citations, standings, "w"))
    return parts


def checked(answer: Answer) -> str:
    """What checking did to an answer, in one line; "" if it claims nothing."""
    claims = [sentence for sentence in answer.sentences if sentence.support is not None]
    borne = sum(sentence.support is Support.SUPPORTED for sentence in claims)
    said = []
    if claims:
        what = "1 sentence" if len(claims) == 1 else f"{len(claims)} sentences"
        said.append(f"{borne} of {what} borne out by the sources")
    said += _changes(answer.checks)
    return "; ".join(said) + "." if said else ""


def _changes(checks: Checks) -> list[str]:
    said = []
    if checks.repointed:
        what = "1 citation" if checks.repointed == 1 else f"{checks.repointed} citations"
        said.append(f"{what} pointed to the passage that says so")
    if checks.dropped:
        what = "1 citation number that names" if checks.dropped == 1 else f"{checks.dropped} citation numbers that name"
        said.append(f"{what} no passage dropped")
    return said
