"""The gradient table: for each operation, what a cotangent becomes on its way to each source.

A row holds one function `(node, cotangent) -> cotangent of that source` for each source, or None
for a source that has no gradient (a condition, an index). A row that is None says that the
operation has no gradient at all. The functions build nodes from the same operations, so gradients
have gradients. Where a derivative is a matter of convention, it is PyTorch's: sqrt'(0) is
infinite, equal operands of a maximum share equally (`torch.maximum`, `torch.amax`), and a
truncation has gradient 0.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable

from smelt.dtype import dtypes
from smelt.ir.accurate import cos
from smelt.ir.node import (
    Dim,
    Node,
    alu,
    cast,
    const,
    contiguous,
    copy,
    dim_add,
    dim_mul,
    dim_sub,
    expand,
    flip,
    iota,
    largest,
    load,
    logical_not,
    pad,
    permute,
    reduce,
    reshape,
    shear,
    shrink,
    store,
    where,
)
from smelt.ir.op import Op

Rule = Callable[[Node, Node], Node]

# Of the partial products of a REDUCE MUL every fourth level is stored: any other one is then at
# most 16 multiplications away.
STORED_LEVELS = 4


def zeros_like(x: Node) -> Node:
    """Zeros of x's dtype and shape."""
    return const(0, x.dtype, x.shape)


def is_zero(x: Node) -> bool:
    """Whether x is zeros, written down as such."""
    return x.op is Op.CONST and x.arg == 0


def _product(dims: Iterable[Dim]) -> Dim:
    one: Dim = 1
    return functools.reduce(dim_mul, dims, one)


def _negative(x: Node) -> Node:
    return x * -1.0


def wide(x: Node) -> Node:
    """x in the dtype that its sums are accumulated in: float32 for the 16-bit floats."""
    return cast(x, dtypes.float32) if x.dtype.itemsize < 4 else x


# ---- instructions -------------------------------------------------------------------------------


def _divisor(n: Node, g: Node) -> Node:
    # d(a / b)/db = -(a / b) / b; the quotient g / b is the one that the dividend's rule makes
    return _negative(alu(Op.FDIV, g, n.src[1]) * n)


def _maximum(mine: int, other: int) -> Rule:
    def rule(n: Node, g: Node) -> Node:
        a, b = n.src[mine], n.src[other]
        # A NaN compares False to everything, so each operand then gets the whole cotangent.
        shared = where(alu(Op.NE, a, b), g, g * 0.5)
        return where(a < b, zeros_like(g), shared)

    return rule


# ---- memory -------------------------------------------------------------------------------------


def _valid(n: Node, position: int) -> Node | None:
    return n.src[position] if len(n.src) > position else None


def _load_source(n: Node, g: Node) -> Node:
    value = wide(g)
    base = const(0, value.dtype, n.src[0].shape)
    return cast(store(base, n.src[1], value, _valid(n, 2), "add"), g.dtype)


def _store_base(n: Node, g: Node) -> Node:
    return _STORE[n.arg][0](n, g)


def _store_value(n: Node, g: Node) -> Node:
    return _STORE[n.arg][1](n, g)


def _set_base(n: Node, g: Node) -> Node:
    return store(g, n.src[1], zeros_like(n.src[2]), _valid(n, 3))


def _set_value(n: Node, g: Node) -> Node:
    return load(g, n.src[1], _last_writer(n))


def _add_value(n: Node, g: Node) -> Node:
    return load(g, n.src[1], _valid(n, 3))


def _mul_base(n: Node, g: Node) -> Node:
    ones = const(1, n.dtype, n.shape)
    return g * store(ones, n.src[1], n.src[2], _valid(n, 3), "mul")


def _mul_value(n: Node, g: Node) -> Node:
    """The cotangent times the product of the other factors.

    That is a quotient, unless a factor is 0: then only the product of those that are not counts.
    """
    base, idx, value = n.src[:3]
    valid = _valid(n, 3)
    zero, base_zero = (_equal(x, zeros_like(x)) for x in (value, base))
    factor, base_factor = (
        where(z, const(1, x.dtype, x.shape), x) for z, x in ((zero, value), (base_zero, base))
    )
    others = store(base_factor, idx, factor, valid, "mul")
    zeros = store(cast(base_zero, dtypes.index), idx, cast(zero, dtypes.index), valid, "add")
    product, count = load(g * others, idx, valid), load(zeros, idx, valid)
    quotient = alu(Op.FDIV, product, factor)
    return where(count > cast(zero, dtypes.index), zeros_like(quotient), quotient)


