"""Spectra: what goes with the Fourier transforms of `dft.py`. Frequencies, windows, short times."""

from __future__ import annotations

import math
from typing import Self

from smelt.dtype import dtypes, to_dtype
from smelt.ir import node as ir
from smelt.ir.op import Op
from smelt.tensor.base import Axes, DTypeLike
from smelt.tensor.dft import DFT
from smelt.util.errors import ArgumentError, ShapeError


class Fourier(DFT):
    """`Tensor.fftfreq(8)`, `x.fftshift()`, `x.stft(256)`."""

    # ---- frequencies ----------------------------------------------------------------------------

    @classmethod
    def fftfreq(
        cls, n: int, d: float = 1.0, dtype: DTypeLike | None = None, device: str | None = None
    ) -> Self:
        """The frequency of each element of a transform of n points that are d apart.

        0, 1 .. and then the negative ones up to -1, over n * d.

        >>> Tensor.fftfreq(4).tolist()
        [0.0, 0.25, -0.5, -0.25]
        """
        _check_points("fftfreq", n)
        counter = cls.arange(n, dtype=dtypes.index, device=device)
        counter = (counter < (n + 1) // 2).where(counter, counter - n)
        return counter.cast(dtypes.default_float if dtype is None else to_dtype(dtype)) / (n * d)

    @classmethod
    def rfftfreq(
        cls, n: int, d: float = 1.0, dtype: DTypeLike | None = None, device: str | None = None
    ) -> Self:
        """The frequency of each element of a real transform of n points that are d apart.

        >>> Tensor.rfftfreq(4).tolist()
        [0.0, 0.25, 0.5]
        """
        _check_points("rfftfreq", n)
        wanted = dtypes.default_float if dtype is None else to_dtype(dtype)
        return cls.arange(n // 2 + 1, dtype=wanted, device=device) / (n * d)

    def fftshift(self, dim: Axes = None) -> Self:
        """Each axis moved on by half its size, so that frequency 0 is in the middle.

        `dim` counts all axes, that of pairs too: name the axes of a complex tensor.

        >>> Tensor.fftfreq(4).fftshift().tolist()
        [-0.5, -0.25, 0.0, 0.25]
        """
        axes = self._axes("fftshift", dim)
        return self.roll([self._static("fftshift", a) // 2 for a in axes], axes)

    def ifftshift(self, dim: Axes = None) -> Self:
        """Each axis moved back by half its size: undoes `fftshift`.

        >>> Tensor([-0.5, -0.25, 0.0, 0.25]).ifftshift().tolist()
        [0.0, 0.25, -0.5, -0.25]
        """
        axes = self._axes("ifftshift", dim)
        return self.roll([-(self._static("ifftshift", a) // 2) for a in axes], axes)

    # ---- windows --------------------------------------------------------------------------------

    @classmethod
    def _cosines(
        cls,
        weights: tuple[float, ...],
        n: int,
        periodic: bool,
        dtype: DTypeLike | None,
        device: str | None,
    ) -> Self:
        """The sum of (-1)**j weights[j] cos(2 pi j t / n) for t < n, or over n - 1."""
        wanted = dtypes.default_float if dtype is None else to_dtype(dtype)
        if n < 0 or not wanted.is_float:
            raise ArgumentError("window", f"{n} points of {wanted.name}", "0 or more of a float")
        # The angles are rounded once, in float64.
        turn = 2 * math.pi / max(1, n if periodic else n - 1)
        angle = cls.arange(n, dtype=dtypes.float64, device=device) * turn
        total = angle * 0 + (weights[0] if n != 1 else 1.0)
        for j, weight in enumerate(weights[1:], 1):
            if n != 1:
                total = total + (-1) ** j * weight * (angle * j).cos()
        return total.cast(wanted)

    @classmethod
    def hann_window(
        cls,
        window_length: int,
        periodic: bool = True,
        dtype: DTypeLike | None = None,
        device: str | None = None,
    ) -> Self:
        """(1 - cos(2 pi t / n)) / 2; not periodic, it ends where it begins.

        >>> Tensor.hann_window(4).tolist()
        [0.0, 0.5, 1.0, 0.5]
        """
        return cls._cosines((0.5, 0.5), window_length, periodic, dtype, device)

    @classmethod
    def hamming_window(
        cls,
        window_length: int,
        periodic: bool = True,
        alpha: float = 0.54,
        beta: float = 0.46,
        dtype: DTypeLike | None = None,
        device: str | None = None,
    ) -> Self:
        """alpha - beta cos(2 pi t / n).

        >>> Tensor.hamming_window(2)
        Tensor([0.08, 1.  ], dtype=float32, device=CPU)
        """
        return cls._cosines((alpha, beta), window_length, periodic, dtype, device)

    @classmethod
    def blackman_window(
        cls,
        window_length: int,
        periodic: bool = True,
        dtype: DTypeLike | None = None,
        device: str | None = None,
    ) -> Self:
        """0.42 - 0.5 cos(2 pi t / n) + 0.08 cos(4 pi t / n).

        >>> Tensor.blackman_window(4)[2].item()
        1.0
        """
        return cls._cosines((0.42, 0.5, 0.08), window_length, periodic, dtype, device)

    # ---- short times ----------------------------------------------------------------------------

    def stft(
        self,
        n_fft: int,
        hop_length: int | None = None,
        win_length: int | None = None,
        window: Self | None = None,
        center: bool = True,
        pad_mode: str = "reflect",
        normalized: bool = False,
        onesided: bool = True,
        return_complex: bool = True,
    ) -> Self:
        """Transforms of windows of n_fft elements, hop_length apart (a quarter unless given).

        Of (.., n) it makes pairs (.., frequencies, windows, 2). The window (win_length,) stands in
        the middle of n_fft, ones unless given. `center` pads so that window t is around t * hop;
        `normalized` divides by the root of n_fft; `onesided` keeps n_fft // 2 + 1 frequencies. As
        complex numbers are pairs here, `return_complex` changes nothing.

        >>> Tensor.ones(8).stft(4).shape
        (3, 9, 2)
        """
        hop = n_fft // 4 if hop_length is None else hop_length
        shape = self._whole_window(n_fft, hop, win_length, window)
        x = self._floating()
        if x.ndim not in (1, 2):
            raise ShapeError("stft", f"shape {self.shape}", "(n,) or (batch, n)")
        if center:
            rows = x.unsqueeze(0).unsqueeze(0) if x.ndim == 1 else x.unsqueeze(1)
            rows = rows.pad((n_fft // 2, n_fft // 2), mode=pad_mode)
            x = rows.reshape(*x.shape[:-1], rows.shape[-1])
        frames = x.unfold(-1, n_fft, hop) * shape  # (.., windows, n_fft)
        norm = "ortho" if normalized else None
        if onesided:
            return frames.rfft(norm=norm).transpose(-3, -2)
        return frames.unsqueeze(-1).pad((0, 1)).fft(norm=norm).transpose(-3, -2)

    def istft(
        self,
        n_fft: int,
        hop_length: int | None = None,
        win_length: int | None = None,
        window: Self | None = None,
        center: bool = True,
        normalized: bool = False,
        onesided: bool = True,
        length: int | None = None,
        return_complex: bool = False,
    ) -> Self:
        """The signal (.., n) of which pairs (.., frequencies, windows, 2) are the `stft`.

        The windows are added where they overlap, and divided by the sum of their squares.

        >>> Tensor.ones(8).stft(4).istft(4).shape
        (8,)
        """
        if return_complex:
            raise ArgumentError("istft", "return_complex=True", "the spectrum of a real signal")
        hop = n_fft // 4 if hop_length is None else hop_length
        shape = self._whole_window(n_fft, hop, win_length, window)
        x = self.transpose(-3, -2)  # (.., windows, frequencies, 2)
        norm = "ortho" if normalized else None
        x = (
            x.irfft(n_fft, norm=norm)
            if onesided
            else x.ifft(norm=norm).narrow(-1, 0, 1).squeeze(-1)
        )
        total = (x * shape)._windows_added(hop)
        weight = (shape * shape).expand(*x.shape[-2:])._windows_added(hop)
        start = n_fft // 2 if center else 0
        n = total._static("istft", -1)
        kept = n - 2 * start if length is None else length
        end = min(kept, n - start)
        result = total.narrow(-1, start, end) / weight.narrow(-1, start, end)
        return result._resized(result.ndim - 1, kept)

    def _whole_window(
        self, n_fft: int, hop: int, win_length: int | None, window: Self | None
    ) -> Self:
        """The window (n_fft,), with zeros around it if it is shorter."""
        n = n_fft if win_length is None else win_length
        given = self._floating().dtype if window is None else window.dtype
        x = self.ones(n, dtype=given) if window is None else window
        if not 0 < n <= n_fft or hop < 1 or x.shape != (n,):
            raise ArgumentError(
                "stft", f"n_fft {n_fft}, hop_length {hop}, win_length {n}, window {x.shape}",
                "a window (win_length,) that is not longer than n_fft, and a hop of 1 or more",
            )  # fmt: skip
        before = (n_fft - n) // 2
        return x.pad((before, n_fft - n - before))

    def _windows_added(self, hop: int) -> Self:
        """Windows (.., count, n) added at places hop apart: (.., (count - 1) * hop + n)."""
        count, n = self._static("istft", -2), self._static("istft", -1)
        parts = -(-n // hop)
        x = self._resized(self.ndim - 1, parts * hop).unflatten(-1, (parts, hop))
        # Part q of window t goes to block t + q.
        x = x.movedim(-1, 0)  # (hop, .., count, parts)
        axis = x.ndim - 2
        x = x._with(ir.shear(x.node, axis, axis + 1, -1, count + parts - 1))
        blocks = x._reduce(Op.ADD, (axis + 1,), keepdim=False).movedim(0, -1)  # (.., blocks, hop)
        return blocks.flatten(-2).narrow(-1, 0, (count - 1) * hop + n)


def _check_points(operation: str, n: int) -> None:
    if n < 1:
        raise ArgumentError(operation, f"{n} points", "1 or more")
