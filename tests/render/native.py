"""Running one rendered kernel natively, and looking into its object file."""

from __future__ import annotations

import ctypes
import itertools
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from smelt.ir.interpreter import evaluate_kernel
from smelt.ir.node import Node
from smelt.program import Target
from smelt.render.analysis import kernel_variables
from smelt.render.compile import compile_source, cpu_target, host_target
from smelt.render.llvm import render

Array = np.ndarray[Any, Any]
_numbers = itertools.count()
_ENTRY = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
GUARD = 64  # bytes before and behind each argument that a kernel must not touch


def targets() -> dict[str, Target]:
    """This machine and the lesser levels whose code it can run as well."""
    host = host_target()
    found = {"host": host}
    for name in ("x86-64-v3", "x86-64-v2"):
        target = cpu_target(name)
        if host.arch == "x86_64" and target.vector_bytes <= host.vector_bytes:
            found[name] = target
    return found


class Native:
    """A kernel compiled for `target`, loaded, and called part by part."""

    def __init__(self, kernel: Node, target: Target):
        self.source = render(kernel, target)
        self.binary = compile_source(self.source, target)
        self.variables = kernel_variables(kernel)
        self._jit = llvm.create_lljit_compiler()
        library = llvm.JITLibraryBuilder().add_object_img(self.binary)
        name = self.source.name
        self._library = library.export_symbol(name).link(self._jit, f"kernel{next(_numbers)}")
        self._entry = _ENTRY(self._library[name])

    def __call__(
        self, args: Sequence[Array], variables: Mapping[str, int] | None = None, threads: int = 1
    ) -> list[int]:
        """Run in place on flat arrays; the status slot afterwards."""
        guarded = [_guarded(a) for a in args]
        views = [g[GUARD : GUARD + a.nbytes] for g, a in zip(guarded, args, strict=True)]
        status = self.run(views, variables or {}, threads)
        for argument, memory, view in zip(args, guarded, views, strict=True):
            argument.view(np.uint8)[:] = view
            edges = np.concatenate([memory[:GUARD], memory[GUARD + argument.nbytes :]])
            assert (edges == 0xA5).all(), "written outside of an argument"
        return status

    def timed(self, args: Sequence[Array]) -> float:
        """Seconds that one run takes."""
        begin = time.perf_counter()
        self.run(args, {}, 1)
        return time.perf_counter() - begin

    def run(self, args: Sequence[Array], variables: Mapping[str, int], threads: int) -> list[int]:
        """Run on the memory of `args` itself; the status slot afterwards."""
        status = np.zeros(3, np.int64)
        pointers = [a.ctypes.data for a in args] + [status.ctypes.data]
        argv = (ctypes.c_void_p * len(pointers))(*pointers)
        values = [variables[v] for v in self.variables]
        vector = (ctypes.c_int64 * max(1, len(values)))(*values)
        for thread in range(threads):
            self._entry(ctypes.addressof(argv), ctypes.addressof(vector), thread, threads)
        return [int(s) for s in status]


def _guarded(array: Array) -> Array:
    memory = np.full(array.nbytes + 2 * GUARD, 0xA5, np.uint8)
    memory[GUARD : GUARD + array.nbytes] = array.view(np.uint8)
    return memory


def expected(
    kernel: Node, args: Sequence[Array], variables: Mapping[str, int] | None = None
) -> list[Array]:
    """What the interpreter makes of copies of `args`."""
    copies = [a.copy() for a in args]
    evaluate_kernel(kernel, copies, variables)
    return copies


def undefined_symbols(binary: bytes) -> list[str]:
    """The names that an ELF64 object needs from elsewhere."""
    (sections_at,) = struct.unpack_from("<Q", binary, 0x28)
    entry_size, count = struct.unpack_from("<HH", binary, 0x3A)
    sections = [
        struct.unpack_from("<IIQQQQIIQQ", binary, sections_at + i * entry_size)
        for i in range(count)
    ]
    names = []
    for section in sections:
        if section[1] != 2:  # SHT_SYMTAB
            continue
        strings = sections[section[6]][4]
        for at in range(section[4], section[4] + section[5], 24):
            name, _, _, home = struct.unpack_from("<IBBH", binary, at)
            if home == 0 and name:
                begin = strings + name
                names.append(binary[begin : binary.index(b"\0", begin)].decode())
    return names
