"""The pinned-down meaning of each instruction, against plain Python integers and fractions."""

from __future__ import annotations

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest

from smelt.dtype import FLOAT8, DType, all_dtypes, dtypes
from smelt.ir.evaluate import MEANING, meaning_of
from smelt.ir.meaning import gather, reduction, scatter
from smelt.ir.op import ELEMENTWISE, Op
from smelt.util.errors import OutOfRangeError

INTS = [d for d in all_dtypes() if d.is_int]
FLOATS = [d for d in all_dtypes() if d.is_float and d not in FLOAT8]
PRECISION = {"float16": (11, -14), "bfloat16": (8, -126), "float32": (24, -126)}
INF, NAN = math.inf, math.nan


def array(values: list, dtype: DType) -> np.ndarray:
    return np.array(values, dtype=object).astype(dtype.np) if values else np.zeros(0, dtype.np)


def rounded(x: Fraction, dtype: DType) -> float:
    """The exact `x` rounded once to nearest even, from the definition of the formats."""
    precision, least = PRECISION[dtype.name]
    if x == 0:
        return 0.0
    exponent = abs(x).numerator.bit_length() - abs(x).denominator.bit_length()
    exponent -= abs(x) < Fraction(2) ** exponent
    quantum = Fraction(2) ** (max(exponent, least) - precision + 1)
    result = round(x / quantum) * quantum
    largest = (2 - Fraction(2) ** (1 - precision)) * Fraction(2) ** (1 - least)
    if abs(result) > largest:
        return math.copysign(INF, x)
    return float(result)


def same(got: np.ndarray, want: list) -> None:
    """Equal values, zeros of equal sign, NaN where NaN is wanted."""
    for g, w in zip(got.reshape(-1), want, strict=True):
        g = g.item() if got.dtype.kind in "biuf" else float(g)
        if isinstance(w, float) and math.isnan(w):
            assert math.isnan(g)
        else:
            assert g == w, (g, w)
            if isinstance(w, float):
                assert math.copysign(1, g) == math.copysign(1, w)


# ---- integers -----------------------------------------------------------------------------------


def wrap(value: int, dtype: DType) -> int:
    value &= (1 << dtype.bits) - 1
    return value - (1 << dtype.bits) if value > dtype.max else value


def shift_right(a: int, b: int, dtype: DType) -> int:
    return a >> b if 0 <= b < dtype.bits else (-1 if a < 0 else 0)


