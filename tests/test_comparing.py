"""What a sentence says that another one does not. Every sentence here was made up for it."""

from __future__ import annotations

import pytest

from app.comparing import (
    Missing,
    Roughly,
    clauses_missing,
    dates_missing,
    denials_missing,
    missing,
    numbers_missing,
    opposites_missing,
    share_missing,
    taken_from_elsewhere,
    years_missing,
)
from app.details import Detail

NAMES = {"ann", "bob", "carl", "olga", "oslo", "bergen", "norway", "sweden", "lee"}
Pair = tuple[str, str]


def pairs(found: list[Missing]) -> list[Pair]:
    return [(one.said, one.instead) for one in found]


def details(stated: str, told: str) -> list[Missing]:
    return [*missing(stated, told, told, Roughly(), lambda word: word in NAMES), *clauses_missing(stated, told)]


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        # Active and passive, another order.
        ("Bob was met by Ann.", "Ann met Bob."),
        ("The bridge was built by Ann Lee for Bob.", "Ann Lee built the bridge for Bob."),
        ("Oslo had 28 mills and Bergen 19.", "Bergen had 19 mills; Oslo had 28."),
        ("The mill opened on May 3, 1930.", "On 3 May 1930 the mill opened."),
        ("Opened in 1930, the mill closed in 1950.", "The mill opened in 1930 and closed in 1950."),
        ("There were 45 mills in 1930.", "In 1930 there were 45 mills, in 1940 there were 60."),
        ("There were 60 mills in 1940.", "There were 45 mills in 1930 and 60 in 1940."),
        ("In 1940 there were 60 mills.", "The mills, 45 in 1930, were 60 in 1940."),
        # Numbers in other words.
        ("About 45,000 people came.", "45,302 people came."),
        ("More than 45,000 people came, fewer than 1,500 of them women.", "45,302 people came, including 1,436 women."),
        ("Over half of the men left.", "More than 50 % of the men left."),
        ("Two thirds of the men left.", "67 percent of the men left."),
        ("Three out of four men left.", "Three-quarters of the men left."),
        ("At most 40 people came.", "No more than 40 people came."),
        ("No fewer than 40 farms were sold.", "At least 40 farms were sold."),
        # Denied in both, in other words.
        ("Until 1989 it was not allowed.", "Before 1989 it was not allowed."),
        ("They did not allow it before 1989.", "Until 1989, it was never officially allowed."),
        ("They could not leave.", "They were unable to leave."),
        ("The letter never arrived.", "The letter did not arrive."),
        ("Ann did not come, and Bob did not come either.", "Neither Ann nor Bob came."),
        ("Ann Lee, not Bob, wrote the letter.", "The letter was written by Ann Lee, not by Bob."),
        ("He did not write the letter; Ann Lee did.", "It was Ann Lee, not he, who wrote the letter."),
        # Denied twice, or without a "not".
        ("It was not uncommon to see wolves.", "It was common to see wolves."),
        ("The men could leave only with a permit.", "The men could not leave without a permit."),
        ("The men could not leave without a permit.", "The men could leave only with a permit."),
        ("The harvest did not succeed.", "The harvest failed."),
        ("The offer was rejected.", "The offer was not accepted."),
        ("The offer was not accepted.", "The offer was rejected."),
        ("The workers were not allowed to leave.", "The workers were forbidden to leave."),
        ("The town lacked a school.", "The town had no school."),
        ("Her youth is unknown.", "Nothing is known of her youth."),
        ("The mill was rebuilt only in 1920.", "The mill was not rebuilt until 1920."),
        ("The mill was not rebuilt until 1920.", "The mill was rebuilt only in 1920."),
        ("It is false that the miners were spies.", "The charge that the miners were spies was invented."),
        ("But for their neighbours they would have died.", "They would have died if the neighbours had not helped."),
        # How many.
        ("The majority of the houses burned.", "Most of the houses burned."),
        ("Nearly all of the men left.", "Most of the men left."),
        ("Every house burned.", "All of the houses burned."),
        ("Few of the farms were sold.", "Most of the farms were not sold."),
        ("Most people left; 40 stayed.", "At most 40 people stayed, for most left."),
        ("The most important town was Oslo.", "All agreed that Oslo was the most important town."),
        # From the other end.
        ("Olga lost to Carl.", "Carl won against Olga."),
        ("The ship sailed after the war ended.", "The war ended before the ship sailed."),
        ("Prices no longer rose.", "The rise in prices stopped."),
    ],
)  # fmt: skip
def test_a_true_paraphrase_lacks_nothing(stated: str, told: str) -> None:
    assert details(stated, told) == []


