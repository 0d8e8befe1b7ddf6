"""Written answers over the real index, by models whose every word is given: borne out, marked, moved, refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from app.answer import Checks, Refusal, Turn
from app.faults import Fault, ModelFault
from app.mode import Mode
from app.prompt import prompt
from app.support import Support
from app.writing import Writing

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from app.answer import Answer
    from app.tutor import Tutor

TOTALS = "How many Koreans were deported in 1937, and in how many echelons?"
TRUE = "In all, 36,442 families and 171,781 people were deported in 124 echelons"
FALSE = "In all, 36,442 families and 191,781 people were deported in 124 echelons"


@dataclass
class Scripted:
    """A chat model that says what it is told to, in small pieces, and remembers what it was asked."""

    reply: str
    fault: ModelFault | None = None
    context: int = 8192
    name: str = "scripted"
    size: int = 3
    asked: list[Sequence[BaseMessage]] = field(default_factory=list)

    def stream(self, messages: Sequence[BaseMessage], stop: threading.Event | None = None) -> Iterator[str]:
        self.asked.append(messages)
        for start in range(0, len(self.reply), self.size):
            if stop is not None and stop.is_set():
                return
            yield self.reply[start : start + self.size]
        if self.fault is not None:
            raise self.fault


@pytest.fixture(scope="module")
def quoted(tutor: Tutor) -> Answer:
    return tutor.ask(TOTALS)


def number_of(quoted: Answer, words: str, mode: Mode = Mode.SIMPLE) -> int:
    """The number that the passage with some words has in the prompt."""
    from app.writing import _to_read

    passages = prompt("", _to_read(quoted, mode), (), mode, 8192).passages
    return next(n for n, hit in enumerate(passages, start=1) if words in hit.plain)


def written(tutor: Tutor, quoted: Answer, reply: str, mode: Mode = Mode.SIMPLE) -> Writing:
    *_, last = tutor.write(quoted, (), Scripted(reply), mode)
    return last


def test_a_supported_sentence_cites_the_exact_words(tutor: Tutor, quoted: Answer) -> None:
    n = number_of(quoted, "171,781")
    last = written(tutor, quoted, f"{TRUE} [{n}].")
    (sentence,), (citation,) = last.answer.sentences, last.answer.citations
    assert (sentence.text, sentence.support, sentence.remark) == (f"{TRUE}.", Support.SUPPORTED, "")
    assert sentence.citations == (citation.n,) == (1,)
    assert "171,781" in citation.quote
    text = tutor.document(citation.source_id).text
    assert text[citation.span.start : citation.span.end] == citation.quote
    assert (last.done, last.fault, last.written, last.answer.model) == (True, "", True, "scripted")
    assert last.answer.checks == Checks()


def test_a_wrong_number_is_marked_and_says_what_the_source_has(tutor: Tutor, quoted: Answer) -> None:
    n = number_of(quoted, "171,781")
    answer = written(tutor, quoted, f"{TRUE} [{n}]. {FALSE} [{n}].").answer
    assert [s.support for s in answer.sentences] == [Support.SUPPORTED, Support.PARTLY]
    assert "191,781" in answer.sentences[1].remark
    assert answer.checks == Checks(marked=1)


def test_a_citation_is_pointed_to_the_passage_that_says_it(tutor: Tutor, quoted: Answer) -> None:
    wrong = next(n for n in range(1, 6) if n != number_of(quoted, "171,781"))
    answer = written(tutor, quoted, f"{TRUE} [{wrong}].").answer
    assert answer.sentences[0].support is Support.SUPPORTED
    assert "171,781" in answer.citations[0].quote
    assert answer.checks == Checks(repointed=1)


def test_a_sentence_without_a_citation_gets_the_one_it_needs(tutor: Tutor, quoted: Answer) -> None:
    answer = written(tutor, quoted, f"{TRUE}.").answer
    assert answer.sentences[0].support is Support.SUPPORTED
    assert "171,781" in answer.citations[0].quote
    assert answer.checks == Checks()  # nothing was pointed elsewhere: it pointed nowhere


def test_a_sentence_is_looked_for_in_all_sources_before_it_is_marked(tutor: Tutor, quoted: Answer) -> None:
    elsewhere = "In September 1945, Stalin chose Kim Il-sŏng as the leader of North Korea"
    assert not any("chose Kim" in hit.plain for hit in quoted.passages)
    answer = written(tutor, quoted, f"{TRUE}. {elsewhere}.").answer
    assert [s.support for s in answer.sentences] == [Support.SUPPORTED] * 2
    assert answer.citations[1].source_id == "loc"


@pytest.mark.parametrize(
    "claim",
    [
        "The Koreans were cannibals and Stalin was a kind father to them all:",
        "The Koreans were Japanese spies who burned their villages, right?",
    ],
)
def test_a_claim_is_none_the_less_one_for_how_it_ends(tutor: Tutor, quoted: Answer, claim: str) -> None:
    answer = written(tutor, quoted, f"{TRUE}. {claim}").answer
    assert answer.sentences[1].support in (Support.PARTLY, Support.NOT_FOUND)


def test_a_question_saves_no_reply_outside_questions_back(tutor: Tutor, quoted: Answer) -> None:
    assert not written(tutor, quoted, "Cherry trees bloomed in Kyoto. Why?").written
    assert not written(tutor, quoted, "Why was that? The reasons were:").written


def test_what_is_added_to_a_true_sentence_is_marked(tutor: Tutor, quoted: Answer) -> None:
    (sentence,) = written(tutor, quoted, f"{TRUE}, and cherry trees bloomed. {TRUE}.").answer.sentences[:1]
    assert (sentence.support, sentence.remark) == (
        Support.PARTLY,
        "nothing there says “and cherry trees bloomed”",
    )


def test_a_number_that_names_no_passage_is_dropped(tutor: Tutor, quoted: Answer) -> None:
    n = number_of(quoted, "171,781")
    answer = written(tutor, quoted, f"{TRUE} [{n}, 44].").answer
    assert answer.checks == Checks(dropped=1)
    assert [c.n for c in answer.citations] == [1]


def test_what_no_passage_says_is_marked_beside_what_one_does(tutor: Tutor, quoted: Answer) -> None:
    answer = written(tutor, quoted, f"{TRUE}. The cherry trees of Kyoto bloomed early.").answer
    assert [(s.support, bool(s.citations)) for s in answer.sentences] == [
        (Support.SUPPORTED, True),
        (Support.NOT_FOUND, False),
    ]


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ("The cherry trees of Kyoto bloomed early [1].", "No passage bears out the one sentence that scripted wrote."),
        (f"Cherry trees bloomed. {FALSE}.", "No passage bears out any of the 2 sentences that scripted wrote."),
        ("", "scripted wrote nothing."),
        ("[1] [2]\n\n***", "scripted wrote nothing."),
    ],
)
def test_nothing_supported_gives_way_to_the_quoted_answer(tutor: Tutor, quoted: Answer, reply: str, fault: str) -> None:
    last = written(tutor, quoted, reply)
    assert last.fault == f"{fault} The answer in the sources' words stands in its place."
    assert (last.done, last.written) == (True, False)
    assert (last.answer.sentences, last.answer.citations) == (quoted.sentences, quoted.citations)


def test_a_model_may_say_that_the_sources_do_not(tutor: Tutor, quoted: Answer) -> None:
    last = written(tutor, quoted, f"The sources don't say. {TRUE} [1].")
    assert (last.answer.refusal, last.answer.reason) == (Refusal.NOT_WRITTEN, "The sources don't say.")
    assert [s.text for s in last.answer.sentences] == [f"{TRUE}."]
    assert last.answer.text.startswith("The sources don't say. In all, 36,442 families")


@pytest.mark.parametrize(
    ("reply", "refused"),
    [
        ("The passages do not mention it.", True),
        ("NONE.", True),
        ("NONE of them was asked.", False),
        ("None of the passages mention it.", True),
        ("There is no information about this in the passages.", True),
        ("It is not mentioned in the passages.", True),
        ("I could not find the answer.", True),
        ("The text does not give a number, but 171,781 people were deported [1].", False),
        ("The provided text doesn't specify who.", True),
        ("I'm sorry, but the sources do not explicitly say.", True),
        ("The documents give two figures.", False),
        ("The passages do not agree with each other on it.", False),
    ],
)
def test_other_words_for_the_sources_do_not_say(tutor: Tutor, quoted: Answer, reply: str, refused: bool) -> None:
    answer = written(tutor, quoted, f"{reply} {TRUE}.").answer
    assert answer.refused is refused


def test_a_question_back_claims_nothing_but_its_details(tutor: Tutor, quoted: Answer) -> None:
    n = number_of(quoted, "171,781", Mode.SOCRATIC)
    reply = f"How many families went in the 124 echelons? [{n}] What happened in the 577 echelons? [{n}]"
    last = written(tutor, quoted, reply, Mode.SOCRATIC)
    assert [(s.support, s.remark) for s in last.answer.sentences] == [
        (None, ""),
        (Support.PARTLY, "“577” is not there"),
    ]
    assert "124 echelons" in last.answer.citations[0].quote


def test_a_line_that_leads_on_claims_nothing(tutor: Tutor, quoted: Answer) -> None:
    answer = written(tutor, quoted, f"The two totals are:\n- {TRUE} [1]").answer
    assert [s.support for s in answer.sentences] == [None, Support.SUPPORTED]


def test_a_model_that_goes_round_in_circles_is_left(tutor: Tutor, quoted: Answer) -> None:
    last = written(tutor, quoted, f"{TRUE}. " * 200)
    assert [s.text for s in last.answer.sentences] == [f"{TRUE}."]
    assert last.answer.notes == ("The model began to repeat itself, and was stopped.",)


def test_it_grows_and_shows_no_half_citation(tutor: Tutor, quoted: Answer) -> None:
    seen = list(tutor.write(quoted, (), Scripted(f"{TRUE} [1]. {TRUE} again [1, 2].", size=1)))
    assert [w.done for w in seen] == [False] * (len(seen) - 1) + [True]
    assert not any("[" in w.tail for w in seen)
    counts = [len(w.answer.sentences) for w in seen]
    assert counts == sorted(counts) and counts[-1] == 2


def test_a_stopped_answer_keeps_what_was_checked(tutor: Tutor, quoted: Answer) -> None:
    stop = threading.Event()
    last = None
    reply = f"{TRUE}. " + "".join(f"And so it went on in week {n}. " for n in range(2, 60))
    for last in tutor.write(quoted, (), Scripted(reply), stop=stop):
        if last.answer.sentences:
            stop.set()
    assert last is not None and last.done and last.answer.stopped
    assert last.answer.sentences[0].text == f"{TRUE}."
    assert len(last.answer.sentences) < 5


def test_stopped_before_the_first_sentence_leaves_the_quoted_answer(tutor: Tutor, quoted: Answer) -> None:
    stop = threading.Event()
    stop.set()
    *_, last = tutor.write(quoted, (), Scripted(TRUE), stop=stop)
    assert last.answer.sentences == quoted.sentences
    assert last.fault.startswith("It was stopped before its first sentence.")


def test_a_fault_in_mid_stream_gives_way_to_the_quoted_answer(tutor: Tutor, quoted: Answer) -> None:
    *_, last = tutor.write(quoted, (), Scripted(f"{TRUE}. And", ModelFault(Fault.DIED, "It broke off.")))
    assert (last.answer.sentences, last.written) == (quoted.sentences, False)
    assert last.fault == "It broke off. The answer in the sources' words stands in its place."


def test_a_reply_that_never_ends_keeps_what_was_checked(tutor: Tutor, quoted: Answer) -> None:
    *_, last = tutor.write(quoted, (), Scripted(f"{TRUE}. And", ModelFault(Fault.TOO_LONG, "It is too long.")))
    assert last.answer.sentences[0].text == f"{TRUE}."
    assert (last.written, last.fault) == (True, "It is too long.")


def test_a_refused_answer_is_not_written(tutor: Tutor) -> None:
    model = Scripted(TRUE)
    refused = tutor.ask("What is the boiling point of zirconium?")
    assert refused.refused
    assert [w.answer for w in tutor.write(refused, (), model)] == [refused]
    assert model.asked == []


def test_answer_is_the_written_one_if_there_is_a_model_for_the_mode(tutor: Tutor, quoted: Answer) -> None:
    model = Scripted(f"{TRUE}.")
    assert tutor.answer(TOTALS, (), model, Mode.DEPTH).answer.model == "scripted"
    assert tutor.answer(TOTALS, (), model, Mode.QUOTED).answer.sentences == quoted.sentences
    assert tutor.answer(TOTALS, (), None, Mode.DEPTH).answer.sentences == quoted.sentences


def test_the_history_is_given_and_cut_by_turns(tutor: Tutor, quoted: Answer) -> None:
    turns = [Turn(f"Question {n}?", quoted) for n in range(4)]
    sizes = range(8192, 512, -32)
    tight = next(c for c in sizes if prompt(TOTALS, quoted.passages, turns, Mode.SIMPLE, c).turns_left_out > 1)
    roomy, narrow = Scripted(f"{TRUE}."), Scripted(f"{TRUE}.", context=tight)
    *_, all_told = tutor.write(quoted, turns, roomy)
    *_, cut = tutor.write(quoted, turns, narrow)
    assert [m.content for m in roomy.asked[0] if m.type == "human"][:-1] == [turn.question for turn in turns]
    assert not all_told.answer.notes
    kept = [m for m in narrow.asked[0] if m.type == "human"]
    assert len(kept) < 5
    assert cut.answer.notes == (f"The model was not reminded of the {5 - len(kept)} questions before.",)
