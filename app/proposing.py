"""Questions out of sentences: what a sentence of a source answers, asked in its own words.

A sentence is taken apart (clauses.py) and each template (templates.py) makes a question of it where it can do so
without changing more than it must; a few need no clause and are here. What does not read well is left out, and
most sentences make none: rather few questions than odd ones.

Whether the tutor answers a question, and whether it is worth showing, is for suggesting.py to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from app.clauses import BACK, DETERMINERS, NAMED, NOT_IN_SUBJECT, ODD, ROLE, WORD, balanced, lowered, read, short, tidy
from app.details import dates, numbers
from app.templates import MAKERS
from vectorstore.words import FUNCTION_WORDS, fold, words


def questions(plain: str, is_name: Callable[[str], bool]) -> tuple[str, ...]:
    """The questions that a sentence answers, best first, each once; those that do not read well are left out.

    `is_name` tells of a folded word whether it is a name in the sources, and keeps its capital.
    """
    text = tidy(plain)
    clause = read(text)
    if clause:
        clause = replace(clause, subject=_small(clause.subject, is_name))
    made = [f"{question}?" for make in MAKERS for question in (make(clause) if clause else ())]
    made += [question for template in _OF_TEXT for question in template(text)]
    return tuple(dict.fromkeys(question for question in made if reads_well(question)))


_DANGLING = frozenset("and or than that which between just only not".split())
#: Something that only its surroundings tell apart: "the city".
_BARE = re.compile(
    r"\b[Tt]he (?:\w+ly )?(?:city|country|region|state|town|book|article|author|school|university|republic|area|period"
    r"|time|year|company|team|film|song|paper|study|report|document|station|district|group|program|event|war|king|election"
    r"|operation|plan|act|law|game|season|series|project|episode|show|name|term|decree|resolution|directive|memorandum"
    r"|college|campus|church|river|building|bill|album|character|network|channel|case|question|problem|process)\b"
    r"(?! (?:of|for|on|in|at|from|between|“|No|[A-Z]))"
)


def reads_well(question: str) -> bool:
    """Whether a question stands by itself and looks like one: short, whole, about something that has a name."""
    bare = question.rstrip("?")
    if not question.endswith("?") or not 4 <= len(bare.split()) <= 17 or ODD.search(bare) or not balanced(bare):
        return False
    if re.search(r"[,;:]\s*$|[,;:.!?] *[,;:.!?]|  |[.!?] [A-Z]|;", bare) or BACK.search(bare):
        return False
    if _BARE.search(bare):
        return False
    if fold(bare.split()[-1]) in DETERMINERS | _DANGLING:
        return False
    if re.search(r"\b(?:between|both|either|neither|not only)\b(?!.*\b(?:and|or|nor)\b)", bare):
        return False
    told = [word for word in words(bare) if word not in FUNCTION_WORDS]
    named = re.search(rf"(?<=[\w“] ){WORD}|(?<=“){WORD}|\b\d{{4}}\b|“", bare)
    return len(told) >= 2 and bool(named)


def _small(subject: str, is_name: Callable[[str], bool]) -> str:
    """A subject inside a question: "The train" -> "the train"; names keep their capital."""
    first, _, more = subject.partition(" ")
    common = fold(first) in DETERMINERS or not (more[:1].isupper() or is_name(fold(re.sub("['’]s?$", "", first))))
    return f"{first.lower()} {more}".strip() if common and first[1:].islower() | (len(first) == 1) else subject


# -- questions that need no clause -----------------------------------------------------------------------------------

_AFTER = re.compile(rf"(?<![\w’'-])({NAMED}), (?:an? |the |then )?(?:[\w’'-]+ ){{0,3}}?(?i:{ROLE})\b(?! {WORD})")
_BEFORE = re.compile(rf"\b(?i:{ROLE}) ({NAMED})\b(?!['’]s| {WORD})")
_REPORTS = {
    "argues": "argue", "argued": "argue", "concluded": "conclude", "concludes": "conclude", "believes": "believe",
    "believed": "believe", "emphasizes": "emphasize", "emphasized": "emphasize", "claimed": "claim",
    "claims": "claim", "suggested": "suggest", "suggests": "suggest", "reported": "report", "proposed": "propose",
    "showed": "show", "discovered": "discover", "announced": "announce",
}  # fmt: skip
#: The last word of a name that is nobody's.
_PLACES = frozenset(
    "college university school church park street avenue house hall institute library museum hospital river lake island"
    " mountain bridge station district county city state republic empire dynasty company party union league army"
    " committee council court act prize award treaty war battle theatre theater tower square".split()
)


def _is_person(name: str, before: str) -> bool:
    """Whether a name may be a person's: no place, no letters that stand for words, and not the end of a longer one."""
    parts = name.split()
    cut = re.search(rf"(?:\b[Tt]he|{WORD}) $", before) and not re.search(rf"(?i:{ROLE}) $", before)
    return not cut and len(parts[-1]) > 1 and parts[-1].lower() not in _PLACES and not any(map(str.isupper, parts))


