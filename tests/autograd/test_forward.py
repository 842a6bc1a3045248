"""Forward mode against finite differences and against reverse mode, for every gradient rule."""

from __future__ import annotations

import numpy as np
import pytest

from smelt.autograd import GRADIENT
from smelt.autograd.backward import gradients
from smelt.autograd.forward import push_forward
from smelt.dtype import dtypes
from smelt.ir import node as ir
from smelt.ir.node import Node
from smelt.ir.op import Op
from tests.autograd.test_rules import ROWS, Array, Inputs, Row


def built(row: Row, inputs: Inputs, arrays: list[Array]) -> tuple[Node, list[Node]]:
    leaves = [inputs.leaf(a, dtypes.float64) for a in arrays]
    return row.build(*leaves), leaves


def directions(arrays: list[Array]) -> list[Array]:
    rng = np.random.default_rng(11)
    return [rng.uniform(-1, 1, a.shape) for a in arrays]


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_the_tangent_is_the_derivative(row: Row) -> None:
    arrays = row.arrays()
    along = directions(arrays)
    inputs = Inputs()
    result, leaves = built(row, inputs, arrays)
    tangents = [inputs.leaf(v, dtypes.float64) for v in along]
    (tangent,) = push_forward([result], dict(zip(leaves, tangents, strict=True)))
    if tangent is None:
        tangent = ir.const(0, result.dtype, result.shape)
    assert (tangent.shape, tangent.dtype) == (result.shape, result.dtype)
    (moved,) = inputs.values(tangent)

    # the transpose of reverse mode: <tangent of the result, g> = <tangents, gradients for g>
    g = np.random.default_rng(13).uniform(0.5, 1.5, moved.shape)
    back = gradients(result, inputs.leaf(g, result.dtype), leaves)
    found = [n for n in back if n is not None]
    values = iter(inputs.values(*found))
    total = sum(
        float((v * next(values)).sum()) for v, n in zip(along, back, strict=True) if n is not None
    )
    np.testing.assert_allclose((moved.astype(np.float64) * g).sum(), total, rtol=1e-6, atol=1e-12)

    if row.smooth:
        step = 1e-6
        ends = []
        for sign in (1, -1):
            at = Inputs()
            shifted = [a + sign * step * v for a, v in zip(arrays, along, strict=True)]
            ends.append(at.values(built(row, at, shifted)[0])[0])
        np.testing.assert_allclose(moved, (ends[0] - ends[1]) / (2 * step), rtol=1e-6, atol=1e-7)


def test_these_rows_have_every_operation_that_has_a_gradient() -> None:
    inputs = Inputs()
    results = [built(row, inputs, row.arrays())[0] for row in ROWS]
    used = {node.op for node in ir.toposort(results)}
    assert {op for op, rules in GRADIENT.items() if rules} - used <= {Op.COPY}


def test_what_does_not_depend_on_the_inputs_has_no_tangent() -> None:
    inputs = Inputs()
    x, y = (inputs.leaf(np.ones(2), dtypes.float64) for _ in range(2))
    integer = ir.cast(x, dtypes.int32)
    assert push_forward([y, ir.detach(x), integer], {x: y}) == [None, None, None]


def test_a_product_costs_two_more_products() -> None:
    inputs = Inputs()
    a, b, da, db = (inputs.leaf(np.ones(2), dtypes.float64) for _ in range(4))
    (tangent,) = push_forward([a * b], {a: da, b: db})
    assert tangent is not None
    assert sorted(n.op.name for n in ir.toposort([tangent]) if n.src) == ["ADD", "MUL", "MUL"]


def test_a_long_chain() -> None:
    inputs = Inputs()
    x = inputs.leaf(np.ones(1), dtypes.float64)
    y = x
    for _ in range(20_000):
        y = y + x
    (tangent,) = push_forward([y], {x: ir.const(1.0, x.dtype, (1,))})
    assert tangent is not None
    (node,) = inputs.values(tangent)
    assert node.tolist() == [20_001.0]
