"""How far predictions are from targets."""

from __future__ import annotations

from smelt.tensor.network import Network


class Losses(Network):
    """How far predictions are from targets."""
