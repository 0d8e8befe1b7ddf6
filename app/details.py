"""What a sentence commits itself to: its numbers, its dates, its names, and what it denies.

Reads English with regular expressions and no model; what counts as a word is vectorstore/words.py. Whether a
source bears these details out is for support.py to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ingest.documents import Span
from vectorstore.words import FUNCTION_WORDS, fold, stem, words


class Detail(StrEnum):
    """The kinds of details that one word can falsify."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"


@dataclass(frozen=True, slots=True)
class Number:
    """A number: its value, the stems of the words behind it that say what it counts, and where it stands.

    `rough` is set where the text says "about" or "over".
    """

    value: float
    counted: tuple[str, ...]
    span: Span
    rough: bool = False


@dataclass(frozen=True, slots=True)
class Date:
    """A day, month, year or decade, as far as the text gives it: parts that it leaves out are 0."""

    year: int
    month: int
    day: int
    span: Span
    decade: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised word that is no ordinary word, folded, and where it stands."""

    word: str
    span: Span


# -- dates -----------------------------------------------------------------------------------------------------------

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH = "|".join(MONTHS)
_YEAR = r"(?:1[5-9]|20)\d\d"
_DATE = re.compile(
    rf"\b(?P<m1>{_MONTH}) (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y1>{_YEAR})\b(?!,\d))?"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m2>{_MONTH})\b(?:,? (?P<y2>{_YEAR})\b(?!,\d))?"
    rf"|\b(?P<m3>{_MONTH}),? (?:of )?(?P<y3>{_YEAR})\b"
    rf"|\b(?P<y4>{_YEAR})-(?P<m4>\d\d)-(?P<d4>\d\d)\b"
    rf"|(?<![\d.,-])(?P<y5>{_YEAR})(?P<s>s?)(?![\d-]|,\d|\.\d)",
    re.IGNORECASE,
)
_BARE_MONTH = re.compile(rf"\b(?:{_MONTH.title().replace('|May', '')})\b|(?<=\b[Ii]n )May\b")  # "may" is a verb


def dates(text: str) -> list[Date]:
    """The dates of a text, in order. A month by itself counts; "may" only behind "in"."""
    found = [_date(match) for match in _DATE.finditer(text)]
    for match in _BARE_MONTH.finditer(text):
        span = Span(*match.span())
        if not any(date.span.overlaps(span) for date in found):
            found.append(Date(0, MONTHS.index(match.group().lower()) + 1, 0, span))
    return sorted(found, key=lambda date: date.span)


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
_ORDINALS = dict(
    zip("first second third fourth fifth sixth seventh eighth ninth tenth".split(), range(1, 11), strict=True)
)
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_UNITS = "|".join([*_ONES, *_TENS])
_SCALE = "|".join(_SCALES)
_NUMBER = re.compile(
    rf"(?<![\w.,-])(?P<digits>\d{{1,3}}(?:[, \u00a0]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d]|[-,.]\d|-?[A-Za-z])"
    rf"(?P<scale>[ -](?:{_SCALE})\b)?(?P<percent> ?%| per ?cent)?"
    rf"|\b(?P<words>(?:{_UNITS})(?:[ -](?:and )?(?:{_UNITS}|{_SCALE}))*)\b"
    rf"|\b(?P<ordinal>\d+(?=(?:st|nd|rd|th)\b))(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
_ROUGH = re.compile(
    r"\b(?:about|approximately|around|nearly|almost|some|roughly|over|more than|up to|at least|as many as|under"
    r"|fewer than|less than|an estimated)\s+$",
    re.IGNORECASE,
)
_REACH = 4  # words behind a number that may say what it counts


def numbers(text: str) -> list[Number]:
    """The numbers of a text that are no part of a date, in order. "One" by itself is a pronoun too often to count."""
    taken = [date.span for date in dates(text)]
    found = []
    for match in _NUMBER.finditer(text):
        span = Span(*match.span())
        if any(span.overlaps(other) for other in taken) or match.group().lower() == "one":
            continue
        value = _value(match)
        if match["percent"]:
            counted: tuple[str, ...] = ("percent",)
        elif match["ordinal"]:
            counted = ("th",)
        else:
            counted = _counted(text[span.end :])
        found.append(Number(value, counted, span, rough=bool(_ROUGH.search(text[: span.start]))))
    return found


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
        r"[.,;:()“”\"\[\]]|\b(?:and|or|in|on|at|by|from|for|to|was|were|had|have|that|who|which)\b", behind
    )[0]
    return tuple(stem(word) for word in words(phrase)[:_REACH] if word not in FUNCTION_WORDS and word.isalpha())


# -- names -----------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*")
_NUMBERED = re.compile(
    r"(?<!\w)(?!\d+(?:st|nd|rd|th|s)\b)\d+(?:[-–/]\d+)*[-–]?[A-Za-z]+\b|(?<!\w)\d+[-–]\d+\w*"
)  # "1428-326ss", "26a"


def names(text: str, is_name: Callable[[str], bool]) -> list[Name]:
    """The capitalised words of a text, in order, and its numbers with letters ("1428-326ss").

    Every first word of a sentence is capitalised: there `is_name` tells, for a folded word, whether it is a name.
    """
    found = [Name(fold(m.group()), Span(*m.span())) for m in _NUMBERED.finditer(text)]
    for match in _TOKEN.finditer(text):
        word = re.sub(r"['’]s$", "", match.group())
        if not word[0].isupper() or len(word) == 1:
            continue
        folded = fold(word)
        if folded in FUNCTION_WORDS or folded in MONTHS or folded in _SMALL:
            continue
        opens = not text[: match.start()].strip(" “\"'(*") or re.search(
            r"[.!?:][”\"')]?\s+[“\"'(]?$", text[: match.start()]
        )
        if opens and not is_name(folded):
            continue
        found.append(Name(folded, Span(match.start(), match.start() + len(word))))
    return sorted(found, key=lambda name: name.span)


_SMALL = frozenset([*_ONES, *_TENS, *_ORDINALS, *_SCALES, "dr", "mr", "mrs", "ms", "prof", "st", "no"])

# -- negation --------------------------------------------------------------------------------------------------------

_DENIES = re.compile(
    r"\b(?:not|never|neither|nor|cannot|without|no longer|by no means|hardly|barely|failed to|refused to|unable to"
    r"|nobody|none|no one|nothing|no(?! \d|\.))\b|\b\w+n['’]t\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(
    r"[;:()]|\.(?!\d)|, |\b(?:but|although|though|while|whereas|because|since|until|before|after|if|unless|and|or)\b"
)
_CONTRAST = re.compile(r"(?:,|—|–|\bbut|\band)\s*$")  # "it was X, not Y": Y is set apart, nothing is denied of X
_SUPPOSED = re.compile(r"\bif\b[^.;]*$", re.IGNORECASE)  # "if they had not helped": they did
_ONLY = re.compile(r"\s+(?:only|just|merely|simply)\b", re.IGNORECASE)
_DENIED = 3  # words behind a negation that it denies


def denied(text: str) -> list[tuple[str, ...]]:
    """What a text denies: for each negation the stems of the first words behind it, up to the end of its clause.

    "not only" denies nothing, and neither do the "not" of "X, not Y" and one behind "if".
    """
    found = []
    for match in _DENIES.finditer(text):
        behind = text[match.end() :]
        contrast = match.group().lower() == "not" and _CONTRAST.search(text[: match.start()])
        if contrast or _ONLY.match(behind) or _SUPPOSED.search(text[: match.start()]):
            continue
        phrase = tuple(_content(_CLAUSE_ENDS.split(behind, maxsplit=1)[0]))[:_DENIED]
        if phrase:
            found.append(phrase)
    return found


def _content(text: str) -> Iterator[str]:
    return (stem(word) for word in words(text) if word not in FUNCTION_WORDS)
