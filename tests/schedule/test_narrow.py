"""Products of float16 as sums of products of bfloat16, on whatever machine this is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from smelt import Tensor, dtypes
from smelt.engine import executable
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import bitcast, cast, iota, numel
from smelt.schedule.lower import schedule
from smelt.schedule.narrow import _parts
from smelt.schedule.products import Multiplier
from smelt.schedule.reasons import Why

Array = np.ndarray[Any, Any]


def numbers(*shape: int) -> Array:
    rng = np.random.default_rng(sum(shape))
    return rng.standard_normal(shape).astype(np.float16)


def stored(*shape: int) -> Tensor:
    return Tensor(numbers(*shape)).realize()


def parts(made: Tensor) -> list[int]:
    """The sizes of what is stored in parts."""
    return [
        numel(memory.shape)
        for scheduled in schedule([made.node], multiplier=Multiplier.BLOCKS).kernels
        for memory, why in zip(scheduled.memories, scheduled.stored, strict=True)
        if why is not None and why.why is Why.OPERAND and memory.dtype is dtypes.bfloat16
    ]


def by_two() -> Tensor:
    product = stored(128, 96) @ stored(96, 144)
    return product.relu() + product


ROWS: list[tuple[str, Callable[[], Tensor], list[int]]] = [
    ("x @ y", lambda: stored(128, 96) @ stored(96, 160), [12288] * 2 + [15360] * 2),
    ("x.T @ y.T", lambda: stored(96, 128).T @ stored(160, 96).T, [12288] * 2 + [15360] * 2),
    ("its own transpose", lambda: (lambda x: x @ x.T)(stored(128, 96)), [12288] * 2),
    ("a batch", lambda: stored(3, 128, 96) @ stored(3, 96, 128), [36864] * 4),
    ("a broadcast one", lambda: stored(3, 128, 96) @ stored(96, 128), [36864] * 2 + [12288] * 2),
    ("a part", lambda: stored(200, 96)[40:168] @ stored(96, 160), [12288] * 2 + [15360] * 2),
    ("of a map", lambda: stored(128, 96).relu() @ stored(96, 160), [12288] * 2 + [15360] * 2),
    ("a map of it", by_two, [12288] * 2 + [13824] * 2),
    ("1×1", lambda: stored(1, 64, 16, 16).conv2d(stored(64, 64, 1, 1)), [16384] * 2 + [4096] * 2),
    ("windows", lambda: stored(1, 64, 16, 16).conv2d(stored(64, 64, 3, 3)), []),
    ("few uses", lambda: stored(4096, 96) @ stored(96, 32), []),
    ("a small one", lambda: stored(64, 96) @ stored(96, 128), []),
    ("in float32", lambda: stored(128, 96).matmul(stored(96, 160), dtype="float32"), []),
    ("of bfloat16", lambda: stored(128, 96).bfloat16() @ stored(96, 160).bfloat16(), []),
    ("rounded before", lambda: (stored(128, 96).bfloat16().float() @ stored(96, 160)).half(), []),
    ("of two dtypes", lambda: (stored(128, 96) @ Tensor(np.ones((96, 160), "f"))).half(), []),
]  # fmt: skip


@pytest.fixture(autouse=True)
def blocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every device takes products of float16 so."""
    monkeypatch.setattr(executable, "_multiplier", lambda _: Multiplier.BLOCKS)
    yield


@pytest.mark.parametrize(("build", "sizes"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS])
def test_what_is_in_parts(build: Callable[[], Tensor], sizes: list[int]) -> None:
    assert sorted(parts(build())) == sorted(sizes)


