"""Attention with several heads, and the layers that transformers are made of."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from smelt.dtype import dtypes
from smelt.nn.layers import Linear
from smelt.nn.normalization import LayerNorm
from smelt.nn.state import get_parameters
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError, ShapeError

Activation = str | Callable[[Tensor], Tensor]


class MultiHeadAttention:
    """Attention of num_heads heads (Vaswani and others, 2017), with PyTorch's weights and names.

    query: (L, N, embed_dim), key: (S, N, kdim), value: (S, N, vdim); with batch_first N comes
    first, and it may be left out. Gives (y, weights), y of query's shape; weights (N, L, S) are the
    mean over the heads, or with average_attn_weights=False (N, num_heads, L, S), or None without
    need_weights.

    attn_mask (L, S) or (N * num_heads, L, S) and key_padding_mask (N, S) are added to the scores,
    or as bools say what must *not* be looked at. With add_bias_kv there is one more place to look
    at, whose key and value are the weights bias_k and bias_v; with add_zero_attn another, of zeros.

    >>> from smelt import Tensor
    >>> y, weights = MultiHeadAttention(4, 2)(*[Tensor.ones(3, 1, 4)] * 3)
    >>> y.shape, weights.shape
    ((3, 1, 4), (1, 3, 3))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
    ):
        if embed_dim % num_heads:
            raise ArgumentError(
                "MultiHeadAttention", f"embed_dim={embed_dim}, {num_heads} heads", "a multiple"
            )
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.add_zero_attn = add_zero_attn
        self.bias_k = _normal(embed_dim) if add_bias_kv else None
        self.bias_v = _normal(embed_dim) if add_bias_kv else None
        widths = {"q": embed_dim, "k": kdim or embed_dim, "v": vdim or embed_dim}
        self.packed = set(widths.values()) == {embed_dim}
        if self.packed:
            self.in_proj_weight = _xavier(3 * embed_dim, embed_dim)
        else:
            self.q_proj_weight = _xavier(embed_dim, widths["q"])
            self.k_proj_weight = _xavier(embed_dim, widths["k"])
            self.v_proj_weight = _xavier(embed_dim, widths["v"])
        self.in_proj_bias = Tensor.zeros(3 * embed_dim, requires_grad=True) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias)
        if bias:
            self.out_proj.bias = Tensor.zeros(embed_dim, requires_grad=True)

    def __call__(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        if query.ndim not in (2, 3) or {key.ndim, value.ndim} != {query.ndim}:
            raise ShapeError(
                "MultiHeadAttention",
                f"query {query.shape}, key {key.shape}, value {value.shape}",
                "three of 3 axes, or of 2",
            )
        alone = query.ndim == 2
        if alone:
            query, key, value = (t.unsqueeze(0) for t in (query, key, value))
        elif not self.batch_first:
            query, key, value = (t.transpose(0, 1) for t in (query, key, value))
        q, k, v = self._projected(query, key, value)  # (N, heads, L or S, size)
        mask = self._mask(q, k, key_padding_mask, attn_mask, is_causal)
        k, v, mask = self._with_more_places(k, v, mask)
        weights = None
        if need_weights:
            scores = (q @ k.mT) * (1 / math.sqrt(q.shape[-1]))  # (N, heads, L, S)
            scores = scores if mask is None else scores + mask
            weights = scores.softmax(-1).dropout(self.dropout)
            y = weights @ v
            weights = weights.mean(1) if average_attn_weights else weights
        else:
            y = q.scaled_dot_product_attention(k, v, mask, self.dropout)
        y = self.out_proj(y.transpose(1, 2).flatten(2))  # (N, L, embed_dim)
        if alone:
            return y.squeeze(0), None if weights is None else weights.squeeze(0)
        return y if self.batch_first else y.transpose(0, 1), weights

    def _projected(self, *inputs: Tensor) -> list[Tensor]:
        e = self.embed_dim
        if self.packed:
            weights: Sequence[Tensor] = self.in_proj_weight.split(e)
        else:
            weights = self.q_proj_weight, self.k_proj_weight, self.v_proj_weight
        bias = self.in_proj_bias
        biases = [None] * 3 if bias is None else list(bias.split(e))
        if self.packed and inputs[0] is inputs[1] is inputs[2]:
            parts = list(inputs[0].linear(self.in_proj_weight.T, bias).split(e, dim=-1))
        else:
            parts = [x.linear(w.T, b) for x, w, b in zip(inputs, weights, biases, strict=True)]
        return [t.unflatten(-1, (self.num_heads, -1)).transpose(1, 2) for t in parts]

    def _with_more_places(
        self, k: Tensor, v: Tensor, mask: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Keys, values (N, heads, S, size) and mask (.., S) with the places that always count."""
        n, heads, places, size = k.shape
        if self.bias_k is not None and self.bias_v is not None:
            more = (b.reshape(1, heads, 1, size) for b in (self.bias_k, self.bias_v))
            k, v = (
                x.cat(b.expand(n, heads, 1, size), dim=2) for x, b in zip((k, v), more, strict=True)
            )
        if self.add_zero_attn:
            k, v = (x.pad((0, 0, 0, 1)) for x in (k, v))
        return k, v, None if mask is None else mask.pad((0, k.shape[2] - places))

    def _mask(
        self,
        q: Tensor,
        k: Tensor,
        padding: Tensor | None,
        attention: Tensor | None,
        is_causal: bool,
    ) -> Tensor | None:
        """Both masks as what is added to scores (N, heads, L, S)."""
        n, rows, columns = q.shape[0], q.shape[-2], k.shape[-2]
        if is_causal and attention is None:
            attention = Tensor.ones(rows, columns, dtype=dtypes.bool, device=q.device).triu(1)
        masks = []
        if attention is not None:
            if attention.shape not in ((rows, columns), (n * self.num_heads, rows, columns)):
                raise ShapeError(
                    "MultiHeadAttention",
                    f"attn_mask of shape {attention.shape}",
                    f"{(rows, columns)}, or one for each of {n * self.num_heads} heads",
                )
            heads = self.num_heads if attention.ndim == 3 else 1
            masks.append(attention.reshape(-1, heads, rows, columns))
        if padding is not None:
            if padding.shape not in ((n, columns), (columns,)):
                raise ShapeError(
                    "MultiHeadAttention",
                    f"key_padding_mask of shape {padding.shape}",
                    str((n, columns)),
                )
            masks.append(padding.reshape(-1, 1, 1, columns))
        added = [m.where(-math.inf, 0.0).cast(q.dtype) if m.dtype.is_bool else m for m in masks]
        return added[0] + added[1] if len(added) > 1 else (added[0] if added else None)


MultiheadAttention = MultiHeadAttention


def _xavier(rows: int, columns: int) -> Tensor:
    bound = math.sqrt(6 / (rows + columns))
    return Tensor.uniform(rows, columns, low=-bound, high=bound, requires_grad=True)


def _normal(size: int) -> Tensor:
    """As PyTorch's xavier_normal_ fills (1, 1, size)."""
    return Tensor.normal(1, 1, size, std=math.sqrt(1 / size), requires_grad=True)


class _TransformerLayer:
    """What both kinds of layers have: attention to oneself and two linear layers behind it."""

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
    ):
        if isinstance(activation, str) and activation not in ("relu", "gelu"):
            raise ArgumentError(
                type(self).__name__, f"activation={activation!r}", "'relu', 'gelu' or a function"
            )
        self.dropout = dropout
        self.activation = activation
        self.norm_first = norm_first
        self.self_attn = MultiHeadAttention(d_model, nhead, dropout, bias, batch_first=batch_first)
        self.linear1 = Linear(d_model, dim_feedforward, bias)
        self.linear2 = Linear(dim_feedforward, d_model, bias)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias)

    def _residual(self, x: Tensor, norm: LayerNorm, block: Callable[[Tensor], Tensor]) -> Tensor:
        """norm(x + block(x)), or with norm_first x + block(norm(x))."""
        if self.norm_first:
            return x + block(norm(x)).dropout(self.dropout)
        return norm(x + block(x).dropout(self.dropout))

    def _feed_forward(self, x: Tensor) -> Tensor:
        act = self.activation
        x = self.linear1(x)
        x = getattr(x, act)() if isinstance(act, str) else act(x)
        return self.linear2(x.dropout(self.dropout))


