"""What was typed, spelt as the sources spell it: transliterated names and ordinary slips.

Three steps, each safer than the next: a run of words that sounds like a name of the sources ("Kim Chil Sung"
for "Kim Ch'il-sŏng"), a word that is the same name in another transliteration ("Ejov" for "Yezhov"), a word
one or two slips away from one of the sources ("deportaton"). A word that the sources use, or that the
embedding model has as a whole word and is thus ordinary English, is never changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from vectorstore.words import FUNCTION_WORDS, fold, stem, words

_TYPED = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*")
_CAPITALISED = re.compile(r"(?:[^\W\d_a-z][^\W\d_]*(?:['’ʼ][^\W\d_]+)*)(?:[ -](?:[^\W\d_]+(?:['’ʼ][^\W\d_]+)*)){1,3}")

_WITHIN = re.compile(r"(?<=[a-z,;] )[^\W\d_a-z][^\W\d_]*(?:['’ʼ][^\W\d_]+)*")  # capitals that no sentence begins with

# Romanisations of the same sounds, longest first: Russian (ISO 9, BGN, French, German) and Korean (McCune, Revised).
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("shch|sch|sh", "S"),
        ("tsch|tch|ch", "C"),
        ("dzh|dj|zh", "j"),
        ("kh|gh", "h"),
        ("ph", "f"),
        ("ck", "k"),
        ("[qk]", "k"),
        ("c(?=[aou]|$)", "k"),
        ("x", "ks"),
        ("tz|ts", "c"),
        ("w", "v"),
        ("^[yij](?=[eao])", ""),
        ("[yij](?=u)", ""),
        ("ou", "u"),
        ("eo", "o"),
        ("y", "i"),
        (r"ii|ij", "i"),
        (r"(.)\1", r"\1"),
    )
)
_ISE = re.compile("is(?=(?:e|es|ed|er|ers|ing|ation|ations)$)")  # "socialised", which a model knows as "socialized"
_VOWELS = re.compile("[aeiou]+")


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """A key that the common transliterations of one name share: "Ejov" and "Yezhov" are both "ejov"."""
    key = fold(word)
    for pattern, replacement in _SOUNDS:
        key = pattern.sub(replacement, key)
    return key


def skeleton(phrase: str) -> str:
    """The consonants of a name of several words, vowels all alike: "Il Sung" and "Il-sŏng" are the same."""
    return " ".join(_VOWELS.sub("a", sound(w)) for w in re.split(r"[\s-]+", phrase) if w)


def slips(one: str, other: str) -> int:
    """How many letters have to be put in, left out, changed or swapped with the next to make one word the other."""
    from rapidfuzz.distance import OSA

    return int(OSA.distance(one, other))


@dataclass(frozen=True, slots=True)
class Respelling:
    """A question as the sources would spell it.

    `changes` pairs what was typed with what it became; `unknown` are the words, as typed, that carry meaning
    and occur in no source even so.
    """

    text: str
    changes: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a text as it writes them.

    `count` is of folded words, `forms` of words as they stand, `names` of the runs that may be names; `proper` are the
    folded words that stand capitalised within a sentence.
    """

    count: Counter[str]
    forms: Counter[str]
    names: Counter[str]
    proper: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Written:
        """The words of a plain text."""
        proper = frozenset(map(fold, _WITHIN.findall(text)))
        return cls(Counter(words(text)), Counter(_TYPED.findall(text)), Counter(_names(text)), proper)


