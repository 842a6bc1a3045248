"""The order in which the kernels of a program run: what decides how much memory it needs at a time.

Each runs after those that it reads from. Of several that a kernel waits for, the one at the end of
the longest chain comes first: what is quickly made (a value computed again on the way back rather
than kept) is then made when the rest is there. And a kernel that frees as much as it stores (a
weight's gradient, the last to need an activation) runs as soon as it can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from smelt.ir.node import Node, numel
from smelt.schedule.fuse import Fusion
from smelt.schedule.regions import Region, base

FEW = 8  # readers that are looked at together: a value may have thousands

Needs = Mapping[Region, frozenset[Region]]


def run_order(fusion: Fusion, roots: Sequence[Node]) -> list[Region]:
    """All regions, each after those that it needs."""
    needs: Needs = {
        r: frozenset({fusion.placed[n] for n in r.reads} | r.after) for r in fusion.regions
    }
    depth: dict[Region, int] = {}
    for region in _needed_first(needs, lambda r: r.number):
        depth[region] = 1 + max((depth[r] for r in needs[region]), default=0)
    order = _needed_first(needs, lambda r: (depth[r], r.number))
    return _freeing_first(order, needs, {base(r) for r in roots})


def _needed_first(needs: Needs, rank: Callable[[Region], Any]) -> list[Region]:
    """Depth first from the consumers; of several the one of the highest rank first."""
    order: list[Region] = []
    done: set[Region] = set()
    for root in sorted(needs, key=rank, reverse=True):
        stack = [(root, False)]
        while stack:
            region, ready = stack.pop()
            if ready:
                order.append(region)
            elif region not in done:
                done.add(region)
                stack.append((region, True))
                stack += [(r, False) for r in sorted(needs[region], key=rank)]
    return order


def _freeing_first(order: Sequence[Region], needs: Needs, kept: set[Node]) -> list[Region]:
    """The same, but what frees as much memory as it takes at once when it is ready.

    That may be all who still read something, together.

    `kept` is there for the whole run in any case: it is neither taken nor freed.
    """
    users: dict[Region, list[Region]] = {r: [] for r in order}
    for region in order:
        for need in needs[region]:
            users[need].append(region)
    waiting = {r: len(needs[r]) for r in order}
    reading: dict[Node, dict[Region, None]] = {}  # those that have still to
    for region in order:
        for node in region.reads:
            reading.setdefault(node, {})[region] = None
    stored: set[Node] = set(kept)
    result: dict[Region, None] = {}

    def grows(regions: Sequence[Region]) -> int:
        """How much more memory is needed after these than before."""
        new = {o.memory for r in regions for o in r.outputs} - stored
        read = {n for r in regions for n in r.reads} - kept
        old = [n for n in read if reading[n].keys() <= set(regions)]
        return sum(map(_nbytes, new)) - sum(map(_nbytes, old))

    for region in order:
        ready: list[tuple[Region, ...]] = [(region,)]
        while ready:
            for current in ready.pop():
                if current in result:
                    continue
                result[current] = None
                stored.update(o.memory for o in current.outputs)
                for node in current.reads:
                    del reading[node][current]
                for user in users[current]:
                    waiting[user] -= 1
                near = (*(o.memory for o in current.outputs), *current.reads)
                last = (tuple(reading.get(n, ())) for n in near if len(reading.get(n, ())) <= FEW)
                able = [*((r,) for r in users[current] if r not in result), *last]
                able = [rs for rs in able if rs and not any(waiting[r] for r in rs)]
                ready += [rs for rs in able if grows(rs) <= 0]
    return list(result)


def _nbytes(node: Node) -> int:
    return numel(node.shape) * node.dtype.itemsize
