"""Conversations in their file: kept, found, renamed, deleted, shared; and files that are none."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import ROOT, environment, tree

from app.answer import Answer, Refusal, Sentence
from app.cli import main
from app.conversation import Conversation, SavedTurn, Summary
from app.database import Database, HistoryError
from app.history import Gone, History
from app.saved import dump
from ingest.errors import QuestionError

Capture = pytest.CaptureFixture[str]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """A minute later each time that it is asked."""

    def __init__(self) -> None:
        self.now = NOON - timedelta(minutes=1)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def says(text: str, question: str = "Q?", model: str = "") -> Answer:
    return Answer(question, question, (Sentence(text, ()),), (), 0.5, model=model)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "tutor.sqlite3"


@pytest.fixture
def history(path: Path) -> History:
    return History.open(path, Clock())


# -- keeping ---------------------------------------------------------------------------------------------------------


def test_a_conversation_is_kept(history: History, path: Path) -> None:
    quoted, written = says("It rained."), says("Rain fell.", model="m")
    assert history.create("Did it rain?") == 1
    assert history.create("Did it snow?", quoted=says("It did not.")) == 2
    history.save_turn(1, 0, "Did it rain?", quoted=quoted)
    history.save_turn(1, 0, "Did it rain?", quoted=quoted, written=written)
    history.save_turn(1, 1, "Where?", error="No sources.")
    history.close()
    again = History.open(path)
    assert again.conversations() == (
        Summary(1, "Did it rain?", at(0), at(4), 2),
        Summary(2, "Did it snow?", at(1), at(1), 1),
    )
    turns = (
        SavedTurn(0, at(0), "Did it rain?", dump(quoted), dump(written)),
        SavedTurn(1, at(4), "Where?", error="No sources."),
    )
    assert again.conversation(1) == Conversation(1, "Did it rain?", at(0), at(4), turns)
    again.save_turn(1, 1, "Whither?")
    assert again.conversation(1).turns[1].question == "Whither?"
    assert again.conversation(1).turns[1].asked > at(4)  # another question, asked at another time
    assert again.conversations(limit=1) == again.conversations()[:1]


def test_nothing_is_kept_of_no_question(history: History) -> None:
    with pytest.raises(QuestionError):
        history.create(" \n\t")
    assert history.conversations() == ()
    history.create("Q?")
    with pytest.raises(QuestionError):
        history.save_turn(1, 1, "  ")
    assert history.conversations() == (Summary(1, "Q?", at(1), at(1), 1),)


LONG = "word " * 100


@pytest.mark.parametrize(
    ("question", "title", "found"),
    [
        ("Did it rain?", None, "Did it rain?"),
        (" Did\nit\x00rain? ", None, "Did it rain?"),
        (LONG, None, "word " * 10 + "word…"),
        ("x" * 200, None, "x" * 59 + "…"),
        ("Did it rain?", "Weather\u2028of May", "Weather of May"),
        ("Did it rain?", " \n", "Did it rain?"),
        (LONG, "", "word " * 10 + "word…"),
        ("Did it rain?", LONG, "word " * 22 + "word…"),
        ("Did it rain?", "\ud800\u200b", "Did it rain?"),
        ("Did it rain?", "<b>[x](y)</b>", "<b>[x](y)</b>"),
    ],
    ids=range(10),
)
def test_titles(history: History, question: str, title: str | None, found: str) -> None:
    number = history.create(question)
    if title is not None:
        assert history.rename(number, title) == found
    assert history.conversation(number).title == found
    assert history.conversations()[0].title == found


def test_what_is_deleted_is_gone(history: History, path: Path) -> None:
    history.create("Did it rain?", quoted=says("It rained."))
    history.create("Did it snow?")
    history.delete(1)
    assert [one.id for one in history.conversations()] == [2]
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT conversation FROM turns").fetchall() == [(2,)]
    line = "There is no conversation 1; it may have been deleted. List: tutor history"
    for act in (
        lambda: history.conversation(1),
        lambda: history.delete(1),
        lambda: history.rename(1, "x"),
        lambda: history.save_turn(1, 0, "Q?"),
    ):
        with pytest.raises(Gone) as caught:
            act()
        assert str(caught.value) == line
    history.delete(2)
    assert history.create("Q?") == 3  # a number is given once


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [3, 2, 1]),
        ("  ", [3, 2, 1]),
        ("kim", [2, 1]),
        ("chil-song", [1]),
        ("Ch'il-sŏng", [1]),
        ("CHIL", [1]),
        ("ongoing", [3]),  # of a title
        ("families kazakh", [2]),  # in different turns
        ("families song", []),
        ("36442", [2]),
        ("lies", []),  # the end of a word is none
        ("Кор", [3]),
        ("고려", [3]),
        ("sources", []),  # what a refusal says is ours
        ("?!", []),
        ("% _ ' \" *", []),
        ("kim " * 5000, [2, 1]),
    ],
    ids=lambda value: str(value)[:20],
)
def test_search(history: History, query: str, found: list[int]) -> None:
    refused = Answer("Q?", "Q?", (), (), 0.0, refusal=Refusal.NOT_FOUND, reason="The sources don't say.")
    history.create("Who was Kim?", quoted=says("Kim Ch’il-sŏng was a writer."))
    history.create(
        "How many families?", quoted=says("It was 36,442 families."), written=says("Kim says so.", model="m")
    )
    history.save_turn(2, 1, "Whereto?", quoted=says("To Kazakhstan."))
    history.create("Кто такие корё-сарам? 고려인", quoted=refused)
    history.rename(3, "Ongoing")
    history.save_turn(3, 0, "Кто такие корё-сарам? 고려인", quoted=refused)
    assert [one.id for one in history.conversations(query)] == found


def test_half_characters_and_nulls_are_kept_as_far_as_they_can_be(history: History) -> None:
    history.create("a\x00b \ud800?", quoted=says("\udfff", question="\ud800"), error="\ud800")
    (turn,) = history.conversation(1).turns
    assert (turn.question, turn.error) == ("a\x00b ??", "?")
    assert turn.quoted == dump(says("\udfff", question="\ud800"))


# -- sharing ---------------------------------------------------------------------------------------------------------


def test_several_threads(history: History) -> None:
    faults: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            number = history.create(f"Thread {thread}?")
            for position in range(1, 10):
                history.save_turn(number, position, "Q?", quoted=says("A."))
                assert len(history.conversations()) > 0
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=[n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted((one.title, one.turns) for one in history.conversations()) == [(f"Thread {n}?", 10) for n in range(8)]


def start(script: str, path: Path) -> subprocess.Popen[str]:
    """A process that runs a script with a History of its own over the file."""
    begin = f"from pathlib import Path\nfrom app.history import History\nhistory = History.open(Path({str(path)!r}))\n"
    return subprocess.Popen(
        [sys.executable, "-c", begin + script], cwd=ROOT, env=environment(), text=True, stdout=subprocess.PIPE
    )


def test_several_processes_make_the_file_and_write_it_at_once(path: Path) -> None:
    script = "for n in range(20): history.create('Q?')"
    processes = [start(script, path) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert len(History.open(path).conversations()) == 80


def test_a_killed_process_loses_nothing_that_was_saved(path: Path) -> None:
    script = (
        "history.create('Q?')\n"
        "with history._database.writing() as connection:\n"
        "    connection.execute(\"UPDATE turns SET question = 'half'\")\n"
        "    print('ready', flush=True)\n"
        "    input()\n"
    )
    process = start(script, path)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait(60)
    process.stdout.close()
    history = History.open(path)
    assert [turn.question for turn in history.conversation(1).turns] == ["Q?"]
    history.save_turn(1, 1, "And then?")


def test_a_file_that_is_taken_away_is_made_anew(history: History, path: Path) -> None:
    history.create("Q?")
    for file in path.parent.iterdir():
        file.unlink()
    assert history.conversations() == ()
    assert history.create("R?") == 1
    assert [one.title for one in History.open(path).conversations()] == ["R?"]


# -- files that are none ---------------------------------------------------------------------------------------------


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()


def newer(path: Path) -> None:
    History.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def garbled(path: Path) -> None:
    """The header is whole, the tables are not."""
    history = History.open(path)
    history.create("Q?")
    history.close()
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xa5" * (len(data) - 100))


DAMAGED = "is damaged ({}) and has been left as it is. Move it away and the tutor begins a new one; "


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda path: path.write_bytes(b"garbage" * 1000), DAMAGED.format("file is not a database")),
        (garbled, DAMAGED.format("database disk image is malformed")),
        (newer, "was written by a newer tutor (version 99; this one knows 5). Update the tutor, or set TUTOR_HOME to "),
        (foreign, "is a database of another program. Move it away, or set TUTOR_HOME to another folder."),
    ],
    ids=["garbage", "garbled", "newer", "foreign"],
)
def test_a_file_that_is_none_is_left_alone(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object], line: str
) -> None:
    path = tmp_path / "tutor.sqlite3"
    make(path)
    before = tree(tmp_path)
    with pytest.raises(HistoryError) as caught:
        History.open(path).conversations()
    assert str(caught.value).startswith(f"{path} {line}")
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    assert main(["history"]) == 2
    assert capsys.readouterr().err == f"tutor: {caught.value}\n"
    assert tree(tmp_path) == before


def test_places_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    for path, line in (
        (
            tmp_path / "file" / "t.sqlite3",
            "cannot be made (Not a directory). Set TUTOR_HOME to a folder you can write.",
        ),
        (tmp_path / "folder", "cannot be opened (unable to open database file). Check that it is a file in a folder "),
    ):
        with pytest.raises(HistoryError) as caught:
            History.open(path)
        assert str(caught.value).startswith(f"{path} {line}")


@pytest.mark.parametrize(
    ("pragma", "line"),
    [
        ("max_page_count = 1", "cannot be written: the disk is full. Free some space and try again."),
        ("query_only = 1", "cannot be written: it or its folder is read-only. Allow it, or set TUTOR_HOME to another "),
    ],
    ids=["full", "read-only"],
)
def test_a_disk_that_takes_no_more(path: Path, pragma: str, line: str) -> None:
    """SQLite's own limits stand in for those of a disk: a test that runs as root can write anywhere."""
    database = Database(path)
    history = History(database, Clock())
    history.create("Q?")
    with database.reading() as connection:
        connection.execute(f"PRAGMA {pragma}")
    with pytest.raises(HistoryError) as caught:
        history.save_turn(1, 1, "R?" * 100_000)
    assert str(caught.value).startswith(f"{path} {line}")
    assert history.conversations() == (Summary(1, "Q?", at(0), at(0), 1),)
    assert len(history.conversation(1).turns) == 1


