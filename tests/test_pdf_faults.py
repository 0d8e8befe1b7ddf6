"""PDFs that are refused, each in one line: damaged, encrypted, scanned, too large, made to do harm, mutated."""

from __future__ import annotations

import random
import time
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_writer import Page, Text, Writer, assembled, column, pdf

from ingest.errors import SourceError
from ingest.pdf.layout import lay_out
from ingest.pdf.reader import ask, parse_pdf

X = Path("x.pdf")
WORDS = "The commission counted all of the families that had been brought to the north."
PLAIN = pdf([Page(column(WORDS, 60, 100, 60))])
RICH = pdf(
    [
        Page(
            [
                Text("A title", 60, 80, 18),
                *column(f"{WORDS} {WORDS}", 60, 120, 40),
                *column(f"{WORDS} {WORDS}", 310, 120, 40),
            ]
        ),
        Page(column(WORDS, 60, 100, 60), rotate=90),
    ],
    about={"Title": "A title", "Author": "Ann"},
    outline=[("A title", 1, 0), ("Under it", 2, 1)],
    labels="0 <</S/r>> 1 <</S/D>>",
)


def bomb(depth: int, wide: int) -> bytes:
    """A page of forms within forms: `wide` to the power of `depth` texts out of a few hundred bytes."""
    writer = Writer()
    below = 0
    for level in range(depth):
        inner = b"BT /body 10 Tf (x) Tj ET" if level == 0 else b"/F Do\n" * wide
        uses = (
            b"/XObject<</F %d 0 R>>" % below
            if level
            else b"/Font<</body<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>"
        )
        below = writer.add(b"<</Type/XObject/Subtype/Form/BBox[0 0 500 500]/Resources<<%s>>>>" % uses, inner)
    content = writer.add(b"", b"/F Do\n" * wide)
    tree = writer.add()
    page = writer.add(
        b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 500 500]/Resources<</XObject<</F %d 0 R>>>>/Contents %d 0 R>>"
        % (tree, below, content)
    )
    writer.put(tree, b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % page)
    root = writer.add(b"<</Type/Catalog/Pages %d 0 R>>" % tree)
    return assembled(writer, root, b"")


MANY_PAGES = pdf([Page()] * 5_001)
CROWDED = pdf([Page([Text("x" * 1_000, 60, 100 + 7 * i, 0.5) for i in range(101)])])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no PDF at all", "is no PDF that can be read, or it is damaged"),
        (PLAIN[:300], "is no PDF that can be read, or it is damaged"),
        (pdf([Page(column(WORDS, 60, 100, 60))], password="secret"), "is encrypted and opens only with a password"),
        (pdf([Page(pictured=True)]), "is scanned: its page is a picture without text; run OCR on it, say ocrmypdf"),
        (
            pdf([Page(pictured=True)] * 3),
            "is scanned: its 3 pages are pictures without text; run OCR on it, say ocrmypdf",
        ),
        (pdf([Page()]), "has no text on its pages"),
        (MANY_PAGES, "has 5,001 pages, more than the 5,000 that are read; split it"),
        (CROWDED, "characters on page 1, more than the 100,000 that are read of a page"),
    ],
)
def test_a_file_that_is_refused_says_why_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_pdf(data, X)
    assert str(caught.value).startswith("x.pdf ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_password_that_only_its_owner_needs_is_no_hindrance() -> None:
    parsed = parse_pdf(pdf([Page(column(WORDS, 60, 100, 60))], password="", about={"Title": "Counting"}), X)
    assert (parsed.title, parsed.text) == ("Counting", WORDS)


def test_a_file_that_is_scanned_in_part_goes_in() -> None:
    assert parse_pdf(pdf([Page(pictured=True), Page(column(WORDS, 60, 100, 60))]), X).text == WORDS


def test_a_file_made_to_take_for_ever_is_given_up() -> None:
    begun = time.monotonic()
    with pytest.raises(SourceError, match=r"x\.pdf (takes more than 2 seconds to read|takes more memory|.*damaged)"):
        ask("parse", bomb(12, 10), X, seconds=2)
    assert time.monotonic() - begun < 20


def test_a_small_file_that_unpacks_to_much_is_given_up() -> None:
    huge = zlib.compress(b"(x) Tj " * 10_000_000, 9)
    writer = Writer()
    content, tree = (
        writer.add(b"<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(huge), huge)),
        writer.add(),
    )
    page = writer.add(b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 500 500]/Contents %d 0 R>>" % (tree, content))
    writer.put(tree, b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % page)
    root = writer.add(b"<</Type/Catalog/Pages %d 0 R>>" % tree)
    with pytest.raises(SourceError):
        ask("parse", assembled(writer, root, b""), X, seconds=2)


def mutated(data: bytes, seed: int) -> bytes:
    """The file with bytes changed, cut out, doubled or put elsewhere, and numbers made large."""
    draw = random.Random(seed)
    out = bytearray(data)
    for _ in range(draw.randint(1, 12)):
        at, size = draw.randrange(max(len(out), 1)), draw.randint(1, 40)
        kind = draw.randrange(6)
        if kind == 0:
            out[at : at + 1] = bytes([draw.randrange(256)])
        elif kind == 1:
            del out[at : at + size]
        elif kind == 2:
            out[at:at] = out[at : at + size]
        elif kind == 3:
            to = draw.randrange(max(len(out), 1))
            out[to:to] = out[at : at + size]
        elif kind == 4:
            out[at : at + 1] = str(draw.choice([-1, 0, 2**31, 10**12, 99999])).encode()
        else:
            del out[at if at > len(out) // 2 else len(out) :]
    return bytes(out)


@given(st.sampled_from([PLAIN, RICH]), st.integers(0, 2**32))
@settings(max_examples=300, deadline=2_000, suppress_health_check=[HealthCheck.too_slow])
def test_a_mutated_file_is_read_or_refused(data: bytes, seed: int) -> None:
    with suppress(SourceError):
        laid = lay_out(mutated(data, seed), X)
        assert len(laid.script.origins) == len(laid.parsed.text)
        assert all(piece.span.end <= len(laid.parsed.text) for piece in laid.parsed.pieces)
