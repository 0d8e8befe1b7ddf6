"""A follow-up becomes a question that stands alone: "And in Uzbekistan?", "who signed it?", "the second one?".

By its wording and that of the turn before it. Whom "he" means when only the previous answer names him is taken
from the answer's own words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from app.answer import Turn
from app.wording import NAME, PERSON_PRONOUN, PRONOUN, WH_FRAME, Wanted, content_words, inflected, wanted
from vectorstore.words import FUNCTION_WORDS, fold, words


class Link(StrEnum):
    """How a follow-up hangs on the turn before it."""

    NONE = "none"
    TOPIC = "topic"  # about the same thing: the earlier topic was added to the question
    NEXT = "next"  # "And after that?": what follows the cited words
    ITEM = "item"  # "the second one": one item of the list that was given


_NEXT = re.compile(
    r"^(?:and |so |but |ok(?:ay)?,? )?(?:what (?:happened|came|followed|comes)(?: \w+)? )?"
    r"(?:after (?:that|this|it)|then|next|afterwards?|what (?:next|then|followed)|thereafter|later)\??(?: what)?$",
    re.IGNORECASE,
)
_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "sixth": 6, "6th": 6, "seventh": 7, "eighth": 8, "last": -1, "final": -1,
}  # fmt: skip
_ITEM = re.compile(
    rf"\b(?:the|its|their)\s+({'|'.join(_ORDINALS)})(?:\s+(?:one|point|item|reason|of (?:them|these|those)|stage|"
    rf"phase|period|factor|cause|addition|\w+))?\s*(?:mean|again|in detail|exactly)?\s*$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?|also|well),?\s+)*(?:(?:what|how)\s+about|what\s+of|and|same\s+for)\s+(.+)$",
    re.IGNORECASE,
)
_JOINS = re.compile(r"(?:and|but|so|also)\b", re.IGNORECASE)
_CONJUNCTION_THAT = re.compile(
    r"\b(?:is|was|true|say|said|says|claim|claims|show|shows|know|known|think|state|states|fact) that\b"
    r"|^(?:is|was|are|were) there\b|\bwas it true\b|\bis it true\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"^(?:and |but |so )?(?:why|how|when|where|who|by whom|how many|how much|which)\b", re.IGNORECASE)
_VERB = re.compile(r"\b(?:did|do|does|was|were|is|are|had|has|have|can|could|will|would)\b", re.IGNORECASE)
_PREPOSITION = re.compile(r"^(in|on|at|for|from|to|by|during|among|of|with|after|before|under)\s+(.+)$", re.IGNORECASE)
_YEAR = re.compile(r"\b1[5-9]\d\d\b|\b20\d\d\b")


def stand_alone(text: str, history: Sequence[Turn]) -> tuple[str, Link, int]:
    """The question with what it takes from the turns before it; as it stands if it takes nothing."""
    bare = text.strip(" ?.!…")
    if _NEXT.match(bare):
        return f"{_topic(history)}: what came after that", Link.NEXT, 0
    earlier = _earlier_question(history)
    if (match := _ITEM.search(bare)) and len(content_words(bare)) <= 3:
        ordinal = match.group(1).lower()
        return f"{_topic(history)}: {ordinal}", Link.ITEM, _ORDINALS[ordinal]
    if match := _LEAD.match(bare):
        rest = match.group(1)
        if not (_VERB.search(rest) or _BARE.match(rest)) and not PRONOUN.search(rest):
            return _substitute(earlier, rest), Link.TOPIC, 0
        bare = rest if not _BARE.match(bare) else bare
    hanging = PRONOUN.search(_CONJUNCTION_THAT.sub("", bare))
    content = content_words(bare)
    short = len(content) <= 1 and len(words(bare)) <= 5
    joined = len(content) <= 2 and _JOINS.match(text)
    if not (hanging or short or joined):
        return text, Link.NONE, 0
    if hanging and len(content) >= 6:
        return text, Link.NONE, 0
    if PERSON_PRONOUN.search(bare) and (name := _person(history, bare)):
        return PERSON_PRONOUN.sub(lambda m: inflected(name, m.group()), bare, count=1) + "?", Link.TOPIC, 0
    return f"{bare} ({_topic(history)})?", Link.TOPIC, 0


def _earlier_question(history: Sequence[Turn]) -> str:
    last = history[-1]
    return last.answer.understood if last.answer else last.question


def _topic(history: Sequence[Turn]) -> str:
    """What the previous turn was about: its question without the question word, and what that took along."""
    earlier = re.sub(r"\s*\(([^()]*)\)", r", \1", _earlier_question(history)).strip(" ?.!")
    return WH_FRAME.sub("", earlier) or earlier


def _substitute(earlier: str, rest: str) -> str:
    """ "And in Uzbekistan?" after "How many in Kazakhstan?": the earlier question with its matching part replaced."""
    earlier = earlier.strip(" ?.!")
    bare, preposition = rest.strip(), ""
    if match := _PREPOSITION.match(bare):
        preposition, bare = match.group(1), match.group(2)
    bare = re.sub(r"^the\s+(?=[A-Z])", "", bare)
    if _YEAR.fullmatch(bare) and _YEAR.search(earlier):
        return _YEAR.sub(bare, earlier, count=1) + "?"
    names = [m for m in NAME.finditer(earlier) if m.start() > 0]
    if preposition:
        names = [m for m in names if re.search(rf"\b{preposition}\s+(?:the\s+)?$", earlier[: m.start()], re.I)] or names
    if names and bare[:1].isupper():
        last = names[-1]
        return f"{earlier[: last.start()]}{bare}{earlier[last.end() :]}?"
    return f"{earlier}: {rest}?"


def _person(history: Sequence[Turn], asking: str) -> str:
    """The person whom the previous turn was about: named in its question, else in its answer.

    Not one whom the follow-up names itself ("So it was Stalin who picked him?").
    """
    answer = history[-1].answer
    earlier = _earlier_question(history)
    asked_for_person = wanted(earlier) is Wanted.PERSON
    asked = [m.group() for m in NAME.finditer(earlier) if m.start() > 0 and _like_person(m.group())]
    said: list[str] = []
    if answer and answer.sentences:
        told = set(words(earlier))
        for match in NAME.finditer(answer.sentences[0].text):
            name = re.sub(r"['’]s$", "", match.group().strip(" .,"))
            first, _, others = name.partition(" ")
            name = others if fold(first) in FUNCTION_WORDS else name  # "So Genrikh Lyushkov"
            if _like_person(name) and not set(words(name)) <= told:
                said.append(name)
    order = [*said, *asked] if asked_for_person else [*asked, *said]
    named = set(words(asking))
    return next((name for name in order if words(name)[-1] not in named), "")


_NO_PERSON = re.compile(
    r"\b(?:soviet|union|party|committee|council|district|region|republic|krai|territory|station|army|university|east"
    r"|ssr|ussr|nkvd|state|archives?|institute|war|koreans?|germans?|korea|bureau|directorate|department|collection"
    r"|library|museum|railway|oblast|the|january|february|march|april|may|june|july|august|september|october|november"
    r"|december|resolution|memorandum|no|academy|court|navy|asia)\b",
    re.IGNORECASE,
)


def _like_person(name: str) -> bool:
    return len(name.split()) >= 2 and not _NO_PERSON.search(fold(name))
