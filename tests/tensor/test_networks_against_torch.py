"""Products, normalisation, attention and losses against PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from smelt import Tensor, stats
from smelt.util.errors import OutOfRangeError
from tests.helpers import Row, against_torch, row

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
    row("matmul halves", lambda x, y: x @ y, cases=(((2, 3), (3, 4)),), dtype="float16", rtol=2e-3),
    row("matmul dtype", lambda x, y: x.matmul(y, dtype="float64"),
        lambda x, y: x.double() @ y.double(), (((2, 3), (3, 2)),), rtol=1e-12),
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

NORMS = [
    row("layernorm", lambda x: x.layernorm(), lambda x: F.layer_norm(x, x.shape[-1:]),
        ((2, 4), (2, 3, 5)), atol=1e-5),
    row("layernorm two", lambda x: x.layernorm((-2, -1), eps=1e-3),
        lambda x: F.layer_norm(x, x.shape[-2:], eps=1e-3), ((2, 3, 5),), atol=1e-5),
    row("rms_norm", lambda x: x.rms_norm(eps=1e-5), lambda x: F.rms_norm(x, x.shape[-1:], eps=1e-5),
        ((2, 4), (2, 3, 5))),
    row("layer_norm", lambda x, w, b: x.layer_norm((3, 5), w, b),
        lambda x, w, b: F.layer_norm(x, (3, 5), w, b), (((2, 3, 5), (3, 5), (3, 5)),), atol=1e-5),
    row("layer_norm halves", lambda x, w: x.layer_norm(5, w), lambda x, w: F.layer_norm(x, (5,), w),
        (((2, 5), (5,)),), dtype="float16", rtol=4e-3, atol=2e-3),
    row("rms_norm weight", lambda x, w: x.rms_norm(weight=w),
        lambda x, w: F.rms_norm(x, (5,), w, 1e-5), (((2, 5), (5,)),), atol=1e-5),
    row("group_norm", lambda x: x.group_norm(2), lambda x: F.group_norm(x, 2),
        ((2, 4, 3), (1, 2, 2, 2)), atol=1e-5),
    row("group_norm affine", lambda x, w, b: x.group_norm(2, w, b),
        lambda x, w, b: F.group_norm(x, 2, w, b), (((2, 4, 3), (4,), (4,)),), atol=1e-5),
    row("instance_norm", lambda x, w, b: x.instance_norm(w, b),
        lambda x, w, b: F.instance_norm(x, weight=w, bias=b),
        (((2, 3, 2, 4), (3,), (3,)),), atol=1e-5),
    row("local_response_norm", lambda x: x.local_response_norm(3, 0.5, 0.7, 2.0),
        lambda x: F.local_response_norm(x, 3, 0.5, 0.7, 2.0), ((2, 4, 3),)),
    row("local_response_norm even", lambda x: x.local_response_norm(2, 0.5),
        lambda x: F.local_response_norm(x, 2, 0.5), ((1, 3, 2, 2),)),
    row("normalize", lambda x: x.normalize(), F.normalize, ((3, 4), (1, 1), (0, 3))),
    row("normalize 3", lambda x: x.normalize(3.0, -1), lambda x: F.normalize(x, 3.0, -1),
        ((3, 4),), low=0.1),
    row("batchnorm", lambda x, w, b: x.batchnorm(w, b, x.mean((0, 2, 3)),
                                                 (x.var((0, 2, 3), correction=0) + 1e-5).rsqrt()),
        lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True),
        (((4, 3, 2, 2), (3,), (3,)),), rtol=1e-4, atol=1e-5),
    row("dropout", lambda x: x.dropout(0.5), lambda x: F.dropout(x, 0.5, training=False)),
]  # fmt: skip

DISTANCES = [
    row("cosine_similarity", lambda x, y: x.cosine_similarity(y), F.cosine_similarity,
        (((3, 4), (3, 4)), ((3, 4), (1, 4)), ((0, 4), (0, 4)))),
    row("cosine_similarity dim", lambda x, y: x.cosine_similarity(y, 0),
        lambda x, y: F.cosine_similarity(x, y, 0), (((3, 4), (3, 4)),)),
    row("pairwise_distance", lambda x, y: x.pairwise_distance(y), F.pairwise_distance,
        (((3, 4), (3, 4)), ((3, 4), (4,)))),
    row("pairwise_distance 1", lambda x, y: x.pairwise_distance(y, 1.0, keepdim=True),
        lambda x, y: F.pairwise_distance(x, y, 1.0, keepdim=True), (((3, 4), (3, 4)),)),
    row("cdist", lambda x, y: x.cdist(y), torch.cdist, (((3, 4), (2, 4)), ((2, 3, 1), (2, 2, 1)))),
    row("cdist 1", lambda x, y: x.cdist(y, 1.0), lambda x, y: torch.cdist(x, y, 1.0),
        (((3, 4), (2, 4)),)),
]  # fmt: skip

Q, K = (2, 2, 3, 4), (2, 2, 5, 4)
LONG = (1, 521, 4)  # of which causal attention does some queries at a time


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


def window(name: str, seen: Any, size: Any, **kw: Any) -> Row:
    return row(
        f"attention window {name}",
        lambda q, k, v: q.scaled_dot_product_attention(k, v, window=size, **kw),
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, attn_mask=torch.tensor(seen)),
        ((Q, K, K),), atol=1e-5,
    )  # fmt: skip


NOT_ONE = np.arange(3)[:, None] != 1
BIAS = np.linspace(-1, 1, 15, dtype=np.float32).reshape(3, 5)
WAY = np.arange(5) - np.arange(3)[:, None]  # from a query to a key

ATTENTION = [
    attention("plain", (Q, K, K)),
    attention("causal", (Q, Q, Q), is_causal=True),
    attention("causal in blocks", (LONG, LONG, LONG), is_causal=True),
    attention("causal blocks", ((2, 530, 3), (2, 530, 3), (2, 530, 1)), is_causal=True, scale=2.0),
    attention("causal rectangle", (Q, K, K), is_causal=True),
    attention("mask", (Q, K, K), attn_mask=MASK),
    attention("bias", (Q, K, K, (3, 5))),
    attention("scale", (Q, K, K), scale=0.3),
    attention("grouped", ((1, 4, 3, 2), (1, 2, 5, 2), (1, 2, 5, 2)), enable_gqa=True),
    attention("nothing seen", (Q, K, K), attn_mask=MASK & NOT_ONE),
    attention("bias nothing seen", (Q, K, K), attn_mask=np.where(MASK & NOT_ONE, BIAS, -np.inf)),
    attention("two axes", ((3, 4), (5, 4), (5, 2))),
    window("before and after", WAY <= 1, (-1, 1)),
    window("near", abs(WAY) < 2, 2),
    window("behind", (WAY <= 0) & (WAY >= -1), (1, 0)),
    window("causal", (WAY <= 0) & (WAY > -2), 2, is_causal=True),
    row("attention softcap", lambda q, k, v: q.scaled_dot_product_attention(k, v, softcap=0.7),
        lambda q, k, v: ((q @ k.mT / 2 / 0.7).tanh() * 0.7).softmax(-1) @ v, ((Q, K, K),)),
]  # fmt: skip


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

SIGNS = np.array([1, -1, 1], np.int64)
PART = np.array([[0.0, 0.3, 0.7], [0.5, 0.5, 0.0]], np.float32)


def loss(name: str, method: str, function: Any, *parts: Any, **kw: Any) -> Row:
    """A loss of a tensor and others, with constants behind them."""
    low, high = kw.pop("low", -2.0), kw.pop("high", 2.0)
    case = kw.pop("case", ((2, 3), (2, 3)))
    return row(
        name, lambda *t: getattr(t[0], method)(*t[1:], *map(Tensor, parts), **kw),
        lambda *t: function(*t, *map(torch.tensor, parts), **kw), (case,), low=low, high=high,
        atol=1e-5,
    )  # fmt: skip


MARGINS = [
    loss("smooth_l1_loss", "smooth_l1_loss", F.smooth_l1_loss, beta=0.7),
    loss("smooth_l1_loss 0", "smooth_l1_loss", F.smooth_l1_loss, beta=0.0),
    loss("kl_div", "kl_div", F.kl_div, low=0.1, reduction="sum"),
    loss("kl_div zeros", "kl_div", F.kl_div, PART, case=((2, 3),), reduction="none"),
    loss("kl_div batchmean", "kl_div", F.kl_div, reduction="batchmean", log_target=True),
    loss("poisson_nll_loss", "poisson_nll_loss", F.poisson_nll_loss, full=True, low=0.1, high=4.0),
    loss("poisson_nll_loss rate", "poisson_nll_loss", F.poisson_nll_loss, log_input=False,
         reduction="sum", low=0.1, high=4.0),
    loss("gaussian_nll_loss", "gaussian_nll_loss", F.gaussian_nll_loss, full=True, low=0.1,
         case=((2, 3), (2, 3), (2, 3))),
    loss("soft_margin_loss", "soft_margin_loss", F.soft_margin_loss, SIGNS.astype(np.float32),
         case=((3,),)),
    loss("hinge_embedding_loss", "hinge_embedding_loss", F.hinge_embedding_loss, SIGNS,
         case=((2, 3),)),
    loss("margin_ranking_loss", "margin_ranking_loss", F.margin_ranking_loss, SIGNS,
         case=((3,), (3,)), margin=0.3),
    loss("cosine_embedding_loss", "cosine_embedding_loss", F.cosine_embedding_loss, SIGNS,
         case=((3, 4), (3, 4)), margin=0.1),
    loss("triplet_margin_loss", "triplet_margin_loss", F.triplet_margin_loss,
         case=((3, 4), (3, 4), (3, 4)), swap=True),
    row("binary_cross_entropy weight",
        lambda x, y: x.binary_cross_entropy(y, weight=Tensor(WEIGHTS)),
        lambda x, y: F.binary_cross_entropy(x, y, torch.tensor(WEIGHTS).expand(2, 3)),
        (((2, 3), (2, 3)),), low=0.05, high=0.95),
    row("binary_cross_entropy_with_logits",
        lambda x, y: x.binary_cross_entropy_with_logits(y.sigmoid(), pos_weight=Tensor(WEIGHTS)),
        lambda x, y: F.binary_cross_entropy_with_logits(
            x, y.sigmoid(), pos_weight=torch.tensor(WEIGHTS)), (((2, 3), (2, 3)),), atol=1e-5),
]  # fmt: skip

TEXTS = np.array([[1, 2], [3, 3], [4, 1]])


def ctc(name: str, texts: Any = TEXTS, frames: Any = (6, 5, 3), lengths: Any = (2, 2, 1),
        **kw: Any) -> Row:  # fmt: skip
    return row(
        f"ctc_loss {name}",
        lambda x: x.log_softmax(-1).ctc_loss(Tensor(texts), list(frames), list(lengths), **kw),
        lambda x: F.ctc_loss(x.log_softmax(-1), torch.tensor(texts), frames, lengths, **kw),
        ((6, 3, 5),), atol=1e-5,
    )  # fmt: skip


SEQUENCES = [
    ctc("mean"),
    ctc("none", reduction="none"),
    ctc("blank", texts=TEXTS % 4, blank=4, reduction="sum"),
    ctc("infinite", frames=(6, 2, 3), zero_infinity=True),
    ctc("empty", lengths=(2, 0, 1)),
    ctc("one after the other", texts=np.array([1, 2, 3, 3, 4])),
]

ROWS = PRODUCTS + EINSUMS + NORMS + DISTANCES + ATTENTION + LOSSES + MARGINS + SEQUENCES

COMPILED = PRODUCTS + EINSUMS[::3] + NORMS[::2] + ATTENTION[::2] + LOSSES[::2] + SEQUENCES[:1]

test_meaning, test_compiled = against_torch(ROWS, COMPILED)


def test_a_class_out_of_range_raises_when_the_loss_is_computed() -> None:
    x = Tensor.ones(4, 3, requires_grad=True)
    for device in ("CPU", "PYTHON"):
        for labels in ([0, 1, 3, 2], [0, -1, 1, 2]):
            loss = x.to(device).cross_entropy(Tensor(labels, device=device))
            with pytest.raises(OutOfRangeError):
                loss.item()
            (gradient,) = loss.gradient(x)
            with pytest.raises(OutOfRangeError):
                gradient.numpy()
    assert x.cross_entropy(Tensor([0, 3, 1, 2]), ignore_index=3).item() == pytest.approx(np.log(3))


def test_checking_the_classes_costs_no_kernel() -> None:
    x, y = Tensor.ones(64, 10).contiguous().realize(), Tensor([1] * 64).realize()
    with stats() as counted:
        x.cross_entropy(y).realize()
    assert counted.kernels <= 2


def test_dropout2d_drops_whole_channels() -> None:
    with Tensor.train():
        y = Tensor.ones(8, 16, 3, 3).dropout2d(0.25).numpy()
    kept = y[:, :, :1, :1] > 0
    assert (y == np.where(kept, np.float32(1 / 0.75), 0)).all()
    assert 0.5 < kept.mean() < 0.95


def test_a_text_that_does_not_fit_costs_infinity() -> None:
    x = Tensor.zeros(3, 1, 4).log_softmax(-1)
    assert x.ctc_loss(Tensor([[1, 1]]), [2], [2]).item() == np.inf
    assert x.ctc_loss(Tensor([[1, 1]]), [3], [2]).item() < np.inf
