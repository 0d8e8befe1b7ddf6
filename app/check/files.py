"""A file becomes the text to check: .txt, .md and .docx.

What comes of a .docx is light Markdown in the order of the document: headings behind "#", list items behind "-",
tables as rows between "|", the notes at its end. Its page headers, comments and deleted words are left out. Files
come from strangers: nothing of one is read before its size is known, and no XML of it may declare anything.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.check.pieces import MOST, CheckError

if TYPE_CHECKING:
    from docx.document import Document as Docx

MOST_BYTES = 20_000_000  # of a file, pictures and all
_MOST_UNPACKED = 100_000_000  # of all that a .docx holds
_MOST_XML = 20_000_000  # of one part of it that is parsed
_MOST_PARTS = 5_000
_MOST_DEEP = 20  # tables in tables

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what an old .doc begins with, and a .docx with a password
_ZIP = b"PK\x03\x04"


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
    if data.startswith((_ZIP, _OLD_OFFICE, b"%PDF-")):
        raise CheckError(f"{name} is no text file, whatever its ending says. Save it as text, or as .docx.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CheckError(f"{name} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from None
    if "\0" in text:
        raise CheckError(f"{name} is no text file: it holds zero bytes. Save it as text in UTF-8.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


# -- Word ------------------------------------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NOTES = ("footnotes", "endnotes")


def _word(name: str, data: bytes) -> str:
    """The text of a .docx."""
    _guard(name, data)
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        document = docx.Document(io.BytesIO(data))
        blocks = [*_body(document), *_notes(document)]
    except (
        OpcError,
        LxmlError,
        zipfile.BadZipFile,
        zlib.error,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
    ) as error:
        # What python-docx makes of a file with parts missing or mixed up is not one kind of error.
        raise CheckError(f"{name} cannot be read as a Word document. Save it anew as .docx, or as text.") from error
    return "\n\n".join(filter(str.strip, blocks))


def _guard(name: str, data: bytes) -> None:
    """Refuse what is no .docx, and what could be more when it is unpacked than it seems."""
    if data.startswith(_OLD_OFFICE):
        raise CheckError(f"{name} has a password, or is an old .doc. Save it as .docx without a password.")
    if not data.startswith(_ZIP):
        raise CheckError(f"{name} is no .docx, whatever its ending says. Save it as .docx or as text.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if any(part.flag_bits & 0x1 for part in parts):
                raise CheckError(f"{name} has a password. Save it without one.")
            xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
            unpacked = sum(part.file_size for part in parts)  # zipfile unpacks no more than a part says it has
            largest = max((part.file_size for part in xml), default=0)
            if unpacked > _MOST_UNPACKED or largest > _MOST_XML or len(parts) > _MOST_PARTS:
                raise CheckError(
                    f"{name} is {unpacked / 1e6:,.0f} MB when it is unpacked, too much. Give a part of it."
                )
            if not any(part.filename == "[Content_Types].xml" for part in parts):
                raise CheckError(f"{name} is no .docx, but another file that is packed. Save it as .docx or as text.")
            for part in xml:
                if b"<!" in packed.read(part).replace(b"\0", b"").replace(b"<!--", b"").replace(b"<![CDATA[", b""):
                    raise CheckError(f"{name} declares entities in its XML, which Word never does. Save it anew.")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as error:
        raise CheckError(f"{name} is damaged: it cannot be unpacked. Save it anew, or as text.") from error


def _body(document: Docx) -> Iterator[str]:
    headings, lists = _styles(document)
    yield from _blocks(document.element.body, headings, lists)


def _styles(document: Docx) -> tuple[Mapping[str, int], frozenset[str]]:
    """The styles of headings, with their levels, and those of lists, by id."""
    headings: dict[str, int] = {}
    lists = set()
    for style in document.styles:
        name = (style.name or "").lower()
        if name == "title":
            headings[style.style_id] = 1
        elif name.startswith("heading ") and name[8:].isdecimal():
            headings[style.style_id] = min(int(name[8:]), 6)
        elif name.startswith("list ") or style.element.find(f"{_W}pPr/{_W}numPr") is not None:
            lists.add(style.style_id)
    return headings, frozenset(lists)


def _blocks(parent: Any, headings: Mapping[str, int], lists: frozenset[str], deep: int = 0) -> Iterator[str]:
    """The paragraphs and tables below an element, in order, with what stands in boxes on them."""
    for child in parent:
        if child.tag == f"{_W}p":
            yield _paragraph(child, headings, lists)
            for box in child.iter(f"{_W}txbxContent"):
                if deep < _MOST_DEEP and next(box.iterancestors(_FALLBACK), None) is None:
                    yield from _blocks(box, headings, lists, deep + 1)
        elif child.tag == f"{_W}tbl":
            yield _table(child)
        elif child.tag in _WRAPS and deep < _MOST_DEEP:
            yield from _blocks(child, headings, lists, deep + 1)


_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same for older readers
_WRAPS = {f"{_W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_SKIPPED = {_FALLBACK, *(f"{_W}{tag}" for tag in ("del", "moveFrom", "pPr", "rPr", "txbxContent", "instrText", "rt"))}
_BLANKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def _paragraph(element: Any, headings: Mapping[str, int], lists: frozenset[str]) -> str:
    text = "".join(_said(element)).strip()
    style = element.find(f"{_W}pPr/{_W}pStyle")
    name = "" if style is None else style.get(f"{_W}val", "")
    if not text:
        return ""
    if name in headings:
        return f"{'#' * headings[name]} {' '.join(text.split())}"
    if name in lists or element.find(f"{_W}pPr/{_W}numPr") is not None:
        return f"- {' '.join(text.split())}"
    return text


def _said(element: Any) -> Iterator[str]:
    """The words below an element, without what is deleted or only says how it looks."""
    stack = [element]
    while stack:
        one = stack.pop()
        if one.tag == f"{_W}t":
            yield one.text or ""
        elif one.tag in _BLANKS:
            yield _BLANKS[one.tag]
        elif one.tag not in _SKIPPED:
            stack.extend(reversed(one))


def _table(table: Any) -> str:
    cells = [row.findall(f"{_W}tc") for row in table.findall(f"{_W}tr")]
    rows = [list(map(_cell, row)) for row in cells if row]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines[:1], "|" + " --- |" * len(rows[0]), *lines[1:]]) if lines else ""


def _cell(cell: Any) -> str:
    return _flat(cell).replace("|", "\\|")


def _flat(element: Any) -> str:
    """The words of all paragraphs below an element, on one line."""
    return " ".join(" ".join("".join(_said(paragraph)) for paragraph in element.iter(f"{_W}p")).split())


def _notes(document: Docx) -> Iterator[str]:
    """The footnotes and endnotes, a paragraph each."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for relation in document.part.rels.values():
        if relation.is_external or relation.reltype.rpartition("/")[2] not in _NOTES:
            continue
        for note in etree.fromstring(relation.target_part.blob, parser):
            if note.get(f"{_W}type") in (None, "normal"):
                yield _flat(note)


#: The ending of a file -> what makes text of it.
READERS: Mapping[str, Callable[[str, bytes], str]] = {".txt": _plain, ".md": _plain, ".docx": _word}
_KINDS = ".txt, .md and .docx"
