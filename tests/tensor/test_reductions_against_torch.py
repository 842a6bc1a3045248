"""Statistics, scans and sorting against PyTorch: values, dtypes and gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.extra.numpy as npst
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import smelt
from smelt import Context, Tensor
from smelt.util.errors import (
    ArgumentError,
    AxisError,
    CaptureError,
    OutOfRangeError,
    ShapeError,
    TransformError,
)
from tests.helpers import Row, against_torch, row

LINES = ((2, 5), (1, 4), (0, 3), (3, 1), (3, 0))
CUBE = ((2, 3, 4), (1, 1, 1), (2, 0, 3))
FULL = ((2, 5), (1, 4), (0, 3))
ZEROS = torch.tensor([1.0, 0.0, 2.0, 0.0, 3.0])


def ints(name: str, function: Any, theirs: Any = None, dtype: str = "int32", **more: Any) -> Row:
    return row(name, function, theirs, more.pop("cases", FULL), -4.0, 5.0, dtype, **more)


def holed(x: Any) -> Any:
    """x with a NaN where it is below -1."""
    return x.masked_fill(x < -1, float("nan"))


STATISTICS = [
    row("aminmax", lambda x: x.aminmax(dim=1), cases=((2, 5), (3, 1))),
    row("amax axes", lambda x: x.amax((0, 2)), cases=((2, 3, 4), (1, 1, 1))),
    row("amin keepdim", lambda x: x.amin((0, -1), True), cases=((2, 3, 4),)),
    row("count_nonzero", lambda x: (x > 0).count_nonzero(dim=1), cases=CUBE),
    row("count_nonzero all", lambda x: x.count_nonzero(), cases=CUBE),
    row("nansum", lambda x: holed(x).nansum(1), cases=CUBE),
    row("nansum all", lambda x: holed(x).nansum(), cases=LINES),
    row("nanmean", lambda x: holed(x).nanmean(0, keepdim=True), cases=((5, 2), (1, 4), (2, 0))),
    row("mean dtype", lambda x: x.mean(0, dtype=like(x, "float64")), cases=FULL, rtol=1e-6),
    row("mean of ints", lambda x: x.float().mean((0, 1)), cases=FULL[:2], dtype="int32"),
    row("var unbiased", lambda x: x.var(1, unbiased=False), cases=((2, 5), (1, 4))),
    row("std unbiased", lambda x: x.std(1, unbiased=True), cases=((2, 5), (1, 4))),
    row("var axes", lambda x: x.var((0, 2), keepdim=True), cases=((2, 3, 4),)),
    row("std_mean correction", lambda x: x.std_mean(1, correction=2),
        lambda x: torch.std_mean(x, 1, correction=2), ((2, 5),)),
    row("softmin", lambda x: x.softmin(1), lambda x: torch.nn.functional.softmin(x, 1), CUBE),
    row("softmax dtype", lambda x: x.softmax(-1, dtype=like(x, "float64")), cases=FULL),
    row("log_softmax dtype", lambda x: x.log_softmax(0, dtype=like(x, "float32")), cases=FULL,
        dtype="float16", rtol=2e-3, atol=2e-3),
    row("norm axes", lambda x: x.norm(2, (0, 1)), cases=((2, 5), (0, 3))),
    ints("aminmax of ints", lambda x: x.aminmax(), cases=((2, 5),)),
    ints("prod dtype", lambda x: x.prod(1, dtype=like(x, "float32"))),
    ints("any axis", lambda x: x.any(1)),
    ints("all axes", lambda x: x.all(1, keepdim=True)),
]  # fmt: skip

SCANS = [
    row("cumsum", lambda x: x.cumsum(1), cases=LINES),
    row("cumsum axis", lambda x: x.cumsum(-2), cases=CUBE),
    row("cumsum blocks", lambda x: x.cumsum(0), cases=((300,), (40, 2)), rtol=1e-4, atol=1e-5),
    row(
        "cumsum within",
        lambda x: x.cumsum(1),
        cases=((2, 31, 3), (2, 32, 5), (3, 77, 20)),
        rtol=1e-4,
    ),
    row("cumsum dtype", lambda x: x.cumsum(0, dtype=like(x, "float64")), cases=FULL, rtol=1e-6),
    row("cumsum half", lambda x: x.cumsum(0), cases=((20,),), dtype="float16", rtol=1e-2),
    row("cumprod", lambda x: x.cumprod(1), cases=LINES),
    row("cumprod blocks", lambda x: x.cumprod(-1), cases=((40,),), low=0.8, high=1.2, rtol=1e-4),
    row("cumprod zeros", lambda x: (x * constant(x, ZEROS)).cumprod(0), cases=((5,), (2, 5))),
    row("cummax", lambda x: x.cummax(1), cases=LINES),
    row("cummax dim 0", lambda x: x.cummax(dim=0), cases=CUBE),
    row("cummax blocks", lambda x: x.cummax(0), cases=((300,),)),
    row("cummax of equals", lambda x: (x * 0).cummax(1), cases=((2, 5),)),
    row("cummin", lambda x: x.cummin(1), cases=LINES),
    row("logcumsumexp", lambda x: x.logcumsumexp(1), cases=LINES),
    row("logcumsumexp large", lambda x: x.logcumsumexp(0), cases=((20,),), low=80, high=200),
    row("logcumsumexp blocks", lambda x: x.logcumsumexp(0), cases=((300,),), rtol=1e-4),
    ints("cumsum of ints", lambda x: x.cumsum(1)),
    ints("cumsum of bools", lambda x: x.cumsum(1), dtype="bool"),
    ints("cumprod of ints", lambda x: x.cumprod(0), dtype="int8"),
    ints("cummax of ints", lambda x: x.cummax(1), dtype="int8"),
    ints("cummin of uint8", lambda x: (x + 4).cummin(0), dtype="uint8"),
    ints("cummax of bools", lambda x: x.cummax(1), dtype="bool"),
]

SORTING = [
    row("sort", lambda x: x.sort(1), lambda x: tuple(x.sort(dim=1)), LINES),
    row("sort dim 0", lambda x: x.sort(dim=0, descending=True), cases=CUBE),
    row("sort scalar", lambda x: x.sort(), cases=((),)),
    row("sort half", lambda x: x.sort(), cases=((9,),), dtype="float16"),
    row("sort long", lambda x: x.sort(), cases=((300,),)),
    row("argsort", lambda x: x.argsort(1), cases=LINES),
    row("argsort descending", lambda x: x.argsort(dim=0, descending=True), cases=CUBE),
    row("argsort of equals", lambda x: (x * 0).argsort(1, descending=True),
        lambda x: (x * 0).argsort(dim=1, descending=True, stable=True), ((2, 5),)),
    row("topk", lambda x: x.topk(2, 1), cases=((2, 5), (1, 4), (0, 3))),
    row("topk smallest", lambda x: x.topk(3, dim=0, largest=False), cases=((4, 2), (3, 1))),
    row("topk all", lambda x: x.topk(5), cases=((2, 5),)),
    row("topk none", lambda x: x.topk(0), cases=((2, 5), (0, 3))),
    row("topk rounds", lambda x: x.topk(3), cases=((300,),)),
    row("kthvalue", lambda x: x.kthvalue(2, 1), cases=((2, 5), (1, 4))),
    row("kthvalue keepdim", lambda x: x.kthvalue(1, 0, keepdim=True), cases=((3, 2),)),
    row("median", lambda x: x.median(), cases=((3, 3), (2, 3), (1,))),
    row("median dim", lambda x: x.median(1, True), cases=((2, 5), (1, 4), (3, 1))),
    row("nanmedian", lambda x: holed(x).nanmedian(dim=0)[0], cases=((5, 3), (4, 2))),
    row("quantile", lambda x: x.quantile(0.3, dim=1), cases=((2, 5), (1, 4), (3, 1))),
    row("quantile all", lambda x: x.quantile(0.75, keepdim=True), cases=((2, 5), (3,))),
    row("quantile vector", lambda x: x.quantile(constant(x, [0.0, 0.4, 1.0]), dim=0),
        cases=((4, 2), (1, 3))),
    row("nanquantile", lambda x: holed(x).nanquantile(0.6, dim=0), cases=((5, 3),)),
    row("unique", lambda x: x.unique(return_inverse=True, return_counts=True),
        lambda x: unique_with_gradient(x), ((7,), (2, 3), (1,), (0,))),
    ints("sort of ints", lambda x: x.sort(1), lambda x: x.sort(dim=1, stable=True), dtype="int8"),
    ints("sort of bools", lambda x: x.sort(1, True),
         lambda x: x.sort(dim=1, descending=True, stable=True), dtype="bool"),
    ints("sort of int64", lambda x: x.argsort(0), lambda x: x.argsort(dim=0, stable=True),
         dtype="int64"),
    ints("sort of uint8", lambda x: (x + 252).sort()[0], dtype="uint8"),
    ints("topk of ints", lambda x: x.topk(2)[0]),
    ints("median of ints", lambda x: x.median(1)[0], cases=((2, 5), (1, 4))),
    ints("unique of ints", lambda x: x.unique(return_inverse=True, return_counts=True),
         cases=((4, 5), (1,), (0, 2))),
    ints("unique rows", lambda x: (x > 0).unique(dim=0, return_inverse=True, return_counts=True),
         cases=((6, 3), (5, 1))),
    ints("unique columns", lambda x: (x // 3).unique(dim=-1, return_counts=True), cases=((2, 7),)),
    ints("unique_consecutive", lambda x: (x // 3).unique_consecutive(True, True), cases=((9,),)),
    ints("unique_consecutive rows", lambda x: (x > 0).unique_consecutive(dim=0), cases=((6, 1),)),
    ints("bincount", lambda x: (x + 4).bincount(minlength=3), cases=((20,), (1,), (0,))),
    ints("bincount weights", lambda x: (x + 4).bincount(x.float() * 0.5), cases=((20,),)),
    row("histc", lambda x: x.histc(5, -1, 1.5), cases=((20,), (2, 3), (0,))),
    row("histc own range", lambda x: x.histc(4), cases=((20,), (1,))),
]  # fmt: skip
BOUNDS = ((7,), (2, 3)), ((7,), ()), ((1,), (4,)), ((0,), (3,)), ((2, 5), (2, 3))
SORTING += [
    row("searchsorted", lambda x, y: x.sort()[0].searchsorted(y),
        lambda x, y: torch.searchsorted(x.detach().sort()[0], y.detach()), BOUNDS),
    row("searchsorted right", lambda x, y: x.searchsorted(x, right=True, sorter=x.argsort()),
        lambda x, y: torch.searchsorted(x, x, right=True, sorter=x.argsort()), BOUNDS),
    row("searchsorted side", lambda x, y: x.sort()[0].searchsorted(0.5, side="right"),
        lambda x, y: torch.searchsorted(x.sort()[0], 0.5, side="right"), BOUNDS[:3]),
    row("bucketize", lambda x, y: y.bucketize(x.sort()[0], out_int32=True),
        lambda x, y: torch.bucketize(y, x.sort()[0], out_int32=True), BOUNDS[:4]),
]  # fmt: skip

ROWS = [Row(f"order: {r.name}", *list(vars(r).values())[1:]) for r in STATISTICS + SCANS + SORTING]


def like(x: Any, name: str) -> Any:
    """A dtype as the library of x has it."""
    return getattr(torch, name) if isinstance(x, torch.Tensor) else name


def constant(x: Any, values: Any) -> Any:
    """A constant as the library of x has it."""
    values = torch.as_tensor(values)
    return values if isinstance(x, torch.Tensor) else Tensor(values.numpy())


def unique_with_gradient(x: torch.Tensor) -> Any:
    """PyTorch has no gradient of unique: the one of picking the values."""
    _, inverse, counts = x.unique(return_inverse=True, return_counts=True)
    flat = x.flatten()
    return flat[flat.detach().argsort(stable=True)], inverse, counts


test_meaning, test_compiled = against_torch(ROWS)


# ---- against numpy ------------------------------------------------------------------------------

SPECIAL = [0.0, -0.0, 1.0, -1.0, float("inf"), -float("inf"), float("nan"), 1e-40, -3e38]
FLOATS = st.sampled_from(SPECIAL) | st.floats(-2, 2, width=32)
VECTORS = npst.arrays(np.float32, st.integers(0, 40), elements=FLOATS) | npst.arrays(
    st.sampled_from([np.int8, np.uint8, np.int64, np.uint64, np.bool_]), st.integers(0, 40)
)


@given(x=VECTORS, descending=st.booleans())
@settings(max_examples=60)
def test_sort_is_stable_and_total(x: np.ndarray[Any, Any], descending: bool) -> None:
    with Context(ORACLE=1):
        values, indices = (t.numpy() for t in Tensor(x).sort(descending=descending))
    if x.dtype == np.uint64:
        expected = np.argsort(x if not descending else ~x, kind="stable")
    else:
        expected = torch.tensor(x).argsort(stable=True, descending=descending).numpy()
    np.testing.assert_array_equal(indices, expected)
    np.testing.assert_array_equal(values, x[expected])


@given(x=VECTORS)
@settings(max_examples=40)
def test_unique(x: np.ndarray[Any, Any]) -> None:
    expected, expected_counts = np.unique(x, return_counts=True, equal_nan=False)
    with Context(ORACLE=1):
        results = Tensor(x).unique(return_inverse=True, return_counts=True)
        values, inverse, counts = (t.numpy() for t in results)
    np.testing.assert_array_equal(values, expected)
    np.testing.assert_array_equal(counts, expected_counts)
    np.testing.assert_array_equal(values[inverse], x)  # which NaN is which numpy leaves open


@given(x=npst.arrays(np.int8, npst.array_shapes(min_dims=2, max_dims=3, min_side=0, max_side=5),
                     elements=st.integers(0, 2)))  # fmt: skip
@settings(max_examples=30)
def test_unique_rows(x: np.ndarray[Any, Any]) -> None:
    if 0 in x.shape:
        return
    expected = np.unique(x, axis=0, return_counts=True)
    with Context(ORACLE=1):
        ours = Tensor(x).unique(dim=0, return_counts=True)
        for mine, theirs in zip(ours, expected, strict=True):
            np.testing.assert_array_equal(mine.numpy(), theirs)


@given(x=npst.arrays(np.float32, st.integers(0, 20), elements=st.integers(-5, 5)),
       values=npst.arrays(np.float32, st.integers(0, 9), elements=st.integers(-6, 6)),
       side=st.sampled_from(["left", "right"]))  # fmt: skip
@settings(max_examples=40)
def test_searchsorted(x: np.ndarray[Any, Any], values: np.ndarray[Any, Any], side: Any) -> None:
    x = np.sort(x)
    with Context(ORACLE=1):
        ours = Tensor(x).searchsorted(Tensor(values), side=side).numpy()
    np.testing.assert_array_equal(ours, np.searchsorted(x, values, side))


@pytest.mark.parametrize("dtype", ["float32", "int16", "float64"])
def test_radix_sort(dtype: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 5000)).round(2)
    x[:, 7:9] = 0.0, -0.0
    if dtype == "int16":
        x *= 1000
    else:
        x[:, 3:6] = np.nan, np.inf, -np.nan
    x = np.asarray(x, dtype)
    with smelt.stats() as counted:
        ours = Tensor(x).argsort().numpy()
    np.testing.assert_array_equal(ours, torch.tensor(x).argsort(stable=True).numpy())
    assert counted.kernels < 200, "a few for each digit"


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "uint16", "int32"])
@pytest.mark.parametrize("shape", [(40, 512), (19, 700), (9, 1025)])
def test_many_rows_are_sorted_side_by_side(shape: tuple[int, int], dtype: str) -> None:
    x = np.random.default_rng(1).integers(0, 100, shape).astype(dtype)  # many are equal
    if x.dtype.kind == "f":
        x[:, 7:12] = 0.0, -0.0, np.nan, np.inf, -np.nan
    expected = np.argsort(x, axis=1, kind="stable")  # NaN last
    with smelt.stats() as counted:
        ours = Tensor(x).argsort().numpy()
    np.testing.assert_array_equal(ours, expected)
    levels = (shape[1] - 1).bit_length()
    assert counted.kernels <= levels * (levels + 1) // 2 + 3, "one for each step of the network"
    for k in (1, 5, 200):
        ours = Tensor(x).topk(k, largest=False)[1].numpy()
        np.testing.assert_array_equal(ours, expected[:, :k])


@given(n=st.integers(2, 70), k=st.integers(1, 70), data=st.data())
@settings(max_examples=15)
def test_the_network_sorts_every_length(n: int, k: int, data: Any) -> None:
    x = data.draw(npst.arrays(np.int16, (8, n), elements=st.integers(-3, 3)))
    expected = np.argsort(x, axis=1, kind="stable")[:, :k]
    np.testing.assert_array_equal(Tensor(x)._smallest_by_network(min(k, n)).numpy(), expected)


@pytest.mark.parametrize("dtype", ["int8", "float32"])
@pytest.mark.parametrize("size", [5000, 9001])
def test_selection_in_a_long_axis(size: int, dtype: str) -> None:
    x = np.random.default_rng(0).integers(-50, 50, (2, size)).astype(dtype)
    x[:, -2000:] = 127  # as large as what fills up the last part
    values, indices = (t.numpy() for t in Tensor(x).topk(60))
    expected = np.argsort(-x.astype(int), axis=1, kind="stable")[:, :60]
    np.testing.assert_array_equal(indices, expected)
    np.testing.assert_array_equal(values, np.take_along_axis(x, expected, 1))
    middle, index = (t.numpy() for t in Tensor(x).kthvalue(2500))
    np.testing.assert_array_equal(middle, np.sort(x, axis=1)[:, 2499])
    np.testing.assert_array_equal(x[[0, 1], index], middle)


# ---- what has no row -----------------------------------------------------------------------------


def test_scans_of_specials() -> None:
    x = np.array([1.0, np.inf, 2.0, -np.inf, 3.0], np.float32)
    y = np.array([1.0, np.nan, 2.0, np.nan, 5.0] * 5, np.float32)
    low = np.array([-np.inf, -np.inf, 2.0, np.inf, 1.0], np.float32)
    for name, values in (("cumsum", x), ("cumprod", x), ("cummax", y), ("logcumsumexp", low)):
        ours, theirs = getattr(Tensor(values), name)(0), getattr(torch.tensor(values), name)(0)
        pairs = zip(ours, theirs, strict=True) if name == "cummax" else [(ours, theirs)]
        for mine, other in pairs:
            np.testing.assert_array_equal(mine.numpy(), other.numpy())


def test_scans_are_few_kernels() -> None:
    x = Tensor.rand(64, 4096).realize()
    with smelt.stats() as counted:
        x.cumsum(1).realize()
    assert counted.kernels <= 5
    assert counted.flops < 50 * x.numel()


def test_scans_of_columns_leave_the_axis_where_it_is() -> None:
    x = Tensor.rand(300, 48).realize()
    with smelt.profile() as runs:
        x.cumsum(0).realize()
    assert [k.name for k in runs[0].kernels] == ["sum_18x48", "sum_18x48", "sum_300x48"]


def test_unique_of_known_size_in_a_captured_step() -> None:
    step = smelt.jit(lambda x: x.unique(return_counts=True, size=4))
    for data in ([3, 1, 3, 2], [5, 5, 5, 5], [4, 3, 2, 1], [7, 7, 8, 8]):
        values, counts = (t.tolist() for t in step(Tensor(data).realize()))
        expected = np.unique(data, return_counts=True)
        missing = [0] * (4 - len(expected[0]))
        assert values == expected[0].tolist() + missing
        assert counts == expected[1].tolist() + missing


def test_bincount_of_a_known_length_where_nothing_can_be_read() -> None:
    rows = np.array([[3, 1, 3, 2], [0, 0, 1, 3]])
    weights = Tensor([0.5, 1.0, 2.0, 4.0])
    expected = [torch.bincount(torch.tensor(r), minlength=4).tolist() for r in rows]
    step = smelt.jit(lambda x: x.bincount(minlength=4))
    assert [step(Tensor(r)).tolist() for r in rows] == expected
    assert smelt.vmap(lambda x: x.bincount(minlength=4))(Tensor(rows)).tolist() == expected
    weighted = smelt.vmap(lambda x: x.bincount(weights, minlength=5))(Tensor(rows)).tolist()
    assert weighted == [np.bincount(r, weights.numpy(), 5).tolist() for r in rows]
    assert smelt.jit(lambda x: x.bincount(size=2))(Tensor(rows[1])).tolist() == [2, 1]
    with pytest.raises(OutOfRangeError):  # never a result of another length than outside
        step(Tensor([0, 1, 2, 4])).tolist()
    with pytest.raises(TransformError, match="bincount"):
        smelt.vmap(lambda x: x.bincount())(Tensor(rows))


def test_value_dependent_shapes_are_no_captured_steps() -> None:
    for method in (lambda x: x.unique(), lambda x: x.bincount()):
        step = smelt.jit(method)
        with pytest.raises(CaptureError):
            for _ in range(3):
                step(Tensor([1, 2, 2]).realize())


def test_multinomial() -> None:
    Tensor.manual_seed(3)
    weights = Tensor([[0.0, 1.0, 2.0, 1.0], [3.0, 0.0, 0.0, 1.0]])
    drawn = weights.multinomial(2000, replacement=True).numpy()
    shares = [np.bincount(r, minlength=4) / 2000 for r in drawn]
    np.testing.assert_allclose(shares, [[0, 0.25, 0.5, 0.25], [0.75, 0, 0, 0.25]], atol=0.05)
    assert (np.array(shares)[weights.numpy() == 0] == 0).all()
    once = Tensor([1.0, 0.0, 5.0, 2.0]).multinomial(3).tolist()
    assert sorted(once) == [0, 2, 3]


def test_randperm() -> None:
    Tensor.manual_seed(0)
    first, second = Tensor.randperm(50), Tensor.randperm(50)
    assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(50))
    assert first.tolist() != second.tolist()


ERRORS: list[tuple[Callable[[Tensor], Any], type[Exception], str]] = [
    (lambda x: x.topk(4), ArgumentError, "k=4"),
    (lambda x: x.topk(-1), ArgumentError, "k=-1"),
    (lambda x: x.kthvalue(0), ArgumentError, "k=0"),
    (lambda x: x.sort(2), AxisError, "axis 2"),
    (lambda x: x.cumsum(5), AxisError, "axis 5"),
    (lambda x: x.cummax(-3), AxisError, "axis -3"),
    (lambda x: x.quantile(1.5), ArgumentError, "q=1.5"),
    (lambda x: x.quantile(0.5, interpolation="cubic"), ArgumentError, "cubic"),
    (lambda x: x[:, :0].median(1), ShapeError, "at least one element"),
    (lambda x: x.searchsorted(x, side="middle"), ArgumentError, "middle"),
    (lambda x: x.searchsorted(x[:1]), ShapeError, "last axis"),
    (lambda x: x.bincount(), ShapeError, "vector of ints"),
    (lambda x: x.histc(0), ArgumentError, "bins=0"),
    (lambda x: x.multinomial(9), ArgumentError, "replacement=True"),
    (lambda x: x.unique(dim=2), AxisError, "axis 2"),
    (lambda x: Tensor([1, -1]).bincount(size=3).realize(), OutOfRangeError, "index"),
]


@pytest.mark.parametrize(("wrong", "error", "text"), ERRORS)
def test_errors(wrong: Callable[[Tensor], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        wrong(Tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
