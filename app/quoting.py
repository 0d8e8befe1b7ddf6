"""Answers without a language model: the sentences of the sources that answer, word for word.

Chooses from what search brought up: one sentence when one stands out, up to three when they share the answer,
all items of a list that is asked for, one of each source when each is to be heard, both sides of a
disagreement. Ranking is in ranking.py, whether to answer at all in confidence.py.
"""

from __future__ import annotations


from dataclasses import dataclass

import numpy as np

from app.disagreement import conflict_with, conflict_within
from app.question import Link, Question
from app.ranking import Ranked, rank
from ingest.lists import Listing
from vectorstore.search import Hit, Result, Searcher, SentenceScore


@dataclass(frozen=True, slots=True)
class Policy:
    """How much is said. Set on the development questions (evals/NOTES.md)."""

    ratio: float = 0.5  # a further sentence needs this share of the best one's chance
    same_passage: float = 0.35  # less, if it stands in the best one's passage
    words: int = 70  # no further sentence once the answer would be longer
    sentences: int = 3
    list_reach: int = 3  # a list is given if one of its sentences is among so many of the best
    follow_up: float = 0.5  # what a sentence of a passage that the previous answer cited gains


@dataclass(frozen=True)
class Draft:
    """The sentences of an answer, in the order in which they are said, and what is to be remarked on them.

    `ranked` is the ranking they were taken from, for the confidence.
    """

    chosen: tuple[SentenceScore, ...]
    ranked: Ranked
    hits: tuple[Hit, ...]
    notes: tuple[str, ...] = ()


def draft(question: Question, searcher: Searcher, policy: Policy = Policy()) -> Draft:
    """The best answer that the sources' own sentences make; `chosen` is empty only if nothing was found."""
    result = searcher.search(question.topic, sources=question.sources if not question.each_source else ())
    ranked = _favour_previous(rank(question.topic, question.wanted, result, searcher), question, policy)
    hits = _by_best_sentence(result, ranked)
    for choose in (_item, _next, _each_source, _whole_list, _parts):
        chosen = choose(question, ranked, searcher, policy)
        if chosen:
            return _with_disagreement(Draft(chosen, ranked, hits))
    return _with_disagreement(Draft(_few(ranked, policy), ranked, hits))


# -- ways to choose: each returns the sentences, or nothing if it is not its case ------------------------------------


def _item(
    question: Question, ranked: Ranked, searcher: Searcher, policy: Policy
) -> tuple[SentenceScore, ...]:
    """One item of the list that the previous answer gave."""
    if question.link is not Link.ITEM or question.previous is None:
        return ()
    for citation in question.previous.citations:
        for listing in searcher.records[citation.source_id].lists:
            if citation.span not in listing.all_spans():
                continue
            index = question.item - 1 if question.item > 0 else len(listing.items) + question.item
            if not 0 <= index < len(listing.items):
                continue
            sentence = listing.items[index]
            return tuple(searcher.sentences_at(citation.source_id, [sentence]))
    return ()


def _next(
    question: Question, ranked: Ranked, searcher: Searcher, policy: Policy
) -> tuple[SentenceScore, ...]:
    """What stands behind the words that the previous answer cited last."""
    if question.link is not Link.NEXT or question.previous is None or not question.previous.citations:
        return ()
    last = max(question.previous.citations, key=lambda c: (c.n == 1, c.span))
    following = [
        span
        for passage in searcher.records[last.source_id].passages
        if passage.caller is None
        for span in passage.sentences
        if span.start >= last.span.end
    ]
    return tuple(searcher.sentences_at(last.source_id, sorted(following)[:2]))


def _each_source(
    question: Question, ranked: Ranked, searcher: Searcher, policy: Policy
) -> tuple[SentenceScore, ...]:
    """The best sentence of every source, or of those that the question names."""
    if not question.each_source:
        return ()
    chosen = []
    for source_id in question.sources or searcher.records:
        best = rank(
            question.topic, question.wanted, searcher.search(question.topic, k=5, sources=[source_id]), searcher
        )
        chosen += best.sentences[:1]
    return tuple(chosen)


