"""Kernels written by hand as LLVM IR, and programs made of them, for the tests of the CPU."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from string import Template

import numpy as np
import numpy.typing as npt

from smelt.dtype import dtypes
from smelt.program import CompiledKernel, Cost, Program, Slot, SlotKind, Step, Target
from smelt.runtime.cpu import CpuRuntime
from smelt.runtime.native import compile_text

SIZE = 64
TARGET = Target("CPU", "", "", "", 16, 16)

# The body runs for each %i of this thread's part; $setup comes before the loop.
_GRID = Template("""
define void @$name(ptr %args, ptr %variables, i64 %thread, i64 %threads) nounwind {
entry:
  %first.scaled = mul i64 $size, %thread
  %first = udiv i64 %first.scaled, %threads
  %thread.next = add i64 %thread, 1
  %last.scaled = mul i64 $size, %thread.next
  %last = udiv i64 %last.scaled, %threads
  %out = load ptr, ptr %args
  %in.at = getelementptr ptr, ptr %args, i64 1
  %in = load ptr, ptr %in.at
$setup
  br label %loop
loop:
  %i = phi i64 [ %first, %entry ], [ %i.next, %next ]
  %more = icmp ult i64 %i, %last
  br i1 %more, label %body, label %end
body:
  %to = getelementptr i64, ptr %out, i64 %i
$body
  br label %next
next:
  %i.next = add i64 %i, 1
  br label %loop
end:
  ret void
}
""")

# out[i] = in[size - 1 - i] * 3 + i: each element needs one that another thread has written.
_MIX = """
  %other = sub i64 $last, %i
  %from = getelementptr i64, ptr %in, i64 %other
  %x = load i64, ptr %from
  %x3 = mul i64 %x, 3
  %y = add i64 %x3, %i
  store i64 %y, ptr %to
"""

# out[i] += a * in[i] + b, with the Variables a and b
_AXPY_SETUP = """
  %a = load i64, ptr %variables
  %b.at = getelementptr i64, ptr %variables, i64 1
  %b = load i64, ptr %b.at
"""
_AXPY = """
  %from = getelementptr i64, ptr %in, i64 %i
  %x = load i64, ptr %from
  %y = load i64, ptr %to
  %ax = mul i64 %a, %x
  %axb = add i64 %ax, %b
  %sum = add i64 %y, %axb
  store i64 %sum, ptr %to
"""

# out[i] = in[i], where in[i] is to be an index below size: others give 0 and mark the status
_CHECK_SETUP = """
  %status.at = getelementptr ptr, ptr %args, i64 2
  %status = load ptr, ptr %status.at
"""
_CHECK = """
  %from = getelementptr i64, ptr %in, i64 %i
  %x = load i64, ptr %from
  %bad = icmp uge i64 %x, $size
  br i1 %bad, label %mark, label %good
good:
  store i64 %x, ptr %to
  br label %next
mark:
  store i64 0, ptr %to
  store i64 1, ptr %status
  %index.at = getelementptr i64, ptr %status, i64 1
  store i64 %x, ptr %index.at
  %bound.at = getelementptr i64, ptr %status, i64 2
  store i64 $size, ptr %bound.at
"""

# out[0] = sum of in
_SUM = """
define void @sum(ptr %args, ptr %variables, i64 %thread, i64 %threads) nounwind {
entry:
  %out = load ptr, ptr %args
  %in.at = getelementptr ptr, ptr %args, i64 1
  %in = load ptr, ptr %in.at
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i.next, %loop ]
  %sum = phi i64 [ 0, %entry ], [ %sum.next, %loop ]
  %from = getelementptr i64, ptr %in, i64 %i
  %x = load i64, ptr %from
  %sum.next = add i64 %sum, %x
  %i.next = add i64 %i, 1
  %more = icmp ult i64 %i.next, $size
  br i1 %more, label %loop, label %end
