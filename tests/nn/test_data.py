"""Batches: their order, what they are made of, and processes that fail."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import namedtuple
from typing import Any

import numpy as np
import pytest

from smelt import Tensor, dtypes
from smelt.nn.data import ArrayDataset, DataLoader
from smelt.util.errors import ArgumentError, DataError, MissingDependencyError

Pair = namedtuple("Pair", ["left", "right"])


def numbers(loader: DataLoader) -> list[list[int]]:
    return [batch.tolist() for batch in loader]


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("drop_last", [False, True])
def test_batches_in_order(workers: int, drop_last: bool) -> None:
    loader = DataLoader(list(range(10)), 3, num_workers=workers, drop_last=drop_last)
    whole = [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert numbers(loader) == (whole if drop_last else [*whole, [9]])
    assert len(loader) == len(numbers(loader))


@pytest.mark.parametrize("workers", [0, 3])
def test_an_epoch_has_every_sample_once_in_an_order_that_the_seed_fixes(workers: int) -> None:
    loader = DataLoader(range(20), 6, shuffle=True, seed=3, num_workers=workers)
    first, second = numbers(loader), numbers(loader)
    assert sorted(i for batch in first for i in batch) == list(range(20))
    assert first != second != sorted(second)
    again = DataLoader(range(20), 6, shuffle=True, seed=3)
    assert [numbers(again), numbers(again)] == [first, second]
    assert numbers(DataLoader(range(20), 6, shuffle=True, seed=4)) != first


def test_arrays_and_tensors() -> None:
    x, y = np.arange(6.0, dtype=np.float32).reshape(3, 2), Tensor([5, 6, 7])
    batches = list(DataLoader((x, y), 2))
    assert [b[0].tolist() for b in batches] == [[[0.0, 1.0], [2.0, 3.0]], [[4.0, 5.0]]]
    assert [b[1].tolist() for b in batches] == [[5, 6], [7]]
    assert batches[0][0].dtype is dtypes.float32
    assert [b.shape for b in DataLoader(x, 2)] == [(2, 2), (1, 2)]
    assert numbers(DataLoader(y, 3)) == [[5, 6, 7]]


class Structured:
    def __len__(self) -> int:
        return 2

    def __getitem__(self, i: int) -> dict[str, Any]:
        return {
            "pair": Pair(np.full(2, i, np.int16), i / 2),
            "list": [Tensor([i]), np.float64(i)],
            "name": f"n{i}",
        }


def test_samples_of_any_structure() -> None:
    (batch,) = DataLoader(Structured(), 2)
    assert batch["pair"].left.tolist() == [[0, 0], [1, 1]]
    assert batch["pair"].left.dtype is dtypes.int16
    assert batch["pair"].right.tolist() == [0.0, 0.5]
    assert batch["pair"].right.dtype is dtypes.float32
    assert [t.tolist() for t in batch["list"]] == [[[0], [1]], [0.0, 1.0]]
    assert batch["name"] == ["n0", "n1"]


def test_a_function_of_ones_own_makes_the_batches() -> None:
    assert list(DataLoader("abcde", 2, collate_fn="".join)) == ["ab", "cd", "e"]
    assert list(DataLoader("abcde", 2, collate_fn="".join, num_workers=1)) == ["ab", "cd", "e"]


def test_no_samples() -> None:
    assert list(DataLoader([], 3)) == []
    assert list(DataLoader([], 3, num_workers=2)) == []


# ---- processes -----------------------------------------------------------------------------------


class Failing:
    """A sample that cannot be had, in one of several ways."""

    def __init__(self, how: str):
        self.how = how

    def __len__(self) -> int:
        return 8

    def __getitem__(self, i: int) -> Any:
        if i < 5:
            return i
        if self.how == "dies":
            os._exit(7)
        if self.how == "cannot be sent":
            return Tensor
        raise KeyError(f"no sample {i}")


@pytest.mark.parametrize("how", ["raises", "dies"])
def test_an_error_in_a_worker_is_raised_with_its_traceback(how: str) -> None:
    loader = DataLoader(Failing(how), 2, num_workers=2)
    got = []
    message = r"no sample 5" if how == "raises" else "the death of worker 0, exit code 7"
    with pytest.raises(DataError, match=message) as caught:
        got.extend(batch.tolist() for batch in loader)
    assert got == [[0, 1], [2, 3]]
    assert how == "dies" or "__getitem__" in str(caught.value)
    assert not multiprocessing.active_children()


def test_an_error_without_workers_is_the_data_sets_own() -> None:
    with pytest.raises(KeyError):
        list(DataLoader(Failing("raises"), 2))


class Large:
    def __len__(self) -> int:
        return 40

    def __getitem__(self, i: int) -> Any:
        return np.full(200_000, i, np.int32)


def test_large_batches_and_an_iteration_that_is_left() -> None:
    loader = DataLoader(Large(), 4, num_workers=2, prefetch_factor=4)
    assert [int(b[0, 0].item()) for b in loader] == list(range(0, 40, 4))
    for _ in loader:
        break
    deadline = time.monotonic() + 5
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not multiprocessing.active_children()


INTERRUPTED = """
import time
from smelt.nn import DataLoader
class Slow:
    def __len__(self):
        return 100
    def __getitem__(self, i):
        time.sleep(0.05)
        return i
try:
    for batch in DataLoader(Slow(), 1, num_workers=2):
        print(batch.item(), flush=True)
except KeyboardInterrupt:
    import multiprocessing
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interruption_ends_all_processes_quietly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "0\n"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, err = process.communicate(timeout=20)
    assert out.endswith("interrupted\n")
    assert err == ""
    assert process.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


# ---- progress and errors -------------------------------------------------------------------------


def test_progress(capsys: pytest.CaptureFixture[str]) -> None:
    list(DataLoader(range(4), 2, progress=True))
    assert "2/2" in capsys.readouterr().err


def test_progress_without_tqdm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(MissingDependencyError, match="pip install tqdm"):
        list(DataLoader(range(4), 2, progress=True))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3,), "DataLoader: got a int, expected what has a length"),
        ((range(3), 0), "batch_size=0"),
        ((range(3), 1, False, -1), "num_workers=-1"),
        (((np.zeros(2), np.zeros(3)),), r"arrays of \[2, 3\], expected one length"),
    ],
)
def test_errors(arguments: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        DataLoader(*arguments)


def test_an_array_dataset_has_samples() -> None:
    data = ArrayDataset(np.zeros((2, 3)), [4, 5])
    assert len(data) == 2
    assert data[1][1] == 5
    assert data[1][0].shape == (3,)
