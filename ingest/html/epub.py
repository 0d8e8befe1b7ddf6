"""A book (EPUB) taken apart: its pages in the order in which they are read, as one text.

A chapter without a heading gets the one that the table of contents has for it. Notes may stand in pages of their own.
Pages outside the order ("non-linear") come last, covers and tables of contents not at all. Where the book says where
the pages of its printed edition begin, citations say them.

Left to others: the package (epub_package.py), what a page says (walk.py).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ingest.archives import EPUB, Archive
from ingest.errors import SourceError
from ingest.html.epub_package import Package, Place, read_package
from ingest.html.notes import Page, find_notes
from ingest.html.tags import first_line, page_number
from ingest.html.tree import MOST_TAGS, kinds, opening, page_tree
from ingest.html.walk import Walker
from ingest.outline import Parsed

_NO_TITLE = re.compile(r"section \d+", re.IGNORECASE)  # what LibreOffice calls a page without one
_ASIDE = frozenset("toc doc-toc page-list doc-pagelist landmarks loi lot index doc-index".split())


def parse_epub(data: bytes, path: Path) -> Parsed:
    """Take a book apart.

    Raises:
        SourceError: it is no EPUB, damaged, protected, or larger than is read.
    """
    name = str(path)
    archive = Archive(name, data, EPUB)
    package = read_package(archive, name)
    pages: list[Page] = []
    tags = 0
    for place in package.pages:
        content = archive.read(place)
        tags += content.count(b"<")
        if tags > MOST_TAGS:
            raise SourceError(f"{name} has more than {MOST_TAGS:,} tags; split it")
        if content.strip():
            pages.append(Page(place, page_tree(content, f"{name}, {place}", xml=True)))
    walker = Walker(find_notes(pages))
    for page in pages:
        places = _places(page)
        walker.headings = _headings(page, package, places)
        walker.pages = {
            places[at]: number
            for at, label in package.printed.items()
            if at in places and (number := page_number(label))
        }
        walker.walk(page.root, {element for element in page.root.iter() if _is_aside(element)})
    if not walker.composer.pieces:
        raise SourceError(f"{name} shows no text: its pages are pictures. A book of scanned pages cannot be read")
    about = package.about
    return walker.composer.parsed(about.title, about.author, about.year)


def _places(page: Page) -> dict[Place, Any]:
    """The elements of a page that can be pointed to; its body is its beginning."""
    body = next(page.root.iter("body"), page.root)
    found = {(page.path, ""): body}
    for element in page.root.iter():
        if name := element.get("id"):
            found.setdefault((page.path, name), element)
    return found


def _headings(page: Page, package: Package, places: dict[Place, Any]) -> dict[Any, str]:
    """What the table of contents calls places of a page that has no headings itself."""
    headings = page.root.iter("h1", "h2", "h3", "h4", "h5", "h6")
    if any(opening(heading, 10).strip() for heading in headings):
        return {}
    found = {places[at]: title for at, title in package.titles.items() if at in places and title}
    return {first_line(element, title): title for element, title in found.items() if not _NO_TITLE.fullmatch(title)}


def _is_aside(element: Any) -> bool:
    return element.tag == "nav" or bool(kinds(element) & _ASIDE)
