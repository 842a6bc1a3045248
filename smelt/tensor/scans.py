"""Running results along an axis: cumsum and its like."""

from __future__ import annotations

from smelt.tensor.random import Random


class Scans(Random):
    """Running results along an axis: cumsum and its like."""
