"""Words that look alike, as Office files keep them: they are written with one mark for all that belongs together.

Left to others: reading them (docx_read.py, pptx_read.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ingest.composing import Composer, lowered, raised
from ingest.documents import MarkKind
from ingest.html.tags import web_address


@dataclass(frozen=True, slots=True)
class Look:
    """How the characters of a run look, as far as it means something."""

    bold: bool = False
    italic: bool = False
    code: bool = False
    hidden: bool = False
    raised: int = 0  # 1 above the line, -1 below it


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of a paragraph that look alike; "\\n" alone breaks the line. `link` is an address, `note` the footnote
    that is called here; `image` says that they describe a picture, `page` that a page begins before what follows."""

    text: str
    look: Look = field(default_factory=Look)
    link: str = ""
    note: str = ""
    image: bool = False
    page: bool = False


def write_runs(composer: Composer, runs: Sequence[Run], write: Callable[[Run], None], *, plain: bool = False) -> None:
    """Write runs, each with `write`, those that look alike under one mark; `plain`: no emphasis, links all the same."""
    for address, linked in groupby(runs, key=lambda run: web_address(run.link)):
        if address:
            composer.open(MarkKind.LINK, address)
        for marks, alike in groupby(linked, key=lambda run: () if plain else _marks(run)):
            for mark in marks:
                composer.open(mark)
            for run in alike:
                write(run)
            for _ in marks:
                composer.close()
        if address:
            composer.close()


def write_run(composer: Composer, run: Run, *, breaks: bool = True) -> None:
    """Write the words of a run; without `breaks`, a line that breaks is a blank."""
    if run.look.raised:
        composer.write(raised(run.text) if run.look.raised > 0 else lowered(run.text))
    elif run.text == "\n" and breaks:
        composer.line_break()
    else:
        composer.write(run.text)


def _marks(run: Run) -> tuple[MarkKind, ...]:
    look = run.look
    rows = (
        (look.bold, MarkKind.STRONG),
        (look.italic, MarkKind.EMPHASIS),
        (look.code, MarkKind.CODE),
        (run.image, MarkKind.IMAGE),
    )
    return tuple(mark for on, mark in rows if on)
