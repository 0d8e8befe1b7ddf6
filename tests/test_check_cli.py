"""`tutor check` as a user runs it: texts, files and batches, and one clear line for each mistake.

Verdicts that are to be known are those of the stand-in; the whole runs ask the real tutor.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import docx
import pytest
from check_stand_in import DOCUMENTS, ESSAY, SNOW, SUMMARY, TRAINS, StandIn, report

from app.check.batch import check_file, parse_row
from app.check.export import as_html, as_markdown
from app.check.pieces import CheckError
from app.check.verdict import Judgement, Verdict
from app.check_cli import Bench, CheckCommandError, add_commands, run
from app.cli import main
from app.rows import BatchError

Capture = pytest.CaptureFixture[str]

BASE = "http://127.0.0.1:8501/"
PRINTED = f"""\
{SUMMARY}

✓ supported: The report counts 39 echelons.
    “The first report counts 39 echelons.”
      A. Keeper 1931 · May  (log:0-38)
    Of verdicts like this one, about 9 in 10 are right.

≠ contradicted: The report counts 30 echelons.
    says 30 echelons; the source: 39 echelons
    “The first report counts 39 echelons.”
      A. Keeper 1931 · May  (log:0-38)
    Of verdicts like this one, about 8 in 10 are right.

- Who wrote it?
    passed over: A question claims nothing.

○ not in the sources: The keeper kept 9 bees in Nice.
    Nearest in the sources, without “9” or “Nice”:
    “It does not name the families.”
      A. Keeper 1931 · May  (log:39-69)
    Of verdicts like this one, about 7 in 10 are right.

≠ contradicted: Snow fell in Arles on 3 May.
    says 3 May; the source: 2 May
    The sources disagree: one says 2 May, another 4 May.
    “Snow fell in Arles on 2 May.”
      A. Keeper 1931  (log:70-98)
    “It does not name the families.”
      A. Keeper 1931 · May  (log:39-69)
    Of verdicts like this one, about 6 in 10 are right.
