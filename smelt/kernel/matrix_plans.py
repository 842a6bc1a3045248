"""When and how matrix instructions carry out a kernel: what that costs, and the transformations.

Only the instruction set and the shape decide: the order in which sums are done follows from it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from smelt.dtype import dtypes
from smelt.ir.node import Node, toposort
from smelt.ir.op import ELEMENTWISE, AxisKind, Op
from smelt.kernel.accesses import Access, points
from smelt.kernel.matrix import (
    COLUMNS,
    COPY_LOOPS,
    NEW_LOOPS,
    UNIT_BYTES,
    UNITS,
    Matrix,
    contiguous,
    factors_of,
    products_of_sum,
)
from smelt.kernel.plans import Planner
from smelt.kernel.transforms import Carry, Reorder, SetKind, Split, Transform, trips
from smelt.program import DOT_INSTRUCTIONS, DotInstruction

LINE = UNITS * UNIT_BYTES
WHOLE_BYTES = 4096  # of steps: up to there a sum is done as a whole
DEPTH_BYTES = 1024  # of steps in a block of a longer sum
ROWS = 512  # in a block: so often what is copied of the columns is used
BLOCK_SHARE = 0.25  # of a core's second-level cache: a copy, but for rows that serve all columns
RESULT_SHARE = 0.5
MOST_BYTES = 4 << 20  # of all of these, which are on a thread's stack
ENOUGH_BLOCKS = 4  # to share out between threads
TURNOVER = 150.0  # cycles between one tile and the next
LINE_COPIED = 3.0  # cycles for a line of a copy whose order is that of memory
LINE_SHUFFLED = 6.0
ELEMENT_COPIED = 3.0  # cycles for an element that is copied alone


@dataclass(frozen=True)
class MatrixPlan:
    """The loops of a product, the sizes of its blocks, and what a point of it costs."""

    loops: tuple[Node, Node, Node]  # rows, columns, steps
    sizes: tuple[int, int, int]
    tile: tuple[int, int]
    dot: DotInstruction
    copies: int
    cycles: float


def matrix_plan(planner: Planner) -> MatrixPlan | None:
    """How an instruction of the target does the kernel's product, if one can."""
    total = planner.reduces[0] if len(planner.reduces) == 1 else None
    if total is None or not planner.target.dots or not _is_product(planner, total):
        return None
    loops = _loops(planner, total)
    if loops is None:
        return None
    narrow = factors_of(total, *loops[:2], UNIT_BYTES)
    if narrow is None:
        return None
    for dot in DOT_INSTRUCTIONS:
        if dot.feature not in planner.target.dots or not _sums_in(total, dot):
            continue
        if (len(narrow) == 1 or dot.height > 1) and all(
            dot.takes(*(f.dtype for f in pair)) for pair in narrow
        ):
            pairs = factors_of(total, *loops[:2], dot.elements)
            return None if pairs is None else _plan(planner, loops, pairs, dot)
    return None


def _sums_in(total: Node, dot: DotInstruction) -> bool:
    """Whether the sum has the dtype of the instruction's."""
    kinds = (dtypes.int32, dtypes.uint32) if dot.elements == 4 else (dtypes.float32,)
    return total.dtype in kinds


def _is_product(planner: Planner, total: Node) -> bool:
    """Whether each element of the result is a sum of its own, with constant loops."""
    return (
        not planner.serial
        and all(planner.free[s].issuperset(planner.nest) for s in planner.stores)
        and all(n.src[0].op is Op.CONST for n in (*planner.nest, *total.src[1:]))
    )


def _loops(planner: Planner, total: Node) -> tuple[Node, Node, Node] | None:
    """Rows, columns and steps: results and copies are written along the columns."""
    products, _ = products_of_sum(total)
    if not products:
        return None
    reads = [planner.free[s] for s in products[0].src]
    free = [n for n in planner.nest if n not in planner.pieces]
    own = [[n for n in free if n in a and n not in b] for a, b in (reads, reads[::-1])]
    steps = [r for r in total.src[1:] if r in reads[0] & reads[1]]
    if not all(own) or not steps:
        return None
    stores = [a for a in planner.accesses if a.node.op is Op.STORE]
    along = [n for n in (*own[0], *own[1]) if any(a.strides.get(n) == 1 for a in stores)]
    columns = max(along or own[1], key=trips)
    rows = max(own[0] if columns in own[1] else own[1], key=trips)
    return rows, columns, max(steps, key=trips)


