"""The tutor: a question and what was said before it become an Answer. The one way in for CLI, pages and evals.

Safe to use from several threads. Notices when another process has changed the index and reads it anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from app.answer import Answer, Citation, Refusal, Sentence, Turn
from app.confidence import OVERVIEW, THRESHOLD, confidence, evidence, missing_words
from app.conflicts.keeping import conflicts_of
from app.conflicts.values import Conflict, conflicts_at
from app.mode import Mode
from app.question import Question, clean, understand
from app.quoting import Draft, Policy, draft
from app.support import Judge
from app.writing import Writing, write
from ingest.documents import Document, Source, Span, content_hash
from ingest.errors import IndexUnavailable
from vectorstore.embedding import Embedder
from vectorstore.folder import IndexBusy
from vectorstore.search import Hit, Searcher
from vectorstore.selection import Selection
from vectorstore.store import Store
from vectorstore.words import without_mark

if TYPE_CHECKING:
    from app.chatmodel import ChatModel

T = TypeVar("T")

_RETRIES = 2
_FURTHER = 4  # passages that are looked through for a sentence that those given to a model do not bear out
_SELECTIONS = 8  # collections that are kept ready
_REPLAYED = 4  # earlier turns without an answer that are asked again, to know what a follow-up is about


class Tutor:
    """Answers from one index.

    Args:
        store: the index.
        embedder: the model that the index was made with.
        policy: how much an answer says; Policy() if None.
    """

    _none = "There are no sources yet. Add some: tutor ingest PATH"

    def __init__(self, store: Store | Selection, embedder: Embedder, policy: Policy | None = None) -> None:
        self._store = store
        self._embedder = embedder
        self._policy = policy or Policy()
        self._lock = threading.Lock()
        self._searcher = Searcher(store, embedder)
        self._conflicts: tuple[Searcher, tuple[Conflict, ...]] | None = None
        self._within: dict[tuple[str, frozenset[str]], Within] = {}

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer to a question; `history` is the earlier turns of the conversation, oldest first.

        Turns that carry no answer are asked again first, so that a follow-up knows what it follows.

        Raises:
            QuestionError: the question is empty, has no words, or is too long.
            IndexUnavailable: the index has been damaged or taken away.
        """
        clean(question)
        return self.steady(lambda: self._ask(question, history))

    def steady(self, read: Callable[[], T]) -> T:
        """What comes of reading the index, tried again where another process changed it meanwhile.

        Raises:
            IndexBusy: it changes all the time.
        """
        for _ in range(_RETRIES):
            try:
                return read()
            except IndexBusy:  # changed under the search: read it anew
                continue
        return read()

    def _ask(self, question: str, history: Sequence[Turn]) -> Answer:
        begun = perf_counter()
        searcher = self.searcher()
        turns = self._answered(history)
        understood = understand(question, turns, searcher.spelling, _sources(searcher))
        if searcher.empty:
            return _refusal(understood, Refusal.NO_SOURCES, self._none)
        read = perf_counter()
        found = draft(understood, searcher, self._policy, self._conflicts_in(searcher))
        seconds = {"understand": read - begun, "search": perf_counter() - read}
        return self._answer(understood, found, searcher, seconds)

    def write(
        self,
        quoted: Answer,
        history: Sequence[Turn],
        model: ChatModel,
        mode: Mode = Mode.SIMPLE,
        stop: threading.Event | None = None,
    ) -> Iterator[Writing]:
        """The answer that a chat model writes in the place of a quoted one, as it comes; the last one is done.

        Nothing is raised for a model that fails: the last one then holds the quoted answer and says what happened.
        """
        return write(quoted, history, model, self.judge(), mode, search=self._further, stop=stop)

    def _further(self, sentence: str) -> tuple[Hit, ...]:
        """The passages that a written sentence may stand on, wherever they are."""
        try:
            return self.searcher().search(sentence, k=_FURTHER).hits
        except IndexUnavailable:  # it is being changed: the passages at hand have to do
            return ()

    def answer(self, question: str, history: Sequence[Turn], model: ChatModel | None, mode: Mode) -> Writing:
        """The answer in a mode, whole: written if there is a model for it, else quoted; and what went wrong.

        Raises:
            QuestionError, IndexUnavailable: as `ask`.
        """
        quoted = self.ask(question, history)
        if model is None or mode is Mode.QUOTED:
            return Writing(quoted, done=True)
        *_, last = self.write(quoted, history, model, mode)
        return last

    def sources(self) -> tuple[Source, ...]:
        """The indexed sources, in order of id."""
        return _sources(self.searcher())

    def document(self, source_id: str) -> Document:
        """An indexed document.

        Raises:
            IndexUnavailable: there is none of this id.
        """
        records = self.searcher().records
        record = records.get(source_id)
        if record is None:
            known = ", ".join(records) or "none"
            raise IndexUnavailable(f"There is no source {source_id!r} in the index. There are: {known}.")
        return record.document

    def stale(self, source_id: str) -> str:
        """A remark if the file of a source has changed or gone since it was indexed, else ""."""
        document = self.document(source_id)
        try:
            data = document.source.path.read_bytes()
        except OSError:
            return "The original file is no longer there; this is the text as it was indexed."
        if content_hash(data) != document.sha256:
            return "The original file has changed since it was indexed. Update with: tutor ingest"
        return ""

    def warm(self) -> None:
        """Do once what the first question would otherwise wait for."""
        self.ask("What is this about?")

    def searcher(self) -> Searcher:
        """The search over the index as it is now."""
        if self._searcher.generation != self._store.generation():
            with self._lock:
                if self._searcher.generation != self._store.generation():
                    self._store.reload()
                    self._searcher = Searcher(self._store, self._embedder)
        return self._searcher

    def conflicts(self) -> tuple[Conflict, ...]:
        """The statements of the indexed documents that cannot both be true, in the order of the documents."""
        return self._conflicts_in(self.searcher())

    def conflicts_at(self, source_id: str, span: Span) -> tuple[Conflict, ...]:
        """Those that touch a place of a source."""
        return conflicts_at(self.conflicts(), source_id, span)

    def _conflicts_in(self, searcher: Searcher) -> tuple[Conflict, ...]:
        """Those of the documents that a search is over, read or found once."""
        known = self._conflicts
        if known is None or known[0] is not searcher:
            known = self._conflicts = (searcher, self._find_conflicts())
        return known[1]

    def _find_conflicts(self) -> tuple[Conflict, ...]:
        assert isinstance(self._store, Store)
        return conflicts_of(self._store)

    def within(self, name: str, sources: Collection[str]) -> Tutor:
        """The tutor that knows only these sources, of the collection of this name; the same one if asked again."""
        key = (name, frozenset(sources))
        with self._lock:
            known = self._within.pop(key, None) or Within(self, self._store, self._embedder, self._policy, key)
            self._within[key] = known  # the last used stays longest
            for old in list(self._within)[:-_SELECTIONS]:
                del self._within[old]
        return known

    def judge(self) -> Judge:
        """What holds sentences against passages of the index as it is now."""
        searcher = self.searcher()
        return Judge(self._embedder, searcher.spelling, searcher.sentence_idf)

    def _answered(self, history: Sequence[Turn]) -> list[Turn]:
        turns: list[Turn] = []
        for turn in history[-_REPLAYED:]:
            answer = turn.answer or self.ask(turn.question, turns)
            turns.append(Turn(turn.question, answer))
        return turns

    def _answer(self, question: Question, found: Draft, searcher: Searcher, seconds: dict[str, float]) -> Answer:
        unknown = missing_words(question, searcher)
        sure = confidence(evidence(question, found.ranked, searcher)) if found.ranked.sentences else 0.0
        sure = max(sure, OVERVIEW) if question.overview else sure
        if not found.chosen or sure < THRESHOLD:
            reason = _reason(unknown)
            kind = Refusal.UNKNOWN_WORDS if unknown else Refusal.NOT_FOUND
            return _refusal(question, kind, reason, sure=sure, unknown=unknown, found=found, seconds=seconds)
        citations = tuple(Citation.at(one.hit, one.span, n) for n, one in enumerate(found.chosen, start=1))
        sentences = tuple(Sentence(without_mark(s.plain), (c.n,)) for s, c in zip(found.chosen, citations, strict=True))
        return Answer(
            question=question.asked,
            understood=question.text,
            sentences=sentences,
            citations=citations,
            confidence=sure,
            notes=found.notes,
            unknown=unknown,
            passages=found.hits,
            seconds=seconds,
        )


