"""Convolutions with 4 products for an output: right, as exact as with 9, and where they pay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import smelt
from smelt import Tensor, dtypes
from smelt.tensor import winograd
from smelt.util.flags import Context

# N, I, O, height, width, padding: all of them large enough
SHAPES = [
    (1, 64, 64, 20, 20, 1),
    (1, 64, 96, 17, 23, 1),
    (2, 80, 64, 19, 12, 0),
    (14, 64, 64, 6, 8, 1),
    (12, 128, 64, 6, 6, (2, 1)),
    (1, 64, 64, 4, 400, 0),
    (1, 64, 64, 70, 66, 1),  # in blocks of rows
    (2, 64, 72, 49, 51, 1),
    (3, 96, 100, 13, 13, "same"),
]


def products(*tensors: Tensor, **settings: Any) -> float:
    """The multiplications for each output of a convolution."""
    x, w = tensors[:2]
    with smelt.stats() as counted:
        y = x.conv2d(*tensors[1:], **settings).realize()
    return counted.flops / 2 / int(y.numel()) / int(w.shape[1])


def data(*shape: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("shape", SHAPES)
def test_as_exact_as_nine_products(shape: tuple[Any, ...]) -> None:
    count, inputs, outputs, high, wide, padding = shape
    arrays = data(count, inputs, high, wide), data(outputs, inputs, 3, 3), data(outputs)
    x, w, b = (torch.from_numpy(a).double() for a in arrays)
    wanted = torch.nn.functional.conv2d(x, w, b, padding=padding).numpy()
    tensors = [Tensor(a).realize() for a in arrays]
    assert products(*tensors, padding=padding) < 8
    got = tensors[0].conv2d(*tensors[1:], padding=padding).numpy()
    with Context(WINO=0):
        assert products(*tensors, padding=padding) > 8.9
        direct = tensors[0].conv2d(*tensors[1:], padding=padding).numpy()
    assert np.abs(got - wanted).max() <= 1.5 * np.abs(direct - wanted).max()


def test_whole_numbers_are_exact() -> None:
    rng = np.random.default_rng(0)
    x = Tensor(rng.integers(-9, 10, (1, 64, 15, 30)).astype(np.float32)).realize()
    w = Tensor(rng.integers(-9, 10, (64, 64, 3, 3)).astype(np.float32)).realize()
    with Context(WINO=0):
        wanted = x.conv2d(w, padding=1).tolist()
    assert x.conv2d(w, padding=1).tolist() == wanted


def test_doubles() -> None:
    arrays = data(1, 64, 20, 20).astype(np.float64), data(64, 64, 3, 3).astype(np.float64)
    wanted = torch.nn.functional.conv2d(*map(torch.from_numpy, arrays)).numpy()
    x, w = (Tensor(a).realize() for a in arrays)
    assert products(x, w) < 8
    np.testing.assert_allclose(x.conv2d(w).numpy(), wanted, rtol=1e-11, atol=1e-11)


def test_an_image_alone_and_in_a_batch_of_single_ones() -> None:
    x, w = Tensor(data(64, 20, 20)).realize(), Tensor(data(64, 64, 3, 3)).realize()
    assert x.conv2d(w).tolist() == x.unsqueeze(0).conv2d(w)[0].tolist()


def test_what_else_there_may_be_has_nine_products() -> None:
    x, w = Tensor(data(1, 64, 20, 20)).realize(), Tensor(data(64, 64, 3, 3)).realize()
    assert products(x, w) < 8
    few = Tensor(data(16, 64, 3, 3)).realize()
    assert products(x, few) == 9
    assert products(x[:, :, :6, :6].contiguous().realize(), w) == 9
    assert products(x, w, stride=2) == 9
    assert products(x, w, dilation=2) == 9
    assert products(x, w.requires_grad_()) == 9
    with Tensor.no_grad():
        assert products(x, w) < 8
    w = w.detach()
    assert products(x.cast(dtypes.float16).realize(), w.cast(dtypes.float16).realize()) > 8.9
    assert products(x, Tensor(data(64, 64, 5, 5)).realize()) == 25


def test_gradients_are_those_of_the_convolution() -> None:
    arrays = data(1, 64, 12, 12), data(64, 64, 3, 3)
    leaves = [torch.from_numpy(a).requires_grad_() for a in arrays]
    torch.nn.functional.conv2d(*leaves).square().sum().backward()
    x, w = (Tensor(a).requires_grad_() for a in arrays)
    x.conv2d(w).square().sum().backward()
    for mine, theirs in zip((x, w), leaves, strict=True):
        assert mine.grad is not None and theirs.grad is not None
        np.testing.assert_allclose(mine.grad.numpy(), theirs.grad.numpy(), rtol=2e-4, atol=2e-3)


def test_mapped_and_pushed_forward() -> None:
    x, w = Tensor(data(2, 1, 64, 12, 12)).realize(), Tensor(data(64, 64, 3, 3)).realize()
    mapped = smelt.vmap(lambda one: one.conv2d(w))(x).numpy()
    np.testing.assert_allclose(mapped[1], x[1].conv2d(w).numpy(), rtol=1e-4, atol=1e-4)
    y, change = smelt.jvp(lambda one: one.conv2d(w), (x[0],), (x[1],))
    np.testing.assert_allclose(y.numpy(), x[0].conv2d(w).numpy(), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(change.numpy(), x[1].conv2d(w).numpy(), rtol=1e-4, atol=1e-4)


def test_results_do_not_depend_on_threads() -> None:
    x, w = Tensor(data(2, 64, 30, 31)).realize(), Tensor(data(64, 64, 3, 3)).realize()
    results = []
    for threads in (1, 2, 3):
        with Context(SMELT_THREADS=threads):
            results.append(x.conv2d(w, padding=1).numpy())
    assert all(np.array_equal(results[0], r) for r in results)


def test_pays_where_products_are_most_of_the_work() -> None:
    assert winograd.pays(64, 64, 1, (56, 56)) and winograd.pays(320, 320, 1, (64, 64))
    assert winograd.pays(512, 512, 8, (7, 7)) and not winograd.pays(512, 512, 1, (7, 7))
    assert not winograd.pays(3, 64, 1, (224, 224)) and not winograd.pays(64, 3, 1, (224, 224))
    assert not winograd.pays(64, 64, 1, (1, 400))  # half of each square is outside
    assert not winograd.pays(64, 64, 1, (0, 9)) and not winograd.pays(0, 64, 1, (9, 9))


def test_what_makes_up_a_product() -> None:
    assert winograd.in_a_product(16, 7, 7, 96, 96) == (2, 7)  # as many images as have 80 columns
    assert winograd.in_a_product(3, 7, 7, 96, 96) == (3, 7)
    assert winograd.in_a_product(1, 28, 28, 64, 64) == (1, 28)  # stays in the caches
    assert winograd.in_a_product(1, 56, 56, 64, 64) == (1, 2)
    assert winograd.in_a_product(8, 28, 28, 64, 64) == (1, 3)
    assert winograd.in_a_product(1, 32, 32, 320, 320) == (1, 32)  # kernels are more than images


def test_blocks_of_rows_are_handed_on_by_each_thread() -> None:
    """What is between the kernels of a chain takes the room of a few blocks, not of all."""
    x, w = Tensor(data(1, 64, 112, 112)).realize(), Tensor(data(64, 64, 3, 3)).realize()
    with Context(SMELT_THREADS=2), smelt.stats() as counted:
        x.conv2d(w, padding=1).relu().realize()
    matrices = 2 * 4 * 16 * 64 * 56 * 56  # bytes of inputs and products
    assert counted.peak_bytes < 0.6 * matrices
