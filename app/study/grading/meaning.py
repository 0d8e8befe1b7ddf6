"""A term or statement that was given against the one that is expected: by shared words, by meaning, by opposites, and
by what else the cited sentence says.

Likeness in meaning is the cosine of the two answers. It cannot tell opposites, so that these are looked for first; and
of answers that share some words the rest is compared by itself: "enemy soldiers" are not "enemy spies".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean

from app.contrast import opposed, other_place
from app.details import dates, denied, numbers
from app.study.grading.sources import Names
from app.study.grading.text import HALF, RIGHT, WRONG, Mark, Token, partly, tokens
from app.study.grading.typed_numbers import spelled
from app.study.grading.words import Found, pair
from app.support import Judge, Support, Told
from vectorstore.words import stem, terms, words


@dataclass(frozen=True, slots=True)
class Policy:
    """From which cosine two answers mean the same. Set on the development rows of short answers (evals/NOTES.md)."""

    same: float = 0.7
    near: float = 0.6
    word: float = 0.78  # the same for one word against one: things of a kind are near each other too
    near_word: float = 0.7
    most: float = 0.7  # share of the expected words from which the rest may be left out
    some: float = 0.3  # from which what is there is a part of the answer
    rest: float = 0.75  # cosine of what the two do not share
    near_rest: float = 0.5
    long: int = 3  # words of a longer answer, which may well be put otherwise
    near_long: float = 0.5
    sentence: int = 3  # words of its own from which an answer is a statement


class Meaning:
    """How like answers are in meaning."""

    def __init__(self, judge: Judge, policy: Policy | None = None) -> None:
        self._judge = judge
        self.policy = policy or Policy()

    def cosine(self, one: str, other: str) -> float:
        """From -1 to 1."""
        return float(self._judge.cosines(one, [other])[0])

    def share(self, wanted: Sequence[Token], found: frozenset[int]) -> float:
        """The share, 0..1, of expected words that were given, telling ones counting more."""
        weights = [sum(self._judge.weights(token.word).values()) or 1.0 for token in wanted]
        return sum(weights[place] for place in found) / sum(weights)

    def borne_out(self, given: str, own: Sequence[Token], told: str) -> bool:
        """Whether an answer of several words of its own is a statement that the cited sentence supports."""
        if len(own) < self.policy.sentence:
            return False
        return self._judge.judge(given, Told((told,))).outcome is Support.SUPPORTED


def grade_meaning(expected: str, given: str, names: Names, meaning: Meaning) -> Mark:
    """What a term or statement is worth: right if it says the same, half if it says some of it, or something else that
    the cited sentence says."""
    asked = set(terms(names.prompt))
    whole = [token for token in tokens(expected) if not token.small] or tokens(expected)
    wanted = [token for token in whole if _new(token, asked)] or whole
    said = [token for token in tokens(given) if not token.small] or tokens(given)
    if other_place(given, expected) or opposites(given, expected) or _other_number(expected, given, names):
        return WRONG
    found = pair(wanted, said, names.sources.known)
    extra = [token for place, token in enumerate(said) if place not in found.given and _new(token, asked)]
    share = meaning.share(wanted, found.wanted)
    note = f"The source has: {expected}."
    if "".join(words(given)) == "".join(words(expected)):
        return RIGHT  # "north-west"
    if len(found.wanted) == len(wanted):
        return Mark(RIGHT.outcome, f"The source spells it {expected}.") if found.spelt else RIGHT
    policy, alike = meaning.policy, meaning.cosine(given, expected)
    if not extra and found.pairs:
        if share >= policy.most and alike >= policy.same:
            return RIGHT
        return partly(f"That is a part of it: the source has {expected}.") if share >= policy.some else WRONG
    outcome = _by_likeness(wanted, extra, found, alike, meaning)
    if outcome is WRONG and (_told(extra, names) or meaning.borne_out(given, extra, names.told)):
        return partly(note)
    return partly(note) if outcome is HALF else outcome


def _by_likeness(wanted: Sequence[Token], extra: Sequence[Token], found: Found, alike: float, meaning: Meaning) -> Mark:
    """What the cosine of two answers says; where they share words, also that of what they do not share."""
    policy = meaning.policy
    if not found.pairs and len(wanted) == len(extra) == 1:
        return RIGHT if alike >= policy.word else HALF if alike >= policy.near_word else WRONG
    long = len(wanted) >= policy.long and bool(found.pairs)
    if alike < (policy.near_long if long else policy.near):
        return WRONG
    rest = 1.0
    if found.pairs:
        left = [token.typed for place, token in enumerate(wanted) if place not in found.wanted]
        rest = fmean(max(meaning.cosine(token.typed, one) for one in left) for token in extra)
    if alike >= policy.same and rest >= policy.rest:
        return RIGHT
    return HALF if long or rest >= policy.near_rest else WRONG


def _new(token: Token, asked: set[str]) -> bool:
    """Whether a word is none of the prompt's, and says more than "came" or "made" does."""
    return token.word not in _LIGHT and not set(terms(token.word)) <= asked


