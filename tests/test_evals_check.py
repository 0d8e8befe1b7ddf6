"""`python -m evals check`: verdicts marked, the baseline's thresholds, claims made of questions, the command."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from app.answer import Citation
from app.check.verdict import Difference, Judgement, Verdict
from app.details import Detail
from app.settings import Settings
from evals import check
from evals.__main__ import main
from evals.cases import Place
from evals.check_marks import Outcome, Row, Thresholds, Trial, compared, confusion, mark, measures, names_wrong
from evals.similarity import Likest, fit, judged
from evals.squad_check import Part, Request, squad_outcome
from evals.squad_claims import collection, drawn, trials
from evals.squad_file import SquadError, parse_squad
from evals.squad_index import write_sources
from evals.statements import Verbs, statement
from ingest.catalog import read_catalog
from ingest.documents import Document, Span
from ingest.loaders import load
from vectorstore.embedding import Embedder

S, C, N = Verdict

# ---------------------------------------------------------------------------------------------------- marks and figures


def cited(source_id: str, start: int, end: int) -> Citation:
    return Citation(n=1, source_id=source_id, source_title="", section="", span=Span(start, end), quote="q")


@pytest.mark.parametrize(
    ("said", "instead", "wrong", "right", "named"),
    [
        ("142 echelons", "124", "142", "124", True),
        ("4136", "", "4,136", "1,436", True),
        ("September 1948", "1945", "September 1948", "September 1945", True),
        ("September", "", "September 1948", "September 1945", False),
        ("Kim Il-song", "", "Kim Il-sŏng", "Kim Ch'il-sŏng", True),
        ("Kim", "", "Kim Il-sŏng", "Kim Ch'il-sŏng", False),
        ("not sold", "", "were not sold", "were sold", True),
        ("", "not sold", "were sold", "were not sold", True),
        ("", "never left", "were sold", "were not sold", False),
    ],
)
def test_a_difference_names_what_is_wrong(said: str, instead: str, wrong: str, right: str, *, named: bool) -> None:
    assert names_wrong([Difference(Detail.NAME, said, instead)], wrong, right) is named
    assert not names_wrong([], wrong, right)


def test_a_judgement_is_marked() -> None:
    trial = Trial("one", "It was 1948.", C, "date", (Place("a", Span(10, 20)),), "1948", "1945")
    differences = (Difference(Detail.DATE, "1948", "1945"),)
    beside, upon = cited("a", 20, 30), cited("a", 15, 30)
    assert mark(trial, Judgement(trial.claim, C, 0.75, (beside, upon), differences=differences), 0.5) == Row(
        id="one",
        claim="It was 1948.",
        group="date",
        verdict=C,
        given=C,
        quotes_evidence=True,
        names_wrong=True,
        confidence=0.75,
        seconds=0.5,
        shown="[date: '1948' for '1945'] q q",
    )
    missed = mark(trial, Judgement(trial.claim, N, 0.5, nearest=upon), 0.5)
    assert (missed.right, missed.quotes_evidence, missed.names_wrong, missed.shown) == (False, False, False, "q")


def row(name: str, verdict: Verdict, given: Verdict, group: str = "g", **more: Any) -> Row:
    return Row(name, "a claim", group, verdict, given, **more)


ROWS = (
    row("1", S, S, quotes_evidence=True, confidence=0.9, seconds=0.1),
    row("2", S, S, confidence=0.8, seconds=0.3),
    row("3", S, N, confidence=0.2, seconds=0.2),
    row("4", C, C, "date", quotes_evidence=True, names_wrong=True, confidence=0.7, seconds=0.2),
    row("5", C, C, "name", quotes_evidence=True, names_wrong=False, confidence=0.6, seconds=0.2),
    row("6", C, S, "name", confidence=0.4, seconds=0.2),
    row("7", C, N, "name", names_wrong=True, confidence=0.3, seconds=0.2),
    row("8", N, N, "near", confidence=0.5, seconds=0.2),
)


def test_figures_by_hand() -> None:
    found = {m.key: m.figure(ROWS, 1) for m in measures(ROWS)}
    assert {key: (figure.n, round(figure.value, 3)) for key, figure in found.items()} == {
        "accuracy": (8, 0.625),
        "macro accuracy": (8, round((2 / 3 + 1 / 2 + 1) / 3, 3)),
        "contradicted called supported": (4, 0.25),
        "not in sources called supported": (1, 0.0),
        "right quote": (4, 0.75),
        "right difference": (2, 0.5),
        "confidence": (8, 0.55),
        "AUROC, right": (8, 1.0),
        "calibration error": (8, 0.3),
        "seconds, median": (8, 0.2),
        "supported: g": (3, round(2 / 3, 3)),
        "contradicted: date": (1, 1.0),
        "contradicted: name": (3, round(1 / 3, 3)),
        "not_in_sources: near": (1, 1.0),
    }


def test_confusion_by_hand() -> None:
    table = confusion("me", ROWS)
    assert (table.title, table.header) == (
        "True verdict, and given by me",
        ("", "supported", "contradicted", "not in sources"),
    )
    assert table.rows == (
        ("supported", "2", "0", "1"),
        ("contradicted", "1", "2", "1"),
        ("not in sources", "0", "0", "1"),
    )


def test_two_checkers_side_by_side() -> None:
    many = [row(str(n), S, S, confidence=0.5) for n in range(40)]
    other = [row(str(n), S, N) for n in range(40)]
    table = compared("title", [("one", many), ("two", other)], seed=1, main=True)
    lines = {line[0]: line[1:] for line in table.rows}
    assert lines["right verdict, %"] == ("40", "100 [100–100]", "0 [0–0] *")
    assert lines["contradicted, called supported, %"] == ("0", "–", "–  ")
    assert "stated confidence, mean, %" not in lines


@pytest.mark.parametrize(
    ("cosines", "verdicts", "lower", "upper"),
    [
        ([0.0, 0.5, 1.0], [N, C, S], 0.25, 0.75),
        ([1.0, 0.0, 0.5], [S, N, C], 0.25, 0.75),
        ([0.0, 1.0], [N, S], 0.5, 0.5),
        ([0.0, 1.0], [S, S], float("-inf"), float("-inf")),
        ([0.0, 1.0], [N, N], float("inf"), float("inf")),
        ([0.0, 1.0], [C, C], float("-inf"), float("inf")),
        ([0.5, 0.5, 0.5, 1.0], [N, N, S, S], 0.75, 0.75),  # no cut between equal ones
        ([0.0, 0.25, 0.5, 0.75, 1.0], [N, C, N, C, S], 0.125, 0.875),  # of two as good the lower
    ],
)
def test_thresholds_are_fitted(cosines: list[float], verdicts: list[Verdict], lower: float, upper: float) -> None:
    assert fit(cosines, verdicts) == Thresholds(lower, upper)


@pytest.mark.parametrize("seed", range(5))
def test_no_other_thresholds_do_better(seed: int) -> None:
    chance = random.Random(seed)
    cosines = [chance.randrange(8) / 8 for _ in range(20)]
    verdicts = [chance.choice([S, C, N]) for _ in cosines]

    def right(limits: Thresholds) -> int:
        return sum(limits.verdict(c) is v for c, v in zip(cosines, verdicts, strict=True))

    cuts = [n / 16 for n in range(-1, 18, 2)]
    assert right(fit(cosines, verdicts)) == max(right(Thresholds(a, b)) for a in cuts for b in cuts if a <= b)


def test_the_baseline_judges_by_its_thresholds() -> None:
    here = Place("a", Span(0, 9))
    trial = Trial("1", "a claim", S, "g", (here,))
    likest = [Likest(cosine, here) for cosine in (0.7, 0.69, 0.4, 0.39)]
    rows = judged([trial] * 4, likest, Thresholds(0.4, 0.7))
    assert [one.given for one in rows] == [S, C, C, N]
    assert rows[0] == row("1", S, S, quotes_evidence=True)


# --------------------------------------------------------------------------------------------- questions to statements

VERBS = Verbs(
    [
        "The miller founded, married, painted, buried, planted, moved, lived, opened, teamed, crossed the"
        " name of the capital town river mill live house houses move open plant paint bury marry team cross"
        " people ships harbour bridge year painter queen king called known as kept sheep percentage population duke how"
        " many there are did does do what in who was is were when where which up with storm caused cause largest port"
        " market held be seen can from old first built born whom by city town have build found to"
    ]
)


@pytest.mark.parametrize(
    ("question", "answer", "behind", "made", "denied"),
    [
        ("Who founded the town of Elm?", "Ada Reed", "", "Ada Reed founded the town of Elm.",
         "Ada Reed did not found the town of Elm."),
        ("Who was the first king of Elm?", "Ada Reed", "", "Ada Reed was the first king of Elm.",
         "Ada Reed was not the first king of Elm."),
        ("What caused the storm in Elm?", "cold air", "", "Cold air caused the storm in Elm.",
         "Cold air did not cause the storm in Elm."),
        ("What can be seen from Elm?", "the mill", "", "The mill can be seen from Elm.",
         "The mill cannot be seen from Elm."),
        ("Which city founded the port of Elm?", "Oakham", "", "Oakham founded the port of Elm.",
         "Oakham did not found the port of Elm."),
        ("What is the capital of Elm?", "Oakham", "", "The capital of Elm is Oakham.",
         "The capital of Elm is not Oakham."),
        ("What was Elm's population in 1900?", "3,000", "", "Elm's population in 1900 was 3,000.",
         "Elm's population in 1900 was not 3,000."),
        ("What is the river in Elm called?", "Ash", "", "The river in Elm is called Ash.",
         "The river in Elm is not called Ash."),
        ("In what year did Ada Reed move?", "1873", "", "Ada Reed moved in 1873.", "Ada Reed did not move in 1873."),
        ("When was the mill in Elm built?", "May 3, 1873", "", "The mill in Elm was built on May 3, 1873.",
         "The mill in Elm was not built on May 3, 1873."),
        ("When was the mill first opened?", "17th century", "", "The mill was first opened in the 17th century.",
         "The mill was not first opened in the 17th century."),
        ("What year did the mill open?", "the 1890s", "", "The mill opened in the 1890s.",
         "The mill did not open in the 1890s."),
        ("Where was Ada Reed born?", "Elm", "at", "Ada Reed was born at Elm.", "Ada Reed was not born at Elm."),
        ("Where did Ada Reed move to?", "Elm", "", "Ada Reed moved to Elm.", "Ada Reed did not move to Elm."),
        ("How many people live in Elm?", "3,000", "", "3,000 people live in Elm.", ""),
        ("How many ships did the harbour of Elm have?", "nine ships", "", "The harbour of Elm had nine ships.",
         "The harbour of Elm did not have nine ships."),
        ("How many ships did Ada Reed build in Elm?", "nine", "", "Ada Reed built nine ships in Elm.",
         "Ada Reed did not build nine ships in Elm."),
        ("What percentage of people in Elm lived by the harbour?", "40%", "",
         "40% of people in Elm lived by the harbour.", ""),
        ("Who did Ada Reed marry in Elm?", "Tom Hay", "", "Ada Reed married Tom Hay in Elm.",
         "Ada Reed did not marry Tom Hay in Elm."),
        ("Who did Ada Reed team up with in Elm?", "Tom Hay", "", "Ada Reed teamed up with Tom Hay in Elm.",
         "Ada Reed did not team up with Tom Hay in Elm."),
        ("What does the painter plant in Elm?", "roses", "", "The painter plants roses in Elm.",
         "The painter does not plant roses in Elm."),
        ("By whom was the bridge in Elm painted?", "Tom Hay", "", "The bridge in Elm was painted by Tom Hay.",
         "The bridge in Elm was not painted by Tom Hay."),
        ("In which city was Ada Reed buried?", "Oakham", "", "Ada Reed was buried in Oakham.",
         "Ada Reed was not buried in Oakham."),
        ("The mill in Elm is known as what?", "Old Tom", "", "The mill in Elm is known as Old Tom.",
         "The mill in Elm is not known as Old Tom."),
        ("In 1900, who founded the town of Elm?", "Ada Reed", "", "In 1900, Ada Reed founded the town of Elm.",
         "In 1900, Ada Reed did not found the town of Elm."),
    ],
)  # fmt: skip
def test_a_question_and_its_answer_become_a_statement(
    question: str, answer: str, behind: str, made: str, denied: str
) -> None:
    found = statement(question, answer, VERBS, behind)
    assert found is not None
    assert (found.text, found.denied) == (made, denied)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Why did Ada Reed move?", "a storm"),
        ("How did Ada Reed cross the river?", "by the bridge"),
        ("What did she paint in Elm?", "the mill"),  # who?
        ("Who else founded the town of Elm?", "Ada Reed"),
        ("Who did not move to Elm?", "Ada Reed"),
        ("Who fuonded the town of Elm?", "Ada Reed"),  # a slip
        ("Who founded the town of Elm?", "a storm came and she moved"),  # a clause
        ("Who founded the town of Elm?", "Ada Reed (the elder)"),
        ("Who founded the town of Elm?", "painted"),
        ("When did Ada Reed move?", "after the storm"),  # no date
        ("Where was Ada Reed born?", "Elm"),  # in, at, near?
        ("How many people live in Elm?", "a lot"),
        ("How many people live in Elm?", "3,000 ships"),
        ("What is Ada Reed?", "a painter"),
        ("What did Ada Reed name the old mill?", "Old Tom"),
        ("What type of house was built in Elm?", "old"),
        ("Is Elm the capital?", "Elm"),
    ],
)
def test_what_is_not_read_with_certainty_becomes_nothing(question: str, answer: str) -> None:
    assert statement(question, answer, VERBS) is None


# ------------------------------------------------------------------------------------------------- claims of a file

ELM = (
    "Ada Reed founded the town of Elm in 1873. Tom Hay painted the bridge of Elm in 1902. About 3,000 people live in"
    " Elm. Its harbour had nine ships. Ada Reed was also the first duke of Elm."
)
OAKHAM = "Mary Finch founded the school of Oakham. The school of Oakham was opened in 1950 and has forty pupils."


def qa(name: str, text: str, answer: str, context: str) -> dict[str, Any]:
    answers = [{"text": answer, "answer_start": context.index(answer)}] if answer else []
    return {"id": name, "question": text, "answers": answers, "is_impossible": not answer}


def squad_json() -> dict[str, Any]:
    elm = [
        qa("founder", "Who founded the town of Elm?", "Ada Reed", ELM),
        qa("duke", "Who was the first duke of Elm?", "Ada Reed", ELM),
        qa("painter", "Who painted the bridge of Elm?", "Tom Hay", ELM),
        qa("year", "When was the bridge of Elm painted?", "1902", ELM),
        qa("town", "In what year did Ada Reed found the town of Elm?", "1873", ELM),
        qa("people", "How many people live in Elm?", "3,000", ELM),
        qa("ships", "How many ships did the harbour of Elm have?", "nine", ELM),
        qa("why", "Why did Ada Reed found the town of Elm?", "first duke", ELM),
        qa("market", "When was the duke's school opened in Ashby?", "", ELM),
        qa("turned", "When did Ada Reed leave the town of Elm?", "", ELM),
    ]
    oakham = [
        qa("school", "Who founded the school of Oakham?", "Mary Finch", OAKHAM),
        qa("opened", "When was the school of Oakham opened?", "1950", OAKHAM),
    ]
    articles = [("Elm", ELM, elm), ("Odd", OAKHAM, oakham), ("Oakham", OAKHAM, oakham), ("Odd", ELM, elm)]
    return {"data": [{"title": t, "paragraphs": [{"context": c, "qas": q}]} for t, c, q in articles]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(squad_json()), "utf-8")
    return path


LEXICON = ("school", "opened", "open", "pupils", "found", "founded", "paint", "painted", "leave", "in", "did", "who")


def test_claims_and_their_verdicts(file: Path, tmp_path: Path) -> None:
    elm, _, oakham, _ = parse_squad(file.read_bytes(), file)
    gathered = []
    for name, article in (("elm", elm), ("oakham", oakham)):
        ids = write_sources([article], tmp_path / name)
        documents: dict[str, Document] = {s.id: load(s.path, s) for s in read_catalog(tmp_path / name)}
        lexicon = {*LEXICON, *"when what was many how year have does duke live lived leave market".split()}
        gathered.append(collection([article], ids, documents, lexicon))
    mine, other = gathered
    made = {trial.id: trial for trial in trials(mine, other.facts, random.Random(1))}
    assert {name: (t.verdict, t.group, t.claim, t.wrong) for name, t in made.items() if t.group != "negation"} == {
        "founder-as": (S, "as it is", "Ada Reed founded the town of Elm.", ""),
        "founder-name": (C, "name", "Tom Hay founded the town of Elm.", "Tom Hay"),
        "duke-as": (S, "as it is", "Ada Reed was the first duke of Elm.", ""),
        "duke-name": (C, "name", "Tom Hay was the first duke of Elm.", "Tom Hay"),
        "painter-as": (S, "as it is", "Tom Hay painted the bridge of Elm.", ""),
        "painter-name": (C, "name", "Ada Reed painted the bridge of Elm.", "Ada Reed"),
        "year-as": (S, "as it is", "The bridge of Elm was painted in 1902.", ""),
        "year-date": (C, "date", "The bridge of Elm was painted in 1873.", "1873"),
        "town-as": (S, "as it is", "Ada Reed founded the town of Elm in 1873.", ""),
        "town-date": (C, "date", "Ada Reed founded the town of Elm in 1902.", "1902"),
        "people-as": (S, "as it is", "3,000 people live in Elm.", ""),
        "people-number": (C, "number", "Nine people live in Elm.", "nine"),
        "ships-as": (S, "as it is", "The harbour of Elm had nine ships.", ""),
        "ships-number": (C, "number", "The harbour of Elm had 3,000 ships.", "3,000"),
        "market-near": (N, "near miss", "The duke's school was opened in Ashby in 1873.", ""),
        "school-other": (N, "another subject", "Mary Finch founded the school of Oakham.", ""),
        "opened-other": (N, "another subject", "The school of Oakham was opened in 1950.", ""),
    }
    denied = made["year-negation"]
    assert (denied.verdict, denied.claim) == (C, "The bridge of Elm was not painted in 1902.")
    (place,) = denied.evidence
    assert mine.documents[place.source_id].text[place.span.start : place.span.end] == "1902"


def test_what_is_drawn_is_a_third_of_each_verdict() -> None:
    pool = [
        *(Trial(f"s{n}", "x", S, "as it is") for n in range(9)),
        *(Trial(f"d{n}", "x", C, "date") for n in range(9)),
        *(Trial(f"n{n}", "x", C, "name") for n in range(1)),
        *(Trial(f"m{n}", "x", N, "near miss") for n in range(2)),
    ]
    got = drawn(pool, 12, random.Random(1))
    assert [sum(t.id[0] == letter for t in got) for letter in "sdnm"] == [4, 3, 1, 2]
    assert got == tuple(trial for trial in pool if trial in got)
    assert got == drawn(pool, 12, random.Random(1)) != drawn(pool, 12, random.Random(2))
    assert drawn(pool, 99, random.Random(1)) == tuple(pool)


# ---------------------------------------------------------------------------------------------------------- the command


def test_a_file_is_checked_end_to_end(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], embedder: Embedder
) -> None:
    settings = Settings.read({"TUTOR_HOME": str(tmp_path / "home")})
    out = tmp_path / "figures.json"
    argv = ["--squad", str(file), "--squad-split", "tune", "--wrong", "--json", str(out)]
    assert check.main(argv, settings=settings, commit=lambda: "abc") == 0
    printed = capsys.readouterr().out
    assert "squad.json, tune: " in printed
    assert "True verdict, and given by similarity" in printed
    assert "fitted on these same claims." in printed
    record = json.loads(out.read_text("utf-8"))
    assert (record["commit"], [system["name"] for system in record["systems"]]) == ("abc", ["checker", "similarity"])
    rows = {one["id"]: one for one in record["systems"][0]["rows"]}
    assert (rows["founder-as"]["given"], rows["founder-as"]["quotes_evidence"]) == ("supported", True)
    assert rows["town-date"]["given"] == "contradicted"
    assert rows["school-other"]["given"] == "not_in_sources"
    assert "Ada Reed" not in out.read_text("utf-8")


def test_thresholds_come_from_the_other_articles(file: Path, tmp_path: Path, embedder: Embedder) -> None:
    settings = Settings.read({"TUTOR_HOME": str(tmp_path / "home")})

    def outcome(part: Part, fitted: Path | None = None) -> Outcome:
        def nobody(found: Any, checker: Any) -> tuple[Row, ...]:
            return tuple(Row(t.id, t.claim, t.group, t.verdict, N) for t in found)

        return squad_outcome(Request(file, part, claims=12, fitted=fitted), nobody, settings, embedder)

    tuned, reported, every = outcome(Part.TUNE), outcome(Part.REPORT), outcome(Part.ALL, file)
    assert reported.thresholds == every.thresholds == tuned.thresholds
    assert (tuned.fitted, reported.fitted) == ("these same claims", f"{len(tuned.checker)} claims of squad.json, tune")
    assert [one.id for one in tuned.checker] == [one.id for one in tuned.similarity]


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--wrong"], "totals only"),
        (["--squad", "FILE", "--wrong"], "--squad-split tune"),
        (["--squad", "FILE", "--squad-split", "all"], "--fit-on FILE"),
        (["--squad", "nowhere.json"], "nowhere.json cannot be read"),
        (["--json", "no/such/folder.json"], "there is no such folder"),
    ],
)
def test_a_mistake_is_one_line(argv: list[str], says: str, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", *(str(file) if word == "FILE" else word for word in argv)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line


def test_a_file_without_a_statement_is_an_error(tmp_path: Path, embedder: Embedder) -> None:
    path = tmp_path / "dull.json"
    why = qa("why", "Why did it rain?", "rain", "There was rain.")
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": "There was rain.", "qas": [why]}]}]}), "utf-8")
    settings = Settings.read({"TUTOR_HOME": str(tmp_path / "home")})
    with pytest.raises(SquadError, match="no question of it becomes a claim"):
        squad_outcome(Request(path, Part.TUNE), lambda found, checker: (), settings, embedder)


def test_the_claims_of_a_half_have_their_places(documents: dict[str, Document]) -> None:
    found = check.dataset_trials("dev", documents)
    counted: dict[tuple[str, str], int] = {}
    for trial in found:
        counted[trial.verdict, trial.group] = counted.get((trial.verdict, trial.group), 0) + 1
    assert counted == {
        (S, "in other words"): 110,
        (C, "number"): 22,
        (C, "date"): 22,
        (C, "name"): 22,
        (C, "negation"): 22,
        (N, "near miss"): 23,
        (N, "nothing near"): 19,
    }
    assert all(bool(trial.evidence) is (trial.verdict is not N) for trial in found)
