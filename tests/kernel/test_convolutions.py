"""Convolutions, their transposes and gradients: what is computed, and how their loops run."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import smelt
from smelt import Tensor
from smelt.ir.evaluate import evaluate_kernel
from smelt.ir.node import Node, toposort
from smelt.ir.op import AxisKind, Op
from smelt.ir.verify import verify_kernel
from smelt.kernel.lines import LINE, NEAR_BYTES, line_rate
from smelt.kernel.optimize import optimize
from smelt.kernel.transforms import Merge, Split, Stage, apply, trips
from smelt.render.compile import cpu_target
from smelt.schedule.lower import schedule

TARGETS = {name: cpu_target(name) for name in ("sapphirerapids", "x86-64-v3", "x86-64-v2")}


def stored(*shape: int) -> Tensor:
    """Small whole numbers: sums of them are exact in any order."""
    rng = np.random.default_rng(sum(shape))
    return Tensor(rng.integers(-4, 5, shape).astype("float32")).realize()


def kernels(*results: Tensor) -> list[Node]:
    return [s.kernel for s in schedule([r.node for r in results]).kernels]


def of_input(x: Tensor, w: Tensor, **settings: Any) -> Tensor:
    leaf = x.detach().requires_grad_()
    y = leaf.conv2d(w, **settings)
    return y.gradient(leaf, gradient=stored(*map(int, y.shape)))[0]


def of_weight(x: Tensor, w: Tensor, **settings: Any) -> Tensor:
    leaf = w.detach().requires_grad_()
    y = x.conv2d(leaf, **settings)
    return y.gradient(leaf, gradient=stored(*map(int, y.shape)))[0]


EXPRESSIONS: dict[str, Callable[[], Tensor]] = {
    "plain": lambda: stored(1, 5, 7, 9).conv2d(stored(9, 5, 3, 3)),
    "padded": lambda: stored(2, 20, 6, 6).conv2d(stored(17, 20, 3, 3), padding=1),
    "stride": lambda: stored(1, 3, 19, 21).conv2d(stored(20, 3, 5, 5), stride=2, padding=2),
    "groups": lambda: stored(2, 6, 8, 8).conv2d(stored(6, 1, 3, 3), groups=6, padding=1),
    "transpose": lambda: stored(1, 18, 5, 5).conv_transpose2d(stored(18, 9, 4, 4), stride=2),
    "transpose cut": lambda: stored(1, 18, 6, 6).conv_transpose2d(
        stored(18, 9, 4, 4), stride=2, padding=1
    ),
    "of input": lambda: of_input(stored(1, 9, 7, 7), stored(18, 9, 3, 3), padding=1),
    "of weight": lambda: of_weight(stored(1, 18, 8, 8), stored(20, 18, 3, 3), padding=1),
    "of weight, stride": lambda: of_weight(stored(2, 3, 9, 9), stored(34, 3, 3, 3), stride=2),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_defaults_keep_the_meaning(name: str) -> None:
    for built in kernels(EXPRESSIONS[name]()):
        wanted = memory(built)
        evaluate_kernel(built, wanted)
        for target in TARGETS.values():
            changed = apply(built, optimize(built, target))
            verify_kernel(changed)
            got = memory(built)
            evaluate_kernel(changed, got)
            np.testing.assert_array_equal(got[0], wanted[0], f"{name} {target.cpu}")


def memory(built: Node) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(0)
    params = sorted((n for n in toposort([built]) if n.op is Op.PARAM), key=lambda p: p.arg)
    return [rng.integers(0, 3, p.shape[0]).astype(p.dtype.np) for p in params]


# ---- what is computed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kernel", "stride", "padding"),
    [(4, 2, 1), (4, 2, 0), (2, 2, 0), (8, 4, 2), (3, 1, 1), (6, 3, 0), (8, 2, 3), (5, 1, 2)],
)
def test_a_transpose_multiplies_no_zeros_between_elements(
    kernel: int, stride: int, padding: int
) -> None:
    """Each output takes (kernel / stride) ** 2 products of each channel.

    Where rows are done with their padding there are some more, which are dropped.
    """
    x, w = stored(1, 8, 12, 12), stored(8, 4, kernel, kernel)
    with smelt.stats() as counted:
        y = x.conv_transpose2d(w, stride=stride, padding=padding).realize()
    products = 8 * int(y.numel()) * (kernel // stride) ** 2
    assert counted.flops <= 2 * products * (1 + kernel // stride / 12)


def test_a_dilated_transpose_multiplies_no_zeros_of_its_kernel() -> None:
    x, w = stored(1, 8, 12, 12), stored(8, 4, 3, 3)
    with smelt.stats() as counted:
        y = x.conv_transpose2d(w, dilation=3).realize()
    assert counted.flops <= 2 * 8 * 9 * y.numel()


@pytest.mark.parametrize(("kernel", "stride", "padding"), [(3, 2, 1), (7, 2, 3), (5, 3, 0)])
def test_a_gradient_of_a_stride_multiplies_few_zeros(
    kernel: int, stride: int, padding: int
) -> None:
    """Each element of the input takes the taps of its own phase, which are as many as for any."""
    x, w = stored(1, 4, 24, 24), stored(8, 4, kernel, kernel)
    with smelt.stats() as counted:
        change = of_input(x, w, stride=stride, padding=padding).realize()
    products = 8 * int(change.numel()) * math.ceil(kernel / stride) ** 2
    assert counted.flops <= 2.2 * products


@pytest.mark.parametrize("settings", [(3, 2, 1), (7, 2, 3), (5, 3, 1), (4, 2, 1), (3, 3, 0)])
@pytest.mark.parametrize("worst", [np.inf, np.nan])
def test_what_is_no_number_reaches_only_what_it_is_multiplied_with(
    settings: tuple[int, int, int], worst: float
) -> None:
    kernel, stride, padding = settings
    weight = np.ones((2, 2, kernel, kernel), np.float32)
    weight[:, :, 0, 0] = worst
    shape = (1, 2, 11, 12)
    mine = Tensor.ones(*shape).requires_grad_()
    mine.conv2d(Tensor(weight), stride=stride, padding=padding).sum().backward()
    theirs = torch.ones(shape, requires_grad=True)
    w = torch.from_numpy(weight)
    torch.nn.functional.conv2d(theirs, w, stride=stride, padding=padding).sum().backward()
    assert mine.grad is not None and theirs.grad is not None
    np.testing.assert_array_equal(mine.grad.numpy(), theirs.grad.numpy())


# ---- how the loops run ---------------------------------------------------------------------------


def transforms_of(x: Tensor) -> list[Any]:
    """Those of the first kernel that adds up, or of the only one."""
    found = kernels(x)
    sums = [k for k in found if any(n.op is Op.REDUCE for n in toposort([k]))]
    return optimize((sums or found)[0], TARGETS["sapphirerapids"])


@pytest.mark.parametrize(
    "x",
    [
        stored(1, 8, 12, 12).conv2d(stored(16, 8, 3, 3), padding=1),
        of_input(stored(1, 8, 12, 12), stored(16, 8, 3, 3), padding=1),
        stored(1, 8, 12, 12).conv_transpose2d(stored(8, 16, 4, 4), stored(16), stride=2, padding=1),
        stored(1, 8, 12, 12).conv_transpose2d(stored(8, 16, 4, 4), stored(16), stride=2),
    ],
    ids=["forward", "of input", "transpose", "transpose with all edges"],
)
def test_rows_of_an_image_are_one_loop_where_only_masks_tell_them_apart(x: Tensor) -> None:
    """12 elements of a row leave a quarter of each vector empty, the 144 of an image nothing."""
    assert any(isinstance(t, Merge) for t in transforms_of(x))


def test_groups_are_a_loop_of_their_own() -> None:
    """What is read is then linear in the other one, and a tile of it can share what it reads."""
    x, w, bias = stored(1, 32, 8, 8), stored(64, 8, 3, 3), stored(64)
    transforms = transforms_of(x.conv2d(w, bias, groups=4, padding=1))
    assert Split(0, 64 // 4, transforms[0].inner, AxisKind.LOOP) == transforms[0]


def test_a_mask_of_every_element_is_no_reason_for_divisions() -> None:
    assert not any(isinstance(t, Merge) for t in transforms_of(stored(12, 12).tril() + 1))


def test_a_weight_gradient_has_vectors_along_channels_of_a_copy() -> None:
    """Its operands are in order along the sum alone, which would need a mask for each vector."""
    x, w = stored(1, 64, 28, 28), stored(64, 64, 3, 3)
    transforms = transforms_of(of_weight(x, w, padding=1))
    vectors = [t.counter for t in transforms if isinstance(t, Split) and t.kind is AxisKind.VECTOR]
    assert vectors and vectors[0] in (0, 1)
    assert any(isinstance(t, Stage) for t in transforms)


# ---- lines of the cache --------------------------------------------------------------------------

FAR = NEAR_BYTES // LINE * 2  # lines that do not all stay near


@pytest.mark.parametrize(
    ("loops", "run", "rows", "lines", "jumps"),
    [
        ([(4, 1024)], 4, 1, 1 / 16, 1 / 1024),  # a row
        ([(64, 100)], 64, 1, 1, 1 / 100),  # a row of whole lines
        ([(256, 100)], 4, 1, 1, 1),  # a column
        ([(4, 16), (256, 64)], 4, 1, 1 / 16, 1 / 16),  # columns whose lines stay near
        ([(4, 16), (256, FAR)], 4, 1, 1, 1),  # that do not
        ([(4, 16), (4096, 64)], 4, 1, 1, 1),  # as pages apart they have the same places
        ([(4, 16), (256, 64)], 4, 64, 1, 1),  # too many of them side by side
        ([(4096, 100)], 192, 1, 3, 1),  # three lines of each row
    ],
)
def test_lines_of_a_walk(
    loops: list[tuple[int, int]], run: int, rows: int, lines: float, jumps: float
) -> None:
    found = line_rate(loops, run, rows)
    np.testing.assert_allclose(found, (lines, jumps), rtol=0.01)


def test_blocks_of_tiles_are_no_larger_than_what_there_is() -> None:
    """Copies of both operands share one axis here; each has blocks of its own."""
    x, w = stored(2, 128, 28, 28), stored(128, 128, 3, 3)
    for built in kernels(of_input(x, w, stride=2, padding=1)):
        left = {n.arg[0]: trips(n) for n in toposort([built]) if n.op is Op.RANGE}
        for transform in optimize(built, TARGETS["sapphirerapids"]):
            if isinstance(transform, Split):
                before = left[transform.counter]
                assert transform.kind is not AxisKind.LOOP or transform.factor <= before
                left[transform.counter] = -(-before // transform.factor)
                left[transform.inner] = transform.factor
