"""The devices: one row each, opened when first used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from smelt.dtype import all_dtypes
from smelt.util import flags
from smelt.util.errors import DeviceError, MissingDependencyError

if TYPE_CHECKING:
    from smelt.ir.node import Node
    from smelt.program import CompiledKernel, Runtime, Target


@dataclass(frozen=True)
class DeviceRow:
    """What the engine needs to know of a device."""

    open: Callable[[], Runtime]
    compile: Callable[[Sequence[Node], Target], list[CompiledKernel]]  # KERNELs as scheduled
    summary: str
    has_chains: bool = False  # whether programs may have steps of several members
    has_tiles: bool = False  # whether products read operands best in order (schedule/operands.py)


def _open_cpu() -> Runtime:
    from smelt.render.compile import host_target
    from smelt.runtime.cpu import CpuRuntime  # pulls in llvmlite, which takes a while to load

    return CpuRuntime(host_target())


def _open_python() -> Runtime:
    from smelt.runtime.python import PythonRuntime

    return PythonRuntime()


def _open_cl() -> Runtime:
    from smelt.runtime.cl import ClRuntime

    return ClRuntime()


def _compile_kept(kernels: Sequence[Node], target: Target) -> list[CompiledKernel]:
    from smelt.engine.compile import compile_kept

    return compile_kept(kernels, target)


def _compile_python(kernels: Sequence[Node], target: Target) -> list[CompiledKernel]:
    from smelt.runtime.python import compile_kernel

    return [compile_kernel(kernel) for kernel in kernels]


DEVICES: dict[str, DeviceRow] = {
    "CPU": DeviceRow(_open_cpu, _compile_kept, "machine code through LLVM, all cores", True, True),
    "CL": DeviceRow(_open_cl, _compile_kept, "OpenCL C, built by a GPU's driver or a processor's"),
    "PYTHON": DeviceRow(_open_python, _compile_python, "the interpreter of kernels, on numpy"),
}


@cache
def runtime(name: str) -> Runtime:
    """The runtime of a device, one for the process. Raises DeviceError for an unknown name."""
    row = DEVICES[canonical(name)]
    opened = row.open()
    if flags.DEBUG.value >= 1:
        print(f"device {opened.name}: {opened.target.cpu or opened.target.arch}, {row.summary}")
    return opened


@cache
def missing(name: str) -> str | None:
    """Why a device cannot be used on this machine; None if it can."""
    try:
        runtime(name)
    except (DeviceError, MissingDependencyError) as error:
        return str(error)
    return None


def support(name: str) -> dict[str, str]:
    """What a device does with each dtype: "native", "emulated" (the same results) or "missing".

    >>> support("PYTHON")["float64"], support("PYTHON")["bfloat16"]
    ('native', 'native')
    """
    target = runtime(name).target
    made = dict.fromkeys((d.name for d in all_dtypes()), "native")
    if name != "PYTHON":  # numpy and ml_dtypes have them all
        made |= dict.fromkeys(("float16", "bfloat16", "float8_e4m3", "float8_e5m2"), "emulated")
    if not target.has_float64:
        made["float64"] = "missing"
    return made


def canonical(name: str | None) -> str:
    """The device's name in capitals; the default device for None. Raises DeviceError.

    >>> canonical("cpu")
    'CPU'
    """
    found = (name or flags.DEV.value).upper()
    if found not in DEVICES:
        raise DeviceError("device", repr(name or found), f"one of {', '.join(DEVICES)}")
    return found


class _Device:
    """`Device.DEFAULT`, `Device.synchronize()`: the devices as users see them."""

    def __init__(self) -> None:
        self.chosen: str | None = None  # what DEFAULT was set to

    @property
    def DEFAULT(self) -> str:
        """The device of tensors that name none: the flag DEV unless it was set here."""
        return self.chosen or canonical(None)

    @DEFAULT.setter
    def DEFAULT(self, name: str) -> None:
        self.chosen = canonical(name)

    def canonical(self, name: str | None) -> str:
        """The device's name in capitals; `Device.DEFAULT` for None. Raises DeviceError."""
        return self.DEFAULT if name is None else canonical(name)

    def names(self) -> list[str]:
        """Every device there is."""
        return list(DEVICES)

    def __getitem__(self, name: str) -> Runtime:
        return runtime(canonical(name))

    def synchronize(self, name: str | None = None) -> None:
        """Wait until a device (the default one for None) has finished all that was started."""
        runtime(self.canonical(name)).synchronize()


Device = _Device()
