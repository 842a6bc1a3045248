"""The file format: against the safetensors package, and against files that somebody damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from smelt.dtype import all_dtypes
from smelt.nn import safetensors as own
from smelt.util.errors import ArgumentError, DTypeError, FileFormatError


def every_dtype() -> dict[str, Any]:
    arrays = {d.name: (np.arange(6).reshape(2, 3) % 2).astype(d.np) for d in all_dtypes()}
    return arrays | {"empty": np.zeros((0, 4), np.float32), "scalar": np.array(2.5)}


def same(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert set(a) == set(b)
    for name in a:
        assert a[name].dtype == b[name].dtype
        assert a[name].shape == b[name].shape
        assert a[name].tobytes() == b[name].tobytes()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    arrays = every_dtype()
    own.write(tmp_path / "x", arrays, {"made by": "a test"})
    read, metadata = own.read(tmp_path / "x")
    same(read, arrays)
    assert list(read) == list(arrays)
    assert metadata == {"made by": "a test"}
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_the_package_reads_what_is_written(tmp_path: Path) -> None:
    arrays = every_dtype()
    own.write(tmp_path / "x", arrays)
    theirs = safetensors.torch.load_file(tmp_path / "x")
    assert set(theirs) == set(arrays)
    for name, tensor in theirs.items():
        assert tuple(tensor.shape) == arrays[name].shape
        assert tensor.double().numpy().tolist() == arrays[name].astype(np.float64).tolist()


def test_what_the_package_writes_is_read(tmp_path: Path) -> None:
    theirs = {
        "a": torch.arange(5, dtype=torch.bfloat16),
        "b": torch.tensor([[True, False]]),
        "c": torch.tensor(7, dtype=torch.int64),
    }
    safetensors.torch.save_file(theirs, tmp_path / "x", {"k": "v"})
    read, metadata = own.read(tmp_path / "x")
    assert metadata == {"k": "v"}
    for name, tensor in theirs.items():
        assert read[name].astype(np.float64).tolist() == tensor.double().numpy().tolist()


def test_no_tensors_at_all(tmp_path: Path) -> None:
    own.write(tmp_path / "x", {})
    assert own.read(tmp_path / "x") == ({}, {})


def test_tensors_are_aligned(tmp_path: Path) -> None:
    arrays = {"a": np.ones(3, np.uint8), "b": np.ones(3, np.float64), "c": np.ones(3, np.float32)}
    own.write(tmp_path / "x", arrays)
    read, _ = own.read(tmp_path / "x")
    same(read, arrays)
    assert all(a.flags.aligned for a in read.values())


def test_arrays_that_are_not_contiguous(tmp_path: Path) -> None:
    array = np.arange(12).reshape(3, 4).T[::2]
    own.write(tmp_path / "x", {"a": array})
    assert own.read(tmp_path / "x")[0]["a"].tolist() == array.tolist()


def test_what_is_read_is_nobody_elses(tmp_path: Path) -> None:
    own.write(tmp_path / "x", {"a": np.ones(3)})
    own.read(tmp_path / "x")[0]["a"][0] = 2
    assert own.read(tmp_path / "x")[0]["a"].tolist() == [1, 1, 1]


def test_replaces_a_file(tmp_path: Path) -> None:
    own.write(tmp_path / "x", {"a": np.ones(3)})
    kept, _ = own.read(tmp_path / "x")
    own.write(tmp_path / "x", {"b": np.zeros(2)})
    assert kept["a"].tolist() == [1, 1, 1]  # the old file stays mapped
    assert list(own.read(tmp_path / "x")[0]) == ["b"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    own.write(tmp_path / "x", {"a": np.ones(3)})
    before = (tmp_path / "x").read_bytes()
    with pytest.raises(DTypeError, match="complex64"):
        own.write(tmp_path / "x", {"a": np.ones(3, np.complex64)})
    assert (tmp_path / "x").read_bytes() == before


def test_a_write_that_breaks_off_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.write(tmp_path / "x", {"a": np.ones(3)})

    def full(self: Path, target: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        own.write(tmp_path / "x", {"b": np.zeros(3)})
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    assert list(own.read(tmp_path / "x")[0]) == ["a"]


@pytest.mark.parametrize(
    ("arrays", "metadata", "message"),
    [
        ({"__metadata__": np.ones(1)}, None, "a tensor named '__metadata__'"),
        ({}, {"epoch": 3}, "metadata 'epoch': 3"),
        ({}, {3: "epoch"}, "metadata 3: 'epoch'"),
    ],
)
def test_what_the_format_cannot_hold(
    tmp_path: Path, arrays: dict[str, Any], metadata: Any, message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        own.write(tmp_path / "x", arrays, metadata)


# ---- several files -------------------------------------------------------------------------------


def sharded(folder: Path) -> dict[str, Any]:
    arrays = {"a": np.ones((4, 4), np.float32), "b": np.arange(3), "c": np.zeros((9, 9), np.int8)}
    own.write_sharded(folder / "m.safetensors", arrays, {"k": "v"}, 90)
    return arrays


def test_shards_have_names_that_others_know(tmp_path: Path) -> None:
    arrays = sharded(tmp_path)
    same(own.read_sharded(tmp_path / "m.safetensors.index.json"), arrays)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "m-00001-of-00002.safetensors",
        "m-00002-of-00002.safetensors",
        "m.safetensors.index.json",
    ]
    index = json.loads((tmp_path / "m.safetensors.index.json").read_text())
    assert index["metadata"] == {"total_size": 64 + 24 + 81}
    assert index["weight_map"]["c"] == "m-00002-of-00002.safetensors"
    assert own.read(tmp_path / "m-00002-of-00002.safetensors")[1] == {"k": "v"}


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ("{", "no JSON"),
        ("{}", "without a weight_map"),
        ('{"weight_map": {"a": "../m-00001-of-00002.safetensors"}}', "the same folder"),
        ('{"weight_map": {"a": 3}}', "'a' in 3"),
        ('{"weight_map": {"z": "m-00001-of-00002.safetensors"}}', "'z' in m-00001"),
    ],
)
def test_a_damaged_index_is_an_error(tmp_path: Path, index: str, message: str) -> None:
    sharded(tmp_path)
    path = tmp_path / "m.safetensors.index.json"
    path.write_text(index)
    with pytest.raises(FileFormatError, match=message):
        own.read_sharded(path)


# ---- damaged files -------------------------------------------------------------------------------


def file_of(header: Any, data: bytes = b"", length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def entry(dtype: Any = "F32", shape: Any = (2,), offsets: Any = (0, 8)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


DAMAGED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "0 bytes"),
    "shorter than a length": (b"\x08\0\0", "3 bytes"),
    "a header beyond the end": (file_of({}, length=100), "header of 100 bytes in a file of 10"),
    "a huge header": (file_of({}, length=1 << 62), "header of 4611686018427387904"),
    "no JSON": (file_of(b"{'a': 1}"), "no JSON"),
    "no text": (file_of(b"\xff\xfe{}"), "no JSON"),
    "deep JSON": (file_of(b"[" * 200_000), "no JSON"),
    "a number of many digits": (file_of(b'{"a": ' + b"9" * 5000 + b"}"), "no JSON"),
    "no object": (file_of([1]), "a header that is a list"),
    "a name twice": (file_of(b'{"a": {}, "a": {}}'), "a name that is there twice"),
    "an entry that is none": (file_of({"a": 3}), "'a': 3"),
    "no dtype": (file_of({"a": {"shape": [], "data_offsets": [0, 0]}}), "'a': {'shape'"),
    "an unknown dtype": (file_of({"a": entry("F8_E8M0")}, bytes(8)), "'a' of dtype 'F8_E8M0'"),
    "a dtype that is no text": (file_of({"a": entry(None)}, bytes(8)), "'a' of dtype None"),
    "a list as dtype": (file_of({"a": entry([])}, bytes(8)), r"'a' of dtype \[\]"),
    "a negative size": (file_of({"a": entry(shape=[-2])}, bytes(8)), r"'a' of shape \[-2\]"),
    "a size that is no integer": (file_of({"a": entry(shape=[2.0])}, bytes(8)), r"\[2.0\]"),
    "a size that is a truth": (file_of({"a": entry("U8", [True], [0, 1])}, b"\0"), "True"),
    "a shape that is none": (file_of({"a": entry(shape=8)}, bytes(8)), "of shape 8"),
    "three offsets": (file_of({"a": entry(offsets=[0, 4, 8])}, bytes(8)), r"\[0, 4, 8\]"),
    "offsets reversed": (file_of({"a": entry(offsets=[8, 0])}, bytes(8)), "bytes 8 to 0"),
    "too few bytes": (file_of({"a": entry(offsets=[0, 4])}, bytes(4)), "expected 8 bytes"),
    "truncated": (file_of({"a": entry()}, bytes(7)), "7 bytes of data, expected 8"),
    "bytes left over": (file_of({"a": entry()}, bytes(9)), "9 bytes of data, expected 8"),
    "overlapping": (
        file_of({"a": entry(), "b": entry(offsets=[4, 12])}, bytes(12)),
        "'b' at byte 4 of the data, expected byte 8",
    ),
    "the same bytes": (file_of({"a": entry(), "b": entry()}, bytes(8)), "'b' at byte 0"),
    "a hole": (
        file_of({"a": entry(), "b": entry(offsets=[12, 20])}, bytes(20)),
        "'b' at byte 12 of the data, expected byte 8",
    ),
    "an impossible shape": (file_of({"a": entry(shape=[0, 2**70], offsets=[0, 0])}), "no array's"),
    "too many axes": (file_of({"a": entry("U8", [1] * 100, [0, 1])}, b"\0"), "no array's"),
    "metadata that is no object": (file_of({"__metadata__": "x"}), "metadata 'x'"),
    "metadata that is no text": (file_of({"__metadata__": {"a": 1}}), "metadata {'a': 1}"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_an_error(tmp_path: Path, name: str) -> None:
    content, message = DAMAGED[name]
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=message) as caught:
        own.read(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        own.read(tmp_path / "x")


Damage = Callable[[bytes], bytes]


@given(data=st.data())
def test_random_damage_is_read_right_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.safetensors"
    own.write(path, {"a": np.arange(3, dtype=np.int16), "b": np.ones((2, 2), np.float32)})
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)) | st.just(len(content)))
    path.write_bytes(content[:cut])
    try:
        arrays, _ = own.read(path)
    except FileFormatError:
        return
    assert sum(a.nbytes for a in arrays.values()) <= len(content)
