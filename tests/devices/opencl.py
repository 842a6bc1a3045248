"""Kernels run one by one on the CL device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from smelt.engine.device import runtime
from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from smelt.program import CompiledKernel, Cost, Program, Slot, SlotKind, Step
from smelt.render.c_style import render

Array = np.ndarray[Any, Any]


def compiled(kernel: Node) -> CompiledKernel:
    """The kernel as it is, without transformations."""
    made = render(kernel, runtime("CL").target)
    return CompiledKernel(
        str(kernel.arg), made.source.text.encode(), made.source.name, made.variables,
        made.local_nbytes, made.grid, made.group, made.checks,
    )  # fmt: skip


class Kernels:
    """Kernels that are built together, and then run each on its own."""

    def __init__(self, kernels: Mapping[str, Node]):
        self.names = list(kernels)
        slots: list[Slot] = []
        steps: list[Step] = []
        self._slots: list[range] = []
        codes = [compiled(kernel) for kernel in kernels.values()]
        for number, kernel in enumerate(kernels.values()):
            params = {n.arg: n for n in toposort([kernel]) if n.op is Op.PARAM}
            first = len(slots)
            for i in range(max(params, default=-1) + 1):
                param = params[i]
                slots.append(Slot(SlotKind.INPUT, param.dtype, int(param.shape[0])))
            self._slots.append(range(first, len(slots)))
            steps.append(Step(number, tuple(self._slots[-1]), Cost(0, 0, 0), False))
        names = tuple(dict.fromkeys(v for code in codes for v in code.variables))
        self._runtime = runtime("CL")
        self._program = Program("CL", tuple(codes), tuple(steps), tuple(slots), 0, names)
        self._loaded = self._runtime.load(self._program)

    def __call__(
        self, name: str, args: Sequence[Array], variables: Mapping[str, int] | None = None
    ) -> list[Array]:
        """Run a kernel on copies of `args`: what is in them afterwards."""
        number, device = self.names.index(name), self._runtime
        held = [device.allocate(a.nbytes) for a in args]
        for memory, array in zip(held, args, strict=True):
            device.write(memory, array)
        # what the other kernels would get is never looked at
        memories: list[Any] = [held[0] if held else device.allocate(0)] * len(self._program.slots)
        for slot, memory in zip(self._slots[number], held, strict=True):
            memories[slot] = memory
        given = [(variables or {}).get(v, 0) for v in self._program.variables]
        device.run(self._loaded, memories, given, number, number + 1)
        slots = [self._program.slots[i] for i in self._slots[number]]
        return [
            device.read(memory, slot.dtype, array.size)
            for memory, slot, array in zip(held, slots, args, strict=True)
        ]
