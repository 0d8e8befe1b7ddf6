"""Catalogs: the bundled one, the rows that are no good, and the ids of files without one."""

from __future__ import annotations

from pathlib import Path

import pytest

import ingest.catalog
from ingest.catalog import read_catalog, source_for, unique_id
from ingest.documents import Source
from ingest.errors import CatalogError

SOURCES = Path(ingest.catalog.__file__).parent / "sources"


def test_the_bundled_catalog() -> None:
    rows = read_catalog(SOURCES)
    assert [(row.id, row.path.name, row.path.is_file()) for row in rows] == [
        ("kim2026", "kim2026.txt", True),
        ("loc", "loc.txt", True),
    ]
    assert all(row.title and row.rights and row.aliases for row in rows)


def test_a_row(tmp_path: Path) -> None:
    (tmp_path / "catalog.toml").write_text(
        '[[source]]\nid = "a-1"\nfile = "sub/a.txt"\ntitle = "T"\nyear = "1937"\naliases = ["the paper"]\n'
    )
    assert read_catalog(tmp_path) == (Source("a-1", "T", tmp_path / "sub/a.txt", year="1937", aliases=("the paper",)),)


def test_a_folder_without_a_catalog(tmp_path: Path) -> None:
    assert read_catalog(tmp_path) == ()


ROW = '[[source]]\nid = "a"\nfile = "a.txt"\ntitle = "A"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source = [", "is not valid TOML: "),
        ("source = 3", ": `source` is not a list of tables; begin each row with [[source]]"),
        ("[[source]]\nid = 'a'", ", row 1 lacks file, title; add it"),
        ("[[source]]\nid = ''\nfile = 'a.txt'\ntitle = 'A'", ", row 1 lacks id; add it"),
        (
            ROW + "[[source]]\nid = 'a'\nfile = 'b.txt'\ntitle = 'B'",
            ": two rows have the id 'a'; each needs its own",
        ),
        (
            ROW + "[[source]]\nid = 'b'\nfile = 'a.txt'\ntitle = 'B'",
            ": two rows have the file 'a.txt'; each needs its own",
        ),
        (ROW.replace('"a"', '"A b"'), ", row 1: the id 'A b' may hold only a-z, 0-9, '_' and '-'"),
        (ROW + "year = 1937", ", row 1: year = 1937 is not a string; put it in quotes"),
        (ROW + "aliases = 'x'", ", row 1: aliases = 'x' is not a list of strings"),
        (ROW + "titel = 'x'", ", row 1 has the unknown field 'titel'; check the spelling"),
        (ROW.replace("a.txt", "../a.txt"), ", row 1: the file '../a.txt' is outside the catalog's folder"),
        (ROW.replace("a.txt", "/a.txt"), ", row 1: the file '/a.txt' is outside the catalog's folder"),
    ],
)
def test_bad_catalogs(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "catalog.toml"
    path.write_text(text)
    with pytest.raises(CatalogError) as caught:
        read_catalog(tmp_path)
    assert str(caught.value).removeprefix(str(path)).lstrip().startswith(message.lstrip())
    assert "\n" not in str(caught.value)


def test_a_catalog_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "catalog.toml").write_bytes(b"\xff")
    with pytest.raises(CatalogError, match="is not valid TOML: 'utf-8' codec can't decode"):
        read_catalog(tmp_path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("notes.txt", "notes"),
        ("Kim Ch'il-sŏng (2).txt", "kim-ch-il-song-2"),
        ("고려사람.txt", "source"),
        ("a_b.c.md", "a_b-c"),
    ],
)
def test_ids_from_file_names(name: str, expected: str) -> None:
    assert source_for(Path("/x") / name) == Source(expected, "", Path("/x") / name)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [((), "a"), (("a",), "a-2"), (("a", "a-2"), "a-3"), (("a-2",), "a")],
)
def test_unique_ids(taken: tuple[str, ...], expected: str) -> None:
    assert unique_id("a", dict.fromkeys(taken)) == expected


@pytest.mark.parametrize(
    ("author", "year", "label"),
    [
        ("German Kim; translated by Ekaterina Pesegova", "2026", "German Kim 2026"),
        ("Library of Congress, Asian Division", "", "Library of Congress"),
        ("", "2026", "s"),
        (" ", "", "s"),
    ],
)
def test_a_source_is_told_from_others_at_a_glance(author: str, year: str, label: str) -> None:
    assert Source("s", "A Long Title", Path("s.txt"), author=author, year=year).label == label
