"""What is asked: a follow-up becomes a stand-alone question, names are spelt as in the sources, and the kind
of answer that would do is read off the wording.

Everything here is words only; nothing is searched. What could not be resolved by wording (whom "he" means when
only the previous answer names him) is taken from the previous answer's own words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.answer import Answer, Turn
from ingest.documents import Source
from ingest.errors import QuestionError
from vectorstore.spelling import Spelling
from vectorstore.words import FUNCTION_WORDS, fold, words

MAX_CHARACTERS = 2000


class Wanted(StrEnum):
    """The kind of thing that would answer."""

    PERSON = "person"
    DATE = "date"
    YEAR = "year"
    DURATION = "duration"
    NUMBER = "number"
    PLACE = "place"
    REASON = "reason"
    ANY = "any"


class Link(StrEnum):
    """How a follow-up hangs on the turn before it."""

    NONE = "none"
    TOPIC = "topic"  # about the same thing: the earlier topic was added to the question
    NEXT = "next"  # "And after that?": what follows the cited words
    ITEM = "item"  # "the second one": one item of the list that was given


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be searched.

    `text` stands alone and is spelt as in the sources; `asked` is what was typed; `topic` is the text without
    mentions of the sources ("according to both documents"). `parts` are the questions
    in it that want answers of their own. `sources` are the ids that it names; `each_source` says that every
    one of them is to be heard. `item` is the 1-based number of a list item, for `Link.ITEM`, counted from the
    end if negative.
    """

    asked: str
    text: str
    topic: str
    wanted: Wanted
    listing: bool = False
    count: int = 0
    each_source: bool = False
    sources: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    link: Link = Link.NONE
    item: int = 0
    previous: Answer | None = None
    changes: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = field(default=())


def understand(asked: str, history: Sequence[Turn], spelling: Spelling, sources: Sequence[Source] = ()) -> Question:
    """The question as it will be searched.

    Raises:
        QuestionError: nothing was asked, or far too much.
    """
    typed = clean(asked)
    respelt = spelling.correct(typed)
    text, link, item = respelt.text, Link.NONE, 0
    previous = history[-1].answer if history else None
    if history:
        text, link, item = _stand_alone(respelt.text, history)
    count = _asked_count(text)
    named = tuple(source.id for source in sources if _mention(source).search(text))
    each = len(sources) > 1 and bool(_EACH_SOURCE.search(text) or len(named) > 1)
    topic = _without_sources(text, sources) if each or named else text
    return Question(
        asked=typed,
        text=text,
        topic=topic,
        wanted=wanted(text),
        listing=bool(count or _LISTING.search(text)),
        count=count,
        each_source=each,
        sources=named,
        parts=_parts(topic, each),
        link=link,
        item=item,
        previous=previous,
        changes=respelt.changes,
        unknown=respelt.unknown,
    )


def clean(asked: str) -> str:
    """The question without control characters and with single blanks.

    Raises:
        QuestionError: it is empty, has no letter or digit, or is longer than MAX_CHARACTERS.
    """
    shown = "".join(" " if not c.isprintable() else c for c in asked)
    shown = " ".join(shown.split())
    if not shown:
        raise QuestionError("The question is empty. Type a question about the sources.")
    if len(shown) > MAX_CHARACTERS:
        raise QuestionError(
            f"The question has {len(shown):,} characters, {MAX_CHARACTERS:,} are the most. Ask a shorter one."
        )
    if not any(c.isalnum() for c in shown):
        raise QuestionError(f"There are no words in {shown[:40]!r}. Type a question about the sources.")
    return shown


# -- the kind of answer ------------------------------------------------------------------------------------------

_WANTED = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"\b(?:what|which|in what|in which) year\b|\byear of\b", Wanted.YEAR),
        (r"\bhow long\b|\bhow many (?:days|weeks|months|years)\b|\btravel time\b", Wanted.DURATION),
        (
            r"\bhow (?:many|much|large|big|far|old|high|often)\b|\bnumbers? of\b|\bhow numerous\b"
            r"|\b(?:what|which) (?:percentage|share|number|proportion|fraction|total|distance|amount|population)\b"
            r"|\btotal (?:number|of)\b|\bcount\b",
            Wanted.NUMBER,
        ),
        (
            r"\bwhen\b|\b(?:what|which|on what|on which) (?:day|date|month)\b|\bdates?\b|\bdeadline\b",
            Wanted.DATE,
        ),
        (
            r"\bwhy\b|\bwhat (?:caused|led)\b|\breasons?\b|\bcauses?\b|\bwhat for\b|\bhow come\b",
            Wanted.REASON,
        ),
        (
            r"\bwho\b|\bwhom\b|\bwhose\b|\bby whom\b|\bwhich (?:person|man|woman|leader|author|official)\b",
            Wanted.PERSON,
        ),
        (
            r"\bwhere\b|\b(?:what|which) (?:place|city|region|country|station|town|district|republic)s?\b",
            Wanted.PLACE,
        ),
    )
)


