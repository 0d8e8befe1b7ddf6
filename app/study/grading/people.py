"""The name of a person that was given against the one that is expected: right by the surname, in any transliteration;
another bearer of the same surname is another person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from app.details import ORDINALS
from app.study.grading.sources import TITLES, Names, Sources, acronym, as_it_sounds, initials_of, spelt_note
from app.study.grading.text import RIGHT, WRONG, Mark, Token, partly, tokens
from app.study.grading.words import Found, Same, match, one_name, pair
from vectorstore.words import words

_WITHIN = re.compile(r"\b(?:of|the)\b|\b[IVX]{2,4}\b|(?<=\w )[IVX]$")
_PARTICLES = frozenset("da de di del della do dos das du la le van von der den ter af av al el bin ibn ben y".split())
_NUMERALS = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII".split()
_NUMERAL = re.compile(rf"(?<=\w )({'|'.join(sorted(_NUMERALS, key=len, reverse=True))})(?![.\w])")
_ORDINAL = re.compile(rf"\bthe ({'|'.join(ORDINALS)})\b|\b(\d)(?:st|nd|rd|th)\b", re.IGNORECASE)


def grade_person(expected: str, given: str, names: Names) -> Mark:
    """What the name of a person is worth: right by the surname, half by another part of the name; wrong if it comes
    with a first name that is not that person's."""
    if (ruler := _numeral(expected)) and _numeral(given) not in ("", ruler):
        return WRONG  # "Carl IX" for Carl XII
    numbered, given = _numeral(given), _NUMERAL.sub("", _with_numerals(given))
    described, wanted = _described(_NUMERAL.sub("", expected))
    said = [token for token in tokens(given) if token.word not in _PARTICLES]
    if not wanted or not said:
        return RIGHT if set(words(expected)) <= set(words(given)) else WRONG
    if ruler and not numbered:
        return partly(f"Which one is missing: the source has {expected}.") if _any(wanted, said, names) else WRONG
    if _owned(given, said, wanted, names):
        return WRONG  # "Ann Lee's brother"
    if acronym(expected, given, names) or as_it_sounds(wanted, said):
        return spelt_note(expected, given)
    found = _names_paired(wanted, said, pair(wanted, said, names.sources.known))
    initials = initials_of(wanted, said, found)
    if not found.pairs:
        is_part = described and pair(described, said, names.sources.known).pairs
        return partly(f"Who it is is missing: the source has {expected}.") if is_part else WRONG
    family = _family(expected, wanted, names)
    whole = len(found.wanted) == len(wanted)
    beside = [wanted[place] for place in found.wanted] if whole else []
    if any(not _beside(one, beside, names.sources) for one in _strangers(said, found, initials, names, whole)):
        return WRONG
    if family < 0 and not whole and any(_new(said, place, found, names) for place in range(len(said))):
        return WRONG  # "Suleiman the Lawless"
    if whole or family in found.wanted:
        return spelt_note(expected, given) if found.spelt else RIGHT
    return partly(f"That is only a part of the name: the source has {expected}.")


def _with_numerals(text: str) -> str:
    """ "Elizabeth the Second" as "Elizabeth II"."""
    return _ORDINAL.sub(lambda m: _NUMERALS[(ORDINALS.index(m[1].lower()) if m[1] else int(m[2]) - 1)], text)


def _numeral(text: str) -> str:
    """The number of a ruler, in Roman figures, "" if there is none."""
    found = _NUMERAL.search(_with_numerals(text))
    return found[1] if found else ""


def _any(wanted: Sequence[Token], said: Sequence[Token], names: Names) -> bool:
    return bool(pair(wanted, said, names.sources.known).pairs)


