"""Answers on a terminal: quoted ones whole, written ones sentence by sentence as they are checked."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from app.answer import Answer, Citation, Sentence
from app.marks import MARKS
from app.support import Support
from app.writing import Writing


def print_answer(answer: Answer) -> None:
    """Print a quoted answer or a refusal."""
    _print_understood(answer)
    print(answer.text)
    if answer.refused:
        for hit in answer.passages[:3]:
            print(f"  - {hit.passage.source_id}, {hit.passage.section or 'top'}: {_shortened(hit.plain)}")
        return
    print(f"\n{answer.certainty.capitalize()} ({answer.confidence:.2f})")
    _print_citations(answer.citations)


def print_written(writings: Iterator[Writing]) -> int:
    """Print a written answer as it comes; returns 0, or 1 if a quoted one had to take its place."""
    shown, headed = 0, False
    last = None
    for last in writings:
        if last.done and not last.written:
            break
        if not headed and (last.answer.sentences or last.answer.refused):
            headed = True
            _print_understood(last.answer)
            print(f"({last.answer.model}: {last.answer.mode.label.lower()}; every sentence checked)\n")
            if last.answer.refused:
                print(last.answer.reason)
        for sentence in last.answer.sentences[shown:]:
            print(_line(sentence), flush=True)
        shown = len(last.answer.sentences)
    assert last is not None
    if last.fault:
        print(f"tutor: {last.fault}", file=sys.stderr)
    if not last.written:
        print("\n" * bool(shown), end="")
        print_answer(last.answer)
        return 1
    for note in last.answer.notes:
        print(note)
    print()
    _print_citations(last.answer.citations)
    return 0


def _line(sentence: Sentence) -> str:
    """A checked sentence: what it stands on, and its mark in a shape and a word if anything is amiss."""
    numbers = "".join(f" [{n}]" for n in sentence.citations)
    if sentence.support is None:
        return f"  {sentence.text}{numbers}"
    mark = MARKS[sentence.support]
    why = f": {sentence.remark}" if sentence.remark else ""
    amiss = "" if sentence.support is Support.SUPPORTED else f"  ({mark.word}{why})"
    return f"{mark.shape} {sentence.text}{numbers}{amiss}"


def _print_understood(answer: Answer) -> None:
    if answer.understood != answer.question:
        print(f"(understood as: {answer.understood})\n")


def _print_citations(citations: Sequence[Citation]) -> None:
    for citation in citations:
        place = f"{citation.source_id}:{citation.span.start}-{citation.span.end}"
        print(f"[{citation.n}] {place}  {citation.place or citation.source_title}")


def _shortened(text: str, most: int = 160) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"
