"""How far predictions are from targets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Self

import smelt.ir.node as ir
from smelt.dtype import dtypes
from smelt.tensor.attention import Attention
from smelt.tensor.base import Operand
from smelt.tensor.ctc import NEVER, ctc_score
from smelt.tensor.linear import wide_dtype
from smelt.util.errors import ArgumentError, DTypeError, ShapeError


class Losses(Attention):
    """`reduction` is "mean", "sum" or "none": a loss for each element."""

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

    def smooth_l1_loss(self, target: Operand, reduction: str = "mean", beta: float = 1.0) -> Self:
        """|x - target| - beta / 2, and below a distance of beta distance ** 2 / (2 * beta).

        >>> Tensor([0.5, 3.0]).smooth_l1_loss(Tensor([0.0, 0.0]), reduction="none").tolist()
        [0.125, 2.5]
        """
        if beta == 0:
            return self.l1_loss(target, reduction)
        return self.huber_loss(target, "none", beta).div(beta)._reduced(reduction)

    def kl_div(self, target: Self, reduction: str = "mean", log_target: bool = False) -> Self:
        """target * (log(target) - x) for x = log(prediction), 0 where target is 0.

        "batchmean" is the sum over the size of axis 0. `log_target`: target is a logarithm too.

        >>> Tensor([0.0]).kl_div(Tensor([1.0])).tolist()
        0.0
        """
        if log_target:
            loss = target.exp() * (target - self)
        else:
            positive = target > 0
            loss = target * positive.where(target, 1.0).log() - target * self
        if reduction == "batchmean":
            return loss.sum() / self._static("kl_div", 0)
        return loss._reduced(reduction)

    def binary_crossentropy(
        self, target: Self, reduction: str = "mean", weight: Self | None = None
    ) -> Self:
        """-(target log(x) + (1 - target) log(1 - x)) * weight, with logarithms from -100 up.

        >>> Tensor([0.5]).binary_crossentropy(Tensor([1.0]))
        Tensor(0.6931, dtype=float32, device=CPU)
        """
        one, other = (p.log().clamp(min=-100.0) for p in (self, 1.0 - self))
        loss = -(target * one + (1.0 - target) * other)
        return (loss if weight is None else loss * weight)._reduced(reduction)

    def binary_crossentropy_logits(
        self,
        target: Self,
        reduction: str = "mean",
        pos_weight: Self | None = None,
        weight: Self | None = None,
    ) -> Self:
        """binary_crossentropy of sigmoid(x), without overflow; pos_weight counts the ones more.

        >>> Tensor([0.0]).binary_crossentropy_logits(Tensor([1.0]))
        Tensor(0.6931, dtype=float32, device=CPU)
        """
        positive = target if pos_weight is None else target * pos_weight
        loss = -(positive * self.logsigmoid() + (1.0 - target) * (-self).logsigmoid())
        return (loss if weight is None else loss * weight)._reduced(reduction)

    binary_cross_entropy = binary_crossentropy
    binary_cross_entropy_with_logits = binary_crossentropy_logits

    def poisson_nll_loss(
        self, target: Self, log_input: bool = True, full: bool = False, eps: float = 1e-8,
        reduction: str = "mean",
    ) -> Self:  # fmt: skip
        """exp(x) - target * x, or without log_input x - target * log(x + eps).

        `full` adds Stirling's log(target!) where target > 1.

        >>> Tensor([0.0]).poisson_nll_loss(Tensor([2.0])).tolist()
        1.0
        """
        loss = self.exp() - target * self if log_input else self - target * (self + eps).log()
        if full:
            many = target > 1
            t = many.where(target, 1.0)
            loss = loss + many.where(t * t.log() - t + 0.5 * (2 * math.pi * t).log(), 0)
        return loss._reduced(reduction)

    def gaussian_nll_loss(
        self, target: Self, var: Self, full: bool = False, eps: float = 1e-6,
        reduction: str = "mean",
    ) -> Self:  # fmt: skip
        """(log(v) + (x - target) ** 2 / v) / 2 with v = max(var, eps), to which no gradient stops.

        `full` adds log(2 pi) / 2.

        >>> Tensor([1.0]).gaussian_nll_loss(Tensor([3.0]), Tensor([1.0])).tolist()
        2.0
        """
        while var.ndim < self.ndim:
            var = var.unsqueeze(-1)
        v = var + (var.clamp(min=eps) - var)._detached()
        loss = 0.5 * (v.log() + (self - target).square() / v)
        return (loss + 0.5 * math.log(2 * math.pi) if full else loss)._reduced(reduction)

    # ---- sequences ----------------------------------------------------------------------------

    def ctc_loss(
        self,
        targets: Self,
        input_lengths: int | Sequence[int] | Self,
        target_lengths: int | Sequence[int] | Self,
        blank: int = 0,
        reduction: str = "mean",
        zero_infinity: bool = False,
    ) -> Self:
        """-log of the probability that frames x (T, N, C) read as targets (N, S), blanks left out.

        x are log-probabilities, as from log_softmax, of which the first input_lengths (N,) frames
        count; targets may also stand one after the other, (sum of target_lengths,). A target that
        does not fit into its frames costs infinity, or 0 with `zero_infinity`. "mean" divides each
        by its length first. x may do without N. The gradient is that of x as it stands; PyTorch's
        is that of the logits before log_softmax, through which both give the same.

        >>> x = Tensor([[[0.5, 0.5]], [[0.5, 0.5]]]).log()
        >>> x.ctc_loss(Tensor([[1]]), [2], [1], reduction="sum").exp()
        Tensor(1.3333, dtype=float32, device=CPU)
        """
        if self.ndim == 2:
            one = self.unsqueeze(1)
            loss = one.ctc_loss(
                targets, input_lengths, target_lengths, blank, reduction, zero_infinity
            )
            return loss.squeeze(0) if reduction == "none" else loss
        score, lengths = ctc_score(
            self.cast(wide_dtype(self.dtype)), targets, input_lengths, target_lengths, blank
        )
        loss = (score > NEVER / 2).where(-score, 0.0 if zero_infinity else math.inf)
        loss = loss.cast(self.dtype)
        if reduction == "mean":
            return (loss / lengths.maximum(1)).mean()
        return loss._reduced(reduction)

    # ---- margins ------------------------------------------------------------------------------

    def soft_margin_loss(self, target: Self, reduction: str = "mean") -> Self:
        """log(1 + exp(-target * x)) for targets 1 and -1.

        >>> Tensor([0.0]).soft_margin_loss(Tensor([1.0]))
        Tensor(0.6931, dtype=float32, device=CPU)
        """
        return (-(target * self).logsigmoid())._reduced(reduction)

    def hinge_embedding_loss(
        self, target: Self, margin: float = 1.0, reduction: str = "mean"
    ) -> Self:
        """x where target is 1, max(0, margin - x) where it is -1.

        >>> Tensor([0.2, 0.25]).hinge_embedding_loss(Tensor([1, -1]), reduction="none").tolist()
        [0.20000000298023224, 0.75]
        """
        far = target.ne(1).where((margin - self).relu(), 0)
        return (far + target.ne(-1).where(self, 0))._reduced(reduction)

    def margin_ranking_loss(
        self, other: Self, target: Self, margin: float = 0.0, reduction: str = "mean"
    ) -> Self:
        """max(0, -target * (x - other) + margin): target 1 wants x above other, -1 below.

        >>> Tensor([1.0]).margin_ranking_loss(Tensor([3.0]), Tensor([1])).tolist()
        2.0
        """
        return (margin - target * (self - other)).relu()._reduced(reduction)

    def cosine_embedding_loss(
        self, other: Self, target: Self, margin: float = 0.0, reduction: str = "mean"
    ) -> Self:
        """1 - cosine of x and other where target is 1, max(0, cosine - margin) where it is -1.

        >>> Tensor([[2.0, 0.0]]).cosine_embedding_loss(Tensor([[1.0, 0.0]]), Tensor([1])).tolist()
        0.0
        """
        cosine = self.cosine_similarity(other, -1)
        apart = target.eq(-1).where((cosine - margin).relu(), 0)
        return target.eq(1).where(1 - cosine, apart)._reduced(reduction)

    def triplet_margin_loss(
        self, positive: Self, negative: Self, margin: float = 1.0, p: float = 2.0,
        eps: float = 1e-6, swap: bool = False, reduction: str = "mean",
    ) -> Self:  # fmt: skip
        """max(0, |x - positive| - |x - negative| + margin), with pairwise_distance.

        `swap` takes |positive - negative| if that is less than |x - negative|.

        >>> x = Tensor([[0.0]])
        >>> x.triplet_margin_loss(x, Tensor([[3.0]])).tolist()
        0.0
        """
        near = self.pairwise_distance(positive, p, eps)
        far = self.pairwise_distance(negative, p, eps)
        if swap:
            far = far.minimum(positive.pairwise_distance(negative, p, eps))
        return (near - far + margin).relu()._reduced(reduction)

    # ---- classes ------------------------------------------------------------------------------

    def nll_loss(
        self,
        Y: Self,
        weight: Self | None = None,
        ignore_index: int | None = -100,
        reduction: str = "mean",
    ) -> Self:
        """-x[n, Y[n]] for log-probabilities x (N, C, ..) and classes Y (N, ..).

        Elements whose class is `ignore_index` count nothing; `weight` (C,) weighs the classes. A
        class outside of [0, C) raises OutOfRangeError when the loss is computed.

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
        Y = Y.long()._checked_classes(classes, ignore_index)
        column = [-1 if i == axis else 1 for i in range(self.ndim)]
        numbers = self._make(ir.iota(classes)).reshape(column)
        hit = Y.unsqueeze(axis).eq(numbers)
        each = None if weight is None else weight.reshape(column)
        scaled = self if each is None else self * each
        loss = -hit.where(scaled, 0).sum(axis)
        if smoothing:
            loss = (1 - smoothing) * loss - smoothing / classes * scaled.sum(axis)
        counted = self._make(ir.const(1, self.dtype, expected))
        if each is not None:
            counted = hit.where(each, 0).sum(axis)
        # A class that is in no memory, a constant one, has not been checked.
        loss = ((Y < 0) | (classes <= Y)).where(math.nan, loss)
        if ignore_index is not None:
            ignored = Y.eq(ignore_index)
            loss, counted = ignored.where(0, loss), ignored.where(0, counted)
        return loss._reduced(reduction, counted)

    def _checked_classes(self, classes: int, ignore_index: int | None) -> Self:
        """self, whose elements have to be from 0 up to `classes`, or `ignore_index`.

        Looked up in a table of True: that is no memory, but it is checked as any index is.
        """
        counts = None if ignore_index is None else self.ne(ignore_index)
        table = ir.const(True, dtypes.bool, (classes,))
        known = self._with(ir.load(table, self.node, None if counts is None else counts.node))
        return (known if counts is None else known | ~counts).where(self, -1)
