"""Does this passage support this sentence? On sentences of our own, with an embedder whose cosines can be worked out.

What the judge is worth on real claims is measured by `python -m evals support`; its floors are in floor.toml.
"""

from __future__ import annotations

import pytest

from app.comparing import Missing
from app.details import Detail
from app.support import Finding, Judge, Support, Told, meant
from vectorstore.embedding import WordEmbedder
from vectorstore.spelling import Spelling

PASSAGE = (
    "The Soviet state was wary.",
    "On September 13, 1937, Anna Petrova counted 39 echelons and 1,705 families in Tashkent.",
    "She did not recognize the resolution No. 12-3a of the Council (SNK).",
    "Over 13,000 people fled from Alma-Ata because the harvest failed.",
    "The charge that Petrova was selling pottery was fabricated.",
)
OTHER_WORDS = "He was sleeping."
SPELLING = Spelling([*PASSAGE, OTHER_WORDS], known=["they", "people", "the"])


def judge() -> Judge:
    vocabulary = ["echelons", "families", "tashkent", "recognize", "resolution", "fled", "harvest", "wary", "pottery"]
    return Judge(WordEmbedder(vocabulary), SPELLING, lambda term: 3.0)


def judged(sentence: str, about: str = "") -> Finding:
    return judge().judge(sentence, Told(PASSAGE, about))


@pytest.mark.parametrize(
    "sentence",
    [
        PASSAGE[1],
        "Petrova counted thirty-nine echelons in Tashkent on 13 September 1937.",
        "In 1937 Anna Petrova counted 1705 families in Toshkent.",
        "Anna Petrova did not recognize the resolution.",
        "That Petrova was selling pottery was a false charge, made up.",
        "About 13,000 people fled from Alma-Ata because the harvest failed.",
    ],
)
def test_what_the_passage_says_is_supported(sentence: str) -> None:
    assert (judged(sentence).outcome, judged(sentence).missing) == (Support.SUPPORTED, ())


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("Anna Petrova counted 93 echelons in Tashkent.", Missing(Detail.NUMBER, "93", "39")),
        ("Anna Petrova counted 39 families in Tashkent.", Missing(Detail.NUMBER, "39", "1,705")),
        (
            "On September 30, 1937, Petrova counted 39 echelons in Tashkent.",
            Missing(Detail.DATE, "September 30, 1937", "September 13, 1937"),
        ),
        ("In 1938 Petrova counted 39 echelons in Tashkent.", Missing(Detail.DATE, "1938", "")),
        ("Anna Petrova counted 39 echelons in Samarkand.", Missing(Detail.NAME, "Samarkand", "Tashkent")),
        (
            "Petrova did recognize the resolution No. 12-3a.",
            Missing(Detail.NEGATION, "", "not recognize the resolution"),
        ),
        ("Petrova did not recognize the resolution No. 12-4a.", Missing(Detail.NAME, "12-4a", "")),
        (
            "Over 15,000 people fled from Alma-Ata because the harvest failed.",
            Missing(Detail.NUMBER, "15,000", "13,000"),
        ),
    ],
)
def test_one_wrong_detail_is_partly_supported(sentence: str, missing: Missing) -> None:
    finding = judged(sentence)
    assert finding.outcome is Support.PARTLY
    assert missing in finding.missing


@pytest.mark.parametrize("sentence", [OTHER_WORDS, "Nothing", "The and of", "42"])
def test_another_topic_is_not_found(sentence: str) -> None:
    assert judged(sentence).outcome is Support.NOT_FOUND


def test_no_passage_supports_nothing() -> None:
    assert judge().judge(PASSAGE[0], Told(())) == Finding(Support.NOT_FOUND)


def test_a_name_of_the_heading_may_be_said() -> None:
    sentence = "Samarkand: Anna Petrova counted 39 echelons in Tashkent."
    assert judged(sentence).outcome is Support.PARTLY
    assert judged(sentence, about="Samarkand in 1937").outcome is Support.SUPPORTED


# -- which sentences are read for the details -------------------------------------------------------------------------

FARM = (
    "Ivar Holm bought the farm in 1820.",
    "It had 9 cows.",
    "Later it was let to tenants.",
    "The tenants grew barley and oats.",
    "Greta Berg painted the barn.",
    "Greta Berg also wrote poems.",
)
FARM_SPELLING = Spelling(FARM, known=["it", "later", "the", "tenants"])


def on_the_farm(sentence: str, begins: frozenset[int] = frozenset([0])) -> Finding:
    vocabulary = ["farm", "cows", "bought", "tenants", "barley", "barn", "painted", "poems", "wrote", "oats", "grew"]
    return Judge(WordEmbedder(vocabulary), FARM_SPELLING, lambda term: 3.0).judge(sentence, Told(FARM, "", begins))


@pytest.mark.parametrize(
    ("sentence", "begins", "expected"),
    [
        ("Holm had 9 cows.", [0], Support.SUPPORTED),  # "it" may be what belongs to Holm
        ("Holm had 9 cows.", [0, 1], Support.PARTLY),  # another passage begins: "it" looks back at nothing there
        ("Holm had 8 cows.", [0], Support.PARTLY),
        ("Ivar Holm bought the farm in 1820, and it had 9 cows.", [0], Support.SUPPORTED),
        ("The tenants grew barley and oats, and Greta Berg painted the barn.", [0], Support.SUPPORTED),
        ("The tenants grew barley and oats with Greta Berg.", [0], Support.PARTLY),  # she did other things
        ("Greta Berg painted the barn and wrote poems.", [0], Support.SUPPORTED),
        ("Ivar Holm painted the barn.", [0], Support.PARTLY),
    ],
)
def test_what_is_read_besides_the_nearest_sentence(sentence: str, begins: list[int], expected: Support) -> None:
    assert on_the_farm(sentence, frozenset(begins)).outcome is expected


@pytest.mark.parametrize(
    ("stated", "place", "begins", "expected"),
    [
        ("Holm had cows.", 1, [0], FARM[:1]),
        ("Holm let it.", 2, [0], FARM[:2]),
        ("Holm let it.", 2, [0, 1], FARM[1:2]),
        ("Holm let it.", 2, [0, 2], ()),
        ("Greta Berg painted it.", 4, [0], ()),  # a sentence that names all that it tells of
    ],
)
def test_what_it_may_mean(stated: str, place: int, begins: list[int], expected: tuple[str, ...]) -> None:
    assert meant(stated, place, FARM, frozenset(begins)) == " ".join(expected)


def test_an_empire_that_was_named_before() -> None:
    told = ("The Ottoman Empire was large.", "In 1600 the empire had 32 provinces.")
    assert meant("The Ottoman empire had 32 provinces.", 1, told, frozenset([0])) == told[0]
    assert meant("The old state had 32 provinces.", 1, told, frozenset([0])) == ""


def test_of_several_likely_sentences_the_one_that_bears_it_out_counts() -> None:
    told = ("In 1901 the farm had 30 cows.", "In 1902 the farm had 40 cows.", "In 1903 the farm had 50 cows.")
    one = Judge(WordEmbedder(["farm", "cows"]), Spelling(told), lambda term: 3.0)
    found = one.judge("The farm had 50 cows in 1903.", Told(told))
    assert (found.outcome, found.nearest, found.missing) == (Support.SUPPORTED, 2, ())
    assert one.judge("The farm had 50 cows in 1902.", Told(told)).outcome is Support.PARTLY
