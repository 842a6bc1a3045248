"""Loops of machine code that are written to be timed: their text, and the time that they take."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from smelt.dtype import dtypes
from smelt.program import CompiledKernel, Cost, Program, Slot, SlotKind, Step
from smelt.runtime.blocks import HostMemory
from smelt.runtime.cpu import CpuProgram


def for_each(count: int, line: str) -> str:
    """The line so many times; $c is the number of each, $next that of the next one."""
    lines = (Template(line).safe_substitute(c=c, next=c + 1) for c in range(count))
    return "\n".join(lines)


def shortest_s(
    kernel: CompiledKernel, memories: Sequence[HostMemory], parallel: bool = True, times: int = 5
) -> float:
    """What a kernel takes, the best of so many runs."""
    slots = tuple(Slot(SlotKind.INPUT, dtypes.uint8, memory.nbytes) for memory in memories)
    step = Step(0, tuple(range(len(slots))), Cost(0, 0, 0), parallel)
    program = CpuProgram(Program("CPU", (kernel,), (step,) * (times + 1), slots, 0, ()))
    return min(program.profile(memories, ())[1:])  # the first one wakes the threads