def wanted(text: str) -> Wanted:
    """The kind of thing that would answer a question, by its wording."""
    return next((kind for pattern, kind in _WANTED if pattern.search(text)), Wanted.ANY)


_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTED = re.compile(
    rf"\b(?:the|what|which|all|name|list|these|those)\s+(?:\w+\s+)?({'|'.join(_NUMBERS)}|[2-9]|10)\s+(?:\w+\s+){{0,3}}?\w+s\b",
    re.IGNORECASE,
)
_LISTING = re.compile(
    r"^(?:please\s+)?(?:list|enumerate|name|outline|summari[sz]e)\b|\blist of\b"
    r"|\b(?:what|which)(?:\s+(?:are|were|other|different|main|the|all|kinds? of|types? of|sorts? of|\w+))?(?:\s+\w+){0,3}?"
    r"\s+(?:reasons|causes|stages|phases|periods|factors|steps|points|crops|regions|cities|countries|peoples|positions"
    r"|professions|jobs|roles|additions|differences|arguments|explanations|goals|aims|consequences|effects|groups"
    r"|members|parts|measures|topics|ways|conclusions|republics|districts|names|items|features|types|kinds)\b"
    r"|^(?:the\s+)?(?:\w+\s+){0,3}(?:reasons|stages|phases|periods|causes|factors)\b",
    re.IGNORECASE,
)


def _asked_count(text: str) -> int:
    """How many items are asked for: 5 in "the five secondary reasons", 0 if no number is named."""
    match = _COUNTED.search(text)
    if not match:
        return 0
    number = match.group(1).lower()
    return int(number) if number.isdigit() else _NUMBERS.index(number) + 2


_EACH_SOURCE = re.compile(
    r"\b(?:both|each|two|all|either|different|various|which)\s+(?:of\s+)?(?:the\s+)?(?:two\s+|bundled\s+)?"
    r"(?:sources?|documents?|texts?)\b|\bsources\s+(?:say|differ|agree|disagree|compare)\b|\bwhich source\b"
    r"|\bone (?:text|source|document)\b(?=.*\bthe other\b)",
    re.IGNORECASE,
)


def _mention(source: Source) -> re.Pattern[str]:
    """Where a question says that it asks about what this source says: "according to the paper", "does the LoC say"."""
    names = sorted({*source.aliases, source.id, source.title}, key=len, reverse=True)
    name = rf"(?:the\s+)?(?:{'|'.join(re.escape(n) for n in names)})(?!\w)"
    return re.compile(
        rf",?\s*\b(?:according to|based on|as per|per|in|from)\s+{name}(?:['’]s\s+(?:page|text|article|account|site|website))?,?"
        rf"|\b{name}\s+(?:says?|said|mentions?|states?|claims?|writes?|tells?|reports?|argues?|describes?)\b(?:\s+(?:about|of|on|that)\b)?"
        rf"|\b(?:does|do|did)\s+{name}(?=\s+\w)",
        re.IGNORECASE,
    )


def _without_sources(text: str, sources: Sequence[Source]) -> str:
    """The question without its mentions of the sources; itself if nothing else is left."""
    rest = _EACH_SOURCE.sub(" ", text)
    for source in sources:
        rest = _mention(source).sub(" ", rest)
    rest = " ".join(rest.split())
    return rest if _content(rest) else text


_QUESTION_WORD = r"(?:also\s+)?(?:(?:in|by|to|for|from|on|at)\s+)?(?:who|whom|whose|what|when|where|why|how|which)\b"
_SPLIT = re.compile(rf"[?:;]\s+(?=\w)|,?\s+and\s+(?={_QUESTION_WORD})|,\s+(?={_QUESTION_WORD})", re.IGNORECASE)
_SPLIT_LOOSELY = re.compile(r"[.?:;,]\s+(?=\w)|,?\s+(?:and|while|whereas|but)\s+", re.IGNORECASE)