def _max_share(n: Node, g: Node) -> Node:
    """What each of those that are the maximum of a place gets of its cotangent."""
    idx, valid, dtype = n.src[1], _valid(n, 3), wide(g).dtype
    stayed = _equal(n.src[2], load(n, idx, valid))
    count = store(cast(_equal(n.src[0], n), dtype), idx, cast(stayed, dtype), valid, "add")
    return alu(Op.FDIV, g, cast(count, g.dtype))


def _max_base(n: Node, g: Node) -> Node:
    return where(_equal(n.src[0], n), _max_share(n, g), zeros_like(g))


def _max_value(n: Node, g: Node) -> Node:
    idx, valid = n.src[1], _valid(n, 3)
    share = load(_max_share(n, g), idx, valid)
    return where(_equal(n.src[2], load(n, idx, valid)), share, zeros_like(share))


def _equal(a: Node, b: Node) -> Node:
    return logical_not(alu(Op.NE, a, b))


# For each arg of a STORE the rules of its base and its value.
_STORE: dict[str, tuple[Rule, Rule]] = {
    "set": (_set_base, _set_value),
    "add": (lambda n, g: g, _add_value),
    "mul": (_mul_base, _mul_value),
    "max": (_max_base, _max_value),
}


def _last_writer(n: Node) -> Node:
    """For each index of a STORE 'set' whether its value is the one that stayed.

    Of several writes to one place the last wins and the others have no influence: each write
    leaves its number in the place it writes to, and looks whether it is still there.
    """
    base, idx = n.src[:2]
    valid = _valid(n, 3)
    number = reshape(iota(_product(idx.shape)), idx.shape)
    places = const(0, dtypes.index, base.shape[:1])
    stayed = load(store(places, idx, number, valid), idx, valid)
    last = logical_not(alu(Op.NE, stayed, number))
    return last if valid is None else alu(Op.AND, last, valid)


# ---- movement -----------------------------------------------------------------------------------


def _permute(n: Node, g: Node) -> Node:
    return permute(g, [n.arg.index(i) for i in range(n.ndim)])


def _expand(n: Node, g: Node) -> Node:
    x = n.src[0]
    axes = [i for i in range(n.ndim) if x.shape[i] != n.shape[i]]
    return reshape(cast(reduce(wide(g), Op.ADD, axes), g.dtype), x.shape)


def _pad(n: Node, g: Node) -> Node:
    sizes = n.src[0].shape
    return shrink(g, [(b, dim_add(b, s)) for s, (b, _) in zip(sizes, n.arg, strict=True)])


def _shrink(n: Node, g: Node) -> Node:
    sizes = n.src[0].shape
    return pad(g, [(b, dim_sub(s, e)) for s, (b, e) in zip(sizes, n.arg, strict=True)])


def _shear(n: Node, g: Node) -> Node:
    axis, by, step, _ = n.arg
    return shear(g, axis, by, -step, n.src[0].shape[axis])


# ---- reduction ----------------------------------------------------------------------------------


def _spread(n: Node, x: Node) -> Node:
    """A value of the REDUCE n's shape, repeated to the shape of what n reduces."""
    shape = n.src[0].shape
    kept = tuple(1 if i in n.arg[1] else s for i, s in enumerate(shape))
    return expand(reshape(x, kept), shape)


def _reduce_max(n: Node, g: Node) -> Node:
    x = n.src[0]
    # float, not WHERE: a NaN among x equals nothing, and 0 times g / 0 keeps it visible as NaN
    is_max = logical_not(alu(Op.NE, x, _spread(n, n)))
    count = reduce(cast(is_max, wide(g).dtype), Op.ADD, n.arg[1])
    share = alu(Op.FDIV, g, cast(count, g.dtype))
    return cast(is_max, g.dtype) * _spread(n, share)


def _reduce_mul(n: Node, g: Node) -> Node:
    """The cotangent times the product of all the other factors, without a division.

    The factors are multiplied in pairs, the products in pairs, and so on; on the way back each
    partner's cotangent is multiplied by the other one. That is exact for any number of zeros and
    is made of MULs alone, so the second derivative is right at zeros as well.
    """
    x, axes = n.src[0], n.arg[1]
    kept = [i for i in range(x.ndim) if i not in axes]
    batch = tuple(x.shape[i] for i in kept)
    length = _product(x.shape[i] for i in axes)
    order = (*kept, *axes)
    moved = permute(x, order)
    factors = reshape(moved, (*batch, length))
    width = 1 << max(largest(length) - 1, 0).bit_length()  # a power of two
    level = _pad_with_ones(factors, dim_sub(width, length))  # (*batch, width)
    levels: list[Node] = []
    while width > 1:
        width //= 2
        levels.append(reshape(level, (*batch, 2, width)))
        level = _product_of_pairs(levels[-1])  # (*batch, width)
        if len(levels) % STORED_LEVELS == 0 and width > 1:
            level = contiguous(level)
    grad = reshape(g, (*batch, 1))
    for pairs in reversed(levels):
        both = expand(reshape(grad, (*batch, 1, width)), pairs.shape)
        width *= 2
        grad = reshape(both * flip(pairs, [len(batch)]), (*batch, width))
    grad = shrink(grad, [*((0, d) for d in batch), (0, length)])
    return permute(reshape(grad, moved.shape), [order.index(i) for i in range(x.ndim)])


