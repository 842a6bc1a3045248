"""Layers: what has weights. Plain objects, called like functions; the rest are Tensor's methods.

Weights start as PyTorch's do, and have its names. In shapes N is the batch, C the channels, and L,
H, W are sizes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from smelt.tensor import Tensor
from smelt.tensor.convolution import Numbers, each_axis, paddings
from smelt.util.errors import ArgumentError, DTypeError, ShapeError

# PyTorch's names of what surrounds the input of a convolution, and `Tensor.pad`'s.
PADDING_MODES = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "replicate",
    "circular": "circular",
}


def uniform_weight(shape: Sequence[int], fan_in: int) -> Tensor:
    """U(-b, b) with b = 1 / sqrt(fan_in): what PyTorch's Linear and Conv layers start from."""
    bound = 1 / math.sqrt(fan_in) if fan_in > 0 else 0.0
    return Tensor.uniform(*shape, low=-bound, high=bound, requires_grad=True)


def affine_weights(
    shape: Sequence[int], weight: bool = True, bias: bool = True
) -> tuple[Tensor | None, Tensor | None]:
    """What a normalisation starts from: a weight of ones and a bias of zeros."""
    return (
        Tensor.ones(*shape, requires_grad=True) if weight else None,
        Tensor.zeros(*shape, requires_grad=True) if weight and bias else None,
    )


class Linear:
    """y = x @ weight.T + bias.

    x: (..., in_features), weight: (out_features, in_features), y: (..., out_features).

    >>> from smelt import Tensor
    >>> Linear(3, 5)(Tensor.ones(2, 3)).shape
    (2, 5)
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True):
        self.weight = uniform_weight((out_features, in_features), in_features)
        self.bias = uniform_weight((out_features,), in_features) if bias else None

    def __call__(self, x: Tensor) -> Tensor:
        return x.linear(self.weight.T, self.bias)


class _Conv:
    """What convolutions over `ndim` axes, and their transposes, have in common."""

    ndim = 0
    is_transposed = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Numbers,
        stride: Numbers,
        padding: Numbers | str,
        dilation: Numbers,
        groups: int,
        bias: bool,
    ):
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ArgumentError(
                type(self).__name__,
                f"{in_channels} and {out_channels} channels in {groups} groups",
                "channels divisible by the groups",
            )
        size = (kernel_size,) * self.ndim if isinstance(kernel_size, int) else tuple(kernel_size)
        if len(size) != self.ndim:
            raise ArgumentError(type(self).__name__, f"kernel_size {size}", f"{self.ndim} sizes")
        self.kernel_size = size
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
        first, second = (
            (in_channels, out_channels) if self.is_transposed else (out_channels, in_channels)
        )
        fan_in = second // groups * math.prod(size)
        self.weight = uniform_weight((first, second // groups, *size), fan_in)
        self.bias = uniform_weight((out_channels,), fan_in) if bias else None

    def _check(self, x: Tensor) -> None:
        if x.ndim not in (self.ndim + 1, self.ndim + 2):
            raise ShapeError(
                type(self).__name__, f"x of shape {x.shape}", f"{self.ndim + 2} axes, or one less"
            )


class _Forward(_Conv):
    """A convolution; padding may also be "same" or "valid"."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Numbers,
        stride: Numbers = 1,
        padding: Numbers | str = 0,
        dilation: Numbers = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
    ):
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias
        )
        if padding_mode not in PADDING_MODES:
            raise ArgumentError(
                type(self).__name__, f"padding_mode={padding_mode!r}", f"one of {[*PADDING_MODES]}"
            )
        self.padding_mode = padding_mode

    def __call__(self, x: Tensor) -> Tensor:
        self._check(x)
        padding = self.padding
        if self.padding_mode != "zeros" and padding != "valid":
            x = x.pad(self._around(), mode=PADDING_MODES[self.padding_mode])
            padding = 0
        return x.conv2d(
            self.weight,
            self.bias,
            groups=self.groups,
            stride=self.stride,
            dilation=self.dilation,
            padding=padding,
        )

    def _around(self) -> tuple[int, ...]:
        """The padding before and after each axis, from the last axis on."""
        gaps = each_axis("dilation", self.dilation, self.ndim)
        steps = each_axis("stride", self.stride, self.ndim)
        return tuple(paddings(self.padding, self.kernel_size, steps, gaps))


