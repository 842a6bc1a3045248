"""Adam and its relatives: a direction from two moving averages of the gradient."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from smelt.nn.optim.base import Optimizer, Update, norm, zeros_like
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2014), as in PyTorch: weight decay is added to the gradient.

    m = b1 * m + (1 - b1) * g;  v = b2 * v + (1 - b2) * g**2
    p = p - lr * (m / c1) / (sqrt(v / c2) + eps)

    m and v start at 0 and so are too small at first. c1 = 1 - b1**t and c2 = 1 - b2**t correct
    that: they are what the same averages make of a constant 1, and are computed so. With `amsgrad`
    the largest v so far takes v's place (Reddi and others, 2018). (b1, b2) may be given as `betas`.

    >>> from smelt import Tensor
    >>> p = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = Adam([p], lr=0.5)
    >>> _ = (p * p).sum().backward()
    >>> optimizer.step()
    >>> [round(x, 3) for x in p.tolist()]
    [0.5, -1.5]
    """

    decoupled = False  # whether weight decay acts on the parameter itself

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Tensor = 0.001,
        b1: float | tuple[float, float] = 0.9,
        b2: float = 0.999,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        betas: tuple[float, float] | None = None,
        amsgrad: bool = False,
        **options: Any,
    ):
        super().__init__(params, lr, **options)
        if isinstance(b1, tuple):  # PyTorch's third argument; its fourth is eps
            if b2 != 0.999:
                raise ArgumentError(
                    type(self).__name__, f"betas and {b2}", "what follows betas by its name"
                )
            betas = b1
        if betas is None:
            assert not isinstance(b1, tuple)
            betas = (b1, b2)
        if not all(0 <= beta < 1 for beta in betas):
            raise ArgumentError(type(self).__name__, f"betas {betas}", "0 <= beta < 1")
        self.betas: tuple[float | Tensor, float] = betas
        self.steps: Tensor | None = None  # counted where beta1 changes
        self.eps = eps
        self.weight_decay = weight_decay
        self.m = zeros_like(self.params)
        self.v = zeros_like(self.params)
        self.largest = zeros_like(self.params) if amsgrad else []
        # one tensor for both averages of 1: one kernel updates it
        device = self.params[0].device
        self._keep = Tensor(list(betas), device=device).contiguous()
        self._add = Tensor([1 - beta for beta in betas], device=device).contiguous()
        self.c = Tensor.zeros(2, device=device).contiguous()

    def set_momentum(self, value: float) -> None:
        """Let beta1 be `value` from the next step on; c1 is 1 - beta1**t for the beta1 of then."""
        if self.steps is None:
            self.steps = self._number(0.0, 0.0)
        self.betas = (self._number(self.betas[0], value), self.betas[1])

    def _shared(self) -> list[Update]:
        count = [] if self.steps is None else [(self.steps, self.steps + 1)]
        return [(self.c, self._next_c()), *count]

    def _next_c(self) -> Tensor:
        return self.c * self._keep + self._add

    def _averages(self, i: int, g: Tensor) -> tuple[Tensor, Tensor, list[Update]]:
        """c1, m / (sqrt(v / c2) + eps), and the new averages."""
        beta1, beta2 = self.betas
        c1, c2 = self._next_c().split(1)
        if self.steps is not None:
            c1 = (1 - beta1 ** (self.steps + 1)).reshape(1)
        m = beta1 * self.m[i] + (1 - beta1) * g
        v = beta2 * self.v[i] + (1 - beta2) * (g * g)
        updates = [(self.m[i], m), (self.v[i], v)]
        if self.largest:
            v = v.maximum(self.largest[i])
            updates.append((self.largest[i], v))
        return c1, m / (v.sqrt() * c2.rsqrt() + self.eps), updates

    def _update(self, i: int, p: Tensor, g: Tensor) -> list[Update]:
        if self.weight_decay and not self.decoupled:
            g = g + self.weight_decay * p
        c1, direction, updates = self._averages(i, g)
        if self.weight_decay and self.decoupled:
            p = p * (1 - self.lr * self.weight_decay)
        return [(self.params[i], p - (self.lr / c1) * direction), *updates]


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2017), as in PyTorch.

    p = p * (1 - lr * weight_decay), then Adam's step without weight decay.

    >>> from smelt import Tensor
    >>> p = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = AdamW([p], lr=0.5, weight_decay=0.2)
    >>> _ = (p * p).sum().backward()
    >>> optimizer.step()
    >>> [round(x, 3) for x in p.tolist()]
    [0.4, -1.3]
    """

    decoupled = True

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Tensor = 0.001,
        b1: float | tuple[float, float] = 0.9,
        b2: float = 0.999,
        eps: float = 1e-8,
        weight_decay: float = 0.01,
        **options: Any,
    ):
        super().__init__(params, lr, b1, b2, eps, weight_decay, **options)


class LAMB(Adam):
    """Adam's direction with each parameter's step in proportion to its norm (You and others, 2019).

    u = (m / c1) / (sqrt(v / c2) + eps) + weight_decay * p;  p = p - lr * |p| / |u| * u, where the
    ratio is 1 if either norm is 0, and always with `adam`.

    >>> from smelt import Tensor
    >>> p = Tensor([3.0, 4.0], requires_grad=True)
    >>> optimizer = LAMB([p], lr=0.2)
    >>> _ = (p * p).sum().backward()
    >>> optimizer.step()
    >>> [round(x, 3) for x in p.tolist()]
    [2.293, 3.293]
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Tensor = 0.001,
        b1: float | tuple[float, float] = 0.9,
        b2: float = 0.999,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        adam: bool = False,
        **options: Any,
    ):
        super().__init__(params, lr, b1, b2, eps, weight_decay, **options)
        self.adam = adam

    def _update(self, i: int, p: Tensor, g: Tensor) -> list[Update]:
        c1, direction, updates = self._averages(i, g)
        up = direction / c1 + self.weight_decay * p
        rate = self.lr
        if not self.adam:
            of_p, of_up = norm(p), norm(up)
            rate = rate * ((of_p > 0) & (of_up > 0)).where(of_p / of_up, 1)
        return [(self.params[i], p - rate * up), *updates]
