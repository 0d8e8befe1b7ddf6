"""The names of a text as a card asks for them: whole ("the Council of People's Commissars" is one), and of what kind.

Kinds are told by what stands around a name wherever the documents have it: a title or role before it, "in" or
"region" beside it, a word for an organisation in it. No list of this subject's names.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.clauses import ROLE
from app.details import MONTHS
from app.study.card import Asked
from ingest.documents import Span
from vectorstore.words import FUNCTION_WORDS, fold

_TOKEN = re.compile(r"[^\W\d_]+(?:[’'ʼ`-][^\W\d_]+)*|[A-Z](?=\.)")
_LINK = re.compile(
    r"\s+|\.\s?|\s+(?:of|for)\s+(?:the\s+)?|\s+(?:de|von|van|al|bin|ibn|del|la|le|y|of)\s+|(?<=s)[’']\s+"
)
_PLURALS = frozenset("people’s people's women’s women's men’s men's workers’ children’s children's veterans’".split())
ORGANISATIONS = frozenset(
    """party committee council university institute department faculty academy army navy bureau commission
    ministry library museum trust company corporation league government office directorate administration
    agency association society club school college church union parliament senate court assembly congress
    federation bank fund foundation press network station hospital orchestra board commonwealth authority
    service police guard front movement organization organisation institution center centre laboratory
    division regiment corps group commissars commissariat archive archives collection platform team band
    records studios""".split()
)
_WRITINGS = frozenset(
    """resolution decree memorandum act law treaty constitution report policy declaration charter agreement pact
    convention code bill amendment directive proclamation manifesto bible award prize medal order hero""".split()
)
_PLACES = frozenset(
    """region district oblast krai province republic territory county state states city town village island
    islands river lake sea ocean bay mountain mountains valley desert peninsula canal street avenue road
    bridge square park continent kingdom empire coast harbor harbour port airport railway east west asia
    europe africa america ssr ussr""".split()
)
_EVENTS = frozenset(
    "war revolution battle purge famine thaw depression terror uprising rebellion crisis age era period bowl".split()
)
_REGION = (
    r"(?:region|district|oblast|krai|province|territory|county|city|station|regions|districts|provinces|station|river"
    r"|village|peninsula|coast|border)"
)
_TITLE = (
    r"(?:Dr|Mr|Mrs|Ms|Prof|Professor|Captain|Colonel|General|Comrade|President|Secretary|Minister|Commissar|King|Queen"
    r"|Pope|Saint|Sir|Lord|Lady|Emperor|Prince|Princess|Bishop|Archbishop|Marshal|Admiral|Chancellor|Senator|Judge|Justice"
    r"|Economist|Historian|Poet|Writer|Archaeologist|Duke|Count|Khan|Sultan|Caliph|Baron|Major|Lieutenant)"
)
_ROLE_BEFORE = re.compile(rf"\b(?:(?i:{ROLE})|{_TITLE}\.?)\s+$")
_ROLE_AFTER = re.compile(
    rf"^\s?,? (?:\([^)]*\),? )?(?:(?:the|a|an|his|her|its|then|former) )?(?:[\w’'-]+ ){{0,2}}?(?i:{ROLE})\b"
)
_DOES = re.compile(
    r"^\s+(?:argues?|argued|wrote|writes|believed?|believes|concluded?|concludes|said|says|noted|notes|mentioned|emphasizes"
    r"|claimed|told|married|painted|composed|was born|died|became (?:the|a)|reported|reports|suggested|stated|himself"
    r"|herself|invented|discovered|studied|proposed|defected|explained|thought|wanted|stands out|who\b)"
    r"|^,? who\b|^ \((?:born|b\.|translator|editor)"
    r"|^[’']s? (?:monograph|book|novel|son|wife|daughter|father|mother|brother|thesis|poem|will|inner|death|theory"
    r"|views|work|desire|spontaneous|decision|request|rule|article)\b"
)
_PLACE_BEFORE = re.compile(
    r"(?<!programme )(?<!program )(?<!degree )(?<!published )(?<!written )(?<!interest )"
    r"\b(?:in|at|near|throughout|across|outside)\s+(?:the\s+)?(?:(?:[a-z]+ern|cit(?:y|ies) of|villages? of)\s+)?$"
)
_WAY_BEFORE = re.compile(
    r"(?<!ccording )(?<!ddressed )(?<!ttributed )(?<!elonging )"
    r"\b(?:from|to|into|through|toward|towards|between)\s+(?:the\s+)?(?:[a-z]+ern\s+)?$"
)
_PLACE_AFTER = re.compile(rf"^\s+{_REGION}\b")
_PEOPLES = re.compile(r"(?:ans|eks|akhs|lis|ards|landers|tars)$")
_DEMONYM = re.compile(r"(?:ans|ians|ese|ish|is|eans|ks|ens|es|rs|ds|ns|chs|ts|ys|ars|aks|eks)$")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name and where it stands in a text, without a title or role before it."""

    text: str
    span: Span

    @property
    def key(self) -> str:
        """The same wherever the name is spelt so."""
        return fold(self.text)