def _whole_list(
    question: Question, ranked: Ranked, searcher: Searcher, policy: Policy
) -> tuple[SentenceScore, ...]:
    """All items of the list that the best sentences belong to, with the sentence that introduces it."""
    if not question.listing:
        return ()
    best: tuple[float, str, Listing] | None = None
    for place, sentence in enumerate(ranked.sentences[: 4 * policy.list_reach]):
        source_id = sentence.hit.passage.source_id
        for listing in searcher.records[source_id].lists:
            fits = question.count and question.count == len(listing.items)
            if not listing.span.overlaps(sentence.span) or (place >= policy.list_reach and not fits):
                continue
            score = 1.0 / (1 + place) + bool(fits) + (sentence.span in listing.all_spans())
            if best is None or score > best[0]:
                best = (score, source_id, listing)
    if best is None:
        return ()
    return tuple(searcher.sentences_at(best[1], best[2].all_spans()))


def _parts(
    question: Question, ranked: Ranked, searcher: Searcher, policy: Policy
) -> tuple[SentenceScore, ...]:
    """The best sentence of each question inside the question."""
    chosen: list[SentenceScore] = []
    for part in question.parts:
        best = rank(part, question.wanted, searcher.search(part, k=5), searcher).sentences[:1]
        chosen += [s for s in best if s.span not in [c.span for c in chosen]]
    return tuple(chosen)


def _few(ranked: Ranked, policy: Policy) -> tuple[SentenceScore, ...]:
    """The best sentence, and others that come close to it."""
    chosen: list[SentenceScore] = []
    spoken = 0
    for sentence, chance in zip(ranked.sentences, ranked.chances, strict=True):
        length = len(sentence.text.split())
        if chosen:
            near = sentence.hit.passage is chosen[0].hit.passage
            needed = (policy.same_passage if near else policy.ratio) * ranked.chances[0]
            if len(chosen) == policy.sentences:
                break
            if chance < needed or spoken + length > policy.words:
                continue
        chosen.append(sentence)
        spoken += length
    return tuple(chosen)


# -- helpers ---------------------------------------------------------------------------------------------------------


def _favour_previous(ranked: Ranked, question: Question, policy: Policy) -> Ranked:
    """A follow-up is more likely about what was just cited."""
    if question.link is not Link.TOPIC or question.previous is None or not ranked.sentences:
        return ranked
    cited = [(c.source_id, c.span) for c in question.previous.citations]
    gains = np.asarray(
        [
            policy.follow_up
            * any(s.hit.passage.source_id == source and s.hit.passage.span.contains(span) for source, span in cited)
            for s in ranked.sentences
        ]
    )
    return ranked.with_gains(gains)


def _by_best_sentence(result: Result, ranked: Ranked) -> tuple[Hit, ...]:
    """The hits, those first whose sentences rank highest."""
    place = {id(s.hit): i for i, s in reversed(list(enumerate(ranked.sentences)))}
    return tuple(sorted(result.hits, key=lambda hit: place.get(id(hit), len(place))))


def _with_disagreement(plain: Draft) -> Draft:
    """The draft with the other side of a disagreement and a remark on it, where there is one."""
    chosen, notes = list(plain.chosen), []
    for sentence in plain.chosen[:2]:
        conflict = conflict_within(sentence) or conflict_with(sentence, plain.ranked.sentences)
        if conflict is None or conflict.note in notes:
            continue
        notes.append(conflict.note)
        if conflict.second.span not in [c.span for c in chosen]:
            chosen.insert(chosen.index(sentence) + 1, conflict.second)
        break
    return Draft(tuple(chosen), plain.ranked, plain.hits, tuple(notes))
