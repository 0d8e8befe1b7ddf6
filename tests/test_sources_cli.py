"""`tutor sources`, `tutor remove`, `tutor rename`: what is listed, and what ingest does afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import SOURCES, tree, vector_ids

from app.cli import main
from app.library import Library
from app.settings import Settings
from app.sources_cli import table

TABLE = "Region,Farms\nTashkent,28\nKhorezm,17\n"
LOC = SOURCES / "loc.txt"
LOC_TITLE = "Soviet Korean Biographies in the Korean Collection of the Library of Congress:…"

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: str | Path) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


@pytest.fixture
def farms(tmp_path: Path) -> Path:
    path = tmp_path / "farms.csv"
    path.write_text(TABLE)
    return path


def ids(capsys: Capture) -> list[str]:
    return [row["id"] for row in json.loads(run(capsys, "sources", "--json")[1])]


def test_the_list(capsys: Capture, home: Path, farms: Path) -> None:
    run(capsys, "ingest", farms)
    status, out, err = run(capsys, "sources")
    assert (status, err) == (0, "")
    head, first, second, third = out.splitlines()
    assert head.split() == ["ID", "TITLE", "AUTHOR", "YEAR", "KIND", "PASSAGES", "FILE"]
    assert first.split() == ["farms", "farms", "table", "1", str(farms)]
    assert second.startswith("kim2026  False Narratives and the Reality of History…  German Kim; translate…  2026  ")
    assert second.endswith(f"  plain text        81  {SOURCES / 'kim2026.txt'}")
    assert third.split()[0] == "loc"

    farms.write_text(TABLE + "Fergana,9\n")
    row = json.loads(run(capsys, "sources", "--json")[1])[0]
    assert row == {
        "id": "farms",
        "title": "farms",
        "author": "",
        "year": "",
        "kind": "table",
        "passages": 1,
        "path": str(farms),
        "state": "changed",
        "bundled": False,
        "upload": False,
    }
    assert run(capsys, "sources")[1].splitlines()[1].endswith("farms.csv (changed since: tutor ingest)")
    farms.unlink()
    assert run(capsys, "sources")[1].splitlines()[1].endswith("farms.csv (gone; its text is kept)")


def test_without_an_index(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "none"))
    none = "No sources are indexed. Add some: tutor ingest [PATH]\n"
    assert run(capsys, "sources") == (0, "", none)
    assert run(capsys, "sources", "--json") == (0, "[]\n", "")
    missing = "tutor: There is no source 'loc'. There are none yet. Add some: tutor ingest PATH\n"
    assert run(capsys, "remove", "loc") == (2, "", missing)
    assert not (tmp_path / "none").exists()


def test_a_removed_file_is_gone_and_can_come_back(capsys: Capture, home: Path, farms: Path) -> None:
    before = vector_ids(home / "index")
    run(capsys, "ingest", farms)
    assert "Farms: 17" in run(capsys, "ask", "How many farms are there in Khorezm region?")[1]
    said = f"Removed: farms, farms (1 passage). Its file stays: tutor ingest {farms}\n"
    assert run(capsys, "remove", "farms") == (0, said, "")
    assert ids(capsys) == ["kim2026", "loc"]
    assert vector_ids(home / "index") == before
    assert "Farms: 17" not in run(capsys, "ask", "How many farms are there in Khorezm region?")[1]
    assert run(capsys, "ingest")[1] == "2 unchanged\n"  # it does not come back by itself
    assert run(capsys, "ingest", farms)[1] == "1 added, 1 passage\n"
    assert "Farms: 17" in run(capsys, "ask", "How many farms are there in Khorezm region?")[1]


def test_a_bundled_source_stays_away_until_it_is_asked_for(capsys: Capture, home: Path) -> None:
    said = (
        f"Removed: loc, {LOC_TITLE} (8 passages). "
        f"It came with the tutor and stays away until you ask for it: tutor ingest {LOC}\n"
    )
    assert run(capsys, "remove", "loc") == (0, said, "")
    note = f"Removed: loc.txt, which came with the tutor. Back with: tutor ingest {LOC}\n"
    assert run(capsys, "sources")[2] == note
    assert run(capsys, "ingest")[1] == "1 unchanged\n"
    assert run(capsys, "ingest", SOURCES / "kim2026.txt")[1] == "1 unchanged\n"
    assert ids(capsys) == ["kim2026"]
    assert run(capsys, "ingest", SOURCES)[1] == "1 added, 1 unchanged, 8 passages\n"
    assert run(capsys, "sources")[2] == ""
    assert run(capsys, "ingest")[1] == "2 unchanged\n"


def test_a_removed_bundled_source_stays_away_through_a_rebuild(capsys: Capture, home: Path) -> None:
    run(capsys, "remove", "kim2026")
    assert run(capsys, "ingest", "--rebuild")[1] == "1 added, 8 passages\n"
    assert ids(capsys) == ["loc"]


def test_all_can_be_removed(capsys: Capture, home: Path) -> None:
    assert run(capsys, "remove", "loc", "kim2026", "loc")[0] == 0
    status, out, err = run(capsys, "ask", "Who signed the resolution?")
    assert (status, out, err) == (0, "There are no sources yet. Add some: tutor ingest PATH\n", "")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("remove", "kim"), "There is no source 'kim'. Did you mean kim2026? All of them: tutor sources"),
        (("remove", "loc", "lcc"), "There is no source 'lcc'. Did you mean loc? All of them: tutor sources"),
        (("remove", ""), "There is no source ''. The list is: tutor sources"),
        (("remove", "zzz" * 100), f"There is no source '{'zzz' * 20}'. The list is: tutor sources"),
        (("rename", "lok", "Title"), "There is no source 'lok'. Did you mean loc? All of them: tutor sources"),
        (("rename", "loc", " \u200b\x07 -- "), "A title has a letter or a digit at least. Type one."),
        (("rename", "loc", "x" * 301), "A title has at most 300 characters, this one 301. Shorten it."),
    ],
)
def test_mistakes_change_nothing(capsys: Capture, home: Path, arguments: tuple[str, ...], line: str) -> None:
    before = tree(home)
    assert run(capsys, *arguments) == (2, "", f"tutor: {line}\n")
    assert tree(home) == before


def test_a_title_stays_when_the_file_changes(capsys: Capture, home: Path, farms: Path) -> None:
    run(capsys, "ingest", farms)
    vectors = vector_ids(home / "index")
    said = (0, "farms is now called: Farms by region\n", "")
    assert run(capsys, "rename", "farms", "Farms", "by\n  region\x1b") == said
    assert vector_ids(home / "index") == vectors
    assert run(capsys, "ingest")[1] == "3 unchanged\n"
    farms.write_text(TABLE + "Fergana,9\n")
    assert run(capsys, "ingest")[1] == "1 changed, 2 unchanged, 1 passage\n"
    rows = json.loads(run(capsys, "sources", "--json")[1])
    assert (rows[0]["title"], rows[0]["state"]) == ("Farms by region", "same")

    run(capsys, "remove", "farms")  # whoever removes it begins anew
    run(capsys, "ingest", farms)
    assert json.loads(run(capsys, "sources", "--json")[1])[0]["title"] == "farms"


def test_a_busy_index_is_said_and_nothing_is_changed(capsys: Capture, home: Path) -> None:
    from vectorstore.folder import locked

    with locked(home / "index"):
        for arguments in (("remove", "loc"), ("rename", "loc", "Title")):
            status, out, err = run(capsys, *arguments)
            assert (status, out) == (2, "")
            assert err.startswith(f"tutor: The index {home / 'index'} is being written by another process.")
    assert ids(capsys) == ["kim2026", "loc"]
    assert not (home / "tutor.sqlite3").exists()


def test_titles_that_would_move_the_cursor_do_not(capsys: Capture, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "evil.md"
    path.write_text("# A \x1b[31mred\x1b[0m title\n\nText of it, so that there is some.\n")
    run(capsys, "ingest", path)
    out = run(capsys, "sources")[1]
    assert "\x1b" not in out
    assert "A [31mred [0m title" in out


def test_the_table_of_none() -> None:
    assert [line.split()[0] for line in table(())] == ["ID"]


def test_paths_that_are_no_text_are_kept_as_they_are(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "tutor.sqlite3")
    path = tmp_path / "caf\udce9.txt"
    library.give_title(path, "Coffee")
    library.forget([], [], [path])
    assert library.wishes().titles == {path: "Coffee"}
    library.bring_back([tmp_path / "sub" / ".."])
    assert library.wishes().left_out == frozenset()


def test_settings_name_the_uploads(home: Path) -> None:
    from app.sources import uploaded, uploads

    settings = Settings.read({"TUTOR_HOME": str(home)})
    assert uploaded(settings) == []
    uploads(settings).mkdir()
    (uploads(settings) / ".hidden").write_text("x")
    assert uploaded(settings) == []
    (uploads(settings) / "a.txt").write_text("x")
    assert uploaded(settings) == [home / "documents"]
