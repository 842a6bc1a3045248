"""What instruction sets without masks get: copies, whole vectors, and tiles that fit registers."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from smelt import Tensor
from smelt.dtype import dtypes
from smelt.engine.compile import transformed
from smelt.ir.node import (
    Node,
    alu,
    const,
    kernel,
    load,
    loop_range,
    param,
    reduce_ranges,
    store,
    toposort,
)
from smelt.ir.op import AxisKind, Op
from smelt.kernel import accesses
from smelt.kernel.local_memory import RUN
from smelt.kernel.loops import lanes_for
from smelt.kernel.transforms import Split, Stage, Transform
from smelt.render.compile import assembly, cpu_target
from smelt.render.llvm import render
from smelt.schedule import operands
from smelt.schedule.lower import schedule
from tests.kernel.test_transforms import same

FEW_REGISTERS = ["x86-64-v2", "x86-64-v3"]


def product(m: int, k: int, n: int, stored: str, dtype: str = "float32") -> Node:
    """The kernel of a product; an operand whose letter is "t" is stored transposed.

    It reads its operands where they are, as it does where few columns use them.
    """
    a = Tensor(np.zeros((m, k) if stored[0] == "n" else (k, m), dtype))
    b = Tensor(np.zeros((k, n) if stored[1] == "n" else (n, k), dtype))
    whole = (a if stored[0] == "n" else a.T) @ (b if stored[1] == "n" else b.T)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TURNED_USES", "STRADDLING_USES"):
            patch.setattr(operands, name, math.inf)
        (step,) = schedule([whole.node]).kernels
    return step.kernel


@pytest.mark.parametrize(
    ("extent", "lanes", "masks", "expected"),
    [
        (64, 8, False, 8), (12, 8, False, 4), (1000, 8, False, 8), (1001, 8, False, 8),
        (33, 8, False, 8), (6, 8, False, 2), (7, 8, False, 1), (1, 8, False, 1),
        (65, 2, False, 2), (6, 4, False, 2),
        (6, 8, True, 8), (5, 4, True, 4), (3, 16, True, 4), (1, 16, True, 1), (64, 16, True, 16),
    ],
)  # fmt: skip
def test_lanes(extent: int, lanes: int, masks: bool, expected: int) -> None:
    assert lanes_for(extent, lanes, masks) == expected


@pytest.mark.parametrize("cpu", [*FEW_REGISTERS, "armv8-a"])
@pytest.mark.parametrize("stored", ["nn", "nt", "tn", "tt"])
def test_operands_are_copied_without_masks_too(cpu: str, stored: str) -> None:
    _, transforms = transformed(product(1000, 1001, 1003, stored), cpu_target(cpu))
    assert any(isinstance(t, Stage) for t in transforms)
    tiles = [t.factor for t in transforms if isinstance(t, Split) and t.kind is AxisKind.UNROLL]
    assert np.prod(tiles) >= 8


@pytest.mark.parametrize("cpu", FEW_REGISTERS)
@pytest.mark.parametrize("stored", ["nn", "tt"])
def test_a_step_of_a_product_needs_no_memory_for_registers(cpu: str, stored: str) -> None:
    target = cpu_target(cpu)
    built, _ = transformed(product(1000, 1001, 1003, stored), target)
    blocks = re.split(r"\.LBB\S+:|\tj\w+\t", assembly(render(built, target), target))
    steps = [block for block in blocks if len(re.findall(r"\t(?:mulps|vfmadd)", block)) >= 8]
    assert steps
    assert not any(re.search(r"%[xy]mm\d+, \d*\(%rsp\)", step) for step in steps)


@pytest.mark.parametrize("shared", [384, 512, 640, 768, 896, 1000])
@pytest.mark.parametrize("stored", ["nn", "tn"])
def test_a_step_of_a_product_is_hardly_more_than_its_multiplications(
    shared: int, stored: str
) -> None:
    """Rows whose distance is no power of two, of a batch, with a rest: all is added up outside."""
    target = cpu_target("x86-64-v4")
    left = (2, 128, shared) if stored == "nn" else (2, shared, 128)
    a, b = (Tensor.rand(*shape).realize() for shape in (left, (2, shared, 64)))
    result = (a if stored == "nn" else a.transpose(1, 2)) @ b
    (built,) = (k.kernel for k in schedule([result.node]).kernels)
    (changed, _) = transformed(built, target)
    blocks = re.split(r"\.LBB\S+:|\tj\w+\t", assembly(render(changed, target), target))
    steps = [block for block in blocks if block.count("\tvfmadd") >= 8]
    assert steps
    for step in steps:
        instructions = re.findall(r"^\t(?!\.)\S.*", step, re.MULTILINE)
        assert len(instructions) < 1.8 * step.count("\tvfmadd"), step
        assert not re.search(r"%zmm\d+, \d*\(%rsp\)", step), step


@pytest.mark.parametrize("cpu", FEW_REGISTERS)
@pytest.mark.parametrize("shape", [(65, 100, 65), (7, 64, 7), (7, 64, 33)])
def test_a_loop_too_short_for_vectors_is_none_of_a_plan(
    cpu: str, shape: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies are made along the vector: without one there was no place for those of the sum."""
    monkeypatch.setattr(accesses, "MISS", ((0, 100.0),))
    built, transforms = transformed(product(*shape, "tt", "float64"), cpu_target(cpu))
    render(built, cpu_target(cpu))
    assert any(isinstance(t, Split) and t.kind is AxisKind.VECTOR for t in transforms)


