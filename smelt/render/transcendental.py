"""EXP2, LOG2 and SIN as expressions of the other instructions, without a branch.

Every function here takes and gives a float32 or float64 node. Each argument is brought into a
small interval by exact steps, a polynomial does the rest, and bit arithmetic puts the exponent or
the sign back. tools/fit_polynomials.py computes all constants. The largest errors found, in units
in the last place, on targets with and without FMA (tests/render/test_decompose.py):

            float32         float64
    EXP2    0.87   1.02     0.97
    LOG2    0.94   1.22     1.74
    SIN     0.51   0.51     1.83    (1.9 for float32 without float64)
"""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass
from fractions import Fraction

from smelt.dtype import DType, Scalar, dtypes
from smelt.ir.accurate import polynomial
from smelt.ir.node import Node, alu, bitcast, cast, const, logical_not, where
from smelt.ir.op import Op

_EXP2 = {
    dtypes.float32: (  # relative error 2 ** -28.1
        0.6931471824645996,
        0.24022644758224487,
        0.055503591895103455,
        0.009618841111660004,
        0.0013391136890277267,
        0.00015238001651596278,
    ),
    dtypes.float64: (  # relative error 2 ** -57.3
        0.6931471805599453,
        0.24022650695910133,
        0.05550410866482226,
        0.009618129107593498,
        0.0013333558146380658,
        0.00015403530457765014,
        1.5252733805507874e-05,
        1.3215435001111045e-06,
        1.0178086773976161e-07,
        7.073826046257378e-09,
        4.4499554277714775e-10,
    ),
}

_LOG2 = {
    dtypes.float32: (  # relative error 2 ** -26.5
        0.4426950514316559,
        -0.7213473320007324,
        0.4808969795703888,
        -0.36069726943969727,
        0.28861039876937866,
        -0.239634171128273,
        0.2040315866470337,
        -0.19046464562416077,
        0.1887812614440918,
        -0.114003486931324,
    ),
    dtypes.float64: (  # relative error 2 ** -55.5
        0.4426950408889634,
        -0.7213475204444824,
        0.48089834696299427,
        -0.3606737602218538,
        0.28853900817732187,
        -0.2404491735505304,
        0.20609929158865845,
        -0.18033687442784888,
        0.16029944415498873,
        -0.1442697584475362,
        0.13115446345418535,
        -0.12021798326891213,
        0.11096256348002155,
        -0.10314877940295562,
        0.09646743236146964,
        -0.08939500306245181,
        0.08161189192927291,
        -0.08177428564560636,
        0.09417895420976598,
        -0.08692561047639738,
        0.03798815596339435,
    ),
}

_SIN = {
    dtypes.float32: (  # relative error 2 ** -33.1
        -0.16666666526352697,
        0.008333327401472797,
        -0.00019840437922104596,
        2.7505667354147024e-06,
        -2.3577206132290267e-08,
    ),
    dtypes.float64: (  # relative error 2 ** -61.2
        -0.16666666666666666,
        0.00833333333333326,
        -0.00019841269841248344,
        2.755731922075426e-06,
        -2.5052108106111453e-08,
        1.605902929057186e-10,
        -7.646707633664567e-13,
        2.8032893113088058e-15,
        -7.501432899650491e-18,
    ),
}


_PI_REST = 1.2246467991473532e-16  # pi less math.pi
_TWO_TO_1163_OVER_PI = int(
    "28be60db9391054a7f09d5f47d4d377036d8a5664f10e4107f9458eaf7aef1586dc91b8e909374b8"
    "01924bba827464873f877ac72c4a69cfba208d7d4baed1213a671c09ad17df904e64758e60d4ce7d"
    "272117e2ef7e4a0ec7fe25fff7816603fbcbc462d6829b47db4d9fb3c9f2c26dd3d18fd9a797fa8b"
    "5d49eeb1faf97c5ecf41ce7de294a4ba9afed7ec47e35742158",
    16,
)


@dataclass(frozen=True)
class _Format:
    """A binary float format and the integers that hold its bits."""

    dtype: DType
    bits: DType
    fraction: int  # how many bits of the significand are stored
    bias: int  # of the exponent

    @property
    def least_normal(self) -> float:
        return 2.0 ** (1 - self.bias)

    @property
    def magic(self) -> float:
        """Added to a number below a quarter of it, this leaves an integer in the lowest bits."""
        return 1.5 * 2.0**self.fraction


_FORMATS = {
    dtypes.float32: _Format(dtypes.float32, dtypes.int32, 23, 127),
    dtypes.float64: _Format(dtypes.float64, dtypes.int64, 52, 1023),
}


def _shl(x: Node, by: Node | int) -> Node:
    return alu(Op.SHL, x, by if isinstance(by, Node) else const(by, x.dtype))


