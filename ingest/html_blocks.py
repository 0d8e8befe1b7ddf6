"""A web page taken apart: what a reader sees of it, in blocks, with its links and emphasis as marks.

Left to others: the tree (html_tree.py), the walk over it (html_walk.py), what is around the text (html_page.py),
footnotes (html_notes.py). Books are pages too: epub_blocks.py.
"""

from __future__ import annotations

from pathlib import Path

from ingest.documents import NOT_CONTENT
from ingest.errors import SourceError
from ingest.html_about import about_page
from ingest.html_notes import Page, find_notes
from ingest.html_page import around
from ingest.html_tree import page_tree
from ingest.html_walk import Walker
from ingest.outline import Parsed


def parse_html(data: bytes, path: Path) -> Parsed:
    """Take a web page apart.

    Raises:
        SourceError: it is no page, or larger than pages are.
    """
    root = page_tree(data, str(path), xml=path.suffix.lower() in (".xhtml", ".xht"))
    notes = find_notes([Page("", root)])
    walker = Walker(notes)
    walker.walk(root, around(root, notes.notes))
    if all(piece.kind in NOT_CONTENT for piece in walker.composer.pieces):  # all of it looked like menus
        walker = Walker(notes)
        walker.walk(root)
    if not walker.composer.pieces:
        raise SourceError(f"{path} shows no text; a page that a script fills is to be saved from a browser")
    about = about_page(root)
    return walker.composer.parsed(about.title, about.author, about.year)
