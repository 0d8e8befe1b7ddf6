"""Questions that a sentence answers, in its own words: one function for each kind, each a row of MAKERS.

Each yields the question without its question mark, or nothing where the sentence is not of its kind. Whether it
reads well is looked at afterwards (proposing.py), so a template may try.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from app.clauses import (
    AUXILIARIES,
    BACK,
    BE,
    ENDS,
    NAMED,
    PARTICIPLES,
    PRESENT,
    ROLE,
    STANDALONE,
    WORD,
    Clause,
    base_of,
    short,
)
from app.details import dates, numbers

_TITLED = re.compile(
    r"^(?:Dr\.?|Professor|President|General|Captain|Colonel|King|Queen|Emperor|Pope|Saint|Secretary|Chairman"
    r"|Prime Minister|Minister|Marshal|Admiral|Sir|Lord|Prince|Princess) [A-Z]"
)
_CAUSE = re.compile(r",? \b(?:because|due to|owing to|in order to|as a result of|on account of)\b")
_WHEN = re.compile(r",? \b(?:in|on|by|at the end of|in the (?:early|late|mid)[- ])(?: the)? ?(?:spring|summer|autumn"
                   r"|fall|winter|beginning|end|early|late|mid)?(?: of)? ?$", re.IGNORECASE)  # fmt: skip
_MEASURE = re.compile(
    r"[Tt]he (?:\w+ ){0,2}(?:number|distance|population|length|height|size|area|cost|capital|aim|goal|purpose|reason"
    r"|cause|name|title|time|share|rate|age|speed|temperature|reasons)\b"
)
_UNIQUE = re.compile(r"the (?:\w+ )?(?:first|last|only|\w{3,}est|most \w+|second-\w+|main|primary)\b")


_ROUGHLY = (
    r"A total of|Over|More than|About|Approximately|Around|Nearly|Almost|At least|Some|Only|Roughly|An estimated|Up to"
)


def _is_person(clause: Clause) -> bool:
    subject = clause.subject
    if _TITLED.match(subject) or re.search(rf"\b{ROLE} {NAMED}$", subject):
        return True
    return bool(re.fullmatch(NAMED, subject)) and bool(re.search(r"\b(?:he|she|his|her)\b", clause.rest))


def _plain_subject(clause: Clause) -> bool:
    """Whether a subject may be repeated in a question: it names something, and is no person's role alone."""
    subject = clause.subject
    if re.match(r"(?i:there|what|no|each|every|some|most|many|few|several|both|all|other|another)\b|\d", subject):
        return False
    bare = re.sub(rf"^(?i:{_ROUGHLY}) ", "", subject)
    counts = any(number.span.start == 0 for number in numbers(bare))
    role = re.fullmatch(rf"(?i:the|an?) (?:[a-z]+ )?{ROLE}", subject)
    ordinal = re.fullmatch(r"(?i:the) (?:first|second|third|fourth|last|next) \w+", subject)  # of what?
    return not counts and role is None and ordinal is None and len(subject.split()) <= 12


def _how_many(clause: Clause) -> Iterator[str]:
    """ "39 echelons were sent" -> "How many echelons were sent?" """
    if clause.verb in {"was", "is", "has"}:
        return
    subject = re.sub(rf"^(?:{_ROUGHLY}) ", "", clause.subject, flags=re.IGNORECASE)
    found = [number for number in numbers(subject) if number.span.start == 0]
    if not found:
        return
    counted = subject[found[0].span.end :].strip()
    if re.match(r"(?:of|and|or|to|in|years? old|th)\b|[-–%]|$", counted) or numbers(counted):
        return
    if found[0].counted == ("percent",):
        return
    yield _with_lead(f"How many {counted} {clause.verb} {short(clause.rest)}", clause)


def _percentage(clause: Clause) -> Iterator[str]:
    match = re.match(
        r"(?i:About |Over |Approximately |Around |Nearly )?\d[\d.]*(?: ?%| per ?cent) of (.+)", clause.subject
    )
    if match:
        yield _with_lead(f"What percentage of {match[1]} {clause.verb} {short(clause.rest)}", clause)


