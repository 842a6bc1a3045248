"""Rules of index arithmetic: sums in canonical order, quotients and remainders taken apart.

Sums and products hold modulo 2**64. Quotients, remainders and comparisons do not, so their rules
first make sure that nothing wrapped around (`_exact`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from weakref import WeakKeyDictionary

from smelt.dtype import dtypes
from smelt.ir.node import Node, alu, cast, const, logical_not
from smelt.ir.op import Op
from smelt.ir.rewrite import P, Rule, any_, value
from smelt.ir.symbolic import (
    Sum,
    Terms,
    bounds,
    derive,
    fits,
    from_linear,
    limits,
    linear,
    linear_bounds,
    order_key,
    plus,
    scale,
)

# Sums of loaded values stay in the order they were written in: sorted, a chain of prefix sums
# would no longer share its parts.
MAX_DATA_TERMS = 4
MAX_PARTS = 16  # of a condition


def is_index(node: Node) -> bool:
    """A scalar of the index dtype: what the rules here are for."""
    return node.dtype is dtypes.index and node.shape == ()


def _is_positive_const(node: Node) -> bool:
    return node.op is Op.CONST and node.arg > 0


def _exact(node: Node) -> Sum | None:
    """`node` as a sum that is equal to it as an unlimited integer, or None."""
    total = linear(node)
    return total if fits(linear_bounds(total)) else None


# ---- sums and products --------------------------------------------------------------------------


def _is_data(node: Node) -> bool:
    """Whether a node depends on a LOAD."""
    return derive(node, _data, lambda n: n.op is Op.LOAD or any(_data[s] for s in n.src))


_data: WeakKeyDictionary[Node, bool] = WeakKeyDictionary()


def _sum(x: Node) -> Node | None:
    terms, constant = linear(x)
    if sum(_is_data(t) for t in terms) > MAX_DATA_TERMS:
        return None
    joined = _join_quotient(terms)
    while joined is not None:
        terms, constant = plus(joined, ({}, constant))
        joined = _join_quotient(terms)
    return from_linear(terms, constant)


def _join_quotient(terms: Terms) -> Sum | None:
    """The sum with one pair s*c*(x // c) + s*(x % c) replaced by s*x, or None."""
    for modulo, s in terms.items():
        if modulo.op is not Op.MOD or not _is_positive_const(modulo.src[1]):
            continue
        for quotient, factor in terms.items():
            if quotient.op is not Op.IDIV or factor != s * modulo.src[1].arg:
                continue
            whole = _dividend(quotient, modulo)
            if whole is not None:
                rest = {t: f for t, f in terms.items() if t not in (modulo, quotient)}
                return plus((rest, 0), whole, s)
    return None


def _dividend(quotient: Node, modulo: Node) -> Sum | None:
    """x, if quotient is x // c and modulo is x % c in their simplest forms."""
    u, divisor = quotient.src
    v, c = modulo.src
    if not _is_positive_const(divisor):
        return None
    if divisor is c:
        left, right = _residue(u, c.arg), _residue(v, c.arg)
        return linear(u) if left is not None and left == right else None
    # x // a // c is written as x // (a * c)
    terms, constant = linear(v)
    if len(terms) != 1:
        return None
    ((inner, factor),) = terms.items()
    if factor != 1 or inner.op is not Op.IDIV or not _is_positive_const(inner.src[1]):
        return None
    a = inner.src[1].arg
    same = plus(linear(inner.src[0]), ({}, constant * a)) == linear(u)
    return (terms, constant) if same and divisor.arg == a * c.arg else None


def _residue(node: Node, c: int) -> Sum | None:
    """A sum that leaves the same remainder as `node` when divided by c: equal ones show it."""
    total = _exact(node)
    return None if total is None else _reduce_modulo(_without_modulo(total, c), c)


def _without_modulo(total: Sum, c: int) -> Sum:
    """Terms f * (y % a) as f * y where that is the same modulo c."""
    terms, constant = total
    for t, f in list(terms.items()):
        if t.op is Op.MOD and _is_positive_const(t.src[1]) and f * t.src[1].arg % c == 0:
            inner = _exact(t.src[0])
            if inner is not None:
                rest = {k: v for k, v in terms.items() if k is not t}
                terms, constant = plus((rest, constant), inner, f)
    return terms, constant


def _reduce_modulo(total: Sum, c: int) -> Sum:
    """Factors brought into (-c, c), keeping their sign, and the constant into [0, c)."""
    reduced = {t: abs(f) % c * (1 if f > 0 else -1) for t, f in total[0].items()}
    return {t: f for t, f in reduced.items() if f}, total[1] % c


def _product(x: Node) -> Node | None:
    """Factors in canonical order, constants last: (a * 3) * (b * 2) -> a * b * 6."""
    factors = _factors(x)
    return _product_of(factors) if len(factors) < MAX_PARTS else None


def _factors(node: Node) -> list[Node]:
    """What is multiplied to give `node`; no more than MAX_PARTS of them are taken apart."""
    factors: list[Node] = []
    pending = [node]
    while pending:
        n = pending.pop()
        if n.op is Op.MUL and len(factors) + len(pending) + 2 <= MAX_PARTS:
            pending.extend(n.src)
        else:
            factors.append(n)
    return factors


def _product_of(factors: list[Node]) -> Node:
    """The product in canonical order."""
    coefficient = math.prod(f.arg for f in factors if f.op is Op.CONST)
    variable = sorted((f for f in factors if f.op is not Op.CONST), key=order_key)
    if not variable:
        return from_linear({}, coefficient)
    result = variable[0]
    for factor in variable[1:]:
        result = result * factor
    return from_linear({result: coefficient}, 0)


def _product_fits(factors: list[Node]) -> bool:
    """Whether the product of factors does not wrap around, in whatever order."""
    return fits((0, math.prod(max(1, *(abs(b) for b in bounds(f))) for f in factors)))


# ---- quotients and remainders -------------------------------------------------------------------


def _take_apart(total: Sum, c: int) -> tuple[int, Sum, Sum] | None:
    """(g, a, b) with total = g * a + b and 0 <= b < g, for some g > 1 that divides c.

    Then total // c = a // (c / g) and total % c = g * (a % (c / g)) + b.
    """
    terms, constant = total
    candidates = {c} | {math.gcd(f, c) for f in terms.values()}
    for g in sorted(candidates - {1}, reverse=True):
        multiples = {t: f // g for t, f in terms.items() if f % g == 0}
        rest = {t: f for t, f in terms.items() if f % g}
        low, high = linear_bounds((rest, constant))
        if low // g == high // g:
            return g, (multiples, low // g), (rest, constant - low // g * g)
    return None


def _divide(n: Node, c: Node) -> Node | None:
    """n // c for a constant c."""
    total = _exact(n)
    if total is None or c.arg in (0, dtypes.index.min):
        return None
    if c.arg < 0:
        return _if_exact(scale(total, -1), lambda negated: negated // -c.arg)
    apart = _take_apart(total, c.arg)
    if apart is not None:
        g, a, _ = apart
        return _if_exact(a, lambda quotient: quotient // (c.arg // g))
    nested = _nested_quotient(total)
    if nested is not None and fits((0, c.arg * nested[1])):
        return _if_exact(nested[0], lambda y: y // (c.arg * nested[1]))
    rest = _reduce_modulo(total, c.arg)
    whole = from_linear(*_divided(plus(total, rest, -1), c.arg))
    if rest[0] and all(f < 0 for f in rest[0].values()):  # -z - 1 is split like z, the other way
        return _if_exact(_mirrored(rest), lambda z: whole - 1 - z // c)
    if rest == total:
        return None
    return _if_exact(rest, lambda y: whole + y // c)


def _remainder(n: Node, c: Node) -> Node | None:
    """n % c for a constant c."""
    total = _exact(n)
    if total is None or c.arg in (0, dtypes.index.min):
        return None
    if c.arg < 0:
        return _if_exact(scale(total, -1), lambda negated: 0 - negated % -c.arg)
    apart = _take_apart(total, c.arg)
    if apart is not None:
        g, a, b = apart
        small = from_linear(*b)
        return _if_exact(a, lambda quotient: quotient % (c.arg // g) * g + small)
    rest = _reduce_modulo(_without_modulo(total, c.arg), c.arg)
    if rest[0] and all(f < 0 for f in rest[0].values()):
        return _if_exact(_mirrored(rest), lambda z: c.arg - 1 - z % c)
    return None if rest == total else _if_exact(rest, lambda y: y % c)


def _if_exact(total: Sum, make: Callable[[Node], Node]) -> Node | None:
    """`make` of the sum as a node, unless that wraps around."""
    return make(from_linear(*total)) if fits(linear_bounds(total)) else None


def _mirrored(total: Sum) -> Sum:
    """-total - 1: floor((-z - 1) / c) is -1 - floor(z / c)."""
    return scale(plus(total, ({}, 1)), -1)


def _divided(total: Sum, c: int) -> Sum:
    """A sum of multiples of c, divided."""
    return {t: f // c for t, f in total[0].items()}, total[1] // c


def _nested_quotient(total: Sum) -> tuple[Sum, int] | None:
    """(y, a) if total is y // a: also of y // a + k, which is (y + k * a) // a."""
    terms, constant = total
    if len(terms) != 1:
        return None
    ((inner, factor),) = terms.items()
    if factor != 1 or inner.op is not Op.IDIV or not _is_positive_const(inner.src[1]):
        return None
    y = _exact(inner.src[0])
    a = inner.src[1].arg
    return None if y is None else (plus(y, ({}, constant * a)), a)


def _quotient_of_remainder(y: Node, d: Node, a: Node) -> Node | None:
    """y % d // a, if a divides d."""
    if not (_is_positive_const(d) and _is_positive_const(a)) or d.arg % a.arg:
        return None
    return (y // a) % int(d.arg // a.arg)


def _split_symbolic(n: Node, d: Node) -> tuple[Sum, Sum] | None:
    """(a, b) with n = d * a + b and 0 <= b < d, for a d that is no constant."""
    total = _exact(n)
    if total is None or bounds(d)[0] <= 0:
        return None
    a: Sum = {}, 0
    b: Sum = {}, total[1]
    for t, f in total[0].items():
        cofactor = _without_factor(t, d)
        if cofactor is None:
            b = plus(b, ({t: f}, 0))
        else:
            a = plus(a, linear(cofactor), f)
    below = linear_bounds(b)[0] >= 0 and _is_below(b, linear(d))
    return (a, b) if below else None


def _divide_symbolic(n: Node, d: Node) -> Node | None:
    """n // d for a d that is no constant."""
    split = _split_symbolic(n, d) if d.op is not Op.CONST else None
    return None if split is None else from_linear(*split[0])


def _remainder_symbolic(n: Node, d: Node) -> Node | None:
    """n % d for a d that is no constant."""
    split = _split_symbolic(n, d) if d.op is not Op.CONST else None
    return None if split is None else from_linear(*split[1])


def _without_factor(term: Node, d: Node) -> Node | None:
    """term / d, if d is among the factors of the product `term` and nothing wraps around."""
    factors = _factors(term)
    if not _product_fits(factors):
        return None
    for factor in _factors(d):
        if factor not in factors:
            return None
        factors.remove(factor)
    return _product_of(factors)


def _is_below(a: Sum, b: Sum) -> bool:
    """Whether a < b for certain: bounds show it, or the extents of the RANGEs in a do."""
    difference = plus(a, b, -1)
    if linear_bounds(difference)[1] < 0:
        return True
    greatest: Sum = {}, difference[1]
    for t, f in difference[0].items():
        greatest = plus(greatest, _greatest(t) if f > 0 else ({t: 1}, 0), f)
    return linear_bounds(greatest)[1] < 0


def _greatest(term: Node) -> Sum:
    """An upper bound of a term as a sum of Variables: (n - 1) * m for a RANGE over n times m."""
    factors = _factors(term)
    ranges = [f for f in factors if f.op is Op.RANGE]
    others = [f for f in factors if f.op is not Op.RANGE]
    positive = all(bounds(f)[0] >= 0 for f in others)
    if len(ranges) != 1 or not positive or not _product_fits([ranges[0].src[0], *others]):
        return {term: 1}, 0
    upper = _product_of([ranges[0].src[0], *others])
    return plus(linear(upper), linear(_product_of(others)), -1)


# ---- comparisons --------------------------------------------------------------------------------


def _difference(a: Node, b: Node) -> Sum | None:
    """a - b in unlimited integers, if the two are sums that do not wrap around."""
    left, right = _exact(a), _exact(b)
    return None if left is None or right is None else plus(left, right, -1)


def less_than(terms: Terms, limit: int) -> Node | None:
    """The condition `sum of terms < limit` in canonical form: what is added stands on its side.

    None if a side would wrap around.
    """
    left = {t: f for t, f in terms.items() if f > 0}
    right = {t: -f for t, f in terms.items() if f < 0}
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
    if _is_below(difference, ({}, 0)):
        return const(True, dtypes.bool)
    terms, limit = _lowest_terms(terms, limit)
    quotient = _nested_quotient((terms, 0))
    if quotient is not None:  # y // a < c is y < a * c
        terms, limit = quotient[0][0], limit * quotient[1] - quotient[0][1]
    negated = _nested_quotient(scale((terms, 0), -1))
    if negated is not None:  # -(y // a) < c is -y < a * (c - 1) + 1
        terms, constant = scale(negated[0], -1)
        limit = negated[1] * (limit - 1) + 1 - constant
    return less_than(terms, limit)


def _lowest_terms(terms: Terms, limit: int) -> tuple[Terms, int]:
    """An equivalent of `sum of terms < limit` without the terms that cannot decide it.

    g * a + b < limit is a < q if floor((limit - 1 - b) / g) = q - 1 for every b that there is.
    """
    for g in sorted({abs(f) for f in terms.values()} | {math.gcd(*terms.values())}, reverse=True):
        rest = {t: f for t, f in terms.items() if f % g}
        low, high = linear_bounds((rest, 0))
        quotient = (limit - 1 - low) // g
        if g > 1 and quotient == (limit - 1 - high) // g:
            return {t: f // g for t, f in terms.items() if f % g == 0}, quotient + 1
    return terms, limit


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
    right = {t: -f for t, f in terms.items() if f < 0}
    sides = (left, 0), (right, number)
    if not all(fits(linear_bounds(side)) for side in sides):
        return None
    return alu(Op.NE, *(from_linear(*side) for side in sides))


def _larger(a: Node, b: Node) -> Node | None:
    """max(a, b), if it is known which is larger."""
    difference = _difference(a, b)
    if difference is None:
        return None
    low, high = linear_bounds(difference)
    return a if low >= 0 else b if high <= 0 else None


# ---- conditions ---------------------------------------------------------------------------------

Fact = tuple[Node, int | None, int | None]  # a sum, its least and its largest value, if known


def conjuncts(condition: Node) -> list[Node]:
    """The conditions that are joined by AND, in the order in which they stand."""
    parts: list[Node] = []
    pending = [condition]
    while pending:
        node = pending.pop()
        if node.op is Op.AND and len(parts) + len(pending) + 2 <= MAX_PARTS:
            pending.extend(reversed(node.src))
        else:
            parts.append(node)
    return parts


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
    if not any(_is_data(p) for p in kept):
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


# ---- conversion ---------------------------------------------------------------------------------


def _cast_within(x: Node, inner: Node, outer: Node) -> Node | None:
    """cast(cast(x)), if the first cast keeps every value that x can have."""
    low, high = bounds(x)
    least, largest = limits(inner.dtype)
    return cast(x, outer.dtype) if least <= low and high <= largest else None


# ---- the table ----------------------------------------------------------------------------------

_N, _D = any_("n", kind="i", test=is_index), any_("d", kind="i", test=is_index)
_A, _B = any_("a", kind="i", test=is_index), any_("b", kind="i", test=is_index)
_C = P(Op.CONST, name="c")

INDEX: list[Rule] = [
    # j + 2 + i * 4 - j -> i * 4 + 2, and x // c * c + x % c -> x
    (P((Op.ADD, Op.SUB), name="x", test=is_index), _sum),
    (P(Op.MUL, any_("a"), _C, name="x", test=is_index), lambda a, c, x: _sum(x)),
    # (j * 3) * (i * 2) -> i * j * 6
    (P(Op.MUL, name="x", test=is_index), _product),
    # y % d // a -> y // a % (d // a)
    (P(Op.IDIV, P(Op.MOD, any_("y"), _D), _A, test=is_index), _quotient_of_remainder),
    # (8 * i + j) // 8 -> i, (6 * i + 4) // 4 -> (3 * i) // 2 + 1, x // a // c -> x // (a * c) ..
    (P(Op.IDIV, _N, _C), _divide),
    # (8 * i + j) % 8 -> j, (9 * i + j) % 8 -> (i + j) % 8, x % 16 % 8 -> x % 8 ..
    (P(Op.MOD, _N, _C), _remainder),
    # (i * n + j) // n -> i, if j < n
    (P(Op.IDIV, _N, _D), _divide_symbolic),
    # (i * n + j) % n -> j, if j < n
    (P(Op.MOD, _N, _D), _remainder_symbolic),
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
    # cast(cast(x)) -> cast(x), if x is in the limits of the first
    (P(Op.CAST, P(Op.CAST, any_("x", "iub"), name="inner", kind="iu"), name="outer"), _cast_within),
]
