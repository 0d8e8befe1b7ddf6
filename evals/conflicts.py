"""`python -m evals conflicts`: how often are statements said to conflict that do not? app/conflicts, measured.

Over the bundled sources and the articles of SQuAD-format files, each article one document. What was found is counted
by kind and per 1,000 sentences, and held against the judgements of a reader (datasets/conflicts.jsonl), which name a
conflict by a hash and hold none of its text. `--planted` asks the other question, how many there are that are not
found: each article is read beside a copy of itself in which numbers were changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.conflicts.finding import find_conflicts
from app.conflicts.reading import readings
from app.conflicts.values import Conflict, ConflictKind
from evals.cases import DATASETS, CaseError
from evals.report import Table, show
from evals.squad_file import read_squad
from ingest.chunk import chunk
from ingest.documents import Block, BlockKind, Document, Section, Source, Span
from vectorstore.records import Record

JUDGED = DATASETS / "conflicts.jsonl"
BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "shared" / "benchmarks"


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents that are searched for conflicts together."""

    name: str
    records: tuple[Record, ...]

    @property
    def sentences(self) -> int:
        """How many sentences they have."""
        return sum(len(passage.sentences) for record in self.records for passage in record.passages)

    def document(self, source_id: str) -> Document:
        """The document of an id."""
        return next(record.document for record in self.records if record.document.id == source_id)


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns 0.

    Raises:
        TutorError: a file cannot be read, or is no SQuAD-format file.
    """
    args = _parser().parse_args(argv)
    files = args.squad if args.squad is not None else sorted(BENCHMARKS.glob("squad*.json"))
    collections = [bundled(), *(articles(path) for path in files)]
    judged = read_judged(JUDGED)
    found = {collection.name: find_conflicts(collection.records) for collection in collections}
    blocks: list[str | Table] = [_counts(collections, found, judged)]
    if args.planted:
        blocks.append(_planted(collections, args.seed))
    if args.list:
        blocks += [_written(collection, one, judged) for collection in collections for one in found[collection.name]]
    show(blocks, markdown=args.markdown)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals conflicts", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add(
        "--squad",
        type=Path,
        action="append",
        metavar="FILE.json",
        help="articles to look through; may be repeated (those of ../shared/benchmarks if they are there)",
    )
    add("--list", action="store_true", help="show each conflict, to be read and judged")
    add("--planted", action="store_true", help="also: how many of numbers that were changed are found")
    add("--seed", type=int, default=1, metavar="S", help="of what is changed (1)")
    add("--markdown", action="store_true", help="print the tables as Markdown for a README")
    return parser


# -- what is looked through ------------------------------------------------------------------------------------------


def bundled() -> Collection:
    """The two bundled sources."""
    from app.build import BUNDLED
    from ingest.catalog import read_catalog
    from ingest.loaders import load

    documents = (load(source.path, source) for source in read_catalog(BUNDLED))
    return Collection("the bundled sources", tuple(Record(d, chunk(d), d.id) for d in documents))


def articles(path: Path) -> Collection:
    """The articles of a SQuAD-format file, each one document whose paragraphs are its blocks.

    Raises:
        SquadError: it cannot be read or is no such file.
    """
    records = []
    for article in read_squad(path):
        paragraphs = [paragraph.text for paragraph in article.paragraphs if paragraph.text.strip()]
        if paragraphs:
            records.append(as_record(article.title, paragraphs))
    return Collection(path.name, tuple(records))


def as_record(title: str, paragraphs: Sequence[str]) -> Record:
    """A document of some paragraphs, each a block; its title is its id."""
    text, blocks = "", []
    for paragraph in paragraphs:
        blocks.append(Block(BlockKind.PARAGRAPH, Span(len(text), len(text) + len(paragraph))))
        text += f"{paragraph}\n\n"
    section = Section("", 1, Span(0, len(text)), None)
    document = Document(Source(title, title, Path(title)), text, "", tuple(blocks), (section,))
    return Record(document, chunk(document), hashlib.sha256(text.encode()).hexdigest())


# -- judgements ------------------------------------------------------------------------------------------------------


def name_of(conflict: Conflict, collection: Collection) -> str:
    """A conflict's name: a hash of its kind and the text of its places, which stays if the files are sorted anew."""
    said = [str(conflict.kind)]
    for place in conflict.places:
        text = collection.document(place.source_id).text
        said += [place.source_id, text[place.span.start : place.span.end]]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def read_judged(path: Path) -> dict[str, bool]:
    """What a reader said of conflicts, by their names: whether the statements do conflict.

    Raises:
        CaseError: a row is not as the datasets' README has it.
    """
    judged = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            ConflictKind(row["kind"])
            if type(row["true"]) is not bool or not row["reason"].strip() or row["place"] in judged:
                raise ValueError(row)
            judged[row["place"]] = row["true"]
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise CaseError(f"{path}, line {number} is no judgement of a conflict: {error}") from error
    return judged


