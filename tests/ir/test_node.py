"""How nodes are made: operators, interning, the arithmetic of dimensions, walking, substitution."""

from __future__ import annotations

import operator
from collections.abc import Callable

import pytest

from smelt.dtype import DType, dtypes
from smelt.ir.node import (
    BufferRef,
    Dim,
    Node,
    alu,
    bitcast,
    buffer,
    cast,
    const,
    contiguous,
    copy,
    detach,
    dim_add,
    dim_mul,
    dim_sub,
    expand,
    flip,
    identity,
    index,
    iota,
    largest,
    load,
    logical_not,
    loop_range,
    numel,
    pad,
    param,
    permute,
    reduce,
    reduce_ranges,
    remake,
    reshape,
    same_size,
    shear,
    shrink,
    static,
    store,
    substitute,
    toposort,
    variable,
    where,
)
from smelt.ir.op import Op
from smelt.ir.simplify import simplify
from smelt.util.errors import ArgumentError, AxisError, DeviceError, DTypeError, ShapeError

F32, I32, BOOL = dtypes.float32, dtypes.int32, dtypes.bool
i, j = loop_range(8, 0), loop_range(8, 1)
n, m = variable("n", 1, 9), variable("m", 2, 7)


def tensor(*shape: Dim, dtype: DType = F32, device: str = "CPU") -> Node:
    memory = reshape(buffer(BufferRef(device, numel(shape), dtype)), static(shape))
    return shrink(memory, [(0, d) for d in shape])


t23, t13 = tensor(2, 3), tensor(1, 3)

OPERATORS: list[tuple[Callable[[Node | int, Node | int], Node], Op]] = [
    (operator.add, Op.ADD),
    (operator.sub, Op.SUB),
    (operator.mul, Op.MUL),
    (operator.floordiv, Op.IDIV),
    (operator.mod, Op.MOD),
    (operator.and_, Op.AND),
    (operator.or_, Op.OR),
    (operator.xor, Op.XOR),
    (operator.lt, Op.LT),
]


@pytest.mark.parametrize(("function", "op"), OPERATORS)
def test_operators(function: Callable[[Node | int, Node | int], Node], op: Op) -> None:
    assert function(i, j) is alu(op, i, j)
    assert function(i, 3) is alu(op, i, index(3))


def test_operators_on_the_right_of_a_number() -> None:
    assert 3 + i is alu(Op.ADD, index(3), i)
    assert 3 - i is alu(Op.SUB, index(3), i)
    assert 3 * i is alu(Op.MUL, index(3), i)


def test_comparisons_are_less_than_and_not() -> None:
    less, more = alu(Op.LT, i, j), alu(Op.LT, j, i)
    assert (i < j) is less
    assert (i > j) is more
    assert (i >= j) is logical_not(less)
    assert (i <= j) is logical_not(more)
    assert (i > 3) is alu(Op.LT, index(3), i)


def test_a_number_takes_the_dtype_and_the_shape_of_the_other_operand() -> None:
    assert t23 + 2 is alu(Op.ADD, t23, const(2.0, F32, (2, 3)))


def test_equal_nodes_are_one() -> None:
    assert i * 8 + j is loop_range(8, 0) * 8 + loop_range(8, 1)
    assert loop_range(8, 0) is not loop_range(8, 2)
    assert buffer(BufferRef("CPU", 4, F32)) is not buffer(BufferRef("CPU", 4, F32))


def test_constants_that_compare_equal_are_not_one() -> None:
    zeros = [const(0.0, F32), const(-0.0, F32), const(0, I32), const(False, BOOL)]
    assert len(set(zeros)) == 4
    assert [repr(z.arg) for z in zeros] == ["0.0", "-0.0", "0", "False"]
    assert const(float("nan"), F32) is const(float("nan"), F32)


def test_unique_marks_are_like_no_other() -> None:
    for mark in (detach, contiguous):
        assert mark(t23) is mark(t23)
        assert mark(t23, unique=True) is not mark(t23, unique=True)
        assert mark(t23).arg is None


def test_a_buffer_ref_knows_its_bytes() -> None:
    a, b = BufferRef("CPU", 6, dtypes.float16), BufferRef("CPU", 6, F32)
    assert [a.nbytes, b.nbytes] == [12, 24]
    assert b.number == a.number + 1


