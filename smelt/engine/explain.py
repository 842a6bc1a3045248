"""The kernels of a watched run with which most time could be won, and what keeps each from that.

A finding is derived from what is known of the kernel: its cost, its transformations, what the
scheduler stored and why. What none of these says is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from smelt.engine.compile import transformed
from smelt.engine.device import runtime
from smelt.engine.report import ceilings
from smelt.engine.watch import Watch, Watched
from smelt.ir.node import Node
from smelt.kernel.facts import Facts, Lanewise, Pieces, facts
from smelt.program import Cost, Step
from smelt.schedule.lower import ScheduledKernel
from smelt.schedule.reasons import Again, Stored, Why
from smelt.util import flags
from smelt.util.table import Ceilings, KernelRow, si

BOUND = 0.5  # the share of a limit from which on it is what a kernel waits for
PARTLY = 0.2  # and where there is no other reason
SMALL_S = 10e-6  # a kernel as short spends its time on beginning and ending
IDLE = 0.8  # the share of lanes below which it is worth a word
MATTERS = 0.1  # the share of a kernel's time or work from which on it is
FIRST = 0.5  # the share of all time that the first call took


@dataclass(frozen=True)
class Finding:
    """A reason why a kernel takes longer than its limit: its kind, the evidence, a way out."""

    kind: str
    evidence: str
    way_out: str = ""


@dataclass(frozen=True)
class Boundary:
    """A value that one kernel stores and another one of the same program loads."""

    other: str  # the name of the kernel that stores it
    stored: Stored
    nbytes: int


@dataclass
class Calls:
    """All calls of a kernel, in whatever programs."""

    scheduled: ScheduledKernel
    name: str
    device: str
    cost: Cost
    parallel: bool
    products: str  # the dtype that its instructions for products take
    count: int = 0
    alone: int = 0  # of these on one thread
    seconds: float = 0.0
    first_s: float = 0.0  # of its first calls, one in each program
    boundaries: dict[Boundary, None] = field(default_factory=dict)

    @property
    def each_s(self) -> float:
        return self.seconds / self.count

    @property
    def row(self) -> KernelRow:
        """What all calls did."""
        nbytes = self.cost.bytes_read + self.cost.bytes_written
        return KernelRow(self.name, self.cost.flops * self.count, nbytes * self.count, self.seconds)


@dataclass(frozen=True)
class Explained:
    """A kernel, what could be won with it at most, and why."""

    calls: Calls
    limits: Ceilings | None
    won_s: float
    findings: tuple[Finding, ...] = ()


def explain(watch: Watch, top: int) -> list[Explained]:
    """The `top` kernels with which most time could be won, most first."""
    ranked: list[Explained] = []
    for calls in _by_kernel(watch.programs):
        limits = ceilings(calls.device, calls.products)
        least_s = least_seconds(calls.cost, limits) * calls.count
        ranked.append(Explained(calls, limits, max(calls.seconds - least_s, 0.0)))
    ranked.sort(key=lambda e: e.won_s, reverse=True)
    return [replace(e, findings=tuple(_findings(e.calls, e.limits))) for e in ranked[:top]]


def least_seconds(cost: Cost, limits: Ceilings | None) -> float:
    """The time that one call takes at the limit; 0.0 where that is not known."""
    if limits is None:
        return 0.0
    return max(_memory_s(cost, limits), cost.flops / limits.gflops / 1e9)


def _memory_s(cost: Cost, limits: Ceilings) -> float:
    return (cost.bytes_read + cost.bytes_written) / limits.gbytes / 1e9


def _by_kernel(programs: Iterable[Watched]) -> list[Calls]:
    found: dict[tuple[Node, str, bool], Calls] = {}
    for watched in programs:
        writers: dict[int, tuple[str, Stored]] = {}
        program = watched.program
        for i, (step, scheduled) in enumerate(zip(program.steps, watched.kernels, strict=True)):
            key = (scheduled.kernel, program.device, step.parallel)
            calls = found.get(key)
            if calls is None:
                code = program.kernels[step.kernel]
                calls = found[key] = Calls(
                    scheduled, code.name, program.device, step.cost, step.parallel, code.products
                )
            calls.count += watched.calls
            calls.alone += watched.alone
            calls.seconds += watched.seconds[i]
            calls.first_s += watched.first_s[i]
            calls.boundaries |= dict.fromkeys(_boundaries(watched, step, scheduled, writers))
            for slot, stored in zip(step.slots, scheduled.stored, strict=True):
                if stored is not None:
                    writers[slot] = calls.name, stored
    return list(found.values())


def _boundaries(
    watched: Watched, step: Step, scheduled: ScheduledKernel, writers: dict[int, tuple[str, Stored]]
) -> Iterator[Boundary]:
    for slot, stored in zip(step.slots, scheduled.stored, strict=True):
        if stored is None and slot in writers:
            yield Boundary(*writers[slot], watched.program.slots[slot].nbytes)


# ---- findings ------------------------------------------------------------------------------------


def _findings(calls: Calls, limits: Ceilings | None) -> list[Finding]:
    known = _facts_of(calls)
    found = [*_of_bounds(calls, known, limits, BOUND)]
    if known is not None and not runtime(calls.device).target.group_size:
        found += _of_lanes(known)
        found += _of_threads(calls, known)
    found += _of_repetition(calls, known)
    found += _of_boundaries(calls, limits)
    found += _of_the_first(calls)
    return found or [*_of_bounds(calls, known, limits, PARTLY), *_of_products(calls, limits)]


def _of_products(calls: Calls, limits: Ceilings | None) -> Iterator[Finding]:
    """What keeps instructions for products from their limit, which is far off."""
    if limits is not None and calls.products:
        yield Finding(
            "copies for products",
            f"{calls.row.gflops:.0f} GFLOP/s in {calls.products}, of {limits.gflops:.0f}: blocks of"
            " both factors are copied in the layout of the instructions before they are multiplied",
            "larger products, of which each block is used more often",
        )


def _facts_of(calls: Calls) -> Facts | None:
    """None on a device that carries kernels out as they are."""
    if calls.device == "PYTHON":
        return None
    target = runtime(calls.device).target
    _, transforms = transformed(calls.scheduled.kernel, target)
    return facts(calls.scheduled.kernel, transforms, target)


def _of_bounds(
    calls: Calls, known: Facts | None, limits: Ceilings | None, least: float
) -> Iterator[Finding]:
    """What takes at least that share of the time: memory, arithmetic, or beginning and ending."""
    if limits is None:
        return
    cost, row = calls.cost, calls.row
    memory_s = _memory_s(cost, limits)
    flops_s = cost.flops / limits.gflops / 1e9
    work_s = 0.0 if known is None else _instructions_s(known, limits)
    nbytes = cost.bytes_read + cost.bytes_written
    if memory_s >= max(flops_s, work_s, least * calls.each_s):
        near = ": they were in a cache" if memory_s > calls.each_s else ""
        yield Finding(
            "memory-bound",
            f"{si(nbytes, 'B')} a call at {row.gbytes:.1f} GB/s, of {limits.gbytes:.1f}{near}",
            "fewer bytes: a smaller dtype, or fewer values that are stored in between",
        )
    elif flops_s >= max(work_s, least * calls.each_s):
        yield Finding("arithmetic-bound", f"{row.gflops:.0f} GFLOP/s, of {limits.gflops:.0f}")
    elif known is not None and work_s >= least * calls.each_s:
        yield Finding("arithmetic-bound", _instructions(calls, known, work_s))
    elif calls.each_s < SMALL_S:
        at_limit = f"{si_seconds(max(memory_s, flops_s))} at the limit"
        yield Finding(
            "small",
            f"a call takes {si_seconds(calls.each_s)}, its {si(nbytes, 'B')} would take {at_limit}",
            "more work in a call, such as a larger batch",
        )


def _instructions_s(known: Facts, limits: Ceilings) -> float:
    """The time for a kernel's instructions where each takes as long as an FMA, which is 2 FLOPs."""
    return known.instructions * max(known.itemsize, 1) / 4 / (limits.gflops / 2) / 1e9