class Spelling:
    """The words and names of the indexed texts.

    Args:
        texts: the plain texts of the sources, or what is counted of them.
        known: further ordinary words, folded, that are never taken for a slip.
    """

    def __init__(self, texts: Iterable[str | Written], known: Collection[str] = ()) -> None:
        self._count: Counter[str] = Counter()
        self._proper: set[str] = set()
        names: Counter[str] = Counter()
        forms: Counter[str] = Counter()
        for text in texts:
            written = Written.of(text) if isinstance(text, str) else text
            self._count.update(written.count)
            forms.update(written.forms)
            names.update(written.names)
            self._proper.update(written.proper)
        shown: dict[str, dict[str, int]] = {}
        for typed, times in forms.items():
            shown.setdefault(fold(typed), {})[typed] = times
        self._stems = {stem(w) for w in self._count}
        self._known = frozenset(known)
        self._shown = {word: _usual(ways) for word, ways in shown.items()}
        self._sounds: dict[str, str] = {}
        for word, _ in self._count.most_common():
            if word in self._shown and self._shown[word][0].isupper():
                self._sounds.setdefault(sound(word), word)
        self._names = frozenset(fold(name).replace("-", " ") for name in names)
        self._skeletons: dict[str, str] = {}
        for name, _ in names.most_common():
            self._skeletons.setdefault(skeleton(name), name)
            if "-" in name:
                joined = name.replace("-", "")
                self._sounds.setdefault(sound(joined), fold(joined))
                self._shown.setdefault(fold(joined), name)
        self._by_length: dict[int, list[str]] = {}
        for word in self._count:
            if word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)

    def __contains__(self, word: str) -> bool:
        """Whether the sources use the word, in this or another inflection."""
        found = words(word)
        return bool(found) and all(w in self._count or stem(w) in self._stems for w in found)

    def is_name(self, word: str) -> bool:
        """Whether a folded word that stands capitalised is a name: one that the sources always capitalise, also in
        mid-sentence, or one that is neither theirs nor ordinary English."""
        if word in self._shown:
            return word in self._proper and self._shown[word][0].isupper()
        return word not in self._known and stem(word) not in self._known

    def correct(self, question: str) -> Respelling:
        """The question with names and slips respelt as in the sources."""
        changes: list[tuple[str, str]] = []
        text = self._correct_names(question, changes)
        unknown: list[str] = []
        pieces: list[str] = []
        at = 0
        for match in _TYPED.finditer(text):
            typed = match.group()
            spelt = self._correct_word(typed)
            if spelt and spelt != typed:
                changes.append((typed, spelt))
                pieces += [text[at : match.start()], spelt]
                at = match.end()
            elif not spelt:
                unknown.append(typed)
        return Respelling("".join([*pieces, text[at:]]), tuple(changes), tuple(unknown))

    def _correct_names(self, text: str, changes: list[tuple[str, str]]) -> str:
        """The text with names of several words respelt; what stands beside one is looked at by itself."""

        def respelt(span: tuple[int, int], typed: str, name: str) -> str:
            before = self._correct_names(text[: span[0]], changes)
            changes.append((typed, name))
            return before + name + self._correct_names(text[span[1] :], changes)

        tokens = list(_TYPED.finditer(text))
        for size in (4, 3, 2):
            for first in range(len(tokens) - size + 1):
                span = tokens[first].start(), tokens[first + size - 1].end()
                typed = text[span[0] : span[1]]
                if size == 2 and (whole := self._in_one(typed)):
                    return respelt(span, typed, whole)
                if re.search(r"[^\w\s'’ʼ`-]", typed) or len(_VOWELS.sub("", fold(typed))) < 4:
                    continue
                name = self._skeletons.get(skeleton(typed))
                if name is None or fold(typed).replace("-", " ") in self._names:
                    continue
                if all(w in self._count for w in words(typed)) and not typed[0].isupper():
                    continue  # ordinary words of the sources that happen to sound like a name
                return respelt(span, typed, name)
        return text

    def _in_one(self, typed: str) -> str:
        """The name that the sources write in one word and that was typed in two: "Ush-Tobe" is "Ushtobe"."""
        parts = re.split(r"[ -]", typed)
        if len(parts) != 2 or not all(part[0].isupper() and part not in self for part in parts):
            return ""
        return self._shown.get(fold("".join(parts)), "")

    def _correct_word(self, typed: str) -> str:
        """The word in the sources' spelling; itself if it is fine; "" if the sources have nothing like it."""
        folded = fold(typed)
        if folded in FUNCTION_WORDS or typed in self or len(folded) < 3:
            return typed
        if typed[-2:] in ("'s", "’s"):
            return self._correct_word(typed[:-2]) and self._correct_word(typed[:-2]) + typed[-2:]
        heard = self._sounds.get(sound(folded))
        american = _ISE.sub("iz", folded)
        ordinary = any(form in self._known for form in (folded, stem(folded), american, stem(american)))
        if heard and (not ordinary or typed[0].isupper()):
            return self._shown[heard]
        if ordinary:
            return ""
        return self._nearest(folded)

    def _nearest(self, folded: str) -> str:
        """The word one slip away (two in a long word), the more frequent first; "" if there is none."""
        from rapidfuzz.distance import OSA

        if len(folded) < 5:  # too many short words are one letter apart
            return ""
        allowed = 2 if len(folded) >= 8 else 1
        best: tuple[float, int, str] | None = None
        for length in range(len(folded) - allowed, len(folded) + allowed + 1):
            for word in self._by_length.get(length, ()):
                distance = OSA.distance(folded, word, score_cutoff=allowed)
                if distance > allowed or len(word) < 4:
                    continue
                penalty = distance + 0.5 * (word[0] != folded[0])
                if penalty > allowed:
                    continue
                candidate = (penalty, -self._count[word], word)
                if best is None or candidate < best:
                    best = candidate
        return self._shown.get(best[2], best[2]) if best else ""


def _names(text: str) -> list[str]:
    """Every run of two to four words that starts with a capital and holds two, or a hyphen; not "The Deportation"."""
    found: list[str] = []
    for match in _CAPITALISED.finditer(text):
        parts = re.split(r"([ -])", match.group())
        tokens, joints = parts[::2], parts[1::2]
        for first in range(len(tokens)):
            for last in range(first + 2, len(tokens) + 1):
                inside = range(first, last)
                named = all(tokens[i][0].isupper() or (i > first and joints[i - 1] == "-") for i in inside)
                if named and tokens[first][0].isupper() and fold(tokens[first]) not in FUNCTION_WORDS:
                    found.append("".join(tokens[i] + (joints[i] if i < last - 1 else "") for i in inside))
    return found


def _usual(forms: Mapping[str, int]) -> str:
    """The form that is shown: lower case if the word ever stands so, else the most frequent."""
    lower = [form for form in forms if form[0].islower()]
    return max(lower or forms, key=lambda form: forms[form])
