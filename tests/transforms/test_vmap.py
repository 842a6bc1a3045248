"""vmap against a loop and a stack, and against PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smelt
from smelt import Context, Tensor, grad, jit, jvp, vmap
from smelt.util.errors import ArgumentError, AxisError, ShapeError, TransformError

RNG = np.random.default_rng(5)
X, Y = RNG.normal(size=(3, 4, 5)), RNG.normal(size=(3, 5))
IDX = np.array([3, 0, 2])


def looped(function: Callable[..., Any], *batches: Any) -> np.ndarray[Any, Any]:
    return np.stack(
        [function(*(Tensor(b[i]) for b in batches)).numpy() for i in range(len(batches[0]))]
    )


def same(function: Callable[..., Any], *batches: Any, rtol: float = 1e-9) -> None:
    got = vmap(function)(*map(Tensor, batches))
    np.testing.assert_allclose(got.numpy(), looped(function, *batches), rtol, 1e-12)


def put(x: Tensor, i: Tensor) -> Tensor:
    x[i] = x.sum()
    x[:, 1] = 0.0
    return x


FUNCTIONS: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = [
    ("matmul", lambda x, y: x @ y, (X, Y)),
    ("softmax", lambda x: x.softmax(0).log(), (X,)),
    ("shapes", lambda x: x.reshape(-1).reshape(x.shape[1], -1).T.flip((0,)).expand(2, 4, 5), (X,)),
    ("reductions", lambda x: x.max(0) + x.prod(0) + x.std(0), (X,)),
    ("argmax", lambda x: x.argmax(1), (X,)),
    ("cumsum", lambda x: x.cumsum(1), (X,)),
    ("read by own index", lambda x, i: x[i, 1:], (X, IDX)),
    ("read by one index", lambda x: x[Tensor([1, 0, 0])], (X,)),
    ("read from outside", lambda i: Tensor(Y.T)[i], (IDX,)),
    ("write", put, (X, IDX)),
    ("gather", lambda x, i: x.gather(1, i.reshape(1, 1).expand(4, 1)), (X, IDX)),
    ("where", lambda y: (y > y.mean()).where(y, -y).pad(((1, 2),)), (Y,)),
    ("conv", lambda x: x.reshape(1, 1, 4, 5).conv2d(Tensor(X[:1, None, :2, :2])), (X,)),
    ("integers", lambda i: (i * 7 // 3) % 5 ^ 1, (IDX,)),
    ("nothing of it", lambda y: Tensor(Y[0]), (Y,)),
    ("nested", lambda x: vmap(lambda r: (r * x.sum(0)).sum())(x), (X,)),
    ("gradient", grad(lambda y: (y.sin() * y[0]).sum()), (Y,)),
    ("tangent", lambda y: jvp(lambda a: a.exp() * y, (y,), (y * 2,))[1], (Y,)),
    ("own values", lambda y: y.contiguous().realize().clone().detach() + 1, (Y,)),
    ("captured", jit(lambda y: y * 2), (Y,)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("function", "batches"), [f[1:] for f in FUNCTIONS], ids=[f[0] for f in FUNCTIONS]
)
def test_against_a_loop(function: Callable[..., Any], batches: tuple[Any, ...]) -> None:
    with Context(DEV="PYTHON"):
        same(function, *batches)


def test_on_the_cpu_it_is_as_few_kernels_as_by_hand() -> None:
    x, y = Tensor(X).realize(), Tensor(Y).realize()
    with smelt.stats() as s:
        vmap(lambda x, y: (x @ y).relu())(x, y).realize()
    assert s.kernels == 1
    same(lambda x, i: x[i, 1:] * 2, X, IDX)


def test_axes() -> None:
    x, y = Tensor(X), Tensor(Y)
    f = lambda a, b: (a * b[0]).T  # noqa: E731
    got = vmap(f, in_axes=(1, None), out_axes=-1)(x, y)
    assert got.shape == (5, 3, 4)
    np.testing.assert_allclose(got.numpy(), (X.transpose(1, 0, 2) * Y[0]).transpose(2, 1, 0))
    got = vmap(f, in_dims=(-2, None), out_dims=2)(x, y)
    np.testing.assert_allclose(got.numpy(), (X.transpose(1, 0, 2) * Y[0]).transpose(2, 1, 0))
    tree = {"x": x, "n": [y, 2.0]}
    outs = vmap(
        lambda t, k: {"sum": t["x"].sum(), "kept": (t["n"][0] * k, t["n"][0])},
        in_axes=({"x": 0, "n": [None, None]}, None), out_axes={"sum": 0, "kept": (None, 1)},
    )(tree, 3.0)  # fmt: skip
    np.testing.assert_allclose(outs["sum"].numpy(), X.sum((1, 2)))
    np.testing.assert_allclose(outs["kept"][0].numpy(), Y * 3)
    assert outs["kept"][1].shape == (3, 3, 5)
    named = vmap(lambda a, scale: a * scale)(y, scale=Tensor([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(named.numpy(), Y * [[1], [2], [3]])
    assert vmap(lambda a: a * 2)(Tensor.zeros(0, 4)).shape == (0, 4)


def test_gradients_through_it() -> None:
    w = Tensor(Y[0], requires_grad=True)
    out = vmap(lambda x: (x @ w).tanh())(Tensor(X))
    assert out.requires_grad
    out.sum().backward()
    assert w.grad is not None
    expected = grad(lambda w: (Tensor(X) @ w).tanh().sum())(w.detach())
    np.testing.assert_allclose(w.grad.numpy(), expected.numpy())
    x = Tensor(X, requires_grad=True)
    vmap(lambda a: (a * a).sum())(x).sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), 2 * X)
    per_member = vmap(grad(lambda w, x: (x @ w).sin().sum()), in_axes=(None, 0))(w, Tensor(X))
    np.testing.assert_allclose(per_member.numpy(), np.einsum("bij,bi->bj", X, np.cos(X @ Y[0])))


def test_in_a_captured_step() -> None:
    w = Tensor(Y[0])
    step = jit(vmap(lambda x: x @ w))
    for k in (1.0, 2.0, -1.0):
        np.testing.assert_allclose(step(Tensor(X * k)).numpy(), k * X @ Y[0])
    assert len(step.captures) == 1


def test_random_numbers() -> None:
    zeros = Tensor.zeros(4, 3)

    def draw(x: Tensor) -> Tensor:
        return x + Tensor.rand(3)

    different = vmap(draw)(zeros).numpy()
    assert len(np.unique(different)) == 12
    once = vmap(draw, randomness="same")(zeros).numpy()
    assert (once == once[:1]).all() and not np.isin(once, different).any()
    nested = vmap(vmap(lambda x: x + Tensor.rand()))(Tensor.zeros(2, 3)).numpy()
    assert len(np.unique(nested)) == 6
    with pytest.raises(TransformError):
        vmap(draw, randomness="error")(zeros)
    step = jit(vmap(draw))
    assert len(np.unique([step(zeros).numpy() for _ in range(3)])) == 36
    with Context(TRAINING=1):
        dropped = vmap(lambda x: x.dropout(0.5))(Tensor.ones(4, 64)).numpy()
    assert len(np.unique(dropped, axis=0)) == 4


def test_what_would_be_silently_wrong_is_an_error() -> None:
    state, scale = Tensor(Y[0]), Tensor(2.0)
    readers: list[Callable[[Tensor], Any]] = [
        lambda y: y * y.sum().item(), lambda y: y if y.sum() > 0 else -y, lambda y: y.tolist(),
        lambda y: y[y > 0],
    ]  # fmt: skip
    for reader in readers:
        with pytest.raises(TransformError, match="one member inside of vmap"):
            vmap(reader)(Tensor(Y))
    assert vmap(lambda y: y * float(scale))(Tensor(Y)).shape == (3, 5)  # the same for all
    for writer in (lambda y: state.assign(y), lambda y: state.__iadd__(y)):
        with pytest.raises(TransformError, match="assigned to a tensor from outside"):
            vmap(writer)(Tensor(Y))
        np.testing.assert_array_equal(state.numpy(), Y[0])
    vmap(lambda y: y + scale.assign(scale * 2))(Tensor(Y))
    assert scale.item() == 4.0
    shown = []
    vmap(lambda y: shown.append(repr(y)) or y)(Tensor(Y))
    assert shown == ["Tensor(shape=(5,), dtype=float64, device=CPU)"]


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: vmap(lambda a, b: a)(Tensor(X), Tensor(Y[:2])), ShapeError, "(3, 4, 5) and 2 of"),
        (lambda: vmap(lambda a: a)(Tensor(1.0)), AxisError, "without axes"),
        (lambda: vmap(lambda a: a, in_axes=3)(Tensor(X)), AxisError, "axis 3"),
        (lambda: vmap(lambda a: a, in_axes=None)(Tensor(X)), ArgumentError, "no argument"),
        (lambda: vmap(lambda a: a, in_axes=(0, 0))(Tensor(X)), ArgumentError, "for 1 arguments"),
        (lambda: vmap(lambda a, n: a)(Tensor(X), "n"), ArgumentError, "type str with an axis"),
        (lambda: vmap(lambda a: a, out_axes=None)(Tensor(X)), ArgumentError, "out_axes None"),
        (lambda: vmap(lambda a: 1)(Tensor(X)), ArgumentError, "type int"),
        (lambda: vmap(lambda a: a, out_axes=(0, 0))(Tensor(X)), ArgumentError, "for Tensor"),
        (lambda: vmap(lambda a: a, randomness="no"), ArgumentError, "randomness 'no'"),
    ],
)  # fmt: skip
def test_errors(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)


STEPS: list[Callable[[Tensor, Tensor], Tensor]] = [
    lambda a, b: a + b * 2,
    lambda a, b: (a @ b.T) @ b,
    lambda a, b: a.softmax(0) - b.max(1, keepdim=True),
    lambda a, b: a.T.reshape(a.shape) * b.sum(),
    lambda a, b: (a > b).where(a, b.flip((0,))),
    lambda a, b: a[b.argmax(0) % a.shape[0]].pad(((0, 9), (0, 0)))[: a.shape[0]],
    lambda a, b: a.cumsum(1).tanh(),
    lambda a, b: a.gather(0, (b.argsort(0))),
    lambda a, b: vmap(lambda r: r * b.sum(0))(a),
    lambda a, b: grad(lambda z: (z * z * b).sum())(a),
]


@settings(max_examples=25)
@given(st.lists(st.integers(0, len(STEPS) - 1), min_size=1, max_size=4), st.integers(0, 1))
def test_random_functions_against_a_loop(steps: list[int], shared: int) -> None:
    """On the interpreter of kernels: compiling would take most of the time."""

    def function(a: Tensor, b: Tensor) -> Tensor:
        for step in steps:
            a, b = STEPS[step](a, b), a
        return a * 1

    with Context(DEV="PYTHON"):
        rows = X * 0.25
        others = np.broadcast_to(X[1], X.shape) if shared else X[::-1]
        batched = vmap(function, in_axes=(0, None if shared else 0))
        got = batched(Tensor(rows), Tensor(X[1] if shared else others.copy()))
        np.testing.assert_allclose(got.numpy(), looped(function, rows, others), 1e-7, 1e-9)
