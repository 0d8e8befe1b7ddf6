"""Packed files from strangers: what is refused before it is unpacked, and that no part is read further than it says."""

from __future__ import annotations

import contextlib
import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.archives import DOCX, EPUB, PPTX, Archive, PackedKind, begins_packed, declares
from ingest.errors import SourceError

TYPES = b"<Types><Override ContentType='x.wordprocessingml.document.main+xml'/></Types>"


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def word(**parts: bytes) -> bytes:
    return packed(
        {"[Content_Types].xml": TYPES} | {name.replace("__", "/"): content for name, content in parts.items()}
    )


def encrypted(data: bytes) -> bytes:
    """The same, its parts said to have a password."""
    at = data.index(b"PK\x01\x02")
    return data[: at + 8] + bytes([data[at + 8] | 1]) + data[at + 9 :]


def lying(real: int, said: int) -> bytes:
    """A file with a part of `real` bytes that says to have `said`, its checksum that of its first `said` bytes."""
    data = word(a=b"\0" * real)
    crc, false = zlib.crc32(b"\0" * real), zlib.crc32(b"\0" * said)
    return data.replace(struct.pack("<I", crc), struct.pack("<I", false)).replace(
        struct.pack("<I", real), struct.pack("<I", said)
    )


DAMAGED = "is damaged: it cannot be unpacked. Save it anew, or as text."


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (DOCX, b"", "is no .docx, whatever its ending says. Save it as .docx or as text."),
        (PPTX, b"%PDF-1.7", "is no .pptx, whatever its ending says. Save it as .pptx."),
        (EPUB, b"<html>", "is no .epub, whatever its ending says. Export it anew as .epub."),
        (
            PPTX,
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "has a password, or is an old .ppt. Save it as .pptx without a password.",
        ),
        (DOCX, encrypted(word(a=b"x")), "has a password. Save it without one."),
        (DOCX, word(a=b"x")[:60], DAMAGED),
        (PPTX, b"PK\x03\x04", "is damaged: it cannot be unpacked. Save it anew."),
        (EPUB, b"PK\x03\x04", "is damaged: it cannot be unpacked. Export it anew."),
        (DOCX, packed({"[Content_Types].xml": TYPES}, zipfile.ZIP_BZIP2), DAMAGED),
        (DOCX, packed({"[Content_Types].xml": TYPES}, zipfile.ZIP_LZMA), DAMAGED),
        (
            DOCX,
            packed({"mimetype": b"application/vnd.oasis.opendocument.text"}),
            "is no .docx, but another file that is packed. Save it as .docx or as text.",
        ),
        (
            PPTX,
            word(a=b"x"),
            "is made by Word, whatever its ending says. Name it .docx.",
        ),
        (
            DOCX,
            word(**{"..__..__x.xml": b"x"}),
            "holds a part named '../../x.xml', which leads out of it. Save it as .docx or as text.",
        ),
        (
            DOCX,
            word(**{"__etc__x": b"x"}),
            "holds a part named '/etc/x', which leads out of it. Save it as .docx or as text.",
        ),
        (DOCX, word(a=b"\0" * 120_000_000), "is 120 MB when it is unpacked, too much. Give a part of it."),
        (DOCX, word(**{"a.xml": b"\0" * 21_000_000}), "is 21 MB when it is unpacked, too much. Give a part of it."),
        (DOCX, word(**{"a.xml": b"\0" * 11_000_000}), "is 11 MB when it is unpacked, too much. Give a part of it."),
        (
            DOCX,
            word(**{f"a{n}": b"" for n in range(5_000)}),
            "holds 5,001 parts, too many. Give a part of it.",
        ),
        (
            DOCX,
            word(**{"a.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
            "declares entities in its XML, which Word never does. Save it anew.",
        ),
        (
            DOCX,
            word(**{"a.xml": "<!DOCTYPE a>".encode("utf-16")}),
            "declares entities in its XML, which Word never does. Save it anew.",
        ),
    ],
)
def test_what_is_refused(kind: PackedKind, data: bytes, said: str) -> None:
    with pytest.raises(SourceError) as raised:
        Archive("x", data, kind).clean()
    assert str(raised.value) == f"x {said}"


def test_what_is_read() -> None:
    archive = Archive("x", word(**{"a.xml": b"<a><!-- no --><![CDATA[x]]></a>", "b.png": b"picture"}), DOCX)
    assert archive.names == {"[Content_Types].xml", "a.xml", "b.png"}
    assert (archive.read("a.xml"), archive.read("b.png")) == (b"<a><!-- no --><![CDATA[x]]></a>", b"picture")
    with zipfile.ZipFile(archive.clean()) as clean:
        assert {name: clean.read(name) for name in clean.namelist()} == {
            "[Content_Types].xml": TYPES,
            "a.xml": b"<a><!-- no --><![CDATA[x]]></a>",
            "b.png": b"",
        }
    with pytest.raises(SourceError, match=r"x lacks its part 'c.xml'\. Save it as \.docx or as text\."):
        archive.read("c.xml")


def test_a_part_that_lies_about_its_size_is_read_no_further() -> None:
    tracemalloc.start()
    data = lying(50_000_000, 100)
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    assert Archive("x", data, DOCX).read("a") == b"\0" * 100
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert peak < 2_000_000


def test_all_that_is_read_is_bounded() -> None:
    parts = {f"{n}.xml": bytes(range(256)) * 60_000 for n in range(4)}
    archive = Archive("x", packed({"META-INF/container.xml": b"<c/>"} | parts, zipfile.ZIP_STORED), EPUB)
    for name in list(parts)[:3]:
        archive.read(name)
    with pytest.raises(SourceError, match=r"is 61 MB when it is unpacked, too much\."):
        archive.read("3.xml")


@pytest.mark.parametrize(
    ("xml", "found"),
    [(b"<a/>", False), (b"<!-- x -->", False), (b"<!DOCTYPE a>", True), (b"<a><!ENTITY", True), (b"<\0!\0", True)],
)
def test_declarations(xml: bytes, found: bool) -> None:
    assert declares(xml) is found


def test_how_packed_files_begin() -> None:
    assert [begins_packed(data) for data in (word(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK", b"")] == [
        True,
        True,
        False,
        False,
    ]


GOOD = word(**{"word__document.xml": b"<w>" + b"text " * 50 + b"</w>", "media.png": b"\x89PNG"})


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=5), st.integers(0, len(GOOD)))
@settings(max_examples=300, deadline=2000)
def test_any_change_is_read_or_refused(changes: list[tuple[int, int]], end: int) -> None:
    data = bytearray(GOOD)
    for at, value in changes:
        data[at] = value
    with contextlib.suppress(SourceError):
        Archive("x", bytes(data[: end if end % 3 == 0 else len(data)]), DOCX).clean()
