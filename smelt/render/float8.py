"""float8 without hardware for it: in a kernel its values are bytes, decoded and encoded by CASTs.

A code is a sign, an exponent and a fraction, like a float32's. Between the normal numbers of the
two there is a shift and a difference of exponents; those below the least normal one are multiples
of a power of two.

Source: Micikevicius et al., "FP8 Formats for Deep Learning", 2022.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from smelt.dtype import FLOAT8, DType, dtypes
from smelt.ir.node import Node, alu, bitcast, cast, const, toposort, where
from smelt.ir.op import Op

_EXPONENT_BITS = 0x7F800000  # of float32: all of them set mean infinity or NaN
_NAN = 0x7F


@dataclass(frozen=True)
class _Format:
    """What a code's seven bits after the sign mean."""

    fraction: int  # bits of the fraction
    bias: int  # of the exponent
    special: int  # the first code that is no finite number
    beyond: int  # what too large numbers become

    @property
    def shift(self) -> int:
        """How many bits further to the left float32 has its exponent."""
        return 23 - self.fraction

    @property
    def rebias(self) -> int:
        """What is added to the exponent to make it float32's, at its place there."""
        return (127 - self.bias) << 23

    @property
    def unit(self) -> float:
        """The least number above 0."""
        return math.ldexp(1.0, 1 - self.bias - self.fraction)


_FORMATS = {
    dtypes.float8_e4m3: _Format(3, 7, 0x7F, 0x7E),
    dtypes.float8_e5m2: _Format(2, 15, 0x7C, 0x7C),
}


def as_bytes(root: Node) -> Node:
    """`root` with uint8 in place of float8; everything else stays the same node.

    >>> from smelt.ir.node import param, load, index
    >>> x = cast(load(param(0, dtypes.float8_e5m2, 1), index(0)), dtypes.float32)
    >>> any(node.dtype in FLOAT8 for node in toposort([as_bytes(x)]))
    False
    """
    order = toposort([root])
    if not any(node.dtype in FLOAT8 for node in order):
        return root
    new: dict[Node, Node] = {}
    for node in order:
        new[node] = _as_bytes(node, tuple(new[s] for s in node.src))
    return new[root]


def _as_bytes(node: Node, src: tuple[Node, ...]) -> Node:
    dtype = node.dtype
    if node.op is Op.CAST:
        before = node.src[0].dtype
        value = decode(src[0], before) if before in FLOAT8 else src[0]
        return encode(value, dtype) if dtype in FLOAT8 else cast(value, dtype)
    if dtype not in FLOAT8:
        return node.with_src(src)
    if node.op is Op.CONST:
        return const(_code(node.arg, dtype), dtypes.uint8, node.shape)
    if node.op is Op.BITCAST:
        return bitcast(src[0], dtypes.uint8)
    return Node.make(node.op, dtypes.uint8, node.shape, src, node.arg)


def _code(value: float, dtype: DType) -> int:
    """The code of a number that `dtype` has."""
    form = _FORMATS[dtype]
    sign = 0x80 if math.copysign(1.0, value) < 0 else 0
    if math.isnan(value):
        return sign | _NAN
    if math.isinf(value):
        return sign | form.beyond
    exponent = max(math.frexp(value)[1] - 1, 1 - form.bias) if value else 1 - form.bias
    steps = int(math.ldexp(abs(value), form.fraction - exponent))  # a normal number's include 1.0
    return sign | (((exponent + form.bias - 1) << form.fraction) + steps)


def _shift(op: Op, x: Node, count: int) -> Node:
    return alu(op, x, const(count, x.dtype, x.shape))


def _float(bits: Node) -> Node:
    return bitcast(bits, dtypes.float32)


def decode(code: Node, dtype: DType) -> Node:
    """The float32 that a uint8 is in the format of `dtype`."""
    form = _FORMATS[dtype]
    wide = cast(code, dtypes.uint32)
    size = wide & 0x7F
    shifted = _shift(Op.SHL, size, form.shift)
    bits = where(size < form.special, shifted + form.rebias, shifted | _EXPONENT_BITS)
    small = bitcast(cast(size, dtypes.float32) * form.unit, dtypes.uint32)
    bits = where(size < 1 << form.fraction, small, bits)
    return _float(bits | _shift(Op.SHL, wide & 0x80, 24))


def encode(x: Node, dtype: DType) -> Node:
    """A number of any dtype rounded to nearest even in the format of `dtype`, as a uint8."""
    form = _FORMATS[dtype]
    word = _odd_bits(x) if x.dtype is dtypes.float64 else _bits(cast(x, dtypes.float32))
    size = word & 0x7FFFFFFF
    # Half of a step of the format, less 1 where the last bit that remains is even.
    last = _shift(Op.SHR, size, form.shift) & 1
    rounded = _shift(Op.SHR, size + last + ((1 << (form.shift - 1)) - 1), form.shift)
    normal = rounded - (form.rebias >> form.shift)
    normal = where(normal < form.beyond, normal, const(form.beyond, normal.dtype, normal.shape))
    # A sum with 2**23 units has whole units in its last bit.
    anchor = const(form.unit * 2.0**23, dtypes.float32, x.shape)
    small = _bits(_float(size) + anchor) - bitcast(anchor, dtypes.uint32)
    least_normal = (1 << 23) + form.rebias
    code = where(size < least_normal, small, normal)
    code = where(size > _EXPONENT_BITS, const(_NAN, code.dtype, code.shape), code)
    return cast(code | (_shift(Op.SHR, word, 24) & 0x80), dtypes.uint8)


def _bits(x: Node) -> Node:
    return bitcast(x, dtypes.uint32)


def _odd_bits(x: Node) -> Node:
    """The bits of a float64 as float32; where inexact, of that neighbour whose last bit is 1.

    Rounding the result again, to fewer bits, then is as good as rounding once.
    """
    short = cast(x, dtypes.float32)
    bits = _bits(short)
    size, back = (_magnitude(v) for v in (x, cast(short, dtypes.float64)))
    towards_zero = bits - cast(size < back, dtypes.uint32)
    return where(alu(Op.NE, size, back), towards_zero | 1, bits)


def _magnitude(x: Node) -> Node:
    """The bits of |x|, which order like it."""
    return bitcast(x, dtypes.uint64) & 0x7FFFFFFFFFFFFFFF
