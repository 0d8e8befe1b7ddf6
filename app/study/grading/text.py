"""What a student typed: cleaned, its words, the answers among which it does not decide, and what says nothing.

Ordinary English, and no word of any subject. What an answer is worth is for grader.py to say.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from app.study.item import Outcome
from vectorstore.words import FUNCTION_WORDS, fold

_LONGEST = 600  # characters of an answer that are read: a short one is asked for


@dataclass(frozen=True, slots=True)
class Mark:
    """What an answer, or one part of it, is worth, and what the student is told."""

    outcome: Outcome
    note: str = ""

    @property
    def right(self) -> bool:
        """Whether it is right, whole."""
        return self.outcome is Outcome.RIGHT


RIGHT, HALF, WRONG = Mark(Outcome.RIGHT), Mark(Outcome.PARTLY), Mark(Outcome.WRONG)


def partly(note: str) -> Mark:
    """A half of the points, with what is missing."""
    return Mark(Outcome.PARTLY, note)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number: folded, as it was typed, and where it begins and ends."""

    word: str
    typed: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.typed[:1].isupper()

    @property
    def small(self) -> bool:
        """Whether it is a word of grammar, or one that says how sure somebody is."""
        return self.word in FUNCTION_WORDS or self.word in _FILLING


_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’ʼ`‘][^\W\d_]+)*")
_FILLING = frozenset(
    """think believe guess suppose maybe perhaps probably surely certainly sure called named answer answers yes ok well
    believed thought something somehow form type im ive id dont doesnt didnt somewhere sort kind really
    actually""".split()
)


def tokens(text: str) -> list[Token]:
    """The words and numbers of a text, in order; "Stalin's" is "stalin"."""
    found = []
    for match in _TOKEN.finditer(text):
        typed = re.sub(r"['’ʼ`‘][sS]$", "", match.group())
        found.append(Token(fold(typed), typed, match.start(), match.start() + len(typed)))
    return found


def clean(given: str) -> str:
    """What was typed without control characters, line breaks and doubled blanks, as far as it is read."""
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in given[: 10 * _LONGEST])
    return " ".join(unicodedata.normalize("NFC", plain).split())[:_LONGEST].strip(' .,;:!?"“”«»„')


def says_nothing(text: str) -> bool:
    """Whether there is no letter and no digit in it."""
    return not any(c.isalnum() for c in text)


_EVADES = re.compile(
    r"(?:(?:sorry|well|hm+|um+),? )?(?:i (?:(?:really|honestly) )?(?:do ?n['’]?t|do not|can['’]?t|can not|cannot)"
    r" (?:know|remember|recall|say|tell)\b.*|(?:i (?:have|['’]ve) )?no (?:idea|clue)\b.*|idk|dunno|pass|skip|next"
    r"|(?:i am |i['’]?m )?not sure|unknown|nothing|none|nobody|no one|n/?a|whatever|something|someone|somebody)",
    re.IGNORECASE,
)


def evades(text: str) -> bool:
    """Whether a text says that one does not know."""
    return bool(_EVADES.fullmatch(text))


_OR = re.compile(r",?\s+or\s+(?:else\s+|maybe\s+|rather\s+)?", re.IGNORECASE)
_SLASH = re.compile(r"\s+/\s+|(?<=[^\W\d])/(?=[^\W\d])")
_EITHER = re.compile(r"^(?:either|maybe|perhaps)\s+", re.IGNORECASE)


def alternatives(text: str, slashes: bool = True) -> list[str]:
    """The answers among which a text does not decide, one if it decides: "either Ann or Bob" is Ann, Bob; with
    `slashes` "Ann/Bob" too."""
    text = _SLASH.sub(" or ", text) if slashes else text
    parts = [part.strip(' ,"“”') for part in _OR.split(_EITHER.sub("", text))]
    return parts if len(parts) > 1 and all(parts) else [text]


_SET_APART = re.compile(r"\s*(?:,|;|—|–|\band|\bbut)\s+(?:and |but )?not\s+", re.IGNORECASE)
_BUT = re.compile(r"\s*(?:it was |he was |she was )?not\b.*?\bbut\s+(?:rather |in |on |by )?(.+)", re.IGNORECASE)


def claimed(text: str) -> str:
    """What a text says is so, without what it sets apart from that: "Ann" of "Ann, not Bob", "not Bob but Ann"."""
    if match := _BUT.fullmatch(text):
        return match[1]
    return _SET_APART.split(text)[0] or text


def listed(items: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
