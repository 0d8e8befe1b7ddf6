"""Where sentences begin and end: spans that tile a paragraph up to white space.

A full stop ends a sentence unless what stands before it (an abbreviation, an initial, an item's number)
or behind it (a lower-case letter, a dash) says otherwise. The exceptions are tables; to teach it another
abbreviation is to add a word to one. Closing quotes, brackets, footnote marks and markup that directly
follow the stop belong to the sentence. Line breaks and page breaks are white space like any other.

Left to others: what a paragraph is (loaders.py) and which sentences make a passage (chunk.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.documents import Span


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Never the end of a sentence: a name or an explanation follows.
_NEVER = _words(
    """a.k.a adm approx brig ca capt cf cmdr col dr e.g esp gen gov hon i.e lt maj messrs mlle mme mr mrs ms
    pres prof rep rev sen sgt v viz vs"""
)
#: Not the end of a sentence when a number follows.
_BEFORE_NUMBER = _words(
    """app apr art aug bd ch dec eq feb fig figs fol inv jan jul jun mar nn no nos nov oct op p par pl pp pt
    sec sep sept ser tab vol vols"""
)
#: The end of a sentence only before a word that is no name.
_BEFORE_STARTER = _words(
    """al assn ave blvd bros co corp dept dist ed eds est inc jr ltd mt mts rd sr st trans transl univ"""
)
#: Words that, capitalised, begin a sentence rather than a name.
_STARTERS = _words(
    """according after all also although among and another as at because before both but by despite during
    each finally for from furthermore he her his how however if in it its later many meanwhile moreover most
    nevertheless nonetheless not of on only other our over she since some such that the their then there
    therefore these they this those though thus to today under unlike until we what when where which while
    who why with you"""
)

_STOP = re.compile(
    r"""(?: (?P<stop>[.!?…]+) | (?P<wide>[。！？]+) )
        (?P<tail> (?: \]\([^()\s]*\)            # the end of a link whose text ends here
                    | \[[^\[\]]{1,40}\](?!\()   # "[^1]", "[12]", "[citation needed]"
                    | :\d+(?:[–-]\d+)?          # ":245", the page of a numbered citation
                    | [\"'”’»›)\]}*_⁰¹²³⁴-⁹†‡」』）] )* )
        (?(stop) (?= \s | \Z ) )
        (?: \s+ (?: \[ [\d\s,.;:–—-]+ \] (?!\()           # "[1864-1883]" behind the stop says when
                  | \( [^().!?]{0,80} \b\d{4}[a-z]? \) )  # "(Lee & Kim, 1992)" says who
            \.? (?= \s | \Z ) )?""",
    re.VERBOSE,
)
_NEXT = re.compile(r"""\s* [\"'“‘«‹(\[{*_¿¡「『（]* (?P<first>\S)? (?P<rest>[\w'’]*)""", re.VERBOSE)
_WORD_BEFORE = re.compile(r"[\w.]+\Z")
_INITIALS = re.compile(r"[^\W\d_](?:\.-?[^\W\d_]{1,3})*")
_ENUMERATOR = re.compile(r"[\W_]*(?:\d{1,3}(?:\.\d{1,3})*|[^\W\d_]|[ivxIVX]{1,4})")
_ITEM = re.compile(r"(?<!\S)(\d{1,2})\.(?=\s+[\"'“‘(\[*_]*[^\W\d_])")
_ROMAN = re.compile(r"[IVXLC]+\b")
_CONTINUES = frozenset("-–—,;:.…!?)&/=+")
_LONGEST_WORD = 24  # characters looked at before a stop; more than any abbreviation has


def sentence_spans(text: str, start: int, end: int) -> list[Span]:
    """The sentences of `text[start:end]`, in order.

    They cover every character but the white space between them, and none starts or ends with white space.
    """
    found: list[Span] = []
    at = _skip_space(text, start, end)
    for cut in _cuts(text, start, end):
        while at < cut:
            stop = cut
            while text[stop - 1].isspace():
                stop -= 1
            found.append(Span(at, stop))
            at = _skip_space(text, cut, end)
    return found


def _skip_space(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Where sentences end or items of an inline list begin, ascending; the last one is `end`."""
    items = [*_item_starts(text, start, end), end]
    begin = _skip_space(text, start, end)
    for stop in _STOP.finditer(text, start, end):
        while items[0] <= stop.start():
            begin = items.pop(0)
            yield begin
        if _ends_sentence(text, begin, stop, end):
            yield stop.end()
            begin = _skip_space(text, stop.end(), end)
    yield from items


def _item_starts(text: str, start: int, end: int) -> list[int]:
    """Where the items of a list inside the paragraph begin: "1. ... 2. ...", two or more, from 1 on."""
    starts: list[int] = []
    for match in _ITEM.finditer(text, start, end):
        before = text[max(start, match.start() - _LONGEST_WORD) : match.start()].rstrip()
        opens = bool(starts) or not before[-1:].isalnum()
        belongs = before.endswith(".") and _is_label(before[:-1])  # "No. 1."
        if int(match[1]) == len(starts) + 1 and opens and not belongs:
            starts.append(match.start())
    return starts if len(starts) > 1 else []


def _is_label(before: str) -> bool:
    """Whether `before` ends in a word that a number belongs to, as "No" or "Vol"."""
    word = _WORD_BEFORE.search(before)
    return word is not None and word[0].casefold() in _BEFORE_NUMBER


def _ends_sentence(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    """Whether the stop that `stop` found ends the sentence that starts at `begin`."""
    following = _NEXT.match(text, stop.end(), end)
    if following is None or not following["first"] or stop["wide"]:
        return True
    first, word = following["first"], following["first"] + following["rest"]
    if first.islower() or first in _CONTINUES:
        return False
    if stop["stop"] != ".":
        return stop["stop"][-1] not in ".…" or not first.isdigit()
    if _ENUMERATOR.fullmatch(text, begin, stop.start()):
        return False
    before = _WORD_BEFORE.search(text[max(begin, stop.start() - _LONGEST_WORD) : stop.start()])
    return before is None or _ends_before(before[0].strip("_"), word)


def _ends_before(last: str, following: str) -> bool:
    """Whether "last. Following" is the border of two sentences."""
    abbreviation = last.casefold()
    if abbreviation in _NEVER:
        return False
    if abbreviation in _BEFORE_NUMBER and (following[0].isdigit() or _ROMAN.match(following)):
        return False
    if last == "c" and (following[0].isdigit() or following == "AD"):
        return False  # "c. 350 BC"
    initials = _INITIALS.fullmatch(last) and (last[0].isupper() or "." in last)
    if initials or abbreviation in _BEFORE_STARTER:
        return following.casefold() in _STARTERS
    return True
