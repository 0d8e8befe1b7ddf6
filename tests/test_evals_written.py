"""Written answers in the evaluation: a model that lies at a known rate, and what checking made of its lies."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from langchain_core.messages import HumanMessage

from app.answer import Answer, Checks, Citation, Sentence
from app.mode import Mode
from app.support import Support
from evals.cases import DATASETS, Case, CaseError, Kind, read_cases
from evals.lying import LyingModel, Told, read_rate
from evals.runner import Record, run, score
from evals.written import WrittenResponder, checked, lies, sample
from ingest.documents import Span

if TYPE_CHECKING:
    from app.tutor import Tutor
    from ingest.documents import Document

TASK = (
    '<passage number="1" from="A">\nAnna Berg lent 41,000 crowns for the iron bridge. '
    "It was opened in May 1902 by the king."
    '\n</passage>\n\n<passage number="2" from="B">\nThe ferry had not run in the hard winters before. No.\n</passage>'
    "\n\nQuestion: What of the bridge?"
)
TRUE = {
    "Anna Berg lent 41,000 crowns for the iron bridge.",
    "It was opened in May 1902 by the king.",
    "The ferry had not run in the hard winters before.",
}


def is_name(word: str) -> bool:
    return word in {"anna", "berg"}


def replies(rate: float, seed: int = 1) -> tuple[LyingModel, str]:
    model = LyingModel(rate, random.Random(seed), is_name)
    return model, "".join(model.stream([HumanMessage(TASK)]))


def test_one_that_never_lies_copies_its_passages() -> None:
    model, reply = replies(0.0)
    assert {one.text for one in model.replies[0]} == TRUE
    assert {one.lie for one in model.replies[0]} == {""}
    assert all(f"{text[:-1]} [" in reply for text in TRUE)


def test_one_that_always_lies_says_nothing_that_is_there() -> None:
    for seed in range(20):
        model, _ = replies(1.0, seed)
        assert not {one.text for one in model.replies[0]} & TRUE
        assert all(one.lie for one in model.replies[0])


def test_the_same_seed_tells_the_same_lies() -> None:
    assert replies(0.5, 7)[1] == replies(0.5, 7)[1] != replies(0.5, 8)[1]


@pytest.mark.parametrize(
    ("name", "rate"),
    [("lying:0.3", 0.3), ("lying:0", 0.0), ("lying:1", 1.0), ("ollama:qwen3:4b", None), ("none", None)],
)
def test_the_rate_in_a_name(name: str, rate: float | None) -> None:
    assert read_rate(name) == rate


@pytest.mark.parametrize("name", ["lying:", "lying:2", "lying:-1", "lying:often"])
def test_what_is_no_rate_is_said(name: str) -> None:
    with pytest.raises(CaseError, match=r"is no rate. Give one from 0 to 1, say lying:0.3."):
        read_rate(name)


NO_CHECKS = Checks()


def written(*sentences: Sentence, checks: Checks = NO_CHECKS, model: str = "m", mode: Mode = Mode.SIMPLE) -> Answer:
    citation = Citation(1, "s", "S", "", Span(0, 1), "x")
    return Answer("Q?", "Q?", sentences, (citation,), 0.5, mode=mode, model=model, checks=checks)


CASE = Case("a", Kind.FACTOID, "Q?", (), False, (), (), (), "")
A, B, C = (
    Sentence(text, (1,), support) for text, support in (("A.", Support.SUPPORTED), ("B.", Support.PARTLY), ("C?", None))
)


def test_what_a_row_says_of_a_written_answer() -> None:
    row = score(CASE, (), written(A, B, C, checks=Checks(dropped=2, repointed=1, marked=1)))
    assert (row.written, row.gave_way, row.claims, row.marked, row.repointed, row.dropped) == (True, False, 2, 1, 1, 2)
    gave_way = score(CASE, (), written(A, model=""))
    assert (gave_way.written, gave_way.gave_way, gave_way.claims) == (False, True, 0)
    quoted = score(CASE, (), written(A, model="", mode=Mode.QUOTED))
    assert (quoted.written, quoted.gave_way) == (False, False)


def test_the_table_of_what_checking_did() -> None:
    one = score(CASE, (), written(A, B, checks=Checks(dropped=2, repointed=1, marked=1)))
    two = replace(score(CASE, (), written(A)), id="b")
    three = replace(score(CASE, (), written(A, model="")), id="c")
    table = checked(Record("m", (one, two, three)), seed=1)
    cells = {label: (n, cell.split(" ")[0]) for label, n, cell in table.rows}
    assert cells == {
        "gave way to the quoted answer, %": ("3", "33"),
        "sentences an answer": ("2", "1.50"),
        "unsupported sentences an answer": ("2", "0.50"),
        "answers with an unsupported sentence, %": ("2", "50"),
        "citations re-pointed an answer": ("2", "0.50"),
        "numbers dropped an answer": ("2", "1.00"),
    }


def test_the_table_of_lies() -> None:
    unmarked = Sentence("D.", (1,), Support.SUPPORTED)
    quoted = score(CASE, (), written(A, model="", mode=Mode.QUOTED))  # the model was not asked
    gave_way = score(CASE, (), written(A, model=""))
    record = Record("m", (quoted, score(CASE, (), written(A, B, unmarked)), gave_way))
    told = [Told("A."), Told("B.", "name"), Told("D.", "date"), Told("Not shown.", "date")]
    table = lies(record, [told, [Told("E.", "date")]], seed=1)
    cells = {label: (n, cell.split(" ")[0]) for label, n, cell in table.rows}
    assert cells == {
        "lies that were marked, %": ("2", "50"),
        "unmarked sentences that lie, %": ("2", "50.0"),
        "true sentences that were marked, %": ("1", "0"),
        "lies about a date that were marked, %": ("1", "0"),
        "lies about a name that were marked, %": ("1", "100"),
    }


def test_a_sample_keeps_the_order_and_is_drawn_by_its_seed() -> None:
    cases = read_cases(DATASETS / "dev.jsonl")
    some = sample(cases, 20, 3)
    assert len(some) == 20
    assert some == [case for case in cases if case in some] == sample(cases, 20, 3) != sample(cases, 20, 4)
    assert sample(cases, None, 3) == sample(cases, 10_000, 3) == list(cases)


def test_under_one_in_twenty_lies_reaches_a_reader_unmarked(tutor: Tutor, documents: dict[str, Document]) -> None:
    """A part of what `python -m evals --split dev --llm lying:0.3` prints; the README has the test half's figures."""
    model = LyingModel(0.3, random.Random(1), tutor.searcher().spelling.is_name)
    cases = sample(read_cases(DATASETS / "dev.jsonl"), 40, 1)
    record = run(WrittenResponder(tutor, model, Mode.SIMPLE), cases, documents)
    cells = {label: (int(n), float(cell.split(" ")[0])) for label, n, cell in lies(record, model.replies, 1).rows}
    (told, marked), (shown, lied), (truths, alarms) = (
        cells[f"{what}, %"]
        for what in ("lies that were marked", "unmarked sentences that lie", "true sentences that were marked")
    )
    assert told > 30 and truths > 80
    assert told + truths > 0.95 * sum(row.claims for row in record.rows)  # all but a few of what was shown is known
    assert marked >= 95
    assert lied < 5 and shown > 80
    assert alarms < 5
