"""Opposites, units and the years that numbers belong to."""

from __future__ import annotations

import pytest

from app.contrast import counted_apart, opposed, other_place, other_share, year_of
from app.details import dates, numbers


@pytest.mark.parametrize(
    ("stated", "nearest", "expected"),
    [
        ("They were the last to leave.", "They were the first to leave.", [("last", "first")]),
        ("It fell.", "It rose.", [("fell", "rose")]),
        ("The council withdrew its order.", "The council reaffirmed its order.", [("withdrew", "reaffirmed")]),
        ("The mill sold 30 tons.", "They bought 30 tons from the mill.", []),  # the same from either end
        ("They left after the war.", "They left before the war.", [("after", "before")]),
        ("They were the first to leave.", "They were the first to leave.", []),
        ("They were the first and the last.", "They were the first.", []),  # it says both
        ("They left after it.", "They left.", []),
        ("Ann lost to Bob.", "Bob won against Ann.", []),  # the same from either end
        ("Ann lost to Bob.", "Ann won against Bob.", [("lost", "won")]),
        ("After the war they left.", "They left before the war.", [("after", "before")]),
        ("The war began after Ann died.", "Ann died before the war began.", []),
    ],
)
def test_opposites(stated: str, nearest: str, expected: list[tuple[str, str]]) -> None:
    assert opposed(stated, nearest, nearest) == expected


def test_what_stands_elsewhere_in_the_passage_is_no_opposite() -> None:
    nearest = "They left before the war."
    assert opposed("They left after the harvest.", nearest, f"{nearest} That was after the harvest.") == []


@pytest.mark.parametrize(
    ("mine", "other", "apart"),
    [
        ("30 weeks", "30 days", True),
        ("36,442 people", "36,442 families", True),
        ("36,442 Korean families", "36,442 households", False),
        ("124 trains", "124 echelons", False),
        ("7 doors", "7 days", False),  # what is not in the table is not known to be apart
        ("7", "7 days", False),
    ],
)
def test_units(mine: str, other: str, apart: bool) -> None:
    assert counted_apart(numbers(mine)[0], numbers(other)[0]) is apart


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("There were 45 in 1930 and 60 in 1940.", [1930, 1940]),
        ("Of the mills, 45 in 1930, 60 were left by 1940.", [1930, 1940]),
        ("In 1930 there were 45 mills and in 1940 there were 60.", [1930, 1940]),
        ("In 1937 it was 18.3, and in 1938, 16.3.", [1937, 1938]),
        ("It was 18.3 in 1937.", [1937]),
        ("It was 18.3.", [None]),
    ],
)
def test_the_year_that_a_number_belongs_to(text: str, years: list[int | None]) -> None:
    found = [year_of(number, dates(text), text) for number in numbers(text)]
    assert [date.year if date else None for date in found] == years


@pytest.mark.parametrize(
    ("stated", "told", "expected"),
    [
        ("Only some of the houses burned.", "All of the houses burned.", ("Only some", "All")),
        ("All of the houses burned.", "Most of the houses burned.", ("All", "Most of")),
        ("Half of the houses burned.", "Every house burned.", ("Half of", "Every")),
        ("None of the houses burned.", "Almost all burned.", ("None of", "Almost all")),
        ("Only a few burned.", "The fires of all ten houses were seen.", ("Only a few", "all")),
        # The same, or words that do not say how many.
        ("The majority of them burned.", "Most of them burned.", None),
        ("At most some of them burned.", "Some of them burned.", None),
        ("At most 40 burned.", "All of the 40 burned.", None),
        ("Most of them burned.", "After all, they burned.", None),
        ("Most of them burned.", "It burned all over the town.", None),
        ("Most of them burned.", "It was the largest fire of all.", None),
        ("All of them burned.", "It was the most important fire.", None),
        ("Not all of them burned.", "Only some of them burned.", None),
        ("Most of them burned.", "They burned.", None),
        ("All or most of them burned.", "Some of them burned.", None),  # it has several
    ],
)
def test_how_many_of_them(stated: str, told: str, expected: tuple[str, str] | None) -> None:
    assert other_share(stated, told) == expected


@pytest.mark.parametrize(
    ("stated", "told", "expected"),
    [
        ("The second stage began.", "In the first stage it began.", [("second stage", "first stage")]),
        ("It was built before WWI.", "It was built before the Second World War.", [("First World", "Second World")]),
        ("It was built before World War II.", "It was built before the Second World War.", []),
        ("Carl IX ruled.", "Then Carl XII ruled.", [("Carl IX", "Carl XII")]),
        ("The first and the second stage went well.", "The second stage went well.", []),
        ("Ann came first and Bob second.", "Bob came second and Ann first.", []),
        ("He was the first to go.", "The second stage began.", []),
        ("The first day was cold.", "The second night was cold.", []),
    ],
)
def test_another_place_in_a_row(stated: str, told: str, expected: list[tuple[str, str]]) -> None:
    assert other_place(stated, told) == expected
