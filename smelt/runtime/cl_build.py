"""OpenCL kernels built from their text by the driver, and kept on disk as it made them."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from typing import Any

from smelt.program import CompiledKernel
from smelt.util.disk_cache import keep, lookup
from smelt.util.errors import CompileError


def divides_exactly(cl: Any, device: Any) -> bool:
    """Whether it rounds quotients and roots of float32 correctly, if it is asked to."""
    return bool(device.single_fp_config & cl.device_fp_config.CORRECTLY_ROUNDED_DIVIDE_SQRT)


class Builder:
    """Kernels built from their text: once in a process, and once on a machine."""

    def __init__(self, cl: Any, context: Any, device: Any):
        self._cl, self._context, self._device = cl, context, device
        self._key = f"opencl {device.name} {device.version} {device.driver_version} "
        self._programs: dict[str, Any] = {}  # by what they are called on disk
        self._places: dict[bytes, tuple[str, str]] = {}  # text -> program, name in it

    def build(self, kernels: Sequence[CompiledKernel]) -> list[Any]:
        """A kernel object each. What is new is built in one go, which takes a third of the time."""
        new = [k for k in dict.fromkeys(kernels) if not self._find(k)]
        if new:
            self._build_all(new)
        made = []
        for kernel in kernels:
            program, name = self._places[kernel.binary]
            made.append(self._cl.Kernel(self._programs[program], name))
        return made

    def _find(self, kernel: CompiledKernel) -> bool:
        """Whether the kernel is there, in this process or on disk."""
        if kernel.binary in self._places:
            return True
        place = lookup(self._key + kernel.binary.decode())
        if place is None:
            return False
        program, name = place.decode().split()
        if program not in self._programs:
            binary = lookup(self._key + program)
            if binary is None:
                return False
            try:
                found = self._cl.Program(self._context, [self._device], [binary])
                self._programs[program] = self._built(found)
            except self._cl.Error:  # of another driver, or damaged: it is built anew
                return False
        self._places[kernel.binary] = program, name
        return True

    def _build_all(self, kernels: Sequence[CompiledKernel]) -> None:
        texts = []
        for i, kernel in enumerate(kernels):
            text = kernel.binary.decode()
            texts += [f"#define {kernel.entry} {kernel.entry}_{i}", text, f"#undef {kernel.entry}"]
        text = "\n".join(texts)
        program = hashlib.sha256(text.encode()).hexdigest()
        try:
            built = self._built(self._cl.Program(self._context, text))
        except self._cl.Error as error:
            names = ", ".join(k.name for k in kernels)
            raise CompileError(f"compile of {names}", str(error), "valid OpenCL C") from None
        self._programs[program] = built
        keep(self._key + program, bytes(built.get_info(self._cl.program_info.BINARIES)[0]))
        for i, kernel in enumerate(kernels):
            self._places[kernel.binary] = program, f"{kernel.entry}_{i}"
            keep(self._key + kernel.binary.decode(), f"{program} {kernel.entry}_{i}".encode())

    def _built(self, program: Any) -> Any:
        options = ["-cl-std=CL1.2"]
        if divides_exactly(self._cl, self._device):
            options.append("-cl-fp32-correctly-rounded-divide-sqrt")
        with warnings.catch_warnings():  # of a driver that says that all went well
            warnings.simplefilter("ignore")
            return program.build(options, [self._device], cache_dir=False)
