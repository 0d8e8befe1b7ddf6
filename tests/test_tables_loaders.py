"""CSV, TSV and JSON Lines: rows that say what they are, their numbers, and files that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunk import chunk
from ingest.documents import Document, Source
from ingest.errors import SourceError
from ingest.loaders import parse
from ingest.row_blocks import LONGEST_PART, MAX_FIELDS, MAX_ROWS, MAX_TEXT

PROSE = "They moved to the north in the autumn. It was cold, and there was little to eat. " * 3
LINE = " ".join(PROSE.split())
CORRECT = "correct or delete that line"


def read(text: str, suffix: str = ".csv", encoding: str = "utf-8") -> Document:
    path = Path("x" + suffix)
    return parse(text.encode(encoding), path, Source("x", "", path))


def rows(document: Document) -> list[tuple[str, str]]:
    """Each block's place and text; headings and paragraphs with their kind."""
    found = []
    for block in document.blocks:
        text = document.plain(block.span)
        found.append(
            (document.where(block.span), text if block.kind.value == "table" else f"{block.kind.value} {text}")
        )
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Region,Farms\nNorth,28\nSouth,30\n",
            [("row 2", "Region: North; Farms: 28"), ("row 3", "Region: South; Farms: 30")],
        ),
        ("Region,Farms,Note\nNorth,28,\n", [("row 2", "Region: North; Farms: 28")]),
        (
            "Region,Farms\n\nNorth,28\n,\nSouth,30",
            [("row 3", "Region: North; Farms: 28"), ("row 5", "Region: South; Farms: 30")],
        ),
        (
            'Name,Says\r\nAnn,"two\r\nlines, ""so"""\r\nBob,no\r\n',
            [("row 2", 'Name: Ann; Says: two lines, "so"'), ("row 3", "Name: Bob; Says: no")],
        ),
        (
            "Region;Yield\nNorth;1,5\nSouth;2,5\n",
            [("row 2", "Region: North; Yield: 1,5"), ("row 3", "Region: South; Yield: 2,5")],
        ),
        ("1,5;2,5\n3,5;4,5\n", [("row 1", "Column 1: 1,5; Column 2: 2,5"), ("row 2", "Column 1: 3,5; Column 2: 4,5")]),
        ("Name\tCity\nAnn\tSan José, CA\n", [("row 2", "Name: Ann; City: San José, CA")]),
        ("Name|City\nAnn|Paris\n", [("row 2", "Name: Ann; City: Paris")]),
        ("sep=;\r\nName;Born\r\nAnn;1901\r\n", [("row 2", "Name: Ann; Born: 1901")]),
        (
            "North,28\nSouth,30\n",
            [("row 1", "Column 1: North; Column 2: 28"), ("row 2", "Column 1: South; Column 2: 30")],
        ),
        ("Region,1937,1938\nNorth,28,30\n", [("row 2", "Region: North; 1937: 28; 1938: 30")]),
        (
            "North,1937\nSouth,1938\n",
            [("row 1", "Column 1: North; Column 2: 1937"), ("row 2", "Column 1: South; Column 2: 1938")],
        ),
        ("yes,Ann\nyes,Bob\n", [("row 1", "Column 1: yes; Column 2: Ann"), ("row 2", "Column 1: yes; Column 2: Bob")]),
        (",Farms,Farms\nNorth,28,29,3\n", [("row 2", "Column 1: North; Farms: 28; Farms (2): 29; Column 4: 3")]),
        ("City\nParis\nRome\n", [("row 2", "City: Paris"), ("row 3", "City: Rome")]),
        ("Only one line", [("row 1", "Only one line")]),
        (
            "Farms by region;;\nin 1937;;\n\nRegion;Farms;\nNorth;28;\n;;\nSource: the census\n",
            [
                ("row 1", "heading Farms by region"),
                ("row 2", "paragraph in 1937"),
                ("row 5", "Region: North; Farms: 28"),
                ("row 7", "paragraph Source: the census"),
            ],
        ),
        (
            f'Title,Text,Year\nThe move,"{PROSE}\n\nThen it was spring.",1937\n,,1938\n',
            [
                ("row 2", "heading The move"),
                ("row 2", "Year: 1937"),
                ("row 2", f"paragraph {LINE}"),
                ("row 2", "paragraph Then it was spring."),
                ("row 3", "heading 1938"),
                ("row 3", "Year: 1938"),
            ],
        ),
        (
            f'Who,Story\nAnn,"{PROSE}"\n',
            [("row 2", "heading Ann"), ("row 2", "Who: Ann"), ("row 2", f"paragraph Story: {LINE}")],
        ),
    ],
)
def test_tables(text: str, expected: list[tuple[str, str]]) -> None:
    assert rows(read(text)) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    assert rows(read("Név;Év\nGergő;1937\n", encoding=encoding)) == [("row 2", "Név: Gergő; Év: 1937")]


def test_tab_separated_quotes_may_mean_themselves() -> None:
    assert rows(read('Name\tSize\nAnn\t5" pipe\n"Bob\t6\n', ".tsv")) == [
        ("row 2", 'Name: Ann; Size: 5" pipe'),
        ("row 3", 'Name: "Bob; Size: 6'),
    ]


def test_a_title_above_the_names_is_the_title() -> None:
    assert read("Farms by region,\nRegion,Farms\nNorth,28\n").source.title == "Farms by region"
    assert read("Region,Farms\nNorth,28\n").source.title == "x"


