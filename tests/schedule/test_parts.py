"""Long reductions to few elements are done in two steps."""

from __future__ import annotations

import numpy as np
import pytest

import smelt
from smelt import Tensor
from smelt.schedule.parts import COLUMNS, FEW, LONG, LONG_COLUMNS, PARTS

SHAPES: list[tuple[tuple[int, ...], int | tuple[int, ...] | None]] = [
    ((LONG,), None),
    ((1, LONG), None),
    ((512, 513), None),
    ((513, 512), (0, 1)),
    ((3, 100_000), 1),
    ((100_000, 3), 0),
    ((2, 400, 400), (1, 2)),
    ((400, 2, 400), (0, 2)),
    ((3, LONG), None),  # the longest axis is divided, as the first one is short
    ((5, 7, 9973), None),
    ((300_007,), None),  # a prime: what is left is for the second step
    ((13, 30_011), 1),
]


@pytest.mark.parametrize(("shape", "axis"), SHAPES)
def test_every_thread_has_a_part(
    shape: tuple[int, ...], axis: int | tuple[int, ...] | None
) -> None:
    values = np.random.default_rng(0).integers(-9, 9, shape).astype(np.float32)
    x = Tensor(values).realize()
    with smelt.profile() as runs:
        total, largest = x.sum(axis), x.max(axis)
        np.testing.assert_array_equal(total.numpy(), values.sum(axis))
        np.testing.assert_array_equal(largest.numpy(), values.max(axis))
    names = [kernel.name for run in runs for kernel in run.kernels]
    assert len(names) == 4
    parts = [slot.size for run in runs for slot in run.program.slots if slot.kind.value == "arena"]
    assert all(FEW <= size <= PARTS for size in parts), parts


@pytest.mark.parametrize("columns", [FEW, 64, 200, COLUMNS])
def test_few_columns_are_divided_as_well(columns: int) -> None:
    shape = (-(-LONG_COLUMNS // columns) + 1, columns)
    values = np.random.default_rng(0).integers(-9, 9, shape).astype(np.float32)
    x = Tensor(values).realize()
    weights = Tensor(values[:, 0]).realize()
    with smelt.stats() as stats:
        np.testing.assert_array_equal(x.max(0).numpy(), values.max(0))
    assert stats.kernels == 2
    with smelt.stats() as stats:
        np.testing.assert_array_equal((weights @ x).numpy(), values[:, 0] @ values)
    assert stats.kernels == 2


@pytest.mark.parametrize(
    ("shape", "axis"),
    [
        ((LONG - 1,), None),
        ((FEW, LONG), 1),
        ((LONG_COLUMNS // 64 - 1, 64), 0),
        ((LONG // 64, COLUMNS + 1), 0),
        ((64, LONG // 64, 4), 1),
    ],
    ids=["short", "enough rows", "short columns", "enough columns", "columns of rows"],
)
def test_other_reductions_stay_whole(shape: tuple[int, ...], axis: int | None) -> None:
    x = Tensor.ones(*shape).contiguous().realize()
    with smelt.stats() as stats:
        total = x.sum(axis).numpy()
    assert stats.kernels == 1
    np.testing.assert_allclose(total, np.prod(shape) / max(total.size, 1), rtol=1e-6)


def test_a_gradient_flows_through_parts() -> None:
    x = Tensor(np.linspace(-1, 1, LONG, dtype=np.float32), requires_grad=True)
    (x * x).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 2 * x.numpy(), rtol=1e-6)


def test_a_product_of_little_stays_whole() -> None:
    """However many products it adds up: its operands are few numbers, used again and again."""
    values = np.random.default_rng(0).integers(-9, 9, (3000, 35)).astype(np.float32)
    x = Tensor(values).realize()
    with smelt.stats() as stats:
        np.testing.assert_array_equal((x.T @ x[:, :17]).numpy(), values.T @ values[:, :17])
    assert stats.kernels == 1
