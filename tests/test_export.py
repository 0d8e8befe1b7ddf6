"""Conversations as Markdown and as a page to print: what they say, and that nothing in them is markup of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import tree
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.answer import Answer, Citation, Refusal, Sentence
from app.cli import main
from app.conversation import Conversation, SavedTurn
from app.export import as_html, as_markdown
from app.history import History
from app.mode import Mode
from app.saved import dump
from app.support import Support
from app.tutor import Tutor
from ingest.documents import Document, Source, Span

MADE = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
EAST = timezone(timedelta(hours=9))

RAIN = "It rained *hard*\nin Arles."
LOG = Document(
    Source("log", "A log", Path("log.txt"), author="A. Keeper", year="1931"), f"{RAIN} Then not.", "0", (), ()
)
CITED = Citation(1, "log", "A log", "May", Span(0, len(RAIN)), RAIN, "A. Keeper 1931")
QUOTED = Answer("Did it rain?", "Did it rain?", (Sentence("It rained hard in Arles.", (1,)),), (CITED,), 0.9)
WRITTEN = replace(
    QUOTED,
    sentences=(
        Sentence("Yes, in Arles.", (2,)),
        Sentence("For 9 days.", (1, 2), Support.PARTLY, "“9” is not there"),
        Sentence("In Nice too.", (7,), Support.NOT_FOUND),
        Sentence("Where else?", (), None),
    ),
    citations=(replace(CITED, n=2), replace(CITED, n=1, span=Span(27, 36), quote="Then not.", section="")),
    notes=("The source disagrees with itself.",),
    mode=Mode.SIMPLE,
    model="ollama:qwen3:4b",
    stopped=True,
)
REFUSED = Answer(
    "And snow?",
    "Did it snow?",
    (),
    (),
    0.0,
    refusal=Refusal.UNKNOWN_WORDS,
    reason="The sources don't say. They nowhere have “snow”. The nearest passages are below.",
)


def talk(*turns: tuple[str, Answer | None, Answer | None, str], title: str = "Did it rain?") -> Conversation:
    saved = [
        SavedTurn(n, MADE, question, quoted and dump(quoted), written and dump(written), error)
        for n, (question, quoted, written, error) in enumerate(turns)
    ]
    return Conversation(1, title, MADE, MADE, tuple(saved))


WHOLE = talk(
    ("Did it rain?", QUOTED, WRITTEN, ""),
    ("And snow?", REFUSED, None, ""),
    ("And hail?", None, None, "The index is gone."),
    ("1. Why?", None, None, ""),
)

MARKDOWN = """\
# Did it rain?

2 March 2026, 08:30

## Did it rain?

It rained hard in Arles.[^1]

*Written by ollama:qwen3:4b, explained simply*

Yes, in Arles.[^1] For 9 days. *(only partly supported by the sources: “9” is not there)*[^2][^1] In Nice too. \
*(not found in the sources)* Where else?

*Note:* The source disagrees with itself.

*Note:* This answer was stopped before its end.

## And snow?

The sources don't say. They nowhere have “snow”.

*Note:* Understood as: Did it snow?

## And hail?

*Note:* The index is gone.

## 1. Why?

*Note:* This question was not answered.

[^1]: A log (A. Keeper, 1931), “May”: “It rained \\*hard\\* in Arles.” [Open](?source=log&start=0&end=26)

