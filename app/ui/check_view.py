"""The component that shows the pieces of a checked text. Its HTML is made by check_html.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import streamlit as st

from app.ui.components import OPEN_JS, PATCH_JS, SHARED_CSS

_CSS = (
    SHARED_CSS
    + """
p { margin: 0 0 .35rem; }
article { border-top: 1px solid var(--st-border-color); padding: .8rem 0 .7rem; max-width: 44rem;
  scroll-margin-top: 4.5rem; }
.verdict { font-size: .9rem; }
.support { font-weight: 600; white-space: nowrap; }
.support span { display: inline-block; min-width: 1.1em; color: var(--st-primary-color); }
.contradicted .support { border-bottom: 2px solid currentColor; }
h2 { margin: 0 0 .3rem; line-height: 1.4; }
.claim { font-size: 1.02rem; font-weight: 500; }
.differs { font-weight: 600; font-size: .95rem; }
.note { border-left: 3px solid var(--st-primary-color); padding-left: .7rem; font-size: .9rem; }
.note span { font-weight: 600; }
.why, .sure { color: var(--soft); font-size: .875rem; }
.sure { margin: .35rem 0 0; }
.passed .claim { color: var(--soft); font-weight: 400; font-size: .95rem; margin: 0; }
blockquote { margin: .2rem 0 .2rem; padding: 0 0 0 .8rem; border-left: 2px solid var(--st-border-color);
  font-size: .95rem; line-height: 1.5; }
mark { color: inherit; background: var(--tint); font-weight: 600; text-decoration: underline 2px;
  text-underline-offset: 3px; padding: 0 .08em; }
.open { color: var(--st-primary-color); font-size: .875rem; min-height: 1.9rem; text-align: left; line-height: 1.4; }
.open:hover { text-decoration: underline; }
.open[aria-pressed=true] { background: var(--tint); border-radius: 4px; box-shadow: 0 0 0 .2rem var(--tint); }
@media (max-width: 40rem) { .open { min-height: 2.5rem; } }
"""
)

_JS = (
    PATCH_JS
    + OPEN_JS
    + """
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.root');
  patch(root, data.parts);
  if (data.bring && root.brought !== data.bring) {  // another text is being checked: its verdicts come into view
    const results = root.getRootNode().host?.closest('.st-key-check-results');
    requestAnimationFrame(() => results?.scrollIntoView({ block: 'start' }));
    root.brought = data.bring;
  }
  openable(root, data.opened, setTriggerValue, (button) => button.closest('article'));
}
"""
)


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("koryo_check", html='<div class="root"></div>', css=_CSS, js=_JS)


def check_view(parts: Sequence[str], *, key: str, opened: str, on_open: Callable[[str], None], bring: int = 0) -> None:
    """Show pieces of a checked text.

    Args:
        parts: safe HTML, one each; those that stay the same are left alone when others come.
        opened: the `data-open` of the place that is open, or "".
        on_open: told the `data-open` of the button that was pressed.
        bring: another number, not 0, brings the results into view.
    """

    def pressed() -> None:
        on_open(str(st.session_state[key]["opened"]))

    _component()(key=key, data={"parts": list(parts), "opened": opened, "bring": bring}, on_opened_change=pressed)
