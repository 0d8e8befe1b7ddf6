"""Where two sentences have the same details and tie them together otherwise: a number of another thing, roles swapped.

"28 farms in the north" is not borne out by "in the south 28 farms, in the north 19", nor "Ann wrote to Bob" by "Bob
wrote to Ann". Read from the words around a detail and the prepositions before a name, with no parser; where that is not
clear, nothing is said. What follows from a difference is for support.py to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from app.clauses import AUXILIARIES, BE, DETERMINERS, PARTICIPLES, PAST
from app.contrast import counted_apart
from app.details import MONTHS, Date, Number, dates, names, numbers, phrases
from ingest.documents import Span
from vectorstore.words import FUNCTION_WORDS, fold, stem, terms, words

_WINDOW = 8  # words on either side of a detail that say what it is a detail of
_SHORT = 2  # words of a part that leaves out what the part before it has said
_ENOUGH = 2  # words that say what a part of a sentence is about
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
#: Where a part of a sentence ends, the surest signs first.
_ENDS = (
    re.compile(r";\s|\bwhile\b|\bwhereas\b|\.\s"),
    re.compile(r"[;:]\s|,\s(?!\d{4}\b)|\b(?:while|whereas|that)\b|\band\b(?=[^,;]*\d)"),
)


@dataclass(frozen=True, slots=True)
class Attached:
    """A detail of a sentence that its source ties to something else: `said`, and the detail that stands there,
    `instead`."""

    said: Span
    instead: Span


def around(text: str, span: Span, window: int = _WINDOW) -> frozenset[str]:
    """The stems of the words on either side of a place that carry a meaning."""
    before = [m.group() for m in _WORD.finditer(text[: span.start])][-window:]
    behind = [m.group() for m in _WORD.finditer(text[span.end :])][:window]
    return frozenset(stem(w) for word in (*before, *behind) for w in words(word) if w not in FUNCTION_WORDS)


def numbers_elsewhere(stated: str, told: str) -> list[Attached]:
    """The numbers of a sentence that another one has, but of something else."""
    theirs = [one for one in numbers(told) if "th" not in one.counted]
    mine = numbers(stated)
    said = {one.value for one in mine}
    found = []
    for one in mine:
        same = [other for other in theirs if other.value == one.value]
        rivals = [o for o in theirs if o.value not in said and not counted_apart(one, o) and _alike(one, o)]
        counted = frozenset(one.counted)
        if len(same) == 1 and (
            rival := _nearer(stated, one.span, told, same[0].span, [o.span for o in rivals], counted=counted)
        ):
            found.append(Attached(one.span, rival))
    return found


def dates_elsewhere(stated: str, told: str) -> list[Attached]:
    """The dates of a sentence that another one has, but of something else."""
    theirs = dates(told)
    found = []
    for one in dates(stated):
        same = [other for other in theirs if _same_day(one, other)]
        rivals = [o for o in theirs if o.fineness == one.fineness and not _same_day(one, o)]
        if len(same) == 1 and (rival := _nearer(stated, one.span, told, same[0].span, [o.span for o in rivals])):
            found.append(Attached(one.span, rival))
    return found


def _alike(one: Number, other: Number) -> bool:
    return ("percent" in one.counted) == ("percent" in other.counted)


def _same_day(one: Date, other: Date) -> bool:
    if not (one.month or other.month):
        return one.year == other.year
    return (one.month, one.day) == (other.month, other.day)


def _nearer(
    stated: str, mine: Span, told: str, same: Span, rivals: Sequence[Span], *, counted: frozenset[str] = frozenset()
) -> Span | None:
    """The rival whose part of the sentence has words that stand around the detail, where that of the same has none; or
    a later one whose part is short, its words being the statement's where some of the other's are not: "28 farms in the
    south, 19 in the north"."""
    wanted, everywhere = _wanted(stated, mine), frozenset(terms(stated))
    best: tuple[int, Span] | None = None
    for rival in rivals:
        own, other = _parts(told, same, rival)
        shared = (other - own) & wanted
        clear = len(shared) >= _ENOUGH and not (own - other) & wanted
        short = rival > same and len(other - own) <= _SHORT and other - own <= wanted and bool(shared - counted)
        short = short and bool(own - other - everywhere)
        if (clear or short) and (best is None or len(shared) > best[0]):
            best = len(shared), rival
    return best[1] if best else None


def _wanted(stated: str, mine: Span) -> frozenset[str]:
    """The stems around a detail, of its own part of the sentence if that says enough."""
    near = around(stated, mine)
    part = near & _said(stated, _widened(stated, _cuts(stated, _ENDS[-1]), mine))
    return part if len(part) >= _ENOUGH else near


def _parts(text: str, one: Span, other: Span) -> tuple[frozenset[str], frozenset[str]]:
    """The terms, numbers and months apart, of the parts of a sentence that two details stand in."""
    for ends in _ENDS:
        cuts = _cuts(text, ends)
        if _within(cuts, one) != _within(cuts, other):
            return _said(text, _widened(text, cuts, one)), _said(text, _widened(text, cuts, other))
    return frozenset(), frozenset()


def _cuts(text: str, ends: re.Pattern[str]) -> list[int]:
    return [0, *(m.start() for m in ends.finditer(text)), len(text)]


