"""How often a walk through memory comes to a line of the cache that is not near any more."""

from __future__ import annotations

import math
from collections.abc import Sequence

LINE = 64  # bytes
PAGE = 4096  # bytes
NEAR_BYTES = 32 << 10  # what stays in the first-level cache


def line_rate(loops: Sequence[tuple[int, int]], run: int, rows: float) -> tuple[float, float]:
    """Lines that have to be fetched for one step, and those of them that do not follow another.

    The loops of the walk are given from the outermost on, each by how many bytes a step of it is
    and how many steps it has. A step reads `run` bytes in order. `rows` of such walks share the
    cache. A loop finds again what the loops inside of it have read, if that stays near.

    >>> line_rate([(4096, 100)], 4, 1.0)
    (1.0, 1.0)
    >>> line_rate([(64, 64), (4, 16)], 4, 1.0)  # sixteen elements of each line, in order
    (0.0625, 0.0009765625)
    >>> line_rate([(4, 16), (64, 8192)], 4, 1.0)[0] > 0.99  # each line again, but too late
    True
    """
    span, jumps, steps = run, 1, 1
    fetched, stays = max(run / LINE, 1.0), True
    most = fetched
    for step, turns in reversed(loops):
        if step <= max(span, LINE):
            span += step * (turns - 1)
        else:
            jumps *= turns
        steps *= turns
        distinct = jumps * max(span / LINE, 1.0)
        fetched = distinct if stays else fetched * turns
        stays = stays and turns <= places(step) and distinct * rows * LINE <= NEAR_BYTES
    lines = min(fetched / steps, most)
    return lines, lines / max(span / LINE, 1.0)


def places(step: int) -> int:
    """How many lines of a walk stay near: those that are a page apart share a few places."""
    sets = PAGE // LINE
    if step <= LINE:
        return NEAR_BYTES // max(step, 1)
    return sets // math.gcd(step // LINE, sets) * (NEAR_BYTES // PAGE)
