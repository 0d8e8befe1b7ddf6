"""The two protocols of chat_server.py, as they look on the wire: OpenAI's chat completions, Ollama's chat."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CREATED = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Protocol:
    """How pieces, the end and an error look on the wire."""

    media: str
    piece: Callable[[str, str], bytes]  # of a text, by a model
    end: Callable[[str, str], bytes]  # for a reason
    error: Callable[[str, int], Any]
    line: Callable[[bytes], bytes]  # a line with some content
    whole: Callable[[str, str], Any]


def _sse(data: Any) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"


def _openai_chunk(text: str, model: str, why: str | None = None) -> dict[str, Any]:
    delta = {"content": text} if text else {}
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": why}
    return {"id": "chat-1", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": [choice]}


def _openai_whole(text: str, model: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    whole = {"id": "chat-1", "object": "chat.completion", "created": 1, "model": model}
    return {**whole, "choices": [choice], "usage": usage}


def _ollama_chunk(text: str, model: str, why: str = "") -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    end = {"done_reason": why, "total_duration": 1, "prompt_eval_count": 1, "eval_count": 1} if why else {}
    return {"model": model, "created_at": CREATED, "message": message, "done": bool(why), **end}


def _line(data: Any) -> bytes:
    return json.dumps(data).encode() + b"\n"


OPENAI = Protocol(
    media="text/event-stream",
    piece=lambda text, model: _sse(_openai_chunk(text, model)),
    end=lambda model, why: _sse(_openai_chunk("", model, why)) + b"data: [DONE]\n\n",
    error=lambda said, status: {"error": {"message": said, "type": "test", "code": str(status)}},
    line=lambda content: b"data: " + content + b"\n\n",
    whole=_openai_whole,
)
OLLAMA = Protocol(
    media="application/x-ndjson",
    piece=lambda text, model: _line(_ollama_chunk(text, model)),
    end=lambda model, why: _line(_ollama_chunk("", model, why)),
    error=lambda said, status: {"error": said},
    line=lambda content: content + b"\n",
    whole=lambda text, model: _ollama_chunk(text, model, "stop"),
)
PROTOCOLS = {"/v1/chat/completions": OPENAI, "/api/chat": OLLAMA}
