"""Gradient descent along the gradient itself, or along it with another length for each layer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from smelt.nn.optim.base import Optimizer, Update, norm, zeros_like
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum and weight decay as in PyTorch.

    g' = g + weight_decay * p;  b = momentum * b + (1 - dampening) * g';  p = p - lr * b, or with
    Nesterov's momentum p - lr * (g' + momentum * b). The first b is g'. With `classic` momentum
    the learning rate is a part of b: b = momentum * b + lr * g', p = p - b.

    >>> from smelt import Tensor
    >>> p = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = SGD([p], lr=0.25)
    >>> _ = (p * p).sum().backward()
    >>> optimizer.step()
    >>> p.tolist()
    [0.5, 1.0]
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Tensor = 0.001,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        classic: bool = False,
        dampening: float = 0.0,
        **options: Any,
    ):
        super().__init__(params, lr, **options)
        if nesterov and (dampening or not momentum):
            raise ArgumentError(
                type(self).__name__,
                f"nesterov with momentum={momentum} and dampening={dampening}",
                "a momentum and no dampening",
            )
        self.momentum: float | Tensor = momentum
        self.weight_decay = weight_decay
        self.nesterov = nesterov
        self.classic = classic
        self.dampening = dampening
        self.b = zeros_like(self.params) if momentum else []
        self.started = zeros_like([p.flatten()[:1] for p in self.params]) if dampening else []

    def set_momentum(self, value: float) -> None:
        """Let the momentum be `value` from the next step on, also if there was none."""
        self.momentum = self._number(self.momentum, value)
        self.b = self.b or zeros_like(self.params)

    def _update(self, i: int, p: Tensor, g: Tensor) -> list[Update]:
        if self.weight_decay:
            g = g + self.weight_decay * p
        return self._descend(i, p, g)

    def _descend(self, i: int, p: Tensor, g: Tensor) -> list[Update]:
        if self.classic:
            g = self.lr * g
        updates: list[Update] = []
        if self.b:
            new = g
            if self.dampening:  # not at the first step
                new = g * (1 - self.dampening * self.started[i].reshape([1] * g.ndim))
                updates.append((self.started[i], self.started[i] * 0 + 1))
            b = self.momentum * self.b[i] + new
            updates.append((self.b[i], b))
            g = g + self.momentum * b if self.nesterov else b
        return [(self.params[i], p - (g if self.classic else self.lr * g)), *updates]


class LARS(SGD):
    """SGD in which each parameter's step is in proportion to its norm (You and others, 2017).

    r = tcoef * |p| / (|g| + weight_decay * |p|), 1 if either norm is 0; SGD's step then is made
    with r * (g + weight_decay * p). Without `pre_wd` weight decay acts on p itself.

    >>> from smelt import Tensor
    >>> p = Tensor([3.0, 4.0], requires_grad=True)
    >>> optimizer = LARS([p], lr=1.0, momentum=0.0, weight_decay=0.0, tcoef=0.5)
    >>> _ = (p * Tensor([10.0, 0.0])).sum().backward()
    >>> optimizer.step()
    >>> p.tolist()
    [0.5, 4.0]
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Tensor = 0.001,
        momentum: float = 0.9,
        weight_decay: float = 1e-4,
        nesterov: bool = False,
        classic: bool = True,
        pre_wd: bool = True,
        tcoef: float = 0.001,
        **options: Any,
    ):
        super().__init__(params, lr, momentum, weight_decay, nesterov, classic, **options)
        self.pre_wd = pre_wd
        self.tcoef = tcoef

    def _update(self, i: int, p: Tensor, g: Tensor) -> list[Update]:
        of_p, of_g = norm(p), norm(g)
        ratio = self.tcoef * of_p / (of_g + self.weight_decay * of_p)
        ratio = ((of_p > 0) & (of_g > 0)).where(ratio, 1).reshape([1] * p.ndim)
        if self.weight_decay and self.pre_wd:
            g = g + self.weight_decay * p
        elif self.weight_decay:
            p = p * (1 - self.lr * self.weight_decay)
        return self._descend(i, p, g * ratio)
