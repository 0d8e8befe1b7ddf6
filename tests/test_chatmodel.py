"""The chat model: what a server is asked and what is read of it, stopping, the local model."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import pytest
from chat_server import ChatServer, Script, Trouble, serving
from conftest import ROOT
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage

from app.build import build_chat_model
from app.chatmodel import CONTEXT, LangChainModel, Limits, check_connection
from app.faults import Fault, ModelFault
from app.modelreply import Garbage, Piece, Thoughts, piece_of
from app.modelspec import parse_spec
from app.settings import Settings
from ingest.errors import TutorError

MESSAGES = [SystemMessage("Cite."), HumanMessage("When?"), AIMessage("In 1937 [1]."), HumanMessage("And why?")]
ASKED = [("system", "Cite."), ("user", "When?"), ("assistant", "In 1937 [1]."), ("user", "And why?")]
LIMITS = Limits(first=20.0, between=20.0)


def model_of(spec: str, environ: Mapping[str, str] | None = None, context: int | None = None) -> LangChainModel:
    return LangChainModel(parse_spec(spec), environ=environ or {}, context=context, limits=LIMITS)


def fault_of(model: LangChainModel) -> ModelFault:
    with pytest.raises(ModelFault) as caught:
        list(model.stream(MESSAGES))
    return caught.value


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serving() as running:
        yield running


# -- what is asked -----------------------------------------------------------------------------------------------------


def test_a_reply_comes_in_pieces(server: ChatServer) -> None:
    server.script = Script(replies=["One [1].", "Two [2]."], piece=3)
    for spec, path in ((f"openai:m@{server.url}", "/v1/chat/completions"), (f"ollama:m@{server.url}", "/api/chat")):
        before = len(server.chats)
        model = model_of(spec)
        reply = "One [1]." if not before else "Two [2]."
        assert list(model.stream(MESSAGES)) == [reply[:3], reply[3:6], reply[6:]]
        request = server.chats[-1]
        assert (request.path, request.messages, request.body["model"]) == (path, ASKED, "m")
        assert (model.name, model.context) == (parse_spec(spec).name, CONTEXT)


def test_what_a_server_of_openais_protocol_is_asked(server: ChatServer) -> None:
    list(model_of(f"openai:m@{server.url}").stream(MESSAGES))
    body = dict(server.chats[0].body)
    assert {name: value for name, value in body.items() if name != "messages"} == {
        "model": "m",
        "stream": True,
        "temperature": 0.0,
        "max_tokens": 900,
    }


def test_what_ollama_is_asked(server: ChatServer) -> None:
    model = model_of(f"ollama:m@{server.url}", context=4096)
    list(model.stream(MESSAGES))
    body = server.chats[0].body
    assert body["options"] == {"num_ctx": 4096, "num_predict": 900, "temperature": 0.0}
    assert (body["stream"], body["think"], model.context) == (True, False, 4096)


@pytest.mark.parametrize(
    ("script", "context", "found"),
    [
        (Script(models=("first", "second")), None, CONTEXT),
        (Script(models=("first",), context=3000), None, 3000),
        (Script(models=("first",), context=3000), 2000, 2000),
    ],
)
def test_a_server_is_asked_for_its_model(server: ChatServer, script: Script, context: int | None, found: int) -> None:
    server.script = script
    model = model_of(server.base_url, context=context)
    assert server.requests == []
    assert model.context == found
    assert "".join(model.stream(MESSAGES)) == script.replies
    assert "".join(model.stream(MESSAGES)) == script.replies
    assert [request.path for request in server.requests] == ["/v1/models", *["/v1/chat/completions"] * 2]
    assert server.chats[0].body["model"] == "first"


def test_the_context_of_a_server_that_is_not_there(server: ChatServer) -> None:
    server.script = Script(models=())
    assert model_of(server.base_url).context == CONTEXT


# -- what is read ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 100])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<think>Let me see.</think>In 1937 [1].", "In 1937 [1]."),
        ("<THINKING>a <b> c</THINKING>So. <think>again</think>It was.", "So. It was."),
        ("a < b and <thin ice> and <", "a < b and <thin ice> and <"),
        ("</think>It was.", "It was."),
        ("It was <think>without an end", "It was "),
    ],
)
def test_thoughts_are_left_out(text: str, shown: str, size: int) -> None:
    thoughts = Thoughts()
    pieces = [thoughts.feed(text[at : at + size]) for at in range(0, len(text), size)]
    assert "".join([*pieces, thoughts.close()]) == shown


@pytest.mark.parametrize(
    ("chunk", "piece"),
    [
        (AIMessageChunk("ab"), Piece("ab", 2)),
        (AIMessageChunk(""), Piece("", 1)),
        (AIMessageChunk("a\x00\x1b[1mb\r\nc\td"), Piece("a[1mb\nc\td", 9)),
        (AIMessageChunk("a\ud800"), Piece("a?", 2)),
        (AIMessageChunk([{"type": "text", "text": "ab"}, "c"]), Piece("abc", 3)),
        (AIMessageChunk([{"type": "thinking", "thinking": "hm"}]), Piece("", 38)),
        (AIMessageChunk("", additional_kwargs={"reasoning_content": "hmm"}), Piece("", 3)),
        (AIMessageChunk("", response_metadata={"done_reason": "stop"}), Piece("", 1, ends=True)),
        (AIMessageChunk("", response_metadata={"done_reason": "length"}), Piece("", 1, ends=True, cut=True)),
    ],
    ids=range(9),
)
def test_a_piece(chunk: AIMessageChunk, piece: Piece) -> None:
    assert piece_of(chunk, "done_reason") == piece


@pytest.mark.parametrize("content", [[{"type": "image", "url": "x"}], [{"type": "text", "text": 3}]])
def test_a_piece_that_is_no_text(content: list[str | dict[str, object]]) -> None:
    with pytest.raises(Garbage, match="a piece that is no text"):
        piece_of(AIMessageChunk(content), "")


def test_what_a_model_thinks_is_not_shown(server: ChatServer) -> None:
    server.script = Script(replies="<think>They may have.</think>In 1937 [1].", piece=4)
    assert "".join(model_of(f"openai:m@{server.url}").stream(MESSAGES)) == "In 1937 [1]."


# -- stopping ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", ["openai", "ollama"])
@pytest.mark.parametrize(("after", "pieces"), [(None, []), (1, ["They wer"])])
def test_stopping_ends_a_reply_and_its_connection(
    server: ChatServer, client: str, after: int | None, pieces: list[str]
) -> None:
    server.script = Script(trouble=Trouble.SILENT) if after is None else Script(trouble=Trouble.STALLS, after=after)
    stop = threading.Event()
    heard = []

    def stop_in_time() -> None:
        while not server.chats or heard != pieces:
            time.sleep(0.01)
        stop.set()

    threading.Thread(target=stop_in_time, daemon=True).start()
    for piece in model_of(f"{client}:m@{server.url}").stream(MESSAGES, stop):
        heard.append(piece)
    assert heard == pieces
    assert server.hung_up.wait(20)


def test_turning_away_ends_the_connection(server: ChatServer) -> None:
    server.script = Script(trouble=Trouble.STALLS, after=1)
    reply = model_of(f"openai:m@{server.url}").stream(MESSAGES)
    assert list(islice(reply, 1)) == ["They wer"]
    del reply
    assert server.hung_up.wait(20)


def test_stopping_between_two_attempts(server: ChatServer) -> None:
    server.script = Script(status=503)
    stop = threading.Event()
    model = LangChainModel(
        parse_spec(f"openai:m@{server.url}"),
        environ={},
        limits=LIMITS,
        wait=lambda event, seconds: event.set(),
    )
    assert (list(model.stream(MESSAGES, stop)), len(server.chats)) == ([], 1)


def test_stopped_before_it_began(server: ChatServer) -> None:
    stop = threading.Event()
    stop.set()
    assert list(model_of(f"openai:m@{server.url}").stream(MESSAGES, stop)) == []


def test_two_replies_at_once_are_two(server: ChatServer) -> None:
    server.script = Script(replies=lambda messages: f"You said {messages[-1]['content']}.", piece=1)
    model = model_of(f"openai:m@{server.url}")
    stop = threading.Event()
    first, second = model.stream([HumanMessage("A")], stop), model.stream([HumanMessage("B")])
    heard = [next(first), next(second)]
    stop.set()
    assert (heard, list(first), "".join(second)) == (["Y", "Y"], [], "ou said B.")


# -- the local model ---------------------------------------------------------------------------------------------------


class Local:
    """What app.local_server promises, with a scripted server in the place of the model."""

    def __init__(self, script: Script | None = None) -> None:
        self.http = ChatServer(script)
        self.http.start()
        self.base_url = self.http.base_url
        self.context = 2048
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True
        self.http.stop()


def local_model(started: list[Local], script: Script | None = None) -> LangChainModel:
    def serve() -> Local:
        started.append(Local(script))
        return started[-1]

    return LangChainModel(parse_spec("local"), environ={}, wait=lambda stop, seconds: None, serve=serve)


def test_the_local_model_is_started_on_first_use_and_stopped() -> None:
    started: list[Local] = []
    model = local_model(started)
    assert (model.name, started) == ("local", [])
    assert [check_connection(model), check_connection(model)] == ["local answers"] * 2
    assert (len(started), model.context) == (1, 2048)
    model.close()
    assert started[0].stopped
    model.close()
    assert len(started) == 1


def test_a_local_model_that_has_ended_is_started_anew() -> None:
    started: list[Local] = []
    model = local_model(started)
    check_connection(model)
    started[0].http.stop()  # as if it had been killed
    assert "".join(model.stream(MESSAGES)) == Script().replies
    assert (len(started), started[0].stopped) == (2, True)
    model.close()


def test_a_local_model_that_cannot_be_started() -> None:
    def serve() -> Local:
        raise TutorError("The local model is not installed. Install it: tutor model install")

    model = LangChainModel(parse_spec("local"), environ={}, serve=serve)
    fault = fault_of(model)
    assert (fault.fault, str(fault)) == (
        Fault.NOT_SET_UP,
        "The local model is not installed. Install it: tutor model install",
    )
    assert model.context == CONTEXT


# -- building ----------------------------------------------------------------------------------------------------------


def test_a_model_of_the_settings(server: ChatServer, tmp_path: Path) -> None:
    assert build_chat_model(Settings(tmp_path, tmp_path)) is None
    model = build_chat_model(Settings(tmp_path, tmp_path, llm=server.base_url, llm_context=5000), {})
    assert model is not None
    assert (model.name, model.context, server.requests) == (server.base_url, 5000, [])
    assert check_connection(model) == f"{server.base_url} answers"


def test_a_connection_that_does_not_answer(server: ChatServer) -> None:
    server.script = Script(trouble=Trouble.EMPTY)
    with pytest.raises(ModelFault, match="sent an empty reply"):
        check_connection(model_of(server.base_url))


def test_the_server_as_a_process(tmp_path: Path) -> None:
    (tmp_path / "reply.txt").write_text("From a file [1].")
    arguments = [sys.executable, "tests/chat_server.py", "--reply", str(tmp_path / "reply.txt"), "--piece", "3"]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            assert "".join(model_of(url).stream(MESSAGES)) == "From a file [1]."
        finally:
            process.terminate()
