"""The study guide: names and their kinds, the glossary, key sentences, and the guide as Markdown and as a page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.study.card import Asked
from app.study.glossary import glossary
from app.study.guide import Guide, outline, study_guide, study_guides
from app.study.guide_export import GuideError, export_guide, guide_html, guide_markdown
from app.study.names.entities import is_body, kind_of, name_spans
from app.study.names.mentions import mentions
from app.study.names.naming import Kinds
from app.tutor import Tutor
from ingest.chunk import chunk
from ingest.documents import Document, Source, Span
from ingest.errors import IndexUnavailable
from ingest.loaders import load
from vectorstore.records import Record
from vectorstore.spelling import Spelling

PERSON, PLACE, NAME = Asked.PERSON, Asked.PLACE, Asked.NAME


def record(folder: Path, text: str, name: str = "notes") -> Record:
    """A Markdown text as a document."""
    path = folder / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    document = load(path, Source(name, "Notes <1>", path, author="A. Lee", year="1999"))
    return Record(document, chunk(document), "")


# -- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Then Anna Lee met Professor John J. Smith in Ulm.", ["Anna Lee", "John J. Smith", "Ulm"]),
        ("Many people came to the Council of People's Commissars.", ["Council of People's Commissars"]),
        ("Later Stalin's letter reached the Academy of Sciences.", ["Stalin", "Academy of Sciences"]),
        ("In May the Far East was cold.", ["Far East"]),
        ("The People's Commissar Yezhov and Kim Il-sŏng wrote.", ["Yezhov", "Kim Il-sŏng"]),
        ("Ludwig van Beethoven and Leonardo da Vinci came.", ["Ludwig van Beethoven", "Leonardo da Vinci"]),
        ("Nothing is named here.", []),
        ("The bull of Leo X was read to William of Ockham.", ["Leo X", "William of Ockham"]),
        ("It told of the Lord’s Prayer and the Apostles’ Creed.", ["Lord’s Prayer", "Apostles’ Creed"]),
        (
            "Workers of Stein & Sons left St. Louis by Route 180 in 30 trucks.",
            ["Stein & Sons", "St. Louis", "Route 180"],
        ),
        ("By Decree No. 79 he went to the U.S. in May.", ["Decree No. 79", "U.S."]),
        ("Many fled from the Third Reich, as the First Secretary Lee did.", ["Third Reich", "Lee"]),
    ],
)
def test_where_names_stand(sentence: str, names: list[str]) -> None:
    ordinary = {"then", "many", "later", "nothing", "in", "the", "workers"}
    spans = name_spans(sentence, lambda word: word not in ordinary)
    assert [sentence[span.start : span.end] for span in spans] == names


@pytest.mark.parametrize(
    ("name", "sentence", "kind"),
    [
        ("Lyushkov", "He wrote to Lyushkov, head of the office.", PERSON),
        ("Yezhov", "It was signed by Commissar Yezhov.", PERSON),
        ("Otto Pohl", "Otto Pohl’s monograph sold well.", PERSON),
        ("Ivan Petrovich Tyu", "The house of Ivan Petrovich Tyu burnt.", PERSON),
        ("Conquest", "Conquest argues that it was so.", PERSON),
        ("Kokand", "Families were settled in Samarkand, Fergana, and Kokand.", PLACE),
        ("Karatal", "It lies in the Karatal district.", PLACE),
        ("Lake Baikal", "They saw Lake Baikal.", PLACE),
        ("Kazakhstan", "Kazakhstan signed.", PLACE),
        ("Red Army", "Houses were handed to the Red Army.", NAME),
        ("NKVD", "The NKVD was told.", NAME),
        ("Kurds", "The Kurds were deported.", NAME),
        ("Pravda", "Articles published in Pravda said so.", NAME),
        ("South Carolina", "South Carolina signed.", PLACE),
        ("Decree No. 79", "Decree No. 79 was signed.", NAME),
        ("Institute of Asian Studies", "She works at the Institute of Asian Studies.", NAME),
    ],
)
def test_what_a_name_is_the_name_of(name: str, sentence: str, kind: Asked) -> None:
    assert kind_of(name, sentence) is kind


@pytest.mark.parametrize(
    ("name", "body"), [("NKVD", True), ("Bank of Korea", True), ("Regional Committees", True), ("Koreans", False)]
)
def test_bodies(name: str, body: bool) -> None:
    assert is_body(name) is body


def test_mentions_of_one_name_are_together(tmp_path: Path) -> None:
    made = record(
        tmp_path,
        "The order was signed by Nikolay Yezhov. Nobody told Ejov of the fire. Some say that Yezhov knew.\n\n"
        "Soon the Poles met Anna Lee, and later Boris Lee, in Ulm. The Polish army left Ulm. Nobody saw Lee.\n\n"
        "A book, *Winter in Ulm*, told of it (Lee, 1999).",
    )
    text = made.document.text
    found = [
        (entity.name, entity.kind.value, [text[span.start : span.end] for _, span in entity.mentions])
        for entity in mentions([made])
    ]
    assert found == [
        ("Nikolay Yezhov", "person", ["Nikolay Yezhov", "Ejov", "Yezhov"]),
        ("Ulm", "place", ["Ulm", "Ulm"]),
        ("Poles", "name", ["Poles"]),
        ("Anna Lee", "person", ["Anna Lee"]),
        ("Boris Lee", "person", ["Boris Lee"]),
        ("Lee", "person", ["Lee"]),  # which of the two?
    ]


_TOLD = (
    "Robert Conquest wrote of the conquest of a land.",
    "Conquest argues that it was so.",
    "Some Polish families and the Poles of Ulm met Robert.",
    "They met in Ulm, or Ulm met them.",
    "They spoke Xenian, and the Wend was there.",
)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (_TOLD[0], [("Robert Conquest", PERSON)]),
        (_TOLD[1], [("Conquest", PERSON)]),  # though "conquest" is a word
        (_TOLD[2], [("Polish", None), ("Poles", NAME), ("Ulm", PLACE), ("Robert", None)]),  # an adjective; a first name
        (_TOLD[4], [("Xenian", None), ("Wend", NAME)]),  # a language
        ("They met in Ulm.", []),  # no text that is known
    ],
    ids=["in full", "surname", "adjective", "language", "unknown"],
)
def test_what_all_sentences_say_of_a_name(text: str, kinds: list[tuple[str, Asked | None]]) -> None:
    known = Kinds(_TOLD, Spelling(_TOLD).is_name)
    assert [(phrase.text, known.of(phrase)) for phrase in known.phrases(text)] == kinds


def test_a_surname_is_no_place_whatever_stands_before_it() -> None:
    texts = ["Ann Reed met Bob Reed.", "A letter to Reed of May.", "They wrote to Reed, and from Reed came no word."]
    known = Kinds(texts, Spelling(texts).is_name)
    found = {phrase.text: known.of(phrase) for text in texts for phrase in known.phrases(text)}
    assert found["Reed"] is PERSON


# -- the glossary ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("A troika is a panel of three people.", [("troika", "a panel of three people")]),
        ("Perestroika refers to the reforms of those years.", [("Perestroika", "the reforms of those years")]),
        (
            "The term “exile” was used for every forced move.",
            [("exile", "for every forced move")],
        ),
        (
            "The elite, the *nomenklatura*, the privileged few of the state, kept silent.",
            [("nomenklatura", "the privileged few of the state")],
        ),
        ("They are the *Koryo Saram* (Koreans of the former state).", [("Koryo Saram", "Koreans of the former state")]),
        ("He joined the Bank of Northern Trade (BNT) then.", [("BNT", "Bank of Northern Trade")]),
        ("Most moved to the so-called “near abroad.”", [("near abroad", "")]),
        ("He fought in the Great War², and came home.\n\n² The term used there for those years.", [("Great War", "")]),
        ("It is a panel of three people.", []),
        ("This is the result of a long war.", []),
        ("The first train is the largest of the line.", []),
        ("He went to the bank (a long walk) then.", []),
        ("She was a nurse, a kind one.", []),
    ],
)
def test_terms_that_are_explained(text: str, terms: list[tuple[str, str]], tmp_path: Path) -> None:
    made = record(tmp_path, text)
    found = glossary(made)
    assert [(term.name, term.means) for term in found] == terms
    for term in found:
        assert made.document.text[term.said.start : term.said.end] == term.name
        assert term.citation.quote == made.document.text[term.citation.span.start : term.citation.span.end]


def test_the_first_explanation_counts_and_the_alphabet_orders(tmp_path: Path) -> None:
    made = record(tmp_path, "Yurts are a kind of tent. An ash is a tree of the north. A yurt is a round house of felt.")
    assert [(term.name, term.means) for term in glossary(made)] == [
        ("ash", "a tree of the north"),
        ("Yurts", "a kind of tent"),
    ]


# -- the outline -----------------------------------------------------------------------------------------------------


def test_key_sentences_are_central_and_differ(tmp_path: Path) -> None:
    text = (
        "# One\n\nThe old mill of Ulm burnt down in the war of 1934. The old mill of Ulm burnt down in that war too. "
        "Many boats of the river Don sank in a very hard winter. It was very cold there in every month of that year. "
        "A nurse from Kiev kept a long diary of all those days.\n\n# Two\n\nNothing.\n"
    )
    made = record(tmp_path, text)
    vectors = np.asarray([[1, 0], [1, 0], [0.8, 0.6], [1, 0], [0, 1], [1, 0]], dtype=np.float32)
    parts = outline(made, vectors)
    assert [(part.title, part.level) for part in parts] == [("One", 1)]
    assert [key.quote[:12] for key in parts[0].keys] == ["The old mill", "Many boats o"]
    assert [key.section for key in parts[0].keys] == ["One", "One"]


def test_a_document_without_sentences_has_an_empty_guide(tmp_path: Path) -> None:
    guide = study_guide(record(tmp_path, "# Only a heading\n"), np.zeros((0, 2), dtype=np.float32))
    assert (guide.outline, guide.people, guide.places, guide.others, guide.glossary, guide.events) == ((),) * 6


@pytest.fixture(scope="module")
def guides(tutor: Tutor) -> tuple[Guide, ...]:
    return study_guides(tutor)


def test_the_guides_of_the_sources(guides: tuple[Guide, ...], documents: dict[str, Document]) -> None:
    kim, loc = guides
    assert [guide.source.id for guide in guides] == ["kim2026", "loc"]
    assert [part.title[:8] for part in kim.outline[1:]] == [
        "Abstract", "1. Intro", "2. Histo", "3. Early", "4. False", "5. The f", "6. Misre", "7. Narra",
    ]  # fmt: skip
    assert [len(part.keys) for part in kim.outline] == [0, 1, 2, 3, 3, 3, 3, 3, 3]
    assert [len(part.keys) for part in loc.outline] == [0, 3]
    assert [entity.name for entity in kim.people[:2]] == ["Joseph Stalin", "Genrikh Lyushkov"]
    assert [entity.name for entity in kim.places[:5]] == [
        "Kazakhstan", "Far East", "USSR", "Soviet Union", "Uzbekistan",
    ]  # fmt: skip
    assert {"NKVD", "Council of People’s Commissars", "Koreans"} <= {entity.name for entity in kim.others}
    assert [term.name for term in kim.glossary] == [
        "CIS", "deportation", "ethnic cleansing", "Great Patriotic War", "Koryo Saram", "near abroad", "nomenklatura",
        "RSFSR", "troika",
    ]  # fmt: skip
    assert (len(kim.events), len(loc.events)) == (84, 3)
    for guide in guides:
        text = documents[guide.source.id].text
        for key in (key for part in guide.outline for key in part.keys):
            assert text[key.span.start : key.span.end] == key.quote
        for entity in (*guide.people, *guide.places, *guide.others):
            assert {source_id for source_id, _ in entity.mentions} == {guide.source.id}
            assert list(entity.mentions) == sorted(set(entity.mentions))


def test_the_guide_of_one_source(tutor: Tutor) -> None:
    assert [guide.source.id for guide in study_guides(tutor, ["loc"])] == ["loc"]
    with pytest.raises(IndexUnavailable, match="There is no source 'none' in the index"):
        study_guides(tutor, ["none"])


# -- the export ------------------------------------------------------------------------------------------------------

_MILL = "The *old* mill of Ulm | Neu burnt down in 1934 and nobody rebuilt it."
_TROIKA = "A troika is a panel of three [x]."
_TEXT = f"# One <b>\n\n{_MILL} {_TROIKA}\n"


def _at(words: str) -> str:
    """Where words stand, as a link says it."""
    start = _TEXT.index(words)
    return f"start={start}&end={start + len(words)}"


def test_a_guide_as_markdown(tmp_path: Path) -> None:
    made = record(tmp_path, _TEXT)
    guide = study_guide(made, np.eye(2, dtype=np.float32))
    link = "http://t/?source=notes"
    assert guide_markdown([guide], {"notes": made.document}, base="http://t/").split("\n\n") == [
        "# Study guide: Notes &lt;1&gt;",
        "A. Lee, 1999",
        "## Outline",
        "### One &lt;b&gt;",
        "A troika is a panel of three \\[x\\].[^1]",
        "## Places",
        f"- Ulm, once: [1]({link}&{_at('Ulm')})",
        "## Glossary",
        "- **troika**: A troika is a panel of three \\[x\\].[^1]",
        "## Timeline",
        "| When | What |\n| --- | --- |\n"
        "| 1934 | The old mill of Ulm \\| Neu burnt down in 1934 and nobody rebuilt it[^2] |",
        f"[^1]: Notes &lt;1&gt; (A. Lee, 1999), “One &lt;b&gt;”: “A troika is a panel of three \\[x\\].” "
        f"[Open]({link}&{_at(_TROIKA)})",
        f"[^2]: Notes &lt;1&gt; (A. Lee, 1999), “One &lt;b&gt;”: “The \\*old\\* mill of Ulm \\| Neu burnt down in 1934 "
        f"and nobody rebuilt it.” [Open]({link}&{_at(_MILL)})\n",
    ]


def test_a_guide_as_a_page_is_escaped_and_runs_nothing(tmp_path: Path) -> None:
    made = record(tmp_path, _TEXT)
    guide = study_guide(made, np.eye(2, dtype=np.float32))
    page = guide_html([guide], {"notes": made.document}, base="http://t/")
    assert "<title>Study guide: Notes &lt;1&gt;</title>" in page
    assert '<th scope="row">1934</th><td>The old mill of Ulm | Neu burnt down in 1934' in page
    assert f'<a href="http://t/?source=notes&amp;{_at("Ulm").replace("&", "&amp;")}">1</a>' in page
    assert "<h3>One &lt;b&gt;</h3>" in page
    assert "<b>" not in page
    assert "<script" not in page
    assert page.count('<li id="fn') == 2


def test_guides_are_written_into_a_file(tutor: Tutor, tmp_path: Path) -> None:
    assert export_guide(tutor, tmp_path / "guide.html") == 2
    page = (tmp_path / "guide.html").read_text(encoding="utf-8")
    assert page.count("<h1>") == 2
    assert page.count('<th scope="row">') == 87
    assert export_guide(tutor, tmp_path / "guide.md", ["loc"]) == 1
    assert (tmp_path / "guide.md").read_text(encoding="utf-8").startswith("# Study guide: Soviet Korean Biographies")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("guide.pdf", "guide.pdf: a guide is written as Markdown (.md) or as a page (.html). Name the file so."),
        ("file/guide.md", "guide.md: cannot be written (File exists). Choose another place."),
    ],
)
def test_a_guide_that_cannot_be_written(tutor: Tutor, tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GuideError) as caught:
        export_guide(tutor, tmp_path / name, ["loc"])
    assert message in str(caught.value)


def test_names_are_of_the_documents_given(documents: dict[str, Document]) -> None:
    records = [Record(document, chunk(document), "") for document in documents.values()]
    stalin = next(entity for entity in mentions(records) if entity.name == "Joseph Stalin")
    assert {source_id for source_id, _ in stalin.mentions} == {"kim2026", "loc"}
    assert all(isinstance(span, Span) for _, span in stalin.mentions)


def test_the_command_writes_the_guide(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from app.cli import main

    assert main(["study", "export", "--guide", str(tmp_path / "guide.md"), "--source", "loc"]) == 0
    assert capsys.readouterr().err == f"Written: {tmp_path / 'guide.md'} (1 document)\n"
    written = (tmp_path / "guide.md").read_text(encoding="utf-8")
    assert "[1](http://127.0.0.1:8501/sources?source=loc&start=" in written
    assert main(["study", "export", "--guide", str(tmp_path / "guide.pdf")]) == 2
    assert "a guide is written as Markdown (.md) or as a page (.html)" in capsys.readouterr().err
