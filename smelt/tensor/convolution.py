"""Convolutions of any number of axes, and their transposes."""

from __future__ import annotations

from smelt.tensor.fourier import Fourier


class Convolution(Fourier):
    """Convolutions of any number of axes, and their transposes."""
