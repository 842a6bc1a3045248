"""Movement before or after something that is computed never costs a kernel of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smelt
from smelt import Tensor, engine
from smelt.dtype import dtypes
from smelt.ir import node as ir
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from smelt.ir.symbolic import linear
from smelt.schedule.lower import schedule
from smelt.util.errors import OutOfRangeError
from tests.fuzz.graphs import Graph

KEEPS_ELEMENTS = ["reshape", "permute", "flip", "shrink"]
ALL = [*KEEPS_ELEMENTS, "expand", "pad", "shear"]


def chain(graph: Graph, x: Node, kinds: list[str]) -> Node:
    for _ in range(graph.number(0, 6)):
        if x.ndim:
            x = getattr(graph, f"_{graph.one_of(kinds)}")(x)
    return x


def check(graph: Graph, root: Node) -> None:
    (expected,) = evaluate_graph([root], graph.held)
    with smelt.stats() as stats:
        got = engine.to_numpy(root, device="CPU")
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)
    assert stats.kernels <= 1, stats.names
    assert stats.bytes_written <= expected.nbytes


def graph_of(data: st.DataObject) -> Graph:
    return Graph(lambda a, b: data.draw(st.integers(a, b)), "CPU")


def leaf(graph: Graph) -> Node:
    shape = tuple(graph.one_of([1, 2, 3, 5, 8, 17]) for _ in range(graph.number(1, 3)))
    rng = np.random.default_rng(graph.number(0, 99))
    return graph.stored(rng.integers(-8, 9, shape).astype(np.float32))


def elementwise(x: Node) -> Node:
    half = ir.const(0.5, dtypes.float32, x.shape)
    return ir.alu(Op.MAX, ir.alu(Op.MUL, x, half), ir.alu(Op.ADD, x, half))


@given(data=st.data())
def test_around_elementwise_operations(data: Any) -> None:
    graph = graph_of(data)
    x = chain(graph, elementwise(chain(graph, leaf(graph), ALL)), ALL)
    check(graph, elementwise(x) if graph.number(0, 1) else x)


@given(data=st.data())
def test_two_ways_to_one_place(data: Any) -> None:
    graph = graph_of(data)
    source = leaf(graph)
    a = chain(graph, elementwise(source), ALL)
    b = graph.reshaped(chain(graph, source, ALL), tuple(int(n) for n in a.shape))
    check(graph, ir.alu(Op.ADD, a, b))


@given(data=st.data())
def test_around_reductions(data: Any) -> None:
    graph = graph_of(data)
    x = chain(graph, elementwise(chain(graph, leaf(graph), ALL)), [*KEEPS_ELEMENTS, "pad"])
    axes = [a for a in range(x.ndim) if graph.number(0, 1)]
    total = ir.reduce(x, graph.one_of([Op.ADD, Op.MAX]), axes)
    check(graph, elementwise(chain(graph, total, KEEPS_ELEMENTS)))


def test_rows_taken_along_a_middle_axis_lie_side_by_side() -> None:
    x, idx = Tensor.rand(4, 50, 64).realize(), Tensor([3, 49, 7]).realize()
    (scheduled,) = schedule([ir.contiguous(x.index_select(1, idx).node)]).kernels
    found = [n for n in toposort([scheduled.kernel]) if n.op is Op.LOAD and n.dtype is x.dtype]
    terms, _ = linear(found[0].src[1])
    assert 1 in [stride for term, stride in terms.items() if term.op is Op.RANGE]
    for outside in (50, -51):
        with pytest.raises(OutOfRangeError):
            x.index_select(1, Tensor([3, outside])).realize()
        with pytest.raises(OutOfRangeError):
            x.flip(1).index_select(1, Tensor([outside, 3])).numpy()
