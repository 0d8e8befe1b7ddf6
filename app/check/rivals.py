"""What a source has in the place of a detail of a claim: 39 trains where the claim says 30, Ann where it says Bob.

Two sentences about the same thing are laid side by side: the detail that one lacks, and the details of the same kind
that stand only in the other; the one with the most words in common around it takes the place. Whether the two
sentences are about the same thing at all is for checker.py to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.comparing import Missing
from app.contrast import counted_apart
from app.details import Date, Detail, dates, names, numbers, phrases
from ingest.documents import Span
from vectorstore.words import stem, terms, words

_LABEL = re.compile(r"\b(?:[Nn]os?\.|[Nn]umber)\s*$")
_WINDOWS = (1, 2, 4, 6)  # words on either side of a detail that say what it is a detail of


def rival(missing: Missing, stated: str, told: str, is_name: Callable[[str], bool]) -> str:
    """The words of `told` in the place of a number, date or name of `stated` that it lacks; "" if nothing is.

    `is_name` tells, for a folded word that begins a sentence, whether it is a name.
    """
    at = stated.find(missing.said)
    if at < 0 or not missing.said:
        return ""
    span = Span(at, at + len(missing.said))
    find = {Detail.NUMBER: _numbers, Detail.DATE: _dates}.get(missing.kind)
    if find is not None:
        candidates = find(stated, span, told)
    elif missing.kind is Detail.NAME:
        candidates = _names(stated, told, is_name)
    else:
        return ""
    return _best(stated, span, told, candidates)


def _best(stated: str, span: Span, told: str, candidates: Sequence[Span]) -> str:
    """The words that have most in common around them with those of the statement; what is nearer counts more."""
    before, behind = terms(stated[: span.start]), terms(stated[span.end :])

    def shared(one: Span) -> int:
        ahead, after = terms(told[: one.start]), terms(told[one.end :])
        return sum(
            len({*before[-window:], *behind[:window]} & {*ahead[-window:], *after[:window]}) for window in _WINDOWS
        )

    best = min(candidates, key=lambda one: (-shared(one), one), default=None)
    return told[best.start : best.end] if best else ""


def _numbers(stated: str, span: Span, told: str) -> list[Span]:
    mine = next((one for one in numbers(stated) if one.span.overlaps(span)), None)
    said = {one.value for one in numbers(stated)}
    if mine is None:
        return []
    free = [one for one in numbers(told) if one.value not in said and not counted_apart(mine, one)]
    free = [one for one in free if _labels(told, one.span) is _labels(stated, span)]
    free = [one for one in free if ("percent" in one.counted) == ("percent" in mine.counted)]
    free = [one for one in free if ("th" in one.counted) == ("th" in mine.counted)]
    free = [one for one in free if one.counted or _year(one.value) <= _year(mine.value)]
    return [one.span for one in free]


def _labels(text: str, span: Span) -> bool:
    """Whether a number is what something bears, "No. 505", and counts nothing."""
    return bool(_LABEL.search(text[: span.start]))


def _year(value: float) -> bool:
    return value.is_integer() and 1500 <= value < 2100


def _dates(stated: str, span: Span, told: str) -> list[Span]:
    mine = next((one for one in dates(stated) if one.span.overlaps(span)), None)
    if mine is None:
        return []
    others = dates(stated)
    return [one.span for one in dates(told) if _excludes(mine, one) and not any(_same(one, other) for other in others)]


def _same(one: Date, other: Date) -> bool:
    return (one.year, one.month, one.day) == (other.year, other.month, other.day)


def _excludes(mine: Date, other: Date) -> bool:
    """Whether two dates cannot be the same day: a part that both give differs."""
    if mine.decade or other.decade:
        return bool(mine.year and other.year) and mine.year // 10 != other.year // 10
    pairs = ((mine.year, other.year), (mine.month, other.month), (mine.day, other.day))
    return any(a and b and a != b for a, b in pairs)


def _names(stated: str, told: str, is_name: Callable[[str], bool]) -> list[Span]:
    said = {stem(word) for word in words(stated)}
    free = [one for one in names(told, is_name) if not {stem(word) for word in words(one.word)} <= said]
    return phrases(told, free)


def without(text: str, parts: Sequence[str]) -> str:
    """A text without some of its words."""
    for part in parts:
        text = text.replace(part, " ", 1)
    return text
