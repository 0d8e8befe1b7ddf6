"""The page "How it checks": what the check of a sentence looks at, what it misses, its figures, and a place to try it.

The rule itself is app/support.py, the marks are in marks.py. The figures were made by `python -m evals support` and
are kept in support_figures.json, so that the page shows them where there is no evaluation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.details import Detail, Number, numbers
from app.grounding import asks
from app.marks import MARKS, mark_html
from app.support import Finding, Missing, Support, Told
from app.ui import frame
from app.ui.scores import table
from ingest.documents import BlockKind
from ingest.errors import TutorError
from ingest.sentences import sentence_spans
from vectorstore.words import leans_back, without_locators

if TYPE_CHECKING:
    from app.tutor import Tutor
    from vectorstore.search import Hit

FIGURES = Path(__file__).resolve().parents[1] / "support_figures.json"

_LEAD = (
    "A quoted sentence is the source’s own. A sentence that a chat model writes is the model’s, so each one is held "
    "against the passages that it cites, and then against all others, before you rely on it. This page says how, and "
    "how often that is right."
)
_TOPIC = (
    "<b>First, the topic.</b> The nearest sentence of the passages is found, by its meaning and by the words "
    "that both share; rare words count more. If even that one is about something else, the sentence is not found."
)
_DETAILS = "<b>Then, each detail.</b> Every number, date, name, “not” and clause of the sentence must stand there too:"
#: A kind of detail -> what is asked of it.
_KINDS = {
    "Numbers": "with what they count: 39 trains are not 39 families. “About 8,000” may stand for 7,950.",
    "Dates": "as far as they are given: “in 1937” is borne out by “on September 13, 1937”, “on September 30” is not.",
    "Names": "in any of their spellings (Yezhov, Ejov), and a people by its country (Kazakh, Kazakhstan).",
    "Negation": "what one denies the other must not say; nor may one have the opposite of the other’s word (first, "
    "last). And a doubt (“allegedly”) must not be left out.",
    "Clauses": "what is added to a statement (“…, because they had asked for it”) needs words of the source as well.",
}
_BLIND = (
    "A verb that says something else of the same things: if the source says that the council <i>discussed</i> a plan, "
    "“the council <i>adopted</i> the plan” may pass. Nor does it see who did it to whom when both are named, or a "
    "cause that the source does not give, or “most” and “all” where the source has “some”. A short sentence of words "
    "that the source uses of the same things passes easily: of twenty false ones that a teacher wrote to mislead it, "
    "nine pass. It reads English. And it compares with the sources, which can be wrong "
    "themselves. So open the citation: the words are one click away."
)
_FIGURES = (
    "Sentences of which it is known whether they are so. Those of the sources: as they are, with one detail "
    "changed, and cited at the wrong place. And claims in other words than the sources’. True ones should pass, that "
    "is be called supported; all others should be caught, that is be called anything else."
)
_TRY = "Write a sentence about what your sources say, and see what the check makes of it."
_EXAMPLES = "A sentence of the sources, and the same with another number, checked just now:"
_FEW = (
    "The intervals come from drawing the sentences anew: where all were judged rightly they have no width, and of "
    "seven sentences that says little."
)
_MOST = 2000  # characters to be tried
_PASSAGES = 3  # that a tried sentence is held against
_KEY = "checking-sentence"


def page() -> None:
    """The page: the rule, the marks, examples once the tutor is there, the figures."""
    frame.style()
    st.html(_STYLE + f'<h1>How it checks</h1><p class="lead">{_LEAD}</p>')
    kinds = "".join(f"<li><b>{name}</b> {about}</li>" for name, about in _KINDS.items())
    st.html(f'<h2>What is checked</h2><p>{_TOPIC}</p><p>{_DETAILS}</p><ul class="kinds">{kinds}</ul>')
    st.html(f"<h2>Three outcomes</h2>{outcomes_html()}")
    live = st.container()
    st.html(f"<h2>What it cannot see</h2><p>{_BLIND}</p>")
    st.html(f"<h2>How often it is right</h2><p>{_FIGURES}</p>{figures_html(read_figures())}")
    with live:  # last, for it may have to wait
        st.html("<h2>Try it</h2>")
        _live()


def outcomes_html() -> str:
    """The three marks and what each means."""
    rows = "".join(
        f"<dt>{mark_html(outcome)}</dt><dd>{escape(mark.explanation)}</dd>" for outcome, mark in MARKS.items()
    )
    return f'<dl class="outcomes">{rows}</dl>'


# ------------------------------------------------------------------ live


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence, what the judge made of it, and the nearest sentence of the sources with where it stands."""

    sentence: str
    finding: Finding
    nearest: str = ""
    place: str = ""


def _live() -> None:
    """The examples and the place to try; while the models load, a line that says so."""
    slot = st.empty()
    try:
        tutor = frame.wait_for_tutor(slot)
    except TutorError as error:
        slot.html(f'<p class="soft">Not now: {escape(str(error))}</p>')
        return
    slot.empty()
    if shown := examples(tutor):
        st.html(f"<p>{_EXAMPLES}</p>" + "".join(checked_html(check(sentence, tutor)) for sentence in shown))
    st.text_area("Sentences of your own", key=_KEY, placeholder=_TRY, max_chars=_MOST, height=88)
    st.button("Check it", key="checking-try")
    if typed := (st.session_state.get(_KEY) or "").strip():
        st.html("".join(tried_html(sentence, tutor) for sentence in split(typed)))


def split(text: str) -> list[str]:
    """The sentences of what was typed."""
    return [text[span.start : span.end] for span in sentence_spans(text, 0, len(text))]


