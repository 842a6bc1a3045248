"""What programs for tinygrad import from its helpers, and the parts of smelt they import."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

import smelt
from smelt import Context, GlobalCounters, Tensor, dtypes, fetch, getenv, helpers, nn
from smelt.helpers import (
    DEBUG,
    Profiling,
    Timing,
    all_int,
    all_same,
    ansilen,
    argfix,
    colored,
    merge_dicts,
    next_power2,
    temp,
    time_to_str,
    tqdm,
    trange,
    unwrap,
)
from smelt.helpers import (
    getenv as same_getenv,
)
from smelt.util.errors import ArgumentError, FileFormatError, FlagError


def test_getenv_gives_a_value_of_the_defaults_type(monkeypatch: pytest.MonkeyPatch) -> None:
    assert getenv is same_getenv
    assert (getenv("SOMETHING_UNSET"), getenv("SOMETHING_UNSET", "a")) == (0, "a")
    monkeypatch.setenv("STEPS", "70")
    assert (getenv("STEPS", 3), getenv("STEPS", "3"), getenv("STEPS", 0.5)) == (70, "70", 70.0)
    monkeypatch.setenv("STEPS", "many")
    with pytest.raises(FlagError, match="STEPS: got 'many', expected what int"):
        getenv("STEPS", 3)


def test_flags_are_looked_at_when_they_are_compared() -> None:
    assert not DEBUG and DEBUG == 0 and DEBUG < 1
    with Context(DEBUG=1):
        assert DEBUG and DEBUG >= 1 and int(DEBUG) == 1 and DEBUG != 2
        assert repr(DEBUG) == "ContextVar('DEBUG', 1)"
    assert len({DEBUG, helpers.DEBUG, helpers.DEV}) == 2


def test_timing_and_profiling_print(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with Timing("took ", on_exit=lambda ns: f", {ns > 0}"):
        pass
    assert capsys.readouterr().out.endswith(" ms, True\n")
    with Timing("took ", enabled=False), Profiling(enabled=False):
        pass
    assert capsys.readouterr().out == ""
    with Profiling(sort="time", fn=str(tmp_path / "profile")):
        sorted([3, 1])
    assert "function calls" in capsys.readouterr().out
    assert (tmp_path / "profile").stat().st_size > 0


def test_progress_and_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(trange(3, disable=True)) == [0, 1, 2]
    for _ in (bar := tqdm(range(2), desc="steps")):
        bar.set_description("now")
    assert "now" in capsys.readouterr().err
    assert colored("x", None) == "x"
    assert colored("x", "RED") == "\x1b[91mx\x1b[0m"
    assert colored("x", "green", background=True) == "\x1b[42mx\x1b[0m"
    assert ansilen(colored("four", "cyan")) == 4
    with pytest.raises(ArgumentError, match="colored: got 'pink'"):
        colored("x", "pink")
    assert [time_to_str(t).strip() for t in (20, 0.02, 2e-5)] == ["20.00s", "20.00ms", "20.00us"]


def test_small_functions() -> None:
    assert helpers.prod([]) == 1 and helpers.prod([2, 0.5]) == 1.0
    assert argfix() == () and argfix(3) == (3,)
    with pytest.raises(ArgumentError):
        argfix((1, 2), 3)
    assert all_same([]) and all_same([1, 1]) and not all_same([1, 2])
    length = smelt.Variable("length", 1, 4).bind(2)
    assert all_int((1, 2)) and not all_int((1, length))
    assert helpers.argsort([3, 1, 2]) == [1, 2, 0]
    assert [next_power2(n) for n in (0, 1, 2, 3, 9)] == [1, 1, 2, 4, 16]
    with pytest.raises(ArgumentError, match=r"1 and 2 of 'a'"):
        merge_dicts([{"a": 1}, {"a": 2}])
    assert unwrap(3) == 3
    with pytest.raises(AssertionError):
        unwrap(None)
    assert helpers.GlobalCounters is GlobalCounters and helpers.dtypes is dtypes
    assert Path(temp("x")).name == "x"


def test_fetch_keeps_what_it_gets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    source = tmp_path / "source.gz"
    source.write_bytes(gzip.compress(b"words"))
    with Context(SMELT_CACHE=tmp_path / "cache"):
        first = fetch(source.as_uri(), "kept.gz", subdir="some")
        assert first == tmp_path / "cache" / "downloads" / "some" / "kept.gz"
        assert fetch(source.as_uri(), gunzip=True).read_bytes() == b"words"
        assert gzip.decompress(fetch(source.as_uri()).read_bytes()) == b"words"
        source.unlink()
        assert gzip.decompress(fetch("file:///nowhere", "kept.gz", "some").read_bytes()) == b"words"
        assert Tensor.from_url(source.as_uri(), gunzip=True).numpy().tobytes() == b"words"
        with pytest.raises(FileFormatError, match="put the file at"):
            fetch("file:///nowhere/else")
    assert fetch(str(source)) == source


def test_archives_as_tensors(tmp_path: Path) -> None:
    content = {"a/x.bin": bytes(range(7)), "empty": b""}
    for mode in ("w", "w:gz", "w:xz"):
        path = tmp_path / "archive.tar"
        with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
            for name, data in content.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        for given in (path, Tensor(path.read_bytes())):
            found = nn.state.tar_extract(given)
            assert {name: t.numpy().tobytes() for name, t in found.items()} == content
    with zipfile.ZipFile(tmp_path / "archive.zip", "w", zipfile.ZIP_DEFLATED) as other:
        other.mkdir("folder")
        for name, data in content.items():
            other.writestr(name, data)
    found = nn.state.zip_extract(tmp_path / "archive.zip")
    assert {name: t.numpy().tobytes() for name, t in found.items()} == content
    for extract in (nn.state.tar_extract, nn.state.zip_extract):
        with pytest.raises(FileFormatError, match=extract.__name__):
            extract(Tensor(b"no archive at all"))


def test_parts_of_smelt_are_there_without_an_import_of_them() -> None:
    program = """
