"""`python -m evals squad`: files read, indexed by the product with words as vectors, asked, and marked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.answer import Answer, Citation, Refusal, Sentence
from app.settings import Settings
from evals import squad
from evals.__main__ import main
from evals.cases import Place
from evals.fit import Asked as FitAsked
from evals.fit import read_articles
from evals.metrics import Outcome
from evals.squad_file import Article, Gold, Paragraph, Question, SquadError, parse_squad, read_squad
from evals.squad_index import Asked, draw, located, write_sources
from evals.squad_marks import MEASURES, Row, ask_all, failed, figures, notes, score, table
from ingest.catalog import read_catalog
from ingest.documents import Document, Section, Source, Span
from ingest.loaders import load
from vectorstore.embedding import WordEmbedder

Json = dict[str, Any]

BEES = "Anna keeps bees.  They are black, and the bees give honey."
SALT = "Boris sells salt in Moscow."
DOORS = "Clara paints old doors.\nThe doors are red."
EMBEDDER = WordEmbedder(["anna", "bees", "boris", "salt", "clara", "doors", "black", "honey", "moscow", "red"])


def qa(text: str, answer: str = "", start: int = -1, context: str = "", **more: Any) -> Json:
    answers = [{"text": answer, "answer_start": context.find(answer) if start < 0 else start}] if answer else []
    return {"question": text, "answers": answers, **more}


def squad_json() -> Json:
    return {
        "version": "v2.0",
        "data": [
            {
                "title": "Town",
                "paragraphs": [
                    {
                        "context": BEES,
                        "qas": [
                            qa("What does Anna keep?", "bees", context=BEES, id="anna", is_impossible=False),
                            qa("Who sells bees?", id="nobody", is_impossible=True),
                        ],
                    },
                    {"context": SALT, "qas": [qa("Where does Boris sell salt?", "Moscow", context=SALT, id="boris")]},
                ],
            },
            {
                "title": "Farm",
                "paragraphs": [
                    {"context": DOORS, "qas": [qa("What does Clara paint?", "old doors", context=DOORS, id="clara")]}
                ],
            },
        ],
    }


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), "utf-8")
    return path


def only(**fields: Any) -> Json:
    """A file of one question, some of whose fields are other ones."""
    question = {**qa("What does Anna keep?", "bees", context=BEES), **fields}
    return {"data": [{"paragraphs": [{"context": BEES, "qas": [question]}]}]}


# ----------------------------------------------------------------- the file


def test_both_versions_of_the_format_are_read(tmp_path: Path) -> None:
    articles = read_squad(write(tmp_path / "squad2.json", squad_json()))
    assert articles[0] == Article(
        "Town",
        (
            Paragraph(
                BEES,
                (
                    Question("anna", "What does Anna keep?", (Gold("bees", 11, 15),)),
                    Question("nobody", "Who sells bees?"),
                ),
            ),
            Paragraph(SALT, (Question("boris", "Where does Boris sell salt?", (Gold("Moscow", 20, 26),)),)),
        ),
    )
    (article,) = read_squad(write(tmp_path / "squad1.json", only()))  # no title, no id, no is_impossible
    (question,) = article.paragraphs[0].questions
    assert (article.title, question.id, question.answerable, question.accepted) == (
        "",
        "data[0].paragraphs[0].qas[0]",
        True,
        ("bees",),
    )


@pytest.mark.parametrize(("start", "found"), [(11, 11), (0, 11), (30, 42), (99, 42), (-7, 11)])
def test_an_answer_is_where_its_words_stand_nearest_to_its_offset(tmp_path: Path, start: int, found: int) -> None:
    path = write(tmp_path / "squad.json", only(answers=[{"text": "bees", "answer_start": start}]))
    (gold,) = read_squad(path)[0].paragraphs[0].questions[0].answers
    assert (gold, BEES[gold.start : gold.end]) == (Gold("bees", found, found + 4), "bees")


def test_answers_of_an_impossible_question_do_not_count(tmp_path: Path) -> None:
    path = write(tmp_path / "squad.json", only(is_impossible=True))
    assert not read_squad(path)[0].paragraphs[0].questions[0].answerable


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not JSON: Expecting value at line 1."),
        (b'{"data": "\xff"}', "is not JSON."),
        (b"[1, 2]", "is no SQuAD-format file: it is not an object."),
        (b"{}", "is no SQuAD-format file: data is missing."),
        (b'{"data": {}}', "is no SQuAD-format file: data is not a list."),
        (b'{"data": []}', "holds no question."),
        (b'{"data": [{"paragraphs": [7]}]}', "is no SQuAD-format file: data[0].paragraphs[0] is not an object."),
        (only(question=None), "data[0].paragraphs[0].qas[0].question is not a string."),
        (
            only(answers=[{"text": "bees", "answer_start": "1"}]),
            "qas[0].answers[0].answer_start is not a whole number.",
        ),
        (only(answers=[{"text": "wasps", "answer_start": 1}]), "'wasps' does not stand in its paragraph."),
        (only(answers=[{"text": " ", "answer_start": 1}]), "qas[0].answers[0].text is empty."),
    ],
)
def test_what_is_no_squad_file_is_named(content: bytes | Json, says: str) -> None:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(SquadError) as raised:
        parse_squad(data, Path("squad.json"))
    assert str(raised.value).startswith("squad.json ")
    assert str(raised.value).endswith(f"{says} Name a SQuAD-format JSON file.")


def test_the_fit_reads_the_same_files(tmp_path: Path) -> None:
    town, farm = read_articles(write(tmp_path / "squad.json", squad_json()))
    assert (town.title, town.paragraphs, farm.paragraphs) == (
        "Town",
        (" ".join(BEES.split()), SALT),
        (DOORS.replace("\n", " "),),
    )
    assert town.questions == (
        FitAsked("What does Anna keep?", ("bees",), BEES),
        FitAsked("Who sells bees?", (), BEES),
        FitAsked("Where does Boris sell salt?", ("Moscow",), SALT),
    )


# ---------------------------------------------------------------- the index


def sources(folder: Path, articles: tuple[Article, ...]) -> tuple[list[str], dict[str, Document]]:
    ids = write_sources(articles, folder)
    return ids, {source.id: load(source.path, source) for source in read_catalog(folder)}


def test_answers_are_found_in_the_canonical_texts(tmp_path: Path) -> None:
    articles = (*parse_squad(json.dumps(squad_json()).encode(), Path()), Article("Empty", (Paragraph(" ", ()),)))
    ids, documents = sources(tmp_path, articles)
    assert (ids, list(documents)) == (["squad-0001", "squad-0002", ""], ["squad-0001", "squad-0002"])
    asked = located(articles, ids, documents)
    words = [documents[place.source_id].text[place.span.start : place.span.end] for a in asked for place in a.evidence]
    assert [a.question.id for a in asked] == ["anna", "nobody", "boris", "clara"]
    assert words == ["bees", "Moscow", "old doors"]


def test_an_index_of_another_file_is_noticed(tmp_path: Path) -> None:
    articles = parse_squad(json.dumps(squad_json()).encode(), Path())
    ids, documents = sources(tmp_path, articles)
    documents["squad-0001"] = documents["squad-0002"]
    with pytest.raises(SquadError, match=r"^the index of 'Town' lacks the paragraph 'Anna keeps bees\."):
        located(articles, ids, documents)


def test_questions_are_drawn_by_the_seed_in_the_file_s_proportion_and_order() -> None:
    pool = [Asked(Question(str(n), "?", (Gold("a", 0, 1),) * (n % 4 != 0)), "") for n in range(100)]
    some = draw(pool, 20, seed=1)
    assert (len(some), sum(one.question.answerable for one in some)) == (20, 15)
    assert some == sorted(some, key=lambda one: int(one.question.id))
    assert some == draw(pool, 20, seed=1)
    assert some != draw(pool, 20, seed=2)
    assert draw(pool, None, seed=1) == draw(pool, 100, seed=1) == draw(pool, 999, seed=1) == pool


# ---------------------------------------------------------------- the marks


TOWN = Document(Source("town", "Town", Path("t.txt")), BEES, "0", (), (Section("", 1, Span(0, len(BEES)), None),))
QUESTION = Question("anna", "What does Anna keep?", (Gold("bees", 11, 15), Gold("black bees", 11, 15)))


def asked(*answers: Gold) -> Asked:
    places = tuple(Place("town", Span(gold.start, gold.end)) for gold in answers)
    return Asked(replace(QUESTION, answers=answers), "Town", places)


def said(*spans: Span) -> Answer:
    citations = tuple(Citation(n, "town", "Town", "", s, BEES[s.start : s.end]) for n, s in enumerate(spans, start=1))
    return Answer("?", "?", tuple(Sentence(c.quote, (c.n,)) for c in citations), citations, 0.5)


FIRST, SECOND = Span(0, 16), Span(18, 58)
REFUSED = Answer("?", "?", (), (), 0.1, Refusal.NOT_FOUND, "The sources don't say bees.")


@pytest.mark.parametrize(
    ("asks", "answer", "marks"),  # outcome, cited, said, said first, exact, F1, words
    [
        (asked(*QUESTION.answers), said(FIRST), (Outcome.ANSWERED, True, True, True, False, 0.5, 3)),
        (asked(Gold("Anna", 0, 4)), said(SECOND, FIRST), (Outcome.ANSWERED, True, True, False, False, 0.0, 11)),
        # "they are black and bees give honey" against "black bees": 2 of 7 words and 2 of 2
        (asked(*QUESTION.answers), said(SECOND), (Outcome.ANSWERED, False, True, True, False, pytest.approx(4 / 9), 8)),
        (asked(Gold("honey", 52, 57)), said(FIRST), (Outcome.ANSWERED, False, False, False, False, 0.0, 3)),
        (asked(Gold("Anna keeps bees", 0, 15)), said(FIRST), (Outcome.ANSWERED, True, True, True, True, 1.0, 3)),
        (asked(*QUESTION.answers), REFUSED, (Outcome.FALSE_REFUSAL, False, False, False, False, 0.0, 0)),
        (asked(), REFUSED, (Outcome.REFUSED, False, False, False, True, 1.0, 0)),
        (asked(), said(FIRST), (Outcome.INVENTED, False, False, False, False, 0.0, 3)),
    ],
)
def test_the_marks_of_an_answer(asks: Asked, answer: Answer, marks: tuple[object, ...]) -> None:
    row = score(asks, answer)
    found = (row.outcome, row.cites_answer, row.says_answer, row.says_first, row.exact, row.f1, row.words)
    assert found == marks


class Flaky:
    """A tutor whose second answer misquotes and whose third fails."""

    def __init__(self) -> None:
        misquoted = replace(said(FIRST), citations=(replace(said(FIRST).citations[0], quote="Anna keeps wasps."),))
        self._answers: list[Callable[[], Answer]] = [lambda: said(FIRST), lambda: misquoted, self._fail]

    def ask(self, question: str) -> Answer:
        return self._answers.pop(0)()

    def _fail(self) -> Answer:
        raise RuntimeError("no model: at all")


def test_a_question_that_fails_is_a_row_and_the_others_go_on() -> None:
    seen: list[tuple[int, int]] = []
    ticks = iter(range(9))
    rows = ask_all(
        [asked(*QUESTION.answers), asked(*QUESTION.answers), asked()],
        Flaky(),  # type: ignore[arg-type]
        {"town": TOWN},
        lambda done, total: seen.append((done, total)),
        clock=lambda: next(ticks),
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]
    misquoted = failed(asked(*QUESTION.answers), ValueError("citation 1 is not what 'town' says there"))
    assert rows[1:] == (
        replace(misquoted, seconds=1),
        Row(
            "anna", "Town", QUESTION.text, (), Outcome.INVENTED, 1.0, seconds=1, error="RuntimeError: no model: at all"
        ),
    )
    assert (rows[0].error, rows[0].seconds, misquoted.confidence, misquoted.outcome) == ("", 1, 0.0, Outcome.ANSWERED)
    assert notes(rows).endswith("\ntutor: 2 of 3 questions failed: ValueError (1), RuntimeError (1)")
    cells = {line[0]: line[1:] for line in table("", figures(rows, seed=1)).rows}
    assert cells["seconds an answer, median"][0] == "1"  # the time of a question that failed says nothing


def test_the_figures_are_taken_over_their_own_questions() -> None:
    rows = [
        score(asked(*QUESTION.answers), said(FIRST)),
        score(asked(*QUESTION.answers), REFUSED),
        score(asked(), REFUSED),
        score(asked(), said(FIRST)),
    ]
    values = {figure.measure.key: (figure.n, figure.value) for figure in figures(rows, seed=1)}
    expected = {
        "hit@1": (2, 0),
        "answer cited": (2, 0.5),
        "answer said": (2, 0.5),
        "f1": (2, 0.25),
        "exact": (2, 0),
        "words": (2, 1.5),
        "false refusals": (2, 0.5),
        "refusal recall": (2, 0.5),
        "AUROC, answerable": (4, 0.5),
        "all f1": (4, 0.375),
        "all exact": (4, 0.25),
    }
    assert {key: values[key] for key in expected} == expected
    assert all(figure.interval for figure in figures(rows, seed=1))
    assert [row[0] for row in table("", figures(rows, 1), main=True).rows] == [m.label for m in MEASURES if m.main]


# -------------------------------------------------------------- the command


def test_a_file_is_indexed_asked_and_reported_and_the_second_run_indexes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, record = write(tmp_path / "town.json", squad_json()), tmp_path / "record.json"
    settings = Settings.read({"TUTOR_HOME": str(tmp_path / "home")})
    assert squad.main([str(file), "--json", str(record)], settings, EMBEDDER) == 0
    out, err = capsys.readouterr()
    assert out.startswith("town.json: 4 questions, 3 answerable, over 3 paragraphs\n")
    figures = {line[0]: line for line in (cells.split("  ") for cells in out.splitlines()) if len(line) > 1}
    assert "hit@5, %" in figures
    assert "index: 2 added" in err
    assert err.endswith(f"\ntutor: 4 of 4 questions\nwrote {record}\n")
    written = json.loads(record.read_text("utf-8"))
    assert (written["dataset"], written["questions"], written["answerable"]) == ("town.json", 4, 3)
    (system,) = written["systems"]
    assert [figure["key"] for figure in system["figures"]] == [measure.key for measure in MEASURES]
    rows = {row["id"]: row for row in system["rows"]}
    assert {
        key: (row["hit_at_1"], row["says_answer"], row["error"]) for key, row in rows.items() if row["accepted"]
    } == {
        "anna": (True, True, ""),
        "boris": (True, True, ""),
        "clara": (True, True, ""),
    }

    assert squad.main([str(file), "--limit", "2", "--markdown"], settings, EMBEDDER) == 0
    out, err = capsys.readouterr()
    assert out.startswith("**town.json: 2 questions, ")
    assert "| hit@5, % |" in out
    assert "added" not in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.json"], "none.json cannot be read: No such file or directory. Name a SQuAD-format JSON file."),
        (["."], ". cannot be read: Is a directory. Name a SQuAD-format JSON file."),
        (["no.json"], "no.json is no SQuAD-format file: data is missing. Name a SQuAD-format JSON file."),
        (["town.json", "--limit", "0"], "--limit is 0. Give 1 or more, or leave it out to ask every question."),
        (["town.json", "--limit", "-3"], "--limit is -3. Give 1 or more, or leave it out to ask every question."),
        (
            ["town.json", "--json", "no/folder.json"],
            "no/folder.json: there is no such folder for a file. Make it, or give --json another file.",
        ),
    ],
)
def test_a_mistake_is_one_line_before_any_work(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    write(tmp_path / "town.json", squad_json())
    write(tmp_path / "no.json", {})
    assert main(["squad", *arguments]) == 2
    assert capsys.readouterr() == ("", f"evals: {says}\n")
    assert not (tmp_path / "home").exists()
