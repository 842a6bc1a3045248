"""The operations in plain numpy: what float64 inputs give is what every result is checked with."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Array = np.ndarray[Any, np.dtype[Any]]


def matmul(a: Array, b: Array, transpose: str = "nn") -> Array:
    left = a.mT if transpose[0] == "t" else a
    right = b.mT if transpose[1] == "t" else b
    return left @ right


def chain(x: Array, y: Array) -> Array:
    return (np.maximum(x * y + x, 0) - y) * 0.5 + 1  # type: ignore[no-any-return]


def softmax(x: Array) -> Array:
    weights = np.exp(x - x.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True)  # type: ignore[no-any-return]


def layernorm_gelu(x: Array, weight: Array, bias: Array) -> Array:
    centred = x - x.mean(-1, keepdims=True)
    y = centred / np.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-5) * weight + bias
    erf = np.frompyfunc(math.erf, 1, 1)(y / math.sqrt(2)).astype(y.dtype)
    return y * (1 + erf) / 2  # type: ignore[no-any-return]


def sort(x: Array) -> tuple[Array, Array]:
    places = np.argsort(x, axis=-1, kind="stable")
    return np.take_along_axis(x, places, -1), places


def topk(x: Array, k: int) -> tuple[Array, Array]:
    """Of a vector (n,): its k largest values and their places."""
    some = np.argpartition(x, len(x) - k)[len(x) - k :]
    places = some[np.argsort(-x[some], kind="stable")]
    return x[places], places


def embedding(indices: Array, table: Array) -> Array:
    return table[indices]


def embedding_gradient(indices: Array, table: Array, upstream: Array) -> Array:
    gradient = np.zeros_like(table)
    np.add.at(gradient, indices, upstream)
    return gradient


# ---- attention: each head by itself, as all scores at once would be gigabytes -------------------


def _heads(*arrays: Array) -> list[Array]:
    return [array.reshape(-1, *array.shape[-2:]) for array in arrays]  # (B * H, tokens, width)


def _causal_weights(q: Array, k: Array) -> Array:
    """(tokens, tokens): what each token takes of those up to itself."""
    scores = q @ k.T / math.sqrt(q.shape[-1])
    scores[np.triu_indices(len(scores), 1)] = -np.inf
    return softmax(scores)


def attention(q: Array, k: Array, v: Array) -> Array:
    heads = zip(*_heads(q, k, v), strict=True)
    return np.stack([_causal_weights(q, k) @ v for q, k, v in heads]).reshape(q.shape)


def attention_gradient(q: Array, k: Array, v: Array, upstream: Array) -> tuple[Array, ...]:
    results = []
    for q_, k_, v_, up in zip(*_heads(q, k, v, upstream), strict=True):
        weights = _causal_weights(q_, k_)
        slopes = up @ v_.T  # of the weights
        slopes -= (slopes * weights).sum(-1, keepdims=True)
        slopes *= weights / math.sqrt(q.shape[-1])  # of the scores
        results.append((slopes @ k_, slopes.T @ q_, weights.T @ up))
    return tuple(np.stack(part).reshape(q.shape) for part in zip(*results, strict=True))


# ---- convolutions: the windows as a matrix ------------------------------------------------------


def _windows(x: Array, kernel: tuple[int, ...], stride: int, padding: int) -> Array:
    """(N, C, H, W) to (N, C, out, out, k, k), a view of the padded x."""
    around = [(0, 0), (0, 0), (padding, padding), (padding, padding)]
    return sliding_window_view(np.pad(x, around), kernel, (2, 3))[:, :, ::stride, ::stride]


def _grouped(windows: Array, weight: Array, groups: int) -> tuple[Array, Array]:
    """(N, G, I, out, out, k, k) and (G, O / G, I, k, k)."""
    n, _, *rest = windows.shape
    return windows.reshape(n, groups, -1, *rest), weight.reshape(groups, -1, *weight.shape[1:])


def _conv(
    x: Array, weight: Array, bias: Array, stride: int = 1, padding: int = 0, groups: int = 1
) -> Array:
    windows, filters = _grouped(_windows(x, weight.shape[2:], stride, padding), weight, groups)
    # (N, G, O / G, out, out)
    y: Array = np.einsum("ngixyab,goiab->ngoxy", windows, filters, optimize=True)
    return y.reshape(len(x), len(weight), *y.shape[3:]) + bias[:, None, None]


def conv(x: Array, weight: Array, bias: Array, **settings: int) -> Array:
    return np.maximum(_conv(x, weight, bias, **settings), 0)


def _spread(gradient: Array, weight: Array, shape: tuple[int, ...], stride: int) -> Array:
    """What each output (N, O, h, w) adds to the (padded) inputs of its window, for one group."""
    total = np.zeros(shape, gradient.dtype)  # (N, I, H, W)
    shares = np.einsum("noxy,oiab->niabxy", gradient, weight, optimize=True)
    h, w = gradient.shape[2:]
    for a, b in np.ndindex(*weight.shape[2:]):
        rows, columns = slice(a, a + stride * h, stride), slice(b, b + stride * w, stride)
        total[:, :, rows, columns] += shares[:, :, a, b]
    return total


def _inner(x: Array, padding: int) -> Array:
    return x[:, :, padding : x.shape[2] - padding, padding : x.shape[3] - padding]


def conv_gradient(
    x: Array, weight: Array, bias: Array, upstream: Array, stride: int = 1, padding: int = 0
) -> tuple[Array, ...]:
    """Of conv, with respect to x, weight and bias; for one group."""
    slopes = upstream * (_conv(x, weight, bias, stride, padding) > 0)
    windows = _windows(x, weight.shape[2:], stride, padding)
    of_weight = np.einsum("noxy,nixyab->oiab", slopes, windows, optimize=True)
    padded = (*x.shape[:2], x.shape[2] + 2 * padding, x.shape[3] + 2 * padding)
    of_x = _inner(_spread(slopes, weight, padded, stride), padding)
    return of_x, of_weight, slopes.sum((0, 2, 3))


def conv_transpose(x: Array, weight: Array, bias: Array, stride: int, padding: int) -> Array:
    """x (N, I, H, W), weight (I, O, k, k)."""
    k = weight.shape[2]
    size = [(n - 1) * stride + k for n in x.shape[2:]]
    y = _spread(x, weight, (len(x), weight.shape[1], *size), stride)
    return np.maximum(_inner(y, padding) + bias[:, None, None], 0)  # type: ignore[no-any-return]
