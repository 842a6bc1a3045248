"""EXP2, LOG2 and SIN by the other instructions: errors in ulp, special values, what is left."""

from __future__ import annotations

import math
from dataclasses import replace

import mpmath
import numpy as np
import pytest

from smelt.dtype import DType, dtypes
from smelt.ir.node import (
    Node,
    alu,
    cast,
    const,
    index,
    kernel,
    load,
    loop_range,
    param,
    store,
    toposort,
)
from smelt.ir.op import ELEMENTWISE, AxisKind, Op
from smelt.program import Target
from smelt.render import transcendental
from smelt.render.decompose import decompose
from tests.render.accuracy import (
    Array,
    compute,
    double_errors,
    float_bits,
    single_errors,
    steps_apart,
)
from tests.render.native import Native, targets
from tools.fit_polynomials import FITS, fit, largest_error

WITH_FMA = Target("CPU", "x86_64", "x86-64-v3", "", 32, 16, has_fma=True)
WITHOUT_FMA = replace(WITH_FMA, has_fma=False)
BOTH = [pytest.param(WITH_FMA, id="fma"), pytest.param(WITHOUT_FMA, id="no_fma")]
FUNCTIONS = [Op.EXP2, Op.LOG2, Op.SIN]
NUMPY = {Op.EXP2: np.exp2, Op.LOG2: np.log2, Op.SIN: np.sin}
EXACT = {
    Op.EXP2: lambda x: mpmath.mpf(2) ** x,
    Op.LOG2: lambda x: mpmath.log(x, 2),
    Op.SIN: mpmath.sin,
}
INF, NAN, TINY32, TINY64 = math.inf, math.nan, 2.0**-149, 2.0**-1074


def argument(dtype: DType) -> Node:
    return load(param(0, dtype, 1), index(0))


def decomposed(op: Op, x: Array, dtype: DType, target: Target = WITH_FMA) -> Array:
    leaf = argument(dtype)
    return compute(decompose(alu(op, leaf), target), leaf, x)


def around(values: list[float], count: int = 500) -> Array:
    """Each of these float32 values, and `count` floats on either side of it."""
    bits = np.array(values, np.float32).view(np.uint32).astype(np.int64)
    return float_bits((bits[:, None] + np.arange(-count, count + 1)).reshape(-1), dtypes.float32)


# ---- accuracy -----------------------------------------------------------------------------------

SINGLE_LIMITS = {  # (with FMA, without); found with it: 0.87, 0.94, 0.51
    Op.EXP2: (0.9, 1.1),
    Op.LOG2: (1.0, 1.3),
    Op.SIN: (0.51, 0.51),
}
DENSE = {
    Op.EXP2: [1e-30, 1e-7, 0.5, 1.0, 127.5, 127.999, 128.0, -126.0, -127.5, -149.0, -150.0],
    Op.LOG2: [2.0**-126, 1e-40, 1e-44, 2 / 3, 4 / 3, 1.0, 0.5, 2.0, 3.4e38],
    Op.SIN: [1e-30, 1e-3, 1.0, *(k * math.pi / 2 for k in range(1, 40)), 1e5, 1e10, 1e38]
    + [2.0 ** (25 + 26 * region) for region in (1, 2, 3)],
}


@pytest.mark.parametrize("target", BOTH)
@pytest.mark.parametrize("op", FUNCTIONS)
def test_every_4096th_float32(op: Op, target: Target) -> None:
    pattern = np.arange(0, 1 << 32, 4096, dtype=np.uint64)
    scattered = pattern + np.random.default_rng(1).integers(0, 4096, pattern.size, np.uint64)
    x = np.concatenate([float_bits(pattern, dtypes.float32), float_bits(scattered, dtypes.float32)])
    check_single(op, x, target)


@pytest.mark.parametrize("target", BOTH)
@pytest.mark.parametrize("op", FUNCTIONS)
def test_float32_around_thresholds(op: Op, target: Target) -> None:
    x = around(DENSE[op])
    check_single(op, np.concatenate([x, -x]), target)


