"""Steps that are done a fixed number of times, each on what the one before made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.tensor.base import Base

T = TypeVar("T", bound=Base)

Body = Callable[[T, tuple[T, ...]], tuple[T, ...]]


def repeat(count: int, body: Body[T], states: tuple[T, ...]) -> tuple[T, ...]:
    """body(count - 1, .. body(1, body(0, states))).

    The states keep their shapes. The number of the step is a tensor, and like the states it is in
    memory, so that all steps are the same kernels on other data.
    """
    first = states[0]
    i = first._make(ir.contiguous(ir.const(0, dtypes.index)), device=first.node.device)
    for _ in range(count):
        following = first._make(ir.contiguous(i.node + 1))
        states = tuple(s._with(ir.contiguous(s.node)) for s in body(i, states))
        i = following
    return states