class TransformerEncoderLayer(_TransformerLayer):
    """Attention to oneself, then two linear layers, with residuals and LayerNorms.

    src, y: (L, N, d_model), or (N, L, d_model) with batch_first, or without N; src_mask and
    src_key_padding_mask are MultiHeadAttention's attn_mask and key_padding_mask.

    >>> from smelt import Tensor
    >>> TransformerEncoderLayer(4, 2, dim_feedforward=8)(Tensor.ones(3, 1, 4)).shape
    (3, 1, 4)
    """

    def __call__(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        def attend(x: Tensor) -> Tensor:
            return self.self_attn(
                x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal
            )[0]

        return self._residual(
            self._residual(src, self.norm1, attend), self.norm2, self._feed_forward
        )


class TransformerDecoderLayer(_TransformerLayer):
    """Attention to oneself, then to `memory`, then two linear layers.

    tgt, y: (L, N, d_model), memory: (S, N, d_model), as in TransformerEncoderLayer.

    >>> from smelt import Tensor
    >>> layer = TransformerDecoderLayer(4, 2, dim_feedforward=8)
    >>> layer(Tensor.ones(3, 1, 4), Tensor.ones(5, 1, 4)).shape
    (3, 1, 4)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
    ):
        super().__init__(
            d_model, nhead, dim_feedforward, dropout, activation,
            layer_norm_eps, batch_first, norm_first, bias,
        )  # fmt: skip
        self.multihead_attn = MultiHeadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first
        )
        self.norm3 = LayerNorm(d_model, layer_norm_eps, bias=bias)

    def __call__(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        def attend(x: Tensor) -> Tensor:
            return self.self_attn(
                x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal
            )[0]

        def look(x: Tensor) -> Tensor:
            return self.multihead_attn(
                x, memory, memory, memory_key_padding_mask, False, memory_mask,
                is_causal=memory_is_causal,
            )[0]  # fmt: skip

        x = self._residual(tgt, self.norm1, attend)
        x = self._residual(x, self.norm2, look)
        return self._residual(x, self.norm3, self._feed_forward)


LayerT = TypeVar("LayerT", TransformerEncoderLayer, TransformerDecoderLayer)


class _Stack(Generic[LayerT]):
    """`num_layers` copies of a layer, which start from its weights, and a norm behind them."""

    def __init__(self, layer: LayerT, num_layers: int, norm: LayerNorm | None = None):
        self.layers: list[LayerT] = [copy.deepcopy(layer) for _ in range(num_layers)]
        self.norm = norm


class TransformerEncoder(_Stack[TransformerEncoderLayer]):
    """A stack of TransformerEncoderLayers.

    >>> from smelt import Tensor
    >>> encoder = TransformerEncoder(TransformerEncoderLayer(4, 2, dim_feedforward=8), 2)
    >>> encoder(Tensor.ones(3, 1, 4)).shape
    (3, 1, 4)
    """

    def __call__(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, is_causal)
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(_Stack[TransformerDecoderLayer]):
    """A stack of TransformerDecoderLayers, all of which look at the same memory.

    >>> from smelt import Tensor
    >>> decoder = TransformerDecoder(TransformerDecoderLayer(4, 2, dim_feedforward=8), 2)
    >>> decoder(Tensor.ones(3, 1, 4), Tensor.ones(5, 1, 4)).shape
    (3, 1, 4)
    """

    def __call__(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        for layer in self.layers:
            tgt = layer(
                tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask,
                memory_key_padding_mask, tgt_is_causal, memory_is_causal,
            )  # fmt: skip
        return tgt if self.norm is None else self.norm(tgt)


class Transformer:
    """An encoder, and a decoder that looks at what it gives (Vaswani and others, 2017).

    src: (S, N, d_model), tgt, y: (T, N, d_model); with batch_first N comes first. The masks are
    those of TransformerEncoder and TransformerDecoder.

    >>> from smelt import Tensor
    >>> model = Transformer(4, 2, 1, 1, dim_feedforward=8)
    >>> model(Tensor.ones(5, 1, 4), Tensor.ones(3, 1, 4)).shape
    (3, 1, 4)
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        custom_encoder: Callable[..., Tensor] | None = None,
        custom_decoder: Callable[..., Tensor] | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
    ):
        self.d_model = d_model
        self.nhead = nhead
        self.batch_first = batch_first
        options = (
            d_model, nhead, dim_feedforward, dropout, activation,
            layer_norm_eps, batch_first, norm_first, bias,
        )  # fmt: skip
        self.encoder = custom_encoder or TransformerEncoder(
            TransformerEncoderLayer(*options),
            num_encoder_layers,
            LayerNorm(d_model, layer_norm_eps, bias=bias),
        )
        self.decoder = custom_decoder or TransformerDecoder(
            TransformerDecoderLayer(*options),
            num_decoder_layers,
            LayerNorm(d_model, layer_norm_eps, bias=bias),
        )
        for tensor in get_parameters(self):  # every layer starts from weights of its own
            if tensor.ndim > 1:
                tensor.assign(_xavier(*map(int, tensor.shape)).detach())

    def __call__(
        self,
        src: Tensor,
        tgt: Tensor,
        src_mask: Tensor | None = None,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        src_is_causal: bool = False,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        return self.decoder(
            tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask,
            tgt_is_causal, memory_is_causal,
        )  # fmt: skip

    @staticmethod
    def generate_square_subsequent_mask(sz: int) -> Tensor:
        """A mask (sz, sz) with which each place looks at none behind it.

        >>> Transformer.generate_square_subsequent_mask(2).tolist()
        [[0.0, -inf], [0.0, 0.0]]
        """
        return Tensor.full((sz, sz), -math.inf).triu(1)
