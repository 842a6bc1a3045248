"""Graphs built again: what every transform of a graph does with the nodes that it leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from smelt.ir.node import Facts, Node, toposort
from smelt.ir.slopes import SLOPE, Slope
from smelt.ir.steps import Steps, inside_steps, taken_by_steps

Remake = Callable[[Node, Mapping[Node, Node]], Node]

# Of a DETACH: the node, of the same value, that its cotangent goes on to all the same. A result
# that is to be computed again on the way back is a DETACH of the first computation, and behind it
# is the second; and so is each argument of the second, which would be the same nodes otherwise.
BEHIND: Facts[Node] = Facts()


def substitute(roots: Sequence[Node], mapping: Mapping[Node, Node]) -> list[Node]:
    """`roots` with nodes replaced, and what is behind their DETACHs as well."""
    return rebuild(roots, mapping, lambda node, new: node.with_src(tuple(new[s] for s in node.src)))


def rebuild(roots: Sequence[Node], mapping: Mapping[Node, Node], remake: Remake) -> list[Node]:
    """`roots` with each node, unless `mapping` has it, as `remake` makes it of the new sources."""
    new = dict(mapping)
    marks: list[tuple[Node, Node]] = []
    slopes: list[tuple[Node, Node, Slope]] = []
    waiting = list(roots)
    while waiting:
        order = toposort(waiting, stop=new.__contains__)
        waiting = []
        for node in order:
            if node in new:
                continue
            new[node] = remake(node, new)
            behind = BEHIND.get(node)
            if behind is not None and new[node] is not node:
                marks.append((node, behind))
                waiting.append(behind)
            sloping = SLOPE.get(node)
            if sloping is not None and new[node] is not node:
                slopes.append((node, *sloping))
                waiting.append(sloping[0])
    for node, x, slope in slopes:
        SLOPE[new[node]] = new[x], slope
    for node, behind in marks:
        BEHIND[new[node]] = new[behind]
    return [new[root] for root in roots]


def depend(roots: Sequence[Node], on: Mapping[Node, object]) -> list[bool]:
    """For each root whether a node of `on` is below it."""
    below: set[Node] = set(on)
    for node in toposort(roots, stop=below.__contains__):
        if any(s in below for s in node.src):
            below.add(node)
    return [root in below for root in roots]


def taken(steps: Steps) -> list[Node]:
    """What the steps take from outside, and what stands behind their DETACHs does."""
    roots = dict.fromkeys(steps.following)
    while True:
        behind = [b for n in inside_steps(list(roots)) if (b := BEHIND.get(n)) is not None]
        if roots.keys() >= set(behind):
            return taken_by_steps(list(roots))
        roots |= dict.fromkeys(behind)
