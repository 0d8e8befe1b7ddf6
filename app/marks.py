"""The mark of a checked sentence: a shape and a word, never colour alone. Every page shows it in this one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from app.support import Support


@dataclass(frozen=True, slots=True)
class Mark:
    """How an outcome is shown: its shape, its word, and a sentence on what it means."""

    shape: str
    word: str
    explanation: str


MARKS: Mapping[Support, Mark] = {
    Support.SUPPORTED: Mark("✓", "supported", "The cited passage speaks of this, and every detail stands there too."),
    Support.PARTLY: Mark(
        "◐", "partly", "The cited passage speaks of this, but a detail is missing there, or is another one."
    ),
    Support.NOT_FOUND: Mark("✕", "not found", "No passage of the sources was found that speaks of this."),
}


def mark_html(outcome: Support) -> str:
    """The mark as safe HTML; a screen reader hears the word alone."""
    mark = MARKS[outcome]
    return (
        f'<span class="support" title="{escape(mark.explanation)}">'
        f'<span aria-hidden="true">{mark.shape}</span> {mark.word}</span>'
    )
