"""Decompositions of matrices and what they solve."""

from __future__ import annotations

from smelt.tensor.linear import Linear


class Algebra(Linear):
    """Decompositions of matrices and what they solve."""
