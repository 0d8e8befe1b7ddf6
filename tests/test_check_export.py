"""A checked text in words, as Markdown and as a page to print: what they say, and that nothing in them is markup of
others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from check_stand_in import DOCUMENTS, SUMMARY, TRAINS, cited, report
from hypothesis import given
from hypothesis import strategies as st
from test_export import HOSTILE, TOKENS, Page, flat, rendered

from app.answer import Citation
from app.check.checker import Checker
from app.check.export import as_html, as_markdown, writer
from app.check.pieces import CheckError, Kind, Piece, pieces
from app.check.report import Checked, Report, check_all
from app.check.verdict import Difference, Judgement, Verdict
from app.check.words import PASSED, difference_line, marked, passed_over, summary, sure, title_of
from app.details import Detail
from app.marks import VERDICTS
from app.tutor import Tutor
from ingest.documents import Span

MADE = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
STRONG = TOKENS | {"strong_open", "strong_close"}

# -- in words --------------------------------------------------------------------------------------------------------


def items(*kinds: Kind | Verdict) -> tuple[Checked, ...]:
    """Pieces that are passed over, and claims with these verdicts."""
    return tuple(
        Checked(Piece(Span(0, 1), Kind.CLAIM, "x"), Judgement("x", one, 0.5))
        if isinstance(one, Verdict)
        else Checked(Piece(Span(0, 1), one, "x"))
        for one in kinds
    )


@pytest.mark.parametrize(
    ("found", "stopped", "said"),
    [
        ((), False, "0 claims"),
        ((Verdict.SUPPORTED,), False, "1 claim: 1 supported"),
        (
            (
                *[Verdict.SUPPORTED] * 4,
                Verdict.CONTRADICTED,
                *[Verdict.NOT_IN_SOURCES] * 2,
                Kind.QUESTION,
                Kind.OPINION,
            ),
            False,
            "7 claims: 4 supported, 1 contradicted, 2 not in the sources; 1 question and 1 opinion passed over",
        ),
        (
            (Verdict.NOT_IN_SOURCES, Kind.CODE, Kind.TABLE, Kind.TABLE, Kind.FOREIGN, Kind.FOREIGN),
            True,
            "1 claim: 1 not in the sources; 2 rows of tables, 1 piece of code and 2 passages in other languages "
            "passed over; stopped before the end",
        ),
    ],
)
def test_the_summary(found: tuple[Kind | Verdict, ...], stopped: bool, said: str) -> None:
    assert summary(Report("", "x", items(*found), stopped)) == said


def test_every_kind_and_verdict_has_its_words() -> None:
    assert set(PASSED) == set(Kind) - {Kind.CLAIM}
    assert set(VERDICTS) == set(Verdict)
    assert [(mark.shape, mark.word) for mark in VERDICTS.values()] == [
        ("✓", "supported"),
        ("≠", "contradicted"),
        ("○", "not in the sources"),
    ]
    assert passed_over(Report("", "x", items(*PASSED))).count(" and ") == 1


@pytest.mark.parametrize(
    ("difference", "claim", "quote", "said"),
    [
        (
            Difference(Detail.NUMBER, "30", "39"),
            "It took 30 echelons.",
            "In all, 39 echelons were formed.",
            "says 30 echelons; the source: 39 echelons",
        ),
        (
            Difference(Detail.NUMBER, "30", "39"),
            "Of 300, 30 were left.",
            "There were 39.",
            "says 30; the source: 39",
        ),
        (
            Difference(Detail.NUMBER, "30 echelons", "39 echelons"),
            "The 30 echelons left.",
            "39 echelons arrived.",
            "says 30 echelons; the source: 39 echelons",
        ),
        (Difference(Detail.NUMBER, "30"), "It took 30 trains.", "x", "says 30 trains; the source has no such number"),
        (Difference(Detail.DATE, "1938", "1937"), "In 1938 too.", "1937", "says 1938; the source: 1937"),
        (Difference(Detail.DATE, "1938"), "In 1938.", "x", "says 1938; the source has no such date"),
        (Difference(Detail.NAME, "Yezhov", "Molotov"), "x", "x", "says Yezhov; the source: Molotov"),
        (Difference(Detail.NAME, "Yezhov"), "x", "x", "says Yezhov; the source does not name it"),
        (Difference(Detail.NEGATION, "not sold"), "x", "x", "says not sold; the source does not say so"),
        (
            Difference(Detail.NEGATION, "", "not sold"),
            "x",
            "x",
            "the source has “not sold”, the claim leaves it out",
        ),
        (Difference(Detail.NEGATION, "first", "last"), "x", "x", "says first; the source: last"),
        (
            Difference(Detail.CLAUSE, "because they asked"),
            "x",
            "x",
            "says “because they asked”; the source does not say this",
        ),
    ],
)
def test_a_difference_in_words(difference: Difference, claim: str, quote: str, said: str) -> None:
    assert difference_line(difference, claim, quote) == said


@pytest.mark.parametrize(
    ("text", "words", "pieces"),
    [
        ("a 30 b", ["30"], [("a ", False), ("30", True), (" b", False)]),
        ("130 and 30", ["30"], [("130 and ", False), ("30", True)]),
        ("30\n echelons", ["30 echelons"], [("30\n echelons", True)]),
        ("a b", [], [("a b", False)]),
        ("a b", ["", "c"], [("a b", False)]),
        ("one two three", ["two three", "one two"], [("one two", True), (" three", True)]),
        ("Not sold", ["not sold"], [("Not sold", True)]),
    ],
)
def test_the_words_that_differ_are_found(text: str, words: list[str], pieces: list[tuple[str, bool]]) -> None:
    assert marked(text, words) == tuple(pieces)


@given(st.text(alphabet="ab. \n(", max_size=20), st.lists(st.text(alphabet="ab. (", max_size=4), max_size=3))
def test_marking_loses_nothing(text: str, words: list[str]) -> None:
    assert "".join(piece for piece, _ in marked(text, words)) == text


@pytest.mark.parametrize(
    ("confidence", "said"),
    [
        (0.0, "Unsure: read the quote."),
        (0.499, "Unsure: read the quote."),
        (0.5, "Of verdicts like this one, about 5 in 10 are right."),
        (0.84, "Of verdicts like this one, about 8 in 10 are right."),
        (1.0, "Of verdicts like this one, about 9 in 10 are right."),
    ],
)
def test_how_sure_says_of_what(confidence: float, said: str) -> None:
    assert sure(Judgement("x", Verdict.SUPPORTED, confidence, (cited(TRAINS),))) == said
    assert sure(Judgement("x", Verdict.NOT_IN_SOURCES, confidence, nearest=cited(TRAINS))) == said
    nothing_to_read = said.replace(": read the quote", "")
    assert sure(Judgement("x", Verdict.NOT_IN_SOURCES, confidence)) == nothing_to_read


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("So\n it  is.", "So it is."),
        ("word " * 40, f"{'word ' * 15}…"),
        ("# How it began\nIt rained.", "How it began"),
        ("\n\n## The *first* [trains](x) ##\n\nIt rained.", "The first trains"),
        ("The trains\n==========\nIt rained.", "The trains"),
        ("#no heading", "#no heading"),
        ("It rained.\n\n# Later", "It rained. # Later"),
        ("#\n\nIt rained.", "# It rained."),
    ],
)
def test_a_text_without_a_name_is_called_by_its_heading_or_its_first_words(text: str, title: str) -> None:
    assert title_of(text) == title


# -- Markdown --------------------------------------------------------------------------------------------------------

MARKDOWN = f"""\
# essay.md

