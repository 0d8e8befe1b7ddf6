"""A chat model's server for tests: real HTTP on loopback, OpenAI's protocol under /v1 and Ollama's under /api.

It answers what its `Script` says, in pieces, and misbehaves as told. It is no model and knows no sources.

    with serving(Script(replies=["It was in 1937 [1]."])) as server:
        server.base_url   # http://127.0.0.1:PORT/v1 for OpenAI's clients, server.url for Ollama's
        server.requests   # what it was asked

As a process it prints its base URL and serves until it is killed:

    python tests/chat_server.py --port 0 --reply FILE --piece 8 --delay 0.05 --trouble dies --times 1
"""

from __future__ import annotations

import argparse
import json
import select
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from chat_protocols import PROTOCOLS, Protocol

Messages = Sequence[Mapping[str, Any]]
Reply = str | Sequence[str] | Callable[[Messages], str]

HTML = b"<!doctype html><html><body><h1>It works!</h1></body></html>"


class Trouble(StrEnum):
    """How it misbehaves."""

    NONE = "none"
    DIES = "dies"  # in mid-stream: the connection breaks
    ENDS = "ends"  # in mid-stream: the connection is closed as if all had been said
    SILENT = "silent"  # takes the request and says nothing, for ever
    STALLS = "stalls"  # says nothing more in mid-stream, for ever
    FAILS = "fails"  # says in mid-stream that it has an error
    EMPTY = "empty"  # a reply without a word
    BYTES = "bytes"  # no text at all
    NOT_JSON = "not json"
    ODD = "odd"  # JSON, but of another shape
    HTML = "html"  # a page, with status 200
    ENDLESS = "endless"  # 100,000 tokens
    CUT = "cut"  # its limit of tokens ends the reply
    ECHOES = "echoes"  # refuses, and repeats the key
    ELSEWHERE = "elsewhere"  # sends the client to another server


@dataclass(frozen=True)
class Script:
    """What a server does.

    `replies` is what it says: one text, several in turn (the last one again and again), or a function of the request's
    messages. `trouble`, or the failing `status`, meets the first `times` requests, all of them if None; a trouble in
    mid-stream begins after `after` pieces. `error` is what it says of a failing status.
    """

    replies: Reply = "They were deported in the autumn of 1937 [1]."
    piece: int = 8  # characters
    delay: float = 0.0  # seconds between two pieces
    trouble: Trouble = Trouble.NONE
    status: int = 200
    times: int | None = None
    after: int = 2
    error: str = "as the script says"
    headers: Mapping[str, str] = field(default_factory=dict)  # of a failing status: Retry-After
    models: Sequence[str] = ("test-model",)
    context: int | None = None  # what /v1/models says of it
    elsewhere: str = ""  # where Trouble.ELSEWHERE leads


@dataclass(frozen=True)
class Request:
    """What was asked: the path, the headers by lower-case name, the body."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def messages(self) -> list[tuple[str, str]]:
        """Role and text of each message."""
        return [(message["role"], message["content"]) for message in self.body.get("messages", ())]


class ChatServer:
    """A running server. `script` may be replaced while it runs."""

    def __init__(self, script: Script | None = None, port: int = 0) -> None:
        self.script = script or Script()
        self.requests: list[Request] = []
        self.hung_up = threading.Event()  # a client went before the reply had ended
        self.closing = threading.Event()
        self._count = 0
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.base_url = f"{self.url}/v1"

    @property
    def chats(self) -> list[Request]:
        """The requests for a reply."""
        return [request for request in self.requests if request.path in PROTOCOLS]

    def start(self) -> None:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    def serve(self) -> None:
        self._http.serve_forever()

    def turn(self) -> int:
        """The number of this request for a reply; the first is 0."""
        with self._lock:
            self._count += 1
            return self._count - 1


@contextmanager
def serving(script: Script | None = None) -> Iterator[ChatServer]:
    """A server for the time of a test."""
    server = ChatServer(script)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """A port of this machine where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


# -- what it does -----------------------------------------------------------------------------------------------------

#: What stands where a piece should.
LINES = {
    Trouble.BYTES: b"\xff\xfe\x00\x01\x80garbage",
    Trouble.NOT_JSON: b'{"choices": [{"delta"',
    Trouble.ODD: b'["neither", "piece", "nor", "end"]',
}


