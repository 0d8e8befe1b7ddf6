"""What the names of some texts are names of, by all places where they stand: spellings of one name are one, and a
surname alone goes with the only person who has it.

How a name is found in a sentence, and its kind heard there, is in entities.py; where the documents name it in
mentions.py; which names a card may ask for in gaps.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from app.study.card import Asked
from app.study.names.entities import IsName, Votes, heard, name_spans, noun_behind, owner_off, spoken_for
from app.study.names.words import BODIES, GIVEN, GROUNDS
from ingest.documents import Span
from vectorstore.spelling import sound
from vectorstore.words import fold

_ADJECTIVE = re.compile(r"(?:[^t]an|ese|ish|ern|ic|ist|al|ar|let|viet|azi)$")
LANGUAGE = re.compile(r"(?:ish|ese|[ie]an|[ei]rn)$")  # or an adjective
_OF_LANDS = re.compile(r"(?:[^t]an|ese|ish|ern)$")
_GROUNDS_BEHIND = re.compile(rf" (?:{'|'.join(sorted(GROUNDS))})s?\b")  # "the Central Asian republics"
_COMPOUND = re.compile(r"-(?:language|speaking|born|era|style|based|controlled|led|wide|type|century|like|made)$")
_DONE = re.compile(r"(?:ed|ing|ly)$")
_SURNAME = 0.7  # what speaks for a person each time who is called as another is by surname
_HEARD = 3  # mentions beyond which further ones do not make a kind surer


@dataclass(eq=False)
class Named:
    """All mentions of one name, however it is transliterated: its forms, and what they say it is."""

    is_name: IsName = field(repr=False)
    forms: Counter[str] = field(default_factory=Counter)
    votes: Votes = field(default_factory=Votes)
    adjective: int = 0

    @property
    def count(self) -> int:
        """How often it is named."""
        return self.forms.total()

    @property
    def usual(self) -> str:
        """Its most frequent form."""
        return max(self.forms, key=lambda form: (self.forms[form], len(form)))

    @property
    def shown(self) -> str:
        """A person's fullest name, a people's plural, else the most frequent form."""
        if self.kind is Asked.PERSON:
            return max(self.forms, key=lambda form: (len(form.split()), self.forms[form]))
        return f"{self.usual}s" if f"{self.usual}s" in self.forms else self.usual

    @property
    def kind(self) -> Asked:
        """PERSON, PLACE, or NAME for all else and where it stays open."""
        return self._said.winner

    @property
    def full(self) -> bool:
        """Whether it is the name of a person with a surname: not "John of Saxony"."""
        return " " in self.usual and " of " not in self.usual and self.kind is Asked.PERSON

    @property
    def sure(self) -> bool:
        """Whether anything speaks for the kind."""
        return self._said[self.kind] > 0

    @property
    def margin(self) -> float:
        """How much more speaks for its kind than for any other."""
        said = self._said
        return said[self.kind] - max(
            said[kind] for kind in (Asked.PERSON, Asked.PLACE, Asked.NAME) if kind is not self.kind
        )

    @property
    def _said(self) -> Votes:
        share = min(self.count, _HEARD) / self.count
        return spoken_for(self.usual, self.is_name).plus(self.votes, share)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name, or an adjective of one, and where it stands in a text, without a title or role before it."""

    text: str
    span: Span


