"""A reply in pieces of any size: its sentences, what they cite, and what is shown of the unfinished one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.citing import Cited, Reply

PASSAGES = 3


def read(text: str, size: int = 10_000, passages: int = PASSAGES) -> tuple[list[Cited], int, list[str]]:
    """The sentences of a reply that comes in pieces of a size, how many numbers were dropped, and every tail."""
    reply = Reply(passages)
    found: list[Cited] = []
    tails = []
    for start in range(0, len(text), size):
        found += reply.feed(text[start : start + size])
        tails.append(reply.tail)
    return [*found, *reply.close()], reply.dropped, tails


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It froze [1]. It thawed [2].", [("It froze.", (1,)), ("It thawed.", (2,))]),
        ("It froze. [1] It thawed. [2]", [("It froze.", (1,)), ("It thawed.", (2,))]),
        ("It froze [1,2].", [("It froze.", (1, 2))]),
        ("It froze [1, 2 and 3].", [("It froze.", (1, 2, 3))]),
        ("It froze [1][3].", [("It froze.", (1, 3))]),
        ("It froze [1], [2] and [3].", [("It froze.", (1, 2, 3))]),
        ("It froze. [1], [2]", [("It froze.", (1, 2))]),
        ("It froze ([1]).", [("It froze.", (1,))]),
        ("It froze (see [1]).", [("It froze.", (1,))]),
        ("It froze [Passage 1, Passage 2].", [("It froze.", (1, 2))]),
        ("It froze [citation:1].", [("It froze.", (1,))]),
        ("It froze [#1].", [("It froze.", (1,))]),
        ("It froze [1, p. 5].", [("It froze.", (1,))]),
        ("It froze [1†source].", [("It froze.", (1,))]),
        ("It froze [^1^].", [("It froze.", (1,))]),
        ("It cost [1,234] crowns [1].", [("It cost [1,234] crowns.", (1,))]),
        ("It froze [1\nIt thawed.", [("It froze", ()), ("It thawed.", ())]),
        ("It froze [1. It thawed [2].", [("It froze.", ()), ("It thawed.", (2,))]),
        ("What does passage [1] say?", [("What does the passage say?", (1,))]),
        ("It froze [1-3].", [("It froze.", (1, 2, 3))]),
        ("It froze [2; 2].", [("It froze.", (2,))]),
        ("It froze [^1].", [("It froze.", (1,))]),
        ("It froze 【2】.", [("It froze.", (2,))]),
        ("It froze 【2†L3-L5】.", [("It froze.", (2,))]),
        ("It froze [[1]].", [("It froze.", (1,))]),
        ("It froze [passage 2].", [("It froze.", (2,))]),
        ("It froze (Passage 2).", [("It froze.", (2,))]),
        ("It froze [1](#p1).", [("It froze.", (1,))]),
        ("It froze, which is stated in passage 2.", [("It froze.", (2,))]),
        ("It froze, as mentioned in passages 1 and 2.", [("It froze.", (1, 2))]),
        ("[2] It froze.", [("It froze.", (2,))]),
        ("It froze [1] and thawed [2].", [("It froze and thawed.", (1, 2))]),
        ("It froze [4].", [("It froze.", ())]),
        ("It froze [0].", [("It froze.", ())]),
        ("It froze in [1937].", [("It froze in [1937].", ())]),
        ("It froze, J. Stalin said on p. 5 [1].", [("It froze, J. Stalin said on p. 5.", (1,))]),
        ("It froze", [("It froze", ())]),
        ("It froze [1", [("It froze", ())]),
        ("It froze 【", [("It froze", ())]),
        ("It froze [^", [("It froze", ())]),
        ("", []),
        ("[1]", []),
        (" \n\n ", []),
        ("...", []),
    ],
)
def test_sentences_and_what_they_cite(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    found, _, _ = read(text)
    assert found == [Cited(*one) for one in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- It froze [1]\n- It thawed [2]", ["It froze", "It thawed"]),
        ("1. It froze [1]\n2. It thawed [2]", ["It froze", "It thawed"]),
        ("## The ice\n\nIt **froze** [1].", ["It froze."]),
        ("It *froze* and __thawed__ [1].", ["It froze and thawed."]),
        ("It froze\nhard [1].\nIt thawed.", ["It froze hard.", "It thawed."]),
        ("See ![ice](http://x.y/ice.png) here.", ["See here."]),
        ("See [the ice](http://x.y) here.", ["See the ice here."]),
        ("See https://x.y/a?b=[1] here.", ["See here."]),
        ("<b>It froze</b> [1].", ["<b>It froze</b>."]),  # shown as it stands: whoever shows it escapes it
        ("It froze [1].\r\nIt thawed.\r\n", ["It froze.", "It thawed."]),
        ("```\nIt froze [1]. It thawed.\n```\n", ["It froze.", "It thawed."]),
        ("```markdown\nIt froze [1].\n\nIt thawed.\n```\nSo it was.", ["It froze.", "It thawed.", "So it was."]),
        ("3 * 4 is 12, and snake_case stays [1].", ["3 * 4 is 12, and snake_case stays."]),
    ],
)
def test_markup_is_reduced_to_its_words(text: str, expected: list[str]) -> None:
    found, _, _ = read(text)
    assert [cited.text for cited in found] == expected


def test_code_cites_nothing() -> None:
    found, dropped, _ = read("Take `a[1]` of it [2].\n\n```py\nx = a[1]\n```\n\nThat is all.")
    assert found == [Cited("Take `a[1]` of it.", (2,)), Cited("x = a[1]"), Cited("That is all.")]
    assert dropped == 0


def test_numbers_that_name_no_passage_are_counted() -> None:
    found, dropped, _ = read("It froze [1, 4]. It thawed [9][2].")
    assert [cited.numbers for cited in found] == [(1,), (2,)]
    assert dropped == 2


def test_a_sentence_goes_out_when_the_next_has_begun() -> None:
    reply = Reply(PASSAGES)
    assert reply.feed("It froze. ") == []
    assert reply.tail.strip() == "It froze."
    assert reply.feed("[1") == []
    assert reply.tail.strip() == "It froze."
    assert reply.feed("] It ") == [Cited("It froze.", (1,))]
    assert reply.tail.strip() == "It"
    assert reply.feed("thawed.\n") == []
    assert reply.feed("\nAnd ") == [Cited("It thawed.")]
    assert reply.close() == [Cited("And")]
    assert reply.tail == ""


REPLY = (
    "The ice was 3.5 m thick [1], J. Ross wrote. It broke [2, 3] in May! Why?\n\n- It **thawed** [^1]\n- See "
    "[this](http://x.y) and `a[1]` 【2】\n\n```\nb[2]\n```\nNo more (passage 3). And ![x](y) so on [1–2]. The end [7]."
)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 11, 40])
def test_pieces_make_no_difference(size: int) -> None:
    found, dropped, tails = read(REPLY, size)
    assert (found, dropped) == read(REPLY)[:2]
    assert not any(re.search(r"[\[【(]\^?\d|\[\^?$|【|http|!\[", tail.replace("`a[1]`", "")) for tail in tails)


@given(
    st.lists(
        st.sampled_from([*"[]^12,.()! *`\n-", "It ", "froze", "【", "】", "http://", "```", "[1]", ". "]), max_size=40
    )
)
def test_any_reply_is_read_whole_and_shows_no_half_citation(pieces: list[str]) -> None:
    reply = Reply(PASSAGES)
    found: list[Cited] = []
    for piece in pieces:
        found += reply.feed(piece)
        assert not re.search(r"\[\^?\d*\Z", reply.tail)
    found += reply.close()
    assert all(set(cited.numbers) <= {1, 2, 3} for cited in found)
    assert "".join(pieces).count("froze") >= sum(cited.text.count("froze") for cited in found)


@pytest.mark.parametrize(
    "unit", ["x ", " ", "\u00a0", "It froze [1]. ", "[1] ", "a.b", "[", "`", "(passage ", "é\ud800", "```\n"]
)
def test_a_reply_without_an_end_is_read(unit: str) -> None:
    """No reply makes reading hang: that would show here as minutes, not as a failed assertion."""
    found, _, tails = read(unit * (9000 // len(unit)), size=3)
    assert sum(len(cited.text) for cited in found) <= 9000
    assert max(map(len, tails)) <= 2100
