"""Indexing for reading and writing against numpy, on random shapes and keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smelt
from smelt import Context, Tensor
from smelt.util.errors import (
    ArgumentError,
    CaptureError,
    DTypeError,
    OutOfRangeError,
    ShapeError,
)

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


@pytest.mark.parametrize(
    "index",
    [
        lambda: Tensor.arange(5),
        lambda: Tensor.arange(3) - 4,
        lambda: Tensor(3),
        lambda: Tensor.full((2, 2), -4),
        lambda: Tensor.arange(4).flip(0).reshape(2, 2),
    ],
)
def test_indices_that_no_memory_has_are_checked_at_once(index: Any) -> None:
    x = Tensor(numbers((3,)))
    with pytest.raises(OutOfRangeError, match="expected -3 <= index < 3"):
        x[index()]
    with pytest.raises(OutOfRangeError, match="index"):
        x[index()] = 1
    assert x[Tensor.arange(3) - 3].tolist() == [0, 1, 2]
    with pytest.raises(OutOfRangeError, match="expected 0 <= index < 3"):
        x.gather(0, Tensor.arange(4))


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
    with pytest.raises(ArgumentError, match="step 0"):
        x[::0]
    with pytest.raises(ShapeError, match=r"setitem: got \(2,\) and \(4,\)"):
        x[0] = Tensor([1, 2])


def test_a_captured_step_writes_by_masks() -> None:
    """How many a mask selects is not asked where one value, or a row of them, is written."""

    @smelt.jit
    def step(x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = x * 1
        x[mask] = 0
        x[mask, :1] = Tensor([7])
        x[0, mask[:2]] = 5
        found = x.nonzero(size=3)
        return x, found, x.masked_scatter(mask.unsqueeze(1), Tensor([-1, -2, -3, -4, -5, -6]))

    a = numbers((3, 2))
    for flags in ([True, False, True], [False, True, False], [True] * 3, [False] * 3):
        mask = np.array(flags)
        expected = a.copy()
        expected[mask] = 0
        expected[mask, :1] = 7
        expected[0, mask[:2]] = 5
        with Context(ORACLE=0):
            x, found, scattered = step(Tensor(a), Tensor(mask))
        np.testing.assert_array_equal(x.numpy(), expected)
        places = np.full((3, 2), -1)
        places[:3] = np.argwhere(expected)[:3]
        np.testing.assert_array_equal(found.numpy(), places)
        expected[mask] = -1 - numbers((int(mask.sum()), 2))
        np.testing.assert_array_equal(scattered.numpy(), expected)


def _set_values(x: Tensor) -> Tensor:
    x = x * 1
    x[x > 1] = Tensor([5.0])[:1].expand(2)
    return x


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x[x > 1],
        lambda x: x.nonzero(),
        lambda x: x.masked_select(x > 1),
        lambda x: x.repeat_interleave(x.int()),
        _set_values,
    ],
)
def test_a_captured_step_cannot_count(function: Any) -> None:
    names = r"nonzero|mask|repeat_interleave"
    with Context(ORACLE=0), pytest.raises(CaptureError, match=names):
        smelt.jit(function)(Tensor([1.0, 2.0, 3.0]))


def test_writing_as_many_values_as_a_mask_selects() -> None:
    x = Tensor(numbers((2, 3)))
    x[x > 2] = Tensor([7, 8, 9])
    assert x.tolist() == [[0, 1, 2], [7, 8, 9]]
    with pytest.raises(ShapeError, match="setitem"):
        x[x > 2] = Tensor([1, 2])
    with pytest.raises(ShapeError, match="a mask of 2 on axis 0, expected one of 3"):
        Tensor(numbers((3, 4)))[Tensor([True, False])] = 1
    with pytest.raises(OutOfRangeError):
        x.masked_scatter(x > 2, Tensor([1, 2])).numpy()


def test_a_lookup_costs_what_it_gives() -> None:
    table = Tensor(np.ones((1000, 64), np.float32), requires_grad=True)
    ids = Tensor([5, 999, 5]).realize()
    table.realize()
    with Context(ORACLE=0), smelt.stats() as forward:
        rows = table[ids].realize()
    assert forward.bytes_read <= 3 * 64 * 4 + 3 * 8
    with Context(ORACLE=0), smelt.stats() as backward:
        (rows * 2).sum().backward()
        assert table.grad is not None
        table.grad.realize()
    assert backward.kernels == 2  # zeros, and the rows that are added to them
    assert backward.bytes_written <= (1000 + 3) * 64 * 4
    assert table.grad[5].tolist() == [4.0] * 64


def test_writing_keeps_what_is_elsewhere() -> None:
    """Values of other devices' defaults, of numbers beyond, and of keys that name nothing."""
    x = Tensor(numbers((3,)), device="PYTHON")
    x[[0, 2]] = np.array([7, 8])
    x[np.zeros(3, bool)] = 9
    x[3:] = 1
    assert x.tolist() == [7, 1, 8] and x.device == "PYTHON"


NAMED_ERRORS: list[tuple[Any, type[Exception], str]] = [
    (lambda x: x.scatter(1, x.long(), x.int()), DTypeError, "self's dtype, float32"),
    (lambda x: x.scatter(1, x.long()), ArgumentError, "0 of src and value"),
    (lambda x: x.scatter(1, x.long(), 1.0, "max"), ArgumentError, "reduce='max'"),
    (lambda x: x.scatter_reduce(1, x.long(), x, "median"), ArgumentError, "reduce='median'"),
    (lambda x: x.scatter(1, x.long(), x[:, :1]), ShapeError, "one that covers"),
    (lambda x: x.take_along_dim(x[0].long(), 1), ShapeError, "got 1 axes, expected 2"),
    (lambda x: x.masked_select(x), DTypeError, "a mask of float32"),
    (lambda x: x.masked_scatter(x > 0, x.int()), DTypeError, "self's, float32"),
    (lambda x: x.nonzero(size=-1), ArgumentError, "size -1"),
    (lambda x: x.repeat_interleave(x), ArgumentError, "ints on one axis"),
]


@pytest.mark.parametrize(("make", "error", "message"), NAMED_ERRORS)
def test_errors_of_named_forms(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        make(Tensor([[0.0, 1.0], [1.0, 1.0]]))
    assert message in str(caught.value)
