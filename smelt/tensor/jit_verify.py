"""SMELT_JIT_VERIFY=1: every replay beside a run that is traced afresh, kernel by kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from smelt.engine.compare import first_difference
from smelt.ir.node import BufferRef
from smelt.tensor.jit_capture import Capture
from smelt.tensor.jit_trace import trace
from smelt.tensor.jit_values import Arguments
from smelt.util.errors import CaptureError


def verify(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    given: Arguments,
    capture: Capture,
    inputs: Sequence[BufferRef],
    variables: Mapping[str, int],
) -> None:
    """Compare the program with that of a new trace. Raises CaptureError naming the kernel."""
    traced = trace(function, args, kwargs, given)
    now = traced.capture
    values = {**variables, **capture.bindings, **now.bindings}
    difference = first_difference(capture.executable, inputs, now.executable, traced.inputs, values)
    if difference is not None:
        raise CaptureError(
            "SMELT_JIT_VERIFY", difference, "a replay that equals the uncaptured run",
            "something that the function reads has changed in a way that no guard sees",
        )  # fmt: skip


__all__ = ["verify"]
