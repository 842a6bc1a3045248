"""Tables of rewrite rules, and the rewriter that applies them until none fires.

A rule is `(pattern, function)`. The function takes what the pattern captured, by name, and gives
the node that replaces the one matched, or None where a condition of the rule does not hold:

    (P(Op.MUL, any_("x"), value(1)), lambda x: x)  # x * 1 -> x
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from smelt.dtype import Scalar
from smelt.ir.node import Facts, Node
from smelt.ir.op import COMMUTATIVE, Op
from smelt.util.errors import VerifyError

Rule = tuple["Pattern", Callable[..., Node | None]]
Memo = Facts[Node | None]  # what a node becomes; None: it stays

# A replacement is replaced in turn, which ends after few steps unless rules undo each other.
MAX_GENERATIONS = 500
_KEYED = 4  # sources whose operations select the rules to try


@dataclass(frozen=True)
class Pattern:
    """What a node must look like. Made by `P`, `any_` and `value`."""

    ops: frozenset[Op] | None  # None: any
    src: tuple[Pattern, ...] | None = None  # None: any sources; else exactly these
    name: str | None = None  # capture it; one name in two places means the same node
    kind: str = "biuf"  # letters of DType.kind that the node's dtype may have
    test: Callable[[Node], bool] | None = None

    def orders(self) -> list[Pattern]:
        """This pattern once for each order in which commutative sources may stand."""
        if self.src is None:
            return [self]
        expanded = [
            replace(self, src=src) for src in product(*(pattern.orders() for pattern in self.src))
        ]
        commutes = self.ops is not None and self.ops <= COMMUTATIVE
        if commutes and len(self.src) == 2 and self.src[0] != self.src[1]:
            expanded += [replace(p, src=p.src[::-1]) for p in expanded if p.src is not None]
        return expanded

    def match(self, node: Node, found: dict[str, Node]) -> bool:
        """Whether `node` looks like this; captures go to `found`."""
        if self.ops is not None and node.op not in self.ops:
            return False
        if node.dtype.kind not in self.kind or (self.test is not None and not self.test(node)):
            return False
        if self.name is not None and found.setdefault(self.name, node) is not node:
            return False
        if self.src is None:
            return True
        if len(self.src) != len(node.src):
            return False
        for pattern, s in zip(self.src, node.src, strict=True):  # noqa: SIM110  # all() is slower
            if not pattern.match(s, found):
                return False
        return True


def P(
    op: Op | Iterable[Op],
    *src: Pattern,
    name: str | None = None,
    kind: str = "biuf",
    test: Callable[[Node], bool] | None = None,
) -> Pattern:
    """A node of this operation (or one of these); without `src`, whatever its sources are.

    Sources of a commutative operation match in either order.
    """
    ops = frozenset([op]) if isinstance(op, Op) else frozenset(op)
    return Pattern(ops, src or None, name, kind, test)


def any_(name: str, kind: str = "biuf", test: Callable[[Node], bool] | None = None) -> Pattern:
    """Any node."""
    return Pattern(None, None, name, kind, test)


def value(number: Scalar, name: str | None = None, kind: str = "biuf") -> Pattern:
    """The constant `number`: 0 is 0, 0.0 and False, and not -0.0."""

    def test(node: Node) -> bool:
        same_sign = math.copysign(1, node.arg) == math.copysign(1, number)
        return bool(node.arg == number) and same_sign

    return Pattern(frozenset([Op.CONST]), None, name, kind, test)


class Rules:
    """Rules, found by the operations of a node and its sources."""

    def __init__(self, *tables: Sequence[Rule]):
        self._rules = [
            (ordered, function)
            for table in tables
            for pattern, function in table
            for ordered in pattern.orders()
        ]
        if any(pattern.ops is None for pattern, _ in self._rules):
            raise VerifyError("rewrite rules", "a rule for any operation", "operations named")
        self._found: dict[Any, list[Rule]] = {}

    def _candidates(self, node: Node) -> list[Rule]:
        """The rules that a node may match, going by its operation and those of its sources."""
        key = (node.op, node.dtype.kind, *[s.op for s in node.src[:_KEYED]])
        rules = self._found.get(key)
        if rules is None:
            rules = [rule for rule in self._rules if _may_match(rule[0], key)]
            self._found[key] = rules
        return rules

    def apply(self, node: Node) -> Node | None:
        """What the first rule that fires makes of `node`, or None."""
        for pattern, function in self._candidates(node):
            found: dict[str, Node] = {}
            if pattern.match(node, found):
                result = function(**found)
                if result is not None and result is not node:
                    return _checked(node, result)
        return None


def _may_match(pattern: Pattern, key: tuple[Any, ...]) -> bool:
    """Whether a node of this operation, kind and sources may match."""
    op, kind, *src = key
    if pattern.ops is None or op not in pattern.ops or kind not in pattern.kind:
        return False
    return all(p.ops is None or s in p.ops for p, s in zip(pattern.src or (), src, strict=False))


def _checked(node: Node, result: Node) -> Node:
    if result.dtype is not node.dtype or len(result.shape) != len(node.shape):
        raise VerifyError("rewrite", f"{node!r} -> {result!r}", "the same dtype and rank")
    return result


def rewrite(roots: Sequence[Node], rules: Rules, memo: Memo | None = None) -> list[Node]:
    """`roots` with `rules` applied everywhere, sources first, until none fires.

    `memo` carries results from one call to the next. A dimension that is a Node is left alone.
    Raises VerifyError if rules keep undoing each other.
    """
    memo = Facts() if memo is None else memo
    done: dict[Node, Node] = {}
    for root in roots:
        _rewrite(root, rules, done, memo)
    for node, result in done.items():
        if node not in memo:
            memo[node] = None if node is result else result
    return [done[root] for root in roots]


def _rewrite(root: Node, rules: Rules, done: dict[Node, Node], memo: Memo) -> None:
    # Each entry: a node to do, what it was replaced by if that is awaited, and how many
    # replacements led to it.
    stack: list[tuple[Node, Node | None, int]] = [(root, None, 0)]
    while stack:
        node, awaited, generation = stack.pop()
        if awaited is not None:
            done[node] = done[awaited]
            continue
        if node in done:
            continue
        if node in memo:
            done[node] = memo[node] or node
            continue
        pending = [(s, None, generation) for s in node.src if s not in done]
        if pending:
            stack.append((node, None, generation))
            stack.extend(pending)
            continue
        src = tuple([done[s] for s in node.src])
        result = node.with_src(src)
        # A new node whose sources are other than `src` is not known to be in its simplest form.
        if result is node or (result.src is src and result not in done):
            applied = rules.apply(result)
            if applied is None:
                done[result] = result
            else:
                result = applied
        if node in done:
            continue
        if result in done:
            done[node] = done[result]
            continue
        if generation >= MAX_GENERATIONS:
            raise VerifyError(
                "rewrite", f"{node!r} replaced {generation} times over", "rules that come to an end"
            )
        stack.append((node, result, generation + 1))
        stack.append((result, None, generation + 1))
