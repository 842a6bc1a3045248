"""checkpoint: the same values and gradients, in less memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import smelt
from smelt import Tensor, checkpoint, grad, jit, vmap

RNG = np.random.default_rng(2)
X = RNG.normal(size=(4, 4))


def block(x: Tensor, w: Tensor) -> Tensor:
    for _ in range(2):
        x = (x @ w).gelu() + x
    return x


def gradients(
    depth: int, recompute: bool, size: int
) -> tuple[list[Tensor], smelt.engine.stats.Stats]:
    rng = np.random.default_rng(0)
    x = Tensor(rng.normal(size=(4 * size, size)) / 4).realize()
    ws = [Tensor(rng.normal(size=(size, size)) / size, requires_grad=True) for _ in range(depth)]
    for w in ws:
        w.realize()
    step = checkpoint(block) if recompute else block
    for w in ws:
        x = step(x, w)
    (x * x).sum().backward()
    found = [w.grad for w in ws if w.grad is not None]
    with smelt.stats() as counted:
        found[0].realize(*found[1:])
    return found, counted


def test_less_memory_for_the_same_gradients() -> None:
    plain, kept = gradients(6, False, 16)
    again, recomputed = gradients(6, True, 16)
    for a, b in zip(plain, again, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), 1e-9)
    assert recomputed.peak_bytes < 0.7 * kept.peak_bytes
    assert kept.flops < recomputed.flops < 1.6 * kept.flops


def test_memory_grows_with_the_borders_alone() -> None:
    peaks = [gradients(depth, True, 16)[1].peak_bytes for depth in (4, 8)]
    activation = 64 * 16 * 8
    weights = 2 * 16 * 16 * 8  # and their gradients
    assert peaks[1] - peaks[0] <= 4 * (activation + weights) + activation


def test_closed_over_and_nested_and_second_order() -> None:
    w = Tensor(X, requires_grad=True)
    x = Tensor(X[:2], requires_grad=True)

    def inner(h: Tensor) -> Tensor:
        return (h @ w).sin()

    def outer(h: Tensor) -> Any:
        return {"h": checkpoint(inner)(h) * h, "i": h.argmax(1)}

    out = checkpoint(outer)(x)
    assert out["i"].tolist() == x.argmax(1).tolist() and out["h"].requires_grad
    first = out["h"].sum().gradient(x, w)
    expected = outer(x)["h"].sum().gradient(x, w)
    for a, b in zip(first, expected, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), 1e-9)
    (second,) = (first[0] ** 2).sum().gradient(w)
    (wanted,) = (expected[0] ** 2).sum().gradient(w)
    np.testing.assert_allclose(second.numpy(), wanted.numpy(), 1e-9)


def test_under_the_other_transforms() -> None:
    f = lambda x: (x.sin() * x).sum()  # noqa: E731
    x = Tensor(X)
    expected = np.cos(X) * X + np.sin(X)
    np.testing.assert_allclose(grad(checkpoint(f))(x).numpy(), expected)
    np.testing.assert_allclose(vmap(grad(checkpoint(f)))(x).numpy(), expected)
    np.testing.assert_allclose(grad(lambda x: vmap(checkpoint(f))(x).sum())(x).numpy(), expected)
    np.testing.assert_allclose(smelt.jvp(checkpoint(f), (x,), (x,))[1].item(), (expected * X).sum())
    step = jit(grad(checkpoint(f)))
    for k in (1.0, 2.0):
        np.testing.assert_allclose(
            step(Tensor(X * k)).numpy(), np.cos(X * k) * X * k + np.sin(X * k)
        )
    with Tensor.no_grad():
        assert not checkpoint(f)(Tensor(X, requires_grad=True)).requires_grad
    assert checkpoint(lambda x: x)(x).tolist() == x.tolist()


def test_random_numbers_are_the_same_both_times() -> None:
    x = Tensor(np.ones(64), requires_grad=True)
    with smelt.Context(TRAINING=1):
        y = checkpoint(lambda x: (x * x).dropout(0.5))(x)
    (found,) = y.sum().gradient(x)
    np.testing.assert_array_equal(found.numpy(), 2 * y.numpy())


def test_state_changes_once() -> None:
    count = Tensor(0.0)

    def f(x: Tensor) -> Tensor:
        count.assign(count + 1)
        return x * x

    x = Tensor([1.0, 2.0], requires_grad=True)
    checkpoint(f)(x).sum().backward()
    assert count.item() == 1.0
    assert x.grad is not None and x.grad.tolist() == [2.0, 4.0]


@pytest.mark.parametrize("kind", ["args", "kwargs"])
def test_arguments_may_be_nested(kind: str) -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    f = checkpoint(lambda tree, power: (tree["x"][0] ** power).sum())
    out = f({"x": [x]}, 3) if kind == "args" else f(tree={"x": [x]}, power=3)
    (found,) = out.gradient(x)
    assert found.tolist() == [3.0, 12.0]
