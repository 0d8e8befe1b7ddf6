"""Answers that a chat model writes: asked with the passages, read as they come, checked sentence by sentence.

A sentence is shown as checked the moment it is whole. What the passages do not bear out stays, marked; a reply of
which they bear out nothing, and a model that fails, give way to the quoted answer, and the last `Writing` says why.
What is asked is in prompt.py, how a reply is read in citing.py, how a sentence is checked in grounding.py.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from app.answer import Answer, Checks, Refusal, Sentence, Turn
from app.citing import Cited, Reply
from app.faults import Fault, ModelFault
from app.grounding import Footing, Grounded, Search, asks, ground
from app.mode import Mode
from app.prompt import NONE, NOTHING, READ, Prompt, prompt
from app.support import Judge, Support
from vectorstore.search import Hit
from vectorstore.words import words

if TYPE_CHECKING:
    from app.chatmodel import ChatModel

#: What models write where the passages hold no answer, in words of their own.
_SAYS_NOTHING = re.compile(
    r"(?:(?:i['’]?m |i am )?sorry,?\s+(?:but\s+)?)?(?:unfortunately,?\s+)?(?:"
    r"(?:the\s+|these\s+)?(?:provided\s+|given\s+|numbered\s+)?(?:sources?|passages?|texts?|documents?|information)\s+"
    r"(?:provided\s+|given\s+)?(?:(?:do(?:es)?\s+not|don['’]t|doesn['’]t)\s+(?:\w+\s+)?(?:say|state|mention|specify"
    r"|provide|contain|answer|give|tell|indicate|include|name|explain)|says?\s+nothing"
    r"|(?:provide|contain|give|have|hold)s?\s+no\s+(?:information|answer))"
    r"|none of the\s+(?:\w+\s+)?(?:sources|passages|texts|documents)\s+(?:say|state|mention|specif|contain|answer|give)"
    r"|there is no (?:information|mention|answer)"
    r"|(?:it|this|that) is not (?:mentioned|stated|specified|said|answered) in"
    r"|i (?:could|can) ?not find)",
    re.IGNORECASE,
)
_BUT = re.compile(r",?\s+(?:but|however|although|though)\b", re.IGNORECASE)
_WHOLE = re.compile(r"[.!?…][\"'”’)\]]*\Z")


Check = Callable[[Cited], Grounded]


@dataclass(frozen=True, slots=True)
class Writing:
    """A written answer on its way.

    `answer` has the sentences that are whole and checked; `tail` is what there is of the next, never half a citation.
    When it is `done`, `answer` is the one to keep: the written one or, where that came to nothing, the quoted one;
    `fault` then says in one line what happened, "" if nothing did.
    """

    answer: Answer
    tail: str = ""
    done: bool = False
    fault: str = ""

    @property
    def written(self) -> bool:
        """Whether the answer is the model's."""
        return bool(self.answer.model)


def write(
    quoted: Answer,
    history: Sequence[Turn],
    model: ChatModel,
    judge: Judge,
    mode: Mode,
    *,
    search: Search | None = None,
    stop: threading.Event | None = None,
    clock: Callable[[], float] = perf_counter,
) -> Iterator[Writing]:
    """What a model writes in the place of a quoted answer, as it comes; `search` finds further passages for a sentence.

    A refused answer stands as it is: what no source holds, no model is asked for.
    """
    if quoted.refused or mode is Mode.QUOTED:
        yield Writing(quoted, done=True)
        return
    begun = clock()
    asked = prompt(quoted.understood, _to_read(quoted, mode), history, mode, model.context)
    draft = _Draft(
        quoted, asked, mode, model.name, partial(ground, passages=asked.passages, judge=judge, search=search)
    )
    fault: ModelFault | None = None
    try:
        for piece in model.stream(asked.messages, stop):
            draft.read(piece)
            yield Writing(draft.so_far(), draft.tail)
            if draft.repeats_itself or (stop is not None and stop.is_set()):
                break
    except ModelFault as error:
        fault = error
    stopped = stop is not None and stop.is_set()
    draft.close(cut_off=stopped or draft.repeats_itself or fault is not None)
    seconds = {**quoted.seconds, "write": clock() - begun}
    yield draft.result(fault, stopped=stopped, seconds=seconds)


def _to_read(quoted: Answer, mode: Mode) -> tuple[Hit, ...]:
    """The passages for the model: those that the quoted answer stands on first, for small models lean on what comes
    first; then the others, best first."""
    cited = [hit for hit in quoted.passages if any(hit.holds(c.source_id, c.span) for c in quoted.citations)]
    others = [hit for hit in quoted.passages if hit not in cited]
    return (*cited, *others)[: READ[mode]]


