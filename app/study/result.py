"""What a quiz came to: its points by kind and by section, what was missed, and where to read that again.

Pure functions. Whatever is not right was missed: what is partly right, wrong or skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.answer import Citation
from app.study.card import Card
from app.study.item import Graded, Item, ItemKind, Outcome
from vectorstore.words import fold


@dataclass(frozen=True, slots=True)
class Share:
    """The points of some questions, of how many could be had."""

    points: float
    of: int


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a source: what was had in it, and the places of what was missed, in the order of its text."""

    source_id: str
    source_title: str
    title: str
    share: Share
    reread: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a quiz came to. `by_kind` has the kinds that were asked; `sections` stand in the order of the sources."""

    share: Share
    by_kind: tuple[tuple[ItemKind, Share], ...]
    sections: tuple[Section, ...]
    missed: tuple[Item, ...]

    @property
    def reread(self) -> tuple[Section, ...]:
        """The sections in which something was missed."""
        return tuple(section for section in self.sections if section.reread)


def result_of(graded: Sequence[Graded], sources: Sequence[str] = ()) -> Result:
    """What some answers came to.

    Args:
        sources: ids of sources in the order in which they are listed; others come behind, in that of the answers.
    """
    order = {source: n for n, source in enumerate(dict.fromkeys([*sources, *(_source(one) for one in graded)]))}
    found: dict[tuple[str, str], list[Graded]] = {}
    for one in sorted(graded, key=lambda one: (order[_source(one)], one.item.citation.span)):
        found.setdefault((_source(one), one.item.section), []).append(one)
    kinds = [(kind, [one for one in graded if one.item.kind is kind]) for kind in ItemKind]
    return Result(
        _share(graded),
        tuple((kind, _share(of_kind)) for kind, of_kind in kinds if of_kind),
        tuple(map(_section, found.values())),
        tuple(one.item for one in graded if _missed(one)),
    )


def cards_of(items: Iterable[Item], deck: Sequence[Card]) -> tuple[Card, ...]:
    """The cards of a deck that ask what some items ask, each once: on the same sentence, with the same answer.

    Of a sentence whose evidence was looked for, any card is good; the first is taken.
    """
    found: dict[str, Card] = {}
    for item in items:
        there = [card for card in deck if _same_place(item, card)]
        same = [card for card in there if fold(item.answer) == fold(card.answer)]
        found |= {card.id: card for card in same or there[: item.kind is ItemKind.EVIDENCE]}
    return tuple(found.values())


def _same_place(item: Item, card: Card) -> bool:
    cited, other = item.citation, card.citation
    return cited.source_id == other.source_id and cited.span.overlaps(other.span)


def _source(one: Graded) -> str:
    return one.item.citation.source_id


def _missed(one: Graded) -> bool:
    return one.outcome is not Outcome.RIGHT


def _share(graded: Sequence[Graded]) -> Share:
    return Share(sum(one.points for one in graded), len(graded))


def _section(graded: Sequence[Graded]) -> Section:
    """One section; its answers are in the order of its text."""
    first = graded[0].item.citation
    places = {(one.item.citation.span, one.item.citation.quote): one.item.citation for one in graded if _missed(one)}
    return Section(first.source_id, first.source_title, first.section, _share(graded), tuple(places.values()))
