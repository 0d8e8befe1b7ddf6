"""The clauses of a question, and the statement that comes of them: Asked, Statement, Inverted.

How a clause is put right whose verb stands before its subject, and what is no clause. Which shapes of questions are
read is in statement_rules.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.clauses import BE, NOT_IN_SUBJECT, PARTICIPLES
from evals.statement_words import ADVERBS, DO, HAVE, MODAL, PREPOSITIONS, Verbs, third


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule reads: the question's words without "?", the answer, and the word before it where it was found."""

    words: tuple[str, ...]
    answer: str
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with a place for its answer: `before`, `answer`, `after`, each without blanks at its ends.

    `frame` says what fits the place ("who", "when: in", "how many people"): the answers to questions of one frame can
    change places. `denying` is `before` and `after` of the statement that denies it, None if none is made.
    """

    frame: str
    before: str
    answer: str
    after: str = ""
    denying: tuple[str, str] | None = None

    @property
    def named(self) -> bool:
        """Whether a name or a number besides the answer says what it is about."""
        return bool(re.search(r"[A-Z0-9]", f"{self.before[1:]} {self.after}"))

    @property
    def text(self) -> str:
        """The sentence."""
        return sentence(self.before, self.answer, self.after)

    def filled(self, answer: str) -> str:
        """The sentence with another answer."""
        return sentence(self.before, answer, self.after)

    @property
    def denied(self) -> str:
        """The sentence that denies it, "" if none is made."""
        return sentence(self.denying[0], self.answer, self.denying[1]) if self.denying else ""


def sentence(*parts: str) -> str:
    """Parts as a sentence.

    >>> sentence("", "the fox", "", "sleeps")
    'The fox sleeps.'
    """
    text = " ".join(filter(None, parts))
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


@dataclass(frozen=True, slots=True)
class Inverted:
    """A clause behind a wh-phrase that is no subject, put right: subject, verb, rest; and with "not"."""

    subject: str
    verb: str
    rest: str
    denied: str
    base: str


def uninvert(words: Sequence[str], verbs: Verbs) -> Inverted | None:
    """ "did the ship land in Wales" as subject "the ship", verb "landed", rest "in Wales"; None if not certain."""
    auxiliary, *others = words
    if auxiliary in DO:
        at = _only(others, lambda word: bool(verbs.past(word)))
        if not at:
            return None
        subject, base, rest = others[:at], others[at], others[at + 1 :]
        verb = {"did": verbs.past(base), "does": third(base), "do": base}[auxiliary]
        denied = f"{auxiliary} not {base}"
    elif auxiliary in BE | HAVE:
        at = _only(others, lambda word: word in PARTICIPLES or (word.endswith("ed") and verbs.is_past(word)))
        if not at:
            return None
        start = at - 1 if at > 1 and (others[at - 1] in ADVERBS or others[at - 1].endswith("ly")) else at
        subject, rest, base = others[:start], others[at + 1 :], others[at]
        verb = " ".join([auxiliary, *others[start : at + 1]])
        denied = " ".join([auxiliary, "not", *others[start : at + 1]])
    else:
        return None
    if (
        not is_subject(subject)
        or subject[-1].endswith("ly")
        or any(word in NOT_IN_SUBJECT - {"than", "and/or"} for word in rest)
    ):
        return None
    return Inverted(" ".join(subject), verb, " ".join(rest), denied, base)


def _only(words: Sequence[str], fits: Callable[[str], bool]) -> int:
    """Where the one lower-case word is that fits, behind a subject of a word or more; 0 if there are several or none.

    A second one that stands behind a preposition or an article is a noun, and does not count.
    """
    found = [
        at
        for at, word in enumerate(words)
        if at and word.islower() and fits(word) and words[at - 1].lower() not in _BEFORE_NOUNS
    ]
    return found[0] if len(found) == 1 else 0


_BEFORE_NOUNS = PREPOSITIONS - {"to"} | frozenset("the a an and or its his her their some any all both".split())


def with_particle(clause: Inverted) -> Inverted:
    """The clause with the particle of its verb beside it: "team up with in Rome" is "team up with", "in Rome"."""
    words = clause.rest.split(" ")
    run = next((at for at, word in enumerate(words) if word not in PREPOSITIONS), len(words))
    if run < 2:
        return clause
    particle, rest = " ".join(["", *words[: run - 1]]), " ".join(words[run - 1 :])
    return replace(clause, verb=clause.verb + particle, denied=clause.denied + particle, rest=rest)


def is_subject(words: Sequence[str]) -> bool:
    """Whether words are surely a subject: a name, or a phrase with an article, or a plural."""
    if not words or len(words) > 8 or any(word.lower() in NOT_IN_SUBJECT for word in words):
        return False
    if words[0].lower() in PREPOSITIONS or words[-1] in PREPOSITIONS or words[-1] in {"the", "a", "an", "and", "or"}:
        return False
    return (
        words[0][0].isupper()
        or words[0][0].isdigit()
        or words[0] in {"the", "a", "an", "most", "many", "all"}
        or (words[-1].endswith("s"))
    )


def ends_open(rest: str) -> bool:
    """Whether words end in a preposition: the question asks for what follows it."""
    return rest.rsplit(" ", maxsplit=1)[-1] in PREPOSITIONS


def is_adverbial(rest: str) -> bool:
    """Whether words can stand behind an object: none, or a phrase that begins with a preposition and is whole."""
    return not rest or (rest.split(" ", maxsplit=1)[0] in PREPOSITIONS and not ends_open(rest))


def is_predicate(words: Sequence[str], verbs: Verbs) -> bool:
    """Whether words begin with a verb that a subject before them would have."""
    verb, *others = words
    if ends_open(words[-1]) or not others:
        return False
    if verb in BE:
        following = others[1:] if others[0] in ADVERBS or others[0].endswith("ly") else others
        first = following[0] if following else ""
        return first in PARTICIPLES or first in PREPOSITIONS or first in {"able", "responsible", "the"} or (
            first.endswith("ed") and verbs.is_past(first)
        )  # fmt: skip
    if verb in HAVE | MODAL:
        return others[0] in {"been", "be"} or others[0] in PARTICIPLES or bool(verbs.past(others[0]))
    return verb.islower() and verb not in PREPOSITIONS and (verbs.is_past(verb) or verbs.is_present(verb))
