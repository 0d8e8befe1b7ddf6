"""The clients of chat models: what each provider needs, how it is made by `init_chat_model`, and its connections.

The only file that imports langchain, openai and their kin. A key is read from the mapping that is passed in and given
to the client, nowhere else; a server of one's own gets TUTOR_LLM_KEY and never a provider's key, whatever the
environment makes a client send (wire.py sees to it).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.faults import Fault, Whereabouts, secrets_of
from app.modelspec import Kind, ModelSpec
from app.wire import hooks

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

#: Seconds to reach a server, and for it to say which models it has.
CONNECT = 10.0

_OWN_KEY = "TUTOR_LLM_KEY"
_NO_KEY = "no-key"  # clients want one; servers of one's own mostly don't
_TOKENS = 900  # a reply at most
_TOKENS_HOSTED = 4000  # the large models count what they think, too


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model at its place: `url` is "" for the provider's own, `key` "" for none; `context` in tokens, `silence` in
    seconds until the client itself gives up."""

    model: str
    url: str
    key: str
    context: int
    silence: float

    @property
    def loopback(self) -> bool:
        """Whether it is on this machine, where no proxy leads."""
        host = urlsplit(self.url).hostname or ""
        try:
            return host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class _Provider:
    """What we know of a provider: the variable of its key and whether it wants one, our extra that installs its client,
    where it is and which variables its client reads for that, what to do if it is not there or lacks the model, and
    the word in a reply's metadata that says why it ended ("" if unknown)."""

    options: Callable[[Endpoint], dict[str, Any]]
    key: str = ""
    wants_key: bool = True
    extra: str = ""
    where: str = ""
    places: tuple[str, ...] = ()
    start: str = "Check the address and the network."
    fetch: str = "Check the model's name and the address."
    ends: str = ""


def _openai(endpoint: Endpoint) -> dict[str, Any]:
    import openai

    common = {
        "api_key": endpoint.key or _NO_KEY,
        "max_retries": 0,
        "stream_usage": False,  # older servers answer 400 to it
        "timeout": openai.Timeout(endpoint.silence, connect=CONNECT),
        "http_client": _openai_http(endpoint),
    }
    if not endpoint.url:
        return {**common, "max_tokens": _TOKENS_HOSTED}
    # LangChain would write max_tokens as max_completion_tokens, which not every server knows.
    own = {"base_url": endpoint.url, "use_responses_api": False, "extra_body": {"max_tokens": _TOKENS}}
    return {**common, **own}


def _openai_http(endpoint: Endpoint) -> Any:
    import openai

    return openai.DefaultHttpxClient(
        event_hooks=hooks(endpoint.url, endpoint.key or _NO_KEY),
        follow_redirects=False,
        trust_env=not endpoint.loopback,
    )


def _ollama(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "base_url": endpoint.url or None,
        "num_ctx": endpoint.context,  # Ollama's own default is small, and it cuts without a word
        "num_predict": _TOKENS,
        "reasoning": False,
        "sync_client_kwargs": {
            "event_hooks": hooks(endpoint.url, endpoint.key),
            "timeout": (CONNECT, endpoint.silence, endpoint.silence, CONNECT),
            "follow_redirects": False,
            "trust_env": not endpoint.loopback,
        },
    }


def _anthropic(endpoint: Endpoint) -> dict[str, Any]:
    own = {"base_url": endpoint.url} if endpoint.url else {}
    key = endpoint.key or _NO_KEY
    return {"api_key": key, "max_retries": 0, "timeout": endpoint.silence, "max_tokens": _TOKENS_HOSTED, **own}


def _other(endpoint: Endpoint) -> dict[str, Any]:
    return {"max_retries": 0, "max_tokens": _TOKENS_HOSTED}


_PROVIDERS = {
    "openai": _Provider(
        _openai,
        key="OPENAI_API_KEY",
        extra="openai",
        where="api.openai.com",
        places=("OPENAI_API_BASE", "OPENAI_BASE_URL"),
        ends="finish_reason",
    ),
    "anthropic": _Provider(
        _anthropic,
        key="ANTHROPIC_API_KEY",
        extra="anthropic",
        where="api.anthropic.com",
        places=("ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL"),
        ends="stop_reason",
    ),
    "ollama": _Provider(
        _ollama,
        key="OLLAMA_API_KEY",
        wants_key=False,
        extra="ollama",
        where="http://127.0.0.1:11434",
        places=("OLLAMA_HOST",),
        start="Start it: ollama serve",
        fetch="Fetch it: ollama pull {model}",
        ends="done_reason",
    ),
    "cohere": _Provider(_other, "COHERE_API_KEY"),
    "deepseek": _Provider(_other, "DEEPSEEK_API_KEY"),
    "fireworks": _Provider(_other, "FIREWORKS_API_KEY"),
    "groq": _Provider(_other, "GROQ_API_KEY"),
    "mistralai": _Provider(_other, "MISTRAL_API_KEY"),
    "nvidia": _Provider(_other, "NVIDIA_API_KEY"),
    "openrouter": _Provider(_other, "OPENROUTER_API_KEY"),
    "together": _Provider(_other, "TOGETHER_API_KEY"),
    "xai": _Provider(_other, "XAI_API_KEY"),
}
_ANY = _Provider(_other)

