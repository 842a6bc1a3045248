"""A graph made ready to run: scheduled, compiled, its memory planned. Found again by its structure.

The same path serves a single `realize()` and a captured step: what differs is only who keeps the
Executable. It knows the graph's BUFFERs by their order of appearance, never by identity, so that
the next step of a training loop, whose buffers are others, finds the one that is there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from sys import getrefcount
from typing import Any

from smelt.dtype import dtypes
from smelt.engine import tuning
from smelt.engine.chains import WORTH_NBYTES, Chain, Link, chains
from smelt.engine.compile import compile_kernels, show_schedule
from smelt.engine.device import DEVICES, runtime
from smelt.engine.memory import memory_of
from smelt.engine.stats import record, timed
from smelt.engine.watch import watching
from smelt.ir.node import BufferRef, Node, numel
from smelt.ir.op import Op
from smelt.ir.serialize import structural_key
from smelt.kernel.cost import cost
from smelt.kernel.pieces import cut
from smelt.program import Cost, Loaded, Memory, Program, Slot, SlotKind, Step
from smelt.schedule.lower import Schedule, ScheduledKernel, schedule
from smelt.schedule.memory import Life, largest_live, plan
from smelt.schedule.products import Multiplier
from smelt.schedule.reasons import Why
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
    kernels: tuple[ScheduledKernel, ...] = ()  # of its steps, if it was built under a watch

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
            watch = watching()
            if watch is not None and seconds is not None and self.kernels:
                threads = getattr(self.loaded, "threads", 1)
                watch.add(program, self.kernels, seconds, threads)
        return [refs[i] if is_input else made[i] for is_input, i in self.results]

    @cached_property
    def quick(self) -> Quick | None:
        """The same program for runs without Variables, if its device has this way."""
        start, outside = (getattr(self.loaded, name, None) for name in ("start", "outside"))
        if start is None or outside is None or self.program.variables or not self.program.steps:
            return None
        return Quick(self, start, outside)

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
        outside = sum(s.nbytes for s in self.program.slots if not s.is_inner)
        inner = self.program.arena_nbytes + self.program.chain_nbytes * flags.SMELT_THREADS.value
        return outside + inner


class Quick:
    """An Executable for runs of which nobody takes note, on memory of the host, again and again."""

    def __init__(
        self,
        executable: Executable,
        start: Callable[[list[int]], None],
        outside: Sequence[int],  # the slots whose addresses it takes
    ):
        self._start = start
        self._outputs = executable._outputs
        count = len(self._outputs)
        place = {slot: i for i, slot in enumerate(executable.outputs)}
        place |= {slot: count + position for slot, position in executable.inputs}
        self._order = [place[slot] for slot in outside]
        self._results = [count + i if is_input else place[i] for is_input, i in executable.results]

    def run(self, refs: Sequence[BufferRef]) -> list[BufferRef]:
        """Run on the memory of `refs` (the graph's BUFFERs in order): the memory of each root."""
        refs = [*[output.take() for output in self._outputs], *refs]
        self._start([refs[i].memory.address for i in self._order])
        return [refs[i] for i in self._results]


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
PIECES = 8  # for each thread, so that all end at about the same time
WORTH_A_PIECE_S = 20e-6  # a piece, which has to be claimed and to find its place
WORTH_COMPILING_WELL_S = 100e-6  # a program that runs once: good code takes 5 ms more a kernel
WORTH_WAKING_S = 40e-6  # a program: threads that sleep take some microseconds to come


def executable(
    roots: Sequence[Node], device: str, is_once: bool = False, whys: Sequence[Why] = ()
) -> tuple[Executable, list[BufferRef]]:
    """The Executable that computes `roots` on `device`, and the BUFFERs to run it on.

    `is_once` says that nobody has asked for it to be run again and again, `whys` why each of the
    roots is wanted.
    """
    structure, refs = structural_key(roots)
    told = (flags.DEBUG.value >= 3, watching() is not None)
    # What was built when nobody was to be told can be shown and explained no more.
    key = (device, is_once, told, tuple(whys) if any(told) else (), tuning.setting(), structure)
    found = _executables.get(key)
    if found is None:
        found = build(roots, device, refs, is_once, whys)
        if len(_executables) >= MAX_EXECUTABLES:
            _executables.pop(next(iter(_executables)))
        _executables[key] = found
    return found, refs


def build(
    roots: Sequence[Node],
    device: str,
    refs: Sequence[BufferRef],
    is_once: bool = False,
    whys: Sequence[Why] = (),
) -> Executable:
    """Schedule, compile and plan, whatever has been built before."""
    if flags.VERIFY.value:
        from smelt.ir.verify import verify_graph

        verify_graph(roots)
    if flags.DEBUG.value >= 5:
        from smelt.ir.printer import format_graph

        print(format_graph(roots))
    scheduled = schedule(roots, whys, _multiplier(device))
    return _assemble(scheduled, device, refs, is_once)


def _multiplier(device: str) -> Multiplier:
    """How a device multiplies matrices."""
    if "amx-bf16" in runtime(device).target.dots:
        return Multiplier.BLOCKS
    return Multiplier.TILES if DEVICES[device].has_tiles else Multiplier.NUMBERS


def _assemble(
    scheduled: Schedule, device: str, refs: Sequence[BufferRef], is_once: bool
) -> Executable:
    memories = dict.fromkeys(m for k in scheduled.kernels for m in k.memories)
    memories |= dict.fromkeys(scheduled.results)
    own = {m: _nbytes(m) for m in memories if not _is_outside(m, scheduled)}
    prices = {kernel: cost(kernel) for kernel in {k.kernel for k in scheduled.kernels}}
    costs = [prices[k.kernel] for k in scheduled.kernels]
    seconds = [_nominal_s(price) for price in costs]
    is_parallel = _parallel(seconds)
    chained: Sequence[Chain] = []
    if DEVICES[device].has_chains and max(own.values(), default=0) >= WORTH_NBYTES:
        chained = chains(list(map(Link, scheduled.kernels, seconds, is_parallel)), own)
        scheduled = _in_pieces(scheduled, chained)
    kernels = [k.kernel for k in scheduled.kernels]
    if flags.VERIFY.value:
        from smelt.ir.verify import verify_kernel

        for kernel in kernels:
            verify_kernel(kernel)
    slot_of = {memory: i for i, memory in enumerate(memories)}
    layout = _slots(scheduled, slot_of, own, chained)
    distinct = list(dict.fromkeys(kernels))
    target = runtime(device).target
    if is_once and sum(seconds) < WORTH_COMPILING_WELL_S:
        target = replace(target, speed_level=0)
    if flags.DEBUG.value >= 3:
        show_schedule(scheduled, target)
    compiled = compile_kernels(distinct, device, target)
    begin = {chain.first: chain for chain in chained}
    number = {kernel: i for i, kernel in enumerate(distinct)}
    steps = []
    for i, k in enumerate(scheduled.kernels):
        used = tuple(slot_of[m] for m in k.memories)
        written = tuple(slot_of[m] for m in k.written)
        code = number[k.kernel]
        if i in begin:
            pieces, last = begin[i].pieces, begin[i].last
        else:
            pieces, last = _pieces(compiled[code].blocks, seconds[i]), i + 1
        steps.append(Step(code, used, costs[i], is_parallel[i], written, pieces, last - i))
    names = tuple(dict.fromkeys(name for c in compiled for name in c.variables))
    program = Program(
        device, tuple(compiled), tuple(steps), layout.slots, layout.arena_nbytes, names,
        layout.chain_nbytes,
    )  # fmt: skip
    position = {ref: i for i, ref in enumerate(refs)}
    return Executable(
        program,
        tuple((slot_of[m], position[m.arg]) for m in memories if m.op is Op.BUFFER),
        tuple(slot_of[m] for m in dict.fromkeys(scheduled.results) if m.op is not Op.BUFFER),
        tuple(
            (True, position[m.arg]) if m.op is Op.BUFFER else (False, slot_of[m])
            for m in scheduled.results
        ),
        layout.live_nbytes,
        scheduled.kernels if watching() is not None else (),
    )


def _parallel(seconds: Sequence[float]) -> list[bool]:
    """Which kernels of a program, by what one core takes for them, are shared between threads."""
    total_s = sum(s for s in seconds if s >= WORTH_SHARING_S)
    return [s >= WORTH_SHARING_S and total_s >= WORTH_WAKING_S for s in seconds]


def _pieces(blocks: int, seconds: float) -> int:
    """In how many pieces a step is done, if that is worth it; 0: one for each thread.

    Who has done its own takes over others': a thread that is held up has little left to do.
    """
    threads = flags.SMELT_THREADS.value
    enough = PIECES * threads
    pieces = blocks
    while 0 < pieces < enough and pieces % threads:
        pieces += blocks
    if pieces > 4 * enough:
        pieces = enough
    return pieces if threads < pieces <= seconds / WORTH_A_PIECE_S else 0


def _in_pieces(scheduled: Schedule, chained: Sequence[Chain]) -> Schedule:
    """The schedule with the kernels of chains cut into their pieces."""
    cut_once = cache(cut)  # the layers of a model have the same kernels
    kernels = list(scheduled.kernels)
    for chain in chained:
        for i in range(chain.first, chain.last):
            kernels[i] = replace(kernels[i], kernel=cut_once(kernels[i].kernel, chain.pieces))
    return replace(scheduled, kernels=tuple(kernels))


def _nominal_s(price: Cost) -> float:
    """About how long one core takes for a kernel."""
    moved = price.bytes_read + price.bytes_written
    return price.flops / FLOPS + moved / BYTES


@dataclass(frozen=True)
class _Layout:
    """Where the values of a program are."""

    slots: tuple[Slot, ...]
    arena_nbytes: int
    chain_nbytes: int  # for each thread
    live_nbytes: int  # the largest sum of what is needed at one time


def _slots(
    scheduled: Schedule,
    slot_of: Mapping[Node, int],
    own: Mapping[Node, int],
    chained: Sequence[Chain],
) -> _Layout:
    """A slot for each memory; `own` is the program's."""
    last = len(scheduled.kernels) - 1
    first_use: dict[Node, int] = {}
    last_use: dict[Node, int] = {}
    for i, k in enumerate(scheduled.kernels):
        for memory in k.memories:
            first_use.setdefault(memory, i)
            last_use[memory] = i
    chain_of = {i: chain for chain in chained for i in range(chain.first, chain.last)}
    pieces = {memory: chain.pieces for chain in chained for memory in chain.inner}
    lives: dict[Node, Life] = {}
    for memory in slot_of:
        begin = 0 if memory.op is Op.BUFFER else first_use.get(memory, 0)
        end = last_use.get(memory, 0) if memory in own else last
        nbytes = _nbytes(memory)
        if memory in pieces:  # it has room for one piece, which one step after the other needs
            lives[memory] = Life(nbytes // pieces[memory], begin, end)
            continue
        # The steps of a chain take place at the same time.
        begin = chain_of[begin].first if begin in chain_of else begin
        end = chain_of[end].last - 1 if end in chain_of else end
        lives[memory] = Life(nbytes, begin, end)
    arena = _places([m for m in own if m not in pieces], lives)
    room = _places(list(pieces), lives)
    slots = []
    for memory in slot_of:
        kind = SlotKind.INPUT if memory.op is Op.BUFFER else SlotKind.OUTPUT
        kind = SlotKind.ARENA if memory in own else kind
        kind = SlotKind.CHAIN if memory in pieces else kind
        offset = arena[0].get(memory, 0) + room[0].get(memory, 0)
        slots.append(Slot(kind, memory.dtype, _size(memory), offset, pieces.get(memory, 1)))
    return _Layout(tuple(slots), arena[1], room[1], largest_live(list(lives.values())))


def _places(memories: Sequence[Node], lives: Mapping[Node, Life]) -> tuple[dict[Node, int], int]:
    """An offset for each of them, and how many bytes they need."""
    offsets, nbytes = plan([lives[m] for m in memories])
    return dict(zip(memories, offsets, strict=True)), nbytes


def _is_outside(memory: Node, scheduled: Schedule) -> bool:
    """Whether a memory is there before or after the program."""
    return memory.op is Op.BUFFER or memory in scheduled.results


def _nbytes(memory: Node) -> int:
    return _size(memory) * memory.dtype.itemsize


def _size(memory: Node) -> int:
    return int(memory.arg.size) if memory.op is Op.BUFFER else numel(memory.shape)