class _Transposed(_Conv):
    """A transposed convolution."""

    is_transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Numbers,
        stride: Numbers = 1,
        padding: Numbers = 0,
        output_padding: Numbers = 0,
        dilation: Numbers = 1,
        groups: int = 1,
        bias: bool = True,
    ):
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias
        )
        self.output_padding = output_padding

    def __call__(self, x: Tensor) -> Tensor:
        self._check(x)
        assert not isinstance(self.padding, str)
        return x.conv_transpose2d(
            self.weight,
            self.bias,
            groups=self.groups,
            stride=self.stride,
            dilation=self.dilation,
            padding=self.padding,
            output_padding=self.output_padding,
        )


class Conv1d(_Forward):
    """Cross-correlation along one axis.

    x: (N, in_channels, L), weight: (out_channels, in_channels / groups, K), y: (N, out_channels,
    (L + 2 * padding - dilation * (K - 1) - 1) // stride + 1).

    >>> from smelt import Tensor
    >>> Conv1d(2, 4, 3, stride=2)(Tensor.ones(1, 2, 9)).shape
    (1, 4, 4)
    """

    ndim = 1


class Conv2d(_Forward):
    """Cross-correlation along two axes.

    x: (N, in_channels, H, W), weight: (out_channels, in_channels / groups, KH, KW), y: (N,
    out_channels, H', W') with H' = (H + 2 * padding - dilation * (KH - 1) - 1) // stride + 1.

    >>> from smelt import Tensor
    >>> Conv2d(3, 8, 3, padding=1)(Tensor.ones(2, 3, 6, 6)).shape
    (2, 8, 6, 6)
    """

    ndim = 2


class Conv3d(_Forward):
    """Cross-correlation along three axes: Conv2d with a depth before height and width.

    >>> from smelt import Tensor
    >>> Conv3d(1, 2, 3)(Tensor.ones(1, 1, 4, 5, 6)).shape
    (1, 2, 2, 3, 4)
    """

    ndim = 3


class ConvTranspose1d(_Transposed):
    """The gradient of Conv1d with respect to its input, as a layer.

    x: (N, in_channels, L), weight: (in_channels, out_channels / groups, K), y: (N, out_channels,
    (L - 1) * stride - 2 * padding + dilation * (K - 1) + output_padding + 1).

    >>> from smelt import Tensor
    >>> ConvTranspose1d(2, 4, 3, stride=2)(Tensor.ones(1, 2, 4)).shape
    (1, 4, 9)
    """

    ndim = 1


class ConvTranspose2d(_Transposed):
    """The gradient of Conv2d with respect to its input, as a layer; see ConvTranspose1d.

    >>> from smelt import Tensor
    >>> ConvTranspose2d(3, 8, 2, stride=2)(Tensor.ones(2, 3, 4, 5)).shape
    (2, 8, 8, 10)
    """

    ndim = 2


class ConvTranspose3d(_Transposed):
    """The gradient of Conv3d with respect to its input, as a layer; see ConvTranspose1d.

    >>> from smelt import Tensor
    >>> ConvTranspose3d(1, 2, 2)(Tensor.ones(1, 1, 2, 3, 4)).shape
    (1, 2, 3, 4, 5)
    """

    ndim = 3


class Embedding:
    """y = weight[index]: a row of the table for each index.

    index: (...) of integers in [0, num_embeddings), weight: (num_embeddings, embedding_dim),
    y: (..., embedding_dim). The row `padding_idx` starts at 0 and gets no gradient.

    >>> from smelt import Tensor
    >>> Embedding(10, 3)(Tensor([[1, 2], [4, 9]])).shape
    (2, 2, 3)
    """

    def __init__(self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None):
        self.padding_idx = padding_idx
        self.weight = Tensor.randn(num_embeddings, embedding_dim, requires_grad=True)
        if padding_idx is None:
            return
        if not -num_embeddings <= padding_idx < num_embeddings:
            raise ArgumentError(
                "Embedding", f"padding_idx={padding_idx}", f"one of {num_embeddings} rows"
            )
        self.padding_idx = padding_idx % num_embeddings
        rows = Tensor.arange(num_embeddings).unsqueeze(1)
        self.weight.assign(rows.eq(self.padding_idx).where(0.0, self.weight.detach()))

    def __call__(self, index: Tensor) -> Tensor:
        if not index.dtype.is_int:
            raise DTypeError("Embedding", f"indices of {index.dtype.name}", "integers")
        y = self.weight[index]
        if self.padding_idx is None:
            return y
        return index.eq(self.padding_idx).unsqueeze(-1).where(y.detach(), y)
