"""What networks are made of besides products: normalisation, dropout."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Self

import smelt.ir.node as ir
from smelt.tensor.arithmetic import wide
from smelt.tensor.base import Axes
from smelt.tensor.resampling import Resampling
from smelt.util.errors import ArgumentError, DTypeError, ShapeError
from smelt.util.flags import TRAINING


class Network(Resampling):
    """Normalisation, dropout."""

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
