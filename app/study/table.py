"""Cards as a CSV table, for a spreadsheet or another program; and what the exports of cards have in common."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from app.study.card import Card
from ingest.errors import TutorError
from vectorstore.records import write_atomically

COLUMNS = ("id", "kind", "asked", "prompt", "answer", "quote", "source", "section", "start", "end", "link")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class StudyExportError(TutorError):
    """There is nothing to export, or the file cannot be written."""


def write_csv(cards: Sequence[Card], path: Path, *, base: str = "") -> int:
    """Write a row for each card under a head of COLUMNS, and return how many they are.

    UTF-8 with a mark that tells spreadsheets so. `start` and `end` are characters of the source's canonical text, whose
    words there are `quote`. A cell that a spreadsheet would take for a formula begins with an apostrophe.

    Args:
        base: where the tutor is served; links are `base?source=ID&start=..&end=..`, none if it is "".

    Raises:
        StudyExportError: there are no cards, or the file cannot be written.
    """
    no_cards(cards)
    try:
        write_atomically(path, "\ufeff" + as_csv(cards, base))
    except OSError as error:
        raise unwritable(path, error) from error
    return len(cards)


def as_csv(cards: Sequence[Card], base: str = "") -> str:
    """The table as text, its lines ended as RFC 4180 has it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for card in cards:
        cited = card.citation
        said = (card.id, card.kind, card.asked, card.prompt, card.answer, cited.quote, cited.source_id, cited.section)
        writer.writerow([*map(defused, said), cited.span.start, cited.span.end, link(card, base)])
    return out.getvalue()


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> [defused(cell) for cell in ("=1+1", " @x", "1-2")]
    ["'=1+1", "' @x", '1-2']
    """
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


# -- what the exports have in common ---------------------------------------------------------------------------------


def link(card: Card, base: str) -> str:
    """The address that opens the cited sentence, "" without a base."""
    span = card.citation.span
    place = urlencode({"source": card.citation.source_id, "start": span.start, "end": span.end})
    return f"{base}?{place}" if base else ""


def section_of(card: Card) -> str:
    """The source and the section of a card in one line."""
    return ", ".join(filter(None, (card.citation.source_title or card.citation.source_id, card.citation.section)))


def no_cards(cards: Sequence[Card]) -> None:
    """Says so if there is nothing to export.

    Raises:
        StudyExportError: there are no cards.
    """
    if not cards:
        raise StudyExportError("There are no cards to export. Add sources that make some: tutor ingest PATH")


def unwritable(path: Path, error: OSError) -> StudyExportError:
    """The error for a file that cannot be written."""
    return StudyExportError(f"{path} cannot be written: {error.strerror}. Name a file in a folder you can write.")