def test_a_newer_tutor_that_comes_while_we_run(history: History, path: Path) -> None:
    history.create("Q?")
    newer(path)
    with pytest.raises(HistoryError, match="was written by a newer tutor"):
        history.create("R?")


def test_only_its_user_may_read_the_file(history: History, path: Path) -> None:
    history.create("Q?")
    assert {file.stat().st_mode & 0o077 for file in path.parent.iterdir()} == {0}


# -- tutor history ---------------------------------------------------------------------------------------------------


def test_the_command(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    assert main(["history"]) == 0
    assert main(["history", "delete", "1"]) == 2
    assert capsys.readouterr() == (
        "",
        "No conversations yet.\ntutor: There are no conversations yet. Ask something first: tutor serve\n",
    )
    assert tree(tmp_path) == {}
    history = History.open(tmp_path / "tutor.sqlite3", Clock())
    history.create("Did it rain?", quoted=says("It rained."))
    history.create("Did it snow?")
    history.save_turn(2, 1, "Where?")
    assert main(["history"]) == 0
    times = [f"{at(n).astimezone():%Y-%m-%d %H:%M}" for n in (2, 0)]
    lines = (f"   2  {times[0]}  2 questions   Did it snow?\n", f"   1  {times[1]}  1 question    Did it rain?\n")
    assert capsys.readouterr() == ("".join(lines), "")
    assert main(["history", "--search", "rained"]) == 0
    assert capsys.readouterr() == (lines[1], "")
    assert main(["history", "--search", "hail"]) == 0
    assert capsys.readouterr() == ("", "No conversation has these words.\n")
    assert main(["history", "delete", "1"]) == 0
    assert main(["history", "delete", "1"]) == 2
    assert capsys.readouterr().err == (
        "Conversation 1 is deleted.\ntutor: There is no conversation 1; it may have been deleted. List: tutor history\n"
    )
