"""What a kernel did, as aligned text: the lines of DEBUG=2 and the demo's closing table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ceilings:
    """What this machine can do at most, as measured."""

    gflops: float  # float32 arithmetic, GFLOP/s
    gbytes: float  # memory traffic, GB/s


@dataclass(frozen=True)
class KernelRow:
    """One run of a kernel, or the sum or mean of several."""

    name: str
    flops: int
    nbytes: int  # read and written
    elapsed_s: float  # 0.0: not measured

    @property
    def gflops(self) -> float:
        return self.flops / self.elapsed_s / 1e9 if self.elapsed_s else 0.0

    @property
    def gbytes(self) -> float:
        return self.nbytes / self.elapsed_s / 1e9 if self.elapsed_s else 0.0

    def share(self, ceilings: Ceilings) -> str:
        """Of the ceiling that it comes closest to: `62% flop` or `85% mem`."""
        of_flops = self.gflops / ceilings.gflops
        of_bytes = self.gbytes / ceilings.gbytes
        return f"{of_flops:.0%} flop" if of_flops >= of_bytes else f"{of_bytes:.0%} mem"


def si(number: float, unit: str = "") -> str:
    """Three significant digits and a decimal prefix.

    >>> si(1_234_567, "B"), si(999), si(0), si(2.5e12, "F")
    ('1.23 MB', '999', '0', '2.5 TF')
    """
    prefix = ""
    for step in ("k", "M", "G", "T", "P"):
        if abs(number) < 999.5:
            break
        number, prefix = number / 1000, step
    text = f"{number:.{max(0, 2 - len(str(int(abs(number)))) + 1)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} {prefix}{unit}".rstrip()


COLUMNS = ("FLOPs", "bytes", "µs", "GFLOP/s", "GB/s", "of peak")
NAME_WIDTH = 34
_WIDTHS = (9, 9, 10, 9, 8, 10)


def _line(name: str, cells: Iterable[str], name_width: int) -> str:
    fits = name if len(name) <= name_width else name[: name_width - 1] + "…"
    row = zip(cells, _WIDTHS, strict=False)
    return f"{fits:<{name_width}}" + "".join(f"{cell:>{width}}" for cell, width in row)


def kernel_header(ceilings: Ceilings | None = None, name_width: int = NAME_WIDTH) -> str:
    """The names of the columns of `kernel_line`."""
    return _line("kernel", COLUMNS if ceilings else COLUMNS[:-1], name_width)


def kernel_line(
    row: KernelRow, ceilings: Ceilings | None = None, name_width: int = NAME_WIDTH
) -> str:
    """One kernel: name, FLOPs, bytes, µs, GFLOP/s, GB/s and, with ceilings, its share of them.

    >>> kernel_line(KernelRow("matmul", 2_000_000, 480_000, 40e-6), Ceilings(100.0, 20.0), 8)
    'matmul         2 M   480 kB      40.0     50.00   12.00   60% mem'
    """
    cells = [si(row.flops), si(row.nbytes, "B")]
    if row.elapsed_s:
        cells += [f"{row.elapsed_s * 1e6:.1f}", f"{row.gflops:.2f}", f"{row.gbytes:.2f}"]
        cells += [row.share(ceilings)] if ceilings else []
    return _line(row.name, cells, name_width)


def kernel_table(rows: Iterable[KernelRow], ceilings: Ceilings | None = None) -> str:
    """A header, a line for each kernel, and their sum."""
    rows = list(rows)
    total = KernelRow(
        f"{len(rows)} kernel{'' if len(rows) == 1 else 's'}",
        sum(row.flops for row in rows),
        sum(row.nbytes for row in rows),
        sum(row.elapsed_s for row in rows),
    )
    width = max([12, *(len(row.name) + 1 for row in rows)])
    width = min(width, NAME_WIDTH)
    header = kernel_header(ceilings, width)
    lines = [kernel_line(row, ceilings, width) for row in rows]
    return "\n".join([header, *lines, "-" * len(header), kernel_line(total, ceilings, width)])
