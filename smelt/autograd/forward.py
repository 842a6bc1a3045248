"""Forward mode: the tangents of results, by transposing reverse mode.

Reverse mode maps cotangents to gradients, linearly; carrying a tangent back through that map gives
the tangent of the result. What depends on the cotangent drops out of it, so what is left is the
graph that a table of forward rules would make (2 or 3 nodes for each, a gather for a gather), and
no operation needs a second rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smelt.autograd.backward import pull_back
from smelt.ir.node import Node, placeholder


def push_forward(roots: Sequence[Node], tangents: Mapping[Node, Node]) -> list[Node | None]:
    """The derivative of each root when the keys of `tangents` change by their values.

    None stands where a root depends on none of them, or only through what has no gradient.

    >>> from smelt.dtype import dtypes
    >>> from smelt.ir.node import BufferRef, buffer, const
    >>> x = buffer(BufferRef("CPU", 3, dtypes.float32))
    >>> push_forward([x * 3.0], {x: const(2.0, dtypes.float32, (3,))})
    [<MUL float32[3]>]
    """
    floats = [root for root in roots if root.dtype.is_float]
    cotangents = [placeholder(r.shape, r.dtype, r.device) for r in floats]
    gradients = pull_back(floats, cotangents, list(tangents))
    pairs = [(g, t) for g, t in zip(gradients, tangents.values(), strict=True) if g is not None]
    back = pull_back([g for g, _ in pairs], [t for _, t in pairs], cotangents)
    found = iter(back)
    return [next(found) if root.dtype.is_float else None for root in roots]
