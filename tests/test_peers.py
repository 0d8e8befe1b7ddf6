"""The comparison with other pipelines: what is written for them to index, and what is printed. Nothing is timed."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.peers import SYSTEMS, Measured, PeersError, table, write_articles, write_bundled
from evals.squad_file import Article, Paragraph, Question


def article(title: str, *texts: str) -> Article:
    paragraphs = tuple(Paragraph(text, (Question(text, f"What of {text}"),)) for text in texts)
    return Article(title, paragraphs)


def test_the_first_paragraphs_of_articles_are_written(tmp_path: Path) -> None:
    asked = write_articles([article("Rice", "One.", "Two."), article("Train", "Three.", "Four.")], 3, tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "00000.txt": "Rice\n\nOne.\n\nTwo.",
        "00001.txt": "Train\n\nThree.",
    }
    assert asked == ["What of One.", "What of Two.", "What of Three."]


def test_without_questions_nothing_is_compared(tmp_path: Path) -> None:
    with pytest.raises(PeersError, match=r"^There are no questions to ask\. Take more passages\.$"):
        write_articles([article("Rice", "One.")], 0, tmp_path)


def test_the_bundled_sources_are_the_default(tmp_path: Path) -> None:
    asked = write_bundled(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kim2026.txt", "loc.txt"]
    assert 20 < len(asked) < 90


def test_the_table_gives_medians_and_our_ratio() -> None:
    ours = [Measured(seconds, 10, 2_000_000, 800_000_000, 3.0, (0.02, 0.04, 0.03)) for seconds in (1.0, 4.0, 2.0)]
    theirs = Measured(4.0, 5, 1_000_000, 400_000_000, 6.0, (0.01, 0.02, 0.03))
    rounds = [{SYSTEMS[0]: one, SYSTEMS[1]: theirs, SYSTEMS[2]: theirs} for one in ours]
    found = table(rounds, 8_000)
    assert found.title == "8 KB of text, medians of 3 rounds"
    assert [row[:3] for row in found.rows] == [
        ("texts embedded", "10", "5 (ours 2 times)"),
        ("ingest, KB/s, more is better", "4.0", "2.0 (ours 2 times)"),
        ("ingest, texts/s, more is better", "5", "1 (ours 4 times)"),
        ("index on disk, MB", "2.0", "1.0 (ours 2 times)"),
        ("peak memory while indexing, MB", "800", "400 (ours 2 times)"),
        ("start of a process to its first answer, s", "3.00", "6.00 (ours 0.5 times)"),
        ("warm answer, median, ms", "30.0", "20.0 (ours 1.5 times)"),
        ("warm answer, 95 of 100, ms", "40.0", "30.0 (ours 1.3 times)"),
    ]
