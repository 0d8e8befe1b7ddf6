"""Starting and stopping the local model's server, with a process that stands in for it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, environment
from test_local_model import TINY, WHOLE

from app.local_model import LocalModelError, model_path
from app.local_server import LLAMA, LocalServer, Runner, serve_local, usable_cores

SCRIPT = ROOT / "tests" / "local_stand_in.py"


def runner(trouble: str = "none") -> Runner:
    return Runner((sys.executable, str(SCRIPT), trouble))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home where TINY is installed."""
    path = model_path(tmp_path, TINY)
    path.parent.mkdir()
    path.write_bytes(WHOLE)
    return tmp_path


def asked(server: LocalServer) -> dict[str, Any]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(server.base_url, timeout=20) as reply:
        told: dict[str, Any] = json.load(reply)
    return told


def gone(pid: int) -> bool:
    """Whether a process has ended, within half a minute."""
    for _ in range(600):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True  # ended; whoever adopted it has not noticed yet
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def ended(server: LocalServer) -> bool:
    """Whether a server has noticed its process's end, within half a minute: threads outlive a killed one's first."""
    for _ in range(600):
        if not server.alive:
            return True
        time.sleep(0.05)
    return False


def test_there_is_one_server_and_it_is_stopped(home: Path) -> None:
    server = serve_local(home, TINY, runner=runner(), context=2048)
    told = asked(server)
    assert server.base_url.startswith("http://127.0.0.1:") and server.base_url.endswith("/v1")
    assert (server.context, server.alive) == (2048, True)
    options = ["--model", str(model_path(home, TINY)), "--context", "2048", "--threads", str(usable_cores())]
    assert told["arguments"] == options
    assert serve_local(home, TINY, runner=runner()) is server

    server.stop()
    server.stop()
    assert not server.alive
    assert gone(told["pid"])


def test_threads_that_ask_at_once_get_the_same_server(home: Path) -> None:
    servers: list[LocalServer] = []
    threads = [
        threading.Thread(target=lambda: servers.append(serve_local(home, TINY, runner=runner()))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert servers == [servers[0]] * 4
    servers[0].stop()


def test_one_that_died_is_followed_by_another(home: Path) -> None:
    first = serve_local(home, TINY, runner=runner())
    pid = asked(first)["pid"]
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    assert ended(first)
    second = serve_local(home, TINY, runner=runner())
    assert asked(second)["pid"] != pid
    first.stop()  # harms nobody
    assert second.alive
    second.stop()


def test_one_that_does_not_stop_is_killed(home: Path) -> None:
    server = serve_local(home, TINY, runner=runner("stubborn"))
    pid = asked(server)["pid"]
    server.stop(patience=0.2)
    assert not server.alive
    assert gone(pid)


@pytest.mark.parametrize("ending", ["pass", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
def test_it_ends_with_the_process_that_started_it(home: Path, ending: str) -> None:
    code = (
        "import sys; sys.path[:0] = ['tests']; from pathlib import Path\n"
        "from test_local_server import TINY, asked, runner, serve_local\n"
        "print(asked(serve_local(Path(sys.argv[1]), TINY, runner=runner()))['pid'], flush=True)\n" + ending
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    assert gone(int(done.stdout))


@pytest.mark.parametrize(
    ("trouble", "limit", "line"),
    [
        (
            "exits",
            60.0,
            "The local model's server did not start: error: tensor 'blk.0' has the wrong shape. Its log: {log}",
        ),
        ("silent", 60.0, "The local model's server did not start: loading. Its log: {log}"),
        (
            "killed",
            60.0,
            "The local model's server was ended by signal 9, as systems do when memory runs short: it needs 2 GB. "
            "Close other programs and ask again. Its log: {log}",
        ),
        (
            "slow",
            0.2,
            "The local model was not ready after 0 seconds. Close what else keeps this machine busy and ask again. "
            "Its log: {log}",
        ),
        ("chatty", 60.0, "The local model's server said 'Hello!' in the place of its address. Its log: {log}"),
    ],
)
def test_one_that_does_not_start(home: Path, trouble: str, limit: float, line: str) -> None:
    with pytest.raises(LocalModelError) as caught:
        serve_local(home, TINY, runner=runner(trouble), limit=limit)
    assert str(caught.value) == line.format(log=home / "models" / "tiny-1.5b.log")
    server = serve_local(home, TINY, runner=runner())  # as if nothing had been
    assert server.alive
    server.stop()


def test_no_model(tmp_path: Path) -> None:
    with pytest.raises(LocalModelError) as caught:
        serve_local(tmp_path)
    assert str(caught.value) == "The local model is not installed. Run: tutor model install"


def test_nothing_that_runs_it(home: Path) -> None:
    with pytest.raises(
        LocalModelError, match=r"^The local model needs no-such-package, which is not installed\. Run: "
    ):
        serve_local(home, TINY, runner=Runner(LLAMA.command, ("no-such-package",)))


def test_a_command_that_is_none(home: Path) -> None:
    with pytest.raises(LocalModelError) as caught:
        serve_local(home, TINY, runner=Runner((str(home / "none"),)))
    assert str(caught.value) == (f"The local model cannot be started: No such file or directory ({home / 'none'}).")
