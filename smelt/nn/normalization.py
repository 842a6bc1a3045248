"""Layers that make values have mean 0 and variance 1, over one choice of axes or another."""

from __future__ import annotations

import math
from collections.abc import Sequence

from smelt.dtype import dtypes
from smelt.nn.layers import affine_weights
from smelt.tensor import Tensor
from smelt.util import flags
from smelt.util.errors import ArgumentError, ShapeError


class BatchNorm:
    """y = (x - mean) / sqrt(var + eps) * weight + bias, for each channel (Ioffe, Szegedy, 2015).

    x, y: (N, C, ...). With TRAINING mean and (biased) variance are those of the batch, and the
    running ones move towards them, the variance unbiased: running += momentum * (batch - running);
    without a momentum (None) they are the averages of all batches. Without TRAINING the running
    ones are used, if `track_running_stats`.

    >>> from smelt import Tensor
    >>> BatchNorm(3, affine=False)(Tensor.ones(2, 3, 4, 4)).shape
    (2, 3, 4, 4)
    """

    running_mean: Tensor | None = None
    running_var: Tensor | None = None
    num_batches_tracked: Tensor | None = None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ):
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight, self.bias = affine_weights((num_features,), affine)
        if track_running_stats:
            self.running_mean = Tensor.zeros(num_features).contiguous().requires_grad_(False)
            self.running_var = Tensor.ones(num_features).contiguous().requires_grad_(False)
            self.num_batches_tracked = Tensor.zeros(dtype=dtypes.int64).contiguous()

    def __call__(self, x: Tensor) -> Tensor:
        channels = self.num_features
        if x.ndim < 2 or x.shape[1] != channels:
            raise ShapeError(type(self).__name__, f"x of shape {x.shape}", f"(N, {channels}, ...)")
        mean, var = self.running_mean, self.running_var
        if mean is None or var is None:
            mean, var = _moments(x)
        elif flags.TRAINING.value:
            mean, var = self._track(x, mean, var)
        shape = (1, channels, *(1 for _ in x.shape[2:]))
        scale = (var + self.eps).rsqrt()
        if self.weight is not None:
            scale = scale * self.weight
        y = (x - mean.reshape(shape)) * scale.reshape(shape)
        return y if self.bias is None else y + self.bias.reshape(shape)

    def _track(self, x: Tensor, old_mean: Tensor, old_var: Tensor) -> tuple[Tensor, Tensor]:
        """The batch's mean and variance, to which the running ones have moved."""
        mean, var = _moments(x)
        count = math.prod(x.shape[i] for i in (0, *range(2, x.ndim)))
        unbiased = var.detach() * (count / max(count - 1, 1))
        momentum: float | Tensor | None = self.momentum
        assert self.num_batches_tracked is not None
        batches = self.num_batches_tracked + 1
        if momentum is None:
            momentum = 1 / batches.cast(dtypes.float32)
        for running, batch in ((old_mean, mean.detach()), (old_var, unbiased)):
            running.assign(running + momentum * (batch.cast(running.dtype) - running))
        self.num_batches_tracked.assign(batches)
        return mean, var


def _moments(x: Tensor) -> tuple[Tensor, Tensor]:
    axes = (0, *range(2, x.ndim))
    return x.mean(axes), x.var(axes, correction=0)


BatchNorm1d = BatchNorm2d = BatchNorm3d = BatchNorm


class InstanceNorm:
    """BatchNorm of each sample for itself (Ulyanov and others, 2016).

    x, y: (N, num_features, ...), weight, bias: (num_features,).

    >>> from smelt import Tensor
    >>> InstanceNorm(1)(Tensor([[[1.0, 3.0]]])).numpy().round(2).tolist()
    [[[-1.0, 1.0]]]
    """

    def __init__(self, num_features: int, eps: float = 1e-5, affine: bool = True):
        self.num_features = num_features
        self.eps = eps
        self.weight, self.bias = affine_weights((num_features,), affine)

    def __call__(self, x: Tensor) -> Tensor:
        self._check(x)
        return self._affine(x.layernorm(tuple(range(2, x.ndim)), self.eps))

    def _check(self, x: Tensor) -> None:
        if x.ndim < 3 or x.shape[1] != self.num_features:
            raise ShapeError(
                type(self).__name__,
                f"x of shape {x.shape}",
                f"(N, {self.num_features}, ..., at least 1)",
            )

    def _affine(self, y: Tensor) -> Tensor:
        y = y if self.weight is None else y * self._column(self.weight, y)
        return y if self.bias is None else y + self._column(self.bias, y)

    def _column(self, values: Tensor, x: Tensor) -> Tensor:
        """A value for each channel, as it broadcasts with x."""
        return values.reshape(1, -1, *(1 for _ in x.shape[2:]))


