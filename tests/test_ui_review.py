"""The Review page without a browser: what it asks, that it keeps the tutor's verdict back, and that words stay text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.answer import Answer, Citation, Sentence
from app.history import History
from app.mode import Mode
from app.review.agreement import Agreement, Interval, Precision
from app.review.automatic import Automatic
from app.review.figures import Between, Found
from app.review.pairs import Drawn, Kind, Pair, Verdict, of_conversations
from app.review.store import Review, Reviews
from app.ui import review_html
from evals.measures import scored
from evals.records import Heading, write
from evals.runner import Record, score
from ingest.documents import Document, Span

Documents = dict[str, Document]

S, P, N = Verdict.SUPPORTED, Verdict.PARTLY, Verdict.NOT
TIMEOUT = 120  # seconds: the tutor is loaded in it
HOSTILE = "<script>x()</script> & “b”"
#: What is said only of a judgement that has been given.
SHOWN = (
    "The tutor’s check",
    "The tutor’s certainty",
    "a strong match",
    "called its answer",
    ", which counts as",
    "You agree",
    "You disagree",
)


@pytest.fixture(autouse=True)
def _fresh_server() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def conversations(home: Path, documents: Documents, said: Sequence[str] = ("{}", "{} In 1912.", "Krill.")) -> None:
    """A conversation whose answers are quoted, and written in words that do and do not stand in their passages."""
    kim = documents["kim2026"]
    at = kim.text.index("A total of 124 echelons")
    span = Span(at, kim.text.index(".", kim.text.index("(", at)) + 1)
    citation = Citation(1, "kim2026", kim.source.title, "", span, kim.text[span.start : span.end])
    quote = kim.plain(span)
    quoted = Answer("How many?", "How many?", (Sentence(quote, (1,)),), (citation,), 0.9)
    sentences = tuple(Sentence(text.format(quote), (1,)) for text in said)
    written = Answer("How many?", "How many?", sentences, (citation,), 0.9, mode=Mode.SIMPLE, model="m")
    history = History.open(home / "tutor.sqlite3")
    history.create("How many?", quoted=quoted, written=written)
    history.close()


def opened(**address: str) -> AppTest:
    page = AppTest.from_string("from app.ui import review\nreview.page()", default_timeout=TIMEOUT)
    page.query_params.update(address)
    return page.run()


def text(page: AppTest) -> str:
    """All HTML of the page's own, unescaped."""
    return unescape("\n".join(element.proto.body for element in page.get("html")))


def keys(page: AppTest) -> list[str]:
    """The buttons of the page, each with its key on the keyboard."""
    return [f"{button.label} {button.proto.shortcut}".strip() for button in page.button]


def press(page: AppTest, key: str) -> AppTest:
    page = page.button(key=key).click().run()
    assert not page.exception
    return page


def begin(page: AppTest, name: str) -> AppTest:
    page.text_input(key="review-name").set_value(name)
    (button,) = (button for button in page.button if button.label == "Begin")
    page = button.click().run()
    assert not page.exception
    return page


def a_run(file: Path, held_out: bool = False) -> None:
    """A record without questions of its own."""
    from evals.cases import Case, Kind

    case = Case("a", Kind.UNANSWERABLE, "Q?", answerable=False)
    row = score(case, (), Answer("Q?", "Q?", (), (), 0.1))
    made = datetime(2026, 11, 2, tzinfo=UTC)
    name = "test.jsonl" if held_out else "dev.jsonl"
    heading = Heading(made, "python -m evals", name, held_out, {}, 1)
    write(file, heading, [scored(Record("tutor", (row,)), 1)], (case,), {})


@pytest.mark.parametrize(
    ("runs", "lines"),
    [
        (
            (),
            [
                "There are no conversations yet: ask something on the page Chat.",
                "There are no evaluation runs to review",
            ],
        ),
        ((True,), ["There are no conversations yet", "Those of the test questions keep no answers"]),
    ],
    ids=["nothing", "held out"],
)
def test_with_nothing_to_judge_it_says_how_to_get_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: Sequence[bool], lines: Sequence[str]
) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    for held_out in runs:
        a_run(tmp_path / "runs" / "run.json", held_out)
    page = opened()
    assert not page.exception
    assert [line for line in lines if line not in text(page)] == []
    assert keys(page) == []


