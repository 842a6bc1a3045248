"""EXP2, LOG2 and SIN as expressions of the other instructions, without a branch.

Every function here takes and gives a float32 or float64 node. Each argument is brought into a
small interval by exact steps, a polynomial does the rest, and bit arithmetic puts the exponent or
the sign back. tools/fit_polynomials.py computes all constants. The largest errors found, in units
in the last place, on targets with and without FMA (tests/render/test_decompose.py):

            float32         float64
    EXP2    0.87   1.02     0.97    (0.76 for float32 where one instruction scales)
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
    if (shifted := _shifted(x, form)) is not None:
        return _whole_power(x, shifted, form)
    # Results that round to 0 come from factors of 0: an underflow takes long on many processors.
    zero = const(-2.0 * form.bias, x.dtype)
    x = where(x < -float(form.bias + form.fraction), zero, x)
    x = where(x > 2.0 * form.bias, const(2.0 * form.bias, x.dtype), x)
    # The lowest bits of `shifted` are n + 2 * bias, the others vanish in the shifts to the left.
    offset = form.magic + 2 * form.bias
    shifted = x + offset
    f = x - (shifted - offset)
    low, high = _halves_of_power(bitcast(shifted, form.bits), form)
    return _power_of_rest(f) * low * high


def scaled_exp2(x: Node) -> Node:
    """The same where a product with EXP2 of an integer is one instruction: that EXP2 stays."""
    form = _FORMATS[x.dtype]
    if (shifted := _shifted(x, form)) is not None:
        # One shift makes a power that is a normal number.
        return _whole_power(x, shifted, form) if _is_normal(x, shifted, form) else alu(Op.EXP2, x)
    most = const(2.0 * form.bias, x.dtype)
    bounded = where(most < x, most, x)
    n = (bounded + form.magic) - form.magic
    result = _power_of_rest(bounded - n) * alu(Op.EXP2, n)
    # Not by an underflow: that takes long.
    return where(x < -float(form.bias + form.fraction), const(0.0, x.dtype), result)


def times_exp2(node: Node) -> Node:
    """A product, one factor of which is EXP2 of an integer: the other times two powers of two.

    Their own product would round, or overflow, where the whole one does not.
    """
    for power, y in (node.src, node.src[::-1]):
        if power.op is not Op.EXP2 or power.dtype not in _FORMATS:
            continue
        form = _FORMATS[power.dtype]
        shifted = _shifted(power.src[0], form)
        if shifted is None or _is_normal(power.src[0], shifted, form):
            continue
        if _goes_into(shifted.src[0], y):  # a NaN does not have to come of the power as well
            low, high = _two_powers(power.src[0], shifted, form)
            return y * low * high
    return node


def times_zero(node: Node) -> Node:
    """A choice between 0 and such a product, where it is 0 made of a factor of 0.

    It is computed all the same, and an underflow takes long.
    """
    condition, zero, product = node.src
    if zero.op is not Op.CONST or zero.arg != 0 or product.op is not Op.MUL:
        return node
    scaled, high = product.src
    if scaled.op is not Op.MUL or not _is_power(high) or not _is_power(scaled.src[1]):
        return node
    y, low = scaled.src
    return where(condition, zero, y * where(condition, zero, low) * high)


def _is_power(x: Node) -> bool:
    return x.op is Op.BITCAST and x.src[0].op is Op.SHL


def _power_of_rest(f: Node) -> Node:
    """2 ** f for -1/2 <= f <= 1/2."""
    return _fma(f, polynomial(f, _EXP2[f.dtype]), 1.0)


def _halves_of_power(exponent: Node, form: _Format) -> tuple[Node, Node]:
    """Two powers of 2 whose product is 2 ** n, for n + 2 * bias in the lowest bits.

    2 ** n alone has no representation where the result is subnormal.
    """
    half = _shr(exponent, 1)
    low = bitcast(_shl(half, form.fraction), form.dtype)
    return low, bitcast(_shl(exponent - half, form.fraction), form.dtype)


def _shifted(x: Node, form: _Format) -> Node | None:
    """The sum if x is a sum less a constant that is so large that x has no fraction.

    So smelt/ir/accurate.py rounds: the integer stands in the lowest bits of the sum.
    """
    if x.op not in (Op.ADD, Op.SUB) or x.src[1].op is not Op.CONST:
        return None
    fits = 2.0**form.fraction <= _shift(x) < 2.0 ** (form.fraction + 1)
    return x.src[0] if fits and x.src[0].op is Op.FMA else None


def _shift(x: Node) -> float:
    value = float(x.src[1].arg)
    return value if x.op is Op.SUB else -value


def _is_normal(x: Node, shifted: Node, form: _Format) -> bool:
    """Whether 2 ** x is known to be neither subnormal nor infinite nor a NaN."""
    low, high = (end - _shift(x) for end in _limits(shifted))
    return low > -form.bias and high < form.bias and _is_no_nan(shifted.src[0])


def _whole_power(x: Node, shifted: Node, form: _Format) -> Node:
    """2 ** x for x = shifted - a constant, a whole number."""
    if _is_normal(x, shifted, form):
        return bitcast(
            _shl(_exponent(shifted, form.bias - _shift(x), form), form.fraction), x.dtype
        )
    low, high = _two_powers(x, shifted, form)
    return where(alu(Op.NE, x, x), x, low * high)


def _two_powers(x: Node, shifted: Node, form: _Format) -> tuple[Node, Node]:
    """Two powers of 2 whose product is 2 ** x, and any numbers but subnormal ones for a NaN."""
    bias, shift = 2 * form.bias, _shift(x)
    low, high = (end - shift for end in _limits(shifted))
    if low <= -bias:
        least = const(shift - bias, x.dtype)
        shifted = where(least < shifted, shifted, least)
    if high >= bias:
        top = const(shift + bias, x.dtype)
        shifted = where(top < shifted, top, shifted)
    return _halves_of_power(_exponent(shifted, bias - shift, form), form)


def _exponent(shifted: Node, added: float, form: _Format) -> Node:
    """The bits of `shifted`, the lowest of which are the exponent once `added` is added.

    What is beyond the exponent's bits vanishes in the shifts to the left.
    """
    exponent = bitcast(shifted, form.bits)
    lowest = int(added) % (1 << (form.fraction - 1))
    return exponent + lowest if lowest else exponent


def _limits(shifted: Node) -> tuple[float, float]:
    """Bounds of y * a + b for constants a and b, if it is no NaN."""
    y, factor, added = shifted.src
    if factor.op is not Op.CONST or added.op is not Op.CONST or not factor.arg:
        return -math.inf, math.inf
    ends = [end * factor.arg + added.arg for end in _bounds(y)]
    # The sum is rounded to an integer, as its ulp is 1.
    return min(ends) - ROUNDING, max(ends) + ROUNDING


def _bounds(x: Node, depth: int = 2) -> tuple[float, float]:
    """Bounds of a float, if it is no NaN, as a square, a size or at most `depth` choices give."""
    if x.op is Op.CONST:
        return float(x.arg), float(x.arg)
    if x.op is Op.MUL and x.src[0] is x.src[1]:
        return 0.0, math.inf
    if x.op is Op.BITCAST and x.src[0].op is Op.AND:
        mask = x.src[0].src[1]
        is_size = mask.op is Op.CONST and mask.arg >> (mask.dtype.bits - 1) == 0
        return (0.0 if is_size else -math.inf), math.inf
    if x.op is not Op.WHERE or x.src[0].op is not Op.LT or not depth:
        return -math.inf, math.inf
    lesser, larger = x.src[0].src
    if {lesser, larger} != set(x.src[1:]):
        return -math.inf, math.inf
    choose = min if x.src[1] is lesser else max
    low, high = zip(_bounds(lesser, depth - 1), _bounds(larger, depth - 1), strict=True)
    return choose(low), choose(high)


def _is_no_nan(x: Node) -> bool:
    """Whether x is (y if y < c else c) or (y if c < y else c): of a NaN the constant c."""
    if x.op is not Op.WHERE or x.src[0].op is not Op.LT or x.src[2].op is not Op.CONST:
        return False
    return x.src[2] in x.src[0].src and x.src[1] in x.src[0].src


def _goes_into(x: Node, y: Node, most: int = 64) -> bool:
    """Whether y is a NaN for certain where x is: x reaches it through arithmetic alone."""
    seen, waiting = {y}, [y]
    while waiting and len(seen) < most:
        node = waiting.pop()
        if node is x:
            return True
        if node.op in (Op.ADD, Op.SUB, Op.MUL, Op.FMA):
            new = [s for s in node.src if s not in seen]
            seen.update(new)
            waiting += new
    return False


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