def _who(clause: Clause) -> Iterator[str]:
    """A person who did or was something: "Who wrote ...?" """
    if not _is_person(clause) or clause.verb in {"were", "are", "have"}:
        return
    rest = short(clause.rest)
    if clause.verb in BE and not _UNIQUE.match(rest) and rest.split(" ")[0] not in PARTICIPLES | {"an", "a", "the"}:
        return
    if clause.verb in BE and rest.startswith(("a ", "an ")):
        return
    yield _with_lead(f"Who {clause.verb} {rest}", clause)


_ROLED = re.compile(rf"(?:an?|the) (?:[\w’'-]+ ){{0,4}}{ROLE}\b")


_PART = re.compile(r"((?:an?|the) (?:direct |main )?(?:consequence|result|product|part|member|branch|type|form) of) \S")
#: Somebody or something: "a physicist", "a theater".
_DOER = re.compile(r"(?:an?|the) (?:[\w’'-]+ ){0,3}\w+(?:ist|or|er|ian|ate|ant|man)\b")


def _what_is(clause: Clause) -> Iterator[str]:
    """A definition: "What was the Treaty of Nice?" """
    if clause.verb not in {"was", "is"} or not _plain_subject(clause):
        return
    if re.search(r" (?:after|before|since|until|during) |^(?!the |an? |“)[a-z]", clause.subject):
        return
    measured = _MEASURE.match(clause.subject)
    if not re.match(r"(?:an?|the|one of) ", clause.rest) and not (measured and re.match(r"[\d“]|to ", clause.rest)):
        return
    outcome = _PART.match(clause.rest)
    if outcome and len(clause.subject.split()) > 2:
        yield f"What {clause.verb} {clause.subject} {outcome[1]}"
        return
    if _DOER.match(short(clause.rest)) and not _ROLED.match(clause.rest):
        return
    person = _is_person(clause) or _ROLED.match(short(clause.rest))
    name = re.fullmatch(NAMED, clause.subject)
    if person and not name:
        return
    if measured or len(clause.subject.split()) <= 8:
        yield f"{'Who' if person else 'What'} {clause.verb} {clause.subject}"


def _which_was(clause: Clause) -> Iterator[str]:
    """The one of its kind: "What was the first railway in Wales?" """
    if clause.verb in {"was", "is"} and not _is_person(clause) and _UNIQUE.match(clause.rest):
        rest = short(clause.rest)
        if not re.match(rf"the (?:\w+ ){{0,3}}{ROLE}\b", rest) and not re.fullmatch(NAMED, clause.subject):
            yield _with_lead(f"What {clause.verb} {rest}", clause)


def _when(clause: Clause) -> Iterator[str]:
    """ "The line was opened in 1884" -> "When was the line opened?" """
    if not _plain_subject(clause):
        return
    rest = clause.rest
    for date in dates(rest):
        before = rest[: date.span.start]
        match = _WHEN.search(before)
        if not match or (date.decade and not match):
            continue
        said = before[: match.start()].strip()
        if ENDS.search(said) or len(said.split()) > 9 or dates(said) or re.search(r"\band\b", said):
            return
        yield from _asked("When", clause, said)
        return


def _why(clause: Clause) -> Iterator[str]:
    """ "They fled because ..." -> "Why did they flee?" """
    match = _CAUSE.search(clause.rest)
    if match and _plain_subject(clause):
        said = clause.rest[: match.start()].strip()
        if short(said) == said and len(said.split()) <= 10 and not re.search(r"\b(?:was|were|had)\b", said):
            yield from _asked("Why", clause, said)


def _asked(word: str, clause: Clause, said: str) -> Iterator[str]:
    """A question with subject and verb in a question's order; nothing where the verb's base is not certain."""
    if clause.verb in {"was", "were"}:
        first = said.split(" ", maxsplit=1)[0]
        if first.endswith(("ed", "ly")) or first in PARTICIPLES or word == "Why":
            yield f"{word} {clause.verb} {clause.subject} {said}"
    elif clause.verb not in AUXILIARIES and clause.verb not in PRESENT and (base := base_of(clause.verb)):
        yield f"{word} did {clause.subject} {base} {said}"


