"""The index on disk: what goes in comes out, and whatever happens to the folder has a clear line and loses nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, environment, tree, vector_ids

from app.tutor import Tutor
from ingest.chunk import chunk
from ingest.documents import Document, Source
from ingest.errors import IndexUnavailable, ModelError, TutorError
from ingest.pipeline import ingest
from vectorstore.embedding import Vectors, WordEmbedder
from vectorstore.folder import IndexBusy, exists, stored, unfinished
from vectorstore.records import UNREADABLE, Record, dump, parse, write_atomically
from vectorstore.store import Store, rebuilding

Python = Callable[..., subprocess.CompletedProcess[str]]

WORDS = WordEmbedder(["rice", "cotton", "train"])


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text)
    return folder


def fill(index: Path, folder: Path) -> Store:
    """The index brought up to date with a folder."""
    store = Store(index, WORDS)
    with store.writing():
        ingest([folder], store)
    return store


def content(index: Path) -> Path:
    (folder,) = index.glob("content-*")
    return folder


def look(index: Path) -> list[str]:
    """What Chroma holds of an index and what a search finds, read anew from disk; or the error's line."""
    try:
        store = Store(index, WORDS)
    except TutorError as error:
        return [f"{type(error).__name__} {error}"]
    lines = [" ".join([name, *sorted(key.partition("/")[2] for key in ids)]) for name, ids in vector_ids(index).items()]
    lines.append(" ".join(["nearest", *sorted(store.nearest_passages(WORDS.embed(["rice"])[0], 9))]))
    store.close()
    return lines


# -- records ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source_id", ["kim2026", "loc"])
def test_a_record_round_trip(documents: dict[str, Document], source_id: str) -> None:
    document = documents[source_id]
    record = Record(document, tuple(chunk(document)), "0123")
    again = parse(dump(record))
    assert again == record
    assert again.lists == record.lists


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", "3", '{"source": []}', '{"source": {"path": 1}}', "[" * 100_000, "not JSON"],
    ids=lambda text: text[:12],
)
def test_what_is_no_record(text: str) -> None:
    with pytest.raises(UNREADABLE):
        parse(text)


def test_every_cut_of_a_record_is_no_record(documents: dict[str, Document]) -> None:
    text = dump(Record(documents["loc"], tuple(chunk(documents["loc"])), "0123"))
    for length in range(0, len(text), max(1, len(text) // 50)):
        with pytest.raises(UNREADABLE):
            parse(text[:length])


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.json"
    write_atomically(path, "one")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "two \ud800")
    assert tree(tmp_path) == {"new/a.json": b"one"}


# -- what goes in comes out --------------------------------------------------------------------------------------------


def test_documents_come_back_equal(tmp_path: Path, documents: dict[str, Document]) -> None:
    store = Store(tmp_path / "index", WORDS)
    with store.writing():
        for document in documents.values():
            store.put(document, chunk(document), document.sha256)
    again = Store(tmp_path / "index", WORDS)
    assert {key: record.document for key, record in again.records.items()} == documents
    assert again.hashes() == {document.id: document.sha256 for document in documents.values()}
    assert again.origins() == {document.id: str(document.source.path) for document in documents.values()}


def test_nearest_and_vectors(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a="Rice and cotton.", b="Cotton. A train.")
    store = fill(tmp_path / "index", folder)
    rice, cotton = WORDS.embed(["rice", "cotton"])
    half = pytest.approx(0.5**0.5)
    assert store.nearest_passages(rice, 9) == {"a:0-16": half, "b:0-16": pytest.approx(0.0)}
    assert store.nearest_passages(cotton, 9, ["b"]) == {"b:0-16": half}
    assert store.nearest_sentences(cotton, 1) == {"b:0-7": pytest.approx(1.0)}
    assert store.sentence_vectors(["b:8-16", "a:0-16"]).tolist() == [
        pytest.approx([0.0, 0.0, 1.0, 0.0]),
        pytest.approx([0.5**0.5, 0.5**0.5, 0.0, 0.0]),
    ]
    assert store.passage_vectors([]).shape == (0, 4)


def test_a_changed_document_replaces_its_vectors_and_a_removed_one_takes_them_away(tmp_path: Path) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="Rice. Cotton.", b="A train.")
    fill(index, folder)
    assert look(index) == [
        "passages a:0-13 b:0-8",
        "sentences a:0-5 a:6-13 b:0-8",
        "nearest a:0-13 b:0-8",
    ]
    write(folder, a="Only rice now.")
    (folder / "b.txt").unlink()
    store = fill(index, folder)
    assert list(store.records) == ["a"]
    assert look(index) == [
        "passages a:0-14",
        "sentences a:0-14",
        "nearest a:0-14",
    ]
    assert not (content(index) / "pending.json").exists()
    assert unfinished(index) is None


