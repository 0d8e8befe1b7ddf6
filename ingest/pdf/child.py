"""The process that reads PDFs: `python child.py TASK PATH [...]`, the file on stdin, the answer on stdout.

An answer is a line of JSON and then bytes. The tasks: `parse` gives the canonical text and its pieces; `places` gives
for each character of the text its page and box; `picture PAGE DOTS` gives a page as a PNG. PATH is for messages alone.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

_MEMORY = 3 * 2**30  # bytes of address space


def main() -> int:
    """Do one task."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from ingest.errors import SourceError

    task, path, *arguments = sys.argv[1:]
    data = sys.stdin.buffer.read()
    _limit()
    try:
        head, body = _TASKS[task](data, Path(path), *arguments)
    except SourceError as error:
        head, body = {"refused": str(error)}, b""
    except (MemoryError, RecursionError):
        head, body = {"refused": f"{path} takes more memory than a PDF may; split it"}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
    return 0


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has none: there the time alone is limited
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY or most > _MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, most))


def _parse(data: bytes, path: Path) -> tuple[dict[str, Any], bytes]:
    from ingest.pdf.layout import lay_out

    parsed = lay_out(data, path).parsed
    head = {
        "pieces": [(piece.kind, piece.span.start, piece.span.end, piece.level) for piece in parsed.pieces],
        "pages": [(locator.label, locator.start) for locator in parsed.locators],
        "title": parsed.title,
        "author": parsed.author,
        "year": parsed.year,
    }
    return head, parsed.text.encode()


def _places(data: bytes, path: Path) -> tuple[dict[str, Any], bytes]:
    from ingest.documents import content_hash
    from ingest.pdf.layout import lay_out
    from ingest.pdf.places import NOWHERE

    laid = lay_out(data, path)
    pages, boxes = array("H"), array("f")
    for origin in laid.script.origins:
        if origin is None:
            pages.append(NOWHERE)
            boxes.extend((0, 0, 0, 0))
        else:
            page, glyph = origin
            pages.append(page)
            boxes.extend((glyph.left, glyph.top, glyph.right, glyph.bottom))
    turned = [(i, sheet.turn, sheet.width, sheet.height) for i, sheet in enumerate(laid.sheets) if sheet.turn]
    head = {"text": content_hash(laid.parsed.text.encode()), "characters": len(pages), "turned": turned}
    return head, pages.tobytes() + boxes.tobytes()


def _picture(data: bytes, path: Path, page: str, dots: str) -> tuple[dict[str, Any], bytes]:
    from ingest.pdf.image import picture

    made = picture(data, path, int(page), float(dots))
    return {"width": made.width, "height": made.height, "label": made.label}, made.png


_TASKS: dict[str, Callable[..., tuple[dict[str, Any], bytes]]] = {
    "parse": _parse,
    "places": _places,
    "picture": _picture,
}

if __name__ == "__main__":
    sys.exit(main())
