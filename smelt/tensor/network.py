"""What networks are made of besides products: normalisation, dropout, attention, losses."""

from __future__ import annotations

import math
from typing import Self

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.tensor.arithmetic import wide
from smelt.tensor.base import Axes, Operand
from smelt.tensor.resampling import Resampling
from smelt.util.errors import ArgumentError, DTypeError, ShapeError
from smelt.util.flags import TRAINING


class Network(Resampling):
    """Losses take reduction="mean", "sum" or "none"."""

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
    def rms_norm(self, axis: Axes = -1, eps: float = 1e-5) -> Self:
        """x / sqrt(mean(x * x) + eps) over `axis`.

        >>> Tensor([3.0, -3.0]).rms_norm(eps=0.0).tolist()
        [1.0, -1.0]
        """
        axes = self._axes("rms_norm", axis)
        return self * ((self * self).mean(axes, keepdim=True) + eps).rsqrt()

    def group_norm(self, num_groups: int, eps: float = 1e-5) -> Self:
        """layernorm of each group of channels (axis 1) together with all later axes.

        >>> Tensor([[1.0, 3.0, 5.0, 5.0]]).group_norm(2, eps=0.0).shape
        (1, 4)
        """
        if self.ndim < 2 or self._static("group_norm", 1) % num_groups:
            raise ShapeError("group_norm", f"{self.shape} in {num_groups} groups", "equal groups")
        grouped = self.reshape(self.shape[0], num_groups, -1)
        return grouped.layernorm(-1, eps).reshape(self.shape)

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

    # ---- attention ----------------------------------------------------------------------------

    def scaled_dot_product_attention(
        self,
        key: Self,
        value: Self,
        attn_mask: Self | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> Self:
        """softmax(q @ k.T * scale + mask) @ v for q (.., L, E), k (.., S, E), v (.., S, F).

        `attn_mask` is added, or as a bool says what takes part; `is_causal` lets each position see
        those up to its own; `enable_gqa` shares each head of k and v among several of q.

        >>> x = Tensor.ones(1, 2, 4)
        >>> x.scaled_dot_product_attention(x, x).tolist()[0][0]
        [1.0, 1.0, 1.0, 1.0]
        """
        if enable_gqa:
            share = self._static("attention", -3) // key._static("attention", -3)
            key, value = (t.repeat_interleave(share, dim=-3) for t in (key, value))
        factor = 1 / math.sqrt(self._static("attention", -1)) if scale is None else scale
        scores = (self @ key.mT) * factor  # (.., L, S)
        if is_causal:
            if attn_mask is not None:
                raise ArgumentError("attention", "attn_mask and is_causal", "one of the two")
            seen = self._make(ir.const(True, dtypes.bool, scores.node.shape[-2:])).tril()
            attn_mask = seen
        if attn_mask is not None:
            if attn_mask.dtype.is_bool:
                scores = attn_mask.where(scores, -math.inf)
            else:
                scores = scores + attn_mask
        return scores.softmax(-1).cast(value.dtype).dropout(dropout_p) @ value

    # ---- losses -------------------------------------------------------------------------------

    def _reduced(self, reduction: str, weight: Self | None = None) -> Self:
        """A loss for each element made into one; a mean is over the sum of weights, if given."""
        if reduction not in ("mean", "sum", "none"):
            raise ArgumentError("loss", f"reduction={reduction!r}", "'mean', 'sum' or 'none'")
        if reduction == "mean":
            return self.mean() if weight is None else self.sum() / weight.sum()
        return self.sum() if reduction == "sum" else self

    def mse_loss(self, target: Operand, reduction: str = "mean") -> Self:
        """(x - target) ** 2.

        >>> Tensor([1.0, 3.0]).mse_loss(Tensor([1.0, 1.0])).tolist()
        2.0
        """
        return (self - target).square()._reduced(reduction)

    def l1_loss(self, target: Operand, reduction: str = "mean") -> Self:
        """|x - target|.

        >>> Tensor([1.0, 3.0]).l1_loss(Tensor([1.0, 1.0])).tolist()
        1.0
        """
        return (self - target).abs()._reduced(reduction)

    def huber_loss(self, target: Operand, reduction: str = "mean", delta: float = 1.0) -> Self:
        """Half the squared distance up to delta, from there on delta * (distance - delta / 2).

        >>> Tensor([0.5, 3.0]).huber_loss(Tensor([0.0, 0.0]), reduction="none").tolist()
        [0.125, 2.5]
        """
        distance = (self - target).abs()
        near = 0.5 * distance.square()
        return (distance <= delta).where(near, delta * (distance - 0.5 * delta))._reduced(reduction)

    def binary_crossentropy(self, target: Self, reduction: str = "mean") -> Self:
        """-(target log(x) + (1 - target) log(1 - x)), with logarithms from -100 up.

        >>> Tensor([0.5]).binary_crossentropy(Tensor([1.0]))
        Tensor(0.6931, dtype=float32, device=CPU)
        """
        one, other = (p.log().clamp(min=-100.0) for p in (self, 1.0 - self))
        return -(target * one + (1.0 - target) * other)._reduced(reduction)

    def binary_crossentropy_logits(
        self, target: Self, reduction: str = "mean", pos_weight: Self | None = None
    ) -> Self:
        """binary_crossentropy of sigmoid(x), without overflow.

        >>> Tensor([0.0]).binary_crossentropy_logits(Tensor([1.0]))
        Tensor(0.6931, dtype=float32, device=CPU)
        """
        positive = target if pos_weight is None else target * pos_weight
        loss = -(positive * self.logsigmoid() + (1.0 - target) * (-self).logsigmoid())
        return loss._reduced(reduction)

    def nll_loss(
        self,
        Y: Self,
        weight: Self | None = None,
        ignore_index: int | None = -100,
        reduction: str = "mean",
    ) -> Self:
        """-x[n, Y[n]] for log-probabilities x (N, C, ..) and classes Y (N, ..).

        Elements whose class is `ignore_index` count nothing; `weight` (C,) weighs the classes. A
        class outside of [0, C) makes the loss NaN.

        >>> Tensor([[-1.0, -2.0]]).nll_loss(Tensor([1])).tolist()
        2.0
        """
        return self._picked(Y, weight, ignore_index, 0.0, reduction)

    def cross_entropy(
        self,
        Y: Self,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
        ignore_index: int = -100,
        weight: Self | None = None,
    ) -> Self:
        """-sum(p * log_softmax(x)) over the classes, which are axis 1 of x (N, C, ..).

        Y has classes (N, ..), or probabilities in x's shape; see nll_loss. `label_smoothing` mixes
        Y with equal probabilities for all.

        >>> Tensor([[0.0, 0.0]]).cross_entropy(Tensor([1]))
        Tensor(0.6931, dtype=float32, device=CPU)
        """
        if not 0 <= label_smoothing <= 1:
            raise ArgumentError("cross_entropy", f"label_smoothing={label_smoothing}", "0 to 1")
        axis = min(1, self.ndim - 1)
        logs = self.log_softmax(axis)
        if Y.dtype.is_int:
            return logs._picked(Y, weight, ignore_index, label_smoothing, reduction)
        if Y.node.shape != self.node.shape:
            raise ShapeError("cross_entropy", f"Y {Y.shape} for {self.shape}", "the same shape")
        classes = self._static("cross_entropy", axis)
        target = (1 - label_smoothing) * Y + label_smoothing / classes
        if weight is not None:
            target = target * weight.reshape([-1 if i == axis else 1 for i in range(self.ndim)])
        loss = -(target * logs).sum(axis)
        if reduction == "mean":
            return loss.sum() / max(1, ir.numel(loss.node.shape))
        return loss._reduced(reduction)

    def sparse_categorical_crossentropy(
        self,
        Y: Self,
        ignore_index: int = -1,
        label_smoothing: float = 0.0,
        reduction: str = "mean",
    ) -> Self:
        """cross_entropy with the classes along the last axis of x (.., C).

        >>> Tensor([[0.0, 0.0]]).sparse_categorical_crossentropy(Tensor([1]))
        Tensor(0.6931, dtype=float32, device=CPU)
        """
        return self.movedim(-1, min(1, self.ndim - 1)).cross_entropy(
            Y, reduction, label_smoothing, ignore_index
        )

    def _picked(
        self,
        Y: Self,
        weight: Self | None,
        ignore_index: int | None,
        smoothing: float,
        reduction: str,
    ) -> Self:
        """The loss of log-probabilities whose classes are known.

        A class is picked by comparing, not by a gather: that fuses with the softmax before it, and
        its gradient is a comparison too and no scatter.
        """
        axis = min(1, self.ndim - 1)
        expected = self.node.shape[:axis] + self.node.shape[axis + 1 :]
        if not Y.dtype.is_int:
            raise DTypeError("nll_loss", f"classes of {Y.dtype.name}", "integers")
        if Y.node.shape != expected:
            raise ShapeError("nll_loss", f"Y {Y.shape} for {self.shape}", f"classes of {expected}")
        classes = self._static("nll_loss", axis)
        column = [-1 if i == axis else 1 for i in range(self.ndim)]
        numbers = self._make(ir.iota(classes)).reshape(column)
        hit = Y.long().unsqueeze(axis).eq(numbers)
        each = None if weight is None else weight.reshape(column)
        scaled = self if each is None else self * each
        loss = -hit.where(scaled, 0).sum(axis)
        if smoothing:
            loss = (1 - smoothing) * loss - smoothing / classes * scaled.sum(axis)
        counted = self._make(ir.const(1, self.dtype, expected))
        if each is not None:
            counted = hit.where(each, 0).sum(axis)
        loss = ((Y < 0) | (classes <= Y)).where(math.nan, loss)
        if ignore_index is not None:
            ignored = Y.eq(ignore_index)
            loss, counted = ignored.where(0, loss), ignored.where(0, counted)
        return loss._reduced(reduction, counted)
