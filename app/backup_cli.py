"""`tutor backup` and `tutor restore`: a home as one file, and back. What is in it is backup.py's affair."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.settings import Settings


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `backup` and `restore`."""
    backup = commands.add_parser("backup", help="write all that the tutor keeps into one file")
    backup.add_argument("file", type=Path, metavar="FILE.zip")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="bring a backup back; what is there now is moved aside")
    restore.add_argument("file", type=Path, metavar="FILE.zip")
    restore.set_defaults(run=_restore)


def _backup(options: argparse.Namespace, settings: Settings) -> int:
    from app.backup import backup

    count = backup(settings, options.file, _Percent("Writing"))
    size = options.file.stat().st_size / 2**20
    print(f"Written: {options.file} ({count} files, {size:.1f} MB)")
    if settings.chroma_url:
        print(f"The vectors stay on {settings.chroma_url}; back that up too, or re-index after a restore.")
    return 0


def _restore(options: argparse.Namespace, settings: Settings) -> int:
    from app.backup import restore

    done = restore(settings, options.file, _Percent("Reading"))
    print(f"Restored: {done.files} files of the backup of {done.made} into {settings.home}")
    if done.aside is not None:
        print(f"What was there before is in {done.aside}; delete it when you no longer need it.")
    if not done.vectors:
        print("The vectors were on a Chroma server. If it has them no more: tutor ingest --rebuild")
    return 0


class _Percent:
    """Shows on a terminal how far it is."""

    def __init__(self, what: str) -> None:
        self._what, self._shown = what, -1

    def __call__(self, done: int, total: int) -> None:
        percent = 100 * done // max(total, 1)
        if sys.stderr.isatty() and percent != self._shown:
            self._shown = percent
            print(f"\r{self._what}: {percent} %", end="" if done < total else "\n", file=sys.stderr, flush=True)
