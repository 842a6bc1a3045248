"""Movement, joining, padding and the named forms of indexing against PyTorch, with gradients."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from smelt import Tensor
from tests.helpers import Row, against_torch, row
from tests.tensor.test_shapes_against_torch import CUBE, MATRIX, constant

IDS, IDS_T = constant([2, 0, 1, 1])
GRID, GRID_T = constant([[0, 2, 1], [1, 1, 0]])
FLAGS, FLAGS_T = constant([True, False, True])
COUNTS, COUNTS_T = constant([2, 0, 1])
SQUARE = ((2, 3), (1, 4), (3, 1))


def padded(name: str, pad: Any, mode: str, cases: Any, flat: Any = None) -> Row:
    """`flat` is what PyTorch takes for a pad that it does not know."""

    def theirs(x: torch.Tensor) -> torch.Tensor:
        widths = flat or pad
        extra = len(widths) // 2 + 2 - x.ndim  # it pads the last axes of a batch alone
        return F.pad(x[(None,) * extra], widths, mode=mode)[(0,) * extra]

    return row(name, lambda x: x.pad(pad, mode=mode), theirs, cases)


MOVEMENT = [
    row("view dtype", lambda x: x.view(_like(x, "int32")), cases=MATRIX),
    row("view_as", lambda x, y: x.view_as(y), cases=(((2, 6), (3, 4)), ((0, 2), (2, 0)))),
    row("ravel", lambda x: x.ravel(), cases=(*MATRIX, ())),
    row("squeeze dims", lambda x: x.squeeze((0, -1)), cases=((1, 3, 1), (2, 1, 3), (1, 0))),
    row("unsqueeze dims", lambda x: x.unsqueeze((0, -1)), lambda x: x[None, ..., None],
        (*MATRIX, ())),
    row("t", lambda x: x.t(), cases=((2, 3), (3,), ())),
    row("moveaxis", lambda x: x.moveaxis(-1, 0), cases=CUBE),
    row("swapdims", lambda x: x.swapdims(1, -1), cases=CUBE),
    row("transpose of ones", lambda x: x.reshape(1, 1).transpose(0, 1), cases=((), (1,))),
    row("rot90", lambda x: x.rot90(), lambda x: torch.rot90(x), SQUARE),
    row("rot90 2", lambda x: x.rot90(2, (1, 0)), lambda x: torch.rot90(x, 2, (1, 0)), SQUARE),
    row("rot90 -1", lambda x: x.rot90(-1, (2, 0)), lambda x: torch.rot90(x, -1, (2, 0)), CUBE),
    row("fliplr", lambda x: x.fliplr().flipud(), cases=SQUARE),
    row("expand_as", lambda x, y: x.expand_as(y), cases=(((3, 1), (2, 3, 4)), ((1,), (0, 2)))),
    row("broadcast_to", lambda x: x.broadcast_to((2, 3)), cases=((3,), (2, 1), ())),
    row("select", lambda x: x.select(1, -2), cases=CUBE[:1]),
    row("tile", lambda x: x.tile(2), lambda x: x.tile((2,)), MATRIX),
    row("tile new axes", lambda x: x.tile((2, 1, 2)), cases=((2, 3), (2,))),
    row("roll flat", lambda x: x.roll(-2), cases=((2, 3), (0, 3))),
    row("roll twice along an axis", lambda x: x.roll((1, 1, 7), (0, 0, 1)), cases=MATRIX),
    row("rearrange", lambda x: x.rearrange("a (b c) d -> (d a) c 1 b", b=2),
        lambda x: x.reshape(x.shape[0], 2, -1, x.shape[2]).permute(3, 0, 2, 1).reshape(
            x.shape[0] * x.shape[2], -1, 1, 2), ((2, 4, 3), (1, 2, 1))),
    row("rearrange ...", lambda x: x.rearrange("1 ... a -> a (...)"),
        lambda x: x[0].movedim(-1, 0).reshape(x.shape[-1], -1), ((1, 2, 3, 4), (1, 5))),
    row("hstack", lambda x, y: Tensor.hstack([x, y]), lambda x, y: torch.hstack([x, y]),
        (((2, 3), (2, 1)), ((2,), (3,)), ((), ()))),
    row("vstack", lambda x, y: Tensor.vstack([x, y]), lambda x, y: torch.vstack([x, y]),
        (((2, 3), (1, 3)), ((3,), (3,)), ((), ()))),
    row("stack of scalars", lambda x, y: Tensor.stack([x, y], dim=-1),
        lambda x, y: torch.stack([x, y], dim=-1), (((), ()), ((2, 3), (2, 3)), ((0,), (0,)))),
    row("concat promotes", lambda x, y: x.concat(y > 0, dim=-1),
        lambda x, y: torch.concat([x, y > 0], -1), (((2, 3), (2, 2)),)),
    row("tensor_split", lambda x: x.tensor_split(3), cases=((7, 2), (2, 3))),
    row("tensor_split at", lambda x: x.tensor_split((1, -1, 9), 1), cases=((2, 4), (3, 0))),
    row("split uneven", lambda x: x.split([0, 3, 1], -1), cases=((2, 4),)),
    row("unbind", lambda x: x.unbind(1), cases=(*MATRIX[:3], (2, 3, 2))),
    row("diag", lambda x: x.diag(), cases=((3,), (1,), (2, 3))),
    row("diag 1", lambda x: x.diag(1), cases=((3,), (3, 3))),
    row("diag -2", lambda x: x.diag(-2), cases=((2,), (3, 3), (1, 2))),
    row("diag_embed", lambda x: x.diag_embed(), cases=(*MATRIX, (2,))),
    row("diag_embed dims", lambda x: x.diag_embed(-1, 0, 2), cases=((2, 3), (1, 1))),
    row("diagonal of a cube", lambda x: x.diagonal(1, -1, 0), cases=CUBE),
    row("unfold twice", lambda x: x.unfold(1, 2, 1).unfold(0, 2, 2), cases=((4, 3), (3, 2))),
]  # fmt: skip

PADS = [
    padded("reflect", (2, 1), "reflect", ((2, 3), (4,))),
    padded("reflect two axes", (2, 0, 1, 2), "reflect", ((3, 4), (2, 3, 3))),
    padded("reflect and crop", (-1, 2, 1, -1), "reflect", ((3, 4),)),
    padded("replicate", (0, 3), "replicate", ((2, 3), (1,))),
    padded("replicate two axes", (2, 1, 1, 2), "replicate", ((1, 2), (2, 2, 1))),
    padded("replicate and crop", (-2, 3, 2, -1), "replicate", ((3, 4),)),
    padded("circular", (3, 1), "circular", ((2, 3), (4,))),
    padded("circular three axes", (1, 0, 0, 2, 1, 1), "circular", ((2, 2, 3),)),
    padded("circular and crop", (-1, 2, 2, -1), "circular", ((3, 4),)),
    padded("pairs of reflect", ((0, 1), None), "reflect", ((2, 3), (4, 1)), (0, 0, 0, 1)),
    padded("nothing", (0, 0), "circular", ((2, 3), (1,))),
    row("crop", lambda x: x.pad((-1, -1, 0, -1)), lambda x: F.pad(x, (-1, -1, 0, -1)), ((2, 3),)),
    row("pad ints", lambda x: x.pad((1, 1), value=7), lambda x: F.pad(x, (1, 1), value=7), MATRIX,
        dtype="int32", high=9),
    row("pad inf", lambda x: x.pad((0, 1), value=float("-inf")).exp(),
        lambda x: F.pad(x, (0, 1), value=float("-inf")).exp(), MATRIX),
]  # fmt: skip


def _like(x: Any, name: str) -> Any:
    return name if isinstance(x, Tensor) else getattr(torch, name)


def _ids(x: Any, ours: Tensor, theirs: torch.Tensor) -> Any:
    return ours if isinstance(x, Tensor) else theirs


def reduced(reduce: str, include_self: bool, cases: Any, **options: Any) -> Row:
    name = f"scatter_reduce {reduce}{' alone' * (not include_self)} {options.get('dtype', '')}"
    return row(
        name.strip(),
        lambda x, y: x.scatter_reduce(
            1, _ids(x, GRID, GRID_T), y, reduce, include_self=include_self
        ),
        None,
        cases,
        **options,
    )


PAIR = (((2, 3), (2, 3)), ((3, 4), (2, 3)))
TIES = {"dtype": "int32", "low": -3, "high": 4}
NAMED = [
    row("take_along_dim", lambda x: x.take_along_dim(_ids(x, GRID, GRID_T), 1),
        cases=((2, 3), (1, 3))),
    row("take_along_dim flat", lambda x: x.take_along_dim(_ids(x, IDS, IDS_T)),
        cases=((2, 3), (3,))),
    row("gather a scalar", lambda x: x.gather(0, _ids(x, IDS[1], IDS_T[1])), cases=((),)),
    row("gather of nothing", lambda x: x.gather(1, _ids(x, GRID[:0], GRID_T[:0])), cases=((2, 3),)),
    row("take negative", lambda x: x.take(_ids(x, -IDS, -IDS_T)), cases=((2, 3), (3, 1))),
    row("index_select 0", lambda x: x.index_select(0, _ids(x, IDS, IDS_T)), cases=((3, 2), (4,))),
    row("scatter multiply", lambda x, y: x.scatter(1, GRID, y, reduce="multiply"),
        lambda x, y: x.scatter_reduce(1, GRID_T, y, "prod"), PAIR),
    row("scatter value", lambda x: x.scatter(1, _ids(x, GRID, GRID_T), value=2.0), cases=((2, 3),)),
    row("scatter_add ints", lambda x, y: x.scatter_add(1, _ids(x, GRID, GRID_T), y),
        cases=PAIR, **TIES),
    row("scatter into a scalar", lambda x, y: x.scatter_add(0, _ids(x, IDS[1], IDS_T[1]), y),
        cases=(((), ()),)),
    *(reduced(r, True, PAIR) for r in ("sum", "prod", "mean", "amax", "amin")),
    *(reduced(r, False, PAIR) for r in ("sum", "prod", "mean", "amax", "amin")),
    *(reduced(r, True, PAIR, **TIES) for r in ("prod", "mean", "amax", "amin")),
    row("scatter_reduce of equals", lambda x, y: (x * 0).scatter_reduce(
        1, _ids(x, GRID, GRID_T), y.relu(), "amax"), cases=PAIR, high=1),
    row("scatter_reduce prod of zeros", lambda x, y: x.relu().scatter_reduce(
        1, _ids(x, GRID, GRID_T), y.relu(), "prod"), cases=PAIR),
    row("index_add", lambda x, y: x.index_add(0, _ids(x, IDS, IDS_T), y),
        cases=(((3, 2), (4, 2)), ((4,), (4,)))),
    row("index_add alpha", lambda x, y: x.index_add(1, _ids(x, IDS, IDS_T), y, alpha=2),
        cases=(((2, 3), (2, 4)),)),
    row("index_copy", lambda x, y: x.index_copy(0, _ids(x, IDS[:3], IDS_T[:3]), y),
        cases=(((3, 2), (3, 2)), ((4,), (3,)))),
    row("index_fill", lambda x: x.index_fill(-1, _ids(x, IDS, IDS_T), 0.5), cases=((2, 3), (0, 4))),
    row("index_reduce", lambda x, y: x.index_reduce(0, IDS, y, "amax"),
        lambda x, y: x.scatter_reduce(0, IDS_T[:, None].expand(4, 2), y, "amax"),
        (((3, 2), (4, 2)),)),
    row("index_put", lambda x, y: x.index_put((_ids(x, IDS, IDS_T),), y, True),
        cases=(((3, 2), (4, 2)), ((3, 2), ()))),
    row("put", lambda x, y: x.put(IDS, y, True), lambda x, y: x.put(IDS_T, y, True),
        (((2, 3), (4,)),)),
    row("masked_select", lambda x: x.masked_select(_ids(x, FLAGS, FLAGS_T)), cases=((2, 3), (3,))),
    row("masked_select values", lambda x: x.masked_select(x > 0), cases=(*MATRIX, ())),
    row("masked_scatter", lambda x, y: x.masked_scatter(_ids(x, FLAGS, FLAGS_T), y),
        cases=(((2, 3), (5,)), ((3,), (2,)))),
    row("nonzero", lambda x: (x > 0).nonzero(), cases=(*MATRIX, (2, 2, 3), ())),
    row("nonzero as_tuple", lambda x: (x > 0).nonzero(as_tuple=True), cases=((2, 3), (4,), ())),
    row("nonzero of ints", lambda x: x.nonzero(), cases=((9,),), dtype="int32"),
    row("argwhere", lambda x: (x > 0).argwhere(), cases=((2, 3), (0,))),
    row("repeat_interleave counts", lambda x: x.repeat_interleave(_ids(x, COUNTS, COUNTS_T), 0),
        lambda x: x.repeat_interleave(COUNTS_T, 0), ((3, 2), (3,))),
    row("repeat_interleave output_size",
        lambda x: x.repeat_interleave(_ids(x, COUNTS, COUNTS_T), dim=-1, output_size=3),
        cases=((2, 3),)),
    row("x[values > 0]", lambda x: x[x > 0], cases=(*MATRIX, ())),
    row("x[mask, 1:]", lambda x: x[_ids(x, FLAGS, FLAGS_T), 1:], cases=((3, 2), (3, 1))),
    row("x[ids, mask]", lambda x: x[[0, 1], _ids(x, FLAGS, FLAGS_T)], cases=((3, 3),)),
    row("x[True]", lambda x: x[True], cases=((2, 3), ())),
]  # fmt: skip


def written(name: str, key: Any, cases: Any) -> Row:
    """x[key] = y on a result, with gradients to both; a function of x is a key by its values."""

    def both(x: Any, *y: Any) -> Any:
        x = x * 1
        x[key(x) if callable(key) else key] = y[0] if y else 0.5
        return x

    return row(name, both, None, cases)


WRITTEN = [
    written("x[x > 0] = number", lambda x: x > 0, (*MATRIX, ())),
    written("x[x > 0] = y", lambda x: x > 0, (((2, 3), ()), ((2, 3), (1,)))),
    written("x[mask, 1] = y", lambda x: (_ids(x, FLAGS, FLAGS_T), 1),
            (((3, 2), (2,)), ((3, 2), ()))),
    written("x[1:, mask] = y", lambda x: (slice(1, None), _ids(x, FLAGS, FLAGS_T)),
            (((3, 3), (2, 1)), ((3, 3), (2, 2)))),
    written("x[:, None, mask] = y", lambda x: (slice(None), None, _ids(x, FLAGS, FLAGS_T)),
            (((2, 3), (1, 1)), ((2, 3), (2, 1, 2)))),
    written("x[grid, ids] = y", lambda x: (
        _ids(x, GRID[:, :1], GRID_T[:, :1]), slice(None, None, 2)),
            (((3, 3), (2, 1, 2)),)),
]  # fmt: skip

ROWS = MOVEMENT + PADS + NAMED + WRITTEN

test_meaning, test_compiled = against_torch(ROWS)
