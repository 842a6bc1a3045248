"""Kernels cut into pieces: each has its part of memory, together they do what the whole does."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from smelt import Tensor, Variable
from smelt.engine.compile import compile_kernels, transformed
from smelt.engine.device import runtime
from smelt.ir.node import Node, toposort
from smelt.ir.op import AxisKind, Op
from smelt.kernel.pieces import cut, divisions, grid_blocks
from smelt.kernel.transforms import Reorder, SetKind, Split, Stage, apply
from smelt.program import CompiledKernel
from smelt.runtime.native import load_object
from smelt.schedule.lower import schedule

Graph = Callable[[], Tensor]


def zeros(*shape: int) -> Tensor:
    return Tensor(np.zeros(shape, np.float32))


# What is computed, and the numbers of pieces that its result can be in.
GRAPHS: dict[str, tuple[Graph, set[int]]] = {
    "map": (lambda: zeros(4, 6) + 1, {1, 2, 4, 8, 12, 24}),
    "rows": (lambda: zeros(6, 40).sum(1), {1, 2, 3, 6}),
    "columns": (lambda: zeros(40, 6).sum(0), {1, 2, 3, 6}),
    "softmax of rows": (lambda: zeros(3, 4, 32).softmax(-1), {1, 3, 6, 12}),
    "heads": (lambda: zeros(5, 256, 8) @ zeros(5, 8, 160), {1, 5, 10}),
    "transposed result": (lambda: zeros(4, 6).T.contiguous() * 2, {1, 2, 3, 6, 12, 24}),
}


def last_kernel(x: Tensor) -> Node:
    return schedule([x.node]).kernels[-1].kernel


@pytest.mark.parametrize("name", GRAPHS)
def test_the_result_is_divided(name: str) -> None:
    graph, counts = GRAPHS[name]
    assert counts <= divisions(last_kernel(graph()))[0]


def test_what_all_pieces_need_is_not_divided() -> None:
    found = divisions(last_kernel(zeros(256, 8) @ zeros(8, 160)))
    assert found[0] == {1, 2}  # 128 rows use what is read of the right operand often enough
    assert found[1] == {1, 2}
    assert found[2] == {1}


def test_neighbours_do_not_belong_to_a_piece() -> None:
    x = zeros(8, 16)
    found = divisions(last_kernel(x[1:] + x[:-1]))
    assert found[0] >= {1, 7}
    assert found[1] == {1}


@pytest.mark.parametrize("name", GRAPHS)
def test_a_cut_kernel_has_so_many_iterations_outside(name: str) -> None:
    kernel = last_kernel(GRAPHS[name][0]())
    for pieces in divisions(kernel)[0] - {1}:
        grid = [
            r.src[0].arg
            for r in cut(kernel, pieces).src
            if r.op is Op.RANGE and r.arg[1] is AxisKind.GRID
        ]
        assert np.prod(grid) == pieces


def run_piece(code: CompiledKernel, arrays: list[np.ndarray[Any, Any]], i: int, n: int) -> None:
    """Carry out the i-th of n pieces on these arrays."""
    entry = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 2, *[ctypes.c_int64] * 2)
    loaded = load_object(code.binary, (code.entry,))
    status = np.zeros(4, np.int64)
    pointers = [a.ctypes.data for a in (*arrays, status)]
    entry(loaded.addresses[0])((ctypes.c_void_p * len(pointers))(*pointers), None, i, n)
    assert not status.any()


@pytest.mark.parametrize("name", GRAPHS)
def test_a_piece_writes_its_part_and_nothing_else(name: str) -> None:
    kernel = last_kernel(GRAPHS[name][0]())
    pieces = max(n for n in divisions(kernel)[0] if n <= 12)
    (code,) = compile_kernels([cut(kernel, pieces)], "CPU", runtime("CPU").target)
    params = sorted((n for n in toposort([kernel]) if n.op is Op.PARAM), key=lambda n: n.arg)
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(int(p.shape[0])).astype(np.float32) for p in params]
    run_piece(code, arrays, 0, 1)
    whole = arrays[0].copy()
    for i in range(pieces):
        arrays[0][:] = -7
        run_piece(code, arrays, i, pieces)
        own = slice(i * whole.size // pieces, (i + 1) * whole.size // pieces)
        np.testing.assert_array_equal(arrays[0][own], whole[own])
        arrays[0][own] = -7
        assert (arrays[0] == -7).all()


def zero_kernel(*transforms: Any) -> Node:
    """The product of a (6, 8) and an (8, 64) matrix, transformed."""
    return apply(last_kernel(zeros(6, 8) @ zeros(8, 64)), list(transforms))


BOTH = (SetKind(0, AxisKind.GRID), SetKind(1, AxisKind.GRID))
WIDE = Split(1, 16, 3, AxisKind.VECTOR)


@pytest.mark.parametrize(
    ("transforms", "blocks"),
    [
        ((), 1),
        (BOTH, 6 * 64),
        ((WIDE, *BOTH), 6 * 4),
        # The rows of the second operand are copied for each vector: the inner loop shares the copy.
        ((WIDE, Reorder((1, 0, 2, 3)), *BOTH, Stage(2, (2, 3), 16, 4, False)), 4),
        ((WIDE, Reorder((0, 1, 2, 3)), *BOTH, Stage(2, (2, 3), 16, 4, False)), 6 * 4),
        ((WIDE, *BOTH, Stage(1, (2,), 16, 4, False)), 6),
    ],
)
def test_blocks_of_the_grid_have_no_copy_in_common(transforms, blocks):
    assert grid_blocks(zero_kernel(*transforms)) == blocks


def test_a_grid_that_depends_on_a_variable_has_no_known_blocks():
    n = Variable("n", 1, 8)
    x = zeros(8, 4)[: n.bind(3)] + 1
    kernel = apply(last_kernel(x), [SetKind(0, AxisKind.GRID)])
    assert grid_blocks(kernel) == 0


def halves(*shape: int) -> Tensor:
    return Tensor(np.zeros(shape, np.float32)).cast("bfloat16").realize()


@pytest.mark.parametrize(
    ("product", "pieces"),
    [
        (lambda: zeros(2, 4, 140, 8) @ zeros(4, 8, 1400), 8),  # the inner one decides on a copy
        (lambda: halves(1024, 256) @ halves(256, 64), 64),  # rows of a matrix instruction
    ],
)
def test_pieces_stay_outside_of_all_other_loops(product: Graph, pieces: int):
    kernel = cut(last_kernel(product()), pieces)
    outer = [r for r in kernel.src if r.op is Op.RANGE and r.arg[1] is AxisKind.GRID]
    changed, transforms = transformed(kernel, runtime("CPU").target)
    assert transforms
    ranges = [r for r in changed.src if r.op is Op.RANGE]
    assert ranges[: len(outer)] == outer
