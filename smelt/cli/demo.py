"""`smelt demo`: train a small convolutional network on handwritten digits, and report on it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import smelt
from smelt import Tensor, nn
from smelt.cli.mistakes import draw_mistakes
from smelt.engine.report import ceilings, row
from smelt.engine.stats import profile
from smelt.nn.optim import AdamW, Optimizer
from smelt.nn.state import get_parameters, get_state_dict, safe_save
from smelt.util.errors import ArgumentError, MissingDependencyError
from smelt.util.flags import Context
from smelt.util.table import KernelRow, kernel_table

Array = np.ndarray[Any, np.dtype[Any]]
Step = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]

PEAK_LEARNING_RATE = 0.01
WARM_UP = 0.2  # of all steps
WEIGHT_DECAY = 0.05
LABEL_SMOOTHING = 0.1


class Network:
    """Three convolutions with batch norm and a linear layer: 12,000 weights."""

    def __init__(self) -> None:
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm(16)
        self.conv2 = nn.Conv2d(16, 16, 3, stride=2, padding=1, bias=False)
        self.norm2 = nn.BatchNorm(16)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1, bias=False)
        self.norm3 = nn.BatchNorm(32)
        self.linear = nn.Linear(32 * 4 * 4, 10)

    def __call__(self, x: Tensor) -> Tensor:
        """Images (N, 1, 8, 8) to logits (N, 10)."""
        x = self.norm1(self.conv1(x)).relu()  # (N, 16, 8, 8)
        x = self.norm2(self.conv2(x)).relu()  # (N, 16, 4, 4)
        x = self.norm3(self.conv3(x)).relu()  # (N, 32, 4, 4)
        return self.linear(x.flatten(1))  # (N, 10)


def training_step(network: Network, optimizer: Optimizer) -> Step:
    """One step as a captured program: (images, labels, learning rate) -> (loss, number right)."""

    @smelt.jit
    def step(x: Tensor, y: Tensor, lr: Tensor) -> tuple[Tensor, Tensor]:
        optimizer.lr = lr
        logits = network(x)
        loss = logits.cross_entropy(y, label_smoothing=LABEL_SMOOTHING)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()  # here, so that no gradient has to be kept until the next step
        right = (logits.argmax(-1) == y).sum()
        Tensor.realize(loss, right)
        return loss, right

    return step


def learning_rate(done: float) -> float:
    """The rate when the part `done` of all steps is done: up in a line, down in half a cosine."""
    if done < WARM_UP:
        return PEAK_LEARNING_RATE * done / WARM_UP
    return PEAK_LEARNING_RATE * 0.5 * (1 + math.cos(math.pi * (done - WARM_UP) / (1 - WARM_UP)))


def batches(count: int, size: int, epochs: int, seed: int) -> Iterator[Array]:
    """The indices of each batch, in a new order every epoch; what is left over is left out."""
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(count)
        for i in range(0, count - size + 1, size):
            yield order[i : i + size]


def train(network: Network, x: Array, y: Array, epochs: int, batch_size: int, seed: int) -> Step:
    """Train `network` with a progress bar. Returns the captured step."""
    from tqdm import tqdm

    batch_size = min(batch_size, len(x))
    steps = len(x) // batch_size  # in one epoch
    step = training_step(network, AdamW(get_parameters(network), weight_decay=WEIGHT_DECAY))
    with Context(TRAINING=1), tqdm(total=epochs * steps, unit="step", dynamic_ncols=True) as bar:
        for i, batch in enumerate(batches(len(x), batch_size, epochs, seed)):
            if i % steps == 0:
                seen, right, begin = 0, 0, time.perf_counter()  # in this epoch
            lr = Tensor([learning_rate((i + 0.5) / bar.total)])
            loss, right_here = step(Tensor(x[batch]), Tensor(y[batch]), lr)
            seen += batch_size
            right += int(right_here.item())
            rate = seen / (time.perf_counter() - begin)
            text = f"loss {loss.item():.3f}, accuracy {right / seen:.1%}, {rate:,.0f} images/s"
            bar.set_postfix_str(text, refresh=False)
            bar.update()
    return step


def run_demo(
    epochs: int = 10, batch_size: int = 64, seed: int = 0, out: str | Path = "out"
) -> float:
    """Train on scikit-learn's digits, print the test accuracy, and leave two files in `out`.

    Prints the kernels of one training step; writes `digits.safetensors` (the weights) and
    `mistakes.png` (the test images that it got wrong). Returns the test accuracy, from 0 to 1.

    Raises:
        MissingDependencyError: tqdm, pillow or scikit-learn is not installed.
        ArgumentError: the folder `out` cannot be made.
    """
    _check_packages()
    x_train, y_train, x_test, y_test = nn.datasets.digits()
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentError("demo", f"{folder} ({error.strerror})", "a folder for files") from None
    begin = time.perf_counter()
    Tensor.manual_seed(seed)
    network = Network()
    step = train(network, x_train, y_train, epochs, batch_size, seed)

    scores = network(Tensor(x_test)).softmax(-1).numpy()  # (N, 10)
    accuracy = float((scores.argmax(-1) == y_test).mean())
    print(f"trained and tested in {time.perf_counter() - begin:.1f} s")
    print(f"test accuracy {accuracy:.1%}")
    weights, picture = folder / "digits.safetensors", folder / "mistakes.png"
    safe_save(get_state_dict(network), weights)
    draw_mistakes(picture, x_test[:, 0], y_test, scores)
    n = min(batch_size, len(x_train))
    print(f"\none training step of {n} images:")
    rows = kernels_of(step, Tensor(x_train[:n]), Tensor(y_train[:n]))
    print(kernel_table(rows, ceilings(smelt.Device.DEFAULT)))
    print(f"\nweights: {weights}\nthe digits it got wrong: {picture}")
    return accuracy


def kernels_of(step: Step, x: Tensor, y: Tensor) -> list[KernelRow]:
    """What one more call of `step` runs, kernel by kernel."""
    with Context(TRAINING=1), profile() as runs:
        step(x, y, Tensor([0.0]))
    return [row(kernel) for run in runs for kernel in run.kernels]


def _check_packages() -> None:
    try:
        import PIL
        import tqdm
    except ImportError as error:
        raise MissingDependencyError(
            "demo", f"no {error.name}", "it installed", "pip install 'smelt[demo]'"
        ) from None
    del PIL, tqdm