def _handler(server: ChatServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            self._record({})
            script, path = server.script, self.path
            extra = {"max_model_len": script.context} if script.context else {}
            known = {
                "/v1/models": {
                    "object": "list",
                    "data": [{"id": n, "object": "model", **extra} for n in script.models],
                },
                "/api/tags": {"models": [{"name": n, "model": n} for n in script.models]},
                "/api/version": {"version": "0.0.0"},
            }
            if path in known:
                self._json(known[path])
            else:
                self._json({"error": {"message": f"no page {path}"}}, 404)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            self._record(body)
            protocol = PROTOCOLS.get(self.path)
            if protocol is not None:
                try:
                    self._chat(protocol, body, server.turn())
                except OSError:
                    server.hung_up.set()
                    self.close_connection = True
            elif self.path == "/api/show":
                self._json({"modelfile": "", "details": {}, "model_info": {}, "capabilities": ["completion"]})
            else:
                self._json({"error": {"message": f"no page {self.path}"}}, 404)

        def _record(self, body: Mapping[str, Any]) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.requests.append(Request(self.path, headers, body))

        def _chat(self, protocol: Protocol, body: Mapping[str, Any], turn: int) -> None:
            script = server.script
            troubled = script.times is None or turn < script.times
            trouble = script.trouble if troubled else Trouble.NONE
            model = str(body.get("model", ""))
            if troubled and script.status != 200:
                self._json(protocol.error(script.error, script.status), script.status, script.headers)
            elif trouble is Trouble.ECHOES:
                said = f"Wrong key. The request had: {dict(self.headers)}"
                self._json(protocol.error(said, 401), 401)
            elif trouble is Trouble.ELSEWHERE:
                self._json({}, 307, {"Location": script.elsewhere + self.path})
            elif trouble is Trouble.HTML:
                self._whole(HTML, "text/html")
            elif trouble is Trouble.SILENT:
                self._wait_for_ever()
            elif not body.get("stream"):
                self._json(protocol.whole(_reply(script, body.get("messages", []), turn), model))
            else:
                text = _reply(script, body.get("messages", []), turn)
                self._stream(protocol, model, text, trouble)

        def _stream(self, protocol: Protocol, model: str, text: str, trouble: Trouble) -> None:
            script = server.script
            self.send_response(200)
            self.send_header("Content-Type", protocol.media)
            ends = trouble is Trouble.ENDS  # without a length, the end of the connection is the end of the reply
            self.send_header(*(("Connection", "close") if ends else ("Transfer-Encoding", "chunked")))
            self.end_headers()
            write = self.wfile.write if ends else self._chunk
            for n, piece in enumerate(_pieces(text, script.piece, trouble)):
                if n and script.delay and server.closing.wait(script.delay):
                    return
                if trouble in LINES:
                    write(protocol.line(LINES[trouble]))
                if n >= script.after and trouble in (Trouble.DIES, Trouble.ENDS, Trouble.STALLS, Trouble.FAILS):
                    if trouble is Trouble.STALLS:
                        self._wait_for_ever()
                    elif trouble is Trouble.FAILS:
                        write(protocol.line(json.dumps(protocol.error(script.error, 500)).encode()))
                    self.close_connection = True
                    return
                write(protocol.piece(piece, model))
            write(protocol.end(model, "length" if trouble is Trouble.CUT else "stop"))
            write(b"")

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

        def _wait_for_ever(self) -> None:
            """Until the client goes, or the server."""
            connection = select.poll()  # select() takes no descriptor above 1,023
            connection.register(self.connection, select.POLLIN)
            while not server.closing.wait(0.01):
                if connection.poll(0) and not self.connection.recv(1, socket.MSG_PEEK):
                    raise ConnectionResetError

        def _json(self, data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
            self._whole(json.dumps(data).encode(), "application/json", status, headers)

        def _whole(self, data: bytes, media: str, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": media, "Content-Length": str(len(data)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    return Handler


def _reply(script: Script, messages: Messages, turn: int) -> str:
    if callable(script.replies):
        return script.replies(messages)
    if isinstance(script.replies, str):
        return script.replies
    return script.replies[min(turn, len(script.replies) - 1)]


def _pieces(text: str, size: int, trouble: Trouble) -> Iterator[str]:
    if trouble is Trouble.ENDLESS:
        yield from ("word " for _ in range(100_000))
    elif trouble is not Trouble.EMPTY:
        yield from (text[at : at + size] for at in range(0, len(text), size))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--reply", type=Path, action="append", help="a file with what it says; several: in turn")
    parser.add_argument("--piece", type=int, default=8, help="characters")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds between two pieces")
    parser.add_argument("--trouble", type=Trouble, choices=[*Trouble], default=Trouble.NONE)
    parser.add_argument("--status", type=int, default=200)
    parser.add_argument("--times", type=int)
    options = parser.parse_args()
    script = Script(
        **({"replies": [path.read_text(encoding="utf-8") for path in options.reply]} if options.reply else {}),
        piece=options.piece,
        delay=options.delay,
        trouble=options.trouble,
        status=options.status,
        times=options.times,
    )
    server = ChatServer(script, options.port)
    print(server.base_url, flush=True)
    server.serve()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
