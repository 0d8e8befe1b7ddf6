"""A sentence taken apart: lead, subject, verb and rest ("In 1934, | the treaty | was | signed by Anna Lee").

By a few closed lists of English words and regular expressions, and no parser: a sentence that is not read with
certainty is not read at all. What questions can be made of one is in templates.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vectorstore.words import fold, without_locators, without_mark

BE = frozenset("is are was were".split())
AUXILIARIES = BE | frozenset("has have had can could will would may might must did does do".split())
#: Past tenses that are read as the verb of a sentence, and their bases.
PAST = {
    past: base
    for pair in (
        "became/become began/begin broke/break brought/bring built/build came/come chose/choose drew/draw drove/drive"
        " fell/fall fled/flee flew/fly fought/fight found/find gave/give grew/grow held/hold kept/keep led/lead"
        " left/leave lost/lose made/make met/meet ran/run rose/rise sang/sing saw/see sent/send sold/sell spoke/speak"
        " stood/stand taught/teach threw/throw told/tell took/take went/go won/win wore/wear wrote/write"
        " overthrew/overthrow died/die created/create"
    ).split()
    for past, base in [pair.split("/")]
}
#: Verbs in the present tense that are read, and how one asks for what stands behind them.
PRESENT = {
    form: ask
    for bases, ask in (
        ("include contain cover comprise involve describe represent require provide", ""),
        ("consist", "of"),
        ("refer", "to"),
        ("depend", "on"),
    )
    for base in bases.split()
    for form in (base, f"{base}s")
}
STANDALONE = frozenset(
    "appeared emerged originated occurred arrived ended collapsed crashed lasted continued contributed resulted"
    " consisted referred depended died".split()
)
PARTICIPLES = frozenset(
    "born built made written sent won begun held led given taken known found shown sold lost seen drawn chosen brought"
    " taught fought thrown overthrown driven set put named".split()
)
#: The end of a regular past tense and that of its base; the first row that fits. What fits none is not read.
_REGULAR = tuple(
    (re.compile(pattern), end)
    for pattern, end in (
        (r"ied$", "y"),
        (r"(?<=[aeiou])([bdgmnprtl])\1ed$", r"\1"),
        (r"(?<=[eo]at)ed$", ""),  # "defeated"
        (r"(?<=[cvuz])ed$", "e"),
        (r"(?<=at)ed$|(?<=[aeiou]s)ed$|(?<=[dlr]g)ed$|(?<=[aeiou]g)ed$|(?<=[ae]ng)ed$", "e"),
        (r"(?<=[bcdfgkpt]l)ed$|(?<=ir)ed$|(?<=[clph]ar)ed$|(?<=[tp]lor)ed$|(?<=ur)ed$|(?<=plet)ed$", "e"),
        (r"(?<=[bct]ut)ed$|(?<=[lmv]id)ed$|(?<=[vp]ad)ed$|(?<=ud)ed$|(?<=[bfml]in)ed$|(?<=um)ed$", "e"),
        (r"(?<=[aeo][aeiou][bdfgklmnprt])ed$", ""),  # "revealed", "joined"
        (r"(?<=[bcdfghklmnpqrstvwxyz][bdfhkmnpstwxy])ed$", ""),  # "formed", "attacked"
        (r"(?<=[wxy])ed$|(?<=velop)ed$|(?<=[vs]isit)ed$|(?<=e[nr])ed$|(?<=tion)ed$", ""),
    )
)
DETERMINERS = frozenset("a an the its his her their all each every no some any several many most both".split())
_PREPOSITIONS = frozenset(
    "in on at by from to into as for with of after before during under over against through between among towards until"
    " across within about around along near upon without".split()
)
_LEAD = re.compile(
    r"((?i:To|In|On|By|During|At|After|Before|From|Since|As of|Between|Until|According to|Under|With|For|Among"
    r"|Following|Throughout|Despite|Around|Along with|Within)\b(?:[^,;:“”]|,(?=\d)|, (?=\d{4}\b)){2,70}),\s+(?=\S)"
)
_CONNECTIVE = re.compile(
    r"(?:But|And|Yet|So|However|Thus|Finally|For (?:instance|example)|In fact|Moreover|Therefore|Nevertheless|Still"
    r"|Consequently|In addition|Additionally|Furthermore|Meanwhile|Indeed|Overall|Today|Currently|Similarly"
    r"|Historically|Also"
    r"|(?:First|Second|Third|Fourth|Fifth)(?:ly)?),?\s+(?=\S)"
)
_ASIDE = re.compile(r"\s*\([^()]*\)")
ODD = re.compile(r"[\[\]{}<>|*_#…=\\]|\.\.\.|https?:|www\.|\d\)")
NOT_IN_SUBJECT = frozenset(
    "that which who whom whose when where while because if whether although though since than not also and/or it they"
    " he she we i you this these those such there here what how why one ones said same former latter".split()
)
BACK = re.compile(
    r"\b(?:it|its|itself|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those"
    r"|(?<!were )(?<!are )there|here|then|such|same|we|us|our|i|my|you|your|former|latter|above|below|following"
    r"|aforementioned|also|however|another|others?|further|previous"
    r"|again|therefore|thus|resulting|corresponding)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence taken apart: "On May 3, 1921, | the railway | was | opened by the king". `lead` may be empty."""

    lead: tuple[str, ...]
    subject: str
    verb: str
    rest: str


