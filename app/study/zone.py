"""The time zone of this machine, with its rules for summer time: what today is for who studies without a browser."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

_LINK = Path("/etc/localtime")
_FOLDER = "zoneinfo/"


def machine_zone(environ: Mapping[str, str] = os.environ, link: Path = _LINK) -> tzinfo:
    """The zone that TZ or the system names; where neither names one, the offset from UTC that holds just now."""
    names = [environ.get("TZ", "").removeprefix(":")]
    if link.is_symlink():
        names.append(str(link.resolve()).partition(_FOLDER)[2])
    found = (named_zone(name) for name in names)
    return next((zone for zone in found if zone is not None), None) or datetime.now().astimezone().tzinfo or UTC


def named_zone(name: str | None) -> ZoneInfo | None:
    """A zone of the IANA database, "Europe/Berlin" say; None if there is none of that name."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):
        return None