def _what_did(clause: Clause) -> Iterator[str]:
    """ "On May 3, 1921, the council met ..." -> "What did the council do on May 3, 1921?" """
    lead = clause.lead[-1] if clause.lead else ""
    if not re.match(r"(?:On|In|By) ", lead) or len(lead.split()) > 5 or not _plain_subject(clause):
        return
    (date, *_) = (*dates(lead), None)
    if date is None or not date.year or date.decade or date.span.end != len(lead):
        return
    lead = lead[:1].lower() + lead[1:]
    if clause.verb not in AUXILIARIES | STANDALONE | _STATES and clause.verb not in PRESENT:
        if re.fullmatch(rf"(?:the )?(?:{WORD} ?)+", clause.subject):
            yield f"What did {clause.subject} do {lead}"
    elif clause.verb in {"was", "were"} and clause.rest.split(" ")[0].endswith("ed") and date.day:
        yield f"What happened to {clause.subject} {lead}"


_STATES = frozenset(
    "became began grew rose fell saw experienced suffered received included contained reached remained led featured"
    " lost had followed marked".split()
)


def _who_did(clause: Clause) -> Iterator[str]:
    """ "The treaty was signed by Anna Lee" -> "Who signed the treaty?" """
    match = re.match(r"(\w+ed) by ((?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'.-]*)*)", clause.rest)
    if match and clause.verb in {"was", "were"} and _plain_subject(clause):
        yield f"Who {match[1]} {clause.subject}"


def _what_consists(clause: Clause) -> Iterator[str]:
    """What something contains, covers, refers to: "What does the list include?" """
    base = clause.verb.removesuffix("s")
    if ask := clause.rest.split(" ")[0] if clause.verb in {"consisted", "referred", "depended"} else "":
        if ask in {"of", "to", "on"}:
            yield f"What did {clause.subject} {base_of(clause.verb)} {ask}"
    elif clause.verb in PRESENT and _plain_subject(clause):
        vague = base in {"provide", "represent", "require", "describe", "involve"} and len(clause.subject.split()) < 4
        if not vague and (not (ask := PRESENT[clause.verb]) or clause.rest.startswith(f"{ask} ")):
            yield f"What {'do' if base == clause.verb else 'does'} {clause.subject} {base} {ask}".rstrip()


#: Past tenses behind which one asks for what was done, made or had.
_OBJECTS = frozenset(
    "published established founded invented discovered developed introduced created caused included involved carried"
    " produced designed proposed received covered contained wrote built won invaded required represented"
    " provided".split()
)


def _what_object(clause: Clause) -> Iterator[str]:
    """ "The reform included ..." -> "What did the reform include?" """
    if (
        clause.verb in _OBJECTS
        and _plain_subject(clause)
        and not re.match(r"(?:in|on|to|that|by|from|with) ", clause.rest)
    ):
        asked = _with_lead(f"What did {clause.subject} {base_of(clause.verb)}", clause)
        if base_of(clause.verb) and (clause.lead or len(clause.subject.split()) > 3) and len(asked.split()) > 6:
            yield asked


def _how_many_had(clause: Clause) -> Iterator[str]:
    """ "The train carried 1,705 people" -> "How many people did the train carry?" """
    rest = re.sub(rf"^(?:{_ROUGHLY}) ", "", short(clause.rest), flags=re.IGNORECASE)
    found = [number for number in numbers(rest) if number.span.start == 0]
    if not found or not _plain_subject(clause) or found[0].counted == ("percent",):
        return
    counted = rest[found[0].span.end :].strip()
    counted = re.split(r" (?=in|on|at|from|to|with|for|by|and|or)\b", counted, maxsplit=1)[0]
    if (
        not 1 <= len(counted.split()) <= 5
        or not re.search(r"s$|people|children|men|women", counted)
        or re.match(r"[^a-zA-Z]|of |or |to |and ", counted)
    ):
        return
    helper, base = _helped(clause.verb)
    if base:
        yield _with_lead(f"How many {counted} {helper} {clause.subject} {base}", clause)


