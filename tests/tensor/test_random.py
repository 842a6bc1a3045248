"""Random numbers: the published bits, the right distributions, the same numbers everywhere."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

import smelt.ir.node as ir
from smelt import Context, Tensor, dtypes
from smelt.ir.evaluate import evaluate_graph
from smelt.tensor.random import threefry
from smelt.util.errors import ArgumentError, DTypeError


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    Tensor.manual_seed(1234)
    with Context(ORACLE=1):
        yield


# Key, counter and result of Threefry-2x32 with 20 rounds, from the known answers that the authors
# publish with Random123.
KNOWN = [
    ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
]


@pytest.mark.parametrize(("key", "counter", "expected"), KNOWN)
def test_threefry_gives_the_published_bits(
    key: tuple[int, int], counter: tuple[int, int], expected: tuple[int, int]
) -> None:
    k0, k1, c0, c1 = (ir.const(v, dtypes.uint32, (1,)) for v in (*key, *counter))
    found = evaluate_graph(threefry((k0, k1), c0, c1), {})
    assert tuple(int(f[0]) for f in found) == expected


def test_the_seed_decides() -> None:
    Tensor.manual_seed(5)
    a, b = Tensor.rand(4), Tensor.rand(4)
    first, second = a.tolist(), b.tolist()
    assert first != second
    Tensor.manual_seed(5)
    later = Tensor.rand(8).tolist()
    assert later == first + second
    Tensor.manual_seed(6)
    assert Tensor.rand(4).tolist() != first
    Tensor.manual_seed(-1)
    assert Tensor.rand(4).tolist() != first


def test_a_draw_does_not_depend_on_when_it_is_computed() -> None:
    Tensor.manual_seed(5)
    a, b = Tensor.rand(3), Tensor.randn(3)
    late = (b.tolist(), a.tolist())
    Tensor.manual_seed(5)
    assert (Tensor.rand(3).tolist(), Tensor.randn(3).tolist()) == late[::-1]
    assert a.tolist() == late[1]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_every_device_gives_the_same_numbers(dtype: str) -> None:
    found = []
    for device, oracle in (("CPU", 0), ("PYTHON", 0), ("CPU", 1)):
        Tensor.manual_seed(99)
        with Context(ORACLE=oracle):
            uniform = Tensor.rand(5, dtype=dtype, device=device).double().numpy()
            whole = Tensor.randint(7, low=-5, high=50, device=device).numpy()
            normal = Tensor.randn(6, dtype=dtype, device=device).double().numpy()
        found.append((uniform, whole, normal))
    for uniform, whole, normal in found[1:]:
        np.testing.assert_array_equal(uniform, found[0][0])
        np.testing.assert_array_equal(whole, found[0][1])
        np.testing.assert_allclose(normal, found[0][2], rtol=2**-7, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_uniform_is_in_range_and_even(dtype: str) -> None:
    x = Tensor.rand(20_000, dtype=dtype)
    values = x.double().numpy()
    assert x.dtype.name == dtype and values.min() >= 0 and values.max() < 1
    counts, _ = np.histogram(values, 8, (0, 1))
    assert np.abs(counts - 2500).max() < 5 * math.sqrt(2500)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_normals_have_the_right_moments(dtype: str) -> None:
    values = Tensor.randn(20_000, dtype=dtype).double().numpy()
    assert abs(values.mean()) < 0.03 and abs(values.std() - 1) < 0.03
    assert abs((values**3).mean()) < 0.1 and abs((values**4).mean() - 3) < 0.25
    within = (np.abs(values) < 1).mean()
    assert abs(within - 0.6827) < 0.02
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 0.03


def test_randint_covers_its_range() -> None:
    values = Tensor.randint(5000, low=-2, high=3).numpy()
    assert values.dtype == np.int32 and sorted(set(values.tolist())) == [-2, -1, 0, 1, 2]
    counts = np.bincount(values + 2)
    assert np.abs(counts - 1000).max() < 5 * math.sqrt(1000)
    assert set(Tensor.randint(50, low=3, high=4, dtype="uint8").tolist()) == {3}
    with pytest.raises(ArgumentError, match=r"randint: got \[5, 5\), expected low < high"):
        Tensor.randint(3, low=5, high=5)
    with pytest.raises(ArgumentError, match="numbers that uint8 holds"):
        Tensor.randint(3, low=0, high=257, dtype="uint8")


def test_initialisers() -> None:
    bounds = {
        "scaled_uniform": 1 / math.sqrt(64 * 50),
        "glorot_uniform": math.sqrt(6 / (64 + 50)),
        "kaiming_uniform": math.sqrt(6 / (1 + 0.01**2) / 50),
    }
    for name, bound in bounds.items():
        values = getattr(Tensor, name)(64, 50).numpy()
        assert 0.97 * bound < np.abs(values).max() <= bound, name
    values = Tensor.kaiming_normal(64, 50, a=0.5).numpy()
    assert abs(values.std() / math.sqrt(2 / 1.25 / 50) - 1) < 0.05
    values = Tensor.normal(3000, mean=3.0, std=0.1).numpy()
    assert abs(values.mean() - 3) < 0.01 and abs(values.std() - 0.1) < 0.01
    values = Tensor.uniform(3000, low=-3.0, high=5.0).numpy()
    assert values.min() >= -3 and values.max() <= 5 and abs(values.mean() - 1) < 0.2
    assert Tensor.kaiming_uniform(4, 3, 2, 2, requires_grad=True).is_leaf


def test_shapes_dtypes_and_likes() -> None:
    assert Tensor.rand().shape == () and Tensor.randn(0, 3).numpy().shape == (0, 3)
    like = Tensor.zeros(2, 3, dtype="float64")
    assert like.rand_like().dtype is like.randn_like().dtype is dtypes.float64
    assert like.randn_like(dtype="float16").dtype is dtypes.float16
    with pytest.raises(DTypeError, match="rand: got int32, expected a float dtype; use randint"):
        Tensor.rand(2, dtype="int32")


def test_gradients_reach_random_leaves_alone() -> None:
    w = Tensor.randn(3, requires_grad=True)
    (w * 2).sum().backward()
    assert w.is_leaf and w.grad is not None and w.grad.tolist() == [2, 2, 2]
