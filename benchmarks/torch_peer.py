"""PyTorch as its users write the operations: eager, and through torch.compile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ml_dtypes
import numpy as np
import torch
from torch.nn import functional as F

from smelt.cli.bench.operations import transposed
from smelt.cli.bench.peers import Array, Call, Peer
from smelt.cli.bench.rows import Row
from smelt.util import flags
from smelt.util.errors import MissingDependencyError

Tensor = torch.Tensor


def _matmul(a: Tensor, b: Tensor, transpose: str) -> Tensor:
    left, right = transposed(a, b, transpose)
    return left @ right  # type: ignore[no-any-return]


def _matmul_int(a: Tensor, b: Tensor) -> Tensor:
    """torch multiplies int8 by int8: a is a - 128, and 128 times each column's sum of b."""
    product = torch._int_mm((a ^ 128).view(torch.int8), b)
    return product + 128 * b.sum(0, dtype=torch.int32)


def _layernorm_gelu(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return F.gelu(F.layer_norm(x, x.shape[-1:], weight, bias))


def _sum(x: Tensor, axis: int | None) -> Tensor:
    return x.sum() if axis is None else x.sum(axis)


def _attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


def _conv(x: Tensor, weight: Tensor, bias: Tensor, **settings: int) -> Tensor:
    return F.relu(F.conv2d(x, weight, bias, **settings))


def _conv_transpose(x: Tensor, weight: Tensor, bias: Tensor, **settings: int) -> Tensor:
    return F.relu(F.conv_transpose2d(x, weight, bias, **settings))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "matmul": _matmul,
    "matmul-int": _matmul_int,
    "chain": lambda x, y: (torch.relu(x * y + x) - y) * 0.5 + 1,
    "sum": _sum,
    "softmax": lambda x: F.softmax(x, -1),
    "layernorm-gelu": _layernorm_gelu,
    "cumsum": torch.cumsum,
    "sort": lambda x: torch.sort(x, stable=True),
    "topk": torch.topk,
    "embedding": F.embedding,
    "attention": _attention,
    "conv": _conv,
    "conv-transpose": _conv_transpose,
}

# the function, which inputs have gradients; what goes back into it comes last
GRADIENTS: dict[str, tuple[Callable[..., Any], slice]] = {
    "embedding-gradient": (F.embedding, slice(1, 2)),
    "attention-gradient": (_attention, slice(0, 3)),
    "conv-gradient": (_conv, slice(0, 3)),
}
RENAMED = {("cumsum", "axis"): "dim"}


class Torch(Peer):
    """Eager."""

    name = "torch"

    def __init__(self) -> None:
        torch.set_num_threads(flags.usable_cores())

    def version(self) -> str:
        return torch.__version__

    def compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """What is called instead of `function`."""
        return function

    def prepare(self, row: Row, arrays: Sequence[Array]) -> Call:
        inputs = [_tensor(array) for array in arrays]
        name = row.operation.name
        settings = {RENAMED.get((name, k), k): v for k, v in row.settings.items()}
        if name in GRADIENTS:
            function, which = GRADIENTS[name]
            return self._gradient(function, inputs, which, settings)
        function = self.compiled(lambda *tensors: FUNCTIONS[name](*tensors, **settings))

        def call() -> Any:
            with torch.no_grad():
                return function(*inputs)

        return call

    def _gradient(
        self, function: Callable[..., Any], inputs: list[Tensor], which: slice, settings: Any
    ) -> Call:
        *inputs, upstream = inputs
        leaves = [x.requires_grad_() for x in inputs[which]]
        forward = self.compiled(lambda *tensors: function(*tensors, **settings))
        return lambda: torch.autograd.grad(forward(*inputs), leaves, upstream)

    def to_numpy(self, result: Any) -> Array:
        result = result.detach()
        if result.dtype is torch.bfloat16:
            return result.view(torch.int16).numpy().view(ml_dtypes.bfloat16)  # type: ignore[no-any-return]
        return result.numpy()  # type: ignore[no-any-return]


class Compile(Torch):
    """torch.compile, with its defaults."""

    name = "compile"

    def __init__(self) -> None:
        super().__init__()
        from torch._inductor import config, cpp_builder
        from torch._inductor.exc import InvalidCxxCompiler

        config.compile_threads = 1  # no pool of processes beside who is measured
        try:
            cpp_builder.get_cpp_compiler()
        except InvalidCxxCompiler:
            raise MissingDependencyError(
                "torch.compile", "no C++ compiler", "one", "install g++"
            ) from None

    def compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return torch.compile(function, dynamic=False)  # type: ignore[no-any-return]

    def prepare(self, row: Row, arrays: Sequence[Array]) -> Call:
        torch._dynamo.reset()  # what was compiled for earlier rows
        return super().prepare(row, arrays)


def _tensor(array: Array) -> Tensor:
    if array.dtype == ml_dtypes.bfloat16:
        return torch.from_numpy(array.view(np.int16)).clone().view(torch.bfloat16)
    return torch.from_numpy(array).clone()
