"""Answers without a language model: the sentences of the sources that answer, word for word.

Chooses from what search brought up: one sentence when one stands out, up to three when they share the answer,
all items of a list that is asked for, one of each source when each is to be heard, both sides of a
disagreement. Ranking is in ranking.py, whether to answer at all in confidence.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.answer import Answer, Citation
from app.conflicts.values import Conflict, ConflictKind, conflicts_at
from app.followup import Link
from app.question import Question
from app.ranking import Ranked, holds, rank
from app.wording import NAME, Wanted, wanted
from ingest.documents import BlockKind, Span
from ingest.lists import Listing
from vectorstore.records import Record
from vectorstore.search import Hit, Result, Searcher, SentenceScore
from vectorstore.words import leans_back, terms, words

_ABSTRACT = re.compile(r"(?:\d+\.?\s*)?(?:abstract|summary|overview|introduction)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Extent:
    """How far an answer goes beyond its best sentence.

    A further sentence needs `ratio` of the best one's chance, or `same_passage` if it stands in the same passage,
    and there is none once the answer would have more than so many words or sentences.
    """

    ratio: float
    same_passage: float
    words: int
    sentences: int = 3


@dataclass(frozen=True, slots=True)
class Policy:
    """How much is said. Set on the development questions (evals/NOTES.md)."""

    clear: Extent = Extent(ratio=0.4, same_passage=0.3, words=70)  # one sentence stands out
    doubtful: Extent = Extent(ratio=0.1, same_passage=0.1, words=100)  # none does
    guessed: Extent = Extent(ratio=0.2, same_passage=0.2, words=90)  # one does, but "it" had to be guessed
    part: Extent = Extent(ratio=0.1, same_passage=0.1, words=100)  # one part of a question, or source
    doubt: float = 0.3  # the chance of the best sentence below which none stands out
    whole: float = 0.6  # the chance of the best sentence above which it is taken to answer the whole question
    continuation: float = 0.2  # the share of the chance for a sentence that goes on from the best ("It ...")
    words_with_antecedent: int = 100  # the most words with a sentence that only says who "he" is
    announced: int = 10  # the most bullets behind a sentence that announces them
    overview: int = 2  # sentences of each source that say what it is about
    list_reach: int = 3  # a list is given if one of its sentences is among so many of the best
    follow_up: float = 0.5  # what a sentence of a passage that the previous answer cited gains
    same_section: float = 0.3  # what one of its section gains


@dataclass(frozen=True)
class Draft:
    """The sentences of an answer, in the order in which they are said, and what is to be remarked on them.

    `ranked` is the ranking they were taken from, for the confidence.
    """

    chosen: tuple[SentenceScore, ...]
    ranked: Ranked
    hits: tuple[Hit, ...]
    notes: tuple[str, ...] = ()


def draft(question: Question, searcher: Searcher, policy: Policy, conflicts: Sequence[Conflict] = ()) -> Draft:
    """The best answer that the sources' own sentences make; `chosen` is empty only if nothing was found.

    `conflicts` are those of the indexed documents: what contradicts the answer is said beside it.
    """
    result = searcher.search(question.topic, sources=question.sources if not question.each_source else ())
    ranked = _favour_previous(rank(question.topic, question.wanted, result, searcher), question, policy)
    hits = _by_best_sentence(result, ranked)
    for choose in (_item, _next, _overview, _each_source, _whole_list, _parts):
        chosen = choose(question, ranked, searcher, policy)
        if chosen:
            return _with_disagreement(Draft(chosen, ranked, hits), question, searcher, conflicts)
    best = ranked.chances.max(initial=0.0)
    extent = policy.doubtful if best < policy.doubt else policy.clear if question.link is Link.NONE else policy.guessed
    few = _few(ranked, extent, policy)
    said = _with_antecedents(_with_announced(few, question, searcher, policy), searcher, policy)
    return _with_disagreement(Draft(said, ranked, hits), question, searcher, conflicts)


# -- ways to choose: each returns the sentences, or nothing if it is not its case ------------------------------------


def _item(question: Question, ranked: Ranked, searcher: Searcher, policy: Policy) -> tuple[SentenceScore, ...]:
    """One item of the list that the previous answer gave."""
    if question.link is not Link.ITEM or question.previous is None:
        return ()
    for citation in _known(question.previous, searcher):
        for listing in searcher.records[citation.source_id].lists:
            if citation.span not in listing.all_spans():
                continue
            index = question.item - 1 if question.item > 0 else len(listing.items) + question.item
            if not 0 <= index < len(listing.items):
                continue
            sentence = listing.items[index]
            return tuple(searcher.sentences_at(citation.source_id, [sentence]))
    return ()


def _known(previous: Answer, searcher: Searcher) -> list[Citation]:
    """The citations of an answer whose source is among those that are searched: it may be gone, or another's."""
    return [citation for citation in previous.citations if citation.source_id in searcher.records]


