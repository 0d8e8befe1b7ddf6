"""`python -m evals formats FILE.json ...`: is as much answered right from PDF, DOCX, EPUB and HTML as from text?

Articles of SQuAD-format files are written by ordinary tools (format_files.py). Each version is ingested into an index
of its own, as a user would do it, and the same questions are put to each; the plain text is what the others are held
against, question by question (format_marks.py). Articles at odd places of a file are for reporting, those at even ones
for finding out what a loader breaks (`--part tune --wrong`).
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from evals import progress
from evals.format_files import TEXT, FormatError, Page, Tool, Version, available, write_version
from evals.format_marks import Outcome, Row, as_typed, kept, lost, note, right, table, wrong
from evals.report import show
from evals.runner import check_quotes, in_turn
from evals.squad_check import Part
from evals.squad_file import Article, Question, read_squad
from ingest.documents import Document, Source
from ingest.loaders import load

if TYPE_CHECKING:
    from app.answer import Answer
    from app.settings import Settings
    from app.tutor import Tutor
    from vectorstore.embedding import Embedder, Vectors


def main(argv: Sequence[str], settings: Settings | None = None, embedder: Embedder | None = None) -> int:
    """Runs the command; 1 if a format is further below the text than BOUND, else 0.

    Raises:
        TutorError: a file cannot be read, a tool that was asked for is missing, or one fails.
    """
    from app.build import build_embedder
    from app.settings import Settings

    args = _parser().parse_args(argv)
    _check(args)
    versions, absent = available(args.tools)
    for line in absent:
        print(f"evals: {line}", file=sys.stderr)
    articles = chosen([read_squad(path) for path in args.files], args.part, args.articles)
    pages = [page_of(article, number) for number, article in enumerate(articles, start=1)]
    questions = asked(articles, args.questions, args.seed)
    settings = settings or Settings.read(os.environ)
    remembering = Remembering(embedder or build_embedder(settings))
    with _folder(args.keep) as folder:
        trial = Trial(pages, questions, replace(settings, home=folder, chroma_url=""), remembering)
        for version in (TEXT, *versions):  # all of them first: a tool that fails does so before the long work
            print(f"writing: {version.name}", file=sys.stderr)
            write_version(version, pages, trial.folder(version))
        outcomes = [trial.outcome(version) for version in (TEXT, *versions)]
    details = ["\n".join(wrong(outcomes[0], other)) for other in outcomes[1:]] if args.wrong else []
    show([table(outcomes, args.seed), note(page.title for page in pages), *details], markdown=args.markdown)
    below = [line for other in outcomes[1:] if (line := lost(outcomes[0], other))]
    for line in below:
        print(f"evals: {line}", file=sys.stderr)
    return 1 if below else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals formats", description=(__doc__ or "").splitlines()[0].partition(": ")[2]
    )
    add = parser.add_argument
    add("files", type=Path, nargs="+", metavar="FILE.json", help="SQuAD 1.1 or 2.0 format")
    add("--articles", type=int, default=10, metavar="N", help="so many, from each file in turn (10)")
    add("--questions", type=int, default=100, metavar="N", help="at most so many of each article, drawn (100)")
    add("--part", type=Part, choices=list(Part), default=Part.REPORT, help="which articles of a file (report)")
    add("--tools", type=_tools, metavar="TOOL,...", help=f"which write: {','.join(Tool)} (all that are installed)")
    add("--keep", type=Path, metavar="FOLDER", help="leave the documents and their indexes in this new folder")
    add("--wrong", action="store_true", help="show what is broken and which questions are lost; with --part tune")
    add("--seed", type=int, default=1, metavar="S", help="of what is drawn and of the intervals (1)")
    add("--markdown", action="store_true", help="print the table as Markdown for a README")
    return parser


def _check(args: argparse.Namespace) -> None:
    for name in ("articles", "questions"):
        if (number := getattr(args, name)) < 1:
            raise FormatError(f"--{name} is {number}. Give 1 or more.")
    if args.wrong and args.part is not Part.TUNE:
        raise FormatError("Articles for reporting are looked at in totals only; --wrong works with --part tune.")


def _tools(text: str) -> list[Tool]:
    try:
        return [Tool(name.strip()) for name in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: known are {', '.join(Tool)}") from None


# --------------------------------------------------------------------------- what is asked of what


def chosen(files: Sequence[Sequence[Article]], part: Part, limit: int) -> list[Article]:
    """The first `limit` articles of the part that have an answer, from each file in turn, in the files' order.

    Raises:
        FormatError: there are none.
    """
    start, step = {Part.TUNE: (0, 2), Part.REPORT: (1, 2), Part.ALL: (0, 1)}[part]
    parts = [[article for article in articles[start::step] if _answerable(article)] for articles in files]
    dealt = [article for row in zip_longest(*parts) for article in row if article is not None][:limit]
    if not dealt:
        raise FormatError(f"The files have no article for {part}. Give one with more articles, or --part all.")
    return [article for articles in parts for article in articles if any(article is one for one in dealt)]


def _answerable(article: Article) -> list[Question]:
    return [question for paragraph in article.paragraphs for question in paragraph.questions if question.answerable]


def page_of(article: Article, number: int) -> Page:
    """The article as a page to write; its paragraphs on one line each, as they would be printed."""
    paragraphs = (" ".join(paragraph.text.split()) for paragraph in article.paragraphs)
    return Page(f"squad-{number:04}", article.title.replace("_", " ") or f"Article {number}", tuple(paragraphs))


def asked(articles: Iterable[Article], limit: int, seed: int) -> list[Question]:
    """At most `limit` answerable questions of each article, drawn, in its order."""
    chance = random.Random(seed)
    found = []
    for article in articles:
        mine = _answerable(article)
        found += [mine[at] for at in sorted(chance.sample(range(len(mine)), min(limit, len(mine))))]
    return found


# --------------------------------------------------------------------------- one version


class Remembering:
    """An embedder that embeds a text once: most sentences are the same in every version."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}
        self.name, self.dimension, self.lexicon = embedder.name, embedder.dimension, embedder.lexicon

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As the protocol has it."""
        import numpy as np

        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if new:
            self._known.update(zip(new, self._embedder.embed(new), strict=True))
        rows = [self._known[text] for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.dimension), np.float32)


@dataclass(frozen=True, slots=True)
class Trial:
    """The same pages and questions for every version. The settings' home is where it all goes."""

    pages: Sequence[Page]
    questions: Sequence[Question]
    settings: Settings
    embedder: Embedder

    def folder(self, version: Version) -> Path:
        """Where the files of a version are."""
        return self.settings.home / "-".join(version.name.replace(",", "").split())

    def outcome(self, version: Version) -> Outcome:
        """The version, which has been written, ingested, read back and asked."""
        from app.build import build_store
        from app.tutor import Tutor
        from ingest.pipeline import ingest

        folder = self.folder(version)
        index = self.settings.home / "indexes" / folder.name
        store = build_store(replace(self.settings, index=index), self.embedder)
        try:
            with store.writing():
                report = ingest([folder], store, progress.tenths(f"indexing {version.name}"))
            tutor = Tutor(store, self.embedder)
            documents = {source.id: tutor.document(source.id) for source in tutor.sources()}
            rows = self._ask(version.name, tutor, documents)
        finally:
            store.close()
        titled = sum(_finds_title(page, folder, version.suffix) for page in self.pages if page.name in documents)
        failures = tuple(failure.message for failure in report.failures)
        return Outcome(version.name, len(documents), kept(self.pages, documents, titled), rows, failures)

    def _ask(self, name: str, tutor: Tutor, documents: Mapping[str, Document]) -> tuple[Row, ...]:
        def mark(question: Question, answer: Answer) -> Row:
            check_quotes(answer, documents)
            quotes = [documents[c.source_id].plain(c.span) for c in answer.citations if not answer.refused]
            return Row(question.id, question, right(quotes, question.accepted), " | ".join(quotes))

        def failed(question: Question, error: Exception) -> Row:
            return Row(question.id, question, False, error=f"{type(error).__name__}: {error}")

        shown = progress.questions(name)
        return in_turn(
            self.questions, lambda one: tutor.ask(one.text), mark, failed, progress=shown, clock=perf_counter
        )


def _finds_title(page: Page, folder: Path, suffix: str) -> bool:
    """Whether the loader, told nothing, gives the document the article's title."""
    path = folder / f"{page.name}{suffix}"
    return as_typed(load(path, Source(page.name, "", path)).source.title) == as_typed(page.title)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where all is put: a folder that is deleted afterwards, or a new one that is kept."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="tutor-formats-", ignore_cleanup_errors=True) as name:
            yield Path(name)
        return
    try:
        keep.mkdir(parents=True)
    except OSError as error:
        raise FormatError(f"{keep} cannot be made ({error.strerror}). Give --keep a new folder.") from error
    yield keep.resolve()