def check_single(op: Op, x: Array, target: Target) -> None:
    with np.errstate(all="ignore"):
        exact = NUMPY[op](x.astype(np.float64))
    errors = single_errors(decomposed(op, x, dtypes.float32, target), exact)
    worst = int(errors.argmax())
    assert errors[worst] <= SINGLE_LIMITS[op][not target.has_fma], (x[worst], errors[worst])


@pytest.mark.parametrize("op", FUNCTIONS)
@pytest.mark.parametrize("dtype", [dtypes.float16, dtypes.bfloat16], ids=lambda d: d.name)
def test_every_float_of_16_bits(op: Op, dtype: DType) -> None:
    x = float_bits(np.arange(1 << 16), dtype)
    with np.errstate(all="ignore"):
        right = NUMPY[op](x.astype(np.float64)).astype(dtype.np)
    steps = steps_apart(decomposed(op, x, dtype), right)
    assert steps.max() <= 1
    assert (steps > 0).sum() <= 8  # nearly all are rounded correctly


DOUBLE_LIMITS = {Op.EXP2: 1.2, Op.LOG2: 2.0, Op.SIN: 2.0}  # found: 0.97, 1.74, 1.83


def doubles(op: Op, count: int) -> Array:
    """Arguments of every size, and those where the function is hard to compute."""
    rng = np.random.default_rng(2)
    finite = 0x7FF0000000000000
    if op is Op.EXP2:
        return np.concatenate(
            [
                rng.uniform(-1074, 1024, count),
                rng.uniform(-2, 2, count),
                rng.uniform(-1e-9, 1e-9, 99),
            ]
        )
    anything = rng.integers(1, finite, count).view(np.float64)
    if op is Op.LOG2:
        close = 1 + rng.uniform(-1, 1, count) * 10.0 ** rng.uniform(-15, -1, count)
        return np.concatenate([anything, close, rng.uniform(0.5, 2, count), [TINY64, 1e-310]])
    # 6381956970095103 * 2 ** 797 is as close to a multiple of pi / 2 as a float64 comes.
    hard = [6381956970095103 * 2.0**797, 1.7976931348623157e308, 0.9999999999999999, 1.0, TINY64]
    multiples = np.arange(1, count) * math.pi
    return np.concatenate([anything, multiples, rng.uniform(-10, 10, count), hard])


@pytest.mark.parametrize("target", BOTH)
@pytest.mark.parametrize("op", FUNCTIONS)
def test_float64(op: Op, target: Target) -> None:
    x = doubles(op, 400)
    with mpmath.workprec(1300 if op is Op.SIN else 150):
        exact = [EXACT[op](mpmath.mpf(float(v))) for v in x]
        errors = double_errors(decomposed(op, x, dtypes.float64, target), exact)
    worst = int(errors.argmax())
    assert errors[worst] <= DOUBLE_LIMITS[op], (x[worst], errors[worst])


# ---- exact values -------------------------------------------------------------------------------

SPECIAL = [
    (Op.EXP2, -INF, 0.0), (Op.EXP2, INF, INF), (Op.EXP2, NAN, NAN), (Op.EXP2, -0.0, 1.0),
    (Op.EXP2, 1e38, INF), (Op.EXP2, -1e38, 0.0), (Op.EXP2, 0.0, 1.0),
    (Op.LOG2, 0.0, -INF), (Op.LOG2, -0.0, -INF), (Op.LOG2, INF, INF), (Op.LOG2, -INF, NAN),
    (Op.LOG2, -1.0, NAN), (Op.LOG2, -1e-38, NAN), (Op.LOG2, NAN, NAN), (Op.LOG2, 1.0, 0.0),
    (Op.SIN, 0.0, 0.0), (Op.SIN, -0.0, -0.0), (Op.SIN, INF, NAN), (Op.SIN, -INF, NAN),
    (Op.SIN, NAN, NAN), (Op.SIN, 1e-30, 1e-30), (Op.SIN, -1e-30, -1e-30),
]  # fmt: skip
SPECIAL_SINGLE = [
    (Op.EXP2, 128.0, INF), (Op.EXP2, -126.0, 2.0**-126),
    (Op.EXP2, -149.0, TINY32), (Op.EXP2, -149.5, TINY32), (Op.EXP2, -150.0, 0.0),
    (Op.EXP2, -149.99998, TINY32), (Op.LOG2, TINY32, -149.0), (Op.LOG2, 3 * TINY32, -147.41504),
    (Op.SIN, TINY32, TINY32), (Op.SIN, 3.4028235e38, -0.5218765),
]  # fmt: skip
SPECIAL_DOUBLE = [
    (Op.EXP2, 1024.0, INF), (Op.EXP2, 1023.0, 2.0**1023), (Op.EXP2, -1074.0, TINY64),
    (Op.EXP2, -1075.0, 0.0), (Op.EXP2, -1074.9999999999, TINY64), (Op.LOG2, TINY64, -1074.0),
    (Op.SIN, 1e22, -0.8522008497671888), (Op.SIN, TINY64, TINY64), (Op.SIN, -1e-300, -1e-300),
    (Op.EXP2, 1e308, INF), (Op.EXP2, -1e308, 0.0),
]  # fmt: skip