def _parts(text: str, loosely: bool) -> tuple[str, ...]:
    """The questions inside a question: "When did X happen and who signed it?" has two.

    A part that says too little by itself ("and how many did Pohl?") takes along what stands before it; "he" in
    a part is the person named before. `loosely` parts at every "and" too, where both sides say something.
    """
    pieces = _pieces(text, _SPLIT)
    asking = [piece for piece in pieces if re.search(_QUESTION_WORD, piece, re.IGNORECASE)]
    if len(asking) < 2 and (loosely or not asking):
        pieces = asking = [piece for piece in _pieces(text, _SPLIT_LOOSELY) if len(_content(piece)) > 2]
    if len(asking) < 2:
        return ()
    lead = pieces[0]
    names = [m.group() for m in _NAME.finditer(lead) if fold(m.group()) not in FUNCTION_WORDS]
    parts = []
    for piece in asking:
        whole = piece
        if piece is not lead and names and _PERSON_PRONOUN.search(piece):
            whole = _PERSON_PRONOUN.sub(lambda match: _inflected(names[0], match.group()), piece)
        elif piece is not lead and len(_content(piece)) < 3:
            whole = f"{piece} ({_WH.sub('', lead)})"
        parts.append(whole)
    return tuple(parts)


def _pieces(text: str, pattern: re.Pattern[str]) -> list[str]:
    return [piece for piece in (part.strip(" ?.,") for part in pattern.split(text)) if len(words(piece)) > 1]


# -- follow-ups --------------------------------------------------------------------------------------------------

_NEXT = re.compile(
    r"^(?:and |so |but |ok(?:ay)?,? )?(?:what (?:happened|came|followed|comes)(?: \w+)? )?"
    r"(?:after (?:that|this|it)|then|next|afterwards?|what (?:next|then|followed)|thereafter|later)\??(?: what)?$",
    re.IGNORECASE,
)
_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "sixth": 6, "6th": 6, "seventh": 7, "eighth": 8, "last": -1, "final": -1,
}  # fmt: skip
_ITEM = re.compile(
    rf"\b(?:the|its|their)\s+({'|'.join(_ORDINALS)})(?:\s+(?:one|point|item|reason|of (?:them|these|those)|stage|"
    rf"phase|period|factor|cause|addition|\w+))?\s*(?:mean|again|in detail|exactly)?\s*$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?|also|well),?\s+)*(?:(?:what|how)\s+about|what\s+of|and|same\s+for)\s+(.+)$",
    re.IGNORECASE,
)
_PERSON_PRONOUN = re.compile(r"\b(?:he|him|his|she|her|hers|this man|that man|the man|this person)\b", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|there|then|one|ones|same|such|former|latter"
    r"|he|him|his|she|her|hers)\b",
    re.IGNORECASE,
)
_CONJUNCTION_THAT = re.compile(
    r"\b(?:is|was|true|say|said|says|claim|claims|show|shows|know|known|think|state|states|fact) that\b"
    r"|^(?:is|was|are|were) there\b|\bwas it true\b|\bis it true\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"^(?:and |but |so )?(?:why|how|when|where|who|by whom|how many|how much|which)\b", re.IGNORECASE)
_VERB = re.compile(r"\b(?:did|do|does|was|were|is|are|had|has|have|can|could|will|would)\b", re.IGNORECASE)
_PREPOSITION = re.compile(r"^(in|on|at|for|from|to|by|during|among|of|with|after|before|under)\s+(.+)$", re.IGNORECASE)
_WH = re.compile(
    r"^(?:(?:please|can you|could you|tell me|explain|describe|list|name)\s+)*(?:(?:in|on|at|by|for|to|from)\s+)?"
    r"(?:who|whom|whose|what|when|where|why|how(?:\s+(?:many|much|long|far|large|big))?|which)?\s*"
    r"(?:(?:is|are|was|were|did|do|does|has|have|had|can|could)\s+)?",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:[^\W\d_a-z][\w'’ʼ.-]*)(?:\s+(?:[^\W\d_a-z][\w'’ʼ-]*))*")
_YEAR = re.compile(r"\b1[5-9]\d\d\b|\b20\d\d\b")


