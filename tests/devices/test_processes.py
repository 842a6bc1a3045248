"""Compiled kernels on disk, between processes: found, damaged, and made by several at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

# Prints the results' bytes, and how many kernels this process had to compile itself.
PROGRAM = """
import numpy as np
from smelt import Tensor
from smelt.engine import compile as stage

made = []
compile_packed = stage.compile_packed
stage.compile_packed = lambda *a: made.append(a) or compile_packed(*a)

rng = np.random.default_rng(0)
x = Tensor(rng.normal(size=(33, 70)).astype(np.float32))
w = Tensor(rng.normal(size=(70, 9)).astype(np.float32), requires_grad=True)
loss = ((x @ w).softmax(-1) * 3).sum(0).max()
loss.backward()
print(loss.numpy().tobytes().hex(), w.grad.numpy().tobytes().hex(), len(made))
"""

Damage = Callable[[bytes], bytes]


def start(folder: Path, **variables: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "SMELT_CACHE": str(folder), "SMELT_THREADS": "2", **variables}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> tuple[str, int]:
    """The results, and how many kernels were compiled."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert not err, err
    *results, compiled = out.split()
    return " ".join(results), int(compiled)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, int]:
    """A folder that one process has filled, its results, and the kernels that it compiled."""
    folder = tmp_path_factory.mktemp("kernels")
    results, compiled = finish(start(folder))
    assert compiled >= 2
    return folder, results, compiled


def test_a_second_process_compiles_nothing(first: tuple[Path, str, int]) -> None:
    folder, results, _ = first
    assert finish(start(folder)) == (results, 0)


@pytest.mark.parametrize(
    "damage",
    [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b[:-1] + bytes([b[-1] ^ 1]),
     lambda b: b"\0" * len(b)],
    ids=["empty", "cut off", "one bit", "zeros"],
)  # fmt: skip
def test_damaged_files_cost_a_recompile(
    first: tuple[Path, str, int], tmp_path: Path, damage: Damage
) -> None:
    folder, results, compiled = first
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(damage(file.read_bytes()))
    assert finish(start(tmp_path)) == (results, compiled)
    assert finish(start(tmp_path)) == (results, 0), "the damaged files were replaced"


def test_two_processes_at_once(first: tuple[Path, str, int], tmp_path: Path) -> None:
    _, results, _ = first
    both = [start(tmp_path), start(tmp_path)]
    assert [finish(p)[0] for p in both] == [results, results]
    assert finish(start(tmp_path)) == (results, 0)


def test_a_folder_that_cannot_be_written(first: tuple[Path, str, int], tmp_path: Path) -> None:
    _, results, _ = first
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    process = start(in_the_way)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0 and out.startswith(results)
    assert "cannot write the cache folder" in err


def test_without_the_cache(first: tuple[Path, str, int], tmp_path: Path) -> None:
    _, results, compiled = first
    assert finish(start(tmp_path, NOCACHE="1")) == (results, compiled)
    assert not list(tmp_path.iterdir())


def test_threads_change_nothing(first: tuple[Path, str, int]) -> None:
    folder, results, _ = first
    for threads in ("1", "3", "4"):
        assert finish(start(folder, SMELT_THREADS=threads)) == (results, 0)
