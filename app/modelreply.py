"""What comes from a chat model, piece by piece: its text, without what it thinks. Who asks is in chatmodel.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessageChunk

_THINKING = frozenset({"reasoning", "thinking", "redacted_thinking", "reasoning_content", "signature"})
_CUT = frozenset({"length", "max_tokens", "MAX_TOKENS"})  # how providers say that their limit ended a reply
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Garbage(ValueError):
    """A piece that is not text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a reply: its text, the number of characters that it held in all, whether it says that the reply has
    ended, and whether a limit ended it."""

    text: str
    size: int
    ends: bool = False
    cut: bool = False


def piece_of(chunk: BaseMessageChunk, ending: str) -> Piece:
    """What a chunk holds; `ending` is the word in its metadata that says why the reply ended.

    Raises:
        Garbage: it holds something that is no text.
    """
    content: Any = chunk.content
    blocks = content if isinstance(content, list) else [content]
    text = _CONTROL.sub("", "".join(map(_text, blocks)).replace("\r\n", "\n"))
    text = text.encode("utf-8", "replace").decode("utf-8")  # half a character, if a model sends one
    why = chunk.response_metadata.get(ending) if ending else None
    thought = chunk.additional_kwargs.get("reasoning_content")
    hidden = len(str(thought)) if thought else sum(len(str(block)) for block in blocks if _is_thinking(block))
    return Piece(text, max(len(text) + hidden, 1), ends=bool(why), cut=why in _CUT)


def _is_thinking(block: Any) -> bool:
    return isinstance(block, Mapping) and block.get("type") in _THINKING


def _text(block: Any) -> str:
    if isinstance(block, str):
        return block
    if _is_thinking(block):
        return ""
    if isinstance(block, Mapping) and block.get("type", "text") == "text" and isinstance(block.get("text", ""), str):
        return str(block.get("text", ""))
    kind = block.get("type") if isinstance(block, Mapping) else type(block).__name__
    raise Garbage(f"a piece that is no text ({kind})")


class Thoughts:
    """Takes <think> ... </think> out of a text that comes in pieces; what may yet become a tag is held back."""

    _TAGS = ("<think>", "</think>", "<thinking>", "</thinking>")
    _TAG = re.compile(r"<(/?)think(?:ing)?>", re.IGNORECASE)

    def __init__(self) -> None:
        self._held = ""
        self._inside = False

    def feed(self, text: str) -> str:
        """What may be shown of the text so far."""
        text = self._held + text
        shown, at = [], 0
        for tag in self._TAG.finditer(text):
            if not self._inside:
                shown.append(text[at : tag.start()])
            self._inside, at = not tag[1], tag.end()
        keep = self._begun_tag(text, at)
        self._held = text[keep:]
        if not self._inside:
            shown.append(text[at:keep])
        return "".join(shown)

    def close(self) -> str:
        """What was held back and became no tag."""
        held, self._held = self._held, ""
        return "" if self._inside else held

    def _begun_tag(self, text: str, at: int) -> int:
        """Where a tag begins that may be completed by what comes next; the end of the text if none does."""
        last = text.rfind("<", at)
        if last >= 0 and any(tag.startswith(text[last:].lower()) for tag in self._TAGS):
            return last
        return len(text)
