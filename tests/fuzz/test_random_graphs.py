"""Random graphs on each device against the interpreter of graphs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt import engine
from smelt.engine.memory import contents
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import toposort
from tests.fuzz.errors import assert_within, error_bounds
from tests.fuzz.graphs import Graph


def check(graph: Graph, roots: list) -> None:
    order = toposort(roots)
    values = dict(zip(order, evaluate_graph(order, graph.held), strict=True))
    errors = error_bounds(order, values, {})
    stored = engine.realize(roots, device=graph.device)
    for root, memory in zip(roots, stored, strict=True):
        got = contents(memory.arg)[: values[root].size].reshape(values[root].shape)
        assert_within(got, values[root], errors[root], repr(root))


@pytest.mark.parametrize("device", ["CPU"])
@given(data=st.data())
def test_random_graphs(device: str, data: st.DataObject) -> None:
    graph = Graph(lambda a, b: data.draw(st.integers(a, b)), device)
    graph.pool.append(graph.leaf(graph.shape()))
    graph.grow(graph.number(1, 10))
    roots = [graph.pool[-1]]
    while graph.number(0, 2) == 2:
        roots.append(graph.any())
    check(graph, roots)
