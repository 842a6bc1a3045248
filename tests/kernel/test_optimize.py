"""The default transformations: legal and right for every shape, and the ones that make it fast."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smelt import Tensor, Variable
from smelt.dtype import dtypes
from smelt.ir import node as ir
from smelt.ir.evaluate import evaluate_kernel
from smelt.ir.node import Node, toposort
from smelt.ir.op import AxisKind, Op
from smelt.ir.verify import verify_kernel
from smelt.kernel.optimize import optimize
from smelt.kernel.plans import STAGED_SHARE
from smelt.kernel.transforms import Carry, Keep, apply, ranges_of, trips
from smelt.program import Target
from smelt.render.analysis import memory_size
from smelt.render.compile import cpu_target
from smelt.render.llvm import MOST_LOCAL_BYTES, render
from smelt.schedule.lower import schedule
from smelt.util.flags import Context

TARGETS = {name: cpu_target(name) for name in ("sapphirerapids", "x86-64-v3", "x86-64-v2")}
SIZES = (1, 2, 3, 7, 8, 13, 16, 17, 31, 64, 65, 97)


def stored(*shape: int, dtype: str = "float64") -> Tensor:
    """Small whole numbers: sums of them are exact in any order."""
    rng = np.random.default_rng(sum(shape))
    return Tensor(rng.integers(-4, 5, shape).astype(dtype)).realize()


EXPRESSIONS: dict[str, Callable[[int, int, int], Tensor]] = {
    "map": lambda m, n, k: stored(m, n) * 2 + stored(m, n),
    "map with a row": lambda m, n, k: stored(m, n) + stored(n),
    "transposed": lambda m, n, k: stored(n, m).T + stored(m, n),
    "rows": lambda m, n, k: stored(m, n).sum(1),
    "columns": lambda m, n, k: stored(m, n).sum(0),
    "all": lambda m, n, k: stored(m, n).sum(),
    "maxima": lambda m, n, k: stored(m, k, n).max((0, 2)),
    "product": lambda m, n, k: stored(m, k) @ stored(k, n),
    "product of transposed": lambda m, n, k: stored(k, m).T @ stored(n, k).T,
    "products": lambda m, n, k: stored(3, m, k) @ stored(3, k, n),
    "of a row": lambda m, n, k: stored(m, n) - stored(m, n).mean(1, keepdim=True) * n,
    "beside a pad": lambda m, n, k: stored(m, n).pad(((1, 2), (3, 0))) + 1,
    "windows": lambda m, n, k: stored(m, n + 2).unfold(1, 3, 1).sum(2),
    "bytes": lambda m, n, k: stored(m, n, dtype="int8") + 1,
    "halves": lambda m, n, k: stored(m, k, dtype="float16") @ stored(k, n, dtype="float16"),
    "mixed sizes": lambda m, n, k: stored(m, n, dtype="int8").cast("float64") + stored(m, n),
    "chosen rows": lambda m, n, k: stored(m, n)[stored(k, dtype="int64") % m],
}


def kernels(x: Tensor) -> list[Node]:
    return [s.kernel for s in schedule([x.node]).kernels]


def memory(built: Node) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(0)
    params = sorted((n for n in toposort([built]) if n.op is Op.PARAM), key=lambda p: p.arg)
    return [rng.integers(0, 2, p.shape[0]).astype(p.dtype.np) for p in params]


def shapes() -> list[tuple[int, int, int]]:
    rng = np.random.default_rng(1)
    return [(1, 1, 1), *(tuple(int(n) for n in rng.choice(SIZES, 3)) for _ in range(5))]


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_defaults_keep_the_meaning(name: str) -> None:
    for shape in shapes():
        for built in kernels(EXPRESSIONS[name](*shape)):
            wanted = memory(built)
            evaluate_kernel(built, wanted)
            for target in TARGETS.values():
                changed = apply(built, optimize(built, target))
                verify_kernel(changed)
                got = memory(built)
                evaluate_kernel(changed, got)
                for g, w in zip(got, wanted, strict=True):
                    np.testing.assert_array_equal(g, w, f"{name} {shape} {target.cpu}")


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_defaults_for_large_shapes_are_legal_and_quickly_found(name: str) -> None:
    for shape in ((512, 512, 8), (1, 4099, 1), (4099, 3, 5), (2, 2, 65_537)):
        for built in kernels(EXPRESSIONS[name](*shape)):
            begin = time.perf_counter()
            transforms = optimize(built, TARGETS["sapphirerapids"])
            elapsed_s = time.perf_counter() - begin
            verify_kernel(apply(built, transforms))
            assert elapsed_s < 1, f"{name} {shape}: {elapsed_s} s"


def test_an_empty_tensor_has_no_kernel() -> None:
    assert not kernels(stored(0, 5) + 1)
    (filled,) = kernels(stored(5, 0).sum(1))
    assert optimize(filled, TARGETS["sapphirerapids"]) is not None


def kinds(built: Node, target: Target) -> dict[AxisKind, int]:
    """How many iterations of each kind the loops of a kernel have."""
    counters = ranges_of(apply(built, optimize(built, target))).values()
    found: dict[AxisKind, int] = {}
    for r in counters:
        found[r.arg[1]] = found.get(r.arg[1], 1) * int(r.src[0].arg)
    return found


def widest(built: Node, target: Target) -> int:
    """The lanes of the widest vector."""
    counters = ranges_of(apply(built, optimize(built, target))).values()
    return max(int(r.src[0].arg) for r in counters if r.arg[1] is AxisKind.VECTOR)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_loops_over_contiguous_memory_are_whole_vectors(name: str, dtype: str) -> None:
    target = TARGETS[name]
    lanes = target.vector_bytes // (4 if dtype == "float32" else 8)
    for x in (
        stored(64, 64, dtype=dtype) + 1,
        stored(64, 64, dtype=dtype).sum(1),
        stored(64, 64, dtype=dtype).sum(0),
        stored(64, 64, dtype=dtype) @ stored(64, 64, dtype=dtype),
    ):
        (built,) = kernels(x)
        assert widest(built, target) == lanes, built


@pytest.mark.parametrize("name", TARGETS)
def test_products_have_register_tiles_that_fit(name: str) -> None:
    target = TARGETS[name]
    (built,) = kernels(stored(96, 96, dtype="float32") @ stored(96, 96, dtype="float32"))
    copies = kinds(built, target)[AxisKind.UNROLL]
    assert 4 <= copies <= target.vector_registers


def test_large_kernels_are_shared_out_and_what_must_stay_in_order_is_not() -> None:
    target = TARGETS["sapphirerapids"]
    (built,) = kernels(stored(512, 512) + 1)
    assert kinds(built, target)[AxisKind.GRID] >= 16
    table, ids = stored(8, 4).requires_grad_(), stored(1000, dtype="int64") % 8
    (gradient,) = (table[ids] * stored(1000, 4)).sum().gradient(table)
    put = kernels(gradient)[-1]
    (stored_node,) = [n for n in put.src if n.op is Op.STORE]
    changed = apply(put, optimize(put, target))
    for counter in ranges_of(changed).values():
        if counter.arg[1] in (AxisKind.GRID, AxisKind.VECTOR):
            assert int(counter.src[0].arg) <= 4, "only along the columns, which do not meet"
    assert stored_node.arg == "add"


def plan_of(x: Tensor, target: str = "sapphirerapids") -> list[str]:
    """The default transformations of the only kernel."""
    (built,) = kernels(x)
    return [str(t) for t in optimize(built, TARGETS[target])]


def convolution(images: int, channels: int, size: int) -> Tensor:
    x, weight = (images, channels, size, size), (channels, channels, 3, 3)
    a, b = (stored(*shape, dtype="float32") for shape in (x, weight))
    return a.conv2d(b, padding=1)


def test_all_of_a_short_loop_is_in_the_tile() -> None:
    product = stored(5, 64, dtype="float32") @ stored(64, 5000, dtype="float32")
    assert "split(r0, 5 UNROLL as r5)" in plan_of(product)
    (built,) = kernels(stored(3000, 200, dtype="float32").sum(0))
    assert kinds(built, TARGETS["sapphirerapids"])[AxisKind.GRID] > 1, "nothing to share out"


@pytest.mark.parametrize("size", [60, 64])
def test_a_convolution_of_several_images_is_done_as_that_of_one(size: int) -> None:
    plans = [plan_of(convolution(images, 32, size)) for images in (1, 4)]
    copied = [[t for t in plan if t.startswith("stage(p1")] for plan in plans]
    assert copied == [[], []], "each image is as near as if there were no other"


@pytest.mark.parametrize("size", [512, 1000])
def test_sums_by_groups_read_what_is_in_their_group_directly(size: int) -> None:
    """Also where the last group is not full."""
    built = kernels(stored(1000, size, dtype="float32").cumsum(1))[-1]
    plan = [str(t) for t in optimize(built, TARGETS["sapphirerapids"])]
    assert not any(t.startswith("stage") for t in plan), plan


def test_what_is_read_once_at_computed_places_is_not_copied() -> None:
    images = stored(2, 16, 24, 24, dtype="float32")
    for built in kernels(images.interpolate((48, 48), mode="linear", align_corners=False)):
        plan = [str(t) for t in optimize(built, TARGETS["sapphirerapids"])]
        assert not any(t.startswith("stage(p1") for t in plan), plan


def test_tiles_of_a_long_sum_read_again_what_is_near() -> None:
    """64 steps by 64 columns are 16 KB, which stay near, unless they lie far apart."""
    plan = plan_of(stored(64, 4096, dtype="float32") @ stored(4096, 64, dtype="float32"))
    assert any(t.startswith("carry") for t in plan) and not any(t.startswith("stage") for t in plan)
    plan = plan_of(stored(64, 4096, dtype="float32") @ stored(4096, 1024, dtype="float32"))
    assert any(t.startswith("stage") for t in plan)


@pytest.mark.parametrize("kind", ["nn", "nt", "tn", "tt"])
def test_copies_are_as_large_as_the_second_level_cache_has_room_for(kind: str) -> None:
    sides = stored(1024, 1024, dtype="float32"), stored(1024, 1024, dtype="float32")
    a, b = (x.T if k == "t" else x for x, k in zip(sides, kind, strict=True))
    built = kernels(a @ b)[-1]
    for nbytes in (1 << 19, 5 << 18, 1 << 21):
        target = replace(TARGETS["sapphirerapids"], cache_nbytes=nbytes)
        changed = apply(built, optimize(built, target))
        copies = [
            n.src[0] for n in toposort([changed]) if n.op is Op.STORE and n.src[0].op is Op.LOCAL
        ]
        taken = sum(memory_size(n) * n.dtype.itemsize for n in dict.fromkeys(copies))
        assert nbytes / 4 < taken <= 1.1 * nbytes, kind


@pytest.mark.parametrize("shape", [(8, 64, 32), (8, 128, 16), (16, 32, 8), (3, 48, 20)])
def test_what_a_tile_reads_from_copies_fits_beside_it(shape: tuple[int, int, int]) -> None:
    with Context(WINO=0):
        (built,) = kernels(convolution(*shape))
    target = TARGETS["sapphirerapids"]
    changed = apply(built, optimize(built, target))
    copies = [n.src[0] for n in toposort([changed]) if n.op is Op.STORE and n.src[0].op is Op.LOCAL]
    assert sum(memory_size(n) * n.dtype.itemsize for n in copies) <= (
        STAGED_SHARE * target.cache_nbytes
    )


def test_a_loop_over_a_variable_is_no_vector() -> None:
    n = Variable("n", 1, 64).bind(5)
    for x in (stored(64, 64)[:n] + 1, stored(64, 64)[:, :n].sum(1)):
        for built in kernels(x):
            for target in TARGETS.values():
                verify_kernel(apply(built, optimize(built, target)))


# ---- sums in blocks, rows that are kept ----------------------------------------------------------


@pytest.mark.parametrize("shape", [(40, 8191, 33), (5, 4099, 200), (3, 1024, 2048)])
@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_long_sums_of_products_are_done_in_blocks(shape: tuple[int, int, int], dtype: str) -> None:
    m, k, n = shape
    (built,) = kernels(stored(k, m, dtype=dtype).T @ stored(k, n, dtype=dtype))
    target = TARGETS["sapphirerapids"]
    transforms = optimize(built, target)
    carry = next(t for t in transforms if isinstance(t, Carry))
    assert 16 <= carry.factor <= 256
    changed = apply(built, transforms)
    verify_kernel(changed)
    wanted, got = memory(built), memory(built)
    evaluate_kernel(built, wanted)
    evaluate_kernel(changed, got)
    np.testing.assert_array_equal(got[0], wanted[0])


@given(data=st.data())
def test_what_is_near_fits_the_memory_of_a_thread(data: Any) -> None:
    """Copies and blocks of the result together, for products of any size and layout."""
    sizes = st.sampled_from([1, 2, 3, 16, 33, 100, 256, 777, 1024, 4096, 10_007, 16_384, 50_000])
    m, k, n = (data.draw(sizes) for _ in range(3))
    dtype = data.draw(st.sampled_from([dtypes.float32, dtypes.float64, dtypes.int8]))
    (a, b) = (ir.placeholder(shape, dtype, "CPU") for shape in ((m, k), (k, n)))
    if data.draw(st.booleans()):
        a = ir.permute(ir.placeholder((k, m), dtype, "CPU"), (1, 0))
    if data.draw(st.booleans()):
        b = ir.permute(ir.placeholder((n, k), dtype, "CPU"), (1, 0))
    x, y = (Tensor._make(node, device="CPU") for node in (a, b))
    for built in kernels(x @ y):
        changed = apply(built, optimize(built, TARGETS["sapphirerapids"]))
        near = [node for node in toposort([changed]) if node.op is Op.LOCAL]
        assert sum(math.prod(n.shape) * n.dtype.itemsize for n in near) <= MOST_LOCAL_BYTES


@pytest.mark.parametrize("columns", [16, 40, 1000])
def test_dear_values_of_a_row_are_computed_once(columns: int) -> None:
    x = Tensor.ones(3, columns, dtype="float64").contiguous().realize()
    for target in TARGETS.values():
        (built,) = kernels(x.softmax(-1))
        transforms = optimize(built, target)
        assert sum(isinstance(t, Keep) for t in transforms) == 1
        changed = apply(built, transforms)
        verify_kernel(changed)
        exps = [n for n in toposort([changed]) if n.op is Op.EXP2]
        assert len(exps) == 1, "one for the sum and for the result"
        wanted, got = memory(built), memory(built)
        evaluate_kernel(built, wanted)
        evaluate_kernel(changed, got)
        np.testing.assert_allclose(got[0], wanted[0], rtol=1e-14)


def test_what_is_cheap_or_stands_across_rows_is_not_kept() -> None:
    x = Tensor.ones(20, 30).contiguous().realize()
    for y in (x.softmax(0), x - x.mean(1, keepdim=True), x.log_softmax(-1)):
        for built in kernels(y):
            assert not [
                t for t in optimize(built, TARGETS["sapphirerapids"]) if isinstance(t, Keep)
            ]


@pytest.mark.parametrize(
    ("shape", "dtype", "copies"),
    [
        ((64, 128), "float32", 16),
        ((72, 130), "float32", 16),
        ((512, 512), "int8", 8),
        ((6, 200), "float32", None),
    ],
)
def test_what_is_written_in_another_order_than_it_is_read_shares_lines(
    shape: tuple[int, int], dtype: str, copies: int | None
) -> None:
    x = stored(*shape, dtype=dtype)
    (kernel,) = kernels((x.T.float() + 1).contiguous())
    changed = apply(kernel, optimize(kernel, cpu_target("x86-64-v4")))
    found = {r.arg[1]: r.src[0].arg for r in ranges_of(changed).values()}
    assert found.get(AxisKind.UNROLL) == copies
    if copies is not None:
        assert found[AxisKind.VECTOR] == 16


@pytest.mark.parametrize("dtype", ["bool", "uint8", "float16", "bfloat16", "int32", "float32"])
@pytest.mark.parametrize("shape", [(64, 64), (16, 200), (131, 97), (70, 65)])
def test_a_transposed_copy_is_of_whole_registers(dtype: str, shape: tuple[int, int]) -> None:
    x = stored(*shape, dtype="float32").cast(dtype).realize()
    (kernel,) = kernels(x.T.contiguous())
    target = cpu_target("sapphirerapids")
    changed = apply(kernel, optimize(kernel, target))
    copies = 64 // x.dtype.itemsize
    if shape[0] >= copies:
        found = {r.arg[1]: r.src[0].arg for r in ranges_of(changed).values()}
        assert (found[AxisKind.UNROLL], found[AxisKind.VECTOR]) == (copies, 16)
        assert "<16 x i32>" in render(changed, target).text
    np.testing.assert_array_equal(x.T.contiguous().float().numpy(), x.float().numpy().T)


def test_a_wide_index_of_rows_does_not_make_vectors_narrow() -> None:
    table, places = stored(32, 64, dtype="float32"), stored(9, dtype="int64").abs()
    (kernel,) = kernels(table[places.realize()])
    changed = apply(kernel, optimize(kernel, TARGETS["sapphirerapids"]))
    vectors = [r for r in ranges_of(changed).values() if r.arg[1] is AxisKind.VECTOR]
    assert [trips(r) for r in vectors] == [16]
