"""SMELT_JIT_VERIFY=1: every replay beside a run that is traced afresh, kernel by kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from smelt.engine.compare import first_difference
from smelt.tensor.jit import Capture, trace
from smelt.tensor.tensor import Tensor
from smelt.util.errors import CaptureError


def verified_replay(
    function: Callable[..., Any],
    capture: Capture,
    structure: Any,
    arguments: list[Tensor],
    variables: Mapping[str, int],
) -> Any:
    """Replay, after both programs have been compared. Raises CaptureError naming the kernel."""
    now, _ = trace(function, structure, arguments)
    difference = first_difference(
        capture.executable,
        capture.memories(arguments),
        now.executable,
        now.memories(arguments),
        variables,
    )
    if difference is not None:
        raise CaptureError(
            "SMELT_JIT_VERIFY", difference, "a replay that equals the uncaptured run",
            "something that the function reads has changed in a way that no guard sees",
        )  # fmt: skip
    return capture.replay(arguments, variables)


__all__ = ["verified_replay"]
