"""Does this passage support this sentence? Asked of every written sentence, and by Check of every claim.

Two questions. Do the passages speak of the same thing: the nearest of their sentences is found by meaning and by
shared words (`Policy` says how near it must be). And does every detail stand there too: each number with what it
counts, each date, each name in any of its spellings, and what is denied or not. A sentence whose topic is there
and whose details all are is supported; one with a detail that is not, partly; else it is not found.

No model is trained for this: what it cannot see is a verb that says something else of the same things.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from app.contrast import counted_apart, opposed, year_of
from app.details import Date, Denial, Detail, Name, Number, dates, denied, names, numbers
from app.wording import PERSON_PRONOUN
from ingest.documents import Span
from vectorstore.embedding import Embedder, Vectors
from vectorstore.search import Hit
from vectorstore.spelling import Spelling, sound
from vectorstore.words import FUNCTION_WORDS, covered, fold, leans_back, stem, terms, without_locators, words

Cosines = np.ndarray[tuple[int], np.dtype[np.float32]]

_REMEMBERED = 500  # sentences whose vectors are kept, for a written answer is judged against the same passages

_AROUND = 4  # sentences before and after one that are taken to be about the same

_COMPOUND = re.compile(r"[,;:—]|\b(?:and|but|while|whereas|who|which)\b")  # a statement that may have several parts

#: Where a clause begins that may have been added to a statement.
_CLAUSE = re.compile(
    r"[,;:—]\s+|\s+(?=(?:and|but|while|whereas|who|which|because|since|so that|after|before|although|when|until|where)"
    r"\b)"
)


#: Says of what is told with it that it is not so, or not known to be.
_DOUBT = re.compile(
    r"\b(?:alleg\w+|fabricat\w+|invent(?:ed|ion)|fals(?:e|ely|ehood\w*)|untrue|myths?|mythical|unfounded|supposed(?:ly)?"
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


class Support(StrEnum):
    """How far a passage bears out a sentence."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    NOT_FOUND = "not found"


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
class Finding:
    """The outcome for one sentence.

    `nearest` is the index of the passage sentence that says most of it, -1 if there was none; `region` those that
    were read for the details, that one among them, ascending; `cosine` and `coverage` say how near that is, each
    up to 1; `missing` are the details that are not there.
    """

    outcome: Support
    nearest: int = -1
    region: tuple[int, ...] = ()
    cosine: float = 0.0
    coverage: float = 0.0
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What passages say: their sentences, plain, in order, and what a reader of them knows besides."""

    sentences: tuple[str, ...]
    about: str = ""

    @staticmethod
    def by(hits: Iterable[Hit]) -> Told:
        """What some passages say, under their headings and in the name of their authors."""
        sentences: list[str] = []
        about: list[str] = []
        for hit in hits:
            source = hit.document.source
            sentences += (hit.document.plain(span) for span in hit.passage.sentences)
            about += (hit.passage.section, source.title, source.author, *source.aliases)
        return Told(tuple(sentences), ". ".join(dict.fromkeys(filter(None, about))))


@dataclass(frozen=True, slots=True)
class Policy:
    """When a passage speaks of the same thing. Set on the development claims (evals/NOTES.md)."""

    cosine: float = 6.0
    coverage: float = 2.0
    bias: float = -3.9
    common: float = 0.15  # a name in so large a share of the sentences tells nothing apart
    whole: float = 0.75  # of a statement: what the nearest sentence covers if it is said there whole
    more: float = 0.1  # what another sentence must add to that
    rough: float = 0.03  # how far "about 172,000" may be from the number it stands for, as a share of that
    beyond: float = 0.1  # how far "more than 160,000" may be below it
    copied: float = 0.7  # terms that two sentences share, of all that they have, from which one is a copy of the other


class Judge:
    """Holds sentences against passages.

    Args:
        embedder: for the meaning.
        spelling: of the sources: which words are names there.
        idf: how telling a term is, log(N / n) where n of N sentences have it.
        policy: the limits; Policy() if None.
    """

    def __init__(
        self, embedder: Embedder, spelling: Spelling, idf: Callable[[str], float], policy: Policy | None = None
    ) -> None:
        self._embedder = embedder
        self._spelling = spelling
        self._idf = idf
        self._policy = policy or Policy()
        self._vectors: dict[str, Vectors] = {}  # of the sentences that were embedded last

    def judge(self, sentence: str, passages: Told, cosines: Cosines | None = None) -> Finding:
        """Whether passages support a sentence.

        `cosines`, one for each of their sentences, are how like it these are in meaning, where that is known.
        """
        stated = without_locators(sentence)
        told = [without_locators(text) or text for text in passages.sentences]
        if not terms(stated) or not told:
            return Finding(Support.NOT_FOUND)
        whole = [place for place, text in enumerate(told) if _same(stated, text)]
        if whole:
            return Finding(Support.SUPPORTED, whole[0], (whole[0],), 1.0, 1.0)
        if cosines is None:
            cosines = self._cosines(stated, told)
        weights = self.weights(stated)
        covers = [covered(weights, _terms(text)) for text in told]
        nearest = int(np.argmax(cosines + np.asarray(covers)))
        places = self._region(stated, told, nearest, weights)
        region = " ".join(told[i] for i in places)
        coverage = covered(weights, _terms(region))
        cosine = float(cosines[nearest])
        missing = self.missing(stated, told[nearest], region, passages.about)
        around = [told[i] for i in range(len(told)) if any(abs(i - place) <= _AROUND for place in places)]
        missing += _clauses_missing(stated, " ".join([*around, passages.about]))
        policy = self._policy
        near = policy.cosine * cosine + policy.coverage * coverage + policy.bias > 0
        outcome = Support.NOT_FOUND if not near else Support.PARTLY if missing else Support.SUPPORTED
        return Finding(outcome, nearest, places, cosine, coverage, missing)

    def is_name(self, word: str) -> bool:
        """Whether a folded word that begins a sentence is a name."""
        return self._spelling.is_name(word)

    def weights(self, text: str) -> dict[str, float]:
        """The terms of a text and how telling each is."""
        return {term: self._idf(term) for term in terms(text)}

    def names(self, text: str) -> list[Name]:
        """The names in a text, but for those that are everywhere in the sources."""
        return [name for name in names(text, self._spelling.is_name) if not self._common(name.word)]

    def _cosines(self, stated: str, told: Sequence[str]) -> Cosines:
        texts = list(dict.fromkeys([stated, *told]))
        known = self._vectors if len(self._vectors) + len(texts) <= _REMEMBERED else {}
        if new := [text for text in texts if text not in known]:
            known = {**known, **dict(zip(new, self._embedder.embed(new), strict=True))}
            self._vectors = known
        return np.asarray([known[text] @ known[stated] for text in told])

    def _region(self, stated: str, told: Sequence[str], nearest: int, weights: Mapping[str, float]) -> tuple[int, ...]:
        """Where the details may stand: the nearest sentence; the one before it, if it leans on that; and, if the
        nearest leaves out part of a statement that has several, the one that has most of the rest."""
        chosen = {nearest}
        if nearest and (leans_back(told[nearest]) or PERSON_PRONOUN.search(told[nearest])):
            chosen.add(nearest - 1)
        there = _terms(told[nearest])
        cover = covered(weights, there)
        if cover < self._policy.whole and _COMPOUND.search(stated):
            gains = [covered(weights, there | _terms(text)) - cover for text in told]
            best = int(np.argmax(gains))
            if gains[best] >= self._policy.more:
                chosen.add(best)
        return tuple(sorted(chosen))

    def missing(self, stated: str, nearest: str, told: str, about: str) -> tuple[Missing, ...]:
        """The details of a statement that are not in `told`, the nearest sentence with those read together with it;
        `about` is known besides."""
        return (
            *_numbers_missing(stated, told, self._policy),
            *_dates_missing(stated, told),
            *self._names_missing(stated, nearest, f"{told} {about}"),
            *_denials_missing(stated, nearest),
            *(Missing(Detail.NEGATION, *words) for words in opposed(stated, nearest, told)),
            *_years_missing(stated, nearest),
        )

    def _names_missing(self, stated: str, nearest: str, told: str) -> list[Missing]:
        is_name, there = self._spelling.is_name, _Spelt(told)
        lacking = self._lacking(stated, there)
        respelt = self._spelling.correct(stated).text
        if lacking and len(other := self._lacking(respelt, there)) < len(lacking):
            stated, lacking = respelt, other
        mine = _Spelt(stated)
        theirs = [name for name in names(nearest, is_name) if not self._common(name.word) and name.word not in mine]
        instead = _phrase(nearest, theirs) if theirs and lacking else ""
        if not lacking and self._copied(stated, nearest):
            lacking, instead = self._swapped(stated, nearest)
        return [Missing(Detail.NAME, said, instead) for said in _phrases(stated, lacking)]

    def _copied(self, stated: str, nearest: str) -> bool:
        mine, theirs = set(terms(stated)), set(terms(nearest))
        return len(mine & theirs) >= self._policy.copied * len(mine | theirs)

    def _swapped(self, stated: str, nearest: str) -> tuple[list[Name], str]:
        """The names of a copy that stand in the place of others; here even a name that is everywhere counts."""
        is_name, mine, theirs = self._spelling.is_name, _Spelt(stated), _Spelt(nearest)
        put_in = [name for name in names(stated, is_name) if name.word not in theirs]
        left_out = [name for name in names(nearest, is_name) if name.word not in mine]
        return (put_in, _phrase(nearest, left_out)) if put_in and left_out else ([], "")

    def _lacking(self, stated: str, there: _Spelt) -> list[Name]:
        found = names(stated, self._spelling.is_name)
        return [name for name in found if not self._common(name.word) and name.word not in there]

    def _common(self, word: str) -> bool:
        return self._idf(stem(word)) < -math.log(self._policy.common)


@lru_cache(maxsize=20_000)
def _terms(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def _same(stated: str, told: str) -> bool:
    """Whether a text says another word for word, and little else: "that they were spies was made up" does not say
    that they were spies."""
    mine, theirs = words(stated), words(told)
    return len(mine) >= 0.9 * len(theirs) and f" {' '.join(mine)} " in f" {' '.join(theirs)} "


#: What goes by several names everywhere.
_ALIASES = (
    ("USSR", "Soviet Union"),
    ("USA", "US", "United States"),
    ("UK", "United Kingdom", "Britain"),
    ("UN", "United Nations"),
    ("EU", "European Union"),
    ("DPRK", "North Korea"),
    ("ROK", "South Korea"),
)


def _with_aliases(text: str) -> str:
    """A text with the other names of what it names."""
    more = [" ".join(group) for group in _ALIASES if any(re.search(rf"\b{name}\b", text) for name in group)]
    return " ".join([text, *more])


class _Spelt:
    """The words of a text as names may be spelt: `in` finds a folded word in any of its transliterations, a
    people by its country ("Kazakh", "Kazakhstan"), and letters for the words that they stand for."""

    def __init__(self, text: str) -> None:
        text = re.sub(r"['’]s\b", "", text)
        text = _with_aliases(text)
        self._words = set(words(text)) | {fold(found) for found in re.findall(r"\w+(?:[-–'’]\w+)+", text)}
        self._sounds = {sound(word) for word in self._words}
        capitals = [word[0] for word in re.findall(r"[\w'’]+", text) if word[0].isupper()]
        self._initials = fold("".join(capitals))

    def __contains__(self, name: str) -> bool:
        parts = [part for part in words(name) if part not in FUNCTION_WORDS] or [name]
        return name in self._words or all(self._has(part) for part in parts)

    def _has(self, word: str) -> bool:
        return (
            word in self._words
            or sound(word) in self._sounds
            or (len(word) >= 4 and any(_kin(word, other) for other in self._words))
            or (2 < len(word) <= 5 and word in self._initials)
        )


def _kin(one: str, other: str) -> bool:
    """Whether two words begin alike for most of the shorter: "uzbek" and "uzbekistan", "japan" and "japanese"."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and long.startswith(short[: max(4, len(short) - 2)])


