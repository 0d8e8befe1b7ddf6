"""A place of its own for a run: settings whose home is a folder that is deleted afterwards, with no index yet."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import Settings


@contextmanager
def fresh_settings(index: Path | None = None) -> Iterator[Settings]:
    """The environment's settings with a new home, and `index` or one that is made there; says so if it will be."""
    from app.settings import Settings

    with tempfile.TemporaryDirectory(prefix="tutor-evals-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        if index is None:
            print("indexing the bundled sources ...", file=sys.stderr)
        yield replace(Settings.read(os.environ), home=home, index=index or home / "index")
