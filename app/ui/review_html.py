"""What the Review page says, as safe HTML. Pure functions; every word of an answer or a name passes `html.escape`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from app.review.agreement import Agreement, Precision
from app.review.figures import Between, Found
from app.review.pairs import Drawn, Kind, Pair, Verdict
from app.review.store import Review
from app.review.wording import FEW, KINDS, agreement_line, kappa_words, precision_line
from app.ui.scores import table
from ingest.documents import Document

STYLE = """
<style>
.said { border-left: 3px solid var(--accent); padding: .1rem .8rem; margin: .3rem 0; font-size: 1.05rem;
  line-height: 1.5; overflow-wrap: anywhere; }
.label { font-size: .875rem; opacity: .75; margin: .4rem 0 0; }
.asked { font-weight: 600; margin: 0; }
.verdicts { display: grid; grid-template-columns: 1fr 1fr; gap: .4rem 1.2rem; margin: 0; }
.verdicts div { min-width: 0; overflow-wrap: anywhere; }
.verdicts p { margin: 0; font-weight: 600; }
.verdicts .label { font-weight: 400; }
.seat { display: flex; flex-wrap: wrap; gap: 0 .8rem; align-items: baseline; }
.seat h1, .seat p { margin: 0; padding: 0; }
.verdicts .why { font-weight: 400; font-size: .925rem; }
:has(> .st-key-review-keys) { position: sticky; bottom: 0; z-index: 50; } /* judged without scrolling */
.st-key-review-keys { background: var(--ground); border-top: 1px solid var(--line); padding: .6rem 0; gap: .5rem; }
.st-key-review-who h1 { font-size: 1.35rem; }
@media (max-width: 40rem) { .st-key-review-keys button { min-height: 2.75rem; } .verdicts { gap: .4rem .8rem; } }
</style>
"""
TOP = (
    '<p class="lead">Judge what the tutor said before you see what it thinks of itself. The pairs are drawn at random, '
    "in the same order for everybody, so a few dozen tell how far the whole can be relied on.</p>"
)
NAMES = (
    '<p class="meta soft">Judgements are kept under the name, and go on where they stopped. Colleagues who take other '
    "names get the same pairs, so that you see how far you agree.</p>"
)
DONE = '<p role="status"><b>All of these are judged.</b> The figures are below.</p>'
_SHAPES: Mapping[Verdict, str] = {Verdict.SUPPORTED: "✓", Verdict.PARTLY: "◐", Verdict.NOT: "✕"}
_ABOUT: Mapping[Kind, str] = {
    Kind.WRITTEN: (
        "A model wrote these sentences. Supported means that the passage says all of it; judge by the passage alone, "
        "not by what you know. The tutor’s verdict is its check of the sentence against the same passage."
    ),
    Kind.QUOTED: (
        "These sentences are the source’s own, so that the source says them is certain, and nothing to judge. Whether "
        "they answer the question is not. The tutor’s verdict is how well it said its answer matches: a strong match "
        "stands for “it answers”, a fair one for “partly”, a weak one for “it does not”."
    ),
}
_HOW = (
    "“Partly” counts as not. Under a share: Wilson’s 95 % interval, narrower the more you judge. Kappa (Cohen) "
    "is agreement beyond chance: 1 is perfect, 0 is chance; it is not defined while both give one and the same verdict "
    f"to all, and not shown for fewer than {FEW} judgements. Judgements that were changed after the tutor’s verdict "
    "was shown count for the share, not for agreement."
)


def missing(talked: bool, runs: bool, held_out: int) -> str:
    """A line for each thing that pairs could be drawn from and that is not there, with how to get it."""
    lines = []
    if not talked:
        lines.append("There are no conversations yet: ask something on the page Chat.")
    if not runs:
        kept = " Those of the test questions keep no answers, so that nobody tunes on them." if held_out else ""
        lines.append(
            f"There are no evaluation runs to review yet: run the development questions on the page Evaluation.{kept}"
        )
    return "".join(f'<p class="meta soft">{line}</p>' for line in lines)


def seat(
    reviewer: str, drawn_from: str, done: int = 0, of: int = 0, gone: int = 0, *, head: str = "<h1>Review</h1>"
) -> str:
    """Who reviews what, and how many pairs are judged; the numbers are left out while `of` is not known."""
    lost = f"; {gone} left out, for the sources have changed" if gone else ""
    judged = f'<span role="status"> · {done} of {of} judged{lost}</span>' if of else ""
    return f'<div class="seat">{head}<p class="meta"><b>{escape(reviewer)}</b>, {escape(drawn_from)}{judged}</p></div>'


def nothing(drawn: Drawn) -> str:
    """That a set has no pairs."""
    if drawn.gone:
        return '<p role="status">The sources have changed: nothing that is cited here stands in them any more.</p>'
    return '<p role="status">There is no answer with a citation here. Ask something that the sources say.</p>'


def pair(one: Pair) -> str:
    """The question and the sentence of a pair."""
    asked = " ".join(one.question.split())
    understood = " ".join(one.understood.split())
    read = f'<p class="meta soft">Understood as: {escape(understood)}</p>' if understood != asked else ""
    return (
        f'<p class="label">Question</p><h2 class="question">{escape(one.question)}</h2>{read}'
        f'<p class="label">{"A model’s sentence" if one.kind is Kind.WRITTEN else "The tutor’s sentence"}</p>'
        f'<p class="said">{escape(one.sentence)}</p>'
    )


def place(document: Document, one: Pair) -> str:
    """Where the cited place of a pair is."""
    section = document.section_at(one.start).title
    where = " · ".join(filter(None, (document.source.label, section)))
    several = f" It cites {one.places} places; judge it by this one." if one.places > 1 else ""
    return f'<p class="label">The passage that it cites, the cited words marked: {escape(where)}.{several}</p>'


def reveal(review: Review, so_far: Found) -> str:
    """A judgement and the tutor's verdict, side by side, and what the reviewer has found so far."""
    words = KINDS[review.pair.kind]
    said = "You agree." if not review.disagrees else "You disagree."
    return (
        f'<div role="status"><div class="verdicts"><div><p class="label">You</p>'
        f"<p>{_verdict(review.pair.kind, review.judged)}</p></div>"
        f'<div><p class="label">{words.tutor}</p>{_own(review)}</div></div>'
        f'<p class="meta">{said} So far {words.share}: {precision_line(so_far.precision)}. As the tutor: '
        f"{agreement_line(so_far.with_tutor)}.</p></div>"
    )


