"""What users think of answers: kept, changed, withdrawn, and made into rows of the evaluation."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import tree

from app.answer import Answer, Citation, Refusal, Sentence, Turn
from app.cli import main
from app.conversation import Feedback, Mark, Part
from app.feedback import as_case
from app.history import Gone, History
from app.mode import Mode
from app.saved import dump
from app.support import Support
from app.tutor import Tutor
from evals.cases import Case, CaseError, Kind, Quote, locate, read_cases
from evals.metrics import facts_found
from ingest.documents import Document, Span

Capture = pytest.CaptureFixture[str]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RAIN = "It rained in Arles for nine days, wrote Ada Keeper on 3 May 1931."
CITED = Citation(1, "log", "A log", "May", Span(0, len(RAIN)), RAIN)
QUOTED = Answer("How long did it rain?", "How long did it rain?", (Sentence(RAIN, (1,)),), (CITED,), 0.9)
WRITTEN = replace(QUOTED, model="ollama:x", mode=Mode.SIMPLE)
REFUSED = Answer(
    "Did it snow?", "Did it snow?", (), (), 0.0, refusal=Refusal.NOT_FOUND, reason="The sources don't say."
)


class Clock:
    """A minute later each time that it is asked."""

    def __init__(self) -> None:
        self.now = NOON - timedelta(minutes=1)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    """A conversation of three questions, asked in the first three minutes, in the home that TUTOR_HOME names."""
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    kept = History.open(tmp_path / "home" / "tutor.sqlite3", Clock())
    kept.create(QUOTED.question, quoted=QUOTED, written=WRITTEN)
    kept.save_turn(1, 1, "Was it lost?", error="The index is gone.")
    kept.save_turn(1, 2, REFUSED.question, quoted=REFUSED)
    return kept


def given(**changes: Any) -> Feedback:
    """Feedback on a quoted answer, the first question of its conversation."""
    feedback = Feedback(1, 1, 0, Mark.UP, "", NOON, "", QUOTED.question, (), dump(QUOTED))
    return replace(feedback, **changes)


# -- keeping ---------------------------------------------------------------------------------------------------------


def test_feedback_is_kept_with_what_it_is_about(history: History) -> None:
    assert history.add_feedback(1, 0, Part.QUOTED, Mark.UP) == 1
    assert history.add_feedback(1, 0, Part.WRITTEN, Mark.DOWN, " Too long.\n") == 2
    assert history.add_feedback(1, 2, Part.QUOTED, Mark.DOWN, "It does say. \ud800") == 3
    at = [NOON + timedelta(minutes=n) for n in (3, 4, 5)]
    quoted = given(given=at[0])
    written = given(id=2, mark=Mark.DOWN, reason="Too long.", given=at[1], model="ollama:x", answer=dump(WRITTEN))
    refused = given(
        id=3,
        position=2,
        mark=Mark.DOWN,
        reason="It does say. ?",
        given=at[2],
        question=REFUSED.question,
        history=(QUOTED.question,),  # the one between them had no answer
        answer=dump(REFUSED),
    )
    assert history.feedback() == (refused, written, quoted)
    assert history.marks(1) == {(0, Part.QUOTED): quoted, (0, Part.WRITTEN): written, (2, Part.QUOTED): refused}
    history.delete(1)
    assert history.feedback() == (refused, written, quoted)
    assert history.marks(1) == {}


def test_changing_and_withdrawing_a_mark(history: History) -> None:
    first = history.add_feedback(1, 0, Part.QUOTED, Mark.UP, "Good.")
    history.add_feedback(1, 0, Part.WRITTEN, Mark.UP)
    assert history.add_feedback(1, 0, Part.QUOTED, Mark.DOWN) == first
    found = history.marks(1)[0, Part.QUOTED]
    assert (found.mark, found.reason, found.given) == (Mark.DOWN, "", NOON + timedelta(minutes=5))
    history.withdraw_feedback(1, 0, Part.QUOTED)
    history.withdraw_feedback(1, 0, Part.QUOTED)
    assert list(history.marks(1)) == [(0, Part.WRITTEN)]


def test_a_mark_is_of_one_answer_not_of_the_next_in_its_place(history: History) -> None:
    history.add_feedback(1, 0, Part.WRITTEN, Mark.DOWN)
    history.save_turn(1, 0, QUOTED.question, quoted=QUOTED, written=replace(WRITTEN, mode=Mode.DEPTH))
    assert history.marks(1) == {}
    history.add_feedback(1, 0, Part.WRITTEN, Mark.UP)
    assert [(one.id, one.mark) for one in history.feedback()] == [(2, Mark.UP), (1, Mark.DOWN)]


@pytest.mark.parametrize(
    ("conversation", "position", "part"),
    [(2, 0, Part.QUOTED), (1, 3, Part.QUOTED), (1, 1, Part.QUOTED), (1, 2, Part.WRITTEN)],
)
def test_answers_that_there_are_not(history: History, conversation: int, position: int, part: Part) -> None:
    line = f"Question {position + 1} of conversation {conversation} has no {part} answer to mark."
    for act in (
        lambda: history.add_feedback(conversation, position, part, Mark.UP),
        lambda: history.withdraw_feedback(conversation, position, part),
    ):
        with pytest.raises(Gone) as caught:
            act()
        assert str(caught.value) == line
    assert history.feedback() == ()


# -- evaluation rows -------------------------------------------------------------------------------------------------

FIRST = Case("feedback-1", Kind.FACTOID, QUOTED.question, True, evidence=(Quote("log", RAIN),))
UP, DOWN = "feedback 1: up, 2026-03-01", "feedback 1: down, 2026-03-01"


def right(*facts: str, **changes: Any) -> Case:
    """A case that is whole."""
    return replace(FIRST, facts=tuple((fact,) for fact in facts), note=UP, **changes)


def to_complete(note: str, source: str = "log", **changes: Any) -> Case:
    """A case of which a person has to say what is right."""
    evidence = (Quote(source, "FILL IN: the sentence that says so, word for word"),)
    return replace(FIRST, facts=(("FILL IN: what a right answer holds",),), evidence=evidence, note=note, **changes)


def understood(question: str) -> str:
    return dump(replace(QUOTED, understood=question))


def written(*sentences: Sentence) -> str:
    return dump(replace(WRITTEN, sentences=sentences))


ASKED = {"question": "And who wrote that?", "history": (QUOTED.question,)}
SNOW = {"question": REFUSED.question, "answer": dump(REFUSED)}
PARTLY = (Sentence("It rained in Arles.", (1,)), Sentence("In Nice too.", (1,), Support.PARTLY))
BACK = "What do you think?"

ROWS: dict[str, tuple[Feedback, Case]] = {
    "any": (given(), right("Arles", "nine", "Ada Keeper", "3 May 1931")),
    "a person": (
        given(reason="Short.", model="m", answer=understood("Who wrote of the rain?"), **ASKED),
        replace(right("Ada Keeper", kind=Kind.FOLLOW_UP, **ASKED), note=f"{UP}, m; Short."),
    ),
    "a date": (given(answer=understood("When did it rain in Arles?")), right("3 May 1931")),
    "what is supported": (given(answer=written(*PARTLY)), right("Arles")),
    "no details": (given(answer=written(Sentence("It was raining.", (1,)))), right(RAIN)),
    "refused": (
        given(**SNOW),
        right(kind=Kind.UNANSWERABLE, question=REFUSED.question, answerable=False, evidence=()),
    ),
    "a question back": (
        given(answer=written(Sentence(BACK, (), None))),
        to_complete(f"{UP}; the answer was: {BACK}"),
    ),
    "bad": (
        given(mark=Mark.DOWN, reason="No."),
        to_complete(f"{DOWN}; No.; the answer was: {RAIN} [1]"),
    ),
    "bad refusal": (
        given(mark=Mark.DOWN, **SNOW),
        to_complete(
            f"{DOWN}; the answer was: The sources don't say.",
            source="FILL IN: the id of a source",
            question=REFUSED.question,
        ),
    ),
}


@pytest.mark.parametrize(("feedback", "case"), ROWS.values(), ids=ROWS)
def test_the_row_of_a_feedback(tmp_path: Path, feedback: Feedback, case: Case) -> None:
    row = as_case(feedback)
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(row.fields), encoding="utf-8")
    assert read_cases(file) == (case,)
    assert list(row.fields) == list(json.loads(Path("evals/datasets/dev.jsonl").read_text("utf-8").split("\n")[0]))
    assert row.draft is ("FILL IN" in str(case))


def test_rows_of_real_answers(tutor: Tutor, documents: dict[str, Document], tmp_path: Path) -> None:
    """Proposed rows hold in the sources, and their answers have their facts; drafts are found out."""
    kept = History.open(tmp_path / "tutor.sqlite3")
    told: list[Turn] = []
    for question in (
        "Who signed the resolution on the deportation?",
        "And when was it signed?",
        "What are the five secondary reasons for the deportation?",
        "Who won the World Cup in 2010?",
    ):
        answer = tutor.ask(question, told)
        told.append(Turn(question, answer))
        if len(told) == 1:
            kept.create(question, quoted=answer)
        kept.save_turn(1, len(told) - 1, question, quoted=answer)
        kept.add_feedback(1, len(told) - 1, Part.QUOTED, Mark.UP)
    file = tmp_path / "rows.jsonl"
    rows = [as_case(feedback) for feedback in reversed(kept.feedback())]
    file.write_text("\n".join(json.dumps(row.fields) for row in rows), encoding="utf-8")
    cases = read_cases(file)
    assert [case.kind for case in cases] == [Kind.FACTOID, Kind.FOLLOW_UP, Kind.FOLLOW_UP, Kind.UNANSWERABLE]
    assert cases[1].facts == (("August 21, 1937",),)
    for case, turn in zip(cases, told, strict=True):
        assert turn.answer is not None
        assert [place.span for place in locate(case, documents)] == [c.span for c in turn.answer.citations]
        assert all(facts_found(" ".join(quote.text for quote in case.evidence), case.facts))
    kept.add_feedback(1, 0, Part.QUOTED, Mark.DOWN)
    file.write_text(json.dumps(as_case(kept.feedback()[0]).fields), encoding="utf-8")
    with pytest.raises(CaseError, match=r"^feedback-1: evidence 1 is not in 'kim2026' word for word$"):
        locate(read_cases(file)[0], documents)


# -- tutor feedback --------------------------------------------------------------------------------------------------

PROPOSED = (
    "tutor: feedback-1 is proposed: check the facts, which are proposed, and the kind, factoid, which is guessed.\n"
)
DRAFT = (
    "tutor: feedback-2 is a draft: fill in by hand: facts, evidence (source and quote) and kind, follow_up being a "
    "guess; where the sources do not say, set kind to unanswerable and answerable to false, and empty facts and "
    "evidence.\n"
)


def test_the_commands(history: History, tmp_path: Path, capsys: Capture) -> None:
    history.add_feedback(1, 0, Part.QUOTED, Mark.UP)
    history.add_feedback(1, 2, Part.QUOTED, Mark.DOWN, "It does.\nTwice.")
    assert main(["feedback"]) == 0
    assert capsys.readouterr() == (
        "   2  down  Did it snow?  (It does. Twice.)\n   1  up    How long did it rain?\n",
        "",
    )
    assert main(["feedback", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(row["id"], row["mark"], row["reason"], row["given"]) for row in listed] == [
        (2, "down", "It does.\nTwice.", "2026-03-01T12:04:00+00:00"),
        (1, "up", "", "2026-03-01T12:03:00+00:00"),
    ]
    assert [(row["history"], row["answer"]) for row in listed] == [
        ([QUOTED.question], json.loads(dump(REFUSED))),
        ([], json.loads(dump(QUOTED))),
    ]
    assert main(["feedback", "case", "1"]) == 0
    printed, err = capsys.readouterr()
    assert (json.loads(printed)["id"], err) == ("feedback-1", PROPOSED)

    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": "mine"}', encoding="utf-8")  # no newline at its end
    assert main(["feedback", "case", "1", "--out", str(file)]) == 0
    assert main(["feedback", "case", "2", "--out", str(file)]) == 0
    assert capsys.readouterr() == ("", PROPOSED + DRAFT)
    lines = file.read_text(encoding="utf-8").split("\n")
    assert (lines[:2], json.loads(lines[2])["id"], lines[3:]) == (
        ['{"id": "mine"}', printed.strip()],
        "feedback-2",
        [""],
    )
    assert main(["feedback", "case", "1", "--out", str(file)]) == 2
    line = f"tutor: {file} has a row feedback-1 already. Take that out first, or name another file.\n"
    assert capsys.readouterr() == ("", line)

    every = tmp_path / "all.jsonl"
    assert main(["feedback", "export", str(every)]) == 0
    assert capsys.readouterr() == ("", f"{PROPOSED}{DRAFT}2 written, 1 of them drafts: {every}\n")
    assert [case.id for case in read_cases(every)] == ["feedback-1", "feedback-2"]
    assert main(["feedback", "export", str(every)]) == 2
    assert capsys.readouterr() == ("", f"tutor: {every} is there already. Name a new file, or move it away.\n")

    assert main(["feedback", "delete", "2"]) == 0
    assert main(["feedback", "delete", "2"]) == 2
    missing = "There is no feedback 2. List what there is: tutor feedback\n"
    assert capsys.readouterr() == ("", f"Feedback 2 is deleted.\ntutor: {missing}")
    assert main(["feedback", "case", "2"]) == 2
    assert capsys.readouterr() == ("", f"tutor: {missing}")


def test_the_commands_where_there_is_no_feedback(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    for arguments, found in (
        (["feedback"], (0, "", "There is no feedback yet.\n")),
        (["feedback", "--json"], (0, "[]\n", "")),
        (["feedback", "case", "1"], (2, "", "tutor: There is no feedback 1. List what there is: tutor feedback\n")),
        (["feedback", "delete", "1"], (2, "", "tutor: There is no feedback 1. List what there is: tutor feedback\n")),
        (
            ["feedback", "export", str(tmp_path / "x")],
            (2, "", "tutor: There is no feedback yet, so nothing was written.\n"),
        ),
    ):
        assert (main(arguments), *capsys.readouterr()) == found
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("", "cannot be written: Is a directory."),
        ("no/x", "cannot be written: No such file or directory."),
        ("l", "is not UTF-8 (byte 1). Name another file."),
    ],
)
def test_files_that_rows_cannot_go_into(
    history: History, tmp_path: Path, capsys: Capture, name: str, line: str
) -> None:
    (tmp_path / "l").write_bytes("Zürich".encode("latin-1"))
    history.add_feedback(1, 0, Part.QUOTED, Mark.UP)
    assert main(["feedback", "case", "1", "--out", str(tmp_path / name)]) == 2
    assert capsys.readouterr() == ("", f"tutor: {tmp_path / name} {line}\n")
