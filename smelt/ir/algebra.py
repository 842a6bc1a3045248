"""Rules of arithmetic that hold exactly for every value: wrap-around, NaN, infinities and -0.0."""

from __future__ import annotations

import math

import numpy as np

from smelt.dtype import DType, dtypes
from smelt.ir.meaning import MEANING
from smelt.ir.node import Node, alu, bitcast, cast, const, load, logical_not, store, where
from smelt.ir.op import COMMUTATIVE, ELEMENTWISE, OPS, Op
from smelt.ir.rewrite import P, Rule, any_, value
from smelt.ir.symbolic import bounds

X, Y = any_("x"), any_("y")
A, B = any_("a"), any_("b")
COND = any_("c", kind="b")
CONST = P(Op.CONST)
C, C1, C2 = (P(Op.CONST, name=name) for name in ("c", "c1", "c2"))


def _arity(n: int) -> frozenset[Op]:
    return frozenset(op for op in ELEMENTWISE if OPS[op].arity[0] == n)


# ---- constants ----------------------------------------------------------------------------------


def _fold(x: Node) -> Node | None:
    """An instruction on constants, as its meaning has it."""
    if x.op is Op.BITCAST and not _same_bits(x):
        return None
    arrays = [np.asarray(s.arg, s.dtype.np) for s in x.src]
    result = MEANING[x.op](x.dtype, *arrays)
    return const(float(result) if x.dtype.is_float else result.item(), x.dtype, x.shape)


def _same_bits(x: Node) -> bool:
    """Whether a constant's bits survive a BITCAST here: the bits of a NaN would not."""
    source = x.src[0]
    if x.dtype.itemsize != source.dtype.itemsize:
        return False
    array = np.asarray(source.arg, source.dtype.np)
    values = [array, MEANING[Op.BITCAST](x.dtype, array)]
    return not any(v.dtype.kind not in "biu" and math.isnan(float(v)) for v in values)


def _by_bounds(x: Node) -> Node | None:
    low, high = bounds(x)
    return const(low, x.dtype, x.shape) if low == high else None


def _merge_constants(x: Node, inner: Node, a: Node, c1: Node, c2: Node) -> Node | None:
    return alu(x.op, a, _fold(alu(x.op, c1, c2)) or c2) if inner.op is x.op else None


def _constant_last(x: Node, c: Node, y: Node) -> Node | None:
    return alu(x.op, y, c) if x.src[0] is c and y.op is not Op.CONST else None


def _is_all_ones(node: Node) -> bool:
    return node.op is Op.CONST and node.arg == (node.dtype.max if node.dtype.kind in "bu" else -1)


def _is_least(node: Node) -> bool:
    return node.op is Op.CONST and node.arg == node.dtype.min


def _zero(x: Node) -> Node:
    return const(0, x.dtype, x.shape)


_SMALLEST_NORMAL = {
    dtypes.float16: 2.0**-14,
    dtypes.bfloat16: 2.0**-126,
    dtypes.float32: 2.0**-126,
    dtypes.float64: 2.0**-1022,
}


def _times_reciprocal(x: Node, c: Node) -> Node | None:
    """A division by a power of two is exact as a product, if both numbers are normal."""
    mantissa, _ = math.frexp(c.arg)
    smallest = _SMALLEST_NORMAL[c.dtype]
    if abs(mantissa) != 0.5 or not smallest <= abs(c.arg) <= 1 / smallest:
        return None
    return x * float(1 / c.arg)


def _false(x: Node) -> Node:
    return const(False, dtypes.bool, x.shape)


# ---- conversion ---------------------------------------------------------------------------------

_MANTISSA = {
    dtypes.float8_e4m3: 4,
    dtypes.float8_e5m2: 3,
    dtypes.float16: 11,
    dtypes.bfloat16: 8,
    dtypes.float32: 24,
    dtypes.float64: 53,
}


def _is_lossless(source: DType, target: DType) -> bool:
    """Whether `target` has every value of `source`."""
    if source is target or source.is_bool:
        return True
    if source.is_float and target.is_float:
        return target.itemsize > source.itemsize
    if source.is_int and target.is_float:
        return source.bits - source.is_signed <= _MANTISSA[target]
    if source.is_int and target.is_int:
        return source.min >= target.min and source.max <= target.max
    return False


