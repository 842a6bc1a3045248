"""What DEBUG=2 and DEBUG=3 print of kernels, whether they are new, kept on disk or in memory."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import smelt
from smelt import Context, Tensor

SCRIPT = """
import numpy as np
from smelt import Tensor
x = Tensor(np.ones((64, 64), np.float32))
((x @ x).relu() @ x).realize()
"""


def run(debug: int) -> str:
    environment = {**os.environ, "DEBUG": str(debug)}
    command = [sys.executable, "-c", SCRIPT]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return ended.stdout


def test_kept_kernels_show_shares_transformations_and_reasons() -> None:
    first, again = run(3), run(3)  # the second finds its kernels on disk
    for printed in (first, again):
        lines = printed.splitlines()
        (header,) = [line for line in lines if line.startswith("kernel ") and "FLOPs" in line]
        assert header.endswith("of peak")
        rows = [line for line in lines if line.startswith("dot_64x64 ")]
        assert len(rows) == 2
        assert all(row.split()[-1] in ("flop", "mem") and "%" in row for row in rows)
        assert sum("split(r" in line and "VECTOR" in line for line in lines) == 2
        assert "  p0 is stored: it comes of a reduction, and another reduction takes it" in lines
        assert "  p0 is stored: it is a result that was asked for" in lines


def step(x: Tensor) -> Tensor:
    return (x * 3 + 1).sum()


@pytest.mark.parametrize("device", ["CPU", "PYTHON"])
def test_a_program_that_was_built_before_is_shown_within_a_context(capsys, device) -> None:
    step(Tensor([2.0] * 7, device=device)).realize()
    capsys.readouterr()
    with Context(DEBUG=3):
        step(Tensor([2.0] * 7, device=device)).realize()
    printed = capsys.readouterr().out
    assert "kernel " in printed and "for i0 in loop(7)" in printed
    assert "p0 is stored: it is a result that was asked for" in printed


def test_the_kernels_of_a_recurrence_are_shown_once(capsys) -> None:
    cell = smelt.nn.GRU(3, 4)
    with Context(DEBUG=3):
        cell(Tensor.ones(9, 1, 3))[0].realize()
    printed = capsys.readouterr().out
    assert "runs 9 times" in printed or "runs 8 times" in printed
    assert "p0 is stored: a step of a recurrence makes it for the next ones" in printed
