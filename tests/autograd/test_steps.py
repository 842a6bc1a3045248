"""Gradients of REPEATs: what those of the same steps laid out one after the other are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import smelt
from smelt import Tensor
from smelt.ir.node import toposort
from smelt.ir.op import Op
from smelt.schedule.lower import schedule
from smelt.tensor.repeat import _laid_out, repeat, row, scan

Given = tuple[Tensor, Tensor, Tensor, Tensor]  # x (2, 3), w (3, 3), b (3,), xs (5, 2, 3)
States = tuple[Tensor, ...]
Made = tuple[States, States]
Start = Callable[[Given], States]
Body = Callable[[Given, Tensor, States], Made]


def rnn(given: Given, i: Tensor, s: States) -> Made:
    _, w, b, xs = given
    h = (s[0] @ w + b + row(xs, i)).tanh()
    return (h,), (h * 2,)


def read_twice(given: Given, i: Tensor, s: States) -> Made:
    _, w, _, xs = given
    return (s[1], s[0] * w.mean() + row(xs, i) * xs[i].sin()), ()


def second_changes_the_first(given: Given, i: Tensor, s: States) -> Made:
    _, w, _, xs = given
    h, c = s
    return (c.sin() * 0.5 + xs[i], h * w.sum() + c * 0.3), ()


def as_it_was_before(given: Given, i: Tensor, s: States) -> Made:
    return (s[0] * 1.1, s[1] + s[0].cos()), (s[1],)


def by_the_number(given: Given, i: Tensor, s: States) -> Made:
    return (s[0] * (i.cast(s[0].dtype) + 1) * 0.5,), ()


def by_a_state_of_integers(given: Given, i: Tensor, s: States) -> Made:
    xs = given[3]
    return (s[0] * xs[s[1]], (s[1] + 2) % 5), (s[0].softmax(-1),)


def without_history(given: Given, i: Tensor, s: States) -> Made:
    _, w, b, _ = given
    return (s[0] * 0 + b,), (w * s[0].max(),)


def left_alone(given: Given, i: Tensor, s: States) -> Made:
    return (s[0], s[0] * s[1]), (s[0],)


def maxima(given: Given, i: Tensor, s: States) -> Made:
    w = given[1]
    after = (s[0] @ w).softmax(-1) * s[0].max(-1, keepdim=True) + s[0].relu()
    return (after,), (s[0].max(),)


def scattered(given: Given, i: Tensor, s: States) -> Made:
    b = given[2]
    after = s[0].scatter_reduce(1, Tensor([[0, 0], [2, 1]], device=b.device), s[0] * b, "sum")
    return (after.sin(),), ()


def gathered(given: Given, i: Tensor, s: States) -> Made:
    _, w, b, _ = given
    both = (s[0] + b).transpose(0, 1)[Tensor([2, 0, 0], device=b.device)]
    return (both.transpose(0, 1) * w[0],), ()


def detached(given: Given, i: Tensor, s: States) -> Made:
    return (s[0].detach() * given[2] + s[0] * 0.5,), (s[0].detach(),)


def checkpointed(given: Given, i: Tensor, s: States) -> Made:
    _, w, b, _ = given
    return (smelt.checkpoint(lambda h, v: (h @ v + b).tanh())(s[0], w),), ()


BODIES: dict[str, tuple[Body, Start]] = {
    f.__name__: (f, start)
    for f, start in (
        (rnn, lambda g: (g[0],)),
        (read_twice, lambda g: (g[0], g[2] + g[0])),
        (second_changes_the_first, lambda g: (g[0], g[0] * 2)),
        (as_it_was_before, lambda g: (g[0], g[2] + g[0])),
        (by_the_number, lambda g: (g[0],)),
        (by_a_state_of_integers, lambda g: (g[0], Tensor(1, device=g[0].device))),
        (without_history, lambda g: (g[0],)),
        (left_alone, lambda g: (g[0], g[0])),
        (maxima, lambda g: (g[0],)),
        (scattered, lambda g: (g[0],)),
        (gathered, lambda g: (g[0],)),
        (detached, lambda g: (g[0],)),
        (checkpointed, lambda g: (g[0],)),
    )
}
SHAPES = ((2, 3), (3, 3), (3,), (5, 2, 3))


def some(seed: int, device: str, dtype: str) -> Given:
    rng = np.random.default_rng(seed)
    arrays = [(rng.standard_normal(s) * 0.7).astype(dtype) for s in SHAPES]
    x, w, b, xs = (Tensor(a, device=device) for a in arrays)
    return x, w, b, xs


def loss(name: str, count: int, steps: Callable[..., Made]) -> Callable[..., Any]:
    """A number that depends on all states and rows."""
    body, start = BODIES[name]

    def total(*given: Tensor) -> Any:
        g: Any = given
        after, rows = steps(count, lambda i, s: body(g, i, s), start(g))
        floats = [t for t in (*after, *rows) if t.dtype.is_float]
        weights = [(t.detach() * 0 + 1).cumsum(-1).sin() if t.ndim else 0.3 for t in floats]
        return sum(((t * w).sum() for t, w in zip(floats, weights, strict=True)), g[0].sum() * 0)

    return total


def check(derivative: Callable[[Callable[..., Tensor]], Any], name: str, count: int) -> None:
    got, expected = (
        [t.numpy() for t in derivative(loss(name, count, steps))] for steps in (scan, _laid_out)
    )
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("name", BODIES)
def test_gradients(name: str, count: int) -> None:
    check(lambda f: smelt.grad(f, (0, 1, 2, 3))(*some(0, "PYTHON", "float64")), name, count)


@pytest.mark.parametrize("name", BODIES)
def test_tangents(name: str) -> None:
    given, moved = (some(seed, "PYTHON", "float64") for seed in (0, 1))
    check(lambda f: smelt.jvp(f, given, moved), name, 3)


@pytest.mark.parametrize("name", BODIES)
def test_second_derivatives(name: str) -> None:
    def squares(f: Callable[..., Tensor], *given: Tensor) -> Any:
        parts = smelt.grad(f, (0, 1, 2, 3))(*given)
        return sum(((p * p).sum() for p in parts[1:]), (parts[0] * parts[0]).sum())

    def second(f: Callable[..., Tensor]) -> Any:
        return smelt.grad(lambda *g: squares(f, *g), (0, 1, 3))(*some(0, "PYTHON", "float64"))

    check(second, name, 3)


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("axes", [(0, None, None, None), (None, 0, None, 1)], ids=str)
def test_batches_of_gradients(name: str, axes: Sequence[int | None]) -> None:
    given = some(0, "PYTHON", "float64")
    batches = [
        t if axis is None else Tensor.stack(t, t * 0.5, -t, dim=axis)
        for t, axis in zip(given, axes, strict=True)
    ]
    check(lambda f: smelt.vmap(smelt.grad(f, (0, 1, 2, 3)), tuple(axes))(*batches), name, 3)


@pytest.mark.parametrize("device", ["CPU", "CL"])
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float16", 1e-2)])
def test_machine_code(device: str, dtype: str, tolerance: float) -> None:
    got = smelt.jit(smelt.grad(loss("rnn", 5, scan), (0, 1, 2, 3)))(*some(0, device, dtype))
    exact = smelt.grad(loss("rnn", 5, _laid_out), (0, 1, 2, 3))(*some(0, "PYTHON", "float64"))
    for a, b in zip(got, exact, strict=True):
        exactly = b.numpy()
        np.testing.assert_allclose(a.numpy(), exactly, atol=tolerance * abs(exactly).max())


def work(count: int) -> tuple[int, int, int]:
    """Kernels, different kernels and bytes of a step's results and gradients."""
    x, w = Tensor.ones(8, 64).contiguous().realize(), Tensor.ones(64, 64).contiguous().realize()
    xs = Tensor.ones(count, 8, 64).contiguous().realize()

    def f(x: Tensor, w: Tensor, xs: Tensor) -> Tensor:
        def body(i: Tensor, s: States) -> Made:
            h = (s[0] @ w + row(xs, i)).tanh()
            return (h,), (h,)

        (last,), (rows,) = scan(count, body, (x,))
        return last.sum() + rows.square().sum()

    value, gradients = smelt.value_and_grad(f, (0, 1, 2))(x, w, xs)
    roots = [t.node for t in (value, *gradients)]
    kernels = [k.kernel for k in schedule(roots).kernels]
    with smelt.stats() as s:
        Tensor.realize(value, *gradients)
    return len(kernels), len(set(kernels)), s.bytes_read + s.bytes_written


