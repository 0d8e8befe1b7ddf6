"""The chat's own components: an answer, quoted or written, and the list of conversations.

Their HTML comes in as data, made by answering.py, written.py and conversations.py, which escape all that is not ours;
the CSS and JavaScript here are fixed. What a press does is the page's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any

import streamlit as st

from app.ui.components import PATCH_JS, SHARED_CSS

_ANSWER_CSS = (
    SHARED_CSS
    + """
p { margin: 0 0 .65rem; }
.sentence { max-width: 42rem; }
.number { color: var(--st-primary-color); font-size: .86em; padding: 0 .1em; margin-left: .15em; }
.number:hover { text-decoration: underline; }
.number[aria-pressed=true] { background: var(--tint); border-radius: 4px; }
.keep { color: var(--soft); font-size: .8rem; white-space: nowrap; margin-left: .35em; padding: .1em .3em; }
.keep:hover, .keep[aria-pressed=true] { color: var(--st-primary-color); }
.keep:hover { text-decoration: underline; }
.understood, .note, .certainty, .where, .unknown { color: var(--soft); font-size: .875rem; }
.understood { margin-bottom: .5rem; }
.note { border-left: 3px solid var(--st-primary-color); padding-left: .7rem; max-width: 41rem;
  color: inherit; }
.note span { font-weight: 600; }
.certainty { margin: .25rem 0 .6rem; }
.shape { display: inline-block; margin-right: .4em; color: var(--st-primary-color); }
.refusal { font-weight: 600; }
.citations { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 .8rem; }
.citations button { display: flex; gap: .45em; max-width: 100%; min-height: 1.9rem; text-align: left;
  padding: .2rem .75rem; border: 1px solid var(--st-border-color); border-radius: 999px; font-size: .875rem;
  line-height: 1.5; }
.citations button:hover { border-color: var(--st-primary-color); }
.citations button[aria-pressed=true] { border-color: var(--st-primary-color); background: var(--tint); }
.citations .n { color: var(--st-primary-color); font-weight: 600; }
.citations .id { white-space: nowrap; }
.citations .section { color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.passages summary { cursor: pointer; font-size: .875rem; color: var(--soft); padding: .15rem 0;
  width: fit-content; }
.passages summary:hover { color: var(--st-primary-color); }
.passages ol { list-style: none; margin: .5rem 0 0; padding: 0; }
.passages li { border-top: 1px solid var(--st-border-color); padding: .7rem 0; max-width: 42rem; }
.passages li:first-child { border-top: 0; padding-top: .2rem; }
.passages p { margin: 0 0 .3rem; font-size: .9rem; line-height: 1.5; }
.passages .open { color: var(--st-primary-color); font-size: .875rem; }
.passages .open:hover { text-decoration: underline; }
.passages .open[aria-pressed=true] { background: var(--tint); border-radius: 4px; }
.stale { flex: none; font-weight: 600; white-space: nowrap; }
.byline { font-size: .95rem; font-weight: 600; margin: 0 0 .6rem; max-width: 42rem; }
.outcome { font-size: .8rem; color: var(--soft); margin-left: .55em; }
.outcome .support { white-space: nowrap; }
.doubted { border-left: 3px double var(--st-text-color); padding-left: .7rem; max-width: 42rem; }
.doubted .outcome { display: block; margin: .1rem 0 0; font-size: .875rem; color: inherit; font-weight: 600; }
.doubted .remark { font-weight: 400; }
.stopped, .checked { color: var(--soft); font-size: .875rem; margin: .25rem 0 .6rem; }
.tail .sentence { opacity: .75; }
.waiting { color: var(--soft); font-size: .95rem; }
.hidden { opacity: 0; }
@media (max-width: 40rem) { .citations button { min-height: 2.5rem; align-items: center; } }
"""
)

# A fresh answer appears word by word, within two seconds. It is whole and checked before it is shown: the
# text is in the page at once, for screen readers too, and nothing moves while it appears.
_ANSWER_JS = (
    PATCH_JS
    + """
const reveal = (root) => {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    if (walker.currentNode.parentElement.closest('.sentence')) texts.push(walker.currentNode);
  }
  const waiting = texts.flatMap((text) => {
    const sentence = text.parentElement;
    const words = text.data.split(/(?<=\\s)(?=\\S)/).map((word) => {
      const span = document.createElement('span');
      span.textContent = word;
      return span;
    });
    text.replaceWith(...words);
    return [...words, ...sentence.parentElement.querySelectorAll('.number')];
  });
  const rest = root.querySelectorAll('.note, .certainty, .citations, .passages, .keep');
  const hide = (element, hidden) => element.classList.toggle('hidden', hidden);
  [...waiting, ...rest].forEach((element) => hide(element, true));
  const pace = Math.min(28, 1800 / Math.max(1, waiting.length));
  const begun = performance.now();
  const timer = setInterval(() => {
    const due = Math.ceil((performance.now() - begun) / pace);
    waiting.splice(0, due - root.told).forEach((element) => hide(element, false));
    root.told = due;
    if (waiting.length) return;
    clearInterval(timer);
    rest.forEach((element) => hide(element, false));
  }, 30);
  root.told = 0;
};
const bringUp = (root) => {  // the question to the top, so that a long answer is read from its beginning
  const exchange = root.getRootNode().host?.closest('[class*=st-key-exchange]');
  requestAnimationFrame(() => exchange?.scrollIntoView({ block: 'start' }));
};
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.root');
  if (data.label) { root.setAttribute('role', 'article'); root.setAttribute('aria-label', data.label); }
  if (patch(root, data.parts)) {
    if (data.fresh) reveal(root);
    if (data.fresh || data.bring) bringUp(root);
  }
  const last = root.opened;
  root.opened = data.opened;
  root.querySelectorAll('[data-open]').forEach((button) => {
    button.setAttribute('aria-pressed', String(button.dataset.open === data.opened));
  });
  root.querySelectorAll('[data-card]').forEach((button) => {
    const on = data.cards.includes(button.dataset.card);
    button.setAttribute('aria-pressed', String(on));
    button.textContent = on ? button.dataset.on : button.dataset.off;
  });
  root.onclick = (event) => {
    const button = event.target.closest('[data-open], [data-card]');
    if (button?.dataset.card) setTriggerValue('card', button.dataset.card);
    else if (button) { root.from = button; setTriggerValue('opened', button.dataset.open); }
  };
  if (last && !data.opened) {  // closed: the focus goes back to the button that opened it
    setTimeout(() => {
      const lost = !document.activeElement || document.activeElement === document.body;
      if (lost && root.from?.isConnected) root.from.focus({ preventScroll: true });
    }, 100);
  }
}
"""
)

_LIST_CSS = (
    SHARED_CSS
    + """
