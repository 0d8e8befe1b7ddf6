"""Everybody and everything that some documents name, with every mention: spellings of one name are one, and a surname
alone goes with the only person who has it.

How a name is found in a sentence, and its kind heard there, is in entities.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.study.card import Asked
from app.study.entities import NAMED, IsName, Votes, heard, name_spans, noun_behind, owner_off, spoken_for
from app.study.name_words import BODIES, GROUNDS
from app.study.prose import prose
from ingest.documents import MarkKind, Span
from vectorstore.records import Record
from vectorstore.spelling import Spelling, sound
from vectorstore.words import fold


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something that is named: the name as it is shown, its kind (PERSON, PLACE or NAME), and every mention
    of it, in order, as (source id, span of the name)."""

    name: str
    kind: Asked
    mentions: tuple[tuple[str, Span], ...]


_CITED = re.compile(r"\(([^()]*\d{4}[^()]*)\)")
_CITED_NAME = re.compile(rf"({NAMED})(?= et al|,? \d{{4}}| &|,| and)")
_ADJECTIVE = re.compile(r"(?:[^t]an|ese|ish|ern|ic|ist|al|ar|let|viet|azi)$")
_GROUNDS_BEHIND = re.compile(rf" (?:{'|'.join(sorted(GROUNDS))})s?\b")  # "the Central Asian republics"
_COMPOUND = re.compile(r"-(?:language|speaking|born|era|style|based|controlled|led|wide|type|century|like|made)$")
_HEARD = 3  # mentions beyond which further ones do not make a kind surer


@dataclass
class _Group:
    """The mentions of one name, however it is transliterated."""

    is_name: IsName
    forms: Counter[str] = field(default_factory=Counter)
    places: list[tuple[str, Span]] = field(default_factory=list)
    votes: Votes = field(default_factory=Votes)
    adjective: int = 0

    @property
    def usual(self) -> str:
        return max(self.forms, key=lambda form: (self.forms[form], len(form)))

    @property
    def shown(self) -> str:
        """A person's fullest name, a people's plural, else the most frequent form."""
        if self.kind is Asked.PERSON:
            return max(self.forms, key=lambda form: (len(form.split()), self.forms[form]))
        return f"{self.usual}s" if f"{self.usual}s" in self.forms else self.usual

    @property
    def kind(self) -> Asked:
        share = min(len(self.places), _HEARD) / len(self.places)
        return spoken_for(self.usual, self.is_name).plus(self.votes, share).winner


def mentions(records: Iterable[Record]) -> tuple[Entity, ...]:
    """All that some documents name, the most mentioned first. Adjectives ("Soviet") name nothing, and neither do the
    titles of works and quoted phrases."""
    kept = list(records)
    is_name = Spelling(record.document.plain(Span(0, len(record.document.text))) for record in kept).is_name
    groups: dict[str, _Group] = {}
    for record in kept:
        _gather(record, is_name, groups)
    cited = {
        sound(word)
        for record in kept
        for said in _CITED.findall(record.document.text)
        for word in _CITED_NAME.findall(said)
    }
    for key, group in groups.items():
        if key.rsplit(" ", 1)[-1] in cited:
            group.votes[Asked.PERSON] += len(group.places)
    named = {key: group for key, group in groups.items() if group.adjective * 2 <= len(group.places)}
    found = [Entity(group.shown, group.kind, tuple(sorted(group.places))) for group in _merged(named)]
    return tuple(sorted(found, key=lambda entity: (-len(entity.mentions), entity.mentions[0])))


def _gather(record: Record, is_name: IsName, groups: dict[str, _Group]) -> None:
    """Add the names of a document to the groups."""
    titles = [mark.inner for mark in record.document.marks if mark.kind in (MarkKind.EMPHASIS, MarkKind.STRONG)]
    for reading in prose(record):
        for span in name_spans(reading.text, is_name):
            name, place = reading.text[span.start : span.end], reading.at(span.start, span.end)
            if not _is_one(name, is_name) or _in_title(reading.text, span, place, titles):
                continue
            group = groups.setdefault(_key(name), _Group(is_name))
            group.forms[name] += 1
            group.places.append((record.document.id, place))
            group.votes = group.votes.plus(heard(reading.text, span))
            behind = reading.text[span.end :]
            group.adjective += bool(_ADJECTIVE.search(name) and (noun_behind(behind) or _GROUNDS_BEHIND.match(behind)))


def _is_one(name: str, is_name: IsName) -> bool:
    """Whether a capitalised phrase names something: not "Resettlement", whose word the texts use otherwise too."""
    words = [fold(owner_off(word)) for word in re.split(r"[\s-]+", name)]
    known = any(map(is_name, words)) or (len(words) > 1 and words[-1] in BODIES | GROUNDS)
    return known and not _COMPOUND.search(name)


def _in_title(text: str, span: Span, place: Span, titles: Sequence[Span]) -> bool:
    """Whether a name stands in the title of a work or is a quoted phrase: it is not told of there."""
    if any(title.contains(place) and len(title) > len(place) for title in titles):
        return True
    return bool(re.search(r"“[^“”]{0,40}$", text[: span.start]) and re.match(r"[^“”.]{0,30}[,.]?”", text[span.end :]))


def _key(name: str) -> str:
    return " ".join(sound(owner_off(word)) for word in re.split(r"[\s-]+", name) if word)


def _merged(groups: dict[str, _Group]) -> list[_Group]:
    """The groups, with one for each person who is named in full and by surname, and for a people and its adjective."""
    full: dict[str, list[str]] = {}
    for key, group in groups.items():
        if " " in key and group.kind is Asked.PERSON:
            full.setdefault(key.rsplit(" ", 1)[1], []).append(key)
    done = dict(groups)
    for key, group in groups.items():
        whole = full.get(key, [])
        surname = len(whole) == 1 and group.votes[Asked.PLACE] < 2
        target = whole[0] if surname else f"{key}s"
        if " " not in key and target in done:
            into = done[target]
            into.forms.update(group.forms)
            into.places += group.places
            into.votes = into.votes.plus(group.votes)
            del done[key]
    return list(done.values())
