"""What the numbers of a sentence are numbers of, whether they mean to give the whole of it, and how exactly.

Regular expressions over English, no model: a number counts the first plural behind it. Where that is not enough the
number is left out, for a conflict that is none is worse than one that is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.details import Number
from vectorstore.words import FUNCTION_WORDS, fold, stem, words


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things: "16,307 Korean families".

    `noun` is the stem of the head, one for all words for people; `qualifiers` are the stems between the number and
    the head; `start..end` is where it stands in the text, up to the head. `whole` is whether it means to
    give all of them: not "of these, 10", "10 of the 20", "10 others", "some 10", "from 10 to 20". `definite` is "the
    10"; `named` are the qualifiers that are names, and `proper` is whether the head is one ("Koreans"). `verbs` are
    the stems of what is said to have been done, right before or behind: "killed 10 people", "10 people were killed".
    `measured` is a number whose noun stands before it: "a population of 10".
    """

    number: Number
    noun: str
    qualifiers: frozenset[str]
    start: int
    end: int
    whole: bool
    definite: bool = False
    named: frozenset[str] = frozenset()
    proper: bool = False
    verbs: frozenset[str] = frozenset()
    measured: bool = False

    @property
    def value(self) -> float:
        """The number."""
        return self.number.value


# -- words that tell ------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"[ \u00a0](?P<word>[^\W\d_][\w'’-]*)")
_STOPS = FUNCTION_WORDS | frozenset("per during within across among including became lived made won took".split())
_PLURALS = frozenset(
    "people men women children feet police cattle troops sheep aircraft personnel staff dead km mi m ft kg".split()
)
#: The noun of all words for people.
PEOPLE = "people"
_PEOPLE = frozenset(map(stem, "people persons individuals inhabitants residents settlers souls".split()))
_WINDOW = 200  # characters around a number that are looked at
_HEAD_REACH = 4  # words behind a number among which its head is

_PART_BEFORE = re.compile(
    r"(?:\b(?:of (?:these|them|those|which|whom|whose)\b[^.;]*|includ(?:ing|es?|ed)\b[^.;:]*"
    r"|among (?:them|whom|these)\b[^.;]*|another|additional|further|others?|only|just|remaining|last|first|next|than"
    r"|every|each|some|between|from|to|plus|least|most|nearly|almost|average(?: of)?|by|an?|[-–/×·=<>±$£€])"
    r"|\b(?:of|from|between) [\d,.]+ (?:and|to))\s*$",
    re.IGNORECASE,
)
_PART_BEHIND = re.compile(
    r"\s*(?:[-–/×·=+]|(?:or|to) (?:more|less|\d)|(?:more|other|old|ago|later|earlier|before|after)\b"
    r"|of (?:the|its|their|these|those|which|whom|all)\b|out of\b)"
)
_MEASURED = re.compile(r"\b(?P<noun>[a-z]{4,})(?: of (?:the )?\w+)?,? (?:of|was|is|stood at|reached|totall?ed)\s+$")
_WORD_BEFORE = re.compile(r"(?<![\w.])(?P<word>[^\W\d_][\w.'’-]*) $")
_LABELS_END = 1000  # numbers that things bear are smaller
_NUMBERED = frozenset(
    "tier level type class grade version chapter section article page part volume phase stage step round season episode"
    " channel route line room unit form table figure aged age size no number rule act law item game match day week year"
    " season group division rank ranked model series".split()
)
_PURPOSE = re.compile(r" (?:of|for|with|on|without) (?:the |an? )?(?P<word>[a-z]+)\b")
_DONE_BEFORE = re.compile(r"\b(?P<verb>[a-z]+(?:ed|ing)) (?:an? total of |the |all )?$")
_DONE_BEHIND = re.compile(r" (?:(?:who|that|were|was|are|is|had|have|has|been|being) )*(?P<verb>[a-z]+)\b")
_DEFINITE = re.compile(r"\b(?:the|all|these|those)\s+$", re.IGNORECASE)

# -- counting -------------------------------------------------------------------------------------------------------


