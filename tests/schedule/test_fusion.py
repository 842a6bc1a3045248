"""What is promised about fusion: how many kernels an expression is, and the bytes that it moves.

Each row runs as it is and within a captured step, whose replay has to do the same work.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import smelt
from smelt import Tensor

Shape = tuple[int, ...]
Build = Callable[..., Any]  # of tensors: a result, or a list of them


@dataclass(frozen=True)
class Row:
    """An expression, its arguments' shapes, and what it may cost."""

    name: str
    build: Build
    shapes: tuple[Shape, ...]
    kernels: int = 1
    reads: int | None = None  # elements; None: those of all arguments, each once
    dtype: str = "float32"


def six(a: Tensor, b: Tensor, c: Tensor, d: Tensor) -> Tensor:
    return (((a + b) * c - d).relu() * 0.5).exp2()


def tensors(row: Row) -> list[Tensor]:
    rng = np.random.default_rng(len(row.name))
    arrays = [rng.uniform(0.5, 1.5, s).astype(np.float32) for s in row.shapes]
    return [Tensor(a).cast(row.dtype).realize() for a in arrays]


def results(row: Row, arguments: list[Tensor]) -> list[Tensor]:
    built = row.build(*arguments)
    return list(built) if isinstance(built, list | tuple) else [built]


def check(row: Row, stats: smelt.Stats, made: list[Tensor]) -> None:
    size = made[0].dtype.itemsize
    written = sum(math.prod(t.shape) * t.dtype.itemsize for t in made)
    reads = sum(map(math.prod, row.shapes)) if row.reads is None else row.reads
    assert stats.kernels == row.kernels, stats.names
    if row.kernels == 1:
        assert (stats.bytes_read, stats.bytes_written) == (reads * size, written), stats.names


# ---- rows ---------------------------------------------------------------------------------------

SHAPES: tuple[Shape, ...] = ((), (1,), (7,), (3, 5), (1, 1, 1), (128, 65), (33, 17, 5), (2, 4099))
MATRICES = ((1, 1, 1), (1, 7, 3), (4, 5, 6), (5, 1, 5), (1, 300, 1), (33, 17, 65), (64, 64, 64),
            (128, 784, 10), (3, 1000, 129))  # fmt: skip
REDUCED: tuple[tuple[Shape, Any], ...] = (
    ((5, 7), 1), ((5, 7), 0), ((64, 100), 1), ((64, 100), 0), ((3, 4, 5), (0, 2)), ((3, 4, 5), 1),
    ((1000,), 0), ((3, 4, 5), None), ((100_003,), None), ((2, 100_000), 1), ((1, 1), 0),
    ((17, 1, 3), 1),
)  # fmt: skip
HALVES = ("float16", "bfloat16")


def chains() -> list[Row]:
    rows = [Row(f"six {s}", six, (s,) * 4) for s in SHAPES]
    rows += [Row(f"six {d}", six, ((33, 17),) * 4, dtype=d) for d in (*HALVES, "float64")]
    broadcast = ((5, 7), (7,), (5, 1), ())
    return [*rows, Row("six broadcast", six, broadcast), Row("six same", six, ((4, 4),) * 4)]


