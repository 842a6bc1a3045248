"""Optimizers: each says how one parameter's new value follows from its gradient and its state.

Everything that changes from step to step (moments, learning rate, bias corrections) is a Tensor,
so that a captured step keeps counting. `step()` assigns all new values and realizes them at once;
one parameter's update is elementwise, hence one kernel.
"""

from __future__ import annotations

from collections.abc import Iterable

from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError, DTypeError, GradientError

Update = tuple[Tensor, Tensor]  # a tensor and its new value


class Optimizer:
    """What optimizers have in common: `params`, `lr`, `zero_grad()` and `step()`.

    Subclasses define `_update`, and `_shared` for state that belongs to no single parameter.

    Raises:
        ArgumentError: there are no parameters.
        DTypeError: one of them is not of a float dtype.
        GradientError: one of them was computed from others that require a gradient.
    """

    def __init__(self, params: Iterable[Tensor], lr: float | Tensor):
        self.params = list({id(p): p for p in params}.values())
        if not self.params:
            raise ArgumentError(type(self).__name__, "no parameters", "at least one Tensor")
        for p in self.params:
            if not p.dtype.is_float:
                raise DTypeError(type(self).__name__, f"a parameter of {p.dtype.name}", "a float")
            if not p.is_leaf:
                raise GradientError(
                    type(self).__name__,
                    "a computed tensor",
                    "a leaf",
                    "optimize what it is made of",
                )
            p.requires_grad = True
        self._lr = self._scalar(lr)

    @property
    def lr(self) -> Tensor:
        """The learning rate, a Tensor of shape (1,). A number set here counts from then on."""
        return self._lr

    @lr.setter
    def lr(self, value: float | Tensor) -> None:
        self._lr.assign(self._scalar(value))

    def _scalar(self, value: float | Tensor) -> Tensor:
        device = self.params[0].device
        if isinstance(value, Tensor):
            return value.detach().reshape(1).to(device)
        return Tensor([float(value)], device=device).contiguous()

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for p in self.params:
            p.grad = None

    def step(self) -> None:
        """Update every parameter that has a gradient.

        Raises:
            GradientError: none has.
        """
        with_grad = [(i, p, p.grad) for i, p in enumerate(self.params) if p.grad is not None]
        if not with_grad:
            raise GradientError(
                f"{type(self).__name__}.step", "no gradients", "some", "call loss.backward() first"
            )
        updates = self._shared()
        for i, p, grad in with_grad:
            updates += self._update(i, p.detach(), grad.detach())
        for target, value in updates:
            target.assign(value.cast(target.dtype))
        Tensor.realize(*(target for target, _ in updates))

    def _shared(self) -> list[Update]:
        return []

    def _update(self, i: int, p: Tensor, g: Tensor) -> list[Update]:
        raise NotImplementedError


def _zeros_like(params: list[Tensor]) -> list[Tensor]:
    return [Tensor.zeros(*p.shape, dtype=p.dtype, device=p.device).contiguous() for p in params]


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum and weight decay as in PyTorch.

    g' = g + weight_decay * p;  b = momentum * b + g';  p = p - lr * b, or with Nesterov's
    momentum p - lr * (g' + momentum * b).

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
    ):
        super().__init__(params, lr)
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.nesterov = nesterov
        self.b = _zeros_like(self.params) if momentum else []

    def _update(self, i: int, p: Tensor, g: Tensor) -> list[Update]:
        if self.weight_decay:
            g = g + self.weight_decay * p
        if not self.momentum:
            return [(self.params[i], p - self.lr * g)]
        b = self.momentum * self.b[i] + g
        direction = g + self.momentum * b if self.nesterov else b
        return [(self.params[i], p - self.lr * direction), (self.b[i], b)]


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2014), as in PyTorch: weight decay is added to the gradient.

    m = b1 * m + (1 - b1) * g;  v = b2 * v + (1 - b2) * g**2
    p = p - lr * (m / c1) / (sqrt(v / c2) + eps)

    m and v start at 0 and so are too small at first. c1 = 1 - b1**t and c2 = 1 - b2**t correct
    that: they are what the same averages make of a constant 1, and are computed so.

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
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ):
        super().__init__(params, lr)
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.m = _zeros_like(self.params)
        self.v = _zeros_like(self.params)
        # one tensor for both averages of 1: one kernel updates it
        device = self.params[0].device
        self._keep = Tensor(list(betas), device=device).contiguous()
        self._add = Tensor([1 - beta for beta in betas], device=device).contiguous()
        self.c = Tensor.zeros(2, device=device).contiguous()

    def _shared(self) -> list[Update]:
        return [(self.c, self._next_c())]

    def _next_c(self) -> Tensor:
        return self.c * self._keep + self._add

    def _update(self, i: int, p: Tensor, g: Tensor) -> list[Update]:
        beta1, beta2 = self.betas
        c1, c2 = self._next_c().split(1)
        if self.weight_decay and not self.decoupled:
            g = g + self.weight_decay * p
        m = beta1 * self.m[i] + (1 - beta1) * g
        v = beta2 * self.v[i] + (1 - beta2) * (g * g)
        if self.weight_decay and self.decoupled:
            p = p * (1 - self.lr * self.weight_decay)
        p = p - (self.lr / c1) * (m / (v.sqrt() * c2.rsqrt() + self.eps))
        return [(self.params[i], p), (self.m[i], m), (self.v[i], v)]


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
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ):
        super().__init__(params, lr, betas, eps, weight_decay)
