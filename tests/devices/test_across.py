"""Graphs and captured steps on two devices, with copies in between."""

from __future__ import annotations

import numpy as np
import pytest

import smelt
from smelt import Device, Tensor, Variable, jit, stats
from smelt.engine.device import missing, support

PAIRS = [("CPU", "PYTHON"), ("PYTHON", "CPU"), ("CPU", "CL"), ("CL", "PYTHON")]
PAIRS = [pair for pair in PAIRS if not any(map(missing, pair))]
on_each_pair = pytest.mark.parametrize(("here", "there"), PAIRS, ids="-".join)


def tensor(device: str, *shape: int, seed: int = 0) -> Tensor:
    data = np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)
    return Tensor(data, device=device)


@on_each_pair
def test_there_and_back_in_one_graph(here: str, there: str) -> None:
    x = tensor(here, 4, 3)
    back = ((x * 2).to(there).sum(1) + 1).to(here) * x[:, 0]
    expected = ((x.numpy() * 2).sum(1) + 1) * x.numpy()[:, 0]
    assert back.device == here
    np.testing.assert_allclose(back.numpy(), expected, rtol=1e-6)


@on_each_pair
def test_gradients_through_copies(here: str, there: str) -> None:
    x, w = tensor(here, 4, 3), tensor(there, 3, 2, seed=1)
    x.requires_grad = w.requires_grad = True
    (x.relu().to(there) @ w).to(here).sum().backward()
    assert x.grad is not None and w.grad is not None
    assert (x.grad.device, w.grad.device) == (here, there)
    rows = np.broadcast_to(w.numpy().sum(1), (4, 3))
    np.testing.assert_allclose(x.grad.numpy(), rows * (x.numpy() > 0), rtol=1e-6)
    columns = np.maximum(x.numpy(), 0).sum(0)[:, None]
    np.testing.assert_allclose(w.grad.numpy(), np.broadcast_to(columns, (3, 2)), rtol=1e-6)


@on_each_pair
def test_a_captured_training_step(here: str, there: str) -> None:
    """The first layer on one device, the second on the other; state on both."""

    def model() -> tuple[Tensor, Tensor]:
        return tensor(here, 3, 4, seed=1).realize(), tensor(there, 4, 2, seed=2).realize()

    def update(x: Tensor, w: Tensor, v: Tensor) -> Tensor:
        hidden = (x @ w).relu()
        out = hidden.to(there) @ v
        loss = out.square().mean()
        w.assign(w - 0.1 * (x.T @ (out @ v.T).to(here)))
        v.assign(v - 0.1 * (hidden.to(there).T @ out))
        return loss

    (w, v), (w2, v2) = model(), model()
    captured = jit(lambda x: update(x, w, v))
    for i in range(4):
        x = tensor(here, 5, 3, seed=10 + i)
        with stats() as counted:
            loss = captured(x)
        assert loss.device == there
        assert counted.kernels > 2
        np.testing.assert_allclose(loss.item(), update(x, w2, v2).item(), rtol=1e-5)
    assert len(captured.captures) == 1
    np.testing.assert_allclose(w.numpy(), w2.numpy(), rtol=1e-5)
    np.testing.assert_allclose(v.numpy(), v2.numpy(), rtol=1e-5)


@on_each_pair
def test_captured_views_constants_and_variables(here: str, there: str) -> None:
    state = tensor(here, 8, 3).realize()
    n = Variable("n", 1, 8)

    @jit
    def step(x: Tensor, size: object) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        part = state[:size]  # type: ignore[misc]
        moved = part.to(there)
        again = (moved.exp() + Tensor([1.0, 2.0, 3.0], device=there)).to(here)
        return (again + part).sum(0), x.to(there), Tensor.ones(2, device=there).to(here), moved.T

    for value in (3, 5, 3):
        x = tensor(here, 2, seed=value)
        total, copied, ones, turned = step(x, n.bind(value))
        part = state.numpy()[:value]
        want = (np.exp(part) + np.array([1, 2, 3], np.float32) + part).sum(0)
        np.testing.assert_allclose(total.numpy(), want, rtol=1e-6)
        np.testing.assert_array_equal(copied.numpy(), x.numpy())
        np.testing.assert_array_equal(turned.numpy(), part.T)
        assert ones.tolist() == [1, 1]
        assert [t.device for t in (total, copied, ones, turned)] == [here, there, here, there]


def test_what_is_computed_before_a_copy_is_not_computed_again_after_it() -> None:
    @jit
    def step(x: Tensor) -> Tensor:
        hidden = (x @ x).exp()
        return hidden.to("PYTHON").sum().to("CPU") + hidden.T.sum(1)

    for _ in range(2):
        with stats() as counted:
            step(tensor("CPU", 6, 6))
    assert sum(name.startswith("dot") for name in counted.names) == 1, counted.names


def test_a_captured_step_across_devices_is_verified() -> None:
    x = tensor("CPU", 3)
    with smelt.Context(SMELT_JIT_VERIFY=1):
        step = jit(lambda x: (x * 2).to("PYTHON").sum())
        for _ in range(3):
            np.testing.assert_allclose(step(x).item(), x.numpy().sum() * 2, rtol=1e-6)


def test_what_devices_support() -> None:
    for device in Device.names():
        if missing(device) is None:
            row = support(device)
            assert set(row.values()) <= {"native", "emulated", "missing"}
            assert row["float32"] == "native"
