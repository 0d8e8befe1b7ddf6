"""SRT and WebVTT: what is said, once, in paragraphs, and when."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ingest.subtitles
from ingest.chunk import chunk
from ingest.documents import Document, Source
from ingest.errors import SourceError
from ingest.loaders import parse


def read(text: str, suffix: str = ".srt") -> Document:
    path = Path("x" + suffix)
    return parse(text.encode(), path, Source("x", "", path))


def said(document: Document) -> list[str]:
    return [document.plain(block.span) for block in document.blocks]


def srt(*cues: tuple[str, str]) -> str:
    """Cues of a time ("1-3", in seconds) and a text."""
    rows = []
    for n, (time, text) in enumerate(cues, start=1):
        start, end = (f"00:00:{float(second):06.3f}".replace(".", ",") for second in time.split("-"))
        rows.append(f"{n}\n{start} --> {end}\n{text}\n")
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("cues", "expected"),
    [
        (
            [("1-3", "The trains left in autumn,"), ("3-5", "and arrived in winter.")],
            ["The trains left in autumn, and arrived in winter."],
        ),
        ([("1-3", "<i>The</i> <font color='#fff'>train</font> {\\an8}left.")], ["The train left."]),
        ([("1-3", "5 < 6 &amp; 7&nbsp;> 2")], ["5 < 6 & 7 > 2"]),
        ([("1-3", "It ended."), ("7-8", "Then it began.")], ["It ended.", "Then it began."]),
        ([("1-3", "It had not"), ("7-8", "ended.")], ["It had not ended."]),
        ([("1-3", "- Why?\n- Because.")], ["Why?", "Because."]),
        (
            [("1-3", ">> Ann: We left."), ("3-4", "It was late."), ("4-5", "BOB LEE: Why?")],
            ["Ann: We left. It was late.", "BOB LEE: Why?"],
        ),
        ([("4-5", "Second."), ("1-3", "First.")], ["First. Second."]),
        ([("1-3", "No."), ("3-5", "No."), ("9-10", "No.")], ["No.", "No."]),
        ([("1-3", "One\n\ntwo."), ("3-4", "1937")], ["One two. 1937"]),
        (
            [("1-2", "the train"), ("2-3", "the train left\nin autumn"), ("3-4", "in autumn\nand came")],
            ["the train left in autumn and came"],
        ),
        ([("1-2", "the"), ("2-3", "the train"), ("3-4", "the train left")], ["the train left"]),
        (
            [("1-2", "We left\nthe"), ("2-3", "We left\nthe train"), ("3-4", "We left\nthe train in")],
            ["We left the train in"],
        ),
    ],
)
def test_what_is_said(cues: list[tuple[str, str]], expected: list[str]) -> None:
    assert said(read(srt(*cues))) == expected


def test_cues_without_blank_lines_between_them() -> None:
    text = "1\n0:00:01.5 --> 0:00:03.0\nOne\n2\n00:00:03,000 --> 00:00:04,000\ntwo.\n"
    assert said(read(text)) == ["One two."]


def test_a_sentence_has_the_times_of_its_cues() -> None:
    document = read(srt(("1-3", "Nobody knew. The trains left"), ("3.5-5", "in autumn."), ("59-59.5", "They came.")))
    (first, second, third) = (span for passage in chunk(document) for span in passage.sentences)
    assert [(document.plain(span), document.where(span)) for span in (first, second, third)] == [
        ("Nobody knew.", "at 0:00:01"),
        ("The trains left in autumn.", "at 0:00:01–0:00:03"),
        ("They came.", "at 0:00:59"),
    ]


VTT = """WEBVTT - An interview
Kind: captions

NOTE nobody said
this

STYLE
::cue { color: red }

intro
00:01.000 --> 00:03.000 align:start position:0%
<v Ann Lee>We left <b>home</b> in

00:03.000 --> 00:05.000
<v Ann Lee>autumn.</v>

NOTE nor this

