"""Steps that are done a fixed number of times, each on what the one before made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

S = TypeVar("S", bound=tuple[object, ...])


def repeat(count: int, body: Callable[[int, S], S], states: S) -> S:
    """body(count - 1, .. body(1, body(0, states)))."""
    for i in range(count):
        states = body(i, states)
    return states
