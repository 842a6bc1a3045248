"""Code for AArch64's NEON, run under qemu-user and compared with the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest

from smelt import Tensor
from smelt.engine.compile import transformed
from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from smelt.render.analysis import kernel_variables, memory_size
from smelt.render.compile import assembly, compile_source, cpu_target, host_target
from smelt.render.llvm import render
from smelt.schedule.lower import schedule
from smelt.util import flags
from smelt.util.errors import FlagError
from tests.render.aarch64 import QEMU, Job, run
from tests.render.llvm_cases import CASES, elementwise, matmul
from tests.render.native import expected, undefined_symbols

Array = np.ndarray[Any, Any]
TARGET = cpu_target("armv8-a")
# Sums are of multiples of 1/4, and exact; functions such as EXP2 are not.
TOLERANCE = {"float16": 2e-3, "bfloat16": 2e-2, "float32": 4e-6, "float64": 1e-14}
needs_qemu = pytest.mark.skipif(
    QEMU is None, reason="qemu-aarch64 is missing: apt-get install qemu-user-static"
)


def data(*shape: int, dtype: str = "float32") -> Tensor:
    """A tensor in memory; only its shape matters."""
    return Tensor.zeros(*shape, dtype=dtype).contiguous().realize()


def of(dtype: str) -> Callable[[], Tensor]:
    return lambda: data(37, dtype=dtype) * data(37, dtype=dtype) + data(37, dtype=dtype)


def product(m: int, k: int, n: int, stored: str = "nn", dtype: str = "float32") -> Tensor:
    a = data(m, k, dtype=dtype) if stored[0] == "n" else data(k, m, dtype=dtype).T
    b = data(k, n, dtype=dtype) if stored[1] == "n" else data(n, k, dtype=dtype).T
    return a @ b


# Each may be several kernels.
GRAPHS: Mapping[str, Callable[[], Tensor]] = {
    **{f"arithmetic of {d}": of(d) for d in (
        "float32", "float64", "float16", "bfloat16", "int8", "uint8", "int16", "int32", "int64",
    )},
    "logic": lambda: (data(37, dtype="bool") & ~data(37, dtype="bool")) | data(37, dtype="bool"),
    "comparison": lambda: (data(37) < data(37)).where(data(37), data(37) * 2),
    "division": lambda: data(37) / data(37),
    "division of int32": lambda: data(37, dtype="int32") // data(37, dtype="int32"),
    "remainder of int64": lambda: data(37, dtype="int64") % data(37, dtype="int64"),
    "shift": lambda: data(37, dtype="int32") << data(37, dtype="int32"),
    "exp": lambda: data(37).exp(),
    "log": lambda: data(37).log(),
    "sin": lambda: data(37).sin(),
    "tanh": lambda: data(37).tanh(),
    "erf of float16": lambda: data(37, dtype="float16").erf(),
    "gelu of bfloat16": lambda: data(37, dtype="bfloat16").gelu(),
    "square root": lambda: data(37).sqrt(),
    "narrowing": lambda: data(5, 19).cast("int8"),
    "saturation": lambda: (data(37) * 1e30).cast("int32"),
    "float to float16": lambda: data(37).cast("float16"),
    "float64 to bfloat16": lambda: data(37, dtype="float64").cast("bfloat16"),
    "float8": lambda: data(37).cast("float8_e4m3").cast("float32"),
    "sum of rows": lambda: data(5, 67).sum(1),
    "sum of columns": lambda: data(67, 5).sum(0),
    "sum of int16": lambda: data(7, 33, dtype="int16").sum(1),
    "maximum": lambda: data(5, 67).max(1),
    "argmax": lambda: data(5, 67).argmax(1),
    "softmax": lambda: data(3, 41).softmax(),
    "layer norm": lambda: data(3, 41).layernorm(),
    **{f"matmul {s}": partial(product, 13, 67, 29, s) for s in ("nn", "nt", "tn", "tt")},
    "matmul in blocks": lambda: product(40, 1100, 70, "tn"),
    "matmul of float16": lambda: product(9, 35, 17, dtype="float16"),
    "matmul of bfloat16": lambda: product(9, 35, 17, dtype="bfloat16"),
    "matmul of int8": lambda: data(9, 35, dtype="int8").matmul(
        data(35, 17, dtype="int8"), dtype="int32"
    ),
    "convolution": lambda: data(1, 3, 9, 9).conv2d(data(5, 3, 3, 3), padding=1).relu(),
    "depthwise convolution": lambda: data(1, 4, 9, 9).conv2d(data(4, 1, 3, 3), groups=4, stride=2),
    "maximum of windows": lambda: data(2, 3, 13, 11).max_pool2d(3, 2),
    "gather": lambda: data(7, 5)[data(9, dtype="int64")],
    "scatter": lambda: data(7).scatter_add(0, data(19, dtype="int64"), data(19)),
    "cumulative sum": lambda: data(3, 50).cumsum(1),
    "sort": lambda: data(40).sort()[0],
    "pad": lambda: data(6, 7).pad(((1, 2), (0, 3))) + 1,
    "transposition": lambda: data(13, 21).T.contiguous(),
    "reversal": lambda: data(13, 21).flip(0, 1)[::2] + 1,
}  # fmt: skip


def arguments(kernel: Node) -> list[Array]:
    """Multiples of 1/4 and small integers; of what is used as an index none is outside."""
    order, rng = toposort([kernel]), np.random.default_rng(0)
    addresses = toposort(n.src[1] for n in order if n.op in (Op.LOAD, Op.STORE))
    indices = {n for n in addresses if n.op is Op.PARAM}
    params = {n.arg: n for n in order if n.op is Op.PARAM}
    return [_contents(params[i], params[i] in indices, rng) for i in range(len(params))]


def _contents(param: Node, is_index: bool, rng: np.random.Generator) -> Array:
    size, dtype = memory_size(param), param.dtype
    if dtype.is_float:
        return (rng.integers(-12, 13, size) / 4).astype(dtype.np)
    least = -5 if dtype.is_signed and not is_index else 0
    return rng.integers(least, 2 if dtype.is_bool else 5, size).astype(dtype.np)


def kernels(names: Iterable[str]) -> Iterator[tuple[str, Node, Node, Sequence[Array]]]:
    """The kernels of these graphs, each as scheduled, as transformed, and with arguments."""
    for name in names:
        for step in schedule([GRAPHS[name]().node]).kernels:
            built = transformed(step.kernel, TARGET)[0]
            yield name, step.kernel, built, arguments(step.kernel)


def job(built: Node, args: Sequence[Array]) -> Job:
    assert not kernel_variables(built)
    return Job(render(built, TARGET), args, threads=2)


def differences(name: str, got: Sequence[Array], want: Sequence[Array]) -> list[str]:
    """What is wrong with the arguments of a kernel after it ran."""
    *args, status = got
    found = [f"{name}: status {status}"] if status.any() else []
    for number, (mine, right) in enumerate(zip(args, want, strict=True)):
        tolerance = TOLERANCE.get(str(right.dtype), 0.0)
        wide = np.float64 if tolerance else right.dtype
        a, b = mine.astype(wide), right.astype(wide)
        if not np.allclose(a, b, tolerance, tolerance, equal_nan=bool(tolerance)):
            found.append(f"{name}: argument {number} is {mine}, expected {right}")
    return found


@needs_qemu
def test_kernels_of_graphs() -> None:
    rows = list(kernels(GRAPHS))
    results = run([job(built, args) for _, _, built, args in rows], TARGET)
    wrong = []
    for (name, plain, _, args), got in zip(rows, results, strict=True):
        wrong += differences(name, got, expected(plain, args))
    assert not wrong, "\n".join(wrong)


@needs_qemu
def test_kernels_written_by_hand() -> None:
    rows = {name: make() for name, make in CASES.items()}
    for _, args in rows.values():
        for a in args:
            if a.dtype.kind not in "biu":
                a[:] = (np.round(a.astype(np.float64) * 4) / 4).astype(a.dtype)
    results = run([job(built, args) for built, args in rows.values()], TARGET)
    wrong = []
    for (name, (built, args)), got in zip(rows.items(), results, strict=True):
        wrong += differences(name, got, expected(built, args))
    assert not wrong, "\n".join(wrong)


@needs_qemu
def test_an_index_outside_is_found() -> None:
    ((_, _, built, args),) = kernels(["gather"])
    wild = [np.full_like(a, 7) if a.dtype == np.int64 else a for a in args]
    (got,) = run([job(built, wild)], TARGET)
    assert got[-1].tolist() == [1, 7, 7]


@pytest.mark.parametrize("built", [elementwise(64, 4)[0], matmul(4, 8, 9, (4, 1, 4))[0]])
def test_vectors_of_neon_and_nothing_from_a_library(built: Node) -> None:
    source = render(built, TARGET)
    assert ".4s, v" in assembly(source, TARGET)
    assert undefined_symbols(compile_source(source, TARGET)) == []


@pytest.mark.skipif(host_target().arch == "aarch64", reason="this machine can run it")
def test_a_machine_of_another_kind_says_so() -> None:
    with flags.Context(SMELT_CPU="neoverse-n1"), pytest.raises(FlagError, match=r"lacks.*neon"):
        host_target()
