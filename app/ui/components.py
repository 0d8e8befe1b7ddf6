"""What Streamlit has no widget for: an answer, and a reader that scrolls by itself. A third is in questions_view.py.

All are Streamlit components (v2): fixed CSS and JavaScript of ours, and HTML that comes in as data, made by
answering.py and reading.py, which escape all that is not ours. The colours are those of the page's theme,
light or dark, through Streamlit's `--st-` variables. Nothing is loaded from elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

#: What the styles of all components begin with.
SHARED_CSS = """
:host, .root { color: var(--st-text-color); font-family: var(--st-font); font-size: 1rem; line-height: 1.6; }
.root { --soft: color-mix(in srgb, var(--st-text-color) 68%, var(--st-background-color));
        --tint: color-mix(in srgb, var(--st-primary-color) 20%, var(--st-background-color));
        --strong-tint: color-mix(in srgb, var(--st-primary-color) 44%, var(--st-background-color));
        overflow-wrap: anywhere; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; border-radius: 4px; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
"""

_ANSWER_CSS = (
    SHARED_CSS
    + """
p { margin: 0 0 .65rem; }
.sentence { max-width: 42rem; }
.number { color: var(--st-primary-color); font-size: .86em; padding: 0 .1em; margin-left: .15em; }
.number:hover { text-decoration: underline; }
.number[aria-pressed=true] { background: var(--tint); border-radius: 4px; }
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
.hidden { opacity: 0; }
@media (max-width: 40rem) { .citations button { min-height: 2.5rem; align-items: center; } }
"""
)

# A fresh answer appears word by word, within two seconds. It is whole and checked before it is shown: the
# text is in the page at once, for screen readers too, and nothing moves while it appears.
_ANSWER_JS = """
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
  const rest = root.querySelectorAll('.note, .certainty, .citations, .passages');
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
  if (root.shown !== data.html) {
    root.innerHTML = data.html;
    root.shown = data.html;
    if (data.fresh) { reveal(root); bringUp(root); }
  }
  const last = root.opened;
  root.opened = data.opened;
  root.querySelectorAll('[data-open]').forEach((button) => {
    button.setAttribute('aria-pressed', String(button.dataset.open === data.opened));
  });
  root.onclick = (event) => {
    const button = event.target.closest('[data-open]');
    if (button) { root.from = button; setTriggerValue('opened', button.dataset.open); }
  };
  if (last && !data.opened) {  // closed: the focus goes back to the button that opened it
    setTimeout(() => {
      const lost = !document.activeElement || document.activeElement === document.body;
      if (lost && root.from?.isConnected) root.from.focus({ preventScroll: true });
    }, 100);
  }
}
"""

_READER_CSS = (
    SHARED_CSS
    + """
.frame { display: flex; flex-direction: column; height: var(--height); container-type: inline-size; }
.body { flex: 1; min-height: 0; display: flex; gap: 2rem; border-top: 1px solid var(--st-border-color); }
.reading { flex: 1; min-width: 0; overflow-y: auto; overscroll-behavior: contain; scrollbar-width: thin;
  padding: .7rem 1rem 3rem .25rem; font-family: "Source Serif", Georgia, "Noto Serif CJK KR", serif;
  font-size: 1.03rem; line-height: 1.62; }
.reading:focus-visible { outline-offset: -2px; }
.page { max-width: 42rem; }
.page p { margin: 0 0 .95rem; }
h2, h3, h4, h5, h6 { font-family: var(--st-font); line-height: 1.3; font-weight: 600; margin: 1.9rem 0 .7rem;
  text-wrap: balance; scroll-margin-top: 1rem; }
