"""A number that was given against the one that is expected: the same in words or digits, a rounder one, or another one.

How numbers are read from texts is in app/details.py, how people type them in typed_numbers.py. A rounded number
is half of the answer if the rounding is honest. Units may be left out; other ones are wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from app.contrast import counted_apart
from app.details import Number, numbers
from app.study.grading.text import RIGHT, WRONG, Mark, partly
from app.study.grading.typed_numbers import in_percent, readings, spelled
from vectorstore.words import stem, terms, words

_NEAR = 0.03  # how far a rounded number may be off, as a share
_ROUGH = 0.1  # the same for "about 400", "over 1,800", if it is what one gets by rounding
_SHARE = 0.7  # percent: how far a third may be from what it is rounded to
_LARGE = 1_000  # from which a rounder number may be given without "about"
_REST = 3  # words beside a number that say what it counts, where a number is asked for; elsewhere one
_WIDE = 0.5  # how wide a range may be that is given for a number, as a share of it
_ASKS = re.compile(
    r"\b(?:how|number|percent\w*|share|proportion|rate|amount|distance|age|price|cost|size|height)\b", re.I
)


def is_number(text: str, prompt: str = "how many") -> bool:
    """Whether a text is a number, with hardly more than what it counts; with less where the prompt asks for none."""
    beside = beside_numbers(text)
    if not numbers(spelled(text)) or re.search(r"\d[^\W\d_]|\b[A-Z]\w", beside):
        return False  # "1428-326ss"
    return len(terms(beside)) <= (_REST if _ASKS.search(prompt) else 1)


def beside_numbers(text: str) -> str:
    """A text without its numbers."""
    text = spelled(text)
    rest = list(text)
    for one in numbers(text):
        rest[one.span.start : one.span.end] = " " * len(one.span)
    return "".join(rest)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The number that is expected, both ends of it if it is a range, how the source bounds it ("over", "about"), and
    what else the cited sentence counts."""

    low: Number
    high: Number
    bound: str
    expected: str
    others: frozenset[str]

    @property
    def range(self) -> bool:
        return self.low.value != self.high.value


def grade_number(expected: str, given: str, prompt: str, told: str) -> Mark | None:
    """What a given number is worth; None if nothing is expected that is a number, or nothing given.

    Args:
        prompt: what was asked, whose numbers are no answer; with the blank filled if it is a sentence.
        told: the cited sentence: what the number counts, and whether it is "more than" it.
    """
    wanted = _wanted(expected, told)
    if wanted is None:
        return None
    own = {wanted.low.value, wanted.high.value}
    asked = {one.value for one in numbers(spelled(prompt))} - own
    best: Mark | None = None
    for typed in readings(given):
        reading = in_percent(_figures(typed)) if "percent" in wanted.low.counted else typed
        all_of_it = [one for one in numbers(reading) if isfinite(one.value)]
        found = [one for one in all_of_it if one.value not in asked] or all_of_it
        if not found:
            continue
        mark = _range(wanted, found) if wanted.range else _single(wanted, found, reading)
        if best is None or best is WRONG or mark.right:
            best = mark
    return best


def _figures(text: str) -> str:
    """A spelled text with its whole numbers in figures: "1 in 20"."""
    for one in reversed(numbers(text)):
        if one.value.is_integer() and one.value < _LARGE and "percent" not in one.counted:
            text = f"{text[: one.span.start]}{one.value:.0f}{text[one.span.end :]}"
    return text


def _wanted(expected: str, told: str) -> _Wanted | None:
    found = numbers(spelled(expected))
    if not found:
        return None
    cited = numbers(spelled(told))
    ends = found[:2] if len(found) > 1 and _joined(spelled(expected), found) else found[:1] * 2
    low, high = (next((one for one in cited if one.value == end.value), end) for end in ends)
    low, high = (one if end.counted == () else end for one, end in zip((low, high), ends, strict=True))
    bound = ends[0].bound or next((one.bound for one in cited if one.value == low.value), "")
    ours = {*low.counted, *high.counted}
    others = {stem_ for one in cited if one.value not in (low.value, high.value) for stem_ in one.counted} - ours
    return _Wanted(low, high, bound, expected, frozenset(others))


def _joined(text: str, found: Sequence[Number]) -> bool:
    """Whether the first two numbers of a text are the ends of a range."""
    between = text[found[0].span.end : found[1].span.start]
    return bool(re.fullmatch(r"\s*(?:%|percent)?\s*(?:[-–—]|to|and|or)\s*", between))


