"""Which RANGEs of a kernel belong to which node, and which a node's value depends on."""

from __future__ import annotations

from collections.abc import Iterable

from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from smelt.util.errors import VerifyError

OWNERS = frozenset({Op.KERNEL, Op.REDUCE, Op.BARRIER})
_NO_VALUE = frozenset({Op.PARAM, Op.LOCAL, Op.STORE, Op.KERNEL})


def own_ranges(node: Node) -> tuple[Node, ...]:
    """The RANGEs that belong to a KERNEL, REDUCE or BARRIER, outermost first; () for others."""
    if node.op is Op.KERNEL:
        return tuple(s for s in node.src if s.op is Op.RANGE)
    return node.src[1:] if node.op in OWNERS else ()


def dependencies(order: Iterable[Node]) -> dict[Node, frozenset[Node]]:
    """The RANGEs that each node depends on, those of its own left out; sources come first.

    >>> from smelt.ir.node import loop_range, toposort
    >>> i, j = loop_range(4, 0), loop_range(8, 1)
    >>> dependencies(toposort([i * 8 + j]))[i * 8 + j] == {i, j}
    True
    """
    deps: dict[Node, frozenset[Node]] = {}
    for node in order:
        if node.op is Op.RANGE:
            deps[node] = frozenset((node,))
            continue
        found = {deps[s] for s in node.src}
        below = found.pop() if len(found) == 1 else frozenset().union(*found)
        deps[node] = below.difference(own_ranges(node)) if node.op in OWNERS else below
    return deps


class LoopNest:
    """How the nodes of a KERNEL are nested in its loops."""

    kernel: Node
    order: list[Node]  # all nodes, sources first
    ranges: tuple[Node, ...]  # the KERNEL's own, outermost first
    stores: tuple[Node, ...]  # the KERNEL's STOREs in order
    owner: dict[Node, Node]  # of each RANGE: the KERNEL, REDUCE or BARRIER that it belongs to
    position: dict[Node, int]  # of each RANGE among all of them: outer ones first
    axes: dict[Node, tuple[Node, ...]]  # the RANGEs that each node depends on, in that order
    blocks: dict[Node, list[Node]]  # of each owner: the nodes to compute directly inside of it

    def __init__(self, kernel: Node):
        if kernel.op is not Op.KERNEL:
            raise VerifyError("kernel", repr(kernel), "a KERNEL")
        self.kernel = kernel
        self.order = toposort([kernel])
        self.ranges = own_ranges(kernel)
        self.stores = kernel.src[len(self.ranges) :]
        self.owner = {r: node for node in self.order for r in own_ranges(node)}
        owned = (r for node in reversed(self.order) for r in own_ranges(node))
        self.position = {r: place for place, r in enumerate(owned)}
        self.axes = self._axes()
        self.blocks = self._blocks()

    def _axes(self) -> dict[Node, tuple[Node, ...]]:
        axes: dict[Node, tuple[Node, ...]] = {}
        for node, found in dependencies(self.order).items():
            for r in found.difference(self.position):
                raise VerifyError("kernel", repr(r), "a RANGE that belongs to a node")
            axes[node] = tuple(sorted(found, key=self.position.__getitem__))
        return axes

    def _blocks(self) -> dict[Node, list[Node]]:
        """A node stands in the innermost block that it depends on: that of its last axis."""
        blocks: dict[Node, list[Node]] = {n: [] for n in self.order if n.op in OWNERS}
        for node in self.order:
            if node.op not in _NO_VALUE:
                axes = self.axes[node]
                blocks[self.owner[axes[-1]] if axes else self.kernel].append(node)
        return blocks
