"""Checks of the evaluation questions in evals/datasets (dev.jsonl, test.jsonl)."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DATASETS = ROOT / "evals" / "datasets"
SOURCES = ROOT / "ingest" / "sources"

KEYS = {
    "id",
    "kind",
    "question",
    "history",
    "facts",
    "evidence",
    "near",
    "answerable",
    "note",
}
MINIMUM = {
    "factoid": 18,
    "paraphrase": 14,
    "why_how": 9,
    "list": 9,
    "numbers": 10,
    "both_sources": 7,
    "follow_up": 12,
    "misspelt": 7,
    "false_premise": 5,
    "disagree": 2,
    "unanswerable": 20,
}
SPLITS = ("dev", "test")


def load(split):
    path = DATASETS / f"{split}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


ROWS = {split: load(split) for split in SPLITS}
# newline="" keeps the characters as they are: quotes must match byte for byte
TEXTS = {}
for _name in ("kim2026", "loc"):
    with open(SOURCES / f"{_name}.txt", encoding="utf-8", newline="") as _file:
        TEXTS[_name] = _file.read()

both = pytest.mark.parametrize("split", SPLITS)


def fold(text):
    text = re.sub(r"\[([^\]]*)\]\(#\)", r"\1", text).replace("*", "")
    return re.sub(r"\s+", " ", text).strip().casefold()


def holds(text, wording):
    """Is the wording in the (folded) text, not as a part of a longer word or number?"""
    return re.search(r"(?<!\w)(?<!\d,)" + re.escape(fold(wording)) + r"(?!\w)(?!,\d)", text) is not None


def spans(quote):
    """Every place of the quote in its source."""
    text, quoted = TEXTS[quote["source"]], quote["quote"]
    found, start = [], text.find(quoted)
    while start >= 0:
        found.append((quote["source"], start, start + len(quoted)))
        start = text.find(quoted, start + 1)
    return found


def all_spans(split):
    return [
        (row["id"], span) for row in ROWS[split] for quote in row["evidence"] + row["near"] for span in spans(quote)
    ]


@both
def test_schema(split):
    for row in ROWS[split]:
        where = row.get("id")
        assert set(row) == KEYS, where
        assert re.fullmatch(rf"{split}-\d{{3}}", row["id"]), where
        assert row["kind"] in MINIMUM, where
        assert isinstance(row["question"], str) and row["question"].strip(), where
        assert isinstance(row["note"], str), where
        assert isinstance(row["answerable"], bool), where
        assert isinstance(row["history"], list), where
        assert all(isinstance(turn, str) and turn.strip() for turn in row["history"]), where
        assert bool(row["history"]) == (row["kind"] == "follow_up"), where
        assert isinstance(row["facts"], list), where
        for fact in row["facts"]:
            assert isinstance(fact, list) and fact, where
            assert all(isinstance(wording, str) and wording.strip() for wording in fact), where
        for quote in row["evidence"] + row["near"]:
            assert set(quote) == {"source", "quote"}, where
            assert quote["source"] in TEXTS and quote["quote"], where


def test_ids_unique():
    ids = Counter(row["id"] for split in SPLITS for row in ROWS[split])
    assert [name for name, count in ids.items() if count > 1] == []


@both
def test_counts(split):
    assert len(ROWS[split]) >= 90
    counts = Counter(row["kind"] for row in ROWS[split])
    assert {kind: counts[kind] for kind, least in MINIMUM.items() if counts[kind] < least} == {}


@both
def test_quotes_verbatim(split):
    for row in ROWS[split]:
        for quote in row["evidence"] + row["near"]:
            assert quote["quote"] in TEXTS[quote["source"]], (row["id"], quote)


@both
def test_facts_in_evidence(split):
    for row in ROWS[split]:
        union = " ".join(fold(quote["quote"]) for quote in row["evidence"])
        for fact in row["facts"]:
            assert any(holds(union, wording) for wording in fact), (row["id"], fact)


@both
def test_answerable(split):
    for row in ROWS[split]:
        assert row["answerable"] == (row["kind"] != "unanswerable"), row["id"]
        if row["answerable"]:
            assert row["facts"] and row["evidence"] and not row["near"], row["id"]
        else:
            assert not row["facts"] and not row["evidence"], row["id"]


@both
def test_near_misses(split):
    near = [row for row in ROWS[split] if row["kind"] == "unanswerable" and row["near"]]
    rest = [row for row in ROWS[split] if row["kind"] == "unanswerable" and not row["near"]]
    assert len(near) >= 10 and len(rest) >= 9


@both
def test_both_sources_use_both(split):
    for row in ROWS[split]:
        if row["kind"] == "both_sources":
            assert {quote["source"] for quote in row["evidence"]} == set(TEXTS), row["id"]


def test_no_duplicate_questions():
    seen = {}
    for split in SPLITS:
        for row in ROWS[split]:
            key = (fold(row["question"]), tuple(fold(turn) for turn in row["history"]))
            assert key not in seen, (row["id"], seen.get(key))
            seen[key] = row["id"]


def test_splits_share_no_evidence():
    for dev_id, (source, start, end) in all_spans("dev"):
        for test_id, (other, other_start, other_end) in all_spans("test"):
            overlap = source == other and start < other_end and other_start < end
            assert not overlap, (dev_id, test_id, TEXTS[source][start:end])
