"""Fourier transforms against PyTorch, whose complex numbers are seen as real pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from smelt import Tensor
from smelt.util.errors import SmeltError
from tests.helpers import Row, against_torch, row

F = torch.fft


def pairs(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of complex tensors as one of real pairs."""
    return lambda x: torch.view_as_real(function(torch.view_as_complex(x)))


def from_pairs(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x: function(torch.view_as_complex(x))


def to_pairs(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x: torch.view_as_real(function(x))


def exact(name: str, ours: Callable[..., Any], theirs: Callable[..., Any], cases: Any) -> Row:
    return row(name, ours, theirs, cases, dtype="float64", rtol=1e-12, atol=1e-13)


LINES = ((8, 2), (1, 2), (2, 5, 2))
NORMS = ("ortho", "forward", "backward")

TRANSFORMS = [
    exact("fft", lambda x: x.fft(), pairs(F.fft), LINES),
    exact("ifft", lambda x: x.ifft(), pairs(F.ifft), LINES),
    exact("fft passes", lambda x: x.fft(), pairs(F.fft), ((64, 2), (100, 2), (2, 99, 2))),
    exact("fft prime", lambda x: x.fft(), pairs(F.fft), ((67, 2), (134, 2))),
    exact("ifft prime", lambda x: x.ifft(), pairs(F.ifft), ((67, 2),)),
    row("fft float32", lambda x: x.fft(), pairs(F.fft), ((48, 2),), rtol=1e-5, atol=1e-5),
    exact("fft n dim", lambda x: x.fft(5, dim=0), pairs(lambda x: F.fft(x, 5, dim=0)),
          ((3, 2, 2), (7, 1, 2))),
    *[
        exact(f"fft {norm}", lambda x, norm=norm: x.fft(norm=norm).ifft(7, norm=norm),
              pairs(lambda x, norm=norm: F.ifft(F.fft(x, norm=norm), 7, norm=norm)), ((6, 2),))
        for norm in NORMS
    ],
    exact("rfft", lambda x: x.rfft(), to_pairs(F.rfft), ((8,), (7,), (1,), (2, 6))),
    exact("rfft n dim", lambda x: x.rfft(6, 0, "ortho"),
          to_pairs(lambda x: F.rfft(x, 6, 0, "ortho")), ((4, 2), (9, 2))),
    exact("irfft", lambda x: x.irfft(), from_pairs(F.irfft), ((5, 2), (2, 3, 2), (2, 2))),
    exact("irfft odd", lambda x: x.irfft(7, norm="ortho"),
          from_pairs(lambda x: F.irfft(x, 7, norm="ortho")), ((4, 2), (3, 2), (6, 2))),
    row("rfft of ints", lambda x: x.rfft(), to_pairs(F.rfft), ((4,),), dtype="int32", high=9),
    exact("fft2", lambda x: x.fft2(), pairs(F.fft2), ((3, 4, 2), (2, 2, 3, 2))),
    exact("ifft2", lambda x: x.ifft2((2, 5)), pairs(lambda x: F.ifft2(x, (2, 5))), ((3, 4, 2),)),
    exact("fftn", lambda x: x.fftn(norm="ortho"), pairs(lambda x: F.fftn(x, norm="ortho")),
          ((3, 4, 2),)),
    exact("ifftn", lambda x: x.ifftn(dim=(0,)), pairs(lambda x: F.ifftn(x, dim=(0,))),
          ((3, 4, 2),)),
    exact("rfftn", lambda x: x.rfftn(), to_pairs(F.rfftn), ((3, 4),)),
    exact("irfftn", lambda x: x.irfftn(), from_pairs(F.irfftn), ((3, 4, 2),)),
    exact("rfft2 irfft2", lambda x: x.rfft2().irfft2((3, 5)),
          lambda x: F.irfft2(F.rfft2(x), (3, 5)), ((3, 4),)),
]  # fmt: skip

SPECTRA = [
    row("fftshift", lambda x: x.fftshift(), lambda x: F.fftshift(x), ((5,), (4, 3))),
    row("ifftshift", lambda x: x.ifftshift(1), lambda x: F.ifftshift(x, 1), ((4, 3),)),
    exact("stft", lambda x: x.stft(8), to_pairs(lambda x: torch.stft(
        x, 8, return_complex=True, window=torch.ones(8, dtype=x.dtype))), ((20,), (2, 16))),
    exact("stft window", lambda x: x.stft(8, 3, 6, Tensor.hann_window(6, dtype="float64"),
                                          False, "reflect", True, False),
          to_pairs(lambda x: torch.stft(x, 8, 3, 6, torch.hann_window(6, dtype=x.dtype), False,
                                        "reflect", True, False, return_complex=True)), ((20,),)),
    exact("istft", lambda x: x.istft(4, 1, window=Tensor.hamming_window(4, dtype="float64")),
          from_pairs(lambda x: torch.istft(
              x, 4, 1, window=torch.hamming_window(4, dtype=torch.float64))), ((3, 6, 2),)),
    exact("istft length", lambda x: x.istft(5, 2, 4, None, True, True, True, 7),
          from_pairs(lambda x: torch.istft(x, 5, 2, 4, torch.ones(4, dtype=torch.float64), True,
                                           True, True, 7)), ((2, 3, 5, 2),)),
]  # fmt: skip

ROWS = TRANSFORMS + SPECTRA

COMPILED = ("fft passes", "rfft", "irfft", "stft", "istft")

test_meaning, test_compiled = against_torch(ROWS, [r for r in ROWS if r.name in COMPILED])


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_frequencies_and_windows(n: int) -> None:
    for name in ("fftfreq", "rfftfreq"):
        ours, theirs = getattr(Tensor, name)(n, 0.5), getattr(F, name)(n, 0.5)
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy())
    for name in ("hann_window", "hamming_window", "blackman_window"):
        for periodic in (True, False):
            ours = getattr(Tensor, name)(n, periodic, dtype="float64")
            theirs = getattr(torch, name)(n, periodic, dtype=torch.float64)
            np.testing.assert_allclose(ours.numpy(), theirs.numpy(), atol=1e-15)


@pytest.mark.parametrize(
    "call",
    [
        lambda: Tensor.ones(3).fft(),
        lambda: Tensor.ones(4, 3).fft(),
        lambda: Tensor.ones(4, 2).fft(0),
        lambda: Tensor.ones(4, 2).fft(norm="none"),
        lambda: Tensor.ones(4, 2).fft(dim=1),
        lambda: Tensor.ones(4, 4, 2).fft2(dim=(0, 0)),
        lambda: Tensor.ones(4, 4, 2).fftn((3,), (0, 1)),
        lambda: Tensor.ones(9).stft(4, window=Tensor.ones(5)),
        lambda: Tensor.ones(9).stft(4, 0),
        lambda: Tensor.fftfreq(0),
        lambda: Tensor.hann_window(-1),
    ],
)
def test_errors(call: Callable[[], Any]) -> None:
    with pytest.raises(SmeltError):
        call()


def test_no_elements() -> None:
    assert Tensor.ones(0, 4, 2).fft().shape == (0, 4, 2)
    assert Tensor.ones(0, 4).rfft().numpy().shape == (0, 3, 2)
    assert Tensor.ones(0, 3, 2).irfft(5).numpy().shape == (0, 5)
