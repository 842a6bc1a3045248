"""Formulas of rearrange on random axes, pads against numpy, and errors of what moves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smelt
from smelt import Context, Tensor
from smelt.util.errors import (
    ArgumentError,
    AxisError,
    DTypeError,
    OutOfRangeError,
    ShapeError,
    SmeltError,
)
from tests.helpers import examples

NAMES = ["a", "b1", "_c", "dd", "e"]


@st.composite
def formulas(draw: Any) -> tuple[str, dict[str, int], list[list[str]], list[list[str]]]:
    """A formula, the sizes of its names, and the names of each axis before and after."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(0, len(NAMES)))]
    sizes = {name: draw(st.integers(1, 3)) for name in names}
    sides = [_grouped(draw, list(draw(st.permutations(names)))) for _ in range(2)]
    texts = [" ".join(t for t, _ in side) for side in sides]
    left, right = ([group for _, group in side] for side in sides)
    return " -> ".join(texts), sizes, left, right


def _grouped(draw: Any, names: list[str]) -> list[tuple[str, list[str]]]:
    """Names as they are, several in parentheses, and ones in between."""
    terms: list[tuple[str, list[str]]] = []
    while names:
        count = draw(st.sampled_from([0, 1, 1, 1, 2, 3]))
        group, names = names[:count], names[count:]
        text = group[0] if len(group) == 1 else f"({' '.join(group)})"
        terms.append((text if group else "1", group))
    return terms


@settings(max_examples=examples(100))
@given(formulas())
def test_rearrange(
    example: tuple[str, dict[str, int], list[list[str]], list[list[str]]],
) -> None:
    formula, sizes, left, right = example
    a = np.arange(math.prod(sizes.values()))
    split = a.reshape([sizes[n] for group in left for n in group])
    names = [n for group in left for n in group]
    moved = split.transpose([names.index(n) for group in right for n in group])
    expected = moved.reshape([math.prod(sizes[n] for n in group) for group in right])
    x = Tensor(a.reshape([math.prod(sizes[n] for n in group) for group in left]))
    with Context(ORACLE=1):
        got = x.rearrange(formula, **sizes)
        assert got.shape == expected.shape
        np.testing.assert_array_equal(got.numpy(), expected)


def test_rearrange_with_any_axes() -> None:
    a = np.arange(24).reshape(2, 3, 4)
    x = Tensor(a)
    rows = [
        ("... a -> a ...", a.transpose(2, 0, 1)),
        ("a ... b -> b (a ...)", a.transpose(2, 0, 1).reshape(4, 6)),
        ("a b c ... -> ... c b a", a.transpose(2, 1, 0)),
        ("(...) -> ...", None),
        ("a (b c) ... -> (c ...) (a b)", None),
    ]
    for formula, expected in rows:
        if expected is not None:
            np.testing.assert_array_equal(x.rearrange(formula).numpy(), expected)
        else:
            with pytest.raises(SmeltError, match="rearrange"):
                x.rearrange(formula)
    n = smelt.Variable("n", 1, 3).bind(2)
    part = x[:, :n].rearrange("a n (b c) -> (a b) n c", b=2)
    np.testing.assert_array_equal(
        part.numpy(), a[:, :2].reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(4, 2, 2)
    )


WIDTHS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=2)
MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@settings(max_examples=examples(60))
@given(st.tuples(st.integers(4, 5), st.integers(4, 5)), WIDTHS, st.sampled_from([*MODES]))
def test_pads(shape: tuple[int, int], widths: list[tuple[int, int]], mode: str) -> None:
    a = np.arange(math.prod(shape)).reshape(shape)
    flat = [n for pair in widths[::-1] for n in pair]
    with Context(ORACLE=1):
        for padding in (widths, flat):
            got = Tensor(a).pad(padding, mode=mode).numpy()
            np.testing.assert_array_equal(got, np.pad(a, widths, MODES[mode]))


def test_many_are_joined_in_groups() -> None:
    a = np.arange(120, dtype=np.float32).reshape(40, 3)
    parts = list(Tensor(a).unbind())
    np.testing.assert_array_equal(Tensor.stack(parts, dim=1).numpy(), a.T)
    leaf = Tensor(a, requires_grad=True)
    (Tensor.cat(list(leaf.unbind())) * Tensor(a.ravel())).sum().backward()
    assert leaf.grad is not None
    np.testing.assert_array_equal(leaf.grad.numpy(), a)


X = Tensor([[1, 2], [3, 4]])
ERRORS: list[tuple[Callable[[], Any], type[SmeltError], str]] = [
    (lambda: X.rearrange("a b"), ArgumentError, 'expected a "->" between'),
    (lambda: X.rearrange("a b -> a"), ArgumentError, "the same names on both sides"),
    (lambda: X.rearrange("a a -> a"), ArgumentError, "the same names on both sides"),
    (lambda: X.rearrange("a b -> b a", c=2), ArgumentError, "'a b -> b a' c=2"),
    (lambda: X.rearrange("a (b -> a b"), ArgumentError, "pairs of parentheses"),
    (lambda: X.rearrange("a ((b)) -> a b"), ArgumentError, "none nested"),
    (lambda: X.rearrange("a b) -> a b"), ArgumentError, "parentheses in pairs"),
    (lambda: X.rearrange("a-b -> b a"), ArgumentError, "expected names, 1, ..."),
    (lambda: X.rearrange("a b c -> c b a"), ShapeError, "for shape (2, 2), expected a term"),
    (lambda: X.rearrange("a (b c) -> a b c"), ShapeError, "name a size, as in h=8"),
    (lambda: X.rearrange("a (b c) -> a b c", b=3), ShapeError, "an axis of 2 for (b c)"),
    (lambda: X.rearrange("a 1 -> a"), ShapeError, "an axis of 2 for ()"),
    (lambda: X.pad((2, 0), mode="reflect"), ShapeError, "reflect by (2, 0) on an axis of 2"),
    (lambda: X.pad((3, 0), mode="circular"), ShapeError, "expected at most 2"),
    (lambda: Tensor.zeros(0).pad((1, 0), mode="replicate"), ShapeError, "on an axis of 0"),
    (lambda: X.pad((1, 0), mode="edge"), ArgumentError, "got mode 'edge', expected constant"),
    (lambda: X.pad((1, 0, 1)), ShapeError, "got 3 numbers"),
    (lambda: Tensor.cat([]), ArgumentError, "cat: got no tensors"),
    (lambda: Tensor.stack([X, 2]), DTypeError, "stack: got int"),  # type: ignore[list-item]
    (lambda: X.select(0, 2), OutOfRangeError, "select: got 2 on axis 0"),
    (lambda: X.unsqueeze((0, 0)), AxisError, "expected each axis once"),
    (lambda: X.roll((1, 2), 0), ArgumentError, "a shift for each axis"),
    (lambda: X.tensor_split(0), ArgumentError, "got 0 sections"),
    (lambda: X.rot90(1, (0,)), ArgumentError, "rot90: got dims (0,)"),
    (lambda: X.diag_embed(0, 1, 1), ArgumentError, "axis 1 twice"),
    (lambda: X.unsqueeze(0).diag(), ShapeError, "use diag_embed or diagonal"),
    (lambda: X.unsqueeze(0).t(), ShapeError, "use .mT"),
    (lambda: X.repeat_interleave(-1), ArgumentError, "got -1 times"),
]


@pytest.mark.parametrize(("make", "error", "message"), ERRORS)
def test_errors(make: Callable[[], Any], error: type[SmeltError], message: str) -> None:
    with pytest.raises(error) as caught:
        make()
    assert message in str(caught.value)
