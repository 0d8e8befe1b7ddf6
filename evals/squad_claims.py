"""Claims made of a SQuAD-format file's questions, with the verdict that the articles give on each.

Supported: a question and its answer as a statement (statements.py). Contradicted: with another answer of the same kind
from the same article, or denied. Not in the sources: a question that its paragraph does not answer, with an answer that
would fit ("near miss"), and statements about the articles of another collection ("another subject"). A claim whose
verdict is open to doubt is not made. Indexing and checking are in squad_check.py.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.check.verdict import Verdict
from app.clauses import AUXILIARIES
from app.details import numbers
from evals.cases import Place
from evals.check_marks import Trial
from evals.claims import Change
from evals.spans import normalised
from evals.squad_file import Article, Gold, Paragraph, Question
from evals.squad_index import located
from evals.statement_words import PREPOSITIONS, Verbs, is_name, plural
from evals.statements import Statement, statement
from ingest.documents import Document
from ingest.sentences import sentence_spans
from vectorstore.words import terms

NEAR_MISS, ANOTHER_SUBJECT, AS_IT_IS = "near miss", "another subject", "as it is"

_SAID = 0.5  # of a statement's terms, in a sentence that has the other answer too: it may be so
_KNOWN = 0.8  # of the terms of a statement without an answer, in one sentence: it may be that, turned round
_NAMED = 0.5  # the same, where the answer is a name: the sentence may have another in its place
_EDITED = 0.5  # of the terms of two questions, shared: one may be the other with a word changed
_ELSEWHERE = 0.6  # of a statement's terms, in one sentence of another collection: it may be there too


@dataclass(frozen=True, slots=True)
class Fact:
    """A question of an article, the statement that its answer makes of it, and where the article says so."""

    question: Question
    paragraph: Paragraph
    source_id: str
    statement: Statement
    evidence: tuple[Place, ...]


class Sentences:
    """The sentences of documents as sets of terms, to see whether one may say something."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._by_source = {
            document.id: [
                frozenset(terms(document.text[span.start : span.end]))
                for span in sentence_spans(document.text, 0, len(document.text))
            ]
            for document in documents
        }

    def most(self, stated: str, holding: str = "", source_id: str = "") -> float:
        """The largest share, 0..1, of a text's terms that a sentence has, of those that hold all terms of another."""
        wanted, held = set(terms(stated)), set(terms(holding))
        inside = self._by_source.items() if not source_id else [(source_id, self._by_source.get(source_id, []))]
        shares = (len(wanted & has) for _, sentences in inside for has in sentences if held <= has)
        return max(shares, default=0) / (len(wanted) or 1)


@dataclass(frozen=True, slots=True)
class Collection:
    """Articles that are indexed together: their texts as documents, and the facts that were made of them."""

    articles: tuple[Article, ...]
    documents: Mapping[str, Document]
    verbs: Verbs
    facts: tuple[Fact, ...]


def collection(
    articles: Sequence[Article], ids: Sequence[str], documents: Mapping[str, Document], lexicon: Iterable[str]
) -> Collection:
    """Articles with their facts; `ids` are those of their documents, `lexicon` words that are no slips.

    Raises:
        SquadError: a document does not hold a paragraph of its article.
    """
    verbs = Verbs((paragraph.text for article in articles for paragraph in article.paragraphs), lexicon)
    asked = iter(located(articles, ids, documents))
    found: dict[str, Fact] = {}
    for article in articles:
        for paragraph in article.paragraphs:
            for question in paragraph.questions:
                evidence = next(asked).evidence
                made = _stated(question, question.answers[0], paragraph, verbs) if evidence else None
                if made and made.named:
                    fact = Fact(question, paragraph, evidence[0].source_id, made, evidence)
                    found.setdefault(made.text, fact)
    return Collection(tuple(articles), documents, verbs, tuple(found.values()))


def _stated(question: Question, gold: Gold, paragraph: Paragraph, verbs: Verbs) -> Statement | None:
    before, behind = paragraph.text[: gold.start], paragraph.text[gold.end :]
    article = re.search(r"\b(?:the|an?) $", before)
    answer = gold.text
    if article and not re.match(r"(?:the|an?) |[$£€]?\d", answer):
        answer, before = article.group() + answer, before[: article.start()]
    word = re.search(r"([A-Za-z]+) (?:the )?$", before)
    made = statement(question.text, answer, verbs, word.group(1).lower() if word else "")
    counted = made is not None and made.frame.startswith(("how many", "when", "percentage"))
    return made if counted or _ends_there(behind, verbs) else None


def _ends_there(behind: str, verbs: Verbs) -> bool:
    """Whether what stands behind an answer is no part of its phrase: "Catholic", of "Catholic schools", is none."""
    match = re.match(r"['’-]?\s*([\w'’-]+)", behind)
    if not match:
        return True
    word = match.group(1)
    if behind[:1] in "'’-" or word[0].isupper():
        return False
    return word in _FUNCTION or verbs.is_past(word) or verbs.is_present(word)


_FUNCTION = (
    PREPOSITIONS | AUXILIARIES | frozenset("and or but who which that where when while because than also".split())
)


# ----------------------------------------------------------------------------------------------------------- the claims


