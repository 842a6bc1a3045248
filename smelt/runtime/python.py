"""The PYTHON device: kernels carried out by the reference interpreter, on numpy memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter
from typing import Any

import numpy as np

from smelt.dtype import DType
from smelt.ir.interpreter import KernelPlan
from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from smelt.ir.serialize import dumps, loads
from smelt.program import CompiledKernel, Loaded, Memory, Program, Slot, SlotKind, Target
from smelt.util.errors import ArgumentError, FileFormatError
from smelt.util.memory import check_available, out_of_memory

Array = np.ndarray[Any, Any]


def compile_kernel(kernel: Node) -> CompiledKernel:
    """A KERNEL as this device loads it: the graph itself, as bytes."""
    variables = {n.arg[0]: None for n in toposort([kernel]) if n.op is Op.VARIABLE}
    return CompiledKernel(kernel.arg, dumps([kernel]), kernel.arg, tuple(variables))


@dataclass(frozen=True, eq=False)
class PythonMemory:
    """Bytes that numpy holds."""

    data: Array

    @property
    def nbytes(self) -> int:
        return int(self.data.nbytes)

    @property
    def address(self) -> int:
        """Where the host finds it."""
        return int(self.data.ctypes.data)


@dataclass(frozen=True, eq=False)
class LoadedProgram:
    """A program with its kernels made ready, and the memory of its intermediate values."""

    program: Program
    plans: tuple[KernelPlan, ...]
    arena: PythonMemory
    lock: Lock = field(default_factory=Lock)  # one run at a time: they share the arena


class PythonRuntime:
    """Runs programs step by step in the interpreter: slow, and right by definition."""

    name = "PYTHON"
    target = Target("PYTHON", "python", "", "", vector_bytes=1, vector_registers=0)

    def allocate(self, nbytes: int) -> PythonMemory:
        """Memory of that size, contents undefined. Raises AllocationError naming the size."""
        check_available(nbytes)
        try:
            return PythonMemory(np.empty(nbytes, np.uint8))
        except (MemoryError, ValueError) as error:  # numpy raises ValueError beyond 2**63
            raise out_of_memory(nbytes, "allocate") from error

    def write(self, memory: Memory, data: Array) -> None:
        """Copy an array from the host into `memory`."""
        source = np.ascontiguousarray(data).reshape(-1).view(np.uint8)
        target = _bytes_of(memory, 0, source.size, "write")
        target[:] = source

    def read(self, memory: Memory, dtype: DType, size: int) -> Array:
        """A fresh flat array on the host with the first `size` elements of `memory`."""
        return _bytes_of(memory, 0, size * dtype.itemsize, "read").view(dtype.np).copy()

    def load(self, program: Program) -> LoadedProgram:
        """Make a program ready to run. Raises FileFormatError if a kernel's bytes are damaged."""
        plans = tuple(_plan(k) for k in program.kernels)
        return LoadedProgram(program, plans, self.allocate(program.arena_nbytes))

    def run(
        self,
        loaded: Loaded,
        memories: Sequence[Memory | None],
        variables: Sequence[int],
        first: int = 0,
        last: int | None = None,
    ) -> None:
        """Run steps [first, last) one after the other; the arena keeps its contents in between.

        Raises OutOfRangeError if an index in a LOAD or STORE was outside.
        """
        if not isinstance(loaded, LoadedProgram):
            raise ArgumentError("run", type(loaded).__name__, "a program that this runtime loaded")
        program = loaded.program
        values = dict(zip(program.variables, variables, strict=True))
        with loaded.lock:
            for step in program.steps[first:last]:
                plan = loaded.plans[step.kernel]
                args = [_view(loaded, memories, number) for number in step.slots]
                for number, param in plan.params.items():
                    args[number] = args[number].view(param.dtype.np)  # a BITCAST reads it so
                plan.run(args, values)

    def profile(
        self, loaded: Loaded, memories: Sequence[Memory | None], variables: Sequence[int]
    ) -> list[float]:
        """Run all steps; how many seconds each took."""
        seconds = []
        for step in range(len(loaded.program.steps)):
            start = perf_counter()
            self.run(loaded, memories, variables, step, step + 1)
            seconds.append(perf_counter() - start)
        return seconds

    def synchronize(self) -> None:
        """Nothing to wait for: run() returns when it is done."""


def _plan(compiled: CompiledKernel) -> KernelPlan:
    roots = loads(compiled.binary)
    if [r.op for r in roots] != [Op.KERNEL]:
        raise FileFormatError("load", f"{roots} for {compiled.name}", "one KERNEL")
    return KernelPlan(roots[0])


def _view(loaded: LoadedProgram, memories: Sequence[Memory | None], number: int) -> Array:
    """The array of a slot, in its own memory or in the arena."""
    slot: Slot = loaded.program.slots[number]
    if slot.kind is SlotKind.ARENA:
        piece = _bytes_of(loaded.arena, slot.offset, slot.nbytes, "run")
    else:
        memory = memories[number]
        if memory is None:
            raise ArgumentError("run", f"no memory for slot {number}", f"memory for {slot}")
        piece = _bytes_of(memory, 0, slot.nbytes, "run")
    return piece.view(slot.dtype.np)


def _bytes_of(memory: Memory, offset: int, nbytes: int, operation: str) -> Array:
    if not isinstance(memory, PythonMemory):
        raise ArgumentError(operation, type(memory).__name__, "memory of the PYTHON device")
    if offset + nbytes > memory.nbytes:
        got = f"{nbytes} bytes at {offset} of a memory of {memory.nbytes}"
        raise ArgumentError(operation, got, "a part that is inside")
    return memory.data[offset : offset + nbytes]
