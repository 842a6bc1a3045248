"""Tests of the tests: put small bugs into ir/ and autograd/, one at a time, and see which survive.

    python -m tools.mutants [--sample N] [--all] [--only smelt/ir/simplify.py] [--jobs 2]

A mutant is one edit of a module's syntax tree: a comparison, an operator, a constant, an operation
or a condition exchanged, or a row taken out of a table. It is killed when a test of that package
fails, or runs forever. The survivors are listed; the exit code is 1 if fewer than 90% are killed.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.machinery
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# what is mutated, and the tests that should notice
TARGETS = {
    "smelt/ir": "tests/ir",
    "smelt/autograd": "tests/autograd",
}
REQUIRED = 0.9
HEAVY = ("numpy", "ml_dtypes", "hypothesis", "hypothesis.extra.numpy", "pytest", "torch", "mpmath")

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.LShift: ast.RShift,
    ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
}  # fmt: skip
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}
_OPS = {
    "ADD": "SUB", "SUB": "ADD", "MUL": "ADD", "FDIV": "MUL", "IDIV": "MOD", "MOD": "IDIV",
    "MAX": "ADD", "LT": "NE", "NE": "LT", "AND": "OR", "OR": "AND", "XOR": "OR", "SHL": "SHR",
    "SHR": "SHL", "EXP2": "LOG2", "LOG2": "EXP2", "SIN": "SQRT", "SQRT": "SIN",
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One edit of one file."""

    path: str
    tree: ast.Module  # of the whole file, shared by its mutants: `apply` is for a child process
    node: ast.AST  # whose `field` is changed, at `position` where the field is a list
    field: str
    position: int | None
    new: ast.AST | None  # None: the child is taken out of the list

    @property
    def old(self) -> ast.AST:
        value = getattr(self.node, self.field)
        return value if self.position is None else value[self.position]

    @property
    def line(self) -> int:
        return getattr(self.old, "lineno", 0)

    def apply(self) -> ast.Module:
        """The tree, edited in place."""
        if self.position is None:
            setattr(self.node, self.field, self.new)
        elif self.new is not None:
            getattr(self.node, self.field)[self.position] = self.new
        else:
            del getattr(self.node, self.field)[self.position]
            if isinstance(self.node, ast.Dict):
                del self.node.values[self.position]
        return ast.fix_missing_locations(self.tree)

    def __str__(self) -> str:
        after = "(row removed)" if self.new is None else _short(self.new)
        return f"{self.path}:{self.line}: {_short(self.old)}  ->  {after}"


def _skipped(node: ast.AST) -> bool:
    """Messages, annotations' helpers and text for people: bugs there are no wrong results."""
    if isinstance(node, ast.Raise | ast.Assert | ast.Import | ast.ImportFrom | ast.JoinedStr):
        return True
    if isinstance(node, ast.FunctionDef) and node.name in ("__repr__", "__str__"):
        return True
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """(parent, field, position in the field's list, child) for what may be mutated."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for at, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(item, ast.AST) and not _skipped(item):
                yield node, field, at, item
                yield from _children(item)


def _edits(node: ast.AST) -> Iterator[ast.AST]:
    """What `node` could be replaced by."""
    if isinstance(node, ast.Compare | ast.BinOp | ast.BoolOp):
        operator = node.ops[0] if isinstance(node, ast.Compare) else node.op
        if type(operator) in _SWAPS:
            other = copy.copy(node)
            swapped = _SWAPS[type(operator)]()
            if isinstance(other, ast.Compare):
                other.ops = [swapped, *other.ops[1:]]  # type: ignore[list-item]
            else:
                other.op = swapped  # type: ignore[assignment]
            yield other
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        value = node.value
        yield ast.Constant(not value if isinstance(value, bool) else value + 1)
    elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Op" and node.attr in _OPS:
        yield ast.Attribute(node.value, _OPS[node.attr], node.ctx)
    elif isinstance(node, ast.Name) and node.id in _NAMES and isinstance(node.ctx, ast.Load):
        yield ast.Name(_NAMES[node.id], node.ctx)
    elif isinstance(node, ast.IfExp | ast.If):
        other = copy.copy(node)
        other.test = ast.UnaryOp(ast.Not(), node.test)
        yield other


def _short(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else text[:67] + "..."


def mutants(path: str) -> Iterator[Mutant]:
    """Every mutant of the module at `path`."""
    tree = ast.parse(Path(path).read_text())
    for parent, field, at, child in list(_children(tree)):
        for new in _edits(child):
            yield Mutant(path, tree, parent, field, at, new)
    for statement in tree.body:
        table = getattr(statement, "value", None)
        field = "keys" if isinstance(table, ast.Dict) else "elts"
        rows = getattr(table, field, [])
        if isinstance(statement, ast.Assign | ast.AnnAssign) and len(rows) >= 3:
            for at in range(len(rows)):
                yield Mutant(path, tree, table, field, at, None)


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves one module from a mutated tree."""

    def __init__(self, mutant: Mutant):
        self.name = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.path = str(Path(mutant.path).resolve())
        self.tree = mutant.apply()
        self.is_package = mutant.path.endswith("__init__.py")

    def find_spec(self, fullname, path, target=None):
        if fullname != self.name:
            return None
        spec = importlib.machinery.ModuleSpec(
            fullname, self, origin=self.path, is_package=self.is_package
        )
        if self.is_package:
            spec.submodule_search_locations = [str(Path(self.path).parent)]
        return spec

    def exec_module(self, module):
        module.__file__ = self.path
        exec(compile(self.tree, self.path, "exec"), module.__dict__)


