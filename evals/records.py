"""The record of a run as a JSON file: written whole or not at all, read back into rows that can be compared.

The figures, the tables by kind and the texts in it are for the Evaluation page (app/ui/runs.py), which reads them
there; here only the marks are read back, from which every figure can be made again. Of a held-out run no question,
no text and no citation is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from evals.cases import Case, CaseError, Kind, Place, Quote, locate, locate_near
from evals.measures import BY_KIND, Scored, bins, refusals
from evals.metrics import Outcome
from evals.runner import Record, Row
from ingest.documents import Document

FORMAT = 1
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a record says of its run. `made` knows its time zone; `about` is versions, the model, the commit."""

    made: datetime
    command: str
    dataset: str
    held_out: bool
    about: Mapping[str, str]
    seed: int

    @property
    def file(self) -> str:
        """The name of its file, the later one sorting last."""
        return f"{self.made.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}-{Path(self.dataset).stem}.json"


@dataclass(frozen=True, slots=True)
class Run:
    """A record as it was read. `questions` has the text of each, by id; none of a held-out run."""

    heading: Heading
    records: tuple[Record, ...]
    questions: Mapping[str, str]

    @property
    def tutor(self) -> Record:
        """The record of the tutor, the first one."""
        return self.records[0]


# ------------------------------------------------------------------ writing


def write(
    path: Path,
    heading: Heading,
    systems: Sequence[Scored],
    cases: Sequence[Case],
    documents: Mapping[str, Document],
) -> None:
    """Writes a run's record. Folders are made; a file that is there is replaced in one step.

    Raises:
        CaseError: the file cannot be written.
    """
    write_json(path, as_json(heading, systems, cases, documents))


def check_target(path: Path) -> None:
    """Nothing, if a file may be written there; asked before the work whose result it will hold.

    Raises:
        CaseError: its folder is not there, or it is a folder itself.
    """
    if not path.resolve().parent.is_dir() or path.is_dir():
        raise CaseError(f"{path}: there is no such folder for a file. Make it, or give --json another file.")


def write_json(path: Path, content: Json) -> None:
    """Writes the file whole or not at all.

    Raises:
        CaseError: it cannot be written.
    """
    from vectorstore.records import write_atomically

    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    try:
        write_atomically(path, text + "\n")
    except OSError as error:
        raise CaseError(f"{path}: cannot be written ({error.strerror}). Give --json another file.") from error


def as_json(
    heading: Heading, systems: Sequence[Scored], cases: Sequence[Case], documents: Mapping[str, Document]
) -> Json:
    """The record as JSON-ready values."""
    texts = {} if heading.held_out else {case.id: _of_case(case, documents) for case in cases}
    return {
        "format": FORMAT,
        "made": heading.made.isoformat(timespec="seconds"),
        "command": heading.command,
        "dataset": heading.dataset,
        "held_out": heading.held_out,
        "questions": len(cases),
        "answerable": sum(case.answerable for case in cases),
        "about": dict(heading.about),
        "seed": heading.seed,
        "systems": [_system(system, texts, heading.seed) for system in systems],
    }


def _system(system: Scored, texts: Mapping[str, Json], seed: int) -> Json:
    record = system.record
    kinds = {kind: [row for row in record.rows if row.kind is kind] for kind in Kind}
    return {
        "name": system.name,
        "figures": [figure.as_json() for figure in system.figures],
        "by_kind": [_of_kind(kind, rows, seed) for kind, rows in kinds.items() if rows],
        "refusals": [{"group": r.group, "n": r.n, "refused": r.refused} for r in refusals(record)],
        "calibration": [
            {
                "low": one.low,
                "high": one.high,
                "n": one.n,
                "stated": one.stated,
                "right": one.right,
                "right_low": one.interval.low,
                "right_high": one.interval.high,
            }
            for one in bins(record)
        ],
        "rows": [_row(row, texts.get(row.id)) for row in record.rows],
    }


def _row(row: Row, texts: Json | None) -> Json:
    """The marks of a row; with the texts of its case, all that was asked, said and expected as well."""
    marks = {name: getattr(row, name) for name in _MARKS}
    marks["right"] = row.right
    if texts is None:
        return {**marks, "error": row.error.partition(":")[0]}
    facts = [{"wordings": w, "found": found} for w, found in zip(texts["facts"], row.facts_found, strict=True)]
    return {**marks, **texts, "facts": facts, **_of_answer(row)}


def _of_case(case: Case, documents: Mapping[str, Document]) -> Json:
    return {
        "question": case.question,
        "history": case.history,
        "note": case.note,
        "facts": case.facts,
        "evidence": _quotes(locate(case, documents), case.evidence),
        "near": _quotes(locate_near(case, documents), case.near),
    }