@pytest.mark.parametrize(
    ("stated", "told", "expected"),
    [
        ("In Bergen there were 28 mills.", "In Oslo there were 28 mills, in Bergen 19.", (Detail.NUMBER, "28", "19")),
        ("Ann paid 28 crowns a week.", "Ann paid 29 crowns a week.", (Detail.NUMBER, "28", "29")),
        ("About 45,000 people came.", "55,302 people came.", (Detail.NUMBER, "45,000", "55,302")),
        ("The mill closed in 1930.", "The mill opened in 1930 and closed in 1950.", (Detail.DATE, "1930", "1950")),
        ("There were 45 mills in 1940.", "There were 45 mills in 1930 and 60 in 1940.", (Detail.DATE, "1940", "1930")),
        ("Sweden attacked Norway.", "Norway attacked Sweden.", (Detail.NAME, "Sweden … Norway", "Norway … Sweden")),
        ("The mill was not rebuilt.", "The mill was rebuilt.", (Detail.NEGATION, "not rebuilt", "")),
        ("The mill was rebuilt.", "The mill was not rebuilt.", (Detail.NEGATION, "", "not rebuilt")),
        ("The ship sailed before the war.", "The ship sailed after the war.", (Detail.NEGATION, "before", "after")),
        ("Only some of the houses burned.", "All of the houses burned.", (Detail.NEGATION, "Only some", "All")),
        ("The men left, singing merry songs.", "The men left.", (Detail.CLAUSE, "singing merry songs", "")),
    ],
)
def test_one_change_of_each_kind(stated: str, told: str, expected: tuple[Detail, str, str]) -> None:
    assert Missing(*expected) in details(stated, told)


@pytest.mark.parametrize(
    ("stated", "told", "expected"),
    [
        ("Ann paid 28 crowns.", "Ann paid 28 crowns.", []),
        ("Ann paid 28 crowns.", "Ann paid 29 crowns and slept.", [("28", "29")]),
        ("Ann paid 28 crowns.", "Ann paid 29 crowns, then 30 crowns.", [("28", "")]),  # which of them is not clear
        ("Ann paid 28 crowns.", "Ann paid.", [("28", "")]),
        ("She stayed forty weeks.", "She stayed forty days.", [("forty", "")]),
        ("She stayed 40 days.", "She stayed forty days.", []),
        ("Around 3,000 came.", "2,945 came.", []),
        ("Over 3,000 came.", "2,945 came.", [("3,000", "2,945")]),  # fewer are not over
        ("Fewer than 3,000 came.", "2,945 came.", []),
        ("At most 3,000 came.", "2,945 came.", []),
        ("At least 3,000 came.", "3,102 came.", []),
        ("Over 3,000 came.", "4,102 came.", [("3,000", "4,102")]),  # so far off is another number
        ("About 2,945 came.", "3,000 came.", [("2,945", "3,000")]),  # the claim is finer than its source
        ("A third of them came.", "33 percent of them came.", []),
        ("A third of them came.", "35 percent of them came.", [("A third", "35 percent")]),
        ("0.5 percent came.", "0.9 percent came.", [("0.5 percent", "0.9 percent")]),
        ("It has two streets, Elm and Oak.", "Its streets are Elm and Oak.", [("two", "")]),
    ],
)
def test_numbers(stated: str, told: str, expected: list[Pair]) -> None:
    assert pairs(numbers_missing(stated, told, Roughly())) == expected


@pytest.mark.parametrize(
    ("stated", "told", "expected"),
    [
        ("It opened on 3 May 1930.", "It opened on May 3, 1930.", []),
        ("It opened in May 1930.", "It opened on 3 May 1930.", []),
        ("It opened in 1930.", "It opened on 3 May 1930.", []),
        ("It opened on 3 May 1930.", "In 1930 it opened on 3 May.", []),
        ("It opened on 3 May 1930.", "It opened on 4 May 1930.", [("3 May 1930", "4 May 1930")]),
        ("It opened on 3 May 1930.", "It opened in 1930.", [("3 May 1930", "")]),
        ("It opened in 1931.", "It opened in 1930.", [("1931", "1930")]),
        ("It opened in 1931.", "It opened in 1930 or 1932.", [("1931", "")]),
        ("It opened in the 1930s.", "It opened in 1934.", []),
        ("It opened in the 1930's.", "It opened in 1941.", [("1930's", "1941")]),
        ("It opened in the mid-1950s.", "It opened in the middle of the 1950s.", []),
        ("1705 families came.", "1,705 families came.", []),
    ],
)
def test_dates(stated: str, told: str, expected: list[Pair]) -> None:
    assert pairs(dates_missing(stated, told)) == expected


@pytest.mark.parametrize(
    ("stated", "nearest", "before", "expected"),
    [
        ("Ann sold 9 cows.", "She sold 7 cows.", "Ann had 9 cows.", [("9", "7")]),
        ("Ann sold 7 cows.", "She sold 7 cows.", "Ann had 9 cows.", []),
        ("Of her 9 cows Ann sold 7 cows.", "She sold 7 cows.", "Ann had 9 cows.", []),
        ("Ann sold 9 sheep.", "She sold 7 cows.", "Ann had 9 sheep.", []),  # they count other things
        ("Ann left in 1930.", "She left in 1931.", "Ann came in 1930.", [("1930", "1931")]),
        ("Ann came in 1930 and left in 1931.", "She left in 1931.", "Ann came in 1930.", []),
    ],
)
def test_what_only_the_sentence_before_has(stated: str, nearest: str, before: str, expected: list[Pair]) -> None:
    assert pairs(taken_from_elsewhere(stated, nearest, f"{before} {nearest}")) == expected
    assert taken_from_elsewhere(stated, nearest, nearest) == []