h2 { font-size: 1.4rem; } h3 { font-size: 1.12rem; } h4, h5, h6 { font-size: 1rem; }
.page > :first-child { margin-top: 0; }
.page ul { list-style: none; padding: 0; margin: 0 0 .95rem; }
.page li { padding-left: 1.4rem; text-indent: -1.4rem; margin: 0 0 .35rem; }
.page .bullet { list-style: disc outside; margin-left: 1.4rem; padding-left: 0; text-indent: 0; }
.front, .caption, .navigation, .reference { color: var(--soft); }
.page .front { margin: 0 0 .2rem; font-size: .95rem; }
.front + :not(.front) { margin-top: 1.2rem; }
.caption, .footnote { font-size: .93rem; }
.page .reference { font-size: .93rem; padding-left: 1.4rem; text-indent: -1.4rem; margin-bottom: .45rem; }
.navigation { font-family: var(--st-font); font-size: .85rem; }
.footnote { border-top: 1px solid var(--st-border-color); padding-top: .6rem; }
.page pre.table { margin: 0; white-space: pre-wrap; }
pre { overflow-x: auto; font-size: .85rem; line-height: 1.5; font-family: var(--st-code-font, monospace); }
a { color: var(--st-link-color); text-underline-offset: 2px; }
.link { text-decoration: underline dotted color-mix(in srgb, currentColor 45%, transparent);
  text-underline-offset: 3px; }
.image { font-style: italic; }
.call { text-decoration: none; padding: 0 .1em; }
mark { color: inherit; background: var(--tint); padding: .08em 0; box-decoration-break: clone;
  -webkit-box-decoration-break: clone; }
mark.cited { text-decoration: underline 1.5px var(--st-primary-color); text-underline-offset: 4px; }
mark.evidence { background: color-mix(in srgb, var(--st-text-color) 12%, var(--st-background-color));
  color: var(--st-text-color); border-bottom: 2px dotted var(--st-text-color); }
mark.evidence.cited { background: var(--tint); }
mark[data-label]::before { content: attr(data-label); font: 600 .72rem/1 var(--st-font); padding: .1em .4em;
  margin-right: .35em; border-radius: 3px; color: var(--st-background-color); background: var(--st-text-color);
  display: inline-block; vertical-align: .12em; }
mark.current { background: var(--strong-tint); outline: 2px solid var(--st-primary-color); }
nav a { color: inherit; text-decoration: none; }
nav a:hover { color: var(--st-primary-color); }
nav a[aria-current=true] { color: var(--st-primary-color); font-weight: 600; }
nav ol { list-style: none; margin: 0; padding: 0; font-size: .875rem; line-height: 1.4; }
nav li { margin: 0 0 .6rem; }
nav .level-3 { padding-left: .8rem; } nav .level-4 { padding-left: 1.6rem; }
.wide { width: 15rem; flex: none; overflow-y: auto; scrollbar-width: thin; padding: .8rem .25rem; }
.narrow { display: none; margin-bottom: .6rem; }
.narrow summary { cursor: pointer; font-size: .9rem; padding: .3rem 0; }
.narrow ol { padding: .4rem 0 .4rem .9rem; max-height: 40vh; overflow-y: auto; }
@container (max-width: 46rem) { .wide { display: none; } .narrow { display: block; } }
.find { display: flex; align-items: center; gap: .5rem; font-size: .9rem; margin-bottom: .6rem; }
.find button { border: 1px solid var(--st-border-color); border-radius: 8px; padding: .15rem .7rem;
  min-height: 2rem; }
