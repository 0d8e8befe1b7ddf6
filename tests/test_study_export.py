"""Cards written for other programs: an Anki package that Anki's own library opens, a CSV table, the command."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from chat_server import Script, serving

from app import cli
from app.answer import Citation
from app.build import build_study
from app.settings import Settings
from app.study.anki import DECK_NAME, FIELDS, fields, marked, write_anki
from app.study.bank import read_bank
from app.study.card import BLANK, Asked, Card, CardKind
from app.study.cards import deck
from app.study.table import COLUMNS, StudyExportError, defused, write_csv
from app.tutor import Tutor
from ingest.documents import Document, Source, Span
from ingest.loaders import load

BASE = "http://127.0.0.1:8501/"
FIRST, LATER = 1_700_000_000.0, 1_800_000_000.0  # seconds since 1970

TEXT = "The **bridge** <b>near</b> Ostwick & Harven cost 24 crowns, or 1,240 shillings (Lee & Kim, 1992)."


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "a b.md"
    path.write_text(TEXT, encoding="utf-8")
    return load(path, Source("a b", "A & B", path))


def card_of(document: Document, prompt: str, answer: str, kind: CardKind = CardKind.CLOZE) -> Card:
    span = Span(0, len(TEXT))
    citation = Citation(1, document.id, document.source.title, "Sums", span, TEXT)
    return Card("0123456789abcdef", kind, Asked.NUMBER, prompt, answer, citation)


def test_the_fields_of_a_note_are_escaped_html(document: Document) -> None:
    prompt = f"The bridge <b>near</b> Ostwick & Harven cost {BLANK} crowns, or 1,240 shillings."
    assert dict(zip(FIELDS, fields(card_of(document, prompt, "24"), {"a b": document}, BASE), strict=True)) == {
        "Prompt": "The bridge &lt;b&gt;near&lt;/b&gt; Ostwick &amp; Harven cost <b>[…]</b> crowns, or 1,240 shillings.",
        "Answer": "24",
        "Quote": "The bridge &lt;b&gt;near&lt;/b&gt; Ostwick &amp; Harven cost <mark>24</mark> crowns,"
        " or 1,240 shillings"
        " (Lee &amp; Kim, 1992).",
        "Source": "A &amp; B, Sums",
        "Link": f"{BASE}?source=a+b&amp;start=0&amp;end={len(TEXT)}",
        "Id": "0123456789abcdef",
    }


START = "The bridge &lt;b&gt;near&lt;/b&gt; Ostwick &amp; Harven cost "
CUT = "The bridge <b>near</b> Ostwick & Harven cost "


@pytest.mark.parametrize(
    ("prompt", "answer", "kind", "html"),
    [
        (f"{CUT}{BLANK} crowns, or 1,240 shillings.", "24", CardKind.CLOZE, "<mark>24</mark> crowns, or 1,240"),
        (f"{CUT}24 crowns, or 1,{BLANK}0 shillings.", "24", CardKind.CLOZE, "24 crowns, or 1,<mark>24</mark>0"),
        ("How many crowns?", "24", CardKind.QUESTION, "<mark>24</mark> crowns, or 1,240"),
        ("How many crowns?", "two dozen", CardKind.WRITTEN, "24 crowns, or 1,240"),
    ],
    ids=["cloze", "a second time", "question", "not in these words"],
)
def test_the_answer_is_marked_where_it_stands(
    prompt: str, answer: str, kind: CardKind, html: str, document: Document
) -> None:
    shown = marked(card_of(document, prompt, answer, kind), document)
    assert shown == f"{START}{html} shillings (Lee &amp; Kim, 1992)."


# -- Anki ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Any]:
    """A collection of Anki's own."""
    library = pytest.importorskip("anki.collection", reason="needs the package anki (the extra dev)")
    opened = library.Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def imported(collection: Any, path: Path) -> tuple[int, int]:
    """How many notes an import brought, and how many it updated."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
    log = collection.import_anki_package(request).log
    return len(log.new), len(log.updated)


def test_anki_opens_the_deck(tutor: Tutor, documents: dict[str, Document], collection: Any, tmp_path: Path) -> None:
    cards, path = deck(tutor), tmp_path / "deck.apkg"
    assert write_anki(cards, documents, path, base=BASE, now=FIRST) == len(cards)
    assert imported(collection, path) == (len(cards), 0)
    assert (collection.note_count(), collection.card_count()) == (len(cards), len(cards))
    assert DECK_NAME in {one.name for one in collection.decks.all_names_and_ids()}
    notes = {note["Id"]: note for note in map(collection.get_note, collection.find_notes(""))}
    assert set(notes) == {card.id for card in cards}
    for card in cards:
        assert tuple(notes[card.id].values()) == fields(card, documents, BASE)
        assert set(notes[card.id].tags) == {str(card.kind), str(card.asked), card.citation.source_id}
    shown = collection.get_card(collection.find_cards("")[0])
    assert "<mark>" in shown.answer()
    assert "nightMode" in shown.answer()


def test_a_second_import_updates_and_duplicates_nothing(
    tutor: Tutor, documents: dict[str, Document], collection: Any, tmp_path: Path
) -> None:
    cards, path = deck(tutor)[:20], tmp_path / "deck.apkg"
    write_anki(cards, documents, path, now=FIRST)
    assert imported(collection, path) == (20, 0)
    assert imported(collection, path) == (0, 0)
    changed = [replace(cards[0], answer="another answer"), *cards[1:]]
    write_anki(changed, documents, path, now=LATER)
    assert imported(collection, path) == (0, 20)
    assert collection.note_count() == 20
    (name,) = collection.find_notes(f"Id:{cards[0].id}")
    assert collection.get_note(name)["Answer"] == "another answer"


# -- CSV -------------------------------------------------------------------------------------------------------------


def test_the_table_of_the_deck(tutor: Tutor, tmp_path: Path) -> None:
    cards, path = deck(tutor), tmp_path / "cards.csv"
    assert write_csv(cards, path, base=BASE) == len(cards)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,kind,asked,")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [card.id for card in cards]
    assert tuple(rows[0]) == COLUMNS
    for row, card in zip(rows, cards, strict=True):
        assert (row["prompt"], row["answer"]) == (defused(card.prompt), card.answer)
        text = tutor.document(row["source"]).text
        assert defused(text[int(row["start"]) : int(row["end"])]) == row["quote"]
        assert row["link"].startswith(f"{BASE}?source={row['source']}&start={row['start']}")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =HYPERLINK()", "\r=1"])
def test_a_cell_is_no_formula(cell: str) -> None:
    assert defused(cell) == f"'{cell}"
    assert defused(f"a {cell}") == f"a {cell}"


# -- faults, and the command -----------------------------------------------------------------------------------------


def test_nothing_to_write_and_nowhere_to_write_it(document: Document, tmp_path: Path) -> None:
    cards, nowhere = [card_of(document, f"{BLANK} crowns", "24")], tmp_path / "none" / "deck.apkg"
    with pytest.raises(StudyExportError, match="There are no cards to export"):
        write_anki([], {}, tmp_path / "deck.apkg")
    with pytest.raises(StudyExportError, match="There are no cards to export"):
        write_csv([], tmp_path / "cards.csv")
    with pytest.raises(StudyExportError, match="cannot be written"):
        write_anki(cards, {document.id: document}, nowhere)
    (tmp_path / "folder").mkdir()
    with pytest.raises(StudyExportError, match="cannot be written"):
        write_csv(cards, tmp_path / "folder")
    assert not nowhere.exists()


def test_tutor_study_cards(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["study", "cards", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["kind"] for row in rows} == {"cloze", "question"}
    assert len(rows) >= 150
    assert cli.main(["study", "cards"]) == 0
    printed = capsys.readouterr()
    assert printed.err.endswith(f"{len(rows)} cards\n")
    assert read_bank().questions[0].question in printed.out


def test_tutor_study_export(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    anki, table = tmp_path / "deck.apkg", tmp_path / "cards.csv"
    assert cli.main(["study", "export", "--anki", str(anki), "--csv", str(table)]) == 0
    err = capsys.readouterr().err
    assert f"Written: {anki}" in err
    assert f"Written: {table}" in err
    assert anki.read_bytes()[:2] == b"PK"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".anki-")] == []


def test_tutor_study_export_says_what_is_missing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["study", "export"]) == 2
    assert capsys.readouterr().err == (
        "tutor: Say what to write: tutor study export --anki deck.apkg, --csv cards.csv, or --guide guide.html.\n"
    )


# -- cards of one's own ----------------------------------------------------------------------------------------------

WRITTEN = """Q: When did Joseph Stalin choose Kim Il-sŏng as the leader of North Korea?
A: September 1945
S: In September 1945, Joseph Stalin chose Kim Il-sŏng as the leader of North Korea."""


def test_tutor_study_write_keeps_what_passages_bear_out(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(Script(replies=WRITTEN)) as server:
        write = ["study", "write", "--llm", f"openai:m@{server.url}", "--source", "loc"]
        assert cli.main(write) == 0
        printed = capsys.readouterr()
        assert printed.out.splitlines() == [
            "When did Joseph Stalin choose Kim Il-sŏng as the leader of North Korea?",
            "    September 1945  [loc, Historical Background]",
            "",
        ]
        asked = len(server.chats)
        assert printed.err == f"Cards written and kept: 1. Passages read: {asked}.\n"
        assert cli.main(write) == 0
        assert len(server.chats) == 2 * asked - 1  # a passage that has a written card is not asked about again
        capsys.readouterr()
    assert cli.main(["study", "cards", "--json"]) == 0
    (row,) = [row for row in json.loads(capsys.readouterr().out) if row["kind"] == "written"]
    assert (row["answer"], row["asked"], row["quote"][:18]) == ("September 1945", "date", "In September 1945,")


def test_saved_cards_are_exported_unless_their_source_has_changed(home: Path, tmp_path: Path, tutor: Tutor) -> None:
    good = replace(deck(tutor)[0], id="1" * 16, kind=CardKind.SAVED)
    stale = replace(good, id="2" * 16, citation=replace(good.citation, quote="other words"))
    study = build_study(Settings.read({"TUTOR_HOME": str(home)}))
    for one in (good, stale):
        study.save(one, datetime.fromtimestamp(FIRST, UTC))
    study.close()
    table = tmp_path / "cards.csv"
    assert cli.main(["study", "export", "--csv", str(table)]) == 0
    ids = [row["id"] for row in csv.DictReader(table.open(encoding="utf-8-sig", newline=""))]
    assert ids == [*(card.id for card in deck(tutor)), good.id]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["write"], "Writing cards needs a chat model. Name one, say --llm ollama:qwen3:4b or --llm local."),
        (
            ["write", "--llm", "openai:m@http://127.0.0.1:9/v1", "--source", "nobody"],
            "There is no source 'nobody' in the index. There are: kim2026, loc.",
        ),
    ],
    ids=["no model", "no source"],
)
def test_tutor_study_write_says_what_is_missing(
    arguments: list[str], line: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["study", *arguments]) == 2
    assert capsys.readouterr().err == f"tutor: {line}\n"