def phrases(text: str, is_name: Callable[[str], bool]) -> list[Phrase]:
    """The names of a text, in order; what stands side by side or is joined by "of" is one.

    `is_name` tells of a folded word whether it is a name, for the first word of a sentence.
    """
    tokens = [match for match in _TOKEN.finditer(text) if _capital(text, match, is_name)]
    runs: list[list[re.Match[str]]] = []
    for token in tokens:
        if runs and _joined(text, runs[-1], token):
            runs[-1].append(token)
        else:
            runs.append([token])
    found = []
    for run in (_without_role(text, run) for run in runs):
        if run:
            start, end = run[0].start(), run[-1].end()
            end -= 2 * text[start:end].endswith(("’s", "'s"))
            numbered = (
                re.match(r"(?:\s+No)?\.?\s\d[\w-]*", text[end:])
                if fold(run[-1].group()) in _WRITINGS | {"no"}
                else None
            )
            end += numbered.end() if numbered else 0  # "Decree No. 79"
            found.append(Phrase(text[start:end], Span(start, end)))
    return found


_SMALL = frozenset(
    "the a an and or of in on for at by to it he she they we this that his her its i from as with".split()
)


def _capital(text: str, token: re.Match[str], is_name: Callable[[str], bool]) -> bool:
    """Whether a word is one of a name: capitalised, and not only because a sentence begins with it."""
    word = token.group()
    if not word[0].isupper():
        return False
    folded = fold(re.sub(r"[’']s$", "", word))
    if folded in _SMALL or folded in MONTHS:
        return False
    if word == "No":
        return False
    if len(word) == 1:
        return text[token.end() : token.end() + 1] == "."
    before = text[: token.start()].rstrip(" “\"'(‘")
    first = not before or (before[-1] in ".!?:" and not re.search(r"\b(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|No)\.$", before))
    return not first or (folded not in FUNCTION_WORDS and is_name(folded))


def _joined(text: str, run: list[re.Match[str]], token: re.Match[str]) -> bool:
    last, between = run[-1], text[run[-1].end() : token.start()]
    if not _LINK.fullmatch(between):
        return False
    if re.search(r"[’']s$", last.group()) and last.group().lower() not in _PLURALS:
        return False
    if between.startswith("."):
        return len(last.group()) <= 2  # an initial
    if between.split() in (["of"], ["of", "the"], ["for"], ["for", "the"]):
        head = fold(last.group())
        return head in ORGANISATIONS | _WRITINGS | _PLACES or head.rstrip("s") in ORGANISATIONS
    return True


_ROLES = re.compile(rf"(?:(?:(?i:{ROLE})|{_TITLE}|First|Deputy|Vice)\b\.?(?:\s+of(?:\s+the)?)?\s+)+")


def _without_role(text: str, run: list[re.Match[str]]) -> list[re.Match[str]]:
    """A run without the title or role that it begins with: "Commissar Yezhov", "First Secretary of the ..." """
    match = _ROLES.match(text, run[0].start())
    return [token for token in run if match is None or token.start() >= match.end()]


