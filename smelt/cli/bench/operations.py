"""What is measured: each operation as a user of smelt and of numpy writes it, and what it costs.

The numpy function, given float64 inputs, is also the reference that every result is checked with.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from smelt.cli.bench import reference
from smelt.dtype import dtypes
from smelt.tensor import Tensor

Array = np.ndarray[Any, np.dtype[Any]]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Operation:
    """One computation. Both functions take a row's inputs and, as keywords, its settings."""

    name: str  # under which the tables of the peers have it
    smelt: Callable[..., Any]
    numpy: Callable[..., Any]
    flops: Callable[..., int] = lambda *_shapes, **_settings: 0  # those of products alone
    numpy_competes: bool = True  # False where numpy is only the reference
    nbytes_read: Callable[..., int] = lambda *inputs: sum(x.nbytes for x in inputs)


# ---- products -----------------------------------------------------------------------------------


def transposed(a: Any, b: Any, transpose: str) -> tuple[Any, Any]:
    """Operands as stored ("t": with its last two axes exchanged) as those of a product."""
    return a.mT if transpose[0] == "t" else a, b.mT if transpose[1] == "t" else b


def _matmul(a: Tensor, b: Tensor, transpose: str = "nn") -> Tensor:
    left, right = transposed(a, b, transpose)
    return left @ right  # type: ignore[no-any-return]


def _matmul_flops(a: Shape, b: Shape, transpose: str = "nn") -> int:
    n = b[-1] if transpose[1] == "n" else b[-2]
    return 2 * math.prod(a) * n


def _matmul_int(a: Tensor, b: Tensor) -> Tensor:
    return a.matmul(b, dtype=dtypes.int32)


# ---- passes over memory -------------------------------------------------------------------------


def _chain(x: Tensor, y: Tensor) -> Tensor:
    return ((x * y + x).relu() - y) * 0.5 + 1


def _sum(x: Tensor, axis: int | None) -> Tensor:
    return x.sum(axis)


def _softmax(x: Tensor) -> Tensor:
    return x.softmax(-1)


def _layernorm_gelu(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return (x.layernorm() * weight + bias).gelu()


def _cumsum(x: Tensor, axis: int) -> Tensor:
    return x.cumsum(axis)


def _sort(x: Tensor) -> tuple[Tensor, Tensor]:
    return x.sort(stable=True)


def _topk(x: Tensor, k: int) -> tuple[Tensor, Tensor]:
    return x.topk(k)


def _embedding(indices: Tensor, table: Tensor) -> Tensor:
    return indices.embedding(table)


def _selected(indices: Array, table: Array, *_upstream: Array) -> int:
    """Bytes of the rows that are looked up, or that their gradients take."""
    width_nbytes: int = table[0].nbytes
    return indices.nbytes + indices.size * width_nbytes


# ---- layers -------------------------------------------------------------------------------------


def _embedding_gradient(indices: Tensor, table: Tensor, upstream: Tensor) -> Tensor:
    return _gradients(lambda table: indices.embedding(table), upstream, table)[0]


def _gradients(function: Callable[..., Tensor], upstream: Tensor, *inputs: Tensor) -> list[Tensor]:
    """The gradients of `function` with respect to all of its inputs."""
    leaves = [x.detach().requires_grad_() for x in inputs]
    return function(*leaves).gradient(*leaves, gradient=upstream)


def _attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return q.scaled_dot_product_attention(k, v, is_causal=True)


def _attention_gradient(q: Tensor, k: Tensor, v: Tensor, upstream: Tensor) -> list[Tensor]:
    return _gradients(_attention, upstream, q, k, v)


def _attention_flops(q: Shape, *_others: Shape) -> int:
    """Two products, of whose scores a causal mask leaves half and the diagonal."""
    return 2 * math.prod(q) * (q[-2] + 1)


def _conv(x: Tensor, weight: Tensor, bias: Tensor, **settings: Any) -> Tensor:
    return x.conv2d(weight, bias, **settings).relu()


def _conv_gradient(
    x: Tensor, weight: Tensor, bias: Tensor, upstream: Tensor, **settings: Any
) -> list[Tensor]:
    return _gradients(lambda *leaves: _conv(*leaves, **settings), upstream, x, weight, bias)


def _conv_transpose(x: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int) -> Tensor:
    return x.conv_transpose2d(weight, bias, stride=stride, padding=padding).relu()


def _conv_flops(
    x: Shape, weight: Shape, *_others: Shape,
    stride: int = 1, padding: int = 0, groups: int = 1,
) -> int:  # fmt: skip
    del groups  # the weight's second axis is what remains of the channels
    places = [(x[i] + 2 * padding - weight[i]) // stride + 1 for i in (2, 3)]
    return 2 * x[0] * math.prod(places) * math.prod(weight)


def _conv_transpose_flops(x: Shape, weight: Shape, _bias: Shape, **_settings: int) -> int:
    return 2 * x[0] * x[2] * x[3] * math.prod(weight)


OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation("matmul", _matmul, reference.matmul, _matmul_flops),
        Operation("matmul-int", _matmul_int, np.matmul, _matmul_flops, numpy_competes=False),
        Operation("chain", _chain, reference.chain),
        Operation("sum", _sum, np.sum),
        Operation("softmax", _softmax, reference.softmax),
        # numpy has no erf
        Operation(
            "layernorm-gelu", _layernorm_gelu, reference.layernorm_gelu, numpy_competes=False
        ),
        Operation("cumsum", _cumsum, np.cumsum),
        Operation("sort", _sort, reference.sort),
        Operation("topk", _topk, reference.topk),
        Operation("embedding", _embedding, reference.embedding, nbytes_read=_selected),
        Operation(
            "embedding-gradient", _embedding_gradient, reference.embedding_gradient,
            nbytes_read=_selected,
        ),
        # of what follows numpy has no function
        Operation("attention", _attention, reference.attention, _attention_flops, False),
        # the scores once more, and two products for each of the two on the way back
        Operation(
            "attention-gradient", _attention_gradient, reference.attention_gradient,
            lambda *shapes: 5 * _attention_flops(*shapes) // 2, False,
        ),
        Operation("conv", _conv, reference.conv, _conv_flops, False),
        # the convolution, and as much for each of its two operands
        Operation(
            "conv-gradient", _conv_gradient, reference.conv_gradient,
            lambda *shapes, **settings: 3 * _conv_flops(*shapes, **settings), False,
        ),
        Operation(
            "conv-transpose", _conv_transpose, reference.conv_transpose, _conv_transpose_flops,
            False,
        ),
    )
}  # fmt: skip
