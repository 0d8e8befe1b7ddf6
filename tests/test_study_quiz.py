"""Quizzes: their wrong answers, their passages, how they are drawn; 500 items held against the sources.

The check for a second right option (`also_right`) is the tests' own: it shares no rule with what draws the options.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

import pytest

from app.build import update_index
from app.details import dates, numbers
from app.settings import Settings
from app.study.card import BLANK, Asked
from app.study.item import Difficulty, Item, ItemKind, Option
from app.study.items.difficulty import pick
from app.study.items.figures import date_figure, excludes, number_figure, stand
from app.study.items.pool import pool_of
from app.study.items.sorts import may_be_one, sort_of
from app.study.quiz import Quiz, QuizError, Topic, Wish, make_quiz, topics
from app.tutor import Tutor
from evals.cards import SAMPLE, read_judged
from evals.quiz import JUDGED, JUDGED_ROWS, JUDGED_ROWS_SECOND, JUDGED_SECOND, as_text, counts, drawn, sample
from ingest.documents import Document, Span
from vectorstore.embedding import Embedder, WordEmbedder
from vectorstore.records import Record
from vectorstore.store import Store
from vectorstore.words import terms, words

ARTICLES = Path(__file__).resolve().parents[2] / "shared" / "benchmarks" / "squad2_articles20.json"
ITEMS = 500
WITH_OPTIONS = frozenset({ItemKind.CHOICE, ItemKind.EVIDENCE})


# -- numbers and dates -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "answer", "other", "excluded"),
    [
        ("The bridge cost 1,240 crowns.", "1,240", "1,815", True),
        ("The bridge cost 1,240 crowns.", "1,240", "1,260", False),  # too near
        ("The bridge cost 1,240 crowns.", "1,240", "1240", False),  # the same
        ("The bridge cost 1,240 crowns.", "1,240", "94,500", False),  # of another size
        ("The bridge cost 1,240 crowns.", "1,240", "2,000", False),  # a round one
        ("The bridge cost 1,240 crowns.", "1,240", "six", False),
        ("Of the sheep 40% drowned.", "40%", "65%", True),
        ("Of the sheep 40% drowned.", "40%", "65", False),
        ("It took 30-40 days.", "30-40", "60-70", True),
        ("It took 30-40 days.", "30-40", "35-50", False),  # both may be so
        ("It took about 30 days.", "30", "60", True),
        ("It took about 30 days.", "30", "36", False),
        ("More than 2,000 sheep drowned.", "2,000", "4,000", True),
        ("More than 2,000 sheep drowned.", "2,000", "1,500", False),  # follows
        ("Fewer than 2,000 sheep drowned.", "2,000", "1,500", True),
        ("Fewer than 2,000 sheep drowned.", "2,000", "4,000", False),
        ("It rose from 1,100 to 1,240 crowns.", "1,240", "1,815", True),
        ("It rose from 1,100 to 1,240 crowns.", "1,240", "1,015", False),
        ("It opened in 1921.", "1921", "1934", True),
        ("It opened in 1921.", "1921", "May 1921", False),
        ("It opened in 1921.", "1921", "1920s", False),
        ("It opened in 1921.", "1921", "1714", False),  # too long ago to be believed
        ("It opened on 3 May 1921.", "3 May 1921", "9 June 1934", True),
        ("It opened on 3 May 1921.", "3 May 1921", "June 9, 1934", False),  # written otherwise
        ("It was ready by 1921.", "1921", "1914", True),
        ("It was ready by 1921.", "1921", "1934", False),
        ("It has been open since 1921.", "1921", "1914", True),
        ("It has been open since 1921.", "1921", "1934", False),
        ("It was closed until 1921.", "1921", "1934", True),
        ("It was closed until 1921.", "1921", "1914", False),
        ("It was built between 1921 and 1925.", "1921", "1914", True),
        ("It was built between 1921 and 1925.", "1921", "1924", False),
        ("It was built between 1921 and 1925.", "1921", "1934", False),
        ("It stood from the late 1910s until 1921.", "1921", "1934", True),
        ("It stood from the late 1910s until 1921.", "1921", "1919", False),
    ],
)
def test_figures_that_exclude_each_other(sentence: str, answer: str, other: str, excluded: bool) -> None:
    at = sentence.index(answer)
    how = stand(sentence, Span(at, at + len(answer)))
    right = date_figure(answer) or number_figure(answer)
    wrong = date_figure(other) or number_figure(other)
    assert right is not None
    assert wrong is not None
    assert excludes(right, wrong, how) is excluded


# -- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Anna Lee", "Otto Brandt", False),
        ("Stalin", "Joseph Stalin", True),
        ("Ezhov", "Nikolai Yezhov", True),
        ("USSR", "Soviet Union", True),
        ("Kazakhstan", "Kazakh SSR", True),
        ("Kazakhstan", "Uzbekistan", False),
        ("USSR", "Ukraine", True),  # the one lies in the other
        ("Scotland", "Britain", True),
        ("Sweden", "Scandinavia", True),
        ("Sweden", "France", False),
        ("Communist Party", "Central Committee of the Communist Party", True),
        ("the", "Anna Lee", True),  # nothing tells it apart
    ],
)
def test_names_that_may_be_one(one: str, other: str, same: bool) -> None:
    assert may_be_one(one, other) is same
    assert may_be_one(other, one) is same


@pytest.mark.parametrize(
    ("text", "asked", "behind", "sort"),
    [
        ("Lee", Asked.PERSON, "", "surname"),
        ("Anna Lee", Asked.PERSON, "", "full name"),
        ("France", Asked.PLACE, " in May", "country"),
        ("South Korea", Asked.PLACE, ".", "country"),
        ("South Ostland", Asked.PLACE, ".", "town"),
        ("West France", Asked.PLACE, ".", ""),
        ("Nazi Germany", Asked.PLACE, ".", ""),
        ("Central Asia", Asked.PLACE, ".", "world"),
        ("Rostov", Asked.PLACE, " region was", "region behind"),
        ("Rostov", Asked.PLACE, ", Volgograd and Saratov regions", "region behind"),
        ("Primorsky Krai", Asked.PLACE, " was", "region"),
        ("Lake Baikal", Asked.PLACE, " was", "water"),
        ("Ostwick", Asked.PLACE, " was", "town"),
        ("Council of Elders", Asked.NAME, "", "office"),
        ("University of Ostwick", Asked.NAME, "", "school"),
        ("Seven Years War", Asked.NAME, "", "event"),
        ("Hungarians", Asked.NAME, "", "people"),
        ("NATO", Asked.NAME, "", ""),
        ("fire ladder", Asked.TERM, "", "2 noun small"),
        ("fire ladders", Asked.TERM, "", "2 plural small"),
        ("the ladder in the yard", Asked.TERM, "", ""),
    ],
)
def test_sorts(text: str, asked: Asked, behind: str, sort: str) -> None:
    assert sort_of(text, asked, behind) == sort


@dataclass(frozen=True)
class Wrong:
    near: float


@pytest.mark.parametrize(
    ("level", "taken"),
    [
        (Difficulty.HARD, {0.9, 0.8}),
        (Difficulty.MEDIUM, {0.6, 0.5}),
        (Difficulty.EASY, {0.2, 0.1}),
    ],
)
def test_hard_items_take_near_options_and_easy_ones_far_ones(level: Difficulty, taken: set[float]) -> None:
    import random

    wrong = [Wrong(near / 10) for near in (9, 8, 7, 6, 5, 4, 3, 2, 1)]
    chosen = pick(wrong, level, 2, random.Random(1), lambda one, other: True)
    assert {one.near for one in chosen} <= {one.near for one in wrong}
    means = sum(one.near for one in chosen) / 2
    assert abs(means - sum(taken) / 2) <= 0.2


# -- a small collection ----------------------------------------------------------------------------------------------

TOWNS = """# Bridges

