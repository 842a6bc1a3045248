"""JAX: jax.jit of jax.numpy and jax.lax."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np
from jax import lax
from jax import numpy as jnp

from smelt.cli.bench.operations import transposed
from smelt.cli.bench.peers import Array, Call, Peer
from smelt.cli.bench.rows import Row


def _matmul(a: Any, b: Any, transpose: str) -> Any:
    left, right = transposed(a, b, transpose)
    return left @ right


def _matmul_int(a: Any, b: Any) -> Any:
    return lax.dot(a, b, preferred_element_type=jnp.int32)


def _layernorm_gelu(x: Any, weight: Any, bias: Any) -> Any:
    centred = x - x.mean(-1, keepdims=True)
    scale = lax.rsqrt((centred * centred).mean(-1, keepdims=True) + 1e-5)
    return jax.nn.gelu(centred * scale * weight + bias, approximate=False)


def _sort(x: Any) -> Any:
    places = lax.iota(jnp.int32, len(x))
    return lax.sort((x, places), is_stable=True, num_keys=1)


def _attention(q: Any, k: Any, v: Any) -> Any:
    """jax.nn's has the axes (B, tokens, heads, width)."""
    q, k, v = (x.swapaxes(1, 2) for x in (q, k, v))
    return jax.nn.dot_product_attention(q, k, v, is_causal=True).swapaxes(1, 2)


def _conv(
    x: Any, weight: Any, bias: Any, stride: int = 1, padding: int = 0, groups: int = 1
) -> Any:
    around = [(padding, padding)] * 2
    y = lax.conv_general_dilated(x, weight, (stride,) * 2, around, feature_group_count=groups)
    return jax.nn.relu(y + bias[:, None, None])


def _conv_transpose(x: Any, weight: Any, bias: Any, stride: int, padding: int) -> Any:
    around = [(weight.shape[2] - 1 - padding,) * 2] * 2
    flipped = weight[:, :, ::-1, ::-1].swapaxes(0, 1)
    y = lax.conv_general_dilated(x, flipped, (1, 1), around, lhs_dilation=(stride,) * 2)
    return jax.nn.relu(y + bias[:, None, None])


def _gradients(function: Callable[..., Any]) -> Callable[..., Any]:
    """With respect to all inputs but the last, which is what goes back into the function."""

    def gradients(*inputs: Any, **settings: Any) -> Any:
        *arguments, upstream = inputs
        return jax.vjp(lambda *a: function(*a, **settings), *arguments)[1](upstream)

    return gradients


def _embedding_gradient(indices: Any, table: Any, upstream: Any) -> Any:
    return jax.vjp(lambda table: table[indices], table)[1](upstream)[0]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "matmul": _matmul,
    "matmul-int": _matmul_int,
    "chain": lambda x, y: (jax.nn.relu(x * y + x) - y) * 0.5 + 1,
    "sum": jnp.sum,
    "softmax": jax.nn.softmax,
    "layernorm-gelu": _layernorm_gelu,
    "cumsum": jnp.cumsum,
    "sort": _sort,
    "topk": lax.top_k,
    "embedding": lambda indices, table: table[indices],
    "embedding-gradient": _embedding_gradient,
    "attention": _attention,
    "attention-gradient": _gradients(_attention),
    "conv": _conv,
    "conv-gradient": _gradients(_conv),
    "conv-transpose": _conv_transpose,
}


class Jax(Peer):
    """On its CPU backend."""

    name = "jax"

    def version(self) -> str:
        return jax.__version__

    def prepare(self, row: Row, arrays: Sequence[Array]) -> Call:
        function = FUNCTIONS[row.operation.name]
        captured = jax.jit(lambda *inputs: function(*inputs, **row.settings))
        cpu = jax.devices("cpu")[0]
        inputs = [
            jax.device_put(array.astype(np.int32) if array.dtype == np.int64 else array, cpu)
            for array in arrays
        ]
        return lambda: jax.block_until_ready(captured(*inputs))

    def to_numpy(self, result: Any) -> Array:
        return np.asarray(result)
