"""Functions of each element: the standard's name, the kinds it is for, what Tensor calls it.

`x` is an array; `x1` and `x2` are arrays, one of them may be a Python scalar. They broadcast and
promote as the operators of Tensor do. DTypeError says that a function is not defined for a dtype.
"""

from __future__ import annotations

from collections.abc import Callable

from smelt.array_api.array import Array, as_array, wrong_kind
from smelt.dtype import Scalar
from smelt.tensor import Tensor
from smelt.util.errors import DTypeError

Unary = Callable[[Array], Array]
Binary = Callable[[Array | Scalar, Array | Scalar], Array]

ANY, NUMBER, INTEGER, FLOAT, BOOL, BITS, SIGNED = "biuf", "iuf", "iu", "f", "b", "biu", "if"


def _unary(name: str, kinds: str, method: Callable[[Array], Array]) -> Unary:
    def function(x: Array, /) -> Array:
        return method(as_array(name, x, kinds))

    return _named(function, name, f"`{name}` of each element of x")


def _binary(name: str, kinds: str, method: Callable[[Array, Array | Scalar], Array]) -> Binary:
    def function(x1: Array | Scalar, x2: Array | Scalar, /) -> Array:
        if not isinstance(x1, Tensor):
            x1 = as_operand(name, x1, as_array(name, x2))
        x1 = as_array(name, x1, kinds)
        if isinstance(x2, Tensor) and x2.dtype.kind not in kinds:
            raise wrong_kind(name, x2.dtype, kinds)
        return method(x1, x2)

    return _named(function, name, f"`{name}` of each pair of elements of x1 and x2")


def _named(function: Callable[..., Array], name: str, text: str) -> Callable[..., Array]:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{text}: see `Tensor`'s method of that meaning."
    return function


def as_operand(operation: str, value: object, other: Array) -> Array:
    """A Python scalar as an array that promotes with `other` as the scalar itself would."""
    if isinstance(value, Tensor):
        return as_array(operation, value)
    if not isinstance(value, bool | int | float):
        raise DTypeError(operation, type(value).__name__, "an array or a number")
    return other._pair(value)[1]


abs = _unary("abs", NUMBER, Array.abs)
acos = _unary("acos", FLOAT, Array.acos)
acosh = _unary("acosh", FLOAT, Array.acosh)
asin = _unary("asin", FLOAT, Array.asin)
asinh = _unary("asinh", FLOAT, Array.asinh)
atan = _unary("atan", FLOAT, Array.atan)
atanh = _unary("atanh", FLOAT, Array.atanh)
bitwise_invert = _unary("bitwise_invert", BITS, Array.bitwise_not)
ceil = _unary("ceil", NUMBER, Array.ceil)
conj = _unary("conj", NUMBER, Array.positive)
cos = _unary("cos", FLOAT, Array.cos)
cosh = _unary("cosh", FLOAT, Array.cosh)
exp = _unary("exp", FLOAT, Array.exp)
expm1 = _unary("expm1", FLOAT, Array.expm1)
floor = _unary("floor", NUMBER, Array.floor)
imag = _unary("imag", NUMBER, Array.zeros_like)
isfinite = _unary("isfinite", NUMBER, Array.isfinite)
isinf = _unary("isinf", NUMBER, Array.isinf)
isnan = _unary("isnan", NUMBER, Array.isnan)
log = _unary("log", FLOAT, Array.log)
log10 = _unary("log10", FLOAT, Array.log10)
log1p = _unary("log1p", FLOAT, Array.log1p)
log2 = _unary("log2", FLOAT, Array.log2)
logical_not = _unary("logical_not", BOOL, Array.logical_not)
negative = _unary("negative", NUMBER, Array.neg)
positive = _unary("positive", NUMBER, Array.positive)
real = _unary("real", NUMBER, Array.positive)
reciprocal = _unary("reciprocal", FLOAT, Array.reciprocal)
round = _unary("round", NUMBER, Array.round)
sign = _unary("sign", NUMBER, Array.sign)
signbit = _unary("signbit", FLOAT, Array.signbit)
sin = _unary("sin", FLOAT, Array.sin)
sinh = _unary("sinh", FLOAT, Array.sinh)
sqrt = _unary("sqrt", FLOAT, Array.sqrt)
square = _unary("square", NUMBER, Array.square)
tan = _unary("tan", FLOAT, Array.tan)
tanh = _unary("tanh", FLOAT, Array.tanh)
trunc = _unary("trunc", NUMBER, Array.trunc)

add = _binary("add", NUMBER, Array.add)
atan2 = _binary("atan2", FLOAT, Array.atan2)
bitwise_and = _binary("bitwise_and", BITS, Array.bitwise_and)
bitwise_left_shift = _binary("bitwise_left_shift", INTEGER, Array.lshift)
bitwise_or = _binary("bitwise_or", BITS, Array.bitwise_or)
bitwise_right_shift = _binary("bitwise_right_shift", INTEGER, Array.rshift)
bitwise_xor = _binary("bitwise_xor", BITS, Array.bitwise_xor)
copysign = _binary("copysign", FLOAT, Array.copysign)
divide = _binary("divide", FLOAT, Array.div)
equal = _binary("equal", ANY, Array.eq)
floor_divide = _binary("floor_divide", NUMBER, Array.floordiv)
greater = _binary("greater", NUMBER, Array.gt)
greater_equal = _binary("greater_equal", NUMBER, Array.ge)
hypot = _binary("hypot", FLOAT, Array.hypot)
less = _binary("less", NUMBER, Array.lt)
less_equal = _binary("less_equal", NUMBER, Array.le)
logaddexp = _binary("logaddexp", FLOAT, Array.logaddexp)
logical_and = _binary("logical_and", BOOL, Array.logical_and)
logical_or = _binary("logical_or", BOOL, Array.logical_or)
logical_xor = _binary("logical_xor", BOOL, Array.logical_xor)
maximum = _binary("maximum", NUMBER, Array.maximum)
minimum = _binary("minimum", NUMBER, Array.minimum)
multiply = _binary("multiply", NUMBER, Array.mul)
nextafter = _binary("nextafter", FLOAT, Array.nextafter)
not_equal = _binary("not_equal", ANY, Array.ne)
pow = _binary("pow", NUMBER, Array.pow)
remainder = _binary("remainder", NUMBER, Array.mod)
subtract = _binary("subtract", NUMBER, Array.sub)


def clip(
    x: Array, /, min: Array | Scalar | None = None, max: Array | Scalar | None = None
) -> Array:
    """No smaller than `min`, no larger than `max`, in x's dtype.

    >>> clip(Array([-2, 0, 2]), -1, 1).tolist()
    [-1, 0, 1]
    """
    x = as_array("clip", x, NUMBER)
    if min is None and max is None:
        return x.cast(x.dtype)
    return x.clamp(min, max).cast(x.dtype)
