"""`tutor model`: the local chat model installed, looked at, removed.

What it is is in local_model.py, how it comes and goes in local_install.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from app.local_install import Arrival


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `model` and what belongs to it."""
    model = commands.add_parser("model", help="a chat model on this machine: install, status, remove")
    actions = model.add_subparsers(metavar="ACTION", required=True)

    install = actions.add_parser("install", help="fetch it, 1.1 GB; goes on where it was cut short")
    install.set_defaults(run=_install)

    status = actions.add_parser("status", help="whether it is there, where, and what runs it")
    status.add_argument("--verify", action="store_true", help="read the whole file and check its digest")
    status.set_defaults(run=_status)

    remove = actions.add_parser("remove", help="delete it")
    remove.set_defaults(run=_remove)


def _install(options: argparse.Namespace, settings: Settings) -> int:
    from app.local_install import install
    from app.local_model import QWEN

    done = install(settings.home, progress=_progress())
    if done.fetched:
        print(f"{QWEN.title} ({QWEN.licence}) is installed, its SHA-256 is the published one: {done.path}")
    else:
        print(f"{QWEN.title} is there already: {done.path}")
    print('Ask it: tutor ask --llm local "..."', file=sys.stderr)
    return 0


def _status(options: argparse.Namespace, settings: Settings) -> int:
    from app.local_model import QWEN, State, status

    found = status(settings.home, verify=options.verify)
    print(f"{QWEN.title} ({QWEN.licence}): {found.state}")
    if found.size:
        print(f"file: {found.path}, {_size(found.size)} of {_size(QWEN.size)}")
    if found.sha256:
        print(f"SHA-256: {found.sha256}")
    print(f"xllamacpp: {found.runtime or 'not installed'}")
    if found.state is State.INSTALLED:
        return 0
    print("Fetch it: tutor model install", file=sys.stderr)
    return 1


def _remove(options: argparse.Namespace, settings: Settings) -> int:
    from app.local_install import remove

    freed = remove(settings.home)
    print(f"Removed the local model: {_size(freed)} freed." if freed else "There is no local model to remove.")
    return 0


def _progress() -> Callable[[Arrival], None]:
    """A line that is written over itself on a terminal; elsewhere a line for each part."""
    terminal, shown = sys.stderr.isatty(), 0

    def show(now: Arrival) -> None:
        nonlocal shown
        text = f"part {now.part} of {now.parts}, {now.done / 1e6:,.0f} of {now.total / 1e6:,.0f} MB"
        if terminal:
            print(f"\r\033[K{text}", end="\n" if now.done >= now.total else "", file=sys.stderr, flush=True)
        elif now.part != shown:
            print(text, file=sys.stderr, flush=True)
        shown = now.part

    return show


def _size(count: int) -> str:
    return f"{count:,} bytes"
