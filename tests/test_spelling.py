"""What people type, and what the bundled sources spell."""

from __future__ import annotations

import pytest

from ingest.documents import Document, Span
from vectorstore.embedding import Embedder
from vectorstore.spelling import Respelling, Spelling, skeleton, sound


@pytest.fixture(scope="module")
def spelling(documents: dict[str, Document], embedder: Embedder) -> Spelling:
    texts = [document.plain(Span(0, len(document.text))) for document in documents.values()]
    return Spelling(texts, embedder.lexicon)


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        ("Kim Chil-sung", "Kim Ch'il-sŏng"),
        ("Kim Chil Sung", "Kim Ch'il-sŏng"),
        ("Kim Il Sung", "Kim Il-sŏng"),
        ("Ejov", "Yezhov"),
        ("Ejov's", "Yezhov's"),
        ("Ezhov", "Yezhov"),
        ("Posiet", "Posyet"),
        ("Posiet district", "Posyet District"),
        ("Kyzylorda", "Kyzyl-Orda"),
        ("Kizil-Orda", "Kyzyl-Orda"),
        ("Lushkov", "Lyushkov"),
        ("Vareykis", "Vareikis"),
        ("Mirzoian", "Mirzoyan"),
        ("Kim Pen Hwa", "Kim Pen Hva"),
        ("Molotow", "Molotov"),
        ("Solzhenitsin", "Solzhenitsyn"),
        ("deportaton", "deportation"),
        ("famlies", "families"),
        ("uzbekstan", "Uzbekistan"),
        ("Ush-Tobe", "Ushtobe"),
        ("Ush Tobe", "Ushtobe"),
    ],
)
def test_as_the_sources_spell_it(spelling: Spelling, typed: str, spelt: str) -> None:
    assert spelling.correct(f"What about {typed}?") == Respelling(f"What about {spelt}?", ((typed, spelt),))


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the resolution on the deportation?",
        "How many families were there in Kazakhstan?",
        "What did Yezhov's order say about Kim Ch'il-sŏng?",
        "Ch’il-sŏng",
        "Who is Kim Chil Song?",  # the same words once folded: search finds them as they are
        "",
        "1937?",
    ],
)
def test_the_sources_own_words_stay(spelling: Spelling, question: str) -> None:
    assert spelling.correct(question) == Respelling(question)


@pytest.mark.parametrize("word", ["punish", "battle", "train", "horse", "weather", "Napoleon", "Zürich", "qqqq"])
def test_other_words_are_left_alone_and_reported_if_unknown(spelling: Spelling, word: str) -> None:
    unknown = () if word in spelling else (word,)
    assert spelling.correct(f"a {word}") == Respelling(f"a {word}", (), unknown)


@pytest.mark.parametrize(("word", "used"), [("train", True), ("trains", True), ("Napoleon", False), ("zebra", False)])
def test_what_the_sources_use(spelling: Spelling, word: str, used: bool) -> None:
    assert (word in spelling) is used


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ejov", "Yezhov"), ("Posiet", "Posyet"), ("Khrushchev", "Hruschev"), ("Chou", "Tchu"), ("Lushkov", "Liushkov")],
)
def test_transliterations_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("Stalin", "Lenin"), ("Molotov", "Malenkov"), ("Kim", "Pak")])
def test_other_names_do_not(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_skeletons_ignore_vowels_and_hyphens() -> None:
    assert skeleton("Il Sung") == skeleton("Il-sŏng") == "al sang"


def test_no_texts_at_all() -> None:
    assert Spelling([]).correct("Who is Ejov?") == Respelling("Who is Ejov?", (), ("Ejov",))


def test_names_that_sound_alike_and_are_both_the_sources_own_stay() -> None:
    spelling = Spelling(["The Block II flew. All Block I CSMs stayed behind, and the Block II flew again."])
    assert spelling.correct("Two Block I CSMs?").text == "Two Block I CSMs?"


def test_respelling_comes_to_an_end_where_each_name_sounds_like_a_part_of_the_other() -> None:
    spelling = Spelling(["The Block II flew. All Block I CSMs stayed behind, and the Block II flew again."])
    assert spelling.correct("Two Block Ie CSMs?").text == "Two Block I CSMs?"


@pytest.mark.parametrize("typed", ["socialised", "Socialise", "an unrecognised purge"])
def test_british_spelling_is_no_slip(spelling: Spelling, typed: str) -> None:
    """The model's lexicon, which says what is ordinary English, is American."""
    assert spelling.correct(typed).text == typed


@pytest.mark.parametrize(
    ("word", "name"),
    [("lyushkov", True), ("molotov", True), ("during", False), ("deportation", False), ("qwyjibo", True)],
)
def test_a_name_is_what_is_always_capitalised(spelling: Spelling, word: str, name: bool) -> None:
    assert spelling.is_name(word) is name
