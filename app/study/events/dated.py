"""The times that a text names, where they stand, and which of them are joined: days, months, seasons, years, decades,
centuries, ranges, and years told by another ("the same year").

How each is written is in date_pattern.py. What has no year here gets one from its surroundings in timeline.py, which
also leaves out what is a reference and no event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.details import MONTHS
from app.study.events.pattern import ATOM, ORDINALS
from app.study.events.when import Bound, Named, Part, Precision
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


def dated(text: str) -> list[Dated]:
    """The times that a text names, in order, those of one range joined."""
    found: list[Dated] = []
    for match in ATOM.finditer(text):
        found += _atoms(match)
    return [_bounded(text, one) for one in _joined(text, found)]


def _atoms(match: re.Match[str]) -> Iterator[Dated]:
    """What one match names: more than one where days are listed ("April 16 and 23, 1937")."""
    group = match.groupdict()
    span, part = Span(*match.span()), _part(group["part"] or "")
    if group["iy"]:
        yield Dated(span, Named(Precision.DAY, int(group["iy"]), int(group["im"]), int(group["id"])))
    elif day := group["d1"] or group["d2"]:
        yield from _days(match, day, group["more"] or group["more2"] or "", _year(group["y1"] or group["y2"] or ""))
    elif named := group["m3"] or group["m6"]:
        month = Named(Precision.MONTH, _year(group["y3"] or ""), _month(named), part=part)
        yield Dated(span, month, shift=0 if group["rel6"] else None)
    elif group["season"]:
        yield Dated(span, Named(Precision.SEASON, _year(group["y4"]), _SEASONS[group["season"].lower()], part=part))
    elif group["decade"] or group["age"] or group["list"] or group["elliptic"]:
        if named_age := _age(match):
            yield from _with_other(match, Dated(span, replace(named_age, part=part)))
    elif group["r1"] or group["r3"] or group["era_year"]:
        yield from _era_years(match, part)
    elif group["early_year"]:
        yield Dated(span, Named(Precision.YEAR, int(group["early_year"]), part=part))
    elif group["y5"]:
        year, to = int(group["y5"]), (group["to5"] or "")[1:]
        last = int(group["y5"][: 4 - len(to)] + to) if to else 0
        if to and last <= year:
            return  # "2015-03", "1428-26": no range of years
        end = Named(Precision.YEAR, last) if last else None
        yield Dated(span, Named(Precision.YEAR, year, part=part), end)
    elif group["same"] != "the year" or part:
        yield Dated(span, Named(Precision.YEAR, part=part), shift=_shift(group))


def _year(said: str) -> int:
    """ "1937" and "AD 14" as they are, "44 BC" as -44; 0 for ""."""
    year = int(re.sub(r"\D", "", said) or 0)
    return -year if "B" in said else year


def _age(match: re.Match[str]) -> Named | None:
    """A decade, century or millennium; None where nothing says that an ordinal counts centuries."""
    group = match.groupdict()
    before_christ = "B" in (group["era1"] or group["era2"] or group["era3"] or "")
    if group["decade"]:
        first = int(group["decade"])
        return Named(Precision.DECADE, -first - 9 if before_christ else first)
    if group["elliptic"] and "centur" not in match.string.lower():
        return None
    unit = (group["unit"] or group["unit2"] or "").lower()
    precision, years = (Precision.MILLENNIUM, 1000) if unit.startswith("mill") else (Precision.CENTURY, 100)
    nth = _ordinal(group["age"] or group["list"] or group["elliptic"])
    return Named(precision, -years * nth if before_christ else years * (nth - 1) + 1) if nth else None


def _with_other(match: re.Match[str], one: Dated) -> Iterator[Dated]:
    """A decade by itself, or from it to one of the same century: "the 1840s and 50s"."""
    if not match["tens"]:
        yield one
        return
    year = one.named.year // 100 * 100 + int(match["tens"])
    if year > one.named.year:
        yield Dated(one.span, one.named, Named(Precision.DECADE, year, part=_part(match["other"])))
    else:
        yield Dated(Span(one.span.start, match.start("other")), one.named)


def _era_years(match: re.Match[str], part: Part) -> Iterator[Dated]:
    """A year with its era, the two of a list, or a range: "44 BC", "in 264 and 241 BC", "between AD 14 and 180"."""
    group = match.groupdict()
    if group["era_year"]:
        if year := _year(group["era_year"]):
            yield Dated(Span(*match.span()), Named(Precision.YEAR, year, part=part))
        return
    key, other = ("r1", "r2") if group["r1"] else ("r3", "r4")
    first, last = _year(group[key]), _year(group[other])
    if group["r1"] and last < 0:
        first = -first
    named = Named(Precision.YEAR, first), Named(Precision.YEAR, last)
    link = group["link1"] or group["link2"]
    listed = " and " in link and not _BETWEEN.search(match.string[: match.start(key)])
    if not listed and first and last and first < last:
        yield Dated(Span(match.start(key), match.end(other)), *named)
    elif listed and group["r1"] and first and last:
        yield Dated(Span(*match.span("r1")), named[0])
        yield Dated(Span(*match.span("r2")), named[1])
    elif key == "r3" and first:
        yield Dated(Span(*match.span("r3")), named[0])
    elif key == "r1" and last:
        yield Dated(Span(*match.span("r2")), named[1])


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
    return int(re.sub(r"\D", "", word)) if word[0].isdigit() else ORDINALS.index(word) + 1


def _shift(group: dict[str, str | None]) -> int:
    if amount := group["amount"]:
        return _AMOUNTS[amount.lower()] * (1 if group["way"] == "later" else -1)
    return 1 if group["next"] else -1 if group["previous"] else 0


# -- ranges and open ends --------------------------------------------------------------------------------------------

_TO = re.compile(r",? (?:to|until|till|until after|through|up to|and until|to the)(?: the)? |,?\s?[-–—]\s?(?:the )?")
_AND = re.compile(r",? and (?:the )?(?:in (?:the )?)?")
_FROM = re.compile(
    r"\b(?:[Ff]rom|[Bb]etween|dat(?:ed?|ing)|spans?|covers?)(?: (?:about|around))?(?: the)? $"
    r"|\b[Ff]rom [^.,;:()]{1,60} in $"  # "from the death of Augustus in AD 14 until"
)
_BETWEEN = re.compile(r"\b[Bb]etween(?: about| around| roughly| c\.| circa)?(?: the| the years)? $")
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
    r"(?:\bas |^|[,;:(“]\s?|\b(?:and|that|but|which|ran|lasted|served|reigned|ruled|\w{3,}ed) )[Ff]rom(?: the)? $"
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
    plain = alike and (first.named.precision in (Precision.CENTURY, Precision.MILLENNIUM) or "through" in gap)
    if not _TO.fullmatch(gap) or (gap.strip()[:1].isalpha() and not plain and not _FROM.search(before)):
        return None
    return _ends(whole, first.named, last.named)


def _ends(span: Span, first: Named, last: Named) -> Dated | None:
    """A range, its first end with the year of the second if it has none."""
    start = replace(first, year=first.year or last.year)
    end = replace(last, year=last.year or first.year)
    try:
        if start.year and end.year and start.days()[0] > end.days()[1]:
            return None
    except ValueError:  # there is no such day
        return None
    return Dated(span, start, end)


def _adjacent(first: Named, last: Named) -> bool:
    """Whether "and" joins two times into one: "the 1930s and 1940s", "the 17th and 18th century"."""
    step = {Precision.DECADE: 10, Precision.CENTURY: 100, Precision.MILLENNIUM: 1000}.get(first.precision)
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
    if one.last and bound is Bound.SINCE and re.search("[Ff]rom(?: about| around)?(?: the)? $", before):
        return one  # "from September 9 to September 23"
    if one.named.precision is Precision.YEAR and not one.named.part and not one.last and _THE.search(before):
        return one  # "by the 1937 team"
    return replace(one, bound=bound)
