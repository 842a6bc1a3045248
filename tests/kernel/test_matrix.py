"""Products by matrix instructions, against the interpreter: the kernel and its machine code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from smelt import Tensor, dtypes
from smelt.engine.compile import transformed
from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from smelt.ir.verify import verify_kernel
from smelt.kernel.matrix import Matrix
from smelt.kernel.transforms import Transform, apply, ranges_of
from smelt.program import Target
from smelt.render.compile import host_target
from smelt.schedule.lower import schedule
from smelt.util.errors import ArgumentError
from tests.render.native import Native, expected

Array = np.ndarray[Any, Any]
FEATURES = ("amx-bf16", "amx-int8", "avx512bf16", "avx512vnni", "avx512f")
AVX512 = Target("CPU", "x86_64", "", "", 64, 32, True, True)


def data(*shape: int, dtype: str = "bfloat16") -> Tensor:
    """Zeros: only shapes and dtypes matter."""
    return Tensor(np.zeros(shape, ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype))


def product(m: int, k: int, n: int, dtypes_: str, order: str = "nn") -> Tensor:
    """A product of two dtypes; `order` says which of the two operands is transposed in memory."""
    kinds = dtypes_.split()
    left = data(*((k, m) if order[0] == "t" else (m, k)), dtype=kinds[0])
    right = data(*((n, k) if order[1] == "t" else (k, n)), dtype=kinds[-1])
    left, right = (x.T if o == "t" else x for x, o in zip((left, right), order, strict=True))
    return left.matmul(right, dtype=dtypes.int32 if left.dtype.is_int else None)


def several(m: int, k: int, n: int, order: str) -> Tensor:
    """A sum of three products, of two rows' and two columns' elements."""
    a, b = (data(m, 1, k).float() for _ in range(2))
    c, d = (data(1, n, k).float() for _ in range(2))
    return (a * c + b * c + a * d).sum(-1) if order == "left" else (c * a + (c * b + d * b)).sum(-1)


def with_features(*features: str) -> Target:
    return replace(AVX512, dots=features)


def kernel_of(tensor: Tensor) -> Node:
    return schedule([tensor.node]).kernels[-1].kernel


def arguments(built: Node) -> list[Array]:
    rng = np.random.default_rng(0)
    params = sorted({n for n in toposort([built]) if n.op is Op.PARAM}, key=lambda p: p.arg)
    result = []
    for p in params:
        size = int(p.shape[0])  # type: ignore[arg-type]
        if p.dtype.is_float:
            result.append(rng.standard_normal(size).astype(p.dtype.np))
        else:
            ends = int(p.dtype.min), int(p.dtype.max) + 1
            result.append(rng.integers(*ends, size).astype(p.dtype.np))
    return result


def check(found: Array, wanted: Array) -> None:
    """Integers exactly, floats within what another order of the sum gives."""
    if wanted.dtype.kind in "iu":
        np.testing.assert_array_equal(found, wanted)
        return
    scale = float(np.abs(wanted.astype(np.float64)).max())
    limit = {2: 0.01, 4: 1e-5}[wanted.dtype.itemsize] * scale
    np.testing.assert_allclose(found.astype(np.float64), wanted.astype(np.float64), 0, limit)


def matrices(transforms: list[Transform]) -> list[Matrix]:
    return [t for t in transforms if isinstance(t, Matrix)]


@cache
def runnable() -> tuple[str, ...]:
    """The instructions of this machine, those that it would not choose too."""
    host = host_target()
    found = [f for f in FEATURES if f"+{f}" in host.features.split(",")]
    return tuple(f for f in found if not f.startswith("amx") or f in host.dots)


FLOATS = "bfloat16 bfloat16"
SUMS: list[tuple[str, str, Callable[[], Tensor]]] = [
    ("amx-bf16", "whole", lambda: product(64, 96, 64, FLOATS)),
    ("amx-bf16", "tails", lambda: product(33, 65, 49, FLOATS)),
    ("amx-bf16", "rows of steps", lambda: product(40, 70, 33, FLOATS, "nt")),
    ("amx-bf16", "columns of both", lambda: product(49, 95, 34, FLOATS, "tt")),
    ("amx-bf16", "one tile of rows", lambda: product(5, 300, 70, FLOATS, "tn")),
    ("amx-bf16", "one tile of columns", lambda: product(100, 40, 8, FLOATS)),
    ("amx-bf16", "blocks of a long sum", lambda: product(34, 2600, 20, FLOATS, "nt")),
    ("amx-bf16", "batch", lambda: data(3, 20, 33) @ data(3, 33, 20)),
    ("amx-bf16", "its own transpose", lambda: (lambda x: x @ x.T)(data(40, 33))),
    (
        "amx-bf16",
        "pad and part",
        lambda: data(30, 60).pad(((1, 2), (3, 0))) @ data(70, 44)[:63, 1:],
    ),
    ("amx-bf16", "convolution", lambda: data(2, 20, 9, 9).conv2d(data(18, 20, 3, 3), padding=1)),
    ("amx-bf16", "cast", lambda: data(33, 40, dtype="float32").cast("bfloat16") @ data(40, 33)),
    ("amx-bf16", "several products", lambda: several(96, 128, 64, "left")),
    ("amx-bf16", "several products, tails", lambda: several(33, 70, 49, "right")),
    ("amx-bf16", "several products, blocks", lambda: several(34, 2600, 20, "left")),
    ("amx-bf16", "more", lambda: ((data(33, 40) @ data(40, 33)).float() + data(33)).relu()),
    ("amx-int8", "u8 s8", lambda: product(33, 70, 40, "uint8 int8")),
    ("amx-int8", "s8 u8", lambda: product(33, 70, 40, "int8 uint8", "nt")),
    ("amx-int8", "s8 s8", lambda: product(40, 130, 33, "int8 int8", "tt")),
    ("amx-int8", "u8 u8", lambda: product(33, 70, 40, "uint8 uint8", "tn")),
    ("amx-int8", "blocks", lambda: product(20, 4500, 17, "uint8 int8")),
    ("avx512bf16", "tails", lambda: product(37, 65, 49, FLOATS)),
    ("avx512bf16", "columns of both", lambda: product(96, 160, 65, FLOATS, "tt")),
    ("avx512bf16", "blocks", lambda: product(40, 2100, 64, FLOATS, "nn")),
    ("avx512vnni", "u8 s8", lambda: product(132, 190, 100, "uint8 int8")),
    ("avx512vnni", "s8 u8", lambda: product(40, 70, 100, "int8 uint8", "nt")),
    ("avx512f", "float16", lambda: product(60, 125, 64, "float16 float16")),
    ("avx512f", "float16 nt", lambda: product(50, 65, 60, "float16 float16", "nt")),
    ("avx512f", "bfloat16", lambda: product(50, 65, 60, FLOATS, "nt")),
]


@pytest.mark.parametrize("feature, make", [pytest.param(f, m, id=f"{f} {n}") for f, n, m in SUMS])
def test_products(feature: str, make: Callable[[], Tensor]) -> None:
    """The instruction is chosen, and neither the loops nor the code change the result."""
    built = kernel_of(make())
    changed, transforms = transformed(built, with_features(feature))
    assert len(matrices(transforms)) == 1
    verify_kernel(changed)
    args = arguments(built)
    wanted = expected(built, args)[0]
    check(expected(changed, args)[0], wanted)
    if feature in runnable():
        Native(changed, host_target())(args, threads=3)
        check(args[0], wanted)


OTHERS: list[tuple[str, Callable[[], Tensor]]] = [
    ("one row", lambda: product(1, 64, 64, FLOATS)),
    ("float32", lambda: product(64, 64, 64, "float32 float32")),
    ("int8 in int8", lambda: data(64, 64, dtype="int8") @ data(64, 64, dtype="int8")),
    ("int16", lambda: product(64, 64, 64, "int16 int16")),
    ("a sum", lambda: data(64, 64).sum(0)),
    ("two sums", lambda: (lambda x: x / x.sum(-1, keepdim=True))(data(64, 64).float())),
    (
        "products and a number",
        lambda: (data(64, 1, 64).float() * data(1, 64, 64).float() + 1).sum(-1),
    ),
    ("largest", lambda: (data(64, 1, 64).float() * data(1, 64, 64).float()).max(-1)),
]


@pytest.mark.parametrize("make", [pytest.param(m, id=n) for n, m in OTHERS])
def test_what_no_instruction_does_is_left(make: Callable[[], Tensor]) -> None:
    assert not matrices(transformed(kernel_of(make()), with_features(*FEATURES))[1])


def test_dot_products_of_vectors_take_one_product() -> None:
    assert not matrices(
        transformed(kernel_of(several(64, 64, 64, "left")), with_features(*FEATURES[2:]))[1]
    )


def test_without_instructions_nothing_changes() -> None:
    assert not matrices(transformed(kernel_of(product(64, 64, 64, FLOATS)), AVX512)[1])


def test_integers_wrap_around() -> None:
    """70,000 times 255 * 127 is beyond int32."""
    steps, side = 70_000, 32
    built = kernel_of(product(side, steps, side, "uint8 int8"))
    changed, transforms = transformed(built, with_features("amx-int8"))
    assert matrices(transforms)
    args: list[Array] = [np.zeros(side * side, np.int32), np.full(side * steps, 255, np.uint8)]
    args.append(np.full(side * steps, 127, np.int8))
    if "amx-int8" in runnable():
        Native(changed, host_target())(args, threads=2)
        assert (args[0] == steps * 255 * 127 - (1 << 32)).all()


def test_infinity_and_nan_stay_where_they_are() -> None:
    """Zeros that fill up tiles are multiplied with zeros alone."""
    built = kernel_of(product(17, 33, 18, FLOATS))
    changed, _ = transformed(built, with_features("amx-bf16"))
    args = arguments(built)
    args[1][0], args[1][-1], args[2][5] = np.inf, np.nan, -np.inf
    wanted = expected(built, args)[0].astype(np.float32)
    np.testing.assert_array_equal(
        np.isfinite(expected(changed, args)[0].astype(np.float32)), np.isfinite(wanted)
    )
    if "amx-bf16" in runnable():
        Native(changed, host_target())(args)
        np.testing.assert_array_equal(np.isfinite(args[0].astype(np.float32)), np.isfinite(wanted))


def test_results_do_not_depend_on_threads() -> None:
    built = kernel_of(product(150, 200, 140, FLOATS))
    changed, _ = transformed(built, host_target())
    native, found = Native(changed, host_target()), []
    for threads in (1, 2, 5):
        args = arguments(built)
        native(args, threads=threads)
        found.append(args[0].tobytes())
    assert len(set(found)) == 1


def test_tensors() -> None:
    """From a Tensor to its result, with whatever instruction this machine has."""
    rng = np.random.default_rng(0)
    left = rng.standard_normal((100, 130)).astype(ml_dtypes.bfloat16)
    right = rng.standard_normal((130, 70)).astype(ml_dtypes.bfloat16)
    wanted = left.astype(np.float32) @ right.astype(np.float32)
    check((Tensor(left) @ Tensor(right)).numpy(), wanted.astype(ml_dtypes.bfloat16))
    few = [rng.integers(-128, 128, shape).astype(np.int8) for shape in ((100, 130), (130, 70))]
    found = Tensor(few[0]).matmul(Tensor(few[1]), dtype=dtypes.int32).numpy()
    check(found, few[0].astype(np.int32) @ few[1].astype(np.int32))


def test_transformation_as_text_and_replayed() -> None:
    built = kernel_of(product(64, 64, 64, FLOATS))
    changed, transforms = transformed(built, with_features("amx-bf16"))
    (matrix,) = matrices(transforms)
    assert str(matrix).endswith("as 2 by 2 of 16 by 16 by 32)")
    assert apply(built, transforms) is changed


def test_loops_have_to_be_whole_tiles() -> None:
    built = kernel_of(product(64, 64, 64, FLOATS))
    _, transforms = transformed(built, with_features("amx-bf16"))
    (at,) = (i for i, t in enumerate(transforms) if isinstance(t, Matrix))
    block, matrix = apply(built, transforms[:at]), transforms[at]
    assert isinstance(matrix, Matrix)
    assert matrix.rows in ranges_of(block)
    with pytest.raises(ArgumentError, match="matrix"):
        apply(block, [replace(matrix, tile=(3, 2))])
