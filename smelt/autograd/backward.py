"""Reverse mode: the cotangent of a result carried back over the graph to what it was made from."""

from __future__ import annotations

from collections.abc import Sequence

from smelt.autograd.rules import GRADIENT, zeros_like
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
    order = toposort([root], stop=_has_no_gradient)
    relevant = _depends_on(order, set(targets))
    found: dict[Node, Node] = {root: cotangent}
    for node in reversed(order):
        if node not in relevant or node not in found:
            continue
        for position, source in enumerate(node.src):
            if source not in relevant:
                continue
            part = _part(node, position, found[node])
            if part is not None:
                found[source] = _sum(found[source], part) if source in found else part
    return [found.get(t) if t in relevant else None for t in targets]


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


def _has_no_gradient(node: Node) -> bool:
    return GRADIENT[node.op] is None or not node.dtype.is_float


def _depends_on(order: list[Node], targets: set[Node]) -> set[Node]:
    """The nodes through which a cotangent can reach a target: those worth visiting."""
    relevant: set[Node] = set()
    for node in order:
        if node.dtype.is_float and (
            node in targets
            or any(
                rule is not None and source in relevant
                for rule, source in zip(GRADIENT[node.op] or (), node.src, strict=False)
            )
        ):
            relevant.add(node)
    return relevant


def _part(node: Node, position: int, cotangent: Node) -> Node | None:
    """What `node` contributes to the cotangent of its source at `position`."""
    rules = GRADIENT[node.op]
    rule = rules[position] if rules is not None else None
    if rule is None:
        return None
    if _is_zero(cotangent):  # every rule is linear in the cotangent
        return zeros_like(node.src[position])
    return rule(node, cotangent)


def _is_zero(node: Node) -> bool:
    return node.op is Op.CONST and node.arg == 0


def _sum(a: Node, b: Node) -> Node:
    if _is_zero(a) or _is_zero(b):
        return b if _is_zero(a) else a
    return a + b
