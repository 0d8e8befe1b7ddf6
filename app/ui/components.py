"""What Streamlit has no widget for: a reader that scrolls by itself. Others are in talk_view.py and questions_view.py.

All are Streamlit components (v2): fixed CSS and JavaScript of ours, and HTML that comes in as data, made by
reading.py and its kin, which escape all that is not ours. The colours are those of the page's theme, light or dark,
through Streamlit's `--st-` variables. Nothing is loaded from elsewhere.
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

#: Elements with `data-open` report a press by the trigger "opened"; `opened` names the one whose place is open. On a
#: narrow page what `shown` gives for it comes into view, and when its place is closed it has the focus again.
OPEN_JS = """
const openable = (root, opened, setTriggerValue, shown) => {
  const buttons = [...root.querySelectorAll('[data-open]')];
  const named = (name) => buttons.find((one) => one.dataset.open === name);
  buttons.forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.open === opened)));
  root.onclick = (event) => {
    const button = event.target.closest('[data-open]');
    if (button) setTriggerValue('opened', button.dataset.open);
  };
  const now = opened !== root.opened && named(opened);
  if (now && matchMedia('(max-width: 60rem)').matches) {  // the source lies over the lower part of the page
    shown(now).scrollIntoView({ block: 'start' });
  }
  if (root.opened && named(root.opened) && !opened) {  // closed: the focus goes back to what opened it
    const back = named(root.opened);
    setTimeout(() => {
      const lost = !document.activeElement || document.activeElement === document.body;
      if (lost) back.focus({ preventScroll: true });
    }, 100);
  }
  root.opened = opened;
};
"""

#: Shows a list of parts, each in an element of its own; says whether any is new.
PATCH_JS = """
const patch = (root, parts) => {  // what stands stays: the focus on a citation, and what was read out already
  let changed = false;
  parts.forEach((html, i) => {
    const at = root.children[i];
    if (at && at.shown === html) return;
    const part = document.createElement('div');
    part.innerHTML = html;
    part.shown = html;
    if (at) at.replaceWith(part); else root.append(part);
    changed = true;
  });
  while (root.children.length > parts.length) root.lastElementChild.remove();
  return changed;
};
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
def _reader() -> Callable[..., Any]:
    html = '<div class="root"></div>'
    return st.components.v2.component("koryo_reader", html=html, css=_READER_CSS, js=_READER_JS)


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
