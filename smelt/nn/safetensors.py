"""The safetensors file format: eight bytes of length, a JSON header, the tensors' bytes.

Format: https://huggingface.co/docs/safetensors (the section "Format"). Nothing in a file is
trusted: every length, offset, shape and name is checked before any of it is used.
"""

from __future__ import annotations

import json
import math
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from smelt.dtype import FLOAT8, DType, all_dtypes, to_dtype
from smelt.nn.mapped import Bytes, map_file
from smelt.util.errors import ArgumentError, FileFormatError

Array = np.ndarray[Any, np.dtype[Any]]

LARGEST_HEADER_BYTES = 100_000_000  # the format's own limit
_LENGTH_BYTES = 8
_ALIGNMENT = 64  # where the data begin: a cache line
_METADATA = "__metadata__"
INDEX_ENDING = ".index.json"  # of the file that says in which of several files each tensor is


def _format_name(dtype: DType) -> str:
    if dtype.is_bool:
        return "BOOL"
    if dtype in FLOAT8:
        return dtype.name.replace("float", "F").upper()
    prefix = {"bfloat16": "BF"}.get(dtype.name, dtype.kind.upper())
    return f"{prefix}{dtype.bits}"


DTYPES: dict[str, DType] = {_format_name(d): d for d in all_dtypes()}


