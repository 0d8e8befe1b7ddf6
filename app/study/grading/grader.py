"""What a student's answer to a quiz item is worth: RIGHT, PARTLY, WRONG or SKIPPED, with a sentence that says why.

An option is right or wrong by its number. A short answer is graded by its facts: dates (dates.py), numbers
(numbers.py), people (people.py), other names (names.py); a term or statement by its meaning
(meaning.py). What the items are is in item.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.comparing import denials_missing
from app.details import denied
from app.study.card import BLANK, Asked
from app.study.grading.dates import beside_dates, grade_date, is_date
from app.study.grading.meaning import Meaning, grade_meaning
from app.study.grading.names import KINDS, grade_name
from app.study.grading.numbers import beside_numbers, grade_number, is_number
from app.study.grading.people import grade_person
from app.study.grading.sources import Names, Sources
from app.study.grading.text import (
    RIGHT,
    WRONG,
    Mark,
    alternatives,
    claimed,
    clean,
    evades,
    listed,
    partly,
    says_nothing,
    tokens,
)
from app.study.item import Graded, Item, ItemKind, Outcome
from ingest.documents import Span
from vectorstore.words import terms, without_locators

if TYPE_CHECKING:
    from app.tutor import Tutor
    from vectorstore.search import Searcher

_BEFORE = 1_500  # characters before a sentence in which the year of its dates may stand


class Grader:
    """Grades answers to items made over what a tutor's index holds."""

    def __init__(self, tutor: Tutor) -> None:
        self._tutor = tutor
        self._known: tuple[Searcher, Sources, Meaning] | None = None

    def grade(self, item: Item, given: str) -> Graded:
        """What an answer is worth.

        Args:
            given: of a SHORT item what the student typed, else the number of an option as text; "" skips the item.

        Raises:
            ValueError: `given` is not the number of an option of a CHOICE or EVIDENCE item.
            IndexUnavailable: the index has been damaged or taken away.
        """
        if not given.strip():
            return Graded(item, given, Outcome.SKIPPED)
        if item.kind is not ItemKind.SHORT:
            return Graded(item, given, _chosen(item, given))
        text = clean(given)
        if says_nothing(text):
            return Graded(item, given, Outcome.SKIPPED)
        mark = self._case(item).grade(claimed(text))
        return Graded(item, given, mark.outcome, mark.note or ("" if mark.right else _has(item.answer)))

    def _case(self, item: Item) -> _Case:
        searcher = self._tutor.searcher()
        place, record = item.citation.span, searcher.records.get(item.citation.source_id)
        told, before = item.citation.quote, ""
        if record is not None and record.document.text[place.start : place.end] == told:
            document = record.document
            told = document.plain(place)
            before = document.plain(Span(max(0, place.start - _BEFORE), place.start)) if place.start else ""
        told = without_locators(told) or told
        return _Case(item, told, before, *self._of(searcher))

    def _of(self, searcher: Searcher) -> tuple[Sources, Meaning]:
        """What is known of names and meanings in one state of the index."""
        if self._known is None or self._known[0] is not searcher:
            documents = (record.document for record in searcher.records.values())
            texts = [document.plain(Span(0, len(document.text))) for document in documents]
            spelling = searcher.spelling
            known = Sources(texts, lambda word: word in spelling or not spelling.is_name(word), spelling.is_name)
            self._known = searcher, known, Meaning(self._tutor.judge())
        return self._known[1:]


def _has(answer: str) -> str:
    return f"The source has: {answer.rstrip('.')}."


def _chosen(item: Item, given: str) -> Outcome:
    """Whether an option is the right one."""
    number = given.strip()
    if not (number.isascii() and number.isdigit() and int(number) < len(item.options)):
        raise ValueError(f"{given!r} is not the number of one of the {len(item.options)} options of item {item.id}")
    return Outcome.RIGHT if int(number) == item.right else Outcome.WRONG


