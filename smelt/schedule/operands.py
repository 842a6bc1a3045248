"""Operands of large products of matrices, stored in the order in which the product reads them.

A core multiplies a few elements of one operand, which follow each other along the sum, with vectors
of the other one. Where they lie across the sum instead (`x.T @ y`, the gradient of a weight), or
are float16, each block of the result would gather or convert them anew. A copy is made once, and
used for each of the result's columns, or rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from smelt.dtype import dtypes
from smelt.ir.node import (
    Node,
    const,
    contiguous,
    expand,
    is_static,
    loop_range,
    numel,
    permute,
    toposort,
)
from smelt.ir.op import MOVEMENT, Op
from smelt.ir.symbolic import linear
from smelt.schedule.indexing import Index, flat_index, source_index
from smelt.schedule.products import is_product
from smelt.schedule.regions import leaf, rewritten

LARGE_OPERAND = 1 << 17  # elements of a matrix: a smaller one stays near
TURNED_USES = 512  # of an element, from which on a copy in another order saves more than it takes
# The same where rows begin anywhere in a line, in sums that are read in place: not as long as those
# that products do in blocks, of copies, nor so short that the results are what takes long.
STRADDLING_USES, STRADDLING_OPERAND = 192, 5 << 14
STRADDLING_STEPS = range(128, 1024)
LINE = 64  # bytes
CONVERTED_USES = 1024  # the same of one in another dtype
FAR_OPERAND = 1 << 20  # elements that take twice as long to copy, and have to be used as often


def in_order(roots: Sequence[Node]) -> tuple[Sequence[Node], Sequence[Node]]:
    """The same graph with copies of such operands, and these."""
    if not any(_is_large(n) for n in toposort(roots, stop=leaf)):
        return roots, ()
    copies: list[Node] = []

    def ordered(_: Node, node: Node) -> Node:
        if not _is_large(node):
            return node
        (product,) = node.src
        a, b = product.src
        factors = _ordered(a, b, node, copies), _ordered(b, a, node, copies)
        return node.with_src((product.with_src(factors),))

    return rewritten(roots, ordered), copies


def _is_large(node: Node) -> bool:
    """Whether a node is a product of matrices in float32 or float64, as users write it."""
    if leaf(node) or not is_product(node) or node.dtype not in (dtypes.float32, dtypes.float64):
        return False
    return node.src[0].op is Op.MUL and is_static(node.src[0].shape)


def _ordered(factor: Node, other: Node, total: Node, copies: list[Node]) -> Node:
    """A factor of a sum of products, read from a copy if that is worth it."""
    whole = before_expand(factor)
    summed = [axis for axis in range(whole.ndim) if axis in total.arg[1]]
    kept = [axis for axis in range(whole.ndim) if axis not in summed]
    batch = [a for a in kept if whole.shape[a] == before_expand(other).shape[a]]
    size = numel(tuple(n for a, n in enumerate(whole.shape) if a not in batch))
    if size < STRADDLING_OPERAND:
        return factor
    uses = numel(factor.shape) // numel(whole.shape)
    if numel(whole.shape) > FAR_OPERAND:
        uses //= 2
    found = strides_of(whole) if uses >= STRADDLING_USES else None
    if found is None:
        return factor
    strides, is_half = found
    apart = {strides.get(a, 0) * whole.dtype.itemsize % LINE for a in summed}
    steps = numel(tuple(whole.shape[a] for a in summed))
    straddling = apart != {0} and steps in STRADDLING_STEPS
    if not straddling and (size < LARGE_OPERAND or uses < TURNED_USES):
        return factor
    column = max((a for a in kept if factor.shape[a] != 1), default=-1)
    across = strides.get(column) is None and all(strides.get(a) != 1 for a in summed)
    if not across and not (is_half and uses >= CONVERTED_USES):
        return factor
    order = [*kept, *summed] if across else list(range(whole.ndim))
    copy = contiguous(permute(whole, order))
    copies.append(copy)
    return expand(permute(copy, [order.index(a) for a in range(whole.ndim)]), factor.shape)


def before_expand(factor: Node) -> Node:
    return factor.src[0] if factor.op is Op.EXPAND else factor


def strides_of(node: Node) -> tuple[dict[int, int], bool] | None:
    """By how much each axis of a node moves through what it is a movement of; if it is float16.

    None where that says nothing of its order, or where a conversion is done by an instruction of
    products.
    """
    zero = const(0, dtypes.index)
    counters = [zero if n == 1 else loop_range(n, i) for i, n in enumerate(node.shape)]
    idx: Index = tuple(counters)
    while not leaf(node) and (node.op in MOVEMENT or node.op in (Op.CAST, Op.DETACH)):
        if node.op in MOVEMENT:
            idx, condition = source_index(node, idx)
            if condition is not None:
                return None
        node = node.src[0]
    if node.dtype not in (dtypes.float16, dtypes.float32, dtypes.float64):
        return None
    terms, _ = linear(flat_index(idx, node.shape))
    if not terms.keys() <= set(counters):
        return None
    strides = {counters.index(term): factor for term, factor in terms.items()}
    return strides, node.dtype is dtypes.float16
