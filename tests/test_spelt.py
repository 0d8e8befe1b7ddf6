"""Names that are there in another spelling, alias or adjective, and those that are not."""

from __future__ import annotations

import pytest

from app.spelt import kin, spelt


@pytest.mark.parametrize(
    ("name", "text"),
    [
        # As it stands, folded.
        ("oslo", "They met in Oslo."),
        ("oslo", "They met in Oslo's harbour."),
        ("chil", "Kim Ch'il-sŏng spoke."),
        ("chilsong", "Kim Ch'ilsŏng spoke."),
        # Another transliteration.
        ("ejov", "Yezhov signed it."),
        ("posiet", "The school in Posyet."),
        # A people by its country, and the other way round.
        ("kazakh", "It lies in Kazakhstan."),
        ("kazakhstan", "A Kazakh herder."),
        ("japanese", "It was sold to Japan."),
        ("french", "He came from France."),
        ("france", "The French came."),
        ("dutch", "The Netherlands were flooded."),
        ("poles", "Poland was partitioned."),
        ("swiss", "It was made in Switzerland."),
        ("german", "Germany lost."),
        # By another name.
        ("ussr", "The Soviet Union fell."),
        ("soviet", "In the USSR it was known."),
        ("usa", "In the United States it was known."),
        ("british", "The UK agreed."),
        ("dprk", "North Korea agreed."),
        ("wwii", "It was built before World War II."),
        # By its letters.
        ("nkvd", "The Narodny Komissariat Vnutrennikh Del met."),
        ("ymca", "The Young Men's Christian Association met."),
    ],
)
def test_a_name_is_there(name: str, text: str) -> None:
    assert name in spelt(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("oslo", "They met in Bergen."),
        ("lenin", "Stalin spoke."),
        ("molotov", "Malenkov spoke."),
        ("kazakh", "It lies in Uzbekistan."),
        ("polish", "Portugal was flooded."),
        ("french", "The Germans came."),
        ("swiss", "It was made in Sweden."),
        ("dutch", "It was made in Denmark."),
        ("spanish", "The Irish came."),
        ("usa", "The United Nations met."),
        ("dprk", "South Korea agreed."),
        ("wwii", "It was built before World War I."),
        ("nkvd", "A new kind of village was drawn."),  # letters of words in small type stand for nothing
        ("un", "Under that roof."),
        ("oslo", ""),
    ],
)
def test_another_name_is_not(name: str, text: str) -> None:
    assert name not in spelt(text)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("uzbek", "uzbekistan", True),
        ("japan", "japanese", True),
        ("germany", "german", True),
        ("norway", "norwegian", True),
        ("austria", "australia", False),
        ("iran", "iraq", False),
        ("kim", "kimchi", False),  # too short to tell
        ("mali", "malta", False),
        ("stalin", "stalingrad", False),
        ("peter", "petersburg", False),
        ("robert", "robertson", False),
        ("robertson", "robertson", True),
    ],
)
def test_words_of_one_kin(one: str, other: str, expected: bool) -> None:
    assert (kin(one, other), kin(other, one)) == (expected, expected)
