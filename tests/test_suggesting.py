"""The questions that are suggested: what is made of a sentence, what is left alone, and that each has been asked."""

from __future__ import annotations

import pytest

from app.answer import Answer, Certainty
from app.clauses import Clause, base_of, read, tidy
from app.proposing import listed, questions, reads_well
from app.suggesting import suggest
from app.tutor import Tutor

NAMES = {"soviet", "anna", "koreans", "japan", "kazakhstan"}

ASKED = (
    "How many families were deported from the Far East in total?",
    "What were the secondary reasons for the deportation?",
    "When did Stalin select Kim Il-sŏng as North Korea's leader?",
    "who is this by",
)


def made(sentence: str) -> tuple[str, ...]:
    return questions(sentence, NAMES.__contains__)


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "Over 45,302 people were convicted of espionage for Japan.",
            "How many people were convicted of espionage for Japan?",
        ),
        ("About 40% of the Koreans lived in Kazakhstan.", ""),
        (
            "About 40% of the Koreans were settled in Kazakhstan.",
            "What percentage of the Koreans were settled in Kazakhstan?",
        ),
        (
            "As of May 3, 1938, there were 16,307 families, or 74,500 people, in Kazakhstan (file 837).",
            "How many families were there in Kazakhstan as of May 3, 1938?",
        ),
        ("The Baikal line carried 1,705 people (379 families).", "How many people did the Baikal line carry?"),
        ("Captain Anna Lee signed the Treaty of Nice, and the war ended.", "Who signed the Treaty of Nice?"),
        ("The first railway of Wales was the oldest railway in Britain.", "What was the oldest railway in Britain?"),
        ("The Treaty of Nice was a treaty between two states.", "What was the Treaty of Nice?"),
        ("The Treaty of Nice was signed by Anna Lee.", "Who signed the Treaty of Nice?"),
        (
            "The Treaty of Nice was signed in Kazakhstan on May 3, 1921.",
            "When was the Treaty of Nice signed in Kazakhstan?",
        ),
        ("The Koreans fled to Kazakhstan because the harvest failed.", "Why did the Koreans flee to Kazakhstan?"),
        (
            "To end the famine, the Politburo created collective farms.",
            "Why did the Politburo create collective farms?",
        ),
        (
            "On July 10, 1932, the Politburo again addressed the question.",
            "What did the Politburo do on July 10, 1932?",
        ),
        ("However, the Baikal line was used for freight.", "What was the Baikal line used for?"),
        ("The lecture by Anna Lee consists of three parts.", "What does the lecture by Anna Lee consist of?"),
        ("Pohl concluded that the Koreans were first.", "What did Pohl conclude about the Koreans?"),
        ("He met Anna Lee, the former head of the post, in Rome.", "Who was Anna Lee?"),
    ],
)
def test_a_question_of_a_sentence(sentence: str, question: str) -> None:
    assert made(sentence)[:1] == ((question,) if question else ())


@pytest.mark.parametrize(
    "sentence",
    [
        "He was born in 1905.",
        "This was the first railway in Wales.",
        "It was signed by Anna Lee on May 3, 1921.",
        "The memorandum was signed.",
        "The first train carried 1,705 people.",
        "People deported to Kazakhstan suffered.",
        "“In our opinion,” Anna Lee writes, “there was an agreement.”",
        "Anna [Lee] was the head of the post.",
        "Route of the deportation. Wikimedia Commons",
        "1. Early migration of Koreans. [1864-1883]",
        "The council was Anna’s.",
        "",
    ],
)
def test_what_is_not_read_with_certainty_is_left_alone(sentence: str) -> None:
    assert made(sentence) == ()


@pytest.mark.parametrize(
    ("question", "well"),
    [
        ("Who was Anna Lee?", True),
        ("Who was he?", False),
        ("What did Anna Lee do in the city?", False),
        ("What did Anna Lee do in the city of Rome?", True),
        ("What is “the line?", False),
        ("How many trains were there between Rome?", False),
        ("How many trains were there between Rome and Nice?", True),
        ("What was signed by Anna Lee and?", False),
        ("Who was Anna Lee", False),
        ("What happened to them in Rome?", False),
        (f"Who was Anna Lee {'and Anna Lee ' * 5}?", False),
    ],
)
def test_what_reads_well(question: str, well: bool) -> None:
    assert reads_well(question) is well


