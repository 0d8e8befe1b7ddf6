"""The timeline: times that sentences name, what is no event, the year of what has none, and the whole of kim2026."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.study.events.day import Day, later, year_text
from app.study.events.when import Bound, Named, Part, Precision
from app.study.timeline import Event, events, timeline
from evals.__main__ import main
from evals.cases import CaseError
from evals.timeline import compare
from evals.timeline_lists import FIRST, SECOND, SETTLED, agreement, read_listed
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
        ("In the 1840s and 50s, valves were tried.", [("1840-01-01", "1859-12-31", "range", "at")]),
        ("In the late part of the 19th Century, towns grew.", [("1867-01-01", "1900-12-31", "century", "at")]),
        ("Towns grew until the mid-19th century.", [(None, "1866-12-31", "century", "until")]),
        ("They brought a bed from the mid-17th century.", [("1634-01-01", "1666-12-31", "century", "at")]),
        ("It is free as from 1 July 2007.", [("2007-07-01", None, "day", "since")]),
        ("The film of 20th Century Fox was shown in 1999.", [("1999-01-01", "1999-12-31", "year", "at")]),
    ],
)
def test_times_of_a_sentence(sentence: str, expected: Times, tmp_path: Path) -> None:
    assert times(list(events(record(tmp_path, sentence)))) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Caesar was killed in 44 BC.", [("-0044-01-01", "-0044-12-31", "year", "at")]),
        ("Caesar was killed on 15 March 44 BC.", [("-0044-03-15", "-0044-03-15", "day", "at")]),
        ("Caesar was killed on March 15, 44 BCE.", [("-0044-03-15", "-0044-03-15", "day", "at")]),
        ("He was killed in March 44 B.C. by friends.", [("-0044-03-01", "-0044-03-31", "month", "at")]),
        ("The town was founded c. 350 BCE.", [("-0350-01-01", "-0350-12-31", "year", "at")]),
        ("The Punic Wars (264–146 BC) were fought by Rome.", [("-0264-01-01", "-0146-12-31", "range", "at")]),
        ("People came around 10,000 BC.", [("-10000-01-01", "-10000-12-31", "year", "at")]),
        ("The town grew in the 5th century BC.", [("-0500-01-01", "-0401-12-31", "century", "at")]),
        ("The town grew in the late fifth century BC.", [("-0434-01-01", "-0401-12-31", "century", "at")]),
        ("It grew in the 5th and 4th centuries BC.", [("-0500-01-01", "-0301-12-31", "range", "at")]),
        ("It grew from the 5th century BC to the 2nd century.", [("-0500-01-01", "0200-12-31", "range", "at")]),
        ("In the 440s BC, walls were built.", [("-0449-01-01", "-0440-12-31", "decade", "at")]),
        ("Pots were made in the 4th millennium BC.", [("-4000-01-01", "-3001-12-31", "millennium", "at")]),
        ("Rome was a republic from 509 to 27 BC.", [("-0509-01-01", "-0027-12-31", "range", "at")]),
        ("Rome was a republic (509–27 BC).", [("-0509-01-01", "-0027-12-31", "range", "at")]),
        ("He ruled from 27 BC to AD 14.", [("-0027-01-01", "0014-12-31", "range", "at")]),
        ("Between about AD 14 and 180 there was peace.", [("0014-01-01", "0180-12-31", "range", "at")]),
        (
            "From his death in AD 14 until after AD 70, the river was the border.",
            [("0014-01-01", "0070-12-31", "range", "at")],
        ),
        (
            "Peace was made in 241 and 201 BC.",
            [("-0241-01-01", "-0241-12-31", "year", "at"), ("-0201-01-01", "-0201-12-31", "year", "at")],
        ),
        (
            "Settlers arrived in the 880s and stayed (until 1016).",
            [("0880-01-01", "0889-12-31", "decade", "at"), (None, "1016-12-31", "year", "until")],
        ),
        ("The duchy began in 911 as a fief.", [("0911-01-01", "0911-12-31", "year", "at")]),
        ("By 800 CE the empire had grown.", [(None, "0800-12-31", "year", "by")]),
        ("It stood there since the 6th century BC.", [("-0600-01-01", None, "century", "since")]),
        ("Dams were built in the 11–13th century AD.", [("1001-01-01", "1300-12-31", "range", "at")]),
        (
            "In the 9th, it was a border, but in the 10th century it was not.",
            [("0801-01-01", "0900-12-31", "century", "at"), ("0901-01-01", "1000-12-31", "century", "at")],
        ),
        (
            "He came in 2 BC. He left three years later.",  # there is no year 0
            [("-0002-01-01", "-0002-12-31", "year", "at"), ("0002-01-01", "0002-12-31", "year", "at")],
        ),
    ],
)
def test_times_before_christ_and_of_the_first_thousand_years(sentence: str, expected: Times, tmp_path: Path) -> None:
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
        "This was said by several authors, including Samuel K. Cohn, Jr. (2002), David Herlihy (1997), and Susan Scott"
        " and Christopher Duncan (2001).",
        "Fajnzylber et al. (2002) found it everywhere.",
        "It was so, according to Cohn (2002), Herlihy (1997) and Scott (2001).",
        "It is told so elsewhere (Cohn 2002, p. 5), by Cohn (2002: 15).",
        "The court sits in Vancouver, BC, with 44 judges.",
        "It was 44 BP.",
        "It was shown in 300 cities and in 644 cinemas, resulting in 250, all told.",
        "It fell to 3.5 in 120.5 days.",
        "In the 9th, they scored.",
        "Petr Tyu (born in 1927) told of it.",
        "Anna Lee (1879–1953) was a poet.",
        "Gaius Caesar (100–44 BC) crossed the river.",
        "Democritus (c. 460 – c. 370 BC) was a philosopher.",
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
    ("sentence", "year"),
    [
        ("The festival (1951) was held in London.", "1951"),
        ("It led to the planning of the Festival of Britain (1951).", "1951"),
        ("She played in Annie Hall (1977), which won prizes.", "1977"),
        ("He worked with the Gerald Ratner Athletics Center (2003).", "2003"),
        ("There are woodcuts by Hans Brosamer (1530).", "1530"),  # nobody is cited by what is so old
    ],
)
def test_a_year_in_brackets_that_is_no_citation(sentence: str, year: str, tmp_path: Path) -> None:
    assert times(list(events(record(tmp_path, sentence)))) == [(f"{year}-01-01", f"{year}-12-31", "year", "at")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The fair opened in 1937. It closed on May 3.", "1937-05-03"),  # the sentence before
        ("The fair opened in 1937. All came.\n\nIt closed on May 3.", "1937-05-03"),  # the paragraph before
        ("It opened on June 1 and closed on June 3 [1937].", "1937-06-01"),  # the year stands behind
        ("It closed by January 1, 1938, but the first day, June 1, and June 3, 1937, were fine.", "1937-06-01"),
        ('The fair opened in 1937. On May 3, a guest said: "It is often full."', "1937-05-03"),
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
        (Named(Precision.SEASON, 1941, 12), "1941-12-01", "1942-02-28"),
        (Named(Precision.SEASON, -1, 12), "-0001-12-01", "0001-02-28"),
        (Named(Precision.MONTH, 1940, 2, part=Part.SECOND_HALF), "1940-02-16", "1940-02-29"),
        (Named(Precision.DECADE, 1980, part=Part.SECOND_HALF), "1985-01-01", "1989-12-31"),
        (Named(Precision.CENTURY, 1901), "1901-01-01", "2000-12-31"),
        (Named(Precision.MILLENNIUM, -1000, part=Part.EARLY), "-1000-01-01", "-0671-12-31"),
    ],
)
def test_the_days_of_a_time(named: Named, first: str, last: str) -> None:
    assert [day.isoformat() for day in named.days()] == [first, last]


def test_days_are_in_order_across_the_era() -> None:
    days = ["-0600-01-01", "-0044-03-15", "-0001-12-31", "0001-01-01", "1937-08-21"]
    made = [Day.read(text) for text in days]
    assert sorted([*made[2:], *made[:2]]) == made
    assert [day.isoformat() for day in made] == days
    assert [day.number for day in made] == [-219_145, -15_997, 0, 1, 707_342]
    assert [day.words for day in made[1:4]] == ["15 March 44 BC", "31 December 1 BC", "1 January AD 1"]
    assert (later(-1, 1), later(2, -3), year_text(70), year_text(1066)) == (1, -2, "AD 70", "1066")
    for wrong in ("0000-01-01", "1937-02-29", "1937-13-01", "44 BC"):
        with pytest.raises(ValueError, match=r"no day"):
            Day.read(wrong)


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Caesar was killed on 15 March 44 BC.", "15 March 44 BC"),
        ("By 44 BC he was dead.", "by 44 BC"),
        ("Since the 5th century BC the town grew.", "since the 5th century BC"),
        ("In the 9th, it was a border, unlike in other centuries.", "9th century"),
        ("In AD 14 he died.", "AD 14"),
    ],
)
def test_a_date_is_shown_with_its_era(sentence: str, shown: str, tmp_path: Path) -> None:
    assert [event.date_text for event in events(record(tmp_path, sentence))] == [shown]


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
    listed = read_listed(FIRST.path, document.text)
    of_listed, of_found = compare(listed, list(events(Record(document, chunk(document), ""))))
    assert len(listed) == 84
    assert [row.id for row in of_listed if not row.right] == []
    assert [row.id for row in of_found if not row.right] == []


def test_two_readers_are_settled(documents: dict[str, Document], tmp_path: Path) -> None:
    document = documents["kim2026"]
    made = Record(document, chunk(document), "")
    both = agreement(read_listed(FIRST.path, document.text), read_listed(SECOND.path, document.text), made)
    births = ["second-069", "second-070", "second-071"]
    assert (len(both.both), both.only_first, [one.id for one in both.only_second]) == (84, (), births)
    assert [one.id for one in both.settled(SETTLED) if one.id in births] == []
    path = tmp_path / "settled.jsonl"
    rows = SETTLED.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([rows[0].replace("false", "true"), *rows[1:]]), encoding="utf-8")
    assert len(both.settled(path)) == 85
    path.write_text("\n".join(rows[1:]), encoding="utf-8")
    with pytest.raises(CaseError, match="must judge, with a reason, these and no others"):
        both.settled(path)


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
    path.write_text(row.replace('"quote": "It burnt"', '"at": 13, "date": "1935"') % "1934-12-31", encoding="utf-8")
    with pytest.raises(CaseError, match="line 1 is no event: '1935' does not stand at 13"):
        read_listed(path, made.document.text)


def test_the_command_prints_both_halves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[2:4] == [
        ["recall,", "%", "42", "100", "[100–100]", "42", "100", "[100–100]"],
        ["precision,", "%", "42", "100", "[100–100]", "42", "100", "[100–100]"],
    ]
    assert [line[2:] for line in lines if line[:1] == ["kim2026,"]] == [
        ["reader", "84", "100", "[96–100]", "–", "84", "100", "[96–100]"],
        ["reader", "87", "97", "[90–99]", "97", "[90–99]", "84", "100", "[96–100]"],
        ["84", "100", "[96–100]", "100", "[96–100]", "84", "100", "[96–100]"],
    ]