def _tests(path: str) -> list[str]:
    """The tests of a module: those named after it first, as they fail soonest."""
    folder = next(tests for source, tests in TARGETS.items() if path.startswith(source + "/"))
    own = f"{folder}/test_{Path(path).stem}"
    files = sorted(str(p) for p in Path(folder).glob("test_*.py"))
    return sorted(files, key=lambda p: not p.startswith(own))


def _start(mutant: Mutant | None, tests: Sequence[str]) -> int:
    """Run the tests in a child process; its exit code is pytest's."""
    pid = os.fork()
    if pid:
        return pid
    code = 3
    try:
        with open(os.devnull, "w") as quiet:
            os.dup2(quiet.fileno(), 1)
            os.dup2(quiet.fileno(), 2)
        if mutant is not None:
            sys.meta_path.insert(0, _Mutated(mutant))
        import pytest

        # hypothesis is imported already, which pytest's rewriting of asserts warns about
        quietly = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *quietly, *tests]))
    finally:
        os._exit(code)


def _collect(
    running: dict[int, tuple[Mutant, float]], limit_s: float
) -> Iterator[tuple[Mutant, bool]]:
    """(mutant, killed) of those that have ended or run for too long."""
    for pid, (mutant, started) in list(running.items()):
        done, status = os.waitpid(pid, os.WNOHANG)
        if not done and time.monotonic() - started > limit_s:
            os.kill(pid, signal.SIGKILL)
            done, status = os.waitpid(pid, 0)
        if done:
            del running[pid]
            yield mutant, status != 0


def run(chosen: Sequence[Mutant], jobs: int, limit_s: float) -> list[Mutant]:
    """The survivors."""
    waiting = list(reversed(chosen))
    running: dict[int, tuple[Mutant, float]] = {}
    survivors = []
    finished = 0
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            running[_start(mutant, _tests(mutant.path))] = (mutant, time.monotonic())
        for mutant, killed in _collect(running, limit_s):
            finished += 1
            if not killed:
                survivors.append(mutant)
                print(f"survived  {mutant}", flush=True)
            if finished % 50 == 0:
                print(f"{finished} of {len(chosen)}, {len(survivors)} survived", flush=True)
        time.sleep(0.02)
    return survivors


def _baseline_s() -> float:
    """Seconds that the tests take without a mutant. Exits if they fail."""
    started = time.monotonic()
    for tests in TARGETS.values():
        _, status = os.waitpid(_start(None, [tests]), 0)
        if status:
            sys.exit(f"{tests} fail without any mutant: mend them first")
    return time.monotonic() - started


def main() -> int:
    options = argparse.ArgumentParser(description="test the tests of ir/ and autograd/")
    options.add_argument("--sample", type=int, default=400, help="so many, drawn evenly")
    options.add_argument("--all", action="store_true", help="every mutant: this takes hours")
    options.add_argument("--seed", type=int, default=0, help="of the sample")
    options.add_argument("--only", nargs="*", help="these files alone")
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = options.parse_args()

    paths = arguments.only or sorted(str(p) for t in TARGETS for p in Path(t).glob("*.py"))
    chosen = [mutant for path in paths for mutant in mutants(path)]
    print(f"{len(chosen)} mutants in {len(paths)} files")
    if not arguments.all and len(chosen) > arguments.sample:
        chosen = random.Random(arguments.seed).sample(chosen, arguments.sample)
    for name in HEAVY:  # imported once, here, instead of in each child
        __import__(name)
    baseline_s = _baseline_s()
    print(f"the tests take {baseline_s:.0f} s; running {len(chosen)} mutants", flush=True)
    survivors = run(chosen, arguments.jobs, limit_s=3 * baseline_s + 30)

    killed = len(chosen) - len(survivors)
    print(f"\nkilled {killed} of {len(chosen)}: {killed / max(1, len(chosen)):.1%}; survivors:")
    for mutant in sorted(survivors, key=lambda m: (m.path, m.line)):
        print(f"  {mutant}")
    return 0 if killed >= REQUIRED * len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
