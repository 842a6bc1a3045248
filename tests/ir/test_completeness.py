"""The table of operations is complete, and small enough to be promised."""

from __future__ import annotations

import pytest

from smelt.dtype import all_dtypes
from smelt.ir.evaluate import MEANING, evaluate_graph, evaluate_kernel
from smelt.ir.op import ELEMENTWISE, INSTRUCTIONS, MOVEMENT, OPS, Kind, Op
from smelt.ir.verify import GRAPH_OPS, KERNEL_OPS


def test_every_operation_has_a_row_and_nothing_else_has() -> None:
    assert list(OPS) == list(Op)


def test_a_backend_has_at_most_25_operations_to_translate() -> None:
    assert 1 <= len(INSTRUCTIONS) <= 25
    assert set(INSTRUCTIONS) == ELEMENTWISE | {Op.LOAD, Op.STORE}


def test_every_elementwise_instruction_has_a_meaning() -> None:
    assert MEANING.keys() == ELEMENTWISE


def test_every_operation_belongs_to_the_graph_or_to_kernels() -> None:
    assert set(Op) == GRAPH_OPS | KERNEL_OPS
    assert ELEMENTWISE <= GRAPH_OPS & KERNEL_OPS
    assert MOVEMENT <= GRAPH_OPS - KERNEL_OPS


@pytest.mark.parametrize("op", list(Op), ids=lambda o: o.name)
def test_rows_are_well_formed(op: Op) -> None:
    info = OPS[op]
    least, most = info.arity
    assert 0 <= least <= most
    assert info.dtypes == "*" or set(info.dtypes) <= {d.kind for d in all_dtypes()}
    assert info.result in ("same", "bool", "given", "memory")
    assert info.meaning
    assert info.is_elementwise == (op in ELEMENTWISE)
    assert (info.kind is Kind.MOVEMENT) == (op in MOVEMENT)


def test_the_interpreters_say_what_they_are() -> None:
    for function in (evaluate_graph, evaluate_kernel):
        assert function.__doc__ and ">>>" in function.__doc__
