"""The page "How it checks": what the check of a sentence looks at, what it misses, and its figures.

The rule itself is app/support.py, the marks are in marks.py. The figures were made by `python -m evals support` and
are kept in support_figures.json, so that the page shows them where there is no evaluation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from app.check.verdict import Verdict
from app.marks import MARKS, VERDICTS, Mark, mark_html
from app.support import Support
from app.ui import frame
from app.ui.scores import table

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
_FEW = (
    "The intervals come from drawing the sentences anew: where all were judged rightly they have no width, and of "
    "seven sentences that says little."
)
_VERDICTS = (
    "On the page Check, a claim is held against all sources and has one of three verdicts. A claim that only shares "
    "its topic with a source is not supported by it."
)


def page() -> None:
    """The page."""
    frame.style()
    st.html("<h1>How it checks</h1>")
    content()


def content() -> None:
    """What the page says: the rule, the marks, what it cannot see, the figures. The Check page says it too."""
    st.html(f'{_STYLE}<p class="lead">{_LEAD}</p>')
    kinds = "".join(f"<li><b>{name}</b> {about}</li>" for name, about in _KINDS.items())
    st.html(f'<h2>What is checked</h2><p>{_TOPIC}</p><p>{_DETAILS}</p><ul class="kinds">{kinds}</ul>')
    st.html(f"<h2>Three outcomes for a sentence</h2>{outcomes_html(MARKS)}")
    st.html(f"<h2>Three verdicts on a claim</h2><p>{_VERDICTS}</p>{outcomes_html(VERDICTS)}")
    st.html(f"<h2>What it cannot see</h2><p>{_BLIND}</p>")
    st.html(f"<h2>How often it is right</h2><p>{_FIGURES}</p>{figures_html(read_figures())}")


def outcomes_html(marks: Mapping[Support, Mark] | Mapping[Verdict, Mark]) -> str:
    """Marks and what each means."""
    rows = "".join(
        f"<dt>{mark_html(outcome)}</dt><dd>{escape(mark.explanation)}</dd>" for outcome, mark in marks.items()
    )
    return f'<dl class="outcomes">{rows}</dl>'


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
</style>
"""
