"""What each instruction and each reduction means, on numpy arrays.

`MEANING[op](dtype, *arrays)` computes an elementwise instruction whose result has `dtype`; the
arrays broadcast. `gather` and `scatter` are LOAD and STORE, `reduction` is REDUCE.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from smelt.dtype import FLOAT8, DType, dtypes
from smelt.ir.op import ELEMENTWISE, Op
from smelt.util.errors import OutOfRangeError

Array = np.ndarray[Any, Any]
Meaning = Callable[..., Array]


# ---- rounding -----------------------------------------------------------------------------------


def _odd(rounded: Array, above: Array, below: Array) -> Array:
    """`rounded` moved to the neighbour whose last bit is 1 where it was not exact.

    `above` and `below` tell where the exact value lies above and below it. A number rounded to odd
    rounds on to any format of at least two bits less as the exact value would.
    """
    bits = rounded.view(np.dtype(f"i{rounded.itemsize}"))
    even = (bits & 1) == 0
    up = np.nextafter(rounded, np.asarray(np.inf, rounded.dtype))
    down = np.nextafter(rounded, np.asarray(-np.inf, rounded.dtype))
    return np.where(above & even, up, np.where(below & even, down, rounded))


_OF_ML_DTYPES = (dtypes.bfloat16, *FLOAT8)


def _round(x: Array, dtype: DType) -> Array:
    """Floats rounded once, to nearest even, to a float dtype."""
    if dtype in _OF_ML_DTYPES and x.dtype == np.float64:  # ml_dtypes would round twice
        single = x.astype(np.float32)
        x = _odd(single, x > single, x < single)
    if dtype is dtypes.float8_e4m3:  # saturates, as it has no infinities
        x = np.clip(x.astype(np.float32), -dtype.max, dtype.max)
    return x.astype(dtype.np)


def _int_to_float(x: Array, dtype: DType) -> Array:
    """Integers rounded once to a float dtype."""
    if x.dtype.itemsize == 8 and dtype.itemsize == 2:
        # Beyond 2**53 the bits that float64 has no room for become one: odd rounding again.
        kept = x & ~np.asarray(0xFFF, x.dtype)
        sticky = np.where(x != kept, kept | np.asarray(0x1000, x.dtype), x)
        wide = (x >= 1 << 53) | (x <= -(1 << 53)) if x.dtype.kind == "i" else x >= 1 << 53
        x = np.where(wide, sticky, x)
    return x.astype(dtype.np) if dtype.itemsize > 2 else _round(x.astype(np.float64), dtype)


# ---- arithmetic ---------------------------------------------------------------------------------


def _max(dtype: DType, a: Array, b: Array) -> Array:
    if not dtype.is_float:
        return np.maximum(a, b)
    # a + b is NaN where either is, and of two zeros it is -0 only where both are
    same = np.where((a == b) & (a != 0), a, a + b)
    return np.where(a > b, a, np.where(b > a, b, same))


def _idiv(dtype: DType, a: Array, b: Array) -> Array:
    minus_one = (b == -1) if dtype.is_signed else np.zeros(b.shape, np.bool_)
    divisor = np.where((b == 0) | minus_one, np.asarray(1, dtype.np), b)
    quotient = np.where(minus_one, np.negative(a), np.floor_divide(a, divisor))
    return np.where(b == 0, np.asarray(0, dtype.np), quotient)


def _mod(dtype: DType, a: Array, b: Array) -> Array:
    return np.where(b == 0, np.asarray(0, dtype.np), np.subtract(a, b * _idiv(dtype, a, b)))


def _fma(dtype: DType, a: Array, b: Array, c: Array) -> Array:
    if dtype is dtypes.float64:
        return _fma_of_doubles(*np.broadcast_arrays(a, b, c))
    product = a.astype(np.float64) * b.astype(np.float64)  # exact: at most 48 bits
    total, error = _two_sum(product, c.astype(np.float64))
    return _round(_odd(total, error > 0, error < 0), dtype)


def _fma_of_doubles(a: Array, b: Array, c: Array) -> Array:
    """Boldo and Melquiond's: the exact product and c are three doubles, the small two added to odd.

    The numbers that would overflow or lose bits on the way take the slow path of fractions.
    """
    inside = [(abs(x) < 2.0**480) & ((abs(x) > 2.0**-450) | (x == 0)) for x in (a, b)]
    ordinary = inside[0] & inside[1] & (abs(c) < 2.0**1000)
    high, low = _two_product(a, b)
    c_high, c_low = _two_sum(c, low)
    top, middle = _two_sum(high, c_high)
    rest, error = _two_sum(c_low, middle)
    fused = top + _odd(rest, error > 0, error < 0)
    plain = np.asarray(a * b + c)  # right where it is 0 (its sign, too), infinite or NaN
    result = np.where(ordinary & (fused != 0), fused, plain)
    finite = np.isfinite(a) & np.isfinite(b) & np.isfinite(c)
    for i in np.argwhere(finite & ~ordinary).tolist():
        at = tuple(i)
        exact = Fraction(float(a[at])) * Fraction(float(b[at])) + Fraction(float(c[at]))
        if exact:
            try:
                result[at] = float(exact)
            except OverflowError:
                result[at] = math.inf if exact > 0 else -math.inf
    return result


def _two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """a + b and what that lacks (Knuth)."""
    total = np.asarray(a + b)
    back = total - a
    return total, (a - (total - back)) + (b - back)


def _two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """a * b and what that lacks (Dekker)."""
    product = np.asarray(a * b)
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    lack = a_high * b_high - product
    return product, ((lack + a_high * b_low) + a_low * b_high) + a_low * b_low


def _halves(x: Array) -> tuple[Array, Array]:
    """x as two numbers of at most 26 bits (Veltkamp)."""
    scaled = x * (2.0**27 + 1)
    high = scaled - (scaled - x)
    return high, x - high


def _shl(dtype: DType, a: Array, b: Array) -> Array:
    inside = (b >= 0) & (b < dtype.bits)
    zero = np.asarray(0, dtype.np)
    return np.where(inside, np.left_shift(a, np.where(inside, b, zero)), zero)


def _shr(dtype: DType, a: Array, b: Array) -> Array:
    inside = (b >= 0) & (b < dtype.bits)
    last = np.asarray(dtype.bits - 1, dtype.np)
    shifted = np.right_shift(a, np.where(inside, b, last))
    return shifted if dtype.is_signed else np.where(inside, shifted, np.asarray(0, dtype.np))


def _where(dtype: DType, condition: Array, a: Array, b: Array) -> Array:
    return np.where(condition, a, b)


def _function(of: Callable[[Array], Array]) -> Meaning:
    """A function of one float, computed in float64 and rounded once."""

    def meaning(dtype: DType, a: Array) -> Array:
        return _round(np.asarray(of(a.astype(np.float64))), dtype)

    return meaning


# ---- conversion ---------------------------------------------------------------------------------


def _cast(dtype: DType, a: Array) -> Array:
    if dtype.is_bool:
        return np.not_equal(a, np.zeros((), a.dtype))
    source_is_float = a.dtype.kind not in "biu"  # numpy calls bfloat16's kind "V"
    if dtype.is_float:
        return _round(a, dtype) if source_is_float else _int_to_float(a, dtype)
    if not source_is_float:
        return a.astype(dtype.np)
    value = np.trunc(a.astype(np.float64))
    low, high = float(dtype.min), float(int(dtype.max) + 1)  # both are powers of two: exact
    inside = (value >= low) & (value < high)
    result = np.where(inside, value, 0.0).astype(dtype.np)
    result = np.where(value >= high, np.asarray(dtype.max, dtype.np), result)
    return np.where(value < low, np.asarray(dtype.min, dtype.np), result)


def _bitcast(dtype: DType, a: Array) -> Array:
    shape = a.shape
    if a.dtype.itemsize != dtype.itemsize:
        shape = (*shape[:-1], shape[-1] * a.dtype.itemsize // dtype.itemsize)
    return np.ascontiguousarray(a).reshape(-1).view(dtype.np).reshape(shape)


# ---- the table ----------------------------------------------------------------------------------


def _quiet(function: Meaning) -> Meaning:
    """`function` giving an array of the result's dtype, without numpy's warnings."""

    def meaning(dtype: DType, *arrays: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(function(dtype, *(np.asarray(a) for a in arrays)))

    return meaning


_ROWS: dict[Op, Meaning] = {
    Op.ADD: lambda dtype, a, b: np.add(a, b),
    Op.SUB: lambda dtype, a, b: np.subtract(a, b),
    Op.MUL: lambda dtype, a, b: np.multiply(a, b),
    Op.FDIV: lambda dtype, a, b: np.divide(a, b),
    Op.IDIV: _idiv,
    Op.MOD: _mod,
    Op.MAX: _max,
    Op.FMA: _fma,
    Op.LT: lambda dtype, a, b: np.less(a, b),
    Op.NE: lambda dtype, a, b: np.not_equal(a, b),
    Op.AND: lambda dtype, a, b: np.bitwise_and(a, b),
    Op.OR: lambda dtype, a, b: np.bitwise_or(a, b),
    Op.XOR: lambda dtype, a, b: np.bitwise_xor(a, b),
    Op.SHL: _shl,
    Op.SHR: _shr,
    Op.EXP2: _function(np.exp2),
    Op.LOG2: _function(np.log2),
    Op.SIN: _function(np.sin),
    Op.SQRT: _function(np.sqrt),
    Op.TRUNC: _function(np.trunc),
    Op.CAST: _cast,
    Op.BITCAST: _bitcast,
    Op.WHERE: _where,
}

MEANING: dict[Op, Meaning] = {op: _quiet(function) for op, function in _ROWS.items()}
assert MEANING.keys() == ELEMENTWISE


def meaning_of(op: Op, dtype: DType, *arrays: Any) -> Array:
    """The instruction `op`, whose result has `dtype`, on arrays or Python scalars of its sources.

    >>> meaning_of(Op.IDIV, dtypes.int32, np.int32(-7), np.int32(2)).item()
    -4
    """
    return MEANING[op](dtype, *arrays)


# ---- reduction ----------------------------------------------------------------------------------


def reduction(op: Op, dtype: DType, x: Array, axes: tuple[int, ...]) -> Array:
    """`x` summed (ADD), multiplied (MUL) or maximised (MAX) over `axes`, in its own dtype."""
    with np.errstate(all="ignore"):
        if dtype.is_bool:
            return np.asarray((np.all if op is Op.MUL else np.any)(x, axis=axes))
        if op is Op.ADD:
            return np.asarray(np.add.reduce(x, axis=axes, dtype=dtype.np))
        if op is Op.MUL:
            return np.asarray(np.multiply.reduce(x, axis=axes, dtype=dtype.np))
        if dtype.is_int:
            return np.asarray(np.maximum.reduce(x, axis=axes, initial=int(dtype.min)))
        wide = x if dtype.itemsize > 2 else x.astype(np.float32)
        result = np.asarray(np.maximum.reduce(wide, axis=axes, initial=-math.inf))
        if np.any(result == 0):  # numpy takes any of two zeros, we the positive one
            positive = np.any((wide == 0) & ~np.signbit(wide), axis=axes)
            result = np.where((result == 0) & positive, np.zeros((), result.dtype), result)
        return result.astype(dtype.np)


# ---- memory -------------------------------------------------------------------------------------


def _inside(name: str, index: Array, valid: Array | None, size: int) -> Array:
    """`index` as int64, after a check that it is in [0, size) wherever `valid` holds."""
    signed = index.astype(np.int64)  # what is beyond int64 becomes negative: outside as well
    outside = (signed < 0) | (signed >= size)
    if valid is not None:
        outside = outside & valid
    if outside.any():
        raise OutOfRangeError(name, f"index {index[outside].flat[0]}", f"an index in [0, {size})")
    return signed


def gather(source: Array, index: Array, valid: Array | None = None) -> Array:
    """LOAD: source[index] on axis 0, 0 where `valid` is False. An index outside raises."""
    index = _inside("load", index, valid, source.shape[0])
    if valid is None:
        return np.asarray(source[index])
    result = np.zeros(index.shape + source.shape[1:], source.dtype)
    result[valid] = source[index[valid]]
    return result


def scatter(
    base: Array, index: Array, value: Array, valid: Array | None = None, mode: str = "set"
) -> None:
    """STORE: base[index] = value, or combined with what is there, in row-major order, in place."""
    index = _inside("store", index, valid, base.shape[0])
    rows = index.reshape(-1)
    values = value.reshape(rows.shape + base.shape[1:])
    if valid is not None:
        keep = valid.reshape(-1)
        rows, values = rows[keep], values[keep]
    if mode == "set":
        base[rows] = values
        return
    with np.errstate(all="ignore"):
        _COMBINE[mode](base, rows, values)


def _maximum_at(base: Array, rows: Array, values: Array) -> None:
    positive = (base == 0) & ~np.signbit(base)
    np.logical_or.at(positive, rows, (values == 0) & ~np.signbit(values))
    np.maximum.at(base, rows, values)
    if base.dtype.kind not in "biu":  # numpy takes any of two zeros, we the positive one
        base[(base == 0) & positive] = 0


_COMBINE: dict[str, Callable[[Array, Array, Array], None]] = {
    "add": np.add.at,
    "mul": np.multiply.at,
    "max": _maximum_at,
}
