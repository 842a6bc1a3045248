"""Layers: what has weights. Plain objects, called like functions; the rest are Tensor's methods.

Weights start as PyTorch's do. Shapes in the docstrings: N is the batch, C channels, L, H, W sizes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from smelt.dtype import dtypes
from smelt.tensor import Tensor
from smelt.util import flags
from smelt.util.errors import ArgumentError, ShapeError


def _uniform(shape: Sequence[int], fan_in: int) -> Tensor:
    """U(-b, b) with b = 1 / sqrt(fan_in): what PyTorch's Linear and Conv layers start from."""
    bound = 1 / math.sqrt(fan_in) if fan_in else 0.0
    return Tensor.uniform(*shape, low=-bound, high=bound, requires_grad=True)


class Linear:
    """y = x @ weight.T + bias.

    x: (..., in_features), weight: (out_features, in_features), y: (..., out_features).

    >>> from smelt import Tensor
    >>> Linear(3, 5)(Tensor.ones(2, 3)).shape
    (2, 5)
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True):
        self.weight = _uniform((out_features, in_features), in_features)
        self.bias = _uniform((out_features,), in_features) if bias else None

    def __call__(self, x: Tensor) -> Tensor:
        return x.linear(self.weight.T, self.bias)


class _Conv:
    """A convolution over `ndim` axes."""

    ndim = 0

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] = 0,
        dilation: int | tuple[int, ...] = 1,
        groups: int = 1,
        bias: bool = True,
    ):
        if in_channels % groups or out_channels % groups:
            raise ArgumentError(
                type(self).__name__,
                f"{in_channels} and {out_channels} channels in {groups} groups",
                "channels divisible by the groups",
            )
        size = (kernel_size,) * self.ndim if isinstance(kernel_size, int) else kernel_size
        if len(size) != self.ndim:
            raise ArgumentError(type(self).__name__, f"kernel_size {size}", f"{self.ndim} sizes")
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
        fan_in = in_channels // groups * math.prod(size)
        self.weight = _uniform((out_channels, in_channels // groups, *size), fan_in)
        self.bias = _uniform((out_channels,), fan_in) if bias else None

    def __call__(self, x: Tensor) -> Tensor:
        if x.ndim != self.ndim + 2:
            raise ShapeError(type(self).__name__, f"x of shape {x.shape}", f"{self.ndim + 2} axes")
        return x.conv2d(
            self.weight,
            self.bias,
            groups=self.groups,
            stride=self.stride,
            dilation=self.dilation,
            padding=self.padding,
        )


class Conv1d(_Conv):
    """Cross-correlation along one axis.

    x: (N, in_channels, L), weight: (out_channels, in_channels / groups, K), y: (N, out_channels,
    (L + 2 * padding - dilation * (K - 1) - 1) // stride + 1).

    >>> from smelt import Tensor
    >>> Conv1d(2, 4, 3, stride=2)(Tensor.ones(1, 2, 9)).shape
    (1, 4, 4)
    """

    ndim = 1


class Conv2d(_Conv):
    """Cross-correlation along two axes.

    x: (N, in_channels, H, W), weight: (out_channels, in_channels / groups, KH, KW), y: (N,
    out_channels, H', W') with H' = (H + 2 * padding - dilation * (KH - 1) - 1) // stride + 1.

    >>> from smelt import Tensor
    >>> Conv2d(3, 8, 3, padding=1)(Tensor.ones(2, 3, 6, 6)).shape
    (2, 8, 6, 6)
    """

    ndim = 2


class BatchNorm:
    """y = (x - mean) / sqrt(var + eps) * weight + bias, for each channel (Ioffe, Szegedy, 2015).

    x, y: (N, C, ...). With TRAINING mean and (biased) variance are those of the batch, and the
    running ones move towards them, the variance unbiased: running += momentum * (batch - running).
    Without, the running ones are used.

    >>> from smelt import Tensor
    >>> BatchNorm(3, affine=False)(Tensor.ones(2, 3, 4, 4)).shape
    (2, 3, 4, 4)
    """

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True
    ):
        self.eps = eps
        self.momentum = momentum
        self.weight = Tensor.ones(num_features, requires_grad=True) if affine else None
        self.bias = Tensor.zeros(num_features, requires_grad=True) if affine else None
        self.running_mean = Tensor.zeros(num_features).contiguous()
        self.running_var = Tensor.ones(num_features).contiguous()

    def __call__(self, x: Tensor) -> Tensor:
        channels = self.running_mean.shape[0]
        if x.ndim < 2 or x.shape[1] != channels:
            raise ShapeError("BatchNorm", f"x of shape {x.shape}", f"(N, {channels}, ...)")
        if flags.TRAINING.value:
            mean, var = self._batch_statistics(x)
        else:
            mean, var = self.running_mean, self.running_var
        shape = (1, channels, *(1 for _ in x.shape[2:]))
        scale = (var + self.eps).rsqrt()
        if self.weight is not None:
            scale = scale * self.weight
        y = (x - mean.reshape(shape)) * scale.reshape(shape)
        return y if self.bias is None else y + self.bias.reshape(shape)

    def _batch_statistics(self, x: Tensor) -> tuple[Tensor, Tensor]:
        axes = (0, *range(2, x.ndim))
        mean = x.mean(axes)
        var = x.var(axes, correction=0)
        count = math.prod(x.shape[i] for i in axes)
        unbiased = var.detach() * (count / max(count - 1, 1))
        for running, batch in ((self.running_mean, mean.detach()), (self.running_var, unbiased)):
            running.assign(running + self.momentum * (batch - running))
        return mean, var


BatchNorm1d = BatchNorm2d = BatchNorm3d = BatchNorm


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
        if isinstance(normalized_shape, int):
            normalized_shape = (normalized_shape,)
        self.normalized_shape = tuple(normalized_shape)
        self.eps = eps
        shape = self.normalized_shape
        affine = elementwise_affine
        self.weight = Tensor.ones(*shape, requires_grad=True) if affine else None
        self.bias = Tensor.zeros(*shape, requires_grad=True) if affine and bias else None

    def __call__(self, x: Tensor) -> Tensor:
        k = len(self.normalized_shape)
        if x.shape[x.ndim - k :] != self.normalized_shape:
            raise ShapeError(
                "LayerNorm", f"x of shape {x.shape}", f"(..., {str(self.normalized_shape)[1:]}"
            )
        y = x.layernorm(tuple(range(-k, 0)), self.eps)
        y = y if self.weight is None else y * self.weight
        return y if self.bias is None else y + self.bias


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
        self.eps = eps
        self.weight = Tensor.ones(num_channels, requires_grad=True) if affine else None
        self.bias = Tensor.zeros(num_channels, requires_grad=True) if affine else None

    def __call__(self, x: Tensor) -> Tensor:
        grouped = x.reshape(x.shape[0], self.num_groups, -1)
        y = grouped.layernorm(-1, self.eps).reshape(x.shape)
        shape = (1, -1, *(1 for _ in x.shape[2:]))
        y = y if self.weight is None else y * self.weight.reshape(shape)
        return y if self.bias is None else y + self.bias.reshape(shape)


class RMSNorm:
    """y = x / sqrt(mean(x**2) + eps) * weight over the last axis (Zhang and Sennrich, 2019).

    x, y: (..., dim), weight: (dim,). 16-bit floats are normalised in float32.

    >>> from smelt import Tensor
    >>> RMSNorm(2)(Tensor([[3.0, 4.0]])).numpy().round(3)
    array([[0.849, 1.131]], dtype=float32)
    """

    def __init__(self, dim: int, eps: float = 1e-6):
        self.eps = eps
        self.weight = Tensor.ones(dim, requires_grad=True)

    def __call__(self, x: Tensor) -> Tensor:
        wide = x.cast(dtypes.float32) if x.dtype.itemsize < 4 else x
        y = wide * ((wide * wide).mean(-1, keepdim=True) + self.eps).rsqrt()
        return y.cast(x.dtype) * self.weight


class Embedding:
    """y = weight[index]: a row of the table for each index.

    index: (...) of integers in [0, num_embeddings), weight: (num_embeddings, embedding_dim),
    y: (..., embedding_dim).

    >>> from smelt import Tensor
    >>> Embedding(10, 3)(Tensor([[1, 2], [4, 9]])).shape
    (2, 2, 3)
    """

    def __init__(self, num_embeddings: int, embedding_dim: int):
        self.weight = Tensor.randn(num_embeddings, embedding_dim, requires_grad=True)

    def __call__(self, index: Tensor) -> Tensor:
        return self.weight[index]