class Kinds:
    """What the names of some sentences are names of, by all places where they stand.

    Args:
        sentences: all sentences of the documents, as shown.
        is_name: tells of a folded word whether it is a name.
    """

    def __init__(self, sentences: Iterable[str], is_name: Callable[[str], bool]) -> None:
        texts = list(sentences)
        self._small = frozenset(word for text in texts for word in re.findall(r"\b[a-z]{2,}", text))
        self._is_name = is_name
        self._phrases: dict[str, list[Phrase]] = {}  # of each text
        self._votes: dict[str, Counter[Asked]] = defaultdict(Counter)
        self._count: Counter[str] = Counter()
        for text in texts:
            for phrase in self.phrases(text):
                self._count[phrase.key] += 1
                before, after = text[: phrase.span.start], text[phrase.span.end :]
                self._vote(phrase, before, after)
        people = [key for key in self._count if self._kind(key) is Asked.PERSON and " " in key]
        self._lasts = frozenset(key.split()[-1] for key in people)
        self._firsts = frozenset(word for key in people for word in key.split()[:-1])

    def phrases(self, text: str) -> list[Phrase]:
        """The names of a text; a first word counts as one if it stands in small letters nowhere."""
        found = self._phrases.get(text)
        if found is None:
            found = phrases(text, lambda word: self._is_name(word) or word not in self._small)
            self._phrases[text] = found
        return found

    def _vote(self, phrase: Phrase, before: str, after: str) -> None:
        votes = self._votes[phrase.key]
        votes[Asked.PERSON] += 3 * bool(_ROLE_BEFORE.search(before))
        votes[Asked.PERSON] += 3 * bool(_DOES.match(after)) + 2 * bool(_ROLE_AFTER.match(after))
        several = " " in phrase.text
        votes[Asked.PERSON] += several * bool(re.match(r"[’']s?\b", after)) + several * bool(
            re.search(r"\bby $", before)
        )
        votes[Asked.PERSON] += several * bool(re.match(r" (?:is|was) (?:an?|the|among|one)\b", after))
        votes[Asked.PERSON] += several * bool(re.search(r"\b(?:he|she|his|her)\b", after[:100]))
        if re.search(r"\bthe $", before):
            votes[Asked.PERSON] = 0  # "the Koryo Saram, who were"
        votes[Asked.PLACE] += 2 * bool(_PLACE_BEFORE.search(before)) + bool(_WAY_BEFORE.search(before))
        votes[Asked.PLACE] += 3 * bool(_PLACE_AFTER.match(after))

    def _kind(self, key: str) -> Asked | None:
        pieces = [re.sub(r"\W+$", "", piece) for piece in key.split()]
        last_of_head = re.split(r" (?:of|for) ", key)[0].split()[-1]
        if any(piece in _WRITINGS | _EVENTS for piece in pieces) or last_of_head in ORGANISATIONS:
            return Asked.NAME
        if pieces[-1] in ORGANISATIONS and pieces[-1] not in _PLACES:
            return Asked.NAME
        if last_of_head in _PLACES or pieces[-1] in _PLACES:
            return Asked.PLACE
        if _PEOPLES.search(key):
            return Asked.NAME
        votes = self._votes[key]
        person, place = votes[Asked.PERSON], votes[Asked.PLACE]
        if person > place:
            return Asked.PERSON
        if place:
            return Asked.PLACE
        return None

    def of(self, phrase: Phrase) -> Asked | None:
        """The kind of a name; None where it is better not asked for: a bare first name, or nothing tells."""
        key, count = phrase.key, len(phrase.text.split())
        kind = self._kind(key)
        if count == 1 and (key in self._firsts or key in self._small or re.search(r"(?:ish|ese|[ie]an|[ei]rn)$", key)):
            return None  # a first name, a word, a language or an adjective
        if kind in (None, Asked.PLACE) and count == 1 and key in self._lasts:
            return Asked.PERSON
        if len(phrase.text) > 2 and phrase.text.isupper():
            return Asked.PLACE if key in _PLACES else Asked.NAME
        if count == 1 and not self._is_name(key) and key not in self._lasts:
            return None  # capitalised at the beginning of sentences only
        if kind is not None:
            return kind
        return Asked.NAME if count > 1 or _DEMONYM.search(phrase.text) else None

    def count(self, phrase: Phrase) -> int:
        """How often the name stands in the sentences."""
        return self._count[phrase.key]
