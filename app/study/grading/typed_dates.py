"""The formats in which people type dates: "21.8.37", "Aug 21st", "the thirties". What they are worth is for
dates.py to say.
"""

from __future__ import annotations

import re

from app.details import MONTHS

_ABBREVIATED = re.compile(
    rf"\b(?:{'|'.join(month[:3] for month in MONTHS if month != 'may')}|sept)\b(?:\.\s?|(?=\s|\d|,|$))", re.IGNORECASE
)
_FULL = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b", re.IGNORECASE)
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d/-]|[.,]\d)")
_YEAR_FIRST = re.compile(r"(?<![\d.,/-])(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?![\d/-])")
_MONTH_YEAR = re.compile(r"(?<![\d.,/-])(0?[1-9]|1[0-2])[./-]((?:1\d|20)\d\d)(?![\d/-])")
_DAY_MONTH = re.compile(r"(?<![\d.,/-])(\d{1,2})\.\s?(\d{1,2})(?:\.(?!\d)|$)")
_DOTTED_DAY = re.compile(rf"\b(\d{{1,2}})\.\s?(?={'|'.join(MONTHS)})", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"(?<!\w)['’‘](\d\d)(?!\d|\w)")
_HUNDREDS = re.compile(r"\b(?:the )?(1\d)00[’']?s\b")
_DECADES = "twenties thirties forties fifties sixties seventies eighties nineties".split()
_DECADE = re.compile(rf"\b(?:the |(?P<c>nineteen|eighteen)[ -])?(?P<d>{'|'.join(_DECADES)})\b", re.IGNORECASE)
_TEENS = dict(
    zip(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(),
        range(10, 21),
        strict=True,
    )
)
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_ONES = dict(zip("one two three four five six seven eight nine".split(), range(1, 10), strict=True))
_SPOKEN = re.compile(
    rf"\b({'|'.join(_TEENS)})[ -](?:hundred(?: and)?[ -])?(?:({'|'.join(_TENS)})(?:[ -]({'|'.join(_ONES)}))?"
    rf"|({'|'.join(list(_TEENS)[:-1])})|(?:oh|o)[ -]({'|'.join(_ONES)}))\b",
    re.IGNORECASE,
)
_ROMAN = {name: n for n, name in enumerate("I II III IV V VI VII VIII IX X XI XII".split(), start=1)}
_ROMAN_MONTH = re.compile(rf"(?<!\w)(\d{{1,2}})[. ]\s?({'|'.join(_ROMAN)})[. ]\s?(\d{{4}})\b")
_YEAR_FIRST_NAMED = re.compile(rf"\b(\d{{4}}),? ({'|'.join(MONTHS)}) (\d{{1,2}})(?:st|nd|rd|th)?\b", re.IGNORECASE)
_ORDINALS = {
    word: n
    for n, word in enumerate(
        """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
        fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third
        twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth
        thirty-first""".split(),
        start=1,
    )
}
_ORDINAL = "|".join(sorted(_ORDINALS, key=len, reverse=True)).replace("-", "[- ]")
_ORDINAL_DAY = re.compile(
    rf"\b({_ORDINAL})(?= (?:of )?(?:{'|'.join(MONTHS)})\b)|(?:(?<=ary )|(?<=ch )|(?<=il )|(?<=may )|(?<=une )|(?<=uly )"
    rf"|(?<=gust )|(?<=ber ))({_ORDINAL})\b",
    re.IGNORECASE,
)
_BARE_DECADE = re.compile(r"(?<![\d'’‘])['’‘]?([2-9]0)[’']?s\b")
_HOLIDAY = re.compile(r"\bnew year['’]?s day\b", re.IGNORECASE)
_CENTURY_ORDINAL = re.compile(r"\b(\d{1,2})\.? c(?:ent)?\.(?=\W|$)")


def month_first(text: str) -> str:
    """A text with its dates in figures read the American way: 5/3/1921 as 3/5/1921 is read."""
    return _NUMERIC.sub(r"\3\2\1\2\4", text)


def spelled(text: str) -> str:
    """A text with its dates in a format that dated.py reads: "21.8.37" is "21 August 1937". A year of two digits is one
    of the 20th century; what can only be month and day is read so, else the day is first."""
    text = _HOLIDAY.sub("1 January", text)
    text = _ABBREVIATED.sub(lambda m: _month(m.group()) + " " * m.group()[-1].isspace(), text)
    text = _FULL.sub(lambda m: m.group().title(), text)
    text = _DOTTED_DAY.sub(r"\1 ", text)
    text = _ORDINAL_DAY.sub(lambda m: str(_ORDINALS[(m[1] or m[2]).lower().replace(" ", "-")]), text)
    text = _ROMAN_MONTH.sub(lambda m: _written(int(m[1]), _ROMAN[m[2]], m[3], m.group()), text)
    text = _YEAR_FIRST_NAMED.sub(r"\3 \2 \1", text)
    text = _YEAR_FIRST.sub(lambda m: _written(int(m[4]), int(m[3]), m[1], m.group()), text)
    text = _NUMERIC.sub(lambda m: _written(int(m[1]), int(m[3]), m[4], m.group()), text)
    text = _MONTH_YEAR.sub(lambda m: f"{MONTHS[int(m[1]) - 1].title()} {m[2]}", text)
    text = _DAY_MONTH.sub(lambda m: _written(int(m[1]), int(m[2]), "", m.group()), text)
    text = _SPOKEN.sub(_spoken, text)
    text = _BARE_DECADE.sub(r"19\1s", text)
    text = _SHORT_YEAR.sub(r"19\1", text)
    text = _HUNDREDS.sub(lambda m: f"the {int(m[1]) + 1}th century", text)
    text = _CENTURY_ORDINAL.sub(r"\1th century", text)
    text = _DECADE.sub(_decade, text)
    return re.sub(r"\b(begin(?:ning)?|start|end) (?=\d{4}\b|[A-Z])", r"\1 of ", text)


def _month(name: str) -> str:
    return next(month for month in MONTHS if month.startswith(name.lower()[:3])).title()


def _written(day: int, month: int, year: str, typed: str) -> str:
    if not 1 <= month <= len(MONTHS) and 1 <= day <= len(MONTHS):
        day, month = month, day  # 6/22/1941
    if not 1 <= month <= len(MONTHS) or not 1 <= day <= 31:
        return typed
    full = f" 19{year}" if len(year) == 2 else f" {year}" if year else ""
    return f"{day} {MONTHS[month - 1].title()}{full}"


def _spoken(match: re.Match[str]) -> str:
    hundreds, tens, ones, teens, single = (part.lower() if part else "" for part in match.groups())
    rest = _TENS.get(tens, 0) + _ONES.get(ones, 0) + _TEENS.get(teens, 0) + _ONES.get(single, 0)
    return f"{_TEENS[hundreds]}{rest:02}"


def _decade(match: re.Match[str]) -> str:
    century = "18" if (match["c"] or "").lower() == "eighteen" else "19"
    return f"the {century}{_DECADES.index(match['d'].lower()) + 2}0s"
