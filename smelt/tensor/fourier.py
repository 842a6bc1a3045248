"""Fourier transforms over real pairs."""

from __future__ import annotations

from smelt.tensor.algebra import Algebra


class Fourier(Algebra):
    """Fourier transforms over real pairs."""
