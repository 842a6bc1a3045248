"""Kernels written by hand, with arguments: what the LLVM renderer is compared on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from smelt.dtype import DType, all_dtypes, dtypes
from smelt.ir.node import (
    Node,
    alu,
    barrier,
    cast,
    const,
    kernel,
    load,
    local,
    loop_range,
    param,
    reduce_ranges,
    store,
    where,
)
from smelt.ir.op import AxisKind, Op

GRID, UNROLL, VECTOR = AxisKind.GRID, AxisKind.UNROLL, AxisKind.VECTOR
F32, I32, I64 = dtypes.float32, dtypes.int32, dtypes.int64

Array = np.ndarray[Any, Any]
Case = tuple[Node, list[Array]]


def floats(n: int, dtype: DType = F32, seed: int = 0) -> Array:
    return np.random.default_rng(seed).standard_normal(n).astype(dtype.np)


def zeros(n: int, dtype: DType = F32) -> Array:
    return np.zeros(n, dtype.np)


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


def lone_lane(source: DType, dtype: DType, lanes: int, backwards: bool) -> Case:
    """out = x, narrowed: one lane is left for the last vector, as all can see."""
    n = lanes + 1
    u, v = loop_range(2, 0, UNROLL), loop_range(lanes, 1, VECTOR)
    at = u * lanes + v
    x = load(param(1, source, n), at, at < n)
    out = store(param(0, dtype, n), n - 1 - at if backwards else at, cast(x, dtype), at < n)
    return kernel("lone_lane", [u, v], [out]), [
        zeros(n, dtype), np.random.default_rng(0).integers(-99, 99, n).astype(source.np),
    ]  # fmt: skip


def lanes_apart(step: int, lanes: int, dtype: DType = F32, mask: str = "") -> Case:
    """out = x[::step], of which x ends with the last lane; some lanes, or all at once, are not."""
    n = 3 * lanes
    i, v = loop_range(3, 0, GRID), loop_range(lanes, 1, VECTOR)
    at = i * lanes + v
    valid = {"": None, "lanes": (at < n - 3) & (const(1, dtypes.index) < at), "whole": i < 2}[mask]
    size = step * (n - 1) + 1
    x = load(param(1, dtype, size), at * step, valid)
    out = store(param(0, dtype, n), at, x)
    numbers = np.random.default_rng(0).integers(0, 2 if dtype.is_bool else 99, size)
    return kernel("apart", [i, v], [out]), [zeros(n, dtype), numbers.astype(dtype.np)]


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
    i, j, v = (
        loop_range(count, 0, GRID),
        loop_range(width // lanes, 1),
        loop_range(lanes, 2, VECTOR),
    )
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
    values = rng.integers(-9, 9, n).astype(dtype.np)
    return kernel("scatter", [i, v], [out]), [
        zeros(size, dtype), values,
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
    first = barrier(
        store(local(1, F32, 10), loop_range(10, 4), const(0.5, F32)), [loop_range(10, 4)]
    )
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
    **{
        f"lanes apart {step} {mask}{lanes} {d.name}": partial(lanes_apart, step, lanes, d, mask)
        for step, lanes, d, mask in (
            *((s, n, F32, m) for s in (2, 3, 4, 5) for n in (4, 16) for m in ("", "lanes")),
            (2, 8, F32, "whole"), (4, 8, F32, "whole"),
            *((2, 8, d, "lanes") for d in all_dtypes() if d is not F32),
        )
    },
    "elementwise odd lanes": lambda: elementwise(100, 6, 2),
    "elementwise one": lambda: elementwise(1, 16),
    "elementwise scalar": lambda: elementwise(13, 1),
    **{
        f"tail {d.name}": lambda d=d: elementwise(45, 8, 2, d)
        for d in all_dtypes() if not d.is_bool
    },
    **{
        f"lone lane {d.name}{' backwards' * b}": lambda a=a, d=d, n=n, b=b: lone_lane(a, d, n, b)
        for a, d, n in (
            (I32, dtypes.int8, 16), (I32, dtypes.int16, 16), (I64, I32, 8),
            (F32, dtypes.bfloat16, 16),
        )
        for b in (False, True)
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
