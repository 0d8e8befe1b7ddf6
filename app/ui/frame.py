"""What all pages share: the style of the page around the components, waiting for the tutor, and error lines.

The style only moves and sizes what Streamlit draws; colours come from .streamlit/config.toml, light and dark.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import Page

from app.ui.state import error_line, loading

if TYPE_CHECKING:
    from app.tutor import Tutor

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

_STYLE = """
<style>
.stAppHeader { background: none; }
.stAppHeader, .stAppHeader * { pointer-events: none; }
.stAppHeader button, .stAppHeader button * { pointer-events: auto; }
[data-testid=stExpandSidebarButton] { width: 2.25rem; height: 2.25rem; }
.stApp:has(.stSidebar[data-collapsed=false]) .st-key-new { display: none; } /* the list beside the page has it */
.stSidebar [data-testid=stSidebarUserContent] { padding-top: 1rem; }
[data-testid=stBaseButton-primary]:not(:disabled), [data-testid=stBaseButton-primaryFormSubmit]:not(:disabled) {
  color: var(--on-accent); }
.stButton kbd { opacity: 1; color: inherit; }
.st-key-mode button { padding: 0 .75rem; }
.st-key-mode button p { font-size: .85rem; }
.needs, .unkept { font-size: .875rem; margin: 0; }
.told { border: 1px solid var(--line); border-left: 3px solid var(--accent); border-radius: 4px; padding: .5rem .8rem;
  font-size: .95rem; line-height: 1.5; max-width: 42rem; overflow-wrap: anywhere; }
.unkept { border-left: 3px solid var(--accent); padding: .1rem .7rem; overflow-wrap: anywhere; }
.was { border-left: 3px solid var(--line); margin: 0; padding: .2rem 1rem; font-family: "Source Serif", Georgia, serif;
  line-height: 1.6; white-space: pre-line; overflow-wrap: anywhere; }
.stMainBlockContainer { max-width: 46rem; padding: 0 1.5rem 2rem; }
[data-testid=stBottomBlockContainer] { max-width: 46rem; padding: .5rem 1.5rem 1.2rem; }
:has(> .st-key-bar) { position: sticky; top: 0; z-index: 900; }
.st-key-bar { background: var(--ground); padding: .8rem 0 .6rem; border-bottom: 1px solid var(--line);
  min-height: 3.75rem; }
.st-key-bar [data-testid=stPageLink] a { min-height: 2.25rem; }
.st-key-bar [data-testid=stPageLink-NavLink] p { font-size: .95rem; }
.st-key-bar a:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; box-shadow: none; }
.st-key-bar .brand { font-weight: 600; font-size: .95rem; white-space: nowrap; }
.stMainBlockContainer h1 { font-size: 1.6rem; line-height: 1.3; padding: 0; text-wrap: balance; }
.soft { opacity: .75; }
.lead { font-size: 1.05rem; line-height: 1.6; margin: 0 0 .5rem; text-wrap: pretty; }
.welcome h1 { padding: 1.5rem 0 .6rem; }
.waiting { font-size: .95rem; opacity: .75; margin: 0; }
.question { font-size: 1.125rem; font-weight: 600; line-height: 1.45; margin: 0; padding: 0;
  white-space: pre-wrap; overflow-wrap: anywhere; }
