"""SQuAD-format files, 1.1 and 2.0: bytes -> Articles, every answer at its place in its paragraph.

A file is checked whole when it is read, and what is wrong is named by where it stands. Indexing what was read is
in squad_index.py; the format is that of Rajpurkar et al. (2016 and 2018).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ingest.errors import TutorError

T = TypeVar("T")


class SquadError(TutorError):
    """A file that cannot be read or is no SQuAD-format file."""


@dataclass(frozen=True, slots=True)
class Gold:
    """An accepted answer and where it stands in its paragraph, in characters."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the file; `answers` is empty if its paragraph does not answer it."""

    id: str
    text: str
    answers: tuple[Gold, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether its paragraph answers it."""
        return bool(self.answers)

    @property
    def accepted(self) -> tuple[str, ...]:
        """The accepted wordings, each once, in order."""
        return tuple(dict.fromkeys(gold.text for gold in self.answers))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and the questions that were written for it."""

    text: str
    questions: tuple[Question, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Article:
    """The paragraphs of one subject."""

    title: str
    paragraphs: tuple[Paragraph, ...] = field(repr=False)


def read_squad(path: Path) -> tuple[Article, ...]:
    """The articles of a SQuAD-format file, 1.1 or 2.0, in its order.

    Raises:
        SquadError: it cannot be read, is no JSON, has another shape (the place is named), or holds no question.
    """
    return parse_squad(read_bytes(path), path)


def parse_squad(data: bytes, path: Path) -> tuple[Article, ...]:
    """What `read_squad` does once the bytes are read; the path is for the message only.

    Raises:
        SquadError: see `read_squad`.
    """
    try:
        articles = tuple(map(_article, _items(_Node("", json.loads(data)), "data")))
    except json.JSONDecodeError as error:
        raise SquadError(f"{path} is not JSON: {error.msg} at line {error.lineno}. {_NAME_ONE}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise SquadError(f"{path} is not JSON. {_NAME_ONE}") from error
    except ValueError as error:
        raise SquadError(f"{path} is no SQuAD-format file: {error}. {_NAME_ONE}") from error
    if not any(paragraph.questions for article in articles for paragraph in article.paragraphs):
        raise SquadError(f"{path} holds no question. {_NAME_ONE}")
    return articles


_NAME_ONE = "Name a SQuAD-format JSON file."


def read_bytes(path: Path) -> bytes:
    """The bytes of the file.

    Raises:
        SquadError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        raise SquadError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}. {_NAME_ONE}") from error


@dataclass(frozen=True, slots=True)
class _Node:
    """A piece of the file and where it stands: "data[0].paragraphs[2]"."""

    where: str
    value: Any


def _items(node: _Node, key: str) -> Iterator[_Node]:
    rows = _field(node, key, list, "a list")
    return (_Node(f"{_at(node, key)}[{i}]", row) for i, row in enumerate(rows))


def _field(node: _Node, key: str, kind: type[T], named: str, default: T | None = None) -> T:
    if not isinstance(node.value, dict):
        raise ValueError(f"{node.where or 'it'} is not an object")
    value = node.value.get(key, default)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{_at(node, key)} {'is missing' if key not in node.value else f'is not {named}'}")
    return value


def _at(node: _Node, key: str) -> str:
    return f"{node.where}.{key}".lstrip(".")


def _article(node: _Node) -> Article:
    return Article(_string(node, "title", ""), tuple(map(_paragraph, _items(node, "paragraphs"))))


def _paragraph(node: _Node) -> Paragraph:
    text = _string(node, "context")
    return Paragraph(text, tuple(_question(row, text) for row in _items(node, "qas")))


def _question(node: _Node, context: str) -> Question:
    text = _string(node, "question").strip()
    impossible = _field(node, "is_impossible", bool, "true or false", default=False)
    answers = [_gold(row, context) for row in _items(node, "answers")]
    return Question(_string(node, "id", node.where), text, () if impossible else tuple(answers))


def _gold(node: _Node, context: str) -> Gold:
    """The answer at its offset; where other words stand there, at the nearest place that has them."""
    text, start = _string(node, "text"), _field(node, "answer_start", int, "a whole number")
    if not text.strip():
        raise ValueError(f"{_at(node, 'text')} is empty")
    at = max(start, 0)
    places = [place for place in (context.find(text, at), context.rfind(text, 0, at + len(text))) if place >= 0]
    if not places:
        raise ValueError(f"{node.where}: {text[:60]!r} does not stand in its paragraph")
    nearest = min(places, key=lambda place: abs(place - at))
    return Gold(text, nearest, nearest + len(text))


def _string(node: _Node, key: str, default: str | None = None) -> str:
    """A string in which every character can stand in a text file; none is added or taken away, offsets count."""
    text = _field(node, key, str, "a string", default)
    return text.translate(_UNSTORABLE).encode("utf-8", "replace").decode("utf-8")


_UNSTORABLE = {0: "\ufffd", 0xFEFF: " "}  # null; the byte order mark, which a loader drops at the start of a file