def _described(expected: str) -> tuple[list[Token], list[Token]]:
    """What a person is, and the name: "the French painter", "Ann Lee". The name is what comes last with capitals."""
    found = [token for token in tokens(expected) if not token.small and token.word not in TITLES]
    if not found or not found[-1].capital:
        return [], found
    first = len(found) - 1
    while first > 0 and (found[first - 1].capital or found[first - 1].word in _PARTICLES):
        first -= 1
    if any(token.capital for token in found[:first]) and _WITHIN.search(expected):
        first = 0  # "Robert of Ely"
    return found[:first], [token for token in found[first:] if token.word not in _PARTICLES]


def _family(expected: str, wanted: Sequence[Token], names: Names) -> int:
    """The place of the surname: the last word, or the first where the sources call the person by that; -1 where a name
    has none, as "Robert of Ely" or "Carl XII"."""
    full = [place for place, token in enumerate(wanted) if len(token.word) > 1]
    if len(full) == 1:
        return full[0]
    if not full or _WITHIN.search(expected):
        return -1
    alone = [names.sources.alone(wanted[place].typed) for place in (full[0], full[-1])]
    return full[0] if alone[0] > alone[1] else full[-1]


def _names_paired(wanted: Sequence[Token], said: Sequence[Token], found: Found) -> Found:
    """Also those that are one name in the spelling of two languages."""
    pairs = list(found.pairs)
    for one, token in enumerate(wanted):
        free = (n for n in range(len(said)) if n not in {other for _, other in pairs})
        if one not in found.wanted and (n := next((n for n in free if one_name(token.word, said[n].word)), -1)) >= 0:
            pairs.append((one, n))
    return Found(tuple(sorted(pairs)), found.spelt or len(pairs) > len(found.pairs))


def _strangers(said: Sequence[Token], found: Found, initials: set[int], names: Names, whole: bool) -> list[Token]:
    """The words that stand beside the name as if they were of it, and are not: the first name of somebody else. What
    stands beside it in the prompt is of somebody else too; a middle name within the whole name is not."""
    asked = words(names.prompt)
    side_by_side = {frozenset(two) for two in pairwise(asked)}
    strangers = []
    for place in sorted(found.given):
        for step in (-1, 1):
            other = place + step
            while 0 <= other < len(said) and (other in found.given or other in initials or said[other].word in TITLES):
                other += step
            if not 0 <= other < len(said) or said[other].small:
                continue
            token = said[other]
            if whole and min(found.given) < other < max(found.given):
                continue
            of_prompt = frozenset((token.word, said[place].word)) in side_by_side
            if of_prompt or (token.word not in asked and _nameish(token, said, names)):
                strangers.append(token)
    return strangers


def _owned(given: str, said: Sequence[Token], wanted: Sequence[Token], names: Names) -> bool:
    """Whether the name only says whose somebody or something is that the prompt does not name."""
    asked = words(names.prompt)
    return any(
        one.word == wanted[-1].word
        and re.match(r"['’]s?\s", given[one.end :])
        and not (other.small or other.word in asked)
        for one, other in pairwise(said)
    )


def _new(said: Sequence[Token], place: int, found: Found, names: Names) -> bool:
    """Whether a capitalised word is neither expected nor the prompt's."""
    token = said[place]
    known = place in found.given or token.small or token.word in TITLES or token.word in words(names.prompt)
    return token.capital and place > 0 and not known


def _nameish(token: Token, said: Sequence[Token], names: Names) -> bool:
    """Whether a word that was typed may be of a name; where nothing is capitalised, few words are a name."""
    if token.typed[0].isdigit():
        return False
    if any(one.capital for one in said[1:]) or (said[0].capital and len(said) <= 2):
        return token.capital and (token is not said[0] or len(said) <= 3 or names.sources.is_name(token.word))
    return len(said) <= 3 or names.sources.is_name(token.word)


def _beside(token: Token, matched: Sequence[Token], sources: Sources) -> bool:
    """Whether the sources have a word in one name with those that are expected."""
    for one in matched:
        for other in sources.neighbours(one.typed):
            if match(other, token.word, lambda _: True) is not Same.NO or one_name(other, token.word):
                return True
            if 1 in (len(other), len(token.word)) and other[0] == token.word[0]:
                return True
    return False
