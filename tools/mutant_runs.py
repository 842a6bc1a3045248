"""How `tools.mutants` finds out whether a mutant is killed, in milliseconds where possible.

Two ways. *In place*: the tests are collected once, then for each mutant a forked child exchanges
the code of the mutated function and runs the tests that call it, the best killers first.
*Anew*: for what a module does while it is imported (its tables, say), a forked child imports the
mutated module and collects the tests again. A child that needs much more processor time than its
test does without the mutant, or memory without end, is ended, and counts as a kill.
"""

from __future__ import annotations

import gc
import importlib.abc
import importlib.machinery
import mmap
import os
import pickle
import resource
import signal
import struct
import sys
import time
import types
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, NoReturn

import hypothesis
import pytest

from tools.mutant_edits import Mutant

SURVIVED, KILLED, ANEW = 0, 1, 3  # exit codes of a child; another one, or a signal, is a kill
MEMORY_BYTES = 2 << 30  # that a test may need above what is loaded
IMPORT_S = 60  # of processor time: for importing and collecting
STUCK_S = 900  # of real time: a child that waits for something that never comes
CodeName = tuple[str, str, int]  # file, qualified name, line
Verdict = tuple[Mutant, int, str | None]  # the test during which the child ended

PYTEST = ["-x", "-s", "-qq", "--no-header", "--no-summary", "-p", "no:cacheprovider"]
# hypothesis is imported already, which pytest's rewriting of asserts warns about
PYTEST += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
# An example that fails is enough: it need not become small. conftest.py loads this profile.
os.environ["HYPOTHESIS_PROFILE"] = "mutants"
hypothesis.settings.register_profile(
    "mutants",
    derandomize=True,
    deadline=None,
    database=None,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)


@dataclass
class Baseline:
    """What the tests do without a mutant."""

    seconds: dict[str, float] = field(default_factory=dict)  # of each test
    calls: dict[str, set[CodeName]] = field(default_factory=dict)  # the code that it runs
    imports: set[CodeName] = field(default_factory=set)  # the code that collecting them runs
    kills: Counter[str] = field(default_factory=Counter)  # how many mutants each test killed


class _Judge:
    """A pytest plugin that ends its process at the first failure."""

    def __init__(self, baseline: Baseline):
        self.baseline = baseline
        self.numbers = {test: i for i, test in enumerate(baseline.seconds)}
        self.progress = mmap.mmap(-1, 8)  # shared with the parent
        self.progress[:] = struct.pack("q", -1)

    @property
    def last(self) -> str | None:
        """The test that was begun last."""
        (number,) = struct.unpack("q", self.progress[:])
        return None if number < 0 else list(self.numbers)[number]

    def order(self, item: pytest.Item) -> float:
        """Seconds that are expected to pass for a kill."""
        seconds = self.baseline.seconds.get(item.nodeid, 1.0)
        return seconds / (1 + 10 * self.baseline.kills[item.nodeid])

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=self.order)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        number = self.numbers.setdefault(item.nodeid, len(self.numbers))
        self.progress[:] = struct.pack("q", number)
        limit_s = 3 + 10 * self.baseline.seconds.get(item.nodeid, 10.0)
        signal.setitimer(signal.ITIMER_PROF, limit_s)  # its signal ends the process

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            os._exit(KILLED)


def _run(items: Sequence[pytest.Item]) -> Iterator[pytest.Item]:
    """Run tests, and tell which one comes next before each."""
    for item, following in zip_longest(items, items[1:]):
        yield item
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _fork(work: Callable[[], int]) -> int:
    """The id of a child process that does `work`, silently, and exits with its result."""
    pid = os.fork()
    if pid:
        return pid
    code = KILLED
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        signal.alarm(STUCK_S)
        signal.setitimer(signal.ITIMER_PROF, IMPORT_S)
        code = work()
    finally:
        os._exit(code)


