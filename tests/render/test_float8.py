"""float8: every code and random floats, bit by bit, against ml_dtypes and PyTorch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from smelt import Context, Tensor, dtypes
from smelt.dtype import FLOAT8, DType, to_dtype
from smelt.ir.node import alu, cast, const, index, load, param, toposort
from smelt.ir.op import Op
from smelt.render import float8
from smelt.util.errors import DTypeError

Array = np.ndarray[Any, Any]
TORCH = {"float8_e4m3": torch.float8_e4m3fn, "float8_e5m2": torch.float8_e5m2}
CODES = np.arange(256, dtype=np.uint8)

each = pytest.mark.parametrize("dtype", FLOAT8, ids=lambda d: d.name)


def around_the_ties(dtype: DType) -> Array:
    """All values, what is half between two of them, and the float32s next to that."""
    exact = np.sort(CODES.view(dtype.np).astype(np.float32))
    exact = exact[np.isfinite(exact)]
    ties = (exact[1:] + exact[:-1]) / 2
    sides = [np.nextafter(ties, np.float32(side)) for side in (-np.inf, np.inf)]
    beyond = [463.9, 464, 464.1, 480, 500, 61439, 61440, 65536, 3e38, math.inf, math.nan, 1e-40]
    return np.concatenate([exact, ties, *sides, np.float32(beyond), -np.float32(beyond)])


def same_codes(ours: Array, theirs: Array) -> None:
    """The same bits, but for the sign of NaN and its fraction."""
    a, b = ours.astype(np.float32), theirs.astype(np.float32)
    np.testing.assert_array_equal(np.isnan(a), np.isnan(b))
    number = ~np.isnan(a)
    np.testing.assert_array_equal(ours.view(np.uint8)[number], theirs.view(np.uint8)[number])


@each
@pytest.mark.parametrize("oracle", [0, 1])
def test_every_code_is_decoded(dtype: DType, oracle: int) -> None:
    want = CODES.view(dtype.np)
    with Context(ORACLE=oracle):
        for wide in ("float16", "bfloat16", "float32", "float64"):
            got = Tensor(want).cast(wide).double().numpy()
            np.testing.assert_array_equal(got, want.astype(np.float64))
            np.testing.assert_array_equal(np.signbit(got), np.signbit(want.astype(np.float64)))
        same_codes(Tensor(CODES).bitcast(dtype).numpy(), want)
    constants = [float8._code(float(v), dtype) for v in want]
    same_codes(np.array(constants, np.uint8).view(dtype.np), want)


@each
@pytest.mark.parametrize("oracle", [0, 1])
def test_floats_are_rounded_as_pytorch_does(dtype: DType, oracle: int) -> None:
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 1 << 32, 50_000, dtype=np.uint32).view(np.float32)
    scaled = np.exp2(rng.uniform(-20, 18, 50_000)).astype(np.float32) * rng.choice([-1, 1], 50_000)
    x = np.concatenate([bits, scaled.astype(np.float32), around_the_ties(dtype)])
    theirs = torch.tensor(x).to(TORCH[dtype.name]).view(torch.uint8).numpy().view(dtype.np)
    with Context(ORACLE=oracle):
        same_codes(Tensor(x).cast(dtype).numpy(), theirs)
        for narrow in ("float16", "bfloat16"):
            y = Tensor(x).cast(narrow)
            same_codes(y.cast(dtype).numpy(), y.float().cast(dtype).numpy())


@each
@pytest.mark.parametrize("oracle", [0, 1])
def test_float64_is_rounded_once(dtype: DType, oracle: int) -> None:
    near = around_the_ties(dtype).astype(np.float64)
    x = np.concatenate([near, near * (1 + 1e-14), near * (1 - 1e-14), near * 1e-9])
    want = np.array([dtype.cast(v) for v in x.tolist()], np.float64)
    with Context(ORACLE=oracle):
        got = Tensor(x).cast(dtype)
        np.testing.assert_array_equal(got.double().numpy(), want)


@each
def test_integers_and_bools(dtype: DType) -> None:
    values = np.array([0, 1, 2, 17, 100, 127])
    for name in ("bool", "int8", "uint8", "int32", "int64", "uint64"):
        x = Tensor(values).cast(name)
        same_codes(x.cast(dtype).numpy(), x.numpy().astype(np.float32).astype(dtype.np))
        assert x.cast(dtype).cast(name).numpy().dtype.name == name
    assert Tensor([-2.5, 2.5], dtype=dtype).int().tolist() == [-2, 2]
    assert Tensor([2**40], dtype="int64").cast(dtype).item() == dtype.max


@each
def test_arithmetic_is_float32_rounded(dtype: DType) -> None:
    rng = np.random.default_rng(1)
    x, y = (rng.normal(size=(6, 8)).astype(dtype.np) for _ in "ab")
    a, b = Tensor(x), Tensor(y)
    wide, other = x.astype(np.float32), y.astype(np.float32)
    pairs = [
        (a + b, wide + other), (a * b, wide * other), (a / b, wide / other), (-a, -wide),
        (a.maximum(b), np.maximum(wide, other)), (a @ b.T, wide @ other.T), (a * 3, wide * 3),
        (a.sum(0), wide.sum(0)), (a.max(1), wide.max(1)), (a.tanh(), np.tanh(wide)),
    ]  # fmt: skip
    for ours, theirs in pairs:
        assert ours.dtype is dtype
        same_codes(ours.numpy(), theirs.astype(dtype.np))
    assert (a < b).tolist() == (wide < other).tolist()
    same_codes((a < b).where(a, b)[1:, ::2].numpy(), np.where(wide < other, x, y)[1:, ::2])
    same_codes(Tensor.cat(a, b, dim=1).pad(((1, 0), (0, 0)))[:, 3].numpy(),
               np.concatenate([np.zeros(1, dtype.np), x[:, 3]]))  # fmt: skip


@each
def test_gradients_and_setitem(dtype: DType) -> None:
    x = Tensor([1.0, -2.0, 0.5], dtype=dtype, requires_grad=True)
    (x * x).sum().backward()
    assert x.grad is not None and x.grad.dtype is dtype and x.grad.tolist() == [2.0, -4.0, 1.0]
    x.grad = None
    x[Tensor([0, 0, 2])].sum().backward()
    assert x.grad.tolist() == [2.0, 0.0, 1.0]
    y = Tensor([1.0, 2.0, 3.0], dtype=dtype)
    y[1:] = 1.5
    assert y.tolist() == [1.0, 1.5, 1.5]
    assert repr(y) == f"Tensor([1. , 1.5, 1.5], dtype={dtype.name}, device=CPU)"


def test_no_backend_sees_float8() -> None:
    x = load(param(0, dtypes.float8_e5m2, 4), index(1))
    y = alu(Op.ADD, x, const(1.0, x.dtype))
    assert y.op is Op.CAST and y.src[0].dtype is dtypes.float32
    nodes = toposort([float8.as_bytes(alu(Op.WHERE, alu(Op.LT, x, y), cast(y, x.dtype), x))])
    assert not any(n.dtype in FLOAT8 for n in nodes)
    plain = alu(Op.ADD, const(1.0, dtypes.float32), const(2.0, dtypes.float32))
    assert float8.as_bytes(plain) is plain


def test_names_and_promotion() -> None:
    import ml_dtypes

    assert to_dtype("float8_e4m3fn") is to_dtype(ml_dtypes.float8_e4m3fn) is dtypes.float8_e4m3
    assert dtypes.fp8e5m2 is to_dtype(np.dtype(ml_dtypes.float8_e5m2)) is dtypes.float8_e5m2
    with pytest.raises(DTypeError, match="dtype: got"):
        to_dtype(ml_dtypes.float8_e4m3)  # that one has infinities
    e4m3, e5m2 = (Tensor.ones(1, dtype=d) for d in FLOAT8)
    assert (e4m3 + e5m2).dtype is dtypes.float32
    assert (e4m3 + Tensor.ones(1, dtype="float16")).dtype is dtypes.float16
    assert (e4m3 + Tensor.ones(1, dtype="int32")).dtype is (e4m3 + 2.5).dtype is e4m3.dtype
    assert Tensor.rand(99, dtype="float8_e4m3").max().item() < 1
