"""A name that was given against the one that is expected: a person by the surname, a place or body by the words that
tell it from others, in any transliteration; another bearer of the same surname is another person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from app.spelt import with_aliases
from app.study.grading_text import RIGHT, WRONG, Mark, Token, partly, tokens
from app.study.grading_words import Found, Same, joined, match, one_name, pair
from vectorstore.words import fold, words

_TITLES = frozenset(
    """mr mrs ms miss dr doctor prof professor sir lord lady dame king queen prince princess emperor empress tsar czar
    pope bishop archbishop cardinal saint st president chairman minister secretary general marshal colonel captain major
    comrade commissar count duke earl baron judge senator governor father brother sister reverend""".split()
)
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
_KINDS = {word: number for number, line in enumerate(_KIND_LINES.strip().splitlines()) for word in line.split()}
_SIDES = frozenset(
    "north northern south southern east eastern west western central middle upper lower far near new old inner outer"
    " great greater little first second third".split()
)
_SHORT = 3  # letters
_WITHIN = re.compile(r"\b(?:of|the|de|del|della|von|van|bin|ibn|al|du)\b|\b[IVX]{2,4}\b|(?<=\w )[IVX]$")
_SEPARATE = re.compile(r"[,;&+\n]|\band\b|\bin\b|\bat\b|\bfrom\b|\bto\b|\bby\b", re.IGNORECASE)


class Sources:
    """What some texts call people and things.

    Args:
        texts: plain.
        known: tells of a folded word whether it is one of the sources or of ordinary English.
        is_name: whether it is a name.
    """

    def __init__(self, texts: Iterable[str], known: Callable[[str], bool], is_name: Callable[[str], bool]) -> None:
        self._texts = tuple(texts)
        self.known = known
        self.is_name = is_name
        self._beside: dict[str, tuple[frozenset[str], int]] = {}
        self._stands_for: dict[str, frozenset[str]] = {}

    def neighbours(self, word: str) -> frozenset[str]:
        """The folded words that stand with one, as it is written, in a name: first names, titles."""
        return self._read(word)[0]

    def alone(self, word: str) -> int:
        """How often a word of names stands by itself."""
        return self._read(word)[1]

    def spelled_out(self, letters: str) -> frozenset[str]:
        """What the texts write, folded, before letters in brackets."""
        if letters not in self._stands_for:
            before = (text[max(0, at - _WINDOW) : at] for text in self._texts for at in _places(text, f"({letters})"))
            self._stands_for[letters] = frozenset(fold(re.split(r"[.;()]", said)[-1]) for said in before)
        return self._stands_for[letters]

    def _read(self, word: str) -> tuple[frozenset[str], int]:
        if word not in self._beside:
            found: set[str] = set()
            alone = 0
            for text in self._texts:
                for at in _places(text, word):
                    end = at + len(word)
                    before = _BEFORE.search(text[max(0, at - _WINDOW) : at])
                    after = _AFTER.match(text[end : end + _WINDOW])
                    beside = tokens(f"{before.group() if before else ''} {after.group() if after else ''}")
                    found.update(token.word for token in beside)
                    alone += all(token.word in _TITLES for token in beside)
            self._beside[word] = frozenset(found), alone
        return self._beside[word]


_WINDOW = 60  # characters
_NAME = r"[^\W\d_a-z](?:\.|[^\W\d_]+(?:['’][^\W\d_]+)?)?"
_BEFORE = re.compile(rf"(?:(?<!\w){_NAME}[\s-]+){{1,3}}$")
_AFTER = re.compile(rf"(?:[\s-]+{_NAME}(?!\w)|-[^\W\d_]+){{1,3}}")
_MOST = 300  # places of a word that are looked at


def _places(text: str, word: str) -> list[int]:
    """Where a word stands in a text as it is written."""
    found = re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    return [match.start() for match in islice(found, _MOST)]


@dataclass(frozen=True, slots=True)
class Names:
    """What is known besides the two answers: the sources, what was asked, and the cited sentence."""

    sources: Sources
    prompt: str
    told: str


def grade_person(expected: str, given: str, names: Names) -> Mark:
    """What the name of a person is worth: right by the surname, half by another part of the name; wrong if it comes
    with a first name that is not that person's."""
    described, wanted = _described(expected)
    said = tokens(given)
    if _whole(wanted, said):
        return _spelt_note(expected, given)
    found = _names_paired(wanted, said, pair(wanted, said, names.sources.known))
    initials = _initials(wanted, said, found)
    if not found.pairs:
        is_part = described and pair(described, said, names.sources.known).pairs
        return partly(f"Who it is is missing: the source has {expected}.") if is_part else WRONG
    family = _family(expected, wanted, names)
    whole = len(found.wanted) == len(wanted)
    strangers = _strangers(said, found, initials, names)
    beside = [wanted[place] for place in found.wanted] if whole else []
    if any(not _beside(one, beside, names.sources) for one in strangers):
        return WRONG
    if whole or family in found.wanted:
        return _spelt_note(expected, given) if found.spelt else RIGHT
    return partly(f"That is only a part of the name: the source has {expected}.")


