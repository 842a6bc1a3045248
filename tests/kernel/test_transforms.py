"""Every transformation, alone and in random lists, keeps the meaning of a kernel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.dtype import DType, dtypes
from smelt.ir.evaluate import evaluate_kernel
from smelt.ir.node import (
    Node,
    alu,
    cast,
    const,
    kernel,
    load,
    loop_range,
    param,
    reduce_ranges,
    store,
    toposort,
    variable,
)
from smelt.ir.op import AxisKind, Op
from smelt.ir.verify import verify_kernel
from smelt.kernel.transforms import (
    Carry,
    Keep,
    Merge,
    Reorder,
    SetKind,
    Split,
    Stage,
    Transform,
    apply,
    ranges_of,
)
from smelt.program import Target
from smelt.render.llvm import render
from tests.fuzz.checking import check_kernels
from tests.fuzz.graphs import Graph
from tests.kernel.random_transforms import Transforms
from tests.render.native import Native, targets

MOST_LOOPS = 64  # of one kernel here
LOOP, UNROLL, VECTOR, GRID = AxisKind.LOOP, AxisKind.UNROLL, AxisKind.VECTOR, AxisKind.GRID
TARGETS = list(targets().values())


def product(n: int, m: int, k: int, dtype: DType = dtypes.int64) -> Node:
    """C = A @ B, loops i0 (n), i1 (m) and in the sum i2 (k)."""
    i, j, x = loop_range(n, 0), loop_range(m, 1), loop_range(k, 2)
    c, a, b = (param(p, dtype, s) for p, s in enumerate((n * m, n * k, k * m)))
    total = reduce_ranges(load(a, i * k + x) * load(b, x * m + j), Op.ADD, [x])
    return kernel("product", [i, j], [store(c, i * m + j, total)])


def arguments(built: Node) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(0)
    params = sorted((n for n in toposort([built]) if n.op is Op.PARAM), key=lambda p: p.arg)
    return [rng.integers(-9, 9, p.shape[0]).astype(p.dtype.np) for p in params]


def same(built: Node, transforms: list[Transform]) -> Node:
    """The kernel transformed, after a check that it computes the same."""
    changed = apply(built, transforms)
    verify_kernel(changed)
    want, got = arguments(built), arguments(built)
    evaluate_kernel(built, want)
    evaluate_kernel(changed, got)
    for w, g in zip(want, got, strict=True):
        np.testing.assert_array_equal(g, w)
    return changed


LISTS: dict[str, list[Transform]] = {
    "split the rows": [Split(0, 2, 3, LOOP)],
    "split with a rest": [Split(0, 4, 3, LOOP)],
    "split by more than there is": [Split(1, 16, 3, VECTOR)],
    "split the sum": [Split(2, 3, 3, UNROLL)],
    "split the sum with a rest": [Split(2, 2, 3, VECTOR)],
    "split a piece again": [Split(2, 4, 3, LOOP), Split(3, 3, 4, UNROLL)],
    "split the outer piece again": [Split(2, 2, 3, LOOP), Split(2, 4, 4, LOOP)],
    "split both pieces": [Split(0, 4, 3, LOOP), Split(3, 3, 4, LOOP), Split(0, 2, 5, LOOP)],
    "merge": [Merge(0, 1)],
    "merge and split": [Merge(0, 1), Split(0, 8, 3, VECTOR)],
    "split and merge": [Split(0, 2, 3, LOOP), Merge(0, 3)],
    "split, merge and split": [Split(1, 2, 3, LOOP), Merge(1, 3), Split(1, 4, 4, LOOP)],
    "order": [Reorder((1, 0))],
    "order and split": [Reorder((1, 0)), Split(1, 2, 3, LOOP), SetKind(1, GRID)],
    "kinds": [SetKind(0, GRID), SetKind(1, UNROLL), SetKind(2, LOOP)],
    "tile": [
        Split(0, 3, 3, UNROLL), Split(1, 4, 4, VECTOR), Split(2, 2, 5, LOOP),
        Reorder((0, 1, 2, 5, 3, 4)), SetKind(0, GRID),
    ],
    "clamped": [Split(0, 3, 3, UNROLL, clamped=True), Split(1, 4, 4, UNROLL, clamped=True)],
    "again": [Split(0, 4, 3, UNROLL, again=True), Split(1, 4, 4, VECTOR, again=True)],
    "tile of copies": [
        Split(0, 3, 3, UNROLL), Split(1, 4, 4, VECTOR), Split(1, 2, 6, LOOP),
        Reorder((1, 0, 6, 2, 3, 4)), SetKind(1, GRID), SetKind(0, GRID),
        Stage(2, (6, 2, 4), 4, 7), Stage(1, (2, 3), 4, 11),
    ],
    "copy of a whole operand": [Stage(1, (0, 2), 16, 3)],
    "copy of each row": [Split(0, 2, 3, LOOP), Stage(1, (2,), 4, 4)],
    "sum in blocks": [Carry(2, 2, (0, 1), 4, 3)],
    "sum in blocks for a part of the rows": [Split(0, 3, 3, LOOP), Carry(2, 4, (3,), 16, 4)],
    "sum in blocks of copies": [
        Split(0, 6, 3, LOOP), Split(1, 8, 4, LOOP), Reorder((0, 1, 3, 4)), SetKind(0, GRID),
        Carry(2, 3, (3, 4), 4, 5), Split(10, 4, 14, VECTOR), Split(9, 2, 15, UNROLL),
        Reorder((7, 10, 9, 8, 15, 14)), Split(4, 4, 16, VECTOR),
        Stage(2, (10, 8, 14), 4, 17), Stage(1, (9, 8, 15), 4, 21),
    ],
    "copy in a loop that does not matter": [Stage(1, (0, 1, 2), 4, 3)],
    "copy in another layout": [Stage(2, (1, 2), 4, 3), Split(2, 4, 6, VECTOR)],
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("shape", [(6, 4, 5), (5, 7, 3), (7, 9, 13)])
def test_lists(name: str, shape: tuple[int, int, int]) -> None:
    same(product(*shape), LISTS[name])


@pytest.mark.parametrize("shape", [(16, 4, 16), (35, 3, 37), (64, 2, 64), (7, 3, 40)])
@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.cpu)
def test_a_copy_that_is_read_along_one_loop_and_written_along_another(
    shape: tuple[int, int, int], target: Target
) -> None:
    built = product(*shape, dtypes.int32)
    changed = same(built, [Split(0, 16, 3, VECTOR), Stage(1, (2, 3), 16, 4)])
    (barrier,) = (n for n in toposort([changed]) if n.op is Op.BARRIER)
    assert [r.arg[1] for r in barrier.src[1:]][-2:] == [UNROLL, VECTOR]
    want, got = arguments(built), arguments(built)
    evaluate_kernel(built, want)
    assert not Native(changed, target)(got, threads=2)[0]
    np.testing.assert_array_equal(got[0], want[0])
    if target.vector_bytes == 64:
        text = render(changed, target).text
        assert "shufflevector" in text and "gather" not in text


@pytest.mark.parametrize("shape", [(16, 16), (48, 32), (40, 17)])
@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.cpu)
def test_what_is_read_along_one_loop_and_written_along_another(
    shape: tuple[int, int], target: Target
) -> None:
    n, m = shape
    i, j = loop_range(n, 0), loop_range(m, 1)
    b, a = (param(p, dtypes.int32, n * m) for p in range(2))
    built = kernel("turn", [i, j], [store(b, i * m + j, load(a, j * n + i) * 3)])
    changed = same(built, [Split(0, 16, 2, VECTOR), Split(1, 16, 3, UNROLL), Reorder((0, 1, 3, 2))])
    want, got = arguments(built), arguments(built)
    evaluate_kernel(built, want)
    assert not Native(changed, target)(got, threads=3)[0]
    np.testing.assert_array_equal(got[0], want[0])
    if target.vector_bytes == 64 and n % 16 == m % 16 == 0:
        assert "shufflevector" in render(changed, target).text


def test_a_list_is_its_members_one_after_the_other() -> None:
    built = product(5, 7, 6)
    transforms = LISTS["order and split"]
    step_by_step = built
    for transform in transforms:
        step_by_step = apply(step_by_step, [transform])
    assert apply(built, transforms) is step_by_step
    nest = [n.arg[0] for n in step_by_step.src if n.op is Op.RANGE]
    assert nest == [1, 3, 0], "a piece stands inside of the loop that it was split from"


def test_lists_print_in_one_line_and_compare() -> None:
    texts = [str(t) for t in LISTS["tile"] + LISTS["merge"]]
    assert texts == [
        "split(r0, 3 UNROLL as r3)",
        "split(r1, 4 VECTOR as r4)",
        "split(r2, 2 LOOP as r5)",
        "order(r0, r1, r2, r5, r3, r4)",
        "kind(r0, GRID)",
        "merge(r0, r1)",
    ]
    assert str(Split(0, 3, 3, UNROLL, clamped=True)) == "split(r0, 3 UNROLL as r3, clamped)"
    assert str(Stage(2, (6, 2, 4), 4, 7)) == "stage(p2 over r6, r2, r4)"
    assert str(Carry(2, 4, (0, 1), 16, 3)) == "carry(r2 by 4 over r0, r1)"
    assert Split(0, 3, 3, UNROLL) == LISTS["tile"][0] and len({*LISTS["tile"]}) == 5


def test_a_maximum_is_not_taken_of_what_a_split_adds() -> None:
    x = loop_range(5, 0)
    values = param(1, dtypes.int32, 5)
    total = reduce_ranges(load(values, x), Op.MAX, [x])
    built = kernel("max", [], [store(param(0, dtypes.int32, 1), const(0, dtypes.index), total)])
    memory = [np.zeros(1, np.int32), np.full(5, -7, np.int32)]
    evaluate_kernel(apply(built, [Split(0, 4, 1, VECTOR)]), memory)
    assert memory[0][0] == -7


def test_a_copy_of_what_is_read_at_places_in_memory_reads_no_place_beyond_the_end() -> None:
    i = loop_range(7, 0)
    place = cast(load(param(2, dtypes.int32, 7), i), dtypes.index)
    values = load(param(1, dtypes.int32, 64), place)
    built = kernel("map", [i], [store(param(0, dtypes.int32, 7), i, values)])
    changed = apply(built, [SetKind(0, VECTOR), Stage(1, (0,), 4, 1)])
    memory = [np.zeros(7, np.int32), np.arange(64, dtype=np.int32), np.arange(7, dtype=np.int32)]
    evaluate_kernel(changed, memory)
    np.testing.assert_array_equal(memory[0], np.arange(7))


def test_a_block_of_a_sum_that_reads_nothing_has_no_copy() -> None:
    """Only the steps 2 to 4 of 8 read: in blocks of 3 the rest is zeros, and has no LOAD."""
    i, x = loop_range(20, 0), loop_range(8, 1)
    values = load(param(1, dtypes.int64, 60), x * 20 + i - 40, (x > 1) & (x < 5))
    total = reduce_ranges(values, Op.ADD, [x])
    built = kernel("sum", [i], [store(param(0, dtypes.int64, 20), i, total)])
    same(built, [Carry(1, 3, (0,), 4, 2), Stage(1, (6, 5), 4, 9), Stage(1, (8, 7), 4, 13)])


def test_blocks_that_are_all_alike_are_all_added() -> None:
    """What is summed up does not depend on the loop of the sum."""
    i, x = loop_range(6, 0), loop_range(10, 1)
    total = reduce_ranges(load(param(1, dtypes.int64, 6), i), Op.ADD, [x])
    built = kernel("sum", [i], [store(param(0, dtypes.int64, 6), i, total)])
    changed = same(built, [Carry(1, 3, (0,), 4, 2)])
    memory = arguments(built)
    Native(changed, TARGETS[0])(memory)
    np.testing.assert_array_equal(memory[0], 10 * memory[1])


@pytest.mark.parametrize("n", [1, 4, 5, 9])
def test_loops_over_a_variable(n: int) -> None:
    size = variable("n", 1, 9)
    i, x = loop_range(9, 0), loop_range(size, 1)
    out, values = param(0, dtypes.int64, 9), param(1, dtypes.int64, 81)
    total = reduce_ranges(load(values, i * 9 + x), Op.ADD, [x])
    built = kernel("sum", [i], [store(out, i, alu(Op.ADD, total, i))])
    changed = apply(built, [Split(1, 4, 2, VECTOR), Split(0, 2, 3, LOOP)])
    verify_kernel(changed)
    memory = [np.zeros(9, np.int64), np.arange(81)]
    evaluate_kernel(changed, memory, {"n": n})
    np.testing.assert_array_equal(
        memory[0], np.arange(81).reshape(9, 9)[:, :n].sum(1) + np.arange(9)
    )


# ---- random kernels, random lists ---------------------------------------------------------------


def random_case(data: Any, carry_out: Any) -> None:
    def number(least: int, largest: int) -> int:
        return int(data.draw(st.integers(least, largest)))

    graph = Graph(number, "CPU", 3_000)
    graph.pool.append(graph.leaf(graph.shape()))
    graph.grow(number(1, 8))

    def transformed(built: Node, memory: list[np.ndarray[Any, Any]]) -> None:
        transforms = Transforms(number, built).grow(number(0, 5))
        changed = apply(built, transforms)
        verify_kernel(changed)
        assert ranges_of(changed).keys() <= {*ranges_of(built), *_made(transforms)}
        carry_out(changed, memory, number)

    check_kernels(graph, [graph.pool[-1]], transformed)


def _made(transforms: list[Transform]) -> set[int]:
    made = {t.inner for t in transforms if isinstance(t, Split)}
    made |= {t.first for t in transforms if isinstance(t, Keep)}
    for stage in (t for t in transforms if isinstance(t, Stage)):
        made |= set(range(stage.first, stage.first + len(stage.counters) + 2))
    for carry in (t for t in transforms if isinstance(t, Carry)):
        made |= set(range(carry.first, carry.first + 3 + 2 * MOST_LOOPS))
    return made


@given(data=st.data())
def test_random_lists_interpreted(data: Any) -> None:
    random_case(data, lambda built, memory, _: evaluate_kernel(built, memory))


@given(data=st.data())
def test_random_lists_compiled(data: Any) -> None:
    def run(built: Node, memory: list[np.ndarray[Any, Any]], number: Any) -> None:
        target = TARGETS[number(0, len(TARGETS) - 1)]
        status = Native(built, target)(memory, threads=number(1, 3))
        assert status[0] == 0, f"index {status[1]} of {status[2]} in a kernel without bad indices"

    random_case(data, run)
