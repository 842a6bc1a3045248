"""`verify_graph` and `verify_kernel`: what they accept, and one row for each thing they refuse."""

from __future__ import annotations

import pytest

from smelt.dtype import dtypes
from smelt.ir import node as n
from smelt.ir.node import BufferRef, Node
from smelt.ir.op import AxisKind, Op
from smelt.ir.verify import verify_graph, verify_kernel
from smelt.util.errors import VerifyError

F, I64, BOOL = dtypes.float32, dtypes.int64, dtypes.bool
REF = BufferRef("CPU", 6, F)
SHORT = BufferRef("CPU", 6, dtypes.int16)
make = Node.make


def x() -> Node:
    return n.reshape(n.buffer(REF), (2, 3))


def with_buffer(node: Node, memory: Node) -> Node:
    node.buffer = memory
    return node


GOOD_GRAPHS = {
    "elementwise": lambda: n.where(x() < 0, x(), x() * 2),
    "movement": lambda: n.pad(n.permute(x(), (1, 0)), [(1, 0), (0, n.variable("p", 0, 3))]),
    "reduce": lambda: n.reduce(n.cast(x(), dtypes.int8), Op.MAX, [0, 1]),
    "memory": lambda: n.store(x(), n.iota(1), n.load(x(), n.iota(1)), None, "add"),
    "marks": lambda: n.detach(n.contiguous(n.copy(x(), "PYTHON"), unique=True)),
    "nan": lambda: n.const(float("nan"), dtypes.float16, (0, 2)),
    "stored": lambda: with_buffer(n.cast(x(), dtypes.int16), n.buffer(SHORT)),
}


@pytest.mark.parametrize("name", GOOD_GRAPHS)
def test_a_good_graph(name: str) -> None:
    verify_graph([GOOD_GRAPHS[name](), x()])


BAD_GRAPHS = {
    "kernel op": lambda: n.loop_range(3, 0),
    "too few sources": lambda: make(Op.ADD, F, (2, 3), (x(),)),
    "too many sources": lambda: make(Op.SQRT, F, (2, 3), (x(), x())),
    "dtype of the result": lambda: make(Op.ADD, I64, (2, 3), (x(), x())),
    "shape of the result": lambda: make(Op.ADD, F, (3, 2), (x(), x())),
    "sources that differ": lambda: make(Op.ADD, F, (2, 3), (x(), n.permute(x(), (1, 0)))),
    "dtype not taken": lambda: make(Op.XOR, F, (2, 3), (x(), x())),
    "comparison": lambda: make(Op.LT, F, (2, 3), (x(), x())),
    "movement dtype": lambda: make(Op.FLIP, I64, (2, 3), (x(),), (0,)),
    "movement shape": lambda: make(Op.PERMUTE, F, (2, 3), (x(),), (1, 0)),
    "reshape": lambda: make(Op.RESHAPE, F, (7,), (x(),), (7,)),
    "reduce shape": lambda: make(Op.REDUCE, F, (2,), (x(),), (Op.ADD, (0,))),
    "reduce op": lambda: make(Op.REDUCE, F, (3,), (x(),), (Op.SUB, (0,))),
    "reduce over ranges": lambda: make(
        Op.REDUCE, F, (), (n.const(0.0, F), n.index(1)), (Op.ADD, ())
    ),
    "reduce of two": lambda: make(Op.REDUCE, F, (3,), (x(), x()), (Op.ADD, (0,))),
    "mark dtype": lambda: make(Op.DETACH, I64, (2, 3), (x(),)),
    "index dtype": lambda: make(Op.LOAD, F, (2, 3), (x(), x())),
    "const of another type": lambda: make(Op.CONST, F, (), (), 1),
    "const not rounded": lambda: make(Op.CONST, dtypes.float16, (), (), 0.1),
    "const outside": lambda: make(Op.CONST, dtypes.int8, (), (), 128),
    "negative size": lambda: make(Op.CONST, F, (-1,), (), 1.0),
    "buffer size": lambda: make(Op.BUFFER, F, (5,), (), REF),
    "buffer dtype": lambda: make(Op.BUFFER, I64, (6,), (), REF),
    "variable dtype": lambda: make(Op.VARIABLE, F, (), (), ("v", 0, 1)),
    "iota dtype": lambda: make(Op.IOTA, F, (3,)),
    "stored too small": lambda: with_buffer(x() * 3, n.buffer(BufferRef("CPU", 5, F))),
    "stored dtype": lambda: with_buffer(x() * 4, n.buffer(BufferRef("CPU", 6, I64))),
    "below a good node": lambda: n.cast(make(Op.ADD, I64, (2, 3), (x(), x())), F),
}


@pytest.mark.parametrize("name", BAD_GRAPHS)
def test_a_bad_graph(name: str) -> None:
    with pytest.raises(VerifyError, match="verify: got <"):
        verify_graph([BAD_GRAPHS[name]()])


# ---- kernels ------------------------------------------------------------------------------------

OUT, IN = n.param(0, I64, 8), n.param(1, I64, 8)
G, J, K = n.loop_range(4, 0, AxisKind.GRID), n.loop_range(2, 1), n.loop_range(8, 2)
ONE = n.const(1, I64)


