"""Reductions that can be done in one pass over what they read are given the same loops."""

from __future__ import annotations

import math

from smelt.ir.node import Node, substitute, toposort
from smelt.ir.op import AxisKind, Op
from smelt.ir.ranges import dependencies
from smelt.program import Target

Signature = tuple[object, ...]


def share_loops(kernel: Node, target: Target) -> Node:
    """`kernel` with the same RANGEs for REDUCEs that stand in the same place and read in common.

    They have loops of the same kinds and extents, depend on the same loops around them, none of
    them needs another's result, they read some PARAM in common, and their accumulators together
    leave half of the registers free. Loads at the same index then are the same node.
    """
    order = toposort([kernel])
    if sum(n.op is Op.REDUCE for n in order) < 2:
        return kernel
    free = dependencies(order)
    level: dict[Node, int] = {}  # how many REDUCEs stand behind each other
    read: dict[Node, frozenset[Node]] = {}  # the PARAMs below
    models: dict[Signature, list[Node]] = {}
    registers: dict[Node, int] = {}  # what a model and those that joined it accumulate in
    mapping: dict[Node, Node] = {}
    for node in order:
        level[node] = max((level[s] for s in node.src), default=0)
        read[node] = frozenset((node,) if node.op is Op.PARAM else ())
        read[node] = read[node].union(*(read[s] for s in node.src))
        if node.op is not Op.REDUCE:
            continue
        level[node] += 1
        own = node.src[1:]
        count = _copies(free[node] | frozenset(own))
        shape = tuple((r.src[0], r.arg[1]) for r in own)
        alike = models.setdefault((level[node], shape, free[node]), [])
        for model in alike:
            fits = 2 * (registers[model] + count) <= target.vector_registers
            if fits and read[model] & read[node] and mapping.keys().isdisjoint(own):
                registers[model] += count
                mapping.update(zip(own, model.src[1:], strict=True))
                break
        else:
            registers[node] = count
            alike.append(node)
    mapping = {old: new for old, new in mapping.items() if old is not new}
    return substitute([kernel], mapping)[0] if mapping else kernel


def _copies(ranges: frozenset[Node]) -> int:
    """How many accumulators a value over these RANGEs has."""
    return math.prod(int(r.src[0].arg) for r in ranges if r.arg[1] is AxisKind.UNROLL)