_LIGHT = frozenset(
    "come came comes get got gets make made makes go went goes take took put become became happened".split()
)


def _told(extra: Sequence[Token], names: Names) -> bool:
    """Whether the cited sentence has all that was given, which is more than a word."""
    told = set(terms(names.told))
    return len(extra) > 1 and all(stem(token.word) in told for token in extra)


def _other_number(expected: str, given: str, names: Names) -> bool:
    """Whether a number was given in the place of the expected one, or one that is nowhere in the source."""
    mine, theirs, known = (_figures(text) for text in (given, expected, f"{names.prompt} {names.told}"))
    return bool(mine) and not theirs & mine if theirs else bool(mine - known)


def _figures(text: str) -> set[tuple[float, ...]]:
    """The numbers and dates of a text."""
    times = {(one.year, one.month, one.day) for one in dates(text)}
    return {(one.value,) for one in numbers(spelled(text))} | {tuple(map(float, time)) for time in times}


# -- opposites -------------------------------------------------------------------------------------------------------

#: Besides those of contrast.py: common opposites that short answers turn on, a line a pair.
_OPPOSITES = """
good better best / bad worse worst evil
big bigger large larger great / small smaller little tiny
high higher highest / low lower lowest
fast faster quick quicker quickly / slow slower slowly
strong stronger / weak weaker
long longer / short shorter
hot warm / cold cool
near close / far distant
young / old elderly
early earlier / late later
true / false untrue
easy simple / hard difficult
rich riches wealth wealthy comfortable luxurious / poor poverty miserable misery
happy / sad unhappy
love loved / hate hated
birth born / death died dead
life alive living / death dead
up upward rise rising / down downward fall falling
left leftwards / right rightwards
inside within / outside
buy bought / sell sold
give gave / take took
come came arrive / leave left depart
win won / lose lost
peace peaceful / war
day / night
male man men / female woman women
many much plenty / few little insufficient scarce lack
full / empty
same equal / different unequal
promote promoted encourage encouraged / prevent preventing prevented stop hinder discourage
create created / destroy destroyed
save saved / kill killed
east eastern / west western
urban city / rural country
friend friendly / enemy hostile
light bright / dark heavy
child children / adult adults
clean / dirty
wet / dry
safe safety / dangerous danger
before / after
"""
_DIRECTIONS = ("north", "south", "east", "west")
_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis")


@lru_cache(maxsize=1)
def _pairs() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    lines = (line.partition("/") for line in _OPPOSITES.strip().splitlines())
    return tuple((frozenset(map(stem, words(a))), frozenset(map(stem, words(b)))) for a, _, b in lines)


#: What is one of these is none of the others.
_CLASSES = tuple(
    frozenset(line.split())
    for line in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "january february march april may june july august september october november december",
        "spring summer autumn winter",
        "red green blue yellow orange purple brown black white grey gray pink",
        "morning noon afternoon evening night",
    )
)


def opposites(given: str, expected: str) -> bool:
    """Whether an answer says the opposite of the expected one in a word: "slower", "unreliable", "southeast"."""
    if opposed(given, expected, expected):
        return True
    mine, theirs = (set(map(stem, words(text))) for text in (given, expected))
    not_so = {one for denial in denied(given) for one in denial.stems}  # "not sufficient" is "insufficient"
    for one, other in _pairs():
        for side, against in ((one, other), (other, one)):
            if side & mine - theirs and against & theirs - mine:
                return True
    said, wanted = set(words(given)), set(words(expected))
    if any(said & one and wanted & one and not said & wanted & one for one in _CLASSES):
        return True
    alone = [(a, b) for a in words(given) for b in words(expected)]
    if any(
        _negates(a, b) or _negates(b, a)
        for a, b in alone
        if a not in wanted and b not in said and stem(a) not in not_so
    ):
        return True
    directions = [_direction(text) for text in (given, expected)]
    return bool(directions[0]) and bool(directions[1]) and directions[0] != directions[1]


def _negates(one: str, other: str) -> bool:
    """Whether a word is another one with what denies it: "unreliable", "wireless"."""
    if len(other) < 4:
        return False
    return any(stem(one) == stem(prefix + other) for prefix in _PREFIXES) or stem(one) == stem(_bare(other) + "less")


def _bare(word: str) -> str:
    return re.sub("(?:ed|ful|s)$", "", word)


def _direction(text: str) -> frozenset[str]:
    """The sides of the compass that a text names: "north-west" is both."""
    found = re.findall(rf"{'|'.join(_DIRECTIONS)}", " ".join(words(text)))
    return frozenset(found)