def test_a_run_without_citations_says_so(home: Path) -> None:
    a_run(home / "runs" / "run.json")
    page = begin(opened(), "Anna")
    assert "There is no answer with a citation here." in text(page)
    assert keys(page) == ["Change"]


def test_with_conversations_and_a_run_there_is_a_choice(home: Path, documents: Documents) -> None:
    conversations(home, documents)
    a_run(home / "runs" / "run.json")
    page = opened()
    assert not page.exception
    assert keys(page) == ["Begin"]
    assert page.selectbox(key="review-set").options == [
        "my conversations",
        "02 Nov 2026, 00:00 · development questions",
    ]
    assert "There are no" not in text(page)
    page = begin(page, "Anna")
    assert "0 of 3 judged" in text(page)


def test_a_reviewer_needs_a_name(home: Path, documents: Documents) -> None:
    conversations(home, documents)
    page = begin(opened(), "  ")
    assert [error.value for error in page.error] == [
        "The reviewer has no name&#46; Type one&#59; judgements are kept under it&#46;"
    ]
    assert keys(page) == ["Begin"]


def test_judging_reveals_and_goes_on(home: Path, documents: Documents) -> None:
    conversations(home, documents)
    order = {pair.sentence: i for i, pair in enumerate(written(home, documents))}
    page = begin(opened(), "Anna")
    assert dict(page.query_params) == {"reviewer": "Anna", "from": "conversations", "kind": "written"}
    assert keys(page) == ["Change", "Supported 1", "Partly 2", "Not 3"]
    assert "Does the passage support the sentence?" in text(page)
    assert "0 of 3 judged" in text(page)
    assert [word for word in SHOWN if word in str(page)] == []
    first = next(sentence for sentence, i in order.items() if i == 0)
    assert first in text(page)

    page = press(page, "review-supported")
    right = {"Krill.": ("You disagree.", "✕</span> Not"), "In 1912": ("You disagree.", "◐</span> Partly")}
    said, own = next((value for start, value in right.items() if start in first), ("You agree.", "✓</span> Supported"))
    assert said in text(page)
    assert own in text(page)
    assert "So far supported: 1 of 1, 100 % [21–100]." in text(page)
    assert keys(page)[:3] == ["Change", "Next n", "Undo u"]
    assert first in text(page)  # still there to be looked at

    page = press(page, "review-undo")
    assert "0 of 3 judged" in text(page)
    assert keys(page) == ["Change", "Supported 1", "Partly 2", "Not 3"]
    page = press(page, "review-not")
    assert "1 of 3 judged" in text(page)
    assert "nothing in common yet" in text(page)  # it was not blind any more
    page = press(page, "review-next")
    assert first not in text(page)
    for _ in range(2):
        page = press(press(page, "review-partly"), "review-next")
    assert "All of these are judged." in text(page)
    kept = Reviews.open(home / "tutor.sqlite3").all()
    assert [(order[one.pair.sentence], one.judged, one.blind) for one in kept] == [
        (0, N, False),
        (1, P, True),
        (2, P, True),
    ]


def written(home: Path, documents: Documents) -> tuple[Pair, ...]:
    history = History.open(home / "tutor.sqlite3")
    drawn = of_conversations([history.conversation(1)], documents)
    history.close()
    return drawn.of(Kind.WRITTEN)


def test_another_reviewer_gets_the_same_and_the_first_goes_on(home: Path, documents: Documents) -> None:
    conversations(home, documents)
    first, second, _ = (pair.sentence for pair in written(home, documents))
    page = press(begin(opened(), "Anna"), "review-supported")
    page = press(page, "review-change")
    assert dict(page.query_params) == {}
    assert page.text_input(key="review-name").value == "Anna"
    page = begin(page, "Ben")
    assert f"{first}</p>" in text(page)
    page = press(page, "review-partly")
    assert "Between reviewers, on what both judged" in text(page)
    assert "Anna and Ben" in text(page)
    again = opened(reviewer="ANNA", **{"from": "conversations", "kind": "written"})
    assert f"{second}</p>" in text(again)
    assert "1 of 3 judged" in text(again)


