"""Random index expressions, and what they are worth in plain Python."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from smelt.dtype import dtypes
from smelt.ir.node import (
    Node,
    alu,
    cast,
    index,
    logical_not,
    loop_range,
    toposort,
    variable,
    where,
)
from smelt.ir.op import Op

Env = dict[Node, int]

MEANING: dict[Op, Callable[..., Any]] = {
    Op.ADD: operator.add,
    Op.SUB: operator.sub,
    Op.MUL: operator.mul,
    Op.IDIV: lambda a, b: a // b if b else 0,
    Op.MOD: lambda a, b: a % b if b else 0,
    Op.MAX: max,
    Op.LT: operator.lt,
    Op.NE: operator.ne,
    Op.AND: operator.and_,
    Op.OR: operator.or_,
    Op.XOR: operator.xor,
    Op.SHL: lambda a, b: a << b if 0 <= b < 64 else 0,
    Op.SHR: lambda a, b: a >> b if 0 <= b < 64 else a >> 64,
    Op.WHERE: lambda c, a, b: a if c else b,
    Op.CAST: lambda a: a,
}


def evaluate(node: Node, env: Env) -> int:
    """The value of `node` for the values of its RANGEs and VARIABLEs in `env`."""
    values: Env = dict(env)
    for n in toposort([node], stop=lambda n: n in env):
        if n.op is Op.CONST:
            values[n] = n.arg
        elif n not in values:
            result = MEANING[n.op](*(values[s] for s in n.src))
            values[n] = n.dtype.cast(result)
    return values[node]


N = variable("n", 1, 5)
M = variable("m", -3, 4)
EXTENTS = (1, 2, 3, 4, 6, 8, 16)
NUMBERS = (-16, -8, -5, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 64)
HUGE = (2**63 - 1, -(2**63), 2**62, 2**61 + 5, -(2**62) - 1, 2**32)


@st.composite
def leaves(draw: st.DrawFn) -> list[Node]:
    """The counters of a few loops, perhaps with Variables."""
    extents = draw(st.lists(st.sampled_from(EXTENTS), min_size=2, max_size=3))
    ranges = [loop_range(extent, number) for number, extent in enumerate(extents)]
    symbolic = [N, M, loop_range(N, 8), loop_range(N * 2, 9)]
    return ranges + draw(st.sampled_from([[], symbolic[:1], symbolic[1:3], symbolic]))


def assignments(nodes: list[Node], at_most: int = 200) -> Iterator[Env]:
    """Values that the loops and Variables in `nodes` can have together."""
    inside = [n for n in toposort(nodes) if n.op in (Op.RANGE, Op.VARIABLE)]
    variables = [n for n in inside if n.op is Op.VARIABLE]
    ranges = [n for n in inside if n.op is Op.RANGE]

    def all_of() -> Iterator[Env]:
        for given in itertools.product(*(range(v.arg[1], v.arg[2] + 1) for v in variables)):
            env = dict(zip(variables, given, strict=True))
            counters = [range(evaluate(r.src[0], env)) for r in ranges]
            for counts in itertools.product(*counters):
                yield env | dict(zip(ranges, counts, strict=True))

    everything = list(all_of())
    # A step that shares no factor with the extents visits all counters in all combinations.
    step = max(1, len(everything) // at_most) | 1
    return iter(everything[::step])


def constants() -> st.SearchStrategy[Node]:
    usual = st.sampled_from(NUMBERS)
    return st.one_of(usual, usual, usual, usual, st.sampled_from(HUGE)).map(index)


@st.composite
def sums(draw: st.DrawFn, atoms: list[Node], depth: int = 2) -> Node:
    """What flattening and unflattening of shapes makes: sums of multiples, divided, wrapped."""
    total = index(draw(st.sampled_from(NUMBERS)))
    for atom in draw(st.lists(st.sampled_from(atoms), min_size=1, max_size=3)):
        total = total + atom * draw(st.sampled_from(NUMBERS))
    if depth and draw(st.booleans()):
        total = total + draw(sums(atoms, depth - 1)) * draw(st.sampled_from(NUMBERS))
    op = draw(st.sampled_from([Op.ADD, Op.IDIV, Op.MOD, Op.IDIV, Op.MOD]))
    return alu(op, total, index(draw(st.sampled_from(NUMBERS))))


@st.composite
def expressions(draw: st.DrawFn, atoms: list[Node], depth: int = 4) -> Node:
    """Any index arithmetic on `atoms`."""
    if depth == 0 or draw(st.integers(0, 9)) == 0:
        return draw(st.one_of(st.sampled_from(atoms), st.sampled_from(atoms), constants()))
    a = draw(expressions(atoms, depth - 1))
    match draw(st.sampled_from("++--**//%%mws")):
        case "w":
            condition = draw(conditions(atoms, depth - 1))
            return where(condition, a, draw(expressions(atoms, depth - 1)))
        case "s":
            op = draw(st.sampled_from([Op.SHL, Op.SHR]))
            return alu(op, a, index(draw(st.sampled_from([-1, 0, 1, 3, 63, 64]))))
        case "m":
            return alu(Op.MAX, a, draw(expressions(atoms, depth - 1)))
        case symbol:
            op = {"+": Op.ADD, "-": Op.SUB, "*": Op.MUL, "/": Op.IDIV, "%": Op.MOD}[symbol]
    b = draw(st.one_of(constants(), constants(), expressions(atoms, depth - 1)))
    return alu(op, a, b)


@st.composite
def conditions(draw: st.DrawFn, atoms: list[Node], depth: int = 2) -> Node:
    """Comparisons of index arithmetic, joined."""
    match draw(st.sampled_from("&&|!<<n")) if depth else "<":
        case "&":
            return draw(conditions(atoms, depth - 1)) & draw(conditions(atoms, depth - 1))
        case "|":
            return draw(conditions(atoms, depth - 1)) | draw(conditions(atoms, depth - 1))
        case "!":
            return logical_not(draw(conditions(atoms, depth - 1)))
        case symbol:
            op = Op.NE if symbol == "n" else Op.LT
    left = draw(expressions(atoms, depth))
    right = draw(st.one_of(constants(), expressions(atoms, depth)))
    return alu(op, left, right) if draw(st.booleans()) else alu(op, right, left)


def as_int32(node: Node) -> Node:
    """An index that went through a narrower dtype, as arange in int32 does."""
    return cast(cast(node, dtypes.int32), dtypes.index)