1 March 2026, 23:30

**{SUMMARY}**

A program compared each claim with the sources. It errs, and so may they: follow the links and read. \
Its links open the sources on the machine where it was made, while the tutor runs there: tutor serve

**✓ supported:** The report counts 39 echelons.[^1]

*Of verdicts like this one, about 9 in 10 are right.*

**≠ contradicted:** The report counts **30 echelons**.[^1]

*Differs:* says 30 echelons; the source: 39 echelons

*Of verdicts like this one, about 8 in 10 are right.*

*Passed over:* Who wrote it? *(A question claims nothing.)*

**○ not in the sources:** The keeper kept 9 bees in Nice. *Nearest in the sources, without “9” or “Nice”:*[^2]

*Of verdicts like this one, about 7 in 10 are right.*

**≠ contradicted:** Snow fell in Arles on **3 May**.[^3][^2]

*Differs:* says 3 May; the source: 2 May

*The sources disagree:* one says 2 May, another 4 May.

*Of verdicts like this one, about 6 in 10 are right.*

[^1]: A log (A. Keeper, 1931), “May”: “The first report counts **39 echelons**.” [Open](http://x/?source=log&start=0&end=38)

[^2]: A log (A. Keeper, 1931), “May”: “It does not name the families.” [Open](http://x/?source=log&start=39&end=69)

[^3]: A log (A. Keeper, 1931): “Snow fell in Arles on **2 May**.” [Open](http://x/?source=log&start=70&end=98)
"""


def test_markdown() -> None:
    assert as_markdown(report(), DOCUMENTS, base="http://x/", made=MADE, zone=UTC) == MARKDOWN


def test_a_source_that_has_changed_is_said_to_have() -> None:
    changed = {"log": replace(DOCUMENTS["log"], text="Nothing of it is left.", marks=())}
    last = as_markdown(report("The report counts 39 echelons."), changed).splitlines()[-1]
    assert last == (
        "[^1]: A log (A. Keeper, 1931), “May”: “The \\*first\\* report counts 39 echelons.” "
        "[Open](?source=log&start=0&end=38) *This source has changed since and no longer has these words there.*"
    )


# -- HTML ------------------------------------------------------------------------------------------------------------

KNOWN = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "div",
    "h1",
    "p",
    "b",
    "i",
    "a",
    "mark",
    "blockquote",
}


def test_html_says_the_same_and_loads_nothing() -> None:
    html = as_html(report(), DOCUMENTS, base="http://x/", made=MADE, zone=UTC)
    page = Page(html)
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= KNOWN
    assert flat(" ".join(page.texts)) == flat(
        f"essay.md essay.md 1 March 2026, 23:30 {SUMMARY}"
        " A program compared each claim with the sources. It errs, and so may they: follow the links and read."
        " Its links open the sources on the machine where it was made, while the tutor runs there: tutor serve"
        " ✓ supported: The report counts 39 echelons."
        " The first report counts 39 echelons. A log (A. Keeper, 1931), “May” Open"
        " Of verdicts like this one, about 9 in 10 are right."
        " ≠ contradicted: The report counts 30 echelons . says 30 echelons; the source: 39 echelons"
        " The first report counts 39 echelons . A log (A. Keeper, 1931), “May” Open"
        " Of verdicts like this one, about 8 in 10 are right."
        " Passed over: Who wrote it? (A question claims nothing.)"
        " ○ not in the sources: The keeper kept 9 bees in Nice. Nearest in the sources, without “9” or “Nice”:"
        " It does not name the families. A log (A. Keeper, 1931), “May” Open"
        " Of verdicts like this one, about 7 in 10 are right."
        " ≠ contradicted: Snow fell in Arles on 3 May . says 3 May; the source: 2 May"
        " The sources disagree: one says 2 May, another 4 May."
        " Snow fell in Arles on 2 May . A log (A. Keeper, 1931) Open"
        " It does not name the families. A log (A. Keeper, 1931), “May” Open"
        " Of verdicts like this one, about 6 in 10 are right."
    )
    assert html.count("<mark>") == 4
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert links[0] == "http://x/?source=log&start=0&end=38"
    assert len(links) == 5
    assert "url(" not in html and "@import" not in html and "default-src 'none'" in html


# -- hostile text ----------------------------------------------------------------------------------------------------


def hostile(text: str) -> Report:
    """A report in which all that is not ours is this text."""
    place = Citation(1, text, text, text, Span(0, 1), text, text)
    difference = Difference(Detail.CLAUSE, text, text)
    wrong = Judgement(text, Verdict.CONTRADICTED, 0.5, (place,), None, (difference,), (text,))
    absent = Judgement(text, Verdict.NOT_IN_SOURCES, 0.5, nearest=place)
    claim = Piece(Span(0, 1), Kind.CLAIM, text)
    passed = Checked(Piece(Span(0, len(text)), Kind.QUESTION, text))
    return Report(text, text, (Checked(claim, wrong), Checked(claim, absent), passed))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text_in_markdown(text: str) -> None:
    blocks, links, kinds = rendered(as_markdown(hostile(text), {}))
    assert kinds <= STRONG
    assert [link.partition("=")[0] for link in links] == ["?source"]
    shown = flat(text)
    assert blocks[3:] == [
        f"≠ contradicted: {shown}[^1]",
        f"Differs: says “{shown}”; the source: {shown}",
        f"The sources disagree: {shown}",
        "Of verdicts like this one, about 5 in 10 are right.",
        f"○ not in the sources: {shown} Nearest in the sources:[^1]",
        "Of verdicts like this one, about 5 in 10 are right.",
        f"Passed over: {shown} (A question claims nothing.)",
        f"[^1]: {shown}, “{shown}”: “{shown}” Open This source is no longer there.",
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text_in_html(text: str) -> None:
    page = Page(as_html(hostile(text), {}))
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= KNOWN
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert {str(a["href"]).partition("=")[0] for tag, a in page.tags if tag == "a"} == {"?source"}
    assert sum(part.count(flat(text)) for part in map(flat, page.texts)) >= 9


@given(
    st.text(alphabet=st.sampled_from("\\`*_[](){}<>#+-=.!|~^$&:;@/'\"1a \n"), min_size=1),
    st.integers(0, 9),
    st.integers(1, 9),
)
def test_any_words_that_differ_stay_text_in_markdown(text: str, start: int, size: int) -> None:
    said = text[start : start + size]
    wrong = Judgement(
        f"Q {text} Q", Verdict.CONTRADICTED, 0.5, (cited("It does"),), differences=(Difference(Detail.NAME, said),)
    )
    found = Report("x", "x", (Checked(Piece(Span(0, 1), Kind.CLAIM, "x"), wrong),))
    blocks, _, kinds = rendered(as_markdown(found, {}))
    assert kinds <= STRONG
    assert blocks[3] == flat(f"≠ contradicted: Q {text} Q[^1]")


# -- the file, and a real report -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "write"),
    [("r.md", as_markdown), ("r.MARKDOWN", as_markdown), ("r.html", as_html), ("r.htm", as_html)],
)
def test_the_ending_says_what_is_written(name: str, write: object) -> None:
    assert writer(Path(name)) is write


@pytest.mark.parametrize("name", ["r.pdf", "r", "r.docx"])
def test_another_ending_is_one_line(name: str) -> None:
    with pytest.raises(CheckError) as raised:
        writer(Path(name))
    assert str(raised.value) == f"{name} is neither Markdown nor HTML. Name the report .md or .html."


def test_every_quote_of_a_real_report_opens_its_words(tutor: Tutor) -> None:
    text = "A total of 124 echelons of Koreans were deported. A total of 99 echelons of Koreans were deported."
    found = Report("t", text, tuple(check_all(pieces(text), Checker(tutor))))
    documents = {key: record.document for key, record in tutor.searcher().records.items()}
    places = {
        (c.source_id, c.span.start, c.span.end)
        for item in found.items
        if item.judgement is not None
        for c in (*item.judgement.citations, *filter(None, [item.judgement.nearest]))
    }
    blocks, links, kinds = rendered(as_markdown(found, documents))
    assert kinds <= STRONG
    assert set(links) == {f"?source={source}&start={start}&end={end}" for source, start, end in places}
    assert len(links) == len(places) >= 1
    assert blocks[1].startswith("2 claims: 1 supported, 1 contradicted")
