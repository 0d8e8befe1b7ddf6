"""The sentences of a document that a reader learns from, each as it is seen, with the way back to its offsets.

Tables, code, reference lists and navigation are left out: what is counted, dated and named there is no prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.conflicts.reading import Reading, placed, read
from ingest.documents import Span
from vectorstore.records import Record

_LONGEST = 4000  # characters: what has more is no sentence
#: Footnote marks, "[citation needed]", ".:4–5" and addresses: nothing of it is said.
_NOISE = re.compile(
    r"\[[^\]]{0,40}\b(?:needed|note \d+|\d{1,3})\]|(?<=[.,;)])(?::\d+(?:[-–]\d+)*)+|[¹²³⁴-⁹⁰]+"
    r"|\b(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.[\w.]+"
)


def prose(record: Record) -> Iterator[Reading]:
    """The sentences of a document, in order."""
    return (read(record.document, sentence, _NOISE) for sentence in placed(record, _LONGEST))


def sections(record: Record) -> dict[Span, str]:
    """The title of the section that each sentence of a document belongs to; a footnote's is that of its caller."""
    return {span: passage.section for passage in record.passages for span in passage.sentences}
