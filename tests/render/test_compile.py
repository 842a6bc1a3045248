"""From LLVM IR text to an object, and what a target is."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from smelt.program import KernelSource
from smelt.render import compile as compile_module
from smelt.render.compile import assembly, compile_source, cpu_target, host_target
from smelt.render.llvm import render
from smelt.util import flags
from smelt.util.errors import CompileError, FlagError
from tests.render.llvm_cases import elementwise


def test_text_that_llvm_refuses() -> None:
    source = render(elementwise(8, 8)[0], host_target())
    broken = KernelSource(source.name, source.language, source.text.replace("fmul", "fnord", 1))
    with pytest.raises(CompileError, match="elementwise"):
        compile_source(broken, host_target())


def test_unknown_processor() -> None:
    with pytest.raises(FlagError, match=r"SMELT_CPU.*pentium"):
        cpu_target("pentium")


def test_compile_time() -> None:
    """A small kernel compiles in some 10 ms; this is a guard against passes that take long."""
    source = render(elementwise(77, 16)[0], host_target())
    compile_source(source, host_target())
    begin = time.perf_counter()
    compile_source(source, host_target())
    assert time.perf_counter() - begin < 0.2


def test_smelt_cpu_names_the_target() -> None:
    with flags.Context(SMELT_CPU="x86-64-v2"):
        limited = host_target()
        nbytes = compile_module._machine().cache_nbytes
        assert limited == replace(cpu_target("x86-64-v2"), cache_nbytes=nbytes)
    assert host_target() != cpu_target("x86-64-v2")


@pytest.mark.parametrize(
    ("name", "register"), [("x86-64-v2", "xmm"), ("x86-64-v3", "ymm"), ("x86-64-v4", "zmm")]
)
def test_vectors_are_as_wide_as_the_target_has_them(name: str, register: str) -> None:
    target = cpu_target(name)
    source = render(elementwise(1024, target.vector_bytes // 4)[0], target)
    assert f"%{register}" in assembly(source, target)


def test_a_processor_that_this_machine_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = cpu_target("x86-64-v2")
    monkeypatch.setattr("smelt.render.compile._machine", lambda: machine)
    with flags.Context(SMELT_CPU="x86-64-v3"), pytest.raises(FlagError, match=r"lacks.*avx2"):
        host_target()
