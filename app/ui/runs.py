"""The records of evaluation runs, read from files: a folder -> Runs, newest first.

`python -m evals` writes them (evals/records.py holds the format, evals/ is never imported here). A file is
checked whole when it is read, so that a page that shows a Run has nothing to doubt; one that is no record is
named in one line and left out. Starting a run is in running.py, showing one in scores.py and evaluation.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import lru_cache
from math import comb, isfinite
from pathlib import Path
from typing import Any, NoReturn

from ingest.documents import Span
from ingest.errors import TutorError

FORMAT = 1
_LARGEST = 64 * 2**20  # bytes of a file; a run of 2,000 questions takes about 8 MB
_MOST_LISTED = 60  # files of a folder that are read, the newest


class RunError(TutorError):
    """A file that is no record of an evaluation run."""


class Outcome(StrEnum):
    """What became of a question, as to whether it was answered."""

    ANSWERED = "answered"
    FALSE_REFUSAL = "false_refusal"
    REFUSED = "refused"
    INVENTED = "invented"

    @property
    def is_refusal(self) -> bool:
        """Whether the sources were said not to say."""
        return self in (Outcome.REFUSED, Outcome.FALSE_REFUSAL)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one system: its mean over `n` questions and its 95 % interval, None where nothing counts.

    It is shown as `scale` times the value, with `digits` digits.
    """

    key: str
    label: str
    n: int
    value: float | None
    low: float | None
    high: float | None
    scale: float = 100
    digits: int = 0


@dataclass(frozen=True, slots=True)
class KindFigures:
    """The figures of one kind of question, by name: shares in 0..1, None where nothing counts."""

    kind: str
    n: int
    figures: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many of a group of questions were refused."""

    group: str
    n: int
    refused: int


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose stated confidence is in low..high: its mean, and the share of right answers."""

    low: float
    high: float
    n: int
    stated: float
    right: float
    right_low: float
    right_high: float


