"""`tutor conflicts`: where the indexed sources disagree, with each other or with themselves.

How conflicts are found is in conflicts/; the page shows the same list (ui/conflicts_view.py).
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.conflicts.values import KIND_LABELS, Conflict, Place, said_of
from app.settings import Settings

if TYPE_CHECKING:
    from app.tutor import Tutor

_WIDTH = 100  # columns of a quote


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], make_tutor: Callable[[Settings], Tutor]
) -> None:
    """Add `conflicts`; `make_tutor` makes the tutor whose sources are meant."""
    conflicts = commands.add_parser("conflicts", help="where the sources disagree: statements that cannot both be true")
    conflicts.add_argument("--json", action="store_true", help="the list as JSON, its places as offsets")
    conflicts.set_defaults(run=lambda options, settings: _list(options, make_tutor(settings)))


def _list(options: argparse.Namespace, tutor: Tutor) -> int:
    found = tutor.conflicts()
    if options.json:
        readable = sys.stdout.encoding.lower().startswith("utf")
        print(json.dumps([as_row(one, tutor) for one in found], ensure_ascii=not readable, indent=2))
        return 0
    for n, conflict in enumerate(found, start=1):
        print(f"{n}. {KIND_LABELS[conflict.kind]}\n{_indented(conflict.note)}")
        for place in conflict.places:
            print(_indented(f"[{_where(place, tutor)}]"))
            print(_indented(tutor.document(place.source_id).plain(place.span), margin=5))
        print()
    print(said_of(found), file=sys.stderr)
    return 0


def as_row(conflict: Conflict, tutor: Tutor) -> dict[str, Any]:
    """A conflict as JSON: a place is given once where both statements are one sentence; offsets are characters."""
    return {
        "kind": str(conflict.kind),
        "note": conflict.note,
        "places": [
            {
                "source": place.source_id,
                "start": place.span.start,
                "end": place.span.end,
                "quote": tutor.document(place.source_id).text[place.span.start : place.span.end],
                "figures": [[figure.start, figure.end] for figure in place.figures],
            }
            for place in conflict.places
        ],
    }


def _where(place: Place, tutor: Tutor) -> str:
    document = tutor.document(place.source_id)
    section = document.section_at(place.span.start).title
    return f"{place.source_id}, {section}" if section else place.source_id


def _indented(text: str, margin: int = 3) -> str:
    blanks = " " * margin
    return textwrap.fill(text, _WIDTH, initial_indent=blanks, subsequent_indent=blanks, break_on_hyphens=False)