class Within(Tutor):
    """A tutor over some sources of another tutor's index: a collection. Made by `Tutor.within`."""

    def __init__(
        self,
        whole: Tutor,
        store: Store | Selection,
        embedder: Embedder,
        policy: Policy,
        collection: tuple[str, frozenset[str]],
    ) -> None:
        self._whole = whole
        self._name, self._ids = collection
        self._none = f"There are no sources in “{self._name}”. Put some into it, or ask all."
        assert isinstance(store, Store)
        super().__init__(Selection(store, self._ids), embedder, policy)

    def _ask(self, question: str, history: Sequence[Turn]) -> Answer:
        answer = super()._ask(question, history)
        count = len(self._searcher.records)
        line = f"Asked within “{self._name}”, {count} source{'' if count == 1 else 's'}."
        return replace(answer, notes=(*answer.notes, line))

    def _find_conflicts(self) -> tuple[Conflict, ...]:
        """Those between these sources alone."""
        found = self._whole.conflicts()
        return tuple(one for one in found if all(place.source_id in self._ids for place in one.places))


def _sources(searcher: Searcher) -> tuple[Source, ...]:
    return tuple(record.document.source for record in searcher.records.values())


def _reason(unknown: Sequence[str]) -> str:
    if unknown:
        listed = ", ".join(f"“{word}”" for word in unknown)
        foreign = all(ord(letter) > 0x24F for word in unknown for letter in word if letter.isalpha())  # beyond Latin
        hint = " Ask in the language of the sources." if foreign else ""
        return f"The sources don't say. They nowhere have {listed}.{hint} The nearest passages are below."
    return "The sources don't say. The nearest passages are below."


def _refusal(
    question: Question,
    kind: Refusal,
    reason: str,
    *,
    sure: float = 0.0,
    unknown: tuple[str, ...] = (),
    found: Draft | None = None,
    seconds: dict[str, float] | None = None,
) -> Answer:
    return Answer(
        question=question.asked,
        understood=question.text,
        sentences=(),
        citations=(),
        confidence=sure,
        refusal=kind,
        reason=reason,
        unknown=unknown,
        passages=found.hits if found else (),
        seconds=seconds or {},
    )
