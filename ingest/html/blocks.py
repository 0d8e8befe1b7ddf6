"""A web page taken apart: what a reader sees of it, in blocks, with its links and emphasis as marks.

Left to others: the tree (tree.py), the walk over it (walk.py), what is around the text (page.py),
footnotes (notes.py). Books are pages too: epub.py.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from ingest.documents import NOT_CONTENT
from ingest.errors import SourceError
from ingest.html.about import about_page
from ingest.html.notes import Notes, Page, find_notes
from ingest.html.page import around
from ingest.html.tags import first_line
from ingest.html.tree import page_tree
from ingest.html.walk import Walker
from ingest.outline import Parsed


def parse_html(data: bytes, path: Path) -> Parsed:
    """Take a web page apart.

    Raises:
        SourceError: it is no page, or larger than pages are.
    """
    root = page_tree(data, str(path), xml=path.suffix.lower() in (".xhtml", ".xht"))
    notes, about = find_notes([Page("", root)]), about_page(root)
    walker = _walked(root, notes, about.title, around(root, notes.notes))
    if all(piece.kind in NOT_CONTENT for piece in walker.composer.pieces):  # all of it looked like menus
        walker = _walked(root, notes, about.title, ())
    if not walker.composer.pieces:
        raise SourceError(f"{path} shows no text; a page that a script fills is to be saved from a browser")
    return walker.composer.parsed(about.title, about.author, about.year)


def _walked(root: Any, notes: Notes, title: str, left_aside: Collection[Any]) -> Walker:
    """A walk over a page. Its title as a line above all else is its first heading, whatever its tag."""
    walker = Walker(notes)
    body = next(root.iter("body"), root)
    line = first_line(body, title) if title else body
    if line is not body and line.tag in ("p", "div"):
        walker.headings = {line: title}
    walker.walk(root, left_aside)
    return walker
