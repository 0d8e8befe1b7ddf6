"""Answers over the bundled sources: what each kind of question gets. The figures are the evaluation's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.answer import Answer, Certainty, Refusal, Turn
from app.build import build_store
from app.settings import Settings
from app.tutor import Tutor
from ingest.errors import IndexUnavailable
from ingest.pipeline import ingest
from vectorstore.embedding import Embedder


def conversation(tutor: Tutor, *questions: str) -> Answer:
    """The answer to the last of the questions."""
    turns: list[Turn] = []
    for question in questions:
        turns.append(Turn(question, tutor.ask(question, turns)))
    answer = turns[-1].answer
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("questions", "facts"),
    [
        (["what did a train consist of"], ["50 passenger cars", "one kitchen car"]),
        (["Which crops did Koreans grow in the 1950s?"], ["cotton", "kenaf", "melons"]),
        (["who was kim chil sung, navy cheif of staff"], ["Chief of Staff"]),
        (["What did Ejov report to Stalin and Molotov?"], ["completed on October 25"]),
        (["How many people died when train 505 crashed?"], ["Twenty-one people"]),
        (["Who translated the paper?"], ["Ekaterina Pesegova"]),
        (["How many farms were set up in Samarkand?", "And in Karakalpakstan?"], ["five in Karakalpakstan"]),
        (["Which resolution ordered the deportation in August 1937?", "who signed it?"], ["Molotov"]),
        (["What were the five secondary reasons?", "what about the second one?"], ["Jewish Autonomous Oblast"]),
        (["When was train 505 in an accident?", "And after that?"], ["Twenty-one people died"]),
    ],
)
def test_the_answer_has_the_facts(tutor: Tutor, questions: list[str], facts: list[str]) -> None:
    text = conversation(tutor, *questions).text
    assert [fact for fact in facts if fact not in text] == []


def test_every_item_of_a_list_inside_a_paragraph(tutor: Tutor) -> None:
    answer = tutor.ask("What were the five secondary reasons for the deportation?")
    openings = [citation.quote.split(",")[0].split()[-1] for citation in answer.citations]
    assert openings == ["first", "Second", "Third", "Fourth", "Fifth"]


def test_a_list_inside_one_item_of_another_is_answered_by_that_item(tutor: Tutor) -> None:
    answer = tutor.ask("Which three representatives made up the troika in the districts?")
    (citation,) = answer.citations
    assert citation.quote.startswith("Secondly, ") and citation.quote.count("a representative of") == 3


def test_only_the_source_that_names_someone_is_heard_of_him(tutor: Tutor) -> None:
    answer = tutor.ask("Which source mentions Kim Il-sung?")
    assert {citation.source_id for citation in answer.citations} == {"loc"}


def test_both_sources_are_heard(tutor: Tutor) -> None:
    answer = tutor.ask("What do the two sources say about Stalin?")
    assert {citation.source_id for citation in answer.citations} == {"kim2026", "loc"}


def test_a_named_source_is_the_only_one(tutor: Tutor) -> None:
    answer = tutor.ask("According to the Library of Congress, what did Stalin do?")
    assert {citation.source_id for citation in answer.citations} == {"loc"}


def test_a_disagreement_is_said_and_both_sides_cited(tutor: Tutor) -> None:
    answer = tutor.ask("How many Korean families were there in Uzbekistan on November 15, 1938?")
    quotes = " ".join(citation.quote for citation in answer.citations)
    assert ["16,453" in quotes, "16,307" in quotes] == [True, True]
    assert [note[:38] for note in answer.notes] == ["The source disagrees with itself here:"]


@pytest.mark.parametrize("question", ["What is the capital of France?", "Tell me about Napoleon", "Кто такой Ежов?"])
def test_a_refusal_explains_itself(tutor: Tutor, question: str) -> None:
    answer = tutor.ask(question)
    assert (answer.refusal, answer.sentences, answer.citations) == (Refusal.UNKNOWN_WORDS, (), ())
    assert answer.reason.startswith("The sources don't say. They nowhere have “")
    assert answer.passages
    assert all(word in answer.reason for word in answer.unknown)


def test_certainty_in_words() -> None:
    def certainty(confidence: float) -> Certainty:
        return Answer("q", "q", (), (), confidence).certainty

    assert [certainty(c) for c in (0.7, 0.69, 0.4, 0.39)] == [
        Certainty.HIGH,
        Certainty.MEDIUM,
        Certainty.MEDIUM,
        Certainty.LOW,
    ]


def test_passages_are_best_first(tutor: Tutor) -> None:
    scores = [hit.score for hit in tutor.ask("Who signed the resolution?").passages]
    assert len(scores) == 10
    assert scores == sorted(scores, reverse=True)


def test_turns_without_an_answer_are_asked_again(tutor: Tutor) -> None:
    given = conversation(tutor, "How many farms were set up in Samarkand?", "And in Fergana?")
    replayed = tutor.ask("And in Fergana?", [Turn("How many farms were set up in Samarkand?")])
    assert (replayed.understood, replayed.citations) == (given.understood, given.citations)


def test_an_empty_index_says_what_to_do(tmp_path: Path, embedder: Embedder) -> None:
    settings = Settings.read({"TUTOR_HOME": str(tmp_path)})
    answer = Tutor(build_store(settings, embedder), embedder).ask("Who signed it?")
    assert (answer.refusal, answer.reason) == (
        Refusal.NO_SOURCES,
        "There are no sources yet. Add some: tutor ingest PATH",
    )


def test_a_source_that_changed_or_went_is_told(tmp_path: Path, embedder: Embedder) -> None:
    settings = Settings.read({"TUTOR_HOME": str(tmp_path / "home")})
    file = tmp_path / "notes" / "rain.md"
    file.parent.mkdir()
    file.write_text("# Rain\n\nIt rained for nine days in Arles.\n", encoding="utf-8")
    store = build_store(settings, embedder)
    with store.writing():
        ingest([file], store)
    tutor = Tutor(store, embedder)
    said = [tutor.stale("rain")]
    file.write_text("# Rain\n\nIt rained for ten days in Arles.\n", encoding="utf-8")
    said.append(tutor.stale("rain")[:35])
    shutil.rmtree(file.parent)
    said.append(tutor.stale("rain")[:37])
    assert said == ["", "The original file has changed since", "The original file is no longer there;"]
    assert "nine days" in tutor.ask("How long did it rain in Arles?").text
    with pytest.raises(IndexUnavailable, match=r"There is no source 'snow' in the index\. There are: rain\."):
        tutor.document("snow")


BEES = """# The bee handbook

