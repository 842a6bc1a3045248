"""The default transformations for devices of work-groups, against the interpreter of kernels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from smelt import Tensor
from smelt.ir.interpreter import evaluate_kernel
from smelt.ir.node import Node, toposort
from smelt.ir.op import AxisKind, Op
from smelt.ir.verify import verify_kernel
from smelt.kernel.groups import optimized
from smelt.kernel.transforms import Share
from smelt.program import Target
from smelt.schedule.lower import schedule

GPU = Target("CL", "", "", "", 1, 64, group_size=256, local_nbytes=1 << 15)


def data(*shape: int) -> Tensor:
    return Tensor(np.zeros(shape, np.float32))


CASES: dict[str, Callable[[], Tensor]] = {
    "map": lambda: data(37, 100) * data(100) + 1,
    "one": lambda: data(1) + 1,
    "sum of all": lambda: data(70, 90).sum(),
    "sum of few rows": lambda: data(5, 333).sum(1),
    "maximum of few columns": lambda: data(333, 3).max(0),
    "sum of short rows": lambda: data(500, 7).sum(1),
    "softmax": lambda: data(9, 200).softmax(),
    "softmax of short rows": lambda: data(9, 20).softmax(),
    "layernorm": lambda: data(3, 4, 130).layernorm(),
    "matmul": lambda: (data(64, 33) @ data(33, 40)).relu(),
    "vector times matrix": lambda: data(200) @ data(200, 3),
    "attention": lambda: (data(2, 5, 70) @ data(2, 70, 5)).softmax() @ data(2, 5, 70),
    "gradient of an embedding": lambda: _embedding(),
}


def _embedding() -> Tensor:
    table = data(20, 70)
    table.requires_grad = True
    index = Tensor(np.array([3, 3, 19, 0], np.int32))
    return table[index].gradient(table, gradient=data(4, 70))[0]


def kernels(tensor: Tensor) -> list[Node]:
    return [k.kernel for k in schedule([tensor.node]).kernels]


@pytest.mark.parametrize("case", CASES)
def test_the_transformed_kernel_is_the_same(case: str) -> None:
    rng = np.random.default_rng(0)
    for built in kernels(CASES[case]()):
        changed, _ = optimized(built, GPU)
        verify_kernel(changed)
        params = {n.arg: n for n in toposort([built]) if n.op is Op.PARAM}
        args = [rng.integers(0, 3, params[i].shape[0]) for i in range(len(params))]
        args = [a.astype(params[i].dtype.np) for i, a in enumerate(args)]
        got = [a.copy() for a in args]
        evaluate_kernel(built, args)
        evaluate_kernel(changed, got)
        for value, want in zip(got, args, strict=True):
            np.testing.assert_allclose(value, want, rtol=1e-5, atol=1e-5)


def kinds(built: Node) -> dict[AxisKind, int]:
    found: dict[AxisKind, int] = {}
    for r in [n for n in toposort([built]) if n.op is Op.RANGE]:
        found[r.arg[1]] = found.get(r.arg[1], 1) * int(r.src[0].arg)
    return found


def test_maps_fill_groups_and_neighbours_read_neighbours() -> None:
    (built,) = kernels(data(1000, 1024) + 1)
    assert kinds(optimized(built, GPU)[0]) == {AxisKind.GRID: 4000, AxisKind.LOCAL: 256}


@pytest.mark.parametrize(("shape", "axis"), [((1, 5000), 1), ((8, 5000), 1), ((5000, 8), 0)])
def test_long_reductions_to_few_elements_are_shared_out(shape: tuple[int, ...], axis: int) -> None:
    (built,) = kernels(data(*shape).sum(axis))
    assert any(isinstance(t, Share) for t in optimized(built, GPU)[1])


def test_what_keeps_a_device_busy_anyway_is_not_shared_out() -> None:
    (built,) = kernels(data(100, 5000, 70).sum(1))
    assert not any(isinstance(t, Share) for t in optimized(built, GPU)[1])
