"""What a chat model writes, read as it arrives: its sentences, and the passages that each cites.

Takes the reply in pieces of any size and gives back whole sentences. What is not whole yet, half a citation above
all, is never in `tail`. Citations are read in all the ways that models write them: [1], [1, 2], [1-3], [^1], 【1】,
(passage 1); in code nothing is read as one. Links and images are reduced to their words, for what a model links to
is no source of ours. Whether a sentence is borne out is for grounding.py to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.sentences import sentence_spans

_HALF = re.compile(r"(?:(?:\[\^?|【|\((?:passages?|sources?))[\d,;\s–-]*)+\Z", re.IGNORECASE)  # a citation cut off
_MOST_WITHHELD = 300  # characters; what stays open longer is no citation, link or code
_LONGEST = 2000  # characters of a sentence; a longer one is none, and goes out as it stands
_PATIENCE = 50  # a block is read again when it has grown by so small a part of itself
_LARGEST_RANGE = 20

_NAMED = r"(?:(?:see\s+)?(?:passages?|sources?|nos?\.|refs?\.?|citations?|docs?|documents?)\s*[:\#]?\s*|\#)"
_NUMBERS = rf"\^?\d{{1,3}}\^?(?:\s*(?:[,;&–—-]|and)\s*{_NAMED}?\^?\d{{1,3}}\^?)*"
_TOKEN = re.compile(
    rf"""(?P<fence>```.*?(?:```|\Z))
    | (?P<code>`[^`\n]+`)
    | (?P<image>!\[[^\[\]\n]*\]\([^()\n]*\))
    | \[\[?\s*(?!\d{{1,3}}(?:,\d{{3}})+\s*\])(?P<cite>{_NAMED}?\[?{_NUMBERS})
        (?:,\s*pp?\.[^\[\]\n]{{0,20}}|†[^\[\]\n]{{0,40}})?\s*\]?\](?:\([^()\n]*\))?
    | \(\s*(?:see\s+)?\[\s*(?P<paren>{_NAMED}?{_NUMBERS})\s*\]\s*\)
    | 【\s*(?P<wide>{_NUMBERS})[^】\n]{{0,60}}】
    | \(\s*(?P<round>{_NAMED}\[?{_NUMBERS}\]?)\s*\)
    | (?P<prose>,?\s{{1,2}}(?:(?:which|who|as)\s{{1,2}})?(?:is\s|are\s|was\s|were\s)?
        (?:mentioned|stated|said|described|noted|given|found|written)\s+in\s+(?:the\s+)?passages?\s+{_NUMBERS})
    | \[(?P<link>[^\[\]\n]+)\]\([^()\n]*\)
    | (?P<address>(?:https?://|www\.)[^\s<>()\[\]]+)
    | (?P<strong>\*\*+|__+|(?<!\w)[*_](?=\w)|(?<=[\w.,;:!?)"'”’])\*(?!\w))""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
#: What may still become one of these when more arrives.
_OPEN = re.compile(
    r"""(?: !?\[+[^\[\]\n]*(?:\]+(?:\([^()\n]*)?)?    # "[1", "[1]" that may become a link, "![a](htt"
          | 【[^】\n]*
          | \([^()\n]{0,40}
          | ```.*
          | `[^`\n]*
          | ``
          | (?:https?:/*|www\.)[^\s<>()\[\]]*
          | [*_!]+
        )\Z""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_BARE_NAME = re.compile(r"(?<!the) passages?\Z")  # "what does passage [1] say"
_HALVES = re.compile(r"\s*(?:\[\^?|【)\s*\d{1,3}(?=[.,;!?]?\s*\Z)")  # one that a sentence ends in
_PROSE_FENCE = re.compile(r"\s*```(?:markdown|md|text|txt|plain)?[ \t]*\n")
_FENCE_END = re.compile(r"\s*```[ \t]*(?:\n|\Z)")
_RUNS = re.compile(r"[^\S\n]{3,}")  # white space
_BETWEEN = re.compile(r"\s*(?:,|;|&|and|,\s*and)\s*")
_BULLET = re.compile(r"[ \t]*(?:[-*•+–]|\d{1,2}[.)]|>)[ \t]+")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+")
_STARTS_BLOCK = re.compile(r"\s*(?:[-*•+–>]\s|\d{1,2}[.)]\s|#{1,6}\s|```)")
_WRAPPED = re.compile(r"[^.!?:;\]】)\n]\n(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence as a model wrote it, without its citations, and the numbers of the passages that it cites."""

    text: str
    numbers: tuple[int, ...] = ()


class Reply:
    """A reply on its way.

    Args:
        passages: how many passages there are to cite; numbers beyond are dropped.
    """

    def __init__(self, passages: int) -> None:
        self._passages = passages
        self._raw = ""  # of the block that is being written
        self._begun = False  # whether sentences of it went out, and were cut off it
        self._wrapped = False  # whether it stands in a fence that was taken away
        self._looked = 0  # how long it was when it was read last
        self.dropped = 0
        self.tail = ""

    def feed(self, piece: str) -> list[Cited]:
        """The sentences that a further piece completes."""
        piece = piece.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
        kept = max(0, len(self._raw) - 2)  # a run of blanks may have begun before
        self._raw = self._raw[:kept] + _RUNS.sub("  ", self._raw[kept:] + piece)
        whole: list[Cited] = []
        self._unwrap()
        while (cut := self._block_end()) is not None:
            block, self._raw = self._raw[:cut], self._raw[cut:].lstrip("\n")
            whole += self._sentences(block, last=True)
            self._begun = False
            self._unwrap()
        if len(self._raw) - self._looked > len(self._raw) // _PATIENCE or len(self._raw) < self._looked:
            whole += self._sentences(self._raw[: _withheld(self._raw)], last=False)
            self._looked = len(self._raw)
        return whole

    def close(self) -> list[Cited]:
        """The sentences that are left when the reply has ended."""
        self._unwrap()
        rest, self._raw = _HALF.sub("", self._raw), ""
        whole = self._sentences(rest, last=True)
        self._begun, self.tail = False, ""
        return whole

    def _unwrap(self) -> None:
        """Take away the fence around prose: models wrap whole replies in one."""
        if self._wrapped and (mark := _FENCE_END.match(self._raw)):
            self._raw, self._wrapped = self._raw[mark.end() :], False
        elif not self._begun and (mark := _PROSE_FENCE.match(self._raw)):
            self._raw, self._wrapped = self._raw[mark.end() :], True

    def _block_end(self) -> int | None:
        """Where the block that the reply begins with ends: at a line's end, unless the line only goes on there."""
        if self._raw.lstrip(" \t").startswith("```"):
            end = self._raw.find("```", self._raw.find("```") + 3)
            return None if end < 0 else end + 3
        at = self._raw.find("\n")
        while at >= 0:
            after = self._raw[at + 1 :]
            if not after.strip():
                return None if after == "" else at + 1 if "\n" in after else None
            if not (_WRAPPED.match(self._raw[at - 1 : at + 2]) and not _STARTS_BLOCK.match(after)):
                return at + 1
            at = self._raw.find("\n", at + 1)
        return None

    def _sentences(self, raw: str, *, last: bool) -> list[Cited]:
        """The sentences of a block; all but the unfinished one if it is not the `last`, and they are cut off it."""
        read = _read(raw, self._passages, begun=self._begun)
        clean = read.clean
        spans = [(span.start, span.end) for span in sentence_spans(clean, 0, len(clean))]
        if raw.lstrip().startswith("```"):
            spans = [(spans[0][0], len(clean.rstrip()))] if spans else []
        ready = len(spans) if last else _complete(clean, spans)
        self.tail = _HALF.sub("", clean[spans[ready][0] :]) if ready < len(spans) else ""
        found = []
        for i, (first, end) in enumerate(spans[:ready]):
            low = first if i else -1
            until = spans[i + 1][0] if i + 1 < len(spans) else len(clean) + 1
            numbers = [n for at, ns in read.marks if low < at <= until for n in ns]
            text = _HALVES.sub("", clean[first:end]).strip()
            found.append(Cited(text, tuple(dict.fromkeys(numbers))))
        if last:
            self.dropped += read.dropped
        elif not spans and len(raw) > _LONGEST:
            self._cut(len(raw))
        elif ready:
            self._cut(read.origin(spans[ready][0] if ready < len(spans) else len(clean)))
        return [sentence for sentence in found if _says_something(sentence.text)]

    def _cut(self, at: int) -> None:
        """Leave what went out behind: however long a block is, a piece costs no more than its last sentence."""
        self.dropped += _read(self._raw[:at], self._passages, begun=self._begun).dropped
        self._raw, self._begun = self._raw[at:], True


def _withheld(raw: str) -> int:
    """How much of what has arrived can be read; the rest may still become a citation, a link or code."""
    match = _OPEN.search(raw, max(0, len(raw) - _MOST_WITHHELD))
    fence = raw.rfind("```")
    if fence >= 0 and raw.count("```") % 2:
        return fence
    return match.start() if match else len(raw)


def _complete(clean: str, spans: list[tuple[int, int]]) -> int:
    """How many sentences nothing more can be added to: those before one whose first word is whole."""
    if not spans:
        return 0
    begin, end = spans[-1]
    if end - begin > _LONGEST:
        return len(spans)
    first_word_whole = end - begin > _MOST_WITHHELD or re.match(r"\S*\w\S*\s", clean[begin:])
    return len(spans) - 1 if first_word_whole else max(0, len(spans) - 2)


@dataclass(frozen=True, slots=True)
class _Read:
    """A block without its markup: what it cites, each with the place in the clean text; how many numbers were dropped;
    and which stretches of it stand in the raw text as they are (clean start, raw start)."""

    clean: str
    marks: tuple[tuple[int, list[int]], ...] = ()
    dropped: int = 0
    stretches: tuple[tuple[int, int], ...] = ()

    def origin(self, at: int) -> int:
        """Where a place of the clean text stands in the raw one."""
        clean, raw = next((one for one in reversed(self.stretches) if one[0] <= at), (0, 0))
        return raw + at - clean


def _read(raw: str, passages: int, *, begun: bool) -> _Read:
    """Read a block, or what is left of it once its first sentences are cut off."""
    fenced = raw.lstrip().startswith("```")
    at = 0
    if not fenced and not begun:
        if _HEADING.match(raw):  # names what follows and claims nothing
            return _Read("", stretches=((0, len(raw)),))
        at = mark.end() if (mark := _BULLET.match(raw)) else 0
    clean, dropped = "", 0
    marks: list[tuple[int, list[int]]] = []
    stretches = [(0, at)]
    for token in _TOKEN.finditer(raw, at):
        clean += raw[at : token.start()]
        at = token.end()
        kind = token.lastgroup or ""
        if kind in ("fence", "code"):
            clean += re.sub(r"\A```\w*\s*|```\Z", "", token[kind]) if kind == "fence" else token[kind]
        elif kind in ("cite", "paren", "wide", "round", "prose"):
            named = _numbers(token[kind])
            known = [n for n in named if 1 <= n <= passages]
            dropped += len(named) - len(known)
            if marks and _BETWEEN.fullmatch(clean, marks[-1][0]):  # "[1], [2] and [3]"
                clean = clean[: marks[-1][0]]
            clean = _BARE_NAME.sub(" the passage", clean.rstrip(" \t"))
            marks.append((len(clean), known))
        elif kind == "link":
            stretches.append((len(clean), token.start("link")))
            clean += token["link"]
        elif kind in ("image", "address"):
            clean = clean.rstrip(" \t")
        stretches.append((len(clean), at))
    clean += raw[at:]
    return _Read(clean if fenced else clean.replace("\n", " "), tuple(marks), dropped, tuple(stretches))


def _numbers(text: str) -> list[int]:
    """The numbers of a citation: "1, 3-5" is 1, 3, 4, 5."""
    numbers: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*[–—-]\s*\^?(\d+))?", text):
        begin, end = int(first), int(last or first)
        numbers += range(begin, end + 1) if begin <= end < begin + _LARGEST_RANGE else [begin, end]
    return list(dict.fromkeys(numbers))


def _says_something(text: str) -> bool:
    return any(letter.isalnum() for letter in text)
