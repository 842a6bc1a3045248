"""Convolutions, pooling and resampling against PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from smelt import Context, Tensor
from tests.helpers import Row, against_torch, compare, examples, row

# PyTorch's note on padding="same" with an even kernel.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")

X, W = (2, 4, 6, 5), (6, 4, 3, 3)


TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}


def conv(name: str, case: Any, dtype: str = "float32", **kw: Any) -> Row:
    functions: dict[int, Any] = {3: F.conv1d, 4: F.conv2d, 5: F.conv3d}
    function = functions[len(case[0])]
    return row(
        f"conv {name}", lambda *t: t[0].conv2d(*t[1:], **kw), lambda *t: function(*t, **kw),
        (case,), dtype=dtype, **({"rtol": 4e-3, "atol": 4e-3} if dtype == "float16" else TOLERANCE),
    )  # fmt: skip


def deconv(name: str, case: Any, **kw: Any) -> Row:
    functions: dict[int, Any] = {
        3: F.conv_transpose1d,
        4: F.conv_transpose2d,
        5: F.conv_transpose3d,
    }
    function = functions[len(case[0])]
    return row(
        f"conv_transpose {name}", lambda *t: t[0].conv_transpose2d(*t[1:], **kw),
        lambda *t: function(*t, **kw), (case,), rtol=1e-4, atol=1e-5,
    )  # fmt: skip


CONVOLUTIONS = [
    conv("plain", (X, W)),
    conv("bias", (X, W, (6,))),
    conv("stride", (X, W), stride=2),
    conv("strides", (X, W), stride=(1, 3)),
    conv("padding", (X, W), padding=1),
    conv("paddings", (X, W), padding=(2, 0)),
    conv("same", (X, W), padding="same"),
    conv("same even", (X, (6, 4, 2, 4)), padding="same"),
    conv("valid", (X, W), padding="valid"),
    conv("dilation", (X, W), dilation=2),
    conv("stride padding dilation", (X, W), stride=2, padding=2, dilation=(2, 1)),
    conv("groups", (X, (6, 2, 3, 3)), groups=2),
    conv("depthwise", (X, (4, 1, 3, 3)), groups=4, padding=1),
    conv("1x1", (X, (3, 4, 1, 1))),
    conv("1x1 stride", (X, (3, 4, 1, 1)), stride=2),
    conv("stride above kernel", (X, (3, 4, 2, 2)), stride=3),
    conv("no batch", ((0, 4, 6, 5), W)),
    conv("1d", ((2, 3, 8), (4, 3, 3), (4,)), stride=2, padding=1),
    conv("3d", ((1, 2, 4, 3, 3), (2, 2, 2, 2, 2))),
    deconv("plain", ((2, 3, 4, 3), (3, 2, 3, 3), (2,))),
    deconv("stride", ((2, 3, 4, 3), (3, 2, 3, 3)), stride=2, padding=1, output_padding=1),
    deconv("groups", ((2, 4, 3, 3), (4, 2, 2, 2)), groups=2, stride=2),
    deconv("dilation", ((1, 2, 3, 3), (2, 2, 3, 2)), dilation=2, padding=1),
    deconv("1d", ((2, 3, 4), (3, 2, 3)), stride=3, padding=2),
    deconv("1d all", ((1, 2, 4), (2, 1, 4), (2,)), stride=3, padding=1, output_padding=2,
           dilation=2, groups=2),
    deconv("3d", ((1, 2, 2, 3, 2), (2, 2, 2, 1, 3)), stride=(2, 1, 3)),
    deconv("stride above kernel", ((1, 2, 3, 2), (2, 2, 1, 2)), stride=3),
    deconv("no batch", ((0, 2, 3, 2), (2, 2, 2, 2)), stride=2),
    conv("halves", ((2, 3, 5), (2, 3, 3)), dtype="float16"),
    conv("float64", ((2, 3, 5), (2, 3, 3)), dtype="float64"),
    row("conv asymmetric padding", lambda x, w: x.conv2d(w, padding=(1, 0, 2, -1)),
        lambda x, w: F.conv2d(F.pad(x, (1, 0, 2, -1)), w), ((X, W),), rtol=1e-4, atol=1e-5),
    row("conv one image", lambda x, w, b: x.conv2d(w, b), F.conv2d,
        (((2, 4, 5), (3, 2, 2, 2), (3,)),), rtol=1e-4, atol=1e-5),
    row("conv ints", lambda x, w: x.conv2d(w), F.conv1d, (((1, 2, 6), (3, 2, 3)),),
        dtype="int64", high=9),
    row("im2col", lambda x: x.im2col((3, 2), 2, 1, (2, 3)),
        lambda x: F.unfold(x, (3, 2), 2, 1, (2, 3)),
        ((2, 3, 6, 5),)),
    row("col2im", lambda x: x.col2im((6, 5), (3, 2), 2, 1, (2, 1)),
        lambda x: F.fold(x, (6, 5), (3, 2), 2, 1, (2, 1)), ((2, 12, 10),)),
    row("col2im apart", lambda x: x.fold((6, 4), 2, stride=2),
        lambda x: F.fold(x, (6, 4), 2, stride=2),
        ((1, 8, 6),)),
]  # fmt: skip


def pool(name: str, case: Any, kernel: Any, **kw: Any) -> list[Row]:
    theirs: dict[str, Any] = {"max": F.max_pool2d, "avg": F.avg_pool2d}
    return [
        row(
            f"{kind}_pool {name}",
            lambda x, kind=kind: getattr(x, f"{kind}_pool2d")(kernel, **kw),
            lambda x, kind=kind: theirs[kind](x, kernel, **kw),
            (case,),
        )
        for kind in (("max",) if "dilation" in kw else ("max", "avg"))
    ]


PLACES = np.array([[[[1, 6], [11, 18]]]])

POOLS = [
    *pool("2", (2, 3, 6, 4), 2),
    *pool("uneven", (1, 2, 7, 5), 2),
    *pool("overlap", (1, 2, 7, 5), 3, stride=1),
    *pool("stride", (1, 2, 7, 5), (3, 2), stride=(2, 1)),
    *pool("apart", (1, 2, 7, 8), 2, stride=3),
    *pool("padding", (1, 2, 6, 5), 3, stride=2, padding=1),
    *pool("ceil", (1, 2, 7, 6), 3, stride=2, ceil_mode=True),
    *pool("ceil padding", (1, 2, 6, 5), 3, stride=2, padding=1, ceil_mode=True),
    *pool("ceil late", (1, 1, 4, 4), 2, stride=3, padding=1, ceil_mode=True),
    *pool("no batch", (0, 2, 4, 4), 2),
    *pool("dilation", (1, 2, 7, 8), 2, stride=1, dilation=2),
    row("avg_pool without pad", lambda x: x.avg_pool2d(3, 2, padding=1, count_include_pad=False),
        lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False), ((1, 2, 6, 5),)),
    row("max_pool indices", lambda x: x.max_pool2d(3, 2, padding=1, return_indices=True),
        lambda x: F.max_pool2d(x, 3, 2, 1, return_indices=True), ((2, 3, 7, 6), (0, 1, 4, 4))),
    row("max_pool indices ceil",
        lambda x: x.max_pool2d(3, 2, padding=1, ceil_mode=True, return_indices=True),
        lambda x: F.max_pool2d(x, 3, 2, 1, ceil_mode=True, return_indices=True), ((1, 2, 7, 6),)),
    row("max_pool indices ties", lambda x: (x * 0).detach().max_pool2d(2, return_indices=True),
        lambda x: F.max_pool2d((x * 0).detach(), 2, return_indices=True), ((1, 1, 4, 4),)),
    row("max_pool ties", lambda x: (x - x.detach()).max_pool2d(3, 2),
        lambda x: F.max_pool2d(x - x.detach(), 3, 2), ((2, 2, 7, 5),)),
    row("max_pool same", lambda x: x.max_pool2d(3, 1, padding="same"),
        lambda x: F.max_pool2d(x, 3, 1, 1), ((1, 2, 4, 5),)),
    row("max_pool 1d", lambda x: x.max_pool1d(3, 2, padding=1),
        lambda x: F.max_pool1d(x, 3, 2, 1), ((2, 3, 7),)),
    row("max_pool 3d", lambda x: x.max_pool3d(2), lambda x: F.max_pool3d(x, 2), ((1, 2, 4, 4, 3),)),
    row("avg_pool 1d", lambda x: x.avg_pool1d(3, stride=2), lambda x: F.avg_pool1d(x, 3, 2),
        ((2, 3, 7),)),
    row("avg_pool 3d", lambda x: x.avg_pool3d((1, 2, 2)), lambda x: F.avg_pool3d(x, (1, 2, 2)),
        ((1, 2, 2, 4, 3),)),
    row("avg_pool divisor", lambda x: x.avg_pool2d(2, divisor_override=3),
        lambda x: F.avg_pool2d(x, 2, divisor_override=3), ((1, 2, 4, 5),)),
    row("lp_pool", lambda x: x.lp_pool2d(3.0, 2, stride=1), lambda x: F.lp_pool2d(x, 3.0, 2, 1),
        ((1, 2, 4, 5),), low=0.1),
    row("max_unpool", lambda x: x.max_unpool2d(Tensor(PLACES), 2, output_size=(5, 4)),
        lambda x: F.max_unpool2d(x, torch.tensor(PLACES), 2, output_size=(5, 4)), ((1, 1, 2, 2),)),
    row("adaptive_avg_pool", lambda x: x.adaptive_avg_pool2d((3, 2)),
        lambda x: F.adaptive_avg_pool2d(x, (3, 2)), ((2, 3, 7, 5), (2, 6, 4), (1, 1, 2, 1))),
    row("adaptive_avg_pool one", lambda x: x.adaptive_avg_pool2d((None, 1)),
        lambda x: F.adaptive_avg_pool2d(x, (None, 1)), ((2, 3, 7, 5),)),
    row("adaptive_avg_pool 1d", lambda x: x.adaptive_avg_pool1d(4),
        lambda x: F.adaptive_avg_pool1d(x, 4), ((2, 3, 6),)),
    row("adaptive_max_pool", lambda x: x.adaptive_max_pool2d((3, 2), return_indices=True),
        lambda x: F.adaptive_max_pool2d(x, (3, 2), return_indices=True), ((2, 3, 7, 5), (1, 6, 4))),
    row("adaptive_max_pool ties", lambda x: (x - x.detach()).adaptive_max_pool2d((3, 2)),
        lambda x: F.adaptive_max_pool2d(x - x.detach(), (3, 2)), ((1, 2, 7, 5),)),
    row("adaptive_max_pool 3d", lambda x: x.adaptive_max_pool3d(2),
        lambda x: F.adaptive_max_pool3d(x, 2), ((1, 2, 3, 2, 4),)),
    row("avg_pool without pad ceil",
        lambda x: x.avg_pool2d(3, 2, padding=1, ceil_mode=True, count_include_pad=False),
        lambda x: F.avg_pool2d(x, 3, 2, 1, True, False), ((1, 2, 6, 5),)),
]  # fmt: skip

IMAGE = (2, 2, 4, 5)


def resize(mode: str, case: Any = IMAGE, **kw: Any) -> Row:
    text = " ".join(f"{k} {v}" for k, v in kw.items())
    return row(
        f"interpolate {mode} {case} {text}", lambda x: x.interpolate(mode=mode, **kw),
        lambda x: F.interpolate(x, mode=mode, **kw), (case,), rtol=1e-4, atol=1e-5,
    )  # fmt: skip


INTERPOLATIONS = [
    resize("bilinear", size=(7, 3)),
    resize("bilinear", size=(6, 9), align_corners=True),
    resize("bilinear", scale_factor=(1.7, 0.6)),
    resize("bilinear", scale_factor=1.7, recompute_scale_factor=True),
    resize("bilinear", size=1, align_corners=True),
    resize("bilinear", size=(2, 3), antialias=True),
    resize("bicubic", size=(7, 3)),
    resize("bicubic", size=(6, 9), align_corners=True),
    resize("bicubic", size=(2, 3), antialias=True),
    resize("bilinear", scale_factor=2),
    resize("bilinear", scale_factor=2, align_corners=True),
    resize("bilinear", size=(12, 20)),
    resize("bilinear", size=(16, 7)),
    resize("bilinear", scale_factor=5),
    resize("bilinear", (1, 2, 33, 35), scale_factor=2),
    resize("bilinear", (1, 1, 1, 1), scale_factor=3),
    resize("bilinear", size=(8, 10), antialias=True),
    resize("bicubic", scale_factor=2),
    resize("bicubic", size=(12, 20)),
    resize("bicubic", (1, 1, 1, 2), scale_factor=4),
    resize("bicubic", size=(8, 15), antialias=True),
    resize("linear", (2, 3, 5), scale_factor=4),
    resize("trilinear", (1, 2, 3, 2, 4), scale_factor=2),
    resize("nearest", size=(8, 10)),
    resize("nearest", size=(7, 3)),
    resize("nearest", scale_factor=1.7),
    resize("nearest-exact", size=(7, 3)),
    resize("area", size=(3, 2)),
    resize("linear", (2, 3, 5), size=8),
    resize("trilinear", (1, 2, 3, 2, 4), size=(2, 4, 5)),
    row("interpolate bytes", lambda x: x.interpolate((7, 3), mode="nearest"),
        lambda x: F.interpolate(x, (7, 3), mode="nearest"), (IMAGE,), 0, 255, dtype="uint8"),
    row("interpolate bytes exactly", lambda x: x.interpolate((8, 3), mode="nearest-exact"),
        lambda x: F.interpolate(x, (8, 3), mode="nearest-exact"), (IMAGE,), 0, 255, dtype="uint8"),
    row("interpolate halves by 2", lambda x: x.interpolate((8, 10)),
        lambda x: F.interpolate(x, (8, 10), mode="bilinear"), (IMAGE,), dtype="float16", rtol=2e-3,
        atol=2e-3),
    row("interpolate halves", lambda x: x.interpolate((3, 7)),
        lambda x: F.interpolate(x, (3, 7), mode="bilinear"), (IMAGE,), dtype="float16", rtol=2e-3,
        atol=2e-3),
]  # fmt: skip


def sample(mode: str, padding_mode: str, align_corners: bool, case: Any = None) -> Row:
    args = (mode, padding_mode, align_corners)
    return row(
        f"grid_sample {' '.join(map(str, args))} {case}",
        lambda x, g: x.grid_sample(g * 0.8, *args),
        lambda x, g: F.grid_sample(x, g * 0.8, *args), (case or (IMAGE, (2, 3, 4, 2)),),
        rtol=1e-4, atol=5e-5,
    )  # fmt: skip


SOLID = ((1, 2, 3, 2, 4), (1, 2, 3, 2, 3))
SAMPLES = [
    *(sample(m, p, False) for m in ("bilinear", "nearest", "bicubic")
      for p in ("zeros", "border", "reflection")),
    *(sample(m, "reflection", True) for m in ("bilinear", "nearest", "bicubic")),
    sample("bilinear", "zeros", False, SOLID),
    sample("nearest", "border", True, SOLID),
    row("affine_grid", lambda x: x.affine_grid((2, 3, 4, 5)),
        lambda x: F.affine_grid(x, (2, 3, 4, 5), False), ((2, 2, 3),)),
    row("affine_grid 3d", lambda x: x.affine_grid((2, 3, 4, 5, 2), True),
        lambda x: F.affine_grid(x, (2, 3, 4, 5, 2), True), ((2, 3, 4),)),
    row("pixel_shuffle", lambda x: x.pixel_shuffle(2), lambda x: F.pixel_shuffle(x, 2),
        ((2, 8, 2, 3), (4, 1, 1))),
    row("pixel_unshuffle", lambda x: x.pixel_unshuffle(2), lambda x: F.pixel_unshuffle(x, 2),
        ((2, 2, 4, 6),)),
]  # fmt: skip

ROWS = CONVOLUTIONS + POOLS + INTERPOLATIONS + SAMPLES

COMPILED = CONVOLUTIONS + POOLS[::2] + INTERPOLATIONS[::5] + SAMPLES[:12:5] + SAMPLES[12:]

test_meaning, test_compiled = against_torch(ROWS, COMPILED)


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[Any, Any, dict[str, Any]]:
    """The shapes of x and weight, and arguments that both libraries take."""
    n, groups = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    few = st.integers(1, 3)
    kernel = tuple(draw(few) for _ in range(n))
    steps, gaps = (tuple(draw(few) for _ in range(n)) for _ in range(2))
    pads = tuple(draw(st.integers(0, 2)) for _ in range(n))
    sizes = tuple(
        max(1, g * (k - 1) + 1 - 2 * p) + draw(st.integers(0, 3))
        for k, g, p in zip(kernel, gaps, pads, strict=True)
    )
    inputs = draw(few)
    x = (draw(st.integers(0, 2)), groups * inputs, *sizes)
    weight = (groups * draw(st.integers(1, 2)), inputs, *kernel)
    return x, weight, {"stride": steps, "dilation": gaps, "padding": pads, "groups": groups}


def test_interpolate_takes_the_order_of_either_library() -> None:
    x = Tensor.arange(6).float().reshape(1, 1, 2, 3)
    expected = x.interpolate(size=(3, 5), mode="linear", align_corners=True).tolist()
    assert x.interpolate((3, 5), "linear", True).tolist() == expected
    assert x.interpolate((3, 5), None, "bilinear", True).tolist() == expected


def both(shapes: list[Any], method: str, **kw: Any) -> None:
    """A method and PyTorch's function of that name agree, with their gradients."""
    n = len(shapes[0]) - 2
    name = f"{method}{n}d"
    compare(
        row(name, lambda x, w: getattr(x, name)(w, **kw),
            lambda x, w: getattr(F, name)(x, w, **kw), (), rtol=1e-4, atol=1e-5),
        tuple(shapes),
    )  # fmt: skip


