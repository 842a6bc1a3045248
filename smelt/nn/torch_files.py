"""Files that `torch.save` writes: a pickle, and the bytes of the storages that it refers to.

Both formats are read: the zip archive (since PyTorch 1.6) and the older row of pickles. Storages
are mapped, not read: a tensor that lies contiguously in its storage is used where it is.
"""

from __future__ import annotations

import io
import math
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from smelt.dtype import DType, all_dtypes, dtypes
from smelt.nn import pickles
from smelt.nn.mapped import Bytes, from_mapped, map_file
from smelt.tensor import Tensor
from smelt.util.errors import AllocationError, FileFormatError

Path = str | os.PathLike[str]

_STORAGES = {
    "DoubleStorage": dtypes.float64,
    "FloatStorage": dtypes.float32,
    "HalfStorage": dtypes.float16,
    "BFloat16Storage": dtypes.bfloat16,
    "LongStorage": dtypes.int64,
    "IntStorage": dtypes.int32,
    "ShortStorage": dtypes.int16,
    "CharStorage": dtypes.int8,
    "ByteStorage": dtypes.uint8,
    "BoolStorage": dtypes.bool,
    "UntypedStorage": dtypes.uint8,
}
_OTHER_NAMES = {"float8_e4m3": "float8_e4m3fn"}  # PyTorch's for ours
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C


class _Kind:
    """A type that the pickle names and does not call: of storages, or of elements."""

    def __init__(self, dtype: DType):
        self.dtype = dtype

    def __call__(self, *_: Any) -> Any:
        raise ValueError(f"a call of {self.dtype.name}")


@dataclass
class _Storage:
    dtype: DType
    data: Bytes


def torch_load(path: Path, device: str | None = None) -> Any:
    """What `torch.save` wrote: a state dict, or numbers, texts and containers with tensors inside.

    The pickle inside is read by a machine of its own that imports nothing and calls nothing but
    the few functions that tensors are made of, whatever it asks for. Parameters become tensors.

    Raises:
        FileFormatError: the file is damaged, or asks for anything else; it says for what.
        OSError: it cannot be opened.

    >>> import tempfile, torch
    >>> with tempfile.NamedTemporaryFile(suffix=".pt") as file:
    ...     torch.save({"x": torch.tensor([1.0, 2.0])}, file.name)
    ...     torch_load(file.name)["x"].tolist()
    [1.0, 2.0]
    """
    mapped = map_file(path)
    if bytes(mapped[:4]) == b"PK\x03\x04":
        return _load_zip(path, mapped, device)
    if bytes(mapped[257:262]) == b"ustar":
        raise FileFormatError(
            "torch_load", f"{os.fspath(path)}: a tar archive, as torch.save wrote them until 2017",
            "what later versions write",
            "write it again with PyTorch: torch.save(torch.load(path, weights_only=False), path)",
        )  # fmt: skip
    return _load_legacy(path, mapped, device)


# ---- the archive ---------------------------------------------------------------------------------


def _load_zip(path: Path, mapped: Bytes, device: str | None) -> Any:
    try:
        archive = zipfile.ZipFile(os.fspath(path))
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise _damaged(path, f"a zip archive that cannot be read ({error})") from None
    with archive:
        entries = {info.filename: info for info in archive.infolist()}
        pickled = [name for name in entries if name.endswith("/data.pkl") or name == "data.pkl"]
        if len(pickled) != 1:
            raise _damaged(path, f"an archive with {len(pickled)} files data.pkl", "one")
        folder = pickled[0].removesuffix("data.pkl")

        def part(name: str) -> Bytes:
            info = entries.get(folder + name)
            if info is None:
                raise _damaged(path, f"no {name!r} in the archive", "every storage")
            return _stored(path, mapped, info)

        if f"{folder}byteorder" in entries and bytes(part("byteorder")) != b"little":
            raise _damaged(path, f"{bytes(part('byteorder'))!r:.20} order of bytes", "'little'")
        storages: dict[str, _Storage] = {}

        def persistent(reference: Any) -> _Storage:
            _, kind, key, _, count = reference
            if key not in storages:
                data = part(f"data/{key}")
                if len(data) < count * kind.dtype.itemsize:
                    raise _damaged(
                        path, f"{len(data)} bytes of storage {key!r}", f"{count} {kind.dtype.name}"
                    )
                storages[key] = _Storage(kind.dtype, data)
            return storages[key]

        known = _known(lambda *view: _tensor(path, device, *view))
        return pickles.load(
            io.BytesIO(bytes(part("data.pkl"))), known, path, "torch_load", persistent
        )


def _stored(path: Path, mapped: Bytes, info: zipfile.ZipInfo) -> Bytes:
    """The bytes of an entry where they are in the file: torch.save does not compress."""
    at = info.header_offset
    header = bytes(mapped[at : at + 30])
    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
        raise _damaged(path, f"{info.filename!r} compressed", "what torch.save writes")
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise _damaged(path, f"no header of {info.filename!r} at byte {at}", "one")
    # the lengths of the name and of what follows it, which the directory need not agree on
    begin = (
        at + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    )
    data = mapped[begin : begin + info.file_size]
    if len(data) < info.file_size:
        raise _damaged(path, f"{len(data)} bytes of {info.filename!r}", f"{info.file_size}")
    return data


# ---- the row of pickles --------------------------------------------------------------------------


