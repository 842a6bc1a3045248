"""The CL device: finding a driver, built kernels on disk, memory, profiles, golden text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import smelt
from smelt import Tensor
from smelt.engine.compile import source_of
from smelt.engine.device import missing, runtime
from smelt.program import CompiledKernel, Target
from smelt.runtime import builds, cl
from smelt.schedule.lower import schedule
from smelt.util import flags
from smelt.util.errors import AllocationError, DeviceError, MissingDependencyError

ROOT = Path(__file__).parent.parent.parent

# Prints the results' bytes, and how many kernels this process had the driver build.
PROGRAM = """
import numpy as np
from smelt import Tensor
from smelt.runtime.builds import Builder

built = []
build_all = Builder._build_all
Builder._build_all = lambda self, kernels: (built.extend(kernels), build_all(self, kernels))

x = Tensor(np.arange(600, dtype=np.float32).reshape(20, 30) / 100, device="CL")
print((x @ x.T).softmax().numpy().tobytes().hex(), x.sin().sum(0).numpy().tobytes().hex())
print(len(built))
"""


def run(folder: Path) -> tuple[str, int]:
    """The results, and how many kernels were built."""
    environment = {**os.environ, "SMELT_CACHE": str(folder)}
    out = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT, text=True, check=True,
        capture_output=True,
    ).stdout  # fmt: skip
    *results, built = out.split()
    return " ".join(results), int(built)


def test_built_kernels_are_kept_and_damaged_ones_built_anew(opencl: None, tmp_path: Path) -> None:
    results, built = run(tmp_path)
    assert built >= 3
    assert run(tmp_path) == (results, 0)
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert run(tmp_path) == (results, built)


def test_a_binary_that_the_driver_refuses_is_built_anew(
    opencl: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an update of the driver that has not changed its version."""
    x = Tensor(np.arange(7, dtype=np.float32), device="CL")
    device = runtime("CL")
    assert (x * 3 - 1).sum().item() == 56 and x.exp().max().item() > 400
    kept = device._builder
    names = set(kept._modules)  # under which binaries are on disk

    def broken(key: str) -> bytes | None:
        found = lookup(key)
        is_binary = any(key.endswith(name) for name in names)
        return b"no binary of this driver" if is_binary and found else found

    lookup = builds.lookup
    monkeypatch.setattr(builds, "lookup", broken)
    fresh = builds.Builder(kept._key[:-1], kept._build, kept._restore, kept._refusal)
    monkeypatch.setattr(device, "_builder", fresh)
    codes = [CompiledKernel("k", text, entry_of(text)) for text in kept._places]
    assert len(fresh.find(codes[:2])) == 2
    assert set(fresh._places) == {code.binary for code in codes[:2]}


def entry_of(text: bytes) -> str:
    """The name of the kernel in a text."""
    found = re.search(rb"void (smelt_\w+)\(global", text)
    assert found is not None
    return found[1].decode()


def test_without_pyopencl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyopencl", None)
    with pytest.raises(MissingDependencyError, match=r"pyopencl.*pip install 'smelt\[cl\]'"):
        cl.ClRuntime()


def test_a_device_that_is_not_there(opencl: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMELT_CL", "abacus")
    flags.reread()
    with pytest.raises(DeviceError, match=r"abacus.*there are: "):
        cl.ClRuntime()


def test_missing_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    missing.cache_clear()
    runtime.cache_clear()
    monkeypatch.setitem(sys.modules, "pyopencl", None)
    try:
        assert "pip install" in (missing("CL") or "")
        assert missing("CPU") is None
    finally:
        missing.cache_clear()
        runtime.cache_clear()


def test_more_memory_than_a_device_has(opencl: None) -> None:
    with pytest.raises(AllocationError, match="TiB"):
        runtime("CL").allocate(1 << 45)


def test_memory_that_nobody_refers_to_is_used_again(opencl: None) -> None:
    device = runtime("CL")
    first = device.allocate(12345)
    buffer = first.buffer
    del first
    again = [device.allocate(12345) for _ in range(64)]
    assert any(memory.buffer is buffer for memory in again)
    assert len({id(memory.buffer) for memory in again}) == 64


def test_a_profile_has_the_times_of_the_device(opencl: None) -> None:
    x = Tensor(np.ones((300, 300), np.float32), device="CL").realize()
    with smelt.profile() as runs:
        (x @ x).softmax().realize()
    seconds = [kernel.seconds for program in runs for kernel in program.kernels]
    assert seconds and all(s is not None and 0 < s < 60 for s in seconds)


def test_memory_given_out_again_holds_what_was_started_before(opencl: None) -> None:
    """Kernels are not waited for: only their order keeps one from writing over another's input."""
    x = Tensor(np.arange(1000, dtype=np.float32), device="CL").realize()
    results = [((x + k).contiguous() * 2).contiguous().sum() for k in range(50)]
    expected = [(np.arange(1000, dtype=np.float64) + k).sum() * 2 for k in range(50)]
    np.testing.assert_allclose([r.item() for r in results], expected, rtol=1e-6)


# ---- golden text ---------------------------------------------------------------------------------

GPU = Target("CL", "opencl", "a device", "", 1, 64, group_size=256, local_nbytes=1 << 15)


def data(*shape: int, dtype: str = "float32") -> Tensor:
    return Tensor(np.zeros(shape, dtype))


CASES: dict[str, Callable[[], Tensor]] = {
    "softmax": lambda: data(64, 100).softmax(),
    "matmul": lambda: (data(64, 48) @ data(48, 64) + data(64)).relu(),
    "gather": lambda: data(100, 16, dtype="float16")[data(7, dtype="int32")],
}


@pytest.mark.parametrize("case", CASES)
def test_golden_text(case: str, golden: Callable[[str, str], None]) -> None:
    kernels = schedule([CASES[case]().node]).kernels
    golden(f"{case}.cl", "\n".join(source_of(k.kernel, GPU).text for k in kernels))
