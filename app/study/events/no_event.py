"""Which times that a text names date nothing: references, titles, years of life, numbers that count or label.

What a time is, is read in dated.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.conflicts.reading import Reading
from app.study.card import Asked
from app.study.events.dated import Dated
from app.study.events.when import Precision
from app.study.names.entities import spoken_for
from app.study.names.words import BODIES, DOES
from ingest.documents import BlockKind, Span
from vectorstore.words import FUNCTION_WORDS, fold

_LABELLED = re.compile(
    r"(?:\b(?:Nos?|[Ff]ile|[Cc]ase|[Pp]ages?|pp?|[Vv]ol(?:ume)?|[Ii]nventory|[Ff]ond|[Rr]esolution|[Dd]irective|[Ff]light"
    r"|[Rr]oute|[Hh]ighway|[Rr]oom|[Tt]ype|[Mm]odel|[Ll]ines?|[Cc]hannel|[Ii]ssue|ISO|RFC|[Nn]umber"
    r"|[Hh]elpline|[Cc]lass of|at)\.?"
    r"|[§#№])\s*$"
)
_UNIT = (
    r"people|men|women|persons|individuals|famil\w+|households|km|kilomet\w+|miles?|met(?:er|re)s?|m|feet|ft|tons?|tonnes"
    r"|kg|kilograms?|pounds|dollars|euros|rubles|soldiers|troops|inhabitants|students|acres|hectares|years|days|hours"
    r"|hp|horsepower|RPM|rpm|°[CF]|[MGk]?Hz|nm|cm|mm|square|cubic|percent|per|or (?:more|so)|different|million|thousand"
)
_COUNTS = re.compile(rf" (?:[a-z]+ )?(?:{_UNIT})(?!\w)")
_QUANTITY = re.compile(
    r"\b(?:of|to|with|about|over|than|nearly|approximately|some|least|only|around|totall?ing|are|were|had|has|have"
    r"|contains?|includes?|comprises?|reached|exceeds?|exceeded|almost|another|all|was|is|\w+ed) $"
)
_PLURAL = re.compile(r" (?!(?:is|was|has|as|this|its|does|his|across|versus|thus|perhaps|always|besides)\b)[a-z]+s\b")
_AFTER_NAME = re.compile(r"(?:\b[^\W\d_a-zß-ÿ]\w+) $")  # "Vision 2030", "Windows 2000"
#: What stands before a number that may also count something, if it is a year.
_TOLD = re.compile(
    r"\b(?:[Ii]n|[Bb]y|[Ss]ince|[Uu]ntil|[Ff]rom|year|AD|of|[Dd]uring|[Bb]efore|[Aa]fter|[Aa]round|c\.|and|to|an?) $"
    r"|[(,;:] ?$"
)
_OPENERS = frozenset(
    "since throughout beginning starting circa early late around within following year years anno ad".split()
)
_LIFE = re.compile(r"\s*(?:born|b\.|died|d\.|c\.|ca\.|r\.|reigned|ruled|fl\.|née)")
_NAME = r"[^\W\d_a-zß-ÿ][\w'’.-]*"
_CITATION = re.compile(
    rf"\s*(?:see (?:also )?|cf\.? |e\.g\.,? )?{_NAME}(?:(?:,? (?:&|and) |, |,? )(?:{_NAME}|et al\.?))*,?"
    r" (?:\d{4}[a-z]?(?:[:,]? ?(?:pp?\. ?)?[\d–-]+)?[;,]? ?)+\s*$"
)
#: The authors of "Samuel K. Cohn, Jr. (2002)", of "Scott and Duncan (2001)" and of "Cohn et al. (2002)".
_AUTHORS = re.compile(rf"(?P<names>{_NAME}(?:(?:,? (?:and|&) |, (?=[JS]r\b)| ){_NAME})*)(?P<others>,? et al\.?)?\s*$")
_BETWEEN_AUTHORS = re.compile(r",? (?:and|&) ")
_REFERS = re.compile(
    r"\b(?:[Aa]ccording to|[Ss]ee(?: also)?|cf\.|e\.g\.,?|[Ff]ollowing"
    r"|(?:authors|scholars|historians|researchers|writers|critics|economists)(?:,? (?:including|such as|like))?) $"
)
_CITED_BEFORE = re.compile(r"(?P<before>.*)\((?P<year>\d{4})\),?(?: and)? $", re.DOTALL)
_FIRST_CITED = 1850  # nobody cites by author and year what is older: "the woodcuts by Hans Brosamer (1530)"
_LIFETIME = 15  # years from which a range in brackets behind a name is a life
_GIVEN_NAME = 2.0  # weight of a person's given name or initials
_PERIODS = BODIES | frozenset("empire conflict campaign uprising rebellion union ssr ussr collapse".split())


def no_event(reading: Reading, one: Dated, titles: Sequence[Span]) -> bool:
    """Whether a time dates no event: it is part of a reference or a title, a life's years, or no time at all."""
    text, span = reading.text, one.span
    place = reading.at(span.start, span.end)
    if any(title.contains(place) and len(title) > len(place) + 4 for title in titles):
        return True
    if reading.kind is BlockKind.CAPTION and text[: span.start].rstrip().endswith("["):
        return True
    before, behind = text[: span.start], text[span.end :]
    bare = one.named.precision is Precision.YEAR and text[span.start : span.end].isdigit()
    if bare and (_LABELLED.search(before) or _COUNTS.match(behind) or re.match(r" (?:AM|PM|FM)\b", behind)):
        return True
    named = bare and _AFTER_NAME.search(before)
    if named and fold(named.group().strip()) not in FUNCTION_WORDS | _OPENERS:
        return True
    if bare and one.named.year < 1500 and not _TOLD.search(before):
        return True
    if bare and _QUANTITY.search(before) and _PLURAL.match(behind):
        return True
    if one.last and one.last.day and _lasts(one) >= _LIFETIME and behind.startswith(")"):
        return True
    return _in_brackets(before, text[span.start : span.end], behind, one)


