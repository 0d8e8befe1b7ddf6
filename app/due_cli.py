"""`tutor study due`: what is left to study today, the streak, and when the next card comes.

Studying is done on the page Study. Which cards are due is said by app/study/queue.py, in the time zone of this machine.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from app.tutor import Tutor

Clock = Callable[[tzinfo], datetime]


def add_due(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    make_tutor: Callable[[Settings], Tutor],
    clock: Clock = datetime.now,
) -> None:
    """Add `due`.

    Args:
        commands: those of `tutor study`.
        make_tutor: makes the tutor whose sources are studied.
        clock: gives the time in a zone.
    """
    due = commands.add_parser("due", help="what is left to study today, and when the next card comes")
    due.add_argument("--json", action="store_true", help="the same as JSON")
    due.set_defaults(run=lambda options, settings: _due(options, settings, make_tutor(settings), clock))


def _due(options: argparse.Namespace, settings: Settings, tutor: Tutor, clock: Clock) -> int:
    from app.build import build_study
    from app.study.cards import deck
    from app.study.queue import plan
    from app.study.schedule import streak, when_words
    from app.study.zone import machine_zone

    file, now = build_study(settings), clock(machine_zone())
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    kept, new_a_day = file.cards(), file.new_a_day()
    left = plan(deck(tutor), kept, now, new_today=file.new_since(midnight), new_a_day=new_a_day)
    days = streak(file.days(now.tzinfo), now.date())
    file.close()
    if options.json:
        row = {
            "due": left.due,
            "learning": left.learning,
            "new": left.new,
            "later": left.later,
            "streak": days,
            "next": left.next_at.isoformat() if left.next_at is not None else None,
        }
        print(json.dumps(row))
        return 0
    print(f"{left.left} left today: {left.due} due, {left.learning} being learnt, {left.new} new")
    print(f"{days} {'day' if days == 1 else 'days'} in a row")
    if left.card is not None:
        print("Go on: tutor serve, page Study")
    elif left.next_at is not None:
        print(f"The next card comes {when_words(left.next_at, now)}")
    return 0
