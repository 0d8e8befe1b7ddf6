"""Words as search sees them: folded, tokenised, stemmed; and the text of a span that is worth searching.

Folding removes what people leave out when they type (diacritics, apostrophes, thousands separators), so that
"Ch'il-sŏng" and "chil song", "36,442" and "36442" are the same words. Spelling differences are left to
spelling.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache

from ingest.documents import Document, Span

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´′"))
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_FOOTNOTE_MARKS = re.compile(r"[¹²³⁴⁵⁶⁷⁸⁹⁰]+|\[\^[^\]]+\]")

#: Words that say how a question is put rather than what it is about.
FUNCTION_WORDS = frozenset(
    """a about many according after again all also am an and any anyone anything are as at be because been before being
    between both but by can could did do does doing done down during each else ever few for from further get
    give given go had has have having he her here hers him his how i if in into is it its itself just know let
    like list may me mean might more most much must my name no nor not now of off on once one only or other our
    out over own please same say says said she should so some such tell than that the their theirs them then
    there these they thing things this those through to too under until up upon us very was we were what when
    where whether which while who whom whose why will with would you your describe explain mention mentioned
    text texts source sources document documents state stated show""".split()
)

# "(Central State Archives ..., file 1208, inventory 1, case 26a, p. 103)": where a statement was found.
_LOCATOR = re.compile(
    r"\((?=[^()]*\d)(?=[^()]*\b(?:file|inventory|case|fond|opis|delo|folio|box|pp?\.(?!\s?m\b)|vol\.|no\.\s*\d+\s*,\s*pp?\.))"
    r"[^()]*\)"
)
# "(Lee & Kim, 1992)", "(Kuzin, 2006; Pak, 2019)", "(Shin et al., 2011)"; not "(until 1016)", "(June 1941)": they
# tell when something was.
_NO_AUTHOR = (
    r"(?!(?:until|till|since|from|in|by|before|after|about|around|circa|ca|early|mid|late|(?:spring|summer|autumn|fall|winter"
    r"|January|February|March|April|May|June|July|August|September|October|November|December)(?=\s\d))\b)"
)
_AUTHOR = r"(?:[A-Z]\.\s*)*[^\W\d_][\w.'’-]*(?:\s+(?:[A-Z]\.\s*)?[A-Z][\w.'’-]*)*"
_AUTHOR_YEAR = re.compile(
    rf"\({_NO_AUTHOR}{_AUTHOR}(?:\s*(?:,|&|and)\s*{_AUTHOR})*(?:\s+et\s+al\.?)?,?\s+\d{{4}}[a-z]?(?::\s?\d+(?:[–-]\d+)?)?"
    rf"(?:\s*;\s*{_AUTHOR}(?:\s*(?:,|&|and)\s*{_AUTHOR})*(?:\s+et\s+al\.?)?,?\s+\d{{4}}[a-z]?(?::\s?\d+(?:[–-]\d+)?)?)*\)"
)


def fold(text: str) -> str:
    """Lower case without diacritics and apostrophes: "Ch'il-sŏng" -> "chil-song"."""
    bare = text.translate(_APOSTROPHES)
    if bare.isascii():
        return bare.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", bare.casefold()) if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The folded words and numbers of a text, in order; thousands separators are dropped."""
    return list(_words(text))


@lru_cache(maxsize=8_000)
def _words(text: str) -> tuple[str, ...]:
    found = _WORD.findall(fold(text))
    return tuple(w.replace(",", "") if w[0].isdigit() else w for w in found)


@lru_cache(maxsize=1)
def _stemmer() -> object:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The Snowball stem of a folded word."""
    return str(_stemmer().stemWord(word))  # type: ignore[attr-defined]


def terms(text: str) -> list[str]:
    """The stems of the words that carry the meaning of a text: what BM25 counts."""
    return [stem(w) for w in words(text) if w not in FUNCTION_WORDS]


def covered(weights: Mapping[str, float], found: Collection[str]) -> float:
    """The share, 0..1, of weighted terms that are among those found; 0 if there are none."""
    return sum(weight for term, weight in weights.items() if term in found) / (sum(weights.values()) or 1.0)


@lru_cache(maxsize=8_000)
def without_locators(text: str) -> str:
    """Plain text without archive references, author-year references and footnote marks.

    Their numbers and names are about where a statement was found; in a search they would pass for what it
    says. Only embedding and BM25 see this text. Quotes always keep every character.
    """
    for pattern in (_LOCATOR, _AUTHOR_YEAR, _FOOTNOTE_MARKS):
        text = pattern.sub("", text)
    return " ".join(text.split())


def blank_locators(text: str) -> str:
    """Plain text with blanks in the place of what `without_locators` leaves out: as long as before."""
    for pattern in (_LOCATOR, _AUTHOR_YEAR, _FOOTNOTE_MARKS):
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text


def without_mark(text: str) -> str:
    """Plain text without the mark that a footnote begins with."""
    mark = _FOOTNOTE_MARKS.match(text)
    return text[mark.end() :].lstrip() if mark else text


_BACKWARD = re.compile(
    r"(?:(?:However|Thus|Still|In fact|For (?:instance|example)|In particular|Moreover|Therefore|Yet|Then|Also|And|But)"
    r",?\s+)?"
    r"(?:It|He|She|They|This|These|Those|His|Her|Their|Its|Such|The (?:author|book|article|latter|former|same))\b",
    re.IGNORECASE,
)


def leans_back(sentence: str) -> bool:
    """Whether a sentence begins with a word for something that the sentence before it names."""
    return bool(_BACKWARD.match(sentence))


def search_text(document: Document, span: Span) -> str:
    """What is searched of a span: plain text without locators; never empty."""
    plain = document.plain(span)
    return without_locators(plain) or plain