@pytest.mark.parametrize("target", BOTH)
@pytest.mark.parametrize(
    ("dtype", "rows"),
    [
        (dtypes.float32, SPECIAL + SPECIAL_SINGLE),
        (dtypes.float64, SPECIAL + SPECIAL_DOUBLE),
        (dtypes.bfloat16, SPECIAL),
        (dtypes.float16, [row for row in SPECIAL if not 0 < abs(row[1]) < 1e-20]),
    ],
    ids=["float32", "float64", "bfloat16", "float16"],
)
def test_special_values(dtype: DType, rows: list[tuple[Op, float, float]], target: Target) -> None:
    for op, x, right in rows:
        with np.errstate(over="ignore"):
            at, wanted = np.array([x]).astype(dtype.np), np.array([right]).astype(dtype.np)
        got = decomposed(op, at, dtype, target)
        np.testing.assert_array_equal(
            got.astype(np.float64), wanted.astype(np.float64), err_msg=f"{op.name}({x})"
        )
        if right == 0:
            assert np.signbit(got[0]) == np.signbit(wanted[0]), f"{op.name}({x})"


def test_a_nan_with_any_payload_stays_a_nan() -> None:
    pattern = np.concatenate([0x7F800000 + 2 ** np.arange(23), 0xFF800000 + 2 ** np.arange(23)])
    x = float_bits(pattern, dtypes.float32)
    for op in FUNCTIONS:
        assert np.isnan(decomposed(op, x, dtypes.float32)).all(), op


@pytest.mark.parametrize("target", BOTH)
@pytest.mark.parametrize(
    ("dtype", "least", "most"),
    [
        (dtypes.float16, -24, 15),
        (dtypes.bfloat16, -133, 127),
        (dtypes.float32, -149, 127),
        (dtypes.float64, -1074, 1023),
    ],
    ids=lambda v: v.name if isinstance(v, DType) else "",
)
def test_powers_of_two_are_exact(dtype: DType, least: int, most: int, target: Target) -> None:
    exponents = np.arange(least, most + 1)
    powers = np.ldexp(1.0, exponents).astype(dtype.np)
    ints = exponents.astype(dtype.np)
    exactly = ints.astype(np.float64) == exponents  # bfloat16 has no -133 .. -129
    ints, powers = ints[exactly], powers[exactly]
    np.testing.assert_array_equal(decomposed(Op.EXP2, ints, dtype, target), powers)
    np.testing.assert_array_equal(decomposed(Op.LOG2, powers, dtype, target), ints)


@pytest.mark.parametrize("dtype", [dtypes.float32, dtypes.float64], ids=lambda d: d.name)
def test_sine_is_odd_bit_for_bit(dtype: DType) -> None:
    x = np.random.default_rng(3).normal(size=1000) * 10.0 ** np.arange(1000) ** 0.5
    x = x.astype(dtype.np)
    np.testing.assert_array_equal(decomposed(Op.SIN, -x, dtype), -decomposed(Op.SIN, x, dtype))


# ---- structure ----------------------------------------------------------------------------------


def instructions(root: Node) -> list[Node]:
    return [n for n in toposort([root]) if n.op in ELEMENTWISE and n.op is not Op.BITCAST]


