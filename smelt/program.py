"""What crosses between the stages: plain frozen data, no Python object of any stage inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

import numpy as np

from smelt.dtype import DType


@dataclass(frozen=True)
class DotInstruction:
    """One that adds products to rows of 16 columns, in int32 or float32.

    It takes a unit of steps, four bytes, for each row and column, or 16 of these.
    """

    feature: str  # LLVM's name of what a processor has
    dtypes: tuple[tuple[str, str], ...]  # of what is multiplied: that of a row, and of a column
    elements: int  # in a unit; 1: they are converted to float32 first
    height: int  # rows: several have 16 units of steps
    tile: tuple[int, int]  # most of its results at once that registers have room for
    cycles: float  # of one, in a long row of them

    def takes(self, rows: DType, columns: DType) -> bool:
        return (rows.name, columns.name) in self.dtypes


_BRAIN, _HALF = ("bfloat16", "bfloat16"), ("float16", "float16")
_MIXED, _ALIKE = (("uint8", "int8"), ("int8", "uint8")), (("int8", "int8"), ("uint8", "uint8"))
# The first that a processor has and that takes the dtypes is used.
DOT_INSTRUCTIONS = (
    DotInstruction("amx-bf16", (_BRAIN,), 2, 16, (2, 2), 20.0),
    DotInstruction("amx-int8", (*_MIXED, *_ALIKE), 4, 16, (2, 2), 20.0),
    DotInstruction("avx512bf16", (_BRAIN,), 2, 1, (6, 4), 1.0),
    DotInstruction("avx512vnni", _MIXED, 4, 1, (6, 4), 1.0),
    DotInstruction("avx512f", (_BRAIN, _HALF), 1, 1, (6, 4), 0.6),
)


@dataclass(frozen=True)
class Target:
    """What code is generated for."""

    device: str  # "CPU"
    arch: str  # "x86_64"
    cpu: str  # LLVM's name of the processor, "sapphirerapids"
    features: str  # LLVM's feature string, "+avx512f,..."
    vector_bytes: int  # width of a vector register: 64 with AVX-512, 32 with AVX2, 16
    vector_registers: int  # how many there are
    has_fma: bool = True
    has_masks: bool = False  # masked loads and stores cost no branch
    dots: tuple[str, ...] = ()  # features of the DOT_INSTRUCTIONS that it has
    has_scale: bool = False  # one instruction multiplies floats by powers of two, rounding once
    has_float64: bool = True
    divides_exactly: bool = True  # quotients and roots of float32 are rounded correctly
    group_size: int = 0  # most work-items that share LOCAL memory; 0: there are no groups of them
    local_nbytes: int = 0  # of that memory
    cache_nbytes: int = 1 << 20  # what a thread has of the second-level cache
    speed_level: int = 0  # LLVM's: 2 makes fast code, 0 makes code in a third of the time

    def lanes(self, dtype: DType) -> int:
        return max(1, self.vector_bytes // dtype.itemsize)


# How far apart lanes may be that code for a CPU takes out of whole vectors; others are gathered.
SHUFFLED_STEPS = (2, 3, 4)


@dataclass(frozen=True)
class KernelSource:
    """Code as text: LLVM IR, or a source language."""

    name: str  # the entry point
    language: str  # "llvm"
    text: str


@dataclass(frozen=True)
class CompiledKernel:
    """Code that a runtime can load.

    The entry point is called as `entry(args, variables, thread, threads)`: an array of pointers,
    one for each PARAM in order and then the status slot; the values of the Variables named in
    `variables`, in that order, as int64; and which part of the grid to do: this thread's of that
    many. Every part is a contiguous piece of the grid, so results never depend on `threads`.
    Parts that begin within one of the grid's `blocks` do some of the work once more.

    A device of work-groups starts `grid` groups of `group` work-items each. Such a kernel takes the
    memory and the offset in bytes of each PARAM, then the status slot if `checks`.
    """

    name: str
    binary: bytes = field(repr=False)
    entry: str
    variables: tuple[str, ...] = ()
    local_nbytes: int = 0
    grid: tuple[int, ...] = ()
    group: tuple[int, ...] = ()
    checks: bool = False  # whether it may find an index outside
    blocks: int = 0  # of a CPU's grid; 0: nobody knows
    products: str = ""  # the dtype that its instructions for products take, if it has some


class SlotKind(Enum):
    """Where the memory of a program's slot comes from."""

    INPUT = "input"  # bound at each call: arguments, weights, results of earlier programs
    OUTPUT = "output"  # fresh memory at each call
    ARENA = "arena"  # intermediate values, placed by the memory plan
    CHAIN = "chain"  # those within a chain: each thread has room for one piece


