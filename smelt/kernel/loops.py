"""The loops of a kernel."""

from __future__ import annotations

from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from smelt.ir.symbolic import bounds


def ranges_of(built: Node) -> dict[int, Node]:
    """Every RANGE of a kernel by its number."""
    return {n.arg[0]: n for n in toposort([built]) if n.op is Op.RANGE}


def trips(counter: Node) -> int:
    """How often a RANGE runs at most."""
    return max(bounds(counter.src[0])[1], 0)
