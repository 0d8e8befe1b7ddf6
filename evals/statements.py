"""A question and its answer turned into a statement: "Who founded X?" and "Y" become "Y founded X."

By rules over the wh-word and the auxiliary, no parser: RULES has one row for each shape of question that is read. One
that no rule reads with certainty, or whose answer does not fit the place that it would take, becomes nothing. Which
questions are asked, and what is made of the statements, is in squad_claims.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.clauses import BE, NOT_IN_SUBJECT, PARTICIPLES, PAST, base_of
from app.details import MONTHS

PREPOSITIONS = frozenset(
    "in on at by from to into as for of with after before during under over against through between among towards"
    " toward until across within around along near upon without about since behind beyond like off out up".split()
)
_DO = frozenset("do does did".split())
_HAVE = frozenset("has have had".split())
_MODAL = frozenset("can could will would may might must should".split())
_ADVERBS = frozenset("first originally also once still ever now again officially usually often initially".split())
#: Verbs whose object is no thing, or not the only one: where an answer would go behind them is not certain.
_UNSURE = frozenset(
    "call name consider give offer make say believe claim argue think want try let help cause happen state suggest"
    " know become mean feel seem appear need have do be get come go find see tell show teach ask elect appoint deem"
    " like use allow describe refer keep lead".split()
)
_PRONOUN = re.compile(
    r"\b(?:it|its|itself|they|them|their|he|him|his|she|her|this|these|those|that|such|we|our|my|you|your|one|ones"
    r"|same|former|latter|else|besides?|other|another|others|there|here|author|following|above|paragraph|article"
    r"|passage|according)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"n['’]t\b|\b(?:not|never|no|nor|neither|none|without|except|cannot)\b", re.IGNORECASE)
_ODD = re.compile(r"[\"“”;:()\[\]/*…]|--|\.\.\.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule reads: the question's words without "?", the answer, and the word before it where it was found."""

    words: tuple[str, ...]
    answer: str
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with a place for its answer: `before`, `answer`, `after`, each without blanks at its ends.

    `frame` says what fits the place ("who", "when: in", "how many people"): the answers to questions of one frame can
    change places. `denying` is `before` and `after` of the statement that denies it, None if none is made.
    """

    frame: str
    before: str
    answer: str
    after: str = ""
    denying: tuple[str, str] | None = None

    @property
    def named(self) -> bool:
        """Whether a name or a number besides the answer says what it is about."""
        return bool(re.search(r"[A-Z0-9]", f"{self.before[1:]} {self.after}"))

    @property
    def text(self) -> str:
        """The sentence."""
        return sentence(self.before, self.answer, self.after)

    def filled(self, answer: str) -> str:
        """The sentence with another answer."""
        return sentence(self.before, answer, self.after)

    @property
    def denied(self) -> str:
        """The sentence that denies it, "" if none is made."""
        return sentence(self.denying[0], self.answer, self.denying[1]) if self.denying else ""


def sentence(*parts: str) -> str:
    """Parts as a sentence.

    >>> sentence("", "the fox", "", "sleeps")
    'The fox sleeps.'
    """
    text = " ".join(filter(None, parts))
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


class Verbs:
    """The verbs of some texts, by which the verb of a question is known: "land", for they have "landed".

    `lexicon` is more words that are no slips; their verbs count too.
    """

    def __init__(self, texts: Iterable[str], lexicon: Iterable[str] = ()) -> None:
        self._past = {base: past for past, base in PAST.items()}
        self._words = set(lexicon)
        for text in texts:
            self._words |= set(re.findall(r"[a-z]+", text.lower()))
        for word in sorted(self._words):
            base = base_of(word) if word.endswith("ed") and len(word) > 4 else ""
            if len(base) > 2 and base in self._words:
                self._past.setdefault(base, word)

    def past(self, base: str) -> str:
        """The past tense of a verb in its base form, "" if it is none that is known."""
        return self._past.get(base, "")

    def is_past(self, word: str) -> bool:
        """Whether a word is the past tense of a verb that is known."""
        return word in PAST or self._past.get(base_of(word)) == word

    def is_present(self, word: str) -> bool:
        """Whether a word is the form of a verb that is known which goes with "it"."""
        bases = (word[:-1], word[:-2], f"{word[:-3]}y") if word.endswith("s") and not word.endswith("ss") else ()
        return any(base in self._past and third(base) == word for base in bases)

    def knows(self, word: str) -> bool:
        """Whether a lower-case word occurs in the texts at all; what does not may be a slip."""
        return word in self._words


def third(base: str) -> str:
    """The form of a verb that goes with "it".

    >>> [third(base) for base in ("carry", "reach", "play", "go")]
    ['carries', 'reaches', 'plays', 'goes']
    """
    if re.search(r"[^aeiou]y$", base):
        return f"{base[:-1]}ies"
    return f"{base}es" if re.search(r"(?:s|x|z|ch|sh|o)$", base) else f"{base}s"


def statement(question: str, answer: str, verbs: Verbs, behind: str = "") -> Statement | None:
    """The statement that a question and its answer make; None where that is not certain.

    `behind` is the word that the answer stands behind in its source, such as a preposition.

    >>> verbs = Verbs(["They landed on the land."])
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
    if found is None or re.search(r"\b(?:what|which|who|whom|whose|how|when|where|why)\b", found.text, re.IGNORECASE):
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
    return not any(word in BE | _HAVE | _DO | _MODAL or verbs.is_past(word) for word in pieces[1:])


