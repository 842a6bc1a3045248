"""grad, vjp, jvp and what is built on them, against PyTorch's torch.func."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

import smelt
from smelt import Tensor, Variable, grad, hessian, jacfwd, jacrev, jit, jvp, value_and_grad, vjp
from smelt.util.errors import ArgumentError, DTypeError, GradientError, ShapeError

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")

T = torch.func
Array = np.ndarray[Any, Any]
RNG = np.random.default_rng(3)
X, W = RNG.normal(size=(3, 4)), RNG.normal(size=(4, 2))


def pair(*arrays: Array) -> tuple[list[Tensor], list[torch.Tensor]]:
    return [Tensor(a) for a in arrays], [torch.tensor(a) for a in arrays]


def agree(ours: Any, theirs: Any, rtol: float = 1e-9) -> None:
    if isinstance(theirs, torch.Tensor):
        assert ours.shape == tuple(theirs.shape)
        np.testing.assert_allclose(ours.numpy(), theirs.detach().numpy(), rtol, 1e-12)
        return
    if isinstance(theirs, dict):
        assert ours.keys() == theirs.keys()
        ours, theirs = [ours[k] for k in theirs], list(theirs.values())
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        agree(a, b, rtol)


def loss(x: Any, w: Any) -> Any:
    return ((x @ w).tanh() ** 2).sum()


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "softmax": lambda x: x.softmax(-1),
    "layernorm-like": lambda x: (x - x.mean(-1, keepdim=True)) / (x * x).mean(),
    "max": lambda x: x.amax(1) * x.exp().sum(1).log(),
    "prod": lambda x: x.prod(1),
    "cumulative": lambda x: x.cumsum(1) * x.sin(),
    "index": lambda x: x[[2, 0, 2], 1:] ** 3,
    "two results": lambda x: (x.sum(0), (x * x).flip((1,))),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_vjp_and_jvp(name: str) -> None:
    function = FUNCTIONS[name]
    (x, v), (tx, tv) = pair(X, RNG.normal(size=X.shape))
    out, tangent = jvp(function, (x,), (v,))
    t_out, t_tangent = T.jvp(function, (tx,), (tv,))
    agree(out, t_out)
    agree(tangent, t_tangent)
    out, pull = vjp(function, x)
    t_out, t_pull = T.vjp(function, tx)
    agree(out, t_out)
    cotangent = tangent if isinstance(tangent, tuple) else (tangent,)
    one = not isinstance(tangent, tuple)
    t_cotangent = t_tangent if isinstance(t_tangent, tuple) else (t_tangent,)
    agree(pull(cotangent[0] if one else cotangent), t_pull(t_cotangent[0] if one else t_cotangent))


def test_vjp_is_what_backward_adds() -> None:
    w = Tensor(W, requires_grad=True)
    x = Tensor(X)
    loss(x, w).backward()
    assert w.grad is not None
    (found,) = vjp(lambda w: loss(x, w), w)[1](Tensor(1.0, dtype="float64"))
    np.testing.assert_array_equal(found.numpy(), w.grad.numpy())


def test_argnums_aux_and_keywords() -> None:
    (x, w), (tx, tw) = pair(X, W)
    agree(grad(loss, 1)(x, w), T.grad(loss, 1)(tx, tw))
    agree(grad(loss, (0, -1))(x, w), T.grad(loss, (0, 1))(tx, tw))
    value, (gradient,) = value_and_grad(loss, (1,))(x, w)
    agree(value, loss(tx, tw))
    agree(gradient, T.grad(loss, 1)(tx, tw))
    found, aux = grad(lambda x, scale: ((x * scale).sum(), {"x": x * 2}), has_aux=True)(
        x, scale=3.0
    )
    assert found.tolist() == [[3.0] * 4] * 3
    agree(aux["x"], tx * 2)
    (total, name), _ = value_and_grad(lambda x: (x.sum(), "name"), has_aux=True)(x)
    assert name == "name" and total.item() == pytest.approx(X.sum())
    assert grad(lambda x: x * x)(3.0).item() == 6.0
    assert grad(lambda x: (x * x).sum())(np.ones(2)).tolist() == [2.0, 2.0]


class Pair(NamedTuple):
    w: Tensor
    b: Tensor


@dataclasses.dataclass(frozen=True)
class Layer:
    w: Tensor
    name: str


def test_nested_containers() -> None:
    x = Tensor(X)
    tree = {"a": Pair(Tensor(W), Tensor(np.zeros(2))), "b": [Layer(Tensor(W), "last"), None]}

    def f(p: Any) -> Any:
        return ((x @ p["a"].w + p["a"].b).relu() * (x @ p["b"][0].w)).sum()

    found = grad(f)(tree)
    assert type(found["a"]) is Pair and found["b"][0].name == "last" and found["b"][1] is None

    def t_f(p: Any) -> Any:
        return ((torch.tensor(X) @ p[0] + p[1]).relu() * (torch.tensor(X) @ p[2])).sum()

    expected = T.grad(t_f)([torch.tensor(W), torch.zeros(2, dtype=torch.float64), torch.tensor(W)])
    agree([found["a"].w, found["a"].b, found["b"][0].w], expected)


def test_higher_orders() -> None:
    (x,), (tx,) = pair(X[0])
    cube = lambda x: (x.sin() * x * x).sum()  # noqa: E731
    agree(grad(lambda x: (grad(cube)(x) ** 2).sum())(x),
          T.grad(lambda x: (T.grad(cube)(x) ** 2).sum())(tx))  # fmt: skip
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(3.0).item() == 1.0  # not confused
    agree(hessian(cube)(x), T.hessian(cube)(tx))
    (v,), (tv,) = pair(X[1])
    agree(jvp(grad(cube), (x,), (v,))[1], T.jvp(T.grad(cube), (tx,), (tv,))[1])
    agree(grad(lambda x: jvp(cube, (x,), (v,))[1])(x), T.hessian(cube)(tx) @ tv)


def test_jacobians() -> None:
    (x, w), (tx, tw) = pair(X, W)
    f = lambda x, w: {"a": (x @ w).tanh(), "b": w.sum(0)}  # noqa: E731
    for ours, theirs in ((jacrev, T.jacrev), (jacfwd, T.jacfwd)):
        agree(ours(f, 1)(x, w), theirs(f, 1)(tx, tw))
        agree(ours(lambda x, w: (x @ w).exp(), (0, 1))(x, w),
              theirs(lambda x, w: (x @ w).exp(), (0, 1))(tx, tw))  # fmt: skip
        agree(ours(lambda x: x.sum() ** 2)(x), theirs(lambda x: x.sum() ** 2)(tx))


def test_gradients_reach_what_is_around() -> None:
    (x, w), (tx, tw) = pair(X, W)
    w.requires_grad = tw.requires_grad = True
    ours, theirs = grad(loss)(x, w), T.grad(loss)(tx, tw)
    assert ours.requires_grad and not grad(loss)(x, w.detach()).requires_grad
    (ours * ours).sum().backward()
    (theirs * theirs).sum().backward()
    agree(w.grad, tw.grad)
    assert w.is_leaf and w.requires_grad
    with Tensor.no_grad():  # what is asked for explicitly is there all the same
        quiet = grad(loss)(x, w)
    assert not quiet.requires_grad
    np.testing.assert_array_equal(quiet.numpy(), ours.numpy())
    assert not grad(lambda x: (x * x).detach().sum())(x).numpy().any()


def test_state_inside() -> None:
    total = Tensor.zeros(3, 4, dtype="float64")
    (x,), _ = pair(X)

    def f(x: Tensor) -> Tensor:
        total.assign(total + x * 2)
        x += 1  # the function's own: that of the caller stays
        assert x.sum().item() == pytest.approx(X.sum() + 12)  # values may be read
        return (x * x).sum()

    found = grad(f)(x)
    np.testing.assert_allclose(found.numpy(), 2 * (X + 1))
    np.testing.assert_allclose(total.numpy(), 2 * X)
    np.testing.assert_allclose(x.numpy(), X)
    assert not total.requires_grad

    def fails(x: Tensor) -> Tensor:
        total.assign(total * 0)
        raise KeyError

    with pytest.raises(KeyError):
        grad(fails)(x)
    np.testing.assert_allclose(total.numpy(), 2 * X)


def test_captured_steps() -> None:
    w = Tensor(W)
    step = jit(value_and_grad(lambda x: loss(x, w) * scale))
    inside = jit(lambda x: loss(x, w))
    scale = 2.0
    for k in (1.0, 2.0, 3.0):
        _, found = step(Tensor(X * k))
        agree(found, T.grad(lambda x: 2 * loss(x, torch.tensor(W)))(torch.tensor(X * k)))
        agree(
            grad(inside)(Tensor(X * k)),
            T.grad(lambda x: loss(x, torch.tensor(W)))(torch.tensor(X * k)),
        )
    assert len(step.captures) == 1
    scale = -1.0  # a number from outside: traced again
    _, found = step(Tensor(X))
    agree(found, T.grad(lambda x: -loss(x, torch.tensor(W)))(torch.tensor(X)))
    w.assign(w * 2)  # state: replayed with its new value
    agree(step(Tensor(X))[0], -loss(torch.tensor(X), 2 * torch.tensor(W)))


def test_forward_mode_costs_two_products_for_each() -> None:
    x, w = Tensor(X).realize(), Tensor(W).realize()
    with smelt.stats() as plain:
        (x @ w).exp().realize()
    out, tangent = jvp(lambda x, w: (x @ w).exp(), (x, w), (x, w))
    with smelt.stats() as both:
        out.realize(tangent)
    assert both.flops <= 3.5 * plain.flops
    assert both.kernels <= 2


def test_symbolic_sizes() -> None:
    n = Variable("n", 1, 3).bind(2)
    x = Tensor(X)
    found = grad(lambda x: (x[:n] ** 2).sum())(x)
    np.testing.assert_allclose(found.numpy(), np.where(np.arange(3)[:, None] < 2, 2 * X, 0))


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: grad(lambda x: x)(Tensor(X)), GradientError, "shape (3, 4), expected"),
        (lambda: grad(lambda x: 3.0)(Tensor(1.0)), GradientError, "a float"),
        (lambda: grad(lambda x: x)(Tensor(3)), DTypeError, "an argument of int32"),
        (lambda: grad(lambda x: x, 2)(Tensor(1.0)), ArgumentError, "argnums 2 of 1 arguments"),
        (lambda: grad(lambda x: x, has_aux=True)(Tensor(1.0)), ArgumentError, "(result, aux)"),
        (lambda: vjp(lambda x: x, Tensor(X))[1](Tensor(X[0])), ShapeError, "a cotangent of shape"),
        (lambda: vjp(lambda x: (x, 1), Tensor(X)), ArgumentError, "a result with a int"),
        (lambda: vjp(lambda x: (x, x), Tensor(X))[1](Tensor(X)), ArgumentError, "1 tensors"),
        (lambda: jvp(lambda x: x, Tensor(X), Tensor(X)), ArgumentError, "a tuple"),
        (lambda: jvp(lambda x: x, (Tensor(X),), (Tensor(X).half(),)), DTypeError, "float16"),
    ],
)  # fmt: skip
def test_errors(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)
