"""Stores of registers whose elements belong together in another order than the registers have.

Copies for matrix instructions are such: what is read side by side is stored in units of four bytes,
or transposed. Where shuffles of registers put elements side by side, whole registers are stored and
not one element after the other.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from smelt.dtype import DType, dtypes
from smelt.ir.node import Node, const, substitute, toposort
from smelt.ir.op import Op
from smelt.ir.simplify import simplify
from smelt.program import SHUFFLED_STEPS
from smelt.render.analysis import Index
from smelt.render.llvm_memory import Access, store
from smelt.render.llvm_ops import Ops
from smelt.render.llvm_text import Block, memory_type, register_type, splat, vector
from smelt.render.llvm_values import Values

UNIT_BYTES = 4
SIDE = 16  # units in a register: so many registers are transposed

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shuffle:
    """What to do with the registers of a STORE."""

    groups: tuple[tuple[int, ...], ...]  # the copies whose elements alternate in one register
    transposed: bool
    places: tuple[int, ...]  # of each register that is stored: elements from the first place


def shuffle_of(places: Places, dtype: DType) -> Shuffle | None:
    """How elements at `places` (copies by lanes, from 0 on) become stores of whole registers.

    None if shuffles of this kind do not put them side by side.
    """
    if dtype.itemsize > UNIT_BYTES or np.unique(places).size < places.size:
        return None
    per_unit = UNIT_BYTES // dtype.itemsize
    found = _units(places, per_unit)
    if found is None:
        return None
    groups, units = found
    count, wide = units.shape
    across = per_unit * np.arange(SIDE)
    if count == wide == SIDE and (units == units[0] + across[:, None]).all():
        return Shuffle(groups, True, tuple(int(u) for u in units[0]))
    if wide > SIDE and wide % SIDE:
        return None
    runs = units.reshape(-1, min(SIDE, wide))
    if not (runs == runs[:, :1] + across[: runs.shape[1]]).all():
        return None
    return Shuffle(groups, False, tuple(int(u) for u in runs[:, 0]))


def _units(places: Places, per_unit: int) -> tuple[tuple[tuple[int, ...], ...], Places] | None:
    """Which copies make up units of four bytes together, and at which element each unit begins.

    Either each copy's lanes are whole units, or each lane has a unit of neighbouring copies.
    """
    copies, lanes = places.shape
    within = np.arange(per_unit)
    if lanes % per_unit == 0:
        units = places[:, ::per_unit]
        if (places.reshape(copies, -1, per_unit) == units[:, :, None] + within).all():
            return tuple((c,) for c in range(copies)), units
    if copies % per_unit:
        return None
    grouped = np.argsort(places[:, 0], kind="stable").reshape(-1, per_unit)
    units = places[grouped[:, 0]]
    if (places[grouped] != units[:, None] + within[:, None]).any():
        return None
    return tuple(tuple(int(c) for c in group) for group in grouped), units


def shuffled(
    block: Block, shuffle: Shuffle, dtype: DType, names: Sequence[str], lanes: int
) -> list[str]:
    """The registers to be stored, as `<n x i32>`, of the raw registers `names` of a STORE."""
    result = []
    for group in shuffle.groups:
        name, width = _alternating(block, dtype, [names[c] for c in group], lanes)
        units = width * dtype.itemsize // UNIT_BYTES
        old, new = memory_type(dtype, width), vector("i32", units)
        result += _runs(block, block.value(f"bitcast {old} {name} to {new}"), units)
    return _transposed(block, result) if shuffle.transposed else result


def _alternating(block: Block, dtype: DType, names: Sequence[str], lanes: int) -> tuple[str, int]:
    """Elements of these registers in turn, in one register."""
    while len(names) > 1:
        half = len(names) // 2
        order = [i for lane in range(lanes) for i in (lane, lanes + lane)]
        pairs = zip(names[:half], names[half:], strict=True)
        names = [block.shuffle(memory_type(dtype, lanes), a, b, order) for a, b in pairs]
        lanes *= 2
    return names[0], lanes


def _runs(block: Block, name: str, units: int) -> list[str]:
    """A register's parts of 16 units, which may be stored apart."""
    if units <= SIDE:
        return [name]
    type_ = vector("i32", units)
    parts = [range(begin, begin + SIDE) for begin in range(0, units, SIDE)]
    return [block.shuffle(type_, name, "poison", part) for part in parts]


def _transposed(block: Block, names: list[str]) -> list[str]:
    """Row r, column c of 16 registers of 16 units as row c, column r.

    Neighbours first, within 128 bits, for which there is one instruction each, and then these.
    """
    type_, quads = vector("i32", SIDE), range(0, SIDE, 4)

    def pairs(apart: int, orders: Sequence[Sequence[int]]) -> None:
        for low in range(SIDE):
            if not low & apart:
                a, b = names[low], names[low | apart]
                names[low], names[low | apart] = (block.shuffle(type_, a, b, o) for o in orders)

    pairs(1, [[q + i for q in quads for i in (k, k + 16, k + 1, k + 17)] for k in (0, 2)])
    pairs(2, [[q + i for q in quads for i in (k, k + 1, k + 16, k + 17)] for k in (0, 2)])
    lines = [[4 * q + i for q in order for i in range(4)] for order in ((0, 2, 4, 6), (1, 3, 5, 7))]
    pairs(4, lines)
    pairs(8, lines)
    return [names[q + i] for q in quads for i in (0, 2, 1, 3)]


