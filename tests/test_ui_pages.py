"""The pages without a browser: what they say when there is no tutor or no run, and that faults stay one line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

MAIN = str(Path(__file__).resolve().parent.parent / "app" / "ui" / "main.py")


@pytest.fixture(autouse=True)
def _fresh_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that has not begun to load anything, and its own home."""
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def waited(page: AppTest) -> AppTest:
    """The page once loading has ended, well or not."""
    from app.ui.state import loading

    page.run()
    loading().future.exception(timeout=60)
    return page.run()


def test_a_tutor_that_cannot_be_built_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_MODEL", "no/such-model")
    page = waited(AppTest.from_file(MAIN, default_timeout=60))
    assert not page.exception
    (error,) = page.error
    assert "no/such-model" in error.value.replace("&#47;", "/").replace("&#45;", "-")
    assert "Traceback" not in error.value
    assert [button.label for button in page.button if button.key == "again"] == ["Try again"]


def test_a_broken_setting_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("colour = 'red'", encoding="utf-8")
    page = waited(AppTest.from_file(MAIN, default_timeout=60))
    assert not page.exception
    (error,) = page.error
    assert "colour" in error.value


def test_a_question_asked_in_vain_waits_for_a_tutor(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("colour = 'red'", encoding="utf-8")
    page = waited(AppTest.from_file(MAIN, default_timeout=60))
    page.chat_input[0].set_value("Who left?").run()
    assert not page.exception
    assert len(page.error) == 1
    assert [(e.question, e.pending) for e in page.session_state["conversation"]] == [("Who left?", True)]


def test_without_a_run_the_evaluation_page_says_how_to_make_one() -> None:
    page = AppTest.from_string("from app.ui import evaluation\nevaluation.page()", default_timeout=60).run()
    assert not page.exception
    assert [button.label for button in page.button] == ["Run the development questions", "Run the test questions"]
    assert [html for html in page.get("html") if "There are no runs yet. Start one here" in html.proto.body]
