"""Statements that cannot both be true: what is found in made-up texts, in the bundled sources, and what is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest

from app.conflicts.finding import find_conflicts
from app.conflicts.values import ConflictKind, Place, as_rows, conflicts_at, from_rows
from app.tutor import Tutor
from ingest.chunk import chunk
from ingest.documents import Document, Source, Span
from ingest.loaders import load
from vectorstore.records import Record

HERE, BETWEEN = "The source disagrees with itself here:", "The sources disagree here:"
BACKWARDS = "The source contradicts itself here:"


Make = Callable[..., Record]


@pytest.fixture
def record(tmp_path: Path) -> Make:
    """Makes the record of a text, as ingest would."""

    def make(text: str, source_id: str = "a") -> Record:
        path = tmp_path / f"{source_id}.md"
        path.write_text(text, encoding="utf-8")
        document = load(path, Source(source_id, source_id.upper(), path))
        return Record(document, chunk(document), source_id)

    return make


def notes(*records: Record) -> list[str]:
    return [conflict.note for conflict in find_conflicts(records)]


TOTAL = "As of May 5, 1938, a total of 16,453 families had been settled in Uzbekistan."


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("As of May 5, 1938, there were 16,307 Korean families in Uzbekistan.",
         "16,453 families and 16,307 Korean families"),
        ("As of 5 May 1938, there were 16,307 families in Uzbekistan.", "16,453 families and 16,307 families"),
        ("Uzbekistan had 16,307 families on 5 May 1938.", "16,453 families and 16,307 families"),
        ("As of May 5, 1938, there were 16,453 families in Uzbekistan.", ""),  # the same
        ("As of May 6, 1938, there were 16,307 families in Uzbekistan.", ""),  # another day
        ("As of May 5, 1939, there were 16,307 families in Uzbekistan.", ""),  # another year
        ("As of May 5, 1938, there were 16,307 families in Kazakhstan.", ""),  # another place
        ("As of May 5, 1938, there were 16,307 families in the Tashkent region of Uzbekistan.", ""),  # a part of it
        ("As of May 5, 1938, there were 16,307 farms in Uzbekistan.", ""),  # another thing
        ("As of May 5, 1938, there were 211 families in Uzbekistan.", ""),  # too few to be the same
        ("As of May 5, 1938, there were 12,307 poor families in Uzbekistan.", ""),  # some of them
        ("As of May 5, 1938, 12,307 of the families in Uzbekistan worked.", ""),
        ("As of May 5, 1938, 12,307 families with children lived in Uzbekistan.", ""),
        ("As of May 5, 1938, 12,307 families were fed in Uzbekistan.", ""),  # something else happened to them
        ("As of May 5, 1938, of these, 12,307 families were in Uzbekistan.", ""),
        ("As of May 5, 1938, another 12,307 families were in Uzbekistan.", ""),
        ("As of May 5, 1938, about 17,000 families lived in Uzbekistan.", ""),  # roughly
        ("As of May 5, 1938, there were 16,000 families in Uzbekistan.", ""),  # rounded
        ("As of May 5, 1938, there were 16,000-17,000 families in Uzbekistan.", ""),  # a range
        ("As of May 5, 1938, there were over 15,000 families in Uzbekistan.", ""),
        ("As of May 5, 1938, 83% of families in Uzbekistan had work.", ""),
        ("As of May 5, 1938, Uzbekistan was warm.", ""),
    ],
)  # fmt: skip
def test_two_numbers_of_one_thing_on_one_day(record: Make, other: str, said: str) -> None:
    assert notes(record(f"{TOTAL}\n\n{other}\n")) == ([f"{HERE} {said}."] if said else [])
    assert notes(record(TOTAL), record(other, "b")) == ([f"{BETWEEN} {said}."] if said else [])


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("In 1939 the Rhine carried 120 steamers.", "In 1939 the Rhine carried 140 steamers.",
         "120 steamers and 140 steamers"),
        ("The Rhine carried 120 steamers.", "The Rhine carries 140 steamers.", "120 steamers and 140 steamers"),
        ("Fresno had a population of 494,665 in 2010.", "In 2010 Fresno had a population of 427,652.",
         "494,665 and 427,652"),
        ("Anna counted 39 echelons in Tashkent between 1937 and 1938.",
         "Between 1937 and 1938, Anna counted 42 echelons in Tashkent.", "39 echelons and 42 echelons"),
        ("On 5 May 1938 Renault had 1,207 workers in France.",
         "On 5 May 1938 Peugeot had 1,431 workers in France.", ""),
        ("In 1939 the Rhine carried 120 steamers.", "In 1940 the Rhine carried 140 steamers.", ""),
        ("In 1939 the Rhine carried 120 steamers.", "The Rhine carried 140 steamers.", ""),
        ("In 1939 the Rhine carried 120 steamers.", "In 1939 the Main carried 140 steamers.", ""),
        ("In 1939 the Rhine carried 120 steamers.", "In 1939 the Rhine carried 140 Dutch steamers.", ""),
        ("In 1939 the Rhine carried 120 steamers.", "In 1939 140 steamers were lost on the Rhine to ice.", ""),
        ("There were 94 males for every 100 females.", "There were 91 males for every 100 females.", ""),  # of whom?
        ("The tests of Node run on tier 1 platforms.", "The tests of Node run on tier 2 platforms.", ""),  # labels
        ("Windows 7 users love the Rhine.", "Windows 8 users love the Rhine.", ""),
        ("The Rhine has a size that is a multiple of 12.", "The Rhine has a size that is a multiple of 14.", ""),
        ("Anna was 15 years old.", "Anna was 16 years old when she left.", ""),
    ],
)  # fmt: skip
def test_without_a_day_the_words_have_to_agree(record: Make, first: str, second: str, said: str) -> None:
    assert notes(record(first), record(second, "b")) == ([f"{BETWEEN} {said}."] if said else [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The council awarded 20 Koreans the Order of Labour. Among the 19 people awarded the Order of Labour is Pak.",
         ["20 Koreans and 19 people"]),
        ("The band recorded 12 songs for its album in Seoul. The 13 songs for the album were recorded in Seoul.",
         ["12 songs and 13 songs"]),
        ("The band recorded 12 songs for its album in Seoul. The 12 songs for the album were recorded in Seoul.", []),
        ("The band recorded 12 songs for its album in Seoul. The 2 songs for the album were recorded in Seoul.", []),
        ("The band recorded 12 songs for its album in Seoul. The 13 guests liked it.", []),
        ("The band recorded 12 songs for its album in Seoul. Its second album in Seoul recorded 13 songs.", []),
    ],
)  # fmt: skip
def test_the_next_sentence_refers_back_to_another_number(record: Make, text: str, said: list[str]) -> None:
    assert notes(record(text)) == [f"{HERE} {one}." for one in said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("There were 206 heroes in all: 132, 67 and 1.", "200 (132 + 67 + 1), the total given is 206"),
        ("There were 206 heroes: 132 in Omsk, 67 in Kiev and one in Riga.",
         "200 (132 + 67 + 1), the total given is 206"),
        ("206 heroes were named, including 132 in Omsk, 67 in Kiev and one in Riga.",
         "200 (132 + 67 + 1), the total given is 206"),
        ("Here 101 families live: Omsk - 50, Kiev - 30, Riga - 25.", "105 (50 + 30 + 25), the total given is 101"),
        ("Here 101 families live (Omsk 50, Kiev 30).", ""),  # not understood: nothing is said
        ("Here 101 families (400 people) live: Omsk - 50 (200 people), Kiev - 45 (200 people).",
         "95 (50 + 45), the total given is 101"),
        ("Here 95 families (401 people) live: Omsk - 50 (201 people), Kiev - 45 (191 people).",
         "392 (201 + 191), the total given is 401"),
        ("It took 5,792 students in the College, 3,468 students in the School, and 9,244 students overall.",
         "9,260 (5,792 + 3,468), the total given is 9,244"),
        ("He shot 12 goals in the league and 3 goals in the cup, for a total of 16 goals.",
         "15 (12 + 3), the total given is 16"),
        ("There were 40 ships at Omsk. Of these, 10 in Kiev, 12 in Riga and 15 in Perm were lost.", ""),
        ("Of the 50 ships in Omsk, 20 sank and the remaining 25 fled.", ""),
        ("There are 40 schools in Omsk:\n\n- Lenin: 20\n- Kirov: 15\n- Frunze: 4\n",
         "39 (20 + 15 + 4), the total given is 40"),
        ("There are 39 schools in Omsk:\n\n- Lenin: 20\n- Kirov: 15\n- Frunze: 4\n", ""),
        # it adds up
        ("There were 200 heroes: 132 in Omsk, 67 in Kiev and one in Riga.", ""),
        ("It took 5,792 students in the College, 3,468 students in the School, and 9,260 students overall.", ""),
        # some are left out, or are two things at once
        ("206 heroes were named, including 32 in Omsk and 7 in Kiev.", ""),
        ("206 heroes were named, including 132 in Omsk, 57 in Kiev and 11 in Riga.", ""),
        ("206 heroes were named, including 132 in Omsk, 57 in Kiev and 31 in Riga.",
         "220 (132 + 57 + 31), the total given is 206"),
        ("They won 12 games and lost 4 games in a total of 17 games.", ""),
        ("They won 12 games in Omsk and 4 games in Kiev, a total of 17 games.", "16 (12 + 4), the total given is 17"),
        ("206 heroes were named: 132 in Omsk, 67 in Kiev and some in Riga.", ""),
        ("There were 100 households, of which 60 had children, 50 had cars and 5 had boats.", ""),
        ("It killed 20 people, including 8 children, 6 women and 5 soldiers.", ""),
        # rounded, or of other things
        ("About 200 heroes were named: 132 in Omsk, 62 in Kiev and one in Riga.", ""),
        ("There were 20,000 families: 13,211 in Omsk and 6,702 in Kiev.", ""),
        ("There were 100 families (55%) and 95 farms: 50% in Omsk, 45% in Kiev.", ""),
        ("There are four periods: 1) early, 2) middle, 3) late.", ""),
        ("The team won 5 games: 3-2 and 1-0 and 2-1.", ""),
        ("The park of 300 acres opens at two times: 8 and 9.", ""),
    ],
)  # fmt: skip
def test_a_total_and_its_parts(record: Make, text: str, said: str) -> None:
    assert notes(record(text)) == ([f"{HERE} the parts add up to {said}."] if said else [])


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("It is to begin on October 25 and be completed by October 15.", "on October 25", "on October 15"),
        ("It is to start on 25 October and end on 15 October.", "on 25 October", "on 15 October"),
        ("It is to begin on October 25 and be completed by May 15 [1937].", "on October 25", "on May 15"),
        ("She was born in 1950 and died in 1940.", "in 1950", "in 1940"),
        ("It ran from May 5, 1950 to May 3, 1950.", "on May 5, 1950", "on May 3, 1950"),
        ("The third period (1936-1927) was short.", "in 1936", "in 1927"),
        ("It is to begin on October 5 and be completed by October 15.", "", ""),
        ("It began on October 25; the harvest was completed by October 15.", "", ""),
        ("It began on October 25, and the harvest ended on October 15.", "", ""),
        ("It is to begin on October 25 and be completed by January 15.", "", ""),  # of the next year
        ("It ran from October 25, 1937 to January 15.", "", ""),
        ("It lasted from 300 to 100 BC, and Rome from 1500 to 1400 BC.", "", ""),
        ("The file 1987-1208 is lost.", "", ""),
        ("It was begun in 1950 and ended in the 1950s.", "", ""),
        ("It was begun in 1950 and ended in May 1950.", "", ""),
        ("She was born in 1940 and died in 1950 (1940-1950).", "", ""),
    ],
)  # fmt: skip
def test_an_end_before_its_beginning(record: Make, text: str, begins: str, ends: str) -> None:
    said = [f"{BACKWARDS} it begins {begins} and ends before that, {ends}."] if begins else []
    assert notes(record(text)) == said


def test_the_bundled_sources(tutor: Tutor) -> None:
    """The four that are known, marked at their figures, and nothing else."""

    def marked(place: Place) -> list[str]:
        text = tutor.document(place.source_id).text
        return [text[figure.start : figure.end] for figure in place.figures]

    found = [(c.kind, c.note, [marked(place) for place in c.places]) for c in tutor.conflicts()]
    regions = ["4,191", "7,613", "1,225", "758", "1,040", "1,075", "778", "512", "1,269"]
    assert found == [
        (
            ConflictKind.ORDER,
            f"{BACKWARDS} it begins on October 25 and ends before that, on October 15.",
            [["October 25", "October 15"]],
        ),
        (
            ConflictKind.SUM,
            f"{HERE} the parts add up to 18,461 ({' + '.join(regions)}), the total given is 18,525.",
            [["18,525", *regions]],
        ),
        (
            ConflictKind.NUMBERS,
            f"{HERE} 16,453 families and 16,307 Korean families; 74,206 Korean settlers and 74,500 people.",
            [["16,453", "74,206"], ["16,307", "74,500"]],
        ),
        (
            ConflictKind.SUM,
            f"{HERE} the parts add up to 200 (132 + 67 + 1), the total given is 206.",
            [["206", "132", "67", "one"]],
        ),
        (ConflictKind.NUMBERS, f"{HERE} 206 Soviet Koreans and 201 people.", [["206"], ["201"]]),
    ]


def test_a_place_is_a_sentence_of_the_canonical_text(record: Make) -> None:
    made = record(
        "Before.\n\nAs of May 5, 1938, *16,453* families\nwere in [Uzbekistan](x).\n\n" + TOTAL.replace("453", "307")
    )
    (conflict,) = find_conflicts([made])
    text = made.document.text
    assert [text[place.span.start : place.span.end] for place in conflict.places] == [
        "As of May 5, 1938, *16,453* families\nwere in [Uzbekistan](x).",
        TOTAL.replace("453", "307"),
    ]
    assert [[text[f.start : f.end] for f in place.figures] for place in conflict.places] == [["16,453"], ["16,307"]]


def test_a_list_is_one_place(record: Make) -> None:
    made = record("There are 40 schools in Omsk:\n\n- Lenin: 20\n- Kirov: 15\n- Frunze: 4\n\nThey are old.\n")
    (conflict,) = find_conflicts([made])
    text = made.document.text
    assert [text[place.span.start : place.span.end] for place in conflict.places] == [
        "There are 40 schools in Omsk:",
        text[text.index("- Lenin") : text.index("Frunze: 4") + len("Frunze: 4")],
    ]
    assert [[text[f.start : f.end] for f in place.figures] for place in conflict.places] == [["40"], ["20", "15", "4"]]


def test_a_copy_contradicts_nothing_more(documents: dict[str, Document]) -> None:
    """A document beside its own copy: what contradicts itself does so in each, and not from one to the other."""
    original = documents["kim2026"]
    copy = replace(original, source=replace(original.source, id="copy"))
    alone = notes(Record(original, chunk(original), "x"))
    assert len(alone) == 5
    assert notes(*(Record(d, chunk(d), d.id) for d in (original, copy))) == [*alone, *alone]


def test_rows_and_back(record: Make) -> None:
    made = record(f"{TOTAL}\n\n{TOTAL.replace('453', '307')}\n\nIt is to start on May 25 and end on May 15.")
    found = find_conflicts([made])
    rows = as_rows(found)
    assert [row["kind"] for row in rows] == ["numbers", "order"]
    size = len(made.document.text)
    assert from_rows(json.loads(json.dumps(rows)), {"a": size}) == found
    for broken, sizes in (
        ([{}], {"a": size}),
        (["x"], {"a": size}),
        ([{**rows[0], "kind": "other"}], {"a": size}),
        (rows, {}),
        (rows, {"a": 100}),
        ([{**rows[0], "first": {**rows[0]["first"], "figures": [[0, size]]}}], {"a": size}),
    ):
        with pytest.raises((ValueError, LookupError, TypeError)):
            from_rows(broken, sizes)


def test_the_conflicts_at_a_place(record: Make) -> None:
    made = record(f"{TOTAL}\n\nBetween.\n\n{TOTAL.replace('453', '307')}")
    found = find_conflicts([made])
    text = made.document.text
    first, between, second = (Span(at := text.index(s), at + 5) for s in ("As of", "Between", "As of May 5, 1938, a"))
    last = Span(len(text) - 5, len(text))
    assert [len(conflicts_at(found, "a", span)) for span in (first, between, second, last)] == [1, 0, 1, 1]
    assert conflicts_at(found, "b", first) == ()


@pytest.mark.parametrize(
    "text",
    [
        "of these 12 " * 20_000,
        "of these 12 " * 55,
        "12 men: " * 20_000,
        "12 men: " * 55,
        "of these " * 20_000 + "12 men",
        "from May 5 to " * 20_000,
        "12" + " " * 50_000 + "men",
        "including " + "x " * 50_000 + "12",
    ],
)
def test_no_text_takes_long(record: Make, text: str) -> None:
    made = record(f"{text}.")
    begun = perf_counter()
    assert notes(made) == []
    assert perf_counter() - begun < 5
