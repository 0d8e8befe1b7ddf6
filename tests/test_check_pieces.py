"""A text taken apart: what is a claim, what is passed over, how a compound sentence is split, and where it stands."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.check.parts import Speaker, parts
from app.check.pieces import MOST, CheckError, Kind, pieces
from app.check.plainly import is_fragment, is_opinion, is_question, is_written_in_english, looks_like_code

TEXT = """# The railway

The line was opened in 1901 and was closed in 1960. It carried *coal* to the port. Who built it? I find it beautiful.

| year | trains |
|------|--------|
| 1901 | 12     |

    Ann Lee drew the plans, and the council paid for them.

```
trains = 12
```

Die Bahn wurde im Jahr 1901 gebaut und ist nicht mehr da.

Twelve trains ran every day

## References

Lee, A. (1950). Railways. Press.
"""


def test_a_text_is_read_from_its_beginning_to_its_end() -> None:
    found = [(piece.kind, TEXT[piece.span.start : piece.span.end], piece.statement) for piece in pieces(TEXT)]
    assert found == [
        (Kind.HEADING, "The railway", "The railway"),
        (Kind.CLAIM, "The line was opened in 1901 and", "The line was opened in 1901."),
        (Kind.CLAIM, "was closed in 1960.", "The line was closed in 1960."),
        (Kind.CLAIM, "It carried *coal* to the port.", "The line carried coal to the port."),
        (Kind.QUESTION, "Who built it?", "Who built it?"),
        (Kind.OPINION, "I find it beautiful.", "I find it beautiful."),
        (Kind.TABLE, "| year | trains |\n|------|--------|", "| year | trains |"),
        (Kind.TABLE, "| 1901 | 12     |", "| 1901 | 12 |"),
        (
            Kind.CLAIM,
            "Ann Lee drew the plans, and the council paid for them.",
            "Ann Lee drew the plans, and the council paid for them.",
        ),
        (Kind.CODE, "trains = 12", "trains = 12"),
        (
            Kind.FOREIGN,
            "Die Bahn wurde im Jahr 1901 gebaut und ist nicht mehr da.",
            "Die Bahn wurde im Jahr 1901 gebaut und ist nicht mehr da.",
        ),
        (Kind.CLAIM, "Twelve trains ran every day", "Twelve trains ran every day"),
        (Kind.HEADING, "References", "References"),
        (Kind.REFERENCE, "Lee, A. (1950). Railways. Press.", "Lee, A. (1950). Railways. Press."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "One *two [three](http://x.y) four* was five and was six.\r\n\r\nSeven **was** eight.",
        "A\tb was e.",
        "> A quote was here, and it was long.\n> It went on.",
        "The *Eagle* was launched in 1901 and **was** sunk in [1944](#)! She was raised.",
    ],
)
def test_pieces_follow_each_other_and_hold_all_their_words(text: str) -> None:
    found = pieces(text)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
    covered = "".join(text[piece.span.start : piece.span.end] for piece in found)
    shown = {letter for letter in text if letter.isalpha()}
    assert shown >= {letter for letter in covered if letter.isalpha()}
    assert all(text[p.span.start : p.span.end].strip() == text[p.span.start : p.span.end] != "" for p in found)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "There is nothing to check. Give a sentence, a paragraph or an essay."),
        (" \n\t ", "There is nothing to check. Give a sentence, a paragraph or an essay."),
        ("?!", "There is nothing to check: no words. Give a sentence, a paragraph or an essay."),
        ("a" * 200_000, f"The text has 200,000 characters; at most {MOST:,} are checked at once. Give a part."),
        ("Deportation", "That is no whole sentence. Write one that states something."),
        ("Who signed it?", "A question claims nothing. Ask it in the chat, or write what you think the answer is."),
        ("We should never forget.", "That is an opinion, and sources cannot settle it. Write a statement of fact."),
        ("# Title", "There is only a heading. Write a whole sentence."),
        ("Сталин подписал указ.", "That is not English, the language that is checked. Write it in English."),
        (
            "El tren fue construido en 1901 y no es rápido.",
            "That is not English, the language that is checked. Write it in English.",
        ),
        ("조선인은 1937년에 이주되었다.", "That is not English, the language that is checked. Write it in English."),
        ("a\tb\tc\n1\t2\t3", "That is a table, and tables are not checked. Say in sentences what it says."),
        ("|a|b|\n|-|-|\n|1|2|", "That is a table, and tables are not checked. Say in sentences what it says."),
        ("def f(x): return {x: 1}[x] == 2;", "That is code, which is not checked. Write a sentence."),
        ("<script>alert('a')</script>", "That is code, which is not checked. Write a sentence."),
        ("Who was he? I like it.", "There is no claim in it. Write a statement of fact."),
    ],
)
def test_what_holds_no_claim_is_said_in_one_line(text: str, line: str) -> None:
    with pytest.raises(CheckError) as raised:
        pieces(text)
    assert str(raised.value) == line


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The line was opened in 1901.", ["The line was opened in 1901."]),
        ("Ann Lee was born in Oslo and died in Rome.", ["Ann Lee was born in Oslo.", "Ann Lee died in Rome."]),
        (
            "Ann Lee left Oslo in 1901 and arrived in Rome a year later.",
            ["Ann Lee left Oslo in 1901.", "Ann Lee arrived in Rome a year later."],
        ),
        (
            "The king signed the treaty, but the council rejected the treaty.",
            ["The king signed the treaty.", "The council rejected the treaty."],
        ),
        (
            "The king signed the treaty; he left the city in May.",
            ["The king signed the treaty; he left the city in May."],  # "the king" may be another "he"
        ),
        ("Ann Lee wrote the book, and she sent it to Rome.", ["Ann Lee wrote the book.", "Ann Lee sent it to Rome."]),
        # not safe: a list, one action of two things, a participle that may share the verb, a relative clause
        ("Ann and Bob were born in Oslo.", ["Ann and Bob were born in Oslo."]),
        ("The line carried coal, iron and wood.", ["The line carried coal, iron and wood."]),
        ("Ann Lee was arrested and confessed.", ["Ann Lee was arrested and confessed."]),
        (
            "The man who left Oslo and died in Rome was Ann’s son.",
            ["The man who left Oslo and died in Rome was Ann’s son."],
        ),
        ("He said “the line was opened and was closed.”", ["He said “the line was opened and was closed.”"]),
        ("I think that the line was opened in 1901.", ["The line was opened in 1901."]),
    ],
)
def test_a_compound_sentence_is_taken_apart_where_that_is_safe(sentence: str, expected: list[str]) -> None:
    found = parts(sentence, Speaker())
    assert [part.statement for part in found] == expected
    assert (found[0].start, found[-1].end) == (0, len(sentence))
    assert all(one.end == other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("before", "sentence", "expected"),
    [
        ("Ann Lee wrote the book.", "She was born in Oslo.", "Ann Lee was born in Oslo."),
        ("The trains were late.", "They arrived in May.", "The trains arrived in May."),
        ("The line was opened in 1901.", "It was closed in 1960.", "The line was closed in 1960."),
        ("The trains were late.", "It was closed in 1960.", "It was closed in 1960."),
        ("The line was opened in 1901.", "He was born in Oslo.", "He was born in Oslo."),
        ("Nobody knows when.", "It was closed in 1960.", "It was closed in 1960."),
    ],
)
def test_a_pronoun_is_put_in_words_where_it_can_mean_one_thing(before: str, sentence: str, expected: str) -> None:
    (part,) = parts(sentence, Speaker().after(before))
    assert part.statement == expected


@pytest.mark.parametrize(
    ("sentence", "opinion"),
    [
        ("I think it was wrong.", True),
        ("In my opinion, the plan failed.", True),
        ("We should never forget this.", True),
        ("The journey was terrible.", True),
        ("It was one of the most shameful acts.", True),
        ("It is important to remember them.", True),
        ("Sadly, it was so.", True),
        ("The council wrote that the people should leave.", False),
        ("According to Ann Lee, the plan was a tragedy.", False),
        ("The journey of 1,200 people was terrible.", False),
        ("I think that the line was opened in 1901.", False),
        ("The Great War was a war.", False),
        ("The journey was long.", False),
    ],
)
def test_an_opinion_is_told_from_a_statement(sentence: str, opinion: bool) -> None:
    assert is_opinion(sentence) is opinion


@pytest.mark.parametrize(
    ("sentence", "asks"),
    [("Who was he?", True), ("You know who he was?", True), ("He was a clerk, wasn't he?", False), ("He was.", False)],
)
def test_a_question_is_told_from_a_statement(sentence: str, asks: bool) -> None:
    assert is_question(sentence) is asks


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("Terrible.", True),
        ("The Deportation of the Koreans", True),
        ("A list of trains", True),
        ("Twelve trains ran every day", False),
        ("Trains were late", False),
        ("Ann Lee, 1901.", False),  # it ends like a sentence: in doubt it is checked
    ],
)
def test_a_fragment_is_no_whole_sentence(text: str, fragment: bool) -> None:
    assert is_fragment(text) is fragment


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Koreans grew rice near Tashkent.", True),
        ("De Gaulle met Van der Berg in Den Haag.", True),
        ("Le train est parti de la gare.", False),
        ("Поезд ушёл в мае.", False),
        ("列車は五月に出発した。", False),
        ("Il treno è partito nella notte.", False),
    ],
)
def test_another_language_is_told_from_english(text: str, english: bool) -> None:
    assert is_written_in_english(text) is english


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("for (i = 0; i < 9; i++) { f(i); }", True),
        ("<img src=x onerror=alert(1)>", True),
        ("The price was $5 per ton (see #3).", False),
        ("Write to ann@example.org; she answers.", False),
    ],
)
def test_code_is_told_from_prose(text: str, code: bool) -> None:
    assert looks_like_code(text) is code
