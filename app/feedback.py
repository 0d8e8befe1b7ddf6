"""Feedback becomes a row of the evaluation: the question, what a right answer holds, and where the sources say so.

A row has the fields of evals/datasets/README.md. From a good answer it is proposed whole; from a bad one only what
is known, with FILL_IN where a person has to say what would have been right. Such a row can be read, and
`python -m evals.validate` does not let it pass as it is. Where feedback is kept is history.py's affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.answer import Answer, Citation, Sentence
from app.conversation import Feedback, Mark
from app.details import dates, names, numbers
from app.saved import restore
from app.support import Support
from app.wording import Wanted, wanted
from ingest.documents import Span
from vectorstore.words import words

FILL_IN = "FILL IN: "
_MOST_FACTS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """A row for a dataset, and what a person has still to do to it. `draft` is one that is no case yet."""

    fields: dict[str, Any]
    draft: bool
    left: str


def as_case(feedback: Feedback) -> Row:
    """The evaluation row that one feedback makes.

    Raises:
        SavedError: its answer cannot be read.
    """
    saved = restore(feedback.answer)
    answer = saved.answer
    sources = [c.source_id for c in answer.citations] + [passage.source_id for passage in saved.lost]
    if feedback.mark is Mark.DOWN:
        return _draft(feedback, answer, sources)
    if answer.refused:
        row = _row(feedback, kind="unanswerable", answerable=False)
        return Row(row, False, "check that the sources do not say; `near` may name what comes close")
    cited = _borne_out(answer)
    evidence = list(dict.fromkeys((c.source_id, c.quote) for _, quotes in cited for c in quotes))
    if not evidence:
        return _draft(feedback, answer, sources)
    facts = _facts(answer, cited)
    row = _row(feedback, kind=_kind(feedback), facts=[[fact] for fact in facts], evidence=_quotes(evidence))
    return Row(row, False, f"check the facts, which are proposed, and the kind, {row['kind']}, which is guessed")


def _draft(feedback: Feedback, answer: Answer, sources: Sequence[str]) -> Row:
    source = next(iter(sources), FILL_IN + "the id of a source")
    row = _row(
        feedback,
        kind=_kind(feedback),
        facts=[[FILL_IN + "what a right answer holds"]],
        evidence=_quotes([(source, FILL_IN + "the sentence that says so, word for word")]),
        note=f"the answer was: {answer.text}",
    )
    left = (
        f"fill in by hand: facts, evidence (source and quote) and kind, {row['kind']} being a guess; where the sources "
        "do not say, set kind to unanswerable and answerable to false, and empty facts and evidence"
    )
    return Row(row, True, left)


def _kind(feedback: Feedback) -> str:
    return "follow_up" if feedback.history else "factoid"


def _quotes(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"source": source, "quote": quote} for source, quote in pairs]


def _row(
    feedback: Feedback,
    *,
    kind: str,
    facts: list[list[str]] | None = None,
    evidence: list[dict[str, str]] | None = None,
    answerable: bool = True,
    note: str = "",
) -> dict[str, Any]:
    by = f", {feedback.model}" if feedback.model else ""
    remarks = [f"feedback {feedback.id}: {feedback.mark}, {feedback.given:%Y-%m-%d}{by}", feedback.reason, note]
    return {
        "id": f"feedback-{feedback.id}",
        "kind": kind,
        "question": feedback.question,
        "history": list(feedback.history),
        "facts": facts or [],
        "evidence": evidence or [],
        "near": [],
        "answerable": answerable,
        "note": "; ".join(remark for remark in remarks if remark),
    }


def _borne_out(answer: Answer) -> list[tuple[Sentence, list[Citation]]]:
    """The supported sentences with the citations they stand on."""
    known = {citation.n: citation for citation in answer.citations}
    found = [(s, [known[n] for n in s.citations if n in known]) for s in answer.sentences]
    return [(s, cited) for s, cited in found if cited and s.support is Support.SUPPORTED]


def _facts(answer: Answer, cited: Sequence[tuple[Sentence, list[Citation]]]) -> list[str]:
    """What the sentences tell besides the question and their quotes have too: details of the kind that is asked for,
    else any. Failing these, the first quote."""
    asked = _worded(answer.understood)
    told: list[tuple[str, bool]] = []
    for sentence, quotes in cited:
        has = _worded(" ".join(c.quote for c in quotes))
        details = _details(sentence.text, wanted(answer.understood))
        told += [(text, fits) for text, fits in details if _worded(text) in has and _worded(text) not in asked]
    fitting = [text for text, fits in told if fits] or [text for text, _ in told]
    return list(dict.fromkeys(fitting))[:_MOST_FACTS] or [" ".join(cited[0][1][0].quote.split())]


def _worded(text: str) -> str:
    """The folded words of a text between blanks, so that words are found whole."""
    return f" {' '.join(words(text))} "


def _details(text: str, kind: Wanted) -> list[tuple[str, bool]]:
    """The dates, numbers and names of a text in its order, the words of a name together; whether each is of a kind."""
    found = [(date.span, kind in (Wanted.DATE, Wanted.YEAR)) for date in dates(text)]
    found += [(number.span, kind is Wanted.NUMBER) for number in numbers(text)]
    found += [(span, kind is Wanted.PERSON and " " in text[span.start : span.end]) for span in _names(text)]
    return [(text[span.start : span.end], fits) for span, fits in sorted(found)]


def _names(text: str) -> list[Span]:
    spans: list[Span] = []
    for name in names(text, lambda word: False):
        if spans and text[spans[-1].end : name.span.start] == " ":
            spans[-1] = Span(spans[-1].start, name.span.end)
        else:
            spans.append(name.span)
    return spans
