"""The component that shows the questions of an evaluation, or one of them opened. Its HTML is made by questions.py."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from app.ui.components import SHARED_CSS

_CSS = (
    SHARED_CSS
    + """
p { margin: 0 0 .5rem; }
h2, h3 { margin: 0; line-height: 1.45; }
.asked { font-size: 1.125rem; font-weight: 600; margin: 0 0 .4rem; white-space: pre-wrap; }
h3 { font-size: .95rem; font-weight: 600; margin: 1.1rem 0 .35rem; }
ol, ul { list-style: none; margin: 0; padding: 0; }
article { max-width: 44rem; scroll-margin-top: 9rem; }
article:focus-visible { outline: none; }
.soft, .before, .kind { color: var(--soft); font-size: .875rem; }
.shape { display: inline-block; width: 1.25em; }
.verdict { white-space: nowrap; }
.bad { font-weight: 600; }
.good .shape { color: var(--st-primary-color); }
.questions li { border-bottom: 1px solid var(--st-border-color); }
.questions button { display: grid; grid-template-columns: 5rem 1fr auto; gap: .6rem; width: 100%; text-align: left;
  padding: .5rem .25rem; font-size: .95rem; line-height: 1.45; min-height: 2.6rem; align-items: baseline; }
.questions button:hover { background: var(--tint); }
.questions button:focus-visible { outline-offset: -2px; }
.head { display: flex; flex-wrap: wrap; gap: .2rem .8rem; font-size: .9rem; }
.head > span:last-child { color: var(--soft); }
.number { color: var(--st-primary-color); font-size: .86em; padding: 0 .1em; margin-left: .15em; }
.number:hover, .open:hover { text-decoration: underline; }
.note { border-left: 3px solid var(--st-primary-color); padding-left: .7rem; font-size: .9rem; }
.note span { font-weight: 600; }
.facts li { display: grid; grid-template-columns: 5.6rem 1fr; gap: .4rem; font-size: .95rem; margin: 0 0 .25rem; }
blockquote { margin: 0; font-size: .95rem; line-height: 1.5; }
.open { color: var(--st-primary-color); font-size: .875rem; min-height: 1.9rem; text-align: left; }
[aria-pressed=true] { background: var(--tint); border-radius: 4px; box-shadow: 0 0 0 .2rem var(--tint); }
@media (max-width: 40rem) {
  .questions button { grid-template-columns: 4.6rem 1fr; }
  .questions .kind { grid-column: 2; }
  .open { min-height: 2.5rem; }
}
"""
)

# `focus` is the `data-open` of the button, or the element, that new content puts the keyboard's focus on.
_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.root');
  const fresh = root.shown !== data.html;
  if (fresh) { root.innerHTML = data.html; root.shown = data.html; }
  const buttons = [...root.querySelectorAll('[data-open]')];
  const named = (name) => buttons.find((one) => one.dataset.open === name);
  buttons.forEach((button) => {
    if (data.pressed === null) button.removeAttribute('aria-pressed');
    else button.setAttribute('aria-pressed', String(button.dataset.open === data.pressed));
  });
  root.onclick = (event) => {
    const button = event.target.closest('[data-open]');
    if (!button) return;
    root.from = button;
    setTriggerValue('opened', button.dataset.open);
  };
  if (fresh && data.focus) {
    const button = named(data.focus);
    const target = button || (data.focus === 'article' && root.querySelector('article'));
    if (target) requestAnimationFrame(() => {
      target.focus({ preventScroll: true });
      target.scrollIntoView({ block: button ? 'center' : 'start' });
    });
  } else if (named(root.pressed) && !named(data.pressed)) {  // closed: the focus goes back to what opened it
    const back = root.from?.isConnected ? root.from : named(root.pressed);
    setTimeout(() => {
      const lost = !document.activeElement || document.activeElement === document.body;
      if (lost) back.focus({ preventScroll: true });
    }, 100);
  }
  root.pressed = data.pressed;
}
"""


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("koryo_questions", html='<div class="root"></div>', css=_CSS, js=_JS)


def questions_view(
    html: str, *, key: str, on_open: Callable[[str], None], focus: str = "", pressed: str | None = None
) -> None:
    """Show the questions of an evaluation, or one of them.

    Args:
        html: safe HTML; a press on an element with `data-open` is reported to `on_open` with its value.
        focus: the `data-open` of the button that takes the keyboard's focus when the HTML is new, or "article".
        pressed: the `data-open` of the place that is open; None where the buttons open nothing beside them.
    """

    def on_press() -> None:
        on_open(str(st.session_state[key]["opened"]))

    _component()(key=key, data={"html": html, "focus": focus, "pressed": pressed}, on_opened_change=on_press)
