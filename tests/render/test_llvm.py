"""The LLVM renderer against the interpreter: structure, memory, lanes, and every instruction."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from smelt.dtype import DType, all_dtypes, dtypes
from smelt.ir.node import (
    Node,
    alu,
    barrier,
    bitcast,
    cast,
    const,
    kernel,
    load,
    local,
    loop_range,
    param,
    reduce_ranges,
    store,
    toposort,
    variable,
    where,
)
from smelt.ir.op import ELEMENTWISE, OPS, AxisKind, Op
from smelt.render.compile import compile_source, cpu_target, host_target
from smelt.render.llvm import kernel_variables, render
from smelt.util.errors import CompileError, FlagError, VerifyError
from tests.render.native import Native, expected, targets, undefined_symbols

GRID, LOOP, UNROLL, VECTOR = AxisKind.GRID, AxisKind.LOOP, AxisKind.UNROLL, AxisKind.VECTOR
TARGETS = targets()
F32, I32, I64 = dtypes.float32, dtypes.int32, dtypes.int64

Array = np.ndarray[Any, Any]
Case = tuple[Node, list[Array]]


def floats(n: int, dtype: DType = F32, seed: int = 0) -> Array:
    return np.random.default_rng(seed).standard_normal(n).astype(dtype.np)


def zeros(n: int, dtype: DType = F32) -> Array:
    return np.zeros(n, dtype.np)


def close(got: Array, want: Array, dtype: DType) -> None:
    """Equal for integers; floats may be summed in another order, products fused into sums."""
    if not dtype.is_float:
        np.testing.assert_array_equal(got, want)
        return
    scale = {"float16": 1e-2, "bfloat16": 1e-1, "float32": 2e-5, "float64": 1e-12}[dtype.name]
    np.testing.assert_allclose(
        got.astype(np.float64), want.astype(np.float64), rtol=scale, atol=scale
    )


# ---- kernels ------------------------------------------------------------------------------------


def elementwise(n: int, lanes: int, copies: int = 1, dtype: DType = F32) -> Case:
    """out = x * x + y, in vectors and copies, the last of them masked."""
    step = lanes * copies
    i = loop_range(-(-n // step), 0, GRID)
    u, v = loop_range(copies, 1, UNROLL), loop_range(lanes, 2, VECTOR)
    at = i * step + u * lanes + v
    inside = at < n if n % step else None
    x, y = (load(param(p, dtype, n), at, inside) for p in (1, 2))
    out = store(param(0, dtype, n), at, x * x + y, inside)
    return kernel("elementwise", [i, u, v], [out]), [
        zeros(n, dtype), floats(n, dtype), floats(n, dtype, 1),
    ]  # fmt: skip


def row_reduce(op: Op, dtype: DType, rows: int, n: int, kind: AxisKind, lanes: int) -> Case:
    """out[i] = reduction of x[i, :], the inner part of k of one or the other kind."""
    i, k, inner = loop_range(rows, 0, GRID), loop_range(n // lanes, 1), loop_range(lanes, 2, kind)
    x = load(param(1, dtype, rows * n), i * n + k * lanes + inner)
    out = store(param(0, dtype, rows), i, reduce_ranges(x, op, [k, inner]))
    if dtype.is_float:
        data = floats(rows * n, dtype)
    else:
        data = np.random.default_rng(0).integers(0, 2 if dtype.is_bool else 100, rows * n)
    return kernel("rows", [i], [out]), [zeros(rows, dtype), data.astype(dtype.np)]


def matmul(m: int, n: int, k: int, tile: tuple[int, int, int], dtype: DType = F32) -> Case:
    """c = relu(a @ b + bias) with a register tile of iu x (ju * jv)."""
    tall, wide, lanes = tile
    io, jo = loop_range(m // tall, 0, GRID), loop_range(n // (wide * lanes), 1)
    iu, ju, jv = (
        loop_range(tall, 2, UNROLL), loop_range(wide, 3, UNROLL), loop_range(lanes, 4, VECTOR),
    )  # fmt: skip
    kk = loop_range(k, 5)
    row, column = io * tall + iu, (jo * wide + ju) * lanes + jv
    a = load(param(1, dtype, m * k), row * k + kk)
    b = load(param(2, dtype, k * n), kk * n + column)
    total = reduce_ranges(a * b, Op.ADD, [kk]) + load(param(3, dtype, n), column)
    out = store(param(0, dtype, m * n), row * n + column, alu(Op.MAX, total, const(0, dtype)))
    return kernel("matmul", [io, jo, iu, ju, jv], [out]), [
        zeros(m * n, dtype), floats(m * k, dtype), floats(k * n, dtype, 1), floats(n, dtype, 2),
    ]  # fmt: skip


def packed_matmul() -> Case:
    """The panel of b that a tile uses is copied into LOCAL memory first."""
    m, n, k, lanes = 12, 32, 20, 8
    jo, io = loop_range(n // lanes, 0, GRID), loop_range(m // 4, 1)
    iu, jv, kk = loop_range(4, 2, UNROLL), loop_range(lanes, 3, VECTOR), loop_range(k, 4)
    kp, jp = loop_range(k, 5), loop_range(lanes, 6, VECTOR)
    fill = store(
        local(0, F32, k * lanes),
        kp * lanes + jp,
        load(param(2, F32, k * n), kp * n + jo * lanes + jp),
    )
    panel = barrier(fill, [kp, jp])
    row = io * 4 + iu
    product = load(param(1, F32, m * k), row * k + kk) * load(panel, kk * lanes + jv)
    out = store(
        param(0, F32, m * n), row * n + jo * lanes + jv, reduce_ranges(product, Op.ADD, [kk])
    )
    return kernel("packed", [jo, io, iu, jv], [out]), [
        zeros(m * n), floats(m * k), floats(k * n, seed=1),
    ]  # fmt: skip


def softmax(rows: int, n: int, lanes: int) -> Case:
    """Three passes over a row; exp2 of a difference from its maximum."""
    i = loop_range(rows, 0, GRID)
    x = param(1, F32, rows * n)

    def part(number: int) -> tuple[Node, Node, Node]:
        k, v = loop_range(n // lanes, number), loop_range(lanes, number + 1, VECTOR)
        return k, v, load(x, i * n + k * lanes + v)

    k1, v1, x1 = part(1)
    largest = reduce_ranges(x1, Op.MAX, [k1, v1])
    k2, v2, x2 = part(3)
    total = reduce_ranges(alu(Op.EXP2, x2 - largest), Op.ADD, [k2, v2])
    k3, v3, x3 = part(5)
    value = alu(Op.FDIV, alu(Op.EXP2, x3 - largest), total)
    out = store(param(0, F32, rows * n), i * n + k3 * lanes + v3, value)
    return kernel("softmax", [i, k3, v3], [out]), [zeros(rows * n), floats(rows * n)]


def two_sums() -> Case:
    """Mean and mean of squares, which one pass can compute, and a sum that needs the mean."""
    rows, n = 5, 24
    i = loop_range(rows, 0, GRID)

    def part(number: int) -> tuple[list[Node], Node]:
        k, v = loop_range(n // 8, number), loop_range(8, number + 1, VECTOR)
        return [k, v], load(param(1, F32, rows * n), i * n + k * 8 + v)

    (r1, x1), (r2, x2), (r3, x3) = part(1), part(3), part(5)
    mean = reduce_ranges(x1, Op.ADD, r1) * (1 / n)
    squares = reduce_ranges(x2 * x2, Op.ADD, r2) * (1 / n)
    centred = reduce_ranges((x3 - mean) * (x3 - mean), Op.ADD, r3)
    stores = [
        store(param(0, F32, rows), i, squares - mean * mean),
        store(param(2, F32, rows), i, centred),
    ]
    return kernel("two_sums", [i], stores), [zeros(rows), floats(rows * n), zeros(rows)]


def reversed_rows(lanes: int) -> Case:
    """Loads and stores that run backwards, one of them masked."""
    n = 40
    i, v = loop_range(-(-n // lanes), 0, GRID), loop_range(lanes, 1, VECTOR)
    at = i * lanes + v
    inside = at < n
    back = const(n - 1, I64) - at
    x = load(param(1, F32, n), back, inside)
    y = load(param(2, F32, n + lanes), const(n + lanes - 1, I64) - at)
    stores = [
        store(param(0, F32, n), at, x + y, inside),
        store(param(3, F32, n), back, x, inside),
    ]
    return kernel("backwards", [i, v], stores), [
        zeros(n), floats(n), floats(n + lanes, seed=1), zeros(n),
    ]  # fmt: skip


def strided() -> Case:
    """Transposition: lanes that are a row apart when loaded, and two apart when stored."""
    rows, columns = 8, 6
    j, v = loop_range(columns, 0, GRID), loop_range(rows, 1, VECTOR)
    x = load(param(1, F32, rows * columns), v * columns + j)
    out = store(param(0, F32, 2 * rows * columns), (j * rows + v) * 2, x)
    return kernel("strided", [j, v], [out]), [
        zeros(2 * rows * columns), floats(rows * columns),
    ]  # fmt: skip


def convolution(lanes: int) -> Case:
    """A padded window: masks at both ends, some of them the same for all lanes."""
    n, taps = 37, 5
    i, v = loop_range(-(-n // lanes), 0, GRID), loop_range(lanes, 1, VECTOR)
    k = loop_range(taps, 2)
    at = i * lanes + v
    source = at + k - 2
    valid = (source >= 0) & (source < n) & (at < n)
    x = load(param(1, F32, n), source, valid)
    total = reduce_ranges(x * load(param(2, F32, taps), k), Op.ADD, [k])
    out = store(param(0, F32, n), at, total, at < n)
    return kernel("convolution", [i, v], [out]), [zeros(n), floats(n), floats(taps, seed=1)]


def window_2d(lanes: int) -> Case:
    """Lanes that run over the end of a row: their index divides by its length."""
    h, w = 7, 9
    n = h * w
    i, v = loop_range(-(-n // lanes), 0, GRID), loop_range(lanes, 1, VECTOR)
    ky, kx = loop_range(3, 2), loop_range(3, 3, UNROLL)
    at = i * lanes + v
    y, x = at // w + ky - 1, at % w + kx - 1
    valid = (y >= 0) & (y < h) & (x >= 0) & (x < w) & (at < n)
    value = load(param(1, F32, n), y * w + x, valid)
    weight = load(param(2, F32, 9), ky * 3 + kx)
    out = store(param(0, F32, n), at, reduce_ranges(value * weight, Op.ADD, [ky, kx]), at < n)
    return kernel("window", [i, v], [out]), [zeros(n), floats(n), floats(9, seed=1)]


def embedding(lanes: int, index_dtype: DType = I32) -> Case:
    """Rows of a table by number."""
    count, rows, width = 6, 11, 16
    i, j, v = loop_range(count, 0, GRID), loop_range(width // lanes, 1), loop_range(lanes, 2, VECTOR)
    number = load(param(2, index_dtype, count), i)
    table = param(1, F32, rows * width)
    x = load(table, cast(number, I64) * width + j * lanes + v)
    out = store(param(0, F32, count * width), i * width + j * lanes + v, x)
    numbers = np.array([3, 0, 10, 3, 7, 1]).astype(index_dtype.np)
    return kernel("embedding", [i, j, v], [out]), [
        zeros(count * width), floats(rows * width), numbers,
    ]  # fmt: skip


def gather(lanes: int, index_dtype: DType = I32) -> Case:
    """Single elements by number, a number in each lane."""
    n, size = 40, 23
    i, v = loop_range(n // lanes, 0, GRID), loop_range(lanes, 1, VECTOR)
    number = load(param(2, index_dtype, n), i * lanes + v)
    out = store(param(0, F32, n), i * lanes + v, load(param(1, F32, size), number))
    numbers = np.random.default_rng(0).integers(0, size, n).astype(index_dtype.np)
    return kernel("gather", [i, v], [out]), [zeros(n), floats(size), numbers]


def scatter(mode: str, lanes: int, masked: bool, dtype: DType = F32) -> Case:
    """Elements stored where numbers say, several of them in the same place."""
    n, size = 40, 7
    i, v = loop_range(n // lanes, 0), loop_range(lanes, 1, VECTOR)
    at = i * lanes + v
    number = load(param(2, I64, n), at)
    valid = load(param(3, dtypes.bool, n), at) if masked else None
    value = load(param(1, dtype, n), at)
    out = store(param(0, dtype, size), number, value, valid, mode)
    rng = np.random.default_rng(0)
    return kernel("scatter", [i, v], [out]), [
        zeros(size, dtype), floats(n, dtype) if dtype.is_float else rng.integers(0, 9, n).astype(dtype.np),
        rng.integers(0, size, n), rng.integers(0, 2, n).astype(bool),
    ][: 4 if masked else 3]  # fmt: skip


def one_place(mode: str) -> Case:
    """All lanes and copies store into the same element: in order."""
    v, u = loop_range(8, 0, VECTOR), loop_range(3, 1, UNROLL)
    value = load(param(1, I32, 24), u * 8 + v)
    out = store(param(0, I32, 1), const(0, I64), value, None, mode)
    return kernel("one_place", [u, v], [out]), [zeros(1, I32), np.arange(24, dtype=np.int32)]


def scalar_conditions() -> Case:
    """Conditions that hold for all lanes at once, in memory smaller than a vector too."""
    n = 6
    i, v = loop_range(n, 0, GRID), loop_range(8, 1, VECTOR)
    some = (i % 2) < 1
    small = load(param(1, F32, 5), v, some & (v < 5))
    large = load(param(2, F32, n * 8), i * 8 + v, some)
    never = load(param(2, F32, n * 8), i * 8 + v + 1000, i < 0)
    one = load(param(1, F32, 5), i, i < 5)
    out = store(param(0, F32, n * 8), i * 8 + v, small + large + never + one, i < 4)
    return kernel("conditions", [i, v], [out]), [zeros(n * 8), floats(5), floats(n * 8, seed=1)]


def lone_scalar_mask() -> Case:
    """A vector from memory that is shorter than it, under one condition for all lanes."""
    i, v = loop_range(3, 0, GRID), loop_range(4, 1, VECTOR)
    x = load(param(1, F32, 3), i * 4 + v, i < 0)
    out = store(param(0, F32, 12), i * 4 + v, x + 1.0)
    return kernel("short", [i, v], [out]), [zeros(12), floats(3)]


def repeated_masked() -> Case:
    """One element for all lanes, each with a condition of its own."""
    i, v = loop_range(4, 0, GRID), loop_range(8, 1, VECTOR)
    x = load(param(1, F32, 4), i, (v + i) < 8)
    return kernel("repeated", [i, v], [store(param(0, F32, 32), i * 8 + v, x)]), [
        zeros(32), floats(4),
    ]  # fmt: skip


def tile_sum() -> Case:
    """A REDUCE with LOOP, UNROLL and VECTOR ranges of its own inside copies of the code."""
    i, iu = loop_range(3, 0, GRID), loop_range(2, 1, UNROLL)
    k, ku, kv = loop_range(5, 2), loop_range(3, 3, UNROLL), loop_range(6, 4, VECTOR)
    x = load(param(1, F32, 6 * 90), (i * 2 + iu) * 90 + k * 18 + ku * 6 + kv)
    out = store(param(0, F32, 6), i * 2 + iu, reduce_ranges(x, Op.ADD, [k, ku, kv]))
    return kernel("tile_sum", [i, iu], [out]), [zeros(6), floats(6 * 90)]


def unrolled_only() -> Case:
    """A REDUCE without loops."""
    i, k = loop_range(4, 0, GRID), loop_range(7, 1, UNROLL)
    v = loop_range(3, 2, VECTOR)
    x = load(param(1, F32, 84), i * 21 + k * 3 + v)
    out = store(param(0, F32, 4), i, reduce_ranges(x, Op.MUL, [k, v]))
    return kernel("unrolled", [i], [out]), [zeros(4), floats(84)]


def nested_reduce() -> Case:
    """A maximum of sums, and a sum that has nothing to do with the loop it is needed in."""
    i, j, k, m = loop_range(4, 0, GRID), loop_range(5, 1), loop_range(6, 2), loop_range(7, 3)
    x = load(param(1, F32, 120), i * 30 + j * 6 + k)
    bias = reduce_ranges(load(param(2, F32, 28), i * 7 + m), Op.ADD, [m])
    sums = reduce_ranges(x + bias, Op.ADD, [k])
    out = store(param(0, F32, 4), i, reduce_ranges(sums, Op.MAX, [j]))
    return kernel("nested", [i], [out]), [zeros(4), floats(120), floats(28, seed=1)]


def counted() -> Case:
    """Ranges that the value does not depend on still count."""
    i, k = loop_range(4, 0, GRID), loop_range(5, 1)
    u, v = loop_range(3, 2, UNROLL), loop_range(4, 3, VECTOR)
    x = load(param(1, I32, 4), i)
    out = store(param(0, I32, 4), i, reduce_ranges(x, Op.ADD, [k, u, v]))
    return kernel("counted", [i], [out]), [zeros(4, I32), np.arange(4, dtype=np.int32)]


def grid_3d() -> Case:
    i, j, k = loop_range(3, 0, GRID), loop_range(5, 1, GRID), loop_range(7, 2, GRID)
    at = (i * 5 + j) * 7 + k
    value = i * 10000 + j * 100 + k
    return kernel("grid", [i, j, k], [store(param(0, I64, 105), at, value)]), [zeros(105, I64)]


def several_nests() -> Case:
    """Stores at different depths, and in loops that only some of them are in."""
    g, i, j = loop_range(2, 0, GRID), loop_range(3, 1), loop_range(4, 2)
    stores = [
        store(param(0, I64, 6), g * 3 + i, i + 1),
        store(param(1, I64, 24), (g * 3 + i) * 4 + j, i * 10 + j),
        store(param(2, I64, 8), g * 4 + j, j * 3),
        store(param(3, I64, 2), g, g + 7),
    ]
    return kernel("nests", [g, i, j], stores), [zeros(n, I64) for n in (6, 24, 8, 2)]


def lane_arithmetic() -> Case:
    """Integers that differ between lanes and copies, in 32 and in 64 bits."""
    i = loop_range(5, 0, GRID)
    u, v = loop_range(3, 1, UNROLL), loop_range(8, 2, VECTOR)
    at = (i * 3 + u) * 8 + v
    small = (at // 7) * 5 + at % 11 - (at - 50) // 6 + (at - 60) % 9
    large = at * (1 << 40) // 12345 + (at - 3) % (1 << 35)
    mixed = where(at % 3 < 1, small, large) + cast(cast(at, dtypes.int8), I64)
    stores = [
        store(param(0, I64, 120), at, small),
        store(param(1, I64, 120), at, mixed),
        store(param(2, F32, 120), at, cast(at // (u + 1), F32)),
    ]
    return kernel("lanes", [i, u, v], stores), [zeros(120, I64), zeros(120, I64), zeros(120)]


def varied_copies() -> Case:
    """Addresses that differ between copies by more than a constant."""
    i, u = loop_range(6, 0, GRID), loop_range(4, 1, UNROLL)
    at = i * 4 + u
    x = load(param(1, F32, 100), (at // 3) * 7 + at % 3 + 1)
    return kernel("varied", [i, u], [store(param(0, F32, 24), at, x)]), [zeros(24), floats(100)]


def staged_copies() -> Case:
    """LOCAL memory that each copy of the code fills differently."""
    i, u, k = loop_range(3, 0, GRID), loop_range(2, 1, UNROLL), loop_range(10, 2)
    w = loop_range(10, 3)
    x = load(param(1, F32, 60), (i * 2 + u) * 10 + w)
    staged = barrier(store(local(0, F32, 10), w, x * x, w < 9), [w])
    first = barrier(store(local(1, F32, 10), loop_range(10, 4), const(0.5, F32)), [loop_range(10, 4)])
    value = load(staged, const(8, I64) - k, k < 9) * load(first, k)
    out = store(param(0, F32, 6), i * 2 + u, reduce_ranges(value, Op.ADD, [k]))
    return kernel("staged", [i, u], [out]), [zeros(6), floats(60)]


def half_matmul(dtype: DType) -> Case:
    """Products and sums of half floats in float32."""
    i, j, k = loop_range(6, 0, GRID), loop_range(8, 1, VECTOR), loop_range(32, 2)
    a = cast(load(param(1, dtype, 192), i * 32 + k), F32)
    b = cast(load(param(2, dtype, 256), k * 8 + j), F32)
    total = cast(reduce_ranges(a * b, Op.ADD, [k]), dtype)
    return kernel("half", [i, j], [store(param(0, dtype, 48), i * 8 + j, total)]), [
        zeros(48, dtype), floats(192, dtype), floats(256, dtype, 1),
    ]  # fmt: skip


def argmax_load() -> Case:
    """An index that is computed from data, but that the bounds prove to be inside."""
    i, k = loop_range(4, 0, GRID), loop_range(9, 1)
    x = load(param(1, F32, 36), i * 9 + k)
    larger = cast(x > 0.0, I64)
    count = reduce_ranges(larger, Op.ADD, [k])
    clamped = where(count < 9, where(count > 0, count, const(0, I64)), const(8, I64))
    return kernel("argmax", [i], [store(param(0, F32, 4), i, load(param(1, F32, 36), clamped))]), [
        zeros(4), floats(36),
    ]  # fmt: skip


def empty_things() -> Case:
    """Memory, loops and grids without elements."""
    i, k = loop_range(3, 0, GRID), loop_range(0, 1)
    nothing = load(param(1, F32, 0), k)
    stores = [
        store(param(0, F32, 3), i, reduce_ranges(nothing, Op.MAX, [k])),
        store(param(2, F32, 3), i, reduce_ranges(nothing, Op.ADD, [k, loop_range(2, 2, UNROLL)])),
        store(param(3, F32, 3), i + k, const(1.0, F32)),
    ]
    return kernel("empty", [i, k], stores), [floats(3), zeros(0), floats(3), floats(3)]


CASES: dict[str, Callable[[], Case]] = {
    "elementwise": lambda: elementwise(64, 16),
    "elementwise tail": lambda: elementwise(77, 16),
    "elementwise copies": lambda: elementwise(133, 8, 3),
    "elementwise odd lanes": lambda: elementwise(100, 6, 2),
    "elementwise one": lambda: elementwise(1, 16),
    "elementwise scalar": lambda: elementwise(13, 1),
    **{
        f"tail {d.name}": lambda d=d: elementwise(45, 8, 2, d)
        for d in all_dtypes() if not d.is_bool
    },
    **{
        f"{op.name} rows {d.name} {kind.name}": lambda op=op, d=d, kind=kind: row_reduce(
            op, d, 3, 40, kind, 8
        )
        for op in (Op.ADD, Op.MAX)
        for d in all_dtypes()
        for kind in (UNROLL, VECTOR)
    },
    "product of a row": lambda: row_reduce(Op.MUL, dtypes.float64, 3, 40, VECTOR, 4),
    "sum of 7 lanes": lambda: row_reduce(Op.ADD, F32, 3, 42, VECTOR, 7),
    "matmul": lambda: matmul(12, 64, 33, (4, 2, 16)),
    "matmul 64 bit": lambda: matmul(12, 32, 33, (6, 2, 8), dtypes.float64),
    "matmul of integers": lambda: matmul(6, 16, 9, (3, 1, 8), F32),
    "matmul of half floats": lambda: matmul(6, 16, 9, (3, 1, 8), dtypes.float16),
    "packed matmul": packed_matmul,
    "softmax": lambda: softmax(4, 48, 16),
    "two sums": two_sums,
    "backwards": lambda: reversed_rows(16),
    "backwards 5": lambda: reversed_rows(5),
    "strided": strided,
    "convolution": lambda: convolution(16),
    "convolution 4": lambda: convolution(4),
    "window": lambda: window_2d(8),
    "embedding": lambda: embedding(16),
    "embedding int64": lambda: embedding(4, I64),
    "embedding uint8": lambda: embedding(4, dtypes.uint8),
    "gather": lambda: gather(8),
    "gather int64": lambda: gather(8, I64),
    "gather int8": lambda: gather(4, dtypes.int8),
    "gather uint64": lambda: gather(4, dtypes.uint64),
    "gather scalar": lambda: gather(1),
    **{
        f"scatter {mode} {lanes} {masked}": lambda mode=mode, lanes=lanes, masked=masked: scatter(
            mode, lanes, masked
        )
        for mode in ("set", "add") for lanes in (1, 8) for masked in (False, True)
    },
    "scatter bfloat16": lambda: scatter("set", 8, True, dtypes.bfloat16),
    "scatter float16": lambda: scatter("add", 8, True, dtypes.float16),
    "scatter int8": lambda: scatter("add", 8, False, dtypes.int8),
    "one place set": lambda: one_place("set"),
    "one place add": lambda: one_place("add"),
    "scalar conditions": scalar_conditions,
    "short memory": lone_scalar_mask,
    "repeated": repeated_masked,
    "tile sum": tile_sum,
    "unrolled reduction": unrolled_only,
    "nested reductions": nested_reduce,
    "counted": counted,
    "grid": grid_3d,
    "several nests": several_nests,
    "lane arithmetic": lane_arithmetic,
    "varied copies": varied_copies,
    "staged copies": staged_copies,
    "half matmul": lambda: half_matmul(dtypes.float16),
    "bfloat matmul": lambda: half_matmul(dtypes.bfloat16),
    "argmax": argmax_load,
    "empty": empty_things,
}  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("case", CASES)
def test_kernel(case: str, target: str) -> None:
    built, args = CASES[case]()
    want = expected(built, args)
    native = Native(built, TARGETS[target])
    assert undefined_symbols(native.binary) == []
    results = []
    for threads in (1, 2, 3, 7):
        copies = [a.copy() for a in args]
        assert native(copies, threads=threads) == [0, 0, 0]
        results.append(copies)
    params = {n.arg: n.dtype for n in toposort([built]) if n.op is Op.PARAM}
    for number, reference in enumerate(want):
        close(results[0][number], reference, params[number])
        for other in results[1:]:
            assert other[number].tobytes() == results[0][number].tobytes()


# ---- every instruction --------------------------------------------------------------------------

SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 1.5, -2.5, 0.1, 3.0, 127.5, 255.6, -129.0, 65504.0, 65519.0, 65520.0,
    1e-3, 2.0**31, 2.0**63, -(2.0**63), 2.0**64, 1e30, np.inf, -np.inf, np.nan, 1e-7, 6.1e-5,
]  # fmt: skip


def specials(dtype: DType) -> Array:
    """Values at which an instruction is most likely to be wrong."""
    rng = np.random.default_rng(1)
    if dtype.is_bool:
        return np.array([False, True])
    if dtype.is_float:
        info = ml_dtypes.finfo(dtype.np)
        edges = [float(e) for e in (info.max, info.tiny, info.smallest_subnormal)]
        values = [*SPECIAL, *edges, *(-3 * e for e in edges), *(rng.standard_normal(9) * 1e4)]
        with np.errstate(all="ignore"):
            return np.array(values, np.float64).astype(dtype.np)
    low, high = int(dtype.min), int(dtype.max)
    values = [0, 1, -1, 2, 3, -3, 7, low, high, low + 1, high - 1, 1 << dtype.bits // 2]
    values += [dtype.bits, dtype.bits - 1, -dtype.bits, *map(int, rng.integers(-1000, 1000, 6))]
    values += map(int, rng.integers(-(1 << 62), 1 << 62, 6))
    return np.array([dtype.cast(v) for v in values], dtype.np)


def operands(dtype: DType, op: Op) -> list[Array]:
    """All pairs of special values (and a third, rolled), or just the values."""
    values, count = specials(dtype), OPS[op].arity[0]
    if count == 1:
        return [values]
    first, second = np.array(list(itertools.product(range(len(values)), repeat=2))).T
    arrays = [values[first], values[second], np.roll(values[second], 7)][:count]
    if op is Op.WHERE:
        arrays[0] = np.arange(len(first)) % 3 == 0
    return arrays


def all_in_one(made: list[tuple[Callable[..., Node], list[Array], DType]], lanes: int) -> Case:
    """A kernel with one STORE a row: function of the operands, the operands, dtype of the result."""
    n = max(len(arrays[0]) for _, arrays, _ in made)
    i, v = loop_range(-(-n // lanes), 0, GRID), loop_range(lanes, 1, VECTOR)
    args: list[Array] = []
    stores = []
    for function, arrays, dtype in made:
        size = len(arrays[0])
        at, inside = i * lanes + v, (i * lanes + v) < size
        sources = []
        for array in arrays:
            name = array.dtype.name
            source = param(len(args), getattr(dtypes, name), size)
            sources.append(load(source, at, inside))
            args.append(array)
        out = param(len(args), dtype, size)
        stores.append(store(out, at, function(*sources), inside))
        args.append(zeros(size, dtype))
    return kernel("all_in_one", [i, v], stores), args


def instruction_rows(dtype: DType) -> list[tuple[Callable[..., Node], list[Array], DType]]:
    """Every instruction that takes `dtype`, with special operands."""
    rows: list[tuple[Callable[..., Node], list[Array], DType]] = []
    apart = (Op.CAST, Op.BITCAST, Op.EXP2, Op.LOG2, Op.SIN, Op.FMA)  # below, or with a tolerance
    for op in sorted(ELEMENTWISE, key=lambda op: op.name):
        if op not in apart and (OPS[op].dtypes == "*" or dtype.kind in OPS[op].dtypes):
            result = dtypes.bool if OPS[op].result == "bool" else dtype
            rows.append((lambda *x, op=op: alu(op, *x), operands(dtype, op), result))
    for other in all_dtypes():
        values = [specials(dtype)]
        rows.append((lambda x, other=other: cast(x, other), values, other))
        if other.bits == dtype.bits and not other.is_bool and not dtype.is_bool:
            rows.append((lambda x, other=other: bitcast(x, other), values, other))
    return rows


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", list(all_dtypes()), ids=lambda d: d.name)
@pytest.mark.parametrize("vectors", [False, True], ids=["scalar", "vector"])
def test_instructions_are_exact(dtype: DType, vectors: bool, target: str) -> None:
    lanes = max(4, TARGETS[target].lanes(dtype)) if vectors else 1
    built, args = all_in_one(instruction_rows(dtype), lanes)
    want = expected(built, args)
    native = Native(built, TARGETS[target])
    assert undefined_symbols(native.binary) == []
    native(args)
    for got, reference in zip(args, want, strict=True):
        wide = [a.astype(np.float64) if a.dtype.kind not in "biu" else a for a in (got, reference)]
        np.testing.assert_array_equal(*wide)
        if got.dtype.kind not in "biu":
            numbers = ~np.isnan(wide[0])
            np.testing.assert_array_equal(np.signbit(wide[0])[numbers], np.signbit(wide[1])[numbers])


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", [d for d in all_dtypes() if d.is_float], ids=lambda d: d.name)
def test_functions_and_fma(dtype: DType, target: str) -> None:
    rng = np.random.default_rng(0)
    x, y, z = (rng.uniform(0.1, 9, 64).astype(dtype.np) for _ in range(3))
    rows = [
        (lambda *s, op=op: alu(op, *s), [x, y, z][: OPS[op].arity[0]], dtype)
        for op in (Op.EXP2, Op.LOG2, Op.SIN, Op.FMA)
    ]
    built, args = all_in_one(rows, 8)
    want = expected(built, args)
    native = Native(built, TARGETS[target])
    assert undefined_symbols(native.binary) == []
    native(args)
    for got, reference in zip(args, want, strict=True):
        np.testing.assert_allclose(
            got.astype(np.float64), reference.astype(np.float64), rtol=4 * ml_dtypes.finfo(dtype.np).eps
        )


@pytest.mark.parametrize("name", ["sapphirerapids", "znver4", "x86-64-v4", "x86-64-v3", "x86-64-v2"])
@pytest.mark.parametrize("dtype", [dtypes.float16, dtypes.bfloat16, F32, I64], ids=lambda d: d.name)
def test_no_library_is_called(dtype: DType, name: str) -> None:
    target = cpu_target(name)
    built, _ = all_in_one(instruction_rows(dtype), target.lanes(dtype))
    assert undefined_symbols(compile_source(render(built, target), target)) == []


@pytest.mark.parametrize("target", TARGETS)
def test_every_half_float_survives(target: str) -> None:
    bits = np.arange(1 << 16, dtype=np.uint16)
    for dtype in (dtypes.float16, dtypes.bfloat16):
        values = bits.view(dtype.np)
        rows = [
            (lambda x: cast(x, F32), [values], F32),
            (lambda x: cast(cast(x, F32), x.dtype), [values], dtype),
            (lambda x: x * const(1.0, x.dtype), [values], dtype),
        ]
        built, args = all_in_one(rows, 8)
        Native(built, TARGETS[target])(args)
        for got in args[1::2]:
            np.testing.assert_array_equal(got.astype(np.float32), values.astype(np.float32))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", [dtypes.float16, dtypes.bfloat16], ids=lambda d: d.name)
def test_rounding_to_half_floats(dtype: DType, target: str) -> None:
    """Random bits, and numbers next to the middle of two neighbours, from float32 and float64."""
    rng = np.random.default_rng(0)
    random = rng.integers(0, 1 << 32, 20000, np.uint32).view(np.float32)
    bits = np.arange(0, (1 << 16) - 1, 7, dtype=np.uint16)
    with np.errstate(all="ignore"):
        low, high = (b.view(dtype.np).astype(np.float64) for b in (bits, bits + np.uint16(1)))
        middle = (low + high) / 2
        doubles = np.concatenate([middle, np.nextafter(middle, 0), np.nextafter(middle, np.inf)])
        singles = np.concatenate([random, doubles.astype(np.float32)])
        rows = [
            (lambda x: cast(x, dtype), [singles], dtype),
            (lambda x: cast(x, dtype), [doubles], dtype),
        ]
        built, args = all_in_one(rows, 8)
        Native(built, TARGETS[target])(args)
        np.testing.assert_array_equal(
            args[1].astype(np.float32), singles.astype(dtype.np).astype(np.float32)
        )
        for x, got in zip(doubles, args[3].astype(np.float64), strict=True):
            if np.isfinite(x) and np.isfinite(got):
                near = [float(n) for n in _neighbours(dtype, got)]
                assert abs(got - x) <= min(abs(n - x) for n in near), (x, got)


def _neighbours(dtype: DType, value: float) -> Array:
    bits = np.array([value]).astype(dtype.np).view(np.int16).astype(np.int64)
    both = np.array([bits[0] - 1, bits[0] + 1]).astype(np.int16).view(dtype.np)
    return both[np.isfinite(both.astype(np.float64))]


# ---- Variables and the status slot ----------------------------------------------------------------


def symbolic() -> Node:
    """out[i, j] = sum of x[i, :n] + j for i < n, j < m + n, with Variables n and m."""
    n, m = variable("n", 0, 9), variable("m", 1, 5)
    i, j = loop_range(n, 0, GRID), loop_range(n + m, 1, GRID)
    k = loop_range(n, 2)
    x = load(param(1, F32, 81), i * 9 + k)
    total = reduce_ranges(x, Op.ADD, [k]) + cast(j, F32)
    return kernel("symbolic", [i, j], [store(param(0, F32, 126), i * (n + m) + j, total)])


@pytest.mark.parametrize("n", [0, 1, 4, 9])
@pytest.mark.parametrize("m", [1, 5])
def test_variables(n: int, m: int) -> None:
    built, args = symbolic(), [zeros(126), floats(81)]
    assert kernel_variables(built) == ("m", "n")
    values = {"n": n, "m": m}
    want = expected(built, args, values)
    native = Native(built, host_target())
    for threads in (1, 3):
        got = [a.copy() for a in args]
        assert native(got, values, threads) == [0, 0, 0]
        close(got[0], want[0], F32)


@pytest.mark.parametrize("n", [0, 1, 8])
def test_what_does_not_depend_on_an_empty_loop(n: int) -> None:
    """x[n - 1] must not be read when the loop that needs it has no iterations."""
    count = variable("n", 0, 8)
    i, k, w = loop_range(1, 0, GRID), loop_range(count, 1), loop_range(3, 2)
    last = load(param(1, I64, 8), count - 1)
    chosen = load(param(2, F32, 4), last)
    rows = reduce_ranges(load(param(2, F32, 4), last + w - w), Op.ADD, [w])
    out = store(param(0, F32, 1), i, reduce_ranges(chosen + rows, Op.ADD, [k]))
    built = kernel("empty_loop", [i], [out])
    args = [zeros(1), np.arange(8, dtype=np.int64) % 4, floats(4)]
    native = Native(built, host_target())
    want = args[2][n - 1 & 3] * 4 * n  # the interpreter would read x[-1]
    assert native(args, {"n": n}) == [0, 0, 0]
    np.testing.assert_allclose(args[0], want, rtol=1e-6)


STATUS: dict[str, tuple[Callable[[], Case], list[int]]] = {
    "scalar": (lambda: _with(gather(1), 2, 17, 23), [1, 23, 23]),
    "lane": (lambda: _with(gather(8), 2, 17, 30), [1, 30, 23]),
    "negative lane": (lambda: _with(gather(8), 2, 39, -1), [1, -1, 23]),
    "unsigned": (lambda: _with(gather(4, dtypes.uint64), 2, 5, 1 << 63), [1, -(1 << 63), 23]),
    "row": (lambda: _with(embedding(16), 2, 2, 11), [1, 11, 11]),
    "row of scalars": (lambda: _with(embedding(1), 2, 2, -4), [1, -4, 11]),
    "store": (lambda: _with(scatter("set", 8, False), 2, 9, 7), [1, 7, 7]),
    "masked store": (lambda: _with(_with(scatter("add", 8, True), 2, 9, -7), 3, 9, True), [1, -7, 7]),
    "not valid": (lambda: _with(_with(scatter("add", 8, True), 2, 9, 99), 3, 9, False), [0, 0, 0]),
}


def _with(case: Case, arg: int, at: int, value: Any) -> Case:
    case[1][arg][at] = value
    return case


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", STATUS)
def test_an_index_outside_is_reported(name: str, target: str) -> None:
    make, status = STATUS[name]
    built, args = make()
    before = [a.copy() for a in args]
    assert Native(built, TARGETS[target])(args) == status
    if status[0] and args[0].size == 40:  # a gather: what is outside gives 0
        outside = (before[2].astype(np.int64) < 0) | (before[2].astype(np.int64) >= 23)
        inside = np.where(outside, 0, before[2]).astype(np.int64)
        np.testing.assert_array_equal(args[0], np.where(outside, 0, before[1][inside]))


def test_in_place() -> None:
    """An output may lie over an input that is read at the same index."""
    built, args = elementwise(77, 16)
    native = Native(built, host_target())
    want = expected(built, args)[0]
    shared = args[1].copy()
    i, v = loop_range(5, 0, GRID), loop_range(16, 1, VECTOR)
    at, inside = i * 16 + v, i * 16 + v < 77
    x, y = load(param(0, F32, 77), at, inside), load(param(1, F32, 77), at, inside)
    stores = [store(param(0, F32, 77), at, x * x + y, inside), store(param(1, F32, 77), at, x, inside)]
    memories = [shared, args[2].copy()]
    Native(kernel("in_place", [i, v], stores), host_target())(memories)
    native(args)
    close(memories[0], want, F32)
    close(memories[1], args[1], F32)


# ---- text, errors, speed --------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["matmul", "window", "softmax", "scatter add 8 True"])
def test_equal_kernels_give_equal_text(case: str) -> None:
    first, _ = CASES[case]()
    text = render(first, host_target()).text
    del first
    padding = [loop_range(7, 1000 + n) for n in range(100)]  # other nodes at other addresses
    again, _ = CASES[case]()
    assert render(again, host_target()).text == text
    assert len(padding) == 100


def test_long_chain() -> None:
    i = loop_range(8, 0, GRID)
    x = start = load(param(1, F32, 8), i)
    for _ in range(5000):
        x = x + start
    built = kernel("chain", [i], [store(param(0, F32, 8), i, x)])
    begin = time.perf_counter()
    text = render(built, host_target()).text
    assert text.count("fadd") == 5000
    assert time.perf_counter() - begin < 2


def _outside_range() -> Node:
    i, k = loop_range(4, 0, GRID), loop_range(4, 1)
    total = reduce_ranges(cast(k, F32), Op.ADD, [k])
    return kernel("bad", [i], [store(param(0, F32, 4), i, total + cast(k, F32))])


def _two_vectors() -> Node:
    v, w = loop_range(4, 0, VECTOR), loop_range(8, 1, VECTOR)
    return kernel("bad", [v, w], [store(param(0, I64, 32), v * 8 + w, v * w)])


def _bare_local() -> Node:
    i = loop_range(4, 0)
    return kernel("bad", [i], [store(param(0, F32, 4), i, load(local(0, F32, 4), i))])


def _large_local() -> Node:
    i, size = loop_range(1 << 21, 0), 1 << 21
    filled = barrier(store(local(0, F32, size), i, cast(i, F32)), [i])
    return kernel("bad", [], [store(param(0, F32, 1), const(0, I64), load(filled, const(5, I64)))])


def _symbolic_lanes() -> Node:
    v = loop_range(variable("n", 1, 8), 0, VECTOR)
    return kernel("bad", [v], [store(param(0, I64, 8), v, v)])


def _bad_name() -> Node:
    i = loop_range(4, 0)
    return kernel("a b", [i], [store(param(0, I64, 4), i, i)])


REFUSED = {
    "outside of its loop": _outside_range,
    "at most one VECTOR range": _two_vectors,
    "LOCAL behind a BARRIER": _bare_local,
    "bytes of LOCAL": _large_local,
    "a constant": _symbolic_lanes,
    "letters, digits": _bad_name,
}


@pytest.mark.parametrize("message", REFUSED)
def test_refused(message: str) -> None:
    with pytest.raises(VerifyError, match=message):
        render(REFUSED[message](), host_target())


def test_text_that_llvm_refuses() -> None:
    source = render(elementwise(8, 8)[0], host_target())
    broken = type(source)(source.name, source.language, source.text.replace("fmul", "fnord", 1))
    with pytest.raises(CompileError, match="elementwise"):
        compile_source(broken, host_target())


def test_unknown_processor() -> None:
    with pytest.raises(FlagError, match=r"SMELT_CPU.*pentium"):
        cpu_target("pentium")


def test_matmul_is_fast(capsys: pytest.CaptureFixture[str]) -> None:
    """One core, a register tile of 8 rows by two vectors, no packing."""
    n, target = 512, host_target()
    tall = 8 if target.vector_registers == 32 else 4
    built, args = matmul(n, n, n, (tall, 2, target.lanes(F32)))
    native = Native(built, target)
    best = min(native.timed(args) for _ in range(5))
    rate = 2 * args[1].size * n / best / 1e9
    with capsys.disabled():
        print(f"\nmatmul {n}: {rate:.0f} GFLOP/s on one core of {target.cpu}")
    want = np.maximum(args[1].reshape(-1, n) @ args[2].reshape(n, n) + args[3], 0)
    np.testing.assert_allclose(args[0], want.ravel(), rtol=1e-4, atol=1e-3)
    assert rate > 10  # a loaded machine is no reason to fail; scalar code would reach 3


def test_compile_time() -> None:
    """A small kernel compiles in some 10 ms; this is a guard against passes that take long."""
    source = render(elementwise(77, 16)[0], host_target())
    compile_source(source, host_target())
    begin = time.perf_counter()
    compile_source(source, host_target())
    assert time.perf_counter() - begin < 0.2
