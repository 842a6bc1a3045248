"""The CL device: kernels in OpenCL C, built by the driver of a GPU or of a processor.

Everything goes to one in-order queue: what is started runs behind what was started before, so
memory that nobody refers to any more may be used again at once. A program that checks indices is
waited for, the others are not.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from smelt.dtype import DType, dtypes
from smelt.program import Loaded, Memory, Program, SlotKind, Target
from smelt.runtime.buffers import Buffers, DeviceMemory
from smelt.runtime.builds import Builder
from smelt.util import flags, memory
from smelt.util.errors import (
    DeviceError,
    MissingDependencyError,
    OutOfRangeError,
)

Array = np.ndarray[Any, Any]

# What kernels write into the status slot: {1, index, bound}; then the step that did.
STATUS_WORDS = 4
_REGISTERS = 64  # values that a work-item can hold, on any device of today
_INSTALL = "pip install 'smelt[cl]' has pyopencl and a driver for processors"


def _driver_of_packages() -> str | None:
    """The driver that the pip package intel-opencl-rt brings, which nobody has told the loader."""
    found = Path(sys.prefix) / "lib" / "libintelocl.so"
    registered = list(Path("/etc/OpenCL/vendors").glob("*.icd"))
    return str(found) if found.exists() and not registered else None


def _pyopencl() -> Any:
    """pyopencl, told where drivers are. Raises MissingDependencyError without it."""
    driver = _driver_of_packages()
    if driver is not None:
        flags.set_default("OCL_ICD_VENDORS", driver)
    try:
        import pyopencl
    except ImportError as error:
        raise MissingDependencyError("device CL", str(error), "pyopencl", _INSTALL) from None
    return pyopencl


def _choose(cl: Any) -> Any:
    """The device to use: a GPU if there is one; with SMELT_CL one of that name."""
    try:
        devices = [d for p in cl.get_platforms() for d in p.get_devices()]
    except cl.Error as error:
        raise DeviceError("device CL", str(error), "an OpenCL driver", _INSTALL) from None
    wanted = flags.SMELT_CL.value.lower()
    named = [d for d in devices if wanted in f"{d.platform.name} {d.name}".lower()]
    if not named:
        names = ", ".join(d.name.strip() for d in devices) or "none"
        raise DeviceError(
            "device CL",
            f"SMELT_CL={wanted!r}; there are: {names}",
            "the name of a device",
            _INSTALL,
        )
    return max(named, key=lambda d: bool(d.type & cl.device_type.GPU))


def _divides_exactly(cl: Any, device: Any) -> bool:
    """Whether it rounds quotients and roots of float32 correctly, if it is asked to."""
    return bool(device.single_fp_config & cl.device_fp_config.CORRECTLY_ROUNDED_DIVIDE_SQRT)


def _target(cl: Any, device: Any) -> Target:
    fused = (device.single_fp_config | device.double_fp_config) & cl.device_fp_config.FMA
    return Target(
        device="CL", arch="opencl", cpu=device.name.strip(), features="",
        vector_bytes=1, vector_registers=_REGISTERS, has_fma=bool(fused),
        has_float64=bool(device.double_fp_config), divides_exactly=_divides_exactly(cl, device),
        group_size=min(256, device.max_work_group_size), local_nbytes=device.local_mem_size,
    )  # fmt: skip


class _Driver:
    """What the driver makes for one device: modules of kernels, and buffers."""

    def __init__(self, cl: Any, context: Any, device: Any):
        self._cl, self._context, self._device = cl, context, device
        self._options = ["-cl-std=CL1.2"]
        if _divides_exactly(cl, device):
            self._options.append("-cl-fp32-correctly-rounded-divide-sqrt")
        self._shares_memory = bool(device.type & cl.device_type.CPU)

    def builder(self) -> Builder[Any]:
        """Builds kernels, or finds them on disk."""
        device = self._device
        key = f"opencl {device.name} {device.version} {device.driver_version}"
        return Builder(key, self._build, self._restore, self._cl.Error)

    def _build(self, text: str) -> tuple[Any, bytes]:
        built = self._linked(self._cl.Program(self._context, text))
        return built, bytes(built.get_info(self._cl.program_info.BINARIES)[0])

    def _restore(self, binary: bytes) -> Any:
        return self._linked(self._cl.Program(self._context, [self._device], [binary]))

    def _linked(self, module: Any) -> Any:
        with warnings.catch_warnings():  # of a driver that says that all went well
            warnings.simplefilter("ignore")
            return module.build(self._options, [self._device], cache_dir=False)

    def buffer(self, size: int) -> Any:
        """A buffer of that size. Raises MemoryError."""
        most = self._device.max_mem_alloc_size
        if size > most:
            raise MemoryError(f"at most {memory.readable_bytes(most)}")
        if self._shares_memory:
            memory.check_available(size)
        try:
            return self._cl.Buffer(self._context, self._cl.mem_flags.READ_WRITE, size)
        except self._cl.Error as error:
            raise MemoryError(str(error)) from None


class ClProgram:
    """A program with its kernels built, one object for each step."""

    def __init__(self, program: Program, kernels: Sequence[Any], status: Any):
        self.program = program
        self.kernels = kernels
        self.status = status
        self.checks = any(k.checks for k in program.kernels)


class ClRuntime:
    """Runs programs on an OpenCL device."""

    name = "CL"

    def __init__(self) -> None:
        cl = self._cl = _pyopencl()
        device = _choose(cl)
        context = cl.Context([device])
        self.target = _target(cl, device)
        self._queue = cl.CommandQueue(context, device)
        timing = cl.command_queue_properties.PROFILING_ENABLE
        self._timed_queue = cl.CommandQueue(context, device, timing)
        driver = _Driver(cl, context, device)
        self._builder = driver.builder()
        self._buffers = Buffers(driver.buffer)
        self._lock = threading.RLock()  # a kernel object holds its arguments until it is started

    def allocate(self, nbytes: int) -> DeviceMemory:
        """Memory of that size, contents undefined. Raises AllocationError naming the size."""
        return self._buffers.allocate(nbytes)

    def write(self, memory: Memory, data: Array) -> None:
        """Copy a contiguous array from the host into `memory`."""
        assert isinstance(memory, DeviceMemory) and data.nbytes <= memory.nbytes
        if data.nbytes:
            with self._failing():
                self._cl.enqueue_copy(self._queue, memory.buffer, data, is_blocking=True)

    def read(self, memory: Memory, dtype: DType, size: int) -> Array:
        """A fresh flat array on the host with the first `size` elements of `memory`."""
        assert isinstance(memory, DeviceMemory) and size * dtype.itemsize <= memory.nbytes
        data = np.empty(size * dtype.itemsize, np.uint8)
        if data.nbytes:
            with self._failing():
                self._cl.enqueue_copy(self._queue, data, memory.buffer, is_blocking=True)
        return data.view(dtype.np)

    def load(self, program: Program) -> ClProgram:
        """Build what is not there yet. Raises CompileError with what the driver says."""
        with self._lock:
            found = self._builder.find([program.kernels[s.kernel] for s in program.steps])
            kernels = [self._cl.Kernel(module, name) for module, name in found]
        status = self.allocate(STATUS_WORDS * 8)
        self.write(status, np.zeros(STATUS_WORDS, np.int64))
        return ClProgram(program, kernels, status)

    def run(
        self,
        loaded: Loaded,
        memories: Sequence[Memory | None],
        variables: Sequence[int],
        first: int = 0,
        last: int | None = None,
    ) -> None:
        """Start steps [first, last). Raises OutOfRangeError if an index was outside."""
        assert isinstance(loaded, ClProgram)
        with self._lock:
            self._start(self._queue, loaded, memories, variables, first, last)
            if loaded.checks:
                self._check(loaded)

    def profile(
        self, loaded: Loaded, memories: Sequence[Memory | None], variables: Sequence[int]
    ) -> list[float]:
        """Run all steps; how many seconds each took on the device."""
        assert isinstance(loaded, ClProgram)
        with self._lock:
            self._queue.finish()  # the other queue does not wait for this one
            events = self._start(self._timed_queue, loaded, memories, variables, 0, None)
            self._timed_queue.finish()
            if loaded.checks:
                self._check(loaded)
        return [(e.profile.end - e.profile.start) / 1e9 for e in events]

    def synchronize(self) -> None:
        """Wait until everything that was started has finished."""
        with self._failing():
            self._queue.finish()

    def _start(
        self,
        queue: Any,
        loaded: ClProgram,
        memories: Sequence[Memory | None],
        variables: Sequence[int],
        first: int,
        last: int | None,
    ) -> list[Any]:
        program = loaded.program
        values = dict(zip(program.variables, map(np.int64, variables), strict=True))
        arena = self.allocate(program.arena_nbytes)
        arguments = [
            (arena.buffer, np.uint64(slot.offset))
            if slot.kind is SlotKind.ARENA
            else (given.buffer, np.uint64(0))  # type: ignore[union-attr]
            for slot, given in zip(program.slots, memories, strict=True)
        ]
        events = []
        for number, step in list(enumerate(program.steps))[first:last]:
            code, kernel = program.kernels[step.kernel], loaded.kernels[number]
            given = [part for slot in step.slots for part in arguments[slot]]
            given += [loaded.status.buffer, np.int64(number)] if code.checks else []
            given += [values[name] for name in code.variables]
            shape = [g * n for g, n in zip(code.grid, code.group, strict=True)]
            with self._failing():
                kernel.set_args(*given)
                run = self._cl.enqueue_nd_range_kernel(queue, kernel, shape, code.group)
            events.append(run)
        return events

    def _check(self, loaded: ClProgram) -> None:
        status = self.read(loaded.status, dtypes.int64, STATUS_WORDS)
        found, index, bound, step = status.tolist()
        if found:
            self.write(loaded.status, np.zeros(STATUS_WORDS, np.int64))
            kernel = loaded.program.kernels[loaded.program.steps[step].kernel]
            raise OutOfRangeError(
                "gather", f"index {index} in kernel {kernel.name}", f"0 <= index < {bound}",
                "check the indices, or clamp them",
            )  # fmt: skip

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Drivers take memory when it is first used: that may be here."""
        try:
            yield
        except self._cl.MemoryError as error:
            raise memory.out_of_memory(0, "run", str(error)) from None
        except self._cl.Error as error:
            raise DeviceError("CL", str(error), "a command that the driver carries out") from None
