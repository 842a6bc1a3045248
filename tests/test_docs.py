"""The documents keep their word: their code runs, what they quote is there, their paths exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from smelt import Tensor
from smelt.dtype import dtypes
from smelt.engine.device import missing, support
from smelt.tensor import base
from tools import environment
from tools.support import OPERATIONS, PAGE, marks_of, marks_on

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")])
# Each column of docs/devices.md is like one of these; CL's driver takes long to build.
TRIED = {
    "PYTHON": (dtypes.bool, dtypes.int32, dtypes.bfloat16, dtypes.float64),
    "CPU": (dtypes.bool, dtypes.uint64, dtypes.float8_e4m3, dtypes.float16, dtypes.float32),
    "CL": (dtypes.float16,),
}
BLOCK = re.compile(r"^( *)```(\S+)([^\n]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks(language: str, quoted: bool = False) -> list[tuple[Path, str, str]]:
    """(document, what follows the language, code) of every block."""
    found = []
    for document in DOCUMENTS:
        for indent, name, rest, code in BLOCK.findall(document.read_text()):
            if name == language and ("quote=" in rest) == quoted:
                found.append((document, rest.strip(), textwrap.dedent(indent + code)))
    return found


def label(value: object) -> str | None:
    return value.name if isinstance(value, Path) else None


def run(folder: Path, *arguments: str) -> str:
    """What a new Python prints; a warning or an error fails the test."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("document, rest, code", blocks("python"), ids=label)
def test_code_runs(tmp_path, document, rest, code):
    printed = run(tmp_path, "-c", code)
    accuracy = re.search(r"([\d.]+)% of the test images are right", printed)
    assert accuracy is None or float(accuracy[1]) > 93  # the README's twenty lines train


@pytest.mark.parametrize("document, rest, code", blocks("python", quoted=True), ids=label)
def test_quoted_code_is_there(document, rest, code):
    file = rest.removeprefix("quote=")
    assert code.strip() in (ROOT / file).read_text()


@pytest.mark.parametrize("document", DOCUMENTS, ids=label)
def test_paths_exist(document):
    text = document.read_text()
    paths = re.findall(r"`((?:smelt|tests|docs|benchmarks|examples|tools)/[\w./]*)`", text)
    paths += re.findall(r"\]\(([^):#]+)\)", text)
    missing = [path for path in paths if not (ROOT / path).exists()]
    missing = [path for path in missing if not (document.parent / path).exists()]
    assert not missing


def test_the_tour_runs(tmp_path):
    printed = run(tmp_path, str(ROOT / "docs" / "tour.py"))
    for stage in ("graph", "schedule", "kernel", "LLVM IR", "machine code", "result"):
        assert re.search(f"^== .*{stage}", printed, re.MULTILINE), stage


def test_the_chain_of_classes_is_the_one_that_is_documented():
    chain = re.search(r"^    Base(?:\s+<\s+\w+)+$", base.__doc__, re.MULTILINE)[0]
    assert chain.replace("<", " ").split() == [c.__name__ for c in reversed(Tensor.__mro__[:-1])]


def test_the_table_of_environment_variables_is_up_to_date():
    assert environment.PAGE.read_text() == environment.page(), "run python -m tools.environment"


@pytest.mark.parametrize("device", TRIED)
def test_the_table_of_devices_is_up_to_date(device):
    if missing(device) or support(device)["float64"] == "missing":
        pytest.skip("the table is about another driver")
    text = PAGE.read_text()
    documented = marks_on(text, device)
    assert list(documented) == list(support(device))
    assert all(f"| {operation} |" in text for operation in OPERATIONS)
    for dtype, marks in marks_of(device, TRIED[device]).items():
        assert documented[dtype.name] == marks, "run python -m tools.support"
