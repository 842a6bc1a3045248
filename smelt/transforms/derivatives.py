"""Derivatives of functions: `grad` and `vjp` in reverse mode, `jvp` in forward mode."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import smelt.ir.node as ir
from smelt.autograd.backward import pull_back
from smelt.autograd.forward import push_forward
from smelt.ir.node import Node
from smelt.tensor import Tensor
from smelt.transforms import trees
from smelt.transforms.frames import Level, bound
from smelt.util.errors import ArgumentError, DTypeError, GradientError, ShapeError

Function = Callable[..., Any]
Argnums = int | Sequence[int]


def grad(function: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """The function that gives the gradient of `function`, whose result is one number.

    The gradient is with respect to argument `argnums`, or a tuple for several of them; an argument
    may be a nested container of tensors, as its gradient then is. With `has_aux` the function
    gives (number, anything else), and so the result is (gradient, anything else).

    Raises GradientError if the result is not a single float, DTypeError if an argument is not of
    floats. Gradients of gradients, of captured functions and inside of vmap work alike.

    >>> grad(lambda x: (x ** 3).sum())(Tensor([1.0, 2.0])).tolist()
    [3.0, 12.0]
    """
    both = value_and_grad(function, argnums, has_aux)

    @functools.wraps(function)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def value_and_grad(function: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Like `grad`, but what it makes gives (result, gradient); with `has_aux` result is a pair.

    >>> value, slope = value_and_grad(lambda x: x * x)(Tensor(3.0))
    >>> value.item(), slope.item()
    (9.0, 6.0)
    """

    @functools.wraps(function)
    def value_and_gradient(*args: Any, **kwargs: Any) -> Any:
        level = Level()
        chosen = _chosen(args, argnums)
        inner = list(args)
        for i in chosen:
            inner[i] = _stand_ins("grad", level, args[i])
        result = level.run(function, inner, kwargs)
        value, aux = _pair("grad", result) if has_aux else (result, None)
        if not isinstance(value, Tensor) or not value.dtype.is_float or value.shape != ():
            raise GradientError(
                "grad", f"a result that is {_outline(value)}", "a tensor of one float, shape ()",
                "sum it, or use vjp with a cotangent",
            )  # fmt: skip
        inputs = [trees.tensors(inner[i]) for i in chosen]
        flat = [t for group in inputs for t in group]
        one = ir.const(1, value.dtype, ())
        parts = _filled(pull_back([value.node], [one], [t.node for t in flat]), flat)
        found = iter(level.outside(parts, bound([value, *flat])))
        gradients = tuple(
            trees.transformed(
                inner[i], lambda leaf: next(found) if isinstance(leaf, Tensor) else leaf
            )
            for i in chosen
        )
        value, aux = level.leave((value, aux))
        whole = gradients[0] if isinstance(argnums, int) else gradients
        return ((value, aux), whole) if has_aux else (value, whole)

    return value_and_gradient


def vjp(function: Function, *primals: Any, has_aux: bool = False) -> Any:
    """(function(*primals), pull), where pull(cotangent) is a tuple: the gradient of each primal.

    The product of a vector with the Jacobian: `cotangent` has the structure and shapes of the
    result. With `has_aux` the function gives (result, anything else), and this (result, pull,
    anything else).

    >>> out, pull = vjp(lambda x: x * x, Tensor([1.0, 2.0]))
    >>> pull(Tensor([1.0, 10.0]))[0].tolist()
    [2.0, 40.0]
    """
    level = Level()
    inner = [_stand_ins("vjp", level, p) for p in primals]
    result = level.run(function, inner, {})
    value, aux = _pair("vjp", result) if has_aux else (result, None)
    outputs = _outputs("vjp", value)
    inputs = trees.tensors(inner)

    def pull(cotangent: Any) -> tuple[Any, ...]:
        given = _like("vjp", "a cotangent", cotangent, outputs, value)
        pairs = [(o.node, g) for o, g in zip(outputs, given, strict=True) if o.dtype.is_float]
        nodes = pull_back(
            [o for o, _ in pairs], [g.node for _, g in pairs], [t.node for t in inputs]
        )
        bindings = bound([*outputs, *inputs, *given])
        found = iter(level.outside(_filled(nodes, inputs), bindings))
        return tuple(
            trees.transformed(p, lambda leaf: next(found) if isinstance(leaf, Tensor) else leaf)
            for p in inner
        )

    out, aux = level.leave((value, aux))
    return (out, pull, aux) if has_aux else (out, pull)