_LEAD = re.compile(
    r"((?:In|On|During|After|Before|By|At|Since|Under|From)\b (?!what|which|whose|whom)[^,]{2,50}), (?=(?:who|what"
    r"|which|when|where|how|in|on|at|to|by|from)\b)"
)


def _lead(question: str) -> tuple[str, str]:
    match = _LEAD.match(question)
    return (match.group(1), question[match.end() :]) if match else ("", question)


# ----------------------------------------------------------------------------------------------- answers in their place

_YEAR = r"(?:(?:AD|CE) )?\d{3,4}(?: (?:AD|BC|BCE|CE))?"
_MONTH = "|".join(month.capitalize() for month in MONTHS)
_DAY = rf"(?:(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH}))(?:,? \d{{4}})?"
_TIMES = (
    (re.compile(_DAY), "on"),
    (re.compile(rf"{_YEAR}|(?:{_MONTH})(?:,? (?:of )?\d{{4}})?|(?:the )?(?:early |late |mid-)?\d{{3,4}}s"), "in"),
    (
        re.compile(r"(?:the )?(?:early |late |mid-)?(?:\d{1,2}(?:st|nd|rd|th)|[a-z]+(?:st|nd|rd|th)) centur(?:y|ies)"),
        "in",
    ),
)
_QUANTITY = re.compile(
    r"(?:(?:about|over|nearly|almost|around|approximately|more than|at least|some) )?[$£€]?(?:\d[\d,.]*|two|three|four"
    r"|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|twenty|thirty|forty|fifty|[a-z]+ty-[a-z]+|hundreds"
    r"|thousands)(?: (?:hundred|thousand|million|billion|trillion))?"
)
_NAME = re.compile(r"(?:the |The )?[A-Z][\w'’.-]*(?: (?:of|the|and|de|von|van|al|for|de la|II|III|[A-Z][\w'’.-]*))*")


def when(answer: str) -> tuple[str, str]:
    """The preposition and the answer of a question for a time, ("", "") if it is none that is known."""
    for pattern, preposition in _TIMES:
        if pattern.fullmatch(answer):
            centuries = re.search(r"\d0?s$|centur", answer) and not answer.startswith("the ")
            return preposition, f"the {answer}" if centuries else answer
    return "", ""


def quantity(answer: str, counted: str) -> str:
    """The number of an answer that may repeat what is counted ("39 trains"), "" if it is no number."""
    bare = answer
    for word in reversed(counted.split(" ")):
        bare = bare.removesuffix(f" {word}")
    return bare if _QUANTITY.fullmatch(bare) else ""


