"""Claims to try, made from the sources: a sentence of theirs with a number in it, and the same with another number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.details import Number, numbers
from ingest.documents import BlockKind
from vectorstore.words import leans_back, without_locators

if TYPE_CHECKING:
    from app.tutor import Tutor
    from ingest.documents import Passage

_MORE = 11  # what the other number is above the source's


def examples(tutor: Tutor) -> tuple[str, ...]:
    """A sentence of the sources with one number in it, and the same with another number; () if there is none.

    Raises:
        IndexUnavailable: the index has been damaged or taken away.
    """
    for passage, text in _sentences(tutor):
        found = [number for number in numbers(text) if _plain_number(text, number)]
        if passage.kind is BlockKind.PARAGRAPH and len(found) == 1 and not leans_back(text):
            span = found[0].span
            other = f"{int(found[0].value) + _MORE:,}"
            return text, f"{text[: span.start]}{other}{text[span.end :]}"
    return ()


def _sentences(tutor: Tutor) -> Iterator[tuple[Passage, str]]:
    """Sentences of the sources that are short and whole, in order."""
    for record in tutor.searcher().records.values():
        for passage in record.passages:
            for span in passage.sentences:
                text = without_locators(record.document.plain(span))
                if 10 <= len(text.split()) <= 26 and re.fullmatch(r"[A-Z][^()\[\]“”\"]*\.", text):
                    yield passage, text


def _plain_number(text: str, number: Number) -> bool:
    written = text[number.span.start : number.span.end]
    return bool(number.counted) and number.counted != ("th",) and written.replace(",", "").isdigit()