@dataclass(frozen=True)
class Slot:
    """A piece of memory that a program uses."""

    kind: SlotKind
    dtype: DType
    size: int  # elements
    offset: int = 0  # bytes into the arena, or the room of a chain
    pieces: int = 1  # of which there is one at a time

    @property
    def nbytes(self) -> int:
        return self.size * self.dtype.itemsize

    @property
    def is_inner(self) -> bool:
        """Whether its memory is the program's own, which nobody sees before or after a run."""
        return self.kind in (SlotKind.ARENA, SlotKind.CHAIN)


@dataclass(frozen=True)
class Cost:
    """What one run of a kernel does: arithmetic operations, and distinct bytes it touches."""

    flops: int
    bytes_read: int
    bytes_written: int


@dataclass(frozen=True)
class Step:
    """One kernel of a program and the slots that are its arguments.

    The first step of a chain says how many `members` it has: a thread carries out all of them for
    one of `pieces` of their grids after the other.
    """

    kernel: int  # index into Program.kernels
    slots: tuple[int, ...]  # index into Program.slots, for each PARAM
    cost: Cost
    parallel: bool  # worth more than one thread
    stores: tuple[int, ...] = ()  # those of `slots` that it writes
    pieces: int = 0  # to share out between threads; 0: one for each
    members: int = 1


@dataclass(frozen=True)
class Program:
    """A static sequence of kernels over slots. Pickles; holds no address and no Python object."""

    device: str
    kernels: tuple[CompiledKernel, ...]
    steps: tuple[Step, ...]
    slots: tuple[Slot, ...]
    arena_nbytes: int
    variables: tuple[str, ...]  # all the names that the kernels need
    chain_nbytes: int = 0  # of room for its chains that each thread needs


class Memory(Protocol):
    """Memory on a device. It is freed when nothing refers to it any more."""

    @property
    def nbytes(self) -> int: ...


class Loaded(Protocol):
    """A program made ready by a runtime."""

    @property
    def program(self) -> Program: ...


class Runtime(Protocol):
    """What a device does: one file in smelt/runtime/ each."""

    name: str
    target: Target

    def allocate(self, nbytes: int) -> Memory:
        """Memory of that size, contents undefined. Raises AllocationError naming the size."""

    def write(self, memory: Memory, data: np.ndarray[Any, Any]) -> None:
        """Copy a contiguous array from the host into `memory`."""

    def read(self, memory: Memory, dtype: DType, size: int) -> np.ndarray[Any, Any]:
        """A fresh flat array on the host with the first `size` elements of `memory`."""

    def load(self, program: Program) -> Loaded:
        """Make a program ready to run."""

    def run(
        self,
        loaded: Loaded,
        memories: Sequence[Memory | None],
        variables: Sequence[int],
        first: int = 0,
        last: int | None = None,
    ) -> None:
        """Run steps [first, last). `memories` has one entry a slot, None for those of the arena.

        A chain is run as a whole.

        `variables` are in the order of program.variables. Raises OutOfRangeError if an index in a
        LOAD or STORE was outside.
        """

    def profile(
        self, loaded: Loaded, memories: Sequence[Memory | None], variables: Sequence[int]
    ) -> Sequence[float]:
        """Run all steps like `run`; how many seconds each took."""

    def synchronize(self) -> None:
        """Wait until everything that was started has finished."""
