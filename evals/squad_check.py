"""`python -m evals check --squad FILE`: claims made of a SQuAD-format file's articles, checked by the product.

The articles are dealt to two collections, each with an index of its own that is kept under the tutor's home; what is
said of the articles of one is checked against the other as another subject. Articles at even places of a file are for
tuning, those at odd ones for reporting. How claims are made is in squad_claims.py.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from evals.check_marks import Outcome, Row, Trial
from evals.similarity import Likest, Similarity, fit, judged
from evals.squad_claims import Collection, collection, drawn, trials
from evals.squad_file import Article, SquadError, read_squad
from evals.squad_index import build_index, index_folder, write_sources
from ingest.catalog import read_catalog
from ingest.loaders import load

if TYPE_CHECKING:
    from app.check.report import ChecksClaims
    from app.settings import Settings
    from vectorstore.embedding import Embedder

CheckAll = Callable[[Sequence[Trial], "ChecksClaims"], tuple[Row, ...]]


class Part(StrEnum):
    """Which articles of a file: those at even places, those at odd ones, or all."""

    TUNE = "tune"
    REPORT = "report"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be checked: a file and its part, how many articles and claims, and the file for the thresholds."""

    file: Path
    part: Part = Part.REPORT
    articles: int | None = None
    claims: int = 600
    fitted: Path | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class _Side:
    """A collection with its folder, and the claims that are checked against it."""

    folder: Path
    collection: Collection
    trials: tuple[Trial, ...]


def squad_outcome(
    request: Request, check_all: CheckAll, settings: Settings | None = None, embedder: Embedder | None = None
) -> Outcome:
    """The claims made of a file, checked, beside the baseline, whose thresholds are fitted on tuning articles.

    Raises:
        SquadError: a file cannot be read, its part makes no claim, or there is nothing to fit the thresholds on.
        TutorError: an index cannot be written.
    """
    from app.build import build_embedder
    from app.settings import Settings

    if request.part is Part.ALL and request.fitted is None:
        raise SquadError("All articles are for reporting. Name the file to fit the baseline on: --fit-on FILE")
    settings = settings or Settings.read(os.environ)
    embedder = embedder or build_embedder(settings)
    sides = _sides(_chosen(request), request, settings, embedder)
    likest = _likest(sides, embedder)
    if request.part is Part.TUNE:
        tuned, fitted_on = (sides, likest), "these same claims"
    else:
        tuning = replace(request, file=request.fitted or request.file, part=Part.TUNE, articles=None)
        others = _sides(_chosen(tuning), tuning, settings, embedder)
        tuned = (others, _likest(others, embedder))
        fitted_on = f"{sum(len(side.trials) for side in others)} claims of {tuning.file.name}, tune"
    thresholds = fit(
        [one.cosine for group in tuned[1] for one in group],
        [trial.verdict for side in tuned[0] for trial in side.trials],
    )
    checked: list[Row] = []
    for side in sides:
        with _checker(side, settings, embedder) as checker:
            checked += check_all(side.trials, checker)
    pairs = zip(sides, likest, strict=True)
    similar = [row for side, found in pairs for row in judged(side.trials, found, thresholds)]
    articles = sum(len(side.collection.articles) for side in sides)
    title = f"{request.file.name}, {request.part}: {len(checked)} claims of {articles} articles"
    return Outcome(title, tuple(checked), tuple(similar), thresholds, fitted_on)


def _chosen(request: Request) -> list[Article]:
    """The articles of the part, at most as many as are asked for, drawn, in the file's order."""
    articles = read_squad(request.file)
    start, step = {Part.TUNE: (0, 2), Part.REPORT: (1, 2), Part.ALL: (0, 1)}[request.part]
    found = [article for article in articles[start::step] if any(p.text.strip() for p in article.paragraphs)]
    if request.articles is not None and request.articles < len(found):
        kept = sorted(random.Random(request.seed).sample(range(len(found)), request.articles))
        found = [found[at] for at in kept]
    if not found:
        raise SquadError(f"{request.file} has no article for {request.part}. Give a file with more of them.")
    return found


def _sides(articles: Sequence[Article], request: Request, settings: Settings, embedder: Embedder) -> list[_Side]:
    """The articles dealt to two collections (one where there is one article), with the claims for each."""
    halves = [half for half in (articles[::2], articles[1::2]) if half]
    gathered = [_gathered(half, settings.home, embedder) for half in halves]
    chance = random.Random(request.seed)
    pools = [
        tuple(trials(mine, [fact for other, _ in gathered if other is not mine for fact in other.facts], chance))
        for mine, _ in gathered
    ]
    chosen = {trial.id for trial in drawn([trial for pool in pools for trial in pool], request.claims, chance)}
    if not chosen:
        raise SquadError(f"{request.file}: no question of it becomes a claim. Give a file with more of them.")
    return [
        _Side(folder, mine, tuple(trial for trial in pool if trial.id in chosen))
        for (mine, folder), pool in zip(gathered, pools, strict=True)
    ]


def _gathered(articles: Sequence[Article], home: Path, embedder: Embedder) -> tuple[Collection, Path]:
    """Articles as documents in a folder of their own, by their content."""
    texts = (paragraph.text for article in articles for paragraph in article.paragraphs)
    folder = index_folder(home, "\0".join(texts).encode(), embedder.name)
    ids = write_sources(articles, folder / "sources")
    documents = {source.id: load(source.path, source) for source in read_catalog(folder / "sources")}
    return collection(articles, ids, documents, embedder.lexicon), folder


def _likest(sides: Sequence[_Side], embedder: Embedder) -> list[list[Likest]]:
    """For each side the sentence that is most like each of its claims."""
    return [
        Similarity(side.collection.documents, embedder).likest([trial.claim for trial in side.trials]) for side in sides
    ]


@contextmanager
def _checker(side: _Side, settings: Settings, embedder: Embedder) -> Iterator[ChecksClaims]:
    """The product's checker over the side's index, which is made if it is not there."""
    from app.build import build_store
    from app.check.checker import Checker
    from app.tutor import Tutor

    settings = replace(settings, index=side.folder / "index")
    build_index(settings, embedder, side.folder / "sources", fresh=False)
    store = build_store(settings, embedder)
    try:
        yield Checker(Tutor(store, embedder))
    finally:
        store.close()
