"""The marks of a checked sentence and of a checked claim: a shape and a word, never colour alone.

Every page, the command line and the exports show them in this one way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from app.check.verdict import Verdict
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

#: Of a verdict. No shape of these means another thing above.
VERDICTS: Mapping[Verdict, Mark] = {
    Verdict.SUPPORTED: Mark("✓", "supported", "A source says this, with every detail of it."),
    Verdict.CONTRADICTED: Mark(
        "≠", "contradicted", "A source says otherwise: another number, date or name, or that it is not so."
    ),
    Verdict.NOT_IN_SOURCES: Mark("○", "not in the sources", "No source says this, and none says otherwise."),
}


def mark_html(outcome: Support | Verdict) -> str:
    """The mark as safe HTML; a screen reader hears the word alone."""
    mark = VERDICTS[outcome] if isinstance(outcome, Verdict) else MARKS[outcome]
    return (
        f'<span class="support" title="{escape(mark.explanation)}">'
        f'<span aria-hidden="true">{mark.shape}</span> {mark.word}</span>'
    )