def _own(review: Review) -> str:
    """The tutor's verdict and its reason; of a quoted sentence what it called its answer, and what that counts as."""
    kind, verdict, reason = review.pair.kind, review.automatic.verdict, review.automatic.reason
    if kind is Kind.WRITTEN or not reason:
        why = f'<p class="why">{escape(reason)}</p>' if reason else ""
        return f"<p>{_verdict(kind, verdict)}</p>{why}"
    called, _, further = reason.partition("; ")
    counts = f"{called[:1].upper()}{called[1:]}, which counts as “{KINDS[kind].verdicts[verdict]}”"
    also = f"; {further}" if further else ""
    return f'<p><span aria-hidden="true">{_SHAPES[verdict]}</span> {escape(counts + also)}.</p>'


def _verdict(kind: Kind, verdict: Verdict) -> str:
    return f'<span aria-hidden="true">{_SHAPES[verdict]}</span> {KINDS[kind].verdicts[verdict]}'


def found_table(found: Sequence[Found], kind: Kind) -> str:
    """What each reviewer found."""
    rows = [
        (
            escape(one.reviewer),
            str(one.precision.n),
            _share(one.precision),
            f"{100 * (one.precision.partly_share or 0):.0f} %",
            *_agreement(one.with_tutor),
        )
        for one in found
    ]
    caption = f"{KINDS[kind].name.capitalize()}, by reviewer"
    return table(caption, ("", "judged", KINDS[kind].share, "partly", "as the tutor", "kappa"), rows)


def between_table(pairs: Sequence[Between]) -> str:
    """How far reviewers agree; "" where no two have judged the same."""
    rows = [(f"{escape(one.one)} and {escape(one.other)}", *_agreement(one.agreement)) for one in pairs]
    return table("Between reviewers, on what both judged", ("", "the same", "kappa"), rows) if rows else ""


def about(kind: Kind) -> str:
    """What is judged, and how the figures are made."""
    return f'<p class="meta soft">{_ABOUT[kind]}</p><p class="meta soft">{_HOW}</p>'


def _share(one: Precision) -> str:
    if one.share is None or one.interval is None:
        return "–"
    ends = f"{100 * one.interval.low:.0f}–{100 * one.interval.high:.0f}"
    return f'{100 * one.share:.0f} % <span class="interval">{ends}</span>'


def _agreement(one: Agreement) -> tuple[str, str]:
    return f"{one.same} of {one.n}", kappa_words(one)
