"""The PYTHON device: programs run step by step in the interpreter."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from smelt.dtype import DType, all_dtypes, dtypes
from smelt.ir import node as n
from smelt.ir.op import AxisKind, Op
from smelt.ir.serialize import dumps
from smelt.program import CompiledKernel, Cost, Program, Runtime, Slot, SlotKind, Step
from smelt.runtime.python import PythonRuntime, compile_kernel
from smelt.util import memory as machine
from smelt.util.errors import (
    AllocationError,
    ArgumentError,
    FileFormatError,
    OutOfRangeError,
)

F = dtypes.float32
FREE = Cost(0, 0, 0)
POS = n.variable("pos", 0, 4)


def elementwise(name: str, op: Op) -> CompiledKernel:
    """p0[i] = p1[i] op (pos + i) for i < 4."""
    i = n.loop_range(4, 0, AxisKind.GRID)
    value = n.alu(op, n.load(n.param(1, F, 4), i), n.cast(POS + i, F))
    return compile_kernel(n.kernel(name, [i], [n.store(n.param(0, F, 4), i, value)]))


def program() -> Program:
    """out = (x + (pos + i)) * (pos + i), by way of the arena, at an offset."""
    slots = (
        Slot(SlotKind.INPUT, F, 4),
        Slot(SlotKind.ARENA, F, 4, offset=64),
        Slot(SlotKind.OUTPUT, F, 4),
    )
    kernels = (elementwise("add", Op.ADD), elementwise("mul", Op.MUL))
    steps = (Step(0, (1, 0), FREE, False), Step(1, (2, 1), FREE, True))
    return Program("PYTHON", kernels, steps, slots, 128, ("other", "pos"))


@pytest.fixture
def runtime() -> Runtime:
    return PythonRuntime()


def upload(runtime: Runtime, values: list[float]) -> object:
    memory = runtime.allocate(4 * len(values))
    runtime.write(memory, np.array(values, np.float32))
    return memory


def test_a_program_runs(runtime: Runtime) -> None:
    loaded = runtime.load(pickle.loads(pickle.dumps(program())))
    x, out = upload(runtime, [1, 2, 3, 4]), runtime.allocate(16)
    for pos in (0, 3):
        runtime.run(loaded, [x, None, out], [99, pos])
        runtime.synchronize()
        want = [(v + pos + i) * (pos + i) for i, v in enumerate([1, 2, 3, 4])]
        assert runtime.read(out, F, 4).tolist() == want
    assert loaded.program == program()


def test_a_program_runs_in_parts(runtime: Runtime) -> None:
    loaded = runtime.load(program())
    x, out = upload(runtime, [1, 2, 3, 4]), upload(runtime, [7, 7, 7, 7])
    runtime.run(loaded, [x, None, out], [0, 1], first=0, last=1)
    assert runtime.read(out, F, 4).tolist() == [7, 7, 7, 7]
    runtime.run(loaded, [x, None, out], [0, 1], first=1)
    assert runtime.read(out, F, 4).tolist() == [2, 8, 18, 32]


def test_a_kernel_names_its_variables() -> None:
    kernel = elementwise("add", Op.ADD)
    assert (kernel.name, kernel.entry, kernel.variables) == ("add", "add", ("pos",))


@pytest.mark.parametrize("dtype", list(all_dtypes()), ids=lambda d: d.name)
@pytest.mark.parametrize("shape", [(), (3, 2), (0,), (2, 0, 3)], ids=str)
def test_write_and_read(runtime: Runtime, dtype: DType, shape: tuple[int, ...]) -> None:
    data = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype.np)
    memory = runtime.allocate(data.nbytes + 3)
    runtime.write(memory, data)
    back = runtime.read(memory, dtype, data.size)
    assert back.dtype == dtype.np
    assert back.tolist() == data.reshape(-1).tolist()
    if back.size:
        back[:] = np.zeros((), dtype.np)  # a copy: the memory keeps its contents
        assert runtime.read(memory, dtype, data.size).tolist() == data.reshape(-1).tolist()


def test_write_takes_arrays_of_any_strides(runtime: Runtime) -> None:
    data = np.arange(6, dtype=np.int16).reshape(2, 3).T
    memory = runtime.allocate(12)
    runtime.write(memory, data)
    assert runtime.read(memory, dtypes.int16, 6).tolist() == [0, 3, 1, 4, 2, 5]


def test_an_index_outside_raises(runtime: Runtime) -> None:
    i = n.loop_range(2, 0)
    at = n.load(n.param(1, dtypes.int32, 2), i)
    read = n.load(n.param(2, F, 3), at)
    kernel = compile_kernel(n.kernel("gather", [i], [n.store(n.param(0, F, 2), i, read)]))
    slots = tuple(Slot(SlotKind.INPUT, d, s) for d, s in ((F, 2), (dtypes.int32, 2), (F, 3)))
    loaded = runtime.load(
        Program("PYTHON", (kernel,), (Step(0, (0, 1, 2), FREE, False),), slots, 0, ())
    )
    out, index, table = runtime.allocate(8), runtime.allocate(8), upload(runtime, [5, 6, 7])
    runtime.write(index, np.array([2, 0], np.int32))
    runtime.run(loaded, [out, index, table], [])
    assert runtime.read(out, F, 2).tolist() == [7, 5]
    runtime.write(index, np.array([2, 3], np.int32))
    with pytest.raises(OutOfRangeError, match=r"index 3, expected an index in \[0, 3\)"):
        runtime.run(loaded, [out, index, table], [])


def test_bad_input(runtime: Runtime) -> None:
    loaded = runtime.load(program())
    x, small = upload(runtime, [1, 2, 3, 4]), runtime.allocate(15)
    with pytest.raises(ArgumentError, match="no memory for slot 2"):
        runtime.run(loaded, [x, None, None], [0, 0])
    with pytest.raises(ArgumentError, match="16 bytes at 0 of a memory of 15"):
        runtime.run(loaded, [x, None, small], [0, 0])
    with pytest.raises(ArgumentError, match="of a memory of 15"):
        runtime.read(small, F, 4)
    with pytest.raises(ArgumentError, match="of a memory of 15"):
        runtime.write(small, np.zeros(4, np.float32))
    for binary in (b"not a kernel", dumps([]), dumps([POS])):
        with pytest.raises(FileFormatError):
            runtime.load(Program("PYTHON", (CompiledKernel("k", binary, "k"),), (), (), 0, ()))


@pytest.mark.parametrize("nbytes", [1 << 45, 1 << 62, 1 << 70])
def test_memory_that_cannot_be_had(runtime: Runtime, nbytes: int) -> None:
    with pytest.raises(AllocationError, match=f"{nbytes >> 40}.0 TiB"):
        runtime.allocate(nbytes)


def test_numpy_out_of_memory(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available_bytes", lambda: None)  # a machine that does not say
    with pytest.raises(AllocationError, match=r"TiB"):
        runtime.allocate(1 << 60)
    with pytest.raises(AllocationError, match=r"TiB"):
        runtime.allocate(1 << 70)