def _shr(x: Node, by: Node | int) -> Node:
    return alu(Op.SHR, x, by if isinstance(by, Node) else const(by, x.dtype))


def _fma(a: Node, b: Node | Scalar, c: Node | Scalar) -> Node:
    b = b if isinstance(b, Node) else const(b, a.dtype)
    c = c if isinstance(c, Node) else const(c, a.dtype)
    return alu(Op.FMA, a, b, c)


# ---- EXP2 ---------------------------------------------------------------------------------------


ROUNDING = 0.51  # what rounding to an integer adds at most


def exp2(x: Node) -> Node:
    """2 ** x = 2 ** n * (1 + f * p(f)), with n the nearest integer and f = x - n."""
    form = _FORMATS[x.dtype]
    if (power := _whole_power(x, form)) is not None:
        return power
    # Results that round to 0 come from factors of 0: an underflow takes long on many processors.
    zero = const(-2.0 * form.bias, x.dtype)
    x = where(x < -float(form.bias + form.fraction), zero, x)
    x = where(x > 2.0 * form.bias, const(2.0 * form.bias, x.dtype), x)
    # The lowest bits of `shifted` are n + 2 * bias, the others vanish in the shifts to the left.
    offset = form.magic + 2 * form.bias
    shifted = x + offset
    f = x - (shifted - offset)
    power = _fma(f, polynomial(f, _EXP2[x.dtype]), 1.0)
    low, high = _halves_of_power(bitcast(shifted, form.bits), form)
    return power * low * high


def _halves_of_power(exponent: Node, form: _Format) -> tuple[Node, Node]:
    """Two powers of 2 whose product is 2 ** n, for n + 2 * bias in the lowest bits.

    2 ** n alone has no representation where the result is subnormal.
    """
    half = _shr(exponent, 1)
    low = bitcast(_shl(half, form.fraction), form.dtype)
    return low, bitcast(_shl(exponent - half, form.fraction), form.dtype)


def _whole_power(x: Node, form: _Format) -> Node | None:
    """2 ** x where x is a sum less a constant so large that it has no fraction, and bounded below.

    So smelt/ir/accurate.py rounds: the integer stands in the lowest bits of the sum.
    """
    if x.op not in (Op.ADD, Op.SUB) or x.src[1].op is not Op.CONST:
        return None
    shifted, constant = x.src
    shift = constant.arg if x.op is Op.SUB else -constant.arg
    if not 2.0**form.fraction <= shift < 2.0 ** (form.fraction + 1):
        return None
    low, high = (end - shift for end in _limits(shifted))
    is_normal = low > -form.bias and high < form.bias
    bias = form.bias if is_normal else 2 * form.bias
    if low <= -bias:
        return None
    if high >= bias:
        top = const(shift + bias, x.dtype)
        shifted = where(top < shifted, top, shifted)
    # What is beyond the exponent's bits vanishes in the shifts to the left.
    lowest = (bias - int(shift)) % (1 << (form.fraction - 1))
    exponent = bitcast(shifted, form.bits)
    exponent = exponent + lowest if lowest else exponent
    if is_normal:
        return bitcast(_shl(exponent, form.fraction), x.dtype)
    one, other = _halves_of_power(exponent, form)
    return one * other


def _limits(x: Node) -> tuple[float, float]:
    """Bounds of y * a + b, where y was compared with numbers; infinite if it may be a NaN."""
    if x.op is not Op.FMA or x.src[1].op is not Op.CONST or x.src[2].op is not Op.CONST:
        return -math.inf, math.inf
    y, factor, added = x.src[0], x.src[1].arg, x.src[2].arg
    high = math.inf
    if y.op is Op.WHERE and y.src[1:] == y.src[0].src:  # c if c < z else z
        bound, y = y.src[1:]
        high = bound.arg if bound.op is Op.CONST else math.inf
    least = _least(y)
    if least is None or factor <= 0:
        return -math.inf, math.inf
    # The sum is rounded to an integer, as its ulp is 1.
    return least * factor + added - ROUNDING, high * factor + added + ROUNDING


def _least(x: Node) -> float | None:
    """The lower bound of x = (z if c < z else d), for constants c and d: d of a NaN."""
    if x.op is not Op.WHERE or x.src[0].op is not Op.LT:
        return None
    (c, z), (chosen, other) = x.src[0].src, x.src[1:]
    if c.op is not Op.CONST or other.op is not Op.CONST or chosen is not z:
        return None
    return float(min(c.arg, other.arg))


# ---- LOG2 ---------------------------------------------------------------------------------------


