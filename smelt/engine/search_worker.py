"""A process that tries out plans of kernels for a search, which starts it (see search.py).

Each line that it reads is a request in JSON, and each answer is one. {"kernel", "target"} says what
the next requests are about, and is answered by {"default_s"}. {"plan"} has a plan compiled and
compared with the default bit by bit, and timed in turns with it; {"plan", "sure": true} does so on
other inputs, on memory between pages that end the process when they are touched, and takes its
time. These are answered by {"default_s", "tuned_s", "share"}. An answer may also be {"error"}.
A plan that crashes or hangs takes this process with it alone.
"""

from __future__ import annotations

import ctypes
import json
import math
import mmap
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from smelt.dtype import DType
from smelt.engine.compile import compile_packed, unpack
from smelt.engine.compile_worker import read_target
from smelt.engine.tuning import plan_of, use
from smelt.ir.node import Node, toposort
from smelt.ir.op import AxisKind, Op
from smelt.ir.serialize import loads
from smelt.ir.symbolic import bounds
from smelt.kernel.loops import trips
from smelt.program import CompiledKernel, Cost, Program, Slot, SlotKind, Step, Target
from smelt.runtime import blocks, driver
from smelt.runtime.blocks import HostMemory
from smelt.runtime.cpu import CpuProgram
from smelt.runtime.native import load_object
from smelt.util.errors import OutOfRangeError, SmeltError, VerifyError

PERIOD = 1_000_003  # random numbers, again and again: a prime, so that no two rows are alike
SPREAD = 6  # powers of two that they lie apart: sums in another order differ
A_CALL_S = 0.01  # about how long a native call is
LONGEST_S = 0.3  # for a plan, if its kernel takes long
CALLS = 6  # native calls; in some all threads have a part, in others one does it all
HOPELESS = 1.3  # times as long as the default, at first
SURE = 4  # times as much of all of it

Memories = list[HostMemory]


