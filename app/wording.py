"""The wording of questions: what kind of thing is asked for, and the small words that matter.

Regular expressions and nothing else; whoever puts a question together from them is in question.py and
followup.py.
"""

from __future__ import annotations

import re
from enum import StrEnum

from vectorstore.words import FUNCTION_WORDS, words


class Wanted(StrEnum):
    """The kind of thing that would answer."""

    PERSON = "person"
    DATE = "date"
    YEAR = "year"
    DURATION = "duration"
    NUMBER = "number"
    LABEL = "label"  # the number that something bears: "No. 52"
    PLACE = "place"
    REASON = "reason"
    DEFINITION = "definition"  # what something is, or consists of
    ANY = "any"


_NUMBERED = r"(?:resolution|decree|order|memorandum|directive|train|paper|document)"
_WANTED = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"\b(?:what|which|in what|in which) year\b|\byear of\b", Wanted.YEAR),
        (r"\bhow long\b|\bhow many (?:days|weeks|months|years)\b|\btravel time\b", Wanted.DURATION),
        (
            r"\b(?:what|which) number (?:does|did|is|was|has|had)\b"
            rf"|\b{_NUMBERED}(?:['’]s)? (?:number|no\.)|\bnumber of (?:the|this|that) (?:\w+ )?{_NUMBERED}\b",
            Wanted.LABEL,
        ),
        (
            r"\bhow (?:many|much|large|big|far|old|high|often)\b|\bnumbers? of\b|\bhow numerous\b"
            r"|\b(?:what|which) (?:percentage|share|number|proportion|fraction|total|distance|amount|population)\b"
            r"|\btotal (?:number|of)\b|\bcount\b",
            Wanted.NUMBER,
        ),
        (
            r"\bwhen\b|\b(?:what|which|on what|on which) (?:day|date|month)\b|\bdates?\b|\bdeadline\b",
            Wanted.DATE,
        ),
        (
            r"\bwhy\b|\bwhat (?:caused|led)\b|\breasons?\b|\bcauses?\b|\bwhat for\b|\bhow come\b",
            Wanted.REASON,
        ),
        (
            r"\bwho\b|\bwhom\b|\bwhose\b|\bby whom\b|\bwhich (?:person|man|woman|leader|author|official)\b",
            Wanted.PERSON,
        ),
        (
            r"\bwhere\b|\b(?:what|which) (?:place|city|region|country|station|town|district|republic)s?\b",
            Wanted.PLACE,
        ),
        (
            r"^(?:please )?(?:explain |describe |define )?what (?:is|are|was|were) (?:an? |the )?(?:[\w'’-]+ ?){1,3}$"
            r"|^(?:please )?(?:explain|say) what (?:an? |the )?(?:[\w'’-]+ ){1,3}(?:is|are|was|were)\b"
            r"|\bconsist(?:s|ed)? of\b|\bmeant by\b|\bdoes \w+ mean\b|\bdefin(?:e|ition)\b|\bmade up of\b",
            Wanted.DEFINITION,
        ),
    )
)


def wanted(text: str) -> Wanted:
    """The kind of thing that would answer a question, by its wording."""
    bare = text.strip(" ?.!")
    return next((kind for pattern, kind in _WANTED if pattern.search(bare)), Wanted.ANY)


WH_FRAME = re.compile(
    r"^(?:(?:please|can you|could you|tell me|explain|describe|list|name)\s+)*(?:(?:in|on|at|by|for|to|from)\s+)?"
    r"(?:who|whom|whose|what|when|where|why|how(?:\s+(?:many|much|long|far|large|big))?|which)?\s*"
    r"(?:(?:is|are|was|were|did|do|does|has|have|had|can|could)\s+)?",
    re.IGNORECASE,
)
NAME = re.compile(r"(?:[^\W\d_a-z][\w'’ʼ.-]*)(?:\s+(?:[^\W\d_a-z][\w'’ʼ-]*))*")
PERSON_PRONOUN = re.compile(r"\b(?:he|him|his|she|her|hers|this man|that man|the man|this person)\b", re.IGNORECASE)
PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|there|then|one|ones|same|such|former|latter"
    r"|he|him|his|she|her|hers)\b",
    re.IGNORECASE,
)


def content_words(text: str) -> list[str]:
    """The folded words of a text that carry meaning."""
    return [w for w in words(text) if w not in FUNCTION_WORDS]


def inflected(name: str, pronoun: str) -> str:
    """The name in the place of a pronoun: "Stalin's" for "his"."""
    return f"{name}'s" if pronoun.lower() in ("his", "her", "hers") else name
