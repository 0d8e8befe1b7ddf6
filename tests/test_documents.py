"""Documents that users add: names that do no harm, what came of each file, and what can be had back."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SOURCES, vector_ids
from hypothesis import given
from hypothesis import strategies as st

from app.build import update_index, wishes_of
from app.documents import (
    Outcome,
    Result,
    Upload,
    Work,
    add,
    bring_in,
    empty_bin,
    free_name,
    keep_both,
    patiently,
    put_back,
    remove,
    safe_name,
)
from app.library import LibraryError
from app.settings import Settings
from app.sources import listed, rename_source
from ingest.errors import SourceError
from ingest.loaders import LOADERS, MAX_BYTES
from vectorstore.embedding import Embedder
from vectorstore.folder import IndexBusy, locked

NOTE = b"# Notes\n\nThe zeppelin landed in Tashkent at noon.\n"
OTHER = b"# Notes\n\nThe balloon landed in Fergana at night.\n"
TABLE = b"Region,Farms\nTashkent,28\nKhorezm,17\n"


@pytest.fixture
def work(home: Path, embedder: Embedder) -> Work:
    return Work(Settings.read(os.environ), embedder)


def kept(work: Work) -> dict[str, bytes]:
    """The files in the folder of uploads by name, what is in the bin left out."""
    folder = work.settings.home / "documents"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def titles(work: Work) -> dict[str, str]:
    return {one.id: one.title for one in listed(work.settings) if not one.bundled}


# -- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("notes.md", "notes.md"),
        ("../../../etc/notes.md", "notes.md"),
        ("..\\..\\notes.md", "notes.md"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ann\\notes.md", "notes.md"),
        ("file:///etc/notes.md", "notes.md"),
        ("no\0tes\n\x1b[31m\u202e.md", "no tes [31m.md"),
        ('<b>:*?|".md', "_b______.md"),
        (".notes.md", "notes.md"),
        ("...md", "document.md"),
        (".md", "document.md"),
        ("  notes . .md ", "notes.md"),
        ("CON.txt", "_CON.txt"),
        ("nul.tar.txt", "_nul.tar.txt"),
        ("LPT¹.md", "_LPT¹.md"),
        ("console.txt", "console.txt"),
        ("NOTES.MD", "NOTES.md"),
        ("Chŏng.md", "Chŏng.md"),
        ("Cho\u0306ng.md", "Chŏng.md"),
        ("고려사람.md", "고려사람.md"),
        ("x" * 500 + ".md", "x" * 150 + ".md"),
        ("한" * 500 + ".md", "한" * 50 + ".md"),
    ],
)
def test_names_are_defused(sent: str, name: str) -> None:
    assert safe_name(sent) == name


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("notes.exe", "notes.exe is of no known format (.exe)"),
        ("notes", "notes is of no known format (no suffix)"),
        ("catalog.toml", "catalog.toml is of no known format (.toml)"),
        ("md", "md is of no known format (no suffix)"),
        ("..", ".. is of no known format (.)"),
        ("", "a file without a name is of no known format (no suffix)"),
        ("notes.md/..", ".. is of no known format (.)"),
    ],
)
def test_names_that_are_refused(sent: str, shown: str) -> None:
    with pytest.raises(SourceError) as raised:
        safe_name(sent)
    assert str(raised.value) == f"{shown}; known are {', '.join(LOADERS)}"


@given(st.text(st.characters(codec=None) | st.sampled_from("./\\: \0md"), max_size=30), st.sampled_from([*LOADERS]))
def test_no_name_leaves_the_folder(stem: str, suffix: str) -> None:
    name = safe_name(stem + suffix)
    assert Path(name).name == name
    assert name not in ("", ".", "..")
    assert not name.startswith(".")
    assert len(name.encode()) < 200
    assert safe_name(name) == name


def test_a_free_name(tmp_path: Path) -> None:
    assert free_name(tmp_path / "none", "a.md") == "a.md"
    (tmp_path / "A.md").write_text("")
    (tmp_path / "a (2).md").write_text("")
    assert free_name(tmp_path, "a.md") == "a (3).md"


# -- adding ----------------------------------------------------------------------------------------------------------


def test_each_file_has_its_result(work: Work) -> None:
    results = add(
        work,
        [
            Upload("notes.md", NOTE),
            Upload("../farms.csv", TABLE),
            Upload("again.md", NOTE),
            Upload("kim.txt", (SOURCES / "kim2026.txt").read_bytes()),
            Upload("empty.md", b""),
            Upload("latin.txt", b"caf\xe9"),
            Upload("run.exe", b"MZ"),
            Upload("broken.jsonl", b'{"a": 1}\n{"b"\n'),
        ],
    )
    folder = work.settings.home / "documents"
    kim = "False Narratives and the Reality of History: The Deportation of Soviet Koreans in 1937"
    assert results == (
        Result("notes.md", Outcome.ADDED, path=folder / "notes.md"),
        Result("farms.csv", Outcome.ADDED, path=folder / "farms.csv"),
        Result("again.md", Outcome.UNCHANGED, "Its content is there already: notes.md"),
        Result("kim.txt", Outcome.UNCHANGED, f"Its content is there already: {kim}"),
        Result("empty.md", Outcome.REFUSED, "empty.md is empty; put text in it"),
        Result("latin.txt", Outcome.REFUSED, "latin.txt is not UTF-8 at byte 3; save it as UTF-8"),
        Result("run.exe", Outcome.REFUSED, f"run.exe is of no known format (.exe); known are {', '.join(LOADERS)}"),
        Result(
            "broken.jsonl",
            Outcome.REFUSED,
            "broken.jsonl, line 2 is not a JSON object (Expecting ':' delimiter at character 5); "
            "correct or delete that line",
        ),
    )
    assert kept(work) == {"farms.csv": TABLE, "notes.md": NOTE}
    assert titles(work) == {"farms": "farms", "notes": "Notes"}
    assert [path.stat().st_mode & 0o777 for path in (folder, folder / "notes.md")] == [0o700, 0o600]


def test_a_file_too_large_is_refused(work: Work) -> None:
    (result,) = add(work, [Upload("big.txt", b"x" * (MAX_BYTES + 1))])
    assert result == Result("big.txt", Outcome.REFUSED, "big.txt is too large (50 MB, at most 50 MB)")
    assert not (work.settings.home / "documents").exists()


def test_another_of_its_name_is_replaced_and_can_be_had_back(work: Work) -> None:
    add(work, [Upload("notes.md", NOTE)])
    rename_source(work.settings, work.embedder, "notes", "My notes")
    (result,) = add(work, [Upload("NOTES.md", OTHER)])
    assert (result.name, result.outcome) == ("NOTES.md", Outcome.REPLACED)
    assert kept(work) == {"notes.md": OTHER}
    assert titles(work) == {"notes": "My notes"}
    assert keep_both(work, result) == Result(
        "notes (2).md", Outcome.ADDED, path=work.settings.home / "documents" / "notes (2).md"
    )
    assert kept(work) == {"notes (2).md": OTHER, "notes.md": NOTE}
    assert titles(work) == {"notes": "My notes", "notes-2": "Notes"}
    with pytest.raises(SourceError, match="no longer kept"):
        keep_both(work, result)


def test_a_refused_file_replaces_nothing(work: Work) -> None:
    add(work, [Upload("notes.md", NOTE)])
    (result,) = add(work, [Upload("notes.md", b"\xff\xff")])
    assert result == Result(
        "notes.md",
        Outcome.REFUSED,
        "notes.md is not UTF-8 at byte 0; save it as UTF-8. The document of this name that was there stays as it was",
    )
    assert kept(work) == {"notes.md": NOTE}
    assert titles(work) == {"notes": "Notes"}


def test_a_folder_that_cannot_be_written_is_said(work: Work) -> None:
    (work.settings.home / "documents").write_text("in the way")
    (result,) = add(work, [Upload("notes.md", NOTE)])
    folder = work.settings.home / "documents"
    assert result == Result("notes.md", Outcome.REFUSED, f"It cannot be kept in {folder}: File exists")


def test_progress_is_told(work: Work) -> None:
    seen: list[tuple[int, int, str]] = []
    add(replace(work, progress=lambda at: seen.append((at.done, at.total, at.label))), [Upload("notes.md", NOTE)])
    assert (seen[0], seen[-1]) == ((0, len(NOTE), "notes.md"), (len(NOTE), len(NOTE), "notes.md"))


# -- another writer --------------------------------------------------------------------------------------------------


def test_another_writer_is_waited_for(work: Work) -> None:
    waited = threading.Event()
    with locked(work.settings.index):
        results: list[tuple[Result, ...]] = []
        slow = replace(work, waiting=waited.set)
        thread = threading.Thread(target=lambda: results.append(add(slow, [Upload("notes.md", NOTE)])))
        thread.start()
        assert waited.wait(30)
        assert results == []
    thread.join(30)
    assert [result.outcome for (result,) in results] == [Outcome.ADDED]
    assert titles(work) == {"notes": "Notes"}


def test_one_that_never_ends_is_not() -> None:
    def busy() -> None:
        raise IndexBusy("busy")

    asked: list[float] = []
    with pytest.raises(IndexBusy):
        patiently(busy, lambda: asked.append(time.monotonic()), wait=-1)
    assert asked == []


# -- removing --------------------------------------------------------------------------------------------------------


def test_a_removed_upload_can_be_put_back(work: Work) -> None:
    before = vector_ids(work.settings.index)
    add(work, [Upload("notes.md", NOTE)])
    rename_source(work.settings, work.embedder, "notes", "My notes")
    removed = remove(work, "notes")
    assert (kept(work), titles(work)) == ({}, {})
    assert vector_ids(work.settings.index) == before
    assert update_index(work.settings, work.embedder, [SOURCES]).unchanged == ("kim2026", "loc")
    put_back(work, removed)
    assert (kept(work), titles(work)) == ({"notes.md": NOTE}, {"notes": "My notes"})
    with pytest.raises(SourceError, match=r"notes\.md is no longer kept"):
        put_back(work, removed)


@pytest.mark.parametrize("after", [NOTE, OTHER, None], ids=["the same", "changed", "gone"])
def test_a_removed_file_of_ones_own_stays_and_is_put_back_as_it_was(
    work: Work, tmp_path: Path, after: bytes | None
) -> None:
    path = tmp_path / "own.md"
    path.write_bytes(NOTE)
    update_index(work.settings, work.embedder, [path])
    vectors = vector_ids(work.settings.index)
    removed = remove(work, "own")
    assert (path.read_bytes(), removed.kept, titles(work)) == (NOTE, None, {})
    path.unlink() if after is None else path.write_bytes(after)
    put_back(work, removed)
    assert titles(work) == {"own": "Notes"}
    assert vector_ids(work.settings.index) == vectors
    with pytest.raises(LibraryError, match="There is another source 'own' by now"):
        put_back(work, removed)


def test_a_bundled_source_can_be_put_back(work: Work) -> None:
    remove(work, "loc")
    (path,) = wishes_of(work.settings).left_out
    assert path == SOURCES / "loc.txt"
    bring_in(work, path)
    assert [one.id for one in listed(work.settings)] == ["kim2026", "loc"]
    assert wishes_of(work.settings).left_out == frozenset()


def test_what_was_removed_is_deleted_after_a_while(work: Work) -> None:
    add(work, [Upload("notes.md", NOTE)])
    removed = remove(work, "notes")
    empty_bin(work.settings)
    assert removed.kept is not None and removed.kept.read_bytes() == NOTE
    empty_bin(work.settings, kept_for=-1)
    assert list((work.settings.home / "documents").rglob("*.md")) == []
    with pytest.raises(SourceError, match="no longer kept"):
        put_back(work, removed)


def test_the_bin_is_never_indexed(work: Work) -> None:
    add(work, [Upload("notes.md", NOTE), Upload("farms.csv", TABLE)])
    remove(work, "notes")
    report = update_index(work.settings, work.embedder, [work.settings.home / "documents"])
    assert (report.added, report.unchanged, report.failures) == ((), ("farms",), ())
