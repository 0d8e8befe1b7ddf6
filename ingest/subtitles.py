"""SRT and WebVTT taken apart: what is said, as sentences and paragraphs, and when.

A cue holds as much as fits on a screen, so a sentence goes over several: their lines are joined again, and a paragraph
ends where the speaker changes, somebody pauses, or enough has been said. Speakers stay ("Ann: ..."); tags, positions,
comments and styles go. Rolling captions, which show each line twice or build it up word by word, are said once. A
locator stands where each cue begins.

The two formats are read by one small reader of our own: what libraries return of a cue (pysubs2 1.8, webvtt-py 0.6)
has lost its speakers, or has a comment behind it taken for its text. Left to others: decoding (loaders.py).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from ingest.documents import BlockKind, Locator, LocatorKind, Span
from ingest.errors import SourceError
from ingest.outline import Parsed, Piece

MAX_CUES = 100_000
_PAUSE = 3.0  # seconds without a word that end a paragraph
_ADJOINS = 0.5  # seconds at most between two showings of one text
_PARAGRAPH = 500  # characters from which the end of a sentence ends a paragraph
_LONGEST = 2000  # characters after which it ends anyway
_UNPUNCTUATED = 240  # the same where nobody set full stops
_ROLLING = 0.3  # share of cues that begin with what the one before showed, from which captions roll

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,:](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-+>\s*{_TIME}(?!\d)")
_HEADER = re.compile(r"WEBVTT(?:[ \t]+(?:-[ \t]*)?(.*))?")
_VOICE = re.compile(r"<v(?:\.[\w.-]*)?[ \t]+([^<>]{1,80})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<\d[\d:.]*>|\{\\[^{}]{0,200}\}|\{[a-zA-Z]:[^{}]{0,80}\}")
_TURN = re.compile(r"(?:>>+|[-–—]|•)\s*(?=\S)")  # a line that begins so is somebody else's
_NAMED = re.compile(r"(?:[^\W\d_][\w.'’]*)(?: [^\W\d_][\w.'’]*){0,3}:\s+\S")
_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a cue. `turn`: somebody begins to speak with it, of whom `speaker` is the name if it is told."""

    text: str
    turn: bool = False
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from `start` to `end`, in seconds."""

    start: float
    end: float
    lines: tuple[Line, ...]


def parse_srt(text: str, path: Path) -> Parsed:
    """Take SubRip subtitles apart.

    Raises:
        SourceError: no cue has words, or there are more than MAX_CUES.
    """
    return _parsed(text, path, blank_ends=False)


def parse_vtt(text: str, path: Path) -> Parsed:
    """Take WebVTT apart; its title is what the first line says behind WEBVTT.

    Raises:
        SourceError: as `parse_srt`.
    """
    header = _HEADER.match(text)
    title = (header[1] or "").strip() if header else ""
    return replace(_parsed(text, path, blank_ends=True), title=title[:200])


def _parsed(text: str, path: Path, *, blank_ends: bool) -> Parsed:
    cues = sorted(read_cues(text, path, blank_ends=blank_ends), key=lambda cue: cue.start)
    cues = [cue for cue in _once(cues) if cue.lines]
    if not cues:
        example = "00:01.000 --> 00:04.000" if blank_ends else "00:00:01,000 --> 00:00:04,000"
        raise SourceError(f"{path} has no words with a time ({example}) above them; is it a file of subtitles?")
    writer = _Writer()
    said = " ".join(line.text for cue in cues for line in cue.lines)
    writer.punctuated = len(re.findall(r"[.!?…。！？](?:\W|\Z)", said)) * _PARAGRAPH >= len(said)
    for cue, after in pairwise([*cues, None]):
        assert cue is not None
        writer.add(cue)
        if after is None or after.start - cue.end >= _PAUSE:
            writer.pause()
    writer.close()
    return Parsed("".join(writer.parts), tuple(writer.pieces), (), tuple(writer.locators))


# -- reading ---------------------------------------------------------------------------------------------------------


def read_cues(text: str, path: Path, *, blank_ends: bool) -> list[Cue]:
    """The cues of a file, in its order.

    Args:
        blank_ends: whether a blank line ends a cue, and what follows it up to the next time is none (WebVTT); else it
            may be part of one (SubRip), and only the number before a time is none.

    Raises:
        SourceError: there are more than MAX_CUES.
    """
    found: list[tuple[float, float, list[str]]] = []
    inside = False
    for line in text.splitlines():
        timing = _TIMING.match(line)
        if timing:
            if found and found[-1][2] and found[-1][2][-1].strip().isdecimal():
                found[-1][2].pop()
            found.append((_seconds(timing.groups()[:4]), _seconds(timing.groups()[4:]), []))
            inside = True
        elif blank_ends and not line:  # a line of blanks is part of a cue there
            inside = False
        elif inside and line.strip():
            found[-1][2].append(line)
        if len(found) > MAX_CUES:
            raise SourceError(f"{path} has more than {MAX_CUES:,} cues; split it into several files")
    return [Cue(start, max(start, end), tuple(_lines(lines))) for start, end, lines in found]


def _seconds(groups: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (group or "0" for group in groups)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _lines(raw: Sequence[str]) -> Iterator[Line]:
    """The lines of a cue without markup."""
    speaker = ""
    for line in raw:
        voice = _VOICE.search(line)
        if voice:
            speaker = " ".join(html.unescape(voice[1]).split())
        text = " ".join(html.unescape(_TAG.sub("", line)).replace("\0", "\ufffd").split())
        text = "".join(char for char in text if char not in "\u200e\u200f\u200b\ufeff")
        turn = _TURN.match(text)
        text = text[turn.end() :] if turn else text
        if text.strip():
            yield Line(text, turn is not None or voice is not None or _NAMED.match(text) is not None, speaker)


# -- saying once what is shown twice ---------------------------------------------------------------------------------


def _once(cues: Sequence[Cue]) -> Iterator[Cue]:
    """The cues without what the one before shows too, where captions roll or a cue is a showing of the same again."""
    pairs = list(pairwise(cues))
    rolling = len(pairs) > 1 and sum(map(_rolls, pairs)) >= _ROLLING * len(pairs)
    held: Cue | None = None  # it may turn out to be the beginning of the next
    shown: Cue | None = None  # the one before, whole
    for cue in cues:
        if held is None or shown is None:
            held = cue
        elif cue.lines == shown.lines and _adjoin(shown, cue):
            held = replace(held, end=cue.end)
        elif rolling and held.lines and (grown := _grown(shown, cue)):
            held = replace(held, end=cue.end, lines=(*held.lines[:-1], *grown))
        else:
            yield held
            held = replace(cue, lines=cue.lines[_shared(shown, cue) if rolling else 0 :])
        shown = cue
    if held is not None:
        yield held


def _rolls(pair: tuple[Cue, Cue]) -> bool:
    return _shared(*pair) > 0 or bool(_grown(*pair))


def _adjoin(before: Cue, after: Cue) -> bool:
    return after.start - before.end <= _ADJOINS


def _shared(before: Cue, after: Cue) -> int:
    """How many lines the first ends with that the second begins with."""
    most = min(len(before.lines), len(after.lines)) if _adjoin(before, after) else 0
    return next((n for n in range(most, 0, -1) if _texts(before.lines[-n:]) == _texts(after.lines[:n])), 0)


def _grown(before: Cue, after: Cue) -> tuple[Line, ...]:
    """The lines of the second from the one on that goes on the last of the first; none if there is no such line."""
    if not before.lines or not _adjoin(before, after):
        return ()
    last = before.lines[-1].text
    for at, line in enumerate(after.lines):
        same = at < len(before.lines) and _texts(after.lines[:at]) == _texts(before.lines[-1 - at : -1])
        if same and line.text.startswith(last + " "):
            return after.lines[at:]
    return ()


def _texts(lines: Sequence[Line]) -> list[str]:
    return [line.text for line in lines]


# -- writing ---------------------------------------------------------------------------------------------------------


@dataclass
class _Writer:
    """The canonical text as it grows: a paragraph a block."""

    punctuated: bool = True
    parts: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    locators: list[Locator] = field(default_factory=list)
    start: int = 0  # of the paragraph
    size: int = 0
    speaker: str = ""

    def add(self, cue: Cue) -> None:
        """Go on with the lines of a cue."""
        begun = False
        for line in cue.lines:
            long = self.size - self.start
            over = _LONGEST if self.punctuated else _UNPUNCTUATED
            other = line.speaker != self.speaker if line.speaker else line.turn
            if other or long >= over or (long >= _PARAGRAPH and self._ended()):
                self.close()
            if not begun:
                self._mark(cue.start)
                begun = True
            fresh = self.size == self.start
            self.speaker = line.speaker
            lead = "" if not fresh else f"{line.speaker}: " if line.speaker else ""
            self._write(("" if fresh else " ") + lead + line.text)

    def pause(self) -> None:
        """Nobody speaks for a while."""
        if self._ended() or not self.punctuated:
            self.close()

    def close(self) -> None:
        """End the paragraph, if one is begun."""
        if self.size > self.start:
            self.pieces.append(Piece(BlockKind.PARAGRAPH, Span(self.start, self.size)))
            self._write("\n\n")
            self.start = self.size

    def _ended(self) -> bool:
        return self.size > self.start and _END.search(self.parts[-1]) is not None

    def _mark(self, seconds: float) -> None:
        whole = int(seconds)
        label = f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
        if not self.locators or self.locators[-1].label != label:
            begins = self.size if self.size == self.start else self.size + 1  # behind the blank
            self.locators.append(Locator(LocatorKind.TIME, label, begins))

    def _write(self, text: str) -> None:
        self.parts.append(text)
        self.size += len(text)