def _next(question: Question, ranked: Ranked, searcher: Searcher, policy: Policy) -> tuple[SentenceScore, ...]:
    """What stands behind the words that the previous answer cited last."""
    if question.link is not Link.NEXT or question.previous is None:
        return ()
    cited = _known(question.previous, searcher)
    if not cited:
        return ()
    last = max(cited, key=lambda c: (c.n == 1, c.span))
    following = [
        span
        for passage in searcher.records[last.source_id].passages
        if passage.caller is None
        for span in passage.sentences
        if span.start >= last.span.end
    ]
    return tuple(searcher.sentences_at(last.source_id, sorted(following)[:2]))


def _overview(question: Question, ranked: Ranked, searcher: Searcher, policy: Policy) -> tuple[SentenceScore, ...]:
    """What each source says that it is about: its abstract, else the passage that is nearest to its title."""
    chosen: list[SentenceScore] = []
    for source_id in question.overview:
        record = searcher.records[source_id]
        body = [p for p in record.passages if p.kind is BlockKind.PARAGRAPH]
        opening = next((p for p in body if _ABSTRACT.match(p.section)), None)
        if opening is None:
            opening = searcher.search(record.document.source.title, k=1, sources=[source_id]).hits[0].passage
        chosen += searcher.sentences_at(source_id, opening.sentences[: policy.overview])
    return tuple(chosen)


def _each_source(question: Question, ranked: Ranked, searcher: Searcher, policy: Policy) -> tuple[SentenceScore, ...]:
    """What answers each part of the question, and the best of every source that is not heard by then."""
    if not question.each_source:
        return ()
    chosen = list(_parts(question, ranked, searcher, policy))
    for source_id in question.sources or searcher.records:
        if all(sentence.hit.passage.source_id != source_id for sentence in chosen):
            result = searcher.search(question.topic, k=5, sources=[source_id])
            chosen += _few(rank(question.topic, question.wanted, result, searcher), policy.part, policy)
    return _those_that_name(question, chosen)


def _those_that_name(question: Question, chosen: Sequence[SentenceScore]) -> tuple[SentenceScore, ...]:
    """For "which text mentions Kim Il-sŏng?": without one that only has another Kim, where one has him."""
    names = [set(terms(m.group())) for m in NAME.finditer(question.topic) if len(words(m.group())) > 1]
    if len(names) != 1 or question.parts or not re.search(r"\bwhich\b", question.text, re.IGNORECASE):
        return tuple(chosen)
    naming = {s.hit.passage.source_id for s in chosen if names[0] <= set(terms(s.text))}
    return tuple(s for s in chosen if not naming or s.hit.passage.source_id in naming)


def _whole_list(question: Question, ranked: Ranked, searcher: Searcher, policy: Policy) -> tuple[SentenceScore, ...]:
    """All items of the list that the best sentences belong to, with the sentence that introduces it.

    Not where one item by itself is what is asked for: a list inside a list.
    """
    if not question.listing:
        return ()
    best: tuple[float, str, Listing] | None = None
    for place, sentence in enumerate(ranked.sentences[: 4 * policy.list_reach]):
        source_id = sentence.hit.passage.source_id
        for listing in searcher.records[source_id].lists:
            fits = question.count and question.count == len(listing.items)
            if not listing.span.overlaps(sentence.span) or (place >= policy.list_reach and not fits):
                continue
            named = _introduces(question, listing, searcher, source_id)
            inside = sentence.span in listing.all_spans()
            announced = sentence.span == listing.intro
            alone = bool(question.count) or ranked.chances[0] >= policy.whole  # one item that holds what is asked for
            if not (fits or named or (place == 0 and inside and (announced or not alone))):
                continue
            score = 1.0 / (1 + place) + bool(fits) + inside + named
            if best is None or score > best[0]:
                best = (score, source_id, listing)
    if best is None:
        return ()
    return tuple(searcher.sentences_at(best[1], best[2].all_spans()))


