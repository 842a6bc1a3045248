"""Random graphs whose shapes depend on a Variable, run for several of its values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt import Context, engine
from smelt.ir.evaluate import evaluate_graph
from tests.fuzz.symbolic import LARGEST, Symbolic


@pytest.mark.parametrize("device", ["CPU", "PYTHON"])
@given(data=st.data())
def test_random_symbolic_shapes(device: str, data: Any) -> None:
    graph = Symbolic(lambda a, b: int(data.draw(st.integers(a, b))), device)
    shape = tuple(graph.one_of([LARGEST, 3, 12, 1]) for _ in range(graph.number(1, 3)))
    values = np.random.default_rng(0).integers(-8, 9, shape).astype(np.float64)
    x = graph.stored(values)
    for _ in range(graph.number(1, 6)):
        x = graph.step(x)
    with Context(VERIFY=1):
        for n in (1, 4, LARGEST, 2):
            (expected,) = evaluate_graph([x], graph.held, {"n": n})
            got = engine.to_numpy(x, {"n": n}, device)
            x.buffer = None
            np.testing.assert_array_equal(got, expected)
