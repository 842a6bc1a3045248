"""From kernels to code: the same by one process or several, kept by what it depends on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from smelt.dtype import dtypes
from smelt.engine import compile as compiling
from smelt.engine import compile_parallel as parallel
from smelt.engine.compile import compile_kernels, compile_packed, digest_of, unpack
from smelt.engine.device import runtime
from smelt.ir import node as ir
from smelt.ir.node import Node, kernel, load, loop_range, param, store
from smelt.ir.op import Op
from smelt.ir.serialize import dumps
from smelt.program import Target
from smelt.util.errors import CompileError
from smelt.util.flags import Context

SIZES = range(3, 11)


@pytest.fixture
def target() -> Target:
    return runtime("CPU").target


def add_one(size: int) -> Node:
    """out[i] = in[i] + 1"""
    i = loop_range(size, 0)
    value = load(param(1, dtypes.float32, size), i) + 1.0
    return kernel(f"add_one_{size}", [i], [store(param(0, dtypes.float32, size), i, value)])


def total(size: int) -> Node:
    """out[0] = sum of in"""
    i = loop_range(size, 0)
    value = ir.reduce_ranges(load(param(1, dtypes.float32, size), i), Op.ADD, [i])
    zero = ir.const(0, dtypes.index)
    return kernel(f"total_{size}", [], [store(param(0, dtypes.float32, 1), zero, value)])


KERNELS = [make(size) for size in SIZES for make in (add_one, total)]
SERIALIZED = {k: dumps([k]) for k in KERNELS}


def serial(target: Target) -> dict[Node, bytes]:
    return {k: compile_packed(k, target) for k in KERNELS}


def wait_for_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process leaves all to the worker, until that has answered or is gone."""
    compile_here = parallel._compile_here
    finish = parallel.Worker.finish

    def late(waiting: object, target: object, done: object) -> None:
        if calls:
            compile_here(waiting, target, done)  # type: ignore[arg-type]
        calls.append(None)

    def patient(worker: parallel.Worker) -> None:
        assert worker._thread is not None
        worker._thread.join(60)
        finish(worker)

    calls: list[None] = []
    monkeypatch.setattr(parallel, "_compile_here", late)
    monkeypatch.setattr(parallel.Worker, "finish", patient)