def _plan(
    planner: Planner,
    loops: tuple[Node, Node, Node],
    pairs: Sequence[tuple[Node, Node]],
    dot: DotInstruction,
) -> MatrixPlan | None:
    """Blocks that fit the caches, and some for each thread; None if the least is too large."""
    (total,) = planner.reduces
    rows, columns, steps = (trips(n) for n in loops)
    factors = [list(dict.fromkeys(side)) for side in zip(*pairs, strict=True)]
    itemsize = max(sum(f.dtype.itemsize for f in side) for side in factors)
    line = UNITS * dot.elements  # steps in one
    others = points(total.src[1:]) // steps
    tile = _tile(rows, columns, dot)
    whole = steps * others * itemsize <= WHOLE_BYTES
    depth = steps if whole else DEPTH_BYTES // itemsize // others
    depth = _even(steps, max(-(-depth // line), 1) * line, line)
    row, column = tile[0] * dot.height, tile[1] * COLUMNS
    nbytes = depth * others * itemsize
    high, wide = _block(planner, loops, (row, column), nbytes, whole)
    if (high + wide) * nbytes + 4 * high * wide > MOST_BYTES:
        return None
    sizes = high, wide, depth
    padded = [-(-trips(n) // s) * s / trips(n) for n, s in zip(loops, sizes, strict=True)]
    once = dot.height * COLUMNS * (line if dot.height > 1 else dot.elements)
    cycles = math.prod(padded) * len(pairs) * dot.cycles / once
    cycles += TURNOVER / (row * column * depth * others)
    # the rows of a block serve all of its columns, those of a whole sum all columns of a row
    reuse = (min(wide, columns) if depth < steps else columns), min(high, rows)
    for side, across, times in zip(factors, loops, reuse, strict=False):
        cycles += sum(_copy_cycles(planner, f, across, loops[2]) for f in side) / times
    return MatrixPlan(loops, sizes, tile, dot, sum(map(len, factors)), cycles)


def _block(
    planner: Planner,
    loops: tuple[Node, Node, Node],
    tile: tuple[int, int],
    nbytes: int,
    whole: bool,
) -> tuple[int, int]:
    """Rows and columns of a block, whose copies have so many bytes for each of these.

    Together with what else is independent there are to be enough of them.
    """
    rows, columns = (trips(n) for n in loops[:2])
    grid = points(n for n in planner.nest if n not in loops)
    row, column = tile
    copied = planner.cache_share(BLOCK_SHARE) // nbytes
    most = ROWS if whole else min(ROWS, copied)
    high = _even(rows, max(-(-most // row), 1) * row, row)
    most = min(copied, planner.cache_share(RESULT_SHARE) // (4 * high))
    wide = _even(columns, max(most // column, 1) * column, column)
    while grid * -(-rows // high) * -(-columns // wide) < ENOUGH_BLOCKS:
        if high <= row and wide <= column:
            break
        if wide <= column or high > max(wide, row):
            high = _even(rows, -(-high // row // 2) * row, row)
        else:
            wide = _even(columns, -(-wide // column // 2) * column, column)
    return high, wide


def _tile(rows: int, columns: int, dot: DotInstruction) -> tuple[int, int]:
    """How many results at once: as near to a square as fits."""
    high, wide = dot.tile
    tall = -(-rows // dot.height)
    broad = -(-columns // COLUMNS)
    if tall < high:
        return tall, min(broad, wide * high // tall)
    if broad < wide:
        return min(tall, wide * high // broad), broad
    return high, wide


def _even(extent: int, most: int, multiple: int) -> int:
    """The size of equal blocks of at most `most`, a multiple."""
    blocks = -(-extent // most)
    return -(-extent // (blocks * multiple)) * multiple


def _copy_cycles(planner: Planner, factor: Node, across: Node, steps: Node) -> float:
    """What one element of a copy takes."""
    inside = toposort([factor])
    lanes = LINE // factor.dtype.itemsize
    work = [n for n in inside if n.op in ELEMENTWISE and steps in planner.free.get(n, ())]
    reads = [a for a in planner.accesses if a.node in set(inside)]
    if contiguous(factor, steps):
        each = LINE_COPIED / lanes
    elif contiguous(factor, across):
        each = LINE_SHUFFLED / lanes
    else:
        each = ELEMENT_COPIED
    each += sum(_line_cycles(a) for a in reads)
    return each + len(work) / 16


def _line_cycles(access: Access) -> float:
    """The wait for lines; there are two load slots in a cycle."""
    return access.line_miss / 2 * access.itemsize / LINE


def matrix_transforms(planner: Planner, plan: MatrixPlan, first: int) -> list[Transform]:
    """The plan written down; new loops are numbered from `first`."""
    (total,) = planner.reduces
    numbers = [n.arg[0] for n in plan.loops]
    made: list[Transform] = [
        Split(old, size, first + i, AxisKind.LOOP)
        for i, (old, size) in enumerate(zip(numbers, plan.sizes, strict=True))
    ]
    rows, columns, steps = range(first, first + 3)
    others = [n.arg[0] for n in planner.nest if n not in plan.loops]
    grid = [*others, *numbers[:2]]
    made.append(Reorder((*grid, rows, columns)))
    made += [SetKind(n, AxisKind.GRID) for n in grid]
    start = first + 3  # of the loops of the sum in blocks: zeros, blocks, steps, over, others
    lanes = min(planner.target.vector_bytes // 4, COLUMNS)
    one = plan.sizes[2] >= trips(plan.loops[2])
    inner = [r for r in total.src[1:] if r is not plan.loops[2]]
    counter, factor = (steps, plan.sizes[2]) if one else (numbers[2], 1)
    made.append(Carry(counter, factor, (rows, columns), lanes, start))
    place = start + 3 if one else start + 6 + list(total.src[1:]).index(plan.loops[2])
    after = start + 7 + len(inner)
    dot, over = plan.dot, (start + 4, start + 5)
    made.append(Matrix(*over, place, dot.height, dot.elements, plan.tile, after))
    last = after + NEW_LOOPS + plan.copies * (COPY_LOOPS + len(inner))
    made.append(Split(columns, lanes, last, AxisKind.VECTOR))
    return made
