"""Simplification: equal values, fewer operations.

The rules stand in tables: `algebra` (exact arithmetic for every dtype), `index_math` and
`conditions` (integers of loop counters and Variables), `movement` (movement, reductions, loops).
Results are kept for as long as the nodes live, so simplifying a growing expression again and
again is cheap.
"""

from __future__ import annotations

from collections.abc import Sequence

from smelt.dtype import dtypes
from smelt.ir.algebra import ALGEBRA
from smelt.ir.conditions import CONDITIONS, conjuncts, facts
from smelt.ir.index_math import INDEX
from smelt.ir.movement import LOOPS, MOVEMENT
from smelt.ir.node import (
    Facts,
    Node,
    const,
    load,
    logical_not,
    store,
    substitute,
    toposort,
    variable,
)
from smelt.ir.op import Op
from smelt.ir.rewrite import Memo, P, Rule, Rules, any_, rewrite
from smelt.ir.symbolic import bounds, from_linear, linear, order_key, plus


def simplify(node: Node) -> Node:
    """A node of equal value (NaN, -0.0 and wrap-around included) with fewer operations.

    Its shape is the same. BUFFERs are leaves; a memoised `Node.buffer` is not looked at.

    >>> from smelt.ir.node import loop_range
    >>> i, j = loop_range(8, 0), loop_range(8, 1)
    >>> simplify((i * 8 + j) // 8) is i
    True
    """
    if node in _memo:
        return _memo[node] or node
    return simplify_all([node])[0]


def simplify_all(roots: Sequence[Node]) -> list[Node]:
    """`simplify` of several nodes."""
    return rewrite(roots, _RULES, _memo)


_memo: Memo = Facts()


# ---- under a condition --------------------------------------------------------------------------

_COSTS = {Op.IDIV: 8, Op.MOD: 8, Op.CONST: 0}  # a division by a constant is a handful of operations
# What knowing more about its sources can make simpler; sums stay what they are.
_DECIDABLE = frozenset({Op.IDIV, Op.MOD, Op.MAX, Op.WHERE, Op.LT, Op.NE, Op.AND, Op.OR, Op.XOR})
_WHOLE = frozenset({Op.LOAD, Op.RANGE})  # what holds at one place says nothing of what is in them


def simplify_given(node: Node, condition: Node) -> Node:
    """A simplification of the scalar `node` that is equal to it wherever `condition` holds.

    >>> from smelt.ir.node import loop_range
    >>> i = loop_range(9, 0)
    >>> simplify_given(i % 8, i < 8) is i
    True
    """
    node = simplify(node)
    inside = _inside(node)
    if not any(n.op in _DECIDABLE for n in inside):
        return node
    parts = conjuncts(simplify(condition))
    settled: dict[Node, Node] = {}
    for part in parts:
        settled[part] = const(True, dtypes.bool)
        settled.setdefault(simplify(logical_not(part)), const(False, dtypes.bool))
    node = _replace(node, settled)
    for total, (low, high) in facts(parts).items():
        least, largest = bounds(total)
        low = least if low is None else max(low, least)
        high = largest if high is None else min(high, largest)
        if least <= low <= high <= largest and (low, high) != (least, largest):
            node = _simplify_within(node, total, low, high)
    return node


def _simplify_within(node: Node, total: Node, low: int, high: int) -> Node:
    """`node` simplified for low <= total <= high: one of its terms is expressed by the others."""
    given = variable("", low, high)
    terms, _ = linear(total)
    best, cost = node, _cost(node)
    for term in sorted(terms, key=order_key):
        if abs(terms[term]) != 1:
            continue
        # total = f * term + rest, so term = f * (total - rest) for f = 1 or -1
        rest = {t: f for t, f in terms.items() if t is not term}
        expressed = from_linear(*plus(({}, 0), plus(({given: 1}, 0), (rest, 0), -1), terms[term]))
        found = _replace(_replace(node, {term: expressed}), {given: total})
        if _cost(found) < cost:
            best, cost = found, _cost(found)
    return best


def _inside(node: Node) -> list[Node]:
    """What `node` computes itself: neither what the addresses of LOADs need nor a loop's extent."""
    return toposort([node], stop=lambda n: n.op in _WHOLE)


def _cost(node: Node) -> int:
    return sum(_COSTS.get(n.op, 1) for n in _inside(node))


def _replace(node: Node, mapping: dict[Node, Node]) -> Node:
    """`node` with nodes replaced, but not below LOADs and RANGEs, and simplified."""
    whole = {n: n for n in _inside(node) if n.op in _WHOLE}
    return simplify(substitute([node], whole | mapping)[0])


def _load_given(n: Node, s: Node, i: Node, valid: Node) -> Node | None:
    if n.shape != () or not i.dtype.is_int:
        return None
    simpler = simplify_given(i, valid)
    return None if simpler is i else load(s, simpler, valid)


def _store_given(n: Node, s: Node, i: Node, x: Node, valid: Node) -> Node | None:
    if i.shape != ():
        return None
    simpler = simplify_given(i, valid)
    return None if simpler is i else store(s, simpler, x, valid, n.arg)


GIVEN: list[Rule] = [
    # load(source, i, valid) -> load(source, i simplified where valid holds, valid)
    (P(Op.LOAD, any_("s"), any_("i"), any_("valid"), name="n"), _load_given),
    # store(base, i, x, valid) -> store(base, i simplified where valid holds, x, valid)
    (P(Op.STORE, any_("s"), any_("i"), any_("x"), any_("valid"), name="n"), _store_given),
]

_RULES = Rules(ALGEBRA, INDEX, CONDITIONS, MOVEMENT, LOOPS, GIVEN)
