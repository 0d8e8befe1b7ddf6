"""A sentence taken apart into what it claims: "X was born in 1900 and died in 1950" claims two things.

Only where it is safe: a part must have its own verb, and its subject must be known. A sentence that begins with "he"
or "they" is given the subject of the one before it, if that was read with certainty and can be meant. The grammar is
app/clauses.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.check.plainly import bare_statement
from app.clauses import AUXILIARIES, PAST, STANDALONE, Clause, balanced, read

_JOINT = re.compile(r";\s+|,\s+(?:and|but|while|whereas|yet)\s+|\s+(?:and|but)\s+")
_PRONOUN = re.compile(r"(?P<word>He|She|It|They|he|she|it|they)\s+(?=(?P<next>[a-z]+))")
#: "It" that stands for nothing: "It snowed", "It is known that".
_NOTHING = re.compile(
    r"it\s+(?:rain|snow|hail|thunder|froze|took|turned out|seem|appear|happen)\w*\b"
    r"|it\s+(?:is|was|has been|became|will be|would be)\s+(?:\w+\s+){1,3}(?:that|to|who|which|when|where)\b",
    re.IGNORECASE,
)
_TITLES = re.compile(r"^(?:the|a|an|this|these|those|all|some|many|most|both|several)\b", re.IGNORECASE)
_ADVERBS = frozenset("then later also soon finally eventually again never first".split())
_SHORTEST = 3  # words of a part


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence: where it stands in it, and what it states."""

    start: int
    end: int
    statement: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who or what the sentence before was about, "" if that is not certain."""

    subject: str = ""

    def after(self, sentence: str) -> Speaker:
        """The one that the sentence after this one has before it."""
        if (found := _read(sentence)) and found.subject:
            return Speaker(found.subject)
        return self if _PRONOUN.match(sentence) else Speaker()

    def named(self, text: str) -> str:
        """A text whose first word, if that is "he", "it" or "they", is put in words; the same text if it cannot be."""
        match = _PRONOUN.match(text)
        if not match or _NOTHING.match(text) or not self.subject or not _can_be(match["word"].lower(), self.subject):
            return text
        return f"{_upper(self.subject)} {text[match.end() :]}"


def parts(sentence: str, before: Speaker) -> tuple[Part, ...]:
    """What a sentence claims, in order; the parts tile it. One part where it cannot be taken apart safely."""
    stated = before.named(bare_statement(sentence))
    if not balanced(sentence) or sentence.rstrip()[-1:] not in ".!":
        return (Part(0, len(sentence), stated),)
    return tuple(_apart(sentence, 0, stated))


def _apart(sentence: str, start: int, stated: str) -> Iterator[Part]:
    """The parts of a sentence from a place on; `stated` says what stands there, with its subject."""
    for joint in _JOINT.finditer(sentence, start):
        right = sentence[joint.end() :]
        if not stated.endswith(sentence[joint.start() :]) or len(right.split()) < _SHORTEST:
            continue
        left = stated.removesuffix(sentence[joint.start() :])
        first = _read(left)
        if first is None or len(left.split()) < _SHORTEST:
            continue
        if second := _second(joint.group(), right, first):
            yield Part(start, joint.end(), f"{left}.")
            yield from _apart(sentence, joint.end(), second)
            return
    yield Part(start, len(sentence), stated)


def _second(joint: str, right: str, first: Clause) -> str:
    """What the second half of a sentence states; "" if that is not certain."""
    if joint.strip() not in ("and", "but") and _own_subject(right, first):  # without a comma it is no half
        return _upper(Speaker(first.subject).named(right))
    return _predicate(right, first)


def _own_subject(right: str, first: Clause) -> bool:
    if match := _PRONOUN.match(right):
        return _can_be(match["word"].lower(), first.subject)
    return _read(_upper(right)) is not None


def _predicate(right: str, first: Clause) -> str:
    """The second of two predicates, with the subject of the first: "[X was born in 1900 and] died in 1950"."""
    pieces = right.split(" ")
    if pieces[0] in _ADVERBS:
        pieces = pieces[1:]
    verb, behind = (*pieces, "", "")[:2]
    whole = f"{_upper(first.subject)} {right}"
    if verb in AUXILIARIES and verb not in {"do", "did", "does"}:
        return whole
    if first.verb in AUXILIARIES and not first.rest.startswith("born "):
        return ""  # "was arrested and confessed", or "was arrested and shot": who knows
    plain = verb in PAST or verb in STANDALONE or bool(re.fullmatch(r"[a-z]{3,}ed", verb))
    return whole if plain and behind != "by" else ""


def _can_be(pronoun: str, subject: str) -> bool:
    """Whether a pronoun can stand for a subject: a person for "he", several for "they", one thing for "it"."""
    last = subject.rsplit(maxsplit=1)[-1]
    plural = last.endswith("s") and not last.endswith(("ss", "us", "is"))
    several = plural or last in {"people", "police", "children"} or " and " in subject
    named = subject[:1].isupper() and not _TITLES.match(subject) and not any(c.isdigit() for c in subject)
    if pronoun in ("he", "she"):
        return named and " and " not in subject
    if pronoun == "they":
        return several
    return not several


def _read(sentence: str) -> Clause | None:
    return read(sentence if sentence.endswith(".") else f"{sentence}.")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
