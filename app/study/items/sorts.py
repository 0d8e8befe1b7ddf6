"""Of what sort a name or term is, finer than what a card asks for; and whether two names may mean one thing.

Options of an item have to be of one sort: a town among towns, the name of a war among wars. Sorts are told by the words
of a name and the word behind it (words.py); what cannot be told has none. Figures are figures.py's affair.
"""

from __future__ import annotations

import re

from app.spelt import kin, spelt
from app.study.card import Asked
from app.study.names.entities import NAMED
from app.study.names.words import BODIES, COUNTRIES, GROUNDS
from vectorstore.words import FUNCTION_WORDS, fold, stem, words

#: Kinds of places, by the word that a name ends in or has behind it. What is in no row is a kind of its own.
_PLACES = {
    word: kind
    for kind, row in (
        ("region", "region district oblast krai province prefecture county canton territory area zone state"),
        ("town", "city town village settlement township"),
        ("water", "sea ocean bay gulf lake river strait canal"),
        ("mountain", "mountain mountains mount hill hills ridge volcano"),
        ("world", "africa asia europe america antarctica east west north south oceania"),
        ("republic", "ssr republic kingdom"),
    )
    for word in row.split()
}
_FIRST = frozenset({"water", "mountain"})
_COMPASS = frozenset("north south east west".split())
_PARTED = frozenset("korea germany vietnam yemen sudan africa".split())  # of which a part is a state
_GROUND = "|".join(sorted(GROUNDS - {"north", "south", "east", "west", "america", "europe", "africa", "asia"}))
_GROUND_BEHIND = re.compile(rf"(?:, {NAMED}(?: {NAMED})*)*(?:,? (?:and|or) {NAMED}(?: {NAMED})*)? ({_GROUND})s?\b")
#: Kinds of other names, likewise; what is in no row has none.
_NAMES = {
    word: kind
    for kind, row in (
        (
            "event",
            "war revolution battle purge famine thaw terror uprising rebellion crisis revolt massacre reformation",
        ),
        ("age", "age era period renaissance enlightenment dynasty"),
        ("party", "party government parliament senate congress assembly politburo cabinet"),
        (
            "office",
            "committee council bureau commission ministry directorate administration agency commissariat secretariat"
            " department office",
        ),
        ("school", "university institute faculty academy school college museum library laboratory"),
        ("force", "army navy guard front fleet division regiment police brigade corps"),
        ("business", "company corporation trust bank"),
        ("society", "league association society club union foundation alliance movement organisation organization"),
        ("court", "court tribunal"),
        (
            "writing",
            "resolution decree memorandum act law treaty constitution report declaration charter agreement pact",
        ),
        ("honour", "award prize medal order hero"),
    )
    for word in row.split()
}
_PEOPLE = re.compile(r"(?:ans|eks|akhs|lis|ards|landers|tars|ese)$")
_PLURAL = re.compile(r"(?:[^su]s|ies)$")
_ADJECTIVE = re.compile(r"(?:able|ible|al|ive|ous|ic|ary|ful|less|ant|ent|y|ed|able)$")


#: Of a place that nothing tells the sort of: most often a town.
TOWN = "town"


def sort_of(text: str, asked: Asked, behind: str = "") -> str:
    """The sort of a name or term, "" if it cannot be told; `behind` is what stands behind it in its sentence."""
    if asked is Asked.PERSON:
        return "surname" if len(text.split()) == 1 else "full name"
    if asked is Asked.PLACE:
        return _place(text, behind)
    return _term(text) if asked is Asked.TERM else _name(text)


def _place(text: str, behind: str) -> str:
    said = [fold(word) for word in re.split(r"[\s-]+", text)]
    last = said[-1]
    if _PLACES.get(last) == "world" or (len(said) > 1 and last in GROUNDS):
        return _PLACES.get(last, last)
    if len(said) > 1 and _PLACES.get(said[0]) in _FIRST:
        return _PLACES[said[0]]  # "Lake Baikal"
    if ground := _GROUND_BEHIND.match(behind):
        return f"{_PLACES.get(ground[1], ground[1])} behind"
    if "".join(said) in COUNTRIES or (said[0] in _COMPASS and last in _PARTED):
        return "country"
    return "" if last in COUNTRIES else TOWN  # "Stuart England", "Northern India"


def _name(text: str) -> str:
    if re.fullmatch(r"[A-Z]{2,}s?", text):
        return ""  # letters: who knows what for
    head = _singular(fold(re.split(r" (?:of|for)\b", text)[0].split()[-1]))
    last = _singular(fold(text.rsplit(maxsplit=1)[-1]))
    if found := _NAMES.get(head) or _NAMES.get(last):
        return found
    if any(fold(word) in COUNTRIES or fold(word) == "federation" for word in text.split()):
        return "country"
    if _PEOPLE.search(text) and head not in BODIES:
        return "people"
    return ""


def _singular(word: str) -> str:
    forms = (word, re.sub("ies$", "y", word), word.removesuffix("s"))
    return next((form for form in forms if form in _NAMES), word)


_LONGEST = 2  # words of a term; the grammar of a longer one is beyond us


def _term(text: str) -> str:
    """The form of a term: how long it is, whether it is plural, or says how something is; "" of a long one."""
    last, count = text.rsplit(maxsplit=1)[-1], len(text.split())
    if count > _LONGEST:
        return ""
    form = "plural" if _PLURAL.search(last) else "adjective" if _ADJECTIVE.search(last) else "noun"
    return f"{count} {form} {'capital' if text[0].isupper() else 'small'}"


# -- names that may mean one thing -----------------------------------------------------------------------------------

#: States, and what lies or lay in them, where no word of the names says so.
_LANDS = tuple(
    (frozenset(whole.split()), frozenset(parts.split()))
    for whole, _, parts in (
        row.partition("/")
        for row in (
            "ussr soviet / russia russian rsfsr ukraine belarus moldova estonia latvia lithuania georgia armenia"
            " siberia azerbaijan kazakhstan uzbekistan turkmenistan kyrgyzstan tajikistan",
            "russia russian rsfsr / siberia rsfsr russian",
            "uk britain british / england scotland wales ireland",
            "yugoslavia / serbia croatia bosnia slovenia montenegro kosovo macedonia",
            "czechoslovakia / czechia slovakia",
            "germany german reich / prussia gdr bavaria saxony",
            "china chinese prc / manchuria tibet taiwan",
            "scandinavia / sweden norway denmark",
            "netherlands dutch / holland",
            "america usa / us states",
        )
    )
)


def content(text: str) -> list[str]:
    """The words of a name that tell it from others, folded."""
    return [word for word in words(re.sub(r"['’]s\b", "", text)) if word not in FUNCTION_WORDS]


def may_be_one(one: str, other: str) -> bool:
    """Whether two names may mean the same, or the one a part of the other: they share a word, in any spelling, or one
    is a land in the other."""
    mine, theirs = content(one), content(other)
    if not mine or not theirs:
        return True
    if {stem(word) for word in mine} & {stem(word) for word in theirs}:
        return True
    if any(word in spelt(other) for word in mine) or any(word in spelt(one) for word in theirs):
        return True
    return any(
        _among(a, whole) and _among(b, parts) for a, b in ((mine, theirs), (theirs, mine)) for whole, parts in _LANDS
    )


def _among(said: list[str], lands: frozenset[str]) -> bool:
    return any(kin(word, land) for word in said for land in lands)
