"""RULES: for each shape of question that is read, what makes a statement of it and its answer.

A rule gives None for a question of another shape, and for one that it does not read with certainty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.clauses import BE, NOT_IN_SUBJECT, PARTICIPLES, base_of
from evals.statement_clauses import (
    Asked,
    Inverted,
    Statement,
    ends_open,
    is_adverbial,
    is_predicate,
    is_subject,
    uninvert,
    with_particle,
)
from evals.statement_words import (
    ADVERBS,
    DO,
    HAVE,
    MODAL,
    PREPOSITIONS,
    UNSURE,
    YEAR,
    Verbs,
    agreeing,
    is_name,
    plural,
    quantity,
    when,
)


def _active(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "Who founded X?", "What caused X?", "Which country invaded X?": the answer is the subject."""
    wh, *others = asked.words
    wh = wh.lower()
    if wh not in {"who", "what", "which"} or not others or DO & set(others[:4]):
        return None
    noun: list[str] = []
    if wh != "who" and others[0] not in BE | HAVE | MODAL and not verbs.is_past(others[0]):
        at = next((i for i, word in enumerate(others[:5]) if i and (word in BE | HAVE or verbs.is_past(word))), 0)
        if not at or set(others[:at]) & {"type", "types", "kind", "kinds", "of", "other", "percentage", "many", "much"}:
            return None
        noun, others = others[:at], others[at:]
        if not is_name(asked.answer):
            return None
    if not is_predicate(others, verbs) or others[0] in {"happened", "happens", "made"}:
        return None
    if others[0] in BE and others[1] == "the" and (wh != "who" or _verbal(others[2:], verbs)):
        return None
    if wh == "who" and not re.search(r"[A-Z]", asked.answer) and not plural(asked.answer):
        return None
    verb = others[0] if noun else agreeing(asked.answer, others[0])
    if not verb or (verbs.is_present(verb) and not noun and plural(asked.answer) is not False):
        return None
    rest = " ".join(others[1:])
    denying = ("", f"{_not(verb)} {rest}") if verb in BE | HAVE | MODAL else None
    if verb not in BE | HAVE | MODAL and verbs.is_past(verb) and (base := base_of(verb)):
        denying = ("", f"did not {base} {rest}")
    frame = "who" if wh == "who" else f"which {' '.join(noun)}" if noun else "what"
    return Statement(frame, "", asked.answer, f"{verb} {rest}", denying)


def _not(auxiliary: str) -> str:
    return "cannot" if auxiliary == "can" else f"{auxiliary} not"


def _verbal(words: Sequence[str], verbs: Verbs) -> bool:
    """Whether there is a participle among words that should be a noun phrase."""
    return any(word in PARTICIPLES or (word.endswith("ed") and verbs.is_past(word)) for word in words)


