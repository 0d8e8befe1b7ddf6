"""The command line: most of it in this process, with the model that the other tests have loaded."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from chat_server import Script, serving
from conftest import SOURCES, tree

from app.batch import parse_row
from app.cli import main
from app.settings import Settings
from ingest.errors import SettingsError
from ingest.loaders import LOADERS

Python = Callable[..., subprocess.CompletedProcess[str]]
Capture = pytest.CaptureFixture[str]

SIGNED = "Who signed the resolution on the deportation?"
KEYS = ["question", "understood", "text", "refused", "reason", "confidence", "citations", "passages", "seconds"]


def run(capsys: Capture, *arguments: str | Path) -> tuple[int, str, str]:
    """The exit status of a command, and what it wrote to stdout and stderr."""
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as stopped:  # argparse, on a command that there is not
        status = int(stopped.code or 0)
    out, err = capsys.readouterr()
    return status, out, err


def check_row(row: dict[str, Any], texts: dict[str, str]) -> None:
    """The schema of the issue, to the letter; every quote and passage stands in its source."""
    for citation in row["citations"]:
        assert list(citation) == ["n", "source", "start", "end", "quote"]
        assert texts[citation["source"]][citation["start"] : citation["end"]] == citation["quote"]
    for passage in row["passages"]:
        assert list(passage) == ["source", "section", "start", "end", "text", "score"]
        assert texts[passage["source"]][passage["start"] : passage["end"]] == passage["text"]
    assert 0.0 <= row["confidence"] <= 1.0
    assert row["seconds"] >= 0.0
    assert isinstance(row["refused"], bool)


@pytest.fixture
def texts() -> dict[str, str]:
    return {name: (SOURCES / f"{name}.txt").read_bytes().decode() for name in ("kim2026", "loc")}


# -- ask -----------------------------------------------------------------------------------------------------------


def test_ask_in_a_process_of_its_own(python: Python, home: Path, texts: dict[str, str]) -> None:
    done = python("-m", "app.cli", "ask", SIGNED, "--json", TUTOR_HOME=home, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    row = json.loads(done.stdout)
    assert list(row) == KEYS
    check_row(row, texts)
    assert "Molotov and Joseph Stalin" in row["text"]


def test_ask(capsys: Capture, home: Path) -> None:
    status, out, err = run(capsys, "ask", SIGNED)
    assert (status, err) == (0, "")
    assert "Vyacheslav Molotov and Joseph Stalin. [1]" in out
    assert "\n[1] kim2026:" in out


def test_a_follow_up(capsys: Capture, home: Path, texts: dict[str, str]) -> None:
    status, out, err = run(
        capsys, "ask", "And in Uzbekistan?", "--after", "How many families were settled in Kazakhstan?", "--json"
    )
    row = json.loads(out)
    assert (status, err, row["question"]) == (0, "", "And in Uzbekistan?")
    assert row["understood"] == "How many families were settled in Uzbekistan?"
    check_row(row, texts)


def test_a_refusal_is_an_answer(capsys: Capture, home: Path) -> None:
    status, out, err = run(capsys, "ask", "Was Napoleon a cook?")
    assert (status, err) == (0, "")
    assert out.startswith("The sources don't say.")
    assert "“napoleon”" in out.lower()


TOO_LONG = "The question has 20,000 characters, 2,000 are the most. Ask a shorter one."
EMPTY = "The question is empty. Type a question about the sources."


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("", EMPTY),
        ("   \t\n", EMPTY),
        ("\u200b\u200e", EMPTY),
        ("x" * 20_000, TOO_LONG),
        ("?!... --", "There are no words in '?!... --'. Type a question about the sources."),
        ("🤔🤔", "There are no words in '🤔🤔'. Type a question about the sources."),
    ],
    ids=["empty", "blanks", "invisible", "long", "punctuation", "emoji"],
)
def test_no_question(capsys: Capture, home: Path, question: str, line: str) -> None:
    assert run(capsys, "ask", question) == (2, "", f"tutor: {line}\n")


@pytest.mark.parametrize(
    "question",
    [
        "<script>alert(1)</script>",
        "Who signed it? 🤔",
        "고려인은 언제 이주되었습니까?",
        "Когда были депортированы корейцы?",
        "Who\u0000signed\u0007 the resolution?",
        "Who signed \udcff the resolution?",
        "%s %d {0} \\x00 ' OR 1=1 --",
        "a" * 1999,
    ],
)
def test_odd_questions_get_an_answer(capsys: Capture, home: Path, texts: dict[str, str], question: str) -> None:
    status, out, err = run(capsys, "ask", question, "--json")
    assert (status, err) == (0, "")
    check_row(json.loads(out), texts)


@pytest.mark.parametrize("arguments", [["forget", "kim2026"], ["remove"], ["ask"], [], ["batch", "x.jsonl"]])
def test_no_such_command(capsys: Capture, home: Path, arguments: Sequence[str]) -> None:
    before = tree(home)
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("usage: tutor")
    assert tree(home) == before


# -- ingest --------------------------------------------------------------------------------------------------------

NOTE = "# Notes\n\nThe *zeppelin* landed in **Tashkent** at noon. Nobody saw it.\n"


def test_a_file_of_ones_own_is_searchable_and_cited(capsys: Capture, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text(NOTE)
    assert run(capsys, "ingest", path) == (0, "1 added, 1 passage\n", "")
    row = json.loads(run(capsys, "ask", "Where did the zeppelin land?", "--json")[1])
    check_row(row, {"notes": NOTE, "kim2026": (SOURCES / "kim2026.txt").read_text(), "loc": ""} | _texts())
    (citation,) = row["citations"]
    assert (citation["source"], citation["quote"]) == ("notes", "The *zeppelin* landed in **Tashkent** at noon.")
    assert row["text"] == "The zeppelin landed in Tashkent at noon. [1]"

    path.write_text(NOTE.replace("noon", "night"))
    assert run(capsys, "ingest") == (0, "1 changed, 2 unchanged, 1 passage\n", "")
    assert "at night. [1]" in run(capsys, "ask", "Where did the zeppelin land?")[1]

    path.unlink()  # its text stays, here and through a rebuild with nothing to embed but it
    status, out, _ = run(capsys, "doctor")
    assert status == 0
    assert "notes (file gone; its text is kept)" in out


def _texts() -> dict[str, str]:
    return {name: (SOURCES / f"{name}.txt").read_bytes().decode() for name in ("kim2026", "loc")}


KNOWN = ", ".join(LOADERS)


@pytest.mark.parametrize(
    ("name", "data", "failed"),
    [
        ("gone.txt", None, (2, "{path} does not exist; check the path")),
        ("empty.txt", b"", (1, "{path} is empty; put text in it or remove it")),
        ("blank.md", b" \n\t\n", (1, "{path} holds only white space; put text in it or remove it")),
        ("binary.txt", b"\x7fELF\x00\x01", (1, "{path} is binary (byte 4 is zero); save it as text in UTF-8")),
        ("wide.txt", "Wide.".encode("utf-16-le"), (1, "{path} is binary (byte 1 is zero); save it as text in UTF-8")),
        ("latin.txt", "Zürich".encode("latin-1"), (1, "{path} is not UTF-8 at byte 1; save it as UTF-8")),
        ("paper.xyz", b"%PDF", (1, f"{{path}} is of no known format (.xyz); known are {KNOWN}")),
        ("folder", "folder", (1, f"{{path}} holds no file of a known format ({KNOWN})")),
    ],
)
def test_a_source_that_is_none(
    capsys: Capture, home: Path, name: str, data: bytes | str | None, failed: tuple[int, str]
) -> None:
    path = home.parent / name
    status, line = failed
    if data == "folder":
        path.mkdir()
    elif isinstance(data, bytes):
        path.write_bytes(data)
    documents = {key: value for key, value in tree(home).items() if "/documents/" in key}
    found = run(capsys, "ingest", path)
    out = "" if status == 2 else "1 failed\n"
    assert found == (status, out, f"tutor: {line.format(path=path)}\n")
    assert {key: value for key, value in tree(home).items() if "/documents/" in key} == documents
    assert run(capsys, "ask", SIGNED)[0] == 0


def test_one_bad_file_among_good_ones(capsys: Capture, home: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("A zeppelin.")
    (tmp_path / "in" / "b.txt").write_bytes(b"\xff\xff")
    status, out, err = run(capsys, "ingest", tmp_path / "in")
    assert (status, out) == (1, "1 added, 1 passage, 1 failed\n")
    assert err == f"tutor: {tmp_path / 'in' / 'b.txt'} is not UTF-8 at byte 0; save it as UTF-8\n"


def test_a_rebuild_keeps_a_text_whose_file_is_gone(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: object
) -> None:
    """With sources of its own only, so that little is embedded: the bundled ones are covered by the store's tests."""
    from app.build import build_embedder, rebuild_index, update_index

    settings = Settings.read({"TUTOR_HOME": str(tmp_path / "home")})
    for name in ("kept", "gone", "bad"):
        (tmp_path / f"{name}.txt").write_text(f"The {name} zeppelin.")
    model = build_embedder(settings)
    files = [tmp_path / f"{name}.txt" for name in ("kept", "gone", "bad")]
    assert update_index(settings, model, files).added == ("bad", "gone", "kept")
    (tmp_path / "gone.txt").unlink()
    (tmp_path / "bad.txt").write_bytes(b"\xff")
    (tmp_path / "kept.txt").write_text("Another zeppelin.")
    report = rebuild_index(settings, model, [tmp_path / "kept.txt"])
    assert (report.added, len(report.failures)) == (("kept",), 1)
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    quotes = {passage["text"] for passage in json.loads(run(capsys, "ask", "the zeppelin", "--json")[1])["passages"]}
    assert quotes == {"Another zeppelin.", "The gone zeppelin.", "The bad zeppelin."}


