"""Python scalars as each dtype holds them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.dtype import DType, dtypes
from smelt.ir.meaning import meaning_of
from smelt.ir.op import Op

FLOATS = (dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64)
ROWS = [
    (dtypes.float16, 65519.9, 65504.0),
    (dtypes.float16, 65520.0, math.inf),
    (dtypes.float16, 2.0**-25, 0.0),
    (dtypes.float32, -3.5e38, -math.inf),
    (dtypes.float32, 0.1, 0.10000000149011612),
    (dtypes.bfloat16, 3.4e38, math.inf),
    (dtypes.bfloat16, 1 + 2.0**-8, 1.0),
    (dtypes.bfloat16, 1 + 2.0**-8 + 2.0**-40, 1 + 2.0**-7),  # through float32 it would be 1
    (dtypes.bfloat16, -(2.0**-134), -0.0),
    (dtypes.bfloat16, 1.5 * 2.0**-133, 2.0**-132),
    (dtypes.int8, 200, -56),
    (dtypes.uint8, -1, 255),
    (dtypes.bool, 0.5, True),
]


@pytest.mark.parametrize(("dtype", "value", "expected"), ROWS)
def test_cast(dtype: DType, value: float, expected: float) -> None:
    result = dtype.cast(value)
    assert (result, math.copysign(1, result)) == (expected, math.copysign(1, expected))


@pytest.mark.parametrize("dtype", FLOATS, ids=lambda d: d.name)
@given(value=st.floats())
def test_cast_rounds_as_the_cast_of_an_array_does(dtype: DType, value: float) -> None:
    with np.errstate(all="ignore"):
        expected = float(meaning_of(Op.CAST, dtype, np.asarray(value, np.float64)))
    result = dtype.cast(value)
    assert np.array_equal(result, expected, equal_nan=True)
    assert math.isnan(value) or math.copysign(1, result) == math.copysign(1, expected)
