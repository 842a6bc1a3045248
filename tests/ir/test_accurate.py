"""exp, log, tanh, erf ...: errors in ulp, special values, slopes and curvatures."""

from __future__ import annotations

import math
from dataclasses import replace

import mpmath
import numpy as np
import pytest
import torch

from smelt.autograd.backward import gradients
from smelt.dtype import DType, dtypes
from smelt.ir import accurate, coefficients
from smelt.ir.evaluate import MEANING, evaluate_graph
from smelt.ir.node import BufferRef, Node, buffer, const, index, load, param, toposort
from smelt.ir.op import ELEMENTWISE, Op
from smelt.program import Target
from smelt.render.decompose import decompose
from tests.render.accuracy import Array, compute, double_errors, float_bits, single_errors
from tools.fit_polynomials import FITS, largest_error

INF, NAN = math.inf, math.nan
WITH_FMA = Target("CPU", "x86_64", "x86-64-v3", "", 32, 16, has_fma=True)
WITHOUT_FMA = replace(WITH_FMA, has_fma=False)

# name: limits in ulp for float32 with FMA and without, for float64 without; found: a little less
LIMITS = {
    "exp": (0.95, 1.2, 1.7),
    "expm1": (1.7, 2.0, 2.4),
    "tanh": (1.9, 2.6, 2.5),
    "log": (1.8, 1.8, 2.5),
    "log10": (1.6, 2.4, 2.5),
    "log1p": (1.8, 2.2, 2.6),
    "erf": (1.7, 2.0, 2.4),
    "cos": (0.51, 0.51, None),
    "atan": (2.15, 2.6, 2.6),
}
TORCH = {name: getattr(torch, name) for name in LIMITS}
MPMATH = {name: getattr(mpmath, name) for name in LIMITS}


def function(name: str) -> object:
    return getattr(accurate, name)


def singles() -> Array:
    """A sweep over all float32, and dense samples where the functions are not constant."""
    rng = np.random.default_rng(5)
    pattern = np.arange(0, 1 << 32, 1 << 13) + rng.integers(0, 1 << 13, 1 << 19)
    return np.concatenate(
        [
            float_bits(pattern, dtypes.float32),
            rng.normal(size=200_000).astype(np.float32),
            rng.uniform(-110, 95, 200_000).astype(np.float32),
            np.linspace(-4.5, 4.5, 200_001, dtype=np.float32),
            np.linspace(88.72, 88.73, 1000, dtype=np.float32),
            np.linspace(-104.1, -103.9, 1000, dtype=np.float32),
        ]
    )


@pytest.mark.parametrize("name", LIMITS)
def test_float32(name: str) -> None:
    x = singles()
    with np.errstate(invalid="ignore"):  # signalling NaNs are among them
        exact = TORCH[name](torch.tensor(x.astype(np.float64))).numpy()
    leaf = load(param(0, dtypes.float32, 1), index(0))
    node = function(name)(leaf)
    for target, limit in zip((WITH_FMA, WITHOUT_FMA), LIMITS[name], strict=False):
        errors = single_errors(compute(_decomposed(node, target), leaf, x), exact)
        worst = int(errors.argmax())
        assert errors[worst] <= limit, (x[worst], errors[worst])


def _decomposed(root: Node, target: Target) -> Node:
    """What a kernel gets to see: no marks, no difficult instructions."""
    new: dict[Node, Node] = {}
    for node in toposort([root]):
        src = tuple(new[s] for s in node.src)
        new[node] = src[0] if node.op is Op.DETACH else node.with_src(src)
    return decompose(new[root], target)


@pytest.mark.parametrize("name", [name for name in LIMITS if LIMITS[name][2]])
def test_float64(name: str) -> None:
    rng = np.random.default_rng(6)
    tiny = rng.uniform(-1, 1, 400) * 10.0 ** rng.uniform(-300, 0, 400)
    x = np.concatenate([tiny, rng.uniform(-0.9, 3, 400), rng.uniform(-7, 7, 400)])
    x = np.concatenate([x, rng.uniform(-740, 709, 200), [709.78, -745.1]])
    if name.startswith("log"):
        x = x[x > (-1 if name == "log1p" else 0)]
    leaf = load(param(0, dtypes.float64, 1), index(0))
    got = compute(_decomposed(function(name)(leaf), WITHOUT_FMA), leaf, x)
    with mpmath.workprec(200):
        exact = [MPMATH[name](mpmath.mpf(float(v))) for v in x]
        errors = double_errors(got, exact)
    worst = int(errors.argmax())
    assert errors[worst] <= LIMITS[name][2], (x[worst], errors[worst])


def test_cosine_of_float64_is_within_three_units_of_one() -> None:
    rng = np.random.default_rng(7)
    x = np.concatenate([rng.uniform(-10, 10, 300), 10.0 ** rng.uniform(0, 300, 300)])
    x = np.concatenate([x, (np.arange(100) + 0.5) * math.pi])
    leaf = load(param(0, dtypes.float64, 1), index(0))
    got = compute(_decomposed(accurate.cos(leaf), WITHOUT_FMA), leaf, x)
    with mpmath.workprec(1300):
        errors = [
            abs(mpmath.cos(mpmath.mpf(float(v))) - float(g)) for v, g in zip(x, got, strict=True)
        ]
    assert float(max(errors)) <= 3 * 2.0**-52


