"""The terms that a document explains, each with the sentence that does it.

Patterns of explanation, each a row of a table: "X is a ...", "X refers to ...", the term “X” is used for ..., *X*, the
... , a name with its abbreviation, and a footnote that explains the words it hangs on. A sentence that merely uses a
term explains none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.answer import Citation
from app.conflicts.reading import Reading
from app.study.prose import prose, sections
from ingest.documents import BlockKind, Document, MarkKind, Span
from vectorstore.records import Record
from vectorstore.words import FUNCTION_WORDS, fold


@dataclass(frozen=True, slots=True)
class Term:
    """A term, where it stands, and the sentence that explains it. `means` are the explaining words alone, "" where
    they cannot be told from the sentence."""

    name: str
    said: Span
    citation: Citation
    means: str = ""


_THING = r"(?:[^\W\d_][\w'’-]*)(?: (?:(?!(?:is|are|was|were|which|that|who)\b)[\w'’-]+)){0,4}?"
_A = r"(?:an?|the|any|any of)"
_LEAD = r"(?:An? |The |In [a-z ]{3,30}, (?:an? |the )?)?"
#: Behind "is the": nothing that explains what something is.
_NO_KIND = (
    r"(?!\w+est\b|(?:result|same|matter|way|reason|case|only|first|second|third|most|main|number|lot|adaptation)\b)"
)
_QUOTED = r"[“\"‘](?P<term>[^”\"’,]{2,50}?)[,.]?[”\"’]"
#: Where a term stands (group "term") and, where it can be told, what explains it (group "means").
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^{_LEAD}(?P<term>{_THING}) (?:is|are) (?P<means>{_A} {_NO_KIND}[^.]{{12,}})",
        rf"^{_LEAD}(?P<term>{_THING}) (?:refers? to|means|denotes?|(?:is|are) defined as|stands for) "
        r"(?P<means>(?!that\b)[^.]{8,})",
        rf"\b[Tt]he (?:term|word|expression|phrase|concept(?: of)?) {_QUOTED},? (?:which )?(?:was |is |has been )?"
        r"(?:often |usually |commonly )?(?:used|refers?|means|denotes|describes|comes)\b(?P<means>[^.]{8,})",
        rf"(?:known as|called|termed|so-called) (?:the |an? )?{_QUOTED}",
        r"(?P<means>(?:[A-Z][\w’'-]+ )(?:[\w’'-]+ ){1,7})\((?P<term>[A-Z]{2,8}s?)\)",
    )
)
#: Behind a term that is set off (in italics, in quotation marks, as a link): what explains it.
_APPOSED = re.compile(
    r"[”\"’]?(?:, (?P<means>(?:an?|the) [^,.;()]{8,120})(?=[,.;)])|,? \((?P<inside>[^()\d ]+,? [^()\d]{6,80})\)"
    r"|,? consisting of (?P<of>[^.;]{8,}))"
)
_EXPLAINS = re.compile(
    r"(?:The|A|This) (?:term|word|name|expression)\b|(?:An?|The) \w+|[Rr]efers|[Mm]eans|[Aa]lso called"
)
_NO_TERM = FUNCTION_WORDS | frozenset(
    """there today this result reason purpose goal aim idea question problem example fact case author article paper book
    study reader number total which one others people everyone everything nothing something someone part most main first
    second third last inside although while because if when since as though despite important unlike like
    only""".split()
)
_LONGEST = 5  # words of a term


def glossary(record: Record) -> tuple[Term, ...]:
    """The terms that a document explains, by the alphabet; where several sentences do it, the first one counts."""
    found: dict[str, Term] = {}
    readings, titled = list(prose(record)), sections(record)
    for reading in readings:
        section = titled[reading.span]
        for term in (*_explained(record.document, reading, section), *_set_off(record.document, reading, section)):
            found.setdefault(_key(term.name), term)
    for term in _footnotes(record, readings, titled):
        found.setdefault(_key(term.name), term)
    return tuple(sorted(found.values(), key=lambda term: _key(term.name)))


def _key(name: str) -> str:
    return re.sub(r"(?<=\w\w\w)s$", "", fold(name))


def _explained(document: Document, reading: Reading, section: str) -> Iterator[Term]:
    """The terms of a sentence by its wording."""
    if reading.kind in (BlockKind.FRONT_MATTER, BlockKind.CAPTION, BlockKind.FOOTNOTE):
        return
    for pattern in _PATTERNS:
        for match in pattern.finditer(reading.text):
            name, means = match["term"], match.groupdict().get("means") or ""
            if name.isupper():  # an abbreviation and what it abbreviates
                means = _spelt_out(means, name)
                if not means:
                    continue
            if _is_term(name):
                yield _term(document, reading, section, match.span("term"), means)


def _spelt_out(words: str, short: str) -> str:
    """The end of some words whose initials are an abbreviation; "" if there is none."""
    kept = words.split()
    for first in range(len(kept)):
        initials = "".join(part[0] for word in kept[first:] for part in word.split("-") if part[0].isupper())
        if initials == short.rstrip("s") and kept[first][0].isupper():
            return " ".join(kept[first:])
    return ""


def _set_off(document: Document, reading: Reading, section: str) -> Iterator[Term]:
    """The terms of a sentence that are in italics, links or quotation marks, and that an apposition explains."""
    if reading.kind in (BlockKind.FRONT_MATTER, BlockKind.CAPTION):
        return
    marks = [
        mark.inner
        for mark in document.marks
        if mark.kind in (MarkKind.EMPHASIS, MarkKind.STRONG, MarkKind.LINK) and reading.span.contains(mark.outer)
    ]
    pieces = [document.text[span.start : span.end] for span in marks]
    spans = [match.span() for piece in pieces if piece for match in re.finditer(re.escape(piece), reading.text)]
    spans += [match.span(1) for match in re.finditer(r"[“\"]([^“”\"]{3,40})[”\"]", reading.text)]
    for start, end in spans:
        match = _APPOSED.match(reading.text, end)
        name = reading.text[start:end]
        if match is None or not _is_term(name) or len(name.split()) > 3:
            continue
        means = match["means"] or match["inside"] or match["of"]
        if name[0].isupper() and match["inside"] is None:
            continue  # "Talas, the capital of ...": a name, told of elsewhere
        yield _term(document, reading, section, (start, end), means)


def _footnotes(record: Record, readings: list[Reading], titled: dict[Span, str]) -> Iterator[Term]:
    """The words that footnotes explain which hang on them."""
    document = record.document
    for block in document.blocks:
        if block.kind is not BlockKind.FOOTNOTE or block.caller is None:
            continue
        note = next((reading for reading in readings if block.span.contains(reading.span)), None)
        before = document.text[max(0, block.caller.start - 80) : block.caller.start]
        name = re.search(r"(?:[^\W\d_a-zß-ÿ][\w'’-]*(?: (?:of|the) |[ -])?){1,5}$|\w+$", before)
        if note is None or name is None or not _EXPLAINS.match(note.text.strip()):
            continue
        said = Span(block.caller.start - len(name.group()), block.caller.start)
        if _is_term(name.group()):
            yield Term(name.group(), said, Citation.of(document, titled[note.span], note.span))


def _is_term(name: str) -> bool:
    words = [fold(word) for word in re.findall(r"[\w'’-]+", name)]
    if not words or len(words) > _LONGEST or words[0] in _NO_TERM or words[-1] in FUNCTION_WORDS:
        return False
    return len(name) > 1 and not any(word.isdigit() for word in words)


def _term(document: Document, reading: Reading, section: str, at: tuple[int, int], means: str) -> Term:
    said = reading.at(*at)
    citation = Citation.of(document, section, reading.span)
    return Term(document.plain(said), said, citation, " ".join(means.split()).strip(" ,;"))
