"""Every elementwise function against array-api-strict: all pairs of telling values, each dtype."""

from __future__ import annotations

from typing import Any

import array_api_strict as strict
import numpy as np
import pytest

import smelt.array_api as xp

DTYPES = ("bool", "int8", "uint8", "int64", "uint64", "float32", "float64")
INTS = (0, 1, 2, 3, 5, 7, -1, -2, -7)
FLOATS = (
    0.0, 1.0, 0.1, 0.5, 1.5, 2.0, 2.5, 3.0, 7.25, 12.3, 80.0, 1e10, 2.0**53, 1e-30, 1e-7, 1e-3,
    np.inf, np.nan,
)  # fmt: skip
UNARY = (
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "bitwise_invert", "ceil", "cos",
    "cosh", "exp", "expm1", "floor", "isfinite", "isinf", "isnan", "log", "log10", "log1p", "log2",
    "logical_not", "negative", "positive", "reciprocal", "round", "sign", "signbit", "sin", "sinh",
    "sqrt", "square", "tan", "tanh", "trunc",
)  # fmt: skip
BINARY = (
    "add", "atan2", "bitwise_and", "bitwise_left_shift", "bitwise_or", "bitwise_right_shift",
    "bitwise_xor", "copysign", "divide", "equal", "floor_divide", "greater", "greater_equal",
    "hypot", "less", "less_equal", "logaddexp", "logical_and", "logical_or", "logical_xor",
    "maximum", "minimum", "multiply", "nextafter", "not_equal", "pow", "remainder", "subtract",
)  # fmt: skip
UNSIGNED_ZEROS = ("maximum", "minimum", "sign")  # the standard leaves open which of the two it is
ULPS = {"pow": 512}  # of a huge result
DEFINED = {  # pairs of integers whose result the standard defines
    "floor_divide": lambda a, b: b != 0,
    "remainder": lambda a, b: b != 0,
    "pow": lambda a, b: b >= 0,
    "bitwise_left_shift": lambda a, b: (b >= 0) & (b < 8),
    "bitwise_right_shift": lambda a, b: (b >= 0) & (b < 8),
}
# A scalar that promotes with the array, and one that does not fit into the function at all.
SCALARS = [("add", 1), ("divide", 2.5), ("less", 3), ("logical_and", True), ("pow", 2)]


def telling(dtype: str) -> np.ndarray[Any, Any]:
    if dtype == "bool":
        return np.array([False, True])
    if dtype.startswith("float"):
        info = np.finfo(dtype)
        numbers = [*FLOATS, float(info.max), float(info.tiny)]
        return np.array([*numbers, *(-v for v in numbers)], dtype)
    limits = np.iinfo(dtype)
    numbers = [v for v in INTS if v >= limits.min]
    return np.array([*numbers, limits.max, limits.max - 1, limits.min], dtype)


def compare(name: str, arguments: list[np.ndarray[Any, Any]]) -> None:
    with np.errstate(all="ignore"):
        try:
            expected = np.asarray(getattr(strict, name)(*map(strict.asarray, arguments)))
        except (TypeError, ValueError):
            with pytest.raises(TypeError):
                getattr(xp, name)(*map(xp.asarray, arguments))
            return
        result = getattr(xp, name)(*map(xp.asarray, arguments))
        assert result.dtype.name == expected.dtype.name
        found = result.numpy()
        same = (found == expected) | (np.isnan(found) & np.isnan(expected))
        if expected.dtype.kind == "f":
            info = np.finfo(expected.dtype)
            error = abs(found - expected)
            near = error <= ULPS.get(name, 8) * info.eps * abs(expected) + info.tiny
            same |= near & np.isfinite(expected) & (expected != 0)
            if name not in UNSIGNED_ZEROS:
                same &= (found != 0) | (np.signbit(found) == np.signbit(expected))
    wrong = [(*(a[i] for a in arguments), found[i], expected[i]) for i in np.nonzero(~same)[0]]
    assert not wrong, f"{name}: {wrong[:5]}"


@pytest.mark.parametrize("name", UNARY)
def test_of_one(name: str) -> None:
    for dtype in DTYPES:
        compare(name, [telling(dtype)])


@pytest.mark.parametrize("name", BINARY)
def test_of_two(name: str) -> None:
    for dtype in DTYPES:
        values = telling(dtype)
        a, b = (side.ravel() for side in np.meshgrid(values, values))
        kept = np.full(a.shape, True)
        if np.dtype(dtype).kind in "iu" and name in DEFINED:
            kept = DEFINED[name](a, b)
        elif name == "remainder" and dtype.startswith("float"):  # inexact for huge quotients
            with np.errstate(all="ignore"):
                kept = ~(abs(a / b.astype("float64")) > 2.0**150) | np.isinf(a) | (b == 0)
        a, b = a[kept], b[kept]
        compare(name, [a, b])


@pytest.mark.parametrize("name, scalar", SCALARS)
def test_scalars_are_weak(name: str, scalar: float) -> None:
    for dtype in DTYPES:
        values = telling(dtype)[:3]
        for order in (1, -1):
            pair = [values, scalar][::order]
            ours = [xp.asarray(v) if v is values else v for v in pair]
            theirs = [strict.asarray(v) if v is values else v for v in pair]
            try:
                with np.errstate(all="ignore"):
                    expected = np.asarray(getattr(strict, name)(*theirs))
            except TypeError:
                continue  # the kinds do not fit together
            result = getattr(xp, name)(*ours)
            assert result.dtype.name == expected.dtype.name
            np.testing.assert_allclose(result.numpy(), expected, 1e-6)


def test_two_scalars_are_no_arrays() -> None:
    with pytest.raises(TypeError, match="an array"):
        xp.add(1, 2)
    with pytest.raises(TypeError, match="an array"):
        xp.sin(1.0)


def test_signs_of_what_has_none() -> None:
    nans = xp.asarray(float("nan")), xp.asarray(float("-nan"))
    assert [bool(xp.signbit(x)) for x in (*nans, -nans[0])] == [False, True, True]
    for zero in (xp.asarray(-0.0), xp.asarray([-0.0, 0.0])):
        assert not xp.any(xp.signbit(xp.sign(zero)))
    assert xp.sign(xp.asarray([-3, 0, 3], dtype=xp.int8)).dtype is xp.int8


def test_a_remainder_is_exact_where_the_quotient_is_large() -> None:
    """On 0-d arrays as well, which are constants, and on the interpreter."""
    for a, b in ((1.3510798882111484e16, 5.0), (1e30, 7.0), (-1e22, 0.3)):
        assert float(xp.asarray(a) % b) == a % b
        for device in ("PYTHON", "CPU"):
            assert (xp.asarray([a], device=device) % b).tolist() == [a % b]


def test_parts_of_a_real_number() -> None:
    x = xp.asarray([1.5, -2.0])
    assert xp.real(x).tolist() == xp.conj(x).tolist() == [1.5, -2.0]
    assert xp.imag(x).tolist() == [0.0, 0.0]


def test_every_operator_promotes_as_the_standard_has_it() -> None:
    names = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", *DTYPES[-2:])
    for a in names:
        for b in names:
            try:
                expected = str(strict.result_type(getattr(strict, a), getattr(strict, b)))
            except TypeError:
                continue
            x, y = (xp.ones(1, dtype=getattr(xp, name)) for name in (a, b))
            assert f"array_api_strict.{(x + y).dtype.name}" == expected
            assert xp.result_type(x, y.dtype) is (x * y).dtype
