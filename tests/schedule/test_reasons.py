"""Why values are stored: each reason in a small graph that has it, as the scheduler notes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

import smelt
from smelt import Tensor
from smelt.engine.watch import watch
from smelt.ir.node import toposort
from smelt.ir.op import Op
from smelt.schedule.lower import ScheduledKernel, schedule
from smelt.schedule.parts import LONG
from smelt.schedule.reasons import Again, Why
from smelt.tensor.repeat import repeat

NOTHING = Again()


def filled(*shape: int) -> Tensor:
    return Tensor(np.ones(shape, np.float32))


def kernels(made: Tensor | Sequence[Tensor]) -> tuple[ScheduledKernel, ...]:
    roots = [made] if isinstance(made, Tensor) else made
    return schedule([t.node for t in roots]).kernels


def whys(made: Tensor | Sequence[Tensor]) -> list[Why]:
    return [s.why for k in kernels(made) for s in k.stored if s is not None]


def two_users() -> list[Tensor]:
    total = filled(64, 64).sum(1)
    return [filled(64, 8) * total.unsqueeze(1), (filled(5, 64) + total).max(1)]


def long_chain() -> Tensor:
    x, y = filled(8), filled(8)
    for _ in range(600):
        x = x * y + y
    return x


def other_rows() -> Tensor:
    x = filled(64, 64)
    return x * x.sum(1, keepdim=True) * (x + 1).max(0, keepdim=True)


def behind_a_sum() -> list[Tensor]:
    h = (filled(64, 64) @ filled(64, 64)).sin()
    return [h.sum(0), h.max(1)]


def of_three() -> list[Tensor]:
    h = filled(64, 64) + filled(64, 64) * filled(64, 64)
    return [h.sum(0), h.max(1)]


def dear() -> list[Tensor]:
    h = filled(64, 64).sin().sin()
    return [h.sum(0), h.max(1)]


def recurrence() -> Tensor:
    weight = filled(4, 4) * 2
    (last,) = repeat(5, lambda _, now: (now[0] @ weight,), (filled(4, 4) + 1,))
    return last


def of_products() -> Tensor:
    a, b = filled(128, 128), filled(128, 128)
    return (a @ b).relu() + b @ a


def rows_beside_a_product() -> Tensor:
    a, b = filled(128, 128), filled(128, 128)
    return b.max(1, keepdim=True) + (a @ b).relu()


ROWS: list[tuple[Why, Callable[[], Tensor | Sequence[Tensor]]]] = [
    (Why.RESULT, lambda: filled(4) + 1),
    (Why.SCATTER, lambda: Tensor.zeros(8).scatter_add(0, Tensor([1, 2]), filled(2)) + 1),
    (Why.GATHER, lambda: (filled(64) + 1)[Tensor([1, 2])]),
    (Why.BYTES, lambda: (filled(8) + 1).bitcast("uint8") + 1),
    (Why.COPY, lambda: (filled(4) + 1).clone().sum()),
    (Why.CONTIGUOUS, lambda: (filled(4) + 1).contiguous().sum()),
    (Why.PARTS, lambda: filled(LONG).sum()),
    (Why.OPERAND, lambda: filled(512, 256).T @ filled(512, 512)),
    (Why.SHARED, lambda: (filled(64, 64) @ filled(64, 64)).relu().softmax(-1)),
    (Why.LARGE, long_chain),
    (Why.USERS, two_users),
    (Why.INSIDE, lambda: filled(64, 64).sum(1).max()),
    (Why.BROADCAST, lambda: filled(64, 64).sum(1).repeat_interleave(4) + filled(256)),
    (Why.ROWS, lambda: filled(2, 1 << 15) / filled(2, 1 << 15).sum(1, keepdim=True)),
    (Why.ORDER, other_rows),
    (Why.PRODUCT, of_products),
    (Why.BESIDE, rows_beside_a_product),
    (Why.BEHIND, behind_a_sum),
    (Why.EPILOGUE, lambda: (filled(64, 64) @ filled(64, 64)).relu() @ filled(64, 64)),
    (Why.INPUTS, of_three),
    (Why.DEAR, dear),
    (Why.REUSED, lambda: filled(64, 64).sin() @ filled(64, 64)),
    (Why.STEP, recurrence),
    (Why.STEPS, recurrence),
]


@pytest.mark.parametrize(("why", "build"), ROWS, ids=[why.name for why, _ in ROWS])
def test_each_reason_has_a_graph_with_it(why, build):
    assert why in whys(build())


def test_every_reason_has_a_row():
    assert {why for why, _ in ROWS} == set(Why) - {Why.DEVICE}


@pytest.mark.parametrize("build", [of_products, rows_beside_a_product])
def test_a_large_product_has_a_kernel_for_itself(build: Callable[[], Tensor]):
    for scheduled in kernels(build()):
        assert sum(n.op is Op.REDUCE for n in toposort([scheduled.kernel])) <= 1


def test_small_products_share_one():
    a, b = filled(16, 16), filled(16, 16)
    assert len(kernels((a @ b).relu() + b @ a)) == 1


def test_what_is_fused_has_no_reason():
    assert whys((filled(64, 64) @ filled(64, 64)).relu()) == [Why.RESULT]


def test_a_value_for_another_device_is_stored_for_it():
    def step(x: Tensor) -> Tensor:
        return (x + 1).to("PYTHON") * 2

    for run in (step, smelt.jit(step)):
        with watch() as watched:
            run(filled(4)).realize()
        stored = [
            (w.program.device, s.why)
            for w in watched.programs
            for k in w.kernels
            for s in k.stored
            if s is not None
        ]
        assert ("CPU", Why.DEVICE) in stored
        assert ("PYTHON", Why.RESULT) in stored


def test_a_reason_counts_places_and_operations():
    stored = [s for k in kernels(dear()) for s in k.stored if s and s.why is Why.DEAR]
    assert [s.places for s in stored] == [2]
    assert stored[0].operations > 48


def test_what_two_kernels_compute_is_counted_for_both():
    h = filled(64, 64) * 2
    again = [k.again for k in kernels([h.sum(0), h.max(1)])]
    assert again == [Again(elsewhere=64 * 64)] * 2


def test_what_a_kernel_computes_twice_is_counted():
    h = filled(64, 64) * 2
    (kernel,) = kernels(h / h.sum(1, keepdim=True))
    assert kernel.again == Again(here=64 * 64)


def test_what_is_computed_once_is_not_counted():
    h = (filled(64, 64) * 2).contiguous()
    assert all(k.again == NOTHING for k in kernels(h / h.sum(1, keepdim=True)))