def log2(x: Node) -> Node:
    """log2(x) = e + (f + f * p(f)), with x = 2 ** e * (1 + f) and 1/2 <= (1 + f)**2 < 2."""
    form = _FORMATS[x.dtype]
    is_small = x < form.least_normal
    normal = where(is_small, x * 2.0**form.fraction, x)
    offset = where(is_small, const(-float(form.fraction), x.dtype), const(0.0, x.dtype))
    bits = bitcast(normal, form.bits)
    e = _shr(bits - _bits_of(math.sqrt(0.5), form), form.fraction)
    f = bitcast(bits - _shl(e, form.fraction), x.dtype) - 1.0
    result = cast(e, x.dtype) + offset + _fma(f, polynomial(f, _LOG2[x.dtype]), f)
    infinity = const(math.inf, x.dtype)
    result = where(x < infinity, result, x)
    is_zero_or_less = where(
        alu(Op.NE, x, const(0.0, x.dtype)), const(math.nan, x.dtype), const(-math.inf, x.dtype)
    )
    return where(x > 0.0, result, is_zero_or_less)


def _bits_of(value: float, form: _Format) -> int:
    """The bits of a positive normal number, its fraction cut off."""
    fraction, exponent = math.frexp(value)
    scaled = int(fraction * 2 ** (form.fraction + 1))
    return scaled + ((exponent - 2 + form.bias) << form.fraction)


# ---- SIN ----------------------------------------------------------------------------------------
# sin(x) = (-1) ** k * sin(r), with k the integer nearest to x / pi and r = x - k * pi, which needs
# x / pi modulo 2 to full precision however large x is: of 1/pi enter those bits that matter for
# the exponent of x (Payne and Hanek, 1983).

_SIGN = 1 << 63  # of a float64


def sin(x: Node) -> Node:
    """The sine, with an exact reduction of every argument; computed in float64."""
    wide = cast(x, dtypes.float64)
    bits = bitcast(wide, dtypes.int64)
    size = bitcast(bits & (_SIGN - 1), dtypes.float64)
    r, k = _reduce_short(size) if _is_short(wide) else _reduce_long(size)
    z = r * r
    value = _fma(r * z, polynomial(z, _SIN[x.dtype]), r)
    # The sign is that of x, the other one for odd k. Sign bits keep it right for zeros.
    sign = (bits & _SIGN) ^ _shl(k, 63)
    return cast(bitcast(bitcast(value, dtypes.int64) ^ sign, dtypes.float64), x.dtype)


def _is_short(x: Node) -> bool:
    """Whether every value of a float64 node is one of float32, but for a power of two."""
    while x.op is Op.MUL and any(_is_power_of_two(s) for s in x.src):
        x = x.src[1] if _is_power_of_two(x.src[0]) else x.src[0]
    return x.op is Op.CAST and x.src[0].dtype.is_float and x.src[0].dtype.itemsize <= 4


def _is_power_of_two(node: Node) -> bool:
    """Whether it is a constant that only lowers the exponent of what it multiplies."""
    if node.op is not Op.CONST or not 0 < abs(node.arg) <= 1:
        return False
    return math.frexp(abs(node.arg))[0] == 0.5


# Below: x has 24 significant bits, so its product with 29 bits is exact in float64.

_REGION = 26  # exponents of x that share their bits of 1/pi


@functools.cache
def _short_pieces(region: int) -> tuple[float, float, float]:
    """29, 29 and 53 consecutive bits of 1/pi for exponents of x below 51 + 26 * region.

    The bits before them make, with any x of the region, multiples of 2; x times the first piece
    stays below 2 ** 50, x times what comes after the last one below 2 ** -60.
    """
    first = 2 + _REGION * region  # the place behind the binary point: the first that is not 0
    rest = Fraction(_TWO_TO_1163_OVER_PI, 2**1163) % Fraction(2, 2**first)
    pieces = []
    for end in (first + 28, first + 57):
        piece = Fraction(math.floor(rest * 2**end), 2**end)
        rest -= piece
        pieces.append(float(piece))
    return pieces[0], pieces[1], float(rest)


def _reduce_short(size: Node) -> tuple[Node, Node]:
    """r, and an int64 whose lowest bit is that of k, for size >= 0 of 24 significant bits."""
    pieces = [const(piece, dtypes.float64) for piece in _short_pieces(0)]
    for region in (1, 2, 3):
        is_beyond = logical_not(size < 2.0 ** (25 + _REGION * region))
        others = _short_pieces(region)
        pieces = [
            where(is_beyond, const(other, dtypes.float64), piece)
            for other, piece in zip(others, pieces, strict=True)
        ]
    first, second, third = pieces
    product = size * first
    magic = _FORMATS[dtypes.float64].magic
    shifted = _fma(size, second, product) + magic
    turns = product - (shifted - magic)
    turns = _fma(size, third, _fma(size, second, turns))
    return turns * math.pi, bitcast(shifted, dtypes.int64)


