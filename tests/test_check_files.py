"""Files that are to be checked: what becomes of their text, and one clear line for each that cannot be read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from app.check.files import MOST_BYTES, names_file, read_text, text_of
from app.check.pieces import CheckError, Kind, pieces

KINDS = ".txt, .md and .docx"


def saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def essay() -> docx.document.Document:
    """A document with all that an essay may have."""
    document = docx.Document()
    document.add_heading("The report", 0)
    document.add_heading("Trains", 2)
    paragraph = document.add_paragraph("It counts ")
    paragraph.add_run("39").bold = True
    paragraph.add_run(" eche")
    paragraph.add_run("lons.")
    document.add_paragraph("   ")
    document.add_paragraph("One thing.", style="List Bullet")
    document.add_paragraph("Another | thing.", style="List Number 2")
    table = document.add_table(2, 2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ("year", "trains", "1937", "3|9"), strict=True):
        cell.text = text
    document.add_paragraph("Two\nlines\tand a tab.")
    return document


def test_a_word_document_in_its_order() -> None:
    assert text_of("essay.docx", saved(essay())) == (
        "# The report\n\n## Trains\n\nIt counts 39 echelons.\n\n- One thing.\n\n- Another | thing.\n\n"
        "| year | trains |\n| --- | --- |\n| 1937 | 3\\|9 |\n\nTwo\nlines and a tab."
    )


def test_its_pieces_are_what_they_were() -> None:
    found = [(piece.kind, piece.statement) for piece in pieces(text_of("essay.docx", saved(essay())))]
    assert found[:3] == [
        (Kind.HEADING, "The report"),
        (Kind.HEADING, "Trains"),
        (Kind.CLAIM, "It counts 39 echelons."),
    ]
    assert [statement for kind, statement in found if kind is Kind.TABLE] == ["| year | trains |", "| 1937 | 3|9 |"]


WORD = nsdecls("w")


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("<w:r><w:t>kept</w:t></w:r>", "kept"),
        ("<w:ins><w:r><w:t>put in</w:t></w:r></w:ins>", "put in"),
        ("<w:del><w:r><w:delText>out</w:delText></w:r></w:del><w:r><w:t>x</w:t></w:r>", "x"),
        ("<w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom><w:r><w:t>x</w:t></w:r>", "x"),
        ("<w:hyperlink><w:r><w:t>a link</w:t></w:r></w:hyperlink>", "a link"),
        ("<w:sdt><w:sdtContent><w:r><w:t>a field</w:t></w:r></w:sdtContent></w:sdt>", "a field"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>x</w:t></w:r>", "x"),
        ("<w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>stop</w:t></w:r>", "non-stop"),
        (
            "<w:r><w:t>x</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p>"
            "</w:txbxContent></w:pict></w:r>",
            "x\n\nboxed",
        ),
    ],
)
def test_what_is_read_of_a_paragraph(xml: str, said: str) -> None:
    document = docx.Document()
    document.element.body.insert(0, parse_xml(f"<w:p {WORD}>{xml}</w:p>"))
    assert text_of("a.docx", saved(document)) == said


def test_what_wraps_paragraphs_is_looked_into() -> None:
    document = docx.Document()
    inner = "<w:p><w:r><w:t>inside</w:t></w:r></w:p>"
    document.element.body.insert(0, parse_xml(f"<w:sdt {WORD}><w:sdtContent>{inner}</w:sdtContent></w:sdt>"))
    assert text_of("a.docx", saved(document)) == "inside"


def test_footnotes_stand_at_the_end() -> None:
    note = "<w:footnote{}><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:footnote>"
    inside = note.format(" w:type='separator'", "--") + note.format("", "So it was.")
    notes = f"<w:footnotes {WORD}>{inside}</w:footnotes>"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    document = docx.Document()
    document.add_paragraph("It rained.")
    part = docx.opc.part.Part(
        docx.opc.packuri.PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package
    )
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    assert text_of("a.docx", saved(document)) == "It rained.\n\nSo it was."


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.txt", b"It rained.\r\nThen not.\rSo.", "It rained.\nThen not.\nSo."),
        ("a.md", "\ufeff# Łódź".encode(), "# Łódź"),
        ("A.TXT", b"<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_text_files(name: str, data: bytes, text: str) -> None:
    assert text_of(name, data) == text


# -- what cannot be read ---------------------------------------------------------------------------------------------


def packed(**parts: bytes) -> bytes:
    """A zip file with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def changed(change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The essay with its parts changed, those that become None left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(essay()))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if (content := change(part, old.read(part))) is not None:
                new.writestr(part, content)
    return out.getvalue()


def of_body(content: Callable[[bytes], bytes | None]) -> bytes:
    return changed(lambda name, data: content(data) if name == "word/document.xml" else data)


