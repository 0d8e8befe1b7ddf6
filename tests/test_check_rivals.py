"""What a source has in the place of a claim's detail. Every sentence here was made up for it."""

from __future__ import annotations

import pytest

from app.check.rivals import rival, without
from app.comparing import Missing
from app.details import Detail

NAMES = {"ann", "bob", "oslo", "bergen", "carl"}


def found(kind: Detail, said: str, stated: str, told: str) -> str:
    return rival(Missing(kind, said), stated, told, lambda word: word in NAMES)


@pytest.mark.parametrize(
    ("said", "stated", "told", "expected"),
    [
        ("30", "The report counts 30 trains.", "The report counts 39 trains.", "39"),
        ("30", "The report counts 30 trains.", "In all, 7 reports counted 39 trains of coal.", "39"),
        ("30", "Ann sold 30 cows in Oslo.", "Ann bought 12 sheep in Bergen and sold 17 cows in Oslo.", "17"),
        ("thirty", "The report counts thirty trains.", "The report counts thirty-nine trains.", "thirty-nine"),
        ("1,200", "1,200 people came.", "Of 1,200 people 900 came.", "900"),  # what the claim says is no rival of it
        ("9 %", "9 % of them came.", "Of the 70 men 12 % came.", "12 %"),  # a share for a share
        ("30", "The report counts 30 trains.", "The report counts 39 families.", ""),  # trains are no families
        ("30", "The report counts 30 trains.", "12 % of the trains were counted.", ""),
        ("30", "The report counts 30 trains.", "The report of the 5th counts trains.", ""),
        ("30", "The report counts 30 trains.", "The report counts trains.", ""),
        ("31", "The report counts 30 trains.", "The report counts 39 trains.", ""),  # the claim has no such number
        ("", "The report counts 30 trains.", "The report counts 39 trains.", ""),
    ],
)
def test_numbers(said: str, stated: str, told: str, expected: str) -> None:
    assert found(Detail.NUMBER, said, stated, told) == expected


@pytest.mark.parametrize(
    ("said", "stated", "told", "expected"),
    [
        ("1931", "It opened in 1931.", "It opened in 1930.", "1930"),
        ("3 May", "It opened on 3 May.", "It opened on 4 May.", "4 May"),
        ("3 May 1930", "It opened on 3 May 1930.", "It opened on May 3, 1931.", "May 3, 1931"),
        ("1931", "It opened in 1931 and closed in 1950.", "It opened in 1930 and closed in 1950.", "1930"),
        ("1935", "It opened in 1935.", "It opened in 1930 and closed in 1950.", "1930"),
        ("1955", "It closed for good in 1955.", "It opened for rice in 1930, and closed for good in 1950.", "1950"),
        ("1940s", "It opened in the 1940s.", "It opened in 1931.", "1931"),
        ("1930s", "It opened in the 1930s.", "It opened in 1931.", ""),  # that is no other time
        ("1931", "It opened in 1931.", "It opened in May.", ""),
        ("3 May", "It opened on 3 May.", "It opened in 1930.", ""),
    ],
)
def test_dates(said: str, stated: str, told: str, expected: str) -> None:
    assert found(Detail.DATE, said, stated, told) == expected


@pytest.mark.parametrize(
    ("said", "stated", "told", "expected"),
    [
        ("Bob", "Bob built the mill.", "Ann built the mill.", "Ann"),
        ("Bob", "Bob built the mill in Oslo.", "Ann Lee built the mill in Oslo.", "Ann Lee"),
        ("Bergen", "Ann built the mill in Bergen.", "Carl said that Ann built the mill in Oslo.", "Oslo"),
        ("Bergen", "The mill in Bergen was Ann's.", "Ann owned the mill in Oslo, and Carl the barn.", "Oslo"),
        ("Bob", "Bob built the mill.", "He built the mill.", ""),
        ("Bob", "Bob and Ann built the mill.", "Ann built the mill.", ""),
    ],
)
def test_names(said: str, stated: str, told: str, expected: str) -> None:
    assert found(Detail.NAME, said, stated, told) == expected


@pytest.mark.parametrize("kind", [Detail.NEGATION, Detail.CLAUSE])
def test_a_denial_or_a_clause_has_no_place(kind: Detail) -> None:
    assert found(kind, "Bob", "Bob built the mill.", "Ann built the mill.") == ""


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], "Bob met Bob in Oslo."),
        (["Oslo"], "Bob met Bob in  ."),
        (["Bob"], "  met Bob in Oslo."),  # once for each time it is given
        (["Bob", "Bob"], "  met   in Oslo."),
        (["Ann"], "Bob met Bob in Oslo."),
    ],
)
def test_a_text_without_some_words(parts: list[str], expected: str) -> None:
    assert without("Bob met Bob in Oslo.", parts) == expected