# ---- devices ------------------------------------------------------------------------------------


def test_devices() -> None:
    there = tensor(2, 3, device="PYTHON")
    assert i.device is None
    assert (t23.device, there.device) == ("CPU", "PYTHON")
    assert (t23 + 1.0).device == "CPU"
    assert alu(Op.ADD, const(1.0, F32, (2, 3)), t23).device == "CPU"
    assert (t23 + t23).device == "CPU"
    assert copy(there, "CPU").device == "CPU"
    assert (t23 + copy(there, "CPU")).device == "CPU"
    with pytest.raises(DeviceError, match="operands on CPU and PYTHON"):
        t23 + there


# ---- dimensions ---------------------------------------------------------------------------------

DIMS: list[tuple[Callable[[Dim, Dim], Dim], Dim, Dim, Dim]] = [
    (dim_add, 2, 3, 5),
    (dim_add, n, 3, simplify(n + 3)),
    (dim_add, 3, n, simplify(n + 3)),
    (dim_add, n, m, simplify(n + m)),
    (dim_add, n - 2, 2, n),
    (dim_sub, 2, 3, -1),
    (dim_sub, n, 3, simplify(n - 3)),
    (dim_sub, 3, n, simplify(3 - n)),
    (dim_sub, n + 4, n, 4),
    (dim_mul, 2, 3, 6),
    (dim_mul, n, 3, simplify(n * 3)),
    (dim_mul, 3, n, simplify(n * 3)),
    (dim_mul, n, m, simplify(n * m)),
    (dim_mul, n, 0, 0),
]


@pytest.mark.parametrize(("function", "a", "b", "expected"), DIMS)
def test_arithmetic_of_dimensions(
    function: Callable[[Dim, Dim], Dim], a: Dim, b: Dim, expected: Dim
) -> None:
    found = function(a, b)
    assert found is expected or (type(found) is int and found == expected)


def test_memory_is_for_the_largest_sizes() -> None:
    assert [largest(d) for d in (5, n, n * 2 + 1)] == [5, 9, 19]
    assert static((2, n, m)) == (2, 9, 7)
    assert numel((2, n, m)) == 126
    assert numel(()) == 1


SIZES: list[tuple[tuple[Dim, ...], tuple[Dim, ...], bool]] = [
    ((2, 3), (6,), True),
    ((2, 3), (5,), False),
    ((), (1, 1), True),
    ((n, 4), (2, n, 2), True),
    ((n, 4), (n, 2), False),
    ((n, m), (m, n), True),
    ((n, m), (simplify(n * m),), True),
    ((n, 2), (simplify(n * 2),), True),
    ((n, 2), (simplify(n + 2),), False),
    ((n, 1), (m, 1), False),
    ((n,), (9,), False),
]


@pytest.mark.parametrize(("a", "b", "same"), SIZES)
def test_same_size(a: tuple[Dim, ...], b: tuple[Dim, ...], same: bool) -> None:
    assert same_size(a, b) is same
    assert same_size(b, a) is same


# ---- shapes -------------------------------------------------------------------------------------

SHAPES: list[tuple[Node, tuple[Dim, ...]]] = [
    (reshape(t23, (3, 2)), (3, 2)),
    (reshape(tensor(n, 2), (2, n)), (2, n)),
    (permute(tensor(2, 3, 4), (2, 0, 1)), (4, 2, 3)),
    (expand(t13, (5, 3)), (5, 3)),
    (expand(t13, (n, 3)), (n, 3)),
    (pad(t23, ((1, 2), (0, 4))), (5, 7)),
    (pad(t23, ((n, 1), (0, 0))), (simplify(n + 3), 3)),
    (shrink(t23, ((1, 2), (0, 3))), (1, 3)),
    (shrink(t23, ((2, 2), (3, 3))), (0, 0)),
    (shrink(tensor(n, 3), ((0, n), (1, 2))), (n, 1)),
    (shrink(tensor(9, 3), ((1, n), (0, 3))), (simplify(n - 1), 3)),
    (flip(t23, (1,)), (2, 3)),
    (shear(tensor(5, 3), 0, 1, 2, 4), (4, 3)),
    (shear(tensor(5, 3), 1, 0, 2, 4), (5, 4)),
    (reduce(tensor(2, 3, 4), Op.ADD, (2, 0)), (3,)),
    (bitcast(t23, dtypes.float16), (2, 6)),
    (bitcast(tensor(3, 4), dtypes.float64), (3, 2)),
    (load(tensor(5, 3), iota(4)), (4, 3)),
    (load(tensor(5, 3), index(2)), (3,)),
    (store(tensor(5, 3), iota(4), tensor(4, 3)), (5, 3)),
    (where(tensor(2, 3) < 1.0, t23, t23), (2, 3)),
    (iota(n), (n,)),
]


