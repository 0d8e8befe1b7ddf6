"""PDFs for tests, written by hand: text where it is put, in fonts whose characters are all half as wide as high.

What PDFium reads is exactly what stands here: each character gets a code of its own, and a ToUnicode map says what it
is, so ligatures and private characters come through. Nothing of PDFium is used.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

FONTS = {"body": "Times-Roman", "bold": "Times-Bold", "code": "Courier"}
_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


@dataclass(frozen=True)
class Text:
    """Words at a place: points from the left and from the top of the page to the base of the line."""

    words: str
    x: float
    y: float
    size: float = 10.0
    font: str = "body"


@dataclass(frozen=True)
class Page:
    """A page of A4. `content` is added to its commands as it is; `pictured`: it is a picture."""

    texts: Sequence[Text] = ()
    rotate: int = 0
    pictured: bool = False
    content: bytes = b""


def column(
    words: str, x: float, y: float, letters: int, *, indent: float = 0, size: float = 10.0, font: str = "body"
) -> list[Text]:
    """Words as lines of at most `letters` characters, twelve points apart; a word that ends in "\\n" ends its line."""
    lines: list[str] = [""]
    for word in words.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word.rstrip("\n")) > letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip(" ").rstrip("\n")
        if word.endswith("\n"):
            lines.append("")
    return [
        Text(line, x + (indent if i == 0 else 0), y + i * 1.2 * size, size, font)
        for i, line in enumerate(lines)
        if line
    ]


@dataclass
class Writer:
    """The objects of a file, as they are added. `key` encrypts what is written."""

    objects: list[bytes] = field(default_factory=list)
    key: bytes = b""

    def add(self, body: bytes = b"", stream: bytes | None = None) -> int:
        """A new object; its number."""
        self.objects.append(b"")
        number = len(self.objects)
        self.put(number, body, stream)
        return number

    def put(self, number: int, body: bytes, stream: bytes | None = None) -> None:
        """What an object is."""
        if stream is not None:
            stream = self.sealed(number, zlib.compress(stream))
            body = body.removesuffix(b">>") or b"<<"
            body += b"/Filter/FlateDecode/Length %d>>\nstream\n" % len(stream) + stream + b"\nendstream"
        self.objects[number - 1] = body

    def string(self, number: int, text: str) -> bytes:
        """A string of the object `number`."""
        return b"<" + self.sealed(number, b"\xfe\xff" + text.encode("utf-16-be")).hex().encode() + b">"

    def sealed(self, number: int, data: bytes) -> bytes:
        """As the standard's first revision encrypts it (RC4, 40 bits)."""
        if not self.key:
            return data
        return rc4(hashlib.md5(self.key + number.to_bytes(3, "little") + b"\0\0").digest()[:10], data)


def rc4(key: bytes, data: bytes) -> bytes:
    """Encrypt or decrypt."""
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def pdf(
    pages: Sequence[Page],
    *,
    about: dict[str, str] | None = None,
    outline: Sequence[tuple[str, int, int]] = (),
    labels: str = "",
    password: str | None = None,
) -> bytes:
    """The file. `outline` has (title, level from 1, page from 0); `labels` is a /PageLabels array's inside; `password`
    is the user's, "" for a file that only its owner may change."""
    codes: dict[str, int] = {}
    writer, trailer = Writer(), b""
    identity = b"0123456789abcdef"
    if password is not None:
        owner = rc4(hashlib.md5(_PADDING).digest()[:5], (password.encode() + _PADDING)[:32])
        seed = (password.encode() + _PADDING)[:32] + owner + (0xFFFFFFFC).to_bytes(4, "little") + identity
        writer.key = hashlib.md5(seed).digest()[:5]
        user = rc4(writer.key, _PADDING)
        encryption = b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>" % (owner.hex().encode(), user.hex().encode())
        trailer = b"/Encrypt %d 0 R" % writer.add(encryption)
    root, tree, fonts = writer.add(), writer.add(), {name: writer.add() for name in FONTS}
    picture = writer.add(
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8>>", b"\x80"
    )
    resources = b"<</Font<<%s>>/XObject<</P %d 0 R>>>>" % (
        b"".join(b"/%s %d 0 R" % (name.encode(), number) for name, number in fonts.items()),
        picture,
    )
    kids = [_page(writer, page, tree, resources, codes) for page in pages]
    writer.put(tree, b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids)))
    letters = writer.add(b"", _unicode(codes))
    for name, number in fonts.items():
        widths = b" ".join([b"500"] * 256)
        body = b"<</Type/Font/Subtype/Type1/BaseFont/%s/FirstChar 0/LastChar 255/Widths[%s]/ToUnicode %d 0 R>>"
        writer.put(number, body % (FONTS[name].encode(), widths, letters))
    extra = b"/Outlines %d 0 R" % _outline(writer, outline, kids) if outline else b""
    extra += b"/PageLabels<</Nums[%s]>>" % labels.encode() if labels else b""
    writer.put(root, b"<</Type/Catalog/Pages %d 0 R%s>>" % (tree, extra))
    if about:
        number = writer.add()
        rows = b"".join(b"/%s %s" % (key.encode(), writer.string(number, value)) for key, value in about.items())
        writer.put(number, b"<<%s>>" % rows)
        trailer += b"/Info %d 0 R" % number
    return assembled(writer, root, trailer + b"/ID[<%s><%s>]" % (identity.hex().encode(), identity.hex().encode()))


