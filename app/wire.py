"""The connection that a reply comes over: cut from another thread, and what is sent over it watched.

Works with the event hooks that httpx and its kin share, so it imports none of them.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any

_THREAD = threading.local()

#: What a server of one's own is sent; a client adds what it finds in the environment, a provider's key among it.
_PLAIN = frozenset(
    "host accept accept-encoding content-length content-type transfer-encoding user-agent "
    "x-api-key anthropic-version".split()
)
_OF_THE_CLIENT = "x-stainless-"  # what it is, and notes to itself that it reads later


class Wire:
    """The connection of the reply that one thread reads; another thread may cut it.

    `after` is how many seconds the server asked to be left alone, if it did.
    """

    def __init__(self) -> None:
        self.is_cut = False
        self.after: float | None = None
        self._socket: Any = None

    def carry(self) -> None:
        """What this thread asks from now on goes over this wire."""
        _THREAD.wire = self

    def cut(self) -> None:
        """End it now: a read that waits in the other thread returns."""
        self.is_cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it has ended
                self._socket.shutdown(socket.SHUT_RDWR)

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by httpcore with each step of a request; a new connection is remembered."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.is_cut:
                self.cut()


def hooks(url: str, key: str) -> dict[str, list[Callable[[Any], None]]]:
    """The event hooks of an httpx client. `url` is "" at a provider's own place, where headers are the client's affair;
    a server of one's own is sent `key` and no other."""

    def sent(request: Any) -> None:
        if url:
            for name in [name.lower() for name in request.headers]:
                if name not in _PLAIN and not name.startswith(_OF_THE_CLIENT):
                    del request.headers[name]
            if key:
                request.headers["Authorization"] = f"Bearer {key}"
        request.headers["Connection"] = "close"  # a connection a reply, so that it can be cut
        wire: Wire | None = getattr(_THREAD, "wire", None)
        if wire is not None:
            request.extensions = {**request.extensions, "trace": wire.trace}

    def came(response: Any) -> None:
        wire: Wire | None = getattr(_THREAD, "wire", None)
        told = response.headers.get("retry-after", "")
        if wire is not None and re.fullmatch(r"\d{1,6}(?:\.\d+)?", told):
            wire.after = float(told)

    return {"request": [sent], "response": [came]}
