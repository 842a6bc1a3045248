"""The facts about kernels on a machine with vectors of 16 floats, and on one without masks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from smelt import Tensor
from smelt.ir.op import Op
from smelt.kernel.facts import Facts, Lanewise, Pieces, facts
from smelt.kernel.optimize import optimized
from smelt.program import Target
from smelt.schedule.lower import schedule

WIDE = Target("CPU", "x86_64", "", "", 64, 32, has_masks=True)
NARROW = replace(WIDE, vector_bytes=32, vector_registers=16, has_masks=False)


def filled(*shape: int) -> Tensor:
    return Tensor(np.ones(shape, np.float32))


def of(made: Tensor, target: Target = WIDE) -> Facts:
    """The facts about the last kernel."""
    kernel = schedule([made.node]).kernels[-1].kernel
    return facts(kernel, optimized(kernel, target)[1], target)


ROWS: list[tuple[str, Callable[[], Tensor], Target, str, object]] = [
    ("whole vectors", lambda: filled(64) + 1, WIDE, "vectors", (Pieces(64, 16, 16),)),
    ("a masked one", lambda: filled(17) + 1, WIDE, "vectors", (Pieces(17, 16, 16),)),
    ("a short one", lambda: filled(3) + 1, WIDE, "vectors", (Pieces(3, 4, 16),)),
    ("a divisor", lambda: filled(100) + 1, NARROW, "vectors", (Pieces(100, 4, 8),)),
    ("doubles", lambda: filled(64).double() + 1, WIDE, "itemsize", 8),
    ("every fifth", lambda: filled(64, 64)[:, ::5] + 1, WIDE, "lanewise", (Lanewise(1, 5, False),)),
    ("every other", lambda: filled(64, 64)[:, ::2] + 1, WIDE, "lanewise", ()),
    ("in order", lambda: filled(64, 64)[:, 2:] + 1, WIDE, "lanewise", ()),
    ("transposed", lambda: filled(64, 32).T.contiguous(), WIDE, "lanewise",
     (Lanewise(0, 64, True),)),
    ("transposed, copied first", lambda: filled(512, 512) @ filled(512, 512).T, WIDE, "lanewise",
     ()),
    ("tiles of vectors that end where their loop does", lambda: filled(5, 64) @ filled(64, 5000),
     WIDE, "vectors", (Pieces(64, 16, 16),)),
    ("and what they do again", lambda: filled(5, 64) @ filled(64, 5000), WIDE, "tiles",
     (Pieces(5000, 64, 64), Pieces(5, 5, 5))),
    ("pieces of work", lambda: filled(64) + 1, WIDE, "grid", 4),
    ("one piece", lambda: filled(32).sum(), WIDE, "grid", 1),
    ("a product is one FMA", lambda: filled(8, 8) @ filled(8, 8), WIDE, "instructions", 8**3),
    ("a division is dear", lambda: 1 / filled(8), WIDE, "dear", ((Op.FDIV, 1),)),
    ("an addition is not", lambda: 1 + filled(8), WIDE, "dear", ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("build", "target", "name", "value"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS]
)
def test_facts(build, target, name, value):
    assert getattr(of(build(), target), name) == value


def test_a_scatter_stays_in_order():
    places = Tensor(np.arange(60, dtype=np.int32) % 8)
    known = of(Tensor.zeros(8).scatter_add(0, places, filled(60)))
    assert known.serial == ((0, 60),)
    assert of(filled(60) + 1).serial == ()


@pytest.mark.parametrize(
    ("pieces", "used"),
    [
        (Pieces(64, 16, 16), 1.0), (Pieces(17, 16, 16), 17 / 32), (Pieces(3, 4, 16), 3 / 16),
        (Pieces(100, 4, 8), 0.5),
    ],
)  # fmt: skip
def test_the_share_of_lanes_that_are_used(pieces, used):
    assert pieces.used == used


def test_the_pieces_of_a_sum_in_blocks_are_those_that_run():
    made = filled(2048, 1024).T @ filled(2048, 256)
    known = of(made)
    assert known.vectors and all(p.used == 1.0 for p in (*known.vectors, *known.tiles))
