"""Batches of data sets: shuffled, gathered ahead of time, by other processes where that pays."""

from __future__ import annotations

import math
import multiprocessing
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any, Protocol, runtime_checkable

import numpy as np

from smelt.dtype import scalar_dtype
from smelt.tensor import Tensor
from smelt.util.errors import ArgumentError, DataError, MissingDependencyError

Array = np.ndarray[Any, np.dtype[Any]]
Collate = Callable[[list[Any]], Any]


@runtime_checkable
class Dataset(Protocol):
    """Samples by number: a list is one, and so is any class with these two methods."""

    def __len__(self) -> int: ...

    def __getitem__(self, i: int, /) -> Any: ...


class ArrayDataset:
    """Arrays of one length as one data set: a sample is a tuple of one element of each.

    >>> ArrayDataset(np.arange(3), np.arange(3) * 2)[2]
    (2, 4)
    """

    def __init__(self, *arrays: Any):
        self.arrays = tuple(a.numpy() if isinstance(a, Tensor) else np.asarray(a) for a in arrays)
        lengths = {len(a) for a in self.arrays}
        if len(lengths) != 1:
            raise ArgumentError(
                "ArrayDataset", f"arrays of {[len(a) for a in self.arrays]}", "one length for all"
            )

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __getitem__(self, i: int) -> tuple[Any, ...]:
        return tuple(a[i].item() if a.ndim == 1 else a[i] for a in self.arrays)

    def batch(self, indices: Array) -> tuple[Array, ...]:
        """Several samples at once."""
        return tuple(a[indices] for a in self.arrays)


class DataLoader:
    """Iterates over the batches of a data set, in a new order each time with `shuffle`.

    `dataset` is a Dataset, an array or a Tensor, or a tuple of them. A batch is made of its samples
    by `collate_fn`; without one, numbers, arrays and tensors are stacked, and tuples, lists and
    dicts of them stay what they are, with Tensors inside. `seed` fixes the order of all epochs.

    With `num_workers` that many processes get the samples, `prefetch_factor` batches ahead each;
    an error in one is raised here with its traceback, and all of them end with the iteration.
    Without, batches are made here, when they are asked for. `progress` shows a bar, by tqdm.

    Raises:
        ArgumentError: sizes below 1, or a data set that has no length.
        DataError: a worker raised an error, or died.
        MissingDependencyError: `progress`, and tqdm is not installed.

    >>> loader = DataLoader((np.arange(5.0), np.arange(5)), batch_size=2)
    >>> [y.tolist() for x, y in loader]
    [[0, 1], [2, 3], [4]]
    >>> len(DataLoader([1, 2, 3, 4, 5], batch_size=2, drop_last=True))
    2
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        num_workers: int = 0,
        collate_fn: Collate | None = None,
        drop_last: bool = False,
        *,
        seed: int | None = None,
        prefetch_factor: int = 2,
        progress: bool = False,
    ):
        if isinstance(dataset, np.ndarray | Tensor):
            dataset = _Single(dataset)
        elif isinstance(dataset, tuple) and dataset:
            dataset = ArrayDataset(*dataset)
        if not isinstance(dataset, Dataset):
            raise ArgumentError(
                "DataLoader",
                f"a {type(dataset).__name__}",
                "what has a length and samples by number",
            )
        if batch_size < 1 or num_workers < 0 or prefetch_factor < 1 or (seed or 0) < 0:
            raise ArgumentError(
                "DataLoader",
                f"batch_size={batch_size}, num_workers={num_workers}, "
                f"prefetch_factor={prefetch_factor}, seed={seed}",
                "1, 0, 1 and 0 at the least",
            )
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.num_workers = num_workers
        self.collate_fn = collate_fn
        self.drop_last = drop_last
        self.prefetch_factor = prefetch_factor
        self.progress = progress
        self._random = np.random.default_rng(seed)

    def __len__(self) -> int:
        """The number of batches."""
        count = len(self.dataset) / self.batch_size
        return math.floor(count) if self.drop_last else math.ceil(count)

    def __iter__(self) -> Iterator[Any]:
        batches = self._batches()
        fetched = self._fetched(batches)
        if self.progress:
            fetched = _with_progress(fetched, len(batches))
        return fetched

    def _batches(self) -> list[Array]:
        """The numbers of the samples of each batch."""
        n = len(self.dataset)
        order = self._random.permutation(n) if self.shuffle else np.arange(n)
        return [order[i * self.batch_size :][: self.batch_size] for i in range(len(self))]

    def _fetched(self, batches: list[Array]) -> Iterator[Any]:
        fetch = _Fetch(self.dataset, self.collate_fn, batches)
        finish = _to_tensors if self.collate_fn is None else _as_it_is
        if not self.num_workers:
            yield from (finish(fetch(i)) for i in range(len(batches)))
            return
        workers = _Workers(fetch, self.num_workers)
        try:
            ahead = self.prefetch_factor * self.num_workers
            yield from map(finish, workers.in_order(len(batches), ahead))
        finally:
            workers.stop()


class _Single(ArrayDataset):
    """One array, whose elements are the samples."""

    def __getitem__(self, i: int) -> Any:
        return super().__getitem__(i)[0]

    def batch(self, indices: Array) -> Any:
        return super().batch(indices)[0]


class _Fetch:
    """The number of a batch to its samples, on the host."""

    def __init__(self, dataset: Any, collate: Collate | None, batches: list[Array]):
        self.dataset = dataset
        self.collate = collate
        self.batches = batches

    def __call__(self, number: int) -> Any:
        indices = self.batches[number]
        if self.collate is None and hasattr(self.dataset, "batch"):
            return self.dataset.batch(indices)
        samples = [self.dataset[int(i)] for i in indices]
        return stacked(samples) if self.collate is None else self.collate(samples)


def stacked(samples: Sequence[Any]) -> Any:
    """Samples of one structure as one of that structure, with arrays that hold all of them.

    >>> stacked([{"x": [1, 2], "y": "a"}, {"x": [3, 4], "y": "b"}])
    {'x': [array([1, 3], dtype=int32), array([2, 4], dtype=int32)], 'y': ['a', 'b']}
    """
    first = samples[0]
    if isinstance(first, dict):
        return {key: stacked([s[key] for s in samples]) for key in first}
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return type(first)(*map(stacked, zip(*samples, strict=True)))
    if isinstance(first, tuple | list):
        return type(first)(map(stacked, zip(*samples, strict=True)))
    if isinstance(first, Tensor):
        return np.stack([s.numpy() for s in samples])
    if isinstance(first, bool | int | float) and not isinstance(first, np.generic):
        return np.asarray(samples, scalar_dtype(first).np)
    if isinstance(first, np.ndarray | np.generic):
        return np.stack(samples)
    return list(samples)


def _to_tensors(batch: Any) -> Any:
    """Arrays, within tuples, lists and dicts, as Tensors."""
    if isinstance(batch, np.ndarray):
        return Tensor(batch)
    if isinstance(batch, dict):
        return {key: _to_tensors(value) for key, value in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*map(_to_tensors, batch))
    if isinstance(batch, tuple | list):
        return type(batch)(map(_to_tensors, batch))
    return batch


def _as_it_is(batch: Any) -> Any:
    return batch


def _with_progress(batches: Iterator[Any], count: int) -> Iterator[Any]:
    try:
        from tqdm import tqdm
    except ImportError:
        raise MissingDependencyError(
            "DataLoader", "progress=True and no tqdm", "it installed", "pip install tqdm"
        ) from None
    return iter(tqdm(batches, total=count))


# ---- processes -----------------------------------------------------------------------------------


def _work(fetch: _Fetch, connection: Connection, parents: list[Connection]) -> None:
    """Answer the number of a batch with (batch, None), or (None, the traceback of an error)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends this process
    for other in parents:  # which a fork has left open here: without them the parent's end is seen
        other.close()
    try:
        while True:
            number = connection.recv()
            try:
                connection.send((fetch(number), None))
            except Exception:  # noqa: BLE001 -- whatever it is, the parent raises it
                connection.send((None, traceback.format_exc()))
    except (EOFError, OSError):  # the parent is gone
        pass