On 3 May 1921 the railway bridge near Ostwick was opened by Governor Anna Lee with a long speech.

On 9 June 1934 the iron bridge near Harven was blown up by Captain Otto Brandt during the siege.

On 4 July 1938 the wooden bridge near Tolbury was painted green by Professor Ida Moss and her pupils.

On 2 March 1947 the swing bridge near Quendon was sold to the merchant Doctor Karl Weiss for a song.

# Harbours

The old harbour of Ostwick had 1,240 moorings for fishing boats before the flood of 1952 filled it with sand.

The new harbour of Harven has 2,815 moorings for sailing boats and a lighthouse that Mayor Ruth Vane built.

The river harbour of Tolbury counted 1,925 barges in the summer of 1961, more than ever before in its history.

The naval harbour of Quendon held 3,470 sailors in the winter of 1943, when ice closed the strait for weeks.
"""


def tutor_over(folder: Path, embedder: Embedder, **texts: str) -> Tutor:
    """A tutor over some Markdown texts."""
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    settings = Settings.read({"TUTOR_HOME": str(folder / "home")})
    update_index(settings, embedder, [folder / f"{name}.md" for name in texts])
    return Tutor(Store(settings.index, embedder), embedder)


SMALL = WordEmbedder(["bridge", "harbour", "ostwick", "harven", "tolbury", "quendon", "moorings", "sailors", "barges"])


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Tutor:
    return tutor_over(tmp_path_factory.mktemp("towns"), SMALL, towns=TOWNS)


def options_of(tutor: Tutor, answer: str) -> set[str]:
    """The wrong answers that a card with an answer may be given."""
    pool, judge = pool_of(tutor), tutor.judge()
    return {rival.text for card in pool.cards if card.answer == answer for rival in pool.rivals(card, judge)}


def test_wrong_answers_are_of_the_kind_that_is_asked_for(towns: Tutor) -> None:
    assert options_of(towns, "3 May 1921") == {"9 June 1934", "4 July 1938", "2 March 1947"}
    assert options_of(towns, "1,240") == {"2,815", "1,925", "3,470"}
    assert options_of(towns, "Anna Lee") <= {"Otto Brandt", "Ida Moss", "Karl Weiss", "Ruth Vane"}
    assert len(options_of(towns, "Anna Lee")) >= 3


def test_what_another_sentence_makes_right_is_no_wrong_answer(tmp_path: Path) -> None:
    more = "The railway bridge of Ostwick was closed and opened again on 9 June 1934, when all of its planks were new."
    tutor = tutor_over(tmp_path, SMALL, towns=TOWNS, more=f"# Again\n\n{more}\n")
    assert options_of(tutor, "3 May 1921") == {"4 July 1938", "2 March 1947"}


def test_topics(towns: Tutor) -> None:
    found = topics(towns)
    assert [topic[:3] for topic in found] == [("towns", "Bridges", "Bridges"), ("towns", "Bridges", "Harbours")]
    assert all(1 <= topic.items <= 4 for topic in found)


def test_the_same_seed_makes_the_same_quiz(towns: Tutor) -> None:
    wish = Wish(length=4)
    assert make_quiz(towns, wish, 7) == make_quiz(towns, wish, 7)
    assert len({tuple(item.id for item in make_quiz(towns, wish, seed).items) for seed in range(8)}) > 1


def test_a_quiz_on_one_section_with_fewer_items_than_wished(towns: Tutor) -> None:
    quiz = make_quiz(towns, Wish(length=30, sections=frozenset({("towns", "Harbours")})), 1)
    assert {item.section for item in quiz.items} == {"Harbours"}
    assert 0 < len(quiz.items) <= 4
    assert quiz.wish.length == 30


@pytest.mark.parametrize("kind", list(ItemKind))
def test_a_quiz_of_one_kind(towns: Tutor, kind: ItemKind) -> None:
    assert {item.kind for item in make_quiz(towns, Wish(kinds=frozenset({kind})), 3).items} == {kind}


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(sections=frozenset({("towns", "Ships")})), "There are: “Bridges”, “Harbours”."),
        (Wish(kinds=frozenset()), "at least one item"),
        (Wish(length=0), "at least one item"),
    ],
)
def test_wishes_that_cannot_be_met(towns: Tutor, wish: Wish, said: str) -> None:
    with pytest.raises(QuizError, match=said):
        make_quiz(towns, wish, 1)


def test_a_document_that_is_too_small_for_a_quiz(tmp_path: Path) -> None:
    with pytest.raises(QuizError, match="There is nothing to make a quiz of"):
        make_quiz(tutor_over(tmp_path, SMALL, note="# Note\n\nBring milk.\n"), Wish(), 1)


def test_an_empty_index(tmp_path: Path) -> None:
    tutor = Tutor(Store(tmp_path / "index", SMALL), SMALL)
    assert topics(tutor) == ()
    with pytest.raises(QuizError, match="There is nothing to make a quiz of"):
        make_quiz(tutor, Wish(), 1)


# -- two right options -----------------------------------------------------------------------------------------------


class Sources:
    """All sentences of some documents, and how telling their words are."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._said = [
            (record.document.id, span, record.document.plain(span))
            for record in records
            for passage in record.passages
            for span in passage.sentences
        ]
        self._terms = [frozenset(terms(text)) for _, _, text in self._said]
        self._count = Counter(term for found in self._terms for term in found)

    def share(self, asked: frozenset[str], there: frozenset[str]) -> float:
        """The share of words, the rarer ones counting more, that stand in a text."""
        weights = {term: log((len(self._said) + 1) / (self._count[term] + 0.5)) for term in asked}
        return sum(w for term, w in weights.items() if term in there) / (sum(weights.values()) or 1.0)

    def saying(self, prompt: str, answer: str, asked: Asked) -> list[str]:
        """The sentences that have an answer, and most of what the prompt says."""
        words_of_it = frozenset(terms(prompt.replace(BLANK, " ")))
        return [
            text
            for (_, _, text), there in zip(self._said, self._terms, strict=True)
            if has(text, answer, asked) and self.share(words_of_it, there) >= 0.6
        ]


