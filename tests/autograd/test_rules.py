"""Each gradient rule against PyTorch and against finite differences; second derivatives too."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

from smelt.autograd import GRADIENT, gradients
from smelt.dtype import DType, dtypes
from smelt.ir import node as ir
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import BufferRef, Node, alu
from smelt.ir.op import OPS, Op

Array = np.ndarray[Any, Any]


class Inputs:
    """Arrays as leaves of a graph, and the evaluation of graphs over them."""

    def __init__(self) -> None:
        self.arrays: dict[BufferRef, Array] = {}

    def leaf(self, array: Array, dtype: DType) -> Node:
        ref = BufferRef("CPU", array.size, dtype)
        self.arrays[ref] = np.ascontiguousarray(array, dtype.np).reshape(-1)
        return ir.reshape(ir.buffer(ref), array.shape)

    def values(self, *nodes: Node) -> list[Array]:
        return evaluate_graph(list(nodes), self.arrays)


@dataclass(frozen=True)
class Row:
    """A function in nodes and in PyTorch, and the inputs to compare them on."""

    name: str
    build: Callable[..., Node]
    reference: Callable[..., torch.Tensor]
    inputs: tuple[tuple[int, ...] | Array, ...]  # a shape: random numbers
    smooth: bool = True  # whether finite differences make sense at these inputs

    def arrays(self) -> list[Array]:
        rng = np.random.default_rng(7)
        return [
            x.astype(np.float64) if isinstance(x, np.ndarray) else rng.uniform(0.5, 2.0, x)
            for x in self.inputs
        ]


def row(
    name: str,
    build: Callable[..., Node],
    reference: Callable[..., torch.Tensor],
    *inputs: tuple[int, ...] | list[Any],
    smooth: bool = True,
) -> Row:
    arrays = tuple(np.array(x, np.float64) if isinstance(x, list) else x for x in inputs)
    return Row(name, build, reference, arrays, smooth)


def op(which: Op) -> Callable[..., Node]:
    return lambda *src: alu(which, *src)


def total(x: Node, which: Op, *axes: int) -> Node:
    return ir.reduce(x, which, axes)


def integers(*values: Any) -> Node:
    """An index tensor of constants, built by choosing among IOTAs."""
    array = np.array(values)
    flat = ir.const(0, dtypes.index, (array.size,))
    counter = ir.iota(array.size)
    for i, v in enumerate(array.reshape(-1)):
        here = ir.logical_not(alu(Op.NE, counter, ir.const(i, dtypes.index, (array.size,))))
        flat = ir.where(here, ir.const(int(v), dtypes.index, (array.size,)), flat)
    return ir.reshape(flat, array.shape)


def booleans(*values: Any) -> Node:
    return ir.cast(integers(*np.array(values, np.int64).tolist()), dtypes.bool)


def windows(x: Node) -> Node:
    """(n,) to (4, 3): overlapping windows of dilation 2."""
    n = x.shape[0]
    repeated = ir.expand(ir.reshape(x, (n, 1)), (n, 3))
    return ir.shear(repeated, 0, 1, 2, 4)


def torch_windows(x: torch.Tensor) -> torch.Tensor:
    padded = torch.nn.functional.pad(x, (0, 8))
    return torch.stack([padded[2 * k : 2 * k + 4] for k in range(3)], 1)


def torch_put(base: torch.Tensor, index: list[int], value: torch.Tensor) -> torch.Tensor:
    """base[index] = value, one write after the other: the last wins, in the gradient as well."""
    rows = list(base.unbind(0))
    for i, v in zip(index, value.unbind(0), strict=True):
        rows[i] = v
    return torch.stack(rows)


LN2 = math.log(2)
WIDE = [[1.5, -2.5, 0.25], [-0.75, 3.5, -1.25]]
TIES = [[1.0, 2.0, 2.0, 0.5], [3.0, 3.0, 3.0, 3.0], [1.0, -1.0, 0.0, 0.25]]
ZEROS = [[2.0, 0.0, 3.0, 4.0, 0.5], [0.0, 5.0, 0.0, 2.0, 1.0], [1.5, 2.0, -3.0, 1.0, 2.5]]

ROWS = [
    row("add", op(Op.ADD), torch.add, (2, 3), (2, 3)),
    row("sub", op(Op.SUB), torch.sub, (2, 3), (2, 3)),
    row("mul", op(Op.MUL), torch.mul, (2, 3), (2, 3)),
    row("mul of itself", lambda x: x * x, lambda x: x * x, WIDE),
    row("fdiv", op(Op.FDIV), torch.div, (2, 3), WIDE),
    row("fma", op(Op.FMA), lambda a, b, c: a * b + c, (2, 3), WIDE, (2, 3)),
    row("max", op(Op.MAX), torch.maximum, WIDE, (2, 3)),
    row("max of equals", op(Op.MAX), torch.maximum, [1.0, 2.0], [1.0, 2.0], smooth=False),
    row("exp2", op(Op.EXP2), torch.exp2, WIDE),
    row("log2", op(Op.LOG2), torch.log2, (2, 3)),
    row("sin", op(Op.SIN), torch.sin, WIDE),
    row("sqrt", op(Op.SQRT), torch.sqrt, (2, 3)),
    row("trunc", op(Op.TRUNC), torch.trunc, WIDE),
    row("x - trunc(x)", lambda x: x - alu(Op.TRUNC, x), lambda x: x - x.trunc(), WIDE),
    row("x * trunc(x)", lambda x: x * alu(Op.TRUNC, x), lambda x: x * x.trunc(), WIDE),
    row(
        "cast to float32",
        lambda x: ir.cast(x * x, dtypes.float32),
        lambda x: (x * x).float(),
        [1.0, -2.0],
        smooth=False,
    ),
    row(
        "where",
        lambda a, b: ir.where(a < b, a * a, b),
        lambda a, b: torch.where(a < b, a * a, b),
        WIDE,
        (2, 3),
    ),
    row("load", lambda x: ir.load(x, integers(2, 0, 2)), lambda x: x[[2, 0, 2]], (3, 2)),
    row(
        "load of a 2-d index",
        lambda x: ir.load(x, integers([1, 1], [0, 3])),
        lambda x: x[torch.tensor([[1, 1], [0, 3]])],
        (4, 3),
    ),
    row(
        "load where valid",
        lambda x: ir.load(x, integers(2, 9, 1), booleans(1, 0, 1)),
        lambda x: torch.stack([x[2], x[2] * 0, x[1]]),
        (3, 2),
    ),
    row(
        "store",
        lambda x, v: ir.store(x, integers(3, 0), v),
        lambda x, v: torch_put(x, [3, 0], v),
        (4, 2),
        (2, 2),
    ),
    row(
        "store, the last wins",
        lambda x, v: ir.store(x, integers(1, 0, 1), v * v),
        lambda x, v: torch_put(x, [1, 0, 1], v * v),
        (3,),
        (3,),
    ),
    row(
        "store where valid",
        lambda x, v: ir.store(x, integers(1, 0, 1), v, booleans(1, 0, 0)),
        lambda x, v: torch_put(x, [1], v[:1]),
        (3, 2),
        (3, 2),
    ),
    row(
        "store where the first is not valid",
        lambda x, v: ir.store(x, integers(1, 0, 1), v, booleans(0, 1, 1)),
        lambda x, v: torch_put(x, [0, 1], v[1:]),
        (3,),
        (3,),
    ),
    row(
        "store add",
        lambda x, v: ir.store(x * x, integers(1, 0, 1), v * v, mode="add"),
        lambda x, v: (x * x).index_add(0, torch.tensor([1, 0, 1]), v * v),
        (3, 2),
        (3, 2),
    ),
    row(
        "store add where valid",
        lambda x, v: ir.store(x, integers(1, 7, 1), v, booleans(1, 0, 1), "add"),
        lambda x, v: x.index_add(0, torch.tensor([1, 1]), v[[0, 2]]),
        (3,),
        (3,),
    ),
    row("reshape", lambda x: ir.reshape(x, (3, 2)), lambda x: x.reshape(3, 2), (2, 3)),
    row(
        "permute",
        lambda x: ir.permute(x, (2, 0, 1)),
        lambda x: x.permute(2, 0, 1),
        (2, 3, 4),
    ),
    row(
        "expand",
        lambda x: ir.expand(x, (2, 3, 4, 1)),
        lambda x: x.expand(2, 3, 4, 1),
        (2, 1, 4, 1),
    ),
    row("expand to nothing", lambda x: ir.expand(x, (0, 2)), lambda x: x.expand(0, 2), (1, 2)),
    row(
        "pad",
        lambda x: ir.pad(x, ((1, 0), (2, 3))),
        lambda x: torch.nn.functional.pad(x, (2, 3, 1, 0)),
        (2, 3),
    ),
    row("shrink", lambda x: ir.shrink(x, ((1, 3), (0, 2))), lambda x: x[1:3, 0:2], (4, 5)),
    row("flip", lambda x: ir.flip(x, (0, 2)), lambda x: x.flip(0, 2), (2, 3, 4)),
    row("shear", windows, torch_windows, (8,)),
    row("sum", lambda x: total(x, Op.ADD, 0, 2), lambda x: x.sum((0, 2)), (2, 3, 4)),
    row("sum of nothing", lambda x: total(x, Op.ADD, 0), lambda x: x.sum(0), (0, 3)),
    row("amax", lambda x: total(x, Op.MAX, 1), lambda x: x.amax(1), WIDE),
    row("amax of ties", lambda x: total(x, Op.MAX, 1), lambda x: x.amax(1), TIES, smooth=False),
    row("amax of all", lambda x: total(x, Op.MAX, 0, 1), lambda x: x.amax((0, 1)), WIDE),
    row("prod", lambda x: total(x, Op.MUL, 1), lambda x: x.prod(1), (2, 5)),
    row("prod with zeros", lambda x: total(x, Op.MUL, 1), lambda x: x.prod(1), ZEROS),
    row("prod, first axis", lambda x: total(x, Op.MUL, 0), lambda x: x.prod(0), (3, 2, 2)),
    row(
        "prod, two axes",
        lambda x: total(x, Op.MUL, 0, 2),
        lambda x: x.prod(2).prod(0),
        (3, 2, 4),
    ),
    row("prod of one", lambda x: total(x, Op.MUL, 0), lambda x: x.prod(0), (1, 2)),
    row("prod of nothing", lambda x: total(x, Op.MUL, 0), lambda x: x.prod(0), (0, 2)),
    row("prod of many", lambda x: total(x, Op.MUL, 0), lambda x: x.prod(0), (67,)),
    row("contiguous", lambda x: ir.contiguous(x * x), lambda x: x * x, (3,)),
    row("copy", lambda x: ir.copy(x * x, "PYTHON"), lambda x: x * x, (3,)),
    row("detach", lambda x: x * ir.detach(x), lambda x: x * x.detach(), (3,), smooth=False),
    row("unused", lambda a, b: a * a, lambda a, b: a * a + 0 * b, (3,), (3,)),
]


def gradient_nodes(y: Node, g: Node, leaves: list[Node]) -> list[Node]:
    """Gradients with zeros where there is none, as PyTorch's allow_unused fills in."""
    return [
        ir.const(0, x.dtype, x.shape) if d is None else d
        for d, x in zip(gradients(y, g, leaves), leaves, strict=True)
    ]


