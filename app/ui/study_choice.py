"""What of the cards is studied: of which source, which section and which kinds. Kept in the address, for a reload."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TypeAlias

import streamlit as st

from app.study.card import Card, CardKind
from app.ui.study_html import KINDS

#: Says of a card whether it is studied.
Admits: TypeAlias = Callable[[Card], bool]

_ALL = ""
_SOURCE, _SECTION, _KINDS = "study-source", "study-section", "study-kinds"
_ADDRESS = {_SOURCE: "source", _SECTION: "section", _KINDS: "kinds"}
_BETWEEN = "."  # of the kinds in the address


def choose(cards: Sequence[Card]) -> Admits:
    """Let the user choose among some cards; what is chosen that they have no more is dropped."""
    titles = {card.citation.source_id: card.citation.source_title for card in cards}
    _from_address()
    source = _valid(_SOURCE, list(titles))
    sections = list(dict.fromkeys(card.section for card in cards if card.section and source in (_ALL, _id(card))))
    section = _valid(_SECTION, sections)
    there = {card.kind for card in cards}
    kinds = [kind for kind in CardKind if kind in there]
    st.session_state[_KINDS] = [kind for kind in st.session_state.get(_KINDS) or () if kind in kinds]
    chosen = frozenset(st.session_state[_KINDS])
    if len(titles) > 1 or len(sections) > 1 or len(kinds) > 1:
        label = " · ".join(filter(None, (titles.get(source, ""), section, *(KINDS[kind] for kind in chosen))))
        _ask(titles, sections, kinds, label)

    def admits(card: Card) -> bool:
        return source in (_ALL, _id(card)) and section in (_ALL, card.section) and (not chosen or card.kind in chosen)

    return admits


def everything() -> None:
    """Choose all there is."""
    for key in _ADDRESS:
        st.session_state[key] = [] if key == _KINDS else _ALL
    _changed()


def _ask(titles: Mapping[str, str], sections: Sequence[str], kinds: Sequence[CardKind], label: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key="study-choice"):
        with st.popover("Choose", icon=":material/filter_list:", width="content"):
            st.selectbox(
                "Source",
                [_ALL, *titles],
                format_func=lambda one: titles.get(one, "All sources"),
                key=_SOURCE,
                on_change=_changed,
            )
            st.selectbox(
                "Section",
                [_ALL, *sections],
                format_func=lambda one: one or "All sections",
                key=_SECTION,
                on_change=_changed,
            )
            if len(kinds) > 1:
                st.pills(
                    "Kinds (none: all)",
                    kinds,
                    selection_mode="multi",
                    format_func=KINDS.__getitem__,
                    key=_KINDS,
                    on_change=_changed,
                )
        st.html(f'<p class="meta">{escape(label or "All cards")}</p>')


def _id(card: Card) -> str:
    return card.citation.source_id


def _valid(key: str, options: Sequence[str]) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = _ALL
    return str(st.session_state[key])


def _from_address() -> None:
    """Take up what the address names, the first time."""
    for key, parameter in _ADDRESS.items():
        if key not in st.session_state:
            named = st.query_params.get(parameter, "")[:300]
            known = [CardKind(word) for word in named.split(_BETWEEN) if word in list(CardKind)]
            st.session_state[key] = known if key == _KINDS else named


def _changed() -> None:
    """Name in the address what is chosen."""
    for key, parameter in _ADDRESS.items():
        value = st.session_state.get(key)
        text = _BETWEEN.join(value) if isinstance(value, list) else str(value or "")
        if text:
            st.query_params[parameter] = text
        else:
            st.query_params.pop(parameter, None)
