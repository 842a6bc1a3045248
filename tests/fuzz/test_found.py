"""What random graphs have found: each a plain test, smallest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from smelt import Context, engine
from smelt.dtype import dtypes, to_dtype
from smelt.engine.memory import contents
from smelt.ir import node as ir
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.util.errors import OutOfRangeError

DEVICES = ["CPU", "PYTHON"]


class Stored:
    """Makes leaves on a device and remembers what is in them."""

    def __init__(self, device: str):
        self.device = device
        self.held: dict[Any, Any] = {}

    def __call__(self, values: Any, dtype: str = "float32") -> Node:
        node = engine.from_numpy(np.asarray(values).astype(to_dtype(dtype).np), self.device)
        ref = (node.src[0] if node.op is Op.RESHAPE else node).arg
        self.held[ref] = contents(ref)
        return node


Build = Callable[[Stored], Sequence[Node]]


def one_row_where(stored: Stored) -> Sequence[Node]:
    """Rows of a table of one row: the mask must not be lost with the index."""
    table = stored([[1.5, 2.5]])
    flags = stored([1, 0, 1, 0], "bool")
    return [ir.load(table, stored([0, 0, 0, 0], "int64"), flags)]


def constant_where(stored: Stored) -> Sequence[Node]:
    ones = ir.const(1, dtypes.float32, (3,))
    return [ir.load(ones, stored([0, 2, 1], "int32"), stored([1, 0, 1], "bool"))]


def never(stored: Stored) -> Sequence[Node]:
    """A mask that is known to fail everywhere in the part that is wanted."""
    flags = ir.pad(stored([1], "bool"), [(0, 9)])
    gathered = ir.load(stored([3, 4]), stored([0] * 10, "int64"), flags)
    return [ir.shrink(gathered, [(2, 8)])]


def copies_of_a_copy(stored: Stored) -> Sequence[Node]:
    doubled = ir.alu(Op.ADD, x := stored(np.arange(6)), x)
    first = ir.contiguous(doubled, unique=True)
    return [ir.contiguous(first, unique=True)]


def reread_beside_its_use(stored: Stored) -> Sequence[Node]:
    """What is read as another dtype is in memory before the kernel that reads it."""
    x = stored(np.linspace(-3, 3, 7), "float64")
    flipped = ir.flip(x, [0])
    halves = ir.shrink(ir.bitcast(flipped, dtypes.float32), [(0, 7)])
    return [ir.where(ir.cast(halves, dtypes.bool), x, flipped)]


def reread_copy(stored: Stored) -> Sequence[Node]:
    x = stored(np.arange(8), "int32")
    copied = ir.contiguous(ir.alu(Op.MUL, x, x), unique=True)
    return [ir.bitcast(copied, dtypes.int16), ir.alu(Op.MUL, x, x)]


def one_condition_for_all_lanes(stored: Stored) -> Sequence[Node]:
    """The condition of a choice is one of its values as well."""
    never = ir.reduce(ir.const(False, dtypes.bool, (16, 5)), Op.ADD, [0])
    flag = ir.alu(Op.OR, never, ir.expand(stored([1], "bool"), (5,)))
    return [ir.where(flag, flag, stored([0, 1, 0, 1, 1], "bool"))]


def additions_alike(stored: Stored) -> Sequence[Node]:
    """The same addition a hundred times over is not one addition."""
    base = stored([1, 2], "int64")
    value = ir.expand(stored([3], "int64"), (100,))
    nought = ir.const(0, dtypes.index, (100,))
    return [ir.store(base, nought, value, None, "add")]


def additions_alike_in_rows(stored: Stored) -> Sequence[Node]:
    base, value = stored([[1.0, 2.0]]), stored([[0.5, 0.25]])
    nought = ir.const(0, dtypes.int32, (7,))
    return [ir.store(base, nought, ir.expand(value, (7, 2)), None, "add")]


def gathered_where_it_is_computed(stored: Stored) -> Sequence[Node]:
    """The table is computed in the kernel that gathers from it, rows all alike."""
    x = stored([[1, 0, 1, 1], [1, 1, 1, 1]], "bool")
    every = ir.expand(ir.reshape(ir.reduce(x, Op.MUL, [1]), (2, 1)), (2, 4))
    table = ir.expand(ir.reshape(ir.alu(Op.MAX, x, every), (1, 2, 4)), (3, 2, 4))
    return [ir.load(table, stored(np.arange(17) % 3, "uint8"))]


def mask_of_more_loops(stored: Stored) -> Sequence[Node]:
    """A mask of what surrounds the sums stands on their operands: a copy has no room for it."""
    a, b = (ir.reshape(stored(np.arange(12800) % n), (128, 100, 1)) for n in (7, 11))
    total = ir.reduce(ir.expand(ir.alu(Op.ADD, a, b), (128, 100, 75)), Op.ADD, [0])
    return [ir.pad(ir.cast(total, dtypes.float16), [(0, 2), (0, 1)])]


def lanes_within_lanes(stored: Stored) -> Sequence[Node]:
    """A maximum of maxima, both along something contiguous: one of them gets the vector."""
    rows = ir.reshape(stored(np.arange(72).reshape(3, 24) % 7), (3, 24, 1))
    columns = ir.reshape(stored(np.arange(384).reshape(24, 16) % 11), (1, 24, 16))
    both = ir.alu(Op.ADD, ir.expand(rows, (3, 24, 16)), ir.expand(columns, (3, 24, 16)))
    largest = ir.pad(ir.reduce(both, Op.MAX, [1]), [(0, 1), (2, 0)])
    return [ir.reduce(largest, Op.MAX, [0, 1])]


CASES: list[Build] = [
    one_row_where, constant_where, never, copies_of_a_copy, reread_beside_its_use, reread_copy,
    one_condition_for_all_lanes, additions_alike, additions_alike_in_rows,
    gathered_where_it_is_computed, mask_of_more_loops, lanes_within_lanes,
]  # fmt: skip


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.__name__)
def test_case(case: Build, device: str) -> None:
    roots = case(stored := Stored(device))
    expected = evaluate_graph(roots, stored.held)
    with Context(VERIFY=1):
        for root, want in zip(roots, expected, strict=True):
            np.testing.assert_array_equal(engine.to_numpy(root, device=device), want)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("n", [1, 4, 9])
def test_gaps_behind_a_symbolic_axis_are_no_elements(n: int, device: str) -> None:
    stored = Stored(device)
    size = ir.variable("n", 1, 9)
    part = ir.shrink(stored(np.arange(27).reshape(3, 9)), [(0, 3), (0, size)])
    flat = ir.reshape(part, (ir.dim_mul(3, size),))
    for root in (flat, ir.contiguous(flat), ir.reshape(ir.contiguous(part), flat.shape)):
        (want,) = evaluate_graph([root], stored.held, {"n": n})
        np.testing.assert_array_equal(engine.to_numpy(root, {"n": n}, device), want)
        root.buffer = None


@pytest.mark.parametrize("device", DEVICES)
def test_what_holds_at_one_place_leaves_the_loops_alone(device: str) -> None:
    """A pad by n before an axis of size 1: only where i is n is there anything."""
    stored = Stored(device)
    size = ir.variable("n", 1, 9)
    x = ir.expand(stored(np.ones((9, 1, 3, 1))), (9, size, 3, 1))
    x = ir.reshape(x, (9, ir.dim_mul(size, 3), 1))
    root = ir.pad(x, [(0, 0), (size, 1), (size, 1)])
    (want,) = evaluate_graph([root], stored.held, {"n": 4})
    with Context(VERIFY=1):
        np.testing.assert_array_equal(engine.to_numpy(root, {"n": 4}, device), want)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("op", [Op.MAX, Op.ADD])
def test_a_reduction_of_copies_of_one_that_others_use(op: Op, device: str) -> None:
    """The inner one is not a part of the outer one: its loops are its own."""
    stored = Stored(device)
    size = ir.variable("n", 1, 9)
    row = ir.reshape(ir.reduce(stored(np.arange(12).reshape(3, 4)), op, [0]), (4, 1))
    rows = ir.expand(row, (4, size))
    total = ir.expand(ir.reshape(ir.reduce(rows, op, [1]), (4, 1)), (4, size))
    root = ir.alu(Op.SUB, rows, total)
    (want,) = evaluate_graph([root], stored.held, {"n": 4})
    with Context(VERIFY=1):
        np.testing.assert_array_equal(engine.to_numpy(root, {"n": 4}, device), want)


TABLES: dict[str, Callable[[Stored], Node]] = {
    "three rows": lambda stored: stored(np.ones((3, 2))),
    "one row": lambda stored: stored(np.ones((1, 2))),
    "one number": lambda stored: ir.reshape(stored(1.0), (1,)),
    "a part": lambda stored: ir.shrink(stored(np.ones((5, 2))), [(1, 4), (0, 2)]),
    "beside a pad": lambda stored: ir.pad(stored(np.ones((1, 2))), [(1, 1), (0, 0)]),
    "rows all alike": lambda stored: ir.expand(stored(np.ones((1, 2))), (3, 2)),
    "a constant": lambda stored: ir.const(1, dtypes.float32, (3, 2)),
    "a counter": lambda stored: ir.iota(3),
    "computed": lambda stored: ir.alu(Op.ADD, x := stored(np.ones(3)), x),
    "backwards": lambda stored: ir.flip(stored(np.ones((3, 2))), [0]),
    "columns": lambda stored: ir.permute(stored(np.ones((2, 3))), [1, 0]),
}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("index", [3, 7, -1, 1 << 40])
@pytest.mark.parametrize("name", TABLES)
def test_an_index_outside_raises_whatever_is_gathered_from(
    name: str, index: int, device: str
) -> None:
    stored = Stored(device)
    table = TABLES[name](stored)
    with pytest.raises(OutOfRangeError):
        engine.to_numpy(ir.load(table, stored([0, index], "int64")), device=device)
    # where it is masked, nothing is read and nothing is wrong
    masked = ir.load(table, stored([0, index], "int64"), stored([1, 0], "bool"))
    got = engine.to_numpy(masked, device=device)
    np.testing.assert_array_equal(got[1], np.zeros_like(got[1]))
