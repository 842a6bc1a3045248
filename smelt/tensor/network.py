"""What networks are made of besides products: normalisation, dropout, attention."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Self, TypeVar

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.tensor.arithmetic import wide
from smelt.tensor.base import Axes, grad_enabled
from smelt.tensor.resampling import Resampling
from smelt.util.errors import ArgumentError, DTypeError, ShapeError
from smelt.util.flags import TRAINING

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

T = TypeVar("T", bound="Network")


class Network(Resampling):
    """Normalisation, dropout, attention."""

    # ---- normalisation ------------------------------------------------------------------------

    @wide
    def layernorm(self, axis: Axes = -1, eps: float = 1e-5) -> Self:
        """(x - mean) / sqrt(var + eps) over `axis`.

        >>> Tensor([1.0, 3.0]).layernorm(eps=0.0).tolist()
        [-1.0, 1.0]
        """
        axes = self._axes("layernorm", axis)
        distance = self - self.mean(axes, keepdim=True)
        return distance * ((distance * distance).mean(axes, keepdim=True) + eps).rsqrt()

    @wide
    def layer_norm(
        self,
        normalized_shape: int | Sequence[int],
        weight: Self | None = None,
        bias: Self | None = None,
        eps: float = 1e-5,
    ) -> Self:
        """layernorm over the last axes, which have `normalized_shape`, times weight, plus bias.

        >>> Tensor([1.0, 3.0]).layer_norm(2, Tensor([5.0, 5.0]), eps=0.0).tolist()
        [-5.0, 5.0]
        """
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else normalized_shape
        first = self.ndim - len(shape)
        if not shape or self.shape[first:] != tuple(shape):
            raise ShapeError("layer_norm", f"x {self.shape}", f"last axes of {tuple(shape)}")
        return self.layernorm(tuple(range(first, self.ndim)), eps)._affine(weight, bias)

    @wide
    def rms_norm(self, axis: Axes = -1, eps: float = 1e-5, weight: Self | None = None) -> Self:
        """x / sqrt(mean(x * x) + eps) over `axis`, times weight.

        >>> Tensor([3.0, -3.0]).rms_norm(eps=0.0).tolist()
        [1.0, -1.0]
        """
        axes = self._axes("rms_norm", axis)
        scaled = self * ((self * self).mean(axes, keepdim=True) + eps).rsqrt()
        return scaled._affine(weight, None)

    @wide
    def group_norm(
        self,
        num_groups: int,
        weight: Self | None = None,
        bias: Self | None = None,
        eps: float = 1e-5,
    ) -> Self:
        """layernorm of each group of channels (axis 1) together with all later axes.

        weight and bias (C,) are for the channels.

        >>> Tensor([[1.0, 3.0, 5.0, 5.0]]).group_norm(2, eps=0.0).shape
        (1, 4)
        """
        if self.ndim < 2 or num_groups < 1 or self._static("group_norm", 1) % num_groups:
            raise ShapeError("group_norm", f"{self.shape} in {num_groups} groups", "equal groups")
        grouped = self.unflatten(1, (num_groups, -1))  # (N, groups, C / groups, ..)
        normal = grouped.layernorm(tuple(range(2, grouped.ndim)), eps).flatten(1, 2)
        return normal._affine(weight, bias, channels=True)

    @wide
    def instance_norm(
        self, weight: Self | None = None, bias: Self | None = None, eps: float = 1e-5
    ) -> Self:
        """layernorm of each channel (axis 1) of each image, over all later axes.

        >>> Tensor([[[1.0, 3.0]]]).instance_norm(eps=0.0).tolist()
        [[[-1.0, 1.0]]]
        """
        if self.ndim < 3:
            raise ShapeError("instance_norm", f"{self.shape}", "(N, C, ..) with axes after C")
        normal = self.layernorm(tuple(range(2, self.ndim)), eps)
        return normal._affine(weight, bias, channels=True)

    def _affine(self, weight: Self | None, bias: Self | None, channels: bool = False) -> Self:
        """self * weight + bias, which have the last axes, or that of the channels."""
        tail = [1] * (self.ndim - 2)
        x = self
        if weight is not None:
            x = x * (weight.reshape(-1, *tail) if channels else weight)
        if bias is not None:
            x = x + (bias.reshape(-1, *tail) if channels else bias)
        return x

    @wide
    def local_response_norm(
        self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
    ) -> Self:
        """x / (k + alpha * mean of x * x over `size` neighbouring channels) ** beta.

        >>> Tensor([[[4.0]]]).local_response_norm(1, alpha=1.0, beta=0.5, k=0.0).tolist()
        [[[1.0]]]
        """
        if self.ndim < 2 or size < 1:
            raise ArgumentError(
                "local_response_norm", f"{size} of {self.shape}", "from 1 up, axis 1"
            )
        squares = (self * self).movedim(1, -1).pad((size // 2, (size - 1) // 2))
        mean = squares.unfold(-1, size, 1).mean(-1).movedim(-1, 1)
        return self / (mean * alpha + k).pow(beta)

    @wide
    def normalize(self, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Self:
        """x / max(norm of x along dim, eps).

        >>> Tensor([[3.0, 4.0]]).normalize().tolist()
        [[0.6000000238418579, 0.800000011920929]]
        """
        return self / self.norm(p, dim, keepdim=True).maximum(eps)

    # ---- distances ----------------------------------------------------------------------------

    @wide
    def cosine_similarity(self, other: Self, dim: int = 1, eps: float = 1e-8) -> Self:
        """x . y / (|x| |y|) along dim, with norms of at least eps.

        >>> Tensor([[3.0, 4.0]]).cosine_similarity(Tensor([[6.0, 8.0]])).tolist()
        [1.0]
        """
        x, y = self._pair(other)
        axis = x._axis("cosine_similarity", dim)
        x, y = (t / t.norm(2, axis, keepdim=True).maximum(eps) for t in (x, y))
        return (x * y).sum(axis)

    @wide
    def pairwise_distance(
        self, other: Self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
    ) -> Self:
        """The norm of x - y + eps along the last axis.

        >>> Tensor([[3.0, 4.0]]).pairwise_distance(Tensor([[0.0, 0.0]]), eps=0.0).tolist()
        [5.0]
        """
        return (self - other + eps).norm(p, -1, keepdim)

    @wide
    def cdist(self, other: Self, p: float = 2.0) -> Self:
        """The distance of each row of x (.., P, M) from each of y (.., R, M): (.., P, R).

        >>> Tensor([[0.0, 0.0]]).cdist(Tensor([[3.0, 4.0], [0.0, 1.0]])).tolist()
        [[5.0, 1.0]]
        """
        if self.ndim < 2 or other.ndim < 2 or self.shape[-1] != other.shape[-1]:
            raise ShapeError("cdist", f"{self.shape}, {other.shape}", "(.., P, M) and (.., R, M)")
        return (self.unsqueeze(-2) - other.unsqueeze(-3)).norm(p, -1)

    # ---- layers -------------------------------------------------------------------------------

    def embedding(self, weight: Self) -> Self:
        """weight[x]: a row of `weight` for each integer of self.

        >>> Tensor([1, 0]).embedding(Tensor([[1.0, 2.0], [3.0, 4.0]])).tolist()
        [[3.0, 4.0], [1.0, 2.0]]
        """
        if not self.dtype.is_int:
            raise DTypeError("embedding", f"indices of {self.dtype.name}", "integers")
        return weight[self]

    def gumbel_softmax(self, tau: float = 1.0, hard: bool = False, dim: int = -1) -> Self:
        """softmax((x + noise) / tau): a choice by the logits x that gradients flow through.

        With `hard` exactly one element is 1; its gradient is that of the soft choice. Source:
        E. Jang et al.: Categorical Reparameterization with Gumbel-Softmax, 2016.

        >>> Tensor([0.0, 100.0]).gumbel_softmax(hard=True).tolist()
        [0.0, 1.0]
        """
        uniform = self.rand(*self.shape, device=self.node.device)  # in [0, 1)
        exponential = -(1 - uniform).log()
        noise = -exponential.clamp(1e-38).log()  # finite where uniform is 0
        soft = ((self + noise.cast(self.dtype)) / tau).softmax(dim)
        if not hard:
            return soft
        axis = self._axis("gumbel_softmax", dim)
        chosen = soft.argmax(axis).one_hot(self._static("gumbel_softmax", axis)).movedim(-1, axis)
        return (chosen.cast(self.dtype) - soft._detached()) + soft

    def sequential(self, ll: Sequence[Callable[[Self], Self]]) -> Self:
        """Through one function after another: ll[-1](.. ll[1](ll[0](x))).

        >>> Tensor([-1.0, 4.0]).sequential([Tensor.relu, Tensor.sqrt, lambda x: x + 1]).tolist()
        [1.0, 3.0]
        """
        return functools.reduce(lambda x, layer: layer(x), ll, self)

    # ---- batches and noise --------------------------------------------------------------------

    def batchnorm(
        self,
        weight: Self | None,
        bias: Self | None,
        mean: Self,
        invstd: Self,
        axis: int | tuple[int, ...] = 1,
    ) -> Self:
        """(x - mean) * invstd * weight + bias, each of which has the sizes of `axis`.

        >>> one = Tensor([1.0])
        >>> Tensor([[3.0]]).batchnorm(one, one, one, one).tolist()
        [[3.0]]
        """
        axes = self._axes("batchnorm", axis)
        sizes = [s if i in axes else 1 for i, s in enumerate(self.shape)]

        def along(t: Self) -> Self:
            return t if t.ndim == self.ndim else t.reshape(sizes)

        scale = along(invstd) if weight is None else along(invstd) * along(weight)
        result = (self - along(mean)) * scale
        return result if bias is None else result + along(bias)

    def dropout(self, p: float = 0.5) -> Self:
        """In training each element is 0 with probability p, else x / (1 - p); else x.

        Training is `Context(TRAINING=1)`.

        >>> Tensor([1.0, 2.0]).dropout(0.9).tolist()
        [1.0, 2.0]
        """
        if not 0 <= p <= 1:
            raise ArgumentError("dropout", f"p={p}", "a probability, 0 <= p <= 1")
        if not TRAINING.value or p == 0:
            return self
        if p == 1:
            return self * 0
        keep = self.rand(*self.shape, device=self.node.device) >= p
        return keep.where(self * (1 / (1 - p)), 0)

    def dropout2d(self, p: float = 0.5) -> Self:
        """dropout of whole channels: all of x[n, c] together.

        >>> Tensor([[[1.0, 2.0]]]).dropout2d(0.9).tolist()
        [[[1.0, 2.0]]]
        """
        if self.ndim < 2:
            raise ShapeError("dropout2d", f"{self.shape}", "(N, C, ..)")
        if not TRAINING.value:
            return self.dropout(p)  # checks p
        factor = self._make(ir.const(1, self.dtype, (*self.node.shape[:2], *[1] * (self.ndim - 2))))
        return self * factor.dropout(p)

    dropout1d = dropout2d
    dropout3d = dropout2d

    # ---- attention ----------------------------------------------------------------------------

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
            if is_plain and keys._static("attention", -2) > KEY_BLOCK:
                return query._attended_in_blocks(keys, values, score, after, shift)
            scores = score(query, keys)
            seen = scores._neighbours(before, after, shift)
            weights = scores._weights(seen, attn_mask, sees_itself)
            return weights.cast(values.dtype).dropout(dropout_p) @ values

        before, after = _reach(is_causal, window)
        sees_itself = self.node.shape[-2] == key.node.shape[-2] and attn_mask is None
        is_plain = attn_mask is None and before < 0 and dropout_p == 0
        is_plain = is_plain and self._worth_key_blocks(key, value)
        blocks = self._query_blocks(key, before, after) if attn_mask is None else []
        parts = [
            attend(self[..., a:b, :], key[..., first:last, :], value[..., first:last, :], a - first)
            for a, b, first, last in blocks
        ]
        return parts[0].cat(*parts[1:], dim=-2) if parts else attend(self, key, value)

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

    def _worth_key_blocks(self, key: Self, value: Self) -> bool:
        """Whether there are enough queries and keys; the way back would have more to do."""
        sizes = self.node.shape[-2], key.node.shape[-2]
        if grad_enabled() and any(x._requires_grad for x in (self, key, value)):
            return False
        if self.dtype is not value.dtype or self.dtype not in WIDE:
            return False
        return all(
            isinstance(n, int) and n >= least
            for n, least in zip(sizes, (QUERY_BLOCK, MANY_KEYS), strict=True)
        )

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

    def _attended_in_blocks(
        self,
        keys: Self,
        values: Self,
        score: Callable[[Self, Self], Self],
        after: int,
        shift: int,
    ) -> Self:
        """Attention of these queries for a block of keys at a time, whose scores fit the caches."""
        size = keys._static("attention", -2)
        parts = []
        for c in range(0, size, KEY_BLOCK):
            d = min(c + KEY_BLOCK, size)
            scores = score(self, keys[..., c:d, :])
            if 0 <= after < d - 1 - shift:
                seen = scores._neighbours(-1, after, shift - c)
                scores = scores if seen is None else seen.where(scores, -math.inf)
            parts.append(scores._attended(values[..., c:d, :]))
        return _together(parts)

    def _attended(self, values: Self) -> tuple[Self, Self, Self]:
        """Of scores (.., L, S): the largest of each row, the sum of the powers, these @ values.

        A row of a block may be all -inf: its powers are 0.
        """
        largest = self._with(ir.detach(self.node)).max(-1, keepdim=True)
        largest = largest.maximum(LOWEST[self.dtype])._once()
        powers = (self - largest).exp()  # (.., L, S)
        return largest, powers.sum(-1, keepdim=True)._once(), (powers @ values)._once()

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


def _together(parts: Sequence[tuple[T, T, T]]) -> T:
    """Attention to all keys, from what `_attended` gives for blocks of them.

    N. Rabe and C. Staats: Self-attention does not need O(n^2) memory, 2021.
    """
    largest = functools.reduce(lambda a, b: a.maximum(b), (m for m, _, _ in parts))
    shares = [(m - largest).exp() for m, _, _ in parts]  # (.., L, 1)
    totals = [total * share for (_, total, _), share in zip(parts, shares, strict=True)]
    rows = [weighted * share for (_, _, weighted), share in zip(parts, shares, strict=True)]
    return functools.reduce(operator.add, rows) / functools.reduce(operator.add, totals)


def _reach(is_causal: bool, window: int | tuple[int, int] | None) -> tuple[int, int]:
    """How many positions before and after its own a query sees; -1: all."""
    if isinstance(window, int) and window < 1:
        raise ArgumentError("attention", f"window={window}", "from 1 up")
    before, after = (window - 1, window - 1) if isinstance(window, int) else window or (-1, -1)
    return before, 0 if is_causal else after