h2 { font-size: .875rem; font-weight: 600; margin: 0 0 .3rem; }
ol { list-style: none; margin: 0; padding: 0; }
li { display: flex; align-items: stretch; border-radius: 8px; }
li:hover { background: var(--tint); }
li:has([aria-current]) { background: var(--tint); }
.open { flex: 1; min-width: 0; color: inherit; text-decoration: none;
  padding: .4rem .2rem .4rem .6rem; line-height: 1.35; }
.title { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden;
  font-size: .9rem; }
.open[aria-current] .title { font-weight: 600; }
.when { color: var(--soft); font-size: .78rem; }
.more { flex: none; width: 2.4rem; font-size: 1.1rem; color: var(--soft); }
.more:hover { color: var(--st-primary-color); }
p { color: var(--soft); font-size: .875rem; margin: 0; }
"""
)

_LIST_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.root');
  if (root.shown !== data.html) { root.innerHTML = data.html; root.shown = data.html; }
  root.onclick = (event) => {
    const button = event.target.closest('a, button');
    if (button?.dataset.open && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      setTriggerValue('opened', button.dataset.open);
    }
    if (button?.dataset.more) setTriggerValue('more', button.dataset.more);
  };
}
"""


@cache
def _answer() -> Callable[..., Any]:
    html = '<div class="root" aria-live="polite"></div>'
    return st.components.v2.component("koryo_answer", html=html, css=_ANSWER_CSS, js=_ANSWER_JS)


@cache
def _list() -> Callable[..., Any]:
    return st.components.v2.component(
        "koryo_conversations", html='<div class="root"></div>', css=_LIST_CSS, js=_LIST_JS
    )


def answer_view(
    parts: Sequence[str],
    *,
    key: str,
    opened: str,
    on_open: Callable[[str], None],
    fresh: bool = False,
    bring: bool = False,
    label: str = "",
    cards: Collection[str] = (),
    on_card: Callable[[str], None] | None = None,
) -> None:
    """Show an answer.

    Args:
        parts: safe HTML, block by block; those that stay the same are left alone when others change. A press on an
            element with `data-open` is reported to `on_open` with its value.
        opened: the `data-open` of the place that is open, or "".
        fresh: whether it is new: it appears word by word, and its question moves to the top of the page.
        bring: whether its question moves to the top without that.
        label: what it is, if its HTML does not say.
        cards: the `data-card` of what is among the user's cards.
        on_card: is told the `data-card` of what is to be made into a card, or taken back.
    """

    def pressed() -> None:
        on_open(str(st.session_state[key]["opened"]))

    def card() -> None:
        if on_card is not None:
            on_card(str(st.session_state[key]["card"]))

    data = {"parts": list(parts), "fresh": fresh, "bring": bring, "opened": opened, "label": label, "cards": [*cards]}
    _answer()(key=key, data=data, on_opened_change=pressed, on_card_change=card)


def conversations_view(html: str, *, key: str, on_open: Callable[[int], None], on_more: Callable[[int], None]) -> None:
    """Show the list of conversations: safe HTML; a press on an element with `data-open` or `data-more` is reported."""

    def opened() -> None:
        on_open(int(st.session_state[key]["opened"]))

    def more() -> None:
        on_more(int(st.session_state[key]["more"]))

    _list()(key=key, data={"html": html}, on_opened_change=opened, on_more_change=more)
