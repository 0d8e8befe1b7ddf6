"""`python -m evals support`: is what is not so caught, and what is so let pass? app/support.py, measured.

Each trial is a sentence and the passages that are said to support it. The sentences that the questions' evidence
consists of, true and with one detail changed (altered.py), against their own passages; the same, true, against a
passage about something else; and the claims of the datasets, put in other words than the sources'. Caught is
whatever is not called supported.
"""

from __future__ import annotations

import argparse
import random
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.check.verdict import Verdict
from evals import progress
from evals.altered import altered
from evals.cases import DATASETS, TOTALS_ONLY, CaseError, Place, locate, places_of, read_cases
from evals.claims import read_claims
from evals.figures import Figure, Measure
from evals.fresh import fresh_settings
from evals.records import check_target, write_json
from evals.report import Table, show
from vectorstore.words import without_locators

if TYPE_CHECKING:
    from app.support import Judge, Support
    from app.tutor import Tutor
    from vectorstore.search import Hit, Searcher


@dataclass(frozen=True, slots=True)
class Trial:
    """A sentence to be judged. `group` is the line of the table that it counts in, `true` whether it is so."""

    id: str
    group: str
    true: bool
    sentence: str
    passages: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A trial and what the judge made of it."""

    id: str
    group: str
    true: bool
    sentence: str
    outcome: Support

    @property
    def supported(self) -> bool:
        """Whether a reader would see it unmarked."""
        return self.outcome == "supported"


def sentence_trials(split: str, tutor: Tutor, seed: int) -> Iterator[Trial]:
    """The evidence of a half's questions, sentence by sentence, each once: true, changed, and misplaced."""
    from app.details import Detail, names

    chance = random.Random(seed)
    searcher = tutor.searcher()
    is_name = searcher.spelling.is_name
    documents = {source_id: record.document for source_id, record in searcher.records.items()}
    cases = read_cases(DATASETS / f"{split}.jsonl")
    found = dict.fromkeys(place for case in cases for place in locate(case, documents))
    stood = [(place, hit) for place in found if (hit := searcher.hit(place.source_id, place.span))]
    texts = [without_locators(documents[place.source_id].plain(place.span)) for place, _ in stood]
    others = sorted(
        {text[n.span.start : n.span.end] for text in texts for n in names(text, is_name) if is_name(n.word)}
    )
    for number, ((place, hit), text) in enumerate(zip(stood, texts, strict=True), start=1):
        name = f"{split}-{place.source_id}-{place.span.start}"
        yield Trial(name, "true, word for word", True, text, (hit,))
        elsewhere = stood[(number + len(stood) // 2) % len(stood)][1]
        if elsewhere.passage is not hit.passage:
            yield Trial(name, "true, cited elsewhere", False, text, (elsewhere,))
        for kind in Detail:
            if changed := altered(text, kind, chance, is_name, others):
                what = "clause added" if kind is Detail.CLAUSE else f"{kind} changed"
                yield Trial(name, what, False, changed, (hit,))


def claim_trials(split: str, searcher: Searcher) -> Iterator[Trial]:
    """The claims of a half, against the passages that decide them, or look as if they did."""
    documents = {source_id: record.document for source_id, record in searcher.records.items()}
    for claim in read_claims(DATASETS / f"claims_{split}.jsonl"):
        places: Sequence[Place] = places_of(claim.id, "evidence", claim.evidence or claim.near, documents)
        hits = tuple(dict.fromkeys(h for p in places if (h := searcher.hit(p.source_id, p.span))))
        passages = hits or searcher.search(claim.claim, k=1).hits
        groups = {
            Verdict.SUPPORTED: "claim, true, in other words",
            Verdict.CONTRADICTED: f"claim, {claim.change} changed",
            Verdict.NOT_IN_SOURCES: "claim, not in the sources",
        }
        true = claim.verdict is Verdict.SUPPORTED
        yield Trial(claim.id, groups[claim.verdict], true, claim.claim, passages)


def judge_all(trials: Sequence[Trial], judge: Judge) -> tuple[Row, ...]:
    """The outcome of each trial, in order."""
    from app.support import Told

    show_progress = progress.questions("judged")
    rows = []
    for number, trial in enumerate(trials, start=1):
        outcome = judge.judge(trial.sentence, Told.by(trial.passages)).outcome
        rows.append(Row(trial.id, trial.group, trial.true, trial.sentence, outcome))
        show_progress(number, len(trials))
    return tuple(rows)


def figures(rows: Sequence[Row], seed: int) -> tuple[Figure, ...]:
    """Of each group the share that was judged rightly: passed if true, else caught."""
    groups = dict.fromkeys((row.group, row.true) for row in sorted(rows, key=lambda row: not row.true))
    measures = (
        Measure(
            group,
            f"{group}: {'passed' if true else 'caught'}, %",
            partial(_in, group),
            _rightly,
        )
        for group, true in groups
    )
    return tuple(measure.figure(rows, seed) for measure in measures)


def _in(group: str, row: Row) -> bool:
    return row.group == group


def _rightly(row: Row) -> bool:
    return row.supported is row.true


def main(
    argv: Sequence[str],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    commit: Callable[[], str] = lambda: "",
) -> int:
    """Runs the command and returns 0. `commit` names the version of the code that is measured, "" if it is not known.

    Raises:
        TutorError: a dataset or the index cannot be read, or the file of --json not be written.
    """
    from app.build import build_tutor

    args = _parser().parse_args(argv)
    if args.wrong and args.split == "test":
        raise CaseError(TOTALS_ONLY)
    if args.json:
        check_target(args.json)
    with fresh_settings() as settings:
        tutor = build_tutor(settings)
        trials = [*sentence_trials(args.split, tutor, args.seed), *claim_trials(args.split, tutor.searcher())]
        rows = judge_all(trials, tutor.judge())
    found = figures(rows, args.seed)
    table = Table(
        f"{args.split}: {len(rows)} sentences",
        ("", "n", "judge"),
        tuple((f.measure.label, str(f.n), str(f)) for f in found),
    )
    show([table], markdown=args.markdown)
    if args.json:
        about = {
            "command": shlex.join(["python", "-m", "evals", "support", *argv]),
            "made": now().isoformat(timespec="seconds"),
            "commit": commit(),
            "split": args.split,
            "sentences": len(rows),
        }
        write_json(args.json, {**about, "figures": [figure.as_json() for figure in found]})
    if args.wrong:
        lines = [f"{r.group} | {r.outcome} | {r.id} | {r.sentence}" for r in rows if r.supported is not r.true]
        show(["\n".join(lines)])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals support", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--split", choices=("dev", "test"), default="test", help="which half of the questions and claims (test)")
    add("--seed", type=int, default=1, metavar="S", help="of the changes and of the intervals (1)")
    add("--wrong", action="store_true", help="list the sentences that were judged wrongly (not of the test half)")
    add("--markdown", action="store_true", help="print the table as Markdown for a README")
    add(
        "--json",
        type=Path,
        metavar="FILE",
        help="also write the figures here; the page about checking shows those of app/support_figures.json",
    )
    return parser
