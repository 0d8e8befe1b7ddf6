"""The bytes of a web page become a tree: which characters they are, and how its tags nest.

The encoding is found as browsers find it: a byte order mark, else what the page declares, else UTF-8 if it is that,
else Windows-1252. The tree is built by lxml (libxml2): it is here already for Word files, reads at some 20 MB a
second where html5lib, pure Python and long without a release, reads half of one, and since libxml2 2.14 its tokens are
those of the HTML standard. XHTML is read as XML first, for there `<a id="p1"/>` is closed, and as HTML if it is not
well-formed. Nothing is ever fetched, and no entity is resolved but the characters that HTML has names for.

Left to others: what the tree says (blocks.py).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from html.entities import html5
from itertools import islice
from typing import Any

from ingest.errors import SourceError

MOST_TAGS = 1_500_000  # of one page: each costs some hundred bytes of memory
_PROLOG = 4096  # bytes in which a page says what its encoding is
_DECLARED = re.compile(
    rb"""<\?xml[^>]*?encoding\s*=\s*["']\s*([\w.:-]+) | <meta[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)""",
    re.IGNORECASE | re.VERBOSE,
)
#: What browsers take an encoding for, by the name that Python gives to what is declared; others are what they say.
_TAKEN_FOR = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-8",  # it was read as bytes of ASCII, so it cannot be
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
_ENCODINGS = re.compile(r"cp\d+|iso8859-\d+|utf-8|koi8-[rtu]|mac-\w+|euc_jp|iso2022_jp|tis-620|gb18030|hz|big5hkscs")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NO_PAGE = (
    (b"%PDF-", "a PDF", ".pdf"),
    (b"PK\x03\x04", "a packed file", "what it is (.docx, .pptx, .epub)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file", ".docx, saved anew"),
)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"[a-z][a-z0-9_.-]*")  # what a mended tree calls otherwise means nothing
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


def decode_page(data: bytes, name: str) -> str:
    """The characters of a page.

    Raises:
        SourceError: it is no text, whatever its name says.
    """
    for begins, what, suffix in _NO_PAGE:
        if data.startswith(begins):
            raise SourceError(f"{name} is {what}, whatever its ending says; name it {suffix}")
    mark, encoding = next((row for row in _MARKS if data.startswith(row[0])), (b"", ""))
    if encoding != "utf-8" and mark:
        text = data[len(mark) :].decode(encoding, errors="replace")
    elif b"\0" in data:
        raise SourceError(f"{name} is binary (byte {data.index(0)} is zero); save it as HTML in UTF-8")
    else:
        text = data[len(mark) :].decode(encoding or _declared(data) or _guessed(data), errors="replace")
    return text.replace("\0", "")


def _declared(data: bytes) -> str:
    """The encoding that a page declares, as Python calls it; "" if it declares none that there is."""
    match = _DECLARED.search(data, 0, _PROLOG)
    if match is None:
        return ""
    try:
        name = codecs.lookup((match[1] or match[2]).decode("ascii")).name
    except LookupError:
        return ""
    name = _TAKEN_FOR.get(name, name)
    return name if _ENCODINGS.fullmatch(name) else ""


def _guessed(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def page_tree(data: bytes, name: str, *, xml: bool = False) -> Any:
    """The root element of a page, its tags without namespaces. `xml`: it is XHTML by its name.

    Raises:
        SourceError: it is no text, declares entities, or has more or deeper nested tags than are read.
    """
    text = decode_page(data, name)
    if text.count("<") > MOST_TAGS:
        raise SourceError(f"{name} has more than {MOST_TAGS:,} tags; split it")
    root = _as_xml(text, name) if xml or text.lstrip().startswith("<?xml") else None
    return root if root is not None else _as_html(text, name)


def xml_tree(data: bytes, name: str) -> Any:
    """The root element of other XML that comes with pages, its tags in small letters without namespaces.

    What is not well-formed is read as far as it can be.

    Raises:
        SourceError: nothing of it can be read, or it declares entities.
    """
    text = decode_page(data, name)
    root = _as_xml(text, name)
    root = _as_xml(text, name, recover=True) if root is None else root
    if root is None:
        raise SourceError(f"{name} is not well-formed; export it anew")
    return root


def _as_xml(text: str, source: str, *, recover: bool = False) -> Any:
    """The tree of XHTML; None if it is not well-formed."""
    from lxml import etree

    if "<!entity" in text.lower():
        raise SourceError(f"{source} declares entities, which no page needs; save it without them")
    text = _DOCTYPE.sub("", _XML_DECLARATION.sub("", text), count=1)
    text = _NAMED.sub(lambda match: match[0] if match[1] in _XML_NAMES else html5.get(match[1] + ";", match[0]), text)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
    try:
        root = etree.fromstring(text.strip().encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    for element in root.iter(etree.Element) if root is not None else ():
        name = element.tag.rpartition("}")[2].rpartition(":")[2].lower()
        element.tag = name if _TAG.fullmatch(name) else "span"
    return root


def _as_html(text: str, name: str) -> Any:
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True, default_doctype=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        root = None
    if any("depth" in entry.message for entry in parser.error_log):
        raise SourceError(f"{name} nests its tags more than 2,000 deep; save it anew from a browser")
    if root is None:
        raise SourceError(f"{name} holds nothing that could be read as a page; put text in it or remove it")
    return root


def kinds(element: Any) -> frozenset[str]:
    """What an element says it is for: its roles and its EPUB types."""
    role = element.get("role") or ""
    kind = element.get("{http://www.idpf.org/2007/ops}type") or element.get("epub:type") or ""
    return frozenset(f"{role} {kind}".lower().split()) if role or kind else frozenset()


def names_of(element: Any) -> frozenset[str]:
    """The words of an element's classes and id."""
    named = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return frozenset(named.split())


def text_of(element: Any) -> str:
    """The words below an element in one line."""
    return " ".join("".join(element.itertext()).split())


def opening(element: Any, most: int) -> str:
    """The text below an element as far as `most` characters and some thousand tags go: enough to judge it by."""
    parts: list[str] = []
    size = 0
    for event, part in islice(iterated(element), 6_000):
        text = (part.text if event == "start" else part.tail if part is not element else "") or ""
        parts.append(text)
        size += len(text)
        if size > most:
            break
    return "".join(parts)


def iterated(element: Any) -> Any:
    """The beginnings and ends of an element and all below it, as an iterator that can `skip_subtree`."""
    from lxml import etree

    return etree.iterwalk(element, events=("start", "end"))


def ancestors(element: Any) -> Iterator[Any]:
    """The elements around one, innermost first; the nearest hundred, for no page means more."""
    parent = element.getparent()
    for _ in range(100):
        if parent is None:
            break
        yield parent
        parent = parent.getparent()


def holders(elements: Iterable[Any]) -> set[Any]:
    """All elements around some."""
    found: set[Any] = set()
    for element in elements:
        parent = element.getparent()
        while parent is not None and parent not in found:
            found.add(parent)
            parent = parent.getparent()
    return found
