"""What is counted of a document when it goes in: the terms of its passages and sentences, and the words it writes.

Kept beside the document, so that an index opens without reading all its texts again.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest.documents import Span
from vectorstore.lexical import Bag
from vectorstore.records import UNREADABLE, Record
from vectorstore.spelling import Written
from vectorstore.units import passage_units, sentence_units

#: Another one whenever words are counted otherwise.
VERSION = 1
#: What reading the bytes of counts may raise if they are none.
NO_COUNTS = (*UNREADABLE, zipfile.BadZipFile, EOFError)


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted of one document; the texts of `passages` have their sections' titles with them."""

    passages: Bag
    sentences: Bag
    written: Written

    @classmethod
    def of(cls, record: Record) -> Counts:
        """The counts of a document."""
        pairs = zip(record.passages, passage_units(record), strict=True)
        return cls(
            Bag.of(f"{passage.section} {unit.text}" for passage, unit in pairs),
            Bag.of(unit.text for unit in sentence_units(record)),
            Written.of(record.document.plain(Span(0, len(record.document.text)))),
        )

    def dump(self, fingerprint: str) -> bytes:
        """Bytes from which `parse` makes them again; `fingerprint` is the record's."""
        written = self.written
        strings: dict[str, Any] = {
            "of": fingerprint,
            "passages": self.passages.vocabulary,
            "sentences": self.sentences.vocabulary,
            "count": written.count,
            "forms": written.forms,
            "names": written.names,
            "proper": sorted(written.proper),
        }
        text = np.frombuffer(json.dumps(strings, ensure_ascii=False).encode(), dtype=np.uint8)
        file = io.BytesIO()
        np.savez(
            file,
            strings=text,
            passages=self.passages.ids,
            passage_lengths=self.passages.lengths,
            sentences=self.sentences.ids,
            sentence_lengths=self.sentences.lengths,
        )
        return file.getvalue()

    @classmethod
    def parse(cls, data: bytes, fingerprint: str) -> Counts | None:
        """What `dump` wrote of the record with this fingerprint; None if that was another.

        Raises:
            One of NO_COUNTS: the bytes are no counts.
        """
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            strings = json.loads(file["strings"].tobytes())
            if strings["of"] != fingerprint:
                return None
            return cls(
                Bag(tuple(strings["passages"]), file["passages"], file["passage_lengths"]),
                Bag(tuple(strings["sentences"]), file["sentences"], file["sentence_lengths"]),
                Written(
                    Counter(strings["count"]),
                    Counter(strings["forms"]),
                    Counter(strings["names"]),
                    frozenset(strings["proper"]),
                ),
            )
