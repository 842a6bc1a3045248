"""Operands of large products are stored in the order in which the products read them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import smelt
from smelt import Tensor
from smelt.ir.node import numel
from smelt.schedule.lower import schedule
from smelt.schedule.reasons import Why


def stored(*shape: int, dtype: str = "float32") -> Tensor:
    """Small whole numbers, whose sums are exact."""
    rng = np.random.default_rng(sum(shape))
    return Tensor(rng.integers(-4, 5, shape).astype(dtype)).realize()


def heads(*shape: int) -> Tensor:
    return stored(2, *shape)


def by_two() -> Tensor:
    x = stored(512, 256)
    return x.T @ stored(512, 512) + x.T @ stored(512, 512).T


# What is computed, and the shape of each copy.
ROWS: list[tuple[str, Callable[[], Tensor], list[tuple[int, ...]]]] = [
    ("x.T @ y", lambda: stored(512, 256).T @ stored(512, 512), [(256, 512)]),
    ("x.T @ y.T", lambda: stored(512, 256).T @ stored(530, 512).T, [(256, 512)]),
    ("both in order", lambda: stored(256, 512) @ stored(512, 512), []),
    ("the right one", lambda: stored(256, 512) @ stored(512, 512).T, []),
    ("few columns", lambda: stored(512, 512).T @ stored(512, 511), []),
    ("a small one", lambda: stored(255, 512).T @ stored(255, 512), []),
    ("a batch", lambda: heads(512, 256).mT @ heads(512, 520), [(2, 256, 512)]),
    ("a batch of small ones", lambda: heads(512, 240).mT @ heads(512, 520), []),
    ("rows across lines", lambda: stored(300, 300).T @ stored(300, 200), [(300, 300)]),
    ("a batch of them", lambda: heads(300, 300).mT @ heads(300, 200), [(2, 300, 300)]),
    ("small ones", lambda: stored(280, 290).T @ stored(280, 300), []),
    ("with few columns", lambda: stored(300, 300).T @ stored(300, 191), []),
    ("with long sums", lambda: stored(1024, 300).T @ stored(1024, 300), []),
    ("a far one", lambda: stored(1024, 1025).T @ stored(1024, 1023), []),
    ("a part", lambda: stored(600, 258)[50:562, 1:257].T @ stored(512, 512), [(256, 512)]),
    ("beside a pad", lambda: stored(500, 256).pad(((0, 12), (0, 0))).T @ stored(512, 512), []),
    ("doubles", lambda: stored(512, 256, dtype="float64").T @ stored(512, 512, dtype="float64"),
     [(256, 512)]),
    ("of a map", lambda: stored(512, 256).relu().T @ stored(512, 512), [(256, 512)]),
    ("halves", lambda: stored(1024, 128, dtype="float16") @ stored(128, 1024, dtype="float16"),
     [(1024, 128), (128, 1024)]),
    ("few halves", lambda: stored(512, 256, dtype="float16") @ stored(256, 512, dtype="float16"),
     []),
    ("integers", lambda: stored(512, 256, dtype="int32").T @ stored(512, 512, dtype="int32"), []),
    ("by two", by_two, [(256, 512)]),
    ("a product of it", lambda: (stored(512, 256).T @ stored(512, 512)).T @ stored(256, 512),
     [(256, 512), (512, 256)]),
]  # fmt: skip


def copies(made: Tensor) -> list[int]:
    """The sizes of the copies."""
    return [
        numel(memory.shape)
        for scheduled in schedule([made.node]).kernels
        for memory, why in zip(scheduled.memories, scheduled.stored, strict=True)
        if why is not None and why.why is Why.OPERAND
    ]


@pytest.mark.parametrize(("build", "shapes"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS])
def test_copies(build: Callable[[], Tensor], shapes: list[tuple[int, ...]]) -> None:
    made = build()
    assert copies(made) == [int(np.prod(shape)) for shape in shapes]
    with smelt.Context(SMELT_THREADS=1):
        alone = build().numpy()
    np.testing.assert_array_equal(build().numpy(), alone)
    np.testing.assert_array_equal(alone, build().to("PYTHON").numpy())


def test_a_gradient() -> None:
    x, w = stored(512, 520), stored(520, 530)
    w.requires_grad = True
    (x @ w).square().sum().backward()
    assert w.grad is not None
    want = 2 * x.numpy().T @ (x.numpy() @ w.numpy())
    np.testing.assert_allclose(w.grad.numpy(), want, rtol=1e-4)