#: What is said of a kind of model in the place of its name, of how to start it, and of how to find it.
_KINDS = {
    Kind.SERVER: (
        "The chat model",
        "Start the server, or check the address.",
        "Check the address, which mostly ends in /v1, or name the model: openai:MODEL@{where}",
    ),
    Kind.LOCAL: ("The local model", "Ask again: it is started anew.", "Set it up: tutor model install"),
}


def ending(spec: ModelSpec) -> str:
    """The word in a reply's metadata that says why it ended; "" if the provider's is not known."""
    return _PROVIDERS.get(spec.provider or "openai", _ANY).ends


def whereabouts(spec: ModelSpec, environ: Mapping[str, str]) -> Whereabouts:
    """What the lines of a model's faults name."""
    provider = _PROVIDERS.get(spec.provider, _ANY)
    told = next((environ[name] for name in provider.places if environ.get(name)), "")
    where = spec.url or told or provider.where or spec.provider or "this machine"
    named = (f"{spec.provider}:{spec.model}", provider.start, provider.fetch)
    name, start, fetch = _KINDS.get(spec.kind, named)
    extra = "local" if spec.kind is Kind.LOCAL else provider.extra
    package = spec.provider.replace("_", "-")
    return Whereabouts(
        name=name,
        where=where,
        key=_OWN_KEY if spec.url else provider.key or "the provider's key",
        start=start,
        fetch=fetch.format(model=spec.model, where=where),
        install=f"pip install 'koryo-tutor[{extra}]'" if extra else f"pip install langchain langchain-{package}",
        secrets=secrets_of(environ),
    )


def key_for(spec: ModelSpec, environ: Mapping[str, str]) -> str:
    """The key to send, "" if none is needed.

    Raises:
        ModelFault: the provider wants one and its variable is not set.
    """
    if spec.url:
        return environ.get(_OWN_KEY, "")
    provider = _PROVIDERS.get(spec.provider, _ANY)
    key = environ.get(provider.key, "")
    if provider.key and provider.wants_key and not key:
        raise whereabouts(spec, environ).fault(Fault.NO_KEY)
    return key


def make_client(spec: ModelSpec, endpoint: Endpoint, about: Whereabouts) -> BaseChatModel:
    """The LangChain model at an endpoint.

    Raises:
        ModelFault: its package is not installed, it wants a key, or it cannot be made.
    """
    name = spec.provider or "openai"
    provider = _PROVIDERS.get(name, _ANY)
    try:
        from langchain.chat_models import init_chat_model

        options = provider.options(endpoint)
        model: BaseChatModel = init_chat_model(endpoint.model, model_provider=name, temperature=0, **options)
    except ImportError as error:
        raise _missing(error, provider, about) from None
    except Exception as error:  # pydantic's, the provider's own: whatever it is, the model is not there
        variable = re.search(r"\b[A-Z][A-Z0-9_]*_(?:KEY|TOKEN)\b", str(error))
        fault = Fault.NO_KEY if variable else Fault.NOT_SET_UP
        raise replace(about, key=variable[0] if variable else about.key).fault(fault, str(error)) from None
    if name == "anthropic":  # it takes no client of ours
        http: Any = getattr(getattr(model, "_client", None), "_client", None)
        if http is not None:
            http.event_hooks = hooks(endpoint.url, endpoint.key)
    return model


def _missing(error: ImportError, provider: _Provider, about: Whereabouts) -> Exception:
    told = re.search(r"pip install ([\w-]+)", str(error))
    if told and not provider.extra:
        about = replace(about, install=f"pip install {told[1]}")
    return about.fault(Fault.NO_PACKAGE)


def models_at(endpoint: Endpoint) -> list[tuple[str, int | None]]:
    """The models that a server of OpenAI's protocol has, and the tokens that each reads, where the server says.

    Raises:
        Exception: whatever the client makes of what the server does; `explained` knows it.
    """
    import openai

    client = openai.OpenAI(
        api_key=endpoint.key or _NO_KEY,
        base_url=endpoint.url,
        max_retries=0,
        timeout=CONNECT,
        http_client=_openai_http(endpoint),
    )
    with client:
        return [(str(model.id), _reads(model.model_dump())) for model in client.models.list().data]


def _reads(row: Mapping[str, Any]) -> int | None:
    """vLLM says max_model_len, others what they like; llama.cpp keeps what it runs with in `meta`."""
    meta = row.get("meta")
    for table in (row, meta if isinstance(meta, Mapping) else {}):
        for name in ("max_model_len", "n_ctx", "context_length", "context_window"):
            if isinstance(table.get(name), int) and table[name] > 0:
                return int(table[name])
    return None
