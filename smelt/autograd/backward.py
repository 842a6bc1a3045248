"""Reverse mode: the cotangents of results carried back to what these were made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from smelt.autograd.rewriting import BEHIND
from smelt.autograd.rules import GRADIENT, Rule, is_zero, zeros_like
from smelt.autograd.steps import reached_by, through_steps
from smelt.ir.node import Node
from smelt.ir.op import Op
from smelt.ir.slopes import SLOPE
from smelt.util.errors import GradientError

Ways = Sequence[tuple[Rule | None, Node]]  # no rule: the way is one of `through_steps`
Edges = Mapping[Node, Ways]


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
    steps = _Repeats(edges, relevant)
    for node in reversed(list(edges)):
        if node.op is Op.REPEAT:
            parts = steps.parts(node, found)
        else:
            # if a source is relevant then so is node, and all of its users have been here
            ways = [(r, s) for r, s in edges[node] if r is not None and s in relevant]
            parts = [(s, _part(rule, node, s, found[node])) for rule, s in ways]
        for source, part in parts:
            found[source] = _sum(found[source], part) if source in found else part
    return [found.get(target) for target in targets]


def paths_back(roots: Sequence[Node]) -> Edges:
    """The nodes that a cotangent of `roots` can reach, sources first: each with its ways on."""
    edges: dict[Node, Ways] = {}
    seen: set[Node] = set()
    for root in roots:
        stack: list[tuple[Node, Ways | None]] = [(root, None)]
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


class _Repeats:
    """The REPEATs on the way: those of the same steps go back together, once all were reached."""

    def __init__(self, edges: Edges, relevant: set[Node]):
        self.relevant = relevant
        self.edges = edges
        self.last: dict[Any, Node] = {}  # the first in the graph is the last on the way back
        self.reached: dict[Any, dict[Node, Node]] = {}  # their cotangents
        for node in edges:
            if node.op is Op.REPEAT and node in relevant:
                self.last.setdefault(_steps_of(node), node)

    def parts(self, node: Node, found: Mapping[Node, Node]) -> list[tuple[Node, Node]]:
        """What is passed on to each source, if no other REPEAT of these steps is to come."""
        if node not in self.relevant:
            return []
        steps = _steps_of(node)
        reached = self.reached.setdefault(steps, {})
        if not is_zero(found[node]):
            reached[node] = found[node]
        if node is not self.last[steps]:
            return []
        wanted = [s for _, s in self.edges[node] if s in self.relevant]
        parts = through_steps(reached, wanted, pull_back) if reached else {}
        return [(s, parts.get(s) or zeros_like(s)) for s in wanted]


def _steps_of(node: Node) -> Any:
    return (node.src, node.arg[0])


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


def _passed_on(node: Node) -> Ways:
    """The nodes that the cotangent of `node` is passed on to, each with its rule."""
    if not node.dtype.is_float:
        return []
    if node.op is Op.REPEAT:
        return [(None, s) for s in reached_by(node)]
    if node.op is Op.DETACH:
        behind, sloping = BEHIND.get(node), SLOPE.get(node)
        if sloping is not None:
            return [(_times_slope, sloping[0])]
        return [] if behind is None else [(_unchanged, behind)]
    pairs = zip(GRADIENT[node.op] or (), node.src, strict=False)
    return [(rule, s) for rule, s in pairs if rule is not None and s.dtype.is_float]


def _unchanged(node: Node, cotangent: Node) -> Node:
    return cotangent


def _times_slope(node: Node, cotangent: Node) -> Node:
    x, slope = SLOPE[node]
    return cotangent * slope(x, node)


def _leading_to(targets: set[Node], edges: Edges) -> set[Node]:
    """The nodes through which a cotangent can reach a target: those worth visiting."""
    relevant: set[Node] = set()
    for node, ways in edges.items():
        if node in targets or any(source in relevant for _, source in ways):
            relevant.add(node)
    return relevant


def _part(rule: Rule, node: Node, source: Node, cotangent: Node) -> Node:
    """What `node` adds to the cotangent of `source`: zeros make zeros, as all rules are linear."""
    return zeros_like(source) if is_zero(cotangent) else rule(node, cotangent)


def _sum(a: Node, b: Node) -> Node:
    if is_zero(a) or is_zero(b):
        return b if is_zero(a) else a
    return a + b
