from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.equivalent_mutants import EQUIVALENT
from tools.mutant_edits import mutants

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
    # so are limits of effort
    ("MAX_PARTS = 3", []),
    ("x = zip(a, b, strict=True)", []),
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


def test_keys_follow_the_statement_and_not_its_place(tmp_path):
    path = tmp_path / "module.py"
    path.write_text("def f(a):\n    return a + 1\n")
    before = {m.key: m.edit for m in mutants(str(path))}
    path.write_text("x = 5\n\n\ndef f(a):\n    return a + 1\n")
    after = {m.key: m.edit for m in mutants(str(path))}
    assert len(before) == 2
    assert before.items() < after.items()
    path.write_text("def f(a):\n    return a + 2\n")
    assert not before.keys() & {m.key for m in mutants(str(path))}


@pytest.mark.parametrize("path, scope, edit, reason", EQUIVALENT)
def test_a_mutant_left_out_exists(path, scope, edit, reason):
    assert (scope, edit) in {(m.scope, m.edit) for m in mutants(str(ROOT / path))}


# A function with three mutants, a table with five, a function that runs while it is imported.
MODULE = """
def f(a, b):
    return a + b if a < b else b


TABLE = {"one": 1, "two": 2}


def _size(x):
    return x * 2


SIZE = _size(4)
"""


class Run:
    """Mutation runs over a module, judged by a test that may change between them."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "pkg").mkdir()
        (folder / "pkg" / "__init__.py").write_text("")
        (folder / "pkg" / "module.py").write_text(MODULE)
        (folder / "tests").mkdir()

    def __call__(self, *tests: str, arguments: str = "") -> subprocess.CompletedProcess[str]:
        text = "".join(f"def test_{i}():\n    assert {t}\n\n" for i, t in enumerate(tests))
        imports = "from pkg.module import *\n\n\n"
        (self.folder / "tests" / "test_module.py").write_text(imports + text)
        code = (
            "import sys; from tools import mutants as m\n"
            "m.TARGETS, m.HEAVY = {'pkg': 'tests'}, ()\n"
            f"sys.argv = ['mutants', '--jobs', '2', *{arguments.split()}]; sys.exit(m.main())"
        )
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{self.folder}"},
            capture_output=True,
            text=True,
        )


@pytest.fixture
def run(tmp_path):
    return Run(tmp_path)


STRONG = ["[f(1, 2), f(2, 1), f(3, 3)] == [3, 1, 3]", "TABLE == {'one': 1, 'two': 2}", "SIZE == 8"]


def test_strong_tests_kill_every_mutant(run):
    done = run(*STRONG)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed 8 of 8;" in done.stdout


def test_survivors_of_weak_tests_are_listed(run):
    done = run("f(1, 2) == 3", *STRONG[1:])
    assert done.returncode == 1
    assert "pkg/module.py                           8    87.5%  !" in done.stdout
    assert "killed 7 of 8;" in done.stdout
    assert done.stdout.endswith("  pkg/module.py:3: a < b  ->  a <= b\n")


def test_what_only_importing_runs_is_judged_by_an_import(run):
    done = run(STRONG[0], STRONG[1])
    assert "killed 5 of 8;" in done.stdout
    assert "pkg/module.py:10: x * 2  ->  x + 2\n" in done.stdout
    assert "pkg/module.py:13: 4  ->  5\n" in done.stdout


def test_a_second_run_tries_the_survivors_alone(run):
    assert "killed 5 of 8;" in run(STRONG[0], STRONG[1]).stdout
    done = run(*STRONG)
    assert "killed 8 of 8;" in done.stdout
    assert done.stdout.count("  killed    ") == 3
    assert run(*STRONG, arguments="--again").stdout.count("  killed    ") == 8


def test_a_sample_is_of_each_file_and_follows_the_seed(run):
    def drawn(seed: int) -> set[str]:
        lines = run(*STRONG, arguments=f"--sample 3 --again --seed {seed}").stdout.splitlines()
        found = {line.split("  killed    ")[1] for line in lines if "  killed    " in line}
        assert len(found) == 3
        return found

    assert len({frozenset(drawn(seed)) for seed in (0, 0, 1)}) == 2


def test_an_endless_loop_is_a_kill(run):
    (run.folder / "pkg" / "module.py").write_text(
        "def f(n):\n    while n > 0:\n        n = n - 1\n    return 7\n"
    )
    done = run("f(3) == 7")
    assert "  killed    pkg/module.py:3: n - 1  ->  n + 1" in done.stdout


def test_failing_tests_are_refused(run):
    done = run("f(1, 2) == 4")
    assert done.returncode == 1
    assert "tests/test_module.py::test_0 fails without any mutant" in done.stderr
