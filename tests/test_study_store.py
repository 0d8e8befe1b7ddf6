"""What is kept of studying: brought in from an older file, read back, undone, shared by processes, or damaged."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import ROOT

from app.answer import Citation
from app.database import _MIGRATIONS, HistoryError
from app.history import History
from app.study.card import OWN as OWN_KINDS
from app.study.card import Asked, Card, CardKind, card_id
from app.study.schedule import Rating, rate
from app.study.store import Elsewhere, Kept, Review, StudyError, StudyFile, card_of, card_row
from ingest.documents import Span

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 2, 12, tzinfo=BERLIN)
MINUTE = timedelta(minutes=1)
MIDNIGHT = NOON.replace(hour=0)


def a_card(word: str, kind: CardKind = CardKind.CLOZE) -> Card:
    prompt = "It was in _____ “so”."
    cited = Citation(1, "s", "A <b>title</b>", "One", Span(3, 8), "Kim Ch'il-sŏng", "S 1937")
    return Card(card_id(kind, "s", prompt, word), kind, Asked.DATE, prompt, word, cited)


A, B = a_card("1937"), a_card("1938")
OWN = a_card("the sentence", CardKind.SAVED)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[StudyFile]:
    opened = StudyFile.open(tmp_path / "tutor.sqlite3")
    yield opened
    opened.close()


def test_a_file_of_the_version_before_is_brought_up_to_date_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "tutor.sqlite3"
    History.open(path).create("Who?")
    with sqlite3.connect(path) as connection:  # as version 2 had it
        later = re.findall(
            r"CREATE TABLE (\w+)", "\n".join(sql for statements in _MIGRATIONS[2:] for sql in statements)
        )
        for table in reversed(later):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    file = StudyFile.open(path)
    assert (file.cards(), file.reviews(), file.new_a_day()) == ({}, (), 10)
    file.save(OWN, NOON)
    assert [one.title for one in History.open(path).conversations()] == ["Who?"]
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(_MIGRATIONS),)
    connection.close()


def test_a_card_is_read_back_as_it_was() -> None:
    assert card_of(card_row(A)) == A


def test_reviews_and_schedules_are_kept(file: StudyFile) -> None:
    first = file.rate(A, Rating.EASY, NOON, None)
    assert first == rate(None, Rating.EASY, NOON)
    later = NOON + timedelta(days=8, hours=-11)  # one in the morning: not yet 8 times 24 hours
    second = file.rate(A, Rating.AGAIN, later, first)
    assert file.cards() == {A.id: Kept(A, second, False, NOON.astimezone(UTC))}
    assert file.reviews() == (
        Review(A.id, Rating.EASY, NOON.astimezone(UTC), None, None),
        Review(A.id, Rating.AGAIN, later.astimezone(UTC), 8, first),
    )
    assert file.reviews(since=later) == file.reviews()[1:]
    assert file.days(BERLIN) == {date(2026, 3, 2), date(2026, 3, 10)}
    assert file.new_since(MIDNIGHT) == 1
    assert file.new_since(NOON + MINUTE) == 0


def test_a_day_is_one_of_the_users_zone(file: StudyFile) -> None:
    at = datetime(2026, 3, 2, 23, 30, tzinfo=BERLIN)
    file.rate(A, Rating.GOOD, at, None)
    file.rate(B, Rating.GOOD, at + timedelta(hours=1), None)
    assert file.days(BERLIN) == {date(2026, 3, 2), date(2026, 3, 3)}
    assert file.days(UTC) == {date(2026, 3, 2)}
    assert file.new_since(datetime(2026, 3, 3, tzinfo=BERLIN)) == 1


def test_undo_takes_reviews_back_one_by_one_until_the_day_began(file: StudyFile) -> None:
    yesterday = file.rate(B, Rating.GOOD, NOON - timedelta(days=1), None)
    first = file.rate(A, Rating.GOOD, NOON, None)
    file.rate(A, Rating.AGAIN, NOON + MINUTE, first)
    assert file.undo(MIDNIGHT) == A.id
    assert file.cards()[A.id].memory == first
    assert file.undo(MIDNIGHT) == A.id
    assert list(file.cards()) == [B.id]  # A is new again
    assert file.undo(MIDNIGHT) is None
    assert file.cards()[B.id].memory == yesterday
    assert file.new_since(MIDNIGHT) == 0


@pytest.mark.parametrize("kind", sorted(OWN_KINDS))
def test_undoing_the_first_review_of_ones_own_card_keeps_the_card(file: StudyFile, kind: CardKind) -> None:
    own = a_card("the sentence", kind)
    file.save(own, NOON)
    file.rate(own, Rating.GOOD, NOON, None)
    assert file.undo(MIDNIGHT) == own.id
    assert file.cards() == {own.id: Kept(own, None, False, NOON.astimezone(UTC))}


def test_a_review_of_what_was_reviewed_elsewhere_is_refused(file: StudyFile, tmp_path: Path) -> None:
    other = StudyFile.open(tmp_path / "tutor.sqlite3")
    memory = other.rate(A, Rating.GOOD, NOON, None)
    with pytest.raises(Elsewhere, match="reviewed or deleted in another page"):
        file.rate(A, Rating.AGAIN, NOON + MINUTE, None)
    assert len(file.reviews()) == 1
    file.rate(A, Rating.GOOD, NOON + MINUTE, memory)
    assert len(other.reviews()) == 2
    other.close()


def test_saving_twice_changes_nothing_and_a_deleted_card_is_gone(file: StudyFile) -> None:
    file.save(OWN, NOON)
    memory = file.rate(OWN, Rating.GOOD, NOON, None)
    file.save(OWN, NOON + MINUTE)
    assert file.cards() == {OWN.id: Kept(OWN, memory, False, NOON.astimezone(UTC))}
    file.delete(OWN.id)
    assert file.cards() == {}
    assert file.undo(MIDNIGHT) is None  # there is nothing that it could go back to
    assert file.days(BERLIN) == {date(2026, 3, 2)}  # the day counts all the same
    with pytest.raises(Elsewhere):
        file.rate(OWN, Rating.GOOD, NOON, memory)
    file.save(OWN, NOON + MINUTE)
    assert file.cards() == {OWN.id: Kept(OWN, None, False, (NOON + MINUTE).astimezone(UTC))}
    with pytest.raises(Elsewhere):
        file.rate(OWN, Rating.GOOD, NOON, memory)


def test_a_card_is_set_aside_and_taken_in_again(file: StudyFile) -> None:
    file.suspend(A, True, NOON)
    assert file.cards()[A.id].suspended
    file.suspend(A, False, NOON)
    assert file.cards() == {}  # it is a new card of the sources
    memory = file.rate(A, Rating.GOOD, NOON, None)
    file.suspend(A, True, NOON)
    assert file.cards() == {A.id: Kept(A, memory, True, NOON.astimezone(UTC))}


def test_what_is_shown_is_what_is_kept(file: StudyFile) -> None:
    file.rate(A, Rating.GOOD, NOON, None)
    moved = replace(A, citation=replace(A.citation, span=Span(30, 35)))
    file.rate(moved, Rating.GOOD, NOON + MINUTE, file.cards()[A.id].memory)
    assert file.cards()[A.id].card == moved


def test_wanted_cards_are_so_until_they_are_reviewed(file: StudyFile) -> None:
    early = file.rate(B, Rating.EASY, NOON, None)
    file.want([B.id, OWN.id, A.id], NOON + MINUTE)
    assert file.wanted() == (B.id, OWN.id, A.id)
    file.rate(B, Rating.GOOD, NOON + 2 * MINUTE, early)
    assert file.wanted() == (OWN.id, A.id)
    assert file.undo(MIDNIGHT) == B.id
    assert file.wanted() == (B.id, OWN.id, A.id)  # as if the review had not been
    file.save(OWN, NOON)
    file.delete(OWN.id)
    assert file.wanted() == (B.id, A.id)
    file.want([B.id], NOON + 3 * MINUTE)
    assert file.wanted() == (A.id, B.id)
    assert file.cards()[B.id].memory == early  # being asked for is no review


def test_new_cards_a_day(file: StudyFile, tmp_path: Path) -> None:
    file.set_new_a_day(0)
    assert StudyFile.open(tmp_path / "tutor.sqlite3").new_a_day() == 0
    file.set_new_a_day(25)
    assert file.new_a_day() == 25
    for wrong in (-1, 501):
        with pytest.raises(StudyError, match=f"{wrong} new cards a day cannot be. Take a number from 0 to 500."):
            file.set_new_a_day(wrong)
    assert file.new_a_day() == 25


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("memory", '{"phase": "learning"}', "The schedule of card"),
        ("content", "{}", "The card"),
        ("memory", "no", "The sc"),
    ],
)
def test_a_damaged_row_says_so(file: StudyFile, tmp_path: Path, column: str, value: str, said: str) -> None:
    file.rate(A, Rating.GOOD, NOON, None)
    with sqlite3.connect(tmp_path / "tutor.sqlite3") as connection:
        connection.execute(f"UPDATE study_cards SET {column} = ?", [value])
    connection.close()
    with pytest.raises(HistoryError, match=said):
        file.cards()


_PROCESS = """
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
sys.path.insert(0, "tests")
from test_study_store import StudyFile, Rating, Elsewhere, a_card
file = StudyFile.open(Path(sys.argv[1]))
at, refused = datetime(2026, 3, 2, 11, tzinfo=timezone.utc), 0
for n in range(40):
    card = a_card(str(n))
    kept = file.cards().get(card.id)
    try:
        file.rate(card, Rating.GOOD, at + timedelta(seconds=n), kept.memory if kept else None)
    except Elsewhere:
        refused += 1
print(refused)
"""


def test_two_processes_review_the_same_cards(tmp_path: Path) -> None:
    path = tmp_path / "tutor.sqlite3"
    command = [sys.executable, "-c", _PROCESS, str(path)]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    refused = [int(process.communicate(timeout=120)[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    file = StudyFile.open(path)
    kept, reviews = file.cards(), file.reviews()
    assert len(kept) == 40
    assert len(reviews) + sum(refused) == 80
    counted = {name: one.memory.reviews for name, one in kept.items() if one.memory is not None}
    assert counted == {name: sum(review.card == name for review in reviews) for name in kept}  # none was lost
    file.close()
