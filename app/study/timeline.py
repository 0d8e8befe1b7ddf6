"""The timeline: every dated event of the indexed documents, each with its sentence, in order.

What times a sentence names is in dated.py, which of them date nothing in no_event.py. Here a day without a year gets
one from its surroundings, and every event the words that tell what happened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.conflicts.reading import Reading
from app.study.events.dated import Dated, dated
from app.study.events.day import Day, later, year_text
from app.study.events.no_event import no_event
from app.study.events.when import Bound, Precision, When, opened
from app.study.prose import prose, sections
from ingest.documents import BlockKind, Document, MarkKind, Span
from vectorstore.records import Record

_STOP = 2  # characters that end a sentence, which a label leaves out
_YEARED = re.compile(r"\d{3}|centur|millenni|\b(?:BC|AD|CE|B\.C|A\.D|C\.E)")
_WITH_ARTICLE = re.compile(
    r"(?:late |early |mid-)?(?:\d+0s|\w+[- ](?:centur|millenni))|spring|summer|autumn|fall|winter|beginning|start|end"
    r"|close|middle|(?:first|second|latter) half"
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a sentence dates. `span` is the sentence, `said` where its date stands and `words` that date as a
    reader sees it, `around` the words that `label` shows: what happened, in the source's own words. `section` is the
    title of its section."""

    source_id: str
    span: Span
    said: Span
    words: str
    around: Span
    label: str
    when: When
    section: str

    @property
    def start(self) -> Day | None:
        """The first day; None where the text leaves it open."""
        return self.when.start

    @property
    def end(self) -> Day | None:
        """The last day; None where the text leaves it open."""
        return self.when.end

    @property
    def precision(self) -> Precision:
        """What kind of time the text names."""
        return self.when.precision

    @property
    def shown(self) -> str:
        """The label, with dots where the sentence goes on."""
        before = "… " if self.label[:1].islower() else ""
        return f"{before}{self.label}{' …' if self.span.end - self.around.end > _STOP else ''}"

    @property
    def date_text(self) -> str:
        """When it was, as a list shows it: a day in full, else the text's own words, in brackets the year that they
        leave to their surroundings; "by", "until" and the like before it."""
        day = self.when.anchor
        if self.precision is Precision.DAY:
            text = day.words
        elif self.precision is Precision.CENTURY and "centur" not in self.words.lower():
            text = f"{self.words} century"
        else:
            text = self.words if _YEARED.search(self.words) else f"{self.words} [{year_text(day.year)}]"
        if self.when.bound is Bound.AT:
            return text
        article = "the " if _WITH_ARTICLE.match(text) else ""
        return f"{self.when.bound} {article}{text}"


def timeline(records: Iterable[Record]) -> tuple[Event, ...]:
    """The dated events of some documents, the earliest first."""
    found = [event for record in records for event in events(record)]
    return tuple(sorted(found, key=_order))


def _order(event: Event) -> tuple[Day, bool, Day, str, Span]:
    anchor = event.when.anchor
    return anchor, event.end is None, event.end or anchor, event.source_id, event.said


def events(record: Record) -> Iterator[Event]:
    """The dated events of a document, in the order of its text."""
    document = record.document
    titles = [mark.inner for mark in document.marks if mark.kind is not MarkKind.ESCAPE]
    context, titled = _Context(), sections(record)
    for reading in prose(record):
        if reading.kind is BlockKind.FRONT_MATTER:
            continue
        section = titled[reading.span]
        context = context.at(reading, section)
        found = [one for one in dated(reading.text) if not no_event(reading, one, titles)]
        whens: set[When] = set()
        for one in found:
            when = _when(context.resolved(one, found, reading))
            if when is not None and (when not in whens or one.shift is not None):
                whens.add(when)
                yield _event(document, reading, one, when, section)
        context = context.after(found)


def _when(one: Dated | None) -> When | None:
    """The days; None where the year is not plain or there is no such day."""
    if one is None:
        return None
    try:
        if one.last is None:
            return one.named.when(one.bound)
        first, last = one.named.days()[0], one.last.days()[1]
        return opened(first, last, Precision.RANGE, one.bound) if first <= last else None
    except ValueError:
        return None


# -- the year of what has none ---------------------------------------------------------------------------------------

_RECURRING = re.compile(r"\b(?:every|each|annual(?:ly)?|usually|typically|generally|traditionally|often)\b", re.I)

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’(?!\w)")  # what another says is not what the sentence tells
_PRESENT = re.compile(r"\b(?:is|are|begins?|ends?|opens?|runs?|average|ranges?|occurs?|takes? place|has|have)\b")
_PAST = re.compile(r"\b(?:was|were|had|did|began|became|took|went|made|came|left|will|would)\b")


def _is_told_of_all_years(text: str) -> bool:
    """Whether a sentence that names no year tells what is so every year: "The park is open April to October"."""
    said = _QUOTED.sub("", text)
    return bool(_RECURRING.search(said) or (_PRESENT.search(said) and not _PAST.search(said)))