class InstanceNorm2d(InstanceNorm):
    """InstanceNorm with PyTorch's arguments: it has weights only if `affine` asks for them.

    With `track_running_stats` the averages over the samples of their means and (unbiased) variances
    move the running ones while TRAINING, and without TRAINING those are used instead.

    >>> InstanceNorm2d(3).weight is None
    True
    """

    running_mean: Tensor | None = None
    running_var: Tensor | None = None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
    ):
        super().__init__(num_features, eps, affine)
        self.momentum = momentum
        if track_running_stats:
            self.running_mean = Tensor.zeros(num_features).contiguous().requires_grad_(False)
            self.running_var = Tensor.ones(num_features).contiguous().requires_grad_(False)
            self.num_batches_tracked = Tensor.zeros(dtype=dtypes.int64).contiguous()  # never counts

    def __call__(self, x: Tensor) -> Tensor:
        mean, var = self.running_mean, self.running_var
        if mean is None or var is None:
            return super().__call__(x)
        if flags.TRAINING.value:
            y = super().__call__(x)
            own_var, own_mean = x.detach().var_mean(tuple(range(2, x.ndim)))  # (N, C)
            for running, own in ((mean, own_mean), (var, own_var)):
                batch = own.mean(0).cast(running.dtype)
                running.assign(running + self.momentum * (batch - running))
            return y
        self._check(x)
        y = (x - self._column(mean, x)) * self._column((var + self.eps).rsqrt(), x)
        return self._affine(y)


InstanceNorm1d = InstanceNorm3d = InstanceNorm2d


class LayerNorm:
    """y = (x - mean) / sqrt(var + eps) * weight + bias over the last axes (Ba and others, 2016).

    x, y: (..., *normalized_shape), weight, bias: normalized_shape.

    >>> from smelt import Tensor
    >>> LayerNorm(2)(Tensor([[1.0, 3.0]])).numpy().round(2).tolist()
    [[-1.0, 1.0]]
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
    ):
        self.normalized_shape = _shape(normalized_shape)
        self.eps = eps
        self.weight, self.bias = affine_weights(self.normalized_shape, elementwise_affine, bias)

    def __call__(self, x: Tensor) -> Tensor:
        _check_last("LayerNorm", x, self.normalized_shape)
        y = x.layernorm(tuple(range(-len(self.normalized_shape), 0)), self.eps)
        y = y if self.weight is None else y * self.weight
        return y if self.bias is None else y + self.bias


class LayerNorm2d(LayerNorm):
    """LayerNorm over the channels of images.

    x, y: (N, C, H, W), weight, bias: (C,).

    >>> from smelt import Tensor
    >>> LayerNorm2d(3)(Tensor.ones(2, 3, 4, 5)).shape
    (2, 3, 4, 5)
    """

    def __call__(self, x: Tensor) -> Tensor:
        return super().__call__(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class GroupNorm:
    """LayerNorm over each of `num_groups` groups of channels (Wu and He, 2018).

    x, y: (N, num_channels, ...), weight, bias: (num_channels,).

    >>> from smelt import Tensor
    >>> GroupNorm(2, 4)(Tensor.ones(2, 4, 3, 3)).shape
    (2, 4, 3, 3)
    """

    def __init__(self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True):
        if num_channels % num_groups:
            raise ArgumentError(
                "GroupNorm", f"{num_channels} channels in {num_groups} groups", "a multiple"
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.weight, self.bias = affine_weights((num_channels,), affine)

    def __call__(self, x: Tensor) -> Tensor:
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ShapeError("GroupNorm", f"x of shape {x.shape}", f"(N, {self.num_channels}, ...)")
        grouped = x.reshape(x.shape[0], self.num_groups, -1)
        y = grouped.layernorm(-1, self.eps).reshape(x.shape)
        shape = (1, -1, *(1 for _ in x.shape[2:]))
        y = y if self.weight is None else y * self.weight.reshape(shape)
        return y if self.bias is None else y + self.bias.reshape(shape)


class RMSNorm:
    """y = x / sqrt(mean(x**2) + eps) * weight over the last axes (Zhang and Sennrich, 2019).

    x, y: (..., *dim), weight: dim. 16-bit floats are normalised in float32. eps=None is float32's
    epsilon, as in PyTorch.

    >>> from smelt import Tensor
    >>> RMSNorm(2)(Tensor([[3.0, 4.0]])).numpy().round(3)
    array([[0.849, 1.131]], dtype=float32)
    """

    def __init__(
        self,
        dim: int | Sequence[int],
        eps: float | None = 1e-6,
        elementwise_affine: bool = True,
    ):
        self.normalized_shape = _shape(dim)
        self.eps = 2.0**-23 if eps is None else eps
        self.weight, _ = affine_weights(self.normalized_shape, elementwise_affine, False)

    def __call__(self, x: Tensor) -> Tensor:
        _check_last("RMSNorm", x, self.normalized_shape)
        y = x.rms_norm(tuple(range(-len(self.normalized_shape), 0)), self.eps)
        return y if self.weight is None else y * self.weight


def _shape(sizes: int | Sequence[int]) -> tuple[int, ...]:
    return (sizes,) if isinstance(sizes, int) else tuple(sizes)


def _check_last(operation: str, x: Tensor, shape: tuple[int, ...]) -> None:
    if x.shape[x.ndim - len(shape) :] != shape:
        raise ShapeError(operation, f"x of shape {x.shape}", f"(..., {str(shape)[1:]}")
