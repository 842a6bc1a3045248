"""Recurrent layers and attention against PyTorch's, with its weights: results and gradients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

import smelt
from smelt import Tensor, nn
from smelt.engine import executable
from smelt.nn.state import get_parameters, get_state_dict, load_state_dict
from smelt.util.errors import ArgumentError, ShapeError
from smelt.util.flags import Context

Arrays = list[np.ndarray[Any, Any]]


def plain(module: Any, *inputs: Any) -> Any:
    return module(*inputs)


def itself(module: Any, x: Any) -> Any:
    return module(x, x, x)


@dataclass(frozen=True)
class Row:
    kind: str  # of both libraries' nn
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    shapes: tuple[tuple[int, ...], ...]
    call: Callable[..., Any] = plain
    masks: tuple[np.ndarray[Any, Any], ...] = ()


PADDING = np.array([[0, 0, 1], [0, 1, 0]], bool)
CAUSAL = np.triu(np.ones((3, 3), bool), 1)
ADDED = np.random.default_rng(1).normal(size=(4, 3, 3)).astype(np.float32)
SMALL = {"dim_feedforward": 8, "dropout": 0.1}
HEADS = "MultiheadAttention"

ROWS = {
    "rnn cell": Row("RNNCell", (3, 4, True, "relu"), {}, ((2, 3), (2, 4))),
    "gru cell": Row("GRUCell", (3, 4), {}, ((2, 3), (2, 4))),
    "lstm cell": Row("LSTMCell", (3, 4), {"bias": False}, ((3,),)),
    "rnn": Row("RNN", (3, 4), {"nonlinearity": "tanh"}, ((3, 2, 3),)),
    "gru": Row("GRU", (3, 4), {"batch_first": True}, ((2, 3, 3), (1, 2, 4))),
    "lstm": Row("LSTM", (3, 4), {}, ((3, 2, 3),)),
    "lstm of two layers in both directions": Row(
        "LSTM",
        (3, 2, 2),
        {"bidirectional": True, "bias": False},
        ((2, 3), (4, 2), (4, 2)),
        lambda module, x, h, c: module(x, (h, c)),
    ),
    "attention": Row(HEADS, (6, 2), {}, ((4, 2, 6),), itself),
    "attention to others": Row(
        HEADS,
        (6, 2),
        {"kdim": 5, "vdim": 3, "batch_first": True},
        ((2, 4, 6), (2, 3, 5), (2, 3, 3)),
        lambda module, *x: module(*x, average_attn_weights=False),
    ),
    "attention without batch and bias": Row(HEADS, (4, 2), {"bias": False}, ((3, 4),), itself),
    "attention with masks": Row(
        HEADS,
        (6, 2),
        {},
        ((3, 2, 6),),
        lambda module, x, padding, mask: module(x, x, x, padding, False, mask),
        (PADDING, CAUSAL),
    ),
    "attention with a mask for each head": Row(
        HEADS,
        (6, 2),
        {},
        ((3, 2, 6),),
        lambda module, x, mask: module(x, x, x, attn_mask=mask),
        (ADDED,),
    ),
    "attention with one more key and value": Row(
        HEADS,
        (4, 2),
        {"add_bias_kv": True, "batch_first": True},
        ((2, 3, 4),),
        lambda module, x, padding: module(x, x, x, padding),
        (PADDING,),
    ),
    "attention with all that may be added": Row(
        HEADS,
        (4, 2, 0.0, True, True, True),
        {},
        ((3, 2, 4),),
        lambda module, x, mask: module(x, x, x, attn_mask=mask, average_attn_weights=False),
        (ADDED,),
    ),
    "transformer": Row(
        "Transformer",
        (4, 2, 1, 2),
        SMALL | {"batch_first": True},
        ((2, 3, 4), (2, 3, 4)),
        lambda module, x, y, mask, padding: module(
            x, y, tgt_mask=mask, src_key_padding_mask=padding, memory_key_padding_mask=padding
        ),
        (CAUSAL, PADDING),
    ),
    "encoder layer": Row("TransformerEncoderLayer", (4, 2), SMALL, ((3, 2, 4),)),
    "encoder layer, norm first": Row(
        "TransformerEncoderLayer",
        (4, 2),
        SMALL | {"norm_first": True, "batch_first": True, "activation": "gelu"},
        ((2, 3, 4),),
        lambda module, x, padding: module(x, src_key_padding_mask=padding),
        (PADDING,),
    ),
    "decoder layer": Row(
        "TransformerDecoderLayer",
        (4, 2),
        SMALL | {"norm_first": True},
        ((3, 2, 4), (2, 2, 4)),
        lambda module, x, memory, mask: module(x, memory, mask),
        (CAUSAL,),
    ),
}


def flat(result: Any) -> list[Any]:
    if isinstance(result, tuple):
        return [t for part in result for t in flat(part)]
    return [] if result is None else [result]


def same_weights(ours: Any, theirs: torch.nn.Module) -> None:
    torch.manual_seed(4)
    for p in theirs.parameters():
        torch.nn.init.normal_(p, std=0.5)
    load_state_dict(ours, {k: Tensor(v.numpy()) for k, v in theirs.state_dict().items()})


def close(ours: Tensor | None, theirs: torch.Tensor | None, tolerance: float) -> None:
    assert ours is not None
    assert theirs is not None
    np.testing.assert_allclose(
        ours.numpy(), theirs.detach().numpy(), rtol=tolerance, atol=tolerance
    )


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", ROWS)
def test_results_and_gradients_are_pytorchs(name: str) -> None:
    row = ROWS[name]
    ours = getattr(nn, row.kind)(*row.arguments, **row.options)
    theirs = getattr(torch.nn, row.kind)(*row.arguments, **row.options).eval()
    same_weights(ours, theirs)
    rng = np.random.default_rng(2)
    arrays = [rng.normal(size=shape).astype(np.float32) for shape in row.shapes]
    xs = [Tensor(a, requires_grad=True) for a in arrays]
    ts = [torch.tensor(a, requires_grad=True) for a in arrays]
    if row.kind == "LSTMCell":
        ys, t_ys = flat(ours(*xs)), flat(theirs(*ts))
    else:
        ys = flat(row.call(ours, *xs, *map(Tensor, row.masks)))
        t_ys = flat(row.call(theirs, *ts, *map(torch.tensor, row.masks)))
    total, t_total = Tensor(0.0), torch.tensor(0.0)
    for y, t_y in zip(ys, t_ys, strict=True):
        assert y.shape == tuple(t_y.shape)
        total, t_total = total + (y * y).sum(), t_total + (t_y * t_y).sum()
    total.backward()
    t_total.backward()
    state = get_state_dict(ours)
    Tensor.realize(*ys, *(x.grad for x in xs), *(p.grad for p in get_parameters(ours)))
    for y, t_y in zip(ys, t_ys, strict=True):
        close(y, t_y, 1e-5)
    for x, t in zip(xs, ts, strict=True):
        close(x.grad, t.grad, 1e-3)
    for key, p in theirs.named_parameters():
        close(state[key].grad, p.grad, 1e-3)


def test_stacks_of_layers_start_alike_and_have_pytorchs_names() -> None:
    layer = nn.TransformerEncoderLayer(4, 2, **SMALL)
    stack = nn.TransformerEncoder(layer, 2, nn.LayerNorm(4))
    module = torch.nn.TransformerEncoder(
        torch.nn.TransformerEncoderLayer(4, 2, **SMALL), 2, torch.nn.LayerNorm(4), False
    ).eval()
    assert stack.layers[0].linear1.weight.tolist() == stack.layers[1].linear1.weight.tolist()
    assert stack.layers[0].linear1.weight is not stack.layers[1].linear1.weight
    same_weights(stack, module)
    x = np.random.default_rng(2).normal(size=(3, 2, 4)).astype(np.float32)
    mask = np.triu(np.full((3, 3), -np.inf, np.float32), 1)
    close(stack(Tensor(x), Tensor(mask)), module(torch.tensor(x), torch.tensor(mask)), 1e-5)
    close(stack(Tensor(x), is_causal=True), module(torch.tensor(x), torch.tensor(mask)), 1e-5)


def test_a_stack_of_decoder_layers_has_pytorchs_names() -> None:
    stack = nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, **SMALL), 1)
    module = torch.nn.TransformerDecoder(torch.nn.TransformerDecoderLayer(4, 2, **SMALL), 1)
    assert set(get_state_dict(stack)) == set(module.state_dict())
    assert stack(Tensor.ones(3, 1, 4), Tensor.ones(2, 1, 4)).shape == (3, 1, 4)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_transformer_starts_as_pytorchs_and_takes_its_own_parts() -> None:
    model = nn.Transformer(8, 2, 1, 2, **SMALL)
    assert set(get_state_dict(model)) == set(torch.nn.Transformer(8, 2, 1, 2, **SMALL).state_dict())
    first, second = (layer.linear1.weight.numpy() for layer in model.decoder.layers)
    bound = (6 / (8 + 8)) ** 0.5
    assert (first != second).any() and 0.8 * bound < np.abs(first).max() <= bound
    mask = torch.nn.Transformer.generate_square_subsequent_mask(3).tolist()
    assert nn.Transformer.generate_square_subsequent_mask(3).tolist() == mask
    mine = nn.Transformer(8, 2, 1, 1, custom_encoder=lambda x, *_: x * 0, **SMALL)
    assert mine(Tensor.ones(3, 1, 8), Tensor.ones(2, 1, 8)).shape == (2, 1, 8)


def test_a_captured_recurrent_step_trains() -> None:
    Tensor.manual_seed(0)
    model = [nn.GRU(2, 4), nn.Linear(4, 1)]
    optimizer = nn.optim.Adam(get_parameters(model), lr=0.05)

    @smelt.jit
    def step(x: Tensor) -> Tensor:
        optimizer.zero_grad()
        loss = (model[1](model[0](x)[0][-1]) - x.sum((0, 2)).unsqueeze(1)).square().mean()
        loss.backward()
        optimizer.step()
        return loss

    rng = np.random.default_rng(0)
    losses = [
        step(Tensor(rng.uniform(size=(3, 8, 2)).astype(np.float32))).item() for _ in range(60)
    ]
    assert losses[-1] < 0.2 * losses[0]


def test_the_steps_of_a_long_sequence_share_their_kernels() -> None:
    cells, layer = nn.RNNCell(2, 3), nn.RNN(2, 3)
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    load_state_dict(layer, {f"{name}_l0": getattr(cells, name) for name in names})
    x = np.random.default_rng(0).normal(size=(70, 1, 2)).astype(np.float32)
    compiled = set(executable._executables)
    y, h = layer(Tensor(x))
    Tensor.realize(y, h)
    (new,) = (e for k, e in executable._executables.items() if k not in compiled)
    assert len(new.program.steps) > 70
    assert len(new.program.kernels) < 35
    state = np.zeros((1, 3), np.float32)
    wi, wh, bi, bh = (getattr(cells, name).numpy() for name in names)
    values = y.numpy()
    for i in range(70):
        state = np.tanh(x[i] @ wi.T + bi + state @ wh.T + bh)
        np.testing.assert_allclose(values[i], state, atol=1e-5)
    assert h.numpy().tolist() == values[-1:].tolist()


def test_dropout_is_between_layers_and_in_training_only() -> None:
    layer = nn.RNN(2, 3, num_layers=2, dropout=1.0)
    x = Tensor.ones(2, 1, 2)
    assert layer(x)[0].tolist() == layer(x)[0].tolist()
    with Context(TRAINING=1):
        y, h = layer(x)
        no_input, _ = nn.RNN._run(layer, x * 0, None)
    assert h[0].tolist() != [[0.0] * 3]
    assert y.tolist() == no_input.tolist()  # of the second layer


@pytest.mark.parametrize(
    ("make", "bound"),
    [
        (lambda: nn.LSTM(3, 100).weight_ih_l0, 0.1),
        (lambda: nn.GRUCell(3, 100).bias_hh, 0.1),
        (lambda: nn.MultiHeadAttention(100, 2).in_proj_weight, (6 / 400) ** 0.5),
    ],
)
def test_weights_start_uniform(make: Callable[[], Tensor], bound: float) -> None:
    values = make().numpy()
    assert 0.95 * bound < np.abs(values).max() <= bound


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.LSTM(3, 4)(Tensor.ones(2, 2, 5)), ShapeError, r"LSTM: .*\(L, N, 3\)"),
        (lambda: nn.RNN(3, 4)(Tensor.ones(0, 2, 3)), ShapeError, "a sequence of length 0"),
        (lambda: nn.GRU(3, 4)(Tensor.ones(2, 2, 3), Tensor.ones(1, 1, 4)), ShapeError, "a state"),
        (lambda: nn.LSTMCell(3, 4)(Tensor.ones(2, 2)), ShapeError, r"LSTMCell: .*\(N, 3\)"),
        (lambda: nn.GRUCell(3, 4)(Tensor.ones(3), Tensor.ones(1, 4)), ShapeError, r"\(4,\)"),
        (lambda: nn.RNN(3, 4, nonlinearity="gelu"), ArgumentError, "nonlinearity='gelu'"),
        (lambda: nn.LSTM(3, 4, 0), ArgumentError, "num_layers=0"),
        (lambda: nn.MultiHeadAttention(5, 2), ArgumentError, "embed_dim=5, 2 heads"),
        (
            lambda: nn.MultiHeadAttention(4, 2)(*[Tensor.ones(3, 4)] * 3, Tensor.ones(2)),
            ShapeError,
            r"key_padding_mask of shape \(2,\), expected \(1, 3\)",
        ),
        (
            lambda: nn.MultiHeadAttention(4, 2)(
                *[Tensor.ones(3, 4)] * 3, attn_mask=Tensor.ones(3, 2)
            ),
            ShapeError,
            r"attn_mask of shape \(3, 2\), expected \(3, 3\)",
        ),
        (
            lambda: nn.MultiHeadAttention(4, 2)(*[Tensor.ones(4)] * 3),
            ShapeError,
            "three of 3 axes",
        ),
        (
            lambda: nn.TransformerEncoderLayer(4, 2, activation="tanh"),
            ArgumentError,
            "activation='tanh'",
        ),
    ],
)
def test_errors(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
