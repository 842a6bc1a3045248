"""Images at other sizes and places: interpolate, grid_sample."""

from __future__ import annotations

from smelt.tensor.pooling import Pooling


class Resampling(Pooling):
    """Images at other sizes and places: interpolate, grid_sample."""