def _counts(
    collections: Sequence[Collection], found: Mapping[str, Sequence[Conflict]], judged: Mapping[str, bool]
) -> Table:
    """How many were found in each collection, and how many of those that were judged are right."""
    rows = []
    for collection in collections:
        conflicts = found[collection.name]
        verdicts = [judged.get(name_of(conflict, collection)) for conflict in conflicts]
        kinds = [str(sum(conflict.kind is kind for conflict in conflicts)) for kind in ConflictKind]
        rate = 1000 * len(conflicts) / (collection.sentences or 1)
        rows.append(
            (
                collection.name,
                f"{len(collection.records)}",
                f"{collection.sentences:,}",
                *kinds,
                f"{rate:.1f}",
                str(verdicts.count(True)),
                str(verdicts.count(False)),
                str(verdicts.count(None)),
            )
        )
    head = ("", "documents", "sentences", *ConflictKind, "per 1,000 sentences", "right", "wrong", "not judged")
    return Table("Conflicts found", tuple(map(str, head)), tuple(rows))


def _written(collection: Collection, conflict: Conflict, judged: Mapping[str, bool]) -> str:
    name = name_of(conflict, collection)
    verdict = {True: "right", False: "wrong", None: "not judged"}[judged.get(name)]
    lines = [f"{name} {conflict.kind} {verdict}: {conflict.note}"]
    for place in conflict.places:
        document = collection.document(place.source_id)
        figures = ", ".join(document.plain(figure) for figure in place.figures)
        lines.append(f"  {place.source_id} ({figures}): {document.plain(place.span)}")
    return "\n".join(lines)


# -- numbers that were changed ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planted:
    """A copy of a document with some of its numbers changed, and the spans of the sentences they stand in."""

    record: Record
    dated: tuple[Span, ...]
    undated: tuple[Span, ...]


def planted(record: Record, seed: int) -> Planted:
    """The document with one number changed in each sentence that counts something, by 3 to 30 per cent."""
    chance = random.Random(f"{seed}/{record.document.id}")
    text = record.document.text
    dated: list[Span] = []
    undated: list[Span] = []
    changes: list[tuple[Span, str]] = []
    for reading in readings(record):
        counts = [count for count in reading.counts if count.whole and _digits(reading.text, count.number.span)]
        if not counts:
            continue
        span = reading.at(*_pair(chance.choice(counts).number.span))
        written = text[span.start : span.end]
        changes.append((span, _changed(written, chance)))
        (dated if any(date.year for date in reading.dates) else undated).append(reading.span)
    for span, written in reversed(changes):
        text = text[: span.start] + written + text[span.end :]
    document = record.document
    copy = replace(document, text=text, source=replace(document.source, id=f"{document.id} (changed)"))
    return Planted(Record(copy, chunk(copy), record.fingerprint + "changed"), tuple(dated), tuple(undated))


def _pair(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _digits(text: str, span: Span) -> bool:
    return bool(re.fullmatch(r"\d{1,3}(?:,\d{3})+|[1-9]\d+", text[span.start : span.end]))


def _changed(written: str, chance: random.Random) -> str:
    """Another number of as many digits."""
    value = int(written.replace(",", ""))
    while True:
        digit = chance.randrange(1, 10)
        other = int(str(value)[:1] + str(digit) + str(value)[2:])
        if other != value:
            return f"{other:,}" if "," in written else str(other)


def _planted(collections: Iterable[Collection], seed: int) -> Table:
    """Of the sentences in which a number was changed, how many were found to conflict with the unchanged ones."""
    rows = []
    for collection in collections:
        shares = {"dated": [0, 0], "undated": [0, 0]}
        others = 0
        for record in collection.records:
            made = planted(record, seed)
            before = find_conflicts([record])
            across = [c for c in find_conflicts([record, made.record]) if c.first.source_id != c.second.source_id]
            hit = {place.span for c in across for place in c.places if place.source_id == record.document.id}
            for key, spans in (("dated", made.dated), ("undated", made.undated)):
                shares[key][0] += sum(span in hit for span in spans)
                shares[key][1] += len(spans)
            others += len(hit - {*made.dated, *made.undated} - {p.span for c in before for p in c.places})
        cells = (f"{found} of {n}" for found, n in shares.values())
        rows.append((collection.name, *cells, str(others)))
    head = ("", "in a sentence with a year", "in another", "found where nothing was changed")
    return Table("Numbers that were changed in a copy, found", head, tuple(rows))
