"""How far a compiled result may lie from the oracle's, element by element.

Rounding differs where an order is free (sums, products) and where a function is a polynomial; from
there the difference grows through the graph. `error_bounds` follows it: for each node an array of
absolute errors, 0 where the result must be exact and infinity where it may be anything (an integer,
a comparison or a choice that hangs on an inexact number).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import ml_dtypes
import numpy as np

from smelt.dtype import DType, dtypes
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import BufferRef, Node, buffer, remake, reshape
from smelt.ir.op import MOVEMENT, Op

Array = np.ndarray[Any, Any]
Rule = Callable[[Node, Array, list[Array], list[Array]], Array]

FUNCTION_ULPS = 4.0  # of EXP2, LOG2 and SIN


def error_bounds(
    order: Sequence[Node], values: dict[Node, Array], variables: dict[str, int]
) -> dict[Node, Array]:
    """The error of each node of `order`, a graph with sources first, whose values are `values`."""
    errors: dict[Node, Array] = {}
    with np.errstate(all="ignore"):
        for node in order:
            sources = [errors[s] for s in node.src]
            if node.op is Op.REDUCE and node.arg[0] is Op.ADD:
                sources[0] = sources[0] + _of_products(node.src[0], values, variables)
            exact = not any(e.any() for e in sources)
            if node.op in MOVEMENT:
                errors[node] = _moved(node, sources[0], values[node.src[0]], variables)
                continue
            rule = _EXACT_SOURCES.get(node.op) if exact else _RULES.get(node.op, _unknown)
            if rule is None:
                errors[node] = np.zeros(values[node].shape)
            else:
                result = rule(node, values[node], [values[s] for s in node.src], sources)
                errors[node] = np.where(np.isnan(result), math.inf, result)
    return errors


def assert_within(got: Array, expected: Array, error: Array, what: str) -> None:
    """Elements differ by no more than their error; NaN is NaN, and infinities are equal."""
    assert got.shape == expected.shape, f"{what}: shape {got.shape}, expected {expected.shape}"
    assert got.dtype == expected.dtype, f"{what}: {got.dtype}, expected {expected.dtype}"
    with np.errstate(all="ignore"):
        if got.dtype.kind in "biu":
            bad = (got != expected) & (error == 0)
        else:
            a, b = got.astype(np.float64), expected.astype(np.float64)
            same = (a == b) | (np.isnan(a) & np.isnan(b))
            bad = ~same & ~(np.abs(a - b) <= 2 * error) & (error < math.inf)
    if bad.any():
        at = tuple(int(i) for i in np.argwhere(bad)[0])
        raise AssertionError(
            f"{what}: {bad.sum()} of {bad.size} differ, first at {at}: got {got[at]!r}, "
            f"expected {expected[at]!r} within {error[at]}"
        )


# ---- rounding -----------------------------------------------------------------------------------


def _wide(x: Array) -> Array:
    return x.astype(np.float64)


def _rounding(dtype: DType, value: Array, error: Array) -> Array:
    """`error` and that of rounding a slightly different value; unknown near an overflow."""
    if not dtype.is_float:
        return np.where(error > 0, math.inf, 0.0)
    info = ml_dtypes.finfo(dtype.np)
    size = np.abs(_wide(value))
    finite = np.isfinite(size) & (size + error < float(info.max))
    total = error + float(info.eps) * size + float(info.smallest_subnormal)
    return np.where(error == 0, 0.0, np.where(finite, total, math.inf))


def _ulps(dtype: DType, value: Array, count: float) -> Array:
    info = ml_dtypes.finfo(dtype.np)
    size = np.where(np.isfinite(_wide(value)), np.abs(_wide(value)), 0.0)
    return count * (float(info.eps) * size + float(info.smallest_subnormal))


def _of_products(node: Node, values: dict[Node, Array], variables: dict[str, int]) -> Array:
    """How far the products that `node` consists of are rounded: a fused sum leaves that out."""
    path = [node]
    while path[-1].op in (*MOVEMENT, Op.WHERE):
        a, *choices = path[-1].src
        path.append(next((c for c in choices if c.op is not Op.CONST), a))
    products = path[-1]
    if products.op is not Op.MUL or not products.dtype.is_float:
        return np.zeros(values[node].shape)
    digits = 2.0 ** (ml_dtypes.finfo(products.dtype.np).nmant + 1)
    value = np.abs(_wide(values[products])) * 16
    whole = [_wide(values[s]) * 4 for s in products.src]
    exact = (whole[0] == np.trunc(whole[0])) & (whole[1] == np.trunc(whole[1])) & (value < digits)
    error = np.where(exact, 0.0, _ulps(products.dtype, values[products], 1.0))
    for moved in reversed(path[:-1]):
        if moved.op in MOVEMENT:
            error = _moved(moved, error, values[moved.src[0]], variables)
    return error


# ---- one rule for each operation ----------------------------------------------------------------


def _unknown(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    """Anything may come of an inexact source."""
    if node.op is Op.BITCAST and node.shape != node.src[0].shape:
        return np.full(value.shape, math.inf)
    total = np.zeros(value.shape)
    for error in errors:
        total = total + np.where(error > 0, math.inf, 0.0)
    return total


def _sum(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    return _rounding(node.dtype, value, errors[0] + errors[1])


def _product(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    a, b = (np.abs(_wide(s)) for s in src[:2])
    ea, eb = errors[:2]
    error = np.where(eb > 0, a * eb, 0) + np.where(ea > 0, b * ea, 0)
    error = error + np.where((ea > 0) & (eb > 0), ea * eb, 0)
    return _rounding(node.dtype, value, error + (errors[2] if len(errors) == 3 else 0))


def _overflow(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    """A product that is added at once is not rounded, and so not infinite."""
    if not node.dtype.is_float:
        return np.zeros(value.shape)
    finite = np.isfinite(_wide(src[0])) & np.isfinite(_wide(src[1]))
    return np.where(np.isinf(_wide(value)) & finite, math.inf, 0.0)


def _multiply_add(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    """Rounded once where the target can, else the product is rounded too."""
    product = src[0] * src[1]
    vague = _ulps(node.dtype, product, 1.0) + _overflow(node, product, src, errors)
    exact = _wide(product) == _wide(src[0]) * _wide(src[1])
    exact = exact & (node.dtype is not dtypes.float64)
    return np.where(exact, 0.0, _rounding(node.dtype, value, vague))


def _quotient(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    b, quotient = np.abs(_wide(src[1])), np.abs(_wide(value))
    change = errors[0] + np.where(errors[1] > 0, quotient * errors[1], 0)
    error = np.where(b > errors[1], change / (b - errors[1]), math.inf)
    return _rounding(node.dtype, value, np.where(errors[0] + errors[1] > 0, error, 0))


def _division_by_zero(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    """The sign of a zero may differ: which one a sum gives depends on how it starts."""
    return np.where(_wide(src[1]) == 0, math.inf, 0.0)


def _maximum(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    return _keep(node, value, np.maximum(errors[0], errors[1]))


def _keep(node: Node, value: Array, error: Array) -> Array:
    return error if node.dtype.is_float else np.where(error > 0, math.inf, 0.0)


def _comparison(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    total = errors[0] + errors[1]
    if not node.src[0].dtype.is_float:
        return np.where(total > 0, math.inf, 0.0)
    clear = np.abs(_wide(src[0]) - _wide(src[1])) > total
    return np.where((total > 0) & ~clear, math.inf, 0.0)


def _choice(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    chosen = np.where(src[0], errors[1], errors[2])
    other = (src[1] != src[2]) | (errors[1] > 0) | (errors[2] > 0)
    return np.where((errors[0] > 0) & other, math.inf, chosen)


def _cast(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    error, source = errors[0], _wide(src[0])
    if not node.src[0].dtype.is_float:
        return np.where(error > 0, math.inf, 0.0)
    if node.dtype.is_float:
        return _rounding(node.dtype, value, error)
    if node.dtype.is_bool:
        return np.where((error > 0) & ~(np.abs(source) > error), math.inf, 0.0)
    same = np.trunc(source - error) == np.trunc(source + error)
    return np.where((error > 0) & ~same, math.inf, 0.0)


def _truncation(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    error, source = errors[0], _wide(src[0])
    same = np.trunc(source - error) == np.trunc(source + error)
    return np.where(same, 0.0, error + 1)


def _through(slope: Callable[[Array, Array, Array], Array]) -> Rule:
    """A function of one number, whose result changes by slope(x, error, result)."""

    def rule(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
        x, error = _wide(src[0]), errors[0]
        change = np.where(error > 0, slope(x, error, np.abs(_wide(value))), 0.0)
        inexact = node.op is not Op.SQRT
        own = _ulps(node.dtype, value, FUNCTION_ULPS) if inexact else np.zeros(value.shape)
        return _rounding(node.dtype, value, change) + own

    return rule


def _change_of_log2(x: Array, error: Array, value: Array) -> Array:
    return np.where(x > error, np.log2(x / (x - error)), math.inf)


def _change_of_sqrt(x: Array, error: Array, value: Array) -> Array:
    return np.where(x >= error, np.sqrt(np.abs(x)) - np.sqrt(np.abs(x - error)), math.inf)


def _reduction(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    op, axes = node.arg
    x, error = src[0], errors[0]
    if not node.dtype.is_float or op is Op.MAX:
        return _keep(node, value, error.max(axis=axes, initial=0.0))
    count = math.prod(x.shape[a] for a in axes)
    sizes = np.abs(_wide(x))
    exact = error.max(axis=axes, initial=0.0) == 0
    info = ml_dtypes.finfo(node.dtype.np)
    digits = 2.0 ** (info.nmant + 1)
    if op is Op.ADD:
        total = sizes.sum(axis=axes)
        quarters = (sizes * 4 == np.trunc(sizes * 4)).all(axis=axes) & (total * 4 < digits)
        sure = exact & (quarters | ~np.isfinite(_wide(x)).all(axis=axes) | (count <= 1))
        change = error.sum(axis=axes) + count * float(info.eps) * total
        change = np.where(total < float(info.max), change, math.inf)
        some_infinite = np.isinf(_wide(x)).any(axis=axes)
        overflow = np.where(np.isfinite(_wide(x)), sizes, 0).sum(axis=axes) >= float(info.max)
        sure = sure & ~(some_infinite & overflow)
    else:
        whole = (sizes == np.trunc(sizes)).all(axis=axes)
        sure = exact & ((whole & (np.maximum(sizes, 1).prod(axis=axes) < digits)) | (count <= 1))
        span = np.abs(np.log2(np.where(sizes == 0, 0.0, sizes))).sum(axis=axes)
        relative = np.where(error > 0, error / sizes, 0.0).sum(axis=axes)
        change = np.abs(_wide(value)) * 2 * (relative + count * float(info.eps))
        safe = (span < abs(math.log2(float(info.smallest_normal)))) & (relative < 0.1)
        change = np.where(safe, change + float(info.smallest_subnormal), math.inf)
    return np.where(sure, 0.0, change)


def _bits(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    """The bits of a NaN, and the sign of a zero, are not pinned down."""
    if not node.src[0].dtype.is_float:
        return np.zeros(value.shape)
    vague = np.isnan(_wide(src[0])) | (_wide(src[0]) == 0)
    if value.shape == vague.shape:
        return np.where(vague, math.inf, 0.0)
    return np.full(value.shape, math.inf if vague.any() else 0.0)


def _moved(node: Node, error: Array, source: Array, variables: dict[str, int]) -> Array:
    """Errors are moved as the values are."""
    if not error.any():
        (shape,) = (x.shape for x in evaluate_graph([_on(node, error)], _held(error), variables))
        return np.zeros(shape)
    return evaluate_graph([_on(node, error)], _held(error), variables)[0]


_ref: dict[int, BufferRef] = {}


def _held(error: Array) -> dict[BufferRef, Array]:
    return {_ref[error.size]: error.reshape(-1)}


def _on(node: Node, error: Array) -> Node:
    """The movement `node` of an array of errors."""
    ref = _ref.setdefault(error.size, BufferRef("CPU", error.size, dtypes.float64))
    return remake(node, (reshape(buffer(ref), node.src[0].shape),))


def _gather(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    if errors[1].any() or (len(errors) == 3 and errors[2].any()):
        return np.full(value.shape, math.inf)
    index = src[1].astype(np.int64)
    if len(src) == 2:
        return np.asarray(errors[0][index])
    result = np.zeros(value.shape)
    result[src[2]] = errors[0][index[src[2]]]
    return result


def _scatter(node: Node, value: Array, src: list[Array], errors: list[Array]) -> Array:
    if any(e.any() for e in (errors[1], *errors[3:])):
        return np.full(value.shape, math.inf)
    rows = src[1].astype(np.int64).reshape(-1)
    wide = (*rows.shape, *value.shape[1:])
    keep = src[3].reshape(-1) if len(src) == 4 else np.ones(rows.shape, bool)
    result = errors[0].copy()
    if node.arg == "set":
        result[rows[keep]] = errors[2].reshape(wide)[keep]
        return result
    sizes, counts = np.abs(_wide(src[0])), np.zeros(value.shape[:1])
    np.add.at(result, rows[keep], errors[2].reshape(wide)[keep])
    np.add.at(sizes, rows[keep], np.abs(_wide(src[2])).reshape(wide)[keep])
    np.add.at(counts, rows[keep], 1.0)
    steps = counts.reshape(-1, *(1,) * (value.ndim - 1))
    return _rounding(node.dtype, sizes, np.where(result > 0, result * (1 + steps), 0.0))


_SOURCE_RULES: dict[Op, Rule] = {
    Op.EXP2: _through(lambda x, e, v: v * (np.exp2(np.minimum(e, 100.0)) - 1)),
    Op.LOG2: _through(_change_of_log2),
    Op.SIN: _through(lambda x, e, v: e),
    Op.REDUCE: _reduction,
}
_EXACT_SOURCES: dict[Op, Rule] = {
    **_SOURCE_RULES,
    Op.MUL: _overflow,
    Op.FMA: _multiply_add,
    Op.FDIV: _division_by_zero,
    Op.BITCAST: _bits,
}
_RULES: dict[Op, Rule] = {
    **_SOURCE_RULES,
    Op.ADD: _sum,
    Op.SUB: _sum,
    Op.MUL: _product,
    Op.FMA: lambda *a: _product(*a) + _multiply_add(*a),
    Op.FDIV: lambda *a: np.maximum(_quotient(*a), _division_by_zero(*a)),
    Op.MAX: _maximum,
    Op.LT: _comparison,
    Op.NE: _comparison,
    Op.WHERE: _choice,
    Op.CAST: _cast,
    Op.TRUNC: _truncation,
    Op.SQRT: _through(_change_of_sqrt),
    Op.LOAD: _gather,
    Op.STORE: _scatter,
    Op.DETACH: lambda n, v, s, e: e[0],
    Op.CONTIGUOUS: lambda n, v, s, e: e[0],
    Op.COPY: lambda n, v, s, e: e[0],
}