def torch_gradients(
    y: torch.Tensor, g: torch.Tensor, leaves: list[torch.Tensor]
) -> list[torch.Tensor]:
    found = torch.autograd.grad(
        y, leaves, g, create_graph=True, allow_unused=True, materialize_grads=True
    )
    return list(found)


def close(ours: list[Array], theirs: list[torch.Tensor], tolerance: float = 1e-9) -> None:
    for a, b in zip(ours, theirs, strict=True):
        expected = b.detach().numpy()
        assert a.shape == expected.shape
        np.testing.assert_allclose(a, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_first_and_second_derivatives_are_pytorchs(row: Row) -> None:
    arrays = row.arrays()
    inputs = Inputs()
    leaves = [inputs.leaf(a, dtypes.float64) for a in arrays]
    y = row.build(*leaves)
    rng = np.random.default_rng(3)
    g_array = rng.uniform(0.5, 1.5, y.shape)
    g = inputs.leaf(g_array, y.dtype)
    first = gradient_nodes(y, g, leaves)

    t_leaves = [torch.tensor(a, requires_grad=True) for a in arrays]
    t_y = row.reference(*t_leaves)
    t_g = torch.tensor(g_array, dtype=t_y.dtype, requires_grad=True)
    t_first = torch_gradients(t_y, t_g, t_leaves)
    # a function that rounds to float32 differs by that much between two ways of writing it
    tolerance = 1e-9 if y.dtype is dtypes.float64 else 1e-6
    close(inputs.values(y), [t_y], tolerance)
    close(inputs.values(*first), t_first, tolerance)

    weights = [rng.uniform(0.5, 1.5, a.shape) for a in arrays]
    for k, w in enumerate(weights):
        second = gradient_nodes(first[k], inputs.leaf(w, dtypes.float64), [*leaves, g])
        if not t_first[k].requires_grad:
            assert all(not v.any() for v in inputs.values(*second))
            continue
        expected = torch_gradients(t_first[k], torch.tensor(w), [*t_leaves, t_g])
        close(inputs.values(*second), expected, tolerance)


@pytest.mark.parametrize("row", [r for r in ROWS if r.smooth], ids=lambda r: r.name)
def test_first_derivative_is_the_finite_difference(row: Row) -> None:
    arrays = row.arrays()
    inputs = Inputs()
    leaves = [inputs.leaf(a, dtypes.float64) for a in arrays]
    y = row.build(*leaves)
    weights = np.random.default_rng(5).uniform(0.5, 1.5, y.shape)
    grads = inputs.values(*gradient_nodes(y, inputs.leaf(weights, dtypes.float64), leaves))
    refs = list(inputs.arrays)
    step = 1e-6
    for ref, grad in zip(refs, grads, strict=False):
        flat = inputs.arrays[ref]
        for i in range(flat.size):
            at = flat[i]
            ends = []
            for x in (at + step, at - step):
                flat[i] = x
                ends.append(float((inputs.values(y)[0] * weights).sum()))
            flat[i] = at
            assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(
                grad.reshape(-1)[i], rel=1e-6, abs=1e-6
            )


def test_every_operation_has_a_row() -> None:
    assert set(GRADIENT) == set(Op)


@pytest.mark.parametrize("which", list(Op), ids=lambda o: o.name)
def test_a_row_has_a_rule_for_each_source(which: Op) -> None:
    rules = GRADIENT[which]
    takes_floats = OPS[which].dtypes == "*" or "f" in OPS[which].dtypes
    if rules is not None:
        assert len(rules) == OPS[which].arity[1] or which is Op.REDUCE
        assert any(rules)
        assert takes_floats


NO_GRADIENT = {
    Op.IDIV, Op.MOD, Op.LT, Op.NE, Op.AND, Op.OR, Op.XOR, Op.SHL, Op.SHR, Op.BITCAST, Op.DETACH,
    Op.CONST, Op.BUFFER, Op.IOTA, Op.VARIABLE, Op.STATE, Op.REPEAT,
    Op.PARAM, Op.LOCAL, Op.RANGE, Op.BARRIER, Op.KERNEL,
}  # fmt: skip


def test_only_these_have_no_gradient() -> None:
    assert {o for o, rules in GRADIENT.items() if rules is None} == NO_GRADIENT


# ---- special values ------------------------------------------------------------------------------

SPECIAL = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan]