1:00:05.000 --> 1:00:07.000
<v.loud Bob>R&amp;D <00:06.000><c.x>is</c> what?</v>
"""


def test_webvtt() -> None:
    document = read(VTT, ".vtt")
    assert said(document) == ["Ann Lee: We left home in autumn.", "Bob: R&D is what?"]
    assert document.source.title == "An interview"
    assert [document.where(block.span) for block in document.blocks] == ["at 0:00:01–0:00:03", "at 1:00:05"]


def test_a_speaker_is_named_again_in_each_paragraph() -> None:
    cues = "".join(f"\n00:0{n}.000 --> 00:0{n}.900\n<v Ann>{f'So it went on for {n}. ' * 30}\n" for n in range(3))
    assert [text[:8] for text in said(read("WEBVTT\n" + cues, ".vtt"))] == ["Ann: So "] * 3


ROLLING = """WEBVTT

00:00:00.000 --> 00:00:02.000
BLANK
hello<00:00:00.500><c> and</c><00:00:01.000><c> welcome</c>

00:00:02.000 --> 00:00:02.010
hello and welcome
BLANK

00:00:02.010 --> 00:00:04.000
hello and welcome
to<00:00:02.500><c> the</c><c> show</c>

00:00:04.000 --> 00:00:04.010
to the show
BLANK

00:00:04.010 --> 00:00:06.000
to the show
today we talk
""".replace("BLANK", " ")  # as YouTube writes them


def test_rolling_captions_are_said_once() -> None:
    document = read(ROLLING, ".vtt")
    assert said(document) == ["hello and welcome to the show today we talk"]
    assert [(locator.label, document.text[locator.start :][:5]) for locator in document.locators] == [
        ("0:00:00", "hello"),
        ("0:00:02", "to th"),
        ("0:00:04", "today"),
    ]


def test_text_without_full_stops_is_parted_between_cues() -> None:
    cues = [(f"{n}-{n + 1}", f"number {n} and so it went on and on") for n in range(20)]
    paragraphs = said(read(srt(*cues)))
    assert [text.split()[1] for text in paragraphs] == ["0", "8", "15"]
    assert all(240 <= len(text) < 280 for text in paragraphs[:-1])


NONE = "above them; is it a file of subtitles?"


@pytest.mark.parametrize(
    ("suffix", "text", "message"),
    [
        (".srt", "Just text.", f"x.srt has no words with a time (00:00:01,000 --> 00:00:04,000) {NONE}"),
        (
            ".vtt",
            "WEBVTT\n\n0:01.0 --> 0:02.0\n\nNOTE x\n",
            f"x.vtt has no words with a time (00:01.000 --> 00:04.000) {NONE}",
        ),
        (
            ".srt",
            "1\n0:00:01,0 --> 0:00:02,0\n<i></i>\n",
            f"x.srt has no words with a time (00:00:01,000 --> 00:00:04,000) {NONE}",
        ),
        (
            ".vtt",
            "0:1.0-->0:1.0\nx\n" * (ingest.subtitles.MAX_CUES + 1),
            "x.vtt has more than 100,000 cues; split it into several files",
        ),
    ],
)
def test_files_that_are_refused(suffix: str, text: str, message: str) -> None:
    with pytest.raises(SourceError) as raised:
        read(text, suffix)
    assert str(raised.value) == message


_PIECES = """1\n|\n|00:00:01,000 --> 00:00:02,000\n|99:59:59.9-->0:0:0.0\n|<v A>|</v>|- |>> |A: b|no.| |WEBVTT|NOTE
    |{\\a}|&#0;|&#xD800;|\u2028|12\n|“|\r"""
_PIECE = st.sampled_from([*_PIECES.split("|"), "x" * 300])


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.lists(_PIECE, max_size=40).map("".join), st.text()))
def test_anything_else_is_refused_or_read(text: str) -> None:
    for suffix in (".srt", ".vtt"):
        try:
            document = read(text, suffix)
        except SourceError:
            continue
        document.text.encode()
        starts = [locator.start for locator in document.locators]
        assert starts == sorted(starts)
        for passage in chunk(document):
            for sentence in passage.sentences:
                assert document.text[sentence.start : sentence.end].strip()
                assert document.where(sentence).startswith("at ")
