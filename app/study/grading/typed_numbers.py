"""The forms in which people type numbers: "2.5k", "two and a half thousand", "3/4", "twice". What they are worth is for
numbers.py to say.
"""

from __future__ import annotations

import re

_SCALED = {"k": "thousand", "thsd": "thousand", "m": "million", "mio": "million", "mln": "million", "bn": "billion"}
_SUFFIX = re.compile(rf"(?<=\d)\s?({'|'.join(_SCALED)})\b(?!\.)", re.IGNORECASE)
_WORDS = {
    word: n
    for n, word in enumerate(
        """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty""".split(),
        start=1,
    )
}
_AND_A_HALF = re.compile(rf"\b({'|'.join(_WORDS)}|\d+) and a half\b", re.IGNORECASE)
_ORDINALS = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=1
    )
}
_ORDINAL = re.compile(
    rf"(?<!\d )(?<!one )(?<!a )(?<!per )(?<!each )\b({'|'.join(_ORDINALS)})\b(?! (?:world war|half))", re.IGNORECASE
)
_TIMES = {"once": 1, "twice": 2, "thrice": 3}
_TIMES_WORD = re.compile(rf"\b({'|'.join(_TIMES)})\b", re.IGNORECASE)
_TIMES_X = re.compile(r"(?<=\d)\s?[x×](?=\W|$)")
_EVERY = {"daily": "a day", "weekly": "a week", "monthly": "a month", "yearly": "a year", "annually": "a year"}
_EVERY_WORD = re.compile(rf"\b({'|'.join(_EVERY)})\b", re.IGNORECASE)
_AN = re.compile(r"\ba(?= (?:hundred|thousand|million|billion)\b)", re.IGNORECASE)
_HALF_A = re.compile(r"\bhalf (?:a|of a) (hundred|thousand|million|billion)\b", re.IGNORECASE)
_DOZEN = re.compile(r"\b(?:a|one) dozen\b|\bdozen\b(?! s)", re.IGNORECASE)
_DECIMAL_SCALE = re.compile(r"(?<=\d),(\d{1,2})(?=\s+(?:million|billion|thousand)\b)")
_FRACTION = re.compile(r"(?<![\d/])([1-9])/([2-9])(?![\d/])")
_FRACTIONS = {("1", "2"): "half", ("1", "3"): "one third", ("2", "3"): "two thirds", ("1", "4"): "one quarter",
              ("3", "4"): "three quarters"}  # fmt: skip
_QUARTERS = re.compile(r"\b(three|one|two)[- ]fourths?\b", re.IGNORECASE)
_PERMILLE = re.compile(r"\s?‰|\s+per (?:mille|thousand|1[,.]?000)\b", re.IGNORECASE)
_ONE = re.compile(
    r"(?<![-\w])(?<!and )(?<!enty )(?<!irty )(?<!orty )(?<!ifty )(?<!ixty )(?<!ghty )(?<!nety )one(?![-\w])"
    r"(?! (?:third|quarter|half|hundred|thousand|million|billion|out)\b)",
    re.IGNORECASE,
)
_THOUSANDS_RANGE = re.compile(r"(?<=\d)\s?[-–—]\s?(?=\d[\d.,]*(?!\w))")
_FOUR_DIGITS = re.compile(r"(?<![\d.,\w-])(\d)(\d{3})(?![\d.,]?\d|\w)")
_WORD_RANGE = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine) (?:to|or|and) (\w+) (hundred|thousand|million|billion)\b",
    re.IGNORECASE,
)
_SCALED_RANGE = re.compile(r"\b(\d[\d.,]*)(?= to \d[\d.,]* (thousand|million|billion)\b)")
_CURRENCY = re.compile(r"(?:US)?\$\s?(\d[\d.,]*(?:\s(?:thousand|million|billion))?)")
_APPROXIMATE = re.compile(
    r"(?:~|≈|\bca\.?|\bc\.)\s?(?=\d)|\b(?:roughly about|more or less|circa)\s(?=\w)", re.IGNORECASE
)


_AMOUNTS = tuple(
    (re.compile(rf"\b{words}\b", re.IGNORECASE), amount)
    for words, amount in (
        ("per ?cent", "percent"),
        ("half a year", "6 months"),
        ("(?:a|one) year and a half", "18 months"),
        ("(?:a|one) decade", "10 years"),
        ("(?:a|one) century", "100 years"),
        ("(?:a|one) fortnight", "14 days"),
    )
)


def spelled(text: str) -> str:
    """A text with its numbers in a form that details.py reads: "2.5k" is "2.5 thousand"."""
    text = _APPROXIMATE.sub("about ", text)
    for pattern, amount in _AMOUNTS:
        text = pattern.sub(amount, text)
    text = _EVERY_WORD.sub(lambda m: _EVERY[m[1].lower()], text)
    text = _TIMES_WORD.sub(lambda m: f"{_TIMES[m[1].lower()]} times", _TIMES_X.sub(" times", text))
    text = _ORDINAL.sub(lambda m: f"{_ORDINALS[m[1].lower()]}{_ordinal_end(_ORDINALS[m[1].lower()])}", text)
    text = re.sub(r"(?i)\bzero\b", "0", text)
    text = _CURRENCY.sub(lambda m: f"{m[1].rstrip('.,')} dollars{m[0][len(m[0].rstrip('.,')) :]}", text)
    text = _SUFFIX.sub(lambda m: f" {_SCALED[m[1].lower()]}", text)
    text = _PERMILLE.sub(" permille", text)
    text = _FRACTION.sub(lambda m: _FRACTIONS.get((m[1], m[2]), m.group()), text)
    text = _QUARTERS.sub(lambda m: f"{m[1]} quarter{'s' * (m[1].lower() != 'one')}", text)
    text = _HALF_A.sub(lambda m: f"0.5 {m[1]}", text)
    text = _AND_A_HALF.sub(lambda m: f"{_WORDS.get(m[1].lower(), m[1])}.5", text)
    text = _AN.sub("one", text)
    text = _DOZEN.sub("12", text)
    text = _DECIMAL_SCALE.sub(r".\1", text)
    text = _WORD_RANGE.sub(r"\1 \3 to \2 \3", text)
    text = _THOUSANDS_RANGE.sub(" to ", text)
    text = _SCALED_RANGE.sub(r"\1 \2", text)
    text = _FOUR_DIGITS.sub(r"\1,\2", text)  # no year: a number is asked for
    return _ONE.sub("1", text)


def _ordinal_end(number: int) -> str:
    return {1: "st", 2: "nd", 3: "rd"}.get(number, "th")


def readings(text: str) -> list[str]:
    """What a text may mean: "5.145" is 5,145 where people write so, and 5.145 elsewhere."""
    readings = [spelled(text)]
    points = re.sub(r"(?<![\d.])(\d{1,3})((?:\.\d{3})+)(?![\d.])", lambda m: m[1] + m[2].replace(".", ""), text)
    commas = re.sub(r"(?<![\d,])(\d+),(\d{1,2})(?![\d,])", r"\1.\2", text)
    return list(dict.fromkeys([*readings, spelled(points), spelled(commas)]))


_OUT_OF = re.compile(r"\b(\d+) (?:in|of|out of) (?:every )?(\d+)\b")


def in_percent(text: str) -> str:
    """A spelled text with "1 in 20" as 5 percent."""
    return _OUT_OF.sub(lambda m: f"{100 * int(m[1]) / int(m[2]):g} percent" if int(m[2]) else m.group(), text)
