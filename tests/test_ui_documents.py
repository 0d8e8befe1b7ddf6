"""Documents on the Sources page without a browser: jobs one after another, what is told of them, and the page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.documents import Outcome, Result, Work
from app.settings import Settings
from app.ui.documents import results_html, short
from app.ui.documents_job import Done, Job, Jobs, Standing
from ingest.errors import SourceError
from ingest.pipeline import Progress
from vectorstore.embedding import Embedder

ONE = Done((Result("a.md", Outcome.ADDED),))


class Text(HTMLParser):
    """The text of HTML and the tags that it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


# -- jobs ------------------------------------------------------------------------------------------------------------


def run(job: Job, settings: Settings, embedder: Embedder) -> Standing:
    job.run(lambda progress, waiting: Work(settings, embedder, progress, waiting))
    return job.standing


def test_a_job_tells_how_far_it_is(indexed: Settings, embedder: Embedder) -> None:
    seen: list[Standing] = []

    def action(work: Work) -> Done:
        seen.append(job.standing)
        work.waiting()
        seen.append(job.standing)
        work.progress(Progress(1, 4, "a.md"))
        seen.append(job.standing)
        return ONE

    job = Job("Adding a.md", action)
    assert job.standing == Standing("waiting its turn")
    assert run(job, indexed, embedder) == Standing("reading a.md", 1.0, ONE)
    assert seen == [
        Standing("getting ready"),
        Standing("waiting for another process that writes"),
        Standing("reading a.md", 0.25),
    ]
    assert (seen[0].over, job.wait(0).over) == (False, True)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (SourceError("a.md is gone."), "a.md is gone."),
        (ZeroDivisionError("secret"), "Something went wrong here that should not have; the server's log says what."),
    ],
)
def test_what_goes_wrong_is_a_line(indexed: Settings, embedder: Embedder, error: Exception, fault: str) -> None:
    def action(work: Work) -> Done:
        raise error

    standing = run(Job("Adding a.md", action), indexed, embedder)
    assert (standing.done, standing.fault, standing.over) == (None, fault, True)


def test_jobs_are_done_one_after_another(home: Path, embedder: Embedder) -> None:
    log: list[str] = []
    go = threading.Event()

    def first(work: Work) -> Done:
        assert go.wait(30)
        log.append("first")
        raise SourceError("no")

    def second(work: Work) -> Done:
        log.append("second")
        assert work.settings.home == home
        return ONE

    jobs = Jobs()
    asked = [jobs.ask("1", first), jobs.ask("2", second)]
    assert not asked[1].standing.over
    go.set()
    assert [job.wait(60).over for job in asked] == [True, True]
    assert log == ["first", "second"]
    assert asked[1].standing.done == ONE


# -- what is told ----------------------------------------------------------------------------------------------------


def test_results_are_words_and_whatever_is_in_them_is_text() -> None:
    html = results_html(
        [
            Result("a.md", Outcome.ADDED),
            Result("<b>.md", Outcome.REPLACED),
            Result("c.md", Outcome.UNCHANGED, "Its content is there already: <script>alert(1)</script>"),
            Result("d\x00.exe", Outcome.REFUSED, "d.exe is of no known format"),
        ]
    )
    found = Text(html)
    assert found.tags == {"ul", "li", "b", "span"}
    assert found.text == (
        "Added a.mdReplaced <b>.mdUnchanged c.mdIts content is there already: <script>alert(1)</script>"
        "Refused d .exed.exe is of no known format"
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a.md", "a.md"), ("a\n\tb.md", "a b.md"), ("x" * 100 + ".markdown", "x" * 40 + "…" + "x" * 6 + ".markdown")],
)
def test_long_names_are_shortened(name: str, shown: str) -> None:
    assert short(name) == shown


# -- the page --------------------------------------------------------------------------------------------------------

PAGE = "from app.ui import sources\nsources.page()"


@pytest.fixture
def page(home: Path) -> Iterator[AppTest]:
    st.cache_resource.clear()
    from app.ui.state import loading

    made = AppTest.from_string(PAGE, default_timeout=60)
    made.run()
    loading().future.exception(timeout=60)
    yield made.run()
    st.cache_resource.clear()


def over(page: AppTest) -> AppTest:
    """The page once all that was asked for is done."""
    for job in page.session_state["documents_jobs"]:
        assert job.wait(60).over
    return page.run()