@pytest.mark.parametrize(
    ("which", "reference"),
    [
        (Op.EXP2, torch.exp2),
        (Op.LOG2, torch.log2),
        (Op.SQRT, torch.sqrt),
        (Op.SIN, torch.sin),
        (Op.TRUNC, torch.trunc),
    ],
    ids=lambda x: getattr(x, "name", ""),
)
def test_special_values_of_one_operand(
    which: Op, reference: Callable[[torch.Tensor], torch.Tensor]
) -> None:
    inputs = Inputs()
    x = inputs.leaf(np.array(SPECIAL), dtypes.float64)
    (grad,) = gradient_nodes(alu(which, x), ir.const(1.0, x.dtype, x.shape), [x])
    t = torch.tensor(SPECIAL, dtype=torch.float64, requires_grad=True)
    close(inputs.values(grad), torch_gradients(reference(t), torch.ones_like(t), [t]))


@pytest.mark.parametrize(
    ("which", "reference"),
    [(Op.MAX, torch.maximum), (Op.FDIV, torch.div), (Op.MUL, torch.mul)],
    ids=lambda x: getattr(x, "name", ""),
)
def test_special_values_of_two_operands(
    which: Op, reference: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
) -> None:
    inputs = Inputs()
    a, b = (grid.reshape(-1) for grid in np.meshgrid(SPECIAL, SPECIAL))
    leaves = [inputs.leaf(v, dtypes.float64) for v in (a, b)]
    y = alu(which, *leaves)
    grads = gradient_nodes(y, ir.const(1.0, y.dtype, y.shape), leaves)
    ts = [torch.tensor(v, requires_grad=True) for v in (a, b)]
    t_y = reference(*ts)
    close(inputs.values(*grads), torch_gradients(t_y, torch.ones_like(t_y), ts))