class Kinds:
    """The names of some texts. Adjectives ("Soviet") name nothing.

    Args:
        texts: sentences, as shown.
        is_name: tells of a folded word whether it is a name (Spelling.is_name).
        cited: the sounds of surnames that references are by.
    """

    def __init__(self, texts: Iterable[str], is_name: IsName, cited: Collection[str] = ()) -> None:
        self._is_name = is_name
        kept = dict.fromkeys(texts)
        self._small = frozenset(word for text in kept for word in re.findall(r"\b[a-z]{2,}", text))
        self._surnames: frozenset[str] = frozenset()
        self._groups: dict[str, Named] = {}
        self._gather(kept)
        self._surnames = frozenset(fold(name.usual.split()[-1]) for name in self._groups.values() if name.full)
        self._groups = {}
        self._phrases = self._gather(kept)  # again, now that the surnames are known
        self._hear_surnames(cited)
        self._groups = {key: one for key, one in self._groups.items() if one.adjective * 2 <= one.count}
        self._merge()
        self._firsts = frozenset(word for key, one in self._groups.items() if one.full for word in key.split()[:-1])

    def phrases(self, text: str) -> tuple[Phrase, ...]:
        """The names of one of the texts, and their adjectives, in order."""
        return self._phrases.get(text, ())

    def named(self, phrase: Phrase) -> Named | None:
        """All mentions of what it names; None of an adjective."""
        return self._groups.get(_key(phrase.text))

    def of(self, phrase: Phrase) -> Asked | None:
        """The kind of a name; None where it is better not asked for: an adjective, a word for a language, a bare first
        name, or one word of which nothing tells what it is."""
        named = self.named(phrase)
        if named is None:
            return None
        alone = " " not in phrase.text
        left_open = alone and (not named.sure or _key(phrase.text) in self._firsts or LANGUAGE.search(phrase.text))
        return None if left_open else named.kind

    def _gather(self, texts: Iterable[str]) -> dict[str, tuple[Phrase, ...]]:
        return {text: tuple(self._gathered(text)) for text in texts}

    def _gathered(self, text: str) -> Iterator[Phrase]:
        for span in name_spans(text, self._opens_name):
            name, behind = text[span.start : span.end], text[span.end :]
            if not self._is_one(name):
                continue
            group = self._groups.setdefault(_key(name), Named(self._opens_name))
            group.forms[name] += 1
            group.votes = group.votes.plus(heard(text, span))
            noun = _ADJECTIVE.search(name) and noun_behind(behind)
            group.adjective += bool(noun or (_OF_LANDS.search(name) and _GROUNDS_BEHIND.match(behind)))
            yield Phrase(name, span)

    def _opens_name(self, word: str) -> bool:
        """Whether a first word is a name, or can be one that stands nowhere else."""
        return self._named(word) or not (word in self._small or _DONE.search(word))

    def _named(self, word: str) -> bool:
        return self._is_name(word) or word in GIVEN or word in self._surnames  # Robert Conquest tells of conquest

    def _is_one(self, name: str) -> bool:
        """Whether a capitalised phrase names something: not "Resettlement", whose word the texts use otherwise too."""
        words = [fold(owner_off(word)) for word in re.split(r"[\s-]+", name)]
        known = any(map(self._named, words)) or (len(words) > 1 and words[-1] in BODIES | GROUNDS)
        return known and not _COMPOUND.search(name)

    def _hear_surnames(self, cited: Collection[str]) -> None:
        """Adds what it says of a name that a person has it as a surname."""
        lasts, heads = Counter[str](), Counter[str]()  # "John Harvard", and "Harvard College"
        for key, group in self._groups.items():
            if group.full:
                lasts[key.split()[-1]] += group.count
            elif " " in key:
                heads[key.split()[0]] += group.count
        for key, group in self._groups.items():
            if key.rsplit(" ", 1)[-1] in cited:
                group.votes[Asked.PERSON] += group.count
            if lasts[key] > heads[key]:
                group.votes[Asked.PERSON] += _SURNAME * group.count

    def _merge(self) -> None:
        """Makes one of each person who is named in full and by surname, and of a people and its adjective."""
        full: dict[str, list[str]] = {}
        for key, group in self._groups.items():
            if group.full:
                full.setdefault(key.rsplit(" ", 1)[1], []).append(key)
        for key, group in list(self._groups.items()):
            whole = full.get(key, [])
            surname = len(whole) == 1 and group.votes[Asked.PLACE] < 2
            into = self._groups.get(whole[0] if surname else f"{key}s")
            if " " not in key and into is not None and into is not group:
                into.forms.update(group.forms)
                into.votes = into.votes.plus(group.votes)
                self._groups[key] = into


def _key(name: str) -> str:
    return " ".join(sound(owner_off(word)) for word in re.split(r"[\s-]+", name) if word)
