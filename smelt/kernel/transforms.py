"""How a kernel is carried out: transformations of its loops, as plain data.

A list of them prints in one line, compares and replays. Each keeps the meaning of the kernel, which
the tests check against the interpreter on random small shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smelt.ir.conditions import conjuncts
from smelt.ir.node import (
    Node,
    alu,
    const,
    identity,
    kernel,
    load,
    loop_range,
    reduce_ranges,
    store,
    substitute,
    toposort,
    where,
)
from smelt.ir.op import AxisKind, Op
from smelt.ir.simplify import simplify
from smelt.kernel.local_memory import Carry, Keep, Share, Stage, carried, kept, shared, staged
from smelt.kernel.loops import ranges_of, trips
from smelt.kernel.matrix import Matrix, matrixed


@dataclass(frozen=True)
class Merge:
    """Two neighbouring loops as one: `outer` keeps its number and runs over both extents."""

    outer: int
    inner: int

    def __str__(self) -> str:
        return f"merge(r{self.outer}, r{self.inner})"


@dataclass(frozen=True)
class Split:
    """The loop `counter` in pieces of `factor`: a new loop `inner`, of `kind`, inside of it.

    Where the factor does not divide the extent, LOADs and STOREs are masked in the last piece. With
    `clamped` it ends where the loop does, and what it shares with the one before is computed once
    more but not written: no mask is needed in each step of a sum. (In loops of sums, and those that
    may be shorter than a piece, LOADs beyond the end read what is last.) With `again` it is written
    once more, too: what is written is set, and no sum runs along it.
    """

    counter: int
    factor: int
    inner: int
    kind: AxisKind
    clamped: bool = False
    again: bool = False

    def __str__(self) -> str:
        how = ", clamped" if self.clamped else ", again" if self.again else ""
        return f"split(r{self.counter}, {self.factor} {self.kind!r} as r{self.inner}{how})"


@dataclass(frozen=True)
class SetKind:
    """The loop `counter` is carried out as `kind`."""

    counter: int
    kind: AxisKind

    def __str__(self) -> str:
        return f"kind(r{self.counter}, {self.kind!r})"


@dataclass(frozen=True)
class Reorder:
    """The loops in this order, outermost first: those of the nest, and those of each reduction."""

    counters: tuple[int, ...]

    def __str__(self) -> str:
        return f"order({', '.join(f'r{c}' for c in self.counters)})"


Transform = Merge | Split | SetKind | Reorder | Keep | Carry | Matrix | Stage | Share


def apply(built: Node, transforms: Sequence[Transform]) -> Node:
    """`built`, a KERNEL, with its loops transformed, one transformation after the other.

    Splits, kinds and orders that follow each other are carried out in one walk over the kernel.
    """
    pending: list[Transform] = []
    for transform in transforms:
        if isinstance(transform, Split | SetKind | Reorder):
            pending.append(transform)
            continue
        built = _apply_pieces(built, pending)
        pending = []
        counters = ranges_of(built)
        if isinstance(transform, Merge):
            built = _merge(built, counters[transform.outer], counters[transform.inner])
        elif isinstance(transform, Keep):
            built = kept(built, transform)
        elif isinstance(transform, Carry):
            built = carried(built, transform)
        elif isinstance(transform, Matrix):
            built = matrixed(built, transform)
        elif isinstance(transform, Stage):
            built = staged(built, transform)
        else:
            built = shared(built, transform)
    return _apply_pieces(built, pending)


def _merge(built: Node, outer: Node, inner: Node) -> Node:
    both = loop_range(simplify(outer.src[0] * inner.src[0]), outer.arg[0], outer.arg[1])
    values = {outer: both // inner.src[0], inner: both % inner.src[0]}
    return rebuild(built, values, {outer: [both], inner: []})


def _apply_pieces(built: Node, transforms: Sequence[Transform]) -> Node:
    """Splits, kinds and order together: each old counter becomes an expression of its pieces."""
    if not transforms:
        return built
    counters = ranges_of(built)
    values = {c: c for c in counters.values()}
    loops = {c: [c] for c in counters.values()}
    guards: dict[Node, Node] = {}  # of each old counter that has any: when its value is one
    written: dict[Node, Node] = {}  # and when no other iteration has had it, too
    place: dict[int, int] = {}
    is_clamped: dict[Node, bool] = {}  # of each old counter that was split
    for transform in transforms:
        assert isinstance(transform, Split | SetKind | Reorder)
        if isinstance(transform, Reorder):
            place = {number: i for i, number in enumerate(transform.counters)}
            continue
        old = counters[transform.counter]
        origin = next(c for c, made in loops.items() if old in made)
        if isinstance(transform, SetKind):
            pieces = [loop_range(old.src[0], old.arg[0], transform.kind)]
            value = pieces[0]
        else:
            pieces, value, guard, new = _split(old, transform, origin in built.src)
        at = loops[origin].index(old)
        loops[origin][at : at + 1] = pieces
        for known in (values, guards, written):
            if origin in known:
                (known[origin],) = substitute([known[origin]], {old: value})
        if isinstance(transform, Split):
            is_clamped[origin] = transform.clamped and is_clamped.get(origin, True)
            for known, condition in ((guards, guard), (written, new)):
                if condition is not None:
                    known[origin] = known[origin] & condition if origin in known else condition
            place = _beside(place, transform.counter, transform.inner)
        counters |= {p.arg[0]: p for p in pieces}
    clamped = {
        values[c]: where(guard, values[c], c.src[0] - 1)
        for c, guard in guards.items()
        if is_clamped[c]
    }
    moved = {c: v for c, v in values.items() if v is not c}
    return rebuild(built, moved, loops, place, guards, clamped, written)


def _beside(place: Mapping[int, int], outer: int, inner: int) -> dict[int, int]:
    """`place` with the loop `inner` directly inside of `outer`, if that has one."""
    order = sorted(place, key=place.__getitem__)
    if outer in place:
        order.insert(place[outer] + 1, inner)
    return {number: i for i, number in enumerate(order)}


def _split(
    counter: Node, split: Split, in_nest: bool
) -> tuple[list[Node], Node, Node | None, Node | None]:
    """The two loops and the old counter's value; when that is one it had, when it is written."""
    extent, factor = counter.src[0], split.factor
    piece = loop_range(factor, split.inner, split.kind)
    is_exact = extent.op is Op.CONST and extent.arg % factor == 0
    count = simplify((extent + (factor - 1)) // factor)
    pieces = loop_range(count, split.counter, counter.arg[1])
    begin = pieces * factor
    if is_exact:
        return [pieces, piece], begin + piece, None, None
    fits = in_nest and extent.op is Op.CONST and extent.arg >= factor
    if split.again or (split.clamped and fits):
        last = extent - factor
        value = where(last < begin, last, begin) + piece
        return [pieces, piece], value, None, None if split.again else begin < value + 1
    return [pieces, piece], begin + piece, begin + piece < extent, begin + piece < extent


def rebuild(
    built: Node,
    values: Mapping[Node, Node],
    loops: Mapping[Node, Sequence[Node]],
    place: Mapping[int, int] | None = None,
    guards: Mapping[Node, Node] | None = None,
    clamped: Mapping[Node, Node] | None = None,
    written: Mapping[Node, Node] | None = None,
) -> Node:
    """A KERNEL with counters replaced.

    `values` says what stands for a counter in expressions, `loops` which loops run in its place,
    `place` the position of loops by number, `guards` a condition under which the value of a
    counter is one that it had before: what is read, written or reduced outside of it is masked.
    `clamped` says what LOADs may take for the value of such a counter instead, `written` when
    STOREs take place, if not under its guard alone.
    """
    guards, clamped = guards or {}, clamped or {}
    written = written or guards
    depends: dict[Node, frozenset[Node]] = {}
    new: dict[Node, Node] = {}
    for node in toposort([built]):
        own = frozenset({node}) if node in written else frozenset[Node]()
        bound = node.src[1:] if node.op in (Op.REDUCE, Op.BARRIER) else ()
        depends[node] = own.union(*(depends[s] for s in node.src)) - frozenset(bound)
        held = written if node.op is Op.STORE else guards
        new[node] = _rebuilt(node, new, values, loops, place or {}, held, clamped, depends)
    return simplify(new[built])


def _rebuilt(
    node: Node,
    new: Mapping[Node, Node],
    values: Mapping[Node, Node],
    loops: Mapping[Node, Sequence[Node]],
    place: Mapping[int, int],
    guards: Mapping[Node, Node],
    clamped: Mapping[Node, Node],
    depends: Mapping[Node, frozenset[Node]],
) -> Node:
    if node in values:
        return values[node]
    src = [new[s] for s in node.src]
    if node.op is Op.LOAD:
        if not any(n.op is Op.LOAD for n in toposort(node.src[1:])):  # what data says is not known
            src[1:] = substitute(src[1:], clamped)
            guards = {r: guard for r, guard in guards.items() if values[r] not in clamped}
        return load(src[0], src[1], _guarded(src[2:], node.src[1:], guards, depends))
    if node.op is Op.STORE:
        valid = _guarded(src[3:], node.src[1:], guards, depends)
        return store(src[0], src[1], src[2], valid, node.arg)
    if node.op is Op.REDUCE and not node.arg[1]:
        outside = [guards[r] for r in node.src[1:] if r in guards]
        value = src[0]
        for guard in outside:
            if not (node.arg[0] is Op.ADD and _vanishes(value, guard)):
                value = where(guard, value, const(identity(node.arg[0], node.dtype), node.dtype))
        return reduce_ranges(value, node.arg[0], _loops(node.src[1:], loops, place))
    if node.op is Op.BARRIER:
        return node.with_src((src[0], *_loops(node.src[1:], loops, place)))
    if node.op is Op.KERNEL:
        nest = [s for s in node.src if s.op is Op.RANGE]
        return kernel(node.arg, _loops(nest, loops, place), [s for s in src if s.op is Op.STORE])
    return node.with_src(tuple(src))


def _vanishes(value: Node, guard: Node) -> bool:
    """Whether a value is 0 where `guard` does not hold, as all that it is made of is.

    A sum that begins with 0 is never -0, so adding a 0 of either sign changes nothing.
    """
    for node in toposort([value], stop=lambda n: n.op is Op.LOAD):
        masked = node.op is Op.LOAD and any(guard in conjuncts(c) for c in node.src[2:])
        if not masked and node.op not in (Op.MUL, Op.CAST):
            return False
    return True


def _loops(
    old: Sequence[Node], loops: Mapping[Node, Sequence[Node]], place: Mapping[int, int]
) -> list[Node]:
    result = [n for r in old for n in loops.get(r, (r,)) if n.op is Op.RANGE]
    return sorted(result, key=lambda r: place.get(r.arg[0], -1)) if place else result


def _guarded(
    valid: Sequence[Node],
    used: Sequence[Node],
    guards: Mapping[Node, Node],
    depends: Mapping[Node, frozenset[Node]],
) -> Node | None:
    result = valid[0] if valid else None
    counters = frozenset().union(*(depends[u] for u in used)) & guards.keys()
    for counter in sorted(counters, key=lambda r: r.arg[0]):
        guard = guards[counter]
        result = guard if result is None else alu(Op.AND, result, guard)
    return result


__all__ = [
    "Carry", "Keep", "Matrix", "Merge", "Reorder", "SetKind", "Share", "Split", "Stage",
    "Transform", "apply", "ranges_of", "rebuild", "trips",
]  # fmt: skip
