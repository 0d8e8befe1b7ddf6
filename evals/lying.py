"""A chat model that lies at a known rate: it copies sentences from the passages it is given, and changes some.

It reads the prompt as any model does and knows nothing else. What it changes is what altered.py can change: a number,
a date, a name, a negation; or it tells something that stands in no passage at all. Some of its citations name the wrong
passage, some a passage that is not there. What it said and where it lied is kept, so that checking can be measured.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.altered import altered
from evals.cases import CaseError

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_PASSAGE = re.compile(r'<passage number="(\d+)"[^>]*>\n(.*?)\n</passage>', re.DOTALL)
_SENTENCES = 4
_MISCITED = 0.2  # of the sentences
_INVENTED = "invention"

#: Of no source, and near enough to any history to be believed.
_INVENTIONS = (
    "The measure was debated in parliament for two weeks before it was passed.",
    "A commission of inquiry published its findings in three volumes.",
    "Most of them returned to their villages within a year.",
    "The newspapers of the capital reported on it every day.",
    "The treaty that ended the dispute was signed in Geneva.",
    "A monument to these events was unveiled on the main square.",
    "The archives that could settle the question burnt down in a fire.",
    "The government paid a compensation to every household.",
)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that was told; `lie` is what it lies about, "" if it is true."""

    text: str
    lie: str = ""


def read_rate(name: str) -> float | None:
    """The rate in "lying:0.3"; None if that is not what is named.

    Raises:
        CaseError: it is no rate.
    """
    if not name.startswith("lying:"):
        return None
    rate = name.removeprefix("lying:")
    if not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", rate):
        raise CaseError(f"--llm {name}: {rate!r} is no rate. Give one from 0 to 1, say lying:0.3.")
    return float(rate)


class LyingModel:
    """Writes sentences of the passages, and lies in so many of them.

    Args:
        rate: the share of sentences that lie, 0..1.
        chance: the same seed tells the same lies.
        is_name: whether a word is a name in the sources.
    """

    context = 8192

    def __init__(self, rate: float, chance: random.Random, is_name: Callable[[str], bool]) -> None:
        self.name = f"lying:{rate:g}"
        self._rate = rate
        self._chance = chance
        self._is_name = is_name
        self.replies: list[list[Told]] = []

    def stream(self, messages: Sequence[BaseMessage], stop: threading.Event | None = None) -> Iterator[str]:
        """A reply, word by word."""
        self.replies.append([])
        for sentence, number in self._sentences(str(messages[-1].content)):
            for word in f"{sentence[:-1]} [{number}]{sentence[-1]} ".split(" "):
                yield f"{word} "

    def _sentences(self, task: str) -> Iterator[tuple[str, int]]:
        from app import details
        from ingest.sentences import sentence_spans
        from vectorstore.words import fold, without_locators

        passages = {int(n): text for n, text in _PASSAGE.findall(task)}
        there = [
            (without_locators(text[span.start : span.end]), n)
            for n, text in passages.items()
            for span in sentence_spans(text, 0, len(text))
        ]
        there = [(sentence, n) for sentence, n in there if sentence.endswith(".") and len(sentence.split()) > 5]
        whole = " ".join(passages.values())
        names = sorted({whole[one.span.start : one.span.end] for one in details.names(whole, self._is_name)})
        names = [name for name in names if self._is_name(fold(name))]
        for sentence, n in self._chance.sample(there, min(_SENTENCES, len(there))):
            told = self._lie(sentence, names) if self._chance.random() < self._rate else Told(sentence)
            self.replies[-1].append(told)
            yield told.text, self._cited(n, len(passages))

    def _lie(self, sentence: str, names: Sequence[str]) -> Told:
        from app.details import Detail

        kinds = [*Detail, None]
        self._chance.shuffle(kinds)
        for kind in kinds:
            if kind is None:
                return Told(self._chance.choice(_INVENTIONS), _INVENTED)
            changed = altered(sentence, kind, self._chance, self._is_name, names)
            if changed is not None:
                return Told(changed, str(kind))
        return Told(sentence)

    def _cited(self, n: int, passages: int) -> int:
        return self._chance.randint(1, passages + 1) if self._chance.random() < _MISCITED else n
