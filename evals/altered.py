"""Sentences made false by one change: another number, date or name, or a "not" put in or taken out.

What a checker of claims must catch. The changes are drawn, not written: the same seed gives the same sentences.
That the changed sentence is false in the world is not proved; that its source does not say it is, for the changed
detail stands nowhere in it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from app.details import MONTHS, Detail, dates, denied, names, numbers
from ingest.documents import Span

IsName = Callable[[str], bool]

_AUXILIARY = re.compile(
    r"\b(?:was|were|is|are|had|has|have|would|could|did|should|must|can|became)\b(?! not\b|n['’]t\b)"
)
_NOT = re.compile(r"\b(?:not|never) (?!only|just|merely)|n['’]t\b")
_SPOKEN = "two three four five six seven eight nine ten eleven twelve thirteen".split()


def altered(
    sentence: str, kind: Detail, chance: random.Random, is_name: IsName, others: Sequence[str] = ()
) -> str | None:
    """The sentence with one detail of a kind changed, None if it has none.

    `others` are names to put in the place of one.
    """
    if kind is Detail.NUMBER:
        return _number(sentence, chance)
    if kind is Detail.DATE:
        return _date(sentence, chance)
    if kind is Detail.NAME:
        return _name(sentence, chance, is_name, others)
    if kind is Detail.CLAUSE:
        return _clause(sentence, chance)
    return _negation(sentence)


#: Clauses that no source of ours has, as a model that knows too much adds them.
_ADDED = (
    "and this was widely praised abroad",
    "because they had sold weapons to smugglers",
    "which nobody regretted later",
    "so that the harbours stood empty",
    "while the newspapers kept silent",
    "after a quarrel over fishing rights",
    "although the doctors had warned of it",
    "and the costs were paid by merchants",
)


def _clause(sentence: str, chance: random.Random) -> str | None:
    """The sentence with something more behind it."""
    return f"{sentence[:-1]} {chance.choice(_ADDED)}." if sentence.endswith(".") else None


def _number(sentence: str, chance: random.Random) -> str | None:
    spans = [number.span for number in numbers(sentence)]
    if not spans:
        return None
    span = chance.choice(spans)
    said = sentence[span.start : span.end]
    if said.lower() in _SPOKEN:
        word = chance.choice([word for word in _SPOKEN if word not in sentence.lower()])
        return _put(sentence, span, word.capitalize() if said[0].isupper() else word)
    changed = _other_number(said, sentence, chance)
    return _put(sentence, span, changed) if changed else None


def _other_number(said: str, sentence: str, chance: random.Random) -> str | None:
    """A number with one digit changed that does not stand in the sentence."""
    places = [at for at, letter in enumerate(said) if letter.isdigit()]
    fitting = [said[:at] + digit + said[at + 1 :] for at in places for digit in "123456789"]
    fitting = [number for number in fitting if number not in sentence]
    return chance.choice(fitting) if fitting else None


def _date(sentence: str, chance: random.Random) -> str | None:
    found = dates(sentence)
    if not found:
        return None
    span = chance.choice(found).span
    said = sentence[span.start : span.end]
    parts = [*re.finditer(r"\d+", said), *re.finditer("|".join(MONTHS), said, re.IGNORECASE)]
    part = chance.choice(parts)
    if part.group().isdigit():
        shift = chance.choice([-3, -2, -1, 1, 2, 3])
        value = int(part.group()) + (10 * shift if said.endswith("s") else shift)
        changed = str(value if value > 0 else int(part.group()) + 4)
    else:
        changed = chance.choice([month.capitalize() for month in MONTHS if month.capitalize() not in sentence])
    result = said[: part.start()] + changed + said[part.end() :]
    return None if result in sentence else _put(sentence, span, result)


def _name(sentence: str, chance: random.Random, is_name: IsName, others: Sequence[str]) -> str | None:
    """One name for another that does not stand in the sentence."""
    spans = [n.span for n in names(sentence, is_name) if not any(c.isdigit() for c in n.word)]
    fitting = [name for name in others if name not in sentence]
    if not spans or not fitting:
        return None
    return _put(sentence, chance.choice(spans), chance.choice(fitting))


def _negation(sentence: str) -> str | None:
    """The first "not" taken out, or one put in behind the first auxiliary verb."""
    if match := _NOT.search(sentence):
        return sentence[: match.start()] + sentence[match.end() :]
    if not denied(sentence) and (match := _AUXILIARY.search(sentence)):
        return f"{sentence[: match.end()]} not{sentence[match.end() :]}"
    return None


def _put(text: str, span: Span, words: str) -> str:
    return text[: span.start] + words + text[span.end :]