def counts(text: str, numbers: Sequence[Number]) -> Iterator[Count]:
    """What the numbers of a sentence count, in order; numbers that count nothing are left out."""
    for number in numbers:
        if number.counted[:1] in (("th",), ("percent",)):
            continue
        before = text[max(0, number.span.start - _WINDOW) : number.span.start]
        head = _head(text, number.span.end, singular=number.value == 1)
        if head is None:
            measured = _MEASURED.search(before)
            if measured is None or fold(measured["noun"]) in _STOPS:
                continue
            head = _Head(number.span.end, f"{stem(fold(measured['noun']))} of", frozenset(), frozenset(), False)
        label = number.value < _LABELS_END and _is_label(before)
        part = number.bound or _PART_BEFORE.search(before) or _PART_BEHIND.match(text, number.span.end)
        behind = text[head.end : head.end + _WINDOW]
        purpose = _PURPOSE.match(behind)
        done = (_DONE_BEFORE.search(before), _DONE_BEHIND.match(behind))
        yield Count(
            number=number,
            noun=head.noun,
            qualifiers=head.qualifiers | ({stem(purpose["word"])} if purpose else frozenset()),
            start=number.span.start,
            end=head.end,
            whole=not label and not part and not _PART_BEHIND.match(text, head.end),
            definite=bool(_DEFINITE.search(before)),
            named=head.named,
            proper=head.proper,
            measured=head.end == number.span.end,
            verbs=frozenset(stem(match["verb"]) for match in done if match and match["verb"] not in FUNCTION_WORDS),
        )


def _is_label(before: str) -> bool:
    """Whether a number says which one rather than how many: "tier 1 platforms", "Windows 7 users"."""
    match = _WORD_BEFORE.search(before)
    if match is None or fold(match["word"]) in _STOPS:
        return False
    return match["word"][0].isupper() or match["word"] in _NUMBERED


@dataclass(frozen=True, slots=True)
class _Head:
    end: int
    noun: str
    qualifiers: frozenset[str]
    named: frozenset[str]
    proper: bool


def _head(text: str, at: int, singular: bool = False) -> _Head | None:
    """The noun that a number counts: where it ends, its stem, and those of the words between."""
    between: list[str] = []
    named: set[str] = set()
    for _ in range(_HEAD_REACH):
        match = _TOKEN.match(text, at)
        if match is None or fold(match["word"]) in _STOPS:
            break
        at = match.end()
        written = match["word"]
        word = fold(written)
        if is_plural(word) and not written.endswith(("'s", "’s", "s'", "s’")):
            noun = stem(word)
            noun = PEOPLE if noun in _PEOPLE else noun
            return _Head(at, noun, frozenset(between), frozenset(named), written[0].isupper())
        stems = [stem(part) for part in words(word)]
        between += stems
        named.update(stems if written[0].isupper() else ())
    if singular and between:
        return _Head(at, between[-1], frozenset(between[:-1]), frozenset(named), False)
    return None


def is_plural(word: str) -> bool:
    """Whether a folded word looks like the plural of a noun."""
    return word in _PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "is", "ous")) and len(word) > 3)


# -- how exact a number is -------------------------------------------------------------------------------------------


def granularity(number: Number, text: str) -> float:
    """The step in which a number is given: 1 for 16,453, 100 for 74,500, 100,000 for "1.5 million"."""
    written = text[number.span.start : number.span.end].replace(",", "")
    digits = re.match(r"\d+(?:\.(\d+))?", written)
    if digits is None:
        return 1.0
    decimals = digits.group(1) or ""
    scale = number.value / float(digits.group()) if float(digits.group()) else 1.0
    if decimals:
        return float(scale * 10.0 ** -len(decimals))
    zeros = len(digits.group()) - len(digits.group().rstrip("0"))
    return float(scale * 10.0 ** (zeros if zeros >= 2 else 0))


def agree(a: Number, b: Number, text_a: str, text_b: str) -> bool:
    """Whether two numbers may be one, given more and less exactly."""
    step = max(granularity(a, text_a), granularity(b, text_b))
    if a.bound or b.bound:
        return abs(a.value - b.value) <= max(step, 0.1 * max(abs(a.value), abs(b.value)))
    return abs(a.value - b.value) <= (step / 2 if step != 1.0 else 0.0) + 1e-9
