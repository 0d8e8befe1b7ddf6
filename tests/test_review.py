"""Spot-checking: which pairs are drawn, what the tutor says of them, what is kept, the figures, and the files."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import tree

from app.answer import Answer, Citation, Refusal, Sentence
from app.cli import main
from app.database import _MIGRATIONS
from app.history import History
from app.mode import Mode
from app.review.agreement import Agreement, Precision, agreement, kappa, precision, wilson
from app.review.automatic import Automatic, automatic
from app.review.export import claim_rows, lines, reviewed_rows
from app.review.figures import Between, Found, as_json, between, found
from app.review.pairs import Drawn, Kind, Pair, Verdict, draw, of_conversations, of_run, pair_id
from app.review.store import Review, ReviewerError, Reviews
from app.support import Support
from app.tutor import Tutor
from app.ui.runs import Outcome, Quote, Row, Run, Said, System
from evals.cases import DATASETS
from evals.claims import read_claims
from evals.validate import main as validate
from ingest.documents import Document, Span

Capture = pytest.CaptureFixture[str]
Documents = dict[str, Document]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
S, P, N = Verdict.SUPPORTED, Verdict.PARTLY, Verdict.NOT
BATCH = "On October 29, 1937"  # words that stand in kim2026 once


class Clock:
    """A minute later each time that it is asked."""

    def __init__(self) -> None:
        self.now = NOON - timedelta(minutes=1)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def a_pair(name: str, kind: Kind = Kind.WRITTEN, **changes: Any) -> Pair:
    pair = Pair(
        id=name,
        kind=kind,
        question="Who left?",
        understood="Who left?",
        sentence=f"{name} left.",
        source="town",
        start=0,
        end=9,
        quote="Ann left.",
        places=1,
        confidence=0.5,
        model="m" if kind is Kind.WRITTEN else "",
        origin="conversation 1, question 1",
    )
    return replace(pair, **changes)


def review(reviewer: str, name: str, judged: Verdict, own: Verdict, kind: Kind = Kind.WRITTEN, **more: Any) -> Review:
    blind = bool(more.pop("blind", True))
    return Review(
        reviewer,
        a_pair(name, kind, **more),
        "run.json",
        judged,
        Automatic(own, "why" if own is not S else ""),
        blind,
        NOON,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tutor.sqlite3"


# -- pairs -----------------------------------------------------------------------------------------------------------


def cite(document: Document, words: str, n: int = 1) -> Citation:
    at = document.text.index(words)
    return Citation(n, document.id, document.source.title, "", Span(at, at + len(words)), words)


def test_the_pairs_of_conversations(path: Path, documents: Documents) -> None:
    kim = documents["kim2026"]
    here, gone = cite(kim, BATCH), Citation(2, "kim2026", "", "", Span(0, 4), "nowhere at all")
    quoted = Answer("And then?", "And then, in 1937?", (Sentence("On that day.", (1,)),), (here,), 0.8)
    written = Answer(
        "And then?",
        "And then, in 1937?",
        (
            Sentence("It was October.", (1, 2, 1), Support.PARTLY),
            Sentence("It was cold.", (), Support.NOT_FOUND),
            Sentence("What would you have done?", (1,), None),
        ),
        (here, gone),
        0.8,
        mode=Mode.SIMPLE,
        model="m",
    )
    refused = replace(quoted, refusal=Refusal.NOT_FOUND)
    history = History.open(path)
    history.create("And then?", quoted=quoted, written=written)
    history.save_turn(1, 1, "R?", quoted=refused)
    history.save_turn(1, 2, "And then?", quoted=quoted)
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO turns VALUES (1, 3, ?, 'T?', '', '', 'no JSON', NULL)", [NOON.isoformat()])
    connection.close()
    drawn = of_conversations([history.conversation(1)], documents)
    assert drawn.gone == 1
    assert drawn.of(Kind.QUOTED) == (
        Pair(
            id=pair_id(Kind.QUOTED, "And then, in 1937?", "On that day.", "kim2026", here.span),
            kind=Kind.QUOTED,
            question="And then?",
            understood="And then, in 1937?",
            sentence="On that day.",
            source="kim2026",
            start=here.span.start,
            end=here.span.end,
            quote=BATCH,
            places=1,
            confidence=0.8,
            model="",
            origin="conversation 1, question 1",
        ),
    )
    assert [(p.sentence, p.places, p.model) for p in drawn.of(Kind.WRITTEN)] == [("It was October.", 2, "m")]


def test_a_quote_that_has_moved_is_shown_where_it_is_and_keeps_its_id(path: Path, documents: Documents) -> None:
    here = cite(documents["kim2026"], BATCH)
    moved = replace(here, span=Span(5, 5 + len(BATCH)))
    answer = Answer("Q?", "Q?", (Sentence("S.", (1,)),), (moved,), 0.8)
    history = History.open(path)
    history.create("Q?", quoted=answer)
    ((pair,), gone) = _parts(of_conversations([history.conversation(1)], documents))
    assert (pair.span, pair.id, gone) == (here.span, pair_id(Kind.QUOTED, "Q?", "S.", "kim2026", moved.span), 0)


def _parts(drawn: Drawn) -> tuple[Sequence[Pair], int]:
    return drawn.pairs, drawn.gone


def a_run(documents: Documents, *systems: tuple[str, Sequence[Row]], held_out: bool = False) -> Run:
    made = tuple(System(name, (), (), (), (), tuple(rows)) for name, rows in systems)
    about = {"koryo-tutor": "0.1.0"}
    return Run(1, NOON, "python -m evals", "dev.jsonl", held_out, 1, 1, about, made)


def a_row(documents: Documents, *said: Said, outcome: Outcome = Outcome.ANSWERED) -> Row:
    here = cite(documents["kim2026"], BATCH)
    quote = Quote("kim2026", here.span.start, here.span.end, BATCH, 1)
    return Row("dev-1", "factoid", True, outcome, True, 0.6, question="Q?", sentences=said, citations=(quote,))


def test_the_pairs_of_a_run(documents: Documents) -> None:
    said, of = Said("October.", (1,)), a_row
    run = a_run(
        documents,
        ("tutor", [of(documents, said), of(documents, Said("No.", (1,)), outcome=Outcome.FALSE_REFUSAL)]),
        (
            "ollama:m",
            [of(documents, Said("So it was.", (1,), "partly"), Said("Why?", (1,), None)), of(documents, said)],
        ),
        ("bm25", [of(documents, Said("Something.", (1,)))]),
    )
    assert sorted((p.kind, p.sentence, p.model, p.confidence, p.origin) for p in of_run(run, documents).pairs) == [
        (Kind.QUOTED, "October.", "", 0.6, "development questions, dev-1"),
        (Kind.WRITTEN, "So it was.", "ollama:m", 0.6, "development questions, dev-1"),
    ]


def test_a_held_out_run_has_no_pairs(documents: Documents) -> None:
    bare = Row("test-1", "factoid", True, Outcome.ANSWERED, True, 0.6)
    assert of_run(a_run(documents, ("tutor", [bare]), held_out=True), documents) == Drawn((), 0)


@pytest.mark.parametrize(
    ("kind", "question", "sentence", "end", "same"),
    [
        (Kind.WRITTEN, "Another?", "A  left.\n", 9, True),  # its question does not matter, nor do blanks
        (Kind.WRITTEN, "Q?", "B left.", 9, False),
        (Kind.WRITTEN, "Q?", "A left.", 8, False),
        (Kind.QUOTED, "Q?", "A left.", 9, False),
    ],
)
def test_which_pairs_are_the_same(kind: Kind, question: str, sentence: str, end: int, same: bool) -> None:
    first = pair_id(Kind.WRITTEN, "Q?", "A left.", "town", Span(0, 9))
    assert (pair_id(kind, question, sentence, "town", Span(0, end)) == first) is same
    assert pair_id(Kind.QUOTED, "Q?", "A.", "t", Span(0, 1)) != pair_id(Kind.QUOTED, "R?", "A.", "t", Span(0, 1))


def test_the_order_is_random_the_same_for_all_and_stays_when_pairs_are_added() -> None:
    pairs = [a_pair(f"p{i}") for i in range(200)]
    order = [pair.id for pair in draw(pairs).pairs]
    assert sorted(order) == sorted(pair.id for pair in pairs)
    assert order != [pair.id for pair in pairs]
    assert [pair.id for pair in draw([*reversed(pairs), *pairs]).pairs] == order
    assert [pair.id for pair in draw(pairs, seed=2).pairs] != order
    fewer = {pair.id for pair in pairs[:150]}
    assert [pair.id for pair in draw(pairs[:150]).pairs] == [name for name in order if name in fewer]


def test_a_pair_as_json() -> None:
    pair = a_pair("a")
    row = json.loads(json.dumps(pair.as_json()))
    assert Pair.from_json({**row, "later": 1}) == pair
    with pytest.raises(KeyError):
        Pair.from_json({"id": "a"})


# -- what the tutor says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "sentence", "confidence", "own"),
    [
        (Kind.WRITTEN, "{quote}", 0.1, Automatic(S)),
        (
            Kind.WRITTEN,
            "The penguins of Antarctica eat krill.",
            0.9,
            Automatic(N, "nothing in the passage speaks of this"),
        ),
        (Kind.QUOTED, "{quote}", 0.9, Automatic(S, "the tutor called its answer a strong match")),
        (Kind.QUOTED, "{quote}", 0.5, Automatic(P, "the tutor called its answer a fair match")),
        (Kind.QUOTED, "{quote}", 0.1, Automatic(N, "the tutor called its answer a weak match")),
        (
            Kind.QUOTED,
            "The penguins of Antarctica eat krill.",
            0.9,
            Automatic(S, "the tutor called its answer a strong match; and nothing in the passage speaks of this"),
        ),
    ],
)
def test_the_tutors_verdict(tutor: Tutor, kind: Kind, sentence: str, confidence: float, own: Automatic) -> None:
    searcher = tutor.searcher()
    hit = tutor.ask("How many echelons were sent?").passages[0]
    span = hit.passage.sentences[0]
    quote = hit.document.plain(span)
    pair = a_pair(
        "a",
        kind,
        sentence=sentence.format(quote=quote),
        source=hit.document.id,
        start=span.start,
        end=span.end,
        confidence=confidence,
    )
    assert automatic(pair, searcher, tutor.judge()) == own


def test_the_reason_is_in_words(tutor: Tutor) -> None:
    (citation,) = tutor.ask("When was the resolution on the deportation signed?").citations[:1]
    said = "The resolution on the deportation of the Korean population was adopted on August 3, 1936."
    pair = a_pair("a", sentence=said, source=citation.source_id, start=citation.span.start, end=citation.span.end)
    own = automatic(pair, tutor.searcher(), tutor.judge())
    assert own.verdict is P
    assert "August 3, 1936" in own.reason


# -- keeping ---------------------------------------------------------------------------------------------------------


def test_judgements_are_kept_replaced_and_taken_back(path: Path) -> None:
    reviews, own = Reviews.open(path, Clock()), Automatic(P, "half a \ud800 sign")
    a, b = a_pair("a"), a_pair("b")
    first = reviews.put(" Anna ", a, "conversations", S, own)
    assert first == Review("Anna", a, "conversations", S, own, True, NOON)
    reviews.put("ANNA", b, "run.json", N, own)
    reviews.put("Ben", a, "run.json", P, own)
    shown = Automatic(P, "half a ? sign")
    assert Reviews.open(path).all() == (
        replace(first, automatic=shown),
        Review("Anna", b, "run.json", N, shown, True, NOON + timedelta(minutes=1)),
        Review("Ben", a, "run.json", P, shown, True, NOON + timedelta(minutes=2)),
    )
    assert reviews.put("Anna", a, "run.json", N, own).blind is False  # he has seen the tutor's
    assert [(r.reviewer, r.pair.id, r.judged) for r in reviews.all()] == [
        ("Anna", "b", N),
        ("Ben", "a", P),
        ("Anna", "a", N),
    ]
    assert reviews.take_back("anna", {"b"}) == "b"  # the last among those
    assert reviews.take_back("anna", {"a", "b"}) == "a"
    assert reviews.take_back("anna", {"a", "b"}) is None
    assert [r.reviewer for r in reviews.all()] == ["Ben"]
    assert reviews.put("Anna", b, "run.json", S, own).blind is False  # taken back, but seen


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (" \t\u200b", "The reviewer has no name. Type one; judgements are kept under it."),
        ("x" * 41, "The name has 41 characters. Take one of at most 40."),
    ],
)
def test_names_that_nobody_can_have(path: Path, name: str, line: str) -> None:
    with pytest.raises(ReviewerError) as caught:
        Reviews.open(path).put(name, a_pair("a"), "run.json", S, Automatic(S))
    assert str(caught.value) == line


def test_a_file_of_the_first_version_keeps_its_conversations(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        for statement in _MIGRATIONS[0]:
            connection.execute(statement)
        connection.execute("PRAGMA application_id = 1263489625")
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO conversations VALUES (7, 'Q?', ' q', ?, ?)", [NOON.isoformat()] * 2)
        connection.execute("INSERT INTO turns VALUES (7, 0, ?, 'Q?', 'failed', ' q', NULL, NULL)", [NOON.isoformat()])
    connection.close()
    reviews = Reviews.open(path, Clock())
    reviews.put("Anna", a_pair("a"), "run.json", S, Automatic(S))
    (turn,) = History.open(path).conversation(7).turns
    assert (turn.question, turn.error) == ("Q?", "failed")
    assert [one.reviewer for one in reviews.all()] == ["Anna"]


# -- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        # (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n) by hand, z² = 3.8415
        (0, 10, 0.0, 0.2775),  # z²/n / (1 + z²/n) = 0.38415 / 1.38415
        (10, 10, 0.7225, 1.0),
        (8, 10, 0.4902, 0.9433),  # (0.8 + 0.1921 ± 1.96 √(0.016 + 0.0096)) / 1.3841
        (1, 1, 0.2065, 1.0),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_wilsons_interval(right: int, n: int, low: float, high: float) -> None:
    interval = wilson(right, n)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@pytest.mark.parametrize(("right", "n"), [(1, 0), (2, 1), (-1, 3)])
def test_what_is_no_share(right: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(right, n)


def test_precision() -> None:
    judged = [S, S, P, N]
    assert precision(judged) == Precision(4, 2, 1, wilson(2, 4))
    assert (precision(judged).share, precision(judged).partly_share) == (0.5, 0.25)
    assert precision([]) == Precision(0, 0, 0, None)
    assert (precision([]).share, precision([]).partly_share) == (None, None)


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        # ours S 3, P 1, N 0; theirs S 2, P 1, N 1: po 3/4, pe (3*2 + 1*1 + 0) / 16 = 7/16
        ([(S, S), (S, S), (P, P), (S, N)], (3 / 4 - 7 / 16) / (1 - 7 / 16)),
        ([(S, S), (P, P), (N, N)], 1.0),
        ([(S, N), (N, S)], -1.0),  # po 0, pe 1/2
        ([(S, S), (S, N)], 0.0),  # po 1/2, pe (2*1) / 4
        ([(S, S), (S, S)], None),  # one class only
        ([(S, N)], 0.0),  # two classes, no agreement, none by chance
        ([], None),
    ],
)
def test_cohens_kappa(pairs: list[tuple[Verdict, Verdict]], value: float | None) -> None:
    assert kappa(pairs) == (value if value is None else pytest.approx(value))
    assert agreement(pairs) == Agreement(len(pairs), sum(a is b for a, b in pairs), kappa(pairs))


REVIEWS = (
    review("ben", "a", S, S),
    review("Anna", "a", S, S),
    review("Anna", "b", P, S),
    review("Anna", "c", N, N, blind=False),
    review("Anna", "q", P, S, Kind.QUOTED),
    review("ben", "b", S, S),
    review("ben", "c", N, N),
)


def test_what_reviewers_found_kind_by_kind() -> None:
    assert found(REVIEWS) == (
        Found("Anna", Kind.WRITTEN, Precision(3, 1, 1, wilson(1, 3)), Agreement(2, 1, 0.0), 1),
        Found("Anna", Kind.QUOTED, Precision(1, 0, 1, wilson(0, 1)), Agreement(1, 0, 0.0), 0),
        Found("ben", Kind.WRITTEN, Precision(3, 2, 0, wilson(2, 3)), Agreement(3, 3, 1.0), 0),
    )
    assert between(REVIEWS) == (Between("Anna", "ben", Kind.WRITTEN, Agreement(2, 1, 0.0)),)


def test_the_figures_as_json() -> None:
    ends = wilson(1, 1)
    assert as_json(REVIEWS[:1]) == {
        "reviews": 1,
        "sets": [
            {
                "from": "run.json",
                "reviewers": [
                    {
                        "reviewer": "ben",
                        "kind": "written",
                        "n": 1,
                        "supported": 1,
                        "partly": 0,
                        "precision": 1.0,
                        "low": ends.low,
                        "high": ends.high,
                        "with_tutor": {"n": 1, "same": 1, "kappa": None},
                        "again": 0,
                    }
                ],
            }
        ],
        "between": [],
    }


# -- files -----------------------------------------------------------------------------------------------------------

W, Q = Kind.WRITTEN, Kind.QUOTED


@pytest.mark.parametrize(
    ("reviews", "human", "note", "claim"),
    [
        ([review("Anna", "a", S, S)], None, "", False),
        ([review("Anna", "a", S, P)], {"Anna": "supported"}, "a claim row can be made", True),
        ([review("Anna", "a", P, S)], {"Anna": "partly"}, "say which part the passage does not have", False),
        ([review("Anna", "a", N, S)], {"Anna": "not"}, "only this passage was judged", False),
        (
            [review("Anna", "a", S, P), review("Ben", "a", P, P)],
            {"Anna": "supported", "Ben": "partly"},
            "two minds",
            False,
        ),
        (
            [review("Anna", "a", S, N), review("Ben", "a", S, N)],
            {"Anna": "supported", "Ben": "supported"},
            "claim",
            True,
        ),
        ([review("Anna", "a", S, P, Q)], {"Anna": "supported"}, "it answers, and the tutor was less sure", False),
        ([review("Anna", "a", P, S, Q)], {"Anna": "partly"}, "say what is missing", False),
        ([review("Anna", "a", N, S, Q)], {"Anna": "not"}, "see whether the sources do", False),
    ],
)
def test_which_disagreements_become_which_rows(
    reviews: list[Review], human: dict[str, str] | None, note: str, claim: bool
) -> None:
    rows = reviewed_rows(reviews)
    assert [row["human"] for row in rows] == ([human] if human else [])
    assert [note in row["note"] for row in rows] == ([True] if human else [])
    assert [row["id"] for row in claim_rows(reviews)] == (["claim-dev-901"] if claim else [])


def test_a_reviewed_row_whole() -> None:
    (row,) = reviewed_rows([review("Anna", "a", P, N, blind=False)])
    assert json.loads(lines([row])) == {
        "id": "review-a",
        "kind": "written",
        "question": "Who left?",
        "claim": "a left.",
        "evidence": [{"source": "town", "quote": "Ann left.", "start": 0, "end": 9}],
        "human": {"Anna": "partly"},
        "blind": False,
        "automatic": "not",
        "reason": "why",
        "model": "m",
        "from": "run.json: conversation 1, question 1",
        "note": "say which part the passage does not have before a claim is made of it",
    }


def appended(folder: Path, documents: Documents) -> Review:
    """A copy of the datasets, and a disagreement about a sentence of kim2026 that the development half may use."""
    for file in DATASETS.glob("*.jsonl"):
        (folder / file.name).write_bytes(file.read_bytes())
    quote = next(claim for claim in read_claims(folder / "claims_dev.jsonl") if claim.evidence).evidence[0]
    return review("Anna", "a", S, P, sentence="A sentence of its own.", source=quote.source_id, quote=quote.text)


def test_a_claim_row_stands_in_the_dataset_and_passes(
    tmp_path: Path, documents: Documents, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    one = appended(tmp_path, documents)
    home = tmp_path / "home"
    kept = Reviews.open(home / "tutor.sqlite3")
    kept.put("Anna", one.pair, one.drawn, one.judged, one.automatic)
    monkeypatch.setenv("TUTOR_HOME", str(home))
    file = tmp_path / "claims_dev.jsonl"
    before = read_claims(file)
    assert main(["review", "--claims", str(file)]) == 0
    assert main(["review", "--claims", str(file)]) == 0  # the second time it is there already
    assert capsys.readouterr().err.splitlines() == [
        f"1 appended: {file}. Check them: python -m evals.validate",
        "No disagreement makes a claim with a sure verdict that is not there yet.",
    ]
    *same, new = read_claims(file)
    assert tuple(same) == before
    assert (new.id, new.claim, new.verdict) == (
        f"claim-dev-{len(before) + 1:03}",
        "A sentence of its own.",
        "supported",
    )
    (tmp_path / "reviewed_written.jsonl").write_text(lines(reviewed_rows([one])), encoding="utf-8")
    assert validate([str(tmp_path)]) == 0


# -- tutor review ----------------------------------------------------------------------------------------------------


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    assert main(["review"]) == 0
    assert capsys.readouterr() == (
        "",
        "There are no reviews yet. Judge some sentences on the page Review: tutor serve\n",
    )
    assert main(["review", "--export", str(tmp_path / "out.jsonl")]) == 2
    assert "No reviewer disagrees with the tutor yet" in capsys.readouterr().err
    assert tree(tmp_path) == {}
    kept = Reviews.open(tmp_path / "home" / "tutor.sqlite3", Clock())
    for one in (*REVIEWS, REVIEWS[3]):  # Anna judges c twice
        kept.put(one.reviewer, one.pair, one.drawn, one.judged, one.automatic)
    assert main(["review"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "run.json",
        "  Anna, written answers: 1 of 3, 33 % [6–79]; 1 partly (33 %), counted as not",
        "    with the tutor: the same on 1 of 2; too few for kappa."
        " 1 changed after the tutor's verdict was shown, and left out of this",
        "  Anna, quoted answers: 0 of 1, 0 % [0–79]; 1 partly (100 %), counted as not",
        "    with the tutor: the same on 0 of 1; too few for kappa",
        "  ben, written answers: 2 of 3, 67 % [21–94]",
        "    with the tutor: the same on 3 of 3; too few for kappa",
        "Between reviewers",
        "  Anna and ben, written answers: the same on 1 of 2; too few for kappa",
    ]
    assert main(["review", "--json", "--export", str(tmp_path / "out.jsonl")]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == as_json(kept.all())
    assert err == f"2 written: {tmp_path / 'out.jsonl'}\n"
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows == list(reviewed_rows(kept.all()))
    assert main(["review", "--export", str(tmp_path / "out.jsonl")]) == 2
    assert (
        capsys.readouterr().err
        == f"tutor: {tmp_path / 'out.jsonl'} is there already. Name a new file, or move it away.\n"
    )


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"\xff", "is no JSONL file in UTF-8. Name another file."),
        (b"1", "has lines that are no objects. Name a file of"),
    ],
)
def test_a_file_that_is_no_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, content: bytes, line: str
) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    file = tmp_path / "claims.jsonl"
    file.write_bytes(content)
    assert main(["review", "--claims", str(file)]) == 2
    assert f"tutor: {file} {line}" in capsys.readouterr().err
    assert file.read_bytes() == content
