"""`python -m evals squad FILE.json`: a SQuAD-format file asked as one collection, by the tutor as a user meets it.

Every paragraph of the file goes through the product's own ingest into one index, and each question is put to
`Tutor.ask` without a word about where its answer stands. Reading the file is squad_file.py, the index squad_index.py,
the marks and figures squad_marks.py.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals import progress
from evals.figures import Figure
from evals.records import check_target, write_json
from evals.report import show
from evals.squad_file import Article, SquadError, parse_squad, read_bytes
from evals.squad_index import build_index, draw, index_folder, located, write_sources
from evals.squad_marks import Row, ask_all, figures, notes, table

if TYPE_CHECKING:
    from app.settings import Settings
    from vectorstore.embedding import Embedder


def main(argv: Sequence[str], settings: Settings | None = None, embedder: Embedder | None = None) -> int:
    """Runs the command and returns 0.

    Raises:
        TutorError: a mistake of the user's, in one line; found before the work where it can be.
    """
    from app.build import build_embedder
    from app.settings import Settings

    args = _parser().parse_args(argv)
    if args.limit is not None and args.limit < 1:
        raise SquadError(f"--limit is {args.limit}. Give 1 or more, or leave it out to ask every question.")
    data = read_bytes(args.file)
    articles = parse_squad(data, args.file)
    if args.json:
        check_target(args.json)
    settings = settings or Settings.read(os.environ)
    embedder = embedder or build_embedder(settings)
    settings = replace(settings, index=index_folder(settings.home, data, embedder.name) / "index")
    rows = _ask(articles, args, settings, embedder)

    found = figures(rows, args.seed)
    answerable = sum(row.answerable for row in rows)
    paragraphs = sum(len(article.paragraphs) for article in articles)
    title = f"{args.file.name}: {len(rows)} questions, {answerable} answerable, over {paragraphs} paragraphs"
    if args.json:
        write_json(args.json, _as_json(args, rows, found))
    show([table(title, found, main=args.markdown), notes(rows)], markdown=args.markdown)
    if args.json:
        print(f"wrote {args.json}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals squad",
        description="Ask a SQuAD-format file's questions of all its paragraphs together.",
        epilog="The index is kept in TUTOR_HOME/squad; a second run embeds nothing but the questions.",
    )
    add = parser.add_argument
    add("file", type=Path, metavar="FILE.json", help="SQuAD 1.1 or 2.0 format")
    add("--limit", type=int, metavar="N", help="ask so many of its questions, drawn at random (all)")
    add("--seed", type=int, default=1, metavar="S", help="of what is drawn and of the intervals (1)")
    add("--fresh", action="store_true", help="make the index anew, not only what changed")
    add("--json", type=Path, metavar="OUT", help="write the figures and every question's marks here")
    add("--markdown", action="store_true", help="print the main figures only, as Markdown for a README")
    return parser


def _ask(
    articles: Sequence[Article], args: argparse.Namespace, settings: Settings, embedder: Embedder
) -> tuple[Row, ...]:
    """The articles indexed into `settings.index`, and the questions that are drawn put to the tutor over it."""
    from app.build import build_store
    from app.tutor import Tutor

    sources = settings.index.parent / "sources"
    ids = write_sources(articles, sources)
    build_index(settings, embedder, sources, fresh=args.fresh)
    store = build_store(settings, embedder)
    try:
        tutor = Tutor(store, embedder)
        documents = {source.id: tutor.document(source.id) for source in tutor.sources()}
        asked = draw(located(articles, ids, documents), args.limit, args.seed)
        tutor.warm()
        return ask_all(asked, tutor, documents, progress.questions("tutor"))
    finally:
        store.close()


def _as_json(args: argparse.Namespace, rows: Sequence[Row], found: Sequence[Figure]) -> dict[str, Any]:
    return {
        "dataset": args.file.name,
        "questions": len(rows),
        "answerable": sum(row.answerable for row in rows),
        "seed": args.seed,
        "limit": args.limit,
        "systems": [
            {
                "name": "tutor",
                "figures": [figure.as_json() for figure in found],
                "rows": [{**asdict(row), "answerable": row.answerable} for row in rows],
            }
        ],
    }