def _phrases(text: str, found: Sequence[Name]) -> list[str]:
    """The names as they stand in a text, neighbours joined."""
    joined: list[Span] = []
    for name in found:
        if joined and re.fullmatch(r"[\s.'’-]*", text[joined[-1].end : name.span.start]):
            joined[-1] = Span(joined[-1].start, name.span.end)
        else:
            joined.append(name.span)
    return [text[span.start : span.end] for span in joined]


def _phrase(text: str, found: Sequence[Name]) -> str:
    """The names as they stand in a text, if they are one phrase."""
    phrases = _phrases(text, found)
    return phrases[0] if len(phrases) == 1 else ""


def _numbers_missing(stated: str, told: str, policy: Policy) -> list[Missing]:
    theirs = numbers(told)
    missing = []
    for mine in numbers(stated):
        same = [one for one in theirs if _equal(mine, one, policy) and not counted_apart(mine, one)]
        rivals = [one for one in theirs if one not in same and set(one.counted) & set(mine.counted)]
        if any(_counts_same(mine, one) for one in same) or (same and not rivals):
            continue
        missing.append(Missing(Detail.NUMBER, _said(stated, mine), _said(told, rivals[0]) if len(rivals) == 1 else ""))
    return missing


def _equal(mine: Number, other: Number, policy: Policy) -> bool:
    """Whether a number is the other one, or a rounder one that is as near to it, on the side that it says."""
    if mine.value == other.value:
        return True
    if not mine.bound or _digits(mine.value) >= _digits(other.value):
        return False
    off = (other.value - mine.value) / other.value if other.value else 1.0
    if mine.bound == "about":
        return abs(off) <= policy.rough
    return 0 <= (off if mine.bound == "over" else -off) <= policy.beyond


