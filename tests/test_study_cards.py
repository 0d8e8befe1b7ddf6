"""Cards: what makes one, what makes none, and the form of all cards of the bundled sources and of three articles."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from app.answer import Citation
from app.study.card import BLANK, Asked, Card, CardKind, card_id
from app.study.cards import deck, make_cards
from app.study.form import Fault, faults
from app.tutor import Tutor
from ingest.chunk import chunk
from ingest.documents import Document, Source, Span
from ingest.loaders import load
from vectorstore.records import Record
from vectorstore.spelling import Spelling

ARTICLES = Path(__file__).resolve().parents[2] / "shared" / "benchmarks" / "squad2_articles20.json"


def cards_of(folder: Path, text: str) -> list[tuple[Asked, str]]:
    """What is asked of a text, and the answer."""
    return [(card.asked, card.answer) for card in made(folder, text)]


def made(folder: Path, *texts: str) -> tuple[Card, ...]:
    records = {}
    for n, text in enumerate(texts):
        path = folder / f"text{n}.txt"
        path.write_text(text, encoding="utf-8")
        document = load(path, Source(f"text{n}", f"text{n}", path))
        records[document.id] = Record(document, chunk(document), document.sha256)
    return make_cards(records, spelling(records).is_name)


def spelling(records: dict[str, Record]) -> Spelling:
    return Spelling([r.document.plain(Span(0, len(r.document.text))) for r in records.values()])


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "On 3 May 1921 the railway bridge near Ostwick was opened by Governor Anna Lee.",
            [(Asked.DATE, "3 May 1921"), (Asked.PLACE, "Ostwick"), (Asked.PERSON, "Anna Lee")],
        ),
        (
            "The flood of the river Arn destroyed 1,240 houses and drowned about 300 sheep in Ostwick.",
            [(Asked.NUMBER, "1,240"), (Asked.NUMBER, "300"), (Asked.PLACE, "Ostwick")],
        ),
        (
            "The miners of Ostwick called the thick yellow smoke of the ovens “dragon breath” in their songs.",
            [(Asked.TERM, "dragon breath")],
        ),
        (
            "The Royal Academy of Ostwick was founded with money that merchants gave to build ships in Harven.",
            [(Asked.NAME, "Royal Academy of Ostwick"), (Asked.PLACE, "Harven")],
        ),
    ],
    ids=["date", "number", "term", "name"],
)
def test_what_is_asked_of_a_sentence(text: str, asked: list[tuple[Asked, str]], tmp_path: Path) -> None:
    assert cards_of(tmp_path, text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "It was opened on 3 May 1921 by Governor Anna Lee in the presence of many guests.",
        "This bridge near Ostwick was opened on 3 May 1921 by Governor Anna Lee herself.",
        "The bridge was opened by Governor Anna Lee in the presence of many guests in Ostwick.",
        "Secondly, the bridge near Ostwick was opened on 3 May 1921 by Governor Anna Lee.",
        "Opened on 3 May 1921.",
        "What did Governor Anna Lee open near Ostwick on 3 May 1921 before all those guests?",
        "The old bridge of stone that stood there for so long was never rebuilt by anyone at all.",
        "A total of 1,240 guests came to Ostwick across the two bridges on 3 May 1921 with Governor Anna Lee.",
        "The road from Ostwick to the main railway junction was 1,240 miles long on 3 May 1921, said Anna Lee.",
        "On 3 May 1921 Governor Anna Lee again raised the question in the old town hall of Ostwick with many guests.",
        "In the first stage, the bridge near Ostwick was opened on 3 May 1921 by Governor Anna Lee.",
    ],
    ids=[
        "it",
        "this",
        "the bridge",
        "secondly",
        "short",
        "question",
        "nothing to ask",
        "the two",
        "the main",
        "again the",
        "in the first",
    ],
)
def test_what_makes_no_card(text: str, tmp_path: Path) -> None:
    assert cards_of(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Since 1921 Anna Lee’s book had a great influence on all the engineers of the old harbour.", ["1921"]),
        ("Since 1921 Anna Lee’s book “Bridges” had a great influence on all the engineers of the old harbour.",
         ["1921", "Anna Lee"]),
        ("The engineer Anna Lee, who is currently living in Ostwick, has told many guests of the old bridge.",
         ["Anna Lee"]),
        ("Dated 3 May 1921, the extract of the case of Anna Lee states that the bridge was built without guards.",
         ["Anna Lee"]),
        ("By mid-1921, all the engineers of Anna Lee had left the old harbour and the bridge to the guards.",
         ["Anna Lee"]),
        ("With money that merchants gave the Royal Academy of Ostwick (RAO) was founded to build ships in Harven.",
         ["Harven"]),
        ("With money that merchants gave the Royal Academy of Ostwick (in stone) was founded to build ships in Harven.",
         ["Royal Academy of Ostwick", "Harven"]),
    ],
    ids=["whose book", "whose book by its title", "where she lives", "dated", "by mid", "its short name", "brackets"],
)  # fmt: skip
def test_what_is_beside_the_matter_is_not_asked(text: str, asked: list[str], tmp_path: Path) -> None:
    assert [answer for _, answer in cards_of(tmp_path, f"{text}\n\nAnna Lee was born in Ostwick.")] == asked


def test_where_it_is_kept_is_not_shown(tmp_path: Path) -> None:
    said = "On 3 May 1921 the railway bridge near Ostwick was opened by Governor Anna Lee"
    cards = made(tmp_path, f"{said} (Ostwick State Archive of Roads and Bridges).")
    assert {card.prompt.replace(BLANK, card.answer) for card in cards} == {f"{said}."}


@pytest.mark.parametrize(("author", "count"), [("", 3), ("Anna Lee; translated by Ben Roth", 0), ("A. Lee", 3)])
def test_who_wrote_a_document_is_not_asked(author: str, count: int, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("On 3 May 1921 the railway bridge near Ostwick was opened by Governor Anna Lee.", encoding="utf-8")
    document = load(path, Source("notes", "Notes", path, author=author))
    records = {"notes": Record(document, chunk(document), document.sha256)}
    assert len(make_cards(records, spelling(records).is_name)) == count


def test_references_are_neither_asked_nor_shown(tmp_path: Path) -> None:
    (card,) = made(
        tmp_path,
        "The merchants of the old harbour gave 1,240 crowns to the builders of Ostwick's bridge (Lee & Kim, 1992)"
        " (State Archive, file 12, inventory 3, p. 103).",
    )
    assert (card.prompt, card.answer) == (
        f"The merchants of the old harbour gave {BLANK} crowns to the builders of Ostwick's bridge.",
        "1,240",
    )
    assert card.citation.quote.endswith("p. 103).")
    assert card.id == card_id(CardKind.CLOZE, "text0", card.prompt, "1,240")


def test_a_prompt_with_two_right_answers_is_left_out(tmp_path: Path) -> None:
    one = "In the winter of the great frost the city of Ostwick counted 1,240 empty houses in its northern quarter."
    other = one.replace("1,240", "1,310")
    assert Asked.NUMBER in dict(cards_of(tmp_path, one))
    assert Asked.NUMBER not in dict(cards_of(tmp_path, f"{one}\n\n{other}"))


def test_the_same_sentence_makes_cards_once(tmp_path: Path) -> None:
    text = "On 3 May 1921 the railway bridge near Ostwick was opened by Governor Anna Lee."
    cards = made(tmp_path, text, text)
    assert {card.citation.source_id for card in cards} == {"text0"}
    assert len(cards) == 3


# -- the bundled sources ---------------------------------------------------------------------------------------------


def test_the_deck_of_the_bundled_sources(tutor: Tutor, documents: dict[str, Document]) -> None:
    cards = deck(tutor)
    assert faults(cards, documents) == {}
    assert deck(tutor) is cards
    places = [(card.citation.source_id, card.citation.span) for card in cards]
    assert places == sorted(places)
    assert max(Counter(places).values()) <= 4
    assert len(cards) >= 150
    assert {card.asked for card in cards} >= set(Asked) - {Asked.STATEMENT}


def test_what_the_sources_disagree_about_is_not_asked(tutor: Tutor) -> None:
    disputed = {place.span for conflict in tutor.conflicts() for place in conflict.places}
    assert disputed
    asked = {card.asked for card in deck(tutor) if card.kind is CardKind.CLOZE and card.citation.span in disputed}
    assert asked.isdisjoint({Asked.NUMBER, Asked.DATE})


@pytest.mark.skipif(not ARTICLES.is_file(), reason="needs ../shared/benchmarks")
def test_articles_that_nobody_prepared_for(tmp_path: Path) -> None:
    from evals.squad_file import read_squad
    from evals.squad_index import write_sources

    ids = write_sources(read_squad(ARTICLES)[:3], tmp_path)
    records = {}
    for name in ids:
        document = load(tmp_path / f"{name}.txt", Source(name, name, tmp_path / f"{name}.txt"))
        records[name] = Record(document, chunk(document), document.sha256)
    cards = make_cards(records, spelling(records).is_name)
    assert faults(cards, {name: record.document for name, record in records.items()}) == {}
    assert len(cards) >= 150


# -- the form --------------------------------------------------------------------------------------------------------

TEXT = "The bridge near Ostwick, which Anna Lee designed, cost 1,240 crowns."
GOOD = TEXT.replace("1,240", BLANK)


def card(prompt: str = GOOD, answer: str = "1,240", quote: str = TEXT, source: str = "text") -> Card:
    citation = Citation(1, source, source, "", Span(0, len(TEXT)), quote)
    return Card(card_id(CardKind.CLOZE, source, prompt, answer), CardKind.CLOZE, Asked.NUMBER, prompt, answer, citation)


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (card(), ()),
        (card(source="gone"), (Fault.NO_SOURCE,)),
        (card(quote=TEXT.lower()), (Fault.NOT_EXACT,)),
        (card(prompt=GOOD.replace("cost", "was")), (Fault.NOT_CUT,)),
        (card(prompt=TEXT), (Fault.BLANKS, Fault.GIVEN_AWAY)),
        (card(answer="1,241"), (Fault.NOT_CUT, Fault.ANSWER_NOT_CITED)),
        (card(prompt=TEXT.replace("which", BLANK), answer="which"), (Fault.TRIVIAL,)),
    ],
    ids=["good", "no source", "quote", "not cut", "no blank", "wrong answer", "trivial"],
)
def test_faults_of_form(one: Card, found: tuple[Fault, ...], tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    documents = {"text": load(path, Source("text", "text", path))}
    assert faults([one], documents).get(one.id, ()) == found


def test_two_cards_with_one_prompt_have_two_right_answers(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    documents = {"text": load(path, Source("text", "text", path))}
    one, other = card(), card(answer="1,241")
    found = faults([one, other, one], documents)
    assert found[one.id] == (Fault.SEVERAL, Fault.TWICE)
    assert Fault.SEVERAL in found[other.id]
    assert faults([one, replace(one, id="another")], documents) == {}