@dataclass(frozen=True, slots=True)
class Quote:
    """A place in a source, and the words that stood there when the run was made."""

    source_id: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """Citation `n` of an answer."""

    n: int
    section: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of an answer, and the numbers of its citations."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """What a right answer has to state, in one of its wordings, and whether it did."""

    wordings: tuple[str, ...]
    found: bool


@dataclass(frozen=True, slots=True)
class Texts:
    """What was asked, said and expected. Rows of a held-out half have none."""

    question: str
    history: tuple[str, ...] = ()
    understood: str = ""
    note: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    sentences: tuple[Said, ...] = ()
    citations: tuple[Cited, ...] = ()
    facts: tuple[Fact, ...] = ()
    evidence: tuple[Quote, ...] = ()
    near: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One question put to one system. `confidence` is in 0..1; `error` is "" unless the system failed."""

    id: str
    kind: str
    answerable: bool
    near_miss: bool
    outcome: Outcome
    right: bool
    confidence: float
    error: str = ""
    texts: Texts | None = None


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
    """One record. `file` is its name in the folder; `systems` begin with the tutor; there is one or more."""

    file: str
    made: datetime
    command: str
    dataset: str
    held_out: bool
    questions: int
    answerable: int
    about: Mapping[str, str]
    systems: tuple[System, ...]

    def label(self, zone: tzinfo | None = None) -> str:
        """The run in a list: when, on what, by which commit. `zone` None is this machine's."""
        parts = [f"{self.made.astimezone(zone):%d %b %Y, %H:%M}", self.dataset, self.about.get("commit", "")]
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Runs:
    """What a folder holds: the runs, newest first, and a line for each file that is none."""

    runs: tuple[Run, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moves:
    """What changed from one run to another, over the questions of both: ids, in the order of the later run."""

    shared: int
    gained: tuple[str, ...] = ()  # wrong before, right now
    lost: tuple[str, ...] = ()  # right before, wrong now

    @property
    def p(self) -> float:
        """The chance that as lopsided a change comes about by itself: the exact McNemar (sign) test.

        >>> Moves(9, gained=("a", "b", "c", "d"), lost=("e",)).p  # 2 * (1 + 5) / 2**5
        0.375
        """
        n = len(self.gained) + len(self.lost)
        fewer = min(len(self.gained), len(self.lost))
        return min(1.0, 2 * sum(comb(n, k) for k in range(fewer + 1)) / 2.0**n)


def moves(before: System, after: System) -> Moves:
    """The questions that became right, and those that became wrong."""
    was = {row.id: row.right for row in before.rows}
    both = [row for row in after.rows if row.id in was]
    return Moves(
        len(both),
        tuple(row.id for row in both if row.right and not was[row.id]),
        tuple(row.id for row in both if was[row.id] and not row.right),
    )


# ------------------------------------------------------------------ reading


def read_runs(folder: Path) -> Runs:
    """The runs of a folder, the newest first; a folder that is not there holds none."""
    try:
        paths = sorted((path for path in folder.iterdir() if path.suffix == ".json"), reverse=True)
    except FileNotFoundError:
        return Runs()
    except OSError as error:
        return Runs(problems=(f"{folder}: cannot be read ({error.strerror}).",))
    runs, problems = [], []
    for path in paths[:_MOST_LISTED]:
        try:
            stat = path.stat()
            runs.append(_read(path, stat.st_mtime_ns, stat.st_size))
        except OSError as error:
            problems.append(f"{path.name}: cannot be read ({error.strerror}).")
        except RunError as error:
            problems.append(str(error))
    if len(paths) > _MOST_LISTED:
        problems.append(f"Only the newest {_MOST_LISTED} of {len(paths)} files are listed; the others are in {folder}.")
    return Runs(tuple(sorted(runs, key=lambda run: run.made, reverse=True)), tuple(problems))


def read_run(path: Path) -> Run:
    """One record.

    Raises:
        RunError: the file is no record of this format; the message names the file and what is wrong.
        OSError: it cannot be read.
    """
    if path.stat().st_size > _LARGEST:
        raise RunError(f"{path.name}: is too large for the record of a run. Left out.")
    try:
        record = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:  # a text that is no JSON, or no UTF-8
        raise RunError(f"{path.name}: is not JSON. Left out.") from error
    try:
        return _run(path.name, _Table(record, ""))
    except (ValueError, OverflowError) as error:  # 1e999 as a whole number
        raise RunError(f"{path.name}: is no record of an evaluation: {error}. Left out.") from error


@lru_cache(maxsize=_MOST_LISTED)
def _read(path: Path, changed: int, size: int) -> Run:
    """`read_run`, once for each state of the file, which `changed` and `size` tell from another."""
    return read_run(path)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


class _Table:
    """A JSON object whose fields are taken out by type. `where` names it in errors: "systems[0].rows[3]"."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise ValueError(f"{where or 'it'} is no object")
        self._value: dict[str, Any] = value
        self._where = f"{where}." if where else ""

    def take(self, key: str, kinds: type | tuple[type, ...], what: str) -> Any:
        value = self._value.get(key)
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            raise ValueError(f"{self._where}{key} must be {what}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and key not in self._value:
            return default
        return str(self.take(key, str, "a text"))

    def flag(self, key: str) -> bool:
        return bool(self.take(key, bool, "true or false"))

    def count(self, key: str) -> int:
        number = int(self.take(key, int, "a whole number"))
        if number < 0:
            raise ValueError(f"{self._where}{key} must not be below 0")
        return number

    def number(self, key: str) -> float:
        number = float(self.take(key, (int, float), "a number"))
        if not isfinite(number):
            raise ValueError(f"{self._where}{key} must be a number")
        return number

    def maybe(self, key: str) -> float | None:
        return None if self._value.get(key) is None else self.number(key)

    def items(self, key: str, *, needed: bool = True) -> list[Any]:
        if not needed and key not in self._value:
            return []
        return list(self.take(key, list, "a list"))

    def tables(self, key: str, *, needed: bool = True) -> list[_Table]:
        items = self.items(key, needed=needed)
        return [_Table(item, f"{self._where}{key}[{i}]") for i, item in enumerate(items)]

    def table(self, key: str) -> _Table:
        return _Table(self._value.get(key), f"{self._where}{key}")

    def texts(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        items = self.items(key, needed=needed)
        if not all(isinstance(item, str) for item in items):
            raise ValueError(f"{self._where}{key} must be a list of texts")
        return tuple(items)

    def shares(self) -> dict[str, float | None]:
        return {key: self.maybe(key) for key in self._value}

    def span(self) -> Span:
        try:
            return Span(self.count("start"), self.count("end"))
        except ValueError as error:
            raise ValueError(f"{self._where}start and end: {error}") from error

    def one_of(self, key: str, enum: type[Outcome]) -> Outcome:
        value = self.text(key)
        if value not in set(enum):
            raise ValueError(f"{self._where}{key} must be one of {', '.join(enum)}")
        return enum(value)


def _run(file: str, record: _Table) -> Run:
    if record.count("format") != FORMAT:
        raise ValueError(f"its format is {record.count('format')}; this version reads {FORMAT}")
    made = record.text("made")
    try:
        when = datetime.fromisoformat(made)
    except ValueError as error:
        raise ValueError("made must be a date and time") from error
    if when.tzinfo is None:
        raise ValueError("made must name its time zone")
    held_out = record.flag("held_out")
    systems = tuple(_system(system, held_out) for system in record.tables("systems"))
    if not systems:
        raise ValueError("systems is empty")
    about = record.table("about")
    return Run(
        file=file,
        made=when,
        command=record.text("command"),
        dataset=record.text("dataset"),
        held_out=held_out,
        questions=record.count("questions"),
        answerable=record.count("answerable"),
        about={key: about.text(key, "") for key in ("koryo-tutor", "embedder", "commit")},
        systems=systems,
    )


def _system(system: _Table, held_out: bool) -> System:
    return System(
        name=system.text("name"),
        figures=tuple(_figure(figure) for figure in system.tables("figures")),
        by_kind=tuple(
            KindFigures(kind.text("kind"), kind.count("n"), kind.table("figures").shares())
            for kind in system.tables("by_kind")
        ),
        refusals=tuple(
            Refusals(group.text("group"), group.count("n"), group.count("refused"))
            for group in system.tables("refusals")
        ),
        calibration=tuple(_bin(one) for one in system.tables("calibration")),
        rows=tuple(_row(row, held_out) for row in system.tables("rows")),
    )


def _figure(figure: _Table) -> Figure:
    return Figure(
        key=figure.text("key"),
        label=figure.text("label"),
        n=figure.count("n"),
        value=figure.maybe("value"),
        low=figure.maybe("low"),
        high=figure.maybe("high"),
        scale=figure.number("scale"),
        digits=min(figure.count("digits"), 6),
    )


def _bin(one: _Table) -> Bin:
    keys = ("stated", "right", "right_low", "right_high")
    return Bin(one.number("low"), one.number("high"), one.count("n"), *(one.number(key) for key in keys))


def _row(row: _Table, held_out: bool) -> Row:
    return Row(
        id=row.text("id"),
        kind=row.text("kind"),
        answerable=row.flag("answerable"),
        near_miss=row.flag("near_miss"),
        outcome=row.one_of("outcome", Outcome),
        right=row.flag("right"),
        confidence=row.number("confidence"),
        error=row.text("error", ""),
        texts=None if held_out else _texts(row),
    )


def _texts(row: _Table) -> Texts:
    return Texts(
        question=row.text("question"),
        history=row.texts("history", needed=False),
        understood=row.text("understood", ""),
        note=row.text("note", ""),
        reason=row.text("reason", ""),
        notes=row.texts("notes", needed=False),
        sentences=tuple(
            Said(said.text("text"), tuple(_numbers(said.items("citations")))) for said in row.tables("sentences")
        ),
        citations=tuple(
            Cited(cited.count("n"), cited.text("section", ""), _quote(cited)) for cited in row.tables("citations")
        ),
        facts=tuple(Fact(fact.texts("wordings"), fact.flag("found")) for fact in row.tables("facts", needed=False)),
        evidence=tuple(map(_quote, row.tables("evidence", needed=False))),
        near=tuple(map(_quote, row.tables("near", needed=False))),
    )


def _numbers(items: Sequence[Any]) -> list[int]:
    return [item for item in items if isinstance(item, int) and not isinstance(item, bool)]


def _quote(quote: _Table) -> Quote:
    return Quote(quote.text("source"), quote.span(), quote.text("quote"))
