"""Indexing for reading and writing against numpy: random shapes, with keys of all kinds mixed.

The PYTHON device runs most of the examples: it takes the same kernels as CPU does, and each
example has new ones, which would take 30 ms apiece to compile. The graph's own interpreter tells
whether a mistake is in the graph or below it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt import Context, Tensor
from tests.helpers import examples

Array = np.ndarray[Any, Any]
BOUND = st.none() | st.integers(-5, 5)
STEP = st.sampled_from([None, 1, 2, 3, -1, -2, -3])
KINDS = ["slice", "slice", "int", "ids", "ids", "mask", "mask", "new", "bool"]


@dataclass(frozen=True)
class Example:
    """A key that numpy takes for a tensor of this shape, and how it is given to smelt."""

    shape: tuple[int, ...]
    key: tuple[Any, ...]
    lazy: bool  # arrays as tensors: they are checked, and masks counted, where they are computed

    @property
    def array(self) -> Array:
        return np.arange(math.prod(self.shape), dtype=np.int32).reshape(self.shape)

    def key_on(self, device: str) -> tuple[Any, ...]:
        return tuple(
            Tensor(k, device=device) if self.lazy and isinstance(k, np.ndarray) else k
            for k in self.key
        )


@st.composite
def examples_of_keys(draw: Any) -> Example:
    shape = draw(st.lists(st.integers(0, 4), max_size=4).map(tuple))
    together = draw(st.lists(st.integers(0, 3), max_size=2).map(tuple))  # of all the tensors
    first = draw(st.integers(0, len(shape)))
    last = draw(st.integers(first, len(shape)))
    items = _items(draw, shape[:first], together)
    if last < len(shape) or draw(st.booleans()):
        items += [..., *_items(draw, shape[last:], together)]
    example = Example(shape, tuple(items), draw(st.booleans()))
    try:  # whether the tensors broadcast with each other is left to numpy
        example.array[example.key]
    except IndexError:
        return Example(shape, (), example.lazy)
    return example


def _items(draw: Any, shape: tuple[int, ...], together: tuple[int, ...]) -> list[Any]:
    items: list[Any] = []
    axis = 0
    while axis < len(shape):
        size = shape[axis]
        kind = draw(st.sampled_from(KINDS))
        if kind == "new":
            items.append(None)
            continue
        if kind == "bool":
            items.append(draw(st.sampled_from([True, False, np.array(True), np.array(False)])))
            continue
        if kind == "mask":
            sizes = shape[axis : axis + draw(st.integers(1, 2))]
            n = math.prod(sizes)
            flags = draw(st.lists(st.booleans(), min_size=n, max_size=n))
            items.append(np.array(flags, bool).reshape(sizes))
            axis += len(sizes) - 1
        elif kind == "slice" or size == 0:
            items.append(slice(draw(BOUND), draw(BOUND), draw(STEP)))
        elif kind == "int":
            items.append(draw(st.integers(-size, size - 1)))
        else:
            sizes = tuple(n if draw(st.booleans()) else 1 for n in together)
            n = math.prod(sizes)
            ids = draw(st.lists(st.integers(-size, size - 1), min_size=n, max_size=n))
            items.append(np.array(ids, np.int64).reshape(sizes))
        axis += 1
    return items


def check_reading(example: Example, device: str) -> None:
    expected = example.array[example.key]
    got = Tensor(example.array, device=device)[example.key_on(device)]
    assert got.shape == expected.shape
    np.testing.assert_array_equal(got.numpy(), expected)


def check_writing(example: Example, ones: list[bool], device: str) -> None:
    """A value that is as large as what the key names, or has size 1 along some axes, or fewer."""
    a = example.array
    shape = a[example.key].shape
    sizes = tuple(1 if one else n for n, one in zip(shape, ones, strict=False))
    sizes = sizes[1:] if ones[-1] else (*sizes, *shape[len(sizes) :])
    value = -1 - np.arange(math.prod(sizes), dtype=np.int32).reshape(sizes)
    try:
        np.broadcast_to(value, shape)
    except ValueError:
        value = np.array(-1, np.int32)
    x = Tensor(a, device=device)
    x[example.key_on(device)] = Tensor(value, device=device)
    a[example.key] = value
    np.testing.assert_array_equal(x.numpy(), a)


ONES = st.lists(st.booleans(), min_size=5, max_size=5)


@settings(max_examples=examples(350))
@given(examples_of_keys())
def test_reading(example: Example) -> None:
    check_reading(example, "PYTHON")


@settings(max_examples=examples(350))
@given(examples_of_keys(), ONES)
def test_writing(example: Example, ones: list[bool]) -> None:
    check_writing(example, ones, "PYTHON")


@settings(max_examples=examples(150))
@given(examples_of_keys(), ONES)
def test_graph(example: Example, ones: list[bool]) -> None:
    with Context(ORACLE=1):
        check_reading(example, "CPU")
        check_writing(example, ones, "CPU")


@settings(max_examples=examples(150))
@given(examples_of_keys())
def test_gradients_of_writing(example: Example) -> None:
    """Each value that stayed gets the cotangent of its place, what was there before gets none."""
    a = example.array
    wanted = a[example.key]
    value = Tensor(np.full(wanted.shape, -1, np.float32), requires_grad=True)
    x = Tensor(a.astype(np.float32), requires_grad=True)
    with Context(ORACLE=1):
        y = x * 1
        y[example.key] = value
        y.backward(gradient=Tensor(a.astype(np.float32)))
        numbers = np.arange(wanted.size).reshape(wanted.shape)
        last = np.full(a.shape, -1)
        last[example.key] = numbers
        assert value.grad is not None and x.grad is not None
        np.testing.assert_array_equal(y.numpy(), np.where(last < 0, a, -1))
        np.testing.assert_array_equal(x.grad.numpy(), np.where(last < 0, a, 0))
        stayed = last[example.key] == numbers
        np.testing.assert_array_equal(value.grad.numpy(), np.where(stayed, wanted, 0))


@settings(max_examples=examples(60))
@given(examples_of_keys(), ONES)
def test_compiled(example: Example, ones: list[bool]) -> None:
    check_reading(example, "CPU")
    check_writing(example, ones, "CPU")
