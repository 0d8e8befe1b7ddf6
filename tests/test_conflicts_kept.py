"""The list of conflicts beside an index: made by ingest, read by the tutor, made anew whenever it does not fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.build import rebuild_index, update_index
from app.conflicts.finding import VERSION
from app.conflicts.keeping import conflicts_of
from app.settings import Settings
from app.tutor import Tutor
from ingest.documents import Span
from ingest.errors import IndexUnavailable
from ingest.pipeline import ingest
from vectorstore.embedding import WordEmbedder
from vectorstore.store import Store

WORDS = WordEmbedder(["families", "farms"])
FAMILIES = "As of May 5, 1938, there were {} families in Uzbekistan."
FARMS = "It is to begin on May 25 and end on May 15."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An index of two documents that disagree."""
    settings = Settings.read({"TUTOR_HOME": str(tmp_path / "home")})
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(FAMILIES.format("16,453"))
    (folder / "b.txt").write_text(FAMILIES.format("16,307"))
    update_index(settings, WORDS, [folder])
    return settings


def listed(settings: Settings) -> Path:
    (path,) = settings.index.glob("content-*")
    return path / "conflicts.json"


def told(settings: Settings) -> list[str]:
    """The notes that a tutor over the index gives, read anew from disk."""
    store = Store(settings.index, WORDS)
    try:
        return [conflict.note for conflict in Tutor(store, WORDS).conflicts()]
    finally:
        store.close()


FOUND = ["The sources disagree here: 16,453 families and 16,307 families."]
BACKWARDS = "The source contradicts itself here: it begins on May 25 and ends before that, on May 15."


def test_ingest_keeps_the_list(settings: Settings) -> None:
    kept = json.loads(listed(settings).read_text())
    store = Store(settings.index, WORDS)
    assert kept == {
        "version": VERSION,
        "of": store.hashes(),
        "rows": [
            {
                "kind": "numbers",
                "first": {"source": "a", "start": 0, "end": 60, "figures": [[30, 36]]},
                "second": {"source": "b", "start": 0, "end": 60, "figures": [[30, 36]]},
                "note": FOUND[0],
            }
        ],
    }
    assert told(settings) == FOUND


def test_what_is_kept_is_read_and_not_found_again(settings: Settings) -> None:
    kept = json.loads(listed(settings).read_text())
    listed(settings).write_text(json.dumps({**kept, "rows": []}))
    before = listed(settings).stat().st_mtime_ns
    assert told(settings) == []
    update_index(settings, WORDS, [settings.home.parent / "in"])
    assert (told(settings), listed(settings).stat().st_mtime_ns) == ([], before)


def test_the_list_follows_the_documents(settings: Settings) -> None:
    folder = settings.home.parent / "in"
    (folder / "b.txt").write_text(FARMS)
    update_index(settings, WORDS, [folder])
    assert told(settings) == [BACKWARDS]
    (folder / "b.txt").unlink()
    update_index(settings, WORDS, [folder])
    assert (told(settings), json.loads(listed(settings).read_text())["rows"]) == ([], [])


def test_a_rebuilt_index_has_its_list(settings: Settings) -> None:
    rebuild_index(settings, WORDS, [])
    assert listed(settings).exists()
    assert told(settings) == FOUND


def damage(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(text) and None


def change(**parts: Any) -> Callable[[Path], None]:
    return damage_by(lambda kept: {**kept, **parts})


def damage_by(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Path], None]:
    return lambda path: path.write_text(json.dumps(change(json.loads(path.read_text())))) and None


@pytest.mark.parametrize(
    "harm",
    [
        Path.unlink,  # an index of an earlier version, or ingest killed right before it
        damage(""),
        damage("{"),
        damage("[]"),
        damage("null"),
        damage("[" * 100_000),
        change(version=VERSION - 1, rows=[]),
        change(of={}, rows=[]),
        change(rows=None),
        change(rows=["x"]),
        change(rows=[{"kind": "numbers"}]),
        damage_by(lambda kept: {**kept, "rows": [{**kept["rows"][0], "kind": "other"}]}),
        damage_by(
            lambda kept: {**kept, "rows": [{**kept["rows"][0], "first": {**kept["rows"][0]["first"], "end": 99}}]}
        ),
    ],
)
def test_a_list_that_is_missing_or_damaged_is_made_anew(settings: Settings, harm: Callable[[Path], None]) -> None:
    whole = listed(settings).read_text()
    harm(listed(settings))
    assert told(settings) == FOUND
    update_index(settings, WORDS, [settings.home.parent / "in"])
    assert listed(settings).read_text() == whole


def test_a_stale_list_is_noticed(settings: Settings) -> None:
    """A process that was killed after its documents went in leaves the list of those before."""
    folder = settings.home.parent / "in"
    (folder / "b.txt").write_text(FARMS)
    store = Store(settings.index, WORDS)
    with store.writing():
        ingest([folder], store)
    assert [conflict.note for conflict in conflicts_of(store)] == [BACKWARDS]
    assert told(settings) == [BACKWARDS]


def test_a_half_written_list_does_no_harm(settings: Settings) -> None:
    half = listed(settings).with_name("conflicts.json.1-2.tmp")
    half.write_text('{"version": 1, "of"')
    assert told(settings) == FOUND
    update_index(settings, WORDS, [settings.home.parent / "in"])
    assert (half.exists(), told(settings)) == (False, FOUND)


def test_a_list_that_cannot_be_written_is_said(settings: Settings) -> None:
    listed(settings).unlink()
    listed(settings).mkdir()
    with pytest.raises(IndexUnavailable, match="cannot be used"):
        update_index(settings, WORDS, [settings.home.parent / "in"])
    assert told(settings) == FOUND


def test_a_running_tutor_has_the_list_of_the_index_as_it_is(settings: Settings) -> None:
    tutor = Tutor(Store(settings.index, WORDS), WORDS)
    before = tutor.conflicts()
    assert tutor.conflicts() is before
    folder = settings.home.parent / "in"
    (folder / "c.txt").write_text(FARMS)
    update_index(settings, WORDS, [folder])
    assert [conflict.note for conflict in tutor.conflicts()] == [*FOUND, BACKWARDS]


def test_the_conflicts_at_a_place_of_a_source(settings: Settings) -> None:
    tutor = Tutor(Store(settings.index, WORDS), WORDS)
    assert tutor.conflicts_at("b", Span(30, 36)) == tutor.conflicts()
    assert tutor.conflicts_at("c", Span(30, 36)) == ()


def test_an_answer_says_what_contradicts_it_and_cites_it(settings: Settings) -> None:
    answer = Tutor(Store(settings.index, WORDS), WORDS).ask("How many families were in Uzbekistan?")
    assert [citation.source_id for citation in answer.citations] == ["a", "b"]
    assert list(answer.notes) == FOUND
