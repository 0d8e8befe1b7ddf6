"""`tutor review`: what reviewers found when they judged the tutor blind, and their disagreements with it as files.

Judging is done on the page Review; the figures are figures.py's, the rows export.py's, both in app/review.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.settings import Settings
from ingest.errors import TutorError

if TYPE_CHECKING:
    from app.review.store import Review

_NONE = "There are no reviews yet. Judge some sentences on the page Review: tutor serve"


class ReviewFileError(TutorError):
    """A file for reviewed rows that cannot be read or written, or nothing to write into it."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `review`."""
    review = commands.add_parser("review", help="what people found who judged the tutor's sentences on the page Review")
    review.add_argument("--json", action="store_true", help="the figures as JSON")
    review.add_argument(
        "--export", type=Path, metavar="FILE.jsonl", help="all disagreements with the tutor, into a new file"
    )
    review.add_argument(
        "--claims",
        type=Path,
        metavar="FILE.jsonl",
        help="append those that are claims with a sure verdict to a dataset",
    )
    review.set_defaults(run=_review)


def _review(options: argparse.Namespace, settings: Settings) -> int:
    from app.review.export import claim_rows, reviewed_rows
    from app.review.figures import as_json

    reviews = _kept(settings)
    if options.json:
        readable = sys.stdout.encoding.lower().startswith("utf")
        print(json.dumps(as_json(reviews), ensure_ascii=not readable, indent=2))
    elif not reviews:
        print(_NONE, file=sys.stderr)
    else:
        _print(reviews)
    if options.export is not None:
        _write(options.export, reviewed_rows(reviews))
    if options.claims is not None:
        known = _known(options.claims)
        given = {row.get("claim") for row in known}
        rows = claim_rows(reviews, [str(row.get("id")) for row in known])
        _append(options.claims, [row for row in rows if row["claim"] not in given])
    return 0


def _print(reviews: Sequence[Review]) -> None:
    """The figures by set, kind and reviewer; then how far reviewers agree."""
    from app.review.figures import between, found
    from app.review.wording import KINDS, agreement_line, precision_line

    for drawn in dict.fromkeys(review.drawn for review in reviews):
        print(drawn)
        for one in found(review for review in reviews if review.drawn == drawn):
            again = (
                f". {one.again} changed after the tutor's verdict was shown, and left out of this" if one.again else ""
            )
            print(f"  {one.reviewer}, {KINDS[one.kind].name}: {precision_line(one.precision)}")
            print(f"    with the tutor: {agreement_line(one.with_tutor)}{again}")
    pairs = between(reviews)
    if pairs:
        print("Between reviewers")
    for two in pairs:
        print(f"  {two.one} and {two.other}, {KINDS[two.kind].name}: {agreement_line(two.agreement)}")


def _kept(settings: Settings) -> Sequence[Review]:
    """All reviews, the oldest first; makes no file where there is none."""
    from app.build import build_reviews, history_path

    if not history_path(settings).exists():
        return ()
    reviews = build_reviews(settings)
    try:
        return reviews.all()
    finally:
        reviews.close()


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    from app.review.export import lines

    if not rows:
        raise ReviewFileError("No reviewer disagrees with the tutor yet, so nothing was written.")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(lines(rows))
    except FileExistsError:
        raise ReviewFileError(f"{path} is there already. Name a new file, or move it away.") from None
    except OSError as error:
        raise ReviewFileError(f"{path} cannot be written: {error.strerror}.") from error
    print(f"{len(rows)} written: {path}", file=sys.stderr)


def _known(path: Path) -> list[Mapping[str, Any]]:
    """The rows of a dataset; none if it is not there."""
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        rows = [json.loads(line) for line in text.split("\n") if line.strip()]
    except OSError as error:
        raise ReviewFileError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError):
        raise ReviewFileError(f"{path} is no JSONL file in UTF-8. Name another file.") from None
    if not all(isinstance(row, dict) for row in rows):
        raise ReviewFileError(f"{path} has lines that are no objects. Name a file of claims, or a new one.")
    return rows


def _append(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    from app.review.export import lines

    if not rows:
        print("No disagreement makes a claim with a sure verdict that is not there yet.", file=sys.stderr)
        return
    try:
        ends = not path.exists() or not (text := path.read_text(encoding="utf-8")) or text.endswith("\n")
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(("" if ends else "\n") + lines(rows))
    except OSError as error:
        raise ReviewFileError(f"{path} cannot be written: {error.strerror}.") from error
    print(f"{len(rows)} appended: {path}. Check them: python -m evals.validate", file=sys.stderr)