[class*=st-key-exchange] { padding-top: .8rem; scroll-margin-top: 4rem; }
.st-key-talk > :last-child > [class*=st-key-exchange] { min-height: calc(100dvh - 13rem); }
.opened { line-height: 1.35; overflow-wrap: anywhere; }
.opened span { display: -webkit-box; -webkit-line-clamp: 1; -webkit-box-orient: vertical; overflow: hidden; }
.opened .section { -webkit-line-clamp: 2; }
.opened .stale { -webkit-line-clamp: 4; }
.opened .title { font-weight: 600; font-size: .95rem; }
.opened .section, .opened .stale { font-size: .875rem; opacity: .8; }
.st-key-beside .stElementContainer:has(.opened) { flex: 1; min-width: 0; }
.st-key-beside [data-testid=stPageLink] p { color: var(--accent); }
.meta { margin: .1rem 0 0; font-size: .925rem; line-height: 1.5; overflow-wrap: anywhere; }
.stale b { margin-right: .4em; }
.stMainBlockContainer h2 { font-size: 1.2rem; padding: 1rem 0 .2rem; }
.stMainBlockContainer h2.question { font-size: 1.125rem; padding: 0; }
.stMainBlockContainer h3 { font-size: 1rem; padding: 0 0 .2rem; margin: 0; }
.scores { overflow-x: auto; scrollbar-width: thin; /* a shade where there is more to the side */
  background: linear-gradient(to left, var(--ground) 50%, transparent) right / 2.5rem 100% no-repeat local,
    radial-gradient(farthest-side at 100% 50%, color-mix(in srgb, currentColor 26%, transparent), transparent)
      right / 1rem 100% no-repeat scroll; }
.scores:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.scores table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: .9rem; line-height: 1.4;
  margin: 0; font-variant-numeric: tabular-nums; }
.scores caption { caption-side: top; text-align: left; font-weight: 600; font-size: 1rem; color: inherit;
  padding: 0 0 .35rem; }
.scores th, .scores td { border: 0; border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: right;
  white-space: nowrap; color: inherit; vertical-align: baseline; }
.scores th { font-weight: 400; }
.scores thead th { font-weight: 600; vertical-align: bottom; white-space: normal; }
.scores th:first-child { text-align: left; padding-left: 0; white-space: normal; position: sticky; left: 0;
  background: var(--ground); }
