"""Keys of chat models: who gets which, what is said where one is missing, and that nothing else leaves the machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest
from chat_server import ChatServer, Request, serving
from conftest import ROOT
from langchain_core.messages import HumanMessage

from app.chatmodel import LangChainModel
from app.faults import Fault, ModelFault, redacted, secrets_of
from app.modelspec import parse_spec

MESSAGES = [HumanMessage("When were they deported?")]


def model_of(spec: str, environ: Mapping[str, str]) -> LangChainModel:
    return LangChainModel(parse_spec(spec), environ=environ)


def fault_of(model: LangChainModel) -> ModelFault:
    with pytest.raises(ModelFault) as caught:
        list(model.stream(MESSAGES))
    assert caught.value.__context__ is None  # the client's error may hold the key
    return caught.value


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serving() as running:
        yield running


FOREIGN = ("openai-organization", "openai-project", "x-mine", "x-api-key", "cookie")


@pytest.mark.parametrize("own", ["", "my-own-key"])
@pytest.mark.parametrize("client", ["server", "openai", "ollama"])
def test_a_server_of_ones_own_gets_no_key_of_a_provider(
    server: ChatServer, client: str, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = {
        "OPENAI_API_KEY": "sk-the-real-one",
        "OLLAMA_API_KEY": "the-real-one-too",
        "OPENAI_ORG_ID": "real-org",
        "OPENAI_PROJECT_ID": "real-project",
        "OPENAI_CUSTOM_HEADERS": "X-Mine: real-header",
        "LANGSMITH_API_KEY": "real-langsmith",
        **({"TUTOR_LLM_KEY": own} if own else {}),
    }
    for name, value in environ.items():  # clients read it, whatever they are given
        monkeypatch.setenv(name, value)
    spec = {"server": server.url, "openai": f"openai:m@{server.url}", "ollama": f"ollama:m@{server.url}"}[client]
    list(model_of(spec, environ).stream(MESSAGES))
    assert server.chats
    for request in server.requests:
        sent = [f"{name}: {value}" for name, value in request.headers.items()]
        assert [line for line in sent if "real" in line] == []
        assert [name for name in FOREIGN if name in request.headers] == []
        assert request.headers.get("authorization") == _authorization(request, own)


def _authorization(request: Request, own: str) -> str | None:
    if own:
        return f"Bearer {own}"
    return None if request.path == "/api/chat" else "Bearer no-key"  # OpenAI's client sends one in any case


def test_a_provider_gets_its_key(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)  # OpenAI's own place, for this test
    model = model_of("openai:gpt", {"OPENAI_API_KEY": "sk-mine", "TUTOR_LLM_KEY": "another"})
    list(model.stream(MESSAGES))
    assert server.chats[0].headers["authorization"] == "Bearer sk-mine"


@pytest.mark.parametrize(
    ("spec", "key", "name"),
    [
        ("openai:gpt", "OPENAI_API_KEY", "openai:gpt"),
        ("anthropic:claude", "ANTHROPIC_API_KEY", "anthropic:claude"),
        ("groq:m", "GROQ_API_KEY", "groq:m"),
    ],
)
def test_a_missing_key(spec: str, key: str, name: str) -> None:
    fault = fault_of(model_of(spec, {"TUTOR_LLM_KEY": "not for them"}))
    line = f"{name} needs a key. Set {key} in the environment; it is read there and nowhere else."
    assert (fault.fault, str(fault)) == (Fault.NO_KEY, line)


@pytest.mark.parametrize(
    ("spec", "install"),
    [
        ("groq:m", "pip install langchain-groq"),
        ("google_genai:m", "pip install langchain-google-genai"),
        ("bedrock:m", "pip install langchain-aws"),
    ],
)
def test_a_missing_package(spec: str, install: str) -> None:
    fault = fault_of(model_of(spec, {"GROQ_API_KEY": "k"}))
    line = f"{spec} needs a package that is not installed. Install it: {install}"
    assert (fault.fault, str(fault)) == (Fault.NO_PACKAGE, line)


@pytest.mark.parametrize(
    ("module", "spec", "install"),
    [
        ("langchain_ollama", "ollama:m", "pip install 'koryo-tutor[ollama]'"),
        ("langchain_anthropic", "anthropic:m", "pip install 'koryo-tutor[anthropic]'"),
        ("openai", "http://127.0.0.1:1", "pip install 'koryo-tutor[openai]'"),
        ("langchain", "mistralai:m", "pip install langchain langchain-mistralai"),
    ],
)
def test_a_client_that_is_not_installed(module: str, spec: str, install: str) -> None:
    """In a process where importing it fails, as it does where it is not installed."""
    script = f"""
import sys
sys.modules[{module!r}] = None
from app.chatmodel import LangChainModel
from app.faults import ModelFault
from app.modelspec import parse_spec
keys = dict.fromkeys(["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "MISTRAL_API_KEY"], "k")
try:
    list(LangChainModel(parse_spec({spec!r}), environ=keys).stream([]))
except ModelFault as fault:
    print(fault.fault, "|", fault)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    kind, _, line = done.stdout.partition(" | ")
    assert (kind, line.rpartition(" needs a package that is not installed. Install it: ")[2]) == (
        "no provider package",
        f"{install}\n",
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the key abcdefgh is wrong", "the key *** is wrong"),
        ("{'Authorization': 'Bearer xyz'}", "{'Authorization': '***'}"),
        ('{"x-api-key": "xyz"}', '{"***"}'),
        ("Incorrect API key provided: sk-proj-****abcd.", "Incorrect API key provided: ***"),
        ("http://me:pa55@host/", "http://***host/"),
        ("a basic question about keys", "a *** about keys"),
        ("nothing of the sort", "nothing of the sort"),
    ],
)
def test_what_is_not_shown(text: str, shown: str) -> None:
    assert redacted(text, secrets_of({"MY_KEY": "abcdefgh", "KEYBOARD": "sort", "NO_KEY": "x"})) == shown


def test_nothing_of_a_reply_reaches_another_host() -> None:
    """LangChain's traces are off unless asked for, and no tokenizer is fetched."""
    script = """
import os, socket, sys
from app.cli import _quiet
def told(function, host):
    def call(*arguments, **options):
        print("reaches for", host(arguments))
        return function(*arguments, **options)
    return call
socket.socket.connect = told(socket.socket.connect, lambda arguments: arguments[1][0])
socket.getaddrinfo = told(socket.getaddrinfo, lambda arguments: arguments[0])
_quiet()
sys.path.insert(0, "tests")
from chat_server import serving
from langchain_core.messages import HumanMessage
from app.chatmodel import LangChainModel
from app.modelspec import parse_spec
with serving() as server:
    for spec in (server.url, f"ollama:m@{server.url}"):
        list(LangChainModel(parse_spec(spec), environ={}).stream([HumanMessage("Hello")]))
print(os.environ["LANGSMITH_TRACING"])
"""
    environ = {
        "LANGSMITH_API_KEY": "k",
        "PATH": "",
        "HTTPS_PROXY": "http://192.0.2.1:1",
        "HTTP_PROXY": "http://192.0.2.1:1",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    lines = done.stdout.split("\n")
    assert set(lines[:-2]) == {"reaches for 127.0.0.1"}
    assert lines[-2:] == ["false", ""]
