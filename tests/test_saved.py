"""Answers as JSON and back, and what becomes of their citations when the sources change."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.answer import Answer, Checks, Refusal, Sentence, Turn
from app.build import build_store, update_index
from app.conversation import Conversation
from app.history import History
from app.mode import Mode
from app.saved import FORMAT, SavedAnswer, SavedError, SavedPassage, Standing, State, dump, restore
from app.settings import Settings
from app.support import Support
from app.tutor import Tutor
from ingest.documents import Span
from vectorstore.embedding import Embedder

SIGNED = "Who signed the resolution on the deportation?"
QUESTIONS = (
    SIGNED,
    "What are the five secondary reasons for the deportation?",
    "How many families were settled in Uzbekistan?",  # the sources disagree: a note
    "Who won the World Cup in 2010?",  # refused
)


def intact(answer: Answer) -> SavedAnswer:
    """What is read back while the sources are what they were."""
    return SavedAnswer(answer, {c.n: Standing(State.SAME, c.span) for c in answer.citations})


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_comes_back_whole(tutor: Tutor, question: str) -> None:
    answer = tutor.ask(question)
    saved = dump(answer)
    assert saved.isascii()
    assert "\n" not in saved
    assert restore(saved, tutor.searcher()) == intact(answer)


def test_a_written_answer_comes_back_whole(tutor: Tutor) -> None:
    quoted = tutor.ask(SIGNED)
    written = replace(
        quoted,
        sentences=(
            Sentence("Molotov signed it.", (1,)),
            Sentence("So did \ud800 Bulganin.", (1,), Support.PARTLY, "“Bulganin” is not there"),
            Sentence("In 1938.", (), Support.NOT_FOUND),
            Sentence("Why do you think so?", (), None),
        ),
        refusal=Refusal.NOT_WRITTEN,
        mode=Mode.SOCRATIC,
        model="ollama:qwen3:4b",
        checks=Checks(1, 2, 3),
        stopped=True,
    )
    assert restore(dump(written), tutor.searcher()) == intact(written)


def test_without_an_index_the_passages_are_what_was_shown(tutor: Tutor) -> None:
    answer = tutor.ask(SIGNED)
    shown = tuple(
        SavedPassage(hit.document.id, hit.passage.span, hit.passage.section, hit.score, hit.document.sha256, hit.plain)
        for hit in answer.passages
    )
    assert restore(dump(answer)) == SavedAnswer(replace(answer, passages=()), {}, shown)


# -- sources that change ---------------------------------------------------------------------------------------------

QUOTE = "The blue zeppelin landed in Tashkent on 3 May 1931."
REST = "Nobody had expected it. The mayor was at lunch."


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Callable[[str | None], SavedAnswer]:
    """An answer from one small file, restored after the file has got another text, or has left the index."""
    folder = tmp_path_factory.mktemp("changed")
    file, other = folder / "log.txt", folder / "other.txt"
    settings = Settings.read({"TUTOR_HOME": str(folder / "home")})
    file.write_text(f"{QUOTE} {REST}", encoding="utf-8")
    other.write_text("It rained in Arles.", encoding="utf-8")
    update_index(settings, embedder, [file, other])
    asked = Tutor(build_store(settings, embedder), embedder)
    answer = asked.ask("When did the zeppelin land in Tashkent?")
    assert [(c.n, c.quote) for c in answer.citations] == [(1, QUOTE)]
    saved = dump(answer)

    def after(text: str | None) -> SavedAnswer:
        if text is None:
            store = build_store(settings, embedder)
            with store.writing():
                store.remove("log")
        else:
            file.write_text(text, encoding="utf-8")
            update_index(settings, embedder, [file])
        return restore(saved, asked.searcher())

    return after


@pytest.mark.parametrize(
    ("text", "standing", "lost"),
    [
        (f"{QUOTE} {REST}", Standing(State.SAME, Span(0, 51)), 0),
        (f"{QUOTE} It was expected.", Standing(State.SAME, Span(0, 51)), 1),  # the passage is another, the quote stands
        (f"A log. {QUOTE} {REST}", Standing(State.CHANGED, Span(7, 58)), 1),
        (f"Twice. {QUOTE} {QUOTE}", Standing(State.CHANGED), 1),
        (QUOTE.replace("1931", "1932"), Standing(State.CHANGED), 1),
        (None, Standing(State.GONE), 1),
    ],
    ids=["same", "changed elsewhere", "moved", "twice", "altered", "gone"],
)
def test_citations_when_their_source_has_changed(
    changed: Callable[[str | None], SavedAnswer], text: str | None, standing: Standing, lost: int
) -> None:
    saved = changed(text)
    assert saved.standings == {1: standing}
    assert len([passage for passage in saved.lost if passage.source_id == "log"]) == lost
    assert [c.quote for c in saved.answer.citations] == [QUOTE]  # shown as it was
    assert {hit.document.id for hit in saved.answer.passages} <= {"other", *([] if lost else ["log"])}


# -- JSON of other versions ------------------------------------------------------------------------------------------


BARE = Answer("Q?", "Q?", (), (), 0.0)


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ({}, BARE),
        ({"mood": "gay", "checks": {"marked": 1, "x": 2}}, replace(BARE, checks=Checks(0, 0, 1))),
        ({"mode": "sung", "refusal": "sulking"}, replace(BARE, refusal=Refusal.NOT_FOUND)),
        (
            {"sentences": [{"text": "A."}, {"text": "B.", "support": "nearly"}]},
            replace(BARE, sentences=(Sentence("A.", ()), Sentence("B.", (), Support.NOT_FOUND))),
        ),
    ],
    ids=["missing fields", "unknown fields", "unknown values", "unknown outcome"],
)
def test_rows_of_other_versions(row: dict[str, Any], answer: Answer) -> None:
    assert restore(json.dumps({"question": "Q?", **row})) == SavedAnswer(answer)


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        ("", "This saved answer is damaged (Expecting value"),
        ("[]", "This saved answer is damaged ('list' object has no attribute 'get')"),
        ("{}", "This saved answer is damaged (a NoneType where a text is due)"),
        ('{"question": "Q?", "citations": [{"n": 1}]}', "This saved answer is damaged ('source')"),
        ('{"question": "Q?", "confidence": "high"}', "This saved answer is damaged (could not convert"),
        (
            '{"question": "Q?", "passages": [{"source": "a", "start": 2, "end": 1}]}',
            "This saved answer is damaged (not",
        ),
        (json.dumps({"format": FORMAT + 1}), f"This answer was saved by a newer tutor (format {FORMAT + 1})."),
    ],
    ids=range(7),
)
def test_what_is_no_saved_answer(saved: str, message: str) -> None:
    with pytest.raises(SavedError) as caught:
        restore(saved)
    assert str(caught.value).startswith(message)


# -- going on with a conversation ------------------------------------------------------------------------------------


def test_a_follow_up_after_reopening_is_understood_as_before(tutor: Tutor, tmp_path: Path) -> None:
    from app.conversation import turns

    first = tutor.ask("How many families were settled in Kazakhstan?")
    history = History.open(tmp_path / "tutor.sqlite3")
    number = history.create(first.question, quoted=first)
    history.save_turn(number, 1, "Who?", error="The question was lost.")
    history.close()
    reopened: Conversation = History.open(tmp_path / "tutor.sqlite3").conversation(number)
    told = turns(reopened, tutor.searcher())
    assert told == (Turn(first.question, first),)
    again = tutor.ask("And in Uzbekistan?", told)
    live = tutor.ask("And in Uzbekistan?", [Turn(first.question, first)])
    assert again.understood == "How many families were settled in Uzbekistan?"
    assert replace(again, seconds={}) == replace(live, seconds={})


def test_follow_ups_hang_on_the_answer_that_there_is(tutor: Tutor, tmp_path: Path) -> None:
    from app.conversation import turns

    refused = Answer("Q?", "Q?", (), (), 0.0, refusal=Refusal.NOT_FOUND, reason="No.")
    said = Answer("Q?", "Q?", (Sentence("A.", ()),), (), 0.5)
    other = replace(said, model="m")
    history = History.open(tmp_path / "tutor.sqlite3")
    number = history.create("Q?", quoted=refused, written=other)
    history.save_turn(number, 1, "Q?", quoted=said, written=other)
    history.save_turn(number, 2, "Q?", written=other)
    history.save_turn(number, 3, "Q?", quoted=refused)
    assert [turn.answer for turn in turns(history.conversation(number))] == [other, said, other, refused]
