"""Maxima and means over windows."""

from __future__ import annotations

from smelt.tensor.convolution import Convolution


class Pooling(Convolution):
    """Maxima and means over windows."""
