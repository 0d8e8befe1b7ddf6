"""What is asked: a question put in order for search, with its parts, the sources it names, what would answer it.

Everything here is words only; nothing is searched. Follow-ups are resolved in followup.py, the kinds of answer
are in wording.py, spelling is vectorstore/spelling.py's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.answer import Answer, Turn
from app.followup import Link, stand_alone
from app.wording import NAME, PERSON_PRONOUN, WH_FRAME, Wanted, content_words, inflected, wanted
from ingest.documents import Source
from ingest.errors import QuestionError
from vectorstore.spelling import Spelling
from vectorstore.words import FUNCTION_WORDS, fold, words

MAX_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be searched.

    `text` stands alone and is spelt as in the sources; `asked` is what was typed; `topic` is the text without
    mentions of the sources ("according to both documents"). `parts` are the questions in it that want answers
    of their own. `overview` are the ids of the sources of which it asks what they are about, `sources` of those
    that it names; `each_source` says that every one of them is to be heard. `item` is the 1-based number of a
    list item, for `Link.ITEM`, counted from the end if negative.
    """

    asked: str
    text: str
    topic: str
    wanted: Wanted
    listing: bool = False
    overview: tuple[str, ...] = ()
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
    answered = [turn for turn in history if not (turn.answer and turn.answer.refused)]
    previous = answered[-1].answer if answered else None
    if answered:  # what the sources do not say is nothing to go on from
        text, link, item = stand_alone(respelt.text, answered)
    count = _asked_count(text)
    named = tuple(source.id for source in sources if _named(source, text) and _mention(source).search(text))
    each = len(sources) > 1 and bool(_EACH_SOURCE.search(text) or len(named) > 1)
    topic = _without_sources(text, sources) if each or named else text
    return Question(
        asked=typed,
        text=text,
        topic=topic,
        wanted=wanted(text),
        listing=bool(count or _LISTING.search(text)),
        overview=_overview_of(typed, sources) if link is Link.NONE else (),
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


_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTED = re.compile(
    rf"\b(?:the|what|which|all|name|list|these|those)\s+(?:\w+\s+)?({'|'.join(_NUMBERS)}|[2-9]|10)\s+(?:\w+\s+){{0,3}}?\w+s\b",
    re.IGNORECASE,
)
_LISTING = re.compile(
    r"^(?:please\s+)?(?:list|enumerate|name|outline|summari[sz]e)\b|\blist of\b"
    r"|\b(?:what|which)(?:\s+(?:are|were|other|different|main|the|all|kinds? of|types? of|sorts? of|\w+))?"
    r"(?:\s+\w+){0,3}?"
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


_TEXTS = r"(?:sources?|documents?|texts?|papers?|authors?|accounts?|articles?|pages?)"
_EACH_SOURCE = re.compile(
    rf"\b(?:both|each|two|either)\s+(?:of\s+)?(?:the\s+)?(?:two\s+|bundled\s+)?{_TEXTS}\b"
    rf"|\b(?:all|different|various)\s+(?:of\s+)?(?:the\s+)?sources\b|\bsources\s+(?:say|differ|agree|disagree|compare)\b"
    rf"|\bwhich\s+(?:of\s+the\s+)?(?:one\s+of\s+the\s+)?{_TEXTS}\s+"
    r"(?:says?|mentions?|describes?|covers?|talks?(?: about)?|tells?|discuss(?:es)?|gives?|is about)\b"
    rf"|\bone\s+{_TEXTS}\b(?=.*\bthe\s+other\b)",
    re.IGNORECASE,
)


def _names(source: Source) -> set[str]:
    """What a question may call a source."""
    return {*source.aliases, source.id, source.title}


def _named(source: Source, text: str) -> bool:
    """Whether a question has a name of a source in it, wherever: quick to tell, where there are many sources."""
    asked = text.lower()
    return any(name.lower() in asked for name in _names(source))


def _mention(source: Source) -> re.Pattern[str]:
    """Where a question says that it asks about what this source says: "according to the paper", "does the LoC say"."""
    names = sorted(_names(source), key=len, reverse=True)
    name = rf"(?:the\s+)?(?:{'|'.join(re.escape(n) for n in names)})(?!\w)"
    return re.compile(
        rf",?\s*\b(?:according to|based on|as per|per|in|from)\s+{name}"
        rf"(?:['’]s\s+(?:page|text|article|account|site|website))?,?"
        rf"|\b{name}\s+(?:says?|said|mentions?|states?|claims?|writes?|tells?|reports?|argues?|describes?)\b(?:\s+(?:about|of|on|that)\b)?"
        rf"|\b(?:does|do|did)\s+{name}(?:\s+(?:say|mention|state|claim|write|tell|report|argue))?(?=\s+\w)",
        re.IGNORECASE,
    )


_ABOUT = (
    r"^(?:please\s+|can you\s+|could you\s+)*(?:"
    r"what(?:['’]s| is| are) {it} (?:all )?about"
    r"|(?:summari[sz]e|sum up|outline) {it}"
    r"|(?:give|tell|show)(?: me| us)? (?:an? |the )?(?:short |brief )?(?:summary|overview|abstract|gist) of {it}"
    r"|(?:the )?(?:summary|overview|abstract|gist) of {it}"
    r"|what (?:does|do) {it} (?:say|cover|deal with|discuss)(?: in general)?"
    r")\W*$"
)


_ABOUT_ANYTHING = re.compile(_ABOUT.replace("{it}", ".+?"), re.IGNORECASE)


def _overview_of(text: str, sources: Sequence[Source]) -> tuple[str, ...]:
    """The sources that a question asks about as wholes: "what is this paper about?", "summarise the texts"."""
    if not _ABOUT_ANYTHING.match(text):  # nothing is compiled for every source then
        return ()
    names = {source.id: [re.escape(name) for name in (*source.aliases, source.title)] for source in sources}
    for ids in [*([source_id] for source_id in names), list(names)]:
        called = [_TEXTS, "this", "it"] if len(ids) == len(names) else []
        called += names[ids[0]] if len(ids) == 1 else []
        it = rf"(?:(?:the|this|these|both|two|all|each|of)\s+)*(?:{'|'.join(called)})(?:['’]s)?(?:\s+{_TEXTS})?"
        if re.match(_ABOUT.replace("{it}", it), text, re.IGNORECASE):
            return tuple(ids)
    return ()


def _without_sources(text: str, sources: Sequence[Source]) -> str:
    """The question without its mentions of the sources; itself if nothing else is left."""
    rest = _EACH_SOURCE.sub(" ", text)
    for source in sources:
        if _named(source, rest):
            rest = _mention(source).sub(" ", rest)
    rest = " ".join(rest.split())
    return rest if content_words(rest) else text


_QUESTION_WORD = r"(?:also\s+)?(?:(?:in|by|to|for|from|on|at)\s+)?(?:who|whom|whose|what|when|where|why|how|which)\b"
_SPLIT = re.compile(rf"[?:;]\s+(?=\w)|,?\s+and\s+(?={_QUESTION_WORD})|,\s+(?={_QUESTION_WORD})", re.IGNORECASE)
_SPLIT_LOOSELY = re.compile(r"[.?:;,]\s+(?=\w)|,?\s+(?:and|while|whereas|but)\s+", re.IGNORECASE)

#: What is set against what; the first that a question has.
_COMPARED = tuple(
    re.compile(rf"^(?:please\s+)?(?:compare|contrast)\s+(.+?)\s+{joint}\s+(.+)$", re.IGNORECASE)
    for joint in (r"(?:with|versus|vs\.?|against)", "to", "and")
)
_NAMES_TOGETHER = re.compile(rf"({NAME.pattern}),?\s+(?:and|or|versus|vs\.?)\s+({NAME.pattern})")
_ONE_BY_ONE = re.compile(
    r"\b(?:each|both|respective(?:ly)?|(?:these|those|the) two|differ(?:ed|ence)?s?)\b", re.IGNORECASE
)


def _set_apart(text: str) -> tuple[str, ...]:
    """The question once for each of two things: "compare X with Y", "which posts did X and Y each hold"."""
    for pattern in _COMPARED:
        if (match := pattern.match(text)) and all(len(words(side)) > 1 for side in match.groups()):
            return match.groups()
    match = _NAMES_TOGETHER.search(text)
    if match and _ONE_BY_ONE.search(text):
        return tuple(f"{text[: match.start()]}{name}{text[match.end() :]}" for name in match.groups())
    return ()


def _parts(text: str, loosely: bool) -> tuple[str, ...]:
    """The questions inside a question: "When did X happen and who signed it?" has two.

    A part that says too little by itself ("and how many did Pohl?") takes along what stands before it; "he" in
    a part is the person named before. `loosely` parts at every "and" too, where both sides say something.
    """
    pieces = _pieces(text, _SPLIT)
    asking = [piece for piece in pieces if re.search(_QUESTION_WORD, piece, re.IGNORECASE)]
    if len(asking) < 2 and (apart := _set_apart(text.strip(" ?."))):
        return apart
    if len(asking) < 2 and (loosely or not asking):
        pieces = asking = [piece for piece in _pieces(text, _SPLIT_LOOSELY) if len(content_words(piece)) > 2]
    if len(asking) < 2:
        return ()
    lead = pieces[0]
    found = [m for m in NAME.finditer(text) if fold(m.group()) not in FUNCTION_WORDS]
    names = [m.group() for m in sorted(found, key=lambda m: m.start() == 0)]  # a first word may be no name
    parts = []
    for piece in asking:
        whole = piece
        if names and PERSON_PRONOUN.search(piece) and not any(name in piece for name in names):
            whole = PERSON_PRONOUN.sub(lambda match: inflected(names[0], match.group()), piece)
        elif piece is not lead and len(content_words(piece)) < 3:
            whole = f"{piece} ({WH_FRAME.sub('', lead)})"
        parts.append(whole)
    return tuple(parts)


def _pieces(text: str, pattern: re.Pattern[str]) -> list[str]:
    return [piece for piece in (part.strip(" ?.,") for part in pattern.split(text)) if len(words(piece)) > 1]
