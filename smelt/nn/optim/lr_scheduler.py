"""Schedules of learning rates: each a formula from the rate at the start and the number of steps.

`schedule.step()` is called after the optimizer's, outside of a captured step: the rate is a Tensor
that the captured step reads.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Sequence
from typing import Any

from smelt.nn.optim.base import Optimizer, OptimizerGroup
from smelt.util.errors import ArgumentError


class LRScheduler:
    """What schedules have in common: `step()`, `get_last_lr()` and their state.

    The optimizer's rate at the start is `initial_lr`, also for a second schedule. Each optimizer of
    an OptimizerGroup has its own. `last_epoch` counts the steps.
    """

    def __init__(self, optimizer: Optimizer | OptimizerGroup):
        self.optimizers = (
            list(optimizer.optimizers) if isinstance(optimizer, OptimizerGroup) else [optimizer]
        )
        for each in self.optimizers:
            if each.initial_lr is None:
                each.initial_lr = float(each.lr.item())
        self.last_epoch = 0
        self._set([self.rate(base, 0) for base in self.base_lrs])

    @property
    def base_lrs(self) -> list[float]:
        """The rates at the start."""
        return [o.initial_lr for o in self.optimizers if o.initial_lr is not None]

    def rate(self, base: float, step: int) -> float:
        """The learning rate after `step` steps of one that starts from `base`."""
        raise NotImplementedError

    def step(self) -> None:
        """Go on by one step."""
        self.last_epoch += 1
        self._set([self.rate(base, self.last_epoch) for base in self.base_lrs])

    def _set(self, rates: list[float]) -> None:
        self._last_lr = rates
        for optimizer, rate in zip(self.optimizers, rates, strict=True):
            optimizer.lr = rate

    def get_last_lr(self) -> list[float]:
        """The rates that count now, one for each optimizer."""
        return list(self._last_lr)

    def state_dict(self) -> dict[str, Any]:
        """The numbers that change from step to step."""
        return {k: v for k, v in vars(self).items() if type(v) in (int, float)} | {
            "base_lrs": self.base_lrs,
            "last_lr": self.get_last_lr(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a `state_dict()`."""
        own = dict(state)
        bases, rates = own.pop("base_lrs"), own.pop("last_lr")
        if len(rates) != len(self.optimizers):
            raise ArgumentError(
                f"{type(self).__name__}.load_state_dict",
                f"{len(rates)} rates",
                f"{len(self.optimizers)}, one for each optimizer",
            )
        vars(self).update(own)
        for optimizer, base in zip(self.optimizers, bases, strict=True):
            optimizer.initial_lr = base
        self._set(rates)


class LambdaLR(LRScheduler):
    """base * lr_lambda(step).

    >>> from smelt import Tensor
    >>> from smelt.nn.optim import SGD
    >>> schedule = LambdaLR(SGD([Tensor([1.0])], lr=0.5), lambda step: 1 / (1 + step))
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer: Optimizer | OptimizerGroup, lr_lambda: Callable[[int], float]):
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def rate(self, base: float, step: int) -> float:
        return base * self.lr_lambda(step)


class StepLR(LRScheduler):
    """base * gamma ** (step // step_size)."""

    def __init__(self, optimizer: Optimizer | OptimizerGroup, step_size: int, gamma: float = 0.1):
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer)

    def rate(self, base: float, step: int) -> float:
        return base * self.gamma ** (step // self.step_size)


class MultiStepLR(LRScheduler):
    """base * gamma ** (the number of milestones that were reached)."""

    def __init__(
        self,
        optimizer: Optimizer | OptimizerGroup,
        milestones: Sequence[int],
        gamma: float = 0.1,
    ):
        self.milestones = sorted(milestones)
        self.gamma = gamma
        super().__init__(optimizer)

    def rate(self, base: float, step: int) -> float:
        return base * self.gamma ** bisect.bisect_right(self.milestones, step)


class ExponentialLR(LRScheduler):
    """base * gamma ** step."""

    def __init__(self, optimizer: Optimizer | OptimizerGroup, gamma: float):
        self.gamma = gamma
        super().__init__(optimizer)

    def rate(self, base: float, step: int) -> float:
        return base * self.gamma**step


class LinearLR(LRScheduler):
    """A warm-up: base times what goes from start_factor to end_factor in total_iters steps."""

    def __init__(
        self,
        optimizer: Optimizer | OptimizerGroup,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ):
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer)

    def rate(self, base: float, step: int) -> float:
        done = min(1.0, step / self.total_iters)
        return base * (self.start_factor + (self.end_factor - self.start_factor) * done)


