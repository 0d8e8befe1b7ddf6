"""What all vectors have in common."""

from __future__ import annotations

import numpy as np

from vectorstore.isotropy import COMPONENTS, Common


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_the_common_part_is_taken_out() -> None:
    apart = np.random.default_rng(0).normal(size=(200, 8))
    apart[:, 0] = 0.0
    vectors = unit(apart + 20 * np.eye(8)[0])  # all point along the first axis
    assert (vectors @ vectors.T).min() > 0.9
    rest = Common.of(vectors).without(vectors)
    assert rest.shape == vectors.shape
    np.testing.assert_allclose(np.linalg.norm(rest, axis=1), 1.0, rtol=1e-5)
    assert abs(float(rest[:, 0].mean())) < 0.05
    assert float((rest @ rest.T).mean()) < 0.05


def test_directions_are_orthonormal() -> None:
    common = Common.of(unit(np.random.default_rng(1).normal(size=(100, 8))))
    np.testing.assert_allclose(common.directions @ common.directions.T, np.eye(COMPONENTS), atol=1e-5)


def test_a_few_vectors_are_left_as_they_are() -> None:
    vectors = unit(np.random.default_rng(2).normal(size=(3, 8)))
    np.testing.assert_allclose(Common.of(vectors).without(vectors), vectors, rtol=1e-5)
