"""The questions of an evaluation: one JSON object a line, read into Cases and checked.

A case's evidence is quoted, not counted in characters, so that a dataset can be read and checked by eye;
`locate` finds the quotes in the documents. Putting the questions to somebody is in runner.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ingest.documents import Document, Span
from ingest.errors import TutorError

DATASETS = Path(__file__).parent / "datasets"
TOTALS_ONLY = "the test half is looked at in totals only; --wrong works with --split dev"


class CaseError(TutorError):
    """A dataset that cannot be read, a malformed row in it, or a quote that its source does not hold."""


class Kind(StrEnum):
    """What a question is a test of."""

    FACTOID = "factoid"
    PARAPHRASE = "paraphrase"
    WHY_HOW = "why_how"
    LIST = "list"
    NUMBERS = "numbers"
    BOTH_SOURCES = "both_sources"
    FOLLOW_UP = "follow_up"
    MISSPELT = "misspelt"
    FALSE_PREMISE = "false_premise"
    DISAGREE = "disagree"
    UNANSWERABLE = "unanswerable"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a source, as they stand there."""

    source_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a source."""

    source_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is known of its answer.

    `facts` are what a right answer holds, each with its accepted wordings. `evidence` is where the
    sources say so. `history` is the user's earlier turns, oldest first. `near` is set on questions that the
    sources do not answer: places that look as if they did.
    """

    id: str
    kind: Kind
    question: str
    answerable: bool
    history: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[Quote, ...] = ()
    near: tuple[Quote, ...] = ()
    note: str = ""

    @property
    def near_miss(self) -> bool:
        """Whether the sources hold something close to an answer, and no answer."""
        return not self.answerable and bool(self.near)


class Identified(Protocol):
    """What a row becomes: anything with an id."""

    @property
    def id(self) -> str:
        """Unlike that of any other row of its file."""


T = TypeVar("T", bound=Identified)


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a JSONL file, as `read_rows` reads them."""
    return read_rows(path, "case", _case)


def read_rows(path: Path, called: str, parse: Callable[[Mapping[str, Any]], T]) -> tuple[T, ...]:
    """What `parse` makes of the JSON objects of a JSONL file, in its order. Blank lines are skipped.

    `called` is what an error calls a row. `parse` raises ValueError on a malformed one.

    Raises:
        CaseError: the file cannot be read or holds no row, or a row is malformed: the line is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path}: cannot be read as a dataset ({error}). Give a JSONL file.") from error
    found: dict[str, T] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("not a JSON object")
            parsed = parse(row)
            if parsed.id in found:
                raise ValueError(f"the id {parsed.id!r} is used twice")
        except json.JSONDecodeError as error:
            raise CaseError(f"{path}:{number}: not JSON: {error.msg} at column {error.colno}") from error
        except ValueError as error:
            raise CaseError(f"{path}:{number}: {error}") from error
        found[parsed.id] = parsed
    if not found:
        raise CaseError(f"{path}: holds no {called}. Each line is one JSON object.")
    return tuple(found.values())


def locate(case: Case, documents: Mapping[str, Document]) -> tuple[Place, ...]:
    """Where the case's evidence stands: the first place with exactly the quoted characters, quote by quote.

    Raises:
        CaseError: a source is not among the documents, or does not hold the quote.
    """
    return places_of(case.id, "evidence", case.evidence, documents)


def locate_near(case: Case, documents: Mapping[str, Document]) -> tuple[Place, ...]:
    """Where the places stand that only look as if they answered; as `locate`."""
    return places_of(case.id, "near", case.near, documents)


def places_of(case_id: str, what: str, quotes: Sequence[Quote], documents: Mapping[str, Document]) -> tuple[Place, ...]:
    """Where quotes stand, as `locate` finds them; `what` they are is for the message."""
    places = []
    for number, quote in enumerate(quotes, start=1):
        document = documents.get(quote.source_id)
        if document is None:
            have = ", ".join(sorted(documents)) or "none"
            raise CaseError(f"{case_id}: {what} {number} is of {quote.source_id!r}; the index has: {have}")
        start = document.text.find(quote.text)
        if start < 0:
            raise CaseError(f"{case_id}: {what} {number} is not in {quote.source_id!r} word for word")
        places.append(Place(quote.source_id, Span(start, start + len(quote.text))))
    return tuple(places)


def _case(row: Mapping[str, Any]) -> Case:
    """One row of the dataset. Messages name fields, never what they hold: the test half stays unread."""
    check_fields(row, _FIELDS)
    kind = text_of(row, "kind")
    if kind not in set(Kind):
        raise ValueError(f"kind is {kind!r}; it must be one of {', '.join(Kind)}")
    answerable = row.get("answerable")
    if not isinstance(answerable, bool):
        raise ValueError("answerable must be true or false")
    case = Case(
        id=text_of(row, "id"),
        kind=Kind(kind),
        question=text_of(row, "question"),
        answerable=answerable,
        history=_texts(row.get("history", []), "history"),
        facts=tuple(_texts(fact, "facts") for fact in _list(row.get("facts", []), "facts")),
        evidence=quotes_of(row, "evidence"),
        near=quotes_of(row, "near"),
        note=text_of(row, "note") if row.get("note") else "",
    )
    if not all(case.facts):
        raise ValueError("facts: a fact needs one accepted wording or more")
    if answerable and not (case.facts and case.evidence):
        raise ValueError("an answerable question needs facts and evidence")
    if not answerable and (case.facts or case.evidence):
        raise ValueError("a question without an answer can have no facts and no evidence")
    return case


_FIELDS = frozenset({"id", "kind", "question", "history", "facts", "evidence", "near", "answerable", "note"})


def check_fields(row: Mapping[str, Any], fields: frozenset[str]) -> None:
    """Raises a ValueError that names the first field which is not among `fields`."""
    if unknown := sorted(row.keys() - fields):
        raise ValueError(f"unknown field {unknown[0]!r}; the fields are {', '.join(sorted(fields))}")


def text_of(row: Mapping[str, Any], field: str) -> str:
    """The text in a field of a row; a ValueError if it holds none, or an empty one."""
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{field} must be a text that is not empty")
    return value


def _list(value: Any, field: str) -> Sequence[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{field} must be a list")
    return value


def _texts(value: Any, field: str) -> tuple[str, ...]:
    return tuple(text_of({field: item}, field) for item in _list(value, field))


def quotes_of(row: Mapping[str, Any], field: str) -> tuple[Quote, ...]:
    """The quotes in a field of a row, none if it is missing; a ValueError if it holds anything else."""
    quotes = []
    for item in _list(row.get(field, []), field):
        if not isinstance(item, dict):
            raise ValueError(f"{field} must be a list of objects with source and quote")
        quotes.append(Quote(text_of(item, "source"), text_of(item, "quote")))
    return tuple(quotes)
