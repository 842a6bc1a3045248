"""Attention to many keys, which is done a block of them at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest

import smelt
from smelt import Tensor
from smelt.tensor import attention


def wanted(q, k, v, is_causal=False, scale=None, softcap=None):
    """In float64."""
    q, k, v = (x.astype(np.float64) for x in (q, k, v))
    scores = q @ k.swapaxes(-1, -2) * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
    if softcap is not None:
        scores = np.tanh(scores / softcap) * softcap
    if is_causal:
        scores = np.where(np.tri(*scores.shape[-2:]), scores, -np.inf)
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True) @ v


def inputs(queries: int, keys: int, dtype="float32"):
    random = np.random.default_rng(0)
    shapes = (2, queries, 4), (2, keys, 4), (2, keys, 3)
    return [random.standard_normal(shape).astype(dtype) for shape in shapes]


@pytest.mark.parametrize(
    ("queries", "keys", "settings"),
    [
        (1536, 1536, {"is_causal": True}),  # 8 blocks of 192, in pairs, fours and halves
        (1541, 1541, {"is_causal": True}),  # 3 more at the end
        (3100, 3100, {"is_causal": True}),  # 16 blocks, and blocks of keys
        (128, 1536, {}),
        (128, 2000, {"softcap": 0.7, "scale": 3.0}),
    ],
)
def test_blocks_of_keys_make_the_same(queries, keys, settings):
    q, k, v = inputs(queries, keys)
    with smelt.stats() as stats:
        got = Tensor(q).scaled_dot_product_attention(Tensor(k), Tensor(v), **settings).numpy()
    assert stats.kernels > 3
    np.testing.assert_allclose(got, wanted(q, k, v, **settings), rtol=2e-5, atol=2e-6)


def test_causal_attention_computes_little_more_than_half_of_the_scores_in_few_kernels():
    shape = (2, 4096, 4)
    x = Tensor.ones(*shape).contiguous().realize()
    with smelt.stats() as stats:
        x.scaled_dot_product_attention(x, x, is_causal=True).realize()
    with smelt.stats() as whole:
        x.scaled_dot_product_attention(x, x).realize()
    assert stats.flops < 0.56 * whole.flops
    assert stats.kernels < 45


@pytest.mark.parametrize(("queries", "keys"), [(200, 1600), (1600, 1537)])
def test_causal_attention_to_more_or_fewer_keys_than_queries(queries, keys):
    q, k, v = inputs(queries, keys)
    got = Tensor(q).scaled_dot_product_attention(Tensor(k), Tensor(v), is_causal=True).numpy()
    np.testing.assert_allclose(got, wanted(q, k, v, True), rtol=2e-5, atol=2e-6)


def test_causal_attention_of_heads_that_share_keys():
    q, k, v = inputs(1600, 1600)
    got = Tensor(q).scaled_dot_product_attention(Tensor(k[0]), Tensor(v[0]), is_causal=True).numpy()
    np.testing.assert_allclose(got, wanted(q, k[0], v[0], True), rtol=2e-5, atol=2e-6)


def test_scores_of_any_size():
    """What is largest in one block is nothing beside another; a block may have nothing at all."""
    q, k, v = inputs(128, 1536, "float64")
    k[:, :512] *= 1e3
    k[:, 600:1024] = -np.inf
    q = abs(q)
    k[:, 512:600] = -np.inf
    got = Tensor(q).scaled_dot_product_attention(Tensor(k), Tensor(v)).numpy()
    np.testing.assert_allclose(got, wanted(q, k, v), rtol=1e-12, atol=1e-12)
    k[0, 1500] = np.nan
    got = Tensor(q).scaled_dot_product_attention(Tensor(k), Tensor(v)).numpy()
    assert np.isnan(got[0]).all()
    assert not np.isnan(got[1]).any()


def test_few_queries_and_the_way_back_need_no_blocks():
    q, k, v = (Tensor(x) for x in inputs(1, 4096))
    with smelt.stats() as stats:
        q.scaled_dot_product_attention(k, v).realize()
    assert stats.kernels <= 3
    q, k, v = (Tensor(x, requires_grad=True) for x in inputs(128, attention.MANY_KEYS))
    with smelt.stats() as stats:
        q.scaled_dot_product_attention(k, v).realize()
    assert stats.kernels <= 3
