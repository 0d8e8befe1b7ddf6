"""The times that a text names, where they stand, and which of them are joined: days, months, seasons, years, decades,
centuries, ranges, and years told by another ("the same year").

Regular expressions and no model. What has no year here gets one from its surroundings in timeline.py, which also
leaves out what is a reference and no event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.details import MONTHS
from app.study.when import Bound, Named, Part, Precision
from ingest.documents import Span


@dataclass(frozen=True, slots=True)
class Dated:
    """A time that a text names: `last` is the end of a range, None if it is none. `span` is where its words stand.

    `shift` counts the years from the year that the text named before, where it is told so ("a year later" is 1), and
    None where it is not.
    """

    span: Span
    named: Named
    last: Named | None = None
    bound: Bound = Bound.AT
    shift: int | None = None

    @property
    def year(self) -> int:
        """The year that the text gives, that of the end of a range first; 0 if none."""
        return (self.last.year if self.last else 0) or self.named.year


_MONTH = "|".join(MONTHS).title()
_SHORT = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
_YEAR = r"(?:1[0-9]\d\d|20\d\d)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d:%]|[.,]\d|[-–]?[a-z])"
_ALSO = r"(?:, and |, | and | or |[-–]| [-–] | to | through )"
_IN_PART = r"(?<=\b[Mm]id-)|(?<=\b[Ee]arly-)|(?<=\b[Ll]ate-)"  # "mid-1937"
_TAIL = r"(?![\w-]|,\d{3}\b|\.\d|/\d)"
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth twenty-first"
).split()
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_AMOUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
            "ten": 10}  # fmt: skip
_PARTS = (
    ("mid|middle", Part.MID),
    ("first half", Part.FIRST_HALF),
    ("second half|latter half", Part.SECOND_HALF),
    ("early|beginning|start|very beginning", Part.EARLY),
    ("late|end|close|very end", Part.LATE),
)
_PART = (
    r"(?P<part>(?:\b(?:[Ee]arly|[Ll]ate|[Mm]id)(?:[- –]|(?: in)? (?:the )?))"
    r"|\b(?:very )?(?:beginning|start|end|close|middle|(?:first|second|latter) half) of (?:the )?)?"
)
_OWN_YEAR = r"(?:,? (?:of )?\[?(?P<{0}>\d{{4}})\b\]?(?!,\d))?"
_ATOM = re.compile(
    rf"{_PART}(?:"
    rf"\b(?P<iy>{_YEAR})-(?P<im>0[1-9]|1[0-2])-(?P<id>0[1-9]|[12]\d|3[01])(?![\d-])"
    rf"|\b(?P<m1>{_MONTH}|{_SHORT}) (?P<d1>{_DAY})(?P<more>(?:{_ALSO}{_DAY})*)"
    + _OWN_YEAR.format("y1")
    + rf"|(?<![\d.,$£€-])\b(?P<d2>{_DAY})(?P<more2>(?:(?: and |[-–]| to ){_DAY})*) (?:of )?(?P<m2>{_MONTH})\b"
    + _OWN_YEAR.format("y2")
    + rf"|\b(?P<m3>{_MONTH}|{_SHORT}),? (?:of )?\[?(?P<y3>{_YEAR})\b\]?{_TAIL}"
    rf"|\b(?P<season>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter),? (?:of |in )?(?:the year )?(?P<y4>{_YEAR})\b"
    rf"(?P<to4>[-–/]\d\d(?:\d\d)?)?{_TAIL}"
    rf"|(?:(?<![\w.,-])|{_IN_PART})(?P<decade>(?:1\d|20)\d0)[’']?s\b(?!-)"
    rf"|(?<![\d.,-])\b(?P<century>\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
    r"(?:[- ]century\b|(?= (?:and|to) (?:the )?\S+ centur(?:y|ies)\b)| centuries\b)"
    rf"|(?:(?<![\w.,$£€#/-])|{_IN_PART})(?P<y5>{_YEAR})(?P<to5>[-–/](?:{_YEAR}|\d\d))?{_TAIL}"
    rf"|\b(?P<m6>{_MONTH.replace('|May', '')}|(?<=[Ii]n )May|(?<=[Bb]y )May|(?<=of )May)\b(?! \d)"
    r"(?P<rel6> of (?:the same|that) year)?"
    r"|\b(?P<same>(?:the|that) (?:same |very )?year(?= (?:that|when) )|(?:the same|that same|that) year|the year"
    r"(?=[.,;)]))|\b(?P<next>(?:the )?(?:following|next) year)\b|\b(?P<previous>the previous year)\b"
    r"|\b(?P<amount>[Aa]|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en) years?"
    r" (?P<way>later|earlier)\b)"
)  # fmt: skip


def dated(text: str) -> list[Dated]:
    """The times that a text names, in order, those of one range joined."""
    found: list[Dated] = []
    for match in _ATOM.finditer(text):
        found += _atoms(match)
    return [_bounded(text, one) for one in _joined(text, found)]


def _atoms(match: re.Match[str]) -> Iterator[Dated]:
    """What one match names: more than one where days are listed ("April 16 and 23, 1937")."""
    group = match.groupdict()
    span, part = Span(*match.span()), _part(group["part"] or "")
    if group["iy"]:
        yield Dated(span, Named(Precision.DAY, int(group["iy"]), int(group["im"]), int(group["id"])))
    elif day := group["d1"] or group["d2"]:
        yield from _days(match, day, group["more"] or group["more2"] or "", int(group["y1"] or group["y2"] or 0))
    elif named := group["m3"] or group["m6"]:
        month = Named(Precision.MONTH, int(group["y3"] or 0), _month(named), part=part)
        yield Dated(span, month, shift=0 if group["rel6"] else None)
    elif group["season"]:
        first = Named(Precision.SEASON, int(group["y4"]), _SEASONS[group["season"].lower()], part=part)
        yield Dated(span, first)
    elif group["decade"]:
        yield Dated(span, Named(Precision.DECADE, int(group["decade"]), part=part))
    elif group["century"]:
        yield Dated(span, Named(Precision.CENTURY, 100 * _ordinal(group["century"]) - 99, part=part))
    elif group["y5"]:
        year, to = int(group["y5"]), (group["to5"] or "")[1:]
        last = int(group["y5"][: 4 - len(to)] + to) if to else 0
        if to and last <= year:
            return  # "2015-03", "1428-26": no range of years
        end = Named(Precision.YEAR, last) if last else None
        yield Dated(span, Named(Precision.YEAR, year, part=part), end)
    elif group["same"] != "the year" or part:
        yield Dated(span, Named(Precision.YEAR, part=part), shift=_shift(group))


def _days(match: re.Match[str], first: str, more: str, year: int) -> Iterator[Dated]:
    """A day, the days of a list, or a range of days within a month."""
    month = _month(match["m1"] or match["m2"])
    days = [int(day) for day in re.findall(r"\d+", f"{first} {more}")]
    named = [Named(Precision.DAY, year, month, day) for day in days]
    span = Span(*match.span())
    between = " and " in more and _BETWEEN.search(match.string[: span.start])
    if len(days) == 2 and (between or re.match(r"\s?[-–]| to| through", more)):
        yield Dated(span, named[0], named[1])
        return
    key = "d1" if match["d1"] else "d2"
    places = [(match.end(key) + place.start(), match.end(key) + place.end()) for place in re.finditer(r"\d+", more)]
    starts = [span.start, *(start for start, _ in places)]
    ends = [*(end for _, end in [(0, match.end(key)), *places[:-1]]), span.end] if places else [span.end]
    for one, start, end in zip(named, starts, ends, strict=True):
        yield Dated(Span(start, end), one)


def _part(words: str) -> Part:
    """The part that is named: "the second half of the" is SECOND_HALF."""
    said = words.lower()
    return next((part for names, part in _PARTS if re.search(rf"\b(?:{names})\b", said)), Part.WHOLE)


def _month(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, 1) if month.startswith(name.lower().rstrip(".")[:3]))


def _ordinal(word: str) -> int:
    return int(re.sub(r"\D", "", word)) if word[0].isdigit() else _ORDINALS.index(word) + 1


def _shift(group: dict[str, str | None]) -> int:
    if amount := group["amount"]:
        return _AMOUNTS[amount.lower()] * (1 if group["way"] == "later" else -1)
    return 1 if group["next"] else -1 if group["previous"] else 0


# -- ranges and open ends --------------------------------------------------------------------------------------------

_TO = re.compile(r",? (?:to|until|till|through|up to|and until|to the)(?: the)? |,?\s?[-–—]\s?(?:the )?")
_AND = re.compile(r",? and (?:the )?(?:in (?:the )?)?")
_FROM = re.compile(r"\b(?:[Ff]rom|[Bb]etween|dat(?:ed?|ing)|spans?|covers?)(?: (?:about|around))?(?: the)? $")
_BETWEEN = re.compile(r"\b[Bb]etween(?: the| the years)? $")
_BOUNDS = tuple(
    (re.compile(rf"\b(?:{words})(?: (?:about|around|at least|the|late|early|year|the year))* $", re.IGNORECASE), bound)
    for words, bound in (
        ("no later than|not later than|by", Bound.BY),
        ("until|till|up to|up until|as late as", Bound.UNTIL),
        ("before|prior to", Bound.BEFORE),
        ("since", Bound.SINCE),
        (r"(?<!\bnamed )after", Bound.AFTER),
        ("from", Bound.SINCE),
    )
)
#: "From" that begins a time; elsewhere it says of when something is: "a vase from 1731".
_OPENING = re.compile(
    r"(?:^|[,;:(“]\s?|\b(?:and|that|but|which|ran|lasted|served|reigned|ruled|\w+ed) )[Ff]rom(?: the)? $"
)
_NOT = re.compile(r"\b(?:not|n['’]t|never)\b[^.;:,]{0,80}$")
_THE = re.compile(r"\b(?:[Ff]rom|[Bb]y) the $")


def _joined(text: str, found: list[Dated]) -> list[Dated]:
    """The times of a text with two made one where they are the ends of a range."""
    done: list[Dated] = []
    for one in found:
        if done and (range_ := _range(text, done[-1], one)):
            done[-1] = range_
        else:
            done.append(one)
    return done


def _range(text: str, first: Dated, last: Dated) -> Dated | None:
    """The range of two times that stand side by side; None if they are none."""
    gap, before = text[first.span.end : last.span.start], text[: first.span.start]
    if first.last or last.last or first.shift is not None or last.shift is not None:
        return None
    whole = Span(first.span.start, last.span.end)
    if _AND.fullmatch(gap):
        if _BETWEEN.search(before) or _adjacent(first.named, last.named):
            return _ends(whole, first.named, last.named)
        return None
    alike = first.named.precision is last.named.precision
    plain = alike and (first.named.precision is Precision.CENTURY or "through" in gap)
    if not _TO.fullmatch(gap) or (gap.strip()[:1].isalpha() and not plain and not _FROM.search(before)):
        return None
    return _ends(whole, first.named, last.named)


def _ends(span: Span, first: Named, last: Named) -> Dated | None:
    """A range, its first end with the year of the second if it has none."""
    start = replace(first, year=first.year or last.year)
    end = replace(last, year=last.year or first.year)
    if start.year and end.year and start.days()[0] > end.days()[1]:
        return None
    return Dated(span, start, end)


def _adjacent(first: Named, last: Named) -> bool:
    """Whether "and" joins two times into one: "the 1930s and 1940s", "the 17th and 18th century"."""
    step = {Precision.DECADE: 10, Precision.CENTURY: 100}.get(first.precision)
    return first.precision is last.precision and step is not None and last.year - first.year == step


def _bounded(text: str, one: Dated) -> Dated:
    """With the word that leaves one side open, if there is one before it."""
    before = text[: one.span.start]
    bound = next((bound for pattern, bound in _BOUNDS if pattern.search(before)), Bound.AT)
    if bound is Bound.UNTIL and _NOT.search(before):
        bound = Bound.AT  # "was not proclaimed until 1271"
    if re.search("[Ff]rom(?: the)? $", before) and not one.last:
        goes_on = re.match(r",? (?:on|onwards?|until)\b", text[one.span.end :])
        bound = Bound.SINCE if goes_on or _OPENING.search(before) else Bound.AT
    if one.last and bound is Bound.SINCE and re.search("[Ff]rom(?: the)? $", before):
        return one  # "from September 9 to September 23"
    if one.named.precision is Precision.YEAR and not one.named.part and not one.last and _THE.search(before):
        return one  # "by the 1937 team"
    return replace(one, bound=bound)
