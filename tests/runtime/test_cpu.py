"""The CPU runtime: memory, loading, running, threads."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import ml_dtypes
import numpy as np
import pytest

from smelt.dtype import DType, all_dtypes, dtypes
from smelt.program import CompiledKernel, SlotKind
from smelt.runtime import native
from smelt.runtime.cpu import CpuRuntime
from smelt.util import flags
from smelt.util.errors import CompileError, OutOfRangeError
from tests.runtime.kernels import (
    SIZE,
    TARGET,
    kernel,
    mixed,
    mixing_program,
    program,
    replay,
    slot,
)  # fmt: skip

TWENTY = [True, True, False, False, True] * 4
PATTERNS = [
    [True], [False], [True, True], [False, True], [True, False], [False, False, True, True, False],
    [True, False, True, False, True], [False] * 7, [True] * 9, TWENTY,
]  # fmt: skip


@pytest.fixture
def runtime() -> CpuRuntime:
    return CpuRuntime(TARGET)


def in_a_process(code: str, timeout_s: float = 60, **environment: str) -> str:
    """What a script prints that has the kernels of the tests and a runtime; it must succeed."""
    preamble = """
        import os, signal, sys, threading, time
        import numpy as np
        from smelt.dtype import dtypes
        from smelt.runtime.cpu import CpuRuntime
        from tests.runtime.kernels import *
        runtime = CpuRuntime(TARGET)
    """
    script = textwrap.dedent(preamble) + textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, timeout=timeout_s, env={**os.environ, **environment},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), (done.stdout, done.stderr, done.returncode)
    return done.stdout


# ---- memory -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", list(all_dtypes()), ids=str)
def test_what_is_written_is_read(runtime: CpuRuntime, dtype: DType) -> None:
    data = (np.arange(12) % 5).astype(dtype.np)
    memory = runtime.allocate(data.nbytes)
    runtime.write(memory, data.reshape(3, 4))
    got = runtime.read(memory, dtype, 7)
    assert got.dtype == dtype.np
    assert got.tobytes() == data[:7].tobytes()


def test_a_read_is_a_copy(runtime: CpuRuntime) -> None:
    memory = runtime.allocate(8)
    runtime.write(memory, np.array([1.0]))
    got = runtime.read(memory, dtypes.float64, 1)
    runtime.write(memory, np.array([2.0]))
    assert got.tolist() == [1.0]


def test_memory_of_no_bytes(runtime: CpuRuntime) -> None:
    memory = runtime.allocate(0)
    runtime.write(memory, np.zeros((0, 3), ml_dtypes.bfloat16))
    assert runtime.read(memory, dtypes.bfloat16, 0).size == 0


# ---- running ------------------------------------------------------------------------------------


@pytest.mark.parametrize("parallel", PATTERNS, ids=lambda p: "".join("sp"[i] for i in p))
@pytest.mark.parametrize("threads", [1, 2, 3, 5])
def test_steps_see_what_earlier_ones_wrote(
    runtime: CpuRuntime, parallel: list[bool], threads: int
) -> None:
    with flags.Context(SMELT_THREADS=threads):
        replay(runtime, parallel, 20)


def test_a_part_of_a_program(runtime: CpuRuntime) -> None:
    # in -> out by three steps over memory of their own, so that each can be looked at
    steps = [(0, (i + 1, i), bool(i % 2)) for i in range(3)]
    loaded = runtime.load(program([kernel("mix")], steps, [slot() for _ in range(4)]))
    memories = [runtime.allocate(SIZE * 8) for _ in range(4)]
    x = np.arange(SIZE)
    for memory in memories:
        runtime.write(memory, x)
    runtime.run(loaded, memories, (), 1, 2)
    after = [runtime.read(memory, dtypes.int64, SIZE) for memory in memories]
    assert [(a == x).all() for a in after] == [True, True, False, True]
    assert (after[2] == mixed(x, 1)).all()
    runtime.run(loaded, memories, (), 2)
    assert (runtime.read(memories[3], dtypes.int64, SIZE) == mixed(x, 2)).all()
    runtime.run(loaded, memories, (), 1, 1)  # nothing


def test_variables_reach_each_kernel_in_its_own_order(runtime: CpuRuntime) -> None:
    kernels = [kernel("axpy", ("scale", "shift")), kernel("axpy", ("shift", "scale"))]
    steps = [(0, (0, 2), True), (1, (1, 2), False)]
    names = ("unused", "shift", "scale")
    loaded = runtime.load(program(kernels, steps, [slot(), slot(), slot()], names))
    memories = [runtime.allocate(SIZE * 8) for _ in range(3)]
    for memory in memories:
        runtime.write(memory, np.ones(SIZE, np.int64))
    runtime.run(loaded, memories, (99, -5, 7))
    first, second = (runtime.read(memory, dtypes.int64, SIZE) for memory in memories[:2])
    assert (first == 1 + 7 - 5).all()
    assert (second == 1 - 5 + 7).all()
    runtime.run(loaded, memories, (99, -5, 10))
    assert (runtime.read(memories[0], dtypes.int64, SIZE) == first + 10 - 5).all()


def test_a_reduction_behind_parallel_steps(runtime: CpuRuntime) -> None:
    steps = [(0, (1, 0), True), (1, (2, 1), False)]
    slots = [slot(), slot(SlotKind.ARENA), slot(SlotKind.OUTPUT)]
    loaded = runtime.load(program([kernel("mix"), kernel("sum")], steps, slots))
    source, result = runtime.allocate(SIZE * 8), runtime.allocate(8)
    runtime.write(source, np.arange(SIZE))
    runtime.run(loaded, [source, None, result], ())
    assert runtime.read(result, dtypes.int64, 1)[0] == mixed(np.arange(SIZE), 1).sum()


def test_an_empty_program(runtime: CpuRuntime) -> None:
    runtime.run(runtime.load(program([], [], [])), [], ())


@pytest.mark.parametrize("parallel", [False, True])
def test_an_index_outside_is_an_error_that_names_the_kernel(
    runtime: CpuRuntime, parallel: bool
) -> None:
    kernels = [kernel("mix"), kernel("check", name="rows"), kernel("check", name="columns")]
    steps = [(0, (3, 0), True), (1, (2, 1), parallel), (2, (2, 1), True), (0, (3, 0), True)]
    loaded = runtime.load(program(kernels, steps, [slot() for _ in range(4)]))
    memories = [runtime.allocate(SIZE * 8) for _ in range(4)]
    for memory in memories:
        runtime.write(memory, np.arange(SIZE))
    runtime.run(loaded, memories, ())
    bad = np.arange(SIZE)
    bad[SIZE - 3] = -2
    runtime.write(memories[1], bad)
    with pytest.raises(OutOfRangeError, match=r"index -2 in kernel rows.*0 <= index < 64"):
        runtime.run(loaded, memories, ())
    with pytest.raises(OutOfRangeError, match="kernel columns"):
        runtime.run(loaded, memories, (), 2)
    runtime.write(memories[1], np.arange(SIZE))
    runtime.run(loaded, memories, ())  # an error leaves nothing behind


@pytest.mark.parametrize("parallel", [False, True])
def test_profile_times_each_step(runtime: CpuRuntime, parallel: bool) -> None:
    steps = [(0, (1, 0), parallel), (1, (3, 2), parallel), (0, (1, 0), parallel)]
    kernels = [kernel("mix"), kernel("slow")]
    loaded = runtime.load(program(kernels, steps, [slot() for _ in range(4)]))
    memories = [runtime.allocate(SIZE * 8) for _ in range(4)]
    runtime.write(memories[2], np.full(SIZE, 20_000))
    runs = []
    for _ in range(8):
        start = time.perf_counter()
        runs.append(runtime.profile(loaded, memories, ()))
        assert sum(runs[-1]) <= time.perf_counter() - start
        assert min(runs[-1]) >= 0
    shortest = np.min(runs, axis=0)
    assert shortest.shape == (3,)
    assert shortest[1] > 0.0001
    assert max(shortest[0], shortest[2]) < shortest[1] / 2


# ---- loading ------------------------------------------------------------------------------------


def test_equal_kernels_are_loaded_once_and_unloaded_when_unused(runtime: CpuRuntime) -> None:
    text = "define void @alone(ptr %a, ptr %v, i64 %t, i64 %n) {\n  ret void\n}"
    binary = native.compile_text(text)
    unused = (bytes(binary), ("alone",))
    one = CompiledKernel("one", binary, "alone")
    other = CompiledKernel("other", bytes(bytearray(binary)), "alone")
    first = runtime.load(program([one], [(0, (), False)], []))
    second = runtime.load(program([other, other], [(0, (), False), (1, (), True)], []))
    code = native.load_object(*unused)
    assert {id(c) for c in (*first._code, *second._code)} == {id(code)}
    del first, code
    gc.collect()
    assert unused in native._loaded
    runtime.run(second, [], ())
    del second
    gc.collect()
    assert unused not in native._loaded


def test_kernels_of_one_name_do_not_clash(runtime: CpuRuntime) -> None:
    text = """
        define void @same(ptr %args, ptr %v, i64 %t, i64 %n) {{
          %out = load ptr, ptr %args
          store i64 {}, ptr %out
          ret void
        }}
    """
    kernels = [CompiledKernel("same", native.compile_text(text.format(n)), "same") for n in (5, 6)]
    steps = [(0, (0,), False), (1, (1,), False)]
    loaded = runtime.load(program(kernels, steps, [slot(), slot()]))
    memories = [runtime.allocate(8), runtime.allocate(8)]
    runtime.run(loaded, memories, ())
    assert [runtime.read(m, dtypes.int64, 1)[0] for m in memories] == [5, 6]


def test_loading_without_end_keeps_no_memory(
    runtime: CpuRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "_LIBRARIES_OF_A_JIT", 3)
    monkeypatch.setattr(native, "_jit_room", 0)
    code = kernel("sum")
    binaries = [code.binary + bytes(i) for i in range(1, 9)]  # each one is another object
    early = native.load_object(binaries[0], ("sum",))
    jits = {id(native.load_object(binary, ("sum",))._jit): binary for binary in binaries}
    assert len(jits) >= 2
    gc.collect()
    del early
    assert not any((binary, ("sum",)) in native._loaded for binary in binaries)


@pytest.mark.parametrize(
    ("binary", "entry"),
    [(b"", "f"), (b"\x7fELF nonsense", "f"), (b"x" * 1000, "f"), (None, "not_there")],
)
def test_code_that_cannot_be_loaded(runtime: CpuRuntime, binary: bytes | None, entry: str) -> None:
    code = kernel("mix").binary if binary is None else binary
    bad = CompiledKernel("bad", code, entry)
    with pytest.raises(CompileError, match=entry):
        runtime.load(program([bad], [(0, (), False)], []))


# ---- threads ------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [2, 4])
def test_many_replays(runtime: CpuRuntime, threads: int) -> None:
    with flags.Context(SMELT_THREADS=threads):
        replay(runtime, TWENTY, 20_000)


@pytest.mark.parametrize("threads", [2, 5])
def test_each_part_is_carried_out_exactly_once(runtime: CpuRuntime, threads: int) -> None:
    steps = [(0, (0, 1), i % 5 != 3) for i in range(10)]
    variables = ("scale", "shift")
    loaded = runtime.load(program([kernel("axpy", variables)], steps, [slot(), slot()], variables))
    total, one = runtime.allocate(SIZE * 8), runtime.allocate(SIZE * 8)
    runtime.write(total, np.zeros(SIZE, np.int64))
    runtime.write(one, np.ones(SIZE, np.int64))
    with flags.Context(SMELT_THREADS=threads):
        for i in range(3_000):
            runtime.run(loaded, [total, one], (1, 0))
            counts = runtime.read(total, dtypes.int64, SIZE)
            assert (counts == 10 * (i + 1)).all(), (i, counts)


def test_replays_with_pauses_in_which_workers_fall_asleep(runtime: CpuRuntime) -> None:
    with flags.Context(SMELT_THREADS=3):
        for pause_s in (0.0, 0.00002, 0.0001, 0.001) * 50:
            replay(runtime, TWENTY, 2)
            time.sleep(pause_s)


def test_a_slow_serial_step_in_which_workers_fall_asleep(runtime: CpuRuntime) -> None:
    steps = [(0, (1, 0), True), (1, (3, 2), False), (0, (0, 1), True)]
    loaded = runtime.load(program([kernel("mix"), kernel("slow")], steps, [slot()] * 4))
    memories = [runtime.allocate(SIZE * 8) for _ in range(4)]
    runtime.write(memories[2], np.full(SIZE, 3000))
    x = np.arange(SIZE)
    runtime.write(memories[0], x)
    with flags.Context(SMELT_THREADS=3):
        for i in range(20):
            runtime.run(loaded, memories, ())
            x = mixed(x, 2)
            assert (runtime.read(memories[0], dtypes.int64, SIZE) == x).all(), i


def test_parts_of_uneven_length(runtime: CpuRuntime) -> None:
    # Who is done early falls asleep and has to be woken: the caller, then a worker.
    steps = [(0, (3, 2), True), (1, (1, 0), True), (1, (0, 1), False)]
    loaded = runtime.load(program([kernel("slow"), kernel("mix")], steps, [slot()] * 4))
    memories = [runtime.allocate(SIZE * 8) for _ in range(4)]
    x = np.arange(SIZE)
    runtime.write(memories[0], x)
    with flags.Context(SMELT_THREADS=2):
        for i in range(40):
            limits = np.ones(SIZE, np.int64)
            limits[-1 if i % 2 else 0] = 500_000
            runtime.write(memories[2], limits)
            runtime.run(loaded, memories, ())
            x = mixed(x, 2)
            assert (runtime.read(memories[0], dtypes.int64, SIZE) == x).all(), i
            assert (runtime.read(memories[3], dtypes.int64, SIZE) == limits).all(), i


def test_workers_take_their_part_also_after_a_sleep(runtime: CpuRuntime) -> None:
    loaded = runtime.load(program([kernel("who")], [(0, (1, 0), True)], [slot(), slot()]))
    memories = [runtime.allocate(SIZE * 8) for _ in range(2)]
    runtime.write(memories[0], np.full(SIZE, 100_000))
    shared = 0
    end = time.monotonic() + 30  # the other cores may be taken
    with flags.Context(SMELT_THREADS=2):
        while shared < 3 and time.monotonic() < end:
            time.sleep(0.001)
            runtime.run(loaded, memories, ())
            stacks = runtime.read(memories[1], dtypes.int64, SIZE)
            shared += len(np.unique(stacks)) == 2
    assert shared == 3


def run_in_threads(*functions: Callable[[], None]) -> None:
    with ThreadPoolExecutor(len(functions)) as executor:
        for done in [executor.submit(function) for function in functions]:
            done.result()


def test_two_threads_of_python_run_programs_at_once(runtime: CpuRuntime) -> None:
    def work(seed: int) -> None:
        with flags.Context(SMELT_THREADS=2 + seed):
            replay(runtime, TWENTY, 5_000, seed)

    run_in_threads(*(lambda seed=seed: work(seed) for seed in range(3)))


def test_one_program_in_two_threads_of_python(runtime: CpuRuntime) -> None:
    loaded = runtime.load(mixing_program(TWENTY))

    def work(seed: int) -> None:
        source, result = runtime.allocate(SIZE * 8), runtime.allocate(SIZE * 8)
        x = np.arange(SIZE) + seed
        runtime.write(source, x)
        for _ in range(3_000):
            runtime.run(loaded, [source, result, None, None], ())
            assert (runtime.read(result, dtypes.int64, SIZE) == mixed(x, 20)).all()

    run_in_threads(lambda: work(1), lambda: work(2))


def test_busy_neighbours_hold_nobody_up(runtime: CpuRuntime) -> None:
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        with flags.Context(SMELT_THREADS=4):
            replay(runtime, TWENTY, 3_000)
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def test_a_fork_has_a_pool_of_its_own() -> None:
    code = """
        replay(runtime, [True, False, True], 100)
        child = os.fork()
        replay(runtime, [True, False, True], 2000)
        if child == 0:
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        second = os.fork()  # of a process whose workers are awake
        if second == 0:
            sys.exit(0)  # the ordinary way out
        assert os.waitpid(second, 0)[1] == 0
        print("fine")
    """
    assert in_a_process(code, SMELT_THREADS="3") == "fine\n"


def test_a_fork_while_another_thread_runs_programs() -> None:
    code = """
        stop = False
        def work():
            while not stop:
                replay(runtime, [True, False, True], 50)
        thread = threading.Thread(target=work)
        thread.start()
        for _ in range(10):
            child = os.fork()
            if child == 0:
                replay(runtime, [True, True], 50)
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
        stop = True
        thread.join()
        print("fine")
    """
    assert in_a_process(code, SMELT_THREADS="2") == "fine\n"


def test_the_interpreter_exits_at_once() -> None:
    code = """
        held = runtime.allocate(1 << 20)
        loaded = runtime.load(mixing_program([True]))
        cycle = [runtime.load(mixing_program([False]))]
        cycle.append(cycle)
        replay(runtime, [True, True], 10)
        print(time.time())
    """
    ended = float(in_a_process(code, SMELT_THREADS="4"))
    assert time.time() - ended < 2.0


def test_the_interpreter_exits_while_a_daemon_runs_programs() -> None:
    code = """
        def work():
            while True:
                replay(runtime, [True, True], 1000)
        threading.Thread(target=work, daemon=True).start()
        time.sleep(0.2)
        print("fine")
    """
    assert in_a_process(code, SMELT_THREADS="2") == "fine\n"


def test_ctrl_c_comes_through_after_the_call() -> None:
    code = """
        steps = [(0, (1, 0), True)]
        loaded = runtime.load(program([kernel("slow")], steps, [slot(), slot()]))
        memories = [runtime.allocate(SIZE * 8) for _ in range(2)]
        runtime.write(memories[0], np.full(SIZE, 1_000_000))
        threading.Timer(0.02, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            while True:
                runtime.run(loaded, memories, ())
        except KeyboardInterrupt:
            replay(runtime, [True, True], 100)
            print("fine")
    """
    assert in_a_process(code, SMELT_THREADS="2") == "fine\n"


def test_idle_workers_use_no_time() -> None:
    code = """
        replay(runtime, [True, True], 10)
        time.sleep(0.05)
        before = time.process_time()
        time.sleep(0.5)
        print(time.process_time() - before)
    """
    assert float(in_a_process(code, SMELT_THREADS="4")) < 0.02


def test_serial_programs_start_no_threads() -> None:
    code = """
        replay(runtime, [False, False], 10)
        print(threading.active_count())
    """
    assert in_a_process(code, SMELT_THREADS="4") == "1\n"


def test_missing_workers_are_replaced_by_the_caller() -> None:
    code = """
        def refuse(self):
            raise RuntimeError("can't start new thread")
        threading.Thread.start = refuse
        sys.stderr = sys.stdout
        replay(runtime, [True, False, True], 100)
    """
    assert "only 1 threads" in in_a_process(code, SMELT_THREADS="4")
