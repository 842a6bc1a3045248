"""No kernel reads or writes outside of a buffer, whatever stands next to it in memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.render.native import targets

ROOT = Path(__file__).parents[2]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("target", targets())
def test_no_kernel_touches_what_is_outside(target: str) -> None:
    done = _run("-m", "tests.runtime.guard_pages", target)
    *_, last = done.stdout.splitlines() or ["nothing"]
    assert last == "done", f"{last}: {signal_name(done.returncode)}\n{done.stderr[-3000:]}"


def signal_name(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


@pytest.mark.parametrize("at_end, offset", [(True, 40), (False, -1)])
def test_the_guard_pages_guard(at_end: bool, offset: int) -> None:
    """One byte outside ends the process; the first and the last byte inside do not."""
    touch = (
        "import ctypes; from tests.runtime.guard_pages import allocate\n"
        f"m = allocate(40, {at_end})\n"
        "m.array[0] = m.array[39] = 1\n"
        "print('inside', flush=True)\n"
        f"ctypes.c_char.from_address(m.address + {offset}).value\n"
    )
    done = _run("-c", touch)
    assert done.stdout == "inside\n" and done.returncode == -signal.SIGSEGV