def jvp(
    function: Function, primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False
) -> Any:
    """(function(*primals), tangent of it): how the result changes as the primals do.

    The product of the Jacobian with a vector: `tangents` has the structure, shapes and dtypes of
    `primals`, and the tangent those of the result (zeros for integers).

    >>> out, slope = jvp(lambda x: x * x, (Tensor([1.0, 2.0]),), (Tensor([1.0, 10.0]),))
    >>> slope.tolist()
    [2.0, 40.0]
    """
    if not isinstance(primals, list | tuple) or not isinstance(tangents, list | tuple):
        raise ArgumentError("jvp", "primals or tangents on their own", "a tuple, one entry each")
    level = Level()
    inner = [_stand_ins("jvp", level, p) for p in primals]
    inputs = trees.tensors(inner)
    given = _like("jvp", "a tangent", list(tangents), inputs, inner)
    result = level.run(function, inner, {})
    value, aux = _pair("jvp", result) if has_aux else (result, None)
    outputs = _outputs("jvp", value)
    moved = {t.node: g.node for t, g in zip(inputs, given, strict=True)}
    nodes = _filled(push_forward([o.node for o in outputs], moved), outputs)
    bindings = bound([*outputs, *inputs, *given])
    found = iter(level.outside(nodes, bindings))
    tangent = trees.transformed(value, lambda leaf: next(found))
    out, aux = level.leave((value, aux))
    return (out, tangent, aux) if has_aux else (out, tangent)


# ---- arguments and results ----------------------------------------------------------------------


def as_tensors(tree: Any) -> Any:
    """The tree with numbers and numpy arrays as tensors."""
    return trees.transformed(tree, _as_tensor)


def _as_tensor(leaf: Any) -> Any:
    is_number = isinstance(leaf, float | np.ndarray | np.generic) or (
        isinstance(leaf, int) and not isinstance(leaf, bool)
    )
    return Tensor(leaf) if is_number else leaf


def _stand_ins(operation: str, level: Level, tree: Any) -> Any:
    tree = as_tensors(tree)
    for leaf in trees.flatten(tree):
        if isinstance(leaf, Tensor) and not leaf.dtype.is_float:
            raise DTypeError(
                operation, f"an argument of {leaf.dtype.name}", "floats",
                "leave it out of argnums, or cast it to a float",
            )  # fmt: skip
    return trees.transformed(
        tree, lambda leaf: level.stand_in(leaf) if isinstance(leaf, Tensor) else leaf
    )


def _chosen(args: Sequence[Any], argnums: Argnums) -> list[int]:
    wanted = [argnums] if isinstance(argnums, int) else list(argnums)
    for i in wanted:
        if not -len(args) <= i < len(args):
            raise ArgumentError("grad", f"argnums {argnums} of {len(args)} arguments", "positions")
    return [i % len(args) for i in wanted]


def _pair(operation: str, result: Any) -> tuple[Any, Any]:
    if not isinstance(result, tuple) or len(result) != 2:
        raise ArgumentError(operation, f"a result that is {_outline(result)}", "(result, aux)")
    return result


def _outputs(operation: str, value: Any) -> list[Tensor]:
    leaves = trees.flatten(value)
    for leaf in leaves:
        if not isinstance(leaf, Tensor):
            raise ArgumentError(
                operation, f"a result with {_outline(leaf)} in it", "tensors",
                "return what is not a tensor with has_aux=True",
            )  # fmt: skip
    return leaves


def _like(
    operation: str, what: str, tree: Any, wanted: Sequence[Tensor], outline: Any
) -> list[Tensor]:
    """The tensors of a tree that has to match others in structure, shapes and dtypes."""
    trees.spread(operation, tree, outline)  # raises unless it is of that structure
    given = trees.flatten(as_tensors(tree))
    if len(given) != len(wanted):
        raise ArgumentError(operation, f"{what} of {len(given)} tensors", f"{len(wanted)}")
    for mine, other in zip(given, wanted, strict=True):
        if not isinstance(mine, Tensor):
            raise ArgumentError(operation, f"{what} that is {_outline(mine)}", "a tensor")
        if mine.node.shape != other.node.shape:
            raise ShapeError(operation, f"{what} of shape {mine.shape}", str(other.shape))
        if mine.dtype is not other.dtype:
            raise DTypeError(operation, f"{what} of {mine.dtype.name}", other.dtype.name)
    return given


def _filled(nodes: Sequence[Node | None], like: Sequence[Tensor]) -> list[Node]:
    """Zeros where there is no derivative."""
    return [
        ir.const(0, t.dtype, t.node.shape) if n is None else n
        for n, t in zip(nodes, like, strict=True)
    ]


def _outline(value: Any) -> str:
    if isinstance(value, Tensor):
        return f"a tensor of {value.dtype.name} and shape {value.shape}"
    return f"a {type(value).__name__}"
