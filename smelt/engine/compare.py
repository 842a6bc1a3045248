"""Two programs side by side, kernel by kernel: which is the first that gives something else?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from smelt.engine.across import Relay
from smelt.engine.device import runtime
from smelt.engine.executable import Executable
from smelt.engine.memory import contents, memory_of
from smelt.ir.node import BufferRef
from smelt.program import Memory, Slot, SlotKind


def first_difference(
    a: Executable | Relay,
    a_refs: Sequence[BufferRef],
    b: Executable | Relay,
    b_refs: Sequence[BufferRef],
    variables: Mapping[str, int],
) -> str | None:
    """A sentence about the first kernel of `a` that differs from that of `b`; None if none does.

    On several devices results are compared, not kernels.
    """
    if isinstance(a, Relay) or isinstance(b, Relay):
        results = zip(a.run(a_refs, variables), b.run(b_refs, variables), strict=True)
        for i, (got, want) in enumerate(results):
            value, wanted = contents(got), contents(want)
            if value.shape != wanted.shape or value.tobytes() != wanted.tobytes():
                return f"result {i} differs {_by_how_much(value, wanted)}"
        return None
    for i, (mine, other) in enumerate(
        zip(_steps(a, a_refs, variables), _steps(b, b_refs, variables), strict=False)
    ):
        name, values = mine
        expected_name, expected = other
        if name != expected_name:
            return f"kernel {i} is {name}, of the uncaptured run {expected_name}"
        for value, wanted in zip(values, expected, strict=False):
            if value.shape != wanted.shape or value.tobytes() != wanted.tobytes():
                return f"kernel {i}, {name}, differs {_by_how_much(value, wanted)}"
    if len(a.program.steps) != len(b.program.steps):
        return f"{len(a.program.steps)} kernels, of the uncaptured run {len(b.program.steps)}"
    return None


def _by_how_much(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> str:
    if a.shape != b.shape:
        return f"in the size of an argument, {a.size} and {b.size}"
    at = int(np.flatnonzero(a.view(np.uint8) != b.view(np.uint8))[0]) // a.itemsize
    return f"from element {at} on: {a[at]} and {b[at]}"


def _steps(
    ready: Executable, refs: Sequence[BufferRef], variables: Mapping[str, int]
) -> Iterator[tuple[str, list[np.ndarray[Any, Any]]]]:
    """Run step by step with memory of its own for each slot: a kernel's name and its arguments."""
    program = replace(
        ready.program,
        slots=tuple(_own(s) for s in ready.program.slots),
        steps=tuple(replace(step, pieces=0, members=1) for step in ready.program.steps),
        arena_nbytes=0,
        chain_nbytes=0,
    )
    device = runtime(program.device)
    loaded = device.load(program)
    memories: list[Memory | None] = [device.allocate(s.nbytes) for s in program.slots]
    for number, position in ready.inputs:
        memories[number] = memory_of(refs[position])
    values = [variables[name] for name in program.variables]
    for i, step in enumerate(program.steps):
        device.run(loaded, memories, values, i, i + 1)
        arguments = []
        for number in step.slots:
            slot, memory = program.slots[number], memories[number]
            assert memory is not None
            arguments.append(device.read(memory, slot.dtype, slot.size))
        yield program.kernels[step.kernel].name, arguments


def _own(slot: Slot) -> Slot:
    return replace(slot, kind=SlotKind.OUTPUT, offset=0, pieces=1) if slot.is_inner else slot