def contractions() -> list[Row]:
    def linear(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return (x @ w + b).relu()

    def batched(x: Tensor, w: Tensor) -> Tensor:
        return (x @ w).tanh()

    rows = [Row(f"linear {m, k, n}", linear, ((m, k), (k, n), (n,))) for m, k, n in MATRICES]
    rows += [Row(f"linear {d}", linear, ((9, 17), (17, 5), (5,)), dtype=d) for d in HALVES]
    rows += [
        Row("linear of transposed", lambda x, w, b: linear(x.T, w.T, b), ((17, 9), (5, 17), (5,)))
    ]
    rows += [Row(f"batched {b}", batched, ((*b, 9, 17), (17, 5))) for b in ((3,), (2, 3))]
    return rows


CONVOLUTIONS = (  # batch, channels, size, outputs, kernel, stride, padding, groups, dilation
    (2, 3, 8, 4, 3, 1, 1, 1, 1),
    (1, 4, 9, 6, 3, 2, 0, 2, 1),
    (2, 4, 7, 4, 1, 1, 0, 1, 1),
    (1, 8, 11, 8, 5, 3, 2, 8, 1),
    (1, 2, 12, 4, 3, 1, 2, 1, 2),
    (3, 1, 5, 1, 5, 1, 0, 1, 1),
    (1, 6, 13, 4, 2, 1, 1, 2, 3),
)


def touched(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """How many elements of an axis the windows of a convolution touch."""
    outputs = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    taps = {o * stride + k * dilation - padding for o in range(outputs) for k in range(kernel)}
    return len([t for t in taps if 0 <= t < size])


def convolutions() -> list[Row]:
    rows = []
    for batch, channels, size, outputs, kernel, stride, padding, groups, dilation in CONVOLUTIONS:
        steps = {"stride": stride, "padding": padding, "groups": groups, "dilation": dilation}

        def convolution(
            x: Tensor, w: Tensor, b: Tensor, scale: Tensor, shift: Tensor, mean: Tensor,
            var: Tensor, steps: dict[str, int] = steps,
        ) -> Tensor:  # fmt: skip
            y = x.conv2d(w, b, **steps)
            return y.batchnorm(scale, shift, mean, (var + 1e-5).rsqrt()).relu()

        x = (batch, channels, size, size)
        w = (outputs, channels // groups, kernel, kernel)
        axis = touched(size, kernel, stride, padding, dilation)
        rest = math.prod(w) + 5 * outputs
        reads = batch * channels * axis**2 + rest
        rows.append(Row(f"conv {steps} {x}", convolution, (x, w, *((outputs,),) * 5), reads=reads))
    return rows


def reductions() -> list[Row]:
    rows = []
    for shape, axis in REDUCED:
        both = (shape, shape)
        rows += [
            Row(f"dot {shape} {axis}", lambda x, y, a=axis: (x * y).sum(a), both),
            Row(f"mean {shape} {axis}", lambda x, a=axis: x.mean(a), (shape,)),
            Row(f"var {shape} {axis}", lambda x, a=axis: x.var(a, correction=0), (shape,)),
            Row(f"var_mean {shape} {axis}", lambda x, a=axis: x.var_mean(a), (shape,)),
            Row(f"std {shape} {axis}", lambda x, a=axis: x.std(a, True, 0), (shape,)),
        ]
    for dtype in HALVES:
        rows.append(Row(f"dot {dtype}", lambda x, y: (x * y).sum(1), ((9, 17),) * 2, dtype=dtype))
        rows.append(Row(f"var {dtype}", lambda x: x.var(1), ((9, 17),), dtype=dtype))
    rows.append(Row("dot of broadcast", lambda x, y: (x * y).sum(0), ((9, 17), (17,))))
    rows.append(Row("sum of a product and after", lambda x: (x.sum(1) * 2).relu(), ((9, 17),)))
    return rows


ROWS = [*chains(), *contractions(), *convolutions(), *reductions()]


@pytest.mark.parametrize("row", ROWS, ids=[r.name for r in ROWS])
def test_cost(row: Row) -> None:
    arguments = tensors(row)
    made = results(row, arguments)
    with smelt.stats() as stats:
        made[0].realize(*made[1:])
    check(row, stats, made)


@pytest.mark.parametrize("row", ROWS[::5], ids=[r.name for r in ROWS[::5]])
def test_cost_of_a_captured_step(row: Row) -> None:
    arguments = tensors(row)
    step = smelt.jit(lambda *a: results(row, list(a)))
    for _ in range(3):
        with smelt.stats() as stats:
            made = step(*arguments)
            made[0].realize(*made[1:])
    check(row, stats, made)


# ---- rows that may take two kernels -------------------------------------------------------------

NORMALISED = [
    (name, function, shape)
    for name, function in {
        "softmax": lambda x: x.softmax(-1),
        "softmax along 0": lambda x: x.softmax(0),
        "log_softmax": lambda x: x.log_softmax(-1),
        "layernorm": lambda x: x.layernorm(-1),
        "rms_norm": lambda x: x.rms_norm(-1),
        "softmax of halves": lambda x: x.cast("float16").softmax(-1),
        "softmax and after": lambda x: x.softmax(-1) * 2 + 1,
        "softmax of computed": lambda x: (x * x + 1).relu().softmax(-1),
    }.items()
    for shape in ((5, 7), (1, 1), (128, 65), (3, 4, 5), (1, 1000), (2, 100_000), (1000, 3))
]


@pytest.mark.parametrize(
    ("name", "function", "shape"), NORMALISED, ids=[f"{n} {s}" for n, _, s in NORMALISED]
)
def test_normalisations(name: str, function: Build, shape: Shape) -> None:
    x = Tensor(np.random.default_rng(0).normal(size=shape).astype(np.float32)).realize()
    y = function(x)
    with smelt.stats() as stats:
        y.realize()
    size = math.prod(shape) * 4
    assert stats.kernels <= 2, stats.names
    assert stats.bytes_read <= stats.kernels * (size + math.prod(shape) // shape[-1] * 8)
    if shape[0] >= 16 and name != "softmax along 0":  # rows enough for all threads
        assert stats.kernels == 1 and stats.bytes_read == size


@pytest.mark.parametrize("shape", [(1, 5), (7, 3), (32, 10), (128, 1000), (33, 17)])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_loss_of_rows(shape: Shape, reduction: str) -> None:
    rng = np.random.default_rng(0)
    x = Tensor(rng.normal(size=shape).astype(np.float32)).realize()
    label = Tensor(rng.integers(0, shape[1], shape[0])).realize()
    for loss in (
        x.log_softmax(-1).nll_loss(label, reduction=reduction),
        (x * 1).cross_entropy(label, reduction=reduction),
    ):
        with smelt.stats() as stats:
            loss.realize()
        assert stats.kernels <= (1 if reduction == "none" else 2), stats.names
        gathered = shape[0] * (4 + 8)
        assert stats.bytes_read <= math.prod(shape) * 4 + 2 * gathered


# ---- what costs its output ----------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "width", "count"), [(1000, 64, 5), (50_000, 16, 32), (7, 3, 11)])
def test_embedding_costs_its_output(rows: int, width: int, count: int) -> None:
    rng = np.random.default_rng(0)
    table = Tensor(rng.normal(size=(rows, width)).astype(np.float32), requires_grad=True).realize()
    ids = Tensor(rng.integers(0, rows, count)).realize()
    out = table[ids]
    with smelt.stats() as stats:
        out.realize()
    assert stats.kernels == 1
    assert stats.bytes_read <= count * width * 4 + count * 8
    assert stats.bytes_written == count * width * 4
    (grad,) = (out * out).sum().gradient(table)
    with smelt.stats() as stats:
        grad.realize()
    assert stats.kernels <= 2, stats.names
    assert stats.flops <= 4 * count * width
    assert stats.bytes_read <= 2 * count * width * 4 + 2 * count * 8
    assert stats.bytes_written <= (rows + count) * width * 4
    expected = np.zeros((rows, width), np.float32)
    np.add.at(expected, ids.numpy(), 2 * table.numpy()[ids.numpy()])
    np.testing.assert_allclose(grad.numpy(), expected, rtol=1e-5)


def test_a_dear_value_with_several_consumers_is_computed_once() -> None:
    x = Tensor(np.random.default_rng(0).normal(size=(64, 96)).astype(np.float32)).realize()
    w = Tensor(np.random.default_rng(1).normal(size=(96, 80)).astype(np.float32)).realize()
    product = x @ w
    consumers = [product.relu().sum(0), product.exp().sum(1), (product.T @ product).sum()]
    with smelt.stats() as stats:
        consumers[0].realize(*consumers[1:])
    once = 2 * 64 * 96 * 80
    assert stats.flops <= once + 2 * 80 * 64 * 80 + 40 * 64 * 80 + 80 * 80


def test_a_dear_function_is_not_evaluated_again_by_a_contraction() -> None:
    x = Tensor(np.random.default_rng(0).normal(size=(64, 64)).astype(np.float32)).realize()
    w = Tensor(np.random.default_rng(1).normal(size=(64, 512)).astype(np.float32)).realize()
    with smelt.stats() as stats:
        (x.sin().exp().tanh() @ w).realize()
    assert stats.flops <= 2 * 64 * 64 * 512 + 100 * 64 * 64


# ---- optimizers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Adam", "AdamW"])
def test_one_kernel_a_parameter(kind: str) -> None:
    from smelt import nn

    shapes = [(3 + i, 2 + i % 5) for i in range(49)] + [(130, 257)]
    rng = np.random.default_rng(0)

    def numbers(shape: Shape) -> Tensor:
        return Tensor(rng.normal(size=shape).astype(np.float32)).realize()

    params = [numbers(s) for s in shapes]
    optimizer = getattr(nn.optim, kind)(params, lr=1e-3)
    for _ in range(3):
        for p in params:
            p.grad = numbers(p.shape)
        with smelt.stats() as stats:
            optimizer.step()
    nbytes = 4 * sum(map(math.prod, shapes))
    assert stats.kernels == 50, stats.names  # the step count is stored by one of them
    scalars = 50 * 32
    assert 4 * nbytes <= stats.bytes_read <= 4 * nbytes + scalars  # p, g, m, v
    assert 3 * nbytes <= stats.bytes_written <= 3 * nbytes + scalars  # p, m, v


# ---- memory -------------------------------------------------------------------------------------


def test_memory_of_a_training_step_is_reused() -> None:
    from smelt import nn

    rng = np.random.default_rng(0)
    convolutions = [nn.Conv2d(1, 16, 3, padding=1), nn.Conv2d(16, 32, 3, padding=1)]
    norms, last = [nn.BatchNorm(16), nn.BatchNorm(32)], nn.Linear(32 * 4 * 4, 10)
    params = nn.state.get_parameters([convolutions, norms, last])
    optimizer = nn.optim.AdamW(params, lr=1e-3)

    @smelt.jit
    def step(x: Tensor, y: Tensor) -> Tensor:
        with Tensor.train():
            optimizer.zero_grad()
            for convolution, norm in zip(convolutions, norms, strict=True):
                x = norm(convolution(x)).relu()
            loss = last(x.max_pool2d(2).flatten(1)).cross_entropy(y)
            loss.backward()
            optimizer.step()
            return loss.realize()

    for _ in range(3):
        x = Tensor(rng.normal(size=(64, 1, 8, 8)).astype(np.float32)).realize()
        y = Tensor(rng.integers(0, 10, 64)).realize()
        with smelt.stats() as stats:
            step(x, y).realize()
    assert 0 < stats.live_bytes <= stats.peak_bytes <= 1.3 * stats.live_bytes


# ---- graphs of any length -----------------------------------------------------------------------


def test_long_chains_build_differentiate_and_run() -> None:
    x = Tensor(np.ones(16, np.float32), requires_grad=True).realize()
    y = x
    for _ in range(20_000):
        y = y + x
    (gradient,) = y.sum().gradient(x)
    np.testing.assert_array_equal(y.numpy(), np.full(16, 20_001, np.float32))
    np.testing.assert_array_equal(gradient.numpy(), np.full(16, 20_001, np.float32))


def test_doubling_a_thousand_times_is_linear() -> None:
    x = Tensor(np.full(8, 2.0**-900), dtype="float64", requires_grad=True).realize()
    y = x
    for _ in range(1000):
        y = y + y
    with smelt.stats() as stats:
        y.realize()
    assert stats.kernels <= 4 and stats.flops <= 8 * 1000
    np.testing.assert_array_equal(y.numpy(), np.full(8, 2.0**100))
    (gradient,) = y.sum().gradient(x)
    np.testing.assert_array_equal(gradient.numpy(), np.full(8, 2.0**1000))


# ---- Variables ----------------------------------------------------------------------------------


def test_one_program_serves_all_values_of_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    from smelt.engine import executable

    built = []
    original = executable.build

    def counted(*arguments: Any) -> Any:
        built.append(arguments)
        return original(*arguments)

    monkeypatch.setattr(executable, "build", counted)
    rng = np.random.default_rng(0)
    keys = rng.normal(size=(24, 8)).astype(np.float32)
    query = Tensor(rng.normal(size=(1, 8)).astype(np.float32)).realize()
    cache = Tensor.zeros(24, 8).contiguous().realize()
    names = []
    for n in range(24):
        pos = smelt.Variable("pos", 0, 23).bind(n)
        cache[pos : pos + 1] = Tensor(keys[n : n + 1]).realize()
        seen = cache[: pos + 1]
        with smelt.stats() as stats:
            out = ((query @ seen.T).softmax(-1) @ seen).numpy()
        names.append(tuple(stats.names))
        if n == 0:
            built.clear()
        scores = query.numpy().astype(np.float64) @ keys[: n + 1].T
        weights = np.exp(scores - scores.max())
        np.testing.assert_allclose(out, weights / weights.sum() @ keys[: n + 1], rtol=1e-4)
    assert not built and len(set(names)) == 1