def encrypted() -> bytes:
    """A zip file whose parts say that they have a password."""
    data = bytearray(saved(essay()))
    for at in range(len(data) - 4):
        if data[at : at + 4] == b"PK\x01\x02":
            data[at + 8] |= 1
    return bytes(data)


LAUGHS = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
BOMB = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a0 "ha">' + LAUGHS + b"]>"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
UNREADABLE = "cannot be read as a Word document. Save it anew as .docx, or as text."


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"%PDF-1.7", f"is a .pdf file. Files to check are {KINDS}."),
        ("a.doc", OLD, f"is a .doc file. Files to check are {KINDS}."),
        ("a", b"x", f"has no ending that says what it is. Files to check are {KINDS}."),
        ("a.txt", b"", "holds no text."),
        ("a.txt", b" \n\t ", "holds no text."),
        ("a.md", b"caf\xe9", "is not UTF-8 (byte 3). Save it as UTF-8."),
        ("a.txt", b"a\0b", "is no text file: it holds zero bytes. Save it as text in UTF-8."),
        ("a.txt", saved(essay()), "is no text file, whatever its ending says. Save it as text, or as .docx."),
        ("a.txt", b"%PDF-1.7", "is no text file, whatever its ending says. Save it as text, or as .docx."),
        ("a.txt", b"x" * 100_001, "has 100,001 characters; at most 100,000 are checked at once. Give a part."),
        ("a.txt", b"x" * (MOST_BYTES + 1_000_000), "has 21 MB; at most 20 MB are read. Give a part of it."),
        ("a.docx", OLD, "has a password, or is an old .doc. Save it as .docx without a password."),
        ("a.docx", encrypted(), "has a password. Save it without one."),
        ("a.docx", b"plain words", "is no .docx, whatever its ending says. Save it as .docx or as text."),
        ("a.docx", b"", "is no .docx, whatever its ending says. Save it as .docx or as text."),
        (
            "a.docx",
            packed(**{"a.txt": b"x"}),
            "is no .docx, but another file that is packed. Save it as .docx or as text.",
        ),
        ("a.docx", saved(essay())[:9000], "is damaged: it cannot be unpacked. Save it anew, or as text."),
        ("a.docx", packed(**{"[Content_Types].xml": b"<x/>"}), UNREADABLE),
        ("a.docx", of_body(lambda data: None), UNREADABLE),
        ("a.docx", of_body(lambda data: data[:500]), UNREADABLE),
        ("a.docx", of_body(lambda data: b"<x/>"), UNREADABLE),
        (
            "a.docx",
            changed(lambda name, data: data.replace(b"wordprocessingml.document.main", b"spreadsheetml.sheet.main")),
            UNREADABLE,
        ),
        (
            "a.docx",
            of_body(lambda data: BOMB + data[data.index(b"?>") + 2 :]),
            "declares entities in its XML, which Word never does. Save it anew.",
        ),
        (
            "a.docx",
            of_body(lambda data: data + b" " * 20_000_000),
            "is 21 MB when it is unpacked, too much. Give a part of it.",
        ),
        (
            "a.docx",
            changed(lambda name, data: data if name.endswith(("xml", "rels")) else b"\0" * 120_000_000),
            "is 121 MB when it is unpacked, too much. Give a part of it.",
        ),
        ("a.docx", saved(docx.Document()), "holds no text."),
    ],
)
def test_what_cannot_be_read_is_one_line(name: str, data: bytes, said: str) -> None:
    with pytest.raises(CheckError) as raised:
        text_of(name, data)
    assert str(raised.value) == f"{name} {said}"


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1_000_000)
    (tmp_path / "good.txt").write_text("It rained.", encoding="utf-8")
    assert read_text(tmp_path / "good.txt") == "It rained."
    for name, said in {
        "none.txt": "is not there. Name a file to check.",
        "folder.md": f"is a folder. Name one file: {KINDS}.",
        "large.txt": "has 21 MB; at most 20 MB are read. Give a part of it.",
        "good.csv": f"is a .csv file. Files to check are {KINDS}.",
    }.items():
        with pytest.raises(CheckError) as raised:
            read_text(tmp_path / name)
        assert str(raised.value) in (f"{tmp_path / name} {said}", f"{name} {said}")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("essay.docx", True),
        ("a/b.TXT", True),
        ("x.md", True),
        ("x.pdf", False),
        ("The end.", False),
        ("an essay.md", True),
        ("no essay.md", False),
        ("It ends in .md", False),
        ("x " * 5000 + ".md", False),
        ("a \0.md", False),
    ],
)
def test_a_text_that_names_a_file(text: str, named: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "an essay.md").write_text("x", encoding="utf-8")
    assert names_file(text) is named