@pytest.mark.parametrize(
    ("intro", "asked"),
    [
        (
            "The secondary reasons for the flight of Koreans include the following: first, famine.",
            "What are the secondary reasons for the flight of Koreans?",
        ),
        (
            "The history of the Soviet Koreans can be divided into the following main periods:",
            "Into which main periods can the history of the Soviet Koreans be divided?",
        ),
        ("There are some:", ""),
    ],
)
def test_the_question_of_a_list(intro: str, asked: str) -> None:
    assert listed(intro) == ((asked,) if asked else ())


def test_a_sentence_is_taken_apart() -> None:
    sentence = "However, on May 3, 1921, Anna Lee, head of the post, wrote a letter (Lee, 1992)."
    assert read(tidy(sentence)) == Clause(("On May 3, 1921",), "Anna Lee", "wrote", "a letter")


@pytest.mark.parametrize(
    ("past", "base"),
    [
        ("created", "create"),
        ("declared", "declare"),
        ("formed", "form"),
        ("stopped", "stop"),
        ("edited", ""),
        ("went", "go"),
    ],
)
def test_the_base_of_a_past_tense(past: str, base: str) -> None:
    assert base_of(past) == base


@pytest.fixture(scope="module")
def answers(tutor: Tutor) -> dict[str, Answer]:
    return {question: tutor.ask(question) for question in ASKED}


@pytest.mark.parametrize("question", ASKED)
def test_each_is_answered_by_what_has_not_been_shown(question: str, tutor: Tutor, answers: dict[str, Answer]) -> None:
    suggested = suggest(answers[question], tutor)
    assert suggested == suggest(answers[question], tutor)
    assert len(set(suggested)) == len(suggested) <= 3
    shown = {(one.source_id, one.span) for one in answers[question].citations}
    for one in suggested:
        found = tutor.ask(one)
        assert not found.refused and found.confidence >= 0.5 and found.certainty is not Certainty.LOW
        assert {(cited.source_id, cited.span) for cited in found.citations} - shown
        assert reads_well(one)


def test_what_was_asked_is_not_suggested_again(tutor: Tutor, answers: dict[str, Answer]) -> None:
    answer = answers[ASKED[0]]
    first = suggest(answer, tutor)
    assert len(first) == 3
    assert not set(first) & set(suggest(answer, tutor, asked=first))


def test_a_refusal_is_followed_by_what_the_nearest_passages_say(tutor: Tutor) -> None:
    refused = tutor.ask("Who won the football World Cup in 2002?")
    assert refused.refused
    found = suggest(refused, tutor)
    nearest = {(hit.passage.source_id, span) for hit in refused.passages for span in hit.passage.sentences}
    for question in found:
        assert {(one.source_id, one.span) for one in tutor.ask(question).citations} & nearest


@pytest.mark.parametrize(
    ("candidate", "kept"),
    [
        ("1. Who was Genrikh  Lyushkov?", "Who was Genrikh Lyushkov?"),
        ("Who was he?", ""),
        ("What did they say about this?", ""),
        ("What is the capital of Peru?", ""),
        ("Tell me about Genrikh Lyushkov.", ""),
        ("Who was Lyushkov? And who was Yezhov?", ""),
        ("How many families were deported from the Far East in all?", ""),
        ("", ""),
        ("???", ""),
    ],
)
def test_a_proposal_passes_the_same_check(candidate: str, kept: str, tutor: Tutor, answers: dict[str, Answer]) -> None:
    answer = answers[ASKED[0]]
    own = suggest(answer, tutor, n=2)
    found = suggest(answer, tutor, n=2, candidates=[candidate])
    assert found[0] == (kept or own[0])


def test_without_sources_there_is_nothing_to_suggest(tutor: Tutor, answers: dict[str, Answer]) -> None:
    empty = Answer("?", "?", (), (), 0.0)
    assert suggest(empty, tutor) == ()
    assert suggest(answers[ASKED[0]], tutor, n=0) == ()
