"""Finding tensors in models, loading and saving them."""

from __future__ import annotations

import copy
import gc
import json
import math
import os
import pickle
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import smelt
from smelt import Tensor, dtypes, nn
from smelt.nn.state import (
    get_parameters,
    get_state_dict,
    load_state_dict,
    safe_load,
    safe_load_metadata,
    safe_save,
)
from smelt.util.errors import ArgumentError, FileFormatError

Pair = namedtuple("Pair", ["left", "right"])


class Model:
    def __init__(self) -> None:
        self.first = nn.Linear(2, 3)
        self.layers = [nn.Linear(3, 3), (nn.Linear(3, 1, bias=False), "a name")]
        self.table = {"mean": Tensor([1.0], requires_grad=False), 7: Tensor([2])}
        self.pair = Pair(Tensor([3.0], requires_grad=True), None)
        self.size = 3
        self.parent = self
        self.math = math
        self.kind = Model


NAMES = [
    "first.weight", "first.bias", "layers.0.weight", "layers.0.bias", "layers.1.0.weight",
    "table.mean", "table.7", "pair.left",
]  # fmt: skip


def test_names_of_nested_tensors() -> None:
    model = Model()
    state = get_state_dict(model)
    assert list(state) == NAMES
    assert state["layers.1.0.weight"] is model.layers[1][0].weight  # type: ignore[index]


@pytest.mark.parametrize("prefix", ["model", "model."])
def test_a_prefix(prefix: str) -> None:
    assert list(get_state_dict(nn.Linear(1, 1), prefix)) == ["model.weight", "model.bias"]


def test_parameters_are_what_is_trained_each_once() -> None:
    model = Model()
    model.again = model.first  # type: ignore[attr-defined]
    state = get_state_dict(model)
    assert state["again.weight"] is state["first.weight"]
    expected = [state[name] for name in NAMES if not name.startswith("table")]
    assert [id(p) for p in get_parameters(model)] == [id(p) for p in expected]


def test_loading_gives_the_same_outputs() -> None:
    a, b = Model(), Model()
    x = Tensor([[1.0, 2.0]])
    assert a.first(x).tolist() != b.first(x).tolist()
    weight = b.first.weight
    load_state_dict(b, get_state_dict(a))
    assert a.first(x).tolist() == b.first(x).tolist()
    assert b.first.weight is weight
    assert weight.requires_grad
    assert weight.is_leaf


def test_loading_converts_to_the_models_dtype() -> None:
    model = {"w": Tensor([0.0, 0.0]), "n": Tensor([0])}
    load_state_dict(model, {"w": Tensor([1.5, 2.5], dtype=dtypes.float16), "n": Tensor([3.0])})
    assert model["w"].dtype is dtypes.float32
    assert model["w"].tolist() == [1.5, 2.5]
    assert model["n"].tolist() == [3]


def test_every_problem_is_named_and_nothing_is_changed() -> None:
    model = {"a": Tensor([1.0]), "b": Tensor([2.0]), "c": Tensor([3.0]), "d": Tensor([4.0])}
    state = {
        "a": Tensor([9.0]),
        "b": Tensor([9.0, 9.0]),
        "x": Tensor([[1.0, 2.0]]),
        "y": Tensor([1.0]),
    }
    with pytest.raises(ArgumentError) as caught:
        load_state_dict(model, state)
    for part in (
        "missing 'c' of shape (1,)", "missing 'd'", "not in the model: 'x' of shape (1, 2)",
        "not in the model: 'y'",
        "'b' has shape (2,), the model's (1,)", "strict=False",
    ):  # fmt: skip
        assert part in str(caught.value)
    assert "'a'" not in str(caught.value)
    assert model["a"].tolist() == [1.0]


def test_without_strict_names_may_differ_but_shapes_may_not() -> None:
    model = {"a": Tensor([1.0]), "b": Tensor([2.0])}
    keys = load_state_dict(model, {"a": Tensor([9.0]), "x": Tensor([1.0])}, strict=False)
    assert keys == (["b"], ["x"])
    assert [model["a"].item(), model["b"].item()] == [9.0, 2.0]
    with pytest.raises(ArgumentError, match="'a' has shape"):
        load_state_dict(model, {"a": Tensor([9.0, 9.0])}, strict=False)
    load_state_dict(model, {}, strict=False)


def test_an_optimizers_state_can_be_saved_too() -> None:
    p = Tensor([1.0, 2.0], requires_grad=True)
    optimizer = nn.optim.Adam([p], lr=0.1)
    (p * p).sum().backward()
    optimizer.step()
    saved = {name: Tensor(t.numpy()) for name, t in get_state_dict(optimizer).items()}
    assert {"params.0", "m.0", "v.0", "c"} <= set(saved)
    other = nn.optim.Adam([Tensor([0.0, 0.0], requires_grad=True)], lr=0.5)
    load_state_dict(other, saved)
    for o in (optimizer, other):
        o.zero_grad()
        (o.params[0] * 3).sum().backward()
        o.step()
    assert other.params[0].tolist() == p.tolist()


# ---- files ---------------------------------------------------------------------------------------


def test_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    a, b = Model(), Model()
    safe_save(get_state_dict(a), path, {"epochs": "3"})
    loaded = safe_load(path)
    assert list(loaded) == NAMES
    assert [t.dtype for t in loaded.values()] == [t.dtype for t in get_state_dict(a).values()]
    load_state_dict(b, loaded)
    for name, t in get_state_dict(a).items():
        assert get_state_dict(b)[name].tolist() == t.tolist()
    assert set(safetensors.numpy.load_file(path)) == set(NAMES)