def _each(
    mutants: Sequence[Mutant], jobs: int, baseline: Baseline, work: Callable[[Mutant, _Judge], int]
) -> Iterator[Verdict]:
    """Do `work` for each mutant in a child process, `jobs` at once."""
    waiting = list(reversed(mutants))
    running: dict[int, tuple[Mutant, _Judge]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant, judge = waiting.pop(), _Judge(baseline)
            running[_fork(lambda m=mutant, j=judge: work(m, j))] = (mutant, judge)  # type: ignore[misc]
        pid, status = os.wait()
        mutant, judge = running.pop(pid)
        code = os.waitstatus_to_exitcode(status)
        test = judge.last
        if test is not None and code not in (SURVIVED, ANEW):
            baseline.kills[test] += 1
        yield mutant, code, test


# ---- anew ---------------------------------------------------------------------------------------


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves one module from a mutated tree."""

    def __init__(self, mutant: Mutant):
        self.name = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.path = str(Path(mutant.path).resolve())
        self.tree = mutant.apply()
        self.is_package = mutant.path.endswith("__init__.py")

    def find_spec(
        self, fullname: str, path: Any, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        spec = importlib.machinery.ModuleSpec(
            fullname, self, origin=self.path, is_package=self.is_package
        )
        if self.is_package:
            spec.submodule_search_locations = [str(Path(self.path).parent)]
        return spec

    def exec_module(self, module: types.ModuleType) -> None:
        module.__file__ = self.path
        exec(compile(self.tree, self.path, "exec"), module.__dict__)


def run_anew(
    mutants: Sequence[Mutant], jobs: int, baseline: Baseline, folder: str
) -> Iterator[Verdict]:
    """Judge by the tests in `folder`; the tests named after the mutated module come first."""
    files = sorted(str(p) for p in Path(folder).glob("test_*.py"))

    def work(mutant: Mutant, judge: _Judge) -> int:
        sys.meta_path.insert(0, _Mutated(mutant))
        own = [f for f in files if Path(f).stem == f"test_{Path(mutant.path).stem}"]
        for group in filter(None, (own, [f for f in files if f not in own])):
            code = int(pytest.main([*PYTEST, *group], plugins=[judge]))
            if code:
                return code
        return SURVIVED

    return _each(mutants, jobs, baseline, work)


# ---- in place -----------------------------------------------------------------------------------


class InPlace:
    """A pytest plugin that judges mutants by the tests that are collected.

    It calls `report` for all whose edit is in a function's code, and pickles a Baseline to `file`.
    """

    def __init__(
        self, mutants: Sequence[Mutant], jobs: int, report: Callable[[Verdict], None], file: Path
    ):
        self.mutants = mutants
        self.jobs = jobs
        self.report = report
        self.file = file
        self.files = {m.path: str(Path(m.path).resolve()) for m in mutants}
        self.traced = frozenset(self.files.values())
        self.baseline = Baseline()
        self.called = self.baseline.imports
        sys.settrace(self._trace)

    def _trace(self, frame: types.FrameType, event: str, argument: Any) -> None:
        if frame.f_code.co_filename in self.traced:
            self.called.add(_name(frame.f_code))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        sys.settrace(None)
        if session.testsfailed:
            _stop("tests cannot be collected without any mutant: mend them first")
        self._measure(session)
        live = _live_functions(self.files)
        original = {m.path: _compile(m.tree, self.files[m.path]) for m in self.mutants}

        def work(mutant: Mutant, judge: _Judge) -> int:
            found = _exchanges(
                original[mutant.path], _compile(mutant.apply(), self.files[mutant.path]), live
            )
            if found is None:
                return ANEW
            for old, new in found:
                for function in live[old]:
                    function.__code__ = new
            names = {_name(old) for old, _ in found}
            session.config.pluginmanager.register(judge)
            items = [i for i in session.items if names & self.baseline.calls[i.nodeid]]
            for _ in _run(sorted(items, key=judge.order)):
                pass
            return ANEW if names & self.baseline.imports else SURVIVED

        for verdict in _each(self.mutants, self.jobs, self.baseline, work):
            if verdict[1] != ANEW:
                self.report(verdict)
        self.file.write_bytes(pickle.dumps(self.baseline))
        return True

    def _measure(self, session: pytest.Session) -> None:
        """Run all tests twice: to see what they call, then to see that they pass, and how fast."""
        self._in_a_child(lambda: self._trace_calls(session))  # slow: some miss their time limits
        judge = _Judge(Baseline({item.nodeid: 60.0 for item in session.items}))
        if self._in_a_child(lambda: self._take_times(session, judge)):
            _stop(f"{judge.last} fails without any mutant: mend it first")

    def _in_a_child(self, work: Callable[[], None]) -> int:
        """Exit code of a child process that does `work` and hands its baseline over."""

        def work_and_save() -> int:
            work()
            self.file.write_bytes(pickle.dumps(self.baseline))
            return SURVIVED

        code = os.waitstatus_to_exitcode(os.waitpid(_fork(work_and_save), 0)[1])
        if not code:
            self.baseline = pickle.loads(self.file.read_bytes())
        return code

    def _trace_calls(self, session: pytest.Session) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        for item in _run(session.items):
            self.called = self.baseline.calls.setdefault(item.nodeid, set())
            sys.settrace(self._trace)
        sys.settrace(None)

    def _take_times(self, session: pytest.Session, judge: _Judge) -> None:
        session.config.pluginmanager.register(judge)
        clocks = [time.process_time() for _ in _run(session.items)] + [time.process_time()]
        for item, start, end in zip(session.items, clocks, clocks[1:], strict=False):
            self.baseline.seconds[item.nodeid] = end - start


def _stop(message: str) -> NoReturn:
    print(message, file=sys.stderr, flush=True)
    pytest.exit(message, returncode=1)


def _compile(tree: Any, file: str) -> types.CodeType:
    return compile(tree, file, "exec", dont_inherit=True)


def _name(code: types.CodeType) -> CodeName:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _nested(code: types.CodeType) -> list[types.CodeType]:
    return [c for c in code.co_consts if isinstance(c, types.CodeType)]


def _own(code: types.CodeType) -> tuple[object, ...]:
    """What `code` does itself, apart from the functions that it makes."""
    constants = [repr(c) for c in code.co_consts if not isinstance(c, types.CodeType)]
    return code.co_code, code.co_names, code.co_varnames, constants


def _all(code: types.CodeType) -> list[object]:
    return [_own(code), [_all(c) for c in _nested(code)]]


def _exchanges(
    old: types.CodeType, new: types.CodeType, live: dict[types.CodeType, list[Any]]
) -> list[tuple[types.CodeType, types.CodeType]] | None:
    """(code of living functions, its mutated code); None if more than that differs."""
    if _own(old) != _own(new) or len(_nested(old)) != len(_nested(new)):
        return None
    found = []
    for a, b in zip(_nested(old), _nested(new), strict=True):
        if _all(a) == _all(b):
            continue
        if a in live and a.co_freevars == b.co_freevars:
            found.append((a, b))
            continue
        below = _exchanges(a, b, live)
        if below is None:
            return None
        found += below
    return found


def _live_functions(files: dict[str, str]) -> dict[types.CodeType, list[Any]]:
    """The functions of some files that exist, by their code."""
    live: dict[types.CodeType, list[Any]] = {}
    for thing in gc.get_objects():
        if type(thing) is types.FunctionType and thing.__code__.co_filename in files.values():
            live.setdefault(thing.__code__, []).append(thing)
    return live
