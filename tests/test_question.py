"""What is asked: kinds of answer, lists, parts, named sources, follow-ups. Words only, no model."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.answer import Answer, Citation, Refusal, Sentence, Turn
from app.followup import Link
from app.question import MAX_CHARACTERS, clean, understand
from app.wording import Wanted, wanted
from ingest.documents import Source, Span
from ingest.errors import QuestionError
from vectorstore.spelling import Spelling

SOURCES = (
    Source("paper", "A Paper", Path("p.txt"), aliases=("German Kim", "the paper", "paper")),
    Source("loc", "A Page", Path("l.txt"), aliases=("Library of Congress",)),
)
SPELLING = Spelling(
    ["Nikolay Yezhov signed the note. Genrikh Lyushkov, head of Rostov NKVD, was sent to Kazakhstan and Uzbekistan."]
)


def turn(question: str, text: str = "") -> Turn:
    """A turn answered with one sentence."""
    citation = Citation(1, "paper", "A Paper", "", Span(0, 5), "Words")
    sentences = (Sentence(text, (1,)),) if text else ()
    return Turn(question, Answer(question, question, sentences, (citation,), 0.9))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("In what year did it begin?", Wanted.YEAR),
        ("When did the last train leave?", Wanted.DATE),
        ("How many families were there?", Wanted.NUMBER),
        ("What number does the paper have?", Wanted.LABEL),
        ("resolution number, August 1937", Wanted.LABEL),
        ("What is a troika?", Wanted.DEFINITION),
        ("Explain what a troika was in the deportation", Wanted.DEFINITION),
        ("What did it consist of?", Wanted.DEFINITION),
        ("What was the name of the paper that he signed?", Wanted.ANY),
        ("How long did the journey take?", Wanted.DURATION),
        ("who signed it", Wanted.PERSON),
        ("Where were they sent?", Wanted.PLACE),
        ("Why were they sent?", Wanted.REASON),
        ("Describe the cars", Wanted.ANY),
    ],
)
def test_the_kind_of_thing_that_would_answer(question: str, kind: Wanted) -> None:
    assert wanted(question) is kind


@pytest.mark.parametrize(
    ("question", "listing", "count"),
    [
        ("What were the five secondary reasons?", True, 5),
        ("List the crops", True, 0),
        ("Name the 3 stages of it", True, 3),
        ("What are the main periods of the stage?", True, 0),
        ("When did the five trains leave?", True, 5),
        ("Who signed the resolution?", False, 0),
    ],
)
def test_lists_are_recognised(question: str, listing: bool, count: int) -> None:
    asked = understand(question, (), SPELLING)
    assert (asked.listing, asked.count) == (listing, count)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("When was it adopted and who signed it?", ("When was it adopted", "who signed it (it adopted)")),
        ("Stalin: what did he sign, and whom did he pick?", ("what did Stalin sign", "whom did Stalin pick")),
        ("How many groups did Conquest study, and how many did Pohl?",
         ("How many groups did Conquest study", "how many did Pohl (groups did Conquest study)")),
        ("compare how Kazakhs treated them with what others expected",
         ("how Kazakhs treated them", "what others expected")),
        ("Which posts did Yezhov and Genrikh Lyushkov each hold?",
         ("Which posts did Yezhov each hold", "Which posts did Genrikh Lyushkov each hold")),
        ("Who sent Yezhov and Lyushkov there?", ()),
        ("Who led the trains and the cars?", ()),
        ("Why?", ()),
    ],
)  # fmt: skip
def test_questions_inside_a_question(question: str, parts: tuple[str, ...]) -> None:
    assert understand(question, (), SPELLING).parts == parts


@pytest.mark.parametrize(
    ("question", "named", "each", "topic"),
    [
        ("According to the Library of Congress, why was he chosen?", ("loc",), False, "why was he chosen?"),
        ("What does the paper say about trains?", ("paper",), False, "What about trains?"),
        ("What do both sources say about trains?", (), True, "What do say about trains?"),
        ("Which document mentions trains?", (), True, "trains?"),
        ("Which document ordered the trains?", (), False, "Which document ordered the trains?"),
        ("Who is German Kim?", (), False, "Who is German Kim?"),
        ("How old is the Library of Congress?", (), False, "How old is the Library of Congress?"),
    ],
)
def test_sources_that_a_question_asks(question: str, named: tuple[str, ...], each: bool, topic: str) -> None:
    asked = understand(question, (), SPELLING, SOURCES)
    assert (asked.sources, asked.each_source, asked.topic) == (named, each, topic)


@pytest.mark.parametrize(
    ("earlier", "said", "question", "understood", "link"),
    [
        ("How many farms were there in Kazakhstan?", "", "And in Uzbekistan?",
         "How many farms were there in Uzbekistan?", Link.TOPIC),
        ("How many died in 1937?", "", "and in 1938?", "How many died in 1938?", Link.TOPIC),
        ("Which resolution ordered it?", "", "who signed it?", "who signed it (resolution ordered it)?", Link.TOPIC),
        ("Who was sent to the Far East?", "So Genrikh Lyushkov was sent.", "What did he do there?",
         "What did Genrikh Lyushkov do there?", Link.TOPIC),
        ("What are the reasons?", "", "what about the second one?", "the reasons: second", Link.ITEM),
        ("When did it begin?", "", "And after that?", "it begin: what came after that", Link.NEXT),
        ("How many were convicted?", "", "And how many people in total?",
         "And how many people in total (convicted)?", Link.TOPIC),
        ("When did it begin?", "", "How many families lived in the Kazakhstan region in spring?",
         "How many families lived in the Kazakhstan region in spring?", Link.NONE),
        ("Who picked him?", "Joseph Stalin picked Kim Pen Hva.", "So it was Stalin who picked him?",
         "So it was Stalin who picked Kim Pen Hva?", Link.TOPIC),
    ],
)  # fmt: skip
def test_a_follow_up_stands_alone(earlier: str, said: str, question: str, understood: str, link: Link) -> None:
    asked = understand(question, [turn(earlier, said)], SPELLING)
    assert (asked.text, asked.link) == (understood, link)


def test_spelling_is_mended_and_told() -> None:
    asked = understand("what did Ejov sine", (), SPELLING)
    assert asked.text.startswith("what did Yezhov")
    assert asked.changes[0] == ("Ejov", "Yezhov")


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("", "The question is empty."),
        (" \n\t ", "The question is empty."),
        ("\x00", "The question is empty."),
        ("?!…", "There are no words in '?!…'."),
        ("\N{GRINNING FACE}", "There are no words in"),
        ("a" * (MAX_CHARACTERS + 1), "The question has 2,001 characters, 2,000 are the most."),
    ],
)
def test_what_cannot_be_asked(asked: str, line: str) -> None:
    with pytest.raises(QuestionError, match="^" + line.replace("?", r"\?").replace(".", r"\.")):
        clean(asked)


def test_control_characters_and_blanks_are_folded() -> None:
    assert clean(" who\x00 signed\n\nit ") == "who signed it"


@pytest.mark.parametrize(
    ("question", "overview"),
    [
        ("What is this paper about?", ("paper",)),
        ("Summarise the paper", ("paper",)),
        ("Please give me a short overview of German Kim's paper.", ("paper",)),
        ("what does the Library of Congress page say?", ("loc",)),
        ("What are the sources about?", ("paper", "loc")),
        ("summarize both texts", ("paper", "loc")),
        ("what's this all about", ("paper", "loc")),
        ("What does the paper say about Kazakhstan?", ()),
        ("Summarise the reasons", ()),
    ],
)
def test_what_a_source_is_about(question: str, overview: tuple[str, ...]) -> None:
    assert understand(question, [], SPELLING, SOURCES).overview == overview


def test_a_refused_turn_is_nothing_to_go_on_from() -> None:
    answered = turn("How many families were sent to Kazakhstan?", "They were many.")
    refused = Turn("Who won in 2020?", Answer("q", "Who won in 2020?", (), (), 0.0, refusal=Refusal.NOT_FOUND))
    after = understand("And in Uzbekistan?", [answered, refused], SPELLING)
    assert (after.text, after.link) == ("How many families were sent to Uzbekistan?", Link.TOPIC)
    assert after.previous is answered.answer
    assert understand("And in Uzbekistan?", [refused], SPELLING).text == "And in Uzbekistan?"


def test_what_a_follow_up_took_along_does_not_pile_up() -> None:
    earlier = Turn("x", Answer("x", "which jobs did they get (Soviet Koreans in Korea)?", (), (), 0.9))
    assert understand("and what happened to them?", [earlier], SPELLING).text == (
        "what happened to them (jobs did they get, Soviet Koreans in Korea)?"
    )
