"""Two numbers of one thing: counted for the same time and the same place, with another result.

Statements are sorted into groups by their dates and by the thing, and only those of one group are compared, so that
the work grows with the number of statements. Two that name one day may be put in different words; any others have to
agree in their words too. Beside dates one more sign is read: "the 13 songs" close behind "12 songs".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from app.conflicts.counting import PEOPLE, Count, agree
from app.conflicts.reading import Reading, follows
from app.conflicts.values import Conflict, ConflictKind, Place

_LARGEST = 60  # statements of a group that are compared with each other
_DAY_RATIO = 0.5  # the least that the smaller number is of the larger: those of other things differ by more
_BACK_RATIO = 0.9  # the same for "the 13 songs"
_SHARED = 0.6  # of the shorter sentence's words, where both do not name one day
_BACK_SHARED = 3  # words that "the 13 songs" has to share with "12 songs", beside the noun

When = tuple[tuple[int, int, int], ...]
Key = tuple[When, str, frozenset[str], frozenset[str]]


@dataclass(frozen=True)
class Statement:
    """One thing that a sentence counts, and when."""

    reading: Reading
    count: Count
    when: When


def different_numbers(readings: Sequence[Reading]) -> Iterator[Conflict]:
    """All pairs of sentences that give different numbers of one thing, each pair once."""
    groups: dict[Key, list[Statement]] = defaultdict(list)
    for reading in readings:
        when = _when(reading)
        for count in _single(reading.counts):
            statement = Statement(reading, count, when)
            groups[_key(statement)].append(statement)
    pairs: dict[tuple[int, int], list[tuple[Statement, Statement]]] = defaultdict(list)
    for statements in groups.values():
        for a, b in combinations(statements[:_LARGEST], 2):
            if a.reading is not b.reading and _differ(a, b):
                pairs[id(a.reading), id(b.reading)].append((a, b))
    for a, b in _referring_back(readings):
        pairs.setdefault((id(a.reading), id(b.reading)), [(a, b)])
    inside = {_texts(a, b) for ((a, b), *_) in pairs.values() if a.reading.source_id == b.reading.source_id}
    for found in pairs.values():
        a, b = found[0]
        if a.reading.source_id == b.reading.source_id or _texts(a, b) not in inside:  # else one is a copy of the other
            yield _conflict(found)


def _texts(a: Statement, b: Statement) -> frozenset[str]:
    return frozenset((a.reading.text, b.reading.text))


def _when(reading: Reading) -> When:
    """The dates that a sentence names, each once, in order."""
    return tuple(sorted({(date.year, date.month, date.day) for date in reading.dates}))


def _key(statement: Statement) -> Key:
    """What two statements have to share to be compared at all."""
    count, reading = statement.count, statement.reading
    if _is_day(statement.when):
        return (statement.when, count.noun, frozenset(), frozenset())
    return (statement.when, count.noun, count.qualifiers, reading.names)


def _is_day(when: When) -> bool:
    return len(when) == 1 and all(when[0])


def _single(counts: Iterable[Count]) -> list[Count]:
    """Those that give the whole of a thing of which the sentence gives one number only."""
    by_noun: dict[str, list[Count]] = defaultdict(list)
    for count in counts:
        by_noun[count.noun].append(count)
    return [found[0] for found in by_noun.values() if found[0].whole and len(found) == 1]


def _differ(a: Statement, b: Statement) -> bool:
    """Whether two statements of one date and thing cannot both be true."""
    if a.count.number.bound or b.count.number.bound:
        return False
    if agree(a.count.number, b.count.number, a.reading.text, b.reading.text):
        return False
    if _ratio(a.count, b.count) < _DAY_RATIO or not _same_place(a.reading, b.reading):
        return False
    if a.count.verbs and b.count.verbs and not a.count.verbs & b.count.verbs:
        return False
    if _is_day(a.when):
        return _fits(a.count, b) and _fits(b.count, a)
    timeless = not a.when and a.count.measured  # "the population is 120": when?
    return not timeless and _overlap(a.reading.stems, b.reading.stems) >= _SHARED


def _ratio(a: Count, b: Count) -> float:
    return min(a.value, b.value) / max(a.value, b.value, 1e-9)


def _same_place(a: Reading, b: Reading) -> bool:
    """Whether both name something, neither a place that the other does not name, and not each something of its own."""
    apart = bool(a.names - b.names) and bool(b.names - a.names)
    return bool(a.names & b.names) and not apart and a.places <= b.names and b.places <= a.names


def _fits(count: Count, other: Statement) -> bool:
    """Whether what qualifies a thing holds of the other's too: its words stand there, or are names ("Korean")."""
    return all(word in other.reading.stems or word in count.named for word in count.qualifiers)


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """The share of the shorter sentence's words that the other has."""
    return len(a & b) / (min(len(a), len(b)) or 1)


# -- "the 13 songs" --------------------------------------------------------------------------------------------------


def _referring_back(readings: Sequence[Reading]) -> Iterator[tuple[Statement, Statement]]:
    for before, reading in pairwise(readings):
        if not follows(before, reading):
            continue
        for count in reading.counts:
            for former in before.counts if count.definite else ():
                if _referred(former, count, before, reading):
                    yield Statement(before, former, ()), Statement(reading, count, ())


def _referred(former: Count, count: Count, before: Reading, reading: Reading) -> bool:
    if former.number.bound or count.number.bound or not former.whole:
        return False
    if agree(former.number, count.number, before.text, reading.text) or _ratio(former, count) < _BACK_RATIO:
        return False
    alike = former.noun == count.noun or (count.noun == PEOPLE and former.proper)
    shared = (before.stems & reading.stems) - {former.noun, count.noun}
    return alike and len(shared) >= _BACK_SHARED


def _conflict(pairs: Sequence[tuple[Statement, Statement]]) -> Conflict:
    first, second = (_place([pair[side] for pair in pairs]) for side in (0, 1))
    said = "; ".join(f"{_words(a)} and {_words(b)}" for a, b in pairs)
    a, b = pairs[0]
    return Conflict(ConflictKind.NUMBERS, first, second, f"{who(a.reading, b.reading)}: {said}.")


def _place(statements: Sequence[Statement]) -> Place:
    """The sentence that some statements stand in, with their numbers."""
    reading = statements[0].reading
    spans = (statement.count.number.span for statement in statements)
    return Place(reading.source_id, reading.span, tuple(sorted(reading.at(span.start, span.end) for span in spans)))


def who(a: Reading, b: Reading) -> str:
    """How a note begins."""
    same = a.source_id == b.source_id
    return "The source disagrees with itself here" if same else "The sources disagree here"


def _words(statement: Statement) -> str:
    return " ".join(statement.reading.text[statement.count.start : statement.count.end].split())
