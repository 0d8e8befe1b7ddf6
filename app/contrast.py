"""Where two sentences share their words and yet say different things: opposites, units, and a number of another year.

Tables of ordinary English. What is not in them is not seen; support.py says what a difference means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.details import ORDINALS, Date, Number
from vectorstore.words import FUNCTION_WORDS, fold, stem, terms, words

#: Each line sets words against others: where a source has one side, a sentence with the other says something else.
_OPPOSITES = """
first earliest / last final latest
before / after
began begin begins started start / ended end finished completed
increased increase rose grew growth / decreased decrease declined decline fell reduced reduction
allowed permitted allow permit / forbidden forbade prohibited banned
accepted accept agreed approved / rejected reject refused declined
supported supporter supporters / opposed opposer opponents
victory won / defeat defeated lost
succeeded success successful / failed failure unsuccessful
rich wealthy prosperity prosperous / poor poverty
rewarded praised honoured honored / punished executed beheaded arrested
voluntary voluntarily / forced compulsory forcibly
legal lawful / illegal unlawful
public publicly openly / secret secretly confidential
north northern / south southern
arrived arrive arrival / departed depart departure
more / fewer less
always / never
all every everyone / none nobody
innocent / guilty
friends allies ally friend / enemies enemy
confirmed admitted / denied
strengthened / weakened
internal domestic / external foreign
reaffirmed confirmed upheld / withdrew withdrawn revoked cancelled repealed annulled
intensified intensify intensification worsened / abated subsided eased calmed diminished
appeared emerged / disappeared vanished
built rebuilt constructed / demolished destroyed dismantled
hired appointed / fired dismissed
opened / closed
majority / minority
maximum highest largest / minimum lowest smallest
"""

#: How many of them, from few to all. What says one does not say another.
_QUANTIFIERS = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        "none of|no one|nobody|not one|not a single"
        "|no (?:[a-z]+ )?[^\\W\\d_]+(?= (?:was|were|is|are|has|have|had|did|do|does|could|can|ever)\\b)",
        "few of|a few|few (?:hundred|thousand|dozen)|the only|only one|only some|only part|only a (?:few|part|handful)"
        "|a handful|a minority|not all|hardly any|some of",
        "half of|about half|one half",
        "most of|most|the majority|the greater part|nearly all|almost all",
        "all|every|each|whole|entire|without exception",
    )
)
_NONE = 0  # the first of them
_MANY = re.compile(r"\b(?:many|numerous|several|(?:hundreds|thousands|dozens) of)\b", re.IGNORECASE)
_OF_ALL = re.compile(
    r"\b(?:after|above|of|for|in) all(?=\s*(?:[,.;:)]|$))|\b(?:in all(?= \d)|at all(?! times))\b"
    r"|\ball (?:over|but|at once)\b"
    r"|\b(?:\w+est|most \w+|best|first|last)(?: \w+){0,3} of all\b|\b(?:at|the) most\b"
    r"|\bmost\s+\w+(?:ly|ful|ous|ive|ant|ent|ed|al)\b",
    re.IGNORECASE,
)

#: What is counted, a line a kind: forty days are not forty weeks.
_UNITS = """
second seconds
minute minutes
hour hours
day days
week weeks
month months
year years
decade decades
century centuries
people persons person individuals inhabitants residents citizens souls
families family households household
trains train echelons echelon
farms farm
kilometres kilometers km miles metres meters
tons tonnes kilograms hectares
rubles roubles dollars pounds euros francs yen
percent
"""


_RIGHT_BEHIND = re.compile(r"(?: (?!and\b|or\b)[^\W\d_]+){0,3} (?:in|by|on|of|for|during) ")


_NUMERALS = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII".split()
_REGNAL = re.compile(rf"\b(?P<name>[A-Z][a-z]\w+) (?P<place>{'|'.join(_NUMERALS)})\b")
_ORDINAL = re.compile(rf"\b(?P<place>{'|'.join(ORDINALS)}) (?P<name>[^\W\d_]{{3,}})", re.IGNORECASE)
_WORLD_WAR = re.compile(r"\b(?:World War|WW) ?(I{1,2}|[12])\b")


@lru_cache(maxsize=1)
def _opposites() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    lines = (line.partition("/") for line in _OPPOSITES.strip().splitlines())
    return tuple((_stems(left), _stems(right)) for left, _, right in lines)


@lru_cache(maxsize=1)
def _units() -> dict[str, int]:
    return {one: kind for kind, line in enumerate(_UNITS.strip().splitlines()) for one in _stems(line)}


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, words(text)))


def opposed(stated: str, nearest: str, told: str) -> list[tuple[str, str]]:
    """The words of a sentence that say the opposite of the nearest one's, each with that; none that stand in `told`."""
    mine, theirs, anywhere = ({stem(word): word for word in words(text)} for text in (stated, nearest, told))
    found = []
    for pair in _opposites():
        for side, other in (pair, pair[::-1]):
            said = [mine[one] for one in side if one in mine]
            instead = [theirs[one] for one in other if one in theirs]
            if said and instead and not side & anywhere.keys() and not other & mine.keys():
                found.append((said[0], instead[0]))
    return [one for one in found if not _turned_round(stated, nearest, *one)]