def _pad_with_ones(x: Node, after: Dim) -> Node:
    padding = [*((0, 0) for _ in x.shape[:-1]), (0, after)]
    inside = pad(const(True, dtypes.bool, x.shape), padding)
    return where(inside, pad(x, padding), const(1, x.dtype, inside.shape))


def _product_of_pairs(pairs: Node) -> Node:
    *batch, _, width = pairs.shape  # (*batch, 2, width)
    whole = [(0, d) for d in batch]
    left, right = (shrink(pairs, [*whole, (i, i + 1), (0, width)]) for i in (0, 1))
    return reshape(left * right, (*batch, width))


_REDUCE: dict[Op, Rule] = {
    Op.ADD: _spread,
    Op.MUL: _reduce_mul,
    Op.MAX: _reduce_max,
}


# ---- the table ----------------------------------------------------------------------------------

GRADIENT: dict[Op, tuple[Rule | None, ...] | None] = {
    Op.ADD: (lambda n, g: g, lambda n, g: g),
    Op.SUB: (lambda n, g: g, lambda n, g: _negative(g)),
    Op.MUL: (lambda n, g: g * n.src[1], lambda n, g: g * n.src[0]),
    Op.FDIV: (lambda n, g: alu(Op.FDIV, g, n.src[1]), _divisor),
    Op.MAX: (_maximum(0, 1), _maximum(1, 0)),
    Op.FMA: (lambda n, g: g * n.src[1], lambda n, g: g * n.src[0], lambda n, g: g),
    Op.EXP2: (lambda n, g: g * n * math.log(2),),
    Op.LOG2: (lambda n, g: alu(Op.FDIV, g, n.src[0] * math.log(2)),),
    Op.SIN: (lambda n, g: g * cos(n.src[0]),),
    Op.SQRT: (lambda n, g: alu(Op.FDIV, g, n * 2.0),),
    Op.TRUNC: (lambda n, g: zeros_like(g),),
    Op.CAST: (lambda n, g: cast(g, n.src[0].dtype),),
    Op.WHERE: (
        None,
        lambda n, g: where(n.src[0], g, zeros_like(g)),
        lambda n, g: where(n.src[0], zeros_like(g), g),
    ),
    Op.LOAD: (_load_source, None, None),
    Op.STORE: (_store_base, None, _store_value, None),
    Op.RESHAPE: (lambda n, g: reshape(g, n.src[0].shape),),
    Op.PERMUTE: (_permute,),
    Op.EXPAND: (_expand,),
    Op.PAD: (_pad,),
    Op.SHRINK: (_shrink,),
    Op.FLIP: (lambda n, g: flip(g, n.arg),),
    Op.SHEAR: (_shear,),
    Op.REDUCE: (lambda n, g: _REDUCE[n.arg[0]](n, g),),
    Op.CONTIGUOUS: (lambda n, g: g,),
    Op.COPY: (lambda n, g: copy(g, n.src[0].device) if n.src[0].device else g,),
    # integers, comparisons and bits
    Op.IDIV: None,
    Op.MOD: None,
    Op.LT: None,
    Op.NE: None,
    Op.AND: None,
    Op.OR: None,
    Op.XOR: None,
    Op.SHL: None,
    Op.SHR: None,
    Op.BITCAST: None,
    # gradients stop here on purpose
    Op.DETACH: None,
    # its steps are a graph of their own: see `through_steps`
    Op.REPEAT: None,
    # leaves
    Op.CONST: None,
    Op.BUFFER: None,
    Op.IOTA: None,
    Op.VARIABLE: None,
    Op.STATE: None,
    # these stand in kernels alone, which are made after differentiation
    Op.PARAM: None,
    Op.LOCAL: None,
    Op.RANGE: None,
    Op.BARRIER: None,
    Op.KERNEL: None,
}
