"""What a sentence is, told by its words: a question, an opinion, a fragment, code, or another language than English.

Lists and patterns of ordinary English, and no model. In doubt a sentence is a claim: to check one for nothing costs a
moment, to pass one over may hide what is wrong with it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from app.clauses import AUXILIARIES, PARTICIPLES, PAST, PRESENT, STANDALONE
from app.details import dates, numbers
from app.grounding import asks
from vectorstore.words import FUNCTION_WORDS, fold, words

_TAG = re.compile(r",\s*\S+(?:\s+\S+)?\?\Z")  # "..., wasn't he?" claims something

#: Says whose opinion it is: that somebody holds it is a fact, which a source may have.
_ATTRIBUTED = re.compile(
    r"\b(?:(?i:according to|in the (?:opinion|view|eyes|words) of)|[A-Z][\w'’-]+ (?:argue|say|write|claim|believe|think"
    r"|conclude|emphasi[sz]e|stress|maintain|hold|suggest|note|call|demand|insist|propose|order|recommend)s?\b"
    r"|(?:argued|said|wrote|claimed|believed|thought|concluded|emphasi[sz]ed|stressed|maintained|held|suggested|noted"
    r"|called|demanded|insisted|proposed|ordered|recommended|stated|reported|decided|felt)\b)"
)
_MINE = re.compile(
    r"\b(?:I|we) (?:(?:\w+ly|do not|don['’]t|do|would|must|also|still|can only) )*"
    r"(?:think|believe|feel|find|hope|wish|guess|suppose|doubt|agree|disagree|prefer|love|hate|like|admire|regret|say|argue"
    r"|am sure|am convinced|am certain|am sorry)\b"
    r"|\b(?:in my (?:opinion|view|eyes|mind)|to my mind|if you ask me|personally|for me|to me|sadly|unfortunately"
    r"|thankfully)\b,?",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"^(?:I|we) (?:\w+ly )?(?:think|believe|feel|suppose|guess|am sure|am convinced|am certain)(?: that)? "
    r"|^(?:in my (?:opinion|view)|to my mind|personally|sadly|unfortunately|thankfully), ",
    re.IGNORECASE,
)
_OUGHT = re.compile(
    r"\b(?:should|ought to|shouldn['’]t|let us|let['’]s)\b"
    r"|\bit (?:is|was|would be) (?:\w+ly )?(?:important|vital|essential|sad|tragic|unfortunate|wrong|right|fair|unfair"
    r"|a pity|a shame|good|bad|better|best|time) (?:that|to|for|when)\b",
    re.IGNORECASE,
)
_JUDGED = (
    "terrible|horrible|horrific|awful|dreadful|tragic|sad|shameful|disgraceful|cruel|inhuman|inhumane|brutal|heartbreaking"
    "|shocking|appalling|wonderful|amazing|beautiful|fascinating|interesting|boring|great|excellent|unforgivable|inexcusable"
    "|unjustifiable|evil|wicked|unfair|unjust|heroic|admirable|inspiring|moving|touching|disgusting|outrageous|monstrous"
    "|barbaric|pointless|stupid|brilliant|remarkable|impressive"
)
_VALUED = re.compile(
    r"\b(?:is|was|were|are|be|been|seems?|seemed|feels?|felt|remains?|remained)\s+"
    r"(?:(?:\w+ly|so|very|too|a|an|the|one of|most|more|rather|quite|really|just|such|both|simply)\s+)*"
    rf"(?:{_JUDGED}|(?:tragedy|disgrace|shame|monsters?|villains?|atrocity|nightmare|masterpiece)\b(?! of))\b",
    re.IGNORECASE,
)

_ENGLISH = frozenset(
    "the of and to was were is are that by for with from had have it he they this which as not been their his her be or"
    " after when into who its during before than these but there".split()
)
#: Words that other languages cannot do without and English does not have, or hardly.
_OTHERS = frozenset(
    "der das und ist nicht von mit wurde wurden dem ein eine einen des zu auf sich auch sind waren"
    " je tu nous vous elle elles suis sommes êtes tout avec mais leur leurs"
    " ich wir sie er es wurden war hat haben nur aber"
    " le la les du et est une dans ont été ete sur pour qui par au aux ce cette ne pas que"
    " el los las y en fue que una del por con para se su como fueron más mas"
    " il di che è e gli della nel furono sono non per dei alla nella"
    " het een van naar werden niet ook bij voor"
    " os dos da em foi uma com não nao foram ao"
    " ve bir bu için icin olarak w z na nie się sie jest i do byli".split()
)
_MARKUP = re.compile(r"<\s*/?\s*(?:script|style|iframe|svg|img|form|input|object|embed|link|meta)\b|javascript:", re.I)
_SYMBOLS = re.compile(r"[{};=<>\\|`$#@^~]|\(\)|=>|::|->")
_PROGRAM = re.compile(
    r"^\s*(?:def \w+\(|class \w+[:(]|import [\w.]+$|from [\w.]+ import |#include|(?:public |private )?function \w*\("
    r"|(?:var|let|const|int|float|string) \w+ ?=|SELECT .+ FROM |return \w+[;(])",
    re.MULTILINE,
)
_FINITE = AUXILIARIES | frozenset(PAST) | frozenset(PRESENT) | STANDALONE | PARTICIPLES | frozenset("been be".split())
_VERB_ENDS = re.compile(r"[a-z]{2,}(?:ed|es|[^s\W\d_]s|n['’]t)\Z")
_FEWEST = 3  # words of a whole sentence


def is_question(sentence: str) -> bool:
    """Whether a sentence asks; "..., wasn't he?" claims something."""
    bare = sentence.rstrip(" ”\"'’)")
    return asks(bare) or (bare.endswith("?") and not _TAG.search(bare))


def is_opinion(sentence: str) -> bool:
    """Whether a sentence says what its writer feels, or what ought to be; what somebody else holds is a fact."""
    stated = bare_statement(sentence)
    if stated != sentence:
        return not (numbers(stated) or dates(stated)) and (bool(_MINE.search(stated)) or not _checkable(stated))
    if _MINE.search(sentence):
        return True
    return _values(sentence)


def _values(sentence: str) -> bool:
    if _ATTRIBUTED.search(sentence) or numbers(sentence) or dates(sentence):
        return False
    return bool(_OUGHT.search(sentence) or _VALUED.search(sentence))


def _checkable(stated: str) -> bool:
    """Whether what somebody believes is a statement of fact: it names somebody or something."""
    named = any(word[0].isupper() and len(word) > 1 for word in stated.split()[1:])
    return named and not _values(stated)


def bare_statement(sentence: str) -> str:
    """The sentence without "I think that" before it."""
    opened = _OPENS.match(sentence)
    if not opened:
        return sentence
    rest = sentence[opened.end() :]
    return rest[:1].upper() + rest[1:]


def is_fragment(sentence: str) -> bool:
    """Whether a text is no whole sentence: a word or two, a title, a line without a verb."""
    found = words(sentence)
    if len(found) < _FEWEST:
        return True
    if sentence.rstrip(" ”\"'’)*_")[-1:] in ".!…":
        return False
    return not any(_is_verb(*two) for two in pairwise(re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", sentence)))


def _is_verb(before: str, word: str) -> bool:
    ends = word[0].islower() and _VERB_ENDS.search(word) and fold(before) not in FUNCTION_WORDS
    return fold(word) in _FINITE or bool(ends)


def is_written_in_english(sentence: str) -> bool:
    """Whether a sentence is English, as far as its script and its commonest words tell."""
    letters = [letter for letter in sentence if letter.isalpha()]
    if sum(1 for letter in letters if ord(letter) > 0x24F) > len(letters) / 2:
        return False
    typed = re.findall(r"[^\W\d_]+", sentence)  # a capital may be of a name: "De Gaulle"
    english, other = (sum(1 for word in typed if word in known) for known in (_ENGLISH, _OTHERS))
    return other < 2 or other <= english


def looks_like_code(text: str) -> bool:
    """Whether a text is a program or markup rather than prose."""
    return bool(_MARKUP.search(text) or _PROGRAM.search(text)) or len(_SYMBOLS.findall(text)) * 12 > len(text)
