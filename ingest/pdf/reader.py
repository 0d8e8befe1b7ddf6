"""A PDF becomes text with pages, in a process of its own with a limit of time and memory.

PDFium is a large library in C++ that reads files from anywhere. A file that makes it crash, loop or eat memory, by
mistake or on purpose, takes that process down and nothing else, and becomes one line for the user.

Left to others: what the process does (child.py, layout.py), where a passage stands on its page (places.py).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ingest.documents import BlockKind, Locator, LocatorKind, Span
from ingest.errors import SourceError
from ingest.outline import Parsed, Piece

_CHILD = Path(__file__).with_name("child.py")
_LEAST_SECONDS, _SECONDS_A_MEGABYTE, _MOST_SECONDS = 60.0, 60.0, 900.0  # a page of text takes 0.04 s


def parse_pdf(data: bytes, path: Path) -> Parsed:
    """Take a PDF apart.

    Raises:
        SourceError: it is damaged, encrypted, scanned, too large in some way, or takes too long.
    """
    head, body = ask("parse", data, path)
    return Parsed(
        body.decode(),
        tuple(Piece(BlockKind(kind), Span(start, end), level) for kind, start, end, level in head["pieces"]),
        (),
        tuple(Locator(LocatorKind.PAGE, label, start) for label, start in head["pages"]),
        title=head["title"],
        author=head["author"],
        year=head["year"],
    )


def ask(
    task: str, data: bytes, path: Path, *arguments: str, seconds: float | None = None
) -> tuple[dict[str, Any], bytes]:
    """What the process answers to a task of child.py: a head, and bytes.

    Raises:
        SourceError: the file is refused, or the process fails or takes more than `seconds`.
    """
    limit = seconds or min(_LEAST_SECONDS + _SECONDS_A_MEGABYTE * len(data) / 2**20, _MOST_SECONDS)
    command = [sys.executable, "-I", str(_CHILD), task, str(path), *arguments]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        raise SourceError(f"{path} takes more than {limit:.0f} seconds to read; {_ANEW}") from None
    line, _, body = done.stdout.partition(b"\n")
    try:
        head = json.loads(line)
    except ValueError:
        head = {}
    if done.returncode or not isinstance(head, dict) or not head:
        reason = f"signal {-done.returncode}" if done.returncode < 0 else _last(done.stderr)
        raise SourceError(f"{path} is damaged so that reading it fails ({reason}); {_ANEW}")
    if "refused" in head:
        raise SourceError(head["refused"])
    return head, body


_ANEW = "open it in a viewer and print it to a new PDF"


def _last(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "no answer"
