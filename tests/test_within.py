"""Asking within a collection: nothing of another source gets into an answer, a verdict or a list of conflicts."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from app.answer import Refusal, Turn
from app.build import build_library, build_store
from app.check.checker import Checker
from app.check.verdict import Verdict
from app.cli import main
from app.library import Collected, LibraryError
from app.settings import Settings
from app.sources import remove_sources
from app.tutor import Tutor
from app.within import Scope, scope
from vectorstore.embedding import Embedder
from vectorstore.selection import Selection

UZBEKISTAN = "How many Koreans were settled in Uzbekistan as of November 15, 1938?"
SIGNED = "Who signed the resolution on the deportation?"
OFFICES = "What positions did Soviet Koreans hold in North Korea?"

Capture = pytest.CaptureFixture[str]


def sources(tutor: Tutor, question: str, *history: Turn) -> set[str]:
    """The sources of all that an answer has: citations and passages."""
    answer = tutor.ask(question, history)
    return {c.source_id for c in answer.citations} | {hit.passage.source_id for hit in answer.passages}


# -- a selection of a store ------------------------------------------------------------------------------------------


def test_a_selection_has_only_its_documents(indexed: Settings, embedder: Embedder) -> None:
    store = build_store(indexed, embedder)
    loc, none = Selection(store, {"loc", "gone"}), Selection(store, {"gone"})
    (vector,) = embedder.embed(["the deportation of Koreans"])
    assert (list(store.records), list(loc.records), list(none.records)) == (["kim2026", "loc"], ["loc"], [])
    for k in (5, 500):
        for found in (
            loc.nearest_passages(vector, k),
            loc.nearest_sentences(vector, k),
            *loc.nearest_to_each(np.asarray([vector]), k)[0],
        ):
            assert {name.partition(":")[0] for name in found} == {"loc"}
    assert (none.nearest_passages(vector, 5), none.nearest_sentences(vector, 5)) == ({}, {})
    assert loc.nearest_passages(vector, 5, ["kim2026"]) == {}
    assert len({store.seen, loc.seen, none.seen}) == 3
    assert (loc.seen, none.seen) == (loc.generation(), none.generation())


# -- a tutor within --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [UZBEKISTAN, SIGNED, OFFICES, "What is this about?", "xyzzy", "What reasons?"])
def test_nothing_of_another_source_is_in_an_answer(tutor: Tutor, question: str) -> None:
    for one in ("kim2026", "loc"):
        assert sources(tutor.within("C", {one}), question) <= {one}


def test_an_answer_says_what_it_was_asked_within(tutor: Tutor) -> None:
    answer = tutor.within("Paper", {"kim2026", "gone"}).ask(SIGNED)
    assert "Molotov" in answer.text
    assert answer.notes[-1] == "Asked within “Paper”, 1 source."
    assert tutor.within("Web", {"loc"}).ask(UZBEKISTAN).text.find("74,") == -1


def test_a_follow_up_on_an_answer_from_outside(tutor: Tutor) -> None:
    inside = tutor.within("Web", {"loc"})
    before = tutor.ask("What are the five secondary reasons for the deportation?")
    assert {c.source_id for c in before.citations} == {"kim2026"}
    for question in ("And the third one?", "And after that?", "Why?", "When was it signed?"):
        assert sources(inside, question, Turn(before.question, before)) <= {"loc"}


def test_conflicts_are_those_inside(tutor: Tutor) -> None:
    everything = tutor.conflicts()
    assert {place.source_id for one in everything for place in one.places} == {"kim2026"}
    assert tutor.within("Paper", {"kim2026"}).conflicts() == everything
    assert tutor.within("Web", {"loc"}).conflicts() == ()
    assert tutor.within("Web", {"loc"}).conflicts_at("kim2026", everything[0].places[0].span) == ()


def test_a_claim_is_checked_against_what_is_inside(tutor: Tutor) -> None:
    claim = "A total of 124 echelons of Koreans were deported."
    assert Checker(tutor.within("Paper", {"kim2026"})).check(claim).verdict is Verdict.SUPPORTED
    judged = Checker(tutor.within("Web", {"loc"})).check(claim)
    assert judged.verdict is Verdict.NOT_IN_SOURCES
    assert {citation.source_id for citation in judged.citations} <= {"loc"}


def test_an_empty_collection_answers_nothing(tutor: Tutor) -> None:
    answer = tutor.within("Empty", ()).ask(SIGNED)
    assert (answer.refusal, answer.reason) == (
        Refusal.NO_SOURCES,
        "There are no sources in “Empty”. Put some into it, or ask all.",
    )
    assert tutor.within("Empty", ()).conflicts() == ()


def test_the_same_tutor_is_kept_and_only_some(tutor: Tutor) -> None:
    first = tutor.within("Web", {"loc"})
    assert tutor.within("Web", ["loc", "loc"]) is first
    for n in range(8):
        tutor.within(f"Other {n}", {"loc"})
    assert tutor.within("Web", {"loc"}) is not first


def test_it_follows_the_index(home: Path, embedder: Embedder) -> None:
    settings = Settings.read(os.environ)
    whole = Tutor(build_store(settings, embedder), embedder)
    inside = whole.within("Both", {"kim2026", "loc"})
    assert "loc" in sources(inside, OFFICES)
    before = whole.ask(OFFICES)
    remove_sources(settings, embedder, ["loc"])
    assert sources(inside, OFFICES) <= {"kim2026"}
    assert inside.ask(SIGNED).notes[-1] == "Asked within “Both”, 1 source."
    for question in ("And after that?", "The second one?"):  # what it follows is no longer there
        assert sources(whole, question, Turn(OFFICES, before)) <= {"kim2026"}


# -- collections -----------------------------------------------------------------------------------------------------


def test_collections_are_kept(home: Path) -> None:
    settings = Settings.read(os.environ)
    library = build_library(settings)
    assert library.collections() == ()
    web = library.make_collection("  The\nWeb ", ["loc", "loc", "gone"])
    paper = library.make_collection("papers", ["kim2026"])
    assert library.collections() == (
        Collected(paper, "papers", frozenset({"kim2026"})),
        Collected(web, "The Web", frozenset({"loc", "gone"})),
    )
    library.change_collection(web, "Web pages", ["loc"])
    assert library.collections()[1] == Collected(web, "Web pages", frozenset({"loc"}))
    library.delete_collection(paper)
    assert [one.name for one in library.collections()] == ["Web pages"]
    again = library.make_collection("papers", [])
    assert again not in (web, paper)


def test_names_of_collections(home: Path) -> None:
    library = build_library(Settings.read(os.environ))
    first = library.make_collection("Papers", [])
    second = library.make_collection("Web", [])
    for name in ("papers", " PAPERS "):
        with pytest.raises(LibraryError, match=r"There is a collection '.*' already\. Type another name\."):
            library.make_collection(name, [])
    with pytest.raises(LibraryError, match="already"):
        library.change_collection(second, "papers", [])
    with pytest.raises(LibraryError, match="a letter or a digit"):
        library.make_collection(" ? ", [])
    library.change_collection(first, "PAPERS", ["loc"])
    with pytest.raises(LibraryError, match="no longer there"):
        library.change_collection(99, "New", [])


def test_a_removed_source_is_taken_out(home: Path, embedder: Embedder) -> None:
    settings = Settings.read(os.environ)
    library = build_library(settings)
    library.make_collection("All", ["kim2026", "loc"])
    remove_sources(settings, embedder, ["loc"])
    assert library.collections()[0].sources == {"kim2026"}


def test_what_is_named(home: Path) -> None:
    settings = Settings.read(os.environ)
    known = ["kim2026", "loc"]
    assert scope(settings, " LOC ", known) == Scope("loc", frozenset({"loc"}))
    assert not (home / "tutor.sqlite3").exists()
    number = build_library(settings).make_collection("Papers", ["kim2026"])
    assert scope(settings, "papers", known) == scope(settings, str(number), known)
    assert scope(settings, "papers", known) == Scope("Papers", frozenset({"kim2026"}))
    build_library(settings).make_collection("loc", ["kim2026"])  # a name goes before an id
    assert scope(settings, "loc", known) == Scope("loc", frozenset({"kim2026"}))
    with pytest.raises(LibraryError) as raised:
        scope(settings, "paper", known)
    assert str(raised.value) == (
        "There is no collection and no source 'paper'. Did you mean Papers? All of them: tutor sources"
    )


# -- the command line ------------------------------------------------------------------------------------------------


def run(capsys: Capture, *arguments: str | Path) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_ask_within(capsys: Capture, home: Path) -> None:
    build_library(Settings.read(os.environ)).make_collection("Web pages", ["loc"])
    row = json.loads(run(capsys, "ask", SIGNED, "--within", "web pages", "--json")[1])
    assert {one["source"] for one in (*row["citations"], *row["passages"])} == {"loc"}
    row = json.loads(run(capsys, "ask", SIGNED, "--within", "kim2026", "--json")[1])
    assert {one["source"] for one in (*row["citations"], *row["passages"])} == {"kim2026"}
    line = "tutor: There is no collection and no source 'locc'. Did you mean loc? All of them: tutor sources\n"
    assert run(capsys, "ask", SIGNED, "--within", "locc") == (2, "", line)


def test_batch_within(capsys: Capture, home: Path, tmp_path: Path) -> None:
    build_library(Settings.read(os.environ)).make_collection("Web", ["loc"])
    questions, out = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    rows = [{"within": "web"}, {"within": "kim2026"}, {}, {"within": "nowhere"}, {"within": 3}]
    questions.write_text("".join(json.dumps({"id": n, "question": SIGNED} | row) + "\n" for n, row in enumerate(rows)))
    status, _, err = run(capsys, "batch", questions, "--out", out)
    assert status == 1
    assert err.splitlines()[:2] == [
        f"tutor: {questions}, line 4: There is no collection and no source 'nowhere'. The list is: tutor sources. "
        "Left out.",
        f'tutor: {questions}, line 5: "within" must be a string. Left out.',
    ]
    answers = [json.loads(line) for line in out.read_text().splitlines()]
    found = [{one["source"] for one in (*row["citations"], *row["passages"])} for row in answers]
    assert found[:2] == [{"loc"}, {"kim2026"}]
    assert "kim2026" in found[2]
