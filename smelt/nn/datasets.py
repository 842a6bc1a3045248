"""Data sets that come with a package, or that the user has as files. Nothing is downloaded."""

from __future__ import annotations

import gzip
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from smelt.nn import pickles
from smelt.tensor import Tensor
from smelt.util.errors import DataError, FileFormatError, MissingDependencyError

Array = np.ndarray[Any, np.dtype[Any]]
Split = tuple[Array, Array, Array, Array]
Folder = str | os.PathLike[str]

_SPLIT_SEED = 0  # the split is part of the data set: it is the same in every run
_BRIGHTEST = 16.0


# ---- what scikit-learn bundles -------------------------------------------------------------------


def digits() -> Split:
    """The 1,797 handwritten digits of 8×8 pixels that scikit-learn bundles, split 80% to 20%.

    Returns (x_train, y_train, x_test, y_test): images (N, 1, 8, 8) in float32 from 0 to 1 and
    their labels (N,) in int32, N being 1,437 and 360.

    Raises:
        MissingDependencyError: scikit-learn is not installed.

    Source: E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI, 1998.

    >>> [a.shape for a in digits()]
    [(1437, 1, 8, 8), (1437,), (360, 1, 8, 8), (360,)]
    """
    data = _bundled("digits")
    return _split(data.images[:, None] / _BRIGHTEST, data.target)


def iris() -> Split:
    """150 irises: 4 lengths in cm (N, 4), one of 3 species; split 80% to 20% like `digits`.

    >>> [a.shape for a in iris()]
    [(120, 4), (120,), (30, 4), (30,)]
    """
    data = _bundled("iris")
    return _split(data.data, data.target)


def wine() -> Split:
    """178 wines: 13 results of a chemical analysis (N, 13), one of 3 growers; like `digits`."""
    data = _bundled("wine")
    return _split(data.data, data.target)


def breast_cancer() -> Split:
    """569 tumours: 30 measures of their cells (N, 30), malign (0) or not (1); like `digits`."""
    data = _bundled("breast_cancer")
    return _split(data.data, data.target)


def diabetes() -> Split:
    """442 patients: 10 standardised measures (N, 10), how the disease went on in float32 (N,)."""
    data = _bundled("diabetes")
    return _split(data.data, data.target, np.float32)


def _bundled(name: str) -> Any:
    try:
        import sklearn.datasets
    except ImportError:
        raise MissingDependencyError(
            name, "no scikit-learn", "it installed", "pip install scikit-learn"
        ) from None
    return getattr(sklearn.datasets, f"load_{name}")()


def _split(inputs: Array, targets: Array, dtype: type = np.int32) -> Split:
    order = np.random.default_rng(_SPLIT_SEED).permutation(len(targets))
    x: Array = inputs[order].astype(np.float32)
    y: Array = targets[order].astype(dtype)
    n_train = len(y) * 4 // 5
    return x[:n_train], y[:n_train], x[n_train:], y[n_train:]


# ---- MNIST ---------------------------------------------------------------------------------------

_IDX_DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def idx(path: Folder) -> Array:
    """The array of an idx file, the format of MNIST; also compressed, if its name ends in .gz.

    Format: http://yann.lecun.com/exdb/mnist/ (two zeros, the dtype, the number of axes, their sizes
    as big-endian int32, the elements).

    Raises:
        FileFormatError: the file is damaged.
        OSError: it cannot be opened.
    """
    name = os.fspath(path)
    try:
        with (gzip.open if name.endswith(".gz") else open)(path, "rb") as file:
            head = file.read(4)
            if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _IDX_DTYPES:
                raise _damaged("idx", f"{name}: it begins with {head!r}", "an idx file's number")
            dtype = np.dtype(_IDX_DTYPES[head[2]])
            shape = tuple(np.frombuffer(file.read(4 * head[3]), ">i4").tolist())
            if len(shape) != head[3] or any(n < 0 for n in shape):
                raise _damaged("idx", f"{name}: shape {shape}", f"{head[3]} sizes")
            nbytes = math.prod(shape) * dtype.itemsize
            data = file.read(nbytes + 1)  # one more than there should be
    except (EOFError, gzip.BadGzipFile, ValueError) as error:
        raise _damaged("idx", f"{name}: {error}", "a whole file") from None
    if len(data) != nbytes:
        got = "more" if len(data) > nbytes else f"{len(data)}"
        raise _damaged("idx", f"{name}: {got} bytes of data", f"{nbytes} for shape {shape}")
    return np.frombuffer(data, dtype).astype(dtype.newbyteorder("=")).reshape(shape)


