"""Methods of Tensor as layers: `nn.ReLU()(x)` is `x.relu()`, for `nn.Sequential` and the like.

A line of the table has a layer's name, the method, and PyTorch's arguments with their defaults;
what follows a * goes by name, as PyTorch has old arguments in between. Only PReLU and Bilinear have
weights.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from typing import Any

from smelt.nn.layers import uniform_weight
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError

_WITHOUT_EFFECT = ("inplace",)  # what memory a result takes is the compiler's to decide


class MethodLayer:
    """A method of Tensor with its options: called with what the method is called on and with.

    >>> from smelt import Tensor
    >>> LeakyReLU(0.5)
    LeakyReLU(negative_slope=0.5, inplace=False)
    >>> LeakyReLU(0.5)(Tensor([-1.0, 2.0])).tolist()
    [-0.5, 2.0]
    """

    method = ""
    signature = inspect.Signature()
    fixed: dict[str, Any] = {}  # each class has its own

    def __init__(self, *args: Any, **kwargs: Any):
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}: {error}") from None
        bound.apply_defaults()
        for name, value in bound.arguments.items():
            # A loss's weights of classes are no parameters.
            kept = value.detach().requires_grad_(False) if isinstance(value, Tensor) else value
            setattr(self, name, kept)

    def __call__(self, x: Tensor, *others: Any, **more: Any) -> Any:
        options = {n: getattr(self, n) for n in self.signature.parameters}
        given = {n: v for n, v in options.items() if n not in _WITHOUT_EFFECT}
        return getattr(Tensor, self.method)(x, *others, **self.fixed, **given, **more)

    def __repr__(self) -> str:
        given = ", ".join(f"{n}={getattr(self, n)!r}" for n in self.signature.parameters)
        return f"{type(self).__name__}({given})"


def _layer(name: str, method: str, arguments: str = "", **fixed: Any) -> type[MethodLayer]:
    """The layer of a method; arguments as in a signature, separated by spaces."""
    kind: Any = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = []
    for argument in arguments.split():
        if argument == "*":
            kind = inspect.Parameter.KEYWORD_ONLY
            continue
        key, _, default = argument.partition("=")
        value = ast.literal_eval(default) if default else inspect.Parameter.empty
        parameters.append(inspect.Parameter(key, kind, default=value))
    members = {
        "method": method,
        "signature": inspect.Signature(parameters),
        "fixed": fixed,
        "__signature__": inspect.Signature(parameters),
        "__doc__": f"`Tensor.{method}` as a layer.",
        "__module__": __name__,
    }
    return type(name, (MethodLayer,), members)


# ---- activations ---------------------------------------------------------------------------------

CELU = _layer("CELU", "celu", "alpha=1.0 inplace=False")
ELU = _layer("ELU", "elu", "alpha=1.0 inplace=False")
GELU = _layer("GELU", "gelu", "approximate='none'")
GLU = _layer("GLU", "glu", "dim=-1")
Hardshrink = _layer("Hardshrink", "hardshrink", "lambd=0.5")
Hardsigmoid = _layer("Hardsigmoid", "hardsigmoid", "inplace=False")
Hardswish = _layer("Hardswish", "hardswish", "inplace=False")
Hardtanh = _layer("Hardtanh", "hardtanh", "min_val=-1.0 max_val=1.0 inplace=False")
LeakyReLU = _layer("LeakyReLU", "leaky_relu", "negative_slope=0.01 inplace=False")
LogSigmoid = _layer("LogSigmoid", "logsigmoid")
LogSoftmax = _layer("LogSoftmax", "log_softmax", "dim")
Mish = _layer("Mish", "mish", "inplace=False")
ReLU = _layer("ReLU", "relu", "inplace=False")
ReLU6 = _layer("ReLU6", "relu6", "inplace=False")
SELU = _layer("SELU", "selu", "inplace=False")
SiLU = _layer("SiLU", "silu", "inplace=False")
Sigmoid = _layer("Sigmoid", "sigmoid")
Softmax = _layer("Softmax", "softmax", "dim")
Softmin = _layer("Softmin", "softmin", "dim")
Softplus = _layer("Softplus", "softplus", "beta=1.0 threshold=20.0")
Softshrink = _layer("Softshrink", "softshrink", "lambd=0.5")
Softsign = _layer("Softsign", "softsign")
Tanh = _layer("Tanh", "tanh")
Tanhshrink = _layer("Tanhshrink", "tanhshrink")
Threshold = _layer("Threshold", "threshold", "threshold value inplace=False")

# ---- dropout and shapes --------------------------------------------------------------------------

Dropout = _layer("Dropout", "dropout", "p=0.5 inplace=False")
Dropout1d = _layer("Dropout1d", "dropout1d", "p=0.5 inplace=False")
Dropout2d = _layer("Dropout2d", "dropout2d", "p=0.5 inplace=False")
Dropout3d = _layer("Dropout3d", "dropout3d", "p=0.5 inplace=False")
Flatten = _layer("Flatten", "flatten", "start_dim=1 end_dim=-1")
Unflatten = _layer("Unflatten", "unflatten", "dim unflattened_size")
PixelShuffle = _layer("PixelShuffle", "pixel_shuffle", "upscale_factor")
PixelUnshuffle = _layer("PixelUnshuffle", "pixel_unshuffle", "downscale_factor")
_WINDOWS = "kernel_size dilation=1 padding=0 stride=1"
Fold = _layer("Fold", "col2im", f"output_size {_WINDOWS}")
Unfold = _layer("Unfold", "im2col", _WINDOWS)
_SCALE = "size=None scale_factor=None"
Upsample = _layer(
    "Upsample", "interpolate",
    f"{_SCALE} mode='nearest' align_corners=None recompute_scale_factor=None",
)  # fmt: skip
UpsamplingNearest2d = _layer("UpsamplingNearest2d", "interpolate", _SCALE, mode="nearest")
UpsamplingBilinear2d = _layer(
    "UpsamplingBilinear2d", "interpolate", _SCALE, mode="bilinear", align_corners=True
)

# ---- pooling and distances -----------------------------------------------------------------------

_MAX = "kernel_size stride=None padding=0 dilation=1 return_indices=False ceil_mode=False"
MaxPool1d = _layer("MaxPool1d", "max_pool1d", _MAX)
MaxPool2d = _layer("MaxPool2d", "max_pool2d", _MAX)
MaxPool3d = _layer("MaxPool3d", "max_pool3d", _MAX)
_MEAN = "kernel_size stride=None padding=0 ceil_mode=False count_include_pad=True"
AvgPool1d = _layer("AvgPool1d", "avg_pool1d", _MEAN)
AvgPool2d = _layer("AvgPool2d", "avg_pool2d", f"{_MEAN} divisor_override=None")
AvgPool3d = _layer("AvgPool3d", "avg_pool3d", f"{_MEAN} divisor_override=None")
_POWER = "norm_type kernel_size stride=None ceil_mode=False"
LPPool1d = _layer("LPPool1d", "lp_pool1d", _POWER)
LPPool2d = _layer("LPPool2d", "lp_pool2d", _POWER)
LPPool3d = _layer("LPPool3d", "lp_pool3d", _POWER)
_UNPOOL = "kernel_size stride=None padding=0"
MaxUnpool1d = _layer("MaxUnpool1d", "max_unpool1d", _UNPOOL)
MaxUnpool2d = _layer("MaxUnpool2d", "max_unpool2d", _UNPOOL)
MaxUnpool3d = _layer("MaxUnpool3d", "max_unpool3d", _UNPOOL)
AdaptiveAvgPool1d = _layer("AdaptiveAvgPool1d", "adaptive_avg_pool1d", "output_size")
AdaptiveAvgPool2d = _layer("AdaptiveAvgPool2d", "adaptive_avg_pool2d", "output_size")
AdaptiveAvgPool3d = _layer("AdaptiveAvgPool3d", "adaptive_avg_pool3d", "output_size")
_BEST = "output_size return_indices=False"
AdaptiveMaxPool1d = _layer("AdaptiveMaxPool1d", "adaptive_max_pool1d", _BEST)
AdaptiveMaxPool2d = _layer("AdaptiveMaxPool2d", "adaptive_max_pool2d", _BEST)
AdaptiveMaxPool3d = _layer("AdaptiveMaxPool3d", "adaptive_max_pool3d", _BEST)
LocalResponseNorm = _layer(
    "LocalResponseNorm", "local_response_norm", "size alpha=0.0001 beta=0.75 k=1.0"
)
CosineSimilarity = _layer("CosineSimilarity", "cosine_similarity", "dim=1 eps=1e-8")
PairwiseDistance = _layer("PairwiseDistance", "pairwise_distance", "p=2.0 eps=1e-6 keepdim=False")

# ---- losses --------------------------------------------------------------------------------------

_REDUCED = "reduction='mean'"
BCELoss = _layer("BCELoss", "binary_cross_entropy", f"weight=None * {_REDUCED}")
BCEWithLogitsLoss = _layer(
    "BCEWithLogitsLoss", "binary_cross_entropy_with_logits",
    f"weight=None * {_REDUCED} pos_weight=None",
)  # fmt: skip
CTCLoss = _layer("CTCLoss", "ctc_loss", f"blank=0 {_REDUCED} zero_infinity=False")
CosineEmbeddingLoss = _layer(
    "CosineEmbeddingLoss", "cosine_embedding_loss", f"margin=0.0 * {_REDUCED}"
)
CrossEntropyLoss = _layer(
    "CrossEntropyLoss", "cross_entropy",
    f"weight=None * ignore_index=-100 {_REDUCED} label_smoothing=0.0",
)  # fmt: skip
GaussianNLLLoss = _layer(
    "GaussianNLLLoss", "gaussian_nll_loss", f"* full=False eps=1e-6 {_REDUCED}"
)
HingeEmbeddingLoss = _layer(
    "HingeEmbeddingLoss", "hinge_embedding_loss", f"margin=1.0 * {_REDUCED}"
)
HuberLoss = _layer("HuberLoss", "huber_loss", f"{_REDUCED} delta=1.0")
KLDivLoss = _layer("KLDivLoss", "kl_div", f"* {_REDUCED} log_target=False")
L1Loss = _layer("L1Loss", "l1_loss", f"* {_REDUCED}")
MSELoss = _layer("MSELoss", "mse_loss", f"* {_REDUCED}")
MarginRankingLoss = _layer("MarginRankingLoss", "margin_ranking_loss", f"margin=0.0 * {_REDUCED}")
NLLLoss = _layer("NLLLoss", "nll_loss", f"weight=None * ignore_index=-100 {_REDUCED}")
PoissonNLLLoss = _layer(
    "PoissonNLLLoss", "poisson_nll_loss", f"log_input=True full=False * eps=1e-8 {_REDUCED}"
)
SmoothL1Loss = _layer("SmoothL1Loss", "smooth_l1_loss", f"* {_REDUCED} beta=1.0")
SoftMarginLoss = _layer("SoftMarginLoss", "soft_margin_loss", f"* {_REDUCED}")
TripletMarginLoss = _layer(
    "TripletMarginLoss", "triplet_margin_loss",
    f"margin=1.0 p=2.0 eps=1e-6 swap=False * {_REDUCED}",
)  # fmt: skip

# ---- what is no method ---------------------------------------------------------------------------


class Identity:
    """y = x; it takes any arguments and keeps none.

    >>> Identity(54, unused=True)(3)
    3
    """

    def __init__(self, *_args: Any, **_kwargs: Any):
        pass

    def __call__(self, x: Any) -> Any:
        return x


class _Pad:
    """`Tensor.pad` over the last `ndim` axes: one number for all sides, or (left, right, ..)."""

    ndim = 0
    mode = ""

    def __init__(self, padding: int | Sequence[int], value: float = 0.0):
        sides = (padding,) * (2 * self.ndim) if isinstance(padding, int) else tuple(padding)
        if len(sides) != 2 * self.ndim:
            raise ArgumentError(
                type(self).__name__, f"padding={padding}", f"a number or {2 * self.ndim} of them"
            )
        self.padding = sides
        self.value = value

    def __call__(self, x: Tensor) -> Tensor:
        return x.pad(self.padding, self.mode, self.value)


def _pad(name: str, mode: str) -> type[_Pad]:
    members = {"mode": mode, "ndim": int(name[-2]), "__module__": __name__, "__doc__": _Pad.__doc__}
    return type(name, (_Pad,), members)


CircularPad1d = _pad("CircularPad1d", "circular")
CircularPad2d = _pad("CircularPad2d", "circular")
CircularPad3d = _pad("CircularPad3d", "circular")
ConstantPad1d = _pad("ConstantPad1d", "constant")
ConstantPad2d = _pad("ConstantPad2d", "constant")
ConstantPad3d = _pad("ConstantPad3d", "constant")
ReflectionPad1d = _pad("ReflectionPad1d", "reflect")
ReflectionPad2d = _pad("ReflectionPad2d", "reflect")
ReflectionPad3d = _pad("ReflectionPad3d", "reflect")
ReplicationPad1d = _pad("ReplicationPad1d", "replicate")
ReplicationPad2d = _pad("ReplicationPad2d", "replicate")
ReplicationPad3d = _pad("ReplicationPad3d", "replicate")
ZeroPad1d = _pad("ZeroPad1d", "constant")
ZeroPad2d = _pad("ZeroPad2d", "constant")
ZeroPad3d = _pad("ZeroPad3d", "constant")


class PReLU:
    """x where it is positive, else weight * x (He and others, 2015).

    x, y: (N, C, ...), weight: (num_parameters,).

    >>> from smelt import Tensor
    >>> PReLU()(Tensor([-1.0, 2.0])).tolist()
    [-0.25, 2.0]
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25):
        self.num_parameters = num_parameters
        self.weight = Tensor.full((num_parameters,), init, requires_grad=True)

    def __call__(self, x: Tensor) -> Tensor:
        return x.prelu(self.weight)


class Bilinear:
    """y[.., o] = sum of x1[.., i] * weight[o, i, j] * x2[.., j] + bias[o].

    x1: (..., in1_features), x2: (..., in2_features), weight: (out_features, in1_features,
    in2_features), y: (..., out_features).

    >>> from smelt import Tensor
    >>> Bilinear(2, 3, 4)(Tensor.ones(5, 2), Tensor.ones(5, 3)).shape
    (5, 4)
    """

    def __init__(self, in1_features: int, in2_features: int, out_features: int, bias: bool = True):
        self.weight = uniform_weight((out_features, in1_features, in2_features), in1_features)
        self.bias = uniform_weight((out_features,), in1_features) if bias else None

    def __call__(self, x1: Tensor, x2: Tensor) -> Tensor:
        y = Tensor.einsum("...i,oij,...j->...o", x1, self.weight, x2)
        return y if self.bias is None else y + self.bias
