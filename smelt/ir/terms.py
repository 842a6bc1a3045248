"""What operations that may be grouped in any way join: conditions by AND, products by ADD."""

from __future__ import annotations

from collections.abc import Callable

from smelt.ir.node import Node
from smelt.ir.op import Op

MOST_PRODUCTS = 8  # that are added up before they are summed


def joined(
    op: Op, node: Node, most: int, stop: Callable[[Node], bool] = lambda _: False
) -> list[Node]:
    """At most so many nodes that `op` joins, in the order in which they stand.

    What is beyond stays joined, and so is a node at which to `stop`.
    """
    parts: list[Node] = []
    pending = [node]
    while pending:
        node = pending.pop()
        if node.op is op and len(parts) + len(pending) + 2 <= most and not stop(node):
            pending.extend(reversed(node.src))
        else:
            parts.append(node)
    return parts


def added_products(node: Node, stop: Callable[[Node], bool] = lambda _: False) -> list[Node]:
    """The few products that a node is the sum of; none if there is anything else in it."""
    products = joined(Op.ADD, node, MOST_PRODUCTS, stop)
    return products if all(n.op is Op.MUL for n in products) else []
