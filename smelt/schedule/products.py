"""Products of matrices, and whatever else is a sum of products: convolutions, contractions."""

from __future__ import annotations

from enum import Enum, auto

from smelt.ir.node import Node, numel
from smelt.ir.op import MOVEMENT, Op
from smelt.schedule.regions import leaf

REUSE = 4  # a contraction that evaluates its operand more often than this gets it from memory
MOST_PRODUCTS = 8  # that are added up before they are summed
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
    products = _products(source)
    return bool(products) and all(
        numel(moved(f).shape) * REUSE <= size for p in products for f in p.src
    )


def _products(node: Node) -> list[Node]:
    """The few products that a node is the sum of; none if there is anything else in it."""
    found, waiting = [], [node]
    while waiting:
        node = waiting.pop()
        if node.op is Op.ADD and not leaf(node):
            waiting += node.src
        else:
            found.append(node)
        if len(waiting) + len(found) > MOST_PRODUCTS:
            return []
    return found if all(n.op is Op.MUL for n in found) else []


def moved(node: Node) -> Node:
    """What a node is a movement or a conversion of."""
    while not leaf(node) and (node.op in MOVEMENT or node.op in (Op.CAST, Op.DETACH)):
        node = node.src[0]
    return node
