"""Promotion against numpy, weak scalars, casts, and the dtypes that results have."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from smelt import Context, Tensor, dtypes
from smelt.dtype import FLOAT8, DType, all_dtypes, promote
from smelt.util.errors import ArgumentError, DTypeError

ALL = list(all_dtypes())
# Where the Array API standard leaves a pair open we do as PyTorch does.
INT_WITH_FLOAT = [(a, b) for a in ALL for b in ALL if a.is_int and b.is_float]


@pytest.fixture(autouse=True)
def interpreted() -> Iterator[None]:
    with Context(ORACLE=1):
        yield


@pytest.mark.parametrize(("a", "b"), list(itertools.combinations_with_replacement(ALL, 2)))
def test_sum_of_two_dtypes(a: DType, b: DType) -> None:
    x, y = Tensor.ones(2, dtype=a), Tensor.ones(2, dtype=b)
    if {a.name, b.name} in [{"uint64", n} for n in ("int8", "int16", "int32", "int64")]:
        with pytest.raises(DTypeError, match="uint64"):
            x + y
        return
    result = x + y
    assert result.dtype is promote(a, b) is (y + x).dtype
    assert result.numpy().dtype == result.dtype.np
    if a.kind == b.kind and {a, b}.isdisjoint([dtypes.bfloat16, *FLOAT8]):
        assert result.dtype.np == np.result_type(a.np, b.np)
    elif (a, b) in INT_WITH_FLOAT or (b, a) in INT_WITH_FLOAT:
        assert result.dtype in (a, b) and result.dtype.is_float


@pytest.mark.parametrize("dtype", ALL)
@pytest.mark.parametrize("scalar", [True, 1, 1.0])
def test_scalars_are_weak(dtype: DType, scalar: Any) -> None:
    higher = dtype.is_bool and not isinstance(scalar, bool)
    higher |= isinstance(scalar, float) and not dtype.is_float
    expected = dtype
    if higher:
        expected = dtypes.float32 if isinstance(scalar, float) else dtypes.int32
    x = Tensor.ones(2, dtype=dtype)
    assert (x * scalar).dtype is expected
    assert (scalar * x).dtype is expected
    assert (x == scalar).dtype is dtypes.bool


def test_numpy_scalars_are_as_weak() -> None:
    x = Tensor([1.0], dtype="float16")
    assert (x * np.float64(2)).dtype is dtypes.float16
    assert (np.float32(2) * x).dtype is dtypes.float16
    assert (np.int64(2) + Tensor([1], dtype="int8")).dtype is dtypes.int8


def test_numpy_arrays_are_tensors() -> None:
    x = Tensor([1, 2])
    a = np.array([0.5, 1.5])
    for result in (x + a, a + x):
        assert isinstance(result, Tensor) and result.dtype is dtypes.float64
        assert result.tolist() == [1.5, 3.5]


def test_a_scalar_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(
        ArgumentError, match="add: got 300 with uint8, expected a number that uint8"
    ):
        Tensor([1], dtype="uint8") + 300
    with pytest.raises(ArgumentError, match="got -1 with uint8"):
        Tensor([1], dtype="uint8").maximum(-1)
    with pytest.raises(ArgumentError, match="Tensor: got 2147483648"):
        Tensor(2**31)
    with pytest.raises(ArgumentError, match="Tensor: got -3000000000"):
        Tensor([1, -3_000_000_000])
    assert Tensor([2**40], dtype="int64").tolist() == [2**40]


@pytest.mark.parametrize("a", ALL)
@pytest.mark.parametrize("b", ALL)
def test_casts(a: DType, b: DType) -> None:
    values = [0, 1, 1] if a.is_bool else [0, 1, 100] if a.is_int else [0.0, 1.5, -2.5]
    if b.kind == "u" and a.is_float:
        values[2] = 2.5
    x = Tensor(values, dtype=a).cast(b)
    assert x.dtype is b
    np.testing.assert_array_equal(x.numpy(), np.array(values).astype(a.np).astype(b.np))


def test_named_casts() -> None:
    x = Tensor([1.5])
    names = {"bool": "bool", "int": "int32", "long": "int64", "short": "int16", "half": "float16"}
    names |= {"bfloat16": "bfloat16", "float": "float32", "double": "float64"}
    for method, dtype in names.items():
        assert getattr(x, method)().dtype.name == dtype


def test_bitcast() -> None:
    x = np.array([1.0, -2.5, 3e10], np.float32)
    np.testing.assert_array_equal(Tensor(x).bitcast("int32").numpy(), x.view(np.int32))
    np.testing.assert_array_equal(Tensor(x).bitcast("uint8").numpy(), x.view(np.uint8))
    with pytest.raises(ValueError, match="bitcast"):
        Tensor(x).bitcast("float64")


@pytest.mark.parametrize("dtype", ALL)
def test_dtypes_of_reductions(dtype: DType) -> None:
    x = Tensor.ones(2, 3, dtype=dtype)
    total = dtype if dtype.is_float or dtype is dtypes.uint64 else dtypes.int64
    assert x.sum().dtype is x.prod(0).dtype is x.cumsum(1).dtype is total
    assert x.sum().item() == 6 and x.cumsum(1).tolist() == [[1, 2, 3]] * 2
    assert x.max().dtype is dtype and x.min(0).dtype is dtype
    assert x.mean().dtype is (dtype if dtype.is_float else dtypes.float32)
    assert x.argmax(0).dtype is dtypes.int64 and x.any().dtype is x.all(0).dtype is dtypes.bool


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_halves_accumulate_in_float32(dtype: str) -> None:
    x = Tensor.full((3000,), 1.0, dtype=dtype)
    assert x.sum().item() == float(Tensor(3000.0, dtype=dtype).item())
    assert x.cumsum()[-1].item() == x.sum().item()
    assert x.mean().item() == 1.0
    row, column = x.reshape(1, -1), x.reshape(-1, 1)
    assert (row @ column).item() == x.sum().item()
    assert Tensor.einsum("i,i", x, x).item() == x.sum().item()
    image = Tensor.full((1, 300, 1, 1), 8.0, dtype=dtype)
    weight = Tensor.full((1, 300, 1, 1), 8.0, dtype=dtype)
    assert image.conv2d(weight).item() == float(Tensor(300 * 64.0, dtype=dtype).item())
    huge = Tensor.full((4,), 60000.0, dtype=dtype)
    assert huge.mean().item() == huge[0].item()  # the sum is outside of float16


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_halves_against_torch(dtype: str) -> None:
    a = torch.randn(4, 5, generator=torch.Generator().manual_seed(0)).to(getattr(torch, dtype))
    x = Tensor(a.float().numpy(), dtype=dtype)
    pairs = [
        (x.softmax(-1), a.softmax(-1)), (x.log_softmax(0), a.log_softmax(0)), (x.var(1), a.var(1)),
        (x.std(), a.std()), (x.norm(), a.norm()), (x @ x.T, a @ a.T), (x * x + x, a * a + a),
        (x.layernorm(), torch.nn.functional.layer_norm(a, (5,))), (x.logsumexp(1), a.logsumexp(1)),
    ]  # fmt: skip
    for ours, theirs in pairs:
        assert ours.dtype.name == dtype
        np.testing.assert_allclose(ours.float().numpy(), theirs.float().numpy(), rtol=2**-7)


@pytest.mark.parametrize("op", [operator.add, operator.sub, operator.mul, operator.lt, operator.eq])
@pytest.mark.parametrize("dtype", [d for d in ALL if d.is_int])
def test_integer_arithmetic_wraps_as_numpy_does(dtype: DType, op: Any) -> None:
    a = np.array([dtype.min, dtype.max, 1, 3], dtype.np)
    b = np.array([dtype.max, dtype.max, 2, 1], dtype.np)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(op(Tensor(a), Tensor(b)).numpy(), op(a, b))
