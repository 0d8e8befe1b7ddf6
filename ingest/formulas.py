"""Formulas of Office files (OMML) and web pages (MathML) in one line, as one would type them: "x² + a/(b + c)".

The words of a formula alone would read "x2+ab+c". Powers, indices, fractions, roots, sums and brackets are kept; how
large anything is set is not.

Left to others: where formulas stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ingest.composing import lowered, raised
from ingest.html.tree import iterated

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MOST_DEEP = 80
_LEFT_OUT = frozenset({"annotation", "annotation-xml", "ctrlPr", "rPr", "mphantom", "phant"})


def formula(element: Any) -> str:
    """A formula in one line; `element` is an <m:oMath> or a <math>. One that nests beyond reason is its words alone."""
    deep = deepest = 0
    for event, _ in iterated(element):
        deep += 1 if event == "start" else -1
        deepest = max(deep, deepest)
    return " ".join((_said(element) if deepest <= _MOST_DEEP else "".join(element.itertext())).split())


def _said(element: Any) -> str:
    name = _name(element)
    if name in _LEFT_OUT:
        return ""
    if name in _OFFICE and element.tag.startswith(_M):
        return _OFFICE[name](element)
    if name in _WEB:
        return _WEB[name]([_said(child) for child in element if isinstance(child.tag, str)])
    inside = "".join(map(_said, element))
    return inside if len(element) else element.text or ""


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _in_brackets(text: str) -> str:
    """What another sign applies to as a whole."""
    text = text.strip()
    return text if len(text) < 2 or text.isalnum() else f"({text})"


def _power(base: str, exponent: str) -> str:
    exponent = exponent.strip()
    if not exponent or exponent in ("′", "'", "″"):
        return base + exponent
    high = raised(exponent)
    return base + (high if high != exponent else f"^{_in_brackets(exponent)}")


def _index(base: str, index: str) -> str:
    index = index.strip()
    low = lowered(index)
    return base + (low if low != index else f"_{_in_brackets(index)}" if index else "")


def _fraction(over: str, under: str) -> str:
    return f"{_in_brackets(over)}/{_in_brackets(under)}"


def _root(of: str, degree: str = "") -> str:
    degree = degree.strip()
    high = raised(degree)
    return f"{high if high != degree or not degree else f'({degree})'}√{_in_brackets(of)}"


# -- Office ----------------------------------------------------------------------------------------------------------


def _part(element: Any, name: str) -> str:
    found = element.find(f"{_M}{name}")
    return _said(found) if found is not None else ""


def _sign(element: Any, kind: str, name: str, default: str) -> str:
    """A sign that the properties of an element name: a bracket, a sum."""
    found = element.find(f"{_M}{kind}Pr/{_M}{name}")
    return default if found is None else (found.get(f"{_M}val") or "")[:3]


def _many(element: Any) -> str:
    """A sum, product or integral with its limits."""
    sign = _sign(element, "nary", "chr", "∫")
    return f"{_power(_index(sign, _part(element, 'sub')), _part(element, 'sup'))} {_part(element, 'e')}"


def _brackets(element: Any) -> str:
    between = _sign(element, "d", "sepChr", "|")
    inside = between.join(_said(one) for one in element.findall(f"{_M}e"))
    return f"{_sign(element, 'd', 'begChr', '(')}{inside}{_sign(element, 'd', 'endChr', ')')}"


def _matrix(element: Any) -> str:
    rows = (", ".join(_said(one).strip() for one in row.findall(f"{_M}e")) for row in element.findall(f"{_M}mr"))
    return f"[{'; '.join(rows)}]"


_OFFICE: Mapping[str, Callable[[Any], str]] = {
    "sSup": lambda one: _power(_part(one, "e"), _part(one, "sup")),
    "sSub": lambda one: _index(_part(one, "e"), _part(one, "sub")),
    "sSubSup": lambda one: _power(_index(_part(one, "e"), _part(one, "sub")), _part(one, "sup")),
    "f": lambda one: _fraction(_part(one, "num"), _part(one, "den")),
    "rad": lambda one: _root(_part(one, "e"), _part(one, "deg")),
    "nary": _many,
    "d": _brackets,
    "m": _matrix,
    "func": lambda one: f"{_part(one, 'fName')} {_part(one, 'e')}",
    "limLow": lambda one: _index(_part(one, "e"), _part(one, "lim")),
    "limUpp": lambda one: _power(_part(one, "e"), _part(one, "lim")),
    "eqArr": lambda one: "; ".join(_said(row) for row in one.findall(f"{_M}e")),
}

# -- the web ---------------------------------------------------------------------------------------------------------


def _of(parts: list[str], at: int) -> str:
    return parts[at] if at < len(parts) else ""


_WEB: Mapping[str, Callable[[list[str]], str]] = {
    "msup": lambda parts: _power(_of(parts, 0), _of(parts, 1)),
    "mover": lambda parts: _power(_of(parts, 0), _of(parts, 1)),
    "msub": lambda parts: _index(_of(parts, 0), _of(parts, 1)),
    "munder": lambda parts: _index(_of(parts, 0), _of(parts, 1)),
    "msubsup": lambda parts: _power(_index(_of(parts, 0), _of(parts, 1)), _of(parts, 2)),
    "munderover": lambda parts: _power(_index(_of(parts, 0), _of(parts, 1)), _of(parts, 2)),
    "mfrac": lambda parts: _fraction(_of(parts, 0), _of(parts, 1)),
    "msqrt": lambda parts: _root("".join(parts)),
    "mroot": lambda parts: _root(_of(parts, 0), _of(parts, 1)),
    "mfenced": lambda parts: f"({', '.join(parts)})",
    "mtable": lambda parts: f"[{'; '.join(parts)}]",
    "mtr": ", ".join,
}
