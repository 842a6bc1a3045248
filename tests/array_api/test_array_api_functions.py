"""Functions of whole arrays against array-api-strict, over generated shapes, dtypes and arguments.

A row draws the arguments of a function: numpy arrays stand for arrays. Both libraries get the same
ones and have to give the same dtypes, shapes and values, or both raise an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import smelt.array_api as xp
from smelt.util.errors import SmeltError

Draw = Callable[[Any], Any]
Call = tuple[tuple[Any, ...], dict[str, Any]]

INTS = ("int8", "int64", "uint8", "uint64")
FLOATS = ("float32", "float64")
NUMBERS = (*INTS, *FLOATS)
ALL = ("bool", *NUMBERS)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
FULL = hnp.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3)


def values(dtype: str, small: bool) -> st.SearchStrategy[Any]:
    if dtype == "bool":
        return st.booleans()
    if dtype.startswith("float"):
        return st.integers(-16, 16).map(lambda n: n / 4)
    least = 0 if dtype.startswith("u") else -5
    info = np.iinfo(dtype)
    extremes = [] if small else [info.min, info.max]
    return st.sampled_from([*range(least, 6), *extremes])


def array(
    draw: Draw, dtypes: tuple[str, ...] = ALL, shapes: Any = SHAPES, small: bool = True
) -> np.ndarray[Any, Any]:
    dtype = draw(st.sampled_from(dtypes))
    shape = draw(shapes) if isinstance(shapes, st.SearchStrategy) else shapes
    return draw(hnp.arrays(dtype, shape, elements=values(dtype, small)))


def axis(draw: Draw, ndim: int, none: bool = False) -> int | None:
    """One axis, now and then outside; never 0 of no axes, which numpy takes here and there."""
    wrong = [ndim + 1] if not ndim or draw(st.integers(0, 7)) == 0 else []
    return draw(st.sampled_from([None] if none and not ndim else [*range(-ndim, ndim), *wrong]))


def axes(draw: Draw, ndim: int) -> int | tuple[int, ...] | None:
    several = draw(st.lists(st.integers(0, ndim - 1), unique=True)) if ndim else []
    signed = tuple(a - ndim * draw(st.booleans()) for a in several)
    return draw(st.sampled_from([signed, axis(draw, ndim, none=True)]))


def reduction(
    dtypes: tuple[str, ...] = NUMBERS, shapes: Any = SHAPES, **options: st.SearchStrategy[Any]
) -> Callable[[Draw], Call]:
    def call(draw: Draw) -> Call:
        x = array(draw, dtypes, shapes)
        given = {name: draw(option) for name, option in options.items()}
        return (x,), {"axis": axes(draw, x.ndim), "keepdims": draw(st.booleans()), **given}

    return call


def along(
    dtypes: tuple[str, ...] = NUMBERS,
    none: bool = False,
    shapes: Any = SHAPES,
    **options: st.SearchStrategy[Any],
) -> Callable[[Draw], Call]:
    def call(draw: Draw) -> Call:
        x = array(draw, dtypes, shapes)
        given = {name: draw(option) for name, option in options.items()}
        return (x,), {"axis": axis(draw, x.ndim, none), **given}

    return call


def one(
    dtypes: tuple[str, ...] = ALL, shapes: Any = SHAPES, **options: st.SearchStrategy[Any]
) -> Callable[[Draw], Call]:
    def call(draw: Draw) -> Call:
        given = {name: draw(option) for name, option in options.items()}
        return (array(draw, dtypes, shapes),), given

    return call


def several(draw: Draw) -> Call:
    shape = draw(SHAPES)
    listed = [array(draw, INTS[:2], shape) for _ in range(draw(st.integers(1, 3)))]
    return (listed,), {"axis": axis(draw, len(shape))}


def broadcast(draw: Draw, count: int, dtypes: tuple[str, ...] = NUMBERS) -> list[Any]:
    shapes = draw(hnp.mutually_broadcastable_shapes(num_shapes=count, max_dims=3, max_side=3))
    kind = draw(st.sampled_from([dtypes]))
    return [array(draw, kind, shape) for shape in shapes.input_shapes]


def taken(draw: Draw) -> Call:
    x = array(draw, ALL, FULL)
    along = axis(draw, x.ndim, none=True)
    size = x.shape[along] if along is not None and -x.ndim <= along < x.ndim else min((1, *x.shape))
    indices = draw(hnp.arrays("int64", draw(st.integers(0, 4)), elements=st.integers(0, size - 1)))
    return (x, indices), {"axis": along}


def taken_along(draw: Draw) -> Call:
    x = array(draw, ALL, hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3))
    along = draw(st.integers(-x.ndim, x.ndim - 1))
    shape = list(x.shape)
    shape[along] = draw(st.integers(0, 3))
    last = x.shape[along] - 1
    return (x, draw(hnp.arrays("int64", shape, elements=st.integers(0, last)))), {"axis": along}


def searched(draw: Draw) -> Call:
    dtype = draw(st.sampled_from(("int64", "float32", "float64")))
    x1 = array(draw, (dtype,), (draw(st.integers(0, 5)),))
    side = draw(st.sampled_from(["left", "right"]))
    if draw(st.booleans()):
        return (np.sort(x1), array(draw, (dtype,))), {"side": side}
    return (x1, array(draw, (dtype,))), {"side": side, "sorter": np.argsort(x1, kind="stable")}


def chosen(draw: Draw) -> Call:
    shapes = draw(hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=3))
    mask, a, b = shapes.input_shapes
    kind = draw(st.sampled_from([("bool",), INTS[:3], FLOATS]))
    parts = [array(draw, ("bool",), mask), array(draw, kind, a), array(draw, kind, b)]
    if draw(st.integers(0, 3)) == 0:
        parts[2] = True if kind == ("bool",) else 1
    return tuple(parts), {}


def reshaped(draw: Draw) -> Call:
    x = array(draw)
    shape = draw(st.sampled_from([(-1,), (x.size,), (1, *x.shape), x.shape[::-1], (2, -1), (5, 7)]))
    return (x, shape), {}


def rolled(draw: Draw) -> Call:
    x = array(draw)
    where = axes(draw, x.ndim)
    shifts = st.integers(-4, 4)
    shift = draw(
        st.tuples(*[shifts for _ in where]) if isinstance(where, tuple) and where else shifts
    )
    return (x, shift), {"axis": None if where == () else where}


def moved(draw: Draw) -> Call:
    x = array(draw)
    order = draw(st.permutations(range(x.ndim)))
    count = draw(st.integers(0, x.ndim))
    return (x, tuple(range(count)), tuple(order[:count])), {}


def permuted(draw: Draw) -> Call:
    x = array(draw)
    return (x, tuple(draw(st.permutations(range(x.ndim))))), {}


def squeezed(draw: Draw) -> Call:
    x = array(draw)
    ones = tuple(a for a in range(x.ndim) if x.shape[a] == 1)
    return (x, draw(st.sampled_from([ones, ones[:1], axis(draw, x.ndim)]))), {}


def repeated(draw: Draw) -> Call:
    x = array(draw)
    along = axis(draw, x.ndim, none=True) if x.ndim else None
    size = x.size if along is None else (x.shape[along] if -x.ndim <= along < x.ndim else 1)
    counts = draw(hnp.arrays("int64", (size,), elements=st.integers(0, 3)))
    return (x, draw(st.sampled_from([0, 2, counts]))), {"axis": along}


def tiled(draw: Draw) -> Call:
    return (array(draw), tuple(draw(st.lists(st.integers(0, 2), max_size=4)))), {}


def differed(draw: Draw) -> Call:
    x = array(draw, NUMBERS, hnp.array_shapes(min_dims=1, max_dims=2, min_side=1, max_side=4))
    along = draw(st.integers(-x.ndim, x.ndim - 1))
    more = {name: x for name in ("prepend", "append") if draw(st.booleans())}
    return (x,), {"axis": along, "n": draw(st.integers(0, 2)), **more}


def clipped(draw: Draw) -> Call:
    dtype = draw(st.sampled_from(NUMBERS))
    x, low, more = broadcast(draw, 3, (dtype,))
    low = draw(st.sampled_from([low, 1, None]))
    high = np.asarray(abs(more) + (0 if low is None else np.max(low, initial=1)))
    return (x, low, draw(st.sampled_from([high.astype(dtype), 100, None]))), {}


def product(draw: Draw) -> Call:
    n, k, m = (draw(st.integers(0, 3)) for _ in range(3))
    batch = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=1, max_side=3))
    first, second = (array(draw, INTS[:2], (*b, *s)) for b, s in zip(
        batch.input_shapes, ((n, k), (k, m)), strict=True)
    )  # fmt: skip
    vector = array(draw, INTS[:2], (k,))
    return draw(st.sampled_from([(first, second), (vector, second), (first, vector)])), {}


def contracted(draw: Draw) -> Call:
    n, k, m = (draw(st.integers(0, 3)) for _ in range(3))
    first, second = array(draw, FLOATS, (n, k, m)), array(draw, FLOATS, (k, m, n))
    return (first, second), {"axes": draw(st.sampled_from([2, 0, ((0, 1), (2, 0)), ((-1,), (1,))]))}


def vectors(draw: Draw) -> Call:
    batch = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=2, max_side=2))
    n = draw(st.integers(0, 3))
    return tuple(array(draw, INTS[:2], (*b, n)) for b in batch.input_shapes), {}


def crossed(draw: Draw) -> Call:
    batch = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=2, max_side=2))
    return tuple(array(draw, INTS[:2], (*b, 3)) for b in batch.input_shapes), {}


def gridded(draw: Draw) -> Call:
    sizes = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    indexing = draw(st.sampled_from(["xy", "ij"]))
    return tuple(array(draw, INTS[:1], (n,)) for n in sizes), {"indexing": indexing}


def indexed(draw: Draw) -> Call:
    x = array(draw, ALL, FULL)
    return (x, draw(hnp.basic_indices(x.shape, allow_newaxis=True))), {}


def masked(draw: Draw) -> Call:
    x = array(draw)
    return (x, array(draw, ("bool",), x.shape)), {}


LINES = hnp.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=3)
MATRICES = hnp.array_shapes(min_dims=2, max_dims=3, min_side=0, max_side=3)
ORDERS = st.sampled_from([1, 2, 3.5, 0, -1, float("inf"), -float("inf")])
K = st.integers(-2, 2)
BOOL = st.booleans()

ROWS: dict[str, Callable[[Draw], Call]] = {
    "all": reduction(ALL),
    "any": reduction(ALL),
    "argmax": along(none=True, shapes=FULL, keepdims=BOOL),
    "argmin": along(none=True, shapes=FULL, keepdims=BOOL),
    "argsort": along(descending=BOOL),
    "astype": lambda draw: ((abs(array(draw)), draw(st.sampled_from(ALL))), {}),
    "broadcast_arrays": lambda draw: (tuple(broadcast(draw, 3)), {}),
    "broadcast_to": lambda draw: ((array(draw), draw(SHAPES)), {}),
    "clip": clipped,
    "concat": several,
    "count_nonzero": reduction(ALL),
    "cumulative_prod": along(shapes=LINES, include_initial=BOOL),
    "cumulative_sum": along(shapes=LINES, include_initial=BOOL),
    "diff": differed,
    "expand_dims": lambda draw: ((x := array(draw),), {"axis": axis(draw, x.ndim + 1)}),
    "flip": lambda draw: ((x := array(draw),), {"axis": axes(draw, x.ndim)}),
    "full_like": lambda draw: ((array(draw, NUMBERS), 3), {}),
    "linalg.cross": crossed,
    "linalg.diagonal": one(ALL, MATRICES, offset=K),
    "linalg.matrix_norm": one(FLOATS, MATRICES, keepdims=BOOL),
    "linalg.outer": lambda draw: ((array(draw, INTS[:3], (2,)), array(draw, INTS[:2], (3,))), {}),
    "linalg.trace": one(NUMBERS, MATRICES, offset=K),
    "linalg.vector_norm": reduction(FLOATS, FULL, ord=ORDERS),
    "matmul": product,
    "matrix_transpose": one(),
    "max": reduction(shapes=FULL),
    "mean": reduction(FLOATS, FULL),
    "meshgrid": gridded,
    "min": reduction(shapes=FULL),
    "moveaxis": moved,
    "nonzero": one(),
    "ones_like": one(),
    "permute_dims": permuted,
    "prod": reduction(),
    "repeat": repeated,
    "reshape": reshaped,
    "roll": rolled,
    "searchsorted": searched,
    "sort": along(descending=BOOL),
    "squeeze": squeezed,
    "stack": lambda draw: ((a := several(draw))[0], {"axis": axis(draw, a[0][0][0].ndim + 1)}),
    "std": reduction(FLOATS, FULL),
    "sum": reduction(),
    "take": taken,
    "take_along_axis": taken_along,
    "tensordot": contracted,
    "tile": tiled,
    "tril": one(k=K),
    "triu": one(k=K),
    "unique_all": one(),
    "unique_counts": one(),
    "unique_inverse": one(),
    "unique_values": one(),
    "unstack": along(ALL),
    "var": reduction(FLOATS, FULL, correction=st.sampled_from([0, 0.5])),
    "vecdot": vectors,
    "where": chosen,
    "zeros_like": one(),
    "__getitem__": indexed,
    "__getitem__ by a mask": masked,
}  # fmt: skip


def call(module: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    def convert(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return module.asarray(value)
        if isinstance(value, list):
            return [convert(v) for v in value]
        return getattr(module, value) if value in ALL and name == "astype" else value

    arguments = [convert(a) for a in args]
    named = {k: convert(v) for k, v in kwargs.items()}
    if name.startswith("__getitem__"):
        return arguments[0][arguments[1]]
    function = module
    for part in name.split("."):
        function = getattr(function, part)
    return function(*arguments, **named)


def same(ours: Any, theirs: Any) -> None:
    if isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs)
        assert getattr(ours, "_fields", ()) == getattr(theirs, "_fields", ())
        for a, b in zip(ours, theirs, strict=True):
            same(a, b)
        return
    expected = np.asarray(theirs)
    assert isinstance(ours, xp.Array)
    assert ours.dtype.name == expected.dtype.name
    assert ours.shape == expected.shape
    tolerance = 1e-5 if expected.dtype == np.float32 else 1e-9
    np.testing.assert_allclose(ours.numpy(), expected, tolerance, tolerance)


@pytest.mark.parametrize("name", ROWS)
def test_function(name: str) -> None:
    @settings(max_examples=8)
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        args, kwargs = ROWS[name](data.draw)
        with np.errstate(all="ignore"):
            try:
                theirs = call(strict, name, args, kwargs)
            except (TypeError, ValueError, IndexError, RuntimeError):
                with pytest.raises(SmeltError):
                    call(xp, name, args, kwargs)
                return
        same(call(xp, name, args, kwargs), theirs)

    agree()


def test_vecdot_does_not_stretch_the_axis_it_sums() -> None:
    with pytest.raises(SmeltError, match="vecdot: got sizes"):
        xp.vecdot(xp.ones((2, 3)), xp.ones(1))


def test_an_integer_beyond_int64_is_a_uint64() -> None:
    for found in (xp.asarray(2**63), xp.asarray([2**63]), xp.full((), 2**63)):
        assert found.dtype is xp.uint64
    with pytest.raises(SmeltError, match="a number that uint64 holds"):
        xp.asarray(2**64)


def test_decompositions_of_numbers_whose_squares_underflow() -> None:
    for values in (
        [[1.0, 1e-163, 0.0], [0.0, 1e-163, 2e-163], [0.0, 2e-163, 1e-160]],
        [[-2e-298] * 4, [-2e-298] * 4, [1e-154, -2e-298, 4e16, -2e-298]],
        [[1e-314], [2e-314], [3e-310]],
    ):
        x = xp.asarray(values)
        u, s, vh = xp.linalg.svd(x, full_matrices=False)
        q, r = xp.linalg.qr(x)
        size = np.abs(values).max()
        for product in ((u * s) @ vh, q @ r):
            np.testing.assert_allclose(product.numpy(), values, 1e-12, 1e-12 * size)
        np.testing.assert_allclose((q.mT @ q).numpy(), np.eye(q.shape[1]), 1e-9, 1e-12)


def test_singular_values_of_nan_are_nan() -> None:
    assert xp.all(xp.isnan(xp.linalg.svdvals(xp.full((3, 3), float("nan")))))
