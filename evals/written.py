"""Answers that a chat model writes, put to the same questions: the responder, and what checking did to them.

`--llm lying:RATE` is a model that lies at a known rate (lying.py): of it is also known what reached a reader unmarked.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from evals.cases import Case
from evals.figures import Measure
from evals.lying import LyingModel, Told, read_rate
from evals.report import Table
from evals.runner import Record, Row
from vectorstore.words import words

if TYPE_CHECKING:
    from app.answer import Answer, Turn
    from app.chatmodel import ChatModel
    from app.mode import Mode
    from app.tutor import Tutor


class WrittenResponder:
    """The tutor with a chat model. Earlier turns get the quoted answers, as on the page."""

    def __init__(self, tutor: Tutor, model: ChatModel, mode: Mode) -> None:
        self._tutor = tutor
        self._model = model
        self._mode = mode
        self.name = model.name

    def answer(self, question: str, history: Sequence[str]) -> Answer:
        """The written answer, the quoted one where that came to nothing."""
        from app.answer import Turn

        turns: tuple[Turn, ...] = ()
        for earlier in history:
            turns = (*turns, Turn(earlier, self._tutor.ask(earlier, turns)))
        return self._tutor.answer(question, turns, self._model, self._mode).answer


def make_model(name: str, tutor: Tutor, seed: int) -> ChatModel:
    """The chat model of a name; "lying:0.3" is one that lies in three sentences of ten.

    Raises:
        TutorError: the name is none of a model.
    """
    if (rate := read_rate(name)) is not None:
        return LyingModel(rate, random.Random(seed), tutor.searcher().spelling.is_name)
    from app.build import build_chat_model
    from app.modelspec import parse_spec
    from app.settings import Settings

    settings = replace(Settings.read(os.environ), llm=parse_spec(name).name)
    model = build_chat_model(settings)
    if model is None:
        from ingest.errors import SettingsError

        raise SettingsError(f"--llm {name} is no model to evaluate. Name one, say ollama:qwen3:4b.")
    return model


def sample(cases: Sequence[Case], size: int | None, seed: int) -> list[Case]:
    """So many cases, drawn without their answers being looked at, in their order; all if `size` is None."""
    if size is None or size >= len(cases):
        return list(cases)
    chosen = sorted(random.Random(seed).sample(range(len(cases)), size))
    return [cases[i] for i in chosen]


def _asked(row: Row) -> bool:
    return row.written or row.gave_way


def _written(row: Row) -> bool:
    return row.written


def _has_claims(row: Row) -> bool:
    return row.written and row.claims > 0


def _each(label: str, mark: Callable[[Row], float]) -> Measure[Row]:
    return Measure(label, label, _written, mark, scale=1, digits=2)


MEASURES: tuple[Measure[Row], ...] = (
    Measure("gave way", "gave way to the quoted answer, %", _asked, lambda row: row.gave_way),
    _each("sentences an answer", lambda row: row.claims),
    _each("unsupported sentences an answer", lambda row: row.marked),
    Measure("answers with one", "answers with an unsupported sentence, %", _has_claims, lambda row: row.marked > 0),
    _each("citations re-pointed an answer", lambda row: row.repointed),
    _each("numbers dropped an answer", lambda row: row.dropped),
)


def checked(record: Record, seed: int) -> Table:
    """What checking did to the answers that a model wrote."""
    figures = [measure.figure(record.rows, seed) for measure in MEASURES]
    rows = tuple((figure.measure.label, str(figure.n), str(figure)) for figure in figures)
    return Table(f"Checking what {record.responder} wrote", ("", "n", record.responder), rows)


def lies(record: Record, replies: Sequence[Sequence[Told]], seed: int) -> Table:
    """What became of the lies of a LyingModel, and of its truths: of those that a reader was shown."""
    replies = [told for told in replies if told]
    asked = [row for row in record.rows if _asked(row) or row.error]
    rows = [shown for row, told in zip(asked, replies, strict=False) for shown in _shown(row, told)]
    table = []
    for measure in _LIES:
        figure = measure.figure(rows, seed)
        table.append((measure.label, str(figure.n), str(figure)))
    for kind in sorted({row.lie for row in rows if row.lie}):
        figure = replace(_CAUGHT, counts=partial(_about, kind)).figure(rows, seed)
        table.append((f"lies about a {kind} that were marked, %", str(figure.n), str(figure)))
    return Table(f"What {record.responder} is known to have lied about", ("", "n", record.responder), tuple(table))


def _shown(row: Row, told: Sequence[Told]) -> Iterator[_Shown]:
    """Which sentences of a reply a reader was shown; one that was read as two is marked if either is."""
    if not row.written or row.answer is None:
        return
    for number, one in enumerate(told):
        whole = f" {' '.join(words(one.text))} "
        parts = [s for s in row.answer.sentences if f" {' '.join(words(s.text))} " in whole]
        if parts:
            marked = any(part.support in ("partly", "not found") for part in parts)
            yield _Shown(f"{row.id}-{number}", one.lie, marked)


def _about(kind: str, row: _Shown) -> bool:
    return row.lie == kind


@dataclass(frozen=True, slots=True)
class _Shown:
    """A sentence as it reached the reader: what its lie was about, "" if it was none, and whether it was marked."""

    id: str
    lie: str
    marked: bool


_CAUGHT: Measure[_Shown] = Measure(
    "caught", "lies that were marked, %", lambda row: bool(row.lie), lambda row: row.marked
)
_LIES: tuple[Measure[_Shown], ...] = (
    _CAUGHT,
    Measure(
        "unmarked lies",
        "unmarked sentences that lie, %",
        lambda row: not row.marked,
        lambda row: bool(row.lie),
        digits=1,
    ),
    Measure("false alarms", "true sentences that were marked, %", lambda row: not row.lie, lambda row: row.marked),
)
