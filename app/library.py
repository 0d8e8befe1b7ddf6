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
from sqlite3 import Connection

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


@dataclass(frozen=True, slots=True)
class Collected:
    """A collection: its number, its name and the ids of its sources, those that are not there (any more) too."""

    id: int
    name: str
    sources: frozenset[str]


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

    def forget(self, ids: Iterable[str], paths: Iterable[Path], leave_out: Collection[Path]) -> None:
        """Drop the titles of files whose sources are removed, take those out of all collections, and leave some files
        out from now on."""
        since = self._clock().isoformat()
        with self._database.writing() as connection:
            connection.executemany("DELETE FROM source_titles WHERE path = ?", [(os.fsencode(path),) for path in paths])
            connection.executemany("DELETE FROM collection_sources WHERE source = ?", [(one,) for one in ids])
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

    # -- collections -------------------------------------------------------------------------------------------------

    def collections(self) -> tuple[Collected, ...]:
        """All collections, by name."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT id, name FROM collections ORDER BY name_folded").fetchall()
            members = connection.execute("SELECT collection, source FROM collection_sources").fetchall()
        return tuple(
            Collected(number, name, frozenset(source for one, source in members if one == number))
            for number, name in rows
        )

    def make_collection(self, name: str, sources: Iterable[str]) -> int:
        """Make a collection; its number, which is never given twice.

        Raises:
            LibraryError: the name is none, or another one has it.
        """
        name = clean_title(name)
        with self._database.writing() as connection:
            self._free(connection, name)
            values = (name, name.casefold())
            number = connection.execute("INSERT INTO collections (name, name_folded) VALUES (?, ?)", values).lastrowid
            assert number is not None
            _fill(connection, number, sources)
        return number

    def change_collection(self, number: int, name: str, sources: Iterable[str]) -> None:
        """Give a collection a name and its sources.

        Raises:
            LibraryError: it is not there, or the name is none or another one's.
        """
        name = clean_title(name)
        with self._database.writing() as connection:
            self._free(connection, name, number)
            values = (name, name.casefold(), number)
            changed = connection.execute("UPDATE collections SET name = ?, name_folded = ? WHERE id = ?", values)
            if not changed.rowcount:
                raise LibraryError(f"The collection {name!r} is no longer there. Make it again.")
            connection.execute("DELETE FROM collection_sources WHERE collection = ?", (number,))
            _fill(connection, number, sources)

    def delete_collection(self, number: int) -> None:
        """Delete a collection; its sources stay."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM collections WHERE id = ?", (number,))

    def _free(self, connection: Connection, name: str, number: int = 0) -> None:
        """Says so if another collection has the name."""
        query = "SELECT name FROM collections WHERE name_folded = ? AND id != ?"
        if connection.execute(query, (name.casefold(), number)).fetchone():
            raise LibraryError(f"There is a collection {name!r} already. Type another name.")


def _fill(connection: Connection, number: int, sources: Iterable[str]) -> None:
    rows = [(number, source) for source in dict.fromkeys(sources)]
    connection.executemany("INSERT INTO collection_sources VALUES (?, ?)", rows)


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
