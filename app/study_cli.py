"""`tutor study`: the cards of the indexed sources, listed or written for other programs.

How cards are made is in study/cards.py; they are learnt on the page Study.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import due_cli
from app.settings import Settings
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.study.card import Card
    from app.tutor import Tutor

_PLACES = "http://127.0.0.1:8501/sources"  # the page of it that opens a place of a guide
_SERVED = "http://127.0.0.1:8501/"  # where `tutor serve` opens the place of an exported card
_WIDTH = 100  # columns of a prompt


class StudyCommandError(TutorError):
    """Options of `tutor study` that say too little."""


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], make_tutor: Callable[[Settings], Tutor]
) -> None:
    """Add `study`; `make_tutor` makes the tutor whose sources are learnt from."""
    study = commands.add_parser("study", help="cards to learn from the sources: what is due, list, write, export")
    actions = study.add_subparsers(dest="action", metavar="ACTION", required=True)

    cards = actions.add_parser("cards", help="the cards of the indexed sources, each with its citation")
    cards.add_argument("--json", action="store_true", help="as JSON, with the citations' offsets")
    cards.set_defaults(run=lambda options, settings: _cards(options, settings, make_tutor(settings)))

    write = actions.add_parser("write", help="have a chat model write cards; those that a passage bears out are kept")
    write.add_argument("--llm", metavar="MODEL", help="the chat model (the setting llm)")
    write.add_argument("--source", metavar="ID", help="on this document only")
    write.add_argument("--passages", type=_count, default=10, metavar="N", help="so many passages at most (10)")
    write.set_defaults(run=lambda options, settings: _write(options, settings, lambda: make_tutor(settings)))

    due_cli.add_due(actions, make_tutor)

    export = actions.add_parser("export", help="write what is to be learnt into files for other programs")
    export.add_argument("--anki", type=Path, metavar="DECK.apkg", help="the cards as an Anki package")
    export.add_argument("--csv", type=Path, metavar="CARDS.csv", help="the cards as a table")
    export.add_argument("--guide", type=Path, metavar="GUIDE.md|GUIDE.html", help="the study guide, with the timeline")
    export.add_argument("--source", action="append", default=[], metavar="ID", help="the guide to this document only")
    export.set_defaults(run=lambda options, settings: _export(options, settings, lambda: make_tutor(settings)))


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of passages")
    return int(text)


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


def all_cards(tutor: Tutor, settings: Settings) -> tuple[Card, ...]:
    """The cards that the sources make, and those of one's own that still stand in them: from the chat, or written."""
    from app.build import build_study, history_path
    from app.study.card import CardKind
    from app.study.cards import deck

    if not history_path(settings).exists():
        return deck(tutor)
    study = build_study(settings)
    try:
        kept = [one.card for one in study.cards().values() if not one.suspended]
    finally:
        study.close()
    texts = {name: record.document.text for name, record in tutor.searcher().records.items()}
    own = (
        card
        for card in kept
        if card.kind in (CardKind.SAVED, CardKind.WRITTEN)
        and texts.get(card.citation.source_id, "")[card.citation.span.start : card.citation.span.end]
        == card.citation.quote
    )
    return (*deck(tutor), *own)


def _cards(options: argparse.Namespace, settings: Settings, tutor: Tutor) -> int:
    cards = all_cards(tutor, settings)
    if options.json:
        readable = sys.stdout.encoding.lower().startswith("utf")
        print(json.dumps([as_row(card) for card in cards], ensure_ascii=not readable, indent=2))
        return 0
    for card in cards:
        print(textwrap.fill(card.prompt, _WIDTH, break_on_hyphens=False))
        print(f"    {card.answer}  [{', '.join(filter(None, (card.citation.source_id, card.section)))}]\n")
    print(f"{len(cards)} {'card' if len(cards) == 1 else 'cards'}", file=sys.stderr)
    return 0


def _write(options: argparse.Namespace, settings: Settings, make_tutor: Callable[[], Tutor]) -> int:
    from app.build import build_chat_model, build_study
    from app.modelspec import parse_spec
    from app.study.card import CardKind
    from app.study.shown import PROSE
    from app.study.written import write_cards
    from vectorstore.search import Hit

    if options.llm is not None:
        settings = replace(settings, llm=parse_spec(options.llm).name)
    model = build_chat_model(settings)
    if model is None:
        raise StudyCommandError("Writing cards needs a chat model. Name one, say --llm ollama:qwen3:4b or --llm local.")
    tutor = make_tutor()
    if options.source is not None:
        tutor.document(options.source)  # says so if there is none
    study, judge = build_study(settings), tutor.judge()
    try:
        known = [one.card for one in study.cards().values() if one.card.kind is CardKind.WRITTEN]
        hits = [
            hit
            for record in tutor.searcher().records.values()
            for hit in (Hit(passage, record.document, 0.0) for passage in record.passages)
            if hit.passage.kind in PROSE and options.source in (None, hit.passage.source_id)
            if not any(hit.holds(card.citation.source_id, card.citation.span) for card in known)
        ]
        count = 0
        for hit in hits[: options.passages]:
            for card in write_cards(hit, model, judge):
                study.save(card, datetime.now(UTC))
                print(f"{card.prompt}\n    {card.answer}  [{card.citation.source_id}, {card.section}]\n", flush=True)
                count += 1
    finally:
        study.close()
        model.close()
    over = min(len(hits), options.passages)
    print(f"Cards written and kept: {count}. Passages read: {over}.", file=sys.stderr)
    return 0


def _export(options: argparse.Namespace, settings: Settings, make_tutor: Callable[[], Tutor]) -> int:
    if options.anki is None and options.csv is None and options.guide is None:
        raise StudyCommandError(
            "Say what to write: tutor study export --anki deck.apkg, --csv cards.csv, or --guide guide.html."
        )
    tutor = make_tutor()
    if options.guide is not None:
        from app.study.guide_export import export_guide

        count = export_guide(tutor, options.guide, options.source, base=_PLACES)
        print(f"Written: {options.guide} ({count} {'document' if count == 1 else 'documents'})", file=sys.stderr)
    if options.anki is None and options.csv is None:
        return 0
    cards = all_cards(tutor, settings)
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
