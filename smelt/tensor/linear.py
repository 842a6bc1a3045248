"""Matrix products and einsum: a product, then a sum over some axes.

float16 and bfloat16 are cast to float32 before they are multiplied and added, and back after.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Self

import smelt.ir.node as ir
from smelt.dtype import DType, dtypes, promote, to_dtype
from smelt.ir.op import Op
from smelt.tensor import einsum
from smelt.tensor.base import HALVES, Array, DTypeLike, as_operand
from smelt.tensor.sorting import Sorting
from smelt.util.errors import ShapeError


def wide_dtype(dtype: DType) -> DType:
    """What products of this dtype are added up in."""
    return dtypes.float32 if dtype in HALVES else dtype


class Linear(Sorting):
    """`x @ w`. With `dtype` the operands are cast to it first, and the result has it."""

    def matmul(
        self, other: Self | Array, reverse: bool = False, dtype: DTypeLike | None = None
    ) -> Self:
        """Matrix product over the last axis of self and the last but one of other.

        (.., m, k) @ (.., k, n) is (.., m, n); the axes before broadcast. A vector (k,) is a row on
        the left, a column on the right, and its axis is dropped. Raises ShapeError unless k agrees.

        >>> Tensor([[1, 2], [3, 4]]).matmul(Tensor([1, 1])).tolist()
        [3, 7]
        """
        right = other if isinstance(other, Linear) else type(self)(as_operand("matmul", other))
        a, b = (right, self) if reverse else (self, right)
        if a.ndim == 0 or b.ndim == 0:
            raise ShapeError("matmul", f"{a.shape} @ {b.shape}", "at least one axis each")
        k = b.node.shape[-2 if b.ndim > 1 else -1]
        if a.node.shape[-1] != k:
            raise ShapeError(
                "matmul", f"{a.shape} @ {b.shape}", f"a left operand whose last axis is {k}"
            )
        wanted = _product_dtype(dtype, a, b)
        columns = b.mT if b.ndim > 1 else b  # (.., n, k)
        if a.ndim > 1 and b.ndim > 1:
            a, columns = a.unsqueeze(-2), columns.unsqueeze(-3)  # (.., m, 1, k), (.., 1, n, k)
        product = a.cast(wide_dtype(wanted)) * columns.cast(wide_dtype(wanted))
        return product._reduce(Op.ADD, (product.ndim - 1,), keepdim=False).cast(wanted)

    def dot(self, other: Self | Array, dtype: DTypeLike | None = None) -> Self:
        """matmul.

        >>> Tensor([1, 2]).dot(Tensor([3, 4])).tolist()
        11
        """
        return self.matmul(other, dtype=dtype)

    mm = dot
    bmm = dot
    mv = dot

    def __matmul__(self, other: Self | Array) -> Self:
        return self.matmul(other)

    def __rmatmul__(self, other: Self | Array) -> Self:
        return self.matmul(other, reverse=True)

    def linear(
        self, weight: Self, bias: Self | None = None, dtype: DTypeLike | None = None
    ) -> Self:
        """x @ weight + bias, with weight (in, out); a weight of one axis multiplies.

        PyTorch's `F.linear` takes the weight as (out, in): that is `x.linear(weight.T, bias)`.

        >>> Tensor([[1, 2]]).linear(Tensor([[1, 0], [0, 1]]), Tensor([5, 5])).tolist()
        [[6, 7]]
        """
        if dtype is not None:
            bias = None if bias is None else bias.cast(dtype)
            return self.cast(dtype).linear(weight.cast(dtype), bias)
        vector = isinstance(weight, Linear) and weight.ndim == 1
        x = self * weight if vector else self.matmul(weight)
        return x if bias is None else x + bias

    def outer(self, other: Self) -> Self:
        """out[i, j] = x[i] * other[j].

        >>> Tensor([1, 2]).outer(Tensor([3, 4])).tolist()
        [[3, 4], [6, 8]]
        """
        return self.unsqueeze(-1) * other.unsqueeze(0)

    @classmethod
    def einsum(
        cls, formula: str, *operands: Self | Sequence[Self], dtype: DTypeLike | None = None
    ) -> Self:
        """Sums of products after Einstein: each letter is an axis.

        Letters that are not in the output are summed over; without "->" the output has those that
        occur once, in order of the alphabet. A letter twice in one operand takes its diagonal, and
        "..." stands for axes that broadcast. Raises ArgumentError for a formula that does not fit.

        >>> Tensor.einsum("ij,kj->ik", Tensor([[1, 2]]), Tensor([[3, 4]])).tolist()
        [[11]]
        """
        given = [t for o in operands for t in ([o] if isinstance(o, Linear) else o)]
        plan = einsum.parse(formula, [ir.static(t.node.shape) for t in given])
        wanted = _product_dtype(dtype, *given)
        result: Self | None = None
        names = ""
        for i, (term, operand) in enumerate(zip(plan.terms, given, strict=True)):
            x, letters = operand.cast(wide_dtype(wanted))._diagonals(term)
            if result is not None:
                union = names + "".join(c for c in letters if c not in names)
                x, letters = result._aligned(names, union) * x._aligned(letters, union), union
            # A letter is summed over as soon as no later operand has it.
            later = set(plan.output).union(*plan.terms[i + 1 :])
            done = tuple(axis for axis, c in enumerate(letters) if c not in later)
            result = x._reduce(Op.ADD, done, keepdim=False)
            names = "".join(c for c in letters if c in later)
        assert result is not None
        whole = [plan.sizes[c] for c in plan.output]
        return result._aligned(names, plan.output).expand(whole).cast(wanted)

    def _diagonals(self, term: str) -> tuple[Self, str]:
        """x with each letter of its term once."""
        x = self
        for letter in dict.fromkeys(term):
            while term.count(letter) > 1:
                first = term.index(letter)
                second = term.index(letter, first + 1)
                x = x.diagonal(0, first, second)
                term = term[:first] + term[first + 1 : second] + term[second + 1 :] + letter
        return x, term

    def _aligned(self, names: str, union: str) -> Self:
        """x with its axes in the order of `union`, of size 1 where it has none."""
        x = self.permute([names.index(c) for c in union if c in names])
        sizes = iter(x.shape)
        return x.reshape([next(sizes) if c in names else 1 for c in union])


def _product_dtype(dtype: DTypeLike | None, first: Linear, *others: Linear) -> DType:
    """The dtype of a product of tensors: as asked for, or what theirs promote to."""
    if dtype is not None:
        return to_dtype(dtype)
    return functools.reduce(promote, (t.dtype for t in others), first.dtype)
