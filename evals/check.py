"""`python -m evals check`: are verdicts on claims right, and do their quotes show it? app/check, measured.

    python -m evals check [--split dev] [--hard]            the datasets' claims, on the bundled sources
    python -m evals check --squad FILE [--squad-split tune] claims made of a SQuAD-format file's questions

Each claim has a true verdict. Beside the checker stands a baseline that judges by similarity alone (similarity.py),
its thresholds fitted on the development half, or on the tuning part of the file. What is measured is in
check_marks.py, how claims are made of questions in squad_claims.py.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from app.check.verdict import Verdict
from evals import progress
from evals.cases import DATASETS, TOTALS_ONLY, CaseError, places_of
from evals.check_marks import Outcome, Row, Trial, compared, confusion, mark, measures
from evals.claims import Claim, read_claims
from evals.fresh import fresh_settings
from evals.records import check_target, write_json
from evals.report import show
from evals.similarity import Similarity, fit, judged
from evals.squad_check import Part, Request, squad_outcome
from evals.squad_file import SquadError
from ingest.documents import Document

if TYPE_CHECKING:
    from app.check.report import ChecksClaims
    from app.settings import Settings

NOTE = (
    "In brackets: 95 % bootstrap intervals; one of no width is that method's limit. *: the figure differs from the\n"
    "checker's, for the 95 % interval of their paired difference leaves out 0. A quote counts as right if it overlaps\n"
    "the row's evidence. Similarity: the best sentence's cosine with the claim, two thresholds"
)


def dataset_trials(split: str, documents: Mapping[str, Document], hard: bool = False) -> tuple[Trial, ...]:
    """The claims of a half, or those that were written to mislead, with the places of their evidence.

    Raises:
        CaseError: the file cannot be read, or a quote is not in the documents.
    """
    return tuple(
        Trial(
            id=claim.id,
            claim=claim.claim,
            verdict=claim.verdict,
            group=_kind(claim) if hard else claim.change or _GROUPS.get((claim.verdict, bool(claim.near)), ""),
            evidence=places_of(claim.id, "evidence", claim.evidence, documents),
            wrong=claim.wrong,
            right=claim.right,
        )
        for claim in read_claims(DATASETS / f"{_name(split, hard)}.jsonl")
    )


def _name(split: str, hard: bool) -> str:
    return f"{'hard_' if hard else ''}claims_{split}"


def _kind(claim: Claim) -> str:
    """What a hard claim was made to try: the first word of its note."""
    known = claim.note.split(maxsplit=1)
    return known[0].strip(":;,.") if known and claim.verdict is not Verdict.SUPPORTED else "in other words"


_GROUPS = {
    (Verdict.SUPPORTED, False): "in other words",
    (Verdict.NOT_IN_SOURCES, True): "near miss",
    (Verdict.NOT_IN_SOURCES, False): "nothing near",
}


def check_all(trials: Sequence[Trial], checker: ChecksClaims) -> tuple[Row, ...]:
    """The checker's row for each trial, in order."""
    show_progress = progress.questions("checked")
    rows = []
    for number, trial in enumerate(trials, start=1):
        begun = perf_counter()
        judgement = checker.check(trial.claim)
        rows.append(mark(trial, judgement, perf_counter() - begun))
        show_progress(number, len(trials))
    return tuple(rows)


def dataset_outcome(split: str, hard: bool = False) -> Outcome:
    """The claims of a half, checked over a fresh index of the bundled sources; the baseline is fitted on plain ones.

    Raises:
        TutorError: a dataset or the index cannot be read.
    """
    from app.build import build_embedder, build_tutor
    from app.check.checker import Checker

    with fresh_settings() as settings:
        tutor = build_tutor(settings)
        documents = {source.id: tutor.document(source.id) for source in tutor.sources()}
        trials, tuning = dataset_trials(split, documents, hard), dataset_trials("dev", documents)
        similarity = Similarity(documents, build_embedder(settings))
        likest = similarity.likest([trial.claim for trial in tuning])
        thresholds = fit([one.cosine for one in likest], [trial.verdict for trial in tuning])
        if hard or split != "dev":
            likest = similarity.likest([trial.claim for trial in trials])
        rows = check_all(trials, Checker(tutor))
    fitted = "these same claims" if split == "dev" and not hard else f"the {len(tuning)} claims of dev"
    title = f"{_name(split, hard)}.jsonl: {len(trials)} claims"
    return Outcome(title, rows, judged(trials, likest, thresholds), thresholds, fitted)


