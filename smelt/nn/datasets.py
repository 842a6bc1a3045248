"""Real data that comes with a package and needs no network."""

from __future__ import annotations

from typing import Any

import numpy as np

from smelt.util.errors import MissingDependencyError

Array = np.ndarray[Any, np.dtype[Any]]

_SPLIT_SEED = 0  # the split is part of the data set: it is the same in every run
_BRIGHTEST = 16.0


def digits() -> tuple[Array, Array, Array, Array]:
    """The 1,797 handwritten digits of 8×8 pixels that scikit-learn bundles, split 80% to 20%.

    Returns (x_train, y_train, x_test, y_test): images (N, 1, 8, 8) in float32 from 0 to 1 and
    their labels (N,) in int32, N being 1,437 and 360.

    Raises:
        MissingDependencyError: scikit-learn is not installed.

    Source: E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI, 1998.

    >>> [a.shape for a in digits()]
    [(1437, 1, 8, 8), (1437,), (360, 1, 8, 8), (360,)]
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise MissingDependencyError(
            "digits", "no scikit-learn", "it installed", "pip install scikit-learn"
        ) from None
    data = load_digits()
    order = np.random.default_rng(_SPLIT_SEED).permutation(len(data.target))
    images = (data.images[order, None] / _BRIGHTEST).astype(np.float32)  # (N, 1, 8, 8)
    labels = data.target[order].astype(np.int32)
    n_train = len(labels) * 4 // 5
    return images[:n_train], labels[:n_train], images[n_train:], labels[n_train:]