[^2]: A log (A. Keeper, 1931): “Then not.” [Open](?source=log&start=27&end=36) *This source has changed since and no \
longer has these words there.*
"""


def test_markdown() -> None:
    changed = replace(LOG, text=f"{RAIN} Then.....")
    assert as_markdown(WHOLE, {"log": changed}, zone=EAST) == MARKDOWN


@pytest.mark.parametrize(
    ("documents", "source", "remark", "link"),
    [
        (None, "A log", "", "?source=log&start=0&end=26"),
        ({"log": LOG}, "A log (A. Keeper, 1931)", "", "?source=log&start=0&end=26"),
        (
            {"log": replace(LOG, text=f"Dry. {RAIN}")},
            "A log (A. Keeper, 1931)",
            " *This source has changed since; the quote stands elsewhere in it now.*",
            "?source=log&start=5&end=31",
        ),
        ({}, "A log", " *This source is no longer there.*", "?source=log&start=0&end=26"),
    ],
    ids=["not at hand", "same", "moved", "gone"],
)
def test_footnotes_say_what_has_become_of_their_sources(
    documents: dict[str, Document] | None, source: str, remark: str, link: str
) -> None:
    written = as_markdown(talk(("Did it rain?", QUOTED, None, "")), documents, base="http://127.0.0.1:8501/")
    footnote = f"[^1]: {source}, “May”: “It rained \\*hard\\* in Arles.” [Open](http://127.0.0.1:8501/{link}){remark}"
    assert written.splitlines()[-1] == footnote


# -- HTML ------------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text, tag by tag; the style apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"] and data.strip():
            self.texts.append(data)


KNOWN = {"html", "head", "meta", "title", "style", "body", "main", "section", "h1", "h2", "p", "span", "sup", "a", "b"}
KNOWN |= {"i", "ol", "li", "q"}


def test_html_says_the_same() -> None:
    page = Page(as_html(WHOLE, {"log": LOG}, zone=EAST))
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= KNOWN
    assert " ".join(" ".join(page.texts).split()) == (
        "Did it rain? Did it rain? 2 March 2026, 08:30 Did it rain? It rained hard in Arles. [1]"
        " Written by ollama:qwen3:4b, explained simply Yes, in Arles. [1]"
        " For 9 days. (only partly supported by the sources: “9” is not there) [2] [1]"
        " In Nice too. (not found in the sources) Where else?"
        " Note: The source disagrees with itself. Note: This answer was stopped before its end."
        " And snow? The sources don't say. They nowhere have “snow”. Note: Understood as: Did it snow?"
        " And hail? Note: The index is gone. 1. Why? Note: This question was not answered."
        " Sources A log (A. Keeper, 1931), “May”: It rained *hard* in Arles. Open"
        " A log (A. Keeper, 1931): Then not. Open"
    )
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert links == ["#fn1", "#fn1", "#fn2", "#fn1", "?source=log&start=0&end=26", "?source=log&start=27&end=36"]
    assert [attributes["id"] for tag, attributes in page.tags if tag == "li"] == ["fn1", "fn2"]


def test_html_loads_and_runs_nothing() -> None:
    html = as_html(WHOLE)
    page = Page(html)
    assert {name for _, attributes in page.tags for name in attributes} <= {
        "lang", "charset", "name", "content", "http-equiv", "class", "id", "href",
    }  # fmt: skip
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html


# -- hostile text ----------------------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    "![x](http://evil.example/x.png) and [y](http://evil.example)",
    "[^1] and [^1]: http://evil.example",
    "<http://evil.example> www.evil.example http://evil.example a@evil.example",
    "# heading",
    "1. item",
    "- item",
    "    code",
    "```\ncode\n```",
    "`code` **bold** _italics_ ~~gone~~ $x$ ^a^ {{x}}",
    "a\n\n---\n\nb\n===",
    "| a | b |\n|---|---|\n| c | d |",
    "&lt;b&gt; &amp; &#60; & \\<b>",
    '"><img src=x onerror=alert(1)>',
    "</main></body></html>",
    "</style></title><!-- x",
)


def hostile(text: str) -> Conversation:
    """A conversation in which all that is not ours is this text."""
    cited = Citation(1, text, text, text, Span(0, 1), text, text)
    said = Answer(
        text, f"{text}?", (Sentence(text, (1,), Support.PARTLY, text),), (cited,), 0.5, notes=(text,), model=text
    )
    refused = Answer(text, text, (), (), 0.0, refusal=Refusal.NOT_FOUND, reason=text)
    return talk((text, said, refused, text), title=text)


def inlines(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from inlines(token.children or [])


def flat(text: str) -> str:
    return " ".join(text.split())


#: What may come out: headings and paragraphs of ours, emphasis and links of ours, and text.
TOKENS = {f"{kind}_{side}" for kind in ("heading", "paragraph", "em", "link") for side in ("open", "close")}
TOKENS |= {"inline", "text", "softbreak"}


def rendered(markdown: str) -> tuple[list[str], list[str], set[str]]:
    """The text of each block, the addresses of the links, and the kinds of tokens."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    blocks = ["".join(child.content for child in t.children or []) for t in tokens if t.type == "inline"]
    found = list(inlines(tokens))
    links = [str(token.attrGet("href")) for token in found if token.type == "link_open"]
    return blocks, links, {token.type for token in found}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text_in_markdown(text: str) -> None:
    blocks, links, kinds = rendered(as_markdown(hostile(text), zone=UTC))
    assert kinds <= TOKENS
    assert [link.partition("=")[0] for link in links] == ["?source"]
    shown = flat(text)
    assert blocks == [
        shown,
        "1 March 2026, 23:30",
        shown,
        f"Written by {shown}, in the sources’ own words",
        f"{shown} (only partly supported by the sources: {shown})[^1]",
        f"Note: Understood as: {shown}?",
        f"Note: {shown}",
        shown,
        f"Note: {shown}",
        f"[^1]: {shown}, “{shown}”: “{shown}” Open",
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text_in_html(text: str) -> None:
    page = Page(as_html(hostile(text), zone=UTC))
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= KNOWN
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    links = [str(attributes["href"]) for tag, attributes in page.tags if tag == "a"]
    assert [link.partition("=")[0] for link in links] == ["#fn1", "?source"]
    assert sum(part.count(flat(text)) for part in map(flat, page.texts)) >= 9


@given(st.text(alphabet=st.sampled_from("\\`*_[](){}<>#+-=.!|~^$&:;@/'\"1a \n"), min_size=1))
def test_any_text_stays_text_in_markdown(text: str) -> None:
    said = Answer("Q?", "Q?", (Sentence(text, ()),), (), 0.5)
    blocks, links, kinds = rendered(as_markdown(talk((f"Q {text}", said, None, "")), zone=UTC))
    assert kinds <= TOKENS
    assert links == []
    assert blocks[2:] == [flat(f"Q {text}"), *([flat(text)] if text.strip() else [])]


# -- real answers, and the command -----------------------------------------------------------------------------------


def test_every_citation_of_a_real_answer_is_a_footnote(tutor: Tutor) -> None:
    answer = tutor.ask("What are the five secondary reasons for the deportation?")
    documents = {key: record.document for key, record in tutor.searcher().records.items()}
    blocks, links, kinds = rendered(as_markdown(talk((answer.question, answer, None, "")), documents))
    assert kinds <= TOKENS
    assert blocks[3] == " ".join(f"{s.text}[^{n}]" for n, s in enumerate(answer.sentences, start=1))
    assert blocks[4:] == [
        f"[^{c.n}]: {c.source_title} (German Kim; translated by Ekaterina Pesegova, 2026), “{c.section}”:"
        f" “{flat(c.quote)}” Open"
        for c in answer.citations
    ]
    assert links == [f"?source={c.source_id}&start={c.span.start}&end={c.span.end}" for c in answer.citations]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("TUTOR_HOME", str(home))
    history = History.open(home / "tutor.sqlite3", lambda: MADE)
    conversation = history.conversation(history.create("Did it rain?", quoted=QUOTED))
    base = "http://127.0.0.1:8501/"
    assert main(["history", "export", "1"]) == 0
    assert capsys.readouterr() == (as_markdown(conversation, base=base), "")
    for form, write in (("markdown", as_markdown), ("html", as_html)):
        file = tmp_path / form
        assert main(["history", "export", "1", f"--{form}", str(file)]) == 0
        assert capsys.readouterr() == ("", f"Written: {file}\n")
        assert file.read_text(encoding="utf-8") == write(conversation, base=base)
    assert main(["history", "export", "2"]) == 2
    assert main(["history", "export", "1", "--html", str(tmp_path / "html" / "x")]) == 2
    missing, unwritable = capsys.readouterr().err.splitlines()
    assert missing == "tutor: There is no conversation 2; it may have been deleted. List: tutor history"
    assert unwritable.startswith(f"tutor: {tmp_path / 'html' / 'x'} cannot be written: ")
    assert set(tree(tmp_path)) == {
        "home/tutor.sqlite3",
        "home/tutor.sqlite3-shm",
        "home/tutor.sqlite3-wal",
        "markdown",
        "html",
    }