# ---- sums with a rest ----------------------------------------------------------------------------


def dot(op: Op, squared: bool) -> Node:
    """out = sum of op(x[k], y[k]) over 11 elements, the operation taken of x twice if `squared`."""
    k = loop_range(11, 0)
    x, y = (load(param(p, dtypes.int64, 11), k) for p in (1, 2))
    value = alu(op, x, x if squared else y)
    total = reduce_ranges(value, Op.ADD, [k])
    return kernel("dot", [], [store(param(0, dtypes.int64, 1), const(0, dtypes.index), total)])


@pytest.mark.parametrize(
    ("op", "squared", "selects"), [(Op.MUL, False, 0), (Op.MUL, True, 0), (Op.ADD, False, 1)]
)
def test_what_is_zero_beyond_the_end_is_not_selected(op: Op, squared: bool, selects: int) -> None:
    changed = same(dot(op, squared), [Split(0, 8, 1, AxisKind.VECTOR)])
    assert sum(n.op is Op.WHERE for n in toposort([changed])) == selects


# ---- the order of a copy -------------------------------------------------------------------------


@pytest.mark.parametrize("tiles", [8, 9, 37])
@pytest.mark.parametrize("masks", [True, False])
def test_a_copy_of_narrow_panels_goes_by_runs(tiles: int, masks: bool) -> None:
    """Panels of 4 columns of int64, 32 bytes: four of them at once, whatever is left of them."""
    width, depth = 4, 5
    i, u, k = loop_range(tiles, 0), loop_range(width, 1), loop_range(depth, 2)
    columns = tiles * width
    x = load(param(1, dtypes.int64, depth * columns), k * columns + i * width + u)
    total = reduce_ranges(x * 3, Op.ADD, [k])
    built = kernel("panels", [i, u], [store(param(0, dtypes.int64, columns), i * width + u, total)])
    transforms: list[Transform] = [Stage(1, (0, 2, 1), 4, 3, masks)]
    changed = same(built, transforms)
    (copy,) = (n for n in toposort([changed]) if n.op is Op.BARRIER)
    extents = [int(r.src[0].arg) for r in copy.src[1:]]
    pieces = RUN // (width * 8)
    assert extents == [-(-tiles // pieces), depth, pieces, width]