class _Case:
    """One short item, and what its source says."""

    def __init__(self, item: Item, told: str, before: str, sources: Sources, meaning: Meaning) -> None:
        self._item = item
        self._told = told
        self._before = before
        self._prompt = item.prompt.replace(BLANK, " ")
        self._names = Names(sources, self._prompt, told)
        self._meaning = meaning

    def grade(self, given: str) -> Mark:
        """What a cleaned answer is worth."""
        expected = clean(self._item.answer)
        if _bare(expected) == _bare(given):
            return RIGHT
        if evades(given):
            return RIGHT if expected.lower() in ("0", "zero", "none") and given.lower() in _NOTHING else WRONG
        choices = alternatives(expected)
        if len(choices) > 1 and not self._is_number(expected) and not is_date(expected):
            return max((self._decided(one, given) for one in choices), key=lambda mark: _POINTS[mark.outcome])
        return self._decided(expected, given)

    def _decided(self, expected: str, given: str) -> Mark:
        """The same for an answer that may not decide: "Ann or Bob" is right only where both are."""
        said = alternatives(given, slashes=len(items_of(expected, self._item.asked)) == 1)
        told = set(terms(self._told))
        quoted = all(set(terms(one)) <= told for one in said) and re.search(r"\bor\b", self._told)
        if len(said) > 1 and not quoted and len(given.split()) <= _HEDGE and not _range(expected):
            marks = [self._plain(expected, one) for one in said]
            return marks[0] if all(mark.right for mark in marks) else WRONG
        return self._plain(expected, given)

    def _plain(self, expected: str, given: str) -> Mark:
        if self._denies(expected, given):
            return WRONG
        items = items_of(expected, self._item.asked)
        if len(items) > 1:
            return self._list(expected, items, given)
        mark = self._one(expected, given)
        if mark.right and self._item.asked in _NAMED and len(parts := parts_of(given)) > 1:
            others = [part for part in parts if not self._belongs(part, [expected]) and part[:1].isupper()]
            if others and (len(others) > 1 or re.search(r"\band\b|[;&+]", given)):
                return partly(f"Only one is asked for: the source has {expected}.")
        return mark

    def _denies(self, expected: str, given: str) -> bool:
        """Whether an answer denies what is expected, or says what the expected one denies."""
        wanted = set(terms(expected))
        mine = {one for denial in denied(given) for one in denial.stems}
        shunned = _SHUNS.search(expected)
        if shunned and not mine & set(terms(shunned.group())):
            return False
        if mine and denials_missing(given, self._told):
            return True
        return bool(mine & wanted or denied(expected)) and bool(denials_missing(given, expected))

    def _one(self, expected: str, given: str) -> Mark:
        """What is not a list: a date, a number, a name, or else a meaning."""
        asked = self._item.asked
        if is_date(expected):
            mark = grade_date(expected, given, self._prompt, self._told, self._before) or WRONG
            return self._unless_else(mark, beside_dates(given), expected)
        if self._is_number(expected):
            mark = grade_number(expected, given, self._prompt, self._told) or WRONG
            return self._unless_else(mark, beside_numbers(given), expected)
        if asked is Asked.PERSON or (_WHO.match(self._item.prompt) and _personal(expected)):
            return grade_person(expected, given, self._names)
        if asked in _NAMED:
            return grade_name(expected, given, self._names)
        return grade_meaning(expected, given, self._names, self._meaning)

    def _is_number(self, expected: str) -> bool:
        cloze = BLANK in self._item.prompt and self._item.asked is Asked.NUMBER
        return is_number(expected) if cloze else is_number(expected, self._item.prompt)

    def _unless_else(self, mark: Mark, beside: str, expected: str) -> Mark:
        """Wrong where an answer with the right figure says something else, for it has many words of its own."""
        known = set(terms(f"{self._prompt} {self._told} {expected}"))
        own = len(set(terms(beside)) - known)
        return WRONG if own > (_OWN if mark.right else 1) else mark

    def _list(self, expected: str, items: list[str], given: str) -> Mark:
        """All of a list, some of it, or something besides."""
        parts = parts_of(given)
        asked = set(terms(self._prompt))
        items = [one for one in items if not set(terms(one)) <= asked] or items  # the prompt names the others
        found = [one for one in items if self._one(one, given).right or any(self._one(one, p).right for p in parts)]
        missing = [one for one in items if one not in found]
        if not found:
            named = [one for one in items if any(token.capital for token in tokens(one))]
            half = any(self._one(one, part).outcome is Outcome.PARTLY for one in named for part in [given, *parts])
            return partly(f"That is a part of it: the source has {expected}.") if half else WRONG
        if missing:
            return partly(f"Missing: {listed(missing)}.")
        wrong = [part for part in parts if len(parts) > 1 and not self._belongs(part, items)]
        return partly(f"Not in the source's list: {listed(wrong)}.") if wrong else RIGHT

    def _belongs(self, part: str, items: list[str]) -> bool:
        """Whether a part of an answer is one of a list, or only leads to it."""
        new = set(terms(part)) - set(terms(self._prompt))
        return not new or any(self._one(one, part).outcome is not Outcome.WRONG for one in items)


