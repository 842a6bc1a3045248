"""Indexing for reading and writing against numpy, on random shapes and keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt import Context, Tensor
from smelt.util.errors import ArgumentError, DTypeError, OutOfRangeError, ShapeError

SHAPES = st.lists(st.integers(0, 4), min_size=0, max_size=4).map(tuple)


@pytest.fixture(autouse=True)
def interpreted() -> Iterator[None]:
    with Context(ORACLE=1):
        yield


def numbers(shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    return np.arange(int(np.prod(shape)), dtype=np.int32).reshape(shape)


@st.composite
def keys(draw: Any, advanced: bool) -> tuple[tuple[int, ...], tuple[Any, ...]]:
    """A shape and a key that numpy takes for it."""
    shape = draw(SHAPES)
    together = draw(st.lists(st.integers(1, 3), max_size=2).map(tuple))  # of all the tensors
    items: list[Any] = []
    for size in shape[: draw(st.integers(0, len(shape)))]:
        kinds = ["slice"] + ["int"] * (size > 0) + ["ids"] * (advanced and size > 0)
        kinds += ["mask"] * (advanced and together == ())
        kind = draw(st.sampled_from(kinds))
        if kind == "slice":
            bound = st.none() | st.integers(-5, 5)
            step = draw(st.none() | st.sampled_from([1, 2, 3, -1, -2]))
            items.append(slice(draw(bound), draw(bound), step))
        elif kind == "int":
            items.append(draw(st.integers(-size, size - 1)))
        elif kind == "mask":
            flags = [False] * size
            if size:
                flags[draw(st.integers(0, size - 1))] = True  # one, so that masks broadcast
            items.append(np.array(flags, bool))
        else:
            wanted = tuple(n if draw(st.booleans()) else 1 for n in together)
            ids = draw(st.lists(st.integers(-size, size - 1), min_size=int(np.prod(wanted)),
                                max_size=int(np.prod(wanted))))  # fmt: skip
            items.append(np.array(ids, np.int64).reshape(wanted))
        if draw(st.integers(0, 4)) == 0:
            items.insert(draw(st.integers(0, len(items))), None)
    if draw(st.integers(0, 2)) == 0:
        items.insert(len(items), Ellipsis)
    return shape, tuple(items)


def as_tensors(key: tuple[Any, ...], lazy: bool) -> tuple[Any, ...]:
    """The same key with arrays as tensors, which are checked only where they are computed."""
    return tuple(Tensor(k) if lazy and isinstance(k, np.ndarray) else k for k in key)


@settings(max_examples=150)
@given(keys(advanced=False))
def test_basic_keys(example: tuple[tuple[int, ...], tuple[Any, ...]]) -> None:
    shape, key = example
    a = numbers(shape)
    expected = a[key]
    got = Tensor(a)[key]
    assert got.shape == expected.shape
    np.testing.assert_array_equal(got.numpy(), expected)


@settings(max_examples=150)
@given(keys(advanced=True), st.booleans())
def test_mixed_keys(example: tuple[tuple[int, ...], tuple[Any, ...]], lazy: bool) -> None:
    shape, key = example
    a = numbers(shape)
    expected = a[key]
    got = Tensor(a)[as_tensors(key, lazy)]
    assert got.shape == expected.shape
    np.testing.assert_array_equal(got.numpy(), expected)


@settings(max_examples=150)
@given(keys(advanced=True), st.booleans(), st.integers(0, 2))
def test_setting(
    example: tuple[tuple[int, ...], tuple[Any, ...]], lazy: bool, missing: int
) -> None:
    shape, key = example
    a = numbers(shape)
    wanted = a[key].shape
    value = -1 - numbers(wanted[missing:] if missing < len(wanted) else ())
    x = Tensor(a)
    x[as_tensors(key, lazy)] = value if missing else Tensor(value)
    a[key] = value
    np.testing.assert_array_equal(x.numpy(), a)


MOVES = st.sampled_from(["permute", "flip", "pad", "shrink", "reshape", "expand", "stride"])


@settings(max_examples=150)
@given(SHAPES, st.lists(MOVES, max_size=5), st.randoms(use_true_random=False))
def test_chains_of_movement(shape: tuple[int, ...], moves: list[str], random: Any) -> None:
    a = numbers(shape)
    x = Tensor(a)
    for move in moves:
        if move == "permute":
            order = list(range(a.ndim))
            random.shuffle(order)
            a, x = a.transpose(order), x.permute(order)
        elif move == "flip":
            axes = [i for i in range(a.ndim) if random.random() < 0.5]
            a, x = np.flip(a, axes), x.flip(axes)
        elif move == "pad":
            pairs = [(random.randint(0, 2), random.randint(0, 2)) for _ in a.shape]
            a, x = np.pad(a, pairs) if pairs else a, x.pad(pairs) if pairs else x
        elif move == "shrink":
            bounds = [sorted((random.randint(0, n), random.randint(0, n))) for n in a.shape]
            a = a[tuple(slice(*b) for b in bounds)]
            x = x.shrink([(b, e) for b, e in bounds])
        elif move == "reshape":
            a, x = a.reshape(-1), x.flatten()
            if a.size % 2 == 0 and a.size:
                a, x = a.reshape(2, -1), x.reshape(2, -1)
        elif move == "expand" and a.ndim < 4:
            a = np.broadcast_to(a[..., None], (*a.shape, 2))
            x = x.unsqueeze(-1).expand(*x.shape, 2)
        elif move == "stride" and a.ndim:
            step = random.choice([2, 3, -1, -2])
            a, x = a[::step], x[::step]
    np.testing.assert_array_equal(x.numpy(), a)


def test_ints_next_to_tensors_are_tensors_as_numpy_has_it() -> None:
    a = numbers((2, 3, 4))
    ids = np.array([1, 0])
    for key in [
        (0, slice(None), ids),
        (slice(None), 0, ids),
        (ids, None, 0),
        (ids, slice(None), 0),
    ]:
        np.testing.assert_array_equal(Tensor(a)[key].numpy(), a[key])


def test_masks() -> None:
    a = numbers((3, 4))
    for mask in (a > 5, a[:, 0] > 3, np.zeros((3, 4), bool), np.ones(3, bool)):
        np.testing.assert_array_equal(Tensor(a)[Tensor(mask)].numpy(), a[mask])
        x = Tensor(a)
        x[Tensor(mask)] = 9
        b = a.copy()
        b[mask] = 9
        np.testing.assert_array_equal(x.numpy(), b)
    with pytest.raises(ShapeError, match="a mask of 2 on axis 0, expected one of 3"):
        Tensor(a)[[True, False]]
    with pytest.raises(ShapeError, match="a mask"):
        Tensor(a)[np.ones((3, 5), bool)]


def test_set_casts_to_the_tensors_dtype() -> None:
    x = Tensor([1, 2, 3])
    x[0] = 7.9
    x[1:] = Tensor([1.5, -2.5])
    assert x.tolist() == [7, 1, -2] and x.dtype.name == "int32"
    x[:2] = [4, 5]
    assert x.tolist() == [4, 5, -2]


def test_the_last_of_equal_positions_wins() -> None:
    x = Tensor.zeros(3)
    x[[1, 1]] = Tensor([1.0, 2.0])
    assert x.tolist() == [0, 2, 0]


def test_views_keep_their_values() -> None:
    x = Tensor([1, 2, 3])
    first = x[:1]
    x[0] = 9
    assert (first.tolist(), x.tolist()) == ([1], [9, 2, 3])


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int64", "uint32"])
def test_indices_of_every_dtype(dtype: str) -> None:
    a = numbers((300, 2))
    ids = np.array([100, 5, 0], dtype)
    np.testing.assert_array_equal(Tensor(a)[Tensor(ids)].numpy(), a[ids])
    np.testing.assert_array_equal(Tensor(a)[Tensor(ids), 1].numpy(), a[ids, 1])
    np.testing.assert_array_equal(
        Tensor(a)[Tensor(-ids.astype(np.int64))].numpy(), a[-ids.astype(int)]
    )


OUTSIDE: list[tuple[Any, str]] = [
    (5, "index: got 5 on axis 0, expected -3 <= index < 3"),
    ((0, -5), "index: got -5 on axis 1, expected -4 <= index < 4"),
    ((0, 0, 0), "index: got 3 indices"),
    ((..., ...), "index: got 0 indices and 2 ellipses"),
    ([0, 3], "index: got 3 on axis 0"),
]


@pytest.mark.parametrize(("key", "message"), OUTSIDE)
def test_out_of_range(key: Any, message: str) -> None:
    with pytest.raises(OutOfRangeError, match=message):
        Tensor(numbers((3, 4)))[key]


@pytest.mark.parametrize(
    "key",
    [
        lambda: Tensor([0, 3]),
        lambda: Tensor([-4]),
        lambda: (Tensor([0]), Tensor([4])),
        lambda: (Tensor([1]), Tensor([-5])),
        lambda: (slice(None), Tensor([7])),
    ],
)
def test_computed_indices_are_checked_when_computed(key: Any) -> None:
    lazy = Tensor(numbers((3, 4)))[key()]
    with pytest.raises(OutOfRangeError):
        lazy.numpy()
    x = Tensor(numbers((3, 4)))
    x[key()] = 5
    with pytest.raises(OutOfRangeError):
        x.numpy()


def test_gather_and_scatter_are_checked() -> None:
    x = Tensor(numbers((3, 4)))
    for index in (Tensor([[4]]), Tensor([[-1]])):
        with pytest.raises(OutOfRangeError):
            x.gather(1, index).numpy()
        with pytest.raises(OutOfRangeError):
            x.scatter(1, index, 0).numpy()
    with pytest.raises(ShapeError, match="gather: got an index of shape"):
        x.gather(0, Tensor([[0] * 5]))
    with pytest.raises(DTypeError, match="gather: got an index of float32"):
        x.gather(0, Tensor([[0.0]]))


def test_bad_keys() -> None:
    x = Tensor(numbers((3, 4)))
    with pytest.raises(DTypeError, match="index: got float64"):
        x[[0.5]]
    with pytest.raises(DTypeError, match="index: got float32"):
        x[Tensor([1.0])]
    with pytest.raises(DTypeError, match="index: got str"):
        x["a"]
    with pytest.raises(ArgumentError, match="index: got True"):
        x[True]
    with pytest.raises(ArgumentError, match="step 0"):
        x[::0]
    with pytest.raises(ShapeError, match=r"setitem: got \(2,\) and \(4,\)"):
        x[0] = Tensor([1, 2])
