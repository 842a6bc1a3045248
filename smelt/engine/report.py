"""What DEBUG=2 prints of a kernel."""

from __future__ import annotations

from smelt.engine.stats import KernelRun, ProgramRun
from smelt.util.table import Ceilings, KernelRow, kernel_header, kernel_line


def row(kernel: KernelRun) -> KernelRow:
    """A kernel's run as a row of the kernel table."""
    nbytes = kernel.cost.bytes_read + kernel.cost.bytes_written
    return KernelRow(kernel.name, kernel.cost.flops, nbytes, kernel.seconds or 0.0)


def ceilings(device: str, products: str = "") -> Ceilings | None:
    """What was measured of this machine; None for a device without measured peaks.

    `products` is the dtype that a kernel multiplies with instructions of their own, if it does.
    """
    if device != "CPU":
        return None
    from smelt.runtime.peaks import peaks  # measures, or finds an earlier measurement

    found = peaks()
    return Ceilings(found.gflops_of(products), max(found.read_gbytes, found.copy_gbytes))


_headed: set[str] = set()  # devices whose columns have been named


def print_kernels(run: ProgramRun) -> None:
    """A line for each kernel of a run; the names of the columns before the first."""
    device = run.program.device
    if device not in _headed:
        _headed.add(device)
        print(kernel_header(ceilings(device)))
    for kernel in run.kernels:
        print(kernel_line(row(kernel), ceilings(device, kernel.products)))
