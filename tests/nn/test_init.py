"""Initial values against PyTorch's: bounds and deviations of the same distributions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from smelt import Tensor, nn
from smelt.util.errors import ArgumentError, ShapeError

ROWS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("uniform_", (-2.0, 3.0), {}),
    ("normal_", (1.0, 2.0), {}),
    ("constant_", (0.5,), {}),
    ("zeros_", (), {}),
    ("ones_", (), {}),
    ("xavier_uniform_", (2.0,), {}),
    ("xavier_normal_", (), {}),
    ("kaiming_uniform_", (), {"mode": "fan_out", "nonlinearity": "relu"}),
    ("kaiming_normal_", (0.5,), {}),
    ("orthogonal_", (2.0,), {}),
]


@pytest.mark.parametrize(("name", "args", "options"), ROWS)
def test_values_are_distributed_as_pytorchs(name: str, args: Any, options: Any) -> None:
    Tensor.manual_seed(0)
    torch.manual_seed(0)
    shape = (20, 30, 3, 2)
    weight = Tensor.ones(*shape, requires_grad=True)
    assert getattr(nn.init, name)(weight, *args, **options) is weight
    assert weight.is_leaf and weight.requires_grad
    ours = weight.numpy()
    theirs = getattr(torch.nn.init, name)(torch.ones(shape), *args, **options).numpy()
    for measure in (np.mean, np.std):
        np.testing.assert_allclose(measure(ours), measure(theirs), atol=0.06 * theirs.std() + 1e-6)
    assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.3)
    if name == "orthogonal_":
        flat = ours.reshape(20, -1)
        np.testing.assert_allclose(flat @ flat.T, 4 * np.eye(20), atol=1e-5)


@pytest.mark.parametrize("name", ["tanh", "relu", "selu", "sigmoid", "linear", "conv2d"])
def test_gains_are_pytorchs(name: str) -> None:
    assert nn.init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name))
    slope = nn.init.calculate_gain("leaky_relu", 0.2)
    assert slope == pytest.approx(torch.nn.init.calculate_gain("leaky_relu", 0.2))


def test_errors() -> None:
    for call in (
        nn.init.xavier_normal_,
        nn.init.kaiming_uniform_,
        nn.init.eye_,
        nn.init.orthogonal_,
    ):
        with pytest.raises(ShapeError, match=call.__name__):
            call(Tensor.ones(3))
    with pytest.raises(ArgumentError, match="mode='both'"):
        nn.init.kaiming_normal_(Tensor.ones(2, 2), mode="both")
    with pytest.raises(ArgumentError, match="'swish'"):
        nn.init.calculate_gain("swish")