SPECIAL = {
    "exp": [
        (-INF, 0.0),
        (INF, INF),
        (NAN, NAN),
        (0.0, 1.0),
        (-0.0, 1.0),
        (1e30, INF),
        (-1e30, 0.0),
    ],
    "expm1": [(-INF, -1.0), (INF, INF), (NAN, NAN), (0.0, 0.0), (-0.0, -0.0), (1e-30, 1e-30)],
    "tanh": [(-INF, -1.0), (INF, 1.0), (NAN, NAN), (0.0, 0.0), (-0.0, -0.0), (1e-30, 1e-30)],
    "log": [(0.0, -INF), (-0.0, -INF), (INF, INF), (-1.0, NAN), (NAN, NAN), (1.0, 0.0)],
    "log10": [(0.0, -INF), (INF, INF), (-INF, NAN), (NAN, NAN), (1.0, 0.0), (10.0, 1.0)],
    "log1p": [(-1.0, -INF), (INF, INF), (-2.0, NAN), (NAN, NAN), (0.0, 0.0), (-0.0, -0.0)],
    "cos": [(0.0, 1.0), (-0.0, 1.0), (INF, NAN), (-INF, NAN), (NAN, NAN), (1e-30, 1.0)],
    "erf": [(-INF, -1.0), (INF, 1.0), (NAN, NAN), (0.0, 0.0), (-0.0, -0.0), (1e30, 1.0)],
}


@pytest.mark.parametrize("dtype", [dtypes.float32, dtypes.float64], ids=lambda d: d.name)
@pytest.mark.parametrize("name", SPECIAL)
def test_special_values(name: str, dtype: DType) -> None:
    x, right = np.array(SPECIAL[name]).T.astype(dtype.np)
    got = evaluate(name, x, dtype)[0]
    np.testing.assert_array_equal(got, right)
    zeros = right == 0
    np.testing.assert_array_equal(np.signbit(got[zeros]), np.signbit(right[zeros]))


def evaluate(name: str, x: Array, dtype: DType, order: int = 0) -> list[Array]:
    """The function and its first derivatives, as the interpreter computes them."""
    ref = BufferRef("CPU", x.size, dtype)
    leaf = buffer(ref)
    nodes = [function(name)(leaf)]
    for _ in range(order):
        (slope,) = gradients(nodes[-1], const(1.0, dtype, leaf.shape), [leaf])
        nodes.append(slope)
    return evaluate_graph(nodes, {ref: x})


@pytest.mark.parametrize("dtype", [dtypes.float16, dtypes.bfloat16], ids=lambda d: d.name)
@pytest.mark.parametrize("name", LIMITS)
def test_floats_of_16_bits_are_rounded_once(name: str, dtype: DType) -> None:
    x = np.linspace(-9, 9, 5000).astype(dtype.np)
    wide = evaluate(name, x.astype(np.float32), dtypes.float32)[0]
    np.testing.assert_array_equal(
        evaluate(name, x, dtype)[0].astype(np.float32), wide.astype(dtype.np).astype(np.float32)
    )


def test_log10_of_powers_of_ten() -> None:
    for dtype, most in ((dtypes.float32, 10), (dtypes.float64, 22)):
        powers = 10.0 ** np.arange(most + 1)
        got = evaluate("log10", powers.astype(dtype.np), dtype)[0]
        np.testing.assert_allclose(got, np.arange(most + 1), rtol=3 * np.finfo(dtype.np).eps)


@pytest.mark.parametrize(
    "name",
    [
        "exp",
        "expm1",
        "tanh",
        "erf",
        "erfc",
        "gelu",
        "sigmoid",
        "softplus",
        "tanh_softplus",
        "log1p",
    ],
)
def test_nothing_underflows_on_the_way_to_a_normal_result(name: str) -> None:
    sizes = [0.0, 1.0, 5.0, 10.0, 12.5, 20.0, 50.0, 95.0, 104.0, 200.0, 1e4, 1e30, INF]
    x = np.array(sizes + [-size for size in sizes], np.float32)
    leaf = load(param(0, dtypes.float32, 1), index(0))
    root = _decomposed(function(name)(leaf), WITH_FMA)
    with np.errstate(all="ignore"):
        order = toposort([root], stop=lambda n: n is leaf)
        values = {n: compute(n, leaf, x) for n in order if n.dtype.is_float}
        fine = ~((np.abs(values[root]) < 2.0**-126) & (values[root] != 0))
        for node, value in values.items():
            if node.op not in (Op.MUL, Op.FMA, Op.FDIV, Op.ADD, Op.SUB):
                continue
            wide = [values[s].astype(np.float64) for s in node.src]
            exact = MEANING[node.op](dtypes.float64, *wide)
            underflows = (exact != 0) & (np.abs(exact) < 2.0**-126) & fine
            assert not underflows.any(), (node, x[underflows], value[underflows])


