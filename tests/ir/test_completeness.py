"""The table of operations is complete, and small enough to be promised."""

from __future__ import annotations

import pytest

from smelt.dtype import all_dtypes
from smelt.ir.evaluate import MEANING, evaluate_graph, evaluate_kernel
from smelt.ir.op import COMMUTATIVE, ELEMENTWISE, INSTRUCTIONS, MOVEMENT, OPS, REDUCERS, Kind, Op
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


# The table by its columns: what an operation takes and gives is written down a second time.
TWO = "ADD SUB MUL FDIV IDIV MOD MAX LT NE AND OR XOR SHL SHR"
FUNCTIONS = "EXP2 LOG2 SIN SQRT TRUNC"
ONE = "CAST BITCAST RESHAPE PERMUTE EXPAND PAD SHRINK FLIP SHEAR RANGE DETACH CONTIGUOUS COPY"
ARITIES: dict[tuple[int, int | None], str] = {
    (0, 0): "CONST BUFFER IOTA VARIABLE STATE PARAM LOCAL",
    (1, 1): f"{FUNCTIONS} {ONE}",
    (2, 2): TWO,
    (3, 3): "FMA WHERE",
    (2, 3): "LOAD",
    (3, 4): "STORE",
    (2, None): "REPEAT",  # a state and what follows it, for each of any number
    (1, None): "REDUCE BARRIER KERNEL",  # any number of RANGEs
}
DTYPES = {
    "biuf": "ADD MUL MAX LT NE REDUCE",
    "biu": "AND OR XOR",
    "iuf": "SUB",
    "iu": "IDIV MOD SHL SHR IOTA",
    "i": "VARIABLE RANGE",
    "f": f"FDIV FMA {FUNCTIONS}",
}


def test_arities() -> None:
    many = OPS[Op.KERNEL].arity[1]
    assert many > 1_000_000
    pairs = {op: info.arity for op, info in OPS.items()}
    arities = {op: (least, None if most == many else most) for op, (least, most) in pairs.items()}
    assert arities == {Op[name]: pair for pair, row in ARITIES.items() for name in row.split()}


def test_dtypes() -> None:
    taken = {op: info.dtypes for op, info in OPS.items() if info.dtypes != "*"}
    assert taken == {Op[name]: kinds for kinds, row in DTYPES.items() for name in row.split()}


def test_results() -> None:
    assert {op for op, info in OPS.items() if info.result == "bool"} == {Op.LT, Op.NE}
    assert {op for op, info in OPS.items() if info.result == "memory"} == {Op.LOAD, Op.STORE}


def test_which_commute() -> None:
    assert {Op.ADD, Op.MUL, Op.MAX, Op.NE, Op.AND, Op.OR, Op.XOR} == COMMUTATIVE
    assert {Op.ADD, Op.MUL, Op.MAX} == set(REDUCERS)


def test_the_interpreters_say_what_they_are() -> None:
    for function in (evaluate_graph, evaluate_kernel):
        assert function.__doc__ and ">>>" in function.__doc__
