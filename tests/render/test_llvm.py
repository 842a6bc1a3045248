"""The LLVM renderer against the interpreter: loops, lanes, memory, and what it refuses."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt.dtype import DType, dtypes
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
    toposort,
    variable,
    where,
)
from smelt.ir.op import Op
from smelt.render.analysis import kernel_variables
from smelt.render.compile import host_target
from smelt.render.llvm import render
from smelt.util.errors import VerifyError
from tests.render.llvm_cases import (
    CASES,
    F32,
    GRID,
    I64,
    UNROLL,
    VECTOR,
    Array,
    Case,
    elementwise,
    embedding,
    floats,
    gather,
    matmul,
    scatter,
    zeros,
)
from tests.render.native import Native, expected, targets, undefined_symbols

TARGETS = targets()


def close(got: Array, want: Array, dtype: DType) -> None:
    """Equal for integers; floats may be summed in another order, products fused into sums."""
    if not dtype.is_float:
        np.testing.assert_array_equal(got, want)
        return
    scale = {"float16": 1e-2, "bfloat16": 1e-1, "float32": 2e-5, "float64": 1e-12}
    tolerance = scale.get(dtype.name, 0.3)  # of float8 a result may be the next number
    np.testing.assert_allclose(
        got.astype(np.float64), want.astype(np.float64), rtol=tolerance, atol=tolerance
    )


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


# ---- random index arithmetic ---------------------------------------------------------------------

INDEX_OPS = [Op.ADD, Op.SUB, Op.MUL, Op.IDIV, Op.MOD, Op.MAX, Op.AND, Op.XOR, Op.SHR, Op.WHERE]


@given(st.lists(st.tuples(st.sampled_from(INDEX_OPS), *[st.integers(0, 40)] * 3), max_size=8))
@settings(max_examples=40, deadline=None)
def test_random_integers_over_lanes(steps: list[tuple[Op, int, int, int]]) -> None:
    """Values over loops, copies and lanes, small ones and ones beyond 32 bits, in every mixture."""
    i, u, v = loop_range(3, 0, GRID), loop_range(3, 1, UNROLL), loop_range(8, 2, VECTOR)
    at = (i * 3 + u) * 8 + v
    numbers = (0, 1, 3, 8, -1, -5, 1 << 33, -(1 << 62))
    values = [at, v, i - v, u * 5, i, *(const(n, I64) for n in numbers)]
    for op, a, b, c in steps:
        x, y, z = (values[-1 - k % len(values)] for k in (a, b, c))
        values.append(where(x < y, y, z) if op is Op.WHERE else alu(op, x, y))
    stores = [
        store(param(0, I64, 72), at, values[-1]),
        store(param(1, dtypes.int32, 72), at, cast(values[-1] < values[-2], dtypes.int32)),
    ]
    built = kernel("integers", [i, u, v], stores)
    args = [zeros(72, I64), zeros(72, dtypes.int32)]
    want = expected(built, args)
    Native(built, host_target())(args)
    np.testing.assert_array_equal(args[0], want[0])
    np.testing.assert_array_equal(args[1], want[1])


# ---- Variables and the status slot ---------------------------------------------------------------


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
    "masked store": (
        lambda: _with(_with(scatter("add", 8, True), 2, 9, -7), 3, 9, True),
        [1, -7, 7],
    ),
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
    stores = [
        store(param(0, F32, 77), at, x * x + y, inside),
        store(param(1, F32, 77), at, x, inside),
    ]
    memories = [shared, args[2].copy()]
    Native(kernel("in_place", [i, v], stores), host_target())(memories)
    native(args)
    close(memories[0], want, F32)
    close(memories[1], args[1], F32)


# ---- text, errors, speed -------------------------------------------------------------------------


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
