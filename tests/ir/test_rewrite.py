"""The rewriter: patterns, tables, fixpoints."""

from __future__ import annotations

import time

import pytest

from smelt.dtype import dtypes
from smelt.ir.node import (
    BufferRef,
    Node,
    alu,
    buffer,
    const,
    load,
    loop_range,
    param,
    reduce_ranges,
    toposort,
)
from smelt.ir.op import Op
from smelt.ir.rewrite import P, Pattern, Rule, Rules, any_, rewrite, value
from smelt.util.errors import VerifyError

ROW, COL = loop_range(4, 0), loop_range(5, 1)


def matches(pattern: Pattern, node: Node) -> bool:
    return any(p.match(node, {}) for p in pattern.orders())


def real(number: float) -> Node:
    return const(number, dtypes.float32)


X = any_("x")

MATCHES = [
    (P(Op.ADD), ROW + COL, True),
    (P(Op.ADD), ROW * COL, False),
    (P((Op.ADD, Op.MUL)), ROW * COL, True),
    (P(Op.ADD, X, any_("y")), ROW + COL, True),
    (P(Op.ADD, X, X), ROW + ROW, True),
    (P(Op.ADD, X, X), ROW + COL, False),
    (P(Op.ADD, X), ROW + COL, False),
    (P(Op.ADD, X, value(2)), ROW + 2, True),
    (P(Op.ADD, X, value(2)), 2 + ROW, True),
    (P(Op.ADD, X, value(2)), ROW + 3, False),
    (P(Op.SUB, X, value(2)), ROW - 2, True),
    (P(Op.SUB, X, value(2)), 2 - ROW, False),
    (P((Op.ADD, Op.SUB), X, value(2)), 2 + ROW, False),
    (P(Op.ADD, P(Op.MUL, X, value(3)), value(2)), 2 + 3 * ROW, True),
    (P(Op.ADD, P(Op.MUL, X, value(3)), X), ROW + 3 * ROW, True),
    (P(Op.ADD, P(Op.MUL, X, value(3)), X), COL + 3 * ROW, False),
    (P(Op.ADD, kind="f"), ROW + COL, False),
    (P(Op.ADD, kind="fi"), ROW + COL, True),
    (any_("x", kind="i"), ROW, True),
    (any_("x", kind="f"), ROW, False),
    (any_("x", test=lambda n: n.op is Op.RANGE), ROW, True),
    (any_("x", test=lambda n: n.op is Op.RANGE), ROW + COL, False),
    (value(0), real(0.0), True),
    (value(0), real(-0.0), False),
    (value(-0.0), real(-0.0), True),
    (value(-0.0), real(0.0), False),
    (value(0), const(False, dtypes.bool), True),
    (value(1), const(True, dtypes.bool), True),
    (value(1, kind="i"), const(True, dtypes.bool), False),
    (value(1), real(float("nan")), False),
    (value(1), ROW, False),
    (value(7, name="c"), ROW + 7, False),
]


@pytest.mark.parametrize(("pattern", "node", "expected"), MATCHES)
def test_match(pattern: Pattern, node: Node, expected: bool) -> None:
    assert matches(pattern, node) is expected


def test_captures() -> None:
    found: dict[str, Node] = {}
    pattern = P(Op.ADD, P(Op.MUL, X, value(3, name="c"), name="product"), any_("y"), name="n")
    node = ROW * 3 + COL
    assert pattern.match(node, found)
    assert found == {"x": ROW, "c": const(3, dtypes.index), "product": ROW * 3, "y": COL, "n": node}


SHRINKING: list[Rule] = [
    # x + 0 -> x
    (P(Op.ADD, X, value(0)), lambda x: x),
    # x * 2 -> x + x
    (P(Op.MUL, X, value(2)), lambda x: x + x),
    # a - a -> 0
    (P(Op.SUB, X, X), lambda x: const(0, x.dtype)),
]


def test_runs_to_a_fixpoint_inside_out() -> None:
    rules = Rules(SHRINKING)
    (result,) = rewrite([COL + (ROW * 2 - (ROW + ROW))], rules)
    assert result is COL
    assert rewrite([ROW * 2, COL], rules) == [ROW + ROW, COL]


def test_a_rule_that_declines_leaves_the_next_one_to_fire() -> None:
    table: list[Rule] = [
        (P(Op.ADD, name="n"), lambda n: None),
        (P(Op.ADD, name="n"), lambda n: n),
        (P(Op.ADD, X, any_("y")), lambda x, y: x),
    ]
    assert rewrite([ROW + COL], Rules(table)) == [ROW]


