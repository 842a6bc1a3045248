"""Running AArch64 code under qemu-user: kernels and their arguments as one static executable.

smelt makes relocatable objects. Here they are put into an ELF file together with the memory of
their arguments, a list of calls, and a function that carries these out and writes all of that
memory to its output. No linker and no C compiler is needed.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from smelt.program import KernelSource, Target
from smelt.render.compile import compile_source

Array = np.ndarray[Any, Any]
QEMU = shutil.which("qemu-aarch64-static") or shutil.which("qemu-aarch64")
BASE = 0x400000  # where the file is in memory
GUARD = 64  # bytes before and behind each argument that a kernel must not touch
STATUS = 3  # words of the status slot

# The kernel's system call: its number, then its arguments.
#   mov x8, x0;  mov x0, x1;  mov x1, x2;  mov x2, x3;  svc #0;  ret
_SYSTEM_CALL = (0xAA0003E8, 0xAA0103E0, 0xAA0203E1, 0xAA0303E2, 0xD4000001, 0xD65F03C0)

# calls: (entry, args, variables, thread, threads) each, and 0 behind the last one
_START = Template("""
define void @_start() noreturn nounwind {
entry:
  br label %loop
loop:
  %call = phi ptr [ inttoptr (i64 $calls to ptr), %entry ], [ %next, %work ]
  %kernel = load ptr, ptr %call
  %done = icmp eq ptr %kernel, null
  br i1 %done, label %end, label %work
work:
  %args.at = getelementptr i64, ptr %call, i64 1
  %args = load ptr, ptr %args.at
  %variables.at = getelementptr i64, ptr %call, i64 2
  %variables = load ptr, ptr %variables.at
  %thread.at = getelementptr i64, ptr %call, i64 3
  %thread = load i64, ptr %thread.at
  %threads.at = getelementptr i64, ptr %call, i64 4
  %threads = load i64, ptr %threads.at
  call void %kernel(ptr %args, ptr %variables, i64 %thread, i64 %threads)
  %next = getelementptr i64, ptr %call, i64 5
  br label %loop
end:
  call void inttoptr (i64 $system to ptr)(i64 64, i64 1, i64 $memory, i64 $nbytes)  ; write
  call void inttoptr (i64 $system to ptr)(i64 93, i64 0, i64 0, i64 0)              ; exit
  unreachable
}
""")


@dataclass(frozen=True)
class Job:
    """A kernel and the arrays that it runs on."""

    source: KernelSource
    args: Sequence[Array]
    variables: Sequence[int] = ()
    threads: int = 1


def run(jobs: Sequence[Job], target: Target) -> list[list[Array]]:
    """What each job leaves in its arguments and, as the last array, in its status slot."""
    memory = bytearray()
    places = [[_put(memory, array) for array in _arrays(job)] for job in jobs]
    output = _execute(_executable(jobs, places, bytes(memory), target))
    assert len(output) == len(memory), f"{len(output)} bytes, expected {len(memory)}"
    results = []
    for job, where in zip(jobs, places, strict=True):
        results.append([_take(output, at, a) for at, a in zip(where, _arrays(job), strict=True)])
    return results


def _arrays(job: Job) -> list[Array]:
    return [*job.args, np.zeros(STATUS, np.int64)]


def _put(memory: bytearray, array: Array) -> int:
    """The array between guards, at an odd multiple of its elements; where it begins."""
    memory += b"\xa5" * (GUARD + -len(memory) % 16 + array.itemsize)
    at = len(memory)
    memory += array.tobytes() + b"\xa5" * GUARD
    return at


def _take(output: bytes, at: int, array: Array) -> Array:
    end = at + array.nbytes
    edges = output[at - GUARD : at] + output[end : end + GUARD]
    assert edges == b"\xa5" * 2 * GUARD, "written outside of an argument"
    return np.frombuffer(output[at:end], array.dtype)


def _execute(image: bytes) -> bytes:
    assert QEMU is not None
    with tempfile.TemporaryDirectory() as folder:
        path, output = Path(folder, "kernels"), Path(folder, "output")
        path.write_bytes(image)
        path.chmod(0o700)
        with output.open("wb") as file:  # a pipe might take only a part of what is written
            subprocess.run([QEMU, os.fspath(path)], stdout=file, check=True, timeout=60)
        return output.read_bytes()


# ---- the file ------------------------------------------------------------------------------------


def _executable(
    jobs: Sequence[Job], places: Sequence[Sequence[int]], memory: bytes, target: Target
) -> bytes:
    """An ELF file of one segment, in which all addresses are known."""
    image = bytearray(64 + 56)  # the headers
    system = _append(image, struct.pack("<6I", *_SYSTEM_CALL), 16)
    begin = _append(image, memory, 64)
    calls: list[tuple[int, int, int, int, int]] = []
    for job, where in zip(jobs, places, strict=True):
        arguments = _append(image, np.array([begin + at for at in where], np.int64).tobytes(), 8)
        variables = _append(image, np.array([*job.variables, 0], np.int64).tobytes(), 8)
        entry = _add_object(image, compile_source(job.source, target), job.source.name)
        calls += [(entry, arguments, variables, n, job.threads) for n in range(job.threads)]
    table = _append(image, b"".join(struct.pack("<5Q", *call) for call in calls) + bytes(8), 8)
    text = _START.substitute(calls=table, system=system, memory=begin, nbytes=len(memory))
    stub = compile_source(KernelSource("_start", "llvm", text), target)
    start = _add_object(image, stub, "_start")
    header = struct.pack(
        "<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 2, 183, 1, start, 64, 0, 0, 64, 56, 1, 0, 0, 0
    )
    segment = struct.pack("<IIQQQQQQ", 1, 7, 0, BASE, BASE, len(image), len(image), 4096)
    image[: 64 + 56] = header + segment
    return bytes(image)


def _append(image: bytearray, data: bytes, align: int) -> int:
    """The address at which `data` is."""
    image += bytes(-len(image) % align)
    at = len(image)
    image += data
    return BASE + at


@dataclass(frozen=True)
class _Section:
    kind: int
    flags: int
    data: bytes
    link: int
    info: int
    align: int


_CONTENTS, _SYMBOLS, _RELOCATIONS, _ZEROS = 1, 2, 4, 8  # kinds of sections
_ALLOCATED = 2  # a flag


def _sections(binary: bytes) -> list[_Section]:
    (offset,) = struct.unpack_from("<Q", binary, 0x28)
    size, count = struct.unpack_from("<HH", binary, 0x3A)
    found = []
    for i in range(count):
        row = struct.unpack_from("<IIQQQQIIQQ", binary, offset + i * size)
        _, kind, flags, _, at, nbytes, link, info, align, _ = row
        data = bytes(nbytes) if kind == _ZEROS else binary[at : at + nbytes]
        found.append(_Section(kind, flags, data, link, info, align))
    return found


def _add_object(image: bytearray, binary: bytes, name: str) -> int:
    """Put what an object allocates into the image; the address of its function `name`."""
    sections = _sections(binary)
    homes = {
        i: _append(image, s.data, max(1, s.align))
        for i, s in enumerate(sections)
        if s.flags & _ALLOCATED and s.kind in (_CONTENTS, _ZEROS)
    }
    (symbols,) = (s for s in sections if s.kind == _SYMBOLS)
    strings = sections[symbols.link].data
    values: list[int] = []
    named: dict[str, int] = {}
    for at in range(0, len(symbols.data), 24):
        text, _, _, section, value = struct.unpack_from("<IBBHQ", symbols.data, at)
        values.append(homes.get(section, 0) + value)
        assert section or not text, "an undefined symbol"
        named[strings[text : strings.index(b"\0", text)].decode()] = values[-1]
    for s in (s for s in sections if s.kind == _RELOCATIONS and s.info in homes):
        for at in range(0, len(s.data), 24):
            offset, kind, symbol, addend = struct.unpack_from("<QIIq", s.data, at)
            place = homes[s.info] + offset
            _relocate(image, place, kind, values[symbol] + addend)
    return named[name]


# Kinds of relocations that put the low 12 bits of an address into an instruction, and how many of
# them it leaves out: R_AARCH64_ADD_ABS_LO12_NC and R_AARCH64_LDST{8,16,32,64,128}_ABS_LO12_NC.
_LOW_BITS = {277: 0, 278: 0, 284: 1, 285: 2, 286: 3, 299: 4}
_PAGE_BITS = 275  # R_AARCH64_ADR_PREL_PG_HI21: how many pages away the address is
_RELATIVE = 261  # R_AARCH64_PREL32, in tables for unwinding


def _relocate(image: bytearray, place: int, kind: int, address: int) -> None:
    """Write an address into the instruction at `place`."""
    (word,) = struct.unpack_from("<I", image, place - BASE)
    if kind in _LOW_BITS:
        word |= ((address & 0xFFF) >> _LOW_BITS[kind]) << 10
    elif kind == _PAGE_BITS:
        pages = (address >> 12) - (place >> 12)
        word |= (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5
    elif kind == _RELATIVE:
        word = (address - place) & 0xFFFFFFFF
    else:
        raise AssertionError(f"a relocation of kind {kind}")
    struct.pack_into("<I", image, place - BASE, word)
