"""Statements that cannot both be true, found among the sentences that a question brought up.

Two patterns: two sentences that give different numbers of the same thing for the same day and place, and one
sentence that ends something before it begins. A note names the two figures; which is right is not for us to
say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.details import MONTHS, dates
from vectorstore.search import SentenceScore
from vectorstore.words import stem

_MONTH = "|".join(MONTHS)
_COUNTED = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d+)\s+((?:[A-Za-z-]+\s+){0,2}?[a-z]+)\b")
_NAME = re.compile(r"\b[A-Z][a-z]{3,}\b")
_BEGINS_ENDS = re.compile(
    rf"\b(?:begin|start|commenc)\w*\b[^.;]{{0,30}}?\b(?:on|from)?\s*(?P<a>(?:{_MONTH})\s+\d{{1,2}}|\d{{1,2}}\s+(?:{_MONTH}))"
    rf"[^.;]{{0,60}}?\b(?:complet|end|finish|conclud)\w*\b[^.;]{{0,20}}?(?P<b>(?:{_MONTH})\s+\d{{1,2}}|\d{{1,2}}\s+(?:{_MONTH}))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sentences (or one, twice) and a line that says what does not fit."""

    first: SentenceScore
    second: SentenceScore
    note: str


def conflict_with(sentence: SentenceScore, others: Sequence[SentenceScore]) -> Conflict | None:
    """The first of the other sentences whose numbers contradict this one's, if any does."""
    mine = _counts(sentence.text)
    days = _days(sentence.text)
    if not mine or not days:
        return None
    places = set(_NAME.findall(sentence.text))
    for other in others:
        if other.place == sentence.place:
            continue
        if not days & _days(other.text):
            continue
        if not (places & set(_NAME.findall(other.text))) - {m.capitalize() for m in MONTHS}:
            continue
        theirs = _counts(other.text)
        shared = [noun for noun in mine if noun in theirs]
        if shared and all(mine[noun][0] != theirs[noun][0] for noun in shared):
            pairs = "; ".join(f"{mine[n][1]} and {theirs[n][1]}" for n in shared)
            same = sentence.hit.document.id == other.hit.document.id
            who = "The source disagrees with itself here" if same else "The sources disagree here"
            return Conflict(sentence, other, f"{who}: {pairs}.")
    return None


def conflict_within(sentence: SentenceScore) -> Conflict | None:
    """A sentence that lets something end before it begins."""
    match = _BEGINS_ENDS.search(sentence.text)
    if not match:
        return None
    begins, ends = match.group("a"), match.group("b")
    first, last = _day(begins), _day(ends)
    if first and last and last < first:
        note = f"The source contradicts itself here: it begins on {begins} and ends before that, on {ends}."
        return Conflict(sentence, sentence, note)
    return None


def _counts(text: str) -> dict[str, tuple[int, str]]:
    """stem of what is counted -> (number, as written); a noun that is counted twice is left out."""
    found: dict[str, tuple[int, str]] = {}
    twice: set[str] = set()
    for match in _COUNTED.finditer(text):
        noun = stem(match.group(2).split()[-1].lower())
        value = int(match.group(1).replace(",", "")), f"{match.group(1)} {match.group(2)}"
        if noun in found and found[noun][0] != value[0]:
            twice.add(noun)
        found[noun] = value
    return {noun: value for noun, value in found.items() if noun not in twice}


def _days(text: str) -> set[tuple[int, int, int]]:
    """The full dates (day, month, year) in a text."""
    return {(one.day, one.month, one.year) for one in dates(text) if one.day and one.year}


def _day(text: str) -> tuple[int, int] | None:
    """The month and day of "October 15", which orders days of one year."""
    return next(((one.month, one.day) for one in dates(text) if one.day), None)
