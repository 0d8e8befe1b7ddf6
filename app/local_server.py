"""Starting and stopping the server of the local chat model, a process of its own: a crash of it harms nobody else.

There is one a model, started when it is first asked for and stopped with this process. What runs in it is in
llama_process.py.
"""

from __future__ import annotations

import atexit
import os
import re
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

from app.local_model import QWEN, RUNTIME, LocalModelError, ModelFile, models_folder, require_model

#: Tokens that the local model reads and writes together. It could do more, in more memory and more time.
CONTEXT = 4096

_START = 180.0  # seconds; a cold disk and a busy machine take one minute
_STOP = 5.0  # seconds
_TAIL = 4000  # bytes of the log that are looked through for what went wrong


@dataclass(frozen=True, slots=True)
class Runner:
    """What runs a model: the command that takes --model, --context and --threads, prints the address where it serves
    and ends when its standard input closes; and the packages that it needs."""

    command: tuple[str, ...]
    needs: tuple[str, ...] = ()


#: By its path and with -P, so that it is ours wherever the user happens to be.
LLAMA = Runner((sys.executable, "-P", str(Path(__file__).with_name("llama_process.py"))), RUNTIME[:1])


class LocalServer:
    """A server that runs, of OpenAI's protocol, on this machine's loopback.

    Args:
        process: the process that serves; its standard input is a pipe.
        base_url: where, "http://127.0.0.1:PORT/v1".
        context: tokens that the model reads and writes together.
    """

    def __init__(self, process: subprocess.Popen[str], base_url: str, context: int) -> None:
        self._process = process
        self.base_url = base_url
        self.context = context

    @property
    def pid(self) -> int:
        """The process that serves."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self, patience: float = _STOP) -> None:
        """End it, also in the middle of a reply; by force after some seconds. Does nothing if it has ended."""
        _end(self._process, patience)


_running: dict[Path, LocalServer] = {}
_lock = threading.Lock()


def serve_local(
    home: Path,
    model: ModelFile = QWEN,
    *,
    runner: Runner = LLAMA,
    context: int = CONTEXT,
    limit: float = _START,
) -> LocalServer:
    """The server of a model: the one that runs, else a new one, ready to be asked.

    Args:
        home: the tutor's home, where the model was installed.
        limit: seconds until it must be ready.

    Raises:
        LocalModelError: the model or what runs it is not installed, or the server does not start.
    """
    with _lock:
        path = require_model(home, model, needs=runner.needs)
        server = _running.get(path)
        if server is None or not server.alive:
            server = _running[path] = _start(home, path, runner, context, limit)
        return server


@atexit.register
def _stop_all() -> None:
    for server in _running.values():
        server.stop()


def _start(home: Path, path: Path, runner: Runner, context: int, limit: float) -> LocalServer:
    log = models_folder(home) / f"{path.stem}.log"
    command = [*runner.command, "--model", str(path), "--context", str(context), "--threads", str(usable_cores())]
    try:
        with log.open("wb") as errors:
            process = _spawn(command, errors)
    except OSError as error:
        raise LocalModelError(f"The local model cannot be started: {error.strerror} ({error.filename}).") from error
    try:
        address = _first_line(process, limit)
        if not re.fullmatch(r"http://127\.0\.0\.1:\d+", address):
            raise LocalModelError(_why(process, address, log, limit))
    except BaseException:
        _end(process, 0.0)
        raise
    return LocalServer(process, f"{address}/v1", context)


def _spawn(command: list[str], errors: IO[bytes]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # a Ctrl-C in the terminal is for us; it ends with us
    )


def _first_line(process: subprocess.Popen[str], limit: float) -> str:
    """The first line that a process prints; "" if it ends without one or the limit passes."""
    assert process.stdout is not None
    lines: SimpleQueue[str] = SimpleQueue()
    output = process.stdout
    threading.Thread(target=lambda: lines.put(output.readline()), daemon=True).start()
    try:
        return lines.get(timeout=limit).strip()
    except Empty:
        return ""


def _why(process: subprocess.Popen[str], address: str, log: Path, limit: float) -> str:
    """Why there is no server, in one line."""
    if address:
        return f"The local model's server said {address[:100]!r} in the place of its address. Its log: {log}"
    with suppress(subprocess.TimeoutExpired):  # its output has closed, so it is about to end
        process.wait(1.0)
    if process.returncode is None:
        return (
            f"The local model was not ready after {limit:.0f} seconds. Close what else keeps this machine busy and "
            f"ask again. Its log: {log}"
        )
    if process.returncode < 0:
        return (
            f"The local model's server was ended by signal {-process.returncode}, as systems do when memory runs "
            f"short: it needs 2 GB. Close other programs and ask again. Its log: {log}"
        )
    return f"The local model's server did not start: {_last_line(log)}. Its log: {log}"


def _last_line(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL))
        lines = [line for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].strip()[:300].rstrip(".") if lines else f"it said nothing ({log})"


def _end(process: subprocess.Popen[str], patience: float) -> None:
    """End a process whose standard input is ours: it ends by itself when that closes, or is killed."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def usable_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)
