"""What a sentence commits itself to: numbers with what they count, dates, names, denials. Words only, no model."""

from __future__ import annotations

import pytest

from app.details import dates, denied, names, numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("36,442 families and 171,781 individuals", [(36442, ("famili",)), (171781, ("individu",))]),
        ("thirty-nine echelons left", [(39, ("echelon", "left"))]),
        ("two hundred and five men", [(205, ("men",))]),
        ("1.4 million people, 12 % of all", [(1.4e6, ("peopl",)), (12, ("percent",))]),
        ("nine in Samarkand, five in Fergana", [(9, ()), (5, ())]),
        ("the 19th century", [(19, ("th",))]),
        ("30-40 days", [(30, ("day",)), (40, ("day",))]),
        ("124 echelons of Koreans", [(124, ("echelon",))]),
        ("two of the trains", [(2, ("train",))]),
        ("three-quarters of them", [(75, ("percent",))]),
        ("on September 13, 1937, in the 1940s", []),
        ("Resolution No. 1428-326ss, case 26a", []),
        ("three out of four men", [(75, ("percent",))]),
        ("nine out of every ten", [(90, ("percent",))]),
        ("one of them", []),
        ("", []),
    ],
)
def test_numbers(text: str, expected: list[tuple[float, tuple[str, ...]]]) -> None:
    assert [(number.value, number.counted) for number in numbers(text)] == expected


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("about 170,000 people", "about"),
        ("over 13,000", "over"),
        ("fewer than half", "under"),
        ("15,000", ""),
        ("no more than 40", "under"),
        ("at most 40", "under"),
        ("no fewer than 40", "over"),
        ("at least 40", "over"),
    ],
)
def test_rough_numbers(text: str, bound: str) -> None:
    assert [number.bound for number in numbers(text)] == [bound]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On September 13, 1937, train 505 crashed.", [(1937, 9, 13)]),
        ("by 15 November 1938", [(1938, 11, 15)]),
        ("the 15th of November, 1938", [(1938, 11, 15)]),
        ("in September 1945", [(1945, 9, 0)]),
        ("1937-12-15", [(1937, 12, 15)]),
        ("by October 15 [1937]", [(1937, 10, 15)]),
        ("October 45, 1937-13-15", [(0, 10, 0)]),
        ("from 1937 to the early 1940s", [(1937, 0, 0), (1940, 0, 0)]),
        ("in the 1950's, the 1960s and the mid-1970s", [(1950, 0, 0), (1960, 0, 0), (1970, 0, 0)]),
        ("in the 1950’s", [(1950, 0, 0)]),
        ("in mid-1955, not in pre-1955", [(1955, 0, 0)]),
        ("in May they may go in October", [(0, 5, 0), (0, 10, 0)]),
        ("1,937 people and 1937,5 and 1428-326ss", []),
    ],
)
def test_dates(text: str, expected: list[tuple[int, int, int]]) -> None:
    assert [(date.year, date.month, date.day) for date in dates(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In Tashkent, Genrikh Lyushkov's men met him.", ["tashkent", "genrikh", "lyushkov"]),
        ("Hunting weapons. Passports too.", []),
        ("Lyushkov fled.", ["lyushkov"]),
        ("Kim Ch'il-sŏng in Dr. Kho's book", ["kim", "chil", "kho"]),
        ("in May of the 1930s, on the 5th", []),
        ("“Hunting weapons” they took. “Lyushkov” they feared.", ["lyushkov"]),
        ("He said “Hunting” and left.", []),  # a quotation begins as a sentence does
        ("He said “Lyushkov” and left.", ["lyushkov"]),
        ('He read "Hunting" aloud.', ["hunting"]),  # which of the two a straight mark is, it does not say
        ("Resolution No. 1428-326ss", ["1428-326ss"]),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    known = {"lyushkov", "kim"}
    assert [name.word for name in names(text, lambda word: word in known)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was not officially recognized by them.", [("offici", "recogn")]),
        ("They weren't allowed home.", [("allow", "home")]),
        ("the people were by no means a meek victim, and left", [("meek", "victim")]),
        ("The mortality rate was not 18.3 per thousand", [("18.3", "per", "thousand")]),
        ("It was not only planned but controlled.", []),
        ("It was the NKVD, not the commissions.", []),
        ("More would have died if the Kazakhs had not helped.", []),
        ("They would have died had they not been helped.", []),
        ("Many would have stayed, had the mill not closed; it did not reopen.", [("reopen",)]),
        ("They would have died, and were not helped.", [("help",)]),
        ("No more than 40 came, and not later than May.", []),
        ("They would no longer come.", [("come",)]),
        ("All was well.", []),
    ],
)
def test_what_is_denied(text: str, expected: list[tuple[str, ...]]) -> None:
    assert [denial.stems for denial in denied(text)] == expected
