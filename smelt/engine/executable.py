"""A graph made ready to run: scheduled, compiled, its memory planned. Found again by its structure.

The same path serves a single `realize()` and a captured step: what differs is only who keeps the
Executable. It knows the graph's BUFFERs by their order of appearance, never by identity, so that
the next step of a training loop, whose buffers are others, finds the one that is there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from sys import getrefcount
from typing import Any

from smelt.dtype import dtypes
from smelt.engine.compile import compile_kernels
from smelt.engine.device import runtime
from smelt.engine.memory import memory_of
from smelt.engine.stats import record, timed
from smelt.ir.node import BufferRef, Node, numel
from smelt.ir.op import Op
from smelt.ir.serialize import structural_key
from smelt.kernel.cost import cost
from smelt.program import Cost, Loaded, Memory, Program, Slot, SlotKind, Step
from smelt.schedule.lower import Schedule, schedule
from smelt.schedule.memory import Life, largest_live, plan
from smelt.util import flags
from smelt.util.errors import ArgumentError


@dataclass(frozen=True)
class Executable:
    """A program and how to call it: which BUFFER each input slot is, what the results are."""

    program: Program
    inputs: tuple[tuple[int, int], ...]  # (slot, position among the graph's BUFFERs)
    outputs: tuple[int, ...]  # slots of the results
    results: tuple[tuple[bool, int], ...]  # for each root: (is it an input?, position or slot)
    live_bytes: int

    @cached_property
    def loaded(self) -> Loaded:
        return runtime(self.program.device).load(self.program)

    def run(self, refs: Sequence[BufferRef], variables: Mapping[str, int]) -> list[BufferRef]:
        """Run on the memory of `refs` (the graph's BUFFERs in order): the memory of each root."""
        program = self.program
        memories: list[Memory | None] = [None] * len(program.slots)
        for slot, position in self.inputs:
            memories[slot] = memory_of(refs[position])
        made: dict[int, BufferRef] = {}
        for slot, output in zip(self.outputs, self._outputs, strict=True):
            ref = made[slot] = output.take()
            memories[slot] = ref.memory
        if program.steps:
            seconds = self._run_steps(memories, _values(program, variables))
            held = {}
            if seconds is not None:
                held = {slot: refs[position].number for slot, position in self.inputs}
                held |= {slot: ref.number for slot, ref in made.items()}
            record(program, seconds, held, self.peak_bytes, self.live_bytes)
        return [refs[i] if is_input else made[i] for is_input, i in self.results]

    def _run_steps(
        self, memories: Sequence[Memory | None], variables: Sequence[int]
    ) -> Sequence[float] | None:
        """Seconds for each step where somebody wants to know, else None."""
        device = runtime(self.program.device)
        if timed():
            return device.profile(self.loaded, memories, variables)
        device.run(self.loaded, memories, variables)
        return None

    @cached_property
    def _outputs(self) -> list[_Output]:
        return [_Output(self.program.device, self.program.slots[slot]) for slot in self.outputs]

    @cached_property
    def peak_bytes(self) -> int:
        """All the memory that a run holds: what it reads, what it returns, its arena."""
        outside = sum(s.nbytes for s in self.program.slots if s.kind is not SlotKind.ARENA)
        return outside + self.program.arena_nbytes


class _Output:
    """Where a result goes: new memory, or that of a result nobody has any more.

    A step that is replayed drops the weights of the step before. For small ones to find new memory
    and to give back the old took longer than the kernels.
    """

    def __init__(self, device: str, slot: Slot):
        self._device = device
        self._size, self._dtype, self._nbytes = slot.size, slot.dtype, slot.nbytes
        self._earlier: deque[BufferRef] = deque()  # the last two

    def take(self) -> BufferRef:
        """A BUFFER with memory that nobody else has."""
        if self._nbytes > MOST_KEPT:
            return self._new()
        earlier = self._earlier
        ref = None
        if len(earlier) == 2:  # the later one is still in use: the step reads it now
            try:
                ref = earlier.popleft()
            except IndexError:  # another thread was faster
                pass
            else:
                if _references(ref) == _ONLY_HERE:
                    ref.renumber()
                else:
                    ref = None
        if ref is None:
            ref = self._new()
        if len(earlier) < 2:
            earlier.append(ref)
        return ref

    def _new(self) -> BufferRef:
        ref = BufferRef(self._device, self._size, self._dtype)
        ref.memory = runtime(self._device).allocate(self._nbytes)
        return ref


def _references(ref: BufferRef) -> tuple[int, int]:
    """How many have the BUFFER, and its memory: Python counts some of its own, always as many."""
    return getrefcount(ref), getrefcount(ref.memory)


def _references_of_one() -> tuple[int, int]:
    ref = BufferRef("CPU", 0, dtypes.uint8)
    ref.memory = object()
    return _references(ref)


_ONLY_HERE = _references_of_one()


def _values(program: Program, variables: Mapping[str, int]) -> list[int]:
    missing = [name for name in program.variables if name not in variables]
    if missing:
        raise ArgumentError(
            "realize", f"no value for {', '.join(missing)}", "a value for each Variable",
            "bind them: Variable(...).bind(value)",
        )  # fmt: skip
    return [variables[name] for name in program.variables]


_executables: dict[Any, Executable] = {}
MAX_EXECUTABLES = 4096
MOST_KEPT = 1 << 15  # bytes of a result whose memory waits for the next run

# Of one core, in seconds: their order of magnitude decides what is shared between threads.
FLOPS, BYTES = 5e10, 3e10
WORTH_SHARING_S = 0.5e-6  # a kernel: its threads have to meet at the end
WORTH_COMPILING_WELL_S = 100e-6  # a program that runs once: good code takes 5 ms more a kernel
WORTH_WAKING_S = 40e-6  # a program: threads that sleep take some microseconds to come


def executable(
    roots: Sequence[Node], device: str, is_once: bool = False
) -> tuple[Executable, list[BufferRef]]:
    """The Executable that computes `roots` on `device`, and the BUFFERs to run it on.

    `is_once` says that nobody has asked for it to be run again and again.
    """
    structure, refs = structural_key(roots)
    key = (device, is_once, structure)
    found = _executables.get(key)
    if found is None:
        found = build(roots, device, refs, is_once)
        if len(_executables) >= MAX_EXECUTABLES:
            _executables.pop(next(iter(_executables)))
        _executables[key] = found
    return found, refs


def build(
    roots: Sequence[Node], device: str, refs: Sequence[BufferRef], is_once: bool = False
) -> Executable:
    """Schedule, compile and plan, whatever has been built before."""
    if flags.VERIFY.value:
        from smelt.ir.verify import verify_graph

        verify_graph(roots)
    if flags.DEBUG.value >= 5:
        from smelt.ir.printer import format_graph

        print(format_graph(roots))
    return _assemble(schedule(roots), device, refs, is_once)


def _assemble(
    scheduled: Schedule, device: str, refs: Sequence[BufferRef], is_once: bool
) -> Executable:
    kernels = [k.kernel for k in scheduled.kernels]
    if flags.VERIFY.value:
        from smelt.ir.verify import verify_kernel

        for kernel in kernels:
            verify_kernel(kernel)
    memories = dict.fromkeys(m for k in scheduled.kernels for m in k.memories)
    memories |= dict.fromkeys(scheduled.results)
    slot_of = {memory: i for i, memory in enumerate(memories)}
    slots, arena, live = _slots(scheduled, slot_of)
    distinct = list(dict.fromkeys(kernels))
    prices = {kernel: cost(kernel) for kernel in distinct}
    nominal = {kernel: _nominal_s(price) for kernel, price in prices.items()}
    target = runtime(device).target
    if is_once and sum(nominal[k] for k in kernels) < WORTH_COMPILING_WELL_S:
        target = replace(target, speed_level=0)
    compiled = compile_kernels(distinct, device, target)
    total_s = sum(s for k in kernels if (s := nominal[k]) >= WORTH_SHARING_S)
    number = {kernel: i for i, kernel in enumerate(distinct)}
    steps = []
    for k in scheduled.kernels:
        used = tuple(slot_of[m] for m in k.memories)
        stored = tuple(slot_of[k.memories[s.src[0].arg]] for s in k.kernel.src if s.op is Op.STORE)
        parallel = nominal[k.kernel] >= WORTH_SHARING_S and total_s >= WORTH_WAKING_S
        steps.append(Step(number[k.kernel], used, prices[k.kernel], parallel, stored))
    names = tuple(dict.fromkeys(name for c in compiled for name in c.variables))
    program = Program(device, tuple(compiled), tuple(steps), slots, arena, names)
    position = {ref: i for i, ref in enumerate(refs)}
    return Executable(
        program,
        tuple((slot_of[m], position[m.arg]) for m in memories if m.op is Op.BUFFER),
        tuple(slot_of[m] for m in dict.fromkeys(scheduled.results) if m.op is not Op.BUFFER),
        tuple(
            (True, position[m.arg]) if m.op is Op.BUFFER else (False, slot_of[m])
            for m in scheduled.results
        ),
        live,
    )


def _nominal_s(price: Cost) -> float:
    """About how long one core takes for a kernel."""
    moved = price.bytes_read + price.bytes_written
    return price.flops / FLOPS + moved / BYTES


def _slots(scheduled: Schedule, slot_of: Mapping[Node, int]) -> tuple[tuple[Slot, ...], int, int]:
    """A slot for each memory, the size of the arena, and the largest sum of live values."""
    last = len(scheduled.kernels) - 1
    first_use: dict[Node, int] = {}
    last_use: dict[Node, int] = {}
    for i, k in enumerate(scheduled.kernels):
        for memory in k.memories:
            first_use.setdefault(memory, i)
            last_use[memory] = i
    lives: dict[Node, Life] = {}
    for memory in slot_of:
        nbytes = _size(memory) * memory.dtype.itemsize
        kept = memory.op is Op.BUFFER or memory in scheduled.results
        first = 0 if memory.op is Op.BUFFER else first_use.get(memory, 0)
        lives[memory] = Life(nbytes, first, last if kept else last_use.get(memory, 0))
    inner = [m for m in slot_of if m.op is not Op.BUFFER and m not in scheduled.results]
    offsets, arena = plan([lives[m] for m in inner])
    offset_of = dict(zip(inner, offsets, strict=True))
    slots = []
    for memory in slot_of:
        kind = SlotKind.INPUT if memory.op is Op.BUFFER else SlotKind.OUTPUT
        kind = SlotKind.ARENA if memory in offset_of else kind
        slots.append(Slot(kind, memory.dtype, _size(memory), offset_of.get(memory, 0)))
    return tuple(slots), arena, largest_live(list(lives.values()))


def _size(memory: Node) -> int:
    return int(memory.arg.size) if memory.op is Op.BUFFER else numel(memory.shape)
