"""A source, claims about it and a checker whose verdicts are known by hand: for what is made of verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.answer import Citation
from app.check.pieces import pieces
from app.check.report import Report, check_all
from app.check.verdict import Difference, Judgement, Verdict
from app.details import Detail
from ingest.documents import Document, Mark, MarkKind, Source, Span

TRAINS = "The *first* report counts 39 echelons."
FAMILIES = "It does not name the families."
SNOW = "Snow fell in Arles on 2 May."
TEXT = f"{TRAINS} {FAMILIES} {SNOW}"
LOG = Document(
    Source("log", "A log", Path("log.txt"), author="A. Keeper", year="1931"),
    TEXT,
    "0",
    (),
    (),
    (Mark(MarkKind.EMPHASIS, Span(4, 11), Span(5, 10)),),
)
DOCUMENTS = {"log": LOG}


def cited(quote: str, n: int = 1, section: str = "May") -> Citation:
    """The citation of a sentence of the log."""
    start = TEXT.index(quote)
    return Citation(n, "log", "A log", section, Span(start, start + len(quote)), quote, "A. Keeper 1931")


#: A claim -> the verdict on it.
VERDICTS = {
    judgement.claim: judgement
    for judgement in (
        Judgement("The report counts 39 echelons.", Verdict.SUPPORTED, 0.9, (cited(TRAINS),)),
        Judgement(
            "The report counts 30 echelons.",
            Verdict.CONTRADICTED,
            0.8,
            (cited(TRAINS),),
            differences=(Difference(Detail.NUMBER, "30", "39"),),
        ),
        Judgement(
            "Snow fell in Arles on 3 May.",
            Verdict.CONTRADICTED,
            0.61,
            (cited(SNOW, section=""), cited(FAMILIES, n=2)),
            differences=(Difference(Detail.DATE, "3 May", "2 May"),),
            conflicts=("one says 2 May, another 4 May.",),
        ),
        Judgement(
            "The keeper kept 9 bees in Nice.",
            Verdict.NOT_IN_SOURCES,
            0.7,
            nearest=cited(FAMILIES),
            differences=(Difference(Detail.NUMBER, "9"), Difference(Detail.NAME, "Nice")),
        ),
    )
}
ESSAY = (
    "The report counts 39 echelons. The report counts 30 echelons. Who wrote it? The keeper kept 9 bees in Nice. "
    "Snow fell in Arles on 3 May."
)
SUMMARY = "4 claims: 1 supported, 2 contradicted, 1 not in the sources; 1 question passed over"


class StandIn:
    """A checker that knows the verdicts of these claims and of no other."""

    def check_all(self, claims: Sequence[str]) -> Iterator[Judgement]:
        """One by one."""
        return (self.check(claim) for claim in claims)

    def check(self, claim: str) -> Judgement:
        return VERDICTS[claim]


def report(text: str = ESSAY, title: str = "essay.md") -> Report:
    """What comes of a text that holds these claims."""
    return Report(title, text, tuple(check_all(pieces(text), StandIn())))