import sys, smelt
assert not {"smelt.nn", "smelt.array_api", "smelt.helpers"} & sys.modules.keys()
xp = smelt.array_api
assert xp.sum(xp.asarray([1, 2])).item() == 3
assert smelt.nn.Linear(2, 3)(smelt.Tensor.ones(1, 2)).shape == (1, 3)
assert smelt.helpers.prod((2, 3)) == 6
assert {"array_api", "helpers", "nn", "fetch"} <= set(dir(smelt))
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = smelt.nothing


def test_a_program_in_tinygrads_style(capsys: pytest.CaptureFixture[str]) -> None:
    class Model:
        def __init__(self) -> None:
            self.layers = [
                nn.Conv2d(1, 4, 3), Tensor.relu, nn.BatchNorm(4), Tensor.max_pool2d,
                lambda x: x.flatten(1), nn.Linear(36, 2),
            ]  # fmt: skip

        def __call__(self, x: Tensor) -> Tensor:
            return x.sequential(self.layers)

    Tensor.manual_seed(getenv("SEED", 1))
    images = np.random.default_rng(0).normal(size=(32, 1, 8, 8)).astype(np.float32)
    labels = (images.mean((1, 2, 3)) > 0).astype(np.int32)
    X, Y = Tensor(images), Tensor(labels, dtype=dtypes.int32)
    model = Model()
    optim = nn.optim.AdamW(nn.state.get_parameters(model), lr=0.01)

    @smelt.TinyJit
    @Tensor.train()
    def step() -> Tensor:
        samples = Tensor.randint(16, high=32)
        optim.zero_grad()
        loss = model(X[samples]).sparse_categorical_crossentropy(Y[samples]).backward()
        return loss.realize(*optim.schedule_step())

    GlobalCounters.reset()
    for i in (t := trange(40)):
        loss = step()
        if i % 10 == 9:
            t.set_description(colored(f"loss {loss.item():.2f}", "green"))
    with Timing("evaluated in "):
        accuracy = (model(X).argmax(axis=1) == Y).mean().item()
    assert accuracy > 0.9 and GlobalCounters.kernel_count > 0 and not Tensor.training
    assert "evaluated in" in capsys.readouterr().out
    GlobalCounters.counters = None