def is_name(answer: str) -> bool:
    """Whether an answer is a name."""
    return bool(_NAME.fullmatch(answer))


def plural(phrase: str) -> bool | None:
    """Whether a phrase is in the plural; None if that is not known."""
    if re.search(r"\band\b|,", phrase):
        return True
    head = re.split(r" (?:of|in|for|from|to|with|on|by|at) ", phrase)[0].split(" ")[-1]
    if head.lower() in {"people", "men", "women", "children", "police"}:
        return True
    if head.endswith("s") and not head.endswith(("ss", "us", "is")):
        return None if head[0].isupper() else True
    return False


def _agrees(answer: str, verb: str) -> str:
    """The auxiliary in the number of its new subject, "" if that is not known."""
    for one, many in (("is", "are"), ("was", "were"), ("has", "have")):
        if verb in {one, many}:
            several = plural(answer)
            return "" if several is None else many if several else one
    return verb


# ---------------------------------------------------------------------------------------------------- shapes of clauses


@dataclass(frozen=True, slots=True)
class Inverted:
    """A clause behind a wh-phrase that is no subject, put right: subject, verb, rest; and with "not"."""

    subject: str
    verb: str
    rest: str
    denied: str
    base: str


def uninvert(words: Sequence[str], verbs: Verbs) -> Inverted | None:
    """ "did the ship land in Wales" as subject "the ship", verb "landed", rest "in Wales"; None if not certain."""
    auxiliary, *others = words
    if auxiliary in _DO:
        at = _only(others, lambda word: bool(verbs.past(word)))
        if not at:
            return None
        subject, base, rest = others[:at], others[at], others[at + 1 :]
        verb = {"did": verbs.past(base), "does": third(base), "do": base}[auxiliary]
        denied = f"{auxiliary} not {base}"
    elif auxiliary in BE | _HAVE:
        at = _only(others, lambda word: word in PARTICIPLES or (word.endswith("ed") and verbs.is_past(word)))
        if not at:
            return None
        start = at - 1 if at > 1 and (others[at - 1] in _ADVERBS or others[at - 1].endswith("ly")) else at
        subject, rest, base = others[:start], others[at + 1 :], others[at]
        verb = " ".join([auxiliary, *others[start : at + 1]])
        denied = " ".join([auxiliary, "not", *others[start : at + 1]])
    else:
        return None
    if (
        not _subject(subject)
        or subject[-1].endswith("ly")
        or any(word in NOT_IN_SUBJECT - {"than", "and/or"} for word in rest)
    ):
        return None
    return Inverted(" ".join(subject), verb, " ".join(rest), denied, base)


def _only(words: Sequence[str], fits: Callable[[str], bool]) -> int:
    """Where the one lower-case word is that fits, behind a subject of a word or more; 0 if there are several or none.

    A second one that stands behind a preposition or an article is a noun, and does not count.
    """
    found = [
        at
        for at, word in enumerate(words)
        if at and word.islower() and fits(word) and words[at - 1].lower() not in _BEFORE_NOUNS
    ]
    return found[0] if len(found) == 1 else 0


_BEFORE_NOUNS = PREPOSITIONS - {"to"} | frozenset("the a an and or its his her their some any all both".split())


def _subject(words: Sequence[str]) -> bool:
    """Whether words are surely a subject: a name, or a phrase with an article, or a plural."""
    if not words or len(words) > 8 or any(word.lower() in NOT_IN_SUBJECT for word in words):
        return False
    if words[0].lower() in PREPOSITIONS or words[-1] in PREPOSITIONS or words[-1] in {"the", "a", "an", "and", "or"}:
        return False
    return (
        words[0][0].isupper()
        or words[0][0].isdigit()
        or words[0] in {"the", "a", "an", "most", "many", "all"}
        or (words[-1].endswith("s"))
    )


def _ends(rest: str) -> bool:
    """Whether words end in a preposition: the question asks for what follows it."""
    return rest.rsplit(" ", maxsplit=1)[-1] in PREPOSITIONS