def test_amax_keeps_a_nan_visible() -> None:
    inputs = Inputs()
    data = [[1.0, math.nan, 2.0], [1.0, -math.inf, math.inf], [-math.inf] * 3]
    x = inputs.leaf(np.array(data), dtypes.float64)
    (grad,) = gradient_nodes(total(x, Op.MAX, 1), ir.const(1.0, x.dtype, (3,)), [x])
    t = torch.tensor(data, dtype=torch.float64, requires_grad=True)
    close(inputs.values(grad), torch_gradients(t.amax(1), torch.ones(3, dtype=t.dtype), [t]))


def test_where_lets_no_infinity_of_the_other_branch_through() -> None:
    inputs = Inputs()
    x = inputs.leaf(np.array([0.0, 4.0]), dtypes.float64)
    zero = ir.const(0.0, x.dtype, x.shape)
    y = ir.where(zero < x, alu(Op.SQRT, x), zero)
    g = inputs.leaf(np.array([1.0, math.inf]), dtypes.float64)
    a, b = x, x * 2.0
    picked = ir.where(a < ir.const(1.0, x.dtype, x.shape), a, b)
    first, second = gradient_nodes(picked, g, [a, b])
    assert inputs.values(first, second)[1].tolist() == [0.0, math.inf]
    (grad,) = gradient_nodes(y, ir.const(1.0, x.dtype, x.shape), [x])
    # sqrt'(0) is infinite and 0 * inf NaN: as in PyTorch, the argument has to be guarded
    assert np.isnan(inputs.values(grad)[0][0])


