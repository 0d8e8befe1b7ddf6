"""The gate: figures of the tutor against the floors in floor.toml. A figure fails if its whole interval is beyond.

A floor is a `min`, or a `max` for what should be small, in the units of the table (per cent, words, seconds), under
the name of the dataset and the key of the figure. That one run is a little worse by chance passes; a figure whose
95 % interval lies wholly below its floor does not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.cases import CaseError
from evals.measures import MEASURES
from evals.runner import Record

FLOORS = Path(__file__).parent / "floor.toml"


@dataclass(frozen=True, slots=True)
class Floor:
    """What a figure must reach (`at_least`) or must not exceed; `bound` in the units of the table."""

    key: str
    bound: float
    at_least: bool


def read_floors(split: str, path: Path = FLOORS) -> tuple[Floor, ...]:
    """The floors of one dataset.

    Raises:
        CaseError: the file cannot be read, has none for the dataset, or names a figure or a bound that is none.
    """
    try:
        floors = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CaseError(f"{path}: cannot be read as floors ({error}).") from error
    if not isinstance(table := floors.get(split), dict):
        raise CaseError(f"{path}: has no floors for {split!r}; there are some for {', '.join(floors) or 'nothing'}.")
    keys = {measure.key for measure in MEASURES}
    if unknown := sorted(table.keys() - keys):
        raise CaseError(f"{path}: [{split}] {unknown[0]!r} is no figure; there are {', '.join(sorted(keys))}.")
    return tuple(_floor(key, bound, f"{path}: [{split}] {key!r}") for key, bound in table.items())


def _floor(key: str, bound: Any, where: str) -> Floor:
    if not isinstance(bound, dict) or len(bound) != 1 or not bound.keys() <= {"min", "max"}:
        raise CaseError(f"{where} must be {{ min = NUMBER }} or {{ max = NUMBER }}.")
    ((name, value),) = bound.items()
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise CaseError(f"{where}: {name} must be a number, not {value!r}.")
    return Floor(key, float(value), at_least=name == "min")


def below(record: Record, floors: Sequence[Floor], seed: int) -> Mapping[str, str]:
    """The figures that fail, each with a line that says by how much; a figure that nothing counts for fails."""
    measures = {measure.key: measure for measure in MEASURES}
    lines = {}
    for floor in floors:
        measure = measures[floor.key]
        figure = measure.figure(record.rows, seed)
        bound = measure.show(floor.bound / measure.scale)
        if figure.interval is None:
            lines[floor.key] = f"{measure.label}: no question counts, the floor is {bound}"
        elif floor.at_least and measure.scale * figure.interval.high < floor.bound:
            lines[floor.key] = f"{measure.label}: {figure} is below its floor of {bound}"
        elif not floor.at_least and measure.scale * figure.interval.low > floor.bound:
            lines[floor.key] = f"{measure.label}: {figure} is above its ceiling of {bound}"
    return lines
