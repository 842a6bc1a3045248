"""Graphs and kernels as text."""

from __future__ import annotations

import math

import pytest

from smelt.dtype import dtypes
from smelt.ir import node as n
from smelt.ir.node import BufferRef, Node
from smelt.ir.op import AxisKind, Op
from smelt.ir.printer import format_dim, format_graph, format_kernel

F, I64 = dtypes.float32, dtypes.int64
GRID, VECTOR = AxisKind.GRID, AxisKind.VECTOR
A, B, C = (n.variable(name, 0, 9) for name in "abc")

EXPRESSIONS = [
    (7, "7"),
    (A, "a"),
    (A + B * C, "a + b*c"),
    ((A + B) * C, "(a + b)*c"),
    (A - (B - C), "a - (b - c)"),
    (A - B - C, "a - b - c"),
    (A + -3, "a - 3"),
    (A * -3, "a*-3"),
    (A // 4 % 3, "a//4%3"),
    (A // (B * 2), "a//(b*2)"),
    (n.alu(Op.MAX, A + 1, B), "max(a + 1, b)"),
    (A < B + 1, "a < b + 1"),
    (A >= B, "not (a < b)"),
    ((A < 2) & (B < 3), "(a < 2) & (b < 3)"),
    (n.alu(Op.SHL, A, B + 1), "a << b + 1"),
    (n.alu(Op.XOR, A, B) | C, "a ^ b | c"),
    (n.where(A < 1, A, B), "where(a < 1, a, b)"),
    (n.cast(A, dtypes.int32), "int32(a)"),
    (n.bitcast(A, dtypes.float64), "bits_as_float64(a)"),
    (n.const(-0.0, F) * n.const(math.nan, F), "-0.0*nan"),
    (n.alu(Op.FMA, *(n.const(v, F) for v in (1, 2, math.inf))), "fma(1.0, 2.0, inf)"),
]


@pytest.mark.parametrize(("dim", "want"), EXPRESSIONS, ids=lambda v: v if type(v) is str else "")
def test_expression(dim: object, want: str) -> None:
    assert format_dim(dim) == want


def test_graph() -> None:
    x = n.reshape(n.buffer(BufferRef("CPU", 6, F)), (2, 3))
    mark = n.contiguous(n.pad(n.permute(x, (1, 0)), [(1, 0), (0, A)]), unique=True)
    total = n.reduce(mark * 2.5, Op.ADD, [0])
    total.buffer = n.buffer(BufferRef("CPU", 11, F))
    assert format_graph([total, x]) == "\n".join(
        [
            "%0 = buffer float32[6] b0 CPU",
            "%1 = reshape float32[2, 3] %0",
            "%2 = permute float32[3, 2] %1 (1, 0)",
            "%3 = pad float32[4, a + 2] %2 ((1, 0), (0, a))",
            "%4 = contiguous float32[4, a + 2] %3 unique",
            "%5 = const float32[4, a + 2] 2.5",
            "%6 = mul float32[4, a + 2] %4 %5",
            "%7 = reduce float32[a + 2] %6 (add, (0)) in b1",
            "return %7, %1",
        ]
    )


def test_equal_structures_print_alike() -> None:
    def graph() -> Node:
        x, y = (n.buffer(BufferRef("CPU", 6, F)) for _ in range(2))
        return n.contiguous(x - y, unique=True) * x

    assert format_graph([graph()]) == format_graph([graph()])


def matmul() -> Node:
    i, j = n.loop_range(64, 0, GRID), n.loop_range(4, 1, VECTOR)
    k = n.loop_range(8, 2)
    a, b = n.param(1, F, 512), n.param(2, F, 32)
    product = n.alu(Op.MUL, n.load(a, i * 8 + k), n.load(b, k * 4 + j))
    total = n.reduce_ranges(product, Op.ADD, [k])
    relu = n.alu(Op.MAX, total + n.load(n.param(3, F, 4), j), n.const(0, F))
    return n.kernel("linear", [i, j], [n.store(n.param(0, F, 256), i * 4 + j, relu)])


def masked() -> Node:
    i = n.loop_range(A + 1, 0)
    x = n.load(n.param(1, dtypes.int32, 9), i, i < A)
    at = n.load(n.param(2, dtypes.int32, 9), i)
    twice = n.alu(Op.EXP2, n.cast(x, F))
    value = n.alu(Op.MUL, twice, twice)
    top = n.reduce_ranges(n.load(n.param(3, F, 5), k := n.loop_range(5, 1)), Op.MAX, [k])
    product = n.reduce_ranges(top + value, Op.MUL, [n.loop_range(2, 2)])
    return n.kernel("m", [i], [n.store(n.param(0, F, 9), at, product, i < 4, "add")])


def staged() -> Node:
    i, s = n.loop_range(3, 0, GRID), n.loop_range(4, 1, AxisKind.LOCAL)
    j = n.loop_range(4, 2, AxisKind.LOCAL)
    memory = n.store(n.local(0, I64, 4), s, n.load(n.param(1, I64, 12), i * 4 + s))
    read = n.load(n.barrier(memory, [s]), n.index(3) - j)
    return n.kernel("reverse", [i, j], [n.store(n.param(0, I64, 12), i * 4 + j, read)])


def several() -> Node:
    i, j = n.loop_range(3, 0), n.loop_range(20, 1)
    stores = [
        n.store(n.param(0, I64, 3), i, i),
        n.store(n.param(1, I64, 20), j, j),
        n.store(n.param(2, I64, 1), n.index(0), n.index(7)),
        n.store(n.param(3, I64, 60), i * 20 + j, j),
    ]
    return n.kernel("several", [i, j], stores)


KERNELS = {
    matmul: """\
kernel linear(p0: float32[256], p1: float32[512], p2: float32[32], p3: float32[4]):
  for g0 in grid(64):
    for v0 in vector(4):
      s0 = 0.0
      for i0 in loop(8):
        s0 += p1[g0*8 + i0]*p2[i0*4 + v0]
      p0[g0*4 + v0] = max(s0 + p3[v0], 0.0)""",
    masked: """\
kernel m(p0: float32[9], p1: int32[9], p2: int32[9], p3: float32[5], a in [0, 9]):
  s0 = -inf
  for i1 in loop(5):
    s0 = max(s0, p3[i1])
  for i0 in loop(a + 1):
    t0 = exp2(float32((p1[i0] if i0 < a else 0)))
    s1 = 1.0
    for i2 in loop(2):
      s1 *= (s0 + t0*t0)
    if i0 < 4: p0[p2[i0]] += s1""",
    staged: """\
kernel reverse(p0: int64[12], p1: int64[12]):
  local m0: int64[4]
  for g0 in grid(3):
    for l1 in local(4):
      m0[l1] = p1[g0*4 + l1]
    barrier
    for l0 in local(4):
      p0[g0*4 + l0] = m0[3 - l0]""",
    several: """\
kernel several(p0: int64[3], p1: int64[20], p2: int64[1], p3: int64[60]):
  p2[0] = 7
  for i0 in loop(3):
    p0[i0] = i0
    for i1 in loop(20):
      if i0 == 0: p1[i1] = i1
      p3[i0*20 + i1] = i1""",
}


@pytest.mark.parametrize("make", KERNELS, ids=lambda make: make.__name__)
def test_kernel(make: object) -> None:
    assert format_kernel(make()) == KERNELS[make]


def test_shared_and_long_expressions_get_names_so_the_text_stays_linear() -> None:
    i = n.loop_range(2, 0)
    x = n.load(n.param(1, F, 2), i)
    doubled, long = x, x
    for _ in range(300):
        doubled = doubled + doubled
    for _ in range(20_000):
        long = long + 1
    stores = [n.store(n.param(p, F, 2), i, value) for p, value in ((0, doubled), (2, long))]
    text = format_kernel(n.kernel("deep", [i], stores))
    assert len(text) < 500_000
    assert max(len(line) for line in text.splitlines()) < 100