class ConstantLR(LRScheduler):
    """base * factor for total_iters steps, then base."""

    def __init__(
        self,
        optimizer: Optimizer | OptimizerGroup,
        factor: float = 1 / 3,
        total_iters: int = 5,
    ):
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer)

    def rate(self, base: float, step: int) -> float:
        return base * (self.factor if step < self.total_iters else 1)


class PolynomialLR(LRScheduler):
    """base * (1 - step / total_iters) ** power, 0 from total_iters on."""

    def __init__(
        self, optimizer: Optimizer | OptimizerGroup, total_iters: int = 5, power: float = 1.0
    ):
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer)

    def rate(self, base: float, step: int) -> float:
        return base * math.pow(1 - min(1.0, step / self.total_iters), self.power)


class CosineAnnealingLR(LRScheduler):
    """Half a cosine from base to eta_min in T_max steps, and back (Loshchilov and Hutter, 2016)."""

    def __init__(self, optimizer: Optimizer | OptimizerGroup, T_max: int, eta_min: float = 0.0):
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer)

    def rate(self, base: float, step: int) -> float:
        return _cosine(base, self.eta_min, step / self.T_max)


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half cosines from base to eta_min, of T_0 steps, then T_0 * T_mult and so on."""

    def __init__(
        self,
        optimizer: Optimizer | OptimizerGroup,
        T_0: int,
        T_mult: int = 1,
        eta_min: float = 0.0,
    ):
        if T_0 < 1 or T_mult < 1:
            raise ArgumentError(
                "CosineAnnealingWarmRestarts", f"T_0={T_0}, T_mult={T_mult}", "ints from 1 up"
            )
        self.T_0 = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        super().__init__(optimizer)

    def rate(self, base: float, step: int) -> float:
        length = self.T_0
        while step >= length:
            step -= length
            length *= self.T_mult
        return _cosine(base, self.eta_min, step / length)


class OneCycleLR(LRScheduler):
    """One rise and fall of the rate (Smith, 2018).

    It rises from max_lr / div_factor to max_lr, then falls to its start / final_div_factor.
    pct_start is the share of the steps that lead up. With three_phase as many lead down to where it
    started, and the rest to the end. With cycle_momentum the momentum, or Adam's beta1, falls from
    max_momentum to base_momentum as the rate rises, and rises as that falls.

    Raises:
        ArgumentError: the number of steps is not given, or is exceeded, or the optimizer has no
            momentum to cycle.
    """

    def __init__(
        self,
        optimizer: Optimizer | OptimizerGroup,
        max_lr: float,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ):
        if total_steps is None and epochs is not None and steps_per_epoch is not None:
            total_steps = epochs * steps_per_epoch
        if total_steps is None or total_steps < 1:
            raise ArgumentError(
                "OneCycleLR",
                f"total_steps={total_steps}, epochs={epochs}, steps_per_epoch={steps_per_epoch}",
                "total_steps, or epochs and steps_per_epoch",
            )
        if anneal_strategy not in ("cos", "linear"):
            raise ArgumentError(
                "OneCycleLR", f"anneal_strategy={anneal_strategy!r}", "'cos' or 'linear'"
            )
        self.cycle_momentum = cycle_momentum
        self.total_steps = total_steps
        self.anneal_strategy = anneal_strategy
        lowest = max_lr / div_factor
        end = lowest / final_div_factor
        tops = [pct_start * total_steps - 1, total_steps - 1.0]  # where phases end
        ends = [lowest, max_lr, end]
        momenta = [max_momentum, base_momentum, max_momentum]
        if three_phase:
            tops.insert(1, 2 * pct_start * total_steps - 2)
            ends.insert(2, lowest)
            momenta.append(max_momentum)
        self.tops = [0.0, *tops]
        self.ends = ends
        self.momenta = momenta
        super().__init__(optimizer)

    def rate(self, base: float, step: int) -> float:
        if step > self.total_steps:
            raise ArgumentError("OneCycleLR", f"step {step}", f"at most {self.total_steps} steps")
        return self._between(self.ends, step)

    def _between(self, values: Sequence[float], step: int) -> float:
        """What goes from one of `values` to the next in each phase."""
        i = bisect.bisect_left(self.tops[1:-1], step)
        done = (step - self.tops[i]) / (self.tops[i + 1] - self.tops[i])
        if self.anneal_strategy == "cos":
            return _cosine(values[i], values[i + 1], done)
        return values[i] + (values[i + 1] - values[i]) * done

    def _set(self, rates: list[float]) -> None:
        super()._set(rates)
        if self.cycle_momentum:
            for optimizer in self.optimizers:
                optimizer.set_momentum(self._between(self.momenta, self.last_epoch))


class SequentialLR(LRScheduler):
    """One schedule after the other; milestones are the steps from which the next one counts.

    >>> from smelt import Tensor
    >>> from smelt.nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0])], lr=1.0)
    >>> parts = [LinearLR(optimizer, 0.5, total_iters=2), CosineAnnealingLR(optimizer, 4)]
    >>> schedule, rates = SequentialLR(optimizer, parts, [2]), []
    >>> for _ in range(4):
    ...     rates += schedule.get_last_lr()
    ...     schedule.step()
    >>> [round(rate, 3) for rate in rates]
    [0.5, 0.75, 1.0, 0.854]
    """

    def __init__(
        self,
        optimizer: Optimizer | OptimizerGroup,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
    ):
        if len(milestones) != len(schedulers) - 1 or not schedulers:
            raise ArgumentError(
                "SequentialLR",
                f"{len(schedulers)} schedules and {len(milestones)} milestones",
                "one milestone less than schedules",
            )
        self.schedulers = list(schedulers)
        self.milestones = list(milestones)
        super().__init__(optimizer)

    def rate(self, base: float, step: int) -> float:
        i = bisect.bisect_right(self.milestones, step)
        return self.schedulers[i].rate(base, step - (self.milestones[i - 1] if i else 0))


class ReduceLROnPlateau(LRScheduler):
    """The rate times factor when what `step` is told has not become better for patience steps.

    Better is less with mode="min", by more than threshold: of the best so far ("rel"), or as it is
    ("abs"). After a reduction cooldown steps are not counted. No rate goes below min_lr, nor
    changes by less than eps.

    >>> from smelt import Tensor
    >>> from smelt.nn.optim import SGD
    >>> schedule = ReduceLROnPlateau(SGD([Tensor([1.0])], lr=0.5), factor=0.5, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer | OptimizerGroup,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ):
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs") or factor >= 1:
            raise ArgumentError(
                "ReduceLROnPlateau",
                f"mode={mode!r}, threshold_mode={threshold_mode!r}, factor={factor}",
                "'min' or 'max', 'rel' or 'abs', a factor below 1",
            )
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.eps = eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        super().__init__(optimizer)

    def rate(self, base: float, step: int) -> float:
        return base

    def step(self, metrics: Any = None) -> None:
        """Go on by one step, at which the loss (or what should grow) was `metrics`."""
        if metrics is None:
            raise ArgumentError("ReduceLROnPlateau.step", "nothing", "the loss to judge by")
        value = float(metrics)
        self.last_epoch += 1
        self.num_bad_epochs += 1
        if self._is_better(value):
            self.best, self.num_bad_epochs = value, 0
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            lower = [max(rate * self.factor, self.min_lr) for rate in self._last_lr]
            pairs = zip(self._last_lr, lower, strict=True)
            self._set([new if old - new > self.eps else old for old, new in pairs])
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def _is_better(self, value: float) -> bool:
        sign = 1 if self.mode == "min" else -1
        if self.threshold_mode == "rel":
            return sign * value < sign * self.best * (1 - sign * self.threshold)
        return sign * value < sign * self.best - self.threshold


def _cosine(start: float, end: float, done: float) -> float:
    """What goes from start to end along half a cosine, as `done` goes from 0 to 1."""
    return end + (start - end) * (1 + math.cos(math.pi * done)) / 2
