"""What the rules for statements know of English words: verbs, and answers that fit a place ("in 1620", "39", a name).

Closed lists and regular expressions. Clauses are in statement_clauses.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.clauses import PAST, base_of
from app.details import MONTHS

PREPOSITIONS = frozenset(
    "in on at by from to into as for of with after before during under over against through between among towards"
    " toward until across within around along near upon without about since behind beyond like off out up".split()
)
DO = frozenset("do does did".split())
HAVE = frozenset("has have had".split())
MODAL = frozenset("can could will would may might must should".split())
ADVERBS = frozenset("first originally also once still ever now again officially usually often initially".split())
#: Verbs whose object is no thing, or not the only one: where an answer would go behind them is not certain.
UNSURE = frozenset(
    "call name consider give offer make say believe claim argue think want try let help cause happen state suggest"
    " know become mean feel seem appear need have do be get come go find see tell show teach ask elect appoint deem"
    " like use allow describe refer keep lead".split()
)


class Verbs:
    """The verbs of some texts, by which the verb of a question is known: "land", for they have "landed".

    `lexicon` is more words that are no slips; their verbs count too.
    """

    def __init__(self, texts: Iterable[str], lexicon: Iterable[str] = ()) -> None:
        self._past = {base: past for past, base in PAST.items()}
        self._words = set(lexicon)
        for text in texts:
            self._words |= set(re.findall(r"[a-z]+", text.lower()))
        for word in sorted(self._words):
            base = base_of(word) if word.endswith("ed") and len(word) > 4 else ""
            if len(base) > 2 and base in self._words:
                self._past.setdefault(base, word)

    def past(self, base: str) -> str:
        """The past tense of a verb in its base form, "" if it is none that is known."""
        return self._past.get(base, "")

    def is_past(self, word: str) -> bool:
        """Whether a word is the past tense of a verb that is known."""
        return word in PAST or self._past.get(base_of(word)) == word

    def is_present(self, word: str) -> bool:
        """Whether a word is the form of a verb that is known which goes with "it"."""
        bases = (word[:-1], word[:-2], f"{word[:-3]}y") if word.endswith("s") and not word.endswith("ss") else ()
        return any(base in self._past and third(base) == word for base in bases)

    def knows(self, word: str) -> bool:
        """Whether a lower-case word occurs in the texts at all; what does not may be a slip."""
        return word in self._words


def third(base: str) -> str:
    """The form of a verb that goes with "it".

    >>> [third(base) for base in ("carry", "reach", "play", "go")]
    ['carries', 'reaches', 'plays', 'goes']
    """
    if re.search(r"[^aeiou]y$", base):
        return f"{base[:-1]}ies"
    return f"{base}es" if re.search(r"(?:s|x|z|ch|sh|o)$", base) else f"{base}s"


# ----------------------------------------------------------------------------------------- answers in their place

YEAR = r"(?:(?:AD|CE) )?\d{3,4}(?: (?:AD|BC|BCE|CE))?"
_MONTH = "|".join(month.capitalize() for month in MONTHS)
_DAY = rf"(?:(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH}))(?:,? \d{{4}})?"
_TIMES = (
    (re.compile(_DAY), "on"),
    (re.compile(rf"{YEAR}|(?:{_MONTH})(?:,? (?:of )?\d{{4}})?|(?:the )?(?:early |late |mid-)?\d{{3,4}}s"), "in"),
    (
        re.compile(r"(?:the )?(?:early |late |mid-)?(?:\d{1,2}(?:st|nd|rd|th)|[a-z]+(?:st|nd|rd|th)) centur(?:y|ies)"),
        "in",
    ),
)
_QUANTITY = re.compile(
    r"(?:(?:about|over|nearly|almost|around|approximately|more than|at least|some) )?[$£€]?(?:\d[\d,.]*|two|three|four"
    r"|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|twenty|thirty|forty|fifty|[a-z]+ty-[a-z]+|hundreds"
    r"|thousands)(?: (?:hundred|thousand|million|billion|trillion))?"
)
_NAME = re.compile(r"(?:the |The )?[A-Z][\w'’.-]*(?: (?:of|the|and|de|von|van|al|for|de la|II|III|[A-Z][\w'’.-]*))*")


def when(answer: str) -> tuple[str, str]:
    """The preposition and the answer of a question for a time, ("", "") if it is none that is known."""
    for pattern, preposition in _TIMES:
        if pattern.fullmatch(answer):
            centuries = re.search(r"\d0?s$|centur", answer) and not answer.startswith("the ")
            return preposition, f"the {answer}" if centuries else answer
    return "", ""


def quantity(answer: str, counted: str) -> str:
    """The number of an answer that may repeat what is counted ("39 trains"), "" if it is no number."""
    bare = answer
    for word in reversed(counted.split(" ")):
        bare = bare.removesuffix(f" {word}")
    return bare if _QUANTITY.fullmatch(bare) else ""


def is_name(answer: str) -> bool:
    """Whether an answer is a name."""
    return bool(_NAME.fullmatch(answer))


def plural(phrase: str) -> bool | None:
    """Whether a phrase is in the plural; None if that is not known."""
    if re.search(r"\band\b|,(?!\d)", phrase):
        return True
    head = re.split(r" (?:of|in|for|from|to|with|on|by|at) ", phrase)[0].split(" ")[-1]
    if head.lower() in {"people", "men", "women", "children", "police"}:
        return True
    if head.endswith("s") and not head.endswith(("ss", "us", "is")):
        return None if head[0].isupper() else True
    return False


def agreeing(answer: str, verb: str) -> str:
    """The auxiliary in the number of its new subject, "" if that is not known."""
    for one, many in (("is", "are"), ("was", "were"), ("has", "have")):
        if verb in {one, many}:
            several = plural(answer)
            return "" if several is None else many if several else one
    return verb
