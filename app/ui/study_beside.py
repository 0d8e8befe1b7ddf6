"""What is open beside the guide and the timeline of the Study page: a place of a source, and the button that opened it.

How the source is shown is beside.py's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from app.ui.answering import Place

_KEY = "study_beside"


@dataclass(frozen=True, slots=True)
class Opened:
    """A place, the name of the button it was opened from, and a counter; no place if nothing is open."""

    place: Place | None = None
    button: str = ""
    nonce: int = 0


def opened() -> Opened:
    """What is open now."""
    now: Opened = st.session_state.get(_KEY) or Opened()
    return now


def close() -> None:
    """Close what is open."""
    st.session_state[_KEY] = Opened(nonce=opened().nonce + 1)


def opener(places: Mapping[str, Place]) -> Callable[[str], None]:
    """What a press of a button does: opens its place; a name that stands for none does nothing."""

    def press(name: str) -> None:
        if (place := places.get(name)) is not None:
            st.session_state[_KEY] = Opened(place, name, opened().nonce + 1)

    return press
