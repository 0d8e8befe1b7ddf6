"""Cards as an Anki package, by genanki. Notes keep their ids, so that a second import updates and duplicates nothing.

Every field is escaped HTML. Tabular export is table.py's; what a card holds is card.py's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from time import time

from app.study.card import BLANK, Card, CardKind
from app.study.shown import shown_text
from app.study.table import link, no_cards, section_of, unwritable
from ingest.documents import Document
from vectorstore.words import blank_locators

#: Drawn once, at random, and never changed: Anki knows the note type and the deck by them.
MODEL_ID = 1_884_203_617
DECK_ID = 2_071_359_442
DECK_NAME = "Koryo Tutor"
FIELDS = ("Prompt", "Answer", "Quote", "Source", "Link", "Id")

_FRONT = '<div class="prompt">{{Prompt}}</div>'
_BACK = """{{FrontSide}}<hr id="answer">
<div class="answer">{{Answer}}</div>
<blockquote>{{Quote}}</blockquote>
<div class="source">{{Source}}{{#Link}} · <a href="{{Link}}">open the source</a>{{/Link}}</div>"""
_CSS = """.card { font: 20px/1.45 system-ui, sans-serif; max-width: 38em; margin: 1.5em auto; padding: 0 1em;
  color: #1c1c1e; background: #ffffff; text-align: left; }
.answer { font-weight: 600; }
blockquote { margin: 1em 0; padding-left: .8em; border-left: 3px solid #2f6f9f; font-size: .85em; }
mark { color: inherit; background: #ffe9a8; }
.source { font-size: .75em; color: #5c5c61; }
a { color: #2f6f9f; }
.nightMode .card, .card.nightMode, .card.night_mode { color: #e8e8ea; background: #1d1d1f; }
.nightMode blockquote, .night_mode blockquote { border-color: #7fb7dd; }
.nightMode mark, .night_mode mark { background: #6b5510; }
.nightMode .source, .night_mode .source { color: #a5a5aa; }
.nightMode a, .night_mode a { color: #7fb7dd; }
"""


def write_anki(
    cards: Sequence[Card],
    documents: Mapping[str, Document],
    path: Path,
    *,
    base: str = "",
    now: float | None = None,
) -> int:
    """Write a package with a note for each card and return how many they are. A file that is there is replaced whole.

    Args:
        documents: those that the cards cite, by id.
        path: where it goes, an .apkg file.
        base: where the tutor is served; links are `base?source=ID&start=..&end=..`, none if it is "".
        now: seconds since 1970; Anki takes a note over an older one of its id.

    Raises:
        StudyExportError: there are no cards, or the file cannot be written.
    """
    import genanki

    no_cards(cards)
    model = genanki.Model(
        MODEL_ID,
        DECK_NAME,
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Card", "qfmt": _FRONT, "afmt": _BACK}],
        css=_CSS,
    )
    deck = genanki.Deck(DECK_ID, DECK_NAME)
    for card in cards:
        tags = [str(card.kind), str(card.asked), "".join(card.citation.source_id.split())]
        deck.add_note(genanki.Note(model, list(fields(card, documents, base)), guid=f"koryo-{card.id}", tags=tags))
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".anki-") as folder:
            made = Path(folder) / "deck.apkg"
            genanki.Package(deck).write_to_file(str(made), timestamp=time() if now is None else now)
            made.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    return len(cards)


def fields(card: Card, documents: Mapping[str, Document], base: str = "") -> tuple[str, ...]:
    """The fields of a card's note, in the order of FIELDS, as HTML."""
    texts = (card.answer, section_of(card), link(card, base), card.id)
    answer, source, address, name = map(escape, texts)
    prompt = escape(card.prompt).replace(BLANK, "<b>[…]</b>")
    return prompt, answer, marked(card, documents[card.citation.source_id]), source, address, name


def marked(card: Card, document: Document) -> str:
    """The cited sentence as a reader sees it, with the answer marked where it stands, as HTML."""
    text = document.plain(card.citation.span)
    said = blank_locators(text) if card.kind is CardKind.CLOZE else text  # as long as the text
    at = said.find(card.answer)
    if card.kind is CardKind.CLOZE:
        shown = shown_text(document, card.citation.span)
        before = card.prompt.partition(BLANK)[0]
        nth = shown[: len(before)].count(card.answer)  # the answer may be a part of an earlier word
        for _ in range(nth):
            at = said.find(card.answer, at + 1)
    if at < 0:
        return escape(text)
    end = at + len(card.answer)
    return f"{escape(text[:at])}<mark>{escape(text[at:end])}</mark>{escape(text[end:])}"
