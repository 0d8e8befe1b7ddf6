"""The names of a sentence that a card may ask for: whole ones that stand for one thing each, and no part of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.clauses import ROLE
from app.study.card import Asked
from app.study.names.entities import COMPASS, is_body, noun_behind
from app.study.names.naming import LANGUAGE, Kinds, Phrase
from app.study.shown import Shown
from ingest.documents import Span
from vectorstore.words import fold


def name_gaps(shown: Shown, kinds: Kinds) -> Iterator[tuple[Span, Asked]]:
    """Where the names stand, and their kinds, in order."""
    for phrase in kinds.phrases(shown.text):
        kind = kinds.of(phrase)
        if (
            kind is not None
            and len(phrase.text) > 2
            and fold(phrase.text) not in COMPASS
            and _fits(shown, phrase, kind)
        ):
            yield phrase.span, kind


_CUT_BEFORE = re.compile(r"[\w-]$|\bNo\.?\s$|(?<=[a-z,] )The $|\w,? [A-Z]\w+ the $")
#: A number of its own, a row of a table in a sentence, "the Kazakh and Uzbek SSRs".
_CUT_AFTER = re.compile(r"[-\w]|\.?\s(?:No\b|\d|Of\b)|(?: \w+)?\s[-–—]\s\d|\sand\s[A-Z][\w-]+\s[A-Z]\w+s\b")
_LONGER = re.compile(r"\s[A-Z]|\s+of (?:the )?[A-Z]")
_DENIED = re.compile(r"(?:[’']s?)?(?: [\w-]+){0,2} (?:(?:did|was|were|is|are|has|have|had|do|does) not|never)\b")


def _fits(shown: Shown, phrase: Phrase, kind: Asked) -> bool:
    """Whether a phrase can be left out where it stands."""
    text = shown.text
    before, after = text[: phrase.span.start], text[phrase.span.end :]
    if _CUT_BEFORE.search(before) or _CUT_AFTER.match(after) or before.count("(") > before.count(")"):
        return False  # cut off, or an abbreviation of what stands before it
    if _DENIED.match(after) or _in_list(before, after):
        return False  # what is not so of one is not so of many
    if kind is Asked.PERSON:
        described = re.search(r"\b(?:the|an?|only|many) $", before) or LANGUAGE.search(phrase.text)
        return not (described and noun_behind(after))
    if any(phrase.text in inner and phrase.text != inner for _, inner in shown.marked):
        return False  # a part of a title
    joined = re.search(r"[A-Z][\w’'-]* and $", before) or (re.match(r" and [A-Z]", after) and not is_body(phrase.text))
    if kind is Asked.NAME and joined:
        return False  # "Forced Migration and Refugee Studies"
    return not _LONGER.match(after) and not noun_behind(after)


_ASIDE = r"(?: \([^()]*\))?"
_ITEM = rf"(?:the )?[A-Z][\w’'-]*(?: (?:[A-Z][\w’'-]*|of|the))*{_ASIDE}"
_ITEM_BEFORE = re.compile(rf"[A-Z][\w’'-]*{_ASIDE}(?:,|,? and|,? or|;)\s+(?:the\s+)?$")
_ITEM_AFTER = re.compile(rf"{_ASIDE}(?:,|;|,? and\b|,? or\b)")
_MORE_AFTER = re.compile(rf"{_ASIDE}, (?!(?i:{ROLE})\b){_ITEM}(?:,|,? and|,? or) ")
_MORE_BEFORE = re.compile(rf"{_ITEM}, (?:{_ITEM}, )*(?:{_ITEM},? )?(?:and|or) (?:the )?$")


def _in_list(before: str, after: str) -> bool:
    """Whether what stands between is one of three or more: "X, Y, and Z"."""
    inside = _ITEM_BEFORE.search(before) and _ITEM_AFTER.match(after)
    last = re.search(r", and (?:the )?$", before) and re.match(r"[.,;]", after)
    return bool(inside or last or _MORE_AFTER.match(after) or _MORE_BEFORE.search(before))