"""


def parsed(*arguments: str | Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(), never)
    return parser.parse_args(["check", *map(str, arguments)])


def never(*_: object) -> Bench:
    raise AssertionError("the tutor is made for nothing")


def check(*arguments: str | Path) -> int:
    """Run the command with the stand-in."""
    return run(parsed(*arguments), lambda: Bench(StandIn(), DOCUMENTS))


class Stopped(StandIn):
    """The user presses Ctrl-C at the third claim."""

    def check(self, claim: str) -> Judgement:
        if "bees" in claim:
            raise KeyboardInterrupt
        return super().check(claim)


# -- a text ----------------------------------------------------------------------------------------------------------


def test_a_text_is_printed_with_its_summary_on_top(capsys: Capture) -> None:
    assert check(ESSAY) == 0
    assert capsys.readouterr() == (PRINTED, "")
    assert check(*ESSAY.split()) == 0  # without quotation marks
    assert capsys.readouterr() == (PRINTED, "")


def test_stdin(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ESSAY.encode())))
    assert check("-") == 0
    assert capsys.readouterr() == (PRINTED, "")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9")))
    with pytest.raises(CheckError, match=r"^What came from stdin is not UTF-8 \(byte 3\)\.$"):
        check("-")


def test_files(capsys: Capture, tmp_path: Path) -> None:
    written = tmp_path / "an essay.docx"
    document = docx.Document()
    document.add_paragraph(ESSAY)
    document.save(str(written))
    text = tmp_path / "essay.md"
    text.write_text(ESSAY, encoding="utf-8")
    for arguments in (("--file", written), (written,), ("--file", text), (text,)):
        assert check(*arguments) == 0
        assert capsys.readouterr() == (PRINTED, "")


def test_json(capsys: Capture) -> None:
    assert check("--json", "The report counts 30 echelons. Who wrote it?") == 0
    out, err = capsys.readouterr()
    assert err == "1 claim: 1 contradicted; 1 question passed over\n"
    assert json.loads(out) == {
        "title": "The report counts 30 echelons. Who wrote it?",
        "claims": 1,
        "supported": 0,
        "contradicted": 1,
        "not_in_sources": 0,
        "passed_over": {"question": 1},
        "stopped": False,
        "pieces": [
            {
                "start": 0,
                "end": 30,
                "text": "The report counts 30 echelons.",
                "kind": "claim",
                "claim": "The report counts 30 echelons.",
                "verdict": "contradicted",
                "confidence": 0.8,
                "quotes": [{"source": "log", "start": 0, "end": 38, "quote": TRAINS}],
                "differences": [{"kind": "number", "said": "30", "instead": "39"}],
                "conflicts": [],
            },
            {"start": 31, "end": 44, "text": "Who wrote it?", "kind": "question"},
        ],
    }


@pytest.mark.parametrize(("ending", "write"), [("md", as_markdown), ("html", as_html)])
def test_export(ending: str, write: Callable[..., str], capsys: Capture, tmp_path: Path) -> None:
    essay, out = tmp_path / "essay.md", tmp_path / f"report.{ending}"
    essay.write_text(ESSAY, encoding="utf-8")
    assert check(essay, "--export", out) == 0
    assert capsys.readouterr() == (PRINTED, f"Written: {out}\n")
    assert out.read_text(encoding="utf-8") == write(report(), DOCUMENTS, base=BASE)


def test_a_check_that_is_stopped_says_what_it_has(capsys: Capture, tmp_path: Path) -> None:
    out = tmp_path / "r.md"
    assert run(parsed(ESSAY, "--export", out), lambda: Bench(Stopped(), DOCUMENTS)) == 130
    printed, err = capsys.readouterr()
    first = "2 claims: 1 supported, 1 contradicted; 1 question passed over; stopped before the end"
    assert printed == "\n".join([first, *PRINTED.split("\n○", maxsplit=1)[0].split("\n")[1:]])
    assert err == f"Written: {out}\n"
    assert f"**{first}**" in out.read_text(encoding="utf-8")


def test_a_long_text_says_how_far_it_is(capsys: Capture) -> None:
    assert check("The report counts 39 echelons. " * 120) == 0
    out, err = capsys.readouterr()
    assert out.startswith("120 claims: 120 supported\n")
    assert err.splitlines() == ["50 of 120 claims checked", "100 of 120 claims checked"]


# -- mistakes --------------------------------------------------------------------------------------------------------

NONE = 'tutor check "TEXT", tutor check --file FILE, or tutor check --batch FILE.'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], f"Give something to check: {NONE}"),
        (["x", "--file", "x.md"], f"Give one of the three: {NONE}"),
        (["--file", "x.md", "--batch", "x.jsonl"], f"Give one of the three: {NONE}"),
        (["x", "--out", "y"], "--out goes with --batch. A report of a text is written by --export REPORT.md"),
        (["--batch", "x.jsonl"], "--batch needs --out VERDICTS.jsonl, where the verdicts go."),
        (
            ["--batch", "x", "--out", "y", "--json"],
            "--json and --export are for a text. A batch writes its rows to --out.",
        ),
    ],
)
def test_options_that_do_not_go_together(arguments: list[str], said: str) -> None:
    with pytest.raises(CheckCommandError) as raised:
        run(parsed(*arguments), never)
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is nothing to check. Give a sentence, a paragraph or an essay."),
        (" \n\t ", "There is nothing to check. Give a sentence, a paragraph or an essay."),
        ("x" * 200_000, "The text has 200,000 characters; at most 100,000 are checked at once. Give a part."),
        ("Korea", "That is no whole sentence. Write one that states something."),
        ("Who signed it?", "A question claims nothing. Ask it in the chat, or write what you think the answer is."),
        ("I think it was cruel.", "That is an opinion, and sources cannot settle it. Write a statement of fact."),
        (
            "Депортация корейцев была завершена в октябре. Их было очень много.",
            "That is not English, the language that is checked. Write it in English.",
        ),
        (
            "Die Deportation der Koreaner wurde im Oktober abgeschlossen, und es waren sehr viele Menschen.",
            "That is not English, the language that is checked. Write it in English.",
        ),
        (
            "| year | trains |\n|---|---|\n| 1937 | 39 |",
            "That is a table, and tables are not checked. Say in sentences what it says.",
        ),
        (
            "for (int i = 0; i < 3; i++) {\n    sum += i;\n}",
            "That is code, which is not checked. Write a sentence.",
        ),
        ("```\nx = 1\n```", "That is code, which is not checked. Write a sentence."),
        ("<script>alert(1)</script>", "That is code, which is not checked. Write a sentence."),
        ("none.docx", "none.docx is not there. Name a file to check."),
    ],
    ids=range(13),
)
def test_what_cannot_be_checked_is_one_line(text: str, said: str) -> None:
    with pytest.raises(CheckError) as raised:
        run(parsed(text), never)
    assert str(raised.value) == said


def test_a_report_that_cannot_be_written(tmp_path: Path, capsys: Capture) -> None:
    with pytest.raises(CheckError, match=r"r\.pdf is neither Markdown nor HTML\. Name the report \.md or \.html\.$"):
        run(parsed(ESSAY, "--export", tmp_path / "r.pdf"), never)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    out = tmp_path / "file" / "r.md"
    with pytest.raises(CheckCommandError) as raised:
        check(ESSAY, "--export", out)
    assert str(raised.value) == f"{out} cannot be written: File exists. Name a file in a folder you can write."
    assert capsys.readouterr().out == PRINTED  # what was found is not lost


# -- a batch ---------------------------------------------------------------------------------------------------------


def test_a_batch(tmp_path: Path) -> None:
    claims, out = tmp_path / "c.jsonl", tmp_path / "v.jsonl"
    rows = [
        json.dumps({"id": "a", "claim": "The report counts 39 echelons."}),
        "not JSON",
        "",
        json.dumps({"id": 2, "claim": "Snow fell in Arles on 3 May."}),
        json.dumps({"id": 3, "claim": " . "}),
        json.dumps({"id": 4, "claim": "The keeper kept 9 bees in Nice.", "more": "is left alone"}),
    ]
    claims.write_text("\ufeff" + "\r\n".join(rows), encoding="utf-8", newline="")
    said: list[str] = []
    assert check_file(claims, out, StandIn, said.append) == 1
    assert said == [
        f"tutor: {claims}, line 2: not JSON (Expecting value: line 1 column 1 (char 0)). Left out.",
        f"tutor: {claims}, line 5: the claim is empty. Left out.",
        f"3 checked, 2 left out: {out}",
    ]
    first, second, third = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert list(first)[:5] == ["id", "claim", "verdict", "confidence", "quotes"]
    assert {key: first[key] for key in list(first)[:5]} == {
        "id": "a",
        "claim": "The report counts 39 echelons.",
        "verdict": "supported",
        "confidence": 0.9,
        "quotes": [{"source": "log", "start": 0, "end": 38, "quote": TRAINS}],
    }
    assert (second["id"], second["verdict"], [quote["quote"] for quote in second["quotes"]]) == (
        2,
        "contradicted",
        [SNOW, "It does not name the families."],
    )
    assert (third["id"], third["verdict"], third["quotes"]) == (4, "not_in_sources", [])
    assert {path.name for path in tmp_path.iterdir()} == {"c.jsonl", "v.jsonl"}


class Sure:
    """Supports whatever it is asked, and is sure of it."""

    def check_all(self, claims: Sequence[str]) -> Iterator[Judgement]:
        return (self.check(claim) for claim in claims)

    def check(self, claim: str) -> Judgement:
        return Judgement(claim, Verdict.SUPPORTED, 0.97)


def test_rows_that_claim_nothing_are_said_to_and_an_id_is_taken_once(tmp_path: Path) -> None:
    claims, out = tmp_path / "c.jsonl", tmp_path / "v.jsonl"
    rows = [
        ("a", "The report counts 39 echelons."),
        ("b", "Who wrote the report?"),
        ("c", "I think it was cruel."),
        ("d", "39 echelons"),
        ("e", "Die Koreaner wurden im Oktober mit der Bahn nach Kasachstan gebracht."),
        ("f", "x = 1; y = f(x);"),
        ("g", "Who wrote it? The report counts 39 echelons."),
        ("b", "It rained."),
        (1, "The snow melted in the spring."),
        ("1", "The snow melted in the spring."),
    ]
    claims.write_text("\n".join(json.dumps({"id": n, "claim": text}) for n, text in rows), encoding="utf-8")
    said: list[str] = []
    assert check_file(claims, out, Sure, said.append) == 1
    assert said == [
        f'tutor: {claims}, line 8: an earlier row has the id "b" too. Left out.',
        f"9 checked, 1 left out: {out}",
    ]
    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["verdict"], row["confidence"], row.get("passed_over")) for row in found] == [
        ("a", "supported", 0.97, None),
        ("b", "supported", 0.5, "question"),
        ("c", "supported", 0.5, "opinion"),
        ("d", "supported", 0.5, "fragment"),
        ("e", "supported", 0.5, "foreign"),
        ("f", "supported", 0.5, "code"),
        ("g", "supported", 0.97, None),
        (1, "supported", 0.97, None),
        ("1", "supported", 0.97, None),
    ]


def test_a_batch_that_is_stopped_keeps_what_it_has(tmp_path: Path) -> None:
    claims, out = tmp_path / "c.jsonl", tmp_path / "v.jsonl"
    texts = ["The report counts 39 echelons.", "The keeper kept 9 bees in Nice."]
    claims.write_text("\n".join(json.dumps({"id": n, "claim": text}) for n, text in enumerate(texts)), encoding="utf-8")
    out.write_text("before", encoding="utf-8")
    said: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        check_file(claims, out, Stopped, said.append)
    assert said == [f"tutor: 1 of 2 verdicts are in {out}.partial."]
    assert out.read_text(encoding="utf-8") == "before"
    assert json.loads((tmp_path / "v.jsonl.partial").read_text(encoding="utf-8"))["verdict"] == "supported"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[]", "not a JSON object"),
        ('{"id": 1}', 'no "claim"'),
        ('{"claim": "It rained."}', 'no "id"'),
        ('{"id": 1.5, "claim": "It rained."}', '"id" must be a string or a whole number, "claim" a string'),
        ('{"id": 1, "claim": null}', '"id" must be a string or a whole number, "claim" a string'),
        ('{"id": 1, "claim": ""}', "the claim is empty"),
        ('{"id": 1, "claim": "\\ud800 rained"}', "the claim holds half a character (a lone surrogate)"),
        (
            json.dumps({"id": 1, "claim": "x" * 5001}),
            "the claim has 5,001 characters; at most 5,000 are one statement",
        ),
    ],
)
def test_malformed_rows(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"\A" + message.replace("(", r"\(").replace(")", r"\)") + r"\Z"):
        parse_row(line)


def test_batch_files_that_are_none(tmp_path: Path) -> None:
    claims = tmp_path / "c.jsonl"
    with pytest.raises(BatchError, match=r"c\.jsonl cannot be read: No such file or directory\.$"):
        check("--batch", claims, "--out", tmp_path / "v")
    claims.write_bytes(b"caf\xe9")
    with pytest.raises(BatchError, match=r"c\.jsonl is not UTF-8 \(byte 3\)\. Save it as UTF-8\.$"):
        check("--batch", claims, "--out", tmp_path / "v")
    claims.write_text("", encoding="utf-8")
    with pytest.raises(BatchError, match=r"is the file of the claims\. Name another one for the verdicts\.$"):
        check("--batch", claims, "--out", claims)
    with pytest.raises(BatchError, match=r"is a folder\. Name a file for the verdicts\.$"):
        check("--batch", claims, "--out", tmp_path)


# -- with the real tutor ---------------------------------------------------------------------------------------------

DEPORTED = "A total of {} echelons of Koreans were deported."


def test_the_whole_command(home: Path, tmp_path: Path, capsys: Capture) -> None:
    text = f"{DEPORTED.format(124)} {DEPORTED.format(99)} Penguins swim in the cold water of Antarctica. Who signed it?"
    out = tmp_path / "r.html"
    assert main(["check", text, "--export", str(out)]) == 0
    printed, err = capsys.readouterr()
    lines = printed.splitlines()
    assert lines[0] == "3 claims: 1 supported, 1 contradicted, 1 not in the sources; 1 question passed over"
    assert [line for line in lines if line[:1] in "✓≠○-" and line] == [
        f"✓ supported: {DEPORTED.format(124)}",
        f"≠ contradicted: {DEPORTED.format(99)}",
        "○ not in the sources: Penguins swim in the cold water of Antarctica.",
        "- Who signed it?",
    ]
    assert "    says 99 echelons; the source: 124 echelons" in lines
    assert err == f"Written: {out}\n"
    assert f"<b>{lines[0]}</b>" in out.read_text(encoding="utf-8")


def test_a_whole_batch(home: Path, tmp_path: Path, capsys: Capture) -> None:
    from ingest.catalog import read_catalog
    from ingest.loaders import load

    claims, out = tmp_path / "c.jsonl", tmp_path / "v.jsonl"
    rows = [{"id": n, "claim": DEPORTED.format(n)} for n in (124, 99)]
    claims.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert main(["check", "--batch", str(claims), "--out", str(out)]) == 0
    assert capsys.readouterr() == ("", f"2 checked, 0 left out: {out}\n")
    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["claim"], row["verdict"]) for row in found] == [
        (124, DEPORTED.format(124), "supported"),
        (99, DEPORTED.format(99), "contradicted"),
    ]
    sources = Path(__file__).resolve().parent.parent / "ingest" / "sources"
    texts = {source.id: load(source.path, source).text for source in read_catalog(sources)}
    for row in found:
        assert 0 <= row["confidence"] <= 1
        for quote in row["quotes"]:
            assert texts[quote["source"]][quote["start"] : quote["end"]] == quote["quote"]


def test_mistakes_are_one_line_and_status_2(home: Path, capsys: Capture) -> None:
    assert main(["check"]) == 2
    assert main(["check", ""]) == 2
    assert capsys.readouterr() == (
        "",
        f"tutor: Give something to check: {NONE}\n"
        "tutor: There is nothing to check. Give a sentence, a paragraph or an essay.\n",
    )