INTEGER = {
    Op.ADD: lambda a, b, d: wrap(a + b, d),
    Op.SUB: lambda a, b, d: wrap(a - b, d),
    Op.MUL: lambda a, b, d: wrap(a * b, d),
    Op.IDIV: lambda a, b, d: wrap(a // b, d) if b else 0,
    Op.MOD: lambda a, b, d: a % b if b else 0,
    Op.MAX: lambda a, b, d: max(a, b),
    Op.LT: lambda a, b, d: a < b,
    Op.NE: lambda a, b, d: a != b,
    Op.AND: lambda a, b, d: a & b,
    Op.OR: lambda a, b, d: a | b,
    Op.XOR: lambda a, b, d: a ^ b,
    Op.SHL: lambda a, b, d: wrap(a << b, d) if 0 <= b < d.bits else 0,
    Op.SHR: shift_right,
}


def interesting(dtype: DType) -> list[int]:
    if dtype.bits == 8:
        return list(range(int(dtype.min), int(dtype.max) + 1))
    values = [0, 1, 2, 3, 7, dtype.bits - 1, dtype.bits, dtype.bits + 1, 1 << (dtype.bits // 2)]
    values += [int(dtype.max), int(dtype.max) - 1, int(dtype.min), int(dtype.min) + 1]
    return values + ([-1, -2, -3, -7, -dtype.bits] if dtype.is_signed else [])


@pytest.mark.parametrize("dtype", INTS, ids=lambda d: d.name)
@pytest.mark.parametrize("op", INTEGER, ids=lambda o: o.name)
def test_integer_instruction(op: Op, dtype: DType) -> None:
    values = interesting(dtype)
    a = [x for x in values for _ in values]
    b = values * len(values)
    result = dtypes.bool if op in (Op.LT, Op.NE) else dtype
    got = meaning_of(op, result, array(a, dtype), array(b, dtype))
    assert got.dtype == result.np
    assert got.tolist() == [INTEGER[op](x, y, dtype) for x, y in zip(a, b, strict=True)]


BOOLEAN = {
    Op.ADD: [False, True, True, True],
    Op.MUL: [False, False, False, True],
    Op.MAX: [False, True, True, True],
    Op.LT: [False, True, False, False],
    Op.NE: [False, True, True, False],
    Op.AND: [False, False, False, True],
    Op.OR: [False, True, True, True],
    Op.XOR: [False, True, True, False],
}


@pytest.mark.parametrize("op", BOOLEAN, ids=lambda o: o.name)
def test_bool_instruction(op: Op) -> None:
    a, b = np.array([False, False, True, True]), np.array([False, True, False, True])
    got = meaning_of(op, dtypes.bool, a, b)
    assert got.dtype == np.bool_
    assert got.tolist() == BOOLEAN[op]


# ---- floats: special values ---------------------------------------------------------------------

SPECIAL = [
    (Op.ADD, [INF, -INF], NAN),
    (Op.ADD, [-0.0, -0.0], -0.0),
    (Op.ADD, [0.0, -0.0], 0.0),
    (Op.SUB, [INF, INF], NAN),
    (Op.SUB, [1.0, INF], -INF),
    (Op.MUL, [INF, 0.0], NAN),
    (Op.MUL, [-1.0, 0.0], -0.0),
    (Op.FDIV, [1.0, 0.0], INF),
    (Op.FDIV, [1.0, -0.0], -INF),
    (Op.FDIV, [-1.0, 0.0], -INF),
    (Op.FDIV, [0.0, 0.0], NAN),
    (Op.FDIV, [INF, INF], NAN),
    (Op.FDIV, [1.0, -INF], -0.0),
    (Op.MAX, [NAN, 1.0], NAN),
    (Op.MAX, [1.0, NAN], NAN),
    (Op.MAX, [NAN, NAN], NAN),
    (Op.MAX, [INF, NAN], NAN),
    (Op.MAX, [0.0, -0.0], 0.0),
    (Op.MAX, [-0.0, 0.0], 0.0),
    (Op.MAX, [-0.0, -0.0], -0.0),
    (Op.MAX, [-INF, -1.0], -1.0),
    (Op.MAX, [INF, INF], INF),
    (Op.MAX, [-INF, -INF], -INF),
    (Op.MAX, [2.0, 3.0], 3.0),
    (Op.MAX, [3.0, 2.0], 3.0),
    (Op.MAX, [3.0, 3.0], 3.0),
    (Op.FMA, [2.0, 3.0, 4.0], 10.0),
    (Op.FMA, [INF, 0.0, 1.0], NAN),
    (Op.FMA, [INF, 1.0, -INF], NAN),
    (Op.FMA, [INF, 1.0, 1.0], INF),
    (Op.FMA, [0.0, -1.0, -0.0], -0.0),
    (Op.FMA, [0.0, -1.0, 0.0], 0.0),
    (Op.FMA, [1.0, 1.0, -1.0], 0.0),
    (Op.EXP2, [INF], INF),
    (Op.EXP2, [-INF], 0.0),
    (Op.EXP2, [NAN], NAN),
    (Op.EXP2, [0.0], 1.0),
    (Op.EXP2, [-3.0], 0.125),
    (Op.EXP2, [2000.0], INF),
    (Op.EXP2, [-2000.0], 0.0),
    (Op.LOG2, [0.0], -INF),
    (Op.LOG2, [-0.0], -INF),
    (Op.LOG2, [-1.0], NAN),
    (Op.LOG2, [-INF], NAN),
    (Op.LOG2, [INF], INF),
    (Op.LOG2, [NAN], NAN),
    (Op.LOG2, [1.0], 0.0),
    (Op.LOG2, [0.125], -3.0),
    (Op.SIN, [INF], NAN),
    (Op.SIN, [-INF], NAN),
    (Op.SIN, [NAN], NAN),
    (Op.SIN, [0.0], 0.0),
    (Op.SIN, [-0.0], -0.0),
    (Op.SQRT, [-1.0], NAN),
    (Op.SQRT, [-0.0], -0.0),
    (Op.SQRT, [INF], INF),
    (Op.SQRT, [NAN], NAN),
    (Op.SQRT, [2.25], 1.5),
    (Op.TRUNC, [1.75], 1.0),
    (Op.TRUNC, [-1.75], -1.0),
    (Op.TRUNC, [-0.25], -0.0),
    (Op.TRUNC, [INF], INF),
    (Op.TRUNC, [NAN], NAN),
]


@pytest.mark.parametrize("dtype", FLOATS, ids=lambda d: d.name)
@pytest.mark.parametrize(("op", "src", "want"), SPECIAL, ids=str)
def test_float_special(op: Op, src: list[float], want: float, dtype: DType) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = meaning_of(op, dtype, *(array([x], dtype) for x in src))
    assert got.dtype == dtype.np
    same(got, [want])


COMPARED = [
    (Op.LT, 1.0, 2.0, True),
    (Op.LT, 2.0, 1.0, False),
    (Op.LT, 1.0, 1.0, False),
    (Op.LT, -0.0, 0.0, False),
    (Op.LT, NAN, 1.0, False),
    (Op.LT, 1.0, NAN, False),
    (Op.LT, -INF, INF, True),
    (Op.NE, 1.0, 1.0, False),
    (Op.NE, -0.0, 0.0, False),
    (Op.NE, 1.0, 2.0, True),
    (Op.NE, NAN, NAN, True),
    (Op.NE, NAN, 1.0, True),
    (Op.NE, INF, INF, False),
]


@pytest.mark.parametrize("dtype", FLOATS, ids=lambda d: d.name)
@pytest.mark.parametrize(("op", "a", "b", "want"), COMPARED, ids=str)
def test_float_comparison(op: Op, a: float, b: float, want: bool, dtype: DType) -> None:
    got = meaning_of(op, dtypes.bool, array([a], dtype), array([b], dtype))
    assert got.dtype == np.bool_
    assert got.tolist() == [want]


# ---- floats: rounding ---------------------------------------------------------------------------

NARROW = [dtypes.float16, dtypes.bfloat16, dtypes.float32]
EXACT = {
    Op.ADD: lambda a, b: a + b,
    Op.SUB: lambda a, b: a - b,
    Op.MUL: lambda a, b: a * b,
    Op.FDIV: lambda a, b: a / b,
    Op.FMA: lambda a, b, c: a * b + c,
}


def random_floats(dtype: DType, count: int, seed: int) -> np.ndarray:
    """Any bit patterns, the finite ones: every exponent occurs."""
    random = np.random.default_rng(seed)
    bits = random.integers(0, 1 << dtype.bits, 4 * count, dtype=np.uint64)
    values = bits.astype(f"u{dtype.itemsize}").view(dtype.np)
    with np.errstate(invalid="ignore"):  # signalling NaNs
        wide = values.astype(np.float64)
    return values[np.isfinite(wide) & (wide != 0)][:count]


@pytest.mark.parametrize("dtype", NARROW, ids=lambda d: d.name)
@pytest.mark.parametrize("op", EXACT, ids=lambda o: o.name)
def test_rounds_once(op: Op, dtype: DType) -> None:
    sources = [random_floats(dtype, 300, seed) for seed in range(2 + (op is Op.FMA))]
    if op is Op.FMA:  # an addend near the product, where a second rounding would show
        product = sources[0].astype(np.float64) * sources[1].astype(np.float64)
        with np.errstate(all="ignore"):
            near = (product * 1.001).astype(dtype.np)
        keep = np.isfinite(near.astype(np.float64))
        sources[2] = np.where(keep & (np.arange(300) % 2 == 0), near, sources[2])
    got = meaning_of(op, dtype, *sources)
    for g, *src in zip(got, *sources, strict=True):
        want = rounded(EXACT[op](*(Fraction(float(s)) for s in src)), dtype)
        assert float(g) == want, (src, float(g), want)


@pytest.mark.parametrize("largest", [1023, 300])
def test_fma_of_doubles_rounds_once(largest: int) -> None:
    """Random addends, addends near the product, and those that leave its last bits alone."""
    random = np.random.default_rng(largest)

    def numbers(count: int) -> np.ndarray:
        exponents = random.integers(-largest - 51, largest, count)
        return np.ldexp(random.uniform(-2, 2, count), exponents)

    a, b, c = numbers(900), numbers(900), numbers(900)
    with np.errstate(all="ignore"):
        near = -(a * b) * (1 + 2.0**-52 * random.integers(-2, 3, 900))
    c = np.where((np.arange(900) % 3 == 0) | ~np.isfinite(near), c, near)
    got = meaning_of(Op.FMA, dtypes.float64, a, b, c)
    for g, *src in zip(got, a, b, c, strict=True):
        x, y, z = (float(s) for s in src)
        exact = Fraction(x) * Fraction(y) + Fraction(z)
        try:
            want = float(exact)
        except OverflowError:
            want = INF if exact > 0 else -INF
        assert float(g) == want, (src, float(g), want)


@pytest.mark.parametrize("dtype", [dtypes.bfloat16, dtypes.float32], ids=lambda d: d.name)
def test_fma_does_not_round_twice(dtype: DType) -> None:
    """The product is a tie, broken by an addend that float64 loses."""
    precision, least = PRECISION[dtype.name]
    x = 1 + 2.0 ** -(precision // 2)
    for addend in (2.0**least, -(2.0**least)):
        got = meaning_of(Op.FMA, dtype, *(array([v], dtype) for v in (x, x, addend)))
        same(got, [rounded(Fraction(x) ** 2 + Fraction(addend), dtype)])


# 2**24 + 1 = 24929 * 673 is a tie of float32, and 2**46 + 1 = 8384513 * 8392705 is next to one.
TIES: list[tuple[float, float, float]] = [
    (24929.0, 673.0 * 2.0**-24, 2.0**-80),
    (24929.0, 673.0 * 2.0**-24, -(2.0**-80)),
    (8384513.0 * 2.0**-35, 8392705.0 * 2.0**-35, 1.0),
    ((1 + 2.0**-23) * 2.0**-12, (1 - 2.0**-23) * 2.0**-12, 1 + 2.0**-23),
]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("a", "b", "c"), TIES)
def test_fma_keeps_what_float64_loses(a: float, b: float, c: float, sign: int) -> None:
    """Of the addend, and of the product where that is the smaller one."""
    src = sign * a, b, sign * c
    got = meaning_of(Op.FMA, dtypes.float32, *(array([v], dtypes.float32) for v in src))
    exact = Fraction(src[0]) * Fraction(src[1]) + Fraction(src[2])
    same(got, [rounded(exact, dtypes.float32)])


FUNCTIONS = {
    Op.EXP2: lambda x: 2.0**x,
    Op.LOG2: math.log2,
    Op.SIN: math.sin,
    Op.SQRT: math.sqrt,
    Op.TRUNC: lambda x: float(math.trunc(x)),
}


@pytest.mark.parametrize("dtype", FLOATS, ids=lambda d: d.name)
@pytest.mark.parametrize("op", FUNCTIONS, ids=lambda o: o.name)
def test_function(op: Op, dtype: DType) -> None:
    x = np.concatenate([np.linspace(-9, 9, 181), [1e3, 3e4]]).astype(dtype.np)
    if op in (Op.LOG2, Op.SQRT):
        x = x[x > 0]
    if op is Op.EXP2:
        x = x[x < 16]
    got = meaning_of(op, dtype, x)
    want = np.array([FUNCTIONS[op](float(v)) for v in x])
    tolerance = float(np.finfo(np.float64).eps * 4) if dtype is dtypes.float64 else 0.0
    if tolerance:
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)
    else:
        assert got.astype(np.float64).tolist() == [rounded(Fraction(w), dtype) for w in want]


def test_sine_of_large_arguments() -> None:
    got = meaning_of(Op.SIN, dtypes.float64, np.array([1e22, 2.0**1000]))
    # Ng, "Argument reduction for huge arguments", 1992; the second from 400-digit arithmetic
    np.testing.assert_allclose(got[0], -0.8522008497671888, rtol=1e-15)
    np.testing.assert_allclose(got[1], math.sin(2.0**1000), rtol=1e-15)


# ---- conversion ---------------------------------------------------------------------------------

TO_INT = [NAN, INF, -INF, 0.0, -0.0, 0.75, -0.75, 1.5, -1.5, 2.5, -2.5, 126.5, 127.0, 128.0, 255.5]
TO_INT += [256.0, -128.0, -129.0, 32768.0, 65504.0, -65504.0, 2.0**31, -(2.0**31), 2.0**32]
TO_INT += [2.0**63, -(2.0**63), 2.0**64, -(2.0**64), 1e30, -1e30, 2.0**31 - 128, 2.0**63 - 2.0**39]


def saturated(x: float, dtype: DType) -> int:
    if math.isnan(x):
        return 0
    if math.isinf(x):
        return int(dtype.max if x > 0 else dtype.min)
    return max(int(dtype.min), min(int(dtype.max), math.trunc(x)))


@pytest.mark.parametrize("source", FLOATS, ids=lambda d: d.name)
@pytest.mark.parametrize("target", INTS, ids=lambda d: d.name)
def test_float_to_integer_saturates(source: DType, target: DType) -> None:
    with np.errstate(all="ignore"):
        x = np.array(TO_INT).astype(source.np)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = meaning_of(Op.CAST, target, x)
    assert got.dtype == target.np
    assert got.tolist() == [saturated(float(v), target) for v in x]


@pytest.mark.parametrize("source", FLOATS, ids=lambda d: d.name)
def test_float_to_bool(source: DType) -> None:
    got = meaning_of(Op.CAST, dtypes.bool, array([0.0, -0.0, 0.5, NAN, -INF], source))
    assert got.tolist() == [False, False, True, True, True]


@pytest.mark.parametrize("source", [*INTS, dtypes.bool], ids=lambda d: d.name)
@pytest.mark.parametrize("target", INTS, ids=lambda d: d.name)
def test_integer_to_integer_wraps(source: DType, target: DType) -> None:
    values = [0, 1] if source.is_bool else interesting(source)
    got = meaning_of(Op.CAST, target, array(values, source))
    assert got.dtype == target.np
    assert got.tolist() == [wrap(v, target) for v in values]


@pytest.mark.parametrize("source", INTS, ids=lambda d: d.name)
@pytest.mark.parametrize("target", NARROW, ids=lambda d: d.name)
def test_integer_to_float_rounds_once(source: DType, target: DType) -> None:
    values = list(interesting(source))
    for place in range(0, source.bits - 12, 3):  # ties and their neighbours at every size
        for odd in (0x801, 0x803, 0x8FF, 0x101, 0x181):
            values += [(odd << place) + delta for delta in (-1, 0, 1)]
    values += [-v for v in values]
    values = [v for v in values if dtype_holds(source, v)]
    got = meaning_of(Op.CAST, target, array(values, source))
    assert got.astype(np.float64).tolist() == [rounded(Fraction(v), target) for v in values]


def dtype_holds(dtype: DType, value: int) -> bool:
    return int(dtype.min) <= value <= int(dtype.max)


@pytest.mark.parametrize("source", FLOATS, ids=lambda d: d.name)
@pytest.mark.parametrize("target", NARROW, ids=lambda d: d.name)
def test_float_to_float_rounds_once(source: DType, target: DType) -> None:
    x = list(random_floats(source, 500, 7).astype(np.float64))
    if source is dtypes.float64:
        tie = 1 + 2.0 ** -PRECISION[target.name][0]
        x += [tie, np.nextafter(tie, 2), np.nextafter(tie, 0), -np.nextafter(tie, 2)]
        x += [1e-45, 2.0**-150, np.nextafter(2.0**-150, 1), 3.5e38, -1e300]
    values = np.array(x).astype(source.np)
    got = meaning_of(Op.CAST, target, values)
    want = [rounded(Fraction(float(v)), target) for v in values]
    assert got.astype(np.float64).tolist() == want


def test_float_specials_survive_casts() -> None:
    for source in FLOATS:
        for target in FLOATS:
            same(meaning_of(Op.CAST, target, array([NAN, INF, -INF, -0.0], source)),
                 [NAN, INF, -INF, -0.0])  # fmt: skip


def test_bool_to_number() -> None:
    for target in (*INTS, *FLOATS):
        got = meaning_of(Op.CAST, target, np.array([False, True]))
        assert got.dtype == target.np
        assert got.astype(np.float64).tolist() == [0.0, 1.0]


def test_bitcast() -> None:
    one = meaning_of(Op.BITCAST, dtypes.uint32, np.array(1.0, np.float32))
    assert one.shape == () and one.item() == 0x3F800000
    halves = meaning_of(Op.BITCAST, dtypes.uint16, np.array([[1.0, -2.0]], np.float32))
    assert halves.tolist() == [[0, 0x3F80, 0, 0xC000]]
    back = meaning_of(Op.BITCAST, dtypes.float32, halves)
    assert back.tolist() == [[1.0, -2.0]]
    assert meaning_of(Op.BITCAST, dtypes.uint16, array([1.0], dtypes.bfloat16)).tolist() == [0x3F80]
    assert meaning_of(Op.BITCAST, dtypes.int8, np.zeros((3, 0), np.float32)).shape == (3, 0)
    strided = np.arange(6, dtype=np.int32).reshape(2, 3).T
    assert meaning_of(Op.BITCAST, dtypes.uint32, strided).tolist() == strided.tolist()


@pytest.mark.parametrize("dtype", list(all_dtypes()), ids=lambda d: d.name)
def test_where_takes_the_dtype_of_its_branches(dtype: DType) -> None:
    a, b = np.ones(2, dtype.np), np.zeros(2, dtype.np)
    got = meaning_of(Op.WHERE, dtype, np.array([True, False]), a, b)
    assert got.dtype == dtype.np
    assert got.astype(np.float64).tolist() == [1.0, 0.0]


@pytest.mark.parametrize("op", sorted(ELEMENTWISE, key=lambda o: o.name), ids=lambda o: o.name)
def test_scalars_give_arrays_without_axes(op: Op) -> None:
    arity = {Op.WHERE: 3, Op.FMA: 3}.get(op) or (2 if op in INTEGER or op is Op.FDIV else 1)
    dtype = dtypes.float32 if op not in INTEGER else dtypes.int32
    target = dtypes.int32 if op in (Op.CAST, Op.BITCAST) else dtype
    src = [np.asarray(1, dtype.np)] * arity
    if op is Op.WHERE:
        src[0] = np.asarray(True)
    got = MEANING[op](target, *src)
    assert isinstance(got, np.ndarray) and got.shape == ()


# ---- reduction ----------------------------------------------------------------------------------

REDUCED = [
    (Op.ADD, dtypes.int8, [100, 100, 1], -55),
    (Op.MUL, dtypes.int8, [16, 16, 3], 0),
    (Op.MAX, dtypes.int8, [-5, -3, -128], -3),
    (Op.MAX, dtypes.uint8, [5, 200], 200),
    (Op.ADD, dtypes.uint64, [2**63, 2**63, 5], 5),
    (Op.ADD, dtypes.bool, [False, True, True], True),
    (Op.ADD, dtypes.bool, [False, False], False),
    (Op.MUL, dtypes.bool, [True, False], False),
    (Op.MUL, dtypes.bool, [True, True], True),
    (Op.MAX, dtypes.bool, [True, False], True),
    (Op.MAX, dtypes.float32, [1.0, NAN, 2.0], NAN),
    (Op.MAX, dtypes.float32, [-0.0, 0.0, -1.0], 0.0),
    (Op.MAX, dtypes.float32, [0.0, -0.0], 0.0),
    (Op.MAX, dtypes.float32, [-0.0, -0.0], -0.0),
    (Op.MAX, dtypes.bfloat16, [-3.0, -2.0], -2.0),
    (Op.MAX, dtypes.float16, [-INF, -INF], -INF),
    (Op.ADD, dtypes.bfloat16, [1.0, 2.0, 0.5], 3.5),
    (Op.MUL, dtypes.float16, [3.0, -0.5], -1.5),
    (Op.ADD, dtypes.float32, [INF, -INF], NAN),
    (Op.ADD, dtypes.float64, [], 0.0),
    (Op.MUL, dtypes.float64, [], 1.0),
    (Op.MAX, dtypes.float64, [], -INF),
    (Op.ADD, dtypes.int32, [], 0),
    (Op.MUL, dtypes.int32, [], 1),
    (Op.MAX, dtypes.int32, [], -(2**31)),
    (Op.MAX, dtypes.uint32, [], 0),
    (Op.ADD, dtypes.bool, [], False),
    (Op.MUL, dtypes.bool, [], True),
    (Op.MAX, dtypes.bool, [], False),
    (Op.ADD, dtypes.bfloat16, [], 0.0),
    (Op.MAX, dtypes.bfloat16, [], -INF),
]


@pytest.mark.parametrize(("op", "dtype", "values", "want"), REDUCED, ids=str)
def test_reduction(op: Op, dtype: DType, values: list, want: object) -> None:
    got = reduction(op, dtype, array(values, dtype)[None, :], (1,))
    assert got.dtype == dtype.np and got.shape == (1,)
    same(got, [want])


# ---- memory -------------------------------------------------------------------------------------


def test_gather() -> None:
    source = np.arange(6, dtype=np.float32).reshape(3, 2)
    assert gather(source, np.array([2, 0], np.int32)).tolist() == [[4, 5], [0, 1]]
    valid = np.array([True, False])
    assert gather(source, np.array([1, 99]), valid).tolist() == [[2, 3], [0, 0]]
    assert gather(np.zeros((0, 2)), np.array([7]), np.array([False])).tolist() == [[0, 0]]
    assert gather(source, np.zeros((0, 4), np.int64)).shape == (0, 4, 2)


OUTSIDE = [
    np.array([0, 3]),
    np.array([-1, 0]),
    np.array([0, 2**64 - 1], np.uint64),
    np.array([-128], np.int8),
]


@pytest.mark.parametrize("index", OUTSIDE, ids=str)
def test_an_index_outside_raises(index: np.ndarray) -> None:
    source = np.arange(3.0)
    with pytest.raises(OutOfRangeError, match=r"load: got index .*expected an index in \[0, 3\)"):
        gather(source, index)
    with pytest.raises(OutOfRangeError, match="store: got index"):
        scatter(source, index, np.ones(len(index)))
    assert source.tolist() == [0, 1, 2]


def test_the_error_shows_the_index_as_it_was() -> None:
    with pytest.raises(OutOfRangeError, match="index 18446744073709551615"):
        gather(np.arange(3.0), np.array([2**64 - 1], np.uint64))


def test_scatter() -> None:
    base = np.zeros(4, np.int8)
    scatter(base, np.array([[1, 2], [1, 1]]), np.array([[10, 20], [30, 40]], np.int8))
    assert base.tolist() == [0, 40, 20, 0]  # the last wins
    scatter(base, np.array([1, 1, 3]), np.array([100, 100, 1], np.int8), mode="add")
    assert base.tolist() == [0, -16, 20, 1]  # wraps around
    scatter(base, np.array([0, 77]), np.array([5, 6], np.int8), np.array([True, False]))
    assert base.tolist() == [5, -16, 20, 1]
    half = array([0.0, 0.0], dtypes.bfloat16)
    scatter(half, np.array([1, 1]), array([256.0, 1.0], dtypes.bfloat16), mode="add")
    assert half.astype(float).tolist() == [0.0, 256.0]  # each addition rounds
    flags = np.zeros(2, np.bool_)
    scatter(flags, np.array([1, 1]), np.array([True, False]), mode="add")
    assert flags.tolist() == [False, True]


def test_scatter_is_in_row_major_order_whatever_the_strides() -> None:
    base = np.zeros(3)
    index = np.zeros((2, 3), np.int64).T
    value = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).T
    scatter(base, index, value)
    assert base[0] == 6.0
    scatter(base, index, value[::-1])
    assert base[0] == 4.0
