"""What can be left out of a sentence: its numbers, dates, names and terms, each where the rest still asks for it.

Looks at one sentence. Whether another sentence makes another answer right is for choosing.py to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.clauses import BE, read, tidy
from app.details import dates, numbers
from app.study.card import BLANK, Asked
from app.study.names.gaps import name_gaps
from app.study.names.naming import Kinds
from app.study.shown import Shown
from ingest.documents import MarkKind, Span
from vectorstore.words import FUNCTION_WORDS, stem, terms, words


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a shown sentence that may be left out, and what it is."""

    shown: Shown
    span: Span
    asked: Asked

    @property
    def answer(self) -> str:
        """The words that are left out."""
        return self.shown.text[self.span.start : self.span.end]

    @property
    def prompt(self) -> str:
        """The sentence with BLANK in their place."""
        return f"{self.shown.text[: self.span.start]}{BLANK}{self.shown.text[self.span.end :]}"

    @property
    def rest(self) -> str:
        """The sentence without them."""
        return f"{self.shown.text[: self.span.start]} {self.shown.text[self.span.end :]}"


def gaps(shown: Shown, kinds: Kinds) -> list[Gap]:
    """The gaps of a sentence that ask for something, in order, none overlapping an earlier one."""
    found: list[Gap] = []
    named = [phrase.span for phrase in kinds.phrases(shown.text)]
    for gap in (*values(shown), *_of_names(shown, kinds)):
        if not any(gap.span.overlaps(other.span) for other in found) and asks(gap, named):
            found.append(gap)
    return sorted(found, key=lambda gap: gap.span)


def values(shown: Shown) -> Iterator[Gap]:
    """The dates, numbers and terms of a sentence, whether or not the rest asks for them."""
    for make in (_of_dates, _of_numbers, _of_terms):
        yield from make(shown)


def asks(gap: Gap, named: Sequence[Span]) -> bool:
    """Whether the rest of the sentence asks for the answer, without giving it away: it has to hold a name or a year,
    that one can tell what it is about. `named` are the names of the sentence.
    """
    text, span = gap.shown.text, gap.span
    if text[span.end : span.end + 1].isalnum() or text[max(0, span.start - 1) : span.start].isalnum():
        return False
    if trivial(gap.answer):
        return False
    told = any(not name.overlaps(span) for name in named) or re.search(r"\b(?:1[5-9]|20)\d\d\b", gap.rest)
    return bool(told) and len(terms(gap.rest)) >= _TOLD and not given_away(gap.answer, gap.rest)


_TOLD = 6  # words with a meaning of its own that a prompt has to hold


def given_away(answer: str, rest: str) -> bool:
    """Whether a word of the answer, or one like it, stands in the rest: "Kazakh" beside "Kazakhstan"."""
    there = [word for word in words(rest) if word not in FUNCTION_WORDS]
    stems = {stem(word) for word in there}
    for word in words(answer):
        if word in FUNCTION_WORDS:
            continue
        if stem(word) in stems:
            return True
        start = word[:5]
        if len(word) >= 5 and word.isalpha() and any(other.startswith(start) for other in there):
            return True
    return False


def _of_names(shown: Shown, kinds: Kinds) -> Iterator[Gap]:
    return (Gap(shown, span, kind) for span, kind in name_gaps(shown, kinds))


_LOCATING = re.compile(r"\b(?:file|inventory|case|fond|pp?\.|vol\.)\s*\d|[¹²³⁴⁵⁶⁷⁸⁹⁰]|^\W*$", re.IGNORECASE)


def trivial(answer: str) -> bool:
    """Whether an answer is nothing that one can know: empty, a small word, a mark, a place in an archive."""
    said = words(answer)
    return not said or all(word in FUNCTION_WORDS for word in said) or bool(_LOCATING.search(answer))


# -- dates and numbers -----------------------------------------------------------------------------------------------

