"""The CPU: programs of machine code, run by the native driver on a pool of threads."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from smelt.dtype import DType
from smelt.program import CompiledKernel, Loaded, Memory, Program, Slot, SlotKind, Step, Target
from smelt.runtime import blocks, driver
from smelt.runtime.blocks import HostMemory
from smelt.runtime.native import LoadedObject, load_object
from smelt.runtime.pool import pool
from smelt.util import flags
from smelt.util.errors import OutOfRangeError

_Status = ctypes.c_int64 * driver.STATUS_WORDS


# How seldom the slower way is tried, to see whether it still is: in time, and in its own runs.
LOOK_AGAIN_S, LOOK_AGAIN_RUNS = 0.05, 100
TRIAL_RUNS = 3  # of the slower way, unless the first takes HOPELESS times as long
HOPELESS = 4
LONG_RUN_S = 0.005  # beyond that, which is a turn of a thread, several are always worth it


class Sharing:
    """Whether several threads are faster than one for a program, by how long its runs took.

    Where others need the cores too, a thread that has a part waits for its turn, for milliseconds,
    and everyone for it. Results do not depend on it.

    A thread that had nothing to do sleeps, and waking up takes as long as a small program. So a
    way is tried for some runs, and the first of them is no measure. What most likely takes long on
    one thread, too, is not tried there before others would be again.

    >>> sharing = Sharing()
    >>> for _ in range(5):  # both ways are tried at first
    ...     shared = sharing.wanted()
    ...     sharing.note(shared, 0.001 if shared else 0.002)
    >>> sharing.wanted()
    True
    """

    def __init__(self) -> None:
        self._took_s = {True: 0.0, False: 0.0}  # shared or not: about how long the last runs took
        self._looked = 0.0
        self._last: bool | None = None  # how the last run was done
        self._tries = [True] * TRIAL_RUNS + [False] * (TRIAL_RUNS - 1)  # how the next ones are

    def wanted(self) -> bool:
        """Whether to share the next run."""
        tries = self._tries  # other threads may run the program, too
        if tries:
            return tries[0]
        alone_s = self._took_s[False]
        if alone_s > LONG_RUN_S:
            return True
        faster = not alone_s or self._took_s[True] <= alone_s
        now = perf_counter()
        if now - self._looked >= max(LOOK_AGAIN_S, LOOK_AGAIN_RUNS * max(self._took_s.values())):
            self._tries = [not faster] * TRIAL_RUNS
            return not faster
        return faster

    def note(self, shared: bool, seconds: float) -> None:
        """A run took so long. What was quick is believed at once, what was slow by and by."""
        is_first, self._last = shared is not self._last, shared
        if self._tries and not self._tries[1:]:
            self._looked = perf_counter()
        self._tries = self._tries[1:]
        other = self._took_s[not shared]
        is_measure = not is_first or (seconds > LONG_RUN_S and not shared)
        if not is_measure and (not other or seconds < HOPELESS * other):
            return
        if is_first:
            self._tries, self._looked = [], perf_counter()
        before = self._took_s[shared]
        if before and seconds > before:  # one run in which a core was lost says nothing of the next
            seconds = before + (min(seconds, 2 * before) - before) / 4
        self._took_s[shared] = seconds
        if shared and self._tries[:1] == [False] and seconds > HOPELESS * LONG_RUN_S:
            self._tries, self._looked = [], perf_counter()  # the other way has time


class CpuProgram:
    """A program in memory: its code, and the tables that the native driver reads."""

    def __init__(self, program: Program):
        self.program = program
        self._sharing = Sharing() if any(step.parallel for step in program.steps) else None
        self.threads = 1  # of the last run
        # The words of a call: the driver's own, then one for each slot in memory of its own, the
        # arena, and each variable.
        self.outside = [i for i, slot in enumerate(program.slots) if not slot.is_inner]
        words = {i: driver.CALL_SLOTS + k for k, i in enumerate(self.outside)}
        self._arena_word = driver.CALL_SLOTS + len(self.outside)
        self._arguments = [
            (words[i], 0, 0, 0) if i in words else self._inner(slot)
            for i, slot in enumerate(program.slots)
        ]
        count = driver.CALL_SLOTS + len(self.outside) + 1 + len(program.variables)
        self._pack_call = struct.Struct(f"{count}q").pack
        self._code = [load_object(kernel.binary, (kernel.entry,)) for kernel in program.kernels]
        self._tables: list[npt.NDArray[np.int64]] = []
        self._address = self._lay_out()

    def call(
        self,
        memories: Sequence[Memory | None],
        variables: Sequence[int],
        first: int = 0,
        last: int | None = None,
        times_address: int = 0,
    ) -> None:
        """Run steps [first, last); the time before the first and after each goes to `times`."""
        addresses = [memories[i].address for i in self.outside]  # type: ignore[union-attr]  # they are HostMemory
        self.start(addresses, variables, first, last, times_address)

    def start(
        self,
        addresses: Sequence[int],
        variables: Sequence[int] = (),
        first: int = 0,
        last: int | None = None,
        times_address: int = 0,
    ) -> None:
        """The same for the addresses of the slots `outside`, whose memory the caller holds."""
        program = self.program
        team = pool()
        sharing = self._sharing
        most = 1 if sharing is None else flags.SMELT_THREADS.value
        threads = most if sharing is not None and most > 1 and sharing.wanted() else 1
        self.threads = threads
        if threads > 1:
            team.grow(threads)
            team.place()
        inner_nbytes = program.arena_nbytes + threads * program.chain_nbytes
        arena = blocks.allocate(inner_nbytes) if inner_nbytes else None
        status = _Status()
        call = self._pack_call(
            first,
            len(program.steps) if last is None else last,
            threads,
            times_address,
            ctypes.addressof(status),
            *addresses,
            arena.address if arena else 0,
            *variables,
        )
        started = perf_counter()
        failed = team.run(self._address, call)
        if sharing is not None and most > 1:
            sharing.note(threads > 1, perf_counter() - started)
        if failed:
            raise _out_of_range(program, status)

    def profile(self, memories: Sequence[Memory | None], variables: Sequence[int]) -> list[float]:
        """Run all of it; the seconds of each step, the wait for its last thread counted in.

        Those of a chain are divided as the time that its members took.
        """
        steps = self.program.steps
        times = np.zeros(2 * len(steps) + 1, np.int64)
        self.call(memories, variables, times_address=int(times.ctypes.data))
        ends, spent = times[: len(steps) + 1], times[len(steps) + 1 :]
        seconds: list[float] = []
        for i, step in enumerate(steps):
            if i == len(seconds):
                of, own = slice(i, i + step.members), spent[i : i + step.members]
                total = int(ends[1:][of].max() - ends[i]) / 1e9
                ends[1:][of] = ends[1:][of].max()
                shares = own / own.sum() if own.any() else np.ones(1)
                seconds += (total * shares).tolist()
        return seconds

    def _lay_out(self) -> int:
        """Write the tables; the address of the one that leads to the others."""
        steps = [self._step(step, self._code[step.kernel]) for step in self.program.steps]
        arguments = max((step[2] for step in steps), default=1)
        variables = max((step[4] for step in steps), default=1)
        return self._table([self._table(steps), arguments, variables])

    def _step(self, step: Step, code: LoadedObject) -> list[int]:
        arguments = [self._arguments[slot] for slot in step.slots]
        arguments.append((driver.CALL_STATUS, 0, 0, 0))
        variables = self._variable_words(self.program.kernels[step.kernel])
        return [
            code.addresses[0],
            self._table(arguments),
            len(arguments),
            self._table(variables),
            len(variables),
            int(step.parallel),
            step.pieces,
            step.members,
        ]

    def _inner(self, slot: Slot) -> tuple[int, int, int, int]:
        """Where in the arena a slot is, or in the room that each thread has behind it."""
        if slot.kind is SlotKind.ARENA:
            return self._arena_word, slot.offset, 0, 0
        offset = self.program.arena_nbytes + slot.offset
        return (
            self._arena_word, offset, self.program.chain_nbytes, slot.nbytes // slot.pieces,
        )  # fmt: skip

    def _variable_words(self, kernel: CompiledKernel) -> list[int]:
        return [self._arena_word + 1 + self.program.variables.index(v) for v in kernel.variables]

    def _table(self, rows: Sequence[Any]) -> int:
        table = np.array(rows, np.int64)
        self._tables.append(table)
        return int(table.ctypes.data)


class CpuRuntime:
    """Runs programs on the cores of this machine."""

    name = "CPU"

    def __init__(self, target: Target):
        self.target = target

    def allocate(self, nbytes: int) -> HostMemory:
        """Memory of that size, contents undefined. Raises AllocationError naming the size."""
        return blocks.allocate(nbytes)

    def adopt(self, array: npt.NDArray[Any]) -> HostMemory | None:
        """The memory of a host array itself, or None if kernels cannot use it as it is."""
        usable = array.flags
        if not (usable.c_contiguous and usable.aligned and usable.writeable):
            return None
        return HostMemory((array.reshape(-1).view(np.uint8), array.ctypes.data), array.nbytes)

    def write(self, memory: Memory, data: npt.NDArray[Any]) -> None:
        """Copy a contiguous array from the host into `memory`."""
        assert isinstance(memory, HostMemory) and data.nbytes <= memory.nbytes
        memory.array[: data.nbytes] = data.reshape(-1).view(np.uint8)

    def read(self, memory: Memory, dtype: DType, size: int) -> npt.NDArray[Any]:
        """A fresh flat array on the host with the first `size` elements of `memory`."""
        assert isinstance(memory, HostMemory) and size * dtype.itemsize <= memory.nbytes
        return memory.array[: size * dtype.itemsize].view(dtype.np).copy()

    def load(self, program: Program) -> CpuProgram:
        """Load what is not in memory yet. Raises CompileError for code of another machine."""
        return CpuProgram(program)

    def run(
        self,
        loaded: Loaded,
        memories: Sequence[Memory | None],
        variables: Sequence[int],
        first: int = 0,
        last: int | None = None,
    ) -> None:
        """Run steps [first, last) in one native call. May be called from several threads at once.

        Raises OutOfRangeError if an index in a LOAD or STORE was outside.
        """
        assert isinstance(loaded, CpuProgram)
        loaded.call(memories, variables, first, last)

    def profile(
        self,
        loaded: Loaded,
        memories: Sequence[Memory | None],
        variables: Sequence[int],
    ) -> list[float]:
        """Run the program; the seconds that each step took, exact to some 50 ns."""
        assert isinstance(loaded, CpuProgram)
        return loaded.profile(memories, variables)

    def synchronize(self) -> None:
        """Nothing to wait for: `run` returns when everything has been done."""


def _out_of_range(program: Program, status: ctypes.Array[ctypes.c_int64]) -> OutOfRangeError:
    _, index, bound, step = status
    kernel = program.kernels[program.steps[step - 1].kernel]
    return OutOfRangeError(
        "gather", f"index {index} in kernel {kernel.name}", f"0 <= index < {bound}",
        "check the indices, or clamp them",
    )  # fmt: skip