def has(text: str, answer: str, asked: Asked) -> bool:
    """Whether a text has an answer: a number or date by its value, else its words."""
    if asked is Asked.NUMBER:
        return bool({one.value for one in numbers(answer)} & {one.value for one in numbers(text)})
    if asked is Asked.DATE:
        day = [(one.year, one.month, one.day) for one in dates(answer)]
        return any((one.year, one.month, one.day) in day for one in dates(text))
    return set(words(answer)) <= set(words(text))


def same(one: str, other: str, asked: Asked) -> bool:
    """Whether two options are one, or the one has the other in it."""
    if asked in (Asked.NUMBER, Asked.DATE):
        return has(one, other, asked)
    return set(words(one)) <= set(words(other)) or set(words(other)) <= set(words(one))


def also_right(item: Item, sources: Sources) -> list[str]:
    """What is wrong with the options of an item: each a line for whoever reads the failure."""
    wrong = [option for number, option in enumerate(item.options) if number != item.right]
    if item.kind is ItemKind.EVIDENCE:
        return [f"bears it out: {option.text}" for option in wrong if bears_out(item, option, sources)]
    found = [
        f"{option.text}: {text}" for option in wrong for text in sources.saying(item.prompt, option.text, item.asked)
    ]
    found += [f"in the cited sentence: {o.text}" for o in wrong if has(item.citation.quote, o.text, item.asked)]
    pairs = [(a, b) for n, a in enumerate(item.options) for b in item.options[n + 1 :]]
    return found + [f"{a.text} is {b.text}" for a, b in pairs if same(a.text, b.text, item.asked)]


