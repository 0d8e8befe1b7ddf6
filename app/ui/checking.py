"""The page "How it checks": what the check of a sentence looks at, what it misses, and its figures.

The rule itself is app/support.py, the marks are in marks.py. The figures were made by `python -m evals support` and
`python -m evals check` and are kept in support_figures.json, check_figures.json and hard_figures.json, so that the page
shows them where there is no evaluation.
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
VERDICT_FIGURES, HARD_FIGURES = FIGURES.with_name("check_figures.json"), FIGURES.with_name("hard_figures.json")

_LEAD = (
    "A student’s text, an article, a chatbot’s answer: on the page Check, each claim in it is held against all "
    "sources. So is, in the chat, each sentence that a chat model writes, before you rely on it; a quoted sentence is "
    "the source’s own. This page says how that is done, what it cannot see, and how often it is right."
)
_TOPIC = (
    "<b>First, the topic.</b> The nearest sentence of the passages is found, by its meaning and by the words "
    "that both share; rare words count more. If even that one is about something else, the sentence is not found."
)
_DETAILS = "<b>Then, each detail.</b> Every number, date, name, “not” and clause of the sentence must stand there too:"
#: A kind of detail -> what is asked of it.
_KINDS = {
    "Numbers": "with what they count, and tied to the same thing: 39 trains are not 39 families, and “28 farms in the "
    "north” is not borne out where the north has 19. “About 8,000” may stand for 7,950.",
    "Dates": "as far as they are given: “in 1937” is borne out by “on September 13, 1937”, “on September 30” is not.",
    "Names": "in any of their spellings (Yezhov, Ejov), a people by its country (Kazakh, Kazakhstan), and with who did "
    "it to whom: “Ann wrote to Bob” is not “Bob wrote to Ann”.",
    "Negation": "what one denies the other must not say; nor may one have the opposite of the other’s word (first, "
    "last), or “only some” where the other has “all”. And a doubt (“allegedly”) must not be left out.",
    "Clauses": "what is added to a statement (“…, because they had asked for it”) needs words of the source as well.",
}
_BLIND = (
    "A verb that says something else of the same things: if the source says that the council <i>discussed</i> a plan, "
    "“the council <i>adopted</i> the plan” may pass, and so may another cause or purpose, if its words are there. A "
    "short sentence of words that the source uses of the same things passes easily. Of the false sentences that "
    "somebody wrote to mislead it, many pass: the figures below say how many. It reads English. And it compares with "
    "the sources, which can be wrong themselves. So open the quote: the words are one click away."
)
_FIGURES = (
    "Now sentences as a chat model may write them, of which it is known whether they are so. Those of the sources: as"
    " they are, with one detail changed, and cited at the wrong place. And claims in other words than the sources’. "
    "True ones should pass, that is be called supported; all others should be caught, that is be called anything "
    "else."
)
_CLAIMS = (
    "Claims that a reader wrote after reading the sources, each true, or false by one detail, or not decided by "
    "them: does it get the verdict that it should? Beside it stands a check that only looks how similar the nearest "
    "sentence is."
)
_HARD = (
    "And claims that were written to mislead it: false ones made of the sources’ own words, and true ones that look as "
    "if they were not. Here it errs much more often, and is surer than it should be."
)
#: Key of a figure of `python -m evals check` -> how it is called here.
_SHOWN = {
    "accuracy": "Right verdict",
    "contradicted called supported": "Contradicted, called supported",
    "not in sources called supported": "Not in the sources, called supported",
    "supported: in other words": "True claims, in other words: right",
    "contradicted: number": "Another number: called contradicted",
    "contradicted: date": "Another date",
    "contradicted: name": "Another name",
    "contradicted: negation": "Denied, or not",
}
#: The same, of claims that were written to mislead.
_HARD_SHOWN = {
    **{key: label for key, label in _SHOWN.items() if not key.startswith("contradicted: ")},
    "contradicted: verb": "Another verb: called contradicted",
    "contradicted: role": "Who did it to whom",
    "contradicted: cause": "Another cause",
}
_FEW = (
    "The intervals come from drawing the sentences anew: where all were judged rightly they have no width, and of "
    "seven sentences that says little."
)
_VERDICTS = (
    "A claim is what a text states in a sentence, or in a part of one. It is held against all sources, and the verdict "
    "says what they say of it. A claim that only shares its topic with a source is not supported by it."
)
_SURE = (
    "<b>How sure.</b> “About 8 in 10 are right” says how many verdicts of this kind, on a claim as near to its quote,"
    " were right on development claims: those of our datasets, and others made of the questions of SQuAD, a "
    "collection about Wikipedia articles. The number is fitted to them; on other texts it is a guess. Where fewer "
    "than half would be right it says “unsure” instead."
)
_OUTCOMES = (
    "These are other words, for another question: not what the sources say of a claim, but whether a sentence that a "
    "chat model wrote stands in the passage that it cites. So “partly” may mean that a detail is false, or "
    "only that it stands elsewhere; and “not found” calls nothing false. “Supported” asks the same in both."
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
    st.html(f'<h2>What it cannot see</h2><p class="blind">{_BLIND}</p>')
    st.html(f"<h2>Three verdicts on a claim</h2><p>{_VERDICTS}</p>{outcomes_html(VERDICTS)}<p>{_SURE}</p>")
    st.html(f"<h2>Three outcomes for a chat model’s sentence</h2><p>{_OUTCOMES}</p>{outcomes_html(MARKS)}")
    st.html(f"<h2>How often it is right</h2><p>{_CLAIMS}</p>{verdicts_html(read_figures(VERDICT_FIGURES))}")
    if hard := read_figures(HARD_FIGURES):
        st.html(f"<p>{_HARD}</p>{verdicts_html(hard, 'Verdicts on claims that were written to mislead', _HARD_SHOWN)}")
    st.html(f"<p>{_FIGURES}</p>{figures_html(read_figures())}")


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


def verdicts_html(found: dict[str, Any], caption: str = "Verdicts on claims", shown: Mapping[str, str] = _SHOWN) -> str:
    """The figures of verdicts as a table: ours, and those of a check by similarity alone.

    Args:
        shown: key of a figure -> how it is called; those that were not measured are left out.
    """
    if not found:
        return '<p class="soft">The figures are not here. Make them: <code>python -m evals check</code></p>'
    systems = [{figure["key"]: figure for figure in system["figures"]} for system in found["systems"]]
    rows = [
        (label, str(systems[0][key]["n"]), *(_share(system[key]) for system in systems))
        for key, label in shown.items()
        if all(system.get(key, {}).get("value") is not None for system in systems)
    ]
    about = f"{found['dataset']}. Measured on {str(found['made'])[:10]}"
    about += f" at commit {found['commit']}" if found["commit"] else ""
    made = f"{escape(about)} by<br><code>{escape(found['command'])}</code>"
    heads = ("", "of", "this check", "similarity")
    return f'{table(caption, heads, rows)}<p class="meta soft">{made}</p>'


def _share(figure: dict[str, Any]) -> str:
    value, low, high = (f"{100 * figure[key]:.0f}" for key in ("value", "low", "high"))
    return f'{value} %<span class="interval">{low}–{high}</span>'


def _figure(figure: dict[str, Any]) -> Sequence[str]:
    what, _, wanted = str(figure["label"]).removesuffix(", %").rpartition(": ")
    value, low, high = (f"{100 * figure[key]:.0f}" for key in ("value", "low", "high"))
    name = f'{escape(what[:1].upper() + what[1:])}<span class="about">{escape(wanted)}</span>'
    return name, str(figure["n"]), f"{value} %", f"{low}–{high}"


_STYLE = """
<style>
.kinds, .outcomes { line-height: 1.55; margin: 0 0 .5rem; }
.kinds { padding-left: 1.2rem; }
.stMainBlockContainer .outcomes { padding: 0; margin: 0 0 .8rem;
  display: grid; grid-template-columns: max-content 1fr; gap: .4rem 1rem; }
.outcomes dt, .outcomes dd { margin: 0; padding: 0; }
.support { font-weight: 600; white-space: nowrap; }
.blind { border: 1px solid var(--line); border-left: 3px solid var(--accent); border-radius: 4px;
  padding: .6rem .9rem; }
</style>
"""
