"""Machine code in this process: compiled from LLVM IR text, loaded, unloaded when unused."""

from __future__ import annotations

import functools
import itertools
import sys
from types import ModuleType
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from smelt.util.errors import CompileError
from smelt.util.locks import fork_lock

if TYPE_CHECKING:
    from llvmlite.binding.orcjit import LLJIT, ResourceTracker

_library_numbers = itertools.count()
_loaded: WeakValueDictionary[tuple[bytes, tuple[str, ...]], LoadedObject] = WeakValueDictionary()


def _llvm() -> ModuleType:
    """llvmlite, imported late because it takes a while, and never during a fork."""
    with fork_lock:
        from llvmlite import binding

        return binding  # type: ignore[no-any-return]


class LoadedObject:
    """An object file in memory. Its code stays there while something refers to this."""

    __slots__ = ("__weakref__", "_tracker", "addresses")

    def __init__(self, tracker: ResourceTracker, entries: tuple[str, ...]):
        self._tracker = tracker
        self.addresses: tuple[int, ...] = tuple(tracker[entry] for entry in entries)

    def __del__(self) -> None:
        if sys.is_finalizing():  # parts of llvmlite may be gone by now, and all memory will be
            return
        with fork_lock:  # a fork in the middle of it would leave LLVM's own locks held in the child
            self._tracker.close()


def load_object(binary: bytes, entries: tuple[str, ...]) -> LoadedObject:
    """The object loaded, with the addresses of `entries`; the same bytes are loaded once.

    Raises CompileError if it is no object for this machine or lacks an entry.
    """
    with fork_lock:
        found = _loaded.get((binary, entries))
        if found is None:
            found = LoadedObject(_link(binary, entries), entries)
            _loaded[binary, entries] = found
        return found


def _link(binary: bytes, entries: tuple[str, ...]) -> ResourceTracker:
    binding = _llvm()
    # Each object is a library of its own, so that symbols of different kernels never clash.
    library = binding.JITLibraryBuilder().add_object_img(binary)
    for entry in entries:
        library.export_symbol(entry)
    try:
        return library.link(_jit(), f"smelt{next(_library_numbers)}")
    except RuntimeError as error:
        raise CompileError(
            f"load {entries[0]}", str(error).strip(), "an object made for this machine",
            "clear the folder that SMELT_CACHE names",
        ) from None  # fmt: skip


@functools.cache
def _jit() -> LLJIT:
    binding = _llvm()
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    # JITLink places code and constants of an object next to each other, so that their relative
    # addresses always fit. Suppressed errors still come back as exceptions; they are not printed.
    return binding.create_lljit_compiler(use_jit_link=True, suppress_errors=True)


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
    _jit()  # initialises LLVM
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
