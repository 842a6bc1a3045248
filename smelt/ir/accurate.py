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
    dtypes.float32: (  # relative error 2 ** -27.5
        0.5000000596046448,
        0.1666666567325592,
        0.04166508838534355,
        0.008333363570272923,
        0.0014003906399011612,
        0.00019911289564333856,
    ),
    dtypes.float64: (  # relative error 2 ** -60.8
        0.5,
        0.16666666666666669,
        0.04166666666666716,
        0.008333333333332292,
        0.0013888888888663564,
        0.00019841269843122214,
        2.480158766357741e-05,
        2.75573178425991e-06,
        2.755705513151481e-07,
        2.5052527736999927e-08,
        2.096633863133035e-09,
        1.6037610500886832e-10,
    ),
}

_TANH = {
    dtypes.float32: (  # relative error 2 ** -28.3
        -0.33333295583724976,
        0.1333186775445938,
        -0.05377950519323349,
        0.020782509818673134,
        -0.005880470387637615,
    ),
    dtypes.float64: (  # relative error 2 ** -57.6
        -0.3333333333333311,
        0.13333333333297875,
        -0.0539682539485426,
        0.021869487986351344,
        -0.00886322657317581,
        0.00359203576802264,
        -0.001455207171808012,
        0.0005871615762112052,
        -0.00023034211281954694,
        7.925080769073487e-05,
        -1.7147197976348203e-05,
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
    dtypes.float32: (  # relative error 2 ** -32.3
        0.0033791670575737953,
        -0.37612637877464294,
        0.11283773928880692,
        -0.026864973828196526,
        0.005219849292188883,
        -0.0008468074374832213,
        0.00011156977416248992,
        -9.372269232699182e-06,
    ),
    dtypes.float64: (  # relative error 2 ** -62.4
        0.0033791670955125737,
        -0.3761263890318375,
        0.11283791670954939,
        -0.02686617064509659,
        0.005223977625093638,
        -0.0008548327001937772,
        0.00012055332108708416,
        -1.4925626120696468e-05,
        1.6461644580847993e-06,
        -1.635945344561757e-07,
        1.4746742448941946e-08,
        -1.1903892277982917e-09,
        7.838291130457443e-11,
        -2.9390299592320096e-12,
    ),
}

_ERFC = {
    dtypes.float32: (  # relative error 2 ** -26.6
        0.5651270747184753,
        1.099439024925232,
        2.3515758514404297,
        0.15778282284736633,
        13.482763290405273,
        -23.910314559936523,
        11.632250785827637,
    ),
    dtypes.float64: (  # relative error 2 ** -54.7
        0.5641897067040568,
        1.1283687530391082,
        1.9750736569540441,
        2.810967714233886,
        2.8477663838321807,
        -2.34915826283256,
        11.978366137064206,
        -151.42765349850677,
        760.872587465751,
        -3203.1197839475813,
        10630.071682284724,
        -24963.644997902436,
        40095.997190520015,
        -42893.22226572116,
        28759.298898210607,
        -10461.68614742547,
        1371.4553854686824,
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


class _ExpSplit(NamedTuple):
    """How exp(x) becomes a power of 2: x / ln 2 is rounded to a multiple of 2 ** -grid.

    That leaves it so few bits that its product with ln2_high is exact, with or without an FMA.
    """

    grid: int
    shifter: float  # added and subtracted again, this rounds a number to the grid
    ln2_high: float
    ln2_low: float
    least: float  # exp of this and of all below is 0
    bias: int  # 2 ** bias is the least power of 2 that overflows


_EXP_SPLIT = {
    dtypes.float32: _ExpSplit(12, 1.5 * 2.0**11, 0.6875, 0.005647180559945309, -104.0, 128),
    dtypes.float64: _ExpSplit(
        26, 1.5 * 2.0**26, 45426 / 65536, 1.4286068203094173e-06, -746.0, 1024
    ),
}


def _exp_parts(x: Node, may_overflow: bool = True) -> tuple[Node, Node]:
    """(e, d) such that exp(x) = e + e * d, where e is an EXP2, and d is detached.

    d is tiny, but where exp(x) overflows: there it is positive, so that e + e * d is no NaN.
    """
    split = _EXP_SPLIT[x.dtype]
    x = _choose(x < split.least, split.least, x)
    power = _fma(x, 1 / math.log(2), split.shifter) - split.shifter
    fixed = detach(power)
    if may_overflow:
        # One step down: what was rounded up to 2 ** bias is not infinite yet. The slope of what is
        # infinite stays infinite.
        step = 2.0**-split.grid
        overflows = power > split.bias - step
        power = where(overflows, power - step, power)
        fixed = _choose(overflows, split.bias - step, fixed)
    rest = _fma(fixed, -split.ln2_low, _fma(fixed, -split.ln2_high, detach(x)))
    return alu(Op.EXP2, power), rest


@_wide
def exp(x: Node) -> Node:
    """e ** x.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([exp(const(1.0, dtypes.float64, (1,)))], {})[0].tolist()
    [2.718281828459045]
    """
    power, rest = _exp_parts(x)
    return _fma(power, rest, power)


@_wide
def exp_nonpositive(x: Node) -> Node:
    """e ** x for x <= 0 (as in a softmax): four operations less, undefined above 88.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([exp_nonpositive(const(-1.0, dtypes.float64, (1,)))], {})[0].tolist()
    [0.36787944117144233]
    """
    power, rest = _exp_parts(x, may_overflow=False)
    return _fma(power, rest, power)


@_wide
def expm1(x: Node) -> Node:
    """e ** x - 1, without cancellation near 0.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([expm1(const(1e-12, dtypes.float64, (1,)))], {})[0].tolist()
    [1.0000000000005e-12]
    """
    power, rest = _exp_parts(x)
    far = _fma(power, rest, power - 1.0)
    near = x * _fma(x, polynomial(x, _EXPM1[x.dtype]), 1.0)
    return where((x < 0.5) & (x > -0.5), _with_slope_of(near, far), far)


@_wide
def tanh(x: Node) -> Node:
    """(1 - e) / (1 + e) for x >= 0, with e = exp(-2 x).

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([tanh(const(-0.25, dtypes.float64, (1,)))], {})[0].tolist()
    [-0.24491866240370913]
    """
    is_negative = x < 0.0
    size = where(is_negative, -1.0 * x, x)
    e = exp_nonpositive(-2.0 * size)
    far = alu(Op.FDIV, 1.0 - e, 1.0 + e)
    z = size * size
    near = size * _fma(z, polynomial(z, _TANH[x.dtype]), 1.0)
    result = where(size < 0.6, _with_slope_of(near, far), far)
    return where(is_negative, -1.0 * result, result)


# ---- logarithm ----------------------------------------------------------------------------------


@_wide
def log(x: Node) -> Node:
    """The natural logarithm: minus infinity of 0, NaN below.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([log(const(2.0, dtypes.float64, (1,)))], {})[0].tolist()
    [0.6931471805599453]
    """
    return alu(Op.LOG2, x) * math.log(2)


@_wide
def log10(x: Node) -> Node:
    """The logarithm to base 10.

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([log10(const(1000.0, dtypes.float64, (1,)))], {})[0].tolist()
    [3.0]
    """
    return alu(Op.LOG2, x) * math.log10(2)


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
    return -1.0 * (alu(Op.LOG2, u) * -math.log(2) - rest)


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

    1.125 x + x * p(x * x) for |x| < 1, else 1 - exp(-x * x) * t * q(t) with t = 1 / (|x| + 2).

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([erf(const(0.5, dtypes.float64, (1,)))], {})[0].tolist()
    [0.5204998778130465]
    """
    is_negative, is_near, near, far, _ = _erf_parts(x)
    result = where(is_near, near, 1.0 - far)
    return where(is_negative, -1.0 * result, result)


@_wide
def erfc(x: Node) -> Node:
    """1 - erf(x), without cancellation for large x.

    As accurate as erf up to 4.2 (6.2 in float64), beyond that with a relative error below 1e-4
    (1e-8).

    >>> from smelt.ir.evaluate import evaluate_graph
    >>> evaluate_graph([erfc(const(6.0, dtypes.float64, (1,)))], {})[0].tolist()
    [2.1519736712498913e-17]
    """
    is_negative, is_near, near, far, lost = _erf_parts(x)
    far = _fma(far, -1.0 * lost, far)
    below = where(is_near, 1.0 + near, 2.0 - far)
    return where(is_negative, below, where(is_near, 1.0 - near, far))


def _erf_parts(x: Node) -> tuple[Node, Node, Node, Node, Node]:
    """Whether x < 0, whether |x| < 1, erf(|x|) if so, else 1 - erf(|x|), and what x * x lost."""
    is_negative = x < 0.0
    size = where(is_negative, -1.0 * x, x)
    size = _choose(size > 30.0, 30.0, size)  # exp(-30 * 30) is 0
    z = size * size
    near = _fma(size, 1.125, size * polynomial(z, _ERF[x.dtype]))
    t = alu(Op.FDIV, const(1.0, x.dtype, x.shape), size + 2.0)
    power = exp_nonpositive(-1.0 * z)
    far = power * t * polynomial(t, _ERFC[x.dtype])
    return is_negative, size < 1.0, near, far, detach(_fma(size, size, -1.0 * z))
