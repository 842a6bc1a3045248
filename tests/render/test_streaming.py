"""Results that are larger than the caches are written past them, wherever they begin."""

from __future__ import annotations

import math

import numpy as np
import pytest

from smelt.dtype import dtypes
from smelt.ir.node import Node, kernel, load, loop_range, param, store
from smelt.ir.op import AxisKind
from smelt.render.llvm import KEPT_BYTES, STREAMED_BYTES, render
from tests.render.native import Native, targets

ROWS = STREAMED_BYTES // 4096  # of 1024 float32


def doubled(rows: int, columns: int, lanes: int, first: int = 0) -> Node:
    """y[first + r * columns + c] = 2 x[r * columns + c], in vectors."""
    r, c = loop_range(rows, 0, AxisKind.GRID), loop_range(columns // lanes, 1)
    lane = loop_range(lanes, 2, AxisKind.VECTOR)
    at = r * columns + c * lanes + lane
    x = load(param(1, dtypes.float32, rows * columns), at)
    y = param(0, dtypes.float32, rows * columns + first)
    return kernel("doubled", [r, c, lane], [store(y, at + first, x + x)])


@pytest.mark.parametrize("offset", [0, 4, 16, 32, 60])
@pytest.mark.parametrize("name", targets())
def test_wherever_the_result_begins(name: str, offset: int) -> None:
    target = targets()[name]
    native = Native(doubled(ROWS, 1024, target.vector_bytes // 4), target)
    assert "!nontemporal" in native.source.text and "sfence" in native.source.text
    x = np.arange(ROWS * 1024, dtype=np.float32)
    memory = np.zeros(x.nbytes + 128, np.uint8)
    start = -memory.ctypes.data % 64 + offset
    y = memory[start : start + x.nbytes].view(np.float32)
    native.run([y, x], {}, 2)
    np.testing.assert_array_equal(y, x + x)
    assert not memory[:start].any() and not memory[start + x.nbytes :].any()


def test_only_large_results_of_whole_vectors() -> None:
    target = targets()["host"]
    lanes = target.vector_bytes // 4
    others = {
        "small": doubled(ROWS // 2, 1024, lanes),
        "half vectors": doubled(ROWS, 1024, max(lanes // 2, 1)),
        "rows that begin anywhere": doubled(math.ceil(ROWS * 1024 / 1020), 1020, 4),
        "beside a vector's place": doubled(ROWS, 1024, lanes, first=1),
    }
    for name, built in others.items():
        assert "nontemporal" not in render(built, target).text, name


def test_parts_that_are_read_again_at_once_are_not() -> None:
    """How many parts there are is known at the call: more than one for each MB are a chain's."""
    target = targets()["host"]
    native = Native(doubled(ROWS, 1024, target.vector_bytes // 4), target)
    assert f"icmp ule i64 %threads, {STREAMED_BYTES // KEPT_BYTES}\n" in native.source.text
    x = np.arange(ROWS * 1024, dtype=np.float32)
    y = np.zeros_like(x)
    native([y, x], threads=2 * STREAMED_BYTES // KEPT_BYTES)
    np.testing.assert_array_equal(y, x + x)