# ---- stores --------------------------------------------------------------------------------------


class Shuffles(Values, ABC):
    """A kernel that stores transposed squares, and copies in other orders, in whole registers."""

    def store_shuffled(self, node: Node, block: Block, width: int) -> bool:
        """Write what a STORE takes where its places call for shuffles; whether they do."""
        mask, index = self.facts.free[node], self.facts.index(node)
        is_plain = index.step == 1 and len(self.facts.copies(mask)) == 1
        is_whole = node.arg == "set" and len(node.src) == 3
        if not is_whole or is_plain or width == 1 or index.varied:
            return False
        lanes = _lane_places(index, width)
        if lanes is None:
            return False
        places = np.array(self.facts.constants(index, mask))[:, None] + lanes
        shuffle = shuffle_of(places - places.min(), node.dtype)
        if shuffle is None or (node.src[0].op is not Op.LOCAL and not shuffle.transposed):
            return False
        where = self.facts.projection(mask, self.facts.free[node.src[2]])
        ops = Ops(block, self.target, width)
        raw = [ops.to_memory(node.dtype, self.operand(node.src[2], w, width)) for w in where]
        registers = shuffled(block, shuffle, node.dtype, raw, width)
        sums, home = self.sums(index, mask)
        element, root = memory_type(node.dtype), self.roots(node)[0]
        begin = self._pointer(home, root, element, sums[0][0])
        begin = self._pointer(home, begin, element, str(places.min()))
        units = node.dtype.itemsize * places.size // UNIT_BYTES // len(registers)
        for name, place in zip(registers, shuffle.places, strict=True):
            to = self._pointer(block, begin, element, str(place))
            block.do(f"store <{units} x i32> {name}, ptr {to}, align {node.dtype.itemsize}")
        return True

    def store_in_turns(self, node: Node, block: Block, width: int, streams: str) -> bool:
        """Write copies of a STORE whose lanes alternate in memory as whole runs; whether they do.

        For k copies, lane i of copy c is element k * i + c: the r-th of k runs takes its elements
        from a part of each. `streams` says whether they go past the caches.
        """
        free, index = self.facts.free[node], self.facts.index(node)
        step = index.step or 0
        if node.arg != "set" or width == 1 or index.varied or step not in SHUFFLED_STEPS:
            return False
        groups = _in_turns(self.facts.constants(index, free), step)
        if groups is None:
            return False
        where = self.facts.projection(free, self.facts.free[node.src[2]])
        values, valid = register_type(node.dtype, width), vector("i1", width)
        found = self.accesses(node, block, width)
        for group in groups:
            first = found[group[0]]
            names = [self.operand(node.src[2], where[copy], width) for copy in group]
            masks = [_lane_mask(block, found[copy]) for copy in group]
            for run in range(step):
                begin = self._pointer(block, first.pointer, first.element_type, str(run * width))
                to = replace(first, pointer=begin, step=1, streams=streams)
                if first.valid is not None:
                    mask = _in_turn(block, valid, width, masks, run)
                    to = replace(to, valid=mask, valid_is_vector=True)
                store(block, self.target, to, _in_turn(block, values, width, names, run), "set")
        return True


def _in_turns(firsts: Sequence[int], step: int) -> list[list[int]] | None:
    """Which copies, by the places of their first lanes, are elements of one run."""
    order = sorted(range(len(firsts)), key=firsts.__getitem__)
    groups = [order[i : i + step] for i in range(0, len(order), step)]
    whole = all([firsts[c] - firsts[g[0]] for c in g] == [*range(step)] for g in groups)
    return groups if whole else None


def _in_turn(block: Block, type_: str, width: int, names: Sequence[str], run: int) -> str:
    """An element of each register in turn: the run of that number, of as many as registers."""
    elements = [*enumerate(range(run * width, (run + 1) * width))]
    result, count = names[0], len(names)
    for number, name in enumerate(names[1:], 1):
        kept = [e // count if number == 1 else lane for lane, e in elements]
        order = [width + e // count if e % count == number else kept[lane] for lane, e in elements]
        result = block.shuffle(type_, result, name, order)
    return result


def _lane_mask(block: Block, access: Access) -> str:
    """Whether each lane is written."""
    if access.valid is None:
        return splat("i1", "true", access.width)
    if access.valid_is_vector:
        return access.valid
    return block.splat("i1", access.valid, access.width)


def _lane_places(index: Index, width: int) -> Places | None:
    """What an index adds for each lane, if that depends on nothing else."""
    if index.step is not None:
        return index.step * np.arange(width)
    total = np.zeros(width, np.int64)
    for node, factor in index.lanes:
        lane, *others = [r for r in toposort([node]) if r.op is Op.RANGE]
        if others:
            return None
        values = [substitute([node], {lane: const(i, dtypes.index)})[0] for i in range(width)]
        found = [simplify(v) for v in values]
        if any(v.op is not Op.CONST for v in found):
            return None
        total += factor * np.array([v.arg for v in found])
    return total
