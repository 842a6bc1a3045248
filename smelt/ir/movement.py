"""Rules of the tensor graph's movement and reductions, and of the loops of kernels."""

from __future__ import annotations

from collections.abc import Callable

from smelt.ir.node import (
    Node,
    Shape,
    const,
    dim_add,
    expand,
    flip,
    identity,
    is_static,
    pad,
    permute,
    reduce,
    reduce_ranges,
    remake,
    reshape,
    shrink,
    static,
    toposort,
    where,
)
from smelt.ir.op import Op
from smelt.ir.rewrite import P, Rule, any_, value

X = any_("x")
ZERO = value(0, name="c")

# ---- movement -----------------------------------------------------------------------------------


def _permute_twice(x: Node, inner: Node, outer: Node) -> Node:
    return permute(x, tuple(inner.arg[axis] for axis in outer.arg))


def _pad_twice(x: Node, inner: Node, outer: Node) -> Node:
    pairs = zip(inner.arg, outer.arg, strict=True)
    return pad(x, tuple((dim_add(a, c), dim_add(b, d)) for (a, b), (c, d) in pairs))


def _shrink_twice(x: Node, inner: Node, outer: Node) -> Node:
    pairs = zip(inner.arg, outer.arg, strict=True)
    return shrink(x, tuple((dim_add(a, c), dim_add(a, d)) for (a, _), (c, d) in pairs))


def _flip_of_ones(x: Node, n: Node) -> Node | None:
    axes = tuple(axis for axis in n.arg if x.shape[axis] != 1)
    return flip(x, axes) if axes != n.arg else None


def _still_shear(x: Node, n: Node) -> Node | None:
    axis, by, step, size = n.arg
    stands = step == 0 or x.shape[by] == 1
    return x if stands and size == x.shape[axis] else None


MOVEMENT: list[Rule] = [
    # reshape(reshape(x)) -> reshape(x)
    (P(Op.RESHAPE, P(Op.RESHAPE, X), name="n"), lambda x, n: reshape(x, n.arg)),
    # expand(expand(x)) -> expand(x)
    (P(Op.EXPAND, P(Op.EXPAND, X), name="n"), lambda x, n: expand(x, n.arg)),
    # permute(permute(x)) -> permute(x)
    (P(Op.PERMUTE, P(Op.PERMUTE, X, name="inner"), name="outer"), _permute_twice),
    # flip(flip(x)) -> flip(x)
    (
        P(Op.FLIP, P(Op.FLIP, X, name="inner"), name="outer"),
        lambda x, inner, outer: flip(x, set(inner.arg) ^ set(outer.arg)),
    ),
    # pad(pad(x)) -> pad(x)
    (P(Op.PAD, P(Op.PAD, X, name="inner"), name="outer"), _pad_twice),
    # shrink(shrink(x)) -> shrink(x)
    (P(Op.SHRINK, P(Op.SHRINK, X, name="inner"), name="outer"), _shrink_twice),
    # flip of an axis of size 1 -> x
    (P(Op.FLIP, X, name="n"), _flip_of_ones),
    # shear(x), by nothing -> x
    (P(Op.SHEAR, X, name="n"), _still_shear),
    # movement of CONST -> CONST
    (
        P(
            (Op.RESHAPE, Op.PERMUTE, Op.EXPAND, Op.SHRINK, Op.FLIP),
            P(Op.CONST, name="c"),
            name="n",
        ),
        lambda c, n: const(c.arg, n.dtype, n.shape),
    ),
    # pad(0) -> 0, shear(0) -> 0
    (P((Op.PAD, Op.SHEAR), ZERO, name="n"), lambda c, n: const(0, n.dtype, n.shape)),
]

# ---- reductions ---------------------------------------------------------------------------------


def _reduce_nothing(x: Node, n: Node) -> Node | None:
    """A sum over an axis of size 0 is 0."""
    op, axes = n.arg
    empty = any(x.shape[axis] == 0 for axis in axes)
    return const(identity(op, n.dtype), n.dtype, n.shape) if empty else None


def _reduce_ones(x: Node, n: Node) -> Node | None:
    """A sum over axes of size 1 only moves."""
    op, axes = n.arg
    rest = tuple(axis for axis in axes if x.shape[axis] != 1)
    return reshape(reduce(x, op, rest), n.shape) if rest != axes else None


def _loop_once(n: Node) -> Node | None:
    """A loop that runs once is none: its counter has become a CONST."""
    first, *ranges = n.src
    remaining = [r for r in ranges if r.op is not Op.CONST]
    if len(remaining) == len(ranges) and (n.op is not Op.KERNEL or first.op is not Op.CONST):
        return None
    if n.op is Op.REDUCE:
        return reduce_ranges(first, n.arg[0], remaining)
    if n.op is Op.KERNEL and first.op is Op.CONST:
        return remake(n, tuple(remaining))
    return remake(n, (first, *remaining))


