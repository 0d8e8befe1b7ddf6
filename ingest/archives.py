"""Packed files from strangers (.docx, .pptx, .epub), read safely: nothing is unpacked before it is known to be small.

A packed file says how large its parts are, and may lie. So a part is read up to what it says and no further, sums and
ratios are bounded, and libraries that unpack by themselves get a copy in which every part is what it seems (`clean`).
Parts that are packed files themselves are never opened, and nothing is ever written to a disk.

Left to others: what the parts say.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ingest.errors import SourceError

_MOST_UNPACKED = 100_000_000  # bytes of all that a file holds, if libraries unpack all of it
_MOST_XML = 20_000_000  # of one part that is parsed
_MOST_READ = 60_000_000  # of all parts that are parsed
_MOST_PARTS = 5_000
_RATIO = 200  # of a part that is text, unpacked to packed; prose has 3 to 5, XML up to 50
_RATIO_FROM = 10_000_000  # bytes that a part must have for its ratio to count

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what an old .doc begins with, and a .docx with a password
_ZIP = b"PK\x03\x04"
_TEXTS = (".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".htm", ".vml")
_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OverflowError, RuntimeError)


@dataclass(frozen=True, slots=True)
class PackedKind:
    """A format of packed files. `part` is one that each must have; `anew` says what to do with what is of another kind,
    `again` with what is damaged."""

    suffix: str
    old: str  # the format that it replaced
    part: str
    writer: str  # the program that writes it
    anew: str
    again: str
    what: str


_TYPES = "[Content_Types].xml"
DOCX = PackedKind(
    ".docx", "an old .doc", _TYPES, "Word", "Save it as .docx or as text", "Save it anew, or as text", "a Word document"
)
PPTX = PackedKind(
    ".pptx", "an old .ppt", _TYPES, "PowerPoint", "Save it as .pptx", "Save it anew", "a PowerPoint presentation"
)
EPUB = PackedKind(
    ".epub",
    "an old Office file",
    "META-INF/container.xml",
    "a book",
    "Export it anew as .epub",
    "Export it anew",
    "a book",
)
#: A format by what its main part is said to be, and the name for it.
_MAIN_PARTS = ((DOCX, b"wordprocessingml.document.main"), (PPTX, b"presentationml.presentation.main"))


class Archive:
    """A packed file whose sizes are known to be bounded."""

    def __init__(self, name: str, data: bytes, kind: PackedKind) -> None:
        """Raises SourceError: it is no file of this kind, damaged, has a password, or is too large."""
        self._name, self._kind = name, kind
        self._read = 0
        if data.startswith(_OLD_OFFICE):
            raise SourceError(f"{name} has a password, or is {kind.old}. Save it as {kind.suffix} without a password.")
        if not data.startswith(_ZIP):
            raise SourceError(f"{name} is no {kind.suffix}, whatever its ending says. {kind.anew}.")
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE as error:
            raise self._damaged() from error
        self._parts = {part.filename: part for part in self._file.infolist()}
        self._check()

    def _damaged(self) -> SourceError:
        return SourceError(f"{self._name} is damaged: it cannot be unpacked. {self._kind.again}.")

    def _check(self) -> None:
        """Refuse what has a password, what climbs, what could be more than it seems, and what is of another kind."""
        name, parts = self._name, self._parts.values()
        if any(part.flag_bits & 0x1 for part in parts):
            raise SourceError(f"{name} has a password. Save it without one.")
        if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
            raise self._damaged()
        climbing = next((part for part in self._parts if _climbs(part)), None)
        if climbing is not None:
            raise SourceError(f"{name} holds a part named {climbing[:80]!r}, which leads out of it. {self._kind.anew}.")
        unpacked = sum(part.file_size for part in parts) if self._kind is not EPUB else 0
        texts = [part for part in parts if part.filename.lower().endswith(_TEXTS)]
        largest = max((part.file_size for part in texts), default=0)
        if len(parts) > _MOST_PARTS:
            raise SourceError(f"{name} holds {len(parts):,} parts, too many. Give a part of it.")
        if unpacked > _MOST_UNPACKED or largest > _MOST_XML:
            raise self._too_much(max(unpacked, largest))
        if any(_swells(part) for part in texts):
            raise self._too_much(sum(part.file_size for part in texts))
        if self._kind.part not in self._parts:
            raise SourceError(f"{name} is no {self._kind.suffix}, but another file that is packed. {self._kind.anew}.")

    def _too_much(self, size: int) -> SourceError:
        return SourceError(f"{self._name} is {size / 1e6:,.0f} MB when it is unpacked, too much. Give a part of it.")

    @property
    def names(self) -> frozenset[str]:
        """The names of its parts."""
        return frozenset(self._parts)

    def read(self, part: str) -> bytes:
        """A part that is going to be parsed.

        Raises:
            SourceError: it is not there, damaged, or too much with what was read before.
        """
        info = self._parts.get(part)
        if info is None:
            raise SourceError(f"{self._name} lacks its part {part[:80]!r}. {self._kind.anew}.")
        self._read += info.file_size
        if info.file_size > _MOST_XML or self._read > _MOST_READ:
            raise self._too_much(self._read)
        if _swells(info):
            raise self._too_much(info.file_size)
        try:
            with self._file.open(info) as unpacked:
                return unpacked.read(info.file_size + 1)
        except _DAMAGE as error:
            raise self._damaged() from error

    def clean(self) -> io.BytesIO:
        """The same file for a library to unpack: parts of XML as they are, all others empty.

        Raises:
            SourceError: an XML part declares something, is damaged, or the file is of another kind by its main part.
        """
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
            for part in self._parts:
                content = self.read(part) if part.lower().endswith((".xml", ".rels")) else b""
                if declares(content):
                    writer = self._kind.writer
                    raise SourceError(
                        f"{self._name} declares entities in its XML, which {writer} never does. Save it anew."
                    )
                if part == self._kind.part:
                    self._compare(content)
                new.writestr(zipfile.ZipInfo(part), content)
        out.seek(0)
        return out

    def _compare(self, types: bytes) -> None:
        """Refuse a file that says to be of another kind than its ending."""
        for kind, main in _MAIN_PARTS:
            if kind is not self._kind and main in types:
                raise SourceError(
                    f"{self._name} is made by {kind.writer}, whatever its ending says. Name it {kind.suffix}."
                )


@contextmanager
def faults(name: str, kind: PackedKind, *errors: type[Exception]) -> Iterator[None]:
    """A context in which what a mixed-up file leads to becomes one clear error: libraries have no one kind of it.

    Raises:
        SourceError: for `errors`, and for what comes of parts that are missing or hold what belongs elsewhere.
    """
    known: tuple[type[Exception], ...] = (*errors, *_DAMAGE, LookupError, TypeError, AttributeError, SyntaxError)
    try:
        yield
    except known as error:
        again = kind.again.replace("it anew", f"it anew as {kind.suffix}")
        raise SourceError(f"{name} cannot be read as {kind.what}. {again}.") from error


def begins_packed(data: bytes) -> bool:
    """Whether bytes begin as a packed file does, or an Office file of the old formats."""
    return data.startswith((_ZIP, _OLD_OFFICE))


def declares(xml: bytes) -> bool:
    """Whether XML declares a type or entities, in whatever encoding."""
    return b"<!" in xml.replace(b"\0", b"").replace(b"<!--", b"").replace(b"<![CDATA[", b"")


def _climbs(name: str) -> bool:
    """Whether the name of a part leads out of the file: "../x", "/etc/x", "C:\\x"."""
    path = name.replace("\\", "/")
    return path.startswith("/") or ".." in path.split("/") or path[1:3] == ":/"


def _swells(part: zipfile.ZipInfo) -> bool:
    return part.file_size > _RATIO_FROM and part.file_size > _RATIO * max(part.compress_size, 1)
