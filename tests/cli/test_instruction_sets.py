"""`python -m benchmarks.instruction_sets`: two processes in turns."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.render.native import targets

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif("x86-64-v2" not in targets(), reason="the processor is no x86-64")
def test_a_row_of_the_table() -> None:
    command = [sys.executable, "-m", "benchmarks.instruction_sets", "matmul-127x511x33"]
    options = ["--cpu", "x86-64-v2", "--threads", "1", "--seconds", "0.05"]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    title, _, row = done.stdout.splitlines()
    assert title.startswith("x86-64-v2, 1 threads")
    name, *numbers = row.split()
    assert name == "matmul-127x511x33" and len(numbers) == 6
    best, median, peer_best, peer_median, ratio, _ = map(float, numbers)
    assert best >= median > 0 and peer_best >= peer_median > 0
    assert ratio == pytest.approx(best / peer_best, rel=0.05, abs=0.02)
