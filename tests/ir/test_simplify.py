"""Simplification: one row for each rule, rows where a rule must not fire, random expressions."""

from __future__ import annotations

import functools
import gc
import math
import operator
import time
import weakref
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.dtype import DType, all_dtypes, dtypes
from smelt.ir.algebra import ALGEBRA
from smelt.ir.conditions import CONDITIONS
from smelt.ir.index_math import INDEX
from smelt.ir.meaning import MEANING
from smelt.ir.movement import LOOPS, MOVEMENT
from smelt.ir.node import (
    BufferRef,
    Node,
    alu,
    barrier,
    bitcast,
    buffer,
    cast,
    const,
    detach,
    expand,
    flip,
    index,
    iota,
    kernel,
    load,
    local,
    logical_not,
    loop_range,
    pad,
    param,
    permute,
    reduce,
    reduce_ranges,
    reshape,
    shear,
    shrink,
    store,
    toposort,
    variable,
    where,
)
from smelt.ir.op import ELEMENTWISE, OPS, Op
from smelt.ir.rewrite import Rules, rewrite
from smelt.ir.simplify import GIVEN, simplify, simplify_all, simplify_given
from smelt.ir.symbolic import order_key
from tests.ir.index_expressions import (
    as_int32,
    assignments,
    conditions,
    evaluate,
    expressions,
    leaves,
    sums,
)

F16, BF16, F32, F64 = dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64
I8, I16, I32, I64 = dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64
U8, U16, U32, U64 = dtypes.uint8, dtypes.uint16, dtypes.uint32, dtypes.uint64
BOOL = dtypes.bool

Row = tuple[Node, Node]

i, j, k = loop_range(8, 0), loop_range(8, 1), loop_range(64, 2)
r3 = loop_range(3, 3)
n, m = variable("n", 1, 100), variable("m", 1, 100)
any_int = variable("any_int", -1000, 1000)
in_n, in_m = loop_range(n, 5), loop_range(m, 4)


def data(dtype: DType, number: int = 0) -> Node:
    """A value of which nothing is known."""
    return load(param(number, dtype, 64), i)


def tensor(dtype: DType, *shape: int) -> Node:
    return reshape(buffer(BufferRef("CPU", math.prod(shape), dtype)), shape)


def real(value: float, dtype: DType = F32) -> Node:
    return const(value, dtype)


b, c, d = (data(BOOL, number) for number in range(3))
x32, y32 = data(I32), data(I32, 1)
xu, yu = data(U8), data(U8, 1)
xf, yf = data(F32), data(F32, 1)
x64 = data(I64)
TRUE, FALSE = const(True, BOOL), const(False, BOOL)
NAN, INF = float("nan"), float("inf")


def int32(value: int) -> Node:
    return const(value, I32)


