"""Steps that are done a fixed number of times, each on what the one before made."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.tensor.base import Base

T = TypeVar("T", bound=Base)

# Whether the steps of a REPEAT are being written down: those of another one inside are laid out.
_in_steps: ContextVar[bool] = ContextVar("in_steps", default=False)

Body = Callable[[T, tuple[T, ...]], tuple[T, ...]]


def repeat(count: int, body: Body[T], states: tuple[T, ...]) -> tuple[T, ...]:
    """body(count - 1, .. body(1, body(0, states))).

    The states keep their shapes, and the number of the step is a tensor. All steps are the same
    kernels on other data: one REPEAT, unless gradients have to flow through the steps.
    """
    first = states[0]
    i = first._make(ir.const(0, dtypes.index), device=first.node.device)
    nodes = [*(s.node for s in states), i.node]
    if count > 1 and not _in_steps.get() and all(ir.is_static(n.shape) for n in nodes):
        now = [ir.state(k, n) for k, n in enumerate(nodes)]
        *before, number = (first._make(n, device=first.node.device) for n in now)
        token = _in_steps.set(True)
        try:
            after = body(number, tuple(before))
        finally:
            _in_steps.reset(token)
        if not any(t._requires_grad or t.bindings for t in (*states, *after)):
            following = [t.node for t in after]
            if now[-1] in ir.toposort(following):  # the number is a state like the others
                following.append(now[-1] + 1)
            made = (
                ir.repeat(count, k, nodes[: len(following)], following) for k in range(len(states))
            )
            return tuple(
                s._make(n, device=first.node.device) for s, n in zip(states, made, strict=True)
            )
    return _unrolled(count, body, states)


def _unrolled(count: int, body: Body[T], states: tuple[T, ...]) -> tuple[T, ...]:
    """The steps one after the other; what they start from is in memory, so that they are alike."""
    first = states[0]
    i = first._make(ir.contiguous(ir.const(0, dtypes.index)), device=first.node.device)
    for _ in range(count):
        following = first._make(ir.contiguous(i.node + 1))
        states = tuple(s._with(ir.contiguous(s.node)) for s in body(i, states))
        i = following
    return states
