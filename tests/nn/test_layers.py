"""Layers against PyTorch's: output, gradients of input and weights, initial weights, errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

from smelt import Tensor, dtypes, nn
from smelt.nn.state import get_state_dict, load_state_dict
from smelt.util.errors import ArgumentError, DTypeError, ShapeError
from smelt.util.flags import Context


@dataclass(frozen=True)
class Row:
    ours: Callable[[], Any]
    theirs: Callable[[], torch.nn.Module]
    shape: tuple[int, ...]


ROWS = {
    "linear": Row(lambda: nn.Linear(3, 5), lambda: torch.nn.Linear(3, 5), (4, 3)),
    "linear of one": Row(lambda: nn.Linear(3, 5), lambda: torch.nn.Linear(3, 5), (3,)),
    "linear of many axes": Row(lambda: nn.Linear(3, 2), lambda: torch.nn.Linear(3, 2), (2, 4, 3)),
    "linear without bias": Row(
        lambda: nn.Linear(3, 5, bias=False), lambda: torch.nn.Linear(3, 5, bias=False), (4, 3)
    ),
    "conv1d": Row(
        lambda: nn.Conv1d(2, 4, 3, 2, 1), lambda: torch.nn.Conv1d(2, 4, 3, 2, 1), (2, 2, 7)
    ),
    "conv2d": Row(
        lambda: nn.Conv2d(2, 4, 3, padding=1),
        lambda: torch.nn.Conv2d(2, 4, 3, padding=1),
        (2, 2, 5, 6),
    ),
    "conv2d in order": Row(
        lambda: nn.Conv2d(4, 6, (3, 2), 2, 1, 2, 2),
        lambda: torch.nn.Conv2d(4, 6, (3, 2), 2, 1, 2, 2),
        (2, 4, 7, 6),
    ),
    "conv2d with pairs": Row(
        lambda: nn.Conv2d(1, 2, (1, 3), stride=(2, 1), padding=(0, 1), bias=False),
        lambda: torch.nn.Conv2d(1, 2, (1, 3), stride=(2, 1), padding=(0, 1), bias=False),
        (1, 1, 4, 5),
    ),
    "conv3d": Row(
        lambda: nn.Conv3d(2, 3, (2, 1, 2), padding="valid"),
        lambda: torch.nn.Conv3d(2, 3, (2, 1, 2), padding="valid"),
        (1, 2, 3, 2, 3),
    ),
    "conv2d of one sample": Row(
        lambda: nn.Conv2d(2, 3, 2), lambda: torch.nn.Conv2d(2, 3, 2), (2, 3, 3)
    ),
    "conv1d with the same size": Row(
        lambda: nn.Conv1d(2, 3, 4, padding="same", dilation=2, padding_mode="circular"),
        lambda: torch.nn.Conv1d(2, 3, 4, padding="same", dilation=2, padding_mode="circular"),
        (1, 2, 7),
    ),
    "conv2d that reflects": Row(
        lambda: nn.Conv2d(1, 2, 3, padding=(1, 2), padding_mode="reflect"),
        lambda: torch.nn.Conv2d(1, 2, 3, padding=(1, 2), padding_mode="reflect"),
        (1, 1, 4, 5),
    ),
    "transposed conv1d": Row(
        lambda: nn.ConvTranspose1d(4, 6, 3, 2, 1, 1, groups=2),
        lambda: torch.nn.ConvTranspose1d(4, 6, 3, 2, 1, 1, groups=2),
        (2, 4, 5),
    ),
    "transposed conv2d": Row(
        lambda: nn.ConvTranspose2d(2, 3, (3, 2), stride=(2, 1), dilation=(1, 2), bias=False),
        lambda: torch.nn.ConvTranspose2d(2, 3, (3, 2), stride=(2, 1), dilation=(1, 2), bias=False),
        (1, 2, 3, 4),
    ),
    "transposed conv3d": Row(
        lambda: nn.ConvTranspose3d(1, 2, 2),
        lambda: torch.nn.ConvTranspose3d(1, 2, 2),
        (1, 1, 2, 3, 2),
    ),
    "instancenorm": Row(
        lambda: nn.InstanceNorm(3), lambda: torch.nn.InstanceNorm2d(3, affine=True), (2, 3, 4, 5)
    ),
    "instancenorm1d": Row(
        lambda: nn.InstanceNorm1d(3, 0.1), lambda: torch.nn.InstanceNorm1d(3, 0.1), (2, 3, 4)
    ),
    "rmsnorm over two axes": Row(
        lambda: nn.RMSNorm((2, 3), None, False),
        lambda: torch.nn.RMSNorm((2, 3), None, False),
        (2, 2, 3),
    ),
    "layernorm": Row(lambda: nn.LayerNorm(6), lambda: torch.nn.LayerNorm(6), (3, 6)),
    "layernorm over two axes": Row(
        lambda: nn.LayerNorm((4, 6), eps=0.1),
        lambda: torch.nn.LayerNorm((4, 6), eps=0.1),
        (3, 4, 6),
    ),
    "layernorm without bias": Row(
        lambda: nn.LayerNorm(6, bias=False), lambda: torch.nn.LayerNorm(6, bias=False), (3, 6)
    ),
    "layernorm without weights": Row(
        lambda: nn.LayerNorm(6, elementwise_affine=False),
        lambda: torch.nn.LayerNorm(6, elementwise_affine=False),
        (2, 3, 6),
    ),
    "groupnorm": Row(lambda: nn.GroupNorm(2, 6), lambda: torch.nn.GroupNorm(2, 6), (2, 6, 3, 4)),
    "groupnorm without weights": Row(
        lambda: nn.GroupNorm(3, 6, 0.1, affine=False),
        lambda: torch.nn.GroupNorm(3, 6, 0.1, affine=False),
        (2, 6, 5),
    ),
    "rmsnorm": Row(
        lambda: nn.RMSNorm(6, eps=1e-3), lambda: torch.nn.RMSNorm(6, eps=1e-3), (2, 3, 6)
    ),
}


def close(ours: Any, theirs: torch.Tensor, tolerance: float = 1e-5) -> None:
    np.testing.assert_allclose(
        ours.numpy(), theirs.detach().numpy(), rtol=tolerance, atol=tolerance
    )


def random_weights(module: torch.nn.Module) -> None:
    torch.manual_seed(4)
    for p in module.parameters():
        torch.nn.init.normal_(p)


def loaded(ours: Any, module: torch.nn.Module) -> Any:
    state = {name: Tensor(value.numpy()) for name, value in module.state_dict().items()}
    load_state_dict(ours, state)
    return ours


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_output_and_gradients_are_pytorchs(row: Row) -> None:
    module = row.theirs()
    random_weights(module)
    layer = loaded(row.ours(), module)
    array = np.random.default_rng(2).normal(size=row.shape).astype(np.float32)
    x, t = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    y, t_y = layer(x), module(t)
    assert y.shape == tuple(t_y.shape)
    close(y, t_y)
    weights = np.random.default_rng(3).normal(size=t_y.shape).astype(np.float32)
    (y * Tensor(weights)).sum().backward()
    (t_y * torch.tensor(weights)).sum().backward()
    close(x.grad, t.grad)
    state = get_state_dict(layer)
    named = dict(module.named_parameters())
    assert set(state) == set(named)
    for name, p in named.items():
        assert state[name].requires_grad
        close(state[name].grad, p.grad, 1e-4)


# ---- batch norm ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(4, 3), (4, 3, 5), (2, 3, 4, 5), (1, 3, 1, 2)])
@pytest.mark.parametrize("affine", [True, False])
def test_batch_norm_is_pytorchs(shape: tuple[int, ...], affine: bool) -> None:
    kinds = [torch.nn.BatchNorm1d, torch.nn.BatchNorm1d, torch.nn.BatchNorm2d]
    module = kinds[len(shape) - 2](3, eps=1e-3, momentum=0.3, affine=affine)
    random_weights(module)
    layer = loaded(nn.BatchNorm(3, eps=1e-3, momentum=0.3, affine=affine), module)
    rng = np.random.default_rng(2)
    for _ in range(3):
        array = rng.normal(2, 3, shape).astype(np.float32)
        x, t = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
        with Context(TRAINING=1):
            y = layer(x)
        t_y = module(t)
        close(y, t_y, 1e-4)
        y.square().sum().backward()
        t_y.square().sum().backward()
        close(x.grad, t.grad, 2e-3)
        close(layer.running_mean, module.running_mean)
        close(layer.running_var, module.running_var)
    module.eval()
    x, t = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    y, t_y = layer(x), module(t)
    close(y, t_y)
    y.square().sum().backward()
    t_y.square().sum().backward()
    close(x.grad, t.grad, 1e-4)
    if affine:
        close(layer.weight.grad, module.weight.grad, 2e-3)
        close(layer.bias.grad, module.bias.grad, 2e-3)


@pytest.mark.parametrize(("affine", "shape"), [(True, (2, 3, 4, 5)), (False, (3, 3, 6))])
def test_instance_norm_with_running_statistics_is_pytorchs(affine: bool, shape: Any) -> None:
    name = "InstanceNorm2d" if len(shape) == 4 else "InstanceNorm1d"
    layer = getattr(nn, name)(3, 1e-5, 0.3, affine, True)
    module = getattr(torch.nn, name)(3, 1e-5, 0.3, affine, True)
    assert set(get_state_dict(layer)) == set(module.state_dict())
    rng = np.random.default_rng(3)
    for training in (True, True, False):
        x = rng.normal(2, 3, size=shape).astype(np.float32)
        ours, theirs = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        with Context(TRAINING=training):
            y, expected = layer(ours), module.train(training)(theirs)
        y.square().sum().backward()
        expected.square().sum().backward()
        close(y, expected)
        np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-3, atol=1e-4)
        close(layer.running_mean, module.running_mean)
        close(layer.running_var, module.running_var)
    assert layer.num_batches_tracked.item() == module.num_batches_tracked.item()


def test_batch_norm_without_training_changes_nothing() -> None:
    layer = nn.BatchNorm(2)
    layer(Tensor([[1.0, 5.0], [3.0, 9.0]])).realize()
    assert layer.running_mean.tolist() == [0.0, 0.0]
    assert layer.running_var.tolist() == [1.0, 1.0]


def test_batch_norm_of_one_value_a_channel_stays_finite() -> None:
    layer = nn.BatchNorm(2)
    with Context(TRAINING=1):
        y = layer(Tensor([[3.0, -1.0]]))
    assert y.tolist() == [[0.0, 0.0]]
    assert np.isfinite(layer.running_var.numpy()).all()


def test_batch_norms_running_statistics_are_no_parameters() -> None:
    layer = nn.BatchNorm(2)
    assert list(get_state_dict(layer)) == list(torch.nn.BatchNorm2d(2).state_dict())
    required = [p.requires_grad for p in get_state_dict(layer).values()]
    assert required == [True, True, False, False, False]
    assert nn.BatchNorm2d is nn.BatchNorm


@pytest.mark.parametrize("options", [{"momentum": None}, {"track_running_stats": False}])
def test_batch_norm_with_other_statistics(options: dict[str, Any]) -> None:
    module = torch.nn.BatchNorm1d(3, **options)
    layer = loaded(nn.BatchNorm(3, **options), module)
    rng = np.random.default_rng(2)
    for _ in range(3):
        array = rng.normal(2, 3, (4, 3)).astype(np.float32)
        with Context(TRAINING=1):
            y = layer(Tensor(array))
        close(y, module(torch.tensor(array)), 1e-4)
    close(layer(Tensor(array)), module.eval()(torch.tensor(array)), 1e-4)
    state = get_state_dict(layer)
    assert list(state) == list(module.state_dict())
    for name, value in module.state_dict().items():
        close(state[name], value, 1e-4)


def test_layernorm_of_channels() -> None:
    x = np.random.default_rng(2).normal(size=(2, 3, 2, 2)).astype(np.float32)
    module = torch.nn.LayerNorm(3)
    expected = module(torch.tensor(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    close(nn.LayerNorm2d(3)(Tensor(x)), expected)


# ---- embedding -----------------------------------------------------------------------------------


def test_embedding_is_pytorchs() -> None:
    module = torch.nn.Embedding(7, 3)
    layer = loaded(nn.Embedding(7, 3), module)
    index = [[1, 6, 1], [0, 2, 1]]
    y, t_y = layer(Tensor(index)), module(torch.tensor(index))
    close(y, t_y)
    (y * y).sum().backward()
    (t_y * t_y).sum().backward()
    close(layer.weight.grad, module.weight.grad)


def test_the_padding_of_an_embedding_is_zero_and_learns_nothing() -> None:
    module = torch.nn.Embedding(7, 3, padding_idx=-6)
    layer = nn.Embedding(7, 3, padding_idx=-6)
    assert layer.weight[1].tolist() == [0.0] * 3
    loaded(layer, module)
    index = [[1, 6, 1], [0, 2, 1]]
    y, t_y = layer(Tensor(index)), module(torch.tensor(index))
    (y * y + y).sum().backward()
    (t_y * t_y + t_y).sum().backward()
    close(layer.weight.grad, module.weight.grad)


def test_rmsnorm_of_16_bit_floats_is_normalised_in_float32() -> None:
    x = Tensor([[300.0, 400.0]]).cast(dtypes.float16)  # squares overflow float16
    y = nn.RMSNorm(2)(x)
    np.testing.assert_allclose(y.numpy().astype(float), [[0.8485, 1.1314]], rtol=2e-3)


# ---- initial weights -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "bound"),
    [
        (lambda: nn.Linear(400, 300), 1 / 20),
        (lambda: nn.Conv1d(25, 300, 4), 1 / 10),
        (lambda: nn.Conv2d(16, 300, 5), 1 / 20),
        (lambda: nn.Conv2d(32, 300, 5, groups=2), 1 / 20),
        (lambda: nn.ConvTranspose1d(300, 50, 4, groups=2), 1 / 10),
    ],
    ids=["linear", "conv1d", "conv2d", "conv2d of two groups", "transposed conv1d"],
)
def test_weights_start_uniform_within_one_over_sqrt_of_fan_in(make: Any, bound: float) -> None:
    Tensor.manual_seed(0)
    layer = make()
    for tensor in (layer.weight, layer.bias):
        values = tensor.numpy()
        assert np.abs(values).max() <= bound
        assert np.abs(values).max() > 0.97 * bound
        assert abs(values.mean()) < 0.15 * bound
        assert values.std() == pytest.approx(bound / np.sqrt(3), rel=0.1)


def test_an_embedding_starts_normal() -> None:
    Tensor.manual_seed(0)
    values = nn.Embedding(100, 50).weight.numpy()
    assert abs(values.mean()) < 0.05
    assert values.std() == pytest.approx(1, rel=0.05)


def test_norms_start_as_the_identity() -> None:
    for layer in (nn.BatchNorm(3), nn.LayerNorm(3), nn.GroupNorm(1, 3), nn.RMSNorm(3)):
        assert layer.weight.tolist() == [1.0] * 3
        assert getattr(layer, "bias", Tensor.zeros(3)).tolist() == [0.0] * 3


def test_a_linear_layer_of_nothing() -> None:
    assert nn.Linear(0, 2)(Tensor.zeros(3, 0)).tolist() == [[0.0, 0.0]] * 3


# ---- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.Conv2d(3, 4, 3, groups=2), ArgumentError, "Conv2d: got 3 and 4 channels in 2"),
        (lambda: nn.Conv2d(4, 3, 3, groups=2), ArgumentError, "Conv2d: got 4 and 3 channels in 2"),
        (lambda: nn.Conv2d(1, 1, (3, 3, 3)), ArgumentError, r"kernel_size \(3, 3, 3\), expected 2"),
        (
            lambda: nn.Conv2d(1, 1, 3)(Tensor.ones(5, 5)),
            ShapeError,
            r"Conv2d: got x of shape \(5, 5\), expected 4 axes",
        ),
        (lambda: nn.Conv1d(1, 1, 1, padding_mode="zero"), ArgumentError, "padding_mode='zero'"),
        (lambda: nn.Embedding(3, 2, padding_idx=3), ArgumentError, "padding_idx=3, expected one"),
        (lambda: nn.Embedding(3, 2)(Tensor([1.0])), DTypeError, "indices of float32"),
        (
            lambda: nn.InstanceNorm(3)(Tensor.ones(2, 3)),
            ShapeError,
            r"\(N, 3, \.\.\., at le",
        ),
        (lambda: nn.GroupNorm(2, 4)(Tensor.ones(2, 6)), ShapeError, r"\(2, 6\), expected \(N, 4"),
        (lambda: nn.RMSNorm(3)(Tensor.ones(2)), ShapeError, r"RMSNorm: got x of shape \(2,\)"),
        (
            lambda: nn.BatchNorm(3)(Tensor.ones(2, 4)),
            ShapeError,
            r"BatchNorm: got x of shape \(2, 4\), expected \(N, 3, \.\.\.\)",
        ),
        (lambda: nn.BatchNorm(3)(Tensor.ones(3)), ShapeError, r"x of shape \(3,\)"),
        (
            lambda: nn.LayerNorm((2, 3))(Tensor.ones(3, 2)),
            ShapeError,
            r"LayerNorm: got x of shape \(3, 2\), expected \(\.\.\., 2, 3\)",
        ),
        (lambda: nn.GroupNorm(2, 3), ArgumentError, "GroupNorm: got 3 channels in 2 groups"),
    ],
)
def test_errors(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
