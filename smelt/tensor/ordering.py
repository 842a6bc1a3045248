"""Sorting: all pairs of a short axis are compared, those of a network of longer ones in many rows,
and a stable radix sort looks at the digits of all others. And selection.

All of them work on *keys*: signed integers, the rows of a matrix, that are in the order of the
values. What they give is positions; the values are gathered, which is also how gradients flow.
"""

from __future__ import annotations

import math
from typing import Self

import numpy as np

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.ir.op import Op
from smelt.tensor.scans import Scans
from smelt.util.errors import ArgumentError

# All pairs of a row are compared if they are so few for each element, or so few in all. A network
# takes less than the radix sort from fewer on, if it is captured: it has many small kernels.
# Choosing the k-th element takes less than sorting does.
FEW_PAIRS_FOR_SORTING = (512, 1 << 24)
FEW_PAIRS_FOR_NETWORK = (128, 1 << 23)
FEW_PAIRS_FOR_CHOOSING = (128, 1 << 22)
# Rows from which on they are sorted side by side in a network, if no more elements than this are
# wanted of each: all of eight rows are 2 MB then.
ROWS_FOR_NETWORK, LONGEST_IN_NETWORK = 8, 1 << 15
LINE = 64  # bytes: words side by side
# The k smallest of few rows are looked for in parts of so many elements, or of 4 * k.
LEAST_PART = 1024
# Bits of the key that one pass of the radix sort looks at.
DIGIT_BITS = 4
# Elements among which a pass compares all pairs; their number of equal digits fits in a uint8.
RADIX_BLOCK = 256

_SIGNED = {1: dtypes.int8, 2: dtypes.int16, 4: dtypes.int32, 8: dtypes.int64}


