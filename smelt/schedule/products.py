"""Products of matrices, and whatever else is a sum of products: convolutions, contractions."""

from __future__ import annotations

from enum import Enum, auto

from smelt.ir.node import Node, numel
from smelt.ir.op import MOVEMENT, Op
from smelt.ir.terms import added_products
from smelt.schedule.regions import leaf

REUSE = 4  # a contraction that evaluates its operand more often than this gets it from memory
LARGE_PRODUCT = 1 << 20  # multiplications that a register tile and copies of operands are worth


class Multiplier(Enum):
    """What a device multiplies at once, which says in what order and dtype operands are best."""

    NUMBERS = auto()  # as they come
    TILES = auto()  # a few numbers with vectors of others: operands in order (operands.py)
    BLOCKS = auto()  # these, and whole blocks of bfloat16, as which it takes float16 (narrow.py)


def is_product(node: Node) -> bool:
    """Whether a node is a large sum of products of what is needed for several of them.

    Its register tile takes over all loops of a kernel, so there is neither another one in there nor
    a reduction of rows, and its loops are in the order of its result.
    """
    if node.op is not Op.REDUCE or node.arg[0] is not Op.ADD:
        return False
    source = moved(node.src[0])
    size = numel(source.shape)
    if size < LARGE_PRODUCT:
        return False
    products = added_products(source, stop=leaf)
    return bool(products) and all(
        numel(moved(f).shape) * REUSE <= size for p in products for f in p.src
    )


def moved(node: Node) -> Node:
    """What a node is a movement or a conversion of."""
    while not leaf(node) and (node.op in MOVEMENT or node.op in (Op.CAST, Op.DETACH)):
        node = node.src[0]
    return node
