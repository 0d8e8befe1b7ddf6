"""Answers of a few words against the accepted ones, as SQuAD scores them (Rajpurkar et al., 2016 and 2018).

`normalised` is what SQuAD's own script does to a text before it compares: lower case, no punctuation, no articles,
white space folded. Accents and hyphens between words get no mercy: a figure is to be comparable with published ones.
Where the accepted answers stand in a text is not known here.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = dict.fromkeys(map(ord, string.punctuation))


def normalised(text: str) -> str:
    """A text as SQuAD compares it.

    >>> normalised("The  Amazon (or Amazonia), a forest.")
    'amazon or amazonia forest'
    >>> normalised("U.S. -- an A+"), normalised("Ch'il-sŏng")
    ('us', 'chilsŏng')
    """
    return " ".join(_ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(said: str, accepted: Sequence[str]) -> bool:
    """Whether what was said is one of the accepted answers. With none accepted, saying nothing is right.

    >>> exact_match("the Amazon", ["Amazonia", "Amazon."]), exact_match("Amazon river", ["Amazon"])
    (True, False)
    >>> exact_match("", []), exact_match("Amazon", []), exact_match("", ["Amazon"])
    (True, False, False)
    """
    return normalised(said) in _wordings(accepted)


def span_f1(said: str, accepted: Sequence[str]) -> float:
    """The F1 of the words said against those of the accepted answer that they fit best, 0..1.

    >>> span_f1("in Moscow in 1937", ["Moscow", "in 1937"])  # 2 of 4 words, 2 of 2
    0.6666666666666666
    >>> span_f1("", []), span_f1("1937", []), span_f1("", ["1937"]), span_f1("Moscow", ["1937"])
    (1.0, 0.0, 0.0, 0.0)
    """
    return max(_f1(normalised(said).split(), wording.split()) for wording in _wordings(accepted))


def says(text: str, accepted: Sequence[str]) -> bool:
    """Whether a text holds one of the accepted answers, as whole words in a row.

    >>> says("It was signed in Moscow, in 1937.", ["1936", "the Moscow"]), says("It was in 19370.", ["1937"])
    (True, False)
    >>> says("Anything.", []), says("The end.", ["the"])
    (False, False)
    """
    inside = f" {normalised(text)} "
    return any(wording and f" {wording} " in inside for wording in _wordings(accepted))


def _wordings(accepted: Sequence[str]) -> list[str]:
    """The accepted answers, normalised; only "" if nothing is left of any, as in SQuAD's script."""
    return [wording for answer in accepted if (wording := normalised(answer))] or [""]


def _f1(said: Sequence[str], wording: Sequence[str]) -> float:
    if not said or not wording:
        return float(said == wording)
    shared = (Counter(said) & Counter(wording)).total()
    if not shared:
        return 0.0
    precision, recall = shared / len(said), shared / len(wording)
    return 2 * precision * recall / (precision + recall)
