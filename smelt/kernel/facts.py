"""How a kernel is carried out, in numbers: lanes, pieces of work, instructions.

They follow from the kernel and its list of transformations alone; what they mean for its speed is
for others to say.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from smelt.ir.node import Node, toposort
from smelt.ir.op import ELEMENTWISE, AxisKind, Op
from smelt.ir.ranges import dependencies
from smelt.kernel.cost import data_nodes, points
from smelt.kernel.plans import Planner
from smelt.kernel.transforms import (
    Keep,
    Reorder,
    SetKind,
    Split,
    Stage,
    Transform,
    apply,
    ranges_of,
    trips,
)
from smelt.program import Target

# Instructions on a whole vector; a product that is added to something is one with that.
_INSTRUCTIONS = {
    Op.EXP2: 12, Op.LOG2: 20, Op.SIN: 32, Op.FDIV: 16, Op.SQRT: 16, Op.IDIV: 24, Op.MOD: 24,
    Op.BITCAST: 0,
}  # fmt: skip
DEAR_OPS = frozenset(op for op, count in _INSTRUCTIONS.items() if count > 1)


@dataclass(frozen=True)
class Pieces:
    """A loop in pieces of `factor`; in `width` lanes of a register, if it is a vector."""

    steps: int
    factor: int
    width: int

    @property
    def used(self) -> float:
        """The share of the lanes, or of the copies of the code, that do something."""
        return self.steps / (-(-self.steps // self.factor) * self.width)


@dataclass(frozen=True)
class Lanewise:
    """An access to a parameter whose lanes are `stride` elements apart: one by one."""

    param: int
    stride: int | None  # None: computed places
    is_store: bool


@dataclass(frozen=True)
class Facts:
    """What a list of transformations makes of a kernel."""

    vectors: tuple[Pieces, ...]
    tiles: tuple[Pieces, ...]
    lanewise: tuple[Lanewise, ...]
    grid: int  # pieces of work that threads can share
    iterations: int  # of all loops around what is stored
    serial: tuple[tuple[int, int], ...]  # number and iterations of loops that stay in order
    steps_by_one: bool  # whether any access goes through memory in order along some loop
    instructions: int  # on single elements, as if a vector had one lane
    dear: tuple[tuple[Op, int], ...]  # operations that are many of them: how many for each element
    itemsize: int  # of the widest value that decides how many lanes there are
    is_kept: bool  # whether values are kept in LOCAL memory for more than one use


def facts(built: Node, transforms: Sequence[Transform], target: Target) -> Facts:
    """The facts about the KERNEL `built`, carried out with `transforms`."""
    vectors: list[Pieces] = []
    tiles: list[Pieces] = []
    lanewise: dict[Lanewise, None] = {}
    staged = {t.param for t in transforms if isinstance(t, Stage)}
    changed = built
    for changed, splits in _stages(built, transforms):
        planner = Planner(changed, target)
        for split, steps, number in splits:
            if split.kind is AxisKind.VECTOR:
                lanes = planner.lanes_of(ranges_of(changed)[number])
                vectors.append(Pieces(steps, split.factor, lanes))
                lanewise |= dict.fromkeys(_lanewise(planner, number, staged))
            elif split.kind is AxisKind.UNROLL:
                tiles.append(Pieces(steps, split.factor, split.factor))
    planner = Planner(built, target)
    counters = ranges_of(changed).values()
    instructions, dear = _instructions(built)
    return Facts(
        vectors=tuple(vectors),
        tiles=tuple(tiles),
        lanewise=tuple(lanewise),
        grid=math.prod(trips(r) for r in counters if r.arg[1] is AxisKind.GRID),
        iterations=math.prod(trips(r) for r in planner.nest),
        serial=tuple((r.arg[0], trips(r)) for r in planner.nest if r in planner.serial),
        steps_by_one=any(1 in a.strides.values() for a in planner.accesses),
        instructions=instructions,
        dear=dear,
        itemsize=max(1, target.vector_bytes // planner.lanes),
        is_kept=any(isinstance(t, Keep | Stage) for t in transforms),
    )


def _stages(
    built: Node, transforms: Sequence[Transform]
) -> Iterator[tuple[Node, list[tuple[Split, int, int]]]]:
    """The kernel before each run of splits, and at last as it ends up.

    With each split there are the steps of its loop, and the number of that loop in the kernel, of
    which it may be a piece.
    """
    pending: list[Transform] = []
    splits: list[tuple[Split, int, int]] = []
    whole: dict[int, int] = {}  # of a piece: the loop
    steps = {n: trips(r) for n, r in ranges_of(built).items()}
    for transform in transforms:
        if isinstance(transform, Split):
            number, extent = transform.counter, steps[transform.counter]
            whole[transform.inner] = whole.get(number, number)
            splits.append((transform, extent, whole[transform.inner]))
            steps[number] = -(-extent // transform.factor)
            steps[transform.inner] = transform.factor
        if isinstance(transform, Split | SetKind | Reorder):
            pending.append(transform)
            continue
        yield built, splits
        built = apply(built, [*pending, transform])
        pending, splits, whole = [], [], {}
        steps = {n: trips(r) for n, r in ranges_of(built).items()}
    yield built, splits
    yield apply(built, pending), []


def _lanewise(planner: Planner, number: int, staged: set[int]) -> Iterator[Lanewise]:
    """The accesses that a vector along the loop does lane by lane."""
    counter = ranges_of(planner.built).get(number)
    for access in planner.accesses:
        memory = access.node.src[0]
        if memory.op is not Op.PARAM or counter not in access.loops or memory.arg in staged:
            continue
        stride = access.strides.get(counter)
        if stride != 1 and not access.is_shuffled(stride or 0):
            yield Lanewise(memory.arg, stride, access.node.op is Op.STORE)


def _instructions(built: Node) -> tuple[int, tuple[tuple[Op, int], ...]]:
    """How many in all, each as often as its value changes, and the dear ones of one element."""
    loops = dependencies(toposort([built]))
    total = 0
    dear = Counter[Op]()
    for node in data_nodes(built):
        times = points(loops[node])
        if node.op is Op.REDUCE:
            fused = node.arg[0] is Op.ADD and node.src[0].op is Op.MUL
            total += 0 if fused else points(loops[node.src[0]] | {*node.src[1:]})
        elif node.op in ELEMENTWISE:
            total += _INSTRUCTIONS.get(node.op, 1) * times
            dear[node.op] += node.op in DEAR_OPS
    return total, tuple(sorted(((op, n) for op, n in dear.items() if n), key=lambda d: d[0].name))
