"""Products, convolutions, pooling, normalisation and losses against PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from smelt import Context, Tensor
from tests.helpers import Case, Row, compare, parametrize, row

# PyTorch's note on padding="same" with an even kernel.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")

CLASSES = np.array([2, 0, 1, 2])
LABELS, LABELS_T = Tensor(CLASSES), torch.tensor(CLASSES)
IMAGE_LABELS = np.array([[[0, 2], [1, 1]], [[2, 2], [0, 1]]])
WEIGHTS = np.array([0.5, 1.0, 2.0], np.float32)
MASK = np.tril(np.ones((3, 5), bool), 1)

PRODUCTS = [
    row("matmul", lambda x, y: x @ y, cases=(((2, 3), (3, 4)), ((1, 1), (1, 1)), ((0, 3), (3, 2)),
                                             ((2, 0), (0, 3)))),
    row("matmul vector", lambda x, y: x @ y, cases=(((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)))),
    row("matmul batch", lambda x, y: x @ y, cases=(((2, 2, 3), (2, 3, 4)), ((2, 3), (4, 3, 2)),
                                                   ((2, 1, 2, 3), (3, 3, 2)), ((3,), (2, 3, 4)))),
    row("matmul ints", lambda x, y: x @ y, cases=(((2, 3), (3, 4)),), dtype="int32", high=9),
    row("matmul float64", lambda x, y: x @ y, cases=(((2, 3), (3, 4)),), dtype="float64"),
    row("dot", lambda x, y: x.dot(y), cases=(((3,), (3,)), ((0,), (0,)))),
    row("outer", lambda x, y: x.outer(y), cases=(((3,), (2,)), ((1,), (0,)))),
    row("linear", lambda x, w, b: x.linear(w.T, b), F.linear,
        (((2, 3), (4, 3), (4,)), ((2, 2, 3), (1, 3), (1,)))),
]  # fmt: skip


def einsum(formula: str, *shapes: tuple[int, ...]) -> Row:
    return row(
        f"einsum {formula} {shapes}",
        lambda *t: Tensor.einsum(formula, *t),
        lambda *t: torch.einsum(formula, *t),
        (shapes,),
    )


EINSUMS = [
    einsum("ij,jk->ik", (2, 3), (3, 4)),
    einsum("ij,jk", (2, 3), (3, 4)),
    einsum("ij->ji", (2, 3)),
    einsum("ij->", (2, 3)),
    einsum("ii->i", (3, 3)),
    einsum("ii", (3, 3)),
    einsum("iij->ij", (2, 2, 3)),
    einsum("bij,bjk->bik", (2, 2, 3), (2, 3, 2)),
    einsum("...ij,...jk->...ik", (2, 2, 3), (3, 2)),
    einsum("...i,...i->...", (2, 1, 3), (4, 3)),
    einsum("i,j->ij", (2,), (3,)),
    einsum("ij,ij->i", (2, 3), (2, 3)),
    einsum("ij,kj,kl->il", (2, 3), (4, 3), (4, 2)),
    einsum("i...->...", (2, 3, 2)),
    einsum("bhld,bhsd->bhls", (1, 2, 3, 2), (1, 2, 4, 2)),
    einsum("ba", (2, 3)),
]

X, W = (2, 4, 6, 5), (6, 4, 3, 3)


def conv(name: str, case: Any, **kw: Any) -> Row:
    functions: dict[int, Any] = {3: F.conv1d, 4: F.conv2d, 5: F.conv3d}
    function = functions[len(case[0])]
    return row(
        f"conv {name}", lambda *t: t[0].conv2d(*t[1:], **kw), lambda *t: function(*t, **kw),
        (case,), rtol=1e-4, atol=1e-5,
    )  # fmt: skip


def deconv(name: str, case: Any, **kw: Any) -> Row:
    functions: dict[int, Any] = {3: F.conv_transpose1d, 4: F.conv_transpose2d}
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
    row("avg_pool without pad ceil",
        lambda x: x.avg_pool2d(3, 2, padding=1, ceil_mode=True, count_include_pad=False),
        lambda x: F.avg_pool2d(x, 3, 2, 1, True, False), ((1, 2, 6, 5),)),
]  # fmt: skip

NORMS = [
    row("layernorm", lambda x: x.layernorm(), lambda x: F.layer_norm(x, x.shape[-1:]),
        ((2, 4), (2, 3, 5)), atol=1e-5),
    row("layernorm two", lambda x: x.layernorm((-2, -1), eps=1e-3),
        lambda x: F.layer_norm(x, x.shape[-2:], eps=1e-3), ((2, 3, 5),), atol=1e-5),
    row("rms_norm", lambda x: x.rms_norm(eps=1e-5), lambda x: F.rms_norm(x, x.shape[-1:], eps=1e-5),
        ((2, 4), (2, 3, 5))),
    row("group_norm", lambda x: x.group_norm(2), lambda x: F.group_norm(x, 2),
        ((2, 4, 3), (1, 2, 2, 2)), atol=1e-5),
    row("batchnorm", lambda x, w, b: x.batchnorm(w, b, x.mean((0, 2, 3)),
                                                 (x.var((0, 2, 3), correction=0) + 1e-5).rsqrt()),
        lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True),
        (((4, 3, 2, 2), (3,), (3,)),), rtol=1e-4, atol=1e-5),
    row("dropout", lambda x: x.dropout(0.5), lambda x: F.dropout(x, 0.5, training=False)),
]  # fmt: skip

Q, K = (2, 2, 3, 4), (2, 2, 5, 4)


def attention(name: str, case: Any, **kw: Any) -> Row:
    def ours(*t: Tensor) -> Tensor:
        mask = {k: Tensor(v) if isinstance(v, np.ndarray) else v for k, v in kw.items()}
        return t[0].scaled_dot_product_attention(*t[1:3], **(mask | _extra(t)))

    def theirs(*t: torch.Tensor) -> torch.Tensor:
        mask = {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in kw.items()}
        return F.scaled_dot_product_attention(*t[:3], **(mask | _extra(t)))

    return row(f"attention {name}", ours, theirs, (case,), atol=1e-5)


def _extra(t: Any) -> dict[str, Any]:
    return {"attn_mask": t[3]} if len(t) > 3 else {}


ATTENTION = [
    attention("plain", (Q, K, K)),
    attention("causal", (Q, Q, Q), is_causal=True),
    attention("causal rectangle", (Q, K, K), is_causal=True),
    attention("mask", (Q, K, K), attn_mask=MASK),
    attention("bias", (Q, K, K, (3, 5))),
    attention("scale", (Q, K, K), scale=0.3),
    attention("grouped", ((1, 4, 3, 2), (1, 2, 5, 2), (1, 2, 5, 2)), enable_gqa=True),
]


def classes(name: str, **kw: Any) -> Row:
    ours = {k: Tensor(v) if isinstance(v, np.ndarray) else v for k, v in kw.items()}
    theirs = {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in kw.items()}
    return row(
        f"cross_entropy {name}", lambda x: x.cross_entropy(LABELS, **ours),
        lambda x: F.cross_entropy(x, LABELS_T, **theirs), ((4, 3),),
    )  # fmt: skip


LOSSES = [
    classes("mean"),
    classes("sum", reduction="sum"),
    classes("none", reduction="none"),
    classes("smooth", label_smoothing=0.2),
    classes("ignore", ignore_index=2),
    classes("ignore smooth", ignore_index=2, label_smoothing=0.1),
    classes("weight", weight=WEIGHTS),
    classes("weight smooth", weight=WEIGHTS, label_smoothing=0.3),
    classes("weight ignore none", weight=WEIGHTS, ignore_index=0, reduction="none"),
    row("cross_entropy image", lambda x: x.cross_entropy(Tensor(IMAGE_LABELS)),
        lambda x: F.cross_entropy(x, torch.tensor(IMAGE_LABELS)), ((2, 3, 2, 2),)),
    row("cross_entropy of one", lambda x: x.cross_entropy(Tensor(1)),
        lambda x: F.cross_entropy(x, torch.tensor(1)), ((3,),)),
    row("cross_entropy probabilities", lambda x, y: x.cross_entropy(y.softmax(1)),
        lambda x, y: F.cross_entropy(x, y.softmax(1)), (((4, 3), (4, 3)),)),
    row("cross_entropy probabilities smooth",
        lambda x, y: x.cross_entropy(y.softmax(1), label_smoothing=0.1, weight=Tensor(WEIGHTS)),
        lambda x, y: F.cross_entropy(x, y.softmax(1), label_smoothing=0.1,
                                     weight=torch.tensor(WEIGHTS)), (((4, 3), (4, 3)),)),
    row("sparse_categorical_crossentropy",
        lambda x: x.sparse_categorical_crossentropy(LABELS.reshape(2, 2)),
        lambda x: F.cross_entropy(x.movedim(-1, 1), LABELS_T.reshape(2, 2)), ((2, 2, 3),)),
    row("nll_loss", lambda x: x.log_softmax().nll_loss(LABELS),
        lambda x: F.nll_loss(x.log_softmax(-1), LABELS_T), ((4, 3),)),
    row("nll_loss weight", lambda x: x.nll_loss(LABELS, Tensor(WEIGHTS)),
        lambda x: F.nll_loss(x, LABELS_T, torch.tensor(WEIGHTS)), ((4, 3),)),
    row("mse_loss", lambda x, y: x.mse_loss(y), F.mse_loss, (((2, 3), (2, 3)),)),
    row("l1_loss", lambda x, y: x.l1_loss(y), F.l1_loss, (((2, 3), (2, 3)),)),
    row("l1_loss sum", lambda x, y: x.l1_loss(y, reduction="sum"),
        lambda x, y: F.l1_loss(x, y, reduction="sum"), (((2, 3), (2, 3)),)),
    row("huber_loss", lambda x, y: x.huber_loss(y, delta=0.7),
        lambda x, y: F.huber_loss(x, y, delta=0.7), (((2, 3), (2, 3)),)),
    row("binary_crossentropy", lambda x, y: x.binary_crossentropy(y), F.binary_cross_entropy,
        (((2, 3), (2, 3)),), low=0.05, high=0.95),
    row("binary_crossentropy_logits", lambda x, y: x.binary_crossentropy_logits(y.sigmoid()),
        lambda x, y: F.binary_cross_entropy_with_logits(x, y.sigmoid()), (((2, 3), (2, 3)),),
        low=-30, high=30, atol=1e-5),
    row("one_hot", lambda x: x.int().abs().one_hot(5).long(),
        lambda x: F.one_hot(x.int().abs().long(), 5), ((2, 3), (0,)), low=-4, high=4),
]  # fmt: skip

ROWS = PRODUCTS + EINSUMS + CONVOLUTIONS + POOLS + NORMS + ATTENTION + LOSSES


@parametrize(ROWS, every_case=True)
def test_meaning(row: Row, case: Case) -> None:
    with Context(ORACLE=1):
        compare(row, case)


@parametrize(ROWS, every_case=False)
def test_compiled(row: Row, case: Case) -> None:
    compare(row, case)