def _single(wanted: _Wanted, found: Sequence[Number], given: str) -> Mark:
    value = wanted.low.value
    same = [one for one in found if _equal(one.value, value)]
    note = f"The source has {wanted.expected}."
    if len(found) > 1 and _joined(given, found) and not same[1:]:
        low, high = sorted(one.value for one in found[:2])
        near_enough = low <= value <= high and high - low <= _WIDE * value
        return partly(f"The source has the exact number: {wanted.expected}.") if near_enough else WRONG
    if same:
        one = same[0]
        if "percent" in wanted.low.counted and not any(c.isdigit() for c in wanted.expected) and not one.counted:
            return WRONG  # "50" for a half
        if _other_unit(one, wanted.low) or (set(one.counted) & wanted.others and wanted.low.counted):
            return WRONG
        if one.bound in ("over", "under") and one.bound != wanted.bound:
            return WRONG if wanted.bound in ("over", "under") or one.bound == "under" else partly(note)
        others = [other for other in found if other is not one and not _counts_else(other, one)]
        return partly(f"One number is asked for: the source has {wanted.expected}.") if others else RIGHT
    near = [one for one in found if _rounded(one, value) and not _other_unit(one, wanted.low)]
    return partly(f"Rounded: the source has {wanted.expected}.") if near else WRONG


def _range(wanted: _Wanted, found: Sequence[Number]) -> Mark:
    low, high = wanted.low.value, wanted.high.value
    if any(counted_apart(one, end) for one in found for end in (wanted.low, wanted.high)):
        return WRONG
    values = sorted(one.value for one in found)
    if _other_unit(found[-1], wanted.high):
        return WRONG
    if values[0] == low and values[-1] == high:
        return RIGHT
    inside = all(low <= value <= high for value in values)
    return partly(f"The source gives a range: {wanted.expected}.") if inside else WRONG


def _equal(one: float, other: float) -> bool:
    if _endless(one) != _endless(other):
        return abs(one - other) < _SHARE  # two thirds, and 67 percent
    return abs(one - other) <= 1e-6 * max(1.0, abs(other))


def _endless(value: float) -> bool:
    return value != round(value, 6)


def _counts_else(other: Number, one: Number) -> bool:
    """Whether a further number counts something else that is told with it: "4,666 people in 1,015 families"."""
    return bool(other.counted) and not set(other.counted) & set(one.counted)


def _rounded(given: Number, value: float) -> bool:
    """Whether a number is an honest rounding of another one."""
    if value == 0 or _digits(given.value) >= _digits(value):
        return False
    off = (given.value - value) / abs(value)
    if given.bound in ("over", "under") and (off > 0) == (given.bound == "over"):
        return False
    if abs(off) <= _NEAR and (given.bound or value >= _LARGE):
        return True
    unit = 10.0 ** (len(str(int(given.value))) - _digits(given.value))
    return bool(given.bound) and abs(off) <= _ROUGH and abs(given.value - value) <= unit


def _digits(value: float) -> int:
    """How many digits of a number say something: 2 of 13,000."""
    return max(1, len(f"{value:.6f}".rstrip("0").rstrip(".").rstrip("0").replace(".", "").lstrip("0")))


#: Units, a line a kind and the names of one beside each other: what is in miles is not in kilometres.
_MEASURES = tuple(
    tuple(frozenset(map(stem, words(unit))) for unit in line.split("/"))
    for line in (
        "km kilometre kilometer kilometres kilometers/mile miles mi/m metre meter metres meters/cm centimetre"
        " centimeter/feet foot ft/inch inches/yard yards",
        "kg kilogram kilogramme kilograms/ton tonne tons tonnes/gram gramme grams/pound pounds lb lbs",
        "dollar dollars usd/euro euros/rouble ruble roubles rubles/yen/franc francs/pence penny/cent cents",
        "second seconds/minute minutes/hour hours/day days/week weeks/month months/year years/decade decades"
        "/century centuries",
        "celsius/fahrenheit/kelvin",
    )
)
_SHARES = ("percent", stem("permille"))


def _other_unit(given: Number, wanted: Number) -> bool:
    """Whether a number was given in another unit than the source's: per cent for per mille, a year for a month."""
    mine, theirs = set(given.counted), set(wanted.counted)
    if not mine or not theirs:
        return False
    if counted_apart(given, wanted) or any((share in mine) != (share in theirs) for share in _SHARES):
        return True
    for kind in _MEASURES:
        one, other = ([unit for unit in kind if unit & found] for found in (mine, theirs))
        if one and other and not any(unit in other for unit in one):
            return True
    return False