@pytest.mark.parametrize(("node", "shape"), SHAPES)
def test_shape(node: Node, shape: tuple[Dim, ...]) -> None:
    assert node.shape == shape
    assert node.ndim == len(shape)


SAME: list[Node] = [
    reshape(t23, (2, 3)),
    permute(t23, (0, 1)),
    expand(t23, (2, 3)),
    pad(t23, ((0, 0), (0, 0))),
    shrink(t23, ((0, 2), (0, 3))),
    flip(t23, ()),
    reduce(t23, Op.ADD, ()),
    reduce_ranges(t23, Op.ADD, ()),
    cast(t23, F32),
    bitcast(t23, F32),
]


@pytest.mark.parametrize("node", SAME)
def test_what_changes_nothing_makes_nothing(node: Node) -> None:
    assert node is t23


def test_repeated_axes_count_once() -> None:
    assert flip(t23, [1, 0, 1]) is flip(t23, (0, 1))
    assert reduce(t23, Op.MAX, [1, 1]) is reduce(t23, Op.MAX, (1,))


ERRORS: list[tuple[type[Exception], Callable[[], Node]]] = [
    (ArgumentError, lambda: alu(Op.ADD, i)),
    (ArgumentError, lambda: alu(Op.SQRT, i, j)),
    (ArgumentError, lambda: alu(Op.RESHAPE, i)),
    (DTypeError, lambda: alu(Op.ADD, i, const(1, I32))),
    (DTypeError, lambda: alu(Op.WHERE, i, i, j)),
    (DTypeError, lambda: alu(Op.WHERE, i < j, i, const(1, I32))),
    (DTypeError, lambda: alu(Op.SQRT, i)),
    (ShapeError, lambda: alu(Op.ADD, t23, t13)),
    (DTypeError, lambda: iota(3, F32)),
    (ArgumentError, lambda: variable("v", 3, 2)),
    (DTypeError, lambda: bitcast(t23, BOOL)),
    (DTypeError, lambda: bitcast(t23 < 1.0, I32)),
    (ShapeError, lambda: bitcast(t23, dtypes.float64)),
    (ShapeError, lambda: bitcast(const(1.0, F32), dtypes.float64)),
    (ShapeError, lambda: bitcast(tensor(2, n), dtypes.float64)),
    (ShapeError, lambda: load(const(1.0, F32), i)),
    (DTypeError, lambda: load(t23, const(1.0, F32))),
    (ShapeError, lambda: load(t23, iota(2), i < j)),
    (ShapeError, lambda: load(t23, iota(2), iota(2))),
    (ShapeError, lambda: store(const(1.0, F32), i, const(1.0, F32))),
    (ShapeError, lambda: store(t23, iota(2), tensor(2, 2))),
    (DTypeError, lambda: store(t23, iota(2), tensor(2, 3, dtype=I32))),
    (DTypeError, lambda: store(t23, tensor(2), t23)),
    (ArgumentError, lambda: store(t23, iota(2), t23, mode="min")),
    (ShapeError, lambda: store(t23, iota(2), t23, i < j)),
    (ShapeError, lambda: reshape(t23, (5,))),
    (AxisError, lambda: permute(t23, (0,))),
    (AxisError, lambda: permute(t23, (0, 0))),
    (ShapeError, lambda: expand(t23, (4, 3))),
    (ShapeError, lambda: expand(t13, (1, 1, 3))),
    (ShapeError, lambda: expand(t23, (2,))),
    (ShapeError, lambda: pad(t23, ((1, 1),))),
    (ShapeError, lambda: pad(t23, ((0, 0), (-1, 2)))),
    (ShapeError, lambda: shrink(t23, ((0, 2),))),
    (ShapeError, lambda: shrink(t23, ((0, 2), (-1, 3)))),
    (ShapeError, lambda: shrink(t23, ((0, 2), (0, 4)))),
    (ShapeError, lambda: shrink(t23, ((0, 2), (2, 1)))),
    (AxisError, lambda: flip(t23, (2,))),
    (AxisError, lambda: flip(t23, (-1,))),
    (AxisError, lambda: shear(t23, 0, 0, 1, 2)),
    (AxisError, lambda: shear(t23, 2, 0, 1, 2)),
    (AxisError, lambda: shear(t23, 0, 2, 1, 2)),
    (AxisError, lambda: shear(t23, -1, 0, 1, 2)),
    (AxisError, lambda: shear(t23, 0, -1, 1, 2)),
    (ArgumentError, lambda: reduce(t23, Op.SUB, (0,))),
    (AxisError, lambda: reduce(t23, Op.ADD, (2,))),
    (AxisError, lambda: reduce(t23, Op.ADD, (-1,))),
]