We keep four hives:

- Aster, by the gate
- Borage, under the pear tree
- Clover, beside the shed
- Dill, on the roof

The mill stopped in 1884. There were several reasons. First, the sluice gate rotted. Second, the miller died.
"""


@pytest.fixture(scope="module")
def bees(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Tutor:
    """A tutor over a handbook of somebody's own."""
    folder = tmp_path_factory.mktemp("bees")
    (folder / "bees.md").write_text(BEES, encoding="utf-8")
    store = build_store(Settings.read({"TUTOR_HOME": str(folder / "home")}), embedder)
    with store.writing():
        ingest([folder / "bees.md"], store)
    return Tutor(store, embedder)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many hives are there and what are they called?",
         ["We keep four hives:", "Aster, by the gate", "Borage, under the pear tree", "Clover, beside the shed",
          "Dill, on the roof"]),
        ("Why did the mill stop?",
         ["The mill stopped in 1884.", "There were several reasons.", "First, the sluice gate rotted.",
          "Second, the miller died."]),
    ],
)  # fmt: skip
def test_what_a_sentence_announces_is_said_too(bees: Tutor, question: str, said: list[str]) -> None:
    assert [sentence.text for sentence in bees.ask(question).sentences] == said


def test_one_sentence_that_answers_every_part_is_enough(tutor: Tutor) -> None:
    answer = tutor.ask("How many Koreans were deported in 1937, and in how many echelons?")
    assert [citation.quote[:25] for citation in answer.citations] == ["A total of 124 echelons o"]


def test_a_question_in_another_script_is_told_so(tutor: Tutor) -> None:
    assert "Ask in the language of the sources." in tutor.ask("Кто подписал постановление?").reason
