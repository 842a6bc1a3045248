"""Rules of comparisons of indices and of conditions made of them, and what a condition says."""

from __future__ import annotations

import math

from smelt.dtype import dtypes
from smelt.ir.index_math import exact, is_below, is_data, is_index, nested_quotient
from smelt.ir.node import Node, alu, const, logical_not
from smelt.ir.op import Op
from smelt.ir.rewrite import P, Rule, any_, value
from smelt.ir.symbolic import (
    Sum,
    Terms,
    fits,
    from_linear,
    linear,
    linear_bounds,
    order_key,
    plus,
    scale,
)
from smelt.ir.terms import joined

MAX_PARTS = 16  # of a condition

# ---- comparisons --------------------------------------------------------------------------------


def _difference(a: Node, b: Node) -> Sum | None:
    """a - b in unlimited integers, if the two are sums that do not wrap around."""
    left, right = exact(a), exact(b)
    return None if left is None or right is None else plus(left, right, -1)


def less_than(terms: Terms, limit: int) -> Node | None:
    """The condition `sum of terms < limit` in canonical form: what is added stands on its side.

    None if a side would wrap around.
    """
    left = {t: f for t, f in terms.items() if f > 0}
    right = {t: -f for t, f in terms.items() if t not in left}
    sides = ((left, 0), (right, limit)) if left else (({}, -limit), (right, 0))
    if not all(fits(linear_bounds(side)) for side in sides):
        return None
    return alu(Op.LT, *(from_linear(*side) for side in sides))


def _less(a: Node, b: Node) -> Node | None:
    """a < b, decided or in lowest terms."""
    difference = _difference(a, b)
    if difference is None:
        return None
    terms, limit = difference[0], -difference[1]
    low, high = linear_bounds((terms, 0))
    if high < limit or low >= limit:
        return const(high < limit, dtypes.bool)
    if is_below(difference, ({}, 0)):
        return const(True, dtypes.bool)
    terms, limit = _lowest_terms(terms, limit)
    quotient = nested_quotient((terms, 0))
    if quotient is not None:  # y // a < c is y < a * c
        terms, limit = quotient[0][0], limit * quotient[1] - quotient[0][1]
    negated = nested_quotient(scale((terms, 0), -1))
    if negated is not None:  # -(y // a) < c is -y < a * (c - 1) + 1
        terms, constant = scale(negated[0], -1)
        limit = negated[1] * (limit - 1) + 1 - constant
    return less_than(terms, limit)