def tidy(plain: str) -> str:
    """A sentence without what is said besides: asides in brackets, references, footnote marks, a connective."""
    text = re.sub(r"\s+(?=[.,;])", "", _ASIDE.sub("", without_mark(without_locators(plain)))).strip()
    if match := _CONNECTIVE.match(text):
        text = text[match.end() :]
    return text[:1].upper() + text[1:]


def read(text: str) -> Clause | None:
    """A tidy sentence taken apart; None where that is not certain."""
    if not text.endswith(".") or ODD.search(text) or not balanced(text):
        return None
    text = text[:-1]
    leads: list[str] = []
    while (match := _LEAD.match(text)) and len(leads) < 2:
        leads.append(match.group(1))
        text = text[match.end() :]
    without = _AFTERTHOUGHT.sub(r"\1 ", text, count=1)  # "Anna, head of the post, was"
    for body in dict.fromkeys((text, without) if _AFTERTHOUGHT.match(text) else (text,)):
        pieces = body.split(" ")
        at = _verb(pieces)
        if at and _is_subject(pieces[:at]):
            subject = pieces[:at]
            while len(subject) > 1 and (subject[-1] in _ADVERBS or re.fullmatch(r"[a-z]+ly", subject[-1])):
                subject.pop()
            return Clause(tuple(leads), " ".join(subject), pieces[at], " ".join(pieces[at + 1 :]))
    return None


_ADVERBS = frozenset("again once also then later soon often still never first even ever now usually".split())


_AFTERTHOUGHT = re.compile(r"^((?:[^,]|,(?=\d)){3,80}), (?!and |or )(?:[^,]|,(?=\d)){3,120}, (?!and |or )(?=\w+ )")


def _verb(pieces: Sequence[str]) -> int:
    """The index of the first word that is a verb beyond doubt; 0 if there is none."""
    for at, word in enumerate(pieces[:16]):
        after = pieces[at + 1] if at + 1 < len(pieces) else ""
        if not at or not after:
            continue
        if word in AUXILIARIES or word in STANDALONE or word in PRESENT:
            return at
        if word in PAST:
            return at if after != "by" else 0
        before = pieces[at - 1].lower()
        attributive = (
            before in DETERMINERS or before in {"other", "of", "and"} or (len(before) > 5 and before.endswith("ing"))
        )
        if word.endswith("ed") and len(word) > 4 and word.islower() and not attributive:
            starts = after in {"the", "a", "an", "its", "his", "her", "their", "that"} or after[:1].isupper()
            if starts or after[:1].isdigit():
                return at
            if after in _PREPOSITIONS or after.endswith("ly"):
                return 0  # "people deported from the east were ...", or "the list appeared in ...": who knows
    return 0


