"""What optimizers have in common: parameters, a learning rate, a step that is one program.

Everything that changes from step to step (moments, learning rate, bias corrections) is a Tensor,
so that a captured step keeps counting. `step()` assigns all new values and realizes them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smelt.nn.state import get_state_dict, load_state_dict
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError, DTypeError, GradientError

Update = tuple[Tensor, Tensor]  # a tensor and its new value

# How other libraries are told to carry a step out. Here a step is one program in any case.
_WAYS = ("fused", "foreach", "capturable", "differentiable")


class Optimizer:
    """What optimizers have in common: `params`, `lr`, `zero_grad()` and `step()`.

    Subclasses define `_update`, and `_shared` for state that belongs to no single parameter.
    Besides `maximize` (the gradient's sign is turned) they take `fused`, `foreach`, `capturable`
    and `differentiable`, which change nothing.

    Raises:
        ArgumentError: there are no parameters, or an option that is not known.
        DTypeError: one of them is not of a float dtype.
        GradientError: one of them was computed from others that require a gradient.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float | Tensor,
        maximize: bool = False,
        **ways: bool | None,
    ):
        name = type(self).__name__
        for way in ways:
            if way not in _WAYS:
                raise ArgumentError(name, f"the option {way!r}", f"maximize or one of {_WAYS}")
        self.params = list({id(p): p for p in params}.values())
        self.maximize = maximize
        self.initial_lr: float | None = None  # what schedules multiply; they set it
        for p in self.params:
            if not isinstance(p, Tensor):
                raise ArgumentError(
                    name, f"a {type(p).__name__}", "Tensors", "OptimizerGroup joins optimizers"
                )
            if not p.dtype.is_float:
                raise DTypeError(name, f"a parameter of {p.dtype.name}", "a float")
            if not p.is_leaf:
                raise GradientError(
                    name, "a computed tensor", "a leaf", "optimize what it is made of"
                )
        self.params = [p for p in self.params if p.requires_grad or not p._is_decided]
        if not self.params:
            raise ArgumentError(name, "no parameters", "a Tensor that may require a gradient")
        for p in self.params:
            p.requires_grad = True
        self._lr = self._scalar(lr)

    @property
    def lr(self) -> Tensor:
        """The learning rate, a Tensor of shape (1,). A number set here counts from then on."""
        return self._lr

    @lr.setter
    def lr(self, value: float | Tensor) -> None:
        self._lr.assign(self._scalar(value))

    def set_momentum(self, value: float) -> None:
        """Let the momentum be `value` from the next step on; a captured step keeps counting.

        Raises:
            ArgumentError: it has none.
        """
        raise ArgumentError(type(self).__name__, "a momentum to set", "SGD or a kind of Adam")

    def _number(self, old: float | Tensor, value: float) -> Tensor:
        """`value` as a scalar tensor: `old`, if that is one already."""
        new = Tensor([float(value)], device=self.params[0].device).contiguous().reshape(())
        return old.assign(new) if isinstance(old, Tensor) else new.contiguous()

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
        Tensor.realize(*self.schedule_step())

    def schedule_step(self) -> list[Tensor]:
        """`step()` without computing yet: the tensors that got new values."""
        with_grad = [(i, p, p.grad) for i, p in enumerate(self.params) if p.grad is not None]
        if not with_grad:
            raise GradientError(
                f"{type(self).__name__}.step", "no gradients", "some", "call loss.backward() first"
            )
        updates = self._shared()
        for i, p, grad in with_grad:
            g = grad.detach()
            updates += self._update(i, p.detach(), -g if self.maximize else g)
        for target, value in updates:
            target.assign(value.cast(target.dtype))
        return [target for target, _ in updates]

    def _shared(self) -> list[Update]:
        return []

    def _update(self, i: int, p: Tensor, g: Tensor) -> list[Update]:
        raise NotImplementedError

    def state_dict(self) -> dict[str, Tensor]:
        """The learning rate and everything that was averaged so far, by name.

        >>> optimizer = Optimizer([Tensor([1.0])], lr=0.5)
        >>> {name: t.tolist() for name, t in optimizer.state_dict().items()}
        {'lr': [0.5]}
        """
        own = get_state_dict({k: v for k, v in vars(self).items() if k != "params" and k[0] != "_"})
        return {"lr": self._lr, **own}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Go on from a `state_dict()`. Raises ArgumentError if the parameters' shapes differ."""
        load_state_dict(self.state_dict(), state)


class OptimizerGroup:
    """Several optimizers that step together, each with parameters of its own.

    >>> from smelt.nn.optim import SGD, AdamW
    >>> a, b = Tensor([1.0], requires_grad=True), Tensor([1.0], requires_grad=True)
    >>> group = OptimizerGroup(SGD([a], lr=0.5), AdamW([b], lr=0.1, weight_decay=0.0))
    >>> _ = (a + b).sum().backward()
    >>> group.step()
    >>> [round(p.item(), 3) for p in group.params]
    [0.5, 0.9]
    """

    def __init__(self, *optimizers: Optimizer):
        if not optimizers:
            raise ArgumentError("OptimizerGroup", "no optimizers", "at least one")
        self.optimizers = optimizers
        self.params = [p for o in optimizers for p in o.params]

    def __getitem__(self, i: int) -> Optimizer:
        return self.optimizers[i]

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for optimizer in self.optimizers:
            optimizer.zero_grad()

    def step(self) -> None:
        """One step of each, as one program."""
        Tensor.realize(*self.schedule_step())

    def schedule_step(self) -> list[Tensor]:
        """`step()` without computing yet: the tensors that got new values."""
        return [t for optimizer in self.optimizers for t in optimizer.schedule_step()]

    def state_dict(self) -> dict[str, Tensor]:
        """The states of all, each name behind its optimizer's number."""
        return get_state_dict([o.state_dict() for o in self.optimizers])

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Go on from a `state_dict()`. Raises ArgumentError if the parameters' shapes differ."""
        load_state_dict(self.state_dict(), state)


def zeros_like(params: list[Tensor]) -> list[Tensor]:
    """State for each parameter, in memory from the start."""
    return [Tensor.zeros(*p.shape, dtype=p.dtype, device=p.device).contiguous() for p in params]


def norm(x: Tensor) -> Tensor:
    """The Euclidean norm of all elements, of shape (1,)."""
    return x.square().sum().sqrt().reshape(1)
