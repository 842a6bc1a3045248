"""All derivatives at once: a batch of jvps or vjps, one for each element."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import smelt.ir.node as ir
from smelt.tensor import Tensor
from smelt.transforms import trees
from smelt.transforms.derivatives import as_tensors, jvp, vjp
from smelt.transforms.mapping import vmap
from smelt.util.errors import ArgumentError

Function = Callable[..., Any]
Argnums = int | Sequence[int]


def jacrev(function: Function, argnums: Argnums = 0) -> Function:
    """The Jacobian in reverse mode: a vjp for each element of the result, as one batch.

    Of shape (*result, *argument), for each tensor of the result and of the argument.

    >>> jacrev(lambda x: x * x)(Tensor([1.0, 2.0])).tolist()
    [[2.0, 0.0], [0.0, 4.0]]
    """

    @functools.wraps(function)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        of_chosen, chosen = _closed(function, args, kwargs, argnums)
        result, pull = vjp(of_chosen, *chosen)
        outputs = trees.flatten(result)

        def rows(position: int) -> Any:
            def pulled(cotangent: Tensor) -> Any:
                zeros = [o.zeros_like() for o in outputs]
                zeros[position] = cotangent
                return pull(trees.unflatten(result, zeros))

            found = vmap(pulled)(_basis(outputs[position]))  # (result elements, *argument) each
            shape = outputs[position].shape
            whole = trees.transformed(found, lambda t: t.reshape(*shape, *t.shape[1:]))
            return whole[0] if isinstance(argnums, int) else whole

        return trees.unflatten(result, [rows(i) for i in range(len(outputs))])

    return jacobian


def jacfwd(function: Function, argnums: Argnums = 0) -> Function:
    """The Jacobian in forward mode: a jvp for each element of the argument, as one batch.

    The same as `jacrev`, and the better one for few arguments and many results.

    >>> jacfwd(lambda x: x * x)(Tensor([1.0, 2.0])).tolist()
    [[2.0, 0.0], [0.0, 4.0]]
    """

    @functools.wraps(function)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        of_chosen, chosen = _closed(function, args, kwargs, argnums)
        inputs = trees.flatten(chosen)

        def columns(position: int) -> Any:
            def pushed(tangent: Tensor) -> Any:
                zeros = [t.zeros_like() for t in inputs]
                zeros[position] = tangent
                return jvp(of_chosen, chosen, trees.unflatten(chosen, zeros))[1]

            found = vmap(pushed, out_axes=-1)(_basis(inputs[position]))  # (*result, elements) each
            shape = inputs[position].shape
            return trees.transformed(found, lambda t: t.reshape(*t.shape[:-1], *shape))

        by_input = [columns(i) for i in range(len(inputs))]
        if isinstance(argnums, int) and len(inputs) == 1 and isinstance(chosen[0], Tensor):
            return by_input[0]
        result = by_input[0]
        flat = [trees.flatten(part) for part in by_input]
        leaves = []
        for parts in zip(*flat, strict=True):
            whole = trees.unflatten(chosen, parts)
            leaves.append(whole[0] if isinstance(argnums, int) else whole)
        return trees.unflatten(result, leaves)

    return jacobian


def hessian(function: Function, argnums: Argnums = 0) -> Function:
    """The second derivatives, forward over reverse: of shape (*result, *argument, *argument).

    >>> hessian(lambda x: (x ** 3).sum())(Tensor([1.0, 2.0])).tolist()
    [[6.0, 0.0], [0.0, 12.0]]
    """
    return jacfwd(jacrev(function, argnums), argnums)


def _closed(
    function: Function, args: Sequence[Any], kwargs: dict[str, Any], argnums: Argnums
) -> tuple[Function, tuple[Any, ...]]:
    """The function of the chosen arguments alone, and these."""
    wanted = [argnums] if isinstance(argnums, int) else list(argnums)
    for i in wanted:
        if not -len(args) <= i < len(args):
            raise ArgumentError(
                "jacobian", f"argnums {argnums} of {len(args)} arguments", "positions"
            )
    places = [i % len(args) for i in wanted]

    def of_chosen(*values: Any) -> Any:
        whole = list(args)
        for place, value in zip(places, values, strict=True):
            whole[place] = value
        return function(*whole, **kwargs)

    return of_chosen, tuple(as_tensors([args[i] for i in places]))


def _basis(like: Tensor) -> Tensor:
    """Every tensor of that shape that has one 1 and else 0, behind each other."""
    n = ir.numel(like.node.shape)
    return Tensor.eye(n, dtype=like.dtype).reshape(n, *like.shape)  # (n, *shape)
