"""`tutor history`: the conversations of this home, listed, exported and deleted without a browser.

Where they are kept is in history.py, what an export looks like in export.py.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import Settings
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.history import History

_SERVED = "http://127.0.0.1:8501/"  # where `tutor serve` opens a citation of an exported conversation


class ExportError(TutorError):
    """An exported conversation that cannot be written."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `history` and what belongs to it."""
    history = commands.add_parser("history", help="the conversations: list, export, delete")
    history.add_argument("--search", default="", metavar="WORDS", help="only those that have all of these words")
    history.set_defaults(run=_list)
    actions = history.add_subparsers(metavar="ACTION")

    export = actions.add_parser("export", help="one as a document; Markdown on stdout if no file is named")
    export.add_argument("id", type=int, metavar="ID")
    form = export.add_mutually_exclusive_group()
    form.add_argument("--markdown", type=Path, metavar="FILE", help="Markdown with footnotes")
    form.add_argument("--html", type=Path, metavar="FILE", help="one page to print")
    export.set_defaults(run=_export)

    delete = actions.add_parser("delete", help="delete one; feedback on its answers stays")
    delete.add_argument("id", type=int, metavar="ID")
    delete.set_defaults(run=_delete)


def _list(options: argparse.Namespace, settings: Settings) -> int:
    from app.build import history_path

    kept = _history(settings) if history_path(settings).exists() else None
    found = kept.conversations(options.search, limit=-1) if kept else ()
    for one in found:
        asked = f"{one.turns} question{'s' if one.turns != 1 else ''}"
        print(f"{one.id:4d}  {one.updated.astimezone():%Y-%m-%d %H:%M}  {asked:12s}  {one.title}")
    if not found:
        print("No conversation has these words." if options.search else "No conversations yet.", file=sys.stderr)
    return 0


def _export(options: argparse.Namespace, settings: Settings) -> int:
    from app.export import as_html, as_markdown
    from vectorstore.folder import exists, stored
    from vectorstore.records import write_atomically

    conversation = _history(settings).conversation(options.id)
    records = stored(settings.index) if exists(settings.index) else None
    documents = None if records is None else {record.document.id: record.document for record in records}
    write = as_html if options.html else as_markdown
    text = write(conversation, documents, base=_SERVED)
    path: Path | None = options.html or options.markdown
    if path is None:
        print(text, end="")
        return 0
    try:
        write_atomically(path, text)
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written: {error.strerror}. Name a file in a folder you can write."
        ) from error
    print(f"Written: {path}", file=sys.stderr)
    return 0


def _delete(options: argparse.Namespace, settings: Settings) -> int:
    _history(settings).delete(options.id)
    print(f"Conversation {options.id} is deleted.", file=sys.stderr)
    return 0


def _history(settings: Settings) -> History:
    """The history, if there is one: nothing is made for who only looks."""
    from app.build import build_history, history_path
    from app.history import Gone

    if not history_path(settings).exists():
        raise Gone("There are no conversations yet. Ask something first: tutor serve")
    return build_history(settings)