def test_a_wide_row_is_parted_and_each_part_says_which_row_it_is() -> None:
    names = ["Region", *(f"Indicator {n}" for n in range(1, 60))]
    document = read(",".join(names) + "\n" + ",".join(["North", *(f"value {n}" for n in range(1, 60))]))
    parts = [text for _, text in rows(document)]
    assert len(parts) == 3
    assert all(text.startswith("Region: North; ") and len(text) <= LONGEST_PART for text in parts)
    assert [cell for text in parts for cell in text.split("; ")[1:]] == [
        f"Indicator {n}: value {n}" for n in range(1, 60)
    ]


def test_each_row_is_a_sentence_of_its_passage() -> None:
    document = read("Region,Farms\n" + "".join(f"District {n},{n}\n" for n in range(100)))
    passages = chunk(document)
    said = [document.plain(sentence) for passage in passages for sentence in passage.sentences]
    assert said == [f"Region: District {n}; Farms: {n}" for n in range(100)]
    assert 2 <= len(passages) <= 5
    assert document.where(passages[0].sentences[12]) == "row 14"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{"author": {"name": "Ann"}, "tags": ["a", "b"], "year": 1937, "share": 1.50, "none": null, "new": true}',
            [("row 1", "author name: Ann; tags: a, b; year: 1937; share: 1.50; new: yes")],
        ),
        (
            '\n{"a": 1}\r\n\n{"list": [{"b": 2}, {"b": 3}]}\n',
            [("row 2", "a: 1"), ("row 4", "list 1 b: 2; list 2 b: 3")],
        ),
        ('{"user": "Ann", "text": "We left."}', [("row 1", "user: Ann; text: We left.")]),
        (
            json.dumps({"id": 7, "title": "The move", "text": PROSE.strip() + "\n\nSpring."}),
            [
                ("row 1", "heading The move"),
                ("row 1", "id: 7"),
                ("row 1", f"paragraph {LINE}"),
                ("row 1", "paragraph Spring."),
            ],
        ),
        (
            json.dumps({"id": 7, "body": "A line of words that is long enough\nand was wrapped by hand."}),
            [
                ("row 1", "heading 7"),
                ("row 1", "id: 7"),
                ("row 1", "paragraph A line of words that is long enough and was wrapped by hand."),
            ],
        ),
        ('{"x": "half \\ud800 and \\u0000"}', [("row 1", "x: half � and �")]),
        ('{"text": "Ann"}', [("row 1", "text: Ann")]),
    ],
)
def test_json_lines(text: str, expected: list[tuple[str, str]]) -> None:
    assert rows(read(text, ".jsonl")) == expected


@pytest.mark.parametrize(
    ("suffix", "text", "message"),
    [
        (".csv", ",,\n\n , \n", "x.csv has no row with a value in it; put some in or remove it"),
        (
            ".csv",
            'a,b\n1,2\n3,"4\n5,6\n',
            'x.csv, row 3: a quote (") is opened and never closed; close it, or double it if it is part of the text',
        ),
        (".csv", f"a,b\n{',' * MAX_FIELDS}1\n", "x.csv, row 2 has more than 1,000 values; split it into several files"),
        (".csv", "a,b\n" + "1,2\n" * (MAX_ROWS + 1), "x.csv has more than 50,000 rows; split it into several files"),
        (".csv", 'sep="\na"b\n1"2\n', "x.csv declares '\"' as what parts its cells; use a comma, a semicolon or a tab"),
        (".jsonl", "{}\n\n{}\n", "x.jsonl has no row with a value in it; put some in or remove it"),
        (
            ".jsonl",
            '{"a": 1}\n{"b" 2}\n',
            "x.jsonl, line 2 is not a JSON object (Expecting ':' delimiter at character 6); " + CORRECT,
        ),
        (
            ".jsonl",
            '{"a": 1}\n[1]',
            "x.jsonl, line 2 is not a JSON object (it is not in braces); correct or delete that line",
        ),
        (
            ".jsonl",
            '{"a":' * 100_000,
            "x.jsonl, line 1 is not a JSON object (it is too deeply nested); correct or delete that line",
        ),
        (
            ".jsonl",
            json.dumps(dict.fromkeys(map(str, range(MAX_FIELDS + 1)), 1)),
            "x.jsonl, row 1 has more than 1,000 values; split it into several files",
        ),
    ],
)
def test_files_that_are_refused(suffix: str, text: str, message: str) -> None:
    with pytest.raises(SourceError) as raised:
        read(text, suffix)
    assert str(raised.value) == message


def test_names_repeated_in_every_row_do_not_fill_the_memory() -> None:
    names = ",".join(f"{n:0120d}x" for n in range(500))
    text = f"{names}\n" + (",".join("1" * 500) + "\n") * (MAX_TEXT // 60_000 + 10)
    with pytest.raises(SourceError, match="comes to more than 50,000,000 characters"):
        read(text)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.text(st.sampled_from('ab1;,|\t"\'\r\n\\ ="sep')), st.binary()))
def test_anything_else_is_refused_or_read(text: str | bytes) -> None:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    for suffix in (".csv", ".tsv", ".jsonl"):
        _whole(data, suffix)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(st.text(), _VALUES, max_size=5), max_size=5))
def test_any_objects_can_be_read(objects: list[dict[str, object]]) -> None:
    _whole("\n".join(map(json.dumps, objects)).encode(), ".jsonl")


def _whole(data: bytes, suffix: str) -> None:
    """Bytes are refused by a SourceError, or become passages that quote the text exactly, each in a row."""
    path = Path("x" + suffix)
    try:
        document = parse(data, path, Source("x", "", path))
    except SourceError:
        return
    document.text.encode()
    for passage in chunk(document):
        for sentence in passage.sentences:
            assert document.text[sentence.start : sentence.end].strip()
            assert document.where(sentence).startswith("row ")