def test_workers_make_the_same_code(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = serial(target)
    wait_for_worker(monkeypatch)
    made_here = []
    monkeypatch.setattr(parallel, "compile_packed", lambda k, t: made_here.append(k))
    assert parallel.compile_parallel(SERIALIZED, target, 1) == expected
    assert made_here == []


def test_two_workers_and_this_process_share_the_work(target: Target) -> None:
    assert parallel.compile_parallel(SERIALIZED, target, 2) == serial(target)


BROKEN = {
    "does not start": "raise SystemExit(3)",
    "answers nonsense": "import os; os.write(1, b'nonsense')",
    "dies at work": "import os, sys; os.write(1, b'smelt'); sys.stdin.readline(); os._exit(9)",
    "dies in an answer": "import os; os.write(1, b'smelt' + bytes([9, 9, 0, 0]) + b'half')",
    "fails at each": "import os; os.write(1, b'smelt' + bytes(4 * 100)); input(); input()",
}


@pytest.mark.parametrize("main", BROKEN.values(), ids=BROKEN.keys())
def test_what_a_broken_worker_leaves_is_done_here(
    main: str, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "MAIN", main)
    wait_for_worker(monkeypatch)
    assert parallel.compile_parallel(SERIALIZED, target, 1) == serial(target)


def test_no_worker_can_be_started(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    assert parallel.compile_parallel(SERIALIZED, target, 1) == serial(target)


@pytest.mark.parametrize("error", [KeyboardInterrupt, CompileError("compile", "bad", "good")])
def test_workers_end_with_an_interrupted_compilation(
    error: BaseException, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def start(*args: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(popen(*args, **options))  # type: ignore[call-overload]
        return started[-1]

    def interrupted(kernel: Node, target: Target) -> bytes:
        raise error

    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.setattr(parallel, "compile_packed", interrupted)
    with pytest.raises(type(error) if isinstance(error, CompileError) else KeyboardInterrupt):
        parallel.compile_parallel(SERIALIZED, target, 2)
    assert [p.returncode is not None for p in started] == [True, True]


@pytest.mark.parametrize(
    ("threads", "kernel_s", "verify", "expected"),
    [(1, 9.0, 0, 0), (2, 9.0, 0, 1), (64, 0.11, 0, 2), (64, 0.01, 0, 0), (64, 9.0, 1, 0)],
)
def test_workers_are_started_where_it_takes_long(
    threads: int,
    kernel_s: float,
    verify: int,
    expected: int,
    target: Target,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """16 kernels, of which four are compiled before the time for the other twelve is known."""
    asked = []

    def compile_parallel(
        serialized: dict[Node, bytes], target: Target, workers: int
    ) -> dict[Node, bytes]:
        asked.append(workers)
        assert len(serialized) == len(KERNELS) - compiling.SAMPLE
        return {kernel: made[kernel] for kernel in serialized}

    def compile_slowly(kernel: Node, target: Target) -> bytes:
        now.append(now[-1] + kernel_s)
        return made[kernel]

    now = [0.0]
    made = serial(target)
    monkeypatch.setattr(compiling, "perf_counter", lambda: now[-1])
    monkeypatch.setattr(compiling, "compile_packed", compile_slowly)
    monkeypatch.setattr(parallel, "compile_parallel", compile_parallel)
    monkeypatch.setattr(compiling, "_compiled", {})
    with Context(SMELT_THREADS=threads, NOCACHE=1, VERIFY=verify):
        names = [code.name for code in compile_kernels(KERNELS, "CPU", target)]
    assert asked == ([expected] if expected else [])
    assert names == [kernel.arg for kernel in KERNELS]


def test_equal_kernels_are_compiled_once(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = []

    def counted(kernel: Node, target: Target) -> bytes:
        compiled.append(kernel)
        return compile_packed(kernel, target)

    monkeypatch.setattr(compiling, "compile_packed", counted)
    monkeypatch.setattr(compiling, "_compiled", {})
    with Context(SMELT_CACHE=tmp_path, NOCACHE=0):
        first = compile_kernels([KERNELS[0], KERNELS[1], KERNELS[0]], "CPU", target)
        assert compiled == KERNELS[:2]
        assert first[0] is first[2]
        monkeypatch.setattr(compiling, "_compiled", {})  # as another process would have it
        assert compile_kernels([KERNELS[1]], "CPU", target) == [first[1]]
        assert compiled == KERNELS[:2]


def test_packed_code_comes_back(target: Target) -> None:
    code = unpack(compile_packed(KERNELS[0], target))
    assert (code.name, code.variables) == ("add_one_3", ())
    assert code.binary.startswith(b"\x7fELF")


# ---- the digest of the compiler -----------------------------------------------------------------

PACKAGE = Path(compiling.__file__).parent.parent
CHANGES = ["ir/simplify.py", "kernel/optimize.py", "render/llvm.py", "dtype.py", "program.py"]


@pytest.fixture
def copy_of_smelt(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "smelt", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "smelt"


def test_a_copy_has_the_same_digest(copy_of_smelt: Path) -> None:
    assert digest_of(copy_of_smelt) == digest_of(PACKAGE)


@pytest.mark.parametrize("name", CHANGES)
def test_the_digest_changes_with_the_compiler(copy_of_smelt: Path, name: str) -> None:
    before = digest_of(copy_of_smelt)
    with (copy_of_smelt / name).open("a") as file:
        file.write("\n")
    assert digest_of(copy_of_smelt) != before


def test_the_digest_changes_with_a_new_or_renamed_file(copy_of_smelt: Path) -> None:
    before = digest_of(copy_of_smelt)
    (copy_of_smelt / "render" / "zzz.py").write_text("")
    added = digest_of(copy_of_smelt)
    (copy_of_smelt / "render" / "zzz.py").rename(copy_of_smelt / "render" / "zzzz.py")
    assert len({before, added, digest_of(copy_of_smelt)}) == 3


def test_the_digest_does_not_change_with_what_is_above_the_compiler(copy_of_smelt: Path) -> None:
    before = digest_of(copy_of_smelt)
    (copy_of_smelt / "tensor" / "tensor.py").write_text("")
    assert digest_of(copy_of_smelt) == before
