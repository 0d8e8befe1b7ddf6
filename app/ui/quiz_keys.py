"""The keys of a quiz: 1 to 9 choose an option, Enter presses the button that goes on.

They press what the page shows, so whatever can be done by a key can be done without. Enter does not count on what was
reached with Tab; a chosen option gives it up. How else keys are shared with the page is study_keys.py's affair.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from app.ui.study_keys import TAKEN_JS

_JS = (
    TAKEN_JS
    + """
const options = () => [...document.querySelectorAll('[class*=st-key-quiz-given] input[type=radio]')];
const enter = (token, tries = 30) => {  // the field of a question, as soon as it is there
  const field = document.querySelector(`.st-key-quiz-given-${token} input[type=text]`);
  if (field) field.focus();
  else if (tries) setTimeout(() => enter(token, tries - 1), 60);
};
export default function ({ data, parentElement }) {
  const span = parentElement.querySelector('span');
  parentElement.release?.();
  const pressed = (event) => {
    const own = event.composedPath().some((one) => options().includes(one));  // an option leaves these keys to us
    if (event.repeat || (!own && taken(event)) || held(event)) return;
    const option = /^[1-9]$/.test(event.key) && options()[Number(event.key) - 1];
    const go = event.key === 'Enter' && document.querySelector('.st-key-quiz-go [data-testid*=BaseButton-primary]');
    if (!option && !go) return;
    event.preventDefault();
    (option || go).click();
    if (option) option.focus();
  };
  document.addEventListener('keydown', pressed, true);  // an option lets no key through
  if (span.dataset.ready !== data.token) {  // another question: from its beginning, ready to be typed in
    span.dataset.ready = data.token;
    const top = document.querySelector('.st-key-quiz-main');
    if (top && top.getBoundingClientRect().top < 60) top.scrollIntoView({ block: 'start' });
    // where there is no mouse, the focus would call up a keyboard
    if (data.types && matchMedia('(pointer: fine)').matches) enter(data.token);
  }
  parentElement.release = () => document.removeEventListener('keydown', pressed, true);
  return parentElement.release;
}
"""
)


@cache
def _keys() -> Callable[..., Any]:
    return st.components.v2.component("koryo_quiz_keys", html="<span></span>", js=_JS)


def quiz_keys(token: str, *, types: bool = False) -> None:
    """Let the keys press what the page shows; `token` names the question and whether it was answered.

    Args:
        types: whether the answer is typed, so that its field takes the focus.
    """
    with st.container(key="quiz-keys"):
        _keys()(key="quiz-press", data={"token": token, "types": types})
