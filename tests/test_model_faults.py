"""Everything that a chat model's server can do wrong, through the real clients of OpenAI and Ollama.

The servers are real ones on loopback (chat_server.py). Nothing waits between attempts; the waits are noted.
"""

from __future__ import annotations

import logging
import traceback
from typing import NamedTuple

import pytest
from chat_server import ChatServer, Script, Trouble, serving
from langchain_core.messages import HumanMessage

from app.chatmodel import LangChainModel, Limits
from app.faults import Fault, ModelFault
from app.modelspec import parse_spec

KEY = "pa55word-of-my-own"
WHOLE = "They were deported in the autumn of 1937 [1]."
BEGUN = WHOLE[:16]
LIMITS = Limits(first=20.0, between=20.0)  # generous: nothing but silence itself is to be told by them
Outcome = tuple[str, ModelFault | None, list[float]]


def spec_of(client: str, server: ChatServer) -> str:
    return {
        "openai": f"openai:m@{server.base_url}",
        "ollama": f"ollama:m@{server.url}",
        "server": server.base_url,
    }[client]


def ask(spec: str, limits: Limits = LIMITS) -> Outcome:
    """The text that came, how it failed, and the waits between attempts."""
    waits: list[float] = []
    model = LangChainModel(
        parse_spec(spec),
        environ={"TUTOR_LLM_KEY": KEY},
        limits=limits,
        wait=lambda stop, seconds: waits.append(seconds),
    )
    pieces: list[str] = []
    try:
        for piece in model.stream([HumanMessage("When were they deported?")]):
            assert piece
            pieces.append(piece)
    except ModelFault as fault:
        return "".join(pieces), fault, waits
    return "".join(pieces), None, waits


NAMES = {"openai": "openai:m", "ollama": "ollama:m", "server": "The chat model"}
FETCH = {
    "openai": "Check the model's name and the address.",
    "ollama": "Fetch it: ollama pull m",
}
START = {
    "openai": "Check the address and the network.",
    "ollama": "Start it: ollama serve",
    "server": "Start the server, or check the address.",
}
GARBAGE = "{name}: what answers at {where} is no chat model by what it sends. Check the address."
DIED = "{name} broke off before the end of its answer. Ask again; if it does so again, restart what runs at {where}."
REFUSED = "{name} at {where} refuses the key (status %d). Check TUTOR_LLM_KEY in the environment."
FAILED = (
    "{name} at {where} has failed (status %d): “as the script says”. "
    "Ask again; if it fails again, look at the server's log."
)
TOO_MUCH = (
    "{name} at {where} does not take the request (status %d): “as the script says”. Start a new conversation, "
    "or set TUTOR_LLM_CONTEXT to the number of tokens that the model reads."
)
EMPTY = "{name} at {where} sent an empty reply. Ask again, or choose another model."
TOO_LONG = "{name} came to no end, and its answer was cut off. Ask for less at once."
BUSY = "{name} at {where} takes no more requests now (status 429). Ask again %s."
TWICE = [1.0, 4.0]


class Row(NamedTuple):
    """What the server does; the text that came all the same, the fault, its line, the waits before further attempts."""

    script: Script
    text: str
    fault: Fault | None
    line: str
    waits: list[float]


TABLE = [
    Row(Script(), WHOLE, None, "", []),
    Row(Script(trouble=Trouble.DIES), BEGUN, Fault.DIED, DIED, []),
    Row(Script(trouble=Trouble.DIES, after=0), "", Fault.DIED, DIED, TWICE),
    Row(Script(trouble=Trouble.DIES, after=0, times=1), WHOLE, None, "", [1.0]),
    Row(Script(trouble=Trouble.ENDS), BEGUN, Fault.DIED, DIED, []),
    Row(Script(status=401), "", Fault.REFUSED_KEY, REFUSED % 401, []),
    Row(Script(status=403), "", Fault.REFUSED_KEY, REFUSED % 403, []),
    Row(
        Script(status=404),
        "",
        Fault.UNKNOWN_MODEL,
        "{name} is not to be had at {where} (status 404): “as the script says”. {fetch}",
        [],
    ),
    Row(Script(status=400), "", Fault.BAD_REQUEST, TOO_MUCH % 400, []),
    Row(Script(status=413), "", Fault.BAD_REQUEST, TOO_MUCH % 413, []),
    Row(Script(status=408), "", Fault.SERVER_ERROR, FAILED % 408, TWICE),
    Row(Script(status=500), "", Fault.SERVER_ERROR, FAILED % 500, TWICE),
    Row(Script(status=503, times=2), WHOLE, None, "", TWICE),
    Row(Script(status=429, times=2), WHOLE, None, "", TWICE),
    Row(Script(status=429, times=2, headers={"Retry-After": "3"}), WHOLE, None, "", [3.0, 4.0]),
    Row(Script(status=429, headers={"Retry-After": "7"}), "", Fault.BUSY, BUSY % "in 7 seconds", [7.0, 7.0]),
    Row(Script(status=429, headers={"Retry-After": "600"}), "", Fault.BUSY, BUSY % "in 600 seconds", []),
    Row(Script(status=429, headers={"Retry-After": "soon"}), "", Fault.BUSY, BUSY % "in a minute", TWICE),
    Row(Script(trouble=Trouble.EMPTY), "", Fault.EMPTY, EMPTY, []),
    Row(Script(replies="<think>Hm. What"), "", Fault.EMPTY, EMPTY, []),
    Row(Script(trouble=Trouble.BYTES), "", Fault.GARBAGE, GARBAGE, []),
    Row(Script(trouble=Trouble.NOT_JSON), "", Fault.GARBAGE, GARBAGE, []),
    Row(Script(trouble=Trouble.ODD), "", Fault.GARBAGE, GARBAGE, []),
    Row(Script(trouble=Trouble.HTML), "", Fault.GARBAGE, GARBAGE, []),
    Row(Script(trouble=Trouble.ENDLESS), "word " * 2400, Fault.TOO_LONG, TOO_LONG, []),
    Row(Script(trouble=Trouble.CUT), WHOLE, Fault.TOO_LONG, TOO_LONG, []),
]