def _turned_round(stated: str, nearest: str, said: str, instead: str) -> bool:
    """Whether two sentences say the same from either end: "Ann lost to Bob", "Bob won against Ann"."""
    mine, theirs = (_before(text, word) for text, word in ((stated, said), (nearest, instead)))
    both = bool(mine and theirs) and not mine & theirs
    return both and mine <= set(terms(nearest)) and theirs <= set(terms(stated))


def _before(text: str, word: str) -> set[str]:
    found = words(text)
    return set(terms(" ".join(found[: found.index(word)])))


def other_place(stated: str, told: str) -> list[tuple[str, str]]:
    """What a sentence has in a row where another one has the same in another place: "the second stage" for the first,
    "Carl IX" for Carl XII."""
    mine, theirs = _places(stated), _places(told)
    return [
        (next(iter(mine[name].values())), next(iter(theirs[name].values())))
        for name in mine.keys() & theirs.keys()
        if not mine[name].keys() & theirs[name].keys()
    ]


def _places(text: str) -> dict[str, dict[int, str]]:
    """For each thing that is one of a row its places there, each with the words that say so."""
    text = _WORLD_WAR.sub(lambda m: f"{'First' if m.group(1) in ('I', '1') else 'Second'} World War", text)
    found: dict[str, dict[int, str]] = {}
    for match in _ORDINAL.finditer(text):
        if fold(match["name"]) not in FUNCTION_WORDS:  # "came first and left"
            place = ORDINALS.index(match["place"].lower()) + 1
            found.setdefault(stem(fold(match["name"])), {})[place] = match.group()
    for match in _REGNAL.finditer(text):
        found.setdefault(stem(fold(match["name"])), {})[_NUMERALS.index(match["place"]) + 1] = match.group()
    return found


def other_share(stated: str, told: str) -> tuple[str, str] | None:
    """The words of a sentence for how many ("only some") where another one has other such words ("all of them");
    None where one of them has none, or several."""
    mine, theirs = (_shares(text) for text in (stated, told))
    for one, other in ((mine, theirs), (theirs, mine)):
        if one.keys() == {_NONE} and not other and (many := _MANY.search(told if one is mine else stated)):
            words = next(iter(one.values())), many.group()
            return words if one is mine else words[::-1]
    if len(mine) != 1 or len(theirs) != 1 or mine.keys() == theirs.keys():
        return None
    return next(iter(mine.values())), next(iter(theirs.values()))


def _shares(text: str) -> dict[int, str]:
    bare = _OF_ALL.sub(lambda match: " " * len(match.group()), text)
    found: dict[int, str] = {}
    for level, pattern in enumerate(_QUANTIFIERS):
        for match in pattern.finditer(bare):
            found[level] = match.group()
        bare = pattern.sub(lambda match: " " * len(match.group()), bare)  # "not all" is not "all"
    return found


def counted_apart(mine: Number, other: Number) -> bool:
    """Whether two numbers count things of different kinds, as far as both are known."""
    kinds = [_kinds(number.counted) for number in (mine, other)]
    return all(kinds) and not kinds[0] & kinds[1]


def _kinds(counted: Iterable[str]) -> set[int]:
    return {_units()[one] for one in counted if one in _units()}


def year_of(number: Number, dates: Sequence[Date], text: str) -> Date | None:
    """The date that a number of a text belongs to: the one right behind it ("60 in 1940"), else the last before it,
    else the first; None if there is none."""
    dated = [date for date in dates if date.year]
    for date in dated:
        if _RIGHT_BEHIND.fullmatch(text[number.span.end : date.span.start]):
            return date
    before = [date for date in dated if date.span.start < number.span.start]
    return before[-1] if before else dated[0] if dated else None
