"""A file becomes a Document: bytes are checked and decoded, the format's parser finds the structure.

LOADERS is the list of formats. To add one is to write a function from bytes to `Parsed` and add a row;
offsets are into the text that the function returns, so a format that is not text (PDF, DOCX) decides itself
what its canonical text is.

Left to others: the structure of each format (plain_blocks.py, markdown_blocks.py), which file belongs to
which Source (catalog.py), passages (chunk.py).
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.csv_blocks import parse_csv
from ingest.documents import BlockKind, Document, Source, content_hash
from ingest.errors import SourceError
from ingest.html.blocks import parse_html
from ingest.html.epub import parse_epub
from ingest.jsonl_blocks import parse_jsonl
from ingest.markdown_blocks import parse_markdown
from ingest.office.docx_blocks import parse_docx
from ingest.office.pptx_blocks import parse_pptx
from ingest.outline import Parsed, blocks_of, sections_of
from ingest.pdf.reader import parse_pdf
from ingest.plain_blocks import parse_plain
from ingest.subtitles import parse_srt, parse_vtt

MAX_BYTES = 50 * 1024 * 1024

#: The encodings that announce themselves, longest mark first; a file without a mark is UTF-8.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Loader:
    """One format: its name for people, and how its bytes are taken apart.

    `parse` raises SourceError if the bytes are not of the format; the path is for the message only.
    """

    name: str
    parse: Callable[[bytes, Path], Parsed]


def decode(data: bytes, path: Path) -> str:
    """The text of a text file, exactly as encoded but without the byte order mark.

    Raises:
        SourceError: the file is binary, or neither UTF-8 nor marked as UTF-16.
    """
    mark, encoding = next((row for row in _BYTE_ORDER_MARKS if data.startswith(row[0])), (b"", "utf-8"))
    body = data.removeprefix(mark)
    if encoding == "utf-8" and b"\0" in body:
        place = body.index(0) + len(mark)
        raise SourceError(f"{path} is binary (byte {place} is zero); save it as text in UTF-8")
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        place = error.start + len(mark)
        raise SourceError(f"{path} is not {encoding.upper()} at byte {place}; save it as UTF-8") from None
    if "\0" in text:
        raise SourceError(f"{path} is binary (it holds null characters); save it as text in UTF-8")
    return text


_PLAIN = Loader("plain text", lambda data, path: parse_plain(decode(data, path)))
_MARKDOWN = Loader("Markdown", lambda data, path: parse_markdown(decode(data, path)))
_HTML = Loader("web page", parse_html)
_TABLE = Loader("table", lambda data, path: parse_csv(decode(data, path), path))

#: Suffix (lower case) to format.
LOADERS: dict[str, Loader] = {
    ".txt": _PLAIN,
    ".text": _PLAIN,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".docx": Loader("Word document", parse_docx),
    ".pptx": Loader("presentation", parse_pptx),
    ".epub": Loader("book", parse_epub),
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".pdf": Loader("PDF", parse_pdf),
    ".csv": _TABLE,
    ".tsv": _TABLE,
    ".jsonl": Loader("JSON Lines", lambda data, path: parse_jsonl(decode(data, path), path)),
    ".srt": Loader("subtitles", lambda data, path: parse_srt(decode(data, path), path)),
    ".vtt": Loader("subtitles", lambda data, path: parse_vtt(decode(data, path), path)),
}


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of a known format.

    Raises:
        SourceError: the file is missing, no regular file, empty, larger than MAX_BYTES, unreadable, or its
            suffix is not in LOADERS.
    """
    try:
        if not path.exists():
            raise SourceError(f"{path} does not exist; check the path")
        if path.is_dir():
            raise SourceError(f"{path} is a folder, not a file; ingest it as a folder")
        if not path.is_file():
            raise SourceError(f"{path} is not a regular file; copy its content into one")
        if path.suffix.lower() not in LOADERS:
            known, suffix = ", ".join(LOADERS), path.suffix or "no suffix"
            raise SourceError(f"{path} is of no known format ({suffix}); known are {known}")
        size = path.stat().st_size
        if size > MAX_BYTES:
            limit = MAX_BYTES // 2**20
            raise SourceError(f"{path} is too large ({size / 2**20:.0f} MB, at most {limit} MB); split it")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SourceError(f"{path} cannot be read: {reason}; check the path and its permissions") from None
    if not data:
        raise SourceError(f"{path} is empty; put text in it or remove it")
    return data


def load(path: Path, source: Source) -> Document:
    """Read, decode and take apart one file.

    A source without a title gets what the file says is its title, else its first heading of level 1, else the file's
    name; one without an author or year, what the file says.

    Raises:
        SourceError: see `read_bytes` and `decode`; also if the file holds nothing but white space.
    """
    return parse(read_bytes(path), path, source)


def parse(data: bytes, path: Path, source: Source) -> Document:
    """What `load` does once the bytes are read.

    Raises:
        SourceError: the bytes are not of the format that the path's suffix names, or only white space.
    """
    parsed = LOADERS[path.suffix.lower()].parse(data, path)
    if not parsed.text.strip("\ufeff\u200b \t\r\n\f\v") or parsed.text.isspace():
        raise SourceError(f"{path} holds only white space; put text in it or remove it")
    blocks = blocks_of(parsed.text, parsed.pieces)
    bare = Document(source, parsed.text, content_hash(data), blocks, (), parsed.marks, parsed.locators)
    levels = {piece.span.start: piece.level for piece in parsed.pieces if piece.kind is BlockKind.HEADING}
    sections = sections_of(bare, levels)
    titles = (section.title for section in sections if section.heading and section.level == 1)
    titled = replace(
        source,
        title=source.title or parsed.title or next(titles, "") or path.stem,
        author=source.author or parsed.author,
        year=source.year or parsed.year,
    )
    return replace(bare, source=titled, sections=sections)
