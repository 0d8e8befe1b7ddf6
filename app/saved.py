"""An Answer as JSON and back, and what has become of its citations since.

The JSON is whole: what is read back equals what was written, as long as the sources are what they were. Of a
passage it keeps the place, the sha256 of its source's file and the text as it was shown, not the document; so
reading needs the index. Where the JSON is kept is history.py's affair.

Fields that this version does not know are ignored, missing ones get their defaults; `format` goes up when that
will not do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from app.answer import Answer, Checks, Citation, Refusal, Sentence
from app.mode import Mode
from app.support import Support
from ingest.documents import Document, Span
from ingest.errors import TutorError
from vectorstore.records import Record
from vectorstore.search import Hit

FORMAT = 1


class SavedError(TutorError):
    """A saved answer that cannot be read."""


class State(StrEnum):
    """What has become of the place that a citation names."""

    SAME = "same"  # the quote stands there, character for character
    CHANGED = "changed"  # something else stands there
    GONE = "gone"  # there is no such source any more


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a citation, and where its quote stands now.

    `span` is None if the quote stands nowhere, or if it has moved and stands in several places.
    """

    state: State
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class SavedPassage:
    """A passage as it was shown: its plain text, and the sha256 of the file that it was cut from."""

    source_id: str
    span: Span
    section: str
    score: float
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """An answer that was read back.

    `standings` has the number of every citation. `lost` are the passages that are not what they were, and so
    are not among `answer.passages`.
    """

    answer: Answer
    standings: Mapping[int, Standing] = field(default_factory=dict)
    lost: tuple[SavedPassage, ...] = ()


class Index(Protocol):
    """What is needed of a Searcher."""

    @property
    def records(self) -> Mapping[str, Record]:
        """The documents by source id."""

    def hit(self, source_id: str, span: Span) -> Hit | None:
        """The passage that a place of a source lies in."""


# -- to JSON ---------------------------------------------------------------------------------------------------------


def dump(answer: Answer) -> str:
    """The answer as one line of JSON, ASCII only."""
    return json.dumps(
        {
            "format": FORMAT,
            "question": answer.question,
            "understood": answer.understood,
            "sentences": [
                {"text": s.text, "citations": list(s.citations), "support": s.support, "remark": s.remark}
                for s in answer.sentences
            ],
            "citations": [citation_row(citation) for citation in answer.citations],
            "confidence": answer.confidence,
            "refusal": answer.refusal,
            "reason": answer.reason,
            "notes": list(answer.notes),
            "unknown": list(answer.unknown),
            "passages": [_passage_row(hit) for hit in answer.passages],
            "seconds": answer.seconds,
            "mode": answer.mode,
            "model": answer.model,
            "checks": {
                "dropped": answer.checks.dropped,
                "repointed": answer.checks.repointed,
                "marked": answer.checks.marked,
            },
            "stopped": answer.stopped,
        }
    )


def citation_row(citation: Citation) -> dict[str, Any]:
    """A citation as a JSON-ready mapping; `citation_of_row` reads it back as it was."""
    return {
        "n": citation.n,
        "source": citation.source_id,
        "title": citation.source_title,
        "label": citation.label,
        "section": citation.section,
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": citation.quote,
        "locator": citation.locator,
    }


def _passage_row(hit: Hit) -> dict[str, Any]:
    span = hit.passage.span
    return {
        "source": hit.passage.source_id,
        "start": span.start,
        "end": span.end,
        "section": hit.passage.section,
        "score": hit.score,
        "sha256": hit.document.sha256,
        "text": hit.plain,
    }


# -- from JSON -------------------------------------------------------------------------------------------------------


def restore(saved: str, index: Index | None = None) -> SavedAnswer:
    """The answer that `dump` wrote; `index` is the search over the sources as they are now.

    Without an index every passage counts as lost, and nothing is known of how the citations stand.

    Raises:
        SavedError: it is no such JSON, or of a newer format.
    """
    try:
        row = json.loads(saved)
        if (made := int(row.get("format", FORMAT))) > FORMAT:
            raise SavedError(f"This answer was saved by a newer tutor (format {made}). Update the tutor to see it.")
        answer = _answer(row)
        passages = [_passage(item) for item in row.get("passages") or ()]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise SavedError(
            f"This saved answer is damaged ({error}) and cannot be shown. Ask the question again."
        ) from error
    if index is None:
        return SavedAnswer(answer, lost=tuple(passages))
    found = [(passage, _hit(passage, index)) for passage in passages]
    return SavedAnswer(
        answer=replace(answer, passages=tuple(hit for _, hit in found if hit is not None)),
        standings=standings(answer.citations, {key: record.document for key, record in index.records.items()}),
        lost=tuple(passage for passage, hit in found if hit is None),
    )


