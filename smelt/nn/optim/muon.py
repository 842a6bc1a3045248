"""Muon: the gradient's average made orthogonal."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from smelt.dtype import dtypes
from smelt.nn.optim.base import Optimizer, Update, norm, zeros_like
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError

Coefficients = tuple[float, float, float]

# How the learning rate depends on the sizes of the matrix.
ADJUSTMENTS = {
    "original": lambda rows, columns: math.sqrt(max(1, rows / columns)),
    "match_rms_adamw": lambda rows, columns: 0.2 * math.sqrt(max(rows, columns)),
}


class Muon(Optimizer):
    """Momentum whose average is made (nearly) orthogonal before the step (Jordan and others, 2024).

    b = momentum * b + g;  d = g + momentum * b with Nesterov's momentum, else b
    p = p * (1 - lr * weight_decay) - lr * sqrt(max(1, rows / columns)) * orthogonal(d)

    A parameter of other than two axes is taken as the matrix of its first axis by all others; Muon
    is meant for the weights of hidden layers, and the rest are better left to AdamW in an
    OptimizerGroup. `adjust_lr_fn` is "original" or "match_rms_adamw", whose factor is
    0.2 * sqrt(max(rows, columns)).

    >>> from smelt import Tensor
    >>> p = Tensor([[1.0, 0.0], [0.0, 1.0]], requires_grad=True)
    >>> optimizer = Muon([p], lr=0.5, weight_decay=0.0)
    >>> _ = (p * Tensor([[3.0, 0.0], [0.0, 3.0]])).sum().backward()
    >>> optimizer.step()
    >>> p.numpy().round(1)
    array([[0.4, 0. ],
           [0. , 0.4]], dtype=float32)
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Tensor = 0.02,
        momentum: float = 0.95,
        weight_decay: float = 0.1,
        ns_steps: int = 5,
        ns_coefficients: Coefficients = (3.4445, -4.775, 2.0315),
        nesterov: bool = True,
        eps: float = 1e-7,
        adjust_lr_fn: str | None = "original",
        **options: Any,
    ):
        super().__init__(params, lr, **options)
        adjust = adjust_lr_fn or "original"
        if adjust not in ADJUSTMENTS:
            raise ArgumentError("Muon", f"adjust_lr_fn={adjust!r}", f"one of {[*ADJUSTMENTS]}")
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.ns_steps = ns_steps
        self.ns_coefficients = ns_coefficients
        self.nesterov = nesterov
        self.eps = eps
        self.adjust_lr_fn = adjust
        self.b = zeros_like(self.params)

    def _update(self, i: int, p: Tensor, g: Tensor) -> list[Update]:
        b = self.momentum * self.b[i] + g
        direction = g + self.momentum * b if self.nesterov else b
        matrix = direction.reshape(p.shape[0] if p.ndim else 1, -1)
        factor = ADJUSTMENTS[self.adjust_lr_fn](*matrix.shape)
        along = newton_schulz(matrix, self.ns_steps, self.ns_coefficients, self.eps)
        p = p * (1 - self.lr * self.weight_decay)
        return [(self.params[i], p - self.lr * factor * along.reshape(p.shape)), (self.b[i], b)]


def newton_schulz(x: Tensor, steps: int, coefficients: Coefficients, eps: float) -> Tensor:
    """x (rows, columns) with all singular values near 1: `steps` times x = a x + (b s + c s s) x,
    where s = x @ x.T, from x of norm 1. 16-bit floats are computed in float32.

    >>> from smelt import Tensor
    >>> newton_schulz(Tensor([[2.0, 0.0]]), 8, (1.5, -0.5, 0.0), 1e-7).tolist()
    [[1.0, 0.0]]
    """
    a, b, c = coefficients
    tall = x.shape[0] > x.shape[1]
    dtype = x.dtype
    x = x.cast(dtypes.float32) if dtype.itemsize < 4 else x
    x = x.T if tall else x
    x = x / norm(x).maximum(eps)
    for _ in range(steps):
        s = x @ x.T
        x = a * x + (b * s + c * (s @ s)) @ x
    return (x.T if tall else x).cast(dtype)
