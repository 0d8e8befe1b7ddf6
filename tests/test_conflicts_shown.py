"""The list of conflicts as a user meets it: the command `tutor conflicts` and the section of a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.cli import main
from app.conflicts.finding import find_conflicts
from app.conflicts.values import Conflict, ConflictKind, Place
from app.tutor import Tutor
from app.ui.conflicts_view import item_html, lead_html, opened, shown
from ingest.chunk import chunk
from ingest.documents import Document, Source, Span
from ingest.loaders import load
from vectorstore.records import Record


def test_the_command_lists_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conflicts"]) == 0
    out, err = capsys.readouterr()
    assert err == "5 places where the sources cannot be right as they stand.\n"
    assert out.splitlines()[:7] == [
        "1. An end before its beginning",
        "   The source contradicts itself here: it begins on October 25 and ends before that, on October 15.",
        "   [kim2026, 5. The false narrative of spontaneity: Deportation and its systematic organization]",
        "     Firstly, this concerns the deadlines: the memorandum states, “Begin the deportation immediately",
        "     and complete it by January 1, 1938,” while the directive states: “...resettlement to begin on",
        "     October 25 and be completed by October 15 [1937].”",
        "",
    ]
    assert [line for line in out.splitlines() if line[:1].isdigit()] == [
        "1. An end before its beginning",
        "2. A total that its parts do not add up to",
        "3. Two numbers of one thing",
        "4. A total that its parts do not add up to",
        "5. Two numbers of one thing",
    ]


def test_the_command_lists_them_as_json(
    home: Path, capsys: pytest.CaptureFixture[str], documents: dict[str, Document]
) -> None:
    assert main(["conflicts", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["kind"], len(row["places"])) for row in rows] == [
        ("order", 1),
        ("sum", 1),
        ("numbers", 2),
        ("sum", 1),
        ("numbers", 2),
    ]
    for place in (place for row in rows for place in row["places"]):
        text = documents[place["source"]].text
        assert list(place) == ["source", "start", "end", "quote", "figures"]
        assert text[place["start"] : place["end"]] == place["quote"]
        assert all(place["start"] <= start < end <= place["end"] for start, end in place["figures"])


class Seen(HTMLParser):
    """What a reader sees of HTML: its text, the marked words, the buttons; and the tags it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.marked, self.tags = "", [""], set[str]()
        self.buttons: list[str | None] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._open.append(tag)
        if tag == "button":
            self.buttons.append(dict(attrs)["data-open"])

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag == "mark":
            self.marked.append("")

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            self.marked[-1] += data


def items(conflicts: Sequence[Conflict], documents: dict[str, Document]) -> Seen:
    """All conflicts of a list as the page shows them."""
    return Seen("".join(item_html(n, conflict, documents) for n, conflict in enumerate(conflicts)))


def test_the_section_marks_the_figures_and_its_buttons_open_the_places(
    tutor: Tutor, documents: dict[str, Document]
) -> None:
    found = tutor.conflicts()
    seen = items(found, documents)
    regions = ["4,191", "7,613", "1,225", "758", "1,040", "1,075", "778", "512", "1,269"]
    assert seen.marked[:-1] == [
        *("October 25", "October 15"),
        *("18,525", *regions),
        *("16,453", "74,206", "16,307", "74,500"),
        *("206", "132", "67", "one", "206", "201"),
    ]
    assert seen.buttons == ["0-0", "1-0", "2-0", "2-1", "3-0", "4-0", "4-1"]
    assert [opened(found, str(button)) for button in seen.buttons] == [
        (place, tuple(other.span for other in conflict.places if other != place))
        for conflict in found
        for place in conflict.places
    ]
    assert [opened(found, wrong) for wrong in ("", "x", "9-0", "0-1", "0-x", "-1-0")] == [None] * 6


def test_only_a_place_of_the_same_source_is_marked_with_it() -> None:
    one, two, far = Place("a", Span(0, 5)), Place("a", Span(9, 12)), Place("b", Span(9, 12))
    found = [Conflict(ConflictKind.NUMBERS, one, two, ""), Conflict(ConflictKind.NUMBERS, one, far, "")]
    assert opened(found, "0-1") == (two, (one.span,))
    assert opened(found, "1-0") == (one, ())
    assert shown(found, ["a"]) == found[:1]
    assert shown(found, ["a", "b"]) == found


def test_no_conflict_is_said_in_a_line() -> None:
    assert Seen(lead_html([])).text.endswith("No statements were found in the sources that cannot both be true.")


def test_the_words_of_a_source_are_escaped(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "As of May 5, 1938, there were 16,453 families <img src=x onerror=alert(1)> in Uzbekistan.\n\n"
        "As of May 5, 1938, there were 16,307 families in <b>Uzbekistan</b> & nowhere else.\n"
    )
    document = load(path, Source("a&b=<i>", "<script>", path, author="<u>Anna</u>"))
    found = find_conflicts([Record(document, chunk(document), "x")])
    seen = items(found, {document.id: document})
    assert seen.tags == {"article", "p", "h2", "blockquote", "mark", "button"}
    assert "16,453 families <img src=x onerror=alert(1)> in Uzbekistan." in seen.text
    assert "in <b>Uzbekistan</b> & nowhere else." in seen.text
    assert "<u>Anna</u>" in seen.text
