"""LLVM IR text to machine code, through llvmlite, and what this machine is as a Target."""

from __future__ import annotations

import functools
import platform
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from smelt.program import KernelSource, Target
from smelt.util import flags
from smelt.util.caches import second_level_bytes
from smelt.util.errors import CompileError, FlagError
from smelt.util.tiles import tiles_permitted

if TYPE_CHECKING:
    import llvmlite.binding as llvm


@dataclass(frozen=True)
class _Level:
    """An instruction set that code is generated for."""

    cpu: str
    features: str
    vector_bytes: int
    vector_registers: int
    has_fma: bool
    has_masks: bool
    arch: str = "x86_64"


_V2 = "+cx16,+popcnt,+sahf,+sse3,+sse4.1,+sse4.2,+ssse3"
_V3 = _V2 + ",+avx,+avx2,+bmi,+bmi2,+f16c,+fma,+lzcnt,+movbe,+xsave"
_V4 = _V3 + ",+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl"
_TILES = ("amx-tile", "amx-bf16", "amx-int8")
_LEVELS = {
    "x86-64-v2": _Level("x86-64-v2", _V2, 16, 16, False, False),
    "x86-64-v3": _Level("x86-64-v3", _V3, 32, 16, True, False),
    "x86-64-v4": _Level("x86-64-v4", _V4, 64, 32, True, True),
    "armv8-a": _Level("generic", "+fp-armv8,+neon", 16, 32, True, False, "aarch64"),
}
_MODELS = {
    "nehalem": "x86-64-v2", "westmere": "x86-64-v2",
    "haswell": "x86-64-v3", "broadwell": "x86-64-v3", "skylake": "x86-64-v3",
    "alderlake": "x86-64-v3", "znver1": "x86-64-v3", "znver2": "x86-64-v3", "znver3": "x86-64-v3",
    "skylake-avx512": "x86-64-v4", "cascadelake": "x86-64-v4", "icelake-server": "x86-64-v4",
    "sapphirerapids": "x86-64-v4", "emeraldrapids": "x86-64-v4", "graniterapids": "x86-64-v4",
    "znver4": "x86-64-v4", "znver5": "x86-64-v4", "cooperlake": "x86-64-v4",
    "cortex-a53": "armv8-a", "cortex-a72": "armv8-a", "neoverse-n1": "armv8-a",
    "neoverse-v1": "armv8-a", "neoverse-v2": "armv8-a", "apple-m1": "armv8-a",
}  # fmt: skip
# What these models multiply and add small dtypes with.
_DOTS: dict[str, tuple[str, ...]] = {
    "cascadelake": ("avx512vnni",), "icelake-server": ("avx512vnni",),
    "cooperlake": ("avx512vnni", "avx512bf16"),
    "znver4": ("avx512vnni", "avx512bf16"), "znver5": ("avx512vnni", "avx512bf16"),
    "sapphirerapids": (*_TILES, "avx512vnni"), "emeraldrapids": (*_TILES, "avx512vnni"),
    "graniterapids": (*_TILES, "avx512vnni"),
}  # fmt: skip
_MOST_CACHE = 2 << 20  # of what there is: copies are on a thread's stack


def cpu_target(name: str) -> Target:
    """The processor that LLVM calls `name`, or the level of instruction sets.

    Raises FlagError for one that is not in the table.

    >>> cpu_target("x86-64-v3").vector_bytes
    32
    >>> cpu_target("neoverse-n1").arch
    'aarch64'
    """
    level = _LEVELS.get(_MODELS.get(name, name))
    if level is None:
        known = ", ".join([*_LEVELS, *_MODELS])
        raise FlagError(
            "SMELT_CPU", repr(name), f"one of {known}", "leave it empty for this machine"
        )
    cpu = level.cpu if name in _LEVELS else name
    own = _DOTS.get(name, ())
    features = ",".join([level.features, *(f"+{feature}" for feature in own)])
    dots = (*own, "avx512f") if level.has_masks else ()
    return Target(
        "CPU", level.arch, cpu, features, level.vector_bytes, level.vector_registers,
        level.has_fma, level.has_masks, dots, has_scale=level.has_masks, speed_level=2,
    )  # fmt: skip


