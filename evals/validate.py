"""`python -m evals.validate [FOLDER]`: proves that the questions and claims in a folder are what its README promises.

    python -m evals.validate            the bundled datasets: their counts, or exit 1 and a line for each problem
    python -m evals.validate FOLDER     another folder with the six files, over the bundled sources

Checked: quotes stand in their sources word for word, facts in the evidence; a contradicted claim differs from its
evidence where it says so; no question or claim comes twice; no sentence is used in both halves; paraphrases share no
rare word with their evidence; nothing is too few. Lines name rows and fields, never what stands there: the test half
stays unread. Whether a row is well formed is for its reader (cases.py, claims.py); whether it is true to what the
sources mean, only a person can check.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.check.verdict import Verdict
from evals.cases import DATASETS, Case, Kind, Quote, read_cases
from evals.claims import Change, Claim, read_claims
from evals.metrics import facts_found, fold
from ingest.catalog import read_catalog
from ingest.documents import Span
from ingest.errors import TutorError
from ingest.loaders import load
from ingest.sentences import sentence_spans
from vectorstore.words import FUNCTION_WORDS, stem, words

HALVES = ("dev", "test")
#: A word is rare if its stem occurs in this many sentences of all the sources, or in fewer. The names of the main
#: subject (Korean, Soviet, Stalin, deportation, Kazakhstan) occur in many more, so that no exception is needed.
RARE = 5

#: How many a half must have of each, by the names that `counts` gives them.
LEAST: Mapping[str, int] = {
    "questions": 160,
    Kind.FACTOID: 19,
    Kind.PARAPHRASE: 20,
    Kind.WHY_HOW: 13,
    Kind.LIST: 15,
    Kind.NUMBERS: 13,
    Kind.BOTH_SOURCES: 15,
    Kind.FOLLOW_UP: 18,
    Kind.MISSPELT: 7,
    Kind.FALSE_PREMISE: 10,
    Kind.DISAGREE: 2,
    Kind.UNANSWERABLE: 27,
    "near misses": 14,
    "claims": 80,
    Verdict.SUPPORTED: 28,
    Verdict.CONTRADICTED: 28,
    **dict.fromkeys(Change, 7),
    Verdict.NOT_IN_SOURCES: 20,
    "not in sources, but near": 10,
    "hard claims": 60,
    "hard, supported": 20,
    "hard, contradicted": 24,
    "hard, not_in_sources": 16,
}


@dataclass(frozen=True, slots=True)
class Half:
    """The questions and claims of one half, and the hard claims, which are a set of their own."""

    questions: Sequence[Case] = ()
    claims: Sequence[Claim] = ()
    hard: Sequence[Claim] = ()


def counts(half: Half) -> Counter[str]:
    """How many questions and claims there are: in all, of each kind, verdict and change, and near misses.

    Hard claims are counted by themselves.
    """
    near = Verdict.NOT_IN_SOURCES
    return Counter(
        {"questions": len(half.questions), "claims": len(half.claims)}
        | Counter(case.kind.value for case in half.questions)
        | Counter("near misses" for case in half.questions if case.near_miss)
        | Counter(claim.verdict.value for claim in half.claims)
        | Counter(claim.change.value for claim in half.claims if claim.change)
        | Counter("not in sources, but near" for claim in half.claims if claim.verdict is near and claim.near)
        | Counter("hard claims" for _ in half.hard)
        | Counter(f"hard, {claim.verdict.value}" for claim in half.hard)
    )


def problems(halves: Mapping[str, Half], texts: Mapping[str, str], least: Mapping[str, int] = LEAST) -> tuple[str, ...]:
    """One line for each thing wrong, that names the row and says what to do; none if the datasets hold.

    Args:
        halves: the questions and claims by the name of their half, which their ids begin with.
        texts: the sources' whole texts by source id.
        least: how many a half must have, by the names of `counts`.
    """
    sources = _Sources.read(texts)
    found = list(_duplicates(halves))
    for name, half in halves.items():
        for case in half.questions:
            found += [f"{case.id}: {what}" for check in _OF_QUESTIONS for what in check(case, name, sources)]
        for claim in half.claims:
            found += [f"{claim.id}: {what}" for check in _OF_CLAIMS for what in check(claim, name, sources)]
        for claim in half.hard:
            found += [f"{claim.id}: {what}" for check in _OF_HARD for what in check(claim, name, sources)]
        found += _too_few(name, half, least)
    return (*found, *_shared(halves, sources))


@dataclass(frozen=True)
class _Sources:
    """The sources' texts, where their sentences are, and in how many of these a stem occurs."""

    texts: Mapping[str, str]
    sentences: Mapping[str, tuple[Span, ...]]
    frequency: Mapping[str, int]

    @classmethod
    def read(cls, texts: Mapping[str, str]) -> _Sources:
        spans = {
            name: tuple(span for part in _PARAGRAPH.finditer(text) for span in sentence_spans(text, *part.span()))
            for name, text in texts.items()
        }
        each = (_stems(texts[name][span.start : span.end]) for name, found in spans.items() for span in found)
        return cls(texts, spans, Counter(stem for stems in each for stem in stems))

    def used(self, quotes: Iterable[Quote]) -> Iterator[tuple[str, int]]:
        """The sentences that a quote reaches into, wherever it stands: source ids and numbers of sentences."""
        for quote in quotes:
            for place in re.finditer(re.escape(quote.text), self.texts.get(quote.source_id, "")):
                for number, span in enumerate(self.sentences[quote.source_id]):
                    if span.start < place.end() and place.start() < span.end:
                        yield quote.source_id, number


_PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*\n))*")


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word not in FUNCTION_WORDS}


# ---------------------------------------------------------------- of one row: what is wrong, and what to do


def _id(row: Case | Claim, half: str, _: _Sources) -> Iterator[str]:
    yield from _numbered(row.id, f"claim-{half}-" if isinstance(row, Claim) else f"{half}-")


def _hard_id(claim: Claim, half: str, _: _Sources) -> Iterator[str]:
    yield from _numbered(claim.id, f"hard-{half}-")


def _numbered(name: str, prefix: str) -> Iterator[str]:
    if not re.fullmatch(rf"{prefix}\d{{3}}", name):
        yield f"the id is not {prefix} and three digits; number it so"


def _verbatim(row: Case | Claim, half: str, sources: _Sources) -> Iterator[str]:
    for field, quotes in (("evidence", row.evidence), ("near", row.near)):
        for number, quote in enumerate(quotes, start=1):
            if quote.text not in sources.texts.get(quote.source_id, ""):
                yield f"{field} {number} is not in its source word for word; copy it from there"


def _kind(case: Case, half: str, sources: _Sources) -> Iterator[str]:
    if bool(case.history) != (case.kind is Kind.FOLLOW_UP):
        yield "a follow_up has a history and no other kind has; change the kind or the history"
    if case.answerable == (case.kind is Kind.UNANSWERABLE):
        yield "answerable is false for the kind unanswerable, and for no other; change one of the two"
    if case.near and case.answerable:
        yield "near is for questions without an answer; move its quotes to evidence or drop them"
    if case.kind is Kind.BOTH_SOURCES and {quote.source_id for quote in case.evidence} != set(sources.texts):
        yield "both_sources needs evidence of each source; add some or change the kind"


def _facts(case: Case, half: str, sources: _Sources) -> Iterator[str]:
    for number, found in enumerate(facts_found(_words_of(case.evidence), case.facts), start=1):
        if not found:
            yield f"fact {number} has no wording that stands in the evidence; add one, or the sentence that states it"


def _paraphrase(case: Case, half: str, sources: _Sources) -> Iterator[str]:
    if case.kind is Kind.PARAPHRASE:
        held = _stems(_words_of(case.evidence))
        for number, word in enumerate(words(case.question), start=1):
            rare = sources.frequency.get(stem(word), 0) <= RARE
            if rare and word not in FUNCTION_WORDS and stem(word) in held:
                yield f"word {number} of the question is rare and stands in the evidence; use another"


