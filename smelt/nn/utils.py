"""Gradients kept within limits, between `backward()` and the optimizer's step."""

from __future__ import annotations

import math
from collections.abc import Iterable

from smelt.dtype import dtypes
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError, GradientError

Tensors = Tensor | Iterable[Tensor]


def clip_grad_norm_(
    parameters: Tensors,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Tensor:
    """Scale all gradients so that their norm, taken together, is at most max_norm; gives the norm.

    g = g * min(1, max_norm / (norm + 1e-6)), where norm = (sum of |g| ** norm_type) ** (1 /
    norm_type) over all elements of all gradients, or with norm_type=inf the largest |g|.

    Raises:
        GradientError: with error_if_nonfinite, the norm is infinite or NaN.

    >>> p = Tensor([1.0, 1.0], requires_grad=True)
    >>> _ = (p * Tensor([3.0, 4.0])).sum().backward()
    >>> clip_grad_norm_([p], 1.0).item()
    5.0
    >>> p.grad.numpy().round(3)
    array([0.6, 0.8], dtype=float32)
    """
    if norm_type <= 0:
        raise ArgumentError("clip_grad_norm_", f"norm_type={norm_type}", "a number above 0")
    found = [(p, p.grad) for p in _listed(parameters)]
    graded = [(p, g) for p, g in found if g is not None]
    if not graded:
        return Tensor(0.0)
    sizes = [_magnitude(g.detach(), norm_type).to(graded[0][0].device) for _, g in graded]
    together = Tensor.stack(*sizes) if len(sizes) > 1 else sizes[0].reshape(1)
    total = together.max() if norm_type == math.inf else together.sum() ** (1 / norm_type)
    if error_if_nonfinite and not math.isfinite(total.item()):
        raise GradientError("clip_grad_norm_", f"a norm of {total.item()}", "a finite one")
    factor = (max_norm / (total + 1e-6)).minimum(1.0)
    for p, g in graded:
        p.grad = (g.detach() * factor.to(p.device)).cast(g.dtype)
    return total


def clip_grad_value_(parameters: Tensors, clip_value: float) -> None:
    """Clamp each element of each gradient to [-clip_value, clip_value].

    >>> p = Tensor([1.0, 1.0], requires_grad=True)
    >>> _ = (p * Tensor([3.0, -0.25])).sum().backward()
    >>> clip_grad_value_([p], 0.5)
    >>> p.grad.tolist()
    [0.5, -0.25]
    """
    for p in _listed(parameters):
        if p.grad is not None:
            p.grad = p.grad.detach().clamp(-clip_value, clip_value)


def _listed(parameters: Tensors) -> list[Tensor]:
    return [parameters] if isinstance(parameters, Tensor) else list(parameters)


def _magnitude(g: Tensor, norm_type: float) -> Tensor:
    """The sum of |g| ** norm_type, or the largest |g|; in float32 at least."""
    g = g.cast(dtypes.float32) if g.dtype.itemsize < 4 else g
    if norm_type == math.inf:
        return g.abs().max()
    if norm_type == 2:
        return g.square().sum()
    return (g.abs() if norm_type == 1 else g.abs() ** norm_type).sum()