def _instructions(calls: Calls, known: Facts, work_s: float) -> str:
    dear = ", ".join(f"{n} {op.name}" for op, n in known.dear)
    of_these = f" ({dear} for each element)" if dear else ""
    wide = f" of {known.itemsize} bytes" if known.itemsize != 4 else ""
    return (
        f"{si(calls.cost.flops)} FLOPs are {si(known.instructions)} instructions on elements{wide}"
        f"{of_these}, which take {work_s / calls.each_s:.0%} of the time"
    )


def _of_lanes(known: Facts) -> Iterator[Finding]:
    """Vectors that are not there, not full, or filled lane by lane."""
    if not known.vectors and known.iterations > 1:
        yield Finding("no vector axis", *_why_no_vector(known))
    elif known.serial:
        yield Finding("serial", *_in_order(known))
    worst = min((*known.vectors, *known.tiles), key=lambda p: p.used, default=None)
    if worst is not None and worst.used < IDLE:
        yield Finding("tail", *_tail(worst, worst in known.vectors))
    if known.lanewise and known.vectors:
        what = ", ".join(dict.fromkeys(map(_access, known.lanewise)))
        yield Finding("lane by lane", what, _way_out_of_lanes(known.lanewise))


def _why_no_vector(known: Facts) -> tuple[str, str]:
    if known.serial:
        return _in_order(known)
    if not known.steps_by_one:
        return (
            "along no loop does an access go from one element to the next",
            "another order of the axes in memory: permute(...).contiguous()",
        )
    return "scalars are cheaper by the cost model: rows too short, or accesses far apart", ""


