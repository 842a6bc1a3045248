"""The batching table: for each operation, what it becomes when sources get a batch axis in front.

A rule is called with the node and its sources, of which those that depend on the batch have one
more axis, the first, and gives the node with that axis. What does not depend on the batch stays as
it is, computed once. A row that is None says that there is nothing to map: a leaf, or an operation
that stands in kernels alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from smelt.autograd.rewriting import depend, rebuild, taken
from smelt.dtype import dtypes
from smelt.ir.node import (
    Dim,
    Node,
    Shape,
    alu,
    cast,
    const,
    dim_mul,
    expand,
    flip,
    index,
    iota,
    load,
    pad,
    permute,
    reduce,
    remake,
    reshape,
    shear,
    shrink,
    state,
    store,
    where,
)
from smelt.ir.op import ELEMENTWISE, Op
from smelt.ir.steps import Steps


@dataclass(frozen=True)
class Sources:
    """The sources of a node, with the batch axis where they depend on the batch."""

    nodes: tuple[Node, ...]
    is_batched: tuple[bool, ...]
    size: Dim  # of the batch

    def __getitem__(self, i: int) -> Node:
        """Source i with the batch axis."""
        return self.nodes[i] if self.is_batched[i] else spread(self.nodes[i], self.size)

    def valid(self, i: int) -> Node | None:
        """Source i, if there is one, with the batch axis."""
        return self[i] if i < len(self.nodes) else None


Rule = Callable[[Node, Sources], Node]


def batch(roots: Sequence[Node], mapping: Mapping[Node, Node], size: Dim) -> list[Node]:
    """`roots` computed for a whole batch: each has a first axis of that size.

    `mapping` gives for nodes below their values for the batch, that axis in front.

    >>> from smelt.ir.node import BufferRef, buffer
    >>> x, xs = (buffer(BufferRef("CPU", n, dtypes.float32)) for n in (3, 6))
    >>> batch([reduce(x, Op.ADD, [0])], {x: reshape(xs, (2, 3))}, 2)
    [<REDUCE float32[2], (<Op.ADD: 1>, (1,))>]
    """

    batched = {a for a, b in mapping.items() if a is not b}
    return _spread_all(roots, _mapped(roots, mapping, batched, size), batched, size)


def _mapped(
    roots: Sequence[Node], mapping: Mapping[Node, Node], batched: set[Node], size: Dim
) -> list[Node]:
    """The same, but what does not depend on the batch stays as it is; what does joins `batched`."""

    def again(node: Node, new: Mapping[Node, Node]) -> Node:
        if node.op is Op.REPEAT:
            return _repeat(node, new, batched, size)
        nodes = tuple(new[s] for s in node.src)
        is_batched = tuple(s in batched for s in node.src)
        if not any(is_batched):
            return node.with_src(nodes)
        rule = BATCHING[node.op]
        assert rule is not None, f"{node!r} has sources and no rule"
        batched.add(node)
        return rule(node, Sources(nodes, is_batched, size))

    return rebuild(roots, mapping, again)


def _spread_all(
    roots: Sequence[Node], new: Sequence[Node], batched: set[Node], size: Dim
) -> list[Node]:
    return [n if r in batched else spread(n, size) for r, n in zip(roots, new, strict=True)]


def _repeat(node: Node, new: Mapping[Node, Node], batched: set[Node], size: Dim) -> Node:
    """The steps for the whole batch: those of their states that depend on it get the axis."""
    steps = Steps.of(node)
    k = node.arg[1]
    wide = _wide_states(steps, batched)
    if k not in wide:
        steps = steps.only([k]) if wide else steps  # the others may depend on the batch
        return remake(node, tuple(new.get(s, s) for s in (*steps.first, *steps.following)))
    batched.add(node)
    first = [new[s] for s in steps.first]
    outside = taken(steps)
    mapping = dict(zip(outside, _mapped(outside, new, batched, size), strict=True))
    mapping |= {s: s for s in steps.states}
    inside = batched.intersection(outside)
    ends = [steps.collected.get(i, end) for i, end in enumerate(steps.following)]
    for i in wide:
        now, old = steps.states[i], steps.first[i]
        if i in steps.collected:  # (count, batch, ..): a step still stores one row
            first[i] = const(0, old.dtype, (steps.count, size, *old.shape[1:]))
        else:
            first[i] = first[i] if old in batched else spread(first[i], size)
            mapping[now] = state(i, first[i])
            inside.add(now)
    following = _mapped(ends, mapping, inside, size)
    whole = _spread_all(ends, following, inside, size)
    following = [whole[i] if i in wide else end for i, end in enumerate(following)]
    for i in steps.collected:
        following[i] = store(state(i, first[i]), steps.following[i].src[1], following[i])
    found = Steps(steps.count, tuple(first), tuple(following)).after(k)
    return permute(found, (1, 0, *range(2, found.ndim))) if k in steps.collected else found


def _wide_states(steps: Steps, batched: set[Node]) -> set[int]:
    """The states that depend on the batch, at first or after a step."""
    wide = {i for i, s in enumerate(steps.first) if s in batched and i not in steps.collected}
    outside = batched.intersection(steps.taken)
    while True:
        on = dict.fromkeys([*(steps.states[i] for i in wide), *outside])
        found = {i for i, below in enumerate(depend(steps.following, on)) if below} | wide
        if found == wide:
            return wide
        wide = found


def spread(x: Node, size: Dim) -> Node:
    """x repeated along a new first axis."""
    if x.op is Op.CONST:
        return const(x.arg, x.dtype, (size, *x.shape))
    return expand(reshape(x, (1, *x.shape)), (size, *x.shape))


def _behind(axes: Sequence[int]) -> list[int]:
    """Axes of a node as those of it with the batch axis."""
    return [a + 1 for a in axes]


def _elementwise(n: Node, src: Sources) -> Node:
    return alu(n.op, *(src[i] for i in range(len(n.src))))


def _shear(n: Node, src: Sources) -> Node:
    axis, by, step, size = n.arg
    return shear(src[0], axis + 1, by + 1, step, size)


# ---- memory -------------------------------------------------------------------------------------


def _load(n: Node, src: Sources) -> Node:
    source, idx, *rest = src.nodes
    if not src.is_batched[0]:
        return load(source, src[1], src.valid(2))
    if not any(src.is_batched[1:]):
        axes = range(source.ndim)
        rows = permute(source, (1, 0, *axes[2:]))
        found = load(rows, idx, *rest)  # (*idx, batch, *row)
        return permute(found, (idx.ndim, *range(idx.ndim), *range(idx.ndim + 1, found.ndim)))
    return load(_flat(source), _flat_rows(src[1], n.src[0].shape[0], src.size), src.valid(2))


def _store(n: Node, src: Sources) -> Node:
    base, idx, value = src[0], src.nodes[1], src[2]
    ndim = idx.ndim
    if not any((src.is_batched[1], *src.is_batched[3:])):
        rows = permute(base, (1, 0, *range(2, base.ndim)))
        values = permute(value, (*range(1, ndim + 1), 0, *range(ndim + 1, value.ndim)))
        stored = store(rows, idx, values, src.nodes[3] if len(n.src) > 3 else None, n.arg)
        return permute(stored, (1, 0, *range(2, base.ndim)))
    rows = _flat_rows(src[1], n.shape[0], src.size)
    stored = store(_flat(base), rows, value, src.valid(3), n.arg)
    return reshape(stored, base.shape)


def _flat(x: Node) -> Node:
    """The rows of all members of the batch behind each other."""
    return reshape(x, (dim_mul(x.shape[0], x.shape[1]), *x.shape[2:]))


def _flat_rows(idx: Node, rows: Dim, size: Dim) -> Node:
    """The index of a row in `_flat`; outside of all where it was outside of its own member."""
    idx = cast(idx, dtypes.index)
    member = reshape(iota(size), (size, *(1 for _ in idx.shape[1:])))
    count = _filled(rows, idx.shape)
    inside = alu(Op.AND, _filled(-1, idx.shape) < idx, idx < count)
    return where(inside, expand(member, idx.shape) * count + idx, _filled(-1, idx.shape))


def _filled(value: Dim, shape: Shape) -> Node:
    if isinstance(value, int):
        return const(value, dtypes.index, shape)
    return expand(reshape(index(value), tuple(1 for _ in shape)), shape)


# ---- the table ----------------------------------------------------------------------------------

BATCHING: dict[Op, Rule | None] = {
    **dict.fromkeys(ELEMENTWISE, _elementwise),
    **dict.fromkeys(
        (Op.CAST, Op.BITCAST, Op.DETACH, Op.CONTIGUOUS, Op.COPY), lambda n, s: remake(n, (s[0],))
    ),
    Op.LOAD: _load,
    Op.STORE: _store,
    Op.RESHAPE: lambda n, s: reshape(s[0], (s.size, *n.shape)),
    Op.PERMUTE: lambda n, s: permute(s[0], [0, *_behind(n.arg)]),
    Op.EXPAND: lambda n, s: expand(s[0], (s.size, *n.shape)),
    Op.PAD: lambda n, s: pad(s[0], [(0, 0), *n.arg]),
    Op.SHRINK: lambda n, s: shrink(s[0], [(0, s.size), *n.arg]),
    Op.FLIP: lambda n, s: flip(s[0], _behind(n.arg)),
    Op.SHEAR: _shear,
    Op.REDUCE: lambda n, s: reduce(s[0], n.arg[0], _behind(n.arg[1])),
    Op.REPEAT: None,  # see `batch`: its steps are a graph of their own
    # leaves
    **dict.fromkeys((Op.CONST, Op.BUFFER, Op.IOTA, Op.VARIABLE, Op.STATE)),
    # these stand in kernels alone, which are made after batching
    **dict.fromkeys((Op.PARAM, Op.LOCAL, Op.RANGE, Op.BARRIER, Op.KERNEL)),
}