@given(convolutions())
@settings(max_examples=examples(40), deadline=None)
def test_random_convolutions_are_pytorchs(drawn: Any) -> None:
    x, weight, kw = drawn
    with Context(ORACLE=1):
        both([x, weight], "conv", **kw)


@given(convolutions(), st.integers(0, 2))
@settings(max_examples=examples(40), deadline=None)
def test_random_transposed_convolutions_are_pytorchs(drawn: Any, more: int) -> None:
    x, weight, kw = drawn
    few = [max(s, d) - 1 for s, d in zip(kw["stride"], kw["dilation"], strict=True)]
    kw["output_padding"] = tuple(min(more, f) for f in few)
    outputs, inputs, *kernel = weight
    spans = [
        (s - 1) * t + g * (k - 1) + 1 + m - 2 * p
        for s, t, g, k, m, p in zip(
            x[2:], kw["stride"], kw["dilation"], kernel, kw["output_padding"], kw["padding"],
            strict=True,
        )
    ]  # fmt: skip
    if min(spans) < 1:
        kw["padding"] = 0
    with Context(ORACLE=1):
        both([(x[0], outputs, *x[2:]), (outputs, inputs, *kernel)], "conv_transpose", **kw)


@given(convolutions())
@settings(max_examples=examples(4), deadline=None)
def test_random_convolutions_compiled(drawn: Any) -> None:
    x, weight, kw = drawn
    both([x, weight], "conv", **kw)
