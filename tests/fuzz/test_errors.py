"""The error bounds: not so small that what is right fails, and nothing where a result is exact."""

from __future__ import annotations

import numpy as np
import pytest

from smelt import engine
from smelt.dtype import dtypes
from smelt.ir import node as ir
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from tests.fuzz.errors import Array, assert_within, error_bounds
from tests.fuzz.test_found import Stored


def checked(root: Node, stored: Stored) -> Array:
    """The error bound of a node that the CPU computes within it."""
    order = toposort([root])
    values = dict(zip(order, evaluate_graph(order, stored.held), strict=True))
    error = error_bounds(order, values, {})[root]
    assert_within(engine.to_numpy(root, device="CPU"), values[root], error, repr(root))
    return error


@pytest.mark.parametrize(("value", "is_exact"), [(1 / 3, False), (1.75, True)])
def test_a_sum_may_add_products_that_are_not_rounded(value: float, is_exact: bool) -> None:
    """A third is more than the float32, of which three times, rounded, is 1."""
    stored = Stored("CPU")
    products = ir.alu(Op.MUL, stored(np.full((2, 6), value)), stored([[3.0, -3.0, 3.0] * 2] * 2))
    apart = ir.reshape(products, (4, 3))
    padded = ir.pad(ir.where(ir.const(True, dtypes.bool, (4, 3)), apart, apart), [(0, 1), (0, 0)])
    error = checked(ir.reduce(padded, Op.ADD, [1]), stored)
    assert (error[:4] == 0).all() == is_exact and error[4] == 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_multiply_add_may_round_twice(dtype: str) -> None:
    stored = Stored("CPU")
    x, y = stored([3.0, -1.5661788], dtype), stored([5.0, -1e-7], dtype)
    error = checked(ir.alu(Op.FMA, x, x, y), stored)
    assert error[1] > 0 and (error[0] == 0) == (dtype == "float32")
