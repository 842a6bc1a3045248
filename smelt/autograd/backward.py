"""Reverse mode: the cotangents of results carried back to what these were made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smelt.autograd.rewriting import BEHIND
from smelt.autograd.rules import GRADIENT, Rule, zeros_like
from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.util.errors import GradientError

Edges = Mapping[Node, Sequence[tuple[Rule, Node]]]


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
    return pull_back([root], [cotangent], targets)


def pull_back(
    roots: Sequence[Node], cotangents: Sequence[Node], targets: Sequence[Node]
) -> list[Node | None]:
    """The same for several results: the gradients of the sum of all sum(root * cotangent)."""
    edges = paths_back(roots)
    relevant = _leading_to(set(targets), edges)
    found: dict[Node, Node] = {}
    for root, cotangent in zip(roots, cotangents, strict=True):
        _check(root, cotangent)
        found[root] = _sum(found[root], cotangent) if root in found else cotangent
    for node in reversed(list(edges)):
        for rule, source in edges[node]:
            if source in relevant:  # then so is node, and all of its users have been here
                part = _part(rule, node, source, found[node])
                found[source] = _sum(found[source], part) if source in found else part
    return [found.get(target) for target in targets]


def paths_back(roots: Sequence[Node]) -> Edges:
    """The nodes that a cotangent of `roots` can reach, sources first: each with its ways on."""
    edges: dict[Node, Sequence[tuple[Rule, Node]]] = {}
    seen: set[Node] = set()
    for root in roots:
        stack: list[tuple[Node, Sequence[tuple[Rule, Node]] | None]] = [(root, None)]
        while stack:
            node, ways = stack.pop()
            if ways is not None:
                edges[node] = ways
            elif node not in seen:
                seen.add(node)
                ways = _passed_on(node)
                stack.append((node, ways))
                stack += [(source, None) for _, source in reversed(ways)]
    return edges


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
    """The nodes that the cotangent of `node` is passed on to, each with its rule."""
    if not node.dtype.is_float:
        return []
    if node.op is Op.DETACH:
        behind = BEHIND.get(node)
        return [] if behind is None else [(_unchanged, behind)]
    pairs = zip(GRADIENT[node.op] or (), node.src, strict=False)
    return [(rule, s) for rule, s in pairs if rule is not None and s.dtype.is_float]


def _unchanged(node: Node, cotangent: Node) -> Node:
    return cotangent


def _leading_to(targets: set[Node], edges: Edges) -> set[Node]:
    """The nodes through which a cotangent can reach a target: those worth visiting."""
    relevant: set[Node] = set()
    for node, ways in edges.items():
        if node in targets or any(source in relevant for _, source in ways):
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
