from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.mutants import mutants

ROOT = Path(__file__).parents[2]

EDITS = [
    ("x = a < b", ["a < b -> a <= b"]),
    ("x = a + b * c", ["a + b * c -> a - b * c", "b * c -> b + c"]),
    ("x = a and not b", ["a and (not b) -> a or not b", "not b -> b"]),
    ("x = 3", ["3 -> 4"]),
    ("x = True", ["True -> False"]),
    ("x = -a", ["-a -> a"]),
    ("x = Op.ADD", ["Op.ADD -> Op.SUB"]),
    ("x = any(y)", ["any -> all"]),
    ("x = a if b else c", ["a if b else c -> a if not b else c"]),
    ("if a:\n    pass", ["if a -> if not a"]),
    ("T = [a, b, c]", ["a -> (row removed)", "b -> (row removed)", "c -> (row removed)"]),
    ("T = {a: d, b: e, c: f}", [f"{k} -> (row removed)" for k in "abc"]),
    # messages, text for people and annotations are left alone
    ("raise E(1 + 2)", []),
    ("assert 1 < 2", []),
    ("def __repr__(self):\n    return 1", []),
    ("x: a | b", []),
    ("x = 'text'", []),
]


@pytest.mark.parametrize("code, edits", EDITS)
def test_edits(tmp_path, code, edits):
    path = tmp_path / "module.py"
    path.write_text(code)
    found = [str(m).split(": ", 1)[1].replace("  ->  ", " -> ") for m in mutants(str(path))]
    assert found == edits


@pytest.mark.parametrize("code, edits", EDITS)
def test_each_applies_to_a_tree_that_compiles(tmp_path, code, edits):
    path = tmp_path / "module.py"
    path.write_text(code)
    original = compile(code, "m", "exec")
    for i in range(len(edits)):
        mutant = list(mutants(str(path)))[i]
        assert compile(mutant.apply(), "m", "exec").co_code != original.co_code or (
            compile(mutant.apply(), "m", "exec").co_consts != original.co_consts
            or compile(mutant.apply(), "m", "exec").co_names != original.co_names
        )


def run_in(folder: Path, test: str) -> subprocess.CompletedProcess[str]:
    """A mutation run over a module with two mutants, judged by `test`."""
    (folder / "pkg").mkdir()
    (folder / "pkg" / "__init__.py").write_text("")
    (folder / "pkg" / "module.py").write_text("def f(a, b):\n    return a + b if a < b else b\n")
    (folder / "tests").mkdir()
    (folder / "tests" / "test_module.py").write_text(f"from pkg.module import f\n{test}\n")
    code = (
        "import sys; from tools import mutants as m\n"
        "m.TARGETS, m.HEAVY = {'pkg': 'tests'}, ()\n"
        "sys.argv = ['mutants', '--jobs', '2']; sys.exit(m.main())"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"},
        capture_output=True,
        text=True,
    )


def test_strong_tests_kill_every_mutant(tmp_path):
    done = run_in(tmp_path, "def test(): assert [f(1, 2), f(2, 1), f(3, 3)] == [3, 1, 3]")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed 3 of 3: 100.0%" in done.stdout


def test_survivors_of_weak_tests_are_listed(tmp_path):
    done = run_in(tmp_path, "def test(): assert f(1, 2) == 3")
    assert done.returncode == 1
    assert "killed 2 of 3" in done.stdout
    assert "pkg/module.py:2: a < b  ->  a <= b" in done.stdout


def test_failing_tests_are_refused(tmp_path):
    done = run_in(tmp_path, "def test(): assert False")
    assert done.returncode == 1
    assert "fail without any mutant" in done.stderr
