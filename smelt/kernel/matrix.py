"""A block of a sum of products as matrix instructions: its loops, and copies in their layout.

Such an instruction adds to a small block of the result the products of a unit of steps, or of 16;
a unit is four bytes: two bfloat16, four integers of a byte, or one float32. What it does is written
down as ordinary loops of kind MATRIX, which an interpreter carries out one after the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import count
from operator import add

from smelt.dtype import dtypes
from smelt.ir.node import (
    Node,
    alu,
    barrier,
    cast,
    const,
    load,
    local,
    loop_range,
    reduce_ranges,
    store,
    substitute,
    toposort,
    where,
)
from smelt.ir.op import AxisKind, Op
from smelt.ir.ranges import dependencies
from smelt.ir.simplify import simplify
from smelt.ir.symbolic import linear
from smelt.ir.terms import added_products
from smelt.kernel.local_memory import next_local
from smelt.kernel.loops import ranges_of, trips
from smelt.util.errors import ArgumentError

UNIT_BYTES = 4  # of steps that are multiplied and added at once
UNITS = 16  # of steps in a line of memory
COLUMNS = 16  # of an instruction
MOST_TOGETHER = 4  # of their tiles that are copied in one vector
NEW_LOOPS = 9  # of a Matrix, beside those of its copies
COPY_LOOPS = 7  # of a copy, and one for each further loop of the sum


@dataclass(frozen=True)
class Matrix:
    """The sum over the loop `steps` as matrix instructions, for the loops `rows` and `columns`.

    An instruction makes `height` rows of 16 columns, from units of so many `elements`; `tile` says
    how many results it has at once, along the rows and along the columns. The loops have to be
    whole numbers of these, and of 16 units of steps. The factors are read from copies, a single
    element of a unit as it is multiplied, others as they were before they were converted. New loops
    are numbered from `first`.
    """

    rows: int
    columns: int
    steps: int
    height: int
    elements: int
    tile: tuple[int, int]
    first: int

    def __str__(self) -> str:
        tile = " by ".join(map(str, self.tile))
        loops = f"r{self.rows}, r{self.columns}, r{self.steps}"
        steps = self.elements * (UNITS if self.height > 1 else 1)
        return f"matrix({loops} as {tile} of {self.height} by {COLUMNS} by {steps})"


def products_of(transforms: Iterable[object]) -> str:
    """The dtype that is multiplied by instructions of its own, after these transformations."""
    sizes = {t.elements for t in transforms if isinstance(t, Matrix)}
    return "bfloat16" if 2 in sizes else "uint8" if 4 in sizes else ""


def matrixed(built: Node, matrix: Matrix) -> Node:
    """The block of a sum over these loops in pieces, its factors read from copies."""
    counters = ranges_of(built)
    rows, columns, steps = (counters[n] for n in (matrix.rows, matrix.columns, matrix.steps))
    order = toposort([built])
    (block,) = (n for n in order if n.op is Op.BARRIER and rows in n.src[1:])
    memory, at, total = block.src[0].src
    pairs = factors_of(total, rows, columns, matrix.elements)
    if pairs is None:
        raise ArgumentError("matrix", repr(total), "a sum of products of small dtypes")
    numbers = count(matrix.first)
    row = _pieces(rows, matrix.tile[0], matrix.height, numbers)
    column = _pieces(columns, matrix.tile[1], COLUMNS, numbers)
    step = _steps(steps, matrix.height, matrix.elements, numbers)
    others = [r for r in total.src[1:] if r is not steps]
    memories, wide = count(next_local(order)), dict[Node, Node]()
    for side, own in enumerate((row, column)):
        for value in dict.fromkeys(pair[side] for pair in pairs):
            copy = Copy(value, own, steps, tuple(others), own is column)
            filled = copy.filled(next(memories), numbers)
            wide[value] = cast(load(filled, copy.place(own, others, step)), total.dtype)
    value = reduce(add, (wide[left] * wide[right] for left, right in pairs))
    part = reduce_ranges(value, Op.ADD, _ranges([*others, *step.loops]))
    (at,) = substitute([at], {rows: row.value, columns: column.value})
    at = _in_tiles(at, trips(columns), matrix.height)
    outside = [r for r in block.src[1:] if r not in (rows, columns)]
    loops = [*outside, row.outer, column.outer, row.tile, row.inside, column.tile, column.inside]
    made = barrier(store(memory, at, part, None, block.src[0].arg), _ranges(loops))
    reads = [n for n in order if n.op is Op.LOAD and n.src[0] is block]
    placed = {n: load(made, _in_tiles(n.src[1], trips(columns), matrix.height)) for n in reads}
    return simplify(substitute([built], placed)[0])


def _in_tiles(place: Node, columns: int, height: int) -> Node:
    """Where a block has what stood row after row: what an instruction adds to lies together."""
    row, column = place // columns, place % columns
    tile = row // height * (columns // COLUMNS) + column // COLUMNS
    return simplify((tile * height + row % height) * COLUMNS + column % COLUMNS)


def factors_of(
    total: Node, rows: Node, columns: Node, elements: int
) -> list[tuple[Node, Node]] | None:
    """What a REDUCE multiplies in units of so many elements and adds up, rows first.

    None if that is no product of rows and columns. What it masks is then 0 in both of these.
    """
    products, guard = products_of_sum(total)
    if any(n.op is Op.REDUCE for n in toposort(products)):
        return None
    pairs = []
    free = dependencies(toposort(products))
    for product in products:
        left, right = product.src if rows in free[product.src[0]] else product.src[::-1]
        apart = rows not in free[right] and columns not in free[left]
        if not apart or rows not in free[left] or columns not in free[right]:
            return None
        if elements > 1:
            if left.op is not Op.CAST or right.op is not Op.CAST:
                return None
            left, right = left.src[0], right.src[0]
        pairs.append(
            (left, right) if guard is None else (_masked(left, guard), _masked(right, guard))
        )
    return pairs or None


def products_of_sum(total: Node) -> tuple[list[Node], Node | None]:
    """The products that a REDUCE sums up, none if there is anything else, and where it does."""
    value, guard = total.src[0], None
    if value.op is Op.WHERE and value.src[2].op is Op.CONST and value.src[2].arg == 0:
        guard, value = value.src[:2]
    return (added_products(value) if total.arg[0] is Op.ADD else []), guard


def _masked(value: Node, guard: Node) -> Node:
    """`value`, or 0: what is loaded under a condition is 0 elsewhere by itself."""
    if value.op is Op.CAST and value.src[0].op is Op.LOAD:
        return cast(_masked(value.src[0], guard), value.dtype)
    if value.op is Op.LOAD:
        valid = alu(Op.AND, value.src[2], guard) if value.src[2:] else guard
        return simplify(load(value.src[0], value.src[1], valid))
    return simplify(where(guard, value, const(0, value.dtype)))


# ---- loops ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pieces:
    """A loop in pieces: a number of tiles of `size`, some of them at once."""

    counter: Node
    together: int
    size: int
    outer: Node
    tile: Node  # which of those at once
    inside: Node  # where in the tile

    @property
    def value(self) -> Node:
        """What stands for the counter."""
        return (self.outer * self.together + self.tile) * self.size + self.inside


@dataclass(frozen=True)
class Steps:
    """The steps as units of four bytes, and which element of a unit."""

    loops: list[Node]
    unit: Node
    element: Node


def _pieces(counter: Node, together: int, size: int, numbers: Iterator[int]) -> Pieces:
    if trips(counter) % (together * size):
        raise ArgumentError("matrix", f"a loop of {trips(counter)}", f"times {together * size}")
    outer = _loop(trips(counter) // (together * size), next(numbers))
    tile = _loop(together, next(numbers), AxisKind.UNROLL)
    inside = _loop(size, next(numbers), AxisKind.MATRIX if size > 1 else AxisKind.UNROLL)
    return Pieces(counter, together, size, outer, tile, inside)


def _steps(counter: Node, height: int, elements: int, numbers: Iterator[int]) -> Steps:
    """A whole line of units in an instruction of several rows, one in another."""
    if trips(counter) % (UNITS * elements):
        raise ArgumentError("matrix", f"a sum of {trips(counter)}", f"times {UNITS * elements}")
    units = trips(counter) // elements
    element = _loop(elements, next(numbers), AxisKind.MATRIX)
    line = _loop(units // UNITS, next(numbers))
    unit = _loop(UNITS, next(numbers), AxisKind.LOOP if height == 1 else AxisKind.MATRIX)
    return Steps([line, unit, element], line * UNITS + unit, element)


def _loop(extent: int, number: int, kind: AxisKind = AxisKind.LOOP) -> Node:
    """A loop's counter; of one that runs once, 0."""
    return const(0, dtypes.index) if extent == 1 else loop_range(extent, number, kind)


