"""What is known of integers: bounds, linear sums, and the Variables that users write.

Index arithmetic wraps around as int64 does. Sums with constant factors are exact under that, so
`linear` holds for any node; whatever divides or compares has to know that nothing wrapped around,
which is what `linear_bounds` and `fits` are for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from smelt.dtype import dtypes
from smelt.ir.intervals import Interval as Interval
from smelt.ir.intervals import bounds as bounds
from smelt.ir.intervals import derive as derive
from smelt.ir.intervals import limits as limits
from smelt.ir.node import Dim, Facts, Node, alu, const, index, toposort, variable
from smelt.ir.op import Op
from smelt.ir.printer import format_dim
from smelt.util.errors import ArgumentError

Terms = dict[Node, int]  # each node times its factor
Sum = tuple[Terms, int]  # and a constant

MAX_TERMS = 16  # a longer sum is cut in two, so that long chains of additions take linear time

# ---- order --------------------------------------------------------------------------------------


def order_key(node: Node) -> tuple[int, bytes]:
    """A key to sort nodes by that depends on their structure alone, not on when they were made.

    First by the largest number of a RANGE within, so that what changes slowly comes first and can
    be computed outside of the inner loops.
    """
    return derive(node, _order, _order_of)


_order: Facts[tuple[int, bytes]] = Facts()


def _order_of(node: Node) -> tuple[int, bytes]:
    below = [_order[s] for s in node.src]
    own = node.arg[0] if node.op is Op.RANGE else -1
    arg = f"{node.arg[1]} {node.arg[2]} {node.arg[0]}" if node.op is Op.VARIABLE else repr(node.arg)
    text = f"{node.op.name} {node.dtype.name} {arg}".encode()
    digest = hashlib.blake2b(b"|".join([text, *(d for _, d in below)]), digest_size=12)
    return max([own, *(r for r, _ in below)]), digest.digest()


# ---- linear sums --------------------------------------------------------------------------------


def linear(node: Node) -> Sum:
    """An index as a sum of factor * term and a constant, equal to it modulo 2**64.

    Terms are whatever is no ADD, SUB or MUL by a constant.

    >>> from smelt.ir.node import loop_range
    >>> i, j = loop_range(8, 0), loop_range(8, 1)
    >>> linear((i * 8 + j) * 2 - i + 5) == ({i: 15, j: 2}, 5)
    True
    """
    found = _linear.get(node)
    if found is None:
        if not _is_sum(node):
            return _leaf(node)
        if any(s not in _linear and _is_sum(s) for s in node.src):
            for n in toposort([node], stop=lambda n: n in _linear or not _is_sum(n)):
                if _is_sum(n) and n not in _linear:
                    _linear[n] = _linear_of(n)
        else:
            _linear[node] = _linear_of(node)
        found = _linear[node]
    return found


# Only sums are keys: a term that is its own key and value would be freed late.
_linear: Facts[Sum] = Facts()


def _is_sum(node: Node) -> bool:
    if node.op is Op.MUL:
        return any(s.op is Op.CONST for s in node.src) and node.dtype is dtypes.index
    return node.op in (Op.ADD, Op.SUB) and node.dtype is dtypes.index


def _leaf(node: Node) -> Sum:
    return ({}, int(node.arg)) if node.op is Op.CONST else ({node: 1}, 0)


def _linear_of(node: Node) -> Sum:
    left, right = (_linear.get(s) or _leaf(s) for s in node.src)
    if node.op is Op.MUL:
        total, (_, factor) = (right, left) if not left[0] else (left, right)
        return wrapped(scale(total, factor))
    if len(left[0]) + len(right[0]) > MAX_TERMS:
        left, right = (_leaf(s) for s in node.src)
    return wrapped(plus(left, right, -1 if node.op is Op.SUB else 1))


def wrap(value: int) -> int:
    """An int as int64 holds it."""
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def wrapped(total: Sum) -> Sum:
    """The sum with its numbers as int64 holds them: the same modulo 2**64."""
    factors = {t: wrap(f) for t, f in total[0].items()}
    return {t: f for t, f in factors.items() if f}, wrap(total[1])


def scale(total: Sum, factor: int) -> Sum:
    """factor * total, in unlimited integers."""
    return {t: f * factor for t, f in total[0].items() if factor}, total[1] * factor


def plus(a: Sum, b: Sum, factor: int = 1) -> Sum:
    """a + factor * b, in unlimited integers."""
    terms = dict(a[0])
    for t, f in b[0].items():
        terms[t] = terms.get(t, 0) + f * factor
        if not terms[t]:
            del terms[t]
    return terms, a[1] + b[1] * factor


def linear_bounds(total: Sum) -> Interval:
    """Bounds of a sum, in unlimited integers."""
    low = high = total[1]
    for t, f in total[0].items():
        least, largest = bounds(t)
        low += f * (least if f > 0 else largest)
        high += f * (largest if f > 0 else least)
    return low, high


def fits(interval: Interval) -> bool:
    """Whether an index holds all of the interval: the sum does not wrap around."""
    low, high = limits(dtypes.index)
    return low <= interval[0] and interval[1] <= high


def from_linear(terms: Terms, constant: int) -> Node:
    """The sum as a node, in canonical order: equal sums are the same node.

    >>> from smelt.ir.node import loop_range
    >>> i, j = loop_range(8, 0), loop_range(8, 1)
    >>> from_linear(*linear(i + j + i)) is from_linear({j: 1, i: 2}, 0)
    True
    """
    terms, constant = wrapped((terms, constant))
    if not terms:
        return const(constant, dtypes.index)
    ordered = sorted(terms, key=order_key)
    # The least integer is its own negative and counts as positive.
    positive = {t: wrap(-f) <= 0 for t, f in terms.items()}
    first = next((t for t in ordered if positive[t]), None)
    if first is not None:
        result = _times(first, terms[first])
        ordered.remove(first)
    elif constant:  # 7 - x reads better than x * -1 + 7
        result, constant = const(constant, dtypes.index), 0
    else:
        first = ordered.pop(0)
        result = _times(first, terms[first])
    for t in ordered:
        factor = terms[t]
        operand = _times(t, factor if positive[t] else -factor)
        result = alu(Op.ADD if positive[t] else Op.SUB, result, operand)
    return result + constant if constant else result


def _times(node: Node, factor: int) -> Node:
    return node if factor == 1 else node * factor


# ---- Variables ----------------------------------------------------------------------------------


class SymInt:
    """An integer expression of Variables, and the values that some of them are bound to.

    >>> pos = Variable("pos", 0, 99).bind(5)
    >>> pos + 1
    pos+1
    >>> int(pos + 1)
    6
    """

    __slots__ = ("bindings", "node")

    def __init__(self, node: Node, bindings: Mapping[str, int] | None = None):
        self.node = node
        self.bindings: dict[str, int] = dict(bindings or {})

    def _combine(self, op: Op, other: SymOperand, reverse: bool = False) -> SymInt:
        node, bindings = _operand(op, other)
        merged = merge_bindings(self.bindings, bindings)
        pair = (node, self.node) if reverse else (self.node, node)
        return SymInt(_simplify(alu(op, *pair)), merged)

    def __add__(self, other: SymOperand) -> SymInt:
        return self._combine(Op.ADD, other)

    def __radd__(self, other: int) -> SymInt:
        return self._combine(Op.ADD, other, reverse=True)

    def __sub__(self, other: SymOperand) -> SymInt:
        return self._combine(Op.SUB, other)

    def __rsub__(self, other: int) -> SymInt:
        return self._combine(Op.SUB, other, reverse=True)

    def __mul__(self, other: SymOperand) -> SymInt:
        return self._combine(Op.MUL, other)

    def __rmul__(self, other: int) -> SymInt:
        return self._combine(Op.MUL, other, reverse=True)

    def __floordiv__(self, other: SymOperand) -> SymInt:
        return self._combine(Op.IDIV, _divisor("//", other))

    def __rfloordiv__(self, other: int) -> SymInt:
        _divisor("//", self)
        return self._combine(Op.IDIV, other, reverse=True)

    def __mod__(self, other: SymOperand) -> SymInt:
        return self._combine(Op.MOD, _divisor("%", other))

    def __rmod__(self, other: int) -> SymInt:
        _divisor("%", self)
        return self._combine(Op.MOD, other, reverse=True)

    def __neg__(self) -> SymInt:
        return 0 - self

    def __int__(self) -> int:
        return self._value("int")

    __index__ = __int__

    def _value(self, operation: str) -> int:
        from smelt.ir.node import substitute

        names = {n: n.arg[0] for n in toposort([self.node]) if n.op is Op.VARIABLE}
        missing = sorted(name for name in names.values() if name not in self.bindings)
        if missing:
            raise ArgumentError(
                operation,
                f"{self!r} with {', '.join(missing)} unbound",
                "a value for each Variable",
                f"bind it: {missing[0]}.bind(value)",
            )
        values = {n: index(self.bindings[name]) for n, name in names.items()}
        return int(_simplify(substitute([self.node], values)[0]).arg)

    def _decide(self, symbol: str, other: object) -> bool:
        """A comparison: by bounds if they settle it, else by the bound values."""
        if not isinstance(other, (int, SymInt)):
            raise ArgumentError(
                symbol, f"{self!r} and {type(other).__name__}", "an int or a SymInt"
            )
        difference = self - other
        low, high = bounds(difference.node)
        verdicts = _VERDICTS[symbol]
        if verdicts(low, high) is None:
            low = high = difference._value(f"{self!r} {symbol} {other!r}")
        return bool(verdicts(low, high))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (int, SymInt)) and self._decide("==", other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: SymOperand) -> bool:
        return self._decide("<", other)

    def __le__(self, other: SymOperand) -> bool:
        return self._decide("<=", other)

    def __gt__(self, other: SymOperand) -> bool:
        return not self._decide("<=", other)

    def __ge__(self, other: SymOperand) -> bool:
        return not self._decide("<", other)

    def __bool__(self) -> bool:
        return self != 0

    def __hash__(self) -> int:
        return hash((self.node, tuple(sorted(self.bindings.items()))))

    def __repr__(self) -> str:
        return format_dim(self.node).replace(" + ", "+").replace(" - ", "-")


class Variable(SymInt):
    """An integer from `least` to `largest` that a compiled program takes when it runs.

    One program serves all of its values. Raises ArgumentError if least > largest.

    >>> n = Variable("n", 1, 64)
    >>> n.bind(3) * 2 + n.bind(3)
    n*3
    >>> n < 65
    True
    """

    __slots__ = ("largest", "least", "name")

    def __init__(self, name: str, least: int, largest: int):
        super().__init__(variable(name, least, largest))
        self.name = name
        self.least = least
        self.largest = largest

    def bind(self, value: int) -> SymInt:
        """This Variable with a value for the calls that follow.

        Raises ArgumentError outside of its limits.
        """
        if not self.least <= value <= self.largest:
            raise ArgumentError(
                f"{self.name}.bind", str(value), f"a value in [{self.least}, {self.largest}]"
            )
        return SymInt(self.node, {self.name: int(value)})


SymOperand = int | SymInt

# What the bounds of a - b say of each comparison of a with b; None: nothing.
_VERDICTS: dict[str, Callable[[int, int], bool | None]] = {
    "==": lambda low, high: True if low == high == 0 else None if low <= 0 <= high else False,
    "<": lambda low, high: True if high < 0 else None if low < 0 else False,
    "<=": lambda low, high: True if high <= 0 else None if low <= 0 else False,
}


def as_dim(x: SymOperand | Node) -> Dim:
    """An int, SymInt or Node as a dimension: an int where it is constant, else a Node."""
    node = x.node if isinstance(x, SymInt) else index(x)
    return int(node.arg) if node.op is Op.CONST else node


def bindings_of(x: object) -> dict[str, int]:
    """The values that the Variables in `x` are bound to: none unless it is a SymInt."""
    return x.bindings if isinstance(x, SymInt) else {}


def merge_bindings(*parts: Mapping[str, int]) -> dict[str, int]:
    """All the values together. Raises ArgumentError where two differ for one name."""
    merged: dict[str, int] = {}
    for part in parts:
        for name, value in part.items():
            if merged.setdefault(name, value) != value:
                raise ArgumentError(
                    "bind", f"{name} = {merged[name]} and {value}", "one value for each Variable"
                )
    return merged


def _operand(op: Op, other: SymOperand) -> tuple[Node, Mapping[str, int]]:
    if isinstance(other, SymInt):
        return other.node, other.bindings
    if isinstance(other, bool) or not isinstance(other, int):
        raise ArgumentError(op.name.lower(), type(other).__name__, "an int or a SymInt")
    return index(other), {}


def _divisor(symbol: str, x: SymOperand) -> SymOperand:
    low, high = bounds(x.node) if isinstance(x, SymInt) else (x, x)
    if low <= 0 <= high:
        raise ArgumentError(symbol, f"a divisor in [{low}, {high}]", "one that is never 0")
    return x


def _simplify(node: Node) -> Node:
    from smelt.ir.simplify import simplify  # that module builds on this one

    return simplify(node)
