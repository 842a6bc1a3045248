"""The engine: composes the stages. It captures nodes and memory and knows no Tensor."""

from smelt.engine.device import Device
from smelt.engine.memory import from_numpy
from smelt.engine.realize import as_leaf, one_number, realize, to_numpy
from smelt.engine.stats import GlobalCounters, profile, stats

__all__ = [
    "Device", "GlobalCounters", "as_leaf", "from_numpy", "one_number", "profile", "realize",
    "stats", "to_numpy",
]  # fmt: skip
