"""Kernels that a device's driver builds from their text: once in a process, once on a machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from smelt.program import CompiledKernel
from smelt.util.disk_cache import keep, lookup
from smelt.util.errors import CompileError

M = TypeVar("M")  # what the driver makes of a text: a module with kernels


class Builder(Generic[M]):
    """Finds or builds the modules that kernels are in, and keeps their binaries on disk.

    `build` makes a module and its binary of a text, `restore` a module of a binary. Both raise
    `refusal` if the driver will not have it: a text in error is a CompileError, and a binary of
    another driver, or a damaged one, costs another build. `key` says all that a binary depends on
    besides the text: the device, the version of its driver, the language.
    """

    def __init__(
        self,
        key: str,
        build: Callable[[str], tuple[M, bytes]],
        restore: Callable[[bytes], M],
        refusal: type[Exception],
    ):
        self._key = key + " "
        self._build, self._restore, self._refusal = build, restore, refusal
        self._modules: dict[str, M] = {}  # by what they are called on disk
        self._places: dict[bytes, tuple[str, str]] = {}  # text -> module, name in it

    def find(self, kernels: Sequence[CompiledKernel]) -> list[tuple[M, str]]:
        """The module of each kernel and its name in there. What is new is built in one go.

        For OpenCL that takes a third of the time. Raises CompileError with what the driver says.
        """
        new = [k for k in dict.fromkeys(kernels) if not self._is_there(k)]
        if new:
            self._build_all(new)
        places = [self._places[k.binary] for k in kernels]
        return [(self._modules[module], name) for module, name in places]

    def _is_there(self, kernel: CompiledKernel) -> bool:
        """Whether the kernel is there, in this process or on disk."""
        if kernel.binary in self._places:
            return True
        place = lookup(self._key + kernel.binary.decode())
        if place is None:
            return False
        module, name = place.decode().split()
        if module not in self._modules:
            binary = lookup(self._key + module)
            if binary is None:
                return False
            try:
                self._modules[module] = self._restore(binary)
            except self._refusal:
                return False
        self._places[kernel.binary] = module, name
        return True

    def _build_all(self, kernels: Sequence[CompiledKernel]) -> None:
        names = [f"{kernel.entry}_{i}" for i, kernel in enumerate(kernels)]
        text = _joined(kernels, names)
        module = hashlib.sha256(text.encode()).hexdigest()
        try:
            self._modules[module], binary = self._build(text)
        except self._refusal as error:
            called = ", ".join(k.name for k in kernels)
            raise CompileError(
                f"compile of {called}", str(error), "a text without errors"
            ) from None
        keep(self._key + module, binary)
        for kernel, name in zip(kernels, names, strict=True):
            self._places[kernel.binary] = module, name
            keep(self._key + kernel.binary.decode(), f"{module} {name}".encode())


def _joined(kernels: Sequence[CompiledKernel], names: Sequence[str]) -> str:
    """The texts as one, with other names for the entries, in a language with C's preprocessor."""
    parts = []
    for kernel, name in zip(kernels, names, strict=True):
        text = kernel.binary.decode()
        parts += [f"#define {kernel.entry} {name}", text, f"#undef {kernel.entry}"]
    return "\n".join(parts)
