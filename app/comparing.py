"""What a sentence says and another one does not: its numbers, dates, denials and clauses, one function each.

Each gives the details that are missing, with what stands in their place where that is clear. Which sentences are to be
compared, and the names, are support.py's affair; where both have a detail but tie it to something else, alignment.py's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.alignment import Attached, dates_elsewhere, numbers_elsewhere, roles_swapped
from app.contrast import counted_apart, opposed, other_place, other_share, year_of
from app.details import Date, Denial, Detail, Number, dates, denied, numbers
from vectorstore.words import stem, terms

_SHARE = 0.5  # percent: how far a third may be from what it is rounded to
_TELLING = 100  # from which two numbers are not the same by chance

#: Where a clause begins that may have been added to a statement.
_CLAUSE = re.compile(
    r"[,;:—]\s+|\s+(?=(?:and|but|while|whereas|who|which|because|since|so that|after|before|although|when|until|where)"
    r"\b)"
)


#: Says of what is told with it that it is not so, or not known to be.
_DOUBT = re.compile(
    r"\b(?:alleg(?:ed|edly|ations?|e|es)|fabricat\w+|invent(?:ed|ion)|fals(?:e|ely|ehood\w*)|untrue|misconceptions?|misconceived"
    r"|erroneous(?:ly)?|mistaken(?:ly)?|wrongly|so-called|myths?|mythical|unfounded|supposed(?:ly)?"
    r"|accus\w+|rumou?r\w*|made up)\b",
    re.IGNORECASE,
)

_HEDGE = re.compile(
    r"\b(?:believ\w+|claim\w*|assum\w+|narratives?|said to)\b", re.IGNORECASE
)  # so does a sentence itself


#: Counts from a date rather than gives one.
_RELATIVE = re.compile(
    r"\b(?:years?|months?) (?:after|before|later|earlier)\b|\b(?:next|following|previous) year\b", re.I
)


_SPAN = re.compile(r"\b(?:between|from)\s+\d{4}\b.{0,40}\b(?:and|to|until)\s+\d{4}\b", re.I)

#: Words that deny without a "not".
_NEGATIVE = re.compile(
    r"\b(?:refus\w+|fail\w*|lack\w*|reject\w*|den(?:y|ied|ies|ial)|prohibit\w*|prevent\w*|forb[aio]d\w*|bann?ed|bans?"
    r"|avoid\w*|except|only|unable|unlike|instead|rather than|few|little|rare(?:ly)?|seldom|ceas\w+|stopped|absen\w+"
    r"|closed|secret\w*|impossible|illegal\w*|inaccessible|incapable|incorrect\w*|inaccurate\w*|insufficient\w*"
    r"|in(?:ability|adequate\w*|complete|definite\w*)|un(?!der|i[tvoq]|til|cle)[a-z]{4,}|dis(?:agree|approv|continu|lik)\w+"
    r"|[a-z]{3,}less(?:ly)?)\b",
    re.IGNORECASE,
)
_BY_THE_WAY = re.compile(r"without\b", re.IGNORECASE)  # "without delay" is no denial of what was done
_PURPOSE = re.compile(r"\b(?:so that|in order|to make sure|lest)\b[^.;,]*$", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not(?! only)|no|never|nor|neither|none|nothing|nobody|without|cannot|\w+n['’]t)\b", re.IGNORECASE
)
_LACKS = re.compile(
    r"\b(?:lack\w*|fail\w*|refus\w+|reject\w*|den(?:y|ied|ies)|prohibit\w*|prevent\w*|forb[aio]d\w*|bann?ed|unable"
    r"|few|little|seldom|rarely|only)\b((?:\W+\w+){1,6})",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"[^.;]*?\b(?:until|till|before)\b[^.;]*")
_EARLIER = re.compile(r"\b(?:until|till|before)\b", re.IGNORECASE)
_SUBJECT_DENIED = re.compile(r"(?:neither|nor|nobody|none|no one|no)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Missing:
    """A detail of a sentence that its passages do not have.

    `said` are the sentence's words; `instead` what the passage has in their place, "" where nothing does. Where
    the passage denies what the sentence says, `said` is "" and `instead` the denial.
    """

    kind: Detail
    said: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Roughly:
    """How near a rounded number must be: `rough` is how far "about 172,000" may be from the number it stands for, as a
    share of that, `beyond` how far "more than 160,000" may be below it."""

    rough: float = 0.03
    beyond: float = 0.1


def missing(stated: str, nearest: str, told: str, roughly: Roughly, is_name: Callable[[str], bool]) -> list[Missing]:
    """The details of a statement, names apart, that are not in `told`: the nearest sentence with those read besides."""
    return [
        *numbers_missing(stated, told, roughly),
        *dates_missing(stated, told),
        *taken_from_elsewhere(stated, nearest, told),
        *_elsewhere(Detail.NUMBER, numbers_elsewhere(stated, nearest), stated, nearest),
        *_elsewhere(Detail.DATE, dates_elsewhere(stated, nearest), stated, nearest),
        *swapped_roles(stated, nearest, is_name),
        *denials_missing(stated, nearest),
        *opposites_missing(stated, nearest, told),
        *share_missing(stated, nearest),
        *years_missing(stated, nearest),
        *(Missing(Detail.NUMBER, *words) for words in other_place(stated, nearest)),
    ]


def numbers_missing(stated: str, told: str, roughly: Roughly) -> list[Missing]:
    theirs = numbers(told)
    missing = []
    for mine in numbers(stated):
        same = [one for one in theirs if _equal(mine, one, roughly) and not counted_apart(mine, one)]
        rivals = [one for one in theirs if one not in same and set(one.counted) & set(mine.counted)]
        if any(_counts_same(mine, one) for one in same) or (same and (not rivals or mine.value >= _TELLING)):
            continue
        missing.append(Missing(Detail.NUMBER, _said(stated, mine), _said(told, rivals[0]) if len(rivals) == 1 else ""))
    return missing


def _equal(mine: Number, other: Number, roughly: Roughly) -> bool:
    """Whether a number is the other one, or a rounder one that is as near to it, on the side that it says."""
    if mine.value == other.value:
        return True
    if _endless(mine.value) != _endless(other.value):
        return abs(mine.value - other.value) < _SHARE  # "two thirds" is 67 percent
    if not mine.bound or _digits(mine.value) >= _digits(other.value):
        return False
    off = (other.value - mine.value) / other.value if other.value else 1.0
    if mine.bound == "about":
        return abs(off) <= roughly.rough
    return 0 <= (off if mine.bound == "over" else -off) <= roughly.beyond


def _endless(value: float) -> bool:
    return value != round(value, 6)


def _digits(value: float) -> int:
    """How many digits of a number say something: 2 of 13,000."""
    return len(f"{value:.6f}".rstrip("0").rstrip(".").rstrip("0"))


def _counts_same(mine: Number, other: Number) -> bool:
    return not mine.counted or not other.counted or bool(set(mine.counted) & set(other.counted))


def _said(text: str, detail: Number | Date | Denial) -> str:
    return text[detail.span.start : detail.span.end]


def dates_missing(stated: str, told: str) -> list[Missing]:
    theirs = dates(told)
    missing = []
    for mine in dates(stated):
        if any(_agree(mine, one, theirs) for one in theirs):
            continue
        if not mine.month and any(one.value == mine.year for one in numbers(told)):  # "1705 families"
            continue
        rivals = [one for one in theirs if one.fineness == mine.fineness]
        missing.append(Missing(Detail.DATE, _said(stated, mine), _said(told, rivals[0]) if len(rivals) == 1 else ""))
    return missing


def taken_from_elsewhere(stated: str, nearest: str, told: str) -> list[Missing]:
    """The numbers and dates that only a sentence read besides has, where the nearest has another in their place."""
    if nearest == told:
        return []
    found = []
    mine, theirs = numbers(stated), numbers(nearest)
    said = {one.value for one in mine}
    for one in mine:
        rivals = [o for o in theirs if o.value not in said and set(o.counted) & set(one.counted)]
        if rivals and not any(o.value == one.value for o in theirs):
            found.append(Missing(Detail.NUMBER, _said(stated, one), _said(nearest, rivals[0])))
    days, there = dates(stated), dates(nearest)
    for day in days if len(days) == 1 else ():
        if there and not any(_agree(day, o, there) for o in there) and all(o.fineness == day.fineness for o in there):
            found.append(Missing(Detail.DATE, _said(stated, day), _said(nearest, there[0])))
    return found


def clauses_missing(stated: str, told: str) -> tuple[Missing, ...]:
    """The clauses of a sentence of whose words the passages have none: what was added to a statement that is so."""
    there = set(terms(told))
    clauses = [clause.strip() for clause in _CLAUSE.split(stated)]
    added = [c for c in clauses if len(found := set(terms(c))) > 1 and not found & there]
    return tuple(Missing(Detail.CLAUSE, clause.rstrip(".!")) for clause in added)


def years_missing(stated: str, nearest: str) -> list[Missing]:
    """The year of a sentence that has one, if the number that it gives stands with another year in the passage."""
    if _RELATIVE.search(stated) or _SPAN.search(nearest):
        return []
    years, numbered = {one.year for one in dates(stated) if one.year}, numbers(stated)
    there = dates(nearest)
    if len(years) != 1 or not years < {one.year for one in there}:
        return []
    for mine in numbered:
        found = [year_of(one, there, nearest) for one in numbers(nearest) if one.value == mine.value]
        if found and all(one is not None and one.year not in years for one in found):
            return [Missing(Detail.DATE, str(*years), _said(nearest, found[0]) if found[0] else "")]
    return []


def _elsewhere(kind: Detail, found: Sequence[Attached], stated: str, nearest: str) -> list[Missing]:
    """The details that the nearest sentence has, but of something else."""
    return [
        Missing(kind, stated[one.said.start : one.said.end], nearest[one.instead.start : one.instead.end])
        for one in found
    ]


def swapped_roles(stated: str, nearest: str, is_name: Callable[[str], bool]) -> list[Missing]:
    swapped = roles_swapped(stated, nearest, is_name)
    return [Missing(Detail.NAME, " … ".join(swapped), " … ".join(swapped[::-1]))] if swapped else []


def opposites_missing(stated: str, nearest: str, told: str) -> list[Missing]:
    """ "Rose" where the nearest sentence has "fell"; but "did not succeed" is borne out by "failed"."""
    mine, theirs = ({stem for one in denied(text) for stem in one.stems} for text in (stated, nearest))
    return [
        Missing(Detail.NEGATION, said, instead)
        for said, instead in opposed(stated, nearest, told)
        if (stem(said) in mine) == (stem(instead) in theirs)
    ]


def share_missing(stated: str, nearest: str) -> list[Missing]:
    """ "Only some" where the nearest sentence has "all"; but "few were" is borne out by "most were not"."""
    other = other_share(stated, nearest)
    if other is None or bool(denied(stated.replace(other[0], ""))) != bool(denied(nearest.replace(other[1], ""))):
        return []
    return [Missing(Detail.NEGATION, *other)]


def _agree(mine: Date, other: Date, others: Sequence[Date]) -> bool:
    """Whether a date is borne out: all of its parts are there, the year perhaps in another date of the passage."""
    if (mine.day and mine.day != other.day) or (mine.month and mine.month != other.month):
        return False
    years = {one.year for one in others if one.year}
    if mine.decade and other.year:
        return mine.year == other.year // 10 * 10
    if not mine.year or mine.year == other.year:
        return True
    return not other.year and bool(other.month) and (mine.year in years or not years)


def denials_missing(stated: str, nearest: str) -> list[Missing]:
    """What one denies and the other says of the same: words behind "not" here that stand without it there; a denial
    where nothing is denied there; and a doubt ("allegedly") that the sentence leaves out."""
    mine, theirs = _denials(stated), _denials(nearest)
    doubt = _DOUBT.search(nearest) if not (_DOUBT.search(stated) or _HEDGE.search(stated)) else None
    doubted = [Missing(Detail.NEGATION, "", doubt.group())] if doubt else []
    refused = [Missing(Detail.NEGATION, _said(stated, one)) for one in mine if _clashes(one, stated, theirs, nearest)]
    plainly = [one for one in mine if not _BY_THE_WAY.match(stated[one.span.start :])]
    plainly = [one for one in plainly if not _PURPOSE.search(stated[: one.span.start])]
    plainly = [one for one in plainly if not _NEGATIVE.search(_said(stated, one))]  # "not uncommon"
    if plainly and not refused and not _NOT.search(nearest) and not _NEGATIVE.search(nearest):
        refused = [Missing(Detail.NEGATION, _said(stated, plainly[0]))]
    said = [Missing(Detail.NEGATION, "", _said(nearest, one)) for one in theirs if _clashes(one, nearest, mine, stated)]
    return [*refused, *said, *doubted]


def _denials(text: str) -> list[Denial]:
    """What a text denies, without what it denies twice: "not without a permit" says that there was one."""
    found = denied(text)
    twice = [two for one, two in pairwise(found) if one.span.overlaps(two.span) and _BY_THE_WAY.match(_said(text, two))]
    return [one for one in found if not any(one.span.overlaps(two.span) for two in twice)]


def _clashes(denial: Denial, own: str, others: Sequence[Denial], text: str) -> bool:
    """Whether a text that makes other denials says what this one denies: its first words stand there undenied."""
    elsewhere = {stem for other in others for stem in other.stems}
    if others and _SUBJECT_DENIED.match(own[denial.span.start :]):  # "neither did": what is denied stands further on
        return False
    if any(set(terms(match.group(1))) & set(denial.stems) for match in _LACKS.finditer(text)):  # "lacked a school"
        return False
    until = _UNTIL.match(own, denial.span.end)
    if (
        until
        and not _EARLIER.search(text)
        and {d.year for d in dates(until.group()) if d.year} & {d.year for d in dates(text)}
    ):
        return False  # "not rebuilt until 1920" is "rebuilt only in 1920"
    return set(denial.stems[:2]) <= set(terms(text)) and elsewhere.isdisjoint(denial.stems)
