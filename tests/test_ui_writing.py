"""A written answer behind and on the page: its job stops, fails and ends; its HTML marks, counts and escapes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.answer import Answer, Checks, Citation, Refusal, Sentence
from app.conversation import Summary
from app.mode import Mode
from app.saved import Standing, State
from app.support import Support
from app.ui.conversations import file_name, list_html, when
from app.ui.settings_panel import key_line
from app.ui.writing import Background, Write, WritingJob
from app.ui.written import writing_parts
from app.writing import Writing
from ingest.documents import Span
from ingest.errors import SettingsError, TutorError

HOSTILE = '<script>x()</script> ![i](http://evil/i.png) [l](javascript:x) <img src=x onerror="x()"> &amp; **b** ]]>'
ESCAPED = (
    "&lt;script&gt;x()&lt;/script&gt; ![i](http://evil/i.png) [l](javascript:x) "
    "&lt;img src=x onerror=&quot;x()&quot;&gt; &amp;amp; **b** ]]&gt;"
)
QUOTED = Answer("Who left?", "Who left?", (Sentence("Ann left.", (1,)),), (), 0.9, notes=("They disagree.",))
WRITTEN = Answer(
    question="Who left?",
    understood="Who left?",
    sentences=(
        Sentence("Ann left.", (1,)),
        Sentence("She took 30 bags.", (1, 2, 7), Support.PARTLY, "the source says “39”, not “30”"),
        Sentence("She sang.", (), Support.NOT_FOUND),
        Sentence("What would you have done?", (), None),
    ),
    citations=(
        Citation(1, "s", "Title", "Part", Span(0, 9), "Ann left.", "Li 1999"),
        Citation(2, "s", "Title", "", Span(9, 12), "Bag", ""),
    ),
    confidence=0.9,
    mode=Mode.SIMPLE,
    model="ollama:m",
    checks=Checks(dropped=2, repointed=1, marked=2),
)
BYLINE = (
    '<p class="byline">Written by <b>ollama:m</b>, explained simply; every sentence checked against the sources</p>'
)
FIRST = (
    '<p><span class="sentence">Ann left.</span><button type="button" class="number" data-open="w1"'
    ' aria-label="Open citation 1: Li 1999 · Part">[1]</button><span class="outcome"><span class="support"'
    ' title="The cited passage speaks of this, and every detail stands there too."><span aria-hidden="true">✓</span>'
    " supported</span></span></p>"
)
SECOND = (
    '<p class="doubted"><span class="sentence">She took 30 bags.</span><button type="button" class="number"'
    ' data-open="w1" aria-label="Open citation 1: Li 1999 · Part">[1]</button><button type="button" class="number"'
    ' data-open="w2" aria-label="Open citation 2: s">[2]</button><span class="outcome"><span class="support"'
    ' title="The cited passage speaks of this, but a detail is missing there, or is another one.">'
    '<span aria-hidden="true">◐</span> partly</span><span class="remark">: the source says “39”, not “30”</span>'
    "</span></p>"
)
THIRD = (
    '<p class="doubted"><span class="sentence">She sang.</span><span class="outcome"><span class="support"'
    ' title="No passage of the sources was found that speaks of this."><span aria-hidden="true">✕</span> not found'
    "</span></span></p>"
)
FOURTH = '<p><span class="sentence">What would you have done?</span></p>'


# -- the job ---------------------------------------------------------------------------------------------------------


def job(write: Write, kept: list[Writing] | None = None) -> WritingJob:
    def keep(last: Writing) -> bool:
        if kept is not None:
            kept.append(last)
        return kept is not None

    return WritingJob(QUOTED, Mode.DEPTH, "m", write, keep)


def test_a_job_is_read_at_any_time_and_keeps_its_end_before_it_shows_it() -> None:
    on, shown, kept = threading.Event(), threading.Event(), list[Writing]()
    half, whole = Writing(WRITTEN, tail="And"), Writing(WRITTEN, done=True)

    def write(stop: threading.Event) -> Iterator[Writing]:
        yield half
        shown.set()
        on.wait()
        yield whole

    begun = job(write, kept)
    shown.wait()
    assert begun.latest == half
    assert (begun.done, begun.kept, kept) == (False, False, [])
    on.set()  # nobody looks on meanwhile: the page shows something else
    assert begun.wait() == whole
    assert (begun.done, begun.kept, kept) == (True, True, [whole])


def test_before_its_first_words_a_job_has_none_of_the_quoted_answer_but_what_was_asked() -> None:
    def write(stop: threading.Event) -> Iterator[Writing]:
        stop.wait()
        yield from ()

    begun = job(write)
    assert begun.latest == Writing(replace(QUOTED, sentences=(), notes=(), mode=Mode.DEPTH, model="m"))
    begun.stop()
    assert begun.wait().done


def test_a_job_that_is_stopped_keeps_what_was_written_by_then() -> None:
    def write(stop: threading.Event) -> Iterator[Writing]:
        yield Writing(WRITTEN)
        stop.wait()
        yield Writing(replace(WRITTEN, stopped=True), done=True)

    begun = job(write)
    assert not begun.stopping
    begun.stop()
    assert begun.stopping
    assert begun.wait() == Writing(replace(WRITTEN, stopped=True), done=True)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (TutorError("It is gone."), "It is gone. The answer in the sources' words stands."),
        (
            ZeroDivisionError("a bug"),
            "Something went wrong in writing that should not have; the server's log says what."
            " The answer in the sources' words stands.",
        ),
    ],
)
def test_a_job_that_breaks_leaves_the_quoted_answer_and_one_line(error: Exception, fault: str) -> None:
    def write(stop: threading.Event) -> Iterator[Writing]:
        yield Writing(WRITTEN, tail="half")
        raise error

    kept: list[Writing] = []
    last = Writing(QUOTED, done=True, fault=fault)
    assert job(write, kept).wait() == last
    assert kept == [last]


def test_a_job_ends_though_it_cannot_be_kept() -> None:
    def keep(last: Writing) -> bool:
        raise OSError("the disk is full")

    whole = Writing(WRITTEN, done=True)
    begun = WritingJob(QUOTED, Mode.SIMPLE, "m", lambda stop: iter([whole]), keep)
    assert begun.wait() == whole
    assert not begun.kept


def test_the_server_has_one_running_job_for_a_question_and_forgets_old_ones() -> None:
    background, end = Background(), Writing(WRITTEN, done=True)

    def waits(stop: threading.Event) -> Iterator[Writing]:
        stop.wait()
        yield end

    first = background.begin((1, 0), lambda: job(waits))
    assert background.begin((1, 0), lambda: job(waits)) is first
    assert background.job((1, 0)) is first
    assert background.job((1, 1)) is None
    background.stop(lambda name: name == (1, 0))
    first.wait()
    again = background.begin((1, 0), lambda: job(lambda stop: iter([end])))
    assert again is not first
    again.wait()
    for n in range(2, 80):
        background.begin((n, 0), lambda: job(lambda stop: iter([end]))).wait()
    assert background.job((1, 0)) is None
    assert background.job((79, 0)) is not None


def test_questions_to_ask_next_are_looked_for_once() -> None:
    background, asked = Background(), list[int]()

    def find() -> tuple[str, ...]:
        asked.append(1)
        return ("Who stayed?",)

    assert background.questions("a", find).result() == ("Who stayed?",)
    assert background.questions("a", find).result() == ("Who stayed?",)
    assert asked == [1]


# -- the HTML --------------------------------------------------------------------------------------------------------


def test_an_answer_on_its_way_grows_part_by_part() -> None:
    begun = replace(WRITTEN, sentences=(), citations=())
    waiting = '<p class="tail waiting">Waiting for its first words…</p>'
    assert writing_parts(Writing(begun)) == [BYLINE, waiting]
    one = replace(WRITTEN, sentences=WRITTEN.sentences[:1])
    tail = '<p class="tail" aria-hidden="true"><span class="sentence">She took &lt;30</span></p>'
    assert writing_parts(Writing(one, tail="She took <30")) == [BYLINE, FIRST, tail]
    assert writing_parts(Writing(WRITTEN)) == [BYLINE, FIRST, SECOND, THIRD, FOURTH]


def test_a_finished_answer_says_what_checking_did() -> None:
    stopped = replace(WRITTEN, stopped=True, notes=("No room <for it>.",))
    said = (
        "1 of 3 sentences borne out by the sources; 1 citation pointed to the passage that says so; "
        "2 citation numbers that name no passage dropped."
    )
    citations = (
        '<div class="citations" role="group" aria-label="Citations">'
        '<button type="button" data-open="w1" title="Title: Part"><span class="n">1</span><span>·</span>'
        '<span class="id">Li 1999</span><span>·</span><span class="section">Part</span>'
        '<span class="stale">△ source changed</span></button>'
        '<button type="button" data-open="w2" title="Title"><span class="n">2</span><span>·</span>'
        '<span class="id">s</span></button></div>'
    )
    assert writing_parts(Writing(stopped, done=True), {1: Standing(State.CHANGED)}) == [
        *(BYLINE, FIRST, SECOND, THIRD, FOURTH),
        '<p class="note"><span>Note</span> No room &lt;for it&gt;.</p>',
        '<p class="stopped"><span class="shape" aria-hidden="true">■</span>Stopped before its end.</p>',
        f'<p class="checked">{said}</p>',
        citations,
    ]


def test_a_model_that_finds_no_answer_says_so_with_what_it_adds() -> None:
    nothing = replace(
        WRITTEN,
        refusal=Refusal.NOT_WRITTEN,
        reason="The sources <don't> say.",
        sentences=WRITTEN.sentences[:1],
        checks=Checks(),
        citations=(),
    )
    first = '<p><span class="sentence">Ann left.</span>' + FIRST[FIRST.index('<span class="outcome">') :]
    assert writing_parts(Writing(nothing, done=True)) == [
        BYLINE,
        '<p class="refusal"><span class="shape" aria-hidden="true">⊘</span>The sources &lt;don&#x27;t&gt; say.</p>',
        first,
        '<p class="checked">1 of 1 sentence borne out by the sources.</p>',
    ]


def test_nothing_that_a_model_writes_becomes_html() -> None:
    hostile = replace(
        WRITTEN,
        sentences=(Sentence(HOSTILE, (1,), Support.PARTLY, HOSTILE),),
        citations=(Citation(1, HOSTILE, HOSTILE, HOSTILE, Span(0, 1), "q", HOSTILE),),
        notes=(HOSTILE,),
        model=HOSTILE,
        checks=Checks(),
    )
    parts = writing_parts(Writing(hostile, tail=HOSTILE)) + writing_parts(Writing(hostile, done=True))
    html = "".join(parts)
    assert html.count(ESCAPED) == 2 * 5 + 1 + 1 + 4  # byline, sentence, its number and remark; tail; note; citation
    assert not [one for one in ("<script", "<img", "<a", "<b ", 'onerror="') if one in html]


# -- around it -------------------------------------------------------------------------------------------------------

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (datetime(2026, 5, 3, 9, 5, tzinfo=UTC), "today, 09:05"),
        (datetime(2026, 5, 2, 23, 59, tzinfo=UTC), "yesterday, 23:59"),
        (datetime(2026, 5, 1, 9, 5, tzinfo=UTC), "1 May"),
        (datetime(2025, 12, 31, 9, 5, tzinfo=UTC), "31 December 2025"),
    ],
)
def test_when(time: datetime, said: str) -> None:
    assert when(time, NOW) == said


def test_the_list_marks_the_open_conversation_and_escapes_titles() -> None:
    listed = [Summary(7, "Who <left>?", NOW, NOW, 1), Summary(3, "Why?", NOW, NOW, 2)]
    row = (
        '<li><a class="open" href="?conversation={0}" data-open="{0}"{2}><span class="title" id="title-{0}">{1}</span>'
        '<span class="when">today, 12:00</span></a><button type="button" class="more" data-more="{0}"'
        ' aria-describedby="title-{0}" aria-label="Rename, export or delete" title="Rename, export or delete">⋯'
        "</button></li>"
    )
    assert list_html(listed, 3, NOW) == (
        '<nav aria-label="Conversations"><h2>Conversations</h2><ol>'
        + row.format(7, "Who &lt;left&gt;?", "")
        + row.format(3, "Why?", " aria-current=page")
        + "</ol></nav>"
    )
    assert list_html([], None, NOW) == "<h2>Conversations</h2><p>None yet. Each is kept as you ask.</p>"
    assert list_html([], 3, NOW, "x") == "<h2>Conversations</h2><p>No conversation has these words.</p>"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Who signed the resolution?", "who-signed-the-resolution"),
        ("../../etc/passwd", "etc-passwd"),
        ("강제 이주", "강제-이주"),
        ("???", "conversation"),
    ],
)
def test_the_name_of_an_exported_file(title: str, name: str) -> None:
    assert file_name(title) == name


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "openai:x",
            "Questions and passages are sent to api.openai.com. Its key, if it wants one, is read from the "
            "environment: <code>OPENAI_API_KEY</code> is set.",
        ),
        (
            "http://127.0.0.1:8080",
            "Questions and passages are sent to http://127.0.0.1:8080/v1. Its key, if it wants one, is read from the "
            "environment: <code>TUTOR_LLM_KEY</code> is not set.",
        ),
        (
            "bedrock:x",
            "Questions and passages are sent to bedrock. Its key is read from the environment, where its own "
            "documentation says.",
        ),
    ],
)
def test_the_panel_names_the_variable_of_a_key_and_never_its_value(name: str, line: str) -> None:
    assert key_line(name, {"OPENAI_API_KEY": "sk-secret"}) == line


def test_a_name_that_is_none_has_no_line() -> None:
    with pytest.raises(SettingsError):
        key_line("nonsense", {})
