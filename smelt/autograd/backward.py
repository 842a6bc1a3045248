"""Reverse mode: the cotangent of a result carried back over the graph to what it was made from."""

from __future__ import annotations

from collections.abc import Sequence

from smelt.autograd.rules import GRADIENT, Rule, zeros_like
from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from smelt.util.errors import GradientError


def gradients(root: Node, cotangent: Node, targets: Sequence[Node]) -> list[Node | None]:
    """The gradient of sum(root * cotangent) with respect to each target, as graphs.

    `cotangent` has root's shape and dtype, and each gradient has its target's. None stands where
    root does not depend on the target, or only through what has no gradient (integers,
    comparisons, DETACH). The work is linear in the size of the graph.

    Raises:
        GradientError: `cotangent` is not of root's shape and dtype, or that dtype is no float.

    >>> from smelt.dtype import dtypes
    >>> from smelt.ir.node import BufferRef, buffer, const
    >>> x = buffer(BufferRef("CPU", 3, dtypes.float32))
    >>> gradients(x * x, const(1.0, dtypes.float32, (3,)), [x])
    [<ADD float32[3]>]
    """
    _check(root, cotangent)
    order = toposort([root], stop=lambda node: not _passed_on(node))
    relevant = _leading_to(set(targets), order)
    found: dict[Node, Node] = {root: cotangent}
    for node in reversed(order):
        for rule, source in _passed_on(node):
            if source in relevant:  # then so is node, and all of its users have been here
                part = _part(rule, node, source, found[node])
                found[source] = _sum(found[source], part) if source in found else part
    return [found.get(target) for target in targets]


def _check(root: Node, cotangent: Node) -> None:
    if not root.dtype.is_float:
        raise GradientError(
            "gradients", f"a result of {root.dtype.name}", "a float", "cast it to a float first"
        )
    if cotangent.shape != root.shape or cotangent.dtype is not root.dtype:
        raise GradientError(
            "gradients",
            f"a cotangent of {cotangent.dtype.name}{list(cotangent.shape)}",
            f"{root.dtype.name}{list(root.shape)}, as the result is",
        )


def _passed_on(node: Node) -> list[tuple[Rule, Node]]:
    """The sources of `node` that its cotangent is passed on to, each with its rule."""
    rules = GRADIENT[node.op] if node.dtype.is_float else None
    pairs = zip(rules or (), node.src, strict=False)
    return [(rule, s) for rule, s in pairs if rule is not None and s.dtype.is_float]


def _leading_to(targets: set[Node], order: list[Node]) -> set[Node]:
    """The nodes through which a cotangent can reach a target: those worth visiting."""
    relevant: set[Node] = set()
    for node in order:
        if node in targets or any(source in relevant for _, source in _passed_on(node)):
            relevant.add(node)
    return relevant


def _part(rule: Rule, node: Node, source: Node, cotangent: Node) -> Node:
    """What `node` adds to the cotangent of `source`: zeros make zeros, as all rules are linear."""
    return zeros_like(source) if _is_zero(cotangent) else rule(node, cotangent)


def _is_zero(node: Node) -> bool:
    return node.op is Op.CONST and node.arg == 0


def _sum(a: Node, b: Node) -> Node:
    if _is_zero(a) or _is_zero(b):
        return b if _is_zero(a) else a
    return a + b
