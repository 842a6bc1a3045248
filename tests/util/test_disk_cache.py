"""The cache on disk: found again, never trusted blindly, never in the way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from smelt.util import disk_cache, flags
from smelt.util.disk_cache import cached_object, keep, lookup


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with flags.Context(SMELT_CACHE=str(tmp_path / "deep" / "cache"), NOCACHE=0):
        yield tmp_path / "deep" / "cache"


def never() -> bytes:
    raise AssertionError("made again")


def test_made_once(folder: Path) -> None:
    assert cached_object("key", lambda: b"made") == b"made"
    assert cached_object("key", never) == b"made"
    assert cached_object("another key", lambda: b"other") == b"other"
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("data", [b"", b"\0" * 100_000, bytes(range(256))])
def test_any_bytes(folder: Path, data: bytes) -> None:
    keep("key", data)
    assert lookup("key") == data


def test_nothing_there(folder: Path) -> None:
    assert lookup("key") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:10],
        lambda content: content[:-1],
        lambda content: content + b"x",
        lambda content: content[:40] + b"x" + content[41:],
        lambda content: b"x" + content[1:],
    ],
)
def test_damage_only_costs_making_it_again(folder: Path, damage: object) -> None:
    cached_object("key", lambda: b"some bytes that were made")
    (path,) = folder.iterdir()
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert lookup("key") is None
    assert cached_object("key", lambda: b"made anew") == b"made anew"
    assert cached_object("key", never) == b"made anew"


def test_no_cache_neither_reads_nor_writes(folder: Path) -> None:
    keep("key", b"kept")
    with flags.Context(NOCACHE=1):
        assert lookup("key") is None
        assert cached_object("key", lambda: b"made") == b"made"
        assert cached_object("other", lambda: b"made") == b"made"
    assert lookup("key") == b"kept"
    assert lookup("other") is None


def test_a_folder_that_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    with flags.Context(SMELT_CACHE=str(tmp_path / "file" / "cache"), NOCACHE=0):
        assert cached_object("one", lambda: b"1") == b"1"
        assert cached_object("two", lambda: b"2") == b"2"
        assert cached_object("one", never) == b"1"  # in memory
    note = capsys.readouterr().err
    assert note.count("cannot write the cache folder") == 1
    assert str(tmp_path / "file" / "cache") in note


def test_a_write_that_fails_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep("key", b"first")

    def interrupted(source: str, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(disk_cache.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        keep("key", b"second")
    monkeypatch.undo()
    assert lookup("key") == b"first"
    assert len(list(folder.iterdir())) == 1


def test_processes_share_it(folder: Path) -> None:
    code = """
import sys
from smelt.util.disk_cache import cached_object
for i in range(300):
    key = str(i % 7)
    got = cached_object(key, lambda: key.encode() * 50_000)
    assert got == key.encode() * 50_000
    if i % 3 == 0:
        from smelt.util import disk_cache
        disk_cache.keep(key, key.encode() * 50_000)
"""
    environment = {"SMELT_CACHE": str(folder), "NOCACHE": "0", "PATH": ""}
    root = Path(__file__).parents[2]
    processes = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=root) for _ in range(3)
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert len(list(folder.iterdir())) == 7