def bears_out(item: Item, option: Option, sources: Sources) -> bool:
    if option.citation.source_id == item.citation.source_id and option.citation.span.overlaps(item.citation.span):
        return True
    if item.asked is not Asked.STATEMENT:
        return has(option.text, item.answer, item.asked)
    return sources.share(frozenset(terms(item.prompt)), frozenset(terms(option.text))) >= 0.6


def faults(item: Item, documents: dict[str, Document]) -> Iterator[str]:
    """What is wrong with the form of an item."""
    for citation in (item.citation, *(option.citation for option in item.options)):
        if documents[citation.source_id].text[citation.span.start : citation.span.end] != citation.quote:
            yield "a quote is not exact"
    if item.kind is ItemKind.SHORT:
        if item.options or item.right != -1:
            yield "a short answer with options"
        return
    if not 3 <= len(item.options) <= 4 or len({option.text for option in item.options}) != len(item.options):
        yield "not three or four different options"
    if item.kind is ItemKind.CHOICE and item.options[item.right].text != item.answer:
        yield "the right option is not the answer"
    if item.kind is ItemKind.CHOICE and item.prompt.count(BLANK) > 1:
        yield "several blanks"
    if item.kind is ItemKind.EVIDENCE:
        sizes = [len(option.text.split()) for option in item.options]
        if max(sizes) > 90 or max(sizes) > 3 * min(sizes):
            yield "passages that are too long, or of unlike length"
        if not item.options[item.right].citation.span.contains(item.citation.span):
            yield "the right passage does not hold the citation"
        if item.prompt in documents[item.citation.source_id].plain(item.citation.span):
            yield "the whole sentence is the statement"


