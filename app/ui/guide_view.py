"""The guide of the Study page: a document is chosen; its outline, names and terms, each opening its place beside them.

The HTML is made by guide_html.py, the guide by app/study/guide.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

import streamlit as st

from app.study.guide import Guide, study_guides
from app.study.guide_export import guide_html, guide_markdown
from app.ui import study_beside
from app.ui.conversations import file_name
from app.ui.guide_html import guide_parts, guide_places
from app.ui.study_view import study_view

if TYPE_CHECKING:
    from app.tutor import Tutor

_CHOSEN, _KEPT = "guide-source", "guide_source"  # of the widget, and of what outlives it


def guide_section(tutor: Tutor) -> None:
    """The guide to the document that is chosen.

    Raises:
        TutorError: the sources cannot be read.
    """
    sources = {source.id: source for source in tutor.sources()}
    if not sources:
        st.info("There are no sources yet. Add files with `tutor ingest`.")
        return
    kept = st.session_state.get(_KEPT)
    chosen = st.selectbox(
        "Document",
        list(sources),
        index=list(sources).index(kept) if kept in sources else 0,
        format_func=lambda name: sources[name].title,
        key=_CHOSEN,
        on_change=study_beside.close,
    )
    st.session_state[_KEPT] = chosen
    guide = _guide(tutor, chosen, tutor.searcher().generation)
    document = tutor.document(chosen)
    _downloads(tutor, guide)
    st.html(f'<p class="meta" role="status">{summary(guide)}</p>')
    study_view(
        guide_parts(guide, document),
        key=f"guide-{chosen}",
        opened=study_beside.opened().button,
        on_open=study_beside.opener(guide_places(guide, document)),
    )


def summary(guide: Guide) -> str:
    """What a guide holds, in a sentence."""
    keys = sum(len(part.keys) for part in guide.outline)
    counts = (
        (keys, "key sentence", "key sentences"),
        (len(guide.people), "person", "people"),
        (len(guide.places), "place", "places"),
        (len(guide.others), "other name", "other names"),
        (len(guide.glossary), "term", "terms"),
    )
    said = [f"{n} {one if n == 1 else many}" for n, one, many in counts if n]
    if not said:
        return "Nothing in this document is made for a guide: it has no sentences that stand by themselves."
    listed = " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))
    return f"{listed}. Each opens where it stands in the document."


@st.cache_resource(show_spinner=False, max_entries=16)
def _guide(_tutor: Tutor, source_id: str, generation: object) -> Guide:
    """The guide to a document, made once for each state of the index."""
    (guide,) = study_guides(_tutor, [source_id])
    return guide


def _downloads(tutor: Tutor, guide: Guide) -> None:
    base = urljoin(st.context.url or "", "sources")
    documents = {guide.source.id: tutor.document(guide.source.id)}
    name = file_name(f"Study guide {guide.source.title}")
    with st.container(horizontal=True, key="guide-downloads"):
        for label, write, ending, kind in (
            ("Save as Markdown", guide_markdown, "md", "text/markdown"),
            ("Save as a page to print", guide_html, "html", "text/html"),
        ):
            st.download_button(
                label,
                write([guide], documents, base=base),
                file_name=f"{name}.{ending}",
                mime=kind,
                on_click="ignore",
                key=f"guide-{ending}",
            )
