"""Formulas in one line: what is above, below and under a line stays so."""

from __future__ import annotations

import pytest
from lxml import etree

from ingest.formulas import formula

NAMES = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def r(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        (r("E=m") + f"<m:sSup><m:e>{r('c')}</m:e><m:sup>{r('2')}</m:sup></m:sSup>", "E=mc²"),
        (f"<m:sSup><m:e>{r('e')}</m:e><m:sup>{r('-x')}</m:sup></m:sSup>", "e^(-x)"),
        (f"<m:sSub><m:e>{r('x')}</m:e><m:sub>{r('10')}</m:sub></m:sSub>", "x₁₀"),
        (f"<m:f><m:num>{r('a+b')}</m:num><m:den>{r('2')}</m:den></m:f>", "(a+b)/2"),
        (f"<m:rad><m:deg/><m:e>{r('x+1')}</m:e></m:rad>", "√(x+1)"),
        (f"<m:rad><m:deg>{r('3')}</m:deg><m:e>{r('x')}</m:e></m:rad>", "³√x"),
        (
            f"<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub>{r('k=1')}</m:sub><m:sup>{r('n')}</m:sup>"
            f"<m:e>{r('k')}</m:e></m:nary>",
            "∑_(k=1)^n k",
        ),
        (f"<m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr><m:e>{r('x')}</m:e></m:d>", "[x]"),
        (f"<m:m><m:mr><m:e>{r('a')}</m:e><m:e>{r('b')}</m:e></m:mr></m:m>", "[a, b]"),
        ("<m:unknown>" + r("x") + "</m:unknown><m:sSup/>", "x"),
    ],
)
def test_formulas_of_office_files(inside: str, line: str) -> None:
    assert formula(etree.fromstring(f"<m:oMath {NAMES}>{inside}</m:oMath>")) == line


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ("<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>", "E=mc²"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>", "(a+b)/2"),
        ("<msqrt><mi>x</mi></msqrt><mroot><mi>y</mi><mn>3</mn></mroot>", "√x³√y"),
        ("<munderover><mo>∑</mo><mn>0</mn><mi>n</mi></munderover>", "∑₀^n"),
        ("<semantics><mi>x</mi><annotation>\\x</annotation></semantics>", "x"),
        ("<mrow>" * 200 + "<msup><mi>x</mi><mn>2</mn></msup>" + "</mrow>" * 200, "x2"),
        ("<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr></mtable><msup/>", "[a, b]"),
    ],
)
def test_formulas_of_web_pages(inside: str, line: str) -> None:
    assert formula(etree.fromstring(f"<math>{inside}</math>")) == line