def _in_brackets(before: str, said: str, behind: str, one: Dated) -> bool:
    """Whether a time stands in brackets that tell a life's years or where something was found."""
    opening, closing = before.rfind("("), behind.find(")")
    if opening < 0 or closing < 0 or ")" in before[opening:] or "(" in behind[:closing]:
        return False
    inside = before[opening + 1 :] + said + behind[:closing]
    if _LIFE.match(inside) or _CITATION.fullmatch(inside):
        return True
    if re.fullmatch(rf"{re.escape(said)}(?: ?: ?| ?, ?pp?\.? ?)[\d–, -]+", inside) or (
        inside == said and said.isdigit() and _is_cited(before[:opening], one.named.year)
    ):
        return True
    name = re.search(rf"({_NAME})\s*$", before[:opening])
    if name is None:
        return False
    if inside.strip() == said and re.match(rf" (?:{'|'.join(sorted(DOES))})\b", behind[closing + 1 :]):
        return True  # "Smith (1999) argues"
    alone = inside.strip() == said or inside.lstrip().startswith(("c.", "ca."))
    period = fold(name[1]) in _PERIODS or fold(name[1]).removesuffix("s") in _PERIODS
    return alone and _lasts(one) >= _LIFETIME and not period


def _is_cited(before: str, year: int) -> bool:
    """Whether the year in the brackets behind a text is that of what an author wrote: "David Herlihy (1997)"."""
    authors = _AUTHORS.search(before)
    if authors is None or year < _FIRST_CITED:
        return False
    if authors["others"]:
        return True
    ahead = before[: authors.start()]
    if re.search(r"\b(?:[Ii]n|[Tt]he) $", ahead):
        return False  # a work: "in Annie Hall (1977)"
    people = [spoken_for(name, bool)[Asked.PERSON] for name in _BETWEEN_AUTHORS.split(authors["names"])]
    if max(people) >= _GIVEN_NAME or (" " not in authors["names"] and _REFERS.search(ahead)):
        return True
    earlier = _CITED_BEFORE.fullmatch(ahead)
    return earlier is not None and _is_cited(earlier["before"], int(earlier["year"]))


def _lasts(one: Dated) -> int:
    return one.last.year - one.named.year if one.last else 0
