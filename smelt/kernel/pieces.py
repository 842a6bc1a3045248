"""Kernels cut into pieces: independent parts of their outer loops, each with memory of its own.

A piece of one kernel that needs no more than the same piece of another can follow it at once, while
what they hand on is in the cache (see smelt/engine/chains.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from smelt.ir.node import Node, numel, toposort
from smelt.ir.op import AxisKind, Op
from smelt.ir.ranges import dependencies
from smelt.ir.symbolic import linear, linear_bounds
from smelt.kernel.loops import choosing
from smelt.kernel.transforms import SetKind, Split, Transform, apply, trips

LEAST_USES = (
    128  # in a piece of what a sum reads, if it has that many in all: copies are made of it
)


def divisions(built: Node) -> dict[int, frozenset[int]]:
    """For each PARAM, by its number, the counts of pieces of which each has its own part of it.

    Of memory that n pieces divide, piece i touches nothing outside of the i-th of n equal parts.
    What has a copy of the code for each iteration of a loop is not divided along it.
    """
    order = toposort([built])
    free = dependencies(order)
    nest = _nest(built)
    chosen = choosing(free, frozenset(nest))
    outer = [*takewhile(lambda loop: loop not in chosen, nest)]
    summed = toposort([n for n in order if n.op is Op.REDUCE])
    reuse = {frozenset(nest) - free[n] for n in summed if n.op is Op.LOAD}
    found = {}
    for param in (n for n in order if n.op is Op.PARAM):
        indices = [n.src[1] for n in order if n.op in (Op.LOAD, Op.STORE) and n.src[0] is param]
        found[param.arg] = _divisions(outer, indices, int(param.shape[0]), reuse)  # type: ignore[arg-type]
    return found


def cut(built: Node, pieces: int) -> Node:
    """The KERNEL with outer GRID loops that have so many iterations together."""
    transforms: list[Transform] = []
    number = 1 + max(n.arg[0] for n in toposort([built]) if n.op is Op.RANGE)
    for loop, parts in _parts(built, pieces).items():
        if parts < trips(loop):
            transforms.append(Split(loop.arg[0], trips(loop) // parts, number, AxisKind.LOOP))
        transforms.append(SetKind(loop.arg[0], AxisKind.GRID))
    return apply(built, transforms)


def read_again(built: Node, pieces: int) -> int:
    """Bytes that so many pieces read beyond what one piece would: each of them reads all of it."""
    order = toposort([built])
    free = dependencies(order)
    parts = _parts(built, pieces)
    found = 0
    for node in order:
        if node.op is Op.LOAD and node.src[0].op is Op.PARAM:
            loops = free[node.src[1]]
            times = math.prod(n for loop, n in parts.items() if loop not in loops)
            size = min(math.prod(map(trips, loops)), numel(node.src[0].shape))
            found += (times - 1) * size * node.dtype.itemsize
    return found


def grid_blocks(kernel: Node) -> int:
    """In how many parts the grid of a transformed KERNEL has no copy in common; 0: nobody knows.

    A part of the grid that begins elsewhere makes a copy once more.
    """
    grid = [n for n in _nest(kernel) if n.arg[1] is AxisKind.GRID]
    if any(n.src[0].op is not Op.CONST for n in grid):
        return 0
    order = toposort([kernel])
    free = dependencies(order)
    copies = [free[n] for n in order if n.op is Op.STORE and n.src[0].op is Op.LOCAL]
    depth = min((_depth(grid, loops) for loops in copies), default=len(grid))
    return math.prod(trips(n) for n in grid[:depth])


def _depth(grid: Sequence[Node], loops: frozenset[Node]) -> int:
    """How many loops there are down to the last one of `loops`."""
    return max((i + 1 for i, n in enumerate(grid) if n in loops), default=0)


def _nest(built: Node) -> list[Node]:
    return [n for n in built.src if n.op is Op.RANGE]


def _parts(built: Node, pieces: int) -> dict[Node, int]:
    """Into how many parts each of the outer loops is cut, for so many pieces in all."""
    found: dict[Node, int] = {}
    for loop in _nest(built):
        if pieces == 1:
            break
        found[loop] = math.gcd(pieces, trips(loop))
        pieces //= found[loop]
    return found


def _divisions(
    nest: Sequence[Node], indices: Sequence[Node], size: int, reuse: Iterable[frozenset[Node]]
) -> frozenset[int]:
    """`reuse` are the loops that do not change what some LOAD of a sum reads."""
    counts = {1}
    left = {loop: trips(loop) for loop in nest}
    outer: dict[Node, int] = {}  # the size of the part that belongs to an iteration
    number = 1
    for loop in nest:
        if loop.src[0].op is not Op.CONST or size % trips(loop):
            break
        extent = trips(loop)
        size //= extent
        outer[loop] = size
        if not all(_inside(index, outer, size) for index in indices):
            break
        for n in (n for n in range(2, extent + 1) if extent % n == 0):
            left[loop] = extent // n
            if all(_often(loops, left) for loops in reuse):
                counts.add(number * n)
        number *= extent
    return frozenset(counts)


def _often(loops: frozenset[Node], left: Mapping[Node, int]) -> bool:
    """Whether a piece still uses often what does not depend on these loops."""
    uses = math.prod(left[loop] for loop in loops)
    return uses >= min(LEAST_USES, math.prod(map(trips, loops)))


def _inside(index: Node, outer: dict[Node, int], size: int) -> bool:
    """Whether an index is less than `size` beyond what the outer loops come to."""
    terms, constant = linear(index)
    if any(terms.get(loop, 0) != stride for loop, stride in outer.items()):
        return False
    low, high = linear_bounds(({t: f for t, f in terms.items() if t not in outer}, constant))
    return low >= 0 and high < size