def test_the_first_rule_of_the_table_wins() -> None:
    first: Rule = (P(Op.ADD, X, any_("y")), lambda x, y: x)
    second: Rule = (P(Op.ADD, X, any_("y")), lambda x, y: y)
    assert rewrite([ROW + COL], Rules([first], [second])) == [ROW]
    assert rewrite([ROW + COL], Rules([second], [first])) == [COL]


def test_rules_see_the_sources_after_the_third() -> None:
    def first_if_eight(n: Node) -> Node | None:
        return n.src[0] if n.src[4].arg == 8 else None

    ranges = [loop_range(3, k) for k in range(5)]
    eight = const(8, dtypes.index)
    rules = Rules([(P(Op.REDUCE, name="n"), first_if_eight)])
    plain = reduce_ranges(ROW, Op.ADD, ranges)
    assert rewrite([plain, reduce_ranges(ROW, Op.ADD, [*ranges[:3], eight])], rules) == [plain, ROW]


def test_a_pattern_on_the_fifth_source() -> None:
    pattern = P(Op.REDUCE, *(any_(name) for name in "abcde"), P(Op.CONST, name="f"))
    rules = Rules([(pattern, lambda a, b, c, d, e, f: a)])
    ranges = [loop_range(3, k) for k in range(5)]
    plain = reduce_ranges(ROW, Op.ADD, ranges)
    special = reduce_ranges(ROW, Op.ADD, [*ranges[:4], const(8, dtypes.index)])
    assert rewrite([plain, special], rules) == [plain, ROW]


def test_shared_nodes_are_rewritten_once() -> None:
    calls = []

    def count(x: Node) -> None:
        calls.append(x)

    node = ROW + 1
    for _ in range(50):
        node = node + node
    rewrite([node, node], Rules([(P(Op.ADD, name="x"), count)]))
    assert len(calls) == 51


def test_memo_carries_over() -> None:
    calls = []

    def count(x: Node) -> Node | None:
        calls.append(x)
        return ROW if x is ROW + 0 else None

    rules, memo = Rules([(P(Op.ADD, name="x"), count)]), {}
    assert rewrite([(ROW + 0) + COL], rules, memo) == [ROW + COL]
    assert len(calls) == 2
    assert rewrite([(ROW + 0) + COL, ((ROW + 0) + COL) * 2], rules, memo) == [
        ROW + COL,
        (ROW + COL) * 2,
    ]
    assert len(calls) == 2
    assert memo[ROW] is None
    assert memo[ROW + 0] is ROW


RUNAWAY: list[list[Rule]] = [
    # x + y -> y + x, for ever
    [(P(Op.ADD, name="n"), lambda n: alu(Op.ADD, n.src[1], n.src[0]))],
    # x + y -> (x + y) + 1
    [(P(Op.ADD, name="n"), lambda n: n + 1)],
    # x + y -> (x + 1 + y) * 2, the sum is a new source
    [(P(Op.ADD, name="n"), lambda n: ((n.src[0] + 1) + n.src[1]) * 2)],
]


@pytest.mark.parametrize("table", RUNAWAY)
def test_rules_without_end_are_an_error(table: list[Rule]) -> None:
    with pytest.raises(VerifyError, match="rules that come to an end"):
        rewrite([ROW + COL], Rules(table))


def test_a_rule_must_keep_dtype_and_rank() -> None:
    with pytest.raises(VerifyError, match="same dtype"):
        rewrite([ROW + COL], Rules([(P(Op.ADD), lambda: real(0.0))]))
    flat = buffer(BufferRef("CPU", 4, dtypes.index))
    with pytest.raises(VerifyError, match="rank"):
        rewrite([flat + flat], Rules([(P(Op.ADD), lambda: ROW)]))


def test_a_rule_names_its_operation() -> None:
    with pytest.raises(VerifyError, match="any operation"):
        Rules([(X, lambda x: None)])


def test_deep_and_fast() -> None:
    source = param(0, dtypes.float32, 97)
    node = load(source, ROW)
    for step in range(20_000):
        node = node + load(source, const(step % 97, dtypes.index)) if step % 2 else node * 2
    assert len(toposort([node])) > 20_000
    start = time.process_time()
    (result,) = rewrite([node], Rules(SHRINKING))
    assert time.process_time() - start < 2
    assert not any(n.op is Op.MUL for n in toposort([result]))