@pytest.mark.parametrize(("error", "make"), ERRORS)
def test_error(error: type[Exception], make: Callable[[], Node]) -> None:
    with pytest.raises(error):
        make()


def test_a_variable_may_have_one_value() -> None:
    assert variable("v", 3, 3).arg == ("v", 3, 3)


@pytest.mark.parametrize("op, dtype, expected", [
    (Op.ADD, F32, 0), (Op.MUL, F32, 1), (Op.MAX, F32, float("-inf")), (Op.MAX, I32, -(2**31)),
    (Op.MAX, BOOL, False),
])  # fmt: skip
def test_identity(op: Op, dtype: DType, expected: float) -> None:
    assert identity(op, dtype) == expected


# ---- walking ------------------------------------------------------------------------------------


def test_sources_come_before_users_and_once() -> None:
    total = i + j
    square = total * total
    assert toposort([square, total]) == [i.src[0], i, j, total, square]
    assert toposort([]) == []


def test_what_stops_a_walk_is_in_it() -> None:
    total = (i + j) * i
    assert toposort([total], stop=lambda x: x.op is Op.ADD) == [i + j, i.src[0], i, total]


def test_substitute() -> None:
    before = (i + j) * i
    assert substitute([before, j], {i: j}) == [(j + j) * j, j]
    # a replacement is final, even where it contains what is replaced
    assert substitute([before], {i: i + 1}) == [(i + 1 + j) * (i + 1)]
    assert substitute([before], {before: i}) == [i]
    assert substitute([before], {}) == [before]


memory = param(0, F32, 8)
REMADE: list[Node] = [
    reshape(t23, (3, 2)),
    permute(t23, (1, 0)),
    expand(t13, (4, 3)),
    pad(t23, ((1, 0), (0, 2))),
    shrink(t23, ((1, 2), (0, 2))),
    flip(t23, (0,)),
    shear(t23, 0, 1, 1, 2),
    cast(t23, I32),
    bitcast(t23, I32),
    t23 + t23,
    load(memory, i),
    load(memory, i, i < 5),
    store(memory, i, const(1.0, F32)),
    store(memory, i, const(1.0, F32), i < 5, "add"),
    reduce(t23, Op.MAX, (1,)),
    reduce_ranges(load(memory, i), Op.MUL, [i]),
    i,
    n,
    detach(t23),
    contiguous(t23, unique=True),
    copy(t23, "PYTHON"),
]


@pytest.mark.parametrize("node", REMADE)
def test_remade_from_its_own_parts(node: Node) -> None:
    assert remake(node, node.src) is node
    assert remake(node, node.src, node.arg) is node
    assert node.with_src(node.src) is node


def test_remade_from_others() -> None:
    assert remake(reduce(t23, Op.ADD, (0,)), (tensor(2, 4),)).shape == (4,)
    assert remake(detach(t23), (t13,)).shape == (1, 3)
    assert remake(reshape(t23, (6,)), (t23,), (3, 2)) is reshape(t23, (3, 2))
    assert remake(i, (index(5),)) is loop_range(5, 0)
    with pytest.raises(ShapeError):
        remake(expand(t13, (4, 3)), (t23,))
