"""Long reductions to few elements, in two steps, so that there is work for every thread.

Each thread reduces parts of its own to memory, and one of them what came of that. How many parts
there are depends on the shapes alone: the result is the same for any number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from smelt.ir.node import (
    Dim,
    Node,
    alu,
    contiguous,
    is_static,
    numel,
    reduce,
    reshape,
    shrink,
    toposort,
)
from smelt.ir.op import Op
from smelt.schedule.operands import before_expand, strides_of
from smelt.schedule.regions import leaf, rewritten

LONG = 1 << 18  # elements from which on it is worth another kernel
PARTS = 64  # to share out evenly between threads
FEW = 16  # elements of a result that are no work for all threads
COLUMNS = 768  # the same where they lie side by side in each row of what is reduced
LONG_COLUMNS = 1 << 20  # elements of what is read from which on these are worth it
PARTS_OF_COLUMNS = 16


class Cut(NamedTuple):
    """How a reduction is divided: one of its axes, into how many parts of which length."""

    axis: int
    parts: int
    length: int


def in_parts(roots: Sequence[Node]) -> tuple[Sequence[Node], Sequence[Node]]:
    """The same graph, with such reductions written as two, and the first of each two, stored."""
    if not any(_cut(n) for n in toposort(roots, stop=leaf)):
        return roots, ()
    halves: list[Node] = []

    def in_two(_: Node, node: Node) -> Node:
        cut = _cut(node)
        if not cut:
            return node
        first = contiguous(_each(node, cut))
        halves.append(first)
        return _together(node, first, cut)

    return rewritten(roots, in_two), halves


def _cut(node: Node) -> Cut | None:
    """How a reduction is to be divided, if it is: into equal parts or so many that little is left.

    It is the outermost axis that has enough elements, or else the longest one.
    """
    if node.op is not Op.REDUCE or leaf(node):
        return None
    (x,), axes, results = node.src, node.arg[1], numel(node.shape)
    if not is_static(x.shape) or numel(x.shape) < LONG or not results:
        return None
    if results < FEW:
        most, least = PARTS // results, -(-FEW // results)
    elif results <= COLUMNS and _is_of_long_columns(node):
        most, least = PARTS_OF_COLUMNS, PARTS_OF_COLUMNS // 2
    else:
        return None
    sizes = {axis: n for axis in axes if isinstance(n := x.shape[axis], int)}
    axis = next((a for a, n in sizes.items() if n >= most), max(sizes, key=sizes.__getitem__))
    equal = max(p for p in range(1, most + 1) if sizes[axis] % p == 0)
    parts = equal if equal >= least else min(most, sizes[axis])
    return Cut(axis, parts, sizes[axis] // parts) if parts > 1 else None


def _is_of_long_columns(node: Node) -> bool:
    """Whether much is read that has elements of the result side by side: `x.sum(0)`, `y @ x`."""
    (x,), axes = node.src, node.arg[1]
    is_product = x.op is Op.MUL
    factors = [before_expand(factor) for factor in x.src] if is_product else [x]
    largest = max(factors, key=lambda factor: numel(factor.shape))
    if numel(largest.shape) < LONG_COLUMNS:
        return False
    if not is_product:
        return all(a in axes or x.shape[a] == 1 for a in range(max(axes)))
    found = strides_of(largest)  # of a vector or a matrix, whose axes are in any order
    return found is not None and all(found[0].get(a) != 1 for a in axes)


def _each(node: Node, cut: Cut) -> Node:
    """The reduction of each part."""
    (x,), (op, axes) = node.src, node.arg
    axis, parts, length = cut
    whole = _between(x, axis, 0, parts * length)
    shape = (*x.shape[:axis], parts, length, *x.shape[axis + 1 :])
    return reduce(reshape(whole, shape), op, [a + (a >= axis) for a in axes])


def _together(node: Node, first: Node, cut: Cut) -> Node:
    """The reduction of what came of the parts, and of the elements that are left."""
    (x,), (op, axes) = node.src, node.arg
    total = reduce(first, op, [sum(a not in axes for a in range(cut.axis))])
    begin, end = cut.parts * cut.length, x.shape[cut.axis]
    if begin == end:
        return total
    return alu(op, total, reduce(_between(x, cut.axis, begin, end), op, axes))


def _between(x: Node, axis: int, begin: Dim, end: Dim) -> Node:
    return shrink(x, [(begin, end) if a == axis else (0, n) for a, n in enumerate(x.shape)])