# Below: x is any float64. 1/pi stands in words of 64 bits, the first of weight 2 ** 52.

_MASK = (1 << 64) - 1
_WORDS = [_TWO_TO_1163_OVER_PI >> 64 * (18 - i) & _MASK for i in range(19)]


def _unsigned(value: int) -> Node:
    return const(value, dtypes.uint64)


def _high_product(a: Node, b: Node) -> Node:
    """The upper 64 bits of the 128 of a * b."""
    low, half = _unsigned(0xFFFFFFFF), _unsigned(32)
    a0, a1, b0, b1 = a & low, _shr(a, half), b & low, _shr(b, half)
    middle = a1 * b0 + _shr(a0 * b0, half)
    carried = a0 * b1 + (middle & low)
    return a1 * b1 + _shr(middle, half) + _shr(carried, half)


def _window(place: Node) -> list[Node]:
    """192 bits of 1/pi from the bit `place` on, which is below 1024."""
    words = [_unsigned(word) for word in _WORDS]
    for step in (8, 4, 2, 1):
        moves = alu(Op.NE, place & (64 * step), _unsigned(0))
        count = len(words) - step
        words = [where(moves, words[i + step], words[i]) for i in range(count)]
    by = place & 63
    back = 64 - by
    return [_shl(a, by) | _shr(b, back) for a, b in itertools.pairwise(words)]


def _turns(significand: Node, place: Node) -> tuple[Node, Node]:
    """x / pi modulo 2 in 128 bits, of which the highest counts 1.

    x is an uint64 below 2 ** 53, times 2 ** (place - 52).
    """
    first, second, third = _window(place & 1023)
    middle = significand * second
    low = middle + _high_product(significand, third)
    carry = cast(low < middle, dtypes.uint64)
    return significand * first + _high_product(significand, second) + carry, low


def _reduce_long(size: Node) -> tuple[Node, Node]:
    """r, and an int64 whose lowest bit is that of k, for any size >= 0."""
    bits = bitcast(size, dtypes.uint64)
    high, low = _turns((bits & ((1 << 52) - 1)) | (1 << 52), _shr(bits, 52) - 1023)
    # The two highest bits say to which integer to round; what follows the first, taken as a signed
    # number of 127 bits, is x / pi - k.
    k = bitcast(_shr(high, 63) ^ _shr(high, 62), dtypes.int64)
    upper = bitcast(_shl(high, 1) | _shr(low, 63), dtypes.int64)
    coarse = cast(upper & ~0x7FF, dtypes.float64)  # 53 bits: exact
    fine_bits = _shl(bitcast(upper, dtypes.uint64), 53) | _shr(_shl(low, 1), 11)
    fine = cast(fine_bits, dtypes.float64)
    r = fine * (math.pi * 2.0**-117)
    r = _fma(coarse, math.pi * 2.0**-64, _fma(coarse, _PI_REST * 2.0**-64, r))
    # An infinity minus itself is the NaN that is due.
    is_small = size < 1.0
    r = where(is_small, size, r + (size - size))
    return r, where(is_small, const(0, dtypes.int64), k)


# Below: for devices without float64.

_PI_SINGLE = 3.1415927410125732  # math.pi as a float32 has it
_PI_SINGLE_REST = math.pi - _PI_SINGLE


def sin_single(x: Node) -> Node:
    """The sine of a float32, computed without float64, to two ulp."""
    bits = bitcast(x, dtypes.uint32)
    size = bitcast(bits & 0x7FFFFFFF, dtypes.float32)
    significand = _shl(cast((bits & 0x7FFFFF) | 0x800000, dtypes.uint64), 52 - 23)
    high, low = _turns(significand, cast(_shr(bits & 0x7FFFFFFF, 23), dtypes.uint64) - 127)
    k = cast(_shr(high, 63) ^ _shr(high, 62), dtypes.uint32)
    rest = bitcast(_shl(high, 1) | _shr(low, 63), dtypes.int64)
    coarse = cast(rest, dtypes.float32)
    fine = cast(rest - cast(coarse, dtypes.int64), dtypes.float32)
    r = _fma(coarse, _PI_SINGLE_REST * 2.0**-64, fine * (_PI_SINGLE * 2.0**-64))
    r = _fma(coarse, _PI_SINGLE * 2.0**-64, r)
    # An infinity minus itself is the NaN that is due.
    is_small = size < 1.0
    r = where(is_small, size, r + (size - size))
    k = where(is_small, const(0, dtypes.uint32), k)
    z = r * r
    value = _fma(r * z, polynomial(z, _SIN[dtypes.float32]), r)
    sign = (bits & 0x80000000) ^ _shl(k, 31)
    return bitcast(bitcast(value, dtypes.uint32) ^ sign, dtypes.float32)
