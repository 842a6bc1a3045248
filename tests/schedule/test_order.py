"""Kernels run where they free memory."""

from __future__ import annotations

import numpy as np

from smelt import Tensor
from smelt.ir.node import numel
from smelt.schedule.lower import schedule


def data(*shape: int) -> Tensor:
    return Tensor(np.zeros(shape, np.float32))


def test_all_who_read_something_large_follow_at_once() -> None:
    """The powers of each block of keys are summed and multiplied before those of the next."""
    q, k, v = (data(1, 4096, 16) for _ in range(3))
    kernels = schedule([q.scaled_dot_product_attention(k, v, is_causal=True).node]).kernels
    large = 0
    for i, kernel in enumerate(kernels):
        for memory in kernel.written:
            if numel(memory.shape) < 256 * 256:
                continue
            large += 1
            readers = [j for j in range(i + 1, len(kernels)) if memory in kernels[j].memories]
            assert readers == [*range(i + 1, i + 1 + len(readers))]
    assert large > 15
