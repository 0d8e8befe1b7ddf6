"""Settings: one frozen value, read once. From a TOML file, then the environment, which wins.

    TUTOR_HOME    the folder of everything the tutor keeps
    TUTOR_INDEX   the index, if it is to lie elsewhere than in TUTOR_HOME/index
    TUTOR_MODEL   the embedding model: all-MiniLM-L6-v2, or another sentence-transformers model on this machine

In a clone of the repository the home is `.tutor` in the clone, so that clones do not share an index;
otherwise it is the user's data folder. `settings.toml` in the home may hold `index` and `model`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SettingsError

_DEFAULT_MODEL = "all-MiniLM-L6-v2"
_KEYS = ("index", "model")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and which model is used."""

    home: Path
    index: Path
    model: str = _DEFAULT_MODEL

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """The settings of this process.

        Raises:
            SettingsError: settings.toml does not parse or holds an unknown key, or a folder's name is none.
        """
        home = _folder("TUTOR_HOME", environ.get("TUTOR_HOME") or default_home())
        table = _read_toml(home / "settings.toml")
        index = environ.get("TUTOR_INDEX") or table.get("index") or home / "index"
        model = environ.get("TUTOR_MODEL") or table.get("model") or _DEFAULT_MODEL
        if model != _DEFAULT_MODEL and Path(model).is_dir():
            model = str(Path(model).resolve())  # the index records it: the same from wherever we are started
        return cls(home=home, index=_folder("TUTOR_INDEX", index), model=model)


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


def _read_toml(path: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Mend it or delete it.") from error
    for key, value in table.items():
        if key not in _KEYS or not isinstance(value, str):
            raise SettingsError(f"{path}: {key!r} is no setting. Known are {', '.join(_KEYS)}, each a string.")
    return table
