"""Adafactor: second moments of a matrix kept as those of its rows and columns."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from smelt.dtype import dtypes
from smelt.nn.optim.base import Optimizer, Update, norm
from smelt.tensor import Tensor

# The distance from 1 to the next number.
EPSILON = {
    dtypes.float16: 2.0**-10,
    dtypes.bfloat16: 2.0**-7,
    dtypes.float32: 2.0**-23,
    dtypes.float64: 2.0**-52,
}


class Adafactor(Optimizer):
    """Adafactor (Shazeer and Stern, 2018), as in PyTorch; n x m parameters take n + m of state.

    keep = 1 - t**beta2_decay;  row, column = moving averages of g**2's means along the last two
    axes; v = row * column / mean(row); of parameters of fewer axes v is g**2's own average.
    u = g / max(sqrt(v), eps1);  u = u / max(1, rms(u) / d)
    p = p * (1 - lr * weight_decay) - max(eps2, rms(p)) * min(lr, 1 / sqrt(t)) * u

    eps1 is the dtype's epsilon unless given.

    >>> from smelt import Tensor
    >>> p = Tensor([[2.0, 2.0]], requires_grad=True)
    >>> optimizer = Adafactor([p], lr=0.25)
    >>> _ = (p * 3).sum().backward()
    >>> optimizer.step()
    >>> p.tolist()
    [[1.5, 1.5]]
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Tensor = 0.01,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        **options: Any,
    ):
        super().__init__(params, lr, **options)
        self.beta2_decay = beta2_decay
        self.eps = eps
        self.d = d
        self.weight_decay = weight_decay
        self.t = self._zeros(1)
        self.v = [
            [self._zeros(*p.shape[:-1], 1), self._zeros(*p.shape[:-2], 1, p.shape[-1])]
            if p.ndim > 1
            else [self._zeros(*p.shape)]
            for p in self.params
        ]

    def _zeros(self, *shape: Any) -> Tensor:
        return Tensor.zeros(*shape, device=self.params[0].device).contiguous()

    def _shared(self) -> list[Update]:
        return [(self.t, self.t + 1)]

    def _update(self, i: int, p: Tensor, g: Tensor) -> list[Update]:
        t = self.t + 1
        new = (t**self.beta2_decay).reshape([1] * p.ndim)
        square = g * g
        means = [square.mean(a, keepdim=True) for a in (-1, -2)] if p.ndim > 1 else [square]
        averages = [old + new * (mean - old) for old, mean in zip(self.v[i], means, strict=True)]
        eps = EPSILON[p.dtype] if self.eps[0] is None else self.eps[0]
        v = averages[0]
        if p.ndim > 1:
            v = v * averages[1] / v.mean(-2, keepdim=True).maximum(eps)
        u = v.maximum(eps * eps).rsqrt() * g
        size = math.sqrt(max(1, math.prod(p.shape)))
        rate = (norm(p) / size).maximum(self.eps[1]) * self.lr.minimum(t.rsqrt())
        rate = rate / (norm(u) / (size * self.d)).maximum(1)
        if self.weight_decay:
            p = p * (1 - self.lr * self.weight_decay)
        new_p = p - rate.reshape([1] * p.ndim) * u
        return [(self.params[i], new_p), *zip(self.v[i], averages, strict=True)]
