"""Long reductions to few elements are done in two steps."""

from __future__ import annotations

import numpy as np
import pytest

import smelt
from smelt import Tensor
from smelt.schedule.parts import FEW, LONG, PARTS

SHAPES: list[tuple[tuple[int, ...], int | tuple[int, ...] | None]] = [
    ((LONG,), None),
    ((1, LONG), None),
    ((512, 513), None),
    ((513, 512), (0, 1)),
    ((3, 100_000), 1),
    ((100_000, 3), 0),
    ((2, 400, 400), (1, 2)),
    ((400, 2, 400), (0, 2)),
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


@pytest.mark.parametrize(
    ("shape", "axis"),
    [((LONG - 1,), None), ((FEW, LONG), 1), ((LONG, FEW), 0), ((1_000_003,), None)],
    ids=["short", "enough rows", "enough columns", "prime"],
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
