"""The package of a book (EPUB): which of its pages are read in which order, what its contents call them, its author.

Read with zipfile and lxml: what a reader needs of a package is a list of pages. ebooklib, the library for it, is under
the AGPL, and would unpack all that a file holds before its size is known.

Left to others: the pages (walk.py), unpacking safely (archives.py).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from ingest.archives import EPUB, Archive
from ingest.errors import SourceError
from ingest.html.about import About, sensible_author, sensible_title, year_in
from ingest.html.tree import kinds, text_of, xml_tree

_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"})
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")  # fonts disguised, not protected
_MOST_PAGES = 5_000
_LONGEST_TITLE = 300

#: A place in the book: a page, and an id in it, "" for its beginning.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Package:
    """What is read of a book: its pages in order, what its contents call places, where printed pages begin."""

    pages: tuple[str, ...]
    titles: dict[Place, str] = field(default_factory=dict)
    printed: dict[Place, str] = field(default_factory=dict)
    about: About = field(default_factory=About)


def read_package(archive: Archive, name: str) -> Package:
    """The package of a book.

    Raises:
        SourceError: parts of it are missing or damaged, or its pages are protected.
    """
    container = xml_tree(archive.read(EPUB.part), name)
    paths = (element.get("full-path") for element in container.iter("rootfile"))
    path = next(filter(None, paths), "")
    if not path:
        raise SourceError(f"{name} does not say where its package is. {EPUB.anew}.")
    root = xml_tree(archive.read(path), name)
    items = {item.get("id"): item for item in root.iter("item")}
    refs = [(items.get(ref.get("idref")), ref.get("linear") == "no") for ref in root.iter("itemref")]
    refs = refs or [(item, False) for item in items.values()]
    contents = [item for item in items.values() if "nav" in (item.get("properties") or "").split()]
    covers = {_resolved(path, ref.get("href")) for ref in root.iter("reference") if ref.get("type") in ("cover", "toc")}
    read = [(item, last) for item, last in refs if item is not None and _is_read(item, contents)]
    kept = [(_resolved(path, item.get("href")), last) for item, last in read]
    rest = [(page, last) for page, last in kept if page not in covers] or kept
    pages = dict.fromkeys(page for page, _ in sorted(rest, key=lambda row: row[1]) if page in archive.names)
    if not pages:
        raise SourceError(f"{name} lists no page that it holds. {EPUB.anew}.")
    if len(pages) > _MOST_PAGES:
        raise SourceError(f"{name} has {len(pages):,} pages of text, at most {_MOST_PAGES:,} are read. Split it.")
    _refuse_protected(archive, name, set(pages))
    titles: dict[Place, str] = {}
    printed: dict[Place, str] = {}
    for item in [*contents, *(one for one in items.values() if one.get("media-type") == "application/x-dtbncx+xml")]:
        place = _resolved(path, item.get("href"))
        if place in archive.names:
            content = archive.read(place)
            with suppress(SourceError):  # a book is read without its contents if they cannot be
                _read_contents(xml_tree(content, name), place, titles, printed)
    return Package(tuple(pages), titles, printed, _about(root))


def _is_read(item: Any, contents: list[Any]) -> bool:
    """Whether an item of the spine is a page of text, and not the table of contents."""
    return item.get("media-type") in _PAGES and item not in contents


def _resolved(base: str, href: str | None) -> str:
    """The name of the part that an address points to."""
    path = unquote((href or "").partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else base


def _refuse_protected(archive: Archive, name: str, pages: set[str]) -> None:
    if "META-INF/encryption.xml" not in archive.names:
        return
    for entry in xml_tree(archive.read("META-INF/encryption.xml"), name).iter("encrypteddata"):
        method = next(entry.iter("encryptionmethod"), None)
        places = {unquote(one.get("URI") or "") for one in entry.iter("cipherreference")}
        if places & pages and (method is None or method.get("Algorithm") not in _FONTS):
            raise SourceError(f"{name} is protected (DRM), so its text cannot be read. Use a copy without protection.")


def _read_contents(root: Any, base: str, titles: dict[Place, str], printed: dict[Place, str]) -> None:
    """Take what a table of contents calls places, and the numbers of printed pages; the first on a place counts."""
    if root.tag == "ncx":
        for point in root.iter("navpoint", "pagetarget"):
            label, content = point.find("navlabel"), point.find("content")
            if label is not None and content is not None:
                kept = titles if point.tag == "navpoint" else printed
                kept.setdefault(_place(base, content.get("src")), text_of(label)[:_LONGEST_TITLE])
        return
    for nav in root.iter("nav"):
        kept = printed if kinds(nav) & {"page-list", "doc-pagelist"} else titles
        if kept is printed or kinds(nav) & {"toc", "doc-toc"}:
            for link in nav.iter("a"):
                kept.setdefault(_place(base, link.get("href")), text_of(link)[:_LONGEST_TITLE])


def _place(base: str, href: str | None) -> Place:
    return _resolved(base, href), unquote((href or "").partition("#")[2])


def _about(root: Any) -> About:
    titles = (sensible_title(text_of(element)) for element in root.iter("title"))
    refined = {
        (meta.get("refines") or "").lstrip("#"): text_of(meta)
        for meta in root.iter("meta")
        if meta.get("property") == "role"
    }
    authors = [text_of(one) for one in root.iter("creator") if _role(one, refined) in ("", "aut")]
    authors = authors or [text_of(one) for one in root.iter("creator")]
    return About(next(filter(None, titles), ""), sensible_author(*authors[:20]), next(_years(root), ""))


def _role(creator: Any, refined: dict[str, str]) -> str:
    own = next((value for name, value in creator.attrib.items() if name.rpartition("}")[2] == "role"), "")
    return str(own) or refined.get(creator.get("id") or "", "")


def _years(root: Any) -> Iterator[str]:
    """The years that a book's dates name, that of its publication first."""
    dates = []
    for element in root.iter("date"):
        event = next((value for name, value in element.attrib.items() if name.rpartition("}")[2] == "event"), "")
        dates.append((event == "modification", event != "publication", year_in(text_of(element))))
    yield from (year for modified, _, year in sorted(dates, key=lambda row: row[:2]) if year and not modified)