.scores .about, .scores .n, .scores .interval { opacity: .72; font-size: .825rem; }
.scores .about, .scores .interval { display: block; }
.scores .n { padding-left: .4em; }
.meta code { font-size: .875em; }
.st-key-evaluation-status .stProgress { flex: 1; }
.st-key-evaluation-filters [data-testid=stButtonGroup] button { min-height: 2.5rem; }
[class*=st-key-suggestion] button { justify-content: flex-start; min-height: 4.1rem; padding: .6rem .9rem; }
[class*=st-key-suggestion] button, [class*=st-key-suggestion] button *, .st-key-next button * { text-align: left; }
[class*=st-key-exchange] [data-testid=stPageLink] a { padding-left: 0; padding-right: 0; }
[class*=st-key-exchange] [data-testid=stPageLink] p { color: var(--accent); font-size: .875rem; }
.st-key-next { gap: .5rem; }
.st-key-check-results { scroll-margin-top: 3.75rem; }
.counts ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: 0; padding: 0; }
.counts li { margin: 0; padding: 0; font-size: 1rem; }
.counts .support { white-space: nowrap; }
[class*=st-key-suggestion] button > div { justify-content: flex-start; width: 100%; }
@media (pointer: coarse) { .st-key-check-go kbd { display: none; } } /* there are no such keys */
@media (max-width: 40rem) {
  .stMainBlockContainer { padding: 0 1rem 1.5rem; }
  [data-testid=stBottomBlockContainer] { padding: .5rem 1rem .8rem; }
  .stElementContainer:has(.brand) { display: none; }
  .st-key-bar { gap: .1rem; overflow-x: auto; scrollbar-width: none; }
  .st-key-bar [data-testid=stPageLink] a { padding-left: .14rem; padding-right: .14rem; }
  .st-key-bar [data-testid=stPageLink-NavLink] p { font-size: .875rem; }
  .stApp:has([data-testid=stExpandSidebarButton]) .st-key-bar { padding-left: 2rem; }
  .st-key-mode button { padding: 0 .6rem; }
  .st-key-mode button p { font-size: .8rem; }
  .st-key-mode, .st-key-mode [role=radiogroup] { width: 100%; }
  .st-key-mode button { flex: 1 1 45%; }
  .st-key-mode button[aria-checked=false]:nth-of-type(odd) { border-left-color: var(--line) !important; }
  .st-key-check-section [role=radiogroup], .st-key-check-filter [role=radiogroup] { gap: .3rem; }
  .st-key-check-section button, .st-key-check-filter button { border-radius: 8px !important; margin: 0 !important; }
  .st-key-check-section button[aria-checked=false], .st-key-check-filter button[aria-checked=false] {
    border-color: var(--line) !important; }
  .st-key-bar button { padding: 0 .55rem; }
  .st-key-bar button [data-testid=stMarkdownContainer] { position: absolute; width: 1px; height: 1px;
    overflow: hidden; clip-path: inset(50%); } /* the sign alone is seen, the word still read */
  .scores table { font-size: .85rem; }
  .scores th, .scores td { padding: .3rem .3rem; }
  .scores th:first-child { min-width: 6rem; }
  .scores tr:has(td:nth-of-type(4)) .about { display: none; }
}
</style>
"""

#: The talk and the open source side by side; on a narrow page the source lies over its lower part, and below it stays
#: what one goes on with when one has read.
_BESIDE = """
<style>
@media (min-width: 60.01rem) {
  :root { --reader-height: calc(100dvh - 14.5rem); }
  .stMainBlockContainer, [data-testid=stBottomBlockContainer] { max-width: 84rem; }
  [data-testid=stBottomBlockContainer] > div { width: calc(50% - 1.25rem); }
  .st-key-panes { flex-wrap: nowrap; align-items: flex-start; gap: 2.5rem; }
  .st-key-panes > div { flex: 1 1 0; min-width: 0; }
  .st-key-panes > :has(> .st-key-beside) { position: sticky; top: 4.75rem; z-index: 200; } /* over the input's foot */
  .stApp:has([data-testid=stExpandSidebarButton]) .st-key-bar { padding-left: 2.5rem; }
  .st-key-mode button { padding: 0 .6rem; }
  .st-key-mode button p { font-size: .82rem; }
  .st-key-beside { border-left: 1px solid var(--line); padding-left: 1.5rem; background: var(--ground); }
}
@media (max-width: 60rem) {
  :root { --reader-height: 48dvh; }
  .st-key-beside { position: fixed; inset: auto 0 0 0; z-index: 1000; width: auto; padding: 1rem 1rem .6rem;
    gap: .6rem; background: var(--ground); border-top: 2px solid var(--line);
    box-shadow: 0 -8px 30px rgb(0 0 0 / .18); }
  .st-key-panes > :has(> .st-key-talk) { flex: 1 1 100%; padding-bottom: 65vh; }
  .stApp:has(.st-key-study-ask, .st-key-study-ratings, .st-key-quiz-go) {
    --reader-height: 40dvh;
    .st-key-beside { bottom: 4.4rem; }
    .st-key-study-ask, .st-key-study-ratings, .st-key-quiz-go { position: fixed; inset: auto 0 0 0; z-index: 1001;
      height: 4.4rem; padding: 0 1rem; gap: .5rem; flex-wrap: nowrap; align-items: center; overflow-x: auto;
      scrollbar-width: none; width: auto; background: var(--ground); border-top: 1px solid var(--line); }
    .st-key-study-ratings > div { flex: 1 1 0; min-width: 0; }
    .st-key-study-ratings button { padding: 0 .2rem; }
    .st-key-study-ratings kbd, .stElementContainer:has(h1), .st-key-study-part, .st-key-study-choice,
    .stElementContainer:has(.tally) { display: none; } /* what is asked stays in sight above the source */
    .st-key-study-ratings p { white-space: normal; line-height: 1.2; }
    :is(.st-key-study-ask, .st-key-quiz-go) p { white-space: nowrap; }
  }
}
</style>
"""

#: Reading a whole source: the text fills the height that is left.
_WIDE = """
<style>
.stMainBlockContainer { max-width: 66rem; padding-bottom: .5rem; }
.stMainBlockContainer h1 { font-size: 1.35rem; }
:root { --reader-height: max(22rem, calc(100dvh - 18rem)); }
@media (max-width: 40rem) { :root { --reader-height: calc(100dvh - 8rem); } }
</style>
"""
#: The link to the page that is shown; a focused one has a ground like it, and no line.
_CURRENT = """
<style>
.st-key-bar a[href="HERE"] p { text-decoration: underline 2px var(--accent); text-underline-offset: .45em; }
</style>
"""
_CLOSED = "<style>.st-key-panes > :has(> .st-key-beside) { display: none; }</style>"


def colour(option: str, default: str = "#0f766e") -> str:
    """A colour of the theme that the visitor sees."""
    return str(st.get_option(f"theme.{st.context.theme.type or 'light'}.{option}") or default)


def style(beside: bool = False, wide: bool = False) -> None:
    """Lay the page out: one column, or with room for a source beside it, or wide for reading."""
    ground, accent = colour("backgroundColor", "Canvas"), colour("primaryColor", "LinkText")
    on_accent = ground if st.context.theme.type == "dark" else "#fff"  # white on a light accent is not read
    colours = f"--ground: {ground}; --accent: {accent}; --on-accent: {on_accent}; --line: rgb(128 128 128 / .3);"
    parts = [_STYLE, _WIDE if wide else "", _BESIDE if beside else _CLOSED]
    st.html(f"<style>:root {{ {colours} }}</style>" + "".join(parts))


def bar(pages: Sequence[Page], new_chat: Callable[[], None] | None, settings: Callable[[], None]) -> None:
    """The row above every page: its pages, in a conversation the button that starts another, and the settings."""
    here = urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]
    if any(page.url_path == here for page in pages):
        st.html(_CURRENT.replace("HERE", here))
    with st.container(key="bar", horizontal=True, vertical_alignment="center", wrap=False, gap="small"):
        st.html('<span class="brand">Koryo Tutor</span>', width="content")
        for page in pages:
            st.page_link(page)
        st.space("stretch")
        if new_chat is not None:
            st.button("New chat", key="new", icon=":material/add:", on_click=new_chat)
        st.button("Settings", key="settings", icon=":material/settings:", on_click=settings)


def opened_top(title: str, section: str, remark: str, on_close: Callable[[], None]) -> None:
    """The row above a source that is open beside the page: what it is, safe HTML to remark, and Close."""
    with st.container(horizontal=True, vertical_alignment="top", wrap=False, key="beside-top"):
        st.html(
            f'<div class="opened"><span class="title" title="{escape(title)}">{escape(title)}</span>'
            f'<span class="section">{escape(section)}</span>{remark}</div>'
        )
        st.button("Close", key="close", on_click=on_close)


def literal(text: str) -> str:
    """Text as Markdown that shows it character for character: for messages and labels of Streamlit's own."""
    return _PUNCTUATION.sub(lambda found: f"&#{ord(found[1])};", text)