def test_an_index_folder_that_cannot_be(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "file" / "home"))
    index = tmp_path / "file" / "home" / "index"
    line = (
        f"tutor: The index folder {index} cannot be used (Not a directory). "
        "Free the disk or set TUTOR_HOME to a folder you can write.\n"
    )
    for arguments in (["ask", SIGNED], ["ingest"], ["ingest", "--rebuild"]):
        assert run(capsys, *arguments) == (2, "", line)
    assert tree(tmp_path) == {"file": b"mine"}


# -- settings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("toml", "environ", "found"),
    [
        ("", {}, ("{home}/index", "all-MiniLM-L6-v2")),
        ('index = "{home}/other"\nmodel = "m"', {}, ("{home}/other", "m")),
        ('index = "{home}/other"', {"TUTOR_INDEX": "{home}/third", "TUTOR_MODEL": "n"}, ("{home}/third", "n")),
    ],
)
def test_settings(tmp_path: Path, toml: str, environ: dict[str, str], found: tuple[str, str]) -> None:
    home = tmp_path.resolve()
    (home / "settings.toml").write_text(toml.replace("{home}", home.as_posix()))
    variables = {key: value.replace("{home}", str(home)) for key, value in environ.items()}
    settings = Settings.read({"TUTOR_HOME": str(home), **variables})
    assert settings == Settings(home, Path(found[0].replace("{home}", str(home))), found[1])


