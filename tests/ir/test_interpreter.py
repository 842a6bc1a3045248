"""`evaluate_kernel`: kernels written by hand, against numpy."""

from __future__ import annotations

import numpy as np
import pytest

from smelt.dtype import dtypes
from smelt.ir import interpreter
from smelt.ir import node as n
from smelt.ir.evaluate import evaluate_kernel
from smelt.ir.node import Node
from smelt.ir.op import AxisKind, Op
from smelt.ir.verify import verify_kernel
from smelt.util.errors import ArgumentError, DTypeError, OutOfRangeError, ShapeError, VerifyError

F, I64 = dtypes.float32, dtypes.int64
GRID, LOOP, UNROLL, VECTOR = AxisKind.GRID, AxisKind.LOOP, AxisKind.UNROLL, AxisKind.VECTOR
RANDOM = np.random.default_rng(5)


@pytest.fixture(params=["whole", "in pieces"], autouse=True)
def pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs twice: at once, and with blocks split into pieces of a few points."""
    if request.param == "in pieces":
        monkeypatch.setattr(interpreter, "LARGEST_PIECE", 7)


def run(kernel: Node, *args: np.ndarray, **variables: int) -> None:
    verify_kernel(kernel)
    evaluate_kernel(kernel, args, variables)


def floats(*shape: int) -> np.ndarray:
    return RANDOM.integers(-8, 8, shape).astype(np.float32)  # sums of these are exact


def matmul(rows: int, columns: int, depth: int) -> Node:
    i, j = n.loop_range(rows, 0, GRID), n.loop_range(columns, 1)
    k = n.loop_range(depth, 2)
    out, a, b = (
        n.param(p, F, size)
        for p, size in enumerate((rows * columns, rows * depth, depth * columns))
    )
    product = n.alu(Op.MUL, n.load(a, i * depth + k), n.load(b, k * columns + j))
    total = n.reduce_ranges(product, Op.ADD, [k])
    return n.kernel("matmul", [i, j], [n.store(out, i * columns + j, total)])


@pytest.mark.parametrize(("rows", "columns", "depth"), [(3, 4, 5), (1, 1, 1), (0, 3, 2), (2, 3, 0)])
def test_matmul(rows: int, columns: int, depth: int) -> None:
    a, b = floats(rows, depth), floats(depth, columns)
    out = np.full(rows * columns, 99, np.float32)
    run(matmul(rows, columns, depth), out, a.reshape(-1), b.reshape(-1))
    np.testing.assert_array_equal(out.reshape(rows, columns), a @ b)


def test_register_tiled_matmul_with_a_masked_tail() -> None:
    rows, columns, depth = 7, 10, 6  # tiles of 3 x (2 * 4), so both tails are cut
    io, jo = n.loop_range(3, 0, GRID), n.loop_range(2, 1)
    iu, ju, jv = n.loop_range(3, 2, UNROLL), n.loop_range(2, 3, UNROLL), n.loop_range(4, 4, VECTOR)
    k = n.loop_range(depth, 5)
    i, j = io * 3 + iu, jo * 8 + ju * 4 + jv
    out, a, b = (n.param(p, F, s) for p, s in enumerate((70, 42, 60)))
    inside_a, inside_b = i < rows, j < columns
    x = n.load(a, i * depth + k, inside_a)
    y = n.load(b, k * columns + j, inside_b)
    total = n.reduce_ranges(n.alu(Op.MUL, x, y), Op.ADD, [k])
    store = n.store(out, i * columns + j, total, inside_a & inside_b)
    kernel = n.kernel("tiled", [io, jo, iu, ju, jv], [store])
    left, right = floats(rows, depth), floats(depth, columns)
    got = np.zeros(70, np.float32)
    run(kernel, got, left.reshape(-1), right.reshape(-1))
    np.testing.assert_array_equal(got.reshape(rows, columns), left @ right)


def staged_matmul(size: int, tile: int) -> Node:
    """As a GPU does it: tiles of both operands staged in LOCAL memory behind BARRIERs."""
    tiles = size // tile
    bi, bj = n.loop_range(tiles, 0, GRID), n.loop_range(tiles, 1, GRID)
    li, lj = n.loop_range(tile, 2, AxisKind.LOCAL), n.loop_range(tile, 3, AxisKind.LOCAL)
    ko, ki = n.loop_range(tiles, 4), n.loop_range(tile, 5)
    out, a, b = (n.param(p, F, size * size) for p in range(3))

    def staged(number: int, source: Node, row: Node, column: Node) -> Node:
        si = n.loop_range(tile, 10 + 2 * number, AxisKind.LOCAL)
        sj = n.loop_range(tile, 11 + 2 * number, AxisKind.LOCAL)
        memory = n.local(number, F, tile * tile)
        x = n.load(source, (row * tile + si) * size + column * tile + sj)
        return n.barrier(n.store(memory, si * tile + sj, x), [si, sj])

    x = n.load(staged(0, a, bi, ko), li * tile + ki)
    y = n.load(staged(1, b, ko, bj), ki * tile + lj)
    total = n.reduce_ranges(n.alu(Op.MUL, x, y), Op.ADD, [ko, ki])
    at = (bi * tile + li) * size + bj * tile + lj
    return n.kernel("staged", [bi, bj, li, lj], [n.store(out, at, total)])


def test_matmul_staged_in_local_memory() -> None:
    a, b, out = floats(6, 6), floats(6, 6), np.zeros(36, np.float32)
    run(staged_matmul(6, 3), out, a.reshape(-1), b.reshape(-1))
    np.testing.assert_array_equal(out.reshape(6, 6), a @ b)


def test_local_memory_is_filled_for_each_outer_iteration_and_shared_inside() -> None:
    """Each row reversed through LOCAL memory, of which one half is read masked."""
    i, j, s = n.loop_range(3, 0, GRID), n.loop_range(4, 1), n.loop_range(4, 2)
    out, source = n.param(0, F, 12), n.param(1, F, 12)
    row = n.barrier(n.store(n.local(0, F, 4), s, n.load(source, i * 4 + s)), [s])
    # 3, 2 and two that are outside, but not valid
    read = n.load(row, n.index(3) - j * (j // 2 * 9 + 1), j < 2)
    kernel = n.kernel("reverse", [i, j], [n.store(out, i * 4 + j, read)])
    x, got = floats(3, 4), np.full(12, 9, np.float32)
    run(kernel, got, x.reshape(-1))
    want = x[:, ::-1].copy()
    want[:, 2:] = 0
    np.testing.assert_array_equal(got.reshape(3, 4), want)


def test_local_memory_before_its_store_is_poison() -> None:
    i, s = n.loop_range(4, 0), n.loop_range(4, 1)
    memory = n.barrier(n.store(n.local(0, F, 4), s, n.const(1.0, F), s < 2), [s])
    out = np.zeros(4, np.float32)
    run(n.kernel("half", [i], [n.store(n.param(0, F, 4), i, n.load(memory, i))]), out)
    assert out[:2].tolist() == [1, 1] and np.isnan(out[2:]).all()


def test_stores_to_local_memory_follow_each_other() -> None:
    i, s, t = n.loop_range(5, 0), n.loop_range(5, 1), n.loop_range(3, 2)
    first = n.barrier(n.store(n.local(0, I64, 5), s, s * 10), [s])
    added = n.barrier(n.store(first, t, t + 1, None, "add"), [t])
    out = np.zeros(5, np.int64)
    run(n.kernel("two", [i], [n.store(n.param(0, I64, 5), i, n.load(added, i))]), out)
    assert out.tolist() == [1, 12, 23, 30, 40]


def test_histogram_in_local_memory() -> None:
    i, s = n.loop_range(3, 0), n.loop_range(8, 1)
    source = n.param(1, I64, 8)
    zeroed = n.barrier(n.store(n.local(0, I64, 3), (t := n.loop_range(3, 2)), n.index(0)), [t])
    counted = n.barrier(n.store(zeroed, n.load(source, s), n.index(1), None, "add"), [s])
    out = np.zeros(3, np.int64)
    kernel = n.kernel("count", [i], [n.store(n.param(0, I64, 3), i, n.load(counted, i))])
    run(kernel, out, np.array([0, 1, 1, 2, 0, 0, 1, 0]))
    assert out.tolist() == [4, 3, 1]
    with pytest.raises(OutOfRangeError, match=r"store: got index 3, expected an index in \[0, 3\)"):
        run(kernel, out, np.array([0, 1, 1, 2, 0, 3, 1, 0]))


@pytest.mark.parametrize("op", [Op.ADD, Op.MUL, Op.MAX], ids=lambda o: o.name)
@pytest.mark.parametrize("extents", [(4,), (2, 3), (3, 0), (40,)], ids=str)
def test_reductions(op: Op, extents: tuple[int, ...]) -> None:
    size = int(np.prod(extents))
    ranges = [n.loop_range(e, 1 + k) for k, e in enumerate(extents)]
    at = n.index(0)
    for r, e in zip(ranges, extents, strict=True):
        at = at * e + r
    i = n.loop_range(2, 0, GRID)
    total = n.reduce_ranges(n.load(n.param(1, I64, 2 * size), i * size + at), op, ranges)
    x = RANDOM.integers(-9, 9, (2, size))
    out = np.zeros(2, np.int64)
    run(n.kernel("reduce", [i], [n.store(n.param(0, I64, 2), i, total)]), out, x.reshape(-1))
    reduce = {
        Op.ADD: np.sum,
        Op.MUL: np.prod,
        Op.MAX: lambda v, axis: np.max(v, axis, initial=I64.min),
    }
    assert out.tolist() == reduce[op](x, axis=1).tolist()


def test_a_reduction_repeats_what_does_not_depend_on_its_ranges() -> None:
    i, k = n.loop_range(3, 0), n.loop_range(5, 1)
    total = n.reduce_ranges(i + 1, Op.ADD, [k])
    out = np.zeros(3, np.int64)
    run(n.kernel("repeat", [i], [n.store(n.param(0, I64, 3), i, total)]), out)
    assert out.tolist() == [5, 10, 15]


def test_softmax_numerators_nested_and_chained_reductions() -> None:
    """max over k, then a sum that uses it, and a sum inside of another."""
    i, k, m = n.loop_range(3, 0, GRID), n.loop_range(4, 1), n.loop_range(4, 2)
    o, p = n.loop_range(2, 3), n.loop_range(2, 4)
    x = n.param(1, F, 12)
    top = n.reduce_ranges(n.load(x, i * 4 + k), Op.MAX, [k])
    shifted = n.alu(Op.EXP2, n.alu(Op.SUB, n.load(x, i * 4 + m), top))
    total = n.reduce_ranges(shifted, Op.ADD, [m])
    inner = n.reduce_ranges(n.load(x, i * 4 + o * 2 + p), Op.MAX, [p])
    outer = n.reduce_ranges(n.alu(Op.MUL, inner, inner), Op.ADD, [o])
    stores = [n.store(n.param(0, F, 3), i, total), n.store(n.param(2, F, 3), i, outer)]
    a, b, values = np.zeros(3, np.float32), np.zeros(3, np.float32), floats(3, 4)
    run(n.kernel("both", [i], stores), a, values.reshape(-1), b)
    np.testing.assert_allclose(a, np.exp2(values - values.max(1, keepdims=True)).sum(1), rtol=1e-6)
    np.testing.assert_array_equal(b, (values.reshape(3, 2, 2).max(2) ** 2).sum(1))


def test_scatter_add_in_order() -> None:
    i = n.loop_range(6, 0)
    at = n.load(n.param(1, dtypes.int32, 6), i)
    value = n.cast(n.load(n.param(2, I64, 6), i), dtypes.int8)
    kernel = n.kernel("add", [i], [n.store(n.param(0, dtypes.int8, 3), at, value, None, "add")])
    out = np.array([1, 2, 3], np.int8)
    run(kernel, out, np.array([0, 2, 2, 0, 2, 1], np.int32), np.array([1, 60, 60, 3, 60, 5]))
    assert out.tolist() == [5, 7, -73]


def test_the_last_store_wins() -> None:
    i, j = n.loop_range(4, 0), n.loop_range(5, 1)
    out = np.zeros(4, np.int64)
    run(n.kernel("last", [i, j], [n.store(n.param(0, I64, 4), i, i * 10 + j)]), out)
    assert out.tolist() == [4, 14, 24, 34]


def test_a_store_stands_only_in_the_loops_that_it_depends_on() -> None:
    i, j = n.loop_range(3, 0), n.loop_range(20, 1)
    one = n.const(1, I64)
    stores = [
        n.store(n.param(0, I64, 3), i, one, None, "add"),
        n.store(n.param(1, I64, 20), j, one, None, "add"),
        n.store(n.param(2, I64, 1), n.index(0), one, None, "add"),
        n.store(n.param(3, I64, 60), i * 20 + j, one, None, "add"),
    ]
    out = [np.zeros(size, np.int64) for size in (3, 20, 1, 60)]
    run(n.kernel("counts", [i, j], stores), *out)
    assert all((o == 1).all() for o in out)


def test_an_empty_loop_does_nothing_and_others_still_run() -> None:
    i, j = n.loop_range(0, 0), n.loop_range(3, 1)
    stores = [n.store(n.param(0, I64, 1), i, i), n.store(n.param(1, I64, 3), j, j + 5)]
    a, b = np.array([7]), np.zeros(3, np.int64)
    run(n.kernel("empty", [i, j], stores), a, b)
    assert a.tolist() == [7] and b.tolist() == [5, 6, 7]


def test_symbolic_extents() -> None:
    pos = n.variable("pos", 0, 8)
    i, k = n.loop_range(pos + 1, 0, GRID), n.loop_range(pos, 1)
    total = n.reduce_ranges(k + i, Op.ADD, [k])
    kernel = n.kernel("grow", [i], [n.store(n.param(0, I64, 9), i, total * pos)])
    for value in (0, 3, 8):
        out = np.full(9, -1)
        run(kernel, out, pos=value)
        want = [value * sum(i + k for k in range(value)) for i in range(value + 1)]
        assert out.tolist() == want + [-1] * (8 - value)
    with pytest.raises(ArgumentError, match="pos"):
        run(kernel, np.zeros(9, np.int64))
    with pytest.raises(ArgumentError, match="pos = 9"):
        run(kernel, np.zeros(9, np.int64), pos=9)


def test_loads_see_memory_as_it_was_before() -> None:
    """Also where the array that is stored to is another argument's, as a memory plan makes it."""
    i = n.loop_range(20, 0)
    read = n.load(n.param(1, I64, 20), n.index(19) - i)
    kernel = n.kernel("reverse", [i], [n.store(n.param(0, I64, 20), i, read)])
    memory = np.arange(20)
    run(kernel, memory, memory)
    assert memory.tolist() == list(range(20))[::-1]


