"""The same details, tied together otherwise: numbers and dates of another thing, names in each other's role."""

from __future__ import annotations

import pytest

from app.alignment import around, dates_elsewhere, numbers_elsewhere, roles_swapped
from ingest.documents import Span

NAMES = {"ann", "bob", "carl", "olga", "oslo", "bergen", "norway", "sweden", "france", "germany"}


def shown(stated: str, told: str, said: Span, instead: Span) -> tuple[str, str]:
    return stated[said.start : said.end], told[instead.start : instead.end]


def roles(stated: str, told: str) -> tuple[str, str] | None:
    return roles_swapped(stated, told, lambda word: word in NAMES)


NORTH = "In the south 28 farms were sold, in the north 19."
MILLS = "Bergen had 19 mills; Oslo had 28."
PAID = "Ann earned 300 crowns a month, Bob 400."
MEN = "Of the 500 men, 30 were miners and 20 were smiths."


@pytest.mark.parametrize(
    ("stated", "told", "expected"),
    [
        ("28 farms in the north were sold.", NORTH, [("28", "19")]),
        ("In the south 19 farms were sold.", NORTH, [("19", "28")]),
        ("Oslo had 19 mills.", "In Oslo there were 28 mills, in Bergen 19.", [("19", "28")]),
        ("Bob earned 300 crowns a month.", PAID, [("300", "400")]),
        ("30 of the 500 men were smiths.", MEN, [("30", "20")]),
        # Each with its own thing.
        ("28 farms were sold in the south.", NORTH, []),
        ("In the north 19 farms were sold, in the south 28.", NORTH, []),
        ("Oslo had 28 mills and Bergen 19.", MILLS, []),
        ("Bob earned 400 crowns, Ann 300.", PAID, []),
        ("20 of the 500 men were smiths.", MEN, []),
        ("Of the 500 men, 30 dug coal.", MEN, []),
        ("19 of 28 farms were sold.", "Of the 28 farms, 19 were sold.", []),
        ("Only 36 of the 4,500 people fined for fishing were Finns.", "4,500 people were fined for fishing, "
         "including 36 Finns.", []),
        # Of other kinds, or there twice, or only there: nothing is said.
        ("In the north 28 farms were sold.", "In the south 28 farms were sold, in the north 19 %.", []),
        ("In the north 28 farms were sold.", "In the south 28 farms were sold, in the north 28, in the west 3.", []),
        ("In the north 28 farms were sold.", "28 farms were sold.", []),
        ("", NORTH, []),
    ],
)  # fmt: skip
def test_numbers_of_something_else(stated: str, told: str, expected: list[tuple[str, str]]) -> None:
    assert [shown(stated, told, one.said, one.instead) for one in numbers_elsewhere(stated, told)] == expected


OPENED = "The mill opened in 1930 and closed in 1950."


@pytest.mark.parametrize(
    ("stated", "told", "expected"),
    [
        ("The mill closed in 1930.", OPENED, [("1930", "1950")]),
        ("The mill opened in 1950.", OPENED, [("1950", "1930")]),
        ("The mill opened in 1950 and closed in 1930.", OPENED, [("1950", "1930")]),
        ("Bob left on 3 May.", "Ann left on 3 May, Bob on 9 June.", [("3 May", "9 June")]),
        ("Closed in 1950, the mill had opened in 1930.", OPENED, []),
        ("The mill closed in 1950.", OPENED, []),
        ("Ann left on 3 May.", "Ann left on 3 May, Bob on 9 June.", []),
        ("The mill closed in 1930.", "The mill opened in 1930 and closed in May.", []),  # a month is no other year
    ],
)
def test_dates_of_something_else(stated: str, told: str, expected: list[tuple[str, str]]) -> None:
    assert [shown(stated, told, one.said, one.instead) for one in dates_elsewhere(stated, told)] == expected


@pytest.mark.parametrize(
    ("stated", "told", "expected"),
    [
        ("Bob wrote to Ann.", "Ann wrote to Bob.", ("Bob", "Ann")),
        ("The road runs from Bergen to Oslo.", "The road runs from Oslo to Bergen.", ("Bergen", "Oslo")),
        ("Bob met Ann.", "Ann met Bob.", ("Bob", "Ann")),
        ("Ann was met by Bob.", "Bob was met by Ann.", ("Ann", "Bob")),
        ("Bob met Ann.", "Bob was met by Ann.", ("Bob", "Ann")),
        ("Sweden was attacked by Norway.", "Sweden attacked Norway.", ("Sweden", "Norway")),
        ("Carl defeated Olga.", "Olga defeated Carl in the final.", ("Carl", "Olga")),
        ("In 1940 Sweden attacked Norway.", "Norway attacked Sweden in 1940.", ("Sweden", "Norway")),
        ("The city of Bergen defeated Oslo.", "Oslo defeated the city of Bergen.", ("Bergen", "Oslo")),
        # The same way round.
        ("To Bob Ann wrote.", "Ann wrote to Bob.", None),
        ("From Oslo to Bergen the road is new.", "The new road runs to Bergen from Oslo.", None),
        ("Bob was met by Ann.", "Ann met Bob.", None),
        ("Ann met Bob.", "Bob was met by Ann.", None),
        ("Sweden and France were attacked by Norway.", "Norway attacked France and Sweden.", None),
        ("Bob received the farm from Ann.", "Ann gave the farm to Bob.", None),
        ("Bob bought the farm from Ann.", "Ann sold the farm to Bob.", None),
        ("Bob was taught by Ann.", "Ann was the teacher of Bob.", None),
        ("Germany lost the war to France.", "France defeated Germany in the war.", None),
        ("Ann met Bob, and Bob met Ann.", "Bob met Ann.", None),  # both roles: nothing is said
        ("Ann met Carl.", "Ann met Bob.", None),
        ("Ann left Oslo.", "", None),
    ],
)
def test_roles(stated: str, told: str, expected: tuple[str, str] | None) -> None:
    assert roles(stated, told) == expected


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (1, {"burnt"}),  # "had" on the other side carries no meaning
        (2, {"north", "burnt", "farm"}),
        (8, {"old", "mill", "north", "burnt", "farm"}),
    ],
)
def test_the_words_around_a_place(window: int, expected: set[str]) -> None:
    text = "The old mill of the north had 28 burnt farms."
    at = text.index("28")
    found = around(text, Span(at, at + 2), window)
    assert found == expected
