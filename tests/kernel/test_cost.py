"""The cost of kernels, counted by hand: operations on data, and distinct bytes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from smelt import Tensor
from smelt.dtype import dtypes
from smelt.ir.node import Node, kernel, load, loop_range, param, store
from smelt.kernel.cost import cost
from smelt.program import Cost
from smelt.schedule.lower import schedule

Build = Callable[[], Tensor]


def stored(*shape: int, dtype: str = "float32") -> Tensor:
    return Tensor(np.ones(shape, np.float32)).cast(dtype).realize()


def ids(*values: int) -> Tensor:
    return Tensor(np.array(values, np.int64)).realize()


# an expression that is one kernel: FLOPs, elements of float32 read, elements written
ROWS: list[tuple[str, Build, int, int, int]] = [
    ("copy", lambda: stored(3, 4).T.contiguous(), 0, 12, 12),
    ("add", lambda: stored(3, 4) + stored(3, 4), 12, 24, 12),
    ("square: one argument twice", lambda: _twice(stored(3, 4)), 24, 12, 12),
    ("broadcast rows", lambda: stored(3, 4) * stored(4), 12, 16, 12),
    ("broadcast columns", lambda: stored(3, 4) * stored(3, 1), 12, 15, 12),
    ("a scalar", lambda: stored(3, 4) * stored(1, 1), 12, 13, 12),
    ("hoisted function of a row", lambda: stored(30, 4) * stored(30, 1).exp2(), 120 + 30, 150, 120),
    ("sum", lambda: stored(3, 4).sum(1), 12, 12, 3),
    ("sum of all", lambda: stored(3, 4).sum(), 12, 12, 1),
    ("max", lambda: stored(3, 4).max(0), 12, 12, 4),
    ("dot", lambda: (stored(3, 4) * stored(3, 4)).sum(1), 24, 24, 3),
    ("product", lambda: stored(5, 7) @ stored(7, 3), 2 * 5 * 7 * 3, 35 + 21, 15),
    ("one row", lambda: stored(5, 7)[2] + 1, 7, 7, 7),
    ("part of rows", lambda: stored(5, 7)[1:4] + 1, 21, 21, 21),
    ("part of columns", lambda: stored(5, 7)[:, 1:4] + 1, 15, 15, 15),
    ("every other", lambda: stored(10)[::2] + 1, 5, 5, 5),
    ("every third column", lambda: stored(4, 9)[:, ::3] + 1, 12, 12, 12),
    ("backwards", lambda: stored(5, 7).flip(0) + 1, 35, 35, 35),
    ("repeated", lambda: stored(5, 1).expand(5, 100) + 1, 5, 5, 500),
    ("beside a pad", lambda: stored(5).pad(((2, 3),)) + 1, 10, 5, 10),
    ("two halves of one", lambda: _halves(stored(8)), 4, 8, 4),
    ("overlapping parts of one", lambda: _overlapping(stored(8)), 7, 8, 7),
    ("windows", lambda: stored(10).unfold(0, 3, 1).sum(1), 24, 10, 8),
    ("windows apart", lambda: stored(12).unfold(0, 2, 4).sum(1), 6, 6, 3),
    (
        "convolution", lambda: stored(2, 3, 8, 8).conv2d(stored(4, 3, 3, 3)),
        2 * 2 * 4 * 36 * 27, 2 * 3 * 64 + 4 * 27, 2 * 4 * 36,
    ),
    (
        "convolution beside a pad",
        lambda: stored(1, 2, 6, 6).conv2d(stored(4, 2, 3, 3), padding=1),
        2 * 4 * 36 * 18, 2 * 36 + 4 * 18, 4 * 36,
    ),
    (
        "convolution with a stride",
        lambda: stored(1, 2, 9, 9).conv2d(stored(4, 2, 1, 1), stride=2),
        2 * 4 * 25 * 2, 2 * 25 + 8, 4 * 25,
    ),
    (
        "convolution of each channel",
        lambda: stored(1, 4, 6, 6).conv2d(stored(4, 1, 3, 3), groups=4),
        2 * 4 * 16 * 9, 4 * 36 + 36, 4 * 16,
    ),
]  # fmt: skip


def _twice(x: Tensor) -> Tensor:
    return x * x + x


def _halves(x: Tensor) -> Tensor:
    return x[:4] + x[4:]


def _overlapping(x: Tensor) -> Tensor:
    return x[:7] + x[1:]


def the_kernel(x: Tensor) -> Node:
    (scheduled,) = schedule([x.node]).kernels
    return scheduled.kernel


@pytest.mark.parametrize(
    ("build", "flops", "read", "written"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS]
)
def test_rows(build: Build, flops: int, read: int, written: int) -> None:
    assert cost(the_kernel(build())) == Cost(flops, 4 * read, 4 * written)


def test_gathers_read_what_they_point_at() -> None:
    table, index = stored(1000, 16), ids(5, 7, 999)
    assert cost(the_kernel(table[index])) == Cost(0, 3 * 16 * 4 + 3 * 8, 3 * 16 * 4)
    many = Tensor(np.zeros(5000, np.int64)).realize()
    small = stored(10, 2)
    assert cost(the_kernel(small[many])).bytes_read == 10 * 2 * 4 + 5000 * 8


def test_addresses_and_masks_are_no_operations_on_data() -> None:
    x = stored(6, 6).pad(((1, 1), (2, 2))).reshape(-1)[3:50].flip(0)
    assert cost(the_kernel(x.contiguous())).flops == 0


def test_casts_are_free_and_halves_are_half() -> None:
    x = stored(8, 8, dtype="float16")
    assert cost(the_kernel(x.cast("float32"))) == Cost(0, 128, 256)


def test_a_fused_multiply_add_is_two_operations() -> None:
    from smelt.ir.node import alu
    from smelt.ir.op import Op

    i = loop_range(4, 0)
    a = load(param(1, dtypes.float32, 4), i)
    built = kernel("fma", [i], [store(param(0, dtypes.float32, 4), i, alu(Op.FMA, a, a, a))])
    assert cost(built) == Cost(8, 16, 16)


def test_a_loop_over_a_variable_counts_as_its_longest() -> None:
    from smelt import Variable

    x = stored(10, 4)
    part = x[: Variable("n", 1, 10).bind(3)] + 1
    assert cost(the_kernel(part)) == Cost(40, 160, 160)