def test_half_precision_rounds_after_each_operation() -> None:
    i = n.loop_range(1, 0)
    x = n.load(n.param(1, dtypes.bfloat16, 1), i)
    one = n.const(1.0, dtypes.bfloat16)
    value = n.alu(Op.SUB, n.alu(Op.ADD, x, one), x)
    out = np.zeros(1, dtypes.bfloat16.np)
    kernel = n.kernel("round", [i], [n.store(n.param(0, dtypes.bfloat16, 1), i, value)])
    run(kernel, out, np.array([512.0]).astype(dtypes.bfloat16.np))
    assert float(out[0]) == 0.0


def gather_kernel() -> Node:
    i = n.loop_range(3, 0)
    at = n.load(n.param(1, I64, 3), i)
    valid = n.alu(Op.NE, n.load(n.param(3, dtypes.uint8, 3), i), n.const(0, dtypes.uint8))
    row = n.load(n.param(2, F, 4), at, valid)
    return n.kernel("gather", [i], [n.store(n.param(0, F, 3), i, row)])


def test_indices_from_data_are_checked_where_valid() -> None:
    out, table = np.zeros(3, np.float32), np.arange(4, dtype=np.float32) + 1
    valid = np.array([1, 0, 1], np.uint8)
    run(gather_kernel(), out, np.array([3, 99, 0]), table, valid)
    assert out.tolist() == [4, 0, 1]
    for bad in (4, -1):
        with pytest.raises(OutOfRangeError, match=rf"load: got index {bad}, .* \[0, 4\)"):
            run(gather_kernel(), out, np.array([bad, 0, 0]), table, valid)


