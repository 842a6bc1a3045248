"""Long reductions to few elements, in two steps, so that there is work for every thread.

Each thread reduces parts of its own to memory, and one of them what came of that. How many parts
there are depends on the shapes alone: the result is the same for any number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence

from smelt.ir.node import Node, contiguous, is_static, numel, reduce, reshape, toposort
from smelt.ir.op import Op
from smelt.schedule.regions import leaf, rewritten

LONG = 1 << 18  # elements from which on it is worth another kernel
PARTS = 64  # to share out evenly between threads
FEW = 16  # elements of a result that are no work for all threads


def in_parts(roots: Sequence[Node]) -> tuple[Sequence[Node], Sequence[Node]]:
    """The same graph, with such reductions written as two, and the first of each two, stored."""
    if not any(_parts(n) for n in toposort(roots, stop=leaf)):
        return roots, ()
    halves: list[Node] = []

    def in_two(_: Node, node: Node) -> Node:
        parts = _parts(node)
        if not parts:
            return node
        second = _in_two(node, parts)
        halves.extend(second.src)
        return second

    return rewritten(roots, in_two), halves


def _parts(node: Node) -> int:
    """Into how many parts the outermost axis of a reduction is to be divided; 0: it stays whole."""
    if node.op is not Op.REDUCE or leaf(node):
        return 0
    (x,) = node.src
    if not is_static(x.shape) or numel(x.shape) < LONG or not 0 < numel(node.shape) < FEW:
        return 0
    results, size = numel(node.shape), _size(x, _axis(node))
    parts = max(p for p in range(1, PARTS // results + 1) if size % p == 0)
    return parts if parts * results >= FEW else 0


def _axis(node: Node) -> int:
    """The outermost reduced axis that has more than one element."""
    (x,), axes = node.src, list(node.arg[1])
    return int(next((a for a in axes if x.shape[a] != 1), axes[0]))


def _size(x: Node, axis: int) -> int:
    size = x.shape[axis]
    assert isinstance(size, int)
    return size


def _in_two(node: Node, parts: int) -> Node:
    (x,), (op, axes) = node.src, node.arg
    axis = _axis(node)
    shape = (*x.shape[:axis], parts, _size(x, axis) // parts, *x.shape[axis + 1 :])
    each = reduce(reshape(x, shape), op, [a + (a >= axis) for a in axes])
    kept = sum(a not in axes for a in range(axis))
    return reduce(contiguous(each), op, [kept])
