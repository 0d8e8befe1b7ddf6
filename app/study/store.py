"""The cards that somebody has seen or saved, their schedules and reviews, in the file of the conversations.

When a card comes again is schedule.py's affair, which one is shown next queue.py's. Every change is on disk before its
method returns, and a review is refused if another page has reviewed that card meanwhile; so several pages and processes
can study at once, and leaving in mid-session loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from sqlite3 import Connection
from typing import Any

from app.database import HistoryError, Tables
from app.saved import citation_of_row, citation_row, text_of
from app.study.card import OWN, Asked, Card, CardKind
from app.study.schedule import Memory, Rating, rate
from ingest.errors import TutorError

#: New cards a day, unless the user sets another number; and the most that can be set.
NEW_A_DAY, MOST_NEW = 10, 500

_NEW_A_DAY = "new_a_day"


class StudyError(TutorError):
    """Something about studying that cannot be done."""


class Elsewhere(StudyError):
    """The card was reviewed or changed in another page since it was shown."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A card that was seen or saved, as it was then. `memory` is None if it was not reviewed yet; `suspended` cards are
    not shown; `added` is in UTC."""

    card: Card
    memory: Memory | None
    suspended: bool
    added: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """One review. `card` is None if that was deleted since; `given` is in UTC; `elapsed` is the days of the calendar
    since the card's review before, and `before` its schedule then, both None if it was new."""

    card: str | None
    rating: Rating
    given: datetime
    elapsed: int | None
    before: Memory | None


