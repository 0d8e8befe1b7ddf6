"""How chat models are named: every form, every mistake, and no secret in any message."""

from __future__ import annotations

import pytest

from app.modelspec import PROVIDERS, Kind, ModelSpec, parse_spec
from ingest.errors import SettingsError

HERE = "http://127.0.0.1:8080"
FORMS = "Write none, local, PROVIDER:MODEL (ollama:qwen3:4b), PROVIDER:MODEL@URL, or a URL (http://127.0.0.1:8080/v1)."


@pytest.mark.parametrize(
    ("text", "spec", "name"),
    [
        ("", ModelSpec(Kind.NONE), "none"),
        (" None ", ModelSpec(Kind.NONE), "none"),
        ("local", ModelSpec(Kind.LOCAL), "local"),
        ("ollama:qwen3:4b", ModelSpec(Kind.NAMED, "ollama", "qwen3:4b"), "ollama:qwen3:4b"),
        ("OpenAI:gpt-5.5", ModelSpec(Kind.NAMED, "openai", "gpt-5.5"), "openai:gpt-5.5"),
        ("google-genai:g", ModelSpec(Kind.NAMED, "google_genai", "g"), "google_genai:g"),
        ("groq:org/m@2025", ModelSpec(Kind.NAMED, "groq", "org/m@2025"), "groq:org/m@2025"),
        (f"ollama:a:b@{HERE}/", ModelSpec(Kind.NAMED, "ollama", "a:b", HERE), f"ollama:a:b@{HERE}"),
        (f"openai:m@{HERE}", ModelSpec(Kind.NAMED, "openai", "m", f"{HERE}/v1"), f"openai:m@{HERE}/v1"),
        (f"anthropic:m@{HERE}", ModelSpec(Kind.NAMED, "anthropic", "m", HERE), f"anthropic:m@{HERE}"),
        (HERE, ModelSpec(Kind.SERVER, "openai", "", f"{HERE}/v1"), f"{HERE}/v1"),
        (f"{HERE}/v1/chat/completions", ModelSpec(Kind.SERVER, "openai", "", f"{HERE}/v1"), f"{HERE}/v1"),
        ("HTTPS://[::1]/api/v3/", ModelSpec(Kind.SERVER, "openai", "", "https://[::1]/api/v3"), "https://[::1]/api/v3"),
    ],
)
def test_a_name(text: str, spec: ModelSpec, name: str) -> None:
    assert parse_spec(text) == spec
    assert spec.name == name
    assert parse_spec(name) == spec


@pytest.mark.parametrize(
    ("text", "shown", "why"),
    [
        ("qwen3", "qwen3", "it has neither a provider nor an address."),
        ("ollama:", "ollama:", "it has neither a provider nor an address."),
        ("ollama:a b", "ollama:a b", "it has neither a provider nor an address."),
        ("olama:m", "olama:m", "olama is no provider, did you mean ollama?"),
        ("zzz:m", "zzz:m", f"zzz is no provider, known are {', '.join(PROVIDERS)}."),
        (f"groq:m@{HERE}", f"groq:m@{HERE}", "only anthropic, ollama, openai take an address."),
        ("http://", "http://", "its address is none."),
        ("http://host:99999", "http://host:99999", "its address is none."),
        ("http://[::1", "http://[::1", "its address is none."),
        ("http://a host/", "http://a host/", "its address is none."),
        (
            "http://me:pa55@host/v1",
            "http://***host/v1",
            "an address holds no password; set TUTOR_LLM_KEY in the environment.",
        ),
        (
            "http://host/v1?key=pa55",
            "http://host/v1?***",
            "an address ends before ? and #; a key goes into TUTOR_LLM_KEY in the environment.",
        ),
        ("sk-proj-pa55word", "***", "it has neither a provider nor an address."),
        ("x" * 300, "x" * 79 + "…", "it has neither a provider nor an address."),
    ],
    ids=range(14),
)
def test_a_name_that_is_none(text: str, shown: str, why: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_spec(text)
    assert str(caught.value) == f"llm={shown!r} names no chat model: {why} {FORMS}"
    assert "pa55" not in str(caught.value)


def test_the_providers_are_those_of_langchain() -> None:
    from langchain.chat_models.base import _BUILTIN_PROVIDERS

    assert sorted(_BUILTIN_PROVIDERS) == PROVIDERS