#: Denies what follows without a "not", so that an answer may well deny it: "avoid delay".
_SHUNS = re.compile(r"\b(?:avoid|prevent|stop)\w*", re.IGNORECASE)
_NOTHING = frozenset({"none", "nothing", "nobody", "no one"})
_HEDGE = 9  # words: in a longer answer "or" joins other things than two answers
_OWN = 3  # words of a student's own around a date or number
_LONG_NAME = 8  # words
_POINTS = {Outcome.WRONG: 0, Outcome.SKIPPED: 0, Outcome.PARTLY: 1, Outcome.RIGHT: 2}
_NAMED = frozenset({Asked.PERSON, Asked.PLACE, Asked.NAME})
_WHO = re.compile(r"(?:(?:by|to|for|from|with|of|against) )?(?:who|whom|whose)\b", re.IGNORECASE)


def _personal(expected: str) -> bool:
    """Whether an answer may be a person's name, perhaps with what he is: it ends with a capitalised word."""
    found = tokens(expected)
    is_body = any(token.word in KINDS for token in found)
    return found[-1:] != [] and found[-1].capital and len(found) <= _LONG_NAME and not is_body


def _range(expected: str) -> bool:
    """Whether two answers at once may be meant: "5 or 6" is 5–6."""
    return bool(re.search(r"\d\s?[-–—]\s?\d|\bor\b", expected))


def _bare(text: str) -> list[str]:
    return [token.word for token in tokens(text) if token.word not in ("the", "a", "an")]


_JOINT = re.compile(r"\s*(?:,\s*(?:and|as well as)?|;|\band\b|&|\bv\.|\bas well as\b|\bplus\b)\s+", re.IGNORECASE)


def items_of(expected: str, asked: Asked) -> list[str]:
    """The items of an answer that is a list, itself if it is none: "Ann, Bob and Carl"."""
    if asked in (Asked.DATE, Asked.NUMBER) or is_date(expected) or is_number(expected):
        return [expected]
    parts = [re.sub(r"^(?:the|a|an|his|her|their|its)\s+", "", part) for part in _JOINT.split(expected) if part.strip()]
    if len(parts) < 2 or re.match(r"(?:On|Of|In|The)\b", expected):
        return [expected]
    named = [part for part in parts if any(token.capital for token in tokens(part))]
    if len(named) > 1:
        return named
    short = all(len(part.split()) <= 2 for part in parts)
    single = len(parts) == 2 and all(len(part.split()) == 1 for part in parts)
    return parts if (len(parts) > 2 and short) or single else [expected]


_PART = re.compile(r"\s*(?:,|;|/|\band\b|&|\+|\bplus\b)\s*", re.IGNORECASE)
_LEADS = re.compile(r"^(?:also|the|a|an|from|in|to|by|with)\s+", re.IGNORECASE)


def parts_of(given: str) -> list[str]:
    """What a student lists."""
    return [part for part in (_LEADS.sub("", one.strip()) for one in _PART.split(given)) if part]
