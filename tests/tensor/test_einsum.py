"""Random formulas of einsum against numpy, and what a formula must not be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt import Context, Tensor
from smelt.util.errors import ArgumentError, ShapeError


@st.composite
def formulas(draw: Any) -> tuple[str, list[tuple[int, ...]]]:
    """A formula and the shapes of its operands: repeated letters, "..." and axes of size 1."""
    sizes = {c: draw(st.integers(0 if c == "a" else 1, 3)) for c in "abcdB"}
    free = draw(st.lists(st.integers(1, 3), max_size=2))
    terms, shapes = [], []
    for _ in range(draw(st.integers(1, 3))):
        letters = draw(st.text(alphabet="abcdB", max_size=3))
        shape = [sizes[c] for c in letters]
        width = draw(st.integers(0, len(free)))
        if draw(st.booleans()):
            at = draw(st.integers(0, len(letters)))
            ones = [draw(st.booleans()) for _ in range(width)]
            tail = free[len(free) - width :]
            shape[at:at] = [1 if one else n for one, n in zip(ones, tail, strict=True)]
            letters = letters[:at] + "..." + letters[at:]
        terms.append(letters)
        shapes.append(tuple(shape))
    formula = ",".join(terms)
    if draw(st.booleans()):
        used = sorted({c for c in formula if c.isalpha()})
        kept = draw(
            st.permutations(used).flatmap(lambda p: st.integers(0, len(p)).map(lambda n: p[:n]))
        )
        places = "..." if "..." in formula else ""
        formula += "->" + places + "".join(kept)
    return formula, shapes


@settings(deadline=None, max_examples=150)
@given(formulas())
def test_random_formulas(case: tuple[str, list[tuple[int, ...]]]) -> None:
    formula, shapes = case
    rng = np.random.default_rng(len(formula))
    arrays = [rng.integers(-3, 4, s).astype(np.float64) for s in shapes]
    with Context(ORACLE=1):
        ours = Tensor.einsum(formula, *(Tensor(a) for a in arrays)).numpy()
    np.testing.assert_array_equal(ours, np.einsum(formula, *arrays))


@pytest.mark.parametrize(
    ("formula", "shapes", "error"),
    [
        ("ij,jk", [(2, 3)], ArgumentError),
        ("ij", [(2, 3, 4)], ArgumentError),
        ("ijk", [(2, 3)], ArgumentError),
        ("i1", [(2, 3)], ArgumentError),
        ("ij->ijk", [(2, 3)], ArgumentError),
        ("ij->ii", [(2, 3)], ArgumentError),
        ("ij->i->j", [(2, 3)], ArgumentError),
        ("......i->i", [(2, 3)], ArgumentError),
        (".i->i", [(2,)], ArgumentError),
        ("ij,jk->ik", [(2, 3), (4, 2)], ShapeError),
        ("ii->i", [(2, 3)], ShapeError),
        ("ii->i", [(1, 3)], ShapeError),
    ],
)
def test_errors(formula: str, shapes: list[tuple[int, ...]], error: type[Exception]) -> None:
    with pytest.raises(error, match="einsum"):
        Tensor.einsum(formula, *(Tensor.ones(*s) for s in shapes))


def test_float16_accumulates_wide() -> None:
    x = Tensor.ones(4096, dtype="float16")
    assert Tensor.einsum("i,i->", x, x).item() == 4096
