"""What `import smelt` loads, and what it leaves for when it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

LATE = (
    "llvmlite", "ml_dtypes", "smelt.kernel", "smelt.render", "smelt.schedule",
    "smelt.runtime", "smelt.engine.executable", "smelt.ir.simplify", "smelt.ir.evaluate",
    "smelt.tensor.jit", "smelt.nn",
)  # fmt: skip


def run(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    own = "import numpy, sys; before = set(sys.modules); import smelt"
    return set(run(f"{own}; print(*set(sys.modules) - before)").split())


def test_importing_smelt_loads_the_tensor(loaded: set[str]) -> None:
    assert {"smelt", "smelt.tensor.tensor", "smelt.ir.node"} <= loaded


@pytest.mark.parametrize("name", LATE)
def test_importing_smelt_leaves_it_for_later(loaded: set[str], name: str) -> None:
    assert {m for m in loaded if m == name or m.startswith(name + ".")} == set()


def test_the_jit_is_there_all_the_same() -> None:
    code = (
        "import smelt; print('jit' in dir(smelt), smelt.jit.__name__, smelt.TinyJit is smelt.jit)"
    )
    assert run(code).split() == ["True", "jit", "True"]
    assert run("from smelt import *; print(jit.__module__)").strip() == "smelt.tensor.jit"


def test_another_name_is_an_error() -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run("import smelt; smelt.jti")
    assert "module 'smelt' has no attribute 'jti'" in failed.value.stderr