def told(text: str, role: str = "alert") -> None:
    """Say what happened, in a box; unlike Streamlit's own, it makes no link of an address that somebody else wrote."""
    st.html(f'<div class="told" role="{role}">{escape(text)}</div>')


def waiting(slot: DeltaGenerator, words: str) -> None:
    """Say in `slot` what is being waited for."""
    slot.html(f'<p class="waiting" role="status">{escape(words)}</p>')


def wait_for_tutor(slot: DeltaGenerator) -> Tutor:
    """The tutor, once it is there; until then `slot` says what is happening.

    Raises:
        TutorError: there will be none, and the message says why.
    """
    ready = loading()
    while not ready.done:
        waiting(slot, f"Getting ready: {ready.stage}…")
        time.sleep(0.1)
    return ready.future.result()


@st.fragment(run_every=0.4)
def getting_ready() -> None:
    """Say what is being loaded until it is, and then draw the page anew; nothing has to be asked for that."""
    ready = loading()
    if ready.done:
        st.rerun()
    waiting(st.empty(), f"Getting ready: {ready.stage}…")


def show_error(error: BaseException) -> None:
    """An error that keeps the page from working, and the button to try again."""
    st.error(literal(error_line(error)))
    st.button("Try again", key="again", on_click=loading.clear)
