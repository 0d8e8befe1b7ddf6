"""The pipeline, on folders of small files and an index that is two dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import ingest.pipeline
from ingest.documents import Document, Passage
from ingest.errors import SourceError
from ingest.loaders import LOADERS
from ingest.pipeline import FileFailure, IngestReport, Progress, discover
from ingest.pipeline import ingest as run

SOURCES = Path(ingest.pipeline.__file__).parent / "sources"
ROW = '[[source]]\nid = "first"\nfile = "a.txt"\ntitle = "The First"\n'


@dataclass
class Memory:
    """An Index that keeps what it is given and the order it was given in."""

    documents: dict[str, Document] = field(default_factory=dict)
    passages: dict[str, Sequence[Passage]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def hashes(self) -> dict[str, str]:
        return self.marks

    def origins(self) -> dict[str, str]:
        return {source_id: str(document.source.path) for source_id, document in self.documents.items()}

    def put(
        self,
        document: Document,
        passages: Sequence[Passage],
        fingerprint: str,
        progress: Callable[[int, int], None],
    ) -> None:
        self.log.append(f"put {document.id}")
        self.documents[document.id] = document
        self.passages[document.id] = passages
        self.marks[document.id] = fingerprint
        progress(len(passages), len(passages))

    def remove(self, source_id: str) -> None:
        self.log.append(f"remove {source_id}")
        for table in (self.documents, self.passages, self.marks):
            del table[source_id]


@pytest.fixture
def index() -> Memory:
    return Memory()


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_the_bundled_sources(index: Memory) -> None:
    report = run([SOURCES], index)
    assert report == IngestReport(added=("kim2026", "loc"), passages=89)
    assert report.summary == "2 added, 89 passages"
    assert index.documents["loc"].source.publisher == "Library of Congress"
    assert run([SOURCES], index) == IngestReport(unchanged=("kim2026", "loc"))


def test_a_folder_and_its_life(tmp_path: Path, index: Memory) -> None:
    write(
        tmp_path,
        {
            "a.txt": "One.",
            "b.md": "# Bee\n\nTwo.",
            "sub/c.text": "Three.",
            "x.xyz": "no",
            ".hidden.txt": "Hidden.",
            ".git/d.txt": "Hidden.",
        },
    )
    assert run([tmp_path], index) == IngestReport(added=("a", "b", "c"), passages=3)
    assert [document.source.title for document in index.documents.values()] == ["a", "Bee", "c"]

    write(tmp_path, {"a.txt": "One more. And more."})
    (tmp_path / "b.md").unlink()
    assert run([tmp_path], index) == IngestReport(changed=("a",), unchanged=("c",), removed=("b",), passages=1)
    assert index.log == ["put a", "put b", "put c", "remove b", "put a"]
    assert index.documents["a"].text == "One more. And more."


def test_one_bad_file_is_reported_and_the_others_go_in(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"a.txt": "One.", "c.txt": "Three."})
    (tmp_path / "b.txt").write_bytes(b"\xff\xff")
    report = run([tmp_path], index)
    bad = tmp_path / "b.txt"
    assert report == IngestReport(
        added=("a", "c"),
        failures=(FileFailure(bad, f"{bad} is not UTF-8 at byte 0; save it as UTF-8"),),
        passages=2,
    )
    assert report.summary == "2 added, 2 passages, 1 failed"


def test_a_file_gone_bad_keeps_what_the_index_has(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"a.txt": "One."})
    run([tmp_path], index)
    (tmp_path / "a.txt").write_bytes(b"")
    assert [failure.path.name for failure in run([tmp_path], index).failures] == ["a.txt"]
    assert index.documents["a"].text == "One."


def test_a_catalog_names_its_files_wherever_the_search_began(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"catalog.toml": ROW, "a.txt": "One.", "b.txt": "Two.", "README.md": "About these files."})
    assert run([tmp_path / "a.txt"], index) == IngestReport(added=("first",), passages=1)
    assert run([tmp_path], index) == IngestReport(added=("b",), unchanged=("first",), passages=1)
    assert index.documents["first"].source.title == "The First"


def test_a_changed_row_of_the_catalog_is_a_change(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"catalog.toml": ROW, "a.txt": "One."})
    run([tmp_path], index)
    write(tmp_path, {"catalog.toml": ROW.replace("The First", "Another")})
    assert run([tmp_path], index).changed == ("first",)
    assert index.documents["first"].source.title == "Another"


def test_a_catalog_may_name_files_of_a_subfolder(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"catalog.toml": ROW.replace("a.txt", "sub/a.txt"), "sub/a.txt": "One."})
    assert run([tmp_path], index).added == ("first",)


def test_a_catalogued_file_that_is_missing_is_a_failure(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"catalog.toml": ROW})
    path = tmp_path / "a.txt"
    assert run([tmp_path], index).failures == (FileFailure(path, f"{path} does not exist; check the path"),)


def test_a_broken_catalog_is_reported_and_the_files_beside_it_wait(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"catalog.toml": "[[source]]", "a.txt": "One.", "sub/b.txt": "Two."})
    report = run([tmp_path], index)
    assert report.added == ("b",)
    path = tmp_path / "catalog.toml"
    assert report.failures == (FileFailure(path, f"{path}, row 1 lacks id, file, title; add it"),)


def test_ids_are_unique_and_stay_with_their_paths(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"one/a.txt": "One.", "two/a.txt": "Two."})
    assert run([tmp_path], index).added == ("a", "a-2")
    write(tmp_path, {"two/a.txt": "Two, changed."})
    assert run([tmp_path / "two"], index).changed == ("a-2",)
    (tmp_path / "one" / "a.txt").unlink()
    assert run([tmp_path], index) == IngestReport(unchanged=("a-2",), removed=("a",))


def test_a_moved_file_keeps_its_id(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"old/a.txt": "One."})
    run([tmp_path / "old"], index)
    (tmp_path / "old").rename(tmp_path / "new")
    assert run([tmp_path / "new"], index).changed == ("a",)
    assert index.origins() == {"a": str(tmp_path / "new" / "a.txt")}


def test_another_file_of_the_same_name_never_takes_an_id(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"upload1/notes.txt": "One.", "upload2/notes.txt": "Two."})
    run([tmp_path / "upload1" / "notes.txt"], index)
    (tmp_path / "upload1" / "notes.txt").unlink()
    assert run([tmp_path / "upload2" / "notes.txt"], index).added == ("notes-2",)
    assert index.documents["notes"].text == "One."


def test_a_named_file_of_unknown_format_is_a_failure(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"a.xyz": "%PDF"})
    (failure,) = run([tmp_path / "a.xyz"], index).failures
    assert "is of no known format (.xyz)" in failure.message


def test_a_folder_without_any_known_file_is_a_failure(tmp_path: Path, index: Memory) -> None:
    (failure,) = run([tmp_path], index).failures
    assert failure == FileFailure(tmp_path, f"{tmp_path} holds no file of a known format ({', '.join(LOADERS)})")


def test_a_missing_target_is_a_failure_beside_others_and_an_error_alone(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"a.txt": "One."})
    gone = tmp_path / "gone"
    report = run([gone, tmp_path / "a.txt"], index)
    assert report == IngestReport(
        added=("a",), failures=(FileFailure(gone, f"{gone} does not exist; check the path"),), passages=1
    )
    with pytest.raises(SourceError, match="gone does not exist; check the path"):
        run([gone], index)
    with pytest.raises(SourceError, match="no file or folder was named"):
        run([], index)


def test_a_folder_that_is_gone_takes_nothing_away(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"drive/a.txt": "One.", "b.txt": "Two."})
    run([tmp_path / "drive"], index)
    (tmp_path / "drive" / "a.txt").unlink()
    (tmp_path / "drive").rmdir()
    assert run([tmp_path / "drive", tmp_path / "b.txt"], index).removed == ()


def test_targets_that_overlap_count_once(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"sub/a.txt": "One."})
    assert run([tmp_path, tmp_path / "sub", tmp_path / "sub" / "a.txt"], index).added == ("a",)
    assert [source.id for source in discover([tmp_path, tmp_path / "sub"]).sources] == ["a"]


def test_a_run_that_was_killed_is_completed_by_the_next(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"a.txt": "One.", "b.txt": "Two."})

    def die(progress: Progress) -> None:
        if progress.label == "b.txt":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run([tmp_path], index, die)
    assert list(index.documents) == ["a"]
    assert run([tmp_path], index) == IngestReport(added=("b",), unchanged=("a",), passages=1)


def test_progress_runs_from_nothing_to_all(tmp_path: Path, index: Memory) -> None:
    write(tmp_path, {"a.txt": "One.", "b.txt": "Twenty."})
    seen: list[Progress] = []
    run([tmp_path], index, seen.append)
    assert seen == [
        Progress(0, 11, "a.txt"),
        Progress(4, 11, "a.txt"),
        Progress(4, 11, "a.txt"),
        Progress(4, 11, "b.txt"),
        Progress(11, 11, "b.txt"),
        Progress(11, 11, "b.txt"),
    ]


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (IngestReport(), "nothing to do"),
        (IngestReport(unchanged=("a",)), "1 unchanged"),
        (IngestReport(added=("a",), removed=("b",), passages=1), "1 added, 1 removed, 1 passage"),
    ],
)
def test_summary(report: IngestReport, line: str) -> None:
    assert report.summary == line
