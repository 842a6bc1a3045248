"""Movement, reductions and indexing against PyTorch: values, dtypes and gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from smelt import Tensor
from tests.helpers import Row, against_torch, row

MATRIX = ((2, 3), (1, 4), (0, 3), (3, 0))
CUBE = ((2, 3, 4), (1, 1, 1), (2, 0, 3))


def constant(values: Any) -> tuple[Any, Any]:
    """The same integers for both libraries."""
    array = np.array(values)
    return Tensor(array), torch.tensor(array)


IDS, IDS_T = constant([2, 0, 1, 1])
GRID, GRID_T = constant([[0, 2, 1], [1, 1, 0]])
NEGATIVE, NEGATIVE_T = constant([-1, 0, -3])
FLAGS, FLAGS_T = constant([True, False, True])

MOVEMENT = [
    row("reshape", lambda x: x.reshape(-1), cases=CUBE),
    row("reshape -1", lambda x: x.reshape(4, -1, 2), cases=((2, 3, 4), (8,), (4, 1, 4))),
    row("view", lambda x: x.view(3, 2), cases=((2, 3), (6,), (1, 6))),
    row("flatten", lambda x: x.flatten(), cases=(*CUBE, ())),
    row("flatten 1", lambda x: x.flatten(1), cases=CUBE),
    row("flatten 0 1", lambda x: x.flatten(0, 1), cases=CUBE),
    row("unflatten", lambda x: x.unflatten(1, (2, -1)), cases=((3, 4), (1, 2), (0, 6))),
    row("squeeze", lambda x: x.squeeze(), cases=((1, 3, 1), (2, 3), (1,), ())),
    row("squeeze dim", lambda x: x.squeeze(0), cases=((1, 3, 1), (2, 3))),
    row("unsqueeze", lambda x: x.unsqueeze(-1), cases=(*MATRIX, ())),
    row("unsqueeze 1", lambda x: x.unsqueeze(1), cases=MATRIX),
    row("permute", lambda x: x.permute(2, 0, 1), cases=CUBE),
    row("permute negative", lambda x: x.permute(-1, 1, 0), cases=CUBE),
    row("transpose", lambda x: x.transpose(0, 1), cases=CUBE),
    row("T", lambda x: x.T, cases=MATRIX),
    row("mT", lambda x: x.mT, cases=CUBE),
    row("swapaxes", lambda x: x.swapaxes(0, -1), cases=CUBE),
    row("movedim", lambda x: x.movedim(0, 2), cases=CUBE),
    row("movedim several", lambda x: x.movedim((0, 2), (1, 0)), cases=CUBE),
    row("expand", lambda x: x.expand(2, 4, 3), cases=((4, 3), (1, 3), (2, 1, 1))),
    row("expand -1", lambda x: x.expand(-1, 3), cases=((4, 1), (0, 1), (4, 3))),
    row("flip", lambda x: x.flip(0), cases=MATRIX),
    row("flip two", lambda x: x.flip((0, 2)), cases=CUBE),
    row("repeat", lambda x: x.repeat(2, 3), cases=((2,), (2, 2), (0, 2))),
    row("repeat new axes", lambda x: x.repeat(2, 1, 3), cases=((2,), (1, 2))),
    row("repeat_interleave", lambda x: x.repeat_interleave(3), cases=MATRIX),
    row("repeat_interleave dim", lambda x: x.repeat_interleave(2, dim=1), cases=MATRIX),
    row("roll", lambda x: x.roll(1), cases=MATRIX),
    row("roll dims", lambda x: x.roll((1, -2), (0, 1)), cases=((2, 3), (1, 4))),
    row("tril", lambda x: x.tril(), cases=((3, 3), (2, 3, 4), (0, 2))),
    row("tril -1", lambda x: x.tril(-1), cases=((3, 3), (2, 4))),
    row("triu", lambda x: x.triu(), cases=((3, 3), (2, 3, 4), (0, 2))),
    row("triu 1", lambda x: x.triu(1), cases=((3, 3), (4, 2))),
    row("diagonal", lambda x: x.diagonal(), cases=((3, 3), (2, 4), (4, 2), (1, 1))),
    row("diagonal 1", lambda x: x.diagonal(1), cases=((3, 3), (2, 4))),
    row("diagonal -1 dims", lambda x: x.diagonal(-1, 2, 0), cases=((2, 3, 4), (3, 1, 3))),
    row("unfold", lambda x: x.unfold(1, 2, 1), cases=((2, 5), (1, 2), (0, 3))),
    row("unfold step", lambda x: x.unfold(0, 3, 2), cases=((8, 2), (3,), (7,))),
    row("unfold apart", lambda x: x.unfold(0, 2, 3), cases=((8, 2), (5,))),
    row("narrow", lambda x: x.narrow(1, 1, 2), cases=((2, 3), (1, 4), (0, 3))),
    row("cat", lambda x, y: x.cat(y, dim=1), lambda x, y: torch.cat([x, y], 1),
        (((2, 3), (2, 1)), ((2, 0), (2, 4)), ((0, 1), (0, 2)))),
    row("cat of three", lambda x, y: Tensor.cat([x, y, x]), lambda x, y: torch.cat([x, y, x]),
        (((2, 3), (1, 3)), ((1,), (3,)))),
    row("stack", lambda x, y: x.stack(y, dim=1), lambda x, y: torch.stack([x, y], 1),
        (((2, 3), (2, 3)), ((1,), (1,)))),
    row("split", lambda x: x.split(2, 1), cases=((2, 5), (1, 2), (3, 1))),
    row("split sizes", lambda x: x.split([1, 2], 1), cases=((2, 3), (0, 3))),
    row("chunk", lambda x: x.chunk(3), cases=((7, 2), (3,), (2,))),
    row("meshgrid", lambda x, y: x.meshgrid(y), lambda x, y: torch.meshgrid(x, y, indexing="ij"),
        (((2,), (3,)), ((1,), (4,)))),
    row("meshgrid xy", lambda x, y: x.meshgrid(y, indexing="xy"),
        lambda x, y: torch.meshgrid(x, y, indexing="xy"), (((2,), (3,)),)),
    row("pad", lambda x: x.pad((1, 2)), lambda x: torch.nn.functional.pad(x, (1, 2)), MATRIX),
    row("pad two value", lambda x: x.pad((1, 0, 2, 1), value=0.5),
        lambda x: torch.nn.functional.pad(x, (1, 0, 2, 1), value=0.5), (*MATRIX, (2, 3, 1))),
    row("pad negative", lambda x: x.pad((-1, 2), value=3.0),
        lambda x: torch.nn.functional.pad(x, (-1, 2), value=3.0), ((2, 3), (1, 4))),
    row("pad pairs", lambda x: x.pad(((1, 0), None)),
        lambda x: torch.nn.functional.pad(x, (0, 0, 1, 0)), MATRIX),
    row("shrink", lambda x: x.shrink(((0, 1), (1, 3))), lambda x: x[0:1, 1:3], ((2, 3), (1, 4))),
]  # fmt: skip

REDUCTIONS = [
    row("sum", lambda x: x.sum(), cases=(*MATRIX, ())),
    row("sum axis", lambda x: x.sum(axis=1), cases=CUBE),
    row("sum dim", lambda x: x.sum(dim=-1), cases=CUBE),
    row("sum axes keepdim", lambda x: x.sum((0, 2), keepdim=True), cases=CUBE),
    row("sum of ints", lambda x: x.sum(0), cases=CUBE, dtype="int32"),
    row("sum of bools", lambda x: x.sum(0), cases=CUBE, dtype="bool"),
    row("sum dtype", lambda x: x.sum(0, dtype=_like(x, "float64")), cases=CUBE),
    row("prod", lambda x: x.prod(), cases=((2, 3), (1,), ())),
    row("prod axis", lambda x: x.prod(1), cases=CUBE),
    row("prod with a zero", lambda x: x.tril().prod(1), cases=((2, 2), (3, 2))),
    row("prod of ints", lambda x: x.prod(1), cases=CUBE, dtype="int16", low=-4, high=4),
    row("max", lambda x: x.max(), cases=((2, 3), (1,), ())),
    row("amax axis", lambda x: x.amax(1), cases=((2, 3), (1, 4), (0, 3))),
    row("amax of equals", lambda x: (x * 0).amax(1, keepdim=True), cases=((2, 3), (1, 4))),
    row("amin axis", lambda x: x.amin(0), cases=((2, 3), (1, 4), (2, 0))),
    row("min of ints", lambda x: x.min(), cases=((2, 3), (1,)), dtype="int32", low=-9, high=9),
    row("max of uint8", lambda x: x.max(), cases=((2, 3), (1,)), dtype="uint8", low=0, high=99),
    row("mean", lambda x: x.mean(), cases=(*MATRIX, ())),
    row("mean axis", lambda x: x.mean(1, keepdim=True), cases=CUBE),
    row("mean axes", lambda x: x.mean((0, 1)), cases=CUBE),
    row("var", lambda x: x.var(), cases=((2, 3), (5,))),
    row("var axis", lambda x: x.var(1), cases=((2, 3), (4, 2))),
    row("var correction", lambda x: x.var(1, correction=0), cases=((2, 3), (1, 4))),
    row("std", lambda x: x.std(), cases=((2, 3), (5,))),
    row("std axis", lambda x: x.std(1, keepdim=True), cases=((2, 3), (4, 2))),
    row("std of equals", lambda x: (x * 0).std(0), cases=((2, 3), (4,))),
    row("var_mean", lambda x: x.var_mean(1), lambda x: torch.var_mean(x, 1), ((2, 3), (4, 2))),
    row("std_mean", lambda x: x.std_mean(), lambda x: torch.std_mean(x), ((2, 3), (4, 2))),
    row("norm", lambda x: x.norm(), cases=((2, 3), (1,), (0, 3))),
    row("norm at 0", lambda x: (x * 0).norm(), cases=((2, 3),)),
    row("norm 1 axis", lambda x: x.norm(1, 1), cases=((2, 3), (1, 4))),
    row("norm 3", lambda x: x.norm(3), cases=((2, 3), (4,))),
    row("norm inf", lambda x: x.norm(float("inf"), 1), cases=((2, 3), (1, 4))),
    row("any", lambda x: (x > 1).any(), cases=(*MATRIX, ())),
    row("any axis", lambda x: (x > 1).any(1), cases=MATRIX),
    row("all", lambda x: (x > -1).all(), cases=(*MATRIX, ())),
    row("all axis", lambda x: (x > -1).all(0, keepdim=True), cases=MATRIX),
    row("argmax", lambda x: x.argmax(), cases=((2, 3), (1,), ())),
    row("argmax axis", lambda x: x.argmax(1), cases=((2, 3), (1, 4), (0, 3))),
    row("argmax keepdim", lambda x: x.argmax(0, keepdim=True), cases=((2, 3), (1, 4))),
    row("argmax of equals", lambda x: (x * 0).argmax(1), cases=((2, 3), (1, 4))),
    row("argmin axis", lambda x: x.argmin(1), cases=((2, 3), (1, 4))),
    row("argmin of ints", lambda x: x.argmin(1), cases=((2, 3),), dtype="int32", low=-9, high=9),
    row("softmax", lambda x: x.softmax(-1), cases=(*CUBE, (5,)), high=9),
    row("softmax dim 0", lambda x: x.softmax(dim=0), cases=CUBE),
    row("softmax large", lambda x: x.softmax(-1), cases=CUBE, low=80, high=200),
    row("log_softmax", lambda x: x.log_softmax(-1), cases=CUBE, high=9),
    row("log_softmax dim 1", lambda x: x.log_softmax(dim=1), cases=CUBE, low=80, high=200),
    row("logsumexp", lambda x: x.logsumexp(1), cases=((2, 3), (1, 4)), low=80, high=200),
    row("logsumexp keepdim", lambda x: x.logsumexp((0, 1), keepdim=True), cases=((2, 3, 2),)),
    row("cumsum", lambda x: x.cumsum(0), cases=(*MATRIX, ())),
    row("cumsum axis", lambda x: x.cumsum(1), cases=CUBE),
    row("cumsum long", lambda x: x.cumsum(0), cases=((200,), (130, 2)), rtol=1e-4, atol=1e-5),
    row("cumsum of ints", lambda x: x.cumsum(1), cases=((2, 5),), dtype="int32", high=9),
]  # fmt: skip


def _like(x: Any, name: str) -> Any:
    return name if isinstance(x, Tensor) else getattr(torch, name)


INDEXING = [
    row("x[1]", lambda x: x[1], cases=((2, 3), (4,))),
    row("x[-1, 0]", lambda x: x[-1, 0], cases=((2, 3), (1, 1))),
    row("x[1:]", lambda x: x[1:], cases=((4, 3), (1, 3))),
    row("x[:, 1:3]", lambda x: x[:, 1:3], cases=((2, 4), (0, 3), (2, 2))),
    row("x[::2]", lambda x: x[::2], cases=((5, 2), (4,), (1,))),
    row("x[1::3, ::2]", lambda x: x[1::3, ::2], cases=((8, 3), (2, 4))),
    row("x[5:2]", lambda x: x[5:2], cases=((8, 3),)),
    row("x[..., 0]", lambda x: x[..., 0], cases=((2, 3, 4), (2,))),
    row("x[None, :, None]", lambda x: x[None, :, None], cases=MATRIX),
    row("x[ids]", lambda x: x[IDS], lambda x: x[IDS_T], ((3, 2), (3,), (5, 0))),
    row("x[:, ids]", lambda x: x[:, IDS], lambda x: x[:, IDS_T], ((2, 3), (0, 3), (2, 3, 2))),
    row("x[grid]", lambda x: x[GRID], lambda x: x[GRID_T], ((3, 2), (3,))),
    row("x[negative]", lambda x: x[NEGATIVE], lambda x: x[NEGATIVE_T], ((3, 2), (4,))),
    row("x[ids, ids]", lambda x: x[IDS, IDS], lambda x: x[IDS_T, IDS_T], ((3, 3), (3, 4, 2))),
    row("x[ids, :, ids]", lambda x: x[IDS, :, IDS], lambda x: x[IDS_T, :, IDS_T], ((3, 2, 3),)),
    row("x[grid, ids[:3]]", lambda x: x[GRID, IDS[:3]], lambda x: x[GRID_T, IDS_T[:3]], ((3, 3),)),
    row("x[:, ids, None]", lambda x: x[:, IDS, None], lambda x: x[:, IDS_T, None], ((2, 3, 2),)),
    row("x[1:, ids]", lambda x: x[1:, IDS], lambda x: x[1:, IDS_T], ((4, 3),)),
    row("x[list]", lambda x: x[[0, -1]], cases=((3, 2), (1,))),
    row("x[mask]", lambda x: x[FLAGS], lambda x: x[FLAGS_T], ((3, 2), (3,))),
    row("x[:, mask]", lambda x: x[:, FLAGS], lambda x: x[:, FLAGS_T], ((2, 3),)),
    row("gather 0", lambda x: x.gather(0, GRID), lambda x: x.gather(0, GRID_T), ((3, 3), (4, 5))),
    row("gather 1", lambda x: x.gather(1, GRID), lambda x: x.gather(1, GRID_T), ((2, 3), (3, 4))),
    row("take", lambda x: x.take(IDS), lambda x: x.take(IDS_T), ((2, 3), (3,))),
    row("index_select", lambda x: x.index_select(1, IDS), lambda x: x.index_select(1, IDS_T),
        ((2, 3), (0, 3))),
    row("scatter", lambda x, y: x.scatter(1, IDS[None, :3], y),
        lambda x, y: x.scatter(1, IDS_T[None, :3], y), (((2, 4), (1, 3)),)),
    row("scatter number", lambda x: x.scatter(1, GRID, 0.5), lambda x: x.scatter(1, GRID_T, 0.5),
        ((2, 3), (3, 4))),
    row("scatter_add", lambda x, y: x.scatter_add(1, GRID, y),
        lambda x, y: x.scatter_add(1, GRID_T, y), (((2, 3), (2, 3)), ((3, 4), (2, 3)))),
    row("scatter_add 0", lambda x, y: x.scatter_add(0, GRID, y),
        lambda x, y: x.scatter_add(0, GRID_T, y), (((3, 3), (2, 3)),)),
]  # fmt: skip


def setting(name: str, key: Any, key_t: Any, cases: Any) -> Row:
    """x[key] = y on a result, with gradients to both."""

    def ours(x: Tensor, y: Tensor) -> Tensor:
        x = x * 1
        x[key] = y
        return x

    def theirs(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        x = x * 1
        x[key_t] = y
        return x

    return row(name, ours, theirs, cases)


S = slice
ASSIGNMENTS = [
    setting("x[1] = y", 1, 1, (((3, 2), (2,)), ((3, 2), ()))),
    setting("x[1:3] = y", S(1, 3), S(1, 3), (((4, 2), (2, 2)), ((4, 2), (1,)))),
    setting("x[::2, 1] = y", (S(None, None, 2), 1), (S(None, None, 2), 1), (((5, 2), (3,)),)),
    setting("x[..., None, 0] = y", (..., None, 0), (..., None, 0), (((3, 2), (3, 1)),)),
    setting("x[ids[:3]] = y", IDS[:3], IDS_T[:3], (((3, 2), (3, 2)), ((4,), ()))),
    setting("x[:, ids[:3]] = y", (S(None), IDS[:3]), (S(None), IDS_T[:3]), (((2, 3), (2, 3)),)),
    setting("x[ids[:3], 1] = y", (IDS[:3], 1), (IDS_T[:3], 1), (((4, 2), (3,)),)),
    setting("x[negative] = y", NEGATIVE, NEGATIVE_T, (((4, 2), (3, 2)),)),
    setting("x[mask] = number", FLAGS, FLAGS_T, (((3, 2), ()), ((3,), ()))),
    setting("x[mask] = y", FLAGS, FLAGS_T, (((3, 2), (2, 2)),)),
]

ROWS = MOVEMENT + REDUCTIONS + INDEXING + ASSIGNMENTS

test_meaning, test_compiled = against_torch(ROWS)
