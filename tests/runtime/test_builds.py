"""Kernels built from text and buffers kept for reuse, with a driver that only counts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smelt.program import CompiledKernel
from smelt.runtime.buffers import Buffers
from smelt.runtime.builds import Builder
from smelt.util import flags
from smelt.util.errors import AllocationError, CompileError


class RefusedError(Exception):
    """What the driver raises."""


class Driver:
    """Its modules are the names of the kernels, and its binaries those as bytes."""

    def __init__(self) -> None:
        self.built: list[str] = []
        self.restored = 0
        self.accepts_binaries = True

    def build(self, text: str) -> tuple[list[str], bytes]:
        if "error" in text:
            raise RefusedError("line 1: error")
        self.built.append(text)
        names = re.findall(r"#define \w+ (\w+)", text)
        return names, " ".join(names).encode()

    def restore(self, binary: bytes) -> list[str]:
        if not self.accepts_binaries:
            raise RefusedError("another version")
        self.restored += 1
        return binary.decode().split()

    def builder(self, key: str = "a driver") -> Builder[list[str]]:
        return Builder(key, self.build, self.restore, RefusedError)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMELT_CACHE", str(tmp_path))
    flags.reread()


def code(name: str, text: str = "") -> CompiledKernel:
    return CompiledKernel(name, f"void entry() {{ {text or name} }}".encode(), "entry")


def test_what_is_new_is_built_in_one_go() -> None:
    driver = Driver()
    builder = driver.builder()
    a, b, c = (code(name) for name in "abc")
    found = builder.find([a, b, a])
    assert [name for _, name in found] == ["entry_0", "entry_1", "entry_0"]
    assert all(name in module for module, name in found)
    assert builder.find([b, c, a])[0] == found[1] and len(driver.built) == 2
    assert driver.restored == 0


def test_another_process_restores_what_is_on_disk() -> None:
    driver, kernels = Driver(), [code("a"), code("b")]
    found = driver.builder().find(kernels)
    again = driver.builder()
    assert again.find(kernels) == again.find(kernels) == found
    assert len(driver.built) == 1 and driver.restored == 1


@pytest.mark.parametrize("reason", ["another key", "a binary that is refused"])
def test_what_cannot_be_restored_is_built_anew(reason: str) -> None:
    driver, kernels = Driver(), [code("a"), code("b")]
    driver.builder().find(kernels)
    driver.accepts_binaries = reason == "another key"
    driver.builder("another" if reason == "another key" else "a driver").find(kernels)
    assert len(driver.built) == 2 and driver.restored == 0


def test_a_text_that_the_driver_refuses() -> None:
    with pytest.raises(CompileError, match=r"compile of a, b: .*line 1: error"):
        Driver().builder().find([code("a"), code("b", "error")])


# ---- buffers -------------------------------------------------------------------------------------


def test_a_buffer_waits_for_the_next_of_about_its_size() -> None:
    sizes: list[int] = []
    buffers = Buffers(lambda size: sizes.append(size) or object())
    first = buffers.allocate(12345)
    assert first.nbytes == 12345 <= sizes[0]
    buffer = first.buffer
    other = buffers.allocate(12345)
    assert other.buffer is not buffer
    del first
    assert buffers.allocate(sizes[0]).buffer is buffer
    assert buffers.allocate(4 * 12345).buffer is not buffer


def test_buffers_that_wait_are_given_up_before_a_request_fails() -> None:
    left = 2000

    class Bytes:
        def __init__(self, size: int):
            nonlocal left
            if size > left:
                raise MemoryError("no more")
            self.size = size
            left -= size

        def __del__(self) -> None:
            nonlocal left
            left += getattr(self, "size", 0)

    buffers = Buffers(Bytes)
    held = buffers.allocate(1024)
    with pytest.raises(AllocationError, match=r"1\.0 KiB.*less \(no more\)"):
        buffers.allocate(1025)
    del held
    assert buffers.allocate(1536).nbytes == 1536