end:
  store i64 %sum.next, ptr %out
  ret void
}
"""

# takes a while: out[i] counted up one by one, `volatile`, to in[i]
_SLOW = """
  %from = getelementptr i64, ptr %in, i64 %i
  %limit = load i64, ptr %from
  store i64 0, ptr %to
  br label %count
count:
  %c = load volatile i64, ptr %to
  %c.next = add i64 %c, 1
  store volatile i64 %c.next, ptr %to
  %again = icmp ult i64 %c.next, %limit
  br i1 %again, label %count, label %counted
counted:
"""

# takes a while, then out[i] = an address on the stack of the thread that did it
_WHO_SETUP = """
  %here = alloca i64
  %stack = ptrtoint ptr %here to i64
"""
_WHO = (
    _SLOW
    + """
  store i64 %stack, ptr %to
"""
)

_TEXTS = {
    "mix": ("", _MIX),
    "axpy": (_AXPY_SETUP, _AXPY),
    "check": (_CHECK_SETUP, _CHECK),
    "slow": ("", _SLOW),
    "who": (_WHO_SETUP, _WHO),
}


@functools.cache
def kernel(kind: str, variables: tuple[str, ...] = (), name: str = "") -> CompiledKernel:
    """The kernel of that kind; `name` is what errors call it."""
    if kind == "sum":
        text = Template(_SUM).substitute(size=SIZE)
    else:
        setup, body = _TEXTS[kind]
        body = Template(body).substitute(size=SIZE, last=SIZE - 1)
        text = _GRID.substitute(name=kind, size=SIZE, setup=setup, body=body)
    return CompiledKernel(name or kind, compile_text(text), kind, variables)


def slot(kind: SlotKind = SlotKind.INPUT, offset: int = 0) -> Slot:
    return Slot(kind, dtypes.int64, SIZE, offset)


def program(
    kernels: Sequence[CompiledKernel],
    steps: Sequence[tuple[int, tuple[int, ...], bool]],
    slots: Sequence[Slot],
    variables: tuple[str, ...] = (),
) -> Program:
    """A program of steps given as (kernel, slots, parallel)."""
    arena = max((s.offset + s.nbytes for s in slots if s.kind is SlotKind.ARENA), default=0)
    cost = Cost(0, 0, 0)
    rows = tuple(Step(k, arguments, cost, parallel) for k, arguments, parallel in steps)
    return Program("CPU", tuple(kernels), rows, tuple(slots), arena, variables)


def mixing_program(parallel: Sequence[bool]) -> Program:
    """in -> arena -> arena -> ... -> out, one `mix` for each entry of `parallel`."""
    nbytes = SIZE * 8
    slots = [slot(), slot(SlotKind.OUTPUT)]
    slots += [slot(SlotKind.ARENA, 0), slot(SlotKind.ARENA, nbytes)]
    steps = []
    source = 0
    for i, is_parallel in enumerate(parallel):
        target = 1 if i == len(parallel) - 1 else 2 + i % 2
        steps.append((0, (target, source), is_parallel))
        source = target
    return program([kernel("mix")], steps, slots)


def mixed(x: npt.NDArray[np.int64], steps: int) -> npt.NDArray[np.int64]:
    """What `mixing_program` computes."""
    for _ in range(steps):
        x = x[::-1] * 3 + np.arange(SIZE)
    return x


def replay(runtime: CpuRuntime, parallel: Sequence[bool], times: int, seed: int = 0) -> None:
    """Run `mixing_program` again and again on changing inputs; AssertionError if it goes wrong."""
    loaded = runtime.load(mixing_program(parallel))
    source, result = runtime.allocate(SIZE * 8), runtime.allocate(SIZE * 8)
    inputs = [np.arange(SIZE) * (k + 1) + seed for k in range(4)]
    expected = [mixed(x, len(parallel)) for x in inputs]
    for i in range(times):
        runtime.write(source, inputs[i % 4])
        runtime.run(loaded, [source, result, None, None], ())
        got = runtime.read(result, dtypes.int64, SIZE)
        assert (got == expected[i % 4]).all(), f"replay {i}: {got} instead of {expected[i % 4]}"
