"""Variables in shapes, slices, pads and arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from smelt import Context, Tensor, Variable
from smelt.util.errors import ArgumentError, OutOfRangeError, ShapeError

A = np.arange(40, dtype=np.float32).reshape(10, 4)
N = Variable("n", 1, 10)


@pytest.fixture(params=[0, 1], ids=["compiled", "interpreted"], autouse=True)
def oracle(request: pytest.FixtureRequest) -> object:
    with Context(ORACLE=request.param):
        yield


@pytest.mark.parametrize("n", [1, 3, 10])
def test_slices(n: int) -> None:
    x = Tensor(A)
    bound = N.bind(n)
    part = x[:bound]
    assert part.shape == (n, 4) and part.bindings == {"n": n}
    np.testing.assert_array_equal(part.numpy(), A[:n])
    np.testing.assert_array_equal((part * 2 + 1).numpy(), A[:n] * 2 + 1)
    np.testing.assert_allclose(part.sum(0).numpy(), A[:n].sum(0))
    np.testing.assert_allclose(part.mean().numpy(), A[:n].mean())
    np.testing.assert_array_equal(x[bound - 1].numpy(), A[n - 1])
    np.testing.assert_array_equal(x[bound - 1 : bound, 1:3].numpy(), A[n - 1 : n, 1:3])
    np.testing.assert_array_equal(part.max(0).numpy(), A[:n].max(0))
    np.testing.assert_array_equal(part.argmax(0).numpy(), A[:n].argmax(0))


@pytest.mark.parametrize("n", [2, 7])
def test_one_graph_has_each_value_in_turn(n: int) -> None:
    x = Tensor(A).realize()
    for k in (n, n + 1, n):
        assert x[: N.bind(k)].sum().item() == A[:k].sum()
        np.testing.assert_array_equal(x[: N.bind(k)].numpy(), A[:k])


@pytest.mark.parametrize("n", [1, 4])
def test_movement(n: int) -> None:
    bound = N.bind(n)
    x = Tensor(A)[:bound]
    np.testing.assert_array_equal(x.reshape(-1).numpy(), A[:n].reshape(-1))
    np.testing.assert_array_equal(x.reshape(bound, 2, 2).numpy(), A[:n].reshape(n, 2, 2))
    np.testing.assert_array_equal(x.T.numpy(), A[:n].T)
    np.testing.assert_array_equal(x.flip(1).numpy(), A[:n, ::-1])
    np.testing.assert_array_equal(x.unsqueeze(1).expand(-1, 2, -1).numpy()[:, 1], A[:n])
    np.testing.assert_array_equal(Tensor.ones(1, 2).expand(bound, 2).numpy(), np.ones((n, 2)))
    padded = x.pad(((0, 10 - bound), None), value=7.0)
    assert padded.shape == (10, 4)
    np.testing.assert_array_equal(
        padded.numpy(), np.pad(A[:n], ((0, 10 - n), (0, 0)), constant_values=7)
    )
    both = x.cat(Tensor(A[:2]))
    assert int(both.shape[0]) == n + 2
    np.testing.assert_array_equal(both.numpy(), np.concatenate([A[:n], A[:2]]))


@pytest.mark.parametrize("n", [1, 5])
def test_attention_over_a_growing_cache(n: int) -> None:
    pos = Variable("pos", 0, 9).bind(n)
    cache = Tensor(A).clone().realize()
    new = Tensor(np.full((1, 4), -1, np.float32))
    cache[pos : pos + 1] = new
    expected = A.copy()
    expected[n] = -1
    keys = cache[: pos + 1]
    query = Tensor(A[:1] / 50)
    scores = query @ keys.T
    weights = scores.softmax(-1) @ keys
    raw = (A[:1] / 50) @ expected[: n + 1].T
    e = np.exp(raw - raw.max())
    np.testing.assert_allclose(weights.numpy(), e / e.sum() @ expected[: n + 1], rtol=1e-5)
    np.testing.assert_array_equal(cache.numpy(), expected)


def test_variables_as_numbers() -> None:
    bound = N.bind(3)
    x = Tensor([1.0, 2.0])
    assert (x * bound).tolist() == [3, 6] and (x * bound).dtype.name == "float32"
    assert Tensor(bound).item() == 3
    assert (Tensor.arange(10) < bound).sum().item() == 3
    assert Tensor.full((bound,), 2.0).sum().item() == 6


def test_two_values_of_a_variable_do_not_mix() -> None:
    x = Tensor(A)
    with pytest.raises(ArgumentError, match="n = 2 and 3"):
        x[: N.bind(2)].sum() + x[: N.bind(3)].sum()


def test_unbound_variables_build_and_do_not_run() -> None:
    x = Tensor(A)[:N]
    with pytest.raises(ArgumentError, match="n"):
        x.sum().item()


def test_bounds_are_checked() -> None:
    with pytest.raises(OutOfRangeError, match="index"):
        Tensor(A[:5])[N.bind(2)]
    with pytest.raises(ShapeError):
        Tensor(A)[: N.bind(2)].reshape(3, 4)
    with pytest.raises(ShapeError):
        Tensor(A)[: N.bind(2)].unfold(0, 2, 1)


def test_gradients() -> None:
    x = Tensor(A, requires_grad=True)
    (x[: N.bind(3)] * 2).sum().backward()
    expected = np.zeros_like(A)
    expected[:3] = 2
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.numpy(), expected)