CONSTANT_ROWS: list[Row] = [
    # constants
    (real(1.5) + real(2.0), real(3.5)),
    (real(1.0) - real(INF), real(-INF)),
    (alu(Op.SQRT, real(16.0)), real(4.0)),
    (alu(Op.EXP2, real(-INF)), real(0.0)),
    (alu(Op.LOG2, real(8.0)), real(3.0)),
    (alu(Op.SIN, real(0.0)), real(0.0)),
    (alu(Op.TRUNC, real(-1.5)), real(-1.0)),
    (alu(Op.FMA, real(2.0), real(3.0), real(4.0)), real(10.0)),
    (alu(Op.FDIV, real(1.0), real(0.0)), real(INF)),
    (alu(Op.FDIV, real(0.0), real(0.0)), real(NAN)),
    (alu(Op.MAX, real(NAN), real(1.0)), real(NAN)),
    (alu(Op.MAX, real(-0.0), real(0.0)), real(0.0)),
    (real(-0.0) + real(-0.0), real(-0.0)),
    (real(0.0) * real(-1.0), real(-0.0)),
    (real(0.1, F16) + real(0.2, F16), real(0.2998046875, F16)),
    (real(1.0, BF16) + real(0.001, BF16), real(1.0, BF16)),
    (const(100, I8) + const(100, I8), const(-56, I8)),
    (const(-7, I32) // const(2, I32), const(-4, I32)),
    (const(-7, I32) % const(2, I32), const(1, I32)),
    (const(3, U8) - const(5, U8), const(254, U8)),
    (alu(Op.SHL, const(1, I32), const(40, I32)), const(0, I32)),
    (alu(Op.SHR, const(-8, I32), const(40, I32)), const(-1, I32)),
    (real(NAN) < real(1.0), FALSE),
    (alu(Op.NE, real(NAN), real(NAN)), TRUE),
    (cast(real(3e9), I32), const(2**31 - 1, I32)),
    (cast(real(NAN), I32), const(0, I32)),
    (cast(const(300, I32), U8), const(44, U8)),
    (cast(real(0.5), BOOL), TRUE),
    (cast(TRUE, F32), real(1.0)),
    (bitcast(real(1.0), I32), const(0x3F800000, I32)),
    (bitcast(const(0x3F800000, I32), F32), real(1.0)),
    (where(TRUE, real(1.0), real(2.0)), real(1.0)),
    # only one value
    (x32 * 0, int32(0)),
    (x32 % 1, int32(0)),
    (x32 // 0, int32(0)),
    (x32 % 0, int32(0)),
    (x32 & 0, int32(0)),
    (alu(Op.SHR, xu, const(8, U8)), const(0, U8)),
    (cast(i, I32) < 8, TRUE),
    (b + TRUE, TRUE),
    (b & FALSE, FALSE),
    (b | TRUE, TRUE),
    (const(0, I32, (3,)) * tensor(I32, 3), const(0, I32, (3,))),
    # constants last
    (2 + x32, x32 + 2),
    (2.0 * xf, xf * 2.0),
    (alu(Op.MAX, real(2.0), xf), alu(Op.MAX, xf, real(2.0))),
    (alu(Op.NE, int32(2), x32), alu(Op.NE, x32, int32(2))),
    (alu(Op.AND, int32(2), x32), x32 & 2),
    # constants together
    ((x32 + 2) + 3, x32 + 5),
    ((x32 + (2**31 - 1)) + 1, x32 + -(2**31)),
    ((x32 * 2) * 3, x32 * 6),
    ((x32 & 6) & 3, x32 & 2),
    ((x32 | 6) | 3, x32 | 7),
    ((x32 ^ 6) ^ 3, x32 ^ 5),
    (alu(Op.MAX, alu(Op.MAX, x32, int32(1)), int32(4)), alu(Op.MAX, x32, int32(4))),
    (alu(Op.MAX, alu(Op.MAX, xf, real(1.0)), real(4.0)), alu(Op.MAX, xf, real(4.0))),
    (alu(Op.MAX, alu(Op.MAX, xf, real(NAN)), real(4.0)), alu(Op.MAX, xf, real(NAN))),
    (2 + (3 + x32), x32 + 5),
    (x32 - 3, x32 + -3),
    (xu - 3, xu + 253),
    ((x32 - 3) + 3, x32),
    (x32 - 0, x32),
]

# Exponents of a power of two, so that it and its reciprocal are normal; or one of the two is not.
LIMITS = [(F16, 14), (BF16, 126), (F32, 126), (F64, 1022)]
JUST_INSIDE = [(dtype, sign * e) for dtype, e in LIMITS for sign in (1, -1)]
JUST_OUTSIDE = [(dtype, sign * (e + 1)) for dtype, e in LIMITS for sign in (1, -1)]

ALGEBRA_ROWS: list[Row] = [
    (x32 + 0, x32),
    (0 + x32, x32),
    (b + FALSE, b),
    (xf + -0.0, xf),
    (xf - 0.0, xf),
    (x32 - x32, int32(0)),
    (xu - xu, const(0, U8)),
    (x32 * 1, x32),
    (xf * 1.0, xf),
    (b * TRUE, b),
    (alu(Op.FDIV, xf, real(1.0)), xf),
    (alu(Op.FDIV, xf, real(8.0)), xf * 0.125),
    (alu(Op.FDIV, xf, real(-0.5)), xf * -2.0),
    (x32 // 1, x32),
    (x32 % x32, int32(0)),
    (int32(0) % x32, int32(0)),
    (alu(Op.MAX, xf, xf), xf),
    (alu(Op.MAX, x32, x32), x32),
    (alu(Op.MAX, xf, real(-INF)), xf),
    (alu(Op.MAX, x32, int32(-(2**31))), x32),
    (alu(Op.MAX, xu, const(0, U8)), xu),
    (alu(Op.MAX, b, FALSE), b),
    (xf < xf, FALSE),
    (x32 < x32, FALSE),
    (alu(Op.NE, x32, x32), FALSE),
    (alu(Op.NE, b, b), FALSE),
    # bits
    (x32 & x32, x32),
    (b & b, b),
    (x32 & -1, x32),
    (xu & 255, xu),
    (b & TRUE, b),
    (b & logical_not(b), FALSE),
    (logical_not(b) & b, FALSE),
    (x32 | x32, x32),
    (x32 | 0, x32),
    (b | FALSE, b),
    (x32 | -1, int32(-1)),
    (xu | 255, const(255, U8)),
    (b | logical_not(b), TRUE),
    (x32 ^ x32, int32(0)),
    (b ^ b, FALSE),
    (x32 ^ 0, x32),
    (logical_not(logical_not(b)), b),
    (alu(Op.SHL, x32, int32(0)), x32),
    (alu(Op.SHR, x32, int32(0)), x32),
    (alu(Op.SHL, int32(0), x32), int32(0)),
    (alu(Op.SHR, int32(0), x32), int32(0)),
    # choice
    (where(TRUE, xf, yf), xf),
    (where(FALSE, xf, yf), yf),
    (where(b, xf, xf), xf),
    (where(logical_not(b), xf, yf), where(b, yf, xf)),
    (where(b, TRUE, FALSE), b),
    (where(b, FALSE, TRUE), logical_not(b)),
    (where(b, where(b, xf, yf), real(1.0)), where(b, xf, real(1.0))),
    (where(b, xf, where(b, yf, real(1.0))), where(b, xf, real(1.0))),
    (where(b, where(c, xf, yf), yf), where(b & c, xf, yf)),
    # conversion
    (cast(cast(xu, I32), F32), cast(xu, F32)),
    (cast(cast(xu, U16), U32), cast(xu, U32)),
    (cast(cast(xu, F32), U16), cast(xu, U16)),
    (cast(cast(x32, I64), I32), x32),
    (cast(cast(x32, I64), U8), cast(x32, U8)),
    (cast(cast(data(F16), F32), F16), data(F16)),
    (cast(cast(data(BF16), F32), F64), cast(data(BF16), F64)),
    (cast(cast(data(F32), F64), I32), cast(data(F32), I32)),
    (cast(cast(data(I16), F32), I32), cast(data(I16), I32)),
    (cast(cast(data(I32), F64), BOOL), cast(data(I32), BOOL)),
    (cast(cast(b, F32), BOOL), b),
    (cast(cast(b, F32), U8), cast(b, U8)),
    (cast(cast(x64, I32), I8), cast(x64, I8)),
    (cast(cast(x64, I32), U32), cast(x64, U32)),
    (cast(cast(data(U8), F16), F32), cast(data(U8), F32)),
    (cast(cast(data(U8), BF16), F32), cast(data(U8), F32)),
    (cast(cast(data(I8), BF16), F32), cast(data(I8), F32)),
    (cast(cast(data(U16), F32), F64), cast(data(U16), F64)),
    (bitcast(bitcast(xf, I32), U32), bitcast(xf, U32)),
    (bitcast(bitcast(xf, I32), F32), xf),
    (alu(Op.NE, cast(b, I32), int32(0)), b),
    (alu(Op.NE, cast(b, F32), real(0.0)), b),
    (alu(Op.NE, b, FALSE), b),
    (alu(Op.NE, b, TRUE), logical_not(b)),
    # memory
    (load(param(0, F32, 64), i, TRUE), load(param(0, F32, 64), i)),
    (load(param(0, F32, 64), i, FALSE), real(0.0)),
    (load(tensor(F32, 4, 3), tensor(I32, 2), const(False, BOOL, (2,))), const(0.0, F32, (2, 3))),
    (
        store(param(0, F32, 64), i, xf, TRUE, "add"),
        store(param(0, F32, 64), i, xf, None, "add"),
    ),
]

flat_ij = i * 8 + j
few = variable("few", 0, 3)
# Sums of so many loaded values are not sorted.
narrow = [cast(data(I8, number), I64) for number in range(5)]
window = (i + r3 - 1 >= 0) & (i + r3 - 1 < 8)

INDEX_ROWS: list[Row] = [
    # sums
    (j + 2 + i * 4 - j, i * 4 + 2),
    (j + i, i + j),
    ((i + j) * 3, i * 3 + j * 3),
    (i * 2 + i * 3, i * 5),
    (i - i, index(0)),
    (i * 2**32 * 2**32, index(0)),
    (7 - (i + 1), 6 - i),
    (x64 + 3 - x64, index(3)),
    (k // 8 * 8 + k % 8, k),
    (k // 8 * 24 + k % 8 * 3, k * 3),
    (j - k // 8 * 16 - k % 8 * 2 + 5, j - k * 2 + 5),
    (k // 32 * 32 + k // 8 % 4 * 8 + k % 8, k),
    ((k * 9 + i) // 8 * 8 + (k * 9 + i) % 8, i + k * 9),
    ((k * 4 + r3) // 8 * 8 + (k * 4 + r3) % 8, k * 4 + r3),
    ((63 - k) // 8 * 8 + (63 - k) % 8, 63 - k),
    ((k % 16 + j) // 8 * 8 + (k % 16 + j) % 8, j + k % 16),
    ((k // 2 + 3) // 4 * 4 + (k // 2 + 3) % 4, k // 2 + 3),
    # products
    (in_n * n, n * in_n),
    ((in_n * 3) * (n * 2), n * in_n * 6),
    (m * (n * 2) - n * m * 2, index(0)),
    ((n + 1) * m - m * (n + 1), index(0)),
    # quotients and remainders
    (flat_ij // 8, i),
    (flat_ij % 8, j),
    ((j * 8 + i + 16) // 8, j + 2),
    ((flat_ij - 64) // 8, i + -8),
    (i // 8, index(0)),
    ((i - 8) // 8, index(-1)),
    ((i - 8) % 8, i),
    (i % 8, i),
    ((i + 8) % 8, i),
    ((i * 4 + r3) // 8, i // 2),
    ((i * 4 + r3) % 8, i % 2 * 4 + r3),
    ((any_int * 6 + 4) // 4, any_int + any_int // 2 + 1),
    ((any_int * 6 + 4) % 4, any_int % 2 * 2),
    ((any_int * 6 + 1) % 4, any_int % 2 * 2 + 1),
    ((any_int * 9 + i) // 8, any_int + (any_int + i) // 8),
    ((any_int * 9 + i) % 8, (any_int + i) % 8),
    ((any_int - 9 * i) % 8, (any_int - i) % 8),
    ((any_int + 19) // 8, (any_int + 3) // 8 + 2),
    ((any_int - 1) // 8, (any_int + 7) // 8 + -1),
    ((any_int + 19) % 8, (any_int + 3) % 8),
    ((k * 5 + i) % 4, (i + k) % 4),
    ((63 - k) // 8, 7 - k // 8),
    ((63 - k) % 8, 7 - k % 8),
    ((5 - any_int) // 8, (any_int + 2) // 8 * -1),
    ((5 - any_int) % 8, 7 - (any_int + 2) % 8),
    (any_int // -8, (any_int + 7) // 8 * -1),
    (any_int % -8, (any_int + 7) % 8 + -7),
    (any_int // 4 // 2, any_int // 8),
    ((any_int // 4 + 3) // 2, (any_int + 4) // 8 + 1),
    (any_int % 16 % 8, any_int % 8),
    ((any_int % 16 + i) % 8, (any_int + i) % 8),
    ((any_int % 4 * 2 + i) % 8, (any_int * 2 + i) % 8),
    (any_int % 32 // 8, any_int // 8 % 4),
    # divisors that are no constants
    ((in_m * n + in_n) // n, in_m),
    ((in_m * n + in_n) % n, in_n),
    ((n * 3 + in_n) // n, index(3)),
    ((in_m * n * 2 + in_n) // n, in_m * 2),
    ((in_n * m + in_m) // m, in_n),
    ((i * (n + 1) + loop_range(n + 1, 7)) // (n + 1), i),
    ((n * i) // n, i),
    ((i * (n + 8) + j) % (n + 8), j),
    ((in_m * n * r3 + in_n) // n, r3 * in_m),
    ((loop_range(4, 6) * m * n + in_m * n + in_n) // (n * m), loop_range(4, 6)),
    (in_n // n, index(0)),
    (in_n % n, in_n),
    # comparisons
    (i < 8, TRUE),
    (i < 0, FALSE),
    (alu(Op.LT, index(-1), i), TRUE),
    (in_n < n, TRUE),
    (in_m * n + in_n < n * m, TRUE),
    (few + in_n < n + 4, TRUE),
    (i + 2 < i, FALSE),
    (sum(narrow[1:], narrow[0]) < sum(narrow[-2::-1], narrow[-1]), FALSE),
    (i + 3 < 5, i < 2),
    (i - j < 0, i < j),
    (i * 2 - j * 4 + 1 < 4, i < j * 2 + 2),
    (i * 8 < 20, i < 3),
    (flat_ij < 32, i < 4),
    (i * 8 + r3 * 2 < 21, i < 3),
    (k * 8 + r3 < 23, k < 3),
    (any_int * 4 + k * 6 < 7, any_int * 2 + k * 3 < 4),
    (0 - any_int < 5, alu(Op.LT, index(-5), any_int)),
    (any_int // 8 < 3, any_int < 24),
    ((any_int + 3) // 8 < 3, any_int < 21),
    (alu(Op.LT, index(3), any_int // 8), alu(Op.LT, index(31), any_int)),
    (logical_not(any_int < 3), alu(Op.LT, index(2), any_int)),
    (logical_not(i < j), j < i + 1),
    (logical_not(alu(Op.LT, index(2), any_int)), any_int < 3),
    (alu(Op.NE, any_int * 2 + 1, index(5)), alu(Op.NE, any_int, index(2))),
    (alu(Op.NE, any_int * 2, index(5)), TRUE),
    (alu(Op.NE, i, index(8)), TRUE),
    (alu(Op.NE, i, index(-1)), TRUE),
    (alu(Op.NE, 5 - any_int, index(2)), alu(Op.NE, any_int, index(3))),
    (alu(Op.NE, j, i), alu(Op.NE, i, j)),
    (alu(Op.NE, i + j, j), alu(Op.NE, i, index(0))),
    (alu(Op.MAX, any_int, any_int + 1), any_int + 1),
    (alu(Op.MAX, any_int + 1, any_int), any_int + 1),
    (alu(Op.MAX, any_int, any_int + i), any_int + i),
    (alu(Op.MAX, any_int + i, any_int), any_int + i),
    (alu(Op.MAX, i, index(0)), i),
    (alu(Op.MAX, i, index(7)), index(7)),
    # conditions
    ((any_int < 5) & (any_int < 7), any_int < 5),
    ((any_int < 7) & (any_int < 5) & (any_int < 7), any_int < 5),
    ((any_int >= 2) & (any_int >= 4), alu(Op.LT, index(3), any_int)),
    ((any_int < 5) & (any_int >= 5), FALSE),
    ((any_int < 5) & (any_int >= 4), logical_not(alu(Op.NE, any_int, index(4)))),
    (logical_not(alu(Op.NE, any_int, index(4))) & (any_int < 5),
     logical_not(alu(Op.NE, any_int, index(4)))),
    (b & c & b, b & c),
    (b & (any_int < 5) & c & (any_int < 7), b & c & (any_int < 5)),
    ((i < 3) & (any_int < 5), (any_int < 5) & (i < 3)),
    # conversion
    (as_int32(i), i),
    (cast(cast(i, I32), F32), cast(i, F32)),
    (cast(cast(i, U8), I32), cast(i, I32)),
    # the address, where the condition holds
    (load(param(0, F32, 64), i % 6, i < 6), load(param(0, F32, 64), i, i < 6)),
    (
        store(param(0, F32, 64), i % 6, xf, i < 6, "add"),
        store(param(0, F32, 64), i, xf, i < 6, "add"),
    ),
]  # fmt: skip

t23, t1, t21, t93 = (tensor(F32, *s) for s in [(2, 3), (1, 1, 3), (2, 1), (9, 3)])
length = variable("length", 1, 9)

MOVEMENT_ROWS: list[Row] = [
    (reshape(reshape(t23, (6,)), (3, 2)), reshape(t23.src[0], (3, 2))),
    (reshape(reshape(permute(t23, (1, 0)), (6,)), (3, 2)), permute(t23, (1, 0))),
    (expand(expand(t1, (4, 1, 3)), (4, 5, 3)), expand(t1, (4, 5, 3))),
    (permute(permute(t1, (2, 0, 1)), (1, 0, 2)), permute(t1, (0, 2, 1))),
    (permute(permute(t23, (1, 0)), (1, 0)), t23),
    (flip(flip(t23, (0,)), (0, 1)), flip(t23, (1,))),
    (flip(flip(t23, (0,)), (0,)), t23),
    (pad(pad(t23, ((1, 2), (0, 1))), ((0, 3), (2, 0))), pad(t23, ((1, 5), (2, 1)))),
    (
        shrink(shrink(t93, ((1, 8), (0, 3))), ((2, 5), (1, 3))),
        shrink(t93, ((3, 6), (1, 3))),
    ),
    (flip(t1, (0, 2)), flip(t1, (2,))),
    (flip(t1, (0, 1)), t1),
    (shear(t23, 0, 1, 0, 2), t23),
    (shear(t21, 0, 1, 3, 2), t21),
    (reshape(const(2.0, F32, (6,)), (2, 3)), const(2.0, F32, (2, 3))),
    (permute(const(2.0, F32, (3, 2)), (1, 0)), const(2.0, F32, (2, 3))),
    (expand(const(2.0, F32, (1, 3)), (2, 3)), const(2.0, F32, (2, 3))),
    (shrink(const(2.0, F32, (4, 3)), ((1, 3), (0, 3))), const(2.0, F32, (2, 3))),
    (flip(const(2.0, F32, (2, 3)), (0,)), const(2.0, F32, (2, 3))),
    (pad(const(0.0, F32, (1, 3)), ((1, 0), (0, 0))), const(0.0, F32, (2, 3))),
    (shear(const(0, I32, (2, 3)), 0, 1, 1, 5), const(0, I32, (5, 3))),
    (t23 + expand(reshape(const(-0.0, F32), (1, 1)), (2, 3)), t23),
    (cast(expand(const(1.0, F32, (1,)), (3,)), I32), const(1, I32, (3,))),
    (
        pad(pad(t23, ((length, 2), (0, 1))), ((3, 3), (2, 0))),
        pad(t23, ((simplify(length + 3), 5), (2, 1))),
    ),
    # reductions
    (reduce(tensor(F32, 2, 0), Op.ADD, (1,)), const(0.0, F32, (2,))),
    (reduce(tensor(F32, 2, 0), Op.MUL, (1,)), const(1.0, F32, (2,))),
    (reduce(tensor(F32, 2, 0), Op.MAX, (1,)), const(-INF, F32, (2,))),
    (reduce(tensor(U8, 0), Op.MAX, (0,)), const(0, U8)),
    (reduce(t1, Op.ADD, (0, 1)), reshape(t1.src[0], (3,))),
    (reduce(t1, Op.MAX, (0, 2)), reshape(reduce(t1, Op.MAX, (2,)), (1,))),
]

rows, columns, once = loop_range(4, 0), loop_range(5, 1), loop_range(1, 2)
value = load(param(0, F32, 64), rows * 5 + columns)
total = reduce_ranges(value, Op.ADD, [columns])
never = loop_range(0, 3)
out, scratch = param(1, F32, 64), local(0, F32, 64)

LOOP_ROWS: list[Row] = [
    (once + 3, index(3)),
    (reduce_ranges(xf, Op.ADD, [once]), xf),
    (reduce_ranges(value, Op.ADD, [columns, once]), total),
    (reduce_ranges(value, Op.MAX, [loop_range(n, 1), never]), real(-INF)),
    (reduce_ranges(value, Op.MUL, [never]), real(1.0)),
    (
        kernel("k", [once, rows, once], [store(out, rows, total)]),
        kernel("k", [rows], [store(out, rows, total)]),
    ),
    (
        kernel("k", [once, rows], [store(out, rows, total)]),
        kernel("k", [rows], [store(out, rows, total)]),
    ),
    (
        kernel("k", [rows, once], [store(out, rows, total)]),
        kernel("k", [rows], [store(out, rows, total)]),
    ),
    (
        barrier(store(scratch, rows, value), [rows, once]),
        barrier(store(scratch, rows, value), [rows]),
    ),
    (reduce_ranges(total, Op.ADD, [rows]), reduce_ranges(value, Op.ADD, [rows, columns])),
    (
        reduce_ranges(where(b, total, real(0.0)), Op.ADD, [rows]),
        reduce_ranges(where(b, value, real(0.0)), Op.ADD, [rows, columns]),
    ),
]

loaded = sorted((data(I64, number) for number in range(5)), key=order_key)

flags = tensor(BOOL, 2)

# What must stay as it is: the conditions under which a rule does not hold.
KEPT: list[Node] = [
    # -0.0, NaN and infinities
    xf + 0.0,
    xf - -0.0,
    xf * 0.0,
    xf - xf,
    alu(Op.NE, xf, xf),
    (xf + 1.0) + 2.0,
    (xf * 2.0) * 0.5,
    alu(Op.FDIV, xf, real(3.0)),
    alu(Op.FDIV, xf, real(0.0)),
    alu(Op.FDIV, xf, real(INF)),
    *(alu(Op.FDIV, data(t), real(2.0**e, t)) for t, e in JUST_OUTSIDE),
    alu(Op.FDIV, xf, xf),
    alu(Op.MAX, xf, real(0.0)),
    alu(Op.MAX, alu(Op.MAX, xf, yf), real(0.0)),
    alu(Op.FMA, xf, real(1.0), real(-0.0)),
    bitcast(const(0x7FC00001, I32), F32),  # the bits of a NaN
    bitcast(real(NAN), I32),
    bitcast(const(1, I64, (4,)), I32),
    # integers
    (x32 + y32) + 3,
    (x32 * 2) + 3,
    (x32 + 2) * 3,
    x32 // 2 // 2,
    x32 % 4 % 2,
    x32 // x32,
    x32 // -1,
    x32 * 8 // 8,
    (x32 + 1) < 5,
    alu(Op.MAX, x32, int32(-(2**31) + 1)),
    alu(Op.NE, x32, int32(0)),
    x32 & 1,
    x32 | 1,
    xu & 127,
    x32 & y32,
    x32 | y32,
    x32 ^ y32,
    x32 ^ 1,
    alu(Op.SHL, x32, int32(1)),
    alu(Op.SHL, int32(1), x32),
    alu(Op.SHR, int32(-1), x32),
    (x32 & 6) | 3,
    b & c,
    b | c,
    b | logical_not(c),
    b & logical_not(c),
    tensor(I64, 3) * 2 + tensor(I64, 3),
    iota(4) + iota(4),
    # choice
    where(b, xf, yf),
    where(b, TRUE, c),
    where(b, c, FALSE),
    where(b, where(c, xf, yf), real(1.0)),
    where(b, xf, where(c, yf, real(1.0))),
    where(b, where(c, xf, real(1.0)), yf),
    where(b, real(1.0), real(0.0)),
    # casts that lose something
    cast(cast(x32, F32), I32),
    cast(cast(x32, I8), I32),
    cast(cast(x32, U32), I64),
    cast(cast(data(U32), I32), I64),
    cast(cast(data(I8), U16), I32),
    cast(cast(xf, F16), F32),
    cast(cast(data(F16), BF16), F32),
    cast(cast(data(BF16), F16), F32),
    cast(cast(x32, F64), U8),  # saturates, where an integer would wrap around
    cast(cast(xf, I32), F32),
    cast(cast(xf, BOOL), F32),
    cast(cast(x64, F64), F32),
    cast(cast(data(I16), F16), F32),
    cast(cast(data(I16), BF16), F32),
    cast(cast(any_int, I8), I64),
    cast(cast(x32, U8), I16),
    alu(Op.NE, cast(b, I32), int32(1)),
    # detached
    detach(xf),
    # sums
    i + j * 8,
    sum(loaded[2:], loaded[1]) + loaded[0],
    i + k // 8 * 8 + k % 4,
    j + k // 8 * 16 + k % 8,
    j + k // 8 * 8 + (k + 1) % 8,
    n * in_n,
    # quotients
    any_int // 8,
    any_int % 8,
    (i + k * 4) // 8,
    (i + k * 4) % 8,
    (any_int + k * 3) // 4,
    (x64 + 8) // 8,  # might wrap around
    (x64 * 8) // 8,
    (x64 + 9) % 8,
    x64 // 2**62 // 4,
    k % 12 // 8,
    k % 12 % 8,
    (i + k % 12) % 8,
    any_int // (-(2**63)),
    x64 // n,
    i // (variable("w", 2**62, 2**63 - 1) * 2),  # the divisor may be negative
    i // variable("z", 0, 9),
    variable("z", 0, 9) * i // variable("z", 0, 9),
    in_n // m,
    (m * 2 + in_n) // n,
    (n * in_m + in_m) // n,
    (i + any_int * in_m) // any_int,
    (variable("huge", 0, 2**62) * n + in_n) // n,
    # comparisons
    i + k * 8 < 33,
    k * 8 + r3 < 18,
    in_n < m,
    i < j,
    alu(Op.LT, i, index(7)),
    x64 + 1 < 5,
    alu(Op.LT, x64 // 2**40, data(I64, 1)),
    logical_not(alu(Op.LT, x64 + 1, index(5))),
    logical_not(xf < yf),  # NaN
    logical_not(x32 < 3),
    alu(Op.NE, i, j),
    alu(Op.NE, x64 * 2, index(4)),
    alu(Op.NE, any_int, index(7)),
    alu(Op.MAX, any_int, i),
    alu(Op.MAX, i, index(1)),
    alu(Op.MAX, i, index(6)),
    alu(Op.MAX, x64, x64 + 1),
    # conditions
    (n < 5) & (m < 7),
    c & b,
    (any_int < 7) & alu(Op.LT, index(3), any_int),
    (x32 < 5) & (x32 < 7),
    # movement
    reshape(permute(t23, (1, 0)), (6,)),
    flip(t23, (0,)),
    shear(t23, 0, 1, 1, 2),
    shear(t23, 0, 1, 0, 1),
    shear(t21, 0, 1, 3, 3),
    pad(const(1.0, F32, (2,)), ((1, 0),)),
    pad(const(-0.0, F32, (2,)), ((1, 0),)),
    shear(const(1, I32, (2, 3)), 0, 1, 1, 5),
    reduce(t23, Op.ADD, (0,)),
    reduce(const(1.0, F32, (3,)), Op.ADD, (0,)),
    # loops
    total,
    loop_range(2, 0),
    kernel("k", [rows], [store(out, rows, total)]),
    reduce_ranges(total, Op.MAX, [rows]),
    reduce_ranges(total + 1.0, Op.ADD, [rows]),
    reduce_ranges(where(b, total, real(-0.0)), Op.ADD, [rows]),
    reduce_ranges(where(b, total, real(1.0)), Op.ADD, [rows]),
    reduce_ranges(where(b, total, real(0.0)), Op.MAX, [rows]),
    reduce_ranges(where(b, yf, real(0.0)), Op.ADD, [rows]),
    reduce(reduce(t23, Op.ADD, (0,)), Op.MAX, (0,)),
    # memory
    load(param(0, F32, 64), k % 6, i < 6),
    load(param(0, F32, 64), i, i < 6),
    load(param(0, F32, 64), load(param(1, I64, 64), i % 6), i < 6),
    load(tensor(F32, 9), tensor(I32, 2), tensor(BOOL, 2)),
    load(tensor(F32, 9), where(flags, tensor(I32, 2), tensor(I32, 2)), flags),
]

NORMAL_ROWS: list[Row] = [
    (alu(Op.FDIV, data(t), real(2.0**e, t)), data(t) * 2.0**-e) for t, e in JUST_INSIDE
]

ROWS = [*NORMAL_ROWS, *CONSTANT_ROWS, *ALGEBRA_ROWS, *INDEX_ROWS, *MOVEMENT_ROWS, *LOOP_ROWS]


@pytest.mark.parametrize(("before", "after"), ROWS)
def test_row(before: Node, after: Node) -> None:
    assert simplify(before) is after
    assert simplify(after) is after
    assert before.shape == after.shape
    assert before.dtype is after.dtype


@pytest.mark.parametrize("node", KEPT)
def test_kept(node: Node) -> None:
    assert simplify(node) is node


RULES = [*ALGEBRA, *INDEX, *CONDITIONS, *MOVEMENT, *LOOPS, *GIVEN]


@pytest.mark.parametrize("number", range(len(RULES)))
def test_each_rule_has_its_row(number: int) -> None:
    without = Rules(RULES[:number], RULES[number + 1 :])
    befores, afters = zip(*ROWS, strict=True)
    assert rewrite(befores, without) != list(afters)


# ---- random expressions -------------------------------------------------------------------------


@given(st.data())
def test_index_expressions_keep_their_value(draw: st.DataObject) -> None:
    atoms = draw.draw(leaves())
    before = draw.draw(st.one_of(expressions(atoms), sums(atoms), conditions(atoms)))
    after = simplify(before)
    assert simplify(after) is after
    for env in assignments([before]):
        assert evaluate(after, env) == evaluate(before, env)


@given(st.data())
def test_simplified_under_a_condition(draw: st.DataObject) -> None:
    atoms = draw.draw(leaves())
    before = draw.draw(st.one_of(expressions(atoms), sums(atoms)))
    condition = draw.draw(conditions(atoms))
    after = simplify_given(before, condition)
    for env in assignments([before, condition]):
        if evaluate(condition, env):
            assert evaluate(after, env) == evaluate(before, env)


SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, INF, -INF, NAN, 1e-40, 65504.0]
WHOLE = [0, 1, 2, 3, 7, 8, 31, 33, 63, 64, 127, 128, 255, -1, -2, -8, -128, 2**31 - 1, -(2**31)]


def values_of(dtype: DType) -> list[float] | list[int]:
    return SPECIAL if dtype.is_float else WHOLE


@st.composite
def arithmetic(draw: st.DrawFn, dtype: DType, depth: int) -> Node:
    """Any instructions on three tensors, one for each dtype they have on the way."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        if draw(st.booleans()):
            return const(draw(st.sampled_from(values_of(dtype))), dtype, (4,))
        return TENSORS[dtype][draw(st.integers(0, 1))]
    below = arithmetic(dtype, depth - 1)
    fitting = [
        op
        for op in sorted(ELEMENTWISE, key=lambda op: op.name)
        if (OPS[op].dtypes == "*" or dtype.kind in OPS[op].dtypes) and op is not Op.BITCAST
    ]
    op = draw(st.sampled_from(fitting))
    match op:
        case Op.CAST:
            return cast(draw(arithmetic(draw(st.sampled_from(ALL)), depth - 1)), dtype)
        case Op.WHERE:
            return where(draw(arithmetic(BOOL, depth - 1)), draw(below), draw(below))
        case Op.LT | Op.NE if dtype is BOOL:
            other = arithmetic(draw(st.sampled_from(ALL)), 0)
            compared = draw(other)
            return alu(op, compared, draw(arithmetic(compared.dtype, depth - 1)))
        case Op.LT | Op.NE:
            return cast(alu(op, draw(below), draw(below)), dtype)
    return alu(op, *(draw(below) for _ in range(OPS[op].arity[0])))


ALL = list(all_dtypes())
TENSORS = {dtype: (tensor(dtype, 4), tensor(dtype, 4)) for dtype in ALL}


def compute(node: Node, env: dict[Node, np.ndarray]) -> np.ndarray:
    done = dict(env)
    for x in toposort([node], stop=lambda x: x in env):
        if x.op is Op.CONST:
            done[x] = np.full(x.shape, x.arg, x.dtype.np)
        elif x not in done:
            done[x] = MEANING[x.op](x.dtype, *(done[s] for s in x.src))
    return done[node]


@settings(max_examples=300)
@given(st.data())
def test_arithmetic_keeps_every_bit(draw: st.DataObject) -> None:
    before = draw.draw(arithmetic(draw.draw(st.sampled_from(ALL)), 3))
    after = simplify(before)
    assert simplify(after) is after
    for _ in range(4):
        env = {
            leaf: np.array(
                [leaf.dtype.cast(draw.draw(st.sampled_from(values_of(dtype)))) for _ in range(4)],
                dtype.np,
            )
            for dtype in ALL
            for leaf in TENSORS[dtype]
            if leaf in toposort([before])
        }
        want, got = compute(before, env), compute(after, env)
        both_nan = (want != want) & (got != got)
        bits = np.dtype(f"u{want.itemsize}")
        assert ((want.view(bits) == got.view(bits)) | both_nan).all()


# ---- under a condition --------------------------------------------------------------------------

GIVEN_ROWS: list[tuple[Node, Node, Node]] = [
    ((i + r3 - 1) // 8, window, index(0)),
    ((i + r3 - 1) % 8, window, i + r3 + -1),
    (((i + r3 - 1) + j * 8) // 8, window, j),
    (((i + r3 - 1) + j * 8) % 8, window, i + r3 + -1),
    (any_int % 8, (any_int < 8) & (any_int >= 0), any_int),
    (any_int // 8, (any_int < 8) & (any_int >= 0), index(0)),
    (any_int // 8, (any_int < 16) & (any_int >= 8), index(1)),
    (any_int % 8, logical_not(alu(Op.NE, any_int, index(11))), index(3)),
    ((j - i) // 8, j - i >= 0, index(0)),
    ((i - j) // 8, i < j, index(-1)),
    (where(b, i, j), b, i),
    (where(b, i, j), b & c, i),
    (where(b, i, j), logical_not(b), j),
    (where(i < 3, i, j), i < 2, i),
    (where(i < 3, i, j), i >= 3, j),
    (where((i < 3) & b, i, j), (i < 3) & b & c, i),
    (alu(Op.MAX, any_int, index(0)), any_int >= 0, any_int),
    # nothing to be gained
    (any_int % 8, any_int < 8, any_int % 8),
    (any_int % 8, b, any_int % 8),
    (any_int + i, any_int < 8, any_int + i),
    (any_int // 8, (any_int < 8) & (any_int >= -8), any_int // 8),
    # what a LOAD reads is not touched
    (load(param(3, I64, 64), i % 4) % 4, i < 4, load(param(3, I64, 64), i % 4) % 4),
    (where(c, i, j), b, where(c, i, j)),
]


@pytest.mark.parametrize(("before", "condition", "after"), GIVEN_ROWS)
def test_given(before: Node, condition: Node, after: Node) -> None:
    assert simplify_given(before, condition) is after


def test_a_condition_that_contradicts_itself() -> None:
    assert simplify_given(any_int % 8, (any_int < 2) & (any_int >= 5)).dtype is dtypes.index


def test_a_condition_too_long_to_see_that_it_contradicts_itself() -> None:
    few, many = (
        functools.reduce(operator.and_, [data(BOOL, number) for number in numbers])
        for numbers in (range(7), range(7, 16))
    )
    below, above = (any_int < 2) & few, many & (any_int >= 5)
    assert simplify(below & above) is not FALSE
    assert simplify_given(any_int % 8, below & above) is any_int % 8


# ---- deep graphs --------------------------------------------------------------------------------


def chain(start: Node, step: Callable[[Node, int], Node], length: int = 20_000) -> Node:
    node = start
    for number in range(length):
        node = step(node, number)
    return node


SOURCES = [data(I64, number) for number in range(7)]

DEEP: list[tuple[Callable[[], Node], float]] = [
    (lambda: chain(xf, lambda x, at: x + data(F32, at % 7) if at % 2 else x * 1.5), 2),
    (lambda: chain(tensor(F32, 4), lambda x, at: x + float(at)), 2),
    (lambda: chain(tensor(I32, 4), lambda x, at: x + 1), 4),
    (lambda: chain(xf, lambda x, at: x + x, 1000), 1),
    (lambda: chain(i, lambda x, at: x + x, 1000), 1),
    (lambda: chain(i, lambda x, at: x + 1, 5000), 4),
    (lambda: chain(n, lambda x, at: x * x, 1000), 1),
    (lambda: chain(n, lambda x, at: x + loop_range(3, at), 2000), 4),
    (lambda: chain(x64, lambda x, at: (x // 3 + SOURCES[at % 7]) % 7, 2000), 8),
    (lambda: chain(x64, lambda x, at: x // 3, 2000), 4),
    (lambda: chain(b, lambda x, at: x & (loop_range(9, at) < at % 9), 2000), 4),
    (lambda: chain(xf, lambda x, at: where(data(BOOL, at % 7), x, yf), 2000), 4),
    (lambda: chain(t23, lambda x, at: reshape(permute(x, (1, 0)), (2, 3)), 2000), 2),
]


@pytest.mark.parametrize(("build", "limit_s"), DEEP)
def test_deep_graphs(build: Callable[[], Node], limit_s: float) -> None:
    node = build()
    start = time.process_time()
    after = simplify(node)
    assert time.process_time() - start < limit_s
    assert simplify(after) is after


def test_results_are_kept_and_freed() -> None:
    node = variable("kept", 0, 9) * 3 + i
    deep = chain(node, lambda x, at: x * 2 % 7, 3000)
    simplify(deep)
    start = time.process_time()
    for _ in range(100):
        simplify(deep + 1)
    assert time.process_time() - start < 0.5
    gone = [weakref.ref(node), weakref.ref(deep)]
    del node, deep
    gc.collect()
    assert [ref() for ref in gone] == [None, None]


def test_several_at_once() -> None:
    assert simplify_all([i + 0, j, i * 1]) == [i, j, i]
    assert simplify_all([]) == []


def test_dimensions_that_are_nodes_are_left_alone() -> None:
    size = length * 2 // 2
    node = expand(tensor(F32, 1), (size,))
    assert simplify(node) is node
