"""The component that shows the guide and the timeline: lists whose buttons open places of the sources.

Its HTML is made by guide_html.py, which escapes all that is not ours; a button says in `data-open` what it opens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import streamlit as st

from app.ui.components import OPEN_JS, PATCH_JS, SHARED_CSS

_CSS = (
    SHARED_CSS
    + """
h2, h3 { font-family: var(--st-font); line-height: 1.35; font-weight: 600; text-wrap: balance; }
h2 { font-size: 1.2rem; margin: 1.6rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
p, ul, ol, dl, dd { margin: 0; padding: 0; }
ul, ol { list-style: none; }
.key, dd { max-width: 42rem; margin: 0 0 .6rem; padding: .05rem 0 .05rem .8rem;
  border-left: 2px solid var(--st-border-color); line-height: 1.55;
  font-family: "Source Serif", Georgia, "Noto Serif CJK KR", serif; }
[data-open] { scroll-margin-top: 4.5rem; }
dt { font-weight: 600; margin: .9rem 0 .2rem; }
.open { color: var(--st-primary-color); font: .875rem/1.4 var(--st-font); min-height: 1.5rem; text-align: left;
  text-decoration: underline; text-underline-offset: 3px; }
.open[aria-pressed=true] { background: var(--tint); border-radius: 4px; box-shadow: 0 0 0 .2rem var(--tint); }
summary { cursor: pointer; padding: .3rem 0; max-width: 42rem; }
summary .count, .where { color: var(--soft); font-size: .875rem; }
details ol { padding: 0 0 .5rem 1.1rem; max-width: 42rem; }
.more > summary { color: var(--st-primary-color); font-size: .95rem; }
.row { display: block; width: 100%; text-align: left; padding: .35rem .3rem; border-radius: 4px; line-height: 1.5; }
.row:hover { background: color-mix(in srgb, var(--st-text-color) 6%, transparent); }
.row[aria-pressed=true] { background: var(--tint); outline: 1px solid var(--st-primary-color); }
.row b { font-weight: 600; margin-right: .5em; font-variant-numeric: tabular-nums; }
.row .where { display: block; }
mark { color: inherit; background: none; font-weight: 600; text-decoration: underline 2px;
  text-underline-offset: 3px; }
.events { max-width: 46rem; }
.events > li { border-top: 1px solid var(--st-border-color); }
.key + .where { margin: -.35rem 0 1rem .9rem; max-width: 42rem; }
p:not(.key) + .where { margin-bottom: 1rem; }
.where b { color: var(--st-text-color); margin-right: .2em; }
.asked { border-top: 1px solid var(--st-border-color); padding: .8rem 0 .1rem; max-width: 42rem; }
.asked p { margin-bottom: .4rem; }
.asked b span { display: inline-block; min-width: 1.1em; color: var(--st-primary-color); }
@media (max-width: 40rem) {
  .open { min-height: 2.5rem; } summary { padding: .55rem 0; } .row { padding: .6rem .3rem; }
}
"""
)

_JS = (
    PATCH_JS
    + OPEN_JS
    + """
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.root');
  patch(root, data.parts);
  openable(root, data.opened, setTriggerValue, (button) => button);
}
"""
)


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("koryo_study", html='<div class="root"></div>', css=_CSS, js=_JS)


def study_view(parts: Sequence[str], *, key: str, opened: str, on_open: Callable[[str], None]) -> None:
    """Show lists.

    Args:
        parts: safe HTML, one each; those that stay the same are left alone, and what is unfolded in them stays so.
        opened: the `data-open` of the place that is open, or "".
        on_open: told the `data-open` of the button that was pressed.
    """

    def pressed() -> None:
        on_open(str(st.session_state[key]["opened"]))

    _component()(key=key, data={"parts": list(parts), "opened": opened}, on_opened_change=pressed)
