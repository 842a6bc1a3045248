"""Winograd's algorithm: convolutions by 3×3 with 4 multiplications for an output instead of 9.

Two outputs of a kernel of three along one axis take four products and not six:

    d0 d1 d2 d3 is the input, g0 g1 g2 the kernel, y0 = d0 g0 + d1 g1 + d2 g2, y1 the next one

    m0 = (d0 - d2) g0     m1 = (d1 + d2) (g0 + g1 + g2) / 2     y0 = m0 + m1 + m2
    m3 = (d1 - d3) g2     m2 = (d2 - d1) (g0 - g1 + g2) / 2     y1 = m1 - m2 - m3

Along two axes these are 16 products for squares of 2×2 outputs, which summed over the channels are
products of 16 matrices. The sums are shorter than those of nine products for a channel, and as
exact. What is infinite or no number reaches all four outputs of its squares.

Source: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from smelt.tensor.fourier import Fourier
from smelt.tensor.joining import one_of

KERNEL = (3, 3)
MOVE = 12.0  # what an element that is read or written costs, in multiplications
MOVED = 9  # elements for one of an image: it is read, becomes four, and these are read
MOVED_WEIGHTS = 41  # and for a kernel: 9, and twice 16
COLUMNS = 80  # of a product: so many fill tiles
LEAST_BLOCKS = 8  # to share out between threads
MANY = 1 << 17  # elements of each of 16 matrices: 8 MB in all

T = TypeVar("T", bound=Fourier)


def pays(outputs: int, inputs: int, count: int, sizes: Sequence[int]) -> bool:
    """Whether it takes less time than nine products, for `count` results of these sizes.

    Squares at the edges may lie in part outside of the result.
    """
    places = count * math.prod(sizes)
    if min(outputs, inputs, places) <= 0:
        return False
    squares = count * math.prod(map(_half, sizes))
    moved = MOVED * 4 * squares * (1 / outputs + 1 / inputs) + MOVED_WEIGHTS
    return 16 * squares + MOVE * moved < 9 * places


def convolved(x: T, weight: T) -> T:
    """The convolution of x (N, I, H, W) with weight (O, I, 3, 3): (N, O, H - 2, W - 2)."""
    count, inputs, *sizes = (x._static("conv", i) for i in range(4))
    outputs = weight._static("conv", 0)
    high, wide = (_half(size - 2) for size in sizes)
    images, rows = in_a_product(count, high, wide, inputs, outputs)
    blocks = -(-high // rows)
    high = blocks * rows
    x = x.pad([None, None, (0, 2 * high + 2 - sizes[0]), (0, 2 * wide + 2 - sizes[1])])
    x = x.unflatten(3, (wide + 1, 2)).unflatten(2, (high + 1, 2))
    squares = [
        [x[:, :, k // 2 : k // 2 + high, k % 2, i // 2 : i // 2 + wide, i % 2] for i in range(4)]
        for k in range(4)
    ]
    d = one_of(_both_ways(_of_inputs, squares))  # (16, N, I, high, wide)
    d = d.unflatten(3, (blocks, rows)).unflatten(1, (count // images, images))
    d = d.permute(1, 4, 0, 3, 2, 5, 6).flatten(4)._once()  # (N / n, blocks, 16, I, columns)
    kernels = [[weight[:, :, k, i] for i in range(3)] for k in range(3)]
    g = one_of(_both_ways(_of_kernel, kernels))._once()  # (16, O, I)
    m = (g @ d)._once().unflatten(4, (images, rows, wide))
    products = [[m[:, :, 4 * k + i] for i in range(4)] for k in range(4)]
    y = one_of(_both_ways(_of_products, products)).unflatten(0, (2, 2))
    y = y.permute(2, 5, 3, 4, 6, 0, 7, 1).reshape(count, blocks, outputs, 2 * rows, 2 * wide)
    if blocks > 1:  # stored as it comes: kernels that hand on a block at a time write it in order
        y = y._once()
    y = y.movedim(1, 2).flatten(2, 3)
    return y[:, :, : sizes[0] - 2, : sizes[1] - 2]


def in_a_product(count: int, high: int, wide: int, inputs: int, outputs: int) -> tuple[int, int]:
    """How many images, and how many rows of squares of each, have the columns of a product.

    Some rows where what blocks of them hand on stays in a cache and would not otherwise, and is
    more than the kernels, which are read for each block.
    """
    divisors = (n for n in range(1, count + 1) if count % n == 0)
    images = next((n for n in divisors if n * high * wide >= COLUMNS), count)
    rows = -(-COLUMNS // wide)
    blocks = count * -(-high // rows)
    handed_on = count * high * wide * (inputs + outputs)  # by 16, and so are
    again = blocks * inputs * outputs
    if images > 1 or rows >= high or blocks < LEAST_BLOCKS:
        return images, high
    return 1, rows if MANY <= handed_on >= 2 * again else high


def _half(size: int) -> int:
    """How many squares cover so many places."""
    return (size + 1) // 2


def _of_inputs(d: Sequence[T]) -> list[T]:
    return [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]]


def _of_kernel(g: Sequence[T]) -> list[T]:
    outer, inner = (g[0] + g[2]) * 0.5, g[1] * 0.5
    return [g[0], outer + inner, outer - inner, g[2]]


def _of_products(m: Sequence[T]) -> list[T]:
    return [m[0] + m[1] + m[2], m[1] - m[2] - m[3]]


def _both_ways(change: Callable[[Sequence[T]], list[T]], grid: Sequence[Sequence[T]]) -> list[T]:
    """The rows of a grid changed, and then its columns: row after row."""
    columns = [change(column) for column in zip(*map(change, grid), strict=True)]
    return [part for row in zip(*columns, strict=True) for part in row]
