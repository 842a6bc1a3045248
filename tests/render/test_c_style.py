"""The renderer for C-like languages against the interpreter, on OpenCL where there is a driver."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from smelt.dtype import dtypes
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
)  # fmt: skip
from smelt.ir.op import AxisKind, Op
from smelt.program import Target
from smelt.render.c_style import render
from smelt.render.transcendental import sin_single
from smelt.util.errors import DTypeError, OutOfRangeError, VerifyError
from tests.devices.opencl import Kernels
from tests.ir.test_interpreter import staged_matmul
from tests.render.llvm_cases import CASES, F32, GRID, I64, Case, floats, zeros
from tests.render.native import expected
from tests.render.test_llvm import close

GPU = Target("CL", "opencl", "a device", "", 1, 64, group_size=64, local_nbytes=1 << 15)
LOCAL = AxisKind.LOCAL


def group_sum(items: int) -> Case:
    """out[i] = sum of x[i, :]: each work-item adds up a part, the group these."""
    rows, steps = 3, 5
    i, k = loop_range(rows, 0, GRID), loop_range(steps, 1)
    t, u = loop_range(items, 2, LOCAL), loop_range(items, 3)
    x = load(param(1, F32, rows * steps * items), (i * steps + k) * items + t)
    part = reduce_ranges(x, Op.ADD, [k])
    parts = barrier(store(local(0, F32, items), t, part), [t])
    total = reduce_ranges(load(parts, u), Op.ADD, [u])
    out = store(param(0, F32, rows), i, total, None, "add")
    return kernel("group_sum", [i], [out]), [floats(rows), floats(rows * steps * items)]


def own_memory() -> Case:
    """Each work-item reverses a piece in LOCAL memory that nobody else has."""
    i, t = loop_range(2, 0, GRID), loop_range(6, 1, LOCAL)
    s, k = loop_range(4, 2), loop_range(4, 3)
    row = (i * 6 + t) * 4
    piece = barrier(store(local(0, I64, 4), s, load(param(1, I64, 48), row + s)), [s])
    out = store(param(0, I64, 48), row + k, load(piece, k * -1 + 3))
    return kernel("own", [i, t, k], [out]), [zeros(48, I64), np.arange(48)]


def many_axes() -> Case:
    """More loops than an index space has axes, of both kinds, and a STORE that needs not all."""
    grid = [loop_range(n, i, GRID) for i, n in enumerate((2, 3, 4, 5))]
    items = [loop_range(n, 4 + i, LOCAL) for i, n in enumerate((2, 1, 3, 2))]
    at: Node = grid[0]
    for r in (*grid[1:], *items):
        at = at * r.src[0] + r
    outer = ((grid[0] * 3 + grid[1]) * 4 + grid[2]) * 5 + grid[3]
    once = store(param(1, I64, 120), outer, outer + 1, None, "add")
    built = kernel("axes", [*grid, *items], [store(param(0, I64, 1440), at, at * 3), once])
    return built, [zeros(1440, I64), zeros(120, I64)]


def uneven_fill() -> Case:
    """LOCAL memory of 10 elements filled by 4 work-items."""
    i, t = loop_range(3, 0, GRID), loop_range(4, 1, LOCAL)
    a, b = loop_range(5, 2, LOCAL), loop_range(2, 3, LOCAL)
    x = load(param(1, F32, 30), i * 10 + a * 2 + b)
    held = barrier(store(local(0, F32, 10), b * 5 + a, x * 2.0), [a, b])
    value = load(held, t) + load(held, t + 6)
    return kernel("uneven", [i, t], [store(param(0, F32, 12), i * 4 + t, value)]), [
        zeros(12), floats(30),
    ]  # fmt: skip


def small_maxima() -> Case:
    """Maxima of integers that C computes as int, and constants."""
    i, stores, args = loop_range(5, 0, GRID), [], []
    for n, dtype in enumerate((dtypes.int8, dtypes.int16, dtypes.uint8, dtypes.uint16)):
        x = load(param(4 + n, dtype, 5), i)
        stores.append(store(param(n, dtype, 5), i, alu(Op.MAX, x, const(3, dtype))))
        args.append(np.arange(-2 * dtype.is_signed, 9, 2).astype(dtype.np)[:5])
    return kernel("maxima", [i], stores), [*(a * 0 for a in args), *args]


GROUPS: dict[str, Callable[[], Case]] = {
    "maxima of small integers": small_maxima,
    "staged matmul": lambda: (staged_matmul(6, 3), [zeros(36), floats(36), floats(36, seed=1)]),
    "sum by a group": lambda: group_sum(8),
    "memory of its own": own_memory,
    "many axes": many_axes,
    "uneven fill": uneven_fill,
}
ALL = {**CASES, **GROUPS}


@pytest.fixture(scope="module")
def kernels(opencl: None) -> Kernels:
    """All cases, built together: a driver takes most of its time for each program."""
    return Kernels({name: case()[0] for name, case in ALL.items()})


@pytest.mark.parametrize("case", ALL)
def test_kernel(kernels: Kernels, case: str) -> None:
    built, args = ALL[case]()
    want = expected(built, args)
    params = {n.arg: n.dtype for n in toposort([built]) if n.op is Op.PARAM}
    for number, got in enumerate(kernels(case, args)):
        close(got, want[number], params[number])


def test_a_maximum_over_many_loops_is_built_soon(opencl: None) -> None:
    """A driver unrolls the loops, and took minutes for choices within choices."""
    i, loops = loop_range(2, 0, GRID), [loop_range(n, 1 + j) for j, n in enumerate((8, 4, 3))]
    a, b, c = loops
    x = load(param(1, F32, 192), ((i * 8 + a) * 4 + b) * 3 + c)
    store_it = store(param(0, F32, 2), i, reduce_ranges(x, Op.MAX, loops))
    start = time.process_time()
    kernels = Kernels({"most": kernel("most", [i], [store_it])})
    assert time.process_time() - start < 10
    np.testing.assert_array_equal(
        kernels("most", [zeros(2), np.arange(192, dtype=np.float32)])[0], [95, 191]
    )


def symbolic() -> Node:
    """out[i, j] = sum of x[i, :n] + j for i < n, j < m + n, with Variables n and m."""
    n, m = variable("n", 0, 9), variable("m", 1, 5)
    i, j = loop_range(n, 0, GRID), loop_range(n + m, 1, GRID)
    k = loop_range(n, 2)
    x = load(param(1, F32, 81), i * 9 + k)
    total = reduce_ranges(x, Op.ADD, [k]) + cast(j, F32)
    return kernel("symbolic", [i, j], [store(param(0, F32, 126), i * (n + m) + j, total)])


def test_variables(opencl: None) -> None:
    kernels = Kernels({"symbolic": symbolic()})
    for n in (0, 1, 4, 9):
        args, values = [zeros(126), floats(81)], {"n": n, "m": 3}
        want = expected(symbolic(), args, values)
        np.testing.assert_allclose(kernels("symbolic", args, values)[0], want[0], atol=1e-5)


def test_an_index_outside_is_reported_and_reads_nothing(opencl: None) -> None:
    i = loop_range(4, 0, GRID)
    x = load(param(1, F32, 5), load(param(2, I64, 4), i))
    built = kernel("gather", [i], [store(param(0, F32, 4), i, x)])
    kernels = Kernels({"gather": built})
    for wrong in (5, -1, 1 << 62):
        with pytest.raises(OutOfRangeError, match=rf"index {wrong} in kernel gather.* < 5"):
            kernels("gather", [zeros(4), floats(5), np.array([0, 4, wrong, 1])])
    got = kernels("gather", [zeros(4), floats(5), np.array([0, 4, 3, 1])])[0]
    np.testing.assert_array_equal(got, floats(5)[[0, 4, 3, 1]])


def test_equal_kernels_give_equal_text() -> None:
    texts = [render(staged_matmul(6, 3), GPU).source.text for _ in range(2)]
    assert texts[0] == texts[1]


def test_a_device_without_float64_says_so() -> None:
    i = loop_range(4, 0, GRID)
    x = load(param(1, F32, 4), i)
    built = kernel("wide", [i], [store(param(0, dtypes.float64, 4), i, cast(x, dtypes.float64))])
    lesser = replace(GPU, has_float64=False)
    with pytest.raises(DTypeError, match=r"float64 on CL \(a device\)"):
        render(built, lesser)
    sine = kernel("sine", [i], [store(param(0, F32, 4), i, alu(Op.SIN, x))])
    assert "double" not in render(sine, lesser).source.text


def test_too_much_local_memory() -> None:
    i, s = loop_range(4, 0, GRID), loop_range(1 << 14, 1, LOCAL)
    held = barrier(store(local(0, F32, 1 << 14), s, cast(s, F32)), [s])
    built = kernel("large", [i], [store(param(0, F32, 4), i, load(held, i))])
    with pytest.raises(VerifyError, match=r"65536 bytes of LOCAL, expected at most 32768"):
        render(built, GPU)


def test_sine_without_float64() -> None:
    rng = np.random.default_rng(0)
    numbers = rng.integers(0, 1 << 32, 20000, dtype=np.uint32).view(np.float32)
    near = (np.arange(1, 5000) * np.pi).astype(np.float32)
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1e-40], np.float32)
    x = np.concatenate([numbers, near, special])
    i = loop_range(x.size, 0, GRID)
    sine = sin_single(load(param(1, F32, x.size), i))
    built = kernel("sine", [i], [store(param(0, F32, x.size), i, sine)])
    got = expected(built, [zeros(x.size), x])[0]
    with np.errstate(invalid="ignore"):
        want = np.sin(x.astype(np.float64))
    ulp = np.spacing(np.abs(want).astype(np.float32)).astype(np.float64)
    finite = np.isfinite(x)
    assert np.max(np.abs(got[finite] - want[finite]) / ulp[finite]) < 2
    assert np.isnan(got[~finite]).all()
    assert np.signbit(got[-5]) and got[-5] == 0
