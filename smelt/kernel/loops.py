"""The loops of a kernel."""

from __future__ import annotations

from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from smelt.ir.symbolic import bounds


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