def _described(expected: str) -> tuple[list[Token], list[Token]]:
    """What a person is, and the name: "the French painter", "Ann Lee". The name is what comes last with capitals."""
    found = [token for token in tokens(expected) if not token.small and token.word not in _TITLES]
    if not found or not found[-1].capital:
        return [], found
    first = len(found) - 1
    while first > 0 and found[first - 1].capital:
        first -= 1
    if any(token.capital for token in found[:first]) and _WITHIN.search(expected):
        first = 0  # "Robert of Ely"
    return found[:first], found[first:]


def _whole(wanted: Sequence[Token], said: Sequence[Token]) -> bool:
    """Whether a name stands in the answer as it sounds, in whatever words and order: "Songmoo Kho"."""
    sounds = joined(wanted)
    for size in range(1, len(wanted) + 3):
        for first in range(len(said) - size + 1):
            part = said[first : first + size]
            if not any(token.word in _TITLES for token in part) and joined(part) == sounds and len(sounds) > 3:
                return True
    return False


def _initials(wanted: Sequence[Token], said: Sequence[Token], found: Found) -> set[int]:
    """The places of single letters that are initials of expected words, and of words whose initial is expected."""
    left = [token for place, token in enumerate(wanted) if place not in found.wanted]
    return {
        place
        for place, token in enumerate(said)
        if place not in found.given
        and any(token.word[0] == one.word[0] and 1 in (len(token.word), len(one.word)) for one in left)
    }


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


def _strangers(said: Sequence[Token], found: Found, initials: set[int], names: Names) -> list[Token]:
    """The words that stand beside the name as if they were of it, and are not: the first name of somebody else. What
    stands beside it in the prompt is of somebody else too."""
    asked = words(names.prompt)
    side_by_side = {frozenset(two) for two in pairwise(asked)}
    strangers = []
    for place in sorted(found.given):
        for step in (-1, 1):
            other = place + step
            while 0 <= other < len(said) and (other in found.given or other in initials or said[other].word in _TITLES):
                other += step
            if not 0 <= other < len(said) or said[other].small:
                continue
            token = said[other]
            of_prompt = frozenset((token.word, said[place].word)) in side_by_side
            if of_prompt or (token.word not in asked and _nameish(token, said, names)):
                strangers.append(token)
    return strangers


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


def _spelt_note(expected: str, given: str) -> Mark:
    """Right, with the source's spelling if it is another one."""
    there = set(words(given))
    missing = [word for word in re.findall(r"[^\W\d_]+", expected) if fold(word) not in there]
    plain = fold(expected) == fold(given) or not missing
    return RIGHT if plain else Mark(RIGHT.outcome, f"The source spells it {expected}.")


# -- places, bodies, works -------------------------------------------------------------------------------------------


def grade_name(expected: str, given: str, names: Names) -> Mark:
    """What the name of anything but a person is worth: right if all is there that tells it from others, half if some
    of it is; wrong if something else stands in the place of the rest."""
    if _acronym(expected, given, names) or _alias(expected, given):
        return RIGHT
    wanted = [token for token in tokens(expected) if not token.small]
    if not wanted:
        return RIGHT if fold(expected) in fold(given) else WRONG
    said = [token for token in tokens(given) if not token.small]
    if _whole(wanted, said):
        return _spelt_note(expected, given)
    found = pair(wanted, said, names.sources.known)
    telling = [place for place, token in enumerate(wanted) if token.word not in _KINDS and _telling(token, wanted)]
    telling = telling or list(range(len(wanted)))
    had = [place for place in telling if place in found.wanted]
    if not had:
        return WRONG
    rivals = _rivals(said, found, wanted, names)
    if _other_kind(wanted, said, found):
        return WRONG
    if len(had) == len(telling):
        missing = [token for place, token in enumerate(wanted) if place not in found.wanted and token.capital]
        if rivals and missing:
            return partly(f"The source has {expected}.")
        return _spelt_note(expected, given) if found.spelt else RIGHT
    if rivals:
        return WRONG
    if _country(wanted, found) or (len(had) >= 3 and len(had) / len(telling) >= 0.75):
        return RIGHT
    if all(wanted[place].word in _SIDES for place in had):
        return WRONG
    return partly(f"That is a part of it: the source has {expected}.")


def _other_kind(wanted: Sequence[Token], said: Sequence[Token], found: Found) -> bool:
    """Whether another kind of thing was given: the railway for the front of a name."""
    missing = {_KINDS[one.word] for place, one in enumerate(wanted) if place not in found.wanted and one.word in _KINDS}
    instead = {_KINDS[one.word] for place, one in enumerate(said) if place not in found.given and one.word in _KINDS}
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
        and token.word not in _KINDS
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


def _acronym(expected: str, given: str, names: Names) -> bool:
    """Whether one of the two are the initials of the other, and the sources have them."""
    said = [token for token in tokens(given) if not token.small]
    wanted = [token for token in tokens(expected) if not token.small]
    for short, long in ((said, wanted), (wanted, said)):
        for token in short:
            letters = re.sub(r"\W", "", token.typed)
            if not (len(letters) > 1 and letters.isupper()):
                continue
            if "".join(one.word[0] for one in long) == fold(letters):
                return True
            if long is wanted and _stands_for(letters, long, names.sources):
                return True
    return False


def _stands_for(letters: str, long: Sequence[Token], sources: Sources) -> bool:
    return any(all(token.word in said for token in long) for said in sources.spelled_out(letters))