@pytest.mark.parametrize(
    ("op", "dtype", "most"),
    [
        (Op.EXP2, dtypes.float32, 19), (Op.LOG2, dtypes.float32, 29), (Op.SIN, dtypes.float32, 37),
        (Op.EXP2, dtypes.float64, 24), (Op.LOG2, dtypes.float64, 40), (Op.SIN, dtypes.float64, 125),
    ],
)  # fmt: skip
def test_number_of_instructions(op: Op, dtype: DType, most: int) -> None:
    assert len(instructions(decompose(alu(op, argument(dtype)), WITH_FMA))) <= most


@pytest.mark.parametrize("op", FUNCTIONS)
@pytest.mark.parametrize(
    "dtype",
    [dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64],
    ids=lambda d: d.name,
)
def test_what_is_left(op: Op, dtype: DType) -> None:
    x = argument(dtype)
    for target, missing in ((WITH_FMA, set(FUNCTIONS)), (WITHOUT_FMA, {*FUNCTIONS, Op.FMA})):
        result = decompose(alu(op, alu(Op.FMA, x, x, x)), target)
        assert result.dtype is dtype
        assert not missing & {n.op for n in toposort([result])}


def elementwise_kernel(dtype: DType, size: int, lanes: int, op: Op | None) -> Node:
    outer = loop_range(size // lanes, 0)
    lane = loop_range(lanes, 1, AxisKind.VECTOR)
    at = outer * lanes + lane
    x = load(param(0, dtype, size), at)
    value = x * x if op is None else alu(op, x)
    return kernel("f", (outer, lane), [store(param(1, dtype, size), at, value)])


def test_a_kernel_without_them_stays_the_same_object() -> None:
    plain = elementwise_kernel(dtypes.float32, 64, 8, None)
    assert decompose(plain, WITHOUT_FMA) is plain


def test_only_what_is_above_changes() -> None:
    before = elementwise_kernel(dtypes.float32, 64, 8, Op.EXP2)
    after = decompose(before, WITH_FMA)
    assert after.op is Op.KERNEL and after.arg == before.arg
    assert after.src[:2] == before.src[:2]
    kept = {n for n in toposort([before]) if n.op not in (Op.EXP2, Op.STORE, Op.KERNEL)}
    assert kept <= set(toposort([after]))


def test_a_chain_of_20000() -> None:
    x = argument(dtypes.float32)
    node = alu(Op.EXP2, x)
    for _ in range(20_000):
        node = node + x
    result = decompose(alu(Op.LOG2, node), WITHOUT_FMA)
    assert not {Op.EXP2, Op.LOG2} & {n.op for n in toposort([result])}


def test_fma_becomes_a_product_and_a_sum() -> None:
    a, b, c = (load(param(i, dtypes.float32, 1), index(0)) for i in range(3))
    fma = alu(Op.FMA, a, b, c)
    assert decompose(fma, WITHOUT_FMA) is a * b + c
    assert decompose(fma, WITH_FMA) is fma


# ---- the sine of a float64 that was a float32 ---------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 0.5, -0.25])
def test_sine_of_a_widened_float32_takes_the_short_way(scale: float) -> None:
    leaf = argument(dtypes.float32)
    wide = cast(leaf, dtypes.float64)
    sine = alu(Op.SIN, wide if scale == 1 else wide * scale)
    result = decompose(sine, WITH_FMA)
    assert not any(n.dtype is dtypes.uint64 for n in toposort([result]))
    x = np.concatenate([around([1.0, 3.0, 355.0, 1e10, 3e38], 50), -around([22.0, 1e-40], 50)])
    with mpmath.workprec(300):
        exact = [mpmath.sin(mpmath.mpf(float(v)) * scale) for v in x]
        assert double_errors(compute(result, leaf, x), exact).max() <= 2.5


@pytest.mark.parametrize(
    "wide",
    [
        argument(dtypes.float64) * 0.5,
        cast(argument(dtypes.float32), dtypes.float64) * 2.0,
        cast(argument(dtypes.float32), dtypes.float64) * 0.3,
        cast(argument(dtypes.int32), dtypes.float64),
        cast(argument(dtypes.float32), dtypes.float64) + 1.0,
    ],
    ids=["float64", "doubled", "no power of two", "integer", "sum"],
)
def test_sine_of_other_float64_takes_the_long_way(wide: Node) -> None:
    result = decompose(alu(Op.SIN, wide), WITH_FMA)
    assert any(n.dtype is dtypes.uint64 for n in toposort([result]))


# ---- machine code, constants --------------------------------------------------------------------


@pytest.mark.parametrize("op", FUNCTIONS)
@pytest.mark.parametrize("name", list(targets()))
def test_machine_code_agrees_with_the_interpreter_bit_for_bit(op: Op, name: str) -> None:
    target = targets()[name]
    x = np.random.default_rng(4).integers(0, 1 << 32, 1 << 12).astype(np.uint32).view(np.float32)
    x = np.concatenate([x, np.linspace(-200, 200, 1 << 12, dtype=np.float32)])
    got = np.zeros_like(x)
    native = Native(elementwise_kernel(dtypes.float32, x.size, 16, op), target)
    native([x, got])
    np.testing.assert_array_equal(got, decomposed(op, x, dtypes.float32, target))


@pytest.mark.parametrize("lanes", [1, 2, 4, 8, 32])
@pytest.mark.parametrize("dtype", [dtypes.float32, dtypes.float64], ids=lambda d: d.name)
def test_exponentials_of_any_number_of_lanes(dtype: DType, lanes: int) -> None:
    target = targets()["host"]
    x = np.linspace(-160, 140, 256).astype(dtype.np)
    got = np.zeros_like(x)
    Native(elementwise_kernel(dtype, x.size, lanes, Op.EXP2), target)([x, got])
    np.testing.assert_array_equal(got, decomposed(Op.EXP2, x, dtype, target))


def test_a_power_that_may_be_of_a_nan_is_one() -> None:
    x = argument(dtypes.float32)
    magic = 1.5 * 2.0**23
    whole = alu(Op.FMA, x, const(1.5, dtypes.float32), const(magic, dtypes.float32)) - magic
    at = np.array([NAN, -INF, INF, -200.0, 2.0, -90.0], np.float32)
    for root in (alu(Op.EXP2, whole), alu(Op.EXP2, whole) * 3.0, alu(Op.EXP2, whole) * (x + 1.0)):
        for target in (WITH_FMA, WITHOUT_FMA, replace(WITH_FMA, has_scale=True)):
            with np.errstate(all="ignore"):
                found = compute(decompose(root, target), x, at)
                right = compute(root, x, at)
            np.testing.assert_array_equal(found, right)


@pytest.mark.parametrize("op", FUNCTIONS)
def test_machine_code_of_float64(op: Op) -> None:
    x = doubles(op, 300)
    x = x[: x.size // 8 * 8]
    got = np.zeros_like(x)
    Native(elementwise_kernel(dtypes.float64, x.size, 8, op), targets()["host"])([x, got])
    with mpmath.workprec(1300 if op is Op.SIN else 150):
        exact = [EXACT[op](mpmath.mpf(float(v))) for v in x]
        assert double_errors(got, exact).max() <= DOUBLE_LIMITS[op]


def test_bits_of_one_over_pi() -> None:
    with mpmath.workprec(1300):
        assert int(mpmath.floor(2**1163 / mpmath.pi)) == transcendental._TWO_TO_1163_OVER_PI
        assert float(mpmath.pi - mpmath.mpf(math.pi)) == transcendental._PI_REST


def test_coefficients_are_those_that_the_tool_finds() -> None:
    row = next(row for row in FITS if row.name == "exp2 float32")
    assert fit(row)[0] == list(transcendental._EXP2[dtypes.float32])


TABLES = {"exp2": transcendental._EXP2, "log2": transcendental._LOG2, "sin": transcendental._SIN}


@pytest.mark.parametrize(
    ("name", "dtype", "error"),
    [
        ("exp2", dtypes.float32, -28.0), ("exp2", dtypes.float64, -57.0),
        ("log2", dtypes.float32, -26.4), ("log2", dtypes.float64, -55.4),
        ("sin", dtypes.float32, -33.0), ("sin", dtypes.float64, -61.0),
    ],
)  # fmt: skip
def test_error_of_each_polynomial(name: str, dtype: DType, error: float) -> None:
    row = next(row for row in FITS if row.name == f"{name} {dtype.name}")
    assert mpmath.log(largest_error(row, TABLES[name][dtype]), 2) < error
