"""checkpoint: values computed again on the way back instead of being kept."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import smelt.ir.node as ir
from smelt.autograd.rewriting import BEHIND
from smelt.tensor import Tensor
from smelt.tensor.base import grad_enabled
from smelt.transforms import trees
from smelt.transforms.frames import Level


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, of which backward keeps only the arguments and computes the rest again.

    What the function computes from its arguments alone is not kept between forward and backward,
    so that a deep network in checkpointed parts needs memory for their borders and one part.
    Random numbers are the same both times. Source: Chen et al., "Training Deep Nets with Sublinear
    Memory Cost", 2016.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> _ = checkpoint(lambda x: (x.exp() * x).sin())(x).sum().backward()
    >>> x.grad.shape
    (2,)
    """

    @functools.wraps(function)
    def recomputed(*args: Any, **kwargs: Any) -> Any:
        if not grad_enabled():
            return function(*args, **kwargs)
        level = Level()
        inner_args, inner_kwargs = trees.transformed(
            (args, kwargs), lambda leaf: level.stand_in(leaf) if isinstance(leaf, Tensor) else leaf
        )
        again = level.run(function, inner_args, inner_kwargs)
        for stand_in, node in level.marks.items():
            BEHIND[stand_in] = node
        first = level.leave(again)
        pairs = zip(trees.flatten(first), trees.flatten(again), strict=True)
        return trees.unflatten(first, [_recomputed(a, b) for a, b in pairs])

    return recomputed


def _recomputed(first: Any, again: Any) -> Any:
    """The first computation of a result, whose gradient goes through the second one."""
    if not isinstance(first, Tensor) or not first.requires_grad:
        return first
    mark = ir.detach(first.node, unique=True)
    BEHIND[mark] = again.node
    result = Tensor._make(mark, first.bindings)
    result._requires_grad = True
    return result
