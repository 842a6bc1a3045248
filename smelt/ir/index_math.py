"""Rules of index arithmetic: sums in canonical order, quotients and remainders taken apart.

Sums and products hold modulo 2**64. Quotients, remainders and comparisons do not, so their rules
first make sure that nothing wrapped around (`exact`).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from smelt.dtype import dtypes
from smelt.ir.node import Facts, Node, cast
from smelt.ir.op import Op
from smelt.ir.rewrite import P, Rule, any_
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
MAX_FACTORS = 16  # factors of a product


def is_index(node: Node) -> bool:
    """A scalar of the index dtype: what the rules here are for."""
    return node.dtype is dtypes.index and node.shape == ()


def _is_positive_const(node: Node) -> bool:
    return node.op is Op.CONST and node.arg > 0


def exact(node: Node) -> Sum | None:
    """`node` as a sum that is equal to it as an unlimited integer, or None."""
    total = linear(node)
    return total if fits(linear_bounds(total)) else None


# ---- sums and products --------------------------------------------------------------------------


def is_data(node: Node) -> bool:
    """Whether a node depends on a LOAD."""
    return derive(node, _data, lambda n: n.op is Op.LOAD or any(_data[s] for s in n.src))


_data: Facts[bool] = Facts()


def _sum(x: Node) -> Node | None:
    if x in _canonical:
        return None
    terms, constant = linear(x)
    if sum(is_data(t) for t in terms) > MAX_DATA_TERMS:
        return None
    joined = _join_quotient(terms)
    while joined is not None:
        terms, constant = plus(joined, ({}, constant))
        joined = _join_quotient(terms)
    result = part = from_linear(terms, constant)
    while part.op in (Op.ADD, Op.SUB):
        _canonical[part] = _canonical[part.src[1]] = True
        part = part.src[0]
    _canonical[part] = True
    return result


_canonical: Facts[bool] = Facts()  # sums as `_sum` makes them, what they begin with, their terms


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
    total = exact(node)
    return None if total is None else _reduce_modulo(_without_modulo(total, c), c)


def _without_modulo(total: Sum, c: int) -> Sum:
    """Terms f * (y % a) as f * y where that is the same modulo c."""
    terms, constant = total
    for t, f in list(terms.items()):
        if t.op is Op.MOD and _is_positive_const(t.src[1]) and f * t.src[1].arg % c == 0:
            inner = exact(t.src[0])
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
    return _product_of(factors) if len(factors) < MAX_FACTORS else None


def _factors(node: Node) -> list[Node]:
    """What is multiplied to give `node`; no more than MAX_FACTORS of them are taken apart."""
    factors: list[Node] = []
    pending = [node]
    while pending:
        n = pending.pop()
        if n.op is Op.MUL and len(factors) + len(pending) + 2 <= MAX_FACTORS:
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
    total = exact(n)
    if total is None or c.arg in (0, dtypes.index.min):
        return None
    if c.arg < 0:
        return _if_exact(scale(total, -1), lambda negated: negated // -c.arg)
    apart = _take_apart(total, c.arg)
    if apart is not None:
        g, a, _ = apart
        return _if_exact(a, lambda quotient: quotient // (c.arg // g))
    nested = nested_quotient(total)
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
    total = exact(n)
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


def nested_quotient(total: Sum) -> tuple[Sum, int] | None:
    """(y, a) if total is y // a: also of y // a + k, which is (y + k * a) // a."""
    terms, constant = total
    if len(terms) != 1:
        return None
    ((inner, factor),) = terms.items()
    if factor != 1 or inner.op is not Op.IDIV or not _is_positive_const(inner.src[1]):
        return None
    y = exact(inner.src[0])
    a = inner.src[1].arg
    return None if y is None else (plus(y, ({}, constant * a)), a)


def _quotient_of_remainder(y: Node, d: Node, a: Node) -> Node | None:
    """y % d // a, if a divides d."""
    if not (_is_positive_const(d) and _is_positive_const(a)) or d.arg % a.arg:
        return None
    return (y // a) % int(d.arg // a.arg)


def _split_symbolic(n: Node, d: Node) -> tuple[Sum, Sum] | None:
    """(a, b) with n = d * a + b and 0 <= b < d, for a d that is no constant."""
    total, divisor = exact(n), exact(d)
    if total is None or divisor is None:
        return None
    a: Sum = {}, 0
    b: Sum = {}, total[1]
    for t, f in total[0].items():
        cofactor = _without_factor(t, d)
        if cofactor is None:
            b = plus(b, ({t: f}, 0))
        else:
            a = plus(a, linear(cofactor), f)
    below = linear_bounds(b)[0] >= 0 and is_below(b, divisor)
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


def is_below(a: Sum, b: Sum) -> bool:
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
    # cast(cast(x)) -> cast(x), if x is in the limits of the first
    (P(Op.CAST, P(Op.CAST, any_("x", "iub"), name="inner", kind="iu"), name="outer"), _cast_within),
]
