"""Optimizers against PyTorch's, over 20 steps and every option; and what they do when captured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import smelt
from smelt import Tensor, dtypes, nn
from smelt.nn.optim import (
    LAMB,
    LARS,
    SGD,
    Adafactor,
    Adam,
    AdamW,
    Muon,
    Optimizer,
    OptimizerGroup,
    lr_scheduler,
)  # fmt: skip
from smelt.nn.utils import clip_grad_norm_, clip_grad_value_
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
    (SGD, torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "dampening": 0.3, "maximize": True}),
    (Adam, torch.optim.Adam, {"lr": 0.05, "amsgrad": True}),
    (AdamW, torch.optim.AdamW, {"lr": 0.05, "amsgrad": True, "maximize": True, "foreach": True}),
    (Adafactor, torch.optim.Adafactor, {}),
    (Adafactor, torch.optim.Adafactor, {"lr": 0.5, "weight_decay": 0.1, "d": 2.0}),
    (Adafactor, torch.optim.Adafactor, {"eps": (0.1, 0.5), "beta2_decay": -0.5}),
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
    default = 0.01 if ours is Adafactor else 1e-3
    reference = theirs(torch_params(), **({"lr": default} | options))
    close(ours_after(mine, 1), theirs_after(reference, 1), 2e-6)
    close(ours_after(mine, STEPS - 1, 1), theirs_after(reference, STEPS - 1, 1))


@pytest.mark.parametrize(
    ("shape", "options"),
    [
        ((3, 4), {}),
        ((6, 2), {"nesterov": False, "weight_decay": 0.5, "adjust_lr_fn": "match_rms_adamw"}),
    ],
)
def test_muon_is_pytorchs_but_for_the_precision_of_its_iteration(
    shape: tuple[int, int], options: dict[str, Any]
) -> None:
    """PyTorch makes the direction orthogonal in bfloat16."""
    rng = np.random.default_rng(1)
    arrays = [rng.normal(size=shape).astype(np.float32)]
    ours = [Tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    options = {"lr": 0.02, "weight_decay": 0.1} | options
    mine, reference = Muon(ours, **options), torch.optim.Muon(theirs, **options)
    for _ in range(STEPS):
        for p, t in zip(ours, theirs, strict=True):
            p.grad = Tensor(rng.normal(size=p.shape).astype(np.float32))
            t.grad = torch.tensor(p.grad.numpy())
        mine.step()
        reference.step()
    close([p.numpy() for p in ours], [t.detach().numpy() for t in theirs], 1e-2)


def lamb(p: Any, grads: list[Any], lr: float, decay: float) -> Any:
    """Algorithm 2 of You and others, 2019, in float64."""
    m = v = np.zeros_like(p)
    for t, g in enumerate(grads, 1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        u = (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-6) + decay * p
        norms = np.linalg.norm(p), np.linalg.norm(u)
        p = p - lr * (norms[0] / norms[1] if all(norms) else 1) * u
    return p


def lars(p: Any, grads: list[Any], lr: float, decay: float) -> Any:
    """Algorithm 1 of You and others, 2017, in float64."""
    b = np.zeros_like(p)
    for g in grads:
        norms = np.linalg.norm(p), np.linalg.norm(g)
        local = 0.02 * norms[0] / (norms[1] + decay * norms[0]) if all(norms) else 1
        b = 0.9 * b + lr * local * (g + decay * p)
        p = p - b
    return p


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize(
    ("make", "formula"),
    [
        (lambda p, decay: LAMB(p, lr=0.05, weight_decay=decay), lamb),
        (lambda p, decay: LARS(p, lr=0.05, weight_decay=decay, tcoef=0.02), lars),
    ],
    ids=["LAMB", "LARS"],
)
def test_steps_in_proportion_to_norms_are_the_papers(make: Any, formula: Any, decay: float) -> None:
    rng = np.random.default_rng(1)
    starts = [rng.normal(size=(3, 4)), np.zeros(2)]
    params = [Tensor(a, dtype=dtypes.float32, requires_grad=True) for a in starts]
    optimizer = make(params, decay)
    grads = [[rng.normal(size=p.shape) for _ in range(STEPS)] for p in params]
    for step in zip(*grads, strict=True):
        for p, g in zip(params, step, strict=True):
            p.grad = Tensor(g, dtype=dtypes.float32)
        optimizer.step()
    expected = [formula(a, g, 0.05, decay) for a, g in zip(starts, grads, strict=True)]
    close([p.numpy() for p in params], expected)


def test_lamb_without_its_norms_is_adam() -> None:
    options = {"lr": 0.05, "eps": 1e-8}
    close(
        ours_after(LAMB(smelt_params(), **options, adam=True), 3),
        ours_after(Adam(smelt_params(), **options), 3),
    )


def test_classic_momentum_is_the_same_at_a_constant_rate() -> None:
    options = {"lr": 0.05, "momentum": 0.9, "nesterov": True}
    close(
        ours_after(SGD(smelt_params(), **options, classic=True), 4),
        ours_after(SGD(smelt_params(), **options), 4),
    )


@pytest.mark.parametrize(
    "arguments", [((0.5, 0.9),), (0.5, 0.9), ()], ids=["PyTorch's order", "two numbers", "named"]
)
def test_betas_in_every_spelling(arguments: tuple[Any, ...]) -> None:
    named = {} if arguments else {"betas": (0.5, 0.9)}
    for kind in (Adam, AdamW, LAMB):
        assert kind([Tensor([1.0])], 0.1, *arguments, **named).betas == (0.5, 0.9)  # type: ignore[arg-type]


def test_a_group_steps_its_optimizers_together() -> None:
    w, b, s = smelt_params()
    group = OptimizerGroup(SGD([w], lr=0.1), Adam([b, s], lr=0.05))
    tw, tb, ts = torch_params()
    theirs = [torch.optim.SGD([tw], lr=0.1), torch.optim.Adam([tb, ts], lr=0.05)]
    for i in range(3):
        group.zero_grad()
        loss(w, b, s, Tensor(inputs(i))).backward()
        group.step()
        for optimizer in theirs:
            optimizer.zero_grad()
        loss(tw, tb, ts, torch.tensor(inputs(i))).backward()
        for optimizer in theirs:
            optimizer.step()
    close([p.numpy() for p in group.params], [t.detach().numpy() for t in (tw, tb, ts)])
    assert group[1].params[0] is b


@pytest.mark.parametrize(
    "make",
    [
        lambda p: SGD(p, lr=0.1, momentum=0.9, dampening=0.1),
        lambda p: Adam(p, lr=0.1, amsgrad=True),
        lambda p: Adafactor(p, lr=0.1),
        lambda p: OptimizerGroup(SGD(p[:1], lr=0.1, momentum=0.9), AdamW(p[1:], lr=0.1)),
    ],
    ids=["SGD", "Adam", "Adafactor", "a group"],
)
def test_training_goes_on_from_a_saved_state(make: Any, tmp_path: Any) -> None:
    first = make(smelt_params())
    ours_after(first, 3)
    nn.state.safe_save(first.state_dict(), tmp_path / "o.safetensors")
    params = [Tensor(p.numpy(), requires_grad=True) for p in first.params]
    second = make(params)
    second.load_state_dict(nn.state.safe_load(tmp_path / "o.safetensors"))
    close(ours_after(second, 2, 3), ours_after(first, 2, 3), 0)
    assert not any("params" in name or name.startswith("_") for name in first.state_dict())


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


# ---- gradients within limits ---------------------------------------------------------------------


@pytest.mark.parametrize("norm_type", [2.0, 1.0, 3.0, float("inf")])
@pytest.mark.parametrize("max_norm", [0.5, 1e3])
def test_clipped_norms_are_pytorchs(max_norm: float, norm_type: float) -> None:
    ours, theirs = smelt_params(), torch_params()
    for p, t, a in zip(ours[:2], theirs[:2], arrays(), strict=False):
        p.grad, t.grad = Tensor(a * 3), torch.tensor(a * 3)
    norm = clip_grad_norm_(iter(ours), max_norm, norm_type)
    expected = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    assert norm.item() == pytest.approx(expected.item(), rel=1e-6)
    close([p.grad.numpy() for p in ours[:2]], [t.grad.numpy() for t in theirs[:2]], 1e-6)
    assert ours[2].grad is None


def test_clipped_values_are_pytorchs() -> None:
    ours, theirs = smelt_params(), torch_params()
    for p, t, a in zip(ours, theirs, arrays(), strict=True):
        p.grad, t.grad = Tensor(a), torch.tensor(a)
    clip_grad_value_(ours, 0.5)
    torch.nn.utils.clip_grad_value_(theirs, 0.5)
    close([p.grad.numpy() for p in ours], [t.grad.numpy() for t in theirs], 0)


def test_a_norm_that_is_no_number() -> None:
    p = Tensor([1.0], requires_grad=True)
    assert clip_grad_norm_(p, 1.0).item() == 0
    p.grad = Tensor([float("nan")])
    with pytest.raises(GradientError, match="a norm of nan"):
        clip_grad_norm_(p, 1.0, error_if_nonfinite=True)
    assert np.isnan(clip_grad_norm_(p, 1.0).item())


def test_norms_of_16_bit_gradients_do_not_overflow() -> None:
    p = Tensor([1.0, 1.0], dtype=dtypes.float16, requires_grad=True)
    p.grad = Tensor([300.0, 400.0], dtype=dtypes.float16)
    assert clip_grad_norm_(p, 50.0).item() == 500
    assert p.grad.dtype is dtypes.float16
    np.testing.assert_allclose(p.grad.numpy(), [30, 40], rtol=1e-3)


# ---- schedules -----------------------------------------------------------------------------------

SCHEDULES: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("LambdaLR", (lambda step: 1 / (1 + step),), {}),
    ("StepLR", (7,), {"gamma": 0.5}),
    ("MultiStepLR", ([9, 3, 9, 20],), {}),
    ("ExponentialLR", (0.9,), {}),
    ("LinearLR", (0.1,), {"total_iters": 12}),
    ("ConstantLR", (0.2, 7), {}),
    ("PolynomialLR", (20, 2.0), {}),
    ("CosineAnnealingLR", (10, 0.01), {}),
    ("CosineAnnealingWarmRestarts", (4, 2), {"eta_min": 0.01}),
    ("OneCycleLR", (0.5, 50), {"cycle_momentum": False}),
    (
        "OneCycleLR",
        (0.5,),
        {
            "epochs": 10,
            "steps_per_epoch": 5,
            "cycle_momentum": False,
            "three_phase": True,
            "anneal_strategy": "linear",
        },
    ),
]


@pytest.mark.parametrize(("name", "arguments", "options"), SCHEDULES)
def test_fifty_steps_of_a_schedule_are_pytorchs(name: str, arguments: Any, options: Any) -> None:
    mine = SGD([Tensor([1.0])], lr=0.25)
    reference = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.25)
    schedule = getattr(lr_scheduler, name)(mine, *arguments, **options)
    expected = getattr(torch.optim.lr_scheduler, name)(reference, *arguments, **options)
    for _ in range(50):
        rate = reference.param_groups[0]["lr"]
        assert schedule.get_last_lr() == [pytest.approx(rate, rel=1e-6, abs=1e-12)]
        reference.step()
        expected.step()
        schedule.step()
    assert mine.lr.item() == pytest.approx(reference.param_groups[0]["lr"], rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("SGD", {"momentum": 0.8, "nesterov": True}),
        ("SGD", {}),  # which has no momentum before
        ("AdamW", {"betas": (0.8, 0.99), "weight_decay": 0.1}),
    ],
)
def test_a_cycle_of_rate_and_momentum_is_pytorchs(name: str, options: dict[str, Any]) -> None:
    start = np.array([1.0, -2.0, 0.5], np.float32)
    p, t = Tensor(start, requires_grad=True), torch.tensor(start, requires_grad=True)
    mine = getattr(smelt.nn.optim, name)([p], lr=0.1, **options)
    theirs = getattr(torch.optim, name)([t], lr=0.1, **options)
    cycle = {"max_lr": 0.2, "total_steps": 12, "three_phase": name == "AdamW", "base_momentum": 0.5}
    schedule = lr_scheduler.OneCycleLR(mine, **cycle)  # type: ignore[arg-type]
    expected = torch.optim.lr_scheduler.OneCycleLR(theirs, **cycle)
    traces = []

    @smelt.jit
    def step() -> Tensor:
        traces.append(1)
        mine.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        mine.step()
        return loss

    for _ in range(11):
        step()
        theirs.zero_grad()
        (t * t).sum().backward()
        theirs.step()
        np.testing.assert_allclose(p.numpy(), t.detach().numpy(), rtol=1e-4, atol=1e-5)
        schedule.step()
        expected.step()
    assert len(traces) <= 2


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"mode": "max", "threshold_mode": "abs", "cooldown": 2, "patience": 2},
        {"patience": 1, "threshold": 0.1, "min_lr": 0.01, "factor": 0.5},
    ],
)
def test_waiting_for_a_plateau_is_pytorchs(options: dict[str, Any]) -> None:
    mine = SGD([Tensor([1.0])], lr=0.25)
    reference = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.25)
    schedule = lr_scheduler.ReduceLROnPlateau(mine, **options)
    expected = torch.optim.lr_scheduler.ReduceLROnPlateau(reference, **options)
    for loss_now in np.random.default_rng(0).normal(size=50):
        schedule.step(loss_now)
        expected.step(loss_now)
        assert schedule.get_last_lr() == [pytest.approx(reference.param_groups[0]["lr"])]
    assert schedule.get_last_lr() != [0.25]


def test_a_schedule_goes_on_from_its_state_and_has_each_rate_of_a_group() -> None:
    def make() -> tuple[OptimizerGroup, lr_scheduler.StepLR]:
        group = OptimizerGroup(SGD([Tensor([1.0])], lr=0.5), Adam([Tensor([1.0])], lr=0.25))
        return group, lr_scheduler.StepLR(group, 2, 0.5)

    _, first = make()
    for _ in range(3):
        first.step()
    group, second = make()
    second.load_state_dict(first.state_dict())
    assert [o.lr.item() for o in group.optimizers] == [0.25, 0.125]
    second.step()
    assert second.get_last_lr() == [0.125, 0.0625]


def test_a_schedule_does_not_trace_a_captured_step_anew() -> None:
    p = Tensor([1.0], requires_grad=True)
    optimizer = SGD([p], lr=0.5)
    schedule = lr_scheduler.ExponentialLR(optimizer, 0.5)
    traces = []

    @smelt.jit
    def step() -> Tensor:
        traces.append(1)
        optimizer.zero_grad()
        value = p.sum()
        value.backward()
        optimizer.step()
        return value

    for _ in range(4):
        step()
        schedule.step()
    assert p.item() == 1 - 0.5 - 0.25 - 0.125 - 0.0625
    assert len(traces) <= 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda o: lr_scheduler.OneCycleLR(o, 1.0), "total_steps, or epochs"),
        (
            lambda o: lr_scheduler.OneCycleLR(Muon([Tensor([[1.0]])]), 1.0, 5),
            "Muon: got a momentum",
        ),
        (lambda o: lr_scheduler.OneCycleLR(o, 1.0, 5, anneal_strategy="x"), "anneal_strategy='x'"),
        (lambda o: lr_scheduler.SequentialLR(o, [], []), "one milestone less"),
        (lambda o: lr_scheduler.ReduceLROnPlateau(o, "least"), "mode='least'"),
        (lambda o: lr_scheduler.ReduceLROnPlateau(o).step(), "the loss to judge by"),
        (lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 0), "T_0=0"),
        (lambda o: SGD([Tensor([1.0])], nesterov=True), "nesterov with momentum=0.0"),
        (lambda o: SGD([Tensor([1.0])], lrr=0.1), "the option 'lrr'"),
        (lambda o: SGD([{"params": []}]), "a dict, expected Tensors; OptimizerGroup"),  # type: ignore[list-item]
        (lambda o: Adam([Tensor([1.0])], 0.1, (0.9, 0.99), 1e-6), "betas and 1e-06"),
        (lambda o: Adam([Tensor([1.0])], b1=1.5), r"betas \(1.5, 0.999\)"),
        (lambda o: Muon([Tensor([[1.0]])], adjust_lr_fn="x"), "adjust_lr_fn='x'"),
        (lambda o: OptimizerGroup(), "no optimizers"),
        (lambda o: clip_grad_norm_([], 1.0, 0.0), "norm_type=0.0"),
    ],
)
def test_arguments_that_make_no_sense(call: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        call(SGD([Tensor([1.0])], lr=0.1))


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
