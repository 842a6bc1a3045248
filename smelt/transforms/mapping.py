"""vmap: a function of single examples made into one of batches."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import smelt.ir.node as ir
from smelt.autograd.batching import batch
from smelt.autograd.rewriting import depend
from smelt.ir.node import Dim, Node, Shape
from smelt.tensor import Tensor
from smelt.tensor.base import UNBOUND, Base
from smelt.transforms import trees
from smelt.transforms.derivatives import as_tensors
from smelt.transforms.frames import Frame, Words, bound
from smelt.util.errors import ArgumentError, AxisError, ShapeError, TransformError

RANDOMNESS = ("different", "same", "error")


def vmap(
    function: Callable[..., Any],
    in_axes: Any = 0,
    out_axes: Any = 0,
    randomness: str = "different",
    *,
    in_dims: Any = None,
    out_dims: Any = None,
) -> Callable[..., Any]:
    """The function that does to each member of a batch what `function` does to one, in one graph.

    `function` sees arguments without their batch axis, which `in_axes` names: an int for all of
    them or a tuple, an entry for each; None passes an argument on as it is. An entry may be a
    container like the argument's. `out_axes` says in the same way where the axis stands in the
    results; keyword arguments have it in front. Random numbers are as `randomness` says:
    "different" for each member (as in a loop), the "same" for all, or an "error".

    Raises ShapeError for batches of unequal sizes, TransformError where the function reads a value
    of a member (`item`, `if tensor`) or assigns one to a tensor from outside.

    >>> rows = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> vmap(lambda x, y: (x * y).sum(), in_axes=(0, None))(rows, Tensor([10.0, 1.0])).tolist()
    [12.0, 34.0]
    """
    ins = in_axes if in_dims is None else in_dims
    outs = out_axes if out_dims is None else out_dims
    if randomness not in RANDOMNESS:
        raise ArgumentError("vmap", f"randomness {randomness!r}", " or ".join(RANDOMNESS))

    @functools.wraps(function)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        given = as_tensors([*args, *kwargs.values()])
        axes = list(ins) if isinstance(ins, list | tuple) else [ins] * len(args)
        if len(axes) != len(args):
            raise ArgumentError(
                "vmap", f"in_axes {ins!r} for {len(args)} arguments", "an entry for each"
            )
        flat = trees.flatten(given)
        wanted = trees.spread("vmap", [*axes, *(0 for _ in kwargs)], given)
        frame = Batch(_batch_size(flat, wanted), randomness)
        inner = [frame.stand_in(t, axis) for t, axis in zip(flat, wanted, strict=True)]
        values = trees.unflatten(given, inner)
        named = dict(zip(kwargs, values[len(args) :], strict=True))
        result = frame.run(function, values[: len(args)], named)
        return frame.leave(result, trees.spread("vmap", outs, result))

    return mapped


class Batch(Frame):
    """A frame whose stand-ins have no values: what there is of them is a whole batch."""

    def __init__(self, size: Dim, randomness: str):
        super().__init__()
        self.size = size
        self.randomness = randomness
        self.batches: dict[Node, Node] = {}  # of each stand-in, the batch axis in front

    def stand_in(self, leaf: Any, axis: int | None) -> Any:
        """A tensor without its batch axis; the leaf itself if there is none."""
        if axis is None:
            return leaf
        axis = leaf._axis("vmap", axis)
        order = (axis, *(i for i in range(leaf.ndim) if i != axis))
        result = Tensor._make(self._known_as(ir.permute(leaf.node, order)), leaf.bindings)
        self.make(result)
        result._requires_grad = leaf._requires_grad
        if leaf._requires_grad:
            self.sources.add(result.node)
        return result

    def _known_as(self, values: Node) -> Node:
        single = ir.placeholder(values.shape[1:], values.dtype, values.device)
        self.batches[single] = values
        return single

    def run(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """What the function gives for one member; raises TransformError if it keeps a member."""
        with self.entered():
            result = function(*args, **kwargs)
            if any(depend([value.node for _, value in self.changes()], self.batches)):
                raise TransformError(
                    "vmap", "a value of each member assigned to a tensor from outside",
                    "tensors from outside that it only reads",
                    "return the value and assign outside of vmap",
                )  # fmt: skip
        return result

    def read(self, tensor: Base, operation: str) -> None:
        super().read(tensor, operation)
        if depend([tensor.node], self.batches)[0]:
            raise TransformError(
                operation, "a value of one member inside of vmap", "what is the same for all",
                "use where() instead of if, or return the tensor and read it outside",
            )  # fmt: skip

    def draw(self, shape: Shape, words: Words) -> tuple[Node, ...]:
        if self.randomness == "same":
            return super().draw(shape, words)
        if self.randomness == "error":
            raise TransformError(
                "vmap", 'random numbers with randomness="error"', '"different" or "same"'
            )
        drawn = super().draw((self.size, *shape), words)
        return tuple(self._known_as(node) for node in drawn)

    def leave(self, result: Any, axes: list[int | None]) -> Any:
        """A result for one member as that for all of them, its batch axis where `axes` says."""
        leaves = trees.flatten(result)
        kept = [(leaf, axis) for leaf, axis in zip(leaves, axes, strict=True)]
        for leaf, axis in kept:
            if not isinstance(leaf, Tensor):
                raise ArgumentError("vmap", f"a result of type {type(leaf).__name__}", "tensors")
            if axis is None and depend([leaf.node], self.batches)[0]:
                raise ArgumentError("vmap", "out_axes None for what differs", "an axis")
        mapped = [(leaf, axis) for leaf, axis in kept if axis is not None]
        nodes = iter(batch([leaf.node for leaf, _ in mapped], self.batches, self.size))
        bindings = bound(leaves)
        return trees.unflatten(
            result,
            [
                leaf if axis is None else _placed(next(nodes), leaf, axis, bindings)
                for leaf, axis in kept
            ],
        )


def _placed(node: Node, like: Tensor, axis: int, bindings: Any) -> Tensor:
    axis = like._axis("vmap", axis, extra=1)
    order = [*range(1, node.ndim)]
    order.insert(axis, 0)
    result = Tensor._make(ir.permute(node, order), bindings or UNBOUND)
    result._requires_grad = like._requires_grad
    return result


def _batch_size(leaves: list[Any], axes: list[Any]) -> Dim:
    sizes: dict[Dim, str] = {}
    for leaf, axis in zip(leaves, axes, strict=True):
        if axis is None:
            continue
        if not isinstance(leaf, Tensor):
            raise ArgumentError(
                "vmap", f"an argument of type {type(leaf).__name__} with an axis", "a tensor",
                "give None for it in in_axes",
            )  # fmt: skip
        if not leaf.ndim:
            raise AxisError("vmap", "an argument without axes", "a batch axis", "None in in_axes")
        size = leaf.node.shape[leaf._axis("vmap", axis)]
        sizes.setdefault(size, f"{size} of shape {leaf.shape}")
    if not sizes:
        raise ArgumentError("vmap", "no argument with a batch axis", "one at least")
    if len(sizes) > 1:
        raise ShapeError("vmap", " and ".join(sizes.values()), "batch axes of one size")
    return next(iter(sizes))
