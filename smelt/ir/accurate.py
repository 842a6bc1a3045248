"""Functions of one float, made of nodes, accurate to a few units in the last place.

EXP2, LOG2 and SIN are the operations that there are. exp(x) as EXP2(x / ln 2) would err by 61 units
for x = 88, tanh and log1p would lose everything near 0. The functions here do not, for a float node
of any shape, and they keep signed zeros, infinities and NaNs. A derivative does not go through
their operations: most name it themselves (`with_slope`).

Many processors take 150 cycles for a vector in which something underflows. So an exponential that
comes to 0 is a WHERE, and one that is added to something larger is 0 early.

float16 and bfloat16 are computed in float32. tools/fit_polynomials.py computes the constants.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from smelt.dtype import Scalar, dtypes
from smelt.ir.coefficients import ATAN, EXPM1, INVERSE, LOG1P, LOG_ERFC, TAIL
from smelt.ir.node import Node, alu, bitcast, cast, const, where
from smelt.ir.op import Op
from smelt.ir.slopes import with_slope


def polynomial(x: Node, coefficients: Sequence[float]) -> Node:
    """c0 + x * (c1 + x * (c2 + ...)), in the dtype and shape of x."""
    result = const(coefficients[-1], x.dtype, x.shape)
    for c in reversed(coefficients[:-1]):
        result = _fma(x, result, c)
    return result


def _fma(a: Node, b: Node | Scalar, c: Node | Scalar) -> Node:
    b = b if isinstance(b, Node) else const(b, a.dtype, a.shape)
    c = c if isinstance(c, Node) else const(c, a.dtype, a.shape)
    return alu(Op.FMA, a, b, c)


def _like(x: Node, value: Scalar) -> Node:
    return const(value, x.dtype, x.shape)


def _choose(condition: Node, a: Node | Scalar, b: Node | Scalar) -> Node:
    """WHERE with a number as one of the two."""
    if not isinstance(a, Node):
        assert isinstance(b, Node)
        return where(condition, const(a, b.dtype, b.shape), b)
    return where(condition, a, b if isinstance(b, Node) else const(b, a.dtype, a.shape))


def _at_least(x: Node, low: float) -> Node:
    """x, or low where it is less; a NaN stays one."""
    return _choose(x < low, low, x)


def _at_most(x: Node, high: float) -> Node:
    return _choose(_like(x, high) < x, high, x)


def _size(x: Node) -> Node:
    """|x|, by its bits."""
    bits = dtypes.int32 if x.dtype is dtypes.float32 else dtypes.int64
    return bitcast(bitcast(x, bits) & int(bits.max), x.dtype)


def _signed(size: Node, x: Node) -> Node:
    """`size`, which has no sign, with that of x."""
    bits = dtypes.int32 if x.dtype is dtypes.float32 else dtypes.int64
    return bitcast(bitcast(size, bits) | (bitcast(x, bits) & int(bits.min)), x.dtype)


def _scaled(coefficients: Iterable[float], by: float) -> list[float]:
    """The coefficients of p(by * x), for those of p(x)."""
    return [c * by**k for k, c in enumerate(coefficients)]


def _wide(function: Callable[[Node], Node]) -> Callable[[Node], Node]:
    """`function`, by way of float32 for floats of 16 bits."""

    @functools.wraps(function)
    def computed(x: Node) -> Node:
        wide = dtypes.float32 if x.dtype.itemsize < 4 else x.dtype
        return cast(function(cast(x, wide)), x.dtype)

    return computed


# ---- exponential --------------------------------------------------------------------------------


class _Split(NamedTuple):
    """How exp(x) becomes 2 ** n * exp(r), for the integer n nearest to x / ln 2."""

    ln2_high: float  # of so few bits that its product with n is exact, with or without an FMA
    ln2_low: float
    magic: float  # added and subtracted again, this rounds to an integer
    bias: int  # 2 ** bias is the least power of 2 that overflows, less 1
    least: float  # exp of this and of all below is 0
    nothing: float  # exp of less than this, added to 1, changes nothing


_SPLIT = {
    dtypes.float32: _Split(355 / 512, -0.00021219444005469057, 1.5 * 2.0**23, 127, -103.98, -18.0),
    dtypes.float64: _Split(
        2977044471 / 2**32, 1.9082149292705877e-10, 1.5 * 2.0**52, 1023, -745.14, -38.0
    ),
}


def _rounded(x: Node, factor: float) -> Node:
    """The integer nearest to x * factor, if that is not larger than a third of `magic`."""
    split = _SPLIT[x.dtype]
    shift = split.magic + 2 * split.bias  # where it stands for an exponent: saves an addition
    return _fma(x, factor, shift) - shift


def _plus_ln2(x: Node, n: Node, factor: float) -> Node:
    """x + n * ln(2) * factor, for a factor that is a power of two or minus one."""
    split = _SPLIT[x.dtype]
    return _fma(n, split.ln2_low * factor, _fma(n, split.ln2_high * factor, x))


def _halved_parts(x: Node) -> tuple[Node, Node]:
    """(power, r) such that exp(x) = 2 * power * exp(r), for |r| <= ln(2) / 2.

    Where exp(x) is infinite r is any number from 0 up, and infinite for an infinity. Half of the
    power, as all of it overflows early.
    """
    split = _SPLIT[x.dtype]
    shift = split.magic + 2 * split.bias
    shifted = _fma(x, 1 / math.log(2), shift - 1)
    n = _at_most(shifted - (shift - 1), split.bias + 1.0)
    return alu(Op.EXP2, shifted - shift), _plus_ln2(x, n, -1.0)


def _expm1_of_rest(r: Node, factor: float = 1.0) -> Node:
    """(exp(factor * r) - 1) / factor, for |factor * r| <= ln(2) / 2."""
    coefficients = [c * factor for c in _scaled(EXPM1[r.dtype], factor)]
    return _fma(r, r * polynomial(r, coefficients), r)  # the square of r may underflow


@_wide
def exp(x: Node) -> Node:
    """e ** x.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([exp(const(1.0, dtypes.float64, (1,)))], {})[0].tolist()
    [2.718281828459045]
    """
    power, r = _halved_parts(x)
    twice = polynomial(r, [2.0, 2.0, *(2.0 * c for c in EXPM1[x.dtype])])
    result = _choose(x < _SPLIT[x.dtype].least, 0.0, power * twice)
    return with_slope(result, x, lambda x, y: y)


@_wide
def expm1(x: Node) -> Node:
    """e ** x - 1, without cancellation near 0.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([expm1(const(1e-12, dtypes.float64, (1,)))], {})[0].tolist()
    [1.0000000000005e-12]
    """
    power, r = _halved_parts(_at_least(x, _SPLIT[x.dtype].nothing - 1.0))
    result = 2.0 * _fma(power, _expm1_of_rest(r), power - 0.5)
    # A zero keeps its sign, a subnormal its last bit.
    tiny = 2.0**-26 if x.dtype is dtypes.float32 else 2.0**-55
    result = where(_size(x) < tiny, x, result)
    return with_slope(result, x, lambda x, y: exp(x))


def _exp_of_minus(size: Node) -> Node:
    """exp(-size) for size >= 0, which the caller puts a 0 in place of where it is 0."""
    n = _rounded(size, -1 / math.log(2))
    coefficients = [1.0, 1.0, *EXPM1[size.dtype]]
    return alu(Op.EXP2, n) * polynomial(_plus_ln2(size, n, 1.0), _scaled(coefficients, -1.0))


def _exp_beside_one(x: Node) -> Node:
    """exp(-|x|): where x < 0 to its last bit, elsewhere to be added to 1."""
    split = _SPLIT[x.dtype]
    size = _size(x)
    most = _choose(x < 0.0, -split.least, _like(x, -split.nothing))
    return _choose(most < size, 0.0, _exp_of_minus(size))


def _inverse(d: Node) -> Node:
    """1 / d for 1 <= d <= 2, in a third of the time that a division takes."""
    if d.dtype is not dtypes.float32:
        return alu(Op.FDIV, _like(d, 1.0), d)
    first = polynomial(d, INVERSE)
    rest = _fma(-1.0 * d, first, 1.0)
    return _fma(first, _fma(rest, rest, rest), first)


@_wide
def sigmoid(x: Node) -> Node:
    """1 / (1 + exp(-x)).

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([sigmoid(const(-2.0, dtypes.float64, (1,)))], {})[0].tolist()
    [0.11920292202211755]
    """
    power = _exp_beside_one(x)
    inverse = _inverse(1.0 + power)
    return with_slope(where(x < 0.0, power * inverse, inverse), x, lambda x, y: y * (1.0 - y))


@_wide
def tanh(x: Node) -> Node:
    """h / (1 - h) with h = (1 - exp(-2 |x|)) / 2, and the sign of x.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([tanh(const(-0.25, dtypes.float64, (1,)))], {})[0].tolist()
    [-0.24491866240370913]
    """
    size, most = _size(x), -_SPLIT[x.dtype].nothing
    # Of a NaN a number, so that EXP2 is one shift: r is a NaN.
    n = _rounded(_choose(size < most, size, most), -2 / math.log(2))
    power = alu(Op.EXP2, n)
    r = _plus_ln2(_at_most(size, most), n, 0.5)
    h = _fma(power, _expm1_of_rest(r, -2.0), _fma(power, -0.5, 0.5))
    result = _signed(_odds(h), x)
    return with_slope(result, x, lambda x, y: _fma(-1.0 * y, y, 1.0))


def _odds(h: Node) -> Node:
    """h / (1 - h) for 0 <= h <= 1/2, with one rounding and hardly more."""
    d = 1.0 - h
    if d.dtype is not dtypes.float32:
        return alu(Op.FDIV, h, d)
    inverse = polynomial(d, [2.0 * c for c in _scaled(INVERSE, 2.0)])
    inverse = _fma(inverse, _fma(-1.0 * d, inverse, 1.0), inverse)
    near = h * inverse
    return _fma(_fma(near, h, h - near), inverse, near)  # h - near is exact


# ---- logarithm ----------------------------------------------------------------------------------


@_wide
def log(x: Node) -> Node:
    """The natural logarithm: minus infinity of 0, NaN below.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([log(const(2.0, dtypes.float64, (1,)))], {})[0].tolist()
    [0.6931471805599453]
    """
    return alu(Op.LOG2, x) * math.log(2)


_LOG10_OF_2 = 0.3010299801826477  # the float32 below it: what is left is positive, too


@_wide
def log10(x: Node) -> Node:
    """The logarithm to base 10.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([log10(const(1000.0, dtypes.float64, (1,)))], {})[0].tolist()
    [3.0]
    """
    log2 = alu(Op.LOG2, x)
    return _fma(log2, _LOG10_OF_2, log2 * (math.log10(2) - _LOG10_OF_2))


@_wide
def log1p(x: Node) -> Node:
    """log(1 + x), without cancellation near 0.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([log1p(const(1e-12, dtypes.float64, (1,)))], {})[0].tolist()
    [9.999999999995e-13]
    """
    u = 1.0 + x
    # What rounding 1 + x lost; NaN where u is 0 or infinite, and nothing was lost.
    rest = alu(Op.FDIV, x - (u - 1.0), u)
    rest = _choose(alu(Op.NE, rest, rest), 0.0, rest)
    # The signs are such that -0 gives -0.
    result = -1.0 * _fma(alu(Op.LOG2, u), -math.log(2), -1.0 * rest)
    return with_slope(result, x, lambda x, y: alu(Op.FDIV, _like(x, 1.0), 1.0 + x))


@_wide
def softplus(x: Node) -> Node:
    """log(1 + exp(x)).

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([softplus(const(-50.0, dtypes.float64, (1,)))], {})[0].tolist()
    [1.9287498479639178e-22]
    """
    power = _exp_beside_one(x)
    log = _fma(power, power * polynomial(power, LOG1P[x.dtype]), power)
    return with_slope(_at_least(x, 0.0) + log, x, lambda x, y: sigmoid(x))


@_wide
def tanh_softplus(x: Node) -> Node:
    """tanh(log(1 + exp(x))).

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([tanh_softplus(const(0.0, dtypes.float64, (1,)))], {})[0].tolist()
    [0.6]
    """
    power = _exp_beside_one(x)
    below = x < 0.0
    # With e = exp(x) it is (e * e + 2 e) / (e * e + 2 e + 2); for x >= 0 divided by e * e.
    above = _fma(power, 2.0, 1.0)
    numerator = where(below, _fma(power, power, 2.0 * power), above)
    other = _choose(below, 1.0, power)
    result = alu(Op.FDIV, numerator, _fma(2.0 * other, other, numerator))
    return with_slope(result, x, lambda x, y: _fma(-1.0 * y, y, 1.0) * sigmoid(x))


# ---- trigonometry -------------------------------------------------------------------------------


def cos(x: Node) -> Node:
    """1 - 2 sin(x / 2) ** 2, in float64.

    A float32 result is correct to the last place near its zeros, too. A float64 one has an absolute
    error of up to 3 * 2 ** -52 there, as sin(x / 2) has no more digits.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([cos(const(0.5, dtypes.float64, (1,)))], {})[0].tolist()
    [0.8775825618903728]
    """
    s = alu(Op.SIN, cast(x, dtypes.float64) * 0.5)
    return cast(_fma(s * s, -2.0, 1.0), x.dtype)


@_wide
def atan(x: Node) -> Node:
    """t + t**3 p(t * t) with t = x for |x| <= 1, else pi/2 less that with t = 1 / x.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([atan(const(-1.0, dtypes.float64, (1,)))], {})[0].tolist()
    [-0.7853981633974483]
    """
    large = (x > 1.0) | (x < -1.0)
    one = const(1.0, x.dtype, x.shape)
    t = where(large, alu(Op.FDIV, one, _choose(large, x, 1.0)), x)
    z = t * t
    angle = t * _fma(z, polynomial(z, ATAN[x.dtype]), 1.0)  # -0 gives -0
    right = _choose(x < 0.0, -math.pi / 2, const(math.pi / 2, x.dtype, x.shape))
    result = where(large, right - angle, angle)
    return with_slope(result, x, lambda x, y: alu(Op.FDIV, _like(x, 1.0), _fma(x, x, 1.0)))


# ---- error function -----------------------------------------------------------------------------


@_wide
def erf(x: Node) -> Node:
    """2 / sqrt(pi) times the integral of exp(-t * t) over t from 0 to x.

    1 - exp(-q) with q = -log(erfc(|x|)), and the sign of x.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([erf(const(0.5, dtypes.float64, (1,)))], {})[0].tolist()
    [0.5204998778130465]
    """
    size = _at_most(_size(x), 4.0 if x.dtype is dtypes.float32 else 6.0)  # erf is 1
    q = _fma(size, polynomial(size, LOG_ERFC[x.dtype]), size)
    n = _rounded(q, -1 / math.log(2))
    power = alu(Op.EXP2, n)
    result = _fma(power, _expm1_of_rest(_plus_ln2(q, n, 1.0), -1.0), 1.0 - power)
    return with_slope(_signed(result, x), x, lambda x, y: exp(-1.0 * x * x) * (2 / math.pi**0.5))


@_wide
def erfc(x: Node) -> Node:
    """1 - erf(x), without cancellation for large x.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([erfc(const(6.0, dtypes.float64, (1,)))], {})[0].tolist()
    [2.1519736712498913e-17]
    """
    tail = _tail(_at_least(x, -4.25 if x.dtype is dtypes.float32 else -6.5), 1.0)
    tail = _choose(x > (10.2 if x.dtype is dtypes.float32 else 27.5), 0.0, tail)
    result = where(x < 0.0, 2.0 - tail, tail)
    return with_slope(result, x, lambda x, y: exp(-1.0 * x * x) * (-2 / math.pi**0.5))


@_wide
def normal_cdf(x: Node) -> Node:
    """The normal distribution's share below x, without cancellation for small x.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([normal_cdf(const(-10.0, dtypes.float32, (1,)))], {})[0].tolist()
    [7.619854396993087e-24]
    """
    tail = _tail(_at_most(x, 6.0 if x.dtype is dtypes.float32 else 9.0), 2.0)
    tail = _choose(x < (-14.5 if x.dtype is dtypes.float32 else -39.0), 0.0, tail)
    result = where(x < 0.0, tail, 1.0 - tail)
    density = 1 / math.sqrt(2 * math.pi)
    return with_slope(result, x, lambda x, y: exp(-0.5 * x * x) * density)


def gelu(x: Node) -> Node:
    """x times the normal distribution's share below it.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([gelu(const(-10.0, dtypes.float32, (1,)))], {})[0].tolist()
    [-7.619854239220906e-23]
    """
    return x * normal_cdf(x)


def _tail(x: Node, variance: float) -> Node:
    """erfc(|x|) for variance 1, the normal distribution's share beyond |x| for variance 2.

    It is exp(-x**2 / variance) * t * p(a * t) with t = 1 / (a + 4), a = |x| * sqrt(2 / variance).
    n times the upper part of ln 2 is exact, so the square enters with all its digits, where there
    is an FMA.
    """
    split = _SPLIT[x.dtype]
    n = _rounded(x * x, -1 / (variance * math.log(2)))
    r = _fma(x, x, n * (split.ln2_high * variance))
    r = _fma(n, split.ln2_low * variance, r)  # -variance times the rest
    factor = polynomial(r, _scaled([1.0, 1.0, *EXPM1[x.dtype]], -1 / variance))
    size, scale = _size(x), math.sqrt(2 / variance)
    t = alu(Op.FDIV, _like(x, 1.0), size * scale + 4.0)
    coefficients = [2 / variance * c for c in _scaled(TAIL[x.dtype], scale)]
    tail = t * polynomial(size * t, coefficients)
    return alu(Op.EXP2, n) * (factor * tail)
