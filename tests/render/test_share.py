"""Which reductions are given the same loops."""

from __future__ import annotations

import pytest

from smelt.dtype import dtypes
from smelt.ir.node import Node, alu, kernel, load, loop_range, param, reduce_ranges, store, toposort
from smelt.ir.op import AxisKind, Op
from smelt.render.compile import cpu_target
from smelt.render.share import share_loops

F32, N = dtypes.float32, 24
TARGET = cpu_target("x86-64-v2")  # 16 registers


def loops(built: Node) -> int:
    """How many loops the kernel has inside of its grid."""
    counters = [n for n in toposort([built]) if n.op is Op.RANGE]
    return sum(r.arg[1] is AxisKind.LOOP for r in counters)


def two(
    other: int = 1, extent: int = N, kind: AxisKind = AxisKind.LOOP, copies: int = 1,
    chained: bool = False, around: bool = True,
) -> Node:  # fmt: skip
    """Two sums over rows of PARAM 1 and of PARAM `other`, the second of them as it is told."""
    i, u = loop_range(4, 0, AxisKind.GRID), loop_range(copies, 9, AxisKind.UNROLL)
    k1, k2 = loop_range(N, 1), loop_range(extent, 2, kind)
    x = load(param(1, F32, 4 * N * copies), (i * copies + u) * N + k1)
    y = load(param(other, F32, 4 * N * copies), ((i if around else u) * copies + u) * N + k2)
    first = reduce_ranges(x, Op.ADD, [k1])
    second = reduce_ranges(y * first if chained else alu(Op.MAX, y, y), Op.MAX, [k2])
    at = i * copies + u
    out = (param(0, F32, 4 * copies), param(2, F32, 4 * copies))
    stores = [store(out[0], at, first), store(out[1], at, second)]
    return kernel("two", [i, u], stores)


@pytest.mark.parametrize(
    ("built", "count"),
    [
        (two(), 1),
        (two(other=3), 2),  # nothing is read in common
        (two(extent=12), 2),
        (two(kind=AxisKind.VECTOR), 1),  # its own range is no loop, and stays what it is
        (two(chained=True), 2),
        (two(around=False), 2),  # depends on fewer loops: stands elsewhere
        (two(copies=4), 1),
        (two(copies=5), 2),  # ten accumulators are more than half of the registers
    ],
)
def test_which_reductions_share(built: Node, count: int) -> None:
    shared = share_loops(built, TARGET)
    assert loops(shared) == count
    kinds = {r.arg[1] for n in toposort([built]) if n.op is Op.REDUCE for r in n.src[1:]}
    assert kinds == {r.arg[1] for n in toposort([shared]) if n.op is Op.REDUCE for r in n.src[1:]}


def test_loads_in_common_are_one_node() -> None:
    loads = [n for n in toposort([share_loops(two(), TARGET)]) if n.op is Op.LOAD]
    assert len(loads) == 1