def _parts(question: Question, ranked: Ranked, searcher: Searcher, policy: Policy) -> tuple[SentenceScore, ...]:
    """What answers each question inside the question; nothing if one sentence stands out that answers them all."""
    chosen: list[SentenceScore] = []
    if not question.each_source and ranked.chances.max(initial=0.0) >= policy.whole:
        return ()
    for part in question.parts:
        said = {sentence.place for sentence in chosen}
        best = _few(rank(part, wanted(part), searcher.search(part, k=5), searcher), policy.part, policy)
        chosen += [sentence for sentence in best if sentence.place not in said]
    return tuple(chosen)


def _few(ranked: Ranked, extent: Extent, policy: Policy) -> tuple[SentenceScore, ...]:
    """The best sentence, and others that come close to it."""
    chosen: list[SentenceScore] = []
    spoken = 0
    for sentence, chance in zip(ranked.sentences, ranked.chances, strict=True):
        length = len(sentence.plain.split())
        if chosen:
            needed = _share_needed(sentence, chosen[0], extent, policy) * ranked.chances[0]
            if len(chosen) == extent.sentences:
                break
            if chance < needed or spoken + length > extent.words:
                continue
        chosen.append(sentence)
        spoken += length
    return tuple(chosen)


def _share_needed(sentence: SentenceScore, best: SentenceScore, extent: Extent, policy: Policy) -> float:
    """The share of the best sentence's chance that a further sentence needs."""
    if sentence.hit.passage is not best.hit.passage:
        return extent.ratio
    spans = best.hit.passage.sentences
    follows = spans.index(sentence.span) == spans.index(best.span) + 1
    goes_on = follows and leans_back(sentence.plain)
    return policy.continuation if goes_on else extent.same_passage


def _with_announced(
    chosen: Sequence[SentenceScore], question: Question, searcher: Searcher, policy: Policy
) -> tuple[SentenceScore, ...]:
    """Behind a sentence that only announces the answer, the answer.

    One that ends with a colon announces its list, or the next sentence; one that says that something happened
    announces, to who asks why, a next sentence that speaks of reasons.
    """
    said: list[SentenceScore] = []
    for sentence in chosen:
        said.append(sentence)
        passage = sentence.hit.passage
        record = searcher.records[passage.source_id]
        behind = passage.sentences[passage.sentences.index(sentence.span) + 1 :]
        plain = record.document.plain
        if sentence.plain.endswith(":"):
            more = _announced(record, sentence.span, behind, policy)
        elif _no_reason(question, sentence.plain) and behind and not _no_reason(question, plain(behind[0])):
            more = (behind[0], *_announced(record, behind[0], (), policy))
        else:
            continue
        said += searcher.sentences_at(passage.source_id, more)
    return tuple({sentence.place: sentence for sentence in said}.values())


def _announced(record: Record, intro: Span, behind: Sequence[Span], policy: Policy) -> tuple[Span, ...]:
    """The list that a sentence introduces; else the bullets behind it; else the sentence behind it."""
    listed = next((one.items for one in record.lists if one.intro == intro), ())
    points = [block.span for block in record.document.blocks if block.kind is BlockKind.LIST_ITEM]
    bullets = [span for span in behind if any(point.overlaps(span) for point in points)]
    return tuple(listed or bullets[: policy.announced] or behind[:1])


def _no_reason(question: Question, text: str) -> bool:
    return question.wanted is Wanted.REASON and holds(Wanted.REASON, text) is False


