"""The examples run, and reach what they say they reach."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

FOLDER = Path(__file__).parent.parent / "examples"

# What main(**arguments) gives, and what has to hold for it.
CASES: dict[str, tuple[dict[str, Any], Callable[[Any], bool]]] = {
    "quickstart": ({}, lambda accuracy: accuracy > 0.9),
    "linear": ({}, lambda r: abs(r[0] - 0.548) < 0.005 and r[1] > 0.95),
    "mnist": ({"steps": 100}, lambda accuracy: accuracy > 0.95),
    "resnet": ({"epochs": 5}, lambda accuracy: accuracy > 0.93),
    "unet": ({"steps": 120}, lambda overlap: overlap > 0.5),
    "vae": ({"steps": 200}, lambda nats: nats[1] < 27 < 40 < nats[0]),
    "gan": ({"steps": 800}, lambda r: r[0] < 0.1 and r[1] > 0.9),
    "diffusion": ({"steps": 500}, lambda r: r[0] < 0.25 and r[1] < 0.1),
    "lstm": ({}, lambda error: error < 0.02),
    "gpt": ({"steps": 150}, lambda loss: loss < 3.0),
    "generate": ({"steps": 200}, lambda r: r[0] >= 0.9 and r[1] == 1),
    "cartpole": ({"rounds": 20}, lambda steps: steps > 120),
}


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_example_is_tested() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_reaches(name: str) -> None:
    arguments, holds = CASES[name]
    result = example(name).main(**arguments)
    assert holds(result), result


@pytest.mark.parametrize("name", CASES)
def test_is_short_and_says_what_it_is(name: str) -> None:
    text = (FOLDER / f"{name}.py").read_text()
    assert len(text.splitlines()) <= 120
    assert re.search(rf"^python examples/{name}\.py\b", text, re.MULTILINE)
    imported = re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE)
    assert set(imported) <= {"smelt", *sys.stdlib_module_names}


def test_from_the_command_line() -> None:
    command = [sys.executable, FOLDER / "gan.py", "--steps", "0"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=FOLDER.parent)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"mean distance from the circle \d\.\d{3}, \d+% covered\n", done.stdout)


def test_mnist_reads_files(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for part, count in (("train", 80), ("t10k", 20)):
        labels = rng.integers(0, 10, count).astype(np.uint8)
        images = np.zeros((count, 28, 28), np.uint8)
        images[np.arange(count), 2 * labels, :] = 255  # the line that is white tells the digit
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            sizes = np.array(array.shape, ">i4").tobytes()
            file = tmp_path / f"{part}-{kind}-ubyte"
            file.write_bytes(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())
    x_train, y_train, x_test, y_test = example("mnist").load(str(tmp_path))
    assert (x_train.shape, x_test.shape) == ((80, 1, 28, 28), (20, 1, 28, 28))
    brightest = x_train.sum(-1).squeeze(1).argmax(-1)  # (N,), the white line
    assert (x_train.max().item(), brightest.tolist()) == (1.0, (y_train * 2).tolist())
    assert len(y_test) == 20
