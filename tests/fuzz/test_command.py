"""What `python -m tests.fuzz` is made of: its cases, its reports, the processes that it starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from smelt.dtype import dtypes
from smelt.ir import node as ir
from smelt.ir.evaluate import evaluate_graph
from smelt.ir.node import Node, toposort
from smelt.ir.op import Op
from tests.fuzz.cases import KINDS, make
from tests.fuzz.errors import assert_within
from tests.fuzz.running import check, in_process
from tests.fuzz.shrink import as_text, shrink
from tests.fuzz.test_found import Stored

SEEDS = range(60)


def built(text: str, stored: Stored) -> Sequence[Node]:
    """The roots that the text of a function makes."""
    names = {"ir": ir, "np": np, "Op": Op, "Node": Node, "dtypes": dtypes}
    names |= {"Stored": Stored, "Sequence": Sequence}
    exec(text, names)
    return names["found"](stored)  # type: ignore[operator]


@pytest.mark.parametrize("seed", SEEDS)
def test_text_makes_the_graph_again(seed: int) -> None:
    case = make(seed)
    stored = Stored("PYTHON")
    again = built(as_text(case.roots, case.held, "found", "A graph."), stored)
    variables = case.variables[-1]
    expected = evaluate_graph(case.roots, case.held, variables)
    for got, want in zip(evaluate_graph(again, stored.held, variables), expected, strict=True):
        assert_within(got, want, np.zeros(want.shape), "the same graph")


def test_every_kind_is_made() -> None:
    assert {make(seed).kind for seed in range(300)} == set(KINDS)


def test_a_seed_makes_one_graph() -> None:
    first, second = (make(7) for _ in range(2))
    texts = {as_text(c.roots, c.held, "found", "") for c in (first, second)}
    assert len(texts) == 1


def test_shrunk_to_what_is_wrong() -> None:
    """Of a graph that fails because of one operation little more than that is left."""

    def fails(roots: Sequence[Node], held: object) -> bool:
        return any(n.op is Op.LOAD for n in toposort(roots))

    seed = next(s for s in SEEDS if fails((case := make(s)).roots, None) and len(case.held) > 3)
    case = make(seed)
    roots, held = shrink(case.roots, case.held, {}, fails, 10.0)
    assert [n.op for n in toposort(roots)].count(Op.LOAD) == 1
    assert len([n for n in toposort(roots) if n.op not in (Op.BUFFER, Op.RESHAPE)]) <= 2
    assert {n.arg for n in toposort(roots) if n.op is Op.BUFFER} == set(held)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.filterwarnings("ignore:os.fork")  # of JAX, if another test has loaded it
def test_crashes_and_endless_jobs_are_told_from_results() -> None:
    jobs = [lambda: None, lambda: [].pop(), crash, lambda: time.sleep(60), lambda: None]
    outcomes = [(what, where) for what, where, _ in in_process(jobs, 1.0)]
    assert outcomes == [
        ("", ""), ("IndexError", "test_command.py:<lambda>"), ("the process", "SIGKILL"),
        ("the process", "hangs"), ("", ""),
    ]  # fmt: skip


def test_a_wrong_meaning_is_found() -> None:
    case = make(next(s for s in SEEDS if make(s).kind == "batched"))
    check(case, "ORACLE")
    case.meaning = [tuple(reversed([*m, *m])) for m in case.meaning if isinstance(m, tuple)]
    with pytest.raises(AssertionError):
        check(case, "ORACLE")


def test_the_command() -> None:
    options = ["--seed", "3", "--graphs", "12", "--devices", "oracle,python"]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *options], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "seed 3, ORACLE, PYTHON" in done.stdout and "12 graphs" in done.stdout
