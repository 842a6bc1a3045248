"""Movement as index arithmetic: which element of its source an element of the result is.

`source_index` is the whole meaning of the movement operations below the tensor graph. It is why
they cost no kernel: a consumer that wants result[idx] computes source[source_index(idx)] instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smelt.dtype import dtypes
from smelt.ir.node import Dim, Node, alu, const, index, static
from smelt.ir.op import Op
from smelt.ir.simplify import simplify
from smelt.ir.symbolic import bounds, linear

Index = tuple[Node, ...]
_ZERO = const(0, dtypes.index)


def conjunction(conditions: Sequence[Node]) -> Node | None:
    """All of `conditions` and-ed and simplified, None if they always hold."""
    result: Node | None = None
    for condition in conditions:
        result = condition if result is None else alu(Op.AND, result, condition)
    if result is None:
        return None
    result = simplify(result)
    return None if result.op is Op.CONST and result.arg else result


def strides(shape: Sequence[int]) -> list[int]:
    """Row-major strides in elements."""
    result = [1] * len(shape)
    for i in range(len(shape) - 1, 0, -1):
        result[i - 1] = result[i] * max(shape[i], 1)
    return result


def flat_index(idx: Index, shape: Sequence[Dim]) -> Node:
    """The row-major position of `idx` in memory that is laid out for the largest `shape`."""
    flat = _ZERO
    for i, stride in zip(idx, strides(static(tuple(shape))), strict=True):
        scaled = i if stride == 1 else i * stride
        flat = scaled if flat is _ZERO else flat + scaled
    return simplify(flat)


def source_index(node: Node, idx: Index) -> tuple[Index, Node | None]:
    """The index into node.src[0] that a movement `node` reads for its `idx`, and when it does.

    Where the condition fails the result is 0 and the index may lie outside of the source.
    """
    source, conditions = _RULES[node.op](node, idx)
    return tuple(simplify(i) for i in source), conjunction(conditions)


def _reshape(node: Node, idx: Index) -> tuple[Index, list[Node]]:
    result: list[Node] = []
    for old, new in _groups(node.src[0].shape, node.shape):
        result += regroup(idx[new], node.shape[new], node.src[0].shape[old])
    return tuple(result), []


def regroup(idx: Index, shape: Sequence[Dim], target: Sequence[Dim]) -> list[Node]:
    """The index into `target` of the element that has index `idx` in `shape`, row-major."""
    if len(idx) == 1 and len(target) == 1:
        return [idx[0]]
    flat = _ZERO
    for i, size in zip(idx, shape, strict=True):
        flat = i if flat is _ZERO else flat * index(size) + i
    flat = simplify(flat)
    result: list[Node] = []
    for position, size in enumerate(reversed(target)):
        if isinstance(size, int) and size == 1:
            result.append(_ZERO)
            continue
        outer = target[: len(target) - position - 1]
        if all(isinstance(d, int) and d == 1 for d in outer):
            result.append(flat)
        else:
            result.append(simplify(flat % index(size)))
            flat = simplify(flat // index(size))
    return result[::-1]


def _groups(old: Sequence[Dim], new: Sequence[Dim]) -> list[tuple[slice, slice]]:
    """Pairs of runs of axes with equally many elements, as short as can be."""
    groups: list[tuple[slice, slice]] = []
    i = j = 0
    while i < len(old) or j < len(new):
        start_i, start_j = i, j
        size_i = size_j = 1
        if i < len(old) and j < len(new) and old[i] is new[j] and isinstance(old[i], Node):
            i, j = i + 1, j + 1
        else:
            while True:
                if size_i == size_j and (i > start_i or j > start_j):
                    break
                ahead = old if (size_i <= size_j and i < len(old)) or j >= len(new) else new
                at = i if ahead is old else j
                dim = ahead[at] if at < len(ahead) else None
                if not isinstance(dim, int) or dim == 0:
                    # a symbolic (or empty) axis that has moved: everything left is one group
                    groups.append((slice(start_i, len(old)), slice(start_j, len(new))))
                    return groups
                if ahead is old:
                    size_i, i = size_i * dim, i + 1
                else:
                    size_j, j = size_j * dim, j + 1
        groups.append((slice(start_i, i), slice(start_j, j)))
    return groups


def _permute(node: Node, idx: Index) -> tuple[Index, list[Node]]:
    return tuple(idx[node.arg.index(axis)] for axis in range(node.ndim)), []


def _expand(node: Node, idx: Index) -> tuple[Index, list[Node]]:
    source = node.src[0].shape
    return tuple(
        _ZERO if old == 1 and new != 1 else i
        for i, old, new in zip(idx, source, node.shape, strict=True)
    ), []


def _pad(node: Node, idx: Index) -> tuple[Index, list[Node]]:
    result, conditions = [], []
    for i, (before, after), size in zip(idx, node.arg, node.src[0].shape, strict=True):
        moved = i - index(before) if not (isinstance(before, int) and before == 0) else i
        result.append(_ZERO if isinstance(size, int) and size == 1 else moved)  # where it is inside
        if moved is not i:
            conditions.append(const(-1, dtypes.index) < moved)
        if not (isinstance(after, int) and after == 0):
            conditions.append(moved < index(size))
    return tuple(result), conditions


def _shrink(node: Node, idx: Index) -> tuple[Index, list[Node]]:
    return tuple(
        i if isinstance(begin, int) and begin == 0 else i + index(begin)
        for i, (begin, _) in zip(idx, node.arg, strict=True)
    ), []


def _flip(node: Node, idx: Index) -> tuple[Index, list[Node]]:
    return tuple(
        index(size) - 1 - i if axis in node.arg else i
        for axis, (i, size) in enumerate(zip(idx, node.shape, strict=True))
    ), []


def _shear(node: Node, idx: Index) -> tuple[Index, list[Node]]:
    axis, by, step, _ = node.arg
    moved = idx[axis] + idx[by] * step
    conditions = [const(-1, dtypes.index) < moved, moved < index(node.src[0].shape[axis])]
    return (*idx[:axis], moved, *idx[axis + 1 :]), conditions


_RULES: dict[Op, Callable[[Node, Index], tuple[Index, list[Node]]]] = {
    Op.RESHAPE: _reshape,
    Op.PERMUTE: _permute,
    Op.EXPAND: _expand,
    Op.PAD: _pad,
    Op.SHRINK: _shrink,
    Op.FLIP: _flip,
    Op.SHEAR: _shear,
}


def is_bijection(flat: Node, size: int) -> bool:
    """Whether a flat index takes each value in [0, size) exactly once as its RANGEs run."""
    terms, offset = linear(flat)
    if offset != 0 or any(t.op is not Op.RANGE for t in terms):
        return False
    span = 1
    for coefficient, term in sorted(((c, t) for t, c in terms.items()), key=lambda p: p[0]):
        if coefficient != span or term.src[0].op is not Op.CONST:
            return False
        span *= bounds(term)[1] + 1
    return span == size
