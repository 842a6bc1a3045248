"""Batching against the same graph evaluated for each member of the batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt import engine
from smelt.autograd.batching import BATCHING, batch
from smelt.autograd.rewriting import BEHIND, substitute
from smelt.dtype import dtypes
from smelt.engine.memory import contents
from smelt.ir import node as ir
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import BufferRef, Node
from smelt.ir.op import OPS, Kind, Op
from tests.fuzz.checking import expected
from tests.fuzz.errors import Array, assert_within
from tests.fuzz.graphs import Graph

MEMBERS = 3
LEAVES = {Op.CONST, Op.BUFFER, Op.IOTA, Op.VARIABLE, Op.STATE}
IN_KERNELS = {Op.PARAM, Op.LOCAL, Op.RANGE, Op.BARRIER, Op.KERNEL}


def test_every_operation_has_a_row() -> None:
    assert BATCHING.keys() == set(Op)
    rest = LEAVES | IN_KERNELS | {Op.REPEAT}  # whose steps are a graph of their own
    assert {op for op, rule in BATCHING.items() if rule is None} == rest
    assert all(OPS[op].kind is Kind.STRUCTURE for op in LEAVES | IN_KERNELS)


@given(data=st.data())
def test_random_graphs_against_a_loop(data: Any) -> None:
    graph = Graph(lambda a, b: int(data.draw(st.integers(a, b))), "PYTHON", most_elements=200)
    graph.pool.append(graph.leaf(graph.shape()))
    graph.grow(graph.number(1, 8))
    root = graph.pool[-1]
    rng = np.random.default_rng(graph.number(0, 99))
    held = dict(graph.held)
    mapping: dict[Node, Node] = {}
    members: list[dict[BufferRef, Array]] = [dict(held) for _ in range(MEMBERS)]
    for ref, array in held.items():
        if graph.number(0, 1):  # the others are the same for all members
            rows = np.stack([rng.permutation(array) for _ in members])  # an index stays inside
            for member, row in zip(members, rows, strict=True):
                member[ref] = row
            mapping[ir.buffer(ref)] = engine.from_numpy(rows, "PYTHON")
    (mapped,) = batch([root], mapping, MEMBERS)
    assert mapped.shape == (MEMBERS, *root.shape) and mapped.dtype is root.dtype
    arrays = held | {_ref(n): contents(_ref(n)) for n in mapping.values()}
    got = evaluate_graph([mapped], arrays)[0]
    for row, member in zip(got, members, strict=True):
        graph.held = member
        value, error = expected(graph, [root])[root]
        # a sum over other strides may be done in another order
        assert_within(row, value, error, repr(root))


def _ref(node: Node) -> BufferRef:
    (leaf,) = [n for n in ir.toposort([node]) if n.op is Op.BUFFER]
    assert isinstance(leaf.arg, BufferRef)
    return leaf.arg


def leaf(array: Any, dtype: Any = dtypes.float64) -> Node:
    return engine.from_numpy(np.asarray(array, dtype.np), "PYTHON")


@pytest.mark.parametrize("bad", [-1, 4])
def test_an_index_outside_of_its_own_member_is_outside(bad: int) -> None:
    source, idx = leaf(np.ones(4)), leaf([0], dtypes.int64)
    sources, indices = leaf(np.ones((3, 4))), leaf([[0], [bad], [1]], dtypes.int64)
    (mapped,) = batch([ir.load(source, idx)], {source: sources, idx: indices}, 3)
    with pytest.raises(IndexError):
        engine.realize([mapped], device="PYTHON")


def test_the_last_write_of_each_member_wins() -> None:
    idx, value = leaf([1, 1], dtypes.int64), leaf([1.0, 2.0])
    indices, values = leaf([[1, 1], [0, 1]], dtypes.int64), leaf([[1.0, 2.0], [3.0, 4.0]])
    stored = ir.store(ir.const(0, dtypes.float64, (2,)), idx, value)
    (mapped,) = batch([stored], {idx: indices, value: values}, 2)
    (result,) = engine.realize([mapped], device="PYTHON")
    assert contents(result.arg).tolist() == [0.0, 2.0, 3.0, 4.0]


def test_what_does_not_depend_on_the_batch_is_computed_once() -> None:
    x, weight = leaf(np.ones(4)), leaf(np.ones(4))
    shared = weight * weight
    (mapped,) = batch([x * shared], {x: leaf(np.ones((3, 4)))}, 3)
    assert shared in ir.toposort([mapped])


def test_what_is_behind_a_mark_is_mapped_too() -> None:
    x, y = leaf(np.ones(2)), leaf(np.zeros(2))
    mark = ir.detach(x * x, unique=True)
    BEHIND[mark] = x * 3.0
    (new,) = substitute([mark + y], {x: y})
    (moved,) = [n for n in ir.toposort([new]) if n.op is Op.DETACH]
    assert moved.src == (y * y,) and BEHIND[moved] is y * 3.0


def test_symbolic_sizes() -> None:
    n = ir.variable("n", 1, 4)
    x = leaf(np.ones(4))
    xs = leaf(np.arange(8.0).reshape(2, 4))
    root = ir.reduce(ir.shrink(x, [(0, n)]), Op.ADD, [0])
    (mapped,) = batch([root], {x: xs}, 2)
    (got,) = evaluate_graph([mapped], {_ref(xs): contents(_ref(xs))}, {"n": 3})
    assert got.tolist() == [3.0, 15.0]