def _tail(worst: Pieces, is_vector: bool) -> tuple[str, str]:
    lost = f"{1 - worst.used:.0%}"
    if is_vector and worst.steps < worst.width:
        what = f"{worst.steps} steps in vectors of {worst.width} lanes: {lost} of them are unused"
    elif is_vector and worst.factor < worst.width:
        what = (
            f"{worst.steps} steps in vectors of {worst.factor} lanes, where {worst.width} fit:"
            f" {lost} are unused"
        )
    elif is_vector:
        what = f"{worst.steps} steps in vectors of {worst.width} lanes: {lost} are masked"
    else:
        what = f"{worst.steps} steps in tiles of {worst.factor}: {lost} are done for nothing"
    least = worst.width if is_vector else worst.factor
    return what, f"a size that {least} divides, or a longer axis"


def _access(access: Lanewise) -> str:
    verb = "written" if access.is_store else "read"
    if access.stride is None:
        return f"p{access.param} is {verb} at computed places"
    return f"p{access.param} is {verb} {access.stride} elements apart"


def _way_out_of_lanes(accesses: Sequence[Lanewise]) -> str:
    if all(a.stride is None for a in accesses):
        return "indices that go through memory in order, or a larger piece for each of them"
    return "one order of axes for all that is read and written: neighbours next to each other"


def _of_threads(calls: Calls, known: Facts) -> Iterator[Finding]:
    threads = flags.SMELT_THREADS.value
    if threads == 1:
        return
    if calls.parallel and known.grid >= threads:
        if calls.alone > calls.count / 2:
            yield Finding(
                "one thread",
                f"{calls.alone} of {calls.count} calls were faster alone than shared out",
                "cores that nothing else uses, more work in a call",
            )
        return
    if not calls.parallel:
        what = "its program is too small to be shared out", "more work in a call"
    elif known.serial and known.grid == 1:
        what = _in_order(known)
    else:
        pieces = f"{known.grid} piece{'' if known.grid == 1 else 's'} of work"
        what = f"{pieces} for {threads} threads", "a result of more elements: more rows, a batch"
    yield Finding("one thread" if known.grid == 1 or not calls.parallel else "few pieces", *what)


def _in_order(known: Facts) -> tuple[str, str]:
    loops = ", ".join(f"{times} iterations of i{number}" for number, times in known.serial)
    return (
        f"the {loops} may write the same place, and stay in order",
        "write each place once: a gather instead of a scatter, or places that are sorted first",
    )


def _of_repetition(calls: Calls, known: Facts | None) -> Iterator[Finding]:
    """Values that this kernel computes more than once, or that others compute as well."""
    again: Again = calls.scheduled.again
    work = max(calls.cost.flops if known is None else known.instructions, 1)
    parts = []
    if again.here >= MATTERS * work and not (known is not None and known.is_kept):
        parts.append(f"{si(again.here)} operations on elements that it has computed before")
    if again.elsewhere >= MATTERS * work:
        parts.append(f"{si(again.elsewhere)} operations that other kernels carry out too")
    if parts:
        yield Finding(
            "recompute", f"{', and '.join(parts)}, of {si(work)}",
            "contiguous() on the value stores it once",
        )  # fmt: skip


def _of_boundaries(calls: Calls, limits: Ceilings | None) -> Iterator[Finding]:
    """The values from other kernels whose loads matter."""
    for boundary in sorted(calls.boundaries, key=lambda b: b.nbytes, reverse=True)[:3]:
        if limits is not None and calls.each_s >= SMALL_S:
            nbytes = min(boundary.nbytes, calls.cost.bytes_read)
            if nbytes / limits.gbytes / 1e9 < MATTERS * calls.each_s:
                continue
        why = f"{boundary.stored.why.value}{_how_often(boundary.stored)}"
        yield Finding(
            "not fused",
            f"{si(boundary.nbytes, 'B')} come from {boundary.other}, because {why}",
            WAYS_OUT.get(boundary.stored.why, ""),
        )


def _how_often(stored: Stored) -> str:
    if stored.places < 2:
        return ""
    each = f", {stored.operations} instructions each" if stored.operations else ""
    return f" ({stored.places} places{each})"


WAYS_OUT = {
    Why.RESULT: "realize only what is wanted: what a step returns, assigns or prints is stored",
    Why.DEVICE: "fewer copies between devices",
    Why.CONTIGUOUS: "leave contiguous() out",
    Why.GATHER: "index before computing: only what is picked is computed then",
    Why.ROWS: "more rows in a call",
}


def _of_the_first(calls: Calls) -> Iterator[Finding]:
    """Pages that are touched and caches that are filled for the first time."""
    first = calls.first_s / calls.seconds if calls.seconds else 0.0
    if calls.count == 1:
        yield Finding("ran once", "new memory and cold caches count in full", "several calls")
    elif first >= FIRST and calls.count >= 4:
        each = si_seconds(calls.first_s)
        yield Finding("first call", f"it took {each}, {first:.0%} of all {calls.count} calls")


def si_seconds(seconds: float) -> str:
    """A time with the unit that suits it.

    >>> si_seconds(2.5), si_seconds(0.0312), si_seconds(4.2e-6)
    ('2.50 s', '31.2 ms', '4.2 µs')
    """
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.1f} µs"