def test_an_index_that_is_trusted_and_outside_is_a_bug() -> None:
    i = n.loop_range(5, 0)
    kernel = n.kernel("bug", [i], [n.store(n.param(0, I64, 4), i, i)])
    with pytest.raises(VerifyError, match="index 4 in bug"):
        run(kernel, np.zeros(4, np.int64))


def test_bad_arguments() -> None:
    kernel = matmul(2, 2, 2)
    good = [np.zeros(4, np.float32) for _ in range(3)]
    for wrong, error in (
        (good[:2], ArgumentError),
        ([good[0], good[1].astype(np.float64), good[2]], DTypeError),
        ([good[0], good[1][:3], good[2]], ShapeError),
        ([good[0], good[1].reshape(2, 2), good[2]], ShapeError),
    ):
        with pytest.raises(error, match="PARAM"):
            evaluate_kernel(kernel, wrong)
    with pytest.raises(VerifyError):
        evaluate_kernel(n.const(1.0, F), [])


def test_a_long_expression_does_not_recurse() -> None:
    i = n.loop_range(2, 0)
    x = n.load(n.param(1, I64, 2), i)
    total = x
    for _ in range(20_000):
        total = total + x
    out = np.zeros(2, np.int64)
    evaluate_kernel(
        n.kernel("long", [i], [n.store(n.param(0, I64, 2), i, total)]), [out, np.array([1, 2])]
    )
    assert out.tolist() == [20_001, 40_002]
