"""`tutor backup` and `tutor restore`: all that is kept comes back, and nothing is lost on the way."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import tree

from app.backup import BackupError, backup, restore
from app.cli import main
from app.database import Database
from app.settings import Settings
from ingest.pipeline import ingest
from vectorstore.embedding import WordEmbedder
from vectorstore.folder import IndexBusy, locked
from vectorstore.store import Store

WORDS = WordEmbedder(["rice", "cotton", "train"])
RICE = WORDS.embed(["rice"])[0]
Capture = pytest.CaptureFixture[str]


def settings_of(home: Path) -> Settings:
    return Settings(home, home / "index")


def conversation(home: Path, title: str) -> None:
    with Database(home / "tutor.sqlite3").writing() as connection:
        row = ("INSERT INTO conversations (title, title_words, created, updated) VALUES (?, '', '', '')", [title])
        connection.execute(*row)


def titles(home: Path) -> list[str]:
    with Database(home / "tutor.sqlite3").reading() as connection:
        return [title for (title,) in connection.execute("SELECT title FROM conversations ORDER BY id")]


def furnish(home: Path) -> Settings:
    """A home with a conversation, a setting, an upload and an index of it."""
    settings = settings_of(home)
    (home / "documents").mkdir(parents=True)
    (home / "documents" / "a.txt").write_text("Rice grew.")
    (home / "settings.toml").write_text('llm = "none"\n')
    (home / "models").mkdir()
    (home / "models" / "big.gguf").write_text("not kept")
    store = Store(settings.index, WORDS)
    with store.writing():
        ingest([home / "documents"], store)
    store.close()
    conversation(home, "First")
    return settings


def test_a_home_comes_back_elsewhere(tmp_path: Path) -> None:
    old, new, file = furnish(tmp_path / "old"), settings_of(tmp_path / "new"), tmp_path / "b.zip"
    count = backup(old, file)
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    assert count == len(names) - 1
    assert [name for name in names if not name.startswith("index/")] == [
        "backup.json",
        "tutor.sqlite3",
        "settings.toml",
        "documents/a.txt",
    ]
    assert "index/write.lock" not in names
    shutil.rmtree(tmp_path / "old")
    done = restore(new, file)
    assert (done.files, done.aside, done.vectors) == (count, None, True)
    assert sorted(path.name for path in new.home.iterdir()) == ["documents", "index", "settings.toml", "tutor.sqlite3"]
    assert titles(new.home) == ["First"]
    store = Store(new.index, WORDS)
    assert store.nearest_passages(RICE, 9) == pytest.approx({"a:0-10": 1.0}, abs=1e-5)
    assert store.origins() == {"a": str(new.home / "documents" / "a.txt")}
    with store.writing():
        assert ingest([new.home / "documents"], store).unchanged == ("a",)


def test_what_was_there_is_moved_aside_and_a_running_tutor_notices(tmp_path: Path) -> None:
    settings, file = furnish(tmp_path / "home"), tmp_path / "b.zip"
    backup(settings, file)
    running = Store(settings.index, WORDS)
    (settings.home / "documents" / "b.txt").write_text("Rice, rice.")
    with running.writing():
        ingest([settings.home / "documents"], running)
    conversation(settings.home, "Second")
    done = restore(settings, file)
    assert done.aside is not None
    assert done.aside.parent == settings.home
    assert (titles(settings.home), titles(done.aside)) == (["First"], ["First", "Second"])
    assert sorted(path.name for path in (done.aside / "documents").iterdir()) == ["a.txt", "b.txt"]
    assert running.generation() != running.seen
    running.reload()
    assert list(running.nearest_passages(RICE, 9)) == ["a:0-10"]
    assert (settings.home / "models" / "big.gguf").exists()


def test_a_backup_is_of_one_moment_while_others_write(tmp_path: Path) -> None:
    settings, file = furnish(tmp_path / "home"), tmp_path / "b.zip"
    with Database(settings.home / "tutor.sqlite3").writing() as connection:
        connection.execute("UPDATE conversations SET title = 'half'")
        with locked(settings.index), pytest.raises(IndexBusy):
            backup(settings, file)
        backup(settings, file)
    assert not list(tmp_path.glob("*.tmp"))
    restore(settings_of(tmp_path / "new"), file)
    assert titles(tmp_path / "new") == ["First"]
    assert titles(settings.home) == ["half"]


def rewritten(change: Callable[[dict[str, bytes]], None]) -> Callable[[Path], None]:
    """Writes a backup anew with its files changed."""

    def act(file: Path) -> None:
        with zipfile.ZipFile(file) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        change(files)
        with zipfile.ZipFile(file, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)

    return act


def about(**changes: object) -> Callable[[Path], None]:
    return rewritten(
        lambda files: files.update({"backup.json": json.dumps(json.loads(files["backup.json"]) | changes).encode()})
    )


def put(name: str, data: bytes) -> Callable[[Path], None]:
    return rewritten(lambda files: files.update({name: data}))


def newer_database(files: dict[str, bytes]) -> None:
    data = files["tutor.sqlite3"]
    files["tutor.sqlite3"] = data[:60] + (99).to_bytes(4, "big") + data[64:]  # where SQLite keeps user_version


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:200])


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (Path.unlink, "is not there. Name a file that `tutor backup` made."),
        (cut, "is no backup of the tutor, or a damaged one (File is not a zip file)."),
        (flip, "is no backup of the tutor, or a damaged one ("),
        (rewritten(lambda files: files.__delitem__("backup.json")), "is no backup of the tutor, or a damaged one ("),
        (put("backup.json", b"[]"), "is no backup of the tutor, or a damaged one ("),
        (about(format=2, tutor="9.9"), "was made by a newer tutor (9.9). Update the tutor first."),
        (about(home=3), "is no backup of the tutor, or a damaged one ("),
        (put("../evil.txt", b"x"), "is no backup of the tutor: it holds '../evil.txt'."),
        (put("documents/../../evil.txt", b"x"), "is no backup of the tutor: it holds 'documents/../../evil.txt'."),
        (put("/etc/evil", b"x"), "is no backup of the tutor: it holds '/etc/evil'."),
        (put("models/m.gguf", b"x"), "is no backup of the tutor: it holds 'models/m.gguf'."),
        (put("tutor.sqlite3", b"garbage" * 99), "cannot be restored: "),
        (rewritten(newer_database), "was written by a newer tutor (version 99"),
        (put("index/index.json", b"{"), "cannot be restored: The index"),
        (put("index/content-x/documents/a.json", b"{"), "cannot be restored: "),
    ],
)
def test_what_is_no_backup_changes_nothing(tmp_path: Path, harm: Callable[[Path], None], message: str) -> None:
    settings, file = furnish(tmp_path / "home"), tmp_path / "b.zip"
    backup(settings, file)
    before = tree(settings.home)
    harm(file)
    with pytest.raises(BackupError) as caught:
        restore(settings, file)
    assert str(caught.value).startswith(str(file))
    assert message in str(caught.value)
    assert ".restoring" not in str(caught.value)
    assert tree(settings.home) == before
    assert not (tmp_path / "evil.txt").exists()


def test_a_restore_that_fails_midway_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, file = furnish(tmp_path / "home"), tmp_path / "b.zip"
    backup(settings, file)
    before, move, calls = tree(settings.home), shutil.move, []

    def full(source: Path, target: Path) -> None:
        calls.append(source)
        if len(calls) == 5:
            raise OSError(28, "No space left on device")
        move(source, target)

    monkeypatch.setattr(shutil, "move", full)
    with pytest.raises(BackupError) as caught:
        restore(settings, file)
    assert str(caught.value) == f"{file} cannot be restored (No space left on device). The home is as it was."
    assert tree(settings.home) == before


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    file = tmp_path / "b.zip"
    assert main(["backup", str(file)]) == 2
    assert capsys.readouterr().err == f"tutor: There is nothing in {tmp_path / 'home'} to back up.\n"
    furnish(tmp_path / "home")
    assert main(["backup", str(file)]) == 0
    assert capsys.readouterr().out.startswith(f"Written: {file} (")
    assert main(["backup", str(file)]) == 2
    line = f"tutor: {file} is there already. Name another file, or delete it first.\n"
    assert capsys.readouterr().err == line
    assert main(["restore", str(file)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("Restored: ")
    assert second.startswith(f"What was there before is in {tmp_path / 'home' / 'before-restore-'}")
    assert main(["backup", str(tmp_path / "nowhere" / "b.zip")]) == 2
    assert "cannot be written (No such file or directory)" in capsys.readouterr().err
