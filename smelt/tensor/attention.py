"""Attention: what each query is near to decides how much of each value it gets."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.tensor.base import grad_enabled
from smelt.tensor.network import Network
from smelt.util.errors import ArgumentError, ShapeError

# The least finite value of each float dtype: what no query sees has it as a score.
LOWEST = {
    dtypes.float16: -65504.0,
    dtypes.bfloat16: -3.3895313892515355e38,
    dtypes.float32: -3.4028234663852886e38,
    dtypes.float64: -1.7976931348623157e308,
}
QUERY_BLOCK = 128  # positions for which attention in a band is worth kernels of their own
LEAST_QUERY_BLOCKS = 4
MOST_QUERY_BLOCKS = 8
KEY_BLOCK = 512  # keys whose scores and powers, for a block of queries, stay in a cache
MANY_KEYS = 3 * KEY_BLOCK  # what comes of the blocks has to be put together
WIDE = (dtypes.float32, dtypes.float64)

T = TypeVar("T", bound="Attention")


@dataclass(frozen=True)
class Part(Generic[T]):
    """What queries (.., L, E) get of some of the keys, to be put together with that of others."""

    largest: T  # of their scores (.., L, 1)
    total: T  # of exp(score - largest), (.., L, 1)
    rows: T  # the mean of the values with these weights, (.., L, F)

    def map(self, rearranged: Callable[[T, float], T]) -> Part[T]:
        """With each tensor rearranged; the number is what stands in it for no key at all."""
        lowest = LOWEST[self.rows.dtype]
        return Part(
            rearranged(self.largest, lowest),
            rearranged(self.total, 0.0),
            rearranged(self.rows, 0.0),
        )


class Attention(Network):
    """Scaled dot products, with masks, bands and blocks."""

    def scaled_dot_product_attention(
        self,
        key: Self,
        value: Self,
        attn_mask: Self | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        *,
        scale: float | None = None,
        enable_gqa: bool = False,
        window: int | tuple[int, int] | None = None,
        softcap: float | None = None,
    ) -> Self:
        """softmax(q @ k.T * scale + mask) @ v for q (.., L, E), k (.., S, E), v (.., S, F).

        `attn_mask` is added, or as a bool says what takes part; a query for which nothing does
        gives zeros. `is_causal` lets each position see those up to its own; `window` = (a, b) those
        from a before to b after it, where -1 is no limit, or as a number w those less than w away.
        `enable_gqa` shares each head of k and v among several of q. `softcap` c makes the scores
        c * tanh(scores / c) before the mask.

        >>> x = Tensor.ones(1, 2, 4)
        >>> x.scaled_dot_product_attention(x, x).tolist()[0][0]
        [1.0, 1.0, 1.0, 1.0]
        """
        if is_causal and attn_mask is not None:
            raise ArgumentError("attention", "attn_mask and is_causal", "one of the two")
        if enable_gqa:
            key, value = self._shared_heads(key), self._shared_heads(value)
        factor = 1 / math.sqrt(self._static("attention", -1)) if scale is None else scale

        def score(query: Self, keys: Self) -> Self:
            scores = (query @ keys.mT) * factor  # (.., L, S)
            return scores if softcap is None else (scores / softcap).tanh() * softcap

        def attend(query: Self, keys: Self, values: Self, shift: int = 0) -> Self:
            """For queries of which the first stands `shift` positions behind the first key."""
            scores = score(query, keys)
            seen = scores._neighbours(before, after, shift)
            weights = scores._weights(seen, attn_mask, sees_itself)
            return weights.cast(values.dtype).dropout(dropout_p) @ values

        before, after = _reach(is_causal, window)
        sees_itself = self.node.shape[-2] == key.node.shape[-2] and attn_mask is None
        if attn_mask is None and dropout_p == 0 and before < 0 and self._has_parts(key, value):
            if after < 0:
                return _together(self._parts(key, value, score))
            if after == 0 and sees_itself:
                return self._causal(key, value, score)
        blocks = self._query_blocks(key, before, after) if attn_mask is None else []
        rows = [
            attend(self[..., a:b, :], key[..., first:last, :], value[..., first:last, :], a - first)
            for a, b, first, last in blocks
        ]
        return rows[0].cat(*rows[1:], dim=-2) if rows else attend(self, key, value)

    # ---- of some of the keys ------------------------------------------------------------------

    def _has_parts(self, key: Self, value: Self) -> bool:
        """Whether this much attention is worth parts; the way back would have more to do."""
        if grad_enabled() and any(x._requires_grad for x in (self, key, value)):
            return False
        if self.dtype is not value.dtype or self.dtype not in WIDE:
            return False
        sizes = self.node.shape[-2], key.node.shape[-2]
        return all(
            isinstance(n, int) and n >= least
            for n, least in zip(sizes, (QUERY_BLOCK, MANY_KEYS), strict=True)
        )

    def _parts(
        self, keys: Self, values: Self, score: Callable[[Self, Self], Self]
    ) -> list[Part[Self]]:
        """Attention to blocks of keys whose scores fit the caches, each block apart."""
        size = keys._static("attention", -2)
        block = -(-size // -(-size // KEY_BLOCK))
        return [
            score(self, keys[..., c : c + block, :])._part(values[..., c : c + block, :])
            for c in range(0, size, block)
        ]

    def _part(self, values: Self) -> Part[Self]:
        """For scores (.., L, S). One power of a row is 1, or all are 0 as all scores are -inf."""
        largest = self._with(ir.detach(self.node)).max(-1, keepdim=True)
        largest = largest.maximum(LOWEST[self.dtype])._once()
        powers = (self - largest).exp()  # (.., L, S)
        total = powers.sum(-1, keepdim=True)._once()
        return Part(largest, total, (powers @ values / total.maximum(1))._once())

    def _causal(self, key: Self, value: Self, score: Callable[[Self, Self], Self]) -> Self:
        """Attention of each position to itself and those before it.

        Each of 2^n blocks attends to itself. Then of each two neighbours the later attends to all
        of the earlier, and they are one block of half as many; until there is one. So there are
        few kernels, for many blocks each, and (1 + 1 / 2^n) / 2 of all scores.
        """
        length = self._static("attention", -2)
        count = 1 << round(math.log2(length / QUERY_BLOCK))
        size = -(-length // count)
        q, k, v = (x._cut(count, size) for x in (self, key, value))  # (.., n, L / n, E)
        scores = score(q, k)
        seen = scores._neighbours(-1, 0, 0)
        assert seen is not None, "none sees what comes after it"
        parts = [seen.where(scores, -math.inf)._part(v).map(lambda x, _: x.flatten(-3, -2))]
        while count > 1:
            count //= 2
            found = q[..., 1::2, :, :]._parts(k[..., ::2, :, :], v[..., ::2, :, :], score)
            parts += [part.map(_of_later) for part in found]
            q, k, v = (x.unflatten(-3, (count, 2)).flatten(-3, -2) for x in (q, k, v))
        return _together(parts)[..., :length, :]

    def _cut(self, count: int, size: int) -> Self:
        """(.., L, E) as (.., count, size, E), with zeros at the end."""
        missing = count * size - self._static("attention", -2)
        padded = self.pad((0, 0, 0, missing))._once() if missing else self
        return padded.unflatten(-2, (count, size))

    # ---- in a band, or with a mask ------------------------------------------------------------

    def _query_blocks(self, key: Self, before: int, after: int) -> list[tuple[int, int, int, int]]:
        """Blocks of queries (a, b), and the keys (first, last) that some query of one sees.

        Causal attention then computes little more than half of the scores, attention in a window
        a band of them. There is one block, and so none, unless that saves something.
        """
        queries, keys = self.node.shape[-2], key.node.shape[-2]
        if not isinstance(queries, int) or not isinstance(keys, int) or max(before, after) < 0:
            return []
        if queries != keys or queries < LEAST_QUERY_BLOCKS * QUERY_BLOCK:
            return []
        size = QUERY_BLOCK * -(-queries // (MOST_QUERY_BLOCKS * QUERY_BLOCK))
        blocks = []
        for a in range(0, queries, size):
            b = min(a + size, queries)
            first = max(a - before, 0) if before >= 0 else 0
            blocks.append((a, b, first, min(b + after, keys) if after >= 0 else keys))
        return blocks

    def _weights(self, seen: Self | None, attn_mask: Self | None, sees_itself: bool) -> Self:
        """softmax of scores (.., L, S), of which some may be masked; 0 for what sees nothing."""
        scores = self
        if attn_mask is not None and attn_mask.dtype.is_bool:
            seen = attn_mask if seen is None else attn_mask & seen
        elif attn_mask is not None:
            possible = attn_mask.ne(-math.inf)
            scores = scores + possible.where(attn_mask, 0)
            seen = possible if seen is None else possible & seen
        if seen is None:
            return scores.softmax(-1)
        if sees_itself:
            return seen.where(scores, -math.inf).softmax(-1)
        return seen.where(seen.where(scores, LOWEST[scores.dtype]).softmax(-1), 0)

    def _shared_heads(self, other: Self) -> Self:
        """k or v (.., heads, S, E) with as many heads as self has: each for several next to it."""
        heads, own = other._static("attention", -3), self._static("attention", -3)
        if heads < 1 or own % heads:
            raise ShapeError("attention", f"{own} heads for {heads}", "a multiple")
        spread = other.unsqueeze(-3)  # (.., heads, 1, S, E)
        sizes = [own // heads if a == spread.ndim - 3 else -1 for a in range(spread.ndim)]
        return spread.expand(sizes).flatten(-4, -3)

    def _neighbours(self, before: int, after: int, shift: int) -> Self | None:
        """For scores (.., L, S) which keys each query sees; None if all."""
        every = self._make(ir.const(True, dtypes.bool, self.node.shape[-2:]), self.bindings)
        parts = [every.tril(shift + after)] if after >= 0 else []
        parts += [every.triu(shift - before)] if before >= 0 else []
        return functools.reduce(operator.and_, parts) if parts else None


def _of_later(rows: T, fill: float) -> T:
    """(.., n, L, F) of the later block of each pair, `fill` for the earlier: (.., n * 2 * L, F)."""
    return rows.unsqueeze(-3).pad((0, 0, 0, 0, 1, 0), value=fill).flatten(-4, -2)


def _together(parts: Sequence[Part[T]]) -> T:
    """Attention to the keys of all parts.

    N. Rabe and C. Staats: Self-attention does not need O(n^2) memory, 2021.
    """
    largest = functools.reduce(lambda a, b: a.maximum(b), (part.largest for part in parts))
    totals = [(part.largest - largest).exp() * part.total for part in parts]  # (.., L, 1)
    rows = [part.rows * total for part, total in zip(parts, totals, strict=True)]
    return functools.reduce(operator.add, rows) / functools.reduce(operator.add, totals)


def _reach(is_causal: bool, window: int | tuple[int, int] | None) -> tuple[int, int]:
    """How many positions before and after its own a query sees; -1: all."""
    if isinstance(window, int) and window < 1:
        raise ArgumentError("attention", f"window={window}", "from 1 up")
    before, after = (window - 1, window - 1) if isinstance(window, int) else window or (-1, -1)
    return before, 0 if is_causal else after
