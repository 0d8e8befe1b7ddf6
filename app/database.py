"""The one SQLite file of a home: opened, brought up to date, shared by threads and processes.

What a fault of the file means for the user is said here, once. A file that is damaged, of a newer version or of
another program is never written to. What the tables hold is for those who use them: history.py.

A new table is a new entry at the end of _MIGRATIONS; entries that were once released are never changed.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from ingest.errors import TutorError

#: Gives the time now, with its zone.
Clock = Callable[[], datetime]

_OURS = 0x4B4F5259  # "KORY": what `PRAGMA application_id` says of a file of ours
_WAIT = 10.0  # seconds for another process to finish its write

#: What brings a file from each version to the next. `words` and `title_words` stand before what is long, so that a
#: search does not read through it.
_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE conversations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: feedback outlives its conversation
            title TEXT NOT NULL,
            title_words TEXT NOT NULL,
            created TEXT NOT NULL,
            updated TEXT NOT NULL
        )""",
        """CREATE TABLE turns (
            conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            asked TEXT NOT NULL,
            question TEXT NOT NULL,
            error TEXT NOT NULL,
            words TEXT NOT NULL,
            quoted TEXT,
            written TEXT,
            PRIMARY KEY (conversation, position)
        )""",
        """CREATE TABLE feedback (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation INTEGER NOT NULL,
            position INTEGER NOT NULL,
            mark TEXT NOT NULL CHECK (mark IN ('up', 'down')),
            reason TEXT NOT NULL,
            given TEXT NOT NULL,
            model TEXT NOT NULL,
            question TEXT NOT NULL,
            history TEXT NOT NULL,
            answer TEXT NOT NULL,
            UNIQUE (conversation, position, answer)
        )""",
    ),
    (
        """CREATE TABLE reviews (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            reviewer TEXT NOT NULL,
            pair TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('written', 'quoted')),
            drawn TEXT NOT NULL,  -- the set that it was judged in
            content TEXT NOT NULL,
            judged TEXT CHECK (judged IN ('supported', 'partly', 'not')),  -- NULL: taken back
            automatic TEXT NOT NULL CHECK (automatic IN ('supported', 'partly', 'not')),
            reason TEXT NOT NULL,
            blind INTEGER NOT NULL,  -- 0: judged again, after the automatic verdict had been shown
            given TEXT NOT NULL,
            UNIQUE (reviewer, pair)
        )""",
    ),
    (
        """CREATE TABLE study_cards (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            content TEXT NOT NULL,  -- the card as it was shown, for when its source has changed
            memory TEXT,  -- its schedule; NULL: not reviewed yet
            suspended INTEGER NOT NULL DEFAULT 0,
            added TEXT NOT NULL
        )""",
        """CREATE TABLE study_reviews (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            card TEXT,  -- NULL: the card was deleted; that there was a review still counts for its day
            rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 4),
            given TEXT NOT NULL,
            elapsed INTEGER,  -- days of the calendar since the review before; NULL: it was the first
            before TEXT  -- the schedule before it; NULL: the card was new
        )""",
        "CREATE INDEX study_reviews_given ON study_reviews (given)",
        "CREATE TABLE study_settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    ),
    (
        """CREATE TABLE quizzes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: an address names it
            begun TEXT NOT NULL,
            topic TEXT NOT NULL,  -- in words
            wish TEXT NOT NULL,
            seed INTEGER NOT NULL
        )""",
        """CREATE TABLE quiz_items (
            quiz INTEGER NOT NULL REFERENCES quizzes (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            content TEXT NOT NULL,  -- the item as it is shown, for when its source has changed
            given TEXT,  -- NULL: not answered yet
            outcome TEXT CHECK (outcome IN ('right', 'partly', 'wrong', 'skipped')),
            note TEXT NOT NULL DEFAULT '',
            overruled TEXT CHECK (overruled IN ('right', 'partly', 'wrong', 'skipped')),  -- by the student
            passed INTEGER NOT NULL DEFAULT 0,  -- whether its explanation was left for the next
            PRIMARY KEY (quiz, position)
        )""",
        # a card that is to be studied before all others, until it is reviewed
        "CREATE TABLE study_wanted (card TEXT PRIMARY KEY, since TEXT NOT NULL)",
    ),
    (
        "CREATE TABLE source_titles (path BLOB PRIMARY KEY, title TEXT NOT NULL)",  # given by the user
        "CREATE TABLE sources_left_out (path BLOB PRIMARY KEY, since TEXT NOT NULL)",  # until they are asked for
        """CREATE TABLE collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: an address names it
            name TEXT NOT NULL,
            name_folded TEXT NOT NULL UNIQUE
        )""",
        """CREATE TABLE collection_sources (
            collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
            source TEXT NOT NULL,
            PRIMARY KEY (collection, source)
        )""",
    ),
)