def test_quoted_answers_are_asked_something_else_and_counted_apart(home: Path, documents: Documents) -> None:
    conversations(home, documents)
    page = press(begin(opened(), "Anna"), "review-not")
    page = page.button_group(key="review-kind").set_value(Kind.QUOTED).run()
    assert not page.exception
    assert keys(page)[:4] == ["Change", "It answers 1", "Partly 2", "It does not 3"]
    assert "Does the sentence answer the question?" in text(page)
    assert [word for word in SHOWN if word in text(page)] == []
    page = press(page, "review-supported")
    assert "The tutor’s certainty" in text(page)
    assert "✓</span> The tutor called its answer a strong match, which counts as “It answers”.</p>" in text(page)
    assert "So far answering: 1 of 1" in text(page)
    assert "Quoted answers, by reviewer" in text(page)


def test_disagreements_can_be_had_as_files(home: Path, documents: Documents) -> None:
    conversations(home, documents, ["Krill."])
    page = begin(opened(), "Anna")
    assert list(page.download_button) == []
    page = press(page, "review-supported")
    assert [one.label for one in page.download_button] == [
        "Download the disagreements (1)",
        "Download those that are claims (1)",
    ]


@pytest.mark.parametrize(
    "address", [{"from": "../../x"}, {"kind": "both"}, {"reviewer": "x" * 300}, {"reviewer": "\n"}]
)
def test_an_address_that_names_nothing_does_no_harm(home: Path, documents: Documents, address: dict[str, str]) -> None:
    conversations(home, documents)
    page = opened(**{"reviewer": "Anna", **address})
    assert not page.exception
    assert len(page.error) == 0


# -- HTML ------------------------------------------------------------------------------------------------------------

PAIR = Pair("a", Kind.WRITTEN, HOSTILE, "Who?", HOSTILE, "town", 0, 9, "Ann left.", 2, 0.5, "m", "here")
FOUND = Found(HOSTILE, Kind.WRITTEN, Precision(4, 2, 1, Interval(0.15, 0.85)), Agreement(3, 2, None), 1)


def test_words_stay_text(documents: Documents) -> None:
    review = Review("A", PAIR, "run.json", P, Automatic(N, HOSTILE), True, datetime(2026, 3, 1, tzinfo=UTC))
    shown = [
        review_html.pair(PAIR),
        review_html.seat(HOSTILE, HOSTILE, 1, 2, 3),
        review_html.reveal(review, FOUND),
        review_html.found_table([FOUND], Kind.WRITTEN),
        review_html.between_table([Between(HOSTILE, HOSTILE, Kind.WRITTEN, Agreement(3, 2, 0.4))]),
    ]
    assert [("<script" in html, "&lt;script&gt;x()&lt;/script&gt; &amp;" in html) for html in shown] == [
        (False, True)
    ] * 5
    assert "Understood as: Who?" in shown[0]
    assert "1 of 2 judged; 3 left out, for the sources have changed" in shown[1]
    assert "It cites 2 places; judge it by this one." in review_html.place(documents["kim2026"], PAIR)


def test_the_tables() -> None:
    row = review_html.found_table([FOUND], Kind.WRITTEN).partition("<tbody>")[2]
    assert row.partition("</th>")[2] == (
        '<td>4</td><td>50 % <span class="interval">15–85</span></td><td>25 %</td><td>2 of 3</td><td>too few</td>'
        "</tr></tbody></table></div>"
    )
    assert review_html.between_table([]) == ""


def test_a_set_whose_places_are_gone_says_so() -> None:
    assert "The sources have changed" in review_html.nothing(Drawn((), 2))
