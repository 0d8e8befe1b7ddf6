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
from app.study.naming import ORGANISATIONS, Kinds, Phrase
from app.study.shown import Shown
from ingest.documents import MarkKind, Span
from vectorstore.words import FUNCTION_WORDS, fold, stem, terms, words


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
    for make in (_of_dates, _of_numbers, _of_terms, lambda s: _of_names(s, kinds)):
        for gap in make(shown):
            if not any(gap.span.overlaps(other.span) for other in found) and asks(gap, named):
                found.append(gap)
    return sorted(found, key=lambda gap: gap.span)


def asks(gap: Gap, named: Sequence[Span]) -> bool:
    """Whether the rest of the sentence asks for the answer, without giving it away: it has to hold a name or a year,
    that one can tell what it is about. `named` are the names of the sentence.
    """
    text, span = gap.shown.text, gap.span
    if text[span.end : span.end + 1].isalnum() or text[max(0, span.start - 1) : span.start].isalnum():
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
        ranged = re.search(r"[-–/(]\s?$", before) and not _ABOUT_DATE.search(before)
        if ranged or re.match(r"\s?[-–/]", after):
            continue  # a range, or a year in brackets
        if not date.year and not date.day:
            continue
        if date.year and not date.month and not date.decade and not _WHEN.search(before):
            continue  # "the 1937 deportation"
        about = _ABOUT_DATE.search(before)
        start = about.start() if about else date.span.start
        closing = re.match(r"\]", after)
        yield Gap(shown, Span(start, date.span.end + bool(closing)), Asked.DATE)


_LABEL = re.compile(
    r"\b(?:no|nos|vol|train|chapter|article|page|pages|p|pp|section|part|volume|number|file|case|inventory|figure|table|line"
    r"|route|type|class|mark|version|model|psalm|verse|grade|group|title)\.?\s*$|[#$£€§:.]$",
    re.IGNORECASE,
)
_ENUMERATED = re.compile(r"^[.)]")
_RANGE_END = re.compile(r"^\s?(?:[-–]|to)\s?(?=\d)")


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
        if re.search(r"[\w-]$", before) or re.match(r"[-–][A-Za-z]", after):
            continue
        if (
            number.value < 2
            or re.search(r"\b(?:first|second|latter|other|last)\s$", before)
            or (number.value < 4 and re.match(r"\w+", gap_word(text, span)))
        ):
            continue
        yield Gap(shown, span, Asked.NUMBER)


def gap_word(text: str, span: Span) -> str:
    """The answer if it is a word rather than digits."""
    answer = text[span.start : span.end]
    return "" if answer[0].isdigit() else answer


# -- terms -----------------------------------------------------------------------------------------------------------

_QUOTED = re.compile(r"[“\"]([^“”\"]{4,48}?)[,.]?[”\"]")


def _of_terms(shown: Shown) -> Iterator[Gap]:
    text = shown.text
    for match in _QUOTED.finditer(text):
        inner = match.group(1)
        if 1 <= len(inner.split()) <= 5 and inner[0].isalpha():
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


# -- names -----------------------------------------------------------------------------------------------------------

_ITEM_BEFORE = re.compile(r"(?:,|,? and|,? or|;)\s+(?:the\s+)?$")
_ITEM_AFTER = re.compile(r"^(?:,|;|,? and\b|,? or\b)")
_NOUN_AFTER = re.compile(r"^\s([a-z][\w-]*)")
_REGION_AFTER = re.compile(r"^\s(?:region|district|oblast|province|station|territory|krai|county|city|river)\b")


def _of_names(shown: Shown, kinds: Kinds) -> Iterator[Gap]:
    text = shown.text
    found = kinds.phrases(text)
    for phrase in found:
        kind = kinds.of(phrase)
        before, after = text[: phrase.span.start], text[phrase.span.end :]
        if kind is None or len(phrase.text) < 3 or phrase.key in {"west", "east", "north", "south"}:
            continue
        if re.search(r"[\w-]$|\bNo\.?\s$", before) or re.match(r"[-\w\d]|\.?\s(?:No\b|\d)", after):
            continue
        if before.count("(") > before.count(")"):
            continue  # an abbreviation of what stands before it, or a reference
        if kind is not Asked.PERSON and any(phrase.text in inner and phrase.text != inner for _, inner in shown.marked):
            continue  # a part of a title
        if (
            kind is Asked.NAME
            and not _headed(phrase)
            and (re.match(r" and [A-Z]", after) or re.search(r"[A-Z][\w’'-]* and $", before))
        ):
            continue  # "Forced Migration and Refugee Studies"
        if re.match(r"\s[A-Z]|\s+of (?:the )?[A-Z]", after) and kind is not Asked.PERSON:
            continue  # a part of a longer name
        if _in_list(text, phrase.span):
            continue
        if kind is not Asked.PERSON and _adjective(phrase.text, after):
            continue
        yield Gap(shown, phrase.span, kind)


def _headed(phrase: Phrase) -> bool:
    """Whether it is the name of an organisation, said in full."""
    return any(word in ORGANISATIONS for word in words(phrase.text)) or phrase.text.isupper()


def _in_list(text: str, span: Span) -> bool:
    """Whether it is the first or last of three or more: "X, Y, and Z"."""
    item = r"(?:the )?(?:[A-Z][\w’'-]*|\([^()]*\))(?: (?:[A-Z][\w’'-]*|of|the|\([^()]*\)))*"
    first = re.match(rf"(?: \([^()]*\))?, {item}(?:,|,? and|,? or)(?: |$)", text[span.end :])
    last = re.search(rf"{item}, (?:{item}, )*(?:{item},? )?(?:and|or) (?:the )?$", text[: span.start])
    inside = _ITEM_BEFORE.search(text[: span.start]) and _ITEM_AFTER.match(text[span.end :])
    return bool(inside or first or last)


#: Words behind a name that are no noun which it stands before.
_VERBS = FUNCTION_WORDS - {"state", "source", "text", "document", "name"} | frozenset(
    """became began made took gave held would might must during than since until because per upon among within along
    according near still soon never alone stands stood went came""".split()
)


def _adjective(name: str, after: str) -> bool:
    """Whether a name stands before a noun: "Korean families"."""
    match = _NOUN_AFTER.match(after)
    if not match or _REGION_AFTER.match(after):
        return False
    word = match.group(1)
    return fold(word) not in _VERBS and not re.search(r"(?:ed|ly)$", word)
