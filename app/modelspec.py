"""How a chat model is named in the settings. Nothing is looked up or loaded here.

    none                        no model: answers are quoted
    local                       the model that `tutor model install` sets up
    PROVIDER:MODEL              ollama:qwen3:4b, openai:gpt-5.5, anthropic:claude-opus-4-7: as `init_chat_model` has it
    PROVIDER:MODEL@URL          the same on a server of one's own: ollama:qwen3:4b@http://192.168.1.7:11434
    URL                         http://127.0.0.1:8080/v1: any server that speaks OpenAI's protocol, with its model

A name holds no key: keys are read from the environment.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from app.faults import redacted, shortened
from ingest.errors import SettingsError

#: The providers that LangChain's `init_chat_model` knows by name; a test holds the two together.
PROVIDERS = (
    "anthropic anthropic_bedrock azure_ai azure_openai baseten bedrock bedrock_converse bedrock_mantle_anthropic "
    "bedrock_mantle_openai cohere deepseek fireworks google_anthropic_vertex google_genai google_vertexai groq "
    "huggingface ibm langsmith litellm meta mistralai nvidia ollama openai openrouter perplexity together upstage xai"
).split()

#: Those of them that may be asked at an address of one's own.
ADDRESSED = ("anthropic", "ollama", "openai")

_FORMS = "none, local, PROVIDER:MODEL (ollama:qwen3:4b), PROVIDER:MODEL@URL, or a URL (http://127.0.0.1:8080/v1)"
_NAMED = re.compile(r"(?P<provider>[A-Za-z][\w-]*):(?P<model>\S+?)(?:@(?P<url>https?://.*))?")


class Kind(StrEnum):
    """What sort of model a name stands for."""

    NONE = "none"
    LOCAL = "local"
    NAMED = "named"  # a provider's model
    SERVER = "server"  # whatever model a server has


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A chat model by name. `url` is where it is asked, "" for the provider's own place."""

    kind: Kind
    provider: str = ""
    model: str = ""
    url: str = ""

    @property
    def name(self) -> str:
        """The name as users see and write it."""
        if self.kind is Kind.SERVER:
            return self.url
        if self.kind is Kind.NAMED:
            return f"{self.provider}:{self.model}" + (f"@{self.url}" if self.url else "")
        return str(self.kind)


def parse_spec(text: str) -> ModelSpec:
    """The model that a setting names; an empty one is none.

    Raises:
        SettingsError: it names none, and the line says what would.
    """
    text = text.strip()
    if text.lower() in ("", Kind.NONE, Kind.LOCAL):
        return ModelSpec(Kind(text.lower() or Kind.NONE))
    if text.lower().startswith(("http://", "https://")):
        return ModelSpec(Kind.SERVER, provider="openai", url=_url(text, text, "openai"))
    found = _NAMED.fullmatch(text)
    if not found:
        raise _wrong(text, "it has neither a provider nor an address")
    provider = found["provider"].lower().replace("-", "_")
    if provider not in PROVIDERS:
        near = difflib.get_close_matches(provider, PROVIDERS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(PROVIDERS)}"
        raise _wrong(text, f"{redacted(provider)} is no provider, {hint}")
    if found["url"] and provider not in ADDRESSED:
        raise _wrong(text, f"only {', '.join(ADDRESSED)} take an address")
    return ModelSpec(Kind.NAMED, provider, found["model"], _url(found["url"], text, provider) if found["url"] else "")


def _url(url: str, text: str, provider: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or re.search(r"[\s\x00-\x1f]", url):
        raise _wrong(text, "its address is none")
    if parts.username is not None or parts.password is not None:
        raise _wrong(text, "an address holds no password; set TUTOR_LLM_KEY in the environment")
    if parts.query or parts.fragment:
        raise _wrong(text, "an address ends before ? and #; a key goes into TUTOR_LLM_KEY in the environment")
    path = parts.path.rstrip("/").removesuffix("/chat/completions")
    return f"{parts.scheme}://{parts.netloc}{path or ('/v1' if provider == 'openai' else '')}"


def _wrong(text: str, why: str) -> SettingsError:
    shown = shortened(re.sub(r"[?#].*", "?***", redacted(text)), 80)
    ending = "" if why.endswith("?") else "."
    return SettingsError(f"llm={shown!r} names no chat model: {why}{ending} Write {_FORMS}.")