class HistoryError(TutorError):
    """The file of conversations cannot be read or written."""


class Database:
    """An SQLite file, made with its folder if it is not there. One connection, used by one thread at a time.

    A file that is taken away or replaced while it is open is opened, or made, anew.

    Raises:
        HistoryError: it cannot be opened or made, is damaged, of a newer version or of another program.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        with self.reading():
            pass

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the file throughout the block.

        Raises:
            HistoryError: with what is wrong with the file.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are on disk when the block ends, all or none.

        Raises:
            HistoryError: with what is wrong with the file; nothing of the block was kept.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            self._check(connection)  # another process may be newer than we are
            yield connection

    def close(self) -> None:
        """Let go of the file; it is opened again when it is used again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                connection = self._open()
                connection.execute(begin)
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):  # a full disk may have rolled back already
                        connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise HistoryError(_said(self.path, error)) from error
            except OSError as error:
                why = "Not a directory" if isinstance(error, FileExistsError) else error.strerror
                line = f"{self.path} cannot be made ({why}). Set TUTOR_HOME to a folder you can write."
                raise HistoryError(line) from error

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and _identity(self.path) == self._identity:
            return self._connection
        self.close()
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)  # what a user asks is nobody else's business
        connection = sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._connection, self._identity = connection, _identity(self.path)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        version = self._check(connection)
        _write_ahead(connection)
        if version == len(_MIGRATIONS):
            return
        connection.execute("BEGIN IMMEDIATE")
        for statements in _MIGRATIONS[self._check(connection) :]:  # another process may have been quicker
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_OURS}")
        connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
        connection.execute("COMMIT")

    def _check(self, connection: sqlite3.Connection) -> int:
        """The version of the file, 0 if it is new."""
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (program,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if program != _OURS and (program or version or tables):
            raise HistoryError(
                f"{self.path} is a database of another program. Move it away, or set TUTOR_HOME to another folder."
            )
        if version > len(_MIGRATIONS):
            raise HistoryError(
                f"{self.path} was written by a newer tutor (version {version}; this one knows {len(_MIGRATIONS)}). "
                "Update the tutor, or set TUTOR_HOME to another folder."
            )
        return int(version)


class Tables:
    """Some tables of the one file, which a subclass reads and writes.

    Args:
        database: the file.
        clock: the time now, for what is not told it.
    """

    def __init__(self, database: Database, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock

    @classmethod
    def open(cls, path: Path, clock: Clock = lambda: datetime.now(UTC)) -> Self:
        """What a file holds, which is made if it is not there.

        Raises:
            HistoryError: it cannot be made, is damaged, or is of a newer version.
        """
        return cls(Database(path), clock)

    def close(self) -> None:
        """Let go of the file; it is opened again when it is used again."""
        self._database.close()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers read while somebody writes. SQLite does not wait here for another process by itself."""
    until = time.monotonic() + _WAIT
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return  # or the file system cannot do it; then a reader waits
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)


_DAMAGED = (
    "is damaged ({error}) and has been left as it is. Move it away and the tutor begins a new one; "
    "`sqlite3 FILE .recover` may save what is in it."
)
_NOT_WRITABLE = "cannot be written: it or its folder is read-only. Allow it, or set TUTOR_HOME to another folder."
_NOT_OPENED = "cannot be opened ({error}). Check that it is a file in a folder you can write, or set TUTOR_HOME."
_FAULTS: dict[int, str] = {
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_READONLY: _NOT_WRITABLE,
    sqlite3.SQLITE_PERM: _NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: _NOT_OPENED,
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full. Free some space and try again.",
    sqlite3.SQLITE_IOERR: "cannot be read or written ({error}). Look after its disk and try again.",
    sqlite3.SQLITE_BUSY: f"is being written by another program since {_WAIT:.0f} s. Close that and try again.",
}


def _said(path: Path, error: sqlite3.Error) -> str:
    fault = _FAULTS.get(_code(error), "cannot be used ({error}). Try again; if it stays so, move the file away.")
    return f"{path} {fault.format(error=error)}"


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for an error of Python's module."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
