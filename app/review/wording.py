"""The words for what is judged and found: the same on the page and in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.review.agreement import Agreement, Precision
from app.review.pairs import Kind, Verdict

FEW = 10  # judgements; of fewer no kappa is shown


@dataclass(frozen=True, slots=True)
class Words:
    """How a kind of pairs is spoken of: its name, what is asked, what each verdict is called, what the tutor's verdict
    is, and what the precision is the share of."""

    name: str
    asks: str
    verdicts: Mapping[Verdict, str]
    tutor: str
    share: str


KINDS: Mapping[Kind, Words] = {
    Kind.WRITTEN: Words(
        name="written answers",
        asks="Does the passage support the sentence?",
        verdicts={Verdict.SUPPORTED: "Supported", Verdict.PARTLY: "Partly", Verdict.NOT: "Not"},
        tutor="The tutor’s check",
        share="supported",
    ),
    Kind.QUOTED: Words(
        name="quoted answers",
        asks="Does the sentence answer the question?",
        verdicts={Verdict.SUPPORTED: "It answers", Verdict.PARTLY: "Partly", Verdict.NOT: "It does not"},
        tutor="The tutor’s certainty",
        share="answering",
    ),
}


def precision_line(found: Precision) -> str:
    """A precision in words.

    >>> from app.review.agreement import wilson
    >>> precision_line(Precision(4, 3, 1, wilson(3, 4)))
    '3 of 4, 75 % [30–95]; 1 partly (25 %), counted as not'
    """
    if found.interval is None or found.share is None or found.partly_share is None:
        return "nothing judged yet"
    ends = f"[{100 * found.interval.low:.0f}–{100 * found.interval.high:.0f}]"
    partly = f"; {found.partly} partly ({100 * found.partly_share:.0f} %), counted as not" if found.partly else ""
    return f"{found.supported} of {found.n}, {100 * found.share:.0f} % {ends}{partly}"


def agreement_line(found: Agreement) -> str:
    """An agreement in words.

    >>> agreement_line(Agreement(4, 3, 0.6363)), agreement_line(Agreement(4, 4, None))
    ('the same on 3 of 4; too few for kappa', 'the same on 4 of 4; too few for kappa')
    >>> agreement_line(Agreement(12, 10, 0.6363)), agreement_line(Agreement(12, 12, None))
    ('the same on 10 of 12; kappa 0.64', 'the same on 12 of 12; kappa not defined')
    """
    if not found.n:
        return "nothing in common yet"
    about = "too few for kappa" if found.n < FEW else f"kappa {kappa_words(found)}"
    return f"the same on {found.same} of {found.n}; {about}"


def kappa_words(found: Agreement) -> str:
    """A kappa as it is shown; of fewer than FEW judgements no number is, for it would be chance.

    >>> [kappa_words(Agreement(n, n, kappa)) for n, kappa in ((FEW, None), (FEW, -0.004), (FEW - 1, 0.5))]
    ['not defined', '0.00', 'too few']
    """
    if found.n < FEW:
        return "too few"
    return "not defined" if found.kappa is None else f"{found.kappa:z.2f}"
