"""What has run: counters for tests and users, timings for DEBUG=2, records for drawings."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smelt.engine.watch import watching
from smelt.util import flags

if TYPE_CHECKING:
    from smelt.program import Cost, Program


@dataclass
class Stats:
    """Counters of everything that ran inside of `with smelt.stats() as s`.

    flops, bytes_read and bytes_written add up the kernels' costs; peak_bytes is the most memory
    that one program held at a time (what it reads, what it returns and its arena), live_bytes the
    largest sum of values that were needed at one time in it.
    """

    kernels: int = 0
    flops: int = 0
    bytes_read: int = 0
    bytes_written: int = 0
    peak_bytes: int = 0
    live_bytes: int = 0
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class KernelRun:
    """One kernel that ran, and for how long; seconds is None where nobody asked."""

    name: str
    cost: Cost
    seconds: float | None
    products: str = ""  # the dtype that its instructions for products take


@dataclass(frozen=True)
class ProgramRun:
    """A program that ran, step by step."""

    program: Program
    seconds: tuple[float, ...] | None
    held: Mapping[int, int]  # the number of the BufferRef that was in a slot; none in the arena

    @property
    def kernels(self) -> list[KernelRun]:
        times = self.seconds or (None,) * len(self.program.steps)
        kernels = [self.program.kernels[step.kernel] for step in self.program.steps]
        return [
            KernelRun(kernel.name, step.cost, time, kernel.products)
            for kernel, step, time in zip(kernels, self.program.steps, times, strict=True)
        ]


_counting: ContextVar[tuple[Stats, ...]] = ContextVar("smelt_stats", default=())
_recording: ContextVar[tuple[list[ProgramRun], ...]] = ContextVar("smelt_records", default=())


@contextmanager
def stats() -> Iterator[Stats]:
    """Count the kernels, FLOPs and bytes of what runs inside.

    >>> import smelt
    >>> x = smelt.Tensor.ones(4, 4).contiguous().realize()
    >>> with smelt.stats() as s:
    ...     _ = (x + 1).relu().realize()
    >>> s.kernels, s.bytes_read, s.bytes_written
    (1, 64, 64)
    """
    counters = Stats()
    token = _counting.set((*_counting.get(), counters))
    try:
        yield counters
    finally:
        _counting.reset(token)


@contextmanager
def profile() -> Iterator[list[ProgramRun]]:
    """Record every program that runs inside, each kernel with its time."""
    runs: list[ProgramRun] = []
    token = _recording.set((*_recording.get(), runs))
    try:
        yield runs
    finally:
        _recording.reset(token)


class _SinceReset:
    """What has run in this process since `reset()`, as tinygrad counts it; 0 before the first."""

    def __init__(self) -> None:
        self.counters: Stats | None = None  # nobody has asked yet, and counting takes time

    def reset(self) -> None:
        """Count from 0."""
        self.counters = Stats()

    @property
    def kernel_count(self) -> int:
        """The kernels that ran."""
        return self._counted().kernels

    @property
    def global_ops(self) -> int:
        """Their FLOPs."""
        return self._counted().flops

    @property
    def global_mem(self) -> int:
        """The bytes that they read and wrote."""
        return self._counted().bytes_read + self._counted().bytes_written

    def _counted(self) -> Stats:
        return self.counters or Stats()


GlobalCounters = _SinceReset()


def timed() -> bool:
    """Whether kernels have to be timed one by one."""
    wanted = bool(_recording.get()) or watching() is not None
    return wanted or flags.DEBUG.value >= 2 or flags.GRAPH.value


def is_noted() -> bool:
    """Whether anybody counts or times what runs here, flags aside."""
    counts = GlobalCounters.counters is not None or _counting.get()
    return bool(counts or _recording.get()) or watching() is not None


def record(
    program: Program,
    seconds: Sequence[float] | None,
    held: Mapping[int, int],
    peak: int,
    live: int,
) -> None:
    """Take note of a program that has run."""
    total = GlobalCounters.counters
    for counters in _counting.get() if total is None else (*_counting.get(), total):
        counters.kernels += len(program.steps)
        for step in program.steps:
            counters.flops += step.cost.flops
            counters.bytes_read += step.cost.bytes_read
            counters.bytes_written += step.cost.bytes_written
            counters.names.append(program.kernels[step.kernel].name)
        counters.peak_bytes = max(counters.peak_bytes, peak)
        counters.live_bytes = max(counters.live_bytes, live)
    if total is not None:
        total.names.clear()  # it may count for days
    if seconds is not None:
        run = ProgramRun(program, tuple(seconds), held)
        for runs in _recording.get():
            runs.append(run)
        if flags.DEBUG.value >= 2:
            from smelt.engine.report import print_kernels  # builds on this module

            print_kernels(run)
        if flags.GRAPH.value:
            drawn.append(run)


drawn: deque[ProgramRun] = deque(maxlen=1000)  # what GRAPH=1 draws at exit: the last of them
