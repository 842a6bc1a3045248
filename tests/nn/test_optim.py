"""Optimizers against PyTorch's, over 20 steps and every option; and what they do when captured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from smelt import Tensor, dtypes
from smelt.nn.optim import SGD, Adam, AdamW, Optimizer
from smelt.util.errors import ArgumentError, DTypeError, GradientError

STEPS = 20

ROWS: list[tuple[type[Optimizer], Any, dict[str, Any]]] = [
    (SGD, torch.optim.SGD, {"lr": 0.05}),
    (SGD, torch.optim.SGD, {"lr": 0.05, "weight_decay": 0.1}),
    (SGD, torch.optim.SGD, {"lr": 0.05, "momentum": 0.9}),
    (SGD, torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.1}),
    (SGD, torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    (SGD, torch.optim.SGD, {"lr": 0.05, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1}),
    (SGD, torch.optim.SGD, {}),
    (Adam, torch.optim.Adam, {"lr": 0.05}),
    (Adam, torch.optim.Adam, {"lr": 0.05, "betas": (0.5, 0.9), "eps": 0.1}),
    (Adam, torch.optim.Adam, {"lr": 0.05, "weight_decay": 0.2}),
    (Adam, torch.optim.Adam, {}),
    (AdamW, torch.optim.AdamW, {"lr": 0.05}),
    (AdamW, torch.optim.AdamW, {"lr": 0.05, "weight_decay": 0.5, "betas": (0.8, 0.95)}),
    (AdamW, torch.optim.AdamW, {"lr": 0.05, "weight_decay": 0.0, "eps": 1e-3}),
    (AdamW, torch.optim.AdamW, {}),
]
IDS = [f"{ours.__name__} {options}" for ours, _, options in ROWS]


def arrays() -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(1)
    return [rng.normal(size=shape).astype(np.float32) for shape in ((3, 4), (4,), (1,))]


def loss(w: Any, b: Any, s: Any, x: Any) -> Any:
    return (((x @ w + b) * s) ** 2).mean() + (w * w * w).sum() * 0.01


def inputs(step: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(100 + step).normal(size=(5, 3)).astype(np.float32)


def ours_after(optimizer: Optimizer, steps: int, begin: int = 0) -> list[np.ndarray[Any, Any]]:
    for i in range(begin, begin + steps):
        optimizer.zero_grad()
        loss(*optimizer.params, Tensor(inputs(i))).backward()
        optimizer.step()
    return [p.numpy() for p in optimizer.params]


def theirs_after(
    optimizer: torch.optim.Optimizer, steps: int, begin: int = 0
) -> list[np.ndarray[Any, Any]]:
    params = optimizer.param_groups[0]["params"]
    for i in range(begin, begin + steps):
        optimizer.zero_grad()
        loss(*params, torch.tensor(inputs(i))).backward()
        optimizer.step()
    return [p.detach().numpy().copy() for p in params]


def smelt_params() -> list[Tensor]:
    return [Tensor(a, requires_grad=True) for a in arrays()]


def torch_params() -> list[torch.Tensor]:
    return [torch.tensor(a, requires_grad=True) for a in arrays()]


def close(ours: list[Any], theirs: list[Any], tolerance: float = 2e-5) -> None:
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("ours", "theirs", "options"), ROWS, ids=IDS)
def test_twenty_steps_are_pytorchs(
    ours: type[Optimizer], theirs: Any, options: dict[str, Any]
) -> None:
    mine = ours(smelt_params(), **options)
    reference = theirs(torch_params(), **({"lr": 1e-3} | options))
    close(ours_after(mine, 1), theirs_after(reference, 1), 2e-6)
    close(ours_after(mine, STEPS - 1, 1), theirs_after(reference, STEPS - 1, 1))


@pytest.mark.parametrize("as_tensor", [False, True])
def test_a_changed_learning_rate_counts(as_tensor: bool) -> None:
    mine, reference = AdamW(smelt_params(), lr=0.1), torch.optim.AdamW(torch_params(), lr=0.1)
    for i, lr in enumerate((0.1, 0.02, 0.3)):
        mine.lr = Tensor([lr]) if as_tensor else lr
        reference.param_groups[0]["lr"] = lr
        close(ours_after(mine, 2, 2 * i), theirs_after(reference, 2, 2 * i))
    assert mine.lr.shape == (1,)
    assert mine.lr.tolist() == [pytest.approx(0.3)]


def test_a_scalar_tensor_is_a_learning_rate() -> None:
    mine = SGD(smelt_params(), lr=Tensor(0.05))
    reference = torch.optim.SGD(torch_params(), lr=0.05)
    close(ours_after(mine, 3), theirs_after(reference, 3))


@pytest.mark.parametrize("dtype", [dtypes.float16, dtypes.bfloat16, dtypes.float64])
def test_parameters_keep_their_dtype(dtype: Any) -> None:
    p = Tensor([1.0, -2.0, 3.0], dtype=dtype, requires_grad=True)
    optimizer = AdamW([p], lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        (p * p).sum().backward()
        optimizer.step()
    assert p.dtype is dtype
    t = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
    reference = torch.optim.AdamW([t], lr=0.1)
    for _ in range(3):
        reference.zero_grad()
        (t * t).sum().backward()
        reference.step()
    tolerance = {2: 0.02, 8: 1e-6}[dtype.itemsize]
    np.testing.assert_allclose(p.numpy().astype(float), t.detach().numpy(), rtol=tolerance)


def test_a_parameter_without_a_gradient_stays() -> None:
    used, unused = Tensor([1.0], requires_grad=True), Tensor([1.0], requires_grad=True)
    optimizer = AdamW([used, unused], lr=0.1)
    (used * 2).sum().backward()
    optimizer.step()
    assert unused.tolist() == [1.0]
    assert used.tolist() != [1.0]


def test_zero_grad_forgets() -> None:
    p = Tensor([1.0], requires_grad=True)
    optimizer = SGD([p], lr=0.5)
    (p * 2).sum().backward()
    optimizer.zero_grad()
    assert p.grad is None


def test_gradients_add_up_over_two_backward_passes() -> None:
    p = Tensor([1.0], requires_grad=True)
    optimizer = SGD([p], lr=0.5)
    (p * 2).sum().backward()
    (p * 3).sum().backward()
    optimizer.step()
    assert p.tolist() == [1.0 - 0.5 * 5]


def test_a_parameter_named_twice_is_updated_once() -> None:
    p = Tensor([1.0], requires_grad=True)
    optimizer = SGD([p, p], lr=0.5)
    (p * 2).sum().backward()
    optimizer.step()
    assert optimizer.params == [p] or len(optimizer.params) == 1
    assert p.tolist() == [0.0]


def test_makes_its_parameters_require_a_gradient() -> None:
    p = Tensor([1.0])
    SGD([p], lr=0.5)
    assert p.requires_grad


def test_a_step_keeps_no_history() -> None:
    p = Tensor([1.0], requires_grad=True)
    optimizer = AdamW([p], lr=0.5)
    for _ in range(3):
        optimizer.zero_grad()
        (p * 2).sum().backward()
        optimizer.step()
        assert p.is_leaf
        assert p.requires_grad
    assert not any(t.requires_grad for t in (*optimizer.m, *optimizer.v, optimizer.c))


def test_without_parameters_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="AdamW: got no parameters"):
        AdamW([])


def test_integer_parameters_are_an_error() -> None:
    with pytest.raises(DTypeError, match="SGD: got a parameter of int32, expected a float"):
        SGD([Tensor([1, 2])])


def test_a_result_as_a_parameter_is_an_error() -> None:
    p = Tensor([1.0], requires_grad=True)
    with pytest.raises(GradientError, match="SGD: got a computed tensor"):
        SGD([p * 2])


def test_a_step_without_gradients_is_an_error() -> None:
    with pytest.raises(GradientError, match=r"SGD\.step: got no gradients"):
        SGD([Tensor([1.0], requires_grad=True)]).step()