def test_lazy_values_are_computed_and_bfloat16_kept(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    x = Tensor([1.0, 2.0]).cast(dtypes.bfloat16)
    safe_save({"x": x + x, "none": Tensor.zeros(0, 3)}, path)
    loaded = safe_load(path)
    assert loaded["x"].dtype is dtypes.bfloat16
    assert loaded["x"].tolist() == [2.0, 4.0]
    assert loaded["none"].shape == (0, 3)


def test_saving_over_the_file_that_was_loaded(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    safe_save({"x": Tensor([1.0, 2.0])}, path)
    loaded = safe_load(path)
    safe_save({"x": loaded["x"] * 2, "y": loaded["x"]}, path)
    again = safe_load(path)
    assert again["x"].tolist() == [2.0, 4.0]
    assert again["y"].tolist() == [1.0, 2.0]


def test_on_a_device(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    safe_save({"x": Tensor([1.0])}, path)
    assert safe_load(path, device="PYTHON")["x"].device == "PYTHON"


def test_no_tensors(tmp_path: Path) -> None:
    safe_save({}, tmp_path / "m")
    assert safe_load(tmp_path / "m") == {}


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    safe_save({"x": Tensor(np.ones(100, np.float32))}, path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FileFormatError, match="399 bytes of data, expected 400"):
        safe_load(path)


def test_several_files(tmp_path: Path) -> None:
    tensors = get_state_dict(Model())
    safe_save(tensors, tmp_path / "m.safetensors", shard_bytes=40)
    assert not (tmp_path / "m.safetensors").exists()
    loaded = safe_load(tmp_path / "m.safetensors.index.json")
    assert {k: t.tolist() for k, t in loaded.items()} == {k: t.tolist() for k, t in tensors.items()}


def test_the_header_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    safe_save({"x": Tensor([1.0, 2.0])}, path, {"made by": "a test"})
    data, start, header = safe_load_metadata(path)
    assert data[start:].bitcast(dtypes.float32).tolist() == [1.0, 2.0]
    assert header["x"] == {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    assert header["__metadata__"] == {"made by": "a test"}


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc")
def test_loading_reads_no_tensor_before_it_is_looked_at(tmp_path: Path) -> None:
    path, size = tmp_path / "m.safetensors", 1 << 26
    own_header = {"big": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}
    own_header["x"] = {"dtype": "F32", "shape": [2], "data_offsets": [size, size + 8]}
    text = json.dumps(own_header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + size)
        file.seek(0, 2)
        file.write(np.array([3, 4], np.float32).tobytes())
    before = resident_bytes()
    model = {"big": Tensor.zeros(size, dtype=dtypes.uint8), "x": Tensor.zeros(2)}
    loaded = safe_load(path)
    load_state_dict(model, loaded)
    assert (loaded["x"] + 1).tolist() == [4.0, 5.0]
    assert model["big"][-1].item() == 0
    assert resident_bytes() - before < size // 4


def test_tensors_keep_the_file_mapped(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    safe_save({"x": Tensor.arange(1000), "y": Tensor([5])}, path)
    x = safe_load(path)["x"]
    path.unlink()
    gc.collect()
    assert (x + 1).sum().item() == 500500


def test_what_was_loaded_is_not_changed_by_training(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    safe_save({"x": Tensor([1.0, 2.0])}, path)
    loaded = safe_load(path)
    model = {"x": Tensor([0.0, 0.0], requires_grad=True)}
    load_state_dict(model, loaded)
    optimizer = nn.optim.SGD(get_parameters(model), lr=1.0, momentum=0.5)

    @smelt.jit
    def step() -> Tensor:
        optimizer.zero_grad()
        loss = model["x"].sum()
        loss.backward()
        optimizer.step()
        return loss

    for _ in range(4):
        step()
    assert model["x"].tolist() != [1.0, 2.0]
    assert loaded["x"].tolist() == [1.0, 2.0]
    assert safe_load(path)["x"].tolist() == [1.0, 2.0]


def test_what_was_loaded_can_be_taken_out_as_it_goes(capsys: pytest.CaptureFixture[str]) -> None:
    state = {"a": Tensor([1.0]), "b": Tensor([2.0])}
    load_state_dict({"a": Tensor([0.0])}, state, strict=False, consume=True, verbose=True)
    assert list(state) == ["b"]
    assert capsys.readouterr().out == "loaded 1 tensors, 4 bytes\n"


def test_what_is_no_model_has_no_tensors() -> None:
    values: list[Any] = [3, "x", None, [], {}, np.ones(3), math, Model]
    assert all(get_state_dict(v) == {} for v in values)


def test_parameters_are_what_nobody_has_kept_from_training() -> None:
    class Model:
        def __init__(self) -> None:
            self.asked = Tensor([1.0], requires_grad=True)
            self.raw = Tensor([2.0]) * 0.5  # made as programs for tinygrad do
            self.fixed = Tensor([3.0], requires_grad=False)
            self.frozen = Tensor([4.0], requires_grad=True).requires_grad_(False)
            self.count = Tensor([5])

    model = Model()
    parameters = get_parameters(model)
    assert [p.item() for p in parameters] == [1.0, 1.0]
    assert len(get_parameters(copy.deepcopy(model))) == 2
    assert not get_parameters([pickle.loads(pickle.dumps(model.fixed))])
    optimizer = nn.optim.SGD([model.asked, model.raw, model.fixed, model.frozen], lr=1.0)
    (model.asked + model.raw + model.fixed + model.frozen).sum().backward()
    optimizer.step()
    values = [t.item() for t in (model.asked, model.raw, model.fixed, model.frozen)]
    assert values == [0.0, 0.0, 3.0, 4.0]
    with pytest.raises(ArgumentError, match="no parameters"):
        nn.optim.SGD([model.fixed], lr=1.0)
