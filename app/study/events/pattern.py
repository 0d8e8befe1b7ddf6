"""How a time is written: one pattern with a named group for each part. What a match means is read in dated.py.

A time before Christ, or of the first thousand years, is told by its era: "44 BC", "AD 14", "the 440s BCE". A number
without one is a year from 1000 on only.
"""

from __future__ import annotations

import re

from app.details import MONTHS

ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth twenty-first"
).split()

_MONTH = "|".join(MONTHS).title()
_SHORT = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
_YEAR = r"(?:1[0-9]\d\d|20\d\d)"
_ERA = r"(?:BCE?|B\.C\.(?:E\.)?|AD|CE|A\.D\.|C\.E\.)(?!\w)"
_COUNT = r"(?:\d{1,2},\d{3}|\d{1,5})"
_ERA_YEAR = rf"(?:\b(?:AD|A\.D\.) ?\d{{1,4}}\b|(?<![\d.,$£€#/-]){_COUNT} ?{_ERA})"  # "AD 14", "44 BC"
_DAY = rf"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d:%]|[.,]\d|[-–]?[a-z]| ?{_ERA})"
_ALSO = r"(?:, and |, | and | or |[-–]| [-–] | to | through )"
_IN_PART = r"(?<=\b[Mm]id-)|(?<=\b[Ee]arly-)|(?<=\b[Ll]ate-)"  # "mid-1937"
_TAIL = r"(?![\w-]|,\d{3}\b|\.\d|/\d)"
_ORDINAL = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(ORDINALS)})"
#: Not that of "20th Century Fox".
_AGE = rf"(?:centur(?:y|ies)|millenni(?:um|a)|(?:Century|Centuries|Millennium)(?! (?!{_ERA})[A-Z]))\b"
_PART = (
    r"(?P<part>(?:\b(?:[Ee]arly|[Ll]ate|[Mm]id)(?:[- –]|(?: in)? (?:the )?))"
    r"|\b(?:(?:very )?(?:beginning|start|end|close|middle)|(?:first|second|latter) half"
    r"|(?:early|middle|later?) (?:part|years))"
    r" of (?:the )?)?"
)
#: What stands behind a number of three digits if it is a year: "in 911 as a fiefdom", not "in 300 cities".
_NO_COUNT = (
    r"(?=[.,;:)\]]|$| (?:a|an|as|at|but|by|from|he|his|in|it|on|she|that|the|they|to|under|was|were|when|where|which"
    r"|who|with)\b)(?![.,:]\d)"
)
#: Between the ends of a range, and between two times that are listed.
_LINK = r"(?: ?[-–—] ?(?:c\. ?|ca\. ?|circa )?|,? (?:to|until|till|through|and|or) (?:about |around |c\. ?|circa )?)"


def _own_year(name: str) -> str:
    return rf"(?:,? (?:of |in )?\[?(?P<{name}>{_ERA_YEAR}|\d{{4}}\b)\]?(?!,\d))?"


def _year_of(name: str) -> str:
    return rf"(?P<{name}>{_ERA_YEAR}|{_YEAR}\b)"


ATOM = re.compile(
    rf"{_PART}(?:"
    rf"\b(?P<iy>{_YEAR})-(?P<im>0[1-9]|1[0-2])-(?P<id>0[1-9]|[12]\d|3[01])(?![\d-])"
    rf"|\b(?P<m1>{_MONTH}|{_SHORT}) (?P<d1>{_DAY})(?P<more>(?:{_ALSO}{_DAY})*){_own_year('y1')}"
    rf"|(?<![\d.,$£€-])\b(?P<d2>{_DAY})(?P<more2>(?:(?: and |[-–]| to ){_DAY})*) (?:of )?(?P<m2>{_MONTH})\b"
    rf"{_own_year('y2')}"
    rf"|\b(?P<m3>{_MONTH}|{_SHORT}),? (?:of )?\[?{_year_of('y3')}\]?{_TAIL}"
    rf"|\b(?P<season>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter),? (?:of |in )?(?:the year )?{_year_of('y4')}"
    rf"(?P<to4>[-–/]\d\d(?:\d\d)?)?{_TAIL}"
    # decades, centuries and millennia; "the 5th" of "the 5th and 4th centuries BC", of "the 11–13th century", and of
    # "in the 9th," where another has said the word
    rf"|(?:(?<![\w.,-])|{_IN_PART})(?P<decade>(?:(?:1\d|20)\d|\d{{1,3}}(?=0[’']?s {_ERA})|(?<=\bthe )[1-9]\d)0)"
    r"[’']?s\b(?!-)"
    r"(?P<other>,? (?:and|to|or) (?:the )?(?:early |mid-|late )?[’']?(?P<tens>[1-9]0)s\b)?"
    rf"(?P<era1> {_ERA})?"
    rf"|(?:(?<![\d.,-])\b|{_IN_PART})(?P<age>{_ORDINAL})[- ](?P<unit>{_AGE})(?P<era2> {_ERA})?"
    rf"|(?:(?<![\d.,-])\b|{_IN_PART})(?P<list>{_ORDINAL}|\d{{1,2}}(?=[-–]\d))"
    rf"(?=(?:, {_ORDINAL}){{0,5}},?-?{_LINK}(?:the )?(?:early |mid-|late )?{_ORDINAL}"
    rf"[- ](?P<unit2>{_AGE})(?P<era3> {_ERA})?)"
    rf"|(?<=\b[Ii]n the )(?P<elliptic>{_ORDINAL})(?=,)"
    # years with their era, in a range too: "509–27 BC", "AD 14 and 180"
    rf"|(?<![\d.,$£€#/-])\b(?P<r1>{_COUNT})(?P<link1>{_LINK})(?P<r2>{_COUNT} ?{_ERA})"
    rf"|(?P<r3>\b(?:AD|A\.D\.) ?\d{{1,4}})(?P<link2>{_LINK})(?P<r4>\d{{1,4}})\b(?![,.]\d| ?{_ERA})"
    rf"|(?P<era_year>{_ERA_YEAR})"
    rf"|(?<=\b[Ii]n )(?<!resulting in )(?<!resulted in )(?P<early_year>[1-9]\d\d){_NO_COUNT}"
    rf"|(?:(?<![\w.,$£€#/-])|{_IN_PART})(?P<y5>{_YEAR})(?P<to5>[-–/](?:{_YEAR}|\d\d))?{_TAIL}"
    rf"|\b(?P<m6>{_MONTH.replace('|May', '')}|(?<=[Ii]n )May|(?<=[Bb]y )May|(?<=of )May)\b(?! \d)"
    r"(?P<rel6> of (?:the same|that) year)?"
    # years told by another
    r"|\b(?P<same>(?:the|that) (?:same |very )?year(?= (?:that|when) )|(?:the same|that same|that) year|the year"
    r"(?=[.,;)]))|\b(?P<next>(?:the )?(?:following|next) year)\b|\b(?P<previous>the previous year)\b"
    r"|\b(?P<amount>[Aa]|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en) years?"
    r" (?P<way>later|earlier)\b)"
)