def _adverbial(rest: str) -> bool:
    """Whether words can stand behind an object: none, or a phrase that begins with a preposition and is whole."""
    return not rest or (rest.split(" ", maxsplit=1)[0] in PREPOSITIONS and not _ends(rest))


def _predicate(words: Sequence[str], verbs: Verbs) -> bool:
    """Whether words begin with a verb that a subject before them would have."""
    verb, *others = words
    if _ends(words[-1]) or not others:
        return False
    if verb in BE:
        following = others[1:] if others[0] in _ADVERBS or others[0].endswith("ly") else others
        first = following[0] if following else ""
        return first in PARTICIPLES or first in PREPOSITIONS or first in {"able", "responsible", "the"} or (
            first.endswith("ed") and verbs.is_past(first)
        )  # fmt: skip
    if verb in _HAVE | _MODAL:
        return others[0] in {"been", "be"} or others[0] in PARTICIPLES or bool(verbs.past(others[0]))
    return verb.islower() and verb not in PREPOSITIONS and (verbs.is_past(verb) or verbs.is_present(verb))


# ------------------------------------------------------------------------------------------------------------ the rules


def _active(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "Who founded X?", "What caused X?", "Which country invaded X?": the answer is the subject."""
    wh, *others = asked.words
    wh = wh.lower()
    if wh not in {"who", "what", "which"} or not others or _DO & set(others[:4]):
        return None
    noun: list[str] = []
    if wh != "who" and others[0] not in BE | _HAVE | _MODAL and not verbs.is_past(others[0]):
        at = next((i for i, word in enumerate(others[:5]) if i and (word in BE | _HAVE or verbs.is_past(word))), 0)
        if not at or set(others[:at]) & {"type", "types", "kind", "kinds", "of", "other", "percentage", "many", "much"}:
            return None
        noun, others = others[:at], others[at:]
        if not is_name(asked.answer):
            return None
    if not _predicate(others, verbs) or others[0] in {"happened", "happens", "made"}:
        return None
    if others[0] in BE and others[1] == "the" and (wh != "who" or _verbal(others[2:], verbs)):
        return None
    if wh == "who" and not re.search(r"[A-Z]", asked.answer) and not plural(asked.answer):
        return None
    verb = others[0] if noun else _agrees(asked.answer, others[0])
    if not verb or (verbs.is_present(verb) and not noun and plural(asked.answer) is not False):
        return None
    rest = " ".join(others[1:])
    denying = ("", f"{_not(verb)} {rest}") if verb in BE | _HAVE | _MODAL else None
    if verb not in BE | _HAVE | _MODAL and verbs.is_past(verb) and (base := base_of(verb)):
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
    whole = not _ends(phrase[-1]) and not any(word in NOT_IN_SUBJECT | {"to"} for word in phrase)
    if not begins or not whole or _verbal(phrase, verbs) or phrase[-1] in _ADVERBS | {"like", "considered"}:
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
    if clause is None or _ends(clause.rest) or re.search(r"\b\d{4}\b", f"{clause.subject} {clause.rest}"):
        return None
    if " " in clause.denied and clause.denied.split(" ")[0] in BE | _HAVE and not _adverbial(clause.rest):
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
    if _ends(clause.rest):
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
    at = next((i for i, word in enumerate(others) if word in BE | _HAVE | _DO), -1)
    if at < 0 or (wh == "whom") != (not at) or at > 3 or others[0] in {"type", "kind", "way", "ways", "year"}:
        return None
    clause = uninvert(others[at:], verbs)
    answer = asked.answer.removeprefix(f"{preposition} ")
    if clause is None or _ends(clause.rest) or (wh != "whom" and not is_name(answer)):
        return None
    return _behind(clause, f"{preposition} which {' '.join(others[:at])}", preposition, answer)


def _object(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "What did X build in Y?", "Who did X marry?", "What did X depend on?": the answer is the object."""
    wh, *others = asked.words
    if wh.lower() not in {"who", "whom", "what", "which"} or not others:
        return None
    at = next((i for i, word in enumerate(others[:4]) if word in _DO), -1)
    if at < 0 or (at and (wh.lower() not in {"what", "which"} or not is_name(asked.answer))):
        return None
    if set(others[:at]) & {"type", "kind", "of", "year", "percentage", "time", "extent", "way"}:
        return None
    clause = uninvert(others[at:], verbs)
    if clause is None or (clause.base in _UNSURE and not re.fullmatch(r"[a-z]+", clause.rest or "-")):
        return None
    frame = "who" if wh.lower().startswith("who") else f"which {' '.join(others[:at])}".strip()
    if _ends(clause.rest):
        return _behind(clause, frame, "", asked.answer) if " " not in clause.rest else None
    if not _adverbial(clause.rest) or clause.base in _UNSURE:
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
    forms = BE | _HAVE | _MODAL
    verbal = (i for i, w in enumerate(words[:7]) if i and (w in forms or verbs.past(w) or verbs.is_past(w)))
    auxiliary = next((i for i, word in enumerate(words) if i and word in _DO), 0)
    at = auxiliary or next(verbal, 0)
    if not at:
        return None
    noun = " ".join(words[:at])
    answer = quantity(asked.answer, noun)
    several = plural(noun) is not False or words[at - 1] in {"people", "species"}
    if not answer or not several or noun.startswith("of ") or words[at - 1] in PREPOSITIONS:
        return None
    frame, verb, rest = f"how many {noun.split(' ')[-1]}", words[at], words[at + 1 :]
    if verb in _DO or (verb in _HAVE and not _predicate(words[at:], verbs)):
        clause = uninvert(words[at:], verbs)
        if clause is None and verb in _DO and words[-1] == "have" and _subject(words[at + 1 : -1]):
            have = {"did": "had", "does": "has", "do": "have"}[verb]
            clause = Inverted(" ".join(words[at + 1 : -1]), have, "", f"{verb} not have", "have")
        if clause is None or not _adverbial(clause.rest):
            return None
        return _amid(clause, frame, answer, f"{noun} {clause.rest}".strip())
    if not rest or _ends(rest[-1]) or (verb in BE | _HAVE | _MODAL and not _predicate(words[at:], verbs)):
        return None
    if verb in BE and rest[0] == "the":
        return None
    return Statement(frame, "", answer, f"{noun} {verb} {' '.join(rest)}")


def _share(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "What percentage of X lived in Y?"."""
    if not re.match(r"(?i)what percent(?:age)? of ", _text(asked)):
        return None
    match = re.fullmatch(r"((?:about |over |nearly |around |approximately )?\d[\d.]*) ?(%| ?per ?cent)?", asked.answer)
    words = asked.words[3:]
    at = next((i for i, word in enumerate(words[:7]) if i and (word in BE | _HAVE or verbs.is_past(word))), 0)
    if not match or not at or words[at] in _HAVE or not _predicate(words[at:], verbs) or words[at + 1] == "the":
        return None
    number = match.group(1) + (match.group(2) or " percent")
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
    if not at or not _subject(words[:at]) or re.search(r"\b(?:and|or|if|because|that)\b", clause):
        return None
    if _text(asked).endswith("year") and not re.fullmatch(_YEAR, asked.answer):
        return None
    denying = (" ".join([*words[: at + 1], "not", *words[at + 1 :]]), "") if words[at] in BE else None
    frame = "when: year" if _text(asked).endswith("year") else f"{words[-2]} {words[-1]}"
    return Statement(frame, clause, asked.answer, "", denying)


def _called(asked: Asked, verbs: Verbs) -> Statement | None:
    """ "What is X called?", "What is X known as?"."""
    match = re.fullmatch(
        r"(?i)what (is|are|was|were) (.+?)( also| often| commonly| originally)? (called|known as|named)", _text(asked)
    )
    if not match or not _subject(match[2].split(" ")) or _verbal(match[2].split(" "), verbs):
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
