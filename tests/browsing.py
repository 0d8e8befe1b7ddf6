"""What the browser tests share: a real server on loopback, Debian's chromium, and what is asked of every page.

They are skipped where there is no chromium, unless CI is set: there that is a failure. The fixtures `browser` and
`open_page` are in conftest.py; each file of tests has a `server` of its own.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import ROOT
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=15_000)  # a neighbour may have one of the cores

WIDE, PHONE = (1280, 800), (390, 844)

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="no chromium: apt-get install chromium"
)
pictures = pytest.mark.skipif(
    os.environ.get("TUTOR_SCREENSHOTS") != "1", reason="pictures are made with TUTOR_SCREENSHOTS=1"
)

#: The element that has the focus, also inside a component.
DEEPEST = "() => { let e = document.activeElement; while (e.shadowRoot) e = e.shadowRoot.activeElement; return e; }"


@contextmanager
def serve(home: Path, **environ: str) -> Iterator[str]:
    """The address of a server of its own, until the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app/ui/main.py", "--server.port", str(port)]
    with (home / "server.log").open("wb") as log:
        env = {**os.environ, "TUTOR_HOME": str(home), **environ}
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                    break
                except OSError:
                    assert process.poll() is None, (home / "server.log").read_text(encoding="utf-8")
                    assert time.monotonic() < deadline, "the server does not start"
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=10)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, until the end."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield running
        running.close()


class Opener:
    """Pages of the server, each in a session of its own, and what they asked for."""

    def __init__(self, browser: Browser, server: str) -> None:
        self.browser, self.server = browser, server
        self.hosts: set[str | None] = set()
        self.faults: list[str] = []
        self.pages: list[Page] = []

    def __call__(self, path: str = "/", size: tuple[int, int] = WIDE, moves: bool = False) -> Page:
        context = self.browser.contexts[0] if self.browser.contexts else self.browser.new_context()
        page = context.new_page()  # a session of its own; the context only shares Streamlit's own scripts
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(reduced_motion="no-preference" if moves else "reduce")
        page.set_default_timeout(30_000)
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(self.server + path)
        self.pages.append(page)
        return page

    def _asked(self, url: str) -> None:
        if not url.startswith(("data:", "blob:")):
            self.hosts.add(urlsplit(url).hostname)


def folded(text: str) -> str:
    """Text with white space folded to single blanks."""
    return " ".join(text.split())


def marked(page: Page, kind: str = "cited") -> str:
    """The text of the open source's marks of a kind, joined; the first of them is in view."""
    marks = page.locator(f"mark.{kind}")
    marks.first.wait_for()
    page.wait_for_function(
        """([scroll, kind]) => {
            const mark = scroll.querySelector(`mark.${kind}`);
            const [a, b] = [mark.getBoundingClientRect(), scroll.getBoundingClientRect()];
            return a.top >= b.top && a.bottom <= b.bottom && a.top >= 0 && a.bottom <= innerHeight;
        }""",
        arg=[page.locator(".reading").element_handle(), kind],
        timeout=5_000,
    )
    return folded("".join(marks.all_text_contents()))


def fits(page: Page) -> None:
    """Nothing is wider than the page."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelector('.stMain').scrollWidth <= innerWidth")


def tab_to(page: Page, condition: str, key: str = "Tab") -> None:
    """Press a key until the focused `element` meets a condition in JavaScript."""
    for _ in range(40):
        page.keyboard.press(key)
        if page.evaluate(f"() => {{ const element = ({DEEPEST})(); return element && {condition}; }}"):
            return
    raise AssertionError(f"{key} does not reach {condition}")
