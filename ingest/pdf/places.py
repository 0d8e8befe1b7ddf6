"""Where a passage of a PDF stands on its pages, and these pages as pictures: what a citation opens.

Nothing of it is kept in the index. It is made from the file when it is asked for, by the code that made the text, and a
few files are remembered. A file that has changed since would show other words: it is refused.
"""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ingest.documents import Document, Span, content_hash
from ingest.errors import SourceError
from ingest.pdf.reader import ask

NOWHERE = 0xFFFF  # the page of a character that stands on none
DOTS = 110.0  # an inch
_SECONDS = 60.0
_REMEMBERED = 6  # files
_PICTURES = 24
_AT_ONCE = threading.BoundedSemaphore(2)  # processes, however many readers there are

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a page, in points from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page that a passage stands on, as a PNG of `width` to `height` points, and the boxes of the passage's words.

    `number` counts from 0; `label` is what the page calls itself."""

    number: int
    label: str
    png: bytes
    width: float
    height: float
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Places:
    """For each character of a text its page and box; `text` is the sha256 of the text. The boxes of `turned` pages are
    those of the page turned clockwise by so many quarters, and with it of such a width and height."""

    text: str
    pages: array[int]
    boxes: array[float]
    turned: dict[int, tuple[int, float, float]] = field(default_factory=dict)

    def on_pages(self, span: Span) -> dict[int, tuple[Box, ...]]:
        """The boxes of a span by page, in the order of the text: one for each run of a line."""
        found: dict[int, list[Box]] = {}
        for i in range(span.start, min(span.end, len(self.pages))):
            page = self.pages[i]
            if page == NOWHERE:
                continue
            box = Box(*self.boxes[4 * i : 4 * i + 4])
            before = found.setdefault(page, [])
            if before and _goes_on(before[-1], box):
                before[-1] = Box(
                    min(before[-1].left, box.left),
                    min(before[-1].top, box.top),
                    max(before[-1].right, box.right),
                    max(before[-1].bottom, box.bottom),
                )
            else:
                before.append(box)
        straight = (0, 0.0, 0.0)
        return {
            page: tuple(_shown(box, *self.turned.get(page, straight)) for box in boxes) for page, boxes in found.items()
        }


def _shown(box: Box, turn: int, width: float, height: float) -> Box:
    """The box on the page as it is shown, not turned."""
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    return (
        box,
        Box(top, width - right, bottom, width - left),
        Box(width - right, height - bottom, width - left, height - top),
        Box(height - bottom, left, height - top, right),
    )[turn]


def _goes_on(line: Box, box: Box) -> bool:
    """Whether a character stands on the line of those before it, behind them."""
    middle = (box.top + box.bottom) / 2
    height = line.bottom - line.top
    return line.top <= middle <= line.bottom and -1.2 * height < box.left - line.right < 3 * height


class _Slot:
    """Something that is made once, by whoever asks first; the others wait."""

    def __init__(self) -> None:
        self.lock, self.value = threading.Lock(), None


class _Memory:
    """What was made last. What fails is made anew when it is asked for again."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._kept: OrderedDict[Any, Any] = OrderedDict()

    def get(self, key: Any, make: Callable[[], Kept]) -> Kept:
        with self._lock:
            slot = self._kept.setdefault(key, _Slot())
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        with slot.lock:
            if slot.value is None:
                with _AT_ONCE:
                    slot.value = make()
            made: Kept = slot.value
            return made


_PLACES, _DRAWN = _Memory(_REMEMBERED), _Memory(_PICTURES)


def pictures(path: Path, sha256: str, text: str, span: Span) -> tuple[PagePicture, ...]:
    """The pages that a span of a PDF's text stands on, in order, with the span's places. `sha256` is the file's.

    Raises:
        SourceError: the file is gone, has changed or cannot be read, or its text would be another today.
    """
    data = _unchanged(path, sha256)
    places = _PLACES.get(sha256, lambda: _places(data, path))
    if places.text != content_hash(text.encode()):
        raise SourceError(f"{path} was read by another version of this program; ingest it again to see its pages")
    return tuple(_picture(data, path, sha256, page, boxes) for page, boxes in sorted(places.on_pages(span).items()))


def has_pages(document: Document) -> bool:
    """Whether a document is a PDF."""
    return document.source.path.suffix.lower() == ".pdf" and bool(document.locators)


def _unchanged(path: Path, sha256: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read any more: {error.strerror}") from None
    if content_hash(data) != sha256:
        raise SourceError(f"{path} has changed since it was ingested; ingest it again to see its pages")
    return data


def _places(data: bytes, path: Path) -> Places:
    head, body = ask("places", data, path)
    count = int(head["characters"])
    pages, boxes = array("H"), array("f")
    pages.frombytes(body[: count * pages.itemsize])
    boxes.frombytes(body[count * pages.itemsize :])
    turned = {int(page): (int(turn), float(width), float(height)) for page, turn, width, height in head["turned"]}
    return Places(str(head["text"]), pages, boxes, turned)


def _picture(data: bytes, path: Path, sha256: str, page: int, boxes: tuple[Box, ...]) -> PagePicture:
    head, png = _DRAWN.get((sha256, page), lambda: ask("picture", data, path, str(page), str(DOTS), seconds=_SECONDS))
    return PagePicture(page, str(head["label"]), png, float(head["width"]), float(head["height"]), boxes)
