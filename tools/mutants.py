"""Tests of the tests: put small bugs into ir/ and autograd/, one at a time, and see which survive.

    python -m tools.mutants [--sample N] [--seed S] [--all] [--only smelt/ir/simplify.py] [--again]

A mutant is killed when a test of its package fails, or runs forever. Those that cannot be killed,
because nothing but speed changes, are listed with the reason in tools/equivalent_mutants.py and
left out. The survivors are listed; the exit code is 1 if fewer than 90% of a file's are killed.
Verdicts are kept in build/mutants.json as long as the mutated statement reads the same: a second
run goes on where the first stopped, and tries the survivors again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pickle
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools.equivalent_mutants import EQUIVALENT
from tools.mutant_edits import Mutant, mutants
from tools.mutant_runs import PYTEST, SURVIVED, Baseline, InPlace, Verdict, run_anew

# what is mutated, and the tests that should notice
TARGETS = {
    "smelt/ir": "tests/ir",
    "smelt/autograd": "tests/autograd",
}
REQUIRED = 0.9
HEAVY = ("numpy", "ml_dtypes", "hypothesis.extra.numpy", "torch", "mpmath")


class Record:
    """The verdicts of this run and of those before it: {key: whether it was killed}."""

    def __init__(self, file: Path):
        self.file = file
        self.started = time.monotonic()
        self.load()

    def load(self) -> None:
        text = self.file.read_text() if self.file.exists() else "{}"
        self.killed: dict[str, bool] = json.loads(text)

    def add(self, verdict: Verdict) -> None:
        mutant, code, test = verdict
        self.killed[mutant.key] = code != SURVIVED
        elapsed_s = time.monotonic() - self.started
        word = "survived" if code == SURVIVED else "killed  "
        by = f"  by {test}" if test and code != SURVIVED else ""
        print(f"{elapsed_s:6.0f} s  {word}  {mutant}{by}", flush=True)
        self.save()

    def save(self) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(self.killed, indent=0, sort_keys=True))
        new.replace(self.file)


def copy_of_the_tree() -> Path:
    """What the tests need, in a temporary folder: work on the files goes on during a run."""
    folder = Path(tempfile.mkdtemp(prefix="smelt-mutants-"))
    tops = {name.split("/")[0] for pair in TARGETS.items() for name in pair}
    for name in sorted(tops):
        shutil.copytree(name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml"):
        if Path(name).exists():
            shutil.copy(name, folder)
    return folder


def judge(chosen: Sequence[Mutant], tests: str, jobs: int, record: Record) -> None:
    """Judge mutants of one package, first those that can be judged in place.

    A child process collects the tests, so that this process imports nothing that is mutated.
    """
    waiting = [m for m in chosen if not record.killed.get(m.key)]
    if not waiting:
        return
    for mutant in waiting:
        record.killed.pop(mutant.key, None)
    record.save()
    file = Path("baseline.pickle").resolve()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            plugin = InPlace(waiting, jobs, record.add, file)
            code = int(pytest.main([*PYTEST, tests], plugins=[plugin]))
        finally:
            os._exit(code)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) not in (0, 5):  # 5: it ran no test itself
        sys.exit(1)
    record.load()
    waiting = [m for m in waiting if m.key not in record.killed]
    baseline: Baseline = pickle.loads(file.read_bytes())
    for verdict in run_anew(waiting, jobs, baseline, tests):
        record.add(verdict)


def sample(path: str, count: int | None, seed: int) -> list[Mutant]:
    """Mutants of a file, without the equivalent ones. Edits elsewhere do not change the choice."""
    excluded = {(scope, edit) for file, scope, edit, _ in EQUIVALENT if file == path}
    found = [m for m in mutants(path) if (m.scope, m.edit) not in excluded]
    found.sort(key=lambda m: hashlib.sha256(f"{seed} {m.key}".encode()).digest())
    return found[:count]


def summary(chosen: Sequence[Mutant], record: Record) -> bool:
    """Print the table and the survivors; whether enough were killed in every file."""
    survivors = [m for m in chosen if not record.killed[m.key]]
    enough = True
    print(f"\n{'file':32} {'mutants':>8} {'killed':>8}")
    for path in [*dict.fromkeys(m.path for m in chosen), ""]:
        total = sum(m.path.startswith(path) for m in chosen)
        killed = total - sum(m.path.startswith(path) for m in survivors)
        share = killed / total
        enough = enough and share >= REQUIRED
        print(f"{path or 'all':32} {total:8} {share:8.1%}{'' if share >= REQUIRED else '  !'}")
    print(f"\nkilled {len(chosen) - len(survivors)} of {len(chosen)}; survivors:")
    for mutant in sorted(survivors, key=lambda m: (m.path, m.line)):
        print(f"  {mutant}")
    return enough


def main() -> int:
    options = argparse.ArgumentParser(description="test the tests of ir/ and autograd/")
    options.add_argument("--sample", type=int, default=40, help="so many of each file")
    options.add_argument("--seed", type=int, default=0, help="of the sample")
    options.add_argument("--all", action="store_true", help="every mutant: this takes hours")
    options.add_argument("--only", nargs="*", help="these files alone")
    options.add_argument("--again", action="store_true", help="forget the verdicts of earlier runs")
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = options.parse_args()

    paths = arguments.only or sorted(str(p) for t in TARGETS for p in Path(t).glob("*.py"))
    file = Path("build/mutants.json").resolve()
    file.parent.mkdir(exist_ok=True)
    if arguments.again:
        file.unlink(missing_ok=True)
    record = Record(file)
    os.environ["OMP_NUM_THREADS"] = "1"
    for name in HEAVY:  # imported once, here, instead of in each child
        __import__(name)
    folder = copy_of_the_tree()
    try:
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        count = None if arguments.all else arguments.sample
        chosen = [m for path in paths for m in sample(path, count, arguments.seed)]
        print(f"{len(chosen)} mutants in {len(paths)} files", flush=True)
        for source, tests in TARGETS.items():
            own = [m for m in chosen if m.path.startswith(source + "/")]
            judge(own, tests, arguments.jobs, record)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if summary(chosen, record) else 1


if __name__ == "__main__":
    sys.exit(main())
