"""`python -m evals formats`: articles written in a version, ingested, asked and compared.

No tool is needed: the text is ours, other versions are written here, and a script stands in for Chromium.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pdf_writer import Page as Sheet
from pdf_writer import Text, pdf

from app.settings import Settings
from evals import formats
from evals.__main__ import main
from evals.format_files import TEXT, VERSIONS, FormatError, Page, Tool, Version, available, write_version
from evals.format_marks import Kept, Outcome, Row, kept, lost, table, wrong
from evals.formats import Remembering, Trial, asked, chosen
from evals.squad_check import Part
from evals.squad_file import Article, Gold, Paragraph, Question
from ingest.documents import Document, Source
from ingest.loaders import load
from vectorstore.embedding import Vectors, WordEmbedder

BEES = "Anna keeps “black” bees. They give honey to the town."
SALT = "Boris sells salt in Moscow."
PAGE = Page("squad-0001", "The Town & its <People>", (BEES, SALT))
KEEPS = Question("keeps", "What does Anna keep?", (Gold('"black" bees', 11, 23),))
SELLS = Question("sells", "Where does Boris sell salt?", (Gold("Moscow", 20, 26),))
NOBODY = Question("nobody", "Who sells bees?")
EMBEDDER = WordEmbedder(["anna", "bees", "boris", "salt", "honey", "moscow", "sells", "keeps"])


def article(title: str, *questions: Question) -> Article:
    return Article(title, (Paragraph(BEES, questions),))


def read(path: Path) -> Document:
    return load(path, Source(path.stem, "", path))


# ------------------------------------------------------------- what is written


def test_the_text_is_the_title_and_the_paragraphs_and_the_catalog_tells_no_name(tmp_path: Path) -> None:
    write_version(TEXT, [PAGE], tmp_path / "text")
    assert (tmp_path / "text" / "squad-0001.txt").read_text() == f"The Town & its <People>\n\n{BEES}\n\n{SALT}\n"
    assert (tmp_path / "text" / "catalog.toml").read_text() == (
        '[[source]]\nid = "squad-0001"\nfile = "squad-0001.txt"\ntitle = "squad-0001"\n'
    )


@pytest.mark.parametrize(("heading", "headings"), [(True, ["The Town & its <People>"]), (False, [])])
def test_the_page_that_tools_are_given_says_the_same(tmp_path: Path, heading: bool, headings: list[str]) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE.as_html(heading=heading, style='@top-left { content: "TITLE" }'), encoding="utf-8")
    document = read(path)
    plain = [document.plain(block.span) for block in document.blocks]
    assert (document.source.title, plain) == (PAGE.title, [*headings, BEES, SALT])


def test_a_title_cannot_leave_the_quotes_of_the_style() -> None:
    page = Page("p", 'A "b" \\', ())
    assert '<style>"A b "</style>' in page.as_html(heading=False, style='"TITLE"')


def test_a_title_is_no_latex(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = 'for word; do case "$word" in *header*) printf %s "$word" > "$SAID";; *.pdf) echo > "$word";; esac; done'
    programs(tmp_path / "bin", monkeypatch, pandoc=keep, xelatex="exit 0")
    monkeypatch.setenv("SAID", str(tmp_path / "said"))
    (typeset,) = available([Tool.XELATEX])[0]
    write_version(typeset, [Page("p", r"50 % of \input{A_B} & C", ())], tmp_path / "pdf")
    assert (tmp_path / "said").read_text().endswith("[L]{50 \\% of  input\\{A\\_B\\} \\& C}")


def test_a_tool_that_leaves_a_file_out_is_named(tmp_path: Path) -> None:
    idle = Version("EPUB, pandoc", ".epub", (Tool.PANDOC,), lambda pages, folder: None)
    with pytest.raises(FormatError, match=r"^EPUB, pandoc: nothing was written for 'The Town & its <People>'\. Try pa"):
        write_version(idle, [PAGE], tmp_path / "epub")


# ------------------------------------------------------------- tools


def programs(folder: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    """Only these programs are on the path."""
    folder.mkdir(exist_ok=True)
    for name, script in scripts.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


PANDOC = "pandoc is missing; install it: apt-get install pandoc"
OFFICE = "libreoffice is missing; install it: apt-get install libreoffice-writer-nogui"
XELATEX = "xelatex is missing; install it: apt-get install texlive-xetex texlive-fonts-recommended fonts-liberation"
CHROMIUM = "chromium is missing; install it: apt-get install chromium"


@pytest.mark.parametrize(
    ("there", "tools", "versions", "absent"),
    [
        (["pandoc", "soffice", "chromium", "xelatex"], None, [version.name for version in VERSIONS], ()),
        (["pandoc", "google-chrome"], [Tool.CHROMIUM], ["PDF in two columns, Chromium"], ()),
        (["chromium"], None, ["PDF in two columns, Chromium"], (PANDOC, OFFICE, XELATEX)),
        (
            ["pandoc"],
            None,
            ["Markdown, pandoc", "HTML, pandoc", "EPUB, pandoc", "docx, pandoc"],
            (OFFICE, CHROMIUM, XELATEX),
        ),
    ],
)
def test_what_can_be_written_here_and_what_is_missing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    there: list[str],
    tools: list[Tool] | None,
    versions: list[str],
    absent: tuple[str, ...],
) -> None:
    programs(tmp_path, monkeypatch, **dict.fromkeys(there, "exit 0"))
    found, lines = available(tools)
    assert ([version.name for version in found], lines) == (versions, absent)


@pytest.mark.parametrize(
    ("there", "arguments", "says"),
    [
        ([], [], f"{PANDOC}; {OFFICE}; {CHROMIUM}; {XELATEX}"),
        (["soffice"], ["--tools", "libreoffice"], PANDOC),  # LibreOffice is given what pandoc wrote
        (["pandoc"], ["--tools", "pandoc,chromium"], CHROMIUM),
        (["pandoc"], ["--articles", "0"], "--articles is 0. Give 1 or more."),
        (["pandoc"], ["--questions", "-1"], "--questions is -1. Give 1 or more."),
        (
            ["pandoc"],
            ["--wrong"],
            "Articles for reporting are looked at in totals only; --wrong works with --part tune.",
        ),
        (["pandoc"], [], "The files have no article for report. Give one with more articles, or --part all."),
        (["chromium"], ["--part", "tune", "--keep", "."], ". cannot be made (File exists). Give --keep a new folder."),
        (["chromium"], ["--part", "tune", "--tools", "chromium"], "chromium failed with status 3: no display"),
    ],
)
def test_a_mistake_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    there: list[str],
    arguments: list[str],
    says: str,
) -> None:
    programs(tmp_path / "bin", monkeypatch, **dict.fromkeys(there, "echo no display >&2; exit 3"))
    monkeypatch.chdir(tmp_path)
    file = squad_file(tmp_path / "town.json", ["Town"])
    settings = Settings.read({"TUTOR_HOME": str(tmp_path / "home")})
    with pytest.raises(FormatError) as error:
        formats.main([str(file), *arguments], settings, EMBEDDER)
    assert str(error.value) == says


def test_the_command_says_it_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    programs(tmp_path / "bin", monkeypatch)
    assert main(["formats", str(squad_file(tmp_path / "town.json", ["Town"])), "--tools", "pandoc"]) == 2
    assert capsys.readouterr() == ("", f"evals: {PANDOC}\n")


# ------------------------------------------------------------- what is asked


def test_articles_come_from_each_file_in_turn_and_stay_in_order() -> None:
    first, second = ([article(f"{name}{n}", KEEPS) for n in range(6)] for name in "ab")
    second[1] = article("b1", NOBODY)  # nothing of it can be asked

    def titles(part: Part, limit: int) -> list[str]:
        return [one.title for one in chosen([first, second], part, limit)]

    assert titles(Part.REPORT, 3) == ["a1", "a3", "b3"]
    assert titles(Part.REPORT, 10) == ["a1", "a3", "a5", "b3", "b5"]
    assert titles(Part.TUNE, 1) == ["a0"]
    assert titles(Part.ALL, 12) == [f"a{n}" for n in range(6)] + ["b0", "b2", "b3", "b4", "b5"]


def test_answerable_questions_are_drawn_of_each_article_in_its_order() -> None:
    many = [Question(str(n), "?", (Gold("a", 0, 1),)) for n in range(20)]
    articles = [article("a", *many, NOBODY), article("b", KEEPS, NOBODY, SELLS)]
    drawn = asked(articles, 4, seed=1)
    numbers = [int(question.id) for question in drawn[:4]]
    assert (numbers, drawn[4:]) == (sorted(numbers), [KEEPS, SELLS])
    assert asked(articles, 4, seed=1) == drawn != asked(articles, 4, seed=2)
    assert asked(articles, 99, seed=1) == [*many, KEEPS, SELLS]


def test_a_text_is_embedded_once() -> None:
    class Counting(WordEmbedder):
        def __init__(self) -> None:
            super().__init__(["anna", "bees"])
            self.seen: list[str] = []

        def embed(self, texts: Sequence[str]) -> Vectors:
            self.seen += texts
            return super().embed(texts)

    counting = Counting()
    remembering = Remembering(counting)
    assert remembering.embed(["anna", "bees", "anna"]).tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 0]]
    assert remembering.embed(["bees", "salt"]).tolist() == [[0, 1, 0], [0, 0, 1]]
    assert (counting.seen, remembering.embed([]).shape) == (["anna", "bees", "salt"], (0, 3))


# ------------------------------------------------------------- what is found


def broken(pages: Sequence[Page], folder: Path) -> None:
    """As a bad loader would have it: typographic quotes, a sentence cut in two, a running head among the text."""
    typed = BEES.replace("“black”", '"black"')
    for page in pages:
        text = f"# {page.title}\n\n{typed}\n\nTown news 7\n\nBoris sells salt in\n\nMoscow.\n"
        (folder / f"{page.name}.md").write_text(text, encoding="utf-8")


def test_a_version_that_breaks_a_sentence_loses_its_question(tmp_path: Path) -> None:
    settings = replace(Settings.read({"TUTOR_HOME": str(tmp_path)}), home=tmp_path)
    trial = Trial([PAGE], [KEEPS, SELLS], settings, Remembering(EMBEDDER))
    by_hand = Version("cut, by hand", ".md", (), broken)
    for version in (TEXT, by_hand):
        write_version(version, [PAGE], trial.folder(version))
    text, cut = trial.outcome(TEXT), trial.outcome(by_hand)
    assert (text.documents, text.kept, text.failures) == (1, Kept(3, 3, 0, 14, 1), ())
    assert cut.kept == Kept(2, 3, 3, 17, 1, ("Boris sells salt in Moscow.",))
    assert [(row.id, row.right, row.said.split(" | ")[0], row.error) for row in (*text.rows, *cut.rows)] == [
        ("keeps", True, "Anna keeps “black” bees.", ""),
        ("sells", True, "Boris sells salt in Moscow.", ""),
        ("keeps", True, 'Anna keeps "black" bees.', ""),
        ("sells", False, "Boris sells salt in", ""),
    ]
    assert (lost(text, text), lost(text, cut)) == ("", "cut, by hand: 50.0 points below the text, at most 3")
    assert list(wrong(text, cut)) == [
        "cut, by hand: sentences broken",
        "  Boris sells salt in Moscow.",
        "cut, by hand: questions lost",
        "  Where does Boris sell salt? (Moscow)",
        "    text: Boris sells salt in Moscow.",
        "    here: Boris sells salt in",
    ]


def test_a_page_without_a_document_is_all_broken() -> None:
    found = kept([PAGE], {})
    assert (found.whole, found.sentences, found.strange, found.words, len(found.broken)) == (0, 3, 0, 0, 3)


def outcome(name: str, marks: str, failures: tuple[str, ...] = (), error: str = "") -> Outcome:
    rows = tuple(Row(str(n), KEEPS, mark == "1", error="" if mark != "e" else error) for n, mark in enumerate(marks))
    return Outcome(name, 10 - len(failures), Kept(199, 200, 3, 1000, 9), rows, failures)


def test_the_table_has_a_line_for_each_version_and_differences_to_the_text() -> None:
    text, same, worse = outcome("text", "1110"), outcome("docx", "1110"), outcome("PDF", "1000")
    shown = table([text, same, worse], seed=1)
    assert shown.title == "10 articles, 200 sentences, 4 questions"
    assert shown.rows[:2] == (
        ("text", "10", "9", "99.5", "0.3", "75.0", ""),
        ("docx", "10", "9", "99.5", "0.3", "75.0", "+0.0 [+0.0 to +0.0]"),
    )
    assert shown.rows[2][-2:] == ("25.0", "-50.0 [-100.0 to +0.0]")


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (outcome("PDF", "1" * 97 + "000"), ""),  # 3 points are what it may lose
        (outcome("PDF", "1" * 96 + "0000"), "PDF: 4.0 points below the text, at most 3"),
        (outcome("PDF", "1" * 100, ("a.pdf is damaged",)), "PDF: a.pdf is damaged"),
        (
            outcome("PDF", "1" * 98 + "ee", error="ValueError: no"),
            "PDF: 2 questions failed, the first with ValueError: no",
        ),
    ],
)
def test_what_is_too_far_below_the_text_is_said(other: Outcome, says: str) -> None:
    assert lost(outcome("text", "1" * 100), other) == says


# ------------------------------------------------------------- all together


def squad_file(path: Path, titles: Sequence[str]) -> Path:
    qas = [
        {
            "id": one.id,
            "question": one.text,
            "answers": [{"text": gold.text, "answer_start": 0} for gold in one.answers],
        }
        for one in (SELLS,)
    ]
    data = [{"title": title, "paragraphs": [{"context": f"{BEES} {SALT}", "qas": qas}]} for title in titles]
    path.write_text(json.dumps({"data": data}), encoding="utf-8")
    return path


def test_the_command_writes_ingests_asks_and_compares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["The Town", "Anna keeps “black” bees. They give honey to the town.", "Boris sells salt in Minsk."]
    printed = tmp_path / "printed.pdf"
    printed.write_bytes(pdf([Sheet([Text(line, 72, 100 + 40 * n) for n, line in enumerate(lines)])]))
    copy = 'for word; do case "$word" in --print-to-pdf=*) /bin/cp "$PRINTED" "${word#*=}";; esac; done'
    programs(tmp_path / "bin", monkeypatch, chromium=copy)
    monkeypatch.setenv("PRINTED", str(printed))
    file = squad_file(tmp_path / "town.json", ["The_Town", "A farm"])
    settings = Settings.read({"TUTOR_HOME": str(tmp_path / "home")})
    folder = tmp_path / "new" / "kept"
    arguments = [str(file), "--part", "tune", "--wrong", "--markdown", "--keep", str(folder)]
    assert formats.main(arguments, settings, EMBEDDER) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "**1 articles, 3 sentences, 1 questions**"
    assert "| text | 1 | 1 | 100.0 | 0.0 | 100.0 |  |" in out
    assert "| PDF in two columns, Chromium | 1 |" in out
    assert "\nArticles: The Town.\n" in out
    assert "    here: Boris sells salt in Minsk." in out
    assert [line for line in err.splitlines() if line.startswith("evals: ")] == [
        f"evals: {PANDOC}",
        f"evals: {OFFICE}",
        f"evals: {XELATEX}",
        "evals: PDF in two columns, Chromium: 100.0 points below the text, at most 3",
    ]
    assert sorted(path.name for path in folder.iterdir()) == ["PDF-in-two-columns-Chromium", "indexes", "text"]
    assert not (tmp_path / "home").exists()
