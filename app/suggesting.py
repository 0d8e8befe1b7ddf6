"""Questions to ask next: each stands by itself, and the tutor has been asked it before a student is shown it.

Where they come from: a chat model's proposals, if there are any, then the sentences around those that the answer
cites, made into questions by proposing.py. What is shown passed one check: the tutor, asked without any history,
answers it, is fairly sure, and cites the sentence that was meant, which the reader has not been shown yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from app.answer import Answer, Certainty, Citation
from app.proposing import listed, questions
from app.wording import PERSON_PRONOUN
from ingest.documents import Span
from ingest.errors import QuestionError
from vectorstore.words import terms

if TYPE_CHECKING:
    from app.tutor import Tutor
    from vectorstore.search import Searcher, SentenceScore

_LEANS = re.compile(rf"{PERSON_PRONOUN.pattern}|\b(?:it|its|they|them|their|theirs|this|these|those)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Policy:
    """When a question is shown. Set on the development questions (`python -m evals.suggesting`)."""

    confidence: float = 0.5  # of the answer to it
    asked: int = 12  # questions put to the tutor before giving up
    passages: int = 40  # whose sentences are made into questions
    query: int = 500  # characters of the question and its answer that they are looked for with
    near: float = 0.22  # the least cosine of a sentence to them, with what it gains:
    beside: float = 0.1  # if it is of a cited section, and again if it is within reach of a citation
    reach: int = 1500  # characters
    varied: int = 10  # candidates among which questions that begin otherwise than the others are looked for first
    alike: float = 0.6  # the share of words in common from which two questions are one
    words: int = 20  # the most in a question that a chat model proposes


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question, and the sentence that it was made of; None if a chat model proposed it."""

    question: str
    source_id: str = ""
    span: Span | None = None


def suggest(
    answer: Answer,
    tutor: Tutor,
    asked: Sequence[str] = (),
    n: int = 3,
    candidates: Sequence[str] = (),
    *,
    policy: Policy | None = None,
) -> tuple[str, ...]:
    """At most `n` questions to ask next, best first; () if there is nothing good.

    Args:
        answer: what was just answered, or refused: then they are of the nearest passages.
        tutor: asked each of them.
        asked: the earlier questions of the conversation.
        n: how many are wanted.
        candidates: questions that a chat model proposed; they go first and through the same check.
        policy: the limits; Policy() if None.
    """
    policy = policy or Policy()
    searcher = tutor.searcher()
    known = [question for question in (*asked, answer.question, answer.understood) if question]
    kept: list[_Candidate] = []
    left = policy.asked
    offered = chain(_proposed(candidates, policy), _made(answer, searcher, policy))
    for candidate in _varied(offered, kept, policy):
        if len(kept) == n or not left:
            break
        others = [*known, *(one.question for one in kept)]
        if any(_alike(candidate.question, other, policy) for other in others):
            continue
        if candidate.span and any(candidate.span == one.span for one in kept):
            continue
        left -= 1
        if _answered(candidate, answer, tutor, policy):
            kept.append(candidate)
    return tuple(candidate.question for candidate in kept)


def _varied(candidates: Iterator[_Candidate], kept: Sequence[_Candidate], policy: Policy) -> Iterator[_Candidate]:
    """The candidates in their order, but of the first ones those later that begin as one of those kept does: three
    times "How many" is dull."""
    later = []
    for candidate in islice(candidates, policy.varied):
        if any(_opening(candidate) == _opening(one) for one in kept):
            later.append(candidate)
        else:
            yield candidate
    yield from later
    yield from candidates


def _opening(candidate: _Candidate) -> list[str]:
    return candidate.question.split()[:2]


def _answered(candidate: _Candidate, answer: Answer, tutor: Tutor, policy: Policy) -> bool:
    """Whether the tutor answers a question, surely, with the sentence that was meant."""
    try:
        found = tutor.ask(candidate.question)
    except QuestionError:
        return False
    if found.refused or found.unknown or found.certainty is Certainty.LOW or found.confidence < policy.confidence:
        return False
    if candidate.span is None:
        return not _shown(found.citations[0].source_id, found.citations[0].span, answer.citations)
    return _shown(candidate.source_id, candidate.span, found.citations)


def _shown(source_id: str, span: Span, citations: Sequence[Citation]) -> bool:
    return any(one.source_id == source_id and one.span.overlaps(span) for one in citations)


def _alike(one: str, other: str, policy: Policy) -> bool:
    """Whether two questions ask for much the same: they share most of their words, or one has all of the other's."""
    mine, theirs = set(terms(one)), set(terms(other))
    both = len(mine & theirs)
    return both > 0 and both >= min(policy.alike * len(mine | theirs), len(mine), len(theirs))


def _proposed(candidates: Sequence[str], policy: Policy) -> Iterator[_Candidate]:
    """What a chat model proposed, as far as it is one short question that needs no other."""
    for candidate in candidates:
        question = re.sub(r"^(?:[-*•]|\d+[.)])\s+", "", " ".join(candidate.split()))
        whole = question.endswith("?") and "?" not in question[:-1]
        if whole and len(question.split()) <= policy.words and not _LEANS.search(question):
            yield _Candidate(question)


def _made(answer: Answer, searcher: Searcher, policy: Policy) -> Iterator[_Candidate]:
    """Questions made of sentences that the reader has not been shown, those nearest in meaning first."""
    is_name = searcher.spelling.is_name
    for sentence in _near(answer, searcher, policy):
        source_id, span = sentence.place
        if _shown(source_id, span, answer.citations):
            continue
        found = questions(sentence.plain, is_name)
        if any(one.intro == span for one in searcher.records[source_id].lists):
            found = (*listed(sentence.plain), *found)
        for question in found:
            yield _Candidate(question, source_id, span)


def _near(answer: Answer, searcher: Searcher, policy: Policy) -> list[SentenceScore]:
    """The sentences of the passages that are nearest to a question and its answer, nearest first; one that stands
    beside what was cited is a little nearer than its words say."""
    said = answer.citations[0].quote if answer.citations else ""
    result = searcher.search(f"{answer.understood} {said}"[: policy.query], k=policy.passages)

    def near(sentence: SentenceScore) -> float:
        passage = sentence.hit.passage
        here = [one for one in answer.citations if one.source_id == passage.source_id]
        beside = any(one.section == passage.section for one in here)
        close = any(abs(one.span.start - sentence.span.start) < policy.reach for one in here)
        return sentence.cosine + policy.beside * (beside + close)

    found = [sentence for sentence in result.sentences if near(sentence) >= policy.near]
    return sorted(found, key=near, reverse=True)
