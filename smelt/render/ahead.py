"""What is fetched from far away before it is needed.

Where a result is a sum, its lines are fetched before the sum is made. And LOADs fetch the next
row: a kernel that goes through its rows several times (softmax, a norm) waits for memory in the
first walk through a row, and computes in the last one. If that one asks for the row that comes
next, the memory is busy all the time.
"""

from __future__ import annotations

from smelt.ir.node import Node
from smelt.ir.op import AxisKind, Op
from smelt.render.analysis import Analysis, memory_size

LEAST_AHEAD = 4096  # bytes: the memory takes as long as a core takes for so many
LEAST_VECTOR = 32  # bytes of a LOAD that is worth an instruction more


def fetched_ahead(facts: Analysis, cache_nbytes: int) -> dict[Node, int]:
    """By how many elements LOADs are ahead of what they are to fetch.

    They are those of the last walk through what is read several times in each step of the grid's
    innermost loop, if all rows are more than a cache of so many bytes holds, and one much less.
    What begins elsewhere, such as the rest of a loop, is another walk.
    """
    grid = [n for n in facts.kernel.src if n.op is Op.RANGE and n.arg[1] is AxisKind.GRID]
    if not grid:
        return {}
    # The memory, from row to row, where the first one is read: LOADs and their loops.
    rows: dict[tuple[Node, int, int], dict[Node, int]] = {}
    within = (facts.loop_mask | facts.vector_mask) & ~facts.mask(tuple(grid))
    for node in facts.order:
        if node.op is Op.LOAD:
            memory, index = node.src[0], facts.index(node)
            apart = index.terms.get(grid[-1], 0)
            is_short = 0 < abs(apart) * memory.dtype.itemsize <= cache_nbytes // 2
            if is_vector(facts, node) and is_far(memory, cache_nbytes) and is_short:
                loops = facts.free[node] & within
                rows.setdefault((memory, apart, index.constant), {})[node] = loops
    ahead: dict[Node, int] = {}
    for (memory, apart, _), loads in rows.items():
        walks = set(loads.values())
        if len(walks) > 1:
            turns = {loops: _turn(facts, loops) for loops in walks}
            last = max(turns.values())
            steps = -(-LEAST_AHEAD // (abs(apart) * memory.dtype.itemsize))
            ahead |= {n: apart * steps for n, loops in loads.items() if turns[loops] == last}
    return ahead


def is_far(memory: Node, cache_nbytes: int) -> bool:
    """Whether an argument is more than a cache of so many bytes holds."""
    return memory.op is Op.PARAM and memory_size(memory) * memory.dtype.itemsize >= cache_nbytes


def is_vector(facts: Analysis, node: Node) -> bool:
    """Whether a LOAD or STORE takes so much in order that fetching it is worth an instruction."""
    nbytes = facts.width(facts.free[node]) * node.dtype.itemsize
    return facts.index(node).step == 1 and nbytes >= LEAST_VECTOR


def _turn(facts: Analysis, loops: int) -> int:
    """How many reductions stand behind each other before what is done in these loops."""
    return max(facts.level[n] for n in facts.order if facts.free[n] & loops)
