"""What a condition says: its parts, and the limits that they set."""

from __future__ import annotations

import pytest

from smelt.dtype import dtypes
from smelt.ir.conditions import MAX_PARTS, conjuncts, fact_of, facts
from smelt.ir.node import Node, alu, index, load, logical_not, loop_range, param, variable
from smelt.ir.op import Op

i, j = loop_range(8, 0), loop_range(8, 1)
x = variable("x", -1000, 1000)
whole = load(param(0, dtypes.index, 8), i)  # it may have any value
flag = load(param(1, dtypes.bool, 8), i)


def equal(a: Node, b: Node) -> Node:
    return logical_not(alu(Op.NE, a, b))


FACTS: list[tuple[Node, tuple[Node, int | None, int | None] | None]] = [
    (x < 5, (x, None, 4)),
    (alu(Op.LT, index(5), x), (x, 6, None)),
    (equal(x, index(5)), (x, 5, 5)),
    (equal(index(5), x), (x, 5, 5)),
    (equal(i, j), (i - j, 0, 0)),
    (equal(j, i + 3), (i - j, -3, -3)),
    (i < j, (i - j, None, -1)),
    (j < i, (i - j, 1, None)),
    (i * 2 + j < 9, (i * 2 + j, None, 8)),
    (whole < 5, (whole, None, 4)),
    (whole + 1 < 5, None),  # might wrap around
    (i + j < j + i, None),  # is about nothing
    (alu(Op.NE, x, index(5)), None),
    (logical_not(x < 5), None),
    (flag, None),
    (logical_not(flag), None),
    (alu(Op.XOR, alu(Op.NE, x, index(5)), flag), None),
    (load(param(2, dtypes.float32, 8), i) < 5.0, None),
]


@pytest.mark.parametrize(("condition", "fact"), FACTS)
def test_fact_of(condition: Node, fact: tuple[Node, int | None, int | None] | None) -> None:
    assert fact_of(condition) == fact


def test_facts_are_the_tightest() -> None:
    above, below = (alu(Op.LT, index(k), x) for k in (1, 3)), (x < k for k in (9, 7))
    assert facts([*above, *below, i < 4, flag]) == {x: (4, 6), i: (None, 3)}
    assert facts([x < 7, x < 9, alu(Op.LT, index(3), x), alu(Op.LT, index(1), x)]) == {x: (4, 6)}


@pytest.mark.parametrize("count", [1, 2, MAX_PARTS - 1, MAX_PARTS, MAX_PARTS + 1, 40])
@pytest.mark.parametrize("to_the_left", [True, False])
def test_conjuncts_are_so_many_at_most(count: int, to_the_left: bool) -> None:
    parts = [load(param(k, dtypes.bool, 8), i) for k in range(count)]
    condition = parts[0] if to_the_left else parts[-1]
    for part in parts[1:] if to_the_left else parts[-2::-1]:
        condition = condition & part if to_the_left else part & condition
    found = conjuncts(condition)
    assert len(found) == min(count, MAX_PARTS)
    if count <= MAX_PARTS:
        assert found == parts
