"""Bad input: a typed error that names the operation, what it got and what it expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from smelt import Tensor
from smelt.util.errors import (
    ArgumentError,
    AxisError,
    DeviceError,
    DTypeError,
    OutOfRangeError,
    ShapeError,
    SmeltError,
)

F = Tensor.ones(2, 3)
I = Tensor.ones(2, 3, dtype="int32")  # noqa: E741
B = Tensor.ones(2, 3, dtype="bool")

Row = tuple[type[SmeltError], str, Callable[[], Any]]
ROWS: list[Row] = [
    (ShapeError, r"add: got \(2, 3\) and \(2,\), expected", lambda: F + Tensor.ones(2)),
    (ShapeError, r"matmul: got \(2, 3\) @ \(2, 3\), expected .* 2", lambda: F @ F),
    (ShapeError, r"matmul: got \(\) @ \(2, 3\)", lambda: Tensor(1.0) @ F),
    (ShapeError, r"reshape: got \(2, 3\) to \(4,\), expected a shape of 6", lambda: F.reshape(4)),
    (ShapeError, "reshape: .*one -1", lambda: F.reshape(-1, -1)),
    (ShapeError, "reshape: .*sizes that divide", lambda: F.reshape(4, -1)),
    (ShapeError, "reshape: .*sizes from 0 up", lambda: F.reshape(-2, 3)),
    (ShapeError, "reshape: got size 2.5", lambda: F.reshape(2.5)),
    (ShapeError, "expand: ", lambda: F.expand(4, 3)),
    (ShapeError, "expand: .*at least 2 sizes", lambda: F.expand(3)),
    (AxisError, "sum: got axis 2, expected one from -2 to 1", lambda: F.sum(2)),
    (AxisError, r"sum: got axes \(0, 0\), expected each axis once", lambda: F.sum((0, 0))),
    (AxisError, "permute: ", lambda: F.permute(0, 0)),
    (AxisError, "transpose: got axis 5", lambda: F.transpose(0, 5)),
    (AxisError, "unsqueeze: got axis 4, expected one from -3 to 2", lambda: F.unsqueeze(4)),
    (AxisError, "sum: got axis 'x', expected an int", lambda: F.sum("x")),
    (ArgumentError, "sum: got axis=0 and dim=1, expected one", lambda: F.sum(0, dim=1)),
    (ShapeError, "max: got axes .* at least one element", lambda: Tensor.zeros(0, 3).max(0)),
    (ShapeError, "argmax: ", lambda: Tensor.zeros(0).argmax()),
    (ShapeError, "pad: got 3 numbers", lambda: F.pad((1, 2, 3))),
    (ShapeError, "pad: got 1 pairs", lambda: F.pad(((1, 2),))),
    (ArgumentError, "pad: got mode 'mirror'", lambda: F.pad((1, 1), mode="mirror")),
    (ShapeError, "shrink: ", lambda: F.shrink(((0, 5), None))),
    (ShapeError, "shrink: got 1 bounds", lambda: F.shrink((None,))),
    (ShapeError, r"cat: got \(2, 3\) and \(3, 3\)", lambda: F.cat(Tensor.ones(3, 3), dim=1)),
    (ArgumentError, "cat: got no tensors", lambda: Tensor.cat([])),
    (ShapeError, "split: got sizes", lambda: F.split([1, 3], 1)),
    (ArgumentError, "split: got size 0", lambda: F.split(0)),
    (ArgumentError, "chunk: got 0 chunks", lambda: F.chunk(0)),
    (ShapeError, "unfold: got windows of 4", lambda: F.unfold(1, 4, 1)),
    (ShapeError, "tril: got 1 axes", lambda: Tensor.ones(3).tril()),
    (ArgumentError, "diagonal: got axis 0 twice", lambda: F.diagonal(0, 0, 0)),
    (ShapeError, "conv: got x .*, expected x of 4 axes", lambda: F.conv2d(Tensor.ones(1, 3, 2, 2))),
    (ShapeError, "conv: got windows of 5", lambda: Tensor.ones(1, 1, 3, 3).conv2d(
        Tensor.ones(1, 1, 5, 5))),
    (ArgumentError, 'padding="same" with stride', lambda: Tensor.ones(1, 1, 3, 3).conv2d(
        Tensor.ones(1, 1, 3, 3), stride=2, padding="same")),
    (ArgumentError, "window: got stride=", lambda: Tensor.ones(1, 1, 3, 3).conv2d(
        Tensor.ones(1, 1, 3, 3), stride=(1, 1, 1))),
    (ShapeError, "pool: got windows", lambda: Tensor.ones(1, 1, 4, 4).max_pool2d(2, padding=2)),
    (ArgumentError, "einsum: .* a term for each", lambda: Tensor.einsum("ij,jk->ik", F)),
    (ArgumentError, "einsum: .* a letter for each axis", lambda: Tensor.einsum("i->i", F)),
    (ArgumentError, "einsum: .* an output", lambda: Tensor.einsum("ij->k", F)),
    (ShapeError, "einsum: .* axes of 3 and 2", lambda: Tensor.einsum("ij,jk->ik", F, F)),
    (DTypeError, "and: got float32", lambda: F & F),
    (DTypeError, "sub: got bool", lambda: B - B),
    (DTypeError, "where: got a condition of float32", lambda: F.where(1, 0)),
    (DTypeError, "masked_fill: got 0.5 into int32", lambda: I.masked_fill(B, 0.5)),
    (DTypeError, "add: got str, expected a Tensor", lambda: F + "a"),
    (DTypeError, "dtype: got 'float128'", lambda: F.cast("float128")),
    (DTypeError, "dtype: ", lambda: Tensor(["a"])),
    (ArgumentError, r"pow: got int32 to the power -1", lambda: I**-1),
    (DTypeError, "pow: got bool", lambda: B**B),
    (ArgumentError, "clamp: got neither", lambda: F.clamp()),
    (ArgumentError, "arange: got step 0", lambda: Tensor.arange(0, 3, 0)),
    (ArgumentError, "arange: .* int8 holds", lambda: Tensor.arange(200, dtype="int8")),
    (ArgumentError, "linspace: got -1 steps", lambda: Tensor.linspace(0, 1, -1)),
    (ShapeError, r"full: got shape \(-1,\)", lambda: Tensor.zeros(-1)),
    (ShapeError, "item: got a tensor of shape", lambda: F.item()),
    (ShapeError, "bool: got a tensor of shape", lambda: bool(F)),
    (ShapeError, "len: ", lambda: len(Tensor(1))),
    (ShapeError, "Tensor: got a list of lists", lambda: Tensor([[1, 2], [3]])),
    (ArgumentError, "use Tensor.stack", lambda: Tensor([F, F])),
    (DeviceError, "TPU", lambda: Tensor.ones(2, device="TPU")),
    (ArgumentError, "dropout: got p=1.5", lambda: F.dropout(1.5)),
    (ArgumentError, "gelu: got approximate='sigmoid'", lambda: F.gelu(approximate="sigmoid")),
    (ArgumentError, "loss: got reduction='median'", lambda: F.mse_loss(F, reduction="median")),
    (ShapeError, "nll_loss: got Y", lambda: F.cross_entropy(Tensor([0, 1, 2]))),
    (DTypeError, "nll_loss: got classes of float32", lambda: F.nll_loss(Tensor([0.0, 1.0]))),
    (ArgumentError, "attention: got attn_mask and is_causal",
     lambda: F.scaled_dot_product_attention(F, F, F > 0, is_causal=True)),
    (ShapeError, "attention: got 3 heads for 2", lambda: Tensor.ones(3, 2, 4)
        .scaled_dot_product_attention(*[Tensor.ones(2, 2, 4)] * 2, enable_gqa=True)),
    (ArgumentError, "attention: got window=0", lambda: F.scaled_dot_product_attention(
        F, F, window=0)),
    (ArgumentError, "interpolate: got mode='cubist'", lambda: F.interpolate((2, 2), mode="cubist")),
    (ArgumentError, "interpolate: got size=2, scale_factor=2", lambda: F.interpolate(2, 2)),
    (ShapeError, "grid_sample: got x .*, expected a grid", lambda: Tensor.ones(1, 1, 2, 2)
        .grid_sample(Tensor.ones(1, 2, 2, 3))),
    (ShapeError, "col2im: got columns", lambda: Tensor.ones(1, 4, 5).col2im(3, 2)),
    (ShapeError, "conv_transpose: got x", lambda: Tensor.ones(1, 3, 4).conv_transpose2d(
        Tensor.ones(2, 1, 2))),
    (ArgumentError, "max_pool1d: got 4 arguments", lambda: F.max_pool1d(2, 2, 0, 1)),
    (ShapeError, "adaptive_pool: got \\(0,\\) windows", lambda: F.adaptive_avg_pool1d(0)),
    (ShapeError, "pixel_shuffle: got", lambda: Tensor.ones(3, 2, 2).pixel_shuffle(2)),
    (ShapeError, "group_norm: got", lambda: Tensor.ones(1, 3, 2).group_norm(2)),
    (ShapeError, "layer_norm: got x", lambda: F.layer_norm(7)),
    (DTypeError, "ctc_loss: got targets of float32", lambda: Tensor.ones(2, 1, 3).ctc_loss(
        Tensor.ones(1, 1), [2], [1])),
    (ArgumentError, "loss: got reduction='some'", lambda: F.l1_loss(F, reduction="some")),
    (ShapeError, "cross_entropy: got Y", lambda: F.cross_entropy(Tensor.ones(2))),
    (DTypeError, "one_hot: got float32", lambda: F.one_hot(3)),
    (ShapeError, "scatter: got src", lambda: F.scatter(0, I.long(), Tensor.ones(1, 3))),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "message", "call"), ROWS, ids=[r[1] for r in ROWS])
def test_error(kind: type[SmeltError], message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(kind, match=message) as caught:
        call()
    assert __file__ in str(caught.value), "the message names the user's line"


def test_a_class_that_does_not_exist_raises_when_the_loss_is_computed() -> None:
    with pytest.raises(OutOfRangeError):
        F.cross_entropy(Tensor([0, 3]), reduction="none").tolist()
    ignored = F.cross_entropy(Tensor([0, -100]), reduction="none").tolist()
    assert ignored[1] == 0
    one = F[0].cross_entropy(Tensor(3)).item()  # a constant is in no memory that could be checked
    assert one != one


def test_comparing_with_something_else_is_python_s_default() -> None:
    assert (F == "a") is False and (F != None) is True  # noqa: E711
    assert len({F: 1, I: 2}) == 2
