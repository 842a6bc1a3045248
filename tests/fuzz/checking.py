"""Running a random graph, as a whole or kernel by kernel, and comparing it with the oracle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from smelt import engine
from smelt.engine.memory import contents
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import Node, numel, toposort
from smelt.ir.op import Op
from smelt.schedule.lower import schedule
from tests.fuzz.errors import Array, assert_within, error_bounds
from tests.fuzz.graphs import Graph

CarryOut = Callable[[Node, list[Array]], None]  # a KERNEL, in place on flat arrays

Expected = Mapping[Node, tuple[Array, Array]]  # the value of each root and its error


def expected(graph: Graph, roots: Sequence[Node]) -> Expected:
    """What the interpreter of graphs says of each root, and how far off one may be."""
    order = toposort(roots)
    values = dict(zip(order, evaluate_graph(order, graph.held), strict=True))
    errors = error_bounds(order, values, {})
    return {root: (values[root], errors[root]) for root in roots}


def compare(got: Array, root: Node, wanted: Expected) -> None:
    value, error = wanted[root]
    assert_within(got[: value.size].reshape(value.shape), value, error, repr(root))


def check(graph: Graph, stages: Sequence[Sequence[Node]]) -> None:
    """Realize the nodes of each stage, one stage after the other; all of them are right."""
    wanted = expected(graph, [n for stage in stages for n in stage])
    for stage in stages:
        for root, memory in zip(stage, engine.realize(stage, device=graph.device), strict=True):
            compare(contents(memory.arg), root, wanted)


def check_kernels(graph: Graph, roots: Sequence[Node], carry_out: CarryOut) -> None:
    """Schedule `roots` and carry each kernel out; the results are right."""
    wanted = expected(graph, roots)
    scheduled = schedule(roots)
    memories: dict[Node, Array] = {}

    def memory_of(node: Node) -> Array:
        if node not in memories:
            fresh = np.zeros(numel(node.shape), node.dtype.np)
            memories[node] = graph.held[node.arg].copy() if node.op is Op.BUFFER else fresh
        return memories[node]

    for step in scheduled.kernels:
        params = sorted(
            (n for n in toposort([step.kernel]) if n.op is Op.PARAM), key=lambda p: p.arg
        )
        views = [memory_of(m).view(p.dtype.np) for m, p in zip(step.memories, params, strict=True)]
        carry_out(step.kernel, views)
    for root, memory in zip(roots, scheduled.results, strict=True):
        compare(memory_of(memory), root, wanted)
