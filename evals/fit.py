"""Fit the ranker's weights and the confidence: `python -m evals.fit SQUAD.json [SQUAD.json ...]`.

Each article of a SQuAD-format file becomes a collection of its own (one subject, as in use), indexed by the
product. The ranker is a listwise softmax regression (Cao et al., 2007) over the sentences that search brings
up, right being the sentence with the answer. Questions whose words the right sentence lacks count more, for
people who ask do not have the text before them as SQuAD's authors had. The confidence is a logistic
regression: answered rightly or not, over answerable questions, SQuAD 2.0's near misses and questions from other
articles. A quarter of the articles is kept apart and reported on. What is printed is pasted into
app/ranking.py and app/confidence.py; nothing is written.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from evals.squad_file import read_squad
from ingest.errors import TutorError

if TYPE_CHECKING:
    from vectorstore.embedding import Embedder
    from vectorstore.search import Searcher

Floats = NDArray[np.float64]
_FIRST = 2  # sentences of the ranking that count as the answer


@dataclass(frozen=True)
class Example:
    """One question: the sentences' features, which are right, its weight, and the confidence's figures."""

    article: str
    matrix: Floats
    right: NDArray[np.bool_]
    weight: float
    figures: Floats
    answerable: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the accepted answers; none if the article does not answer it."""

    text: str
    answers: tuple[str, ...] = ()
    context: str = ""


@dataclass(frozen=True)
class Article:
    """A SQuAD article."""

    title: str
    paragraphs: tuple[str, ...]
    questions: tuple[Asked, ...] = field(repr=False)


def read_articles(path: Path) -> Iterator[Article]:
    """The articles of a SQuAD-format file.

    Raises:
        TutorError: the file is missing or is no SQuAD file.
    """
    for article in read_squad(path):
        questions = [Asked(q.text, q.accepted, p.text) for p in article.paragraphs for q in p.questions]
        contexts = tuple(" ".join(p.text.split()) for p in article.paragraphs)
        yield Article(article.title, contexts, tuple(questions))


def examples(article: Article, others: Sequence[Asked], embedder: Embedder, most: int, seed: int) -> list[Example]:
    """The article indexed by itself, and up to `most` of its questions and as many of the others asked of it."""
    from app.tutor import Tutor
    from ingest.pipeline import ingest
    from vectorstore.store import Store

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "article.txt"
        file.write_text("\n\n".join(article.paragraphs), encoding="utf-8")
        store = Store(Path(folder) / "index", embedder)
        with store.writing():
            ingest([file], store)
        searcher = Tutor(store, embedder).searcher()
        chosen = random.Random(seed).sample(article.questions, min(most, len(article.questions)))
        return [_example(article.title, asked, searcher) for asked in [*chosen, *others]]


def _example(title: str, asked: Asked, searcher: Searcher) -> Example:
    from app.confidence import evidence
    from app.question import understand
    from app.ranking import WEIGHTS, features, rank

    question = understand(asked.text, [], searcher.spelling)
    result = searcher.search(question.topic)
    matrix = features(question.topic, question.wanted, result, searcher)
    context = " ".join(asked.context.split())
    right = np.asarray(
        [
            any(answer in s.hit.document.plain(s.span) for answer in asked.answers)
            and s.hit.document.plain(s.span) in context
            for s in result.sentences
        ]
    )
    coverage = matrix[right, list(WEIGHTS).index("coverage")].max(initial=0.0)
    figures = evidence(question, rank(question.topic, question.wanted, result, searcher), searcher)
    return Example(title, matrix, right, 1.5 - float(coverage), figures, bool(asked.answers))


def fit_ranker(data: Sequence[Example], penalty: float = 1e-3) -> Floats:
    """Weights, shape (features,), of the listwise softmax regression; features are scaled for the penalty."""
    import torch

    usable = [e for e in data if e.right.any()]
    scale = np.concatenate([e.matrix for e in usable]).std(axis=0) + 1e-6
    pad = torch.nn.utils.rnn.pad_sequence
    x = pad([torch.tensor(e.matrix / scale) for e in usable], batch_first=True)
    y = pad([torch.tensor(e.right) for e in usable], batch_first=True)
    there = pad([torch.ones(len(e.right), dtype=torch.bool) for e in usable], batch_first=True)
    importance = torch.tensor([e.weight for e in usable], dtype=torch.float64)
    weights = torch.zeros(x.shape[2], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200)

    def closure() -> Any:
        optimiser.zero_grad()
        scores = (x @ weights).masked_fill(~there, -1e9)
        losses = torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~y, -1e9), 1)
        loss = (losses * importance).sum() / importance.sum() + penalty * (weights**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return np.asarray(weights.detach().numpy() / scale)


def fit_confidence(figures: Floats, right: NDArray[np.bool_]) -> Floats:
    """Weights, shape (figures,), of the logistic regression; the last figure is the constant 1."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=1000).fit(figures, right)
    return np.asarray(model.coef_[0])


def first_right(data: Sequence[Example], weights: Floats) -> str:
    """The share of answerable questions with a right sentence among the first one, two and three."""
    asked = [e for e in data if e.answerable]
    shares = [np.mean([e.right[np.argsort(-(e.matrix @ weights))[:k]].any() for e in asked]) for k in (1, 2, 3)]
    return " ".join(f"{share:.3f}" for share in shares)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit on the files named and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--questions", type=int, default=120, help="questions an article (default 120)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        return _run(options.files, options.questions, options.seed)
    except TutorError as error:
        print(f"evals.fit: {error}", file=sys.stderr)
        return 2


def _run(files: Sequence[Path], most: int, seed: int) -> int:
    from app.build import build_embedder
    from app.confidence import COLUMNS
    from app.ranking import WEIGHTS
    from app.settings import Settings

    articles = [article for path in files for article in read_articles(path)]
    embedder = build_embedder(Settings.read({}))
    chance = random.Random(seed)
    data: list[Example] = []
    for number, article in enumerate(articles, start=1):
        elsewhere = [a for a in articles if a.title != article.title]
        others = [Asked(chance.choice(chance.choice(elsewhere).questions).text) for _ in range(most // 4)]
        data += examples(article, others, embedder, most, seed)
        print(f"{number} of {len(articles)}: {article.title}", file=sys.stderr)
    kept = {a.title for a in articles[::4]}
    train, apart = [e for e in data if e.article not in kept], [e for e in data if e.article in kept]
    old = np.asarray(list(WEIGHTS.values()))
    new = fit_ranker(train)
    print(f"{len(train)} questions to fit, {len(apart)} kept apart ({len(kept)} articles)")
    print(f"right among the first 1, 2, 3:  now {first_right(apart, old)}  fitted {first_right(apart, new)}")
    print("ranking.WEIGHTS:", {name: round(float(w), 2) for name, w in zip(WEIGHTS, new, strict=True)})
    right = [e.answerable and bool(e.right[np.argsort(-(e.matrix @ old))[:_FIRST]].any()) for e in data]
    weights = fit_confidence(np.stack([e.figures for e in data]), np.asarray(right))
    print("confidence.WEIGHTS:", {name: round(float(w), 2) for name, w in zip(COLUMNS, weights, strict=True)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
