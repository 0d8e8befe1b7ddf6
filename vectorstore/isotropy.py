"""What all texts of a collection have in common, taken out of their vectors.

In a collection about one subject every vector points much the same way, and a question about that subject is
near to all of them. Subtracting the mean and the first principal components leaves what sets the texts apart
("All-but-the-Top", Mu and Viswanath, 2018). On single SQuAD articles it raises the right sentence in first
place from 68 to 71 of 100 (evals/NOTES.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vectorstore.embedding import Vectors

COMPONENTS = 2
_FEWEST = 50  # texts below which a mean and components say nothing yet


@dataclass(frozen=True)
class Common:
    """The mean, shape (dimension,), and the first principal directions, shape (COMPONENTS, dimension)."""

    mean: Vectors
    directions: Vectors

    @classmethod
    def of(cls, vectors: Vectors) -> Common:
        """What unit vectors of shape (n, dimension) have in common; nothing if there are only a few."""
        dimension = vectors.shape[1]
        if len(vectors) < _FEWEST:
            nothing = np.zeros(dimension, dtype=np.float32)
            return cls(nothing, np.zeros((0, dimension), dtype=np.float32))
        mean = vectors.mean(axis=0)
        centred = vectors - mean
        _, directions = np.linalg.eigh(centred.T @ centred)  # in ascending order of variance
        return cls(mean, np.ascontiguousarray(directions[:, -COMPONENTS:].T, dtype=np.float32))

    def without(self, vectors: Vectors) -> Vectors:
        """The vectors, shape (n, dimension), without it, of length 1 again (or 0 if nothing is left)."""
        rest = vectors - self.mean
        rest = rest - (rest @ self.directions.T) @ self.directions
        lengths = np.linalg.norm(rest, axis=1, keepdims=True)
        return np.asarray(rest / np.maximum(lengths, 1e-9), dtype=np.float32)