def _merge_casts(x: Node, inner: Node, outer: Node) -> Node | None:
    first, second, last = x.dtype, inner.dtype, outer.dtype
    # A float converts to an integer by saturation, an integer by wrapping around.
    same_way = not last.is_int or second.is_float == first.is_float or _is_lossless(first, last)
    if _is_lossless(first, second) and same_way:
        return cast(x, last)
    narrows = first.is_int and second.is_int and last.is_int and last.bits <= second.bits
    return cast(x, last) if narrows else None


def _merge_bitcasts(x: Node, inner: Node, outer: Node) -> Node | None:
    same_size = x.dtype.itemsize == inner.dtype.itemsize == outer.dtype.itemsize
    return bitcast(x, outer.dtype) if same_size else None


# ---- the tables ---------------------------------------------------------------------------------

_MERGEABLE = (Op.ADD, Op.MUL, Op.MAX, Op.AND, Op.OR, Op.XOR)
_SHIFTS = (Op.SHL, Op.SHR)

CONSTANTS: list[Rule] = [
    # op(CONST, ..) -> CONST
    (P(_arity(1), CONST, name="x"), _fold),
    (P(_arity(2), CONST, CONST, name="x"), _fold),
    (P(_arity(3), CONST, CONST, CONST, name="x"), _fold),
    # x that can have one value only -> CONST: x * 0, x % 1, x & 0, i < n where bounds decide ..
    (P(ELEMENTWISE - {Op.ADD, Op.SUB}, name="x", kind="biu"), _by_bounds),
    # x + True -> True
    (P(Op.ADD, name="x", kind="b"), _by_bounds),
    # c + x -> x + c
    (P(COMMUTATIVE, C, any_("y"), name="x"), _constant_last),
    # (x + c1) + c2 -> x + (c1 + c2), also *, &, |, ^, max
    (P(_MERGEABLE, P(_MERGEABLE, A, C1, name="inner"), C2, name="x", kind="biu"), _merge_constants),
    # max(max(x, c1), c2) -> max(x, max(c1, c2)) of floats
    (P(Op.MAX, P(Op.MAX, A, C1, name="inner"), C2, name="x", kind="f"), _merge_constants),
    # x - c -> x + (-c)
    (P(Op.SUB, X, C, kind="iu"), lambda x, c: x + const(-c.arg, c.dtype, c.shape)),
]

ARITHMETIC: list[Rule] = [
    # x + 0 -> x
    (P(Op.ADD, X, value(0), kind="biu"), lambda x: x),
    # x + -0.0 -> x, while x + 0.0 is +0.0 for x = -0.0
    (P(Op.ADD, X, value(-0.0), kind="f"), lambda x: x),
    # x - 0.0 -> x
    (P(Op.SUB, X, value(0), kind="f"), lambda x: x),
    # x - x -> 0
    (P(Op.SUB, X, X, kind="iu"), _zero),
    # x * 1 -> x
    (P(Op.MUL, X, value(1)), lambda x: x),
    # x / 2**k -> x * 2**-k, and so x / 1.0 -> x
    (P(Op.FDIV, X, C), _times_reciprocal),
    # x // 1 -> x
    (P(Op.IDIV, X, value(1)), lambda x: x),
    # x % x -> 0
    (P(Op.MOD, X, X), _zero),
    # 0 % x -> 0
    (P(Op.MOD, value(0, name="x"), Y), lambda x, y: x),
    # max(x, x) -> x
    (P(Op.MAX, X, X), lambda x: x),
    # max(x, least) -> x
    (P(Op.MAX, X, P(Op.CONST, test=_is_least)), lambda x: x),
    # x < x -> False
    (P(Op.LT, X, X), _false),
    # x != x -> False, but a NaN differs from itself
    (P(Op.NE, any_("x", kind="biu"), any_("x")), _false),
]

