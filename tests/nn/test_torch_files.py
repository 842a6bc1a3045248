"""Files of torch.save, in both formats; what they must not be able to do; damaged ones."""

from __future__ import annotations

import collections
import io
import os
import pickle
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from smelt import nn
from smelt.nn.state import load_state_dict, torch_load
from smelt.util.errors import AllocationError, FileFormatError

FORMATS = [True, False]  # the zip archive, and the row of pickles before it

DTYPES = [
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32,
    torch.int16, torch.int8, torch.uint8, torch.bool,
]  # fmt: skip
NEWER = [torch.uint16, torch.uint32, torch.uint64, torch.float8_e4m3fn, torch.float8_e5m2]


def saved(path: Path, value: Any, zipped: bool = True) -> Path:
    file = path / "m.pt"
    torch.save(value, file, _use_new_zipfile_serialization=zipped)
    return file


def values(t: Any) -> Any:
    return t.numpy().astype(np.float64).tolist()


@pytest.mark.parametrize("zipped", FORMATS)
def test_every_dtype(tmp_path: Path, zipped: bool) -> None:
    tensors = {str(d): torch.tensor([[0, 1, 2], [3, 4, 5]]).to(d) for d in DTYPES + NEWER}
    loaded = torch_load(saved(tmp_path, tensors, zipped))
    assert list(loaded) == list(tensors)
    for name, t in tensors.items():
        assert loaded[name].dtype.name == name.removeprefix("torch.").removesuffix("fn")
        assert loaded[name].shape == (2, 3)
        assert values(loaded[name]) == t.double().tolist()


@pytest.mark.parametrize("zipped", FORMATS)
def test_views_of_one_storage(tmp_path: Path, zipped: bool) -> None:
    x = torch.arange(24.0).reshape(4, 6)
    tensors = {
        "whole": x,
        "transposed": x.T,
        "strided": x[1::2, ::3],
        "expanded": x[:, :1].expand(4, 5),
        "overlapping": x.flatten().unfold(0, 3, 2),
        "scalar": x[2, 3],
        "none": x[:0],
        "parameter": torch.nn.Parameter(x),
    }
    loaded = torch_load(saved(tmp_path, tensors, zipped))
    assert {k: v.tolist() for k, v in loaded.items()} == {k: v.tolist() for k, v in tensors.items()}


@pytest.mark.parametrize("zipped", FORMATS)
def test_a_state_dict_and_an_optimizers(tmp_path: Path, zipped: bool) -> None:
    module = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    optimizer = torch.optim.Adam(module.parameters(), lr=0.25)
    module(torch.ones(4, 2)).sum().backward()
    optimizer.step()
    checkpoint = {"model": module.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}
    loaded = torch_load(saved(tmp_path, checkpoint, zipped))
    assert loaded["epoch"] == 3
    assert loaded["optimizer"]["param_groups"][0]["lr"] == 0.25
    model = [nn.Linear(2, 3), nn.BatchNorm(3)]
    assert load_state_dict(model, loaded["model"]) == ([], [])
    weight = module[0].weight.detach()
    assert np.allclose(model[0].weight.numpy(), weight.numpy())  # type: ignore[union-attr]


@pytest.mark.parametrize("zipped", FORMATS)
def test_plain_values(tmp_path: Path, zipped: bool) -> None:
    value = {
        "n": [None, True, -1, 1 << 70, 2.5, "é", b"\xff", (1, 2, 3, 4), {5}, frozenset((6,))],
        7: collections.OrderedDict(a=torch.Size([2, 3])),
        "numpy": np.float64(0.5),
        "dtype": torch.float32,
    }
    loaded = torch_load(saved(tmp_path, value, zipped))
    assert loaded["n"] == value["n"]
    assert loaded[7] == {"a": (2, 3)}
    assert loaded["numpy"] == 0.5


def test_contiguous_tensors_are_used_where_they_are_in_the_file(tmp_path: Path) -> None:
    loaded = torch_load(saved(tmp_path, {"a": torch.arange(100.0), "b": torch.ones(3, 3)}))
    for t in loaded.values():
        memory = t.node.src[0].arg.memory if t.node.src else t.node.arg.memory
        assert memory._give_back is None


def test_on_a_device(tmp_path: Path) -> None:
    loaded = torch_load(saved(tmp_path, torch.ones(2)), device="PYTHON")
    assert loaded.device == "PYTHON"
    assert loaded.tolist() == [1.0, 1.0]


# ---- what must not happen ------------------------------------------------------------------------


class Evil:
    def __init__(self, function: Any, *arguments: Any):
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


FORBIDDEN = {
    "posix.system": (os.system, "touch hacked"),
    "__builtin__.eval": (eval, "1"),
    "__builtin__.getattr": (getattr, "", "join"),
    "torch.hub.load": (torch.hub.load, "x", "y"),
    "numpy.load": (np.load, "x"),
    "tests.nn.test_torch_files.Evil": (Evil, 1),
}


@pytest.mark.parametrize("zipped", FORMATS)
@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_call_of_anything_else_is_refused(tmp_path: Path, name: str, zipped: bool) -> None:
    path = saved(tmp_path, {"x": torch.ones(1), "y": Evil(*FORBIDDEN[name])}, zipped)
    expected = "test_torch_files.Evil" if name.endswith("Evil") else name
    with pytest.raises(FileFormatError, match=f"a pickle that asks for .*{expected}"):
        torch_load(path)
    assert not Path("hacked").exists()


