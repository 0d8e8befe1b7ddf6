"""The questions of a quiz as safe HTML, and which place each of their buttons opens.

Pure functions; every word of a source, of a question and of an answer passes through `html.escape`. How the lists with
buttons look and what a press does is in study_view.py; what a quiz came to is quiz_result_html.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from app.answer import Citation
from app.check.words import place, shown_quote
from app.marks import Mark
from app.saved import State, standings
from app.study.card import BLANK
from app.study.item import Graded, Item, ItemKind, Option, Outcome
from app.study.quiz_store import Question, TakenQuiz
from app.ui.answering import Place
from app.ui.guide_html import name_of
from app.ui.study_html import GAP
from ingest.documents import Document

STYLE = """
<style>
:has(> .st-key-quiz-keys) { position: absolute; }
.st-key-quiz-main { scroll-margin-top: 4.5rem; }
.stElementContainer:has(.quiz-head), .stElementContainer:has(.quiz-line) { flex: 1; min-width: 0; }
.quiz-head { font-size: .95rem; margin: 0; overflow-wrap: anywhere; }
.quiz-head b { font-variant-numeric: tabular-nums; }
.quiz-bar { height: .5rem; border-radius: 4px; overflow: hidden; border: 1px solid var(--line); }
.quiz-bar i { display: block; height: 100%; background: var(--accent); }
.stElementContainer:has(.quiz-bar) { width: 100%; }
.quiz-line { margin: 0; font-size: .95rem; line-height: 1.4; overflow-wrap: anywhere; }
.quiz-line b { font-variant-numeric: tabular-nums; }
.quiz-line span { display: block; font-size: .875rem; opacity: .75; }
.card .verdict { font-size: 1.05rem; font-weight: 600; margin: 0 0 .6rem; }
.card .verdict .shape { display: inline-block; min-width: 1.3em; color: var(--accent); }
.card .wrong .shape, .card .skipped .shape { color: inherit; }
.card dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem .8rem; margin: .9rem 0 0;
  border-top: 1px solid var(--line); padding: .8rem 0 0; line-height: 1.5; max-width: 42rem; }
.card dt { opacity: .75; font-size: .925rem; }
.card dd { margin: 0; font-weight: 600; }
.card .options { list-style: none; margin: .9rem 0 0; padding: .8rem 0 0; border-top: 1px solid var(--line); }
.card .options li { display: flex; gap: .3rem; margin: 0; padding: .15rem 0; line-height: 1.5; }
.card .options .shape { flex: none; width: 1.2rem; }
.card .options b { font-weight: 600; font-size: .875rem; margin-left: .4em; }
.card .note { margin: .6rem 0 0; font-size: .95rem; line-height: 1.5; max-width: 42rem; }
[class*=st-key-quiz-given] [role=radiogroup] { gap: .5rem; width: 100%; align-items: stretch; }
[class*=st-key-quiz-given] label[data-testid=stRadioOption] { border: 1px solid var(--line); border-radius: 8px;
  margin: 0; padding: .6rem .8rem; width: 100%; align-items: flex-start; background: none; }
[class*=st-key-quiz-given] label[data-testid=stRadioOption]:hover { border-color: var(--accent); }
[class*=st-key-quiz-given] label[data-testid=stRadioOption]:has(input:checked) { border-color: var(--accent);
  box-shadow: inset 0 0 0 1px var(--accent); background: color-mix(in srgb, var(--accent) 10%, transparent); }
[class*=st-key-quiz-given] label[data-testid=stRadioOption]:has(input:focus-visible) { outline: 2px solid var(--accent);
  outline-offset: 2px; }
[class*=st-key-quiz-given] [role=radiogroup] p { font-size: 1rem; line-height: 1.5; overflow-wrap: anywhere; }
[class*=st-key-quiz-given] [role=radiogroup] code { font-size: .75rem; background: none; color: inherit; opacity: .75;
  border: 1px solid var(--line); border-radius: 4px; padding: .1em .4em; margin-right: .2em; }
