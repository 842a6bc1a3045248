"""Graphs as bytes and as structural keys."""

from __future__ import annotations

import json
import math
import time

import pytest

from smelt.dtype import DType, all_dtypes, dtypes
from smelt.ir import node as n
from smelt.ir.node import BufferRef, Node
from smelt.ir.op import AxisKind, Op
from smelt.ir.serialize import dumps, loads, structural_key
from smelt.util.errors import ArgumentError, FileFormatError

F, I64 = dtypes.float32, dtypes.int64


# ---- bytes --------------------------------------------------------------------------------------


def a_kernel() -> Node:
    pos = n.variable("pos", 0, 7)
    i, k = n.loop_range(pos + 1, 0, AxisKind.GRID), n.loop_range(4, 1, AxisKind.VECTOR)
    x = n.load(n.param(1, F, 64), i * 4 + k, i < pos)
    staged = n.barrier(n.store(n.local(0, F, 4), k, x), [k])
    total = n.reduce_ranges(n.load(staged, n.index(0)), Op.MAX, [n.loop_range(3, 2)])
    return n.kernel("sums", [i], [n.store(n.param(0, F, 8), i, total, None, "add")])


def symbolic_graph() -> Node:
    pos = n.variable("pos", 0, 7)
    x = n.expand(n.reshape(n.iota(8), (8, 1)), (8, n.dim_add(pos, 1)))
    x = n.shrink(n.pad(x, [(0, 0), (pos, 2)]), [(0, 3), (pos, n.dim_add(pos, 1))])
    return n.shear(n.flip(x, [0]), 0, 1, -2, pos)


ROUND_TRIPS = [
    a_kernel,
    symbolic_graph,
    lambda: n.contiguous(n.detach(n.iota(3)), unique=True),
    lambda: n.copy(n.reduce(n.iota(3), Op.MUL, [0]), "PYTHON"),
    lambda: n.bitcast(n.cast(n.iota(4), dtypes.bfloat16), dtypes.uint16),
    *(lambda v=v: n.const(v, dtypes.float64) for v in (math.inf, -math.inf, -0.0, 0.0, 0.1)),
    *(lambda d=d: n.const(d.min, d, (2, 0)) for d in all_dtypes()),
    lambda: n.const(2**64 - 1, dtypes.uint64),
]


@pytest.mark.parametrize("make", ROUND_TRIPS)
def test_round_trip_gives_the_same_interned_node(make: object) -> None:
    node = make()
    data = dumps([node, node.src[0]] if node.src else [node])
    assert loads(data)[0] is node
    assert loads(data)[1:] == list(node.src[:1])
    assert dumps(loads(data)) == data


def test_a_nan_survives() -> None:
    [back] = loads(dumps([n.const(math.nan, F)]))
    assert back is n.const(math.nan, F)


def test_a_graph_with_buffers_is_refused() -> None:
    with pytest.raises(ArgumentError, match="without BUFFERs"):
        dumps([n.buffer(BufferRef("CPU", 3, F)) * 2])


GOOD = json.loads(dumps([n.const(1.5, F) * 2]))
DAMAGED = [
    b"",
    b"\xff\x00",
    b"[]",
    b"{}",
    b'{"smelt": 99, "nodes": [], "roots": []}',
    json.dumps({**GOOD, "roots": [7]}).encode(),
    json.dumps({**GOOD, "nodes": 3}).encode(),
    json.dumps({**GOOD, "nodes": [["NOPE", "float32", [], [], None]]}).encode(),
    json.dumps({**GOOD, "nodes": [["CONST", "float99", [], [], None]]}).encode(),
    json.dumps({**GOOD, "nodes": [["CONST", "float32", [], [], {"what": 1}]]}).encode(),
    json.dumps({**GOOD, "nodes": [["CONST", "float32", [], [], {"float": "x"}]]}).encode(),
    json.dumps({**GOOD, "nodes": [["SQRT", "float32", [], [0], None]]}).encode(),
    dumps([a_kernel()])[:-9],
]


@pytest.mark.parametrize("data", DAMAGED)
def test_damaged_bytes_raise(data: bytes) -> None:
    with pytest.raises(FileFormatError):
        loads(data)


def test_a_long_chain_does_not_recurse() -> None:
    node = n.iota(3)
    for _ in range(20_000):
        node = node + n.iota(3)
    assert loads(dumps([node]))[0] is node


# ---- keys ---------------------------------------------------------------------------------------


def leaf(size: int = 6, dtype: DType = F, device: str = "CPU") -> Node:
    return n.buffer(BufferRef(device, size, dtype))


def computed(shape: tuple[int, ...] = (2, 3)) -> Node:
    """A node that has been computed: its value is in a BUFFER of its own."""
    node = n.reshape(leaf() * 2, shape)
    node.buffer = leaf()
    return node


