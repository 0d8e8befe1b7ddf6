"""Where names stand in a sentence, and what it says they are names of: persons, places, and all else.

By general cues and no model: the words of a name and what stands around it; each cue is a row of a table with a weight.
The words are in words.py. What all sentences together say of a name is for naming.py, which names a card may
ask for is gaps.py's affair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.details import MONTHS
from app.study.card import Asked
from app.study.names.words import BODIES, COUNTRIES, DOES, GIVEN, GROUNDS, OWNS, ROLES
from ingest.documents import Span
from vectorstore.words import FUNCTION_WORDS, fold

#: Whether a folded word is a name's, not an ordinary one that happens to be capitalised.
IsName = Callable[[str], bool]


# -- where names stand -----------------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]+(?:[-'’ʼ`][^\W\d_]+)*(?:(?<=s)['’](?= [^\W\d_a-zß-ÿ]))?")
_PARTICLE = re.compile(r" (?:de|van|von|bin|ibn|ben|arap|zu|du|da|di|der|la|le|della|de la|van der) ")
_OF = re.compile(r" (?:of|for)(?: the)? ")
_OPENS = re.compile(r"(?:^|[.!?:;] |[“\"(‘] ?)[“\"(‘\s]*$")
_PLURAL_OWNER = re.compile(r"(?:People|Worker|Women|Men|Writer|Children|Soldier|Peasant)s?['’]s?$")
_SHORT = frozenset({"St", "Mt", "Ft"})
_ORDINALS = frozenset("first second third fourth fifth sixth".split())
COMPASS = frozenset("north south east west".split())
_NUMERAL = re.compile(r"[IVXL]+")
#: "Decree No. 79", "Route 180", "BBC 1"; not "in Ulm 30 houses".
_NUMBER = re.compile(
    r",? No\.? ?\d[\w-]*"
    r"| \d{1,3}(?=[,.;:)’”]|$| \(| (?:and|in|on|was|is|at|of|to|for|by|with|from|which|as)\b)"
)
_SOURCES = frozenset("state source text document name".split())  # function words in a question, but not in a text
_NO_NAME = (FUNCTION_WORDS - _SOURCES) | frozenset(MONTHS) | frozenset(
    """monday tuesday wednesday thursday friday saturday sunday firstly secondly
    thirdly fourthly fifthly however although despite since unlike during finally nevertheless moreover therefore thus
    instead meanwhile soon later often today many most several email no nos ad bc ce bce""".split()
)  # fmt: skip
_TAKES_OF = BODIES | GIVEN | {"union", "republic", "kingdom", "house", "sea", "gulf", "bay", "isle"}
_NUMBERED = BODIES | {"highway", "route", "road"}


def name_spans(text: str, is_name: IsName) -> list[Span]:
    """Where the names of a sentence stand, in order, without the roles and articles before them.

    Args:
        is_name: asked of a word that may be capitalised only because a sentence begins with it.
    """
    found: list[Span] = []
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if not _capitalised(match, run):
            continue
        if run and _goes_on(match, run):
            run.append(match)
            continue
        found += _closed(run)
        opens = _OPENS.search(text[: match.start()])
        run = [match] if not opens or _known(match.group(), is_name) else []
    return found + _closed(run)


def _capitalised(match: re.Match[str], run: Sequence[re.Match[str]]) -> bool:
    """Whether a word stands as a name does: "Stalin", the "J" of "J. Stephan"; not "The", "August"."""
    word = match.group()
    if _NUMERAL.fullmatch(word) and match.string[match.end() : match.end() + 1] != ".":
        return bool(run) and match.string[run[-1].end() : match.start()] == " "  # "Frederick III"
    if len(word) == 1:
        return word.isupper() and match.string[match.end() : match.end() + 1] == "."
    return word[0].isupper() and fold(owner_off(word)) not in _NO_NAME


def _known(word: str, is_name: IsName) -> bool:
    parts = fold(owner_off(word)).split("-")
    return len(word) == 1 or word.isupper() or parts[0] in GIVEN or any(is_name(part) for part in parts)


def owner_off(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


def _goes_on(match: re.Match[str], run: Sequence[re.Match[str]]) -> bool:
    """Whether a capitalised word belongs to the name before it: "Council of ...", not "Stalin of ..."."""
    last, text = run[-1].group(), match.string
    gap = text[run[-1].end() : match.start()]
    if re.search(r"['’]s?$", last):  # "the Lord's Prayer", "Council of People's Commissars"
        if len(run) == 1 and text[: run[0].start()].endswith("the "):
            return gap == " "
        return bool(_PLURAL_OWNER.search(last)) and gap == " " and (len(run) == 1 or fold(match.group()) not in ROLES)
    if gap in (" ", " & ") or (gap in (". ", ".") and (len(last) == 1 or last in _SHORT)):
        return True
    return fold(last) in _TAKES_OF if _OF.fullmatch(gap) else bool(_PARTICLE.fullmatch(gap))


def _closed(run: Sequence[re.Match[str]]) -> list[Span]:
    """The name of a run of words, without the roles before it; none if it is nothing else."""
    rest = list(run)
    while rest and _is_role(rest):
        rest = rest[1:]
    if not rest:
        return []
    text, last = rest[-1].string, owner_off(rest[-1].group())
    end = rest[-1].start() + len(last)
    if (fold(last) in _NUMBERED or last.isupper()) and (number := _NUMBER.match(text, end)):
        end = number.end()
    elif len(rest) > 1 and re.search(r"\.[A-Z]$", text[:end]) and len(text) > end + 1:
        end += 1  # "U.S." is no "U.S"
    return [Span(rest[0].start(), end)] if end - rest[0].start() > 1 else []


def _is_role(run: Sequence[re.Match[str]]) -> bool:
    """Whether a run begins with a role ("Professor", the "People's" of "People's Commissar"), no part of a name."""
    first, second = run[0].group(), fold(run[1].group()) if len(run) > 1 else ""
    if _PLURAL_OWNER.search(first):
        return second in ROLES
    if fold(first) in _ORDINALS:
        return second in ROLES
    return fold(first) in ROLES and second not in BODIES


# -- what they are names of ------------------------------------------------------------------------------------------

NAMED = r"[^\W\d_a-zß-ÿ][\w'’ʼ-]*"
#: The names that stand in a row before one: "in Samarkand, Fergana, and ..."
_ROW = re.compile(rf"(?:{NAMED}(?: {NAMED}){{0,4}},? (?:and |or )?){{1,12}}$")
_ROLE = "|".join(sorted(ROLES))
_GROUND = "|".join(sorted(GROUNDS - COMPASS - {"america", "europe", "africa", "asia"}))

#: What stands before a name, what kind it speaks for, and how loudly. The first rows hold for a whole row of names.
_BEFORE = tuple(
    (re.compile(rf"(?<!\w)(?:{words})\s+$", re.IGNORECASE), kind, weight)
    for words, kind, weight in (
        (
            r"(?<!interest )(?<!interested )(?<!faith )(?<!belief )(?<!role )"
            r"(?<!programme )(?<!program )(?<!degree )"
            r"(?:in|at|near|throughout|across|within|outside|via|around)(?: the)?",
            Asked.PLACE,
            2.0,
        ),
        (r"(?:to|from|into|towards?|between|of|and)", Asked.PLACE, 0.3),
        (rf"(?:{_GROUND}|mines|mountains|coast|capital|cities|borders?) (?:of|at|in)(?: the)?", Asked.PLACE, 2.5),
        (r"(?:north|south|east|west)(?:ern)?", Asked.PLACE, 1.5),
        (rf"(?:{_ROLE})", Asked.PERSON, 3.0),
        (r"(?:by|with|like|that|addressed to|married|born|biography of|death of|rule of)", Asked.PERSON, 0.8),
        (r"(?:the|a|an)", Asked.NAME, 0.7),
        (r"(?:the|a|an|this|every)", Asked.PERSON, -2.5),
        (r"(?:in|at|on)(?: the)?", Asked.PERSON, -1.5),
        (r"(?:published|printed|articles?|appeared) (?:in|on|by)(?: the)?", Asked.NAME, 3.0),
        (
            r"(?:member|part|section|branch|head|secretary|chief|director|chairman|leadership|organs?) of(?: the)?",
            Asked.NAME,
            1.0,
        ),
    )
)
_OF_ROWS = 4
#: What stands behind one.
_BEHIND = tuple(
    (re.compile(words), kind, weight)
    for words, kind, weight in (
        (rf" (?:{_GROUND})s?\b", Asked.PLACE, 3.0),
        (rf"(?:, {NAMED})*,? (?:and|or) {NAMED} (?:{_GROUND})s?\b", Asked.PLACE, 3.0),
        (rf"['’]s? (?:\w+ )?(?:{'|'.join(sorted(OWNS))})s?\b", Asked.PERSON, 1.5),
        (rf",? (?:also |once |then |had |later )?(?:{'|'.join(sorted(DOES))})\b", Asked.PERSON, 1.2),
        (rf", (?:(?:the|an?|his|her|its|then|former|first) )?(?:[\w’'-]+ ){{0,2}}(?:{_ROLE})\b", Asked.PERSON, 3.0),
        (r",? (?:who|whose)\b", Asked.PERSON, 2.0),
        (r" \((?:born|b\.|c\.|\d{4} ?[–-]|died)", Asked.PERSON, 3.0),
        (r"['’]s\b", Asked.PERSON, 0.3),
        (rf", {NAMED}[,.]", Asked.PLACE, 0.4),
        (r" (?:[a-z]+ )?(?:people|population|minority|language|nationality|regime)\b", Asked.NAME, 1.5),
    )
)
_PEOPLE = re.compile(
    r"(?:[a-z]ans|[^h]ican|[^aeiou]ese|ists|ish|olics?|tants?|eks|tars|achs|akhs|echens|oles|urds|ews|ngs|ism|ation)$"
)  # "Koreans", "Kurds", and what is no person at all: "Stalinism"


class Votes(dict[Asked, float]):
    """Weights for each kind, also negative ones; 0 for what is not there."""

    def __missing__(self, kind: Asked) -> float:
        return 0.0

    def plus(self, other: Votes, share: float = 1.0) -> Votes:
        """These and a share of the other weights."""
        return Votes({kind: self[kind] + share * other[kind] for kind in {*self, *other}})

    @property
    def winner(self) -> Asked:
        """The kind with the most weight; NAME if none speaks for any."""
        best = max((Asked.PERSON, Asked.PLACE, Asked.NAME), key=lambda kind: self[kind])
        return best if self[best] > 0 else Asked.NAME


def kind_of(name: str, sentence: str, at: int | None = None, is_name: IsName = bool) -> Asked:
    """The kind of a name by what one sentence says: PERSON, PLACE, or NAME for all else and where it stays open.

    Args:
        name: as `name_spans` finds it.
        at: where it stands in the sentence; its first place if None.
        is_name: tells ordinary words, `Spelling.is_name` say; all are names without it.
    """
    start = max(sentence.find(name) if at is None else at, 0)
    return spoken_for(name, is_name).plus(heard(sentence, Span(start, start + max(len(name), 1)))).winner


def spoken_for(name: str, is_name: IsName) -> Votes:
    """What the words of a name say by themselves."""
    votes = Votes()
    words = [fold(owner_off(word)) for word in _WORD.findall(name)]
    if not words:
        return votes
    while len(words) > 1 and re.fullmatch("[ivxl]+", words[-1]):
        words = words[:-1]  # "Super Bowl XLV"
    head, last = _head(name), _singular(words[-1])
    if head in BODIES or last in BODIES:
        votes[Asked.NAME] += 5.0
    elif head in GROUNDS or last in GROUNDS or (words[0] in _FIRST and len(words) > 1):
        votes[Asked.PLACE] += 5.0
    elif last in COUNTRIES or "".join(words) in COUNTRIES:
        votes[Asked.PLACE] += 4.0
    elif (len(words) == 1 and re.fullmatch(r"[A-Z]{2,}s?(?: \d+)?", name)) or " & " in name:
        votes[Asked.NAME] += 4.0
    elif _PEOPLE.search(words[-1]):
        votes[Asked.NAME] += 3.0
    elif words[0] in COMPASS and len(words) > 1:
        votes[Asked.PLACE] += 3.0
    if re.search(r"\b[A-Z]\. ?(?=[^\W\d_a-z])", name) or re.search(r"(?:ov|ev)(?:ich|na)\b", name):
        votes[Asked.PERSON] += 3.0
    if words[0] in GIVEN:
        votes[Asked.PERSON] += 2.5 if len(words) in (2, 3) else 0.5
    elif len(words) in (2, 3) and not votes and all(map(is_name, [*words, words[-1].removesuffix("s")])):
        votes[Asked.PERSON] += 1.0
    return votes


#: A name that begins so is a place's: "Lake Baikal".
_FIRST = frozenset("county lake mount cape fort port san santa new".split())


def _singular(word: str) -> str:
    """ "parties" -> "party", where the tables have that."""
    forms = (word, re.sub("ies$", "y", word), word.removesuffix("s"))
    return next((form for form in forms if form in BODIES or form in GROUNDS), word)


def heard(sentence: str, span: Span) -> Votes:
    """What stands around a name says."""
    votes = Votes()
    before, behind = sentence[max(0, span.start - 200) : span.start], sentence[span.end : span.end + 200]
    owned = 0.2 if noun_behind(behind) or behind[:2] in ("'s", "’s") else 1.0  # "in the Stalin decree"
    for pattern, kind, weight in _BEFORE:
        if pattern.search(before):
            votes[kind] += weight * (owned if kind is Asked.PLACE else 1.0)
    if row := _ROW.search(before):
        for pattern, kind, weight in _BEFORE[:_OF_ROWS]:
            if row.start() and pattern.search(before[: row.start()]):
                votes[kind] += weight * owned / 2
    for pattern, kind, weight in _BEHIND:
        if pattern.match(behind):
            votes[kind] += weight
    return votes


_NO_NOUN = (
    (FUNCTION_WORDS - _SOURCES)
    | DOES
    | GROUNDS
    | {f"{word}s" for word in GROUNDS}
    | frozenset(
        """became began made took gave held would might must during than since until because per upon among within along
    according near still soon never alone stands stood went came""".split()
    )
)


def noun_behind(behind: str) -> bool:
    """Whether an ordinary word, most likely a noun, follows a name that is thus its adjective: "Korean families"."""
    noun = re.match(r" ([a-z][\w-]+)", behind)
    return noun is not None and noun[1] not in _NO_NOUN and not noun[1].endswith(("ed", "ly"))


def is_body(name: str) -> bool:
    """Whether a name is that of an organisation, a document, an event or a work, or is an abbreviation."""
    return _head(name) in BODIES or bool(re.fullmatch("[A-Z]{2,}", name))


def _head(name: str) -> str:
    """The word that says what a name is of: "academy" of "Academy of Sciences", "decree" of "Decree No. 79"."""
    words = _WORD.findall(re.split(r" (?:of|for|No)\b", name)[0])
    return _singular(fold(owner_off(words[-1]))) if words else ""