def _widened(text: str, cuts: Sequence[int], span: Span) -> Span:
    """The part that a detail stands in; with the next, if it opens the sentence and is little more than the detail."""
    part = _within(cuts, span)
    rest = terms(text[part.start : span.start]) + terms(text[span.end : part.end])
    return (
        _within(cuts, Span(part.end, part.end + 1)) if part.start == 0 and not rest and part.end < len(text) else part
    )


def _within(cuts: Sequence[int], span: Span) -> Span:
    return Span(max(cut for cut in cuts if cut <= span.start), min(cut for cut in cuts if cut >= span.end))


def _said(text: str, part: Span) -> frozenset[str]:
    return frozenset(term for term in terms(text[part.start : part.end]) if not term[:1].isdigit()) - _months()


@lru_cache(maxsize=1)
def _months() -> frozenset[str]:
    return frozenset(map(stem, MONTHS))


# -- roles -----------------------------------------------------------------------------------------------------------

_DIRECTED = frozenset("to from by".split())
_PREPOSITIONS = _DIRECTED | frozenset("of in on at with for against into under over about between through".split())
_KINDS = "state|republic|city|town|village|region|province|country|island|kingdom|people"
_ADJECTIVES = frozenset("created founded united so-called".split())
_TIED = re.compile(r"\s+(?:of|in|at|for|from|to|with)\s+(?:the\s+)?", re.IGNORECASE)  # a name and what goes with it
_FOUR = 4  # two names and what goes with each
_JOINS = re.compile(r"[\s,]*(?:and|or|,|&)?\s*")
_AGENT, _PATIENT = "by", "object"


def roles_swapped(stated: str, told: str, is_name: Callable[[str], bool]) -> tuple[str, str] | None:
    """Two names of a sentence, as it has them, that have each other's role in another one; None if no two have."""
    shared = {name.word for name in names(stated, is_name)} & {name.word for name in names(told, is_name)}
    if len(shared) <= 1:
        return None
    if crossed := _crossed(stated, told, is_name):
        return crossed
    mine, theirs = _roles(stated, is_name), _roles(told, is_name)
    shown = {stem(word): typed for typed in _WORD.findall(stated) for word in words(typed)}
    for one, other in combinations([word for word in mine if word in theirs], 2):
        if mine[one] != mine[other] and mine[one] == theirs[other] and mine[other] == theirs[one]:
            return shown[one], shown[other]
    return None


def _crossed(stated: str, told: str, is_name: Callable[[str], bool]) -> tuple[str, str] | None:
    """Two names that each go with the other's: "Ann in Rome and Bob in Oslo" for "Ann in Oslo and Bob in Rome"."""
    mine, theirs = _pairs(stated, is_name), _pairs(told, is_name)
    shown = {fold(typed): typed for typed in (stated[s.start : s.end] for s in phrases(stated, names(stated, is_name)))}
    for one, other in combinations([word for word in mine if word in theirs], 2):
        apart = len({one, other, mine[one], mine[other]}) == _FOUR
        if apart and mine[one] == theirs[other] and mine[other] == theirs[one]:
            return shown[one], shown[other]
    return None


def _pairs(text: str, is_name: Callable[[str], bool]) -> dict[str, str]:
    """Each name and the next one that a preposition ties to it: "Ann in Oslo"."""
    spans = phrases(text, names(text, is_name))
    return {
        fold(text[one.start : one.end]): fold(text[other.start : other.end])
        for one, other in pairwise(spans)
        if _TIED.fullmatch(text[one.end : other.start])
    }


def _roles(text: str, is_name: Callable[[str], bool]) -> dict[str, str]:
    """The role of each name in a sentence: "to", "from", "by" (also who acts in the active), "object" (also who is
    acted on in the passive). Names that have several, or none that is clear, are left out."""
    found: dict[str, set[str]] = {}
    spans = phrases(text, names(text, is_name))
    before = ""
    for at, phrase in enumerate(spans):
        joined = at and _JOINS.fullmatch(text[spans[at - 1].end : phrase.start])
        role = before if joined else _role(text, phrase)
        before = role
        for word in words(text[phrase.start : phrase.end]):
            found.setdefault(stem(word), set()).add(role)
    return {word: next(iter(roles)) for word, roles in found.items() if len(roles) == 1 and roles != {""}}


def _role(text: str, phrase: Span) -> str:
    before = re.sub(rf"\b(?:{_KINDS}) of\s+\Z", "", text[: phrase.start])
    for word in [fold(word) for word in _WORD.findall(before)][-1:-5:-1]:
        if word in _PREPOSITIONS:
            return word if word in _DIRECTED else ""
        if _is_verb(word) and word not in _ADJECTIVES:
            return _PATIENT
        if word[0].isdigit() or word in MONTHS or (word in FUNCTION_WORDS and word not in DETERMINERS):
            break
    return _acting(_WORD.findall(text[phrase.end :])[:5])


def _acting(behind: Sequence[str]) -> str:
    """The role of a name by the verb right behind it: who acts, who is acted on, "" if there is none."""
    for at, word in enumerate(behind):
        folded = fold(word)
        if folded == "and" or word[0].isupper():  # another one who does the same
            continue
        if folded in BE or folded == "been":
            done = next((fold(w) for w in behind[at + 1 :] if fold(w) not in ("not", "also", "been")), "")
            return _PATIENT if done.endswith("ed") or done in PARTICIPLES or done in PAST else ""
        if _is_verb(folded):
            return _AGENT
        if folded not in AUXILIARIES:
            return ""
    return ""


def _is_verb(word: str) -> bool:
    return word in PAST or (len(word) > 4 and word.endswith("ed"))
