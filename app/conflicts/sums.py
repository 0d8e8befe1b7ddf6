"""A total that its parts do not add up to: "206 in all: 132, 67 and 1".

A total and its parts stand in one sentence, in two that follow each other ("Of these, ..."), or in a sentence and the
list behind it. The hard half is to know when the parts are meant to be all of them and to leave each other out: parts
that are told apart by places or labels do; "of whom 20 were women and 15 had children" do not; and "including" may
leave some out, so that a sum far short of the total is no mistake. How parts are read is in parts.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from app.conflicts.differing import who
from app.conflicts.parts import Form, Part, may_be_of, parts_in, totals_before, trailing
from app.conflicts.reading import Reading, follows
from app.conflicts.values import Conflict, ConflictKind, Place
from ingest.documents import BlockKind, Span

_LONGEST = 200  # items of a list
_SHOWN = 12  # parts that a note spells out
_NEAR = 0.9  # what the smaller of sum and total is of the larger, where parts may have been left out
_FAR = 0.75  # the same where none is: beyond that they are parts of something else

#: Words behind a total that bring in all its parts, and those that bring in some of them.
_ALL = re.compile(
    r":(?= )| (?:[-–—]|namely,?|consisting of|comprised of|composed of|made up of|divided into) (?=.*\d)"
    r"|\((?=\d[\d,]* [^()]*\d)"
)
_SOME = re.compile(r"\b(?:including|among (?:them|these)|of (?:whom|which|these|them))\b:?,?")
_PARTITION = re.compile(r"^(?:Of|Out of|From) (?:these|them|those|the(?: total(?: of)?)?)\b")
_REST = re.compile(r"\b(?:the )?(?:remaining|other|rest of the)\s+$")


def wrong_sums(readings: Sequence[Reading]) -> Iterator[Conflict]:
    """All totals that their parts do not add up to, each once."""
    for place, reading in enumerate(readings):
        found = _introduced(reading) or _closed(reading)
        if found is None and place and follows(readings[place - 1], reading):
            found = _next(readings[place - 1], reading)
        if found is None and reading.text.rstrip().endswith(":"):
            found = _listed(reading, readings[place + 1 : place + 1 + _LONGEST])
        if found is not None:
            yield found


def _introduced(reading: Reading) -> Conflict | None:
    """ "206 heroes: 132 in A, 67 in B and 1 in C", and the same with "including"."""
    for pattern in (_ALL, _SOME):
        for match in pattern.finditer(reading.text):
            found = _added(totals_before(reading, match.start()), [reading], match.end(), complete=pattern is _ALL)
            if found is not None:
                return found
    return None


def _added(totals: Sequence[Part], items: Sequence[Reading], start: int, *, complete: bool) -> Conflict | None:
    """What is wrong with the parts in some sentences: they add up to none of the totals, and nearly to one."""
    for bracketed in (False, True):
        parts = [part for item in items for part in parts_in(item, start, bracketed=bracketed)]
        if len(parts) < max(len(items), 2):
            continue
        fitting = [total for total in totals if all(may_be_of(part, total) for part in parts)]
        if any(not _off(total, parts, 0.0) for total in fitting):
            continue
        for total in fitting:
            if _contradict(total, parts, complete=complete):
                return _conflict(total, parts)
    return None


def _closed(reading: Reading) -> Conflict | None:
    """ "10 in A and 20 in B, 40 overall": the total stands behind its parts."""
    total, parts = trailing(reading)
    if total is None or len(parts) < 2:
        return None
    return _conflict(total, parts) if _off(total, parts, _FAR) else None


def _next(before: Reading, reading: Reading) -> Conflict | None:
    """ "40 ships sailed. Of these, 10 were lost near Omsk, 12 near Kiev and 15 near Riga." """
    match = _PARTITION.match(reading.text)
    if match is None:
        return None
    return _added(totals_before(before, len(before.text)), [reading], match.end(), complete=False)


def _listed(reading: Reading, behind: Sequence[Reading]) -> Conflict | None:
    """A sentence that ends with a colon and the items of the list behind it, one number each."""
    orders = range(reading.order + 1, reading.order + 1 + len(behind))
    together = (item for item, order in zip(behind, orders, strict=True) if item.order == order)
    items = list(takewhile(lambda item: item.source_id == reading.source_id and _is_item(item), together))
    return _added(totals_before(reading, len(reading.text)), items, 0, complete=True) if items else None


def _is_item(reading: Reading) -> bool:
    return reading.kind is BlockKind.LIST_ITEM


def _contradict(total: Part, parts: Sequence[Part], *, complete: bool) -> bool:
    """Whether parts that are meant to be all of a total add up to something else."""
    forms = {part.form for part in parts}
    if len(parts) < 2 or len(forms) != 1:
        return False
    (form,) = forms
    if any(_REST.search(part.reading.text[: part.start]) for part in parts):
        return form is not Form.CLAUSE and _off(total, parts, _FAR)
    if complete:
        return form in _LABELLED and _off(total, parts, _NEAR if form is Form.BARE else _FAR)
    return (
        form in (Form.LABEL, Form.PLACE)
        and len(parts) > 2
        and _off(total, parts, _NEAR)
        and not _may_lack(total, parts)
    )


def _may_lack(total: Part, parts: Sequence[Part]) -> bool:
    """Whether "including" may have left out the rest: less than the least of the parts that it names."""
    lacking = total.value - sum(part.value for part in parts)
    return 0 < lacking <= min(part.value for part in parts)


_LABELLED = (Form.LABEL, Form.PLACE, Form.BARE)


def _off(total: Part, parts: Sequence[Part], ratio: float) -> bool:
    """Whether the sum is not the total, but close enough to it to be meant to be."""
    given = sum(part.value for part in parts)
    if any(part.bound for part in (total, *parts)) or min(part.value for part in parts) < 0:
        return False
    if min(given, total.value) < ratio * max(given, total.value):
        return False
    slack = sum(part.step / 2 for part in (total, *parts) if part.step != 1)
    return abs(given - total.value) > slack + 1e-6


def _conflict(total: Part, parts: Sequence[Part]) -> Conflict:
    given = sum(part.value for part in parts)
    said = " + ".join(number(part.value) for part in parts[:_SHOWN])
    more = f" + {len(parts) - _SHOWN} more" if len(parts) > _SHOWN else ""
    last = parts[-1].reading
    figures = tuple(sorted(part.reading.at(part.start, part.end) for part in parts if part.reading is last))
    span = last.span
    if any(part.reading is not last for part in parts):  # a list: from its first item to its last
        span = Span(parts[0].reading.span.start, last.span.end)
        figures = tuple(sorted(part.reading.at(part.start, part.end) for part in parts))
    note = (
        f"{who(total.reading, last)}: the parts add up to {number(given)} ({said}{more}), "
        f"the total given is {number(total.value)}."
    )
    first = Place(total.reading.source_id, total.reading.span, (total.reading.at(total.start, total.end),))
    return Conflict(ConflictKind.SUM, first, Place(last.source_id, span, figures), note)


def number(value: float) -> str:
    """A number as it is written."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.10g}"