def _identity(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "What is the capital of X?", "What was X's population?": the answer is what the phrase is."""
    wh, *others = asked.words
    if wh.lower() != "what" or len(others) < 3 or others[0] not in BE:
        return None
    be, *phrase = others
    begins = phrase[0] == "the" or any(word.endswith(("'s", "’s")) for word in phrase[:3])
    whole = not ends_open(phrase[-1]) and not any(word in NOT_IN_SUBJECT | {"to"} for word in phrase)
    if not begins or not whole or _verbal(phrase, verbs) or phrase[-1] in ADVERBS | {"like", "considered"}:
        return None
    if phrase[0] == "the" and "of" not in phrase and "for" not in phrase and "in" not in phrase:
        return None
    if plural(asked.answer) is (be in {"is", "was"}):
        return None
    before = " ".join([*phrase, be])
    return Statement(f"what is {' '.join(phrase[:2])}", before, asked.answer, "", (f"{before} not", ""))


def _time(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "When did X die?", "What year was X built?", "In what year did X die?"."""
    match = re.match(
        r"(?i)(?:when|(?:in |on |during )?(?:what|which) (?:year|date|day|month|century|decade)) ", _text(asked)
    )
    preposition, answer = when(asked.answer)
    if not match or not answer:
        return None
    clause = uninvert(_text(asked)[match.end() :].split(" "), verbs)
    if clause is None or ends_open(clause.rest) or re.search(r",|\b\d{4}\b", f"{clause.subject} {clause.rest}"):
        return None
    if " " in clause.denied and clause.denied.split(" ")[0] in BE | HAVE and not is_adverbial(clause.rest):
        return None  # "developed suggesting that"
    kind = "day" if preposition == "on" else "year" if re.search(r"\d{3,4}$", answer) else "age"
    return _behind(clause, f"when: {kind}", preposition, answer)


def _behind(clause: Inverted, frame: str, preposition: str, answer: str) -> Statement:
    """The statement whose answer stands at the end, behind a preposition."""
    before = " ".join(filter(None, (clause.subject, clause.verb, clause.rest, preposition)))
    denying = " ".join(filter(None, (clause.subject, clause.denied, clause.rest, preposition)))
    return Statement(frame, before, answer, "", (denying, ""))


def _place(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "Where was X born?", where the source has a preposition before the answer, or the question one at its end."""
    wh, *others = asked.words
    if wh.lower() != "where" or not is_name(asked.answer):
        return None
    clause = uninvert(others, verbs)
    if clause is None:
        return None
    if ends_open(clause.rest):
        return _behind(clause, "where", "", asked.answer)
    if asked.behind not in {"in", "at", "near", "to", "from", "into"} or clause.rest.startswith(f"{asked.behind} "):
        return None
    return _behind(clause, f"where: {asked.behind}", asked.behind, asked.answer)


def _prepositional(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "In which city was X born?", "By whom was X built?"."""
    preposition, wh, *others = asked.words
    preposition = preposition.lower()
    if preposition not in PREPOSITIONS or wh not in {"what", "which", "whom"}:
        return None
    at = next((i for i, word in enumerate(others) if word in BE | HAVE | DO), -1)
    if at < 0 or (wh == "whom") != (not at) or at > 3 or others[0] in {"type", "kind", "way", "ways", "year"}:
        return None
    clause = uninvert(others[at:], verbs)
    answer = asked.answer.removeprefix(f"{preposition} ")
    if clause is None or ends_open(clause.rest) or (wh != "whom" and not is_name(answer)):
        return None
    return _behind(clause, f"{preposition} which {' '.join(others[:at])}", preposition, answer)


def _object(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "What did X build in Y?", "Who did X marry?", "What did X depend on?": the answer is the object."""
    wh, *others = asked.words
    if wh.lower() not in {"who", "whom", "what", "which"} or not others:
        return None
    at = next((i for i, word in enumerate(others[:4]) if word in DO), -1)
    if at < 0 or (at and (wh.lower() not in {"what", "which"} or not is_name(asked.answer))):
        return None
    if set(others[:at]) & {"type", "kind", "of", "year", "percentage", "time", "extent", "way"}:
        return None
    clause = uninvert(others[at:], verbs)
    if clause is None or (clause.base in UNSURE and not re.fullmatch(r"[a-z]+", clause.rest or "-")):
        return None
    frame = "who" if wh.lower().startswith("who") else f"which {' '.join(others[:at])}".strip()
    if ends_open(clause.rest):
        return _behind(clause, frame, "", asked.answer) if " " not in clause.rest else None
    clause = with_particle(clause)
    if not is_adverbial(clause.rest) or clause.base in UNSURE:
        return None
    return _amid(clause, frame, asked.answer, clause.rest)


def _amid(clause: Inverted, frame: str, answer: str, after: str) -> Statement:
    """The statement whose answer stands right behind the verb."""
    denying = (f"{clause.subject} {clause.denied}", after)
    return Statement(frame, f"{clause.subject} {clause.verb}", answer, after, denying)


def _number(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "How many people live in X?", "How many ships did X have?", "How many X are there in Y?"."""
    if _text(asked)[:9].lower() != "how many ":
        return None
    words = asked.words[2:]
    forms = BE | HAVE | MODAL
    verbal = (i for i, w in enumerate(words[:7]) if i and (w in forms or verbs.past(w) or verbs.is_past(w)))
    auxiliary = next((i for i, word in enumerate(words) if i and word in DO), 0)
    at = auxiliary or next(verbal, 0)
    if not at:
        return None
    noun = " ".join(words[:at])
    answer = quantity(asked.answer, noun)
    several = plural(noun) is not False or words[at - 1] in {"people", "species"}
    if not answer or not several or noun.startswith("of ") or words[at - 1] in PREPOSITIONS:
        return None
    frame, verb, rest = f"how many {noun.split(' ')[-1]}", words[at], words[at + 1 :]
    if verb in DO or (verb in HAVE and not is_predicate(words[at:], verbs)):
        clause = uninvert(words[at:], verbs)
        if clause is None and verb in DO and words[-1] == "have" and is_subject(words[at + 1 : -1]):
            have = {"did": "had", "does": "has", "do": "have"}[verb]
            clause = Inverted(" ".join(words[at + 1 : -1]), have, "", f"{verb} not have", "have")
        if clause is None or not is_adverbial(clause.rest):
            return None
        return _amid(clause, frame, answer, f"{noun} {clause.rest}".strip())
    if not rest or ends_open(rest[-1]) or (verb in BE | HAVE | MODAL and not is_predicate(words[at:], verbs)):
        return None
    if verb in BE and rest[0] == "the":
        return None
    verb = {"is": "are", "was": "were", "has": "have"}.get(verb, verb)
    return Statement(frame, "", answer, f"{noun} {verb} {' '.join(rest)}")


def _share(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "What percentage of X lived in Y?"."""
    if not re.match(r"(?i)what percent(?:age)? of ", _text(asked)):
        return None
    match = re.fullmatch(r"((?:about |over |nearly |around |approximately )?\d[\d.]*) ?(%| ?per ?cent)?", asked.answer)
    words = asked.words[3:]
    at = next((i for i, word in enumerate(words[:7]) if i and (word in BE | HAVE or verbs.is_past(word))), 0)
    if not match or not at or words[at] in HAVE or not is_predicate(words[at:], verbs) or words[at + 1] == "the":
        return None
    number = match.group(1) + ("%" if match.group(2) == "%" else " percent")
    after = f"of {' '.join(words)}"
    return Statement("percentage", "", number, after)


_IN_SITU = re.compile(
    r"(?P<clause>.+ (?:as|by|in|to|of|for|from|on|with|called|named)) "
    r"(?:what|whom|(?:what|which) (?:year|city|country|state))"
)


def _in_situ(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "X was built by whom?", "X is also known as what?", "X was founded in what year?"."""
    match = _IN_SITU.fullmatch(_text(asked))
    if not match or re.match(r"(?i)(?:what|which|who|when|where|how|why|in|by|to)\b", _text(asked)):
        return None
    clause = match["clause"]
    words = clause.split(" ")
    at = next((i for i, word in enumerate(words[:9]) if i and (word in BE or verbs.is_past(word))), 0)
    if not at or not is_subject(words[:at]) or re.search(r"\b(?:and|or|if|because|that)\b", clause):
        return None
    if _text(asked).endswith("year") and not re.fullmatch(YEAR, asked.answer):
        return None
    denying = (" ".join([*words[: at + 1], "not", *words[at + 1 :]]), "") if words[at] in BE else None
    frame = "when: year" if _text(asked).endswith("year") else f"{words[-2]} {words[-1]}"
    return Statement(frame, clause, asked.answer, "", denying)


def _called(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "What is X called?", "What is X known as?"."""
    match = re.fullmatch(
        r"(?i)what (is|are|was|were) (.+?)( also| often| commonly| originally)? (called|known as|named)", _text(asked)
    )
    if not match or not is_subject(match[2].split(" ")) or _verbal(match[2].split(" "), verbs):
        return None
    how = f"{match[3] or ''} {match[4]}".strip()
    before = f"{match[2]} {match[1]}"
    return Statement("called", f"{before} {how}", asked.answer, "", (f"{before} not {how}", ""))


def _text(asked: Asked) -> str:
    return " ".join(asked.words)


RULES: Sequence[Callable[[Asked, Verbs], Statement | None]] = (
    _time,
    _place,
    _number,
    _share,
    _called,
    _prepositional,
    _identity,
    _object,
    _active,
    _in_situ,
)