def _quotes(places: Sequence[Place], quotes: Sequence[Quote]) -> list[Json]:
    return [
        {"source": place.source_id, "start": place.span.start, "end": place.span.end, "quote": quote.text}
        for place, quote in zip(places, quotes, strict=True)
    ]


def _of_answer(row: Row) -> Json:
    answer = row.answer
    if answer is None:
        return {"understood": "", "reason": "", "notes": [], "sentences": [], "citations": []}
    return {
        "understood": answer.understood,
        "reason": answer.reason,
        "notes": answer.notes,
        "sentences": [
            {
                "text": s.text,
                "citations": s.citations,
                **({"support": s.support, "remark": s.remark} if answer.model else {}),
            }
            for s in answer.sentences
        ],
        "citations": [
            {
                "n": c.n,
                "source": c.source_id,
                "section": c.section,
                "start": c.span.start,
                "end": c.span.end,
                "quote": c.quote,
            }
            for c in answer.citations
        ],
    }


def _of_kind(kind: Kind, rows: Sequence[Row], seed: int) -> Json:
    figures = [measure.figure(rows, seed).as_json() for measure in BY_KIND]
    return {
        "kind": kind.value,
        "n": len(rows),
        "figures": {figure["key"]: figure["value"] for figure in figures},
        "intervals": {figure["key"]: [figure["low"], figure["high"]] for figure in figures},
    }


# ------------------------------------------------------------------ reading


def read(path: Path) -> Run:
    """The run in a file that `write` wrote.

    Raises:
        CaseError: the file cannot be read, is no record, or is one of another format.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or "it is not JSON"
        raise CaseError(f"{path}: cannot be read ({why}). Name a record that python -m evals wrote.") from error
    try:
        if record["format"] != FORMAT:
            raise ValueError(f"its format is {record['format']!r}, not {FORMAT}")
        return _run(record)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise CaseError(f"{path}: is not a record that python -m evals wrote ({_what(error)}).") from error


def _what(error: Exception) -> str:
    return f"no {error.args[0]!r}" if isinstance(error, KeyError) else str(error)


def _run(record: Json) -> Run:
    systems = tuple(Record(str(s["name"]), tuple(map(_from_json, s["rows"]))) for s in record["systems"])
    if not systems or not all(system.rows for system in systems):
        raise ValueError("a run without answers")
    for system in systems:
        if len({row.id for row in system.rows}) < len(system.rows):
            raise ValueError("an id that is there twice")
    made = datetime.fromisoformat(record["made"])
    if made.tzinfo is None:
        raise ValueError("made has no time zone")
    heading = Heading(
        made=made,
        command=str(record["command"]),
        dataset=str(record["dataset"]),
        held_out=bool(record["held_out"]),
        about={str(key): str(value) for key, value in record["about"].items()},
        seed=int(record["seed"]),
    )
    questions = {row["id"]: str(row["question"]) for row in record["systems"][0]["rows"] if "question" in row}
    return Run(heading, systems, questions)


def _from_json(row: Json) -> Row:
    marks = {}
    for name, (read_mark, needed) in _MARKS.items():
        if needed or name in row:
            try:
                marks[name] = read_mark(row[name])
            except (ValueError, TypeError) as error:
                raise ValueError(f"{name} is {row[name]!r}") from error
    made = Row(**marks)
    if made.answerable and not made.facts_found:
        raise ValueError("an answerable question without facts_found")
    return made


def _exactly(*kinds: type) -> Callable[[Any], Any]:
    """A check that a value is of one of these types, and no NaN; bool is no number here."""

    def check(value: Any) -> Any:
        if type(value) not in kinds or (isinstance(value, float) and not isfinite(value)):
            raise ValueError
        return value

    return check


def _flags(value: Any) -> tuple[bool, ...]:
    return tuple(_exactly(bool)(flag) for flag in _exactly(list)(value))


#: How a mark is read back, by its type in Row.
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "str": _exactly(str),
    "bool": _exactly(bool),
    "int": _exactly(int),
    "float": _exactly(float, int),
    "float | None": _exactly(float, int, type(None)),
    "tuple[bool, ...]": _flags,
    "Kind": Kind,
    "Outcome": Outcome,
}

#: The marks of a row, all but the answer itself: how each is read, and whether a record must have it.
_MARKS = {
    field.name: (_READERS[str(field.type)], field.default is MISSING) for field in fields(Row) if field.name != "answer"
}