def standings(citations: Iterable[Citation], documents: Mapping[str, Document]) -> dict[int, Standing]:
    """How each citation stands in the documents as they are now, by its number."""
    return {citation.n: _standing(citation, documents.get(citation.source_id)) for citation in citations}


def _standing(citation: Citation, document: Document | None) -> Standing:
    if document is None:
        return Standing(State.GONE)
    text, span, quote = document.text, citation.span, citation.quote
    if text[span.start : span.end] == quote:
        return Standing(State.SAME, span)
    start = text.find(quote) if quote else -1
    if start < 0 or text.find(quote, start + 1) >= 0:
        return Standing(State.CHANGED)
    return Standing(State.CHANGED, Span(start, start + len(quote)))


def _answer(row: Mapping[str, Any]) -> Answer:
    checks = row.get("checks") or {}
    question = text_of(row.get("question"))
    return Answer(
        question=question,
        understood=text_of(row.get("understood", question)),
        sentences=tuple(_sentence(item) for item in row.get("sentences") or ()),
        citations=tuple(citation_of_row(item) for item in row.get("citations") or ()),
        confidence=float(row.get("confidence", 0.0)),
        refusal=None if row.get("refusal") is None else _known(Refusal, row["refusal"], Refusal.NOT_FOUND),
        reason=text_of(row.get("reason", "")),
        notes=_texts(row.get("notes")),
        unknown=_texts(row.get("unknown")),
        seconds={text_of(stage): float(took) for stage, took in (row.get("seconds") or {}).items()},
        mode=_known(Mode, row.get("mode"), Mode.QUOTED),
        model=text_of(row.get("model", "")),
        checks=Checks(
            dropped=int(checks.get("dropped", 0)),
            repointed=int(checks.get("repointed", 0)),
            marked=int(checks.get("marked", 0)),
        ),
        stopped=bool(row.get("stopped", False)),
    )


def _sentence(row: Mapping[str, Any]) -> Sentence:
    support = row.get("support", Support.SUPPORTED)
    return Sentence(
        text=text_of(row["text"]),
        citations=tuple(int(n) for n in row.get("citations") or ()),
        support=None if support is None else _known(Support, support, Support.NOT_FOUND),
        remark=text_of(row.get("remark", "")),
    )


def citation_of_row(row: Mapping[str, Any]) -> Citation:
    """The citation that `citation_row` wrote.

    Raises:
        ValueError, LookupError, TypeError: it is no such thing.
    """
    return Citation(
        n=int(row["n"]),
        source_id=text_of(row["source"]),
        source_title=text_of(row.get("title", row["source"])),
        section=text_of(row.get("section", "")),
        span=Span(int(row["start"]), int(row["end"])),
        quote=text_of(row["quote"]),
        label=text_of(row.get("label", "")),
        locator=text_of(row.get("locator", "")),
    )


def _passage(row: Mapping[str, Any]) -> SavedPassage:
    return SavedPassage(
        source_id=text_of(row["source"]),
        span=Span(int(row["start"]), int(row["end"])),
        section=text_of(row.get("section", "")),
        score=float(row.get("score", 0.0)),
        sha256=text_of(row.get("sha256", "")),
        text=text_of(row.get("text", "")),
    )


def _hit(saved: SavedPassage, index: Index) -> Hit | None:
    """The passage as a Hit, if the index still has it just so."""
    hit = index.hit(saved.source_id, saved.span)
    if hit is None or hit.passage.span != saved.span or hit.document.sha256 != saved.sha256 or hit.plain != saved.text:
        return None
    return replace(hit, score=saved.score)


Known = TypeVar("Known", bound=StrEnum)


def _known(kind: type[Known], value: Any, otherwise: Known) -> Known:
    """A member of an enum; `otherwise` for one that only a later version knows."""
    return kind(value) if value in set(kind) else otherwise


def text_of(value: Any) -> str:
    """A text that was read from JSON.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} where a text is due")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text_of(item) for item in value or ())
