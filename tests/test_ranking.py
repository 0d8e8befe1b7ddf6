"""Whether a sentence holds the kind of thing that is asked for."""

from __future__ import annotations

import pytest

from app.ranking import holds
from app.wording import Wanted


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Wanted.NUMBER, "more than 70 articles", True),
        (Wanted.NUMBER, "In 1937, 36,442 families were sent", True),
        (Wanted.NUMBER, "a third of them", True),
        (Wanted.NUMBER, "in the late 19th century, and again in 1937", False),
        (Wanted.NUMBER, "on September 21, 1937, in the third stage", False),
        (Wanted.NUMBER, "Memorandum No. 516", False),
        (Wanted.LABEL, "Memorandum No. 516", True),
        (Wanted.LABEL, "516 families", False),
        (Wanted.YEAR, "516 families", False),
        (Wanted.YEAR, "in 1937", True),
        (Wanted.DURATION, "it took three weeks", True),
        (Wanted.DURATION, "three families", False),
        (Wanted.ANY, "three families", None),
    ],
)
def test_a_sentence_holds_what_is_asked_for(kind: Wanted, text: str, expected: bool | None) -> None:
    assert holds(kind, text) is expected
