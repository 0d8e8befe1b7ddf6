"""What people said of pairs, kept in the file of the conversations. What a pair is, is in pairs.py.

A reviewer goes by a name; written in other capitals it is the same one. He has one judgement of a pair: another one
takes its place. Because he has seen the tutor's verdict by then, it is kept as not blind.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from app.database import HistoryError, Tables
from app.review.automatic import Automatic
from app.review.pairs import Pair, Verdict
from ingest.errors import TutorError

LONGEST_NAME = 40  # characters


class ReviewerError(TutorError):
    """A name that nobody can have."""


@dataclass(frozen=True, slots=True)
class Review:
    """One judgement. `drawn` is the set that the pair was drawn from; `blind` is whether it was given before the
    tutor's verdict was shown; `given` is in UTC."""

    reviewer: str
    pair: Pair
    drawn: str
    judged: Verdict
    automatic: Automatic
    blind: bool
    given: datetime

    @property
    def disagrees(self) -> bool:
        """Whether it is another verdict than the tutor's."""
        return self.judged is not self.automatic.verdict


class Reviews(Tables):
    """The judgements in one file. Every method raises HistoryError if the file cannot be read or written."""

    def put(self, reviewer: str, pair: Pair, drawn: str, judged: Verdict, automatic: Automatic) -> Review:
        """Keep a judgement, in the place of the one that the reviewer gave of this pair before.

        Raises:
            ReviewerError: the name is blank or too long.
        """
        name, now = clean_name(reviewer), self._clock().astimezone(UTC)
        content = json.dumps(pair.as_json())
        reason = automatic.reason.encode("utf-8", "replace").decode("utf-8")  # SQLite holds no half characters
        with self._database.writing() as connection:
            name = _known(connection, name)
            (blind,) = connection.execute(
                "INSERT INTO reviews (reviewer, pair, kind, drawn, content, judged, automatic, reason, blind, given)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT (reviewer, pair) DO UPDATE SET"
                " drawn = excluded.drawn, content = excluded.content, judged = excluded.judged,"
                " automatic = excluded.automatic, reason = excluded.reason, blind = 0, given = excluded.given"
                " RETURNING blind",
                [
                    *(name, pair.id, pair.kind, drawn, content, judged, automatic.verdict, reason),
                    now.isoformat(timespec="microseconds"),
                ],
            ).fetchone()
        return Review(name, pair, drawn, judged, automatic, bool(blind), now)

    def take_back(self, reviewer: str, among: Collection[str]) -> str | None:
        """Take back what a reviewer judged last among some pairs; the pair's id, None if there was nothing.

        That he has seen the tutor's verdict on it stays known.
        """
        with self._database.writing() as connection:
            name = _known(connection, clean_name(reviewer))
            rows = connection.execute(
                "SELECT pair FROM reviews WHERE reviewer = ? AND judged IS NOT NULL ORDER BY given DESC, id DESC",
                [name],
            ).fetchall()
            last = next((str(pair) for (pair,) in rows if pair in among), None)
            connection.execute("UPDATE reviews SET judged = NULL WHERE reviewer = ? AND pair = ?", [name, last])
        return last

    def all(self) -> tuple[Review, ...]:
        """All judgements, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT reviewer, content, drawn, judged, automatic, reason, blind, given FROM reviews"
                " WHERE judged IS NOT NULL ORDER BY given, id"
            ).fetchall()
        return tuple(map(_review, rows))


def clean_name(name: str) -> str:
    """A reviewer's name on one line.

    Raises:
        ReviewerError: nothing of it can be seen, or it is too long.
    """
    shown = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not shown:
        raise ReviewerError("The reviewer has no name. Type one; judgements are kept under it.")
    if len(shown) > LONGEST_NAME:
        raise ReviewerError(f"The name has {len(shown)} characters. Take one of at most {LONGEST_NAME}.")
    return shown


def _known(connection: Connection, name: str) -> str:
    """The name as its bearer wrote it first."""
    names = [str(known) for (known,) in connection.execute("SELECT reviewer FROM reviews GROUP BY reviewer")]
    return next((known for known in names if known.casefold() == name.casefold()), name)


def _review(row: tuple[Any, ...]) -> Review:
    reviewer, content, drawn, judged, verdict, reason, blind, given = row
    try:
        pair = Pair.from_json(json.loads(content))
    except (ValueError, LookupError, TypeError) as error:
        raise HistoryError(
            f"A review by {reviewer} is damaged ({error}). Update the tutor; it may be newer."
        ) from error
    return Review(
        *(reviewer, pair, drawn, Verdict(judged), Automatic(Verdict(verdict), reason), bool(blind)),
        datetime.fromisoformat(given),
    )
