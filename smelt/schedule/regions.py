"""Kernels in the making, and what they want of a graph's nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from smelt.dtype import dtypes
from smelt.ir.node import Dim, Node, Shape, const, loop_range, toposort
from smelt.ir.op import Op
from smelt.ir.symbolic import bounds
from smelt.schedule.indexing import Index


@dataclass(eq=False)
class Region:
    """A kernel in the making: loop counters over its root's shape, and what it stores."""

    number: int
    root: Node
    idx: Index  # a counter for each axis, the constant 0 where its size is 1
    outputs: list[Output] = field(default_factory=list)
    reads: set[Node] = field(default_factory=set)  # placed nodes that it loads
    after: set[Region] = field(default_factory=set)  # regions that write what it updates in place
    hoists: list[frozenset[Node]] = field(default_factory=list)  # loops of row-wise reductions
    product: Node | None = None  # a large product of matrices that it computes
    ops: int = 0
    _reduce_counters: int = 0

    @property
    def whole(self) -> Demand:
        """What it stores: every element of its root."""
        return Demand(self, self.idx, frozenset(self.ranges))

    @property
    def ranges(self) -> list[Node]:
        return [i for i in self.idx if i.op is Op.RANGE]

    def fresh_ranges(self, extents: Sequence[Dim]) -> list[Node]:
        """Counters for a reduction."""
        result: list[Node] = []
        for size in extents:
            if isinstance(size, int) and size == 1:
                result.append(const(0, dtypes.index))
            else:
                result.append(loop_range(size, len(self.idx) + self._reduce_counters))
                self._reduce_counters += 1
        return result


@dataclass(frozen=True)
class Demand:
    """A region wants the element at `idx`, or 0 where `valid` fails."""

    region: Region
    idx: Index
    loops: frozenset[Node]  # all that run around it
    valid: Node | None = None
    scope: tuple[Node, ...] = ()  # those of them that belong to reductions
    merge: Op | None = None  # the reduction that is around it with only movement in between

    @property
    def key(self) -> tuple[int, Index, Node | None]:
        return (self.region.number, self.idx, self.valid)


@dataclass(frozen=True)
class Output:
    """A region stores the value of a node, at a demand of its own, into the memory of a node."""

    memory: Node
    value: Node
    demand: Demand


def free_ranges(
    nodes: Iterable[Node | None], cache: dict[Node, frozenset[Node]]
) -> frozenset[Node]:
    """The RANGEs that index expressions depend on."""
    result: frozenset[Node] = frozenset()
    for root in nodes:
        if root is None:
            continue
        if root not in cache:
            for node in toposort([root], stop=lambda n: n in cache):
                if node not in cache:
                    own = frozenset({node}) if node.op is Op.RANGE else frozenset()
                    cache[node] = own.union(*(cache[s] for s in node.src))
        result |= cache[root]
    return result


def extent(counter: Node) -> int:
    """The largest extent that a RANGE can have."""
    return max(bounds(counter.src[0])[1], 0)


def leaf(node: Node) -> bool:
    """Whether a node's value is in memory already."""
    return node.op is Op.BUFFER or node.buffer is not None


def rewritten(roots: Sequence[Node], change: Callable[[Node, Node], Node]) -> list[Node]:
    """The graph again, with what `change` makes of each node that is not in memory already.

    It takes a node as it was, and with sources that have been changed.
    """
    new: dict[Node, Node] = {}
    for node in toposort(roots, stop=leaf):
        made = node if leaf(node) else node.with_src(tuple(new[s] for s in node.src))
        new[node] = made if leaf(node) else change(node, made)
    return [new[r] for r in roots]


def base(node: Node) -> Node:
    """The node that has the same elements in the same order, below what only renames them."""
    while not leaf(node) and (
        (node.op is Op.RESHAPE and _same_layout(node.shape, node.src[0].shape))
        or node.op is Op.DETACH
        or (node.op is Op.CONTIGUOUS and node.arg is None)
    ):
        node = node.src[0]
    return node


def _same_layout(a: Shape, b: Shape) -> bool:
    """Whether memory laid out for the largest `a` and `b` has the same elements at the same places.

    A symbolic axis leaves gaps behind it unless it is the outermost.
    """
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    return _has_no_gaps(a) and _has_no_gaps(b)


def _has_no_gaps(shape: Shape) -> bool:
    first = next((i for i, n in enumerate(shape) if n != 1), 0)
    return all(isinstance(n, int) for n in shape[first + 1 :])
