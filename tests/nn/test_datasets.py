"""The digits: what scikit-learn has, every image once, split the same way every time."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits

from smelt.nn.datasets import digits
from smelt.util.errors import MissingDependencyError


def test_digits_are_scikit_learns() -> None:
    x_train, y_train, x_test, y_test = digits()
    assert x_train.shape == (1437, 1, 8, 8)
    assert x_test.shape == (360, 1, 8, 8)
    assert x_train.dtype == x_test.dtype == np.float32
    assert y_train.dtype == y_test.dtype == np.int32
    assert x_train.min() == 0
    assert x_train.max() == 1
    images = np.concatenate([x_train, x_test]).reshape(-1, 64) * 16
    ours = {
        (*image.tolist(), label) for image, label in zip(images, [*y_train, *y_test], strict=True)
    }
    data = load_digits()
    theirs = {(*i.tolist(), t) for i, t in zip(data.data, data.target, strict=True)}
    assert ours == theirs


def test_the_split_is_fixed_and_mixed() -> None:
    first, second = digits(), digits()
    assert all((a == b).all() for a, b in zip(first, second, strict=True))
    assert set(first[1].tolist()) == set(first[3].tolist()) == set(range(10))
    assert np.bincount(first[3]).min() > 20


def test_without_scikit_learn_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(MissingDependencyError, match="pip install scikit-learn"):
        digits()
