"""Data sets that scikit-learn has, and those that come from the user's files."""

from __future__ import annotations

import gzip
import pickle
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from smelt import dtypes
from smelt.nn import DataLoader, datasets
from smelt.nn.datasets import ImageFolder, cifar, cifar100, digits, idx, mnist
from smelt.util.errors import DataError, FileFormatError, MissingDependencyError


def test_digits_are_scikit_learns() -> None:
    x_train, y_train, x_test, y_test = digits()
    assert x_train.shape == (1437, 1, 8, 8)
    assert x_test.shape == (360, 1, 8, 8)
    assert x_train.dtype == x_test.dtype == np.float32
    assert y_train.dtype == y_test.dtype == np.int32
    assert x_train.min() == 0
    assert x_train.max() == 1
    images = np.concatenate([x_train, x_test]).reshape(-1, 64) * 16
    ours = {
        (*image.tolist(), label) for image, label in zip(images, [*y_train, *y_test], strict=True)
    }
    data = load_digits()
    theirs = {(*i.tolist(), t) for i, t in zip(data.data, data.target, strict=True)}
    assert ours == theirs


def test_the_split_is_fixed_and_mixed() -> None:
    first, second = digits(), digits()
    assert all((a == b).all() for a, b in zip(first, second, strict=True))
    assert set(first[1].tolist()) == set(first[3].tolist()) == set(range(10))
    assert np.bincount(first[3]).min() > 20


def test_without_scikit_learn_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(MissingDependencyError, match="pip install scikit-learn"):
        digits()
    assert sys.modules["sklearn.datasets"] is None


@pytest.mark.parametrize(
    ("load", "count", "features"),
    [(datasets.iris, 150, 4), (datasets.wine, 178, 13), (datasets.breast_cancer, 569, 30)],
)
def test_others_of_scikit_learn(load: Callable[[], Any], count: int, features: int) -> None:
    x_train, y_train, x_test, y_test = load()
    assert x_train.shape == (count * 4 // 5, features)
    assert len(x_train) + len(x_test) == len(y_train) + len(y_test) == count
    assert x_train.dtype == np.float32
    assert y_train.dtype == np.int32
    assert set(y_train.tolist()) == set(y_test.tolist())


def test_diabetes_has_measures_as_targets() -> None:
    assert datasets.diabetes()[1].dtype == np.float32


# ---- MNIST ---------------------------------------------------------------------------------------


def idx_bytes(array: np.ndarray[Any, Any]) -> bytes:
    codes = {"uint8": 8, "int8": 9, "int16": 11, "int32": 12, "float32": 13, "float64": 14}
    head = bytes([0, 0, codes[array.dtype.name], array.ndim])
    sizes = struct.pack(f">{array.ndim}i", *array.shape)
    return head + sizes + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.mark.parametrize("name", ["uint8", "int8", "int16", "int32", "float32", "float64"])
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_idx_files(tmp_path: Path, name: str, ending: str) -> None:
    array = np.arange(-3, 3).reshape(2, 3).astype(name)
    path = tmp_path / f"x{ending}"
    path.write_bytes(gzip.compress(idx_bytes(array)) if ending else idx_bytes(array))
    read = idx(path)
    assert read.dtype == array.dtype
    assert read.tolist() == array.tolist()


GOOD = idx_bytes(np.arange(4, dtype=np.uint8))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it begins with b''"),
        (b"\x01" + GOOD[1:], "it begins with"),
        (GOOD[:2] + b"\x07" + GOOD[3:], "it begins with"),
        (GOOD[:6], r"shape \(\), expected 1 sizes|buffer size"),
        (GOOD[:-1], "3 bytes of data, expected 4"),
        (GOOD + b"x", "more bytes of data, expected 4"),
        (GOOD[:4] + b"\xff" + GOOD[5:], "expected 1 sizes"),
    ],
)
def test_a_damaged_idx_file_is_an_error(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(FileFormatError, match=message):
        idx(tmp_path / "x")


def test_a_damaged_compressed_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(GOOD)
    (tmp_path / "b.gz").write_bytes(gzip.compress(GOOD)[:-9])
    for name in ("a.gz", "b.gz"):
        with pytest.raises(FileFormatError, match=name):
            idx(tmp_path / name)


def mnist_files(folder: Path) -> None:
    for part, n in (("train", 3), ("t10k", 2)):
        images = np.arange(n * 4, dtype=np.uint8).reshape(n, 2, 2)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx_bytes(images))
        labels = idx_bytes(np.arange(n, dtype=np.uint8))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))