def _page(writer: Writer, page: Page, tree: int, resources: bytes, codes: dict[str, int]) -> int:
    commands = [b"q 400 0 0 400 90 200 cm /P Do Q"] if page.pictured else []
    for text in page.texts:
        word = bytes(codes.setdefault(char, _code(char, codes)) for char in text.words).hex().encode()
        place = b"BT /%s %g Tf %g %g Td <%s> Tj ET"
        commands.append(place % (text.font.encode(), text.size, text.x, 842 - text.y, word))
    content = writer.add(b"", b"\n".join([*commands, page.content]))
    body = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Rotate %d/Resources %s/Contents %d 0 R>>"
    return writer.add(body % (tree, page.rotate, resources, content))


def _code(char: str, codes: dict[str, int]) -> int:
    """A code that has a glyph of its own in the standard fonts: PDFium reads no text that shows nothing."""
    if " " <= char <= "~":
        return ord(char)
    return (
        0xB7 if char == "•" else next(code for code in range(0xA1, 0xFF) if code not in (*codes.values(), 0xB5, 0xB7))
    )


def _unicode(codes: dict[str, int]) -> bytes:
    rows = b"\n".join(b"<%02x> <%s>" % (code, char.encode("utf-16-be").hex().encode()) for char, code in codes.items())
    return (
        b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n%d beginbfchar\n%s\nendbfchar endcmap end end"
        % (len(codes), rows)
    )


def _outline(writer: Writer, rows: Sequence[tuple[str, int, int]], kids: Sequence[int]) -> int:
    top = writer.add()
    numbers = [writer.add() for _ in rows]
    children: dict[int, list[int]] = {top: []}
    open_ones = [top]
    parents = []
    for (_, level, _), number in zip(rows, numbers, strict=True):
        open_ones = [*open_ones[:level], number]
        parents.append(open_ones[level - 1])
        children.setdefault(parents[-1], []).append(number)
    for (title, _, page), number, parent in zip(rows, numbers, parents, strict=True):
        mates, at = children[parent], children[parent].index(number)
        links = b"/Next %d 0 R" % mates[at + 1] if at + 1 < len(mates) else b""
        if below := children.get(number):
            links += b"/First %d 0 R/Last %d 0 R/Count %d" % (below[0], below[-1], len(below))
        writer.put(
            number,
            b"<</Title %s/Parent %d 0 R/Dest[%d 0 R/Fit]%s>>"
            % (writer.string(number, title), parent, kids[page], links),
        )
    writer.put(top, b"<</First %d 0 R/Last %d 0 R/Count %d>>" % (children[top][0], children[top][-1], len(rows)))
    return top


def assembled(writer: Writer, root: int, trailer: bytes) -> bytes:
    """The objects as a file; `root` is the catalog's number."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(writer.objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, count = len(out), len(places) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (count, root, trailer, start)
    return bytes(out)