[class*=st-key-quiz-given] label[data-testid=stRadioOption] > div { align-items: flex-start; }
[class*=st-key-quiz-given] label[data-testid=stRadioOption] > div > :first-child { margin-top: .25rem; }
.st-key-quiz-topics [data-tag], .st-key-quiz-topics [data-tag] button { color: var(--on-accent); }
.st-key-quiz-passages [role=radiogroup] p { font-family: "Source Serif", Georgia, "Noto Serif CJK KR", serif; }
.score { font-size: 1.5rem; font-weight: 600; margin: 0; font-variant-numeric: tabular-nums; }
[class*=st-key-quiz-given] [data-testid=InputInstructions] { display: none; } /* the button says it */
.scores + .scores { margin-top: 1.2rem; }
@media (pointer: coarse) { /* there are no such keys */
  [class*=st-key-quiz-given] [role=radiogroup] code, .st-key-quiz-go kbd, .st-key-quiz-go p span { display: none; }
}
</style>
"""

KINDS: Mapping[ItemKind, str] = {
    ItemKind.CHOICE: "Multiple choice",
    ItemKind.SHORT: "Short answers",
    ItemKind.EVIDENCE: "Find the evidence",
}
#: What is asked of the student, above a question of each kind.
_ASKS: Mapping[ItemKind, str] = {
    ItemKind.CHOICE: "Choose the answer",
    ItemKind.SHORT: "Answer in a few words",
    ItemKind.EVIDENCE: "Find the passage that says this",
}
_ASKS_ANSWER = "Find the passage that answers this"  # where the evidence of a question is looked for
#: How an outcome is shown.
OUTCOMES: Mapping[Outcome, Mark] = {
    Outcome.RIGHT: Mark("✓", "Right", "One point"),
    Outcome.PARTLY: Mark("◐", "Partly right", "Half a point"),
    Outcome.WRONG: Mark("✕", "Wrong", "No point"),
    Outcome.SKIPPED: Mark("–", "Not answered", "No point"),
}
#: What stands above the sentence that answers an item.
_WHY: Mapping[ItemKind, str] = {
    ItemKind.CHOICE: "The source says:",
    ItemKind.SHORT: "The source says:",
    ItemKind.EVIDENCE: "The passage has this sentence:",
}
REREAD = "reread-"  # begins the `data-open` of a place that is also shown elsewhere
_CHANGED = "The source has changed or gone since this quiz was made; its words are shown as they were."


def points_words(points: float) -> str:
    """Points without needless digits: "7", "7.5"."""
    return f"{points:g}"


# -- a question ------------------------------------------------------------------------------------------------------


def head_html(quiz: TakenQuiz, at: int) -> str:
    """Where one is in a quiz; at its beginning, that it is shorter than was wished."""
    count = len(quiz.questions)
    few = f" No more than {count} can be asked of what you chose." if not at and count < quiz.wish.length else ""
    return f'<p class="quiz-head"><b>{at + 1} of {count}</b> · {escape(quiz.topic)}{few}</p>'


def bar_html(done: int, count: int) -> str:
    """How far a quiz is, as a bar."""
    return (
        f'<div class="quiz-bar" role="progressbar" aria-label="Questions done" aria-valuemin="0" aria-valuenow="{done}"'
        f' aria-valuemax="{count}"><i style="width:{100 * done / count:.0f}%"></i></div>'
    )


def question_html(item: Item) -> str:
    """What an item asks; nothing of its answer."""
    answers = item.kind is ItemKind.EVIDENCE and not _states(item)
    return _card([f'<p class="of">{_ASKS_ANSWER if answers else _ASKS[item.kind]}</p>', _asked(item, GAP)])


def answered_html(question: Question) -> str:
    """An item that was answered: what that is worth, what was given, and what is right."""
    given, counted = question.given, question.counted
    if given is None or counted is None:
        return question_html(question.item)
    item, mark = question.item, OUTCOMES[counted.outcome]
    notes = [given.note] if given.note else []
    if question.overruled is not None:
        graded = OUTCOMES[given.outcome].word.lower()
        notes.append(f"You count it as {counted.outcome.value}. It was graded: {graded}.")
    return _card(
        [
            f'<p class="verdict {counted.outcome}"><span class="shape" aria-hidden="true">{mark.shape}</span>'
            f"{mark.word}</p>",
            _asked(item, f"<mark>{escape(item.answer)}</mark>"),
            _options(given) if item.kind is ItemKind.CHOICE else _rows(given),
            *(f'<p class="note">{escape(note)}</p>' for note in notes),
        ]
    )


def _options(given: Graded) -> str:
    """The options of an item, the right one and the one that was chosen marked."""
    item, rows = given.item, []
    for n, option in enumerate(item.options):
        mine = given.outcome is not Outcome.SKIPPED and n == int(given.given)
        mark = OUTCOMES[Outcome.RIGHT].shape if n == item.right else OUTCOMES[Outcome.WRONG].shape if mine else ""
        said = ", ".join(["right"] * (n == item.right) + ["your choice"] * mine)
        rows.append(
            f'<li><span class="shape" aria-hidden="true">{mark}</span><span>{escape(option.text)}'
            f"{f' <b>{said}</b>' if said else ''}</span></li>"
        )
    return f'<ul class="options">{"".join(rows)}</ul>'


def _rows(given: Graded) -> str:
    """What was given and what is right, one below the other."""
    rows = [("You gave", gave(given))] if given.outcome is not Outcome.SKIPPED else []
    if not known(given):
        rows.append(("Right answer", right(given.item)))
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{escape(said)}</dd>' for name, said in rows)}</dl>"


def known(given: Graded) -> bool:
    """Whether what is right is said by what was given, or by the note on it."""
    item = given.item
    if item.kind is ItemKind.SHORT:
        return item.answer == given.given or item.answer in given.note
    return given.outcome is Outcome.RIGHT


def _card(parts: Sequence[str]) -> str:
    return f'<article class="card" aria-label="Question" aria-live="polite">{"".join(parts)}</article>'


def _asked(item: Item, answer: str) -> str:
    return f'<p class="asked">{filled_html(item.prompt, answer)}</p>'


def filled_html(prompt: str, answer: str) -> str:
    """What is asked, with safe HTML in the place of what is left out."""
    return answer.join(escape(part) for part in prompt.split(BLANK))


def gave(graded: Graded) -> str:
    """What was given, in words."""
    item = graded.item
    if graded.outcome is Outcome.SKIPPED:
        return "nothing"
    if item.kind is ItemKind.SHORT:
        return graded.given
    number = int(graded.given)
    return f"passage {number + 1}" if item.kind is ItemKind.EVIDENCE else item.options[number].text


def right(item: Item) -> str:
    """The right answer, in words."""
    return f"passage {item.right + 1}" if item.kind is ItemKind.EVIDENCE else item.answer


# -- where it stands -------------------------------------------------------------------------------------------------


def explained_parts(graded: Graded, documents: Mapping[str, Document]) -> list[str]:
    """The sentence that answers an item and, if another option was chosen, where that stands; each opens."""
    item = graded.item
    parts = [stands_html(item, documents, _WHY[item.kind])]
    chosen = _wrongly(graded)
    if chosen is not None:
        said = chosen.text if item.kind is ItemKind.CHOICE else ""
        head = f"<b>{escape(said)}</b> stands here:" if said else f"{escape(gave(graded).capitalize())} stands here:"
        parts.append(f"<p>{head}</p>{_quoted(chosen.citation, said, documents)}")
    return parts


def stands_html(item: Item, documents: Mapping[str, Document], head: str = "") -> str:
    """The sentence that answers an item, the answer marked, and where it is; only that if it is what was asked."""
    if BLANK in item.prompt:
        return f"<p>{_open(item.citation, 'Open in the source')}</p>{_where(item.citation, documents)}"
    words = item.prompt.rstrip(".") if _states(item) else item.answer
    return f"{f'<p>{head}</p>' if head else ''}{_quoted(item.citation, words, documents)}"


def _states(item: Item) -> bool:
    """Whether an item states something and asks for its evidence."""
    return item.kind is ItemKind.EVIDENCE and not item.prompt.endswith("?")


def _wrongly(graded: Graded) -> Option | None:
    """The wrong option that was chosen, None if none was."""
    if graded.outcome is Outcome.SKIPPED or not graded.item.options or int(graded.given) == graded.item.right:
        return None
    return graded.item.options[int(graded.given)]


def item_places(items: Iterable[Item]) -> dict[str, Place]:
    """The places that the buttons of some items open, by their `data-open`; also those of what is to reread."""
    cited = [one for item in items for one in (item.citation, *(option.citation for option in item.options))]
    return {f"{before}{_name(one)}": Place(one.source_id, one.span, one) for one in cited for before in ("", REREAD)}


def _name(citation: Citation) -> str:
    return name_of(citation.source_id, citation.span)


def _quoted(citation: Citation, words: str, documents: Mapping[str, Document]) -> str:
    return f"{key_html(citation, words, documents)}{_where(citation, documents)}"


def key_html(citation: Citation, words: str, documents: Mapping[str, Document], before: str = "") -> str:
    """A cited place, the first of some words in it marked, and the button that opens it, its name behind `before`."""
    text = " ".join(shown_quote(citation, documents).split())
    at, end = _words_at(text, words)
    marked = f"<mark>{escape(text[at:end])}</mark>" if end else ""
    said = f"{escape(text[:at])}{marked}{escape(text[end:])}"
    return f'<p class="key">{said} {_open(citation, "Open", before)}</p>'


def _words_at(text: str, words: str) -> tuple[int, int]:
    """Where some whole words stand first in a text, the case of their letters kept if it can be; (0, 0) if nowhere, and
    if they are all of it."""
    whole = rf"(?<!\w){re.escape(words)}(?!\w)"
    found = (re.search(whole, text) or re.search(whole, text, re.IGNORECASE)) if words else None
    return found.span() if found and found.end() - found.start() < len(text.rstrip(".")) else (0, 0)


def _open(citation: Citation, label: str, before: str = "") -> str:
    return (
        f'<button type="button" class="open" data-open="{before}{escape(_name(citation))}"'
        f' aria-label="{label}: {escape(place(citation))}">{label}</button>'
    )


def _where(citation: Citation, documents: Mapping[str, Document]) -> str:
    return f'<p class="where">{escape(place(citation))}{changed_html(citation, documents)}</p>'


def changed_html(citation: Citation, documents: Mapping[str, Document]) -> str:
    """What is to be said of a place that does not say so any more; "" of others."""
    standing = standings([citation], documents)[citation.n]
    if standing.state is State.SAME or standing.span is not None:
        return ""
    return f" <b>Changed</b> {escape(_CHANGED)}"
