"""Schedules and generated code of twenty expressions, as they are: a diff shows what a change did.

`make golden` writes the files anew; the diff then belongs to the review of the change.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from smelt import Tensor, Variable
from smelt.engine.compile import source_of, transformed
from smelt.ir.printer import format_kernel
from smelt.render.compile import cpu_target
from smelt.schedule.lower import schedule

Golden = Callable[[str, str], None]


def data(*shape: int, dtype: str = "float32") -> Tensor:
    """A tensor in memory; only its shape matters."""
    return Tensor(np.zeros(shape, dtype))


def conv_batchnorm_relu() -> list[Tensor]:
    y = data(2, 3, 8, 8).conv2d(data(4, 3, 3, 3), data(4), padding=1)
    y = y.batchnorm(data(4), data(4), data(4), data(4))
    return [y.relu()]


def gradients_of_conv() -> list[Tensor]:
    x, w = data(2, 3, 8, 8), data(4, 3, 3, 3)
    x.requires_grad = w.requires_grad = True
    return x.conv2d(w, padding=1).gradient(x, w, gradient=data(2, 4, 8, 8))


def nll() -> list[Tensor]:
    return [data(64, 10).log_softmax().nll_loss(data(64, dtype="int32"))]


def adam() -> list[Tensor]:
    p, g, m, v = (data(32, 48) for _ in range(4))
    m.assign(0.9 * m + 0.1 * g)
    v.assign(0.999 * v + 0.001 * g * g)
    return [p - 0.001 * m / (v.sqrt() + 1e-8), m, v]


def embedding_gradient() -> list[Tensor]:
    table = data(100, 16)
    table.requires_grad = True
    return table[data(7, dtype="int32")].gradient(table, gradient=data(7, 16))


def growing_cache() -> list[Tensor]:
    position = Variable("position", 0, 63).bind(5)
    return [data(64, 16)[: position + 1] @ data(16, 8)]


CASES: dict[str, Callable[[], list[Tensor]]] = {
    "chain": lambda: [((data(64, 32) * data(64, 32) + data(64, 32)) / data(64, 32)).relu() - 1],
    "broadcast": lambda: [data(64, 1) * data(1, 32) + data(32)],
    "moves": lambda: [(data(33, 32)[1:].permute(1, 0).flip(0).pad((1, 1)) * 2).reshape(-1)],
    "strided": lambda: [data(64, 32)[::2, ::-3] + 1],
    "sum_all": lambda: [data(100, 1000).sum()],
    "sum_rows": lambda: [(data(64, 100) * data(64, 100)).sum(1)],
    "sum_columns": lambda: [data(64, 100).sum(0)],
    "mean_and_variance": lambda: list(data(64, 100).var_mean(1)),
    "softmax": lambda: [data(64, 100).softmax()],
    "layernorm": lambda: [data(64, 96).layernorm()],
    "nll": nll,
    "matmul": lambda: [(data(64, 48) @ data(48, 40) + data(40)).relu()],
    "linear_float16": lambda: [data(64, 48, dtype="float16") @ data(40, 48, dtype="float16").T],
    "conv_batchnorm_relu": conv_batchnorm_relu,
    "conv_gradients": gradients_of_conv,
    "max_pool": lambda: [data(2, 4, 8, 8).max_pool2d(2)],
    "gather": lambda: [data(100, 16)[data(7, dtype="int32")]],
    "embedding_gradient": embedding_gradient,
    "adam": adam,
    "growing_cache": growing_cache,
}


def test_there_are_twenty() -> None:
    assert len(CASES) == 20


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str, golden: Golden) -> None:
    target = cpu_target("sapphirerapids")
    plans, codes = [], []
    for scheduled in schedule([t.node for t in CASES[name]()]).kernels:
        changed, transforms = transformed(scheduled.kernel, target)
        listed = "; ".join(map(str, transforms)) or "as it is"
        plans.append(f"{format_kernel(scheduled.kernel)}\n  {listed}\n{format_kernel(changed)}\n")
        codes.append(source_of(scheduled.kernel, target).text)
    golden(f"{name}.schedule.txt", "\n".join(plans))
    golden(f"{name}.ll", "\n".join(codes))