@pytest.mark.parametrize(
    ("stated", "nearest", "expected"),
    [
        ("The mill was not rebuilt.", "The mill was rebuilt.", [("not rebuilt", "")]),
        ("The mill was rebuilt.", "The mill was never rebuilt.", [("", "never rebuilt")]),
        ("Rain did not drive them away.", "They went because of the rain.", [("not drive them away", "")]),  # bare
        ("The men could leave without a permit.", "The men could not leave without a permit.",
         [("without a permit", "")]),
        ("The mill was rebuilt before 1920.", "The mill was not rebuilt until 1920.", [("", "not rebuilt")]),
        ("The miners were spies.", "The miners were allegedly spies.", [("", "allegedly")]),
        ("The miners were spies.", "That the miners were spies was made up.", [("", "made up")]),
        # Nothing is denied of the same, or it is denied in another way.
        ("The mill was not rebuilt.", "The mill stood unused.", []),
        ("The mill was not rebuilt.", "The mill remained closed.", []),
        ("He left without delay.", "He left at once.", []),
        ("They hid so that they would not be seen.", "They hid in order to stay unseen.", []),
        ("It was not only cheap but good.", "It was cheap and good.", []),
        ("They were said to be spies.", "They were allegedly spies.", []),
        ("The mill was not rebuilt.", "The mill, not the barn, was sold.", []),
        # Where the claim denies what an unrelated "no" of the source does not.
        ("The mill was rebuilt.", "The mill was rebuilt with no delay.", []),
    ],
)  # fmt: skip
def test_denials(stated: str, nearest: str, expected: list[Pair]) -> None:
    found = denials_missing(stated, nearest)
    assert pairs(found) == expected
    assert {one.kind for one in found} <= {Detail.NEGATION}


@pytest.mark.parametrize(
    ("stated", "nearest", "expected"),
    [
        ("The offer was accepted.", "The offer was rejected.", [("accepted", "rejected")]),
        ("The offer was not accepted.", "The offer was rejected.", []),
        ("The offer was accepted.", "The offer was not rejected.", []),
        ("The offer was not accepted.", "The offer was not rejected.", [("accepted", "rejected")]),
    ],
)
def test_an_opposite_that_is_denied_is_none(stated: str, nearest: str, expected: list[Pair]) -> None:
    assert pairs(opposites_missing(stated, nearest, nearest)) == expected


@pytest.mark.parametrize(
    ("stated", "nearest", "expected"),
    [
        ("Only a few of the men left.", "All ten men left.", [("Only a few", "All")]),
        ("All of the men left.", "Most of the men left.", [("All", "Most of")]),
        ("Few of the men left.", "Most of the men did not leave.", []),
        ("The men left.", "All of the men left.", []),
    ],
)
def test_shares(stated: str, nearest: str, expected: list[Pair]) -> None:
    assert pairs(share_missing(stated, nearest)) == expected


TWO_YEARS = "In 1930 there were 45 mills, in 1940 there were 60."


@pytest.mark.parametrize(
    ("stated", "nearest", "expected"),
    [
        ("There were 45 mills in 1940.", TWO_YEARS, [("1940", "1930")]),
        ("There were 60 mills in 1930.", TWO_YEARS, [("1930", "1940")]),
        ("There were 60 mills in 1940.", TWO_YEARS, []),
        ("There were 45 mills in 1930.", TWO_YEARS, []),
        ("Ten years after 1930 there were 60 mills.", TWO_YEARS, []),  # counts from a year
        ("There were 45 mills in 1940.", "From 1930 to 1940 there were 45 mills.", []),  # a span has both
        ("There were 45 mills in 1950.", TWO_YEARS, []),  # the year is missing altogether: dates_missing says so
    ],
)
def test_the_year_of_a_number(stated: str, nearest: str, expected: list[Pair]) -> None:
    assert pairs(years_missing(stated, nearest)) == expected


@pytest.mark.parametrize(
    ("stated", "told", "expected"),
    [
        ("The men left, and the bishop blessed them.", "The men left.", ["and the bishop blessed them"]),
        ("The men left because their wells had dried.", "The men left.", ["because their wells had dried"]),
        ("The men left, and the bishop blessed them.", "The bishop was there when the men left.", []),
        ("The men left, sadly.", "The men left.", []),  # one word is no clause
        ("Sadly they went home.", "The men left.", ["Sadly they went home"]),
    ],
)
def test_clauses(stated: str, told: str, expected: list[str]) -> None:
    assert clauses_missing(stated, told) == tuple(Missing(Detail.CLAUSE, clause) for clause in expected)
