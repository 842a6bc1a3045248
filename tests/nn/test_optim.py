"""Optimizers against PyTorch's, over 20 steps and every option; and what they do when captured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import smelt
from smelt import Tensor, dtypes, nn
from smelt.nn.optim import SGD, Adam, AdamW, Optimizer
from smelt.util.errors import ArgumentError, DTypeError, GradientError
from smelt.util.flags import Context

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
    assert len(optimizer.params) == 1
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


# ---- kernels -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "reads", "writes"),
    [
        (lambda params: SGD(params), 2, 1),
        (lambda params: SGD(params, momentum=0.9, nesterov=True, weight_decay=0.1), 3, 2),
        (lambda params: Adam(params, weight_decay=0.1), 4, 3),
        (lambda params: AdamW(params), 4, 3),
    ],
    ids=["SGD", "SGD with momentum", "Adam", "AdamW"],
)
def test_a_parameter_takes_one_kernel_that_reads_and_writes_once(
    make: Any, reads: int, writes: int
) -> None:
    """The two numbers that count Adam's steps are stored by one of these kernels too."""
    params = [Tensor.randn(30 + i, 7, requires_grad=True) for i in range(12)]
    optimizer = make(params)
    nbytes = sum(p.nbytes() for p in params)
    for _ in range(2):  # the second step finds moments that are no zeros any more
        for p in params:
            p.grad = Tensor.randn(*p.shape)
        Tensor.realize(*params, *(p.grad for p in params))
        with smelt.stats() as s:
            optimizer.step()
    assert s.kernels == len(params)
    scalars = 32 * s.kernels
    assert reads * nbytes <= s.bytes_read <= reads * nbytes + scalars
    assert writes * nbytes <= s.bytes_written <= writes * nbytes + scalars


# ---- captured ------------------------------------------------------------------------------------


def losses(make: Any, captured: bool, clear_after: bool, computed: bool) -> list[float]:
    """The losses of eight steps, between which the learning rate changes."""
    Tensor.manual_seed(3)
    layers = [nn.Linear(3, 8), nn.BatchNorm(8), nn.Linear(8, 1)]
    if computed:
        Tensor.realize(*nn.state.get_state_dict(layers).values())
    optimizer = make(nn.state.get_parameters(layers))

    def step(x: Tensor) -> Tensor:
        if not clear_after:
            optimizer.zero_grad()
        y = layers[2](layers[1](layers[0](x)).relu())
        loss = (y - x.sum(1, keepdim=True)).square().mean()
        loss.backward()
        optimizer.step()
        if clear_after:
            optimizer.zero_grad()
        return loss.realize()

    run = smelt.jit(step) if captured else step
    found = []
    with Context(TRAINING=1):
        for i in range(8):
            if i in (3, 6):
                optimizer.lr = 0.01 * i
            found.append(run(Tensor(inputs(i))).item())
    return found


@pytest.mark.parametrize("computed", [False, True])
@pytest.mark.parametrize("clear_after", [False, True])
@pytest.mark.parametrize(
    "make",
    [
        lambda params: SGD(params, lr=0.1, momentum=0.9, nesterov=True),
        lambda params: AdamW(params, lr=0.1, weight_decay=0.1),
    ],
    ids=["SGD", "AdamW"],
)
def test_a_captured_step_does_what_it_does_uncaptured(
    make: Any, clear_after: bool, computed: bool
) -> None:
    expected = losses(make, False, clear_after, computed)
    assert len(set(expected)) == len(expected)
    close(losses(make, True, clear_after, computed), expected, 1e-3)


# ---- errors --------------------------------------------------------------------------------------


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