# ---- derivatives --------------------------------------------------------------------------------

POINTS = [0.0, 1e-30, 1e-8, 1e-4, 0.01, 0.1, 0.3, 0.499, 0.5, 0.501, 0.59, 0.6, 0.61, 0.9, 0.99]
POINTS += [1.0, 1.01, 1.5, 2.0, 3.0, 3.9, 5.0, 20.0, 50.0, 88.0, 100.0, 1000.0, 1e10, 1e30]


@pytest.mark.parametrize(
    ("dtype", "rtol", "atol"),
    [(dtypes.float32, 1e-6, 1e-6), (dtypes.float64, 1e-13, 1e-14)],
    ids=["float32", "float64"],
)
@pytest.mark.parametrize("name", LIMITS)
def test_first_and_second_derivatives(name: str, dtype: DType, rtol: float, atol: float) -> None:
    x = np.array(POINTS + [-p for p in POINTS]).astype(dtype.np)
    if name.startswith("log"):
        x = x[x > (-1 if name == "log1p" else 0)]
    leaf = torch.tensor(x.astype(np.float64), requires_grad=True)
    (slope,) = torch.autograd.grad(TORCH[name](leaf).sum(), leaf, create_graph=True)
    (curve,) = torch.autograd.grad(slope.sum(), leaf)
    _, *got = evaluate(name, x, dtype, order=2)
    for mine, right in zip(got, (slope, curve), strict=True):
        with np.errstate(over="ignore"):
            wanted = right.detach().numpy().astype(dtype.np)
        # The curvature of atan's polynomial is not as close at |x| = 1, where two of them meet.
        np.testing.assert_allclose(mine, wanted, rtol * 5 if name == "atan" else rtol, atol)


@pytest.mark.parametrize(
    ("name", "x", "slope"),
    [
        ("exp", -INF, 0.0), ("exp", 200.0, INF),
        ("expm1", -INF, 0.0), ("tanh", INF, 0.0), ("tanh", -INF, 0.0), ("erf", INF, 0.0),
        ("erf", -INF, 0.0), ("log", INF, 0.0), ("log", 0.0, INF), ("log1p", -1.0, INF),
    ],
)  # fmt: skip
def test_slopes_at_the_edges(name: str, x: float, slope: float) -> None:
    got = evaluate(name, np.array([x], np.float32), dtypes.float32, order=1)[1]
    assert got[0] == slope


# ---- cost, constants ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("exp", 18), ("expm1", 24), ("tanh", 35), ("log", 2), ("log10", 3), ("log1p", 11),
        ("cos", 6), ("erf", 31), ("gelu", 40), ("sigmoid", 29), ("softplus", 31),
    ],
)  # fmt: skip
def test_number_of_operations(name: str, most: int) -> None:
    leaf = load(param(0, dtypes.float32, 1), index(0))
    assert len([n for n in toposort([function(name)(leaf)]) if n.op in ELEMENTWISE]) <= most


def test_any_shape() -> None:
    x = const(0.5, dtypes.float32, (2, 3))
    for name in LIMITS:
        assert function(name)(x).shape == (2, 3)


@pytest.mark.parametrize(
    ("name", "dtype", "error"),
    [
        ("expm1", dtypes.float32, -26.0), ("expm1", dtypes.float64, -55.4),
        ("atan", dtypes.float32, -30.6), ("atan", dtypes.float64, -55.3),
        ("log_erfc", dtypes.float32, -27.6), ("log_erfc", dtypes.float64, -56.1),
        ("tail", dtypes.float32, -26.6), ("tail", dtypes.float64, -52.0),
        ("log1p", dtypes.float32, -26.4), ("log1p", dtypes.float64, -56.3),
        ("inverse", dtypes.float32, -8.8),
    ],
)  # fmt: skip
def test_error_of_each_polynomial(name: str, dtype: DType, error: float) -> None:
    table = getattr(coefficients, name.upper())
    row = next(row for row in FITS if row.name == f"{name} {dtype.name}")
    found = table if isinstance(table, tuple) else table[dtype]
    assert mpmath.log(largest_error(row, found), 2) < error


@pytest.mark.parametrize("dtype", [dtypes.float32, dtypes.float64], ids=lambda d: d.name)
def test_split_of_the_exponential(dtype: DType) -> None:
    split = accurate._SPLIT[dtype]
    with mpmath.workprec(200):
        rest = mpmath.log(2) - mpmath.mpf(split.ln2_high) - mpmath.mpf(split.ln2_low)
        assert abs(rest) < {dtypes.float32: 2.0**-36, dtypes.float64: 2.0**-84}[dtype]
    largest = split.bias + {dtypes.float32: 23, dtypes.float64: 52}[dtype] + 1  # of |n|
    bits = next(n for n in range(54) if (split.ln2_high * 2**n).is_integer())
    assert largest.bit_length() + bits <= {dtypes.float32: 24, dtypes.float64: 53}[dtype]