class Trial:
    """A kernel, its default code and inputs to try plans on."""

    def __init__(self, kernel: Node, target: Target):
        self.kernel, self.target = kernel, target
        params = {n.arg: n for n in toposort([kernel]) if n.op is Op.PARAM}
        self.params = [params[number] for number in sorted(params)]
        stores = {n.src[0] for n in kernel.src if n.op is Op.STORE}
        self.outputs = [i for i, p in enumerate(self.params) if p in stores]
        self.position = {number: i for i, number in enumerate(sorted(params))}
        self.indices = _index_params(kernel)
        self.default = self._code(None)
        self.variables = [_bounds_of(kernel, name) for name in self.default.variables]
        self.most = max((_size(p) for p in self.params), default=1)  # for an index
        self.seed = 0
        self.inputs = self._inputs()
        started = time.perf_counter()
        self._run(self.default, [_copy(m) for m in self.inputs], self._values(1))
        self.default_s = time.perf_counter() - started

    def _code(self, plan: str | None) -> CompiledKernel:
        use(self.kernel, self.target, plan)
        code = unpack(compile_packed(self.kernel, self.target))
        if plan is not None and plan_of(self.kernel, self.target) is None:
            raise VerifyError("search", "a plan that does not fit")
        return code

    def try_out(self, plan: str, sure: bool) -> dict[str, float]:
        """How long the default and the plan take. Raises VerifyError if they are not the same."""
        code = self._code(plan)
        self._compare(self.inputs, code)
        if sure:
            self.seed += 1
            for at_end in (True, False):
                self._compare([_guarded(m, at_end) for m in self._inputs()], code)
        return self._time(code, SURE if sure else 1)

    # ---- inputs ----------------------------------------------------------------------------------

    def _inputs(self) -> Memories:
        """Memory for each PARAM, full of numbers that the default kernel can take."""
        random = np.random.default_rng(self.seed)
        spread = SPREAD if self.seed else 0  # numbers as they come, where time is measured
        while True:
            memories = [blocks.allocate(_size(p) * p.dtype.itemsize) for p in self.params]
            for p, memory in zip(self.params, memories, strict=True):
                most = self.most if p in self.indices else None
                count = min(_size(p), PERIOD)
                _fill(memory, _numbers(random, count, p.dtype, most, spread))
            try:
                self._run(self.default, [_copy(m) for m in memories], self._values(1))
            except OutOfRangeError:
                if self.most <= 1:
                    raise
                self.most //= 2
            else:
                return memories

    def _values(self, part: int) -> list[int]:
        """Of each VARIABLE the least value, the largest or one in between: part 0, 1 or 2."""
        return [(low, high, (low + high) // 2)[part] for low, high in self.variables]

    # ---- comparing -------------------------------------------------------------------------------

    def _compare(self, inputs: Memories, code: CompiledKernel) -> None:
        for part in range(3 if self.variables else 1):
            values = self._values(part if self.variables else 1)
            self._compare_runs(inputs, code, partial(self._run, values=values))
        # Kernels of a chain hand on a piece at a time: what is in it is not the plan's to decide.
        outer = (n for n in self.kernel.src if n.op is Op.RANGE and n.arg[1] is AxisKind.GRID)
        pieces = math.prod(trips(n) for n in outer)
        for piece in {0, pieces // 2} if pieces > 1 else ():
            run = partial(self._run_piece, values=self._values(1), piece=piece, pieces=pieces)
            self._compare_runs(inputs, code, run)

    def _compare_runs(
        self,
        inputs: Memories,
        code: CompiledKernel,
        run: Callable[[CompiledKernel, Memories], None],
    ) -> None:
        results = []
        for each in (self.default, code):
            memories = list(inputs)
            for i in self.outputs:
                memories[i] = _like(inputs[i])
            run(each, memories)
            results.append([memories[i] for i in self.outputs])
        for i, wanted, got in zip(self.outputs, *results, strict=True):
            if not _same(wanted.array, got.array, self.params[i].dtype):
                raise VerifyError("search", f"another result in p{self.params[i].arg}")

    def _run_piece(
        self,
        code: CompiledKernel,
        memories: Memories,
        values: Sequence[int],
        piece: int,
        pieces: int,
    ) -> None:
        """One of several pieces of the kernel's grid."""
        loaded = load_object(code.binary, (code.entry,))
        status = (ctypes.c_int64 * driver.STATUS_WORDS)()
        addresses = [*(m.address for m in memories), ctypes.addressof(status)]
        arguments = (ctypes.c_int64 * len(addresses))(*addresses)
        numbers = (ctypes.c_int64 * max(len(values), 1))(*values)
        pointer, word = ctypes.c_void_p, ctypes.c_int64
        entry = ctypes.CFUNCTYPE(None, pointer, pointer, word, word)(loaded.addresses[0])
        entry(ctypes.addressof(arguments), ctypes.addressof(numbers), piece, pieces)

    def _run(self, code: CompiledKernel, memories: Memories, values: Sequence[int]) -> None:
        CpuProgram(self._program([code], [list(range(len(memories)))], 1)).call(memories, values)

    def _program(
        self, codes: Sequence[CompiledKernel], slots: Sequence[Sequence[int]], rounds: int
    ) -> Program:
        """Kernels that take turns; `slots` are the numbers of the memories of each."""
        count = 1 + max(number for some in slots for number in some)
        kinds = [self.params[0]] * count
        for some in slots:
            for number, param in zip(some, self.params, strict=True):
                kinds[number] = param
        every = tuple(Slot(SlotKind.INPUT, p.dtype, _size(p)) for p in kinds)
        steps = tuple(Step(i, tuple(some), Cost(0, 0, 0), True) for i, some in enumerate(slots))
        return Program("CPU", tuple(codes), steps * rounds, every, 0, codes[0].variables)

    # ---- timing ----------------------------------------------------------------------------------

    def _time(self, code: CompiledKernel, effort: int) -> dict[str, float]:
        """The shortest run of each, in turns within a call, as the program itself runs them."""
        memories, slots = list(self.inputs), []
        for _ in range(2):
            own = list(range(len(self.inputs)))
            for i in self.outputs:  # what is there before the comparisons has to stay
                own[i] = len(memories)
                memories.append(_copy(self.inputs[i]))
            slots.append(own)
        values = self._values(1)
        once = CpuProgram(self._program([self.default, code], slots, 1))
        times = np.array([once.profile(memories, values) for _ in range(2)])
        rounds = int(min(max(A_CALL_S / max(times.min(0).sum(), 1e-9), 1), 100))
        program = CpuProgram(self._program([self.default, code], slots, rounds))
        started = time.perf_counter()
        for call in range(CALLS * effort):
            slow = times[:, 1].min() > HOPELESS * times[:, 0].min()
            late = call >= 2 and time.perf_counter() - started > LONGEST_S * effort
            if slow or late:
                break
            again = np.reshape(program.profile(memories, values), (rounds, 2))
            times = np.concatenate([times, again])
        shortest = times.min(0)
        share = max(shortest[1] / shortest[0], np.median(times[:, 1] / times[:, 0]))
        return {
            "default_s": float(shortest[0]), "tuned_s": float(shortest[1]), "share": float(share),
        }  # fmt: skip


def _size(param: Node) -> int:
    size = param.shape[0]
    assert isinstance(size, int)
    return size


def _bounds_of(kernel: Node, name: str) -> tuple[int, int]:
    found = (n for n in toposort([kernel]) if n.op is Op.VARIABLE and n.arg[0] == name)
    return bounds(next(found))


def _index_params(kernel: Node) -> set[Node]:
    """The parameters whose elements say where another one is read or written."""
    places = [n.src[1] for n in toposort([kernel]) if n.op in (Op.LOAD, Op.STORE)]
    return {n.src[0] for n in toposort(places) if n.op is Op.LOAD}


def _numbers(
    random: np.random.Generator, count: int, dtype: DType, most: int | None, spread: int
) -> npt.NDArray[Any]:
    """So many random numbers: integers below `most` if that is given."""
    if dtype.is_float:
        powers = 2.0 ** random.integers(-spread, spread + 1, count)
        return (random.standard_normal(count) * powers).astype(dtype.np)
    if dtype.np == np.bool_:
        return random.integers(0, 2, count).astype(np.bool_)
    bits = 8 * dtype.itemsize
    below = 1 << min(bits, 62) if most is None else min(most, 1 << (bits - 1))
    return random.integers(0, below, count).astype(dtype.np)


def _fill(memory: HostMemory, numbers: npt.NDArray[Any]) -> None:
    """All of the memory with these numbers, again and again."""
    source = numbers.view(np.uint8)
    for first in range(0, memory.nbytes, source.size):
        part = memory.array[first : first + source.size]
        part[:] = source[: part.size]


def _copy(memory: HostMemory) -> HostMemory:
    new = blocks.allocate(memory.nbytes)
    new.array[:] = memory.array
    return new


def _like(memory: HostMemory) -> HostMemory:
    """A copy of the same kind: between guard pages if that one is."""
    return _guarded(memory, memory.at_end) if isinstance(memory, _Guarded) else _copy(memory)


class _Guarded(HostMemory):
    """Memory flush with a page that must not be touched, at its end or before its start."""

    __slots__ = ("at_end",)

    def __init__(self, nbytes: int, at_end: bool):
        page = mmap.PAGESIZE
        inside = -(-max(nbytes, 1) // page) * page
        pages = mmap.mmap(-1, inside + 2 * page)
        begin = ctypes.addressof(ctypes.c_char.from_buffer(pages))
        protect = ctypes.CDLL(None, use_errno=True).mprotect
        for guard in (begin, begin + page + inside):
            if protect(ctypes.c_void_p(guard), ctypes.c_size_t(page), 0):
                raise OSError(ctypes.get_errno(), "mprotect")
        super().__init__((pages, begin + page + (inside - nbytes if at_end else 0)), nbytes)
        self.at_end = at_end


def _guarded(memory: HostMemory, at_end: bool) -> HostMemory:
    new = _Guarded(memory.nbytes, at_end)
    new.array[:] = memory.array
    return new


def _same(wanted: npt.NDArray[np.uint8], got: npt.NDArray[np.uint8], dtype: DType) -> bool:
    """Whether all bits are equal; of what is not a number there are many kinds, all the same."""
    if np.array_equal(wanted, got):
        return True
    if not dtype.is_float:
        return False
    a, b = wanted.view(dtype.np), got.view(dtype.np)
    differ = (wanted.reshape(-1, dtype.itemsize) != got.reshape(-1, dtype.itemsize)).any(1)
    return bool(np.all(np.isnan(a[differ]) & np.isnan(b[differ])))


# ---- the process ---------------------------------------------------------------------------------


def answers(requests: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The answer to each request."""
    trial: Trial | None = None
    for line in requests:
        request = json.loads(line)
        try:
            if "kernel" in request:
                trial = None  # its memory, before the next one asks for some
                (kernel,) = loads(request["kernel"].encode())
                trial = Trial(kernel, read_target(request["target"]))
                yield {"default_s": trial.default_s}
            elif trial is not None:
                yield trial.try_out(request["plan"], request.get("sure", False))
            else:
                yield {"error": "no kernel"}
        except (SmeltError, MemoryError, OSError) as error:
            yield {"error": f"{type(error).__name__}: {error}"}


def serve(requests: TextIO, output: TextIO) -> None:
    """Answer until there are no more requests."""
    for answer in answers(requests):
        output.write(json.dumps(answer) + "\n")
        output.flush()


def _end_with(parent: int) -> None:
    """A plan that hangs does not see that nobody waits for it any more."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def main() -> None:
    parent = os.getppid()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    output = os.fdopen(os.dup(1), "w")  # what others print goes to the standard error
    os.dup2(2, 1)
    try:
        serve(sys.stdin, output)
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)