def _ranges(counters: Sequence[Node]) -> list[Node]:
    return [r for r in counters if r.op is Op.RANGE]


# ---- copies --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copy:
    """A factor in LOCAL memory: panels of `size` rows or columns, a line of units at a time.

    A row has its units side by side; columns lie side by side in each unit.
    """

    value: Node
    across: Pieces  # of rows or columns
    steps: Node
    others: tuple[Node, ...]  # loops of the same sum
    is_columns: bool

    @property
    def elements(self) -> int:
        return UNIT_BYTES // self.value.dtype.itemsize

    def place(self, own: Pieces, others: Sequence[Node], step: Steps) -> Node:
        """Where the copy has an element."""
        lines = trips(self.steps) // (self.elements * UNITS)
        panel = own.outer
        for counter, old in zip(others, self.others, strict=True):
            panel = panel * trips(old) + counter
        line, unit = step.unit // UNITS, step.unit % UNITS
        place = (panel * lines + line) * own.together + own.tile
        if self.is_columns:
            place = (place * UNITS + unit) * own.size + own.inside
        else:
            place = (place * own.size + own.inside) * UNITS + unit
        return simplify(place * self.elements + step.element)

    def filled(self, number: int, numbers: Iterator[int]) -> Node:
        """The BARRIER that makes the copy: vectors along what lies side by side in memory."""
        own = self.across
        others = [_loop(trips(r), next(numbers)) for r in self.others]
        outer = _loop(trips(own.counter) // (own.size * own.together), next(numbers))
        lines = _loop(trips(self.steps) // (self.elements * UNITS), next(numbers))
        if contiguous(self.value, self.steps):
            pieces, step = self._along_steps(outer, others, lines, numbers)
        elif contiguous(self.value, own.counter) and own.size > 1:
            pieces, step = self._across_steps(outer, others, lines, numbers)
        else:
            pieces, step = self._one_by_one(outer, others, lines, numbers)
        values = dict(zip(self.others, others, strict=True))
        values |= {own.counter: pieces.value, self.steps: step.unit * self.elements + step.element}
        (copied,) = substitute([self.value], values)
        place = self.place(pieces, others, step)
        elements = math.prod(trips(r) for r in (own.counter, self.steps, *self.others))
        memory = local(number, self.value.dtype, elements)
        return barrier(store(memory, place, simplify(copied)), _ranges(step.loops))

    def _along_steps(
        self, outer: Node, others: list[Node], lines: Node, numbers: Iterator[int]
    ) -> tuple[Pieces, Steps]:
        """A line of a row in one vector; of 16 columns they are transposed."""
        size, kind = self.across.size, AxisKind.UNROLL if self.is_columns else AxisKind.LOOP
        tile, inside = _loop(self.across.together, next(numbers)), _loop(size, next(numbers), kind)
        wide = _loop(UNITS * self.elements, next(numbers), AxisKind.VECTOR)
        loops = [outer, tile, inside, *others, lines, wide]
        if self.is_columns:
            loops = [*others, outer, tile, lines, inside, wide]
        unit, element = lines * UNITS + wide // self.elements, wide % self.elements
        return self._tiled(outer, tile, inside), Steps(loops, unit, element)

    def _across_steps(
        self, outer: Node, others: list[Node], lines: Node, numbers: Iterator[int]
    ) -> tuple[Pieces, Steps]:
        """Elements of a unit from several vectors; of rows whole lines, which are transposed."""
        size, together = self.across.size, self.across.together
        kind = AxisKind.LOOP if self.is_columns else AxisKind.UNROLL
        line = _loop(UNITS, next(numbers), kind)
        element = _loop(self.elements, next(numbers), AxisKind.UNROLL)
        if self.is_columns and together <= MOST_TOGETHER:
            wide = _loop(size * together, next(numbers), AxisKind.VECTOR)
            pieces = self._tiled(outer, wide // size, wide % size)
            loops = [*others, lines, line, outer, element, wide]
        else:
            tile = _loop(together, next(numbers))
            inside = _loop(size, next(numbers), AxisKind.VECTOR)
            pieces = self._tiled(outer, tile, inside)
            loops = [*others, lines, line, outer, tile, element, inside]
        return pieces, Steps(loops, lines * UNITS + line, element)

    def _one_by_one(
        self, outer: Node, others: list[Node], lines: Node, numbers: Iterator[int]
    ) -> tuple[Pieces, Steps]:
        tile, inside = (_loop(n, next(numbers)) for n in (self.across.together, self.across.size))
        line, element = (_loop(n, next(numbers)) for n in (UNITS, self.elements))
        loops = [outer, tile, inside, *others, lines, line, element]
        return self._tiled(outer, tile, inside), Steps(loops, lines * UNITS + line, element)

    def _tiled(self, outer: Node, tile: Node, inside: Node) -> Pieces:
        return replace(self.across, outer=outer, tile=tile, inside=inside)


def contiguous(value: Node, counter: Node) -> bool:
    """Whether all that a value reads lies side by side along a loop."""
    strides = []
    for node in toposort([value]):
        if node.op is Op.LOAD:
            terms, _ = linear(node.src[1])
            if any(counter in toposort([t]) for t in terms if t is not counter):
                return False
            strides.append(terms.get(counter, 0))
    return 1 in strides and set(strides) <= {0, 1}