def test_mnist_from_files(tmp_path: Path) -> None:
    mnist_files(tmp_path)
    x_train, y_train, x_test, y_test = mnist(folder=tmp_path)
    assert x_train.shape == (3, 1, 2, 2)
    assert x_train.dtype is dtypes.uint8
    assert y_train.tolist() == [0, 1, 2]
    assert x_test[1].flatten().tolist() == [4, 5, 6, 7]
    assert y_test.tolist() == [0, 1]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    mnist_files(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match=r"no t10k-labels-idx1-ubyte in .*name their folder"):
        mnist(folder=tmp_path)
    with pytest.raises(DataError, match="no train-images-idx3-ubyte in data"):
        mnist()


# ---- CIFAR ---------------------------------------------------------------------------------------


def records(n: int, seed: int) -> tuple[np.ndarray[Any, Any], list[int]]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 3072), np.uint8), rng.integers(0, 10, n).tolist()


@pytest.mark.parametrize("binary", [False, True])
def test_cifar_from_files(tmp_path: Path, binary: bool) -> None:
    names = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
    for i, name in enumerate(names):
        images, labels = records(2, i)
        if binary:
            rows = [
                bytes([label]) + image.tobytes()
                for image, label in zip(images, labels, strict=True)
            ]
            (tmp_path / f"{name}.bin").write_bytes(b"".join(rows))
        else:
            batch = {b"data": images, b"labels": labels, b"batch_label": b"one of them"}
            (tmp_path / name).write_bytes(pickle.dumps(batch, protocol=2 + i % 3))
    x_train, y_train, x_test, y_test = cifar(folder=tmp_path)
    assert x_train.shape == (10, 3, 32, 32)
    assert x_test.flatten(1).tolist() == records(2, 5)[0].tolist()
    assert y_train[4:6].tolist() == records(2, 2)[1]
    assert y_test.tolist() == records(2, 5)[1]


def test_cifar100_has_fine_labels(tmp_path: Path) -> None:
    images, labels = records(2, 0)
    for name in ("train", "test"):
        batch = {b"data": images, b"fine_labels": labels, b"coarse_labels": [0, 0]}
        (tmp_path / name).write_bytes(pickle.dumps(batch, 2))
    assert cifar100(folder=tmp_path)[1].tolist() == labels


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ([1], "no images"),
        ({b"data": np.zeros((2, 3072)), b"labels": [0, 0]}, "no images"),
        ({b"data": records(2, 0)[0], b"labels": [0]}, "a list of 2 labels"),
        ({b"data": print}, "print"),
    ],
)
def test_a_damaged_batch_is_an_error(tmp_path: Path, batch: Any, message: str) -> None:
    for name in [f"data_batch_{i}" for i in range(1, 6)]:
        (tmp_path / name).write_bytes(pickle.dumps(batch, 2))
    with pytest.raises(FileFormatError, match=message):
        cifar(folder=tmp_path)


def test_binary_records_of_another_size_are_an_error(tmp_path: Path) -> None:
    for name in [f"data_batch_{i}.bin" for i in range(1, 6)]:
        (tmp_path / name).write_bytes(bytes(3072))
    with pytest.raises(FileFormatError, match="3072 bytes, expected records of 3073"):
        cifar(folder=tmp_path)
    with pytest.raises(DataError, match=r"no train or train.bin in .*cifar-100-python"):
        cifar100()


# ---- images --------------------------------------------------------------------------------------


def images(folder: Path) -> None:
    for name, color, size in (("cat/a.png", "red", (4, 2)), ("dog/x/b.bmp", "blue", (3, 3))):
        (folder / name).parent.mkdir(parents=True)
        Image.new("RGB", size, color).save(folder / name)
    (folder / "dog" / "notes.txt").write_text("no image")


def test_a_folder_of_images(tmp_path: Path) -> None:
    images(tmp_path)
    data = ImageFolder(tmp_path)
    assert data.classes == ["cat", "dog"]
    assert [(image.shape, label) for image, label in data] == [((3, 2, 4), 0), ((3, 3, 3), 1)]
    assert data[0][0][:, 0, 0].tolist() == [255, 0, 0]
    x, y = next(iter(DataLoader(ImageFolder(tmp_path, size=(5, 6)), 2)))
    assert x.shape == (2, 3, 5, 6)
    assert x.dtype is dtypes.uint8
    assert y.tolist() == [0, 1]
    assert ImageFolder(tmp_path, transform=lambda image: image.mean())[0][0] == 85


def test_folders_and_images_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no images in .*expected images as in .*cat/1\.png"):
        ImageFolder(tmp_path)
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "a.png").write_bytes(b"no image")
    with pytest.raises(FileFormatError, match=r"a\.png"):
        ImageFolder(tmp_path)[0]
