"""Steps that are done a fixed number of times, each on what the one before made."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.ir.steps import ZERO, Steps
from smelt.tensor.base import grad_enabled
from smelt.tensor.joining import Joining

T = TypeVar("T", bound=Joining)

# Whether the steps of a REPEAT are being written down: those of another one inside are laid out.
_in_steps: ContextVar[bool] = ContextVar("in_steps", default=False)

Body = Callable[[T, tuple[T, ...]], tuple[T, ...]]
Collecting = Callable[[T, tuple[T, ...]], tuple[tuple[T, ...], tuple[T, ...]]]


def repeat(count: int, body: Body[T], states: tuple[T, ...]) -> tuple[T, ...]:
    """body(count - 1, .. body(1, body(0, states))).

    The states keep their shapes, and the number of the step is a tensor. All steps are the same
    kernels on other data: one REPEAT, and another one for the gradients.
    """
    return scan(count, lambda i, now: (body(i, now), ()), states)[0]


def scan(
    count: int, body: Collecting[T], states: tuple[T, ...]
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """The same for a body that gives (states, rows); the rows of all steps come stacked.

    Each stack has shape (count, ..), row i being what step i gave.
    """
    nodes = [s.node for s in states]
    if count > 1 and not _in_steps.get() and all(ir.is_static(n.shape) for n in nodes):
        after, rows = _one_step(body, states)
        if not any(t.bindings for t in (*after, *rows)):
            return _as_one(count, states, after, rows)
    return _laid_out(count, body, states)


def row(x: T, i: T) -> T:
    """x[i] for the number i of a step: that it is inside of x is for the caller to see to."""
    return x._with(ir.load(x.node, i.node), i)


def _one_step(body: Collecting[T], states: tuple[T, ...]) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """What a step makes, in terms of STATEs; the last of these is the number of the step."""
    first = states[0]
    number = first._make(ir.state(len(states), ZERO))
    history = [s._requires_grad for s in states]
    token = _in_steps.set(True)
    try:
        while True:
            before = [first._make(ir.state(k, s.node)) for k, s in enumerate(states)]
            for t, flag in zip(before, history, strict=True):
                t._requires_grad = flag and grad_enabled()
            after, rows = body(number, tuple(before))
            found = [a or b._requires_grad for a, b in zip(history, after, strict=True)]
            if found == history:
                return after, rows
            history = found  # gradients flow to a state through what a step takes from outside
    finally:
        _in_steps.reset(token)


def _as_one(
    count: int, states: tuple[T, ...], after: tuple[T, ...], rows: tuple[T, ...]
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """The REPEAT whose step has been written down."""
    following = tuple(t.node for t in after)
    steps = Steps(count, tuple(s.node for s in states), following)
    number = ir.state(len(states), ZERO)
    if rows or number in ir.toposort(following):  # it is a state like the others
        steps = Steps(count, (*steps.first, ZERO), (*following, number + 1))
    stacks = []
    for r in rows:
        stacks.append(len(steps.first))
        steps = steps.collecting(r.node)
    ends = [s._with(steps.after(k), t) for k, (s, t) in enumerate(zip(states, after, strict=True))]
    return tuple(ends), tuple(r._with(steps.after(k)) for k, r in zip(stacks, rows, strict=True))


def _laid_out(
    count: int, body: Collecting[T], states: tuple[T, ...]
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """The steps one after the other; what they start from is in memory, so that they are alike."""
    first = states[0]
    i = first._make(ir.contiguous(ir.const(0, dtypes.index)), device=first.node.device)
    made: list[tuple[T, ...]] = []
    for _ in range(count):
        following = first._make(ir.contiguous(i.node + 1))
        after, rows = body(i, states)
        states = tuple(s._with(ir.contiguous(s.node)) for s in after)
        made.append(rows)
        i = following
    return states, tuple(type(first).stack(parts) for parts in zip(*made, strict=True))
