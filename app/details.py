"""What a sentence commits itself to: its numbers, its dates, its names, and what it denies.

Reads English with regular expressions and no model; what counts as a word is vectorstore/words.py. Whether a
source bears these details out is for support.py to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from ingest.documents import Span
from vectorstore.words import FUNCTION_WORDS, fold, stem, words

_REMEMBERED = 8_000  # texts whose details are kept: the same sentences are read again and again


class Detail(StrEnum):
    """The kinds of details that falsify a statement whose topic is there."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"
    CLAUSE = "clause"  # a part that is added to a statement


@dataclass(frozen=True, slots=True)
class Number:
    """A number: its value, the stems of the words behind it that say what it counts, and where it stands.

    `bound` is "about" where the text gives it roughly, "over" or "under" where as a bound, else "".
    """

    value: float
    counted: tuple[str, ...]
    span: Span
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Date:
    """A day, month, year or decade, as far as the text gives it: parts that it leaves out are 0."""

    year: int
    month: int
    day: int
    span: Span
    decade: bool = False

    @property
    def fineness(self) -> tuple[bool, bool]:
        """Whether it has a month, and a day."""
        return self.month > 0, self.day > 0


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised word that is no ordinary word, folded, and where it stands."""

    word: str
    span: Span


@dataclass(frozen=True, slots=True)
class Denial:
    """Something denied: the stems of the first words behind "not", and where it and they stand."""

    stems: tuple[str, ...]
    span: Span


# -- dates -----------------------------------------------------------------------------------------------------------

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH = "|".join(MONTHS)
_YEAR = r"(?:1[5-9]|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = re.compile(
    rf"\b(?P<m1>{_MONTH}) (?P<d1>{_DAY})(?:st|nd|rd|th)?\b(?:,? \[?(?P<y1>\d{{4}})\b(?!,\d))?"
    rf"|\b(?P<d2>{_DAY})(?:st|nd|rd|th)? (?:of )?(?P<m2>{_MONTH})\b(?:,? \[?(?P<y2>\d{{4}})\b(?!,\d))?"
    rf"|\b(?P<m3>{_MONTH}),? (?:of )?(?P<y3>{_YEAR})\b"
    rf"|\b(?P<y4>{_YEAR})-(?P<m4>0[1-9]|1[0-2])-(?P<d4>{_DAY})\b"
    rf"|(?:(?<![\d.,-])|(?<=\bmid-))(?P<y5>{_YEAR})(?P<s>(?:['’]?s\b)?)(?![\d-]|,\d|\.\d)",
    re.IGNORECASE,
)
_BARE_MONTH = re.compile(rf"\b(?:{_MONTH.title().replace('|May', '')})\b|(?<=\b[Ii]n )May\b")  # "may" is a verb


def dates(text: str) -> list[Date]:
    """The dates of a text, in order. A month by itself counts; "may" only behind "in"."""
    return list(_dates(text))


@lru_cache(maxsize=_REMEMBERED)
def _dates(text: str) -> tuple[Date, ...]:
    found = [_date(match) for match in _DATE.finditer(text)]
    for match in _BARE_MONTH.finditer(text):
        span = Span(*match.span())
        if not any(date.span.overlaps(span) for date in found):
            found.append(Date(0, MONTHS.index(match.group().lower()) + 1, 0, span))
    return tuple(sorted(found, key=lambda date: date.span))


def _date(match: re.Match[str]) -> Date:
    part = match.groupdict()
    year = next((int(part[key]) for key in ("y1", "y2", "y3", "y4", "y5") if part[key]), 0)
    day = next((int(part[key]) for key in ("d1", "d2", "d4") if part[key]), 0)
    named = next((part[key] for key in ("m1", "m2", "m3") if part[key]), "")
    month = MONTHS.index(named.lower()) + 1 if named else int(part["m4"] or 0)
    return Date(year, month, day, Span(*match.span()), decade=bool(part["s"]))


# -- numbers ---------------------------------------------------------------------------------------------------------

_ONES = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen".split(),
        range(1, 20),
        strict=True,
    )
)
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_UNITS = "|".join([*_ONES, *_TENS])
_SCALE = "|".join(_SCALES)
_NUMBER = re.compile(
    rf"(?<![\w.,-])(?P<digits>\d{{1,3}}(?:[, \u00a0]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d]|[-,.]\d|-?[A-Za-z])"
    rf"(?P<scale>[ -](?:{_SCALE})\b)?(?P<percent> ?%| per ?cent)?"
    rf"|\b(?P<words>(?:{_UNITS})(?:[ -](?:{_UNITS}|(?:{_SCALE})(?: and(?= (?:{_UNITS})\b))?))*)\b"
    rf"|\b(?P<ordinal>\d+(?=(?:st|nd|rd|th)\b))(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?<![\w.,-])(\d+)[-–](\d+)(?![\w-])")  # "30-40 days"
_FRACTIONS = {
    "half": 50.0, "a third": 100 / 3, "one third": 100 / 3, "two thirds": 200 / 3, "a quarter": 25.0,
    "one quarter": 25.0, "three quarters": 75.0,
}  # fmt: skip
_FRACTION = re.compile("|".join(rf"\b{re.sub(' ', '[ -]', name)}\b" for name in _FRACTIONS), re.IGNORECASE)
_OUT_OF = re.compile(rf"\b({'|'.join(_ONES)}) out of (?:every )?({'|'.join(_ONES)})\b", re.IGNORECASE)
_BOUNDS = tuple(
    (re.compile(rf"\b(?:{words})\s+$", re.IGNORECASE), bound)
    for words, bound in (
        ("at most|no more than|not more than", "under"),
        ("no fewer than|no less than|not less than|not fewer than", "over"),
        ("about|approximately|around|nearly|almost|some|roughly|an estimated|close to|circa", "about"),
        ("over|more than|at least|exceeding", "over"),
        ("under|fewer than|less than|up to|as many as|below", "under"),
    )
)
_REACH = 4  # words behind a number that may say what it counts


def numbers(text: str) -> list[Number]:
    """The numbers of a text that are no part of a date, in order. "One" by itself is a pronoun too often to count."""
    return list(_numbers(text))


@lru_cache(maxsize=_REMEMBERED)
def _numbers(text: str) -> tuple[Number, ...]:
    taken = [date.span for date in dates(text)]
    found = []
    for match in _RANGE.finditer(text):
        if not any(Span(*match.span()).overlaps(other) for other in taken):
            counted = _counted(text[match.end() :])
            found += [Number(float(match.group(n)), counted, Span(*match.span(n))) for n in (1, 2)]
    for match in _FRACTION.finditer(text):
        value = _FRACTIONS[match.group().lower().replace("-", " ")]
        found.append(Number(value, ("percent",), Span(*match.span()), _bound(text, match.start())))
    for match in _OUT_OF.finditer(text):
        share = 100 * _spoken(match.group(1)) / _spoken(match.group(2))
        found.append(Number(share, ("percent",), Span(*match.span()), _bound(text, match.start())))
    taken += [number.span for number in found]
    for match in _NUMBER.finditer(text):
        span = Span(*match.span())
        if any(span.overlaps(other) for other in taken) or match.group().lower() == "one":
            continue
        value = _value(match)
        if match["percent"]:
            counted = ("percent",)
        elif match["ordinal"]:
            counted = ("th",)
        else:
            counted = _counted(text[span.end :])
        found.append(Number(value, counted, span, _bound(text, span.start)))
    return tuple(sorted(found, key=lambda number: number.span))


def _bound(text: str, start: int) -> str:
    before = text[max(0, start - 30) : start]
    return next((bound for pattern, bound in _BOUNDS if pattern.search(before)), "")


def _value(match: re.Match[str]) -> float:
    if match["words"]:
        return _spoken(match["words"])
    scale = _SCALES[match["scale"].strip(" -").lower()] if match["scale"] else 1.0
    return float(re.sub(r"[, \u00a0]", "", match["digits"] or match["ordinal"])) * scale


def _spoken(text: str) -> float:
    """ "thirty-nine" -> 39, "two hundred and five" -> 205."""
    total = current = 0.0
    for word in re.findall("[a-z]+", text.lower()):
        if word in _SCALES:
            current = (current or 1.0) * _SCALES[word]
            if word != "hundred":
                total, current = total + current, 0.0
        elif word != "and":
            current += _ONES.get(word) or _TENS[word]
    return total + current


def _counted(behind: str) -> tuple[str, ...]:
    """The stems of what stands behind a number, up to the end of its phrase."""
    phrase = re.split(
        r"[.,;:()“”\"\[\]]|(?<=\w )of\b|\b(?:and|or|in|on|at|by|from|for|to|was|were|had|have|that|who|which)\b", behind
    )[0]
    return tuple(stem(word) for word in words(phrase)[:_REACH] if word not in FUNCTION_WORDS and word.isalpha())


# -- names -----------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*")
_NUMBERED = re.compile(r"(?<!\w)(?!\d+(?:st|nd|rd|th|s)\b)\d+(?:[-–/]\d+)*[-–]?[A-Za-z]+\b")  # "1428-326ss", "26a"

_SENTENCE_ENDED = re.compile(r"(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bSt)(?<!\bNo)(?<!\b[A-Z])[.!?:][”\"')]?\s+[“\"'(]?$")


def names(text: str, is_name: Callable[[str], bool]) -> list[Name]:
    """The capitalised words of a text, in order, and its numbers with letters ("1428-326ss").

    Every first word of a sentence is capitalised: there `is_name` tells, for a folded word, whether it is a name.
    """
    return [name for name, first in _capitalised(text) if not first or is_name(name.word)]


@lru_cache(maxsize=_REMEMBERED)
def _capitalised(text: str) -> tuple[tuple[Name, bool], ...]:
    """What may be names, each with whether a sentence begins with it."""
    found = [(Name(fold(m.group()), Span(*m.span())), False) for m in _NUMBERED.finditer(text)]
    for match in _TOKEN.finditer(text):
        word = re.sub(r"['’]s$", "", match.group())
        if not word[0].isupper() or len(word) == 1:
            continue
        folded = fold(word)
        if folded in FUNCTION_WORDS or folded in MONTHS or folded in _SMALL:
            continue
        before = text[: match.start()]
        first = not before.strip(" “\"'(*") or before.endswith("“") or bool(_SENTENCE_ENDED.search(before))
        found.append((Name(folded, Span(match.start(), match.start() + len(word))), first))
    return tuple(sorted(found, key=lambda one: one[0].span))


_HYPHENATED = re.compile(r"(?:[-‐‑][^\W\d_]+)+")


def phrases(text: str, found: Iterable[Name]) -> list[Span]:
    """Where names stand in a text; those whose words stand side by side are one."""
    joined: list[Span] = []
    for name in found:
        if joined and re.fullmatch(r"[\s.'’-]*", text[joined[-1].end : name.span.start]):
            joined[-1] = Span(joined[-1].start, name.span.end)
        else:
            joined.append(name.span)
        if tail := _HYPHENATED.match(text, joined[-1].end):  # "Kim Il" of "Kim Il-sung"
            joined[-1] = Span(joined[-1].start, tail.end())
    return joined


ORDINALS = tuple("first second third fourth fifth sixth seventh eighth ninth tenth".split())
_SMALL = frozenset([*_ONES, *_TENS, *_SCALES, *ORDINALS, "dr", "mr", "mrs", "ms", "prof", "st", "no"])

# -- negation --------------------------------------------------------------------------------------------------------

_DENIES = re.compile(
    r"\b(?!(?:not|no) (?:more|fewer|less|later|earlier) than\b)"  # "no more than 40" is a bound
    r"(?:(?:not|never|neither|nor|cannot|without|no longer|by no means|hardly|barely|failed to|refused to|unable to"
    r"|nobody|none|no one|nothing|no(?! \d|\.))\b|\w+n['’]t\b)",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(
    r"[;:()]|\.(?!\d)|, |\b(?:but|although|though|while|whereas|because|since|until|before|after|if|unless|and|or)\b"
)
_CONTRAST = re.compile(r"(?:,|—|–|\bbut|\band)\s*$")  # "it was X, not Y": Y is set apart, nothing is denied of X
#: "If they had not helped", "would have died had they not helped": they did.
_SUPPOSED = re.compile(r"\bif\b[^.;]*$|\bwould have\b[^.;]*\bhad\b[^.;]*$", re.IGNORECASE)
_WOULD = re.compile(r"\b(?:would|could|might)\b", re.IGNORECASE)
_WOULD_HAVE = re.compile(r"\b(?:would|could|might) have\b", re.IGNORECASE)
_ONLY = re.compile(r"\s+(?:only|just|merely|simply)\b", re.IGNORECASE)
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_DENIED = 3  # words behind a negation that it denies


def denied(text: str) -> list[Denial]:
    """What a text denies: for each negation the first words behind it, up to the end of its clause.

    "not only" denies nothing, and neither do the "not" of "X, not Y" and one behind "if".
    """
    found = []
    for match in _DENIES.finditer(text):
        before, behind = text[: match.start()], text[match.end() :]
        contrast = match.group().lower() == "not" and _CONTRAST.search(before)
        if match.group().lower() == "without" and (_WOULD.search(behind) or _WOULD_HAVE.search(before)):
            continue  # "without him, it would": he was there
        if contrast or _ONLY.match(behind) or _SUPPOSED.search(before):
            continue
        clause = _CLAUSE_ENDS.split(behind, maxsplit=1)[0]
        content = [m for m in _WORD.finditer(clause) if fold(m.group()) not in FUNCTION_WORDS][:_DENIED]
        if content:
            stems = tuple(term for m in content for term in map(stem, words(m.group())))
            found.append(Denial(stems, Span(match.start(), match.end() + content[-1].end())))
    return found
