"""A sentence of a source as a card shows it, and whether it can be understood by itself.

What is shown is cut from the source: its plain text without archive references, author-year references and footnote
marks, and without a change besides. What may be left out of it is for cloze.py to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.answer import Citation
from app.clauses import AUXILIARIES, PAST, balanced
from ingest.documents import BlockKind, Document, MarkKind, Passage, Span
from vectorstore.records import Record
from vectorstore.words import leans_back, without_locators, without_mark

#: Kinds of passages that cards are cut from: prose.
PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FOOTNOTE})
_SHORTEST, _LONGEST = 8, 52  # words of a sentence that makes a card
_NOISE = re.compile(r"\s*\[[^\]]{0,40}\b(?:needed|note \d+|\d{1,3})\](?!\()|(?<=[.,;)])(?::\d+(?:[-–]\d+)*)+")
#: Where something is kept: "(Russian State Archive of Social and Political History)".
_ARCHIVE = re.compile(r"\s*\((?:[A-Z]\w+ )*Archives?(?: of [^()\d]{3,80})?\)(?=[.;,])")


@dataclass(frozen=True, slots=True)
class Shown:
    """A sentence: where it stands, what is shown of it, and the texts of its links and emphasis with their kind."""

    document: Document
    passage: Passage
    span: Span
    text: str
    marked: tuple[tuple[MarkKind, str], ...] = ()

    @property
    def citation(self) -> Citation:
        """The sentence, exact, as citation 1."""
        return Citation.of(self.document, self.passage.section, self.span)


def shown_text(document: Document, span: Span) -> str:
    """What a card shows of a sentence."""
    text = _NOISE.sub("", _ARCHIVE.sub("", without_mark(without_locators(document.plain(span)))))
    return re.sub(r"\s+(?=[.,;:)])", "", text).strip()


def shown_sentences(record: Record) -> Iterator[Shown]:
    """The sentences of a document's prose, in order, whether they stand by themselves or not."""
    document = record.document
    for passage in record.passages:
        if passage.kind not in PROSE:
            continue
        for span in passage.sentences:
            yield Shown(document, passage, span, shown_text(document, span), tuple(_marked(document, span)))


_MARKED = frozenset({MarkKind.LINK, MarkKind.EMPHASIS, MarkKind.STRONG})


def _marked(document: Document, span: Span) -> Iterator[tuple[MarkKind, str]]:
    for mark in document.marks:
        if mark.kind in _MARKED and span.contains(mark.outer):
            yield mark.kind, document.plain(mark.inner)


_OPENERS = re.compile(
    r"(?:However|Thus|Consequently|Therefore|Moreover|Furthermore|In addition|Additionally|In fact|In particular"
    r"|Certainly|Nevertheless|Still|Overall|Instead|Subsequently|Meanwhile|Indeed|Finally|Also|For (?:instance|example)"
    r"|(?:First|Second|Third|Fourth|Fifth)(?:ly)?|Paradoxically|At the same time|In parallel|And|But|Yet"
    r"|Then|Soon),?\s+",
    re.IGNORECASE,
)
#: Openers behind which a sentence says what the one before it began.
_CONTINUES = re.compile(
    r"(?:Another|Other|Others|Both|Neither|Either|One of (?:them|these|those)|Some|Many of|Most of|Of (?:these|those)"
    r"|All of|As a result|From this|In this|In these|At this|At that|By this|After this|During this|In other"
    r"|(?:First|Second|Third|Fourth|Fifth)(?:ly\b|,\s)"
    r"|(?:Even though|Although|Because|Since|When|While|If|As|Though|After|Before) (?:it|he|she|they|this|these|there)"
    r"|Here|There(?:by|fore)?|Consequently|Instead|Otherwise"
    r"|In (?:contrast|response|turn)|On the other hand|Similarly|Likewise|Such|Then|Later|Afterwards|Still|Nevertheless"
    r"|In the (?:first|second|third|fourth|fifth|next|last|final) [a-z]+,\s"
    r"|Of them|Along with|The resulting)(?:\b|(?<=\s))",
    re.IGNORECASE,
)
#: Words in a sentence that mean something said before it.
_POINTS = re.compile(
    r"\b(?:this|these|those|such|the (?:former|latter|same|above|following|aforementioned|mentioned|resulting"
    r"|other|second|previous|next))\s+(?!who\b|that\b|with\b|as\b|a\b|an\b|of\b|\w+(?:ed|en)\b)[a-z]+"
    r"|\bthe (?!world|country|nation|city|sun|year|master|people)(?-i:[a-z]+)[’']s\b"
    r"|\bthe (?:two|three|four|five|six|seven|eight|nine|ten) (?-i:(?:[a-z]+ )?[a-z]+s)\b"
    r"(?!,| (?:of|who|that|which|in|from|between|to)\b)"
    r"|\bagain \w+ the (?:question|matter|issue|problem)\b(?! of)"
    r"|\bthe main (?-i:(?:[a-z]+ )?[a-z]+)\b(?! (?:of|for|that|to|in|behind)\b)"
    r"|\bas (?:mentioned|noted|stated|has already)\b"
    r"|\bthe (?:author|article|book|paper|study|report|directive|memorandum|document|operation|resolution|decree)\b"
    r"(?! (?:of|on|for|to|that|in|by|from|“|[A-Z]))|\bthis\b(?= (?:is|was|data))|\bmentioned in (?:his|her|their)\b",
    re.IGNORECASE,
)
_IT_IS = re.compile(r"^It (?:is|was|should be|has been) (?:\w+ )?\w+ that,? ")  # "It is known that": an empty "it"
_SAYS_WE = re.compile(r"\b(?:we|our|us|I|my)\b")
_PRONOUN_SUBJECT = re.compile(r"^[^,]{0,60}, (?:he|she|it|they|this|these|his|her|their|its)\b")

