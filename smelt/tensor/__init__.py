"""Tensor: what users type."""

from smelt.tensor.tensor import Tensor as Tensor