class Killed(BaseException):
    """Stands for the end of a process: nothing of ours catches it."""


class Mortal(WordEmbedder):
    """Embeds so many batches, then the process ends."""

    def __init__(self, batches: int) -> None:
        super().__init__(["rice", "cotton", "train"])
        self.left = batches

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not self.left:
            raise Killed
        self.left -= 1
        return super().embed(texts)


@pytest.mark.parametrize("back", [False, True], ids=["goes on", "goes back"])
def test_leftovers_are_never_found_and_are_gone_after_the_next_run(tmp_path: Path, back: bool) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="Cotton. Rice once.")
    fill(index, folder)
    write(folder, a="Rice. Rice. Rice.")
    dying = Store(index, Mortal(batches=1))  # the passages' vectors go in, the sentences' do not
    with pytest.raises(Killed), dying.writing():
        ingest([folder], dying)
    store = Store(index, WORDS)
    assert store.nearest_passages(WORDS.embed(["rice"])[0], 1) == {"a:0-18": pytest.approx(0.5**0.5)}
    assert unfinished(index) == ""
    if back:
        write(folder, a="Cotton. Rice once.")
    fill(index, folder)
    passages = "a:0-18" if back else "a:0-17"
    sentences = "a:0-7 a:8-18" if back else "a:0-5 a:12-17 a:6-11"
    assert look(index) == [
        f"passages {passages}",
        f"sentences {sentences}",
        f"nearest {passages}",
    ]


# -- another model -----------------------------------------------------------------------------------------------------


def test_another_model_is_refused_and_a_rebuild_takes_it(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a="Rice.")
    fill(tmp_path / "index", folder)
    before = tree(tmp_path / "index")
    other = WordEmbedder(["rice"])
    with pytest.raises(ModelError) as caught:
        Store(tmp_path / "index", other)
    assert str(caught.value) == (
        f"The index {tmp_path / 'index'} was made with words (4 dimensions), the model set now is words (2). "
        "Re-embed with: tutor ingest --rebuild, or set TUTOR_MODEL back."
    )
    assert tree(tmp_path / "index") == before
    with rebuilding(tmp_path / "index", other) as store:
        ingest([folder], store)
    assert list(Store(tmp_path / "index", other).records) == ["a"]
    assert len(list((tmp_path / "index").glob("content-*"))) == 1


def test_a_rebuild_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    index = tmp_path / "index"
    fill(index, write(tmp_path / "in", a="Rice."))
    with pytest.raises(Killed), rebuilding(index, Mortal(batches=0)) as store:
        ingest([write(tmp_path / "in", a="Cotton.")], store)
    assert list(Store(index, WORDS).records) == ["a"]
    assert Store(index, WORDS).records["a"].document.text == "Rice."
    fill(index, tmp_path / "in")
    assert look(index)[0] == "passages a:0-7"


def test_a_reader_goes_on_through_a_rebuild(tmp_path: Path) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="They grew rice.")
    fill(index, folder)
    tutor = Tutor(Store(index, WORDS), WORDS)
    with rebuilding(index, WORDS) as store:
        assert tutor.ask("rice").citations[0].quote == "They grew rice."
        ingest([write(folder, a="They also grew cotton and rice.")], store)
    assert tutor.ask("rice").citations[0].quote == "They also grew cotton and rice."


# -- damaged -----------------------------------------------------------------------------------------------------------

MEND = "Your files are untouched; rebuild it with: tutor ingest --rebuild"


def overwrite(name: str, data: bytes) -> Callable[[Path], None]:
    def damage(index: Path) -> None:
        (path,) = index.glob(name)
        path.write_bytes(data)

    return damage


