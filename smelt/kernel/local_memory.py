"""Transformations that put values into LOCAL memory before they are used."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from smelt.dtype import dtypes
from smelt.ir.node import (
    Node,
    alu,
    barrier,
    const,
    identity,
    load,
    local,
    loop_range,
    reduce_ranges,
    store,
    substitute,
    toposort,
    where,
)
from smelt.ir.op import ELEMENTWISE, AxisKind, Op
from smelt.ir.ranges import dependencies
from smelt.ir.simplify import simplify
from smelt.ir.symbolic import linear
from smelt.kernel.loops import lanes_for, ranges_of, trips
from smelt.util.errors import ArgumentError

TURNED_BYTES = 64  # of a vector for which there are instructions that transpose squares
RUN = 128  # bytes that are copied from one place before the next one, far away, has its turn


@dataclass(frozen=True)
class Stage:
    """What is computed from parameter `param` alone, copied to LOCAL memory first.

    The copy holds all that the loops `counters` walk through, laid out in their order, and is made
    anew for each iteration of the other loops, `lanes` at once. Its own loops are numbered from
    `first`.
    """

    param: int
    counters: tuple[int, ...]
    lanes: int
    first: int
    masks: bool = True  # whether a part of a vector is copied as fast as a whole one

    def __str__(self) -> str:
        return f"stage(p{self.param} over {', '.join(f'r{c}' for c in self.counters)})"


@dataclass(frozen=True)
class Keep:
    """What the reduction over the loop `counter` takes, kept in LOCAL memory for the loop `again`.

    It is computed in a loop of its own, numbered `first`, instead of in both of these.
    """

    counter: int
    again: int
    first: int

    def __str__(self) -> str:
        return f"keep(r{self.counter} for r{self.again})"


@dataclass(frozen=True)
class Share:
    """A reduction over the loop `counter`, a LOCAL one, as the work-items of a group share it out.

    Each leaves its part in LOCAL memory; some of them add up rows of that, and everyone the rows.
    """

    counter: int

    def __str__(self) -> str:
        return f"share(r{self.counter})"


@dataclass(frozen=True)
class Carry:
    """The sum over the loop `counter`, `factor` steps at a time, added up in LOCAL memory.

    Each block of steps is done for all of the loops `over` before the next one, so that copies of
    what it reads serve them all. What is left of the steps is a smaller block. New loops are
    numbered from `first`: two that fill the memory with zeros, the loop over the blocks, and for
    each size of block (the counter,) `over` and the other loops of the sum.
    """

    counter: int
    factor: int
    over: tuple[int, ...]
    lanes: int
    first: int

    def __str__(self) -> str:
        loops = ", ".join(f"r{c}" for c in self.over)
        return f"carry(r{self.counter} by {self.factor} over {loops})"


# ---- copies --------------------------------------------------------------------------------------


def staged(built: Node, stage: Stage) -> Node:
    """The LOAD of a parameter from a copy of what it reads, in the order in which it reads that."""
    counters = ranges_of(built)
    inside = [counters[c] for c in stage.counters if c in counters]  # one that runs once is gone
    value, loops = _value(built, stage.param, inside)
    if value is None:
        return built
    place, size = row_major(loops), math.prod(trips(r) for r in loops)
    across = _turned(loops, value, stage)
    ranges, values, valid = (
        _copy_loops(loops, place, value, stage)
        if across is None
        else (*_turned_loops(loops, across, stage), None)
    )
    written, source = substitute([place, value], values)
    if valid is not None:  # the last vector neither reads nor writes beyond the end
        masked: dict[Node, Node] = {}
        for read in (n for n in toposort([source]) if n.op is Op.LOAD):  # a place may be read, too
            place_read, *mask = substitute(read.src[1:], masked)
            masked[read] = load(read.src[0], place_read, _both(mask, valid))
        (source,) = substitute([source], masked)
    number = next_local(toposort([built]))
    stored = store(local(number, value.dtype, size), written, source, valid)
    (result,) = substitute([built], {value: load(barrier(stored, ranges), place)})
    return simplify(result)


def _copy_loops(
    loops: Sequence[Node], place: Node, value: Node, stage: Stage
) -> tuple[list[Node], dict[Node, Node], Node | None]:
    """The loops of a copy, what stands for the old counters, and a mask for the last vector.

    The innermost ones that run through memory as one are one loop, in vectors.
    """
    addresses = [place, *(n.src[1] for n in toposort([value]) if n.op is Op.LOAD)]
    inner: list[Node] = []
    for counter in reversed(loops):
        if inner and not _contiguous(addresses, [counter, *inner]):
            break
        inner.insert(0, counter)
    outer = [*loops[: len(loops) - len(inner)]]
    strides = linear(addresses[-1])[0]  # the loops in the order in which memory is read
    outer.sort(key=lambda r: -abs(strides.get(r, 0)))
    copies = {r: loop_range(r.src[0], stage.first + i) for i, r in enumerate(outer)}
    total = math.prod(trips(r) for r in inner)
    lanes = lanes_for(total, stage.lanes, stage.masks)
    vectors = loop_range(-(-total // lanes), stage.first + len(outer))
    lane = loop_range(lanes, stage.first + len(outer) + 1, AxisKind.VECTOR)
    position = simplify(vectors * lanes + lane)
    values: dict[Node, Node] = {**copies, **_digits(position, inner)}
    ranges = [copies[r] for r in outer]
    valid = None if total % lanes == 0 else position < total
    pieces = RUN // (total * value.dtype.itemsize)
    if len(outer) > 1 and strides.get(outer[-1]) == total and 1 < pieces < trips(outer[-1]):
        near = outer[-1]
        far = loop_range(-(-trips(near) // pieces), stage.first + len(outer) + 2)
        values[near] = simplify(far * pieces + loop_range(pieces, copies[near].arg[0]))
        ranges = [far, *ranges[:-1], loop_range(pieces, copies[near].arg[0])]
        if trips(near) % pieces:
            inside = values[near] < trips(near)
            valid = inside if valid is None else alu(Op.AND, inside, valid)
    ranges += [r for r in (vectors, lane) if trips(r) > 1]
    return ranges, values, valid


def _turned(loops: Sequence[Node], value: Node, stage: Stage) -> Node | None:
    """The loop that runs through memory, where the innermost one of the copy runs across it.

    Then squares of elements are read in vectors along the one, and written in vectors along the
    other: the renderer transposes them in registers.
    """
    reads = [n for n in toposort([value]) if n.op is Op.LOAD]
    lanes = stage.lanes
    if len(reads) != 1 or value.dtype.itemsize * lanes != TURNED_BYTES or not stage.masks:
        return None
    strides, masks = linear(reads[0].src[1])[0], toposort(reads[0].src[2:])
    if trips(loops[-1]) != lanes or strides.get(loops[-1]) in (None, 1):
        return None
    along = (r for r in loops if strides.get(r) == 1 and trips(r) >= lanes and r not in masks)
    return next(along, None)


def _turned_loops(
    loops: Sequence[Node], across: Node, stage: Stage
) -> tuple[list[Node], dict[Node, Node]]:
    """The loops of such a copy, and what stands for the old counters.

    The last vector ends with the loop: it reads some elements once more.
    """
    outer = [r for r in loops[:-1] if r is not across]
    copies = {r: loop_range(r.src[0], stage.first + i) for i, r in enumerate(outer)}
    numbers = count(stage.first + len(outer))
    extent, lanes = trips(across), stage.lanes
    vectors = loop_range(-(-extent // lanes), next(numbers))
    lane = loop_range(lanes, next(numbers), AxisKind.VECTOR)
    copy = loop_range(lanes, next(numbers), AxisKind.UNROLL)
    begin = vectors * lanes
    if extent % lanes:
        last = const(extent - lanes, dtypes.index)
        begin = where(last < begin, last, begin)
    ranges = [*copies.values(), *([vectors] if trips(vectors) > 1 else []), copy, lane]
    return ranges, {**copies, across: simplify(begin + lane), loops[-1]: copy}


def _digits(position: Node, loops: Sequence[Node]) -> dict[Node, Node]:
    """The counters of loops at a position of all of their iterations."""
    values, below = {}, 1
    for r in reversed(loops):
        digit = position // below
        values[r] = simplify(digit if r is loops[0] else digit % trips(r))
        below *= trips(r)
    return values


def _contiguous(addresses: Sequence[Node], loops: Sequence[Node]) -> bool:
    """Whether each address moves by one from each iteration of the loops to the next."""
    below = 1
    for r in reversed(loops):
        for address in addresses:
            terms, _ = linear(address)
            if terms.get(r) != below or any(r in toposort([t]) for t in terms if t is not r):
                return False
        below *= trips(r)
    return True


def next_local(order: Sequence[Node]) -> int:
    """A number that no LOCAL memory has yet."""
    return 1 + max((n.arg for n in order if n.op is Op.LOCAL), default=-1)


def _both(valid: Sequence[Node], guard: Node) -> Node:
    return alu(Op.AND, valid[0], guard) if valid else guard


def _value(built: Node, param: int, inside: Sequence[Node]) -> tuple[Node | None, Sequence[Node]]:
    """The LOAD of a parameter in some loops, with the operations on it that read nothing else.

    With it those of the loops that it depends on. Where a mask is never true no LOAD is left.
    """
    order = toposort([built])
    free = dependencies(order)
    loads = [
        n for n in order
        if n.op is Op.LOAD and n.src[0].op is Op.PARAM and n.src[0].arg == param
        and not free[n].isdisjoint(inside)
    ]  # fmt: skip
    if not loads:
        return None, ()
    if len(loads) > 1:
        raise ArgumentError("stage", f"{len(loads)} LOADs of p{param} in these loops", "one")
    value = loads[0]
    loops = [r for r in inside if r in free[value]]
    users: dict[Node, list[Node]] = {}
    for node in order:
        for source in node.src:
            users.setdefault(source, []).append(node)
    while len(above := users[value]) == 1 and above[0].op in ELEMENTWISE:
        (user,) = above
        others = toposort(s for s in user.src if s is not value)
        if free[user] != free[value] or any(n.op is Op.LOAD for n in others):
            break
        value = user
    return value, loops


def kept(built: Node, keep: Keep) -> Node:
    """The value under a reduction and the same value in another loop, from memory."""
    order, counters = toposort([built]), ranges_of(built)
    counter, again = counters[keep.counter], counters[keep.again]
    (total,) = (n for n in order if n.op is Op.REDUCE and n.src[1:] == (counter,))
    value = total.src[0]
    (same,) = substitute([value], {counter: again})
    place = loop_range(counter.src[0], keep.first)
    (filling,) = substitute([value], {counter: place})
    memory = local(next_local(order), value.dtype, trips(counter))
    row = barrier(store(memory, place, filling), [place])
    (result,) = substitute([built], {value: load(row, counter), same: load(row, again)})
    return result


# ---- sums in blocks ------------------------------------------------------------------------------


def carried(built: Node, carry: Carry) -> Node:
    """A sum as what LOCAL memory holds after all of its blocks have been added."""
    order, counters = toposort([built]), ranges_of(built)
    counter, over = counters[carry.counter], [counters[c] for c in carry.over]
    (total,) = (n for n in order if n.op is Op.REDUCE and counter in n.src[1:])
    if total.arg[0] is not Op.ADD:
        raise ArgumentError("carry", f"a REDUCE by {total.arg[0].name}", "one by ADD")
    inner = [r for r in total.src[1:] if r is not counter]
    numbers = count(carry.first)
    place, size = row_major(over), math.prod(trips(r) for r in over)
    memory = local(next_local(order), total.dtype, size)
    lanes = math.gcd(size, carry.lanes)
    zeros = [loop_range(size // lanes, next(numbers))]
    zeros.append(loop_range(lanes, next(numbers), AxisKind.VECTOR))
    factor = min(carry.factor, trips(counter))
    mode = "add" if factor < trips(counter) else "set"  # one block is all of the sum
    if mode == "add":
        filled = store(memory, zeros[0] * lanes + zeros[1], const(0, total.dtype))
        memory = barrier(filled, [r for r in zeros if trips(r) > 1])
    block = loop_range(trips(counter) // factor, next(numbers))
    starts = [(block * factor, factor, [block])]
    if rest := trips(counter) % factor:
        starts.append((const(trips(counter) - rest, dtypes.index), rest, []))
    for start, steps, outer in starts:
        step = loop_range(steps, next(numbers))
        copies = {r: loop_range(r.src[0], next(numbers)) for r in (*over, *inner)}
        value, at = substitute([total.src[0], place], {**copies, counter: start + step})
        part = reduce_ranges(value, Op.ADD, [step, *(copies[r] for r in inner)])
        memory = barrier(store(memory, at, part, None, mode), [*outer, *(copies[r] for r in over)])
    (result,) = substitute([built], {total: load(memory, place)})
    return simplify(result)


def row_major(loops: Sequence[Node]) -> Node:
    """The number of an iteration of these loops."""
    place, size = const(0, dtypes.index), 1
    for r in reversed(loops):
        place, size = r * size + place, size * trips(r)
    return simplify(place)


# ---- sums of a group -----------------------------------------------------------------------------


def shared(built: Node, share: Share) -> Node:
    """Each REDUCE over the loop in three steps."""
    counter = ranges_of(built)[share.counter]
    new: dict[Node, Node] = {}
    for node in toposort([built]):
        made = node.with_src(tuple(new[s] for s in node.src))
        if node.op is Op.REDUCE and counter in node.src[1:]:
            numbers = [n.arg for n in toposort([built, *new.values()]) if n.op is Op.LOCAL]
            ranges = [n.arg[0] for n in toposort([built, *new.values()]) if n.op is Op.RANGE]
            first = 1 + max(numbers, default=-1)
            made = _in_group(made, counter, first, 1 + max(ranges))
        new[node] = made
    return simplify(new[built])


def _in_group(total: Node, counter: Node, memory: int, number: int) -> Node:
    """A REDUCE in three steps: the parts of the work-items, rows of these, all rows."""
    op, dtype, items = total.arg[0], total.dtype, int(counter.src[0].arg)
    wide = 1 << (items.bit_length() // 2)
    rows = -(-items // wide)
    row, column = loop_range(rows, number, AxisKind.LOCAL), loop_range(wide, number + 1)
    part = reduce_ranges(total.src[0], op, [r for r in total.src[1:] if r is not counter])
    parts = barrier(store(local(memory, dtype, items), counter, part), [counter])
    at = row * wide + column
    inside = None if rows * wide == items else at < items
    value = load(parts, at, inside)
    if inside is not None:
        value = where(inside, value, const(identity(op, dtype), dtype))
    sums = store(local(memory + 1, dtype, rows), row, reduce_ranges(value, op, [column]))
    every = loop_range(rows, number + 2)
    return reduce_ranges(load(barrier(sums, [row]), every), op, [every])
