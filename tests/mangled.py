"""Files spoilt on purpose: bytes cut and doubled, elements of XML moved about, one part of a packed file changed.

All of it by a seed, so that what goes wrong once goes wrong again.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from itertools import pairwise

from lxml import etree

from ingest.documents import Document


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A packed file with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def spoilt(data: bytes, seed: int) -> bytes:
    """The bytes with a few places cut, doubled, or written over by other parts of themselves."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 6)):
        at, size, other = chance.randrange(len(data)), chance.randint(1, 60), chance.randrange(len(data))
        doubled = data[at : at + size] * 2
        written = chance.choice((b"", data[other : other + size], doubled, bytes([chance.randrange(256)])))
        data = data[:at] + written + data[at + size :] or b"x"
    return data


def shuffled(data: bytes, seed: int) -> bytes:
    """XML that is still well-formed, its elements moved, doubled, emptied and left out, and values that fit not."""
    chance = random.Random(seed)
    root = etree.fromstring(data)
    for _ in range(chance.randint(1, 8)):
        elements = list(root.iter(etree.Element))
        one, other = chance.choice(elements), chance.choice(elements)
        what = chance.randrange(6)
        if what == 0 and one is not root:
            one.getparent().remove(one)
        elif what == 1 and one is not root and one not in other.iterancestors() and one is not other:
            other.append(one)
        elif what == 2 and len(elements) < 5_000:
            other.append(etree.fromstring(etree.tostring(one)))
        elif what == 3 and one.attrib:
            one.set(chance.choice(list(one.attrib)), chance.choice(("", "-1", "99999999999", "x", "0", "true", "%1%9")))
        elif what == 4:
            one.attrib.clear()
        else:
            one.text = chance.choice(("", " ", "x y", "1", 'HYPERLINK "https://x"', "TOC"))
    return etree.tostring(root)


def assert_sound(document: Document) -> None:
    """Blocks in order, each with words; marks that lie in the text and hide nothing twice."""
    text = document.text
    spans = [block.span for block in document.blocks]
    assert all(text[span.start : span.end].strip() for span in spans)
    assert all(one.end <= after.start for one, after in pairwise(spans))
    assert all(0 <= mark.outer.start <= mark.inner.start < mark.inner.end <= len(text) for mark in document.marks)
    assert all(one.end <= after.start for one, after in pairwise(document.hidden))
    assert [one.start for one in document.locators] == sorted(one.start for one in document.locators)
    text.encode()
