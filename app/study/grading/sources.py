"""What the sources call people and things, and what names have in common however they are graded: initials, letters
that stand for several words, a name that is written otherwise and sounds the same.

Grading people is in people.py, grading other names in names.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from app.study.grading.text import RIGHT, Mark, Token, tokens
from app.study.grading.words import Found, joined
from vectorstore.spelling import slips
from vectorstore.words import fold, words

#: What people are called by, which is no part of the name.
TITLES = frozenset(
    """mr mrs ms miss dr doctor prof professor sir lord lady dame king queen prince princess emperor empress tsar czar
    pope bishop archbishop cardinal saint st president chairman minister secretary general marshal colonel captain major
    comrade commissar count duke earl baron judge senator governor father brother sister reverend
    madame mme monsieur mademoiselle herr frau fraulein don dona senor senora signor sheikh sultan rabbi imam
    admiral marquis viscount chancellor premier mayor officer sergeant""".split()
)
_SHORT, _LONG = 3, 8  # letters


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
                    alone += all(token.word in TITLES for token in beside)
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


def spelt_note(expected: str, given: str) -> Mark:
    """Right, with the source's spelling if it is another one."""
    there = {word for token in tokens(given) for word in words(token.typed)}
    missing = [word for word in re.findall(r"[^\W\d_]+", expected) if fold(word) not in there]
    plain = fold(expected) == fold(given) or not missing
    return RIGHT if plain else Mark(RIGHT.outcome, f"The source spells it {expected}.")


def as_it_sounds(wanted: Sequence[Token], said: Sequence[Token]) -> bool:
    """Whether a name of several words stands in the answer as it sounds, written in as many words or otherwise; a slip
    is forgiven in a long one."""
    sounds, letters = joined(wanted), "".join(token.word for token in wanted)
    for size in range(1, len(wanted) + 3):
        for first in range(len(said) - size + 1):
            part = said[first : first + size]
            if any(token.word in TITLES for token in part):
                continue
            apart = size != len(wanted)
            alike = [one.word == other.word for one, other in zip(wanted, part, strict=False)]
            if joined(part) == sounds and len(sounds) > _SHORT and (apart or (size > 1 and any(alike))):
                return True
            starts = not apart and all(a.word[0] == b.word[0] for a, b in zip(wanted, part, strict=True))
            long = starts and size > 1 and len(letters) >= _LONG and letters.isalpha()
            if long and slips("".join(token.word for token in part), letters) <= 1:
                return True
    return False


def initials_of(wanted: Sequence[Token], said: Sequence[Token], found: Found) -> set[int]:
    """The places of single letters that are initials of expected words, and of words whose initial is expected."""
    left = [token for place, token in enumerate(wanted) if place not in found.wanted]
    return {
        place
        for place, token in enumerate(said)
        if place not in found.given
        and any(token.word[0] == one.word[0] and 1 in (len(token.word), len(one.word)) for one in left)
    }


def acronym(expected: str, given: str, names: Names) -> bool:
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
