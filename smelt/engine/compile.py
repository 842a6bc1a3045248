"""From a scheduled KERNEL to code: transformations, source text, object; kept on disk.

The key on disk is the KERNEL itself with the target and the digest of the compiler's own sources,
so that a second process neither transforms nor renders nor loads LLVM's code generator.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

from smelt.engine.device import DEVICES
from smelt.ir.node import Node
from smelt.ir.printer import format_kernel
from smelt.ir.serialize import dumps
from smelt.ir.verify import verify_kernel
from smelt.kernel.optimize import optimize
from smelt.kernel.transforms import Transform, apply
from smelt.program import CompiledKernel, KernelSource, Target
from smelt.util import flags
from smelt.util.disk_cache import keep, lookup

_compiled: WeakKeyDictionary[Node, dict[Target, CompiledKernel]] = WeakKeyDictionary()


def compile_kernels(kernels: Sequence[Node], device: str, target: Target) -> list[CompiledKernel]:
    """The code of each kernel; equal kernels are compiled once in a process."""
    result = []
    for kernel in kernels:
        known = _compiled.setdefault(kernel, {})
        if target not in known:
            known[target] = DEVICES[device].compile(kernel, target)
        result.append(known[target])
    return result


def transformed(kernel: Node, target: Target) -> tuple[Node, list[Transform]]:
    """The kernel with its default transformations, and these."""
    transforms = optimize(kernel, target)
    result = apply(kernel, transforms)
    if flags.VERIFY.value:
        verify_kernel(result)
    return result, transforms


def source_of(kernel: Node, target: Target) -> KernelSource:
    """The source text of a scheduled kernel."""
    from smelt.render.llvm import render

    return render(transformed(kernel, target)[0], target)


def compile_llvm(kernel: Node, target: Target) -> CompiledKernel:
    """Machine code, from disk if it was made before."""
    if flags.DEBUG.value >= 3:
        _show(kernel, target)
    key = f"kernel {_compiler_digest()} {target} {dumps([kernel]).decode()}"
    found = lookup(key)
    if found is None:
        made = _compile_new(kernel, target)
        keep(key, _pack(made))
        return made
    return _unpack(found)


def _compile_new(kernel: Node, target: Target) -> CompiledKernel:
    from smelt.render.compile import compile_source
    from smelt.render.llvm import kernel_variables

    source = source_of(kernel, target)
    binary = compile_source(source, target)
    return CompiledKernel(kernel.arg, binary, source.name, kernel_variables(kernel))


def _show(kernel: Node, target: Target) -> None:
    changed, transforms = transformed(kernel, target)
    print(format_kernel(kernel))
    print("  " + "; ".join(str(t) for t in transforms) if transforms else "  as it is")
    if flags.DEBUG.value >= 4:
        print(format_kernel(changed))
        print(source_of(kernel, target).text)


def _pack(kernel: CompiledKernel) -> bytes:
    header = {"name": kernel.name, "entry": kernel.entry, "variables": kernel.variables}
    text = json.dumps(header).encode()
    return len(text).to_bytes(4, "little") + text + kernel.binary


def _unpack(data: bytes) -> CompiledKernel:
    end = 4 + int.from_bytes(data[:4], "little")
    header = json.loads(data[4:end])
    variables = tuple(header["variables"])
    return CompiledKernel(header["name"], data[end:], header["entry"], variables)


@cache
def _compiler_digest() -> str:
    """Changes whenever smelt's compiler does."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parent.parent
    for folder in ("ir", "kernel", "render"):
        for file in sorted((root / folder).glob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
