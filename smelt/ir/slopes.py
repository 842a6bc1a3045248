"""Values that say themselves what their derivative is, instead of having one for each operation."""

from __future__ import annotations

from collections.abc import Callable

from smelt.ir.node import Facts, Node, detach

Slope = Callable[[Node, Node], Node]

# Of a DETACH: the node x that its value is a function of, elementwise, and what makes a graph of
# the derivative from x and from the DETACH itself. That graph may be differentiated in turn.
SLOPE: Facts[tuple[Node, Slope]] = Facts()


def with_slope(value: Node, x: Node, slope: Slope) -> Node:
    """`value`, whose derivative with respect to x is slope(x, this node) and no other."""
    mark = detach(value)
    SLOPE[mark] = x, slope
    return mark
