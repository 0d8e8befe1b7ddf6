"""Which Source a file is: a row of the catalog.toml beside it, or one made from its name.

    [[source]]
    id = "kim2026"          # lower-case letters, digits, "_" and "-"; citations carry it
    file = "kim2026.txt"    # relative to the catalog
    title = "..."
    author = year = publisher = rights = "..."    # optional
    aliases = ["the paper"]                       # optional

Left to others: whether the file exists and can be read (loaders.py).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ingest.documents import Source
from ingest.errors import CatalogError

CATALOG_NAME = "catalog.toml"
_REQUIRED = ("id", "file", "title")
_OPTIONAL = ("author", "year", "publisher", "rights")
_ID = re.compile(r"[a-z0-9_-]+")


def read_catalog(folder: Path) -> tuple[Source, ...]:
    """The rows of the folder's catalog.toml, in order; () if there is none.

    Raises:
        CatalogError: it cannot be read or parsed, or a row lacks a field, has one of the wrong type or of no
            known name, repeats an id or a file, or names a file outside the folder.
    """
    path = folder / CATALOG_NAME
    if not path.is_file():
        return ()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogError(f"{path} cannot be read: {error.strerror}; check its permissions") from None
    except ValueError as error:  # not TOML, or not UTF-8
        raise CatalogError(f"{path} is not valid TOML: {' '.join(str(error).split())}") from None
    rows = table.get("source", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CatalogError(f"{path}: `source` is not a list of tables; begin each row with [[source]]")
    sources = tuple(_row(path, number, row) for number, row in enumerate(rows, start=1))
    for name in ("id", "file"):
        twice = [value for value, count in Counter(row[name] for row in rows).items() if count > 1]
        if twice:
            raise CatalogError(f"{path}: two rows have the {name} {twice[0]!r}; each needs its own")
    return sources


def _row(path: Path, number: int, row: Mapping[str, Any]) -> Source:
    where = f"{path}, row {number}"
    missing = [name for name in _REQUIRED if not row.get(name)]
    if missing:
        raise CatalogError(f"{where} lacks {', '.join(missing)}; add it")
    unknown = sorted(set(row) - {*_REQUIRED, *_OPTIONAL, "aliases"})
    if unknown:
        raise CatalogError(f"{where} has the unknown field {unknown[0]!r}; check the spelling")
    aliases = row.get("aliases", [])
    if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
        raise CatalogError(f"{where}: aliases = {aliases!r} is not a list of strings")
    for name in (*_REQUIRED, *_OPTIONAL):
        if not isinstance(row.get(name, ""), str):
            raise CatalogError(f"{where}: {name} = {row[name]!r} is not a string; put it in quotes")
    if not _ID.fullmatch(row["id"]):
        raise CatalogError(f"{where}: the id {row['id']!r} may hold only a-z, 0-9, '_' and '-'")
    file = PurePosixPath(row["file"])
    if file.is_absolute() or ".." in file.parts:
        raise CatalogError(f"{where}: the file {row['file']!r} is outside the catalog's folder")
    optional = {name: row.get(name, "") for name in _OPTIONAL}
    return Source(row["id"], row["title"], path.parent / file, aliases=tuple(aliases), **optional)


def source_for(path: Path) -> Source:
    """The Source of a file that no catalog lists: its id is the file's name in plain letters.

    The id is unique only if the caller makes it so (`unique_id`). The title is empty: the loader fills it.
    """
    return Source(_slug(path.stem), "", path)


def unique_id(base: str, taken: Mapping[str, Any]) -> str:
    """`base`, or the first of base-2, base-3, ... that is not in `taken`."""
    number, name = 1, base
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name


def _slug(stem: str) -> str:
    """A file's name in ASCII: accents dropped, the rest joined by "-"; "source" if nothing is left."""
    folded = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", folded).strip("-") or "source"