def _load_legacy(path: Path, mapped: Bytes, device: str | None) -> Any:
    """Magic number, version, sizes of numbers, the object, names of storages; then the storages.

    Where a storage begins depends on the sizes of those before it, which only the object says: it
    is read twice.
    """
    file = io.BytesIO(mapped.data)

    def read(known: pickles.Globals, persistent: Callable[[Any], Any] | None = None) -> Any:
        return pickles.load(file, known, path, "torch_load", persistent)

    magic = read({}) if bytes(mapped[:1]) == b"\x80" else None
    if magic != _LEGACY_MAGIC:
        raise _damaged(path, "neither a zip archive nor an older file of torch.save", "one of them")
    version, info = read({}), read({})
    if version != 1001 or not isinstance(info, dict) or info.get("little_endian") is not True:
        raise _damaged(path, f"version {version!r:.20}, {info!r:.60}", "1001, little-endian")
    kinds: dict[str, DType] = {}
    storages: dict[str, _Storage] = {}

    def note(reference: Any) -> None:
        _, kind, key, *_ = reference
        kinds[key] = kind.dtype

    def persistent(reference: Any) -> _Storage:
        _, kind, key, _, _, view = reference
        storage = storages[key]
        if view is not None:
            _, offset, count = view
            size = kind.dtype.itemsize
            return _Storage(kind.dtype, storage.data[offset * size : (offset + count) * size])
        return storage

    start = file.tell()
    read(_known(lambda *_: None), note)
    keys = read({})
    at = file.tell()
    for key in keys:
        if key not in kinds:
            raise _damaged(path, f"a storage {key!r:.40} that nothing refers to", "none")
        count = int.from_bytes(mapped[at : at + 8].tobytes(), "little")
        nbytes = count * kinds[key].itemsize
        storages[key] = _Storage(kinds[key], mapped[at + 8 : at + 8 + nbytes])
        if len(storages[key].data) < nbytes:
            raise _damaged(path, f"the end within storage {key!r:.40}", f"{nbytes} bytes of it")
        at += 8 + nbytes
    file.seek(start)
    return read(_known(lambda *view: _tensor(path, device, *view)), persistent)


# ---- tensors -------------------------------------------------------------------------------------


def _known(make: Callable[..., Any]) -> dict[pickles.Name, Callable[..., Any]]:
    """What stands for the names in a pickle; `make` makes a tensor of a storage and its strides."""

    def typed(storage: Any, offset: int, size: Any, stride: Any, *rest: Any) -> Any:
        dtype = rest[2].dtype if len(rest) > 2 and isinstance(rest[2], _Kind) else None
        return make(storage, offset, size, stride, dtype)

    def plain(storage: Any, offset: int, size: Any, stride: Any, *_: Any) -> Any:
        return make(storage, offset, size, stride, None)

    names = {d: _OTHER_NAMES.get(d.name, d.name) for d in all_dtypes()}
    return {
        **pickles.PLAIN,
        ("torch._utils", "_rebuild_tensor"): plain,
        ("torch._utils", "_rebuild_tensor_v2"): plain,
        ("torch._utils", "_rebuild_tensor_v3"): typed,
        ("torch._utils", "_rebuild_parameter"): lambda data, *_: data,
        ("torch._utils", "_rebuild_parameter_with_state"): lambda data, *_: data,
        ("torch", "Size"): tuple,
        ("torch", "device"): lambda *parts: ":".join(map(str, parts)),
        **{("torch", name): _Kind(dtype) for name, dtype in _STORAGES.items()},
        ("torch.storage", "UntypedStorage"): _Kind(dtypes.uint8),
        **{("torch", name): _Kind(dtype) for dtype, name in names.items()},
    }


def _tensor(
    path: Path, device: str | None, storage: Any, offset: Any, size: Any, stride: Any, dtype: Any
) -> Tensor:
    """The elements of a storage at offset + sum(index * stride)."""
    numbers = (offset, *size, *stride)
    if len(size) != len(stride) or any(type(n) is not int or n < 0 for n in numbers):
        raise _damaged(path, f"size {size!r:.60}, stride {stride!r:.60}", "ints from 0 up")
    dtype = storage.dtype if dtype is None else dtype
    count = len(storage.data) // dtype.itemsize
    last = offset + sum((n - 1) * s for n, s in zip(size, stride, strict=True))
    if math.prod(size) and last >= count:
        raise _damaged(path, f"element {last} of a storage", f"one of {count}")
    # An axis of stride 0 is one element, repeated. The file may claim any number of them.
    once = tuple(1 if s == 0 and n else n for n, s in zip(size, stride, strict=True))
    data = storage.data[: count * dtype.itemsize]
    if not math.prod(once):
        return Tensor(np.zeros(size, dtype.np), device=device)
    strides = tuple(s * dtype.itemsize for s in stride)
    view: Any = np.ndarray(once, dtype.np, data, offset * dtype.itemsize, strides)
    try:
        return from_mapped(view, device).expand(*size)
    except MemoryError as error:
        raise AllocationError(
            "torch_load", f"a tensor of shape {size}", "one that memory holds", str(error)
        ) from None


def _damaged(path: Path, got: str, expected: str = "a whole one") -> FileFormatError:
    return FileFormatError(
        "torch_load", f"{os.fspath(path)}: {got}", expected, "the file is damaged: fetch it again"
    )