def _loop_never(n: Node) -> Node | None:
    """A sum over an empty RANGE is 0."""
    empty = any(r.op is Op.RANGE and r.src[0].arg == 0 for r in n.src[1:])
    return const(identity(n.arg[0], n.dtype), n.dtype) if empty else None


def _is_nested(inner: Node, n: Node) -> bool:
    """Whether `inner` reduces as n does, in n's loops: outside of them it is somebody else's."""
    if inner.op is not Op.REDUCE or inner.arg != n.arg or n.arg[1]:
        return False
    below = set(toposort([inner]))
    return any(r in below for r in n.src[1:])


def _reduce_twice(n: Node) -> Node | None:
    """A sum of sums is one sum."""
    inner = n.src[0]
    if not _is_nested(inner, n):
        return None
    return reduce_ranges(inner.src[0], n.arg[0], (*n.src[1:], *inner.src[1:]))


def _reduce_chosen(n: Node) -> Node | None:
    """A sum of where(c, a sum, 0) is one sum: c does not depend on the inner RANGEs."""
    choice = n.src[0]
    if choice.op is not Op.WHERE:
        return None
    condition, inner, nothing = choice.src
    if not _is_identity(nothing, n.arg[0]) or not _is_nested(inner, n):
        return None
    value_of = where(condition, inner.src[0], nothing)
    return reduce_ranges(value_of, n.arg[0], (*n.src[1:], *inner.src[1:]))


def _is_identity(node: Node, op: Op) -> bool:
    return node is const(identity(op, node.dtype), node.dtype)


LOOPS: list[Rule] = [
    # sum over an axis of size 0 -> 0
    (P(Op.REDUCE, X, name="n"), _reduce_nothing),
    # sum over axes of size 1 -> reshape
    (P(Op.REDUCE, X, name="n"), _reduce_ones),
    # RANGE(1) -> 0
    (P(Op.RANGE, value(1), name="n"), lambda n: const(0, n.dtype)),
    # REDUCE(x, 0) -> x, also for the loops of a KERNEL and a BARRIER
    (P((Op.REDUCE, Op.KERNEL, Op.BARRIER), name="n"), _loop_once),
    # REDUCE(x, RANGE(0)) -> 0
    (P(Op.REDUCE, name="n"), _loop_never),
    # REDUCE(REDUCE(x, *inner), *outer) -> REDUCE(x, *outer, *inner)
    (P(Op.REDUCE, name="n"), _reduce_twice),
    # REDUCE(where(c, REDUCE(x, *inner), 0), *outer) -> REDUCE(where(c, x, 0), *outer, *inner)
    (P(Op.REDUCE, name="n"), _reduce_chosen),
]


# ---- one element --------------------------------------------------------------------------------


def element_of(node: Node) -> tuple[Node, int]:
    """What a node of one element is an element of, and which: what moved it, undone.

    That ends at what is stored, as movement was not needed to make it.
    """
    index = [0] * node.ndim
    while node.buffer is None and node.op in _BACK and is_static(node.src[0].shape):
        index = _BACK[node.op](node, index)
        node = node.src[0]
    return node, _flat(index, node.shape)


def _flat(index: list[int], shape: Shape) -> int:
    position = 0
    for i, size in zip(index, static(shape), strict=True):
        position = position * size + i
    return position


def _reshape_back(node: Node, index: list[int]) -> list[int]:
    position = _flat(index, node.shape)
    result = []
    for size in reversed(static(node.src[0].shape)):
        position, i = divmod(position, size)
        result.append(i)
    return result[::-1]


def _permute_back(node: Node, index: list[int]) -> list[int]:
    return [index[node.arg.index(axis)] for axis in range(len(index))]


def _expand_back(node: Node, index: list[int]) -> list[int]:
    return [0 if size == 1 else i for i, size in zip(index, node.src[0].shape, strict=True)]


def _shrink_back(node: Node, index: list[int]) -> list[int]:
    return [i + begin for i, (begin, _) in zip(index, node.arg, strict=True)]


def _flip_back(node: Node, index: list[int]) -> list[int]:
    sizes = static(node.shape)
    return [sizes[a] - 1 - i if a in node.arg else i for a, i in enumerate(index)]


_BACK: dict[Op, Callable[[Node, list[int]], list[int]]] = {
    Op.RESHAPE: _reshape_back,
    Op.PERMUTE: _permute_back,
    Op.EXPAND: _expand_back,
    Op.SHRINK: _shrink_back,
    Op.FLIP: _flip_back,
    Op.DETACH: lambda _, index: index,
}