def _lowest_terms(terms: Terms, limit: int) -> tuple[Terms, int]:
    """An equivalent of `sum of terms < limit` without the terms that cannot decide it.

    g * a + b < limit is a < q if floor((limit - 1 - b) / g) = q - 1 for every b that there is.
    """
    for g in sorted({abs(f) for f in terms.values()}, reverse=True):
        rest = {t: f for t, f in terms.items() if f % g}
        low, high = linear_bounds((rest, 0))
        quotient = (limit - 1 - low) // g
        if quotient == (limit - 1 - high) // g:
            return {t: f // g for t, f in terms.items() if f % g == 0}, quotient + 1
    g = math.gcd(*terms.values())
    return {t: f // g for t, f in terms.items()}, (limit - 1) // g + 1


def _not_less(a: Node, b: Node) -> Node | None:
    """not (a < b) is b - 1 < a."""
    difference = _difference(a, b)
    if difference is None:
        return None
    return less_than(scale((difference[0], 0), -1)[0], difference[1] + 1)


def _differs(a: Node, b: Node) -> Node | None:
    """a != b, decided or in lowest terms."""
    difference = _difference(a, b)
    if difference is None or not difference[0]:
        return None
    low, high = linear_bounds(difference)
    g = math.gcd(*difference[0].values())
    if not low <= 0 <= high or difference[1] % g:
        return const(True, dtypes.bool)
    terms, constant = {t: f // g for t, f in difference[0].items()}, -difference[1] // g
    if terms[min(terms, key=order_key)] < 0:
        terms, constant = {t: -f for t, f in terms.items()}, -constant
    return _not_equal(terms, constant)


def _not_equal(terms: Terms, number: int) -> Node | None:
    """The condition `sum of terms != number` in canonical form; None if it would wrap around."""
    left = {t: f for t, f in terms.items() if f > 0}
    right = {t: -f for t, f in terms.items() if t not in left}
    sides = (left, 0), (right, number)
    if not all(fits(linear_bounds(side)) for side in sides):
        return None
    return alu(Op.NE, *(from_linear(*side) for side in sides))


def _larger(a: Node, b: Node) -> Node | None:
    """max(a, b) is a, if that is known to be the larger one. Tried in both orders."""
    difference = _difference(a, b)
    return a if difference is not None and linear_bounds(difference)[0] >= 0 else None


# ---- conditions ---------------------------------------------------------------------------------

Fact = tuple[Node, int | None, int | None]  # a sum, its least and its largest value, if known


def conjuncts(condition: Node) -> list[Node]:
    """The conditions that are joined by AND, in the order in which they stand."""
    return joined(Op.AND, condition, MAX_PARTS)


def fact_of(part: Node) -> Fact | None:
    """What a condition says about a sum: i < n, n < i or not (i != n) in canonical form."""
    is_equality = part.op is Op.XOR and part.src[0].op is Op.NE and part.src[1].op is Op.CONST
    compare = part.src[0] if is_equality else part
    if (compare.op is not Op.LT and not is_equality) or not is_index(compare.src[0]):
        return None
    difference = _difference(*compare.src)
    if difference is None or not difference[0]:
        return None
    terms, limit = difference[0], -difference[1]
    negative = terms[min(terms, key=order_key)] < 0
    if negative:
        terms, limit = {t: -f for t, f in terms.items()}, -limit
    if not fits(linear_bounds((terms, 0))):
        return None
    node = from_linear(terms, 0)
    if is_equality:
        return node, limit, limit
    return (node, limit + 1, None) if negative else (node, None, limit - 1)


def facts(parts: list[Node]) -> dict[Node, tuple[int | None, int | None]]:
    """For each sum that the conditions are about, the tightest limits that they give."""
    known: dict[Node, tuple[int | None, int | None]] = {}
    for part in parts:
        fact = fact_of(part)
        if fact is not None:
            node, low, high = fact
            least, largest = known.get(node, (None, None))
            known[node] = (
                least if low is None else low if least is None else max(low, least),
                largest if high is None else high if largest is None else min(high, largest),
            )
    return known


def bounds_given(total: Sum, parts: list[Node]) -> tuple[int, int]:
    """The least and the largest value of a sum where the conditions hold.

    Each of them tells something if the sum has a multiple of all that it is about.

    >>> from smelt.ir.node import loop_range
    >>> i, j = loop_range(4, 0), loop_range(2, 1)
    >>> bounds_given(linear(i * 14 + j * 7 + 1), [i * 2 + j < 7])
    (1, 43)
    """
    terms, constant = dict(total[0]), total[1]
    low = high = constant
    for node, (least, largest) in facts(parts).items():
        own = linear(node)[0]
        term, factor = next(iter(own.items()))
        times, rest = divmod(terms.get(term, 0), factor)
        if not times or rest or any(terms.get(t) != times * f for t, f in own.items()):
            continue
        known = linear_bounds((own, 0))
        ends = (
            known[0] if least is None else max(known[0], least),
            known[1] if largest is None else min(known[1], largest),
        )
        low, high = low + min(times * e for e in ends), high + max(times * e for e in ends)
        terms = {t: f for t, f in terms.items() if t not in own}
    others = linear_bounds((terms, 0))
    return low + others[0], high + others[1]


def _conjunction(x: Node) -> Node | None:
    """A chain of ANDs with each part once, and without what others imply."""
    parts = conjuncts(x)
    if len(parts) >= MAX_PARTS:
        return None
    kept = list(dict.fromkeys(p for p in parts if fact_of(p) is None))
    for node, (low, high) in facts(parts).items():
        if low is not None and high is not None and low > high:
            return const(False, dtypes.bool)
        conditions = _conditions(node, low, high)
        if conditions is None:
            return None
        kept += conditions
    if not any(is_data(p) for p in kept):
        kept.sort(key=order_key)
    elif len(kept) == len(parts):
        return None
    result = kept[0]
    for part in kept[1:]:
        result = result & part
    return result


def _conditions(node: Node, low: int | None, high: int | None) -> list[Node] | None:
    """The conditions that together say low <= node <= high; None if one would wrap around."""
    terms = linear(node)[0]
    if low == high and low is not None:
        differs = _not_equal(terms, low)
        return None if differs is None else [logical_not(differs)]
    above = [] if low is None else [less_than(scale((terms, 0), -1)[0], 1 - low)]
    below = [] if high is None else [less_than(terms, high + 1)]
    found = [c for c in above + below if c is not None]
    return found if len(found) == len(above) + len(below) else None


# ---- the table ----------------------------------------------------------------------------------

_A, _B = any_("a", kind="i", test=is_index), any_("b", kind="i", test=is_index)

CONDITIONS: list[Rule] = [
    # 8 * i + j < 64 -> i < 8, x // a < b -> x < a * b
    (P(Op.LT, _A, _B), _less),
    # not (a < b) -> b - 1 < a
    (P(Op.XOR, P(Op.LT, _A, _B), value(True)), _not_less),
    # 2 * i + 1 != 5 -> i != 2
    (P(Op.NE, _A, _B), _differs),
    # max(i, i + 1) -> i + 1
    (P(Op.MAX, _A, _B), _larger),
    # i < 5 & i < 7 & i < 5 -> i < 5
    (P(Op.AND, name="x", kind="b", test=lambda node: node.shape == ()), _conjunction),
]
