"""Stands in for app/llama_process.py: speaks HTTP on loopback, knows no model, and misbehaves as it is told.

    python tests/local_stand_in.py TROUBLE --model FILE --context N --threads N

It keeps the promises of the real one: prints its address when it is ready, ends when its standard input closes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Answers every GET with the process's id and arguments; a GET of /die ends it as a crash does."""

    def do_GET(self) -> None:
        if self.path == "/die":
            os.kill(os.getpid(), signal.SIGKILL)
        body = json.dumps({"pid": os.getpid(), "arguments": sys.argv[2:]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


def _end_with_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def main() -> None:
    trouble = sys.argv[1]
    if trouble == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        threading.Thread(target=_end_with_input, daemon=True).start()
    print("loading", file=sys.stderr, flush=True)
    if trouble == "exits":
        sys.exit("error: tensor 'blk.0' has the wrong shape.\n")
    if trouble == "silent":
        os._exit(3)
    if trouble == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if trouble == "chatty":
        print("Hello!", flush=True)
    if trouble in {"slow", "chatty"}:
        time.sleep(60)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
