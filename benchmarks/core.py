"""What the core has to be quick at, as a table: `python -m benchmarks.core`.

Each row is the best and the median of several runs on this machine. Exit code 1 if a median
misses what is required.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One measurement: all its runs, and the limit that their median must keep."""

    name: str
    unit: str
    runs: Sequence[float]
    limit: float | None = None
    higher_is_better: bool = False
    note: str = ""

    @property
    def best(self) -> float:
        return max(self.runs) if self.higher_is_better else min(self.runs)

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    @property
    def ok(self) -> bool:
        if self.limit is None:
            return True
        return self.median > self.limit if self.higher_is_better else self.median < self.limit

    def __str__(self) -> str:
        sign = ">" if self.higher_is_better else "<"
        required = "" if self.limit is None else f"{sign} {self.limit:g}"
        verdict = "" if self.limit is None else ("yes" if self.ok else "NO")
        measured = f"{_number(self.best):>12}{_number(self.median):>12}"
        return f"{self.name:46}{measured} {self.unit:9}{required:>10}{verdict:>5}  {self.note}"


BUSY = 0.5  # processes, on average of the last minute: beyond, the numbers are not smelt's
HEADER = f"{'':46}{'best':>12}{'median':>12} {'':9}{'required':>10}{'ok':>5}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _elapsed_s(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


# ---- new processes ------------------------------------------------------------------------------


def _process(code: str, cache: str) -> str:
    """Run `code` in a new Python with this cache folder; what it prints."""
    environment = {**os.environ, "SMELT_CACHE": cache}
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True
    ).stdout


IMPORT = """
import time
started = time.perf_counter()
import smelt
print(time.perf_counter() - started)
"""

FIRST_RESULT = """
from smelt import Tensor
a, b = Tensor.randn(64, 64), Tensor.randn(64, 64)
(a @ b).relu().sum().item()
"""


def import_time() -> Iterator[Row]:
    """`import smelt`, timed inside of a new process."""
    with tempfile.TemporaryDirectory() as cache:
        runs = [float(_process(IMPORT, cache)) for _ in range(7)]
    yield Row("import smelt", "s", runs, 0.25)


def first_result() -> Iterator[Row]:
    """A whole process, from its start to its end, that computes one number."""
    cold = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(_elapsed_s(lambda folder=cache: _process(FIRST_RESULT, folder)))
            warm = [_elapsed_s(lambda folder=cache: _process(FIRST_RESULT, folder)) for _ in "1234"]
    yield Row("new process, (a@b).relu().sum().item(), cold", "s", cold, 1.0)
    yield Row("the same with a warm cache", "s", warm, 0.4)


# ---- within this process ------------------------------------------------------------------------


def replay() -> Iterator[Row]:
    """A captured training step of an MLP: forward, backward and SGD in one native call."""
    import smelt
    from smelt import Tensor, nn

    class MLP:
        def __init__(self) -> None:
            self.hidden = nn.Linear(64, 128)
            self.out = nn.Linear(128, 10)

        def __call__(self, x: Tensor) -> Tensor:
            return self.out(self.hidden(x).relu())

    model = MLP()
    optimizer = nn.optim.SGD(nn.state.get_parameters(model), lr=0.01)

    @smelt.jit
    def step(x: Tensor, y: Tensor) -> Tensor:
        optimizer.zero_grad()
        loss = model(x).cross_entropy(y)
        loss.backward()
        optimizer.step()
        return loss.realize()

    x = Tensor.randn(32, 64).realize()
    y = Tensor.randint(32, low=0, high=10).realize()
    for _ in range(20):
        step(x, y)

    def hundred() -> None:
        for _ in range(100):
            step(x, y)

    runs = [_elapsed_s(hundred) * 1e6 / 100 for _ in range(30)]
    yield Row("replay of a captured MLP step, 64-128-10, batch 32", "µs", runs, 100.0)


def simplification() -> Iterator[Row]:
    """Nodes of a large graph, simplified for the first time."""
    from smelt.dtype import dtypes
    from smelt.ir import node as ir
    from smelt.ir.simplify import simplify

    runs = []
    for attempt in range(5):
        x = ir.variable(f"x{attempt}", 0, 100)
        chain = ir.cast(x, dtypes.float32)
        for i in range(10_000):
            chain = (chain + float(i)) * 1.0
        count = len(ir.toposort([chain]))
        runs.append(count / _elapsed_s(lambda root=chain: simplify(root)))
    yield Row("nodes simplified per second", "1/s", runs, 10_000, higher_is_better=True)


BATCH = 64
STEPS = 30


def demo_training() -> Iterator[Row]:
    """The training step of `smelt demo`, and the same network in PyTorch."""
    import numpy as np

    rng = np.random.default_rng(0)
    x = rng.random((BATCH, 1, 8, 8), np.float32)
    y = rng.integers(0, 10, BATCH).astype(np.int32)
    yield Row("images/s, the demo's training", "1/s", _smelt_rate(x, y), higher_is_better=True)
    try:
        runs = _torch_rate(x, y)
    except ImportError:
        print(f"{'images/s, the same in PyTorch':46}  PyTorch is missing: make bench installs it")
        return
    yield Row("images/s, the same in PyTorch", "1/s", runs, higher_is_better=True)


def _rates(step: Callable[[], object]) -> list[float]:
    """Images a second over several stretches of steps."""
    for _ in range(5):
        step()
    stretches = [_elapsed_s(lambda: [step() for _ in range(STEPS)]) for _ in range(7)]
    return [BATCH * STEPS / elapsed_s for elapsed_s in stretches]


def _smelt_rate(x: Any, y: Any) -> list[float]:
    from smelt import Tensor
    from smelt.cli.demo import WEIGHT_DECAY, Network, training_step
    from smelt.nn.optim import AdamW
    from smelt.nn.state import get_parameters
    from smelt.util.flags import Context

    network = Network()
    step = training_step(network, AdamW(get_parameters(network), weight_decay=WEIGHT_DECAY))

    def one() -> None:
        loss, right = step(Tensor(x), Tensor(y), Tensor([1e-3]))
        loss.item()
        right.item()

    with Context(TRAINING=1):
        return _rates(one)


def _torch_rate(x: Any, y: Any) -> list[float]:
    import torch
    from torch import nn

    from smelt.cli.demo import LABEL_SMOOTHING, WEIGHT_DECAY

    network = nn.Sequential(
        *(nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()),
        *(nn.Conv2d(16, 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()),
        *(nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(32 * 4 * 4, 10)),
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=WEIGHT_DECAY)
    loss_of = nn.CrossEntropyLoss(label_smoothing=LABEL_SMOOTHING)

    def one() -> None:
        images, labels = torch.from_numpy(x), torch.from_numpy(y).long()
        optimizer.zero_grad()
        logits = network(images)
        loss = loss_of(logits, labels)
        loss.backward()
        optimizer.step()
        loss.item()
        (logits.argmax(-1) == labels).sum().item()

    return _rates(one)


BENCHMARKS = (import_time, first_result, replay, simplification, demo_training)


def main() -> int:
    """Print the table."""
    load = os.getloadavg()[0]
    if load > BUSY:
        print(f"note: other processes keep this machine busy (load {load:.1f})")
    print(HEADER)
    failed = False
    for benchmark in BENCHMARKS:
        for row in benchmark():
            print(row, flush=True)
            failed |= not row.ok
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
