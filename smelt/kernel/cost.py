"""What one run of a kernel does: floating-point operations, and the distinct bytes it touches."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from smelt.ir.node import Node, largest, toposort
from smelt.ir.op import ELEMENTWISE, Op
from smelt.ir.ranges import dependencies
from smelt.ir.symbolic import bounds, linear
from smelt.program import Cost

_FLOPS = {Op.FMA: 2, Op.CAST: 0, Op.BITCAST: 0, Op.WHERE: 0}


def cost(built: Node) -> Cost:
    """The cost of a KERNEL as it was lowered, before loops are split.

    FLOPs are the arithmetic operations on data (not on addresses), each as often as its value
    changes. Bytes are the distinct ones that are touched of each argument: overlapping windows
    count once, a broadcast operand once, what padding masks not at all.
    """
    scopes = dependencies(toposort([built]))
    data = data_nodes(built)
    flops = 0
    for node in data:
        if node.op in ELEMENTWISE:
            flops += _FLOPS.get(node.op, 1) * points(scopes[node])
        elif node.op is Op.REDUCE:
            flops += points(scopes[node.src[0]] | scopes[node] | set(node.src[1:]))
    reads = _touched([n for n in data if n.op is Op.LOAD], scopes)
    writes = _touched([n for n in built.src if n.op is Op.STORE], scopes)
    return Cost(flops, reads, writes)


def data_nodes(built: Node) -> list[Node]:
    """The nodes that compute values, as opposed to addresses and conditions of LOAD and STORE."""

    def sources(node: Node) -> Iterable[Node]:
        if node.op is Op.LOAD:
            return [n for n in toposort(node.src[1:]) if n.op is Op.LOAD]
        if node.op is Op.STORE:
            return [node.src[2], *(n for n in toposort([node.src[1]]) if n.op is Op.LOAD)]
        return node.src

    seen: dict[Node, None] = {}
    stack = [n for n in built.src if n.op is Op.STORE]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen[node] = None
            stack.extend(sources(node))
    return list(seen)


def points(ranges: Iterable[Node]) -> int:
    return math.prod(largest(r.src[0]) for r in ranges)


def _touched(accesses: Sequence[Node], scopes: dict[Node, frozenset[Node]]) -> int:
    """Distinct bytes of each PARAM, added up."""
    spans: dict[Node, dict[object, int]] = {}
    for node in accesses:
        if node.src[0].op is Op.PARAM:
            pattern, count = _distinct(node, scopes)
            spans.setdefault(node.src[0], {})[pattern] = count
    return sum(
        min(sum(counts.values()), _size(parameter)) * parameter.dtype.itemsize
        for parameter, counts in spans.items()
    )


def _size(parameter: Node) -> int:
    return int(parameter.shape[0])  # type: ignore[arg-type]


def _distinct(node: Node, scopes: dict[Node, frozenset[Node]]) -> tuple[object, int]:
    """A name for the set of elements that an access touches, and how many they are."""
    terms, offset = linear(node.src[1])
    counters = [(abs(c), largest(t.src[0])) for t, c in terms.items() if t.op is Op.RANGE]
    others = [t for t in terms if t.op is not Op.RANGE]
    pattern = (offset, tuple(sorted(counters)), tuple(sorted(id(t) for t in others)))
    if others:
        low, high = bounds(node.src[1])
        return pattern, min(points(scopes[node.src[1]]), high - low + 1, _size(node.src[0]))
    count, span = 1, 1  # elements, and how far the last is from the first, plus one
    for stride, times in sorted(counters):
        if times > 1 and stride > 0:
            gapless = count == span and stride <= span
            span += stride * (times - 1)
            count = span if gapless else min(count * times, span)
    if len(node.src) == (3 if node.op is Op.LOAD else 4):
        count = min(count, _valid_points(node, scopes))
    return pattern, min(count, _size(node.src[0]))


def _valid_points(node: Node, scopes: dict[Node, frozenset[Node]]) -> int:
    """At most as many elements as the loop has iterations."""
    return points(scopes[node.src[1]] | scopes[node.src[-1]])
