"""`x.add_(y)` and the like: a table of methods that also change the tensor they are called on."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import smelt.ir.node as ir
from smelt.tensor.argument_types import checked
from smelt.tensor.base import Base, broadcast, broadcast_shapes, place
from smelt.tensor.losses import Losses
from smelt.util.errors import DTypeError, ShapeError

C = TypeVar("C", bound=type[Base])
Method = Callable[..., Any]

# What has a form with an underscore: x.exp_() is x = x.exp(), in the dtype that x has.
METHODS = (
    "abs", "absolute", "acos", "acosh", "add", "addcdiv", "addcmul", "arccos", "arccosh", "arcsin",
    "arcsinh", "arctan", "arctan2", "arctanh", "asin", "asinh", "atan", "atan2", "atanh",
    "bernoulli", "bitwise_and", "bitwise_left_shift", "bitwise_not", "bitwise_or",
    "bitwise_right_shift", "bitwise_xor", "ceil", "celu", "clamp", "clamp_max", "clamp_min", "clip",
    "copysign", "cos", "cosh", "cumprod", "cumsum", "deg2rad", "div", "divide", "elu", "erf",
    "erfc", "exp", "exp2", "expm1", "fix", "float_power", "floor", "floor_divide", "fmod", "frac",
    "hardsigmoid", "hardswish", "hardtanh", "heaviside", "hypot", "index_add", "index_copy",
    "index_fill", "index_put", "index_reduce", "put",
    "leaky_relu", "lerp", "log", "log10", "log1p", "log2", "logit", "lshift",
    "masked_fill", "masked_scatter", "mish", "mod", "mul", "multiply", "nan_to_num", "neg",
    "negative", "nextafter", "pow", "rad2deg", "reciprocal", "relu", "relu6", "remainder", "round",
    "rshift", "rsqrt", "scatter", "scatter_add", "scatter_reduce", "selu", "sgn", "sigmoid", "sign",
    "silu", "sin", "sinc", "sinh", "sqrt", "square", "sub", "subtract", "swish", "tan", "tanh",
    "threshold", "tril", "triu", "true_divide", "trunc", "xlogy",
)  # fmt: skip

_KINDS = "biuf"


def _changed(name: str, function: Method) -> Method:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = function(self, *args, **kwargs)
        if _KINDS.index(result.dtype.kind) > _KINDS.index(self.dtype.kind):
            raise DTypeError(
                f"{name}_", f"{result.dtype.name} for a tensor of {self.dtype.name}",
                "a result that it holds", f"use x = x.{name}(..), or cast x first",
            )  # fmt: skip
        self._replace(result.cast(self.dtype))
        return self

    functools.update_wrapper(method, function)  # it has the same arguments
    method.__name__ = method.__qualname__ = f"{name}_"
    method.__doc__ = f"`{name}`, in place: self takes the result, in its own dtype. Gives self."
    return method


def _copy(self: Losses, source: Any) -> Losses:
    """self takes the values of `source`, which broadcasts, in its own dtype and place.

    >>> Tensor([1, 2]).copy_(Tensor([5.5])).tolist()
    [5, 5]
    """
    value = source if isinstance(source, Base) else type(self)(source)
    shape = self.node.shape
    if broadcast_shapes("copy_", shape, value.node.shape) != shape:
        raise ShapeError("copy_", f"shape {value.shape}", f"one that broadcasts to {self.shape}")
    node = ir.cast(place(value.node, self.device), self.dtype)
    return self._make(self.node)._with(broadcast(node, shape), value)


def _random(self: Losses, low: int = 0, high: int | None = None) -> Losses:
    """self takes random integers in [low, high); random_(high) starts at 0.

    >>> Tensor([7, 7]).random_(0, 1).tolist()
    [0, 0]
    """
    if high is None and low == 0:
        high = min(2**31, int(self.dtype.largest) if self.dtype.is_int else 2**24)
    return self.randint_like(low, high)


def _fill(self: Losses, value: Any) -> Losses:
    """self takes `value` everywhere.

    >>> Tensor([1, 2]).fill_(5).tolist()
    [5, 5]
    """
    return _copy(self, value) if isinstance(value, Base) else self.full_like(value)


def _zero(self: Losses) -> Losses:
    """self takes 0 everywhere.

    >>> Tensor([1, 2]).zero_().tolist()
    [0, 0]
    """
    return self.zeros_like()


def _uniform(self: Losses, low: float = 0.0, high: float = 1.0) -> Losses:
    """self takes uniform numbers in [low, high).

    >>> Tensor([1.0]).uniform_(3.0, 3.0).tolist()
    [3.0]
    """
    return self.rand_like() * (high - low) + low


def _normal(self: Losses, mean: float = 0.0, std: float = 1.0) -> Losses:
    """self takes normal numbers of that mean and standard deviation.

    >>> Tensor([1.0]).normal_(3.0, 0.0).tolist()
    [3.0]
    """
    return self.randn_like() * std + mean


# What exists in place only.
ONLY: dict[str, Method] = {
    "copy_": _copy,
    "fill_": _fill,
    "normal_": _normal,
    "random_": _random,
    "uniform_": _uniform,
    "zero_": _zero,
}


def with_in_place_forms(cls: C) -> C:
    """The class with a method `name_` for each of METHODS that it has, and those of ONLY."""
    for name in METHODS:
        if hasattr(cls, name) and not hasattr(cls, f"{name}_"):
            setattr(cls, f"{name}_", _changed(name, getattr(cls, name)))
    for name, function in ONLY.items():
        method = _changed(name[:-1], checked(function))
        method.__doc__ = function.__doc__
        setattr(cls, name, method)
    return cls