def write(
    path: str | os.PathLike[str],
    arrays: Mapping[str, Array],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write arrays under their names. An existing file is replaced as a whole or not at all.

    Raises:
        DTypeError: an array's dtype is none of smelt's.
        ArgumentError: a name that the format reserves, or metadata that is not text.
    """
    header: dict[str, Any] = {}
    if metadata is not None:
        _check_metadata(metadata)
        header[_METADATA] = dict(metadata)
    # Large elements first keeps every tensor aligned to its element size.
    order = sorted(arrays, key=lambda name: (-arrays[name].dtype.itemsize, name))
    offsets: dict[str, tuple[int, int]] = {}
    end = 0
    for name in order:
        offsets[name] = (end, end + arrays[name].nbytes)
        end += arrays[name].nbytes
    for name, array in arrays.items():
        if name == _METADATA:
            raise ArgumentError("safe_save", f"a tensor named {name!r}", "another name")
        header[name] = {
            "dtype": _format_name(to_dtype(array.dtype)),
            "shape": list(array.shape),
            "data_offsets": list(offsets[name]),
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(_LENGTH_BYTES + len(text)) % _ALIGNMENT)
    _replace(Path(path), len(text).to_bytes(_LENGTH_BYTES, "little") + text, arrays, order)


def _check_metadata(metadata: Mapping[str, str]) -> None:
    for key, value in metadata.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise ArgumentError("safe_save", f"metadata {key!r}: {value!r}", "text for text")


def _replace(path: Path, head: bytes, arrays: Mapping[str, Array], order: list[str]) -> None:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with open(temporary, "xb") as file:
            file.write(head)
            for name in order:
                # little-endian, as every machine smelt runs on
                file.write(np.ascontiguousarray(arrays[name]).reshape(-1).view(np.uint8).data)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def header(path: str | os.PathLike[str]) -> tuple[Bytes, int, dict[str, Any]]:
    """The bytes of a file, mapped, where in them the data begin, and the header's entries.

    Raises:
        FileFormatError: there is no header, or it is no JSON.
        OSError: the file cannot be opened.
    """
    mapped = map_file(path)
    size = len(mapped)
    if size < _LENGTH_BYTES:
        raise _damaged(path, f"{size} bytes", "at least the 8 bytes of the header's length")
    length = int.from_bytes(mapped[:_LENGTH_BYTES].tobytes(), "little")
    if length > LARGEST_HEADER_BYTES or length > size - _LENGTH_BYTES:
        raise _damaged(
            path,
            f"a header of {length} bytes in a file of {size}",
            f"one within the file and of at most {LARGEST_HEADER_BYTES}",
        )
    start = _LENGTH_BYTES + length
    entries = _parse(path, mapped[_LENGTH_BYTES:start].tobytes())
    metadata = entries.get(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise _damaged(path, f"metadata {metadata!r:.80}", "text for text")
    return mapped, start, entries


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays of a file and its metadata. The arrays are views of the mapped file.

    Raises:
        FileFormatError: the file is damaged, or holds a dtype that smelt does not have.
        OSError: it cannot be opened.
    """
    mapped, start, found = header(path)
    metadata = found.pop(_METADATA, {})
    entries = {name: _entry(path, name, entry) for name, entry in found.items()}
    _check_offsets(path, entries, len(mapped) - start)
    try:
        arrays: dict[str, Array] = {
            name: np.ndarray(shape, dtype.np, mapped, start + begin)
            for name, (dtype, shape, begin, _) in entries.items()
        }
    except ValueError as error:  # axes of 2**70 elements beside one of 0, 100 axes
        raise _damaged(path, f"a shape that is no array's ({error})", "another shape") from None
    return arrays, metadata


# ---- several files -------------------------------------------------------------------------------


def write_sharded(
    path: str | os.PathLike[str],
    arrays: Mapping[str, Array],
    metadata: Mapping[str, str] | None,
    most_bytes: int,
) -> None:
    """`write` to files of at most so many bytes of tensors each, a larger tensor in one of its own.

    model.safetensors becomes model-00001-of-00002.safetensors and so on, and
    model.safetensors.index.json, which says where each tensor is.
    """
    shards: list[dict[str, Array]] = [{}]
    room = most_bytes
    for name, array in arrays.items():
        if array.nbytes > room and shards[-1]:
            shards.append({})
            room = most_bytes
        shards[-1][name] = array
        room -= array.nbytes
    whole = Path(path)
    places: dict[str, str] = {}
    for i, shard in enumerate(shards, 1):
        file = f"{whole.stem}-{i:05}-of-{len(shards):05}{whole.suffix}"
        write(whole.with_name(file), shard, metadata)
        places |= dict.fromkeys(shard, file)
    size = sum(array.nbytes for array in arrays.values())
    index = {"metadata": {"total_size": size}, "weight_map": places}
    head = json.dumps(index, indent=2).encode()
    _replace(whole.with_name(whole.name + INDEX_ENDING), head, {}, [])


def read_sharded(path: str | os.PathLike[str]) -> dict[str, Array]:
    """The arrays of all files that an index names.

    Raises:
        FileFormatError: a file is damaged, or does not hold what the index says.
        OSError: one of them cannot be opened.
    """
    places = _parse(path, Path(path).read_bytes()).get("weight_map")
    if not isinstance(places, dict):
        raise _damaged(path, "an index without a weight_map", "one from names to files")
    files: dict[str, dict[str, Array]] = {}
    for name, file in places.items():
        if not isinstance(file, str) or Path(file).name != file:
            raise _damaged(path, f"{name!r} in {file!r:.80}", "a file in the same folder")
        if file not in files:
            files[file], _ = read(Path(path).with_name(file))
        if name not in files[file]:
            raise _damaged(path, f"{name!r} in {file}, which has none", "the files of one model")
    return {name: files[file][name] for name, file in places.items()}


# ---- checks --------------------------------------------------------------------------------------


Entry = tuple[DType, tuple[int, ...], int, int]  # dtype, shape, first byte, byte behind the last


def _parse(path: str | os.PathLike[str], text: bytes) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise _damaged(path, "a name that is there twice", "each name once")
        return found

    try:
        header = json.loads(text, object_pairs_hook=once)
    except FileFormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise _damaged(path, f"a header that is no JSON ({error})", "a JSON object") from None
    if not isinstance(header, dict):
        raise _damaged(path, f"a header that is a {type(header).__name__}", "a JSON object")
    return header


def _entry(path: str | os.PathLike[str], name: str, entry: Any) -> Entry:
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= set(entry):
        raise _damaged(path, f"{name!r}: {entry!r:.80}", "its dtype, shape and data_offsets")
    dtype = DTYPES.get(str(entry["dtype"]))
    if dtype is None:
        raise _damaged(path, f"{name!r} of dtype {entry['dtype']!r:.20}", f"one of {[*DTYPES]}")
    shape, offsets = entry["shape"], entry["data_offsets"]
    if not _are_sizes(shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise _damaged(path, f"{name!r} of shape {shape!r:.60} at {offsets!r:.60}", "integers >= 0")
    begin, end = offsets
    if end - begin != math.prod(shape) * dtype.itemsize:
        raise _damaged(
            path,
            f"{name!r}: bytes {begin} to {end} for {dtype.name}{shape}",
            f"{math.prod(shape) * dtype.itemsize} bytes",
        )
    return dtype, tuple(shape), begin, end


def _are_sizes(values: Any) -> bool:
    return isinstance(values, list) and all(type(v) is int and v >= 0 for v in values)


def _check_offsets(
    path: str | os.PathLike[str], entries: Mapping[str, Entry], data_bytes: int
) -> None:
    """The format leaves no byte of the data to two tensors, and none to nobody."""
    expected = 0
    for name, (_, _, begin, end) in sorted(entries.items(), key=lambda e: e[1][2:]):
        if begin != expected:
            raise _damaged(path, f"{name!r} at byte {begin} of the data", f"byte {expected}")
        expected = end
    if expected != data_bytes:
        raise _damaged(path, f"{data_bytes} bytes of data", f"{expected}, as the header says")


def _damaged(path: str | os.PathLike[str], got: str, expected: str) -> FileFormatError:
    return FileFormatError(
        "safe_load", f"{os.fspath(path)}: {got}", expected, "the file is damaged: fetch it again"
    )
