"""What every device must do: one suite, run on each. The interpreter of graphs is the judge."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from smelt import Device, Tensor, Variable, stats
from smelt.dtype import DType, all_dtypes, dtypes
from smelt.engine import from_numpy, realize, to_numpy
from smelt.engine.device import missing
from smelt.engine.memory import contents
from smelt.ir import node as ir
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import Node
from smelt.ir.op import ELEMENTWISE, OPS, REDUCERS, Op
from smelt.util.errors import AllocationError, DeviceError, OutOfRangeError

DEVICES = [name for name in Device.names() if missing(name) is None]
DTYPES = list(all_dtypes())
on_each_device = pytest.mark.parametrize("device", DEVICES)
TOLERANCES = {1: 0.15, 2: 2e-2, 4: 2e-5, 8: 1e-12}
SHAPES = [(), (1,), (0,), (7,), (64,), (3, 5), (4, 0, 2), (2, 3, 17)]


def values(dtype: DType, shape: Sequence[int], seed: int = 0) -> np.ndarray[Any, Any]:
    """Numbers that no operation takes out of range."""
    rng = np.random.default_rng(seed)
    if dtype.is_bool:
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.is_int:
        return rng.integers(-20 if dtype.is_signed else 0, 20, shape).astype(dtype.np)
    return rng.uniform(-4, 4, shape).astype(dtype.np)


def leaf(device: str, dtype: DType, shape: Sequence[int], seed: int = 0) -> Node:
    return from_numpy(values(dtype, shape, seed), device)


def check(device: str, *roots: Node, variables: dict[str, int] | None = None) -> None:
    """The roots on the device are what the interpreter of graphs says."""
    variables = variables or {}
    refs = [n.arg for n in ir.toposort(roots) if n.op is Op.BUFFER]
    expected = evaluate_graph(roots, {r: contents(r) for r in refs}, variables)
    for root, want in zip(roots, expected, strict=True):
        got = to_numpy(root, variables, device)
        assert got.dtype == want.dtype and got.shape == want.shape
        tolerance = (
            {1: 0.15, 2: 2e-2, 4: 2e-5, 8: 1e-12}[want.itemsize] if root.dtype.is_float else 0
        )
        np.testing.assert_allclose(
            got.astype(np.float64), want.astype(np.float64), rtol=tolerance, atol=tolerance
        )


def takes(op: Op, dtype: DType) -> bool:
    return OPS[op].dtypes == "*" or dtype.kind in OPS[op].dtypes


ALU = sorted(ELEMENTWISE - {Op.CAST, Op.BITCAST, Op.WHERE}, key=lambda op: op.name)


FLOATS = [0.0, -0.0, 1.0, -1.5, math.inf, -math.inf, math.nan, 5e-324, 1e-40, 6e-8, 7e4, 3e38, 2e9]


def telling(dtype: DType) -> np.ndarray[Any, Any]:
    """Numbers on which languages and processors differ."""
    if dtype.is_bool:
        return np.array([False, True])
    if dtype.is_int:
        bits = dtype.bits
        numbers = [int(dtype.min), int(dtype.max), 0, 1, 2, 7, bits - 1, bits, bits + 1]
        return np.array(numbers + ([-1, -2, -7] if dtype.is_signed else []), dtype.np)
    with np.errstate(all="ignore"):
        return np.array(FLOATS).astype(dtype.np)


@on_each_device
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.name)
def test_arithmetic(device: str, dtype: DType) -> None:
    """Each number with each: zeros, NaN, subnormals, what overflows, wraps or shifts too far."""
    a, b = np.meshgrid(telling(dtype), telling(dtype))
    sources = [
        from_numpy(np.concatenate([x.reshape(-1), values(dtype, (19,), seed)]), device)
        for seed, x in enumerate((a, b, a))
    ]
    taken = [op for op in ALU if takes(op, dtype)]
    check(device, *(ir.alu(op, *sources[: OPS[op].arity[0]]) for op in taken))


@on_each_device
@pytest.mark.parametrize("source", DTYPES, ids=lambda d: d.name)
def test_casts(device: str, source: DType) -> None:
    x = from_numpy(np.concatenate([telling(source), values(source, (19,))]), device)
    check(device, *(ir.cast(x, target) for target in DTYPES))
    condition = leaf(device, dtypes.bool, x.shape, 1)
    check(device, ir.where(condition, x, leaf(device, source, x.shape, 2)))


@on_each_device
@pytest.mark.parametrize("source", [d for d in DTYPES if not d.is_bool], ids=lambda d: d.name)
def test_bitcasts(device: str, source: DType) -> None:
    x = leaf(device, source, (3, 16))
    integers = (dtypes.int8, dtypes.uint16, dtypes.int32, dtypes.uint64)
    check(device, *(ir.bitcast(x, target) for target in integers))


@on_each_device
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_reductions_of_every_shape(device: str, shape: tuple[int, ...]) -> None:
    x, n = leaf(device, dtypes.float32, shape), len(shape)
    axes = [range(n), *([axis] for axis in range(n))]
    roots = [ir.reduce(x, Op.ADD, which) for which in axes]
    roots += [ir.reduce(x, op, axes[-1]) for op in REDUCERS]
    for dtype in (dtypes.int32, dtypes.bool):
        roots += [ir.reduce(leaf(device, dtype, shape), op, axes[0]) for op in REDUCERS]
    check(device, *roots)


@on_each_device
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_movement_of_every_shape(device: str, shape: tuple[int, ...]) -> None:
    x = leaf(device, dtypes.float32, shape)
    axes = range(len(shape))
    check(
        device,
        ir.reshape(x, (int(np.prod(shape)), 1)),
        ir.permute(x, tuple(reversed(axes))),
        ir.expand(ir.reshape(x, (1, *shape)), (3, *shape)),
        ir.pad(x, [(1, 2)] * len(shape)),
        ir.shrink(x, [(min(1, n), n) for n in shape]),
        ir.flip(x, axes),
    )


@on_each_device
def test_windows(device: str) -> None:
    x = ir.expand(leaf(device, dtypes.float32, (11, 1)), (11, 3))
    check(device, ir.shear(x, 0, 1, 2, 7), ir.shear(x, 0, 1, -2, 15))


@on_each_device
@pytest.mark.parametrize("index", ["int32", "int64", "uint8"])
def test_gather_and_scatter(device: str, index: str) -> None:
    table = leaf(device, dtypes.float32, (9, 5))
    idx = from_numpy(np.array([[8, 0, 3], [3, 3, 1]], index), device)
    picked = ir.load(table, idx)
    check(device, picked)
    for mode in ("set", "add"):
        check(device, ir.store(table, idx, picked + 1.0, None, mode))


@on_each_device
def test_an_index_outside_reads_nothing_and_raises(device: str) -> None:
    table = leaf(device, dtypes.float32, (9, 5))
    for wrong in (9, -1, 1 << 40):
        idx = from_numpy(np.array([0, wrong]), device)
        with pytest.raises(OutOfRangeError):
            realize([ir.load(table, idx)])
        with pytest.raises(OutOfRangeError):
            realize([ir.store(table, idx, ir.const(1.0, dtypes.float32, (2, 5)))])
    check(device, table)  # the device works on afterwards


@on_each_device
def test_shapes_of_variables(device: str) -> None:
    n = ir.variable("n", 1, 8)
    x = ir.shrink(leaf(device, dtypes.float32, (8, 6)), [(0, n), (0, 6)])
    for value in (1, 5, 8):
        check(device, x + 1.0, ir.reduce(x, Op.ADD, [0]), variables={"n": value})


@on_each_device
def test_one_program_serves_all_values_of_a_variable(device: str) -> None:
    position = Variable("position", 0, 31)
    cache = Tensor(np.arange(64.0, dtype=np.float32).reshape(32, 2), device=device)
    names = set()
    for value in (0, 7, 31):
        with stats() as counted:
            total = cache[: position.bind(value) + 1].sum(0).numpy()
        np.testing.assert_allclose(total, cache.numpy()[: value + 1].sum(0))
        names.add(tuple(counted.names))
    assert len(names) == 1


@on_each_device
def test_memory_that_cannot_be_had(device: str) -> None:
    with pytest.raises(AllocationError, match="TiB"):
        (Tensor.ones(1 << 40, device=device) + 1).realize()


@on_each_device
def test_copies_between_devices(device: str) -> None:
    for other in DEVICES:
        x = Tensor([[1.0, 2.0], [3.0, 4.0]], device=device)
        there = (x * 2).to(other)
        assert there.device == other
        assert (there + 1).to(device).tolist() == [[3.0, 5.0], [7.0, 9.0]]


def test_operands_on_two_devices_are_an_error() -> None:
    with pytest.raises(DeviceError, match="CPU and PYTHON"):
        Tensor([1.0], device="CPU") + Tensor([1.0], device="PYTHON")


@on_each_device
def test_the_same_seed_gives_the_same_numbers(device: str) -> None:
    Tensor.manual_seed(5)
    uniform = Tensor.rand(100, device=device).numpy()
    Tensor.manual_seed(5)
    np.testing.assert_array_equal(uniform, Tensor.rand(100, device="PYTHON").numpy())


THREADS = """
import hashlib, numpy as np
from smelt import Tensor
rng = np.random.default_rng(0)
a, b = (Tensor(rng.standard_normal((257, 300)).astype(np.float32)) for _ in range(2))
results = [(a @ b.T).relu(), a.softmax(), a.sum(), (a * b).sum(0), a.layernorm(), a.var(1)]
print(hashlib.sha256(b"".join(r.numpy().tobytes() for r in results)).hexdigest())
"""


def test_results_do_not_depend_on_the_number_of_threads() -> None:
    def run(threads: int) -> str:
        environment = {**os.environ, "SMELT_THREADS": str(threads)}
        return subprocess.run(
            [sys.executable, "-c", THREADS], env=environment, check=True, capture_output=True,
            text=True,
        ).stdout  # fmt: skip

    assert run(1) == run(2) == run(5) != ""
