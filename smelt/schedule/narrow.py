"""Products of float16 as sums of products of bfloat16, for a core that multiplies whole blocks.

Such a core (AMX) does it 16 times faster than it multiplies vectors of float32. A float16 has 11
digits, a bfloat16 8: one is the sum of two, of which the second is at most 2 ** -8 of the first.
The product of the two second ones is left out, which changes a product by up to 2 ** -16 of itself,
where rounding the sum to float16 changes that by 2 ** -11. Whole numbers below 2 ** 16 as products
lose nothing: one of their factors has no second part.

Infinity and NaN are in the second part alone, which meets only the first of another number: that is
0 just where the number is.
"""

from __future__ import annotations

from collections.abc import Sequence

from smelt.dtype import dtypes
from smelt.ir.node import (
    Node,
    alu,
    bitcast,
    cast,
    const,
    contiguous,
    is_static,
    numel,
    substitute,
    toposort,
    where,
)
from smelt.ir.op import MOVEMENT, Op
from smelt.schedule.products import is_product
from smelt.schedule.regions import leaf, rewritten

USES = 48  # of each operand's elements, from which on it is worth the copies
# What keeps lines of memory together, which are copied as vectors. Windows of an image are not.
_WHOLE_LINES = frozenset({Op.RESHAPE, Op.PERMUTE, Op.EXPAND, Op.SHRINK, Op.DETACH})
_SIGN, _INFINITY, _ONE = 0x8000_0000, 0x7F80_0000, 0x3F80_0000  # of float32
_HALF_UNIT = 0x8000  # of its bits, where they become a bfloat16's


def in_bfloat16(roots: Sequence[Node]) -> tuple[Sequence[Node], Sequence[Node]]:
    """The same graph with such products, and the parts of their operands, which are stored."""
    order = toposort(roots, stop=leaf)
    if not any(n.dtype is dtypes.float16 for n in order):
        return roots, ()
    products = {n for n in _only_as_half(roots, order) if is_product(n)}
    if not products:
        return roots, ()
    copies: list[Node] = []

    def narrowed(node: Node, made: Node) -> Node:
        return _narrowed(made, copies) if node in products else made

    return rewritten(roots, narrowed), copies


def _only_as_half(roots: Sequence[Node], order: Sequence[Node]) -> set[Node]:
    """The nodes of a graph whose values are needed in float16 alone."""
    wide = set(roots)
    for node in reversed(order):
        if leaf(node) or (node.op is Op.CAST and node.dtype is dtypes.float16):
            continue
        if node in wide or node.op not in MOVEMENT:
            wide.update(node.src)
    return set(order) - wide


def _narrowed(product: Node, copies: list[Node]) -> Node:
    """A product of matrices of float16 with its operands in parts, which are added to `copies`.

    Itself where it is none, or is not worth that.
    """
    (value,) = product.src
    halves = [h for factor in value.src if (h := _half(factor)) is not None and is_static(h.shape)]
    if value.op is not Op.MUL or len(halves) < len(value.src):
        return product
    if USES * sum(numel(half.shape) for half in halves) > numel(value.shape):
        return product
    factors = []
    for factor, half in zip(value.src, halves, strict=True):
        parts = [contiguous(part) for part in _parts(cast(half, dtypes.float32))]
        factors.append([substitute([factor], {half: part})[0] for part in parts])
        copies += parts
    (a, da), (b, db) = factors
    return product.with_src((a * b + a * db + da * b,))


def _half(factor: Node) -> Node | None:
    """The float16 that a factor is a movement of; of several the smallest."""
    found = [factor]
    while not leaf(found[-1]) and (found[-1].op in _WHOLE_LINES or _widens(found[-1])):
        found.append(found[-1].src[0])
    halves = [n for n in reversed(found) if n.dtype is dtypes.float16]
    return min(halves, key=lambda n: numel(n.shape), default=None)


def _widens(node: Node) -> bool:
    return (
        node.op is Op.CAST and node.src[0].dtype is dtypes.float16 and node.dtype is dtypes.float32
    )


def _parts(x: Node) -> list[Node]:
    """Two numbers in bfloat16 whose sum is a float16: the nearest, and what is left."""

    def constant(value: int) -> Node:
        return const(value, dtypes.uint32, x.shape)

    def upper_half(bits: Node) -> Node:
        return bitcast(cast(alu(Op.SHR, bits, constant(16)), dtypes.uint16), dtypes.bfloat16)

    bits = bitcast(x, dtypes.uint32)
    finite = (bits & constant(_SIGN - 1)) < constant(_INFINITY)
    one = bits & constant(_SIGN) | constant(_ONE)
    nearest = upper_half(where(finite, bits + constant(_HALF_UNIT), one))
    rest = x - cast(nearest, dtypes.float32)
    return [nearest, upper_half(bitcast(rest, dtypes.uint32))]