class _Draft:
    """The answer so far."""

    def __init__(self, quoted: Answer, asked: Prompt, mode: Mode, model: str, check: Check) -> None:
        self._quoted = quoted
        self._asked = asked
        self._mode = mode
        self._model = model
        self._check = check
        self._reply = Reply(len(asked.passages))
        self._footing = Footing()
        self._sentences: list[Sentence] = []
        self._repointed = 0
        self._repeated = 0
        self._nothing = False

    @property
    def tail(self) -> str:
        tail = self._reply.tail
        return "" if NONE.startswith(tail.strip(" .")) else tail

    @property
    def repeats_itself(self) -> bool:
        """Whether the model goes round in a circle, as small ones do."""
        return self._repeated > 2

    def read(self, piece: str) -> None:
        for cited in self._reply.feed(piece):
            self._take(cited)

    def close(self, *, cut_off: bool) -> None:
        """Take what is left; of a reply that was cut off not the words that begin another sentence."""
        for cited in self._reply.close():
            if not cut_off or _WHOLE.search(cited.text):
                self._take(cited)

    def _take(self, cited: Cited) -> None:
        if any(cited.text == sentence.text for sentence in self._sentences):
            self._repeated += 1
            return
        if words(cited.text) in (words(self._quoted.question), words(self._quoted.understood)):
            return  # the question said again
        if cited.text.strip(" .") == NONE and not cited.numbers:
            self._nothing = self._nothing or not self._sentences
            return
        if not self._sentences and not self._nothing and _says_nothing(cited):
            self._nothing = True
            return
        grounded = self._check(cited)
        self._repointed += grounded.repointed
        self._sentences.append(self._footing.sentence(cited.text, grounded))

    def so_far(self) -> Answer:
        """The answer with the sentences that are whole."""
        marked = sum(s.support in (Support.PARTLY, Support.NOT_FOUND) for s in self._sentences)
        return replace(
            self._quoted,
            sentences=tuple(self._sentences),
            citations=self._footing.citations,
            notes=(*self._quoted.notes, *_left_out(self._asked), *([_IN_CIRCLES] if self.repeats_itself else [])),
            refusal=Refusal.NOT_WRITTEN if self._nothing else None,
            reason=NOTHING if self._nothing else "",
            mode=self._mode,
            model=self._model,
            checks=Checks(self._reply.dropped, self._repointed, marked),
        )

    def result(self, fault: ModelFault | None, *, stopped: bool, seconds: dict[str, float]) -> Writing:
        """What is left when the model has ended, was stopped, or failed."""
        answer = replace(self.so_far(), stopped=stopped, seconds=seconds)
        cut = fault is not None and fault.fault is Fault.TOO_LONG
        if fault is not None and not cut:
            return self._give_way(str(fault), seconds)
        if not self._sentences and not self._nothing:
            why = "It was stopped before its first sentence." if stopped else f"{self._model} wrote nothing."
            return self._give_way(why, seconds)
        if not self._nothing and not any(self._stands(sentence) for sentence in self._sentences):
            n = len(self._sentences)
            what = "the one sentence" if n == 1 else f"any of the {n} sentences"
            return self._give_way(f"No passage bears out {what} that {self._model} wrote.", seconds)
        if self._mode is Mode.SOCRATIC and not any(sentence.text.endswith("?") for sentence in self._sentences):
            answer = replace(answer, notes=(*answer.notes, _ASKED_NOTHING))
        return Writing(answer, done=True, fault=str(fault) if fault is not None else "")

    def _stands(self, sentence: Sentence) -> bool:
        """Whether a sentence is borne out or, where that was the task, asks something that the sources have."""
        asked_back = self._mode is Mode.SOCRATIC and sentence.support is None and asks(sentence.text)
        return sentence.support is Support.SUPPORTED or asked_back

    def _give_way(self, why: str, seconds: dict[str, float]) -> Writing:
        quoted = replace(self._quoted, seconds=seconds, mode=self._mode)
        dot = "" if why.endswith((".", "!", "?")) else "."
        return Writing(quoted, done=True, fault=f"{why}{dot} {_IN_ITS_PLACE}")


def _says_nothing(cited: Cited) -> bool:
    """Whether a sentence says that the sources do not; one that goes on with what they do say is a claim."""
    return bool(_SAYS_NOTHING.match(cited.text)) and not (cited.numbers and _BUT.search(cited.text))


_IN_CIRCLES = "The model began to repeat itself, and was stopped."
_ASKED_NOTHING = "The model was to ask back, and answered instead."
_IN_ITS_PLACE = "The answer in the sources' words stands in its place."


def _left_out(asked: Prompt) -> list[str]:
    """What the model was not shown, in words: a conversation is never cut in silence."""
    turns, passages = asked.turns_left_out, asked.passages_left_out
    said = []
    if turns:
        said.append(f"The model was not reminded of the {turns} question{'s' * (turns > 1)} before.")
    if passages:
        said.append(f"The model was not shown {passages} passage{'s' * (passages > 1)}: no room.")
    return said
