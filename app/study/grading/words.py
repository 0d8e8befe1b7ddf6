"""Whether two words are one: inflected, in another transliteration, with a slip, a people for its country.

What is spelt otherwise counts as the same, but is told apart, for the student is to be told. A word that the sources or
ordinary English have is another word, however alike the two are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum

from app.study.grading.text import Token
from vectorstore.spelling import skeleton, slips, sound
from vectorstore.words import stem


class Same(IntEnum):
    """How far two words are one."""

    NO = 0
    SPELT = 1  # otherwise, or with a slip
    YES = 2


_SLIP, _SLIPS = 5, 8  # letters of a word from which one slip, two slips are forgiven
_NUMERAL = re.compile(r"[ivx]+|ww[i12]+")
_ENDINGS = (
    "istan", "stan", "land", "ians", "ian", "eans", "ean", "ans", "an", "ns", "n", "ese", "ish", "ern", "sky", "ski",
    "skii", "skiy", "ye", "ya", "ia", "is", "i", "ic", "ites", "ite", "ship", "hood", "ness", "ey", "s", "a", "e", "y",
)  # fmt: skip
_ROOT = 4  # letters


def match(wanted: str, given: str, known: Callable[[str], bool]) -> Same:
    """Whether a folded word that was given is the one that is expected. `known` tells of a folded word whether it is
    one of the sources or of ordinary English."""
    if wanted == given:
        return Same.YES
    if wanted[:1].isdigit() or given[:1].isdigit() or _NUMERAL.fullmatch(wanted) or _NUMERAL.fullmatch(given):
        return Same.NO
    if stem(_single(wanted)) == stem(_single(given)) or _american(wanted) == _american(given):
        return Same.YES
    if _one_root(wanted, given):
        return Same.YES
    return Same.SPELT if _spelt(wanted, given, known) else Same.NO


def hear(word: str) -> str:
    """How a name sounds in whatever transliteration, the German one too."""
    return sound(re.sub("tsch", "ch", re.sub("dsch", "j", word)))


def one_name(wanted: str, given: str) -> bool:
    """Whether two first names or surnames are one in the spelling of two languages: "Iosif", "Joseph"."""
    if min(len(wanted), len(given)) < _ROOT:
        return False
    heard, said = hear(wanted), hear(given)
    return skeleton(heard) == skeleton(said) or (min(len(heard), len(said)) > _SLIP and slips(heard, said) <= 1)


_PLURALS = """men/man women/woman children/child feet/foot teeth/tooth mice/mouse lives/life wives/wife knives/knife
wolves/wolf halves/half leaves/leaf thieves/thief"""
_IRREGULAR = dict(line.split("/") for line in _PLURALS.split())


def _single(word: str) -> str:
    return _IRREGULAR.get(word, word)


def _american(word: str) -> str:
    """A word as it is spelt in America."""
    return stem(re.sub(r"(?<=[a-z]{2})our(?=s?\b|ed|ing|er)", "or", re.sub(r"is(?=e|ing|ation)", "iz", word)))


def _one_root(one: str, other: str) -> bool:
    """Whether two words are one but for the endings that make peoples of countries and districts of towns."""
    mine, theirs = _roots(one), _roots(other)
    return any(max(len(mine[root]), len(theirs[root])) > 1 for root in mine.keys() & theirs.keys())


def _roots(word: str) -> dict[str, str]:
    """A word without such an ending, with that ending."""
    ends = [end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _ROOT]
    return {word: "", **{word[: -len(end)]: end for end in ends}}


def _spelt(wanted: str, given: str, known: Callable[[str], bool]) -> bool:
    heard, said = hear(wanted), hear(given)
    if heard == said and len(heard) > 1:
        return True
    shorter = min(len(wanted), len(given))
    if known(given) or shorter < _ROOT:
        return False
    off = slips(wanted, given)
    allowed = 2 if shorter >= _SLIPS else 1 if shorter >= _SLIP else 0
    if off <= allowed or (shorter >= _SLIP and slips(heard, said) <= allowed):
        return True
    return skeleton(wanted) == skeleton(given) and slips(heard, said) <= max(1, len(heard) // 4)


@dataclass(frozen=True, slots=True)
class Found:
    """Which of the expected words were given, by place in both, and which of these are spelt otherwise."""

    pairs: tuple[tuple[int, int], ...]
    spelt: bool

    @property
    def wanted(self) -> frozenset[int]:
        """The places of the expected words that were given."""
        return frozenset(one for one, _ in self.pairs)

    @property
    def given(self) -> frozenset[int]:
        """The places of the given words that are expected."""
        return frozenset(other for _, other in self.pairs)


def pair(wanted: Sequence[Token], given: Sequence[Token], known: Callable[[str], bool]) -> Found:
    """The expected words that were given, each paired with the word that is likest to it."""
    pairs: list[tuple[int, int]] = []
    taken: set[int] = set()
    spelt = False
    for level in (Same.YES, Same.SPELT):
        for one, token in enumerate(wanted):
            if any(one == first for first, _ in pairs):
                continue
            free = (other for other in range(len(given)) if other not in taken)
            other = next((n for n in free if match(token.word, given[n].word, known) >= level), None)
            if other is not None:
                pairs.append((one, other))
                taken.add(other)
                spelt = spelt or level is Same.SPELT
    return Found(tuple(sorted(pairs)), spelt)


def joined(found: Sequence[Token]) -> str:
    """A name as it sounds, whether it is written in one word or in several: "Il-sŏng", "Ilsung"."""
    return skeleton("".join(token.word for token in found))


def among(token: Token, words: Collection[str]) -> bool:
    """Whether a word, in any inflection, is one of some folded words."""
    return token.word in words or any(stem(token.word) == stem(word) for word in words)