def _who_is(text: str) -> Iterator[str]:
    """Somebody who is named with what they are: "Anna Lee, head of the post, ..." """
    tense = "is" if re.search(r"\b(?:is|are)\b", text) and not re.search(r"\b(?:was|were|had)\b", text) else "was"
    for pattern in (_AFTER, _BEFORE):
        for match in pattern.finditer(text):
            if _is_person(match[1], text[: match.start(1)]):
                yield f"Who {tense} {match[1]}?"


def _there_were(text: str) -> Iterator[str]:
    match = re.match(r"(?:(?P<lead>(?:As of|In|By|On) [^,]*(?:, \d{4})?), )?[Tt]here (?P<verb>were|are) ", text)
    if not match:
        return
    behind = re.sub(r", or (?:[^,]|,(?=\d))+, ", " ", text[match.end() :].rstrip("."))
    found = [number for number in numbers(behind) if number.span.start < 18]
    if found and (said := short(behind[found[0].span.end :].strip())) and not numbers(said.split(" in ")[0]):
        place = re.split(r" (?=in|on|at|among)\b", said, maxsplit=1)
        where = f" {place[1]}" if len(place) > 1 else ""
        lead = match["lead"] or ""
        when = f" {lead[:1].lower()}{lead[1:]}" if lead and dates(lead) else ""
        yield f"How many {place[0]} {match['verb']} there{where}{when}?"


def _reported(text: str) -> Iterator[str]:
    match = re.match(rf"((?:{WORD} )*?{WORD}) ({'|'.join(_REPORTS)}) that ", text)
    if match and fold(match[1]) not in NOT_IN_SUBJECT:
        tense = "did" if match[2].endswith("ed") else "does"
        about = re.match(r"((?:the )?[^,;:.]{4,60}?) (?:was|were|is|are|had|has|gave)\b", text[match.end() :])
        clean = about and not re.search(r"\b(?:that|which|who|to|and|or)\b", about[1]) and not BACK.search(about[1])
        more = f" about {about[1]}" if about and clean else ""
        who = re.sub("^The ", "the ", match[1])
        if re.fullmatch(rf"(?i:{ROLE})|\w+(?:ist|er|or|ian)", who.split()[0]) and " " in who:
            who = f"the {lowered(who)}"  # "Economist Anna Lee argues"
        if more or _REPORTS[match[2]] in {"argue", "believe", "conclude"}:
            yield f"What {tense} {who} {_REPORTS[match[2]]}{more}?"


def listed(intro: str) -> tuple[str, ...]:
    """The question that a list answers, from the sentence that announces it."""
    text = tidy(intro).split(":")[0].rstrip(".")
    found = []
    if match := re.match(r"(The .{5,80}?) (?:(?:include|are|were)(?: as follows| the following)?)$", text):
        found.append(f"What are {lowered(match[1])}?")
    elif match := re.match(r"(The .{5,80}?) can be divided into the following ((?:\w+ )?\w+)$", text):
        found.append(f"Into which {match[2]} can {lowered(match[1])} be divided?")
    elif match := re.match(r"(The .{5,90}?) can be explained by the following reasons$", text):
        found.append(f"What are the reasons for {lowered(match[1])}?")
    return tuple(question for question in found if reads_well(question))


_OF_TEXT = (_who_is, _there_were, _reported)