def _is_subject(pieces: Sequence[str]) -> bool:
    first = pieces[0]
    if len(pieces) > 12 or any(piece[-1:] in ",;:–" for piece in pieces):
        return False
    if not first[:1].isalnum() and first[:1] not in '“"':
        return False
    counted = (
        len(pieces) > 1 and pieces[1][:1].isdigit() and fold(first) in {"over", "about", "around"}
    )  # "over 2,500 families"
    if any(fold(piece) in NOT_IN_SUBJECT for piece in pieces) or (fold(first) in _PREPOSITIONS and not counted):
        return False
    if first.endswith(("ing", "ly")) or fold(first) in {"to", "but", "and", "or", "so", "its", "his", "her", "their"}:
        return False
    for at, word in enumerate(pieces[1:], start=1):
        if re.search(r"(?:[a-z]{3}ed|ing)$", word) and at + 1 < len(pieces) and pieces[at + 1] in _PREPOSITIONS:
            return False  # "the directives issued on ..."
        if word.endswith("ed") and at == len(pieces) - 1:
            return False
        if word == "the" and pieces[at - 1] not in _PREPOSITIONS | {"and", "or", "all", "both"}:
            return False  # a word is missing, or it is another clause
    return pieces[-1] not in _PREPOSITIONS | DETERMINERS and not re.search(r"\band$|\bor$", pieces[-1])


def balanced(text: str) -> bool:
    """Whether every quotation mark and bracket of a text has its other half."""
    pairs = (("“", "”"), ("(", ")"), ("[", "]"), ("«", "»"))
    return all(text.count(a) == text.count(b) for a, b in pairs) and text.count('"') % 2 == 0


def base_of(past: str) -> str:
    """The base of a past tense, "" if that is not certain.

    >>> [base_of(word) for word in ("wrote", "signed", "created", "planned", "carried", "settled", "edited")]
    ['write', 'sign', 'create', 'plan', 'carry', 'settle', '']
    """
    if past in PAST:
        return PAST[past]
    for pattern, end in _REGULAR:
        if pattern.search(past):
            return pattern.sub(end, past)
    return ""


# -- names, and where a phrase ends ----------------------------------------------------------------------------------

ROLE = (
    r"(?:(?:first|general|prime|deputy|vice|chief|former|senior|people['’]s|party|military)[ -])*"
    r"(?:head|secretary|chairman|chairwoman|president|leader|director|professor|commander|commissar|author|minister"
    r"|king|queen|emperor|empress|prince|princess|duke|general|captain|colonel|admiral|governor|mayor|bishop|pope|scientist"
    r"|physicist|chemist|mathematician|philosopher|engineer|inventor|historian|writer|poet|novelist|composer|singer"
    r"|actor|actress|painter|architect|journalist|lawyer|judge|economist|explorer|founder|son|daughter|wife|husband"
    r"|brother|sister|counterpart|representative|scholar|researcher|critic|coach|quarterback|player|astronaut)"
)
WORD = r"[A-Z][^\W\d_]*(?:(?:-|['’](?!s\b))[^\W\d_]+)*"
NAMED = rf"{WORD}(?: (?:[A-Z]\.|{WORD}|de|von|van|al|bin)){{0,1}} {WORD}"
ENDS = re.compile(
    r"[;:]|,(?! \d{4}\b|\d)| – | — | - |\b(?:which|who|whose|where|when|while|although|but|because|so that|thereby)\b"
)


def short(rest: str) -> str:
    """What a verb is followed by, up to where something else begins."""
    end = ENDS.search(rest)
    cut = (rest[: end.start()] if end else rest).strip()
    if end and re.match(rf", (?:and )?{WORD}(?:,| and|$)", rest[end.start() :]):  # "in Rome, Milan, and Turin"
        cut = re.sub(r" (?:of|in|at|to|from|by|for|with|as) \S+$", "", cut)
    for joint in re.finditer(r" and ", cut):  # "was signed by the king and led to"
        behind = cut[joint.end() :].split(" ")
        if behind[0] in PAST or behind[0] in AUXILIARIES or (behind[0].endswith("ed") and len(behind) > 1):
            return cut[: joint.start()]
    return cut


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