#: "Levon Mirzoyan briefed his", but not "The new king and his": the one meant is named before.
_ONE_PERSON = re.compile(r"\b(?:he|him|his|himself|she|her|hers|herself)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?!(?:The|A|An|In|On|At|By|After|Before|When|While|Although|As|From|To|For|With|Of|During|Both|Many|Some)\b)"
    r"[^\W\d_a-z][\w’'-]+"
)


def _is_whose(text: str) -> bool:
    """Whether a sentence speaks of one person whom it does not name before."""
    person = _ONE_PERSON.search(text)
    return person is not None and not _NAMED.search(text[: person.start()])


def stands_alone(text: str) -> bool:
    """Whether a sentence is understood without those around it: neither too long nor too short, whole, and about
    something that it names."""
    count = len(text.split())
    if not _SHORTEST <= count <= _LONGEST or not balanced(text) or not re.search(r"[.!][”\"’')]*$", text):
        return False
    if not (text[0].isupper() or text[0].isdigit() or text[0] in "“\"'‘"):
        return False
    if re.search(r"https?:|www\.|@|\.\.\.|…|[|{}<>=\\_]|^\d+[.)]|\b\d\) |[:;] ?$|\?", text):
        return False
    text = _IT_IS.sub("", text)
    if leans_back(text) or _CONTINUES.match(text) or _POINTS.search(text) or _SAYS_WE.search(text):
        return False
    body = text
    while opener := _OPENERS.match(body):
        body = body[opener.end() :]
    if leans_back(body) or _PRONOUN_SUBJECT.match(body) or _is_whose(body):
        return False
    return not _bare_subject(body)


_BARE = re.compile(
    r"(?:The|A|An|Each|All|During the|In the|At the|By the|After the|For the) ((?:[a-z][\w’'-]*,? ){1,5})"
)


def _bare_subject(text: str) -> bool:
    """Whether a sentence begins with something that nothing tells apart: "The train was", "The first began"."""
    match = re.match(r"(?:The|Its|Their) ((?:[a-z][\w’'-]* ?){1,3})(?=,|\b)", text)
    if not match or re.match(r"The (?:[a-z]+ ){1,3}?[a-z]+, (?:which|who|that) [^,]*[A-Z]", text):
        return False
    for at, word in enumerate(text.split()[1:5]):
        bare = word.rstrip(",")
        if (
            bare[:1].isupper()
            or bare[:1] in "“\"'‘"
            or bare in {"of", "for", "on", "to", "between", "that", "who", "in", "from", "behind"}
        ):
            return False
        if at and (bare in AUXILIARIES or bare in PAST or re.search(r"[a-z]{2}ed$", bare) or word.endswith(",")):
            return True
        if word.endswith(","):
            return True
    return False
