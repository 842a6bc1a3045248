"""Every instruction in LLVM IR, for all dtypes, against the interpreter at its worst values."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import ml_dtypes
import numpy as np
import pytest

from smelt.dtype import DType, all_dtypes, dtypes
from smelt.ir.node import Node, alu, bitcast, cast, const, kernel, load, loop_range, param, store
from smelt.ir.op import ELEMENTWISE, OPS, Op
from smelt.render.compile import compile_source, cpu_target
from smelt.render.llvm import render
from tests.render.llvm_cases import F32, GRID, I64, VECTOR, Array, Case, zeros
from tests.render.native import Native, expected, targets, undefined_symbols

TARGETS = targets()

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
    """A kernel with a STORE for each row: (function, its operands, dtype of its result)."""
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
    lanes = min(16, max(4, TARGETS[target].lanes(dtype))) if vectors else 1
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
            np.testing.assert_array_equal(
                np.signbit(wide[0])[numbers], np.signbit(wide[1])[numbers]
            )


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
            got.astype(np.float64),
            reference.astype(np.float64),
            rtol=4 * ml_dtypes.finfo(dtype.np).eps,
        )


@pytest.mark.parametrize(
    "name", ["sapphirerapids", "znver4", "x86-64-v4", "x86-64-v3", "x86-64-v2"]
)
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
