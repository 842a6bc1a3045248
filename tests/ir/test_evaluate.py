"""`evaluate_graph` against numpy: every operation of the tensor graph."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from smelt.dtype import dtypes
from smelt.ir import node as n
from smelt.ir.evaluate import evaluate_graph, evaluate_index
from smelt.ir.node import BufferRef, Node
from smelt.ir.op import Op
from smelt.util.errors import (
    ArgumentError,
    DTypeError,
    OutOfRangeError,
    ShapeError,
    VerifyError,
)

F = dtypes.float32
REF = BufferRef("CPU", 24, F)
X = np.arange(24, dtype=np.float32).reshape(2, 3, 4) - 7
MEMORY = {REF: X.reshape(-1)}


def x() -> Node:
    return n.reshape(n.buffer(REF), (2, 3, 4))


def value(node: Node, **variables: int) -> np.ndarray:
    return evaluate_graph([node], MEMORY, variables)[0]


GRAPHS = [
    ("buffer", lambda: n.buffer(REF), X.reshape(-1)),
    ("const", lambda: n.const(2.5, F, (2, 1)), np.full((2, 1), 2.5, np.float32)),
    ("const of no axes", lambda: n.const(True, dtypes.bool), np.array(True)),
    ("largest uint64", lambda: n.const(2**64 - 1, dtypes.uint64), np.array(2**64 - 1, np.uint64)),
    ("iota", lambda: n.iota(5, dtypes.int16), np.arange(5, dtype=np.int16)),
    ("iota wraps around", lambda: n.iota(300, dtypes.uint8), np.arange(300).astype(np.uint8)),
    ("empty iota", lambda: n.iota(0), np.zeros(0, np.int64)),
    ("reshape", lambda: n.reshape(x(), (4, 6)), X.reshape(4, 6)),
    ("permute", lambda: n.permute(x(), (2, 0, 1)), X.transpose(2, 0, 1)),
    ("expand", lambda: n.expand(n.reshape(x(), (2, 1, 12)), (2, 5, 12)),
     np.repeat(X.reshape(2, 1, 12), 5, 1)),
    ("expand to nothing", lambda: n.expand(n.const(1.0, F, (1, 3)), (0, 3)),
     np.zeros((0, 3), np.float32)),
    ("pad", lambda: n.pad(x(), [(1, 2), (0, 0), (0, 3)]), np.pad(X, [(1, 2), (0, 0), (0, 3)])),
    ("shrink", lambda: n.shrink(x(), [(1, 2), (0, 3), (1, 3)]), X[1:2, 0:3, 1:3]),
    ("shrink to nothing", lambda: n.shrink(x(), [(1, 1), (0, 3), (0, 4)]), X[1:1]),
    ("flip", lambda: n.flip(x(), [0, 2]), X[::-1, :, ::-1]),
    ("sum", lambda: n.reduce(x(), Op.ADD, [0, 2]), X.sum((0, 2))),
    ("product", lambda: n.reduce(x(), Op.MUL, [1]), X.prod(1)),
    ("maximum", lambda: n.reduce(x(), Op.MAX, [0, 1, 2]), X.max()),
    ("sum of nothing", lambda: n.reduce(n.const(1.0, F, (3, 0)), Op.ADD, [1]),
     np.zeros(3, np.float32)),
    ("maximum of nothing", lambda: n.reduce(n.const(1.0, F, (2, 0)), Op.MAX, [1]),
     np.full(2, -np.inf, np.float32)),
    ("detach", lambda: n.detach(x()), X),
    ("contiguous", lambda: n.contiguous(x(), unique=True), X),
    ("copy", lambda: n.copy(x(), "PYTHON"), X),
    ("cast", lambda: n.cast(x(), dtypes.int8), X.astype(np.int8)),
    ("bitcast", lambda: n.bitcast(x(), dtypes.uint8), X.view(np.uint8)),
    ("where", lambda: n.where(x() < 0, x() * 2, x()), np.where(X < 0, X * 2, X)),
    ("load", lambda: n.load(x(), n.const(1, dtypes.int32, (2, 5))), X[np.ones((2, 5), int)]),
    ("load of no axes", lambda: n.load(x(), n.index(1)), X[1]),
    ("load, nothing valid", lambda: n.load(x(), n.iota(9), n.const(False, dtypes.bool, (9,))),
     np.zeros((9, 3, 4), np.float32)),
    ("load, some valid", lambda: n.load(x(), n.iota(5), n.iota(5) < 2),
     np.concatenate([X, np.zeros((3, 3, 4), np.float32)])),
    ("store", lambda: n.store(x(), n.index(1), n.const(5.0, F, (3, 4))),
     np.stack([X[0], np.full((3, 4), 5, np.float32)])),
    ("store, the last wins",
     lambda: n.store(n.buffer(REF), n.const(3, dtypes.index, (3,)), n.cast(n.iota(3), F)),
     np.concatenate([X.reshape(-1)[:3], [np.float32(2)], X.reshape(-1)[4:]])),
    ("store, add",
     lambda: n.store(n.const(0.0, F, (4,)), n.iota(6) % 4, n.cast(n.iota(6), F), None, "add"),
     np.array([4, 6, 2, 3], np.float32)),
    ("store, some valid",
     lambda: n.store(n.const(9.0, F, (3,)), n.iota(5), n.cast(n.iota(5), F), n.iota(5) < 2),
     np.array([0, 1, 9], np.float32)),
]  # fmt: skip


@pytest.mark.parametrize(("make", "want"), [g[1:] for g in GRAPHS], ids=[g[0] for g in GRAPHS])
def test_graph(make: object, want: np.ndarray) -> None:
    got = value(make())
    assert got.dtype == want.dtype and got.shape == want.shape
    np.testing.assert_array_equal(got, want)


def sheared(a: np.ndarray, axis: int, by: int, step: int, size: int) -> np.ndarray:
    out = np.zeros([size if d == axis else s for d, s in enumerate(a.shape)], a.dtype)
    for place in np.ndindex(*out.shape):
        source = list(place)
        source[axis] += step * place[by]
        if 0 <= source[axis] < a.shape[axis]:
            out[place] = a[tuple(source)]
    return out


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("by", [0, 1, 2])
@pytest.mark.parametrize(("step", "size"), [(1, 2), (-1, 5), (2, 1), (0, 3), (-3, 0), (7, 4)])
def test_shear(axis: int, by: int, step: int, size: int) -> None:
    if axis == by:
        return
    got = value(n.shear(x(), axis, by, step, size))
    np.testing.assert_array_equal(got, sheared(X, axis, by, step, size))


def test_shear_of_nothing() -> None:
    empty = n.const(1.0, F, (0, 3))
    np.testing.assert_array_equal(value(n.shear(empty, 0, 1, 1, 2)), np.zeros((2, 3)))


def test_symbolic_dimensions() -> None:
    pos = n.variable("pos", 0, 3)
    after = n.dim_add(pos, 1)
    part = n.shrink(x(), [(0, 2), (0, 3), (0, after)])
    np.testing.assert_array_equal(value(part, pos=2), X[:, :, :3])
    padded = n.pad(part, [(0, 0), (0, 0), (pos, 0)])
    np.testing.assert_array_equal(
        value(padded, pos=2), np.pad(X[:, :, :3], [(0, 0), (0, 0), (2, 0)])
    )
    total = n.reduce(part, Op.ADD, [2])
    np.testing.assert_array_equal(value(total, pos=0), X[:, :, 0])
    spread = n.expand(n.reshape(n.buffer(REF), (24, 1)), (24, after))
    assert value(spread, pos=3).shape == (24, 4)
    assert value(n.iota(pos), pos=2).tolist() == [0, 1]
    assert value(n.const(1.0, F, (after,)), pos=1).tolist() == [1.0, 1.0]
    assert value(pos * 3, pos=3).item() == 9
    window = n.shear(n.expand(n.reshape(x(), (24, 1)), (24, 2)), 0, 1, 1, pos)
    assert value(window, pos=3).shape == (3, 2)


def test_dimensions_are_evaluated() -> None:
    pos = n.variable("pos", -5, 9)
    assert evaluate_index(7, {}) == 7
    assert evaluate_index((pos + 1) // 2 * 3 % 5, {"pos": 8}) == 2
    assert evaluate_index(n.where(pos < 0, n.index(0), pos), {"pos": -3}) == 0


def test_a_value_in_a_buffer_is_read_from_there() -> None:
    ref = BufferRef("CPU", 6, F)
    outside = n.load(n.buffer(REF), n.const(99, dtypes.index, (2, 3)))
    outside.buffer = n.buffer(ref)
    stored = np.arange(6, dtype=np.float32)
    got = evaluate_graph([outside * 2], {**MEMORY, ref: stored})[0]
    np.testing.assert_array_equal(got, stored.reshape(2, 3) * 2)
    with pytest.raises(OutOfRangeError):  # its buffer has no contents here: computed
        value(outside)


def test_a_buffer_of_a_symbolic_value_is_laid_out_for_its_largest_shape() -> None:
    ref = BufferRef("CPU", 8, F)
    pos = n.variable("pos", 1, 4)
    part = n.shrink(n.reshape(n.buffer(REF), (6, 4)), [(0, 2), (0, pos)])
    part.buffer = n.buffer(ref)
    got = evaluate_graph([part], {ref: np.arange(8, dtype=np.float32)}, {"pos": 3})[0]
    assert got.tolist() == [[0, 1, 2], [4, 5, 6]]


def test_results_are_fresh_arrays() -> None:
    first, second = evaluate_graph([n.buffer(REF), n.buffer(REF)], MEMORY)
    first[:] = 0
    assert second[0] == -7 and X[0, 0, 0] == -7
    stored = n.store(n.buffer(REF), n.index(0), n.const(1.0, F))
    old, new = evaluate_graph([n.buffer(REF), stored], MEMORY)
    assert (old[0], new[0], X[0, 0, 0]) == (-7, 1, -7)


def test_a_long_chain_does_not_recurse() -> None:
    node = n.iota(2, dtypes.int32)
    for _ in range(20_000):
        node = node + n.iota(2, dtypes.int32)
    assert value(node).tolist() == [0, 20_001]
    doubled = n.const(1, dtypes.int32, (2,))
    for _ in range(1000):
        doubled = n.alu(Op.ADD, doubled, doubled)
    assert value(doubled).tolist() == [0, 0]


def test_what_is_no_longer_needed_is_freed() -> None:
    ref = BufferRef("CPU", 1 << 16, dtypes.int32)
    node = n.buffer(ref)
    for _ in range(200):  # all intermediates together would be 50 MiB
        node = n.alu(Op.ADD, node, n.buffer(ref))
    ones = np.ones(1 << 16, np.int32)
    tracemalloc.start()
    got = evaluate_graph([node], {ref: ones})[0]
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (got == 201).all()
    assert peak_bytes < 4 << 20


def bad_ref(dtype: object, size: int) -> tuple[Node, dict[BufferRef, np.ndarray]]:
    ref = BufferRef("CPU", size, dtype)
    return n.buffer(ref), {ref: np.zeros(4, np.float32)}


BAD = [
    (ArgumentError, lambda: (n.buffer(BufferRef("CPU", 4, F)), {})),
    (DTypeError, lambda: bad_ref(dtypes.int32, 4)),
    (ShapeError, lambda: bad_ref(F, 5)),
    (ArgumentError, lambda: (n.variable("missing", 0, 1), {})),
    (ArgumentError, lambda: (n.variable("pos", 4, 9), {})),
    (VerifyError, lambda: (n.loop_range(4, 0), {})),
    (OutOfRangeError, lambda: (n.load(n.iota(3), n.const(3, dtypes.index)), {})),
    (OutOfRangeError, lambda: (n.load(n.iota(3), n.const(-1, dtypes.index)), {})),
    (ShapeError, lambda: (n.shrink(n.iota(3), [(0, n.variable("pos", 0, 9))]), {})),
]


@pytest.mark.parametrize(("error", "make"), BAD)
def test_bad_input(error: type[Exception], make: object) -> None:
    node, buffers = make()
    with pytest.raises(error):
        evaluate_graph([node], buffers, {"pos": 10 if node.op is Op.VARIABLE else 5})
