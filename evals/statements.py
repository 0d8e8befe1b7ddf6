"""A question and its answer turned into a statement: "Who founded X?" and "Y" become "Y founded X."

By rules over the wh-word and the auxiliary (statement_rules.py), no parser. A question that no rule reads with
certainty, that needs its paragraph to be understood, or whose answer does not fit the place that it would take,
becomes nothing. Which questions are asked, and what is made of the statements, is in squad_claims.py.
"""

from __future__ import annotations

import re

from app.clauses import BE
from evals.statement_clauses import Asked, Statement
from evals.statement_rules import RULES
from evals.statement_words import DO, HAVE, MODAL, Verbs

__all__ = ["Statement", "Verbs", "statement"]

_PRONOUN = re.compile(
    r"\b(?:it|its|itself|they|them|their|he|him|his|she|her|this|these|those|that|such|we|our|my|you|your|one|ones"
    r"|same|former|latter|else|besides?|other|another|others|there|here|author|following|above|paragraph|article"
    r"|passage|according)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"n['’]t\b|\b(?:not|never|no|nor|neither|none|without|except|cannot)\b", re.IGNORECASE)
_ODD = re.compile(r"['’]s (?:in|on|at|for|to|of|by|from)\b|[\"“”;:()\[\]/*…]|--|\.\.\.")


def statement(question: str, answer: str, verbs: Verbs, behind: str = "") -> Statement | None:
    """The statement that a question and its answer make; None where that is not certain.

    `behind` is the word that the answer stands behind in its source, such as a preposition.

    >>> verbs = Verbs(["The ship did land; it landed in Wales."])
    >>> statement("When did the ship land?", "1620", verbs).text
    'The ship landed in 1620.'
    """
    text = re.sub(r"\s+", " ", question).strip().rstrip("?. ")
    answer = re.sub(r"\s+", " ", answer).strip().rstrip(".,")
    lead, text = _lead(text)
    asked = Asked(tuple(text.split(" ")), answer, behind)
    if not _readable(f"{lead} {text}".strip(), verbs) or not _fits(asked, verbs):
        return None
    found = next(filter(None, (rule(asked, verbs) for rule in RULES)), None)
    if found is None or _HEAPED.search(found.text) or _WH.search(found.text):
        return None
    if not lead:
        return found
    denying = (f"{lead}, {found.denying[0]}".rstrip(), found.denying[1]) if found.denying else None
    before = f"{lead}, {found.before}".rstrip()
    return Statement(found.frame, before, found.answer, found.after, denying)


def _readable(question: str, verbs: Verbs) -> bool:
    """Whether a question stands for itself, and no word of it is a slip or a word of another text."""
    if _PRONOUN.search(question) or _NEGATED.search(question) or _ODD.search(question):
        return False
    words = question.split(" ")
    plain = [word.rstrip(",") for word in words[1:] if re.fullmatch(r"[a-z]+,?", word)]
    return 4 <= len(words) <= 20 and "," not in question[-2:] and all(map(verbs.knows, plain))


def _fits(asked: Asked, verbs: Verbs) -> bool:
    """Whether an answer is a phrase that stands by itself: no clause, nothing in brackets, no half of a compound."""
    answer = asked.answer
    pieces = answer.split(" ")
    if not re.match(r"[\w$£€]", answer) or len(pieces) > 7 or _ODD.search(answer):
        return False
    if _NEGATED.search(answer) or _PRONOUN.search(answer):
        return False
    if re.match(r"[$£€]?\d", answer):
        return True
    if verbs.past(pieces[0]) or pieces[0] in {"to", "more", "less", "very", "by", "because", "that", "through"}:
        return False
    return not any(word in BE | HAVE | DO | MODAL or verbs.is_past(word) for word in pieces[1:]) and not (
        pieces[-1].islower() and pieces[-1].endswith("ed")
    )


#: Prepositions that do not follow each other where each has its noun.
_HEAPED = re.compile(r"\b(?:in|with|under|of|by|to|for|at|on) (?:at|in|on|by|with|during|from|under|of|to|for)\b")
_WH = re.compile(r"\b(?:what|which|whom?|whose|how|when|where|why)\b", re.IGNORECASE)
_LEAD = re.compile(
    r"((?:In|On|During|After|Before|By|At|Since|Under|From)\b (?!what|which|whose|whom)[^,]{2,50}), (?=(?:who|what"
    r"|which|when|where|how|in|on|at|to|by|from)\b)"
)


def _lead(question: str) -> tuple[str, str]:
    match = _LEAD.match(question)
    return (match.group(1), question[match.end() :]) if match else ("", question)