def shown(page: AppTest) -> str:
    bodies = [html.proto.body for html in page.get("html") if "<style>" not in html.proto.body]
    return " ".join(" ".join(Text(body).text.split()) for body in bodies)


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_a_document_is_added_renamed_removed_and_put_back(page: AppTest) -> None:
    page.file_uploader[0].upload(
        "zeppelin.md", b"# Air\n\nThe zeppelin landed in Tashkent at noon.\n", "text/markdown"
    ).run()
    page = over(page)
    assert "Added zeppelin.md" in shown(page)
    page.button(key="more-2").click().run()
    page.text_input(key="document-named-zeppelin").set_value("On <airships>")
    next(button for button in page.button if button.label == "Rename").click().run()
    page = over(page)
    assert "On <airships>" in shown(page)
    page.button(key="more-2").click().run()
    page.button(key="document-remove").click().run()
    assert "Its file is kept for an hour, so that you can undo this." in shown(page)
    page.button(key="document-really").click().run()
    page = over(page)
    assert "Removed: On <airships>. It is gone from answers." in shown(page)
    next(button for button in page.button if button.label == "Undo").click().run()
    page = over(page)
    assert "Putting back On <airships>: done." in shown(page)
    assert not page.exception


def test_a_bundled_source_can_be_put_back(page: AppTest) -> None:
    page.button(key="more-1").click().run()
    page.button(key="document-remove").click().run()
    page.button(key="document-keep").click().run()
    page.button(key="document-remove").click().run()
    assert "It can be put back from below the list." in shown(page)
    page.button(key="document-really").click().run()
    page = over(page)
    assert "Removed: loc.txt, which came with the tutor." in shown(page)
    page.button(key="put-back-0").click().run()
    page = over(page)
    assert labels(page).count("Read") == 2
    assert "which came with the tutor" not in shown(page)
    assert not page.exception


# -- collections -----------------------------------------------------------------------------------------------------


def made(home: Path) -> list[tuple[str, frozenset[str]]]:
    from app.library import Library

    return [(one.name, one.sources) for one in Library.open(home / "tutor.sqlite3").collections()]


def press(page: AppTest, label: str) -> AppTest:
    """Press the button of a label."""
    return next(button for button in page.button if button.label == label).click().run()


def test_a_collection_is_made_changed_and_deleted(page: AppTest, home: Path) -> None:
    press(page, "New collection")
    page.text_input(key="collection-name-new").set_value("Web <b>pages</b>")
    page.checkbox(key="collection-has-new-loc").set_value(True)
    press(page, "Save")
    assert made(home) == [("Web <b>pages</b>", frozenset({"loc"}))]
    assert "Web <b>pages</b>Soviet Korean Biographies" in shown(page)
    press(page, "New collection")
    page.text_input(key="collection-name-new").set_value("WEB <b>pages</b>")
    press(page, "Save")
    assert "There is a collection 'WEB <b>pages</b>' already. Type another name." in shown(page)
    press(page, "Change")
    page.text_input(key="collection-name-1").set_value("Both")
    page.checkbox(key="collection-has-1-kim2026").set_value(True)
    press(page, "Save")
    assert made(home) == [("Both", frozenset({"kim2026", "loc"}))]
    press(page, "Change")
    press(page, "Delete…")
    assert "Delete the collection “Both”? Its sources stay." in shown(page)
    press(page, "Delete it")
    assert made(home) == []
    assert not page.exception


MAIN = str(Path(__file__).resolve().parent.parent / "app" / "ui" / "main.py")


def test_the_chat_asks_within_what_is_chosen(page: AppTest, home: Path) -> None:
    from app.library import Library

    library = Library.open(home / "tutor.sqlite3")
    number = library.make_collection("Web", ["loc"])
    chat = AppTest.from_file(MAIN, default_timeout=60).run()
    assert ([one.value for one in chat.exception], [one.value for one in chat.error]) == ([], [])
    (choice,) = [box for box in chat.selectbox if box.label == "Ask within"]
    assert (choice.options, choice.value) == (["All sources", "Web (1)"], 0)
    for chosen, sources in ((number, {"loc"}), (0, {"kim2026"})):
        next(box for box in chat.selectbox if box.label == "Ask within").set_value(chosen).run()
        chat.chat_input[0].set_value("Who signed the resolution on the deportation?").run()
        last = chat.session_state["conversation"][-1]
        assert {citation.source_id for citation in last.answer.citations} == sources
        assert last.collection == (chosen or None)
    next(box for box in chat.selectbox if box.label == "Ask within").set_value(number).run()
    library.delete_collection(number)
    chat.run()
    assert [box for box in chat.selectbox if box.label == "Ask within"] == []
    chat.chat_input[0].set_value("Who signed the resolution on the deportation?").run()
    assert chat.session_state["conversation"][-1].collection is None
    assert not chat.exception
