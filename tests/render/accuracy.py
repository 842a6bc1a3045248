"""How far computed floats are from exact values, in units in the last place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np

from smelt.dtype import DType
from smelt.ir.evaluate import MEANING
from smelt.ir.node import Node, toposort
from smelt.ir.op import Op

Array = np.ndarray[Any, Any]
Exact = Callable[[Any], Any]  # a function of mpmath
PRECISION = {"float32": (24, -126), "float64": (53, -1022)}  # bits, least exponent


def compute(root: Node, leaf: Node, x: Array) -> Array:
    """The value of `root` where `leaf` is x: every instruction as the interpreter has it."""
    values = {leaf: x}
    for node in toposort([root], stop=lambda n: n is leaf):
        if node.op is Op.CONST:
            values[node] = np.asarray(node.arg).astype(node.dtype.np)
        elif node.op is Op.DETACH:
            values[node] = values[node.src[0]]
        elif node.op is Op.MUL and any(s.op is Op.EXP2 for s in node.src):
            # What is left of EXP2 in decomposed code is of integers, and scales in one rounding.
            power, y = node.src if node.src[0].op is Op.EXP2 else node.src[::-1]
            with np.errstate(all="ignore"):
                product = values[y] * np.exp2(values[power.src[0]].astype(np.longdouble))
                values[node] = product.astype(node.dtype.np)
        elif node is not leaf:
            values[node] = MEANING[node.op](node.dtype, *[values[s] for s in node.src])
    return values[root]


def single_errors(got: Array, exact: Array) -> Array:
    """Errors of float32 results in units of theirs, given exact values as float64.

    A zero, an infinity or a NaN counts as infinitely wrong where the exact value does not round to
    it.
    """
    with np.errstate(all="ignore"):
        rounded = exact.astype(np.float32)
        exponent = np.maximum(np.frexp(exact)[1] - 1, -126)
        error = np.abs(got.astype(np.float64) - exact) / 2.0 ** (exponent - 23.0)
    same = (got == rounded) | (np.isnan(got) & np.isnan(rounded))
    plain = np.isfinite(got) & np.isfinite(rounded)
    return np.where(plain, error, np.where(same, 0.0, np.inf))


def double_errors(got: Array, exact: Sequence[Any]) -> Array:
    """Errors of finite float64 results in units of theirs, given exact values of mpmath."""
    bits, least = PRECISION["float64"]
    errors = []
    for value, right in zip(got, exact, strict=True):
        exponent = max(mpmath.frexp(right)[1] - 1, least) if right else least
        unit = mpmath.mpf(2) ** (exponent - (bits - 1))
        errors.append(float(abs(mpmath.mpf(float(value)) - right) / unit))
    return np.array(errors)


def steps_apart(a: Array, b: Array) -> Array:
    """How many floats of 16 bits lie from each of `a` to that of `b`; NaN to NaN is none."""

    def position(x: Array) -> Array:
        bits = x.view(np.int16).astype(np.int64)
        return np.where(bits < 0, -(bits & 0x7FFF), bits)

    both_nan = np.isnan(a.astype(np.float32)) & np.isnan(b.astype(np.float32))
    one_nan = np.isnan(a.astype(np.float32)) != np.isnan(b.astype(np.float32))
    return np.where(both_nan, 0, np.where(one_nan, 1 << 16, np.abs(position(a) - position(b))))


def float_bits(pattern: Array, dtype: DType) -> Array:
    """Integers of the dtype's size read as its floats."""
    return pattern.astype(f"u{dtype.itemsize}").view(dtype.np)