def mnist(
    device: str | None = None, fashion: bool = False, folder: Folder | None = None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """MNIST's handwritten digits from the user's files, or with `fashion` Fashion-MNIST's clothes.

    Returns (x_train, y_train, x_test, y_test): images (60000, 1, 28, 28) and (10000, 1, 28, 28),
    their labels (60000,) and (10000,), all in uint8. `folder` (data/mnist, or data/fashion-mnist)
    has train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
    t10k-labels-idx1-ubyte, with .gz behind or not.

    Raises:
        DataError: a file is missing; it says which.
        FileFormatError: one is damaged.
    """
    place = Path(folder or ("data/fashion-mnist" if fashion else "data/mnist"))
    found = []
    for part in ("train", "t10k"):
        images = idx(_existing("mnist", place, f"{part}-images-idx3-ubyte"))
        labels = idx(_existing("mnist", place, f"{part}-labels-idx1-ubyte"))
        if images.ndim != 3 or labels.shape != images.shape[:1]:
            raise _damaged(
                "mnist",
                f"{place}: images {images.shape}, labels {labels.shape}",
                "a label for each",
            )
        found += [Tensor(images[:, None], device=device), Tensor(labels, device=device)]
    return found[0], found[1], found[2], found[3]


def _existing(operation: str, folder: Path, *names: str) -> Path:
    """The first of these files, or its .gz, that is there."""
    for name in names:
        for candidate in (name, f"{name}.gz", name.replace("-idx", ".idx")):
            if (folder / candidate).is_file():
                return folder / candidate
    raise DataError(
        operation,
        f"no {' or '.join(names)} in {folder}",
        "the data set's files there",
        "download them, and name their folder with folder=",
    )


# ---- CIFAR ---------------------------------------------------------------------------------------

_IMAGE_BYTES = 3 * 32 * 32


def cifar(
    device: str | None = None, folder: Folder | None = None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """CIFAR-10's photographs of ten kinds of things, from the user's files.

    Returns (x_train, y_train, x_test, y_test): images (50000, 3, 32, 32) and (10000, 3, 32, 32) in
    uint8, their labels in int32. `folder` (data/cifar-10-batches-py) has data_batch_1 to
    data_batch_5 and test_batch as they are distributed for Python, or with .bin behind.

    Raises:
        DataError: a file is missing; it says which.
        FileFormatError: one is damaged.
    """
    place = Path(folder or "data/cifar-10-batches-py")
    train = [f"data_batch_{i}" for i in range(1, 6)]
    return _cifar("cifar", place, device, train, ["test_batch"], "labels", 1)


def cifar100(
    device: str | None = None, folder: Folder | None = None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """CIFAR-100's photographs of a hundred kinds of things: `cifar` with files train and test.

    `folder` is data/cifar-100-python unless given; the labels are the fine ones.
    """
    place = Path(folder or "data/cifar-100-python")
    return _cifar("cifar100", place, device, ["train"], ["test"], "fine_labels", 2)


def _cifar(
    operation: str,
    folder: Path,
    device: str | None,
    train: list[str],
    test: list[str],
    labels: str,
    label_bytes: int,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    found = []
    for names in (train, test):
        paths = [_existing(operation, folder, name, f"{name}.bin") for name in names]
        parts = [
            _cifar_binary(operation, path, label_bytes)
            if path.name.endswith((".bin", ".bin.gz"))
            else _cifar_pickle(operation, path, labels)
            for path in paths
        ]
        x, y = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        found += [Tensor(x, device=device), Tensor(y, device=device)]
    return found[0], found[1], found[2], found[3]


def _cifar_binary(operation: str, path: Path, label_bytes: int) -> tuple[Array, Array]:
    """Records of labels (the last is the one wanted) and an image."""
    data = np.frombuffer(path.read_bytes(), np.uint8)
    record = label_bytes + _IMAGE_BYTES
    if not len(data) or len(data) % record:
        raise _damaged(operation, f"{path}: {len(data)} bytes", f"records of {record}")
    records = data.reshape(-1, record)
    images = records[:, label_bytes:].reshape(-1, 3, 32, 32)
    return images, records[:, label_bytes - 1].astype(np.int32)


def _cifar_pickle(operation: str, path: Path, labels: str) -> tuple[Array, Array]:
    with open(path, "rb") as file:
        batch = pickles.load(file, pickles.PLAIN, path, operation)
    by_name = (
        {k.decode("latin-1") if isinstance(k, bytes) else k: v for k, v in batch.items()}
        if isinstance(batch, dict)
        else {}
    )
    images, classes = by_name.get("data"), by_name.get(labels)
    array = getattr(images, "array", None)
    if array is None or array.dtype != np.uint8 or array.shape[1:] != (_IMAGE_BYTES,):
        raise _damaged(operation, f"{path}: no images", "an array (N, 3072) of bytes")
    if not isinstance(classes, list) or len(classes) != len(array):
        raise _damaged(operation, f"{path}: no labels", f"a list of {len(array)} {labels}")
    return array.reshape(-1, 3, 32, 32), np.array(classes, np.int32)


# ---- images --------------------------------------------------------------------------------------

IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm")


class ImageFolder:
    """The images in a folder that has a folder for each class, as a data set for a DataLoader.

    A sample is (image, number of the class): the image (3, H, W) in uint8, scaled to `size` = (H,
    W) if that is given, then passed through `transform`. `classes` are the names in their order.

    Raises:
        DataError: there are no images; it says what was expected where.
        MissingDependencyError: pillow is not installed.
        FileFormatError: when an image is read that is damaged.
    """

    def __init__(
        self,
        folder: Folder,
        size: tuple[int, int] | None = None,
        transform: Callable[[Array], Any] | None = None,
    ):
        root = Path(folder)
        found = sorted(p for p in root.glob("*/**/*") if p.suffix.lower() in IMAGE_ENDINGS)
        if not found:
            raise DataError(
                "ImageFolder", f"no images in {root}", f"images as in {root / 'cat' / '1.png'}"
            )
        named = [(path, path.relative_to(root).parts[0]) for path in found]
        self.classes = sorted({name for _, name in named})
        self.samples = [(path, self.classes.index(name)) for path, name in named]
        self.size = size
        self.transform = transform

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, i: int) -> tuple[Any, int]:
        path, label = self.samples[i]
        image = read_image(path, self.size)
        return image if self.transform is None else self.transform(image), label


def read_image(path: Folder, size: tuple[int, int] | None = None) -> Array:
    """An image file as an array (3, H, W) in uint8, scaled to `size` = (H, W) if that is given."""
    try:
        from PIL import Image
    except ImportError:
        raise MissingDependencyError(
            "read_image", "no pillow", "it installed", "pip install pillow"
        ) from None
    try:
        with Image.open(path) as image:
            rgb = image.convert("RGB")
            if size is not None:
                rgb = rgb.resize(size[::-1], Image.Resampling.BILINEAR)
            return np.ascontiguousarray(np.asarray(rgb).transpose(2, 0, 1))
    except FileNotFoundError:
        raise
    except (OSError, SyntaxError, ValueError) as error:
        raise _damaged("read_image", f"{path}: {error}", "an image") from None


def _damaged(operation: str, got: str, expected: str) -> FileFormatError:
    return FileFormatError(operation, got, expected, "the file is damaged: fetch it again")
