"""Steps in more pieces than there are threads: who is done first takes over what is left."""

from __future__ import annotations

import numpy as np
import pytest

import smelt
from smelt import Tensor
from smelt.engine import executable
from smelt.util import flags


def data(*shape: int) -> Tensor:
    return Tensor(np.random.default_rng(0).standard_normal(shape, np.float32)).realize()


GRAPHS = {
    "product": (lambda a, b: a @ b, ((500, 300), (300, 500))),
    "rows": (lambda x: x.softmax(), ((700, 3000),)),
}


@pytest.mark.parametrize("threads", [2, 3, 5])
@pytest.mark.parametrize("name", GRAPHS)
def test_results_are_bitwise_the_same(name, threads, monkeypatch):
    graph, shapes = GRAPHS[name]
    inputs = [data(*shape) for shape in shapes]
    with flags.Context(SMELT_THREADS=1):
        expected = graph(*inputs).numpy()
    monkeypatch.setattr(executable, "_executables", {})
    step = smelt.jit(graph)
    with flags.Context(SMELT_THREADS=threads):
        for _ in range(10):
            with smelt.profile() as runs:
                np.testing.assert_array_equal(step(*inputs).numpy(), expected)
        assert max(s.pieces for s in runs[-1].program.steps) > threads


@pytest.mark.parametrize(
    ("blocks", "seconds", "pieces"),
    [
        (0, 1.0, 0),  # nobody knows
        (1, 1.0, 0),  # every piece would make the same copy
        (4, 1.0, 4),  # the same for both
        (5, 1.0, 10),
        (21, 1.0, 21),  # more than enough for both to end at about the same time
        (1000, 1.0, 16),
        (1000, 1e-5, 0),  # not worth it
    ],
)
def test_a_piece_is_a_block_or_a_part_of_one(blocks, seconds, pieces):
    with flags.Context(SMELT_THREADS=2):
        assert executable._pieces(blocks, seconds) == pieces
