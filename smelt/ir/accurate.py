"""Functions of one float, made of nodes, accurate to a few units in the last place.

EXP2, LOG2 and SIN are the operations that there are. exp(x) as EXP2(x / ln 2) would err by 61 units
for x = 88, tanh and log1p would lose everything near 0. The functions here do not, for a float node
of any shape, and they keep signed zeros, infinities and NaNs. Gradients go through them operation
by operation: a part whose derivative would be noise (a correction for what rounding lost) is
detached, and no branch that a WHERE leaves out has an infinite slope.

float16 and bfloat16 are computed in float32. tools/fit_polynomials.py computes the constants.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from smelt.dtype import Scalar, dtypes
from smelt.ir.node import Node, alu, cast, const, detach, where
from smelt.ir.op import Op

_EXPM1 = {
    dtypes.float32: (  # relative error 2 ** -26.1
        0.4999999701976776,
        0.16666541993618011,
        0.041667528450489044,
        0.008366696536540985,
        0.0013862170744687319,
    ),
    dtypes.float64: (  # relative error 2 ** -55.5
        0.5000000000000006,
        0.166666666666666,
        0.04166666666657355,
        0.008333333333383526,
        0.0013888888932433977,
        0.0001984126973168481,
        2.4801504342923454e-05,
        2.7557396378868425e-06,
        2.762638087859509e-07,
        2.505730075596109e-08,
    ),
}

_TANH = {
    dtypes.float32: (  # relative error 2 ** -29.1
        -0.33333298563957214,
        0.13331207633018494,
        -0.05356118083000183,
        0.01874149776995182,
    ),
    dtypes.float64: (  # relative error 2 ** -59.1
        -0.33333333333333204,
        0.13333333333301153,
        -0.05396825394056494,
        0.02186948736366846,
        -0.008863207343998074,
        0.003591717003708859,
        -0.0014521164734539252,
        0.0005695001119230879,
        -0.0001745124422287302,
    ),
}

_ATAN = {
    dtypes.float32: (  # relative error 2 ** -30.7
        -0.3333333432674408,
        0.2000003606081009,
        -0.14286163449287415,
        0.11113344877958298,
        -0.09090635925531387,
        0.07632956653833389,
        -0.0632699653506279,
        0.048191726207733154,
        -0.030517909675836563,
        0.014286200515925884,
        -0.004241310991346836,
        0.000587383343372494,
    ),
    dtypes.float64: (  # relative error 2 ** -55.4
        -0.3333333333333333,
        0.19999999999999574,
        -0.1428571428567917,
        0.1111111110961781,
        -0.09090909052259642,
        0.0769230702314818,
        -0.06666658426827929,
        0.05882277635069729,
        -0.05262630945375873,
        0.04759014640444933,
        -0.04335174235364052,
        0.039551515963530265,
        -0.035734326614705506,
        0.03134991217272652,
        -0.025958788517582366,
        0.019599746735102074,
        -0.013001008884012993,
        0.007290516390708936,
        -0.0033158553797312603,
        0.0011636241393390451,
        -0.00029366880537894737,
        4.7215374756546455e-05,
        -3.6204717062681257e-06,
    ),
}

_ERF = {
    dtypes.float32: (  # relative error 2 ** -30.1
        0.12837916612625122,
        -0.37612634897232056,
        0.11283744126558304,
        -0.026863621547818184,
        0.005216653924435377,
        -0.0008427304564975202,
        0.00010890604607993737,
        -8.67348808242241e-06,
    ),
    dtypes.float64: (  # relative error 2 ** -56.3
        0.1283791670955126,
        -0.376126389031839,
        0.11283791670960247,
        -0.026866170645973544,
        0.005223977633270208,
        -0.0008548327478135456,
        0.0001205535047943774,
        -1.4926111526969838e-05,
        1.6470564561174361e-06,
        -1.6473352802204774e-07,
        1.5737895394074185e-08,
        -1.750994182962539e-09,
        2.64177277751249e-10,
        -3.0318316784874327e-11,
    ),
}

_LOG_ERFC = {
    dtypes.float32: (  # relative error 2 ** -33.0
        0.0001914383319672197,
        -1.1295937299728394,
        -0.6331908702850342,
        -0.10844859480857849,
        0.025226537138223648,
        -0.0042111133225262165,
        0.0004426153318490833,
        -2.179172406613361e-05,
    ),
    dtypes.float64: (  # relative error 2 ** -59.2
        -1.8306930220356266e-07,
        -1.128377295012495,
        -0.6366286474045035,
        -0.1027467982233643,
        0.019077253529636476,
        0.00028180776194828915,
        -0.0017704717951231071,
        0.0006424519156150205,
        -4.570153102182318e-05,
        -6.988572202340723e-05,
        4.4827464447136454e-05,
        -1.6441025726209453e-05,
        4.30704150882561e-06,
        -8.463011329238907e-07,
        1.2500957508628402e-07,
        -1.354353608430295e-08,
        1.018816770286172e-09,
        -4.760846585239482e-11,
        1.0412602597201922e-12,
    ),
}

_ERFC = {
    dtypes.float32: (  # relative error 2 ** -26.0
        3.0,
        -7.1554131507873535,
        9.68921184539795,
        -7.399458885192871,
        2.1559886932373047,
        0.9976606965065002,
        -0.5695067644119263,
        -0.616766631603241,
        0.6300748586654663,
        -0.1676841825246811,
    ),
    dtypes.float64: (  # relative error 2 ** -52.5
        3.0,
        -7.155412503859729,
        9.68917499230387,
        -7.3987125363791515,
        2.148449952188836,
        1.0412758236983446,
        -0.7234160789222619,
        -0.280459636764578,
        0.19273391250592578,
        0.11456825439525524,
        0.011923530331800016,
        -0.1996626827920356,
        0.39617319838342746,
        -0.8693933976690816,
        1.525521830570928,
        -2.0271642313555436,
        2.0840479173524944,
        -1.614532017557066,
        0.8930803040528811,
        -0.3288233991502955,
        0.07185886569920835,
        -0.007042513457000965,
    ),
}


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


def _with_slope_of(value: Node, path: Node) -> Node:
    """`value`, differentiated as if it were `path`, from which it differs by rounding."""
    return detach(value) - (detach(path) - path)


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


_SPLIT = {
    dtypes.float32: _Split(355 / 512, -0.00021219444005469057, 1.5 * 2.0**23, 127, -104.0),
    dtypes.float64: _Split(2977044471 / 2**32, 1.9082149292705877e-10, 1.5 * 2.0**52, 1023, -746.0),
}


def _at_least(x: Node, low: float, other: float | None = None) -> Node:
    """x, or `other` (if it is not given, low) where x is less than low or a NaN.

    EXP2 of what is a rounded multiple of this takes few instructions, as it is no NaN
    (`_whole_power` in smelt/render/transcendental.py).
    """
    return _choose(_like(x, low) < x, x, low if other is None else other)


def _at_most(x: Node, high: float) -> Node:
    return _choose(_like(x, high) < x, high, x)


def _exp_parts(x: Node) -> tuple[Node, Node]:
    """(power, r) such that exp(x) = 2 * power * exp(r), for |r| <= ln(2) / 2; r is detached.

    Where exp(x) is infinite r is any number from 0 up, and infinite for an infinity.
    """
    split = _SPLIT[x.dtype]
    shift = split.magic + 2 * split.bias  # saves EXP2 an addition
    # Where the result is 0, EXP2 has a factor of 0: an underflow takes long on many processors.
    bounded = _at_least(x, split.least, (2 - 2 * split.bias) * math.log(2))
    shifted = _fma(bounded, 1 / math.log(2), shift - 1)
    power = alu(Op.EXP2, shifted - shift)  # half of 2 ** n, which overflows early
    n = _at_most(shifted - (shift - 1), split.bias + 1.0)
    above = _choose(x < split.least, split.least, x)  # a NaN stays one
    return power, _less_ln2(above, n)


def _bounded_exp_parts(x: Node, low: float, high: float) -> tuple[Node, Node]:
    """(power, r) such that exp(x) = power * exp(r), as above, for x kept between low and high.

    No power may be subnormal, so that EXP2 takes a single instruction.
    """
    split = _SPLIT[x.dtype]
    bounded = _at_most(_at_least(x, low), high)
    shift = split.magic + split.bias
    power = _fma(bounded, 1 / math.log(2), shift) - shift
    return alu(Op.EXP2, power), _less_ln2(bounded, power)


def _less_ln2(x: Node, n: Node) -> Node:
    """x - n * ln 2, detached."""
    split, n = _SPLIT[x.dtype], detach(n)
    return _fma(n, -split.ln2_low, _fma(n, -split.ln2_high, detach(x)))


def _expm1_of_rest(r: Node) -> Node:
    """exp(r) - 1 for |r| <= ln(2) / 2."""
    return _fma(r * r, polynomial(r, _EXPM1[r.dtype]), r)


@_wide
def exp(x: Node) -> Node:
    """e ** x.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([exp(const(1.0, dtypes.float64, (1,)))], {})[0].tolist()
    [2.718281828459045]
    """
    power, r = _exp_parts(x)
    twice = polynomial(r, [2.0, 2.0, *(2.0 * c for c in _EXPM1[x.dtype])])
    return power * twice


@_wide
def expm1(x: Node) -> Node:
    """e ** x - 1, without cancellation near 0.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([expm1(const(1e-12, dtypes.float64, (1,)))], {})[0].tolist()
    [1.0000000000005e-12]
    """
    power, r = _exp_parts(x)
    result = 2.0 * _fma(power, _expm1_of_rest(r), power - 0.5)
    # A zero keeps its sign, a subnormal its last bit.
    return where(alu(Op.NE, r * r, _like(r, 0.0)), result, _with_slope_of(x, result))


@_wide
def tanh(x: Node) -> Node:
    """e / (e + 2) with e = exp(2 x) - 1, for x >= 0.4; below, x + x**3 p(x * x).

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([tanh(const(-0.25, dtypes.float64, (1,)))], {})[0].tolist()
    [-0.24491866240370913]
    """
    twice_sign = _choose(x < 0.0, -2.0, _like(x, 2.0))
    power, r = _bounded_exp_parts(x * twice_sign, -1.0, 60.0)
    e = _fma(power, _expm1_of_rest(r), power - 1.0)
    far = alu(Op.FDIV, e * twice_sign, _fma(e, 2.0, 4.0))
    square = x * x
    near = x * _fma(square, polynomial(square, _TANH[x.dtype]), 1.0)
    return where(square > 0.16, far, _with_slope_of(near, far))  # near is NaN for a NaN


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
    rest = detach(alu(Op.FDIV, x - (u - 1.0), u))
    rest = _choose(alu(Op.NE, rest, rest), 0.0, rest)
    # The signs are such that -0 gives -0.
    return -1.0 * _fma(alu(Op.LOG2, u), -math.log(2), -1.0 * rest)


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
    angle = t * _fma(z, polynomial(z, _ATAN[x.dtype]), 1.0)  # -0 gives -0
    right = _choose(x < 0.0, -math.pi / 2, const(math.pi / 2, x.dtype, x.shape))
    return where(large, right - angle, angle)


# ---- error function -----------------------------------------------------------------------------


@_wide
def erf(x: Node) -> Node:
    """2 / sqrt(pi) times the integral of exp(-t * t) over t from 0 to x.

    x + x * p(x * x) for |x| <= 1, else 1 - exp(q(|x|)).

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([erf(const(0.5, dtypes.float64, (1,)))], {})[0].tolist()
    [0.5204998778130465]
    """
    is_single = x.dtype is dtypes.float32
    is_negative = x < 0.0
    size = where(is_negative, -1.0 * x, x)
    size = _choose(size > (4.0 if is_single else 6.0), 4.0 if is_single else 6.0, size)  # erf is 1
    near = _fma(size, polynomial(size * size, _ERF[x.dtype]), size)
    log_erfc = polynomial(size, _LOG_ERFC[x.dtype])
    power, r = _bounded_exp_parts(log_erfc, -40.0, 0.0)
    far = _fma(power, polynomial(r, [-1.0, -1.0, *(-c for c in _EXPM1[x.dtype])]), 1.0)
    result = where(size > 1.0, far, near)  # which is NaN for a NaN
    return where(is_negative, -1.0 * result, result)


@_wide
def erfc(x: Node) -> Node:
    """1 - erf(x), without cancellation for large x.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([erfc(const(6.0, dtypes.float64, (1,)))], {})[0].tolist()
    [2.151973671249891e-17]
    """
    is_negative = x < 0.0
    size = where(is_negative, -1.0 * x, x)
    size = _choose(size > 28.0, 28.0, size)  # erfc is 0
    tail = 2.0 * _half_erfc(size, size, size)
    return where(is_negative, 2.0 - tail, tail)


@_wide
def gelu(x: Node) -> Node:
    """x / 2 * erfc(-x / sqrt(2)), without cancellation for small x.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([gelu(const(-10.0, dtypes.float32, (1,)))], {})[0].tolist()
    [-7.61985487030963e-23]
    """
    is_negative = x < 0.0
    size = where(is_negative, -1.0 * x, x)
    size = _choose(size > 40.0, 40.0, size)  # the tail is 0
    tail = _half_erfc(size * math.sqrt(0.5), size, 0.5 * size)
    return x * where(is_negative, tail, 1.0 - tail)


def _half_erfc(a: Node, first: Node, second: Node) -> Node:
    """erfc(a) / 2 for a >= 0 with a * a = first * second: exp(-a * a) * t * p(a * t).

    t is 1 / (a + 3). Of a * a also what rounding loses enters, where there is an FMA.
    """
    square = first * second
    lost = detach(_fma(first, second, -1.0 * square))
    power, r = _exp_parts(-1.0 * square)
    factor = polynomial(r - lost, [1.0, 1.0, *_EXPM1[a.dtype]])
    t = alu(Op.FDIV, _like(a, 1.0), a + 3.0)
    return power * (factor * (t * polynomial(a * t, _ERFC[a.dtype])))
