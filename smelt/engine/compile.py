"""From a scheduled KERNEL to code: transformations, source text, object; kept on disk.

The key on disk is the KERNEL itself with the target and the digest of the compiler's own sources,
so that a second process neither transforms nor renders nor loads LLVM's code generator.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from smelt.engine import tuning
from smelt.engine.device import DEVICES
from smelt.ir.node import Node
from smelt.ir.serialize import dumps
from smelt.program import CompiledKernel, KernelSource, Target
from smelt.util import flags
from smelt.util.disk_cache import keep, lookup
from smelt.util.errors import SmeltError

if TYPE_CHECKING:
    from smelt.kernel.transforms import Transform
    from smelt.schedule.lower import Schedule, ScheduledKernel

# What the code of a kernel depends on: all below the engine that has a say in it.
COMPILER = ("ir/*.py", "kernel/*.py", "render/*.py", "dtype.py", "program.py", "engine/compile.py")
SAMPLE = 4  # kernels that tell how long the others will take
WORTH_A_WORKER_S = 0.6  # of work: another process takes 0.3 s to start

_compiled: WeakKeyDictionary[Node, dict[object, CompiledKernel]] = WeakKeyDictionary()


def compile_kernels(kernels: Sequence[Node], device: str, target: Target) -> list[CompiledKernel]:
    """The code of each kernel; equal kernels are compiled once in a process."""
    key = target, tuning.setting()
    known = [_compiled.setdefault(kernel, {}) for kernel in kernels]
    new = list(dict.fromkeys(k for k, by in zip(kernels, known, strict=True) if key not in by))
    for kernel, code in zip(new, DEVICES[device].compile(new, target), strict=True):
        _compiled[kernel][key] = code
    return [by[key] for by in known]


def compile_kept(kernels: Sequence[Node], target: Target) -> list[CompiledKernel]:
    """The code of each kernel, from disk if it was made before."""
    serialized = tuning.with_plans({kernel: dumps([kernel]) for kernel in kernels}, target)
    start = f"kernel {compiler_digest()} {target} "
    keys = {kernel: start + text.decode() for kernel, text in serialized.items()}
    packed = {kernel: lookup(keys[kernel]) for kernel in kernels}
    missing = [kernel for kernel, found in packed.items() if found is None]
    for kernel, made in _compile_missing({k: serialized[k] for k in missing}, target).items():
        keep(keys[kernel], made)
        packed[kernel] = made
    return [unpack(found) for found in packed.values() if found is not None]


def _compile_missing(serialized: dict[Node, bytes], target: Target) -> dict[Node, bytes]:
    """All of it by this process, or by several where the first ones show that it takes long."""
    waiting = dict(serialized)
    done: dict[Node, bytes] = {}
    started = 0.0
    while waiting:
        if len(done) == 1:  # the first one also loaded the compiler
            started = perf_counter()
        if len(done) == SAMPLE:
            left_s = (perf_counter() - started) / (SAMPLE - 1) * len(waiting)
            workers = min(flags.SMELT_THREADS.value - 1, int(left_s / WORTH_A_WORKER_S))
            if workers > 0 and not flags.VERIFY.value:
                from smelt.engine.compile_parallel import compile_parallel

                return done | compile_parallel(waiting, target, workers)
        kernel = next(iter(waiting))
        done[kernel] = compile_packed(kernel, target)
        del waiting[kernel]
    return done


def transformed(kernel: Node, target: Target) -> tuple[Node, list[Transform]]:
    """The kernel with its transformations, those of a tuned plan or the default ones, and these."""
    result, transforms = _tuned(kernel, target) or _by_default(kernel, target)
    if flags.VERIFY.value:
        from smelt.ir.verify import verify_kernel

        verify_kernel(result)
    return result, transforms


def _tuned(kernel: Node, target: Target) -> tuple[Node, list[Transform]] | None:
    """The same by a plan of the tuning database, if there is one that fits."""
    plan = tuning.plan_of(kernel, target)
    if plan is None:
        return None
    from smelt.kernel.candidates import Choice, Proposer

    try:
        return Proposer(kernel, target).transformed(Choice.loads(plan))
    except SmeltError as error:
        tuning.reject(kernel, target, error)
        return None


def _by_default(kernel: Node, target: Target) -> tuple[Node, list[Transform]]:
    if target.group_size:  # not needed where all is on disk
        from smelt.kernel.groups import optimized
    else:
        from smelt.kernel.optimize import optimized

    return optimized(kernel, target)


def source_of(kernel: Node, target: Target) -> KernelSource:
    """The source text of a scheduled kernel."""
    if target.group_size:
        from smelt.render.c_style import render as render_groups

        return render_groups(transformed(kernel, target)[0], target).source
    from smelt.render.llvm import render

    return render(transformed(kernel, target)[0], target)


def compile_packed(kernel: Node, target: Target) -> bytes:
    """The code of a scheduled kernel, made now, as `unpack` reads it."""
    try:
        return _pack(kernel, target)
    except SmeltError as error:
        if not tuning.reject(kernel, target, error):
            raise
        return _pack(kernel, target)


def _pack(kernel: Node, target: Target) -> bytes:
    made = _compile_groups(kernel, target) if target.group_size else _compile_cpu(kernel, target)
    header = {f.name: getattr(made, f.name) for f in fields(made) if f.name != "binary"}
    text = json.dumps(header).encode()
    return len(text).to_bytes(4, "little") + text + made.binary


def _compile_cpu(kernel: Node, target: Target) -> CompiledKernel:
    """Machine code."""
    from smelt.kernel.matrix import products_of
    from smelt.kernel.pieces import grid_blocks
    from smelt.render.analysis import kernel_variables
    from smelt.render.compile import compile_source
    from smelt.render.llvm import render

    changed, transforms = transformed(kernel, target)
    source = render(changed, target)
    binary = compile_source(source, target)
    return CompiledKernel(
        kernel.arg, binary, source.name, kernel_variables(kernel),
        blocks=grid_blocks(changed), products=products_of(transforms),
    )  # fmt: skip


def _compile_groups(kernel: Node, target: Target) -> CompiledKernel:
    """Text, of which the device's driver makes code when a program is loaded."""
    from smelt.render.c_style import render

    made = render(transformed(kernel, target)[0], target)
    return CompiledKernel(
        kernel.arg, made.source.text.encode(), made.source.name, made.variables,
        made.local_nbytes, made.grid, made.group, made.checks,
    )  # fmt: skip


