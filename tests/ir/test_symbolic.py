"""Bounds, linear sums, Variables."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt.dtype import DType, all_dtypes, dtypes
from smelt.ir import symbolic
from smelt.ir.intervals import bounds, limits
from smelt.ir.node import (
    Node,
    alu,
    bitcast,
    cast,
    const,
    index,
    load,
    logical_not,
    loop_range,
    param,
    variable,
    where,
)
from smelt.ir.op import Op
from smelt.ir.simplify import simplify
from smelt.ir.symbolic import (
    SymInt,
    Variable,
    as_dim,
    bindings_of,
    fits,
    from_linear,
    linear,
    linear_bounds,
    merge_bindings,
    order_key,
    plus,
    scale,
    wrap,
)
from smelt.util.errors import ArgumentError
from tests.ir.index_expressions import HUGE, assignments, conditions, evaluate, expressions, leaves

R8, R5 = loop_range(8, 0), loop_range(5, 1)
V = variable("v", -4, 9)  # of either sign
NEG = variable("neg", -9, -2)
POS = variable("pos", 3, 6)
LEAST, MOST = limits(dtypes.index)


def data(dtype: DType) -> Node:
    return load(param(0, dtype, 64), R8)


def ranged(dtype: DType, least: int, largest: int) -> Node:
    """A node of another dtype within limits."""
    return cast(variable("x", least, largest), dtype)


I8, U8, BOOL = dtypes.int8, dtypes.uint8, dtypes.bool
FLAG = data(BOOL)
YES, NO = const(True, BOOL), const(False, BOOL)

BOUNDS: list[tuple[Node, tuple[int, int]]] = [
    (index(7), (7, 7)),
    (YES, (1, 1)),
    (V, (-4, 9)),
    (R8, (0, 7)),
    (loop_range(POS, 0), (0, 5)),
    (loop_range(0, 0), (0, 0)),
    (V + R8, (-4, 16)),
    (V - R8, (-11, 9)),
    (V * NEG, (-81, 36)),
    (V * index(2**59), (-(2**61), 9 * 2**59)),
    (V * index(2**62), (LEAST, MOST)),  # might wrap around
    (index(MOST) + R8, (LEAST, MOST)),
    (V // index(4), (-1, 2)),
    (V // index(-4), (-3, 1)),
    (V // POS, (-2, 3)),
    (V // variable("d", -2, 3), (-9, 9)),
    (POS // variable("d", 0, 3), (0, 6)),
    (V // index(0), (0, 0)),
    (variable("w", LEAST, 5) // index(-1), (LEAST, MOST)),
    (V % index(4), (0, 3)),
    (V % index(-4), (-3, 0)),
    (V % variable("d", -3, 5), (-2, 4)),
    (R5 % index(8), (0, 4)),
    (R8 % POS, (0, 5)),
    (POS % index(8), (3, 6)),
    (R5 % variable("d", -3, 9), (-2, 4)),
    (R5 % variable("d", 5, 9), (0, 4)),
    (R5 % variable("d", 4, 9), (0, 4)),
    ((R5 + 8) % index(8), (0, 4)),
    ((R5 + 8) % index(-16), (-8, -4)),
    ((R8 + 4) % index(8), (0, 7)),
    (alu(Op.MAX, V, POS), (3, 9)),
    (R8 & POS, (0, 6)),
    (R8 & V, (0, 7)),
    (V & NEG, (LEAST, MOST)),
    (R8 | POS, (3, 7)),
    (R8 | V, (LEAST, MOST)),
    (R8 ^ POS, (0, 7)),
    (R8 ^ variable("d", 0, 8), (0, 15)),
    (R8 ^ V, (LEAST, MOST)),
    (alu(Op.SHL, V, index(3)), (-32, 72)),
    (alu(Op.SHL, V, variable("d", 0, 3)), (-32, 72)),
    (alu(Op.SHL, V, variable("d", -1, 3)), (LEAST, MOST)),
    (alu(Op.SHL, POS, variable("d", 0, 63)), (LEAST, MOST)),
    (alu(Op.SHL, V, index(64)), (LEAST, MOST)),
    (alu(Op.SHL, V, index(-1)), (LEAST, MOST)),
    (alu(Op.SHL, V, POS), (-256, 576)),
    (alu(Op.SHR, V, index(1)), (-2, 4)),
    (alu(Op.SHR, V, POS), (-1, 1)),
    (alu(Op.SHR, V, variable("d", -1, 3)), (-4, 9)),
    (alu(Op.SHR, NEG, variable("d", 0, 2)), (-9, -1)),
    (alu(Op.SHR, NEG, variable("d", -1, -1)), (-9, 0)),
    (alu(Op.SHR, POS, variable("d", -1, 0)), (0, 6)),
    (alu(Op.SHR, V, variable("d", 0, 2**40)), (-4, 9)),
    (alu(Op.SHR, V, variable("d", 70, 2**40)), (-1, 0)),
    (R8 < 8, (1, 1)),
    (R8 < 7, (0, 1)),
    (R8 < 0, (0, 0)),
    (R8 < 1, (0, 1)),
    (alu(Op.NE, R8, index(8)), (1, 1)),
    (alu(Op.NE, R8, index(-1)), (1, 1)),
    (alu(Op.NE, R8, index(7)), (0, 1)),
    (alu(Op.NE, index(3), index(3)), (0, 0)),
    (where(FLAG, R8, NEG), (-9, 7)),
    (where(YES, R8, NEG), (0, 7)),
    (where(NO, R8, NEG), (-9, -2)),
    # bool
    (FLAG, (0, 1)),
    (FLAG & YES, (0, 1)),
    (FLAG & NO, (0, 0)),
    (YES & YES, (1, 1)),
    (FLAG | YES, (1, 1)),
    (FLAG | NO, (0, 1)),
    (NO | NO, (0, 0)),
    (FLAG ^ YES, (0, 1)),
    (YES ^ YES, (0, 0)),
    (logical_not(R8 < 8), (0, 0)),
    (FLAG + YES, (1, 1)),
    (YES + YES, (1, 1)),
    (FLAG * NO, (0, 0)),
    (alu(Op.MAX, FLAG, YES), (1, 1)),
    # other dtypes
    (data(I8), (-128, 127)),
    (data(U8), (0, 255)),
    (ranged(I8, -4, 9), (-4, 9)),
    (ranged(I8, -4, 128), (-128, 127)),
    (ranged(U8, -4, 9), (0, 255)),
    (ranged(BOOL, -4, 9), (0, 1)),
    (ranged(BOOL, 1, 9), (1, 1)),
    (ranged(BOOL, -9, -1), (1, 1)),
    (ranged(BOOL, 0, 0), (0, 0)),
    (cast(FLAG, dtypes.int32), (0, 1)),
    (ranged(I8, 100, 110) + ranged(I8, 10, 17), (110, 127)),
    (ranged(I8, 100, 110) + ranged(I8, 10, 18), (-128, 127)),
    (ranged(U8, 3, 5) - ranged(U8, 3, 3), (0, 2)),
    (ranged(U8, 3, 5) - ranged(U8, 4, 4), (0, 255)),
    (alu(Op.SHL, ranged(I8, 1, 3), const(5, I8)), (32, 96)),
    (alu(Op.SHL, ranged(I8, 1, 3), const(8, I8)), (-128, 127)),
    (alu(Op.SHR, ranged(U8, 1, 200), const(9, U8)), (0, 0)),
    (cast(data(dtypes.float32), I8), (-128, 127)),
    (data(dtypes.float32) < data(dtypes.float32), (0, 1)),
    (where(data(dtypes.float32) < data(dtypes.float32), R8, R5 + 9), (0, 13)),
    (bitcast(data(dtypes.int32), dtypes.uint32), (0, 2**32 - 1)),
]


@pytest.mark.parametrize(("node", "expected"), BOUNDS)
def test_bounds(node: Node, expected: tuple[int, int]) -> None:
    assert bounds(node) == expected
    assert all(type(b) is int for b in bounds(node))


def test_bounds_of_a_float() -> None:
    with pytest.raises(ArgumentError, match="bounds: got float32"):
        bounds(data(dtypes.float32))


@pytest.mark.parametrize("dtype", [d for d in all_dtypes() if not d.is_float])
def test_limits(dtype: DType) -> None:
    assert limits(dtype) == (dtype.min, dtype.max)


@given(st.data())
def test_bounds_are_sound(draw: st.DataObject) -> None:
    atoms = draw.draw(leaves())
    node = draw.draw(st.one_of(expressions(atoms), conditions(atoms)))
    low, high = bounds(node)
    for env in assignments([node]):
        assert low <= evaluate(node, env) <= high


SMALL = range(-4, 5)


@pytest.mark.parametrize("op", [Op.IDIV, Op.MOD, Op.SHR, Op.SHL, Op.MUL, Op.AND, Op.OR, Op.XOR])
def test_bounds_of_every_small_interval(op: Op) -> None:
    for a in SMALL:
        for b in SMALL[a + 4 :: 2]:
            for c in SMALL:
                for d in SMALL[c + 4 :: 3]:
                    x, y = variable("x", a, b), variable("y", c, d)
                    node = alu(op, x, y)
                    low, high = bounds(node)
                    values = [evaluate(node, env) for env in assignments([node])]
                    assert low <= min(values), (a, b, c, d)
                    assert max(values) <= high, (a, b, c, d)


# ---- linear sums --------------------------------------------------------------------------------

LINEAR: list[tuple[Node, tuple[dict[Node, int], int]]] = [
    (R8, ({R8: 1}, 0)),
    (index(5), ({}, 5)),
    (R8 + R5, ({R8: 1, R5: 1}, 0)),
    (R8 - R5, ({R8: 1, R5: -1}, 0)),
    (R8 - R8, ({}, 0)),
    ((R8 + 2) * 3, ({R8: 3}, 6)),
    (3 * (R8 + 2), ({R8: 3}, 6)),
    (index(3) * index(4), ({}, 12)),
    (R8 * 0 + 1, ({}, 1)),
    (5 - (R8 - (R5 + 1)), ({R8: -1, R5: 1}, 6)),
    (R8 * R5, ({R8 * R5: 1}, 0)),
    (R8 // 2 + R8 % 2, ({R8 // 2: 1, R8 % 2: 1}, 0)),
    (R8 * 2**40 * 2**24 + 1, ({}, 1)),
    (R8 * (2**62) * 2, ({R8: -(2**63)}, 0)),
    (index(MOST) + (R8 + 1), ({R8: 1}, LEAST)),
    (cast(R8, dtypes.int32) + 1, ({cast(R8, dtypes.int32) + 1: 1}, 0)),
    (cast(R8, dtypes.int32) * 3, ({cast(R8, dtypes.int32) * 3: 1}, 0)),
]


@pytest.mark.parametrize(("node", "expected"), LINEAR)
def test_linear(node: Node, expected: tuple[dict[Node, int], int]) -> None:
    assert linear(node) == expected


@given(st.data())
def test_linear_and_back(draw: st.DataObject) -> None:
    node = draw.draw(expressions(draw.draw(leaves())))
    back = from_linear(*linear(node))
    assert linear(back) == linear(node)
    assert from_linear(*linear(back)) is back
    for env in assignments([node], 20):
        assert evaluate(back, env) == evaluate(node, env)


def text(node: Node) -> str:
    names = {R8: "i", R5: "j"}

    def of(n: Node) -> str:
        if n in names:
            return names[n]
        signs = {Op.ADD: "+", Op.SUB: "-", Op.MUL: "*"}
        return str(n.arg) if n.op is Op.CONST else f"({of(n.src[0])}{signs[n.op]}{of(n.src[1])})"

    return of(node)


FROM_LINEAR: list[tuple[dict[Node, int], int, str]] = [
    ({}, 0, "0"),
    ({}, -3, "-3"),
    ({R5: 1, R8: 1}, 0, "(i+j)"),
    ({R5: 2, R8: 1}, -7, "((i+(j*2))+-7)"),
    ({R5: 1, R8: -2}, 3, "((j-(i*2))+3)"),
    ({R8: -1}, 7, "(7-i)"),
    ({R5: -2, R8: -1}, 7, "((7-i)-(j*2))"),
    ({R5: -2, R8: -1}, 0, "((i*-1)-(j*2))"),
    ({R8: LEAST}, 1, f"((i*{LEAST})+1)"),
    ({R8: -1, R5: LEAST}, 0, f"((j*{LEAST})-i)"),
    ({R8: 2**64 + 1}, 2**64 + 2, "(i+2)"),
    ({R8: 2**64, R5: 1}, 2**64, "j"),
]


@pytest.mark.parametrize(("terms", "constant", "expected"), FROM_LINEAR)
def test_from_linear(terms: dict[Node, int], constant: int, expected: str) -> None:
    assert text(from_linear(terms, constant)) == expected


def test_long_sums_are_cut() -> None:
    node = index(0)
    for number in range(100):
        node = node + loop_range(3, number)
    terms, _ = linear(node)
    assert 1 < len(terms) <= symbolic.MAX_TERMS


def test_arithmetic_of_sums() -> None:
    total = {R8: 2, R5: -3}, 4
    assert scale(total, -2) == ({R8: -4, R5: 6}, -8)
    assert scale(total, 0) == ({}, 0)
    assert plus(total, ({R5: 3, R8: 1}, 1)) == ({R8: 3}, 5)
    assert plus(total, ({R8: 1}, 2), -2) == ({R5: -3}, 0)
    assert total == ({R8: 2, R5: -3}, 4)
    assert linear_bounds(total) == (4 - 12, 4 + 14)
    assert plus(({R8: MOST}, MOST), ({R8: 1}, 1)) == ({R8: MOST + 1}, MOST + 1)


@pytest.mark.parametrize("value", [0, -1, MOST, LEAST, MOST + 1, LEAST - 1, 2**64 + 5, *HUGE])
def test_wrap(value: int) -> None:
    assert wrap(value) == dtypes.index.cast(value)


def test_fits() -> None:
    assert fits((LEAST, MOST))
    assert not fits((LEAST - 1, 0))
    assert not fits((0, MOST + 1))


def test_order_does_not_depend_on_age() -> None:
    for _ in range(3):
        a = variable("old", 0, 1) * 3
        b = variable("new", 0, 1) * 3
        first = order_key(a) < order_key(b)
        del a, b
        b = variable("new", 0, 1) * 3
        a = variable("old", 0, 1) * 3
        assert (order_key(a) < order_key(b)) is first


def test_order_puts_inner_loops_last() -> None:
    inner, outer = loop_range(4, 9), loop_range(400, 2)
    nodes = [inner, inner * 2, outer // 3 + inner, outer, outer % 7, V, V * 3]
    depths = [order_key(n)[0] for n in nodes]
    assert depths == [9, 9, 9, 2, 2, -1, -1]
    assert len({order_key(n) for n in nodes}) == len(nodes)


ANALYSES: list[Callable[[Node], object]] = [bounds, linear, order_key]


@pytest.mark.parametrize("analysis", ANALYSES)
def test_deep_and_freed(analysis: Callable[[Node], object]) -> None:
    node = variable("deep", 0, 1) + 0
    start = time.process_time()
    for number in range(20_000):
        node = node + 1 if number % 2 else alu(Op.MAX, node, index(3))
    analysis(node)
    assert time.process_time() - start < 4
    gone = weakref.ref(node)
    del node
    gc.collect()
    assert gone() is None


# ---- Variables ----------------------------------------------------------------------------------

P = Variable("p", 0, 10)
Q = Variable("q", -2, 3)
P4, Q2 = P.bind(4), Q.bind(2)

VALUES: list[tuple[SymInt, int]] = [
    (P4, 4),
    (P4 + 1, 5),
    (1 + P4, 5),
    (P4 - 1, 3),
    (1 - P4, -3),
    (P4 * 3, 12),
    (3 * P4, 12),
    (P4 // 3, 1),
    (-P4 // 3, -2),
    (P4 % 3, 1),
    (-P4 % 3, 2),
    (30 // (P4 + 1), 6),
    (32 % (P4 + 1), 2),
    (P4 + Q2 * 2, 8),
    (P4 - P4, 0),
    (P4 * Q2 - Q2 * P4, 0),
    (P + P4, 8),
    (P4 + P, 8),
]


@pytest.mark.parametrize(("expression", "expected"), VALUES)
def test_values(expression: SymInt, expected: int) -> None:
    assert int(expression) == expected
    assert [10, 20, 30][P4 - 3] == 20
    assert expression == expected
    assert (expression != expected) is False
    assert expression < expected + 1
    assert not expression < expected
    assert expression <= expected
    assert not expression <= expected - 1
    assert expression > expected - 1
    assert not expression > expected
    assert expression >= expected
    assert not expression >= expected + 1
    assert bool(expression) is (expected != 0)


TEXTS: list[tuple[SymInt, str]] = [
    (P, "p"),
    (P4 + 1, "p+1"),
    (P - 1, "p-1"),
    (P * 2 + Q, "p*2+q"),
    (P // 3 + 1, "p//3+1"),
    ((P + 1) * Q, "(p+1)*q"),
    ((P + Q) // 5, "(p+q)//5"),
    ((P * 5 + Q) % 7, "(p*5+q)%7"),
    (P // 3 * Q, "(p//3)*q"),
    (5 - P, "5-p"),
    (Q - Q, "0"),
]


@pytest.mark.parametrize(("expression", "expected"), TEXTS)
def test_repr(expression: SymInt, expected: str) -> None:
    written = repr(expression)
    names = {"p": 7, "q": -2}
    assert eval(written, {}, names) == eval(expected, {}, names)
    assert len(written) <= len(expected)


def test_repr_as_promised() -> None:
    assert repr(P + 1) == "p+1"
    assert repr(P - 1) == "p-1"
    assert repr(P4 * 2) == "p*2"
    assert repr(SymInt(alu(Op.MAX, P.node, Q.node))) == "max(p, q)"
    assert repr(SymInt(P.node - (Q.node + 1))) == "p-(q+1)"
    assert repr(SymInt(P.node * (Q.node // 2))) == "p*(q//2)"
    assert repr(SymInt(P.node - Q.node * 2)) == "p-q*2"
    assert repr(SymInt(P.node + (Q.node - 1))) == "p+(q-1)"


PROVABLE: list[tuple[bool, bool]] = [
    (P < 11, True),
    (P < 0, False),
    (P <= 10, True),
    (P <= -1, False),
    (P > -1, True),
    (P > 10, False),
    (P >= 0, True),
    (P >= 11, False),
    (P == 11, False),
    (P != 11, True),
    (P == P, True),
    (P - P == 0, True),
    (P + 1 > P, True),
    (P + 4 > Q, True),
    (bool(P + 1), True),
    (P == "p", False),
    (P != "p", True),
]


@pytest.mark.parametrize(("answer", "expected"), PROVABLE)
def test_comparisons_that_bounds_decide(answer: bool, expected: bool) -> None:
    assert answer is expected


UNDECIDED: list[Callable[[], object]] = [
    lambda: P < 10,
    lambda: P <= 9,
    lambda: P > 0,
    lambda: P >= 1,
    lambda: P == 4,
    lambda: P != 4,
    lambda: bool(P),
    lambda: P4 < Q,
    lambda: int(P),
    lambda: int(P4 + Q),
    lambda: [1, 2][P],
]


@pytest.mark.parametrize("question", UNDECIDED)
def test_what_needs_a_value_says_to_bind(question: Callable[[], object]) -> None:
    with pytest.raises(ArgumentError, match=r"bind it: [pq]\.bind\(value\)"):
        question()


BAD: list[tuple[Callable[[], object], str]] = [
    (lambda: P.bind(11), r"p.bind: got 11, expected a value in \[0, 10\]"),
    (lambda: P.bind(-1), r"p.bind: got -1"),
    (lambda: P4 + P.bind(5), "p = 4 and 5"),
    (lambda: P.bind(5) * 2 > P4 + 1, "one value for each Variable"),
    (lambda: Variable("x", 3, 2), "least <= largest"),
    (lambda: P // 0, "never 0"),
    (lambda: P % 0, "never 0"),
    (lambda: 5 // P, "never 0"),
    (lambda: 5 % P, "never 0"),
    (lambda: P // Q, "never 0"),
    (lambda: P + 1.5, "float"),
    (lambda: P + True, "bool"),
    (lambda: P < 1.5, "float"),
]


@pytest.mark.parametrize(("action", "message"), BAD)
def test_bad_input(action: Callable[[], object], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        action()


def test_the_ends_can_be_bound() -> None:
    assert int(P.bind(0)) == 0
    assert int(P.bind(10)) == 10
    assert P.bind(10).bindings == {"p": 10}


def test_bindings() -> None:
    assert bindings_of(P4 + Q2) == {"p": 4, "q": 2}
    assert bindings_of(P) == {}
    assert bindings_of(3) == {}
    assert merge_bindings({"a": 1}, {}, {"b": 2, "a": 1}) == {"a": 1, "b": 2}


def test_as_dim() -> None:
    assert as_dim(3) == 3
    assert as_dim(P4) is P.node
    assert as_dim(P - P + 2) == 2
    assert as_dim(P.node) is P.node
    assert as_dim(index(5)) == 5


def test_equal_expressions_are_equal_keys() -> None:
    assert hash(P4 + 1) == hash(1 + P.bind(4))
    assert len({P4, P.bind(4)}) == 1
    assert (P + Q).node is (Q + P).node


def test_nodes_are_simplified() -> None:
    assert (P * 2 // 2).node is P.node
    assert simplify(P.node * 2 // 2) is P.node
