"""A page of a PDF as a picture, by PDFium. Runs in the process of child.py.

Annotations that somebody made in a viewer are shown; forms and scripts are not run.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SourceError
from ingest.pdf.chars import label, opened

_COLOURS = 64  # a third of the bytes, and type looks the same
MAX_PIXELS = 4_000_000  # of a page; a larger one is shown smaller


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a PNG; `width` and `height` are the page's, in points."""

    png: bytes
    width: float
    height: float
    label: str


def picture(data: bytes, path: Path, number: int, dots: float) -> Picture:
    """The page `number`, from 0, at `dots` an inch, fewer if it is large.

    Raises:
        SourceError: see `pdf_chars.opened`; or there is no such page, or it cannot be drawn.
    """
    import pypdfium2

    with opened(data, path) as pdf:
        try:
            page = pdf[number]
            width, height = page.get_size()
            scale = dots / 72
            if width * height * scale**2 > MAX_PIXELS:
                scale = (MAX_PIXELS / (width * height)) ** 0.5
            image = page.render(scale=scale).to_pil().convert("RGB").quantize(_COLOURS, dither=0)
        except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
            raise SourceError(f"page {number + 1} of {path} cannot be drawn: {error}") from None
        sink = io.BytesIO()
        image.save(sink, "PNG")
        return Picture(sink.getvalue(), width, height, label(pdf, number))