class Ordering(Scans):
    """sort, argsort, topk. NaN is above all numbers, -0 equals 0, equal ones keep their order."""

    def sort(
        self,
        dim: int = -1,
        descending: bool = False,
        stable: bool = True,
        *,
        axis: int | None = None,
    ) -> tuple[Self, Self]:
        """The values along an axis in order, and where they were (int64).

        NaN is the largest. Equal values keep their order, whether `stable` asks for it or not.

        >>> values, indices = Tensor([3, 1, 2]).sort()
        >>> values.tolist(), indices.tolist()
        ([1, 2, 3], [1, 2, 0])
        """
        indices = self.argsort(dim, descending, stable, axis=axis)
        return self._elements_at(dim if axis is None else axis, indices), indices

    def argsort(
        self,
        dim: int = -1,
        descending: bool = False,
        stable: bool = True,
        *,
        axis: int | None = None,
    ) -> Self:
        """Where along an axis the smallest value is, the next one .. (int64), as `sort`.

        >>> Tensor([3, 1, 2]).argsort().tolist()
        [1, 2, 0]
        """
        along = self._axes("argsort", dim if axis is None else axis)
        if not along or 0 in self.node.shape:  # PyTorch lets a scalar have an axis 0
            return self.full_like(0, dtypes.index)
        keys = self._keys("argsort", along[0], descending)
        return keys._order()._unrowed(self, along[0])

    def topk(
        self,
        k: int,
        dim: int = -1,
        largest: bool = True,
        sorted_: bool = True,
        *,
        axis: int | None = None,
        sorted: bool = True,
    ) -> tuple[Self, Self]:
        """The k largest (or smallest) values along an axis, and where they are (int64).

        They are in order whatever `sorted` says; of equal ones the first come first. Raises
        ArgumentError if there are fewer than k.

        >>> values, indices = Tensor([3, 1, 2]).topk(2)
        >>> values.tolist(), indices.tolist()
        ([3, 2], [0, 2])
        """
        dim = dim if axis is None else axis
        along = self._axes("topk", dim)
        n = self._static("topk", along[0]) if along else 1
        if isinstance(k, bool) or not isinstance(k, int | np.integer) or not 0 <= k <= n:
            raise ArgumentError("topk", f"k={k}", f"a number from 0 to {n}, the size of the axis")
        k = int(k)
        if not along:
            zero = self.full_like(0, dtypes.index)
            return (self, zero) if k else (self.reshape(1)[:0], zero.reshape(1)[:0])
        if k == 0 or 0 in self.node.shape:
            none = self.narrow(along[0], 0, k)
            return none, none.full_like(0, dtypes.index)
        keys = self._keys("topk", along[0], descending=largest)
        indices = keys._smallest(k)._unrowed(self, along[0])
        return self._elements_at(along[0], indices), indices

    def kthvalue(
        self, k: int, dim: int = -1, keepdim: bool = False, *, axis: int | None = None
    ) -> tuple[Self, Self]:
        """The k-th smallest value along an axis, counted from 1, and where it is.

        >>> [t.item() for t in Tensor([3, 1, 2]).kthvalue(2)]
        [2, 2]
        """
        dim = dim if axis is None else axis
        if isinstance(k, int) and k < 1:
            raise ArgumentError("kthvalue", f"k={k}", "a number from 1 up")
        along = self._axes("kthvalue", dim)
        if not along:
            return self.topk(k, dim, largest=False)
        if k > self._static("kthvalue", along[0]):
            raise ArgumentError("kthvalue", f"k={k}", f"at most {self.shape[along[0]]}")
        rank = self.full_like(k - 1, dtypes.index).narrow(along[0], 0, 1)
        index = self._index_of_rank("kthvalue", along[0], rank)
        value = self.gather(along[0], index)
        if keepdim:
            return value, index
        return value.squeeze(along[0]), index.squeeze(along[0])

    def isin(self, test_elements: Self, invert: bool = False) -> Self:
        """Whether each element is one of `test_elements`; whether it is none, with `invert`.

        >>> Tensor([1, 2, 3]).isin(Tensor([3, 1])).tolist()
        [True, False, True]
        """
        found = self.unsqueeze(-1).eq(test_elements.flatten()).any(-1)
        return found.logical_not() if invert else found

    def _index_of_rank(self, operation: str, axis: int, rank: Self) -> Self:
        """Where the elements are that have `rank`, of size 1 along axis, elements before them."""
        keys = self._keys(operation, axis)
        rank = rank.movedim(axis, -1).reshape(keys.shape[0], 1)
        if keys._has_few_pairs(FEW_PAIRS_FOR_CHOOSING):
            index = keys._order().gather(1, rank)
        else:
            index = keys.eq(keys._kth_smallest(rank + 1)).argmax(1, keepdim=True)
        return index._unrowed(self, axis)

    def _elements_at(self, dim: int, indices: Self) -> Self:
        """The elements at positions along an axis; a scalar is its own."""
        return self.gather(dim, indices) if self.ndim else self

    # ---- keys ---------------------------------------------------------------------------------

    def _keys(self, operation: str, axis: int, descending: bool = False) -> Self:
        """The keys of an axis as rows: (rows, n)."""
        n = self._static(operation, axis)
        keys = self._detached()._ordered_integers()
        keys = (~keys if descending else keys).movedim(axis, -1)
        return keys.reshape(math.prod(keys.shape[:-1]), n)

    def _ordered_integers(self) -> Self:
        """Signed integers of self's size that are in the order of its values."""
        x = self.cast(dtypes.uint8) if self.dtype.is_bool else self
        x = x.float() if x.dtype.is_float and x.dtype.itemsize == 1 else x
        signed = _SIGNED[x.dtype.itemsize]
        if x.dtype.is_float:
            one_nan = x.isnan().where(float("nan"), x)
            bits = x.eq(0).where(0.0, one_nan).bitcast(signed)
            # Of negative numbers those with the larger magnitude come first.
            return (bits < 0).where(bits ^ int(signed.max), bits)
        if x.dtype.is_signed:
            return x
        return x.bitcast(signed) ^ int(signed.min)

    def _unrowed(self, like: Ordering, axis: int) -> Self:
        """Rows (rows, k) as a tensor of like's shape, of size k along `axis`."""
        others = [d for i, d in enumerate(like.shape) if i != axis]
        return self.reshape(*others, self.shape[-1]).movedim(-1, axis)

    def _in_memory(self) -> Self:
        """Itself, in memory of its own."""
        return self._make(ir.contiguous(self.node), self.bindings)

    # ---- orders of rows: keys (rows, n) to positions -----------------------------------------

    def _order(self) -> Self:
        """Positions of the smallest key of each row, the next one ..: (rows, n)."""
        n = self._static("sort", 1)
        has_network = self._has_network(n)
        if self._has_few_pairs(FEW_PAIRS_FOR_NETWORK if has_network else FEW_PAIRS_FOR_SORTING):
            return self._smallest_of_all_pairs(n)
        if has_network:
            return self._smallest_by_network(n)
        bits = self.dtype.bits
        if bits < 64:
            return (self.cast(dtypes.int64) - int(self.dtype.min))._radix_order(bits)
        low = (self & 0xFFFFFFFF)._radix_order(32)
        high = ((self >> 32) + (1 << 31)).gather(1, low)
        return low.gather(1, high._radix_order(32))

    def _has_network(self, k: int) -> bool:
        """Whether there are rows for the lanes of a vector, and k of each stay in a cache."""
        rows = self.node.shape[0]
        is_able = k <= LONGEST_IN_NETWORK and self.dtype.bits < 64
        return is_able and isinstance(rows, int) and rows >= ROWS_FOR_NETWORK

    def _has_few_pairs(self, limits: tuple[int, int]) -> bool:
        n = self._static("sort", 1)
        return n <= limits[0] or ir.numel(self.node.shape) * n <= limits[1]

    def _smallest(self, k: int) -> Self:
        """Positions of the k smallest keys of each row, in order: (rows, k)."""
        n = self._static("topk", 1)
        if self._has_few_pairs(FEW_PAIRS_FOR_CHOOSING):
            return self._smallest_of_all_pairs(k)
        if self._has_network(k):
            return self._smallest_by_network(k)
        if 4 * k > n:
            return self._order().narrow(1, 0, k)
        part = max(4 * k, LEAST_PART)
        if isinstance(self.node.shape[0], int) and ROWS_FOR_NETWORK * part <= n:
            return self._smallest_of_parts(k, part)
        largest = self._kth_smallest(self._positions(1) + k)
        smaller, equal = self < largest, self.eq(largest)
        # Both counted by one running sum, in two halves of a word.
        number = (smaller.cast(dtypes.index) | (equal.cast(dtypes.index) << 32))._scanned(Op.ADD, 1)
        smaller_ones = number & 0xFFFFFFFF
        behind = smaller_ones.narrow(1, n - 1, 1) + (number >> 32)  # equal ones follow the smaller
        place = smaller.where(smaller_ones, equal.where(behind, k + 1)) - 1
        column = self._positions(n).unsqueeze(0).expand(*self.shape)
        chosen = column._placed(place._in_memory(), k)
        return chosen.gather(1, self.gather(1, chosen)._order())

    def _smallest_of_parts(self, k: int, size: int) -> Self:
        """`_smallest` of what is smallest in each part of a row, of so many elements."""
        parts = self._in_blocks(size, 1, int(self.dtype.max))  # (rows, parts, size)
        first = parts.flatten(0, 1)._smallest(k).reshape(*parts.shape[:2], k)
        start = self._positions(parts._static("topk", 1)).unsqueeze(1) * size
        found = (first + start).flatten(1)._in_memory()  # positions, of equal keys in order
        return found.gather(1, parts.flatten(1).gather(1, found)._smallest(k))

    def _kth_smallest(self, k: Self) -> Self:
        """The k-th smallest key of each row, from 1: (rows, 1); k is (rows, 1) or (1,).

        From the highest digit on: as many of the keys' bounds for it as have less than k below.
        """
        least = self.full((self.shape[0], 1), int(self.dtype.min), dtype=self.dtype)
        digits = self._positions(1 << DIGIT_BITS, self.dtype)[1:]
        for shift in reversed(range(0, self.dtype.bits, DIGIT_BITS)):
            bounds = (least + (digits << shift))._in_memory()  # (rows, digits)
            below = (self.unsqueeze(1) < bounds.unsqueeze(2)).cast(dtypes.int32)
            count = below._reduce(Op.ADD, (2,), keepdim=False)._in_memory()
            passed = (count < k).cast(self.dtype)._reduce(Op.ADD, (1,), keepdim=True)
            least = least + (passed << shift)
        return least

    def _smallest_of_all_pairs(self, k: int) -> Self:
        """`_smallest` by counting for each element those that come before it."""
        rows, n = self.shape[0], self._static("sort", 1)
        keys = self._in_memory()
        mine, other = keys.unsqueeze(2), keys.unsqueeze(1)  # (rows, i, 1), (rows, 1, j)
        i = self._positions(n, dtypes.int32)
        earlier = i.unsqueeze(0) < i.unsqueeze(1)  # (i, j): j is before i
        before = earlier.where(other.le(mine), other.lt(mine)).cast(dtypes.int32)
        # In memory, as a scatter is one loop that cannot be shared out.
        rank = before._reduce(Op.ADD, (2,), keepdim=False)._in_memory()  # (rows, i)
        return i.expand(rows, n).cast(dtypes.index)._placed(rank.cast(dtypes.index), k)

    def _placed(self, places: Self, size: int) -> Self:
        """Each row's elements at their places in a row of `size`; those beyond are left out."""
        rows = self.node.shape[0]
        start = self._positions(rows).unsqueeze(1) * size
        base = ir.const(0, self.dtype, (ir.dim_mul(rows, size),))
        stored = ir.store(base, (start + places).node, self.node, (places < size).node)
        return self._make(ir.reshape(stored, (rows, size)), self.bindings)

    def _smallest_by_network(self, k: int) -> Self:
        """`_smallest` of many rows at once, each of which has a lane of the vectors.

        A word is a key and, below it, its position: no two are equal. Runs of two words are put in
        order, then runs of four .. : first those as far from their start as from their end are
        compared, which leaves the smaller ones in front, then those half as far apart, and so on.
        Of two runs that have k words each, only the smaller ones go on.

        K. Batcher: Sorting networks and their applications, 1968.
        """
        rows, n = self._static("sort", 0), self._static("sort", 1)
        levels, bits = (k - 1).bit_length(), (n - 1).bit_length()  # of a run, of a position
        dtype = dtypes.int32 if self.dtype.bits + bits < 32 else dtypes.int64
        lanes = LINE // dtype.itemsize
        words = self.cast(dtype) - int(self.dtype.min)
        words = (words << bits) | self._positions(n, dtype)
        words = words.pad((0, -n % (1 << levels), 0, -rows % lanes), value=dtype.max)
        words = words.unflatten(0, (-1, lanes)).mT._in_memory()  # (groups, n, lanes)
        for level in range(levels):
            words = words._pairs_in_order(1 << level, mirrored=True)._in_order_below(level)
        while words._static("sort", 1) > 1 << levels:
            runs = words.unflatten(1, (-1, 1 << levels))
            runs = runs.pad((0, 0, 0, 0, 0, runs._static("sort", 1) % 2), value=dtype.max)
            smaller = runs[:, ::2].minimum(runs[:, 1::2].flip(2))._in_memory()
            words = smaller.flatten(1, 2)._in_order_below(levels)
        found = words.mT._in_memory().flatten(0, 1)[:rows, :k]
        return (found & ((1 << bits) - 1)).cast(dtypes.index)

    def _in_order_below(self, level: int) -> Self:
        """Words (groups, n, lanes), of which runs of 2**level only fall and then only rise."""
        words = self
        for lower in reversed(range(level)):
            words = words._pairs_in_order(1 << lower)
        return words

    def _pairs_in_order(self, distance: int, mirrored: bool = False) -> Self:
        """Words (groups, n, lanes) with the smaller one of each pair in front.

        Pairs are i and i + distance, mirrored i and 2 * distance - 1 - i, of each 2 * distance.
        """
        halves = self.unflatten(1, (-1, 2, distance))  # (groups, runs, 2, distance, lanes)
        other = halves.flip(2, 3) if mirrored else halves.flip(2)
        is_first = self._positions(2).eq(0).reshape(2, 1, 1)
        paired = is_first.where(halves.minimum(other), halves.maximum(other))
        return paired._in_memory().flatten(1, 3)

    def _radix_order(self, bits: int) -> Self:
        """`_order` of keys in [0, 2**bits), of which the last digit is sorted first.

        A word is a key and, above it, its position; each pass drops a digit, and the position
        remains. Equal passes are equal kernels.
        """
        n = self._static("sort", 1)
        words = self | (self._positions(n) << bits)
        # -1 has the largest digits, and stays at the end.
        words = words._in_blocks(RADIX_BLOCK, 1, -1).flatten(1)
        for _ in range(bits // DIGIT_BITS):
            words = words._radix_pass()
        return words.narrow(1, 0, n)

    def _radix_pass(self) -> Self:
        """The words without their last digit, in the stable order of that."""
        n = self._static("sort", 1)
        digit = (self & ((1 << DIGIT_BITS) - 1)).cast(dtypes.uint8)
        digit = digit._in_blocks(RADIX_BLOCK, 1)._in_memory()  # (rows, blocks, block)
        blocks = digit._static("sort", 1)
        # How many words come first: those with smaller digits, and with this one in blocks before.
        values = self._positions(1 << DIGIT_BITS, dtypes.uint8).reshape(-1, 1, 1)
        found = digit.unsqueeze(1).eq(values).cast(dtypes.int32)  # (rows, digits, blocks, block)
        count = found._reduce(Op.ADD, (3,), keepdim=False).flatten(1)  # (rows, digits * blocks)
        before = count._scanned(Op.ADD, 1).pad((1, -1))._in_memory()
        # And with this digit in the same block.
        i = self._positions(RADIX_BLOCK, dtypes.uint8)
        earlier = i.unsqueeze(0) < i.unsqueeze(1)
        same = digit.unsqueeze(3).eq(digit.unsqueeze(2)) & earlier
        rank = same.cast(dtypes.uint8)._reduce(Op.ADD, (3,), keepdim=False)._in_memory()
        slot = digit.cast(dtypes.index) * blocks + self._positions(blocks).unsqueeze(1)
        place = before.gather(1, slot.flatten(1)).cast(dtypes.index) + rank.flatten(1)
        return (self >> DIGIT_BITS)._placed(place, n)
