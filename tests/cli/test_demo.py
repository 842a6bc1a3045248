"""The demo: the whole of it once, its parts one by one, and its ends that are not happy ones."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from smelt import Tensor, nn
from smelt.cli import demo, mistakes
from smelt.nn.optim import AdamW
from smelt.nn.state import get_parameters, get_state_dict, load_state_dict, safe_load
from smelt.util.errors import ArgumentError, MissingDependencyError

Array = np.ndarray[Any, Any]


def test_the_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accuracy = demo.run_demo(out=tmp_path / "new" / "folder")
    printed = capsys.readouterr().out
    assert accuracy >= 0.985
    found = re.search(r"^test accuracy (\d+\.\d)%$", printed, re.MULTILINE)
    assert found
    assert float(found[1]) == pytest.approx(100 * accuracy, abs=0.051)
    for column in ("kernel", "FLOPs", "bytes", "µs", "GFLOP/s", "GB/s"):
        assert column in printed

    weights = tmp_path / "new" / "folder" / "digits.safetensors"
    network = demo.Network()
    load_state_dict(network, safe_load(weights))
    _, _, x_test, y_test = nn.datasets.digits()
    again = (network(Tensor(x_test)).numpy().argmax(-1) == y_test).mean()
    assert again == pytest.approx(accuracy)

    wrong = round((1 - accuracy) * len(y_test))
    with Image.open(tmp_path / "new" / "folder" / "mistakes.png") as picture:
        height = picture.height
    rows = -(-(wrong or mistakes.DOUBTFUL) // mistakes.COLUMNS)
    assert height == mistakes.TEXT + rows * (mistakes.TILE + mistakes.TEXT) + mistakes.MARGIN


def test_the_seed_decides_the_weights(tmp_path: Path) -> None:
    x, y, _, _ = nn.datasets.digits()
    results = []
    for seed in (1, 1, 2):
        Tensor.manual_seed(seed)
        network = demo.Network()
        demo.train(network, x[:64], y[:64], epochs=2, batch_size=32, seed=seed)
        results.append({k: t.numpy() for k, t in get_state_dict(network).items()})
    first, same, other = results
    assert all((first[k] == same[k]).all() for k in first)
    assert (first["linear.weight"] != other["linear.weight"]).any()


def test_a_batch_larger_than_the_data_is_all_of_it() -> None:
    x, y, _, _ = nn.datasets.digits()
    network = demo.Network()
    before = network.linear.weight.numpy()
    demo.train(network, x[:20], y[:20], epochs=1, batch_size=1000, seed=0)
    assert (network.linear.weight.numpy() != before).any()


def test_showing_the_kernels_leaves_the_weights() -> None:
    x, y, _, _ = nn.datasets.digits()
    network = demo.Network()
    step = demo.training_step(network, AdamW(get_parameters(network)))
    before = [p.numpy() for p in get_parameters(network)]
    rows = demo.kernels_of(step, Tensor(x[:8]), Tensor(y[:8]))
    assert sum(row.flops for row in rows) > 8 * 3 * 2 * 16 * 16 * 9 * 16
    assert all(row.nbytes > 0 for row in rows)
    assert all((p.numpy() == b).all() for p, b in zip(get_parameters(network), before, strict=True))


def test_the_learning_rate_goes_up_and_down() -> None:
    rates = [demo.learning_rate(i / 100) for i in range(101)]
    top = round(100 * demo.WARM_UP)
    assert rates[0] == 0
    assert rates[top] == max(rates) == demo.PEAK_LEARNING_RATE
    assert rates[100] == pytest.approx(0)
    assert sorted(rates[:top]) == rates[:top]
    assert sorted(rates[top:], reverse=True) == rates[top:]


def test_batches_take_each_image_once_an_epoch() -> None:
    found = list(demo.batches(10, 3, 2, seed=4))
    assert [len(b) for b in found] == [3] * 6
    for epoch in (found[:3], found[3:]):
        assert len(set(np.concatenate(epoch).tolist())) == 9
    again = list(demo.batches(10, 3, 2, seed=4))
    other = list(demo.batches(10, 3, 2, seed=5))
    assert np.array_equal(found, again)
    assert not np.array_equal(found, other)
    assert not np.array_equal(found[:3], found[3:])


# ---- the picture ---------------------------------------------------------------------------------


def drawn(tmp_path: Path, answers: list[int], labels: list[int]) -> Image.Image:
    images = np.random.default_rng(0).uniform(size=(len(labels), 8, 8))
    scores = np.full((len(labels), 10), 0.02)
    scores[np.arange(len(labels)), answers] = 0.9 - np.arange(len(labels)) * 0.01
    path = tmp_path / "picture.png"
    mistakes.draw_mistakes(path, images, np.array(labels), scores)
    with Image.open(path) as picture:
        return picture.convert("RGB")


def tile(picture: Image.Image, place: int) -> Array:
    left = mistakes.MARGIN + place % mistakes.COLUMNS * (mistakes.TILE + mistakes.MARGIN)
    top = mistakes.TEXT + place // mistakes.COLUMNS * (mistakes.TILE + mistakes.TEXT)
    centres = mistakes.TILE // 16 + np.arange(8) * mistakes.TILE // 8
    return np.asarray(picture)[top + centres][:, left + centres, 0]


def test_the_picture_shows_the_wrong_ones(tmp_path: Path) -> None:
    labels = [i % 10 for i in range(30)]
    answers = list(labels)
    for i in (4, 9, 11, 12, 20, 21, 29):
        answers[i] = (labels[i] + 1) % 10
    picture = drawn(tmp_path, answers, labels)
    images = np.random.default_rng(0).uniform(size=(30, 8, 8))
    for place, i in enumerate((4, 9, 11, 12, 20, 21, 29)):  # the most confident first
        np.testing.assert_array_equal(tile(picture, place), np.round(255 * (1 - images[i])))
    assert (tile(picture, 7) == 255).all()
    assert picture.height > 2 * mistakes.TILE


def test_the_picture_of_no_mistakes_shows_the_doubtful_ones(tmp_path: Path) -> None:
    labels = [i % 10 for i in range(30)]
    picture = drawn(tmp_path, labels, labels)
    images = np.random.default_rng(0).uniform(size=(30, 8, 8))
    for place, i in enumerate(range(29, 29 - mistakes.DOUBTFUL, -1)):  # the least certain first
        np.testing.assert_array_equal(tile(picture, place), np.round(255 * (1 - images[i])))


# ---- ends ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("package", ["tqdm", "PIL", "sklearn"])
def test_a_missing_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    for name in [m for m in sys.modules if m.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingDependencyError, match=r"pip install") as caught:
        demo.run_demo(out=tmp_path)
    assert {"sklearn": "scikit-learn"}.get(package, package) in str(caught.value)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArgumentError, match=r"demo: got .*file \(File exists\), expected a folder"):
        demo.run_demo(out=tmp_path / "file")


def test_ctrl_c_stops_it(tmp_path: Path) -> None:
    code = "import sys; from smelt.cli.main import main; sys.exit(main(sys.argv[1:]))"
    arguments = ["demo", "--epochs", "100000", "--out", str(tmp_path)]
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", code, *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stderr is not None
    seen = b""
    while b"images/s" not in seen:  # it trains now
        seen += process.stderr.read(1)
        assert process.poll() is None, seen
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"interrupted" in rest
    assert b"Traceback" not in rest
