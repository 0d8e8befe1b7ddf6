"""Words as search sees them. Every expectation can be read off the text above it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.documents import Document, Source, Span
from ingest.loaders import parse
from vectorstore.words import fold, leans_back, search_text, terms, without_locators, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kim Ch'il-sŏng", "kim chil-song"),
        ("Kim Ch’il-sŏng", "kim chil-song"),
        ("KAZAKH ASSR", "kazakh assr"),
        ("Straße", "strasse"),
        ("½ of it", "1⁄2 of it"),
        ("한국", "한국"),  # syllables are taken apart into their letters, the same way each time
        ("Ёжиков", "ежиков"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    import unicodedata

    assert unicodedata.normalize("NFC", fold(text)) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("36,442 families", ["36442", "families"]),
        ("36442 Families.", ["36442", "families"]),
        ("Ch'il-sŏng's", ["chil", "songs"]),
        ("No. 1428-326ss", ["no", "1428", "326", "ss"]),
        ("3.5 percent", ["3.5", "percent"]),
        ("snake_case", ["snake", "case"]),
        ("?!", []),
        ("", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Who signed the resolution?", ["sign", "resolut"]),
        ("How many families were deported?", ["famili", "deport"]),
        ("the deportation of deported families", ["deport", "deport", "famili"]),
        ("According to both of the sources, what was it?", []),
        ("On August 21, 1937", ["august", "21", "1937"]),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("They left (file 1208, inventory 1, case 26a, p. 103).", "They left ."),
        ("They left (Central State Archives of Kazakhstan, fond 5, pp. 3-4) early.", "They left early."),
        ("So it was (Kim, 1992).", "So it was ."),
        ("So it was (Lee & Kim, 1992).", "So it was ."),
        ("So it was (Kuzin, 2006; Pak, 2019).", "So it was ."),
        ("So it was (Shin et al., 2011a).", "So it was ."),
        ("So it was (G. N. Kim 1999).", "So it was ."),
        ("A statement.¹² Another.[^3]", "A statement. Another."),
        ("In Tashkent (379 families) they stayed.", "In Tashkent (379 families) they stayed."),
        ("He stayed (until 1016) there (June 1941).", "He stayed (until 1016) there (June 1941)."),
        ("So it was (March & Simon, 1958).", "So it was ."),
        ("It came later (9:00 to 11:00 p.m. there).", "It came later (9:00 to 11:00 p.m. there)."),
        ("The census (1948, 1951) counts them.", "The census (1948, 1951) counts them."),
        ("He (born in 1927) was there.", "He (born in 1927) was there."),
        ("The case (a long one) was closed.", "The case (a long one) was closed."),
        ("In (Ush-Tobe) and 1937.", "In (Ush-Tobe) and 1937."),
        ("", ""),
    ],
)
def test_without_locators(text: str, rest: str) -> None:
    assert without_locators(text) == rest


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("It covers ten years.", True),
        ("He was born there.", True),
        ("However, they stayed.", True),
        ("The author says so.", True),
        ("These words matter.", True),
        ("Italy was far away.", False),
        ("Hearing this, he left.", False),
        ("Koreans stayed; they grew rice.", False),
        ("However, Koreans stayed.", False),
        ("The authorities say so.", False),
        ("", False),
    ],
)
def test_leans_back(sentence: str, leans: bool) -> None:
    assert leans_back(sentence) is leans


def test_search_text_is_never_empty() -> None:
    text = "They *left* (Kim, 1992).\n\n(Lee & Kim, 1992)"
    document: Document = parse(text.encode(), Path("s.md"), Source("s", "S", Path("s.md")))
    assert search_text(document, Span(0, 24)) == "They left ."
    assert search_text(document, Span(26, len(text))) == "(Lee & Kim, 1992)"