def _with_antecedents(chosen: Sequence[SentenceScore], searcher: Searcher, policy: Policy) -> tuple[SentenceScore, ...]:
    """Before a sentence that begins with "It" or "He", the sentence that says what or who, if there is room."""
    said: list[SentenceScore] = []
    spoken = sum(len(s.plain.split()) for s in chosen)
    taken = {sentence.place for sentence in chosen}
    for sentence in chosen:
        passage = sentence.hit.passage
        place = passage.sentences.index(sentence.span)
        before = passage.sentences[place - 1] if place else None
        if before and leans_back(sentence.plain) and (passage.source_id, before) not in taken:
            antecedent = searcher.sentences_at(passage.source_id, [before])
            length = len(antecedent[0].plain.split())
            if spoken + length <= policy.words_with_antecedent:
                said += antecedent
                spoken += length
        said.append(sentence)
    return tuple(said)


def _introduces(question: Question, listing: Listing, searcher: Searcher, source_id: str) -> bool:
    """Whether the sentence before a list names what is asked for: half of the question's terms, by idf."""
    if listing.intro is None:
        return False
    asked = {term: searcher.lexical.idf(term) for term in terms(question.topic)}
    said = set(terms(searcher.records[source_id].document.plain(listing.intro)))
    return sum(idf for term, idf in asked.items() if term in said) >= 0.5 * sum(asked.values())


# -- helpers ---------------------------------------------------------------------------------------------------------


def _favour_previous(ranked: Ranked, question: Question, policy: Policy) -> Ranked:
    """A follow-up is more likely about what was just cited, or what stands around it."""
    if question.link not in (Link.TOPIC, Link.ITEM) or question.previous is None or not ranked.sentences:
        return ranked
    cited = question.previous.citations
    weight = 3.0 if question.link is Link.ITEM else 1.0  # "the second one" says nothing else about itself

    def gain(sentence: SentenceScore) -> float:
        passage = sentence.hit.passage
        mine = [c for c in cited if c.source_id == passage.source_id]
        here = policy.follow_up * any(passage.span.contains(c.span) for c in mine)
        return weight * (here + policy.same_section * any(passage.section == c.section for c in mine))

    return ranked.with_gains(np.asarray([gain(sentence) for sentence in ranked.sentences]))


def _by_best_sentence(result: Result, ranked: Ranked) -> tuple[Hit, ...]:
    """The hits, those first whose sentences rank highest; the score is now that sentence's chance, 0..1."""
    best: dict[str, float] = {}
    for sentence, chance in zip(ranked.sentences, ranked.chances, strict=True):
        best.setdefault(sentence.hit.passage.id, float(chance))
    hits = [replace(hit, score=best.get(hit.passage.id, 0.0)) for hit in result.hits]
    return tuple(sorted(hits, key=lambda hit: -hit.score))


def _with_disagreement(plain: Draft, question: Question, searcher: Searcher, conflicts: Sequence[Conflict]) -> Draft:
    """The draft with the other side of a disagreement and a remark on it, where there is one.

    One is said, sooner one inside a sentence than one between two. Numbers beside the point are let pass: those of a
    further sentence matter only to who asks for a number.
    """
    for place, sentence in enumerate(plain.chosen[:2]):
        found = [
            conflict
            for conflict in conflicts_at(conflicts, *sentence.place)
            if place == 0 or conflict.kind is ConflictKind.ORDER or question.wanted is Wanted.NUMBER
        ]
        if not found:
            continue
        conflict = min(found, key=lambda one: len(one.places))
        said = {one.place for one in plain.chosen}
        others = ((other.source_id, other.span) for other in conflict.places)
        more = [
            one
            for source_id, span in others
            if (source_id, span) not in said and _is_sentence(searcher, source_id, span)
            for one in searcher.sentences_at(source_id, [span])
        ]
        chosen = (*plain.chosen[: place + 1], *more, *plain.chosen[place + 1 :])
        return replace(plain, chosen=chosen, notes=(conflict.note,))
    return plain


def _is_sentence(searcher: Searcher, source_id: str, span: Span) -> bool:
    """Whether a place is a sentence that can be cited; a list is several."""
    record = searcher.records.get(source_id)
    return record is not None and any(span in passage.sentences for passage in record.passages)