@dataclass(frozen=True, slots=True)
class _Context:
    """The years named before a sentence: the last one of its section, and all of the sentence just before."""

    section: str = ""
    paragraph: int = -1
    year: int = 0
    before: tuple[int, ...] = ()

    def at(self, reading: Reading, section: str) -> _Context:
        """The context at a sentence: a new section knows the year of its heading only, a footnote none."""
        if section != self.section or reading.kind is BlockKind.FOOTNOTE:
            heading = [one.year for one in dated(section) if _is_year(one)]
            return _Context(section, reading.paragraph, heading[-1] if heading else 0)
        if reading.paragraph != self.paragraph:
            return replace(self, paragraph=reading.paragraph, before=())
        return self

    def after(self, found: Sequence[Dated]) -> _Context:
        """The context behind a sentence that names these times."""
        years = tuple(one.year for one in found if _is_year(one))
        return replace(self, year=years[-1] if years else self.year, before=years)

    def resolved(self, one: Dated, found: Sequence[Dated], reading: Reading) -> Dated | None:
        """The time with its year; None where there is none, or none that is plain."""
        if one.shift is not None:
            earlier = [other.year for other in found if other.span.end <= one.span.start and _is_year(other)]
            known = earlier[-1:] or sorted(set(self.before))
            if len(known) != 1 or (one.named.precision is Precision.MONTH and one.named.year):
                return None
            return replace(one, named=replace(one.named, year=later(known[0], one.shift)))
        if one.year:
            return one
        near = [other for other in found if _is_year(other)]
        if near:
            year = min(near, key=lambda other: _distance(one.span, other.span)).year
        elif _is_told_of_all_years(reading.text):
            return None
        else:
            year = self.year
        if not year:
            return None
        last = replace(one.last, year=year) if one.last else None
        return replace(one, named=replace(one.named, year=year), last=last)


def _is_year(one: Dated) -> bool:
    """Whether a time names one year, which others near it may be of."""
    if one.last and one.named.precision is Precision.YEAR:
        return False
    return bool(one.year) and one.named.precision not in (Precision.DECADE, Precision.CENTURY, Precision.MILLENNIUM)


def _distance(one: Span, other: Span) -> int:
    return other.start - one.end if one.end <= other.start else one.start - other.end


# -- what is shown of it ---------------------------------------------------------------------------------------------

_LABEL = 110  # characters
_SHORT = 60  # a label that is shorter says too little, and takes a part of the clause beside it
_LEAD = 15  # characters before a date with which a sentence begins
_CUT = re.compile(r"[;:]\s|\s[–—]\s|,\s|\s{3,}")


def _event(document: Document, reading: Reading, one: Dated, when: When, section: str) -> Event:
    start, end = _label(reading.text, one.span)
    said, around = reading.at(one.span.start, one.span.end), reading.at(start, end)
    return Event(
        source_id=document.id,
        span=reading.span,
        said=said,
        words=document.plain(said),
        around=around,
        label=document.plain(around),
        when=when,
        section=section,
    )


def _label(text: str, span: Span) -> tuple[int, int]:
    """Where the words around a date stand that say what it is the date of: its clause, with what fits of the next."""
    times = [one.span for one in dated(text)]
    cuts = [m for m in _CUT.finditer(text) if not any(time.start < m.start() and m.end() < time.end for time in times)]
    edges = [0, *(m.end() for m in cuts), len(text)]
    ends = [*(m.start() for m in cuts), len(text)]
    first = max(i for i, edge in enumerate(edges[:-1]) if edge <= span.start)
    last = next(i for i, end in enumerate(ends) if end >= span.end)
    while last + 1 < len(ends) and ends[last + 1] - edges[first] <= _LABEL and text[ends[last]] not in ";:":
        last += 1
    while first > 0 and ends[last] - edges[first - 1] <= _LABEL and text[ends[first - 1]] not in ";:":
        first -= 1
    start, end = edges[first], ends[last]
    lowest = max((m.end() for m in cuts if m.end() <= span.start and m.group()[0] in ";:"), default=0)
    highest = min((m.start() for m in cuts if m.start() >= span.end and m.group()[0] in ";:"), default=len(text))
    if end - start > _LABEL:
        room = _LABEL - len(span)
        start = _word_start(text, max(start, span.start - room * 2 // 3), start)
        end = _word_end(text, min(end, start + _LABEL), end)
    elif end - start < _SHORT and span.start - start < _LEAD and end < highest:
        end = _word_end(text, min(start + _LABEL, highest), highest)
    elif end - start < _SHORT:
        start = _word_start(text, max(lowest, end - _LABEL), lowest)
    inside = text[start:end]
    lead = len(re.match(r"[\s“\"'(,.;]*(?:\d\.\s)?", inside).group())  # type: ignore[union-attr]
    return min(start + lead, span.start), max(start + len(inside.rstrip(" .,;:“\"'(")), span.end)


def _word_start(text: str, at: int, lowest: int) -> int:
    """The start of the first whole word from `at` on."""
    while at > lowest and not text[at - 1].isspace():
        at += 1
    return at


def _word_end(text: str, at: int, highest: int) -> int:
    """The end of the last whole word up to `at`."""
    while at < highest and not text[at].isspace():
        at -= 1
    return at