def test_work_is_linear_in_the_steps_and_compiled_once() -> None:
    (few, kinds, fewer_bytes), (many, same, more_bytes) = work(8), work(32)
    assert few < many <= 4 * few and same == kinds
    assert more_bytes <= 4 * fewer_bytes


def test_two_gradients_of_the_same_steps_record_them_once() -> None:
    x = Tensor.ones(4).contiguous().realize()

    def last(x: Tensor) -> Tensor:
        return repeat(9, lambda i, s: (s[0].sin() * x, s[1] + s[0]), (x, x))[1].sum()

    first, second = smelt.grad(last)(x), smelt.grad(lambda x: last(x) * 2)(x)
    separate = [len(schedule([t.node]).kernels) for t in (first, second)]
    together = len(schedule([first.node, second.node]).kernels)
    assert together <= sum(separate) - 9


def test_a_gradient_is_one_repeat_back() -> None:
    x = Tensor([1.0, 2.0])
    g = smelt.grad(lambda x: repeat(50, lambda i, s: (s[0] * 0.9 + x.sin(),), (x,))[0].sum())(x)
    back = {n.src for n in toposort([g.node]) if n.op is Op.REPEAT}
    assert len(back) == 1  # linear steps: nothing of the way forward is needed
    expected = 0.9**50 + (1 - 0.9**50) / 0.1 * np.cos([1.0, 2.0])
    np.testing.assert_allclose(g.numpy(), expected, rtol=1e-5)
