"""The questions of a run: which are listed, what one says when it is opened, and where its marks stand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.ui.inspection import Address, read_address
from app.ui.questions import Show, chosen, highlights, list_html, located, openings, row_html
from app.ui.reading import Highlight, HighlightKind, render
from app.ui.runs import Fact, Outcome, Quote, Row, Run, Said, System
from ingest.documents import Source, Span
from ingest.loaders import parse

TEXT = "Anna keeps bees. Boris sells salt."
TOWN = parse(TEXT.encode(), Path("town.txt"), Source("town", "The Town", Path("town.txt")))
ANNA, BORIS = "Anna keeps bees.", "Boris sells salt."
WRONG = Row(
    id="d1",
    kind="follow_up",
    answerable=True,
    outcome=Outcome.ANSWERED,
    right=False,
    confidence=0.714,
    question="And <she>?",
    history=("Who sells?",),
    understood="And Anna?",
    note="either will do",
    notes=("The sources disagree.",),
    sentences=(Said(BORIS, (1, 9)),),
    citations=(Quote("town", 17, 34, BORIS, n=1, section="Trades"),),
    facts=(Fact(("bees", "a bee"), False), Fact(("Boris",), True)),
    evidence=(Quote("town", 0, 16, ANNA),),
)
RIGHT = Row("d2", "list", True, Outcome.ANSWERED, True, 0.9, question="Salt?", sentences=(Said(BORIS, ()),))
REFUSED = Row(
    "d3",
    "unanswerable",
    False,
    Outcome.REFUSED,
    True,
    0.1,
    question="Since when?",
    near=(Quote("town", 17, 22, "Boris"),),
)
FAILED = Row("d4", "list", True, Outcome.ANSWERED, False, 0.0, error="ValueError: <no salt>", question="Clara?")
ROWS = (WRONG, RIGHT, REFUSED, FAILED)


def words(quote: Quote) -> str:
    return quote.quote


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, "d1 d2 d3 d4"),
        ({"show": Show.WRONG}, "d1 d4"),
        ({"show": Show.REFUSED}, "d3"),
        ({"show": Show.CHANGED, "changed": {"d2", "d9"}}, "d2"),
        ({"kind": "list"}, "d2 d4"),
        ({"kind": "list", "show": Show.WRONG}, "d4"),
        ({"words": "SALT"}, "d1 d2"),  # in what was answered
        ({"words": "sells who"}, "d1"),  # in the turns before
        ({"words": "d3"}, "d3"),
        ({"words": "salt honey"}, ""),
    ],
)
def test_the_filters(filters: dict[str, object], ids: str) -> None:
    assert [ROWS[i].id for i in chosen(ROWS, **filters)] == ids.split()  # type: ignore[arg-type]


def test_the_list_says_right_or_wrong_in_a_word_and_a_shape() -> None:
    assert list_html(ROWS, (0, 1)) == (
        '<ol class="questions" aria-label="Questions"><li><button type="button" data-open="q0">'
        '<span class="verdict bad"><span class="shape" aria-hidden="true">✗</span>Wrong</span>'
        '<span class="text"><span class="before">Who sells? / </span>And &lt;she&gt;?</span>'
        '<span class="kind">follow-up</span></button></li>'
        '<li><button type="button" data-open="q1">'
        '<span class="verdict good"><span class="shape" aria-hidden="true">✓</span>Right</span>'
        '<span class="text">Salt?</span><span class="kind">list</span></button></li></ol>'
    )


@pytest.mark.parametrize(
    ("row", "there", "absent"),
    [
        (
            WRONG,
            [
                "<span>answered · confidence 71 % · follow-up · d1</span>",
                "Asked before: Who sells?",
                "And &lt;she&gt;?",
                "Understood as: And Anna?",
                "either will do",
                f'<span class="sentence">{BORIS}</span>',
                'data-open="c0" aria-label="Open citation 1">[1]</button></p>',  # 9 is no citation
                "The sources disagree.",
                '✗</span>Missing</span><span>bees <span class="soft">or a bee</span></span>',
                "✓</span>Found</span><span>Boris</span>",
                f"<blockquote>{ANNA}</blockquote>",
                '<button type="button" class="open" data-open="c0">[1] town · Trades</button></li>',
            ],
            ["<she>", "[9]", "meets the evidence", "Expected"],
        ),
        (
            REFUSED,
            [
                "refused, as it should be",
                "Refused: the sources don’t say.",
                "A refusal: the sources don’t say.",
                "Comes near, but does not answer</h3>",
                'data-open="n0"',
            ],
            ["Required facts", "Citations", "Evidence</h3>"],
        ),
        (FAILED, ["failed ·", "The question failed: ValueError: &lt;no salt&gt;"], ["Citations"]),
        (replace(WRONG, citations=(Quote("town", 5, 20, TEXT[5:20], n=1),)), ["[1] town</button>", "meets the ev"], []),
    ],
)
def test_a_question_opened(row: Row, there: list[str], absent: list[str]) -> None:
    html = row_html(row, words)
    assert [text for text in there if text not in html] == []
    assert [text for text in absent if text in html] == []


def test_the_marks_of_a_question_in_its_source() -> None:
    assert list(openings(WRONG)) == ["e0", "c0"]
    marks = highlights(TOWN, WRONG, "c0")
    assert marks == (
        Highlight(Span(0, 16), HighlightKind.EVIDENCE, label="evidence"),
        Highlight(Span(17, 34), HighlightKind.CITED, label="cited 1"),
        Highlight(Span(17, 34), HighlightKind.HERE),
    )
    assert render(TOWN, marks) == (
        f'<p><mark class="evidence" data-label="evidence">{ANNA}</mark> '
        f'<mark class="cited here" data-label="cited 1">{BORIS}</mark></p>'
    )
    assert highlights(replace(TOWN, source=replace(TOWN.source, id="other")), WRONG, "c0") == ()


@pytest.mark.parametrize(
    ("quote", "span"),
    [
        (Quote("town", 17, 22, "Boris"), Span(17, 22)),
        (Quote("town", 3, 8, "Boris"), Span(17, 22)),  # the source has changed before it
        (Quote("town", 17, 22, "Clara"), None),
        (Quote("town", 17, 22, ""), None),
        (Quote("town", 900, 905, "Boris"), Span(17, 22)),
    ],
)
def test_a_quote_is_found_again(quote: Quote, span: Span | None) -> None:
    assert located(TOWN, quote) == span


def test_a_link_to_a_question() -> None:
    system = System("tutor", (), (), (), (), ROWS)
    run = Run(1, None, "", "dev.jsonl", False, 4, 3, {}, (system,))  # type: ignore[arg-type]
    runs = {"a.json": run, "secret.json": replace(run, held_out=True)}
    address = read_address({"run": "a.json", "system": "tutor", "question": "d3"})
    assert address == Address("a.json", "tutor", "d3")
    assert address.find(runs) == REFUSED
    assert read_address({"run": "a.json"}) is None
    for other in ("a.json bm25 d3", "a.json tutor d9", "b.json tutor d3", "secret.json tutor d3"):
        assert Address(*other.split()).find(runs) is None