def unpack(data: bytes) -> CompiledKernel:
    """What `compile_packed` made."""
    end = 4 + int.from_bytes(data[:4], "little")
    header: dict[str, Any] = json.loads(data[4:end])
    header |= {name: tuple(part) for name, part in header.items() if isinstance(part, list)}
    return CompiledKernel(binary=data[end:], **header)


def show_schedule(scheduled: Schedule, target: Target) -> None:
    """Print each kernel: its loops, why it ends where it does, and its transformations."""
    times = Counter(k.kernel for k in scheduled.kernels)
    tuning.with_plans({kernel: dumps([kernel]) for kernel in times}, target)  # found before shown
    for k in {k.kernel: k for k in scheduled.kernels}.values():
        _show(k, times[k.kernel], target)


def _show(scheduled: ScheduledKernel, times: int, target: Target) -> None:
    from smelt.ir.printer import format_kernel

    kernel = scheduled.kernel
    print(format_kernel(kernel) + (f"\n  runs {times} times" if times > 1 else ""))
    for number, stored in enumerate(scheduled.stored):
        if stored is not None:
            print(f"  p{number} is stored: {stored.why.value}")
    if target.device == "PYTHON":  # it interprets kernels as they are
        return
    changed, transforms = transformed(kernel, target)
    print("  " + "; ".join(str(t) for t in transforms) if transforms else "  as it is")
    if flags.DEBUG.value >= 4:
        print(format_kernel(changed))
        print(source_of(kernel, target).text)


@cache
def compiler_digest() -> str:
    """Changes whenever smelt's compiler does, or LLVM."""
    from llvmlite import __version__

    return f"{digest_of(Path(__file__).parent.parent)} {__version__}"


def digest_of(root: Path) -> str:
    """The digest of the compiler's sources in the package folder `root`."""
    digest = hashlib.sha256()
    for pattern in COMPILER:
        for file in sorted(root.glob(pattern)):
            content = file.read_bytes()
            digest.update(f"{file.name} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()
