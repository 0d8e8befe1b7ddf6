"""Footnotes of web pages and books: which links call a note, which elements are notes, which links lead back.

A link calls a note if it says so (role, EPUB type) or looks so (a number, letter or sign, raised or in brackets), and
what it points to is short and no heading. Books keep their notes in a file of their own, so pages are looked at
together: a place is a page and an id.

Left to others: how a note is written (blocks.py).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any
from urllib.parse import unquote

from ingest.composing import raised
from ingest.html.tree import ancestors, iterated, kinds, names_of, opening

_CALLS = frozenset({"doc-noteref", "noteref"})
_NOTES = frozenset({"doc-footnote", "doc-endnote", "footnote", "endnote", "rearnote", "note"})
_BACK = frozenset({"doc-backlink", "backlink"})
_SAID = re.compile(r"(?:.*[_-])?(?:footnote|fn|note|noteref|endnote|citeref)(?:[_-]?ref(?:erence)?)?(?:[_-]?\d.*)?")
_LABEL = re.compile(r"\d{1,4}|[a-zA-Z]{1,2}|[ivxlc]{1,6}|[*†‡§¶]{1,3}")
_BRACKETED = re.compile(r"[\[(]\s*(?:\d{1,4}|[a-zA-Z]{1,2}|[ivxlc]{1,6}|[*†‡§¶]{1,3}|(?:note|n)\.? ?\d{1,3})\s*[\])]")
_HOLDERS = frozenset({"li", "p", "div", "aside", "dd", "td", "section", "blockquote", "tr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LONGEST = 6_000  # characters of a note; what is longer is a chapter
_LONGEST_LABEL = 12


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a book, or the only one there is: its place and its tree."""

    path: str
    root: Any


@dataclass(frozen=True, slots=True)
class _Target:
    """What a link may point to, and the element that is the note if it is one."""

    element: Any
    holder: Any


@dataclass(slots=True)
class Notes:
    """Calls with the key of their note, notes with key and label, the links that lead back to the calls, and elements
    that only repeat a note's label."""

    calls: dict[Any, tuple[str, str]] = field(default_factory=dict)
    notes: dict[Any, tuple[str, str]] = field(default_factory=dict)
    back: set[Any] = field(default_factory=set)
    labels: set[Any] = field(default_factory=set)


def find_notes(pages: Sequence[Page]) -> Notes:
    """The footnotes of pages that belong together."""
    found = Notes()
    places: dict[tuple[str, str], _Target] = {}
    for page in pages:
        for element in _elements(page.root):
            name = element.get("id") or (element.get("name") if element.tag == "a" else None)
            if name:
                places.setdefault((page.path, name), _Target(element, _holder(element)))
    for page in pages:
        for link in _elements(page.root):
            href = link.get("href") or "" if link.tag == "a" else ""
            if "#" in href and len(href) < 1000 and "://" not in href:
                _take(found, link, places.get(_place(page.path, href)), page)
    return found


def _elements(root: Any) -> Iterator[Any]:
    """The elements of a page. The walk keeps those around the one at hand: to find an ancestor that nothing keeps, and
    to let go of it, lxml goes up to the root each time."""
    return (element for event, element in iterated(root) if event == "start" and isinstance(element.tag, str))


def _place(path: str, href: str) -> tuple[str, str]:
    """The page and id that a link points to."""
    file, _, name = href.partition("#")
    where = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(file))) if file else path
    return where, unquote(name)


def _take(found: Notes, link: Any, target: _Target | None, page: Page) -> None:
    if target is None or link in found.back:
        return
    said = kinds(link)
    around = [link, *_few(link, 3)]
    if said & _BACK or any(outer in found.notes for outer in [link, *ancestors(link)]):
        found.back.add(link)
        return
    label = " ".join(opening(link, 4 * _LONGEST_LABEL).split())
    if len(label) > _LONGEST_LABEL:
        return
    high = any(element.tag == "sup" for element in around) or (len(link) > 0 and link[0].tag == "sup")
    told = bool(said & _CALLS) or any(_SAID.fullmatch(name) for element in around[:2] for name in names_of(element))
    bare = label.strip("[]() ")
    form = _LABEL.fullmatch(bare) is not None or _BRACKETED.fullmatch(label) is not None
    if not form or not (high or told or _BRACKETED.fullmatch(label)):
        return
    note, at = target.holder, target.element
    if note is None or note in [link, *ancestors(link)] or not _is_note(note, note if at.tag == "dt" else at):
        return
    shown = raised(label) if label.isdecimal() else label
    key = f"{page.path}#{link.get('href')}" if note not in found.notes else found.notes[note][0]
    found.calls[link] = (key, shown)
    found.notes.setdefault(note, (key, shown))
    if at.tag == "dt":
        found.labels.add(at)


def _few(element: Any, most: int) -> list[Any]:
    """The innermost elements around one, up to the block it is in."""
    outer: list[Any] = []
    for parent in ancestors(element):
        if len(outer) == most or parent.tag in _HOLDERS or parent.tag == "body":
            break
        outer.append(parent)
    return outer


def _holder(target: Any) -> Any:
    """The element that holds the whole note when a link points to it or to a mark at its beginning."""
    if target.tag == "dt":
        return target.getnext() if target.getnext() is not None and target.getnext().tag == "dd" else None
    for element in chain([target], ancestors(target)):
        if element.tag in _HOLDERS:
            return element
        if element.tag in _HEADINGS or element.tag in ("body", "pre", "table"):
            return None
    return None


def _is_note(note: Any, target: Any) -> bool:
    if any(element.tag in _HEADINGS for element in islice(note.iter(), 300)):
        return False
    if kinds(note) & _NOTES:
        return True
    text = opening(note, _LONGEST)
    before = "" if note is target else text[: text.find(opening(target, _LONGEST))]
    return 0 < len(text.strip()) <= _LONGEST and not any(char.isalnum() for char in before)