@functools.cache
def _machine() -> Target:
    """This machine, as LLVM sees it."""
    binding = _llvm()
    cpu, features = binding.get_host_cpu_name(), binding.get_host_cpu_features()
    text = features.flatten()
    arch = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    nbytes = min(second_level_bytes() or Target.cache_nbytes, _MOST_CACHE)
    if arch == "aarch64":
        return Target(
            "CPU", arch, cpu, text, 16, 32, True, False, cache_nbytes=nbytes, speed_level=2
        )

    def has(*names: str) -> bool:
        return all(features.get(n, False) for n in names)

    wide = has("avx512f", "avx512bw", "avx512dq", "avx512vl")
    vector_bytes = 64 if wide else 32 if has("avx2") else 16
    return Target(
        "CPU", arch, cpu, text, vector_bytes, 32 if wide else 16, has("fma"), wide,
        _dots(has) if wide else (), has_scale=wide, cache_nbytes=nbytes, speed_level=2,
    )  # fmt: skip


def _dots(has: Callable[[str], bool]) -> tuple[str, ...]:
    """The dot instructions of this machine.

    With AMX there are dot products of bfloat16 in vectors too, but slower than those of float32.
    """
    tiles = has("amx-tile")
    names: tuple[str, ...] = ("avx512f", "avx512vnni", *(() if tiles else ("avx512bf16",)))
    if tiles and tiles_permitted():
        names += _TILES
    return tuple(n for n in names if has(n))


def host_target() -> Target:
    """The processor that code is generated for: this machine's, or what SMELT_CPU names."""
    name, machine = flags.SMELT_CPU.value, _machine()
    if not name:
        return machine
    target, has = cpu_target(name), set(machine.features.split(","))
    missing = [f for f in target.features.split(",") if f not in has]
    missing += [t for t in _TILES if t in target.dots and not missing and not tiles_permitted()]
    if missing:
        raise FlagError(
            "SMELT_CPU", repr(name), f"what a {machine.cpu} can run", f"it lacks {missing}"
        )
    return replace(target, cache_nbytes=machine.cache_nbytes)


@functools.cache
def _llvm() -> Any:
    """llvmlite, imported and initialised when first needed: that takes 0.1 s."""
    import llvmlite.binding as binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding


@functools.cache
def _target_machine(target: Target) -> llvm.TargetMachine:
    binding = _llvm()
    triple = binding.get_default_triple()
    if target.arch != _machine().arch:  # code for another machine
        binding.initialize_all_targets()
        binding.initialize_all_asmprinters()
        triple = f"{target.arch}-unknown-linux-gnu"
    return binding.Target.from_triple(triple).create_target_machine(
        cpu=target.cpu,
        features=target.features,
        opt=target.speed_level,
        reloc="pic",
        codemodel="small",
    )


def _optimize(module: llvm.ModuleRef, machine: llvm.TargetMachine) -> None:
    """What cleans up straight code. Loops, lanes and registers are as the renderer wants them.

    Nodes are interned, so there are no common subexpressions to look for. LLVM's whole pipeline
    takes three times as long and generates the same.
    """
    binding = _llvm()
    options = binding.create_pipeline_tuning_options(speed_level=2)
    builder = binding.create_pass_builder(machine, options)
    passes = binding.create_new_function_pass_manager()
    passes.add_simplify_cfg_pass()
    passes.add_instruction_combine_pass()
    passes.add_dead_code_elimination_pass()
    for function in module.functions:
        if not function.is_declaration:
            passes.run(function, builder)


def _module(source: KernelSource, target: Target) -> llvm.ModuleRef:
    binding, machine = _llvm(), _target_machine(target)
    try:
        module = binding.parse_assembly(source.text)
        module.verify()
    except RuntimeError as error:
        raise CompileError(f"compile of {source.name}", str(error), "valid LLVM IR") from error
    module.triple = machine.triple
    module.data_layout = str(machine.target_data)
    _optimize(module, machine)
    return module


def compile_source(source: KernelSource, target: Target) -> bytes:
    """Machine code for `source`: an ELF object with one entry and no undefined symbols.

    Raises CompileError naming the kernel if LLVM refuses it.
    """
    return bytes(_target_machine(target).emit_object(_module(source, target)))


def assembly(source: KernelSource, target: Target) -> str:
    """The same as readable assembly."""
    return str(_target_machine(target).emit_assembly(_module(source, target)))
