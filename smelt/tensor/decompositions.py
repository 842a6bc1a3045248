"""Matrices as products of simpler ones, one step for each column or round of columns.

What these functions compute has no gradient: their callers in `algebra.py` add that. The steps of
one decomposition are the same kernels on other data (see `repeat`): whatever depends on the number
of the step is a mask or a lookup. All of them are batched over the leading axes.
"""

from __future__ import annotations

import math
from typing import Self

from smelt.dtype import dtypes
from smelt.ir.op import Op
from smelt.tensor.products import Products
from smelt.tensor.repeat import repeat


class Decompositions(Products):
    """LU, Cholesky, Householder's QR and Jacobi's rotations, for matrices of float32 or float64."""

    # ---- parts of a matrix ----------------------------------------------------------------------

    def _line_numbers(self, axis: int) -> Self:
        """The number of each element along one of the last two axes, with size 1 along the other.

        Along the rows (axis -2) of (.., m, n) it is (m, 1), along the columns (1, n).
        """
        counter = self.arange(self._static("matrix", axis), dtype=dtypes.index)
        return counter.unsqueeze(-1 if axis == -2 else -2)

    def _picked_line(self, axis: int, i: Self) -> Self:
        """Line i, a number or one for each matrix, along one of the last two axes."""
        sizes = list(self.shape)
        sizes[axis] = 1
        return self.gather(axis, i.expand(sizes))

    def _row_at(self, i: Self) -> Self:
        return self._picked_line(-2, i)

    def _column_at(self, i: Self) -> Self:
        return self._picked_line(-1, i)

    def _entry_at(self, row: Self, column: Self) -> Self:
        """(.., 1, 1): the element there, each a number or one for each matrix."""
        place = row * self._static("matrix", -1) + column
        return self.flatten(-2).unsqueeze(-2)._column_at(place)

    def _identity(self, n: int) -> Self:
        """The unit matrix in self's dtype."""
        return self.eye(n, dtype=self.dtype)

    def _magnitude(self) -> Self:
        """(.., 1, 1): a power of two near the largest element, by which squares do not overflow."""
        if 0 in self.shape:
            return self.ones(1, 1, dtype=self.dtype)
        largest = self.abs().max((-2, -1), keepdim=True)
        usual = largest.isfinite() & largest.ne(0)
        return usual.where(largest, 1.0).log2().floor().exp2()._once()

    # ---- triangles ------------------------------------------------------------------------------

    def _inverse_lower(self) -> Self:
        """The inverse of the lower triangle, from blocks of size 1 on, each twice the last.

        [[A, 0], [C, B]] has the inverse [[A', 0], [-B' C A', B']].
        """
        n = self._static("solve_triangular", -1)
        steps = math.ceil(math.log2(max(1, n)))
        whole = 1 << steps
        batch = self.shape[:-2]
        x = self._resized(self.ndim - 1, whole)._resized(self.ndim - 2, whole)
        done = x.diagonal(0, -2, -1)  # (.., whole)
        done = (self.arange(whole) < n).where(done, 1.0).reciprocal()
        done = done.reshape(*batch, whole, 1, 1)
        for step in range(steps):
            size = 1 << step
            count = whole // size // 2
            pairs = x.reshape(*batch, count, 2 * size, count, 2 * size)
            corner = pairs.diagonal(0, -4, -2).movedim(-1, -3)  # (.., count, 2 size, 2 size)
            corner = corner.narrow(-2, size, size).narrow(-1, 0, size)
            done = done.reshape(*batch, count, 2, size, size)
            first, second = (done.narrow(-3, k, 1).squeeze(-3) for k in (0, 1))
            below = -second.matmul(corner.matmul(first)._once())
            upper = first.pad((0, size))
            lower = below.cat(second, dim=-1)
            done = upper.cat(lower, dim=-2)._once()  # (.., count, 2 size, 2 size)
        return done.reshape(*batch, whole, whole).narrow(-1, 0, n).narrow(-2, 0, n)

    def _inverse_upper(self) -> Self:
        return self.mT._inverse_lower().mT

    # ---- elimination ----------------------------------------------------------------------------

    def _eliminated(self) -> tuple[Self, Self]:
        """LU with partial pivoting: L (below the diagonal, 1 on it) and U in one matrix.

        And the order of the rows (.., n): row k of L @ U is row order[k].
        """
        n = self._static("lu", -1)
        numbers = self._line_numbers(-2).cast(self.dtype).expand(*self.shape[:-1], 1)
        augmented = self.cat(numbers, dim=-1)  # (.., n, n + 1): the last column says which row
        rows, columns = augmented._line_numbers(-2), augmented._line_numbers(-1)

        def eliminate(i: Self, states: tuple[Self, ...]) -> tuple[Self, ...]:
            (x,) = states
            column = x._column_at(i)
            size = (rows >= i).where(column.abs(), -1.0)
            best = size.argmax(-2, keepdim=True)._once()  # (.., 1, 1)
            pivot, old = x._row_at(best), x._row_at(i)
            moved = rows.eq(i).where(pivot, rows.eq(best).where(old, x))
            column = rows.eq(best).where(x._entry_at(i, i), column)
            top = x._entry_at(best, i)
            factor = top.eq(0).where(0.0, column / top)
            right = (columns > i) & (columns < n)
            below = columns.eq(i).where(factor, right.where(moved - factor * pivot, moved))
            return ((rows > i).where(below, moved),)

        (x,) = repeat(n, eliminate, (augmented,))
        order = x.narrow(-1, n, 1).squeeze(-1).cast(dtypes.index)
        return x.narrow(-1, 0, n), order._once()

    def _inverse_from(self, order: Self) -> Self:
        """The inverse of the matrix of which self and `order` are the LU."""
        n = self._static("inv", -1)
        lower = self._unit_lower()._inverse_lower()
        product = self.triu()._inverse_upper().matmul(lower)._once()
        # column j of the inverse is the column of the product that row j of the matrix went to
        place = (
            order.unsqueeze(-2).eq(self._line_numbers(-2)).where(self._line_numbers(-1), 0)
        )  # (.., n, n)
        place = place._reduce(Op.ADD, (place.ndim - 1,), keepdim=False)._once()
        return product.gather(-1, place.unsqueeze(-2).expand(*self.shape[:-2], n, n))

    def _unit_lower(self) -> Self:
        """The triangle below the diagonal, with ones on it."""
        m, n = self._static("matrix", -2), self._static("matrix", -1)
        return self.tril(-1) + self.eye(m, n, dtype=self.dtype)

    def _cholesky_lower(self) -> Self:
        """L with L @ L.mT = self, of which the lower triangle is read; NaN if there is none."""
        lower = self.tril()
        x = lower + lower.tril(-1).mT
        rows = x._line_numbers(-2)

        def eliminate(i: Self, states: tuple[Self, ...]) -> tuple[Self, ...]:
            (x,) = states
            row = x._row_at(i)  # also the column
            return ((rows > i).where(x - row.mT * (row / x._entry_at(i, i)), x),)

        (x,) = repeat(self._static("cholesky", -1), eliminate, (x,))
        # Row k of the upper triangle is L's column k times the root of the pivot.
        return (x / x.diagonal(0, -2, -1).unsqueeze(-1).sqrt()).triu().mT._once()

    # ---- reflections ----------------------------------------------------------------------------

    def _reflected(self) -> Self:
        """Householder's QR: R above and on the diagonal, below it the directions of reflection.

        Reflection k is I - 2 v v.mT / (v.mT v), with v = 0 above row k, 1 in it, and below what
        column k has.
        """
        rows, columns = self._line_numbers(-2), self._line_numbers(-1)
        n = self._static("qr", -1)
        least = 2.0**-1022 if self.dtype is dtypes.float64 else 2.0**-126  # smallest normal number

        def reflect(i: Self, states: tuple[Self, ...]) -> tuple[Self, ...]:
            (x,) = states
            below, column = rows > i, x._column_at(i)  # (.., m, 1)
            head, first = x._row_at(i), x._entry_at(i, i)  # (.., 1, n), (.., 1, 1)
            sums = (below.where(column, 0.0) * x)._reduce(Op.ADD, (x.ndim - 2,), keepdim=True)
            sums = sums._once()
            rest = sums._column_at(i)  # the sum of squares below
            none = rest < least  # or so few bits of it that the reflection would be none
            rest = none.where(0.0, rest)
            end = (first < 0).where(1.0, -1.0) * (first * first + rest).sqrt()
            end = none.where(-first, end)
            inverse = none.where(0.0, 1 / (first - end))
            twice = 2 / (1 + rest * inverse * inverse)
            direction = rows.eq(i).where(1.0, column * inverse)
            product = head + sums * inverse  # v.mT @ x
            moved = x - twice * direction * product
            kept = columns.eq(i).where(rows.eq(i).where(end, direction), moved)
            return (((columns < i) | (rows < i)).where(x, kept),)

        (x,) = repeat(min(self._static("qr", -2), n), reflect, (self,))
        return x

    def _orthogonal(self, width: int) -> Self:
        """The first columns of the product of the reflections below the diagonal: (.., m, width).

        I - V T V.mT, where the inverse of T has V.mT V's upper triangle and half its diagonal.
        """
        m = self._static("qr", -2)
        k = min(m, self._static("qr", -1))
        v = self.narrow(-1, 0, k)._unit_lower()._once()  # (.., m, k)
        square = v.mT.matmul(v)._once()
        t = (square.triu(1) + square * 0.5 * self._identity(k))._inverse_upper()
        product = v.matmul(t.matmul(v.narrow(-2, 0, width).mT)._once())
        return (self.eye(m, width, dtype=self.dtype) - product)._once()

    def _qr(self, complete: bool = False) -> tuple[Self, Self]:
        """Q (.., m, k) and R (.., k, n) with k = min(m, n), or m if complete."""
        m, n = self._static("qr", -2), self._static("qr", -1)
        scale = self._magnitude()
        x = (self / scale)._once()._reflected()
        k = m if complete else min(m, n)
        return x._orthogonal(k), (x.narrow(-2, 0, k).triu() * scale)._once()

    # ---- rotations ------------------------------------------------------------------------------

    def _rotated(self, length: int) -> Self:
        """Rows turned in pairs until the first `length` elements of each are orthogonal.

        One-sided Jacobi: in each of n - 1 rounds all rows meet another one, row k row n - 1 - k;
        then all but the first move on by one. After n - 1 rounds every pair has met, and the rows
        are back in place.
        """
        n = self._static("svd", -2)
        even = n + n % 2
        half, axis = even // 2, self.ndim - 2
        if even < 2:
            return self
        sweeps = _sweeps(even, self.dtype is dtypes.float64)
        counter = self.arange(even, dtype=dtypes.index)
        came = counter.eq(0).where(0, counter.eq(1).where(even - 1, counter - 1))
        side = came < half
        # of each pair, whose number is that of its first row
        pair = side.where(came, even - 1 - came)

        def rotate(i: Self, states: tuple[Self, ...]) -> tuple[Self, ...]:
            (x,) = states
            parts = x.narrow(-1, 0, length)
            a, b = parts.narrow(axis, 0, half), parts.flip(axis).narrow(axis, 0, half)
            aa, bb, ab = (
                (p * q)._reduce(Op.ADD, (axis + 1,), keepdim=True)
                for p, q in ((a, a), (b, b), (a, b))
            )  # (.., half, 1)
            slope = (bb - aa) / (2 * ab)
            tangent = (slope < 0).where(-1.0, 1.0) / (slope.abs() + (1 + slope * slope).sqrt())
            tangent = ab.eq(0).where(0.0, tangent)
            cosine = (1 + tangent * tangent).rsqrt()
            turn = cosine.cat(cosine * tangent, dim=-1)._once()  # (.., half, 2)
            turn = turn.index_select(axis, pair)
            c, s = turn.narrow(-1, 0, 1), turn.narrow(-1, 1, 1)
            other = x.index_select(axis, even - 1 - came)
            sign = side.where(-1.0, 1.0).cast(x.dtype).unsqueeze(-1)
            return (c * x.index_select(axis, came) + sign * s * other,)

        (x,) = repeat(sweeps * (even - 1), rotate, (self._resized(axis, even)._once(),))
        return x.narrow(axis, 0, n)

    def _ascending(self) -> Self:
        """For each place in ascending order, equal ones as they come, which of the last axis.

        A NaN counts as infinity: without an order two would share a place, and none be at another.
        """
        n = self._static("sort", -1)
        numbers = self.ne(self).where(math.inf, self)
        mine, other = numbers.unsqueeze(-1), numbers.unsqueeze(-2)  # (.., n, 1), (.., 1, n)
        rows = self.arange(n, dtype=dtypes.index).unsqueeze(-1)  # (n, 1)
        columns = rows.mT
        before = (other < mine) | (other.eq(mine) & (columns < rows))
        rank = before.cast(dtypes.index)._reduce(Op.ADD, (self.ndim,), keepdim=False)._once()
        found = rank.unsqueeze(-2).eq(rows).where(columns, 0)  # (.., place, which)
        return found._reduce(Op.ADD, (self.ndim,), keepdim=False)._once()

    def _rows_at(self, order: Self) -> Self:
        return self.gather(-2, order.unsqueeze(-1).expand(*self.shape))

    def _eigen(self) -> tuple[Self, Self]:
        """The eigenvalues (.., n), ascending, and vectors (columns) of a symmetric matrix.

        Rotations make the columns of A + s I orthogonal; it is definite, so that these are its
        eigenvectors times eigenvalues.
        """
        n = self._static("eigh", -1)
        scale = self._magnitude()
        x = (self / scale)._once()
        size = (x * x)._reduce(Op.ADD, (x.ndim - 2, x.ndim - 1), keepdim=True).sqrt()
        shift = size.eq(0).where(1.0, 1.25 * size)
        vectors = (x + shift * self._identity(n))._rotated(n)  # as rows
        vectors = (vectors / (vectors * vectors).sum(-1, keepdim=True).sqrt())._once()
        values = (vectors.matmul(x) * vectors)._reduce(Op.ADD, (x.ndim - 1,), keepdim=False)
        values = values._once()
        order = values._ascending()
        values = values.gather(-1, order) * scale.squeeze(-1)
        return values._once(), vectors._rows_at(order).mT._once()

    def _singular_values(self) -> Self:
        """The singular values (.., k), descending."""
        return self._singular(vectors=False)[1]

    def _singular(self, full: bool = False, vectors: bool = True) -> tuple[Self, Self, Self]:
        """U, the singular values (.., k) in descending order, and V.mT.

        U is (.., m, k) and V.mT (.., k, n); if full (.., m, m) and (.., n, n). Without `vectors`
        both are whatever is cheap.
        """
        m, n = self._static("svd", -2), self._static("svd", -1)
        if m < n:
            v, values, u = self.mT._singular(full, vectors)
            return u.mT, values, v.mT
        scale = self._magnitude()
        x = (self / scale)._once()
        outer: Self | None = None
        if m > n:
            outer, x = x._qr(complete=full and vectors)
            x = x.narrow(-2, 0, n)._once()
        rows = x.mT  # (.., n, n)
        if vectors:
            rows = rows.cat(self._identity(n).expand(*rows.shape), dim=-1)  # (.., n, 2 n)
        rows = rows._rotated(n)
        left, right = rows.narrow(-1, 0, n), rows.narrow(-1, n if vectors else 0, n)
        values = (left * left)._reduce(Op.ADD, (left.ndim - 1,), keepdim=False).sqrt()._once()
        order = (-values)._ascending()
        sizes = values.gather(-1, order)._once()
        result = (sizes * scale.squeeze(-1))._once()
        if not vectors:
            return x, result, x
        # The directions of values near 0 are noise or 0: reflections make orthogonal ones of them.
        column = sizes.unsqueeze(-2)
        u, r = column.eq(0).where(0.0, left._rows_at(order).mT / column)._once()._qr()
        u = u * (r.diagonal(0, -2, -1) < 0).where(-1.0, 1.0).cast(u.dtype).unsqueeze(-2)
        if outer is not None:
            u = outer.narrow(-1, 0, n).matmul(u._once())
            u = u if not full else u.cat(outer.narrow(-1, n, m - n), dim=-1)
        return u._once(), result, right._rows_at(order)._once()


def _sweeps(n: int, double: bool) -> int:
    """How often every pair of n rows has to meet until the rotations converge.

    The last of them do so quadratically: what n random, graded, singular and repeated values take,
    up to n = 512, and one more.
    """
    if n == 2:
        return 2
    return math.ceil(4 + 1.5 * math.log2(n)) if double else math.ceil(3 + 1.25 * math.log2(n))