def kernel(value: Node, *ranges: Node, index: Node = G) -> Node:
    return n.kernel("k", ranges or (G,), [n.store(OUT, index, value)])


def staged(*ranges: Node) -> Node:
    return n.barrier(n.store(n.local(0, I64, 8), K, n.load(IN, K)), ranges)


GOOD_KERNELS = {
    "constant": lambda: kernel(ONE),
    "two loops": lambda: kernel(ONE, G, J, index=G * 2 + J),
    "reduce": lambda: kernel(n.reduce_ranges(n.load(IN, K), Op.ADD, [K])),
    "reduce of its range": lambda: kernel(n.reduce_ranges(K, Op.MAX, [K])),
    "nested": lambda: kernel(n.reduce_ranges(n.reduce_ranges(K * J, Op.ADD, [K]), Op.MAX, [J])),
    "barrier": lambda: kernel(n.load(staged(K), G)),
    "symbolic": lambda: kernel(ONE, n.loop_range(n.variable("p", 0, 8), 0), index=n.index(0)),
    "loop without a store": lambda: kernel(ONE, G, J),
}


@pytest.mark.parametrize("name", GOOD_KERNELS)
def test_a_good_kernel(name: str) -> None:
    verify_kernel(GOOD_KERNELS[name]())


BAD_KERNELS = {
    "not a kernel": lambda: ONE,
    "tensor op": lambda: kernel(n.reduce(n.iota(3), Op.ADD, [0])),
    "kernel in a kernel": lambda: kernel(n.cast(make(Op.KERNEL, BOOL, (), (G,), "in"), I64)),
    "wrong dtype inside": lambda: kernel(make(Op.ADD, I64, (), (n.const(1.0, F),) * 2)),
    "memory as a value": lambda: make(
        Op.KERNEL, BOOL, (), (G, make(Op.STORE, I64, (8,), (OUT, G, IN), "set")), "k"
    ),
    "vector value": lambda: kernel(make(Op.LOAD, I64, (), (n.iota(4), G))),
    "value with axes": lambda: kernel(n.reduce_ranges(n.const(1, I64, (3,)), Op.ADD, [K])),
    "no store": lambda: n.kernel("k", [G], []),
    "a store first": lambda: make(Op.KERNEL, BOOL, (), (n.store(OUT, G, ONE), G), "k"),
    "a value as a store": lambda: make(Op.KERNEL, BOOL, (), (G, ONE), "k"),
    "store to local memory": lambda: n.kernel("k", [G], [n.store(n.local(0, I64, 8), G, ONE)]),
    "store as a value": lambda: kernel(n.load(n.store(OUT, G, ONE), G)),
    "load of local memory": lambda: kernel(n.load(n.local(0, I64, 8), G)),
    "barrier over a param": lambda: kernel(n.load(n.barrier(n.store(IN, K, ONE), [K]), G)),
    "barrier over a value": lambda: kernel(n.load(n.barrier(IN, []), G)),
    "reduce over a value": lambda: kernel(make(Op.REDUCE, I64, (), (ONE, ONE), (Op.ADD, ()))),
    "range of nobody": lambda: kernel(J),
    "range used outside of its reduce": lambda: kernel(n.reduce_ranges(K, Op.ADD, [K]) + K),
    "range used outside of its barrier": lambda: kernel(n.load(staged(K), K)),
    "range of the nest and a reduce": lambda: kernel(n.reduce_ranges(J, Op.ADD, [J]), G, J),
    "range of two reduces": lambda: kernel(
        n.reduce_ranges(K, Op.ADD, [K]) + n.reduce_ranges(K, Op.MAX, [K])
    ),
    "range twice in a nest": lambda: kernel(ONE, G, G),
    "range over a range": lambda: kernel(ONE, G, n.loop_range(G + 1, 1)),
    "range over data": lambda: kernel(ONE, G, n.loop_range(n.load(IN, n.index(0)), 1)),
    "negative extent": lambda: kernel(ONE, G, n.loop_range(-1, 1)),
    "grid inside of a loop": lambda: kernel(ONE, J, G, index=G * 2 + J),
    "grid that a store does not need": lambda: kernel(ONE, G, index=n.index(0)),
    "lanes not constant": lambda: kernel(
        ONE, G, n.loop_range(n.variable("p", 0, 8), 1, AxisKind.VECTOR)
    ),
    "copies not constant": lambda: kernel(
        ONE, G, n.loop_range(n.variable("p", 0, 8), 1, AxisKind.UNROLL)
    ),
    "params with a gap": lambda: kernel(n.load(n.param(2, I64, 8), G)),
    "params from one": lambda: n.kernel("k", [G], [n.store(IN, G, ONE)]),
    "param of two sizes": lambda: kernel(n.load(n.param(0, I64, 9), G)),
    "param of two dtypes": lambda: kernel(n.cast(n.load(n.param(0, F, 8), G), I64)),
    "float index": lambda: kernel(make(Op.LOAD, I64, (), (IN, n.const(1.0, F)))),
}


@pytest.mark.parametrize("name", BAD_KERNELS)
def test_a_bad_kernel(name: str) -> None:
    with pytest.raises(VerifyError, match="verify: got "):
        verify_kernel(BAD_KERNELS[name]())
