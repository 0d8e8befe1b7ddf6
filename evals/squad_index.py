"""A SQuAD-format file as one collection: written as sources, indexed by the product, its questions located in it.

The index is kept under the tutor's home, by the file's content and the model, so that a second run embeds nothing
but the questions. Reading the file is squad_file.py's, asking and marking squad_marks.py's.
"""

from __future__ import annotations

import hashlib
import random
import sys
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evals import progress
from evals.cases import Place
from evals.squad_file import Article, Question, SquadError
from ingest.documents import Document, Span
from ingest.errors import IndexUnavailable

if TYPE_CHECKING:
    from app.settings import Settings
    from vectorstore.embedding import Embedder


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the title of its article, and where its answers stand in the indexed text."""

    question: Question
    article: str
    evidence: tuple[Place, ...] = ()


def index_folder(home: Path, data: bytes, model: str) -> Path:
    """Where the index of a file is kept: by its content and by the model that embeds it."""
    mark = hashlib.sha256(model.encode() + b"\0" + data).hexdigest()
    return home / "squad" / mark[:16]


def write_sources(articles: Sequence[Article], folder: Path) -> list[str]:
    """Each article as a text file with a blank line between paragraphs, and a catalog; their ids, "" for an empty one.

    They are numbered, not named: "in Fresno, California" would be taken for the name of a source, and searched there.

    Raises:
        SquadError: the folder cannot be written.
    """
    ids = []
    catalog = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, article in enumerate(articles, start=1):
            name = f"squad-{number:04}" if any(p.text.strip() for p in article.paragraphs) else ""
            ids.append(name)
            if name:
                text = "\n\n".join(paragraph.text for paragraph in article.paragraphs)
                (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
                catalog.append(f'[[source]]\nid = "{name}"\nfile = "{name}.txt"\ntitle = "{name}"\n')
        (folder / "catalog.toml").write_text("\n".join(catalog), encoding="utf-8")
    except OSError as error:
        raise SquadError(
            f"{folder} cannot be written ({error.strerror}). Set TUTOR_HOME to a folder you can write."
        ) from error
    return ids


def build_index(settings: Settings, embedder: Embedder, sources: Path, *, fresh: bool) -> None:
    """The product's ingest of the sources into `settings.index`; nothing is done again that is up to date.

    Raises:
        TutorError: a file could not be indexed, or the index cannot be written.
    """
    from app.build import rebuild_index, update_index
    from vectorstore.folder import IndexBusy, exists

    show = progress.tenths("indexing")
    try:
        make = rebuild_index if fresh and exists(settings.index) else update_index
        report = make(settings, embedder, [sources], show)
    except IndexBusy:
        raise
    except IndexUnavailable:  # damaged, or of another version's format: it is only a cache
        report = rebuild_index(settings, embedder, [sources], show)
    if report.failures:
        raise SquadError(report.failures[0].message)
    print(f"index: {report.summary}", file=sys.stderr)


def located(articles: Sequence[Article], ids: Sequence[str], documents: Mapping[str, Document]) -> list[Asked]:
    """Every question of the file, in order, with its answers' places in the canonical texts.

    Raises:
        SquadError: an indexed text does not hold a paragraph of the file.
    """
    found = []
    for article, source_id in zip(articles, ids, strict=True):
        text = _Solid(documents[source_id].text if source_id else "")
        at = 0
        for paragraph in article.paragraphs:
            mine = _Solid(paragraph.text)
            begin = text.characters.find(mine.characters, at)
            if begin < 0:
                raise SquadError(f"the index of {article.title!r} lacks the paragraph {paragraph.text[:40]!r}")
            at = begin + len(mine.characters)
            for question in paragraph.questions:
                spans = (text.span(begin + mine.before(g.start), begin + mine.before(g.end)) for g in question.answers)
                places = tuple(dict.fromkeys(Place(source_id, span) for span in spans))
                found.append(Asked(question, article.title, places))
    return found


class _Solid:
    """A text without its white space, which a loader may set otherwise, and where each character stood."""

    def __init__(self, text: str) -> None:
        self.characters = "".join(text.split())
        self._offsets = [i for i, character in enumerate(text) if not character.isspace()]

    def before(self, offset: int) -> int:
        """How many characters stand before an offset of the text."""
        return bisect_left(self._offsets, offset)

    def span(self, first: int, after: int) -> Span:
        """Where the characters first..after stood in the text."""
        return Span(self._offsets[first], self._offsets[after - 1] + 1)


def draw(asked: Sequence[Asked], limit: int | None, seed: int) -> list[Asked]:
    """At most `limit` questions at random, answerable and unanswerable ones in the file's proportion, in its order.

    >>> from evals.squad_file import Gold
    >>> pool = [Asked(Question(str(i), "?", (Gold("a", 0, 1),) * (i < 15)), "") for i in range(20)]
    >>> [len(draw(pool, 4, seed=1)), sum(row.question.answerable for row in draw(pool, 4, seed=1))]
    [4, 3]
    """
    if limit is None or limit >= len(asked):
        return list(asked)
    chance = random.Random(seed)
    answerable = [i for i, row in enumerate(asked) if row.question.answerable]
    others = [i for i, row in enumerate(asked) if not row.question.answerable]
    share = round(limit * len(answerable) / len(asked))
    return [asked[i] for i in sorted([*chance.sample(answerable, share), *chance.sample(others, limit - share)])]
