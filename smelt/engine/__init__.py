"""The engine: composes the stages. It captures nodes and memory and knows no Tensor."""

from smelt.engine.device import Device
from smelt.engine.memory import from_numpy
from smelt.engine.realize import as_leaf, realize, to_numpy
from smelt.engine.stats import profile, stats

__all__ = ["Device", "as_leaf", "from_numpy", "profile", "realize", "stats", "to_numpy"]