def _digits(value: float) -> int:
    """How many digits of a number say something: 2 of 13,000."""
    return len(f"{value:.6f}".rstrip("0").rstrip(".").rstrip("0"))


def _counts_same(mine: Number, other: Number) -> bool:
    return not mine.counted or not other.counted or bool(set(mine.counted) & set(other.counted))


def _said(text: str, detail: Number | Date | Denial) -> str:
    return text[detail.span.start : detail.span.end]


def _dates_missing(stated: str, told: str) -> list[Missing]:
    theirs = dates(told)
    missing = []
    for mine in dates(stated):
        if any(_agree(mine, one, theirs) for one in theirs):
            continue
        if not mine.month and any(one.value == mine.year for one in numbers(told)):  # "1705 families"
            continue
        rivals = [one for one in theirs if (one.month > 0, one.day > 0) == (mine.month > 0, mine.day > 0)]
        missing.append(Missing(Detail.DATE, _said(stated, mine), _said(told, rivals[0]) if len(rivals) == 1 else ""))
    return missing


def _clauses_missing(stated: str, told: str) -> tuple[Missing, ...]:
    """The clauses of a sentence of whose words the passages have none: what was added to a statement that is so."""
    there = set(terms(told))
    clauses = [clause.strip() for clause in _CLAUSE.split(stated)]
    added = [c for c in clauses if len(found := set(terms(c))) > 1 and not found & there]
    return tuple(Missing(Detail.CLAUSE, clause.rstrip(".!")) for clause in added)


