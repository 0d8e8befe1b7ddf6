"""The sentences of all sources as they are searched for what they say of a name, number or date.

Every sentence counts here, also of tables and captions, and those that make no card.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.details import Date, dates, numbers
from app.spelt import kin, with_aliases
from app.study.choosing import Choice
from app.study.shown import Shown, shown_text
from app.support import looks_back
from ingest.documents import Span
from vectorstore.search import Hit
from vectorstore.spelling import sound
from vectorstore.words import fold, stem, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vectorstore.search import Searcher


class Known:
    """All sentences of an index, numbered in the order of the documents: `sentences[row]`. `vectors` has a unit vector
    for each, shape (sentences, dimension)."""

    def __init__(self, searcher: Searcher) -> None:
        self.sentences: list[Shown] = []
        hits: list[Hit] = []
        self._rows: dict[str, list[int]] = defaultdict(list)  # of a document
        self._starts: dict[str, list[int]] = defaultdict(list)
        for name, record in searcher.records.items():
            for passage in record.passages:
                hits.append(Hit(passage, record.document, 0.0))
                for span in passage.sentences:
                    self._rows[name].append(len(self.sentences))
                    self._starts[name].append(span.start)
                    text = shown_text(record.document, span)
                    self.sentences.append(Shown(record.document, passage, span, text))
        self.vectors: NDArray[np.float32] = np.asarray(searcher.vectors(hits), dtype=np.float32)
        self._choice = Choice(self.sentences)
        self._back = [looks_back(sentence.text) for sentence in self.sentences]
        self._sort_rows()
        self._index()

    def _sort_rows(self) -> None:
        """Footnotes stand where they are called: in order of place, the rows of a document need not ascend."""
        for name, starts in self._starts.items():
            pairs = sorted(zip(starts, self._rows[name], strict=True))
            self._starts[name] = [start for start, _ in pairs]
            self._rows[name] = [row for _, row in pairs]

    def _index(self) -> None:
        self._by_word: dict[str, set[int]] = defaultdict(set)
        self._by_number: dict[float, set[int]] = defaultdict(set)
        self._dates: list[tuple[Date, int]] = []
        for row, sentence in enumerate(self.sentences):
            for word in words(with_aliases(sentence.text)):
                self._by_word[word].add(row)
            for joined in re.findall(r"\w+(?:[-–'’]\w+)+", sentence.text):
                self._by_word[fold(joined)].add(row)
            for number in numbers(sentence.text):
                self._by_number[number.value].add(row)
            self._dates += ((date, row) for date in dates(sentence.text))
        self._begins: dict[str, list[str]] = defaultdict(list)
        for word in self._by_word:
            self._begins[word[:4]].append(word)
            if (key := f"~{sound(word)}"[:5]) and word.isalpha():
                self._begins[key].append(word)
        self._of_word: dict[str, frozenset[int]] = {}

    def row(self, source_id: str, span: Span) -> int:
        """The sentence that a place lies in, -1 if it lies in none."""
        at = bisect_right(self._starts[source_id], span.start) - 1
        if at < 0:
            return -1
        row = self._rows[source_id][at]
        return row if self.sentences[row].span.overlaps(span) else -1

    def around(self, row: int) -> tuple[int, ...]:
        """The sentences of the passage of one, itself among them."""
        name, at = self.sentences[row].passage.id, row
        while at and self.sentences[at - 1].passage.id == name:
            at -= 1
        return tuple(range(at, at + len(self.sentences[row].passage.sentences)))

    def with_name(self, said: Sequence[str]) -> frozenset[int]:
        """The sentences that have each of some folded words, in any spelling, or a word of its kin."""
        found = [self._with_word(word) for word in said]
        return frozenset.intersection(*found) if found else frozenset()

    def _with_word(self, word: str) -> frozenset[int]:
        if word not in self._of_word:
            like = [
                other
                for other in (*self._begins.get(word[:4], ()), *self._begins.get(f"~{sound(word)}"[:5], ()))
                if stem(other) == stem(word) or sound(other) == sound(word) or (len(word) >= 4 and kin(word, other))
            ]
            self._of_word[word] = frozenset(row for other in (word, *like) for row in self._by_word.get(other, ()))
        return self._of_word[word]

    def with_number(self, text: str) -> frozenset[int]:
        """The sentences that have a number of a text."""
        return frozenset(row for number in numbers(text) for row in self._by_number.get(number.value, ()))

    def with_date(self, text: str) -> frozenset[int]:
        """The sentences that have a date of a text, or a day in it."""
        return frozenset(row for mine in dates(text) for date, row in self._dates if _in(date, mine))

    def shares(self, text: str) -> Mapping[int, float]:
        """What each sentence has of the words of a text, 0..1, with what the one before it has if it looks back."""
        alone = self._choice.shares(text)
        found = dict(alone)
        for before, share in alone.items():
            row = before + 1
            if row < len(self.sentences) and self._back[row] and self._follows(row):
                found[row] = alone.get(row, 0.0) + share
        return found

    def _follows(self, row: int) -> bool:
        return self.sentences[row].passage.section == self.sentences[row - 1].passage.section

    def best(self, rows: Iterable[int], scores: Mapping[int, float]) -> float:
        """The highest of the scores of some sentences, 0 if they have none."""
        return max((scores.get(row, 0.0) for row in rows), default=0.0)


def _in(date: Date, mine: Date) -> bool:
    """Whether one date is the other, or lies in it, as far as both are given."""
    if mine.decade:
        return date.year // 10 == mine.year // 10
    pairs = ((mine.year, date.year), (mine.month, date.month), (mine.day, date.day))
    return all(one == other or (not other and bool(date.month)) for one, other in pairs if one)
