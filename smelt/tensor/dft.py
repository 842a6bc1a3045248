"""Fourier transforms over real pairs: a complex tensor has a last axis of 2, real and imaginary.

A transform of n = a * b points is b transforms of a points, a multiplication by roots of unity, and
a transforms of b points (Cooley and Tukey). Small ones are products with a matrix. A prime that is
too large for that becomes a convolution, which is a product of transforms of a better length
(Bluestein). So every length takes n log n, and each pass is a matrix product.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar

import numpy as np

from smelt import engine
from smelt.dtype import DType
from smelt.ir.node import Node
from smelt.tensor.algebra import Algebra
from smelt.tensor.base import HALVES, Array
from smelt.util.errors import ArgumentError, ShapeError

D = TypeVar("D", bound="DFT")

RADIX = 16  # points of one pass, if they divide the length
LARGEST_MATRIX = 64  # points that a matrix transforms where no pass divides them

NORMS = ("backward", "ortho", "forward")


class DFT(Algebra):
    """`x.fft()`: x[k] is the sum of x[t] * exp(-2 pi i k t / n) along an axis.

    Complex tensors are real pairs (.., 2), as torch.view_as_real shows them; `dim` counts the axes
    before the pair. `n` cuts the axis or fills it up with zeros. `norm` says which direction
    divides by n: "backward" (the inverse), "forward", or "ortho" (each by the root of n). float32
    and float64; float16 and bfloat16 are computed in float32.
    """

    # ---- along one axis, in planes: (batch, 2, n) -----------------------------------------------

    def _constant(self, make: Callable[..., Array], *args: Any) -> Self:
        """A table in self's dtype and place."""
        return self._make(_constant(make, args, self.dtype, self.device))

    def _turned(self, make: Callable[..., Array], *args: Any) -> Self:
        """Planes (batch, 2, ..) times the complex numbers (2, ..) that `make` gives."""
        table = self._constant(make, *args)
        table = table.reshape(*table.shape, *[1] * (self.ndim - 1 - table.ndim))
        real, imaginary = table.narrow(0, 0, 1), table.narrow(0, 1, 1)
        return self * real + self.flip(1) * (-imaginary).cat(imaginary, dim=0)

    def _dft(self, sign: int) -> Self:
        """The transform of planes (batch, 2, n), not divided by anything.

        A pass over n = a * b points transforms the a points that are b apart. What has been
        transformed is behind the rest, (batch, 2, rest, done): the numbers come out in order.
        """
        batch, n = self._static("fft", 0), self._static("fft", 2)
        x, done, rest = self, 1, n
        while True:
            a = _radix(rest)
            b = rest // a
            y = x._pass(a, b * done, sign)._once()  # (batch, 2, a, b * done)
            if b == 1:
                return y.reshape(batch, 2, n)
            y = y.reshape(batch, 2, a, b, done)._turned(_twiddles, a, b, sign)
            x = y.permute(0, 1, 3, 2, 4).reshape(batch, 2, n)
            done, rest = a * done, b

    def _pass(self, a: int, others: int, sign: int) -> Self:
        """(batch, 2, a * others) transformed over a: (batch, 2, a, others)."""
        batch = self._static("fft", 0)
        if a > LARGEST_MATRIX:
            x = self.reshape(batch, 2, a, others).permute(0, 3, 1, 2)
            x = x.reshape(batch * others, 2, a)._prime_dft(a, sign)
            return x.reshape(batch, others, 2, a).permute(0, 2, 3, 1)
        # A real matrix times real and imaginary parts; transposed, it turns the other way.
        if others == 1:
            rows = self.reshape(batch, 2 * a).matmul(self._constant(_matrix, a, -sign))
            return rows.reshape(batch, 2, a, 1)
        columns = self.reshape(batch, 2 * a, others)
        return self._constant(_matrix, a, sign).matmul(columns).reshape(batch, 2, a, others)

    def _prime_dft(self, n: int, sign: int) -> Self:
        """k t = (k**2 + t**2 - (k - t)**2) / 2 makes a convolution of the transform."""
        m = _smooth(2 * n - 1)
        x = self._turned(_chirp, n, sign)._resized(2, m)._once()
        x = x._dft(-1)._once()._turned(_chirp_spectrum, n, m, sign)._once()
        return x._dft(1).narrow(2, 0, n)._once()._turned(_chirp, n, sign)

    # ---- pairs along any axis -------------------------------------------------------------------

    def _pairs(self, operation: str) -> Self:
        if self.ndim < 2 or self.node.shape[-1] != 2:
            raise ShapeError(
                operation, f"shape {self.shape}", "real pairs (.., n, 2)",
                "a real tensor has rfft, or stack it with zeros on a last axis",
            )  # fmt: skip
        return self.float() if self.dtype in HALVES else self._floating()

    def _transformed(
        self, operation: str, n: int | None, dim: int, norm: str | None, sign: int
    ) -> Self:
        x = self._pairs(operation)
        axis = x._axis(operation, dim, extra=-1)
        n = _length(operation, x._static(operation, axis) if n is None else n)
        factor = _factor(operation, n, norm, sign)
        x = x._resized(axis, n).movedim(axis, -2)  # (.., n, 2)
        rows = x.reshape(_size(x.shape[:-2]), 2 * n)
        if n <= 2 * RADIX:
            rows = rows.matmul(x._constant(_pair_matrix, n, sign))
        else:
            rows = rows._planes()._dft(sign)._interleaved()
        result = (rows if factor == 1 else rows * factor).reshape(x.shape).movedim(-2, axis)
        return result.cast(self.dtype) if self.dtype in HALVES else result

    def _planes(self) -> Self:
        """Rows of pairs (batch, 2 n) as (batch, 2, n)."""
        batch, n = self._static("fft", 0), self._static("fft", 1) // 2
        return self.reshape(batch, n, 2).permute(0, 2, 1)._once()

    def _interleaved(self) -> Self:
        """Planes (batch, 2, n) as rows of pairs (batch, 2 n)."""
        real, imaginary = (self.narrow(1, i, 1).squeeze(1).unsqueeze(-1) for i in (0, 1))
        return real.cat(imaginary, dim=-1).flatten(1)

    def fft(self, n: int | None = None, dim: int = -1, norm: str | None = None) -> Self:
        """out[k] = sum over t of x[t] * exp(-2 pi i k t / n), along one axis of pairs (.., 2).

        >>> Tensor([[1.0, 0.0], [0.0, 0.0]]).fft().tolist()
        [[1.0, 0.0], [1.0, 0.0]]
        """
        return self._transformed("fft", n, dim, norm, -1)

    def ifft(self, n: int | None = None, dim: int = -1, norm: str | None = None) -> Self:
        """out[t] = sum over k of x[k] * exp(2 pi i k t / n) / n, along one axis of pairs (.., 2).

        >>> Tensor([[1.0, 0.0], [1.0, 0.0]]).ifft().tolist()
        [[1.0, 0.0], [0.0, 0.0]]
        """
        return self._transformed("ifft", n, dim, norm, 1)

    def rfft(self, n: int | None = None, dim: int = -1, norm: str | None = None) -> Self:
        """The first n // 2 + 1 elements of the transform of a real axis, as pairs (.., 2).

        >>> Tensor([1.0, 0.0]).rfft().tolist()
        [[1.0, 0.0], [1.0, 0.0]]
        """
        x = self.float() if self.dtype in HALVES else self._floating()
        axis = x._axis("rfft", dim)
        n = _length("rfft", x._static("rfft", axis) if n is None else n)
        x = x._resized(axis, n).movedim(axis, -1)  # (.., n)
        pairs = x.reshape(_size(x.shape[:-1]), n)._real_dft(n)
        pairs = pairs * _factor("rfft", n, norm, -1)
        pairs = pairs.reshape(*x.shape[:-1], n // 2 + 1, 2).movedim(-2, axis)
        return pairs.cast(self.dtype) if self.dtype in HALVES else pairs

    def _real_dft(self, n: int) -> Self:
        """Rows (batch, n) as pairs (batch, n // 2 + 1, 2)."""
        half = n // 2
        if n % 2:
            planes = self.unsqueeze(1).pad((0, 0, 0, 1))._dft(-1)
            return planes.narrow(2, 0, half + 1).movedim(1, -1)
        # Even elements as real parts and odd ones as imaginary parts: the parts of the transform
        # that are even and odd in k tell them apart.
        z = self._planes()._dft(-1)._once()
        z = z.cat(z.narrow(2, 0, 1), dim=2)  # (batch, 2, half + 1)
        back = z.flip(2)
        total, difference = z + back, z - back
        even = _complex(total.narrow(1, 0, 1), difference.narrow(1, 1, 1))
        odd = _complex(total.narrow(1, 1, 1), -difference.narrow(1, 0, 1))
        return ((even + odd._turned(_half_roots, n, -1)) * 0.5).movedim(1, -1)

    def irfft(self, n: int | None = None, dim: int = -1, norm: str | None = None) -> Self:
        """The n real numbers of which pairs (.., n // 2 + 1, 2) are the transform: rfft's inverse.

        n is 2 (m - 1) for m pairs unless given. The imaginary part of the first pair, and for even
        n of the last, does not count.

        >>> Tensor([[1.0, 0.0], [1.0, 0.0]]).irfft().tolist()
        [1.0, 0.0]
        """
        x = self._pairs("irfft")
        axis = x._axis("irfft", dim, extra=-1)
        n = _length("irfft", 2 * (x._static("irfft", axis) - 1) if n is None else n)
        x = x._resized(axis, n // 2 + 1).movedim(axis, -2)  # (.., m, 2)
        planes = x.reshape(_size(x.shape[:-2]), n // 2 * 2 + 2)._planes()
        rows = planes._inverse_real_dft(n) * _factor("irfft", n, norm, 1)
        rows = rows.reshape(*x.shape[:-2], n).movedim(-1, axis)
        return rows.cast(self.dtype) if self.dtype in HALVES else rows

    def _inverse_real_dft(self, n: int) -> Self:
        """Planes (batch, 2, n // 2 + 1) as rows (batch, n)."""
        half = n // 2
        end = self.arange(half + 1)
        real_only = end.eq(0) | end.eq(half) if n % 2 == 0 else end.eq(0)
        keeps = self.arange(2).unsqueeze(-1).eq(0) | real_only.logical_not()  # (2, half + 1)
        x = keeps.where(self, 0.0).cast(self.dtype)
        sign = self.arange(2).unsqueeze(-1).eq(0).where(1.0, -1.0).cast(self.dtype)
        if n % 2:
            whole = x.cat((x * sign).narrow(2, 1, half).flip(2), dim=2)
            return whole._dft(1).narrow(1, 0, 1).squeeze(1)
        back = (x * sign).flip(2).narrow(2, 0, half)
        x = x.narrow(2, 0, half)
        odd = (x - back)._turned(_half_roots_but_last, n, 1)
        turned = odd.flip(1) * -sign  # times i
        z = (x + back + turned)._once()._dft(1)  # (batch, 2, half)
        return z._interleaved()

    # ---- along several axes ---------------------------------------------------------------------

    def _fftn(
        self,
        operation: str,
        s: Sequence[int] | None,
        dim: Sequence[int] | None,
        norm: str | None,
        sign: int,
    ) -> Self:
        axes, sizes = self._grid(operation, s, dim, pairs=1)
        x = self
        for axis, size in zip(axes, sizes, strict=True):
            x = x._transformed(operation, size, axis, norm, sign)
        return x

    def _grid(
        self, operation: str, s: Sequence[int] | None, dim: Sequence[int] | None, pairs: int
    ) -> tuple[list[int], list[int | None]]:
        """The axes that a transform goes along, and how long each is to be (None: as it is)."""
        ndim = self.ndim - pairs
        if dim is None:
            dim = range(ndim if s is None else len(s))
            dim = [d - len(dim) for d in dim]
        axes = [self._axis(operation, d, extra=-pairs) for d in dim]
        if len(set(axes)) != len(axes) or (s is not None and len(s) != len(axes)):
            raise ArgumentError(operation, f"sizes {s} along {tuple(dim)}", "a size for each axis")
        if not axes and operation in ("rfftn", "irfftn"):
            raise ShapeError(operation, f"{self.shape} and no axes", "at least one to go along")
        return axes, [None if s is None or s[i] == -1 else s[i] for i in range(len(axes))]

    def fftn(
        self,
        s: Sequence[int] | None = None,
        dim: Sequence[int] | None = None,
        norm: str | None = None,
    ) -> Self:
        """`fft` along each of several axes, all but the pairs' unless given.

        >>> Tensor([[[1.0, 0.0]]]).fftn().tolist()
        [[[1.0, 0.0]]]
        """
        return self._fftn("fftn", s, dim, norm, -1)

    def ifftn(
        self,
        s: Sequence[int] | None = None,
        dim: Sequence[int] | None = None,
        norm: str | None = None,
    ) -> Self:
        """`ifft` along each of several axes, all but the pairs' unless given.

        >>> Tensor([[[1.0, 0.0]]]).ifftn().tolist()
        [[[1.0, 0.0]]]
        """
        return self._fftn("ifftn", s, dim, norm, 1)

    def rfftn(
        self,
        s: Sequence[int] | None = None,
        dim: Sequence[int] | None = None,
        norm: str | None = None,
    ) -> Self:
        """`rfft` along the last of several axes, then `fft` along the others.

        >>> Tensor([[1.0, 0.0]]).rfftn().tolist()
        [[[1.0, 0.0], [1.0, 0.0]]]
        """
        axes, sizes = self._grid("rfftn", s, dim, pairs=0)
        x = self.rfft(sizes[-1], axes[-1], norm)
        for axis, size in zip(axes[:-1], sizes[:-1], strict=True):
            x = x.fft(size, axis, norm)
        return x

    def irfftn(
        self,
        s: Sequence[int] | None = None,
        dim: Sequence[int] | None = None,
        norm: str | None = None,
    ) -> Self:
        """`ifft` along all but the last of several axes, then `irfft` along that.

        >>> Tensor([[[1.0, 0.0], [1.0, 0.0]]]).irfftn().tolist()
        [[1.0, 0.0]]
        """
        axes, sizes = self._grid("irfftn", s, dim, pairs=1)
        x = self
        for axis, size in zip(axes[:-1], sizes[:-1], strict=True):
            x = x.ifft(size, axis, norm)
        return x.irfft(sizes[-1], axes[-1], norm)

    def fft2(
        self,
        s: Sequence[int] | None = None,
        dim: Sequence[int] = (-2, -1),
        norm: str | None = None,
    ) -> Self:
        """`fft` along two axes.

        >>> Tensor([[[1.0, 0.0]]]).fft2().tolist()
        [[[1.0, 0.0]]]
        """
        return self.fftn(s, dim, norm)

    def ifft2(
        self,
        s: Sequence[int] | None = None,
        dim: Sequence[int] = (-2, -1),
        norm: str | None = None,
    ) -> Self:
        """`ifft` along two axes.

        >>> Tensor([[[1.0, 0.0]]]).ifft2().tolist()
        [[[1.0, 0.0]]]
        """
        return self.ifftn(s, dim, norm)

    def rfft2(
        self,
        s: Sequence[int] | None = None,
        dim: Sequence[int] = (-2, -1),
        norm: str | None = None,
    ) -> Self:
        """`rfft` along the last of two axes, `fft` along the other.

        >>> Tensor([[1.0, 0.0]]).rfft2().tolist()
        [[[1.0, 0.0], [1.0, 0.0]]]
        """
        return self.rfftn(s, dim, norm)

    def irfft2(
        self,
        s: Sequence[int] | None = None,
        dim: Sequence[int] = (-2, -1),
        norm: str | None = None,
    ) -> Self:
        """`ifft` along the first of two axes, `irfft` along the other.

        >>> Tensor([[[1.0, 0.0], [1.0, 0.0]]]).irfft2().tolist()
        [[1.0, 0.0]]
        """
        return self.irfftn(s, dim, norm)


# ---- lengths and factors ------------------------------------------------------------------------


def _size(shape: Sequence[Any]) -> int:
    return math.prod(int(s) for s in shape)


def _length(operation: str, n: int) -> int:
    if n < 1:
        raise ArgumentError(operation, f"{n} points", "1 or more")
    return n


def _factor(operation: str, n: int, norm: str | None, sign: int) -> float:
    """What a transform is multiplied by."""
    name = "backward" if norm is None else norm
    if name not in NORMS:
        raise ArgumentError(operation, f"norm {norm!r}", "'backward', 'ortho' or 'forward'")
    if name == "ortho":
        return 1 / math.sqrt(n)
    return 1 / n if (name == "forward") == (sign < 0) else 1.0


def _radix(n: int) -> int:
    """How many points the first pass over n takes: n if it is the only one."""
    if n <= 2 * RADIX:
        return n
    for largest in (RADIX, LARGEST_MATRIX):
        divisor = max(d for d in range(1, largest + 1) if n % d == 0)
        if divisor > 1:
            return divisor
    return next((d for d in range(2, math.isqrt(n) + 1) if n % d == 0), n)  # a prime


def _smooth(n: int) -> int:
    """The least number from n up that has no prime factor above 5."""
    while True:
        rest = n
        for p in (2, 3, 5):
            while rest % p == 0:
                rest //= p
        if rest == 1:
            return n
        n += 1


# ---- constants ----------------------------------------------------------------------------------


@functools.lru_cache(maxsize=256)
def _constant(make: Callable[..., Array], args: tuple[Any, ...], dtype: DType, device: str) -> Node:
    return engine.from_numpy(np.ascontiguousarray(make(*args), dtype.np), device)


def _roots(numerator: Array, n: int, sign: int) -> Array:
    """exp(sign * 2 pi i * numerator / n) as (2, ..): exact but for the last rounding."""
    turns = (numerator % n).astype(np.longdouble) / n
    quarter = np.rint(4 * turns)
    angle = (turns - quarter / 4) * (8 * np.arctan(np.longdouble(1)))
    cosine, sine = np.cos(angle), np.sin(angle)
    at = quarter.astype(np.int64) % 4
    return np.stack(
        [
            np.choose(at, [cosine, -sine, -cosine, sine]),
            sign * np.choose(at, [sine, cosine, -sine, -cosine]),
        ]
    )


def _matrix(n: int, sign: int) -> Array:
    """(2 n, 2 n): the transform of n points on real parts, then imaginary parts."""
    k = np.arange(n)
    cosine, sine = _roots(np.outer(k, k), n, sign)
    return np.block([[cosine, -sine], [sine, cosine]])


def _pair_matrix(n: int, sign: int) -> Array:
    """(2 n, 2 n): the transform of a row of n pairs, from the right."""
    table = _matrix(n, sign).reshape(2, n, 2, n)
    return table.transpose(3, 2, 1, 0).reshape(2 * n, 2 * n)


def _twiddles(a: int, b: int, sign: int) -> Array:
    return _roots(np.outer(np.arange(a), np.arange(b)), a * b, sign)


def _half_roots(n: int, sign: int) -> Array:
    return _roots(np.arange(n // 2 + 1), n, sign)


def _half_roots_but_last(n: int, sign: int) -> Array:
    return _roots(np.arange(n // 2), n, sign)


def _chirp(n: int, sign: int) -> Array:
    """exp(sign * pi i * t**2 / n)."""
    return _roots(np.arange(n) ** 2, 2 * n, sign)


def _chirp_spectrum(n: int, m: int, sign: int) -> Array:
    """The transform of the chirp's conjugate, from both ends of m points, over m."""
    real, imaginary = _chirp(n, -sign).astype(np.float64)
    line = np.zeros(m, np.complex128)
    line[:n] = real + 1j * imaginary
    line[m - n + 1 :] = line[1:n][::-1]
    spectrum = np.fft.fft(line) / m
    return np.stack([spectrum.real, spectrum.imag])


def _complex(real: D, imaginary: D) -> D:
    """Two planes (batch, 1, n) as one tensor."""
    return real.cat(imaginary, dim=1)
