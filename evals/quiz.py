"""`python -m evals quiz`: how many items do quizzes draw, of which kinds, and are those that a reader judged good?

The judgements of two readers (datasets/quiz_judged.jsonl, quiz_judged_second.jsonl) are of items of the bundled sources
that are drawn by the seeds JUDGED and JUDGED_SECOND; they name items by their ids and hold no text, as those of cards
do (cards.py). Whether an item has two right options is the tests' affair.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from app.study.item import Difficulty, Item, ItemKind
from evals.cards import SAMPLE, read_judged, said_by
from evals.cases import DATASETS
from evals.report import Table, show

if TYPE_CHECKING:
    from app.tutor import Tutor

JUDGED_ROWS = DATASETS / "quiz_judged.jsonl"
JUDGED_ROWS_SECOND = DATASETS / "quiz_judged_second.jsonl"
JUDGED, JUDGED_SECOND = 2026, 4711  # the seeds of the samples that were judged
_READERS = ((JUDGED, JUDGED_ROWS), (JUDGED_SECOND, JUDGED_ROWS_SECOND))
DRAWN = 500
_LENGTH = 40  # items of a quiz that is drawn to count them


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns 0.

    Raises:
        TutorError: the judgements cannot be read, the sources cannot be indexed, or nothing can be asked of them.
    """
    args = _parser().parse_args(argv)
    readers = [(seed, read_judged(path)) for seed, path in _READERS]
    with _tutor(args.sources) as tutor:
        seconds = times(tutor)
        blocks: list[str | Table] = [counts(drawn(tutor, DRAWN)), seconds]
        if not args.sources:
            blocks.append(said_by([(sample(tutor, seed), rows) for seed, rows in readers], "items"))
        if args.sample is not None:
            blocks += map(as_text, sample(tutor, args.sample))
    show(blocks, markdown=args.markdown)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals quiz", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--sample", type=int, metavar="SEED", help=f"show {SAMPLE} items drawn by a seed, to be judged")
    add("--sources", type=Path, nargs="+", metavar="FOLDER", help="files or folders in the place of the bundled ones")
    add("--markdown", action="store_true", help="print the table as Markdown for a README")
    return parser


@contextmanager
def _tutor(sources: Sequence[Path] | None) -> Iterator[Tutor]:
    """A tutor over a fresh index of the bundled sources, or of others, which is deleted afterwards."""
    from app.build import build_embedder, build_tutor, update_index
    from evals.fresh import fresh_settings

    with fresh_settings(None) as settings:
        if sources:
            update_index(settings, build_embedder(settings), sources)
        yield build_tutor(settings)


def drawn(tutor: Tutor, most: int) -> list[Item]:
    """Different items of quizzes drawn by the seeds 1, 2, ...: so many, or as many as come."""
    from app.study.quiz import Wish, make_quiz

    found: dict[str, Item] = {}
    for seed in range(1, 2 + 4 * most // _LENGTH):
        if len(found) >= most:
            break
        for item in make_quiz(tutor, Wish(length=_LENGTH), seed).items:
            found.setdefault(item.id, item)
    return list(found.values())[:most]


def sample(tutor: Tutor, seed: int, most: int = SAMPLE) -> list[Item]:
    """Items to be judged: of cards drawn by a seed, one each. What is drawn of a card does not hang on other cards, so
    that a judgement holds as long as its item is made."""
    from app.study.items.pool import pool_of

    pool = pool_of(tutor)
    found: list[Item] = []
    for card in sorted(pool.cards, key=lambda card: _mark(seed, card.id)):
        chance = random.Random(f"{seed} {card.id}")
        kinds, level = list(ItemKind), chance.choice(list(Difficulty))
        chance.shuffle(kinds)
        made = (pool.item(card, kind, level, random.Random(f"{seed} {card.id} {kind}"), tutor) for kind in kinds)
        item = next((one for one in made if one), None)
        if item is not None:
            found.append(item)
        if len(found) == most:
            break
    return found


def _mark(seed: int, name: str) -> str:
    return hashlib.sha256(f"{seed} {name}".encode()).hexdigest()


def times(tutor: Tutor) -> str:
    """How long the pool of items takes to make, beside the deck of cards, and a quiz of ten."""
    from app.study.cards import deck
    from app.study.items.pool import pool_of
    from app.study.quiz import Wish, make_quiz

    tutor.warm()
    begun = perf_counter()
    deck(tutor)
    made = perf_counter()
    pool_of(tutor)
    filled = perf_counter()
    make_quiz(tutor, Wish(), 1)
    done = perf_counter()
    cards, pool, quiz = made - begun, filled - made, done - filled
    beside = f"{pool / cards:.1f} times that"
    return f"Seconds: {cards:.2f} to make the cards, {pool:.2f} ({beside}) the pool, {quiz:.2f} a quiz of ten."


def counts(items: Sequence[Item]) -> Table:
    """How many items there are, by kind and difficulty."""
    found = Counter((item.kind, item.difficulty) for item in items)
    rows = [
        (
            str(kind),
            *(str(found[kind, level]) for level in Difficulty),
            str(sum(found[kind, one] for one in Difficulty)),
        )
        for kind in ItemKind
    ]
    totals = (str(sum(found[kind, level] for kind in ItemKind)) for level in Difficulty)
    header = ("", *map(str, Difficulty), "all")
    return Table(f"{len(items)} different items drawn", header, (*rows, ("all", *totals, str(len(items)))))


def as_text(item: Item) -> str:
    """An item as it is read to be judged, with its right option marked."""
    lines = [f"{item.id}  {item.kind}, {item.asked}, {item.difficulty}: {item.prompt}"]
    if item.kind is ItemKind.SHORT:
        return "\n".join([*lines, f"    = {item.answer}"])
    marks = ("*" if number == item.right else " " for number in range(len(item.options)))
    return "\n".join([*lines, *(f"  {mark} {option.text}" for mark, option in zip(marks, item.options, strict=True))])