def _helped(verb: str) -> tuple[str, str]:
    """What a verb becomes in a question: "had" -> "did", "have". The base is "" where it is not certain."""
    if verb in {"has", "have", "had"}:
        return {"has": "does", "have": "do", "had": "did"}[verb], "have"
    if verb in PRESENT:
        base = verb.removesuffix("s")
        return ("do" if base == verb else "does"), base
    return "did", "" if verb in AUXILIARIES else base_of(verb)


def _passive(clause: Clause) -> Iterator[str]:
    """ "The phase is driven by ..." -> "What is the phase driven by?", and "... as", "... to", "Where was ...?" """
    if clause.verb not in BE or not _plain_subject(clause):
        return
    match = re.match(r"((?:(?:\w+ly|often|also|now) )?(\w+)) (by|as|for|to|in|at|from) (\S+)", clause.rest)
    if not match:
        return
    done, participle, joint, first = match.groups()
    if re.match(r"the (?:term|word|concept|expression) “", clause.subject) and participle == "used":
        yield f"How {clause.verb} {clause.subject} {done}"
    asked = f"{clause.verb} {clause.subject}"
    if joint == "by" and not first[:1].isupper() and participle in _BY:
        yield f"What {asked} {done} by"
    elif joint == "as" and participle in _AS:
        yield f"What {asked} {done} as"
    elif joint == "to" and participle in {"intended", "designed", "meant", "expected", "required", "allowed"}:
        yield f"What {asked} {done} to do"
    elif joint in {"for", "to"} and participle == "used" and not done.startswith("often"):
        yield f"What {asked} used for"
    elif joint in {"in", "at", "to", "from"} and participle in _WHERE and not dates(clause.rest):
        yield f"Where {asked} {done}" + (" from" if joint == "from" else "")


_BY = frozenset(
    "characterized caused motivated driven influenced inspired powered triggered determined surrounded replaced"
    " formed produced dominated bordered funded".split()
)
_AS = frozenset("known classified viewed regarded described defined considered seen used recognized".split())
_WHERE = frozenset("born held buried built located situated found based founded deported sent signed published".split())


def _why_to(clause: Clause) -> Iterator[str]:
    """ "To end the war, the king signed ..." -> "Why did the king sign ...?" """
    if clause.lead and clause.lead[0].startswith("To ") and _plain_subject(clause):
        said = short(clause.rest)
        if len(said.split()) <= 10 and (clause.verb not in BE or said.split(" ")[0].endswith("ed")):
            yield from _asked("Why", clause, said)


def _what_led_to(clause: Clause) -> Iterator[str]:
    """ "The drought led to hunger" -> "What led to hunger?" """
    led = clause.verb == "caused" or (clause.verb == "led" and clause.rest.startswith("to "))
    if led and not _is_person(clause):
        yield f"What {clause.verb} {short(clause.rest)}"


def _with_lead(question: str, clause: Clause) -> str:
    """The question and when or where it was so, if the sentence begins with that."""
    for lead in clause.lead:
        placed = re.match(r"(?:In|On|By|During|As of|At) ", lead) and len(lead.split()) <= 6
        if placed and (dates(lead) or re.search(rf" {WORD}", lead)) and not BACK.search(lead):
            question += f" {lead[:1].lower()}{lead[1:]}"
    return question


def _about(clause: Clause) -> Iterator[str]:
    """What can be asked of anything that has a name of some length, where nothing better fits."""
    subject = clause.subject
    vague = re.match(r"the (?:number|rest|majority|second|first|third|end|beginning|name|term|use) ", subject)
    some = re.match(r"the (?:[a-z-]+ ){1,3}of ", subject) and 5 <= len(subject.split()) <= 10
    if some and not vague and _plain_subject(clause):
        yield f"What do the sources say about {subject}"


#: Those that make the better questions first.
MAKERS: tuple[Callable[[Clause], Iterator[str]], ...] = (
    _who, _which_was, _how_many, _percentage, _why, _why_to, _how_many_had, _who_did, _passive, _when, _what_led_to,
    _what_is, _what_object, _what_did, _what_consists, _about,
)  # fmt: skip
