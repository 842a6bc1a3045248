"""Rows that compare a function of Tensors with the same function of PyTorch's."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import settings

from smelt import Context, Tensor

Shape = tuple[int, ...]
Case = tuple[Shape, ...]  # a shape for each argument

UNARY: tuple[Case, ...] = (((3, 4),), ((1,),), ((0, 3),), ((),))
BINARY: tuple[Case, ...] = (
    ((2, 3), (2, 3)),
    ((2, 1), (1, 3)),
    ((3,), ()),
    ((0, 3), (1, 3)),
    ((1, 1), (2, 0, 1)),
)
TORCH = {torch.float32: "float32", torch.float64: "float64", torch.float16: "float16"}
TORCH |= {torch.bfloat16: "bfloat16", torch.bool: "bool", torch.uint8: "uint8"}
TORCH |= {torch.int8: "int8", torch.int16: "int16", torch.int32: "int32", torch.int64: "int64"}


@dataclass(frozen=True)
class Row:
    """One function, ours and PyTorch's, and the shapes it is tried on."""

    name: str
    ours: Callable[..., Any]
    theirs: Callable[..., Any]
    cases: tuple[Case, ...]
    low: float
    high: float
    dtype: str
    rtol: float
    atol: float


def row(
    name: str,
    ours: Callable[..., Any],
    theirs: Callable[..., Any] | None = None,
    cases: Iterable[Any] = UNARY,
    low: float = -2.0,
    high: float = 2.0,
    dtype: str = "float32",
    rtol: float = 1e-5,
    atol: float = 1e-6,
) -> Row:
    """A row; without `theirs` both libraries spell it alike. A case may be one shape alone."""
    shaped = tuple(c if c and isinstance(c[0], tuple) else (c,) for c in cases)
    return Row(name, ours, theirs or ours, shaped, low, high, dtype, rtol, atol)


def parametrize(rows: Sequence[Row], every_case: bool) -> Any:
    """A test for each row and case, or for each row with its first case alone."""
    names = [r.name for r in rows]
    assert len(set(names)) == len(names), "two rows have one name"
    params = [
        pytest.param(r, c, id=f"{r.name}-{c}")
        for r in rows
        for c in (r.cases if every_case else r.cases[:1])
    ]
    return pytest.mark.parametrize(("row", "case"), params)


def inputs(row: Row, case: Case) -> list[np.ndarray[Any, Any]]:
    """Numbers without ties, that depend on the row's name and the shapes alone."""
    rng = np.random.default_rng(zlib.crc32(f"{row.name} {case}".encode()))
    arrays = [rng.uniform(row.low, row.high, shape) for shape in case]
    if row.dtype == "bool":
        return [np.asarray(a > (row.low + row.high) / 2) for a in arrays]
    return [np.asarray(a, row.dtype) for a in arrays]


def compare(row: Row, case: Case) -> None:
    """Values, dtypes and gradients of the row agree with PyTorch's."""
    arrays = inputs(row, case)
    floats = arrays[0].dtype.kind == "f"
    ours = [Tensor(a, requires_grad=floats) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=floats) for a in arrays]
    results, expected = _flat(row.ours(*ours)), _flat(row.theirs(*theirs))
    assert len(results) == len(expected)
    for mine, other in zip(results, expected, strict=True):
        assert mine.shape == tuple(other.shape)
        assert mine.dtype.name == TORCH[other.dtype]
        np.testing.assert_allclose(
            mine.numpy(), other.detach().numpy(), row.rtol, row.atol, err_msg=row.name
        )
    rng = np.random.default_rng(len(arrays))
    for mine, other in zip(results, expected, strict=True):
        if not other.requires_grad:
            continue
        cotangent = np.asarray(rng.uniform(0.5, 1.5, other.shape), mine.dtype.np)
        assert mine.requires_grad, "PyTorch has a gradient here"
        mine.backward(gradient=Tensor(cotangent))
        other.backward(torch.tensor(cotangent), retain_graph=True)
    for mine, other in zip(ours, theirs, strict=True):
        if other.grad is not None:
            grad = np.zeros(other.shape) if mine.grad is None else mine.grad.numpy()
            np.testing.assert_allclose(
                grad, other.grad.numpy(), row.rtol, row.atol * 5, err_msg=f"gradient of {row.name}"
            )


def _flat(result: Any) -> list[Any]:
    return list(result) if isinstance(result, tuple | list) else [result]


def examples(count: int) -> int:
    """How many examples a property is tried on, where `make test` has `count` of them.

    Larger profiles multiply it: a number in @settings would hold for all of them.
    """
    return count * settings().max_examples // 100


def against_torch(rows: Sequence[Row], compiled: Sequence[Row] | None = None) -> tuple[Any, Any]:
    """Two tests: every case of the rows as the interpreter has it, the first of each compiled.

    The interpreter has then tried all of them; `compiled` names those whose kernels are unlike
    those of the others.
    """

    @parametrize(rows, every_case=True)
    def test_meaning(row: Row, case: Case) -> None:
        with Context(ORACLE=1):
            compare(row, case)

    @parametrize(rows if compiled is None else compiled, every_case=False)
    def test_compiled(row: Row, case: Case) -> None:
        compare(row, case)

    return test_meaning, test_compiled