def tried_html(sentence: str, tutor: Tutor) -> str:
    """A sentence that was typed, checked, as safe HTML; a question is said to be one."""
    if asks(sentence):
        return (
            f'<div class="checked"><p class="said">{escape(sentence)}</p>'
            "<p>A question claims nothing: nothing to check.</p></div>"
        )
    return checked_html(check(sentence, tutor))


def examples(tutor: Tutor) -> tuple[str, ...]:
    """A sentence of the sources with a number in it, and the same with another number; () if there is none."""
    for hit, text in _sentences(tutor):
        found = [number for number in numbers(text) if _plain_number(text, number)]
        if hit.passage.kind is BlockKind.PARAGRAPH and len(found) == 1 and not leans_back(text):
            span = found[0].span
            other = f"{int(found[0].value) + 11:,}"
            return text, f"{text[: span.start]}{other}{text[span.end :]}"
    return ()


def _sentences(tutor: Tutor) -> Iterator[tuple[Hit, str]]:
    """Sentences of the sources that are short and whole, in order."""
    from vectorstore.search import Hit

    for record in tutor.searcher().records.values():
        for passage in record.passages:
            for span in passage.sentences:
                text = without_locators(record.document.plain(span))
                if 10 <= len(text.split()) <= 26 and re.fullmatch(r"[A-Z][^()\[\]“”\"]*\.", text):
                    yield Hit(passage, record.document, 0.0), text


def _plain_number(text: str, number: Number) -> bool:
    written = text[number.span.start : number.span.end]
    return bool(number.counted) and number.counted != ("th",) and written.replace(",", "").isdigit()


def check(sentence: str, tutor: Tutor) -> Checked:
    """A sentence held against the passages that are nearest to it."""
    hits = tutor.searcher().search(sentence, k=_PASSAGES).hits
    finding = tutor.judge().judge(sentence, Told.by(hits))
    places = [(hit, span) for hit in hits for span in hit.passage.sentences]
    if not 0 <= finding.nearest < len(places):
        return Checked(sentence, finding)
    hit, span = places[finding.nearest]
    source = hit.document.source
    place = " · ".join(filter(None, (source.label, hit.passage.section)))
    return Checked(sentence, finding, hit.document.plain(span), place)


def checked_html(checked: Checked) -> str:
    """A checked sentence as safe HTML: its mark, what is missing, and the nearest sentence of the sources."""
    finding = checked.finding
    remarks = [] if finding.outcome is Support.NOT_FOUND else list(map(remark, finding.missing))
    missing = f'<p class="meta">{escape(" ".join(remarks))}</p>' if remarks else ""
    nearest = ""
    if checked.nearest:
        nearest = (
            f'<p class="meta soft">Nearest in the sources ({escape(checked.place)}):</p>'
            f"<blockquote>{escape(checked.nearest)}</blockquote>"
        )
    return (
        f'<div class="checked"><p class="said">{escape(checked.sentence)}</p>'
        f"<p>{mark_html(finding.outcome)}</p>{missing}{nearest}</div>"
    )


def remark(missing: Missing) -> str:
    """What is missing, in words."""
    if missing.kind is Detail.NEGATION:
        return (
            f"The source has “{missing.instead}”." if missing.instead else f"The source does not say “{missing.said}”."
        )
    instead = f" It has “{missing.instead}”." if missing.instead else ""
    return f"The {missing.kind} “{missing.said}” does not stand there.{instead}"


# ------------------------------------------------------------------ the figures


def read_figures(path: Path = FIGURES) -> dict[str, Any]:
    """What `python -m evals support --json` wrote; {} if it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def figures_html(found: dict[str, Any]) -> str:
    """The figures as a table, with what made them."""
    if not found:
        return '<p class="soft">The figures are not here. Make them: <code>python -m evals support</code></p>'
    rows = [_figure(figure) for figure in found["figures"]]
    about = (
        f"{found['sentences']} sentences of the {found['split']} half, which nobody tunes on. Measured on "
        f"{str(found['made'])[:10]}" + (f" at commit {found['commit']}" if found["commit"] else "")
    )
    shown = table("Rightly judged", ("", "of", "share", "95 % interval"), rows)
    made = f"{escape(about)} by<br><code>{escape(found['command'])}</code>"
    return f'{shown}<p class="meta soft">{_FEW}</p><p class="meta soft">{made}</p>'


def _figure(figure: dict[str, Any]) -> Sequence[str]:
    what, _, wanted = str(figure["label"]).removesuffix(", %").rpartition(": ")
    value, low, high = (f"{100 * figure[key]:.0f}" for key in ("value", "low", "high"))
    name = f'{escape(what[:1].upper() + what[1:])}<span class="about">{escape(wanted)}</span>'
    return name, str(figure["n"]), f"{value} %", f"{low}–{high}"


_STYLE = """
<style>
.kinds, .outcomes { line-height: 1.55; margin: 0 0 .5rem; }
.kinds { padding-left: 1.2rem; }
.stMainBlockContainer .outcomes { padding: 0; margin: 0;
  display: grid; grid-template-columns: max-content 1fr; gap: .4rem 1rem; }
.outcomes dt, .outcomes dd { margin: 0; padding: 0; }
.support { font-weight: 600; white-space: nowrap; }
.checked { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: 0 0 .6rem;
  overflow-wrap: anywhere; }
.checked p { margin: 0 0 .2rem; }
.checked blockquote { margin: .1rem 0 0; padding: 0; border: 0; font-size: .95rem; opacity: .85; }
</style>
"""