# ---- 16-bit floats -------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [dtypes.float16, dtypes.bfloat16], ids=lambda d: d.name)
@pytest.mark.parametrize(
    "build",
    [
        lambda x: ir.expand(x, (4100,)),
        lambda x: ir.load(x, ir.const(0, dtypes.index, (4100,))),
        lambda x: ir.expand(total(ir.expand(x, (4100,)), Op.MAX, 0), ()),
    ],
    ids=["expand", "load", "amax"],
)
def test_sums_of_16_bit_cotangents_accumulate_in_float32(
    dtype: DType, build: Callable[[Node], Node]
) -> None:
    inputs = Inputs()
    x = inputs.leaf(np.ones(1), dtype)
    y = build(x)
    (grad,) = gradient_nodes(y, ir.const(1.0, dtype, y.shape), [x])
    assert grad.dtype is dtype
    expected = np.array([y.shape[0] if y.shape else 1.0]).astype(dtype.np)
    np.testing.assert_allclose(inputs.values(grad)[0].astype(float), expected.astype(float))
    summing = [
        n
        for n in ir.toposort([grad])
        if (n.op is Op.REDUCE and n.arg[0] is Op.ADD) or (n.op is Op.STORE and n.arg == "add")
    ]
    assert summing
    assert all(n.dtype is dtypes.float32 for n in summing)


def test_a_float32_sum_is_not_widened() -> None:
    x = Inputs().leaf(np.ones(1), dtypes.float32)
    y = ir.expand(x, (5,))
    (grad,) = gradient_nodes(y, ir.const(1.0, dtypes.float32, (5,)), [x])
    assert all(n.op is not Op.CAST for n in ir.toposort([grad]))


def test_casts_between_floats_cast_back() -> None:
    inputs = Inputs()
    x = inputs.leaf(np.array([1.0, 2.0]), dtypes.float16)
    y = ir.cast(x, dtypes.float32)
    (grad,) = gradient_nodes(y, ir.const(1 / 3, dtypes.float32, (2,)), [x])
    assert grad.dtype is dtypes.float16
    assert inputs.values(grad)[0].tolist() == [float(np.float16(1 / 3))] * 2


# ---- work ----------------------------------------------------------------------------------------


def test_a_product_of_many_stores_its_partial_products() -> None:
    inputs = Inputs()
    for length, stored in ((16, 0), (17, 1), (256, 1), (257, 2)):
        x = inputs.leaf(np.ones(length), dtypes.float64)
        (grad,) = gradient_nodes(total(x, Op.MUL, 0), ir.const(1.0, x.dtype, ()), [x])
        kept = [n for n in ir.toposort([grad]) if n.op is Op.CONTIGUOUS]
        assert len(kept) == stored


def test_a_copy_goes_back_to_where_it_came_from() -> None:
    x = Inputs().leaf(np.ones(2), dtypes.float64)
    y = ir.copy(x, "PYTHON")
    (grad,) = gradient_nodes(y, ir.copy(ir.const(1.0, x.dtype, (2,)), "PYTHON"), [x])
    assert grad.device == "CPU"


def test_symbolic_dimensions() -> None:
    inputs = Inputs()
    n = ir.variable("n", 1, 6)
    x = inputs.leaf(np.arange(1.0, 7.0), dtypes.float64)
    part = ir.shrink(x, ((0, n),))
    padded = ir.pad(part * part, ((n, 2),))
    y = total(padded, Op.ADD, 0) + total(part, Op.MUL, 0)
    (grad,) = gradient_nodes(y, ir.const(1.0, x.dtype, ()), [x])
    assert grad.shape == (6,)
    for size in (1, 4, 6):
        values = np.arange(1.0, 7.0)
        product = values[:size].prod() / values
        expected = np.where(np.arange(6) < size, 2 * values + product, 0)
        (got,) = evaluate_graph([grad], inputs.arrays, {"n": size})
        np.testing.assert_allclose(got, expected)
