"""A file becomes the text to check: .txt, .md and .docx.

What comes of a .docx is light Markdown in the order of the document: headings behind "#", list items behind "-",
tables as rows between "|", the notes at its end. Its page headers, comments and deleted words are left out. Files
come from strangers: how a .docx is read safely is in ingest/archives.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from app.check.pieces import MOST, CheckError
from ingest.archives import begins_packed
from ingest.documents import BlockKind
from ingest.errors import SourceError
from ingest.office.docx_read import Paragraph, Reader, Table, words
from ingest.tables import Cell, placed

MOST_BYTES = 20_000_000  # of a file, pictures and all


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        CheckError: it is not there, cannot be read, is of no known kind or holds no text.
    """
    _reader(path.name)
    try:
        if path.is_dir():
            raise CheckError(f"{path} is a folder. Name one file: {_KINDS}.")
        if not path.is_file():
            raise CheckError(f"{path} is not there. Name a file to check.")
        if path.stat().st_size > MOST_BYTES:
            raise _too_large(str(path), path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise CheckError(f"{path} cannot be read: {error.strerror}.") from error
    return text_of(str(path), data)


def text_of(name: str, data: bytes) -> str:
    """The text of a file's content; `name` tells its kind, and errors name it.

    Raises:
        CheckError: it is of no known kind, damaged, too large, or holds no text.
    """
    reader = _reader(name)
    if len(data) > MOST_BYTES:
        raise _too_large(name, len(data))
    text = reader(name, data)
    if not text.strip():
        raise CheckError(f"{name} holds no text.")
    if len(text) > MOST:
        raise CheckError(f"{name} has {len(text):,} characters; at most {MOST:,} are checked at once. Give a part.")
    return text


def names_file(text: str) -> bool:
    """Whether a text is the name of a file that could be checked: by its ending, and if it has blanks, by being one."""
    if Path(text).suffix.lower() not in READERS:
        return False
    try:
        return not any(character.isspace() for character in text) or Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, say
        return False


def _reader(name: str) -> Callable[[str, bytes], str]:
    suffix = Path(name).suffix.lower()
    if suffix not in READERS:
        kind = f"is a {suffix} file" if suffix else "has no ending that says what it is"
        raise CheckError(f"{name} {kind}. Files to check are {_KINDS}.")
    return READERS[suffix]


def _too_large(name: str, size: int) -> CheckError:
    return CheckError(
        f"{name} has {size / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read. Give a part of it."
    )


# -- text ------------------------------------------------------------------------------------------------------------


def _plain(name: str, data: bytes) -> str:
    if begins_packed(data) or data.startswith(b"%PDF-"):
        raise CheckError(f"{name} is no text file, whatever its ending says. Save it as text, or as .docx.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CheckError(f"{name} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from None
    if "\0" in text:
        raise CheckError(f"{name} is no text file: it holds zero bytes. Save it as text in UTF-8.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


# -- Word ------------------------------------------------------------------------------------------------------------


def _word(name: str, data: bytes) -> str:
    """The text of a .docx."""
    try:
        reader = Reader(name, data)
        with reader.faults():
            blocks = [*map(partial(_block, reader), reader.items(reader.body)), *_notes(reader)]
    except SourceError as error:
        raise CheckError(str(error)) from error
    return "\n\n".join(filter(str.strip, blocks))


def _block(reader: Reader, item: Paragraph | Table) -> str:
    if isinstance(item, Table):
        return _table(reader, item)
    text = item.text.strip()
    lead = {BlockKind.HEADING: f"{'#' * item.level} ", BlockKind.LIST_ITEM: "- "}.get(item.kind)
    return f"{lead}{' '.join(text.split())}" if lead and text else text


def _table(reader: Reader, table: Table) -> str:
    cells = [
        [Cell(words(list(reader.items(cell.element)), reader), rows=cell.rows, columns=cell.columns) for cell in row]
        for row in table.rows
    ]
    rows = [["" if at.again else at.cell.text.replace("|", "\\|") for at in row] for row in placed(cells)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines[:1], "|" + " --- |" * len(rows[0]), *lines[1:]]) if lines else ""


def _notes(reader: Reader) -> Iterator[str]:
    """The footnotes and endnotes, a paragraph each."""
    for note in reader.notes.values():
        yield words(list(reader.items(note)), reader)


#: The ending of a file -> what makes text of it.
READERS: Mapping[str, Callable[[str, bytes], str]] = {".txt": _plain, ".md": _plain, ".docx": _word}
_KINDS = ".txt, .md and .docx"