def step(x: Node, w: Node) -> list[Node]:
    """What a training step may look like."""
    x, w = n.reshape(x, (2, 3)), n.reshape(w, (2, 3))
    y = n.contiguous(n.alu(Op.MAX, x * 2, w), unique=True)
    return [n.reduce(y, Op.ADD, [1]), w - y]


def test_equal_structures_have_equal_keys_and_their_own_buffers() -> None:
    x, y, w = leaf(), leaf(), leaf()
    key, refs = structural_key(step(x, w))
    other, others = structural_key(step(y, w))
    assert key == other and hash(key) == hash(other)
    assert refs == [x.arg, w.arg] and others == [y.arg, w.arg]


def test_a_computed_node_counts_as_its_buffer() -> None:
    done = computed()
    key, refs = structural_key([done * 3])
    assert (key, refs) == structural_key([n.reshape(done.buffer, (2, 3)) * 3])
    assert key == structural_key([computed() * 3])[0]
    assert refs == [done.buffer.arg]
    flat = computed((6,))
    assert structural_key([flat])[0] == structural_key([leaf()])[0]


VAR = n.variable("pos", 0, 7)
PAIR = (leaf(), leaf())
DIFFERENT = {
    "op": (lambda: leaf() + 1, lambda: leaf() - 1),
    "order of sources": (lambda: PAIR[0] - (PAIR[1] + 1), lambda: (PAIR[0] + 1) - PAIR[1]),
    "sharing": (lambda: PAIR[0] + PAIR[0], lambda: PAIR[0] + PAIR[1]),
    "buffer size": (lambda: n.shrink(leaf(6), [(0, 3)]), lambda: n.shrink(leaf(7), [(0, 3)])),
    "buffer dtype": (lambda: n.cast(leaf(), I64), lambda: n.cast(leaf(6, dtypes.float16), I64)),
    "device": (lambda: leaf() + 1, lambda: leaf(device="PYTHON") + 1),
    "copied to": (lambda: n.copy(leaf(), "A"), lambda: n.copy(leaf(), "B")),
    "arg": (lambda: n.shrink(leaf(), [(0, 3)]), lambda: n.shrink(leaf(), [(1, 4)])),
    "reduction": (lambda: n.reduce(leaf(), Op.ADD, [0]), lambda: n.reduce(leaf(), Op.MAX, [0])),
    "shape": (lambda: n.reshape(leaf(), (2, 3)), lambda: n.reshape(leaf(), (3, 2))),
    "constant": (lambda: leaf() * 2, lambda: leaf() * 3),
    "sign of zero": (lambda: leaf() + 0.0, lambda: leaf() + -0.0),
    "type of one": (lambda: n.const(1, I64), lambda: n.const(True, dtypes.bool)),
    "nan": (lambda: n.const(math.nan, F), lambda: n.const(math.inf, F)),
    "mark": (lambda: n.contiguous(leaf()), lambda: n.contiguous(leaf(), unique=True)),
    "detach": (lambda: n.detach(leaf()), leaf),
    "variable": (lambda: n.iota(VAR), lambda: n.iota(n.variable("end", 0, 7))),
    "limits": (lambda: n.iota(VAR), lambda: n.iota(n.variable("pos", 0, 8))),
    "cast": (lambda: n.cast(leaf(), I64), lambda: n.cast(leaf(), dtypes.int32)),
    "computed or not": (computed, lambda: n.reshape(leaf() * 2, (2, 3))),
    "shape of a computed node": (computed, lambda: computed((3, 2))),
    "two marks or one": (
        lambda: n.contiguous(PAIR[0], unique=True) + n.contiguous(PAIR[0], unique=True),
        lambda: (lambda y: y + y)(n.contiguous(PAIR[0], unique=True)),
    ),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_different_structures_have_different_keys(name: str) -> None:
    a, b = (make() for make in DIFFERENT[name])
    assert structural_key([a])[0] == structural_key([a])[0]
    assert structural_key([a])[0] != structural_key([b])[0]


def test_which_nodes_are_roots_matters() -> None:
    x = leaf()
    y = x + 1
    assert structural_key([y])[0] != structural_key([y, x])[0]
    assert structural_key([y, x])[0] != structural_key([x, y])[0]


def test_nans_and_symbolic_shapes_have_equal_keys() -> None:
    def graph(x: Node) -> Node:
        pos = n.variable("pos", 0, 5)
        return n.shrink(x + math.nan, [(pos, n.dim_add(pos, 1))])

    assert structural_key([graph(leaf())])[0] == structural_key([graph(leaf())])[0]


def test_keys_are_fast_and_do_not_recurse() -> None:
    node = x = leaf()
    for _ in range(20_000):
        node = node + x
    started = time.perf_counter()
    structural_key([node])
    assert time.perf_counter() - started < 1.0  # about 2 microseconds a node; slow machines too
