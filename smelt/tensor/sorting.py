"""Order: sort, topk, unique, histograms, drawing without replacement."""

from __future__ import annotations

from smelt.tensor.scans import Scans


class Sorting(Scans):
    """Order: sort, topk, unique, histograms, drawing without replacement."""