def cut_database(index: Path) -> None:
    path = content(index) / "chroma" / "chroma.sqlite3"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (overwrite("index.json", b"{"), "index.json cannot be read"),
        (overwrite("index.json", b"\xff\xfe"), "index.json cannot be read"),
        (overwrite("index.json", b"[1]"), "index.json cannot be read"),
        (overwrite("content-*/documents/a.json", b"garbage"), "{content}/documents/a.json cannot be read"),
        (overwrite("content-*/documents/a.json", b""), "{content}/documents/a.json cannot be read"),
        (overwrite("content-*/documents/a.json", b"{}"), "{content}/documents/a.json cannot be read"),
        (
            overwrite("content-*/chroma/chroma.sqlite3", b"garbage" * 5000),
            "Chroma says: error returned from database: (code: 26) file is not a database",
        ),
        (cut_database, "Chroma says: error returned from database: (code: 11) database disk image is malformed"),
        (lambda index: shutil.rmtree(content(index) / "chroma"), "it lacks vectors of documents that it lists"),
    ],
)
def test_a_damaged_index(tmp_path: Path, damage: Callable[[Path], None], what: str) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="Rice.", b="Cotton.")
    fill(index, folder)
    what = what.format(content=content(index).name)
    damage(index)
    assert look(index) == [f"IndexUnavailable The index {index} is damaged: {what}. {MEND}"]
    with rebuilding(index, WORDS) as store:
        ingest([folder], store)
    assert look(index)[-1] == "nearest a:0-5 b:0-7"


def test_an_index_of_another_format(tmp_path: Path) -> None:
    fill(tmp_path, write(tmp_path / "in", a="Rice."))
    manifest = json.loads((tmp_path / "index.json").read_text())
    (tmp_path / "index.json").write_text(json.dumps({**manifest, "format": 99}))
    with pytest.raises(IndexUnavailable, match=r"has format 99, this version reads 2\. Re-index with: tutor ingest"):
        Store(tmp_path, WORDS)


def test_an_index_that_is_taken_away(tmp_path: Path) -> None:
    index = tmp_path / "index"
    tutor = Tutor(fill(index, write(tmp_path / "in", a="They grew rice.")), WORDS)
    shutil.rmtree(index)
    with pytest.raises(IndexUnavailable, match=r"is gone\. Make it again with: tutor ingest"):
        tutor.ask("rice")


@pytest.mark.parametrize("note", ["{", "[]", "{}", '{"source": 3}', "null"])
def test_a_damaged_note_of_a_killed_writer_stops_nobody(tmp_path: Path, note: str) -> None:
    folder = write(tmp_path / "in", a="Rice.")
    fill(tmp_path / "index", folder)
    (content(tmp_path / "index") / "pending.json").write_text(note)
    fill(tmp_path / "index", write(folder, a="Cotton."))
    assert not (content(tmp_path / "index") / "pending.json").exists()


def test_what_is_stored_can_be_read_from_a_damaged_index(tmp_path: Path) -> None:
    index = tmp_path / "index"
    fill(index, write(tmp_path / "in", a="Rice.", b="Cotton."))
    (index / "index.json").write_text("{")
    overwrite("content-*/documents/a.json", b"garbage")(index)
    assert [record.document.text for record in stored(index)] == ["Cotton."]
    assert stored(tmp_path / "nowhere") == []
    assert not exists(tmp_path / "nowhere")


# -- locked, and folders that cannot be written ------------------------------------------------------------------------

