"""`tutor study`: the cards of the indexed sources, listed or written for other programs.

How cards are made is in study/cards.py; they are learnt on the page Study.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.settings import Settings
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.study.card import Card
    from app.tutor import Tutor

_SERVED = "http://127.0.0.1:8501/"  # where `tutor serve` opens the place of an exported card
_WIDTH = 100  # columns of a prompt


class StudyCommandError(TutorError):
    """Options of `tutor study` that say too little."""


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], make_tutor: Callable[[Settings], Tutor]
) -> None:
    """Add `study`; `make_tutor` makes the tutor whose sources are learnt from."""
    study = commands.add_parser("study", help="cards to learn from the sources: list, export")
    actions = study.add_subparsers(dest="action", metavar="ACTION", required=True)

    cards = actions.add_parser("cards", help="the cards of the indexed sources, each with its citation")
    cards.add_argument("--json", action="store_true", help="as JSON, with the citations' offsets")
    cards.set_defaults(run=lambda options, settings: _cards(options, make_tutor(settings)))

    export = actions.add_parser("export", help="write what is to be learnt into files for other programs")
    export.add_argument("--anki", type=Path, metavar="DECK.apkg", help="the cards as an Anki package")
    export.add_argument("--csv", type=Path, metavar="CARDS.csv", help="the cards as a table")
    export.set_defaults(run=lambda options, settings: _export(options, lambda: make_tutor(settings)))


def as_row(card: Card) -> dict[str, Any]:
    """A card as JSON; offsets are characters of the source's canonical text."""
    cited = card.citation
    return {
        "id": card.id,
        "kind": str(card.kind),
        "asked": str(card.asked),
        "prompt": card.prompt,
        "answer": card.answer,
        "source": cited.source_id,
        "section": cited.section,
        "start": cited.span.start,
        "end": cited.span.end,
        "quote": cited.quote,
    }


def _cards(options: argparse.Namespace, tutor: Tutor) -> int:
    from app.study.cards import deck

    cards = deck(tutor)
    if options.json:
        readable = sys.stdout.encoding.lower().startswith("utf")
        print(json.dumps([as_row(card) for card in cards], ensure_ascii=not readable, indent=2))
        return 0
    for card in cards:
        print(textwrap.fill(card.prompt, _WIDTH, break_on_hyphens=False))
        print(f"    {card.answer}  [{', '.join(filter(None, (card.citation.source_id, card.section)))}]\n")
    print(f"{len(cards)} {'card' if len(cards) == 1 else 'cards'}", file=sys.stderr)
    return 0


def _export(options: argparse.Namespace, make_tutor: Callable[[], Tutor]) -> int:
    from app.study.cards import deck

    if options.anki is None and options.csv is None:
        raise StudyCommandError("Say what to write: tutor study export --anki deck.apkg, or --csv cards.csv.")
    tutor = make_tutor()
    cards = deck(tutor)
    if options.anki is not None:
        from app.study.anki import write_anki

        documents = {source.id: tutor.document(source.id) for source in tutor.sources()}
        _said(options.anki, write_anki(cards, documents, options.anki, base=_SERVED))
    if options.csv is not None:
        from app.study.table import write_csv

        _said(options.csv, write_csv(cards, options.csv, base=_SERVED))
    return 0


def _said(path: Path, count: int) -> None:
    print(f"Written: {path} ({count} cards)", file=sys.stderr)
