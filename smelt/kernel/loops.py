"""The loops of a kernel."""

from __future__ import annotations

from collections.abc import Mapping

from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from smelt.ir.symbolic import bounds

MOST_COPIES = 16  # of the code, for loops that choose between values: these wait in registers


def ranges_of(built: Node) -> dict[int, Node]:
    """Every RANGE of a kernel by its number."""
    return {n.arg[0]: n for n in toposort([built]) if n.op is Op.RANGE}


def lanes_for(extent: int, lanes: int, masks: bool) -> int:
    """How many of `lanes` a loop over `extent` elements that follow each other is done with.

    With masks the last vector may be a part of one. Without, that is slow, and rare only where the
    loop is long. There whole halves of vectors are better, if they suffice.
    """
    whole = extent & -extent
    if masks or (extent > lanes and (whole == 1 or 2 * whole < lanes)):
        return min(lanes, 1 << max(extent - 1, 0).bit_length())
    return min(lanes, whole)


def trips(counter: Node) -> int:
    """How often a RANGE runs at most."""
    extent = counter.src[0]
    return int(extent.arg) if extent.op is Op.CONST else max(bounds(extent)[1], 0)


def choosing(free: Mapping[Node, frozenset[Node]], nest: frozenset[Node]) -> frozenset[Node]:
    """Short loops of a nest that decide alone which of two values an element of the result has.

    `free` says which loops each node depends on.
    """
    short = {n for n in nest if n.src[0].op is Op.CONST and 1 < trips(n) <= MOST_COPIES}
    found: frozenset[Node] = frozenset()
    for node in free:
        if node.op is Op.WHERE and all(s.op is not Op.CONST for s in node.src[1:]):
            loops = free[node.src[0]]
            if loops <= short and all(n.op is not Op.LOAD for n in toposort(node.src[:1])):
                found |= loops
    return found
