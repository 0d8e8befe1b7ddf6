"""What users said of the sources, in the file of the conversations: titles, which to leave out, and collections.

A title stays with the file that it was given to, however often that is indexed. A source that is left out is one that
would come back by itself, a bundled one; it stays away until it is asked for by its file or folder. A collection is a
named set of sources to ask within. What is indexed is the index's affair, what is done with it sources.py's.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.database import Tables
from ingest.errors import TutorError

LONGEST_TITLE = 300


class LibraryError(TutorError):
    """A title or a name that is none, or a source or collection that is not there."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an ingest has to heed: titles by file, and the files that it passes over."""

    titles: Mapping[Path, str] = field(default_factory=dict)
    left_out: frozenset[Path] = frozenset()


class Library(Tables):
    """What users said of the sources."""

    def wishes(self) -> Wishes:
        """All of it that an ingest has to heed."""
        with self._database.reading() as connection:
            titles = connection.execute("SELECT path, title FROM source_titles").fetchall()
            left_out = connection.execute("SELECT path FROM sources_left_out").fetchall()
        named = {Path(os.fsdecode(path)): title for path, title in titles}
        return Wishes(named, frozenset(Path(os.fsdecode(path)) for (path,) in left_out))

    def give_title(self, path: Path, title: str) -> None:
        """Keep the title of a file."""
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO source_titles VALUES (?, ?)", (os.fsencode(path), title))

    def forget(self, paths: Iterable[Path], leave_out: Collection[Path]) -> None:
        """Drop the titles of files whose sources are removed, and leave some of them out from now on."""
        since = self._clock().isoformat()
        with self._database.writing() as connection:
            connection.executemany("DELETE FROM source_titles WHERE path = ?", [(os.fsencode(path),) for path in paths])
            rows = [(os.fsencode(path), since) for path in leave_out]
            connection.executemany("INSERT OR IGNORE INTO sources_left_out VALUES (?, ?)", rows)

    def bring_back(self, targets: Iterable[Path]) -> None:
        """Leave these files, and those in these folders, out no longer."""
        wanted = [Path(os.path.abspath(target)) for target in targets]
        back = [path for path in self.wishes().left_out if any(path.is_relative_to(target) for target in wanted)]
        if back:
            with self._database.writing() as connection:
                connection.executemany(
                    "DELETE FROM sources_left_out WHERE path = ?", [(os.fsencode(path),) for path in back]
                )


def clean_title(text: str) -> str:
    """A title in one line, without what cannot be seen.

    Raises:
        LibraryError: it has no letter or digit, or is too long.
    """
    title = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not any(c.isalnum() for c in title):
        raise LibraryError("A title has a letter or a digit at least. Type one.")
    if len(title) > LONGEST_TITLE:
        raise LibraryError(f"A title has at most {LONGEST_TITLE} characters, this one {len(title)}. Shorten it.")
    return title