class StudyFile(Tables):
    """What is kept of studying. Every method raises HistoryError if the file cannot be read or written."""

    # -- reading -----------------------------------------------------------------------------------------------------

    def cards(self) -> dict[str, Kept]:
        """All cards that are kept, by id, in the order in which they were added."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, content, memory, suspended, added FROM study_cards ORDER BY added, rowid"
            ).fetchall()
        return {
            name: Kept(_card(name, content), _memory(name, memory), bool(suspended), datetime.fromisoformat(added))
            for name, content, memory, suspended, added in rows
        }

    def ids(self) -> frozenset[str]:
        """The ids of the cards that are kept."""
        with self._database.reading() as connection:
            return frozenset(name for (name,) in connection.execute("SELECT id FROM study_cards"))

    def reviews(self, since: datetime | None = None) -> tuple[Review, ...]:
        """The reviews from a time on, or all, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT card, rating, given, elapsed, before FROM study_reviews WHERE given >= ? ORDER BY id",
                [_text(since) if since is not None else ""],
            ).fetchall()
        return tuple(
            Review(card, Rating(rating), datetime.fromisoformat(given), elapsed, _memory(card, before))
            for card, rating, given, elapsed, before in rows
        )

    def days(self, zone: tzinfo | None) -> frozenset[date]:
        """The days with a review, by the calendar of a zone."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT given FROM study_reviews").fetchall()
        return frozenset(datetime.fromisoformat(given).astimezone(zone).date() for (given,) in rows)

    def new_since(self, since: datetime) -> int:
        """How many cards had their first review since a time: say, since midnight."""
        with self._database.reading() as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM study_reviews WHERE before IS NULL AND given >= ?", [_text(since)]
            ).fetchone()
        return int(count)

    def new_a_day(self) -> int:
        """How many new cards a day brings."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT value FROM study_settings WHERE name = ?", [_NEW_A_DAY]).fetchone()
        return int(row[0]) if row is not None else NEW_A_DAY

    def wanted(self) -> tuple[str, ...]:
        """The ids of the cards that are to come before all others: those of `want` that were not reviewed since."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT card FROM study_wanted WHERE NOT EXISTS (SELECT 1 FROM study_reviews"
                " WHERE study_reviews.card = study_wanted.card AND given >= since) ORDER BY since, rowid"
            ).fetchall()
        return tuple(card for (card,) in rows)

    # -- changing ----------------------------------------------------------------------------------------------------

    def set_new_a_day(self, count: int) -> None:
        """Set how many new cards a day brings.

        Raises:
            StudyError: it is none of 0 to MOST_NEW.
        """
        if not 0 <= count <= MOST_NEW:
            raise StudyError(f"{count} new cards a day cannot be. Take a number from 0 to {MOST_NEW}.")
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO study_settings (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [_NEW_A_DAY, str(count)],
            )

    def want(self, card_ids: Iterable[str], now: datetime) -> None:
        """Let some cards come before all others until they are reviewed; their schedules stay as they are."""
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT INTO study_wanted (card, since) VALUES (?, ?)"
                " ON CONFLICT (card) DO UPDATE SET since = excluded.since",
                [(card_id, _text(now)) for card_id in card_ids],
            )

    def rate(self, card: Card, rating: Rating, now: datetime, shown: Memory | None) -> Memory:
        """Keep a review of a card and its new schedule, which is returned.

        Args:
            now: the time in the user's zone.
            shown: its schedule when it was shown; None if it was new.

        Raises:
            Elsewhere: the schedule is another by now. Nothing is kept.
        """
        with self._database.writing() as connection:
            row = connection.execute("SELECT memory FROM study_cards WHERE id = ?", [card.id]).fetchone()
            before = _memory(card.id, row[0]) if row is not None else None
            if before != shown or (row is None and card.kind in OWN):
                raise Elsewhere("This card was reviewed or deleted in another page. Here is the next.")
            after = rate(before, rating, now)
            _put(connection, card, now)
            connection.execute("UPDATE study_cards SET memory = ? WHERE id = ?", [_dumped(after), card.id])
            elapsed = (now.date() - before.reviewed.astimezone(now.tzinfo).date()).days if before is not None else None
            connection.execute(
                "INSERT INTO study_reviews (card, rating, given, elapsed, before) VALUES (?, ?, ?, ?, ?)",
                [card.id, int(rating), _text(now), elapsed, _dumped(before) if before is not None else None],
            )
        return after

    def undo(self, since: datetime) -> str | None:
        """Take back the last review that was given since a time; the card's id, None if there was none."""
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT id, card, before FROM study_reviews WHERE card IS NOT NULL AND given >= ?"
                " ORDER BY id DESC LIMIT 1",
                [_text(since)],
            ).fetchone()
            if row is None:
                return None
            review, card, before = row
            connection.execute("DELETE FROM study_reviews WHERE id = ?", [review])
            connection.execute("UPDATE study_cards SET memory = ? WHERE id = ?", [before, card])
            _drop_unseen(connection, card)
        return str(card)

    def save(self, card: Card, now: datetime) -> None:
        """Keep a card that was not reviewed yet; one that is kept already stays as it is."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO study_cards (id, kind, content, added) VALUES (?, ?, ?, ?)", _row(card, now)
            )

    def suspend(self, card: Card, suspended: bool, now: datetime) -> None:
        """Set a card aside, so that it is not shown any more; or take it in again."""
        with self._database.writing() as connection:
            _put(connection, card, now)
            connection.execute("UPDATE study_cards SET suspended = ? WHERE id = ?", [suspended, card.id])
            _drop_unseen(connection, card.id)

    def delete(self, card_id: str) -> None:
        """Delete a card and its schedule. A card of the sources is new again then; one's own is gone.

        That there were reviews still counts for their days.
        """
        with self._database.writing() as connection:
            connection.execute("UPDATE study_reviews SET card = NULL WHERE card = ?", [card_id])
            connection.execute("DELETE FROM study_cards WHERE id = ?", [card_id])
            connection.execute("DELETE FROM study_wanted WHERE card = ?", [card_id])


def _put(connection: Connection, card: Card, now: datetime) -> None:
    """Keep a card as it is shown now."""
    connection.execute(
        "INSERT INTO study_cards (id, kind, content, added) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET content = excluded.content",
        _row(card, now),
    )


def _drop_unseen(connection: Connection, card_id: str) -> None:
    """Forget a card of the sources that was not reviewed: the sources still have it, or have it no more."""
    connection.execute(
        "DELETE FROM study_cards WHERE id = ? AND memory IS NULL AND suspended = 0 AND kind NOT IN (?, ?)",
        [card_id, *sorted(OWN)],
    )


def _row(card: Card, now: datetime) -> list[str]:
    return [card.id, card.kind, json.dumps(card_row(card)), _text(now)]


def _text(at: datetime) -> str:
    """A time so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _dumped(memory: Memory) -> str:
    return json.dumps(memory.as_json())


def _memory(card: str | None, text: str | None) -> Memory | None:
    try:
        return Memory.from_json(json.loads(text)) if text is not None else None
    except (ValueError, LookupError, TypeError) as error:
        raise HistoryError(
            f"The schedule of card {card} is damaged ({error}). Update the tutor; it may be newer."
        ) from error


def _card(name: str, text: str) -> Card:
    try:
        return card_of(json.loads(text))
    except (ValueError, LookupError, TypeError) as error:
        raise HistoryError(f"The card {name} is damaged ({error}). Update the tutor; it may be newer.") from error


def card_row(card: Card) -> dict[str, Any]:
    """A card as a JSON-ready mapping; `card_of` reads it back as it was."""
    own = {"id": card.id, "kind": card.kind, "asked": card.asked, "prompt": card.prompt, "answer": card.answer}
    return own | citation_row(card.citation)


def card_of(row: Mapping[str, Any]) -> Card:
    """The card that `card_row` wrote.

    Raises:
        ValueError, LookupError, TypeError: it is no such thing.
    """
    name, prompt, answer = (text_of(row[key]) for key in ("id", "prompt", "answer"))
    return Card(name, CardKind(row["kind"]), Asked(row["asked"]), prompt, answer, citation_of_row(row))