def _years_missing(stated: str, nearest: str) -> list[Missing]:
    """The year of a sentence that has one, if the number that it gives stands with another year in the passage."""
    if _RELATIVE.search(stated):
        return []
    years, numbered = {one.year for one in dates(stated) if one.year}, numbers(stated)
    there = dates(nearest)
    if len(years) != 1 or not years < {one.year for one in there}:
        return []
    for mine in numbered:
        found = [year_of(one, there) for one in numbers(nearest) if one.value == mine.value]
        if found and all(one is not None and one.year not in years for one in found):
            return [Missing(Detail.DATE, str(*years), _said(nearest, found[0]) if found[0] else "")]
    return []


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


def _denials_missing(stated: str, nearest: str) -> list[Missing]:
    """What one denies and the other says of the same: words behind "not" here that stand without it there; and a
    doubt ("allegedly") that the sentence leaves out."""
    mine, theirs = denied(stated), denied(nearest)
    doubt = _DOUBT.search(nearest) if not (_DOUBT.search(stated) or _HEDGE.search(stated)) else None
    doubted = [Missing(Detail.NEGATION, "", doubt.group())] if doubt else []
    refused = [Missing(Detail.NEGATION, _said(stated, one)) for one in mine if _clashes(one, theirs, nearest)]
    said = [Missing(Detail.NEGATION, "", _said(nearest, one)) for one in theirs if _clashes(one, mine, stated)]
    return [*refused, *said, *doubted]


def _clashes(denial: Denial, others: Sequence[Denial], text: str) -> bool:
    """Whether a text that makes other denials says what this one denies: its first words stand there undenied."""
    elsewhere = {stem for other in others for stem in other.stems}
    return set(denial.stems[:2]) <= set(terms(text)) and elsewhere.isdisjoint(denial.stems)