class _Workers:
    """Processes that fetch batches, each asked for one after the other through a pipe."""

    def __init__(self, fetch: _Fetch, count: int):
        # What is forked needs no pickled data set.
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
        context: Any = multiprocessing.get_context(method)
        self.connections: list[Connection] = []
        self.processes: list[Any] = []
        for _ in range(count):
            own, other = context.Pipe()
            self.connections.append(own)
            parents = self.connections if method else []
            process = context.Process(target=_work, args=(fetch, other, parents), daemon=True)
            process.start()
            other.close()
            self.processes.append(process)

    def in_order(self, count: int, ahead: int) -> Iterator[Any]:
        """Batches 0 to count - 1, asked for so many ahead."""
        for number in range(count + ahead):
            if number >= ahead:
                batch = self._answer((number - ahead) % len(self.processes))
            if number < count:
                self._ask(number % len(self.processes), number)
            if number >= ahead:
                yield batch

    def _ask(self, worker: int, number: int) -> None:
        try:
            self.connections[worker].send(number)
        except OSError:
            raise self._died(worker) from None

    def _answer(self, worker: int) -> Any:
        try:
            batch, error = self.connections[worker].recv()
        except (EOFError, OSError):
            raise self._died(worker) from None
        if error is not None:
            raise DataError("DataLoader", f"an error in worker {worker}:\n{error}")
        return batch

    def _died(self, worker: int) -> DataError:
        self.processes[worker].join(1)
        code = self.processes[worker].exitcode
        return DataError(
            "DataLoader", f"the death of worker {worker}, exit code {code}", "one that answers"
        )

    def stop(self) -> None:
        """End all processes."""
        for connection in self.connections:
            connection.close()
        for process in self.processes:
            process.join(0.2)
            if process.is_alive():
                process.terminate()
                process.join()