def test_a_whole_module_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"modules\.linear\.Linear, .*; save a state dict"):
        torch_load(saved(tmp_path, torch.nn.Linear(1, 1)))


PICKLES = {
    "no stop": b"\x80\x02N",
    "an empty stack": b"\x80\x02.",
    "a name that is no text": b"\x80\x04NN\x93.",
    "a call of a value": b"\x80\x02K\x01)R.",
    "an unknown instruction": b"\x80\x02\xfe.",
    "an extension": b"\x80\x02\x82\x01.",
    "an instance": b"(ios\nsystem\n.",
    "a memory that is not there": b"\x80\x02h\x05.",
    "no mark": b"\x80\x02t.",
    "a state for a number": b"\x80\x02K\x01}b.",
    "an odd dict": b"\x80\x02(K\x01d.",
    "a list as a key": b"\x80\x02}]K\x01s.",
    "an unknown reference": b"\x80\x02NQ.",
    "a storage that is called": b"\x80\x02ctorch\nFloatStorage\n)R.",
}


def archive(path: Path, pickled: bytes, **parts: bytes) -> Path:
    with zipfile.ZipFile(path / "m.pt", "w") as file:
        file.writestr("m/data.pkl", pickled)
        for name, data in parts.items():
            file.writestr(f"m/{name}", data)
    return path / "m.pt"


@pytest.mark.parametrize("name", PICKLES)
def test_a_pickle_that_makes_no_sense(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileFormatError):
        torch_load(archive(tmp_path, PICKLES[name]))


def view(key: str, count: int, offset: Any, size: Any, stride: Any) -> bytes:
    """A pickle of one tensor."""

    class Pickler(pickle._Pickler):  # type: ignore[name-defined,misc]
        def persistent_id(self, value: Any) -> Any:
            return ("storage", torch.FloatStorage, key, "cpu", count) if value == "S" else None

    file = io.BytesIO()
    tensor = Evil(torch._utils._rebuild_tensor_v2, "S", offset, size, stride, False, {})
    Pickler(file, 2).dump(tensor)
    return file.getvalue()


def test_a_tensor_made_by_hand(tmp_path: Path) -> None:
    path = archive(
        tmp_path, view("0", 4, 1, (3,), (1,)), **{"data/0": struct.pack("4f", 1, 2, 3, 4)}
    )
    assert torch_load(path).tolist() == [2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("1", 4, 0, (4,), (1,)), "no 'data/1'"),
        (("0", 5, 0, (4,), (1,)), "16 bytes of storage '0'"),
        (("0", 4, 1, (4,), (1,)), "element 4 of a storage, expected one of 4"),
        (("0", 4, 0, (2, 2), (3, 1)), "element 4"),
        (("0", 4, 0, (1 << 40,), (1 << 40,)), "element"),
        (("0", 4, -1, (4,), (1,)), "ints from 0 up"),
        (("0", 4, 0, (4,), (-1,)), "ints from 0 up"),
        (("0", 4, 0, (4,), (1, 1)), "ints from 0 up"),
        (("0", 4, 0, (1.5,), (1,)), "ints from 0 up"),
        (("0", 4, 0, 4, (1,)), "damaged pickle"),
    ],
)
def test_a_view_outside_of_its_storage(tmp_path: Path, arguments: Any, message: str) -> None:
    path = archive(tmp_path, view(*arguments), **{"data/0": bytes(16)})
    with pytest.raises(FileFormatError, match=message):
        torch_load(path)


def test_one_element_repeated_takes_no_memory(tmp_path: Path) -> None:
    path = archive(tmp_path, view("0", 1, 0, (1 << 20, 1 << 20), (0, 0)), **{"data/0": bytes(4)})
    assert torch_load(path)[5, 7].item() == 0.0


def test_overlapping_windows_without_end(tmp_path: Path) -> None:
    n = 1 << 20
    path = archive(tmp_path, view("0", 2 * n, 0, (n, n), (1, 1)), **{"data/0": bytes(8 * n)})
    with pytest.raises(AllocationError):
        torch_load(path)


# ---- damaged files -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "neither a zip archive"),
        (b"hello", "neither a zip archive"),
        (b"\x80\x02N.", "neither a zip archive"),
        (b"\x80\x02", "damaged pickle"),
        (b"PK\x03\x04", "cannot be read"),
    ],
)
def test_what_is_no_such_file(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.pt"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=message) as caught:
        torch_load(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        torch_load(tmp_path / "x")


@pytest.mark.parametrize("zipped", FORMATS)
def test_random_damage_is_read_or_refused(tmp_path: Path, zipped: bool) -> None:
    tensors = {"a": torch.arange(6.0).reshape(2, 3).T, "b": [torch.ones(2, dtype=torch.int16)]}
    path = saved(tmp_path, tensors, zipped)
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(200):
        damaged = bytearray(content)
        for _ in range(rng.integers(1, 4)):
            damaged[rng.integers(len(damaged))] = rng.integers(256)
        cut = len(damaged) if rng.integers(2) else int(rng.integers(len(damaged)))
        path.write_bytes(damaged[:cut])
        try:
            torch_load(path)
        except (FileFormatError, AllocationError):
            refused += 1
    assert refused > 50


def test_tar_archives_of_the_first_versions_are_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "old.pt", "w", format=tarfile.PAX_FORMAT) as archive:
        for name in ("sys_info", "pickle", "storages", "tensors"):
            archive.addfile(tarfile.TarInfo(name))
    with pytest.raises(FileFormatError, match=r"a tar archive, as .* until 2017.*write it again"):
        torch_load(tmp_path / "old.pt")