def _contradiction(claim: Claim, half: str, sources: _Sources) -> Iterator[str]:
    if claim.verdict is Verdict.CONTRADICTED:
        texts = {"claim": claim.claim, "evidence": _words_of(claim.evidence)}
        for field, phrase, home, elsewhere in (
            ("wrong", claim.wrong, "claim", "evidence"),
            ("right", claim.right, "evidence", "claim"),
        ):
            if not all(facts_found(texts[home], [[phrase]])):
                yield f"{field} does not stand in the {home}; copy it from there"
            if all(facts_found(texts[elsewhere], [[phrase]])):
                yield f"{field} stands in the {elsewhere} too; choose words that only the {home} has"


_OF_QUESTIONS: tuple[Callable[[Case, str, _Sources], Iterator[str]], ...] = (_id, _verbatim, _kind, _facts, _paraphrase)
_OF_CLAIMS: tuple[Callable[[Claim, str, _Sources], Iterator[str]], ...] = (_id, _verbatim, _contradiction)
_OF_HARD: tuple[Callable[[Claim, str, _Sources], Iterator[str]], ...] = (_hard_id, _verbatim, _contradiction)


def _words_of(quotes: Sequence[Quote]) -> str:
    return " ".join(quote.text for quote in quotes)


# ---------------------------------------------------------------- of all the rows


def _duplicates(halves: Mapping[str, Half]) -> Iterator[str]:
    seen: dict[tuple[str, ...], str] = {}
    for half in halves.values():
        keys = [(case.id, ("", *case.history, case.question)) for case in half.questions]
        for name, key in keys + [(claim.id, (claim.claim,)) for claim in (*half.claims, *half.hard)]:
            first = seen.setdefault(tuple(fold(text).rstrip(" .?!") for text in key), name)
            if first != name:
                yield f"{name}: asks or says the same as {first}; reword it or drop it"


def _too_few(name: str, half: Half, least: Mapping[str, int]) -> Iterator[str]:
    have = counts(half)
    for what, number in least.items():
        if have[what] < number:
            yield f"{name}: {have[what]} of {number} rows: {what}; write more of them"


def _shared(halves: Mapping[str, Half], sources: _Sources) -> Iterator[str]:
    owners: dict[tuple[str, int], tuple[str, str]] = {}
    for name, half in halves.items():
        rows: tuple[Case | Claim, ...] = (*half.questions, *half.claims, *half.hard)
        for row in rows:
            for sentence in dict.fromkeys(sources.used((*row.evidence, *row.near))):
                owner, first = owners.setdefault(sentence, (name, row.id))
                if owner != name:
                    yield f"{row.id}: uses a sentence of {first}, which is in the other half; choose another"


# ---------------------------------------------------------------- the command


def read_half(folder: Path, name: str) -> Half:
    """The questions and claims of one half of a folder; raises CaseError on what cannot be read."""
    return Half(
        read_cases(folder / f"{name}.jsonl"),
        read_claims(folder / f"claims_{name}.jsonl"),
        read_claims(folder / f"hard_claims_{name}.jsonl"),
    )


def read_texts(folder: Path) -> dict[str, str]:
    """The whole texts of the sources in the catalog of a folder, by source id."""
    return {source.id: load(source.path, source).text for source in read_catalog(folder)}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 0 if the datasets hold, 1 if a row is wrong, 2 on a mistake of the user's."""
    parser = argparse.ArgumentParser(prog="python -m evals.validate", description="Check questions and claims.")
    parser.add_argument("folder", type=Path, nargs="?", default=DATASETS, metavar="FOLDER", help="where they are")
    folder: Path = parser.parse_args(argv).folder
    try:
        halves = {name: read_half(folder, name) for name in HALVES}
        texts = read_texts(DATASETS.parents[1] / "ingest" / "sources")
    except TutorError as error:
        print(f"evals: {error}", file=sys.stderr)
        return 2
    found = problems(halves, texts)
    print(*(found or _table(halves)), sep="\n")
    return 1 if found else 0


def _table(halves: Mapping[str, Half]) -> Iterator[str]:
    columns = [counts(half) for half in halves.values()]
    yield " " * 24 + "".join(f"{name:>6}" for name in halves)
    yield from (f"{name:24}" + "".join(f"{column[name]:6}" for column in columns) for name in LEAST)


if __name__ == "__main__":
    sys.exit(main())
