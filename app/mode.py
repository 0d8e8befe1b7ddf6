"""How to answer: Mode, and what users read of each. Light, for the command line imports it before anything else."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """How to answer. All but the first need a chat model."""

    QUOTED = "quoted"
    SIMPLE = "simple"
    DEPTH = "depth"
    SOCRATIC = "socratic"

    @property
    def label(self) -> str:
        """The choice in the words of the page."""
        return _LABELS[self]


_LABELS = {
    Mode.QUOTED: "In the sources’ words",
    Mode.SIMPLE: "Explained simply",
    Mode.DEPTH: "In depth",
    Mode.SOCRATIC: "Questions back",
}
