"""`python -m evals cards`: how many cards do the bundled sources make, and are those that a reader judged good?

The judgements of three readers (datasets/cards_judged.jsonl, cards_judged_second.jsonl, cards_judged_third.jsonl) name
cards by their ids and hold no text. A card that is made no longer, or otherwise, has another id: its judgement counts
no more. Whether all cards are right in form is the tests' affair.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from app.study.card import Asked, Card, CardKind
from app.study.item import Item
from evals.cases import DATASETS, CaseError
from evals.metrics import wilson_interval
from evals.report import Table, show

JUDGED = DATASETS / "cards_judged.jsonl"
JUDGED_SECOND = DATASETS / "cards_judged_second.jsonl"
JUDGED_THIRD = DATASETS / "cards_judged_third.jsonl"
SAMPLE = 60


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reader says of a card or an item of a quiz; `reason` is why it is bad, "" of a good one."""

    good: bool
    reason: str


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns 0.

    Raises:
        TutorError: the judgements cannot be read, or the sources cannot be indexed.
    """
    args = _parser().parse_args(argv)
    judged = [read_judged(path) for path in (JUDGED, JUDGED_SECOND, JUDGED_THIRD)]
    cards = bundled_deck()
    blocks: list[str | Table] = [counts(cards), said_by([(cards, rows) for rows in judged])]
    if args.sample is not None:
        drawn = random.Random(args.sample).sample(cards, min(SAMPLE, len(cards)))
        blocks += [f"{card.id}  {card.asked}: {card.answer}\n    {card.prompt}" for card in drawn]
    show(blocks, markdown=args.markdown)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals cards", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, metavar="SEED", help=f"show {SAMPLE} cards drawn by a seed, to be judged")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown for a README")
    return parser


def bundled_deck() -> tuple[Card, ...]:
    """The deck over a fresh index of the bundled sources, which is deleted afterwards."""
    from app.build import build_tutor
    from app.study.cards import deck
    from evals.fresh import fresh_settings

    with fresh_settings(None) as settings:
        return deck(build_tutor(settings))


def counts(cards: Sequence[Card]) -> Table:
    """How many cards there are, by how they came to be and by what they ask for."""
    found = Counter((card.asked, card.kind) for card in cards)
    kinds = [kind for kind in CardKind if any(kind is card.kind for card in cards)]
    asked = [one for one in Asked if any(one is card.asked for card in cards)]
    rows = [(str(one), *(str(found[one, kind]) for kind in kinds)) for one in asked]
    totals = ("all", *(str(sum(found[one, kind] for one in asked)) for kind in kinds))
    return Table(f"{len(cards)} cards of the bundled sources", ("", *map(str, kinds)), (*rows, totals))


def said_by(readers: Sequence[tuple[Sequence[Card | Item], Mapping[str, Judgement]]], what: str = "cards") -> str:
    """A line on each reader's share of good ones, and one on each two who have judged some of the same.

    `readers` has for each what is made today of that reader's sample, and the judgements; they are three at most.
    """
    named = list(zip(("First", "Second", "Third"), readers, strict=False))
    lines = [f"{name} reader: {said_of(made, judged, what)}" for name, (made, judged) in named]
    for (one, (_, first)), (other, (_, second)) in combinations(named, 2):
        if not first.keys().isdisjoint(second):
            lines.append(f"{one} and {other.lower()}: {agreed(first, second, what)}")
    return "\n".join(lines)


def said_of(made: Sequence[Card | Item], judged: Mapping[str, Judgement], what: str = "cards") -> str:
    """The share of good ones among those judged that are still made."""
    still = [judged[one.id] for one in made if one.id in judged]
    good = sum(one.good for one in still)
    share = "none is made any more"
    if still:
        interval = wilson_interval(good, len(still))
        about = f"[{100 * interval.low:.0f}–{100 * interval.high:.0f}]"
        share = f"{good} of {len(still)} good ({100 * good / len(still):.0f} % {about})"
    return f"Of {len(judged)} {what} judged by reading, {len(still)} are still made: {share}."


def agreed(first: Mapping[str, Judgement], second: Mapping[str, Judgement], what: str = "cards") -> str:
    """How often two readers say the same of a card or item that both have judged, whether it is still made or not."""
    both = [(first[name].good, second[name].good) for name in first if name in second]
    same = sum(one == other for one, other in both)
    return f"Of {len(both)} {what} that both have judged, they say the same of {same}."


def read_judged(path: Path) -> dict[str, Judgement]:
    """What a reader said of cards or items, by their ids.

    Raises:
        CaseError: a row is not as the datasets' README has it.
    """
    judged = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            name, good, reason = row["id"], row["good"], row["reason"]
            fits = type(good) is bool and isinstance(reason, str) and good == (not reason.strip())
            if not fits or len(name) != 16 or name in judged or set(row) != {"id", "good", "reason"}:
                raise ValueError(row)
        except (ValueError, KeyError, TypeError) as error:
            raise CaseError(f"{path}: row {number} is no judgement.") from error
        judged[name] = Judgement(good, reason)
    return judged
