"""The page of a PDF as it is printed, with the words of a citation marked: shown under the text that is cited.

The words are marked by boxes over the picture, in colour and underlined. Where they go over a page break, both pages
are there, one under the other. Where they stand and what the page looks like is ingest/pdf/places.py's affair.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import Any

import streamlit as st

from app.ui import frame
from app.ui.components import SHARED_CSS
from ingest.documents import Document, Span
from ingest.errors import TutorError
from ingest.pdf.places import Box, PagePicture, has_pages, pictures

#: The shares of the height that a text and its pages get.
TEXT_HEIGHT, PAGES_HEIGHT = "calc(var(--reader-height) * .42)", "calc(var(--reader-height) * .58 - 1rem)"
_LONGEST_ALT = 200
#: On a narrow page, where the source lies over the talk, it lies higher: there are two things to see.
_HIGHER = "<style>@media (max-width: 60rem) { :root { --reader-height: 62dvh; } }</style>"

_CSS = (
    SHARED_CSS
    + """
.pages { height: var(--height); overflow: auto; overscroll-behavior: contain; scrollbar-width: thin;
  border-top: 1px solid var(--st-border-color); background: color-mix(in srgb, var(--st-text-color) 6%,
  var(--st-background-color)); padding: .6rem; box-sizing: border-box; position: relative; }
.pages:focus-visible { outline-offset: -2px; }
figure { margin: 0 auto .8rem; max-width: 56rem; min-width: 36rem; } /* wider than a phone, so that it can be read */
figcaption { font-size: .85rem; color: var(--soft); margin: 0 0 .25rem; }
figcaption a { color: var(--st-link-color); text-underline-offset: 2px; }
.sheet { position: relative; background: #fff; box-shadow: 0 0 0 1px var(--st-border-color); }
.sheet img { display: block; width: 100%; height: auto; }
.box { position: absolute; background: rgb(255 214 10 / .38); mix-blend-mode: multiply;
  box-shadow: 0 1.5px 0 #8a6d00; }
@media print { .pages { height: auto; overflow: visible; } }
"""
)

_JS = """
const toward = (scroll, element, share) => {
  const [a, b] = [element.getBoundingClientRect(), scroll.getBoundingClientRect()];
  scroll.scrollTop = Math.max(0, a.top - b.top + scroll.scrollTop - scroll.clientHeight * share);
  const boxes = [...(element.closest('figure') || element).querySelectorAll('.box')];
  const left = Math.min(...boxes.map((box) => box.getBoundingClientRect().left)) - b.left + scroll.scrollLeft;
  scroll.scrollLeft = Number.isFinite(left) ? Math.max(0, left - 24) : 0;
};
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.root');
  if (root.token === data.token) return;
  root.token = data.token;
  root.innerHTML = data.html;
  root.style.setProperty('--height', data.height);
  const scroll = root.querySelector('.pages');
  const show = () => { const box = root.querySelector('.box'); if (box) toward(scroll, box, 0.3); };
  root.querySelectorAll('img').forEach((image) => image.decode().then(show, show));
  show();
  root.onclick = (event) => {
    const link = event.target.closest('[data-to]');
    if (!link) return;
    event.preventDefault();
    const figure = root.querySelector(`#${link.dataset.to}`);
    toward(scroll, figure.querySelector('.box') || figure, 0.3);
    scroll.focus({ preventScroll: true });
  };
  root.onkeydown = (event) => { if (event.key === 'Escape' && data.closes) setTriggerValue('closed', true); };
}
"""


def pages_html(found: Sequence[PagePicture], title: str, quote: str) -> str:
    """The pages one under the other, each with its boxes and links to the others."""
    short = quote if len(quote) <= _LONGEST_ALT else quote[:_LONGEST_ALT].rsplit(" ", 1)[0] + "…"
    figures = []
    for page in found:
        others = [f'<a href="#sheet-{one.number}" data-to="sheet-{one.number}">Page {escape(one.label)}</a>'
                  for one in found if one is not page]  # fmt: skip
        also = f" · the words go on here: {', '.join(others)}" if others else ""
        alt = escape(f"Page {page.label} of {title}, as it is printed. Marked: {short}", quote=True)
        source = base64.b64encode(page.png).decode()
        boxes = "".join(_box(box, page) for box in page.boxes)
        figures.append(
            f'<figure id="sheet-{page.number}"><figcaption>Page {escape(page.label)}{also}</figcaption>'
            f'<div class="sheet"><img alt="{alt}" src="data:image/png;base64,{source}">{boxes}</div></figure>'
        )
    name = escape(title, quote=True)
    return f'<div class="pages" role="region" tabindex="0" aria-label="Pages of {name}">{"".join(figures)}</div>'


def _box(box: Box, page: PagePicture) -> str:
    left, top = 100 * box.left / page.width, 100 * box.top / page.height
    width, height = 100 * (box.right - box.left) / page.width, 100 * (box.bottom - box.top) / page.height
    return f'<span class="box" style="left:{left:.2f}%;top:{top:.2f}%;width:{width:.2f}%;height:{height:.2f}%"></span>'


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("koryo_pages", html='<div class="root"></div>', css=_CSS, js=_JS)


def show_pages(
    document: Document,
    span: Span,
    *,
    key: str,
    height: str = PAGES_HEIGHT,
    nonce: int = 0,
    on_close: Callable[[], None] | None = None,
) -> None:
    """Show the pages of a PDF that a span stands on; in one line, why it cannot be done."""
    slot = st.empty()
    frame.waiting(slot, "Drawing the page…")
    try:
        found = pictures(document.source.path, document.sha256, document.text, span)
    except TutorError as error:
        slot.html(f'<p class="meta soft" role="status">{escape(str(error))}</p>')
        return
    slot.empty()
    if not found:
        return
    st.html(_HIGHER)
    html = pages_html(found, document.source.title, document.plain(span))
    token = hashlib.sha256(f"{nonce}|{height}|{html}".encode()).hexdigest()[:16]
    data = {"html": html, "token": token, "height": height, "closes": on_close is not None}
    _component()(key=key, data=data, on_closed_change=on_close or _nothing)


def _nothing() -> None:
    """What happens when pages that cannot be closed are closed."""


__all__ = ["PAGES_HEIGHT", "TEXT_HEIGHT", "has_pages", "pages_html", "show_pages"]
