"""What a question is asked within: a collection by its name or number, or a single source by its id.

Collections are kept by library.py; that nothing from outside gets into an answer is `Tutor.within`'s promise.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.library import Collected, LibraryError
from app.settings import Settings
from app.sources import near

if TYPE_CHECKING:
    from app.tutor import Tutor


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked within: a name to call it by, and the ids of its sources."""

    name: str
    sources: frozenset[str]

    def of(self, tutor: Tutor) -> Tutor:
        """The tutor that knows only these."""
        return tutor.within(self.name, self.sources)


def scope(settings: Settings, wanted: str, known: Collection[str]) -> Scope:
    """The collection or the source that somebody names; a collection's name goes before a source's id.

    Args:
        known: the ids of all sources.

    Raises:
        LibraryError: there is neither; with what comes near.
        HistoryError: the collections cannot be read.
    """
    found = collections(settings)
    folded = wanted.strip().casefold()
    for one in found:
        if folded == one.name.casefold():
            return Scope(one.name, one.sources)
    if folded in known:
        return Scope(folded, frozenset({folded}))
    numbered = next((one for one in found if folded == str(one.id)), None)
    if numbered is not None:
        return Scope(numbered.name, numbered.sources)
    raise LibraryError(
        f"There is no collection and no source {wanted[:60]!r}. {near(wanted, [*(one.name for one in found), *known])}"
    )


def collections(settings: Settings) -> tuple[Collected, ...]:
    """All collections, by name. Looking makes no file."""
    from app.build import build_library, history_path

    return build_library(settings).collections() if history_path(settings).exists() else ()
