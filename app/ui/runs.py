"""The records of evaluation runs, read from files: a folder -> Runs, newest first.

`python -m evals` writes them (evals/records.py holds the format; evals/ is never imported here). The dataclasses
are the shape that is read, field by field under the JSON's own names; what the page does not show is not read. A
file is checked whole, so that a page that shows a Run has nothing to doubt; one that is no record is named in one
line, and the others are still there. Starting a run is in running.py, showing one in scores.py and questions.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, FiniteFloat, NonNegativeInt, TypeAdapter, ValidationError

from ingest.documents import Span
from ingest.errors import TutorError

_MOST_LISTED = 60  # files of a folder that are read, the newest
_NAMES = {"dev.jsonl": "development questions", "test.jsonl": "test questions"}


class RunError(TutorError):
    """A file that is no record of an evaluation run."""


class Outcome(StrEnum):
    """What became of a question, as to whether it was answered."""

    ANSWERED = "answered"
    FALSE_REFUSAL = "false_refusal"
    REFUSED = "refused"
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one system: its mean over `n` questions and its 95 % interval, None where nothing counts.

    It is shown as `scale` times the value, with `digits` digits. The label of a share ends in ", %".
    """

    key: str
    label: str
    n: NonNegativeInt
    value: FiniteFloat | None
    low: FiniteFloat | None
    high: FiniteFloat | None
    scale: FiniteFloat = 100
    digits: Annotated[int, Field(ge=0, le=6)] = 0

    @property
    def name(self) -> str:
        """The label without its unit."""
        return self.label.removesuffix(", %")

    @property
    def unit(self) -> str:
        """What stands behind the number."""
        return " %" if self.label.endswith(", %") else ""


@dataclass(frozen=True, slots=True)
class KindFigures:
    """The figures of one kind of question, by name: shares in 0..1, None where nothing counts."""

    kind: str
    n: NonNegativeInt
    figures: Mapping[str, FiniteFloat | None]


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many of a group of questions were refused."""

    group: str
    n: NonNegativeInt
    refused: NonNegativeInt


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose stated confidence is in low..high: its mean, and the share of right answers."""

    low: FiniteFloat
    high: FiniteFloat
    n: NonNegativeInt
    stated: FiniteFloat
    right: FiniteFloat
    right_low: FiniteFloat
    right_high: FiniteFloat


@dataclass(frozen=True, slots=True)
class Quote:
    """A place in a source, and the words that stood there when the run was made.

    Those of a citation have the number and the section that it was shown with.
    """

    source: str
    start: int
    end: int
    quote: str
    n: int = 0
    section: str = ""

    def __post_init__(self) -> None:
        Span(self.start, self.end)  # a ValueError if it is none

    @property
    def span(self) -> Span:
        """Where it stood."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of an answer, and the numbers of its citations.

    `support` is what came of checking a written one, None if it claims nothing; "" if it is quoted.
    """

    text: str
    citations: tuple[int, ...]
    support: str | None = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a right answer has to state, in one of its wordings, and whether it did."""

    wordings: Annotated[tuple[str, ...], Field(min_length=1)]
    found: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One question put to one system. `confidence` is in 0..1; `error` is "" unless the system failed.

    What was asked, said and expected is not in the record of a held-out run.
    """

    id: str
    kind: str
    answerable: bool
    outcome: Outcome
    right: bool
    confidence: FiniteFloat
    error: str = ""
    question: str = ""
    history: tuple[str, ...] = ()
    understood: str = ""
    note: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    sentences: tuple[Said, ...] = ()
    citations: tuple[Quote, ...] = ()
    facts: tuple[Fact, ...] = ()
    evidence: tuple[Quote, ...] = ()
    near: tuple[Quote, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the sources were said not to say."""
        return self.outcome in (Outcome.REFUSED, Outcome.FALSE_REFUSAL)


@dataclass(frozen=True, slots=True)
class System:
    """The tutor or a baseline: its figures and rows."""

    name: str
    figures: tuple[Figure, ...]
    by_kind: tuple[KindFigures, ...]
    refusals: tuple[Refusals, ...]
    calibration: tuple[Bin, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One record. `systems` begin with the tutor; there is one or more."""

    format: Literal[1]
    made: AwareDatetime
    command: str
    dataset: str
    held_out: bool
    questions: NonNegativeInt
    answerable: NonNegativeInt
    about: Mapping[str, str]
    systems: Annotated[tuple[System, ...], Field(min_length=1)]

    @property
    def tutor(self) -> System:
        """The tutor's part of it."""
        return self.systems[0]

    @property
    def asked(self) -> str:
        """What was asked, in words."""
        return _NAMES.get(self.dataset, self.dataset)

    def label(self, zone: tzinfo | None = None) -> str:
        """The run in a list: when, and on what. `zone` None is this machine's."""
        return f"{self.made.astimezone(zone):%d %b %Y, %H:%M} · {self.asked}"


@dataclass(frozen=True, slots=True)
class Runs:
    """What a folder holds: the runs by the names of their files, newest first, and a line for each that is none."""

    runs: Mapping[str, Run]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moves:
    """What changed from one run to another, over the questions of both: ids, in the order of the later run."""

    shared: int
    gained: tuple[str, ...]  # wrong before, right now
    lost: tuple[str, ...]  # right before, wrong now


def moves(before: System, after: System) -> Moves:
    """The questions that became right, and those that became wrong."""
    was = {row.id: row.right for row in before.rows}
    both = [row for row in after.rows if row.id in was]
    return Moves(
        len(both),
        tuple(row.id for row in both if row.right and not was[row.id]),
        tuple(row.id for row in both if was[row.id] and not row.right),
    )


def read_runs(folder: Path) -> Runs:
    """The runs of a folder, the newest first; a folder that is not there holds none."""
    try:
        paths = sorted((path for path in folder.iterdir() if path.suffix == ".json"), reverse=True)
    except FileNotFoundError:
        return Runs({})
    except OSError as error:
        return Runs({}, (f"{folder}: cannot be read ({error.strerror}).",))
    runs, problems = {}, []
    for path in paths[:_MOST_LISTED]:
        try:
            stat = path.stat()
            runs[path.name] = _read(path, stat.st_mtime_ns, stat.st_size)
        except OSError as error:
            problems.append(f"{path.name}: cannot be read ({error.strerror}).")
        except RunError as error:
            problems.append(str(error))
    if len(paths) > _MOST_LISTED:
        problems.append(f"Only the newest {_MOST_LISTED} of {len(paths)} runs are listed; the others are in {folder}.")
    newest = sorted(runs.items(), key=lambda item: item[1].made, reverse=True)
    return Runs(dict(newest), tuple(problems))


def read_run(path: Path) -> Run:
    """One record.

    Raises:
        RunError: the file is no record of this format; the message names the file and what is wrong.
        OSError: it cannot be read.
    """
    try:
        return _shape().validate_json(path.read_bytes(), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
        what = "it is not JSON" if first["type"] == "json_invalid" else f"{where}: {first['msg']}".lstrip(".: ")
        raise RunError(f"{path.name} is left out, for it is no record of an evaluation ({what}).") from error


@lru_cache(maxsize=_MOST_LISTED)
def _read(path: Path, changed: int, size: int) -> Run:
    """`read_run`, once for each state of the file, which `changed` and `size` tell from another."""
    return read_run(path)


@cache
def _shape() -> TypeAdapter[Run]:
    return TypeAdapter(Run)