_ABOUT_DATE = re.compile(r"\b(?:mid|late|early)[- ]$|\b(?:early|late|mid)[- ]$", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(?:in|since|until|by|after|before|from|to|of|during|and|between|around|early|late|mid|autumn|spring|summer|winter"
    r"|fall|year)[- ]$",
    re.IGNORECASE,
)


def _of_dates(shown: Shown) -> Iterator[Gap]:
    text = shown.text
    for date in dates(text):
        before, after = text[: date.span.start], text[date.span.end :]
        about = _ABOUT_DATE.search(before)
        start = about.start() if about else date.span.start
        listed = re.search(r"\b\d{4}s?,?(?: and| or)? $", text[:start]) or re.match(r"s?,(?: and| or)? \d{4}\b", after)
        if listed or re.search(r"[-–/(]\s?$", text[:start]) or re.match(r"\s?[-–/]", after):
            continue  # a range, or a year in brackets
        if before.count("(") > before.count(")") or not (date.year or date.day):
            continue
        if date.year and not date.month and not date.decade and not _WHEN.search(before):
            continue  # "the 1937 deportation"
        closing = re.match(r"\]", after)
        yield Gap(shown, Span(start, date.span.end + bool(closing)), Asked.DATE)


_LABEL = re.compile(
    r"\b(?:no|nos|vol|train|chapter|article|page|pages|p|pp|section|part|volume|number|file|case|inventory|figure|table|line"
    r"|route|type|class|mark|version|model|psalm|verse|grade|group|title)\.?\s*$|[#$£€§×:.]$|×\s$",
    re.IGNORECASE,
)
_PART = re.compile(r"\b(?:first|second|latter|other|last)\s$", re.IGNORECASE)
_PICKED = re.compile(r"\b(?:the|these|those|their|its|his|her|all|both)\s$", re.IGNORECASE)
_YEARS = re.compile(r"1\d{3}\s?[-–]\s?\d{2,4}\b")  # "1338–39"
_ENUMERATED = re.compile(r"^[.)]")


def _of_numbers(shown: Shown) -> Iterator[Gap]:
    text = shown.text
    found = numbers(text)
    skip = -1
    for at, number in enumerate(found):
        if at <= skip:
            continue
        span, counted = number.span, number.counted
        following = found[at + 1] if at + 1 < len(found) else None
        if following and re.fullmatch(r"\s?(?:[-–]|to)\s?", text[span.end : following.span.start]):
            span, counted, skip = Span(span.start, following.span.end), following.counted, at + 1
        before, after = text[: span.start], text[span.end :]
        if not counted or counted == ("th",) or _LABEL.search(before) or _ENUMERATED.match(after):
            continue
        if re.search(r"[\w-]$|\d[-–]$", before) or re.match(r"[-–][A-Za-z]", after) or _YEARS.match(text, span.start):
            continue
        if re.match(r" or (?:more|fewer|less)\b|\s[-–—]\s", after) or number.value < 2:
            continue
        one_of_its_name = re.search(r"\bthe $", before) and not re.match(
            r"\s(?:\w+ ){0,2}\w+(?:s|people|men|children)\b", after
        )
        if one_of_its_name or _PART.search(before) or (number.value < 13 and _PICKED.search(before)):
            continue
        yield Gap(shown, span, Asked.NUMBER)


# -- terms -----------------------------------------------------------------------------------------------------------

_INTRODUCED = re.compile(
    r"\b(?:terms?|words?|concepts?|notions?|principles?|names?|titles?|called|known as|named|termed|dubbed|nicknamed"
    r"|defined as|so-called|form of|as the)\s+(?:of\s+)?(?:an?\s+|the\s+)?$",
    re.IGNORECASE,
)
_DONE = re.compile(r"ed$|^[a-z]+ed\b")  # words that say what was done name nothing
_QUOTED = re.compile(r"[“\"]([^“”\"]{4,48}?)[,.]?[”\"]")


def _of_terms(shown: Shown) -> Iterator[Gap]:
    text = shown.text
    for match in _QUOTED.finditer(text):
        inner = match.group(1)
        introduced = len(inner.split()) > 1 or _INTRODUCED.search(text[: match.start()])
        if introduced and len(inner.split()) <= 5 and inner[0].isalpha() and not _DONE.search(inner):
            yield Gap(shown, Span(match.start(1), match.start(1) + len(inner)), Asked.TERM)
    for kind, inner in shown.marked:
        if text.count(inner) != 1 or not inner or not 1 <= len(inner.split()) <= 8:
            continue
        at = text.index(inner)
        if inner[0].islower() and len(inner) > 4 and len(inner.split()) <= 3:
            yield Gap(shown, Span(at, at + len(inner)), Asked.TERM)
        elif kind is MarkKind.EMPHASIS and len(inner.split()) > 1:
            yield Gap(shown, Span(at, at + len(inner)), Asked.NAME)
    yield from _defined(shown)


def _defined(shown: Shown) -> Iterator[Gap]:
    """The subject of "X is a ...": a term that the sentence explains."""
    clause = read(tidy(shown.text))
    if clause is None or clause.verb not in BE or clause.lead:
        return
    subject = re.sub(r"^(?:The|A|An|the|a|an) ", "", clause.subject)
    plain = subject.islower() and 1 <= len(subject.split()) <= 3 and len(subject) > 4
    if plain and re.match(r"(?:an?|the) ", clause.rest) and shown.text.count(subject) == 1:
        at = shown.text.index(subject)
        yield Gap(shown, Span(at, at + len(subject)), Asked.TERM)
