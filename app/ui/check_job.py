"""A text being checked behind the page: a thread judges its claims one after another, the page looks how far it is.

The thread never calls Streamlit. How a claim is judged is the checker's affair (app/check), how it is shown that of
check.py.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from app.check.pieces import Kind, Piece
from app.check.report import Checked, ChecksClaims, Report, check_all
from ingest.errors import TutorError

_LOG = logging.getLogger(__name__)

_UNEXPECTED = "Something went wrong in checking that should not have; the server's log says what."


class CheckJob:
    """A text on its way.

    Args:
        title: what the text is called.
        text: as it was given.
        pieces: of the text, at least one of them a claim.
        checker: judges the claims, in a thread of its own.
    """

    def __init__(self, title: str, text: str, pieces: Sequence[Piece], checker: ChecksClaims) -> None:
        self._title, self._text = title, text
        self._pieces = tuple(pieces)
        self._checker = checker
        self._items: list[Checked] = []
        self._stop = threading.Event()
        self._done = False
        self.fault = ""
        self.claims = sum(piece.kind is Kind.CLAIM for piece in pieces)
        self._thread = threading.Thread(target=self._run, name="check-text", daemon=True)
        self._thread.start()

    @property
    def report(self) -> Report:
        """What has been checked so far; `stopped` if no more will be and there was more."""
        done = self._done  # before the items are read: they are all there then
        items = tuple(self._items)
        return Report(self._title, self._text, items, done and len(items) < len(self._pieces))

    @property
    def done(self) -> bool:
        """Whether no more will come."""
        return self._done

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End it after the claim at hand; what is checked by then stays."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> Report:
        """`report`, once it is done or the seconds have passed."""
        self._thread.join(seconds)
        return self.report

    def _run(self) -> None:
        try:
            for item in check_all(self._pieces, self._checker):
                self._items.append(item)
                if self._stop.is_set():
                    break
        except TutorError as error:
            self.fault = str(error)
        except Exception:
            _LOG.exception("a text could not be checked")
            self.fault = _UNEXPECTED
        self._done = True