def main(
    argv: Sequence[str],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    commit: Callable[[], str] = lambda: "",
    settings: Settings | None = None,
) -> int:
    """Runs the command and returns 0. `commit` names the version of the code that is measured, "" if it is not known;
    `settings` say where the indexes of --squad are kept, those of the environment if None.

    Raises:
        TutorError: a dataset or the index cannot be read, or the file of --json not be written.
    """
    args = _parser().parse_args(argv)
    if args.wrong and args.squad and args.squad_split is not Part.TUNE:
        raise SquadError("Articles for reporting are looked at in totals only; --wrong works with --squad-split tune.")
    if args.wrong and not args.squad and args.split == "test":
        raise CaseError(TOTALS_ONLY)
    if args.json:
        check_target(args.json)
    if args.squad:
        request = Request(args.squad, args.squad_split, args.articles, args.claims, args.fit_on, args.seed)
        outcome = squad_outcome(request, check_all, settings)
    else:
        outcome = dataset_outcome(args.split, args.hard)
    limits = f"{NOTE} ({outcome.thresholds.lower:.3f}, {outcome.thresholds.upper:.3f}) fitted on {outcome.fitted}."
    show(
        [
            compared(outcome.title, outcome.systems, args.seed, main=args.markdown),
            *(confusion(name, rows) for name, rows in outcome.systems),
            limits,
        ],
        markdown=args.markdown,
    )
    if args.json:
        command = shlex.join(["python", "-m", "evals", "check", *argv])
        made = now().isoformat(timespec="seconds")
        write_json(args.json, _as_json(outcome, args.seed) | {"command": command, "made": made, "commit": commit()})
    if args.wrong:
        show(["\n\n".join(map(_wrong, (row for row in outcome.checker if not row.right)))])
    return 0


def _wrong(row: Row) -> str:
    return f"{row.verdict} ({row.group}), given {row.given}: {row.id}\n  {row.claim}\n  {row.shown}"


def _as_json(outcome: Outcome, seed: int) -> dict[str, object]:
    systems = [
        {
            "name": name,
            "figures": [measure.figure(rows, seed).as_json() for measure in measures(rows)],
            "rows": [row.as_json() for row in rows],
        }
        for name, rows in outcome.systems
    ]
    return {"dataset": outcome.title, "seed": seed, "fitted": outcome.fitted, "systems": systems}


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals check", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--split", choices=("dev", "test"), default="test", help="which half of the claims (test)")
    add("--hard", action="store_true", help="the claims that were written to mislead a check")
    add("--squad", type=Path, metavar="FILE", help="claims made of this SQuAD-format file instead")
    add(
        "--squad-split",
        type=Part,
        choices=list(Part),
        default=Part.REPORT,
        help="its articles at even places (tune), at odd ones (report), or all (report)",
    )
    add("--fit-on", type=Path, metavar="FILE", help="fit the baseline on this file's tuning part (the file's own)")
    add("--articles", type=_count, metavar="N", help="at most so many articles, drawn (all)")
    add("--claims", type=_count, default=600, metavar="N", help="at most so many claims, a third of each verdict (600)")
    add("--seed", type=int, default=1, metavar="S", help="of what is drawn and of the intervals (1)")
    add("--wrong", action="store_true", help="list the claims that were judged wrongly (not of the test half)")
    add("--markdown", action="store_true", help="print the main figures only, as Markdown for a README")
    add("--json", type=Path, metavar="FILE", help="also write the figures and each claim's marks here")
    return parser