def _stand_alone(text: str, history: Sequence[Turn]) -> tuple[str, Link, int]:
    """The question with what it takes from the turns before it; as it stands if it takes nothing."""
    bare = text.strip(" ?.!…")
    if _NEXT.match(bare):
        return f"{_topic(history)}: what came after that", Link.NEXT, 0
    earlier = _earlier_question(history)
    if match := _ITEM.search(bare):
        if len(_content(bare)) <= 3:
            ordinal = match.group(1).lower()
            return f"{_topic(history)}: {ordinal}", Link.ITEM, _ORDINALS[ordinal]
    if match := _LEAD.match(bare):
        rest = match.group(1)
        if not (_VERB.search(rest) or _BARE.match(rest)) and not _PRONOUN.search(rest):
            return _substitute(earlier, rest), Link.TOPIC, 0
        bare = rest if not _BARE.match(bare) else bare
    hanging = _PRONOUN.search(_CONJUNCTION_THAT.sub("", bare))
    content = _content(bare)
    if not hanging and not (len(content) <= 1 and len(words(bare)) <= 5):
        return text, Link.NONE, 0
    if hanging and len(content) >= 6:
        return text, Link.NONE, 0
    if _PERSON_PRONOUN.search(bare) and (name := _person(history, bare)):
        return _PERSON_PRONOUN.sub(lambda m: _inflected(name, m.group()), bare, count=1) + "?", Link.TOPIC, 0
    return f"{bare} ({_topic(history)})?", Link.TOPIC, 0


def _content(text: str) -> list[str]:
    return [w for w in words(text) if w not in FUNCTION_WORDS]


def _earlier_question(history: Sequence[Turn]) -> str:
    last = history[-1]
    return last.answer.understood if last.answer else last.question


def _topic(history: Sequence[Turn]) -> str:
    """What the previous turn was about: its question without the question word."""
    earlier = _earlier_question(history).strip(" ?.!")
    return _WH.sub("", earlier) or earlier


def _substitute(earlier: str, rest: str) -> str:
    """ "And in Uzbekistan?" after "How many in Kazakhstan?": the earlier question with its matching part replaced."""
    earlier = earlier.strip(" ?.!")
    bare, preposition = rest.strip(), ""
    if match := _PREPOSITION.match(bare):
        preposition, bare = match.group(1), match.group(2)
    bare = re.sub(r"^the\s+(?=[A-Z])", "", bare)
    if _YEAR.fullmatch(bare) and _YEAR.search(earlier):
        return _YEAR.sub(bare, earlier, count=1) + "?"
    names = [m for m in _NAME.finditer(earlier) if m.start() > 0]
    if preposition:
        names = [m for m in names if re.search(rf"\b{preposition}\s+(?:the\s+)?$", earlier[: m.start()], re.I)] or names
    if names and bare[:1].isupper():
        last = names[-1]
        return f"{earlier[: last.start()]}{bare}{earlier[last.end() :]}?"
    return f"{earlier}: {rest}?"


def _person(history: Sequence[Turn], asking: str) -> str:
    """The person whom the previous turn was about: named in its question, else in its answer.

    Not one whom the follow-up names itself ("So it was Stalin who picked him?").
    """
    answer = history[-1].answer
    earlier = _earlier_question(history)
    asked_for_person = wanted(earlier) is Wanted.PERSON
    asked = [m.group() for m in _NAME.finditer(earlier) if m.start() > 0 and _like_person(m.group())]
    said: list[str] = []
    if answer and answer.sentences:
        told = set(words(earlier))
        for match in _NAME.finditer(answer.sentences[0].text):
            name = re.sub(r"['’]s$", "", match.group().strip(" .,"))
            if _like_person(name) and not set(words(name)) <= told:
                said.append(name)
    order = [*said, *asked] if asked_for_person else [*asked, *said]
    named = set(words(asking))
    return next((name for name in order if words(name)[-1] not in named), "")


_NO_PERSON = re.compile(
    r"\b(?:soviet|union|party|committee|council|district|region|republic|krai|territory|station|army|university|east"
    r"|ssr|ussr|nkvd|state|archives?|institute|war|koreans?|germans?|korea|bureau|directorate|department|collection"
    r"|library|museum|railway|oblast|the|january|february|march|april|may|june|july|august|september|october|november"
    r"|december|resolution|memorandum|no|academy|court|navy|asia)\b",
    re.IGNORECASE,
)


def _like_person(name: str) -> bool:
    return len(name.split()) >= 2 and not _NO_PERSON.search(fold(name))


def _inflected(name: str, pronoun: str) -> str:
    return f"{name}'s" if pronoun.lower() in ("his", "her", "hers") else name