@pytest.mark.parametrize("build", [r[1] for r in ROWS if r[2]], ids=[r[0] for r in ROWS if r[2]])
def test_results(build: Callable[[], Tensor], monkeypatch: pytest.MonkeyPatch) -> None:
    """As far from float32's sums as rounding to float16 is, on CPU and on PYTHON."""
    found = [build().numpy(), build().to("PYTHON").numpy()]
    monkeypatch.setattr(executable, "_multiplier", lambda _: Multiplier.NUMBERS)
    wanted = (build() + 0).numpy().astype(np.float64)
    for result in found:
        error = np.abs(result.astype(np.float64) - wanted)
        assert (error <= 2.0**-10 * np.abs(wanted) + 2.0**-14 * np.abs(wanted).max()).all()


def test_parts() -> None:
    """Of every float16: their sum is exact, the second at most half a unit of the first."""
    bits = cast(iota(1 << 16), dtypes.uint16)
    x = cast(bitcast(bits, dtypes.float16), dtypes.float32)
    values = [v.astype(np.float32) for v in evaluate_graph([x, *_parts(x)], {})]
    x, first, second = (v[np.isfinite(values[0])] for v in values)
    np.testing.assert_array_equal(first + second, x)
    _, exponent = np.frexp(x)
    assert (np.abs(second) <= np.ldexp(1.0, exponent - 9)).all()


def test_every_number_times_one() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16).reshape(256, 256)
    finite = np.where(np.isfinite(every), every, np.float16(0))
    one = Tensor(np.eye(256, dtype=np.float16))
    np.testing.assert_array_equal((Tensor(finite) @ one).numpy(), finite)
    np.testing.assert_array_equal((one @ Tensor(finite)).numpy(), finite)


def test_whole_numbers_are_exact() -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.integers(-3, 4, shape).astype(np.float16) for shape in ((160, 128), (128, 192)))
    a[:, 0], b[0] = 2047, 0
    np.testing.assert_array_equal((Tensor(a) @ Tensor(b)).numpy(), a.astype(int) @ b.astype(int))
    a[:, 1:], b[0] = 0, rng.integers(-31, 32, 192)
    np.testing.assert_array_equal(
        (Tensor(a) @ Tensor(b)).numpy(), (a.astype(int) @ b.astype(int)).astype(np.float16)
    )


@pytest.mark.parametrize("device", ["CPU", "PYTHON"])
def test_infinity_and_nan(device: str) -> None:
    """As float32 has them: an infinity times 0 is NaN, times anything else an infinity."""
    a, b = numbers(144, 112), numbers(112, 160)
    a[0, 3], a[1, 5], a[2, 7], a[3, 1:3] = np.inf, -np.inf, np.nan, (np.inf, -np.inf)
    b[9, 0], b[11, 1], b[3, 2], b[5, 3], b[3, 4] = np.inf, np.nan, 0, 1, np.inf
    with np.errstate(invalid="ignore"):
        wanted = a.astype(np.float32) @ b.astype(np.float32)
    found = (Tensor(a, device=device) @ Tensor(b, device=device)).numpy()
    np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted))
    infinite = np.isinf(wanted)
    assert infinite.any() and np.isnan(wanted).any()
    np.testing.assert_array_equal(found[infinite], wanted[infinite])
    assert np.isfinite(found[np.isfinite(wanted)]).all()


def test_results_that_are_too_large() -> None:
    a = np.full((128, 96), 60000, np.float16)
    assert np.isposinf((Tensor(a) @ Tensor(a.T)).numpy()).all()


def test_a_gradient() -> None:
    x, w = stored(144, 96), stored(96, 176)
    x.requires_grad = w.requires_grad = True
    (x @ w).sum(dtype="float32").backward()
    assert x.grad is not None and w.grad is not None
    wide = (x.numpy().astype(np.float32), w.numpy().astype(np.float32))
    np.testing.assert_allclose(
        x.grad.numpy(), np.broadcast_to(wide[1].sum(1), (144, 96)), 3e-3, 3e-2
    )
    np.testing.assert_allclose(
        w.grad.numpy(), np.broadcast_to(wide[0].sum(0)[:, None], (96, 176)), 3e-3, 3e-2
    )
