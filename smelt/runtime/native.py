"""Machine code in this process: compiled from LLVM IR text, loaded, unloaded when unused."""

from __future__ import annotations

import functools
import itertools
import sys
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from smelt.util.errors import CompileError
from smelt.util.locks import fork_lock
from smelt.util.tiles import tiles_permitted

if TYPE_CHECKING:
    from llvmlite.binding.orcjit import LLJIT, ResourceTracker

_library_numbers = itertools.count()
_LIBRARIES_OF_A_JIT = 256
_jit: LLJIT | None = None
_jit_room = 0
_loaded: WeakValueDictionary[tuple[bytes, tuple[str, ...]], LoadedObject] = WeakValueDictionary()


@functools.cache
def _llvm() -> ModuleType:
    """llvmlite, imported late because it takes a while, and never during a fork."""
    with fork_lock:
        from llvmlite import binding

        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        return binding  # type: ignore[no-any-return]


class LoadedObject:
    """An object file in memory. Its code stays there while something refers to this."""

    __slots__ = ("__weakref__", "_jit", "_tracker", "addresses")

    def __init__(self, binary: bytes, entries: tuple[str, ...]):
        self._jit = _current_jit()
        self._tracker = _link(self._jit, binary, entries)
        self.addresses: tuple[int, ...] = tuple(self._tracker[entry] for entry in entries)

    # Bound here, as at the very end this module's names are gone before the last object is.
    def __del__(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        if is_finalizing():  # parts of llvmlite may be gone by now, and all memory will be
            return
        with fork_lock:  # a fork in the middle of it would leave LLVM's own locks held in the child
            if hasattr(self, "_tracker"):
                self._tracker.close()
            del self._jit


def load_object(binary: bytes, entries: tuple[str, ...]) -> LoadedObject:
    """The object loaded, with the addresses of `entries`; the same bytes are loaded once.

    Raises CompileError if it is no object for this machine or lacks an entry.
    """
    with fork_lock:
        found = _loaded.get((binary, entries))
        if found is None:
            found = _loaded[binary, entries] = LoadedObject(binary, entries)
        return found


def _link(jit: LLJIT, binary: bytes, entries: tuple[str, ...]) -> ResourceTracker:
    # Each object is a library of its own, so that symbols of different kernels never clash.
    library = _llvm().JITLibraryBuilder().add_object_img(binary)
    for entry in entries:
        library.export_symbol(entry)
    try:
        return library.link(jit, f"smelt{next(_library_numbers)}")
    except RuntimeError as error:
        raise CompileError(
            f"load {entries[0]}", str(error).strip(), "an object made for this machine",
            "clear the folder that SMELT_CACHE names",
        ) from None  # fmt: skip


def _current_jit() -> LLJIT:
    """Where the next object goes.

    LLVM keeps some KiB of a library that has been unloaded for as long as the LLJIT lives, so
    there is a new one after a number of libraries, and the old one goes with its last object.
    """
    global _jit, _jit_room
    if _jit is None or _jit_room == 0:
        # JITLink places code and constants of an object next to each other, so that their relative
        # addresses always fit. Suppressed errors still come back as exceptions, only unprinted.
        _jit = _llvm().create_lljit_compiler(use_jit_link=True, suppress_errors=True)
        tiles_permitted()  # code for a processor that has tiles uses them
        _jit_room = _LIBRARIES_OF_A_JIT
    _jit_room -= 1
    return _jit


@functools.cache
def compiler_key() -> str:
    """What compiled code depends on besides its text: the compiler, the system, the processor."""
    binding = _llvm()
    version = ".".join(map(str, binding.llvm_version_info))
    parts = "LLVM", version, binding.get_process_triple(), *host_processor()
    return " ".join(parts)


@functools.cache
def host_processor() -> tuple[str, str]:
    """LLVM's name of this machine's processor, and its features, `+avx2,-sse4a...`."""
    binding = _llvm()
    return binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()


def compile_text(text: str) -> bytes:
    """LLVM IR as an object for this machine. Raises CompileError with LLVM's message."""
    with fork_lock:
        return _compile(text)  # what this leaves behind is disposed of before the lock is free


def _compile(text: str) -> bytes:
    binding = _llvm()
    cpu, features = host_processor()
    target = binding.Target.from_triple(binding.get_process_triple())
    machine = target.create_target_machine(
        cpu=cpu, features=features, opt=2, reloc="pic", codemodel="small"
    )
    try:
        module = binding.parse_assembly(text)
        module.verify()
    except RuntimeError as error:
        raise CompileError("compile", str(error).strip(), "valid LLVM IR") from None
    module.triple = machine.triple
    module.data_layout = str(machine.target_data)
    options = binding.create_pipeline_tuning_options(speed_level=2)
    builder = binding.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return machine.emit_object(module)  # type: ignore[no-any-return]