@pytest.mark.parametrize(
    ("toml", "environ", "found"),
    [
        ("", {}, ("none", None)),
        ('llm = "ollama:qwen3:4b"\nllm_context = 4096', {}, ("ollama:qwen3:4b", 4096)),
        (
            'llm = "local"',
            {"TUTOR_LLM": "http://127.0.0.1:1", "TUTOR_LLM_CONTEXT": "2048"},
            ("http://127.0.0.1:1/v1", 2048),
        ),
    ],
)
def test_settings_of_a_chat_model(
    tmp_path: Path, toml: str, environ: dict[str, str], found: tuple[str, int | None]
) -> None:
    (tmp_path / "settings.toml").write_text(toml)
    settings = Settings.read({"TUTOR_HOME": str(tmp_path), **environ})
    assert (settings.llm, settings.llm_context) == found


@pytest.mark.parametrize(
    ("toml", "environ", "found"),
    [
        ("", {}, ""),
        ("", {"TUTOR_CHROMA_URL": "http://127.0.0.1:8000/"}, "http://127.0.0.1:8000"),
        ('chroma_url = "https://chroma.example"', {}, "https://chroma.example"),
        ('chroma_url = "https://chroma.example"', {"TUTOR_CHROMA_URL": "http://[::1]:9"}, "http://[::1]:9"),
    ],
)
def test_settings_of_a_chroma_server(tmp_path: Path, toml: str, environ: dict[str, str], found: str) -> None:
    (tmp_path / "settings.toml").write_text(toml)
    assert Settings.read({"TUTOR_HOME": str(tmp_path), **environ}).chroma_url == found


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "http://", "ftp://a", "http://a/b", "http://a:x", "http://me:pw@a"])
def test_what_is_no_address_of_a_chroma_server(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({"TUTOR_HOME": str(tmp_path), "TUTOR_CHROMA_URL": url})
    line = f"TUTOR_CHROMA_URL={url} is no address of a Chroma server. Write it as http://host:port."
    assert str(caught.value) == line


KNOWN = "Known are index, chroma_url, model, llm, llm_context: strings, the last a whole number."


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (b"index = ", "cannot be read: Invalid value"),
        (b"\xff", "cannot be read: 'utf-8' codec"),
        (
            b'colour = "red"',
            f"'colour' is no setting. {KNOWN}",
        ),
        (
            b"index = 3",
            f"'index' is no setting. {KNOWN}",
        ),
        (
            b"llm_context = true",
            f"'llm_context' is no setting. {KNOWN}",
        ),
        (b'llm = "qwen3"', "llm='qwen3' names no chat model: it has neither a provider nor an address."),
        (b"llm_context = 10", "llm_context=10 is no number of tokens. Set it to one from 1,024 to 10,000,000, or"),
    ],
)
def test_settings_that_are_none(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toml: bytes, message: str
) -> None:
    (tmp_path / "settings.toml").write_bytes(toml)
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    status, out, err = run(capsys, "doctor")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith((f"tutor: {tmp_path / 'settings.toml'}", "tutor: llm"))
    assert message in err


