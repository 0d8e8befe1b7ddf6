"""Whatever a chat model's server does, a reader has an answer: the issue's faults from the server to the Answer.

Real servers on loopback, the real clients of OpenAI and Ollama, the real tutor. The lines of the faults themselves
are asserted in test_model_faults.py.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from chat_server import Script, Trouble, serving
from test_model_faults import LIMITS, spec_of

from app.chatmodel import LangChainModel, Limits
from app.mode import Mode
from app.modelspec import parse_spec
from app.support import Support

if TYPE_CHECKING:
    from app.answer import Answer
    from app.tutor import Tutor
    from app.writing import Writing

QUESTION = "How many Koreans were deported in 1937, and in how many echelons?"
TRUE = "In all, 36,442 families and 171,781 people were deported in 124 echelons"
CLIENTS = ("openai", "ollama")

FAILING = {
    "401": Script(status=401),
    "429": Script(status=429),
    "500": Script(status=500),
    "dies before its first word": Script(trouble=Trouble.DIES, after=0),
    "dies in mid-stream": Script(TRUE, trouble=Trouble.DIES, after=4),
    "silent": Script(trouble=Trouble.SILENT),
    "stalls": Script(TRUE, trouble=Trouble.STALLS, after=4),
    "empty": Script(trouble=Trouble.EMPTY),
    "bytes": Script(trouble=Trouble.BYTES),
    "a page": Script(trouble=Trouble.HTML),
    "not JSON": Script(trouble=Trouble.NOT_JSON),
    "other JSON": Script(trouble=Trouble.ODD),
    "100,000 tokens of nothing that is there": Script(trouble=Trouble.ENDLESS),
    "nothing that is there": Script("Cherry trees bloomed in Kyoto [1]."),
}
HEALED = {
    "busy at first": Script(f"{TRUE} [1].", status=429, times=2),
    "failing at first": Script(f"{TRUE} [1].", status=500, times=1),
    "no citation": Script(f"{TRUE}."),
    "a slow one": Script(f"{TRUE} [1].", delay=0.02, piece=4),
}


@pytest.fixture(scope="module")
def quoted(tutor: Tutor) -> Answer:
    return tutor.ask(QUESTION)


def written(tutor: Tutor, quoted: Answer, spec: str, limits: Limits = LIMITS) -> Writing:
    model = LangChainModel(parse_spec(spec), environ={}, limits=limits, wait=lambda stop, seconds: None)
    *_, last = tutor.write(quoted, (), model, Mode.SIMPLE)
    return last


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("name", FAILING)
def test_the_quoted_answer_stands_in_its_place(tutor: Tutor, quoted: Answer, client: str, name: str) -> None:
    silent = name in ("silent", "stalls")
    with serving(FAILING[name]) as server:
        last = written(tutor, quoted, spec_of(client, server), Limits(first=1.5, between=1.5) if silent else LIMITS)
    assert (last.done, last.written) == (True, False)
    assert (last.answer.sentences, last.answer.citations) == (quoted.sentences, quoted.citations)
    assert last.fault.endswith("The answer in the sources' words stands in its place.")
    assert "\n" not in last.fault and "Traceback" not in last.fault


@pytest.mark.parametrize("spec", ["openai:m@http://127.0.0.1:{}/v1", "ollama:m@http://127.0.0.1:{}"])
def test_no_server(tutor: Tutor, quoted: Answer, spec: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    last = written(tutor, quoted, spec.format(port))
    assert f"cannot be reached at http://127.0.0.1:{port}" in last.fault
    assert last.answer.sentences == quoted.sentences


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("name", HEALED)
def test_what_can_be_healed_is(tutor: Tutor, quoted: Answer, client: str, name: str) -> None:
    with serving(HEALED[name]) as server:
        last = written(tutor, quoted, spec_of(client, server))
    (sentence,) = last.answer.sentences
    assert (sentence.text, sentence.support, last.fault) == (f"{TRUE}.", Support.SUPPORTED, "")
    assert "171,781" in last.answer.citations[sentence.citations[0] - 1].quote


@pytest.mark.parametrize("client", CLIENTS)
def test_of_an_endless_answer_what_was_checked_is_kept(tutor: Tutor, quoted: Answer, client: str) -> None:
    endless = f"{TRUE} [1]. " + " ".join(f"In year {n} nothing of the sort happened." for n in range(4000))
    with serving(Script(endless, piece=400)) as server:
        last = written(tutor, quoted, spec_of(client, server), Limits(first=20.0, between=20.0, characters=1500))
    assert last.written
    assert last.answer.sentences[0].text == f"{TRUE}."
    assert last.fault.endswith("Ask for less at once.")