BITS: list[Rule] = [
    # x & x -> x
    (P(Op.AND, X, X), lambda x: x),
    # x & 11..1 -> x
    (P(Op.AND, X, P(Op.CONST, test=_is_all_ones)), lambda x: x),
    # x & not x -> False
    (P(Op.AND, X, P(Op.XOR, X, value(True)), kind="b"), _zero),
    # x | x -> x
    (P(Op.OR, X, X), lambda x: x),
    # x | 0 -> x
    (P(Op.OR, X, value(0)), lambda x: x),
    # x | 11..1 -> 11..1
    (P(Op.OR, X, P(Op.CONST, name="c", test=_is_all_ones)), lambda x, c: c),
    # x | not x -> True
    (P(Op.OR, X, P(Op.XOR, X, value(True)), kind="b"), lambda x: const(True, x.dtype, x.shape)),
    # x ^ x -> 0
    (P(Op.XOR, X, X), _zero),
    # x ^ 0 -> x
    (P(Op.XOR, X, value(0)), lambda x: x),
    # x << 0 -> x, x >> 0 -> x
    (P(_SHIFTS, X, value(0)), lambda x: x),
    # 0 << x -> 0, 0 >> x -> 0
    (P(_SHIFTS, value(0, name="x"), Y), lambda x, y: x),
]

CHOICE: list[Rule] = [
    # where(True, a, b) -> a
    (P(Op.WHERE, value(True), A, B), lambda a, b: a),
    # where(False, a, b) -> b
    (P(Op.WHERE, value(False), A, B), lambda a, b: b),
    # where(c, a, a) -> a
    (P(Op.WHERE, COND, A, A), lambda c, a: a),
    # where(not c, a, b) -> where(c, b, a)
    (P(Op.WHERE, P(Op.XOR, COND, value(True)), A, B), lambda c, a, b: where(c, b, a)),
    # where(c, True, False) -> c
    (P(Op.WHERE, COND, value(True), value(False), kind="b"), lambda c: c),
    # where(c, False, True) -> not c
    (P(Op.WHERE, COND, value(False), value(True), kind="b"), lambda c: logical_not(c)),
    # where(c, where(c, a, x), b) -> where(c, a, b)
    (P(Op.WHERE, COND, P(Op.WHERE, COND, A, X), B), lambda c, a, x, b: where(c, a, b)),
    # where(c, a, where(c, x, b)) -> where(c, a, b)
    (P(Op.WHERE, COND, A, P(Op.WHERE, COND, X, B)), lambda c, a, x, b: where(c, a, b)),
    # where(c, where(d, a, b), b) -> where(c & d, a, b)
    (
        P(Op.WHERE, COND, P(Op.WHERE, any_("d"), A, B), B),
        lambda c, d, a, b: where(c & d, a, b),
    ),
]

CONVERSION: list[Rule] = [
    # cast(cast(x)) -> cast(x), if the first cast makes no difference
    (P(Op.CAST, P(Op.CAST, X, name="inner"), name="outer"), _merge_casts),
    # bitcast(bitcast(x)) -> bitcast(x)
    (P(Op.BITCAST, P(Op.BITCAST, X, name="inner"), name="outer"), _merge_bitcasts),
    # cast(c) != 0 -> c
    (P(Op.NE, P(Op.CAST, COND), value(0)), lambda c: c),
    # c != False -> c
    (P(Op.NE, COND, value(False)), lambda c: c),
    # c != True -> not c
    (P(Op.NE, COND, value(True, kind="b")), lambda c: logical_not(c)),
]

ACCESS: list[Rule] = [
    # load(source, i, True) -> load(source, i)
    (P(Op.LOAD, X, Y, value(True)), lambda x, y: load(x, y)),
    # load(source, i, False) -> 0
    (P(Op.LOAD, X, Y, value(False), name="n"), lambda n, x, y: const(0, n.dtype, n.shape)),
    # store(base, i, value, True) -> store(base, i, value)
    (
        P(Op.STORE, X, Y, A, value(True), name="n"),
        lambda n, x, y, a: store(x, y, a, mode=n.arg),
    ),
]

ALGEBRA = [*CONSTANTS, *ARITHMETIC, *BITS, *CHOICE, *CONVERSION, *ACCESS]
