"""Settings: one frozen value, read once. From a TOML file, then the environment, which wins.

    TUTOR_HOME    the folder of everything the tutor keeps
    TUTOR_INDEX   the index, if it is to lie elsewhere than in TUTOR_HOME/index
    TUTOR_CHROMA_URL    the Chroma server that keeps the vectors, as http://host:port; none: they lie in the index
    TUTOR_MODEL   the embedding model: all-MiniLM-L6-v2, or another sentence-transformers model on this machine
    TUTOR_LLM     the chat model: none, or one as modelspec.py names them
    TUTOR_LLM_CONTEXT   the tokens that the chat model reads and writes together, if it is not to be asked

In a clone of the repository the home is `.tutor` in the clone, so that clones do not share an index;
otherwise it is the user's data folder. `settings.toml` in the home may hold `index`, `chroma_url`, `model`, `llm` and
`llm_context`.
Keys of chat models stand in the environment only and are no settings: see providers.py.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.modelspec import parse_spec
from ingest.errors import SettingsError

_DEFAULT_MODEL = "all-MiniLM-L6-v2"
_KEYS = {"index": str, "chroma_url": str, "model": str, "llm": str, "llm_context": int}
_CONTEXTS = range(1024, 10_000_001)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and which models are used: `model` embeds, `llm` writes ("none": answers are quoted) and reads
    `llm_context` tokens, None if that is to be asked of it. `chroma_url` is "" if the vectors lie in the index."""

    home: Path
    index: Path
    model: str = _DEFAULT_MODEL
    llm: str = "none"
    llm_context: int | None = None
    chroma_url: str = ""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """The settings of this process.

        Raises:
            SettingsError: settings.toml does not parse or holds an unknown key, a folder's name is none, or a chat
                model's.
        """
        home = _folder("TUTOR_HOME", environ.get("TUTOR_HOME") or default_home())
        table = _read_toml(home / "settings.toml")
        index = environ.get("TUTOR_INDEX") or table.get("index") or home / "index"
        model = environ.get("TUTOR_MODEL") or table.get("model") or _DEFAULT_MODEL
        if model != _DEFAULT_MODEL and Path(model).is_dir():
            model = str(Path(model).resolve())  # the index records it: the same from wherever we are started
        llm = parse_spec(environ.get("TUTOR_LLM") or table.get("llm") or "none").name
        context = _context(environ.get("TUTOR_LLM_CONTEXT") or table.get("llm_context"))
        url = _url(environ.get("TUTOR_CHROMA_URL") or table.get("chroma_url") or "")
        folder = _folder("TUTOR_INDEX", index)
        return cls(home=home, index=folder, model=model, llm=llm, llm_context=context, chroma_url=url)


def default_home() -> Path:
    """`.tutor` in the clone this code runs from, else the user's data folder."""
    root = Path(__file__).resolve().parent.parent
    if (root / "pyproject.toml").is_file() and (root / "ingest").is_dir():
        return root / ".tutor"
    from platformdirs import user_data_path

    return user_data_path("koryo-tutor", appauthor=False)


def _folder(name: str, value: str | Path) -> Path:
    try:
        return Path(value).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise SettingsError(f"{name}={value} is no folder: {error}. Set it to one that you can write.") from error


def _url(value: str) -> str:
    """The address of a Chroma server without a slash at its end; "" if there is none."""
    try:
        parts = urlsplit(value)
        fits = not value or (parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
    except ValueError:
        fits = False
    if not fits or (value and (parts.path.strip("/") or parts.query or parts.fragment or parts.username)):
        raise SettingsError(f"TUTOR_CHROMA_URL={value} is no address of a Chroma server. Write it as http://host:port.")
    return value.rstrip("/")


def _context(value: str | int | None) -> int | None:
    if value is None:
        return None
    number = int(value) if re.fullmatch(r"[0-9]{1,8}", str(value)) else 0
    if number not in _CONTEXTS:
        least, most = _CONTEXTS[0], _CONTEXTS[-1]
        raise SettingsError(
            f"llm_context={value} is no number of tokens. Set it to one from {least:,} to {most:,}, or leave it out."
        )
    return number


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Mend it or delete it.") from error
    for key, value in table.items():
        if type(value) is not _KEYS.get(key):
            known = ", ".join(_KEYS)
            raise SettingsError(f"{path}: {key!r} is no setting. Known are {known}: strings, the last a whole number.")
    return table
