"""The name of a place, a body or a work that was given against the one that is expected: by the words that tell it from
others, in any transliteration. Names of people are graded in people.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.contrast import other_place
from app.spelt import with_aliases
from app.study.grading.sources import Names, acronym, as_it_sounds, initials_of, spelt_note
from app.study.grading.text import RIGHT, WRONG, Mark, Token, partly, tokens
from app.study.grading.words import Found, pair
from vectorstore.words import fold, words

#: What kind of thing a place or a body is, a line a kind: without it the rest of its name still says which.
_KIND_LINES = """
district region province territory oblast krai kray raion rayon county
republic ssr state
city town village
station
river
mountain mountains mount
lake
sea ocean
bay
island islands
peninsula
valley
kingdom
empire
federation
party
army
front
railway railways railroad
university
institute
academy
school
college
committee council
ministry department
office agency
company corporation
trust
bank
newspaper journal
organ organs unit units group
government
harbor harbour port
bridge
street avenue
square
park
palace
church cathedral
castle
hotel
exchange
"""
KINDS = {word: number for number, line in enumerate(_KIND_LINES.strip().splitlines()) for word in line.split()}
_SIDES = frozenset(
    "north northern south southern east eastern west western central middle upper lower far near new old inner outer"
    " great greater little first second third".split()
)
_SHORT, _LONG = 3, 8  # letters
_AREA = 0  # the kind that is left out of a name even where only a side is left of it: "the Far East"
_SHORT = 3  # letters
_MANY, _MOST = 3, 0.75  # telling words, and their share, from which the rest of a long name may be left out
_WARS = {"1": "First", "I": "First", "2": "Second", "II": "Second"}
_WAR = re.compile(rf"\b(?:World War|WW) ?({'|'.join(sorted(_WARS, key=len, reverse=True))})\b")


def grade_name(expected: str, given: str, names: Names) -> Mark:
    """What the name of anything but a person is worth: right if all is there that tells it from others, half if some
    of it is; wrong if something else stands in the place of the rest."""
    expected, given = (_WAR.sub(lambda m: f"{_WARS[m[1]]} World War", text) for text in (expected, given))
    if other_place(given, expected):
        return WRONG  # "First World War" for the Second
    if acronym(expected, given, names) or _alias(expected, given):
        return RIGHT
    wanted = [token for token in tokens(expected) if not token.small]
    if not wanted:
        return RIGHT if fold(expected) in fold(given) else WRONG
    said = [token for token in tokens(given) if not token.small]
    if as_it_sounds(wanted, said):
        return spelt_note(expected, given)
    found = pair(wanted, said, names.sources.known)
    aliased = pair(wanted, tokens(with_aliases(given)), names.sources.known)
    if len(aliased.wanted) == len(wanted):
        return spelt_note(expected, given) if found.spelt and len(found.wanted) == len(wanted) else RIGHT
    found = _with_letters(wanted, said, found)
    found = _with_initials(wanted, said, found, initials_of(wanted, said, found))
    telling = [place for place, token in enumerate(wanted) if token.word not in KINDS and _telling(token, wanted)]
    telling = telling or list(range(len(wanted)))
    had = [place for place in telling if place in found.wanted]
    if not had or _other_kind(wanted, said, found):
        return WRONG
    rivals = _rivals(said, found, wanted, names)
    only_sides = all(wanted[place].word in _SIDES for place in had)
    if len(had) == len(telling):
        if _lacking(wanted, said, found, only_sides, bool(rivals)):
            return partly(f"The source has {expected}.")
        return spelt_note(expected, given) if found.spelt else RIGHT
    if rivals:
        return WRONG
    if _country(wanted, found) or (len(had) >= _MANY and len(had) >= _MOST * len(telling)):
        return RIGHT
    return WRONG if only_sides else partly(f"That is a part of it: the source has {expected}.")


def _lacking(wanted: Sequence[Token], said: Sequence[Token], found: Found, only_sides: bool, rivals: bool) -> bool:
    """Whether what kind of thing it is is missing where it matters: something else stands there, or "Far East" is all
    that is left."""
    kinds = {KINDS[token.word] for token in said if token.word in KINDS}
    left = (token for place, token in enumerate(wanted) if place not in found.wanted and token.capital)
    missing = [token for token in left if KINDS.get(token.word) not in kinds]
    return bool(missing) and (rivals or (only_sides and any(KINDS.get(token.word) != _AREA for token in missing)))


def _with_letters(wanted: Sequence[Token], said: Sequence[Token], found: Found) -> Found:
    """Also the words for which letters were given: "NY Times"."""
    pairs = list(found.pairs)
    for place, token in enumerate(said):
        if place in found.given or len(token.word) < 2 or not token.typed.isupper():
            continue
        for first in range(len(wanted) - len(token.word) + 1):
            some = range(first, first + len(token.word))
            if "".join(wanted[one].word[0] for one in some) == token.word and not found.wanted & set(some):
                pairs += [(one, place) for one in some]
                break
    return Found(tuple(sorted(pairs)), found.spelt)


def _with_initials(wanted: Sequence[Token], said: Sequence[Token], found: Found, initials: set[int]) -> Found:
    """Also the words of which the first letter was given before another one: "N. Korea"."""
    pairs = list(found.pairs)
    for place in sorted(one for one in initials if one + 1 in found.given):
        left = [one for one in range(len(wanted)) if one not in {first for first, _ in pairs}]
        if one := [one for one in left if wanted[one].word[0] == said[place].word[0]]:
            pairs.append((one[0], place))
    return Found(tuple(sorted(pairs)), found.spelt)


def _other_kind(wanted: Sequence[Token], said: Sequence[Token], found: Found) -> bool:
    """Whether another kind of thing was given: the railway for the front of a name."""
    missing = {KINDS[one.word] for place, one in enumerate(wanted) if place not in found.wanted and one.word in KINDS}
    instead = {KINDS[one.word] for place, one in enumerate(said) if place not in found.given and one.word in KINDS}
    return bool(missing) and bool(instead) and not missing & instead


def _telling(token: Token, wanted: Sequence[Token]) -> bool:
    """Whether a word tells a name from others: in a name that has capitals, those that are capitalised."""
    if token.typed.islower() and len(token.typed) < _SHORT:
        return False
    return token.capital or token.typed[0].isdigit() or not any(one.capital for one in wanted)


def _rivals(said: Sequence[Token], found: Found, wanted: Sequence[Token], names: Names) -> list[Token]:
    """The words that stand in the place of expected ones that are missing."""
    asked = set(words(names.prompt))
    left = [token for place, token in enumerate(wanted) if place not in found.wanted]
    if not left:
        return []
    return [
        token
        for place, token in enumerate(said)
        if place not in found.given
        and token.word not in asked
        and token.word not in KINDS
        and (token.capital or token.word in _SIDES or not any(one.capital for one in said) or token.typed[0].isdigit())
    ]


def _country(wanted: Sequence[Token], found: Found) -> bool:
    """Whether what is missing only says more of a country that goes by a name of its own: "Nazi Germany"."""
    missing = [token for place, token in enumerate(wanted) if place not in found.wanted]
    if any(token.word in _SIDES for token in missing):
        return False
    return any(_has_alias(wanted[place].typed) for place in found.wanted)


def _has_alias(word: str) -> bool:
    return with_aliases(word) != word


def _alias(expected: str, given: str) -> bool:
    """Whether what is expected goes by the given name too: "the Soviet Union", "USSR"."""
    wanted = [token.word for token in tokens(expected) if not token.small]
    others = with_aliases(given)[len(given) :]
    there = words(others)
    return bool(wanted) and bool(there) and all(word in there for word in wanted)
