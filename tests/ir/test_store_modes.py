"""STORE in each of its modes: the interpreters and machine code against a loop over the values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import smelt.ir.node as ir
from smelt import Context, Tensor
from smelt.dtype import DType, dtypes
from smelt.ir.meaning import MEANING
from smelt.ir.op import COMBINE

INDEX = np.array([[3, 0, 3], [1, 3, 0]])
VALID = np.array([[True, True, False], [True, True, True]])
DTYPES = (dtypes.float32, dtypes.float16, dtypes.bfloat16, dtypes.int8, dtypes.uint16, dtypes.bool)


def numbers(dtype: DType, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(len(shape))
    special = np.array([0.0, -0.0, np.nan, np.inf, -2.5, 3.0, 100.0])
    whole = rng.integers(0, 100, shape)
    values = rng.choice(special, shape) if dtype.is_float else whole
    return np.asarray(values, dtype.np)


@pytest.mark.parametrize("mode", ["set", *COMBINE])
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.name)
@pytest.mark.parametrize("device", ["CPU", "PYTHON", "graph"])
def test_modes(mode: str, dtype: DType, device: str) -> None:
    base, value = numbers(dtype, (5, 2)), numbers(dtype, (2, 3, 2))
    expected = base.copy()
    for at in np.ndindex(INDEX.shape):
        row = INDEX[at]
        if VALID[at]:
            combined = value[at] if mode == "set" else (
                MEANING[COMBINE[mode]](dtype, expected[row], value[at])
            )  # fmt: skip
            expected[row] = combined
    with Context(ORACLE=int(device == "graph")):
        place = "PYTHON" if device == "PYTHON" else "CPU"
        parts = [Tensor(a, device=place) for a in (base, INDEX, value, VALID)]
        stored = Tensor._make(ir.store(*(p.node for p in parts), mode=mode)).numpy()
    stored, expected = stored.astype(np.float64), expected.astype(np.float64)
    np.testing.assert_array_equal(stored, expected)
    numbers_only = ~np.isnan(expected)  # of two zeros the positive one is larger
    np.testing.assert_array_equal(
        np.signbit(stored)[numbers_only], np.signbit(expected)[numbers_only]
    )