HOLD = """
import sys
from pathlib import Path
from vectorstore.embedding import WordEmbedder
from vectorstore.store import Store
with Store(Path(sys.argv[1]), WordEmbedder(["rice", "cotton", "train"])).writing():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_writer_at_a_time_and_any_number_of_readers(tmp_path: Path) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="Rice.")
    fill(index, folder)
    writer = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(index)],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout
    assert writer.stdout.readline() == "held\n"
    line = f"The index {index} is being written by another process. Wait until it is done and try again."
    store = Store(index, WORDS)
    assert list(store.nearest_passages(WORDS.embed(["rice"])[0], 1)) == ["a:0-5"]
    with pytest.raises(IndexBusy) as caught, store.writing():
        raise AssertionError("two writers")
    assert str(caught.value) == line
    with pytest.raises(IndexBusy), rebuilding(index, WORDS):
        raise AssertionError("two writers")
    writer.communicate()
    with store.writing():
        ingest([folder], store)


def test_a_folder_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    index = tmp_path / "file" / "index"
    line = f"The index folder {index} cannot be used (Not a directory). Free the disk or set TUTOR_HOME to"
    with pytest.raises(IndexUnavailable) as caught:
        Store(index, WORDS)
    assert str(caught.value).startswith(line)
    with pytest.raises(IndexUnavailable), rebuilding(index, WORDS):
        raise AssertionError("there is no such folder")
    assert tree(tmp_path) == {"file": b"mine"}


#: A disk that is full: no file of this process may grow beyond so many bytes.
FULL = """
import resource, sys
from pathlib import Path
from ingest.errors import TutorError
from ingest.pipeline import ingest
from vectorstore.embedding import WordEmbedder
from vectorstore.store import Store
try:
    store = Store(Path(sys.argv[1]), WordEmbedder(["rice", "cotton", "train"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), -1))
    with store.writing():
        ingest([Path(sys.argv[2])], store)
    print("written")
except TutorError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no RLIMIT_FSIZE")
@pytest.mark.parametrize("limit", [0, 20_000])
def test_a_full_disk(tmp_path: Path, python: Python, limit: int) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="Rice.")
    fill(index, folder)
    write(folder, a="Cotton and more cotton. " * 1_000)
    done = python("-c", FULL, index, folder, limit)
    assert done.stdout.startswith(f"IndexUnavailable The index folder {index} cannot be used (")
    assert len(done.stdout.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert Store(index, WORDS).records["a"].document.text == "Rice."
    assert look(index)[-1] == "nearest a:0-5"
    store = fill(index, folder)
    assert store.records["a"].document.text == "Cotton and more cotton. " * 1_000


# -- readers notice ----------------------------------------------------------------------------------------------------

INGEST = """
import sys
from pathlib import Path
from ingest.pipeline import ingest
from vectorstore.embedding import WordEmbedder
from vectorstore.store import Store
store = Store(Path(sys.argv[1]), WordEmbedder(["rice", "cotton", "train"]))
with store.writing():
    print(ingest([Path(sys.argv[2])], store).summary)
"""


def test_a_running_tutor_notices_what_another_process_ingests(tmp_path: Path, python: Python) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="They grew rice.")
    tutor = Tutor(fill(index, folder), WORDS)
    assert tutor.ask("train").refused
    write(folder, b="The train was late.")
    assert python("-c", INGEST, index, folder).stdout == "1 added, 1 unchanged, 1 passage\n"
    answer = tutor.ask("train")
    assert [(c.source_id, c.quote) for c in answer.citations] == [("b", "The train was late.")]
    (folder / "b.txt").unlink()
    assert python("-c", INGEST, index, folder).stdout == "1 unchanged, 1 removed\n"
    assert tutor.ask("train").refused


def test_a_reader_that_is_behind_is_told_so(tmp_path: Path, python: Python) -> None:
    index, folder = tmp_path / "index", write(tmp_path / "in", a="Rice.")
    store = fill(index, folder)
    write(folder, a="Cotton.")
    python("-c", INGEST, index, folder)
    with pytest.raises(IndexBusy, match=r"was changed while it was searched\. Ask again\."):
        store.passage_vectors(["a:0-5"])
    store.reload()
    with pytest.raises(IndexBusy, match=r"was changed while it was searched\. Ask again\."):
        store.passage_vectors(["gone:0-5"])
    assert store.passage_vectors(["a:0-7"]).tolist() == [[0.0, 1.0, 0.0, 0.0]]


def test_putting_the_same_again_embeds_nothing(tmp_path: Path) -> None:
    store = fill(tmp_path / "index", write(tmp_path / "in", a="Rice."))
    record = store.records["a"]
    moved: Source = replace(record.document.source, path=tmp_path / "elsewhere.txt")
    frugal = Store(tmp_path / "index", Mortal(batches=0))
    with frugal.writing():
        frugal.put(replace(record.document, source=moved), record.passages, record.fingerprint)
    again = Store(tmp_path / "index", WORDS)
    assert again.origins() == {"a": str(tmp_path / "elsewhere.txt")}
    assert list(again.nearest_passages(WORDS.embed(["rice"])[0], 9)) == ["a:0-5"]
