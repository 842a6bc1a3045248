from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from smelt import Tensor
from smelt.engine import search_worker, tuning
from smelt.engine.device import runtime
from smelt.ir.op import AxisKind
from smelt.kernel.candidates import Choice, Proposer
from smelt.kernel.optimize import optimize
from smelt.kernel.order import order_of_sums
from smelt.kernel.pieces import cut
from smelt.kernel.plans import Blocks, Plan, Planner
from smelt.kernel.transforms import Carry, Keep, Reorder, SetKind, Split, Stage
from smelt.render.compile import cpu_target
from smelt.schedule.lower import schedule
from smelt.util.errors import ArgumentError

HERE = runtime("CPU").target
TARGET = cpu_target("x86-64-v4")  # the same proposals everywhere
A_PROGRAM = 3  # plans of each program that run


def data(*shape: int, dtype: str = "float32") -> Tensor:
    return Tensor(np.zeros(shape, "float32")).cast(dtype).contiguous().realize()


def kernel_of(result: Tensor):
    """The kernel with most to do."""
    return max((k.kernel for k in schedule([result.node]).kernels), key=lambda k: len(str(k.arg)))


# ---- the same bits -------------------------------------------------------------------------------

PROGRAMS = {
    "product": lambda: data(65, 130) @ data(130, 47),
    "transposed product": lambda: data(130, 65).T @ data(47, 130).T,
    "long product": lambda: data(3000, 35).T @ data(17, 3000).T,
    "products": lambda: data(5, 30, 40) @ data(5, 33, 40).transpose(1, 2),
    "float16": lambda: data(33, 70, dtype="float16") @ data(70, 47, dtype="float16"),
    "integers": lambda: data(33, 70, dtype="int16").int() @ data(70, 47, dtype="int16").int(),
    "convolution": lambda: data(2, 7, 15, 13).conv2d(data(9, 7, 3, 3), padding=1, stride=2),
    "depthwise": lambda: data(1, 8, 15, 13).conv2d(data(8, 1, 3, 3), padding=1, groups=8),
    "softmax": lambda: data(33, 70).softmax(),
    "rows": lambda: data(33, 5000).sum(1),
    "columns": lambda: data(200, 70).sum(0),
    "transpose": lambda: data(45, 77).T.contiguous(),
    "permute": lambda: data(3, 17, 5, 31).permute(3, 1, 0, 2).pad((1, 2)).contiguous(),
    "gather": lambda: data(100, 33)[Tensor(np.zeros(40, "int32")).realize()],
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_plan_gives_the_same_bits_within_its_memory(monkeypatch, name):
    monkeypatch.setattr(search_worker, "CALLS", 0)  # without taking the time
    kernel = kernel_of(PROGRAMS[name]())
    proposer = Proposer(kernel, HERE)
    choices = [*proposer.seeds(), *proposer.neighbours(proposer.default)]
    assert choices
    trial = search_worker.Trial(kernel, HERE)
    try:
        for choice in choices[:: -(-len(choices) // A_PROGRAM)]:
            trial.try_out(choice.dumps(), sure=True)  # raises if one bit is another
    finally:
        tuning.use(kernel, HERE, None)


def test_the_pieces_of_a_kernel_stay_what_they_are(monkeypatch):
    """A chain hands on a piece at a time to the next kernel."""
    monkeypatch.setattr(search_worker, "CALLS", 0)
    whole = kernel_of(data(64, 70) @ data(70, 64))
    kernel = cut(whole, 8)
    proposer = Proposer(kernel, HERE)
    choices = [*proposer.seeds(), *proposer.neighbours(proposer.default)]
    (piece,) = proposer.pieces
    for choice in choices:
        transforms = proposer.list_of(choice)
        changed = [t.counter for t in transforms if isinstance(t, Split)]
        order = next(t for t in transforms if isinstance(t, Reorder))
        assert piece.arg[0] not in changed
        assert order.counters[0] == piece.arg[0]
    trial = search_worker.Trial(kernel, HERE)
    trial.try_out(choices[0].dumps(), sure=True)
    monkeypatch.setattr(Proposer, "list_of", lambda self, choice: [Split(0, 2, 9, U)])
    with pytest.raises(search_worker.VerifyError, match="another result"):
        trial.try_out(choices[1].dumps(), sure=False)
    tuning.use(kernel, HERE, None)


def test_the_comparison_sees_another_order_of_a_sum(monkeypatch):
    monkeypatch.setattr(search_worker, "CALLS", 0)
    kernel = kernel_of(data(33, 5000).sum(1))
    default = optimize(kernel, HERE)
    other = [replace(t, factor=t.factor // 2) if isinstance(t, Split) else t for t in default]
    assert order_of_sums(kernel, default) != order_of_sums(kernel, other)
    trial = search_worker.Trial(kernel, HERE)
    monkeypatch.setattr(Proposer, "list_of", lambda self, choice: other)
    with pytest.raises(search_worker.VerifyError, match="another result"):
        trial.try_out(Choice().dumps(), sure=False)
    tuning.use(kernel, HERE, None)


# ---- proposals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_default_is_a_choice_like_any_other(name):
    kernel = kernel_of(PROGRAMS[name]())
    proposer = Proposer(kernel, TARGET)
    assert proposer.list_of(proposer.default) == optimize(kernel, TARGET)
    assert Choice.loads(proposer.default.dumps()) == proposer.default
    again = proposer.neighbours(proposer.default)
    assert proposer.default not in again
    assert len(set(again)) == len(again)
    assert proposer.neighbours(proposer.default) == again


def test_proposals_reach_other_tiles_copies_and_orders():
    product = Proposer(kernel_of(data(65, 130) @ data(130, 47)), TARGET)
    near = product.neighbours(product.default)
    assert any(c.tiles != product.default.tiles for c in near)
    assert any(c.copies != product.default.copies for c in near)
    moved = Proposer(kernel_of(data(45, 77).T.contiguous()), TARGET)
    assert {c.vector for c in moved.seeds()} == {None, 0, 1}
    assert any(c.nest == (1, 0) for c in moved.neighbours(moved.default))


def product_choice(**changes) -> Choice:
    return replace(Choice(vector=1, tiles=((0, 4), (1, 2))), **changes)


FITTING = [
    product_choice(),
    product_choice(tiles=()),
    product_choice(copies=(2,), block=2),
    product_choice(copies=(2, 1), block=1, rows=3),
    product_choice(nest=(1, 0)),
]
WRONG = [
    (product_choice(vector=7), "vector r7"),
    (product_choice(vector=0), "vector r0"),  # it does not run through memory in order
    (product_choice(tiles=((5, 2),)), "tile r5 by 2"),
    (product_choice(tiles=((2, 2),)), "tile r2 by 2"),  # the loop of the sum
    (product_choice(tiles=((0, 1),)), "tile r0 by 1"),
    (product_choice(tiles=((0, 66),)), "tile r0 by 66"),
    (product_choice(tiles=((0, 4), (0, 4))), "tile r0 by 4"),
    (product_choice(tiles=((0, 12), (1, 3))), "registers"),
    (product_choice(copies=(0,)), "copy p0"),  # the result
    (product_choice(copies=(9,)), "copy p9"),
    (product_choice(copies=(1, 2)), "copies"),
    (product_choice(copies=(2, 2)), "each operand once"),
    (product_choice(copies=(1,), tiles=()), "copy p1"),
    (product_choice(block=2), "copies for them"),
    (product_choice(copies=(2,), block=1000), "no more than there are"),
    (product_choice(copies=(2,), rows=2), "copies for them"),
    (product_choice(blocks=((1, 1),)), "as the default has it"),
    (product_choice(nest=(0,)), "all loops"),
    (product_choice(nest=(0, 0)), "all loops"),
    (product_choice(nest=(1, 0), copies=(2,)), "all loops"),
    (product_choice(vector=None, tiles=()), "order of each sum"),
]


@pytest.mark.parametrize("choice", FITTING, ids=str)
def test_a_choice_that_fits(choice):
    proposer = Proposer(kernel_of(data(65, 130) @ data(130, 47)), TARGET)
    assert proposer.list_of(choice)


@pytest.mark.parametrize("choice, message", WRONG, ids=str)
def test_a_choice_that_does_not_fit_is_refused(choice, message):
    kernel = kernel_of(data(65, 130) @ data(130, 47))
    with pytest.raises(ArgumentError, match=message):
        Proposer(kernel, TARGET).list_of(choice)


def test_a_copy_that_is_too_large_is_refused():
    proposer = Proposer(kernel_of(data(600, 4000) @ data(4000, 600)), TARGET)
    with pytest.raises(ArgumentError, match="at most 2097152"):
        proposer.list_of(product_choice(copies=(2,), block=9))


BLOCKS = [
    (((0, 3), (1, 2)), None),
    (((0, 1), (1, 1)), None),
    (((0, 2), (1, 1)), None),
    ((), "blocks"),
    (((1, 1),), "blocks"),  # without the vector's loop
    (((0, 1), (1, 9)), "no more tiles"),
    (((0, 1), (1, 1), (1, 1)), "blocks"),
    (((0, 1), (7, 1)), "blocks"),
]


@pytest.mark.parametrize("blocks, message", BLOCKS, ids=str)
def test_blocks_of_a_sum(monkeypatch, blocks, message):
    def in_blocks(self):
        rows, columns = self.nest
        sizes = Blocks(self.reduces[0].src[1], 256, ((rows, 48), (columns, 8)))
        return Plan(rows, 16, ((columns, 4),), 0.0, blocks=sizes)

    monkeypatch.setattr(Planner, "best_plan", in_blocks)
    proposer = Proposer(kernel_of(data(3000, 35).T @ data(17, 3000).T), TARGET)
    assert proposer.default == Choice(0, ((1, 4),), blocks=((0, 3), (1, 2)))
    choice = Choice(0, ((1, 4),), blocks=blocks)
    if message is None:
        assert any(isinstance(t, Carry) for t in proposer.list_of(choice))
    else:
        with pytest.raises(ArgumentError, match=message):
            proposer.list_of(choice)


GOOD = Choice(1, ((0, 6),), (2,), 2, 1, ((0, 1),), (1, 0)).dumps()
UNREADABLE = [
    "",
    "null",
    "[]",
    "{}",
    "[" * 100_000,
    GOOD.replace('"vector":1', '"vector":"1"'),
    GOOD.replace('"vector":1', '"vector":-1'),
    GOOD.replace('"vector":1', '"vector":true'),
    GOOD.replace('"vector":1', '"vector":1.0'),
    GOOD.replace('"block":2', '"block":0'),
    GOOD.replace('"block":2', '"block":4294967296'),
    GOOD.replace("[[0,6]]", "[[0]]"),
    GOOD.replace("[[0,6]]", "[[0,6,1]]"),
    GOOD.replace("[[0,6]]", '["06"]'),
    GOOD.replace("[2]", str([2] * 65)),
    GOOD.replace("[2]", "2"),
    GOOD.replace('"nest"', '"order"'),
    GOOD.replace("}", ',"more":1}'),
]


@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_is_no_choice_is_refused(text):
    assert Choice.loads(GOOD).dumps() == GOOD
    with pytest.raises(ArgumentError, match=r"as Choice\.dumps writes it"):
        Choice.loads(text)


# ---- the order of sums ---------------------------------------------------------------------------

U, V, L = AxisKind.UNROLL, AxisKind.VECTOR, AxisKind.LOOP
# Transformations of a product with the result's loops r0, r1 and the sum's r2, and whether they
# add up in the same order as without any.
ORDERS = [
    ([Split(0, 4, 3, U)], True),
    ([Split(1, 16, 3, V)], True),
    ([SetKind(0, AxisKind.GRID)], True),
    ([Reorder((1, 0, 2))], True),
    ([Stage(1, (0, 2), 16, 9)], True),
    ([Keep(2, 1, 9)], True),
    ([Split(2, 4, 3, L)], False),
    ([Split(2, 4, 3, U)], False),
    ([Split(2, 16, 3, V)], False),
    ([SetKind(2, U)], False),
    ([Carry(2, 16, (0, 1), 16, 9)], False),
]


@pytest.mark.parametrize("transforms, is_same", ORDERS, ids=str)
def test_which_transformations_change_the_order_of_a_sum(transforms, is_same):
    kernel = kernel_of(data(65, 130) @ data(130, 47))
    same = order_of_sums(kernel, transforms) == order_of_sums(kernel, [])
    assert same is is_same


SPLITS = [
    ([Split(2, 16, 3, V), Split(2, 4, 4, U)], [Split(2, 4, 3, U), Split(2, 16, 4, V)]),
    ([Split(2, 16, 3, V), Split(2, 4, 4, U)], [Split(2, 16, 3, V), Split(3, 4, 4, U)]),
    ([Split(2, 8, 3, L), Reorder((0, 1, 2, 3))], [Split(2, 8, 3, L), Reorder((0, 1, 3, 2))]),
    ([Carry(2, 16, (0, 1), 16, 9)], [Carry(2, 32, (0, 1), 16, 9)]),
    (
        [Carry(2, 16, (0, 1), 16, 9), Split(12, 4, 40, U)],
        [Carry(2, 16, (0, 1), 16, 9), Split(13, 4, 40, U)],
    ),
]


@pytest.mark.parametrize("one, other", SPLITS, ids=str)
def test_how_a_sum_is_split_tells_lists_apart(one, other):
    kernel = kernel_of(data(65, 130) @ data(130, 47))
    assert order_of_sums(kernel, one) == order_of_sums(kernel, list(one))
    assert order_of_sums(kernel, one) != order_of_sums(kernel, other)


def test_sums_of_integers_may_be_in_any_order():
    kernel = kernel_of(data(65, 130).int() @ data(130, 47).int())
    assert order_of_sums(kernel, [Split(2, 4, 3, U)]) == order_of_sums(kernel, [])