def given_away(quiz: Quiz) -> list[tuple[str, str]]:
    """The pairs of items of which the first shows the answer of the second in a text that has half of its words."""
    found = []
    for item in quiz.items:
        shown = [item.prompt.replace(BLANK, item.answer)]
        shown += [option.text for option in item.options] if item.kind is ItemKind.EVIDENCE else []
        for other in quiz.items:
            asked, answer = set(terms(other.prompt.replace(BLANK, " "))), set(words(other.answer))
            texts = (text for text in shown if answer <= set(words(text)))
            if item is not other and any(2 * len(asked & set(terms(text))) >= len(asked) for text in texts):
                found.append((item.prompt, other.prompt))
    return found


def apart(quiz: Quiz) -> bool:
    """Whether no two items of a quiz are on the same sentence or have the same answer."""
    places = [(item.citation.source_id, item.citation.span) for item in quiz.items]
    clear = all(a != c or not b.overlaps(d) for n, (a, b) in enumerate(places) for c, d in places[n + 1 :])
    return clear and len({item.answer for item in quiz.items}) == len(quiz.items)


@pytest.fixture(scope="module")
def quizzes(tutor: Tutor) -> list[Quiz]:
    """Quizzes with options over the bundled sources, by seeds, until they have ITEMS different items."""
    found: list[Quiz] = []
    ids: set[str] = set()
    while len(ids) < ITEMS:
        found.append(make_quiz(tutor, Wish(length=25, kinds=WITH_OPTIONS), len(found) + 1))
        ids.update(item.id for item in found[-1].items)
        assert len(found) < 60, "too few different items"
    return found


def test_no_item_of_500_has_two_right_options(quizzes: list[Quiz], tutor: Tutor) -> None:
    sources = Sources(list(tutor.searcher().records.values()))
    items = {item.id: item for quiz in quizzes for item in quiz.items}
    assert len(items) >= ITEMS
    assert {item.prompt: found for item in items.values() if (found := also_right(item, sources))} == {}


def test_the_form_of_500_items(quizzes: list[Quiz], documents: dict[str, Document]) -> None:
    items = {item.id: item for quiz in quizzes for item in quiz.items}
    assert {item.prompt: found for item in items.values() if (found := list(faults(item, documents)))} == {}
    assert all(apart(quiz) for quiz in quizzes)
    assert [pair for quiz in quizzes for pair in given_away(quiz)] == []
    choices = [item for item in items.values() if item.kind is ItemKind.CHOICE]
    longest = [
        item for item in choices if len(item.answer) > max(len(o.text) for o in item.options if o.text != item.answer)
    ]
    assert len(longest) <= 0.4 * len(choices), "the longest is the right one too often"
    places = Counter(item.right for item in choices)
    assert all(0.1 * len(choices) <= places[n] for n in range(4)), places


