"""Opposites, units and the years that numbers belong to."""

from __future__ import annotations

import pytest

from app.contrast import counted_apart, opposed, year_of
from app.details import dates, numbers


@pytest.mark.parametrize(
    ("stated", "nearest", "expected"),
    [
        ("They were the last to leave.", "They were the first to leave.", [("last", "first")]),
        ("It fell.", "It rose.", [("fell", "rose")]),
        ("They left after the war.", "They left before the war.", [("after", "before")]),
        ("They were the first to leave.", "They were the first to leave.", []),
        ("They were the first and the last.", "They were the first.", []),  # it says both
        ("They left after it.", "They left.", []),
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
        ("In 1937 it was 18.3, and in 1938, 16.3.", [1937, 1938]),
        ("It was 18.3 in 1937.", [1937]),
        ("It was 18.3.", [None]),
    ],
)
def test_the_year_that_a_number_belongs_to(text: str, years: list[int | None]) -> None:
    found = [year_of(number, dates(text), text) for number in numbers(text)]
    assert [date.year if date else None for date in found] == years
