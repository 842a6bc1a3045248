"""Values that weights start from: each function fills a tensor in place, and gives it back.

fan_in and fan_out are how many inputs an output depends on and the other way round: of a weight
(out, in, *kernel) in * prod(kernel) and out * prod(kernel).
"""

from __future__ import annotations

import math

from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError, ShapeError

_GAINS = {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4, "sigmoid": 1.0, "linear": 1.0}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor that keeps variances alike through a function; param is leaky_relu's slope.

    >>> calculate_gain("leaky_relu", 1.0)
    1.0
    """
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity.startswith("conv"):
        return 1.0
    if nonlinearity not in _GAINS:
        raise ArgumentError("calculate_gain", f"{nonlinearity!r}", f"one of {', '.join(_GAINS)}")
    return _GAINS[nonlinearity]


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0) -> Tensor:
    """U(a, b)."""
    return _filled(tensor, tensor.detach().rand_like() * (b - a) + a)


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0) -> Tensor:
    """N(mean, std**2)."""
    return _filled(tensor, tensor.detach().randn_like() * std + mean)


def constant_(tensor: Tensor, val: float) -> Tensor:
    """val everywhere."""
    return _filled(tensor, tensor.detach().full_like(val))


def zeros_(tensor: Tensor) -> Tensor:
    """0 everywhere."""
    return constant_(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """1 everywhere."""
    return constant_(tensor, 1.0)


def eye_(tensor: Tensor) -> Tensor:
    """1 on the diagonal of a matrix, and 0.

    >>> eye_(Tensor.ones(2, 2)).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if tensor.ndim != 2:
        raise ShapeError("eye_", str(tensor.shape), "a matrix")
    rows, columns = map(int, tensor.shape)
    return _filled(tensor, Tensor.eye(rows, columns, device=tensor.device))


def xavier_uniform_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """U(-a, a) with a = gain * sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010)."""
    bound = gain * math.sqrt(6 / sum(_fans("xavier_uniform_", tensor)))
    return uniform_(tensor, -bound, bound)


def xavier_normal_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """N(0, std**2) with std = gain * sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio, 2010)."""
    return normal_(tensor, 0.0, gain * math.sqrt(2 / sum(_fans("xavier_normal_", tensor))))


def kaiming_uniform_(
    tensor: Tensor, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu"
) -> Tensor:
    """U(-b, b) with b = gain * sqrt(3 / fan) (He and others, 2015)."""
    bound = math.sqrt(3) * _kaiming("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound)


def kaiming_normal_(
    tensor: Tensor, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu"
) -> Tensor:
    """N(0, std**2) with std = gain / sqrt(fan) (He and others, 2015)."""
    return normal_(tensor, 0.0, _kaiming("kaiming_normal_", tensor, a, mode, nonlinearity))


def orthogonal_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """Rows, or columns if there are fewer, that are orthogonal and of length gain.

    >>> w = orthogonal_(Tensor.ones(2, 4))
    >>> (w @ w.T).numpy().round(3).tolist() == [[1, 0], [0, 1]]
    True
    """
    if tensor.ndim < 2:
        raise ShapeError("orthogonal_", str(tensor.shape), "at least two axes")
    flat = tensor.detach().flatten(1).randn_like()  # (rows, columns)
    rows, columns = map(int, flat.shape)
    q, r = (flat.T if rows < columns else flat).qr()
    q = q * r.diagonal().sign()  # so that all directions are alike
    return _filled(tensor, (q.T if rows < columns else q).reshape(tensor.shape) * gain)


def _filled(tensor: Tensor, values: Tensor) -> Tensor:
    return tensor.assign(values.cast(tensor.dtype).detach())


def _fans(operation: str, tensor: Tensor) -> tuple[int, int]:
    if tensor.ndim < 2:
        raise ShapeError(operation, str(tensor.shape), "at least two axes")
    rows, columns, *kernel = map(int, tensor.shape)
    return columns * math.prod(kernel), rows * math.prod(kernel)


def _kaiming(operation: str, tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    fans = dict(zip(("fan_in", "fan_out"), _fans(operation, tensor), strict=True))
    if mode not in fans:
        raise ArgumentError(operation, f"mode={mode!r}", "'fan_in' or 'fan_out'")
    return calculate_gain(nonlinearity, a) / math.sqrt(fans[mode])