@pytest.mark.parametrize("client", ["openai", "ollama"])
@pytest.mark.parametrize("row", TABLE, ids=range(len(TABLE)))
def test_a_fault(client: str, row: Row) -> None:
    with serving(row.script) as server:
        text, error, waits = ask(spec_of(client, server))
        assert len(server.chats) == len(row.waits) + 1
    where = server.url if client == "ollama" else server.base_url
    line = row.line.format(name=NAMES[client], where=where, fetch=FETCH[client])
    assert (text, error and error.fault, str(error or ""), waits) == (row.text, row.fault, line, row.waits)


@pytest.mark.parametrize("client", NAMES)
def test_no_server(client: str) -> None:
    server = ChatServer()
    server._http.server_close()  # nothing listens there now
    text, error, waits = ask(spec_of(client, server))
    where = server.url if client == "ollama" else server.base_url
    assert (text, error and error.fault, waits) == ("", Fault.NO_SERVER, TWICE)
    assert str(error) == f"{NAMES[client]} cannot be reached at {where}. {START[client]}"


@pytest.mark.parametrize("client", ["openai", "ollama"])
@pytest.mark.parametrize(
    ("trouble", "text", "seconds", "limits"),
    [
        (Trouble.SILENT, "", "1.5", Limits(first=1.5, between=20.0)),
        (Trouble.STALLS, BEGUN, "0.3", Limits(first=20.0, between=0.3)),
    ],
)
def test_silence(client: str, trouble: Trouble, text: str, seconds: str, limits: Limits) -> None:
    with serving(Script(trouble=trouble)) as server:
        found, error, waits = ask(spec_of(client, server), limits)
        if server.chats:  # a busy machine may not have come to ask
            assert server.hung_up.wait(20)  # the connection was closed, not left to the server
    assert (found, error and error.fault, waits) == (text, Fault.TOO_SLOW, [])
    assert f"said nothing for {seconds} seconds." in str(error)


def test_an_error_inside_the_stream() -> None:
    with serving(Script(trouble=Trouble.FAILS)) as server:
        for client, status in (("openai", " (status 500)"), ("ollama", "")):
            text, error, waits = ask(spec_of(client, server))
            assert (text, error and error.fault, waits) == (BEGUN, Fault.SERVER_ERROR, [])
            assert f"has failed{status}: “as the script says”." in str(error)


def test_a_server_without_a_model() -> None:
    with serving(Script(models=())) as server:
        _, error, waits = ask(server.base_url)
        assert (error and error.fault, waits, server.chats) == (Fault.UNKNOWN_MODEL, [], [])
    assert str(error) == (
        f"The chat model is not to be had at {server.base_url}. Check the address, which mostly ends in /v1, "
        f"or name the model: openai:MODEL@{server.base_url}"
    )


@pytest.mark.parametrize("client", ["openai", "ollama"])
@pytest.mark.parametrize(
    "script",
    [
        Script(trouble=Trouble.ECHOES),
        Script(status=500, error=f"Authorization: Bearer {KEY} and api_key='{KEY}'", times=3),
        Script(status=404, error=f"{'x' * 150}{KEY}"),
        Script(trouble=Trouble.FAILS, error=f"the key {KEY}"),
    ],
    ids=["echo", "500", "cut", "stream"],
)
def test_a_key_is_never_shown(client: str, script: Script, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(script) as server:
        _, error, _ = ask(spec_of(client, server))
        assert server.chats[0].headers["authorization"] == f"Bearer {KEY}"
    assert error is not None
    assert (error.__cause__, error.__context__) == (None, None)
    shown = [str(error), repr(error), repr(error.args), "".join(traceback.format_exception(error)), caplog.text]
    for text in shown:
        assert KEY not in text
        assert KEY[:8] not in text


@pytest.mark.parametrize("client", ["openai", "ollama"])
def test_a_key_does_not_follow_to_another_server(client: str) -> None:
    with serving() as other, serving(Script(trouble=Trouble.ELSEWHERE, elsewhere=other.url)) as server:
        _, error, _ = ask(spec_of(client, server))
        assert (error and error.fault, other.requests) == (Fault.GARBAGE, [])