def test_a_quiz_mixes_kinds_sections_and_levels(tutor: Tutor) -> None:
    items = [item for seed in range(3) for item in make_quiz(tutor, Wish(), seed).items]
    assert len(items) == 30
    assert min(Counter(item.kind for item in items).values()) >= 6
    assert {item.difficulty for item in items} == set(Difficulty)
    assert len({item.section for item in items}) >= 6


@pytest.mark.parametrize("level", list(Difficulty))
def test_a_quiz_of_one_difficulty(tutor: Tutor, level: Difficulty) -> None:
    assert {item.difficulty for item in make_quiz(tutor, Wish(length=6, difficulty=level), 5).items} == {level}


@pytest.mark.skipif(not ARTICLES.is_file(), reason="needs ../shared/benchmarks")
def test_articles_that_nobody_prepared_for(tmp_path: Path) -> None:
    from evals.squad_file import read_squad
    from evals.squad_index import write_sources

    articles = read_squad(ARTICLES)[:3]
    write_sources(articles, tmp_path / "sources")
    common = Counter(w for article in articles for paragraph in article.paragraphs for w in words(paragraph.text))
    embedder = WordEmbedder([word for word, count in common.most_common(600) if count > 2])
    settings = Settings.read({"TUTOR_HOME": str(tmp_path / "home")})
    update_index(settings, embedder, [tmp_path / "sources"])
    tutor = Tutor(Store(settings.index, embedder), embedder)
    records = tutor.searcher().records
    sources, documents = Sources(list(records.values())), {name: record.document for name, record in records.items()}
    made = [make_quiz(tutor, Wish(length=40), seed) for seed in (1, 2)]
    items = {item.id: item for quiz in made for item in quiz.items}
    assert all(apart(quiz) for quiz in made)
    assert len(items) >= 60
    wrong = {item.prompt: [*also_right(item, sources), *faults(item, documents)] for item in items.values()}
    assert {prompt: found for prompt, found in wrong.items() if found} == {}
    assert Topic("squad-0001", "squad-0001", "", topics(tutor)[0].items) == topics(tutor)[0]


# -- python -m evals quiz --------------------------------------------------------------------------------------------


def test_the_judgements_are_well_formed_and_mostly_of_items_that_are_made(tutor: Tutor) -> None:
    judged = read_judged(JUDGED_ROWS)
    assert len(judged) == SAMPLE
    made = {item.id for item in sample(tutor, JUDGED)}
    still = [judgement.good for name, judgement in judged.items() if name in made]
    assert len(still) >= SAMPLE // 2, f"judge a new sample: python -m evals quiz --sample {JUDGED}"
    assert sum(still) >= 0.9 * len(still)
    second = read_judged(JUDGED_ROWS_SECOND)
    assert len(second) == SAMPLE
    assert len([item for item in sample(tutor, JUDGED_SECOND) if item.id in second]) >= SAMPLE // 2, "judge anew"


def test_what_is_printed_of_items(towns: Tutor) -> None:
    items = drawn(towns, 5)
    table = counts(items)
    assert table.title == "5 different items drawn"
    assert table.header == ("", "easy", "medium", "hard", "all")
    assert [row[0] for row in table.rows] == ["choice", "short", "evidence", "all"]
    assert table.rows[-1][-1] == "5"
    short = next(item for item in items if item.kind is ItemKind.SHORT)
    assert as_text(short).endswith(f"    = {short.answer}")
    choice = next(item for item in items if item.kind is ItemKind.CHOICE)
    assert [line for line in as_text(choice).splitlines() if line.startswith("  *")] == [f"  * {choice.answer}"]
