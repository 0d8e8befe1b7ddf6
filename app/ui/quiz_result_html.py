"""What a quiz came to, as safe HTML: its points, what to reread, every question; and quizzes in a list.

Pure functions; every word of a source, of a question and of an answer passes through `html.escape`. Single questions
are in quiz_html.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from app.answer import Citation
from app.study.item import Graded, ItemKind, Outcome
from app.study.quiz_store import QuizLine, TakenQuiz
from app.study.result import Result, Section, Share
from app.ui.quiz_html import (
    KINDS,
    OUTCOMES,
    REREAD,
    changed_html,
    filled_html,
    gave,
    key_html,
    known,
    points_words,
    right,
    stands_html,
)
from app.ui.scores import table
from ingest.documents import Document


def line_html(line: QuizLine, begun: str, head: str = "") -> str:
    """A quiz in a list: its points, or how far one is; when it was begun, and of what it is."""
    many = f"{points_words(line.points)} of {line.questions} points"
    said = many if line.done else f"{line.answered} of {line.questions} answered"
    above = f"{escape(head)}: " if head else ""
    return f'<p class="quiz-line">{above}<b>{said}</b><span>{escape(f"{begun} · {line.topic}")}</span></p>'


def score_html(quiz: TakenQuiz, result: Result, begun: str) -> str:
    """The points of a quiz, and of what and when it was."""
    share = f"{points_words(result.share.points)} of {result.share.of}"
    noun = "point" if result.share.of == 1 else "points"
    return f'<p class="score" role="status">{share} {noun}</p><p class="meta">{escape(f"{quiz.topic} · {begun}")}</p>'


def shares_html(result: Result, labels: Mapping[str, str]) -> str:
    """The points by kind and by section. `labels` name the sources, where that is to be said."""
    kinds = [(escape(KINDS[kind]), *_share(share)) for kind, share in result.by_kind]
    sections = [(escape(_section(one, labels)), *_share(one.share)) for one in result.sections]
    return table("By kind", ("", "Points", "Of"), kinds) + table("By section", ("", "Points", "Of"), sections)


def _share(share: Share) -> tuple[str, str]:
    return points_words(share.points), str(share.of)


def _section(section: Section, labels: Mapping[str, str]) -> str:
    named = labels.get(section.source_id, "")
    return " · ".join(filter(None, (named, section.title or "At the beginning")))


def reread_parts(result: Result, documents: Mapping[str, Document], labels: Mapping[str, str]) -> list[str]:
    """What to read again, section by section; each place opens."""
    if not result.reread:
        return []
    sections = "".join(
        f"<section><h3>{escape(_section(one, labels))}</h3>"
        f"{''.join(_reread(citation, documents) for citation in one.reread)}</section>"
        for one in result.reread
    )
    return [f"<h2>What to reread</h2>{sections}"]


def _reread(citation: Citation, documents: Mapping[str, Document]) -> str:
    """A place to read again, under the name of its section."""
    also = f"{escape(citation.locator)}{changed_html(citation, documents)}"
    where = f'<p class="where">{also}</p>' if also else ""
    return f"{key_html(citation, '', documents, before=REREAD)}{where}"


def questions_parts(graded: Sequence[Graded], documents: Mapping[str, Document]) -> list[str]:
    """Every question with what was given and what is right."""
    return ["<h2>Every question</h2>", *_questions(graded, documents)]


def _questions(graded: Sequence[Graded], documents: Mapping[str, Document]) -> Iterator[str]:
    for n, one in enumerate(graded, 1):
        item, mark = one.item, OUTCOMES[one.outcome]
        asked = filled_html(item.prompt, f"<mark>{escape(item.answer)}</mark>")
        yield (
            f'<article class="asked"><p>{n}. {asked}</p><p><b><span aria-hidden="true">{mark.shape}</span>'
            f" {mark.word}.</b> {escape(_said(one))}</p>{stands_html(item, documents)}</article>"
        )


def _said(one: Graded) -> str:
    """What was given, and what is right, in sentences."""
    if one.item.kind is ItemKind.EVIDENCE:  # its passages are not in sight here
        return "You chose another passage." if one.outcome is Outcome.WRONG else ""
    given = "" if one.outcome is Outcome.SKIPPED else f"You gave {gave(one)}."
    answer = "" if known(one) else f"The right answer is {right(one.item)}."
    return " ".join(filter(None, (given, answer, one.note)))