.find button:hover { border-color: var(--st-primary-color); }
.find .marked { color: var(--soft); flex: 1; min-width: 0; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; }
.find button { flex: none; }
.find .count { color: var(--soft); min-width: 6.5rem; }
@media print { .frame { height: auto; } .reading { overflow: visible; } }
"""
)

# `token` changes when there is something new to show or to scroll to; other reruns leave the reader alone.
_READER_JS = """
const within = (scroll, element, share) => {
  const top = element.getBoundingClientRect().top - scroll.getBoundingClientRect().top + scroll.scrollTop;
  scroll.scrollTop = Math.max(0, top - scroll.clientHeight * share);
};
const setUp = (root, data, setTriggerValue) => {
  root.innerHTML = data.html;
  root.style.setProperty('--height', data.height);
  const scroll = root.querySelector('.reading');
  const hits = [...new Set([...root.querySelectorAll('mark[data-hit]')].map((mark) => mark.dataset.hit))];
  const count = root.querySelector('.count');
  let current = -1;
  const step = (by) => {
    if (!hits.length) return;
    current = (current + by + hits.length) % hits.length;
    root.querySelectorAll('mark.current').forEach((mark) => mark.classList.remove('current'));
    const pieces = root.querySelectorAll(`mark[data-hit="${hits[current]}"]`);
    pieces.forEach((mark) => mark.classList.add('current'));
    if (count) count.textContent = `${current + 1} of ${count.dataset.all}`;
    within(scroll, pieces[0], 0.33);
  };
  root.onclick = (event) => {
    const to = event.target.closest('[data-to]');
    const by = event.target.closest('[data-step]');
    if (by) step(Number(by.dataset.step));
    if (event.target.closest('[data-back]')) show();
    if (!to) return;
    event.preventDefault();
    const target = root.querySelector(`#${to.dataset.to}`);
    if (!target) return;
    to.closest('details')?.removeAttribute('open');
    within(scroll, target, 0.02);
    target.focus({ preventScroll: true });
  };
  root.onkeydown = (event) => {
    if (event.key === 'Escape' && data.closes) setTriggerValue('closed', true);
  };
  const links = [...root.querySelectorAll('nav.wide a')];
  const headings = links.map((link) => root.querySelector(`#${link.dataset.to}`));
  let here = -2;
  scroll.onscroll = () => {
    const line = scroll.getBoundingClientRect().top + 48;
    let at = -1;
    headings.forEach((heading, i) => { if (heading && heading.getBoundingClientRect().top <= line) at = i; });
    if (at === here) return;
    here = at;
    links.forEach((link, i) => link.setAttribute('aria-current', String(i === at)));
    if (at >= 0) within(links[at].closest('nav'), links[at], 0.4);
  };
  const show = () => {
    const mark = root.querySelector('mark.here') || root.querySelector('mark.cited');
    if (mark) within(scroll, mark, 0.3);
    else if (hits.length) { current = -1; step(1); }
    else scroll.scrollTop = 0;
    scroll.onscroll();
  };
  show();
  requestAnimationFrame(show);
  document.fonts.ready.then(show);
  if (data.focus) scroll.focus({ preventScroll: true });
  if (!data.closes && root.querySelector('mark.cited')) root.scrollIntoView({ block: 'nearest' });
};
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.root');
  if (root.token === data.token) return;
  root.token = data.token;
  setUp(root, data, setTriggerValue);
}
"""


@cache
def _answer() -> Callable[..., Any]:
    html = '<div class="root" aria-live="polite"></div>'
    return st.components.v2.component("koryo_answer", html=html, css=_ANSWER_CSS, js=_ANSWER_JS)


@cache
def _reader() -> Callable[..., Any]:
    html = '<div class="root"></div>'
    return st.components.v2.component("koryo_reader", html=html, css=_READER_CSS, js=_READER_JS)


def answer_view(html: str, *, key: str, fresh: bool, opened: str, on_open: Callable[[str], None]) -> None:
    """Show an answer.

    Args:
        html: safe HTML; a press on an element with `data-open` is reported to `on_open` with its value.
        fresh: whether it is new: it appears word by word, and its question moves to the top of the page.
        opened: the `data-open` of the place that is open, or "".
    """

    def pressed() -> None:
        on_open(str(st.session_state[key]["opened"]))

    _answer()(key=key, data={"html": html, "fresh": fresh, "opened": opened}, on_opened_change=pressed)


def reader_view(
    html: str,
    *,
    key: str,
    height: str,
    nonce: int = 0,
    focus: bool = False,
    on_close: Callable[[], None] | None = None,
) -> None:
    """Show a reader, scrolled to its mark.

    Args:
        html: safe HTML, as `reader_html` makes it.
        height: of the whole, as CSS.
        nonce: another number scrolls to the mark again.
        focus: whether the reader takes the keyboard's focus.
        on_close: called when the reader presses Escape.
    """
    token = hashlib.sha256(f"{nonce}|{height}|{html}".encode()).hexdigest()[:16]
    data = {"html": html, "token": token, "height": height, "focus": focus, "closes": on_close is not None}
    _reader()(key=key, data=data, on_closed_change=on_close or _nothing)


def _nothing() -> None:
    """What happens when a reader that cannot be closed is closed."""