def trials(mine: Collection, foreign: Sequence[Fact], chance: random.Random) -> Iterator[Trial]:
    """All claims for a collection: its facts as they are and altered, near misses, and other collections' facts."""
    sentences = Sentences(mine.documents.values())
    for fact in mine.facts:
        right, denied = fact.statement.text, fact.statement.denied
        claim = Trial(f"{fact.question.id}-as", right, Verdict.SUPPORTED, AS_IT_IS, fact.evidence)
        yield claim
        if changed := _changed(fact, mine.facts, sentences, chance):
            yield changed
        if denied:
            name = f"{fact.question.id}-{Change.NEGATION}"
            turned = replace(claim, id=name, claim=denied, verdict=Verdict.CONTRADICTED, group=Change.NEGATION)
            yield replace(turned, wrong=denied, right=right)
    for article in mine.articles:
        for paragraph in article.paragraphs:
            for question in paragraph.questions:
                if question.answers or _edited(question, paragraph):
                    continue
                if text := _near_miss(question, _inside(mine, article, paragraph, chance), mine.verbs, sentences):
                    yield Trial(f"{question.id}-near", text, Verdict.NOT_IN_SOURCES, NEAR_MISS)
    for fact in foreign:
        if sentences.most(fact.statement.text) < _ELSEWHERE:
            yield Trial(f"{fact.question.id}-other", fact.statement.text, Verdict.NOT_IN_SOURCES, ANOTHER_SUBJECT)


def _changed(fact: Fact, known: Sequence[Fact], sentences: Sentences, chance: random.Random) -> Trial | None:
    """The statement with the answer to another question of its kind, which its article does not bear out."""
    mine = fact.statement
    change = _change(mine)
    if change is None:
        return None
    others = [one for one in known if one.source_id == fact.source_id and _alike(mine, one.statement)]
    fitting = sorted({one.statement.answer for one in others if _apart(one, fact)})
    frame = f"{mine.before} {mine.after}"
    chance.shuffle(fitting)
    for other in fitting:
        if set(terms(other)) <= set(terms(frame)) or sentences.most(frame, other, fact.source_id) >= _SAID:
            continue
        return Trial(
            f"{fact.question.id}-{change}", mine.filled(other), Verdict.CONTRADICTED, change, fact.evidence,
            wrong=other, right=mine.answer,
        )  # fmt: skip
    return None


def _change(made: Statement) -> Change | None:
    """What another answer changes; None where it is neither number nor date nor name."""
    if made.frame.startswith(("how many", "percentage")):
        return Change.NUMBER
    if made.frame.startswith("when"):
        return Change.DATE
    return Change.NAME if is_name(made.answer) else None


def _alike(one: Statement, other: Statement) -> bool:
    """Whether the answers to two questions are of one kind."""
    if plural(one.answer) is not plural(other.answer) or ("." in one.answer) is not ("." in other.answer):
        return False
    if one.frame.startswith("how many") and other.frame.startswith("how many"):
        return True
    mixed = one.frame == "what" or one.frame.startswith("what is")
    return one.frame == other.frame and not mixed and _change(one) is _change(other)


def _apart(one: Fact, other: Fact) -> bool:
    """Whether the answer to one question is none to the other: no accepted wording is part of one of the other's."""
    mine = [normalised(text) for text in (*one.question.accepted, one.statement.answer)]
    theirs = [normalised(text) for text in (*other.question.accepted, other.statement.answer)]
    values = {number.value for text in theirs for number in numbers(text)}
    same = any(number.value in values for text in mine for number in numbers(text))
    return not same and not any(a in b or b in a for a in mine for b in theirs)


def _edited(question: Question, paragraph: Paragraph) -> bool:
    """Whether a question may be one that its paragraph answers, with a word changed: a verdict on it is arguable."""
    asked = set(terms(question.text))
    others = [set(terms(other.text)) for other in paragraph.questions if other.answers]
    return any(len(asked & theirs) >= _EDITED * len(asked | theirs) for theirs in others)


def _inside(mine: Collection, article: Article, paragraph: Paragraph, chance: random.Random) -> list[Fact]:
    """The facts of an article in a random order, those of the paragraph first."""
    found = [fact for fact in mine.facts if any(fact.paragraph is one for one in article.paragraphs)]
    return sorted(chance.sample(found, len(found)), key=lambda fact: fact.paragraph is not paragraph)


def _near_miss(question: Question, near: Sequence[Fact], verbs: Verbs, sentences: Sentences) -> str:
    """A statement of a question without an answer, with an answer that fits, of the first fact that has one; or ""."""
    for fact in near:
        answer, behind = fact.statement.answer, fact.statement.frame.partition(": ")[2]
        made = statement(question.text, answer, verbs, behind)
        if made is None or not made.named or not _alike(made, fact.statement) or _change(made) is None:
            continue
        frame = f"{made.before} {made.after}"
        most = _NAMED if _change(made) is Change.NAME else _KNOWN
        known = set(terms(answer)) <= set(terms(frame)) or sentences.most(frame, "", fact.source_id) >= most
        if not known and sentences.most(frame, answer, fact.source_id) < _SAID:
            return made.text
    return ""


def drawn(pool: Sequence[Trial], most: int, chance: random.Random) -> tuple[Trial, ...]:
    """At most so many claims: a third of each verdict as far as there are, its groups in turn, in the pool's order."""
    chosen: set[str] = set()
    for verdict in Verdict:
        groups: dict[str, list[str]] = {}
        for trial in pool:
            if trial.verdict is verdict:
                groups.setdefault(trial.group, []).append(trial.id)
        queues = [chance.sample(ids, len(ids)) for ids in groups.values()]
        quota = len(chosen) + most // len(Verdict)
        while any(queues) and len(chosen) < quota:
            for queue in filter(None, queues):
                if len(chosen) < quota:
                    chosen.add(queue.pop())
    return tuple(trial for trial in pool if trial.id in chosen)
