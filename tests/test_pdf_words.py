"""PDFs: words that lines cut, the blanks between words, odd characters. The files are made by pdf_writer.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdf_writer import Page, Text, column, pdf

from ingest.pdf.layout import lay_out

LEFT = 60.0


def texts(page: Page) -> list[str]:
    parsed = lay_out(pdf([page]), Path("x.pdf")).parsed
    return [parsed.text[piece.span.start : piece.span.end] for piece in parsed.pieces]


@pytest.mark.parametrize(
    ("elsewhere", "cut", "whole"),
    [
        ("", "They saw the gov-\nernment there.", "They saw the government there."),
        ("", "It was the Far-\nEastern railway.", "It was the Far-Eastern railway."),
        ("A re-count was made.", "Then the re-\ncount ended.", "Then the re-count ended."),
        ("A recount was made.", "Then the re-\ncount ended.", "Then the recount ended."),
        ("A brother has half of it.", "He was a half-\nbrother of hers.", "He was a half-brother of hers."),
        ("", "A state-of-\nthe-art farm.", "A state-of-the-art farm."),
        ("", "It was the 34th-\nlargest one.", "It was the 34th-largest one."),
        ("", "It was a B2-\nbomber.", "It was a B2-bomber."),
        ("All three came.", "Some three-\nfourths of it.", "Some three-fourths of it."),
        ("All three of the fourths.", "Some three-\nfourths of it.", "Some three-fourths of it."),
        ("All four came.", "It was four-\nteen days.", "It was fourteen days."),
        ("", "Her brother-\nin-law had left.", "Her brother-in-law had left."),
        ("The Norse came.", "The Norse-\nspeaking men left.", "The Norse-speaking men left."),
        ("The ends change.", "They sold it in ex-\nchange for land.", "They sold it in exchange for land."),
        ("", "In the pre-\nand post-war years.", "In the pre- and post-war years."),
        ("", "In 1937-\n1938 it ended.", "In 1937-1938 it ended."),
        ("", "It was soft\u00ad\nly said.", "It was softly said."),
        ("", "See https://www.some-\nwhere.org/roads.", "See https://www.some-where.org/roads."),
        ("", "See https://www.somewhere.\norg/roads.", "See https://www.somewhere.org/roads."),
        ("", "See www.somewhere.org.\nThen go.", "See www.somewhere.org. Then go."),
        ("", "道路是在\n那一年建成的。", "道路是在那一年建成的。"),
        ("", "An—or so—\nit was said.", "An—or so—it was said."),
        ("", "It was said\n—or so.", "It was said—or so."),
        ("", "It was said\n— or so.", "It was said — or so."),
        ("Dijo —y era así— que no.", "Que no lo es\n—o era— así.", "Que no lo es —o era— así."),
        ("", "In 1939\n–1945 it was.", "In 1939–1945 it was."),
        ("", "It fell by\n–5 degrees.", "It fell by –5 degrees."),
        ("", "The U.S.-\nbased men.", "The U.S.-based men."),
        ("", "The U.S.-\nSoviet talks.", "The U.S.-Soviet talks."),
        ("", "The men were owned-\nand-operated.", "The men were owned-and-operated."),
    ],
)
def test_a_word_that_a_line_end_cut(elsewhere: str, cut: str, whole: str) -> None:
    page = Page([*column(elsewhere, LEFT, 60, 60), *column(cut.replace("\n", "\n "), LEFT, 100, 60)])
    assert texts(page)[-1] == whole


@pytest.mark.parametrize(
    ("elsewhere", "cut", "whole"),
    [
        ("", "Ask ann@lists.\ndebian.org there.", "Ask ann@lists.debian.org there."),
        ("", "Ask ann@\nlists.debian.org there.", "Ask ann@lists.debian.org there."),
        ("", "As /usr/lib/libgdbm.so.3.\n0.0 has it.", "As /usr/lib/libgdbm.so.3.0.0 has it."),
        ("", "As /usr/lib/libgdbm.\nso has it.", "As /usr/lib/libgdbm.so has it."),
        ("", "It is in /usr/lib.\nThen go.", "It is in /usr/lib. Then go."),
        ("Use rc.d there.", "Then call rc.\nd again.", "Then call rc.d again."),
        ("", "They saw rc.\nd again.", "They saw rc. d again."),
        ("", "It is one, e.g.\nthe other.", "It is one, e.g. the other."),
        ("", "The file some_\nname is.", "The file some_name is."),
    ],
)
def test_a_name_that_a_line_end_cut(elsewhere: str, cut: str, whole: str) -> None:
    page = Page([*column(elsewhere, LEFT, 60, 60), *column(cut.replace("\n", "\n "), LEFT, 100, 60)])
    assert texts(page)[-1] == whole


@pytest.mark.parametrize(
    ("end", "start", "text"),
    [
        ("guess.", "sub", "See the file guess.sub here."),
        ("/usr/", "lib", "See the file /usr/lib here."),
        ("/usr/", "", "See the file /usr/ here."),
        ("etc.", "sub", "See the file etc. sub here."),
    ],
)
def test_a_name_in_type_of_its_own_that_a_line_end_cut(end: str, start: str, text: str) -> None:
    """As code; where the second line is none, the first ends with the name."""
    parts = [
        Text("See the file ", LEFT, 100),
        Text(end, LEFT + 65, 100, 10, "code"),
        Text(start, LEFT, 112, 10, "code"),
    ]
    after = Text(" here." if start else "here.", LEFT + 5 * len(start), 112)
    assert texts(Page([part for part in (*parts, after) if part.words])) == [text]


def test_a_document_that_cuts_no_words_keeps_all_its_hyphens() -> None:
    """Four lines end in what is mostly a word before what is a word; the fifth is judged by them."""
    words = "The reaching brother was speaking of hungry men."
    cut = "A far-\n reaching half-\n brother, fast-\n speaking, ever-\n hungry and neo-\n classical."
    page = Page([*column(words, LEFT, 60, 60), *column(cut, LEFT, 100, 60)])
    whole = "A far-reaching half-brother, fast-speaking, ever-hungry and neo-classical."
    assert texts(page) == [words, whole]


def test_a_document_that_cuts_words_keeps_the_hyphens_of_numbers() -> None:
    words = "The government of the northern province was speaking of three."
    cut = "A gov-\n ernment of north-\n ern prov-\n ince, speak-\n ing of three-\n fourths of it."
    page = Page([*column(words, LEFT, 60, 70), *column(cut, LEFT, 100, 60)])
    assert texts(page) == [words, "A government of northern province, speaking of three-fourths of it."]


@pytest.mark.parametrize(
    ("name", "text"),
    [(".changes", "It is in a .changes file."), (". The", "It is in a. The file."), (",", "It is in a, file.")],
)
def test_a_blank_before_a_name_in_another_font_is_kept(name: str, text: str) -> None:
    """The gap is small: also in front of a full stop behind a slanted letter, where it is none."""
    end = LEFT + 50.1 + 5 * len(name)
    page = Page([Text("It is in a ", LEFT, 100), Text(name, LEFT + 50.1, 100, 10, "code"), Text(" file.", end, 100)])
    assert texts(page) == [text]


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("The ﬁne ofﬁce, eﬀort and ﬂow", "The fine office, effort and flow"),
        ("e\u0301te\u0301 and nai\u0308ve", "été and naïve"),
        ("\uf0b7 Point one", "• Point one"),
        ("He came\u037e a \u212a left", "He came; a K left"),
        ("A \ue123 private one\ufffd", "A private one"),
        ("Kim Ch'il-sŏng 고려", "Kim Ch'il-sŏng 고려"),
    ],
)
def test_odd_characters(printed: str, text: str) -> None:
    assert texts(Page([Text(printed, LEFT, 100)])) == [text]
