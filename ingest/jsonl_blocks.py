"""JSON Lines taken apart: an object a line, its nested values flattened into rows.

{"author": {"name": "Ann"}, "tags": ["a", "b"], "year": 1937} is the row "author name: Ann; tags: a, b; year: 1937".
Numbers stay as they are written; null and empty values are left out. Rows are numbered by their lines. A line that
cannot be read refuses the whole file, by its number: who corrects it gets all of it, who does not look would never
learn what a skipped one had said.

Left to others: decoding (loaders.py), what becomes of a row (row_blocks.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.errors import SourceError
from ingest.outline import Parsed
from ingest.row_blocks import LONGEST_NAME, MAX_FIELDS, Row, parse_rows

_WORDS = {True: "yes", False: "no"}


def parse_jsonl(text: str, path: Path) -> Parsed:
    """Take a file of JSON objects apart.

    Raises:
        SourceError: a line is no JSON object, or the rows are beyond all bounds or without a value.
    """
    return parse_rows(_rows(text, path), path)


def _rows(text: str, path: Path) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
            if not isinstance(data, dict):
                raise ValueError("it is not in braces")
            fields = list(islice(_flat("", data), MAX_FIELDS + 1))
        except (ValueError, RecursionError) as error:
            raise SourceError(
                f"{path}, line {number} is not a JSON object ({_why(error)}); correct or delete that line"
            ) from None
        yield Row(number, fields)


def _why(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos + 1}"
    return "it is too deeply nested" if isinstance(error, RecursionError) else str(error)


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """The values inside a value, each with the names that lead to it."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from _flat(_joined(name, key), inner)
        case list() if all(not isinstance(inner, dict | list) for inner in value):
            yield name, ", ".join(text for inner in value if (text := _text(inner)))
        case list():
            for n, inner in enumerate(value, start=1):
                yield from _flat(_joined(name, n), inner)
        case _:
            yield name, _text(value)


def _joined(name: str, part: str | int) -> str:
    return f"{name} {part}".strip()[: LONGEST_NAME + 1]  # one character too many shows that there was more


def _text(value: Any) -> str:
    """A value that holds no others, in words."""
    if value is None:
        return ""
    return _WORDS[value] if isinstance(value, bool) else str(value)
