"""`tutor study due`: the counts, the streak and the next card, in the zone of the machine."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from app.build import build_study
from app.due_cli import add_due
from app.settings import Settings
from app.study.cards import deck
from app.study.schedule import Rating
from app.tutor import Tutor

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TZ", "Asia/Seoul")  # nine hours on: the evening of the same day
    return Settings.read({"TUTOR_HOME": str(tmp_path)})


def due(settings: Settings, tutor: Tutor, at: datetime, *arguments: str) -> int:
    parser = argparse.ArgumentParser()

    def clock(zone: tzinfo) -> datetime:
        return at.astimezone(zone)

    add_due(parser.add_subparsers(), lambda settings: tutor, clock)
    options = parser.parse_args(["due", *arguments])
    return int(options.run(options, settings))


def test_what_is_due_is_counted(settings: Settings, tutor: Tutor, capsys: pytest.CaptureFixture[str]) -> None:
    cards = deck(tutor)
    assert due(settings, tutor, NOON) == 0
    assert capsys.readouterr().out == (
        "10 left today: 0 due, 0 being learnt, 10 new\n0 days in a row\nGo on: tutor serve, page Study\n"
    )
    file = build_study(settings)
    file.set_new_a_day(2)
    file.rate(cards[0], Rating.EASY, NOON, None)
    file.rate(cards[-1], Rating.EASY, NOON, None)
    due(settings, tutor, NOON)
    assert capsys.readouterr().out == (
        "0 left today: 0 due, 0 being learnt, 0 new\n1 day in a row\nThe next card comes tomorrow\n"
    )
    file.set_new_a_day(0)
    due(settings, tutor, NOON + timedelta(days=1))
    assert capsys.readouterr().out.splitlines()[1:] == ["1 day in a row", "The next card comes on Tuesday, 10 March"]
    due(settings, tutor, NOON + timedelta(days=8), "--json")
    row = json.loads(capsys.readouterr().out)
    later = row.pop("later")
    assert row == {"due": 2, "learning": 0, "new": 0, "streak": 0, "next": None}
    assert len(cards) // 2 < later < len(cards)
    due(settings, tutor, NOON + timedelta(hours=3, days=7), "--json")  # midnight of the 10th in Seoul
    assert json.loads(capsys.readouterr().out)["due"] == 2
    due(settings, tutor, NOON + timedelta(hours=2, days=7), "--json")
    assert json.loads(capsys.readouterr().out)["next"] == "2026-03-10T00:00:00+09:00"
