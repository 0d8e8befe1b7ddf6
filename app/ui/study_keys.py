"""The keys Space and Enter as one press of the Study page, which Streamlit's shortcuts cannot be: they would take them
from every link and button that has the focus. Here they do not count on what was reached with Tab or the arrows, nor in
a field; a link or button that still has the focus from a press of the mouse is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

#: `taken` says of a press of a key whether what has the focus takes it, `held` whether another key is held with it.
TAKEN_JS = """
const FIELDS = 'input, textarea, select, [contenteditable=true], [role=combobox], [role=option], [role=dialog]';
const REACHED = 'a, button, summary, [role=button], [role=radio], [role=slider]';
if (document.koryoReached === undefined) {  // whether the focus was moved by the keyboard last
  document.koryoReached = false;
  document.addEventListener('pointerdown', () => { document.koryoReached = false; }, true);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Tab' || event.key.startsWith('Arrow')) document.koryoReached = true;
  }, true);
}
const taken = (event) => {
  const those = document.koryoReached ? `${FIELDS}, ${REACHED}` : FIELDS;
  return event.defaultPrevented || event.composedPath().some((one) => one.matches?.(those))
    || document.querySelector('[role=dialog]');
};
const held = (event) => event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
"""

_JS = (
    TAKEN_JS
    + """
export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.release?.();
  const pressed = (event) => {
    if (!['Enter', ' '].includes(event.key) || event.repeat || held(event) || taken(event)) return;
    event.preventDefault();
    setTriggerValue('pressed', data.token);
  };
  document.addEventListener('keydown', pressed);
  parentElement.querySelector('span').dataset.ready = data.token;
  parentElement.release = () => document.removeEventListener('keydown', pressed);
  return parentElement.release;
}
"""
)


@cache
def _keys() -> Callable[..., Any]:
    return st.components.v2.component("koryo_study_keys", html="<span></span>", js=_JS)


def on_space_or_enter(token: str, act: Callable[[], None], *, key: str) -> None:
    """Call `act` when Space or Enter is pressed; `token` names what that is about, so that a late press does nothing.

    A press counts once, and not in a dialog, a field, or on something that takes the key itself.
    """

    def pressed() -> None:
        if st.session_state[key]["pressed"] == token:
            act()

    _keys()(key=key, data={"token": token}, on_pressed_change=pressed)
