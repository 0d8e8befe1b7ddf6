"""`tutor sources`, `tutor remove`, `tutor rename`: what is indexed, listed and put in order without a browser.

What is done is in sources.py.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from app.sources import Listed

_TITLE, _AUTHOR = 44, 22  # columns of the table, in characters; longer values are cut
_HEAD = ("ID", "TITLE", "AUTHOR", "YEAR", "KIND", "PASSAGES", "FILE")
_COUNT = _HEAD.index("PASSAGES")
_STATES = {"changed": " (changed since: tutor ingest)", "gone": " (gone; its text is kept)"}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sources`, `remove` and `rename`."""
    sources = commands.add_parser("sources", help="what is indexed: titles, authors, passages, files")
    sources.add_argument("--json", action="store_true", help="a list of objects")
    sources.set_defaults(run=_list)

    remove = commands.add_parser("remove", help="take sources out of the index; their files stay, uploads go")
    remove.add_argument("ids", nargs="+", metavar="ID")
    remove.set_defaults(run=_remove)

    rename = commands.add_parser("rename", help="give a source another title, which stays when it is indexed again")
    rename.add_argument("id", metavar="ID")
    rename.add_argument("title", nargs="+", metavar="TITLE")
    rename.set_defaults(run=_rename)


def _list(options: argparse.Namespace, settings: Settings) -> int:
    from app.build import wishes_of
    from app.sources import listed

    found = listed(settings)
    if options.json:
        readable = sys.stdout.encoding.lower().startswith("utf")
        print(json.dumps([one.as_row() for one in found], ensure_ascii=not readable, indent=2))
        return 0
    if found:
        for line in table(found):
            print(line)
    else:
        print("No sources are indexed. Add some: tutor ingest [PATH]", file=sys.stderr)
    for path in sorted(wishes_of(settings).left_out):
        print(f"Removed: {path.name}, which came with the tutor. Back with: tutor ingest {path}", file=sys.stderr)
    return 0


def table(sources: Sequence[Listed]) -> list[str]:
    """The lines of a table of sources; nothing in it moves the terminal's cursor."""
    rows = [_HEAD, *(_row(one) for one in sources)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        cells[_COUNT] = row[_COUNT].rjust(widths[_COUNT])
        lines.append("  ".join(cells).rstrip())
    return lines


def _row(one: Listed) -> tuple[str, ...]:
    file = _shown(str(one.path)) + _STATES.get(one.state, "")
    title, author = _cut(one.title, _TITLE), _cut(one.author, _AUTHOR)
    return (one.id, title, author, _cut(one.year, 10), one.kind, f"{one.passages:,}", file)


def _cut(text: str, most: int) -> str:
    text = _shown(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _shown(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _remove(options: argparse.Namespace, settings: Settings) -> int:
    from app.build import build_embedder
    from app.sources import check_ids, listed, remove_sources

    check_ids(options.ids, [one.id for one in listed(settings)])  # a mistake is said before the model is loaded
    for one in remove_sources(settings, build_embedder(settings), options.ids):
        passages = f"{one.passages} passage{'' if one.passages == 1 else 's'}"
        print(f"Removed: {one.id}, {_cut(one.title, 80)} ({passages}). {_after(one)}")
    return 0


def _after(one: Listed) -> str:
    """What became of the file of a source that was removed, and how it comes back."""
    if one.upload:
        return "It was uploaded, and its copy is deleted."
    if one.state == "gone":
        return "Its file was gone before, so its text is gone now, too."
    stays = "It came with the tutor and stays away until you ask for it" if one.bundled else "Its file stays"
    return f"{stays}: tutor ingest {_shown(str(one.path))}"


def _rename(options: argparse.Namespace, settings: Settings) -> int:
    from app.build import build_embedder
    from app.library import clean_title
    from app.sources import check_ids, listed, rename_source

    title = clean_title(" ".join(options.title))
    check_ids([options.id], [one.id for one in listed(settings)])
    print(f"{options.id} is now called: {rename_source(settings, build_embedder(settings), options.id, title).title}")
    return 0