@pytest.mark.parametrize("folder", ["~nobody-of-this-name/tutor", "a\0b"])
def test_a_home_that_is_no_folder(folder: str) -> None:
    with pytest.raises(SettingsError, match=r"^TUTOR_HOME=.* is no folder: .*\. Set it to one that you can write\.$"):
        Settings.read({"TUTOR_HOME": folder})


# -- doctor --------------------------------------------------------------------------------------------------------


def test_doctor(capsys: Capture, home: Path) -> None:
    before = {key: value for key, value in tree(home).items() if "/chroma/" not in key}
    status, out, err = run(capsys, "doctor")
    assert (status, err) == (0, "")
    assert {line[:4] for line in out.splitlines()} == {"ok  "}
    assert "all-MiniLM-L6-v2, 384 dimensions, on this machine" in out
    assert "ok   chat model: none: answers are quoted\n" in out
    assert f"index: {home / 'index'}: 2 sources, 89 passages\n" in out
    assert out.endswith("sources: kim2026, loc\n")
    assert {key: value for key, value in tree(home).items() if "/chroma/" not in key} == before


def test_doctor_tests_the_chat_model(capsys: Capture, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        monkeypatch.setenv("TUTOR_LLM", f"ollama:m@{server.url}")
        status, out, err = run(capsys, "doctor")
        assert (status, err) == (0, "")
        assert f"ok   chat model: ollama:m@{server.url} answers\n" in out
        server.script = Script(status=401)
        status, out, err = run(capsys, "doctor")
    assert (status, err) == (1, "")
    line = "refuses the key (status 401). Check TUTOR_LLM_KEY in the environment."
    assert f"WRONG chat model: ollama:m at {server.url} {line}\n" in out


def test_doctor_without_an_index(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    status, out, _ = run(capsys, "doctor")
    assert status == 0
    assert f"{tmp_path / 'index'}: none yet; the first question makes it, or: tutor ingest" in out
    assert tree(tmp_path) == {}


def test_doctor_and_ask_with_a_damaged_index(capsys: Capture, home: Path) -> None:
    (path,) = (home / "index").glob("content-*/documents/loc.json")
    path.write_text("garbage")
    line = (
        f"The index {home / 'index'} is damaged: {path.relative_to(home / 'index')} cannot be read. "
        "Your files are untouched; rebuild it with: tutor ingest --rebuild"
    )
    status, out, err = run(capsys, "doctor")
    assert (status, err) == (1, "")
    assert f"WRONG index: {line}\n" in out
    assert run(capsys, "ask", SIGNED) == (2, "", f"tutor: {line}\n")


def test_a_model_that_is_not_here(capsys: Capture, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree(home)
    monkeypatch.setenv("TUTOR_MODEL", "no-such-model")
    for arguments in (["ask", SIGNED], ["ingest", "--rebuild"]):
        status, out, err = run(capsys, *arguments)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert err.startswith("tutor: The embedding model 'no-such-model' is not on this machine.")
    assert tree(home) == before


# -- batch ---------------------------------------------------------------------------------------------------------


def test_batch(capsys: Capture, home: Path, tmp_path: Path, texts: dict[str, str]) -> None:
    rows = [
        json.dumps({"id": "one", "question": SIGNED}),
        "not JSON",
        json.dumps({"id": 2, "question": "And in Uzbekistan?", "history": ["How many families in Kazakhstan?"]}),
        "",
        json.dumps({"question": SIGNED}),
        json.dumps({"id": "null byte", "question": "Who\u0000 signed it?", "history": None}),
        json.dumps({"id": "empty", "question": "\u0000"}),
        json.dumps({"id": "Россия", "question": "고려인"}),
    ]
    questions, out = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    questions.write_text("\ufeff" + "\r\n".join(rows), encoding="utf-8", newline="")
    status, said, err = run(capsys, "batch", questions, "--out", out)
    assert (status, said) == (1, "")
    assert err.splitlines() == [
        f"tutor: {questions}, line 2: not JSON (Expecting value: line 1 column 1 (char 0)). Left out.",
        f'tutor: {questions}, line 5: no "id". Left out.',
        f"tutor: {questions}, line 7: {EMPTY} Left out.",
        f"4 answered, 3 left out: {out}",
    ]
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in answers] == ["one", 2, "null byte", "Россия"]
    for row in answers:
        assert list(row) == ["id", *KEYS]
        check_row(row, texts)
    assert answers[1]["understood"] == "How many families in Uzbekistan?"
    assert {path.name for path in tmp_path.iterdir()} == {"home", "q.jsonl", "a.jsonl"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[]", "not a JSON object"),
        ("3", "not a JSON object"),
        ("[" * 100_000, "not JSON"),
        ('{"id": 1}', 'no "question"'),
        ('{"id": null, "question": "Who?"}', '"id" must be a string or a whole number, "question" a string'),
        ('{"id": true, "question": "Who?"}', '"id" must be a string or a whole number, "question" a string'),
        ('{"id": 1, "question": 2}', '"id" must be a string or a whole number, "question" a string'),
        ('{"id": "\\ud800", "question": "Who?"}', '"id" holds half a character (a lone surrogate)'),
        ('{"id": 1, "question": "Who?", "history": "He"}', '"history" must be a list of strings'),
        ('{"id": 1, "question": "Who?", "history": [1]}', '"history" must be a list of strings'),
        ('{"id": 1, "question": "Who?", "history": [""]}', EMPTY),
        (json.dumps({"id": 1, "question": "x" * 20_000}), TOO_LONG),
    ],
    ids=range(12),
)
def test_a_malformed_row(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_row(line)
    assert str(caught.value).startswith(message)


def test_batch_files_that_are_none(capsys: Capture, home: Path, tmp_path: Path) -> None:
    questions, out, latin = tmp_path / "q.jsonl", tmp_path / "a.jsonl", tmp_path / "l.jsonl"
    row = json.dumps({"id": 1, "question": SIGNED})
    questions.write_text(row)
    latin.write_bytes("Zürich".encode("latin-1"))
    out.write_text("mine")
    for ask, answers, line in (
        (tmp_path / "none", out, f"{tmp_path / 'none'} cannot be read: No such file or directory."),
        (tmp_path, out, f"{tmp_path} cannot be read: Is a directory."),
        (latin, out, f"{latin} is not UTF-8 (byte 1). Save it as UTF-8."),
        (questions, tmp_path, f"{tmp_path} is a folder. Name a file for the answers."),
        (questions, questions, f"{questions} is the file of the questions. Name another one for the answers."),
        (questions, tmp_path / "no" / "a", f"{tmp_path / 'no' / 'a'} cannot be written: No such file or directory."),
        (questions, questions / "a", f"{questions / 'a'} cannot be written: Not a directory."),
    ):
        assert run(capsys, "batch", ask, "--out", answers) == (2, "", f"tutor: {line}\n")
    assert (out.read_text(), questions.read_text()) == ("mine", row)
    assert {path.name for path in tmp_path.iterdir()} == {"home", "q.jsonl", "a.jsonl", "l.jsonl"}


def test_a_batch_that_is_stopped_keeps_what_it_has(
    capsys: Capture, home: Path, tmp_path: Path, texts: dict[str, str]
) -> None:
    """The index is taken away after the first 50 answers, when the batch says how far it is."""
    from app.batch import answer_file
    from app.build import build_tutor

    questions, out = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    questions.write_text("\n".join(json.dumps({"id": n, "question": SIGNED}) for n in range(60)))
    out.write_text("of an earlier run")
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line == "50 of 60 answered":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer_file(questions, out, lambda: build_tutor(Settings.read({"TUTOR_HOME": str(home)})), say)
    partial = tmp_path / "a.jsonl.partial"
    assert said == ["50 of 60 answered", f"tutor: 50 of 60 answers are in {partial}."]
    assert out.read_text() == "of an earlier run"
    rows = [json.loads(line) for line in partial.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == list(range(50))


def test_a_first_run_that_was_cut_short_is_finished_by_the_next_question(capsys: Capture, home: Path) -> None:
    from app.build import build_embedder, build_store

    settings = Settings.read({"TUTOR_HOME": str(home)})
    store = build_store(settings, build_embedder(settings))
    with store.writing():
        store.remove("loc")
    (home / "index" / "unfinished").write_text("the bundled sources")  # what a killed first run leaves
    store.close()
    status, out, err = run(capsys, "ask", SIGNED)
    assert (status, err) == (0, "Indexed the bundled sources first: 1 added, 1 unchanged, 8 passages.\n")
    assert run(capsys, "ask", SIGNED)[1:] == (out, "")


def test_a_port_that_is_in_use(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    assert capsys.readouterr().err == (
        f"tutor: Port {port} is in use. Stop what is there, or name another: --port 8502\n"
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["ingest", ""], "tutor ingest: error: argument PATH: the path is empty"),
        (
            ["serve", "--port", "99999"],
            "tutor serve: error: argument --port: '99999' is no port: a number from 1 to 65535",
        ),
        (["serve", "--port", "-1"], "tutor serve: error: argument --port: '-1' is no port: a number from 1 to 65535"),
    ],
)
def test_arguments_that_are_none(arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert capsys.readouterr().err.splitlines()[-1] == line


def test_ones_own_document_first_stands_beside_the_bundled_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    file = tmp_path / "kim2026.txt"  # a name that the bundled sources have too
    file.write_text("It rained for nine days in Arles.\n", encoding="utf-8")
    assert main(["ingest", str(file)]) == 0
    assert capsys.readouterr().out == "3 added, 90 passages\n"
    assert main(["ask", "How", "long", "did", "it", "rain", "in", "Arles?"]) == 0
    assert "[1] kim2026-2:0-33" in capsys.readouterr().out


def test_a_bare_command_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert {"ingest", "ask", "batch", "serve", "doctor"} <= set(capsys.readouterr().err.split())
