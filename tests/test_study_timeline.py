"""The timeline: times that sentences name, what is no event, the year of what has none, and the whole of kim2026."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from app.study.timeline import Event, events, timeline
from app.study.when import Bound, Named, Part, Precision
from evals.__main__ import main
from evals.cases import CaseError
from evals.timeline import LISTED, compare, read_listed
from ingest.chunk import chunk
from ingest.documents import Document, Source, Span
from ingest.loaders import load
from vectorstore.records import Record

Times = Sequence[tuple[str | None, str | None, str, str]]


def record(folder: Path, text: str) -> Record:
    """A text as a document."""
    path = folder / "notes.txt"
    path.write_text(text, encoding="utf-8")
    document = load(path, Source("notes", "Notes", path))
    return Record(document, chunk(document), "")


def times(found: Sequence[Event]) -> list[tuple[str | None, str | None, str, str]]:
    """First and last day, precision and bound of each."""
    return [
        (
            event.start.isoformat() if event.start else None,
            event.end.isoformat() if event.end else None,
            event.precision.value,
            event.when.bound.value,
        )
        for event in found
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The bridge fell on 1937-12-15.", [("1937-12-15", "1937-12-15", "day", "at")]),
        ("The bridge fell on August 18, 1927.", [("1927-08-18", "1927-08-18", "day", "at")]),
        ("The bridge fell on 18 August 1927.", [("1927-08-18", "1927-08-18", "day", "at")]),
        ("The bridge fell on the 3rd of May 1927.", [("1927-05-03", "1927-05-03", "day", "at")]),
        ("It fell in mid-December 1941, at night.", [("1941-12-11", "1941-12-20", "month", "at")]),
        ("It fell at the end of October 1937.", [("1937-10-21", "1937-10-31", "month", "at")]),
        ("It fell in February 1940.", [("1940-02-01", "1940-02-29", "month", "at")]),
        ("Work began in the spring of 1938.", [("1938-03-01", "1938-05-31", "season", "at")]),
        ("Work began in early 1937.", [("1937-01-01", "1937-04-30", "year", "at")]),
        ("By mid-1937 it was done.", [(None, "1937-08-31", "year", "by")]),
        ("Until 1989, nobody spoke of it.", [(None, "1989-12-31", "year", "until")]),
        ("It was not rebuilt until 1989.", [("1989-01-01", "1989-12-31", "year", "at")]),
        ("Since the beginning of 1938 it has stood there.", [("1938-01-01", None, "year", "since")]),
        ("It stood there before 1938.", [(None, "1938-01-01", "year", "before")]),
        ("It stood there after May 9, 1945.", [("1945-05-09", None, "day", "after")]),
        ("In the 1930s, towns grew.", [("1930-01-01", "1939-12-31", "decade", "at")]),
        ("In the late 1920s, towns grew.", [("1927-01-01", "1929-12-31", "decade", "at")]),
        ("In the 1950s and 1960s, towns grew.", [("1950-01-01", "1969-12-31", "range", "at")]),
        ("In the late 19th century, towns grew.", [("1867-01-01", "1900-12-31", "century", "at")]),
        ("In the nineteenth century, towns grew.", [("1801-01-01", "1900-12-31", "century", "at")]),
        ("The years 1937–1938 were bad.", [("1937-01-01", "1938-12-31", "range", "at")]),
        ("The winter term of 1937–38 was bad.", [("1937-01-01", "1938-12-31", "range", "at")]),
        ("Between 1991 and 2000 prices rose.", [("1991-01-01", "2000-12-31", "range", "at")]),
        ("Ships left from September 9 to September 21, 1937.", [("1937-09-09", "1937-09-21", "range", "at")]),
        ("Ships left on September 9–21, 1937.", [("1937-09-09", "1937-09-21", "range", "at")]),
        ("It lasted from 1990 until May 2023.", [("1990-01-01", "2023-05-31", "range", "at")]),
        ("It was late October – early November 1937.", [("1937-10-21", "1937-11-10", "range", "at")]),
        (
            "Papers appeared on April 16 and 23, 1937.",
            [("1937-04-16", "1937-04-16", "day", "at"), ("1937-04-23", "1937-04-23", "day", "at")],
        ),
        (
            "She was honoured twice (1948, 1951).",
            [("1948-01-01", "1948-12-31", "year", "at"), ("1951-01-01", "1951-12-31", "year", "at")],
        ),
        (
            "The line opened in 1884, and the tram came in 1901.",
            [("1884-01-01", "1884-12-31", "year", "at"), ("1901-01-01", "1901-12-31", "year", "at")],
        ),
        (
            "The mayor died in 1803 and his son two years later.",
            [("1803-01-01", "1803-12-31", "year", "at"), ("1805-01-01", "1805-12-31", "year", "at")],
        ),
        (
            "It began in the spring of 1938 and was over by the end of the year.",
            [("1938-03-01", "1938-05-31", "season", "at"), (None, "1938-12-31", "year", "by")],
        ),
        (
            "The plague came back in these years: 1374; 1400–03.",
            [("1374-01-01", "1374-12-31", "year", "at"), ("1400-01-01", "1403-12-31", "range", "at")],
        ),
        ("Her book, published in 1987, sold well.", [("1987-01-01", "1987-12-31", "year", "at")]),
        ("A decree (1992) opened the archive.", [("1992-01-01", "1992-12-31", "year", "at")]),
        ("The 1937 flood was the first of many.", [("1937-01-01", "1937-12-31", "year", "at")]),
    ],
)
def test_times_of_a_sentence(sentence: str, expected: Times, tmp_path: Path) -> None:
    assert times(list(events(record(tmp_path, sentence)))) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "A total of 1,705 people came.",
        "The order No. 1428-326ss was secret.",
        "It is kept in the archive (file 1987, inventory 1, case 26a, p. 103).",
        "Others say the same (Kim, 1999).",
        "Others say the same (see Kim and Lee 1999).",
        "Kim (1999) argues that it was so.",
        "Petr Tyu (born in 1927) told of it.",
        "Anna Lee (1879–1953) was a poet.",
        "They counted 1900 houses and of 1937 trees half were dead.",
        "A page of *A History of the Town, 1880-2005* was lost.",
        "The government called it Vision 2030.",
        "It is on channel 1950 there.",
        "The turbine makes 1800 RPM.",
        "The park is open in April.",
        "Temperatures range from 53 F in January to 82 F in July.",
        "A year later, everything was different.",
        "The fair is held every year in May.",
        "They met on February 30, 1937.",
        "He may come, and she might march.",
    ],
)
def test_what_is_no_event(sentence: str, tmp_path: Path) -> None:
    assert times(list(events(record(tmp_path, sentence)))) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The fair opened in 1937. It closed on May 3.", "1937-05-03"),  # the sentence before
        ("The fair opened in 1937. All came.\n\nIt closed on May 3.", "1937-05-03"),  # the paragraph before
        ("It opened on June 1 and closed on June 3 [1937].", "1937-06-01"),  # the year stands behind
        ("It closed by January 1, 1938, but the first day, June 1, and June 3, 1937, were fine.", "1937-06-01"),
        ("The fair opened in 1937. It closed the same year.", "1937-01-01"),
        ("The fair opened in 1937. It closed a year later.", "1938-01-01"),
        ("# One\n\nIt opened in 1937.\n\n# Two\n\nIt closed on May 3.", None),  # another section
        ("# The year 1937\n\nIt closed on May 3.", "1937-05-03"),
        ("It ran from 1937 to 1940, or 1936. It closed a year later.", None),  # which one?
    ],
)
def test_the_year_of_what_has_none(text: str, expected: str | None, tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text(text, encoding="utf-8")
    document = load(path, Source("notes", "Notes", path))
    found = [event.start.isoformat() for event in events(Record(document, chunk(document), "")) if event.start]
    assert (expected in found) if expected else not any(day.endswith("-05-03") or day > "1940" for day in found)


@pytest.mark.parametrize(
    ("named", "first", "last"),
    [
        (Named(Precision.SEASON, 1941, 12), date(1941, 12, 1), date(1942, 2, 28)),
        (Named(Precision.MONTH, 1940, 2, part=Part.SECOND_HALF), date(1940, 2, 16), date(1940, 2, 29)),
        (Named(Precision.DECADE, 1980, part=Part.SECOND_HALF), date(1985, 1, 1), date(1989, 12, 31)),
        (Named(Precision.CENTURY, 1901), date(1901, 1, 1), date(2000, 12, 31)),
    ],
)
def test_the_days_of_a_time(named: Named, first: date, last: date) -> None:
    assert named.days() == (first, last)


def test_an_event_shows_its_clause(tmp_path: Path) -> None:
    made = record(tmp_path, "At first all was calm; in 1934, the old mill burnt down, and nobody rebuilt it.")
    (event,) = events(made)
    assert event.label == "in 1934, the old mill burnt down, and nobody rebuilt it"
    assert made.document.text[event.around.start : event.around.end] == event.label
    assert made.document.text[event.said.start : event.said.end] == "1934"
    assert (event.source_id, event.span, event.section) == ("notes", Span(0, len(made.document.text)), "")
    assert event.when.bound is Bound.AT


def test_events_are_in_order_and_lie_in_their_sentences(documents: dict[str, Document]) -> None:
    records = [Record(document, chunk(document), "") for document in documents.values()]
    found = timeline(records)
    assert {name: sum(event.source_id == name for event in found) for name in documents} == {"kim2026": 84, "loc": 3}
    assert [event.when.anchor for event in found] == sorted(event.when.anchor for event in found)
    for event in found:
        assert event.span.contains(event.said)
        assert event.span.contains(event.around)
        assert event.around.contains(event.said)
        assert len(event.label) <= 120
        assert documents[event.source_id].plain(event.around) == event.label


def test_the_list_is_found_whole_and_nothing_else(documents: dict[str, Document]) -> None:
    document = documents["kim2026"]
    listed = read_listed(LISTED, document.text)
    of_listed, of_found = compare(listed, list(events(Record(document, chunk(document), ""))))
    assert len(listed) == 84
    assert [row.id for row in of_listed if not row.right] == []
    assert [row.id for row in of_found if not row.right] == []


def test_an_event_counts_once_and_wrong_days_do_not(tmp_path: Path) -> None:
    made = record(tmp_path, "It burnt in 1934. It was rebuilt in 1936.")
    path = tmp_path / "list.jsonl"
    row = '{"id": "1", "source": "notes", "quote": "It burnt", "start": "1934-01-01", "end": "%s", "precision": "year"}'
    path.write_text(row % "1934-12-31", encoding="utf-8")
    of_listed, of_found = compare(read_listed(path, made.document.text), list(events(made)))
    assert [one.right for one in of_listed] == [True]
    assert [one.right for one in of_found] == [True, False]
    path.write_text(row % "1935-12-31", encoding="utf-8")
    of_listed, of_found = compare(read_listed(path, made.document.text), list(events(made)))
    assert [one.right for one in of_listed + of_found] == [False, False, False]
    path.write_text(row.replace("It burnt", "It") % "1934-12-31", encoding="utf-8")
    with pytest.raises(CaseError, match="line 1 is no event: 'It' stands 2 times in the source"):
        read_listed(path, made.document.text)


def test_the_command_prints_both_halves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[2:] == [
        ["recall,", "%", "42", "100", "[100–100]", "42", "100", "[100–100]"],
        ["precision,", "%", "42", "100", "[100–100]", "42", "100", "[100–100]"],
    ]
