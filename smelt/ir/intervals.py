"""Bounds: the least and the largest value that an integer node can have."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from smelt.dtype import DType
from smelt.ir.node import Facts, Node, toposort
from smelt.ir.op import Op
from smelt.util.errors import ArgumentError

Interval = tuple[int, int]  # both ends are included
T = TypeVar("T")


def derive(
    node: Node,
    memo: Facts[T],
    of: Callable[[Node], T],
    stop: Callable[[Node], bool] = lambda node: False,
) -> T:
    """memo[node], where `of` works out a node's entry from those of its sources.

    The sources of a node for which `stop` holds are not looked at.
    """
    found = memo.get(node)
    if found is not None:
        return found
    if not all(s in memo for s in node.src):
        for n in toposort([node], stop=lambda n: n in memo or stop(n)):
            if n not in memo:
                memo[n] = of(n)
    else:
        memo[node] = of(node)
    return memo[node]


@cache
def limits(dtype: DType) -> Interval:
    """The least and the largest value of an integer or bool dtype."""
    return int(dtype.min), int(dtype.max)


def bounds(node: Node) -> Interval:
    """The least and the largest value that an integer or bool node can have.

    Raises ArgumentError for a float.

    >>> from smelt.ir.node import loop_range
    >>> bounds(loop_range(8, 0) * 4 + 3)
    (3, 31)
    """
    found = _bounds.get(node)
    if found is not None:
        return found
    if node.dtype.is_float:
        raise ArgumentError("bounds", node.dtype.name, "an integer or bool node")
    return derive(node, _bounds, _bounds_of, _is_opaque)


_bounds: Facts[Interval] = Facts()


def _is_opaque(node: Node) -> bool:
    """Whether nothing below a node says anything about its bounds."""
    return node.op not in _INTERVALS or any(s.dtype.is_float for s in node.src)


def _bounds_of(node: Node) -> Interval:
    """Bounds from those of the sources, which are known. What may wrap around can be anything."""
    all_of = limits(node.dtype)
    if _is_opaque(node):
        return all_of
    low, high = _INTERVALS[node.op](node, [_bounds[s] for s in node.src])
    return (low, high) if all_of[0] <= low and high <= all_of[1] else all_of


def _corners(function: Callable[[int, int], int], a: Interval, b: Interval) -> Interval:
    """The range of a function that is monotonic in each argument."""
    values = [function(x, y) for x in a for y in b]
    return min(values), max(values)


def _hull(parts: list[Interval]) -> Interval:
    return min(p[0] for p in parts), max(p[1] for p in parts)


def _add(node: Node, src: list[Interval]) -> Interval:
    (a, b), (c, d) = src
    return _or(node, src) if node.dtype.is_bool else (a + c, b + d)


def _sub(node: Node, src: list[Interval]) -> Interval:
    (a, b), (c, d) = src
    return a - d, b - c


def _mul(node: Node, src: list[Interval]) -> Interval:
    return _corners(lambda x, y: x * y, *src)


def _idiv(node: Node, src: list[Interval]) -> Interval:
    (low, high), (least, largest) = src
    # Monotonic on either side of a divisor of 0, which gives 0.
    sides = [(least, min(largest, -1)), (max(least, 1), largest)]
    parts = [_corners(lambda x, y: x // y, (low, high), s) for s in sides if s[0] <= s[1]]
    return _hull([*parts, (0, 0)] if least <= 0 <= largest else parts)


def _mod(node: Node, src: list[Interval]) -> Interval:
    (low, high), (least, largest) = src
    if least == largest != 0 and low // least == high // least:
        ends = low % least, high % least
        return min(ends), max(ends)
    if low >= 0 and high < least:
        return low, high
    # Of the divisor's sign and nearer to 0 than it; from 0 up also no further than the dividend.
    top = max(0, largest - 1)
    return min(0, least + 1), min(top, high) if low >= 0 else top


def _max(node: Node, src: list[Interval]) -> Interval:
    (a, b), (c, d) = src
    return max(a, c), max(b, d)


def _and(node: Node, src: list[Interval]) -> Interval:
    # A factor that is not negative bounds the result; of two negative ones nothing is said.
    tops = [high for low, high in src if low >= 0]
    if node.dtype.is_bool:
        return min(src[0][0], src[1][0]), min(tops)
    return (0, min(tops)) if tops else limits(node.dtype)


def _or(node: Node, src: list[Interval]) -> Interval:
    if min(low for low, _ in src) < 0:
        return limits(node.dtype)
    top = max(high for _, high in src).bit_length()
    return max(low for low, _ in src), (1 << top) - 1


def _xor(node: Node, src: list[Interval]) -> Interval:
    (a, b), (c, d) = src
    if a == b and c == d:
        return a ^ c, a ^ c
    if min(low for low, _ in src) < 0:
        return limits(node.dtype)
    return 0, (1 << max(high for _, high in src).bit_length()) - 1


def _shl(node: Node, src: list[Interval]) -> Interval:
    least, largest = src[1]
    if not 0 <= least <= largest < node.dtype.bits:
        return limits(node.dtype)
    return _corners(lambda x, y: x << y, *src)


def _shr(node: Node, src: list[Interval]) -> Interval:
    (low, high), (least, largest) = src
    if least < 0:
        return min(low, 0), max(high, 0)
    top = node.dtype.bits  # that far and farther is all the same
    return _corners(lambda x, y: x >> y, (low, high), (min(least, top), min(largest, top)))


def _lt(node: Node, src: list[Interval]) -> Interval:
    (a, b), (c, d) = src
    return int(b < c), int(a < d)


def _ne(node: Node, src: list[Interval]) -> Interval:
    (a, b), (c, d) = src
    return int(b < c or d < a), int(not a == b == c == d)


def _where(node: Node, src: list[Interval]) -> Interval:
    condition, a, b = src
    return _hull([a] * condition[1] + [b] * (1 - condition[0]))


def _cast(node: Node, src: list[Interval]) -> Interval:
    low, high = src[0]
    if node.dtype.is_bool:
        return int(low > 0 or high < 0), int(not low == high == 0)
    return low, high


def _range(node: Node, src: list[Interval]) -> Interval:
    return 0, max(src[0][1] - 1, 0)


_INTERVALS: dict[Op, Callable[[Node, list[Interval]], Interval]] = {
    Op.CONST: lambda node, src: (int(node.arg), int(node.arg)),
    Op.VARIABLE: lambda node, src: (node.arg[1], node.arg[2]),
    Op.RANGE: _range,
    Op.ADD: _add,
    Op.SUB: _sub,
    Op.MUL: _mul,
    Op.IDIV: _idiv,
    Op.MOD: _mod,
    Op.MAX: _max,
    Op.AND: _and,
    Op.OR: _or,
    Op.XOR: _xor,
    Op.SHL: _shl,
    Op.SHR: _shr,
    Op.LT: _lt,
    Op.NE: _ne,
    Op.WHERE: _where,
    Op.CAST: _cast,
}
